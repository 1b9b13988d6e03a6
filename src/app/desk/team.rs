//! Who of the access team requests can be given to, and whose can be looked for.

use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::queue::team::{self, Handler};

/// A member of the team by account, named so that no two read alike.
pub type Colleague = (AccountId, String);

/// Those of the team who work on requests.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Team {
    /// Everybody, so that what somebody left behind is found.
    pub all: Vec<Colleague>,
    /// The active ones: requests can be given to them.
    pub active: Vec<Colleague>,
}

impl Team {
    /// The accounts of everybody.
    pub fn accounts(&self) -> Vec<AccountId> {
        self.all.iter().map(|(account, _)| *account).collect()
    }

    /// How `account` is named, whether active or not; `None` for somebody who is none of them.
    pub fn name(&self, account: AccountId) -> Option<&str> {
        self.all.iter().find(|(other, _)| *other == account).map(|(_, name)| name.as_str())
    }
}

/// Those of the team who work on requests, at `now`.
///
/// # Errors
/// [`AppError::Store`].
pub async fn team(app: &App, now: Instant) -> Result<Team, AppError> {
    let found = team::handlers(&app.db, now).await?;
    let named = |handler: &Handler| {
        let is_twice = found.iter().any(|other| other.id != handler.id && other.name == handler.name);
        let (name, email) = (&handler.name, &handler.email);
        let name = if is_twice { format!("{name}, {email}") } else { name.clone() };
        (handler.id, name)
    };
    Ok(Team {
        all: found.iter().map(named).collect(),
        active: found.iter().filter(|handler| handler.is_active).map(named).collect(),
    })
}

/// The name of `account`, when requests can be given to it at `now`.
pub(super) async fn receiver(
    app: &App,
    account: AccountId,
    now: Instant,
) -> Result<Option<String>, AppError> {
    let found = team::handlers(&app.db, now).await?;
    let receiver = found.into_iter().find(|handler| handler.id == account && handler.is_active);
    Ok(receiver.map(|handler| handler.name))
}
