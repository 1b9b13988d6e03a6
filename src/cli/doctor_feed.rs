//! What `postern doctor` says of FHIR servers.

use std::sync::Arc;

use super::doctor::{Finding, bad, good};
use super::feed;
use crate::adapters::clock::SystemClock;
use crate::adapters::entropy::SystemEntropy;
use crate::app::ports::{Clock, Entropy};
use crate::config::Config;
use crate::store::Db;

/// What the source of the record and the old one lack.
pub(super) async fn examine(config: &Config, db: &Db) -> Vec<Finding> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let chance: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let mut findings = Vec::new();
    match feed::remote(config, db, &clock, &chance) {
        Ok(None) => {}
        Ok(Some(source)) => findings.push(of("feed", source.missing().await)),
        Err(error) => findings.push(bad("feed", error.to_string())),
    }
    match feed::old_remote(config, db, &clock, &chance) {
        Ok(None) => {}
        Ok(Some(source)) => findings.push(of("old feed", source.missing().await)),
        Err(error) => findings.push(bad("old feed", error.to_string())),
    }
    findings
}

/// Says in the log what the sources lack, when the portal starts; one that is down then may answer later.
pub(super) async fn tell_at_start(config: &Config, db: &Db) {
    for Finding { what, fault, .. } in examine(config, db).await {
        match fault {
            Some(fault) => {
                tracing::warn!(what, fault, "a source of the record is not as the portal needs it");
            }
            None => {
                tracing::info!(what, "a source of the record answers, and offers what the portal asks for");
            }
        }
    }
}

fn of(what: &'static str, missing: Result<Vec<String>, String>) -> Finding {
    match missing {
        Ok(missing) if missing.is_empty() => good(what, "answers, and offers what the portal asks for"),
        Ok(missing) => bad(what, format!("it does not say that it has {}", missing.join("; "))),
        Err(why) => bad(what, format!("{why}; check the address, the credentials and the network")),
    }
}
