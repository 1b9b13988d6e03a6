//! FHIR servers for the tests: one that answers as it is told, good or bad, and a real one (SEKMET).

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::StreamExt;
use postern::adapters::feed::fhir::Settings;
use postern::adapters::feed::remote::{Credentials, RemoteFeed, SourceSettings};
use postern::app::App;
use postern::app::ports::{Clock, WAIT_AT_MOST};
use postern::domain::calendar::Instant;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::House;

/// How one kind of resource is answered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A page for people.
    Html,
    /// Fifty megabytes.
    Huge,
    /// JSON nested a thousand deep.
    Deep,
    /// Somebody else's resource among the asked patient's.
    WrongPatient,
    /// Nothing, ever.
    Never,
    /// Half an answer, and then nothing, ever.
    Half,
    /// Nothing before [`Double::release`], then right.
    Held,
    /// This status.
    Status(u16),
    /// Too many requests: again in so many seconds.
    Busy(u64),
    /// Too many requests once, then right.
    BusyOnce,
    /// The first page, and then no more.
    SecondPageFails,
    /// The first page, and a next one on another server.
    NextElsewhere,
    /// The first page, for ever.
    Endless,
    /// Everything, whatever was asked.
    Lenient,
    /// Elsewhere.
    Redirect,
}

#[derive(Default)]
struct Held {
    resources: Vec<Value>,
    faults: BTreeMap<String, Fault>,
    asked: Vec<String>,
    secrets: Vec<String>,
    prefer: Vec<String>,
    /// Tokens that are accepted; none: everybody is.
    accepted: Vec<String>,
    page: usize,
    /// What time it is for what is put from now on, and when each resource was put at such a time.
    now: Option<Instant>,
    put_at: BTreeMap<String, Instant>,
    /// Whether what is held is let go.
    gate: tokio::sync::watch::Sender<bool>,
    /// How many are being answered, and how many were at most.
    under_way: usize,
    most_under_way: usize,
    /// What it says can come along.
    includes: Vec<String>,
}

/// A FHIR server that answers as it is told.
#[derive(Clone)]
pub struct Double {
    held: Arc<Mutex<Held>>,
    /// Its base URL.
    pub url: String,
}

type Shared = State<(Arc<Mutex<Held>>, String)>;

