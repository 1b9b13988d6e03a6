//! Reading the sections of a chart that was opened.

pub mod acknowledging;
pub mod files;
pub mod growth;
pub mod notes;
mod ranges;

use std::future::Future;
use std::time::Duration;

use crate::domain::access::Basis;
use crate::domain::access::explain::Explanation;
use crate::domain::access::facts::ViewerFacts;
use crate::domain::calendar::Instant;
use crate::domain::chart::caution::caution;
use crate::domain::chart::current::is_current;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{
    AllergyStatement, Banner, ChartItem, NONE_KNOWN, SUSCEPTIBILITY, Section, UNSIGNED,
};
use crate::store::{patients, people};

use super::permit::Permit;
use super::ports::{FeedError, SLOW_AFTER, Wanted};
use super::{App, AppError};

/// A part of the record, or why it is not there.
#[derive(Clone, PartialEq, Debug)]
pub enum Part<T> {
    /// This.
    Here(T),
    /// The source does not answer; when it last did.
    Down(Option<Instant>),
    /// The source has not answered yet.
    Slow,
    /// The viewer's reach does not include the section.
    OutOfReach,
}

/// Which source of the record is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The hospital's system.
    Present,
    /// The system that it had before.
    Old,
}

/// `app` for one page: what the page has read of a remote source, it does not ask for again.
pub fn for_page(app: &App) -> App {
    match app.feed.for_page() {
        Some(feed) => App { feed, ..app.clone() },
        None => app.clone(),
    }
}

/// `app`, reading the record of `source`; `None` where there is no such source.
pub fn reading(app: &App, source: Source) -> Option<App> {
    match source {
        Source::Present => Some(app.clone()),
        Source::Old => {
            let feed = app.outside.old_source.as_ref()?.feed.clone();
            Some(for_page(&App { feed, ..app.clone() }))
        }
    }
}

/// Whether `source` is asked over a network, so that a page may have to wait for it.
pub fn waits(app: &App, source: Source) -> bool {
    match source {
        Source::Present => app.feed.for_page().is_some(),
        Source::Old => true,
    }
}

/// What `reading` gives within `patience`, else [`Part::Slow`]: a page does not wait for its slowest section.
///
/// # Errors
/// Those of `reading`.
pub async fn soon<T>(
    patience: Duration,
    reading: impl Future<Output = Result<Part<T>, AppError>>,
) -> Result<Part<T>, AppError> {
    tokio::time::timeout(patience, reading).await.unwrap_or(Ok(Part::Slow))
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

/// What stands around every section too, and the source is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lately {
    /// What is known of allergies.
    pub allergies: AllergyStatement,
    /// The security labels of those that are named.
    pub labels: Labels,
    /// How many items of a section are new since the viewer's look before this one; sections without any are left out.
    pub news: Vec<(Section, u64)>,
}

/// The allergies that the banner names, and what is new in the sections `since` then. Neither waits longer than [`SLOW_AFTER`].
///
/// # Errors
/// [`AppError`] when the database cannot be read; of a source that is down nothing is known.
pub async fn lately(app: &App, permit: &Permit, since: Option<Instant>) -> Result<Lately, AppError> {
    let listed = soon(SLOW_AFTER, items(app, permit, Section::Allergies, Wanted::default()));
    let news = async {
        match since {
            Some(since) => part(app.feed.filed_since(permit, since).await),
            None => Ok(Part::Here(Vec::new())),
        }
    };
    let (listed, news) = tokio::join!(listed, news);
    let (allergies, labels) = match listed? {
        Part::Here(items) => stated(items),
        Part::Down(_) | Part::Slow | Part::OutOfReach => (AllergyStatement::Unavailable, Labels::NONE),
    };
    let news = if let Part::Here(news) = news? { news } else { Vec::new() };
    Ok(Lately { allergies, labels, news })
}

/// What the items of the section say of allergies, and the labels of what is named or stated so.
fn stated(items: Vec<ChartItem>) -> (AllergyStatement, Labels) {
    let (none, listed): (Vec<_>, Vec<_>) =
        items.into_iter().filter(is_current).partition(|item| item.category == NONE_KNOWN);
    // A statement that is in doubt itself says nothing.
    let none_known = none.iter().any(|item| caution(item).is_none());
    let told = if listed.is_empty() { &none } else { &listed };
    let labels = told.iter().fold(Labels::NONE, |all, item| all.and(item.labels));
    (AllergyStatement::of(listed.into_iter().map(|item| item.title), none_known), labels)
}

/// The banner, the reasons and the sections of the chart that `permit` opens.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
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
    let mut found = part(app.feed.items(permit, section, wanted).await)?;
    if let Part::Here(items) = &mut found {
        ranges::settled(app, permit.patient(), items).await?;
    }
    Ok(found)
}

/// The newest `limit` results, and all of the tests that were ever critical, wherever they stand; newest first.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn leading(app: &App, permit: &Permit, limit: u32) -> Result<Part<Vec<ChartItem>>, AppError> {
    let (newest, critical) =
        (Wanted { limit, ..Wanted::default() }, Wanted { critical: true, ..Wanted::default() });
    let read = |wanted| items(app, permit, Section::Results, wanted);
    let (mut all, more) = match tokio::try_join!(read(newest), read(critical))? {
        (Part::Here(newest), Part::Here(critical)) => (newest, critical),
        (Part::Here(_), other) | (other, _) => return Ok(other),
    };
    all.extend(more);
    all.sort_by_key(|item| std::cmp::Reverse((item.at.unwrap_or(Instant::EVER), item.id)));
    all.dedup_by_key(|item| item.id);
    Ok(Part::Here(all))
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
    match app.feed.item(permit, section, id).await {
        Ok((item, _)) if item.category == UNSIGNED => Ok(None),
        Ok(mut found) => {
            found.1 = files::shown(app, section, found.1);
            ranges::settled(app, permit.patient(), std::slice::from_mut(&mut found.0)).await?;
            Ok(Some(Part::Here(found)))
        }
        Err(FeedError::Gone | FeedError::Refused) => Ok(None),
        Err(FeedError::Down { last_seen }) => Ok(Some(Part::Down(last_seen))),
        Err(FeedError::Late) => Ok(Some(Part::Slow)),
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
        Some(Part::Slow) => return Ok(Some(Part::Slow)),
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

/// The results that belong to the report `id`, with the susceptibilities of what grew.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn of_report(app: &App, permit: &Permit, id: uuid::Uuid) -> Result<Part<Vec<ChartItem>>, AppError> {
    let tried = Wanted { category: Some(SUSCEPTIBILITY.to_owned()), ..Wanted::default() };
    let mut all = Vec::new();
    for wanted in [Wanted::default(), tried] {
        match items(app, permit, Section::Results, wanted).await? {
            Part::Here(found) => all.extend(found.into_iter().filter(|item| item.report == Some(id))),
            other => return Ok(other),
        }
    }
    Ok(Part::Here(all))
}

fn part<T>(answer: Result<T, FeedError>) -> Result<Part<T>, AppError> {
    match answer {
        Ok(value) => Ok(Part::Here(value)),
        Err(FeedError::Down { last_seen }) => Ok(Part::Down(last_seen)),
        Err(FeedError::Late) => Ok(Part::Slow),
        Err(FeedError::Gone | FeedError::Refused) => Ok(Part::OutOfReach),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}
