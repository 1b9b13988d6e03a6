//! Who of the access team works on requests.

use uuid::Uuid;

use super::full_name;
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::people::AccountStatus;
use crate::store::sign_in::accounts::status_span;
use crate::store::sql::{ask, on_read, statements};
use crate::store::{Db, Stamp, StoreError};

statements! {
    HANDLERS = "select a.id, a.given, a.family, a.email, t.status, t.starts_at, t.ends_at from account a \
                left join account_status t on t.account_id = a.id where a.kind = 'access_team' and a.id in \
                (select r.account_id from account_role r where r.role in ('reviewer', 'administrator')) \
                order by a.family, a.given, a.email, a.id";
}

/// A member of the access team whose role works on requests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handler {
    /// The account.
    pub id: AccountId,
    /// Given and family name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether the account is active.
    pub is_active: bool,
}

/// Everybody of the access team whose role works on requests, by name, and whether they are active at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn handlers(db: &Db, now: Instant) -> Result<Vec<Handler>, StoreError> {
    type Found = (Uuid, String, String, String, Option<String>, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Found, HANDLERS;).fetch_all(c).await)?;
    let mut found: Vec<Handler> = Vec::new();
    for (id, given, family, email, status, start, end) in rows {
        let span = status_span(status, start, end)?;
        let is_active = span.is_some_and(|(status, span)| status == AccountStatus::Active && span.holds(now));
        match found.last_mut().filter(|last| last.id.0 == id) {
            Some(last) => last.is_active |= is_active,
            None => {
                found.push(Handler { id: AccountId(id), name: full_name(&given, &family), email, is_active });
            }
        }
    }
    Ok(found)
}
