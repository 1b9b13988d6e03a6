//! What every C-CDA document must hold, whatever is recorded: looked for in the parsed tree, by rules of the tests' own.

use std::collections::HashSet;

use postern::domain::access::reach::SectionSet;
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use serde_json::{Value, json};

use crate::ccda::{
    ALLERGIES, MEDICATIONS, NOTES, Node, PROBLEMS, PROCEDURES, REQUIRED, RESULTS, VISITS, VITALS, allergy,
    code, exported, medicine, of, problem, record,
};
use crate::feed::load_lines;
use crate::results::chart;
use crate::support::both_engines;
use crate::support::portal::Portal;
use crate::support::record::{SUBJECT, lab, labelled, robin, with};

/// Sections of no template: what the portal says of the document, and notes without their texts.
const OWN: [&str; 2] = ["48767-8", NOTES];
/// Templates of sections that need entries, each with its version and its section. Source: C-CDA R2.1, volume 2.
const ASK_ENTRIES: [(&str, &str, &str); 8] = [
    ("2.16.840.1.113883.10.20.22.2.6.1", "2015-08-01", ALLERGIES),
    ("2.16.840.1.113883.10.20.22.2.1.1", "2014-06-09", MEDICATIONS),
    ("2.16.840.1.113883.10.20.22.2.5.1", "2015-08-01", PROBLEMS),
    ("2.16.840.1.113883.10.20.22.2.3.1", "2015-08-01", RESULTS),
    ("2.16.840.1.113883.10.20.22.2.4.1", "2015-08-01", VITALS),
    ("2.16.840.1.113883.10.20.22.2.2.1", "2015-08-01", "11369-6"),
    ("2.16.840.1.113883.10.20.22.2.22.1", "2015-08-01", VISITS),
    ("2.16.840.1.113883.10.20.22.2.7.1", "2014-06-09", PROCEDURES),
];
/// That of social history, which the document must have and which needs no entry.
const SOCIAL_HISTORY: &str = "2.16.840.1.113883.10.20.22.2.17";
/// Elements whose code is of a system that CDA fixes itself.
const PLAIN_CODES: [&str; 3] = ["statusCode", "languageCode", "realmCode"];

fn is_oid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    parts.len() > 2 && parts.iter().all(|part| is_number(part) && (part.len() == 1 || !part.starts_with('0')))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::parse_str(text).is_ok()
}

/// Whether `text` is a point in time: a year and what follows it, a zone only behind an hour.
fn is_time(text: &str) -> bool {
    let at = text.find(['+', '-']).unwrap_or(text.len());
    let (digits, zone) = text.split_at(at);
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let within = |from: usize, most: u32| {
        digits.get(from..from + 2).is_none_or(|two| two.parse::<u32>().is_ok_and(|number| number <= most))
    };
    let is_zone = zone.is_empty() || (zone.len() == 5 && is_digits(&zone[1..]) && digits.len() >= 10);
    matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14)
        && is_digits(digits)
        && is_zone
        && [(4, 12), (6, 31), (8, 23), (10, 59), (12, 59)].iter().all(|(from, most)| within(*from, *most))
}

/// Every element, the outermost first.
fn elements(node: &Node) -> Vec<Node> {
    let mut all = vec![node.clone()];
    for child in node.children() {
        all.extend(elements(&child));
    }
    all
}

/// The templates of an element, each with its version.
fn templates(node: &Node) -> Vec<(String, String)> {
    let own = node.children().into_iter().filter(|child| child.name() == "templateId");
    own.map(|one| (one.get("root").to_owned(), one.get("extension").to_owned())).collect()
}

/// What is wrong with a section.
fn faults_of_section(section: &Node) -> Vec<String> {
    let mut faults = Vec::new();
    let has = |name: &str| section.children().iter().filter(|child| child.name() == name).count() == 1;
    for name in ["code", "title", "text"] {
        if !has(name) {
            faults.push(format!("not one {name}"));
        }
    }
    let code = section.one("code").get("code").to_owned();
    let text = section.one("text").text();
    if section.one("title").text().trim().is_empty() || text.trim().is_empty() {
        faults.push(format!("{code}: without words"));
    }
    let templates = templates(section);
    if templates.is_empty() != OWN.contains(&code.as_str()) {
        faults.push(format!("{code}: templates {templates:?}"));
    }
    let (entries, null) = (section.entries(), section.get("nullFlavor").to_owned());
    let (root, version, _) = ASK_ENTRIES.iter().find(|(.., of)| *of == code).copied().unwrap_or_default();
    let asks = templates.iter().any(|(found, extension)| found == root && extension == version);
    let is_required = REQUIRED.contains(&code.as_str()) && !root.is_empty();
    if is_required && !asks {
        faults.push(format!("{code}: is not of {root}"));
    }
    if !asks && !entries.is_empty() {
        faults.push(format!("{code}: has entries, and its template does not say so"));
    }
    // NI says that there is nothing, NAV that the source does not answer.
    if asks && entries.is_empty() && !["NI", "NAV"].contains(&null.as_str()) {
        faults.push(format!("{code}: neither entries nor why there are none"));
    }
    if !entries.is_empty() && !null.is_empty() {
        faults.push(format!("{code}: has entries and says that it has none"));
    }
    for entry in &entries {
        if entry.children().iter().any(|act| self::templates(act).is_empty()) {
            faults.push(format!("{code}: an entry without a template"));
        }
    }
    let anchors: HashSet<String> =
        elements(&section.one("text")).iter().map(|one| one.get("ID").to_owned()).collect();
    for reference in section.all("reference") {
        let to = reference.get("value").strip_prefix('#').unwrap_or_default();
        if to.is_empty() || !anchors.contains(to) {
            faults.push(format!("{code}: nothing is called {}", reference.get("value")));
        }
    }
    faults
}

