//! `postern audit verify|export|check-export|export-key`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::opening::{Opened, append};
use super::{CliError, Done};
use crate::app::Keys;
use crate::app::audit_check::{self, Acknowledged, Fault, export};
use crate::app::signed_export::{self, Checked};
use crate::config::Config;
use crate::domain::audit::{Act, Entry, Outcome};

/// Verifies or exports the audit, and checks what left its pages.
#[derive(Args, Debug)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand, Debug)]
enum AuditCommand {
    /// Checks every chain against its keyed hashes and against the anchor file
    Verify {
        /// Explain a gap, as after restoring a backup; it is recorded and reported no more
        #[arg(long, value_name = "REASON")]
        acknowledge: Option<String>,
    },
    /// Writes every row as a FHIR R4 AuditEvent, one JSON object a line
    Export {
        /// The file to write; standard output unless given
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Says whether a table that was downloaded from the audit's pages is as it left; needs the keys and no database
    CheckExport {
        /// The table
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Prints the public key with which anybody can check such a table
    ExportKey,
}

/// Runs `postern audit …` on the installation that the file `config` describes.
pub(super) async fn run(
    args: &AuditArgs,
    config: &Path,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<Done, CliError> {
    match &args.command {
        AuditCommand::Verify { acknowledge } => {
            super::with(config, async |opened| verify(opened, acknowledge.as_deref(), json, out).await).await
        }
        AuditCommand::Export { out: file } => {
            super::with(config, async |opened| export_to(opened, file.as_ref(), out).await).await
        }
        AuditCommand::CheckExport { file } => check_export(&Config::load(config)?.keys()?, file, json, out),
        AuditCommand::ExportKey => export_key(&Config::load(config)?.keys()?, json, out),
    }
}

async fn verify(
    opened: &Opened,
    acknowledge: Option<&str>,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<Done, CliError> {
    let app = &opened.app;
    let anchor_file = opened.config.path(&opened.config.keys.anchor_file);
    let anchor = std::fs::read_to_string(&anchor_file).unwrap_or_default();
    let report = audit_check::verify(&app.db, &app.keys.audit, &anchor).await?;
    let gaps: Vec<Acknowledged> = acknowledge.map_or_else(Vec::new, |reason| {
        let gap = |fault: &Fault| match fault {
            Fault::Truncated { chain, kept, lost } => {
                Some(Acknowledged { chain: *chain, kept: *kept, lost: *lost, reason: reason.to_owned() })
            }
            _ => None,
        };
        report.faults.iter().filter_map(gap).collect()
    });
    let open_faults =
        report.faults.iter().filter(|f| gaps.is_empty() || !matches!(f, Fault::Truncated { .. }));
    let open_faults: Vec<&Fault> = open_faults.collect();
    if !gaps.is_empty() {
        let mut entry = Entry::new(app.clock.now(), Act::AcknowledgeGap, Outcome::Allowed);
        entry.detail = serde_json::json!({ "gaps": gaps }).to_string();
        app.audit.record(entry).await?;
        let line = audit_check::anchor_line(&app.db, &app.keys.audit, app.clock.now(), gaps.clone()).await?;
        append(&anchor_file, &line)?;
    }
    audit_check::record(app, &report, open_faults.len()).await?;
    if json {
        let answer = serde_json::json!({
            "sound": open_faults.is_empty(), "chains": report.chains, "rows": report.rows,
            "faults": open_faults, "acknowledged": report.acknowledged + gaps.len() as u64,
        });
        writeln!(out, "{answer}")?;
    } else {
        writeln!(out, "{} rows in {} chains read.", report.rows, report.chains)?;
        for fault in &open_faults {
            writeln!(out, "{}", say(fault))?;
        }
        if open_faults.is_empty() {
            writeln!(out, "The audit is sound.")?;
        }
    }
    Ok(if open_faults.is_empty() { Done::Well } else { Done::Failed })
}

fn say(fault: &Fault) -> String {
    match fault {
        Fault::Changed { chain, seq } => format!("Chain {chain}, row {seq}: changed, inserted or moved."),
        Fault::Missing { chain, seq } => format!("Chain {chain}: rows are missing from {seq} on."),
        Fault::Truncated { chain, kept, lost } => format!(
            "Chain {chain}: ends at row {kept}, once reached row {lost}. After restoring a backup, acknowledge the gap: \
             postern audit verify --acknowledge REASON"
        ),
        Fault::AnchorMissing => {
            "The anchor file is gone or empty: rows cut off the ends of chains cannot be found. Restore it; \
             where that is impossible, the next command begins a new one."
                .to_owned()
        }
        Fault::Anchor { line } => {
            format!("The anchor file's line {line} was not written by this installation.")
        }
    }
}

async fn export_to(
    opened: &Opened,
    file: Option<&PathBuf>,
    out: &mut (dyn Write + Send),
) -> Result<Done, CliError> {
    let app = &opened.app;
    app.audit.record(Entry::new(app.clock.now(), Act::ExportAudit, Outcome::Allowed)).await?;
    let Some(path) = file else {
        export::each(&app.db, |event| writeln!(out, "{event}").map_err(CliError::from)).await?;
        return Ok(Done::Well);
    };
    let failed = |error| CliError::Write(path.display().to_string(), error);
    // A complete file or none: written beside, then renamed.
    let part = path.with_extension("part");
    let mut writer = BufWriter::new(File::create(&part).map_err(failed)?);
    let count = export::each(&app.db, |event| writeln!(writer, "{event}").map_err(failed)).await?;
    writer.into_inner().map_err(|e| failed(e.into_error()))?.sync_all().map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)?;
    writeln!(out, "{count} rows written to {}.", path.display())?;
    Ok(Done::Well)
}

fn check_export(
    keys: &Keys,
    path: &Path,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<Done, CliError> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|error| CliError::Read(name.to_string(), error))?;
    let checked = signed_export::check(keys, &bytes)?;
    if json {
        let (result, said, key) = match &checked {
            Checked::Unchanged { says, made_with } => ("unchanged", Some((says, made_with)), None),
            Checked::Unsigned => ("unsigned", None, None),
            Checked::OtherKey(key) => ("other_key", None, Some(key)),
            Checked::Changed => ("changed", None, None),
        };
        let (says, made_with) = said.unzip();
        let made_with = made_with.filter(|made_with| !made_with.is_empty());
        let answer =
            serde_json::json!({ "result": result, "says": says, "made_with": made_with, "key": key });
        writeln!(out, "{answer}")?;
    } else {
        match &checked {
            Checked::Unchanged { says, made_with } => {
                let when = says.strip_prefix("Exported ").unwrap_or(says);
                writeln!(out, "{name}: unchanged since it was exported {when}")?;
                if !made_with.is_empty() {
                    writeln!(out, "{made_with}")?;
                }
            }
            Checked::Unsigned => writeln!(
                out,
                "{name}: no signature at its end. The end was cut off or written over, or it never left this portal."
            )?,
            Checked::OtherKey(key) => writeln!(
                out,
                "{name}: signed by another installation, whose key is {key}. Check it there, or with that key."
            )?,
            Checked::Changed => writeln!(
                out,
                "{name}: changed since it was exported. A spreadsheet that saved it changes it too: take the file as \
                 it was downloaded, or export it anew."
            )?,
        }
    }
    Ok(if matches!(checked, Checked::Unchanged { .. }) { Done::Well } else { Done::Failed })
}

fn export_key(keys: &Keys, json: bool, out: &mut (dyn Write + Send)) -> Result<Done, CliError> {
    let key = signed_export::public_key(keys)?;
    if json {
        writeln!(out, "{}", serde_json::json!({ "key": key }))?;
    } else {
        write!(out, "{key}")?;
    }
    Ok(Done::Well)
}
