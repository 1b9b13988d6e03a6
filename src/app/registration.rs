//! Providers register: the steps, the registry, the queue, the account (product.md section 2).

use super::App;
use super::AppError;
use super::desk::decision::{Decider, Obstacle};
use crate::domain::ids::RequestId;
use crate::store::Tx;

/// Does what approving the request means, inside `tx`, letters included.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
#[expect(clippy::unused_async, reason = "what it does comes next")]
pub async fn approve(
    _app: &App,
    _tx: &mut Tx,
    _request: RequestId,
    _decider: Decider,
) -> Result<Result<(), Obstacle>, AppError> {
    Ok(Err(Obstacle::Gone))
}

/// Does what declining the request means, inside `tx`, letters included.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
#[expect(clippy::unused_async, reason = "what it does comes next")]
pub async fn decline(
    _app: &App,
    _tx: &mut Tx,
    _request: RequestId,
    _decider: Decider,
    _reason: &str,
) -> Result<(), AppError> {
    Ok(())
}
