//! The record: sections, one item, and what stands around them.

mod begun;
pub mod growth;
mod notes;
mod sections;
mod summary;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::find::{not_authorized, turned_away};
use crate::app::App;
use crate::app::access::{self, Asked, Opened, Reading};
use crate::app::charts::{self, Lately, Part, Source};
use crate::domain::chart::{AllergyStatement, Banner, Section};
use crate::domain::ids::PatientId;
use crate::views::chart::begun::Title;
use crate::views::chart::shell::Here;
use crate::views::chart::{Loaded, Shell, Sources, Tab, Why};
use crate::views::find::{Outcome, Typed};
use crate::views::layout::NavItem;
use crate::views::words::rules;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

use begun::Beginning;
pub use notes::{file, old_file, search, search_page};
pub use summary::{acknowledge, summary, summary_document, summary_pdf};

/// Opens the chart, or gives the page that says why not.
async fn open(
    site: &Site,
    visitor: &Visitor,
    id: &str,
    section: Option<Section>,
) -> Result<Result<Box<Opened>, Response>, PageError> {
    open_for(site, visitor, id, &Reading::of(section)).await
}

/// As [`open`], for any reading.
async fn open_for(
    site: &Site,
    visitor: &Visitor,
    id: &str,
    reading: &Reading,
) -> Result<Result<Box<Opened>, Response>, PageError> {
    let id = PatientId(id.parse().unwrap_or(Uuid::nil()));
    let context = visitor.circumstances.context();
    Ok(match access::open_for(&site.app, &visitor.facts, id, reading, &context).await? {
        Asked::Opened(opened) => Ok(opened),
        Asked::Turned(turned) => {
            let outcome = Outcome::NotAuthorized(not_authorized(site, turned));
            Err(turned_away(site, visitor, Typed::default(), outcome))
        }
    })
}

/// What stands around the page, without what the source is asked for.
async fn first_shell(app: &App, visitor: &Visitor, opened: &Opened) -> Result<Shell, PageError> {
    let around = charts::around(app, &visitor.facts, &opened.permit, &opened.explanation).await?;
    let (banner, unknown) = match around.banner {
        Part::Here(banner) => (banner, false),
        Part::Down(_) | Part::Slow | Part::OutOfReach => (unknown_banner(), true),
    };
    Ok(Shell {
        id: opened.permit.patient(),
        banner: Banner { deceased_on: opened.deceased_on, ..banner },
        allergies: AllergyStatement::Unavailable,
        unknown,
        why: around.why.into_iter().map(why).collect(),
        limited: around.limited,
        part2: false,
        former_mrns: around.former_mrns,
        tabs: around.sections.into_iter().map(|section| Tab { section, count: None }).collect(),
        sources: app
            .outside
            .old_source
            .as_ref()
            .map(|old| Sources { old_label: old.label.clone(), is_old: false }),
        since: opened.since,
    })
}

/// `first`, with what the source says.
fn completed(first: Shell, lately: Lately) -> Shell {
    let count = |section| {
        let found = lately.news.iter().find(|(of, _)| *of == section);
        found.and_then(|(_, count)| usize::try_from(*count).ok())
    };
    let tabs = first.tabs.iter().map(|tab| Tab { count: count(tab.section), ..*tab }).collect();
    Shell { allergies: lately.allergies, tabs, ..first }.labelled(lately.labels)
}

/// What stands around the page.
async fn shell(app: &App, visitor: &Visitor, opened: &Opened) -> Result<Shell, PageError> {
    shell_at(app, visitor, opened, Source::Present).await
}

/// The same, around a page that shows `source`.
async fn shell_at(app: &App, visitor: &Visitor, opened: &Opened, source: Source) -> Result<Shell, PageError> {
    let first = first_shell_at(app, visitor, opened, source).await?;
    Ok(completed(first, charts::lately(app, &opened.permit, opened.since).await?))
}

/// As [`first_shell`], around a page that shows `source`.
async fn first_shell_at(
    app: &App,
    visitor: &Visitor,
    opened: &Opened,
    source: Source,
) -> Result<Shell, PageError> {
    let mut shell = first_shell(app, visitor, opened).await?;
    if let Some(sources) = &mut shell.sources {
        sources.is_old = source == Source::Old;
    }
    Ok(shell)
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
        pcps: Vec::new(),
    }
}

