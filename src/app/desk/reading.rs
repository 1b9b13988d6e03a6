//! Reading the queue: its pages, one request with its history, the table to export. Each is recorded before it is shown.

use serde_json::json;
use time::Date;

use super::Member;
use crate::app::family::staff_check;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::{Instant, plus_days};
use crate::domain::emergency::REVIEW_HOURS;
use crate::domain::ids::{AccountId, PracticeId, RequestId};
use crate::domain::people::AccountKind;
use crate::domain::queue::filter::{BadField, Filter, PRACTICES_MOST, Typed};
use crate::domain::queue::{Bar, ON_PAGE, Step, View, bar, handles};
use crate::domain::request::{Ending, RequestKind, RequestState, Route};
use crate::store::queue::filtered::{self, Facts};
use crate::store::queue::{self, FIRST, Open};
use crate::store::requests;
use crate::store::{patient_requests, people};

pub use crate::store::queue::{Counts, Event, QueueRow};
pub use crate::store::requests::StoredRequest;

/// Rows of an export, at most.
const EXPORT_ROWS: usize = 10_000;

/// Where a page of the queue begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// After an open request: its due day, when it was filed, its id.
    Open(Date, Instant, uuid::Uuid),
    /// Before a closed one: when it was closed, its id.
    Closed(Instant, uuid::Uuid),
}

/// Which page of the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Which requests.
    pub view: View,
    /// Only of this kind.
    pub kind: Option<RequestKind>,
    /// What narrows them.
    pub filter: Filter,
    /// The same as typed, for the record.
    pub typed: Typed,
    /// Where it begins.
    pub after: Option<Place>,
}

impl Wanted {
    /// The first page of all requests of `view`.
    pub fn all(view: View) -> Self {
        Self { view, kind: None, filter: Filter::default(), typed: Typed::default(), after: None }
    }
}

/// One page of the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its rows.
    pub rows: Vec<QueueRow>,
    /// Where the next page begins, when there is one.
    pub next: Option<Place>,
    /// How many are open.
    pub counts: Counts,
    /// What will not do of the filter; nothing is listed then.
    pub bad_field: Option<BadField>,
}

/// One page of the queue. What will not do of the filter is said, and nothing listed then: it would not be what was asked for.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn list(app: &App, member: &Member, wanted: &Wanted) -> Result<Listed, AppError> {
    give_due_days(app).await?;
    let counts = counts(app, member).await?;
    let Some(mut rows) = rows(app, member, wanted, ON_PAGE + 1).await? else {
        return Ok(Listed { rows: Vec::new(), next: None, counts, bad_field: Some(BadField::Practice) });
    };
    let more = rows.len() > ON_PAGE;
    rows.truncate(ON_PAGE);
    let next = rows.last().filter(|_| more).and_then(|row| place(row, wanted.view));
    record(app, member, wanted, rows.len(), "page").await?;
    Ok(Listed { rows, next, counts, bad_field: None })
}

/// How many requests are open.
///
/// # Errors
/// [`AppError::Store`].
pub async fn counts(app: &App, member: &Member) -> Result<Counts, AppError> {
    Ok(queue::counts(&app.db, member.account, late(app, member)).await?)
}

/// Every row of a view, for a table that leaves the portal, at most ten thousand; or what will not do of the filter.
///
/// # Errors
/// [`AppError`]; then nothing may be given out.
pub async fn export(
    app: &App,
    member: &Member,
    wanted: &Wanted,
) -> Result<Result<Vec<QueueRow>, BadField>, AppError> {
    give_due_days(app).await?;
    let Some(rows) = rows(app, member, wanted, EXPORT_ROWS).await? else {
        return Ok(Err(BadField::Practice));
    };
    record(app, member, wanted, rows.len(), "export").await?;
    Ok(Ok(rows))
}

async fn record(
    app: &App,
    member: &Member,
    wanted: &Wanted,
    count: usize,
    what: &str,
) -> Result<(), AppError> {
    let mut entry = member.context.entry(member.account, Act::ListRequests, Outcome::Allowed);
    let kind = wanted.kind.map(RequestKind::word);
    let mut detail = json!({ "as": what, "view": wanted.view.word(), "kind": kind, "count": count });
    if let Some(detail) = detail.as_object_mut() {
        let typed = wanted.typed.fields().into_iter().filter(|(_, value)| !value.is_empty());
        detail.extend(typed.map(|(field, value)| (field.to_owned(), value.into())));
    }
    entry.detail = detail.to_string();
    app.audit.record(entry).await?;
    Ok(())
}

