//! The summary: as a page, begun before a slow source has answered, and as a file.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::super::form;
use super::begun::Beginning;
use super::{completed, first_shell, loaded, open, open_for};
use crate::app::access::{Opened, Reading};
use crate::app::charts;
use crate::app::charts::acknowledging::{self, Acknowledged};
use crate::app::ports::{SLOW_AFTER, Wanted};
use crate::app::{App, AppError};
use crate::domain::audit::Act;
use crate::domain::chart::acknowledgement::{Critical, Version};
use crate::domain::chart::appointments::coming;
use crate::domain::chart::notes::current;
use crate::domain::chart::results::{by_test, measured};
use crate::domain::chart::{ChartItem, Section};
use crate::views::chart::begun::Title;
use crate::views::chart::ccda::{self, Continuity};
use crate::views::chart::item::{NoFile, no_file};
use crate::views::chart::pdf;
use crate::views::chart::shell::Here;
use crate::views::chart::summary::{self as view, Summary, Unacknowledged};
use crate::views::chart::{Loaded, Shell};
use crate::views::layout::{Frame, NavItem};
use crate::views::paths;
use crate::views::words::chart::SUMMARY;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Results read for the summary: enough for the latest tests with their recent course, beside those that were ever critical.
const RESULTS_ON_SUMMARY: u32 = 120;

/// Notes read for the summary: enough for the latest that stand, whatever they replaced.
const NOTES_ON_SUMMARY: u32 = 24;

/// `GET /charts/{id}`: the summary. No card waits longer than [`SLOW_AFTER`].
pub async fn summary(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let opened = match open(&site, &visitor, &id, None).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let app = charts::for_page(&site.app);
    let first = first_shell(&app, &visitor, &opened).await?;
    let frame = visitor.frame(&site, NavItem::None);
    let beginning = Beginning {
        frame: frame.clone(),
        first: first.clone(),
        title: Title { here: Here::Summary, text: SUMMARY.to_owned() },
        reference: visitor.circumstances.id.clone(),
    };
    let whole = async move { Ok(view::page(&frame, &shown(&app, &opened, first, &frame).await?)) };
    beginning.answer(whole).await
}

/// Which version of a result the viewer has seen.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Seen {
    version: String,
}

/// `POST /charts/{id}/results/{item}/acknowledge`: the viewer has seen a critical result; else the summary, and why it is not acknowledged.
pub async fn acknowledge(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, section, item)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<Response, PageError> {
    let seen: Seen = form(&body)?;
    let item: Uuid = item.parse().unwrap_or(Uuid::nil());
    let reading = Reading { how: "acknowledge", item: Some(item), ..Reading::of(None) };
    let opened = match open_for(&site, &visitor, &id, &reading).await? {
        Ok(opened) if section == Section::Results.word() => opened,
        Ok(_) => return Err(PageError::NotFound),
        Err(answer) => return Ok(answer),
    };
    let app = charts::for_page(&site.app);
    let (version, context) = (Version::from_word(&seen.version), visitor.circumstances.context());
    let said = acknowledging::acknowledge(&app, &opened.permit, (item, &version), &context).await?;
    let (status, why) = match said.ok_or(PageError::NotFound)? {
        Acknowledged::Noted => {
            return Ok(Redirect::to(&paths::chart(opened.permit.patient())).into_response());
        }
        Acknowledged::Changed => (StatusCode::CONFLICT, Unacknowledged::Changed),
        Acknowledged::Unknown => (StatusCode::SERVICE_UNAVAILABLE, Unacknowledged::Unknown),
    };
    let first = first_shell(&app, &visitor, &opened).await?;
    let frame = visitor.frame(&site, NavItem::None);
    let summary = shown(&app, &opened, first, &frame).await?;
    Ok((status, view::page(&frame, &Summary { unacknowledged: Some(why), ..summary })).into_response())
}

/// `GET /charts/{id}/summary.pdf`: the summary as a file, which leaves the portal.
pub async fn summary_pdf(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let reading = Reading { act: Act::ExportChart, ..Reading::of(None) };
    let opened = match open_for(&site, &visitor, &id, &reading).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let app = charts::for_page(&site.app);
    let first = first_shell(&app, &visitor, &opened).await?;
    let frame = visitor.frame(&site, NavItem::None);
    let file = pdf::file(&frame, &shown(&app, &opened, first, &frame).await?);
    let kind = (header::CONTENT_TYPE, "application/pdf");
    let named = (header::CONTENT_DISPOSITION, "attachment; filename=\"summary.pdf\"");
    Ok(([kind, named], file).into_response())
}

