//! The access team's queue: its pages, who has a request, what was said about it, how it ended.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::AccountStatus;
use crate::domain::queue::Step;
use crate::domain::request::{Ending, RequestKind};
use crate::store::sign_in::accounts::status_span;

/// Every row of the queue with the names it shows; who asked has a name of their own where they have no account yet.
macro_rules! listed {
    ($($rest:literal),+ $(,)?) => {
        concat!(
            "select q.id, q.kind, q.filed_at, q.closed_at, q.due_on, q.version, q.outcome, q.assignee_id, ",
            "coalesce(a.given, '') as given, coalesce(a.family, h.name, i.name, '') as family, q.typed, ",
            "coalesce(p.name, '') as practice, ",
            "coalesce(o.given, '') as owner_given, coalesce(o.family, '') as owner_family, ",
            "coalesce(s.given, '') as patient_given, coalesce(s.family, '') as patient_family ",
            "from access_request q left join account a on a.id = q.account_id ",
            "left join patient_request w on w.request_id = q.id left join patient s on s.id = q.patient_id ",
            "left join help_request h on h.request_id = q.id ",
            "left join sign_on_identity i on i.request_id = q.id left join practice p on p.id = q.practice_id ",
            "left join account o on o.id = q.assignee_id ",
            $($rest),+
        )
    };
}

pub mod filtered;
pub mod kept_views;
pub mod team;

statements! {
    ACCOUNT_OF = "select account_id from registration where request_id = $1 and account_id is not null union all \
                  select account_id from sign_on_identity where request_id = $1 and account_id is not null";
    OPEN = listed!("where q.state = 'open' and ($1 = '' or q.kind = $1) and (q.due_on, q.filed_at, q.id) > ($2, $3, $4) and coalesce(w.route, 'team') <> 'family' \
                    order by q.due_on, q.filed_at, q.id limit $5");
    WITH_FAMILY = listed!("where q.state = 'open' and ($1 = '' or q.kind = $1) and (q.due_on, q.filed_at, q.id) > ($2, $3, $4) and w.route = 'family' \
                           order by q.due_on, q.filed_at, q.id limit $5");
    MINE = listed!("where q.state = 'open' and ($1 = '' or q.kind = $1) and (q.due_on, q.filed_at, q.id) > ($2, $3, $4) and q.assignee_id = $6 \
                    order by q.due_on, q.filed_at, q.id limit $5");
    OVERDUE = listed!("where q.state = 'open' and ($1 = '' or q.kind = $1) and (q.due_on, q.filed_at, q.id) > ($2, $3, $4) \
                       and case when q.kind = 'emergency_review' then q.filed_at <= $7 else q.due_on < $6 end \
                       and coalesce(w.route, 'team') <> 'family' order by q.due_on, q.filed_at, q.id limit $5");
    CLOSED = listed!("where q.state = 'closed' and ($1 = '' or q.kind = $1) and (q.closed_at, q.id) < ($2, $3) order by q.closed_at desc, q.id desc limit $4");
    COUNTS = "select coalesce(sum(case when w.route = 'family' then 0 else 1 end), 0), \
              coalesce(sum(case when q.assignee_id = $1 then 1 else 0 end), 0), \
              coalesce(sum(case when case when q.kind = 'emergency_review' then q.filed_at <= $3 else q.due_on < $2 end \
              and coalesce(w.route, 'team') <> 'family' then 1 else 0 end), 0), \
              coalesce(sum(case when w.route = 'family' then 1 else 0 end), 0), \
              min(case when w.route = 'family' then null else q.due_on end) from access_request q \
              left join patient_request w on w.request_id = q.id where q.state = 'open'";
    UNDATED = "select id, kind, filed_at from access_request where state = 'open' and due_on is null limit 500";
    SET_DUE = "update access_request set due_on = $2 where id = $1";
    ASSIGN = "update access_request set assignee_id = $3, version = version + 1 \
              where id = $1 and version = $2 and state = 'open'";
    TOUCH = "update access_request set version = version + 1 where id = $1 and version = $2";
    CLOSE = "update access_request set state = 'closed', closed_at = $3, outcome = $4, decided_by = $5, outcome_reason = $6, \
             version = version + 1 where id = $1 and version = $2 and state = 'open'";
    INSERT_EVENT = "insert into request_event (id, request_id, at, version, actor_id, kind, body) values ($1, $2, $3, $4, $5, $6, $7)";
    EVENTS = "select e.at, e.kind, e.body, e.actor_id, coalesce(a.given, ''), coalesce(a.family, '') from request_event e \
              left join account a on a.id = e.actor_id where e.request_id = $1 order by e.at, e.version, e.id";
    TEAM = "select a.id, a.email, t.status, t.starts_at, t.ends_at from account a \
            join account_status t on t.account_id = a.id where a.kind = 'access_team' and exists \
            (select 1 from account_role r where r.account_id = a.id and r.role in ('reviewer', 'administrator')) order by a.id";
}

