//! Who is around a practice: its members, and who ever sponsored somebody there.

use uuid::Uuid;

use crate::domain::calendar::Interval;
use crate::domain::ids::{AccountId, PracticeId, ProviderId};
use crate::store::sql::{ask, on_read, statements};
use crate::store::{Db, Stamp, StoreError};

statements! {
    MEMBERS = "select p.id, p.given, p.family, p.specialty, m.starts_at, m.ends_at from membership m \
               join provider p on p.id = m.provider_id where m.practice_id = $1 order by p.family, p.given, p.id, m.starts_at";
    SPONSORS = "select distinct sponsor_id from sponsorship where practice_id = $1";
}

/// A provider's membership of a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The provider.
    pub provider: ProviderId,
    /// Given and family name.
    pub name: String,
    /// Specialty.
    pub specialty: String,
    /// When it holds.
    pub span: Interval,
}

/// Who ever was or will be a member of `practice`, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn members(db: &Db, practice: PracticeId) -> Result<Vec<Member>, StoreError> {
    type Row = (Uuid, String, String, String, Stamp, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, MEMBERS; practice.0).fetch_all(c).await)?;
    let member = |(id, given, family, specialty, from, to): Row| Member {
        provider: ProviderId(id),
        name: format!("{given} {family}").trim().to_owned(),
        specialty,
        span: Stamp::interval(Some(from), to),
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Who ever sponsored somebody in `practice`.
///
/// # Errors
/// [`StoreError`].
pub async fn sponsors_ever(db: &Db, practice: PracticeId) -> Result<Vec<AccountId>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), SPONSORS; practice.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
}
