//! The summary as a C-CDA document: read back by a parser of its own (expat, in Python) and by the portal's own reader.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::http::StatusCode;
use postern::app::App;
use postern::app::permit::Permit;
use postern::app::permit::desk::DeskPermit;
use postern::app::ports::{Answer as FeedAnswer, Feed, FeedError, Telling, Wanted};
use postern::domain::access::reach::SectionSet;
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::chart::clinical_document::{Block, ClinicalDocument};
use postern::domain::chart::sensitivity::Labels;
use postern::domain::chart::{Banner, ChartItem, Section};
use postern::domain::ids::PatientId;
use postern::domain::verification::FamilyPhone;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::feed_remote::{found, scene};
use crate::notes::{entries, note};
use crate::results::{chart, links, page};
use crate::support::both_engines;
use crate::support::portal::{Browser, Portal};
use crate::support::record::{SUBJECT, lab, labelled, robin, with};

/// Reads a document as `[name, {attribute: value}, [child or text, …]]`, names of HL7 v3 without their namespace.
const READER: &str = r"
import json, sys, xml.etree.ElementTree as tree
def name(tag):
    return tag.replace('{urn:hl7-org:v3}', '').replace('{urn:hl7-org:sdtc}', 'sdtc:').replace('{http://www.w3.org/2001/XMLSchema-instance}', 'xsi:')
def node(element):
    content = [element.text] if element.text else []
    for child in element:
        content.append(node(child))
        if child.tail:
            content.append(child.tail)
    return [name(element.tag), {name(k): v for k, v in element.attrib.items()}, content]
print(json.dumps(node(tree.fromstring(sys.stdin.buffer.read()))))
";

/// An element as [`READER`] gives it.
#[derive(Clone, Debug)]
pub struct Node(Value);

impl Node {
    pub fn read(document: &str) -> Self {
        let python =
            std::env::var("POSTERN_TEST_PYTHON").expect("POSTERN_TEST_PYTHON is set; see tests/python");
        let mut child = Command::new(python)
            .args(["-c", READER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "no XML: {document}");
        Self(serde_json::from_slice(&out.stdout).unwrap())
    }

    pub fn name(&self) -> &str {
        self.0[0].as_str().unwrap()
    }

    pub fn get(&self, attribute: &str) -> &str {
        self.0[1][attribute].as_str().unwrap_or("")
    }

    pub fn children(&self) -> Vec<Self> {
        self.0[2]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one.is_array())
            .map(|one| Self(one.clone()))
            .collect()
    }

    /// Everything below with this name, in order.
    pub fn all(&self, name: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for child in self.children() {
            if child.name() == name {
                found.push(child.clone());
            }
            found.extend(child.all(name));
        }
        found
    }

    pub fn one(&self, name: &str) -> Self {
        let child = self.children().into_iter().find(|child| child.name() == name);
        child.unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    pub fn text(&self) -> String {
        let pieces = self.0[2].as_array().unwrap().iter();
        pieces.map(|one| one.as_str().map_or_else(|| Self(one.clone()).text(), str::to_owned)).collect()
    }

    /// The section of this LOINC code.
    pub fn section(&self, code: &str) -> Self {
        let found = self.all("section").into_iter().find(|section| section.one("code").get("code") == code);
        found.unwrap_or_else(|| panic!("no section {code}"))
    }

    pub fn has_section(&self, code: &str) -> bool {
        self.all("section").iter().any(|section| section.one("code").get("code") == code)
    }

    /// The rows of a section's table, without their heading.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let body = self.one("text").all("tbody");
        let rows = body.iter().flat_map(|body| body.all("tr"));
        rows.map(|row| row.all("td").iter().map(Node::text).collect()).collect()
    }

    pub fn entries(&self) -> Vec<Self> {
        self.children().into_iter().filter(|child| child.name() == "entry").collect()
    }
}

pub const ALLERGIES: &str = "48765-2";
pub const MEDICATIONS: &str = "10160-0";
pub const PROBLEMS: &str = "11450-4";
pub const RESULTS: &str = "30954-2";
pub const VITALS: &str = "8716-3";
const IMMUNIZATIONS: &str = "11369-6";
pub const VISITS: &str = "46240-8";
pub const PROCEDURES: &str = "47519-4";
const CARE_TEAM: &str = "85847-2";
const APPOINTMENTS: &str = "18776-5";
pub const NOTES: &str = "34109-9";
/// Sections that such a document must have.
pub const REQUIRED: [&str; 6] = [ALLERGIES, MEDICATIONS, PROBLEMS, RESULTS, VITALS, "29762-2"];

