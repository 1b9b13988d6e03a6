//! A page of the audit list deep inside millions of rows, against one inside a tenth of them and against the bare query for the same rows.
//!
//! Pages go by key: the last row of the page before. Nothing is counted.

use std::hint::black_box;

use postern::app::App;
use postern::app::access::Context;
use postern::app::audit_read::{ON_PAGE, Read, Wanted, read};
use postern::domain::calendar::Instant;
use postern::domain::ids::AccountId;
use postern::store::{Db, Stamp};
use sqlx::AssertSqlSafe;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::{Outcome, chart, say, world};

/// Rows, unless the command line says how many.
pub(crate) const ROWS: u64 = 1_000_000;
/// Rows written in one transaction.
const AT_ONCE: u64 = 100_000;
const PATIENTS: u64 = 1_000;
/// Pages in one round.
const PAGES: u32 = 40;
/// A page deep inside costs the same however many rows there are.
const FLAT: f64 = 1.5;
const OVER_THE_QUERY: f64 = 3.0;
const CHAIN: Uuid = Uuid::from_u128(0x019c_cccc_0000_7000_8000_0000_0000_0001);

/// Where a page begins: after this row.
type Place = (Instant, Uuid, i64);

pub(crate) fn measure(rows: u64) -> Outcome<Vec<Row>> {
    let runtime = runtime()?;
    let small = Audit::of(&runtime, "audit-small", rows / 10)?;
    let large = Audit::of(&runtime, "audit", rows)?;
    let pages = |audit: &Audit| pages(&runtime, &audit.app, audit.middle);
    let flat = alternate(&mut || pages(&small), &mut || pages(&large))?;
    let over = alternate(&mut || queries(&runtime, &large.db, large.middle), &mut || pages(&large))?;
    for audit in [&small, &large] {
        runtime.block_on(audit.db.close());
    }
    let work = format!("a page of the audit in the middle of {rows} rows; baseline");
    Ok(vec![
        flat.at_most(FLAT, &format!("{work} the same among a tenth of them"), PAGES),
        over.at_most(OVER_THE_QUERY, &format!("{work} its bare query"), PAGES),
    ])
}

/// An audit of so many rows.
struct Audit {
    app: App,
    db: Db,
    middle: Place,
    _folder: Folder,
}

impl Audit {
    fn of(runtime: &Runtime, name: &str, rows: u64) -> Outcome<Self> {
        let folder = Folder::fresh(name)?;
        let db = filled(runtime, &folder, PATIENTS)?;
        say(&format!("making {rows} audit rows …"));
        runtime.block_on(fill(&db, rows))?;
        let app = runtime.block_on(chart::app(&db, world::now()?))?;
        Ok(Self { app, db, middle: place(rows, rows / 2)?, _folder: folder })
    }
}

/// No `analyze`: on SQLite the portal plans by the schema alone. One row a second until an hour ago: charts opened, searches, sign-ins, by people of the world about its patients.
async fn fill(db: &Db, rows: u64) -> Outcome<()> {
    let Db::Sqlite { write, .. } = db else { return Err("the audit is made on SQLite".into()) };
    // So many rows in several indexes do not fit into what is kept as it comes: half a gigabyte, for this connection alone.
    sqlx::query("pragma cache_size = -500000").execute(write).await?;
    sqlx::query("insert into audit_chain (id, opened_at) values ($1, $2)")
        .bind(CHAIN)
        .bind(Stamp(begin(rows)?))
        .execute(write)
        .await?;
    // Rows first and their indexes after them: sorted once, an index is written from its beginning to its end.
    let indexes: Vec<(String, String)> =
        sqlx::query_as("select name, sql from sqlite_master where type = 'index' and tbl_name = 'audit_row' and sql is not null")
            .fetch_all(write)
            .await?;
    for (name, _) in &indexes {
        sqlx::query(AssertSqlSafe(format!("drop index {name}"))).execute(write).await?;
    }
    let (actor, patient) = (world::provider_id("i * 48271 % 40"), world::patient_id("i * 16807 % 1000"));
    let act = "case i % 4 when 0 then 'search_patient' when 1 then 'list_patients' else 'open_chart' end";
    let sql = format!(
        "with recursive n(i) as (select $3 union all select i + 1 from n where i < $4) \
         insert into audit_row (chain_id, seq, at, actor_id, act, outcome, patient_id, basis, detail, request_id, network, mac) \
         select $1, i, $2 + i * 1000000, {actor}, {act}, iif(i % 9 = 0, 'refused', 'allowed'), {patient}, 'pcp', \
         '{{\"section\":\"summary\"}}', printf('%032x', i), '10.0.0.' || (i % 200), zeroblob(32) from n"
    );
    for first in (1..=rows).step_by(usize::try_from(AT_ONCE)?) {
        sqlx::query(AssertSqlSafe(sql.clone()))
            .bind(CHAIN)
            .bind(begin(rows)?.micros())
            .bind(i64::try_from(first)?)
            .bind(i64::try_from(rows.min(first + AT_ONCE - 1))?)
            .execute(write)
            .await?;
    }
    for (_, sql) in indexes {
        sqlx::query(AssertSqlSafe(sql)).execute(write).await?;
    }
    sqlx::query("pragma wal_checkpoint(truncate)").execute(write).await?;
    sqlx::query("pragma cache_size = -2000").execute(write).await?;
    Ok(())
}

fn begin(rows: u64) -> Outcome<Instant> {
    Ok(world::now()?.plus_seconds(-i64::try_from(rows)? - 3_600))
}

/// The place after row `number` of the bench's chain.
fn place(rows: u64, number: u64) -> Outcome<Place> {
    let number = i64::try_from(number)?;
    Ok((begin(rows)?.plus_seconds(number), CHAIN, number))
}

/// Reads one page after another, from `from` on.
fn pages(runtime: &Runtime, app: &App, from: Place) -> Outcome<()> {
    let context = Context { now: world::now()?, request_id: String::new(), network: String::new() };
    let reader = AccountId(world::provider(0).0);
    runtime.block_on(async {
        let mut before = from;
        for _ in 0..PAGES {
            let wanted = Wanted { before: Some(before), ..Wanted::default() };
            let Read::Page(page) = read(app, reader, &wanted, &context).await? else {
                return Err("the audit could not be read".into());
            };
            let rows = page.rows;
            let last = rows.last().filter(|_| rows.len() == ON_PAGE).ok_or("the page is not full")?;
            before = (last.link.entry.at, last.link.chain, last.link.seq);
        }
        Ok(())
    })
}

/// Runs the bare query for the same pages and throws their rows away.
fn queries(runtime: &Runtime, db: &Db, from: Place) -> Outcome<()> {
    let Db::Sqlite { read, .. } = db else { return Err("not SQLite".into()) };
    let sql = "select chain_id, seq, at, actor_id, act, outcome, patient_id, subject_id, basis, detail, request_id, network, mac \
               from audit_row where (at, chain_id, seq) < ($1, $2, $3) order by at desc, chain_id desc, seq desc limit $4";
    let (at, chain, mut seq) = from;
    let size = i64::try_from(ON_PAGE)?;
    let mut at = at;
    runtime.block_on(async {
        for _ in 0..PAGES {
            let query = sqlx::query(sql).bind(Stamp(at)).bind(chain).bind(seq).bind(size + 1);
            black_box(query.fetch_all(read).await?);
            (at, seq) = (at.plus_seconds(-size), seq - size);
        }
        Ok(())
    })
}
