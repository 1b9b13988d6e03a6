//! The facts of a sign-in that is to be linked, as the access team reads them before deciding.

use maud::Markup;

use crate::app::single_sign_on::{LinkEffect, facts};
use crate::domain::ids::RequestId;
use crate::views::layout::Frame;
use crate::views::single_sign_on::{self as view, Effect, Facts};
use crate::web::Site;
use crate::web::error::PageError;

/// The facts of `request`, as a part of its page.
pub(in crate::web::pages::desk) async fn show(
    site: &Site,
    _frame: &Frame,
    request: RequestId,
) -> Result<Markup, PageError> {
    let found = facts(&site.app, request).await?.ok_or(PageError::NotFound)?;
    let effect = match found.effect {
        LinkEffect::Links { email, name, kind, ends_password } => {
            Effect::Links { email, name, kind, ends_password }
        }
        LinkEffect::Makes { roles } => Effect::Makes(roles),
        LinkEffect::Nothing => Effect::Nothing,
    };
    Ok(view::facts(&Facts {
        issuer: found.issuer,
        subject: found.subject,
        name: found.name,
        email: found.email,
        typed: found.typed,
        by_owner: found.by_owner,
        effect,
    }))
}
