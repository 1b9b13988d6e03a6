//! URLs: the access team's queue, and the accounts it runs.

use crate::domain::ids::{AccountId, RequestId};
use crate::domain::queue::View;
use crate::domain::request::{Ending, RequestKind};

/// The access team's queue.
pub fn queue() -> &'static str {
    "/team/requests"
}

/// A page of the queue.
pub fn queue_view(view: View, kind: Option<RequestKind>) -> String {
    let kind = kind.map(|kind| format!("&kind={}", kind.word())).unwrap_or_default();
    format!("/team/requests?view={}{kind}", view.word())
}

/// The page of the queue after `cursor`.
pub fn queue_after(view: View, kind: Option<RequestKind>, cursor: &str) -> String {
    format!("{}&after={cursor}", queue_view(view, kind))
}

/// The page of the queue after so many requests were taken, and so many had changed.
pub fn queue_taken(view: View, kind: Option<RequestKind>, taken: usize, changed: usize) -> String {
    format!("{}&taken={taken}&changed={changed}", queue_view(view, kind))
}

/// POST takes the chosen requests.
pub fn queue_take() -> &'static str {
    "/team/requests/take"
}

/// The queue as a table that leaves the portal; POST gives it out.
pub fn queue_export() -> &'static str {
    "/team/requests/export"
}

/// One request.
pub fn queued(id: RequestId) -> String {
    format!("/team/requests/{id}")
}

/// POST takes the request.
pub fn queued_take(id: RequestId) -> String {
    format!("/team/requests/{id}/take")
}

/// POST lets go of the request.
pub fn queued_release(id: RequestId) -> String {
    format!("/team/requests/{id}/release")
}

/// POST notes something on the request.
pub fn queued_note(id: RequestId) -> String {
    format!("/team/requests/{id}/notes")
}

/// Where the request is ended in that way; POST does it.
pub fn queued_end(id: RequestId, ending: Ending) -> String {
    let what = match ending {
        Ending::Approved => "approve",
        Ending::Answered => "answer",
        Ending::Expired => "unreached",
        _ => "decline",
    };
    format!("/team/requests/{id}/{what}")
}

/// The same, begun with the template `template`.
pub fn queued_end_with(id: RequestId, ending: Ending, template: &str) -> String {
    format!("{}?template={template}", queued_end(id, ending))
}

/// POST says whose chart a request for a family account is about.
pub fn queued_patient(id: RequestId) -> String {
    format!("/team/requests/{id}/patient")
}

/// Where two records are proposed as one; POST compares them.
pub fn merges() -> &'static str {
    "/team/merges"
}

/// POST proposes it.
pub fn propose_merge() -> &'static str {
    "/team/merges/propose"
}

/// Where two records that are to be one are compared; POST decides.
pub fn merge(id: RequestId) -> String {
    format!("/team/requests/{id}/merge")
}

/// The picture that came with a question.
pub fn screenshot(id: RequestId) -> String {
    format!("/team/requests/{id}/screenshot")
}

/// Accounts, found by address; POST finds one.
pub fn accounts() -> &'static str {
    "/team/accounts"
}

/// One account, as the access team sees it.
pub fn team_account(id: AccountId) -> String {
    format!("/team/accounts/{id}")
}

/// Where the account is disabled; POST does it.
pub fn disable_account(id: AccountId) -> String {
    format!("/team/accounts/{id}/disable")
}

/// Where the account's sessions are ended; POST does it.
pub fn end_sessions(id: AccountId) -> String {
    format!("/team/accounts/{id}/sessions")
}

/// Where a factor reset is asked for; POST does it.
pub fn ask_reset(id: AccountId) -> String {
    format!("/team/accounts/{id}/reset")
}

/// Two providers of one person, found by NPI or address; POST compares them.
pub fn providers() -> &'static str {
    "/team/providers"
}

/// POST merges the two.
pub fn merge_providers() -> &'static str {
    "/team/providers/merge"
}

/// One merge of providers.
pub fn provider_merge(id: uuid::Uuid) -> String {
    format!("/team/providers/{id}")
}

/// POST undoes the merge.
pub fn undo_provider_merge(id: uuid::Uuid) -> String {
    format!("/team/providers/{id}/undo")
}
