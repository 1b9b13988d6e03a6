//! What is to be written, gathered before the first row is.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::people::Role;
use crate::store::directory::{self, Dated};
use crate::store::{StoreError, Tx, merges};

/// What became of the lines of one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Tally {
    /// New rows.
    pub added: usize,
    /// Rows that changed.
    pub changed: usize,
    /// Lines that say what is stored already.
    pub unchanged: usize,
}

/// A change to a row that exists.
#[derive(Debug)]
pub(super) enum Change {
    Practice(directory::Practice),
    /// With the name that the accounts of the provider bore until now.
    Provider(directory::Provider, (String, String)),
    Account(directory::Account),
    EndStatus(AccountId),
    RemoveRole(AccountId, Role),
    Patient(directory::Patient),
    MrnShown(directory::PatientMrn),
    End(Dated, Uuid, Instant),
    Relationship(Uuid, String),
    Grant(directory::Grant),
    Token(directory::Token),
    Review(directory::ValidationReview),
    Extension(directory::ValidationExtension),
    EndMerge(Uuid, Instant),
}

/// Rows to add, and changes to make.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) practices: Vec<directory::Practice>,
    pub(super) providers: Vec<directory::Provider>,
    pub(super) accounts: Vec<directory::Account>,
    pub(super) statuses: Vec<directory::Status>,
    pub(super) roles: Vec<directory::AccountRole>,
    pub(super) patients: Vec<directory::Patient>,
    pub(super) mrns: Vec<directory::PatientMrn>,
    pub(super) memberships: Vec<directory::Membership>,
    pub(super) sponsorships: Vec<directory::Sponsorship>,
    pub(super) listings: Vec<directory::Listing>,
    pub(super) seats: Vec<directory::Seat>,
    pub(super) guardians: Vec<directory::Guardian>,
    pub(super) tokens: Vec<directory::Token>,
    pub(super) grants: Vec<directory::Grant>,
    pub(super) restrictions: Vec<directory::Restriction>,
    pub(super) merges: Vec<directory::PatientMerge>,
    pub(super) reviews: Vec<directory::ValidationReview>,
    pub(super) extensions: Vec<directory::ValidationExtension>,
    pub(super) changes: Vec<Change>,
    pub(super) tallies: BTreeMap<&'static str, Tally>,
}

impl Plan {
    /// Counts a line of `kind`.
    pub(super) fn count(&mut self, kind: &'static str, outcome: Became) {
        let tally = self.tallies.entry(kind).or_default();
        match outcome {
            Became::Added => tally.added += 1,
            Became::Changed => tally.changed += 1,
            Became::Unchanged => tally.unchanged += 1,
        }
    }

    /// Writes everything at `now`. What others refer to comes first; an open status is ended before the next one is added.
    ///
    /// # Errors
    /// [`StoreError`]; the transaction must not be committed then.
    pub(super) async fn apply(&self, tx: &mut Tx, now: Instant) -> Result<(), StoreError> {
        directory::insert_practices(tx, &self.practices).await?;
        directory::insert_providers(tx, &self.providers).await?;
        directory::insert_accounts(tx, &self.accounts).await?;
        directory::insert_patients(tx, &self.patients).await?;
        for change in &self.changes {
            change.apply(tx, now).await?;
        }
        directory::insert_mrns(tx, &self.mrns).await?;
        directory::insert_statuses(tx, &self.statuses).await?;
        directory::insert_roles(tx, &self.roles).await?;
        directory::insert_memberships(tx, &self.memberships).await?;
        directory::insert_sponsorships(tx, &self.sponsorships).await?;
        directory::insert_listings(tx, &self.listings).await?;
        directory::insert_seats(tx, &self.seats).await?;
        directory::insert_guardians(tx, &self.guardians).await?;
        directory::insert_tokens(tx, &self.tokens).await?;
        directory::insert_grants(tx, &self.grants).await?;
        directory::insert_restrictions(tx, &self.restrictions).await?;
        directory::insert_merges(tx, &self.merges).await?;
        directory::insert_reviews(tx, &self.reviews).await?;
        directory::insert_extensions(tx, &self.extensions).await
    }
}

/// What a line comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Became {
    Added,
    Changed,
    Unchanged,
}

impl Became {
    /// `Changed` when something did.
    pub(super) fn changed_if(something: bool) -> Self {
        if something { Self::Changed } else { Self::Unchanged }
    }
}

impl Change {
    async fn apply(&self, tx: &mut Tx, now: Instant) -> Result<(), StoreError> {
        match self {
            Self::Practice(row) => directory::change_practice(tx, row).await,
            Self::Provider(row, (family, given)) => {
                directory::change_provider(tx, row).await?;
                directory::rename_accounts(tx, row, family, given).await
            }
            Self::Account(row) => directory::change_account(tx, row).await,
            Self::EndStatus(account) => directory::end_status(tx, *account, now).await,
            Self::RemoveRole(account, role) => directory::remove_role(tx, *account, *role).await,
            Self::Patient(row) => directory::change_patient(tx, row).await,
            Self::MrnShown(row) => directory::change_mrn_shown(tx, row.mrn.as_str(), &row.shown_as).await,
            Self::End(of, id, end) => directory::end_fact(tx, *of, *id, *end).await,
            Self::Relationship(id, words) => directory::change_relationship(tx, *id, words).await,
            Self::Grant(row) => directory::change_grant(tx, row).await,
            Self::Token(row) => directory::change_token(tx, row).await,
            Self::Review(row) => directory::change_review(tx, row).await,
            Self::Extension(row) => directory::change_extension(tx, row).await,
            Self::EndMerge(id, at) => merges::end(tx, *id, *at).await.map(|_| ()),
        }
    }
}
