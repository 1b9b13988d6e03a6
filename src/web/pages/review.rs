//! The review of a sponsor's staff, and the reminder that the locked send.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::review::{self, Answer, Done, Open, Page, Sent, Why};
use crate::app::sponsoring;
use crate::domain::access::{Action, standing};
use crate::domain::ids::AccountId;
use crate::domain::validation::Choice;
use crate::views::layout::{Frame, NavItem};
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
    let context = visitor.circumstances.context();
    let frame = frame(&site, &visitor);
    Ok(match review::page(&site.app, &visitor.session, &visitor.facts, &context).await? {
        Page::Nothing { next, last } => {
            let next_opening = next.unwrap_or(context.now);
            view::nothing_page(&frame, &view::Nothing { next_opening, last })
        }
        Page::Hindered(review::Hindered { why, cycle, due, people }) => {
            view::hindered_page(&frame, &view::Hindered { why, cycle, due, people })
        }
        Page::Open(open) => view::page(&frame, &model(&visitor, *open, &Sent::default(), (Vec::new(), None))),
    })
}

/// `POST /review`: saves it, or completes it.
pub async fn send(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let sent = read(&form::<Vec<(String, String)>>(&body)?);
    let context = visitor.circumstances.context();
    let answer = review::send(&site.app, &visitor.session, &visitor.facts, &sent, &context).await?;
    let done = |done, how| {
        view::completed_page(&visitor.frame(&site, NavItem::Staff), &completed(&visitor, done, how))
    };
    Ok(match answer {
        Answer::Completed { done: review, late: false } => done(review, How::Now).into_response(),
        Answer::Completed { done: review, late: true } => done(review, How::NowLate).into_response(),
        Answer::Already(review) => (StatusCode::CONFLICT, done(review, How::Before)).into_response(),
        Answer::Again(open, why) => {
            let (status, said) = said(why, &sent);
            let page = view::page(&frame(&site, &visitor), &model(&visitor, *open, &sent, said));
            (status, page).into_response()
        }
        Answer::Nothing | Answer::Hindered => Redirect::to(paths::review()).into_response(),
    })
}

/// What is said above a review that is shown again.
fn said(why: Why, sent: &Sent) -> (StatusCode, (Vec<Fault>, Option<Notice>)) {
    match why {
        Why::Saved => (StatusCode::OK, (Vec::new(), Some(Notice::Saved))),
        Why::Changed { added, ended } => {
            (StatusCode::CONFLICT, (Vec::new(), Some(Notice::Changed { added, ended })))
        }
        Why::Incomplete { missing, unsigned } => {
            let name = if sent.name.trim().is_empty() { Fault::NameMissing } else { Fault::NameMismatch };
            let choices = missing.into_iter().map(Fault::ChoiceMissing);
            let faults = choices.chain(unsigned.then_some(name)).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, (faults, None))
        }
    }
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

fn completed(visitor: &Visitor, done: Done, how: How) -> view::Completed {
    let Done { cycle, at, kept, removed } = done;
    let next = visitor.facts.cycles.next(visitor.circumstances.now).map_or(at, |c| c.opens);
    view::Completed { cycle, at, kept, removed, next_opening: next, how }
}

/// The frame of what is still owed; a sponsor who is locked is offered no other page.
fn frame(site: &Site, visitor: &Visitor) -> Frame {
    let locked = standing(&visitor.facts, Action::UsePortal, visitor.circumstances.now).is_err();
    visitor.frame(site, if locked { NavItem::Locked } else { NavItem::Staff })
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