const NOTICE: &str = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";

pub fn of(kind: &str, id: &str, more: &Value) -> Value {
    with(json!({"resourceType": kind, "id": id, "subject": {"reference": SUBJECT}}), more)
}

pub fn code(system: &str, code: &str, text: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}], "text": text})
}

pub fn problem(id: &str, what: &Value, verification: &str) -> Value {
    of(
        "Condition",
        id,
        &json!({
            "code": what, "clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": "2025-07",
            "verificationStatus": {"coding": [{"code": verification}]},
        }),
    )
}

pub fn medicine(id: &str, title: &str, more: &Value) -> Value {
    let plain = json!({
        "status": "active", "intent": "order", "authoredOn": "2026-03-01",
        "medicationCodeableConcept": code("http://www.nlm.nih.gov/research/umls/rxnorm", "308182", title),
    });
    of("MedicationRequest", id, &with(plain, more))
}

pub fn allergy(id: &str, title: &str) -> Value {
    json!({
        "resourceType": "AllergyIntolerance", "id": id, "patient": {"reference": SUBJECT}, "code": {"text": title},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "reaction": [{"manifestation": [{"text": "Hives"}]}],
    })
}

fn vaccination(id: &str, title: &str, status: &str) -> Value {
    json!({
        "resourceType": "Immunization", "id": id, "status": status, "patient": {"reference": SUBJECT},
        "vaccineCode": code("http://hl7.org/fhir/sid/cvx", "03", title), "occurrenceDateTime": "2020-05-06",
    })
}

/// One or more of everything that the summary shows, with what an entry must not assert.
pub fn record() -> Vec<Value> {
    let critical = json!({
        "code": code("http://loinc.org", "2823-3", "Potassium"), "interpretation": [{"coding": [{"code": "HH"}]}],
    });
    let vital = json!({"category": [{"coding": [{"code": "vital-signs"}]}], "referenceRange": null});
    let half = |code_of: &str, value: i64| json!({"code": code("http://loinc.org", code_of, "x"), "valueQuantity": {"value": value, "unit": "mm[Hg]"}});
    let pressure = json!({
        "code": code("http://loinc.org", "85354-9", "Blood pressure"), "valueQuantity": null,
        "component": [half("8480-6", 118), half("8462-4", 76)],
    });
    let mut all = vec![
        problem("p1", &code("http://snomed.info/sct", "195967001", "Asthma"), "confirmed"),
        problem("p2", &json!({"text": "Celiac disease"}), "unconfirmed"),
        medicine("m1", "Amoxicillin", &json!({"dosageInstruction": [{"text": "One three times a day"}]})),
        medicine("m2", "Codeine", &json!({"doNotPerform": true})),
        medicine("m3", "Ibuprofen", &json!({"status": "draft"})),
        allergy("a1", "Peanut"),
        lab("l1", "Sodium", "2026-03-01T13:00:00Z", 4.0),
        lab("l2", "Sodium", "2026-02-01T13:00:00Z", 3.0),
        with(lab("l3", "Potassium", "2026-03-01T13:00:00Z", 7.25), &critical),
        with(lab("v1", "Weight", "2026-03-01T13:00:00Z", 21.5), &vital),
        with(lab("v2", "Blood pressure", "2026-03-01T13:00:00Z", 0.0), &with(vital.clone(), &pressure)),
        of(
            "Encounter",
            "e1",
            &json!({
                "status": "finished", "class": {"code": "AMB"}, "type": [{"text": "Clinic visit"}],
                "period": {"start": "2026-02-02T15:00:00Z", "end": "2026-02-02T15:30:00Z"},
            }),
        ),
        of(
            "Procedure",
            "r1",
            &json!({
                "status": "completed", "performedDateTime": "2024",
                "code": code("http://snomed.info/sct", "173422009", "Tonsillectomy"),
            }),
        ),
        of("Procedure", "r2", &json!({"status": "not-done", "code": {"text": "Adenoidectomy"}})),
        of(
            "CareTeam",
            "t",
            &json!({
                "status": "active", "participant": [{"role": [{"text": "Pulmonology"}], "member": {"display": "Dr. Okafor"}}],
            }),
        ),
        note("n1", "Progress note", "Dr. Chen", "2026-03-01T15:00:00Z", "Doing well."),
        json!({
            "resourceType": "Appointment", "id": "ap", "status": "booked", "description": "Sleep clinic",
            "start": "2026-04-01T14:00:00Z", "participant": [{"actor": {"reference": SUBJECT}}],
        }),
    ];
    // More than the page or the PDF hold.
    all.extend((0..20).map(|n| vaccination(&format!("i{n}"), &format!("Vaccine {n}"), "completed")));
    all.push(vaccination("no", "Varicella", "not-done"));
    all
}

