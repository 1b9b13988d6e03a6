//! The queue as a list with its filter, the views that are kept of it, and its table for a spreadsheet.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::super::requests::shown as typed_patient;
use super::super::{cursor, form, read_cursor};
use super::member;
use crate::app::desk::reading::{self, Listed, Place, QueueRow, Wanted};
use crate::app::desk::team::{Team, team};
use crate::app::desk::{kept_views, not_in_chart};
use crate::domain::calendar::{iso_date, parse_date};
use crate::domain::queue::filter::{BadField, Deed, Filter, Shown, Tally, Typed};
use crate::domain::queue::{View, handles};
use crate::domain::request::RequestKind;
use crate::views::desk::list::{self as view, Patient, Row};
use crate::views::desk::narrowing::{self, Export, Keep, KeptView};
use crate::views::desk::several::Several;
use crate::views::layout::NavItem;
use crate::views::{parts, paths};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Which page of the queue, besides the filter; and what was just done with several.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    view: String,
    kind: String,
    after: String,
    taken: Option<usize>,
    given: Option<usize>,
    noted: Option<usize>,
    changed: usize,
    passed: usize,
}

impl Which {
    fn done(&self) -> Option<(Deed, Tally)> {
        let of = |deed, done: Option<usize>| {
            done.map(|done| (deed, Tally { done, changed: self.changed, passed: self.passed }))
        };
        of(Deed::Taken, self.taken)
            .or_else(|| of(Deed::Given, self.given))
            .or_else(|| of(Deed::Noted, self.noted))
    }
}

/// The page of the queue that a form or a URL names.
pub(super) struct Asked {
    /// Which requests, with the filter as typed.
    pub shown: Shown,
    /// The filter; else what will not do of it.
    filter: Result<Filter, Vec<BadField>>,
    /// Where the page begins; empty for the first.
    pub after: String,
    /// Who works on requests.
    pub team: Team,
}

/// What `which` and `typed` ask for. A view, kind or owner that is none narrows nothing.
pub(super) async fn asked(
    site: &Site,
    visitor: &Visitor,
    which: &Which,
    typed: &Typed,
) -> Result<Asked, PageError> {
    let team = team(&site.app, visitor.circumstances.now).await?;
    let filter = typed.among(&team.accounts());
    let view = View::from_word(&which.view).unwrap_or(View::NeedsAction);
    Ok(Asked {
        filter: filter.read(),
        shown: Shown { view, kind: RequestKind::from_word(&which.kind), filter },
        // What names no place is the first page.
        after: read_place(&which.after, view).map(place).unwrap_or_default(),
        team,
    })
}

fn wanted(shown: &Shown, filter: Filter, after: &str) -> Wanted {
    let Shown { view, kind, filter: typed } = shown.clone();
    Wanted { view, kind, filter, typed, after: read_place(after, view) }
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

/// What the list shows besides its rows: what was typed into its other forms, and what came of them.
#[derive(Default)]
pub(super) struct Besides {
    /// What is to be done with several.
    pub several: Several,
    /// The view that is to be kept.
    pub keep: Keep,
    /// What was done with several.
    pub done: Option<(Deed, Tally)>,
}

/// `GET /team/requests`: a page of the queue.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(which): Query<Which>,
    Query(typed): Query<Typed>,
) -> Result<Response, PageError> {
    let asked = asked(&site, &visitor, &which, &typed).await?;
    let besides = Besides { done: which.done(), ..Besides::default() };
    page(&site, &visitor, asked, besides, StatusCode::OK).await
}

