//! The demo hospital, served on this machine by this process, with a clock that the test moves.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use postern::adapters::clock::{HeldClock, SystemClock};
use postern::adapters::entropy::SeededEntropy;
use postern::adapters::feed::embedded::EmbeddedFeed;
use postern::app::audit::AuditLog;
use postern::app::demo::{self, DemoAccount};
use postern::app::ports::Clock;
use postern::app::sign_in::Hashing;
use postern::app::{App, Keys, Outside};
use postern::cli::demo::make;
use postern::config::Config;
use postern::domain::calendar::Instant;
use postern::store::Db;
use postern::web::site::Inner;
use postern::web::{Demo, Site, serve};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::database::fresh_folder;
use super::hospital::Provider;

/// When the demo was started: a Monday in November, 10:00 in New York, after the autumn's validation is due.
pub const STARTED: &str = "2026-11-23T15:00:00Z";

/// The demo, being served.
pub struct DemoPortal {
    /// Where it is served.
    pub url: String,
    /// Its use cases.
    pub app: App,
    /// Its clock.
    pub clock: Arc<HeldClock>,
    /// Who can sign in.
    pub accounts: Vec<DemoAccount>,
    /// The hospital's identity provider, where there is one.
    pub provider: Option<Provider>,
    folder: PathBuf,
}

impl DemoPortal {
    /// Serves a copy of the demo hospital on a free port.
    pub async fn start() -> Self {
        Self::with(false).await
    }

    /// As [`Self::start`], at the present of this machine and with a real identity provider, which knows no other.
    pub async fn start_with_provider() -> Self {
        Self::with(true).await
    }

    async fn with(provider: bool) -> Self {
        let template = template().await;
        let folder = fresh_folder();
        let file = folder.join("postern.db");
        std::fs::copy(template, &file).unwrap();
        let (app, clock) = open(&file, 2).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let accounts = demo::accounts().unwrap();
        let provider = provider.then(|| Provider::start(&url));
        let mut app = app;
        if let Some(provider) = &provider {
            clock.set(SystemClock.now());
            app.outside.identity_provider = Some(Arc::new(provider.adapter(&url)));
        }
        let site = Site::new(Inner {
            app: app.clone(),
            hashing: Hashing::on_cores(2),
            base_url: url.clone(),
            trusted_proxies: Vec::new(),
            demo: Some(Demo { accounts: accounts.clone() }),
        });
        tokio::spawn(async move { serve(listener, &site, std::future::pending()).await.unwrap() });
        Self { url, app, clock, accounts, provider, folder }
    }

    /// The account with this address.
    pub fn account(&self, email: &str) -> &DemoAccount {
        self.accounts.iter().find(|a| a.email == email).unwrap_or_else(|| panic!("no demo account {email}"))
    }

    /// Closes the database and removes it.
    pub async fn remove(self) {
        self.app.db.close().await;
        drop(std::fs::remove_dir_all(self.folder));
    }
}

/// The demo hospital as its first start leaves it: made once for each build of the tests, because that takes a while.
async fn template() -> PathBuf {
    let program = std::fs::metadata(std::env::current_exe().unwrap()).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(format!("demo_{built}_{}", program.len()));
    if template.exists() {
        return template;
    }
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("demo_") {
            drop(std::fs::remove_file(entry.path()));
        }
    }
    // Another process may be making it too: each makes its own, and the rename is all or nothing.
    let draft = fresh_folder();
    let file = draft.join("postern.db");
    let (app, clock) = open(&file, 1).await;
    make(&app, &draft, clock.now(), &mut |_| ()).await.unwrap();
    app.db.close().await;
    std::fs::rename(&file, &template).unwrap();
    drop(std::fs::remove_dir_all(draft));
    template
}

async fn open(file: &Path, process: u128) -> (App, Arc<HeldClock>) {
    let started: Instant = STARTED.parse().unwrap();
    let db = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
    db.migrate().await.unwrap();
    let settings = file.with_extension("toml");
    std::fs::write(&settings, demo::config_text(started).unwrap()).unwrap();
    let config = Config::load_alone(&settings).unwrap();
    let clock = Arc::new(HeldClock::at(started));
    let keys = Keys { audit: [7; 32], seal: [9; 32] };
    let audit = AuditLog::open(db.clone(), keys.audit, Uuid::from_u128(process), started).await.unwrap();
    let app = App {
        feed: Arc::new(EmbeddedFeed::new(db.clone(), Arc::<HeldClock>::clone(&clock))),
        db,
        audit,
        clock: Arc::<HeldClock>::clone(&clock),
        entropy: Arc::new(SeededEntropy::of(u64::try_from(process).unwrap())),
        hospital: Arc::new(config.hospital(started).unwrap()),
        keys: Arc::new(keys),
        passkeys: postern::app::sign_in::passkeys::Passkeys::of("http://localhost:8080", "A hospital"),
        outside: Outside::default(),
    };
    (app, clock)
}
