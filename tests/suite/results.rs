//! Results as people read them: flowsheet, list, filters, corrections, cultures, appointments.

use axum::http::StatusCode;
use postern::domain::chart::flowsheet::panel_key;
use postern::domain::ids::PatientId;
use serde_json::{Value, json};

use crate::feed::{load_lines, load_text};
use crate::support::portal::{Browser, Portal};
use crate::support::record::{SUBJECT, lab, labelled, report, robin, stay, with};
use crate::support::{House, both_engines};

/// Robin's chart with `resources`, read by the PCP.
pub async fn chart<'a>(house: &'a House, resources: &[Value]) -> (Portal<'a>, Browser, PatientId) {
    let (patient, pcp, _) = robin(house, resources).await;
    let portal = Portal::of(house);
    let browser = portal.signed_in(pcp).await;
    (portal, browser, patient)
}

pub async fn page(portal: &Portal<'_>, browser: &Browser, path: &str) -> String {
    let answer = portal.get(path, browser).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.body
}

/// The content of the page, without what stands around it.
pub fn main_of(page: &str) -> &str {
    page.split_once("<main").unwrap().1.split_once("</main>").unwrap().0
}

/// The text of a piece of HTML.
pub fn text(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        out.push(' ');
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asserts that `words` stand in `text` in this order.
pub fn in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let found = rest.split_once(word);
        assert!(found.is_some(), "`{word}` is not in order in: {text}");
        rest = found.unwrap().1;
    }
}

fn metabolic() -> Vec<Value> {
    let range = |high: f64| json!({"referenceRange": [{"low": {"value": 1.0}, "high": {"value": high}}]});
    let flag = json!({"interpretation": [{"coding": [{"code": "H"}]}]});
    vec![
        lab("n1", "Sodium", "2026-02-01T13:00:00Z", 3.0),
        with(lab("n2", "Sodium", "2026-03-01T13:00:00Z", 4.0), &range(8.0)),
        with(lab("k2", "Potassium", "2026-03-01T13:00:00Z", 9.5), &flag),
        lab("t1", "TSH", "2025-06-01T13:00:00Z", 2.0),
        report("bmp", "Metabolic panel", "LAB", "2026-03-01T14:00:00Z", &["n1", "n2", "k2"]),
    ]
}

