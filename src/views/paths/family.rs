//! URLs: the family's pages.

use uuid::Uuid;

use crate::domain::family::renewal::What;
use crate::domain::ids::{FactId, PatientId, RequestId};

/// The family's home: requests first.
pub fn family() -> &'static str {
    "/family"
}

/// The family's home about one of several patients.
pub fn family_of(id: PatientId) -> String {
    format!("/family?patient={id}")
}

/// POST chooses the language of the family's pages.
pub fn family_language() -> &'static str {
    "/family/language"
}

/// One request that waits for the family.
pub fn family_request(id: RequestId) -> String {
    format!("/family/requests/{id}")
}

/// POST says yes to a request.
pub fn family_approve(id: RequestId) -> String {
    format!("/family/requests/{id}/approve")
}

/// POST says no to a request.
pub fn family_decline(id: RequestId) -> String {
    format!("/family/requests/{id}/decline")
}

/// POST lets who filed a request ask no more.
pub fn family_block(id: RequestId) -> String {
    format!("/family/requests/{id}/block")
}

/// POST lets somebody ask again.
pub fn family_unblock(id: Uuid) -> String {
    format!("/family/blocks/{id}/end")
}

/// The page that begins a family account with a code; POST begins it.
pub fn family_activate() -> &'static str {
    "/family/activate"
}

/// The same in another language.
pub fn family_activate_in(language: &str) -> String {
    format!("/family/activate?language={language}")
}

/// The page that asks for a family account without a code; POST asks.
pub fn family_enroll() -> &'static str {
    "/family/enroll"
}

/// The same in another language.
pub fn family_enroll_in(language: &str) -> String {
    format!("/family/enroll?language={language}")
}

/// The page that adds a chart to the account; POST adds it.
pub fn family_charts() -> &'static str {
    "/family/charts"
}

/// POST signs a proxy.
pub fn family_sign(id: Uuid) -> String {
    format!("/family/proxies/{id}/sign")
}

/// The families as the access team runs them; POST finds one.
pub fn team_families() -> &'static str {
    "/team/families"
}

/// POST changes a family.
pub fn team_families_change() -> &'static str {
    "/team/families/change"
}

/// Who can see the chart.
pub fn family_access() -> &'static str {
    "/family/access"
}

/// Who can see the chart of one of several patients.
pub fn family_access_of(id: PatientId) -> String {
    format!("/family/access?patient={id}")
}

/// Where the patient renews what a guardian gave; POST renews it.
pub fn family_renew(what: What, id: FactId) -> String {
    format!("/family/{}/{id}/renew", what.word())
}

/// POST takes a grant back.
pub fn family_revoke(id: FactId) -> String {
    format!("/family/grants/{id}/revoke")
}

/// The tokens of a chart; POST gives one.
pub fn family_tokens() -> &'static str {
    "/family/tokens"
}

/// The tokens of the chart of one of several patients.
pub fn family_tokens_of(id: PatientId) -> String {
    format!("/family/tokens?patient={id}")
}

/// POST takes a token back.
pub fn family_token_revoke(id: FactId) -> String {
    format!("/family/tokens/{id}/revoke")
}

/// POST ends the proxy of an adult.
pub fn family_proxy_end(id: Uuid) -> String {
    format!("/family/proxies/{id}/end")
}

/// The care team.
pub fn care_team() -> &'static str {
    "/family/care-team"
}

/// The care team of one of several patients.
pub fn care_team_of(id: PatientId) -> String {
    format!("/family/care-team?patient={id}")
}

/// POST finds somebody for the care team.
pub fn care_team_find() -> &'static str {
    "/family/care-team/find"
}

/// POST puts somebody on the care team.
pub fn care_team_add() -> &'static str {
    "/family/care-team/add"
}

/// POST takes somebody off the care team.
pub fn care_team_remove(id: FactId) -> String {
    format!("/family/care-team/{id}/remove")
}

/// Who opened the chart, for patient and guardian.
pub fn disclosures() -> &'static str {
    "/family/disclosures"
}

/// Who opened the chart of one of several patients.
pub fn disclosures_of(id: PatientId) -> String {
    format!("/family/disclosures?patient={id}")
}

/// The rows of a disclosure list after `cursor`.
pub fn disclosures_after(id: PatientId, cursor: &str) -> String {
    format!("/family/disclosures?patient={id}&after={cursor}")
}

/// What the account wrote to the access team; POST begins a thread.
pub fn family_messages() -> &'static str {
    "/family/messages"
}

/// What it wrote about one of several patients.
pub fn family_messages_of(id: PatientId) -> String {
    format!("/family/messages?patient={id}")
}

/// The threads of the list after `cursor`.
pub fn family_messages_after(id: Option<PatientId>, cursor: &str) -> String {
    match id {
        Some(id) => format!("/family/messages?patient={id}&after={cursor}"),
        None => format!("/family/messages?after={cursor}"),
    }
}

/// Where a message about `id` is written.
pub fn family_message_new(id: PatientId) -> String {
    format!("/family/messages/new?patient={id}")
}

/// One thread; POST writes once more in it.
pub fn family_message(id: RequestId) -> String {
    format!("/family/messages/{id}")
}

/// The messages of one thread before `cursor`.
pub fn family_message_before(id: RequestId, cursor: &str) -> String {
    format!("/family/messages/{id}?after={cursor}")
}

/// The file of a message, for who wrote it.
pub fn family_message_file(id: RequestId, message: Uuid) -> String {
    format!("/family/messages/{id}/files/{message}")
}
