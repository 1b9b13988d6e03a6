//! The promises about speed and size, each measured against a baseline in the same run.
//!
//! `cargo run --release -p postern-benches` measures all; `-- decide storm` names some ([`ALL`] lists them), `-- audit=10000000` says
//! how large the world of `audit` or `queue` is to be. Baseline and
//! candidate alternate; processor time is what counts, and only ratios are judged: a machine's speed is nobody's promise.

mod audit;
mod campaign;
mod cedar;
mod chart;
mod decide;
mod explain;
mod facts;
mod hospital;
mod lock_check;
mod measure;
mod opening;
mod queue;
mod record;
mod remote;
mod round_mail;
mod sign_in;
mod size;
mod sponsors;
mod storm;
mod who;
mod world;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use measure::Row;

/// What a bench gives, or why it could not run.
type Outcome<T> = Result<T, Box<dyn Error>>;

const ALL: [&str; 15] = [
    "decide",
    "facts",
    "validation-lock",
    "explain",
    "chart",
    "remote",
    "sign-in",
    "storm",
    "validation-open",
    "validation-mail",
    "campaign",
    "who",
    "queue",
    "audit",
    "size",
];

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    match asked.as_slice() {
        [first, database] if first == round_mail::ONCE => return round_mail::once(database),
        [first] if first == remote::SERVE => return remote::serve(),
        [first, rest @ ..] if first == remote::OPEN => return remote::open(rest),
        _ => {}
    }
    let asked: Vec<(&str, Option<u64>)> = asked.iter().map(|a| sized(a)).collect();
    if let Some((unknown, _)) = asked.iter().find(|(name, _)| !ALL.contains(name)) {
        say(&format!("there is no bench `{unknown}`; name some of {}, or none for all", ALL.join(", ")));
        return ExitCode::from(2);
    }
    let chosen = |name: &&str| asked.is_empty() || asked.iter().any(|(a, _)| a == name);
    let (mut rows, mut failed) = (Vec::new(), false);
    for name in ALL.iter().copied().filter(|name| chosen(name)) {
        say(&format!("{name} …"));
        match run(name, asked.iter().find(|(a, _)| *a == name).and_then(|(_, size)| *size)) {
            Ok(measured) => rows.extend(measured),
            Err(error) => {
                failed = true;
                say(&format!("{name} could not be measured: {error}"));
            }
        }
    }
    print(&rows);
    if failed || rows.iter().any(|row| !row.passed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A bench as asked for: its name, and how large its world is to be, as in `audit=10000000`.
fn sized(asked: &str) -> (&str, Option<u64>) {
    match asked.split_once('=').map(|(name, size)| (name, size.parse())) {
        Some((name, Ok(size))) => (name, Some(size)),
        _ => (asked, None),
    }
}

fn run(name: &str, size: Option<u64>) -> Outcome<Vec<Row>> {
    match name {
        "decide" => decide::measure(),
        "facts" => facts::measure(),
        "validation-lock" => lock_check::measure(),
        "validation-open" => opening::measure(),
        "campaign" => campaign::measure(),
        "who" => who::measure(),
        "queue" => queue::measure(size.unwrap_or(queue::REQUESTS)),
        "audit" => audit::measure(size.unwrap_or(audit::ROWS)),
        "validation-mail" => round_mail::measure(),
        "explain" => explain::measure(),
        "chart" => chart::measure(),
        "remote" => remote::measure(),
        "sign-in" => sign_in::measure(),
        "storm" => storm::measure(),
        _ => size::measure(),
    }
}

/// Tells what is being done, beside the table.
fn say(text: &str) {
    // Nobody to tell when the terminal is gone.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

fn print(rows: &[Row]) {
    let head = ["work", "figure", "baseline", "ratio", "goal", ""];
    let cells = |r: &Row| {
        let verdict = if r.passed { "pass" } else { "FAIL" };
        [
            r.work.clone(),
            r.figure.clone(),
            r.baseline.clone(),
            r.ratio.clone(),
            r.goal.clone(),
            verdict.into(),
        ]
    };
    let mut table: Vec<[String; 6]> = vec![head.map(str::to_owned)];
    table.extend(rows.iter().map(cells));
    let width = |column: usize| {
        table.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut out = std::io::stdout().lock();
    for row in &table {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!("{c:<w$}")).collect();
        // As above.
        let _ = writeln!(out, "{}", padded.join("  ").trim_end());
    }
}
