//! The hospital's identity provider (OpenID Connect).

use crate::domain::calendar::Instant;
use crate::domain::people::Role;

use super::Later;

/// What one sign-in was begun with. All of it is secret until it is used up.
#[derive(Clone)]
pub struct Asking {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves at the token endpoint who began (PKCE).
    pub verifier: String,
    /// When the person must have proved themselves anew: at the earliest then. `None` takes a sign-in of the last twelve hours.
    pub fresh_since: Option<Instant>,
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asking(…)")
    }
}

/// What the provider's redirect brings back.
#[derive(Clone, Copy)]
pub struct Returned<'a> {
    /// The code.
    pub code: &'a str,
    /// The issuer that the answer says it is from.
    pub issuer: Option<&'a str>,
}

/// Somebody who signed in at the hospital with more than a password, as a checked ID token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The id that the provider gives to nobody else, ever.
    pub subject: String,
    /// The given name, where it says one.
    pub given: String,
    /// The family name, where it says one.
    pub family: String,
    /// The address, where it says one; never what anybody is found by.
    pub email: String,
    /// The id of the session at the provider.
    pub sid: Option<String>,
    /// When they proved themselves there.
    pub signed_in_at: Instant,
    /// Their roles in the access team, `None` where no claim is configured to say them.
    pub roles: Option<Vec<Role>>,
}

/// Whose sessions the provider says are over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedOut {
    /// The token's own id, seen once only.
    pub token_id: String,
    /// Who.
    pub subject: Option<String>,
    /// The session there.
    pub sid: Option<String>,
}

/// Why the provider's answer signs nobody in.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IdentityError {
    /// It cannot be reached, or talks nonsense: local users are not concerned.
    #[error("the identity provider is not available: {0}")]
    Down(String),
    /// The answer, or a token, fails this check.
    #[error("the answer of the identity provider is refused: {0}")]
    Refused(&'static str),
    /// The person signed in there without a second factor.
    #[error("signed in at the hospital without a second factor")]
    NoSecondFactor,
}

/// The hospital's identity provider.
pub trait IdentityProvider: Send + Sync {
    /// Its issuer, as configured.
    fn issuer(&self) -> &str;
    /// What the button of the sign-in page says.
    fn label(&self) -> &str;
    /// Where the browser is sent to sign in.
    fn begin<'a>(&'a self, asking: &'a Asking, now: Instant) -> Later<'a, Result<String, IdentityError>>;
    /// Exchanges the code and checks everything that the ID token must say.
    fn finish<'a>(
        &'a self,
        returned: Returned<'a>,
        asking: &'a Asking,
        now: Instant,
    ) -> Later<'a, Result<Claims, IdentityError>>;
    /// Where the browser is sent to sign out there too; `None` where the provider has no such place.
    fn sign_out<'a>(
        &'a self,
        state: &'a str,
        now: Instant,
    ) -> Later<'a, Result<Option<String>, IdentityError>>;
    /// Checks a log-out token that the provider posted, all but whether it was seen before.
    fn check_logout<'a>(
        &'a self,
        token: &'a str,
        now: Instant,
    ) -> Later<'a, Result<LoggedOut, IdentityError>>;
}
