//! An identity provider that lies as a test tells it to: its own keys, its own tokens, on a real socket.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use postern::adapters::oidc::{OpenIdProvider, Settings};
use postern::domain::calendar::Instant;
use postern::domain::people::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// What the hostile provider calls the portal.
pub const CLIENT: &str = "postern";
/// The secret that both know.
pub const SECRET: &str = "a secret that only the two of them know";

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signing {
    /// As it should be.
    Right,
    /// By a key that is not in the set, under the name of one that is.
    OtherKey,
    /// Not at all, and it says so.
    AlgNone,
    /// With the public key as a shared secret.
    PublicKeyAsSecret,
    /// With the client's secret.
    ClientSecret,
    /// Rightly, and the signature is taken off.
    Stripped,
}

/// How the token endpoint answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenEndpoint {
    /// With a token.
    Token,
    /// 500.
    Broken,
    /// With a page.
    Html,
    /// Never.
    Never,
    /// With more than anybody reads.
    Huge,
    /// With a token of another type.
    OtherType,
    /// Without an ID token.
    NoIdToken,
    /// With a redirect elsewhere.
    Redirect,
}

/// What changes a token's claims before it is signed.
pub type Twist = Box<dyn Fn(&mut Value) + Send>;

/// Everything that can be told to lie.
pub struct Lies {
    /// The instant that the provider lives in.
    pub now: Instant,
    /// The issuer of the metadata, when it is another.
    pub metadata_issuer: Option<String>,
    /// The claims.
    pub claims: Twist,
    /// Further claims of the header.
    pub header: Value,
    /// The signature.
    pub signing: Signing,
    /// The key in use, and in the set: `one` or `two`.
    pub key: &'static str,
    /// The token endpoint.
    pub endpoint: TokenEndpoint,
}

struct Inner {
    issuer: String,
    lies: Mutex<Lies>,
    /// Code to nonce and challenge.
    codes: Mutex<BTreeMap<String, (String, String)>>,
    /// The paths that were asked for.
    asked: Mutex<Vec<String>>,
}

/// The provider, serving until the runtime ends.
#[derive(Clone)]
pub struct Hostile(Arc<Inner>);

