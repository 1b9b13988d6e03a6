//! Issuing tokens: one, a list, on the command line. The secret leaves here once; what is kept is its hash.

use serde_json::json;

use super::bar;
use crate::app::access::{self, Context};
use crate::app::desk::Member;
use crate::app::look_ups::Asker;
use crate::app::sign_in::random;
use crate::app::{App, AppError, scanning};
use crate::domain::access::facts::adult_from;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId, Mrn, PatientId, new_uuid};
use crate::domain::people::GivenBy;
use crate::domain::queue::{Bar, text};
use crate::domain::token::TokenSecret;
use crate::domain::token::list::{self, Problem};
use crate::domain::token::redeeming::{FOR_WHOM_LONGEST, LETTER_SECONDS, Standing, ends, expiry};
use crate::store::patients::Card;
use crate::store::tokens::{self, NewToken};
use crate::store::{Tx, patients};

/// A token that was just issued: the one time that its secret is told.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The stored token.
    pub id: FactId,
    /// Its secret.
    pub secret: TokenSecret,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it expires.
    pub expires_at: Instant,
    /// For which patient.
    pub card: Card,
    /// For whom it is meant; may be empty.
    pub for_whom: String,
}

/// What came of issuing one.
#[derive(Clone, Debug)]
pub enum Given {
    /// Issued.
    Issued(Box<Issued>),
    /// Not theirs to do.
    Barred(Bar),
    /// There is no such patient.
    Unknown,
    /// The patient has died: it would permit nothing.
    Deceased,
    /// The record is to be merged into another, and nobody has confirmed it: whose the token would be is open.
    Unconfirmed,
    /// The note is too long.
    NoteTooLong,
}

/// What came of issuing a list.
#[derive(Clone, Debug)]
pub enum ListIssued {
    /// All of it was issued.
    Issued(Vec<Issued>),
    /// Not theirs to do.
    Barred(Bar),
    /// Nothing was issued: these lines are wrong.
    Problems(Vec<(usize, Problem)>),
}

/// Who gives a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Giver {
    /// In what capacity.
    pub(super) by: GivenBy,
    /// By which account; `None` on the command line, and through a client of the JSON interface.
    pub(super) account: Option<AccountId>,
}

/// Issues a token for `patient`, noting for whom it is meant.
///
/// # Errors
/// [`AppError`]; nothing was issued then.
pub async fn issue(
    app: &App,
    member: &Member,
    patient: PatientId,
    for_whom: &str,
) -> Result<Given, AppError> {
    if let Some(bar) = bar(member) {
        refuse(app, member, Some(patient), bar).await?;
        return Ok(Given::Barred(bar));
    }
    let giver = Giver { by: GivenBy::Team, account: Some(member.account) };
    give(app, giver, patient, for_whom, &member.context).await
}

/// Issues a token for the patient with this MRN, on the command line.
///
/// # Errors
/// [`AppError`]; nothing was issued then.
pub async fn issue_on_command_line(app: &App, mrn: &str, for_whom: &str) -> Result<Given, AppError> {
    let context = Asker::command_line(app.clock.now()).context;
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::owner_of(&app.db, &mrn).await?,
        Err(_) => None,
    };
    let giver = Giver { by: GivenBy::Team, account: None };
    let Some(patient) = found else {
        app.audit.record(failed(giver, None, "unknown", &context)).await?;
        return Ok(Given::Unknown);
    };
    give(app, giver, patient, for_whom, &context).await
}

/// Issues one token in a transaction of its own.
pub(super) async fn give(
    app: &App,
    giver: Giver,
    patient: PatientId,
    for_whom: &str,
    context: &Context,
) -> Result<Given, AppError> {
    let Some(for_whom) = text(for_whom, 0, FOR_WHOM_LONGEST) else { return Ok(Given::NoteTooLong) };
    let found = match giver.by {
        GivenBy::Team => whose(app, patient, context.now).await?,
        GivenBy::Guardian | GivenBy::Patient => living(app, patient, context.now).await?,
    };
    let card = match found {
        Ok(card) => card,
        Err(problem) => {
            app.audit.record(not_issued(giver, patient, problem, context)).await?;
            return Ok(match problem {
                Problem::Deceased => Given::Deceased,
                Problem::Unconfirmed => Given::Unconfirmed,
                _ => Given::Unknown,
            });
        }
    };
    let mut tx = app.db.begin().await?;
    let (issued, entry) = keep(app, &mut tx, giver, card, for_whom, context).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Given::Issued(Box::new(issued)))
}

