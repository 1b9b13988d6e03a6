//! The access team's page about families: who they are, what they gave, who is on the care team.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::desk::member;
use super::form;
use crate::app::family::desk::{self, Deed, Did, FamilyOf, Flag, Seated};
use crate::domain::family::authority::Capacity;
use crate::domain::ids::{FactId, PracticeId, ProviderId};
use crate::views::families::rights::{Grant, Seat};
use crate::views::families::{self as view, Families, Family, Notice, Tie};
use crate::views::family::care_team::{Match, Search};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    mrn: String,
    deed: String,
    id: String,
    name: String,
    kind: String,
    query: String,
    reason: String,
}

impl Fields {
    fn deed(&self) -> Option<Deed> {
        let id = || self.id.parse().ok();
        match self.deed.as_str() {
            "code_guardian" => Some(Deed::Code(Capacity::Guardian)),
            "code_patient" => Some(Deed::Code(Capacity::Patient)),
            "void_code" => id().map(Deed::Void),
            "end" => id().map(Deed::End),
            "order_on" => id().map(|id| Deed::CourtOrder(id, Flag::On)),
            "order_off" => id().map(|id| Deed::CourtOrder(id, Flag::Off)),
            "papers" => id().map(|id| Deed::Papers(id, self.reason.clone())),
            "sign" => id().map(|id| Deed::Sign(id, self.name.clone())),
            "revoke" => id().map(|id| Deed::Revoke(FactId(id), self.reason.clone())),
            "unseat" => id().map(|id| Deed::Unseat(FactId(id), self.reason.clone())),
            "seat" => self.seated().map(|whom| Deed::Seat(whom, self.reason.clone())),
            _ => None,
        }
    }

    fn seated(&self) -> Option<Seated> {
        let id: Uuid = self.id.parse().ok()?;
        match self.kind.as_str() {
            "provider" => Some(Seated::Provider(ProviderId(id))),
            "practice" => Some(Seated::Practice(PracticeId(id))),
            _ => None,
        }
    }
}

/// `GET /team/families`: the empty form.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::page(&visitor.frame(&site, NavItem::Families), &Families::default())
}

/// `POST /team/families`: the family of the patient with the MRN typed, and who could be put on the care team.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    page(&site, &visitor, fields, None).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    fields: Fields,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let Fields { mrn, query, .. } = fields;
    let member = member(visitor);
    let found = desk::find(&site.app, &member, &mrn).await?;
    let search = match found.as_ref().filter(|_| !query.is_empty()) {
        Some(_) => searched(desk::search(&site.app, &member, &query).await?),
        None => Search::None,
    };
    let is_wrong = found.is_none() || notice == Some(Notice::NoReason);
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let model = Families { mrn, found: found.map(family), query, search, notice };
    Ok((status, view::page(&visitor.frame(site, NavItem::Families), &model)).into_response())
}

fn searched(found: desk::Search) -> Search {
    let one = |found: desk::Match| Match {
        kind: found.whom.kind(),
        id: found.whom.id(),
        name: found.name,
        about: found.about,
        npi: found.npi,
    };
    match found {
        desk::Search::TooShort => Search::TooShort,
        desk::Search::Found(matches, is_cut) => Search::Found(matches.into_iter().map(one).collect(), is_cut),
    }
}

fn family(found: FamilyOf) -> Family {
    let tie = |tie: desk::TieRow| Tie {
        id: tie.id,
        name: tie.name,
        email: tie.email,
        relationship: tie.relationship,
        court_order: tie.court_order,
        span: tie.span,
        is_for_adult: tie.adult_since.is_some(),
    };
    Family {
        name: found.name,
        birth_date: found.birth_date,
        ties: found.ties.into_iter().map(tie).collect(),
        own: found.own.into_iter().map(|(_, name, email)| (name, email)).collect(),
        codes: found.codes.into_iter().map(|code| (code.id, code.capacity, code.expires_at)).collect(),
        proxies: found.proxies.into_iter().map(|proxy| (proxy.id, proxy.name, proxy.signed_at)).collect(),
        grants: found.grants.into_iter().map(grant).collect(),
        seats: found.seats.into_iter().map(seat).collect(),
        waits_for_merge: found.waits_for_merge,
        may_change: found.may_change,
    }
}

fn grant(grant: desk::GrantRow) -> Grant {
    Grant { id: grant.id.0, name: grant.name, by: grant.by, span: grant.span }
}

fn seat(seat: desk::SeatRow) -> Seat {
    Seat { id: seat.id.0, name: seat.name, role: seat.role, source: seat.source, span: seat.span }
}

/// `POST /team/families/change`: a code made or voided, an end, a flag, a signature, a right taken back, a place on the care team.
pub async fn change(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let deed = fields.deed().ok_or(PageError::Unreadable)?;
    let found = desk::find(&site.app, &member(&visitor), &fields.mrn).await?.ok_or(PageError::NotFound)?;
    let notice = match desk::act(&site.app, &member(&visitor), found.patient, &deed).await? {
        Did::Code(code) => Notice::Code(code),
        Did::Done => Notice::Done,
        Did::Already => Notice::Already,
        Did::WrongName => Notice::WrongName,
        Did::Barred(bar) => Notice::Barred(bar),
        Did::NotYours => Notice::NotYours,
        Did::NoReason => Notice::NoReason,
    };
    page(&site, &visitor, fields, Some(notice)).await
}