impl Double {
    /// One that holds `resources`.
    pub async fn of(resources: &[Value]) -> Self {
        let held =
            Arc::new(Mutex::new(Held { resources: resources.to_vec(), page: 1000, ..Held::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/fhir", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/fhir/{kind}", get(search))
            .route("/fhir/{kind}/{id}", get(read).put(write))
            .with_state((Arc::clone(&held), url.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { held, url }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    /// Answers for `kind` like this from now on.
    pub fn fault(&self, kind: &str, fault: Fault) {
        self.held().faults.insert(kind.to_owned(), fault);
    }

    /// Answers rightly again.
    pub fn heal(&self) {
        self.held().faults.clear();
    }

    /// Holds what is [`Fault::Held`] from now on.
    pub fn hold(&self) {
        self.held().gate.send_replace(false);
    }

    /// Answers what it was [`Fault::Held`] with.
    pub fn release(&self) {
        self.held().gate.send_replace(true);
    }

    /// How many questions were under way at once, at most.
    pub fn most_under_way(&self) -> usize {
        self.held().most_under_way
    }

    /// Lets `include` come along with a search, and says so.
    pub fn offer(&self, include: &str) {
        self.held().includes.push(include.to_owned());
    }

    /// Resources on one page.
    pub fn page(&self, size: usize) {
        self.held().page = size;
    }

    /// Puts `resource` in the place of the one with its type and id.
    pub fn put(&self, resource: Value) {
        let same = |known: &Value| {
            known["resourceType"] == resource["resourceType"] && known["id"] == resource["id"]
        };
        let mut held = self.held();
        if let Some(now) = held.now {
            held.put_at.insert(key_of(&resource), now);
        }
        held.resources.retain(|known| !same(known));
        held.resources.push(resource);
    }

    /// What is put from now on was put at `now`: a search by `_lastUpdated` goes by it.
    pub fn at(&self, now: Instant) {
        self.held().now = Some(now);
    }

    /// Lets go of `key`.
    pub fn remove(&self, key: &str) {
        self.held().resources.retain(|known| key_of(known) != key);
    }

    /// The resource `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.held().resources.iter().find(|known| key_of(known) == key).cloned()
    }

    /// What was asked since the last time, path and query.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.held().asked)
    }

    /// The `Prefer` headers that came.
    pub fn preferred(&self) -> Vec<String> {
        self.held().prefer.clone()
    }

    /// The bearer tokens that came.
    pub fn secrets(&self) -> Vec<String> {
        self.held().secrets.clone()
    }

    /// Accepts these tokens only.
    pub fn accept(&self, tokens: &[&str]) {
        self.held().accepted = tokens.iter().map(|t| (*t).to_owned()).collect();
    }
}

fn fhir(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/fhir+json")], value.to_string()).into_response()
}

pub fn key_of(resource: &Value) -> String {
    format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

/// What comes before the answer itself: the log, the credentials, the faults of `kind`.
fn before(held: &mut Held, kind: &str, asked: String, headers: &HeaderMap) -> Option<Response> {
    held.asked.push(asked);
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    held.prefer.push(text("prefer"));
    let secret = text("authorization").strip_prefix("Bearer ").unwrap_or_default().to_owned();
    held.secrets.push(secret.clone());
    if !held.accepted.is_empty() && !held.accepted.contains(&secret) {
        return Some(StatusCode::UNAUTHORIZED.into_response());
    }
    let fault = held.faults.get(kind).cloned()?;
    let json_type = [(header::CONTENT_TYPE, "application/fhir+json")];
    Some(match fault {
        Fault::Html => {
            ([(header::CONTENT_TYPE, "text/html")], "<p>Welcome to the hospital</p>").into_response()
        }
        Fault::Huge => (json_type, vec![b' '; 50 * 1024 * 1024]).into_response(),
        Fault::Deep => (json_type, format!("{}{}", "{\"a\":".repeat(1000), "}".repeat(1000))).into_response(),
        Fault::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Fault::Busy(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Fault::BusyOnce => {
            held.faults.remove(kind);
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "0")]).into_response()
        }
        Fault::Redirect => {
            (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:1/fhir/Patient")]).into_response()
        }
        _ => return None,
    })
}

fn is_about(resource: &Value, patient: &str) -> bool {
    let id = patient.rsplit('/').next().unwrap();
    let reference = format!("Patient/{id}");
    ["subject", "patient"].iter().any(|field| resource[*field]["reference"] == reference.as_str())
        || resource["participant"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|p| p["actor"]["reference"] == reference.as_str())
}

fn fits(resource: &Value, name: &str, value: &str) -> Option<bool> {
    let lower = |v: &Value| v.as_str().unwrap_or_default().to_lowercase();
    let refers = |list: &Value, to: &str| list.as_array().into_iter().flatten().any(|r| r["reference"] == to);
    Some(match name {
        "_count" | "_include" | "_offset" => true,
        "_id" => value.split(',').any(|id| resource["id"] == id),
        "patient" => is_about(resource, value),
        "identifier" => {
            let (system, wanted) = value.split_once('|').unwrap_or(("", value));
            resource["identifier"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|i| i["value"] == wanted && (system.is_empty() || i["system"] == system))
        }
        "family" => lower(&resource["name"][0]["family"]).starts_with(&value.to_lowercase()),
        "given" => lower(&resource["name"][0]["given"][0]).starts_with(&value.to_lowercase()),
        "birthdate" => resource["birthDate"] == value,
        "general-practitioner" => refers(&resource["generalPractitioner"], value),
        "participant" => resource["participant"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|p| p["member"]["reference"] == value),
        "practitioner" => resource["practitioner"]["reference"] == value,
        "organization" => resource["organization"]["reference"] == value,
        _ => return None,
    })
}

/// One question under way.
struct UnderWay(Arc<Mutex<Held>>);

impl UnderWay {
    fn begin(held: &Arc<Mutex<Held>>) -> Self {
        let mut counts = held.lock().unwrap();
        counts.under_way += 1;
        counts.most_under_way = counts.most_under_way.max(counts.under_way);
        Self(Arc::clone(held))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.lock().unwrap().under_way -= 1;
    }
}

async fn search(
    State((held, base)): Shared,
    Path(kind): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Response {
    let _under_way = UnderWay::begin(&held);
    let fault = held.lock().unwrap().faults.get(&kind).cloned();
    let answer = before(&mut held.lock().unwrap(), &kind, uri.to_string(), &headers);
    if fault == Some(Fault::Never) {
        return std::future::pending().await;
    }
    if fault == Some(Fault::Half) {
        let half =
            futures::stream::once(async { Ok::<_, Infallible>(Bytes::from("{\"resourceType\": \"Bun")) });
        let body = axum::body::Body::from_stream(half.chain(futures::stream::pending()));
        return ([(header::CONTENT_TYPE, "application/fhir+json")], body).into_response();
    }
    if fault == Some(Fault::Held) {
        let mut gate = held.lock().unwrap().gate.subscribe();
        gate.wait_for(|open| *open).await.unwrap();
    }
    if let Some(answer) = answer {
        return answer;
    }
    let held = held.lock().unwrap();
    if kind == "metadata" {
        return fhir(&statement(&held.resources, &held.includes));
    }
    let offset: usize = query.iter().find(|(k, _)| k == "_offset").map_or(0, |(_, v)| v.parse().unwrap());
    if offset > 0 && fault == Some(Fault::SecondPageFails) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let mut found = Vec::new();
    for resource in held.resources.iter().filter(|r| r["resourceType"] == kind.as_str()) {
        let mut all = true;
        for (name, value) in &query {
            if name == "_lastUpdated" {
                let since = value.strip_prefix("ge").unwrap().parse::<Instant>().unwrap();
                all &= held.put_at.get(&key_of(resource)).is_none_or(|at| *at >= since);
                continue;
            }
            match fits(resource, name, value) {
                Some(fits) => all &= fits || fault == Some(Fault::Lenient),
                None => return StatusCode::BAD_REQUEST.into_response(),
            }
        }
        if all {
            found.push(resource.clone());
        }
    }
    if fault == Some(Fault::WrongPatient) {
        let mut other = found[0].clone();
        let field = if other.get("subject").is_some() { "subject" } else { "patient" };
        other["id"] = json!("of-another");
        other[field] = json!({ "reference": "Patient/of-another" });
        found.push(other);
    }
    let total = found.len();
    let page: Vec<Value> = found.into_iter().skip(offset).take(held.page).collect();
    let mut links = vec![json!({"relation": "self", "url": base})];
    let more = offset + page.len() < total;
    let rest: Vec<String> =
        query.iter().filter(|(k, _)| k != "_offset").map(|(k, v)| format!("{k}={v}")).collect();
    let rest = rest.join("&");
    let next = match fault {
        Some(Fault::NextElsewhere) => Some("http://127.0.0.1:1/fhir/Observation?page=2".to_owned()),
        Some(Fault::Endless) => Some(format!("{base}/{kind}?{rest}&_offset=0")),
        _ if more => Some(format!("{base}/{kind}?{rest}&_offset={}", offset + page.len())),
        _ => None,
    };
    links.extend(next.map(|url| json!({"relation": "next", "url": url})));
    let mut entries: Vec<Value> =
        page.iter().map(|r| json!({"resource": r, "search": {"mode": "match"}})).collect();
    for (_, include) in query.iter().filter(|(name, _)| name == "_include") {
        let field = include.split(':').nth(1).unwrap();
        let named = page.iter().flat_map(|r| r[field].as_array().cloned().unwrap_or_default());
        let keys: BTreeSet<String> =
            named.filter_map(|reference| reference["reference"].as_str().map(str::to_owned)).collect();
        let known = held.resources.iter().filter(|r| keys.contains(&key_of(r)));
        entries.extend(known.map(|r| json!({"resource": r, "search": {"mode": "include"}})));
    }
    fhir(
        &json!({"resourceType": "Bundle", "type": "searchset", "total": total, "link": links, "entry": entries}),
    )
}

/// The CapabilityStatement of a server that knows what the portal asks for.
fn statement(resources: &[Value], includes: &[String]) -> Value {
    let mut kinds: Vec<&str> = vec![
        "Patient",
        "Observation",
        "DiagnosticReport",
        "ImagingStudy",
        "DocumentReference",
        "Condition",
        "CareTeam",
        "MedicationRequest",
        "AllergyIntolerance",
        "Immunization",
        "Encounter",
        "Procedure",
        "Appointment",
        "ServiceRequest",
    ];
    kinds.extend(resources.iter().filter_map(|r| r["resourceType"].as_str()));
    let included = |kind: &str| -> Vec<&String> {
        includes.iter().filter(|include| include.split(':').next() == Some(kind)).collect()
    };
    let resources: Vec<Value> =
        kinds.iter().map(|kind| json!({ "type": kind, "searchInclude": included(kind) })).collect();
    json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"resource": resources}]})
}