/// The card of the patient for whom what is given to the record `owner` counts, unless they died, or a merge of the record waits to be
/// confirmed: else a token asked for by the old MRN could be for somebody else.
pub(super) async fn whose(
    app: &App,
    owner: PatientId,
    now: Instant,
) -> Result<Result<Card, Problem>, AppError> {
    match patients::settled(&app.db, owner, now).await? {
        Some(patient) => living(app, patient, now).await,
        None => Ok(Err(Problem::Unconfirmed)),
    }
}

/// The patient's card, unless they died before today: a token permits nothing from then on.
pub(super) async fn living(
    app: &App,
    patient: PatientId,
    now: Instant,
) -> Result<Result<Card, Problem>, AppError> {
    let facts = access::patient(app, patient).await?;
    let Some(card) = patients::one_card(&app.db, patient).await? else { return Ok(Err(Problem::UnknownMrn)) };
    let died = facts.and_then(|facts| facts.death).is_some_and(|death| death.day_after <= now);
    Ok(if died { Err(Problem::Deceased) } else { Ok(card) })
}

/// Keeps a new token inside `tx`; the entry is to be committed with it.
pub(super) async fn keep(
    app: &App,
    tx: &mut Tx,
    giver: Giver,
    card: Card,
    for_whom: &str,
    context: &Context,
) -> Result<(Issued, Entry), AppError> {
    let now = context.now;
    let (id, secret) = (FactId(new_uuid(now, random(app)?)), TokenSecret::new(random(app)?));
    let expires_at = expiry(now, app.hospital.cycles.zone());
    let new = NewToken {
        id,
        patient: card.id,
        secret_hash: &secret.hash(),
        issued_at: now,
        expires_at,
        by: giver.by,
        issuer: giver.account,
        for_whom,
    };
    tokens::insert(tx, &new).await?;
    let mut entry = Entry::new(now, Act::IssueToken, Outcome::Allowed);
    entry.actor = giver.account;
    entry.request_id.clone_from(&context.request_id);
    entry.network.clone_from(&context.network);
    entry.patient = Some(card.id);
    entry.subject = Some(id.0);
    let otherwise = if app.audit.client().is_some() { "client" } else { "command_line" };
    let otherwise = giver.account.is_none().then_some(otherwise);
    entry.detail = json!({ "given_by": giver.by.word(), "by": otherwise }).to_string();
    let ends_at = ends(giver.by, expires_at, adult_from(card.birth_date, app.hospital.cycles.zone()));
    let for_whom = for_whom.to_owned();
    Ok((Issued { id, secret, issued_at: now, expires_at: ends_at, card, for_whom }, entry))
}

/// The text of a `file` with a list, or what is wrong with it, with its line. Nothing is issued.
///
/// # Errors
/// [`AppError`] when the audit cannot be written.
pub async fn read_list(
    app: &App,
    member: &Member,
    file: Vec<u8>,
) -> Result<Result<String, (usize, Problem)>, AppError> {
    if file.is_empty() || file.len() > list::FILE_BYTES {
        return Ok(list::text_of(&file));
    }
    let mut row = member.context.entry(member.account, Act::IssueToken, Outcome::Failed);
    row.detail = json!({ "part": "list_file" }).to_string();
    let looked = scanning::looked_at(app, file, row).await?;
    Ok(looked.map_err(|held| (0, Problem::Held(held))).and_then(|file| list::text_of(&file)))
}

