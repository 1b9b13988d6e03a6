//! Files of the record are looked at by a scanner before they are handed on: nothing leaves that it has not called clean.

use std::time::Duration;

use axum::http::StatusCode;
use postern::app::ports::scanner::Scanner;
use postern::domain::audit::{Act, Outcome};
use postern::domain::feed::item_id;
use postern::domain::file_scan::Verdict;
use postern::domain::ids::PatientId;
use serde_json::{Value, json};

use crate::notes::{entries, note};
use crate::results::{in_order, main_of, page};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::record::{SUBJECT, robin};
use crate::support::scanner::{Double, Manner, eicar};
use crate::support::{House, block_on, both_engines};

/// Long enough on a busy machine.
const PATIENT: Duration = Duration::from_mins(1);
/// Over at once.
const SHORT: Duration = Duration::from_millis(60);

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\n";

/// The EICAR file in a PDF, as far as its first bytes say.
fn infected() -> Vec<u8> {
    [PDF, &eicar()].concat()
}

fn document(id: &str, kind: &str, bytes: &[u8]) -> Value {
    let attachment = json!({"contentType": kind, "data": data_encoding::BASE64.encode(bytes)});
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": SUBJECT},
        "type": {"text": "Outside record"}, "date": "2026-03-01T15:00:00Z", "content": [{"attachment": attachment}],
    })
}

/// A C-CDA document with this narrative.
fn clinical(narrative: &str) -> String {
    format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>Summary</title><component><structuredBody><component><section>\
         <title>Allergies</title><text>{narrative}</text></section></component></structuredBody></component></ClinicalDocument>"
    )
}

/// The chart with a clean and an infected file, read by the PCP of a portal that asks `scanner`.
async fn chart<'a>(house: &'a House, scanner: &Double, limit: Duration) -> (Portal<'a>, Browser, PatientId) {
    let lines = [document("clean", "application/pdf", PDF), document("bad", "application/pdf", &infected())];
    let (patient, pcp, _) = robin(house, &lines).await;
    let portal = Portal::with_outside(house, scanner.outside(limit));
    let browser = portal.signed_in(pcp).await;
    (portal, browser, patient)
}

fn item(patient: PatientId, id: &str) -> String {
    format!("/charts/{patient}/documents/{}", item_id(&format!("DocumentReference/{id}"), 0))
}

async fn file(portal: &Portal<'_>, browser: &Browser, patient: PatientId, id: &str) -> Answer {
    portal.get(&format!("{}/file", item(patient, id)), browser).await
}

/// Asserts that `answer` is a page that holds nothing of a file, and says `words`.
fn is_held(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert_eq!(answer.header("content-disposition"), "");
    assert!(!answer.body.contains("%PDF") && !answer.body.contains("EICAR"), "{}", answer.body);
    assert!(main_of(&answer.body).contains(words), "{}", main_of(&answer.body));
}

/// What the audit says of files that did not leave.
async fn held_rows(house: &House) -> Vec<Value> {
    let rows = entries(&house.app).await.into_iter();
    rows.filter(|entry| entry.act == Act::OpenFile && entry.outcome == Outcome::Failed)
        .inspect(|entry| assert!(entry.actor.is_some() && entry.patient.is_some() && entry.subject.is_some()))
        .inspect(|entry| assert_eq!(entry.basis, "pcp"))
        .map(|entry| serde_json::from_str(&entry.detail).unwrap())
        .collect()
}

