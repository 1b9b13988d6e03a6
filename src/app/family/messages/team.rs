//! A thread as the access team reads it before it answers; its reading of the request has been recorded.

use serde_json::json;
use uuid::Uuid;

use super::Place;
use super::reading::page;
use crate::app::desk::Member;
use crate::app::family::{FamilyPermit, language, permits};
use crate::app::{App, AppError, access};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::{Instant, age_years};
use crate::domain::family::message::{FileKind, Standing};
use crate::domain::ids::RequestId;
use crate::domain::language::Language;
use crate::domain::queue::Obstacle;
use crate::store::messages::{self as rows, Message, Thread};
use crate::store::patients;

/// A thread with what the access team must know of who wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForTeam {
    /// What it is about, in the family's words.
    pub subject: String,
    /// What was written, oldest first.
    pub messages: Vec<Message>,
    /// The patient's family and given name, and MRN.
    pub patient: Option<(String, String, String)>,
    /// The language that the writer reads.
    pub language: Language,
    /// In what capacity the writer speaks now; `None` without a say, and then nobody is to read of the patient in an answer.
    pub standing: Option<Standing>,
    /// Where the earlier messages begin.
    pub earlier: Option<Place>,
}

/// The thread of `request` at `now`, its latest messages or those before `place`; `None` when it has none.
///
/// # Errors
/// [`AppError`].
pub async fn for_team(
    app: &App,
    request: RequestId,
    place: Option<Place>,
    now: Instant,
) -> Result<Option<ForTeam>, AppError> {
    let Some(thread) = rows::thread(&app.db, request).await? else { return Ok(None) };
    let permits = permits_of(app, &thread, now).await?;
    let (messages, earlier) = page(app, request, place).await?;
    let card = patients::one_card(&app.db, thread.patient).await?;
    Ok(Some(ForTeam {
        messages,
        earlier,
        patient: card.map(|card| (card.family, card.given, card.mrn)),
        language: language(app, thread.account, &permits).await?,
        standing: standing(app, &permits, &thread, now),
        subject: thread.subject,
    }))
}

async fn permits_of(app: &App, thread: &Thread, now: Instant) -> Result<Vec<FamilyPermit>, AppError> {
    match access::viewer(app, thread.account).await? {
        Some(viewer) => permits(app, &viewer, now).await,
        None => Ok(Vec::new()),
    }
}

fn standing(app: &App, permits: &[FamilyPermit], thread: &Thread, now: Instant) -> Option<Standing> {
    let permit = permits.iter().find(|permit| permit.owners().contains(&thread.patient))?;
    let age = age_years(permit.birth_date(), app.hospital.cycles.zone().date(now));
    Standing::of(permit.authority(), permit.account(), age)
}

/// What stands in the way of answering the thread of `request` at `now` for somebody who was not told so.
///
/// # Errors
/// [`AppError`].
pub(in crate::app) async fn obstacle(
    app: &App,
    request: RequestId,
    now: Instant,
) -> Result<Option<Obstacle>, AppError> {
    let Some(thread) = rows::thread(&app.db, request).await? else { return Ok(None) };
    let permits = permits_of(app, &thread, now).await?;
    Ok(standing(app, &permits, &thread, now).is_none().then_some(Obstacle::NoSay))
}

/// The file of the message `item` in the thread of `request`, with what it is; recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn file_for_team(
    app: &App,
    member: &Member,
    (request, item): (RequestId, Uuid),
) -> Result<Option<(Vec<u8>, FileKind)>, AppError> {
    let found = rows::file(&app.db, request, item).await?;
    let thread = rows::thread(&app.db, request).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.context.entry(member.account, Act::ReadRequest, outcome);
    (entry.subject, entry.patient) = (Some(request.0), thread.map(|thread| thread.patient));
    entry.detail = json!({ "part": "file", "message": item.to_string() }).to_string();
    app.audit.record(entry).await?;
    Ok(found)
}
