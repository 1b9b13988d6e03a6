//! Ending a request: approved, declined or answered, once, with what that does and with its letters, in one transaction.

use serde_json::json;

use super::decision::Decider;
use super::factor_reset::{self, Handover};
use super::reading::is_party;
use super::{Done, Member, answering, step};
use crate::app::family::{messages, staff_check};
use crate::app::{App, AppError, help, practices, registration, single_sign_on};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::queue::{ANSWER_LONGEST, Obstacle, Step, bar, text};
use crate::domain::request::{Ending, REASON_LONGEST, RequestKind};
use crate::domain::verification::DeclineClass;
use crate::store::Tx;
use crate::store::queue::{self, Closing};
use crate::store::requests::{self, StoredRequest};

/// How a member of the access team ends a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict<'a> {
    /// Yes.
    Approve,
    /// No, for this reason.
    Decline(&'a str),
    /// No, for a reason of this class: a request about a patient.
    DeclineAs(DeclineClass, &'a str),
    /// The family could not be reached: a request about a patient is closed with this word.
    Unreached(&'a str),
    /// A question is answered.
    Answer(&'a str),
    /// A message is answered though whoever wrote it has no say any more, as whoever answers was told.
    AnswerWithoutSay(&'a str),
}

impl<'a> Verdict<'a> {
    const fn ending(self) -> Ending {
        match self {
            Self::Approve => Ending::Approved,
            Self::Decline(_) | Self::DeclineAs(..) => Ending::Declined,
            Self::Unreached(_) => Ending::Expired,
            Self::Answer(_) | Self::AnswerWithoutSay(_) => Ending::Answered,
        }
    }

    const fn step(self) -> Step {
        match self {
            Self::Approve => Step::Approved,
            Self::Decline(_) | Self::DeclineAs(..) => Step::Declined,
            Self::Unreached(_) => Step::Expired,
            Self::Answer(_) | Self::AnswerWithoutSay(_) => Step::Answered,
        }
    }

    /// What is said with it, `None` when that is missing or too long.
    fn text(self) -> Option<&'a str> {
        match self {
            Self::Approve => Some(""),
            Self::Decline(typed) | Self::DeclineAs(_, typed) | Self::Unreached(typed) => {
                text(typed, 1, REASON_LONGEST)
            }
            Self::Answer(typed) | Self::AnswerWithoutSay(typed) => text(typed, 1, ANSWER_LONGEST),
        }
    }
}

/// Ends the request by `verdict`, if it is open, still at `version`, and the member's to decide. Of many at once, one is done.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn decide(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    verdict: Verdict<'_>,
) -> Result<Done<Option<Handover>>, AppError> {
    let Some(said) = verdict.text() else { return Ok(Done::BadText) };
    let ending = verdict.ending();
    let request = requests::by_id(&app.db, id).await?;
    let patient = request.as_ref().and_then(|request| request.patient);
    let entry = |outcome, basis: &str| {
        let mut entry = member.entry(Act::DecideRequest, outcome, id.0);
        entry.patient = patient;
        entry.basis = String::from(basis);
        entry.detail = json!({ "ending": ending.word() }).to_string();
        entry
    };
    let Some(request) = request else {
        app.audit.record(entry(Outcome::Failed, "unknown")).await?;
        return Ok(Done::Unknown);
    };
    let is_own = is_party(app, &request, member.account).await?;
    if let Some(bar) = bar(request.kind, ending, &member.roles, is_own) {
        app.audit.record(entry(Outcome::Refused, bar.word())).await?;
        return Ok(Done::Barred(bar));
    }
    let mut obstacle = answering::obstacle(app, &request, verdict).await?;
    if (request.kind, verdict) == (RequestKind::Enrolment, Verdict::Approve) {
        obstacle = staff_check::obstacle(app, &request, member.context.now).await?;
    }
    if request.kind == RequestKind::Message && matches!(verdict, Verdict::Answer(_)) {
        obstacle = messages::obstacle(app, id, member.context.now).await?;
    }
    if let Some(obstacle) = obstacle {
        app.audit.record(entry(Outcome::Failed, obstacle.word())).await?;
        return Ok(Done::Obstacle(obstacle));
    }
    let decider = Decider { account: member.account, now: member.context.now };
    let reason = if matches!(ending, Ending::Declined | Ending::Expired) { said } else { "" };
    let closing = Closing { ending, by: member.account, now: decider.now, reason };
    let mut tx = app.db.begin().await?;
    if !queue::close(&mut tx, id, version, closing).await? {
        drop(tx);
        app.audit.record(entry(Outcome::Failed, "changed_meanwhile")).await?;
        return Ok(Done::Stale);
    }
    let handover = match take_effect(app, &mut tx, &request, decider, verdict, said).await? {
        Ok(handover) => handover,
        Err(obstacle) => {
            drop(tx);
            app.audit.record(entry(Outcome::Failed, obstacle.word())).await?;
            return Ok(Done::Obstacle(obstacle));
        }
    };
    // The answer to a message stands in its thread.
    let noted = if request.kind == RequestKind::Message { "" } else { said };
    step(app, &mut tx, (id, version + 1), Some(member.account), verdict.step(), noted).await?;
    let mut entries = vec![entry(Outcome::Allowed, "")];
    if matches!(verdict, Verdict::Approve) {
        entries.extend(practices::change_entry(app, &mut tx, id, decider).await?);
    }
    if matches!(verdict, Verdict::Approve) {
        for (act, account) in accounts_touched(&mut tx, &request).await? {
            entries.push(member.entry(act, Outcome::Allowed, account.0));
        }
    }
    entries.extend(staff_check::entry(&mut tx, &request, member).await?);
    if let Some(subject) = request.subject.filter(|_| handover.is_some()) {
        entries.push(member.entry(Act::ResetFactor, Outcome::Allowed, subject.0));
    }
    app.audit.commit(tx, entries).await?;
    Ok(Done::Done(handover))
}

/// What approving `request` has done to which account: made it, linked it.
async fn accounts_touched(tx: &mut Tx, request: &StoredRequest) -> Result<Vec<(Act, AccountId)>, AppError> {
    let Some(account) = queue::account_of(tx, request.id).await? else { return Ok(Vec::new()) };
    Ok(match request.kind {
        RequestKind::SingleSignOn if request.subject.is_some() => vec![(Act::LinkIdentity, account)],
        RequestKind::SingleSignOn => vec![(Act::CreateAccount, account), (Act::LinkIdentity, account)],
        _ => vec![(Act::CreateAccount, account), (Act::ChangeMembership, account)],
    })
}

/// Does what the verdict means for a request of this kind, inside `tx`.
async fn take_effect(
    app: &App,
    tx: &mut Tx,
    request: &StoredRequest,
    decider: Decider,
    verdict: Verdict<'_>,
    said: &str,
) -> Result<Result<Option<Handover>, Obstacle>, AppError> {
    let id = request.id;
    let done = match (request.kind, verdict) {
        (RequestKind::Registration, Verdict::Approve) => registration::approve(app, tx, id, decider).await?,
        (RequestKind::Registration, _) => Ok(registration::decline(app, tx, id, decider, said).await?),
        (RequestKind::SingleSignOn, Verdict::Approve) => {
            single_sign_on::approve(app, tx, id, decider).await?
        }
        (RequestKind::SingleSignOn, _) => Ok(single_sign_on::decline(app, tx, id, decider, said).await?),
        (RequestKind::Membership | RequestKind::PracticeSwitch, Verdict::Approve) => {
            practices::approve(app, tx, id, decider).await?
        }
        (RequestKind::Membership | RequestKind::PracticeSwitch, _) => {
            Ok(practices::decline(app, tx, id, decider, said).await?)
        }
        (RequestKind::FactorReset, Verdict::Approve) => {
            return Ok(factor_reset::approve(app, tx, request, decider).await?.map(Some));
        }
        (RequestKind::Enrolment, Verdict::Approve) => {
            return Ok(staff_check::approve(app, tx, request, decider).await?.map(Some));
        }
        (RequestKind::Enrolment, _) => staff_check::decline(app, tx, id).await?,
        (RequestKind::Help, _) => help::answer(app, tx, id, said).await?,
        (RequestKind::Message, _) => messages::answer(app, tx, id, decider, said).await?,
        (RequestKind::PcpChange | RequestKind::NonPcp, _) => {
            answering::answer(app, tx, request, verdict).await?
        }
        (RequestKind::FactorReset | RequestKind::EmergencyReview, _) => Ok(()),
        // Decided on the page that compares the two records.
        (RequestKind::Merge, _) => Err(Obstacle::Incomplete),
    };
    Ok(done.map(|()| None))
}
