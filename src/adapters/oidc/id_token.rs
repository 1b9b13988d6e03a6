//! What an ID token must say before anybody is signed in by it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier, IssuerUrl,
    LocalizedClaim, Nonce, SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ALGORITHMS, Keys, Settings};
use crate::app::ports::identity::{Asking, Claims, IdentityError};
use crate::domain::calendar::Instant;
use crate::domain::people::Role;
use crate::domain::sign_in::{ABSOLUTE_SECONDS, HOSPITAL_SKEW_SECONDS, ID_TOKEN_SECONDS};

/// The check that fails when no known key made the signature.
pub(super) const UNKNOWN_KEY: &str = "unknown_key";
/// The longest of any text that is kept of somebody, in characters.
const LONGEST: usize = 254;

/// The claims of an ID token beyond the standard ones.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Extra {
    #[serde(default)]
    sid: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}
impl AdditionalClaims for Extra {}

type Token = IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What a token is checked against.
pub(super) struct Check<'a> {
    pub(super) settings: &'a Settings,
    pub(super) issuer: &'a IssuerUrl,
    pub(super) asking: &'a Asking,
    pub(super) now: Instant,
}

impl Check<'_> {
    /// What the token says, when all of it holds.
    pub(super) fn claims(&self, token: &Token, keys: &Keys) -> Result<Claims, IdentityError> {
        let now = self.now;
        let client = ClientId::new(self.settings.client_id.clone());
        // Never given the client's secret: nothing signed with it is taken.
        let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
            IdTokenVerifier::new_public_client(client, self.issuer.clone(), keys.clone())
                .set_allowed_algs(ALGORITHMS)
                .set_time_fn(move || moment(now).into());
        let nonce = Nonce::new(self.asking.nonce.clone());
        let claims = token.claims(&verifier, &nonce).map_err(|e| IdentityError::Refused(word(&e)))?;
        self.times(claims)?;
        if claims.authorized_party().is_some_and(|party| **party != *self.settings.client_id) {
            return Err(IdentityError::Refused("authorized_party"));
        }
        self.second_factor(claims)?;
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.chars().count() > 255 || has_control(subject) {
            return Err(IdentityError::Refused("subject"));
        }
        let sid = claims.additional_claims().sid.clone().filter(|sid| sid.len() <= 255);
        if sid.as_deref().is_some_and(has_control) {
            return Err(IdentityError::Refused("session"));
        }
        let (given, family) = names(claims);
        Ok(Claims {
            subject: subject.to_owned(),
            given,
            family,
            email: claims.email().map(|e| short(e.as_str())).unwrap_or_default(),
            sid,
            signed_in_at: self.signed_in_at(claims)?,
            roles: self.roles(claims),
        })
    }

    fn times(&self, claims: &IdTokenClaims<Extra, CoreGenderClaim>) -> Result<(), IdentityError> {
        let age = self.now.unix_seconds() - claims.issue_time().timestamp();
        if (-HOSPITAL_SKEW_SECONDS..=ID_TOKEN_SECONDS).contains(&age) {
            Ok(())
        } else {
            Err(IdentityError::Refused("issued_at"))
        }
    }

    /// When the person proved themselves, not longer ago than was asked for.
    fn signed_in_at(&self, claims: &IdTokenClaims<Extra, CoreGenderClaim>) -> Result<Instant, IdentityError> {
        let at = claims.auth_time().ok_or(IdentityError::Refused("no_auth_time"))?.timestamp();
        let earliest = match self.asking.fresh_since {
            Some(since) => since.unix_seconds(),
            None => self.now.unix_seconds() - ABSOLUTE_SECONDS,
        };
        if at < earliest - HOSPITAL_SKEW_SECONDS || at > self.now.unix_seconds() + HOSPITAL_SKEW_SECONDS {
            return Err(IdentityError::Refused("auth_time"));
        }
        Ok(Instant::from_micros(at.saturating_mul(1_000_000)).min(self.now))
    }

    /// That a second factor was shown: each of `acr` and `amr` that is configured must say so.
    fn second_factor(&self, claims: &IdTokenClaims<Extra, CoreGenderClaim>) -> Result<(), IdentityError> {
        let settings = self.settings;
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        let acr_holds =
            settings.acr_values.is_empty() || settings.acr_values.iter().any(|a| Some(a.as_str()) == acr);
        let amr = claims.auth_method_refs();
        let amr_holds = settings.amr.is_empty()
            || amr.is_some_and(|all| all.iter().any(|m| settings.amr.iter().any(|a| *a == **m)));
        let is_asked_for = !(settings.acr_values.is_empty() && settings.amr.is_empty());
        if is_asked_for && acr_holds && amr_holds { Ok(()) } else { Err(IdentityError::NoSecondFactor) }
    }

    fn roles(&self, claims: &IdTokenClaims<Extra, CoreGenderClaim>) -> Option<Vec<Role>> {
        if self.settings.role_claim.is_empty() {
            return None;
        }
        let said = claims.additional_claims().rest.get(&self.settings.role_claim);
        let values: Vec<&str> = match said {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut roles: Vec<Role> = Vec::new();
        for (value, role) in &self.settings.roles {
            if values.contains(&value.as_str()) && !roles.contains(role) {
                roles.push(*role);
            }
        }
        Some(roles)
    }
}

/// Given and family name; one that comes in one piece is cut at its last blank.
fn names(claims: &IdTokenClaims<Extra, CoreGenderClaim>) -> (String, String) {
    let given = claims.given_name().and_then(first).map(|n| short(n.as_str()));
    let family = claims.family_name().and_then(first).map(|n| short(n.as_str()));
    if let (Some(given), Some(family)) = (given, family) {
        return (given, family);
    }
    let whole = claims.name().and_then(first).map(|n| short(n.as_str())).unwrap_or_default();
    match whole.rsplit_once(' ') {
        Some((given, family)) => (given.to_owned(), family.to_owned()),
        None => (String::new(), whole),
    }
}

fn first<T>(claim: &LocalizedClaim<T>) -> Option<&T> {
    claim.get(None).or_else(|| claim.iter().map(|(_, value)| value).next())
}

/// Whether an id holds what no id does, and no database keeps.
pub(super) fn has_control(id: &str) -> bool {
    id.chars().any(char::is_control)
}

/// `text` as it is kept: without control characters and not endless.
fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

fn moment(at: Instant) -> SystemTime {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_micros(micros)).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Which check failed, without what the token said.
fn word(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "token_issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            UNKNOWN_KEY
        }
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoSignature) => {
            "no_signature"
        }
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "algorithm"
        }
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "token",
    }
}