/// A source that does not say who the patient is.
struct Nameless(Arc<dyn Feed>);

impl Feed for Nameless {
    fn banner<'a>(&'a self, _: &'a Permit) -> FeedAnswer<'a, Banner> {
        Box::pin(async { Err(FeedError::Down { last_seen: None }) })
    }
    fn items<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        wanted: Wanted,
    ) -> FeedAnswer<'a, Vec<ChartItem>> {
        self.0.items(permit, section, wanted)
    }
    fn count<'a>(&'a self, permit: &'a Permit, section: Section) -> FeedAnswer<'a, u64> {
        self.0.count(permit, section)
    }
    fn item<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        id: uuid::Uuid,
    ) -> FeedAnswer<'a, (ChartItem, String)> {
        self.0.item(permit, section, id)
    }
    fn phones<'a>(&'a self, permit: &'a DeskPermit) -> FeedAnswer<'a, Vec<FamilyPhone>> {
        self.0.phones(permit)
    }
    fn telling(&self) -> Telling {
        self.0.telling()
    }
}

pub async fn exported(portal: &Portal<'_>, browser: &Browser, chart: PatientId) -> String {
    let answer = portal.get(&format!("/charts/{chart}/summary.xml"), browser).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/xml"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"summary.xml\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.body
}

/// `document` without the id that each has of its own.
fn without_id(document: &str) -> String {
    let id = Node::read(document).one("id").get("root").to_owned();
    assert_eq!(id.len(), 36);
    document.replace(&id, "ID")
}

