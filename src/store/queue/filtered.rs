//! The queue narrowed by owner, days and practice; without a filter, the statements of the queue itself are asked.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::{LATEST, Open, OpenPlace, QueueRow, Row};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PracticeId};
use crate::domain::queue::filter::{Days, NOBODY, Owner};
use crate::domain::request::RequestKind;
use crate::store::access_facts::json_list;
use crate::store::sql::{Dialect, ask, on_read, statements};
use crate::store::{Db, Stamp, StoreError};

/// Open requests that fit; `$practice` narrows them to some practices.
macro_rules! open {
    ($practice:literal) => {
        listed!(
            "where q.state = 'open' and ",
            $practice,
            "($1 = '' or q.kind = $1) and (q.due_on, q.filed_at, q.id) > ($2, $3, $4) ",
            "and case $6 when 'family' then w.route = 'family' when 'mine' then q.assignee_id = $7 ",
            "when 'late' then case when q.kind = 'emergency_review' then q.filed_at <= $9 else q.due_on < $8 end ",
            "and coalesce(w.route, 'team') <> 'family' else coalesce(w.route, 'team') <> 'family' end ",
            "and case $10 when '' then 1 = 1 when 'nobody' then q.assignee_id is null else q.assignee_id = $11 end ",
            "and q.filed_at >= $12 and q.filed_at < $13 and q.due_on >= $14 and q.due_on <= $15 ",
            "order by q.due_on, q.filed_at, q.id limit $5"
        )
    };
}

/// Closed requests that fit; `$practice` narrows them to some practices.
macro_rules! closed {
    ($practice:literal) => {
        listed!(
            "where q.state = 'closed' and ",
            $practice,
            "($1 = '' or q.kind = $1) and (q.closed_at, q.id) < ($2, $3) ",
            "and case $5 when '' then 1 = 1 when 'nobody' then q.assignee_id is null else q.assignee_id = $6 end ",
            "and q.filed_at >= $7 and q.filed_at < $8 ",
            "and case $11 when 'any' then 1 = 1 else q.due_on >= $9 and q.due_on <= $10 end ",
            "order by q.closed_at desc, q.id desc limit $4"
        )
    };
}

statements! {
    OPEN_FILTERED = open!("");
    /// One that was closed before there were due days has none; it is shown where no due day is asked for.
    CLOSED_FILTERED = closed!("");
    NAMES = "select id, name from practice order by id";
}

const OPEN_OF_PRACTICES: Dialect = Dialect {
    sqlite: open!("q.practice_id in (select unhex(value) from json_each($16)) and "),
    postgres: open!("q.practice_id = any($16) and "),
};
const CLOSED_OF_PRACTICES: Dialect = Dialect {
    sqlite: closed!("q.practice_id in (select unhex(value) from json_each($12)) and "),
    postgres: closed!("q.practice_id = any($12) and "),
};

/// Every statement of this file that takes a list.
pub(crate) const DIALECTS: &[(&str, Dialect)] =
    &[("OPEN_OF_PRACTICES", OPEN_OF_PRACTICES), ("CLOSED_OF_PRACTICES", CLOSED_OF_PRACTICES)];

/// The rows of a statement whose last value is a list of practices.
macro_rules! of_practices {
    ($db:expr, $dialect:expr, $practices:expr; $($value:expr),* $(,)?) => {
        match $db {
            Db::Sqlite { read, .. } => {
                let query = sqlx::query_as::<_, Row>($dialect.sqlite)$(.bind($value))*;
                query.bind(json_list($practices)).fetch_all(read).await?
            }
            Db::Postgres(pool) => {
                let list: Vec<Uuid> = $practices.iter().map(|id| id.0).collect();
                let query = sqlx::query_as::<_, Row>($dialect.postgres)$(.bind($value))*;
                query.bind(list).fetch_all(pool).await?
            }
        }
    };
}

/// No request is due before it.
const FIRST_DAY: Date = date!(0001 - 01 - 01);
/// No request is due after it.
const LAST_DAY: Date = date!(9999 - 12 - 31);

