//! Tokens that a client of the JSON interface issues on behalf of the access team, each for one wish, and takes back: those that the
//! hospital issued, whoever did it for the hospital, and none of a family's.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::issuing::{Giver, failed, keep, not_issued, whose};
use crate::app::access::Context;
use crate::app::api::once::{Known, Once};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, Mrn};
use crate::domain::people::GivenBy;
use crate::domain::queue::text;
use crate::domain::request::REASON_LONGEST;
use crate::domain::token::list::Problem;
use crate::domain::token::redeeming::FOR_WHOM_LONGEST;
use crate::store::{StoreError, api as clients, patients, tokens};

/// A token as its client reads it, with its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientIssued {
    /// The stored token.
    pub id: FactId,
    /// Its secret, in groups.
    pub token: String,
    /// The current MRN of its patient.
    pub mrn: String,
    /// For whom it is meant.
    pub issued_for: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it expires.
    pub expires_at: Instant,
}

impl std::fmt::Debug for ClientIssued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientIssued({})", self.id)
    }
}

/// What came of a client's wish to issue a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ByClient {
    /// Issued, now or under the same key a moment ago.
    Issued(Box<ClientIssued>),
    /// No patient has the MRN.
    Unknown,
    /// The patient has died: it would permit nothing.
    Deceased,
    /// The record is to be merged into another, and nobody has confirmed it.
    Unconfirmed,
    /// The note is missing or too long.
    BadNote,
    /// The key stands for something else, or its answer cannot be had again.
    Known(Known),
}

/// What came of a client's wish to take a token back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientRevoked {
    /// It was taken back.
    Done,
    /// It was so already.
    Already,
    /// There is no such token.
    Unknown,
    /// A guardian or the patient issued it: it is theirs, or the access team's, to take back.
    OfFamily,
    /// The reason is missing or too long.
    BadReason,
}

const TEAM: Giver = Giver { by: GivenBy::Team, account: None };

/// Issues a token for the patient with this MRN, once for each `once`: sent again within a quarter of an hour, it is answered with the
/// same token.
///
/// # Errors
/// [`AppError`]; nothing was issued then.
pub async fn issue_by_client(
    app: &App,
    once: &Once,
    (mrn, for_whom): (&str, &str),
    context: &Context,
) -> Result<ByClient, AppError> {
    match once.known(app, context.now).await? {
        Known::Fresh => {}
        known => return again(app, known, context).await,
    }
    match try_to_issue(app, once, (mrn, for_whom), context).await {
        // The same was sent twice at once, and this one came second.
        Err(AppError::Store(StoreError::Duplicate(_))) => {
            let known = once.known(app, context.now).await?;
            again(app, known, context).await
        }
        done => done,
    }
}

async fn try_to_issue(
    app: &App,
    once: &Once,
    (mrn, for_whom): (&str, &str),
    context: &Context,
) -> Result<ByClient, AppError> {
    let Some(for_whom) = text(for_whom, 1, FOR_WHOM_LONGEST) else { return Ok(ByClient::BadNote) };
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::owner_of(&app.db, &mrn).await?,
        Err(_) => None,
    };
    let card = match found {
        None => Err(Problem::UnknownMrn),
        Some(owner) => whose(app, owner, context.now).await?,
    };
    let card = match card {
        Ok(card) => card,
        Err(problem) => {
            let entry = match found {
                Some(owner) => not_issued(TEAM, owner, problem, context),
                None => failed(TEAM, None, "unknown", context),
            };
            app.audit.record(entry).await?;
            return Ok(match problem {
                Problem::Deceased => ByClient::Deceased,
                Problem::Unconfirmed => ByClient::Unconfirmed,
                _ => ByClient::Unknown,
            });
        }
    };
    let mut tx = app.db.begin().await?;
    once.take(&mut tx, context.now).await?;
    let (issued, entry) = keep(app, &mut tx, TEAM, card, for_whom, context).await?;
    clients::name_issuer(&mut tx, issued.id, once.client()).await?;
    let said = ClientIssued {
        id: issued.id,
        token: issued.secret.grouped(),
        mrn: issued.card.mrn,
        issued_for: issued.for_whom,
        issued_at: issued.issued_at,
        expires_at: issued.expires_at,
    };
    let answer = serde_json::to_string(&said).map_err(|e| AppError::Fault(format!("a token: {e}")))?;
    once.keep(app, &mut tx, &answer).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(ByClient::Issued(Box::new(said)))
}

/// What is known of the wish; a token that is told again is recorded first.
async fn again(app: &App, known: Known, context: &Context) -> Result<ByClient, AppError> {
    let Known::Again(answer) = known else { return Ok(ByClient::Known(known)) };
    let said: ClientIssued =
        serde_json::from_str(&answer).map_err(|e| AppError::Fault(format!("a kept answer: {e}")))?;
    let mut entry = Entry { outcome: Outcome::Allowed, ..failed(TEAM, None, "", context) };
    entry.subject = Some(said.id.0);
    entry.detail = json!({ "step": "again" }).to_string();
    app.audit.record(entry).await?;
    Ok(ByClient::Issued(Box::new(said)))
}

/// Takes back a token that the hospital issued (the access team, the command line or any client), effective at its redeemer's next
/// request. A second time changes nothing. One that a family issued is not a client's to take back.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn revoke_by_client(
    app: &App,
    id: FactId,
    reason: &str,
    context: &Context,
) -> Result<ClientRevoked, AppError> {
    let mut entry = Entry { act: Act::RevokeToken, ..failed(TEAM, None, "", context) };
    entry.subject = Some(id.0);
    entry.detail = json!({ "by": "client" }).to_string();
    let stored = tokens::by_id(&app.db, id).await?;
    let reason = text(reason, 1, REASON_LONGEST);
    let (outcome, basis) = match (&stored, reason) {
        (_, None) => (ClientRevoked::BadReason, "reason"),
        (None, _) => (ClientRevoked::Unknown, "unknown"),
        (Some(stored), Some(_)) if stored.token.by != GivenBy::Team => {
            entry.patient = Some(stored.token.patient);
            entry.outcome = Outcome::Refused;
            (ClientRevoked::OfFamily, "of_family")
        }
        (Some(stored), Some(reason)) => {
            entry.patient = Some(stored.token.patient);
            let mut tx = app.db.begin().await?;
            if tokens::revoke(&mut tx, id, (None, reason), context.now).await? {
                let done = Entry { outcome: Outcome::Allowed, ..entry };
                app.audit.commit(tx, vec![done]).await?;
                return Ok(ClientRevoked::Done);
            }
            (ClientRevoked::Already, "already")
        }
    };
    basis.clone_into(&mut entry.basis);
    app.audit.record(entry).await?;
    Ok(outcome)
}
