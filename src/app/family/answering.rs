//! Saying yes or no to a request, blocking who asks, and taking a grant back.

use serde_json::json;
use uuid::Uuid;

use super::asked::{expiry, find};
use super::{FamilyPermit, addresses, permits, tell};
use crate::app::access::Context;
use crate::app::grants::{self, Gift};
use crate::app::mail::post;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::chart::Section;
use crate::domain::family::answer::{Answer, Verdict, Yes, verdict};
use crate::domain::family::authority::{Capacity, authority, bar_restricted};
use crate::domain::family::topic::{Offer, Topic};
use crate::domain::grant::Lasting;
use crate::domain::ids::{AccountId, FactId, PatientId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::queue::Step;
use crate::domain::request::{Ending, RequestKind, Route};
use crate::store::family_answers::{self as rows, AskedRow};
use crate::store::queue::{self, Closing};
use crate::store::{Tx, family, grants as kept, people};

/// A yes as it was chosen on the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// For how long.
    pub lasting: Lasting,
    /// The ordinary sections; none stands for all that are offered.
    pub sections: Vec<Section>,
    /// The sensitive parts.
    pub topics: Vec<Topic>,
}

impl Choice {
    /// What it says, when `offer` holds all of it.
    fn within(&self, offer: &Offer) -> Option<Yes> {
        Some(Yes {
            lasting: self.lasting,
            sections: offer.sections_of(&self.sections)?,
            sensitive: offer.labels_of(&self.topics)?,
        })
    }
}

/// What an answer came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answered {
    /// The provider may see the chart from now on.
    Given,
    /// It is kept; somebody else must say yes too.
    Waits,
    /// The request is closed.
    Declined,
    /// The access team decides now.
    Paused,
    /// Both said yes to parts that have nothing in common; nothing was changed.
    NothingShared,
    /// Something was chosen that is not offered; nothing was changed.
    NotOffered,
    /// It was over, or with the access team, already; nothing was changed.
    Gone,
    /// There is no such request for this account; nothing was changed.
    Unknown,
}

impl Answered {
    const fn outcome(self) -> Outcome {
        match self {
            Self::Given | Self::Waits | Self::Declined | Self::Paused => Outcome::Allowed,
            Self::NothingShared | Self::NotOffered | Self::Gone => Outcome::Failed,
            Self::Unknown => Outcome::Refused,
        }
    }

    /// As it is recorded.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Waits => "waits",
            Self::Declined => "declined",
            Self::Paused => "paused",
            Self::NothingShared => "nothing_shared",
            Self::NotOffered => "not_offered",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }
}

/// Answers the request `id` for `viewer`: `choice` is a yes, none a no. Of many at once, one takes effect.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn answer(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    choice: Option<&Choice>,
    context: &Context,
) -> Result<Answered, AppError> {
    let entry = |answered: Answered| {
        let mut entry = context.entry(viewer.account, Act::AnswerRequest, answered.outcome());
        entry.subject = Some(id.0);
        entry.detail =
            json!({ "said": if choice.is_some() { "yes" } else { "no" }, "answer": answered.word() })
                .to_string();
        entry
    };
    let Some((permit, row)) = find(app, viewer, id, context.now).await? else {
        app.audit.record(entry(Answered::Unknown)).await?;
        return Ok(Answered::Unknown);
    };
    let others = others(app, &permit, &row.specialty).await?;
    let mut tx = app.db.begin().await?;
    let (answered, mut entries) = say(app, &mut tx, &permit, &row, choice, &others, context).await?;
    let mut own = entry(answered);
    own.patient = Some(permit.patient());
    if answered.outcome() == Outcome::Allowed {
        entries.push(own);
        app.audit.commit(tx, entries).await?;
    } else {
        drop(tx);
        app.audit.record(own).await?;
    }
    Ok(answered)
}

/// Everybody else of the family who has a say about what somebody of this `specialty` has to do with.
pub(super) async fn others(
    app: &App,
    permit: &FamilyPermit,
    specialty: &str,
) -> Result<Vec<(AccountId, String)>, AppError> {
    let family = permit.authority().about(specialty);
    let others = family.voices().iter().map(|(account, _)| *account).filter(|a| *a != permit.account());
    addresses(app, others).await
}

/// Does it inside `tx`, on what is there by then.
async fn say(
    app: &App,
    tx: &mut Tx,
    permit: &FamilyPermit,
    row: &AskedRow,
    choice: Option<&Choice>,
    others: &[(AccountId, String)],
    context: &Context,
) -> Result<(Answered, Vec<Entry>), AppError> {
    let none = |answered| Ok((answered, Vec::new()));
    let (id, now, me) = (row.id, context.now, permit.account());
    let Some(version) = rows::hold(tx, id).await? else { return none(Answered::Gone) };
    let over = permit.facts().death.is_some_and(|death| now >= death.day_after);
    let held = rows::one_in(tx, id).await?;
    let held = held.filter(|row| row.route == Route::Family && !over && now < expiry(app, row));
    let Some(row) = held else { return none(Answered::Gone) };
    let mut kin = family::kin_in(tx, permit.owners(), now).await?;
    bar_restricted(&mut kin, permit.facts(), now);
    let family = authority(&kin, permit.birth_date(), now, app.hospital.cycles.zone()).about(&row.specialty);
    let Some(capacity) = family.may_answer(me) else { return none(Answered::Gone) };
    let yes = match choice {
        None => None,
        Some(choice) => match choice.within(&Offer::to(capacity, family.band())) {
            None => return none(Answered::NotOffered),
            yes => yes,
        },
    };
    rows::say(tx, id, Answer { account: me, yes }, capacity, now).await?;
    let verdict = verdict(&family, &rows::answers_in(tx, id).await?, me);
    let mut step = Step::FamilyApproved;
    let mut entries = Vec::new();
    let answered = match verdict {
        Verdict::NoSay => return none(Answered::Gone),
        Verdict::NothingShared => return none(Answered::NothingShared),
        Verdict::Waits => Answered::Waits,
        Verdict::Give(yes, by) => {
            entries.push(give(app, tx, permit, &row, yes, by, context).await?);
            close(app, tx, &row, version, (Ending::Approved, me), context).await?;
            Answered::Given
        }
        Verdict::Declined => {
            step = Step::FamilyDeclined;
            close(app, tx, &row, version, (Ending::Declined, me), context).await?;
            Answered::Declined
        }
        Verdict::Paused => {
            step = Step::Paused;
            hand_over(app, tx, &row, Route::Team, now).await?;
            Answered::Paused
        }
    };
    let event = new_uuid(now, random(app)?);
    queue::insert_event(tx, (event, id, version + 1), Some(me), step, "", now).await?;
    tell(app, tx, others, &Letter::FamilyChanged).await?;
    Ok((answered, entries))
}

