//! Serving an installation until it is told to stop.

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::demo::DemoAccount;
use crate::app::{App, AppError};
use crate::config::Config;

/// Serves `app` on `listener` until `stop` is cancelled; `demo` are the accounts that the demo's sign-in page offers.
pub(super) async fn serve(
    _app: App,
    _config: &Config,
    _listener: TcpListener,
    _demo: Option<Vec<DemoAccount>>,
    stop: CancellationToken,
) -> Result<(), AppError> {
    stop.cancelled().await;
    Ok(())
}
