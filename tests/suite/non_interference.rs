//! Two worlds that differ only in withheld items: whoever may not see those reads the same pages, byte for byte.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::chart::flowsheet::panel_key;
use postern::domain::ids::PatientId;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::hidden::told;
use crate::support::both_engines;
use crate::support::portal::{Browser, Portal};
use crate::support::record::{SUBJECT, lab, labelled, report, robin, stay, with};

fn note(id: &str, date: &str) -> Value {
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": SUBJECT},
        "type": {"text": "Progress note"}, "date": date,
        "content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}],
    })
}

fn appointment(id: &str) -> Value {
    json!({
        "resourceType": "Appointment", "id": id, "status": "booked", "description": "Clinic", "created": "2026-03-10",
        "start": "2026-04-01T14:00:00Z", "participant": [{"actor": {"reference": SUBJECT}}],
        "basedOn": [{"reference": "ServiceRequest/r"}],
    })
}

/// What everybody reads: some of it old, some new.
fn open_items() -> Vec<Value> {
    vec![
        lab("h1", "Hemoglobin", "2026-02-01T13:00:00Z", 8.0),
        lab("h2", "Hemoglobin", "2026-03-12T13:00:00Z", 7.0),
        lab("h3", "Hemoglobin", "2026-01-02T13:00:00Z", 9.0),
        lab("k", "Potassium", "2026-02-01T13:00:00Z", 4.0),
        report("cbc", "Blood count", "LAB", "2026-03-12T14:00:00Z", &["h1", "h2", "h3"]),
        report("x", "Chest X-ray", "RAD", "2026-03-12T14:00:00Z", &[]),
        note("n1", "2026-03-12T15:00:00Z"),
        stay("s1", "IMP", "2026-03-01T13:00:00Z", "2026-03-02T13:00:00Z"),
        appointment("a1"),
    ]
}

/// Newer and graver, of tests and panels that are there and of others; some carry no label and belong to what does.
fn withheld_items() -> Vec<Value> {
    let at = "2026-03-12T18:00:00Z";
    let critical = json!({"interpretation": [{"coding": [{"code": "HH"}]}]});
    let corrected = json!({"status": "corrected"});
    let organism = json!({
        "valueQuantity": null, "valueCodeableConcept": {"text": "Neisseria"}, "hasMember": [{"reference": "Observation/m"}],
    });
    let answer = json!({"interpretation": [{"coding": [{"code": "R"}]}]});
    let referral = json!({
        "resourceType": "ServiceRequest", "id": "r", "status": "active", "subject": {"reference": SUBJECT},
        "code": {"text": "Referral to the HIV clinic"}, "authoredOn": "2026-03-12",
    });
    vec![
        labelled(with(lab("w1", "Hemoglobin", at, 2.0), &critical)),
        labelled(with(lab("w2", "Viral load", at, 2.0), &corrected)),
        lab("w3", "CD4 count", at, 2.0),
        labelled(report("wr", "HIV panel", "LAB", at, &["w1", "w3"])),
        with(lab("m", "Ceftriaxone [Susceptibility]", at, 2.0), &answer),
        with(lab("o", "Bacteria identified", at, 2.0), &organism),
        labelled(report("wm", "Genital culture", "MB", at, &["o"])),
        labelled(note("wn", at)),
        labelled(stay("ws", "IMP", at, "")),
        labelled(with(appointment("wa"), &json!({"created": "2026-03-12"}))),
        labelled(referral),
    ]
}

/// The lists of patients.
const LISTS: [&str; 4] =
    ["/patients", "/patients/mine", "/patients/mine?new=yes", "/patients/mine?new=practice"];

async fn lists(portal: &Portal<'_>, browser: &Browser) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for path in LISTS {
        read.push((path.to_owned(), told(&portal.get(path, browser).await, "nothing of what was asked")));
    }
    read
}

