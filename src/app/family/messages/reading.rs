//! What an account wrote, as it reads it: the list, one thread in pages, the files.

use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::{Message, Thread, is_of, own};
use crate::app::access::Context;
use crate::app::family::{Household, language, permits};
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::message::{FileKind, OF_THREAD, ON_PAGE};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::request::RequestState;
use crate::store::messages as rows;

/// Threads that are read at once where one patient's are looked for.
const READ_AT_ONCE: i64 = 200;

/// One thread of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedThread {
    /// The thread.
    pub id: RequestId,
    /// What it is about.
    pub subject: String,
    /// When something was last written in it.
    pub last_at: Instant,
    /// Whether there is an answer that the reader has not seen.
    pub is_unread: bool,
    /// The day on which an answer is due; `None` when there is one.
    pub due: Option<Date>,
    /// Whether the reader has no say about its patient any more.
    pub is_ended: bool,
}

/// A place in the list: when something was last written, and the thread. The list goes on after it.
pub type Place = (Instant, Uuid);

/// A page of the threads that `account` began about the patient whom `household` is about, and about everybody for whom it has no
/// say any more; the latest written in first. Where the next page begins is returned too. That the reader looks was recorded when
/// `household` was made.
///
/// # Errors
/// [`AppError::Store`].
pub async fn list(
    app: &App,
    account: AccountId,
    household: &Household,
    after: Option<Place>,
) -> Result<(Vec<ListedThread>, Option<Place>), AppError> {
    let shown = |thread: &Thread| {
        let is_current = household.current().is_some_and(|p| p.owners().contains(&thread.patient));
        is_current || !is_of(&household.permits, thread.patient)
    };
    let (mut found, mut after) = (Vec::new(), after);
    loop {
        let threads = rows::of_account(&app.db, account, after, READ_AT_ONCE).await?;
        let is_last = i64::try_from(threads.len()).unwrap_or(i64::MAX) < READ_AT_ONCE;
        after = threads.last().map(|thread| (thread.last_at, thread.id.0));
        found.extend(threads.into_iter().filter(shown));
        if is_last || found.len() > ON_PAGE {
            break;
        }
    }
    let more = found.len() > ON_PAGE;
    found.truncate(ON_PAGE);
    let next = found.last().filter(|_| more).map(|thread| (thread.last_at, thread.id.0));
    let row = |thread: Thread| ListedThread {
        is_unread: is_unread(&thread),
        due: thread.due_on.filter(|_| thread.state == RequestState::Open),
        is_ended: !is_of(&household.permits, thread.patient),
        id: thread.id,
        subject: thread.subject,
        last_at: thread.last_at,
    };
    Ok((found.into_iter().map(row).collect(), next))
}

fn is_unread(thread: &Thread) -> bool {
    thread.last_by_team && thread.seen_at < thread.last_at
}

/// A page of what was written in the thread `id`, the latest before `place`, oldest first; and where the earlier ones begin.
///
/// # Errors
/// [`AppError::Store`].
pub(super) async fn page(
    app: &App,
    id: RequestId,
    place: Option<Place>,
) -> Result<(Vec<Message>, Option<Place>), AppError> {
    let most = i64::try_from(OF_THREAD).unwrap_or(i64::MAX).saturating_add(1);
    let mut messages = rows::messages(&app.db, id, place, most).await?;
    if messages.len() <= OF_THREAD {
        return Ok((messages, None));
    }
    messages.remove(0);
    let earlier = messages.first().map(|oldest| (oldest.at, oldest.id));
    Ok((messages, earlier))
}

/// A thread as the account that began it reads it.
#[derive(Debug)]
pub struct Opened {
    /// Whom the account has a say for; about the patient of the thread, unless that say is over.
    pub household: Household,
    /// The thread.
    pub thread: Thread,
    /// What was written, oldest first.
    pub messages: Vec<Message>,
    /// Where the earlier messages begin.
    pub earlier: Option<Place>,
    /// Whether the account has no say about the patient any more: it reads, and writes nothing.
    pub is_ended: bool,
}

/// The thread `id`, its latest messages or those before `place`; `None` when there is none that the account of `viewer` began. Recorded
/// before it is returned; the reader of the latest has seen them then.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn open(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    place: Option<Place>,
    context: &Context,
) -> Result<Option<Opened>, AppError> {
    let thread = own(app, viewer.account, id).await?;
    let permits = permits(app, viewer, context.now).await?;
    read(app, viewer, (id, thread.as_ref()), &json!({ "page": "message" }), context).await?;
    let Some(thread) = thread else { return Ok(None) };
    if place.is_none() && is_unread(&thread) {
        rows::seen(&app.db, id, context.now.max(thread.last_at)).await?;
    }
    let current = permits.iter().position(|permit| permit.owners().contains(&thread.patient));
    let language = language(app, viewer.account, &permits).await?;
    let (messages, earlier) = page(app, id, place).await?;
    let household = Household { permits, current, language };
    Ok(Some(Opened { is_ended: current.is_none(), household, thread, messages, earlier }))
}

/// The file of the message `item` in the thread `id`, with what it is; `None` when there is none in a thread that the account of
/// `viewer` began. Recorded before it is returned.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn file(
    app: &App,
    viewer: &ViewerFacts,
    (id, item): (RequestId, Uuid),
    context: &Context,
) -> Result<Option<(Vec<u8>, FileKind)>, AppError> {
    let thread = own(app, viewer.account, id).await?;
    let found = match &thread {
        Some(_) => rows::file(&app.db, id, item).await?,
        None => None,
    };
    let detail = json!({ "part": "file", "message": item.to_string() });
    read(app, viewer, (id, thread.as_ref().filter(|_| found.is_some())), &detail, context).await?;
    Ok(found)
}

/// Records that `viewer` reads in the thread `id`, or asks for what is not there for them.
async fn read(
    app: &App,
    viewer: &ViewerFacts,
    (id, thread): (RequestId, Option<&Thread>),
    detail: &serde_json::Value,
    context: &Context,
) -> Result<(), AppError> {
    let outcome = if thread.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = context.entry(viewer.account, Act::ReadMessage, outcome);
    (entry.subject, entry.patient) = (Some(id.0), thread.map(|thread| thread.patient));
    entry.detail = detail.to_string();
    app.audit.record(entry).await?;
    Ok(())
}
