//! Where a registration stands, for the browser that began it and for whoever holds the mailed link.

use time::Date;

use super::{STATUS_LINK, answers_of};
use crate::app::sign_in::secret_hash;
use crate::app::{App, AppError};
use crate::domain::registration::{LINK_SECONDS, RegistrationState};
use crate::store::registration::{self as kept, KeptRegistration};
use crate::store::sign_in::links;

/// Where a registration stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// There is none.
    None,
    /// Being filled in.
    Draft {
        /// Whether name and practice are there, so that the address comes next.
        is_complete: bool,
    },
    /// The link was mailed.
    Mailed {
        /// To this address.
        email: String,
    },
    /// The link was mailed more than 24 hours ago.
    Expired {
        /// To this address.
        email: String,
    },
    /// It waits for the access team.
    Waiting {
        /// When an answer is due.
        due: Option<Date>,
    },
    /// There is an account.
    Approved,
    /// There is none.
    Declined {
        /// Why, in the team's words.
        reason: String,
    },
}

/// Where the newest registration of the browser with `visit` stands.
///
/// # Errors
/// [`AppError`].
pub async fn status(app: &App, visit: &[u8; 32]) -> Result<Standing, AppError> {
    match kept::newest_of_visit(&app.db, visit).await? {
        Some(found) => standing(app, found),
        None => Ok(Standing::None),
    }
}

/// Where the registration stands whose status link has `secret`; `None` when there is no such link.
///
/// # Errors
/// [`AppError`].
pub async fn status_by_link(app: &App, secret: &str) -> Result<Option<Standing>, AppError> {
    let now = app.clock.now();
    let Some(hash) = secret_hash(secret) else { return Ok(None) };
    let link = links::find(&app.db, &hash, STATUS_LINK).await?.filter(|l| now < l.expires_at);
    let Some(id) = link.and_then(|l| l.subject) else { return Ok(None) };
    kept::by_id(&app.db, id).await?.map(|found| standing(app, found)).transpose()
}

fn standing(app: &App, found: KeptRegistration) -> Result<Standing, AppError> {
    let now = app.clock.now();
    Ok(match found.state {
        RegistrationState::Draft => Standing::Draft { is_complete: answers_of(&found)?.is_complete() },
        RegistrationState::Mailed => {
            let mailed = found.mailed_at.unwrap_or(found.made_at);
            if now < mailed.plus_seconds(LINK_SECONDS) {
                Standing::Mailed { email: found.email }
            } else {
                Standing::Expired { email: found.email }
            }
        }
        RegistrationState::Waiting => Standing::Waiting { due: found.due_on },
        RegistrationState::Approved => Standing::Approved,
        RegistrationState::Declined => Standing::Declined { reason: found.decline_reason },
    })
}
