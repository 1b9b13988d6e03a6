//! Whose family an account is.

use time::Date;
use uuid::Uuid;

use super::sql::{ask, on_read, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::family::Tie;
use crate::domain::ids::{AccountId, PatientId};

statements! {
    GUARDED = "select g.patient_id, p.family, p.given, p.birth_date, g.starts_at, g.ends_at, g.court_order, a.birth_date \
               from guardian g join patient p on p.id = g.patient_id join account a on a.id = g.account_id \
               where g.account_id = $1 order by p.family_folded, p.given_folded, p.id";
    OWN = "select o.patient_id, p.family, p.given, p.birth_date from patient_account o \
           join patient p on p.id = o.patient_id where o.account_id = $1";
}

/// A patient to whom an account is tied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relative {
    /// The record.
    pub patient: PatientId,
    /// Given and family name.
    pub name: String,
    /// Birth date.
    pub birth_date: Date,
    /// How.
    pub tie: Tie,
}

/// Everyone to whom `account` is tied, whether or not the tie gives any authority now; the account's own record first.
///
/// # Errors
/// [`StoreError`].
pub async fn relatives(db: &Db, account: AccountId) -> Result<Vec<Relative>, StoreError> {
    type Own = (Uuid, String, String, Date);
    type Guarded = (Uuid, String, String, Date, Stamp, Option<Stamp>, i64, Option<Date>);
    let own = on_read!(db, c => ask!(Own, OWN; account.0).fetch_all(c).await)?;
    let guarded = on_read!(db, c => ask!(Guarded, GUARDED; account.0).fetch_all(c).await)?;
    let own = own.into_iter().map(|(id, family, given, birth_date)| Relative {
        patient: PatientId(id),
        name: format!("{given} {family}"),
        birth_date,
        tie: Tie::Own,
    });
    let guarded =
        guarded.into_iter().map(|(id, family, given, birth_date, start, end, court, born)| Relative {
            patient: PatientId(id),
            name: format!("{given} {family}"),
            birth_date,
            tie: Tie::Guardian { span: Stamp::interval(Some(start), end), born, court_order: court != 0 },
        });
    Ok(own.chain(guarded).collect())
}