async fn give(
    app: &App,
    tx: &mut Tx,
    permit: &FamilyPermit,
    row: &AskedRow,
    yes: Yes,
    by: Capacity,
    context: &Context,
) -> Result<Entry, AppError> {
    let gift = Gift {
        patient: row.patient,
        account: row.account,
        lasting: yes.lasting,
        by: by.given_by(permit.authority().band()),
        giver: permit.account(),
        request: Some(row.id),
        sections: yes.sections,
        sensitive: yes.sensitive,
    };
    Ok(grants::give(app, tx, &gift, context).await?.1)
}

/// Closes the request, which is held at `version`, and tells who asked.
async fn close(
    app: &App,
    tx: &mut Tx,
    row: &AskedRow,
    version: i64,
    (ending, by): (Ending, AccountId),
    context: &Context,
) -> Result<(), AppError> {
    let closing = Closing { ending, by, now: context.now, reason: "" };
    if !queue::close(tx, row.id, version, closing).await? {
        return Err(AppError::Fault("a request that was held is not open".to_owned()));
    }
    let letter = Letter::FamilyAnswered { approved: ending == Ending::Approved };
    post(app, tx, (Some(row.account), &row.email), &letter).await
}

/// Leaves the request to the access team, and tells it.
pub(super) async fn hand_over(
    app: &App,
    tx: &mut Tx,
    row: &AskedRow,
    route: Route,
    now: crate::domain::calendar::Instant,
) -> Result<(), AppError> {
    rows::set_route(tx, row.id, route).await?;
    let due = app.hospital.due_of(RequestKind::NonPcp, now);
    queue::set_due(tx, row.id, due).await?;
    let letter = Letter::QueueItem { request: RequestKind::NonPcp, due };
    let team = queue::deciders(tx, now).await?;
    tell(app, tx, &team, &letter).await
}

/// What taking back or blocking came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taken {
    /// It holds from the next request on; with the name of who is concerned.
    Done(String),
    /// It was so already.
    Already,
    /// There is no such thing for this account.
    Unknown,
}

/// Takes the grant `id` back, effective at the next request of who has it.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn revoke(
    app: &App,
    viewer: &ViewerFacts,
    id: FactId,
    context: &Context,
) -> Result<Taken, AppError> {
    let found = match kept::one(&app.db, id).await? {
        Some((patient, account)) => {
            let all = permits(app, viewer, context.now).await?;
            let permit = all.into_iter().find(|permit| permit.owners().contains(&patient));
            let specialty = family::specialty(&app.db, account).await?;
            let permit = permit.filter(|permit| !permit.hides(&specialty));
            permit.map(|permit| (permit, patient, account, specialty))
        }
        None => None,
    };
    let Some((permit, patient, account, specialty)) = found else {
        return refused(app, viewer, Act::RevokeAccess, id.0, context).await;
    };
    let name = people::account_name(&app.db, account).await?.unwrap_or_default();
    let others = others(app, &permit, &specialty).await?;
    let mut tx = app.db.begin().await?;
    let Some(entry) = grants::revoke(&mut tx, (id, patient, account), (viewer.account, ""), context).await?
    else {
        drop(tx);
        failed(app, viewer, Act::RevokeAccess, (patient, id.0), context).await?;
        return Ok(Taken::Already);
    };
    tell(app, &mut tx, &others, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Taken::Done(name))
}

/// Records that something was asked for that is not there for this account.
pub(super) async fn refused(
    app: &App,
    viewer: &ViewerFacts,
    act: Act,
    subject: Uuid,
    context: &Context,
) -> Result<Taken, AppError> {
    let mut entry = context.entry(viewer.account, act, Outcome::Refused);
    entry.subject = Some(subject);
    app.audit.record(entry).await?;
    Ok(Taken::Unknown)
}

/// Records that something was asked for that is so already, or cannot be done as it was typed.
pub(super) async fn failed(
    app: &App,
    viewer: &ViewerFacts,
    act: Act,
    (patient, subject): (PatientId, Uuid),
    context: &Context,
) -> Result<(), AppError> {
    let mut entry = context.entry(viewer.account, act, Outcome::Failed);
    entry.patient = Some(patient);
    entry.subject = Some(subject);
    app.audit.record(entry).await?;
    Ok(())
}
