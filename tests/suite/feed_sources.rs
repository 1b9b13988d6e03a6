//! Two sources of the record side by side, a source that is slow, and notices of changes.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, header};
use flate2::write::GzDecoder;
use futures::StreamExt;
use postern::adapters::feed::remote::{Credentials, SourceSettings};
use postern::app::charts::{self, Part};
use postern::app::feed_sync::notices::proof;
use postern::app::ports::Wanted;
use postern::app::{App, AppError, OldSource, Outside};
use postern::domain::chart::Section;

use crate::feed_remote::{MRN, Scene, clinician, found, listed_with, observation, open, scene};
use crate::support::fhir::{self, Double, Fault};
use crate::support::letters::count;
use crate::support::portal::{BASE, Portal};
use crate::support::{House, both_engines};

/// The scene with an old system that has one result of its own under the same ids.
async fn with_old(house: &House, change: impl FnOnce(&mut serde_json::Value)) -> (Scene<'_>, Double) {
    let s = scene(house).await;
    let mut patient = listed_with(&[]);
    change(&mut patient);
    let mut result = observation("o1", 7.7);
    result["code"] = serde_json::json!({"text": "Old test"});
    let old = Double::of(&[patient, result, clinician("nobody", "x")]).await;
    let source = OldSource { label: "Paper archive".to_owned(), feed: Arc::new(fhir::old(house, &old.url)) };
    let outside = Outside { old_source: Some(source), ..Outside::default() };
    let app = App { outside, ..s.app.clone() };
    (Scene { app, ..s }, old)
}

