//! One node at a time for a job, however many run.

use crate::store::job_lease;

use super::{App, AppError};

/// Takes or keeps `job` for this process during `seconds`; `false` while another process has it. Whoever stops without giving it
/// back keeps others waiting until it runs out, no longer.
///
/// # Errors
/// [`AppError::Store`].
pub async fn take(app: &App, job: &str, seconds: i64) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    let taken = job_lease::take_lease(&mut tx, job, app.audit.chain(), seconds, app.clock.now()).await?;
    tx.commit().await?;
    Ok(taken.is_some())
}

/// Gives `job` back, so that another process need not wait.
///
/// # Errors
/// [`AppError::Store`].
pub async fn give_back(app: &App, job: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    job_lease::give_back(&mut tx, job, app.audit.chain(), app.clock.now()).await?;
    Ok(tx.commit().await?)
}
