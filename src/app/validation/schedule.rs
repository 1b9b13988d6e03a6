//! The schedule of the validation: duties made at the opening, letters at their instants, locks recorded (product.md section 7).
//!
//! [`sweep`] asks the clock and the database what is due, and does it; it may run at any time, on any number of nodes, and as often as one
//! likes. A letter is posted in the transaction that records it under its key (cycle, kind, sponsor), so that none is lost or doubled.
//!
//! ```text
//!  a step that is due:  make duties, record locks --> letters, 200 sponsors a transaction --> the step is done
//!  a cycle that is over (a later one has opened): duties and locks are recorded, no letter is sent
//! ```
//!
//! After a pause a sponsor gets the newest letter that is due, flagged late; those before it are recorded as passed over. Who has reviewed,
//! or has nobody left to review, gets none. What a clock far ahead has recorded without posting anything does not count. A database restored
//! from a backup has lost what was recorded since: those letters go again.

use serde_json::json;
use uuid::Uuid;

use crate::app::mail::post;
use crate::app::{App, AppError};
use crate::domain::access::facts::{SponsorFacts, ViewerFacts};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::letter::{Letter, ReviewCall};
use crate::domain::notice::{NoticeKind, due_at};
use crate::domain::validation::{Cycle, Cycles, Duty};
use crate::store::access_facts::{self, Those};
use crate::store::validation::{self as rows, Addressee, Notice, Step, Which};
use crate::store::{StoreError, Tx};

/// Sponsors whose letters are posted in one transaction, at most: memory stays flat however many there are.
const BATCH: usize = 200;
/// A letter posted later than this after its instant says that it is late.
const LATE_SECONDS: i64 = 3600;
/// What is recorded further ahead of the clock than this was recorded by a clock that was wrong.
const PLAUSIBLE_SECONDS: i64 = 86_400;

/// What one sweep has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Swept {
    /// Duties made.
    pub opened: u64,
    /// Locks recorded.
    pub locked: u64,
    /// Letters posted.
    pub mailed: u64,
    /// Letters that were due to somebody who owes nothing any more, recorded as not mailed.
    pub spared: u64,
}

impl Swept {
    fn add(&mut self, other: Self) {
        self.opened += other.opened;
        self.locked += other.locked;
        self.mailed += other.mailed;
        self.spared += other.spared;
    }
}

/// The steps of a cycle that are due and not done.
#[derive(Clone, Debug)]
struct Undone {
    cycle: Cycle,
    /// In the order of time, never empty.
    kinds: Vec<NoticeKind>,
    /// The last of them.
    newest: NoticeKind,
    /// Whether a later cycle has opened.
    is_over: bool,
}

/// Somebody with a moved due date, and the letter that is due by it.
struct Extended {
    to: Addressee,
    newest: NoticeKind,
}

/// Whether anything is due. Reads a few rows, and writes nothing.
///
/// # Errors
/// [`AppError::Store`].
pub async fn needed(app: &App) -> Result<bool, AppError> {
    let now = app.clock.now();
    Ok(!undone(app, now).await?.is_empty() || !extended(app, now).await?.is_empty())
}

/// Does whatever is due.
///
/// # Errors
/// [`AppError`]; what was done by then stays done, and the next sweep goes on from there.
pub async fn sweep(app: &App) -> Result<Swept, AppError> {
    let now = app.clock.now();
    let mut swept = Swept::default();
    for step in undone(app, now).await? {
        swept.add(begin(app, &step, now).await?);
        if !step.is_over {
            swept.add(tell_everybody(app, &step, now).await?);
            finish(app, &step, now).await?;
        }
    }
    let moved = extended(app, now).await?;
    if let Some(cycle) = app.hospital.cycles.opened_by(now).next() {
        for some in moved.chunks(BATCH) {
            swept.add(tell_extended(app, cycle, some, now).await?);
        }
    }
    Ok(swept)
}

const fn plausible(now: Instant) -> Instant {
    now.plus_seconds(PLAUSIBLE_SECONDS)
}

/// What is due and not done, oldest cycle first.
async fn undone(app: &App, now: Instant) -> Result<Vec<Undone>, AppError> {
    let cycles = &app.hospital.cycles;
    if cycles.opened_by(now).next().is_none() {
        return Ok(Vec::new());
    }
    let done = rows::steps(&app.db).await?;
    let is_done = |cycle: &Cycle, kind: NoticeKind| {
        done.iter().any(|s| s.cycle == cycle.opening && s.kind == kind && s.done_at <= plausible(now))
    };
    let steps = cycles.opened_by(now).enumerate().filter_map(|(place, cycle)| {
        let is_due = |kind: NoticeKind| due_at(cycle, cycle.due, kind, cycles.zone()) <= now;
        let open = NoticeKind::ALL.iter().copied().filter(|kind| is_due(*kind) && !is_done(cycle, *kind));
        let kinds: Vec<NoticeKind> = open.collect();
        let newest = *kinds.last()?;
        Some(Undone { cycle: *cycle, kinds, newest, is_over: place > 0 })
    });
    let mut steps: Vec<Undone> = steps.collect();
    steps.reverse();
    Ok(steps)
}

