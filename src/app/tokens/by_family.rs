//! Tokens that a guardian, or the patient, gives.

use super::issuing::{Given, Giver, Issued, give};
use crate::app::access::{self, Context};
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Refusal, decide};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::PatientId;
use crate::domain::people::{AccountStatus, GivenBy};
use crate::domain::token::giving::{Around, giver};
use crate::store::{family, tokens};

/// What came of a family's wish to give a token.
#[derive(Clone, Debug)]
pub enum FamilyIssued {
    /// Issued: its secret is shown once.
    Issued(Box<Issued>),
    /// The account has no authority over such a patient, or not alone; or there is none.
    NotTheirs,
    /// The note is too long.
    NoteTooLong,
}

/// Issues a token for `patient` by the family account of `viewer`: the patient from 18, or a guardian with authority. What a guardian
/// gives ends at the latest at the 18th birthday.
///
/// # Errors
/// [`AppError`]; nothing was issued then.
pub async fn issue_by_family(
    app: &App,
    viewer: &ViewerFacts,
    patient: PatientId,
    for_whom: &str,
    context: &Context,
) -> Result<FamilyIssued, AppError> {
    let Some(by) = authority(app, viewer, patient, context.now).await? else {
        let mut entry = context.entry(viewer.account, Act::IssueToken, Outcome::Refused);
        entry.patient = Some(patient);
        "no_authority".clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(FamilyIssued::NotTheirs);
    };
    let giver = Giver { by, account: Some(viewer.account) };
    Ok(match give(app, giver, patient, for_whom, context).await? {
        Given::Issued(issued) => FamilyIssued::Issued(issued),
        Given::NoteTooLong => FamilyIssued::NoteTooLong,
        Given::Barred(_) | Given::Unknown | Given::Deceased => FamilyIssued::NotTheirs,
    })
}

/// In what capacity `viewer` may give a token of `patient` at `now`. Restrictions, deaths and merges bind families too.
async fn authority(
    app: &App,
    viewer: &ViewerFacts,
    patient: PatientId,
    now: Instant,
) -> Result<Option<GivenBy>, AppError> {
    let Some(facts) = access::patient(app, patient).await? else { return Ok(None) };
    let refusal = decide(viewer, &facts, Action::ListPatient, now).refusal();
    let is_barred = !matches!(refusal, None | Some(Refusal::NoBasis));
    if is_barred || facts.merged_away(now) {
        return Ok(None);
    }
    let (accounts, orders) = tokens::around_family(&app.db, patient).await?;
    let around = Around {
        has_own_account: accounts.iter().any(|(s, span)| *s == AccountStatus::Active && span.holds(now)),
        court_order: orders.iter().any(|span| span.holds(now)),
    };
    let zone = app.hospital.cycles.zone();
    let relatives = family::relatives(&app.db, viewer.account).await?;
    let of_patient = relatives.into_iter().filter(|relative| relative.patient == patient);
    Ok(of_patient.into_iter().find_map(|one| giver(one.tie, one.birth_date, around, now, zone)))
}
