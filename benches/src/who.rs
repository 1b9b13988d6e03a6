//! "Who can see this MRN" among 100,000 patients, with its audit row, against the bare query for the accounts that it decides.

use std::hint::black_box;

use postern::app::App;
use postern::app::look_ups::{Asker, who};
use postern::domain::audit::{Act, Entry, Outcome as Recorded};
use postern::domain::ids::{AccountId, PatientId};
use postern::store::access_facts::{Those, patients, viewers};
use postern::store::candidates::of_patient;
use postern::store::{Db, all_statements};
use tokio::runtime::Runtime;

use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::world::{self, PATIENTS};
use super::{Outcome, chart, say};

/// Look-ups in one round.
const LOOK_UPS: u32 = 200;
const GOAL: f64 = 5.0;

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("who")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let app = runtime.block_on(chart::app(&db, world::now()?))?;
    let asked: Vec<u64> = (0..u64::from(LOOK_UPS)).map(|n| n * 499 % PATIENTS).collect();
    let (proposed, allowed) = (candidates(&runtime, &db, &asked)?, look_ups(&runtime, &app, &asked)?);
    say(&format!("candidates {proposed}, of whom may see it {allowed}"));
    if allowed == 0 || allowed > proposed {
        return Err("the answers do not fit the candidates".into());
    }
    let pair = alternate(&mut || candidates(&runtime, &db, &asked).map(drop), &mut || {
        look_ups(&runtime, &app, &asked).map(drop)
    })?;
    let facts =
        alternate(&mut || candidates(&runtime, &db, &asked).map(drop), &mut || facts(&runtime, &db, &asked))?;
    let rows =
        alternate(&mut || candidates(&runtime, &db, &asked).map(drop), &mut || audit_rows(&runtime, &app))?;
    runtime.block_on(db.close());
    let work = "who can see an MRN, of 100,000 patients and 20,000 accounts; baseline its candidate query";
    Ok(vec![
        pair.at_most(GOAL, work, LOOK_UPS),
        facts.told("of that, the candidates and everyone's facts", LOOK_UPS),
        rows.told("of that, the audit row", LOOK_UPS),
    ])
}

/// Loads the facts of each patient and of its candidates.
fn facts(runtime: &Runtime, db: &Db, asked: &[u64]) -> Outcome<()> {
    let cycles = world::cycles()?;
    runtime.block_on(async {
        for number in asked {
            let patient = PatientId(world::patient(*number));
            black_box(patients(db, Those::One(patient), cycles.zone()).await?);
            let found = of_patient(db, patient).await?;
            let ids: Vec<AccountId> = found.iter().map(|(id, _)| *id).collect();
            black_box(viewers(db, Those::Some(&ids), &cycles).await?);
        }
        Ok(())
    })
}

/// Writes as many audit rows, each committed before the next.
fn audit_rows(runtime: &Runtime, app: &App) -> Outcome<()> {
    let now = world::now()?;
    runtime.block_on(async {
        for _ in 0..LOOK_UPS {
            app.audit.record(Entry::new(now, Act::LookUp, Recorded::Allowed)).await?;
        }
        Ok(())
    })
}

/// Asks who can see each patient; how many people that is in all.
fn look_ups(runtime: &Runtime, app: &App, asked: &[u64]) -> Outcome<usize> {
    let now = world::now()?;
    let asker = Asker::command_line(now);
    runtime.block_on(async {
        let mut people = 0;
        for number in asked {
            people += who(app, &format!("{number:08}"), now, &asker).await?.accounts.len();
        }
        Ok(people)
    })
}

/// Runs the candidate query of each patient; how many rows that is in all.
fn candidates(runtime: &Runtime, db: &Db, asked: &[u64]) -> Outcome<usize> {
    let Db::Sqlite { read, .. } = db else { return Err("not SQLite".into()) };
    let statement = all_statements().into_iter().find(|(name, _)| *name == "WHO_MIGHT");
    let (_, sql) = statement.ok_or("no statement WHO_MIGHT")?;
    runtime.block_on(async {
        let mut rows = 0;
        for number in asked {
            let found = sqlx::query(sql).bind(world::patient(*number)).fetch_all(read).await?;
            rows += black_box(found).len();
        }
        Ok(rows)
    })
}
