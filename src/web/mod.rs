//! HTTP, and nothing else: routes with their policies, the gate, one map from errors to status, thin handlers.

pub mod api;
pub mod assets;
pub mod error;
pub mod gate;
pub mod pages;
pub mod request;
pub mod routes;
pub mod site;
pub mod upload;

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

pub use site::{Demo, Site};

/// The largest form, in bytes.
pub const FORM_LIMIT: usize = 64 * 1024;
/// How long a request may take before it is given up.
pub const REQUEST_TIME_LIMIT: Duration = Duration::from_secs(15);

/// The whole portal as one service.
pub fn router(site: &Site) -> Router {
    routes::router(site)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIME_LIMIT))
        .layer(from_fn_with_state(site.clone(), error::dress))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(from_fn_with_state(site.clone(), request::receive))
        .layer(from_fn(request::time))
}

/// Serves the portal on `listener` until `stop` resolves, then lets requests under way finish.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(
    listener: TcpListener,
    site: &Site,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(site).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
