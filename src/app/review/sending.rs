//! Saving and completing a review. What is decided is read again inside the transaction: a list that changed meanwhile is shown, and
//! nothing is silently kept.

use serde_json::json;
use time::Date;

use super::{Open, open};
use crate::app::access::Context;
use crate::app::sign_in::Session;
use crate::app::sponsoring::{end, standing};
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId};
use crate::domain::people::EndReason;
use crate::domain::sponsoring::{is_signature, may_register};
use crate::domain::validation::{Choice, Duty};
use crate::store::sponsoring::{self, Staff};
use crate::store::{Tx, access_facts, review as kept};

/// What was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sent {
    /// The sponsorships that the page showed with a choice.
    pub shown: Vec<FactId>,
    /// What was chosen.
    pub choices: Vec<(FactId, Choice)>,
    /// The signature.
    pub name: String,
    /// Whether to complete it; otherwise what was chosen is only saved.
    pub complete: bool,
}

/// A review that is completed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    /// The cycle it belongs to, by its opening date.
    pub cycle: Date,
    /// When.
    pub at: Instant,
    /// How many were kept.
    pub kept: usize,
    /// How many were removed.
    pub removed: usize,
}

/// What it is answered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The review is completed, and whoever was locked is not any more.
    Completed {
        /// What was completed.
        done: Done,
        /// Whether that was after its due instant.
        late: bool,
    },
    /// It was completed before; nothing was changed.
    Already(Done),
    /// It is not completed, and what was chosen is saved: the review to show again, recorded, and why.
    Again(Box<Open>, Why),
    /// There is nothing to review.
    Nothing,
    /// This session may not complete a review; nothing is saved.
    Hindered,
}

/// Why a review is shown again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// It was only to be saved.
    Saved,
    /// Something is missing.
    Incomplete {
        /// Sponsorships without a choice.
        missing: Vec<FactId>,
        /// Whether the signature is missing, or another name.
        unsigned: bool,
    },
    /// Who is to be reviewed changed since the page was shown.
    Changed {
        /// Who is new on the list, by name.
        added: Vec<String>,
        /// Who is no longer on it, by name.
        ended: Vec<String>,
    },
}

/// What was sent, beside what is to be decided.
struct List {
    /// The choices that count, each with its sponsored user.
    chosen: Vec<(AccountId, FactId, Choice)>,
    missing: Vec<FactId>,
    added: Vec<FactId>,
    ended: Vec<FactId>,
}

impl List {
    fn of(duty: &Duty<'_>, sent: &Sent) -> Self {
        let choice = |id: FactId| sent.choices.iter().find(|(of, _)| *of == id).map(|(_, choice)| *choice);
        let wanted = || duty.rows.iter().map(|h| h.id);
        let ended = sent.shown.iter().copied().filter(|id| wanted().all(|of| of != *id));
        Self {
            chosen: duty.rows.iter().filter_map(|h| Some((h.user, h.id, choice(h.id)?))).collect(),
            missing: wanted().filter(|id| choice(*id).is_none()).collect(),
            added: wanted().filter(|id| !sent.shown.contains(id)).collect(),
            ended: ended.collect(),
        }
    }

    fn has_changed(&self) -> bool {
        !self.added.is_empty() || !self.ended.is_empty()
    }

    fn choices(&self) -> Vec<(FactId, Choice)> {
        self.chosen.iter().map(|(_, id, choice)| (*id, *choice)).collect()
    }

    /// Whom to remove, in the order of the accounts: every transaction that ends sponsorships of several people takes them in it.
    fn removed(&self) -> Vec<FactId> {
        let mut removed: Vec<_> = self.chosen.iter().filter(|(_, _, c)| *c == Choice::Remove).collect();
        removed.sort_by_key(|(user, id, _)| (*user, *id));
        removed.into_iter().map(|(_, id, _)| *id).collect()
    }
}

