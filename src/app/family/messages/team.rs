//! A thread as the access team reads it before it answers; its reading of the request has been recorded.

use serde_json::json;
use uuid::Uuid;

use super::is_of;
use crate::app::desk::Member;
use crate::app::family::{language, permits};
use crate::app::{App, AppError, access};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::message::FileKind;
use crate::domain::ids::RequestId;
use crate::domain::language::Language;
use crate::store::messages::{self as rows, Message};
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
    /// Whether the writer has a say about the patient now; nobody else is to read of the patient.
    pub has_say: bool,
}

/// The thread of `request` at `now`; `None` when it has none.
///
/// # Errors
/// [`AppError`].
pub async fn for_team(app: &App, request: RequestId, now: Instant) -> Result<Option<ForTeam>, AppError> {
    let Some(thread) = rows::thread(&app.db, request).await? else { return Ok(None) };
    let permits = match access::viewer(app, thread.account).await? {
        Some(viewer) => permits(app, &viewer, now).await?,
        None => Vec::new(),
    };
    let card = patients::one_card(&app.db, thread.patient).await?;
    Ok(Some(ForTeam {
        messages: rows::messages(&app.db, request).await?,
        patient: card.map(|card| (card.family, card.given, card.mrn)),
        language: language(app, thread.account, &permits).await?,
        has_say: is_of(&permits, thread.patient),
        subject: thread.subject,
    }))
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
