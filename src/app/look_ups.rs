//! Why can or can't, who can, what can: decisions asked by the access team and on the command line, for any instant.
//!
//! Each look-up is recorded before its answer is given: one audit row, with its parameters and counts. What is answered about
//! now opens nothing: only [`super::access`] makes permits.

mod many;
pub mod named;
mod seen_by;

use std::collections::HashMap;

use serde::Serialize;

use super::access::{Context, describe};
use super::{App, AppError};
use crate::domain::access::explain::{Explanation, explain as reasons};
use crate::domain::access::reach::Reach;
use crate::domain::access::{Action, Basis, Decision, decide};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, Mrn, PatientId, PracticeId, ProviderId};
use crate::domain::people::{fold_email, words};
use crate::store::access_facts::{self, Those};
use crate::store::{directory, patients, people};

pub use many::{Counts, QueryError, explain_many};
pub(super) use seen_by::candidates;
pub use seen_by::{AccountMaySee, MaySee, who};

/// Records loaded at once while a list is decided.
const CHUNK: usize = 500;

words! {
    /// Why there is nothing to decide.
    Unknown {
        /// No account has the e-mail address.
        UnknownAccount = "unknown_account",
        /// No patient has the MRN, or it is none.
        UnknownPatient = "unknown_patient",
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Asker {
    /// A member of the access team; `None` on the command line.
    pub account: Option<AccountId>,
    /// The circumstances.
    pub context: Context,
}

impl Asker {
    /// The command line, at `now`.
    pub fn command_line(now: Instant) -> Self {
        let context = Context { now, request_id: String::new(), network: String::new() };
        Self { account: None, context }
    }

    pub(super) fn entry(&self, outcome: Outcome, detail: &serde_json::Value) -> Entry {
        let mut entry = Entry::new(self.context.now, Act::LookUp, outcome);
        entry.actor = self.account;
        entry.request_id.clone_from(&self.context.request_id);
        entry.network.clone_from(&self.context.network);
        entry.detail = detail.to_string();
        entry
    }
}

/// The answer to one question, as it is written in JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Said<'q> {
    /// The account as asked.
    pub account: &'q str,
    /// The MRN as asked.
    pub mrn: &'q str,
    /// The instant.
    pub at: Instant,
    /// Whether it is allowed.
    pub allowed: bool,
    /// On which bases; empty when refused.
    pub bases: Vec<Basis>,
    /// Why not: what is unknown, or the refusal.
    pub refusal: Option<&'static str>,
}

impl<'q> Said<'q> {
    fn of(account: &'q str, mrn: &'q str, at: Instant, outcome: Result<&Decision, Unknown>) -> Self {
        let (allowed, bases, refusal) = match outcome {
            Ok(decision) => (
                decision.allowed(),
                decision.bases().collect(),
                decision.refusal().map(crate::domain::access::Refusal::word),
            ),
            Err(unknown) => (false, Vec::new(), Some(unknown.word())),
        };
        Self { account, mrn, at, allowed, bases, refusal }
    }
}

/// A decision with everything that is needed to put it into words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// Its facts and dates.
    pub explanation: Explanation,
    /// The names of the providers in the explanation.
    pub providers: HashMap<ProviderId, String>,
    /// The names of its practices.
    pub practices: HashMap<PracticeId, String>,
    /// Whether the reach excludes something.
    pub limited: bool,
}

/// The answer to "why can or can't this account see this MRN".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The account as asked.
    pub account: String,
    /// The MRN as asked.
    pub mrn: String,
    /// The instant.
    pub at: Instant,
    /// The decision, or what is unknown.
    pub outcome: Result<Box<Decided>, Unknown>,
}

impl Answer {
    /// The answer as it is written in JSON.
    pub fn said(&self) -> Said<'_> {
        let outcome = self.outcome.as_ref().map(|decided| &decided.decision).map_err(|unknown| *unknown);
        Said::of(&self.account, &self.mrn, self.at, outcome)
    }
}

