//! An app on a fresh database, with a clock that stands still, repeatable chance, and an audit that is open.

use std::sync::Arc;

use postern::adapters::clock::HeldClock;
use postern::adapters::entropy::SeededEntropy;
use postern::adapters::feed::embedded::EmbeddedFeed;
use postern::app::audit::AuditLog;
use postern::app::ports::Clock;
use postern::app::{App, Hospital, Keys, Outside};
use postern::domain::calendar::{Instant, Zone};
use postern::domain::chart::sensitivity::Labels;
use postern::domain::validation::Cycles;
use postern::store::Db;
use uuid::Uuid;

use super::{Engine, TestDb, World};

/// A Wednesday in March, noon in New York: between two validation cycles, ten weeks after the portal was installed.
pub const NOON: &str = "2026-03-11T16:00:00Z";
/// When the portal of the tests was installed.
pub const INSTALLED: &str = "2025-12-31T05:00:00Z";

/// One test's hospital.
pub struct House {
    /// Use cases work with this.
    pub app: App,
    /// Moves the time that `app` sees.
    pub clock: Arc<HeldClock>,
    /// Puts people and facts into the directory.
    pub world: World,
    database: TestDb,
}

impl House {
    /// A house on a fresh database of `engine`, at [`NOON`].
    pub async fn on(engine: Engine) -> Self {
        Self::at(engine, NOON).await
    }

    /// A house on a fresh database of `engine`, at `now`.
    pub async fn at(engine: Engine, now: &str) -> Self {
        let database = TestDb::migrated(engine).await;
        let db = database.db.clone();
        let clock = Arc::new(HeldClock::at(now.parse().unwrap()));
        let keys = Keys { audit: [7; 32], seal: [9; 32] };
        let audit =
            AuditLog::open(db.clone(), keys.audit, Uuid::from_u128(0xA0D17), clock.now()).await.unwrap();
        let app = App {
            db: db.clone(),
            audit,
            clock: Arc::<HeldClock>::clone(&clock),
            entropy: Arc::new(SeededEntropy::of(1)),
            feed: Arc::new(EmbeddedFeed::new(db.clone(), Arc::<HeldClock>::clone(&clock))),
            hospital: Arc::new(hospital()),
            keys: Arc::new(keys),
            passkeys: postern::app::sign_in::passkeys::Passkeys::of("http://localhost:8080", "A hospital"),
            outside: Outside::default(),
        };
        let world = World::of(db, Arc::<HeldClock>::clone(&clock));
        Self { app, clock, world, database }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// What a second process would open the same database with.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// The time that `app` sees.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Closes and removes the database.
    pub async fn remove(self) {
        self.database.remove().await;
    }
}

/// The hospital of the tests, in New York.
pub fn hospital() -> Hospital {
    let zone: Zone = "America/New_York".parse().unwrap();
    Hospital {
        name: "Lakeside Children's Hospital".to_owned(),
        phone: "212-555-0100".to_owned(),
        cycles: Cycles::counting_from(INSTALLED.parse().unwrap(), zone),
        allowed_labels: Labels::default(),
        holidays: Vec::new(),
        closes: time::macros::time!(17:00),
        emergency_access: true,
    }
}
