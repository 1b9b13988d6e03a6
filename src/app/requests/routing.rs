//! Who answers a request, whether it may be asked at all, and when it expires (product.md sections 6 and 10).

use crate::app::{App, AppError, family};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::request::{Ending, RequestKind, Route};
use crate::domain::verification::{OPEN_DAYS, repeat_from};
use crate::store::{family as store, patient_requests};

/// Who is to answer a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answerers {
    /// The family, or the access team by phone or alone.
    pub(super) route: Route,
    /// When nobody may answer any more.
    pub(super) expires_at: Option<Instant>,
}

/// Why an account may not ask for a patient now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Closed {
    /// The family takes no more requests from it.
    Blocked,
    /// It was declined, or expired, not long ago: again from then on.
    Until(Instant),
}

/// Who answers a request of `kind` by `account` for `patient` that is filed at `now`: as [`Authority::route`] says.
///
/// [`Authority::route`]: crate::domain::family::authority::Authority::route
pub(super) async fn answerers(
    app: &App,
    kind: RequestKind,
    (account, patient): (AccountId, PatientId),
    now: Instant,
) -> Result<Answerers, AppError> {
    if kind != RequestKind::NonPcp {
        return Ok(Answerers { route: Route::Team, expires_at: None });
    }
    let specialty = store::specialty(&app.db, account).await?;
    let family = family::authority_over(app, patient, now).await?;
    let route = family.map_or(Route::Team, |family| family.about(&specialty).route());
    let expires_at = Some(app.hospital.cycles.zone().plus_days(now, OPEN_DAYS));
    Ok(Answerers { route, expires_at })
}

/// Why `account` may not ask for access to the patient with these `records` at `now`, where something stands against it.
pub(super) async fn closed(
    app: &App,
    account: AccountId,
    records: &[PatientId],
    now: Instant,
) -> Result<Option<Closed>, AppError> {
    let zone = app.hospital.cycles.zone();
    let mut latest: Option<(Ending, Instant)> = None;
    for record in records {
        if patient_requests::blocked(&app.db, account, *record, now).await? {
            return Ok(Some(Closed::Blocked));
        }
        let ended = patient_requests::last_ended(&app.db, account, *record, RequestKind::NonPcp).await?;
        latest = latest.into_iter().chain(ended).max_by_key(|(_, at)| *at);
    }
    let again = latest.and_then(|(ending, at)| repeat_from(ending, at, zone));
    Ok(again.filter(|from| now < *from).map(Closed::Until))
}
