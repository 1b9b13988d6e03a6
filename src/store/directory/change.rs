//! Changing rows of the directory that exist: details, ends, redemptions.

use time::Date;
use uuid::Uuid;

use super::rows::{
    Account, Grant, Patient, Practice, Provider, Token, ValidationExtension, ValidationReview,
};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::people::{Role, fold_name};
use crate::store::sql::{act, on_tx, statements};
use crate::store::{Stamp, StoreError, Tx};

statements! {
    PRACTICE = "update practice set name = $2, phone = $3, fax = $4, address = $5 where id = $1";
    PROVIDER = "update provider set family = $2, given = $3, specialty = $4 where id = $1";
    ACCOUNT = "update account set email = $2, sign_in = $3, family = $4, given = $5, job = $6, birth_date = $7 where id = $1";
    ACCOUNT_NAMES = "update account set family = $2, given = $3 where provider_id = $1 and family = $4 and given = $5";
    STATUS_END = "update account_status set ends_at = $2 where account_id = $1 and ends_at is null";
    ROLE_GONE = "delete from account_role where account_id = $1 and role = $2";
    PATIENT = "update patient set family = $2, given = $3, family_folded = $4, given_folded = $5, birth_date = $6, sex = $7, \
               deceased_on = $8 where id = $1";
    MRN_SHOWN = "update patient_mrn set shown_as = $2 where mrn = $1";
    // An end only ever comes earlier: one that was set since the row was read stands.
    MEMBERSHIP_END = "update membership set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    SPONSORSHIP_END = "update sponsorship set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    LISTING_END = "update listing set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    SEAT_END = "update care_team_seat set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    GUARDIAN_END = "update guardian set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    RESTRICTION_END = "update restriction set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    GRANT_END = "update access_grant set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    RELATIONSHIP = "update guardian set relationship = $2 where id = $1";
    GRANT = "update access_grant set given_by = $2, sections = $3, sensitive = $4 where id = $1";
    /// A redemption, a freeze and a revocation that came since the row was read stand.
    TOKEN = "update patient_token set secret_hash = $2, issued_at = $3, expires_at = $4, given_by = $5, \
             redeemed_practice_id = case when redeemed_by = $6 or (redeemed_by is null and frozen_at is null) then $7 \
             else redeemed_practice_id end, \
             redeemed_at = case when redeemed_by = $6 or (redeemed_by is null and frozen_at is null) then $8 else redeemed_at end, \
             redeemed_by = case when redeemed_by is null and frozen_at is null then $6 else redeemed_by end, \
             revoked_at = case when revoked_at is null or revoked_at > $9 then $9 else revoked_at end where id = $1";
    REVIEW = "update validation_review set completed_at = $3 where sponsor_id = $1 and cycle = $2";
    EXTENSION = "update validation_extension set due_on = $4 where sponsor_id = $1 and cycle = $2 and decided_at = $3";
}

/// The dated facts whose only change is their end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dated {
    /// Memberships.
    Membership,
    /// Sponsorships.
    Sponsorship,
    /// Listings.
    Listing,
    /// Care-team seats.
    Seat,
    /// Guardians.
    Guardian,
    /// Restrictions.
    Restriction,
    /// Grants.
    Grant,
}

/// Ends the fact `id` of table `of` at `end`, unless it ends sooner.
///
/// # Errors
/// [`StoreError`].
pub async fn end_fact(tx: &mut Tx, of: Dated, id: Uuid, end: Instant) -> Result<(), StoreError> {
    macro_rules! run {
        ($sql:expr) => {
            on_tx!(tx, c => act!($sql; id, Stamp(end)).execute(c).await.map(|_| ()))?
        };
    }
    match of {
        Dated::Membership => run!(MEMBERSHIP_END),
        Dated::Sponsorship => run!(SPONSORSHIP_END),
        Dated::Listing => run!(LISTING_END),
        Dated::Seat => run!(SEAT_END),
        Dated::Guardian => run!(GUARDIAN_END),
        Dated::Restriction => run!(RESTRICTION_END),
        Dated::Grant => run!(GRANT_END),
    }
    Ok(())
}

