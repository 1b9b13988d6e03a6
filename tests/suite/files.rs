//! Files of documents: shown by their first bytes in a place of their own, else handed on; never to whom their item is withheld.

use axum::http::StatusCode;
use postern::domain::access::reach::SectionSet;
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::chart::file::FILE_BYTES;
use postern::domain::feed::item_id;
use postern::domain::ids::PatientId;
use serde_json::{Value, json};

use crate::feed::{load_lines, patient};
use crate::hidden::told;
use crate::notes::entries;
use crate::results::{chart, in_order, links, main_of, page, text};
use crate::support::both_engines;
use crate::support::portal::Portal;
use crate::support::record::{SUBJECT, labelled, report, robin, with};

/// A document with one attachment.
fn document(id: &str, attachment: &Value) -> Value {
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": SUBJECT},
        "type": {"text": "Outside record"}, "date": "2026-03-01T15:00:00Z", "content": [{"attachment": attachment}],
    })
}

fn attached(kind: &str, bytes: &[u8]) -> Value {
    json!({"contentType": kind, "title": "../../etc/passwd\r\nx: y\".html", "data": data_encoding::BASE64.encode(bytes)})
}

fn file_of(patient: PatientId, section: Section, key: &str) -> String {
    format!("/charts/{patient}/{section}/{}/file", item_id(key, 0))
}

fn of_document(patient: PatientId, id: &str) -> String {
    file_of(patient, Section::Documents, &format!("DocumentReference/{id}"))
}

