//! Rounds that alternate a baseline and a candidate, and what they amount to.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use super::Outcome;

/// Rounds of each pair.
const ROUNDS: usize = 5;

/// One line of the table.
pub(crate) struct Row {
    /// What was done.
    pub(crate) work: String,
    /// What it took.
    pub(crate) figure: String,
    /// What the baseline took in the same run.
    pub(crate) baseline: String,
    /// The one by the other.
    pub(crate) ratio: String,
    /// What the ratio, or the figure where there is no baseline, must keep to.
    pub(crate) goal: String,
    /// Whether it does.
    pub(crate) passed: bool,
}

/// Medians over the rounds.
pub(crate) struct Pair {
    /// Processor time of the baseline.
    pub(crate) baseline: Duration,
    /// Processor time of the candidate.
    pub(crate) candidate: Duration,
    /// Candidate by baseline within a round, processor time.
    pub(crate) cpu: f64,
    /// The same of wall time.
    pub(crate) wall: f64,
}

struct Cost {
    cpu: Duration,
    wall: Duration,
}

fn cost(work: &mut dyn FnMut() -> Outcome<()>) -> Outcome<Cost> {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    work()?;
    Ok(Cost { cpu: cpu.elapsed(), wall: wall.elapsed() })
}

/// Runs both once to warm up, then alternately, and gives the medians.
pub(crate) fn alternate(
    baseline: &mut dyn FnMut() -> Outcome<()>,
    candidate: &mut dyn FnMut() -> Outcome<()>,
) -> Outcome<Pair> {
    cost(baseline)?;
    cost(candidate)?;
    let (mut of_baseline, mut of_candidate) = (Vec::new(), Vec::new());
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, other) = (cost(baseline)?, cost(candidate)?);
        cpu.push(other.cpu.as_secs_f64() / one.cpu.as_secs_f64());
        wall.push(other.wall.as_secs_f64() / one.wall.as_secs_f64());
        of_baseline.push(one.cpu);
        of_candidate.push(other.cpu);
    }
    let middle = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all.get(ROUNDS / 2).copied().unwrap_or(f64::NAN)
    };
    let typical = |mut all: Vec<Duration>| {
        all.sort();
        all.get(ROUNDS / 2).copied().unwrap_or_default()
    };
    Ok(Pair {
        baseline: typical(of_baseline),
        candidate: typical(of_candidate),
        cpu: middle(cpu),
        wall: middle(wall),
    })
}

/// Processor time of one of `count` works, as the table writes it.
pub(crate) fn each(whole: Duration, count: u32) -> String {
    format!("{:.2} us CPU", whole.as_secs_f64() * 1e6 / f64::from(count))
}

/// A number of bytes, as the table writes it.
#[expect(clippy::cast_precision_loss, reason = "one decimal of megabytes is shown")]
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

impl Pair {
    /// A row that passes when the candidate takes at most `most` times the baseline's processor time.
    pub(crate) fn at_most(&self, most: f64, work: &str, count: u32) -> Row {
        Row {
            work: work.to_owned(),
            figure: each(self.candidate, count),
            baseline: each(self.baseline, count),
            ratio: format!("{:.2}x (wall {:.2}x)", self.cpu, self.wall),
            goal: format!("at most {most}x"),
            passed: self.cpu <= most,
        }
    }

    /// A row that passes when the candidate takes at most `most` times the baseline's wall time: for work that a server does.
    pub(crate) fn at_most_by_the_clock(&self, most: f64, work: &str) -> Row {
        Row {
            work: work.to_owned(),
            figure: "by wall time".to_owned(),
            baseline: "by wall time".to_owned(),
            ratio: format!("{:.2}x wall", self.wall),
            goal: format!("at most {most}x"),
            passed: self.wall <= most,
        }
    }

    /// A row that is told, not judged.
    pub(crate) fn told(&self, work: &str, count: u32) -> Row {
        Row { goal: "none".to_owned(), passed: true, ..self.at_most(f64::INFINITY, work, count) }
    }

    /// A row that passes when the candidate is at least `least` times as fast as the baseline.
    pub(crate) fn faster(&self, least: f64, work: &str, count: u32) -> Row {
        Row {
            work: work.to_owned(),
            figure: each(self.candidate, count),
            baseline: each(self.baseline, count),
            ratio: format!("{:.0}x faster (wall {:.0}x)", 1.0 / self.cpu, 1.0 / self.wall),
            goal: format!("at least {least:.0}x"),
            passed: 1.0 / self.cpu >= least,
        }
    }
}
