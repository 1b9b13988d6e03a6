//! Writing rows of the directory, many at a time.

use sqlx::{Postgres, QueryBuilder, Sqlite};

use super::BATCH;
use super::rows::{
    Account, AccountRole, EmergencyAccess, Grant, Guardian, Listing, Membership, Patient, PatientAccount,
    PatientMerge, PatientMrn, Practice, Provider, Restriction, Seat, Sponsorship, Status, Token,
    ValidationExtension, ValidationReview,
};
use crate::domain::people::{fold_email, fold_name};
use crate::store::{Stamp, StoreError, Tx};

macro_rules! inserts {
    ($($(#[$doc:meta])* $name:ident($kind:ty) $into:literal $row:ident => [$($value:expr),+ $(,)?];)+) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// [`StoreError::Duplicate`] when a row with the same key exists; other [`StoreError`]s.
        pub async fn $name(tx: &mut Tx, rows: &[$kind]) -> Result<(), StoreError> {
            for batch in rows.chunks(BATCH) {
                macro_rules! run {
                    ($engine:ty, $tx:expr) => {{
                        let mut statement = QueryBuilder::<$engine>::new(concat!("insert into ", $into, " "));
                        statement.push_values(batch, |mut values, $row| { $(values.push_bind($value);)+ });
                        statement.build().execute(&mut **$tx).await?;
                    }};
                }
                match tx {
                    Tx::Sqlite(tx) => run!(Sqlite, tx),
                    Tx::Postgres(tx) => run!(Postgres, tx),
                }
            }
            Ok(())
        }
    )+};
}

inserts! {
    /// Adds practices.
    insert_practices(Practice) "practice (id, code, name, phone, fax, address)"
        r => [r.id.0, &r.code, &r.name, &r.phone, &r.fax, &r.address];
    /// Adds providers.
    insert_providers(Provider) "provider (id, npi, family, given, specialty)"
        r => [r.id.0, r.npi.as_ref().map(|n| n.as_str()), &r.family, &r.given, &r.specialty];
    /// Adds accounts; each also needs a [`Status`].
    insert_accounts(Account)
        "account (id, email, email_folded, kind, sign_in, provider_id, family, given, job, birth_date, created_at)"
        r => [r.id.0, r.email.trim(), fold_email(&r.email), r.kind.word(), r.sign_in.word(), r.provider.map(|p| p.0),
            &r.family, &r.given, r.job.map(|j| j.word()), r.birth_date, Stamp(r.created_at)];
    /// Adds dated statuses of accounts.
    insert_statuses(Status) "account_status (account_id, status, starts_at, ends_at)"
        r => [r.account.0, r.status.word(), Stamp(r.span.start()), Stamp::end_of(r.span)];
    /// Adds roles of access-team accounts.
    insert_roles(AccountRole) "account_role (account_id, role)" r => [r.account.0, r.role.word()];
    /// Adds memberships.
    insert_memberships(Membership) "membership (id, practice_id, provider_id, starts_at, ends_at)"
        r => [r.id, r.practice.0, r.provider.0, Stamp(r.span.start()), Stamp::end_of(r.span)];
    /// Adds sponsorships.
    insert_sponsorships(Sponsorship) "sponsorship (id, sponsor_id, user_id, practice_id, starts_at, ends_at)"
        r => [r.id, r.sponsor.0, r.user.0, r.practice.0, Stamp(r.span.start()), Stamp::end_of(r.span)];
    /// Adds patient records, names folded for search; each also needs a [`PatientMrn`].
    insert_patients(Patient)
        "patient (id, family, given, family_folded, given_folded, birth_date, sex, language, deceased_on, \
         death_seen_at, latest_activity_at)"
        r => [r.id.0, &r.family, &r.given, fold_name(&r.family), fold_name(&r.given), r.birth_date, &r.sex,
            &r.language, r.deceased_on, r.death_seen_at.map(Stamp), Stamp(r.latest_activity_at)];
    /// Adds MRNs of patient records.
    insert_mrns(PatientMrn) "patient_mrn (mrn, patient_id, shown_as, former)"
        r => [r.mrn.as_str(), r.patient.0, &r.shown_as, i64::from(r.former)];
    /// Adds merges of patient records.
    insert_merges(PatientMerge) "patient_merge (id, from_id, into_id, starts_at, ends_at, confirmed_at)"
        r => [r.id, r.from.0, r.into.0, Stamp(r.span.start()), Stamp::end_of(r.span), r.confirmed_at.map(Stamp)];
    /// Adds listings.
    insert_listings(Listing) "listing (id, patient_id, provider_id, practice_id, starts_at, ends_at, source)"
        r => [r.id, r.patient.0, r.provider.map(|p| p.0), r.practice.map(|p| p.0), Stamp(r.span.start()),
            Stamp::end_of(r.span), r.source.word()];
    /// Adds care-team seats.
    insert_seats(Seat)
        "care_team_seat (id, patient_id, provider_id, practice_id, role, starts_at, ends_at, source)"
        r => [r.id, r.patient.0, r.provider.map(|p| p.0), r.practice.map(|p| p.0), &r.role, Stamp(r.span.start()),
            Stamp::end_of(r.span), r.source.word()];
    /// Adds guardians.
    insert_guardians(Guardian)
        "guardian (id, patient_id, account_id, relationship, court_order, starts_at, ends_at)"
        r => [r.id, r.patient.0, r.account.0, &r.relationship, i64::from(r.court_order), Stamp(r.span.start()),
            Stamp::end_of(r.span)];
    /// Ties family accounts to the patients who own them.
    insert_patient_accounts(PatientAccount) "patient_account (account_id, patient_id)"
        r => [r.account.0, r.patient.0];
    /// Adds patient tokens.
    insert_tokens(Token)
        "patient_token (id, patient_id, secret_hash, issued_at, expires_at, given_by, redeemed_by, \
         redeemed_practice_id, redeemed_at, revoked_at, frozen_at, misses)"
        r => [r.id, r.patient.0, r.secret_hash.as_deref(), Stamp(r.issued_at), Stamp(r.expires_at), r.by.word(),
            r.redeemed.as_ref().map(|u| u.by.0), r.redeemed.as_ref().and_then(|u| u.practice).map(|p| p.0),
            r.redeemed.as_ref().map(|u| Stamp(u.at)), r.revoked_at.map(Stamp), r.frozen_at.map(Stamp), 0_i64];
    /// Adds grants.
    insert_grants(Grant)
        "access_grant (id, patient_id, account_id, starts_at, ends_at, revoked_at, given_by, sections, sensitive)"
        r => [r.id, r.patient.0, r.account.0, Stamp(r.span.start()), Stamp::end_of(r.span), r.revoked_at.map(Stamp),
            r.by.word(), r.sections.bits(), r.sensitive.bits()];
    /// Adds emergency accesses.
    insert_emergencies(EmergencyAccess)
        "emergency_access (id, patient_id, account_id, starts_at, ends_at, reason)"
        r => [r.id, r.patient.0, r.account.0, Stamp(r.span.start()), Stamp::end_of(r.span), &r.reason];
    /// Adds restrictions.
    insert_restrictions(Restriction)
        "restriction (id, patient_id, account_id, provider_id, practice_id, starts_at, ends_at)"
        r => [r.id, r.patient.0, r.account.map(|a| a.0), r.provider.map(|p| p.0), r.practice.map(|p| p.0),
            Stamp(r.span.start()), Stamp::end_of(r.span)];
    /// Adds completed reviews.
    insert_reviews(ValidationReview) "validation_review (sponsor_id, cycle, completed_at)"
        r => [r.sponsor.0, r.cycle, Stamp(r.completed_at)];
    /// Adds extensions.
    insert_extensions(ValidationExtension) "validation_extension (sponsor_id, cycle, due_on, decided_at)"
        r => [r.sponsor.0, r.cycle, r.due_on, Stamp(r.decided_at)];
}
