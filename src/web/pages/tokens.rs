//! Patient tokens as the access team runs them: found by MRN, issued, their letters, taken back.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::desk::{barred, member};
use super::form;
use crate::app::desk::Done;
use crate::app::tokens::{self, Card, Given, Issued, ListIssued, TokenRow};
use crate::domain::ids::{FactId, PatientId};
use crate::domain::token::list;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::token::desk::{self as view, IssueFault};
use crate::views::token::{issued as issued_view, pdf};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::upload::{self, Upload};

/// The fields of the pages.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    mrn: String,
    for_whom: String,
    list: String,
    reason: String,
    format: String,
    code: Vec<String>,
}

fn patient(card: Card) -> view::Patient {
    let Card { id, family, given, birth_date, mrn, .. } = card;
    view::Patient { id, family, given, birth_date, mrn }
}

fn row(row: TokenRow) -> view::Row {
    view::Row {
        id: row.id,
        standing: row.standing,
        by: row.by,
        issuer: row.issuer,
        for_whom: row.for_whom,
        issued_at: row.issued_at,
        ends_at: row.ends_at,
        redeemed: row.redeemed,
        revoked: row.revoked,
    }
}

/// A token that was just issued, as its pages show it.
pub(super) fn issued(one: Issued) -> issued_view::Issued {
    issued_view::Issued {
        code: one.secret.grouped(),
        patient: patient(one.card),
        for_whom: one.for_whom,
        expires_at: one.expires_at,
    }
}

/// `GET /team/tokens`: the empty form.
pub async fn find_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::find_page(&visitor.frame(&site, NavItem::Tokens), "", false)
}

