//! Serving an installation until it is told to stop.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::{CliError, doctor_feed, opening, signals};
use crate::app::demo::DemoAccount;
use crate::app::sign_in::Hashing;
use crate::app::{App, AppError};
use crate::config::Config;
use crate::jobs;
use crate::web::{self, Demo, Site, site};

/// How long requests under way may take to finish once the portal is told to stop.
const DRAIN: Duration = Duration::from_secs(20);
/// How often the heads of the audit's chains are anchored, and the metrics' histograms folded.
const UPKEEP: Duration = Duration::from_mins(1);

/// Runs `postern serve`.
pub(super) async fn serve_installation(config: Config, out: &mut (dyn Write + Send)) -> Result<(), CliError> {
    start_logs(&config.log.level);
    let (address, metrics_address) = (config.address()?, config.metrics_address()?);
    let listener = listen(address, "listen.address").await?;
    let metrics_listener = match metrics_address {
        Some(address) => Some(listen(address, "listen.metrics").await?),
        None => None,
    };
    let hl7_listener = match config.hl7_address()? {
        Some(address) => Some(listen(address, "hl7.address").await?),
        None => None,
    };
    let stop = signals::stop_token();
    let opened = opening::open(config).await?;
    writeln!(out, "Serving {} on {}", opened.config.base_url, listener.local_addr()?)?;
    tracing::info!(address = %listener.local_addr()?, engine = opened.app.db.engine(), "serving");
    let metrics = metrics_listener.map(|listener| tokio::spawn(serve_metrics(listener, stop.clone())));
    let anchoring = tokio::spawn(keep_anchored(opened.app.clone(), opened.config.clone(), stop.clone()));
    let sources = (opened.config.clone(), opened.app.db.clone());
    let examined = tokio::spawn(async move { doctor_feed::tell_at_start(&sources.0, &sources.1).await });
    let messages = hl7_listener.map(|listener| {
        let (app, config, stop) = (opened.app.clone(), opened.config.clone(), stop.clone());
        tokio::spawn(async move { super::hl7::listen(app, &config, listener, stop).await })
    });
    serve(opened.app.clone(), &opened.config, listener, None, stop.clone()).await?;
    stop.cancel();
    anchoring.abort();
    examined.abort();
    if let Some(messages) = messages {
        messages.abort();
    }
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    opened.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Serves `app` on `listener`, its timed jobs ticking, until `stop` is cancelled; `demo` are the accounts that the demo's sign-in page offers.
pub(super) async fn serve(
    app: App,
    config: &Config,
    listener: TcpListener,
    demo: Option<Vec<DemoAccount>>,
    stop: CancellationToken,
) -> Result<(), AppError> {
    let running = jobs::start(&app).await?;
    let served = serve_pages(app, config, listener, demo, stop).await;
    running.stop().await;
    served
}

async fn serve_pages(
    app: App,
    config: &Config,
    listener: TcpListener,
    demo: Option<Vec<DemoAccount>>,
    stop: CancellationToken,
) -> Result<(), AppError> {
    let site = Site::new(site::Inner {
        app,
        hashing: Hashing::for_this_machine(),
        base_url: config.base_url.clone(),
        trusted_proxies: config.listen.trusted_proxies.clone(),
        demo: demo.map(|accounts| Demo { accounts }),
    });
    let serving = web::serve(listener, &site, stop.clone().cancelled_owned());
    let too_long = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(|e| AppError::Fault(e.to_string())),
        () = too_long => {
            tracing::warn!("requests were still under way after 20 seconds; stopping all the same");
            Ok(())
        }
    }
}

async fn listen(address: SocketAddr, key: &'static str) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => CliError::InUse("the address", address, key),
        _ => CliError::Listen(address, error),
    })
}

/// JSON lines on standard error; never with personal data in them.
fn start_logs(level: &str) {
    let filter = EnvFilter::try_new(format!("{level},sqlx=warn,tokio_cron_scheduler=warn"))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber =
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).finish();
    // A second start in one process keeps the first one's logs.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

async fn serve_metrics(listener: TcpListener, stop: CancellationToken) {
    let Some(handle) = recorder() else { return };
    let routes = Router::new().route("/metrics", get(move || async move { handle.render() }));
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            handle.run_upkeep();
        }
    };
    let serving = axum::serve(listener, routes).with_graceful_shutdown(stop.cancelled_owned());
    tokio::select! {
        () = upkeep => {}
        ended = serving => if let Err(error) = ended {
            tracing::error!(%error, "the metrics listener broke");
        }
    }
}

async fn keep_anchored(app: App, config: Config, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::time::sleep(UPKEEP).await;
        if let Err(error) = opening::anchor(&app, &config).await {
            tracing::error!(%error, "the audit could not be anchored");
        }
    }
}
