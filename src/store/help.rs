//! Requests for help: what was written, the picture that came with it, the answer.

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, StoreError, Tx};
use crate::domain::ids::RequestId;

statements! {
    INSERT = "insert into help_request (request_id, email, name, description, screenshot, screenshot_kind) \
              values ($1, $2, $3, $4, $5, $6)";
    OF = "select email, name, description, screenshot_kind, answer from help_request where request_id = $1";
    SCREENSHOT = "select screenshot, screenshot_kind from help_request where request_id = $1";
    ANSWER = "update help_request set answer = $2 where request_id = $1";
}

/// A request for help to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewHelp<'a> {
    /// The request in the queue.
    pub request: RequestId,
    /// The address to answer to.
    pub email: &'a str,
    /// The full name.
    pub name: &'a str,
    /// What is wrong, in their words.
    pub description: &'a str,
    /// The picture and its kind (`png`, `jpeg`), as the portal has written it anew.
    pub screenshot: Option<(&'a [u8], &'a str)>,
}

/// A request for help as kept, but for its picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptHelp {
    /// The address to answer to.
    pub email: String,
    /// The full name.
    pub name: String,
    /// What is wrong, in their words.
    pub description: String,
    /// The kind of the picture, where there is one.
    pub screenshot_kind: Option<String>,
    /// The answer; empty until there is one.
    pub answer: String,
}

/// Keeps a request for help.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewHelp<'_>) -> Result<(), StoreError> {
    let (bytes, kind) = new.screenshot.unzip();
    on_tx!(tx, c => act!(INSERT; new.request.0, new.email, new.name, new.description, bytes, kind)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

fn kept((email, name, description, screenshot_kind, answer): Row) -> KeptHelp {
    KeptHelp { email, name, description, screenshot_kind, answer }
}

type Row = (String, String, String, Option<String>, String);

/// What `request` is about.
///
/// # Errors
/// [`StoreError`].
pub async fn of(db: &Db, request: RequestId) -> Result<Option<KeptHelp>, StoreError> {
    Ok(on_read!(db, c => ask!(Row, OF; request.0).fetch_optional(c).await)?.map(kept))
}

/// The same, inside the transaction that answers.
///
/// # Errors
/// [`StoreError`].
pub async fn of_in(tx: &mut Tx, request: RequestId) -> Result<Option<KeptHelp>, StoreError> {
    Ok(on_tx!(tx, c => ask!(Row, OF; request.0).fetch_optional(c).await)?.map(kept))
}

/// The picture of `request` with its kind.
///
/// # Errors
/// [`StoreError`].
pub async fn screenshot(db: &Db, request: RequestId) -> Result<Option<(Vec<u8>, String)>, StoreError> {
    type Found = (Option<Vec<u8>>, Option<String>);
    let found = on_read!(db, c => ask!(Found, SCREENSHOT; request.0).fetch_optional(c).await)?;
    Ok(found.and_then(|(bytes, kind)| bytes.zip(kind)))
}

/// Writes the answer to `request`.
///
/// # Errors
/// [`StoreError`].
pub async fn answer(tx: &mut Tx, request: RequestId, text: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(ANSWER; request.0, text).execute(c).await.map(|_| ()))?;
    Ok(())
}
