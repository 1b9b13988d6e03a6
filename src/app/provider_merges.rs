//! Two rows of one person among the providers: found by NPI or address, previewed, merged, undone. Administrators alone do it; nothing is
//! moved, so that an undoing restores everything.

mod preview;

use serde_json::json;
use uuid::Uuid;

use super::desk::Member;
use super::sign_in::random;
use super::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::{Npi, ProviderId, new_uuid};
use crate::domain::people::{AccountStatus, Role, fold_email};
use crate::domain::provider_merge::Hindrance;
use crate::domain::queue::{Bar, text};
use crate::domain::request::REASON_LONGEST;
use crate::store::provider_merges as rows;
pub use crate::store::provider_merges::{KeptMerge as Kept, NamedProvider as Named};

pub use preview::Shift;
use preview::{Pending, preview};

/// What came of an act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Came {
    /// It was done.
    Done,
    /// It takes an administrator.
    Barred(Bar),
    /// Something stands in the way.
    Hindered(Hindrance),
    /// There is no such provider, or merge.
    Unknown,
}

/// Two providers before they are merged, or a merge before it is undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The row that goes, or went.
    pub from: Named,
    /// The row that remains.
    pub into: Named,
    /// Whose access would change.
    pub shifts: Vec<Shift>,
    /// What stands in the way.
    pub hindrance: Option<Hindrance>,
    /// The merge, when there is one.
    pub kept: Option<Kept>,
    /// What keeps the reader from it.
    pub bar: Option<Bar>,
}

/// What was found for what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Both.
    Both(Box<Proposal>),
    /// Nobody for the first.
    NoFrom,
    /// Nobody for the second.
    NoInto,
}

/// It takes an administrator.
fn bar(member: &Member) -> Option<Bar> {
    (!member.roles.contains(&Role::Administrator)).then_some(Bar::Role)
}

fn entry(member: &Member, outcome: Outcome, word: &str, pair: Option<(ProviderId, ProviderId)>) -> Entry {
    let mut entry = member.context.entry(member.account, Act::ChangeMerge, outcome);
    let (from, into) = (pair.map(|(from, _)| from.to_string()), pair.map(|(_, into)| into.to_string()));
    entry.detail = json!({ "what": word, "from": from, "into": into }).to_string();
    entry
}

/// The merges made last, with names; recorded.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn list(app: &App, member: &Member) -> Result<Vec<(Kept, Named, Named)>, AppError> {
    let mut all = Vec::new();
    for kept in rows::all(&app.db).await? {
        let both = (rows::named(&app.db, kept.from).await?, rows::named(&app.db, kept.into).await?);
        if let (Some(from), Some(into)) = both {
            all.push((kept, from, into));
        }
    }
    let mut entry = member.context.entry(member.account, Act::LookUp, Outcome::Allowed);
    entry.detail = json!({ "look_up": "provider_merges", "count": all.len() }).to_string();
    app.audit.record(entry).await?;
    Ok(all)
}

/// The two providers that were typed, each by NPI or by the address of an account, and what merging them would change.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn find(app: &App, member: &Member, from: &str, into: &str) -> Result<Found, AppError> {
    let (from, into) = (typed(app, from).await?, typed(app, into).await?);
    let outcome = if from.is_some() && into.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut looked = member.context.entry(member.account, Act::LookUp, outcome);
    let id = |found: &Option<Named>| found.as_ref().map(|one| one.id.to_string());
    looked.detail = json!({ "look_up": "provider_merge", "from": id(&from), "into": id(&into) }).to_string();
    app.audit.record(looked).await?;
    let Some(from) = from else { return Ok(Found::NoFrom) };
    let Some(into) = into else { return Ok(Found::NoInto) };
    Ok(Found::Both(Box::new(proposed(app, member, from, into).await?)))
}

/// The two providers and what merging them would change; `None` when one of them is not there. Recorded.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn both(
    app: &App,
    member: &Member,
    (from, into): (ProviderId, ProviderId),
) -> Result<Option<Proposal>, AppError> {
    let mut looked = member.context.entry(member.account, Act::LookUp, Outcome::Allowed);
    let (one, other) = (from.to_string(), into.to_string());
    looked.detail = json!({ "look_up": "provider_merge", "from": one, "into": other }).to_string();
    app.audit.record(looked).await?;
    match (rows::named(&app.db, from).await?, rows::named(&app.db, into).await?) {
        (Some(from), Some(into)) => Ok(Some(proposed(app, member, from, into).await?)),
        _ => Ok(None),
    }
}

async fn proposed(app: &App, member: &Member, from: Named, into: Named) -> Result<Proposal, AppError> {
    let hindrance = hindrance(app, member, &from, &into).await?;
    let shifts = match hindrance {
        Some(_) => Vec::new(),
        None => preview(app, member, (from.id, into.id), Pending::Make).await?,
    };
    Ok(Proposal { from, into, shifts, hindrance, kept: None, bar: bar(member) })
}

async fn typed(app: &App, typed: &str) -> Result<Option<Named>, AppError> {
    let npi = Npi::parse(typed.trim());
    let found = rows::find(&app.db, npi.as_ref().map(Npi::as_str), &fold_email(typed)).await?;
    match found {
        Some(id) => Ok(rows::named(&app.db, id).await?),
        None => Ok(None),
    }
}

