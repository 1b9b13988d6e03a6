//! Every URL a page links to, as a typed function. No name, birth date, MRN or token of a patient is ever part of one; what the access
//! team types into the filter of its queue (words of a practice, words of who asked) stands in the URL of that list.

mod account;
mod api;
mod campaign;
mod chart;
mod desk;
mod emergency;
mod family;
mod help;
mod invitation;
mod practice;
mod registration;
mod requests;
mod restrictions;
mod review;
mod single_sign_on;
mod staff;
mod token;

pub use account::*;
pub use api::*;
pub use campaign::*;
pub use chart::*;
pub use desk::*;
pub use emergency::*;
pub use family::*;
pub use help::*;
pub use invitation::*;
pub use practice::*;
pub use registration::*;
pub use requests::*;
pub use restrictions::*;
pub use review::*;
pub use single_sign_on::*;
pub use staff::*;
pub use token::*;

use uuid::Uuid;

use super::request::Wish;
use crate::domain::chart::Section;
use crate::domain::chart::growth::Measure;
use crate::domain::ids::{PatientId, ProviderId};

/// The sign-in page; POST checks the password.
pub fn sign_in() -> &'static str {
    "/sign-in"
}

/// The second step of sign-in; POST checks the code.
pub fn code() -> &'static str {
    "/sign-in/code"
}

/// POST ends this session.
pub fn sign_out() -> &'static str {
    "/sign-out"
}

/// POST ends every session of the account.
pub fn sign_out_everywhere() -> &'static str {
    "/sign-out/everywhere"
}

/// The page behind a set-up link; POST sets password and factor.
pub fn set_up(token: &str) -> String {
    format!("/set-up/{token}")
}

/// POST: the record's source says that something changed.
pub fn feed_notices() -> &'static str {
    "/feed/notices"
}

/// The home page, by kind of account.
pub fn home() -> &'static str {
    "/"
}

/// Patient Selection.
pub fn find() -> &'static str {
    "/patients"
}

/// POST searches for a patient.
pub fn search() -> &'static str {
    "/patients/search"
}

/// Which of the viewer's patients a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MineList {
    /// All of them.
    #[default]
    All,
    /// Those about whom there is something new.
    New,
    /// Those of the viewer's practice about whom there is something new.
    Practice,
}

impl MineList {
    /// The word that a URL has for it; `None` for all.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::New => Some("yes"),
            Self::Practice => Some("practice"),
        }
    }

    /// What `word` names: all, unless it is one of the others.
    pub fn from_word(word: &str) -> Self {
        [Self::New, Self::Practice].into_iter().find(|list| list.word() == Some(word)).unwrap_or_default()
    }
}

/// The patients that the viewer may see now.
pub fn my_patients() -> &'static str {
    "/patients/mine"
}

/// Those of a list, of one provider or any, from the start or after a cursor.
pub fn my_patients_in(list: MineList, provider: Option<ProviderId>, after: Option<&str>) -> String {
    let provider = provider.map(|id| id.to_string());
    let asked = [("new", list.word()), ("provider", provider.as_deref()), ("after", after)];
    let said: Vec<String> =
        asked.into_iter().filter_map(|(name, value)| value.map(|v| format!("{name}={v}"))).collect();
    let mark = if said.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", my_patients(), said.join("&"))
}

/// The summary of a chart.
pub fn chart(id: PatientId) -> String {
    format!("/charts/{id}")
}

/// A section of a chart.
pub fn chart_section(chart: impl Into<ChartAt>, section: Section) -> String {
    format!("{}/{}", chart.into().base(), section.word())
}

/// The growth charts of a child: its weight.
pub fn growth(id: PatientId) -> String {
    format!("/charts/{id}/growth")
}

/// The growth charts of one measure.
pub fn growth_of(id: PatientId, measure: Measure) -> String {
    format!("/charts/{id}/growth?measure={measure}")
}

/// Every growth chart on one sheet.
pub fn growth_sheet(id: PatientId) -> String {
    format!("/charts/{id}/growth?measure=all")
}

/// The page of a section after `cursor`.
pub fn chart_section_after(chart: impl Into<ChartAt>, section: Section, cursor: &str) -> String {
    format!("{}?after={cursor}", chart_section(chart, section))
}

/// The trend of the test that the result `item` belongs to.
pub fn trend(id: PatientId, item: Uuid) -> String {
    format!("/charts/{id}/results/{item}")
}

/// One note.
pub fn note(id: PatientId, item: Uuid) -> String {
    format!("/charts/{id}/notes/{item}")
}

/// One item of any section.
pub fn item(chart: impl Into<ChartAt>, section: Section, item: Uuid) -> String {
    format!("{}/{item}", chart_section(chart, section))
}

/// The form of an access request; POST carries what was typed in a search.
pub fn request(wish: Wish) -> String {
    format!("/requests/new?kind={}", wish.word())
}

/// The viewer's requests; POST files one.
pub fn requests() -> &'static str {
    "/requests"
}

/// The access team's look-ups.
pub fn look_ups() -> &'static str {
    "/team/look-ups"
}

/// The access team's audit list.
pub fn audit() -> &'static str {
    "/team/audit"
}

/// POST gives the audit list as a table that leaves the portal.
pub fn audit_export() -> &'static str {
    "/team/audit/export"
}

/// Patterns in the audit; POST shows one.
pub fn audit_patterns() -> &'static str {
    "/team/audit/patterns"
}

/// The accounting of disclosures; POST shows that of an MRN.
pub fn accounting() -> &'static str {
    "/team/accounting"
}

/// POST gives an accounting of disclosures as a table that leaves the portal.
pub fn accounting_export() -> &'static str {
    "/team/accounting/export"
}

/// Where a fresh factor is asked for before `next` (a path of this portal); POST checks it.
pub fn step_up(next: &str) -> String {
    format!("/step-up?next={next}")
}

/// `page` after something was done there, which it says.
pub fn done(page: &str, done: &str) -> String {
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}done={done}")
}

/// The viewer's account and sessions.
pub fn account() -> &'static str {
    "/account"
}

/// Every page in every state.
pub fn gallery() -> &'static str {
    "/dev/gallery"
}

/// One sample of the gallery.
pub fn gallery_sample(name: &str) -> String {
    format!("/dev/gallery/{name}")
}

/// The demo's mail, newest first.
pub fn kept_mail() -> &'static str {
    "/dev/mail"
}

/// One mail of the demo, as text.
pub fn kept_mail_one(id: Uuid) -> String {
    format!("/dev/mail/{id}")
}

/// One mail of the demo, as HTML.
pub fn kept_mail_html(id: Uuid) -> String {
    format!("/dev/mail/{id}/html")
}

/// The file that goes with one mail of the demo.
pub fn kept_mail_file(id: Uuid) -> String {
    format!("/dev/mail/{id}/file")
}
