//! The sponsor's list of staff: who is invited, live, or ended, and when they last signed in.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::{practice, standing};
use crate::app::access::Context;
use crate::app::sign_in::Session;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PracticeId};
use crate::domain::people::{EndReason, Job};
use crate::domain::sponsoring::{Hindrance, UNDO_SECONDS, can_undo, may_sponsor};
use crate::store::people;
use crate::store::sponsoring::invitation::{self, Invitation};
use crate::store::sponsoring::{self as kept, End, Staff};

/// How a sponsorship stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineState {
    /// It permits what it permits.
    Live,
    /// The person's account is not active.
    AccountInactive,
    /// The sponsor is no member of the practice.
    OutOfPractice,
    /// It has ended.
    Ended {
        /// When.
        at: Instant,
        /// Why, where that is known.
        reason: Option<EndReason>,
        /// What was written with it.
        note: String,
        /// Until when it can be undone.
        undo_until: Option<Instant>,
    },
}

/// One sponsorship.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffLine {
    /// The sponsorship.
    pub id: FactId,
    /// Whose.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their job.
    pub job: Option<Job>,
    /// The practice.
    pub practice: PracticeId,
    /// From when.
    pub since: Instant,
    /// When they last signed in.
    pub signed_in_at: Option<Instant>,
    /// When mail to them was refused.
    pub bounced_at: Option<Instant>,
    /// How it stands.
    pub state: LineState,
}

/// One open invitation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvitedLine {
    /// Its id.
    pub id: Uuid,
    /// Whom.
    pub name: String,
    /// The address.
    pub email: String,
    /// The job.
    pub job: Job,
    /// The practice.
    pub practice: PracticeId,
    /// When it was last mailed.
    pub sent_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
    /// When mail to the address was refused since.
    pub bounced_at: Option<Instant>,
    /// The address of the account that ends when the new one is registered.
    pub replaces: Option<String>,
}

/// What the console shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Console {
    /// Why the owner of the session cannot sponsor in it; `None` when they can.
    pub hindrance: Option<Hindrance>,
    /// Practices to show: those of the sponsor now, and others with somebody in them.
    pub practices: Vec<(PracticeId, String)>,
    /// Practices in which nobody else sponsors anybody.
    pub alone: Vec<PracticeId>,
    /// Sponsorships, by name.
    pub staff: Vec<StaffLine>,
    /// Open invitations, by name.
    pub invited: Vec<InvitedLine>,
}

/// The console of the owner of `session`; recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn console(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    context: &Context,
) -> Result<Console, AppError> {
    load(app, session, viewer, context, "console").await
}

/// The console for a file; recorded as an export before it is given.
///
/// # Errors
/// [`AppError`]; then nothing may be given.
pub async fn export(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    context: &Context,
) -> Result<Console, AppError> {
    load(app, session, viewer, context, "export").await
}

async fn load(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    context: &Context,
    list: &str,
) -> Result<Console, AppError> {
    let now = context.now;
    let hindrance = may_sponsor(viewer, standing(app, session).await?, now).err();
    let ends = kept::ends(&app.db, session.account).await?;
    let staff = kept::staff(&app.db, session.account).await?;
    let staff: Vec<StaffLine> = staff.into_iter().map(|s| line(viewer, s, &ends, now)).collect();
    let invited: Vec<InvitedLine> =
        invitation::open_of(&app.db, session.account).await?.into_iter().map(invited).collect();
    let mut entry = context.entry(viewer.account, Act::ListStaff, Outcome::Allowed);
    entry.detail = json!({ "list": list, "staff": staff.len(), "invited": invited.len() }).to_string();
    app.audit.record(entry).await?;

    let mine = viewer.memberships.iter().filter(|m| m.span.holds(now)).map(|m| m.practice);
    let shown = mine.chain(staff.iter().map(|s| s.practice)).chain(invited.iter().map(|i| i.practice));
    let mut practices = BTreeMap::new();
    for practice in shown {
        if let std::collections::btree_map::Entry::Vacant(place) = practices.entry(practice) {
            place.insert(people::practice_name(&app.db, practice).await?.unwrap_or_default());
        }
    }
    let mut alone = Vec::new();
    for practice in practices.keys().copied() {
        let is_live = |s: &StaffLine| s.practice == practice && s.state == LineState::Live;
        if staff.iter().any(is_live) && practice::sponsors_of(app, practice, now).await?.len() < 2 {
            alone.push(practice);
        }
    }
    let mut practices: Vec<(PracticeId, String)> = practices.into_iter().collect();
    practices.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(Console { hindrance, practices, alone, staff, invited })
}

fn line(viewer: &ViewerFacts, staff: Staff, ends: &[End], now: Instant) -> StaffLine {
    let own = viewer.own.as_deref();
    let held = own.and_then(|own| Some((own, own.held.iter().find(|h| h.id == staff.id)?)));
    let state = match staff.span.end().filter(|end| *end <= now) {
        Some(at) => {
            let how = ends.iter().rev().find(|e| e.sponsorship == staff.id);
            let undo = how.filter(|e| e.by == Some(viewer.account) && can_undo(e.at, now));
            LineState::Ended {
                at,
                reason: how.and_then(|e| e.reason),
                note: how.map(|e| e.note.clone()).unwrap_or_default(),
                undo_until: undo.map(|e| e.at.plus_seconds(UNDO_SECONDS)),
            }
        }
        None if held.is_some_and(|(own, h)| own.live(h, now)) => LineState::Live,
        None if held.is_some_and(|(_, h)| !h.user_status.active(now)) => LineState::AccountInactive,
        None => LineState::OutOfPractice,
    };
    StaffLine {
        id: staff.id,
        name: staff.name(),
        email: staff.email,
        job: staff.job,
        practice: staff.practice,
        since: staff.span.start(),
        signed_in_at: staff.signed_in_at,
        bounced_at: staff.bounced_at,
        state,
    }
}

fn invited(i: Invitation) -> InvitedLine {
    InvitedLine {
        id: i.id,
        name: format!("{} {}", i.given, i.family).trim().to_owned(),
        email: i.email,
        job: i.job,
        practice: i.practice,
        sent_at: i.sent_at,
        expires_at: i.expires_at,
        bounced_at: i.bounced_at,
        replaces: i.replaces_email,
    }
}