/// What stands in the way of merging the two, as far as can be said before the transaction.
async fn hindrance(
    app: &App,
    member: &Member,
    from: &Named,
    into: &Named,
) -> Result<Option<Hindrance>, AppError> {
    if from.id == into.id {
        return Ok(Some(Hindrance::Same));
    }
    let now = member.context.now;
    let in_use = |status: Option<AccountStatus>| {
        matches!(status, Some(AccountStatus::Active | AccountStatus::Pending))
    };
    if from.accounts.iter().any(|(_, _, history)| in_use(history.at(now))) {
        return Ok(Some(Hindrance::TwoAccounts));
    }
    let mut tx = app.db.begin().await?;
    Ok(rows::taken(&mut tx, from.id, into.id).await?.then_some(Hindrance::MergedAlready))
}

/// Merges the row `from` into `into` from now on, for `reason`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn make(
    app: &App,
    member: &Member,
    (from, into): (ProviderId, ProviderId),
    reason: &str,
) -> Result<Came, AppError> {
    const WORD: &str = "providers_merged";
    let pair = Some((from, into));
    if let Some(bar) = bar(member) {
        let mut refused = entry(member, Outcome::Refused, WORD, pair);
        bar.word().clone_into(&mut refused.basis);
        app.audit.record(refused).await?;
        return Ok(Came::Barred(bar));
    }
    let both = (rows::named(&app.db, from).await?, rows::named(&app.db, into).await?);
    let (Some(one), Some(other)) = both else {
        app.audit.record(entry(member, Outcome::Failed, WORD, None)).await?;
        return Ok(Came::Unknown);
    };
    let Some(reason) = text(reason, 1, REASON_LONGEST) else { return Ok(Came::Hindered(Hindrance::Reason)) };
    let mut hindered = hindrance(app, member, &one, &other).await?;
    let now = member.context.now;
    if hindered.is_none() {
        let id = new_uuid(now, random(app)?);
        let mut tx = app.db.begin().await?;
        rows::hold(&mut tx, from, into).await?;
        if !rows::taken(&mut tx, from, into).await? {
            rows::insert(&mut tx, id, (from, into), now, (member.account, reason)).await?;
            let mut done = entry(member, Outcome::Allowed, WORD, pair);
            done.subject = Some(id);
            app.audit.commit(tx, vec![done]).await?;
            return Ok(Came::Done);
        }
        hindered = Some(Hindrance::MergedAlready);
    }
    let hindrance = hindered.unwrap_or(Hindrance::MergedAlready);
    let mut failed = entry(member, Outcome::Failed, WORD, pair);
    hindrance.word().clone_into(&mut failed.basis);
    app.audit.record(failed).await?;
    Ok(Came::Hindered(hindrance))
}

/// The merge `id`, and what undoing it would change; `None` when there is none. Recorded.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn one(app: &App, member: &Member, id: Uuid) -> Result<Option<Proposal>, AppError> {
    let kept = rows::all(&app.db).await?.into_iter().find(|kept| kept.id == id);
    let outcome = if kept.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut looked = member.context.entry(member.account, Act::LookUp, outcome);
    (looked.subject, looked.detail) = (Some(id), json!({ "look_up": "provider_merge" }).to_string());
    app.audit.record(looked).await?;
    let Some(kept) = kept else { return Ok(None) };
    let both = (rows::named(&app.db, kept.from).await?, rows::named(&app.db, kept.into).await?);
    let (Some(from), Some(into)) = both else { return Ok(None) };
    let is_open = kept.span.end().is_none();
    let shifts =
        if is_open { preview(app, member, (from.id, into.id), Pending::Undo(id)).await? } else { Vec::new() };
    let hindrance = (!is_open).then_some(Hindrance::UndoneAlready);
    Ok(Some(Proposal { from, into, shifts, hindrance, kept: Some(kept), bar: bar(member) }))
}

/// Undoes the merge `id` from now on. Both rows have again what they had.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn undo(app: &App, member: &Member, id: Uuid) -> Result<Came, AppError> {
    const WORD: &str = "providers_unmerged";
    let kept = rows::all(&app.db).await?.into_iter().find(|kept| kept.id == id);
    let said = |outcome: Outcome, basis: &str| {
        let mut entry = entry(member, outcome, WORD, kept.as_ref().map(|kept| (kept.from, kept.into)));
        (entry.subject, entry.basis) = (Some(id), basis.to_owned());
        entry
    };
    if let Some(bar) = bar(member) {
        app.audit.record(said(Outcome::Refused, bar.word())).await?;
        return Ok(Came::Barred(bar));
    }
    if kept.is_none() {
        app.audit.record(said(Outcome::Failed, "unknown")).await?;
        return Ok(Came::Unknown);
    }
    let mut tx = app.db.begin().await?;
    if !rows::end(&mut tx, id, member.context.now, member.account).await? {
        drop(tx);
        app.audit.record(said(Outcome::Failed, Hindrance::UndoneAlready.word())).await?;
        return Ok(Came::Hindered(Hindrance::UndoneAlready));
    }
    app.audit.commit(tx, vec![said(Outcome::Allowed, "")]).await?;
    Ok(Came::Done)
}