impl Hostile {
    /// One that tells no lie yet, at `now`.
    pub async fn start(now: Instant) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let lies = Lies {
            now,
            metadata_issuer: None,
            claims: Box::new(|_| ()),
            header: json!({}),
            signing: Signing::Right,
            key: "one",
            endpoint: TokenEndpoint::Token,
        };
        let issuer = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let (codes, asked) = (Mutex::default(), Mutex::default());
        let hostile = Self(Arc::new(Inner { issuer, lies: Mutex::new(lies), codes, asked }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route("/me", get(userinfo))
            .with_state(hostile.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        hostile
    }

    /// The adapter that trusts it.
    pub fn adapter(&self) -> OpenIdProvider {
        self.adapter_with(|_| ())
    }

    /// The adapter that trusts it, with other settings.
    pub fn adapter_with(&self, change: impl FnOnce(&mut Settings)) -> OpenIdProvider {
        let mut settings = Settings {
            issuer: self.0.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            redirect_url: "http://localhost:8080/sign-in/hospital/callback".to_owned(),
            signed_out_url: "http://localhost:8080/sign-in/hospital/signed-out".to_owned(),
            acr_values: vec!["urn:hospital:mfa".to_owned()],
            amr: vec!["mfa".to_owned(), "hwk".to_owned()],
            role_claim: "groups".to_owned(),
            roles: vec![("portal-reviewers".to_owned(), Role::Reviewer)],
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            label: "Sign in with hospital account".to_owned(),
        };
        change(&mut settings);
        OpenIdProvider::new(settings).unwrap()
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Tells it to lie.
    pub fn lie(&self, change: impl FnOnce(&mut Lies)) {
        change(&mut self.0.lies.lock().unwrap());
    }

    /// Somebody signs in at `url`, where the portal sent them: the code that they come back with.
    pub fn signs_in(&self, url: &str) -> String {
        let nonce = parameter(url, "nonce").unwrap_or_default();
        let challenge = parameter(url, "code_challenge").unwrap();
        assert_eq!(parameter(url, "code_challenge_method").as_deref(), Some("S256"));
        let code = format!("code-{}", self.0.codes.lock().unwrap().len());
        self.0.codes.lock().unwrap().insert(code.clone(), (nonce, challenge));
        code
    }

    /// How often each path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.0.asked.lock().unwrap().iter().filter(|p| *p == path).count()
    }

    /// A token of `claims`, signed as it is told to.
    pub fn sign(&self, claims: &Value) -> String {
        let lies = self.0.lies.lock().unwrap();
        sign(claims, &lies)
    }

    fn note(&self, path: &str) {
        self.0.asked.lock().unwrap().push(path.to_owned());
    }
}

/// A parameter of the query of `url`.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let all: Vec<(String, String)> = serde_html_form::from_str(query).unwrap();
    all.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

async fn metadata(State(hostile): State<Hostile>) -> Response {
    hostile.note("metadata");
    let at = hostile.issuer();
    let issuer = hostile.0.lies.lock().unwrap().metadata_issuer.clone().unwrap_or_else(|| at.to_owned());
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{at}/auth"),
        "token_endpoint": format!("{at}/token"),
        "userinfo_endpoint": format!("{at}/me"),
        "end_session_endpoint": format!("{at}/end"),
        "jwks_uri": format!("{at}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    });
    json_answer(&document)
}

async fn keys(State(hostile): State<Hostile>) -> Response {
    hostile.note("keys");
    let key = hostile.0.lies.lock().unwrap().key;
    json_answer(&json!({ "keys": [serde_json::to_value(private(key).as_verification_key()).unwrap()] }))
}

async fn userinfo(State(hostile): State<Hostile>) -> Response {
    hostile.note("userinfo");
    json_answer(&json!({ "sub": "somebody-else" }))
}

async fn token(State(hostile): State<Hostile>, body: String) -> Response {
    hostile.note("token");
    let fields: Vec<(String, String)> = serde_html_form::from_str(&body).unwrap();
    let field =
        |name: &str| fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let endpoint = hostile.0.lies.lock().unwrap().endpoint;
    match endpoint {
        TokenEndpoint::Broken => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        TokenEndpoint::Html => {
            return ([(header::CONTENT_TYPE, "text/html")], "<h1>Maintenance</h1>").into_response();
        }
        TokenEndpoint::Never => std::future::pending::<()>().await,
        TokenEndpoint::Huge => {
            return ([(header::CONTENT_TYPE, "application/json")], "[".repeat(2_000_000)).into_response();
        }
        TokenEndpoint::Redirect => {
            return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/me")]).into_response();
        }
        _ => {}
    }
    let known = hostile.0.codes.lock().unwrap().remove(&field("code"));
    let Some((nonce, challenge)) = known else {
        let body = json!({ "error": "invalid_grant" }).to_string();
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    };
    let proved = BASE64URL_NOPAD.encode(&Sha256::digest(field("code_verifier")));
    assert_eq!(proved, challenge, "PKCE");
    let lies = hostile.0.lies.lock().unwrap();
    let now = lies.now.unix_seconds();
    let mut claims = json!({
        "iss": hostile.issuer(), "aud": CLIENT, "sub": "00u-lee", "nonce": nonce, "iat": now, "exp": now + 300,
        "auth_time": now, "acr": "urn:hospital:mfa", "amr": ["pwd", "mfa"], "sid": "sid-1",
        "given_name": "Mina", "family_name": "Lee", "email": "mina.lee@hospital.example",
        "groups": ["staff", "portal-reviewers"],
    });
    (lies.claims)(&mut claims);
    let mut answer = json!({
        "access_token": "an access token", "token_type": "Bearer", "expires_in": 60, "id_token": sign(&claims, &lies),
    });
    match endpoint {
        TokenEndpoint::OtherType => answer["token_type"] = json!("mac"),
        TokenEndpoint::NoIdToken => drop(answer.as_object_mut().unwrap().remove("id_token")),
        _ => {}
    }
    json_answer(&answer)
}

fn json_answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn pem(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    std::fs::read_to_string(folder.join(format!("signing_key_{name}.pem"))).unwrap()
}

fn private(name: &str) -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(&pem(name), Some(JsonWebKeyId::new(format!("key-{name}")))).unwrap()
}

fn sign(claims: &Value, lies: &Lies) -> String {
    let alg = match lies.signing {
        Signing::AlgNone => "none",
        Signing::PublicKeyAsSecret | Signing::ClientSecret => "HS256",
        _ => "RS256",
    };
    let mut head = json!({ "alg": alg, "typ": "JWT", "kid": format!("key-{}", lies.key) });
    for (name, value) in lies.header.as_object().unwrap() {
        head[name] = value.clone();
    }
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(&head), part(claims));
    let rsa = |name| private(name).sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, signed.as_bytes());
    let shared = |secret: Vec<u8>| {
        CoreHmacKey::new(secret).sign(&CoreJwsSigningAlgorithm::HmacSha256, signed.as_bytes()).unwrap()
    };
    let signature = match lies.signing {
        Signing::Right => rsa(lies.key).unwrap(),
        Signing::OtherKey => rsa(if lies.key == "one" { "two" } else { "one" }).unwrap(),
        Signing::AlgNone | Signing::Stripped => Vec::new(),
        Signing::PublicKeyAsSecret => {
            shared(serde_json::to_vec(&private(lies.key).as_verification_key()).unwrap())
        }
        Signing::ClientSecret => shared(SECRET.as_bytes().to_vec()),
    };
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}
