//! A hospital with a real identity provider (npm `oidc-provider`), the portal on a real socket, and a browser between them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use postern::adapters::clock::SystemClock;
use postern::adapters::oidc::{OpenIdProvider, Settings};
use postern::app::ports::Clock;
use postern::app::sign_in::Hashing;
use postern::app::{App, Outside};
use postern::domain::people::Role;
use postern::web::site::Inner;
use postern::web::{Site, serve};
use reqwest::Url;
use tokio::net::TcpListener;

use super::House;

/// The identity provider of a portal.
pub struct Provider {
    /// Where it is.
    pub issuer: String,
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Provider {
    /// The provider of the portal at `portal`.
    pub fn start(portal: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        assert!(
            folder.join("node_modules/oidc-provider").exists(),
            "tests/oidc/node_modules is not there; ./tests/run installs it (or run `npm ci` in tests/oidc)"
        );
        let mut child = Command::new("node")
            .args(["provider.mjs", portal])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts; ./tests/run installs it");
        let commands = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = said(&mut answers, "listening ");
        Self { issuer, child, commands, answers }
    }

    /// What the portal at `portal` asks it through.
    pub fn adapter(&self, portal: &str) -> OpenIdProvider {
        OpenIdProvider::new(Settings {
            issuer: self.issuer.clone(),
            client_id: "postern".to_owned(),
            client_secret: Some("a secret that only the two of them know".to_owned()),
            redirect_url: format!("{portal}/sign-in/hospital/callback"),
            signed_out_url: format!("{portal}/sign-in/hospital/signed-out"),
            acr_values: vec!["urn:hospital:mfa".to_owned()],
            amr: vec!["mfa".to_owned()],
            role_claim: "groups".to_owned(),
            roles: vec![
                ("portal-reviewers".to_owned(), Role::Reviewer),
                ("portal-administrators".to_owned(), Role::Administrator),
            ],
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            label: "Sign in with hospital account".to_owned(),
        })
        .unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The portal and its identity provider.
pub struct Hospital {
    /// Where the portal is.
    pub portal: String,
    /// Where the identity provider is.
    pub issuer: String,
    /// What the portal works with.
    pub app: App,
    provider: Provider,
}

impl Hospital {
    /// Both, at the present of this machine: the provider knows no other.
    pub async fn open(house: &House) -> Self {
        house.clock.set(SystemClock.now());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let portal = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let provider = Provider::start(&portal);
        let adapter = Arc::new(provider.adapter(&portal));
        let outside = Outside { identity_provider: Some(adapter), ..Outside::default() };
        let app = App { outside, ..house.app.clone() };
        let site = Site::new(Inner {
            app: app.clone(),
            hashing: Hashing::on_cores(2),
            base_url: portal.clone(),
            trusted_proxies: Vec::new(),
            demo: None,
        });
        tokio::spawn(async move { serve(listener, &site, std::future::pending()).await.unwrap() });
        Self { portal, issuer: provider.issuer.clone(), app, provider }
    }

    /// The provider makes new keys and forgets every session.
    pub fn rotate(&mut self) {
        writeln!(self.provider.commands, "rotate").unwrap();
        said(&mut self.provider.answers, "rotated");
    }
}

/// What follows `mark` on the first line that begins with it.
fn said(lines: &mut Lines<BufReader<ChildStdout>>, mark: &str) -> String {
    let line = lines.map(Result::unwrap).find(|line| line.starts_with(mark));
    line.unwrap_or_else(|| panic!("the identity provider ended before it said `{mark}`"))[mark.len()..]
        .to_owned()
}

/// A browser that keeps its cookies, by origin.
pub struct Web {
    http: reqwest::Client,
    jar: BTreeMap<(String, String), String>,
}

/// Where a browser has come to.
pub struct Page {
    /// Its address.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its text.
    pub body: String,
}

impl Page {
    /// The value of the hidden field `name`.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self.body.split(&mark).nth(1).unwrap_or_else(|| panic!("no {name} in {}", self.body));
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Web {
    /// A browser without cookies.
    pub fn new() -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        Self { http: http.unwrap(), jar: BTreeMap::new() }
    }

    /// Goes to `url` and wherever that leads.
    pub async fn go(&mut self, url: &str) -> Page {
        self.walk(Url::parse(url).unwrap(), None).await
    }

    /// Sends a form to `url` and goes wherever that leads.
    pub async fn send(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        self.walk(Url::parse(url).unwrap(), Some(serde_html_form::to_string(fields).unwrap())).await
    }

    /// A cookie of the origin of `url`.
    pub fn cookie(&self, url: &str, name: &str) -> Option<String> {
        let origin = Url::parse(url).unwrap().origin().ascii_serialization();
        self.jar.get(&(origin, name.to_owned())).cloned()
    }

    async fn walk(&mut self, mut url: Url, mut form: Option<String>) -> Page {
        for _ in 0..12 {
            let origin = url.origin().ascii_serialization();
            let cookies = self.jar.iter().filter(|((at, _), _)| *at == origin);
            let cookies: Vec<String> = cookies.map(|((_, name), value)| format!("{name}={value}")).collect();
            let request = match form.take() {
                Some(body) => self
                    .http
                    .post(url.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("sec-fetch-site", "same-origin")
                    .body(body),
                None => self.http.get(url.clone()),
            };
            let answer = request.header("cookie", cookies.join("; ")).send().await.unwrap();
            for line in answer.headers().get_all("set-cookie") {
                let line = line.to_str().unwrap();
                let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
                self.jar.insert((origin.clone(), name.to_owned()), value.to_owned());
            }
            let location = answer.headers().get("location").map(|l| l.to_str().unwrap().to_owned());
            let status = answer.status().as_u16();
            match location {
                Some(location) => url = url.join(&location).unwrap(),
                None => return Page { url, status, body: answer.text().await.unwrap() },
            }
        }
        panic!("{url} leads nowhere")
    }

    /// Begins at `url`, signs in on the hospital's page with this code, and goes wherever that leads.
    pub async fn signs_in(&mut self, url: &str, user: &str, code: &str) -> Page {
        let page = self.go(url).await;
        assert!(page.body.contains("Hospital sign-in"), "{} {}", page.url, page.body);
        let fields = [("user", user), ("password", "hospital"), ("code", code), ("do", "login")];
        let page = self.send(page.url.as_str(), &fields).await;
        // Another person takes the place of one whom the provider knew: it signs that one out first, by a form that sends itself.
        if page.body.contains("<title>Submitting Callback</title>") {
            self.confirms(&page).await
        } else {
            page
        }
    }

    /// Signs out at the hospital, where `page` asks for it.
    pub async fn confirms(&mut self, page: &Page) -> Page {
        let between = |mark: &str| {
            let rest = page.body.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark} in {}", page.body));
            rest.split('"').next().unwrap().to_owned()
        };
        let (action, xsrf) = (between("action=\""), between("name=\"xsrf\" value=\""));
        self.send(&action, &[("xsrf", &xsrf), ("logout", "yes")]).await
    }
}