/// Makes the duties of the cycle and, where the lock is due, records it: at every step again, so that a sponsor is not passed over whose
/// facts came late. A cycle that is over is done with this.
async fn begin(app: &App, step: &Undone, now: Instant) -> Result<Swept, AppError> {
    let mut tx = app.db.begin().await?;
    rows::alone(&mut tx).await?;
    rows::forget_implausible(&mut tx, step.cycle.opening, plausible(now), now).await?;
    let mut swept = Swept { opened: rows::open_cycle(&mut tx, &step.cycle, now).await?, ..Swept::default() };
    if step.newest == NoticeKind::Lock {
        swept.locked = rows::lock_cycle(&mut tx, &step.cycle, app.hospital.cycles.zone(), now).await?;
    }
    if step.is_over {
        record_done(&mut tx, step, now).await?;
    }
    app.audit.commit(tx, vec![entry(&step.cycle, step.newest, swept, now)]).await?;
    Ok(swept)
}

async fn finish(app: &App, step: &Undone, now: Instant) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    rows::alone(&mut tx).await?;
    record_done(&mut tx, step, now).await?;
    Ok(tx.commit().await?)
}

async fn record_done(tx: &mut Tx, step: &Undone, now: Instant) -> Result<(), StoreError> {
    for kind in step.kinds.iter().copied() {
        let done = Step { cycle: step.cycle.opening, kind, done_at: now };
        rows::step_done(tx, &done, plausible(now)).await?;
    }
    Ok(())
}

/// The audit row of a transaction of the schedule: ids of nobody, only counts.
fn entry(cycle: &Cycle, kind: NoticeKind, swept: Swept, now: Instant) -> Entry {
    let mut entry = Entry::new(now, Act::ValidationStep, Outcome::Allowed);
    let Swept { opened, locked, mailed, spared } = swept;
    entry.detail = json!({
        "cycle": cycle.opening.to_string(), "step": kind.word(), "duties": opened, "locked": locked, "mailed": mailed,
        "not_owed": spared,
    })
    .to_string();
    entry
}

/// Posts the newest letter that is due to every sponsor with the normal due date.
async fn tell_everybody(app: &App, step: &Undone, now: Instant) -> Result<Swept, AppError> {
    let mut all = Swept::default();
    let mut after = AccountId(Uuid::nil());
    while let Some((last, swept)) = tell_some(app, step, after, now).await? {
        all.add(swept);
        after = last;
    }
    Ok(all)
}

/// One batch of [`tell_everybody`]: the sponsors after `after`, up to the one that is returned.
async fn tell_some(
    app: &App,
    step: &Undone,
    after: AccountId,
    now: Instant,
) -> Result<Option<(AccountId, Swept)>, AppError> {
    let mut tx = app.db.begin().await?;
    rows::alone(&mut tx).await?;
    let which = |kind| Which { cycle: step.cycle.opening, kind };
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let some = rows::untold(&mut tx, which(step.newest), after, plausible(now), limit).await?;
    let Some(last) = some.last().map(|to| to.sponsor) else { return Ok(None) };
    let cycles = &app.hospital.cycles;
    let ids: Vec<AccountId> = some.iter().map(|to| to.sponsor).collect();
    let facts = access_facts::some_viewers_within(&mut tx, &ids, cycles).await?;
    let mut swept = Swept::default();
    for to in &some {
        let own = facts.get(&to.sponsor).and_then(|viewer| viewer.own.as_deref());
        tell(app, &mut tx, &step.cycle, step.newest, to, own, now, &mut swept).await?;
    }
    for kind in step.kinds.iter().copied().filter(|kind| *kind != step.newest) {
        rows::note_passed(&mut tx, which(kind), now, (after, last)).await?;
    }
    app.audit.commit(tx, vec![entry(&step.cycle, step.newest, swept, now)]).await?;
    Ok(Some((last, swept)))
}

/// The sponsors whose due date was moved in the newest cycle and to whom a letter is due by it.
async fn extended(app: &App, now: Instant) -> Result<Vec<Extended>, AppError> {
    let cycles = &app.hospital.cycles;
    let Some(cycle) = cycles.opened_by(now).next() else { return Ok(Vec::new()) };
    let moved = rows::extended(&app.db, cycle.opening, plausible(now)).await?;
    let mut due = Vec::new();
    for some in moved.chunks(BATCH) {
        let ids: Vec<AccountId> = some.iter().map(|(to, _)| to.sponsor).collect();
        let facts = access_facts::viewers(&app.db, Those::Some(&ids), cycles).await?;
        for (to, told) in some {
            let own = facts.get(&to.sponsor).and_then(|viewer| viewer.own.as_deref());
            let newest = own.and_then(|own| kinds_due(cycles, cycle, own, now).last().copied());
            if let Some(newest) = newest.filter(|newest| !told.contains(newest)) {
                due.push(Extended { to: to.clone(), newest });
            }
        }
    }
    Ok(due)
}

