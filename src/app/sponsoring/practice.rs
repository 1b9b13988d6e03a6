//! A practice as its people see it: members, sponsors with their staff, and what would change if one left.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use crate::app::access::Context;
use crate::app::practices::{Preview, preview};
use crate::app::{App, AppError};
use crate::domain::access::facts::{SponsorFacts, ViewerFacts};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PracticeId};
use crate::domain::people::Job;
use crate::domain::practice::Change;
use crate::store::access_facts::{self, Those};
use crate::store::practices::{self as kept, NamedPractice};
use crate::store::sponsoring::around::{self, Member};
use crate::store::{people, sponsoring};

/// One of a sponsor's staff in a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffMember {
    /// The account.
    pub account: AccountId,
    /// Given and family name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Job.
    pub job: Option<Job>,
}

/// A practice in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The practice.
    pub practice: NamedPractice,
    /// How many members it has.
    pub members: usize,
    /// How many people are sponsored there.
    pub staff: usize,
}

/// Somebody who sponsors in a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sponsor {
    /// The sponsor's account.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// Whether the sponsor and the staff are locked for an overdue review.
    pub locked: bool,
    /// Those sponsored in this practice, by name.
    pub staff: Vec<StaffMember>,
}

/// A practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Practice {
    /// The practice.
    pub practice: NamedPractice,
    /// Who is a member now, by name.
    pub members: Vec<Member>,
    /// Who sponsors staff there, by name.
    pub sponsors: Vec<Sponsor>,
}

/// The practices of the viewer: as a member, or by a live sponsorship; by name. Recorded before they are shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn practices(app: &App, viewer: &ViewerFacts, context: &Context) -> Result<Vec<Listed>, AppError> {
    let now = context.now;
    let mut entry = context.entry(viewer.account, Act::ListStaff, Outcome::Allowed);
    entry.detail = json!({ "list": "practices" }).to_string();
    app.audit.record(entry).await?;
    let mut found = Vec::new();
    for id in of(viewer, now) {
        let Some(practice) = kept::one(&app.db, id).await? else { continue };
        let members = around::members(&app.db, id).await?;
        let mut members: Vec<_> = members.iter().filter(|m| m.span.holds(now)).map(|m| m.provider).collect();
        members.dedup();
        let sponsors = sponsors_of(app, id, now).await?;
        let here = sponsors.iter().flat_map(|s| s.held.iter().filter(|h| h.practice == id && s.live(h, now)));
        let staff = here.map(|h| h.user).collect::<BTreeSet<_>>().len();
        found.push(Listed { practice, members: members.len(), staff });
    }
    found.sort_by(|a, b| a.practice.details.name.cmp(&b.practice.details.name));
    Ok(found)
}

fn of(viewer: &ViewerFacts, now: Instant) -> Vec<PracticeId> {
    let member = viewer.memberships.iter().filter(|m| m.span.holds(now)).map(|m| m.practice);
    let sponsored = viewer.live_sponsorships(now).map(|(s, _)| s.practice);
    let mut ids: Vec<PracticeId> = member.chain(sponsored).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The practice `id` of the viewer, recorded before it is shown; `None` when the viewer does not belong there.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn practice(
    app: &App,
    viewer: &ViewerFacts,
    id: PracticeId,
    context: &Context,
) -> Result<Option<Practice>, AppError> {
    let now = context.now;
    let Some(practice) = kept::one(&app.db, id).await?.filter(|_| of(viewer, now).contains(&id)) else {
        return Ok(None);
    };
    let mut entry = context.entry(viewer.account, Act::ListStaff, Outcome::Allowed);
    entry.subject = Some(id.0);
    entry.detail = json!({ "list": "practice" }).to_string();
    app.audit.record(entry).await?;
    let mut members = around::members(&app.db, id).await?;
    members.retain(|m| m.span.holds(now));
    let mut sponsors = Vec::new();
    for facts in sponsors_of(app, id, now).await? {
        sponsors.push(sponsor(app, &facts, id, now).await?);
    }
    sponsors.sort_by(|a, b| (&a.name, a.account).cmp(&(&b.name, b.account)));
    Ok(Some(Practice { practice, members, sponsors }))
}

async fn sponsor(
    app: &App,
    facts: &SponsorFacts,
    practice: PracticeId,
    now: Instant,
) -> Result<Sponsor, AppError> {
    let mut staff = Vec::new();
    for one in sponsoring::staff(&app.db, facts.account).await? {
        let is_live =
            facts.held.iter().any(|h| h.id == one.id && h.practice == practice && facts.live(h, now));
        if is_live && staff.iter().all(|s: &StaffMember| s.account != one.user) {
            staff.push(StaffMember { account: one.user, name: one.name(), email: one.email, job: one.job });
        }
    }
    Ok(Sponsor {
        account: facts.account,
        name: people::account_name(&app.db, facts.account).await?.unwrap_or_default(),
        locked: app.hospital.cycles.overdue(facts, now).is_some(),
        staff,
    })
}

/// Who has somebody live in `practice` at `now`.
pub(super) async fn sponsors_of(
    app: &App,
    practice: PracticeId,
    now: Instant,
) -> Result<Vec<SponsorFacts>, AppError> {
    let ever = around::sponsors_ever(&app.db, practice).await?;
    let facts = access_facts::viewers(&app.db, Those::Some(&ever), &app.hospital.cycles).await?;
    let own = facts.into_values().filter_map(|f| f.own.map(|own| *own));
    let here = |s: &SponsorFacts| s.held.iter().any(|h| h.practice == practice && s.live(h, now));
    Ok(own.filter(here).collect())
}

/// What would change if the viewer left a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaving {
    /// The practice's name.
    pub practice: String,
    /// What [`decide`](crate::domain::access::decide) says before and after.
    pub preview: Preview,
}

/// What would change if the viewer left the practice `id` now, recorded before it is shown; `None` when the viewer is no member.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn leaving(
    app: &App,
    viewer: &ViewerFacts,
    id: PracticeId,
    context: &Context,
) -> Result<Option<Leaving>, AppError> {
    let now = context.now;
    let Some(provider) = viewer.provider else { return Ok(None) };
    if !viewer.memberships.iter().any(|m| m.practice == id && m.span.holds(now)) {
        return Ok(None);
    }
    let change = Change { provider, leave: Some(id), join: PracticeId(Uuid::nil()), at: now };
    let preview = preview(app, viewer.account, &change).await?;
    let mut entry = context.entry(viewer.account, Act::ListPatients, Outcome::Allowed);
    entry.detail =
        json!({ "list": "leaving_practice", "practice": id, "lost": preview.lost.len() }).to_string();
    app.audit.record(entry).await?;
    let practice = people::practice_name(&app.db, id).await?.unwrap_or_default();
    Ok(Some(Leaving { practice, preview }))
}
