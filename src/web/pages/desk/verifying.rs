//! Verifying a request by phone: whom to call, the call log, the checklist; and saying that the chart was changed by hand.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::form;
use super::details::enrolment::claim;
use super::details::patient::{person, verified};
use super::request::{changed, detail};
use super::{barred, member};
use crate::app::desk::reading::typed_name;
use crate::app::desk::verifying::{self, Checked, Interpreter, Phones};
use crate::app::desk::{Done, confirming};
use crate::domain::ids::RequestId;
use crate::domain::request::RequestState;
use crate::domain::verification::{CallOutcome, Identifier, Missing, Relationship, Typed};
use crate::views::desk::verify::{self as view, Call, NewCall, Verify};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of both forms of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    version: i64,
    outcome: String,
    interpreter: String,
    note: String,
    identifier: Vec<String>,
    spoken_to: String,
    relationship: String,
    on_record_number: String,
    mrn: String,
}

impl Fields {
    fn call(&self) -> NewCall {
        NewCall {
            outcome: CallOutcome::from_word(&self.outcome),
            interpreter: self.interpreter == "yes",
            note: self.note.replace("\r\n", "\n"),
            outcome_missing: false,
            note_wrong: false,
        }
    }

    fn typed(&self) -> Typed {
        Typed {
            identifiers: self.identifier.iter().filter_map(|word| Identifier::from_word(word)).collect(),
            spoken_to: self.spoken_to.clone(),
            relationship: Relationship::from_word(&self.relationship),
            on_record_number: self.on_record_number == "yes",
        }
    }
}

/// What the page shows besides what is kept.
#[derive(Default)]
struct Tried {
    call: NewCall,
    typed: Typed,
    missing: Vec<Missing>,
    naming: (String, bool),
    stale: bool,
}

/// `GET /team/requests/{id}/call`: whom to call, and what was noted.
pub async fn call_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
) -> Result<Response, PageError> {
    show(&site, &visitor, id, Tried::default(), StatusCode::OK).await
}

async fn show(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    tried: Tried,
    status: StatusCode,
) -> Result<Response, PageError> {
    let detail = detail(site, visitor, id).await?;
    if !detail.request.kind.is_verified_by_phone() {
        return Err(PageError::NotFound);
    }
    let member = member(visitor);
    let facts = verifying::facts(&site.app, &member, &detail.request).await?;
    let phones = match verifying::phones(&site.app, &member, &detail).await? {
        Phones::Known(phones) => view::Phones::Known(phones),
        Phones::Down(seen) => view::Phones::Down(seen),
        Phones::NotShown => view::Phones::NotShown,
    };
    let is_barred = detail.endings.iter().any(|(_, bar)| bar.is_some());
    let asker =
        detail.asked_by.as_ref().map_or_else(|| typed_name(&detail.request.typed), |by| by.name.clone());
    let model = Verify {
        id,
        version: detail.request.version,
        kind: detail.request.kind,
        asked_by: [asker, detail.practice.clone()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        claim: claim(site, id, person(&facts)).await?,
        naming: tried.naming,
        person: person(&facts),
        phones,
        verified: verified(&facts),
        calls: facts
            .calls
            .into_iter()
            .map(|call| Call {
                at: call.at,
                who: call.caller.1,
                outcome: call.outcome,
                interpreter: call.interpreter.then_some(call.language),
                note: call.note,
            })
            .collect(),
        call: tried.call,
        typed: tried.typed,
        missing: tried.missing,
        is_workable: detail.handles && !is_barred && detail.request.state == RequestState::Open,
        changed: changed(&detail).filter(|_| tried.stale),
    };
    Ok((status, view::page(&visitor.frame(site, NavItem::Queue), &model)).into_response())
}

/// `POST /team/requests/{id}/call`: notes a call.
pub async fn log_call(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let call = fields.call();
    let Some(outcome) = call.outcome else {
        let tried = Tried { call: NewCall { outcome_missing: true, ..call }, ..Tried::default() };
        return show(&site, &visitor, id, tried, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let interpreter = if call.interpreter { Interpreter::Used } else { Interpreter::NotUsed };
    let new = verifying::NewCall { outcome, interpreter, note: &call.note };
    let done = verifying::log_call(&site.app, &member(&visitor), (id, fields.version), new).await?;
    let note_wrong = done == Done::BadText;
    let tried = Tried { call: NewCall { note_wrong, ..call }, ..Tried::default() };
    after(&site, &visitor, id, done, tried).await
}

/// `POST /team/requests/{id}/checklist`: keeps it, when it is complete.
pub async fn checklist(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let typed = fields.typed();
    let member = member(&visitor);
    match verifying::keep_checklist(&site.app, &member, (id, fields.version), &typed).await? {
        Checked::Kept => Ok(Redirect::to(&paths::queued(id)).into_response()),
        Checked::Missing(missing) => {
            let tried = Tried { typed, missing, ..Tried::default() };
            show(&site, &visitor, id, tried, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Checked::Not(done) => after(&site, &visitor, id, done, Tried { typed, ..Tried::default() }).await,
    }
}

/// The answer after `done`, with what was typed where it was not kept.
async fn after(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    done: Done,
    tried: Tried,
) -> Result<Response, PageError> {
    match done {
        Done::Done(()) => Ok(Redirect::to(&paths::call(id)).into_response()),
        Done::Barred(bar) => Ok(barred(site, visitor, bar, NavItem::Queue)),
        Done::BadText => show(site, visitor, id, tried, StatusCode::UNPROCESSABLE_ENTITY).await,
        Done::Stale => show(site, visitor, id, Tried { stale: true, ..tried }, StatusCode::CONFLICT).await,
        Done::Unknown | Done::Obstacle(_) => Err(PageError::NotFound),
    }
}

/// `POST /team/requests/{id}/patient`: whose chart a request for a family account is about.
pub async fn name_patient(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let named = (id, fields.version);
    let done = verifying::name_patient(&site.app, &member(&visitor), named, &fields.mrn).await?;
    let naming = (fields.mrn, done == Done::BadText);
    after(&site, &visitor, id, done, Tried { naming, ..Tried::default() }).await
}

/// From where the caller says it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct CameFrom {
    back: String,
}

/// `POST /team/requests/{id}/in-chart`: the caller has entered the new PCP in the hospital's chart.
pub async fn in_chart(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let from: CameFrom = form(&body)?;
    match confirming::written_by_hand(&site.app, &member(&visitor), id).await? {
        Done::Barred(bar) => Ok(barred(&site, &visitor, bar, NavItem::Queue)),
        Done::Unknown => Err(PageError::NotFound),
        _ if from.back == "list" => Ok(Redirect::to(paths::not_in_chart()).into_response()),
        _ => Ok(Redirect::to(&paths::queued(id)).into_response()),
    }
}