/// What is wrong with an element by itself.
fn faults_of_element(element: &Node) -> Vec<String> {
    let name = element.name();
    let (root, value) = (element.get("root"), element.get("value"));
    let mut faults = Vec::new();
    let mut expect = |holds: bool| {
        if !holds {
            faults.push(format!("{name}: {element:?}"));
        }
    };
    match name {
        "id" => {
            expect(is_uuid(root) || is_oid(root) || (root.is_empty() && element.get("nullFlavor") == "UNK"));
        }
        "templateId" | "typeId" => expect(is_oid(root)),
        "effectiveTime" | "time" | "birthTime" | "sdtc:deceasedTime" => {
            expect(
                !value.is_empty() || !element.children().is_empty() || !element.get("nullFlavor").is_empty(),
            );
            let ends = element.children().into_iter().filter(|end| ["low", "high"].contains(&end.name()));
            for end in ends.chain([element.clone()]) {
                expect(end.get("value").is_empty() || is_time(end.get("value")));
            }
        }
        _ => {}
    }
    if !element.get("code").is_empty() && !PLAIN_CODES.contains(&name) {
        expect(is_oid(element.get("codeSystem")));
    }
    if name == "code" || element.get("xsi:type") == "CD" {
        expect(element.get("code").is_empty() != element.get("nullFlavor").is_empty());
    }
    faults
}

/// What is wrong with a document.
pub fn faults(document: &Node) -> Vec<String> {
    let sections = document.all("section");
    let mut faults: Vec<String> = sections.iter().flat_map(faults_of_section).collect();
    for wanted in REQUIRED {
        let found = sections.iter().filter(|section| section.one("code").get("code") == wanted);
        if found.count() != 1 {
            faults.push(format!("not one section {wanted}"));
        }
    }
    let social = document.section("29762-2");
    if !templates(&social).contains(&(SOCIAL_HISTORY.to_owned(), "2015-08-01".to_owned())) {
        faults.push("social history is not of its template".to_owned());
    }
    let all = elements(document);
    faults.extend(all.iter().flat_map(faults_of_element));
    let mut anchors = HashSet::new();
    for one in all.iter().filter(|one| !one.get("ID").is_empty()) {
        if !anchors.insert(one.get("ID").to_owned()) {
            faults.push(format!("two elements are called {}", one.get("ID")));
        }
    }
    faults
}

/// Asserts that nothing is wrong with `text`, and gives the document.
fn sound(text: &str) -> Node {
    let document = Node::read(text);
    let faults = faults(&document);
    assert!(faults.is_empty(), "{faults:#?}");
    document
}

/// A record of which no section has anything that an entry could assert.
fn uncoded() -> Vec<Value> {
    let unknown = json!({"status": "unknown"});
    let vital = json!({"category": [{"coding": [{"code": "vital-signs"}]}], "status": "preliminary", "referenceRange": null});
    vec![
        allergy("a", "nkda"),
        problem("p", &json!({"text": "Celiac disease"}), "provisional"),
        medicine("m", "Amoxicillin", &json!({"status": "draft"})),
        with(lab("l", "Sodium", "2026-03-01T13:00:00Z", 4.0), &unknown),
        with(lab("v", "Weight", "2026-03-01T13:00:00Z", 21.5), &vital),
        of(
            "Encounter",
            "e",
            &with(
                unknown.clone(),
                &json!({"class": {"code": "AMB"}, "period": {"start": "2026-02-02T15:00:00Z"}}),
            ),
        ),
        of("Procedure", "r", &with(unknown, &json!({"code": {"text": "Tonsillectomy"}}))),
    ]
}

/// That the source knows of no allergy.
fn none_known() -> Value {
    json!({
        "resourceType": "AllergyIntolerance", "id": "none", "patient": {"reference": SUBJECT},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": code("http://snomed.info/sct", "716186003", "No known allergy"),
    })
}

#[test]
fn times_oids_and_uuids_are_told_from_what_only_looks_like_them() {
    for time in ["2026", "202603", "20260314", "20260314040000+0000", "2026031404-0500"] {
        assert!(is_time(time), "{time}");
    }
    for no_time in ["", "26", "20261", "20261301", "2026-03-14", "20260314+0000", "20260314250000", "x"] {
        assert!(!is_time(no_time), "{no_time}");
    }
    assert!(
        is_oid("2.16.840.1.113883.6.1") && !is_oid("2.16") && !is_oid("2.016.1") && !is_oid("urn:oid:1.2.3")
    );
    assert!(is_uuid("018f5c3a-0000-7000-8000-000000000000") && !is_uuid("018f5c3a000070008000000000000000"));
}

