//! `postern doctor`: every fault of an installation by name, with its fix.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::{CliError, Done, outside};
use crate::adapters::clock::SystemClock;
use crate::app::ports::Clock;
use crate::config::Config;
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;
use crate::store::access_facts::{self, Those};
use crate::store::{Db, StoreError, counts, feed_notice, hooks, installation, mail};

/// One finding.
pub(super) struct Finding {
    pub(super) what: &'static str,
    pub(super) fault: Option<String>,
    note: String,
}

pub(super) fn good(what: &'static str, note: impl Into<String>) -> Finding {
    Finding { what, fault: None, note: note.into() }
}

pub(super) fn bad(what: &'static str, fault: impl Into<String>) -> Finding {
    Finding { what, fault: Some(fault.into()), note: String::new() }
}

/// Runs `postern doctor` on the installation that `file` describes.
pub(super) async fn run(file: &Path, json: bool, out: &mut (dyn Write + Send)) -> Result<Done, CliError> {
    let findings = match Config::load(file) {
        Err(error) => vec![bad("configuration", error.to_string())],
        Ok(config) => examine(&config).await,
    };
    let healthy = findings.iter().all(|f| f.fault.is_none());
    if json {
        let list: Vec<_> = findings
            .iter()
            .map(|f| serde_json::json!({ "check": f.what, "ok": f.fault.is_none(), "fault": f.fault, "note": f.note }))
            .collect();
        writeln!(out, "{}", serde_json::json!({ "healthy": healthy, "checks": list }))?;
    } else {
        for finding in &findings {
            match &finding.fault {
                None => writeln!(out, "ok     {:<14} {}", finding.what, finding.note)?,
                Some(fault) => writeln!(out, "FAULT  {:<14} {fault}", finding.what)?,
            }
        }
        writeln!(
            out,
            "{}",
            if healthy { "No fault found." } else { "Mend the faults above and run doctor again." }
        )?;
    }
    Ok(if healthy { Done::Well } else { Done::Failed })
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![good("configuration", "every key is known and every value fits")];
    findings.push(match config.keys() {
        Ok(_) => good("keys", "both key files are there, readable by their owner only"),
        Err(error) => bad("keys", error.to_string()),
    });
    findings.push(anchor(config));
    if config.base_url.starts_with("http://") && !config.base_url.contains("localhost") {
        let fault = "it is not https, and browsers will not keep the session cookie safe; put a TLS proxy in front and set \
                     base_url = \"https://…\"";
        findings.push(bad("base_url", fault));
    } else {
        findings.push(good("base_url", config.base_url.clone()));
    }
    if config.base_url.starts_with("https://") && config.listen.trusted_proxies.is_empty() {
        let fault = "it is empty, so everybody counts as the TLS proxy's network and shares its sign-in tries; name the \
                     proxy's address in listen.trusted_proxies";
        findings.push(bad("proxies", fault));
    }
    findings.push(mail_server(config).await);
    findings.push(match config.npi_registry() {
        Err(error) => bad("NPI registry", error.to_string()),
        Ok(None) => good("NPI registry", "not asked (npi_registry.use is off)"),
        Ok(Some((url, _))) => good("NPI registry", url),
    });
    findings.extend(single_sign_on(config).await);
    findings.push(scanner(config).await);
    match Db::open(&config.database_url()).await {
        Ok(db) => {
            database(config, &db, &mut findings).await;
            db.close().await;
        }
        Err(error) => findings.push(bad(
            "database",
            format!("{error}; check database.url, and that the server runs and lets this machine in"),
        )),
    }
    findings
}

/// Whether the hospital's identity provider answers as configured; nothing where none is named.
async fn single_sign_on(config: &Config) -> Option<Finding> {
    let provider = match outside::identity_provider(config) {
        Ok(provider) => provider?,
        Err(error) => return Some(bad("single sign-on", error.to_string())),
    };
    Some(match provider.look(SystemClock.now()).await {
        Ok(()) => good("single sign-on", config.single_sign_on.issuer.clone()),
        Err(error) => bad(
            "single sign-on",
            format!(
                "{error}; check single_sign_on.issuer, and that this machine reaches it; local users are not concerned"
            ),
        ),
    })
}

/// Whether what looks at files answers.
async fn scanner(config: &Config) -> Finding {
    match outside::scanner(config) {
        Err(error) => bad("file scanner", error.to_string()),
        Ok(None) => good(
            "file scanner",
            "none (files.scanner is empty): files of the record are handed on without being checked",
        ),
        Ok(Some(clamd)) => match clamd.ping().await {
            Ok(()) => good(
                "file scanner",
                format!(
                    "{} answers; its settings cannot be seen from here: it needs AlertExceedsMax yes, and MaxFileSize, MaxScanSize \
                     and StreamMaxLength of at least 20M",
                    config.files.scanner
                ),
            ),
            Err(error) => bad(
                "file scanner",
                format!(
                    "{error}; no file can be opened until it answers: check files.scanner, that clamd runs, and that this user may \
                     write to its socket"
                ),
            ),
        },
    }
}

