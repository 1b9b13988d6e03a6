//! The hospital's identity provider, spoken to in OpenID Connect: authorization code with PKCE, state, nonce and issuer.
//!
//! Metadata and keys are kept for an hour; an unknown key asks for the keys anew, at most once a minute. ID and access tokens are
//! checked and forgotten: none is kept, logged or handed on, and the userinfo endpoint is never asked.

mod http;
mod id_token;
mod known;
mod logout_token;

use std::sync::Arc;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType,
    CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthorizationCode, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenFields, IssuerUrl, JsonWebKeySet, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::app::ports::Later;
use crate::app::ports::identity::{Asking, Claims, IdentityError, IdentityProvider, LoggedOut, Returned};
use crate::domain::calendar::Instant;
use crate::domain::people::Role;
use crate::domain::sign_in::{ABSOLUTE_SECONDS, HOSPITAL_KEYS_SECONDS};

use http::{Http, HttpError};
use id_token::Extra;
use known::{Both, Known};

/// The signatures that are taken: never `none`, never one made with a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
];

/// What the hospital has settled with its identity provider.
#[derive(Clone)]
pub struct Settings {
    /// Its issuer.
    pub issuer: String,
    /// What it calls this portal.
    pub client_id: String,
    /// What this portal proves itself with; `None` for a public client.
    pub client_secret: Option<String>,
    /// Where its answers go to.
    pub redirect_url: String,
    /// Where a browser comes back to after signing out there.
    pub signed_out_url: String,
    /// The `acr` values that stand for a second factor; empty: `acr` is not looked at.
    pub acr_values: Vec<String>,
    /// The `amr` values any of which stands for a second factor; empty: `amr` is not looked at.
    pub amr: Vec<String>,
    /// The claim that says roles; empty for none.
    pub role_claim: String,
    /// What values of that claim stand for which role.
    pub roles: Vec<(String, Role)>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// What the button of the sign-in page says.
    pub label: String,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings(…)")
    }
}

/// What a provider says of itself beyond the core.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
struct More {
    end_session_endpoint: Option<openidconnect::EndSessionUrl>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for More {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Keys = JsonWebKeySet<CoreJsonWebKey>;
type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        Extra,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type PortalClient = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The identity provider of one installation.
pub struct OpenIdProvider {
    settings: Settings,
    issuer: IssuerUrl,
    redirect_url: RedirectUrl,
    signed_out_url: PostLogoutRedirectUrl,
    http: Http,
    /// Never held while the provider is waited for.
    known: Mutex<Known>,
    /// Held by whoever asks the provider for metadata or keys.
    asking: Mutex<()>,
}

impl OpenIdProvider {
    /// The provider of `settings`. Nothing is asked of it yet, so that it may be down when the portal starts.
    ///
    /// # Errors
    /// What is wrong with a URL, or with this machine's trust store.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let url = |what: &str, error: &dyn std::fmt::Display| format!("{what} is no URL: {error}");
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|e| url("the issuer", &e))?;
        let redirect_url =
            RedirectUrl::new(settings.redirect_url.clone()).map_err(|e| url("the redirect", &e))?;
        let signed_out_url = PostLogoutRedirectUrl::new(settings.signed_out_url.clone())
            .map_err(|e| url("the redirect", &e))?;
        let http = Http::new(settings.issuer.starts_with("https://")).map_err(|e| e.to_string())?;
        let (known, asking) = (Mutex::default(), Mutex::default());
        Ok(Self { settings, issuer, redirect_url, signed_out_url, http, known, asking })
    }

    /// Asks the provider for its metadata and keys: for `postern doctor`.
    ///
    /// # Errors
    /// [`IdentityError::Down`] saying why not.
    pub async fn look(&self, now: Instant) -> Result<(), IdentityError> {
        self.known(now).await.map(|_| ())
    }

    /// Metadata and keys, asked for when there are none or they are old; the old ones when it does not answer. One asks at a time,
    /// and whoever finds them recent does not wait for it.
    async fn known(&self, now: Instant) -> Result<Both, IdentityError> {
        if let Some(settled) = self.known.lock().await.settled(now) {
            return settled;
        }
        let _turn = self.asking.lock().await;
        // Whoever had the turn before may have asked.
        if let Some(settled) = self.known.lock().await.settled(now) {
            return settled;
        }
        let found = Metadata::discover_async(self.issuer.clone(), &self.http).await;
        let mut known = self.known.lock().await;
        match found {
            Ok(found) if found.issuer().as_str() == self.settings.issuer => {
                known.keys = Arc::new(found.jwks().clone());
                known.metadata = Some(Arc::new(found));
                (known.read_at, known.keys_at, known.down_at) = (Some(now), Some(now), None);
            }
            Ok(_) => return Err(IdentityError::Down("its metadata name another issuer".to_owned())),
            Err(error) => {
                let error = why(&error);
                known.down_at = Some(now);
                if known.metadata.is_none() {
                    return Err(IdentityError::Down(error));
                }
                tracing::warn!(error, "the identity provider's metadata could not be read anew");
            }
        }
        known.kept().ok_or_else(|| IdentityError::Down("it has no metadata".to_owned()))
    }

