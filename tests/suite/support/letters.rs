//! The letters that wait to leave, opened with the key of the tests.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use postern::domain::letter::Letter;
use postern::store::Db;
use uuid::Uuid;

use super::House;

/// Every letter that waits, with its address, oldest first.
pub async fn letters(house: &House) -> Vec<(String, Letter)> {
    type Row = (Uuid, String, Vec<u8>);
    let sql = "select id, address, sealed_letter from mail where state = 'waiting' order by made_at, id";
    let rows: Vec<Row> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    let cipher = ChaCha20Poly1305::new_from_slice(&house.app.keys.seal).unwrap();
    rows.into_iter()
        .map(|(id, address, sealed)| {
            let (nonce, sealed) = sealed.split_first_chunk::<12>().unwrap();
            let payload = Payload { msg: sealed, aad: id.as_bytes() };
            let text = cipher.decrypt(&Nonce::from(*nonce), payload).unwrap();
            (address, serde_json::from_slice(&text).unwrap())
        })
        .collect()
}

/// The letters of one kind (its word), with their addresses.
pub async fn letters_of(house: &House, word: &str) -> Vec<(String, Letter)> {
    letters(house).await.into_iter().filter(|(_, letter)| letter.word() == word).collect()
}
