//! A second FHIR engine behind the portal (Medplum's, in memory): the same chart as the embedded feed shows, access that moves with the
//! PCP and with the care team, and a patient found by name.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use postern::adapters::feed::remote::Credentials;
use postern::app::App;
use postern::app::access;
use postern::app::patients::{Found, search};
use postern::domain::access::Basis;
use postern::domain::ids::{AccountId, PatientId};
use postern::domain::patient_search::Typed;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::feed_remote::{MRN, clinician, listed_with, npi_of, team};
use crate::feed_sekmet::{demo, open, patient_of, same_charts};
use crate::support::fhir;
use crate::support::pcp::context;
use crate::support::{Engine, House, both_engines, run};

/// Patients of the demo hospital with a short record: one with care teams and something sensitive, one with reports, one with problems.
const SHORT: [&str; 3] = ["p19", "p58", "p64"];

/// The engine behind its HTTP server, ended when it is dropped.
struct Medplum {
    child: Child,
    client: reqwest::Client,
    /// Its base URL.
    url: String,
}

impl Medplum {
    fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fhir/medplum");
        assert!(
            folder.join("node_modules/@medplum/fhir-router").exists(),
            "tests/fhir/medplum/node_modules is not there; ./tests/run installs it (or run `npm ci` in tests/fhir/medplum)"
        );
        let mut child = Command::new("node")
            .arg("server.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts; ./tests/run installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "Medplum said `{url}` instead of its base URL");
        Self { child, client: fhir::client(), url }
    }

    /// One that holds `resources`.
    async fn of(resources: &[Value]) -> Self {
        let server = Self::start();
        for resource in resources {
            server.put(resource).await;
        }
        server
    }

    /// Puts `resource` in its place, under its own id.
    async fn put(&self, resource: &Value) {
        let url = format!("{}/{}", self.url, fhir::key_of(resource));
        let request = self.client.put(url).header("content-type", "application/fhir+json");
        let answer = request.body(resource.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let kept: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(kept["id"], resource["id"]);
    }
}

impl Drop for Medplum {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The app of `house` with `server` as its feed, asked at every opening.
fn app(house: &House, server: &Medplum) -> App {
    App { feed: Arc::new(fhir::always_fresh(house, &server.url, Credentials::None)), ..house.app.clone() }
}

async fn find(app: &App, house: &House, account: AccountId, typed: Typed) -> Found {
    let viewer = access::viewer(app, account).await.unwrap().unwrap();
    let query = typed.read(time::macros::date!(2026 - 03 - 11)).unwrap();
    search(app, &viewer, &query, &context(house)).await.unwrap()
}

/// The one patient, for `account`, who may see the chart.
async fn found(app: &App, house: &House, account: AccountId) -> PatientId {
    match find(app, house, account, Typed { mrn: MRN.to_owned(), ..Typed::default() }).await {
        Found::Patient(id) => id,
        other => panic!("{other:?}"),
    }
}

/// Rivera and Haddad, each with the NPI.
async fn physicians(house: &House) -> [(AccountId, String); 2] {
    let (elm, quay) = (house.world.practice("Elm").await, house.world.practice("Quay").await);
    let (_, rivera) = house.world.physician("Rivera", elm).await;
    let (_, haddad) = house.world.physician("Haddad", quay).await;
    [(rivera, npi_of(house, rivera).await), (haddad, npi_of(house, haddad).await)]
}

#[test]
fn the_same_patients_show_the_same_chart_from_a_second_engine_as_from_the_embedded_feed() {
    run(Engine::Sqlite, async |house| {
        let mut resources = demo(usize::MAX);
        resources.retain(|r| patient_of(r).is_none_or(|id| SHORT.contains(&id.as_str())));
        load_lines(house, &resources).await.unwrap();
        let server = Medplum::of(&resources).await;
        let remote = fhir::app(house, &server.url);
        let elm = house.world.practice("Elm").await;
        let (provider, account) = house.world.physician("Stone", elm).await;
        let compared = same_charts(house, &remote, (provider, account), &SHORT).await;
        assert!(compared > SHORT.len() * 50, "{compared} lines");
    });
}

both_engines! {
    async fn a_pcp_changed_in_a_second_engine_moves_access_within_one_request(house: House) {
        let [(rivera, one), (haddad, two)] = physicians(house).await;
        let server =
            Medplum::of(&[clinician("rivera", &one), clinician("haddad", &two), listed_with(&["rivera"])]).await;
        let app = app(house, &server);
        let id = found(&app, house, rivera).await;
        assert!(open(&app, house, rivera, id).await.is_some());
        assert!(open(&app, house, haddad, id).await.is_none());
        server.put(&listed_with(&["haddad"])).await;
        assert!(open(&app, house, rivera, id).await.is_none(), "the next request");
        let opened = open(&app, house, haddad, id).await.unwrap();
        assert_eq!(opened.permit.bases(), [Basis::Pcp]);
    }

    async fn a_care_team_changed_there_moves_a_seat_within_one_request(house: House) {
        let [(rivera, one), (haddad, two)] = physicians(house).await;
        let server = Medplum::of(&[
            clinician("rivera", &one),
            clinician("haddad", &two),
            listed_with(&[]),
            team("t", "Practitioner/rivera"),
        ])
        .await;
        let app = app(house, &server);
        let id = found(&app, house, rivera).await;
        let opened = open(&app, house, rivera, id).await.unwrap();
        assert_eq!(opened.permit.bases(), [Basis::CareTeam]);
        assert!(open(&app, house, haddad, id).await.is_none());
        server.put(&team("t", "Practitioner/haddad")).await;
        assert!(open(&app, house, rivera, id).await.is_none(), "the next request");
        let opened = open(&app, house, haddad, id).await.unwrap();
        assert_eq!(opened.permit.bases(), [Basis::CareTeam]);
    }

    async fn a_patient_is_found_there_by_name_and_birth_date(house: House) {
        let [(rivera, one), (haddad, two)] = physicians(house).await;
        // This engine takes a name by any part of it, and so brings along a patient of another name, whom Haddad sees.
        let mut longer = crate::feed::patient("b", "0077002", &json!([{"reference": "Practitioner/haddad"}]));
        longer["name"][0]["family"] = "Van Doele".into();
        let server = Medplum::of(&[
            clinician("rivera", &one),
            clinician("haddad", &two),
            listed_with(&["rivera"]),
            longer,
        ])
        .await;
        let app = app(house, &server);
        let typed = |year: &str| Typed {
            family: "DOE".into(),
            given: "ro".into(),
            month: "3".into(),
            day: "14".into(),
            year: year.into(),
            mrn: String::new(),
        };
        let found = find(&app, house, haddad, typed("2019")).await;
        assert!(matches!(found, Found::NotAuthorized(_)), "{found:?}");
        let found = find(&app, house, rivera, typed("2018")).await;
        assert_eq!(found, Found::NoMatch);
        let Found::Patient(id) = find(&app, house, rivera, typed("2019")).await else { panic!("not found") };
        assert!(open(&app, house, rivera, id).await.is_some());
    }
}