/// `POST /team/tokens`: the patient whose MRN was typed; a form, so that no MRN stands in a URL.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    Ok(match tokens::find(&site.app, &member(&visitor), &fields.mrn).await? {
        Some(id) => Redirect::to(&paths::tokens_of(id)).into_response(),
        None => {
            let page = view::find_page(&visitor.frame(&site, NavItem::Tokens), &fields.mrn, true);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

/// `GET /team/tokens/of/{id}`: the tokens of a patient.
pub async fn of(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<PatientId>,
) -> Result<Markup, PageError> {
    list_of(&site, &visitor, id, (String::new(), None)).await
}

async fn list_of(
    site: &Site,
    visitor: &Visitor,
    id: PatientId,
    (for_whom, fault): (String, Option<IssueFault>),
) -> Result<Markup, PageError> {
    let found = tokens::page(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)?;
    let model = view::Tokens {
        patient: patient(found.card),
        rows: found.rows.into_iter().map(row).collect(),
        bar: found.bar,
        for_whom,
        fault,
    };
    Ok(view::page(&visitor.frame(site, NavItem::Tokens), &model))
}

/// `POST /team/tokens/of/{id}`: issues one; its secret is in this answer and nowhere else.
pub async fn issue(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<PatientId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let for_whom = form::<Fields>(&body)?.for_whom;
    let fault = match tokens::issue(&site.app, &member(&visitor), id, &for_whom).await? {
        Given::Issued(one) => return Ok(shown(&site, &visitor, vec![*one])),
        Given::Barred(bar) => return Ok(barred(&site, &visitor, bar, NavItem::Tokens)),
        Given::Unknown => return Err(PageError::NotFound),
        Given::Deceased => IssueFault::Deceased,
        Given::Unconfirmed => IssueFault::Unconfirmed,
        Given::NoteTooLong => IssueFault::NoteTooLong,
    };
    let page = list_of(&site, &visitor, id, (for_whom, Some(fault))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn shown(site: &Site, visitor: &Visitor, all: Vec<Issued>) -> Response {
    let all: Vec<_> = all.into_iter().map(issued).collect();
    issued_view::page(&visitor.frame(site, NavItem::Tokens), &all).into_response()
}

/// `GET /team/tokens/list`: the empty form.
pub async fn list_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::list_page(&visitor.frame(&site, NavItem::Tokens), "", &[])
}

/// `POST /team/tokens/list`: issues every line, or names the bad ones and issues none.
pub async fn issue_list(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, PageError> {
    let typed = form::<Fields>(&body)?.list;
    Ok(match tokens::issue_list(&site.app, &member(&visitor), &typed).await? {
        ListIssued::Issued(all) => shown(&site, &visitor, all),
        ListIssued::Barred(bar) => barred(&site, &visitor, bar, NavItem::Tokens),
        ListIssued::Problems(problems) => {
            let page = view::list_page(&visitor.frame(&site, NavItem::Tokens), &typed, &problems);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

/// `POST /team/tokens/list/file`: the rows of a file, in the form that issues them. What was typed stays.
pub async fn read_file(
    State(site): State<Site>,
    visitor: Visitor,
    sent: Upload,
) -> Result<Response, PageError> {
    let typed = sent.text("list").replace("\r\n", "\n");
    let read = tokens::read_list(&site.app, &member(&visitor), sent.file.unwrap_or_default()).await?;
    let read = if typed.trim().is_empty() { read } else { read.and(Err((0, list::Problem::TypedToo))) };
    let frame = visitor.frame(&site, NavItem::Tokens);
    Ok(match read {
        Ok(text) => view::list_page(&frame, &text, &[]).into_response(),
        Err(problem) => {
            let page = view::list_page(&frame, &typed, &[problem]);
            (upload::again(problem.1.held()), page).into_response()
        }
    })
}

/// `POST /team/tokens/list/letters`: the letters of tokens that were just issued, as PDF or as a table.
pub async fn letters(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let frame = visitor.frame(&site, NavItem::Tokens);
    let Some(all) = tokens::again(&site.app, &member(&visitor), &fields.code).await? else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, view::gone_page(&frame)).into_response());
    };
    let all: Vec<_> = all.into_iter().map(issued).collect();
    let (kind, name, bytes) = if fields.format == "csv" {
        ("text/csv; charset=utf-8", "tokens.csv", issued_view::csv(&frame, &all).into_bytes())
    } else {
        ("application/pdf", "tokens.pdf", pdf::letters(&frame, &all))
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// `GET /team/tokens/{id}`: one token.
pub async fn token(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<FactId>,
) -> Result<Markup, PageError> {
    one(&site, &visitor, id, Tried::default()).await
}

/// What went wrong with taking a token back.
#[derive(Default)]
struct Tried {
    reason: String,
    reason_wrong: bool,
    stale: bool,
}

async fn one(site: &Site, visitor: &Visitor, id: FactId, tried: Tried) -> Result<Markup, PageError> {
    let found = tokens::token_page(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)?;
    let model = view::TakeBack {
        patient: patient(found.card),
        row: row(found.row),
        bar: found.bar,
        reason: tried.reason,
        reason_wrong: tried.reason_wrong,
        stale: tried.stale,
    };
    Ok(view::take_back_page(&visitor.frame(site, NavItem::Tokens), &model))
}

/// `POST /team/tokens/{id}`: takes it back.
pub async fn take_back(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<FactId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let reason = form::<Fields>(&body)?.reason;
    let (status, tried) = match tokens::revoke(&site.app, &member(&visitor), id, &reason).await? {
        Done::Done(patient) => return Ok(Redirect::to(&paths::tokens_of(patient)).into_response()),
        Done::Barred(bar) => return Ok(barred(&site, &visitor, bar, NavItem::Tokens)),
        Done::Unknown | Done::Obstacle(_) => return Err(PageError::NotFound),
        Done::Stale => (StatusCode::CONFLICT, Tried { stale: true, ..Tried::default() }),
        Done::BadText => {
            (StatusCode::UNPROCESSABLE_ENTITY, Tried { reason, reason_wrong: true, stale: false })
        }
    };
    Ok((status, one(&site, &visitor, id, tried).await?).into_response())
}
