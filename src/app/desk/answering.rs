//! Ending a request about a patient without access: declined with its class, or closed because nobody could be reached.

use super::deciding::Verdict;
use crate::app::mail::post;
use crate::app::{App, AppError};
use crate::domain::letter::Letter;
use crate::domain::queue::Obstacle;
use crate::domain::request::{Ending, Route};
use crate::domain::verification::{DeclineClass, unreachable};
use crate::store::requests::StoredRequest;
use crate::store::{Tx, patient_requests, verification};

/// What keeps the desk from ending `request` by `verdict`; read before the transaction.
pub(super) async fn obstacle(
    app: &App,
    request: &StoredRequest,
    verdict: Verdict<'_>,
) -> Result<Option<Obstacle>, AppError> {
    if !request.kind.is_about_access() {
        return Ok(None);
    }
    if patient_requests::kept(&app.db, request.id).await?.route == Route::Family {
        return Ok(Some(Obstacle::WithFamily));
    }
    // Approving goes by the page that asks what is to be approved.
    Ok(matches!(verdict, Verdict::Approve).then_some(Obstacle::Unverified))
}

/// Does what `verdict` means for whoever asked, inside `tx`, letters included.
pub(super) async fn answer(
    app: &App,
    tx: &mut Tx,
    request: &StoredRequest,
    verdict: Verdict<'_>,
) -> Result<Result<(), Obstacle>, AppError> {
    // Why is free text about a patient: it is read on the page of the request, and never mailed.
    let (request_kind, reason) = (request.kind, String::new());
    let letter = match verdict {
        Verdict::Unreached(_) => {
            if !unreachable(&verification::outcomes(tx, request.id).await?) {
                return Ok(Err(Obstacle::TooFewTries));
            }
            Letter::RequestEnded { request: request_kind, ending: Ending::Expired, reason }
        }
        other => {
            let class = if let Verdict::DeclineAs(class, _) = other { class } else { DeclineClass::Other };
            verification::put_class(tx, request.id, class).await?;
            Letter::RequestDecided { request: request_kind, approved: false, reason }
        }
    };
    tell(app, tx, request, &letter).await?;
    Ok(Ok(()))
}

/// Writes `letter` to whoever asked and to those who joined.
pub(super) async fn tell(
    app: &App,
    tx: &mut Tx,
    request: &StoredRequest,
    letter: &Letter,
) -> Result<(), AppError> {
    for (account, address) in patient_requests::addresses(tx, request.id).await? {
        post(app, tx, (Some(account), &address), letter).await?;
    }
    Ok(())
}