/// A row of the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueRow {
    /// The request.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// The day on which an answer is due.
    pub due_on: Option<Date>,
    /// Its version.
    pub version: i64,
    /// How it ended.
    pub outcome: Option<Ending>,
    /// Who asked.
    pub asked_by: String,
    /// What was typed, as one JSON object.
    pub typed: String,
    /// The patient it is about, as the hospital's record names them (family and given name); empty for none.
    pub patient: (String, String),
    /// The practice it is about; empty for none.
    pub practice: String,
    /// Who has taken it, with their name.
    pub owner: Option<(AccountId, String)>,
}

/// A row of every statement that lists.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    filed_at: Stamp,
    closed_at: Option<Stamp>,
    due_on: Option<Date>,
    version: i64,
    outcome: Option<String>,
    assignee_id: Option<Uuid>,
    given: String,
    family: String,
    typed: String,
    practice: String,
    owner_given: String,
    owner_family: String,
    patient_given: String,
    patient_family: String,
}

fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

impl TryFrom<Row> for QueueRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("access request {}: {what}", row.id));
        let outcome = row
            .outcome
            .as_deref()
            .map(|word| Ending::from_word(word).ok_or_else(|| corrupt("unknown outcome")));
        Ok(Self {
            id: RequestId(row.id),
            kind: RequestKind::from_word(&row.kind).ok_or_else(|| corrupt("unknown kind"))?,
            filed_at: row.filed_at.0,
            closed_at: row.closed_at.map(|c| c.0),
            due_on: row.due_on,
            version: row.version,
            outcome: outcome.transpose()?,
            asked_by: full_name(&row.given, &row.family),
            typed: row.typed,
            patient: (row.patient_family, row.patient_given),
            practice: row.practice,
            owner: row.assignee_id.map(|id| (AccountId(id), full_name(&row.owner_given, &row.owner_family))),
        })
    }
}

/// A place in a list of open requests: due day, when filed, id. The list goes on after it.
pub type OpenPlace = (Date, Instant, Uuid);

/// The place before the first open request.
pub const FIRST: OpenPlace = (date!(0001 - 01 - 01), Instant::EVER, Uuid::nil());

/// No request is filed or closed as late as this.
const LATEST: Instant = Instant::from_micros(253_402_300_799_000_000);

/// Whose open requests, or which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {
    /// All that the family does not answer.
    All,
    /// Those that the family answers.
    WithFamily,
    /// Those that this account has taken.
    Of(AccountId),
    /// Those that are late: due before this day, and reviews of emergency access filed at or before this instant.
    Late(Date, Instant),
}

/// Open requests of `kind` (any without one), oldest due first, after `place`.
///
/// # Errors
/// [`StoreError`].
pub async fn open(
    db: &Db,
    which: Open,
    kind: Option<RequestKind>,
    (due, filed, id): OpenPlace,
    limit: i64,
) -> Result<Vec<QueueRow>, StoreError> {
    let (kind, filed) = (kind.map_or("", RequestKind::word), Stamp(filed));
    let rows = match which {
        Open::All => on_read!(db, c => ask!(Row, OPEN; kind, due, filed, id, limit).fetch_all(c).await)?,
        Open::WithFamily => {
            on_read!(db, c => ask!(Row, WITH_FAMILY; kind, due, filed, id, limit).fetch_all(c).await)?
        }
        Open::Of(account) => {
            on_read!(db, c => ask!(Row, MINE; kind, due, filed, id, limit, account.0).fetch_all(c).await)?
        }
        Open::Late(day, filed_by) => {
            on_read!(db, c => ask!(Row, OVERDUE; kind, due, filed, id, limit, day, Stamp(filed_by)).fetch_all(c).await)?
        }
    };
    rows.into_iter().map(QueueRow::try_from).collect()
}

/// Closed requests of `kind` (any without one), latest closed first, before `place`.
///
/// # Errors
/// [`StoreError`].
pub async fn closed(
    db: &Db,
    kind: Option<RequestKind>,
    place: Option<(Instant, Uuid)>,
    limit: i64,
) -> Result<Vec<QueueRow>, StoreError> {
    let (at, id) = place.unwrap_or((LATEST, Uuid::max()));
    let kind = kind.map_or("", RequestKind::word);
    let rows = on_read!(db, c => ask!(Row, CLOSED; kind, Stamp(at), id, limit).fetch_all(c).await)?;
    rows.into_iter().map(QueueRow::try_from).collect()
}

/// How many requests are open.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// All that the family does not answer.
    pub open: i64,
    /// Those that the asker has taken.
    pub mine: i64,
    /// Those whose due day is over.
    pub overdue: i64,
    /// Those that the family answers; none of the others is counted among them.
    pub with_family: i64,
    /// The day on which the next is due.
    pub next_due: Option<Date>,
}

