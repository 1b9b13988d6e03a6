//! Proposing by hand that two records are of one person. The MRNs are sent in forms: none stands in a URL.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::form;
use super::details::merge::side;
use super::merging::preview;
use super::{barred, member};
use crate::app::merges::{self, Proposal, Proposed};
use crate::views::desk::proposal::{self as view, Compared, Propose};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of both forms.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    other: String,
    survivor: String,
}

/// `GET /team/merges`: the empty form.
pub async fn page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::page(&visitor.frame(&site, NavItem::LookUps), &Propose::default())
}

/// `POST /team/merges`: the two records, and what merging them would change.
pub async fn look(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let found = merges::look(&site.app, &member(&visitor), (&fields.other, &fields.survivor)).await?;
    let Fields { other, survivor } = fields;
    let model = Propose { other, survivor, ..Propose::default() };
    Ok(answer(&site, &visitor, model, found))
}

fn answer(site: &Site, visitor: &Visitor, model: Propose, found: Proposed<Proposal>) -> Response {
    let (status, model) = match found {
        Proposed::Barred(bar) => return barred(site, visitor, bar, NavItem::LookUps),
        Proposed::Wrong(problems) => (StatusCode::UNPROCESSABLE_ENTITY, Propose { problems, ..model }),
        Proposed::Done(found) => {
            let compared = Compared {
                other: side(&found.from),
                survivor: side(&found.into),
                differences: found.differences,
                at_once: preview(found.at_once),
                if_confirmed: preview(found.if_confirmed),
            };
            (StatusCode::OK, Propose { compared: Some(compared), ..model })
        }
    };
    (status, view::page(&visitor.frame(site, NavItem::LookUps), &model)).into_response()
}

/// `POST /team/merges/propose`: proposes it.
pub async fn propose(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let mrns = (fields.other.as_str(), fields.survivor.as_str());
    let found = match merges::propose(&site.app, &member(&visitor), mrns).await? {
        Proposed::Done(request) => return Ok(Redirect::to(&paths::queued(request)).into_response()),
        Proposed::Wrong(problems) => Proposed::Wrong(problems),
        Proposed::Barred(bar) => Proposed::Barred(bar),
    };
    let Fields { other, survivor } = fields;
    Ok(answer(&site, &visitor, Propose { other, survivor, ..Propose::default() }, found))
}
