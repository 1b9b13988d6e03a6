//! Restrictions: found by MRN, previewed, made and ended.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::desk::{barred, member};
use super::form;
use crate::app::desk::Done;
use crate::app::restrictions::{self, Made, Problem, RestrictionRow, Wanted};
use crate::domain::ids::{FactId, PatientId};
use crate::domain::restriction::Scope;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::restrictions::{self as view, RestrictionFault, Typed};
use crate::views::team::LookUpPatient;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the pages.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    mrn: String,
    scope: String,
    whom: String,
    reason: String,
}

impl Fields {
    fn typed(&self) -> Typed {
        let reason = self.reason.replace("\r\n", "\n");
        Typed { scope: Scope::from_word(&self.scope), whom: self.whom.clone(), reason }
    }
}

/// What went wrong with the form.
#[derive(Default)]
struct Tried {
    typed: Typed,
    faults: Vec<RestrictionFault>,
    stale: bool,
}

fn patient(card: crate::app::look_ups::named::Card) -> LookUpPatient {
    LookUpPatient { family: card.family, given: card.given, birth_date: card.birth_date, mrn: card.mrn }
}

fn row(row: RestrictionRow) -> view::Row {
    view::Row {
        id: row.id,
        scope: row.scope,
        name: row.name,
        known_by: row.known_by,
        span: row.span,
        reason: row.reason,
        made_by: row.made_by,
        ended_by: row.ended_by,
    }
}

/// `GET /team/restrictions`: the empty form.
pub async fn find_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::find_page(&visitor.frame(&site, NavItem::LookUps), "", false)
}

/// `POST /team/restrictions`: the patient whose MRN was typed; a form, so that no MRN stands in a URL.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    Ok(match restrictions::find(&site.app, &member(&visitor), &fields.mrn).await? {
        Some(id) => Redirect::to(&paths::restrictions_of(id)).into_response(),
        None => {
            let page = view::find_page(&visitor.frame(&site, NavItem::LookUps), &fields.mrn, true);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

/// `GET /team/restrictions/of/{id}`: the restrictions of a patient.
pub async fn of(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<PatientId>,
) -> Result<Markup, PageError> {
    list_of(&site, &visitor, id, Tried::default()).await
}

async fn list_of(site: &Site, visitor: &Visitor, id: PatientId, tried: Tried) -> Result<Markup, PageError> {
    let found = restrictions::page(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)?;
    let model = view::Restrictions {
        id,
        patient: patient(found.card),
        rows: found.rows.into_iter().map(row).collect(),
        may_change: found.bar.is_none(),
        typed: tried.typed,
        faults: tried.faults,
        stale: tried.stale,
    };
    Ok(view::page(&visitor.frame(site, NavItem::LookUps), &model))
}

/// The form again, with what was typed and what is wrong with it.
async fn again(
    site: &Site,
    visitor: &Visitor,
    id: PatientId,
    (typed, faults): (Typed, Vec<RestrictionFault>),
) -> Result<Response, PageError> {
    let page = list_of(site, visitor, id, Tried { typed, faults, stale: false }).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn fault(problem: Problem) -> RestrictionFault {
    match problem {
        Problem::Unknown => RestrictionFault::Unknown,
        Problem::Several => RestrictionFault::Several,
        Problem::Reason => RestrictionFault::Reason,
    }
}

/// What was typed as a restriction that is wanted; `None` where nobody was chosen.
fn wanted(typed: &Typed) -> Option<Wanted> {
    let (whom, reason) = (typed.whom.clone(), typed.reason.clone());
    typed.scope.map(|scope| Wanted { scope, whom, reason })
}

/// `POST /team/restrictions/of/{id}/preview`: who would lose the chart.
pub async fn preview(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<PatientId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let typed = form::<Fields>(&body)?.typed();
    let Some(wanted) = wanted(&typed) else {
        return again(&site, &visitor, id, (typed, vec![RestrictionFault::ScopeMissing])).await;
    };
    let found = match restrictions::preview(&site.app, &member(&visitor), id, &wanted).await? {
        Made::Done(found) => found,
        Made::Wrong(problems) => {
            let faults = problems.into_iter().map(fault).collect();
            return again(&site, &visitor, id, (typed, faults)).await;
        }
        Made::Unconfirmed => {
            return again(&site, &visitor, id, (typed, vec![RestrictionFault::Unconfirmed])).await;
        }
        Made::Barred(bar) => return Ok(barred(&site, &visitor, bar, NavItem::LookUps)),
        Made::Already | Made::Unknown => return Err(PageError::NotFound),
    };
    let model = view::Preview {
        id,
        patient: patient(found.card),
        typed,
        name: found.name,
        losing: found.losing.into_iter().map(super::team::account_line).collect(),
        count: found.count,
        held: found.held,
    };
    Ok(view::preview_page(&visitor.frame(&site, NavItem::LookUps), &model).into_response())
}

/// `POST /team/restrictions/of/{id}`: makes it.
pub async fn make(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<PatientId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let typed = form::<Fields>(&body)?.typed();
    let Some(wanted) = wanted(&typed) else {
        return again(&site, &visitor, id, (typed, vec![RestrictionFault::ScopeMissing])).await;
    };
    let faults = match restrictions::make(&site.app, &member(&visitor), id, &wanted).await? {
        Made::Done(()) => return Ok(Redirect::to(&paths::restrictions_of(id)).into_response()),
        Made::Barred(bar) => return Ok(barred(&site, &visitor, bar, NavItem::LookUps)),
        Made::Unknown => return Err(PageError::NotFound),
        Made::Already => vec![RestrictionFault::Already],
        Made::Unconfirmed => vec![RestrictionFault::Unconfirmed],
        Made::Wrong(problems) => problems.into_iter().map(fault).collect(),
    };
    again(&site, &visitor, id, (typed, faults)).await
}

/// `POST /team/restrictions/{id}/end`: ends it.
pub async fn end(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<FactId>,
) -> Result<Response, PageError> {
    match restrictions::end(&site.app, &member(&visitor), id).await? {
        Done::Done(patient) => Ok(Redirect::to(&paths::restrictions_of(patient)).into_response()),
        Done::Barred(bar) => Ok(barred(&site, &visitor, bar, NavItem::LookUps)),
        Done::Stale => {
            let page = restrictions::patient_of(&site.app, id).await?.ok_or(PageError::NotFound)?;
            let page = list_of(&site, &visitor, page, Tried { stale: true, ..Tried::default() }).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Done::BadText | Done::Obstacle(_) | Done::Unknown => Err(PageError::NotFound),
    }
}
