//! Who answers a request, whether it may be asked at all, and when it expires (product.md sections 6 and 10).

use crate::app::{App, AppError};
use crate::domain::calendar::{Instant, age_years};
use crate::domain::family::{ADULT_FROM, Tie, ledger};
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::request::{RequestKind, Route};
use crate::domain::verification::{OPEN_DAYS, repeat_from};
use crate::store::patient_requests;

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

/// Who answers a request of `kind` for `patient` that is filed at `now`. A court order leaves it to the access team.
pub(super) async fn answerers(
    app: &App,
    kind: RequestKind,
    patient: PatientId,
    now: Instant,
) -> Result<Answerers, AppError> {
    if kind != RequestKind::NonPcp {
        return Ok(Answerers { route: Route::Team, expires_at: None });
    }
    let zone = app.hospital.cycles.zone();
    let (born, tied) = patient_requests::family(&app.db, patient, now).await?;
    let is_court =
        |tie: &Tie| matches!(tie, Tie::Guardian { span, court_order: true, .. } if span.holds(now));
    let is_adult = born.is_some_and(|born| age_years(born, zone.date(now)) >= ADULT_FROM);
    let expires_at = Some(zone.plus_days(now, OPEN_DAYS));
    if !is_adult && tied.iter().any(|tied| is_court(&tied.tie)) {
        return Ok(Answerers { route: Route::Team, expires_at });
    }
    // From 13 to 17 the patient answers beside a guardian, never alone.
    let has_say = |tie: Tie| {
        let reads = born.is_some_and(|born| ledger(tie, born, now, zone).is_some());
        reads && (is_adult || tie != Tie::Own)
    };
    let is_heard = tied.iter().any(|tied| has_say(tied.tie));
    let route = if is_heard { Route::Family } else { Route::Phone };
    Ok(Answerers { route, expires_at })
}

/// Why `account` may not ask for access to `patient` at `now`, where something stands against it.
pub(super) async fn closed(
    app: &App,
    account: AccountId,
    patient: PatientId,
    now: Instant,
) -> Result<Option<Closed>, AppError> {
    if patient_requests::blocked(&app.db, account, patient, now).await? {
        return Ok(Some(Closed::Blocked));
    }
    let last = patient_requests::last_ended(&app.db, account, patient, RequestKind::NonPcp).await?;
    let zone = app.hospital.cycles.zone();
    let again = last.and_then(|(ending, at)| repeat_from(ending, at, zone));
    Ok(again.filter(|from| now < *from).map(Closed::Until))
}