async fn read(
    State((held, _)): Shared,
    Path((kind, id)): Path<(String, String)>,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Response {
    let mut held = held.lock().unwrap();
    if let Some(answer) = before(&mut held, &kind, uri.to_string(), &headers) {
        return answer;
    }
    let key = format!("{kind}/{id}");
    match held.resources.iter().find(|r| key_of(r) == key) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(found) => {
            let version = found["meta"]["versionId"].as_str().unwrap_or("1");
            ([(header::ETAG, format!("W/\"{version}\""))], fhir(found)).into_response()
        }
    }
}

async fn write(
    State((held, _)): Shared,
    Path((kind, id)): Path<(String, String)>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut held = held.lock().unwrap();
    if let Some(answer) = before(&mut held, &kind, format!("PUT {uri}"), &headers) {
        return answer;
    }
    let key = format!("{kind}/{id}");
    let Some(known) = held.resources.iter_mut().find(|r| key_of(r) == key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let version: u32 = known["meta"]["versionId"].as_str().unwrap_or("1").parse().unwrap();
    if headers.get("if-match").is_none_or(|v| v.to_str().unwrap() != format!("W/\"{version}\"")) {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    *known = serde_json::from_slice(&body).unwrap();
    known["meta"]["versionId"] = json!((version + 1).to_string());
    fhir(known)
}

/// How the tests read resources.
pub fn reading() -> Settings {
    Settings {
        zone: "America/New_York".parse().unwrap(),
        mrn_system: String::new(),
        practice_system: String::new(),
    }
}

/// A source at `url` for `house`.
pub fn source(house: &House, url: &str, credentials: Credentials) -> RemoteFeed {
    source_of(house, url, credentials, Some(60))
}

/// A source at `url` whose facts are asked for at every opening.
pub fn always_fresh(house: &House, url: &str, credentials: Credentials) -> RemoteFeed {
    source_of(house, url, credentials, Some(0))
}

/// A source of the record alone.
pub fn old(house: &House, url: &str) -> RemoteFeed {
    source_of(house, url, Credentials::None, None)
}

fn source_of(house: &House, url: &str, credentials: Credentials, facts_seconds: Option<i64>) -> RemoteFeed {
    feed(house, SourceSettings { facts_seconds, ..settings(url, credentials) })
}

/// A source at `url` whose facts are a minute old at most.
pub fn settings(url: &str, credentials: Credentials) -> SourceSettings {
    SourceSettings {
        url: url.to_owned(),
        credentials,
        reading: reading(),
        time_limit: Duration::from_secs(5),
        patience: WAIT_AT_MOST,
        facts_seconds: Some(60),
        writes: true,
        notify: None,
    }
}

/// The source that `settings` describe, for `house`.
pub fn feed(house: &House, settings: SourceSettings) -> RemoteFeed {
    let clock: Arc<dyn Clock> = Arc::<postern::adapters::clock::HeldClock>::clone(&house.clock);
    RemoteFeed::new(settings, house.db().clone(), clock).unwrap()
}

/// The app of `house` with the server at `url` as its feed.
pub fn app(house: &House, url: &str) -> App {
    App { feed: Arc::new(source(house, url, Credentials::None)), ..house.app.clone() }
}

/// A running SEKMET, ended when it is dropped.
pub struct Sekmet {
    child: std::process::Child,
    folder: std::path::PathBuf,
    /// Its base URL.
    pub url: String,
}

/// The token that SEKMET accepts.
pub const TOKEN: &str = "test-token";

impl Sekmet {
    /// Starts one; `care_teams` lets it search for them.
    pub fn start(care_teams: bool) -> Self {
        use std::io::{BufRead, BufReader};
        use std::process::{Command, Stdio};
        let python = std::env::var("POSTERN_TEST_PYTHON").unwrap_or_else(|_| {
            panic!(
                "POSTERN_TEST_PYTHON is not set. Run everything with ./tests/run, or make one first: \
                 export POSTERN_TEST_PYTHON=$(tests/python)"
            )
        });
        let folder = super::database::fresh_folder();
        let mut command = Command::new(python);
        command
            .arg(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fhir/serve.py"))
            .arg(&folder);
        if care_teams {
            command.arg("--care-teams");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("SEKMET starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "SEKMET said `{url}` instead of its base URL");
        Self { child, folder, url }
    }

    /// Puts every resource, in batches.
    pub async fn load(&self, resources: &[Value]) {
        for some in resources.chunks(400) {
            let entries: Vec<Value> = some
                .iter()
                .map(|r| json!({"resource": r, "request": {"method": "PUT", "url": key_of(r)}}))
                .collect();
            let answer = self
                .send("POST", "", &json!({"resourceType": "Bundle", "type": "batch", "entry": entries}))
                .await;
            for entry in answer["entry"].as_array().unwrap() {
                let status = entry["response"]["status"].as_str().unwrap();
                assert!(status.starts_with("20"), "{entry}");
            }
        }
    }

    /// Puts `resource` in its place.
    pub async fn put(&self, resource: &Value) {
        self.send("PUT", &format!("/{}", key_of(resource)), resource).await;
    }

    /// The resource `key`.
    pub async fn get(&self, key: &str) -> Value {
        let answer = client().get(format!("{}/{key}", self.url)).bearer_auth(TOKEN).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = client()
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(TOKEN)
            .header("content-type", "application/fhir+json")
            .body(body.to_string());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

impl Drop for Sekmet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
