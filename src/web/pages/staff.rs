//! The sponsor console: duties, invitations, ends and their undoing.

mod inviting;

pub use inviting::{address, address_form, invite, invite_form, resend, withdraw};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::review;
use crate::app::sponsoring::{self, Console, Duties, InvitedLine, LineState, RemovalPlan, StaffLine, Undone};
use crate::domain::ids::FactId;
use crate::domain::people::EndReason;
use crate::domain::sponsoring::{Hindrance, NOTE_LONGEST};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::review::Banner;
use crate::views::staff::{self as view, Footing, Notice, RemoveFault};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The field of the duties.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Signature {
    name: String,
}

/// The fields of the page that ends a sponsorship.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Ending {
    reason: String,
    note: String,
}

/// `GET /staff`: the console.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    console(&site, &visitor, None).await
}

/// The console, below what was just done.
async fn console(site: &Site, visitor: &Visitor, notice: Option<Notice>) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let found = sponsoring::console(&site.app, &visitor.session, &visitor.facts, &context).await?;
    Ok(view::page(&visitor.frame(site, NavItem::Staff), &model(visitor, &found, notice)))
}

/// The review that the caller owes, for the banner on other pages.
pub(super) fn banner(visitor: &Visitor) -> Option<Banner> {
    let owed = review::owed(&visitor.facts, visitor.circumstances.now);
    owed.map(|(due, people)| Banner { due, people })
}

fn model(visitor: &Visitor, found: &Console, notice: Option<Notice>) -> view::Console {
    let name_of = |id| found.practices.iter().find(|(p, _)| *p == id).map_or("", |(_, name)| name).to_owned();
    let ended = found.staff.iter().filter_map(|line| ended(line, name_of(line.practice)));
    let mut ended: Vec<view::Ended> = ended.collect();
    ended.sort_by_key(|e| std::cmp::Reverse(e.at));
    let practices = found.practices.iter().map(|(id, name)| {
        let held = found.staff.iter().filter(|s| s.practice == *id).filter_map(row);
        let invited = found.invited.iter().filter(|i| i.practice == *id).map(pending);
        view::Practice {
            id: *id,
            name: name.clone(),
            is_lone: found.alone.contains(id),
            rows: held.chain(invited).collect(),
        }
    });
    let review = banner(visitor);
    let next = visitor.facts.cycles.next(visitor.circumstances.now).map(|c| c.opens);
    view::Console {
        footing: footing(found.hindrance),
        next_opening: next.filter(|_| review.is_none()),
        review,
        notice,
        practices: practices.collect(),
        ended,
    }
}

const fn footing(hindrance: Option<Hindrance>) -> Footing {
    match hindrance {
        None => Footing::Registered,
        Some(Hindrance::Duties) => Footing::Unregistered,
        Some(Hindrance::HospitalSession) => Footing::AtHospital,
        Some(Hindrance::NoNpi | Hindrance::NotAProvider) => Footing::WithoutNpi,
        Some(Hindrance::NoPractice) => Footing::WithoutPractice,
    }
}

fn row(line: &StaffLine) -> Option<view::Row> {
    let held = match line.state {
        LineState::Live => view::Held::Live,
        LineState::AccountInactive => view::Held::AccountInactive,
        LineState::OutOfPractice => view::Held::OutOfPractice,
        LineState::Ended { .. } => return None,
    };
    Some(view::Row {
        name: line.name.clone(),
        email: line.email.clone(),
        job: line.job,
        since: line.since,
        last_sign_in: line.signed_in_at,
        bounced: line.bounced_at,
        state: view::State::Held(line.id, held),
    })
}

fn pending(line: &InvitedLine) -> view::Row {
    view::Row {
        name: line.name.clone(),
        email: line.email.clone(),
        job: Some(line.job),
        since: line.sent_at,
        last_sign_in: None,
        bounced: line.bounced_at,
        state: view::State::Pending(view::Pending {
            invitation: line.id,
            expires: line.expires_at,
            replaces: line.replaces.clone(),
        }),
    }
}

fn ended(line: &StaffLine, practice: String) -> Option<view::Ended> {
    let LineState::Ended { at, reason, note, undo_until } = &line.state else { return None };
    Some(view::Ended {
        id: line.id,
        name: line.name.clone(),
        email: line.email.clone(),
        job: line.job,
        practice,
        at: *at,
        reason: *reason,
        note: note.clone(),
        undo_until: *undo_until,
    })
}

/// `GET /staff/duties`: what a sponsor accepts.
pub async fn duties_form(State(site): State<Site>, visitor: Visitor) -> Markup {
    let model = view::Duties { name: visitor.session.name.clone(), ..view::Duties::default() };
    view::duties_page(&visitor.frame(&site, NavItem::Staff), &model)
}

