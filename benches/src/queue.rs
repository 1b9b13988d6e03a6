//! The first page of the desk's queue among 100,000 requests, half of them open, against bare queries for the same page and count.
//!
//! The page is the whole use case: its rows with names, the counts of its tabs, the audit row. Both show the same requests, which is
//! checked.

use postern::app::App;
use postern::app::access::Context;
use postern::app::desk::Member;
use postern::app::desk::reading::{Wanted, list};
use postern::domain::calendar::Instant;
use postern::domain::ids::AccountId;
use postern::domain::people::Role;
use postern::domain::queue::{ON_PAGE, View};
use postern::store::Db;
use sqlx::AssertSqlSafe;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::measure::{Pair, Row, alternate};
use super::sponsors::{Engine, on_both, run};
use super::{Outcome, chart, say};

/// Requests, unless the command line says how many.
pub(crate) const REQUESTS: u64 = 100_000;
const SPONSORS: u64 = 1_000;
/// Pages in one round.
const PAGES: u32 = 5;
const GOAL: f64 = 3.0;
const NOW: &str = "2026-04-22T16:00:00Z";
const REQUEST: u8 = 0x31;

pub(crate) fn measure(requests: u64) -> Outcome<Vec<Row>> {
    let [embedded, served] = on_both("queue", SPONSORS, |runtime, db, engine| {
        runtime.block_on(fill(db, engine, requests))?;
        on_one(runtime, db)
    })?;
    let work = format!("the queue's first page of {requests} requests; baseline its bare page and count");
    Ok(vec![
        embedded.at_most(GOAL, &format!("{work}, SQLite"), PAGES),
        served.at_most_by_the_clock(GOAL, &format!("{work}, PostgreSQL")),
    ])
}

/// Writes the requests: of five kinds, every other one open, due over two hundred days; of those for access without being the PCP half
/// wait for the family.
async fn fill(db: &Db, engine: Engine, requests: u64) -> Outcome<()> {
    let now: Instant = NOW.parse()?;
    let filed = engine.at(now.plus_seconds(-30 * 86_400));
    let (filed, due) = match engine {
        Engine::Sqlite => {
            (format!("{filed} + i * 1000000"), "date('2026-03-01', '+' || (i * 7 % 200) || ' days')")
        }
        Engine::Postgres => {
            (format!("{filed} + i * interval '1 second'"), "date '2026-03-01' + (i * 7 % 200)::int")
        }
    };
    // Each account asks for each patient once, so that nothing is asked twice.
    let (account, patient) =
        (engine.sponsor(&format!("i / {SPONSORS} % {SPONSORS}")), engine.patient(&format!("i % {SPONSORS}")));
    let kind = "case i / 2 % 5 when 0 then 'non_pcp' when 1 then 'registration' when 2 then 'help' \
                when 3 then 'single_sign_on' else 'factor_reset' end";
    let (key, closed) = (engine.id(REQUEST, "i"), engine.at(now));
    let what = format!(
        "{key}, {kind}, case i % 2 when 0 then 'open' else 'closed' end, {account}, \
         case i / 2 % 5 when 0 then {patient} end, '{{}}', '', {filed}, case i % 2 when 1 then {closed} end, {due}"
    );
    let into = "access_request (id, kind, state, account_id, patient_id, typed, reason, filed_at, closed_at, due_on)";
    let mut tx = db.begin().await?;
    run(&mut tx, &engine.put(into, &what, requests, "true")).await?;
    let routed = format!("{key}, case i % 20 when 0 then 'family' else 'phone' end");
    run(&mut tx, &engine.put("patient_request (request_id, route)", &routed, requests, "i / 2 % 5 = 0"))
        .await?;
    tx.commit().await?;
    if let Db::Sqlite { write, .. } = db {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(write).await?;
    }
    Ok(db.count_rows_anew().await?)
}

fn on_one(runtime: &Runtime, db: &Db) -> Outcome<Pair> {
    let app = runtime.block_on(chart::app(db, NOW.parse()?))?;
    let (ours, theirs) = (runtime.block_on(shown(&app))?, runtime.block_on(bare(db))?);
    say(&format!("open requests that are not the family's: {}", ours.1));
    if ours != theirs {
        return Err("the page shows other requests than the bare query".into());
    }
    let many = |page: &dyn Fn() -> Outcome<()>| (0..PAGES).try_for_each(|_| page());
    alternate(&mut || many(&|| runtime.block_on(bare(db)).map(drop)), &mut || {
        many(&|| runtime.block_on(shown(&app)).map(drop))
    })
}

/// The requests on the first page, and how many there are.
async fn shown(app: &App) -> Outcome<(Vec<Uuid>, i64)> {
    let context = Context { now: NOW.parse()?, request_id: String::new(), network: String::new() };
    let member = Member { account: AccountId(Uuid::nil()), roles: vec![Role::Reviewer], context };
    let listed = list(app, &member, &Wanted::all(View::NeedsAction)).await?;
    Ok((listed.rows.iter().map(|row| row.id.0).collect(), listed.counts.open))
}

/// The same with two bare queries.
async fn bare(db: &Db) -> Outcome<(Vec<Uuid>, i64)> {
    const OPEN: &str = "from access_request q left join patient_request w on w.request_id = q.id where q.state = 'open' \
                        and coalesce(w.route, 'team') <> 'family'";
    let page = format!("select q.id {OPEN} order by q.due_on, q.filed_at, q.id limit {ON_PAGE}");
    let count = format!("select count(*) {OPEN}");
    macro_rules! both {
        ($pool:expr) => {{
            let ids: Vec<(Uuid,)> = sqlx::query_as(AssertSqlSafe(page)).fetch_all($pool).await?;
            let (count,): (i64,) = sqlx::query_as(AssertSqlSafe(count)).fetch_one($pool).await?;
            (ids.into_iter().map(|(id,)| id).collect(), count)
        }};
    }
    Ok(match db {
        Db::Sqlite { read, .. } => both!(read),
        Db::Postgres(pool) => both!(pool),
    })
}
