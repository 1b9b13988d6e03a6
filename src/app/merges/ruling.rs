//! Deciding a merge: one person, two people, and taking that back. Each date is kept, so that the past is answered as it was.

use serde_json::json;

use super::proposing::file;
use crate::app::desk::{Done, Member, step};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::{PatientId, RequestId};
use crate::domain::merge::{Difference, Identity, Standing, differences, may_confirm, standing};
use crate::domain::queue::{Bar, Obstacle, Step, bar, text};
use crate::domain::request::{Ending, REASON_LONGEST, RequestKind};
use crate::store::merges::{self, StoredMerge};
use crate::store::queue::{self, Closing};
use crate::store::requests::{self, StoredRequest};
use crate::store::{Tx, directory, verification};

/// What is decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ruling<'a> {
    /// They are of one person. Where the records differ, somebody must have checked that.
    Confirm {
        /// Whether somebody says so.
        is_checked: bool,
    },
    /// They are of two people, for this reason: the merge ends before it was ever confirmed.
    Apart(&'a str),
    /// A merge that was confirmed ends, for this reason. Everything is as it was before it began.
    Undo(&'a str),
}

impl<'a> Ruling<'a> {
    const fn word(self) -> &'static str {
        match self {
            Self::Confirm { .. } => "confirmed",
            Self::Apart(_) => "kept_apart",
            Self::Undo(_) => "undone",
        }
    }

    const fn ending(self) -> Ending {
        match self {
            Self::Confirm { .. } => Ending::Approved,
            Self::Apart(_) | Self::Undo(_) => Ending::Declined,
        }
    }

    /// Where the merge must stand for it.
    const fn of(self) -> Standing {
        match self {
            Self::Confirm { .. } | Self::Apart(_) => Standing::Waiting,
            Self::Undo(_) => Standing::Confirmed,
        }
    }

    /// What is said with it, `None` when that is missing or too long.
    fn text(self) -> Option<&'a str> {
        match self {
            Self::Confirm { .. } => Some(""),
            Self::Apart(typed) | Self::Undo(typed) => text(typed, 1, REASON_LONGEST),
        }
    }
}

/// Decides the merge that the request asks about, if the request is still at `version` and the member's to decide. Of many at once,
/// one is done. Both records get a row in the audit.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn rule(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    ruling: Ruling<'_>,
) -> Result<Done, AppError> {
    let Some(said) = ruling.text() else { return Ok(Done::BadText) };
    let (request, stored) = match found(app, member, id, ruling.word()).await? {
        Ok(found) => found,
        Err(done) => return Ok(done),
    };
    // Whoever proposed a merge does not confirm it; to take one back needs nobody else.
    let is_own = ruling.ending() == Ending::Approved && request.account == Some(member.account);
    if let Some(bar) = bar(RequestKind::Merge, ruling.ending(), &member.roles, is_own) {
        return refused(app, member, (id, &stored), (Outcome::Refused, bar.word(), ruling.word()))
            .await
            .map(|()| Done::Barred(bar));
    }
    let mut tx = app.db.begin().await?;
    match apply(app, &mut tx, member, (id, version), stored.id, ruling, said).await? {
        Ok(stored) => {
            app.audit.commit(tx, entries(member, id, &stored, ruling.word(), ruling.ending())).await?;
            Ok(Done::Done(()))
        }
        Err(done) => {
            drop(tx);
            let why = if let Done::Obstacle(obstacle) = done { obstacle.word() } else { "changed_meanwhile" };
            refused(app, member, (id, &stored), (Outcome::Failed, why, ruling.word())).await?;
            Ok(done)
        }
    }
}

/// The request and its merge; `Err` when there is none, recorded.
async fn found(
    app: &App,
    member: &Member,
    id: RequestId,
    word: &str,
) -> Result<Result<(StoredRequest, StoredMerge), Done>, AppError> {
    let request = requests::by_id(&app.db, id).await?;
    let asked = merges::of_request(&app.db, id).await?;
    if let (Some(request), Some(asked)) = (request, asked) {
        return Ok(Ok((request, asked.stored)));
    }
    let mut entry = member.context.entry(member.account, Act::ChangeMerge, Outcome::Failed);
    (entry.subject, entry.basis) = (Some(id.0), "unknown".to_owned());
    entry.detail = json!({ "what": word }).to_string();
    app.audit.record(entry).await?;
    Ok(Err(Done::Unknown))
}

async fn refused(
    app: &App,
    member: &Member,
    (id, stored): (RequestId, &StoredMerge),
    (outcome, why, word): (Outcome, &str, &str),
) -> Result<(), AppError> {
    let mut entry = change(member, id, stored, (stored.merge.into, stored.merge.from), word);
    (entry.outcome, entry.basis) = (outcome, why.to_owned());
    app.audit.record(entry).await?;
    Ok(())
}

