//! Help: anybody asks, the access team answers, the asker follows it by a link in mail (product.md section 2).

mod picture;

pub(in crate::app) use picture::rewritten;
pub use picture::{Picture, rewrite};

use serde_json::json;
use time::Date;

use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::help::{
    HelpFault, OF_ADDRESS, OF_NETWORK, PICTURE_BYTES, PictureFault, STATUS_LINK_SECONDS, faults,
};
use crate::domain::ids::{RequestId, new_uuid};
use crate::domain::letter::{Letter, Place};
use crate::domain::people::{fold_email, is_email};
use crate::domain::queue::Obstacle;
use crate::domain::request::{RequestKind, RequestState};
use crate::domain::sign_in::fold_network;
use crate::store::Tx;
use crate::store::help::{self, NewHelp};
use crate::store::requests::{self, StoredRequest};
use crate::store::sign_in::links::{self, NewLink};
use crate::store::sign_in::throttle::{self, Rate};

use super::desk::{Member, filed};
use super::mail::post;
use super::sign_in::{Client, keyed_text, new_secret, random, secret_hash};
use super::{App, AppError, scanning};

pub use crate::store::help::KeptHelp;

/// What a link to a request's status is kept for.
const STATUS: &str = "help_status";
/// Begins the counter of an address that asks.
const ADDRESS: &str = "help-address:";
/// Begins the counter of a network that asks.
const NETWORK: &str = "help-network:";

/// What somebody asks.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The address they sign in with, or want to.
    pub email: String,
    /// Their full name.
    pub name: String,
    /// What is wrong.
    pub description: String,
    /// A picture of their screen, as it was sent.
    pub picture: Option<Vec<u8>>,
}

/// What a question comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It is in the queue; an answer is due on that day.
    Filed(Date),
    /// Something is to be mended; nothing was kept.
    Invalid(Vec<HelpFault>),
    /// Too many from this address or network: again in so many seconds.
    Slowed(i64),
}

/// Files a question, and mails a link to its status to the address that was typed. The answer is the same whether or not the
/// address has an account.
///
/// # Errors
/// [`AppError`]; nothing was kept then.
pub async fn ask(app: &App, question: Question, client: &Client) -> Result<Asked, AppError> {
    let now = app.clock.now();
    let folded = fold_email(&question.email);
    let faults = faults(is_email(&folded), &question.name, &question.description);
    if !faults.is_empty() {
        return Ok(Asked::Invalid(faults));
    }
    let network = format!("{NETWORK}{}", fold_network(&client.network));
    if let Err(seconds) = take(app, &network, OF_NETWORK, now).await? {
        return slowed(app, client, now, seconds).await;
    }
    let picture = match question.picture {
        Some(bytes) => match checked(app, bytes, client, now).await? {
            Ok(picture) => Some(picture),
            Err(fault) => return Ok(Asked::Invalid(vec![HelpFault::Picture(fault)])),
        },
        None => None,
    };
    if let Err(seconds) =
        take(app, &format!("{ADDRESS}{}", keyed_text(app, &folded)), OF_ADDRESS, now).await?
    {
        return slowed(app, client, now, seconds).await;
    }
    let email = question.email.trim();
    let request = StoredRequest::open(RequestId(new_uuid(now, random(app)?)), RequestKind::Help, now);
    let new = NewHelp {
        request: request.id,
        email,
        name: question.name.trim(),
        description: question.description.trim(),
        screenshot: picture.as_ref().map(|p| (p.bytes.as_slice(), p.kind)),
    };
    let mut tx = app.db.begin().await?;
    requests::insert(&mut tx, &request).await?;
    help::insert(&mut tx, &new).await?;
    let due = filed(app, &mut tx, request.id).await?;
    let link = status_link(app, &mut tx, request.id, email).await?;
    post(app, &mut tx, (None, email), &Letter::HelpReceived { link, due }).await?;
    let mut entry = entry(client, now, Outcome::Allowed);
    entry.subject = Some(request.id.0);
    app.audit.commit(tx, vec![entry]).await?;
    sweep(app, &[ADDRESS, NETWORK], now).await?;
    Ok(Asked::Filed(due))
}

/// The picture `bytes`, looked at by the scanner and written anew.
async fn checked(
    app: &App,
    bytes: Vec<u8>,
    client: &Client,
    now: Instant,
) -> Result<Result<Picture, PictureFault>, AppError> {
    if bytes.len() > PICTURE_BYTES {
        return Ok(Err(PictureFault::Bytes));
    }
    let mut row = entry(client, now, Outcome::Failed);
    row.detail = json!({ "kind": RequestKind::Help.word(), "part": "screenshot" }).to_string();
    match scanning::looked_at(app, bytes, row).await? {
        Ok(bytes) => picture::rewritten(bytes).await,
        Err(held) => Ok(Err(PictureFault::Held(held))),
    }
}

