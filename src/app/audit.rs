//! The audit of this process: one chain, keyed hashes, changes in their own transaction, reads in batches.
//!
//! A change is recorded by [`AuditLog::commit`], which links the rows, inserts them, and commits them with the change. A read is
//! recorded by [`AuditLog::record`], which waits until a batch holding its row is committed and returns the [`Receipt`] that a
//! permit needs. If a row cannot be written, the act fails. What a commit has done to a request or a token is put into the outbox of the
//! clients that are told of it, in the same transaction.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::{Mutex, mpsc, oneshot};
use tracing::Instrument;
use uuid::Uuid;

use super::AppError;
use crate::domain::api::hook::touched;
use crate::domain::audit::{Act, Entry, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, ClientId, PatientId, new_uuid};
use crate::store::{Db, StoreError, Tx, audit as rows, hooks};

/// Reads waiting for one commit, at most.
const BATCH: usize = 512;
/// Reads waiting in all; beyond it they are refused rather than queued.
const QUEUE: usize = 4096;

/// Proof that an audit row is committed, and of which one. Made only here.
#[derive(Debug)]
pub struct Receipt {
    actor: Option<AccountId>,
    patient: Option<PatientId>,
    at: Instant,
}

impl Receipt {
    fn of(entry: &Entry) -> Self {
        Self { actor: entry.actor, patient: entry.patient, at: entry.at }
    }

    /// Whether the row is of what this account asked of this patient at this instant.
    pub(in crate::app) fn is_of(&self, actor: AccountId, patient: PatientId, at: Instant) -> bool {
        self.actor == Some(actor) && self.patient == Some(patient) && self.at == at
    }
}

/// The writer of this process's chain. Cheap to clone.
#[derive(Clone)]
pub struct AuditLog {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Waiting>,
    /// Through which client of the JSON interface everything is done that is recorded here.
    client: Option<ClientId>,
}

struct Shared {
    db: Db,
    key: [u8; 32],
    chain: Uuid,
    /// The last committed link; `None` when it must be read from the database first.
    head: Mutex<Option<(i64, Vec<u8>)>>,
}

struct Waiting {
    entry: Entry,
    done: oneshot::Sender<bool>,
}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuditLog({})", self.shared.chain)
    }
}

impl AuditLog {
    /// Opens a chain of this process and starts its writer. The first row lists the heads of all other chains.
    ///
    /// # Errors
    /// [`StoreError`] when the chain cannot be opened.
    pub async fn open(db: Db, key: [u8; 32], chain: Uuid, now: Instant) -> Result<Self, StoreError> {
        let heads = rows::heads(&db).await?;
        let listed: Vec<String> = heads
            .iter()
            .map(|h| {
                let mac = data_encoding::HEXLOWER.encode(&h.mac);
                format!("{{\"chain\":\"{}\",\"seq\":{},\"mac\":\"{mac}\"}}", h.chain, h.seq)
            })
            .collect();
        let mut first = Entry::new(now, Act::ChainOpened, Outcome::Allowed);
        first.detail = format!("{{\"heads\":[{}]}}", listed.join(","));
        let shared = Arc::new(Shared { db: db.clone(), key, chain, head: Mutex::new(Some((0, Vec::new()))) });
        let (queue, waiting) = mpsc::channel(QUEUE);
        let log = Self { shared, queue, client: None };
        let mut tx = db.begin().await?;
        rows::open_chain(&mut tx, chain, now).await?;
        log.commit(tx, vec![first]).await?;
        tokio::spawn(write_batches(Arc::clone(&log.shared), waiting));
        Ok(log)
    }

    /// The same chain for what is done through `client`, which every row names from then on, whichever use case writes it.
    #[must_use]
    pub fn through(&self, client: ClientId) -> Self {
        Self { client: Some(client), ..self.clone() }
    }

    /// Through which client of the JSON interface it is done.
    pub fn client(&self) -> Option<ClientId> {
        self.client
    }

    fn named(&self, entry: Entry) -> Entry {
        match self.client {
            None => entry,
            Some(client) => Entry { detail: naming(&entry.detail, client), ..entry },
        }
    }