/// How many requests are open: all, of `account`, and late as [`Open::Late`] has it.
///
/// # Errors
/// [`StoreError`].
pub async fn counts(
    db: &Db,
    account: AccountId,
    (today, filed_by): (Date, Instant),
) -> Result<Counts, StoreError> {
    type Found = (i64, i64, i64, i64, Option<Date>);
    let (open, mine, overdue, with_family, next_due) =
        on_read!(db, c => ask!(Found, COUNTS; account.0, today, Stamp(filed_by)).fetch_one(c).await)?;
    Ok(Counts { open, mine, overdue, with_family, next_due })
}

/// Open requests without a due day: filed before there was a queue.
///
/// # Errors
/// [`StoreError`].
pub async fn undated(db: &Db) -> Result<Vec<(RequestId, RequestKind, Instant)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String, Stamp), UNDATED;).fetch_all(c).await)?;
    let read = |(id, kind, at): (Uuid, String, Stamp)| {
        let kind = RequestKind::from_word(&kind)
            .ok_or_else(|| StoreError::Corrupt(format!("access request {id}: unknown kind")))?;
        Ok((RequestId(id), kind, at.0))
    };
    rows.into_iter().map(read).collect()
}

/// Writes when an answer is due.
///
/// # Errors
/// [`StoreError`].
pub async fn set_due(tx: &mut Tx, id: RequestId, due: Date) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_DUE; id.0, due).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives the open request to `assignee`, or to nobody; `false` when it is no longer at `version`, or closed.
///
/// # Errors
/// [`StoreError`].
pub async fn assign(
    tx: &mut Tx,
    id: RequestId,
    version: i64,
    assignee: Option<AccountId>,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(ASSIGN; id.0, version, assignee.map(|a| a.0)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Raises the version; `false` when it is no longer at `version`.
///
/// # Errors
/// [`StoreError`].
pub async fn touch(tx: &mut Tx, id: RequestId, version: i64) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(TOUCH; id.0, version).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// How a request ends.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// How.
    pub ending: Ending,
    /// Who ends it.
    pub by: AccountId,
    /// When.
    pub now: Instant,
    /// Why, where it is declined.
    pub reason: &'a str,
}

/// Closes the open request; `false` when it is no longer at `version`, or closed already. Of many at once, one is told `true`.
///
/// # Errors
/// [`StoreError`].
pub async fn close(
    tx: &mut Tx,
    id: RequestId,
    version: i64,
    closing: Closing<'_>,
) -> Result<bool, StoreError> {
    let Closing { ending, by, now, reason } = closing;
    let done = on_tx!(tx, c => act!(CLOSE; id.0, version, Stamp(now), ending.word(), by.0, reason)
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// A step in the history of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What.
    pub step: Step,
    /// What was said.
    pub body: String,
    /// Who, with their name; `None` for somebody without an account.
    pub actor: Option<(AccountId, String)>,
}

/// Keeps a step, after which the request is at `version`.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_event(
    tx: &mut Tx,
    (id, request, version): (Uuid, RequestId, i64),
    actor: Option<AccountId>,
    step: Step,
    body: &str,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_EVENT; id, request.0, Stamp(now), version, actor.map(|a| a.0), step.word(), body)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The history of a request, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn events(db: &Db, request: RequestId) -> Result<Vec<Event>, StoreError> {
    type Found = (Stamp, String, String, Option<Uuid>, String, String);
    let rows = on_read!(db, c => ask!(Found, EVENTS; request.0).fetch_all(c).await)?;
    let read = |(at, kind, body, actor, given, family): Found| {
        let step =
            Step::from_word(&kind).ok_or_else(|| StoreError::Corrupt(format!("request event {kind}")))?;
        let actor = actor.map(|id| (AccountId(id), full_name(&given, &family)));
        Ok(Event { at: at.0, step, body, actor })
    };
    rows.into_iter().map(read).collect()
}

/// Who of the access team decides requests and is active at `now`, with their addresses. Read inside the transaction that files.
///
/// # Errors
/// [`StoreError`].
pub async fn deciders(tx: &mut Tx, now: Instant) -> Result<Vec<(AccountId, String)>, StoreError> {
    type Found = (Uuid, String, Option<String>, Option<Stamp>, Option<Stamp>);
    let rows = on_tx!(tx, c => ask!(Found, TEAM;).fetch_all(c).await)?;
    let mut active = Vec::new();
    for (id, email, status, start, end) in rows {
        let span = status_span(status, start, end)?;
        if span.is_some_and(|(status, span)| status == AccountStatus::Active && span.holds(now)) {
            active.push((AccountId(id), email));
        }
    }
    Ok(active)
}

/// The account that approving `request` has made, or linked to a sign-in at the hospital.
///
/// # Errors
/// [`StoreError`].
pub async fn account_of(tx: &mut Tx, request: RequestId) -> Result<Option<AccountId>, StoreError> {
    let row = on_tx!(tx, c => ask!((Uuid,), ACCOUNT_OF; request.0).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| AccountId(id)))
}
