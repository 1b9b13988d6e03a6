//! What the check of the lock adds to a decision: the same decisions with the cycles that count, and with cycles that never open.
//!
//! Asked are people whom the lock concerns, sponsors and sponsored users, and who are not locked: a refusal would end early.

use std::hint::black_box;

use postern::domain::access::facts::{PatientFacts, ViewerFacts};
use postern::domain::access::{Action, decide, standing};
use postern::domain::calendar::Instant;
use postern::domain::ids::{AccountId, PatientId};
use postern::domain::validation::Cycles;
use postern::store::Db;
use postern::store::access_facts::{Those, patients, viewers};
use tokio::runtime::Runtime;

use super::Outcome;
use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::world::{self, PATIENTS, Question};

/// Decisions in one round.
const DECISIONS: u32 = 2_000;
/// How often each is repeated on loaded facts in one round.
const AGAIN: u32 = 20;
/// When cycles open that nobody sees.
const NEVER: &str = "2199-01-01T00:00:00Z";
const GOAL: f64 = 1.1;

/// The facts of one question.
type Loaded = (ViewerFacts, PatientFacts);

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("validation-lock")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let (cycles, now) = (world::cycles()?, world::now()?);
    let never = Cycles::counting_from(NEVER.parse()?, cycles.zone());
    let asked = concerned(&runtime, &db, &cycles, now)?;
    let whole = alternate(&mut || decisions(&runtime, &db, &asked, &never, now), &mut || {
        decisions(&runtime, &db, &asked, &cycles, now)
    })?;
    let load = |cycles: &Cycles| -> Outcome<Vec<Loaded>> {
        asked.iter().map(|question| runtime.block_on(loaded(&db, question, cycles))).collect()
    };
    let (unchecked, checked) = (load(&never)?, load(&cycles)?);
    let alone = alternate(
        &mut || {
            on_loaded(&unchecked, now);
            Ok(())
        },
        &mut || {
            on_loaded(&checked, now);
            Ok(())
        },
    )?;
    runtime.block_on(db.close());
    Ok(vec![
        whole.at_most(
            GOAL,
            "a decision of sponsors and their staff; baseline no cycle ever opens",
            DECISIONS,
        ),
        alone.told("the same on loaded facts; baseline no cycle ever opens", DECISIONS * AGAIN),
    ])
}

/// Questions of people who hold or have sponsorships, whose sponsors have reviewed, and who are not locked.
fn concerned(runtime: &Runtime, db: &Db, cycles: &Cycles, now: Instant) -> Outcome<Vec<Question>> {
    let mut asked = Vec::new();
    for question in (0..u64::from(DECISIONS) * 10).map(|n| world::question(n, PATIENTS)) {
        let (viewer, _) = runtime.block_on(loaded(db, &question, cycles))?;
        let mut sponsors = viewer.own.as_deref().into_iter().chain(&viewer.sponsors);
        let reviewed = sponsors.any(|sponsor| !sponsor.held.is_empty() && !sponsor.reviews.is_empty());
        if reviewed && standing(&viewer, Action::OpenChart, now).is_ok() {
            asked.push(question);
        }
        if asked.len() == DECISIONS as usize {
            return Ok(asked);
        }
    }
    Err("the world has too few people whom the lock concerns".into())
}

async fn loaded(db: &Db, question: &Question, cycles: &Cycles) -> Outcome<Loaded> {
    let (account, patient) = (AccountId(question.account), PatientId(question.patient));
    let viewer = viewers(db, Those::One(account), cycles).await?.remove(&account);
    let facts = patients(db, Those::One(patient), cycles.zone()).await?.remove(&patient);
    Ok((viewer.ok_or("no such account")?, facts.ok_or("no such patient")?))
}

/// Loads the facts of each question and decides it, as a page does.
fn decisions(runtime: &Runtime, db: &Db, asked: &[Question], cycles: &Cycles, now: Instant) -> Outcome<()> {
    runtime.block_on(async {
        for question in asked {
            let (viewer, patient) = loaded(db, question, cycles).await?;
            black_box(decide(&viewer, &patient, Action::OpenChart, now));
        }
        Ok(())
    })
}

fn on_loaded(facts: &[Loaded], now: Instant) {
    for _ in 0..AGAIN {
        for (viewer, patient) in facts {
            black_box(decide(black_box(viewer), black_box(patient), Action::OpenChart, now));
        }
    }
}