fn binary(id: &str, bytes: &[u8]) -> Value {
    let data = data_encoding::BASE64.encode(bytes);
    json!({"resourceType": "Binary", "id": id, "contentType": "application/pdf", "data": data})
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\n";

both_engines! {
    async fn a_pdf_is_shown_apart_from_the_portal_and_recorded_each_time(house: House) {
        let (portal, browser, robin) = chart(house, &[document("d", &attached("application/pdf", PDF))]).await;
        let list = page(&portal, &browser, &format!("/charts/{robin}/documents")).await;
        let one = links(main_of(&list)).into_iter().find(|l| l.contains("/documents/")).unwrap();
        let item = page(&portal, &browser, &one).await;
        in_order(&text(main_of(&item)), &["Outside record", "Open the file (PDF)"]);
        let path = of_document(robin, "d");
        assert!(links(&item).contains(&path));
        for _ in 0..2 {
            let answer = portal.get(&path, &browser).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.body.as_bytes(), PDF);
            assert_eq!(answer.header("content-type"), "application/pdf");
            let name = format!("inline; filename=\"{}.pdf\"", item_id("DocumentReference/d", 0).simple());
            assert_eq!(answer.header("content-disposition"), name);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            let policies: Vec<&str> =
                answer.headers.get_all("content-security-policy").iter().map(|p| p.to_str().unwrap()).collect();
            assert!(policies.iter().any(|policy| policy.starts_with("sandbox;")), "{policies:?}");
            assert!(!policies.iter().any(|policy| policy.contains("allow-")), "{policies:?}");
        }
        let opened: Vec<String> = entries(&house.app).await.into_iter()
            .filter(|entry| entry.act == Act::OpenFile && entry.outcome == Outcome::Allowed)
            .inspect(|entry| assert_eq!(entry.subject, Some(item_id("DocumentReference/d", 0))))
            .map(|entry| entry.detail).collect();
        assert_eq!(opened, ["{\"section\":\"documents\"}"; 2]);
    }

    async fn a_file_is_what_its_first_bytes_say_and_never_a_page(house: House) {
        let cases: [(&str, &str, &[u8], &str, &str); 11] = [
            ("png", "image/png", b"\x89PNG\r\n\x1a\nrest", "image/png", "inline"),
            ("gif", "text/html", b"GIF89a/*<script>*/", "image/gif", "inline"),
            ("poly", "application/pdf", b"%PDF-1.4 <html><script>alert(1)</script>", "application/pdf", "inline"),
            ("named", "application/pdf", b"<html><script>alert(1)</script></html>", "application/octet-stream", "attachment"),
            ("svg", "image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x\"/>", "application/octet-stream", "attachment"),
            ("xml", "application/xml", b"<?xml version=\"1.0\"?><a/>", "application/octet-stream", "attachment"),
            ("late", "application/pdf", b"\n%PDF-1.4\0", "application/octet-stream", "attachment"),
            ("doc", "application/msword", b"\xd0\xcf\x11\xe0", "application/octet-stream", "attachment"),
            ("js", "application/pdf", b"alert(1)", "text/plain; charset=utf-8", "inline"),
            ("zip", "image/jpeg", b"PK\x03\x04", "application/octet-stream", "attachment"),
            ("jpeg", "application/octet-stream", b"\xff\xd8\xff\xe0rest", "image/jpeg", "inline"),
        ];
        let documents: Vec<Value> =
            cases.iter().map(|(id, declared, bytes, _, _)| document(id, &attached(declared, bytes))).collect();
        let (portal, browser, robin) = chart(house, &documents).await;
        for (id, declared, _, kind, how) in cases {
            let section = if declared == "text/html" { Section::Notes } else { Section::Documents };
            let answer = portal.get(&file_of(robin, section, &format!("DocumentReference/{id}")), &browser).await;
            if declared == "text/html" {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "text is shown as text, and is no file");
                continue;
            }
            assert_eq!(answer.status, StatusCode::OK, "{id}");
            assert_eq!(answer.header("content-type"), kind, "{id}");
            let named = answer.header("content-disposition");
            assert!(named.starts_with(&format!("{how}; filename=\"{}.", item_id(&format!("DocumentReference/{id}"), 0).simple())), "{id}: {named}");
            assert!(!named.contains("passwd") && !named.contains("html"), "{id}: {named}");
        }
    }

    async fn a_binary_is_found_by_a_relative_reference_and_no_other_address_is_followed(house: House) {
        let at = |id: &str, url: &str| document(id, &json!({"contentType": "application/pdf", "url": url}));
        let elsewhere = with(binary("owned", PDF), &json!({"securityContext": {"reference": "Patient/other"}}));
        let (portal, browser, robin) = chart(house, &[
            binary("b", PDF), elsewhere, labelled(binary("quiet", PDF)),
            at("d", "Binary/b"), at("far", "https://evil.example/Binary/b"), at("gone", "Binary/none"),
            at("path", "file:///etc/passwd"), at("owned", "Binary/owned"), at("quiet", "Binary/quiet"),
        ]).await;
        let answer = portal.get(&of_document(robin, "d"), &browser).await;
        assert_eq!((answer.status, answer.body.as_bytes()), (StatusCode::OK, PDF));
        for id in ["far", "gone", "path", "owned"] {
            assert_eq!(portal.get(&of_document(robin, id), &browser).await.status, StatusCode::NOT_FOUND, "{id}");
        }
        let item = format!("/charts/{robin}/documents/{}", item_id("DocumentReference/far", 0));
        assert!(!page(&portal, &browser, &item).await.contains("Open the file"));
        // The label of the Binary holds as that of its item would.
        assert_eq!(portal.get(&of_document(robin, "quiet"), &browser).await.status, StatusCode::OK);
    }

    async fn a_file_is_withheld_with_its_item_and_answers_like_one_that_is_not_there(house: House) {
        let quiet = document("quiet", &json!({"contentType": "application/pdf", "url": "Binary/quiet"}));
        let draft = with(document("draft", &attached("application/pdf", PDF)), &json!({"docStatus": "preliminary"}));
        let (robin, pcp, partner) = robin(house, &[
            labelled(document("w", &attached("application/pdf", PDF))), labelled(binary("quiet", PDF)), quiet, draft,
        ]).await;
        let portal = Portal::of(house);
        let (pcp, partner) = (portal.signed_in(pcp).await, portal.signed_in(partner).await);
        for id in ["w", "quiet"] {
            assert_eq!(portal.get(&of_document(robin, id), &pcp).await.status, StatusCode::OK, "{id}");
            let (there, none) = (of_document(robin, id), of_document(robin, "none"));
            let (withheld, absent) = (portal.get(&there, &partner).await, portal.get(&none, &partner).await);
            assert_eq!((withheld.status, told(&withheld, &there)), (absent.status, told(&absent, &none)), "{id}");
            assert_eq!(withheld.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(portal.get(&of_document(robin, "draft"), &pcp).await.status, StatusCode::NOT_FOUND, "not signed");
    }

    async fn another_patients_item_a_wrong_section_and_garbage_are_not_found(house: House) {
        let other = patient("o", "2", &json!([]));
        let theirs = with(document("o", &attached("application/pdf", PDF)), &json!({"subject": {"reference": "Patient/o"}}));
        let (portal, browser, robin) = chart(house, &[document("d", &attached("application/pdf", PDF))]).await;
        load_lines(house, &[other, theirs]).await.unwrap();
        let (swapped, none) = (of_document(robin, "o"), of_document(robin, "none"));
        let (theirs, absent) = (portal.get(&swapped, &browser).await, portal.get(&none, &browser).await);
        assert_eq!((theirs.status, told(&theirs, &swapped)), (absent.status, told(&absent, &none)));
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        let own = item_id("DocumentReference/d", 0);
        for path in [
            format!("/charts/{robin}/notes/{own}/file"),
            format!("/charts/{robin}/results/{own}/file"),
            format!("/charts/{robin}/nothing/{own}/file"),
            format!("/charts/{robin}/documents/..%2f{own}/file"),
            format!("/charts/{robin}/documents/x/file"),
        ] {
            assert_eq!(portal.get(&path, &browser).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let own = of_document(robin, "d");
        assert_eq!(portal.get(&own, &portal.stranger()).await.status, StatusCode::SEE_OTHER, "signed out");
        let (_, guest) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        let outsider = portal.signed_in(guest).await;
        assert_eq!(portal.get(&own, &outsider).await.status, StatusCode::NOT_FOUND, "a stranger to the chart");
        let notes = SectionSet::NONE.with(Section::Notes).bits();
        house.world.narrow_grant(robin, guest, Interval::ALWAYS, notes, 0).await;
        assert_eq!(portal.get(&own, &outsider).await.status, StatusCode::NOT_FOUND, "a grant without the section");
        let refused = entries(&house.app).await.iter().any(|entry| entry.act == Act::OpenFile && entry.outcome == Outcome::Refused);
        assert!(refused, "a refusal is recorded");
    }

    async fn a_file_of_20_mb_is_handed_on_and_one_byte_more_is_not(house: House) {
        let mut bytes = vec![0_u8; FILE_BYTES + 1];
        let large = document("large", &attached("application/zip", &bytes));
        bytes.pop();
        let (portal, browser, robin) = chart(house, &[large, document("fits", &attached("application/zip", &bytes))]).await;
        let answer = portal.get(&of_document(robin, "fits"), &browser).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, FILE_BYTES));
        let answer = portal.get(&of_document(robin, "large"), &browser).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(main_of(&answer.body).contains("larger than 20 MB"), "{}", main_of(&answer.body));
    }

    async fn a_clinical_document_is_shown_as_text_found_by_its_words_and_never_run(house: House) {
        let xml = |narrative: &str| format!(
            "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>Summary</title><component><structuredBody><component><section>\
             <title>Allergies</title><text>{narrative}</text></section></component></structuredBody></component></ClinicalDocument>"
        );
        let table = "<table><thead><tr><th>Drug</th></tr></thead><tbody><tr><td>Pen&#105;cillin&lt;script&gt;</td></tr></tbody></table>";
        let bomb = format!("<!DOCTYPE x [<!ENTITY a \"zebra\">]>{}", xml("&a;"));
        let (portal, browser, robin) = chart(house, &[
            document("good", &attached("text/xml", xml(table).as_bytes())),
            document("bomb", &attached("application/xml; charset=utf-8", bomb.as_bytes())),
        ]).await;
        let of = |id: &str| format!("/charts/{robin}/documents/{}", item_id(&format!("DocumentReference/{id}"), 0));
        let good = page(&portal, &browser, &of("good")).await;
        in_order(&text(main_of(&good)), &["Open the file (XML)", "Allergies", "Drug", "Penicillin&lt;script&gt;"]);
        assert!(!good.contains("<script>"));
        let bomb = page(&portal, &browser, &of("bomb")).await;
        assert!(bomb.contains("Open the file (XML)") && !bomb.contains("zebra"));
        let found = portal.post(&format!("/charts/{robin}/search"), &browser, &[("words", "PENICILLIN")]).await;
        assert!(found.body.contains("<mark>Penicillin</mark>"), "{}", main_of(&found.body));
        let file = portal.get(&format!("{}/file", of("good")), &browser).await;
        assert_eq!(file.header("content-type"), "application/octet-stream");
    }

    async fn the_form_of_a_report_and_the_file_of_a_note_are_opened_too(house: House) {
        let form = json!({"presentedForm": [attached("application/pdf", PDF)]});
        let both = json!({"content": [
            {"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}, {"attachment": attached("application/pdf", PDF)},
        ]});
        let (portal, browser, robin) = chart(house, &[
            with(report("x", "Chest X-ray", "RAD", "2026-03-04T15:00:00Z", &[]), &form),
            with(document("n", &json!({})), &both),
        ]).await;
        for (section, key) in [(Section::Reports, "DiagnosticReport/x"), (Section::Notes, "DocumentReference/n")] {
            let path = file_of(robin, section, key);
            let item = page(&portal, &browser, path.strip_suffix("/file").unwrap()).await;
            assert!(links(&item).contains(&path), "{section}");
            assert_eq!(portal.get(&path, &browser).await.header("content-type"), "application/pdf", "{section}");
        }
    }
}

/// What a PDF of text says: its strings, one to a line.
pub fn said(pdf: &str) -> String {
    let mut out = String::new();
    for line in pdf.lines().filter_map(|line| line.strip_suffix(" Tj")) {
        if let Some(hex) = line.strip_prefix('<') {
            let bytes =
                data_encoding::HEXUPPER_PERMISSIVE.decode(hex.trim_end_matches('>').as_bytes()).unwrap();
            out.extend(bytes.into_iter().map(|byte| if byte == 0x96 { '–' } else { char::from(byte) }));
        } else {
            out.push_str(&line.trim_matches(['(', ')']).replace('\\', ""));
        }
        out.push('\n');
    }
    out
}

both_engines! {
    async fn the_summary_is_one_pdf_with_the_banner_on_each_page_after_a_fresh_factor(house: House) {
        use crate::support::record::lab;
        let high = json!({"interpretation": [{"coding": [{"code": "HH"}]}]});
        let mut record: Vec<Value> = (0..20)
            .map(|n| lab(&format!("l{n}"), &format!("Test {n}"), "2026-03-01T13:00:00Z", 4.0)).collect();
        record.push(with(lab("k", "Potassium", "2026-03-02T13:00:00Z", 7.25), &high));
        record.extend((0..40).map(|n| json!({
            "resourceType": "Condition", "id": format!("c{n}"), "subject": {"reference": SUBJECT},
            "code": {"text": format!("Złoty problem {n} {}", "which goes on over more than a single line ".repeat(4))},
            "clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": "2026-01-01",
        })));
        let (portal, browser, robin) = chart(house, &record).await;
        let path = format!("/charts/{robin}/summary.pdf");
        let answer = portal.get(&path, &browser).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/pdf"));
        assert!(answer.header("content-disposition").starts_with("attachment"));
        assert!(answer.body.starts_with("%PDF-"));
        let pages = answer.body.matches("/MediaBox").count();
        let said = said(&answer.body);
        assert!(pages >= 2, "{pages} pages");
        for each in ["DOE, Robin", "Born 14-Mar-2019", "Allergies not recorded", &format!("Page 1 of {pages}.")] {
            let count = said.matches(each).count();
            // The section says it once more, below the banner.
            let expected = match each {
                "Allergies not recorded" => pages + 1,
                page if page.starts_with("Page") => 1,
                _ => pages,
            };
            assert_eq!(count, expected, "{each}");
        }
        for text in ["7.25 mg/dL", "Critical high", "Reference 1–9", "Z[U+0142]oty", "24 more in the portal."] {
            assert!(said.contains(text), "{text}");
        }
        let exported = entries(&house.app).await.into_iter().filter(|e| e.act == Act::ExportChart).count();
        assert_eq!(exported, 1);
        house.clock.advance(301);
        let late = portal.get(&path, &browser).await;
        assert_eq!(late.status, StatusCode::SEE_OTHER, "the factor is not fresh");
        assert!(late.header("location").starts_with("/step-up?next="));
        let (_, other) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        let other = portal.signed_in(other).await;
        assert_eq!(portal.get(&path, &other).await.status, StatusCode::NOT_FOUND);
    }
}