both_engines! {
    async fn every_document_has_the_structure_that_its_templates_ask_for(house: House) {
        let (portal, browser, robin) = chart(house, &[]).await;
        let empty = sound(&exported(&portal, &browser, robin).await);
        for (root, version, code) in ASK_ENTRIES {
            let section = empty.section(code);
            assert_eq!((section.get("nullFlavor"), section.entries().len()), ("NI", 0), "{code}");
            let own = templates(&section);
            assert!(own.contains(&(root.to_owned(), version.to_owned())) && own.contains(&(root.to_owned(), String::new())), "{code}");
        }
        load_lines(house, &[none_known()]).await.unwrap();
        let section = sound(&exported(&portal, &browser, robin).await).section(ALLERGIES);
        assert_eq!((section.get("nullFlavor"), section.entries().len()), ("", 1), "that there are none is asserted");
        load_lines(house, &record()).await.unwrap();
        let full = sound(&exported(&portal, &browser, robin).await);
        for (_, _, code) in ASK_ENTRIES {
            assert_eq!(full.section(code).get("nullFlavor"), "", "{code}");
        }
    }

    async fn a_section_whose_rows_assert_nothing_says_so_and_keeps_its_rows(house: House) {
        let (portal, browser, robin) = chart(house, &uncoded()).await;
        let document = sound(&exported(&portal, &browser, robin).await);
        for (root, _, code) in ASK_ENTRIES.into_iter().filter(|(.., code)| *code != "11369-6") {
            let section = document.section(code);
            assert_eq!((section.rows().len(), section.entries().len()), (1, 0), "{code}");
            let must = REQUIRED.contains(&code);
            assert_eq!(section.get("nullFlavor"), if must { "NI" } else { "" }, "{code}");
            assert_eq!(section.text().contains("Nothing in this section is coded"), must, "{code}");
            assert_eq!(templates(&section).iter().any(|(found, _)| found == root), must, "{code}");
        }
    }

    async fn a_section_in_words_only_names_its_allergies_and_problems_in_a_sentence(house: House) {
        let unconfirmed = json!({"verificationStatus": {"coding": [{"code": "unconfirmed"}]}});
        let mut lines = uncoded();
        lines.push(with(allergy("u", "Penicillin"), &unconfirmed));
        let (portal, browser, robin) = chart(house, &lines).await;
        let document = sound(&exported(&portal, &browser, robin).await);
        for (code, names) in [(ALLERGIES, ["nkda", "Unconfirmed: Penicillin"]), (PROBLEMS, ["Provisional: Celiac disease", ""])] {
            let section = document.section(code);
            let sentences: Vec<String> = section.all("paragraph").iter().map(Node::text).collect();
            let said = sentences.iter().find(|text| text.contains("in words only: ")).unwrap();
            assert!(names.iter().all(|name| said.contains(name)), "{said}");
            assert!(section.entries().is_empty(), "{code}");
        }
    }

    async fn what_is_withheld_or_out_of_reach_leaves_a_document_of_the_same_structure(house: House) {
        let mut lines = record();
        lines.extend([labelled(lab("w", "Viral load", "2026-03-09T13:00:00Z", 2.0)), labelled(allergy("w", "Latex"))]);
        let (robin, pcp, partner) = robin(house, &lines).await;
        let (_, guest) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        house.world.narrow_grant(robin, guest, Interval::ALWAYS, SectionSet::NONE.with(Section::Results).bits(), 0).await;
        let portal = Portal::of(house);
        for account in [pcp, partner, guest] {
            let browser = portal.signed_in(account).await;
            let document = sound(&exported(&portal, &browser, robin).await);
            let section = document.section(PROBLEMS);
            let out = account == guest;
            assert_eq!((section.get("nullFlavor") == "NI", section.entries().is_empty()), (out, out));
        }
    }

    async fn the_look_at_the_structure_sees_what_is_wrong(house: House) {
        let (portal, browser, robin) = chart(house, &record()).await;
        let text = exported(&portal, &browser, robin).await;
        sound(&text);
        let id = Node::read(&text).one("id").get("root").to_owned();
        for (right, wrong) in [
            ("codeSystem=\"2.16.840.1.113883.6.96\"", "codeSystemName=\"x\""),
            ("value=\"#allergies-1\"", "value=\"#nowhere\""),
            ("<effectiveTime value=\"2026", "<effectiveTime value=\"26-2026"),
            ("root=\"2.16.840.1.113883.10.20.22.2.6.1\"", "root=\"2.16.840.1.113883.10.20.22.2.6.9\""),
            ("<section><templateId", "<section nullFlavor=\"NI\"><templateId"),
            (id.as_str(), "of-no-kind"),
        ] {
            let changed = text.replace(right, wrong);
            assert_ne!(changed, text, "{right} is there");
            assert!(!faults(&Node::read(&changed)).is_empty(), "{wrong}");
        }
    }
}
