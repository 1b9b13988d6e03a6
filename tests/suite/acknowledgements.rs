//! Critical results wait on the summary until the viewer says that they have seen them.

use axum::http::StatusCode;
use postern::domain::audit::Act;
use postern::domain::chart::acknowledgement::Version;
use postern::domain::feed::item_id;
use postern::domain::ids::PatientId;
use postern::store::{Db, acknowledgements};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::feed::load_lines;
use crate::feed_remote::{found, observation, scene};
use crate::notes::entries;
use crate::results::{in_order, main_of, page, text};
use crate::support::fhir::Fault;
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::record::{lab, labelled, robin, with};
use crate::support::{House, both_engines};

const WAITING: &str = "Critical results to acknowledge";
const ROWS: &str = "select count(*) from result_acknowledgement";

fn critical(value: f64) -> Value {
    let flag = json!({"interpretation": [{"coding": [{"code": "HH"}]}]});
    with(lab("k", "Potassium", "2026-03-01T13:00:00Z", value), &flag)
}

fn potassium() -> Uuid {
    item_id("Observation/k", 0)
}

/// Where each critical result of the page is acknowledged, and in which version.
fn buttons(body: &str) -> Vec<(String, String)> {
    let forms = body
        .split("action=\"")
        .skip(1)
        .filter(|rest| rest.split_once('"').unwrap().0.ends_with("/acknowledge"));
    let read = |form: &str| {
        let value = form.split_once("name=\"version\" value=\"").unwrap().1.split_once('"').unwrap().0;
        (form.split_once('"').unwrap().0.to_owned(), value.to_owned())
    };
    forms.map(read).collect()
}

async fn summary(portal: &Portal<'_>, browser: &Browser, robin: PatientId) -> String {
    page(portal, browser, &format!("/charts/{robin}")).await
}

async fn acknowledge(portal: &Portal<'_>, browser: &Browser, (path, version): &(String, String)) -> Answer {
    portal.post(path, browser, &[("version", version)]).await
}

/// Acknowledges the only critical result of the summary.
async fn acknowledge_one(portal: &Portal<'_>, browser: &Browser, robin: PatientId) -> (String, String) {
    let shown = buttons(&summary(portal, browser, robin).await);
    assert_eq!(shown.len(), 1, "{shown:?}");
    let answer = acknowledge(portal, browser, &shown[0]).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, format!("/charts/{robin}").as_str())
    );
    shown[0].clone()
}

async fn acts(house: &House) -> Vec<postern::domain::audit::Entry> {
    entries(&house.app).await.into_iter().filter(|entry| entry.act == Act::AcknowledgeResult).collect()
}

