//! URLs: the views and filters of a section of the chart. They hold words of the portal and opaque keys, nothing of the patient.

use std::fmt::Write as _;

use uuid::Uuid;

use super::{chart_section, item};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::chart::flowsheet::Filter;
use crate::domain::chart::notes::Pick;
use crate::domain::ids::PatientId;

/// A chart, as one source of the record has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChartAt {
    id: PatientId,
    old: bool,
}

impl ChartAt {
    /// The chart of `id` in the old system when `old` says so.
    pub const fn of(id: PatientId, old: bool) -> Self {
        Self { id, old }
    }

    /// How every URL of it begins.
    pub(super) fn base(self) -> String {
        if self.old { format!("{}/old", super::chart(self.id)) } else { super::chart(self.id) }
    }
}

impl From<PatientId> for ChartAt {
    fn from(id: PatientId) -> Self {
        Self { id, old: false }
    }
}

/// POST: the viewer has seen the critical result `item`.
pub fn acknowledge(chart: PatientId, id: Uuid) -> String {
    format!("{}/acknowledge", item(chart, Section::Results, id))
}

/// How results are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Layout {
    /// Tests by dates.
    #[default]
    Sheet,
    /// The latest value of each test.
    List,
}

impl Layout {
    /// The word that a URL has for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::List => "list",
        }
    }

    /// The layout that `word` names: the flowsheet, unless it is the list.
    pub fn from_word(word: &str) -> Self {
        if word == Self::List.word() { Self::List } else { Self::Sheet }
    }
}

/// The results of a chart, laid out so and filtered so; the flowsheet may begin `after` a date.
pub fn results(chart: impl Into<ChartAt>, layout: Layout, filter: &Filter, after: Option<&str>) -> String {
    let mut url = chart_section(chart, Section::Results);
    let mut mark = '?';
    let mut add = |name: &str, value: &str| {
        let _ = write!(url, "{mark}{name}={value}");
        mark = '&';
    };
    if layout == Layout::List {
        add("view", layout.word());
    }
    if let Some(panel) = &filter.panel {
        add("panel", panel);
    }
    if filter.flagged {
        add("flagged", "yes");
    }
    if let Some(period) = filter.period {
        add("period", period.word());
    }
    if let Some(after) = after {
        add("after", after);
    }
    url
}

/// The notes or documents of a chart that `pick` asks for, after so many of them.
pub fn notes(chart: impl Into<ChartAt>, section: Section, pick: &Pick, skip: usize) -> String {
    let mut url = chart_section(chart, section);
    let mut mark = '?';
    let skip = (skip > 0).then(|| skip.to_string());
    for (name, value) in [("type", &pick.kind), ("author", &pick.author), ("skip", &skip)] {
        if let Some(value) = value {
            let _ = write!(url, "{mark}{name}={value}");
            mark = '&';
        }
    }
    url
}

/// The search in the texts of a chart; POST carries the words.
pub fn chart_search(id: PatientId) -> String {
    format!("/charts/{id}/search")
}

/// The summary of a chart as a file.
pub fn chart_pdf(id: PatientId) -> String {
    format!("/charts/{id}/summary.pdf")
}

/// The summary of a chart as a C-CDA document.
pub fn chart_document(id: PatientId) -> String {
    format!("/charts/{id}/summary.xml")
}

/// The file that belongs to an item.
pub fn chart_file(chart: impl Into<ChartAt>, section: Section, one: Uuid) -> String {
    format!("{}/file", item(chart, section, one))
}

/// The place in the flowsheet before `date`, as a URL carries it.
pub fn before(date: Instant) -> String {
    date.micros().to_string()
}

/// The place that `text` names, `None` when it names none.
pub fn read_before(text: &str) -> Option<Instant> {
    text.parse().ok().map(Instant::from_micros)
}
