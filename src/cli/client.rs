//! `postern client add|list|disable|keys|hook`: the systems of the hospital that call the JSON interface.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::account::Format;
use crate::adapters::webhook;
use crate::app::api::clients::{self, ClientError, Listed, WantedHook};
use crate::app::{App, AppError};
use crate::config::{ConfigError, read_secret};
use crate::domain::api::{Scope, Scopes};
use crate::domain::ids::ClientId;
use crate::views::paths;

/// Make, list and disable the systems that call the JSON interface.
#[derive(Args, Debug)]
pub struct ClientArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ClientCommand,
}

/// What to do with clients.
#[derive(Subcommand, Debug)]
pub enum ClientCommand {
    /// Make a client and print its id
    Add(AddArgs),
    /// List every client
    List,
    /// Disable a client; its access tokens are refused from the next request on
    Disable(IdArgs),
    /// Give a client other public keys
    Keys(KeysArgs),
    /// Set where a client is told of events
    Hook(HookArgs),
}

/// The client to make.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// What people call it
    #[arg(long)]
    pub name: String,
    /// What it may do, more than one allowed: requests.read, requests.decide, tokens.issue, tokens.revoke, decisions.read, disclosures.read
    #[arg(long = "scope", value_parser = scope, required = true)]
    pub scopes: Vec<Scope>,
    /// A file with its public keys, a JWK set
    #[arg(long, value_name = "FILE")]
    pub jwks: PathBuf,
}

/// Which client.
#[derive(Args, Debug)]
pub struct IdArgs {
    /// The id of the client
    #[arg(value_parser = id)]
    pub id: ClientId,
}

/// Which client, and its keys.
#[derive(Args, Debug)]
pub struct KeysArgs {
    /// The id of the client
    #[arg(value_parser = id)]
    pub id: ClientId,
    /// A file with its public keys, a JWK set
    #[arg(long, value_name = "FILE")]
    pub jwks: PathBuf,
}

/// Which client, and where it is told.
#[derive(Args, Debug)]
pub struct HookArgs {
    /// The id of the client
    #[arg(value_parser = id)]
    pub id: ClientId,
    /// Where events are sent: https://HOST/PATH
    #[arg(long, required_unless_present = "off", conflicts_with = "off", requires = "secret_file")]
    pub url: Option<String>,
    /// A file with the secret of the signatures (whsec_…), readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// The address may lie inside the hospital
    #[arg(long)]
    pub allow_private: bool,
    /// Send events no more
    #[arg(long)]
    pub off: bool,
}

/// Why the command did not do it.
#[derive(Debug, thiserror::Error)]
pub enum ClientCommandError {
    /// The use case refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A file cannot be read.
    #[error("cannot read {0}: {1}; name a file that holds a JWK set")]
    File(String, io::Error),
    /// The secret's file cannot be used.
    #[error(transparent)]
    Secret(#[from] ConfigError),
    /// The address cannot be called.
    #[error("--url cannot be used: {0}")]
    Url(String),
    /// The use case failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// The answer could not be printed.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

fn scope(word: &str) -> Result<Scope, String> {
    let all = || Scope::ALL.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(", ");
    Scope::from_word(word).ok_or_else(|| format!("use one of {}", all()))
}

fn id(text: &str) -> Result<ClientId, String> {
    text.parse()
        .map_err(|_| "not the id of a client; it looks like 01975e1a-0000-7000-8000-000000000000".to_owned())
}

/// Runs the command and writes its answer to `out`; `base_url` is where people reach the portal.
///
/// # Errors
/// [`ClientCommandError`].
pub async fn run(
    app: &App,
    base_url: &str,
    args: &ClientArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), ClientCommandError> {
    match &args.command {
        ClientCommand::Add(args) => {
            let scopes = Scopes::of(args.scopes.clone());
            let id = clients::add(app, &args.name, scopes, &read(&args.jwks)?).await?;
            let endpoint = format!("{base_url}{}", paths::api_token());
            match format {
                Format::Json => writeln!(out, "{}", json!({ "client": id, "token_endpoint": endpoint }))?,
                Format::Text => {
                    writeln!(out, "Client made: {id}\n\nIt asks for access tokens at {endpoint}")?;
                    writeln!(
                        out,
                        "with an assertion whose iss and sub are this id, and whose aud is that address."
                    )?;
                }
            }
        }
        ClientCommand::List => write_list(app, format, out).await?,
        ClientCommand::Disable(IdArgs { id }) => {
            clients::disable(app, *id).await?;
            say(out, format, *id, "disabled", "Client disabled; its access tokens are refused from now on.")?;
        }
        ClientCommand::Keys(args) => {
            clients::set_keys(app, args.id, &read(&args.jwks)?).await?;
            say(
                out,
                format,
                args.id,
                "keys",
                "Keys replaced; access tokens got with those before are refused from now on.",
            )?;
        }
        ClientCommand::Hook(args) => hook(app, args, format, out).await?,
    }
    out.flush()?;
    Ok(())
}

async fn hook(
    app: &App,
    args: &HookArgs,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), ClientCommandError> {
    let (Some(url), Some(file)) = (&args.url, &args.secret_file) else {
        clients::set_hook(app, args.id, None).await?;
        say(out, format, args.id, "no_hook", "The client is told of nothing more.")?;
        return Ok(());
    };
    webhook::check(url, args.allow_private).map_err(ClientCommandError::Url)?;
    let secret = read_secret(file)?;
    let wanted = WantedHook { url, secret: &secret.0, private: args.allow_private };
    clients::set_hook(app, args.id, Some(wanted)).await?;
    say(out, format, args.id, "hook", "The client is told of events from now on.")?;
    Ok(())
}

fn read(file: &Path) -> Result<String, ClientCommandError> {
    std::fs::read_to_string(file).map_err(|e| ClientCommandError::File(file.display().to_string(), e))
}

fn say(
    out: &mut (dyn Write + Send),
    format: Format,
    id: ClientId,
    word: &str,
    sentence: &str,
) -> io::Result<()> {
    match format {
        Format::Json => writeln!(out, "{}", json!({ "client": id, "changed": word })),
        Format::Text => writeln!(out, "{sentence}"),
    }
}

async fn write_list(
    app: &App,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), ClientCommandError> {
    let all = clients::list(app).await?;
    if format == Format::Json {
        let all: Vec<_> = all.iter().map(as_json).collect();
        writeln!(out, "{}", json!({ "clients": all }))?;
        return Ok(());
    }
    if all.is_empty() {
        writeln!(out, "No client; the JSON interface is off. `postern client add` makes one.")?;
    }
    for client in all {
        let state =
            client.ended_at.map_or_else(|| "in use".to_owned(), |at| format!("disabled {}", at.rfc3339()));
        writeln!(out, "{}  {} ({state}, made {})", client.id, client.name, client.made_at.rfc3339())?;
        writeln!(out, "    may: {}", client.scopes.text())?;
        if let Some(url) = client.hook {
            let (waiting, given_up) = (client.waiting, client.given_up);
            writeln!(out, "    told at: {url} ({waiting} events wait, {given_up} were given up in 30 days)")?;
        }
    }
    Ok(())
}

fn as_json(client: &Listed) -> serde_json::Value {
    json!({
        "client": client.id, "name": client.name, "scopes": client.scopes.text(), "made_at": client.made_at,
        "disabled_at": client.ended_at, "hook": client.hook, "events_waiting": client.waiting,
        "events_given_up": client.given_up,
    })
}
