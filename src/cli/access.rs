//! `postern access explain|list|who`: decisions for any instant, with their reasons.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::access_words;
use super::account::Format;
use crate::app::look_ups::{self, Asker, QueryError};
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;

/// Ask who may see what, and why.
#[derive(Args, Debug)]
pub struct AccessArgs {
    /// What to ask.
    #[command(subcommand)]
    pub command: AccessCommand,
}

/// What to ask.
#[derive(Subcommand, Debug)]
pub enum AccessCommand {
    /// Why an account can or cannot see a patient
    Explain(ExplainArgs),
    /// The patients that an account may see
    List(ListArgs),
    /// The accounts that may see a patient
    Who(WhoArgs),
}

/// One question, or a file of them.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The e-mail address of the account
    #[arg(long, value_name = "EMAIL", required_unless_present = "queries")]
    pub account: Option<String>,
    /// The MRN of the patient, current or former
    #[arg(long, required_unless_present = "queries")]
    pub mrn: Option<String>,
    /// The instant to ask about, such as 2026-04-01T00:00:00Z; now when left out
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub at: Option<Instant>,
    /// A file of questions, one {"account":…,"mrn":…,"at":…} a line; one JSON answer a line is written, in order
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["account", "mrn", "at"])]
    pub queries: Option<PathBuf>,
}

/// Whose patients.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// The e-mail address of the account
    #[arg(long, value_name = "EMAIL")]
    pub account: String,
    /// The instant to ask about; now when left out
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub at: Option<Instant>,
}

/// Whose viewers.
#[derive(Args, Debug)]
pub struct WhoArgs {
    /// The MRN of the patient, current or former
    #[arg(long)]
    pub mrn: String,
    /// The instant to ask about; now when left out
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub at: Option<Instant>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AccessCommandError {
    /// The file of questions is not there, or may not be read.
    #[error("cannot read {}: {source}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line of it is no question.
    #[error("{}: {error}; nothing was answered", .file.display())]
    Queries {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        error: QueryError,
    },
    /// The database or the audit.
    #[error(transparent)]
    App(#[from] AppError),
    /// The answer could not be printed.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

fn instant(text: &str) -> Result<Instant, String> {
    text.parse().map_err(|_| "not an RFC 3339 instant; write it like 2026-04-01T00:00:00Z".to_owned())
}

/// Runs the command and writes its answer to `out`. A refusal is an answer.
///
/// # Errors
/// [`AccessCommandError`].
pub async fn run(
    app: &App,
    args: &AccessArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), AccessCommandError> {
    let now = app.clock.now();
    let asker = Asker::command_line(now);
    let zone = app.hospital.cycles.zone();
    match &args.command {
        AccessCommand::Explain(ExplainArgs { queries: Some(file), .. }) => {
            answer_all(app, file, &asker, out).await?;
        }
        AccessCommand::Explain(args) => {
            let (account, mrn) = (args.account.as_deref(), args.mrn.as_deref());
            let (account, mrn) = (account.unwrap_or_default(), mrn.unwrap_or_default());
            let answer = look_ups::explain(app, account, mrn, args.at.unwrap_or(now), &asker).await?;
            match format {
                Format::Json => write_json(&answer.said(), out)?,
                Format::Text => out.write_all(access_words::explained(&answer, zone).as_bytes())?,
            }
        }
        AccessCommand::List(args) => {
            let answer = look_ups::list(app, &args.account, args.at.unwrap_or(now), &asker).await?;
            match format {
                Format::Json => write_json(&answer, out)?,
                Format::Text => out.write_all(access_words::listed(&answer, zone).as_bytes())?,
            }
        }
        AccessCommand::Who(args) => {
            let answer = look_ups::who(app, &args.mrn, args.at.unwrap_or(now), &asker).await?;
            match format {
                Format::Json => write_json(&answer, out)?,
                Format::Text => out.write_all(access_words::who(&answer, zone).as_bytes())?,
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn write_json(answer: &impl serde::Serialize, out: &mut (dyn Write + Send)) -> io::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    out.write_all(b"\n")
}

async fn answer_all(
    app: &App,
    file: &Path,
    asker: &Asker,
    out: &mut (dyn Write + Send),
) -> Result<(), AccessCommandError> {
    let unreadable = |source| AccessCommandError::File { file: file.to_owned(), source };
    let first = File::open(file).map_err(unreadable)?;
    // The queries are read twice; what cannot be opened again, a pipe, is kept.
    let kept = if first.metadata().map_err(unreadable)?.is_file() {
        None
    } else {
        let mut bytes = Vec::new();
        BufReader::new(first).read_to_end(&mut bytes).map_err(unreadable)?;
        Some(bytes)
    };
    let open = || -> io::Result<Box<dyn BufRead + Send>> {
        match &kept {
            Some(bytes) => Ok(Box::new(io::Cursor::new(bytes.clone()))),
            None => Ok(Box::new(BufReader::with_capacity(1 << 16, File::open(file)?))),
        }
    };
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let outcome = look_ups::explain_many(app, &open, &mut out, asker).await;
    outcome.map_err(|error| match error {
        QueryError::Unwritable(error) => AccessCommandError::Output(error),
        QueryError::Unreadable(source) => unreadable(source),
        QueryError::App(error) => AccessCommandError::App(error),
        error @ QueryError::Line { .. } => AccessCommandError::Queries { file: file.to_owned(), error },
    })?;
    Ok(())
}
