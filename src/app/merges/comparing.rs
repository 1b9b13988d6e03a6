//! Two records side by side, and whose access a decision about their merge would change: what [`decide`] says with it and without.

use serde_json::json;

use crate::app::desk::Member;
use crate::app::look_ups::candidates;
use crate::app::{App, AppError, access};
use crate::domain::access::facts::{PatientFacts, ViewerFacts};
use crate::domain::access::{Action, Basis, decide};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{PatientId, RequestId};
use crate::domain::merge::{Change, Difference, Identity, Standing, differences, standing, supposing};
use crate::domain::queue::{Bar, bar};
use crate::domain::request::{Ending, RequestKind};
use crate::store::merges::{self, Asked};
use crate::store::patients::{self, Card};
use crate::store::{people, requests, verification};

/// One of two records, as they are compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// Who it says that the patient is, with the MRN.
    pub card: Card,
    /// Who is listed as PCP now, in words: provider and practice, one of which may be empty.
    pub pcps: Vec<(String, String)>,
}

/// Somebody whose access would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// On which bases they may see the record now.
    pub before: Vec<Basis>,
    /// On which they could then.
    pub after: Vec<Basis>,
}

/// What a decision would change; people whose access stays as it is are left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preview {
    /// At the record that survived.
    pub survivor: Vec<Shift>,
    /// At the other record, which nobody sees while the merge holds.
    pub other: Vec<Shift>,
}

/// A merge with all that its page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// The merge, who undid it.
    pub asked: Asked,
    /// Where it stands.
    pub standing: Standing,
    /// The record that was merged away.
    pub from: Side,
    /// The survivor.
    pub into: Side,
    /// In what they differ.
    pub differences: Vec<Difference>,
    /// What confirming would change; nothing once it is confirmed or does not hold.
    pub if_confirmed: Preview,
    /// What keeping them apart, or undoing the merge, would change; nothing when it does not hold.
    pub if_apart: Preview,
    /// What keeps the reader from deciding.
    pub bar: Option<Bar>,
}

/// The merge that the request asks about, compared; `None` when there is no such request. Recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn compare(app: &App, member: &Member, id: RequestId) -> Result<Option<Compared>, AppError> {
    let now = member.context.now;
    let found = match requests::by_id(&app.db, id).await? {
        Some(request) if request.kind == RequestKind::Merge => {
            merges::of_request(&app.db, id).await?.map(|asked| (request, asked))
        }
        _ => None,
    };
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.context.entry(member.account, Act::LookUp, outcome);
    entry.subject = Some(id.0);
    entry.patient = found.as_ref().map(|(_, asked)| asked.stored.merge.into);
    let from = found.as_ref().map(|(_, asked)| asked.stored.merge.from.to_string());
    entry.detail = json!({ "look_up": "merge", "from": from }).to_string();
    app.audit.record(entry).await?;
    let Some((request, asked)) = found else { return Ok(None) };
    let merge = asked.stored.merge;
    let standing = standing(&merge, now);
    let (from, into) = (side(app, merge.from, now).await?, side(app, merge.into, now).await?);
    let none = Preview::default();
    Ok(Some(Compared {
        if_confirmed: match standing {
            Standing::Waiting => preview(app, &asked, Change::Confirmed, now).await?,
            _ => none.clone(),
        },
        if_apart: match standing {
            Standing::Apart => none,
            _ => preview(app, &asked, Change::Undone, now).await?,
        },
        differences: differences(&identity(&from.card), &identity(&into.card)),
        bar: bar(
            RequestKind::Merge,
            Ending::Approved,
            &member.roles,
            request.account == Some(member.account) && standing == Standing::Waiting,
        ),
        asked,
        standing,
        from,
        into,
    }))
}

/// Who `card` says that the patient is.
pub(super) fn identity(card: &Card) -> Identity {
    Identity {
        family: card.family.clone(),
        given: card.given.clone(),
        birth_date: card.birth_date,
        sex: card.sex.clone(),
    }
}

pub(super) async fn side(app: &App, id: PatientId, now: Instant) -> Result<Side, AppError> {
    let card = patients::one_card(&app.db, id).await?;
    let card = card.ok_or_else(|| AppError::Fault("a merged record has no current MRN".to_owned()))?;
    let listed = verification::listings(&app.db, id).await?.into_iter().filter(|l| l.span.holds(now));
    Ok(Side { card, pcps: listed.map(|l| (l.provider, l.practice)).collect() })
}

/// What changing the merge at `now` would change, for everyone whom a fact leads to either record.
async fn preview(app: &App, asked: &Asked, change: Change, now: Instant) -> Result<Preview, AppError> {
    let merge = &asked.stored.merge;
    let (into, from) = (facts(app, merge.into).await?, facts(app, merge.from).await?);
    let (new_into, new_from) = (supposing(&into, merge, change, now), supposing(&from, merge, change, now));
    // Those of the survivor include those of every record merged into it.
    let viewers = candidates(app, merge.into).await?;
    shifts(app, &viewers, (&into, &from), (&new_into, &new_from), now).await
}

/// Whose access differs among `viewers` between the old and the new facts of the survivor and of the other record.
pub(super) async fn shifts(
    app: &App,
    viewers: &[(ViewerFacts, String)],
    (into, from): (&PatientFacts, &PatientFacts),
    (new_into, new_from): (&PatientFacts, &PatientFacts),
    now: Instant,
) -> Result<Preview, AppError> {
    let bases = |viewer: &ViewerFacts, facts: &PatientFacts| -> Vec<Basis> {
        if facts.merged_away(now) {
            return Vec::new();
        }
        decide(viewer, facts, Action::OpenChart, now).bases().collect()
    };
    let mut preview = Preview::default();
    for (viewer, email) in viewers {
        for (shifts, old, new) in
            [(&mut preview.survivor, into, new_into), (&mut preview.other, from, new_from)]
        {
            let (before, after) = (bases(viewer, old), bases(viewer, new));
            if before != after {
                let name = people::account_name(&app.db, viewer.account).await?.unwrap_or_default();
                shifts.push(Shift { name, email: email.clone(), before, after });
            }
        }
    }
    for shifts in [&mut preview.survivor, &mut preview.other] {
        shifts.sort_by(|a, b| (&a.name, &a.email).cmp(&(&b.name, &b.email)));
    }
    Ok(preview)
}

pub(super) async fn facts(app: &App, patient: PatientId) -> Result<PatientFacts, AppError> {
    let found = access::patient(app, patient).await?;
    found.ok_or_else(|| AppError::Fault("a merged record has no facts; run `postern doctor`".to_owned()))
}
