//! An identity provider of the tests without any network: it says what a test told it to say, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use postern::app::Outside;
use postern::app::ports::Later;
use postern::app::ports::identity::{Asking, Claims, IdentityError, IdentityProvider, LoggedOut, Returned};
use postern::domain::calendar::Instant;
use postern::domain::people::Role;

use super::House;
use super::portal::{Answer, Browser, Portal};

/// The issuer of the double.
pub const ISSUER: &str = "https://login.hospital.test";

/// The double.
#[derive(Default)]
pub struct TalkingDouble {
    answers: Mutex<BTreeMap<String, Result<Claims, IdentityError>>>,
    logouts: Mutex<BTreeMap<String, LoggedOut>>,
    asked: Mutex<Vec<Asking>>,
    down: Mutex<bool>,
}

impl TalkingDouble {
    /// What `code` is exchanged for from now on.
    pub fn answers(&self, code: &str, answer: Result<Claims, IdentityError>) {
        self.answers.lock().unwrap().insert(code.to_owned(), answer);
    }

    /// What the log-out token `token` says.
    pub fn logs_out(&self, token: &str, whose: LoggedOut) {
        self.logouts.lock().unwrap().insert(token.to_owned(), whose);
    }

    /// Answers nothing any more, or again.
    pub fn set_down(&self, down: bool) {
        *self.down.lock().unwrap() = down;
    }

    /// What the newest sign-in was begun with.
    pub fn newest(&self) -> Asking {
        self.asked.lock().unwrap().last().unwrap().clone()
    }

    fn up(&self) -> Result<(), IdentityError> {
        if *self.down.lock().unwrap() { Err(IdentityError::Down("told to be".to_owned())) } else { Ok(()) }
    }
}

impl IdentityProvider for TalkingDouble {
    fn issuer(&self) -> &str {
        ISSUER
    }

    fn label(&self) -> &str {
        "Sign in with hospital account"
    }

    fn begin<'a>(&'a self, asking: &'a Asking, _: Instant) -> Later<'a, Result<String, IdentityError>> {
        Box::pin(async move {
            self.up()?;
            self.asked.lock().unwrap().push(asking.clone());
            Ok(format!("{ISSUER}/auth?state={}", asking.state))
        })
    }

    fn finish<'a>(
        &'a self,
        returned: Returned<'a>,
        asking: &'a Asking,
        _: Instant,
    ) -> Later<'a, Result<Claims, IdentityError>> {
        Box::pin(async move {
            self.up()?;
            let ours = self.asked.lock().unwrap().iter().any(|a| a.verifier == asking.verifier);
            assert!(ours, "a verifier that no sign-in was begun with");
            let known = self.answers.lock().unwrap().remove(returned.code);
            known.unwrap_or(Err(IdentityError::Refused("code")))
        })
    }

    fn sign_out<'a>(
        &'a self,
        state: &'a str,
        _: Instant,
    ) -> Later<'a, Result<Option<String>, IdentityError>> {
        Box::pin(async move {
            self.up()?;
            Ok(Some(format!("{ISSUER}/end?state={state}")))
        })
    }

    fn check_logout<'a>(&'a self, token: &'a str, _: Instant) -> Later<'a, Result<LoggedOut, IdentityError>> {
        Box::pin(async move {
            self.up()?;
            let known = self.logouts.lock().unwrap().get(token).cloned();
            known.ok_or(IdentityError::Refused("token"))
        })
    }
}

/// Dr. Lee as the hospital says.
pub fn lee(house: &House) -> Claims {
    Claims {
        subject: "00u-lee".to_owned(),
        given: "Mina".to_owned(),
        family: "Lee".to_owned(),
        email: "mina.lee@hospital.example".to_owned(),
        sid: Some("sid-1".to_owned()),
        signed_in_at: house.now(),
        roles: None,
    }
}

/// Jo Ortiz, whom the hospital gives these roles.
pub fn ortiz(house: &House, roles: &[Role]) -> Claims {
    Claims {
        subject: "00u-ortiz".to_owned(),
        given: "Jo".to_owned(),
        family: "Ortiz".to_owned(),
        email: "jo.ortiz@hospital.example".to_owned(),
        roles: Some(roles.to_vec()),
        ..lee(house)
    }
}

/// The portal of `house` with a double as the hospital's identity provider.
pub fn portal(house: &House) -> (Portal<'_>, Arc<TalkingDouble>) {
    let double = Arc::new(TalkingDouble::default());
    let provider: Arc<dyn IdentityProvider> = Arc::<TalkingDouble>::clone(&double);
    let outside = Outside { identity_provider: Some(provider), ..Outside::default() };
    (Portal::with_outside(house, outside), double)
}

/// Begins a sign-in in `browser` and gives the state that it was begun with.
pub async fn begin(portal: &Portal<'_>, double: &TalkingDouble, browser: &Browser) -> String {
    let to = portal.get("/sign-in/hospital", browser).await;
    assert!(to.header("location").starts_with(ISSUER), "{} {}", to.status, to.header("location"));
    double.newest().state
}

/// Goes to the hospital in `browser` and comes back as `claims`.
pub async fn comes_back(
    portal: &Portal<'_>,
    double: &TalkingDouble,
    browser: &Browser,
    claims: Result<Claims, IdentityError>,
) -> Answer {
    let state = begin(portal, double, browser).await;
    double.answers("the-code", claims);
    returns(portal, browser, &state, "the-code").await
}

/// The hospital's answer arrives in `browser`.
pub async fn returns(portal: &Portal<'_>, browser: &Browser, state: &str, code: &str) -> Answer {
    let issuer = "https%3A%2F%2Flogin.hospital.test";
    portal.get(&format!("/sign-in/hospital/callback?code={code}&state={state}&iss={issuer}"), browser).await
}

/// The session cookie that `answer` sets, as a browser sends it; nothing when it sets none.
pub fn session_cookie(portal: &Portal<'_>, answer: &Answer) -> Option<String> {
    let name = format!("{}=", portal.site.cookie_name());
    let lines = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned());
    lines.map(|line| line.split(';').next().unwrap().to_owned()).find(|pair| pair.starts_with(&name))
}