/// The first `most` rows that `wanted` names; `None` when its words find more than [`PRACTICES_MOST`] practices.
async fn rows(
    app: &App,
    member: &Member,
    wanted: &Wanted,
    most: usize,
) -> Result<Option<Vec<QueueRow>>, AppError> {
    let practices =
        if wanted.filter.has_words() { Some(practices(app, &wanted.filter).await?) } else { None };
    if practices.as_ref().is_some_and(|practices| practices.len() > PRACTICES_MOST) {
        return Ok(None);
    }
    let rows = kept_rows(app, member, wanted, practices, most).await?;
    Ok(Some(rows.into_iter().map(with_name).collect()))
}

/// The practices whose names have the words of `filter`, and one more than may be at most. The names are compared here, without regard
/// to case and accents.
async fn practices(app: &App, filter: &Filter) -> Result<Vec<PracticeId>, AppError> {
    let all = filtered::practices(&app.db).await?.into_iter();
    let fitting = all.filter(|(_, name)| filter.fits(name)).map(|(id, _)| id);
    Ok(fitting.take(PRACTICES_MOST + 1).collect())
}

/// `row`, with the name that was typed where who asks has no account yet.
fn with_name(row: QueueRow) -> QueueRow {
    if !row.asked_by.is_empty() || !matches!(row.kind, RequestKind::Registration | RequestKind::Enrolment) {
        return row;
    }
    QueueRow { asked_by: typed_name(&row.typed), ..row }
}

/// The name in what was `typed` by somebody who has no account yet; empty for none.
pub fn typed_name(typed: &str) -> String {
    let typed: serde_json::Value = serde_json::from_str(typed).unwrap_or_default();
    let part = |name: &str| typed.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    format!("{} {}", part("given"), part("family")).trim().to_owned()
}

async fn kept_rows(
    app: &App,
    member: &Member,
    wanted: &Wanted,
    practices: Option<Vec<PracticeId>>,
    most: usize,
) -> Result<Vec<QueueRow>, AppError> {
    let (kind, after, most) = (wanted.kind, wanted.after, i64::try_from(most).unwrap_or(i64::MAX));
    let is_narrowed = practices.is_some() || wanted.filter.has_facts();
    let facts = is_narrowed.then(|| facts(app, &wanted.filter, practices));
    let which = match wanted.view {
        View::NeedsAction => Open::All,
        View::Mine => Open::Of(member.account),
        View::Overdue => {
            let (day, filed_by) = late(app, member);
            Open::Late(day, filed_by)
        }
        View::WaitingOnFamily => Open::WithFamily,
        View::Closed => {
            let place = match after {
                Some(Place::Closed(at, id)) => Some((at, id)),
                _ => None,
            };
            return Ok(match facts {
                Some(facts) => filtered::closed(&app.db, kind, &facts, place, most).await?,
                None => queue::closed(&app.db, kind, place, most).await?,
            });
        }
    };
    let place = match after {
        Some(Place::Open(due, filed, id)) => (due, filed, id),
        _ => FIRST,
    };
    Ok(match facts {
        Some(facts) => filtered::open(&app.db, (which, kind), &facts, place, most).await?,
        None => queue::open(&app.db, which, kind, place, most).await?,
    })
}

/// Owner and days of `filter`, and the practices that its words find; days of filing are days of the hospital.
fn facts(app: &App, filter: &Filter, practices: Option<Vec<PracticeId>>) -> Facts {
    let zone = app.hospital.cycles.zone();
    let (from, to) = filter.filed;
    Facts {
        owner: filter.owner,
        filed: (from.map(|day| zone.start_of_day(day)), to.map(|day| zone.start_of_day(plus_days(day, 1)))),
        due: filter.due,
        practices,
    }
}

/// Before which day a request must be due, and by when a review by the hour must have been filed, to be late now.
fn late(app: &App, member: &Member) -> (Date, Instant) {
    let now = member.context.now;
    (app.hospital.cycles.zone().date(now), now.plus_seconds(-REVIEW_HOURS * 3600))
}

