//! Approving what the family confirmed by phone, with a fresh factor: a new PCP, or access for a while.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form;
use super::details::patient::{current, person, requested, verified};
use super::request::{Kept, changed, detail};
use super::{barred, member};
use crate::app::desk::confirming::{Approval, confirm as confirm_it};
use crate::app::desk::reading::Detail;
use crate::app::desk::{Done, verifying};
use crate::domain::access::reach::SectionSet;
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::grant::Lasting;
use crate::domain::ids::{FactId, RequestId};
use crate::domain::queue::Obstacle;
use crate::domain::request::{Ending, RequestKind, RequestState};
use crate::views::desk::confirm::{self as view, Access, Confirm, Fate, What};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// What was chosen: what becomes of each listing, or what is given.
#[derive(Clone, Default)]
struct Chosen {
    version: i64,
    fates: HashMap<FactId, Fate>,
    access: Access,
}

impl Chosen {
    fn read(body: &Bytes) -> Result<Self, PageError> {
        let mut chosen = Self::default();
        for (name, value) in form::<Vec<(String, String)>>(body)? {
            match (name.as_str(), name.strip_prefix("listing-")) {
                ("version", _) => chosen.version = value.parse().unwrap_or(-1),
                ("lasting", _) => chosen.access.lasting = Lasting::from_word(&value),
                ("section", _) => chosen.access.sections.extend(Section::from_word(&value)),
                ("marked", _) => chosen.access.marked = value == "yes",
                ("part2", _) => chosen.access.part2 = value == "yes",
                (_, Some(id)) => {
                    let fate = id.parse::<FactId>().ok().zip(Fate::from_word(&value));
                    chosen.fates.extend(fate);
                }
                _ => {}
            }
        }
        Ok(chosen)
    }

    /// What is approved; `None` when something was left unsaid of the `listings` that hold.
    fn approval(&self, kind: RequestKind, listings: &[FactId]) -> Option<Approval> {
        if kind == RequestKind::PcpChange {
            let of = |wanted: Fate| {
                let chosen = self.fates.iter().filter(move |(_, fate)| **fate == wanted);
                chosen.map(|(id, _)| *id).collect::<Vec<_>>()
            };
            let all_said = listings.iter().all(|listing| self.fates.contains_key(listing));
            return all_said.then(|| Approval::Listing { ends: of(Fate::Ends), stays: of(Fate::Stays) });
        }
        let access = &self.access;
        let marked = if access.marked { Labels::ALL.without(Labels::PART2) } else { Labels::NONE };
        let part2 = if access.part2 { Labels::PART2 } else { Labels::NONE };
        Some(Approval::Access {
            lasting: access.lasting?,
            sections: access.sections.iter().copied().collect::<SectionSet>(),
            sensitive: marked.and(part2),
        })
    }
}

/// What the page shows besides what is kept.
#[derive(Default)]
struct Tried {
    chosen: Chosen,
    incomplete: bool,
    obstacle: Option<Obstacle>,
    stale: bool,
}

/// `GET /team/requests/{id}/confirm`: the page before it.
pub async fn confirm_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
) -> Result<Response, PageError> {
    let detail = detail(&site, &visitor, id).await?;
    if !detail.request.kind.is_about_access() {
        return Err(PageError::NotFound);
    }
    match detail.endings.iter().find(|(ending, _)| *ending == Ending::Approved) {
        Some((_, None)) => show(&site, &visitor, &detail, Tried::default(), StatusCode::OK).await,
        Some((_, Some(bar))) => Ok(barred(&site, &visitor, *bar, NavItem::Queue)),
        None => Ok(Redirect::to(&paths::queued(id)).into_response()),
    }
}

async fn show(
    site: &Site,
    visitor: &Visitor,
    detail: &Detail,
    tried: Tried,
    status: StatusCode,
) -> Result<Response, PageError> {
    let frame = visitor.frame(site, NavItem::Queue);
    let facts = verifying::facts(&site.app, &member(visitor), &detail.request).await?;
    let fates = &tried.chosen.fates;
    let listings = facts.listings.iter().map(|l| (current(&frame, l), fates.get(&l.id).copied())).collect();
    let what = match detail.request.kind {
        RequestKind::PcpChange => What::Listing(listings, requested(detail)),
        _ => What::Access(tried.chosen.access),
    };
    let model = Confirm {
        id: detail.request.id,
        version: detail.request.version,
        asked_by: detail.asked_by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        person: person(&facts),
        verified: verified(&facts),
        what,
        incomplete: tried.incomplete,
        obstacle: tried.obstacle,
        changed: changed(detail).filter(|_| tried.stale),
    };
    Ok((status, view::page(&frame, &model)).into_response())
}

/// `POST /team/requests/{id}/confirm`: approves it.
pub async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let chosen = Chosen::read(&body)?;
    let before = detail(&site, &visitor, id).await?;
    if before.request.state == RequestState::Closed {
        return ended(&site, &visitor, before).await;
    }
    let facts = verifying::facts(&site.app, &member(&visitor), &before.request).await?;
    let listings: Vec<FactId> = facts.listings.iter().map(|listed| listed.id).collect();
    let Some(approval) = chosen.approval(before.request.kind, &listings) else {
        let tried = Tried { chosen, incomplete: true, ..Tried::default() };
        return show(&site, &visitor, &before, tried, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let done = confirm_it(&site.app, &member(&visitor), (id, chosen.version), &approval).await?;
    let tried = match done {
        Done::Done(()) => return Ok(Redirect::to(&paths::queued(id)).into_response()),
        Done::Barred(bar) => return Ok(barred(&site, &visitor, bar, NavItem::Queue)),
        Done::Unknown | Done::BadText => return Err(PageError::NotFound),
        Done::Obstacle(obstacle) => Tried { chosen, obstacle: Some(obstacle), ..Tried::default() },
        Done::Stale => Tried { chosen, stale: true, ..Tried::default() },
    };
    let detail = detail(&site, &visitor, id).await?;
    if detail.request.state == RequestState::Closed {
        return ended(&site, &visitor, detail).await;
    }
    show(&site, &visitor, &detail, tried, StatusCode::CONFLICT).await
}

/// Somebody else ended it: their end is shown.
async fn ended(site: &Site, visitor: &Visitor, detail: Detail) -> Result<Response, PageError> {
    let kept = Kept { stale: true, ..Kept::default() };
    super::request::show(site, visitor, detail, kept, StatusCode::CONFLICT).await
}
