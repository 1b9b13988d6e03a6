//! The page of the campaign for 100,000 sponsors and 1,000,000 sponsorships, against one bare query that counts the same sponsors.
//!
//! Nine days before the due date: three of five have reviewed, and some have nobody left. The page is the whole use case with its audit
//! row, its first hundred sponsors, the history and what comes next. Both count the same, which is checked.

use postern::app::App;
use postern::app::look_ups::Asker;
use postern::app::validation::campaign::{Wanted, page};
use postern::domain::calendar::Instant;
use postern::domain::campaign::State;
use postern::domain::validation::Cycle;
use postern::store::Db;
use postern::store::validation::open_cycle;
use sqlx::AssertSqlSafe;
use tokio::runtime::Runtime;

use super::measure::{Pair, Row, alternate};
use super::sponsors::{self, Engine, on_both};
use super::{Outcome, chart, say};

const SPONSORS: u64 = 100_000;
const GOAL: f64 = 3.0;
const NOW: &str = "2026-04-22T16:00:00Z";

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let [embedded, served] = on_both("campaign", SPONSORS, on_one)?;
    Ok(vec![
        embedded.at_most(GOAL, "the campaign page, 100,000 sponsors, SQLite; baseline its bare count", 1),
        served.at_most_by_the_clock(GOAL, "the campaign page, PostgreSQL; baseline its bare count"),
    ])
}

fn on_one(runtime: &Runtime, db: &Db, engine: Engine) -> Outcome<Pair> {
    let cycle = sponsors::cycle(&sponsors::cycles()?)?;
    let now: Instant = NOW.parse()?;
    let app = runtime.block_on(async {
        let mut tx = db.begin().await?;
        open_cycle(&mut tx, &cycle, cycle.opens).await?;
        tx.commit().await?;
        db.count_rows_anew().await?;
        chart::app(db, now).await
    })?;
    let bare = bare(engine, &cycle, now);
    let (ours, theirs) = (runtime.block_on(shown(&app, now))?, runtime.block_on(counted(db, &bare))?);
    say(&format!("sponsors, and those who are done: {ours:?}"));
    if ours != theirs {
        return Err(format!("the page counts {ours:?}, the bare query {theirs:?}").into());
    }
    alternate(&mut || runtime.block_on(counted(db, &bare)).map(drop), &mut || {
        runtime.block_on(shown(&app, now)).map(drop)
    })
}

/// How many sponsors the page counts, and how many of them are done.
async fn shown(app: &App, now: Instant) -> Outcome<(i64, i64)> {
    let seen = page(app, &Asker::command_line(now), &Wanted::default()).await?;
    let campaign = seen.campaign.ok_or("no cycle is open")?;
    let all = campaign.counts.values().map(|count| count.sponsors).sum();
    let done = campaign.counts.get(&State::Done).map_or(0, |count| count.sponsors);
    if campaign.rows.is_empty() { Err("the page shows nobody".into()) } else { Ok((all, done)) }
}

async fn counted(db: &Db, sql: &str) -> Outcome<(i64, i64)> {
    Ok(match db {
        Db::Sqlite { read, .. } => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(read).await?,
        Db::Postgres(pool) => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(pool).await?,
    })
}

/// SQL that counts the sponsors of the cycle, and those who have reviewed or have nobody left.
fn bare(engine: Engine, cycle: &Cycle, now: Instant) -> String {
    let (tables, left) = engine.listed_and_left(cycle.opens, now);
    let (opening, now) = (engine.date(cycle.opening), engine.at(now));
    format!(
        "select count(*), cast(coalesce(sum(case when exists (select 1 from validation_review r \
         where r.sponsor_id = d.sponsor_id and r.cycle = {opening} and r.completed_at <= {now}) then 1 \
         when exists (select 1 from {tables} where s.sponsor_id = d.sponsor_id and {left}) then 0 else 1 end), 0) as bigint) \
         from validation_duty d where d.cycle = {opening}"
    )
}
