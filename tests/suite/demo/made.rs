//! A made demo: its app, and every fact of every account and patient by the names that people use.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

use futures::FutureExt;
use postern::adapters::clock::HeldClock;
use postern::adapters::entropy::SeededEntropy;
use postern::adapters::feed::embedded::EmbeddedFeed;
use postern::app::audit::AuditLog;
use postern::app::ports::Clock;
use postern::app::{App, Keys, Outside, demo};
use postern::cli::demo::make;
use postern::config::Config;
use postern::domain::access::facts::{PatientFacts, ViewerFacts};
use postern::domain::access::{Action, Decision, decide};
use postern::domain::calendar::Instant;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::Db;
use postern::store::access_facts::{Those, patients, viewers};
use uuid::Uuid;

use crate::support::database::fresh_folder;
use crate::support::{Engine, TestDb, block_on};

/// A synthetic hospital at its first start.
pub struct Made {
    pub app: App,
    pub now: Instant,
    /// `hospital.toml`, read without the program's help.
    pub authored: toml::Table,
    /// By e-mail address.
    pub viewers: BTreeMap<String, ViewerFacts>,
    /// By current MRN.
    pub patients: BTreeMap<String, PatientFacts>,
}

/// Makes a demo on `engine` whose first start is at `now`, runs `body` on it and removes it.
pub fn made(engine: Engine, now: &str, body: impl AsyncFnOnce(&Made)) {
    let now: Instant = now.parse().unwrap();
    let folder = fresh_folder();
    let outcome = block_on(async {
        let database = TestDb::migrated(engine).await;
        let work = async {
            let app = app(&database.db, &folder, now).await;
            make(&app, &folder, now, &mut |_| {}).await.unwrap();
            body(&Made::read(app, now).await).await;
        };
        let outcome = AssertUnwindSafe(work).catch_unwind().await;
        database.remove().await;
        outcome
    });
    std::fs::remove_dir_all(folder).unwrap();
    if let Err(failure) = outcome {
        resume_unwind(failure);
    }
}

async fn app(db: &Db, folder: &std::path::Path, now: Instant) -> App {
    let file = folder.join("postern.toml");
    std::fs::write(&file, demo::config_text(now).unwrap()).unwrap();
    let config = Config::load_alone(&file).unwrap();
    let clock = Arc::new(HeldClock::at(now));
    let keys = Keys { audit: [7; 32], seal: [9; 32] };
    let audit = AuditLog::open(db.clone(), keys.audit, Uuid::from_u128(1), now).await.unwrap();
    App {
        db: db.clone(),
        audit,
        clock: Arc::<HeldClock>::clone(&clock),
        entropy: Arc::new(SeededEntropy::of(1)),
        feed: Arc::new(EmbeddedFeed::new(db.clone(), clock as Arc<dyn Clock>)),
        hospital: Arc::new(config.hospital(now).unwrap()),
        keys: Arc::new(keys),
        passkeys: None,
        outside: Outside::default(),
    }
}

/// Rows of one statement, the same text on both engines.
macro_rules! rows {
    ($demo:expr, $row:ty, $sql:expr) => {{
        let rows: Vec<$row> = match &$demo.app.db {
            postern::store::Db::Sqlite { read, .. } => sqlx::query_as($sql).fetch_all(read).await.unwrap(),
            postern::store::Db::Postgres(pool) => sqlx::query_as($sql).fetch_all(pool).await.unwrap(),
        };
        rows
    }};
}
pub(super) use rows;

impl Made {
    async fn read(app: App, now: Instant) -> Self {
        let cycles = app.hospital.cycles.clone();
        let by_id = viewers(&app.db, Those::All, &cycles).await.unwrap();
        let of_patient = patients(&app.db, Those::All, cycles.zone()).await.unwrap();
        let text = include_str!("../../../assets/demo/hospital.toml");
        let mut made = Self {
            app,
            now,
            authored: text.parse().unwrap(),
            viewers: BTreeMap::new(),
            patients: BTreeMap::new(),
        };
        let accounts: HashMap<Uuid, String> =
            rows!(made, (Uuid, String), "select id, email from account").into_iter().collect();
        let name = |(id, facts): (AccountId, ViewerFacts)| (accounts[&id.0].clone(), facts);
        made.viewers = by_id.into_iter().map(name).collect();
        let mrns: HashMap<Uuid, String> =
            rows!(made, (Uuid, String), "select patient_id, mrn from patient_mrn where former = 0")
                .into_iter()
                .collect();
        let name = |(id, facts): (PatientId, PatientFacts)| (mrns[&id.0].clone(), facts);
        made.patients = of_patient.into_iter().map(name).collect();
        made
    }

    /// What `email` is told when asking for the chart of `mrn` at the first start.
    pub fn decide(&self, email: &str, mrn: &str) -> Decision {
        decide(&self.viewers[email], &self.patients[mrn], Action::OpenChart, self.now)
    }

    /// The authored entries of one kind.
    pub fn entries(&self, kind: &str) -> &Vec<toml::Value> {
        self.authored[kind].as_array().unwrap()
    }
}

/// A text field of an authored entry.
pub fn text<'a>(entry: &'a toml::Value, field: &str) -> Option<&'a str> {
    entry.get(field).and_then(toml::Value::as_str)
}