/// Saves or completes the review that the owner of `session` owes at this instant, and gives what to show next.
///
/// # Errors
/// [`AppError`]; nothing is completed then.
pub async fn send(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    sent: &Sent,
    context: &Context,
) -> Result<Answer, AppError> {
    let now = context.now;
    let standing = standing(app, session).await?;
    if may_register(viewer, standing).is_err() {
        return Ok(Answer::Hindered);
    }
    let mut tx = app.db.begin().await?;
    let cycles = &app.hospital.cycles;
    let facts = access_facts::some_viewers_within(&mut tx, &[session.account], cycles).await?;
    let owed = facts.get(&session.account).and_then(|f| Some((f, cycles.duty(f.own.as_deref()?, now)?)));
    let Some((fresh, duty)) = owed else {
        drop(tx);
        return already(app, viewer, now).await;
    };
    let list = List::of(&duty, sent);
    // An empty review is one click: there is nothing to sign for.
    let unsigned = !duty.rows.is_empty() && !is_signature(&sent.name, &session.name);
    if sent.complete && !list.has_changed() && list.missing.is_empty() && !unsigned {
        let done = complete(app, tx, (session, standing.accepted), (&duty, &list), sent, context).await?;
        return match done {
            Some(done) => Ok(Answer::Completed { done, late: duty.overdue }),
            None => already(app, viewer, now).await,
        };
    }
    let chosen = list.choices();
    for choice in &chosen {
        kept::save(&mut tx, session.account, *choice, now).await?;
    }
    let entry = entry(context, session, duty.cycle.opening, ("saved", &chosen));
    app.audit.commit(tx, vec![entry]).await?;
    let open = open(app, fresh, &duty, standing.accepted, context).await?;
    Ok(Answer::Again(Box::new(open), why(app, session, list, (sent.complete, unsigned)).await?))
}

/// Why `list` is not completed.
async fn why(
    app: &App,
    session: &Session,
    list: List,
    (complete, unsigned): (bool, bool),
) -> Result<Why, AppError> {
    if !complete {
        return Ok(Why::Saved);
    }
    if !list.has_changed() {
        return Ok(Why::Incomplete { missing: list.missing, unsigned });
    }
    // Only names of the sponsor's own staff are said, whatever ids were sent.
    let known = sponsoring::staff(&app.db, session.account).await?;
    let named = |ids: &[FactId]| known.iter().filter(|s| ids.contains(&s.id)).map(Staff::name).collect();
    Ok(Why::Changed { added: named(&list.added), ended: named(&list.ended) })
}

/// Keeps the completed review, the duties accepted with it, and the ends of whoever is removed; `None` when it was completed before.
async fn complete(
    app: &App,
    mut tx: Tx,
    (session, accepted): (&Session, bool),
    (duty, list): (&Duty<'_>, &List),
    sent: &Sent,
    context: &Context,
) -> Result<Option<Done>, AppError> {
    let (now, cycle, signed) = (context.now, duty.cycle.opening, sent.name.trim());
    let (chosen, removed) = (list.choices(), list.removed());
    if !kept::complete(&mut tx, (session.account, cycle), signed, &chosen, now).await? {
        return Ok(None);
    }
    let mut entries = vec![entry(context, session, cycle, ("completed", &chosen))];
    let accepts = !accepted && !duty.rows.is_empty();
    if accepts && sponsoring::accept(&mut tx, session.account, signed, now).await? {
        entries.push(context.entry(session.account, Act::AcceptDuties, Outcome::Allowed));
    }
    for id in &removed {
        let ended = end(app, &mut tx, session.account, (*id, EndReason::Review, ""), context).await?;
        entries.extend(ended.into_iter().flatten());
    }
    app.audit.commit(tx, entries).await?;
    let kept = chosen.len() - removed.len();
    Ok(Some(Done { cycle, at: now, kept, removed: removed.len() }))
}

fn entry(
    context: &Context,
    session: &Session,
    cycle: Date,
    (step, chosen): (&str, &[(FactId, Choice)]),
) -> Entry {
    let count = |choice| chosen.iter().filter(|(_, c)| *c == choice).count();
    let mut entry = context.entry(session.account, Act::ReviewStaff, Outcome::Allowed);
    entry.detail =
        json!({ "step": step, "cycle": cycle, "keep": count(Choice::Keep), "remove": count(Choice::Remove) })
            .to_string();
    entry
}

/// The review that covers the newest open cycle, when there is one.
async fn already(app: &App, viewer: &ViewerFacts, now: Instant) -> Result<Answer, AppError> {
    let Some(cycle) = viewer.cycles.opened_by(now).next() else { return Ok(Answer::Nothing) };
    let Some((at, kept, removed)) = kept::outcome(&app.db, viewer.account, cycle.opening).await? else {
        return Ok(Answer::Nothing);
    };
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let done = Done { cycle: cycle.opening, at, kept: count(kept), removed: count(removed) };
    Ok(Answer::Already(done))
}