fn place(row: &QueueRow, view: View) -> Option<Place> {
    match view {
        View::Closed => row.closed_at.map(|at| Place::Closed(at, row.id.0)),
        _ => row.due_on.map(|due| Place::Open(due, row.filed_at, row.id.0)),
    }
}

/// Gives requests that were filed before there was a queue the day on which they are due.
async fn give_due_days(app: &App) -> Result<(), AppError> {
    let undated = queue::undated(&app.db).await?;
    if undated.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for (id, kind, filed) in undated {
        let due = app.hospital.due_of(kind, filed);
        queue::set_due(&mut tx, id, due).await?;
    }
    Ok(tx.commit().await?)
}

/// An account as a request's page names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The account.
    pub id: AccountId,
    /// Given and family name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The kind.
    pub kind: AccountKind,
}

/// One request with all that its page shows, but for the facts of its kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Detail {
    /// The request.
    pub request: StoredRequest,
    /// The day on which an answer is due.
    pub due: Date,
    /// Who filed it.
    pub asked_by: Option<Named>,
    /// The account it is about.
    pub subject: Option<Named>,
    /// The practice it is about; empty for none.
    pub practice: String,
    /// Who has taken it.
    pub owner: Option<Named>,
    /// Its history, oldest first; it begins with its filing.
    pub events: Vec<Event>,
    /// Whether the reader takes, notes on and lets go of requests.
    pub handles: bool,
    /// How it can be ended, with what keeps the reader from it; empty once it is closed.
    pub endings: Vec<(Ending, Option<Bar>)>,
}

/// The request with this id; `None` when there is none.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn detail(app: &App, member: &Member, id: RequestId) -> Result<Option<Detail>, AppError> {
    let request = requests::by_id(&app.db, id).await?;
    let outcome = if request.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.entry(Act::ReadRequest, outcome, id.0);
    entry.patient = request.as_ref().and_then(|r| r.patient);
    app.audit.record(entry).await?;
    let Some(request) = request else { return Ok(None) };
    let mut events = queue::events(&app.db, id).await?;
    let asked_by = named(app, request.account).await?;
    if !events.iter().any(|event| event.step == Step::Filed) {
        let actor = asked_by.as_ref().map(|by| (by.id, by.name.clone()));
        events.insert(0, Event { at: request.filed_at, step: Step::Filed, body: String::new(), actor });
    }
    let practice = match request.practice {
        Some(practice) => people::practice_name(&app.db, practice).await?.unwrap_or_default(),
        None => String::new(),
    };
    let is_own = is_party(app, &request, member.account).await?;
    // What the family answers is not the desk's to end.
    let with_family = patient_requests::kept(&app.db, id).await?.route == Route::Family;
    let is_theirs = request.state == RequestState::Open && !with_family;
    let endings = if is_theirs { request.kind.endings() } else { &[] };
    let due = request.due_on.unwrap_or_else(|| app.hospital.due_of(request.kind, request.filed_at));
    Ok(Some(Detail {
        due,
        subject: named(app, request.subject).await?,
        owner: named(app, request.assignee).await?,
        asked_by,
        practice,
        events,
        handles: handles(&member.roles),
        endings: endings.iter().map(|e| (*e, bar(request.kind, *e, &member.roles, is_own))).collect(),
        request,
    }))
}

/// Whether `account` filed or joined `request`, or it is about `account`.
pub(super) async fn is_party(
    app: &App,
    request: &StoredRequest,
    account: AccountId,
) -> Result<bool, AppError> {
    if request.account == Some(account) || request.subject == Some(account) {
        return Ok(true);
    }
    if request.kind == RequestKind::Enrolment {
        return staff_check::is_own(app, request.id, account).await;
    }
    let joined = patient_requests::joiners(&app.db, request.id).await?;
    Ok(joined.iter().any(|(joiner, _)| *joiner == account))
}

async fn named(app: &App, id: Option<AccountId>) -> Result<Option<Named>, AppError> {
    let Some(id) = id else { return Ok(None) };
    let found = people::account(&app.db, id).await?;
    Ok(found.map(|a| Named { id, name: a.name, email: a.email, kind: a.kind }))
}
