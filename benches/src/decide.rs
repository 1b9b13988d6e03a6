//! The access decision on loaded facts against the same rules in Cedar, everything in memory, and the same answers.

use std::collections::HashMap;
use std::hint::black_box;

use postern::domain::access::facts::{PatientFacts, ViewerFacts};
use postern::domain::access::{Action, Basis, Decision, Refusal, decide};
use postern::domain::calendar::Instant;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::access_facts::{Those, patients, viewers};

use super::cedar::Cedar;
use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::world::{self, PATIENTS, Question};
use super::{Outcome, say};

/// Requests in one round.
const REQUESTS: u32 = 20_000;
const GOAL: f64 = 40.0;

/// Everybody's facts.
pub(crate) struct Facts {
    /// The accounts.
    pub(crate) viewers: HashMap<AccountId, ViewerFacts>,
    /// The patients.
    pub(crate) patients: HashMap<PatientId, PatientFacts>,
}

impl Facts {
    /// Decides `question` for `at`, `None` when nobody is known by one of its ids.
    fn decide(&self, question: &Question, at: Instant) -> Option<Decision> {
        let viewer = self.viewers.get(&AccountId(question.account))?;
        let patient = self.patients.get(&PatientId(question.patient))?;
        Some(decide(viewer, patient, Action::OpenChart, at))
    }

    /// `count` questions of which every second is allowed.
    pub(crate) fn sample(&self, count: u32) -> Outcome<Vec<Question>> {
        let now = world::now()?;
        let (mut sample, mut allow) = (Vec::new(), true);
        let (mut allowed, mut refused) = (Vec::new(), Vec::new());
        for n in 0..u64::from(count) * 20 {
            let question = world::question(n, PATIENTS);
            let decision = self.decide(&question, now).ok_or("the world lacks someone who is asked about")?;
            if decision.allowed() {
                allowed.push(question);
            } else {
                refused.push(question);
            }
            while let Some(next) = if allow { allowed.pop() } else { refused.pop() } {
                sample.push(next);
                allow = !allow;
                if sample.len() == count as usize {
                    return Ok(sample);
                }
            }
        }
        Err("the world has too few allowed, or too few refused questions".into())
    }
}

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("decide")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let cycles = world::cycles()?;
    let facts = runtime.block_on(async {
        let viewers = viewers(&db, Those::All, &cycles).await?;
        let patients = patients(&db, Those::All, cycles.zone()).await?;
        db.close().await;
        Ok::<_, postern::store::StoreError>(Facts { viewers, patients })
    })?;
    let now = world::now()?;
    let cedar = Cedar::of(&facts, now)?;
    let sample = facts.sample(REQUESTS)?;
    same_answers(&facts, &cedar, &sample, now)?;
    let prepared = sample.iter().map(|q| cedar.asker(q)).collect::<Outcome<Vec<_>>>()?;
    let mut baseline = || {
        for (n, asker) in prepared.iter().enumerate() {
            black_box(cedar.allows(asker, second(now, n))?);
        }
        Ok(())
    };
    let mut candidate = || {
        for (n, question) in sample.iter().enumerate() {
            black_box(facts.decide(question, second(now, n)));
        }
        Ok(())
    };
    let pair = alternate(&mut baseline, &mut candidate)?;
    Ok(vec![pair.faster(GOAL, "decide on loaded facts; baseline Cedar", REQUESTS)])
}

/// One second after another.
fn second(now: Instant, n: usize) -> Instant {
    now.plus_seconds(i64::try_from(n % 600).unwrap_or(0))
}

/// Every question of `sample` must be answered alike, and every rule must have spoken.
fn same_answers(facts: &Facts, cedar: &Cedar, sample: &[Question], now: Instant) -> Outcome<()> {
    let mut spoke: HashMap<&str, u32> = HashMap::new();
    for (n, question) in sample.iter().enumerate() {
        let at = second(now, n);
        let ours = facts.decide(question, at).ok_or("the world lacks someone who is asked about")?;
        let theirs = cedar.allows(&cedar.asker(question)?, at)?;
        if ours.allowed() != theirs {
            let said = ours.refusal().map_or("allowed", Refusal::word);
            let (account, patient) = (question.account, question.patient);
            return Err(
                format!("account {account}, patient {patient}: postern says {said}, Cedar {theirs}").into()
            );
        }
        let words = ours.bases().map(Basis::word).chain(ours.refusal().map(Refusal::word));
        words.for_each(|word| *spoke.entry(word).or_default() += 1);
    }
    let mut counts: Vec<_> = spoke.into_iter().collect();
    counts.sort_unstable();
    let told: Vec<String> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
    say(&format!("the same {} answers: {}", sample.len(), told.join(", ")));
    if counts.len() < 15 { Err("a rule has not spoken once".into()) } else { Ok(()) }
}