/// The page of the queue. With a filter that will not do, nothing is listed: it would not be what was asked for.
pub(super) async fn page(
    site: &Site,
    visitor: &Visitor,
    asked: Asked,
    besides: Besides,
    status: StatusCode,
) -> Result<Response, PageError> {
    let caller = member(visitor);
    let Asked { shown, filter, after, team } = asked;
    let (listed, bad_fields) = match filter {
        Ok(filter) => {
            let listed = reading::list(&site.app, &caller, &wanted(&shown, filter, &after)).await?;
            let bad = listed.bad_field.into_iter().collect();
            (listed, bad)
        }
        Err(bad) => {
            let counts = reading::counts(&site.app, &caller).await?;
            (Listed { rows: Vec::new(), next: None, counts, bad_field: None }, bad)
        }
    };
    let status = if bad_fields.is_empty() { status } else { StatusCode::UNPROCESSABLE_ENTITY };
    let kept = kept_views::of(&site.app, &caller).await?.into_iter();
    let counts = listed.counts;
    let model = view::Queue {
        shown,
        bad_fields,
        owners: team.all,
        counts: [counts.open, counts.mine, counts.overdue, counts.with_family],
        next_due: counts.next_due,
        rows: listed.rows.into_iter().map(|row| line(site, visitor, row)).collect(),
        after,
        next: listed.next.map(place),
        handles: handles(&visitor.session.roles),
        several: Several { receivers: team.active, ..besides.several },
        done: besides.done,
        kept: kept.map(|(id, name, shown)| KeptView { id, name, shown }).collect(),
        keep: besides.keep,
        not_in_chart: not_in_chart::count(&site.app).await?,
    };
    Ok((status, view::page(&visitor.frame(site, NavItem::Queue), &model)).into_response())
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
        RequestKind::PcpChange | RequestKind::NonPcp => Some(typed_patient(&row.typed))
            .filter(|typed| !typed.is_empty())
            .map_or(Patient::None, Patient::Typed),
        _ => Patient::None,
    }
}

/// The name of a view that is to be kept.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: String,
}

/// `POST /team/requests/views`: keeps what the page shows under a name.
pub async fn keep_view(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, PageError> {
    let (which, typed, Named { name }): (Which, Typed, Named) = (form(&body)?, form(&body)?, form(&body)?);
    let asked = asked(&site, &visitor, &which, &typed).await?;
    let mut keep = Keep { name, fault: None };
    if asked.filter.is_ok() {
        match kept_views::keep(&site.app, &member(&visitor), &keep.name, &asked.shown).await? {
            Ok(()) => return Ok(Redirect::to(&paths::queue_of(&asked.shown)).into_response()),
            Err(fault) => keep.fault = Some(fault),
        }
    }
    let besides = Besides { keep, ..Besides::default() };
    page(&site, &visitor, asked, besides, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `POST /team/requests/views/{id}/remove`: removes a view that the caller keeps; another's is not there.
pub async fn remove_view(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    body: Bytes,
) -> Result<Response, PageError> {
    let (which, typed): (Which, Typed) = (form(&body)?, form(&body)?);
    if !kept_views::remove(&site.app, &member(&visitor), id).await? {
        return Err(PageError::NotFound);
    }
    let asked = asked(&site, &visitor, &which, &typed).await?;
    Ok(Redirect::to(&paths::queue_of(&asked.shown)).into_response())
}

/// `GET /team/requests/export`: asks which requests.
pub async fn export_page(
    State(site): State<Site>,
    visitor: Visitor,
    Query(which): Query<Which>,
    Query(typed): Query<Typed>,
) -> Result<Markup, PageError> {
    let Asked { shown, team, filter, .. } = asked(&site, &visitor, &which, &typed).await?;
    let model = Export { shown, bad_fields: filter.err().unwrap_or_default(), owners: team.all };
    Ok(narrowing::export_page(&visitor.frame(&site, NavItem::Queue), &model))
}

/// `POST /team/requests/export`: the table.
pub async fn export(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let (which, typed): (Which, Typed) = (form(&body)?, form(&body)?);
    let Asked { shown, filter, team, .. } = asked(&site, &visitor, &which, &typed).await?;
    let frame = visitor.frame(&site, NavItem::Queue);
    let found = match filter {
        Ok(filter) => reading::export(&site.app, &member(&visitor), &wanted(&shown, filter, ""))
            .await?
            .map_err(|bad| vec![bad]),
        Err(bad) => Err(bad),
    };
    let rows = match found {
        Ok(rows) => rows,
        Err(bad_fields) => {
            let page = narrowing::export_page(&frame, &Export { shown, bad_fields, owners: team.all });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let rows: Vec<Row> = rows.into_iter().map(|row| line(&site, &visitor, row)).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"requests.csv\""),
    ];
    Ok((headers, view::csv(&frame, &rows)).into_response())
}
