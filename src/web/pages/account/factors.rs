//! Ways to sign in.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::Done;
use crate::app::sign_in::passkeys::{self, Added};
use crate::app::sign_in::{self, Changed};
use crate::app::single_sign_on;
use crate::domain::people::AccountKind;
use crate::views::account::factors::{self as view, Binding, BindingFault, FactorNotice, PasskeyRow};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::form;
use crate::web::pages::passkeys::options;

/// A new passkey.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct NewPasskey {
    name: String,
    response: String,
}

/// A passkey to remove.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    passkey: String,
}

/// A code.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CodeField {
    code: String,
}

/// `GET /account/factors`: ways to sign in.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    let factors = sign_in::factors_of(&site.app, &visitor.session).await?;
    let notice = match done.done.as_str() {
        "added" => Some(FactorNotice::PasskeyAdded),
        "removed" => Some(FactorNotice::Removed),
        "authenticator" => Some(FactorNotice::Authenticator),
        "refused" => Some(FactorNotice::Refused),
        "too-many" => Some(FactorNotice::TooMany),
        "last" => Some(FactorNotice::LastFactor),
        "nothing" => Some(FactorNotice::Nothing),
        _ => None,
    };
    let is_linked = sign_in::is_linked(&site.app, &visitor.session).await?;
    let model = view::Factors {
        authenticator: factors.authenticator,
        disabled: factors.is_disabled,
        passkeys: factors
            .passkeys
            .into_iter()
            .map(|k| PasskeyRow { id: k.id, name: k.name, added: k.added_at, used: k.used_at })
            .collect(),
        recovery: factors.recovery,
        hospital: !sign_in::is_portal(&site.app, &visitor.session).await?,
        can_add_passkeys: factors.can_add_passkeys,
        linkable: match visitor.session.kind {
            AccountKind::Provider | AccountKind::AccessTeam if !is_linked => {
                single_sign_on::label(&site.app).map(str::to_owned)
            }
            _ => None,
        },
        notice,
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Account), &model))
}

fn back(done: &str) -> Redirect {
    Redirect::to(&paths::done(paths::factors(), done))
}

/// `POST /account/factors/passkeys/options`: what the browser is asked for a new passkey.
pub async fn passkey_options(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    Ok(options(passkeys::begin_adding(&site.app, &visitor.session).await?))
}

/// `POST /account/factors/passkeys`: keeps the passkey that the browser made.
pub async fn add_passkey(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Redirect, PageError> {
    let new: NewPasskey = form(&body)?;
    let client = visitor.circumstances.client();
    let of = (new.name.as_str(), new.response.as_str());
    Ok(back(match passkeys::finish_adding(&site.app, &visitor.session, of, &client).await? {
        Added::Added => "added",
        Added::TooMany => "too-many",
        Added::Refused => "refused",
    }))
}

/// `POST /account/factors/passkeys/remove`: removes a passkey.
pub async fn remove_passkey(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Redirect, PageError> {
    let which: Which = form(&body)?;
    let Ok(id) = which.passkey.parse() else { return Ok(back("nothing")) };
    let client = visitor.circumstances.client();
    Ok(removed(sign_in::remove_passkey(&site.app, &visitor.session, id, &client).await?))
}

fn removed(changed: Changed) -> Redirect {
    back(match changed {
        Changed::Done => "removed",
        Changed::LastFactor => "last",
        Changed::Nothing | Changed::CodeWrong => "nothing",
    })
}

/// `POST /account/factors/authenticator/new`: begins to bind an authenticator app.
pub async fn new_authenticator(State(site): State<Site>, visitor: Visitor) -> Result<Redirect, PageError> {
    Ok(match sign_in::begin_authenticator(&site.app, &visitor.session).await? {
        Changed::Done => Redirect::to(paths::authenticator()),
        _ => back("nothing"),
    })
}

/// `GET /account/factors/authenticator`: the QR code of the app that is being bound.
pub async fn authenticator(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    binding(&site, &visitor, None).await
}

async fn binding(site: &Site, visitor: &Visitor, fault: Option<BindingFault>) -> Result<Response, PageError> {
    let Some(shown) = sign_in::authenticator_page(&site.app, &visitor.session).await? else {
        return Ok(back("nothing").into_response());
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let model = Binding { qr_svg: shown.qr_svg, key: shown.manual_key, fault };
    Ok((status, view::binding_page(&visitor.frame(site, NavItem::Account), &model)).into_response())
}

/// `POST /account/factors/authenticator`: binds it.
pub async fn bind_authenticator(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: CodeField = form(&body)?;
    if fields.code.trim().is_empty() {
        return binding(&site, &visitor, Some(BindingFault::Missing)).await;
    }
    let client = visitor.circumstances.client();
    match sign_in::finish_authenticator(&site.app, &visitor.session, &fields.code, &client).await? {
        Changed::Done => Ok(back("authenticator").into_response()),
        Changed::CodeWrong => binding(&site, &visitor, Some(BindingFault::Wrong)).await,
        Changed::LastFactor | Changed::Nothing => Ok(back("nothing").into_response()),
    }
}

/// `POST /account/factors/authenticator/remove`: removes it.
pub async fn remove_authenticator(State(site): State<Site>, visitor: Visitor) -> Result<Redirect, PageError> {
    let client = visitor.circumstances.client();
    Ok(removed(sign_in::remove_authenticator(&site.app, &visitor.session, &client).await?))
}

/// `POST /account/factors/recovery-codes`: makes them, and shows them this once.
pub async fn recovery_codes(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    let client = visitor.circumstances.client();
    let made = sign_in::make_recovery_codes(&site.app, &site.hashing, &visitor.session, &client).await?;
    let codes = made.map_err(PageError::Busy)?;
    Ok(view::recovery_page(&visitor.frame(&site, NavItem::Account), &codes))
}
