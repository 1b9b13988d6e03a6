//! The page behind a set-up link.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::form;
use crate::app::sign_in::{self, SetUp, SetUpAnswer, SetUpTyped};
use crate::domain::sign_in::password::PasswordFault;
use crate::views::set_up::{self as view, SetUpFault};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    password: String,
    code: String,
    handover: String,
}

/// `GET /set-up/{token}`: password, QR code and code. Looking changes nothing.
pub async fn show(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    page(&site, &anyone, token, Vec::new()).await
}

/// `POST /set-up/{token}`: sets the password and binds the authenticator.
pub async fn complete(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Fields { password, code, handover } = form(&body)?;
    let typed = SetUpTyped { password: &password, code: &code, handover: &handover };
    let client = anyone.circumstances.client();
    match sign_in::complete_set_up(&site.app, &site.hashing, &token, typed, &client).await? {
        SetUpAnswer::Done => Ok(view::done_page(&anyone.frame(&site)).into_response()),
        SetUpAnswer::Gone => Ok(gone(&site, &anyone)),
        SetUpAnswer::WrongHandover => page(&site, &anyone, token, vec![SetUpFault::HandoverWrong]).await,
        SetUpAnswer::Busy { retry_after } => Err(PageError::Busy(retry_after)),
        SetUpAnswer::Invalid { password, is_code_wrong } => {
            let code = match code.trim() {
                _ if !is_code_wrong => None,
                "" => Some(SetUpFault::CodeMissing),
                _ => Some(SetUpFault::CodeWrong),
            };
            page(&site, &anyone, token, password.map(fault).into_iter().chain(code).collect()).await
        }
    }
}

async fn page(
    site: &Site,
    anyone: &Anyone,
    token: String,
    faults: Vec<SetUpFault>,
) -> Result<Response, PageError> {
    let SetUp::Ready(ready) = sign_in::set_up_page(&site.app, &token).await? else {
        return Ok(gone(site, anyone));
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let model = view::SetUp {
        token,
        name: ready.name,
        email: ready.email,
        qr_svg: ready.qr_svg,
        key: ready.manual_key.replace(' ', ""),
        // A password is never sent back.
        password: String::new(),
        needs_handover: ready.needs_handover,
        faults,
    };
    Ok((status, view::page(&anyone.frame(site), &model)).into_response())
}

fn gone(site: &Site, anyone: &Anyone) -> Response {
    (StatusCode::GONE, view::expired_page(&anyone.frame(site))).into_response()
}

pub(super) const fn fault(fault: PasswordFault) -> SetUpFault {
    match fault {
        PasswordFault::TooShort => SetUpFault::PasswordTooShort,
        PasswordFault::TooLong => SetUpFault::PasswordTooLong,
        PasswordFault::Common => SetUpFault::PasswordTooCommon,
        PasswordFault::Known => SetUpFault::PasswordHoldsName,
    }
}
