//! What tests stand on: a fresh migrated database of either engine, an app with a held clock, and a world to fill it with.

pub mod api;
pub mod authenticator;
pub mod database;
pub mod demo;
pub mod families;
pub mod fhir;
pub mod holds;
pub mod hospital;
pub mod hostile;
pub mod house;
pub mod html;
pub mod identity;
pub mod letters;
pub mod mail;
pub mod pcp;
pub mod portal;
pub mod record;
pub mod scanner;
pub mod schedule;
pub mod sponsors;
pub mod world;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

pub use database::{Engine, TestDb};
pub use house::House;
pub use world::World;

/// Defines tests whose body runs on both engines, each as a test of its own (`NAME::on_sqlite`, `NAME::on_postgres`). The body
/// gets a [`House`] on a fresh migrated database:
///
/// ```ignore
/// both_engines! {
///     async fn a_redeemed_token_ends_at_its_expiry(house: House) { … }
/// }
/// ```
macro_rules! both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($house:ident : House) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every body names something of its file")]
            use super::*;

            async fn body($house: &$crate::support::House) $body

            #[test]
            fn on_sqlite() {
                $crate::support::run($crate::support::Engine::Sqlite, async |house| body(house).await);
            }

            #[test]
            fn on_postgres() {
                $crate::support::run($crate::support::Engine::Postgres, async |house| body(house).await);
            }
        }
    )+};
}
pub(crate) use both_engines;

/// Runs `body` on a house of its own, and removes its database afterwards, also when it fails. With `POSTERN_TEST_LOG` set the logs are
/// printed.
pub fn run(engine: Engine, body: impl AsyncFnOnce(&House)) {
    if std::env::var_os("POSTERN_TEST_LOG").is_some() {
        let _ = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).try_init();
    }
    let runtime = runtime();
    let house = runtime.block_on(House::on(engine));
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body(&house))));
    runtime.block_on(house.remove());
    if let Err(failure) = outcome {
        resume_unwind(failure);
    }
}

/// Runs one future on a runtime like the program's.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
