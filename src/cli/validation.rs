//! `postern validation status|rehearse`: how the newest cycle stands, and what the calendar would do.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::json;
use time::Date;

use super::account::Format;
use crate::app::look_ups::Asker;
use crate::app::validation::campaign::{self, Status};
use crate::app::validation::rehearse::rehearse;
use crate::app::{App, AppError};
use crate::domain::calendar::{Instant, Zone, iso_date, parse_date};
use crate::domain::campaign::Coming;
use crate::domain::rehearsal::{Moment, Problem, Rehearsal};

/// How the Sponsored User Validation stands, and what its calendar would do.
#[derive(Args, Debug)]
pub struct ValidationArgs {
    /// What to ask.
    #[command(subcommand)]
    pub command: ValidationCommand,
}

/// What to ask.
#[derive(Subcommand, Debug)]
pub enum ValidationCommand {
    /// The newest cycle: how many are done, at risk, locked; what comes next; whether the schedule is behind
    Status,
    /// Play the calendar on the facts of today, changing nothing
    Rehearse(RehearseArgs),
}

/// Which days.
#[derive(Args, Debug)]
pub struct RehearseArgs {
    /// The first day, such as 2026-04-01
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Date,
    /// The last day
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub to: Date,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ValidationCommandError {
    /// The days cannot be played.
    #[error("{}", say(*.0))]
    Days(Problem),
    /// The database or the audit.
    #[error(transparent)]
    App(#[from] AppError),
    /// The answer could not be printed.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

fn say(problem: Problem) -> &'static str {
    match problem {
        Problem::NoSuchDate => "not a date; write both days like 2026-04-01",
        Problem::Reversed => "--to is before --from; give the first day first",
        Problem::TooFar => "a day is more than two years away; choose days within two years of today",
    }
}

fn day(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "not a date; write it like 2026-04-01".to_owned())
}

/// Runs the command and writes its answer to `out`.
///
/// # Errors
/// [`ValidationCommandError`].
pub async fn run(
    app: &App,
    args: &ValidationArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), ValidationCommandError> {
    let asker = Asker::command_line(app.clock.now());
    let zone = app.hospital.cycles.zone();
    match &args.command {
        ValidationCommand::Status => {
            let status = campaign::status(app, &asker).await?;
            match format {
                Format::Json => writeln!(out, "{}", status_json(&status))?,
                Format::Text => out.write_all(status_text(&status, zone).as_bytes())?,
            }
        }
        ValidationCommand::Rehearse(RehearseArgs { from, to }) => {
            let played = rehearse(app, &asker, *from, *to).await?.map_err(ValidationCommandError::Days)?;
            match format {
                Format::Json => writeln!(out, "{}", rehearsal_json(&played, *from, *to))?,
                Format::Text => out.write_all(rehearsal_text(&played, zone).as_bytes())?,
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn coming_word(what: Coming) -> &'static str {
    match what {
        Coming::Opening => "opening",
        Coming::Letter(kind) => kind.word(),
    }
}

fn status_json(status: &Status) -> serde_json::Value {
    let counts: serde_json::Map<String, serde_json::Value> =
        status.counts.iter().map(|(state, count)| (state.word().to_owned(), json!(count))).collect();
    let coming = status.coming.iter().map(|(at, what)| json!({ "at": at, "what": coming_word(*what) }));
    json!({
        "cycle": status.cycle.map(|cycle| iso_date(cycle.opening)),
        "opened_at": status.cycle.map(|cycle| cycle.opens),
        "due_at": status.cycle.map(|cycle| cycle.due),
        "counts": counts,
        "next": coming.collect::<Vec<_>>(),
        "behind": !status.missing.is_empty(),
        "missing": status.missing,
    })
}

fn moment(at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{} {:02}:{:02} {}", iso_date(local.date), local.hour, local.minute, local.zone)
}

fn status_text(status: &Status, zone: Zone) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    match &status.cycle {
        None => text.push_str("No cycle has opened yet.\n"),
        Some(cycle) => {
            let _ = writeln!(text, "Cycle of {}, due {}.", iso_date(cycle.opening), moment(cycle.due, zone));
        }
    }
    for (state, count) in &status.counts {
        let patients = count.patients.map(|n| format!(", {n} patients")).unwrap_or_default();
        let _ = writeln!(text, "  {}: {} sponsors, {} staff{patients}", state, count.sponsors, count.staff);
    }
    if let Some((at, what)) = status.coming.first() {
        let _ = writeln!(text, "Next: {} at {}.", coming_word(*what), moment(*at, zone));
    }
    if status.cycle.is_some() && status.missing.is_empty() {
        text.push_str("The schedule is up to date.\n");
    }
    if !status.missing.is_empty() {
        let missing: Vec<&str> = status.missing.iter().map(|kind| kind.word()).collect();
        let _ = writeln!(
            text,
            "The schedule is behind: {} not done. Locks do not wait for it; check that `postern serve` is running.",
            missing.join(", ")
        );
    }
    text
}

fn rehearsal_json(played: &Rehearsal, from: Date, to: Date) -> serde_json::Value {
    let moments = played.moments.iter().map(|((at, cycle), moment)| {
        let mut said = json!(moment);
        if let Some(fields) = said.as_object_mut() {
            fields.insert("at".to_owned(), json!(at));
            fields.insert("cycle".to_owned(), json!(iso_date(*cycle)));
        }
        said
    });
    json!({ "from": iso_date(from), "to": iso_date(to), "moments": moments.collect::<Vec<_>>() })
}

fn rehearsal_text(played: &Rehearsal, zone: Zone) -> String {
    if played.moments.is_empty() {
        return "Nothing would happen in these days.\n".to_owned();
    }
    let mut text = String::new();
    for ((at, cycle), what) in &played.moments {
        let _ = writeln!(text, "{}, cycle of {}", moment(*at, zone), iso_date(*cycle));
        text.push_str(&lines(what));
    }
    text
}

fn lines(moment: &Moment) -> String {
    let mut text = String::new();
    if moment.opened > 0 {
        let _ = writeln!(text, "  opens for {} sponsors, {} people listed", moment.opened, moment.listed);
    }
    for (kind, count) in &moment.letters {
        let _ = writeln!(text, "  letter {kind}: {count}");
    }
    if moment.locked > 0 {
        let _ = writeln!(text, "  locks {} sponsors and {} staff", moment.locked, moment.locked_staff);
        let _ = writeln!(
            text,
            "  {} people lose access to {} patients, added up",
            moment.losing, moment.patients
        );
    }
    for one in &moment.people {
        let kind = if one.is_sponsor { "sponsor" } else { "staff" };
        let _ = writeln!(text, "    {kind} {}: {} patients", one.name, one.patients);
    }
    let rest = (moment.locked + moment.locked_staff).saturating_sub(moment.people.len());
    if rest > 0 {
        let _ = writeln!(text, "    and {rest} more");
    }
    text
}
