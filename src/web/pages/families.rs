//! The access team's page about families.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use super::desk::member;
use super::form;
use crate::app::family::desk::{self, Deed, Did, FamilyOf, Flag};
use crate::domain::family::authority::Capacity;
use crate::views::families::{self as view, Families, Family, Notice, Tie};
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
}

impl Fields {
    fn deed(&self) -> Option<Deed> {
        let id = || self.id.parse().ok();
        match self.deed.as_str() {
            "code_guardian" => Some(Deed::Code(Capacity::Guardian)),
            "code_patient" => Some(Deed::Code(Capacity::Patient)),
            "end" => id().map(Deed::End),
            "order_on" => id().map(|id| Deed::CourtOrder(id, Flag::On)),
            "order_off" => id().map(|id| Deed::CourtOrder(id, Flag::Off)),
            "sign" => id().map(|id| Deed::Sign(id, self.name.clone())),
            _ => None,
        }
    }
}

/// `GET /team/families`: the empty form.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::page(&visitor.frame(&site, NavItem::Families), &Families::default())
}

/// `POST /team/families`: the family of the patient with the MRN typed.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    page(&site, &visitor, fields.mrn, None).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    mrn: String,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let found = desk::find(&site.app, &member(visitor), &mrn).await?;
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let model = Families { mrn, found: found.map(family), notice };
    Ok((status, view::page(&visitor.frame(site, NavItem::Families), &model)).into_response())
}

fn family(found: FamilyOf) -> Family {
    let tie = |tie: desk::TieRow| Tie {
        id: tie.id,
        name: tie.name,
        email: tie.email,
        relationship: tie.relationship,
        court_order: tie.court_order,
        span: tie.span,
    };
    Family {
        name: found.name,
        birth_date: found.birth_date,
        ties: found.ties.into_iter().map(tie).collect(),
        own: found.own.into_iter().map(|(_, name, email)| (name, email)).collect(),
        codes: found.codes.into_iter().map(|code| (code.capacity, code.expires_at)).collect(),
        proxies: found.proxies.into_iter().map(|proxy| (proxy.id, proxy.name, proxy.signed_at)).collect(),
        may_change: found.may_change,
    }
}

/// `POST /team/families/change`: a code, an end, a flag, a signature.
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
    };
    page(&site, &visitor, fields.mrn, Some(notice)).await
}