/// Issues a token for every line of a pasted list, or none.
///
/// # Errors
/// [`AppError`]; nothing was issued then.
pub async fn issue_list(app: &App, member: &Member, typed: &str) -> Result<ListIssued, AppError> {
    if let Some(bar) = bar(member) {
        refuse(app, member, None, bar).await?;
        return Ok(ListIssued::Barred(bar));
    }
    let lines = match list::read(typed) {
        Ok(lines) => lines,
        Err(problems) => return Ok(ListIssued::Problems(problems)),
    };
    let now = member.context.now;
    let (mut sound, mut problems) = (Vec::new(), Vec::new());
    for line in lines {
        let found = patients::owner_of(&app.db, &line.mrn).await?;
        let card = match found {
            Some(owner) => whose(app, owner, now).await?,
            None => Err(Problem::UnknownMrn),
        };
        match card {
            Ok(card) => sound.push((card, line.for_whom)),
            Err(problem) => problems.push((line.number, problem)),
        }
    }
    if !problems.is_empty() {
        let mut entry = member.context.entry(member.account, Act::IssueToken, Outcome::Failed);
        entry.detail = json!({ "list": sound.len() + problems.len(), "wrong": problems.len() }).to_string();
        app.audit.record(entry).await?;
        return Ok(ListIssued::Problems(problems));
    }
    let giver = Giver { by: GivenBy::Team, account: Some(member.account) };
    let mut tx = app.db.begin().await?;
    let (mut all, mut entries) = (Vec::new(), Vec::new());
    for (card, for_whom) in sound {
        let (issued, entry) = keep(app, &mut tx, giver, card, &for_whom, &member.context).await?;
        all.push(issued);
        entries.push(entry);
    }
    app.audit.commit(tx, entries).await?;
    Ok(ListIssued::Issued(all))
}

/// The tokens with these secrets again, for their letters, while all of them wait to be redeemed and the member issued them in the
/// last quarter of an hour: the page that showed them asks, and no step in between may lose them. `None` otherwise.
///
/// # Errors
/// [`AppError`]; then nothing may be given out.
pub async fn again(app: &App, member: &Member, secrets: &[String]) -> Result<Option<Vec<Issued>>, AppError> {
    let now = member.context.now;
    let zone = app.hospital.cycles.zone();
    let mut entry = member.context.entry(member.account, Act::IssueToken, Outcome::Refused);
    let mut found = Vec::new();
    if bar(member).is_none() && (1..=list::LONGEST).contains(&secrets.len()) {
        for typed in secrets {
            let Ok(secret) = TokenSecret::parse(typed) else { continue };
            let Some(stored) = tokens::by_secret(&app.db, &secret.hash()).await? else { continue };
            let adult = adult_from(stored.birth_date, zone);
            let is_own = stored.issuer == Some(member.account)
                && now < stored.token.issued_at.plus_seconds(LETTER_SECONDS);
            let standing = stored.token.standing(adult, now);
            let card = patients::one_card(&app.db, stored.token.patient).await?;
            if let (Standing::Open, Some(card), true) = (standing, card, is_own) {
                found.push(Issued {
                    id: stored.token.id,
                    secret,
                    issued_at: stored.token.issued_at,
                    expires_at: stored.token.ends(adult),
                    card,
                    for_whom: stored.for_whom,
                });
            }
        }
    }
    let complete = !found.is_empty() && found.len() == secrets.len();
    if complete {
        entry.outcome = Outcome::Allowed;
    }
    if let [one] = found.as_slice() {
        (entry.subject, entry.patient) = (Some(one.id.0), Some(one.card.id));
    }
    let ids: Vec<_> = found.iter().map(|issued| issued.id.0).collect();
    entry.detail = json!({ "step": "letters", "tokens": ids }).to_string();
    app.audit.record(entry).await?;
    Ok(complete.then_some(found))
}

/// The entry of an issue that came to nothing.
pub(super) fn failed(giver: Giver, patient: Option<PatientId>, basis: &str, context: &Context) -> Entry {
    let mut entry = Entry::new(context.now, Act::IssueToken, Outcome::Failed);
    entry.actor = giver.account;
    entry.request_id.clone_from(&context.request_id);
    entry.network.clone_from(&context.network);
    entry.patient = patient;
    basis.clone_into(&mut entry.basis);
    entry
}

/// That none was issued for the record `patient`, because of `problem`.
pub(super) fn not_issued(giver: Giver, patient: PatientId, problem: Problem, context: &Context) -> Entry {
    match problem {
        Problem::Deceased => failed(giver, Some(patient), "deceased", context),
        Problem::Unconfirmed => failed(giver, Some(patient), "merge_unconfirmed", context),
        _ => failed(giver, None, "unknown", context),
    }
}

/// Records that `member` may not do it.
async fn refuse(app: &App, member: &Member, patient: Option<PatientId>, bar: Bar) -> Result<(), AppError> {
    let mut entry = member.context.entry(member.account, Act::IssueToken, Outcome::Refused);
    entry.patient = patient;
    bar.word().clone_into(&mut entry.basis);
    app.audit.record(entry).await?;
    Ok(())
}
