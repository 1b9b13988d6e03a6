//! The care team: listed, searched for, added to and removed from.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::{Wanted, form, framed, patients};
use crate::app::family::answering::Taken;
use crate::app::family::{self, care_team};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PatientId, PracticeId, ProviderId};
use crate::views::family::Done;
use crate::views::family::care_team::{self as view, Match, Search, Seat};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of a search and of adding.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    patient: String,
    query: String,
    kind: String,
    id: String,
}

/// `GET /family/care-team`: who is on it.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    page(&site, &visitor, wanted.patient(), wanted.done(), None).await
}

/// `POST /family/care-team/find`: who could be on it.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Markup, PageError> {
    let fields: Fields = form(&body)?;
    page(&site, &visitor, fields.patient.parse().ok(), None, Some(fields.query)).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    wanted: Option<PatientId>,
    done: Option<Done>,
    query: Option<String>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let household = family::enter(&site.app, &visitor.facts, wanted, "care_team", &context).await?;
    let (mut seats, mut search, mut may_add) = (Vec::new(), Search::None, false);
    if let Some(permit) = household.current() {
        seats = care_team::seats(&site.app, permit, context.now).await?;
        may_add = care_team::may_add(permit);
        if let Some(query) = query.as_deref().filter(|_| may_add) {
            search = searched(care_team::find(&site.app, permit, query, context.now).await?);
        }
    }
    let seat = |seat: crate::app::family::care_team::Seat| Seat {
        id: seat.id,
        name: seat.name,
        role: seat.role,
        since: Some(seat.since).filter(|since| *since > Instant::EVER),
        source: seat.source,
    };
    let model = view::CareTeam {
        patients: patients(&household),
        done,
        seats: seats.into_iter().map(seat).collect(),
        may_add,
        query: query.unwrap_or_default(),
        search,
    };
    Ok(view::page(&framed(site, visitor, NavItem::CareTeam, household.language), &model))
}

fn searched(found: care_team::Search) -> Search {
    let one = |found: care_team::Match| Match {
        kind: found.whom.kind(),
        id: found.whom.id(),
        name: found.name,
        about: found.about,
        npi: found.npi,
    };
    match found {
        care_team::Search::TooShort => Search::TooShort,
        care_team::Search::Found(matches, is_cut) => {
            Search::Found(matches.into_iter().map(one).collect(), is_cut)
        }
    }
}

/// `POST /family/care-team/add`: puts somebody on it.
pub async fn add(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Redirect, PageError> {
    let fields: Fields = form(&body)?;
    let patient: PatientId = fields.patient.parse().map_err(|_| PageError::NotFound)?;
    let id: Uuid = fields.id.parse().map_err(|_| PageError::NotFound)?;
    let whom = match fields.kind.as_str() {
        "provider" => care_team::Seated::Provider(ProviderId(id)),
        "practice" => care_team::Seated::Practice(PracticeId(id)),
        _ => return Err(PageError::NotFound),
    };
    let context = visitor.circumstances.context();
    let taken = care_team::add(&site.app, &visitor.facts, (patient, whom), &context).await?;
    back(&taken, Done::Added, Done::There, Some(patient))
}

/// `POST /family/care-team/{id}/remove`: takes somebody off it.
pub async fn remove(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    let id: FactId = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let (taken, patient) = care_team::remove(&site.app, &visitor.facts, id, &context).await?;
    back(&taken, Done::Removed, Done::Already, patient)
}

fn back(taken: &Taken, done: Done, already: Done, patient: Option<PatientId>) -> Result<Redirect, PageError> {
    let done = match taken {
        Taken::Done(_) => done,
        Taken::Already => already,
        Taken::Unknown => return Err(PageError::NotFound),
    };
    let page = patient.map_or_else(|| paths::care_team().to_owned(), paths::care_team_of);
    let mark = if page.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{page}{mark}done={}", done.word())))
}