both_engines! {
    async fn a_critical_result_leads_until_the_viewer_acknowledges_it(house: House) {
        let newer = lab("n", "Sodium", "2026-03-05T13:00:00Z", 4.0);
        let (robin, pcp, partner) = robin(house, &[critical(7.7), newer]).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let before = text(main_of(&summary(&portal, &browser, robin).await));
        in_order(&before, &[WAITING, "Potassium", "7.7 mg/dL", "Critical high", "Acknowledge Potassium 7.7 mg/dL", "Recent results", "Sodium"]);
        assert_eq!(before.matches("Critical high").count(), 1, "it stands in one place: {before}");
        house.clock.set("2026-03-11T16:05:00Z".parse().unwrap());
        let browser = portal.signed_in(pcp).await;
        acknowledge_one(&portal, &browser, robin).await;
        let body = summary(&portal, &browser, robin).await;
        let after = text(main_of(&body));
        assert!(!after.contains(WAITING) && buttons(&body).is_empty(), "{after}");
        in_order(&after, &["Recent results", "Sodium", "Potassium", "7.7 mg/dL", "Critical high", "You acknowledged it on 11-Mar-2026 12:05"]);
        // Each for themselves: the partner's still waits, and says nothing of anybody else.
        let partner = portal.signed_in(partner).await;
        let theirs = text(main_of(&summary(&portal, &partner, robin).await));
        assert!(theirs.contains(WAITING) && !theirs.contains("acknowledged"), "{theirs}");
    }

    async fn it_is_recorded_once_and_acknowledged_again_stays_as_it_was(house: House) {
        let (robin, pcp, _) = robin(house, &[critical(7.7)]).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let button = acknowledge_one(&portal, &browser, robin).await;
        let kept = acknowledgements::of(house.db(), pcp, &[potassium()]).await.unwrap();
        let acts_then = acts(house).await;
        assert_eq!(acts_then.len(), 1);
        let act = &acts_then[0];
        assert_eq!((act.actor, act.patient, act.subject), (Some(pcp), Some(robin), Some(potassium())));
        assert!(act.basis.contains("pcp") && !act.detail.contains("7.7"), "{act:?}");
        house.clock.advance(600);
        assert_eq!(acknowledge(&portal, &browser, &button).await.status, StatusCode::SEE_OTHER);
        assert_eq!(acknowledgements::of(house.db(), pcp, &[potassium()]).await.unwrap(), kept);
        assert_eq!((acts(house).await.len(), count(house, ROWS).await), (1, 1));
    }

    async fn a_corrected_result_waits_again_and_the_version_before_is_acknowledged_no_more(house: House) {
        let (robin, pcp, _) = robin(house, &[critical(7.7)]).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let first = acknowledge_one(&portal, &browser, robin).await;
        load_lines(house, &[with(critical(8.8), &json!({"status": "corrected"}))]).await.unwrap();
        let told = text(main_of(&summary(&portal, &browser, robin).await));
        in_order(&told, &[WAITING, "Corrected", "8.8", "Acknowledge"]);
        assert!(!told.contains("You acknowledged"), "{told}");
        let stale = acknowledge(&portal, &browser, &first).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        in_order(&text(main_of(&stale.body)), &["has changed since you saw it", WAITING, "8.8"]);
        assert_eq!(count(house, ROWS).await, 1);
        acknowledge_one(&portal, &browser, robin).await;
        assert_eq!(count(house, ROWS).await, 2, "what was said of the version before is kept");
        // Corrected to a value that is not critical, nothing is left to acknowledge.
        let fine = with(lab("k", "Potassium", "2026-03-01T13:00:00Z", 4.0), &json!({"status": "corrected"}));
        load_lines(house, &[fine]).await.unwrap();
        let told = text(main_of(&summary(&portal, &browser, robin).await));
        assert!(!told.contains(WAITING) && !told.contains("acknowledged"), "{told}");
    }

    async fn what_somebody_may_not_see_is_acknowledged_like_what_is_not_there(house: House) {
        let (robin, pcp, partner) = robin(house, &[labelled(critical(7.7)), lab("n", "Sodium", "2026-03-05T13:00:00Z", 4.0)]).await;
        let portal = Portal::of(house);
        let (pcp, partner) = (portal.signed_in(pcp).await, portal.signed_in(partner).await);
        let stranger = portal.signed_in(house.world.provider_account(house.world.provider("Stone").await).await).await;
        let (path, version) = buttons(&summary(&portal, &pcp, robin).await)[0].clone();
        assert!(buttons(&summary(&portal, &partner, robin).await).is_empty());
        let absent = (path.replace(&potassium().to_string(), &Uuid::from_u128(5).to_string()), version.clone());
        for browser in [&partner, &stranger] {
            for button in [&(path.clone(), version.clone()), &absent] {
                assert_eq!(acknowledge(&portal, browser, button).await.status, StatusCode::NOT_FOUND, "{button:?}");
            }
        }
        let wrong_section = (path.replace("/results/", "/vitals/"), version.clone());
        assert_eq!(acknowledge(&portal, &pcp, &wrong_section).await.status, StatusCode::NOT_FOUND);
        // What is not critical, or not what was seen, is not acknowledged.
        let sodium = path.replace(&potassium().to_string(), &item_id("Observation/n", 0).to_string());
        for button in [(sodium, version), (path.clone(), String::new()), (path, "00".repeat(32))] {
            assert_eq!(acknowledge(&portal, &pcp, &button).await.status, StatusCode::CONFLICT);
        }
        assert_eq!((count(house, ROWS).await, acts(house).await.len()), (0, 0));
    }

    async fn the_file_of_the_summary_names_whoever_takes_it_and_has_acknowledged_a_result(house: House) {
        let (robin, pcp, partner) = robin(house, &[critical(7.7)]).await;
        let portal = Portal::of(house);
        let (pcp, partner) = (portal.signed_in(pcp).await, portal.signed_in(partner).await);
        let said = async |browser: &Browser| {
            let file = portal.get(&format!("/charts/{robin}/summary.pdf"), browser).await;
            assert_eq!(file.status, StatusCode::OK);
            crate::files::said(&file.body)
        };
        assert!(!said(&pcp).await.contains("cknowledged"));
        acknowledge_one(&portal, &pcp, robin).await;
        let own = said(&pcp).await;
        in_order(&own, &["7.7 mg/dL", "Critical high", "Acknowledged by ", "Lee", "11-Mar-2026"]);
        assert!(!own.contains("You acknowledged"), "it is made to be handed on: {own}");
        let of_another = said(&partner).await;
        assert!(of_another.contains("Critical high") && !of_another.contains("cknowledged"), "{of_another}");
    }

    async fn the_store_tells_accounts_and_versions_apart(house: House) {
        let (_, pcp, partner) = robin(house, &[]).await;
        let (one, other) = (Version::from_word("a"), Version::from_word("b"));
        let (item, now) = (potassium(), house.now());
        let mut tx = house.db().begin().await.unwrap();
        assert!(acknowledgements::note(&mut tx, pcp, item, &one, now).await.unwrap());
        assert!(!acknowledgements::note(&mut tx, pcp, item, &one, now.plus_seconds(60)).await.unwrap());
        assert!(acknowledgements::note(&mut tx, pcp, item, &other, now.plus_seconds(60)).await.unwrap());
        tx.commit().await.unwrap();
        let kept = acknowledgements::of(house.db(), pcp, &[item, Uuid::nil()]).await.unwrap();
        assert_eq!((kept[&(item, one)], kept[&(item, other)], kept.len()), (now, now.plus_seconds(60), 2));
        assert!(acknowledgements::of(house.db(), partner, &[item]).await.unwrap().is_empty());
        assert!(acknowledgements::of(house.db(), pcp, &[]).await.unwrap().is_empty());
    }

    async fn of_a_remote_record_nothing_but_an_id_and_a_keyed_version_is_kept(house: House) {
        let s = scene(house).await;
        let flag = json!({"interpretation": [{"coding": [{"code": "LL"}]}], "issued": "2026-03-10T15:00:00Z"});
        s.double.put(with(observation("o1", 3.25), &flag));
        let patient = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        let told = text(main_of(&summary(&portal, &browser, patient).await));
        in_order(&told, &[WAITING, "Hemoglobin", "3.25 g/dL", "Critical low", "Acknowledge"]);
        // A source that is down is not asked to guess which version it has.
        let button = buttons(&summary(&portal, &browser, patient).await).remove(0);
        s.double.fault("Observation", Fault::Status(500));
        let down = acknowledge(&portal, &browser, &button).await;
        assert_eq!((down.status, count(house, ROWS).await), (StatusCode::SERVICE_UNAVAILABLE, 0));
        assert!(down.body.contains("nothing was acknowledged"), "{}", down.body);
        s.double.heal();
        acknowledge_one(&portal, &browser, patient).await;
        let told = text(main_of(&summary(&portal, &browser, patient).await));
        assert!(told.contains("You acknowledged it on") && !told.contains(WAITING), "{told}");
        let kept = "select cast(account_id as text) || version || cast(at as text) from result_acknowledgement";
        let rows: Vec<(String,)> = match house.db() {
            Db::Sqlite { read, .. } => sqlx::query_as("select version || at from result_acknowledgement").fetch_all(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_as(kept).fetch_all(pool).await.unwrap(),
        };
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].0.contains("3.25") && !rows[0].0.contains("Hemoglobin"), "{rows:?}");
        // The source corrects it: it waits again.
        let again = json!({"status": "corrected", "issued": "2026-03-11T15:00:00Z"});
        s.double.put(with(with(observation("o1", 3.5), &flag), &again));
        house.clock.advance(120);
        let browser = portal.signed_in(s.rivera).await;
        let told = text(main_of(&summary(&portal, &browser, patient).await));
        in_order(&told, &[WAITING, "3.5 g/dL", "Acknowledge"]);
    }
}
