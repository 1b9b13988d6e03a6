//! Finding patients: by MRN, by name and birth date, and the candidates for a viewer's own list.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use time::Date;
use uuid::Uuid;

use super::sql::{ask, on_read, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::access::facts::Merge;
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, Mrn, PatientId, ProviderId};
use crate::domain::news::UNOPENED_SECONDS;

/// The patients whom account `$1` might see, as `w`. `o` the viewer, as a provider, with whom they are merged with; `d` everyone whose
/// listing may count, likewise.
macro_rules! theirs {
    ($rest:literal) => {
        concat!(
            "with recursive a as (select id, provider_id from account where id = $1), \
        s as (select p.practice_id, o.provider_id from sponsorship p join account o on o.id = p.sponsor_id \
              where p.user_id = $1), \
        o(id) as (select provider_id from a where provider_id is not null \
              union select g.from_id from provider_merge g join o on g.into_id = o.id), \
        r as (select practice_id from membership where provider_id in (select id from o) \
              union select practice_id from s), \
        d(id) as (select id from o union select provider_id from s \
              union select b.provider_id from membership b where b.practice_id in (select practice_id from r)), \
        y(id) as (select id from d union select case when g.from_id = y.id then g.into_id else g.from_id end \
              from provider_merge g join y on y.id in (g.from_id, g.into_id)), \
        c as (select l.patient_id from listing l where l.provider_id in (select id from y) \
              union select l.patient_id from listing l where l.practice_id in (select practice_id from r) \
              union select t.patient_id from care_team_seat t where t.provider_id in (select id from o) \
              union select t.patient_id from care_team_seat t where t.practice_id in (select practice_id from r) \
              union select k.patient_id from patient_token k where k.redeemed_by = $1 \
              union select g.patient_id from access_grant g where g.account_id = $1 \
              union select e.patient_id from emergency_access e where e.account_id = $1), \
        w(patient_id) as (select patient_id from c union select g.into_id from patient_merge g join w on w.patient_id = g.from_id) ",
            $rest
        )
    };
}

statements! {
    BY_MRN = "select patient_id from patient_mrn where mrn = $1";
    /// First the record, with nothing else; then the merges that lead on from it.
    BY_MRN_MERGES = "with recursive o(id) as (select patient_id from patient_mrn where mrn = $1), m(id) as (select id from o \
                     union select g.into_id from m cross join patient_merge g where g.from_id = m.id) \
                     select o.id, cast(null as uuid), cast(null as timestamptz), cast(null as timestamptz), cast(null as timestamptz) from o \
                     union all select g.from_id, g.into_id, g.starts_at, g.ends_at, g.confirmed_at \
                     from m cross join patient_merge g where g.from_id = m.id";
    FORMER = "select shown_as from patient_mrn where patient_id = $1 and former = 1 order by mrn";
    BY_NAME = "select id, given_folded from patient where birth_date = $1 and family_folded = $2";
    MERGES_FROM = "with recursive m(id) as (select id from patient where id = $1 \
                   union select g.into_id from m cross join patient_merge g where g.from_id = m.id) \
                   select g.from_id, g.into_id, g.starts_at, g.ends_at, g.confirmed_at \
                   from m cross join patient_merge g where g.from_id = m.id";
    CARD = "select p.id, p.family, p.given, p.birth_date, p.sex, m.shown_as, p.latest_activity_at from patient p \
            join patient_mrn m on m.patient_id = p.id and m.former = 0 where p.id = $1";
    CANDIDATES = theirs!("select p.id, p.family, p.given, p.birth_date, p.sex, m.shown_as, p.latest_activity_at \
        from patient p join patient_mrn m on m.patient_id = p.id and m.former = 0 \
        where p.id in (select patient_id from w) and (p.latest_activity_at, p.id) < ($2, $3) \
        order by p.latest_activity_at desc, p.id desc limit $4");
    /// `q` the provider with whom they are merged with, `z` whoever was ever listed with one of them.
    LISTED_WITH = theirs!(", q(id) as (select id from provider where id = $5 union \
              select case when g.from_id = q.id then g.into_id else g.from_id end \
              from provider_merge g join q on q.id in (g.from_id, g.into_id)), \
        z(patient_id) as (select l.patient_id from listing l where l.provider_id in (select id from q) \
              union select g.into_id from patient_merge g join z on z.patient_id = g.from_id) \
        select p.id, p.family, p.given, p.birth_date, p.sex, m.shown_as, p.latest_activity_at \
        from patient p join patient_mrn m on m.patient_id = p.id and m.former = 0 \
        where p.id in (select patient_id from w) and p.id in (select patient_id from z) \
        and (p.latest_activity_at, p.id) < ($2, $3) order by p.latest_activity_at desc, p.id desc limit $4");
    /// As [`crate::domain::news::Activity::is_news`] has it.
    WITH_NEWS = theirs!("select p.id, p.family, p.given, p.birth_date, p.sex, m.shown_as, p.latest_activity_at, n.newest \
        from (select a.patient_id, max(a.noted_at) as newest from patient_activity a left join recent_view v \
              on v.patient_id = a.patient_id and v.account_id = $1 where a.patient_id in (select patient_id from w) \
              and (a.noted_at > coalesce(v.last_at, v.viewed_at) or (v.account_id is null and a.at > $5)) group by a.patient_id) n \
        join patient p on p.id = n.patient_id join patient_mrn m on m.patient_id = p.id and m.former = 0 \
        where (n.newest, p.id) < ($2, $3) order by n.newest desc, p.id desc limit $4");
}