/// Why `account` can or cannot see `mrn` at `at`. The MRN of a record that is merged away at `at` asks about the survivor.
///
/// # Errors
/// [`AppError`]; then there is no answer.
pub async fn explain(
    app: &App,
    account: &str,
    mrn: &str,
    at: Instant,
    asker: &Asker,
) -> Result<Answer, AppError> {
    let outcome = explained(app, account, mrn, at).await?;
    let detail = serde_json::json!({ "look_up": "explain", "at": at });
    let mut entry = asker.entry(Outcome::Refused, &detail);
    match &outcome {
        Ok(decided) => {
            describe(&mut entry, &decided.decision);
            entry.subject = Some(decided.decision.viewer().0);
        }
        Err(unknown) => unknown.word().clone_into(&mut entry.basis),
    }
    app.audit.record(entry).await?;
    Ok(Answer { account: account.to_owned(), mrn: mrn.to_owned(), at, outcome })
}

async fn explained(
    app: &App,
    account: &str,
    mrn: &str,
    at: Instant,
) -> Result<Result<Box<Decided>, Unknown>, AppError> {
    let Some(account) = directory::account_by_email(&app.db, &fold_email(account)).await? else {
        return Ok(Err(Unknown::UnknownAccount));
    };
    let Some(patient) = find(app, mrn, at).await? else { return Ok(Err(Unknown::UnknownPatient)) };
    let viewer = super::access::viewer(app, account).await?;
    let patient = super::access::patient(app, patient).await?;
    let (Some(viewer), Some(patient)) = (viewer, patient) else {
        return Err(AppError::Fault("an account or a patient has no facts; run `postern doctor`".to_owned()));
    };
    let decision = decide(&viewer, &patient, Action::OpenChart, at);
    let explanation = reasons(&decision, &viewer, &patient);
    let (mut providers, mut practices) = (HashMap::new(), HashMap::new());
    for reason in &explanation.reasons {
        if let Some(id) = reason.provider {
            providers.extend(people::provider_name(&app.db, id).await?.map(|name| (id, name)));
        }
        if let Some(id) = reason.practice {
            practices.extend(people::practice_name(&app.db, id).await?.map(|name| (id, name)));
        }
    }
    let reach = Reach::of(&decision, &viewer, &patient, app.hospital.allowed_labels);
    let limited = decision.allowed() && reach.excludes_something();
    Ok(Ok(Box::new(Decided { decision, explanation, providers, practices, limited })))
}

async fn find(app: &App, mrn: &str, at: Instant) -> Result<Option<PatientId>, AppError> {
    match Mrn::parse(mrn) {
        Ok(mrn) => Ok(patients::by_mrn(&app.db, &mrn, at).await?),
        Err(_) => Ok(None),
    }
}

/// The patients that an account may see.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MayBeSeen {
    /// The account as asked.
    pub account: String,
    /// The instant.
    pub at: Instant,
    /// Their current MRNs, as the hospital writes them, in order.
    pub mrns: Vec<String>,
    /// What is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Unknown>,
}

/// What `account` may see at `at`.
///
/// # Errors
/// [`AppError`]; then there is no answer.
pub async fn list(app: &App, account: &str, at: Instant, asker: &Asker) -> Result<MayBeSeen, AppError> {
    let mut seen = MayBeSeen { account: account.to_owned(), at, mrns: Vec::new(), refusal: None };
    let id = directory::account_by_email(&app.db, &fold_email(account)).await?;
    let viewer = match id {
        Some(id) => super::access::viewer(app, id).await?,
        None => None,
    };
    match viewer {
        None => seen.refusal = Some(Unknown::UnknownAccount),
        Some(viewer) => {
            let cards = patients::candidates(&app.db, viewer.account, patients::FIRST, i64::MAX).await?;
            let zone = app.hospital.cycles.zone();
            for cards in cards.chunks(CHUNK) {
                let ids: Vec<PatientId> = cards.iter().map(|card| card.id).collect();
                let facts = access_facts::patients(&app.db, Those::Some(&ids), zone).await?;
                let allowed = cards.iter().filter(|card| {
                    facts.get(&card.id).is_some_and(|facts| {
                        !facts.merged_away(at) && decide(&viewer, facts, Action::ListPatient, at).allowed()
                    })
                });
                seen.mrns.extend(allowed.map(|card| card.mrn.clone()));
            }
            seen.mrns.sort();
        }
    }
    let detail = serde_json::json!({ "look_up": "list", "at": at, "patients": seen.mrns.len() });
    let mut entry = asker.entry(Outcome::Allowed, &detail);
    entry.subject = id.map(|id| id.0);
    entry.basis = seen.refusal.map_or_else(String::new, |unknown| unknown.word().to_owned());
    app.audit.record(entry).await?;
    Ok(seen)
}
