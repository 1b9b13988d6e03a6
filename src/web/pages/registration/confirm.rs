//! The last step of registering, its status, and the terms.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use crate::app::registration::{self, Confirmed};
use crate::domain::registration::{Fault, TypedConfirm};
use crate::views::paths;
use crate::views::registration::{self as view, Confirm, Standing, StatusPage};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;
use crate::web::pages::form;

/// `GET /register/confirm/{token}`: the answers, a password, an authenticator, the terms. Looking changes nothing.
pub async fn show_confirm(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    page(&site, &anyone, token, false, Vec::new()).await
}

/// `POST /register/confirm/{token}`: files the registration with the access team.
pub async fn confirm(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let typed: TypedConfirm = form(&body)?;
    let client = anyone.circumstances.client();
    match registration::confirm(&site.app, &site.hashing, &token, &typed, &client).await? {
        Confirmed::Done { status } => {
            Ok(Redirect::to(&paths::register_status_by_link(&status)).into_response())
        }
        Confirmed::Gone => Ok(gone(&site, &anyone)),
        Confirmed::Busy { retry_after } => Err(PageError::Busy(retry_after)),
        Confirmed::Faults(faults) => page(&site, &anyone, token, typed.terms == "yes", faults).await,
    }
}

async fn page(
    site: &Site,
    anyone: &Anyone,
    token: String,
    accepted: bool,
    faults: Vec<Fault>,
) -> Result<Response, PageError> {
    let Some(ready) = registration::confirm_page(&site.app, &token).await? else {
        return Ok(gone(site, anyone));
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let model = Confirm {
        token,
        answers: ready.answers,
        email: ready.email,
        qr_svg: ready.qr_svg,
        key: ready.manual_key,
        accepted,
        faults,
    };
    Ok((status, view::confirm_page(&anyone.frame(site), &model)).into_response())
}

fn gone(site: &Site, anyone: &Anyone) -> Response {
    (StatusCode::GONE, view::gone_page(&anyone.frame(site))).into_response()
}

/// `GET /register/status`: where this browser's registration stands.
pub async fn status(State(site): State<Site>, anyone: Anyone) -> Result<Markup, PageError> {
    let standing = registration::status(&site.app, &anyone.visit()?).await?;
    let model = StatusPage { standing: shown(standing), is_own: true };
    Ok(view::status_page(&anyone.frame(&site), &model))
}

/// `GET /register/status/{token}`: where the registration of a mailed link stands.
pub async fn status_by_link(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let Some(standing) = registration::status_by_link(&site.app, &token).await? else {
        return Ok(gone(&site, &anyone));
    };
    let model = StatusPage { standing: shown(standing), is_own: false };
    Ok(view::status_page(&anyone.frame(&site), &model).into_response())
}

fn shown(standing: registration::Standing) -> Standing {
    match standing {
        registration::Standing::None => Standing::None,
        registration::Standing::Draft { is_complete } => Standing::Draft(is_complete),
        registration::Standing::Mailed { email } => Standing::Mailed(email),
        registration::Standing::Expired { email } => Standing::Expired(email),
        registration::Standing::Waiting { due } => Standing::Waiting(due),
        registration::Standing::Approved => Standing::Approved,
        registration::Standing::Declined { reason } => Standing::Declined(reason),
    }
}

/// `GET /terms`: the terms of use.
pub async fn terms(State(site): State<Site>, anyone: Anyone) -> Markup {
    view::terms_page(&anyone.frame(&site))
}
