//! The pages of the practices that the caller belongs to.

use axum::extract::{Path, State};
use maud::Markup;

use super::practices::changes;
use crate::app::sponsoring::{self, Practice, Sponsor};
use crate::domain::ids::PracticeId;
use crate::views::layout::NavItem;
use crate::views::practice_page as view;
use crate::views::staff::Held;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// `GET /practices`: the caller's practices.
pub async fn list(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let found = sponsoring::practices(&site.app, &visitor.facts, &context).await?;
    let rows = found.into_iter().map(|one| view::Listed {
        id: one.practice.id,
        name: one.practice.details.name,
        address: one.practice.details.address,
        members: one.members,
        staff: one.staff,
    });
    let rows: Vec<view::Listed> = rows.collect();
    Ok(view::list_page(&visitor.frame(&site, NavItem::Practice), &rows))
}

/// `GET /practices/{id}`: members, staff by sponsor, who covers whom.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, PageError> {
    let id = id.parse::<PracticeId>().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let found = sponsoring::practice(&site.app, &visitor.facts, id, &context).await?;
    let model = model(&visitor, found.ok_or(PageError::NotFound)?);
    Ok(view::page(&visitor.frame(&site, NavItem::Practice), &model))
}

fn model(visitor: &Visitor, found: Practice) -> view::PracticePage {
    let members = found.members.into_iter().map(|m| view::Member {
        is_viewer: visitor.facts.provider == Some(m.provider),
        name: m.name,
        specialty: m.specialty,
        since: m.span.start(),
    });
    let sponsors = found.sponsors.into_iter().map(|s| sponsor(visitor, s));
    let details = found.practice.details;
    view::PracticePage {
        id: found.practice.id,
        name: details.name,
        address: details.address,
        phone: details.phone,
        members: members.collect(),
        sponsors: sponsors.collect(),
    }
}

fn sponsor(visitor: &Visitor, sponsor: Sponsor) -> view::Sponsor {
    let held = if sponsor.locked { Held::Locked } else { Held::Live };
    let staff = sponsor.staff.into_iter();
    view::Sponsor {
        name: sponsor.name,
        is_viewer: sponsor.account == visitor.session.account,
        is_locked: sponsor.locked,
        staff: staff.map(|p| view::Person { name: p.name, email: p.email, job: p.job, held }).collect(),
    }
}

/// `GET /practices/{id}/leaving`: what changes if the caller leaves.
pub async fn leaving(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, PageError> {
    let id = id.parse::<PracticeId>().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let found = sponsoring::leaving(&site.app, &visitor.facts, id, &context).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let changed = changes(&found.preview);
    let model = view::Leaving {
        id,
        name: found.practice,
        lost: changed.lost,
        others: changed.losing,
        staff: changed.staff,
    };
    Ok(view::leaving_page(&visitor.frame(&site, NavItem::Practice), &model))
}
