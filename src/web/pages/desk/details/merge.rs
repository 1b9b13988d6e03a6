//! The facts of a merge, as the access team reads them before it compares and decides.

use maud::Markup;

use crate::app::merges::{self, Compared, Side};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::views::desk::merge as view;
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::desk::member;

/// The facts of `request`, as a part of its page.
pub(in crate::web::pages::desk) async fn show(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    request: RequestId,
) -> Result<Markup, PageError> {
    let found = merges::compare(&site.app, &member(visitor), request).await?.ok_or(PageError::NotFound)?;
    Ok(view::facts(frame, request, &pair(&found)))
}

pub(in crate::web::pages::desk) fn side(side: &Side) -> view::Side {
    let words = |(provider, practice): &(String, String)| {
        let parts = [provider.as_str(), practice.as_str()].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(", ")
    };
    view::Side {
        family: side.card.family.clone(),
        given: side.card.given.clone(),
        born: side.card.birth_date,
        sex: side.card.sex.clone(),
        mrn: side.card.mrn.clone(),
        pcps: side.pcps.iter().map(words).collect(),
    }
}

/// The two records.
pub(in crate::web::pages::desk) fn pair(found: &Compared) -> view::Pair {
    let merge = &found.asked.stored.merge;
    let (start, undone) = (merge.span.start(), found.asked.undone.as_ref());
    view::Pair {
        other: side(&found.from),
        survivor: side(&found.into),
        differences: found.differences.clone(),
        standing: found.standing,
        made: (start != Instant::EVER).then_some(start),
        confirmed: merge.confirmed_at,
        is_checked: found.asked.is_checked,
        ended: merge.span.end(),
        undone_by: undone.map(|(_, who)| who.clone()).unwrap_or_default(),
    }
}