both_engines! {
    async fn every_section_stands_in_the_document_with_its_rows_its_entries_and_no_entry_that_asserts_too_much(house: House) {
        let (portal, browser, robin) = chart(house, &record()).await;
        let text = exported(&portal, &browser, robin).await;
        let document = Node::read(&text);
        assert!(REQUIRED.iter().all(|code| document.has_section(code)));
        // Rows, entries, and what stands negated.
        for (code, rows, coded, negated) in [
            (ALLERGIES, 1, 1, 0), (MEDICATIONS, 3, 2, 1), (PROBLEMS, 2, 1, 0), (RESULTS, 2, 2, 0), (VITALS, 2, 2, 0),
            (IMMUNIZATIONS, 21, 21, 1), (VISITS, 1, 1, 0), (PROCEDURES, 2, 2, 1), (CARE_TEAM, 1, 0, 0),
            (APPOINTMENTS, 1, 0, 0), (NOTES, 1, 0, 0),
        ] {
            let section = document.section(code);
            assert_eq!((section.rows().len(), section.entries().len()), (rows, coded), "{code}: {:?}", section.rows());
            let no = section.entries().iter().flat_map(Node::children).filter(|act| act.get("negationInd") == "true").count();
            assert_eq!(no, negated, "{code}");
            assert_eq!(section.get("nullFlavor"), "", "{code}");
        }
        let first = |code: &str, n: usize| document.section(code).rows()[n].clone();
        assert_eq!(first(ALLERGIES, 0)[..2], ["Peanut", "Hives"]);
        assert_eq!(first(MEDICATIONS, 0)[0], "Do not give: Codeine");
        assert!(document.section(MEDICATIONS).rows().iter().any(|row| row[..2] == ["Amoxicillin", "One three times a day"]));
        assert!(document.section(PROBLEMS).rows().iter().any(|row| row[0].contains("Unconfirmed") && row[0].contains("Celiac")));
        assert_eq!(first(RESULTS, 0)[..5], ["Potassium", "7.25 mg/dL", "Critical high", "1–9", "01-Mar-2026"]);
        assert_eq!(first(RESULTS, 1)[..2], ["Sodium", "4 mg/dL"]);
        assert_eq!(first(CARE_TEAM, 0)[..2], ["Dr. Okafor", "Pulmonology"]);
        assert!(document.section(IMMUNIZATIONS).rows().iter().any(|row| row[0].starts_with("Not given") && row[0].contains("Varicella")));
        // Every reference leads to a row of the narrative.
        let anchors: Vec<String> = document.all("td").iter().map(|td| td.get("ID").to_owned()).filter(|id| !id.is_empty()).collect();
        let references = document.all("reference");
        assert!(!references.is_empty());
        for reference in references {
            assert!(anchors.contains(&reference.get("value").trim_start_matches('#').to_owned()));
        }
        // What the record codes is coded, what it does not is unknown.
        let asthma = document.section(PROBLEMS).all("value")[0].clone();
        assert_eq!((asthma.get("xsi:type"), asthma.get("code"), asthma.get("codeSystem")), ("CD", "195967001", "2.16.840.1.113883.6.96"));
        let lows = document.section(PROBLEMS).all("low");
        assert_eq!((lows[0].get("value"), lows[1].get("nullFlavor")), ("202507", "UNK"), "the recording is no onset");
        assert_eq!(document.section(ALLERGIES).all("playingEntity")[0].one("code").get("nullFlavor"), "UNK");
        let potassium = document.section(RESULTS).all("observation")[0].clone();
        let value = potassium.one("value");
        assert_eq!((value.get("xsi:type"), value.get("value"), value.get("unit")), ("PQ", "7.25", "mg/dL"));
        assert_eq!(potassium.one("interpretationCode").get("code"), "HH");
        assert_eq!(potassium.all("observationRange")[0].one("value").one("high").get("value"), "9");
        let vitals = document.section(VITALS);
        let numbers: Vec<(String, String)> = vitals.all("observation").iter()
            .map(|one| (one.one("code").get("code").to_owned(), one.one("value").get("value").to_owned())).collect();
        for pair in [("8480-6", "118"), ("8462-4", "76"), ("", "21.5")] {
            assert!(numbers.iter().any(|(code, value)| (code.as_str(), value.as_str()) == pair), "{numbers:?}");
        }
    }

    async fn the_portals_own_reader_finds_the_same_headings_and_rows(house: House) {
        let (portal, browser, robin) = chart(house, &record()).await;
        let text = exported(&portal, &browser, robin).await;
        let read = ClinicalDocument::read(text.as_bytes()).unwrap();
        let document = Node::read(&text);
        assert_eq!(read.title, document.one("title").text());
        let headings: Vec<String> = document.all("section").iter().map(|section| section.one("title").text()).collect();
        let found: Vec<String> = read.blocks.iter()
            .filter_map(|block| if let Block::Heading(1, text) = block { Some(text.clone()) } else { None }).collect();
        assert_eq!(found, headings);
        let tables: Vec<Vec<Vec<String>>> = document.all("section").iter().map(Node::rows).filter(|rows| !rows.is_empty()).collect();
        let found: Vec<Vec<Vec<String>>> = read.blocks.iter()
            .filter_map(|block| if let Block::Table(rows, 1) = block { Some(rows[1..].to_vec()) } else { None }).collect();
        assert_eq!(found, tables);
    }

    async fn the_header_names_patient_hospital_software_and_who_exported_it(house: House) {
        let (portal, browser, robin) = chart(house, &[]).await;
        let document = Node::read(&exported(&portal, &browser, robin).await);
        let templates: Vec<String> = document.children().iter().filter(|one| one.name() == "templateId")
            .map(|one| one.get("root").to_owned()).collect();
        assert!(templates.contains(&"2.16.840.1.113883.10.20.22.1.2".to_owned()));
        let role = document.one("recordTarget").one("patientRole");
        let ids: Vec<(String, String)> = role.children().iter().filter(|one| one.name() == "id")
            .map(|id| (id.get("root").to_owned(), id.get("extension").to_owned())).collect();
        assert_eq!(ids, [(robin.to_string(), String::new()), (String::new(), "1".to_owned())]);
        let patient = role.one("patient");
        assert_eq!((patient.one("name").one("family").text(), patient.one("name").one("given").text()), ("Doe".to_owned(), "Robin".to_owned()));
        assert_eq!(patient.one("birthTime").get("value"), "20190314");
        let author = document.one("author").one("assignedAuthor");
        assert!(author.one("assignedAuthoringDevice").one("softwareName").text().starts_with("Postern "));
        assert_eq!(author.one("representedOrganization").one("name").text(), "Lakeside Children's Hospital");
        assert!(document.one("custodian").text().contains("Lakeside"));
        assert!(document.one("informationRecipient").text().contains("Sam Lee"));
        assert_eq!(document.one("confidentialityCode").get("code"), "N");
        assert!(document.section("48767-8").text().contains("Exported by"));
    }

    async fn what_is_not_recorded_says_so_and_only_the_source_asserts_that_there_is_nothing(house: House) {
        let (portal, browser, robin) = chart(house, &[]).await;
        let document = Node::read(&exported(&portal, &browser, robin).await);
        for (code, words) in [
            (ALLERGIES, "Allergies not recorded."), (MEDICATIONS, "No current medications recorded."),
            (PROBLEMS, "No active problems recorded."), (RESULTS, "No results recorded."), (VITALS, "No vitals recorded."),
            (IMMUNIZATIONS, "No immunizations recorded."), (VISITS, "No visits recorded."), (PROCEDURES, "No procedures recorded."),
        ] {
            let section = document.section(code);
            assert_eq!((section.get("nullFlavor"), section.one("text").text().as_str()), ("NI", words), "{code}");
            assert!(section.entries().is_empty());
        }
        let none = json!({
            "resourceType": "AllergyIntolerance", "id": "none", "patient": {"reference": SUBJECT},
            "clinicalStatus": {"coding": [{"code": "active"}]}, "code": code("http://snomed.info/sct", "716186003", "No known allergy"),
        });
        let doubted = with(none.clone(), &json!({"id": "doubted", "verificationStatus": {"coding": [{"code": "unconfirmed"}]}}));
        load_lines(house, &[doubted]).await.unwrap();
        let section = Node::read(&exported(&portal, &browser, robin).await).section(ALLERGIES);
        assert_eq!((section.get("nullFlavor"), section.one("text").text().as_str()), ("NI", "Allergies not recorded."));
        load_lines(house, &[none]).await.unwrap();
        let section = Node::read(&exported(&portal, &browser, robin).await).section(ALLERGIES);
        assert_eq!((section.get("nullFlavor"), section.one("text").text().as_str()), ("", "No known allergies"));
        let observed = section.all("observation");
        assert_eq!((observed.len(), observed[0].get("negationInd")), (1, "true"));
    }

    async fn what_is_in_doubt_or_says_that_there_is_nothing_stands_in_the_narrative_alone(house: House) {
        let sct = "http://snomed.info/sct";
        let vital = json!({"category": [{"coding": [{"code": "vital-signs"}]}], "status": "preliminary", "referenceRange": null});
        let unknown = json!({"status": "unknown"});
        let (portal, browser, robin) = chart(house, &[
            with(allergy("a1", ""), &json!({"code": code(sct, "409137002", "Keine Arzneimittelallergie")})), allergy("a2", "nkda"),
            problem("p", &code(sct, "160245001", "Well"), "confirmed"), medicine("m1", "Amoxicillin", &unknown),
            medicine("m2", "Codeine", &json!({"status": "on-hold", "doNotPerform": true})),
            with(lab("l", "Sodium", "2026-03-01T13:00:00Z", 4.0), &unknown), with(lab("v", "Weight", "2026-03-01T13:00:00Z", 21.5), &vital),
            of("Encounter", "e", &json!({"status": "unknown", "class": {"code": "AMB"}, "period": {"start": "2026-02-02T15:00:00Z"}})),
            of("Procedure", "r", &json!({"status": "unknown", "code": {"text": "Tonsillectomy"}})),
        ]).await;
        let document = Node::read(&exported(&portal, &browser, robin).await);
        for (code, rows) in [
            (ALLERGIES, 2), (PROBLEMS, 1), (MEDICATIONS, 2), (RESULTS, 1), (VITALS, 1), (VISITS, 1), (PROCEDURES, 1),
        ] {
            let section = document.section(code);
            assert_eq!((section.rows().len(), section.entries().len()), (rows, 0), "{code}: {:?}", section.rows());
        }
    }

    async fn the_validity_of_a_prescription_is_no_end_of_the_therapy(house: House) {
        let validity = json!({"dispenseRequest": {"validityPeriod": {"start": "2026-03-01", "end": "2026-06-01"}}});
        let reported = of("MedicationStatement", "s", &json!({
            "status": "active", "medicationCodeableConcept": {"text": "Vitamin D"},
            "effectivePeriod": {"start": "2026-01-01", "end": "2026-12-31"},
        }));
        let told = with(validity.clone(), &json!({"reportedBoolean": true}));
        let by_mother = with(validity.clone(), &json!({"reportedReference": {"type": "RelatedPerson", "display": "Ana Doe"}}));
        let (portal, browser, robin) = chart(house, &[
            medicine("m", "Amoxicillin", &validity), medicine("t", "Melatonin", &told), medicine("b", "Iron", &by_mother), reported,
        ]).await;
        let section = Node::read(&exported(&portal, &browser, robin).await).section(MEDICATIONS);
        assert_eq!(section.entries().len(), 4);
        let ends: Vec<String> = section.all("high").iter().map(|high| high.get("value").to_owned()).collect();
        assert_eq!(ends, ["20261231"]);
    }

    async fn no_document_leaves_while_nobody_can_say_whose_it_is(house: House) {
        let (robin, pcp, _) = robin(house, &record()).await;
        let feed = Arc::new(Nameless(Arc::clone(&house.app.feed)));
        let portal = Portal::of_app(house, App { feed, ..house.app.clone() });
        let browser = portal.signed_in(pcp).await;
        let answer = portal.get(&format!("/charts/{robin}/summary.xml"), &browser).await;
        assert_eq!((answer.status, answer.header("content-disposition")), (StatusCode::SERVICE_UNAVAILABLE, ""));
        assert!(answer.body.contains("Not available at the moment.") && !answer.body.contains("ClinicalDocument"));
    }

    async fn hostile_texts_stay_texts(house: House) {
        let hostile = "]]><script>alert(1)</script> & \u{1}\u{b}\u{202e}\"'<!-- דנה כהן";
        let left = "]]><script>alert(1)</script> & \u{fffd}\u{fffd}\"'<!-- דנה כהן";
        let (portal, browser, robin) = chart(house, &[
            problem("p", &code("http://snomed.info/sct", "1\"/><x", hostile), "confirmed"),
            with(lab("l", hostile, "2026-03-01T13:00:00Z", 4.0), &json!({"valueQuantity": null, "valueString": hostile})),
        ]).await;
        let text = exported(&portal, &browser, robin).await;
        let document = Node::read(&text);
        assert_eq!(document.section(PROBLEMS).rows()[0][0], left);
        assert_eq!(document.section(RESULTS).rows()[0][..2], [left, left]);
        assert_eq!(document.section(RESULTS).all("observation")[0].one("value").text(), left);
        assert!(document.all("script").is_empty() && document.all("x").is_empty());
        assert!(ClinicalDocument::read(text.as_bytes()).unwrap().text().contains("דנה כהן"));
    }

    async fn a_document_with_a_labelled_item_is_restricted_and_one_of_part_2_carries_its_notice(house: House) {
        let protect = |resource: Value| with(resource, &json!({"meta": {"security": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2",
        }]}}));
        let buprenorphine = protect(medicine("m", "Buprenorphine", &json!({})));
        let (robin, pcp, _) = robin(house, &[labelled(allergy("a", "Latex")), buprenorphine]).await;
        let guest = house.world.provider_account(house.world.provider("Stone").await).await;
        house.world.narrow_grant(robin, guest, Interval::ALWAYS, 0, Labels::PART2.bits()).await;
        let portal = Portal::of(house);
        let (guest, pcp) = (portal.signed_in(guest).await, portal.signed_in(pcp).await);
        let withheld = exported(&portal, &pcp, robin).await;
        assert_eq!(Node::read(&withheld).one("confidentialityCode").get("code"), "R", "for the label of the allergy");
        assert!(!withheld.contains(NOTICE) && !withheld.contains("Buprenorphine"));
        let document = Node::read(&exported(&portal, &guest, robin).await);
        assert_eq!(document.one("confidentialityCode").get("code"), "R");
        for code in ["48767-8", MEDICATIONS] {
            assert!(document.section(code).text().contains(NOTICE), "{code}");
        }
        assert!(!document.section(ALLERGIES).text().contains(NOTICE));
    }

    async fn whoever_may_not_see_withheld_items_gets_the_same_document_without_and_with_them(house: House) {
        let (robin, pcp, partner) = robin(house, &record()).await;
        let portal = Portal::of(house);
        let (pcp, partner) = (portal.signed_in(pcp).await, portal.signed_in(partner).await);
        let (before, seen) = (exported(&portal, &partner, robin).await, exported(&portal, &pcp, robin).await);
        load_lines(house, &[
            labelled(lab("w", "Viral load", "2026-03-09T13:00:00Z", 2.0)), labelled(problem("w", &json!({"text": "HIV"}), "confirmed")),
            labelled(medicine("w", "Dolutegravir", &json!({}))), labelled(vaccination("w", "Hidden", "completed")),
            labelled(of("Procedure", "w", &json!({"status": "completed", "code": {"text": "Hidden"}}))),
        ]).await.unwrap();
        let after = exported(&portal, &partner, robin).await;
        assert!(without_id(&before) == without_id(&after));
        assert!(Node::read(&after).section("48767-8").text().contains("Some information may not be shown. Call 212-555-0100."));
        let all = exported(&portal, &pcp, robin).await;
        assert!(without_id(&seen) != without_id(&all) && all.contains("Viral load"));
    }

    async fn a_grant_of_one_section_exports_that_section_and_says_that_the_others_are_not_part_of_it(house: House) {
        let (robin, _, _) = robin(house, &record()).await;
        let (_, guest) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        house.world.narrow_grant(robin, guest, Interval::ALWAYS, SectionSet::NONE.with(Section::Results).bits(), 0).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(guest).await;
        let text = exported(&portal, &browser, robin).await;
        let document = Node::read(&text);
        assert_eq!(document.section(RESULTS).rows().len(), 2);
        for code in [MEDICATIONS, PROBLEMS, VITALS] {
            assert!(document.section(code).text().contains("not part of what was approved for you"), "{code}");
        }
        for code in [IMMUNIZATIONS, VISITS, PROCEDURES, CARE_TEAM, APPOINTMENTS, NOTES] {
            assert!(!document.has_section(code), "{code}");
        }
        for hidden in ["Amoxicillin", "Asthma", "Tonsillectomy", "Okafor"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    }

    async fn it_is_exported_after_a_fresh_factor_recorded_and_linked_beside_the_pdf(house: House) {
        let (portal, browser, robin) = chart(house, &record()).await;
        let summary = page(&portal, &browser, &format!("/charts/{robin}")).await;
        let path = format!("/charts/{robin}/summary.xml");
        assert!(links(&summary).contains(&path) && links(&summary).contains(&format!("/charts/{robin}/summary.pdf")));
        let document = Node::read(&exported(&portal, &browser, robin).await);
        let rows = entries(&house.app).await;
        let exports: Vec<_> = rows.iter().filter(|entry| entry.act == Act::ExportChart).collect();
        assert_eq!(exports.len(), 1);
        assert_eq!((exports[0].outcome, exports[0].patient), (Outcome::Allowed, Some(robin)));
        assert_eq!(serde_json::from_str::<Value>(&exports[0].detail).unwrap(), json!({"section": "summary", "act": "ccda"}));
        assert_eq!(exports[0].request_id, document.one("id").get("root"), "the document is found in the audit by its id");
        house.clock.advance(301);
        let late = portal.get(&path, &browser).await;
        assert_eq!(late.status, StatusCode::SEE_OTHER);
        assert!(late.header("location").starts_with("/step-up?next="));
        let (_, other) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        let other = portal.signed_in(other).await;
        assert_eq!(portal.get(&path, &other).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.get(&path, &portal.stranger()).await.status, StatusCode::SEE_OTHER);
    }

    async fn the_record_of_a_fhir_server_is_exported_and_a_section_that_is_down_says_so(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let portal = Portal::of_app(house, s.app.clone());
        let browser = portal.signed_in(s.rivera).await;
        let document = Node::read(&exported(&portal, &browser, id).await);
        assert!(document.section(RESULTS).rows().iter().any(|row| row[0] == "Hemoglobin"), "{:?}", document.section(RESULTS).rows());
        assert_eq!(document.section(ALLERGIES).entries().len(), 1);
        s.double.fault("Observation", crate::support::fhir::Fault::Status(500));
        house.clock.advance(30);
        let document = Node::read(&exported(&portal, &browser, id).await);
        let section = document.section(RESULTS);
        assert_eq!((section.get("nullFlavor"), section.entries().len()), ("NAV", 0));
        assert_eq!(crate::ccda_structure::faults(&document), Vec::<String>::new());
        assert!(section.text().contains("Not available at the moment"), "{}", section.text());
    }
}