both_engines! {
    async fn an_old_system_is_a_second_tab_of_each_section_kept_apart(house: House) {
        let (s, old) = with_old(house, |_| {}).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        let present = portal.get(&format!("/charts/{id}/results?view=list"), &browser).await;
        assert!(present.body.contains("Paper archive") && present.body.contains("Hemoglobin"));
        assert!(!present.body.contains("Old test"));
        let there = portal.get(&format!("/charts/{id}/old/results?view=list"), &browser).await;
        assert_eq!(there.status, 200);
        assert!(there.body.contains("Old test") && !there.body.contains("Hemoglobin"), "{}", there.body);
        let start = there.body.find(&format!("/charts/{id}/old/results/")).expect("a link to the item in the old system");
        let link: String = there.body[start..].chars().take_while(|c| *c != '"').collect();
        let one = portal.get(&link, &browser).await;
        assert!(one.status == 200 && one.body.contains("7.7"), "{}", one.status);
        old.fault("Observation", Fault::Status(500));
        let down = portal.get(&format!("/charts/{id}/old/results"), &browser).await;
        assert!(down.status == 200 && down.body.contains("Not available at the moment, last seen"), "{}", down.body);
        assert!(portal.get(&format!("/charts/{id}/results"), &browser).await.body.contains("Hemoglobin"));
        old.heal();
        s.double.fault("Observation", Fault::Status(500));
        house.clock.advance(30);
        assert!(portal.get(&format!("/charts/{id}/old/results?view=list"), &browser).await.body.contains("Old test"));
    }

    async fn the_old_system_decides_no_access_and_answers_for_no_stranger(house: House) {
        let (s, old) = with_old(house, |patient| {
            patient["generalPractitioner"] = serde_json::json!([{"reference": "Practitioner/haddad"}]);
        }).await;
        let id = found(&s, s.rivera).await;
        let (_, stranger) = house.world.physician("Stone", house.world.practice("Far").await).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(stranger).await;
        old.asked();
        let turned = portal.get(&format!("/charts/{id}/old/results"), &browser).await;
        let unknown = portal.get("/charts/00000000-0000-7000-8000-00000000beef/old/results", &browser).await;
        assert_eq!((turned.status, unknown.status), (axum::http::StatusCode::NOT_FOUND, axum::http::StatusCode::NOT_FOUND));
        assert_eq!(old.asked(), Vec::<String>::new());
    }

    async fn another_birth_date_under_the_same_mrn_is_somebody_else(house: House) {
        let (s, _old) = with_old(house, |patient| patient["birthDate"] = serde_json::json!("1999-01-01")).await;
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        let app = charts::reading(&s.app, charts::Source::Old).unwrap();
        let items = charts::items(&app, &opened.permit, Section::Results, Wanted::default()).await.unwrap();
        assert_eq!(items, Part::Here(Vec::new()));
    }

    async fn without_a_second_source_there_is_no_second_tab(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        assert_eq!(portal.get(&format!("/charts/{id}/old/results"), &browser).await.status, 404);
        assert!(!portal.get(&format!("/charts/{id}/results"), &browser).await.body.contains("Sources of the record"));
        assert!(charts::reading(&s.app, charts::Source::Old).is_none());
    }

    async fn a_notice_with_the_secret_makes_the_portal_ask_and_without_it_is_not_there(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let outside = Outside { feed_notices: Some(proof("open sesame")), ..Outside::default() };
        let portal = Portal::of_app(house, App { outside, ..s.app.clone() });
        let notice = |secret: &str| {
            let host = BASE.trim_start_matches("http://").trim_start_matches("https://");
            let request = Request::post("/feed/notices").header(header::HOST, host);
            request.header(header::AUTHORIZATION, format!("Bearer {secret}")).body(axum::body::Body::from("{}")).unwrap()
        };
        s.double.put(listed_with(&["haddad"]));
        s.double.asked();
        for wrong in ["", "open", "open sesame!"] {
            assert_eq!(portal.call(notice(wrong)).await.status, 404, "{wrong}");
        }
        assert_eq!(s.double.asked(), Vec::<String>::new());
        assert_eq!(portal.call(notice("open sesame")).await.status, 204);
        assert!(open(&s, s.rivera, id).await.is_none(), "taken in at once");
        assert!(open(&s, s.haddad, id).await.is_some());
    }

    async fn a_summary_begins_with_who_it_is_before_its_source_has_answered(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        s.double.fault("Observation", Fault::Held);
        let mut body = portal.begin(&format!("/charts/{id}"), &browser).await.into_body().into_data_stream();
        let text = |bytes: Option<Result<Bytes, _>>| String::from_utf8(bytes.unwrap().unwrap().to_vec()).unwrap();
        let beginning = text(body.next().await);
        assert!(beginning.contains("DOE, Robin") && beginning.contains(MRN), "{beginning}");
        assert!(!beginning.contains("Allergies") && !beginning.contains("Hemoglobin"), "{beginning}");
        s.double.release();
        let rest = text(body.next().await);
        assert!(rest.contains("Allergies: Peanut") && rest.contains("Hemoglobin") && rest.ends_with("</html>"), "{rest}");
        assert!(body.next().await.is_none());
        // Once more, now that nothing is held: the page in one piece.
        let whole = portal.get(&format!("/charts/{id}"), &browser).await;
        assert!(whole.body.contains("Hemoglobin") && whole.body.ends_with("</html>"));
    }

    async fn every_section_begins_with_who_it_is_says_when_its_source_is_slow_and_goes_on(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        let pages = Section::ALL.iter().map(|section| section.word()).chain(["growth", "growth?measure=all"]);
        for page in pages {
            let whole = portal.get(&format!("/charts/{id}/{page}"), &browser).await;
            s.double.hold();
            s.double.fault("AllergyIntolerance", Fault::Held);
            let answer = portal.begin(&format!("/charts/{id}/{page}"), &browser).await;
            let mut body = answer.into_body().into_data_stream();
            let text = |bytes: Option<Result<Bytes, _>>| String::from_utf8(bytes.unwrap().unwrap().to_vec()).unwrap();
            let beginning = text(body.next().await);
            assert!(beginning.contains("DOE, Robin") && !beginning.contains("<main"), "{page}: {beginning}");
            s.double.release();
            let rest = text(body.next().await);
            assert!(body.next().await.is_none(), "{page}");
            let content = |text: &str| text.split_once("<body").unwrap().1.replace(|c: char| c.is_ascii_digit(), "");
            assert_eq!(content(&format!("{beginning}{rest}")), content(&whole.body), "{page}");
        }
        // Two seconds later it says so.
        s.double.hold();
        s.double.fault("Observation", Fault::Held);
        let answer = portal.begin(&format!("/charts/{id}/results"), &browser).await;
        let mut body = answer.into_body().into_data_stream();
        let text = |bytes: Option<Result<Bytes, _>>| String::from_utf8(bytes.unwrap().unwrap().to_vec()).unwrap();
        text(body.next().await);
        let said = text(body.next().await);
        assert!(said.contains("slow right now"), "{said}");
        s.double.release();
        assert!(text(body.next().await).contains("Hemoglobin"));
    }

    async fn one_item_begins_at_once_too_and_says_when_there_is_none(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        let list = portal.get(&format!("/charts/{id}/results?view=list"), &browser).await.body;
        let start = list.find(&format!("/charts/{id}/results/")).expect("a link to the test");
        let link: String = list[start..].chars().take_while(|c| *c != '"').collect();
        let nothing = format!("/charts/{id}/results/{}", uuid::Uuid::nil());
        let whole = portal.get(&link, &browser).await;
        assert!(whole.status == 200 && whole.body.contains("Hemoglobin"), "{}", whole.body);
        let text = |bytes: Option<Result<Bytes, _>>| String::from_utf8(bytes.unwrap().unwrap().to_vec()).unwrap();
        let content = |text: &str| text.split_once("<body").unwrap().1.replace(|c: char| c.is_ascii_digit(), "");
        let looks = "select count(*) from audit_row where act = 'open_chart' and detail like '%results%'";
        for page in [&link, &nothing] {
            let before = count(house, looks).await;
            s.double.hold();
            s.double.fault("Observation", Fault::Held);
            let mut body = portal.begin(page, &browser).await.into_body().into_data_stream();
            let beginning = text(body.next().await);
            assert!(beginning.contains("DOE, Robin") && !beginning.contains("Hemoglobin") && !beginning.contains("<main"), "{beginning}");
            assert_eq!(count(house, looks).await, before + 1, "recorded before anything is shown");
            s.double.release();
            let rest = text(body.next().await);
            assert!(body.next().await.is_none() && rest.ends_with("</html>"), "{rest}");
            if *page == link {
                assert_eq!(content(&format!("{beginning}{rest}")), content(&whole.body));
            } else {
                assert!(rest.contains("There is no such entry in this record") && !rest.contains("Hemoglobin"), "{rest}");
            }
        }
    }

    async fn a_page_that_has_waited_as_long_as_it_waits_shows_the_rest_and_says_so(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let settings = SourceSettings { patience: Duration::ZERO, ..fhir::settings(&s.double.url, Credentials::None) };
        let app = App { feed: Arc::new(fhir::feed(house, settings)), ..s.app.clone() };
        let portal = Portal::of_app(house, app);
        let browser = portal.signed_in(s.rivera).await;
        let item = uuid::Uuid::nil();
        for page in ["results", "growth", "notes", "reports", &format!("results/{item}"), &format!("documents/{item}/file")] {
            let answer = portal.get(&format!("/charts/{id}/{page}"), &browser).await;
            assert_eq!(answer.status, 200, "{page}");
            assert!(answer.body.contains("DOE, Robin") && answer.body.contains("Slow right now."), "{page}: {}", answer.body);
        }
        let found = portal.post(&format!("/charts/{id}/search"), &browser, &[("words", "cough")]).await;
        assert!(found.status == 200 && found.body.contains("Slow right now."), "{}", found.body);
    }

    async fn the_beginning_comes_at_once_when_the_answer_is_compressed_too(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        s.double.fault("Observation", Fault::Held);
        let answer = portal.begin_compressed(&format!("/charts/{id}"), &browser).await;
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        let mut body = answer.into_body().into_data_stream();
        let mut plain = GzDecoder::new(Vec::new());
        let shown = |plain: &GzDecoder<Vec<u8>>| String::from_utf8_lossy(plain.get_ref()).into_owned();
        while !shown(&plain).contains("DOE, Robin") {
            plain.write_all(&body.next().await.unwrap().unwrap()).unwrap();
            plain.flush().unwrap();
        }
        assert!(!shown(&plain).contains("Hemoglobin"));
        s.double.release();
        while let Some(chunk) = body.next().await {
            plain.write_all(&chunk.unwrap()).unwrap();
        }
        let page = String::from_utf8(plain.finish().unwrap()).unwrap();
        assert!(page.contains("Hemoglobin") && page.ends_with("</html>"), "{page}");
    }

    async fn one_page_asks_its_source_once_for_each_kind_of_resource(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        portal.get(&format!("/charts/{id}"), &browser).await;
        house.clock.advance(600);
        for page in ["", "/results", "/notes", "/growth", "/reports", "/allergies"] {
            portal.get(&format!("/charts/{id}"), &browser).await;
            s.double.asked();
            assert_eq!(portal.get(&format!("/charts/{id}{page}"), &browser).await.status, 200, "{page}");
            let asked = s.double.asked();
            let twice = asked.iter().find(|one| asked.iter().filter(|other| other == one).count() > 1);
            assert!(!asked.is_empty() && twice.is_none(), "{page}: {twice:?} in {asked:?}");
        }
    }
}

#[test]
fn a_section_that_does_not_come_in_time_is_slow_and_one_that_does_is_there() {
    crate::support::block_on(async {
        let never = std::future::pending::<Result<Part<u8>, AppError>>();
        assert_eq!(charts::soon(Duration::ZERO, never).await.unwrap(), Part::Slow);
        let here = std::future::ready(Ok(Part::Here(1)));
        assert_eq!(charts::soon(Duration::ZERO, here).await.unwrap(), Part::Here(1));
    });
}
