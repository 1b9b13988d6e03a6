//! The record: summary, sections, one item.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::find::{not_authorized, turned_away};
use super::{cursor, read_cursor};
use crate::app::access::{self, Asked, Opened};
use crate::app::charts::{self, Part};
use crate::app::ports::Wanted;
use crate::domain::chart::results::{by_test, measured};
use crate::domain::chart::{AllergyStatement, Banner, ChartItem, Section};
use crate::domain::ids::PatientId;
use crate::views::chart::{self as view, Loaded, Shell, Tab, Why};
use crate::views::find::{Outcome, Typed};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Items on a page of a section.
const ON_PAGE: u32 = 100;
/// Results read for the summary: enough for the latest tests with their recent course.
const RESULTS_ON_SUMMARY: u32 = 120;

/// Opens the chart, or gives the page that says why not.
async fn open(
    site: &Site,
    visitor: &Visitor,
    id: &str,
    section: Option<Section>,
) -> Result<Result<Box<Opened>, Response>, PageError> {
    let id = PatientId(id.parse().unwrap_or(Uuid::nil()));
    let context = visitor.circumstances.context();
    Ok(match access::open(&site.app, &visitor.facts, id, section, &context).await? {
        Asked::Opened(opened) => Ok(opened),
        Asked::Turned(turned) => {
            let outcome = Outcome::NotAuthorized(not_authorized(site, turned));
            Err(turned_away(site, visitor, Typed::default(), outcome))
        }
    })
}

/// What stands around the page.
async fn shell(site: &Site, visitor: &Visitor, opened: &Opened) -> Result<Shell, PageError> {
    let around = charts::around(&site.app, &visitor.facts, &opened.permit, &opened.explanation).await?;
    let (banner, allergies_down) = match around.banner {
        Part::Here(banner) => (banner, false),
        Part::Down(_) | Part::OutOfReach => (unknown_banner(), true),
    };
    Ok(Shell {
        id: opened.permit.patient(),
        banner: Banner { deceased_on: opened.deceased_on, ..banner },
        allergies_down,
        why: around.why.into_iter().map(why).collect(),
        limited: around.limited,
        former_mrns: around.former_mrns,
        tabs: around.sections.into_iter().map(|section| Tab { section, count: None }).collect(),
    })
}

fn why(why: charts::Why) -> Why {
    Why { basis: why.basis, provider: why.provider, practice: why.practice, until: why.until }
}

fn unknown_banner() -> Banner {
    Banner {
        family: String::new(),
        given: String::new(),
        birth_date: time::Date::MIN,
        sex: String::new(),
        mrn: String::new(),
        language: String::new(),
        deceased_on: None,
        allergies: AllergyStatement::NotRecorded,
        pcps: Vec::new(),
    }
}

fn loaded<T, U>(part: Part<T>, show: impl FnOnce(T) -> U) -> Loaded<U> {
    match part {
        Part::Here(value) => Loaded::Here(show(value)),
        Part::Down(seen) => Loaded::Down(seen),
        Part::OutOfReach => Loaded::OutOfReach,
    }
}

/// `GET /charts/{id}`: the summary.
pub async fn summary(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let opened = match open(&site, &visitor, &id, None).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let read = |section, limit| {
        charts::items(&site.app, &opened.permit, section, Wanted { limit, ..Wanted::default() })
    };
    let same = |items: Vec<ChartItem>| items;
    let (results, vitals) =
        (read(Section::Results, RESULTS_ON_SUMMARY), read(Section::Vitals, RESULTS_ON_SUMMARY));
    let (problems, medications) = (read(Section::Problems, 0), read(Section::Medications, 0));
    let (allergies, immunizations) = (read(Section::Allergies, 0), read(Section::Immunizations, 8));
    let (notes, visits) = (read(Section::Notes, 6), read(Section::Visits, 6));
    let (results, vitals, problems, medications, allergies, immunizations, notes, visits) =
        tokio::join!(results, vitals, problems, medications, allergies, immunizations, notes, visits);
    let model = view::summary::Summary {
        shell: shell(&site, &visitor, &opened).await?,
        results: loaded(results?, measured),
        problems: loaded(problems?, same),
        medications: loaded(medications?, same),
        allergies: loaded(allergies?, same),
        immunizations: loaded(immunizations?, same),
        notes: loaded(notes?, same),
        vitals: loaded(vitals?, by_test),
        visits: loaded(visits?, same),
    };
    Ok(view::summary::page(&visitor.frame(&site, NavItem::None), &model).into_response())
}

/// Where a section goes on.
#[derive(Deserialize)]
pub struct After {
    after: Option<String>,
}

/// `GET /charts/{id}/{section}`: one section, newest first.
pub async fn section(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section)): Path<(String, String)>,
    Query(query): Query<After>,
) -> Result<Response, PageError> {
    let section = Section::from_word(&section).ok_or(PageError::NotFound)?;
    let opened = match open(&site, &visitor, &id, Some(section)).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let by_tests = matches!(section, Section::Results | Section::Vitals);
    let before = query.after.as_deref().and_then(read_cursor);
    // Results are grouped by test, so a page of them holds every reading of its tests.
    let limit = if by_tests { 0 } else { ON_PAGE };
    let wanted = Wanted { limit, before, ..Wanted::default() };
    let items = charts::items(&site.app, &opened.permit, section, wanted).await?;
    let next = match &items {
        Part::Here(list) if limit > 0 && list.len() >= ON_PAGE as usize => list.last().map(place),
        _ => None,
    };
    let shell = shell(&site, &visitor, &opened).await?;
    let frame = visitor.frame(&site, NavItem::None);
    let page: Markup = if by_tests {
        let tests = loaded(items, by_test);
        view::results::page(&frame, &view::results::Results { shell, section, tests, next })
    } else {
        let items = loaded(items, |items| items);
        view::lists::page(&frame, &view::lists::List { shell, section, items, next })
    };
    Ok(page.into_response())
}

fn place(item: &ChartItem) -> String {
    cursor(item.at.unwrap_or(crate::domain::calendar::Instant::EVER), item.id)
}

/// `GET /charts/{id}/{section}/{item}`: one test with its trend, or one item with its text.
pub async fn item(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section, item)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let section = Section::from_word(&section).ok_or(PageError::NotFound)?;
    let item: Uuid = item.parse().map_err(|_| PageError::NotFound)?;
    let opened = match open(&site, &visitor, &id, Some(section)).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let shell = shell(&site, &visitor, &opened).await?;
    let frame = visitor.frame(&site, NavItem::None);
    if matches!(section, Section::Results | Section::Vitals) {
        let readings =
            charts::test(&site.app, &opened.permit, section, item).await?.ok_or(PageError::NotFound)?;
        let test = match readings {
            Part::Here(list) => Loaded::Here(by_test(list).into_iter().next().ok_or(PageError::NotFound)?),
            Part::Down(seen) => Loaded::Down(seen),
            Part::OutOfReach => Loaded::OutOfReach,
        };
        let model = view::results::TestPage { shell, section, test };
        return Ok(view::results::test_page(&frame, &model).into_response());
    }
    let content = charts::item(&site.app, &opened.permit, section, item).await?.ok_or(PageError::NotFound)?;
    let content = loaded(content, |found| found);
    Ok(view::item::page(&frame, &view::item::Item { shell, section, content }).into_response())
}
