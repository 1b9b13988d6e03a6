//! Registering as a provider: four steps, then the status.

mod confirm;

pub use confirm::{confirm, show_confirm, status, status_by_link, terms};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::registration::{self, Draft, Step};
use crate::domain::registration::{Answers, Fault, NpiCheck, PracticeAnswer, TypedDetails, TypedStart};
use crate::views::paths;
use crate::views::registration::{self as view, Check, Details, PracticeOption, Sent, Start};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// The button that was pressed on the second step.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Pressed {
    r#do: String,
}

/// The field of the third step.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Address {
    email: String,
}

impl Anyone {
    /// What the drafts of this browser are found by.
    fn visit(&self) -> Result<[u8; 32], PageError> {
        self.visit.ok_or_else(|| PageError::Fault("a page for visitors without a visit".to_owned()))
    }
}

/// `GET /register`: the number.
pub async fn show(State(site): State<Site>, anyone: Anyone) -> Result<Markup, PageError> {
    let draft = registration::draft(&site.app, &anyone.visit()?).await?;
    let typed = draft.map(|d| typed_start(&d.answers)).unwrap_or_default();
    Ok(view::start_page(&anyone.frame(&site), &Start { typed, ..Start::default() }))
}

/// `POST /register`: looks the number up and keeps it.
pub async fn start(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let typed: TypedStart = form(&body)?;
    let client = anyone.circumstances.client();
    let page =
        |faults, wait| view::start_page(&anyone.frame(&site), &Start { typed: typed.clone(), faults, wait });
    Ok(match registration::start(&site.app, &anyone.visit()?, &typed, &client).await? {
        Step::Done => Redirect::to(paths::register_details()).into_response(),
        Step::Faults(faults) => invalid(page(faults, None)),
        Step::Slowed(seconds) => slowed(seconds, |wait| page(Vec::new(), Some(wait))),
        Step::NoDraft => first_step(),
    })
}

/// `GET /register/details`: name and practice.
pub async fn show_details(State(site): State<Site>, anyone: Anyone) -> Result<Response, PageError> {
    let draft = registration::draft(&site.app, &anyone.visit()?).await?;
    let Some(draft) = draft.filter(|d| d.may_go_on) else { return Ok(first_step()) };
    let model = Details {
        typed: typed_details(&draft.answers),
        found: chosen(&draft.answers).into_iter().collect(),
        may_review: needs_review(&draft.answers),
        ..Details::default()
    };
    Ok(view::details_page(&anyone.frame(&site), &model).into_response())
}

/// `POST /register/details`: finds practices, or keeps name and practice.
pub async fn details(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let (typed, pressed): (TypedDetails, Pressed) = (form(&body)?, form(&body)?);
    let (visit, client) = (anyone.visit()?, anyone.circumstances.client());
    let draft = registration::draft(&site.app, &visit).await?;
    let Some(draft) = draft.filter(|d| d.may_go_on) else { return Ok(first_step()) };
    if pressed.r#do == "find" && !typed.practice_search.trim().is_empty() {
        return Ok(details_page(&site, &anyone, &draft, typed, Vec::new()).await?.into_response());
    }
    Ok(match registration::details(&site.app, &visit, &typed, &client).await? {
        Step::Done => Redirect::to(paths::register_check()).into_response(),
        Step::Faults(faults) => invalid(details_page(&site, &anyone, &draft, typed, faults).await?),
        Step::Slowed(_) | Step::NoDraft => first_step(),
    })
}

async fn details_page(
    site: &Site,
    anyone: &Anyone,
    draft: &Draft,
    typed: TypedDetails,
    faults: Vec<Fault>,
) -> Result<Markup, PageError> {
    let found = registration::find_practices(&site.app, &typed.practice_search).await?;
    let mut options: Vec<PracticeOption> =
        found.into_iter().map(|p| PracticeOption { id: p.id.0, name: p.name, address: p.address }).collect();
    // The practice that was chosen before stays among those to choose from.
    options.extend(chosen(&draft.answers).filter(|c| options.iter().all(|o| o.id != c.id)));
    let may_review = needs_review(&draft.answers)
        || faults.iter().any(|f| matches!(f, Fault::NameMismatch | Fault::NpiUnknown));
    let is_searched = !typed.practice_search.trim().is_empty();
    let model = Details { typed, found: options, is_searched, may_review, faults };
    Ok(view::details_page(&anyone.frame(site), &model))
}

