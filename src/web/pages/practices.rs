//! A provider's practices: where they belong, and the switch to another or a further one.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::practices::{self, Belonging, Filing, Found, Plan, Underway};
use crate::domain::practice::{Problem, Typed};
use crate::domain::request::RequestKind;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::practice as view;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the form, and the button that was pressed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    step: String,
    search: String,
    from: String,
    to: String,
    name: String,
    phone: String,
    fax: String,
    address: String,
    email: String,
    sponsor_there: String,
    month: String,
    day: String,
    year: String,
}

impl Fields {
    fn typed(self) -> Typed {
        Typed {
            from: self.from,
            to: self.to,
            name: self.name,
            phone: self.phone,
            fax: self.fax,
            address: self.address,
            email: self.email,
            sponsor_there: self.sponsor_there,
            month: self.month,
            day: self.day,
            year: self.year,
        }
    }
}

/// The field of the form that takes a request back.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    request: String,
}

/// `GET /account/practices`: practices and requests.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    overview(&site, &visitor, false).await
}

async fn overview(site: &Site, visitor: &Visitor, gone: bool) -> Result<Markup, PageError> {
    let found = practices::overview(&site.app, &visitor.facts, visitor.circumstances.now).await?;
    let model = view::Overview {
        practices: found.practices.into_iter().map(belonging).collect(),
        requests: found.requests.into_iter().map(request).collect(),
        gone,
    };
    Ok(view::overview_page(&visitor.frame(site, NavItem::Account), &model))
}

pub(super) fn belonging(b: Belonging) -> view::Belonging {
    view::Belonging { id: b.practice, name: b.name, span: b.span }
}

fn request(u: Underway) -> view::Request {
    view::Request {
        id: u.id,
        kind: u.kind,
        from: u.from,
        to: u.to,
        effective_on: u.effective_on,
        filed_at: u.filed_at,
        due_on: u.due_on,
        ended: u.ended,
    }
}

/// `GET /account/practices/switch`: the form.
pub async fn switch_form(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    empty_form(&site, &visitor, RequestKind::PracticeSwitch).await
}

/// `GET /account/practices/join`: the form.
pub async fn join_form(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    empty_form(&site, &visitor, RequestKind::Membership).await
}

async fn empty_form(site: &Site, visitor: &Visitor, kind: RequestKind) -> Result<Markup, PageError> {
    let model = model(site, visitor, kind, Typed::default()).await?;
    Ok(view::form_page(&visitor.frame(site, NavItem::Account), &model))
}

/// `POST /account/practices/switch`.
pub async fn switch(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    step(&site, &visitor, RequestKind::PracticeSwitch, form(&body)?).await
}

/// `POST /account/practices/join`.
pub async fn join(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    step(&site, &visitor, RequestKind::Membership, form(&body)?).await
}

/// One step of the form: search for a practice, see what the change would do, send it, or go on typing.
async fn step(
    site: &Site,
    visitor: &Visitor,
    kind: RequestKind,
    fields: Fields,
) -> Result<Response, PageError> {
    let (step, search) = (fields.step.clone(), fields.search.clone());
    let typed = fields.typed();
    let context = visitor.circumstances.context();
    let (app, facts) = (&site.app, &visitor.facts);
    match step.as_str() {
        "find" => {
            let found = practices::find(app, &search).await?;
            let mut model = model(site, visitor, kind, typed).await?;
            model.found = Some(matches(found));
            model.search = search;
            Ok(view::form_page(&visitor.frame(site, NavItem::Account), &model).into_response())
        }
        "send" => match practices::file(app, facts, kind, &typed, &context).await? {
            Filing::Filed(_) => Ok(Redirect::to(paths::practices()).into_response()),
            Filing::Hindered(problems) => again(site, visitor, kind, typed, problems).await,
        },
        "edit" => {
            let model = model(site, visitor, kind, typed).await?;
            Ok(view::form_page(&visitor.frame(site, NavItem::Account), &model).into_response())
        }
        _ => match practices::plan(app, facts, kind, &typed, &context).await? {
            Ok(plan) => {
                let model = planned(plan, typed);
                Ok(view::plan_page(&visitor.frame(site, NavItem::Account), &model).into_response())
            }
            Err(problems) => again(site, visitor, kind, typed, problems).await,
        },
    }
}

async fn again(
    site: &Site,
    visitor: &Visitor,
    kind: RequestKind,
    typed: Typed,
    problems: Vec<Problem>,
) -> Result<Response, PageError> {
    let mut model = model(site, visitor, kind, typed).await?;
    model.problems = problems;
    let page = view::form_page(&visitor.frame(site, NavItem::Account), &model);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn model(
    site: &Site,
    visitor: &Visitor,
    kind: RequestKind,
    typed: Typed,
) -> Result<view::Form, PageError> {
    let now = visitor.circumstances.now;
    let mut mine = practices::my_practices(&site.app, &visitor.facts, now).await?;
    mine.retain(|b| b.span.holds(now));
    let chosen = practices::named(&site.app, &typed.to).await?;
    Ok(view::Form {
        kind,
        typed,
        mine: mine.into_iter().map(belonging).collect(),
        chosen: chosen.map(|p| view::Match { id: p.id, name: p.details.name, address: p.details.address }),
        search: String::new(),
        found: None,
        problems: Vec::new(),
    })
}

fn matches(found: Found) -> view::Matches {
    let rows = found.rows.into_iter();
    view::Matches {
        rows: rows
            .map(|p| view::Match { id: p.id, name: p.details.name, address: p.details.address })
            .collect(),
        more: found.more,
        too_short: found.too_short,
    }
}

fn planned(plan: Plan, typed: Typed) -> view::Plan {
    let patient = |c: crate::app::practices::Named| view::Patient {
        family: c.family,
        given: c.given,
        birth_date: c.birth_date,
        mrn: c.mrn,
    };
    view::Plan {
        kind: plan.asked.kind,
        from: plan.from,
        to: plan.to,
        sponsor_there: plan.asked.sponsor_there,
        email: plan.asked.email,
        effective_on: plan.asked.effective_on,
        changes: changes(&plan.preview),
        named: plan.named.into_iter().map(patient).collect(),
        typed,
    }
}

/// What a change would do, as a page shows it.
pub(super) fn changes(preview: &practices::Preview) -> view::Changes {
    let circle = |c: practices::Circle| view::Circle { people: c.people, patients: c.patients };
    let staff = preview.staff.iter();
    view::Changes {
        at: preview.at,
        lost: preview.lost.len(),
        gained: preview.gained,
        losing: circle(preview.losing),
        gaining: circle(preview.gaining),
        staff: staff
            .map(|s| view::Staff { name: s.name.clone(), email: s.email.clone(), lost: s.lost })
            .collect(),
    }
}

/// `POST /account/practices/withdraw`: takes a request back.
pub async fn withdraw(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, PageError> {
    let which: Which = form(&body)?;
    let context = visitor.circumstances.context();
    let done = match which.request.parse() {
        Ok(id) => practices::withdraw(&site.app, visitor.session.account, id, &context).await?,
        Err(_) => false,
    };
    if done {
        return Ok(Redirect::to(paths::practices()).into_response());
    }
    Ok((StatusCode::CONFLICT, overview(&site, &visitor, true).await?).into_response())
}
