//! Clients are told what happened: once committed, with ids only, signed, until they take it or two days are over (decision 0023).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use postern::adapters::webhook::Webhooks;
use postern::app::api::clients::{self, WantedHook};
use postern::app::api::hooks::{Told, deliver, waits};
use postern::app::tokens::{Redeemed, Typed, redeem};
use postern::app::{App, Outside};
use postern::domain::api::Scope;
use postern::domain::api::hook::{secret, signature};
use postern::domain::ids::{AccountId, ClientId, RequestId};
use postern::domain::request::RequestKind;
use postern::jobs::Job;
use postern::store::hooks;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::run_sql;
use crate::support::api::{machine, read};
use crate::support::families::{context, facts, say, yes};
use crate::support::pcp;
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How the receiver answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mood {
    Takes,
    Fails,
    SendsElsewhere,
    Hangs,
}

/// One call as it came.
#[derive(Clone, Debug)]
struct Call {
    path: String,
    headers: HeaderMap,
    body: String,
}

impl Call {
    fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }

    fn said(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A system of the hospital that is told, on a real socket.
#[derive(Clone)]
struct Receiver {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (mood, calls) = (Arc::new(Mutex::new(Mood::Takes)), Arc::default());
        let receiver = Self { address: listener.local_addr().unwrap(), mood, calls };
        let routes = Router::new().fallback(hear).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        receiver
    }

    fn url(&self) -> String {
        format!("http://{}/postern", self.address)
    }

    fn turns(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What came since the last look.
    fn heard(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<_> =
            self.heard().iter().map(|c| c.said()["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    }
}

async fn hear(State(receiver): State<Receiver>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let call = Call { path: uri.path().to_owned(), headers, body: String::from_utf8(body.to_vec()).unwrap() };
    receiver.calls.lock().unwrap().push(call);
    let mood = *receiver.mood.lock().unwrap();
    match mood {
        Mood::Takes => StatusCode::NO_CONTENT.into_response(),
        Mood::Fails => (StatusCode::INTERNAL_SERVER_ERROR, "no").into_response(),
        Mood::SendsElsewhere => {
            let to = format!("http://{}/elsewhere", receiver.address);
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        }
        Mood::Hangs => std::future::pending().await,
    }
}

/// The app of `house`, with calls that leave.
fn calling(house: &House) -> App {
    let hooks = Webhooks::new(Duration::from_millis(300)).unwrap();
    App { outside: Outside { hooks: Some(Arc::new(hooks)), ..Outside::default() }, ..house.app.clone() }
}

async fn hook(house: &House, client: ClientId, url: &str) {
    let wanted = WantedHook { url, secret: SECRET, private: false };
    clients::set_hook(&house.app, client, Some(wanted)).await.unwrap();
}

/// A client that reads requests and issues tokens, told at a receiver.
async fn told(house: &House) -> (ClientId, Receiver) {
    let portal = Portal::of(house);
    let client = machine(house, &portal, &[Scope::RequestsRead, Scope::TokensIssue]).await.client;
    let receiver = Receiver::start().await;
    hook(house, client, &receiver.url()).await;
    (client, receiver)
}

/// A mother of Mia Stone, and a request of Dr. Haddad's that waits for her.
async fn filed(house: &House) -> (RequestId, AccountId) {
    let scene = pcp::scene(house).await;
    let mother = house.world.family_account().await;
    house.world.guardian(scene.mia, mother, postern::domain::calendar::Interval::ALWAYS).await;
    (pcp::filed(house, scene.haddad, RequestKind::NonPcp).await, mother)
}

async fn listed(house: &House, client: ClientId) -> (i64, i64) {
    let all = clients::list(&house.app).await.unwrap();
    let one = all.into_iter().find(|one| one.id == client).unwrap();
    (one.waiting, one.given_up)
}

both_engines! {
    async fn a_client_is_told_of_a_request_when_it_is_filed_and_when_it_is_over(house: House) {
        let (_, receiver) = told(house).await;
        let app = calling(house);
        assert!(!waits(&app).await.unwrap());
        let filed_at = house.now();
        let standing = async || {
            let all = hooks::behind(house.db()).await.unwrap();
            assert_eq!(all.len(), 1, "the client that is told");
            (all[0].waiting, all[0].oldest, all[0].dead)
        };
        assert_eq!(standing().await, (0, None, 0));
        let (request, mother) = filed(house).await;
        house.clock.advance(5);
        assert_eq!(standing().await, (1, Some(filed_at), 0));
        assert!(waits(&app).await.unwrap());
        assert_eq!(deliver(&app).await.unwrap(), Told { sent: 1, later: 0, dead: 0 });
        let heard = receiver.heard();
        let call = &heard[0];
        assert_eq!(call.said(), json!({ "type": "request.filed", "timestamp": filed_at, "data": { "request": request } }));
        assert_eq!((call.path.as_str(), call.header("content-type").as_str()), ("/postern", "application/json"));
        let (id, at) = (call.header("webhook-id"), call.header("webhook-timestamp"));
        assert_eq!(at, house.now().unix_seconds().to_string(), "signed when it leaves");
        let expected = signature(&secret(SECRET).unwrap(), &id, at.parse().unwrap(), &call.body).unwrap();
        assert_eq!(call.header("webhook-signature"), expected);
        assert!(!waits(&app).await.unwrap());
        assert_eq!(standing().await, (0, None, 0));
        assert_eq!(deliver(&app).await.unwrap(), Told::default(), "not twice");

        say(house, mother, request, Some(&yes())).await;
        Job::named("hooks").unwrap().run(&app).await.unwrap();
        let heard = receiver.heard();
        assert_eq!((heard.len(), &heard[0].said()["type"]), (1, &json!("request.decided")));
        assert_ne!(heard[0].header("webhook-id"), id);
        for name in ["Stone", "Mia", "0012345", "Haddad", "approved"] {
            assert!(!heard[0].body.contains(name) && !call.body.contains(name), "{name}");
        }
    }

    async fn a_client_is_told_that_nobody_answered_in_time(house: House) {
        let (_, receiver) = told(house).await;
        let app = calling(house);
        filed(house).await;
        house.clock.advance(31 * 86_400);
        Job::named("requests").unwrap().run(&house.app).await.unwrap();
        deliver(&app).await.unwrap();
        assert_eq!(receiver.kinds(), ["request.expired", "request.filed"]);
    }

    /// What the family does not answer is none of the family portal's business.
    async fn no_client_is_told_of_what_the_access_team_answers(house: House) {
        let (_, receiver) = told(house).await;
        let scene = pcp::scene(house).await;
        pcp::filed(house, scene.haddad, RequestKind::PcpChange).await;
        pcp::filed(house, scene.haddad, RequestKind::NonPcp).await;
        assert_eq!(deliver(&calling(house)).await.unwrap(), Told::default(), "no family account");
        assert!(receiver.heard().is_empty());
    }

    async fn only_the_client_that_issued_a_token_is_told_of_it(house: House) {
        let portal = Portal::of(house);
        let issuing = machine(house, &portal, &[Scope::TokensIssue, Scope::TokensRevoke]).await;
        let (other, other_hears) = told(house).await;
        let receiver = Receiver::start().await;
        hook(house, issuing.client, &receiver.url()).await;
        house.world.patient("Stone", "0012345", "2015-03-04").await;
        let wanted = json!({ "mrn": "0012345", "issued_for": "Dr. Okafor" });
        let token = read(&issuing.post("/api/v1/tokens", &wanted).await)["token"].clone();
        let (_, account) = house.world.physician("Okafor", house.world.practice("Elm").await).await;
        let typed = Typed { token: token["token"].as_str().unwrap().to_owned(), mrn: "0012345".to_owned(), practice: String::new() };
        for again in [false, true] {
            house.clock.advance(1);
            let done = redeem(&house.app, &facts(house, account).await, &typed, &context(house)).await.unwrap();
            assert!(matches!(done, Redeemed::Patient(_)), "again: {again}");
        }
        let app = calling(house);
        deliver(&app).await.unwrap();
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "once, though redeemed twice");
        assert_eq!(heard[0].said()["data"], json!({ "token": token["id"] }));
        assert_eq!(heard[0].said()["type"], "token.redeemed");
        let revoke = format!("/api/v1/tokens/{}/revoke", token["id"].as_str().unwrap());
        for _ in 0..2 {
            issuing.post(&revoke, &json!({ "reason": "Done." })).await;
        }
        deliver(&app).await.unwrap();
        assert_eq!(receiver.kinds(), ["token.revoked"]);
        assert!(other_hears.heard().is_empty());
        assert_eq!(listed(house, other).await, (0, 0));
    }

    async fn what_is_not_taken_is_told_again_later_under_the_same_id(house: House) {
        let (client, receiver) = told(house).await;
        let app = calling(house);
        filed(house).await;
        let later = Told { sent: 0, later: 1, dead: 0 };
        let mut ids = Vec::new();
        for (mood, wait) in [(Mood::Fails, 60), (Mood::Hangs, 300), (Mood::SendsElsewhere, 1800)] {
            receiver.turns(mood);
            assert_eq!(deliver(&app).await.unwrap(), later, "{mood:?}");
            let heard = receiver.heard();
            assert_eq!(heard.len(), 1, "{mood:?}: a redirect is not followed");
            ids.push(heard[0].header("webhook-id"));
            house.clock.advance(wait - 1);
            assert_eq!(deliver(&app).await.unwrap(), Told::default(), "{mood:?}: a second too early");
            house.clock.advance(1);
        }
        assert_eq!(listed(house, client).await, (1, 0));
        receiver.turns(Mood::Takes);
        assert_eq!(deliver(&app).await.unwrap().sent, 1);
        let heard = receiver.heard();
        ids.push(heard[0].header("webhook-id"));
        ids.dedup();
        assert_eq!(ids.len(), 1, "one id");
        assert_eq!(heard[0].header("webhook-timestamp"), house.now().unix_seconds().to_string(), "and a new time");
        assert_eq!(listed(house, client).await, (0, 0));
    }

    async fn what_is_never_taken_is_given_up_counted_and_recorded(house: House) {
        let (client, receiver) = told(house).await;
        let app = calling(house);
        filed(house).await;
        // Nobody listens there any more.
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        hook(house, client, &format!("http://{gone}/")).await;
        let mut tries = 0;
        loop {
            let told = deliver(&app).await.unwrap();
            tries += 1;
            assert_eq!(told.sent, 0);
            if told.dead == 1 {
                break;
            }
            assert_eq!(told.later, 1, "try {tries}");
            house.clock.advance(24 * 3600);
        }
        assert_eq!(tries, 8);
        assert_eq!(listed(house, client).await, (0, 1));
        hook(house, client, &receiver.url()).await;
        house.clock.advance(24 * 3600);
        assert_eq!(deliver(&app).await.unwrap(), Told::default());
        let sql = "select detail from audit_row where act = 'hook_failed' and subject_id = $1";
        let detail: Value = serde_json::from_str(&crate::support::families::text_of(house, sql, client.0).await).unwrap();
        assert_eq!((&detail["kind"], &detail["tries"]), (&json!("request.filed"), &json!(8)));
        house.clock.advance(31 * 24 * 3600);
        postern::app::api::sweep(&house.app).await.unwrap();
        assert_eq!(listed(house, client).await, (0, 0), "forgotten");
    }

    async fn many_nodes_tell_once(house: House) {
        let (_, receiver) = told(house).await;
        let app = calling(house);
        filed(house).await;
        let all = futures::future::join_all((0..8).map(|_| deliver(&app))).await;
        let sent: u32 = all.into_iter().map(|told| told.unwrap().sent).sum();
        assert_eq!((sent, receiver.heard().len()), (1, 1));
    }

    /// A node that died while it told is followed by another once its claim is over.
    async fn a_claim_that_nobody_ends_runs_out(house: House) {
        let (_, receiver) = told(house).await;
        let app = calling(house);
        filed(house).await;
        let until = postern::store::Stamp(house.now().plus_seconds(120));
        run_sql!(house, "update hook_event set claimed_by = client_id, claimed_until = $1", until);
        house.clock.advance(119);
        assert_eq!(deliver(&app).await.unwrap(), Told::default());
        house.clock.advance(1);
        assert_eq!(deliver(&app).await.unwrap().sent, 1);
        assert_eq!(receiver.heard().len(), 1);
    }

    async fn whoever_is_told_no_more_hears_nothing_that_waits(house: House) {
        let (client, receiver) = told(house).await;
        let app = calling(house);
        let (request, mother) = filed(house).await;
        clients::set_hook(&house.app, client, None).await.unwrap();
        hook(house, client, &receiver.url()).await;
        assert_eq!(deliver(&app).await.unwrap(), Told::default());
        say(house, mother, request, None).await;
        clients::disable(&house.app, client).await.unwrap();
        assert_eq!(deliver(&app).await.unwrap(), Told::default());
        assert!(receiver.heard().is_empty());
        let wanted = WantedHook { url: &receiver.url(), secret: SECRET, private: false };
        assert!(clients::set_hook(&house.app, client, Some(wanted)).await.is_err(), "disabled");
    }

    /// What is rolled back never happened: nobody is told.
    async fn what_does_not_happen_is_not_told(house: House) {
        let (_, receiver) = told(house).await;
        let (request, mother) = filed(house).await;
        let app = calling(house);
        deliver(&app).await.unwrap();
        receiver.heard();
        let stranger = house.world.family_account().await;
        say(house, stranger, request, Some(&yes())).await;
        house.clock.advance(31 * 86_400);
        say(house, mother, request, Some(&yes())).await;
        assert_eq!(deliver(&app).await.unwrap(), Told::default());
    }

    /// The portal calls what it was told to call, and nothing else that can be reached from where it stands.
    async fn an_address_that_is_not_called_is_not_even_connected_to(house: House) {
        let (client, receiver) = told(house).await;
        let app = calling(house);
        filed(house).await;
        for url in [
            format!("https://localhost.:{}/", receiver.address.port()),
            format!("http://localhost.:{}/", receiver.address.port()),
            "https://169.254.169.254/latest/meta-data".to_owned(),
            "https://10.0.0.1/".to_owned(),
            "ftp://127.0.0.1/".to_owned(),
        ] {
            hook(house, client, &url).await;
            run_sql!(house, "update hook_event set next_try_at = made_at, tries = 0");
            assert_eq!(deliver(&app).await.unwrap().later, 1, "{url}");
            assert!(receiver.heard().is_empty(), "{url}");
        }
    }
}