/// The letters of `cycle` that are due to this sponsor at `now`, by the sponsor's own due date, in the order of time.
fn kinds_due(cycles: &Cycles, cycle: &Cycle, own: &SponsorFacts, now: Instant) -> Vec<NoticeKind> {
    let due = cycles.due(own, cycle, now);
    let kinds = NoticeKind::ALL.iter().copied();
    kinds.filter(|kind| due_at(cycle, due, *kind, cycles.zone()) <= now).collect()
}

/// Posts the letters that are due to `some` sponsors with moved due dates.
async fn tell_extended(app: &App, cycle: &Cycle, some: &[Extended], now: Instant) -> Result<Swept, AppError> {
    let cycles = &app.hospital.cycles;
    let mut tx = app.db.begin().await?;
    rows::alone(&mut tx).await?;
    let mut swept = Swept::default();
    let ids: Vec<AccountId> = some.iter().map(|one| one.to.sponsor).collect();
    let facts = access_facts::some_viewers_within(&mut tx, &ids, cycles).await?;
    for one in some {
        let Some(own) = facts.get(&one.to.sponsor).and_then(own) else { continue };
        for kind in kinds_due(cycles, cycle, own, now).into_iter().filter(|kind| *kind < one.newest) {
            let which = Which { cycle: cycle.opening, kind };
            let passed = Notice { which, sponsor: one.to.sponsor, at: now, mailed: false, late: false };
            rows::note(&mut tx, &passed, plausible(now)).await?;
        }
        tell(app, &mut tx, cycle, one.newest, &one.to, Some(own), now, &mut swept).await?;
    }
    if some.iter().any(|one| one.newest == NoticeKind::Lock) {
        swept.locked = rows::lock_cycle(&mut tx, cycle, cycles.zone(), now).await?;
    }
    let newest = some.iter().map(|one| one.newest).max().unwrap_or(NoticeKind::Opening);
    app.audit.commit(tx, vec![entry(cycle, newest, swept, now)]).await?;
    Ok(swept)
}

fn own(viewer: &ViewerFacts) -> Option<&SponsorFacts> {
    viewer.own.as_deref()
}

/// Records the letter `kind` to one sponsor and posts it, if the sponsor owes the review still; nothing when it is recorded already.
#[expect(clippy::too_many_arguments, reason = "one letter: where, which, to whom, when")]
async fn tell(
    app: &App,
    tx: &mut Tx,
    cycle: &Cycle,
    kind: NoticeKind,
    to: &Addressee,
    own: Option<&SponsorFacts>,
    now: Instant,
    swept: &mut Swept,
) -> Result<(), AppError> {
    let cycles = &app.hospital.cycles;
    let due = own.map_or(cycle.due, |own| cycles.due(own, cycle, now));
    let late = now.seconds_since(due_at(cycle, due, kind, cycles.zone())) >= LATE_SECONDS;
    // A long pass sends its last letters later than its first: who has reviewed meanwhile gets none.
    let present = now.max(app.clock.now());
    let duty = own.and_then(|own| cycles.duty(own, present));
    let letter = duty.and_then(|duty| letter(cycle, kind, to.sponsor, &duty, now, late));
    let which = Which { cycle: cycle.opening, kind };
    let notice = Notice {
        which,
        sponsor: to.sponsor,
        at: now,
        mailed: letter.is_some(),
        late: late && letter.is_some(),
    };
    if !rows::note(tx, &notice, plausible(now)).await? {
        return Ok(());
    }
    match letter {
        Some(letter) => {
            post(app, tx, (Some(to.sponsor), &to.email), &letter).await?;
            swept.mailed += 1;
        }
        None => swept.spared += 1,
    }
    Ok(())
}

/// What the letter `kind` says to a sponsor with this duty; `None` for the letter at the lock to somebody who is not locked.
fn letter(
    cycle: &Cycle,
    kind: NoticeKind,
    sponsor: AccountId,
    duty: &Duty<'_>,
    at: Instant,
    late: bool,
) -> Option<Letter> {
    let count = |people: usize| u32::try_from(people).unwrap_or(u32::MAX);
    let call = ReviewCall {
        cycle: cycle.opening,
        sponsor,
        at,
        due: duty.due,
        people: count(duty.rows.len()),
        locked: duty.overdue,
        late,
    };
    match kind {
        NoticeKind::Opening => Some(Letter::ReviewOpened(call)),
        NoticeKind::Days16 | NoticeKind::Days9 | NoticeKind::Days3 | NoticeKind::Days1 => {
            Some(Letter::ReviewDue(call))
        }
        NoticeKind::Lock if duty.overdue => {
            let mut staff: Vec<AccountId> =
                duty.rows.iter().chain(&duty.attested).map(|held| held.user).collect();
            staff.sort_unstable();
            staff.dedup();
            Some(Letter::ReviewLocked { call, staff: count(staff.len()) })
        }
        NoticeKind::Lock => None,
    }
}
