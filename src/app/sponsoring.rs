//! Sponsors: accepting the duties, inviting staff, ending and undoing, what a practice looks like, reminding a sponsor
//! (product.md section 3).

mod accepting;
mod beginning;
mod console;
mod inviting;
mod nudging;
mod practice;
mod removing;

pub use accepting::{AcceptAnswer, AcceptTyped, Accepting, Opened, accept, accepting, ask_again};
pub use console::{Console, InvitedLine, LineState, StaffLine, console, export};
pub use inviting::{InviteAnswer, Invited, change_address, invite, prefilled, renew, withdraw};
pub use nudging::{LockedSponsor, Nudged, locked_sponsors, nudge};
pub use practice::{Leaving, Listed, Practice, Sponsor, StaffMember, leaving, practice, practices};
pub(in crate::app) use removing::end;
pub use removing::{RemovalPlan, Undone, plan_removal, remove, undo};

use uuid::Uuid;

use super::access::Context;
use super::sign_in::{
    Session, handover_hash, is_portal, new_secret, new_totp_secret, random, seal_for, secret_hash,
};
use super::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::sponsoring::{Hindrance, INVITATION_SECONDS, Standing, is_signature, may_register};
use crate::store::sponsoring::{self as kept, invitation};

/// What decides whether the owner of `session` may sponsor in it.
///
/// # Errors
/// [`AppError`].
pub async fn standing(app: &App, session: &Session) -> Result<Standing, AppError> {
    Ok(Standing {
        has_npi: kept::has_npi(&app.db, session.account).await?,
        is_portal: session.hospital.is_none() && is_portal(app, session).await?,
        accepted: kept::accepted(&app.db, session.account).await?.is_some(),
    })
}

/// What came of accepting the duties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duties {
    /// They are accepted, now or before.
    Accepted,
    /// The name typed is not that of the account.
    WrongName,
    /// Something hinders it.
    Hindered(Hindrance),
}

/// Accepts the duties of a sponsor, once, signed with one's own name.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
pub async fn accept_duties(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    typed: &str,
    context: &Context,
) -> Result<Duties, AppError> {
    if let Err(hindrance) = may_register(viewer, standing(app, session).await?) {
        return Ok(Duties::Hindered(hindrance));
    }
    if !is_signature(typed, &session.name) {
        return Ok(Duties::WrongName);
    }
    let mut tx = app.db.begin().await?;
    if kept::accept(&mut tx, session.account, typed.trim(), context.now).await? {
        let entry = context.entry(session.account, Act::AcceptDuties, Outcome::Allowed);
        app.audit.commit(tx, vec![entry]).await?;
    }
    Ok(Duties::Accepted)
}

/// What opens an invitation: the link's secret goes by mail, the code is handed over by the sponsor. Only hashes are kept.
struct Keys {
    secret: super::sign_in::SessionSecret,
    code: String,
    secret_hash: [u8; 32],
    code_hash: [u8; 32],
    sealed_totp: Vec<u8>,
    expires_at: Instant,
}

impl Keys {
    fn new(app: &App, invitation: Uuid, now: Instant) -> Result<Self, AppError> {
        let secret = new_secret(app)?;
        let hash = secret_hash(secret.as_str());
        let secret_hash = hash.ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
        let code = format!("{:08}", u64::from_be_bytes(random(app)?) % 100_000_000);
        Ok(Self {
            code_hash: handover_hash(app, &secret_hash, &code),
            sealed_totp: seal_for(app, invitation.as_bytes(), &new_totp_secret(app)?)?,
            expires_at: now.plus_seconds(INVITATION_SECONDS),
            secret,
            code,
            secret_hash,
        })
    }

    fn kept(&self) -> invitation::Secrets<'_> {
        invitation::Secrets {
            secret_hash: &self.secret_hash,
            code_hash: &self.code_hash,
            sealed_totp: &self.sealed_totp,
            expires_at: self.expires_at,
        }
    }
}
