//! Critical results: which of them wait for the viewer to say that they have seen them, and saying so (page P9).

use uuid::Uuid;

use super::{Part, item};
use crate::app::access::Context;
use crate::app::permit::Permit;
use crate::app::{App, AppError};
use crate::domain::access::Basis;
use crate::domain::audit::{Act, Outcome};
use crate::domain::chart::Section;
use crate::domain::chart::acknowledgement::{Critical, Version};
use crate::domain::chart::results::{Test, is_critical};
use crate::store::acknowledgements;

/// What came of acknowledging a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acknowledged {
    /// It is acknowledged, by this or before.
    Noted,
    /// It is another version now than the one that was seen.
    Changed,
    /// The source does not answer, so that nobody knows which version it is.
    Unknown,
}

/// The critical results that `tests` show, with what the viewer has acknowledged of them. Others' acknowledgements are not read.
///
/// # Errors
/// [`AppError::Store`].
pub async fn critical(app: &App, permit: &Permit, tests: &[Test]) -> Result<Critical, AppError> {
    let critical = Critical::of(tests, &app.keys.seal, app.clock.now());
    let ids = critical.ids();
    if ids.is_empty() {
        return Ok(critical);
    }
    Ok(critical.acknowledged(&acknowledgements::of(&app.db, permit.account(), &ids).await?))
}

/// Keeps that the viewer has seen `version` of the result `id`, with its audit row; `None` when the chart, as far as the viewer may see
/// it, has no such result. Acknowledged again, it stays as it was.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn acknowledge(
    app: &App,
    permit: &Permit,
    (id, version): (Uuid, &Version),
    context: &Context,
) -> Result<Option<Acknowledged>, AppError> {
    let result = match item(app, permit, Section::Results, id).await? {
        None | Some(Part::OutOfReach) => return Ok(None),
        Some(Part::Down(_) | Part::Slow) => return Ok(Some(Acknowledged::Unknown)),
        Some(Part::Here((result, _))) => result,
    };
    if !is_critical(result.flag) || Version::of(&result, &app.keys.seal) != *version {
        return Ok(Some(Acknowledged::Changed));
    }
    let mut tx = app.db.begin().await?;
    if acknowledgements::note(&mut tx, permit.account(), id, version, context.now).await? {
        let mut entry = context.entry(permit.account(), Act::AcknowledgeResult, Outcome::Allowed);
        entry.patient = Some(permit.patient());
        entry.subject = Some(id);
        entry.basis = permit.bases().iter().map(|basis| Basis::word(*basis)).collect::<Vec<_>>().join(",");
        app.audit.commit(tx, vec![entry]).await?;
    }
    Ok(Some(Acknowledged::Noted))
}