/// Writes what was decided; `Err`, and nothing is to be committed, when something stands in the way.
async fn apply(
    app: &App,
    tx: &mut Tx,
    member: &Member,
    (id, version): (RequestId, i64),
    merge: uuid::Uuid,
    ruling: Ruling<'_>,
    said: &str,
) -> Result<Result<StoredMerge, Done>, AppError> {
    let now = member.context.now;
    let is_current = match ruling {
        Ruling::Undo(_) => queue::touch(tx, id, version).await?,
        _ => {
            let reason = if ruling.ending() == Ending::Declined { said } else { "" };
            let closing = Closing { ending: ruling.ending(), by: member.account, now, reason };
            queue::close(tx, id, version, closing).await?
        }
    };
    let Some(stored) = merges::one(tx, merge).await? else { return Ok(Err(Done::Unknown)) };
    if !is_current || standing(&stored.merge, now) != ruling.of() {
        return Ok(Err(Done::Stale));
    }
    hold(tx, &stored).await?;
    let is_done = match ruling {
        Ruling::Confirm { is_checked } => {
            let differences = differing(tx, &stored).await?;
            if !may_confirm(&differences, is_checked) {
                return Ok(Err(Done::Obstacle(Obstacle::DifferentIdentity)));
            }
            merges::set_checked(tx, id, is_checked && !differences.is_empty()).await?;
            merges::confirm(tx, merge, now).await?
        }
        Ruling::Apart(_) => merges::end(tx, merge, now).await?,
        Ruling::Undo(_) => {
            merges::set_undone(tx, id, now, member.account).await?;
            merges::end(tx, merge, now).await?
        }
    };
    if !is_done {
        return Ok(Err(Done::Stale));
    }
    let what = match ruling {
        Ruling::Confirm { .. } => Step::Approved,
        Ruling::Apart(_) => Step::Declined,
        Ruling::Undo(_) => Step::Note,
    };
    step(app, tx, (id, version + 1), Some(member.account), what, said).await?;
    Ok(Ok(stored))
}

/// Whoever changes what counts for either record waits; always in the same order, so that nobody waits in a circle.
pub(super) async fn hold(tx: &mut Tx, stored: &StoredMerge) -> Result<(), AppError> {
    let mut both = [stored.merge.from, stored.merge.into];
    both.sort_unstable();
    for patient in both {
        verification::hold_patient(tx, patient).await?;
    }
    Ok(())
}

/// In what the two records differ, as `tx` sees them.
async fn differing(tx: &mut Tx, stored: &StoredMerge) -> Result<Vec<Difference>, AppError> {
    let both = directory::patients(tx, &[stored.merge.from, stored.merge.into]).await?;
    let [one, other] = both.as_slice() else {
        return Err(AppError::Fault("a merged record is not there; run `postern doctor`".to_owned()));
    };
    let identity = |of: &directory::Patient| Identity {
        family: of.family.clone(),
        given: of.given.clone(),
        birth_date: of.birth_date,
        sex: of.sex.clone(),
    };
    Ok(differences(&identity(one), &identity(other)))
}

pub(super) fn change(
    member: &Member,
    id: RequestId,
    stored: &StoredMerge,
    (patient, other): (PatientId, PatientId),
    word: &str,
) -> Entry {
    let mut entry = member.context.entry(member.account, Act::ChangeMerge, Outcome::Allowed);
    (entry.patient, entry.subject) = (Some(patient), Some(id.0));
    let role = if patient == stored.merge.into { "survivor" } else { "merged_away" };
    entry.detail = json!({ "what": word, "as": role, "other": other.to_string() }).to_string();
    entry
}

fn entries(member: &Member, id: RequestId, stored: &StoredMerge, word: &str, ending: Ending) -> Vec<Entry> {
    let (from, into) = (stored.merge.from, stored.merge.into);
    let mut decided = member.context.entry(member.account, Act::DecideRequest, Outcome::Allowed);
    (decided.patient, decided.subject) = (Some(into), Some(id.0));
    decided.detail = json!({ "ending": ending.word() }).to_string();
    let both = [(into, from), (from, into)].map(|pair| change(member, id, stored, pair, word));
    // To undo decides nothing that was asked.
    let decided = (word != "undone").then_some(decided);
    decided.into_iter().chain(both).collect()
}

/// Makes the merge that the request asked about once more, after it was kept apart or undone: from now on, unconfirmed, and asked about
/// in a new request, which somebody else confirms.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn again(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
) -> Result<Done<RequestId>, AppError> {
    const WORD: &str = "made_again";
    let Ok((_, stored)) = found(app, member, id, WORD).await? else { return Ok(Done::Unknown) };
    if let Some(bar) = bar(RequestKind::Merge, Ending::Declined, &member.roles, false) {
        refused(app, member, (id, &stored), (Outcome::Refused, Bar::Role.word(), WORD)).await?;
        return Ok(Done::Barred(bar));
    }
    let pair = (stored.merge.from, stored.merge.into);
    let mut tx = app.db.begin().await?;
    let made = if queue::touch(&mut tx, id, version).await? {
        file(app, &mut tx, member, pair, WORD).await?
    } else {
        None
    };
    let Some((new, entries)) = made else {
        drop(tx);
        refused(app, member, (id, &stored), (Outcome::Failed, "changed_meanwhile", WORD)).await?;
        return Ok(Done::Stale);
    };
    step(app, &mut tx, (id, version + 1), Some(member.account), Step::Rerouted, "").await?;
    app.audit.commit(tx, entries).await?;
    Ok(Done::Done(new))
}
