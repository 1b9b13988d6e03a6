//! The chart: banner, sections, summary, trends (pages P8 to P13).

pub mod item;
pub mod lists;
pub mod results;
pub mod shell;
pub mod summary;

use crate::domain::access::Basis;
use crate::domain::calendar::Instant;
use crate::domain::chart::{Banner, Section};
use crate::domain::ids::PatientId;

/// What came of asking the source for a section.
#[derive(Clone, PartialEq, Debug)]
pub enum Loaded<T> {
    /// This.
    Here(T),
    /// The source does not answer; when it last did, if known.
    Down(Option<Instant>),
    /// The viewer's reach does not include the section.
    OutOfReach,
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
    /// How many items it holds within the viewer's reach, where counted.
    pub count: Option<usize>,
}

/// What every page of a chart shows around its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shell {
    /// The patient.
    pub id: PatientId,
    /// Who it is.
    pub banner: Banner,
    /// The source does not answer: the banner then says that allergies are not available.
    pub allergies_down: bool,
    /// Why the viewer sees the chart, in the product's order.
    pub why: Vec<Why>,
    /// Whether the viewer's reach excludes something.
    pub limited: bool,
    /// Former MRNs that lead here.
    pub former_mrns: Vec<String>,
    /// The sections within reach, in the order of [`Section::ALL`] or any other.
    pub tabs: Vec<Tab>,
}