    /// Commits `tx` together with its audit rows: both or neither, also when whoever asked stops waiting.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is kept then.
    pub async fn commit(&self, tx: Tx, entries: Vec<Entry>) -> Result<(), StoreError> {
        let entries = entries.into_iter().map(|entry| self.named(entry)).collect();
        // A task of its own: a request that goes away would leave a commit under way, whose rows the next one cannot see and
        // whose numbers it would take again.
        let shared = Arc::clone(&self.shared);
        match tokio::spawn(async move { shared.commit(tx, entries).await }.in_current_span()).await {
            Ok(outcome) => outcome,
            Err(stopped) => Err(stopped.into()),
        }
    }

    /// Waits until the row of a read is committed.
    ///
    /// # Errors
    /// [`AppError::Audit`] when it is not, or too many reads wait: the read must not be answered then.
    pub async fn record(&self, entry: Entry) -> Result<Receipt, AppError> {
        let (done, waiting) = oneshot::channel();
        let entry = self.named(entry);
        let receipt = Receipt::of(&entry);
        let sent = self.queue.try_send(Waiting { entry, done });
        sent.map_err(|_| AppError::Audit("too many reads wait for the audit".to_owned()))?;
        match waiting.await {
            Ok(true) => Ok(receipt),
            Ok(false) | Err(_) => Err(AppError::Audit("the audit row was not committed".to_owned())),
        }
    }

    /// This process's chain.
    pub fn chain(&self) -> Uuid {
        self.shared.chain
    }

    /// Writes the closing row of the chain.
    ///
    /// # Errors
    /// [`AppError::Audit`].
    pub async fn close(&self, now: Instant) -> Result<(), AppError> {
        self.record(Entry::new(now, Act::ChainClosed, Outcome::Allowed)).await.map(|_| ())
    }
}

impl Shared {
    async fn commit(&self, mut tx: Tx, entries: Vec<Entry>) -> Result<(), StoreError> {
        // Held until the commit is known: rows of one chain are committed in their order. Left empty on the way out of a
        // failure, it is read anew.
        let mut head = self.head.lock().await;
        let (mut seq, mut mac) = match head.take() {
            Some(known) => known,
            None => rows::head(&mut tx, self.chain).await?.map_or((0, Vec::new()), |h| (h.seq, h.mac)),
        };
        let mut links = Vec::with_capacity(entries.len());
        for entry in entries {
            seq += 1;
            mac = link_mac(&self.key, &mac, self.chain, seq, &entry);
            links.push(Link { chain: self.chain, seq, entry, mac: mac.clone() });
        }
        rows::append(&mut tx, &links).await?;
        for link in &links {
            if let Some(touched) = touched(&link.entry) {
                hooks::tell(&mut tx, event_id(link), touched, link.entry.at).await?;
            }
        }
        tx.commit().await?;
        *head = Some((seq, mac));
        Ok(())
    }
}

async fn write_batches(shared: Arc<Shared>, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, done): (Vec<Entry>, Vec<_>) = batch.drain(..).map(|w| (w.entry, w.done)).unzip();
        let count = entries.len();
        let outcome = match shared.db.begin().await {
            Ok(tx) => shared.commit(tx, entries).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            tracing::error!(%error, count, "audit rows were not written; the reads are refused");
        }
        for one in done {
            // A reader that has gone away needs no answer.
            let _ = one.send(outcome.is_ok());
        }
    }
}

/// `detail`, one JSON object, with the client in it.
fn naming(detail: &str, client: ClientId) -> String {
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(detail).unwrap_or_default();
    fields.insert("client".to_owned(), client.to_string().into());
    serde_json::Value::Object(fields).to_string()
}

/// The id of what a row has done, made from its place in the chain: nobody else's, and nothing that can be guessed.
fn event_id(link: &Link) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(&link.mac).into();
    let mut chance = [0; 10];
    for (to, from) in chance.iter_mut().zip(digest) {
        *to = from;
    }
    new_uuid(link.entry.at, chance)
}

/// HMAC-SHA-256 over the hash before, the chain, the number and the entry.
pub(super) fn link_mac(key: &[u8; 32], before: &[u8], chain: Uuid, seq: i64, entry: &Entry) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(&(before.len() as u64).to_be_bytes());
    mac.update(before);
    mac.update(chain.as_bytes());
    mac.update(&seq.to_be_bytes());
    mac.update(&entry.canonical());
    mac.finalize().into_bytes().to_vec()
}

/// Whether two hashes are equal, in constant time.
pub(super) fn same_mac(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
