//! The facts of a request, by kind.

pub(super) mod emergency;
pub(super) mod enrolment;
pub(super) mod help;
pub(super) mod merge;
pub(super) mod message;
pub(super) mod patient;
pub(super) mod practice;
pub(super) mod registration;
pub(super) mod single_sign_on;

use maud::Markup;

use crate::app::desk::reading::Detail;
use crate::app::family::messages::Place;
use crate::domain::request::RequestKind;
use crate::views::desk::facts::{self, Typed};
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The facts of a request, of a thread those before `place`; where its kind has none kept, what was typed.
pub(super) async fn facts(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    detail: &Detail,
    place: Option<Place>,
) -> Result<Markup, PageError> {
    let (id, request) = (detail.request.id, &detail.request);
    let found = match request.kind {
        RequestKind::Registration => registration::show(site, frame, id).await,
        RequestKind::Membership | RequestKind::PracticeSwitch => practice::show(site, frame, id).await,
        RequestKind::SingleSignOn => single_sign_on::show(site, frame, id).await,
        RequestKind::Help => help::show(site, id).await,
        RequestKind::Message => message::show(site, visitor, frame, id, place).await,
        RequestKind::Enrolment => enrolment::show(site, visitor, frame, detail).await,
        RequestKind::Merge => merge::show(site, visitor, frame, id).await,
        RequestKind::FactorReset => {
            let whose = detail.subject.as_ref().map(|s| (s.id, s.name.as_str(), s.email.as_str()));
            return Ok(facts::reset(whose, &request.reason));
        }
        RequestKind::EmergencyReview => return emergency::show(site, visitor, frame, detail).await,
        RequestKind::PcpChange | RequestKind::NonPcp => {
            return patient::show(site, visitor, frame, detail, typed(request)).await;
        }
    };
    match found {
        Err(PageError::NotFound) => Ok(facts::typed(&typed(request))),
        found => found,
    }
}

fn typed(request: &crate::app::desk::reading::StoredRequest) -> Typed {
    let fields: serde_json::Value = serde_json::from_str(&request.typed).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(|v| v.as_str()).unwrap_or_default().trim().to_owned();
    let name = [text("family"), text("given")].into_iter().filter(|part| !part.is_empty());
    Typed {
        name: name.collect::<Vec<_>>().join(", "),
        born: text("born"),
        mrn: text("mrn"),
        reason: request.reason.clone(),
    }
}
