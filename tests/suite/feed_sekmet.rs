//! A real FHIR R4 server behind the portal: the same chart as the embedded feed shows, access that moves with the PCP, and a server that
//! does not know care teams.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use flate2::read::GzDecoder;
use postern::adapters::feed::remote::{Credentials, Secret};
use postern::app::App;
use postern::app::access::{self, Asked, Opened};
use postern::app::charts::{self, Part};
use postern::app::ports::Wanted;
use postern::domain::calendar::Interval;
use postern::domain::chart::{ChartItem, Section};
use postern::domain::ids::{AccountId, PatientId, ProviderId};
use postern::store::feed_standing;
use serde_json::Value;

use crate::feed::load_text;
use crate::feed_remote::{clinician, listed_with, npi_of, team};
use crate::support::fhir::{self, Sekmet, TOKEN};
use crate::support::pcp::context;
use crate::support::portal::Portal;
use crate::support::{Engine, House, run};

fn app(house: &House, server: &Sekmet) -> App {
    let bearer = Credentials::Bearer(Secret::new(TOKEN.to_owned()));
    App { feed: Arc::new(fhir::source(house, &server.url, bearer)), ..house.app.clone() }
}

pub fn patient_of(resource: &Value) -> Option<String> {
    let named =
        |field: &str| resource[field]["reference"].as_str()?.strip_prefix("Patient/").map(str::to_owned);
    match resource["resourceType"].as_str() {
        Some("Patient") => resource["id"].as_str().map(str::to_owned),
        _ => named("subject").or_else(|| named("patient")),
    }
}

/// The resources of some patients of the demo hospital, and of everyone they refer to.
pub fn demo(patients: usize) -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/hospital.ndjson.gz");
    let lines = BufReader::new(GzDecoder::new(std::fs::File::open(file).unwrap())).lines();
    let all: Vec<Value> = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let ids: Vec<String> =
        all.iter().filter(|r| r["resourceType"] == "Patient").filter_map(patient_of).collect();
    let step = ids.len() / patients;
    let kept: HashSet<String> = ids.into_iter().step_by(step.max(1)).take(patients).collect();
    let mut some: Vec<Value> =
        all.into_iter().filter(|r| patient_of(r).is_none_or(|id| kept.contains(&id))).collect();
    some.sort_by_key(|r| patient_of(r).is_some() && r["resourceType"] != "Patient");
    some
}

pub async fn open(app: &App, house: &House, account: AccountId, id: PatientId) -> Option<Box<Opened>> {
    let viewer = access::viewer(app, account).await.unwrap().unwrap();
    match access::open(app, &viewer, id, None, &context(house)).await.unwrap() {
        Asked::Opened(opened) => Some(opened),
        Asked::Turned(_) => None,
    }
}

/// The lines of a section without their ids and their texts, each in an order of its own: two at one instant may come either way.
async fn lines(app: &App, opened: &Opened, section: Section) -> (Vec<String>, Vec<String>) {
    let app = &charts::for_page(app);
    let items = match charts::items(app, &opened.permit, section, Wanted::default()).await.unwrap() {
        Part::Here(items) => items,
        other => panic!("{section:?}: {other:?}"),
    };
    let (mut all, mut texts) = (Vec::new(), Vec::new());
    for item in items {
        let found = charts::item(app, &opened.permit, section, item.id).await.unwrap().unwrap();
        let Part::Here((_, text)) = found else { panic!("{found:?}") };
        texts.push(format!("{}: {text}", item.title));
        all.push(format!("{:?}", ChartItem { id: uuid::Uuid::nil(), ..item }));
    }
    all.sort();
    texts.sort();
    (all, texts)
}

/// Compares each section of these patients as the embedded feed and `remote` show it. How many lines there were.
pub async fn same_charts(
    house: &House,
    remote: &App,
    (provider, account): (ProviderId, AccountId),
    ids: &[&str],
) -> usize {
    let mut compared = 0;
    for id in ids {
        let mut tx = house.db().begin().await.unwrap();
        let row = feed_standing::known_one(&mut tx, "Patient", id).await.unwrap().unwrap();
        drop(tx);
        let patient = PatientId(row.patient_id.unwrap());
        house.world.listing(patient, Some(provider), None, Interval::ALWAYS).await;
        let here = open(&house.app, house, account, patient).await.unwrap();
        let there = open(remote, house, account, patient).await.unwrap();
        for section in Section::ALL {
            let (mine, theirs) =
                (lines(&house.app, &here, *section).await, lines(remote, &there, *section).await);
            assert_eq!(mine, theirs, "{id} {section:?}");
            compared += mine.0.len();
        }
    }
    compared
}

