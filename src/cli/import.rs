//! `postern import FILE.jsonl`: the directory, from the system that the hospital had before.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::account::Format;
use crate::app::App;
use crate::app::import::{self, Fault, ImportError, Mode, Report};

/// Import a directory file: one JSON object a line, all of it or nothing.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The file: practices, providers, accounts, patients and the facts about them, one JSON object a line
    #[arg(value_name = "FILE.jsonl")]
    pub file: PathBuf,
    /// Check the file and say what importing it would do, writing nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportCommandError {
    /// The file is not there, or may not be read.
    #[error("cannot read {}: {source}; name a file of one JSON object a line", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file has faults.
    #[error("{}", listing(.file, .listed, *.count))]
    Faults {
        /// The file.
        file: PathBuf,
        /// The faults that are listed.
        listed: Vec<Fault>,
        /// All there are.
        count: usize,
    },
    /// The database, or reading broke off.
    #[error("nothing was imported: {0}")]
    Import(ImportError),
    /// The answer could not be printed.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

/// Runs the command and writes its answer to `out`. With [`Format::Json`] the faults are part of the answer too.
///
/// # Errors
/// [`ImportCommandError`]; nothing was imported then, unless only the answer could not be written.
pub async fn run(
    app: &App,
    args: &ImportArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), ImportCommandError> {
    let file = &args.file;
    let unreadable = |source| ImportCommandError::File { file: file.clone(), source };
    let mut source = BufReader::with_capacity(1 << 16, File::open(file).map_err(unreadable)?);
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Apply };
    match import::run(app, &mut source, mode).await {
        Ok(report) => {
            match format {
                Format::Json => {
                    let mut answer = json!({ "imported": !report.dry_run });
                    if let (Some(answer), Ok(serde_json::Value::Object(report))) =
                        (answer.as_object_mut(), serde_json::to_value(&report))
                    {
                        answer.extend(report);
                    }
                    writeln!(out, "{answer}")?;
                }
                Format::Text => say(&report, out)?,
            }
            Ok(())
        }
        Err(ImportError::Faults { listed, count }) => {
            if format == Format::Json {
                let answer =
                    json!({ "imported": false, "dry_run": args.dry_run, "faults": count, "listed": listed });
                writeln!(out, "{answer}")?;
            }
            Err(ImportCommandError::Faults { file: file.clone(), listed, count })
        }
        Err(ImportError::Unreadable(source)) => Err(unreadable(source)),
        Err(error @ ImportError::App(_)) => Err(ImportCommandError::Import(error)),
    }
}

fn say(report: &Report, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let lines = report.lines;
    if report.dry_run {
        writeln!(out, "{lines} lines are sound. Importing them would do this:")?;
    } else {
        writeln!(out, "{lines} lines imported.")?;
    }
    for (kind, tally) in &report.types {
        let import::Tally { added, changed, unchanged } = tally;
        writeln!(out, "  {kind:<22} {added:>8} added {changed:>8} changed {unchanged:>8} unchanged")?;
    }
    let would = if report.dry_run { "would be" } else { "are" };
    match report.sponsors_locked {
        0 => writeln!(out, "No sponsor {} locked.", if report.dry_run { "would be" } else { "is" })?,
        1 => writeln!(
            out,
            "1 sponsor {} locked at once: the validation is overdue.",
            if report.dry_run { "would be" } else { "is" }
        )?,
        count => writeln!(out, "{count} sponsors {would} locked at once: their validation is overdue.")?,
    }
    if report.dry_run {
        writeln!(out, "Nothing was written.")?;
    }
    Ok(())
}

/// What became of the file, then every listed fault on a line of its own.
fn listing(file: &Path, listed: &[Fault], count: usize) -> String {
    let faults = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
    let mut lines = vec![format!("{} has {faults}; nothing was imported", file.display())];
    lines.extend(listed.iter().map(|Fault { line, field, reason }| {
        let field = if field.is_empty() { String::new() } else { format!(", {field}") };
        format!("line {line}{field}: {reason}")
    }));
    if count > listed.len() {
        lines.push(format!("… and {} more", count - listed.len()));
    }
    lines.join("\n")
}
