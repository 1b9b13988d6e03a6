//! What is new about the patients of a remote source: seen in rounds, and nothing kept of it but instants.

use postern::app::App;
use postern::app::charts::{self, Part};
use postern::app::feed_sync::activity;
use postern::app::feed_sync::rounds::{self, Roster};
use postern::app::ports::Wanted;
use postern::domain::chart::{ChartItem, Section};
use postern::domain::news::{Latest, News};
use postern::store::news::activity as kept_activity;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::feed_reading::permit;
use crate::feed_remote::{Scene, found, observation, open, scene};
use crate::news::panel;
use crate::support::fhir::Fault;
use crate::support::letters::count;
use crate::support::portal::Portal;
use crate::support::record::{lab, labelled, robin, stay};
use crate::support::{House, both_engines};

fn result(id: &str, at: &str) -> Value {
    let mut result = observation(id, 13.5);
    result["effectiveDateTime"] = json!(at);
    result
}

/// A round for the directory, and a pass for the news.
async fn round(app: &App) {
    rounds::go(app, Roster::WhenDue).await.unwrap().unwrap();
    activity::go(app).await.unwrap();
}

/// The scene after Rivera has looked at the chart and a round has passed.
async fn looked_at(house: &House) -> (Scene<'_>, Portal<'_>) {
    let (s, portal) = opened(house).await;
    round(&s.app).await;
    assert_eq!(panel(&portal, s.rivera).await, (vec![], false), "what was there at the look is not new");
    let kept = "select count(*) from patient_activity";
    assert!(count(house, kept).await > 0);
    house.clock.advance(4 * 3600);
    s.double.at(house.now());
    (s, portal)
}

/// The scene after Rivera has looked at the chart.
async fn opened(house: &House) -> (Scene<'_>, Portal<'_>) {
    let s = scene(house).await;
    let id = found(&s, s.rivera).await;
    let portal = Portal::of_app(house, s.app.clone());
    let browser = portal.signed_in(s.rivera).await;
    assert_eq!(portal.get(&format!("/charts/{id}"), &browser).await.status, 200);
    house.clock.advance(60);
    (s, portal)
}

