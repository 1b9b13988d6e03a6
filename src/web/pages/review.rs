//! The review of a sponsor's staff, and the reminder that the locked send.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::review::{self, Answer, Open, Page, Sent};
use crate::app::sponsoring;
use crate::domain::access::{Action, standing};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId};
use crate::domain::validation::Choice;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::review::{self as view, Fault, How, Notice};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The field of the reminder.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Whom {
    sponsor: String,
}

/// `GET /review`: who is to be reviewed, or that nobody is.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    page(&site, &visitor, &Sent::default(), (Vec::new(), None)).await
}

/// `POST /review`: saves it, or completes it.
pub async fn send(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let sent = read(&form::<Vec<(String, String)>>(&body)?);
    let context = visitor.circumstances.context();
    let before = names(&review::page(&site.app, &visitor.session, &visitor.facts, &context).await?);
    let answer = review::send(&site.app, &visitor.session, &visitor.facts, &sent, &context).await?;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, faults, notice) = match answer {
        Answer::Completed { cycle, kept, removed, late } => {
            let how = if late { How::NowLate } else { How::Now };
            let done = completed(&visitor, (cycle, context.now), (kept, removed), how);
            return Ok(view::completed_page(&visitor.frame(&site, NavItem::Staff), &done).into_response());
        }
        Answer::Already { cycle, at, kept, removed } => {
            let done = completed(&visitor, (cycle, at), (kept, removed), How::Before);
            let page = view::completed_page(&visitor.frame(&site, NavItem::Staff), &done);
            return Ok((StatusCode::CONFLICT, page).into_response());
        }
        Answer::Nothing | Answer::Hindered => return Ok(Redirect::to(paths::review()).into_response()),
        Answer::Saved => (StatusCode::OK, Vec::new(), Some(Notice::Saved)),
        Answer::Invalid { missing, unsigned } => {
            let name = if sent.name.trim().is_empty() { Fault::NameMissing } else { Fault::NameMismatch };
            let choices = missing.into_iter().map(Fault::ChoiceMissing);
            (unprocessable, choices.chain(unsigned.then_some(name)).collect(), None)
        }
        Answer::Changed { added, ended } => {
            let all = review::names(&site.app, visitor.session.account, &ended).await?;
            let named = |ids: &[FactId]| {
                let of = |id| before.iter().chain(&all).find(|(known, _)| known == id);
                ids.iter().filter_map(of).map(|(_, name)| name.clone()).collect()
            };
            let notice = Notice::Changed { added: named(&added), ended: named(&ended) };
            (StatusCode::CONFLICT, Vec::new(), Some(notice))
        }
    };
    Ok((status, page(&site, &visitor, &sent, (faults, notice)).await?).into_response())
}

/// What was sent: `shown` once for each row, `row-ID` with a choice, `name`, `step`.
fn read(fields: &[(String, String)]) -> Sent {
    let value = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, v)| v.as_str());
    let shown = fields.iter().filter(|(name, _)| name == "shown").filter_map(|(_, id)| id.parse().ok());
    let choices = fields.iter().filter_map(|(name, choice)| {
        Some((name.strip_prefix("row-")?.parse().ok()?, Choice::from_word(choice)?))
    });
    Sent {
        shown: shown.collect(),
        choices: choices.collect(),
        name: value("name").to_owned(),
        complete: value("step") == "complete",
    }
}

fn names(page: &Page) -> Vec<(FactId, String)> {
    match page {
        Page::Open(open) => open.rows.iter().map(|r| (r.id, r.name.clone())).collect(),
        Page::Nothing { .. } => Vec::new(),
    }
}

fn completed(
    visitor: &Visitor,
    (cycle, at): (time::Date, Instant),
    (kept, removed): (usize, usize),
    how: How,
) -> view::Completed {
    let next = visitor.facts.cycles.next(visitor.circumstances.now).map_or(at, |c| c.opens);
    view::Completed { cycle, at, kept, removed, next_opening: next, how }
}

/// The page of what is still owed; a sponsor who is locked is offered no other page.
async fn page(
    site: &Site,
    visitor: &Visitor,
    sent: &Sent,
    (faults, notice): (Vec<Fault>, Option<Notice>),
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let locked = standing(&visitor.facts, Action::UsePortal, context.now).is_err();
    let frame = visitor.frame(site, if locked { NavItem::Locked } else { NavItem::Staff });
    Ok(match review::page(&site.app, &visitor.session, &visitor.facts, &context).await? {
        Page::Nothing { next, last } => {
            let next_opening = next.unwrap_or(context.now);
            view::nothing_page(&frame, &view::Nothing { next_opening, last })
        }
        Page::Open(open) if !open.may_complete => {
            let (cycle, due, people) = (open.cycle, open.due, open.rows.len());
            view::at_hospital_page(&frame, &view::AtHospital { cycle, due, people })
        }
        Page::Open(open) => view::page(&frame, &model(visitor, *open, sent, (faults, notice))),
    })
}

fn model(
    visitor: &Visitor,
    open: Open,
    sent: &Sent,
    (faults, notice): (Vec<Fault>, Option<Notice>),
) -> view::Review {
    let row = |r: review::Row| view::Row {
        choice: sent.choices.iter().find(|(id, _)| *id == r.id).map(|(_, c)| *c).or(r.choice),
        id: r.id,
        name: r.name,
        email: r.email,
        job: r.job,
        practice: r.practice,
        since: r.since,
        last_sign_in: r.signed_in_at,
        charts: r.charts,
        bounced: r.bounced_at,
    };
    let attested =
        |r: review::Row| view::Attested { name: r.name, job: r.job, practice: r.practice, since: r.since };
    view::Review {
        cycle: open.cycle,
        due: open.due,
        moved_from: open.moved_from,
        last_review: open.last_review,
        rows: open.rows.into_iter().map(row).collect(),
        attested: open.attested.into_iter().map(attested).collect(),
        practices: open
            .practices
            .into_iter()
            .map(|(practice, names)| view::Members { practice, names })
            .collect(),
        saved_at: open.saved_at,
        name: visitor.session.name.clone(),
        is_registered: open.accepted,
        signature: sent.name.clone(),
        faults,
        notice,
    }
}

/// `POST /nudge`: reminds a sponsor of the review; then the page that was locked is shown again.
pub async fn nudge(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let whom: Whom = form(&body)?;
    let context = visitor.circumstances.context();
    if let Ok(sponsor) = whom.sponsor.parse::<AccountId>() {
        sponsoring::nudge(&site.app, &visitor.facts, &visitor.session.name, sponsor, &context).await?;
    }
    Ok(Redirect::to(paths::home()).into_response())
}