/// Writes the details of a practice that exists.
///
/// # Errors
/// [`StoreError`].
pub async fn change_practice(tx: &mut Tx, r: &Practice) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(PRACTICE; r.id.0, &r.name, &r.phone, &r.fax, &r.address).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes the details of a provider who exists; the NPI stays.
///
/// # Errors
/// [`StoreError`].
pub async fn change_provider(tx: &mut Tx, r: &Provider) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(PROVIDER; r.id.0, &r.family, &r.given, &r.specialty).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes the details of an account that exists; its key, kind and provider stay.
///
/// # Errors
/// [`StoreError`].
pub async fn change_account(tx: &mut Tx, r: &Account) -> Result<(), StoreError> {
    let job = r.job.map(crate::domain::people::Job::word);
    on_tx!(tx, c => act!(ACCOUNT; r.id.0, r.email.trim(), r.sign_in.word(), &r.family, &r.given, job, r.birth_date)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives the new name of `provider` to those of the provider's accounts that bore the old one.
///
/// # Errors
/// [`StoreError`].
pub async fn rename_accounts(
    tx: &mut Tx,
    provider: &Provider,
    old_family: &str,
    old_given: &str,
) -> Result<(), StoreError> {
    let r = provider;
    on_tx!(tx, c => act!(ACCOUNT_NAMES; r.id.0, &r.family, &r.given, old_family, old_given)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Ends the open status of `account` at `end`; the next one is inserted.
///
/// # Errors
/// [`StoreError`].
pub async fn end_status(tx: &mut Tx, account: AccountId, end: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(STATUS_END; account.0, Stamp(end)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Takes `role` from `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn remove_role(tx: &mut Tx, account: AccountId, role: Role) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(ROLE_GONE; account.0, role.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes the details of a patient who exists; language and activity stay.
///
/// # Errors
/// [`StoreError`].
pub async fn change_patient(tx: &mut Tx, r: &Patient) -> Result<(), StoreError> {
    let (family, given) = (fold_name(&r.family), fold_name(&r.given));
    let (birth, died): (Date, Option<Date>) = (r.birth_date, r.deceased_on);
    on_tx!(tx, c => act!(PATIENT; r.id.0, &r.family, &r.given, family, given, birth, &r.sex, died)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes how the hospital spells `mrn`.
///
/// # Errors
/// [`StoreError`].
pub async fn change_mrn_shown(tx: &mut Tx, mrn: &str, shown_as: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(MRN_SHOWN; mrn, shown_as).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes how a guardian is related.
///
/// # Errors
/// [`StoreError`].
pub async fn change_relationship(tx: &mut Tx, id: Uuid, relationship: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(RELATIONSHIP; id, relationship).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes what a grant covers and who gave it; its dates stay.
///
/// # Errors
/// [`StoreError`].
pub async fn change_grant(tx: &mut Tx, r: &Grant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(GRANT; r.id, r.by.word(), r.sections.bits(), r.sensitive.bits())
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes a token that exists; its patient and what froze it stay, and so does what became of it since `r` was read: a redemption
/// by another account, or an earlier revocation.
///
/// # Errors
/// [`StoreError`].
pub async fn change_token(tx: &mut Tx, r: &Token) -> Result<(), StoreError> {
    let (by, practice, at) = r
        .redeemed
        .as_ref()
        .map_or((None, None, None), |u| (Some(u.by.0), u.practice.map(|p| p.0), Some(Stamp(u.at))));
    on_tx!(tx, c => act!(TOKEN; r.id, r.secret_hash.as_deref(), Stamp(r.issued_at), Stamp(r.expires_at), r.by.word(),
        by, practice, at, r.revoked_at.map(Stamp)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes when a review was completed.
///
/// # Errors
/// [`StoreError`].
pub async fn change_review(tx: &mut Tx, r: &ValidationReview) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(REVIEW; r.sponsor.0, r.cycle, Stamp(r.completed_at)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes the due date of an extension, named by sponsor, cycle and decision.
///
/// # Errors
/// [`StoreError`].
pub async fn change_extension(tx: &mut Tx, r: &ValidationExtension) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(EXTENSION; r.sponsor.0, r.cycle, Stamp(r.decided_at), r.due_on).execute(c).await.map(|_| ()))?;
    Ok(())
}