both_engines! {
    async fn a_clean_file_is_opened_and_one_with_a_finding_is_held_back_each_time(house: House) {
        for scanner in [Double::on_port(), Double::on_socket()] {
            let (portal, browser, robin) = chart(house, &scanner, PATIENT).await;
            let clean = file(&portal, &browser, robin, "clean").await;
            assert_eq!((clean.status, clean.body.as_bytes()), (StatusCode::OK, PDF));
            assert_eq!(clean.header("content-type"), "application/pdf");
            for _ in 0..2 {
                let bad = file(&portal, &browser, robin, "bad").await;
                is_held(&bad, StatusCode::OK, "virus scanner found something in it");
                assert!(bad.body.contains("212-555-0100") && !bad.body.contains("Win.Test"), "{}", bad.body);
            }
            assert_eq!(scanner.files(), [PDF.len(), infected().len(), infected().len()], "{}", scanner.address);
        }
        let finding = json!({"section": "documents", "scan": "found", "finding": "Win.Test.EICAR_HDB-1"});
        assert_eq!(held_rows(house).await, vec![finding; 4]);
        let opened = entries(&house.app).await;
        let opened = opened.iter().filter(|e| e.act == Act::OpenFile && e.outcome == Outcome::Allowed);
        assert_eq!(opened.count(), 6, "each opening is recorded before the file is fetched");
    }

    async fn a_scanner_that_is_late_unclear_or_gone_lets_nothing_through(house: House) {
        let scanner = Double::on_socket();
        let (portal, browser, robin) = chart(house, &scanner, PATIENT).await;
        let unclear = [
            Manner::HalfThenGone, Manner::Unended, Manner::Gone, Manner::Garbage, Manner::Endless, Manner::Error,
        ];
        for manner in unclear {
            scanner.manner(manner);
            let answer = file(&portal, &browser, robin, "clean").await;
            is_held(&answer, StatusCode::SERVICE_UNAVAILABLE, "could not be checked for viruses right now");
            assert!(main_of(&answer.body).contains("Try again in a few minutes"));
            assert_eq!(answer.header("retry-after"), "120", "{manner:?}");
        }
        assert_eq!(held_rows(house).await, vec![json!({"section": "documents", "scan": "unavailable"}); unclear.len()]);
        scanner.manner(Manner::Right);
        assert_eq!(file(&portal, &browser, robin, "clean").await.status, StatusCode::OK, "it is back");
        let (portal, browser, robin) = chart(house, &scanner, SHORT).await;
        for manner in [Manner::Never, Manner::HalfThenNothing] {
            scanner.manner(manner);
            let answer = file(&portal, &browser, robin, "clean").await;
            is_held(&answer, StatusCode::SERVICE_UNAVAILABLE, "could not be checked for viruses right now");
        }
    }

    async fn a_file_larger_than_the_scanner_looks_at_is_held_back(house: House) {
        for scanner in [Double::on_port(), Double::on_socket()] {
            scanner.limit(10);
            let (portal, browser, robin) = chart(house, &scanner, PATIENT).await;
            let answer = file(&portal, &browser, robin, "clean").await;
            is_held(&answer, StatusCode::OK, "larger than the hospital’s virus scanner looks at");
            assert_eq!(scanner.files(), Vec::<usize>::new());
        }
        assert_eq!(held_rows(house).await, vec![json!({"section": "documents", "scan": "too_large"}); 2]);
    }

    async fn a_file_that_the_scanner_stopped_looking_at_is_held_back_as_too_large_for_it(house: House) {
        let scanner = Double::on_socket();
        scanner.manner(Manner::Limits);
        let (portal, browser, robin) = chart(house, &scanner, PATIENT).await;
        let answer = file(&portal, &browser, robin, "clean").await;
        is_held(&answer, StatusCode::OK, "larger than the hospital’s virus scanner looks at");
        assert_eq!(held_rows(house).await, [json!({"section": "documents", "scan": "too_large"})]);
    }

    async fn the_words_of_a_file_that_was_not_looked_at_stand_on_no_page(house: House) {
        let (mut two, beside) = (document("two", "application/pdf", PDF), clinical("Zebra"));
        let xml = json!({"contentType": "text/xml", "data": data_encoding::BASE64.encode(beside.as_bytes())});
        two["content"].as_array_mut().unwrap().push(json!({"attachment": xml}));
        let (robin, pcp, _) = robin(house, &[two]).await;
        let scanner = Double::on_socket();
        let portal = Portal::with_outside(house, scanner.outside(PATIENT));
        let browser = portal.signed_in(pcp).await;
        let checked = page(&portal, &browser, &item(robin, "two")).await;
        assert!(checked.contains("Open the file (PDF)") && !checked.contains("Zebra"), "{}", main_of(&checked));
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let trusted = page(&portal, &browser, &item(robin, "two")).await;
        assert!(trusted.contains("Zebra"), "where no scanner is named, they are shown");
    }

    async fn a_note_says_its_own_words_and_those_of_its_file_only_after_the_scanner(house: House) {
        let eicar = String::from_utf8(eicar()).unwrap();
        let with_files = |id: &str, files: &[(&str, &[u8])]| {
            let mut one = note(id, "Progress note", "Dr. Chen", "2026-03-01T15:00:00Z", "Talked about school.");
            for (kind, bytes) in files {
                let attachment = json!({"contentType": kind, "data": data_encoding::BASE64.encode(bytes)});
                one["content"].as_array_mut().unwrap().push(json!({"attachment": attachment}));
            }
            one
        };
        let (good, bad) = (clinical("Zebra"), clinical(&format!("Zebra <!-- {eicar} -->")));
        let (robin, pcp, _) = robin(house, &[
            with_files("good", &[("text/xml", good.as_bytes())]), with_files("bad", &[("text/xml", bad.as_bytes())]),
            with_files("two", &[("application/pdf", PDF), ("text/xml", good.as_bytes())]),
        ]).await;
        let path = |id: &str| format!("/charts/{robin}/notes/{}", item_id(&format!("DocumentReference/{id}"), 0));
        let scanner = Double::on_socket();
        let portal = Portal::with_outside(house, scanner.outside(PATIENT));
        let browser = portal.signed_in(pcp).await;
        let seen = async |id: &str| main_of(&page(&portal, &browser, &path(id)).await).to_owned();
        let good = seen("good").await;
        in_order(&good, &["Talked about school.", "Zebra"]);
        for (id, says) in [("bad", "virus scanner found something in it"), ("two", "Open the file (PDF)")] {
            let main = seen(id).await;
            assert!(main.contains("Talked about school.") && main.contains(says) && !main.contains("Zebra"), "{main}");
        }
        scanner.manner(Manner::Gone);
        let main = seen("good").await;
        in_order(&main, &["Talked about school.", "could not be checked for viruses right now"]);
        assert!(!main.contains("Zebra"), "{main}");
        let search = async |portal: &Portal<'_>, browser: &Browser, words: &str| {
            let answer = portal.post(&format!("/charts/{robin}/search"), browser, &[("words", words)]).await;
            assert_eq!(answer.status, StatusCode::OK);
            main_of(&answer.body).to_owned()
        };
        let left_out = "What stands only in attached files is not searched.";
        let none = search(&portal, &browser, "zebra").await;
        assert!(none.contains("Nothing found") && none.contains(left_out), "{none}");
        let own = search(&portal, &browser, "school").await;
        assert!(own.contains("3 found") && own.contains("<mark>school</mark>"), "{own}");
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let all = search(&portal, &browser, "zebra").await;
        assert!(all.contains("<mark>Zebra</mark>") && !all.contains(left_out), "{all}");
        let two = page(&portal, &browser, &path("two")).await;
        in_order(main_of(&two), &["Talked about school.", "Zebra"]);
    }

    async fn what_the_scanner_says_is_recorded_also_when_its_reader_has_gone(house: House) {
        let scanner = Double::on_socket();
        scanner.manner(Manner::WhenTold);
        let (portal, browser, robin) = chart(house, &scanner, PATIENT).await;
        {
            let reading = file(&portal, &browser, robin, "bad");
            tokio::pin!(reading);
            let taken = async {
                while scanner.files().is_empty() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                _ = &mut reading => panic!("an answer before the scanner's"),
                () = taken => {}
            }
        }
        assert!(held_rows(house).await.is_empty());
        scanner.answer_now();
        let written = async {
            while held_rows(house).await.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENT, written).await.expect("the row is written");
        let finding = json!({"section": "documents", "scan": "found", "finding": "Win.Test.EICAR_HDB-1"});
        assert_eq!(held_rows(house).await, [finding]);
    }

    async fn a_clinical_document_is_read_only_when_the_scanner_calls_it_clean(house: House) {
        let eicar = String::from_utf8(eicar()).unwrap();
        let (robin, pcp, _) = robin(house, &[
            document("good", "text/xml", clinical("Penicillin rash").as_bytes()),
            document("bad", "text/xml", clinical(&format!("Zebra <!-- {eicar} -->")).as_bytes()),
        ]).await;
        let scanner = Double::on_socket();
        let portal = Portal::with_outside(house, scanner.outside(PATIENT));
        let browser = portal.signed_in(pcp).await;
        assert!(page(&portal, &browser, &item(robin, "good")).await.contains("Penicillin rash"));
        let bad = page(&portal, &browser, &item(robin, "bad")).await;
        assert!(bad.contains("virus scanner found something in it") && !bad.contains("Zebra"), "{}", main_of(&bad));
        scanner.manner(Manner::Gone);
        let unchecked = page(&portal, &browser, &item(robin, "good")).await;
        assert!(unchecked.contains("could not be checked") && !unchecked.contains("Penicillin rash"));
    }

    async fn whoever_may_not_see_an_item_learns_nothing_of_its_file_and_the_scanner_is_not_asked(house: House) {
        let scanner = Double::on_port();
        let (portal, _, robin) = chart(house, &scanner, PATIENT).await;
        let (_, guest) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        let outsider = portal.signed_in(guest).await;
        for id in ["clean", "bad", "none"] {
            assert_eq!(file(&portal, &outsider, robin, id).await.status, StatusCode::NOT_FOUND, "{id}");
        }
        assert_eq!(scanner.files(), Vec::<usize>::new());
    }
}