    /// The keys asked for anew, for a token whose key is not known; `None` when they were asked for within the last minute.
    async fn newer_keys(&self, metadata: &Metadata, now: Instant) -> Option<Arc<Keys>> {
        {
            let mut known = self.known.lock().await;
            if known.keys_at.is_some_and(|at| now.seconds_since(at) < HOSPITAL_KEYS_SECONDS) {
                return None;
            }
            known.keys_at = Some(now);
        }
        let _turn = self.asking.lock().await;
        match Keys::fetch_async(metadata.jwks_uri(), &self.http).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                self.known.lock().await.keys = Arc::clone(&keys);
                Some(keys)
            }
            Err(error) => {
                tracing::warn!(error = why(&error), "the identity provider's keys could not be read anew");
                None
            }
        }
    }

    fn client(&self, metadata: &Metadata) -> PortalClient {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let client = ClientId::new(self.settings.client_id.clone());
        let methods = metadata.token_endpoint_auth_methods_supported();
        let basic = methods.is_none_or(|m| m.contains(&CoreClientAuthMethod::ClientSecretBasic));
        Client::from_provider_metadata(metadata.clone(), client, secret)
            .set_redirect_uri(self.redirect_url.clone())
            .set_auth_type(if basic { AuthType::BasicAuth } else { AuthType::RequestBody })
    }

    async fn to_sign_in(&self, asking: &Asking, now: Instant) -> Result<String, IdentityError> {
        let (metadata, _) = self.known(now).await?;
        let client = self.client(&metadata);
        let verifier = PkceCodeVerifier::new(asking.verifier.clone());
        let fresh = asking.fresh_since.is_some();
        let age = if fresh { 0 } else { ABSOLUTE_SECONDS.unsigned_abs() };
        let (state, nonce) = (CsrfToken::new(asking.state.clone()), Nonce::new(asking.nonce.clone()));
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .set_max_age(std::time::Duration::from_secs(age))
            .add_scopes(self.settings.scopes.iter().filter(|s| *s != "openid").cloned().map(Scope::new));
        for acr in &self.settings.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if fresh {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        Ok(request.url().0.to_string())
    }

    async fn exchange(
        &self,
        returned: Returned<'_>,
        asking: &Asking,
        now: Instant,
    ) -> Result<Claims, IdentityError> {
        let (metadata, keys) = self.known(now).await?;
        let names_issuer = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match returned.issuer {
            Some(issuer) if issuer != self.settings.issuer => return Err(IdentityError::Refused("issuer")),
            None if names_issuer => return Err(IdentityError::Refused("issuer")),
            _ => {}
        }
        let client = self.client(&metadata);
        let request = client.exchange_code(AuthorizationCode::new(returned.code.to_owned()));
        let request = request.map_err(|_| IdentityError::Down("it names no token endpoint".to_owned()))?;
        let verifier = PkceCodeVerifier::new(asking.verifier.clone());
        let answer = request.set_pkce_verifier(verifier).request_async(&self.http).await;
        let answer = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => IdentityError::Refused("code"),
            other => IdentityError::Down(why(&other)),
        })?;
        if *answer.token_type() != CoreTokenType::Bearer {
            return Err(IdentityError::Refused("token_type"));
        }
        let token = answer.extra_fields().id_token().ok_or(IdentityError::Refused("no_id_token"))?;
        let check = id_token::Check { settings: &self.settings, issuer: &self.issuer, asking, now };
        match check.claims(token, &keys) {
            Err(IdentityError::Refused(id_token::UNKNOWN_KEY)) => {
                let newer = self.newer_keys(&metadata, now).await;
                let newer = newer.ok_or(IdentityError::Refused(id_token::UNKNOWN_KEY))?;
                check.claims(token, &newer)
            }
            checked => checked,
        }
    }

    async fn to_sign_out(&self, state: &str, now: Instant) -> Result<Option<String>, IdentityError> {
        let (metadata, _) = self.known(now).await?;
        let Some(place) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let request = LogoutRequest::from(place)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.signed_out_url.clone())
            .set_state(CsrfToken::new(state.to_owned()));
        Ok(Some(request.http_get_url().to_string()))
    }

    async fn logged_out(&self, token: &str, now: Instant) -> Result<LoggedOut, IdentityError> {
        let (metadata, keys) = self.known(now).await?;
        match logout_token::check(token, &keys, &self.settings, now) {
            Err(IdentityError::Refused(id_token::UNKNOWN_KEY)) => {
                let newer = self.newer_keys(&metadata, now).await;
                let newer = newer.ok_or(IdentityError::Refused(id_token::UNKNOWN_KEY))?;
                logout_token::check(token, &newer, &self.settings, now)
            }
            checked => checked,
        }
    }
}

impl IdentityProvider for OpenIdProvider {
    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn label(&self) -> &str {
        &self.settings.label
    }

    fn begin<'a>(&'a self, asking: &'a Asking, now: Instant) -> Later<'a, Result<String, IdentityError>> {
        Box::pin(self.to_sign_in(asking, now))
    }

    fn finish<'a>(
        &'a self,
        returned: Returned<'a>,
        asking: &'a Asking,
        now: Instant,
    ) -> Later<'a, Result<Claims, IdentityError>> {
        Box::pin(self.exchange(returned, asking, now))
    }

    fn sign_out<'a>(
        &'a self,
        state: &'a str,
        now: Instant,
    ) -> Later<'a, Result<Option<String>, IdentityError>> {
        Box::pin(self.to_sign_out(state, now))
    }

    fn check_logout<'a>(
        &'a self,
        token: &'a str,
        now: Instant,
    ) -> Later<'a, Result<LoggedOut, IdentityError>> {
        Box::pin(self.logged_out(token, now))
    }
}

/// The kinds of failure of `error`, outermost first, and never what the provider wrote: it may hold anything.
fn why(error: &(dyn std::error::Error + 'static)) -> String {
    let mut deepest: Option<&HttpError> = None;
    let mut next = Some(error);
    while let Some(e) = next {
        deepest = e.downcast_ref::<HttpError>().or(deepest);
        next = e.source();
    }
    deepest.map_or_else(|| "its answer cannot be read".to_owned(), ToString::to_string)
}
