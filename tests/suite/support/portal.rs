//! The whole portal as a service, called without a network; and people who are signed in to it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use postern::app::sign_in::{
    Client, CodeAnswer, Hashing, PasswordAnswer, SessionState, check_code, check_password, form_token,
    new_visit, password_hash, session, set_credentials, totp_code, visit_form_key,
};
use postern::app::{App, Outside};
use postern::domain::ids::AccountId;
use postern::web::site::Inner;
use postern::web::{Demo, Site, router};
use tower::ServiceExt;

use super::House;

/// Where the portal of the tests is reached.
pub const BASE: &str = "http://localhost:8080";
const PASSWORD: &str = "purple otters glide at dawn";
const SECRET: &[u8] = b"12345678901234567890";

/// The portal of one house.
pub struct Portal<'a> {
    /// What its handlers work with.
    pub site: Site,
    house: &'a House,
    service: Router,
}

/// Somebody's browser: the cookies it sends, and the token that the forms of its pages carry.
#[derive(Clone, Default)]
pub struct Browser {
    /// The cookies, as the header has them.
    pub cookies: String,
    /// The token of its forms.
    pub form_token: String,
}

/// What the portal answered.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// A header's text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

impl<'a> Portal<'a> {
    /// The portal of `house`, as a hospital runs it.
    pub fn of(house: &'a House) -> Self {
        Self::with(house, house.app.clone(), None)
    }

    /// The portal of `house` with another surrounding for its use cases.
    pub fn of_app(house: &'a House, app: App) -> Self {
        Self::with(house, app, None)
    }

    /// The portal of `house` that works with these servers of others.
    pub fn with_outside(house: &'a House, outside: Outside) -> Self {
        Self::of_app(house, App { outside, ..house.app.clone() })
    }

    /// The portal of `house` as a demo, which also serves the gallery.
    pub fn demo_of(house: &'a House) -> Self {
        Self::with(house, house.app.clone(), Some(Demo { accounts: Vec::new() }))
    }

    fn with(house: &'a House, app: App, demo: Option<Demo>) -> Self {
        let site = Site::new(Inner {
            app,
            hashing: Hashing::on_cores(2),
            base_url: BASE.to_owned(),
            trusted_proxies: Vec::new(),
            demo,
        });
        let service = router(&site);
        Self { site, house, service }
    }

    /// `GET path` from `browser`.
    pub async fn get(&self, path: &str, browser: &Browser) -> Answer {
        self.call(request(Method::GET, path, browser).body(Body::empty()).unwrap()).await
    }

    /// `POST path` of a form of our own page, with the browser's form token and `fields`.
    pub async fn post(&self, path: &str, browser: &Browser, fields: &[(&str, &str)]) -> Answer {
        let mut form = vec![("form_token", browser.form_token.as_str())];
        form.extend_from_slice(fields);
        self.post_as_it_is(path, browser, &form, "same-origin").await
    }

    /// `POST path` with exactly `fields`, which the browser says come from `site` (`same-origin`, `cross-site`).
    pub async fn post_as_it_is(
        &self,
        path: &str,
        browser: &Browser,
        fields: &[(&str, &str)],
        site: &str,
    ) -> Answer {
        let request = request(Method::POST, path, browser)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(serde_html_form::to_string(fields).unwrap()))
            .unwrap();
        self.call(request).await
    }

    /// `GET path`, as far as the portal has written it.
    pub async fn begin(&self, path: &str, browser: &Browser) -> axum::response::Response {
        self.begun(request(Method::GET, path, browser).body(Body::empty()).unwrap()).await
    }

    /// The same, compressed.
    pub async fn begin_compressed(&self, path: &str, browser: &Browser) -> axum::response::Response {
        let request = request(Method::GET, path, browser).header(header::ACCEPT_ENCODING, "gzip");
        self.begun(request.body(Body::empty()).unwrap()).await
    }

    async fn begun(&self, request: Request<Body>) -> axum::response::Response {
        self.service.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request as it is.
    pub async fn call(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.begun(request).await.into_parts();
        let bytes = to_bytes(body, 30_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// A browser that has only looked at the sign-in page.
    pub fn stranger(&self) -> Browser {
        let visit = new_visit(&self.house.app).unwrap();
        let key = visit_form_key(&self.house.app.keys, visit.as_str()).unwrap();
        Browser {
            cookies: format!("{}={}", self.site.visitor_cookie_name(), visit.as_str()),
            form_token: form_token(&key),
        }
    }

    /// A browser in which the password of `account` was right and the code has not been asked yet.
    pub async fn half_signed_in(&self, account: AccountId) -> Browser {
        let cookie = self.right_password(account).await;
        let SessionState::HalfSignedIn { form_key, .. } = session(&self.house.app, &cookie).await.unwrap()
        else {
            panic!("not half signed in")
        };
        self.browser(&cookie, &form_key)
    }

    /// A browser signed in as `account`. The clock moves on by one TOTP step.
    pub async fn signed_in(&self, account: AccountId) -> Browser {
        let app = &self.house.app;
        let half = self.right_password(account).await;
        let code = totp_code(SECRET, self.house.now());
        let CodeAnswer::SignedIn { cookie } =
            check_code(app, &self.site.hashing, &half, &code, &client()).await.unwrap()
        else {
            panic!("the code was refused")
        };
        self.house.clock.advance(30);
        let SessionState::SignedIn(session) = session(app, cookie.as_str()).await.unwrap() else {
            panic!("not signed in")
        };
        self.browser(cookie.as_str(), &session.form_key)
    }

    /// The browser that holds the session with the secret `cookie`, and its own cookie from before.
    pub async fn with_session(&self, before: &Browser, cookie: &str) -> Browser {
        let secret = cookie.split_once('=').unwrap().1;
        let SessionState::SignedIn(session) = session(&self.house.app, secret).await.unwrap() else {
            panic!("not signed in")
        };
        let visit = before.cookies.split("; ").find(|c| c.starts_with(self.site.visitor_cookie_name()));
        let cookies = [Some(cookie), visit].into_iter().flatten().collect::<Vec<_>>().join("; ");
        Browser { cookies, form_token: form_token(&session.form_key) }
    }

    fn browser(&self, cookie: &str, form_key: &[u8; 32]) -> Browser {
        let cookies = format!("{}={cookie}", self.site.cookie_name());
        Browser { cookies, form_token: form_token(form_key) }
    }

    async fn right_password(&self, account: AccountId) -> String {
        let app = &self.house.app;
        let hash = password_hash(PASSWORD, [1; 16]).unwrap();
        let mut tx = app.db.begin().await.unwrap();
        set_credentials(app, &mut tx, account, &hash, SECRET).await.unwrap();
        tx.commit().await.unwrap();
        let email = self.house.world.email(account).await;
        match check_password(app, &self.site.hashing, &email, PASSWORD, &client()).await.unwrap() {
            PasswordAnswer::GoOn { cookie } => cookie.as_str().to_owned(),
            other => panic!("{other:?}"),
        }
    }
}

fn client() -> Client {
    Client { network: "192.0.2.1".to_owned(), device: "A browser".to_owned(), request_id: "r1".to_owned() }
}

fn request(method: Method, path: &str, browser: &Browser) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:8080")
        .header(header::COOKIE, &browser.cookies)
        .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 40_000))))
}
