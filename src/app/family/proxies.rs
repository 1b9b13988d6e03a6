//! Who holds a proxy of an adult, and how the adult ends it (product.md section 10).

use uuid::Uuid;

use super::answering::{Taken, refused};
use super::enrolment::tied;
use super::{FamilyPermit, Household, addresses, permits, tell};
use crate::app::access::Context;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::Act;
use crate::domain::calendar::Instant;
use crate::domain::family::authority::{Band, Capacity};
use crate::domain::ids::PatientId;
use crate::domain::letter::Letter;
use crate::store::enrolment::{self as rows, TieRow};

/// The proxies that hold for the reader's own record, where the reader is 18 or over.
///
/// # Errors
/// [`AppError::Store`].
pub async fn held(app: &App, household: &Household, now: Instant) -> Result<Vec<TieRow>, AppError> {
    let mut all = Vec::new();
    for permit in household.permits.iter().filter(|permit| is_own(permit)) {
        all.extend(of(app, permit, now).await?.into_iter().map(|(_, tie)| tie));
    }
    Ok(all)
}

fn is_own(permit: &FamilyPermit) -> bool {
    permit.capacity() == Capacity::Patient && permit.authority().band() == Band::Adult
}

async fn of(app: &App, permit: &FamilyPermit, now: Instant) -> Result<Vec<(PatientId, TieRow)>, AppError> {
    let mut all = Vec::new();
    for owner in permit.owners() {
        let ties = rows::ties(&app.db, *owner).await?.into_iter();
        let counts = |tie: &TieRow| tie.adult_since.is_some() && tie.span.holds(now);
        all.extend(ties.filter(counts).map(|tie| (*owner, tie)));
    }
    Ok(all)
}

/// Ends the proxy `id` of the adult whose own account `viewer` is, effective at the holder's next request; the holder is told.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn end(app: &App, viewer: &ViewerFacts, id: Uuid, context: &Context) -> Result<Taken, AppError> {
    let all = permits(app, viewer, context.now).await?;
    let mut found = None;
    for permit in all.iter().filter(|permit| is_own(permit)) {
        let ties = of(app, permit, context.now).await?;
        found = found.or(ties.into_iter().find(|(_, tie)| tie.id == id));
    }
    let Some((record, tie)) = found else {
        return refused(app, viewer, Act::ChangeFamily, id, context).await;
    };
    let told = addresses(app, std::iter::once(tie.account)).await?;
    let mut tx = app.db.begin().await?;
    if !rows::end_tie(&mut tx, id, record, context.now).await? {
        return Ok(Taken::Already);
    }
    tell(app, &mut tx, &told, &Letter::FamilyChanged).await?;
    let entry = tied(viewer.account, record, tie.account, "proxy_ended_by_patient", context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Taken::Done(tie.name))
}
