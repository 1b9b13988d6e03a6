//! `postern account create|reset-factor|disable`: a way in before mail exists.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::json;
use time::Date;

use crate::app::App;
use crate::app::accounts::{self, AccountError, SetUpLink, WantedAccount};
use crate::domain::calendar::parse_date;
use crate::domain::people::{AccountKind, Job, Role};
use crate::domain::sign_in::SET_UP_SECONDS;

/// Make, reset or disable accounts.
#[derive(Args, Debug)]
pub struct AccountArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AccountCommand,
}

/// What to do with an account.
#[derive(Subcommand, Debug)]
pub enum AccountCommand {
    /// Make an account and print the link that sets it up
    Create(Box<CreateArgs>),
    /// Disable the second factor, end all sessions, and print a new set-up link
    ResetFactor(EmailArgs),
    /// Disable an account and end its sessions
    Disable(EmailArgs),
}

/// Whose account.
#[derive(Args, Debug)]
pub struct EmailArgs {
    /// The e-mail address of the account
    #[arg(long)]
    pub email: String,
}

/// The account to make.
#[derive(Args, Debug)]
pub struct CreateArgs {
    /// The e-mail address to sign in with
    #[arg(long)]
    pub email: String,
    /// provider, sponsored, access_team or family
    #[arg(long, value_parser = kind)]
    pub kind: AccountKind,
    /// The NPI of a provider
    #[arg(long)]
    pub npi: Option<String>,
    /// Family name; may be left out for a provider in the directory
    #[arg(long)]
    pub family: Option<String>,
    /// Given name; may be left out for a provider in the directory
    #[arg(long)]
    pub given: Option<String>,
    /// Job of a sponsored user: registered_nurse, referral_coordinator, social_worker, office_manager or other
    #[arg(long, value_parser = job)]
    pub job: Option<Job>,
    /// Birth date of a family member, YYYY-MM-DD
    #[arg(long, value_parser = birth_date)]
    pub birth_date: Option<Date>,
    /// Role in the access team, more than one allowed: reviewer, administrator, auditor
    #[arg(long = "role", value_parser = role)]
    pub roles: Vec<Role>,
}

/// Why the command did not do it.
#[derive(Debug, thiserror::Error)]
pub enum AccountCommandError {
    /// The use case refused.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The answer could not be printed.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

/// Runs the command and writes its answer to `out`; links begin with `base_url`.
///
/// # Errors
/// [`AccountCommandError`].
pub async fn run(
    app: &App,
    base_url: &str,
    args: &AccountArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), AccountCommandError> {
    match &args.command {
        AccountCommand::Create(args) => {
            let wanted = WantedAccount {
                email: args.email.clone(),
                kind: args.kind,
                npi: args.npi.clone(),
                family: args.family.clone(),
                given: args.given.clone(),
                job: args.job,
                birth_date: args.birth_date,
                roles: args.roles.clone(),
            };
            let link = accounts::create_account(app, &wanted).await?;
            write_link(out, format, base_url, "Account made.", &link)?;
        }
        AccountCommand::ResetFactor(EmailArgs { email }) => {
            let link = accounts::reset_factor(app, email).await?;
            let done = "Second factor disabled and all sessions ended.";
            write_link(out, format, base_url, done, &link)?;
        }
        AccountCommand::Disable(EmailArgs { email }) => {
            let account = accounts::disable_account(app, email).await?;
            match format {
                Format::Json => writeln!(out, "{}", json!({ "account": account, "status": "disabled" }))?,
                Format::Text => writeln!(out, "Account disabled and all its sessions ended.")?,
            }
        }
    }
    Ok(())
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For a person.
    Text,
    /// One JSON object.
    Json,
}

fn write_link(
    out: &mut (dyn Write + Send),
    format: Format,
    base_url: &str,
    done: &str,
    link: &SetUpLink,
) -> io::Result<()> {
    let url = set_up_url(base_url, link.secret.as_str());
    let expires = link.expires_at.rfc3339();
    match format {
        Format::Json => {
            writeln!(out, "{}", json!({ "account": link.account, "set_up_url": url, "expires_at": expires }))
        }
        Format::Text => {
            let hours = SET_UP_SECONDS / 3600;
            writeln!(
                out,
                "{done} Set-up link, good once within {hours} hours (until {expires}):\n\n  {url}\n"
            )?;
            writeln!(out, "Hand it over in person or by phone: whoever opens it first sets the password.")
        }
    }
}

/// Where a set-up link leads.
fn set_up_url(base_url: &str, secret: &str) -> String {
    format!("{}/set-up/{secret}", base_url.trim_end_matches('/'))
}

fn kind(word: &str) -> Result<AccountKind, String> {
    AccountKind::from_word(&word.replace('-', "_"))
        .ok_or_else(|| "use provider, sponsored, access_team or family".to_owned())
}

fn job(word: &str) -> Result<Job, String> {
    Job::from_word(&word.replace('-', "_")).ok_or_else(|| {
        "use registered_nurse, referral_coordinator, social_worker, office_manager or other".to_owned()
    })
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| "use reviewer, administrator or auditor".to_owned())
}

fn birth_date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "use a date such as 1984-02-29".to_owned())
}