/// `GET /charts/{id}/summary.xml`: the summary as a C-CDA document for another system, without leaving out what is older; none while
/// nobody can say whose it is.
pub async fn summary_document(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let reading = Reading { act: Act::ExportChart, how: "ccda", ..Reading::of(None) };
    let opened = match open_for(&site, &visitor, &id, &reading).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let app = charts::for_page(&site.app);
    let first = first_shell(&app, &visitor, &opened).await?;
    let frame = visitor.frame(&site, NavItem::None);
    if first.unknown {
        // Another system would file a document that names nobody.
        let model = NoFile { shell: first, section: None, why: Loaded::Down(None) };
        return Ok((StatusCode::SERVICE_UNAVAILABLE, no_file(&frame, &model)).into_response());
    }
    let model = continuity(&app, &opened, first, (&frame, &visitor.circumstances.id)).await?;
    let file = ccda::file(&frame, &model).map_err(|error| PageError::Fault(error.to_string()))?;
    let kind = (header::CONTENT_TYPE, "application/xml");
    let named = (header::CONTENT_DISPOSITION, "attachment; filename=\"summary.xml\"");
    Ok(([kind, named], file).into_response())
}

/// Everything that the document shows; its id is that of the request, by which the audit finds it.
async fn continuity(
    app: &App,
    opened: &Opened,
    first: Shell,
    (frame, request): (&Frame, &str),
) -> Result<Continuity, AppError> {
    let read_all =
        |section| charts::soon(SLOW_AFTER, charts::items(app, &opened.permit, section, Wanted::default()));
    let (summary, procedures, care_team) = tokio::try_join!(
        read(app, opened, first, (frame, Extent::Whole)),
        read_all(Section::Procedures),
        read_all(Section::CareTeam)
    )?;
    let same = |items: Vec<ChartItem>| items;
    let (procedures, care_team) = (loaded(procedures, same), loaded(care_team, same));
    Ok(Continuity { id: request.to_owned(), summary, procedures, care_team })
}

/// Visits read for the summary: enough for the latest, however many were called off.
const VISITS_ON_SUMMARY: u32 = 40;

/// Immunizations read for the summary.
const IMMUNIZATIONS_ON_SUMMARY: u32 = 8;

/// How much of the record is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The latest of each section, as much as a page shows.
    Latest,
    /// All of it.
    Whole,
}

impl Extent {
    /// How many items are asked for where the latest are `latest`.
    const fn of(self, latest: u32) -> u32 {
        match self {
            Self::Latest => latest,
            Self::Whole => 0,
        }
    }
}

/// The summary as the page and the PDF show it, with what the viewer has acknowledged: one more statement, where there are critical results.
async fn shown(app: &App, opened: &Opened, first: Shell, frame: &Frame) -> Result<Summary, AppError> {
    let mut summary = read(app, opened, first, (frame, Extent::Latest)).await?;
    if let Some(tests) = summary.results.here() {
        summary.critical = acknowledging::critical(app, &opened.permit, tests).await?;
    }
    Ok(summary)
}

/// Everything that the summary shows, read at once.
async fn read(
    app: &App,
    opened: &Opened,
    first: Shell,
    (frame, extent): (&Frame, Extent),
) -> Result<Summary, AppError> {
    let read = |section, latest| {
        let wanted = Wanted { limit: extent.of(latest), ..Wanted::default() };
        charts::soon(SLOW_AFTER, charts::items(app, &opened.permit, section, wanted))
    };
    let same = |items: Vec<ChartItem>| items;
    let (results, vitals) = (
        charts::soon(SLOW_AFTER, charts::leading(app, &opened.permit, extent.of(RESULTS_ON_SUMMARY))),
        read(Section::Vitals, RESULTS_ON_SUMMARY),
    );
    let (problems, medications) = (read(Section::Problems, 0), read(Section::Medications, 0));
    let (allergies, immunizations) =
        (read(Section::Allergies, 0), read(Section::Immunizations, IMMUNIZATIONS_ON_SUMMARY));
    let (notes, visits) = (read(Section::Notes, NOTES_ON_SUMMARY), read(Section::Visits, VISITS_ON_SUMMARY));
    let appointments = read(Section::Appointments, 0);
    // Together with what is around them, so that a remote source is asked once for each.
    let lately = charts::lately(app, &opened.permit, opened.since);
    let (
        lately,
        results,
        vitals,
        problems,
        medications,
        allergies,
        immunizations,
        notes,
        visits,
        appointments,
    ) = tokio::join!(
        lately,
        results,
        vitals,
        problems,
        medications,
        allergies,
        immunizations,
        notes,
        visits,
        appointments
    );
    let (shell, vitals) = (completed(first, lately?), vitals?);
    let growth = charts::growth::latest(app, &opened.permit, &shell.banner, &vitals, frame.now).await?;
    Ok(Summary {
        shell,
        growth,
        results: loaded(results?, measured),
        critical: Critical::default(),
        unacknowledged: None,
        problems: loaded(problems?, same),
        medications: loaded(medications?, same),
        allergies: loaded(allergies?, same),
        immunizations: loaded(immunizations?, same),
        notes: loaded(notes?, current),
        vitals: loaded(vitals, by_test),
        visits: loaded(visits?, same),
        appointments: loaded(appointments?, |items| coming(&items, frame.now)),
    })
}
