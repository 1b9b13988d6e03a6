//! The pages of notes and documents, the search in their texts, and their files.

use std::future::Future;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::super::form;
use super::sections::Asked;
use super::{loaded, open_for, shell, shell_at};
use crate::app::access::{Context, Reading};
use crate::app::charts::notes::{self, Beside};
use crate::app::charts::{self, Part, Source, files};
use crate::app::permit::Permit;
use crate::app::{App, AppError};
use crate::domain::audit::Act;
use crate::domain::chart::file::{File, Held, form_of};
use crate::domain::chart::notes::{Choice, Offer, offer, picked};
use crate::domain::chart::text_search::Words;
use crate::domain::chart::{ChartItem, Section};
use crate::views::chart::item::{self as item_view, Item, NoFile};
use crate::views::chart::search::Search;
use crate::views::chart::{self as view, Shell};
use crate::views::layout::{Frame, NavItem};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Threads on a page.
const ON_PAGE: usize = 100;

/// The notes or the documents.
pub(super) async fn list(
    app: &App,
    permit: &Permit,
    section: Section,
    asked: &Asked,
    (frame, around): (&Frame, impl Future<Output = Result<Shell, AppError>>),
) -> Result<Markup, PageError> {
    let (mut pick, skip) = asked.pick();
    let (mut offered, mut unsigned, mut next) = (Offer::default(), 0, None);
    let (shelf, shell) = tokio::try_join!(notes::shelf(app, permit, section), around)?;
    let threads = loaded(shelf, |shelf| {
        offered = offer(&shelf.threads);
        unsigned = shelf.unsigned;
        // A type or an author that is not there is no filter.
        let known =
            |key: Option<String>, list: &[Choice]| key.filter(|key| list.iter().any(|c| c.key == *key));
        pick.kind = known(pick.kind.take(), &offered.kinds);
        pick.author = known(pick.author.take(), &offered.authors);
        let all = picked(shelf.threads, &pick);
        let end = skip.saturating_add(ON_PAGE);
        next = (all.len() > end).then_some(end);
        all.into_iter().skip(skip).take(ON_PAGE).collect()
    });
    let model = view::notes::Notes { shell, section, threads, offer: offered, pick, unsigned, next };
    Ok(view::notes::page(frame, &model))
}

/// One note, document or other item that has a page.
pub(super) async fn one(
    app: &App,
    permit: &Permit,
    section: Section,
    content: Part<(ChartItem, String)>,
    (frame, shell, context): (&Frame, Shell, &Context),
) -> Result<Markup, PageError> {
    let beside = match &content {
        Part::Here((item, _)) if matches!(section, Section::Notes | Section::Documents) => {
            notes::beside(app, permit, item, context).await?
        }
        _ => Beside::default(),
    };
    let model = Item {
        above: beside.above,
        addenda: beside.addenda,
        newer: beside.newer,
        document: beside.document,
        held: beside.held,
        ..Item::alone(shell, section, loaded(content, |found| found))
    };
    Ok(item_view::page(frame, &model))
}

/// The field of the search.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    words: String,
}

/// `GET /charts/{id}/search`: the empty form.
pub async fn search_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let reading = Reading::of(Some(Section::Notes));
    let opened = match open_for(&site, &visitor, &id, &reading).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let shell = shell(&charts::for_page(&site.app), &visitor, &opened).await?;
    let in_files = site.app.outside.scanner.is_none();
    let model = Search { shell, typed: String::new(), in_files, fault: None, hits: None };
    Ok(view::search::page(&visitor.frame(&site, NavItem::None), &model).into_response())
}

