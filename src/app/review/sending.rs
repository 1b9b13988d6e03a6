//! Saving and completing a review. What is decided is read again inside the transaction: a list that changed meanwhile is shown, and
//! nothing is silently kept.

use serde_json::json;
use time::Date;

use crate::app::access::Context;
use crate::app::sign_in::Session;
use crate::app::sponsoring::{end, standing};
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::FactId;
use crate::domain::people::EndReason;
use crate::domain::sponsoring::{is_signature, may_register};
use crate::domain::validation::Choice;
use crate::store::{access_facts, review as kept, sponsoring};

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

/// What it is answered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The choices are saved.
    Saved,
    /// The review is completed, and whoever was locked is not any more.
    Completed {
        /// The cycle it belongs to.
        cycle: Date,
        /// How many were kept.
        kept: usize,
        /// How many were removed.
        removed: usize,
        /// Whether that was after its due instant.
        late: bool,
    },
    /// It was completed before; nothing was changed.
    Already {
        /// The cycle it belongs to.
        cycle: Date,
        /// When it was completed.
        at: Instant,
        /// How many were kept.
        kept: usize,
        /// How many were removed.
        removed: usize,
    },
    /// Something is missing; the choices are saved.
    Invalid {
        /// Sponsorships without a choice.
        missing: Vec<FactId>,
        /// Whether the signature is missing, or another name.
        unsigned: bool,
    },
    /// Who is to be reviewed changed since the page was shown; the choices are saved, nothing was completed.
    Changed {
        /// Who is new on the list.
        added: Vec<FactId>,
        /// Who is no longer on it.
        ended: Vec<FactId>,
    },
    /// There is nothing to review.
    Nothing,
    /// This session may not complete a review.
    Hindered,
}

/// Saves or completes the review that the owner of `session` owes at this instant.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
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
    let own = facts.get(&session.account).and_then(|f| f.own.as_deref());
    let Some(duty) = own.and_then(|own| cycles.duty(own, now)) else {
        drop(tx);
        return already(app, viewer, now).await;
    };
    let wanted: Vec<FactId> = duty.rows.iter().map(|h| h.id).collect();
    let chosen: Vec<(FactId, Choice)> =
        sent.choices.iter().filter(|(id, _)| wanted.contains(id)).copied().collect();
    let added: Vec<FactId> = wanted.iter().filter(|id| !sent.shown.contains(id)).copied().collect();
    let ended: Vec<FactId> = sent.shown.iter().filter(|id| !wanted.contains(id)).copied().collect();
    let missing: Vec<FactId> =
        wanted.iter().filter(|id| chosen.iter().all(|(c, _)| c != *id)).copied().collect();
    // An empty review is one click: there is nothing to sign for.
    let unsigned = !wanted.is_empty() && !is_signature(&sent.name, &session.name);
    let refused = if !sent.complete {
        Some(Answer::Saved)
    } else if !added.is_empty() || !ended.is_empty() {
        Some(Answer::Changed { added, ended })
    } else if !missing.is_empty() || unsigned {
        Some(Answer::Invalid { missing, unsigned })
    } else {
        None
    };
    if let Some(answer) = refused {
        for choice in &chosen {
            kept::save(&mut tx, session.account, *choice, now).await?;
        }
        let entry = entry(context, session, duty.cycle.opening, ("saved", &chosen));
        app.audit.commit(tx, vec![entry]).await?;
        return Ok(answer);
    }
    let (cycle, late) = (duty.cycle.opening, duty.overdue);
    let signed = sent.name.trim();
    if !kept::complete(&mut tx, (session.account, cycle), signed, &chosen, now).await? {
        drop(tx);
        return already(app, viewer, now).await;
    }
    let mut entries = vec![entry(context, session, cycle, ("completed", &chosen))];
    let accepts = !standing.accepted && !wanted.is_empty();
    if accepts && sponsoring::accept(&mut tx, session.account, signed, now).await? {
        entries.push(context.entry(session.account, Act::AcceptDuties, Outcome::Allowed));
    }
    let removed: Vec<FactId> =
        chosen.iter().filter(|(_, choice)| *choice == Choice::Remove).map(|(id, _)| *id).collect();
    for id in &removed {
        let ended = end(app, &mut tx, session.account, (*id, EndReason::Review, ""), context).await?;
        entries.extend(ended.into_iter().flatten());
    }
    app.audit.commit(tx, entries).await?;
    let kept = chosen.len() - removed.len();
    Ok(Answer::Completed { cycle, kept, removed: removed.len(), late })
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
    Ok(Answer::Already { cycle: cycle.opening, at, kept: count(kept), removed: count(removed) })
}
