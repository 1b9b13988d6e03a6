//! A whole decision out of SQLite against its two statements alone, and from ten thousand patients to a million.

use std::hint::black_box;

use postern::domain::access::{Action, decide};
use postern::domain::ids::{AccountId, PatientId};
use postern::store::Db;
use postern::store::access_facts::{DIALECTS, Those, patients, viewers};
use tokio::runtime::Runtime;

use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::world::{self, PATIENTS, Question};
use super::{Outcome, say};

/// Decisions in one round.
const DECISIONS: u32 = 2_000;
const OVER_THE_STATEMENTS: f64 = 1.5;
const FEW: u64 = 10_000;
const MANY: u64 = 1_000_000;
const FLAT: f64 = 1.3;

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let runtime = runtime()?;
    let mut rows = Vec::new();
    {
        let folder = Folder::fresh("facts")?;
        let db = filled(&runtime, &folder, PATIENTS)?;
        let asked = questions(PATIENTS);
        let pair =
            alternate(&mut || statements(&runtime, &db, &asked), &mut || decisions(&runtime, &db, &asked))?;
        let work = "a decision out of SQLite; baseline its two statements";
        rows.push(pair.at_most(OVER_THE_STATEMENTS, work, DECISIONS));
        runtime.block_on(db.close());
    }
    let (small, large) = (Folder::fresh("few")?, Folder::fresh("many")?);
    let few = filled(&runtime, &small, FEW)?;
    say("making a million patients …");
    let many = filled(&runtime, &large, MANY)?;
    let (of_few, of_many) = (questions(FEW), questions(MANY));
    let pair =
        alternate(&mut || decisions(&runtime, &few, &of_few), &mut || decisions(&runtime, &many, &of_many))?;
    rows.push(pair.at_most(FLAT, "the same with 1,000,000 patients; baseline 10,000", DECISIONS));
    runtime.block_on(async {
        few.close().await;
        many.close().await;
    });
    Ok(rows)
}

fn questions(patients: u64) -> Vec<Question> {
    (0..u64::from(DECISIONS)).map(|n| world::question(n, patients)).collect()
}

/// Loads the facts of each question and decides it, as a page does.
fn decisions(runtime: &Runtime, db: &Db, asked: &[Question]) -> Outcome<()> {
    let (cycles, now) = (world::cycles()?, world::now()?);
    runtime.block_on(async {
        for question in asked {
            let (account, patient) = (AccountId(question.account), PatientId(question.patient));
            let viewer = viewers(db, Those::One(account), &cycles).await?;
            let facts = patients(db, Those::One(patient), cycles.zone()).await?;
            let viewer = viewer.get(&account).ok_or("no such account")?;
            let facts = facts.get(&patient).ok_or("no such patient")?;
            black_box(decide(viewer, facts, Action::OpenChart, now));
        }
        Ok(())
    })
}

/// Runs the two statements of each question and throws their rows away.
fn statements(runtime: &Runtime, db: &Db, asked: &[Question]) -> Outcome<()> {
    let Db::Sqlite { read, .. } = db else { return Err("not SQLite".into()) };
    let text = |name: &str| DIALECTS.iter().find(|(of, _)| *of == name).map(|(_, d)| d.sqlite);
    let viewer = text("ONE_VIEWER").ok_or("no statement ONE_VIEWER")?;
    let patient = text("ONE_PATIENT").ok_or("no statement ONE_PATIENT")?;
    runtime.block_on(async {
        for question in asked {
            black_box(sqlx::query(viewer).bind(question.account).fetch_all(read).await?);
            black_box(sqlx::query(patient).bind(question.patient).fetch_all(read).await?);
        }
        Ok(())
    })
}