/// `GET /register/check`: the answers, and the address.
pub async fn show_check(State(site): State<Site>, anyone: Anyone) -> Result<Response, PageError> {
    let draft = registration::draft(&site.app, &anyone.visit()?).await?;
    let Some(draft) = draft.filter(|d| d.may_go_on) else { return Ok(first_step()) };
    if !draft.answers.is_complete() {
        return Ok(Redirect::to(paths::register_details()).into_response());
    }
    let model = Check { answers: draft.answers, email: draft.email, faults: Vec::new(), wait: None };
    Ok(view::check_page(&anyone.frame(&site), &model).into_response())
}

/// `POST /register/check`: mails the link.
pub async fn send(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let Address { email } = form(&body)?;
    let (visit, client) = (anyone.visit()?, anyone.circumstances.client());
    let Some(draft) = registration::draft(&site.app, &visit).await? else { return Ok(first_step()) };
    let page = |faults, wait| {
        let model = Check { answers: draft.answers.clone(), email: email.clone(), faults, wait };
        view::check_page(&anyone.frame(&site), &model)
    };
    Ok(match registration::send(&site.app, &visit, &email, &client).await? {
        Step::Done => Redirect::to(paths::register_sent()).into_response(),
        Step::Faults(faults) => invalid(page(faults, None)),
        Step::Slowed(seconds) => slowed(seconds, |wait| page(Vec::new(), Some(wait))),
        Step::NoDraft => Redirect::to(paths::register_details()).into_response(),
    })
}

/// `GET /register/sent`: "check your mail".
pub async fn show_sent(State(site): State<Site>, anyone: Anyone) -> Result<Response, PageError> {
    let draft = registration::draft(&site.app, &anyone.visit()?).await?;
    let Some(draft) = draft.filter(|d| d.mailed_at.is_some()) else {
        return Ok(Redirect::to(paths::register_status()).into_response());
    };
    let model = Sent { email: draft.email, wait: None };
    Ok(view::sent_page(&anyone.frame(&site), &model).into_response())
}

/// `POST /register/resend`: mails the link again.
pub async fn resend(State(site): State<Site>, anyone: Anyone) -> Result<Response, PageError> {
    let (visit, client) = (anyone.visit()?, anyone.circumstances.client());
    Ok(match registration::resend(&site.app, &visit, &client).await? {
        Step::Slowed(seconds) => {
            let email = registration::draft(&site.app, &visit).await?.map(|d| d.email).unwrap_or_default();
            slowed(seconds, |wait| view::sent_page(&anyone.frame(&site), &Sent { email, wait: Some(wait) }))
        }
        Step::Done | Step::Faults(_) => Redirect::to(paths::register_sent()).into_response(),
        Step::NoDraft => Redirect::to(paths::register_status()).into_response(),
    })
}

fn first_step() -> Response {
    Redirect::to(paths::register()).into_response()
}

fn invalid(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn slowed(seconds: i64, page: impl FnOnce(u64) -> Markup) -> Response {
    let page = page(u64::try_from(seconds).unwrap_or(1));
    let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
    (StatusCode::TOO_MANY_REQUESTS, wait, page).into_response()
}

fn needs_review(answers: &Answers) -> bool {
    matches!(answers.check, NpiCheck::Mismatch | NpiCheck::Unknown)
}

fn typed_start(answers: &Answers) -> TypedStart {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    TypedStart {
        npi: answers.npi.clone().unwrap_or_default(),
        no_npi: yes(answers.npi.is_none()),
        chart: yes(!answers.chart_exception.is_empty()),
        chart_reason: answers.chart_exception.clone(),
    }
}

fn typed_details(answers: &Answers) -> TypedDetails {
    let mut typed = TypedDetails {
        family: answers.family.clone(),
        given: answers.given.clone(),
        specialty: answers.specialty.clone(),
        phone: answers.phone.clone(),
        fax: answers.fax.clone(),
        ..TypedDetails::default()
    };
    match &answers.practice {
        Some(PracticeAnswer::Known { id, .. }) => typed.practice = id.to_string(),
        Some(PracticeAnswer::New { name, phone, fax, address }) => {
            "new".clone_into(&mut typed.practice);
            name.clone_into(&mut typed.practice_name);
            phone.clone_into(&mut typed.practice_phone);
            fax.clone_into(&mut typed.practice_fax);
            address.clone_into(&mut typed.practice_address);
        }
        None => {}
    }
    typed
}

/// The known practice that was chosen before.
fn chosen(answers: &Answers) -> Option<PracticeOption> {
    match &answers.practice {
        Some(PracticeAnswer::Known { id, name }) => {
            Some(PracticeOption { id: *id, name: name.clone(), address: String::new() })
        }
        _ => None,
    }
}
