//! The page behind a sponsor's invitation.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use super::set_up::fault;
use crate::app::sponsoring::{self, AcceptAnswer, AcceptTyped, Accepting, Opened};
use crate::views::invitation::{self as view, InvitationFault, Obstacle, Way};
use crate::views::set_up::SetUpFault;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    handover: String,
    password: String,
    code: String,
    terms: String,
}

/// `GET /invitation/{token}`: who invites, and what to fill in. Looking changes nothing.
pub async fn show(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    page(&site, &anyone, (token, false), Vec::new()).await
}

/// `POST /invitation/{token}`: makes the account, or adds the sponsorship to the one there is.
pub async fn accept(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Fields { handover, password, code, terms } = form(&body)?;
    let agreed = !terms.is_empty();
    let typed = AcceptTyped { handover: &handover, password: &password, code: &code, agreed };
    let client = anyone.circumstances.client();
    let opened = sponsoring::accepting(&site.app, &token).await?;
    match sponsoring::accept(&site.app, &site.hashing, &token, typed, &client).await? {
        AcceptAnswer::Done => Ok(done(&site, &anyone, opened)),
        AcceptAnswer::Gone => page(&site, &anyone, (token, agreed), Vec::new()).await,
        AcceptAnswer::WrongHandover => {
            let faults = vec![InvitationFault::SetUp(SetUpFault::HandoverWrong)];
            page(&site, &anyone, (token, agreed), faults).await
        }
        AcceptAnswer::Busy { retry_after } => Err(PageError::Busy(retry_after)),
        AcceptAnswer::Invalid { password, is_code_wrong, not_agreed } => {
            let code = match code.trim() {
                _ if !is_code_wrong => None,
                "" => Some(SetUpFault::CodeMissing),
                _ => Some(SetUpFault::CodeWrong),
            };
            let set_up = password.map(fault).into_iter().chain(code).map(InvitationFault::SetUp);
            let faults = set_up.chain(not_agreed.then_some(InvitationFault::TermsMissing)).collect();
            page(&site, &anyone, (token, agreed), faults).await
        }
    }
}

async fn page(
    site: &Site,
    anyone: &Anyone,
    (token, is_accepted): (String, bool),
    faults: Vec<InvitationFault>,
) -> Result<Response, PageError> {
    let frame = anyone.frame(site);
    let (status, page): (StatusCode, Markup) = match sponsoring::accepting(&site.app, &token).await? {
        Accepting::Ready(opened) => {
            let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            (status, view::page(&frame, &model(*opened, token, is_accepted, faults)))
        }
        Accepting::Expired | Accepting::NeedsAttestation => {
            (StatusCode::GONE, view::gone_page(&frame, Some(&token)))
        }
        Accepting::Gone => (StatusCode::GONE, view::gone_page(&frame, None)),
        Accepting::Voided => (StatusCode::GONE, view::obstacle_page(&frame, Obstacle::Voided)),
        Accepting::OtherKind => (StatusCode::CONFLICT, view::obstacle_page(&frame, Obstacle::OtherKind)),
        Accepting::Closed => (StatusCode::CONFLICT, view::obstacle_page(&frame, Obstacle::Closed)),
    };
    Ok((status, page).into_response())
}

fn model(opened: Opened, token: String, is_accepted: bool, faults: Vec<InvitationFault>) -> view::Invitation {
    view::Invitation {
        token,
        name: opened.name,
        email: opened.email,
        job: Some(opened.job),
        sponsor: opened.sponsor,
        practice: opened.practice,
        expires: opened.expires_at,
        way: match opened.enrolment {
            Some(e) => Way::New { qr_svg: e.qr_svg, key: e.manual_key },
            None => Way::Known,
        },
        is_accepted,
        faults,
    }
}

fn done(site: &Site, anyone: &Anyone, opened: Accepting) -> Response {
    let (sponsor, practice, is_known) = match opened {
        Accepting::Ready(o) => (o.sponsor, o.practice, o.enrolment.is_none()),
        _ => (String::new(), String::new(), false),
    };
    let model = view::Done { sponsor, practice, is_known };
    view::done_page(&anyone.frame(site), &model).into_response()
}

/// `POST /invitation/{token}/ask`: asks the sponsor for a new invitation.
pub async fn ask(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Markup, PageError> {
    sponsoring::ask_again(&site.app, &token, &anyone.circumstances.client()).await?;
    Ok(view::asked_page(&anyone.frame(&site)))
}
