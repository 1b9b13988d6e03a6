//! The facts of a request for a family account, as the access team compares them with the record.

use maud::Markup;

use super::patient::{person, verified};
use crate::app::desk::reading::Detail;
use crate::app::desk::verifying;
use crate::app::family::staff_check;
use crate::domain::ids::RequestId;
use crate::views::desk::enrolment::{self as view, Claim};
use crate::views::desk::patient::Person;
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::desk::member;

/// The facts of `detail`, as a part of its page.
pub(super) async fn show(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    detail: &Detail,
) -> Result<Markup, PageError> {
    let facts = verifying::facts(&site.app, &member(visitor), &detail.request).await?;
    let claim = claim(site, detail.request.id, person(&facts)).await?.ok_or(PageError::NotFound)?;
    Ok(view::page_facts(frame, &claim, verified(&facts).as_ref()))
}

/// What was typed for `request`, beside `record`; `None` for a request of another kind.
pub(in crate::web::pages::desk) async fn claim(
    site: &Site,
    request: RequestId,
    record: Option<Person>,
) -> Result<Option<Claim>, PageError> {
    let kept = staff_check::typed(&site.app, request).await?;
    Ok(kept.map(|kept| Claim {
        capacity: kept.wanted.capacity,
        name: format!("{} {}", kept.wanted.given, kept.wanted.family),
        born: kept.wanted.born,
        email: kept.wanted.email,
        phone: kept.wanted.phone,
        language: kept.language,
        patient: (kept.wanted.patient_given, kept.wanted.patient_family),
        patient_born: kept.wanted.patient_born,
        mrn: kept.wanted.mrn,
        record,
    }))
}
