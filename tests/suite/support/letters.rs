//! The letters that a house wrote, opened; and how many rows a statement counts.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use postern::domain::letter::Letter;
use postern::store::Db;
use uuid::Uuid;

use super::House;

type Row = (Uuid, String, Vec<u8>);

/// Every letter that waits to leave: to whom, and what it says; oldest first, those of one instant by their kind.
pub async fn letters(house: &House) -> Vec<(String, Letter)> {
    let sql = "select id, address, sealed_letter from mail where sealed_letter is not null order by made_at, kind, address";
    let rows: Vec<Row> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    rows.into_iter().map(|(id, to, sealed)| (to, opened(house, id, &sealed))).collect()
}

fn opened(house: &House, id: Uuid, sealed: &[u8]) -> Letter {
    let (nonce, sealed) = sealed.split_first_chunk::<12>().unwrap();
    let cipher = ChaCha20Poly1305::new_from_slice(&house.app.keys.seal).unwrap();
    let payload = Payload { msg: sealed, aad: id.as_bytes() };
    serde_json::from_slice(&cipher.decrypt(&Nonce::from(*nonce), payload).unwrap()).unwrap()
}

/// The number that `sql` counts.
pub async fn count(house: &House, sql: &'static str) -> i64 {
    let (count,): (i64,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    count
}

/// The letters of one kind (its word), with their addresses.
pub async fn letters_of(house: &House, word: &str) -> Vec<(String, Letter)> {
    letters(house).await.into_iter().filter(|(_, letter)| letter.word() == word).collect()
}
