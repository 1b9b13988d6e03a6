//! The facts of the review of an emergency access.

use maud::Markup;

use crate::app::desk::reading::Detail;
use crate::app::desk::reviewing::{self, Facts};
use crate::domain::request::RequestState;
use crate::views::desk::emergency as view;
use crate::views::desk::facts as kinds;
use crate::views::layout::Frame;
use crate::views::team::LookUpPatient;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::desk::member;

/// The facts of `detail`, as a part of its page.
pub(in crate::web::pages::desk) async fn show(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    detail: &Detail,
) -> Result<Markup, PageError> {
    let request = &detail.request;
    let found = reviewing::facts(&site.app, &member(visitor), request).await?;
    let typed = kinds::Typed { reason: request.reason.clone(), ..kinds::Typed::default() };
    Ok(found.map_or_else(|| kinds::typed(&typed), |facts| view::facts(frame, &model(detail, facts))))
}

/// The facts as the page shows them.
pub(in crate::web::pages::desk) fn model(detail: &Detail, facts: Facts) -> view::Facts {
    let taken = facts.taken;
    view::Facts {
        id: detail.request.id,
        patient: facts.card.map(|card| LookUpPatient {
            family: card.family,
            given: card.given,
            birth_date: card.birth_date,
            mrn: card.mrn,
        }),
        span: taken.span,
        reason: taken.reason,
        opened: facts.opened,
        more: facts.more,
        reviewed: taken.reviewed.map(|reviewed| (reviewed.finding, reviewed.at, reviewed.by)),
        may_review: facts.bar.is_none() && detail.request.state == RequestState::Open,
    }
}