both_engines! {
    async fn a_result_that_came_at_the_source_is_news_in_the_panel_until_the_chart_is_opened(house: House) {
        let (s, portal) = looked_at(house).await;
        s.double.put(result("o3", "2026-03-11T19:00:00Z"));
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec!["New results"], true));
        house.clock.advance(60);
        round(&s.app).await;
        let id = found(&s, s.rivera).await;
        let browser = portal.signed_in(s.rivera).await;
        portal.get(&format!("/charts/{id}"), &browser).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec![], false));
        house.clock.advance(60);
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec![], false), "told once");
        assert_eq!(count(house, "select count(*) from chart_item").await, 0, "nothing of the record is kept");
        assert_eq!(count(house, "select count(*) from patient p join patient_activity a on a.patient_id = p.id where p.latest_activity_at >= a.at").await, 1);
    }

    async fn an_admission_and_a_discharge_at_the_source_are_news_too(house: House) {
        let (s, portal) = looked_at(house).await;
        let mut visit = json!({
            "resourceType": "Encounter", "id": "e", "status": "in-progress", "subject": {"reference": "Patient/a"},
            "class": {"code": "IMP"}, "period": {"start": "2026-03-11T18:00:00Z"},
        });
        s.double.put(visit.clone());
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await.0, ["Admission or emergency visit"]);
        visit["status"] = json!("finished");
        visit["period"]["end"] = json!("2026-03-11T19:00:00Z");
        s.double.put(visit);
        house.clock.advance(60);
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await.0, ["Admission or emergency visit", "Discharge"]);
    }

    async fn a_sensitive_result_and_a_value_of_a_sensitive_report_make_no_news(house: House) {
        let (s, portal) = looked_at(house).await;
        s.double.put(labelled(result("o3", "2026-03-11T19:00:00Z")));
        s.double.put(result("o4", "2026-03-11T19:30:00Z"));
        s.double.put(labelled(json!({
            "resourceType": "DiagnosticReport", "id": "r", "status": "final", "subject": {"reference": "Patient/a"},
            "code": {"text": "Screen"}, "effectiveDateTime": "2026-03-11T19:30:00Z", "result": [{"reference": "Observation/o4"}],
        })));
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec![], false));
    }

    async fn what_came_while_a_part_could_not_be_asked_for_is_news_at_the_next_answer(house: House) {
        let (s, portal) = looked_at(house).await;
        s.double.put(result("o3", "2026-03-11T19:00:00Z"));
        // The first fails when it is asked who changed, the other when the record is read.
        for kind in ["Observation", "ImagingStudy"] {
            s.double.fault(kind, Fault::Status(500));
            round(&s.app).await;
            assert_eq!(panel(&portal, s.rivera).await, (vec![], false), "{kind}");
            s.double.heal();
            house.clock.advance(300);
        }
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec!["New results"], true));
    }

    async fn what_came_during_a_long_silence_is_news_after_it(house: House) {
        let (s, portal) = looked_at(house).await;
        s.double.put(result("o3", "2026-03-11T19:00:00Z"));
        house.clock.advance(9 * 3600);
        s.double.at(house.now());
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec!["New results"], true));
    }

    async fn a_sensitive_change_before_the_first_pass_makes_nothing_old_new(house: House) {
        let (s, portal) = opened(house).await;
        s.double.put(labelled(result("o3", "2026-03-11T15:59:00Z")));
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec![], false));
    }

    async fn a_newest_result_that_is_taken_back_makes_the_one_before_it_no_news(house: House) {
        let (s, portal) = looked_at(house).await;
        s.double.put(result("o3", "2026-03-11T19:00:00Z"));
        round(&s.app).await;
        let id = found(&s, s.rivera).await;
        let browser = portal.signed_in(s.rivera).await;
        portal.get(&format!("/charts/{id}"), &browser).await;
        house.clock.advance(300);
        s.double.at(house.now());
        s.double.put(labelled(result("o3", "2026-03-11T19:00:00Z")));
        round(&s.app).await;
        assert_eq!(panel(&portal, s.rivera).await, (vec![], false));
    }

    async fn a_pass_asks_for_nobody_whose_record_did_not_change(house: House) {
        let (s, _) = looked_at(house).await;
        for resource in ["o1", "o2"] {
            let known = s.double.get(&format!("Observation/{resource}")).unwrap();
            s.double.put(known);
        }
        round(&s.app).await;
        // Two passes overlap by two minutes.
        house.clock.advance(600);
        activity::go(&s.app).await.unwrap();
        house.clock.advance(600);
        s.double.asked();
        activity::go(&s.app).await.unwrap();
        let asked = s.double.asked();
        assert!(asked.iter().all(|q| q.contains("_lastUpdated") || q.contains("metadata")), "{asked:?}");
    }

    async fn the_facts_of_a_directory_that_change_leave_the_activity_as_it_was(house: House) {
        let (s, _) = looked_at(house).await;
        let kept = "select count(*) from patient_activity";
        let before = count(house, kept).await;
        assert!(before > 0);
        s.double.put(crate::feed_remote::team("t", "Practitioner/nobody"));
        let id = found(&s, s.rivera).await;
        assert!(open(&s, s.rivera, id).await.is_some());
        assert_eq!(count(house, kept).await, before);
    }

    async fn the_latest_activity_is_the_same_whichever_source_holds_the_record(house: House) {
        let mut planned = stay("e3", "IMP", "2026-03-01T08:00:00Z", "");
        planned["status"] = json!("planned");
        let mut cancelled = lab("n3", "Sodium", "2026-03-09T10:00:00Z", 4.0);
        cancelled["status"] = json!("cancelled");
        let entries = [
            lab("n1", "Sodium", "2026-03-01T13:00:00Z", 4.0),
            labelled(lab("n2", "Sodium", "2026-03-08T13:00:00Z", 4.0)),
            cancelled,
            lab("n4", "Sodium", "2027-01-01T10:00:00Z", 4.0),
            stay("e1", "IMP", "2026-02-01T08:00:00Z", "2026-02-03T08:00:00Z"),
            stay("e2", "EMER", "2026-02-20T08:00:00Z", ""),
            planned,
        ];
        let (robin, pcp, _) = robin(house, &[]).await;
        load_lines(house, &entries).await.unwrap();
        let permit = permit(house, pcp, robin).await;
        let mut items: Vec<ChartItem> = Vec::new();
        for section in Section::ALL {
            match charts::items(&house.app, &permit, *section, Wanted::default()).await.unwrap() {
                Part::Here(some) => items.extend(some),
                other => panic!("{other:?}"),
            }
        }
        let latest = Latest::of(items.iter(), house.now());
        let kept = kept_activity(house.db(), pcp, &[robin]).await.unwrap().remove(&robin).unwrap();
        let of = |kind| kept.iter().find(|one| one.kind == kind).map(|one| one.at);
        assert_eq!((latest.result, latest.admission, latest.discharge),
            (of(News::Result), of(News::Admission), of(News::Discharge)));
        assert!(latest.result.is_some() && latest.admission.is_some() && latest.discharge.is_some());
    }
}
