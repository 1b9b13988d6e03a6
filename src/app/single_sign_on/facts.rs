//! What the access team reads before it links a sign-in.

use super::linking::{Typed, becomes_hospital, linkable};
use crate::app::{App, AppError};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::{AccountKind, Role};
use crate::store::sign_on;

/// What the access team reads before it decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkFacts {
    /// The identity provider.
    pub issuer: String,
    /// Who it says they are.
    pub subject: String,
    /// The name that it gives.
    pub name: String,
    /// The address that it gives.
    pub email: String,
    /// The address of the account that was asked for, as typed; empty when none was.
    pub typed: String,
    /// Whether the one who asks was signed in to the account.
    pub by_owner: bool,
    /// What approving does.
    pub effect: LinkEffect,
}

/// What approving a link does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkEffect {
    /// Links this account.
    Links {
        /// Its address.
        email: String,
        /// Given and family name.
        name: String,
        /// What it is for.
        kind: AccountKind,
        /// Whether its password stops working.
        ends_password: bool,
    },
    /// Makes an account of the access team with these roles and links it.
    Makes {
        /// Its roles.
        roles: Vec<Role>,
    },
    /// Nothing: there is no account that can be linked.
    Nothing,
}

/// The facts of `request` for the access team; `None` when there is none such.
///
/// # Errors
/// [`AppError`].
pub async fn facts(app: &App, request: RequestId) -> Result<Option<LinkFacts>, AppError> {
    let (Some(identity), Some((typed, filer))) =
        (sign_on::by_request(&app.db, request).await?, sign_on::asked_for(&app.db, request).await?)
    else {
        return Ok(None);
    };
    let typed: Typed = serde_json::from_str(&typed).unwrap_or_default();
    let effect = match (typed.account, typed.new) {
        (Some(account), _) => match linkable(app, AccountId(account)).await? {
            Some(account) => LinkEffect::Links {
                ends_password: account.has_password && becomes_hospital(&account),
                email: account.email,
                name: account.name,
                kind: account.kind,
            },
            None => LinkEffect::Nothing,
        },
        (None, Some(new)) => LinkEffect::Makes { roles: new.roles },
        (None, None) => LinkEffect::Nothing,
    };
    Ok(Some(LinkFacts {
        issuer: identity.issuer,
        subject: identity.subject,
        name: identity.name,
        email: identity.email,
        typed: typed.email,
        by_owner: filer.is_some(),
        effect,
    }))
}
