//! One sponsor of the campaign: the page, and moving the due date (product.md section 7).

use serde_json::json;
use time::Date;

use super::campaign::{chosen, sponsors};
use crate::app::desk::Member;
use crate::app::mail::post;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::{Instant, Interval, iso_date};
use crate::domain::campaign::{
    Hindrance, Problem, REASON_LONGEST, REASON_SHORTEST, Standing, State, new_due, standing,
};
use crate::domain::ids::AccountId;
use crate::domain::letter::{Letter, NewDue};
use crate::domain::queue::{handles, text};
use crate::domain::validation::Cycle;
use crate::store::campaign::{self as store, Point, SponsorRow, one};
use crate::store::people;

pub use crate::store::campaign::one::{Extended, Notice};

/// Somebody whom the sponsor sponsored when the cycle opened, or since then again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The practice.
    pub practice: String,
    /// When the sponsorship holds.
    pub span: Interval,
    /// Whether it is live now, locks apart.
    pub is_live: bool,
}

/// One sponsor in a cycle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SponsorPage {
    /// The cycle.
    pub cycle: Cycle,
    /// What the directory says.
    pub sponsor: SponsorRow,
    /// The practices, each with its phone.
    pub practices: Vec<(String, String)>,
    /// Where the sponsor stands.
    pub standing: Standing,
    /// Who was listed.
    pub listed: Vec<Listed>,
    /// The letters.
    pub letters: Vec<Notice>,
    /// The extensions, oldest first.
    pub extensions: Vec<Extended>,
    /// Why the due date cannot be moved by the reader.
    pub hindrance: Option<Hindrance>,
}

/// The page of one sponsor in the cycle that opened on `opening` (the newest one unless given). `None` when there is no such cycle or
/// account, or nobody was ever sponsored by it.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn page(
    app: &App,
    member: &Member,
    sponsor: AccountId,
    opening: Option<Date>,
) -> Result<Option<SponsorPage>, AppError> {
    let now = member.context.now;
    let mut entry = member.context.entry(member.account, Act::LookUp, Outcome::Allowed);
    entry.subject = Some(sponsor.0);
    entry.detail = json!({ "look_up": "campaign_sponsor", "cycle": opening.map(iso_date) }).to_string();
    let Some(cycle) = chosen(app, opening, now) else {
        entry.outcome = Outcome::Failed;
        app.audit.record(entry).await?;
        return Ok(None);
    };
    let found = load(app, sponsor, cycle, now).await?;
    if found.is_none() {
        entry.outcome = Outcome::Failed;
    }
    app.audit.record(entry).await?;
    Ok(found.map(|mut page| {
        page.hindrance = hindrance(app, member, &page);
        page
    }))
}

async fn load(app: &App, id: AccountId, cycle: Cycle, now: Instant) -> Result<Option<SponsorPage>, AppError> {
    let cycles = &app.hospital.cycles;
    let point = Point { cycle: cycle.opening, opens: cycle.opens, due: cycle.due, now };
    let Some(own) = sponsors(app, &[id]).await?.remove(&id) else { return Ok(None) };
    let Some(sponsor) = store::rows(&app.db, &[id], &point).await?.pop() else { return Ok(None) };
    let mut listed = Vec::new();
    for held in own.held.iter().filter(|held| own.listed(held, cycle.opens)) {
        let user = people::account(&app.db, held.user).await?;
        let practice = people::practice_name(&app.db, held.practice).await?.unwrap_or_default();
        let (name, email) = user.map(|user| (user.name, user.email)).unwrap_or_default();
        listed.push(Listed { name, email, practice, span: held.span, is_live: own.live(held, now) });
    }
    listed.sort_by(|a, b| (&a.name, &a.email, a.span).cmp(&(&b.name, &b.email, b.span)));
    let practices = store::practices(&app.db, &[id], cycle.opens).await?;
    Ok(Some(SponsorPage {
        standing: standing(cycles, &own, &cycle, sponsor.bounced_at.is_some(), now),
        practices: practices.into_iter().map(|(_, name, phone)| (name, phone)).collect(),
        letters: one::notices(&app.db, cycle.opening, id).await?,
        extensions: one::extensions(&app.db, id, cycle.opening).await?,
        hindrance: None,
        listed,
        sponsor,
        cycle,
    }))
}

