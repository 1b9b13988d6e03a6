//! Reviewing an emergency access: what was taken, what was opened with it, and whether it was justified.

use serde_json::json;

use super::reading::is_party;
use super::{Done, Member, step};
use crate::app::{App, AppError};
use crate::domain::access::Basis;
use crate::domain::audit::{Act, Entry, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::emergency::Finding;
use crate::domain::ids::RequestId;
use crate::domain::queue::{Bar, Step, review_bar, text};
use crate::domain::request::{Ending, REASON_LONGEST, RequestKind, RequestState};
use crate::store::audit::{self as rows, Filter};
use crate::store::emergency::{self, KeptEmergency};
use crate::store::patients::{self, Card};
use crate::store::queue::{self, Closing};
use crate::store::requests::{self, StoredRequest};

/// Openings that are shown, at most; the audit has them all.
const SHOWN: usize = 50;

/// What a review rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// What was taken, with its review once it was made.
    pub taken: KeptEmergency,
    /// The patient.
    pub card: Option<Card>,
    /// What was opened with it, newest first: when, and which section (none: the summary).
    pub opened: Vec<(Instant, Option<Section>)>,
    /// Whether more was opened than is shown.
    pub more: bool,
    /// What keeps the reader from reviewing it.
    pub bar: Option<Bar>,
}

/// The facts of the review that `request` asks for; `None` when it asks for none. The reading of the request has been recorded.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn facts(app: &App, member: &Member, request: &StoredRequest) -> Result<Option<Facts>, AppError> {
    let Some(taken) = emergency::of_request(&app.db, request.id).await? else { return Ok(None) };
    let filter = Filter {
        actor: Some(taken.account),
        acts: vec![Act::OpenChart, Act::OpenFile, Act::ExportChart],
        outcome: Some(Outcome::Allowed),
        patient: Some(taken.patient),
        from: Some(taken.span.start()),
        to: taken.span.end(),
        ..Filter::default()
    };
    let found = rows::find(&app.db, &filter, i64::try_from(SHOWN + 1).unwrap_or(i64::MAX)).await?;
    let more = found.len() > SHOWN;
    let by_it = |link: &Link| link.entry.basis.split(',').any(|word| word == Basis::Emergency.word());
    let opened = found.into_iter().take(SHOWN).filter(by_it).map(|link| (link.entry.at, section(&link)));
    let is_own = is_party(app, request, member.account).await?;
    Ok(Some(Facts {
        card: patients::one_card(&app.db, taken.patient).await?,
        opened: opened.collect(),
        more,
        bar: review_bar(&member.roles, is_own),
        taken,
    }))
}

fn section(link: &Link) -> Option<Section> {
    let detail: serde_json::Value = serde_json::from_str(&link.entry.detail).ok()?;
    detail.get("section").and_then(|s| s.as_str()).and_then(Section::from_word)
}

/// Keeps the review, and closes the request, if it is open, still at `version`, and the member's to review. Of many at once, one
/// is done.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn review(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    finding: Finding,
    note: &str,
) -> Result<Done, AppError> {
    let Some(note) = text(note, 1, REASON_LONGEST) else { return Ok(Done::BadText) };
    let request = requests::by_id(&app.db, id).await?;
    let Some(request) = request.filter(|request| request.kind == RequestKind::EmergencyReview) else {
        app.audit.record(member.entry(Act::ReviewEmergency, Outcome::Failed, id.0)).await?;
        return Ok(Done::Unknown);
    };
    let entry = |outcome, basis: &str| -> Entry {
        let mut entry = member.entry(Act::ReviewEmergency, outcome, id.0);
        entry.patient = request.patient;
        entry.basis = String::from(basis);
        entry.detail = json!({ "finding": finding.word() }).to_string();
        entry
    };
    let is_own = is_party(app, &request, member.account).await?;
    if let Some(bar) = review_bar(&member.roles, is_own) {
        app.audit.record(entry(Outcome::Refused, bar.word())).await?;
        return Ok(Done::Barred(bar));
    }
    let (now, by) = (member.context.now, member.account);
    let (ending, what) = match finding {
        Finding::Justified => (Ending::Approved, Step::Approved),
        Finding::NotJustified => (Ending::Declined, Step::Declined),
    };
    let mut tx = app.db.begin().await?;
    let closed = request.state == RequestState::Open
        && queue::close(&mut tx, id, version, Closing { ending, by, now, reason: note }).await?
        && emergency::review(&mut tx, id, finding, by, now).await?;
    if !closed {
        drop(tx);
        app.audit.record(entry(Outcome::Failed, "changed_meanwhile")).await?;
        return Ok(Done::Stale);
    }
    step(app, &mut tx, (id, version + 1), Some(by), what, note).await?;
    app.audit.commit(tx, vec![entry(Outcome::Allowed, "")]).await?;
    Ok(Done::Done(()))
}
