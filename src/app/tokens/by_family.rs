//! Tokens that a guardian, or the patient, gives.

use super::issuing::{Given, Giver, Issued, give};
use crate::app::access::Context;
use crate::app::family::permits;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::PatientId;

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

/// Issues a token for `patient` by the family account of `viewer`, whom [`Authority::gives_token`] allows it. What a guardian gives
/// ends at the latest at the 18th birthday.
///
/// # Errors
/// [`AppError`]; nothing was issued then.
///
/// [`Authority::gives_token`]: crate::domain::family::authority::Authority::gives_token
pub async fn issue_by_family(
    app: &App,
    viewer: &ViewerFacts,
    patient: PatientId,
    for_whom: &str,
    context: &Context,
) -> Result<FamilyIssued, AppError> {
    let permits = permits(app, viewer, context.now).await?;
    let permit = permits.iter().find(|permit| permit.patient() == patient);
    let Some(by) = permit.and_then(|permit| permit.authority().gives_token(viewer.account)) else {
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
        Given::Barred(_) | Given::Unknown | Given::Deceased | Given::Unconfirmed => FamilyIssued::NotTheirs,
    })
}
