//! The tokens of a chart: given by the family, listed, taken back.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::tokens::issued;
use super::{Wanted, form, framed, patients};
use crate::app::family::answering::Taken;
use crate::app::family::{self, tokens};
use crate::app::tokens::{FamilyIssued, issue_by_family};
use crate::domain::ids::{FactId, PatientId};
use crate::views::family::Done;
use crate::views::family::tokens::{self as view, Row};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of giving one.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    patient: String,
    for_whom: String,
}

/// `GET /family/tokens`: the tokens of a chart.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    page(&site, &visitor, wanted.patient(), wanted.done(), None).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    wanted: Option<PatientId>,
    done: Option<Done>,
    too_long: Option<String>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let household = family::enter(&site.app, &visitor.facts, wanted, "tokens", &context).await?;
    let found = match household.current() {
        Some(permit) => tokens::of(&site.app, permit, context.now).await?,
        None => tokens::FamilyTokens::default(),
    };
    let row = |row: tokens::FamilyToken| Row {
        id: row.id,
        standing: row.standing,
        by: row.by,
        for_whom: row.for_whom,
        issued_at: row.issued_at,
        ends_at: row.ends_at,
        used_by: row.used_by,
    };
    let model = view::Tokens {
        patients: patients(&household),
        done,
        rows: found.rows.into_iter().map(row).collect(),
        may_give: found.may_give,
        is_note_wrong: too_long.is_some(),
        for_whom: too_long.unwrap_or_default(),
    };
    Ok(view::page(&framed(site, visitor, NavItem::FamilyAccess, household.language), &model))
}

/// `POST /family/tokens`: gives one; its secret is in this answer and nowhere else.
pub async fn give(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let patient: PatientId = fields.patient.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    match issue_by_family(&site.app, &visitor.facts, patient, &fields.for_whom, &context).await? {
        FamilyIssued::Issued(one) => {
            let language = family::language_of(&site.app, &visitor.facts, context.now).await?;
            let frame = framed(&site, &visitor, NavItem::FamilyAccess, language);
            Ok(view::given(&frame, &issued(*one)).into_response())
        }
        FamilyIssued::NotTheirs => Err(PageError::NotFound),
        FamilyIssued::NoteTooLong => {
            let page = page(&site, &visitor, Some(patient), None, Some(fields.for_whom)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// `POST /family/tokens/{id}/revoke`: takes one back.
pub async fn revoke(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    let id: FactId = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let (taken, patient) = tokens::revoke(&site.app, &visitor.facts, id, &context).await?;
    let done = match taken {
        Taken::Done(_) => Done::Revoked,
        Taken::Already => Done::Already,
        Taken::Unknown => return Err(PageError::NotFound),
    };
    let page = patient.map_or_else(|| paths::family_tokens().to_owned(), paths::family_tokens_of);
    Ok(Redirect::to(&paths::done(&page, done.word())))
}
