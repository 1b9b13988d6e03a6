//! The queue as a list, several taken at once, and its table for a spreadsheet.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::requests::shown;
use super::super::{cursor, form, read_cursor};
use super::{barred, member};
use crate::app::desk::reading::{self, Listed, Place, QueueRow, Wanted};
use crate::app::desk::{Done, acting};
use crate::domain::calendar::{iso_date, parse_date};
use crate::domain::ids::RequestId;
use crate::domain::queue::{ON_PAGE, View, handles};
use crate::domain::request::RequestKind;
use crate::views::desk::list::{self as view, Patient, Row};
use crate::views::layout::NavItem;
use crate::views::{parts, paths};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Which page of the queue.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    view: String,
    kind: String,
    after: String,
    taken: Option<usize>,
    changed: Option<usize>,
}

/// The chosen requests, and the page they were chosen on.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Several {
    view: String,
    kind: String,
    chosen: Vec<String>,
}

fn view_of(word: &str) -> View {
    View::from_word(word).unwrap_or(View::NeedsAction)
}

fn place(place: Place) -> String {
    match place {
        Place::Open(due, at, id) => format!("{}.{}", iso_date(due), cursor(at, id)),
        Place::Closed(at, id) => cursor(at, id),
    }
}

fn read_place(text: &str, view: View) -> Option<Place> {
    if view == View::Closed {
        return read_cursor(text).map(|(at, id)| Place::Closed(at, id));
    }
    let (due, rest) = text.split_once('.')?;
    let (at, id) = read_cursor(rest)?;
    Some(Place::Open(parse_date(due)?, at, id))
}

/// `GET /team/requests`: a page of the queue.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Markup, PageError> {
    let (view, kind) = (view_of(&which.view), RequestKind::from_word(&which.kind));
    let wanted = Wanted { view, kind, after: read_place(&which.after, view) };
    let Listed { rows, next, counts } = reading::list(&site.app, &member(&visitor), &wanted).await?;
    let model = view::Queue {
        view,
        kind,
        counts: [counts.open, counts.mine, counts.overdue, counts.with_family],
        next_due: counts.next_due,
        rows: rows.into_iter().map(|row| line(&site, &visitor, row)).collect(),
        next: next.map(place),
        handles: handles(&visitor.session.roles),
        taken: which.taken.zip(which.changed),
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Queue), &model))
}

fn line(site: &Site, visitor: &Visitor, row: QueueRow) -> Row {
    let (hospital, now) = (&site.app.hospital, visitor.circumstances.now);
    Row {
        id: row.id,
        version: row.version,
        kind: row.kind,
        patient: patient(&row),
        asked_by: row.asked_by,
        practice: row.practice,
        filed: row.filed_at,
        due: row.due_on.map(|due| (due, hospital.until_due(row.kind, row.filed_at, due, now))),
        owner: row.owner.map(|(id, name)| (name, id == visitor.session.account)),
        ended: row.outcome.zip(row.closed_at),
    }
}

/// The patient that a request is about: as the record names them, else as typed.
fn patient(row: &QueueRow) -> Patient {
    let (family, given) = &row.patient;
    if !family.is_empty() {
        return Patient::Known(parts::name(family, given));
    }
    match row.kind {
        RequestKind::PcpChange | RequestKind::NonPcp => {
            Some(shown(&row.typed)).filter(|typed| !typed.is_empty()).map_or(Patient::None, Patient::Typed)
        }
        _ => Patient::None,
    }
}

/// `POST /team/requests/take`: takes the chosen requests.
pub async fn take(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Several = form(&body)?;
    let read = |text: &String| {
        let (id, version) = text.split_once(':')?;
        Some((id.parse::<RequestId>().ok()?, version.parse::<i64>().ok()?))
    };
    let chosen: Vec<_> = fields.chosen.iter().take(ON_PAGE).filter_map(read).collect();
    let (view, kind) = (view_of(&fields.view), RequestKind::from_word(&fields.kind));
    Ok(match acting::take_all(&site.app, &member(&visitor), &chosen).await? {
        Done::Barred(bar) => barred(&site, &visitor, bar, NavItem::Queue),
        Done::Done((taken, changed)) => {
            Redirect::to(&paths::queue_taken(view, kind, taken, changed)).into_response()
        }
        _ => Redirect::to(&paths::queue_view(view, kind)).into_response(),
    })
}

/// `GET /team/requests/export`: asks which requests.
pub async fn export_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::export_page(&visitor.frame(&site, NavItem::Queue), View::NeedsAction, None)
}

/// `POST /team/requests/export`: the table.
pub async fn export(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let which: Which = form(&body)?;
    let wanted =
        Wanted { view: view_of(&which.view), kind: RequestKind::from_word(&which.kind), after: None };
    let rows = reading::export(&site.app, &member(&visitor), &wanted).await?;
    let rows: Vec<Row> = rows.into_iter().map(|row| line(&site, &visitor, row)).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"requests.csv\""),
    ];
    Ok((headers, view::csv(&visitor.frame(&site, NavItem::Queue), &rows)).into_response())
}
