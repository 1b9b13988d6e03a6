//! One request: read, answered, and whoever filed it blocked.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::{Wanted, form, framed};
use crate::app::family::answering::{self, Answered, Choice, Taken};
use crate::app::family::{self, FamilyPermit, asked, blocking};
use crate::domain::chart::Section;
use crate::domain::family::topic::Topic;
use crate::domain::grant::Lasting;
use crate::domain::ids::RequestId;
use crate::views::family::request::{self as view, Chosen, Fault};
use crate::views::family::{Done, FamilyPatient};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of a yes.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    lasting: String,
    section: Vec<String>,
    topic: Vec<String>,
}

/// What the fields say, and whether every word of them is known.
fn read(fields: &Fields) -> (Chosen, bool) {
    let chosen = Chosen {
        lasting: Lasting::from_word(&fields.lasting),
        sections: fields.section.iter().filter_map(|word| Section::from_word(word)).collect(),
        topics: fields.topic.iter().filter_map(|word| Topic::from_word(word)).collect(),
    };
    let known = chosen.sections.len() == fields.section.len()
        && chosen.topics.len() == fields.topic.len()
        && (chosen.lasting.is_some() || fields.lasting.is_empty());
    (chosen, known)
}

fn id(text: &str) -> Result<RequestId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// `GET /family/requests/{id}`: who asks, why, what they would see.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    page(&site, &visitor, id(&path)?, (Chosen::default(), None, wanted.done())).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    (chosen, fault, done): (Chosen, Option<Fault>, Option<Done>),
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let found = asked::one(&site.app, &visitor.facts, id, &context).await?;
    let (permit, request) = found.ok_or(PageError::NotFound)?;
    let language = family::language_of(&site.app, &visitor.facts, context.now).await?;
    let model = view::Request { chosen, fault, done, ..model(&permit, request) };
    Ok(view::page(&framed(site, visitor, NavItem::Family, language), &model))
}

fn model(permit: &FamilyPermit, request: asked::Request) -> view::Request {
    view::Request {
        id: request.id,
        patient: FamilyPatient { id: request.patient, name: request.patient_name },
        capacity: permit.capacity(),
        asker: request.asker,
        specialty: request.specialty,
        practices: request.practices,
        reason: request.reason,
        filed_at: request.filed_at,
        expires_at: request.expires_at,
        turn: request.turn,
        takes_two: request.takes_two,
        other_said_yes: request.other_said_yes,
        offer: permit.offer(),
        chosen: Chosen::default(),
        fault: None,
        done: None,
    }
}

/// `POST /family/requests/{id}/approve`: yes.
pub async fn approve(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let id = id(&path)?;
    let (chosen, known) = read(&form(&body)?);
    let Some(lasting) = chosen.lasting.filter(|_| known) else {
        let fault = if known { Fault::DurationMissing } else { Fault::NotOffered };
        return again(&site, &visitor, id, chosen, fault).await;
    };
    let choice = Choice { lasting, sections: chosen.sections.clone(), topics: chosen.topics.clone() };
    let context = visitor.circumstances.context();
    match answering::answer(&site.app, &visitor.facts, id, Some(&choice), &context).await? {
        Answered::NotOffered => again(&site, &visitor, id, chosen, Fault::NotOffered).await,
        Answered::NothingShared => again(&site, &visitor, id, chosen, Fault::NothingShared).await,
        answered => done(answered),
    }
}

async fn again(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    chosen: Chosen,
    fault: Fault,
) -> Result<Response, PageError> {
    let page = page(site, visitor, id, (chosen, Some(fault), None)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `POST /family/requests/{id}/decline`: no.
pub async fn decline(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Response, PageError> {
    let context = visitor.circumstances.context();
    done(answering::answer(&site.app, &visitor.facts, id(&path)?, None, &context).await?)
}

fn done(answered: Answered) -> Result<Response, PageError> {
    let done = match answered {
        Answered::Given => Done::Given,
        Answered::Waits => Done::Waits,
        Answered::Declined => Done::Declined,
        Answered::Paused => Done::Paused,
        Answered::Gone | Answered::NotOffered | Answered::NothingShared => Done::Gone,
        Answered::Unknown => return Err(PageError::NotFound),
    };
    Ok(Redirect::to(&paths::done(paths::family(), done.word())).into_response())
}

/// `POST /family/requests/{id}/block`: whoever filed it asks no more for this patient.
pub async fn block(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    let id = id(&path)?;
    let context = visitor.circumstances.context();
    let done = match blocking::block(&site.app, &visitor.facts, id, &context).await? {
        Taken::Done(_) => Done::Blocked,
        Taken::Already => Done::Already,
        Taken::Unknown => return Err(PageError::NotFound),
    };
    Ok(Redirect::to(&paths::done(&paths::family_request(id), done.word())))
}