/// How long the mail server may take to let the doctor in.
const MAIL_LIMIT: Duration = Duration::from_secs(10);

async fn mail_server(config: &Config) -> Finding {
    match outside::mailer(config, MAIL_LIMIT) {
        Err(error) => bad("mail server", error.to_string()),
        Ok(None) => {
            good("mail server", "none (mail.url is empty): letters stay in the outbox, nobody gets them")
        }
        Ok(Some(server)) => match server.check().await {
            Ok(()) => good("mail server", "it answers, and lets this portal in"),
            Err(error) => {
                let fix = "check mail.url, mail.password_file and mail.ca_file, and that the server runs";
                bad("mail server", format!("it does not let this portal in: {error}; {fix}"))
            }
        },
    }
}

/// Letters given up this recently are told of.
const RECENTLY: i64 = 2 * 86_400;
/// A letter that has waited this long is a fault: greylisting is over sooner.
const STUCK: i64 = 4 * 3600;

async fn outbox(config: &Config, db: &Db, now: Instant) -> Result<Finding, StoreError> {
    let dead = mail::given_up(db, now.plus_seconds(-RECENTLY)).await?;
    let dead = if dead == 0 {
        String::new()
    } else {
        format!("; {dead} were refused or given up in the last two days (mail_failed in the audit)")
    };
    Ok(match mail::queue(db).await? {
        (0, _) | (_, None) => good("outbox", format!("no letter waits{dead}")),
        (count, Some(oldest)) => {
            let waiting = format!("{count} letters wait, the oldest since {}{dead}", oldest.rfc3339());
            if !config.mail.url.is_empty() && now.seconds_since(oldest) > STUCK {
                bad(
                    "outbox",
                    format!("{waiting}; `postern serve` must run, and the mail server must take them"),
                )
            } else {
                good("outbox", waiting)
            }
        }
    })
}

fn anchor(config: &Config) -> Finding {
    let path = config.path(&config.keys.anchor_file);
    match std::fs::OpenOptions::new().append(true).open(&path) {
        Ok(_) => good("audit anchor", path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            good("audit anchor", format!("{} is not there yet; the next command writes it", path.display()))
        }
        Err(error) => bad(
            "audit anchor",
            format!(
                "cannot write {}: {error}; set keys.anchor_file to a file that can be written",
                path.display()
            ),
        ),
    }
}

async fn database(config: &Config, db: &Db, findings: &mut Vec<Finding>) {
    if let Err(error) = db.check_schema().await {
        findings.push(bad("database", error.to_string()));
        return;
    }
    findings.push(good("database", format!("{}, of this version", db.engine())));
    if let Err(error) = contents(config, db, findings).await {
        findings.push(bad("database", error.to_string()));
    }
}

async fn contents(config: &Config, db: &Db, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let now = SystemClock.now();
    let Some(made) = installation::load(db).await? else {
        findings.push(bad("installation", "nobody has begun it; run `postern migrate`"));
        return Ok(());
    };
    if made.clock_seen_at.seconds_since(now) > 300 {
        let seen = made.clock_seen_at.rfc3339();
        findings.push(bad(
            "clock",
            format!("it shows {}, but has shown {seen} before; set it right", now.rfc3339()),
        ));
    } else {
        findings.push(good("clock", now.rfc3339()));
    }
    let team = counts::accounts_of(db, AccountKind::AccessTeam).await?;
    findings.push(if team == 0 {
        bad(
            "access team",
            "nobody can run the portal; run `postern account create --kind access_team --role administrator --email …`",
        )
    } else {
        good("access team", format!("{team} accounts"))
    });
    let patients = counts::patients(db).await?;
    findings.push(if patients == 0 {
        good("patients", "none yet; `postern import` or `postern feed load` brings them")
    } else {
        good("patients", format!("{patients} records"))
    });
    findings.extend(super::doctor_feed::examine(config, db).await);
    findings.push(outbox(config, db, now).await?);
    findings.extend(super::doctor_hooks::examine(&hooks::behind(db).await?, now));
    findings.extend(super::doctor_chart::examine(feed_notice::backlog(db, now).await?, now));
    if let Ok(hospital) = config.hospital(made.installed_at) {
        let viewers = access_facts::viewers(db, Those::All, &hospital.cycles).await?;
        let locked = viewers.values().filter(|v| v.overdue(now).is_some()).count();
        findings.push(good("validation", format!("{locked} sponsors are locked now")));
    }
    Ok(())
}