fn loaded<T, U>(part: Part<T>, show: impl FnOnce(T) -> U) -> Loaded<U> {
    match part {
        Part::Here(value) => Loaded::Here(show(value)),
        Part::Down(seen) => Loaded::Down(seen),
        Part::Slow => Loaded::Slow,
        Part::OutOfReach => Loaded::OutOfReach,
    }
}

/// `GET /charts/{id}/{section}`: one section, newest first.
pub async fn section(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section)): Path<(String, String)>,
    Query(query): Query<sections::Asked>,
) -> Result<Response, PageError> {
    section_of(&site, &visitor, (&id, &section), query, Source::Present).await
}

/// `GET /charts/{id}/old/{section}`: the same out of the old system.
pub async fn old_section(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section)): Path<(String, String)>,
    Query(query): Query<sections::Asked>,
) -> Result<Response, PageError> {
    section_of(&site, &visitor, (&id, &section), query, Source::Old).await
}

async fn section_of(
    site: &Site,
    visitor: &Visitor,
    (id, section): (&str, &str),
    query: sections::Asked,
    source: Source,
) -> Result<Response, PageError> {
    let section = Section::from_word(section).ok_or(PageError::NotFound)?;
    let here = charts::for_page(&site.app);
    let app = charts::reading(&here, source).ok_or(PageError::NotFound)?;
    let opened = match open(site, visitor, id, Some(section)).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let first = first_shell_at(&here, visitor, &opened, source).await?;
    let frame = visitor.frame(site, NavItem::None);
    let beginning = Beginning {
        frame: frame.clone(),
        first: first.clone(),
        title: Title { here: Here::Section(section), text: rules::section(section).to_owned() },
        reference: visitor.circumstances.id.clone(),
    };
    let whole = async move {
        let permit = &opened.permit;
        // Asked for together with what the page shows.
        let around = async { Ok(completed(first, charts::lately(&here, permit, opened.since).await?)) };
        match section {
            Section::Results | Section::Vitals => {
                sections::tests(&app, permit, section, &query, (&frame, around)).await
            }
            Section::Notes | Section::Documents => {
                notes::list(&app, permit, section, &query, (&frame, around)).await
            }
            _ => sections::list(&app, permit, section, &query, (&frame, around)).await,
        }
    };
    beginning.answer(whole).await
}

/// `GET /charts/{id}/{section}/{item}`: one test with its trend, or one item with its text.
pub async fn item(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section, item)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    item_of(&site, &visitor, (&id, &section, &item), Source::Present).await
}

/// `GET /charts/{id}/old/{section}/{item}`: the same out of the old system.
pub async fn old_item(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section, item)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    item_of(&site, &visitor, (&id, &section, &item), Source::Old).await
}

async fn item_of(
    site: &Site,
    visitor: &Visitor,
    (id, section, item): (&str, &str, &str),
    source: Source,
) -> Result<Response, PageError> {
    let section = Section::from_word(section).ok_or(PageError::NotFound)?;
    let item: Uuid = item.parse().map_err(|_| PageError::NotFound)?;
    let here = charts::for_page(&site.app);
    let app = charts::reading(&here, source).ok_or(PageError::NotFound)?;
    let opened = match open(site, visitor, id, Some(section)).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let first = first_shell_at(&here, visitor, &opened, source).await?;
    let (frame, context) = (visitor.frame(site, NavItem::None), visitor.circumstances.context());
    let beginning = Beginning {
        frame: frame.clone(),
        first: first.clone(),
        title: Title { here: Here::Section(section), text: rules::section(section).to_owned() },
        reference: visitor.circumstances.id.clone(),
    };
    let whole = async move {
        let permit = &opened.permit;
        let around = async { Ok(completed(first, charts::lately(&here, permit, opened.since).await?)) };
        let page = sections::one(&app, permit, (section, item), (&frame, around, &context)).await?;
        page.ok_or(PageError::NotFound)
    };
    // Without a network between there is nothing to wait for, and what is not there is answered so.
    if charts::waits(&site.app, source) {
        beginning.answer(whole).await
    } else {
        Ok(whole.await?.into_response())
    }
}
