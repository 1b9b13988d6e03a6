//! A FHIR server of prebuilt bytes, which is this program again: neither its processor time nor its memory counts as the portal's.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::super::hospital::{Running, runtime};
use super::super::{Outcome, say, world};
use super::record::{self, KINDS, Patient};

/// The argument by which this program is told to be the server.
pub(crate) const SERVE: &str = "serve-a-record";
/// Resources on one page: as many as the portal asks for.
const ON_PAGE: usize = 250;

/// Milliseconds that a slow server takes for each page of a kind. Directory facts and the CapabilityStatement come at once.
const SLOW: [(&str, u64); 13] = [
    ("Observation", 600),
    ("DiagnosticReport", 450),
    ("ImagingStudy", 150),
    ("DocumentReference", 550),
    ("Condition", 100),
    ("MedicationRequest", 300),
    ("AllergyIntolerance", 200),
    ("Immunization", 400),
    ("Encounter", 500),
    ("Procedure", 350),
    ("CareTeam", 250),
    ("Appointment", 150),
    ("ServiceRequest", 200),
];

/// The kind that a slow server takes longest for.
pub(crate) const SLOWEST: &str = "Observation";

/// The running server.
pub(crate) struct Server {
    /// Its base URL.
    pub(crate) url: String,
    control: String,
    _running: Running,
    // It ends when this does.
    _input: Option<ChildStdin>,
}

impl Server {
    /// Starts it.
    pub(crate) fn start() -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg(SERVE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let running = Running(child);
        let mut line = String::new();
        BufReader::new(output.ok_or("no output of the server")?).read_line(&mut line)?;
        let control = line.trim().to_owned();
        if !control.starts_with("http://127.0.0.1:") {
            return Err("the server of the record did not start".into());
        }
        Ok(Self { url: format!("{control}/fhir"), control, _running: running, _input: input })
    }

    /// What was asked since the last time, as URLs.
    pub(crate) async fn asked(&self, client: &Client) -> Outcome<Vec<String>> {
        let said = client.get(format!("{}/asked", self.control)).send().await?.text().await?;
        Ok(said.lines().map(|line| format!("{}{line}", self.control)).collect())
    }

    /// Lets it take its time from now on, or no longer.
    pub(crate) async fn slow(&self, client: &Client, slow: Pace) -> Outcome<()> {
        let word = if slow == Pace::Slow { "on" } else { "off" };
        client.get(format!("{}/slow/{word}", self.control)).send().await?.error_for_status()?;
        Ok(())
    }
}

/// How fast the server answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// At once.
    Fast,
    /// Each kind after its own time.
    Slow,
}

struct Held {
    pages: HashMap<String, Bytes>,
    nothing: Bytes,
    asked: Mutex<Vec<String>>,
    slow: AtomicBool,
}

/// Serves the record until its input ends, and prints where.
pub(crate) fn serve() -> ExitCode {
    match served() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn served() -> Outcome<()> {
    runtime()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let here = format!("http://{}", listener.local_addr()?);
        let held = Arc::new(Held {
            pages: pages(&format!("{here}/fhir"))?,
            nothing: bundle(&[], 0, None),
            asked: Mutex::default(),
            slow: AtomicBool::new(false),
        });
        let router = Router::new()
            .route("/fhir/{kind}", get(search))
            .route("/fhir/{kind}/{id}", get(read))
            .route("/asked", get(asked))
            .route("/slow/{word}", get(slow))
            .with_state(held);
        writeln!(std::io::stdout().lock(), "{here}")?;
        let over = tokio::task::spawn_blocking(|| std::io::stdin().lock().read_to_end(&mut Vec::new()));
        tokio::select! {
            ended = axum::serve(listener, router) => Ok(ended?),
            _ = over => Ok(()),
        }
    })
}

/// Every answer, by what is asked for.
fn pages(base: &str) -> Outcome<HashMap<String, Bytes>> {
    let now = world::now()?;
    let one = |value: &Value| Bytes::from(value.to_string());
    let mut all = HashMap::new();
    all.insert("metadata?".to_owned(), one(&record::statement()));
    let clinician = record::clinician();
    all.insert("Practitioner?pcp".to_owned(), bundle(std::slice::from_ref(&clinician), 1, None));
    all.insert("Practitioner/pcp".to_owned(), one(&clinician));
    for patient in record::patients() {
        let person = record::person(&patient);
        all.insert(format!("Patient/{}", patient.id), one(&person));
        all.insert(format!("Patient?{}", patient.mrn), bundle(&[person], 1, None));
        for kind in KINDS {
            search_pages(&mut all, base, &patient, kind, &record::about(&patient, kind, now));
        }
    }
    Ok(all)
}

fn search_pages(
    all: &mut HashMap<String, Bytes>,
    base: &str,
    patient: &Patient,
    kind: &str,
    found: &[Value],
) {
    for (n, page) in found.chunks(ON_PAGE).enumerate() {
        let after = (n + 1) * ON_PAGE;
        let next = format!("{base}/{kind}?patient=Patient/{}&_count={ON_PAGE}&_offset={after}", patient.id);
        let next = (after < found.len()).then_some(next);
        let key = format!("{kind}?{}{}", patient.id, offset(n * ON_PAGE));
        all.insert(key, bundle(page, found.len(), next.as_deref()));
    }
}

fn offset(offset: usize) -> String {
    if offset == 0 { String::new() } else { format!("+{offset}") }
}

fn bundle(page: &[Value], total: usize, next: Option<&str>) -> Bytes {
    let mut links = vec![json!({"relation": "self", "url": "http://127.0.0.1/fhir"})];
    links.extend(next.map(|url| json!({"relation": "next", "url": url})));
    let entries: Vec<Value> =
        page.iter().map(|r| json!({"resource": r, "search": {"mode": "match"}})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": total, "link": links, "entry": entries});
    Bytes::from(bundle.to_string())
}

type Shared = State<Arc<Held>>;

fn note(held: &Held, uri: &Uri) {
    held.asked.lock().unwrap_or_else(PoisonError::into_inner).push(uri.to_string());
}

fn fhir(bytes: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/fhir+json")], bytes).into_response()
}

async fn search(
    State(held): Shared,
    Path(kind): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    uri: Uri,
) -> Response {
    note(&held, &uri);
    if held.slow.load(Ordering::SeqCst)
        && let Some((_, milliseconds)) = SLOW.iter().find(|(of, _)| *of == kind)
    {
        tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
    }
    let of = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let whose = of("patient").or(of("identifier")).or(of("_id")).unwrap_or_default();
    let after = of("_offset").and_then(|n| n.parse().ok()).unwrap_or_default();
    let key = format!("{kind}?{}{}", whose.trim_start_matches("Patient/"), offset(after));
    fhir(held.pages.get(&key).unwrap_or(&held.nothing).clone())
}

async fn read(State(held): Shared, Path((kind, id)): Path<(String, String)>, uri: Uri) -> Response {
    note(&held, &uri);
    match held.pages.get(&format!("{kind}/{id}")) {
        Some(bytes) => fhir(bytes.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn asked(State(held): Shared) -> String {
    std::mem::take(&mut *held.asked.lock().unwrap_or_else(PoisonError::into_inner)).join("\n")
}

async fn slow(State(held): Shared, Path(word): Path<String>) -> StatusCode {
    held.slow.store(word == "on", Ordering::SeqCst);
    StatusCode::OK
}
