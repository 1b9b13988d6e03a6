//! `postern init` and `postern migrate`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{CliError, key_files, opening};
use crate::adapters::clock::SystemClock;
use crate::adapters::entropy::SystemEntropy;
use crate::app::ports::Clock;
use crate::config::Config;
use crate::store::Db;

/// Makes a new installation: a configuration, fresh keys, a migrated database. Overwrites nothing.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The folder to make it in
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// sqlite:PATH or postgres://USER@HOST/NAME; an SQLite file in DIR unless given
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

const TEMPLATE: &str = "# Made by `postern init`. Every key with its meaning: config/default.toml of the sources.\n\
    base_url = \"http://localhost:8080\"\n\n[database]\nurl = \"@URL@\"\n\n[listen]\naddress = \"127.0.0.1:8080\"\n\
    metrics = \"127.0.0.1:9090\"\n\n[hospital]\nname = \"Your Hospital\"\nphone = \"555-0100\"\n\
    time_zone = \"America/New_York\"\nholidays = []\n";

/// Runs `postern init`.
pub(super) async fn init(args: &InitArgs, json: bool, out: &mut (dyn Write + Send)) -> Result<(), CliError> {
    let file = args.dir.join("postern.toml");
    let paths = [file.clone(), args.dir.join("keys/audit.key"), args.dir.join("keys/seal.key")];
    if let Some(there) = paths.iter().find(|p| p.exists()) {
        return Err(CliError::Exists(there.display().to_string()));
    }
    let url = args.database.as_deref().unwrap_or("sqlite:postern.db");
    let quoted = serde_json::Value::from(url).to_string();
    let text = TEMPLATE.replace("\"@URL@\"", &quoted);
    let wrote = |path: &Path, error| CliError::Write(path.display().to_string(), error);
    std::fs::create_dir_all(&args.dir).map_err(|e| wrote(&args.dir, e))?;
    // The database before the files: one that cannot be reached leaves nothing behind.
    let config = Config::of_text(&text, &file)?;
    migrate_at(&config).await?;
    for key in paths.iter().skip(1) {
        key_files::write_fresh(key, &SystemEntropy).map_err(|e| wrote(key, e))?;
    }
    std::fs::write(&file, text).map_err(|e| wrote(&file, e))?;
    if json {
        writeln!(out, "{}", serde_json::json!({ "config": file, "database": config.database_url() }))?;
    } else {
        let file = file.display();
        writeln!(out, "Made {file}, its keys and its database. Next:")?;
        writeln!(out, "  1. set hospital.name, hospital.phone and base_url in {file}")?;
        writeln!(
            out,
            "  2. postern account create --config {file} --email YOU@HOSPITAL --kind access_team --given G --family F \
             --role administrator"
        )?;
        writeln!(out, "  3. postern serve --config {file}")?;
    }
    Ok(())
}

/// Runs `postern migrate`.
pub(super) async fn migrate(
    config: &Config,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), CliError> {
    migrate_at(config).await?;
    if json {
        writeln!(out, "{}", serde_json::json!({ "migrated": true }))?;
    } else {
        writeln!(out, "The database is of this version.")?;
    }
    Ok(())
}

async fn migrate_at(config: &Config) -> Result<(), CliError> {
    let db = Db::open(&config.database_url()).await?;
    db.migrate().await?;
    opening::ensure_installation(&db, SystemClock.now()).await?;
    db.close().await;
    Ok(())
}