#[test]
fn both_kinds_of_socket_carry_the_largest_file_and_pings() {
    block_on(async {
        let mut large = vec![b'a'; postern::domain::chart::file::FILE_BYTES];
        for scanner in [Double::on_port(), Double::on_socket()] {
            let clamd = scanner.clamd(PATIENT);
            assert_eq!(clamd.ping().await, Ok(()));
            assert_eq!(clamd.scan(&large).await, Ok(Verdict::Clean));
            let end = large.len() - eicar().len();
            large[end..].copy_from_slice(&eicar());
            assert_eq!(clamd.scan(&large).await, Ok(Verdict::Found("Win.Test.EICAR_HDB-1".to_owned())));
            large[end..].fill(b'a');
            assert_eq!(scanner.files(), [large.len(); 2]);
            scanner.limit(1_000_000);
            assert_eq!(clamd.scan(&large).await, Ok(Verdict::TooLarge), "{}", scanner.address);
        }
    });
}

#[test]
fn an_answer_before_the_file_is_sent_calls_nothing_clean() {
    block_on(async {
        let scanner = Double::on_socket();
        scanner.manner(Manner::OkTooEarly);
        let large = vec![b'a'; postern::domain::chart::file::FILE_BYTES];
        assert!(scanner.clamd(PATIENT).scan(&large).await.is_err());
    });
}
