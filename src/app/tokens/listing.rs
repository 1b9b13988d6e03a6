//! Tokens as the access team finds, reads and takes them back.

use serde_json::json;

use super::bar;
use crate::app::access;
use crate::app::desk::{Done, Member};
use crate::app::{App, AppError};
use crate::domain::access::facts::adult_from;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, Mrn, PatientId};
use crate::domain::people::GivenBy;
use crate::domain::queue::{Bar, text};
use crate::domain::request::REASON_LONGEST;
use crate::domain::token::Issuer;
use crate::domain::token::redeeming::Standing;
use crate::store::patients::{self, Card};
use crate::store::tokens::{self, Listed};

/// One token in the list of a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRow {
    /// The token.
    pub id: FactId,
    /// Where it stands now.
    pub standing: Standing,
    /// In what capacity it was given.
    pub by: GivenBy,
    /// Who issued it.
    pub issuer: Issuer,
    /// For whom it is meant; may be empty.
    pub for_whom: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Who redeemed it, and when.
    pub redeemed: Option<(String, Instant)>,
    /// When it was taken back, and why.
    pub revoked: Option<(Instant, String)>,
}

/// The tokens of one patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatientTokens {
    /// Who.
    pub card: Card,
    /// The tokens, newest first.
    pub rows: Vec<TokenRow>,
    /// What keeps the reader from issuing and taking back.
    pub bar: Option<Bar>,
}

/// One token with its patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenPage {
    /// Whose record it opens.
    pub card: Card,
    /// The token.
    pub row: TokenRow,
    /// What keeps the reader from taking it back.
    pub bar: Option<Bar>,
}

fn entry(member: &Member, outcome: Outcome, what: &str) -> Entry {
    let mut entry = member.context.entry(member.account, Act::LookUp, outcome);
    entry.detail = json!({ "look_up": what }).to_string();
    entry
}

/// The patient whose MRN was typed; recorded whether or not there is one.
///
/// # Errors
/// [`AppError`]; then nothing may be said.
pub async fn find(app: &App, member: &Member, mrn: &str) -> Result<Option<PatientId>, AppError> {
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::counted_by_mrn(&app.db, &mrn, member.context.now).await?,
        Err(_) => None,
    };
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = entry(member, outcome, "tokens_by_mrn");
    entry.patient = found;
    app.audit.record(entry).await?;
    Ok(found)
}

/// The tokens of `patient`, and of records merged into it; `None` when there is no such record.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn page(app: &App, member: &Member, patient: PatientId) -> Result<Option<PatientTokens>, AppError> {
    let card = patients::one_card(&app.db, patient).await?;
    let listed = tokens::of_patient(&app.db, patient).await?;
    let outcome = if card.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = entry(member, outcome, "tokens");
    entry.patient = card.as_ref().map(|card| card.id);
    app.audit.record(entry).await?;
    let now = member.context.now;
    let listed = counting(app, patient, listed, now).await?;
    let rows = listed.into_iter().map(|one| row(app, one, now)).collect();
    Ok(card.map(|card| PatientTokens { card, rows, bar: bar(member) }))
}

/// Those of `listed` that count for `patient`: its own, and those of records whose confirmed merge into it holds, as P6 asks.
async fn counting(
    app: &App,
    patient: PatientId,
    listed: Vec<Listed>,
    now: Instant,
) -> Result<Vec<Listed>, AppError> {
    let facts = access::patient(app, patient).await?;
    let counts = |one: &Listed| facts.as_ref().is_some_and(|f| f.counts(one.stored.token.patient, now));
    Ok(listed.into_iter().filter(counts).collect())
}

fn row(app: &App, listed: Listed, now: Instant) -> TokenRow {
    let Listed { stored, issuer, redeemed, revoked } = listed;
    let adult = adult_from(stored.birth_date, app.hospital.cycles.zone());
    let token = stored.token;
    TokenRow {
        id: token.id,
        standing: token.standing(adult, now),
        by: token.by,
        issuer,
        for_whom: stored.for_whom,
        issued_at: token.issued_at,
        ends_at: token.ends(adult),
        redeemed,
        revoked,
    }
}