both_engines! {
    async fn the_flowsheet_has_the_newest_date_first_and_the_range_that_each_value_came_with(house: House) {
        let (portal, browser, robin) = chart(house, &metabolic()).await;
        let body = page(&portal, &browser, &format!("/charts/{robin}/results")).await;
        let told = text(main_of(&body));
        in_order(&told, &["01-Mar-2026", "01-Feb-2026", "01-Jun-2025", "Metabolic panel", "Other tests", "TSH"]);
        // The row says the unit and range of the latest value; the older one says its own, which was another.
        in_order(&told, &["Sodium", "mg/dL · 1–8", "4", "3", "Reference 1–9"]);
        in_order(&told, &["Potassium", "9.5", "↑", "High"]);
        assert!(body.contains("class=\"sheet\""), "it scrolls in its own box");
        for hidden in ["Sodium", "2026", "metabolic"] {
            assert!(!links(&body).iter().any(|l| l.to_lowercase().contains(&hidden.to_lowercase())), "{hidden}");
        }
    }

    async fn the_list_has_the_latest_value_and_the_one_before(house: House) {
        let (portal, browser, robin) = chart(house, &metabolic()).await;
        let body = page(&portal, &browser, &format!("/charts/{robin}/results?view=list")).await;
        let told = text(main_of(&body));
        in_order(&told, &["Sodium", "4 mg/dL", "In range", "1–8", "3", "(01-Feb-2026)", "01-Mar-2026"]);
        assert!(body.contains("class=\"spark\""));
    }

    async fn a_value_that_the_laboratory_did_not_flag_is_compared_with_the_range_beside_it(house: House) {
        let said = |code: &str| json!({"interpretation": [{"coding": [{"code": code}]}]});
        let (portal, browser, robin) = chart(house, &[
            lab("over", "Potassium", "2026-03-06T13:00:00Z", 9.5),
            lab("under", "Sodium", "2026-03-05T13:00:00Z", 0.5),
            lab("in", "Chloride", "2026-03-04T13:00:00Z", 5.0),
            with(lab("bare", "Ferritin", "2026-03-03T13:00:00Z", 400.0), &json!({"referenceRange": null})),
            with(lab("own", "Troponin", "2026-03-02T13:00:00Z", 5.0), &said("QCF")),
            with(lab("far", "Lactate", "2026-03-01T13:00:00Z", 20.0), &said("HX")),
        ]).await;
        let told = async |path: &str| text(main_of(&page(&portal, &browser, &format!("/charts/{robin}{path}")).await));
        for path in ["/results?view=list", ""] {
            let told = told(path).await;
            in_order(&told, &["Potassium", "9.5 mg/dL", "Above range", "1–9", "Sodium", "0.5 mg/dL", "Below range",
                "Chloride", "5 mg/dL", "In range", "Ferritin", "400 mg/dL", "Troponin", "5 mg/dL", "QCF", "Lactate", "High"]);
            let ferritin = told.split_once("Ferritin").unwrap().1.split_once("Troponin").unwrap().0;
            assert!(!ferritin.contains("ange"), "nothing is known: {ferritin}");
            assert!(!told.split_once("Troponin").unwrap().1.split_once("Lactate").unwrap().0.contains("In range"));
            assert!(told.contains("The laboratory did not flag these values."));
        }
        let flagged = told("/results?flagged=yes").await;
        in_order(&flagged, &["Potassium", "9.5", "Above range", "Sodium", "0.5", "Below range", "Troponin", "QCF"]);
        assert!(!flagged.contains("Chloride") && !flagged.contains("Ferritin"), "{flagged}");
    }

    async fn a_value_stands_in_the_digits_that_the_laboratory_sent(house: House) {
        // A trailing zero gets lost in a JSON value, so that the text is changed.
        let range = json!({"low": {"value": 1.005}, "high": {"value": 1.0377}});
        let gravity = json!({"valueQuantity": {"value": 1.015}, "referenceRange": [range]});
        let tiny = json!({"valueQuantity": {"value": 0.000_04, "unit": "mg/dL"}, "referenceRange": null});
        let lines = [
            with(lab("g", "Specific gravity", "2026-03-06T13:00:00Z", 0.0), &gravity),
            lab("k", "Potassium", "2026-03-05T13:00:00Z", 5.077),
            with(lab("t", "Toxin", "2026-03-04T13:00:00Z", 0.0), &tiny),
        ];
        let (portal, browser, robin) = chart(house, &[]).await;
        let written = lines.map(|line| line.to_string().replace("77}", "0}").replace("77,", "0,")).join("\n");
        load_text(house, &written).await.unwrap();
        let told = text(main_of(&page(&portal, &browser, &format!("/charts/{robin}/results?view=list")).await));
        in_order(&told, &["Specific gravity", "1.015", "In range", "1.005–1.030", "Potassium", "5.00 mg/dL", "Toxin", "0.00004 mg/dL"]);
    }

    async fn a_value_is_compared_with_the_range_for_this_patient_only(house: House) {
        let sex = |word: &str| json!([{"coding": [{"system": "http://snomed.info/sct", "display": word,
            "code": if word == "Male" { "248153007" } else { "248152002" }}]}]);
        let two = json!({"referenceRange": [
            {"low": {"value": 6.0}, "high": {"value": 9.0}, "appliesTo": sex("Female")},
            {"low": {"value": 1.0}, "high": {"value": 4.0}, "appliesTo": sex("Male")},
        ]});
        let group = json!({"referenceRange": [{"high": {"value": 4.0}, "appliesTo": [{"text": "Pregnant"}]}]});
        let aged = json!({"referenceRange": [
            {"high": {"value": 4.0}, "age": {"high": {"value": 1, "code": "a"}}},
            {"high": {"value": 8.0}, "age": {"low": {"value": 2, "code": "a"}}},
        ]});
        let (portal, browser, robin) = chart(house, &[
            with(lab("h", "Hemoglobin", "2026-03-06T13:00:00Z", 5.0), &two),
            with(lab("p", "Progesterone", "2026-03-05T13:00:00Z", 5.0), &group),
            with(lab("f", "Phosphatase", "2026-03-04T13:00:00Z", 5.0), &aged),
        ]).await;
        let told = text(main_of(&page(&portal, &browser, &format!("/charts/{robin}/results?view=list")).await));
        in_order(&told, &["Hemoglobin", "5 mg/dL", "Above range", "1–4", "Progesterone", "5 mg/dL", "Pregnant: ≤ 4",
            "Phosphatase", "5 mg/dL", "In range", "≤ 8"]);
        assert!(!told.contains("6–9"), "a range for others: {told}");
        let progesterone = told.split_once("Progesterone").unwrap().1.split_once("Phosphatase").unwrap().0;
        assert!(!progesterone.contains("range"), "{progesterone}");
    }

    async fn a_filter_is_in_the_address_and_garbage_in_it_filters_nothing(house: House) {
        let (portal, browser, robin) = chart(house, &metabolic()).await;
        let shown = async |query: &str| {
            let body = page(&portal, &browser, &format!("/charts/{robin}/results?{query}")).await;
            let rows = body.split("scope=\"row\"").skip(1);
            rows.map(|row| text(row.split_once('>').unwrap().1.split_once("</a>").unwrap().0)).collect::<Vec<_>>()
        };
        let all = ["Sodium", "Potassium", "TSH"];
        let mut everything = shown("").await;
        everything.sort();
        assert_eq!(everything, ["Potassium", "Sodium", "TSH"]);
        for view in ["sheet", "list"] {
            let panel = panel_key("Metabolic panel");
            assert_eq!(shown(&format!("view={view}&panel={panel}")).await.len(), 2);
            assert_eq!(shown(&format!("view={view}&flagged=yes")).await, ["Potassium"]);
            assert_eq!(shown(&format!("view={view}&period=1m")).await.len(), 2);
            assert_eq!(shown(&format!("view={view}&period=12m&panel={panel}&flagged=yes")).await, ["Potassium"]);
            for garbage in ["panel=%00", "panel=deadbeef", "period=-1", "flagged=maybe", "after=x", "x=y"] {
                assert_eq!(shown(&format!("view={view}&{garbage}")).await.len(), all.len(), "{garbage}");
            }
        }
        house.clock.advance(40 * 86_400);
        let (_, partner) = house.world.physician("Late", house.world.practice("Oak").await).await;
        let stranger = portal.signed_in(partner).await;
        let path = format!("/charts/{robin}/results?flagged=yes");
        assert_eq!(portal.get(&path, &stranger).await.status, StatusCode::NOT_FOUND);
        let out = portal.get(&path, &portal.stranger()).await;
        assert_eq!(out.status, StatusCode::SEE_OTHER, "signed out");
    }

    async fn pending_preliminary_and_cancelled_results_say_so(house: House) {
        let no_value = json!({"status": "registered", "valueQuantity": null});
        let (portal, browser, robin) = chart(house, &[
            with(lab("p", "Ammonia", "2026-03-11T13:00:00Z", 0.0), &no_value),
            lab("p0", "Ammonia", "2026-03-01T13:00:00Z", 5.0),
            with(lab("e", "Lactate", "2026-03-10T13:00:00Z", 2.5), &json!({"status": "preliminary"})),
            with(lab("c", "Troponin", "2026-03-09T13:00:00Z", 8.0), &json!({"status": "cancelled"})),
        ]).await;
        for query in ["", "?view=list"] {
            let told = text(main_of(&page(&portal, &browser, &format!("/charts/{robin}/results{query}")).await));
            let pending = if query.is_empty() { "Pending" } else { "Repeat pending" };
            for (test, word) in [("Ammonia", pending), ("Lactate", "Preliminary"), ("Troponin", "Cancelled")] {
                in_order(&told, &[test, word]);
            }
        }
        let body = page(&portal, &browser, &format!("/charts/{robin}/results")).await;
        assert!(body.contains("<del>8</del>"), "a cancelled value is struck");
    }

    async fn a_critical_value_comes_first_on_the_summary_and_a_pending_repeat_does_not_hide_it(house: House) {
        let critical = json!({"interpretation": [{"coding": [{"code": "HH"}]}]});
        let no_value = json!({"status": "registered", "valueQuantity": null, "referenceRange": null});
        let mut values: Vec<Value> = (10..30)
            .map(|n| lab(&format!("t{n}"), &format!("Test {n}"), &format!("2026-03-{:02}T13:00:00Z", n / 3 + 1), 5.0))
            .collect();
        values.extend((0..7).flat_map(|n| (10..30).map(move |t| (n, t))).map(|(n, t)| {
            lab(&format!("o{n}-{t}"), &format!("Test {t}"), &format!("2025-0{}-01T13:00:00Z", n + 2), 5.0)
        }));
        values.push(with(lab("k", "Potassium", "2025-01-02T13:00:00Z", 7.7), &critical));
        values.push(with(lab("p", "Potassium", "2026-03-01T09:00:00Z", 0.0), &no_value));
        let (portal, browser, robin) = chart(house, &values).await;
        let told = text(main_of(&page(&portal, &browser, &format!("/charts/{robin}")).await));
        in_order(&told, &["Potassium", "Repeat pending", "7.7 mg/dL", "Critical high", "1–9", "02-Jan-2025", "Test 29"]);
        let list = page(&portal, &browser, &format!("/charts/{robin}/results?view=list")).await;
        in_order(&text(main_of(&list)), &["Test 29", "Potassium", "Repeat pending", "7.7 mg/dL", "Critical high"]);
        let file = portal.get(&format!("/charts/{robin}/summary.pdf"), &browser).await;
        assert_eq!(file.status, StatusCode::OK);
    }

    async fn a_corrected_value_keeps_the_old_one_struck_through_later_loads_too(house: House) {
        let (portal, browser, robin) = chart(house, &[lab("h", "Hemoglobin", "2026-03-01T13:00:00Z", 8.1)]).await;
        let path = format!("/charts/{robin}/results");
        assert!(!page(&portal, &browser, &path).await.contains("<del>"));
        let corrected = with(lab("h", "Hemoglobin", "2026-03-01T13:00:00Z", 7.9), &json!({"status": "corrected"}));
        for _ in 0..2 {
            load_lines(house, std::slice::from_ref(&corrected)).await.unwrap();
            let body = page(&portal, &browser, &path).await;
            assert!(body.contains("<del>8.1 mg/dL</del>"), "{}", main_of(&body));
            in_order(&text(main_of(&body)), &["7.9", "replaced:", "8.1 mg/dL", "Corrected"]);
        }
    }

    async fn a_value_that_was_more_sensitive_is_not_kept_beside_its_correction(house: House) {
        let first = labelled(lab("h", "CD4 count", "2026-03-01T13:00:00Z", 8.1));
        let (portal, browser, robin) = chart(house, &[first]).await;
        let corrected = with(lab("h", "CD4 count", "2026-03-01T13:00:00Z", 7.9), &json!({"status": "corrected"}));
        load_lines(house, &[corrected]).await.unwrap();
        let body = page(&portal, &browser, &format!("/charts/{robin}/results")).await;
        assert!(body.contains("7.9") && !body.contains("8.1"), "{}", main_of(&body));
    }

    async fn a_value_that_says_what_it_replaces_shows_it(house: House) {
        let replaces = json!({"status": "corrected", "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/observation-replaces",
            "valueReference": {"reference": "Observation/old"},
        }]});
        let (portal, browser, robin) = chart(house, &[
            with(lab("old", "Calcium", "2026-03-01T13:00:00Z", 3.3), &json!({"status": "entered-in-error"})),
            with(lab("new", "Calcium", "2026-03-01T13:00:00Z", 4.4), &replaces),
        ]).await;
        let body = page(&portal, &browser, &format!("/charts/{robin}/results")).await;
        in_order(&text(main_of(&body)), &["4.4", "3.3 mg/dL", "Corrected"]);
    }

    async fn a_test_has_its_chart_method_comment_laboratory_and_original_report(house: House) {
        let more = json!({"method": {"text": "Ion-selective electrode"}, "note": [{"text": "Confirmed on repeat."}]});
        let crp = |id: &str, at: &str, value: f64, unit: &str, comparator: &str| {
            let quantity = json!({"value": value, "unit": unit, "comparator": comparator});
            with(lab(id, "CRP", at, value), &json!({"valueQuantity": quantity}))
        };
        let mut values = vec![
            with(crp("c1", "2026-03-01T13:00:00Z", 0.1, "mg/L", "<"), &more),
            crp("c2", "2026-02-01T13:00:00Z", 4.0, "mg/L", ""),
            crp("c3", "2025-02-01T13:00:00Z", 40.0, "nmol/L", ""),
        ];
        let form = json!({"presentedForm": [{"contentType": "text/plain", "data": "RnVsbCB0ZXh0"}]});
        values.push(with(report("r", "Inflammation", "LAB", "2026-03-01T14:00:00Z", &["c1"]), &form));
        let (portal, browser, robin) = chart(house, &values).await;
        let list = page(&portal, &browser, &format!("/charts/{robin}/results?view=list")).await;
        let trend = links(main_of(&list)).into_iter().find(|l| l.contains("/results/")).unwrap();
        let body = page(&portal, &browser, &trend).await;
        let told = text(main_of(&body));
        in_order(&told, &["CRP", "DOE, Robin", "Born", "MRN 1", "Date collected", "(mg/L)", "Reference range 1–9",
            "Reported as above or below (hollow)"]);
        in_order(&told, &["The unit changed on 01-Feb-2026 from nmol/L to mg/L.", "1 result in nmol/L is not drawn."]);
        in_order(&told, &["<0.1", "Core Laboratory", "Ion-selective electrode", "Confirmed on repeat.", "Original report"]
            .map(|word| if word == "<0.1" { "&lt;0.1" } else { word }));
        assert_eq!(main_of(&body).matches("<polyline").count(), 1);
        assert!(body.contains("01-Feb-2026 08:00 EST: 4 mg/L</title>"), "each point has its unit");
        assert!(!body.contains("40 nmol/L</title>"), "a number in another unit has no place on the axis");
        assert_eq!(list.matches("<polyline").count(), 1);
        let spark = list.split_once("<polyline").unwrap().1.split_once("</svg>").unwrap().0;
        assert_eq!(spark.matches(',').count(), 2, "nor on the sparkline: {spark}");
        assert!(main_of(&body).contains("hollow"));
        let original = links(main_of(&body)).into_iter().find(|l| l.contains("/reports/")).unwrap();
        assert!(page(&portal, &browser, &original).await.contains("Full text"));
    }

    async fn a_culture_has_its_organism_and_a_table_of_susceptibilities(house: House) {
        let (portal, browser, robin) = chart(house, &culture()).await;
        let list = page(&portal, &browser, &format!("/charts/{robin}/reports")).await;
        in_order(&text(main_of(&list)), &["Imaging", "Images are not held here", "Chest X-ray", "No pneumonia.",
            "Cardiology", "Echocardiogram", "Microbiology", "Urine culture"]);
        let culture = links(main_of(&list)).into_iter().rfind(|l| l.contains("/reports/")).unwrap();
        let told = text(main_of(&page(&portal, &browser, &culture).await));
        in_order(&told, &["Urine culture", "Microbiology", "Bacteria identified", "Escherichia coli", "Susceptibilities",
            "Escherichia coli", "Ampicillin", "32", "Resistant", "Gentamicin", "&lt;=1", "Susceptible"]);
        // They are no tests of their own.
        let results = page(&portal, &browser, &format!("/charts/{robin}/results?view=list")).await;
        assert!(results.contains("Bacteria identified") && !results.contains("Gentamicin"));
    }

    async fn appointments_to_come_and_past_stand_apart_with_the_state_of_the_referral(house: House) {
        let appointment = |id: &str, title: &str, start: &str, status: &str| json!({
            "resourceType": "Appointment", "id": id, "status": status, "description": title, "start": start,
            "participant": [{"actor": {"reference": SUBJECT}}, {"actor": {"reference": "Location/l", "display": "North wing"}}],
        });
        let referral = json!({
            "resourceType": "ServiceRequest", "id": "r", "status": "active", "subject": {"reference": SUBJECT},
            "code": {"text": "Referral to cardiology"}, "authoredOn": "2026-03-01", "identifier": [{"value": "RF-77"}],
        });
        let based = json!({"basedOn": [{"reference": "ServiceRequest/r"}]});
        let (portal, browser, robin) = chart(house, &[
            appointment("a", "Later clinic", "2026-05-04T14:00:00Z", "booked"),
            with(appointment("b", "Sooner clinic", "2026-04-01T14:00:00Z", "booked"), &based),
            appointment("c", "Old clinic", "2026-01-04T15:00:00Z", "fulfilled"),
            appointment("d", "Dropped clinic", "2026-04-02T15:00:00Z", "cancelled"),
            referral,
        ]).await;
        let told = text(main_of(&page(&portal, &browser, &format!("/charts/{robin}/appointments")).await));
        in_order(&told, &["Coming", "Sooner clinic", "01-Apr-2026 10:00 EDT", "North wing", "Booked", "Active",
            "Later clinic", "04-May-2026 10:00 EDT", "Referrals", "Referral to cardiology", "Active", "RF-77",
            "Past and cancelled", "Dropped clinic", "Cancelled", "Old clinic", "04-Jan-2026 10:00 EST"]);
    }

    async fn a_stay_is_no_result(house: House) {
        let (portal, browser, robin) = chart(house, &[stay("s", "IMP", "2026-03-01T13:00:00Z", "")]).await;
        let body = page(&portal, &browser, &format!("/charts/{robin}/results")).await;
        assert!(main_of(&body).contains("No results recorded."));
    }
}

