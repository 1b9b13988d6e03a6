//! URLs: the access team's queue, and the accounts it runs.

use std::fmt::Write as _;

use crate::domain::ids::{AccountId, RequestId};
use crate::domain::queue::filter::{Deed, Shown, Tally};
use crate::domain::request::{Ending, RequestKind};

/// The access team's queue.
pub fn queue() -> &'static str {
    "/team/requests"
}

/// A page of the queue. Words that are looked for stand in it, so that it can be kept and sent to a colleague.
pub fn queue_of(shown: &Shown) -> String {
    format!("/team/requests?{}", asked(shown))
}

/// The page of the queue after `cursor`.
pub fn queue_after(shown: &Shown, cursor: &str) -> String {
    format!("{}&after={cursor}", queue_of(shown))
}

/// The page of the queue after `cursor` (the first, where that is empty), once `deed` was done with several of it.
pub fn queue_done(shown: &Shown, cursor: &str, (deed, tally): (Deed, Tally)) -> String {
    let deed = match deed {
        Deed::Taken => "taken",
        Deed::Given => "given",
        Deed::Noted => "noted",
    };
    let Tally { done, changed, passed } = tally;
    let mut path = format!("{}&{deed}={done}&changed={changed}", queue_of(shown));
    if passed > 0 {
        // Writing to a String does not fail.
        let _ = write!(path, "&passed={passed}");
    }
    if !cursor.is_empty() {
        let _ = write!(path, "&after={cursor}");
    }
    path
}

/// Where the requests of `shown` are exported.
pub fn queue_export_of(shown: &Shown) -> String {
    format!("{}?{}", queue_export(), asked(shown))
}

/// View, kind and filter as a query.
fn asked(shown: &Shown) -> String {
    let mut query = format!("view={}", shown.view.word());
    let kind = shown.kind.map_or("", RequestKind::word);
    let fields = std::iter::once(("kind", kind)).chain(shown.filter.fields());
    for (field, value) in fields.filter(|(_, value)| !value.is_empty()) {
        // Writing to a String does not fail.
        let _ = write!(query, "&{field}={}", encoded(value));
    }
    query
}

/// `text` as a query carries it (RFC 3986: all but unreserved characters as octets).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// POST takes the chosen requests.
pub fn queue_take() -> &'static str {
    "/team/requests/take"
}

/// POST gives the chosen requests to somebody of the team.
pub fn queue_give() -> &'static str {
    "/team/requests/give"
}

/// POST notes the same on the chosen requests.
pub fn queue_note() -> &'static str {
    "/team/requests/note"
}

/// POST keeps a view of the queue.
pub fn queue_views() -> &'static str {
    "/team/requests/views"
}

/// POST removes a view that is kept.
pub fn remove_queue_view(id: uuid::Uuid) -> String {
    format!("/team/requests/views/{id}/remove")
}

/// The queue as a table that leaves the portal; POST gives it out.
pub fn queue_export() -> &'static str {
    "/team/requests/export"
}

/// Who was confirmed as PCP and is not in the hospital's chart yet.
pub fn not_in_chart() -> &'static str {
    "/team/requests/not-in-chart"
}

/// The page of that list after `cursor`.
pub fn not_in_chart_after(cursor: &str) -> String {
    format!("/team/requests/not-in-chart?after={cursor}")
}

/// One request.
pub fn queued(id: RequestId) -> String {
    format!("/team/requests/{id}")
}

/// POST takes the request.
pub fn queued_take(id: RequestId) -> String {
    format!("/team/requests/{id}/take")
}

/// POST gives the request to somebody of the team.
pub fn queued_give(id: RequestId) -> String {
    format!("/team/requests/{id}/give")
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

/// A message of a family with what was written in its thread before `cursor`.
pub fn queued_before(id: RequestId, cursor: &str) -> String {
    format!("/team/requests/{id}?after={cursor}")
}

/// The file of a message of a family.
pub fn message_file(id: RequestId, message: uuid::Uuid) -> String {
    format!("/team/requests/{id}/files/{message}")
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

#[cfg(test)]
mod tests {
    use super::{queue_after, queue_done, queue_of};
    use crate::domain::queue::View;
    use crate::domain::queue::filter::{Deed, Shown, Tally, Typed};
    use crate::domain::request::RequestKind;

    #[test]
    fn the_queue_carries_its_filter_in_every_link() {
        let filter =
            Typed { practice: "O’Neil & Söhne".into(), due_to: "2026-05-01".into(), ..Typed::default() };
        let shown = Shown { view: View::Mine, kind: Some(RequestKind::Help), filter };
        let wanted =
            "/team/requests?view=mine&kind=help&practice=O%E2%80%99Neil%20%26%20S%C3%B6hne&due_to=2026-05-01";
        assert_eq!(queue_of(&shown), wanted);
        assert_eq!(queue_after(&Shown::all(View::Closed), "1.2"), "/team/requests?view=closed&after=1.2");
        let done = |cursor| {
            let tally = Tally { done: 2, changed: 0, passed: 1 };
            queue_done(&Shown::all(View::Closed), cursor, (Deed::Noted, tally))
        };
        assert_eq!(done(""), "/team/requests?view=closed&noted=2&changed=0&passed=1");
        assert_eq!(done("1.2"), "/team/requests?view=closed&noted=2&changed=0&passed=1&after=1.2");
    }
}
