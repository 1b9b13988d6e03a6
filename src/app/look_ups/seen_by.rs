//! "Who can see this MRN": the few accounts that a fact leads to, each decided.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Asker, CHUNK, Unknown, find};
use crate::app::{App, AppError, access};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Basis, decide};
use crate::domain::audit::Outcome;
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};
use crate::store::access_facts::{self, Those};
use crate::store::candidates;

/// The accounts that may see a patient.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MaySee {
    /// The MRN as asked.
    pub mrn: String,
    /// The instant.
    pub at: Instant,
    /// Who, by e-mail address.
    pub accounts: Vec<AccountMaySee>,
    /// What is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Unknown>,
}

/// One account that may see a patient.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AccountMaySee {
    /// Its e-mail address.
    pub account: String,
    /// Why.
    pub bases: Vec<Basis>,
}

/// Who may see `mrn` at `at`.
///
/// # Errors
/// [`AppError`]; then there is no answer.
pub async fn who(app: &App, mrn: &str, at: Instant, asker: &Asker) -> Result<MaySee, AppError> {
    let mut may = MaySee { mrn: mrn.to_owned(), at, accounts: Vec::new(), refusal: None };
    let id = find(app, mrn, at).await?;
    let patient = match id {
        Some(id) => access::patient(app, id).await?,
        None => None,
    };
    match patient {
        None => may.refusal = Some(Unknown::UnknownPatient),
        Some(patient) => {
            let mut accounts: BTreeMap<String, Vec<Basis>> = BTreeMap::new();
            for (viewer, address) in candidates(app, patient.patient).await? {
                let decision = decide(&viewer, &patient, Action::OpenChart, at);
                if decision.allowed() {
                    accounts.insert(address, decision.bases().collect());
                }
            }
            let named = |(account, bases): (String, Vec<Basis>)| AccountMaySee { account, bases };
            may.accounts = accounts.into_iter().map(named).collect();
        }
    }
    let detail = serde_json::json!({ "look_up": "who", "at": at, "accounts": may.accounts.len() });
    let mut entry = asker.entry(Outcome::Allowed, &detail);
    entry.patient = id;
    entry.basis = may.refusal.map_or_else(String::new, |unknown| unknown.word().to_owned());
    app.audit.record(entry).await?;
    Ok(may)
}

/// The facts of everyone whom some fact, of any date, leads to `patient`, with their e-mail addresses: nobody else may see it at any
/// instant.
///
/// # Errors
/// [`AppError`].
pub(in crate::app) async fn candidates(
    app: &App,
    patient: PatientId,
) -> Result<Vec<(ViewerFacts, String)>, AppError> {
    let found = candidates::of_patient(&app.db, patient).await?;
    let mut all = Vec::with_capacity(found.len());
    for chunk in found.chunks(CHUNK) {
        let ids: Vec<AccountId> = chunk.iter().map(|(id, _)| *id).collect();
        let mut facts = access_facts::viewers(&app.db, Those::Some(&ids), &app.hospital.cycles).await?;
        all.extend(chunk.iter().filter_map(|(id, address)| Some((facts.remove(id)?, address.clone()))));
    }
    Ok(all)
}
