//! Reading the sections of a chart that was opened.

use crate::domain::access::Basis;
use crate::domain::access::explain::Explanation;
use crate::domain::access::facts::ViewerFacts;
use crate::domain::calendar::Instant;
use crate::domain::chart::{Banner, ChartItem, Section};
use crate::store::{patients, people};

use super::permit::Permit;
use super::ports::{FeedError, Wanted};
use super::{App, AppError};

/// A part of the record, or why it is not there.
#[derive(Clone, PartialEq, Debug)]
pub enum Part<T> {
    /// This.
    Here(T),
    /// The source does not answer; when it last did.
    Down(Option<Instant>),
    /// The viewer's reach does not include the section.
    OutOfReach,
}

/// Why the viewer sees the chart, in names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Why {
    /// The basis.
    pub basis: Basis,
    /// The provider whom the fact behind it names, when that is not the viewer.
    pub provider: Option<String>,
    /// The practice it names.
    pub practice: Option<String>,
    /// When it ends.
    pub until: Option<Instant>,
}

/// What stands around every section of a chart.
#[derive(Clone, PartialEq, Debug)]
pub struct Around {
    /// Who it is.
    pub banner: Part<Banner>,
    /// Why the viewer sees it.
    pub why: Vec<Why>,
    /// Former MRNs that lead here.
    pub former_mrns: Vec<String>,
    /// The sections within reach.
    pub sections: Vec<Section>,
    /// Whether the viewer's reach excludes something.
    pub limited: bool,
}

/// The banner, the reasons and the sections of the chart that `permit` opens.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn around(
    app: &App,
    viewer: &ViewerFacts,
    permit: &Permit,
    explanation: &Explanation,
) -> Result<Around, AppError> {
    let banner = part(app.feed.banner(permit).await)?;
    let mut why = Vec::with_capacity(explanation.reasons.len());
    for reason in &explanation.reasons {
        let provider = reason.provider.filter(|p| Some(*p) != viewer.provider);
        let provider = match provider {
            Some(id) => people::provider_name(&app.db, id).await?,
            None => None,
        };
        let practice = match reason.practice {
            Some(id) => people::practice_name(&app.db, id).await?,
            None => None,
        };
        why.push(Why { basis: reason.basis, provider, practice, until: reason.span.end() });
    }
    let sections = Section::ALL.iter().copied().filter(|s| permit.reach().shows(*s));
    Ok(Around {
        banner,
        why,
        former_mrns: patients::former_mrns(&app.db, permit.patient()).await?,
        sections: sections.collect(),
        limited: permit.reach().excludes_something(),
    })
}

/// The items of `section` that `wanted` asks for.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn items(
    app: &App,
    permit: &Permit,
    section: Section,
    wanted: Wanted,
) -> Result<Part<Vec<ChartItem>>, AppError> {
    if !permit.reach().shows(section) {
        return Ok(Part::OutOfReach);
    }
    part(app.feed.items(permit, section, wanted).await)
}

/// One item with its text; `None` when the chart, as far as the viewer may see it, has no such item in `section`.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
pub async fn item(
    app: &App,
    permit: &Permit,
    section: Section,
    id: uuid::Uuid,
) -> Result<Option<Part<(ChartItem, String)>>, AppError> {
    if !permit.reach().shows(section) {
        return Ok(None);
    }
    match app.feed.item(permit, id).await {
        Ok((item, _)) if item.section != section => Ok(None),
        Ok(found) => Ok(Some(Part::Here(found))),
        Err(FeedError::Gone) => Ok(None),
        Err(FeedError::Down { last_seen }) => Ok(Some(Part::Down(last_seen))),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}

/// One item with all readings of the same test, newest first.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
pub async fn test(
    app: &App,
    permit: &Permit,
    section: Section,
    id: uuid::Uuid,
) -> Result<Option<Part<Vec<ChartItem>>>, AppError> {
    let (code, title) = match item(app, permit, section, id).await? {
        None => return Ok(None),
        Some(Part::Here((item, _))) => (item.code, item.title),
        Some(Part::Down(seen)) => return Ok(Some(Part::Down(seen))),
        Some(Part::OutOfReach) => return Ok(Some(Part::OutOfReach)),
    };
    // Tests without a code are told apart by their title.
    let uncoded = code.is_empty();
    let wanted = Wanted { code: Some(code), ..Wanted::default() };
    let mut readings = items(app, permit, section, wanted).await?;
    if let (true, Part::Here(list)) = (uncoded, &mut readings) {
        list.retain(|item| item.title == title);
    }
    Ok(Some(readings))
}

fn part<T>(answer: Result<T, FeedError>) -> Result<Part<T>, AppError> {
    match answer {
        Ok(value) => Ok(Part::Here(value)),
        Err(FeedError::Down { last_seen }) => Ok(Part::Down(last_seen)),
        Err(FeedError::Gone) => Ok(Part::OutOfReach),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}
