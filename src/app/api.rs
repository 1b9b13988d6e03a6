//! The JSON interface for the hospital's own systems: who calls, what is asked once, and what is answered (decision 0023).
//!
//! A client calls the use cases that pages call, with an [`App`] from [`Caller::app`]: every audit row names the client, whichever use
//! case writes it. Whoever a client acts for is asked the rules of this instant, as if they had signed in.

mod assertion;
pub mod clients;
pub mod disclosed;
pub mod hooks;
pub mod once;
pub mod requests;
pub mod signing_in;

use super::access::{self, Context};
use super::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, standing};
use crate::domain::api::{ONCE_SECONDS, SECRET_AGAIN_SECONDS, Scopes};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::people::AccountKind;
use crate::store::api as store;

/// A client that has proved itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// Which.
    pub client: ClientId,
    /// What people call it.
    pub name: String,
    /// What its access token is good for.
    pub scopes: Scopes,
}

impl Caller {
    /// `app` for what this client does: whatever is recorded names it.
    pub fn app(&self, app: &App) -> App {
        App { audit: app.audit.through(self.client), ..app.clone() }
    }
}

/// Whether there is an interface at all: not before a client was made.
///
/// # Errors
/// [`AppError::Store`].
pub async fn is_on(app: &App) -> Result<bool, AppError> {
    Ok(store::any(&app.db).await?)
}

/// The facts of the family account `account`, when it could use the portal itself at `now`; `None` for any other, and for none.
pub(super) async fn family_account(
    app: &App,
    account: AccountId,
    now: Instant,
) -> Result<Option<ViewerFacts>, AppError> {
    let facts = access::viewer(app, account).await?;
    Ok(facts
        .filter(|facts| facts.kind == AccountKind::Family && standing(facts, Action::UsePortal, now).is_ok()))
}

/// Removes what clients proved themselves with once it is over, and answers that are no longer given again.
///
/// # Errors
/// [`AppError::Store`].
pub async fn sweep(app: &App) -> Result<u64, AppError> {
    let now = app.clock.now();
    // A clock that was an hour ahead when it swept leaves an assertion that counts: what is swept is long over.
    let (long_over, answers) = (now.plus_seconds(-ONCE_SECONDS), now.plus_seconds(-SECRET_AGAIN_SECONDS));
    let mut tx = app.db.begin().await?;
    let swept = store::sweep(&mut tx, long_over, now.plus_seconds(-2 * ONCE_SECONDS), answers).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    let told = crate::store::hooks::sweep(&mut tx, hooks::forgotten_before(now)).await?;
    tx.commit().await?;
    Ok(swept + told)
}

/// An audit entry of what a client does by itself.
fn entry(
    context: &Context,
    act: crate::domain::audit::Act,
    outcome: crate::domain::audit::Outcome,
) -> crate::domain::audit::Entry {
    let mut entry = crate::domain::audit::Entry::new(context.now, act, outcome);
    entry.request_id.clone_from(&context.request_id);
    entry.network.clone_from(&context.network);
    entry
}