#[test]
fn the_same_patients_show_the_same_chart_from_a_fhir_server_as_from_the_embedded_feed() {
    let patients = if std::env::var_os("POSTERN_TEST_FULL").is_some() { 60 } else { 8 };
    run(Engine::Sqlite, async |house| {
        let resources = demo(patients);
        // As the server is given them: it keeps the digits of decimals.
        let lines: Vec<String> = resources.iter().map(Value::to_string).collect();
        load_text(house, &lines.join("\n")).await.unwrap();
        let server = Sekmet::start(true);
        server.load(&resources).await;
        let remote = app(house, &server);
        let elm = house.world.practice("Elm").await;
        let (provider, account) = house.world.physician("Stone", elm).await;
        let ids: Vec<&str> = resources
            .iter()
            .filter(|r| r["resourceType"] == "Patient")
            .map(|r| r["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), patients);
        let compared = same_charts(house, &remote, (provider, account), &ids).await;
        assert!(compared > patients * 50, "{compared} lines");
    });
}

#[test]
fn a_pcp_changed_in_the_fhir_server_moves_access_within_one_request() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run(engine, async |house| {
            let (elm, quay) = (house.world.practice("Elm").await, house.world.practice("Quay").await);
            let (_, rivera) = house.world.physician("Rivera", elm).await;
            let (_, haddad) = house.world.physician("Haddad", quay).await;
            let (one, two) = (npi_of(house, rivera).await, npi_of(house, haddad).await);
            let server = Sekmet::start(true);
            let resources = [clinician("rivera", &one), clinician("haddad", &two), listed_with(&["rivera"])];
            server.load(&resources).await;
            let bearer = Credentials::Bearer(Secret::new(TOKEN.to_owned()));
            let feed = fhir::always_fresh(house, &server.url, bearer);
            let app = App { feed: Arc::new(feed), ..house.app.clone() };
            let portal = Portal::of_app(house, app);
            let (hers, his) = (portal.signed_in(rivera).await, portal.signed_in(haddad).await);
            let search =
                |browser| portal.post("/patients/search", browser, &[("mrn", crate::feed_remote::MRN)]);
            let found = search(&hers).await;
            let chart = found.header("location").to_owned();
            assert!(chart.starts_with("/charts/"), "{chart} {}", found.status);
            assert_eq!(portal.get(&chart, &hers).await.status, 200);
            assert_eq!(portal.get(&chart, &his).await.status, 404);
            server.put(&listed_with(&["haddad"])).await;
            assert_eq!(portal.get(&chart, &hers).await.status, 404, "the next request");
            assert_eq!(portal.get(&chart, &his).await.status, 200);
        });
    }
}

#[test]
fn a_server_that_cannot_search_care_teams_seats_nobody_and_its_pcps_see_their_patients() {
    run(Engine::Sqlite, async |house| {
        let (elm, quay) = (house.world.practice("Elm").await, house.world.practice("Quay").await);
        let (_, rivera) = house.world.physician("Rivera", elm).await;
        let (_, haddad) = house.world.physician("Haddad", quay).await;
        let (one, two) = (npi_of(house, rivera).await, npi_of(house, haddad).await);
        let resources = [
            clinician("rivera", &one),
            clinician("haddad", &two),
            listed_with(&["rivera"]),
            team("t", "Practitioner/haddad"),
        ];
        for (care_teams, seated) in [(true, true), (false, false)] {
            let server = Sekmet::start(care_teams);
            server.load(&resources).await;
            let app = app(house, &server);
            house.clock.advance(3600);
            let portal = Portal::of_app(house, app.clone());
            let hers = portal.signed_in(rivera).await;
            let found = portal.post("/patients/search", &hers, &[("mrn", crate::feed_remote::MRN)]).await;
            let id = found.header("location").trim_start_matches("/charts/").to_owned();
            let id = PatientId(id.parse().unwrap());
            assert!(open(&app, house, rivera, id).await.is_some(), "{care_teams}");
            assert_eq!(open(&app, house, haddad, id).await.is_some(), seated, "{care_teams}");
        }
    });
}
