//! Waiting until another transaction waits for one that a test holds.

use postern::store::Db;

use super::House;

/// Returns once a transaction waits for another one's rows; at once on SQLite, where whoever writes waits before reading.
pub async fn somebody_waits(house: &House) {
    let Db::Postgres(pool) = house.db() else { return };
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    loop {
        let (waiting,): (i64,) = sqlx::query_as(sql).fetch_one(pool).await.unwrap();
        if waiting > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}
