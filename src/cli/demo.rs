//! `postern demo`: a synthetic hospital in a folder, served on this machine.

mod folder;
mod making;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use tokio::net::TcpListener;

use crate::adapters::clock::{StartedClock, SystemClock};
use crate::adapters::entropy::SystemEntropy;
use crate::adapters::feed::embedded::EmbeddedFeed;
use crate::adapters::mail_kept::KeptMail;
use crate::app::audit::AuditLog;
use crate::app::demo::{self, AuthoredError, DemoAccount, SeedError};
use crate::app::ports::{Clock, Entropy};
use crate::app::sign_in::passkeys::Passkeys;
use crate::app::{App, AppError, Outside};
use crate::config::{Config, ConfigError};
use crate::domain::calendar::Instant;
use crate::domain::ids::new_uuid;
use crate::store::{Db, StoreError, installation};

use super::key_files;
pub use folder::FolderError;
pub use making::{Stage, make};

use super::feed::FeedLoadError;
use folder::Folder;

/// Serves a synthetic hospital on this machine, made at the first start.
#[derive(Args, Debug)]
pub struct Demo {
    #[command(subcommand)]
    command: Option<Command>,
    /// The folder that holds the demo's database and keys
    #[arg(long, value_name = "FOLDER", default_value = "./postern-demo", global = true)]
    data_dir: PathBuf,
    /// Where to serve it: a loopback address and a port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Throw the demo's data away and make it anew
    #[arg(long)]
    fresh: bool,
    /// Start the portal's clock here, such as 2027-04-10T09:00:00-04:00, and let it run
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    now: Option<Instant>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Prints whom to sign in as: address, password, authenticator secret, kind and name
    Accounts,
}

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Plain http stays on this machine.
    #[error(
        "--listen {0} is not a loopback address, and the demo is served on this machine only; use 127.0.0.1:PORT"
    )]
    NotLoopback(SocketAddr),
    /// Somebody else listens there.
    #[error("port {port} on {ip} is in use; stop what uses it, or choose another with --listen {ip}:{next}", port = .0.port(), ip = .0.ip(), next = .0.port().saturating_add(1))]
    PortInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}; choose another with --listen ADDRESS:PORT")]
    Listen(SocketAddr, #[source] io::Error),
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its configuration.
    #[error("{0} (`postern demo --fresh` begins again)")]
    Config(#[from] ConfigError),
    /// Its database.
    #[error("{0} (`postern demo --fresh` begins again)")]
    Store(#[from] StoreError),
    /// The hospital could not be made.
    #[error("the synthetic hospital could not be loaded: {0}")]
    Seed(#[from] SeedError),
    /// The charts could not be loaded.
    #[error("the synthetic charts could not be loaded: {0}")]
    Feed(#[from] FeedLoadError),
    /// The charts cannot lie in the folder while they are loaded.
    #[error("{0}: {1}; name another folder with --data-dir")]
    Charts(String, #[source] io::Error),
    /// The shipped hospital is broken.
    #[error(transparent)]
    Authored(#[from] AuthoredError),
    /// Serving ended in a fault.
    #[error(transparent)]
    App(#[from] AppError),
    /// The key files cannot be written.
    #[error("cannot write a key file: {0}; name another folder with --data-dir")]
    Keys(#[source] io::Error),
    /// The terminal, or whatever stands in its place, is gone.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// Stopped before it was ready.
    #[error("stopped while loading; the next start begins again")]
    Interrupted,
}

fn instant(text: &str) -> Result<Instant, String> {
    text.parse().map_err(|_| "not an RFC 3339 instant; write it like 2027-04-10T09:00:00-04:00".to_owned())
}

/// Runs `postern demo`, writing what a person wants to read to `out`, until it is stopped; `json` makes the accounts a JSON array.
///
/// # Errors
/// [`DemoError`], which says what to do next.
pub async fn run(args: Demo, json: bool, out: &mut (dyn Write + Send)) -> Result<(), DemoError> {
    if let Some(Command::Accounts) = args.command {
        return print_accounts(json, out);
    }
    // The port first: a demo that runs already must not lose its folder to --fresh.
    let listener = listen(args.listen).await?;
    let address = listener.local_addr()?;
    let folder = Folder::take(&args.data_dir)?;
    if args.fresh {
        folder.empty()?;
    }
    let clock: Arc<dyn Clock> = match args.now {
        Some(start) => Arc::new(StartedClock::at(start)),
        None => Arc::new(SystemClock),
    };
    let stop = super::signals::stop_token();
    let first = !folder.is_made();
    let (app, mut config) = tokio::select! {
        ready = ready(&folder, clock, out) => ready?,
        () = stop.cancelled() => return Err(DemoError::Interrupted),
    };
    if first {
        out.flush()?;
        app.audit.close(app.clock.now()).await?;
        super::opening::anchor(&app, &config).await.map_err(|e| io::Error::other(e.to_string()))?;
        app.db.close().await;
        drop((folder, listener));
        // Comes back only where a program cannot take its own place.
        begin_anew();
        return Box::pin(run(Demo { fresh: false, ..args }, json, out)).await;
    }
    config.listen.address = address.to_string();
    config.base_url = format!("http://localhost:{}", address.port());
    greet(&config, &args.data_dir, out)?;
    super::serving::serve(app.clone(), &config, listener, Some(demo::accounts()?), stop).await?;
    app.audit.close(app.clock.now()).await?;
    super::opening::anchor(&app, &config).await.map_err(|e| io::Error::other(e.to_string()))?;
    app.db.close().await;
    writeln!(out, "Stopped.")?;
    Ok(())
}

/// Starts this program over in its own place, now that the hospital is made: hashing passwords and loading charts have left the
/// memory of this process several times as large as serving needs.
fn begin_anew() {
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let arguments = std::env::args_os().skip(1).filter(|argument| argument != "--fresh");
        let failed = std::process::Command::new(program).args(arguments).exec();
        tracing::warn!(%failed, "the demo goes on in the process that made it");
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, DemoError> {
    if !address.ip().is_loopback() {
        return Err(DemoError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => DemoError::PortInUse(address),
        _ => DemoError::Listen(address, error),
    })
}

/// The demo in `folder`, made now unless an earlier start has finished making it.
async fn ready(
    folder: &Folder,
    clock: Arc<dyn Clock>,
    out: &mut (dyn Write + Send),
) -> Result<(App, Config), DemoError> {
    if folder.is_made() {
        let config = Config::load_alone(&folder.config_file())?;
        let db = Db::open(&config.database_url()).await?;
        db.migrate().await?;
        if let Some(made) = installation::load(&db).await? {
            return Ok((open(&config, db, Arc::clone(&clock), made.installed_at).await?, config));
        }
        db.close().await;
    } else if folder.is_begun() {
        writeln!(out, "An earlier first start did not finish; beginning again.")?;
    }
    folder.empty()?;
    let now = clock.now();
    for name in ["audit.key", "seal.key"] {
        key_files::write_fresh(&folder.key_file(name), &SystemEntropy).map_err(DemoError::Keys)?;
    }
    let config = Config::load_alone(&folder.begin(&demo::config_text(now)?)?)?;
    let db = Db::open(&config.database_url()).await?;
    db.migrate().await?;
    let app = open(&config, db, clock, now).await?;
    let mut said = Ok(());
    let mut tell = |stage| {
        if said.is_ok() {
            said = say(stage, out);
        }
    };
    make(&app, folder.path(), now, &mut tell).await?;
    said?;
    folder.finish()?;
    Ok((app, config))
}

async fn open(config: &Config, db: Db, clock: Arc<dyn Clock>, made: Instant) -> Result<App, DemoError> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let mut chance = [0u8; 10];
    entropy.fill(&mut chance)?;
    let keys = config.keys()?;
    let now = clock.now();
    let audit = AuditLog::open(db.clone(), keys.audit, new_uuid(now, chance), now).await?;
    let feed = Arc::new(EmbeddedFeed::new(db.clone(), Arc::clone(&clock)));
    let hospital = Arc::new(config.hospital(made)?);
    let passkeys = Passkeys::of(&config.base_url, &hospital.name);
    let outside = Outside { mailer: Some(Arc::new(KeptMail)), ..Outside::default() };
    Ok(App { db, audit, clock, entropy, feed, hospital, keys: Arc::new(keys), passkeys, outside })
}

/// Resources between two lines of progress.
const TOLD_EVERY: u64 = 3000;

fn say(stage: Stage, out: &mut dyn Write) -> io::Result<()> {
    match stage {
        Stage::Directory => {
            writeln!(out, "Making the synthetic hospital: practices, providers, accounts")?;
        }
        Stage::Charts { done, of } if done != of && !done.is_multiple_of(TOLD_EVERY) => return Ok(()),
        Stage::Charts { done, of } => {
            let (done, of) = (grouped(done), grouped(of));
            writeln!(out, "Loading the synthetic hospital: {done} of {of} resources")?;
        }
        Stage::Facts => writeln!(out, "Making the synthetic hospital: tokens, grants, requests")?,
    }
    out.flush()
}

/// `n` with commas between thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whom the greeting offers: one of each kind, and the access team's lead.
const OFFERED: [&str; 5] = [
    "rivera@example.org",
    "raman@example.org",
    "lee@example.org",
    "delacroix@hospital.example",
    "jordan.emmerich@example.org",
];

fn greet(config: &Config, folder: &std::path::Path, out: &mut dyn Write) -> Result<(), DemoError> {
    let all = demo::accounts()?;
    let password = all.iter().find_map(|a| a.password.as_deref()).unwrap_or_default();
    writeln!(out, "\n{}: synthetic data, no real people.\n", config.hospital.name)?;
    writeln!(out, "    {}\n", config.base_url)?;
    writeln!(out, "Sign in as one of these, password \"{password}\"; the sign-in page shows the codes:")?;
    for email in OFFERED {
        let Some(account) = all.iter().find(|a| a.email == email) else { continue };
        writeln!(out, "    {:<28} {:<12} {}", account.email, account.kind.word(), account.shows)?;
    }
    writeln!(
        out,
        "All {} accounts: postern demo accounts. Data: {}. Ctrl-C stops it.",
        all.len(),
        folder.display()
    )?;
    out.flush()?;
    Ok(())
}

fn print_accounts(json: bool, out: &mut dyn Write) -> Result<(), DemoError> {
    let all = demo::accounts()?;
    if json {
        serde_json::to_writer_pretty(&mut *out, &all).map_err(io::Error::other)?;
        writeln!(out)?;
        return Ok(());
    }
    let none = "(hospital sign-in)";
    for DemoAccount { email, password, totp_secret, kind, name, .. } in &all {
        let password = password.as_deref().unwrap_or(none);
        let secret = totp_secret.as_deref().unwrap_or("");
        writeln!(out, "{email:<30} {password:<26} {secret:<33} {:<12} {name}", kind.word())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(
            [0, 999, 1000, 19_151, 1_000_000].map(grouped),
            ["0", "999", "1,000", "19,151", "1,000,000"]
        );
    }

    #[test]
    fn the_accounts_are_printed_as_one_json_array() {
        let mut out = Vec::new();
        print_accounts(true, &mut out).unwrap();
        let all: Vec<serde_json::Value> = serde_json::from_slice(&out).unwrap();
        assert_eq!(all.len(), 38);
        for field in ["email", "password", "totp_secret", "kind", "name"] {
            assert!(all[0][field].is_string(), "{field}");
        }
    }

    #[test]
    fn a_port_in_use_is_named_with_the_way_out() {
        let said = DemoError::PortInUse("127.0.0.1:8080".parse().unwrap()).to_string();
        assert_eq!(
            said,
            "port 8080 on 127.0.0.1 is in use; stop what uses it, or choose another with --listen 127.0.0.1:8081"
        );
    }
}
