//! Signing in, setting up and signing out as a browser meets them.

use axum::http::StatusCode;
use postern::app::accounts;
use postern::app::sign_in::totp_code;

use crate::sign_in::*;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

/// A browser that keeps its cookies and sends the token of the page it is on.
struct Tab<'a> {
    portal: &'a Portal<'a>,
    browser: Browser,
}

impl<'a> Tab<'a> {
    fn of(portal: &'a Portal<'a>) -> Self {
        Self { portal, browser: Browser::default() }
    }

    async fn get(&mut self, path: &str) -> Answer {
        let answer = self.portal.get(path, &self.browser).await;
        self.keep(answer)
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.portal.post(path, &self.browser, fields).await;
        self.keep(answer)
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        let mut jar: Vec<(String, String)> = self
            .browser
            .cookies
            .split("; ")
            .filter_map(|pair| pair.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
            .collect();
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(
                line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"),
                "{line}"
            );
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            jar.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
        self.browser.cookies = jar.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ");
        if let Some(token) = answer.body.split("name=\"form_token\" value=\"").nth(1) {
            self.browser.form_token = token.split('"').next().unwrap().into();
        }
        answer
    }

    fn cookie(&self) -> String {
        let mine = |pair: &&str| pair.starts_with(&format!("{}=", self.portal.site.cookie_name()));
        self.browser.cookies.split("; ").find(mine).unwrap_or_default().to_owned()
    }

    /// Through both steps to the home page.
    async fn sign_in(&mut self, house: &House) {
        self.get("/sign-in").await;
        let answer = self.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in/code"));
        assert_eq!(self.get("/sign-in/code").await.status, StatusCode::OK);
        let answer = self.post("/sign-in/code", &[("code", &code(house))]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/"),
            "{}",
            answer.body
        );
        house.clock.advance(30);
    }
}

both_engines! {
    async fn someone_signs_in_sees_their_session_and_signs_out(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut tab = Tab::of(&portal);
        let home = tab.get("/account").await;
        assert_eq!((home.status, home.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
        tab.sign_in(house).await;
        let account = tab.get("/account").await;
        assert_eq!(account.status, StatusCode::OK);
        assert!(account.body.contains("Amara Okafor") && account.body.contains("192.0.2.1"));
        assert_eq!(tab.get("/sign-in").await.header("location"), "/");
        tab.get("/account").await;
        let out = tab.post("/sign-out", &[]).await;
        assert_eq!(out.header("location"), "/sign-in?notice=signed-out");
        assert_eq!(tab.cookie(), "");
        assert_eq!(tab.get("/account").await.header("location"), "/sign-in");
    }

    /// B16: the id changes at each step, and the one before opens nothing.
    /// asvs_v7_2_4
    async fn the_cookie_changes_at_each_step_and_an_old_one_is_worthless(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut tab = Tab::of(&portal);
        tab.get("/sign-in").await;
        tab.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        let half = tab.browser.clone();
        let half_cookie = tab.cookie();
        tab.get("/sign-in/code").await;
        tab.post("/sign-in/code", &[("code", &code(house))]).await;
        assert!(!half_cookie.is_empty() && half_cookie != tab.cookie());
        assert_eq!(portal.get("/account", &half).await.header("location"), "/sign-in?notice=ended");
    }

    /// B1: between the steps every page leads back to the code.
    async fn a_half_signed_in_browser_reaches_only_the_code_page(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut tab = Tab::of(&portal);
        tab.get("/sign-in").await;
        tab.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        for path in ["/", "/account", "/patients", "/team/audit"] {
            let answer = tab.get(path).await;
            assert!(answer.status == StatusCode::NOT_FOUND || answer.header("location") == "/sign-in/code", "{path}");
        }
    }

    /// asvs_v6_3_8
    async fn a_wrong_password_and_an_unknown_address_read_the_same(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut bodies = Vec::new();
        for email in [EMAIL, "nobody.here@example.org"] {
            let mut tab = Tab::of(&portal);
            tab.get("/sign-in").await;
            let answer = tab.post("/sign-in", &[("email", email), ("password", "grey herons wade")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains(email), "the address stays typed");
            assert!(!answer.body.contains("grey herons wade"), "the password does not");
            bodies.push(without_chance(&answer.body.replace(email, "EMAIL")));
        }
        assert_eq!(bodies[0], bodies[1]);
    }

    /// asvs_v6_3_1
    async fn too_many_wrong_passwords_are_told_how_long_to_wait(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut tab = Tab::of(&portal);
        tab.get("/sign-in").await;
        for _ in 0..5 {
            tab.post("/sign-in", &[("email", EMAIL), ("password", "wrong")]).await;
        }
        let answer = tab.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "10"));
        assert!(answer.body.contains("10 seconds"), "{}", answer.body);
    }

    async fn five_wrong_codes_lead_back_to_the_password(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut tab = Tab::of(&portal);
        tab.get("/sign-in").await;
        tab.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        tab.get("/sign-in/code").await;
        assert_eq!(tab.post("/sign-in/code", &[("code", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let wrong = wrong(house);
        for _ in 0..4 {
            let answer = tab.post("/sign-in/code", &[("code", &wrong)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(tab.post("/sign-in/code", &[("code", &wrong)]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(tab.post("/sign-in/code", &[("code", &code(house))]).await.header("location"), "/sign-in");
    }

    /// asvs_v7_6_2
    async fn a_form_without_the_token_of_its_browser_is_refused(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let mut tab = Tab::of(&portal);
        tab.get("/sign-in").await;
        let other = portal.stranger();
        tab.browser.form_token = other.form_token;
        let answer = tab.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(tab.cookie(), "");
    }

    /// asvs_v6_3_6
    async fn a_set_up_link_sets_up_once_and_never_shows_the_password_again(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let link = accounts::reset_factor(&house.app, EMAIL).await.unwrap();
        let (secret, totp) = enrol(&house.app, link.secret.as_str()).await;
        let path = format!("/set-up/{secret}");
        let mut tab = Tab::of(&portal);
        let page = tab.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("<svg") && page.body.contains("amara.okafor@example.org"));
        let code = totp_code(&totp, house.now());
        let weak = tab.post(&path, &[("password", "short one"), ("code", &code)]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!weak.body.contains("short one"));
        let done = tab.post(&path, &[("password", PASSWORD), ("code", &code)]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(tab.cookie(), "", "the link alone signs nobody in");
        assert_eq!(tab.get(&path).await.status, StatusCode::GONE);
        assert_eq!(tab.get("/set-up/never-was").await.status, StatusCode::GONE);
    }
}

/// A page without what differs in every answer: nonce and form token.
fn without_chance(body: &str) -> String {
    let mut text = body.to_owned();
    for mark in ["nonce=\"", "name=\"form_token\" value=\""] {
        let mut parts = text.split(mark).map(str::to_owned);
        let first = parts.next().unwrap_or_default();
        let rest = parts.map(|part| part.split_once('"').map_or(String::new(), |(_, rest)| rest.to_owned()));
        text = std::iter::once(first).chain(rest).collect::<Vec<_>>().join(mark);
    }
    text
}