/// The token `id` with its patient; `None` when there is none.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn token_page(app: &App, member: &Member, id: FactId) -> Result<Option<TokenPage>, AppError> {
    let found = load(app, member, id).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = entry(member, outcome, "token");
    entry.subject = Some(id.0);
    entry.patient = found.as_ref().map(|page| page.card.id);
    app.audit.record(entry).await?;
    Ok(found)
}

async fn load(app: &App, member: &Member, id: FactId) -> Result<Option<TokenPage>, AppError> {
    let Some(stored) = tokens::by_id(&app.db, id).await? else { return Ok(None) };
    let patient = stored.token.patient;
    let Some(card) = patients::one_card(&app.db, patient).await? else { return Ok(None) };
    let listed = tokens::of_patient(&app.db, patient).await?;
    let found = listed.into_iter().find(|one| one.stored.token.id == id);
    Ok(found.map(|one| TokenPage { card, row: row(app, one, member.context.now), bar: bar(member) }))
}

/// Takes the token `id` back for `reason`, effective at its redeemer's next request. A second time changes nothing. Whose record it
/// was for is returned.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn revoke(
    app: &App,
    member: &Member,
    id: FactId,
    reason: &str,
) -> Result<Done<PatientId>, AppError> {
    let mut entry = member.context.entry(member.account, Act::RevokeToken, Outcome::Allowed);
    entry.subject = Some(id.0);
    let found = tokens::by_id(&app.db, id).await?;
    entry.patient = found.as_ref().map(|stored| stored.token.patient);
    let Some(stored) = found else {
        entry.outcome = Outcome::Failed;
        "unknown".clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Done::Unknown);
    };
    if let Some(bar) = bar(member) {
        entry.outcome = Outcome::Refused;
        bar.word().clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Done::Barred(bar));
    }
    let failed = |basis: &str| Entry { outcome: Outcome::Failed, basis: basis.to_owned(), ..entry.clone() };
    let Some(reason) = text(reason, 1, REASON_LONGEST) else {
        app.audit.record(failed("reason")).await?;
        return Ok(Done::BadText);
    };
    let mut tx = app.db.begin().await?;
    if !tokens::revoke(&mut tx, id, (Some(member.account), reason), member.context.now).await? {
        drop(tx);
        app.audit.record(failed("changed_meanwhile")).await?;
        return Ok(Done::Stale);
    }
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Done::Done(stored.token.patient))
}

/// Takes the token `id` back, on the command line; `None` when there is none, `false` when it was taken back already.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn revoke_by_id_on_command_line(app: &App, id: FactId) -> Result<Option<bool>, AppError> {
    let Some(stored) = tokens::by_id(&app.db, id).await? else { return Ok(None) };
    Ok(Some(!take_back(app, &[(stored.token.id, stored.token.patient)]).await?.is_empty()))
}

/// Takes back every token of the patient with this MRN that is neither over nor taken back, on the command line; `None` when there is
/// no such patient.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn revoke_by_mrn_on_command_line(app: &App, mrn: &str) -> Result<Option<Vec<FactId>>, AppError> {
    let now = app.clock.now();
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::counted_by_mrn(&app.db, &mrn, now).await?,
        Err(_) => None,
    };
    let Some(patient) = found else { return Ok(None) };
    let all = counting(app, patient, tokens::of_patient(&app.db, patient).await?, now).await?;
    let zone = app.hospital.cycles.zone();
    let is_over = |one: &Listed| {
        let standing = one.stored.token.standing(adult_from(one.stored.birth_date, zone), now);
        matches!(standing, Standing::Revoked | Standing::Expired)
    };
    let live: Vec<_> = all
        .iter()
        .filter(|one| !is_over(one))
        .map(|one| (one.stored.token.id, one.stored.token.patient))
        .collect();
    Ok(Some(take_back(app, &live).await?))
}

async fn take_back(app: &App, tokens: &[(FactId, PatientId)]) -> Result<Vec<FactId>, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (mut taken, mut entries) = (Vec::new(), Vec::new());
    for (id, patient) in tokens {
        if !tokens::revoke(&mut tx, *id, (None, ""), now).await? {
            continue;
        }
        let mut entry = Entry::new(now, Act::RevokeToken, Outcome::Allowed);
        (entry.subject, entry.patient) = (Some(id.0), Some(*patient));
        entry.detail = json!({ "by": "command_line" }).to_string();
        taken.push(*id);
        entries.push(entry);
    }
    app.audit.commit(tx, entries).await?;
    Ok(taken)
}
