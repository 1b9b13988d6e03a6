//! Opening and locking a cycle for 100,000 sponsors and 1,000,000 sponsorships, against bare SQL that asks the same of the same rows.
//!
//! The bare SQL knows less: an account has one status at a time, nobody is sponsored anew, nobody reviews a later cycle, and an extension
//! decides by its date alone. On this world both find the same sponsors, which is checked. Every round is undone. SQLite is judged by
//! processor time, PostgreSQL, which works in processes of its own, by wall time.

use postern::domain::calendar::Instant;
use postern::domain::validation::{Cycle, Cycles};
use postern::store::Db;
use postern::store::validation::{lock_cycle, open_cycle};
use tokio::runtime::Runtime;

use super::measure::{Pair, Row, alternate};
use super::sponsors::{self, Engine, on_both, run, undo};
use super::{Outcome, say};

const SPONSORS: u64 = 100_000;
const GOAL: f64 = 2.0;

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let [[opened, locked], [opened_there, locked_there]] = on_both("validation-open", SPONSORS, both)?;
    Ok(vec![
        opened.at_most(GOAL, "opening a cycle, a million sponsorships, SQLite; baseline bare SQL", 1),
        locked.at_most(GOAL, "locking it, SQLite; baseline bare SQL", 1),
        opened_there.at_most_by_the_clock(GOAL, "opening a cycle, PostgreSQL; baseline bare SQL"),
        locked_there.at_most_by_the_clock(GOAL, "locking it, PostgreSQL; baseline bare SQL"),
    ])
}

/// What is measured on one engine.
struct Work<'a> {
    runtime: &'a Runtime,
    db: &'a Db,
    cycles: Cycles,
    cycle: Cycle,
    engine: Engine,
}

fn both(runtime: &Runtime, db: &Db, engine: Engine) -> Outcome<[Pair; 2]> {
    let cycles = sponsors::cycles()?;
    let cycle = sponsors::cycle(&cycles)?;
    let work = Work { runtime, db, cycles, cycle, engine };
    work.prepare()?;
    let same = [work.open(false)?, work.bare(&work.bare_opening(), false)?];
    say(&format!("duties made: {same:?}"));
    alike(same)?;
    let opened = alternate(&mut || work.bare(&work.bare_opening(), false).map(drop), &mut || {
        work.open(false).map(drop)
    })?;
    work.open(true)?;
    work.bare(&work.bare_opening(), true)?;
    runtime.block_on(db.count_rows_anew())?;
    let same = [work.lock()?, work.bare(&work.bare_lock(), false)?];
    say(&format!("locks recorded: {same:?}"));
    alike(same)?;
    let locked =
        alternate(&mut || work.bare(&work.bare_lock(), false).map(drop), &mut || work.lock().map(drop))?;
    Ok([opened, locked])
}

fn alike([ours, theirs]: [u64; 2]) -> Outcome<()> {
    if ours == theirs && ours > 0 {
        Ok(())
    } else {
        Err(format!("{ours} rows, the bare SQL {theirs}").into())
    }
}

impl Work<'_> {
    fn due(&self) -> Instant {
        self.cycle.due
    }

    /// A table like the one that the schedule writes.
    fn prepare(&self) -> Outcome<()> {
        let (id, cycle, at) = match self.engine {
            Engine::Sqlite => ("blob", "text", "integer"),
            Engine::Postgres => ("uuid", "date", "timestamptz"),
        };
        let table = format!(
            "create table bare_duty (cycle {cycle} not null, sponsor_id {id} not null references account (id), \
             listed integer not null, made_at {at} not null, locked_at {at}, primary key (cycle, sponsor_id))"
        );
        let strict = if self.engine == Engine::Sqlite { " strict" } else { "" };
        self.bare(&format!("{table}{strict}"), true)?;
        self.bare("create index bare_duty_sponsor on bare_duty (sponsor_id, cycle)", true)?;
        Ok(())
    }

    /// Runs one statement in a transaction of its own, and says how many rows it wrote.
    fn bare(&self, sql: &str, stays: bool) -> Outcome<u64> {
        self.runtime.block_on(async {
            let mut tx = self.db.begin().await?;
            let rows = run(&mut tx, sql).await?;
            if stays {
                tx.commit().await?;
            } else {
                undo(tx).await?;
            }
            Ok(rows)
        })
    }

    fn open(&self, stays: bool) -> Outcome<u64> {
        self.runtime.block_on(async {
            let mut tx = self.db.begin().await?;
            let rows = open_cycle(&mut tx, &self.cycle, self.cycle.opens).await?;
            if stays {
                tx.commit().await?;
            } else {
                undo(tx).await?;
            }
            Ok(rows)
        })
    }

    fn lock(&self) -> Outcome<u64> {
        self.runtime.block_on(async {
            let mut tx = self.db.begin().await?;
            let rows = lock_cycle(&mut tx, &self.cycle, self.cycles.zone(), self.due()).await?;
            undo(tx).await?;
            Ok(rows)
        })
    }

    fn bare_opening(&self) -> String {
        let (tables, live) = self.engine.live(self.cycle.opens);
        let (cycle, now) = (self.engine.date(self.cycle.opening), self.engine.at(self.cycle.opens));
        format!(
            "insert into bare_duty (cycle, sponsor_id, listed, made_at) \
             select {cycle}, s.sponsor_id, count(*), {now} from {tables} where {live} group by s.sponsor_id"
        )
    }

    fn bare_lock(&self) -> String {
        let (tables, left) = self.engine.listed_and_left(self.cycle.opens, self.due());
        let (cycle, due) = (self.engine.date(self.cycle.opening), self.engine.at(self.due()));
        let due_on = self.engine.date(self.cycles.zone().date(self.due()));
        format!(
            "update bare_duty set locked_at = {due} where cycle = {cycle} and locked_at is null and \
             not exists (select 1 from validation_review r where r.sponsor_id = bare_duty.sponsor_id and r.cycle = {cycle} \
             and r.completed_at <= {due}) and \
             not exists (select 1 from validation_extension e where e.sponsor_id = bare_duty.sponsor_id \
             and e.cycle = {cycle} and e.due_on > {due_on}) and \
             exists (select 1 from {tables} where s.sponsor_id = bare_duty.sponsor_id and {left})"
        )
    }
}