/// Every page that a viewer of the chart can reach, and the lists of patients.
async fn pages(portal: &Portal<'_>, browser: &Browser, robin: PatientId) -> Vec<(String, String)> {
    let chart = format!("/charts/{robin}");
    let mut paths = vec![chart.clone()];
    paths.extend(Section::ALL.iter().map(|section| format!("{chart}/{section}")));
    let filters = ["", "panel=deadbeef", "flagged=yes", "period=1m", "period=24m", "flagged=yes&period=6m"];
    let panels = [panel_key("Blood count"), panel_key("HIV panel")].map(|key| format!("panel={key}"));
    for view in ["sheet", "list"] {
        for filter in filters.iter().copied().chain(panels.iter().map(String::as_str)) {
            paths.push(format!("{chart}/results?view={view}&{filter}"));
        }
    }
    paths.extend(LISTS.map(str::to_owned));
    let mut read = Vec::new();
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        next += 1;
        let answer = portal.get(&path, browser).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for link in answer.body.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')) {
            // One item: a test with its trend, a report, a note.
            if link.0.starts_with(&chart)
                && link.0.matches('/').count() == 4
                && !paths.iter().any(|p| p == link.0)
            {
                paths.push(link.0.to_owned());
            }
        }
        read.push((path, told(&answer, "nothing of what was asked")));
    }
    read
}

both_engines! {
    async fn who_may_not_see_withheld_items_reads_the_same_bytes_without_and_with_them(house: House) {
        let (robin, pcp, partner) = robin(house, &open_items()).await;
        let elm = house.world.practice("Elm").await;
        let (_, reader) = house.world.physician("Reader", elm).await;
        house.world.listing(robin, None, Some(elm), Interval::ALWAYS).await;
        let portal = Portal::of(house);
        // Everybody has looked before; what comes after it is new.
        for account in [pcp, partner, reader] {
            let browser = portal.signed_in(account).await;
            assert_eq!(portal.get(&format!("/charts/{robin}"), &browser).await.status, StatusCode::OK);
        }
        house.clock.set("2026-03-13T16:00:00Z".parse().unwrap());
        load_lines(house, &[lab("h4", "Hemoglobin", "2026-03-13T10:00:00Z", 6.0)]).await.unwrap();
        let (pcp, partner) = (portal.signed_in(pcp).await, portal.signed_in(partner).await);
        // One only reads the lists, which go on to say what is new.
        let reader = portal.signed_in(reader).await;
        let lists = lists(&portal, &reader).await;
        assert!(lists.iter().all(|(_, body)| body.contains("New results")), "the panel says what is new");
        let (before, seen) = (pages(&portal, &partner, robin).await, pages(&portal, &pcp, robin).await);
        assert!(before.len() > 30, "{} pages", before.len());
        assert!(before.iter().any(|(_, body)| body.contains(">New<")), "the chart says what is new");
        load_lines(house, &withheld_items()).await.unwrap();
        let after = pages(&portal, &partner, robin).await;
        assert_eq!(paths(&before), paths(&after));
        for ((path, before), (_, after)) in before.iter().zip(&after) {
            assert!(before == after, "{path} differs:\n{}", difference(before, after));
        }
        assert_eq!(lists, self::lists(&portal, &reader).await);
        // The test can fail: the PCP, who may see them, reads other pages now, but for the lists.
        let other = pages(&portal, &pcp, robin).await;
        assert!(paths(&other).len() > paths(&seen).len());
        let body = |pages: &[(String, String)], path: &str| pages.iter().find(|(p, _)| p == path).unwrap().1.clone();
        for path in [format!("/charts/{robin}"), format!("/charts/{robin}/results?view=list&flagged=yes")] {
            assert_ne!(body(&seen, &path), body(&other, &path), "{path}");
        }
        for path in LISTS {
            assert_eq!(body(&seen, path), body(&other, path), "{path}");
        }
    }
}

fn paths(pages: &[(String, String)]) -> Vec<&str> {
    pages.iter().map(|(path, _)| path.as_str()).collect()
}

/// The first line in which two pages differ.
fn difference(left: &str, right: &str) -> String {
    let cut = |text: &str| text.replace('>', ">\n").lines().map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (cut(left), cut(right));
    let place = left.iter().zip(&right).position(|(a, b)| a != b).unwrap_or(left.len().min(right.len()));
    let around =
        |lines: &[String]| lines.iter().skip(place.saturating_sub(3)).take(8).cloned().collect::<Vec<_>>();
    format!("{:#?}\n{:#?}", around(&left), around(&right))
}