/// What a list says of a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// The record.
    pub id: PatientId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Administrative sex.
    pub sex: String,
    /// The current MRN, as the hospital writes it.
    pub mrn: String,
    /// When the record last changed.
    pub latest_activity_at: Instant,
}

type CardRow = (Uuid, String, String, Date, String, String, Stamp);

fn card((id, family, given, birth_date, sex, mrn, at): CardRow) -> Card {
    Card { id: PatientId(id), family, given, birth_date, sex, mrn, latest_activity_at: at.0 }
}

/// The record that `mrn` leads to at `at`: that of a current or former MRN, or the survivor of a merge that holds then.
///
/// # Errors
/// [`StoreError`].
pub async fn by_mrn(db: &Db, mrn: &Mrn, at: Instant) -> Result<Option<PatientId>, StoreError> {
    let found = with_merges(db, mrn).await?;
    Ok(found.map(|(id, merges)| follow(id, &merges, at)))
}

/// The record whose MRN `mrn` is or was, and the merges that lead on from it, in one statement: an MRN that nobody has takes as many
/// reads as one that somebody has.
async fn with_merges(db: &Db, mrn: &Mrn) -> Result<Option<(PatientId, Vec<Merge>)>, StoreError> {
    type Row = (Uuid, Option<Uuid>, Option<Stamp>, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, BY_MRN_MERGES; mrn.as_str()).fetch_all(c).await)?;
    let owner = rows.iter().find(|row| row.1.is_none()).map(|row| PatientId(row.0));
    let merges = rows
        .into_iter()
        .filter_map(|(from, into, start, end, confirmed)| Some(merge((from, into?, start?, end, confirmed))));
    let merges = ordered(merges.collect());
    Ok(owner.map(|owner| (owner, merges)))
}

/// The record into which `id` is merged at `at`, or `id` itself.
///
/// # Errors
/// [`StoreError`].
pub async fn survivor(db: &Db, id: PatientId, at: Instant) -> Result<PatientId, StoreError> {
    Ok(follow(id, &merges_from(db, id).await?, at))
}

/// The record for which what `id` gives counts at `at`: the one into which it is merged as far as the access team has confirmed it.
///
/// # Errors
/// [`StoreError`].
pub async fn counted(db: &Db, id: PatientId, at: Instant) -> Result<PatientId, StoreError> {
    Ok(follow_confirmed(id, &merges_from(db, id).await?, at))
}

/// The record for which what is given to `id` counts at `at`; `None` while a merge of it waits for the access team to confirm it, so that
/// nobody can say whether that record stays one of its own.
///
/// # Errors
/// [`StoreError`].
pub async fn settled(db: &Db, id: PatientId, at: Instant) -> Result<Option<PatientId>, StoreError> {
    let merges = merges_from(db, id).await?;
    let counted = follow_confirmed(id, &merges, at);
    Ok((follow(id, &merges, at) == counted).then_some(counted))
}

/// The record whose MRN `mrn` is or was, wherever that is merged into.
///
/// # Errors
/// [`StoreError`].
pub async fn owner_of(db: &Db, mrn: &Mrn) -> Result<Option<PatientId>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid,), BY_MRN; mrn.as_str()).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| PatientId(id)))
}

/// The record whose MRN `mrn` is or was, or the one for which it counts at `at`.
///
/// # Errors
/// [`StoreError`].
pub async fn counted_by_mrn(db: &Db, mrn: &Mrn, at: Instant) -> Result<Option<PatientId>, StoreError> {
    let found = with_merges(db, mrn).await?;
    Ok(found.map(|(id, merges)| follow_confirmed(id, &merges, at)))
}

pub(super) type MergeRow = (Uuid, Uuid, Stamp, Option<Stamp>, Option<Stamp>);

pub(super) fn merge((from, into, start, end, confirmed): MergeRow) -> Merge {
    Merge {
        from: PatientId(from),
        into: PatientId(into),
        span: Stamp::interval(Some(start), end),
        confirmed_at: confirmed.map(|c| c.0),
    }
}

async fn merges_from(db: &Db, id: PatientId) -> Result<Vec<Merge>, StoreError> {
    let rows = on_read!(db, c => ask!(MergeRow, MERGES_FROM; id.0).fetch_all(c).await)?;
    Ok(ordered(rows.into_iter().map(merge).collect()))
}

/// Of two that hold at once, which only an import can bring, the earlier leads: the same on every engine.
fn ordered(mut merges: Vec<Merge>) -> Vec<Merge> {
    merges.sort_by_key(|m| (m.from, m.span.start(), m.into));
    merges
}

