//! Who might see a patient: the accounts that are worth a decision, found by index.
//!
//! The other way round from [`super::patients::candidates`]. No instant is in it, and merges are followed whatever their state:
//! it proposes, [`crate::domain::access::decide`] disposes.

use uuid::Uuid;

use super::sql::{ask, on_read, statements};
use super::{Db, StoreError};
use crate::domain::ids::{AccountId, PatientId};

statements! {
    /// `m` the record and those merged into it, `l` its listings, `t` its seats, `r` practices that a listing reaches, `d` providers, each with
    /// whom they are merged with.
    WHO_MIGHT = "with recursive m(id) as (select id from patient where id = $1 \
            union select g.from_id from patient_merge g join m on g.into_id = m.id), \
        l as (select provider_id, practice_id from listing where patient_id in (select id from m)), \
        t as (select provider_id, practice_id from care_team_seat where patient_id in (select id from m)), \
        e(id) as (select provider_id from l where provider_id is not null and practice_id is null \
            union select case when g.from_id = e.id then g.into_id else g.from_id end \
                from provider_merge g join e on e.id in (g.from_id, g.into_id)), \
        r(id) as (select practice_id from l where practice_id is not null \
            union select b.practice_id from membership b where b.provider_id in (select id from e)), \
        d(id) as (select provider_id from l where provider_id is not null \
            union select provider_id from t where provider_id is not null \
            union select b.provider_id from membership b where b.practice_id in \
                (select id from r union select practice_id from t where practice_id is not null)), \
        x(id) as (select id from d union select g.into_id from provider_merge g join x on g.from_id = x.id), \
        w(id) as (select a.id from account a where a.provider_id in (select id from x) \
            union select s.user_id from sponsorship s where s.practice_id in (select id from r) \
            union select k.redeemed_by from patient_token k \
                where k.patient_id in (select id from m) and k.redeemed_by is not null \
            union select g.account_id from access_grant g where g.patient_id in (select id from m) \
            union select e.account_id from emergency_access e where e.patient_id in (select id from m)) \
        select a.id, a.email from account a where a.id in (select id from w)";
}

/// Every account that may see `patient` at some instant, and others: each is to be decided before it is named. With its e-mail
/// address, as written.
///
/// # Errors
/// [`StoreError`].
pub async fn of_patient(db: &Db, patient: PatientId) -> Result<Vec<(AccountId, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String), WHO_MIGHT; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, email)| (AccountId(id), email)).collect())
}