/// Why `member` cannot move the due date.
fn hindrance(app: &App, member: &Member, page: &SponsorPage) -> Option<Hindrance> {
    let newest = app.hospital.cycles.opened_by(member.context.now).next();
    if member.account == page.sponsor.sponsor {
        Some(Hindrance::Own)
    } else if !handles(&member.roles) {
        Some(Hindrance::Role)
    } else if newest.is_none_or(|newest| *newest != page.cycle) {
        Some(Hindrance::CycleOver)
    } else if page.standing.state == State::Done {
        Some(Hindrance::AlreadyDone)
    } else {
        (!page.standing.is_owed).then_some(Hindrance::NobodyLeft)
    }
}

/// What was typed to move a due date.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// The cycle that the form was shown for, as `YYYY-MM-DD`.
    pub cycle: String,
    /// The month of the new due date.
    pub month: String,
    /// Its day.
    pub day: String,
    /// Its year.
    pub year: String,
    /// Why.
    pub reason: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Moved {
    /// Moved: this cycle locks the sponsor from then on.
    Done(Instant),
    /// There is no such sponsor.
    Unknown,
    /// Not theirs to do, or nothing to move.
    Hindered(Hindrance),
    /// What was typed is wrong.
    Wrong(Vec<Problem>),
}

/// Moves the due date of `sponsor` in the newest cycle, for a reason, and tells the sponsor. The latest decision counts: several at once are
/// all kept.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn extend(
    app: &App,
    member: &Member,
    sponsor: AccountId,
    typed: &Typed,
) -> Result<Moved, AppError> {
    let now = member.context.now;
    let zone = app.hospital.cycles.zone();
    let cycle = chosen(app, None, now);
    let found = match cycle {
        Some(cycle) => load(app, sponsor, cycle, now).await?.map(|page| (cycle, page)),
        None => None,
    };
    let refused = |outcome, basis: &str| {
        let mut entry = member.context.entry(member.account, Act::ExtendReview, outcome);
        entry.subject = Some(sponsor.0);
        basis.clone_into(&mut entry.basis);
        entry
    };
    let Some((cycle, page)) = found else {
        app.audit.record(refused(Outcome::Failed, "unknown")).await?;
        return Ok(Moved::Unknown);
    };
    let is_other = typed.cycle != iso_date(cycle.opening);
    let hindrance = hindrance(app, member, &page).or(is_other.then_some(Hindrance::CycleOver));
    if let Some(hindrance) = hindrance {
        app.audit.record(refused(Outcome::Refused, hindrance.word())).await?;
        return Ok(Moved::Hindered(hindrance));
    }
    let date = new_due([&typed.month, &typed.day, &typed.year], &cycle, zone, now);
    let reason = text(&typed.reason, REASON_SHORTEST, REASON_LONGEST).ok_or(Problem::Reason);
    let (date, reason) = match (date, reason) {
        (Ok(date), Ok(reason)) => (date, reason),
        (date, reason) => return Ok(Moved::Wrong(date.err().into_iter().chain(reason.err()).collect())),
    };
    let due = zone.start_of_day(date);
    let mut tx = app.db.begin().await?;
    let at = one::extend(&mut tx, (sponsor, cycle.opening), date, (member.account, reason), now).await?;
    let older = page.standing.older.zip(page.standing.since);
    let letter = Letter::ReviewExtended(NewDue { cycle: cycle.opening, sponsor, at, due, older });
    post(app, &mut tx, (Some(sponsor), &page.sponsor.email), &letter).await?;
    let mut entry = refused(Outcome::Allowed, "");
    entry.detail = json!({ "cycle": iso_date(cycle.opening), "due_on": iso_date(date) }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Moved::Done(due))
}
