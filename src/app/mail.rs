//! Mail: written in the transaction of the act it tells of, sealed, and sent afterwards.

use crate::domain::ids::{AccountId, new_uuid};
use crate::domain::letter::Letter;
use crate::store::Tx;
use crate::store::mail::{self, NewMail};

use super::sign_in::{random, seal_for};
use super::{App, AppError};

/// Writes `letter` to `address` (that of `account`, where it is about one) inside `tx`: it leaves when `tx` is committed.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn post(
    app: &App,
    tx: &mut Tx,
    (account, address): (Option<AccountId>, &str),
    letter: &Letter,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let id = new_uuid(now, random(app)?);
    let text = serde_json::to_vec(letter).map_err(|e| AppError::Fault(format!("a letter: {e}")))?;
    let sealed_letter = seal_for(app, id.as_bytes(), &text)?;
    let message_id = format!("{}@postern", id.simple());
    let new = NewMail {
        id,
        kind: letter.word(),
        account,
        address,
        message_id: &message_id,
        sealed_letter: &sealed_letter,
        now,
    };
    Ok(mail::insert(tx, &new).await?)
}

/// Does what [`post`] does with a letter that holds a link, and writes one that never leaves.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn post_nothing(app: &App, _tx: &mut Tx) -> Result<(), AppError> {
    random::<10>(app).map(|_| ())
}
