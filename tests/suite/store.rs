//! Every statement of the store is prepared on both migrated schemas, so that a misspelt column never reaches a user.

use postern::store::{Db, all_dialects, all_statements};
use sqlx::{Executor, SqlStr};

use crate::support::both_engines;

both_engines! {
    async fn every_statement_of_the_store_prepares(house: House) {
        let shared = all_statements();
        assert!(!shared.is_empty());
        for (name, sql) in shared {
            prepare(house.db(), name, sql).await;
        }
        for (name, texts) in all_dialects() {
            let sql = match house.db() {
                Db::Sqlite { .. } => texts.sqlite,
                Db::Postgres(_) => texts.postgres,
            };
            prepare(house.db(), name, sql).await;
        }
    }

    async fn the_two_fact_loaders_read_what_the_world_builder_wrote(house: House) {
        use postern::domain::calendar::Interval;
        use postern::store::access_facts::{Those, patients, viewers};

        let world = &house.world;
        let practice = world.practice("Elm Pediatrics").await;
        let (provider, account) = world.physician("Okafor", practice).await;
        let staff = world.sponsored_account().await;
        world.sponsorship(account, staff, practice, Interval::ALWAYS).await;
        let mia = world.patient("Reyes", "0012345", "2015-03-04").await;
        world.listing(mia, Some(provider), Some(practice), Interval::ALWAYS).await;
        world.grant(mia, staff, Interval::ALWAYS).await;

        let hospital = &house.app.hospital;
        let viewer = viewers(house.db(), Those::All, &hospital.cycles).await.unwrap();
        let patient = patients(house.db(), Those::One(mia), hospital.cycles.zone()).await.unwrap();
        assert_eq!(viewer.len(), 2);
        assert_eq!(viewer[&account].memberships.len(), 1);
        assert_eq!(viewer[&staff].sponsorships.len(), 1);
        assert_eq!(patient[&mia].listings.len(), 1);
    }
}

async fn prepare(db: &Db, name: &str, sql: &'static str) {
    let outcome = match db {
        Db::Sqlite { write, .. } => {
            write.acquire().await.unwrap().prepare(SqlStr::from_static(sql)).await.map(|_| ())
        }
        Db::Postgres(pool) => {
            pool.acquire().await.unwrap().prepare(SqlStr::from_static(sql)).await.map(|_| ())
        }
    };
    if let Err(error) = outcome {
        panic!("{name} does not prepare on {}: {error}\n{sql}", db.engine());
    }
}