/// `POST /charts/{id}/search`: where the words are found; a form, so that they stand in no address.
pub async fn search(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let reading = Reading { how: "search", ..Reading::of(Some(Section::Notes)) };
    let opened = match open_for(&site, &visitor, &id, &reading).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let app = charts::for_page(&site.app);
    let (status, fault, hits) = match Words::read(&fields.words) {
        Ok(words) => {
            let found = notes::search(&app, &opened.permit, &words).await?;
            (StatusCode::OK, None, Some(loaded(found, |hits| hits)))
        }
        Err(fault) => (StatusCode::UNPROCESSABLE_ENTITY, Some(fault), None),
    };
    let shell = shell(&app, &visitor, &opened).await?;
    let in_files = app.outside.scanner.is_none();
    let model = Search { shell, typed: fields.words, in_files, fault, hits };
    Ok((status, view::search::page(&visitor.frame(&site, NavItem::None), &model)).into_response())
}

/// `GET /charts/{id}/{section}/{item}/file`: the file of an item, or the page that says why there is none.
pub async fn file(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section, item)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    file_of(&site, &visitor, (&id, &section, &item), Source::Present).await
}

/// `GET /charts/{id}/old/{section}/{item}/file`: the same out of the old system.
pub async fn old_file(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section, item)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    file_of(&site, &visitor, (&id, &section, &item), Source::Old).await
}

async fn file_of(
    site: &Site,
    visitor: &Visitor,
    (id, section, item): (&str, &str, &str),
    source: Source,
) -> Result<Response, PageError> {
    let section = Section::from_word(section).ok_or(PageError::NotFound)?;
    let item: Uuid = item.parse().map_err(|_| PageError::NotFound)?;
    let here = charts::for_page(&site.app);
    let app = charts::reading(&here, source).ok_or(PageError::NotFound)?;
    let reading = Reading { act: Act::OpenFile, item: Some(item), ..Reading::of(Some(section)) };
    let opened = match open_for(site, visitor, id, &reading).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let context = visitor.circumstances.context();
    let found = files::file(&app, &opened.permit, (section, item), &context).await?;
    let why = match found.ok_or(PageError::NotFound)? {
        Part::Here(Ok(file)) => return answer(item, file),
        Part::Here(Err(held)) => Part::Here(held),
        Part::Down(seen) => Part::Down(seen),
        Part::Slow => Part::Slow,
        Part::OutOfReach => Part::OutOfReach,
    };
    let again_later = why == Part::Here(Held::Unchecked);
    let shell = shell_at(&here, visitor, &opened, source).await?;
    let model = NoFile { shell, section: Some(section), why: loaded(why, |held| held) };
    let page = item_view::no_file(&visitor.frame(site, NavItem::None), &model);
    if again_later {
        let wait = [(header::RETRY_AFTER, HeaderValue::from(SCANNER_BACK_SECONDS))];
        return Ok((StatusCode::SERVICE_UNAVAILABLE, wait, page).into_response());
    }
    Ok(page.into_response())
}

/// When a file that could not be checked may be asked for again, in seconds.
const SCANNER_BACK_SECONDS: u16 = 120;

/// Endings of files that are handed on under no type of their own, by the type that the source declares.
const ENDINGS: [(&str, &str); 6] = [
    ("application/msword", "doc"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/rtf", "rtf"),
    ("text/rtf", "rtf"),
    ("image/tiff", "tif"),
    ("application/dicom", "dcm"),
];

/// The file: shown when its first bytes say that it is of a kind that is shown, else only to be kept. Its name is made of the
/// item's id, whatever the source calls it.
fn answer(item: Uuid, file: File) -> Result<Response, PageError> {
    let known = ENDINGS.iter().find(|(declared, _)| *declared == file.declared);
    let (kind, ending, how) = match form_of(&file.bytes).shown_as() {
        Some((kind, ending)) => (kind, ending, "inline"),
        None => ("application/octet-stream", known.map_or("bin", |(_, ending)| ending), "attachment"),
    };
    let named = format!("{how}; filename=\"{}.{ending}\"", item.simple());
    let named = HeaderValue::from_str(&named).map_err(|error| PageError::Fault(error.to_string()))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, named);
    // Beside the portal's own policy, which is put on every answer: both hold.
    let apart = HeaderValue::from_static("sandbox; default-src 'none'");
    headers.insert(HeaderName::from_static("content-security-policy"), apart);
    Ok((headers, file.bytes).into_response())
}
