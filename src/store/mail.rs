//! Mail that waits to leave, and addresses that bounced.

use uuid::Uuid;

use super::sql::{act, on_tx, statements};
use super::{Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;

statements! {
    INSERT = "insert into mail (id, kind, account_id, address, message_id, sealed_letter, state, made_at, next_try_at, tries, \
              last_error) values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7, 0, '')";
}

/// A mail to keep until it leaves.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// Its id.
    pub id: Uuid,
    /// The letter's kind.
    pub kind: &'a str,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// The address it goes to.
    pub address: &'a str,
    /// Its Message-ID, without angle brackets.
    pub message_id: &'a str,
    /// The sealed letter.
    pub sealed_letter: &'a [u8],
    /// When it was written, and may leave.
    pub now: Instant,
}

/// Keeps a mail until it leaves.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewMail<'_>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.id, new.kind, new.account.map(|a| a.0), new.address, new.message_id,
        new.sealed_letter, Stamp(new.now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