fn entry(client: &Client, now: Instant, outcome: Outcome) -> Entry {
    let mut entry = Entry::new(now, Act::FileRequest, outcome);
    entry.request_id.clone_from(&client.request_id);
    entry.network.clone_from(&client.network);
    entry.detail = json!({ "kind": RequestKind::Help.word() }).to_string();
    entry
}

async fn slowed(app: &App, client: &Client, now: Instant, seconds: i64) -> Result<Asked, AppError> {
    let mut entry = entry(client, now, Outcome::Failed);
    entry.basis = String::from("slowed");
    app.audit.record(entry).await?;
    Ok(Asked::Slowed(seconds))
}

/// Takes one of what `key` has left, in a transaction of its own.
pub(super) async fn take(
    app: &App,
    key: &str,
    (burst, seconds): (i64, i64),
    now: Instant,
) -> Result<Result<(), i64>, AppError> {
    let mut tx = app.db.begin().await?;
    let taken = throttle::take_of(&mut tx, key, Rate { burst, seconds }, now).await?;
    if taken.is_ok() {
        tx.commit().await?;
    }
    Ok(taken)
}

/// Removes counters that no longer count, of those that begin with one of `prefixes`.
pub(super) async fn sweep(app: &App, prefixes: &[&str], now: Instant) -> Result<(), AppError> {
    for prefix in prefixes.iter().copied() {
        let mut tx = app.db.begin().await?;
        throttle::sweep(&mut tx, prefix, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A new link to the status of `request`, mailed to `address`.
async fn status_link(app: &App, tx: &mut Tx, request: RequestId, address: &str) -> Result<Place, AppError> {
    let now = app.clock.now();
    let secret = new_secret(app)?;
    let hash =
        secret_hash(secret.as_str()).ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    let new = NewLink {
        secret_hash: &hash,
        purpose: STATUS,
        account: None,
        subject: Some(request.0),
        address,
        made_at: now,
        expires_at: now.plus_seconds(STATUS_LINK_SECONDS),
    };
    links::insert(tx, &new).await?;
    Ok(Place(format!("/help/status/{}", secret.as_str())))
}

/// How a question stands, as its asker sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// When it was asked.
    pub asked_at: Instant,
    /// When an answer is due.
    pub due: Date,
    /// What was asked.
    pub description: String,
    /// When it was answered, and what.
    pub answer: Option<(Instant, String)>,
}

/// How the question stands whose mailed link has `secret`; `None` when there is no such link, or it is over.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn status(app: &App, secret: &str, client: &Client) -> Result<Option<Status>, AppError> {
    let now = app.clock.now();
    let Some(hash) = secret_hash(secret) else { return Ok(None) };
    let link = links::find(&app.db, &hash, STATUS).await?.filter(|link| now < link.expires_at);
    let Some(id) = link.and_then(|link| link.subject).map(RequestId) else { return Ok(None) };
    let mut entry = Entry::new(now, Act::ReadRequest, Outcome::Allowed);
    entry.subject = Some(id.0);
    entry.detail = json!({ "by": "status_link" }).to_string();
    entry.request_id.clone_from(&client.request_id);
    entry.network.clone_from(&client.network);
    app.audit.record(entry).await?;
    let found = requests::by_id(&app.db, id).await?.zip(help::of(&app.db, id).await?);
    Ok(found.map(|(request, kept)| Status {
        asked_at: request.filed_at,
        due: request.due_on.unwrap_or_else(|| app.hospital.due_of(request.kind, request.filed_at)),
        description: kept.description,
        answer: request
            .closed_at
            .filter(|_| request.state == RequestState::Closed)
            .map(|at| (at, kept.answer)),
    }))
}

/// Keeps the access team's answer to a question and mails a link to it, inside `tx`.
pub(super) async fn answer(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    text: &str,
) -> Result<Result<(), Obstacle>, AppError> {
    let Some(kept) = help::of_in(tx, request).await? else { return Ok(Err(Obstacle::Gone)) };
    help::answer(tx, request, text).await?;
    let link = status_link(app, tx, request, &kept.email).await?;
    post(app, tx, (None, &kept.email), &Letter::HelpAnswered { link }).await?;
    Ok(Ok(()))
}

/// What a question is about, for the access team, whose reading of the request has been recorded.
///
/// # Errors
/// [`AppError`].
pub async fn asked(app: &App, request: RequestId) -> Result<Option<KeptHelp>, AppError> {
    Ok(help::of(&app.db, request).await?)
}

/// The picture that came with a question, with its kind (`png`, `jpeg`); recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn screenshot(
    app: &App,
    member: &Member,
    request: RequestId,
) -> Result<Option<(Vec<u8>, String)>, AppError> {
    let found = help::screenshot(&app.db, request).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.context.entry(member.account, Act::ReadRequest, outcome);
    entry.subject = Some(request.0);
    entry.detail = json!({ "part": "screenshot" }).to_string();
    app.audit.record(entry).await?;
    Ok(found)
}
