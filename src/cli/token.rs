//! `postern token issue|revoke`: patient tokens without a browser.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::json;

use super::account::Format;
use crate::app::tokens::{self, Given, Issued};
use crate::app::{App, AppError};
use crate::domain::ids::FactId;

/// Issue and take back patient tokens.
#[derive(Args, Debug)]
pub struct TokenArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: TokenCommand,
}

/// What to do with tokens.
#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Issue a token for a patient, and print it once
    Issue(IssueArgs),
    /// Take a token back, or every one of a patient
    Revoke(RevokeArgs),
}

/// The token to issue.
#[derive(Args, Debug)]
pub struct IssueArgs {
    /// The MRN of the patient, current or former
    pub mrn: String,
    /// For whom it is meant: a physician or practice, at most 100 characters
    #[arg(long = "for", value_name = "TEXT", default_value = "")]
    pub for_whom: String,
}

/// The token to take back.
#[derive(Args, Debug)]
pub struct RevokeArgs {
    /// The id of the token
    #[arg(value_parser = id, required_unless_present = "mrn", conflicts_with = "mrn")]
    pub id: Option<FactId>,
    /// The MRN of a patient: every token of theirs that still gives or can give access
    #[arg(long)]
    pub mrn: Option<String>,
}

/// Why the command did not do it.
#[derive(Debug, thiserror::Error)]
pub enum TokenCommandError {
    /// No patient has the MRN.
    #[error("no patient has this MRN; check its spelling, or import the patient first")]
    UnknownPatient,
    /// The patient has died.
    #[error("this patient has died, so a token would open nothing")]
    Deceased,
    /// The record is to be merged into another, and nobody has confirmed it.
    #[error(
        "this record is to be merged into another, and nobody has confirmed it; confirm the merge in the queue, or keep the records apart, then issue the token"
    )]
    Unconfirmed,
    /// The note is too long.
    #[error("--for takes at most 100 characters")]
    NoteTooLong,
    /// There is no such token.
    #[error("there is no token with this id; find it under Tokens in the portal, or use --mrn")]
    UnknownToken,
    /// The use case failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// The answer could not be printed.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

fn id(text: &str) -> Result<FactId, String> {
    text.parse()
        .map_err(|_| "not the id of a token; it looks like 01975e1a-0000-7000-8000-000000000000".to_owned())
}

/// Runs the command and writes its answer to `out`.
///
/// # Errors
/// [`TokenCommandError`].
pub async fn run(
    app: &App,
    args: &TokenArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), TokenCommandError> {
    match &args.command {
        TokenCommand::Issue(args) => {
            match tokens::issue_on_command_line(app, &args.mrn, &args.for_whom).await? {
                Given::Issued(issued) => write_issued(app, &issued, format, out)?,
                Given::Unknown | Given::Barred(_) => return Err(TokenCommandError::UnknownPatient),
                Given::Deceased => return Err(TokenCommandError::Deceased),
                Given::Unconfirmed => return Err(TokenCommandError::Unconfirmed),
                Given::NoteTooLong => return Err(TokenCommandError::NoteTooLong),
            }
        }
        TokenCommand::Revoke(args) => {
            let revoked = match (args.id, &args.mrn) {
                (Some(id), _) => {
                    let taken = tokens::revoke_by_id_on_command_line(app, id).await?;
                    if taken.ok_or(TokenCommandError::UnknownToken)? { vec![id] } else { Vec::new() }
                }
                (None, mrn) => {
                    let mrn = mrn.as_deref().unwrap_or_default();
                    let taken = tokens::revoke_by_mrn_on_command_line(app, mrn).await?;
                    taken.ok_or(TokenCommandError::UnknownPatient)?
                }
            };
            write_revoked(&revoked, format, out)?;
        }
    }
    out.flush()?;
    Ok(())
}

fn write_issued(app: &App, issued: &Issued, format: Format, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let secret = issued.secret.grouped();
    let expires = issued.expires_at.rfc3339();
    match format {
        Format::Json => {
            let said =
                json!({ "id": issued.id, "token": secret, "mrn": issued.card.mrn, "expires_at": expires });
            writeln!(out, "{said}")
        }
        Format::Text => {
            let zone = app.hospital.cycles.zone();
            let local = zone.local(issued.expires_at);
            writeln!(out, "Token issued for MRN {} (id {}):\n\n  {secret}\n", issued.card.mrn, issued.id)?;
            writeln!(
                out,
                "It is shown this once. One account can redeem it; it expires on {} at {:02}:{:02} {}.",
                local.date, local.hour, local.minute, local.zone
            )
        }
    }
}

fn write_revoked(revoked: &[FactId], format: Format, out: &mut (dyn Write + Send)) -> io::Result<()> {
    match (format, revoked.len()) {
        (Format::Json, _) => writeln!(out, "{}", json!({ "revoked": revoked })),
        (Format::Text, 0) => writeln!(out, "Nothing to take back: it was taken back already, or is over."),
        (Format::Text, 1) => writeln!(out, "1 token taken back, effective at the next request."),
        (Format::Text, many) => writeln!(out, "{many} tokens taken back, effective at the next request."),
    }
}