/// An X-ray, an echocardiogram, and a culture with an organism and what it was tried with.
fn culture() -> Vec<Value> {
    let at = "2026-03-01T13:00:00Z";
    let tried = |id: &str, drug: &str, value: f64, comparator: &str, answer: &str| {
        let change = json!({
            "valueQuantity": {"value": value, "unit": "ug/mL", "comparator": comparator},
            "interpretation": [{"coding": [{"code": answer}]}], "referenceRange": null,
        });
        with(lab(id, &format!("{drug} [Susceptibility]"), at, value), &change)
    };
    let grew = json!({
        "valueQuantity": null, "valueCodeableConcept": {"text": "Escherichia coli"}, "referenceRange": null,
        "hasMember": [{"reference": "Observation/amp"}, {"reference": "Observation/gen"}],
    });
    let conclusion = json!({"conclusion": "No pneumonia."});
    vec![
        tried("amp", "Ampicillin", 32.0, "", "R"),
        tried("gen", "Gentamicin", 1.0, "<=", "S"),
        with(lab("grew", "Bacteria identified", at, 0.0), &grew),
        report("mb", "Urine culture", "MB", at, &["grew"]),
        with(report("x", "Chest X-ray", "RAD", at, &[]), &conclusion),
        report("e", "Echocardiogram", "CUS", at, &[]),
    ]
}

pub fn links(page: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(link, _)| link.to_owned())
        .collect()
}
