//! The access team's side: the facts of a request, and what approving or declining it does.

use serde_json::json;

use crate::app::access::viewer;
use crate::app::desk::decision::{Decider, Obstacle};
use crate::app::mail::post;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, PracticeId, ProviderId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::fold_name;
use crate::domain::practice::{Change, Details};
use crate::store::directory::{self, Dated, Membership, Practice};
use crate::store::people::{self, NamedAccount};
use crate::store::practices::{self, KeptRequest};
use crate::store::{Tx, access_facts};

use super::preview::{Preview, preview};

/// The facts of a request, as the access team reads them before it decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The request.
    pub request: KeptRequest,
    /// Who asks.
    pub requester: NamedAccount,
    /// Where the provider belongs now and later.
    pub practices: Vec<super::Belonging>,
    /// The name of the practice to leave.
    pub from: Option<String>,
    /// The practice to join.
    pub to: Details,
    /// Whether the hospital does not know that practice yet.
    pub is_new: bool,
    /// Known practices of the same name.
    pub namesakes: Vec<Details>,
    /// What approving would do, while the request is open.
    pub preview: Option<Preview>,
}

/// The facts of `request` at `now`, `None` when there is none of these kinds. Whoever shows them records it first.
///
/// # Errors
/// [`AppError`].
pub async fn facts(app: &App, request: RequestId, now: Instant) -> Result<Option<Facts>, AppError> {
    let Some(kept) = practices::request(&app.db, request).await? else { return Ok(None) };
    let (Some(requester), Some(viewer)) =
        (people::account(&app.db, kept.account).await?, viewer(app, kept.account).await?)
    else {
        return Ok(None);
    };
    let from = match kept.from {
        Some(id) => people::practice_name(&app.db, id).await?,
        None => None,
    };
    let all = practices::all(&app.db).await?;
    let known = kept.to.and_then(|id| all.iter().find(|p| p.id == id)).map(|p| p.details.clone());
    let is_new = known.is_none();
    let to = match known {
        Some(details) => details,
        None => practices::new_practice(&app.db, request).await?.unwrap_or_default(),
    };
    let name = fold_name(&to.name);
    let namesakes = all.into_iter().map(|p| p.details).filter(|d| is_new && fold_name(&d.name) == name);
    let preview = match kept.closed_at {
        None => Some(preview(app, kept.account, &change(app, &kept, now)).await?),
        Some(_) => None,
    };
    Ok(Some(Facts {
        practices: super::my_practices(app, &viewer, now).await?,
        requester,
        from,
        to,
        is_new,
        namesakes: namesakes.collect(),
        preview,
        request: kept,
    }))
}

fn change(app: &App, kept: &KeptRequest, now: Instant) -> Change {
    Change {
        provider: kept.provider,
        leave: kept.from,
        join: kept.to.unwrap_or(PracticeId(uuid::Uuid::nil())),
        at: super::effective_at(app, kept.effective_on, now),
    }
}

/// Does what approving the request means, inside `tx`, letters included: the membership in the practice that is left ends at 00:00
/// hospital time of the first day at the other one, and never before now; the new one begins then.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn approve(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
) -> Result<Result<(), Obstacle>, AppError> {
    let Some(kept) = practices::request_within(tx, request).await? else { return Ok(Err(Obstacle::Gone)) };
    let owner = practices::owner_within(tx, kept.account).await?;
    let cycles = &app.hospital.cycles;
    let facts = access_facts::some_viewers_within(tx, &[kept.account], cycles).await?;
    let active = facts.get(&kept.account).is_some_and(|f| f.status.active(decider.now));
    let Some((address, family, given)) = owner.filter(|_| active) else {
        return Ok(Err(Obstacle::Gone));
    };
    let mut change = change(app, &kept, decider.now);
    if kept.to.is_none() {
        change.join = new_practice(app, tx, request, decider.now).await?;
    }
    let Some(practice) = practices::name_within(tx, change.join).await? else {
        return Ok(Err(Obstacle::Gone));
    };
    make(app, tx, &change).await?;
    let decided = Letter::RequestDecided { request: kept.kind, approved: true, reason: String::new() };
    post(app, tx, (Some(kept.account), &address), &decided).await?;
    let provider = format!("{given} {family}").trim().to_owned();
    let joined = Letter::MemberJoined { provider, practice };
    for (sponsor, address) in sponsors(app, tx, change.join, change.provider, decider.now).await? {
        post(app, tx, (Some(sponsor), &address), &joined).await?;
    }
    Ok(Ok(()))
}

