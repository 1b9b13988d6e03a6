//! The command line: one file per family of commands.

pub mod access;
mod access_words;
pub mod account;
pub mod audit;
pub mod client;
pub mod demo;
pub mod doctor;
mod doctor_chart;
mod doctor_feed;
mod doctor_hooks;
pub mod feed;
pub mod hl7;
pub mod import;
pub mod init;
mod key_files;
mod opening;
mod outside;
mod serving;
mod signals;
pub mod token;
pub mod validation;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::AppError;
use crate::config::{Config, ConfigError};
use crate::store::StoreError;

/// A self-hosted, provider-facing hospital referral portal.
#[derive(Parser, Debug)]
#[command(name = "postern", version, propagate_version = true)]
struct Cli {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = "postern.toml")]
    config: PathBuf,
    /// Machine-readable output on standard output, messages on standard error
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve a synthetic hospital on this machine; nothing else to install
    Demo(demo::Demo),
    /// Make a new installation: a configuration, fresh keys, a migrated database
    Init(init::InitArgs),
    /// Serve the portal
    Serve,
    /// Bring the database up to this version
    Migrate,
    /// Name every fault of this installation, and its fix
    Doctor,
    /// Import a directory file: one JSON object a line, all of it or nothing
    Import(import::ImportArgs),
    /// Ask who may see what, and why
    Access(access::AccessArgs),
    /// Make, disable and reset accounts
    Account(account::AccountArgs),
    /// Issue and take back patient tokens
    Token(token::TokenArgs),
    /// Make, list and disable the systems that call the JSON interface
    Client(client::ClientArgs),
    /// How the Sponsored User Validation stands, and what its calendar would do
    Validation(validation::ValidationArgs),
    /// Load the record from FHIR files
    Feed(feed::FeedArgs),
    /// Verify and export the audit, and check what was downloaded from its pages
    Audit(audit::AuditArgs),
}

/// What ends a command in failure, saying what to do next.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A use case.
    #[error(transparent)]
    App(#[from] AppError),
    /// The demo.
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
    /// Accounts.
    #[error(transparent)]
    Account(#[from] account::AccountCommandError),
    /// The directory import.
    #[error(transparent)]
    Import(#[from] import::ImportCommandError),
    /// Decisions.
    #[error(transparent)]
    Access(#[from] access::AccessCommandError),
    /// The validation.
    #[error(transparent)]
    Validation(#[from] validation::ValidationCommandError),
    /// Patient tokens.
    #[error(transparent)]
    Token(#[from] token::TokenCommandError),
    /// Clients of the JSON interface.
    #[error(transparent)]
    Client(#[from] client::ClientCommandError),
    /// The embedded feed.
    #[error(transparent)]
    Feed(#[from] feed::FeedLoadError),
    /// `init` overwrites nothing.
    #[error("{0} exists already, and init overwrites nothing; name another folder, or remove it first")]
    Exists(String),
    /// A file cannot be written.
    #[error("cannot write {0}: {1}")]
    Write(String, std::io::Error),
    /// A file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(String, std::io::Error),
    /// The anchor file cannot be written.
    #[error("cannot write the audit anchor {0}: {1}; set keys.anchor_file to a file that can be written")]
    Anchor(String, std::io::Error),
    /// Somebody else listens there.
    #[error("{0} {1} is in use; stop what uses it, or set another {2} in the configuration")]
    InUse(&'static str, std::net::SocketAddr, &'static str),
    /// An address cannot be listened on.
    #[error("cannot listen on {0}: {1}; set another address in the configuration")]
    Listen(std::net::SocketAddr, std::io::Error),
}

/// How a command that ran to its end went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// Well.
    Well,
    /// It found faults, and has said them: exit code 1.
    Failed,
}

/// Runs the command line: exit code 0 done, 1 failed, 2 wrong usage.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let mut out = std::io::stdout();
    match dispatch(cli, &mut out).await {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Failed) => ExitCode::FAILURE,
        Err(error) => {
            // A reader that has gone away needs no message.
            let _ = writeln!(std::io::stderr(), "postern: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli, out: &mut (dyn Write + Send)) -> Result<Done, CliError> {
    let Cli { config, json, command } = cli;
    let format = if json { account::Format::Json } else { account::Format::Text };
    match command {
        Command::Demo(args) => demo::run(args, json, out).await?,
        Command::Init(args) => init::init(&args, json, out).await?,
        Command::Migrate => init::migrate(&Config::load(&config)?, json, out).await?,
        Command::Doctor => return doctor::run(&config, json, out).await,
        Command::Serve => serving::serve_installation(Config::load(&config)?, out).await?,
        Command::Import(args) => {
            return with(&config, async |opened| {
                import::run(&opened.app, &args, format, out).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Access(args) => {
            return with(&config, async |opened| {
                access::run(&opened.app, &args, format, out).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Account(args) => {
            return with(&config, async |opened| {
                account::run(&opened.app, &opened.config.base_url, &args, format, out).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Token(args) => {
            return with(&config, async |opened| {
                token::run(&opened.app, &args, format, out).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Client(args) => {
            return with(&config, async |opened| {
                client::run(&opened.app, &opened.config.base_url, &args, format, out).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Validation(args) => {
            return with(&config, async |opened| {
                validation::run(&opened.app, &args, format, out).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Feed(args) => {
            return with(&config, async |opened| {
                let paths = match args.command {
                    feed::FeedCommand::Load { paths } => paths,
                    feed::FeedCommand::Sync => {
                        feed::sync(&opened.app, json, out).await?;
                        return Ok(Done::Well);
                    }
                };
                if opened.config.has_remote_feed() {
                    return Err(feed::FeedLoadError::Remote.into());
                }
                let settings = feed::settings(&opened.config)?;
                feed::load(&opened.app, &settings, &paths, json, out, &mut std::io::stderr()).await?;
                Ok(Done::Well)
            })
            .await;
        }
        Command::Audit(args) => return audit::run(&args, &config, json, out).await,
    }
    Ok(Done::Well)
}

/// Runs `work` on the installation that the file `config` describes, and closes it whatever comes of the work.
async fn with(
    config: &std::path::Path,
    work: impl AsyncFnOnce(&opening::Opened) -> Result<Done, CliError>,
) -> Result<Done, CliError> {
    let opened = opening::open(Config::load(config)?).await?;
    let done = work(&opened).await;
    let closed = opened.close().await;
    let done = done?;
    closed.map(|()| done)
}
