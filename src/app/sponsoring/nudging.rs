//! Who must complete a review before somebody is unlocked, and reminding them, once a day.

use serde_json::json;

use crate::app::access::Context;
use crate::app::{App, AppError, mail};
use crate::domain::access::Refusal;
use crate::domain::access::facts::{SponsorFacts, ViewerFacts};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::letter::Letter;
use crate::domain::validation::Cycles;
use crate::store::people;
use crate::store::sponsoring as kept;

/// A sponsor who must complete a review before a lock ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockedSponsor {
    /// The sponsor's account.
    pub account: AccountId,
    /// The sponsor's name.
    pub name: String,
    /// The names of the practices in which the sponsor sponsors the viewer; none for one's own lock.
    pub practices: Vec<String>,
    /// Since when the sponsor is overdue.
    pub since: Instant,
    /// When the viewer reminded them today; `None` when not, and for one's own lock.
    pub nudged_at: Option<Instant>,
}

/// Who must act to undo `refusal`: the viewer's own overdue validation, or the overdue sponsors of a sponsored user.
///
/// # Errors
/// [`AppError::Store`].
pub async fn locked_sponsors(
    app: &App,
    viewer: &ViewerFacts,
    refusal: Refusal,
    now: Instant,
) -> Result<Vec<LockedSponsor>, AppError> {
    let overdue: Vec<(AccountId, Instant)> = match refusal {
        Refusal::ValidationOverdue => {
            viewer.own.as_deref().and_then(|own| locked_since(&viewer.cycles, own, now)).into_iter().collect()
        }
        Refusal::SponsorLocked => overdue_sponsors(viewer, now),
        _ => Vec::new(),
    };
    if overdue.is_empty() {
        return Ok(Vec::new());
    }
    let today = viewer.cycles.zone().date(now);
    let nudged = kept::nudged(&app.db, viewer.account, today).await?;
    let mut sponsors = Vec::with_capacity(overdue.len());
    for (account, since) in overdue {
        if let Some(name) = people::account_name(&app.db, account).await? {
            let nudged_at = nudged.iter().find(|(of, _)| *of == account).map(|(_, at)| *at);
            let practices = practices_of(app, viewer, account, now).await?;
            sponsors.push(LockedSponsor { account, name, practices, since, nudged_at });
        }
    }
    Ok(sponsors)
}

/// The names of the practices in which `sponsor` sponsors the viewer.
async fn practices_of(
    app: &App,
    viewer: &ViewerFacts,
    sponsor: AccountId,
    now: Instant,
) -> Result<Vec<String>, AppError> {
    let mut names = Vec::new();
    for (sponsorship, _) in viewer.live_sponsorships(now).filter(|(_, s)| s.account == sponsor) {
        names.extend(people::practice_name(&app.db, sponsorship.practice).await?);
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn locked_since(cycles: &Cycles, sponsor: &SponsorFacts, now: Instant) -> Option<(AccountId, Instant)> {
    cycles.duty(sponsor, now).filter(|duty| duty.overdue).map(|duty| (sponsor.account, duty.due))
}

/// The overdue sponsors of the viewer's live sponsorships, each once.
fn overdue_sponsors(viewer: &ViewerFacts, now: Instant) -> Vec<(AccountId, Instant)> {
    let mut found: Vec<(AccountId, Instant)> =
        viewer.live_sponsorships(now).filter_map(|(_, s)| locked_since(&viewer.cycles, s, now)).collect();
    found.sort_by_key(|(account, since)| (*since, *account));
    found.dedup();
    found
}

/// What came of reminding a sponsor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nudged {
    /// A letter is on its way.
    Sent,
    /// The viewer reminded this sponsor today already.
    AlreadyToday,
    /// The sponsor has nothing to complete, or does not sponsor the viewer.
    NotNeeded,
}

/// Reminds `sponsor`, whose overdue review locks the viewer: at most once a day of the hospital's calendar.
///
/// # Errors
/// [`AppError`]; nothing is sent then.
pub async fn nudge(
    app: &App,
    viewer: &ViewerFacts,
    name: &str,
    sponsor: AccountId,
    context: &Context,
) -> Result<Nudged, AppError> {
    let now = context.now;
    if overdue_sponsors(viewer, now).iter().all(|(account, _)| *account != sponsor) {
        return Ok(Nudged::NotNeeded);
    }
    let Some(named) = people::account(&app.db, sponsor).await? else { return Ok(Nudged::NotNeeded) };
    let today = viewer.cycles.zone().date(now);
    let mut tx = app.db.begin().await?;
    if !kept::nudge(&mut tx, viewer.account, sponsor, today, now).await? {
        return Ok(Nudged::AlreadyToday);
    }
    let letter = Letter::ReviewNudged { name: name.to_owned() };
    mail::post(app, &mut tx, (Some(sponsor), &named.email), &letter).await?;
    let mut entry = context.entry(viewer.account, Act::NudgeSponsor, Outcome::Allowed);
    entry.subject = Some(sponsor.0);
    entry.detail = json!({ "day": today }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Nudged::Sent)
}