/// Writes the dated facts that `change` comes to.
async fn make(app: &App, tx: &mut Tx, change: &Change) -> Result<(), AppError> {
    let held = practices::memberships_within(tx, change.provider).await?;
    for m in held.iter().filter(|m| change.ends(m.practice, m.span)) {
        directory::end_fact(tx, Dated::Membership, m.id, change.end_of(m.span)).await?;
    }
    if held.iter().any(|m| change.stays(m.practice, m.span)) {
        return Ok(());
    }
    // One that begins at the same instant is the same membership: it no longer ends.
    if let Some(same) = held.iter().find(|m| m.practice == change.join && m.span.start() == change.at) {
        practices::reopen_membership(tx, same.id).await?;
        return Ok(());
    }
    let membership = Membership {
        id: new_uuid(app.clock.now(), random(app)?),
        practice: change.join,
        provider: change.provider,
        span: Interval::new(Some(change.at), None),
    };
    Ok(directory::insert_memberships(tx, &[membership]).await?)
}

async fn new_practice(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    now: Instant,
) -> Result<PracticeId, AppError> {
    let Details { name, phone, fax, address } =
        practices::new_practice_within(tx, request).await?.unwrap_or_default();
    let id = PracticeId(new_uuid(now, random(app)?));
    let code = format!("portal-{}", id.0.simple());
    directory::insert_practices(tx, &[Practice { id, code, name, phone, fax, address }]).await?;
    Ok(id)
}

/// Those who sponsor somebody in `practice` at `now`, with their addresses; the provider who joins apart.
pub(in crate::app) async fn sponsors(
    app: &App,
    tx: &mut Tx,
    practice: PracticeId,
    joining: ProviderId,
    now: Instant,
) -> Result<Vec<(AccountId, String)>, AppError> {
    let ever = practices::sponsors_within(tx, practice).await?;
    let facts = access_facts::some_viewers_within(tx, &ever, &app.hospital.cycles).await?;
    let mut found = Vec::new();
    for sponsor in facts.values().filter_map(|f| f.own.as_deref()).filter(|s| s.provider != joining) {
        let sponsors_here = sponsor.held.iter().any(|h| h.practice == practice && sponsor.live(h, now));
        if sponsors_here && let Some((address, _, _)) = practices::owner_within(tx, sponsor.account).await? {
            found.push((sponsor.account, address));
        }
    }
    found.sort();
    Ok(found)
}

/// Does what declining the request means, inside `tx`, letters included.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn decline(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    _decider: Decider,
    reason: &str,
) -> Result<(), AppError> {
    let Some(kept) = practices::request_within(tx, request).await? else { return Ok(()) };
    if let Some((address, _, _)) = practices::owner_within(tx, kept.account).await? {
        let letter =
            Letter::RequestDecided { request: kept.kind, approved: false, reason: reason.to_owned() };
        post(app, tx, (Some(kept.account), &address), &letter).await?;
    }
    Ok(())
}

/// The audit row of the change of membership that approving `request` makes, to be committed with it; `None` when there is no such
/// request.
///
/// # Errors
/// [`AppError`].
pub async fn change_entry(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
) -> Result<Option<Entry>, AppError> {
    let Some(kept) = practices::request_within(tx, request).await? else { return Ok(None) };
    let mut entry = Entry::new(decider.now, Act::ChangeMembership, Outcome::Allowed);
    entry.actor = Some(decider.account);
    entry.subject = Some(kept.account.0);
    let at = super::effective_at(app, kept.effective_on, decider.now);
    entry.detail =
        json!({ "request": request, "kind": kept.kind.word(), "from": kept.from, "to": kept.to, "at": at })
            .to_string();
    Ok(Some(entry))
}