/// Where the merges that hold at `at` lead from `id`.
pub fn follow(id: PatientId, merges: &[Merge], at: Instant) -> PatientId {
    lead(id, merges, |m| m.span.holds(at))
}

/// Where the merges that hold at `at`, and that the access team has confirmed by then, lead from `id`.
pub fn follow_confirmed(id: PatientId, merges: &[Merge], at: Instant) -> PatientId {
    lead(id, merges, |m| m.span.holds(at) && m.confirmed_at.is_some_and(|confirmed| confirmed <= at))
}

fn lead(id: PatientId, merges: &[Merge], counts: impl Fn(&Merge) -> bool) -> PatientId {
    let mut here = id;
    for _ in 0..=merges.len() {
        match merges.iter().find(|m| m.from == here && counts(m)) {
            Some(merge) => here = merge.into,
            None => break,
        }
    }
    here
}

/// The records of everyone born on `birth_date` whose folded family name is `family`, each with the folded given names.
///
/// # Errors
/// [`StoreError`].
pub async fn by_name(
    db: &Db,
    family: &str,
    birth_date: Date,
) -> Result<Vec<(PatientId, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String), BY_NAME; birth_date, family).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, given)| (PatientId(id), given)).collect())
}

/// What a list says of `id`, `None` when there is no such record.
///
/// # Errors
/// [`StoreError`].
pub async fn one_card(db: &Db, id: PatientId) -> Result<Option<Card>, StoreError> {
    Ok(on_read!(db, c => ask!(CardRow, CARD; id.0).fetch_optional(c).await)?.map(card))
}

/// What a list says of each of `ids`.
///
/// # Errors
/// [`StoreError`].
pub async fn cards(db: &Db, ids: &[PatientId]) -> Result<HashMap<PatientId, Card>, StoreError> {
    macro_rules! build {
        ($db:ty, $pool:expr, $chunk:expr) => {{
            let mut q = QueryBuilder::<$db>::new(
                "select p.id, p.family, p.given, p.birth_date, p.sex, m.shown_as, p.latest_activity_at from patient p \
                 join patient_mrn m on m.patient_id = p.id and m.former = 0 where p.id in (",
            );
            let mut list = q.separated(", ");
            for id in $chunk {
                list.push_bind(id.0);
            }
            q.push(")");
            q.build_query_as::<CardRow>().fetch_all($pool).await?
        }};
    }
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows = match db {
            Db::Sqlite { read, .. } => build!(sqlx::Sqlite, read, chunk),
            Db::Postgres(pool) => build!(sqlx::Postgres, pool, chunk),
        };
        found.extend(rows.into_iter().map(|row| (PatientId(row.0), card(row))));
    }
    Ok(found)
}

/// Where a list goes on: after the patient with this latest activity and id.
pub type After = (Instant, PatientId);

/// Before every patient in a list.
pub const FIRST: After = (Instant::from_micros(253_402_300_799_000_000), PatientId(Uuid::max()));

/// Up to `limit` patients whom `account` might see, latest activity first: a superset, found by index, of those it may. Each is
/// to be decided before it is shown.
///
/// # Errors
/// [`StoreError`].
pub async fn candidates(
    db: &Db,
    account: AccountId,
    after: After,
    limit: i64,
) -> Result<Vec<Card>, StoreError> {
    let (at, id) = after;
    let rows =
        on_read!(db, c => ask!(CardRow, CANDIDATES; account.0, Stamp(at), id.0, limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(card).collect())
}

/// As [`candidates`], of whom some listing, of whatever time, names `provider`.
///
/// # Errors
/// [`StoreError`].
pub async fn listed_with(
    db: &Db,
    account: AccountId,
    provider: ProviderId,
    after: After,
    limit: i64,
) -> Result<Vec<Card>, StoreError> {
    let (at, id) = after;
    let rows = on_read!(db, c =>
        ask!(CardRow, LISTED_WITH; account.0, Stamp(at), id.0, limit, provider.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(card).collect())
}

/// Up to `limit` patients whom `account` might see and about whom there is news for it at `now`, the newest news first, each with when
/// that became known: a superset, found by index. Each is to be decided before it is shown.
///
/// # Errors
/// [`StoreError`].
pub async fn with_news(
    db: &Db,
    account: AccountId,
    after: After,
    limit: i64,
    now: Instant,
) -> Result<Vec<(Card, Instant)>, StoreError> {
    type Row = (Uuid, String, String, Date, String, String, Stamp, Stamp);
    let (at, id) = after;
    let since = Stamp(now.plus_seconds(-UNOPENED_SECONDS));
    let rows = on_read!(db, c =>
        ask!(Row, WITH_NEWS; account.0, Stamp(at), id.0, limit, since).fetch_all(c).await)?;
    let read = |(id, family, given, birth_date, sex, mrn, at, newest): Row| {
        (card((id, family, given, birth_date, sex, mrn, at)), newest.0)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The former MRNs of `patient`.
///
/// # Errors
/// [`StoreError`].
pub async fn former_mrns(db: &Db, patient: PatientId) -> Result<Vec<String>, StoreError> {
    let rows = on_read!(db, c => ask!((String,), FORMER; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(mrn,)| mrn).collect())
}
