//! The chart: banner, sections, summary, trends (pages P8 to P13).

pub mod appointments;
pub mod begun;
pub mod ccda;
mod flowsheet;
pub mod growth;
pub mod item;
pub mod lists;
pub mod notes;
pub mod pdf;
pub mod reports;
pub mod results;
pub mod search;
pub mod shell;
pub mod summary;
pub mod target;

use maud::{Markup, html};

use crate::domain::access::Basis;
use crate::domain::calendar::Instant;
use crate::domain::chart::look::is_new;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{AllergyStatement, Banner, ChartItem, Section};
use crate::domain::ids::PatientId;
use crate::views::parts::flag;
use crate::views::paths::ChartAt;
use crate::views::words::results as w;

/// What came of asking the source for a section.
#[derive(Clone, PartialEq, Debug)]
pub enum Loaded<T> {
    /// This.
    Here(T),
    /// The source does not answer; when it last did, if known.
    Down(Option<Instant>),
    /// The source has not answered yet: the rest of the page is there.
    Slow,
    /// The viewer's reach does not include the section.
    OutOfReach,
}

impl<T> Loaded<T> {
    /// What is there.
    pub const fn here(&self) -> Option<&T> {
        match self {
            Self::Here(content) => Some(content),
            Self::Down(_) | Self::Slow | Self::OutOfReach => None,
        }
    }
}

/// One reason why the viewer sees the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Why {
    /// The basis.
    pub basis: Basis,
    /// The provider whom the fact behind it names, when that is not the viewer.
    pub provider: Option<String>,
    /// The practice it names, or through which it reaches the viewer.
    pub practice: Option<String>,
    /// When it ends.
    pub until: Option<Instant>,
}

/// One entry of the chart's navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tab {
    /// The section.
    pub section: Section,
    /// How many items within the viewer's reach are new since the last look, where that is known.
    pub count: Option<usize>,
}

/// What every page of a chart shows around its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shell {
    /// The patient.
    pub id: PatientId,
    /// Who it is.
    pub banner: Banner,
    /// What is known of allergies.
    pub allergies: AllergyStatement,
    /// Nobody can say who it is: the banner is blank.
    pub unknown: bool,
    /// Why the viewer sees the chart, in the product's order.
    pub why: Vec<Why>,
    /// Whether the viewer's reach excludes something.
    pub limited: bool,
    /// Former MRNs that lead here.
    pub former_mrns: Vec<String>,
    /// The sections within reach, in the order of [`Section::ALL`] or any other.
    pub tabs: Vec<Tab>,
    /// The two sources of the record, where there are two.
    pub sources: Option<Sources>,
    /// The page shows something that 42 CFR Part 2 protects, be it an allergy that the banner names.
    pub part2: bool,
    /// The end of the viewer's look before this one: what was filed later is new. `None` during the first look.
    pub since: Option<Instant>,
}

/// The two sources of the record, kept apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sources {
    /// What the old one is called.
    pub old_label: String,
    /// Whether the page shows the old one.
    pub is_old: bool,
}

impl Shell {
    /// The chart in the source that the page shows.
    pub fn at(&self) -> ChartAt {
        ChartAt::of(self.id, self.sources.as_ref().is_some_and(|sources| sources.is_old))
    }

    /// The same around a page that shows `items`: where 42 CFR Part 2 protects one of them, the page says so.
    #[must_use]
    pub fn showing<'a>(&self, items: impl IntoIterator<Item = &'a ChartItem>) -> Self {
        items.into_iter().fold(self.clone(), |shell, item| shell.labelled(item.labels))
    }

    /// The same around something with `labels`, beside what it shows already.
    #[must_use]
    pub fn labelled(self, labels: Labels) -> Self {
        Self { part2: self.part2 || labels.meets(Labels::PART2), ..self }
    }

    /// Whether `item` is new to the viewer.
    pub fn is_new(&self, item: &ChartItem) -> bool {
        is_new(item, self.since)
    }

    /// Whether the viewer may open `section`.
    pub fn shows(&self, section: Section) -> bool {
        self.tabs.iter().any(|tab| tab.section == section)
    }
}

/// The mark of an item that is new to the viewer.
fn mark_new(shell: &Shell, item: &ChartItem) -> Markup {
    html! { @if shell.is_new(item) { " " (flag::tag("new", w::NEW)) } }
}
