//! What is done once however often it is sent: an `Idempotency-Key`, what was asked for under it, and what was answered.
//!
//! The key is taken before the effect and the answer is kept beside it, sealed, as long as a letter can be had again; the key itself is
//! remembered for a day. The same key with another body is refused.

use sha2::{Digest, Sha256};

use crate::app::sign_in::{open_for, seal_for};
use crate::app::{App, AppError};
use crate::domain::api::{ID_LONGEST, ONCE_SECONDS, SECRET_AGAIN_SECONDS};
use crate::domain::calendar::Instant;
use crate::domain::ids::ClientId;
use crate::store::api::{self as store, OnceKey};
use crate::store::{StoreError, Tx};

/// How long a key without an answer may belong to a request that is still under way, in seconds: longer than any is served.
const UNDER_WAY_SECONDS: i64 = 60;

/// One wish of one client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Once {
    key: OnceKey,
    body_hash: [u8; 32],
}

/// What is known of a wish.
#[derive(Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is the first time.
    Fresh,
    /// It was done, and answered so.
    Again(String),
    /// Something else was asked for under this key.
    Other,
    /// The same is being done at this moment.
    UnderWay,
    /// It was done, or perhaps done, and the answer is no longer kept.
    Gone,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Fresh => "Fresh",
            Self::Again(_) => "Again(…)",
            Self::Other => "Other",
            Self::UnderWay => "UnderWay",
            Self::Gone => "Gone",
        })
    }
}

impl Once {
    /// The wish of `client` to do `body` at `place` under `key`; `None` when the key is none: 1 to 255 visible ASCII characters.
    pub fn new(client: ClientId, key: &str, place: &str, body: &[u8]) -> Option<Self> {
        let is_key = (1..=ID_LONGEST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        is_key.then(|| {
            let body_hash = Sha256::new().chain_update(place).chain_update([0]).chain_update(body).finalize();
            let key_hash = Sha256::digest(key.as_bytes()).into();
            Self { key: OnceKey { client, key_hash }, body_hash: body_hash.into() }
        })
    }

    /// Whose wish it is.
    pub fn client(&self) -> ClientId {
        self.key.client
    }

    /// What is known of it at `now`.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn known(&self, app: &App, now: Instant) -> Result<Known, AppError> {
        let kept = store::known_once(&app.db, self.key).await?;
        let Some(kept) = kept.filter(|kept| now < kept.made_at.plus_seconds(ONCE_SECONDS)) else {
            return Ok(Known::Fresh);
        };
        if kept.body_hash != self.body_hash {
            return Ok(Known::Other);
        }
        let age = now.seconds_since(kept.made_at);
        Ok(match kept.answer {
            Some(sealed) if age < SECRET_AGAIN_SECONDS => {
                let text = open_for(&app.keys, &self.owner(), &sealed)?;
                let text = String::from_utf8(text)
                    .map_err(|_| AppError::Fault("an answer is no text".to_owned()))?;
                Known::Again(text)
            }
            None if age < UNDER_WAY_SECONDS => Known::UnderWay,
            _ => Known::Gone,
        })
    }

    /// Takes the key inside `tx`.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it is taken: look again at what is known.
    pub(in crate::app) async fn take(&self, tx: &mut Tx, now: Instant) -> Result<(), StoreError> {
        store::take_once(tx, self.key, &self.body_hash, (now, now.plus_seconds(-ONCE_SECONDS))).await
    }

    /// Keeps the answer inside `tx`.
    ///
    /// # Errors
    /// [`AppError`].
    pub(in crate::app) async fn keep(&self, app: &App, tx: &mut Tx, answer: &str) -> Result<(), AppError> {
        let sealed = seal_for(app, &self.owner(), answer.as_bytes())?;
        Ok(store::keep_once(tx, self.key, &sealed).await?)
    }

    /// Gives the key back inside `tx`: nothing was done.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::app) async fn release(&self, tx: &mut Tx) -> Result<(), StoreError> {
        store::release_once(tx, self.key).await
    }

    /// Whom the answer is sealed for: moved to another key it does not open.
    fn owner(&self) -> Vec<u8> {
        [b"api once ".as_slice(), self.key.client.0.as_bytes(), &self.key.key_hash].concat()
    }
}