/// What narrows the queue. An instant or day that is `None` narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Who has taken them.
    pub owner: Option<Owner>,
    /// Filed at or after the first and before the second.
    pub filed: (Option<Instant>, Option<Instant>),
    /// Due from the first to the last.
    pub due: Days,
    /// About one of these practices; `None` for about any or none.
    pub practices: Option<Vec<PracticeId>>,
}

impl Facts {
    fn owner(&self) -> (&'static str, Uuid) {
        match self.owner {
            None => ("", Uuid::nil()),
            Some(Owner::Nobody) => (NOBODY, Uuid::nil()),
            Some(Owner::Member(account)) => ("member", account.0),
        }
    }

    fn filed(&self) -> (Stamp, Stamp) {
        let (from, before) = self.filed;
        (Stamp(from.unwrap_or(Instant::EVER)), Stamp(before.unwrap_or(LATEST)))
    }

    fn due(&self) -> (Date, Date) {
        (self.due.0.unwrap_or(FIRST_DAY), self.due.1.unwrap_or(LAST_DAY))
    }
}

/// Open requests of `kind` (any without one) that fit `facts`, oldest due first, after `place`.
///
/// # Errors
/// [`StoreError`].
pub async fn open(
    db: &Db,
    (which, kind): (Open, Option<RequestKind>),
    facts: &Facts,
    (due, filed, id): OpenPlace,
    limit: i64,
) -> Result<Vec<QueueRow>, StoreError> {
    let nobody = AccountId(Uuid::nil());
    let (word, viewer, day, filed_by) = match which {
        Open::All => ("all", nobody, FIRST_DAY, Instant::EVER),
        Open::WithFamily => ("family", nobody, FIRST_DAY, Instant::EVER),
        Open::Of(account) => ("mine", account, FIRST_DAY, Instant::EVER),
        Open::Late(day, filed_by) => ("late", nobody, day, filed_by),
    };
    let (kind, (how, owner)) = (kind.map_or("", RequestKind::word), facts.owner());
    let ((from, before), (first, last)) = (facts.filed(), facts.due());
    let rows = match &facts.practices {
        None => {
            on_read!(db, c => ask!(Row, OPEN_FILTERED; kind, due, Stamp(filed), id, limit, word, viewer.0, day,
            Stamp(filed_by), how, owner, from, before, first, last).fetch_all(c).await)?
        }
        Some(practices) => {
            of_practices!(db, OPEN_OF_PRACTICES, practices; kind, due, Stamp(filed), id, limit, word, viewer.0,
            day, Stamp(filed_by), how, owner, from, before, first, last)
        }
    };
    rows.into_iter().map(QueueRow::try_from).collect()
}

/// Closed requests of `kind` (any without one) that fit `facts`, latest closed first, before `place`.
///
/// # Errors
/// [`StoreError`].
pub async fn closed(
    db: &Db,
    kind: Option<RequestKind>,
    facts: &Facts,
    place: Option<(Instant, Uuid)>,
    limit: i64,
) -> Result<Vec<QueueRow>, StoreError> {
    let (at, id) = place.unwrap_or((LATEST, Uuid::max()));
    let (kind, (how, owner)) = (kind.map_or("", RequestKind::word), facts.owner());
    let ((from, before), (first, last)) = (facts.filed(), facts.due());
    let days = if facts.due == (None, None) { "any" } else { "some" };
    let rows = match &facts.practices {
        None => {
            on_read!(db, c => ask!(Row, CLOSED_FILTERED; kind, Stamp(at), id, limit, how, owner, from, before, first, last,
            days).fetch_all(c).await)?
        }
        Some(practices) => {
            of_practices!(db, CLOSED_OF_PRACTICES, practices; kind, Stamp(at), id, limit, how, owner, from,
            before, first, last, days)
        }
    };
    rows.into_iter().map(QueueRow::try_from).collect()
}

/// The name of every practice.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(db: &Db) -> Result<Vec<(PracticeId, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String), NAMES;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, name)| (PracticeId(id), name)).collect())
}