/// `POST /staff/duties`: accepts it, by name.
pub async fn duties(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let Signature { name } = form(&body)?;
    let context = visitor.circumstances.context();
    let done =
        sponsoring::accept_duties(&site.app, &visitor.session, &visitor.facts, &name, &context).await?;
    Ok(match done {
        Duties::Accepted => console(&site, &visitor, Some(Notice::Registered)).await?.into_response(),
        Duties::Hindered(_) => Redirect::to(paths::staff()).into_response(),
        Duties::WrongName => {
            let model = view::Duties { name: visitor.session.name.clone(), typed: name, is_wrong: true };
            let page = view::duties_page(&visitor.frame(&site, NavItem::Staff), &model);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

/// `GET /staff/{id}/remove`: what ending a sponsorship changes.
pub async fn remove_form(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, PageError> {
    let plan = plan(&site, &visitor, &id).await?.ok_or(PageError::NotFound)?;
    let model = removal(plan, EndReason::Left, String::new(), Vec::new());
    Ok(view::remove_page(&visitor.frame(&site, NavItem::Staff), &model))
}

async fn plan(site: &Site, visitor: &Visitor, id: &str) -> Result<Option<RemovalPlan>, PageError> {
    let Ok(id) = id.parse::<FactId>() else { return Ok(None) };
    let context = visitor.circumstances.context();
    Ok(sponsoring::plan_removal(&site.app, &visitor.facts, id, &context).await?)
}

fn removal(plan: RemovalPlan, reason: EndReason, note: String, faults: Vec<RemoveFault>) -> view::Remove {
    view::Remove {
        id: plan.id,
        name: plan.name,
        email: plan.email,
        job: plan.job,
        practice: plan.practice,
        lost: plan.lost,
        unchanged: view::Unchanged { sponsorships: plan.others, patients: plan.still },
        reason,
        note,
        faults,
    }
}

/// `POST /staff/{id}/remove`: ends it, at the person's next request.
pub async fn remove(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Ending { reason, note } = form(&body)?;
    let Some(plan) = plan(&site, &visitor, &id).await? else { return gone(&site, &visitor).await };
    let chosen = EndReason::OFFERED.iter().copied().find(|r| r.word() == reason);
    let note = note.trim().to_owned();
    let mut faults = Vec::new();
    faults.extend(chosen.is_none().then_some(RemoveFault::ReasonMissing));
    faults.extend((note.chars().count() > NOTE_LONGEST).then_some(RemoveFault::NoteTooLong));
    let Some(reason) = chosen.filter(|_| faults.is_empty()) else {
        let model = removal(plan, chosen.unwrap_or(EndReason::Left), note, faults);
        let page = view::remove_page(&visitor.frame(&site, NavItem::Staff), &model);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let (id, name) = (plan.id, plan.name);
    let context = visitor.circumstances.context();
    let account = visitor.session.account;
    match sponsoring::remove(&site.app, account, (id, reason, &note), &context).await? {
        Some(undo_until) => {
            again(&site, &visitor, Notice::Removed { id, name, undo_until }, StatusCode::OK).await
        }
        None => gone(&site, &visitor).await,
    }
}

/// `POST /staff/{id}/undo`: the same sponsorship goes on.
pub async fn undo(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Ok(id) = id.parse::<FactId>() else { return gone(&site, &visitor).await };
    let context = visitor.circumstances.context();
    match sponsoring::undo(&site.app, &visitor.session, &visitor.facts, id, &context).await? {
        Undone::Reopened(name) => again(&site, &visitor, Notice::Undone(name), StatusCode::OK).await,
        Undone::TooLate(name, practice, at) => {
            let model = view::UndoRefused { name, practice, at };
            let page = view::undo_refused_page(&visitor.frame(&site, NavItem::Staff), &model);
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Undone::Hindered => Ok(Redirect::to(paths::staff()).into_response()),
        Undone::Gone => gone(&site, &visitor).await,
    }
}

/// The console of facts that were just changed, below what was done.
async fn again(
    site: &Site,
    visitor: &Visitor,
    notice: Notice,
    status: StatusCode,
) -> Result<Response, PageError> {
    let facts = crate::app::access::viewer(&site.app, visitor.session.account).await?;
    let facts = facts.map_or_else(|| visitor.facts.clone(), std::sync::Arc::new);
    let visitor = Visitor { facts, ..visitor.clone() };
    Ok((status, console(site, &visitor, Some(notice)).await?).into_response())
}

/// The console, after something that had changed meanwhile.
async fn gone(site: &Site, visitor: &Visitor) -> Result<Response, PageError> {
    again(site, visitor, Notice::Gone, StatusCode::CONFLICT).await
}

/// `POST /staff/export`: the console as a table.
pub async fn export(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    let context = visitor.circumstances.context();
    let found = sponsoring::export(&site.app, &visitor.session, &visitor.facts, &context).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"staff.csv\""),
    ];
    let table = view::csv(&visitor.frame(&site, NavItem::Staff), &model(&visitor, &found, None));
    Ok((headers, table).into_response())
}
