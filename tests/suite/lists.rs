//! Lists of the chart that must not mislead: what is not given, not done, not confirmed, not sure of its date.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::chart::sensitivity::Labels;
use postern::domain::feed::item_id;
use serde_json::{Value, json};

use crate::files::said;
use crate::notes::note;
use crate::results::{chart, in_order, main_of, page, text};
use crate::support::both_engines;
use crate::support::portal::{Browser, Portal};
use crate::support::record::{SUBJECT, lab, report, robin, with};
use crate::support::schedule::execute;

/// An order for a medicine.
fn order(id: &str, medicine: &str, changes: &Value) -> Value {
    let plain = json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order",
        "subject": {"reference": SUBJECT}, "authoredOn": "2026-03-01", "requester": {"display": "Dr. Chen"},
        "medicationCodeableConcept": {"text": medicine},
    });
    with(plain, changes)
}

fn problem(id: &str, title: &str, verification: &str) -> Value {
    json!({
        "resourceType": "Condition", "id": id, "subject": {"reference": SUBJECT}, "code": {"text": title},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": verification}]},
    })
}

fn vaccination(id: &str, title: &str, changes: &Value) -> Value {
    let plain = json!({
        "resourceType": "Immunization", "id": id, "status": "completed", "patient": {"reference": SUBJECT},
        "vaccineCode": {"text": title}, "occurrenceDateTime": "2026-02-03",
    });
    with(plain, changes)
}

fn visit(id: &str, title: &str, status: &str, start: &str, end: &str) -> Value {
    json!({
        "resourceType": "Encounter", "id": id, "status": status, "subject": {"reference": SUBJECT},
        "class": {"code": "AMB"}, "type": [{"text": title}], "period": {"start": start, "end": end},
    })
}

/// The text of the page at `path`.
async fn told(portal: &Portal<'_>, browser: &Browser, path: &str) -> String {
    text(main_of(&page(portal, browser, path).await))
}

/// The words of the summary as a file, line by line.
async fn printed(portal: &Portal<'_>, browser: &Browser, chart: &str) -> String {
    let answer = portal.get(&format!("{chart}/summary.pdf"), browser).await;
    assert_eq!(answer.status, StatusCode::OK);
    said(&answer.body)
}

/// `resource` with the label of 42 CFR Part 2.
fn protected(resource: Value) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    with(resource, &json!({"meta": {"security": [{"system": system, "code": "42CFRPart2"}]}}))
}

const NOTICE: &str = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";

/// Where robin's chart holds something under 42 CFR Part 2, and the same things without its label.
fn treated(mark: fn(Value) -> Value) -> Vec<Value> {
    vec![
        mark(order("m", "Buprenorphine", &json!({}))),
        mark(note("n", "Progress note", "Dr. Chen", "2026-03-01T15:00:00Z", "Relapse prevention.")),
        mark(report("r", "Chest X-ray", "RAD", "2026-03-02T15:00:00Z", &[])),
        mark(lab("l", "Urine drug screen", "2026-03-01T13:00:00Z", 4.0)),
        problem("c", "Asthma", "confirmed"),
    ]
}

/// Every page of robin's chart on which something of [`treated`] stands.
fn pages(chart: &str) -> Vec<String> {
    let item = |section: &str, key: &str| format!("{chart}/{section}/{}", item_id(key, 0));
    let mut pages = vec![chart.to_owned()];
    pages.extend(
        ["medications", "notes", "reports", "results", "results?view=list"].map(|s| format!("{chart}/{s}")),
    );
    pages.push(item("notes", "DocumentReference/n"));
    pages.push(item("reports", "DiagnosticReport/r"));
    pages.push(item("results", "Observation/l"));
    pages
}

async fn found(portal: &Portal<'_>, browser: &Browser, chart: &str, words: &str) -> String {
    let answer = portal.post(&format!("{chart}/search"), browser, &[("words", words)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    text(main_of(&answer.body))
}

both_engines! {
    async fn what_42_cfr_part_2_protects_is_shown_with_its_notice_once_a_page(house: House) {
        let (robin, pcp, _) = robin(house, &treated(protected)).await;
        let guest = house.world.provider_account(house.world.provider("Stone").await).await;
        house.world.narrow_grant(robin, guest, Interval::ALWAYS, 0, Labels::PART2.bits()).await;
        let (portal, chart) = (Portal::of(house), format!("/charts/{robin}"));
        let (guest, pcp) = (portal.signed_in(guest).await, portal.signed_in(pcp).await);
        for path in pages(&chart) {
            let body = page(&portal, &guest, &path).await;
            assert_eq!(text(&body).matches(NOTICE).count(), 1, "{path}");
        }
        let hit = found(&portal, &guest, &chart, "relapse").await;
        assert!(hit.contains(NOTICE) && hit.contains("Progress note"), "{hit}");
        assert_eq!(printed(&portal, &guest, &chart).await.matches(NOTICE).count(), 1);
        // A page that shows nothing of it does not say so.
        for path in [format!("{chart}/problems"), format!("{chart}/visits"), format!("{chart}/search")] {
            assert!(!page(&portal, &guest, &path).await.contains(NOTICE), "{path}");
        }
        assert!(!found(&portal, &guest, &chart, "nothing of it").await.contains(NOTICE));
        // Nor does any page of somebody from whom it is withheld.
        let item = |path: &String| path.rsplit('/').next().unwrap().len() > 30;
        for path in pages(&chart).iter().filter(|path| !item(path) || **path == chart) {
            let body = page(&portal, &pcp, path).await;
            assert!(!body.contains(NOTICE) && !body.contains("Buprenorphine"), "{path}");
        }
        assert!(!found(&portal, &pcp, &chart, "relapse").await.contains(NOTICE));
        assert!(!printed(&portal, &pcp, &chart).await.contains(NOTICE));
    }

    async fn an_allergy_under_42_cfr_part_2_brings_its_notice_wherever_the_banner_names_it(house: House) {
        let allergy = |id: &str, title: &str| json!({
            "resourceType": "AllergyIntolerance", "id": id, "patient": {"reference": SUBJECT}, "code": {"text": title},
            "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
        });
        let lines = [protected(allergy("a", "Naltrexone")), allergy("b", "Peanut"), problem("c", "Asthma", "confirmed")];
        let (robin, pcp, _) = robin(house, &lines).await;
        let guest = house.world.provider_account(house.world.provider("Stone").await).await;
        house.world.narrow_grant(robin, guest, Interval::ALWAYS, 0, Labels::PART2.bits()).await;
        let (portal, chart) = (Portal::of(house), format!("/charts/{robin}"));
        let (guest, pcp) = (portal.signed_in(guest).await, portal.signed_in(pcp).await);
        for path in ["", "/problems", "/allergies", "/visits", "/search"].map(|rest| format!("{chart}{rest}")) {
            let (theirs, ours) = (page(&portal, &guest, &path).await, page(&portal, &pcp, &path).await);
            assert_eq!(theirs.matches(NOTICE).count(), usize::from(theirs.contains("Naltrexone")), "{path}");
            assert_eq!(ours.matches(NOTICE).count(), usize::from(ours.contains("Naltrexone")), "{path}");
            assert!(theirs.contains("Naltrexone") && theirs.contains("Peanut") && ours.contains("Peanut"), "{path}");
        }
    }

    async fn what_carries_no_label_of_42_cfr_part_2_is_shown_without_its_notice(house: House) {
        let (portal, browser, robin) = chart(house, &treated(|resource| resource)).await;
        let chart = format!("/charts/{robin}");
        for path in pages(&chart) {
            assert!(!page(&portal, &browser, &path).await.contains(NOTICE), "{path}");
        }
        assert!(found(&portal, &browser, &chart, "relapse").await.contains("Progress note"));
        assert!(!printed(&portal, &browser, &chart).await.contains(NOTICE));
    }

    async fn an_order_not_to_give_is_unmistakable_wherever_it_shows(house: House) {
        let (portal, browser, robin) = chart(house, &[
            order("a", "Insulin", &json!({})),
            order("b", "Amoxicillin", &json!({"doNotPerform": true, "reasonCode": [{"text": "Serum sickness"}]})),
            order("c", "Melatonin", &json!({"requester": null, "reportedReference": {"reference": "RelatedPerson/m", "display": "Ana Doe"}})),
            order("d", "Ibuprofen", &json!({"intent": "proposal"})),
        ]).await;
        let chart = format!("/charts/{robin}");
        let list = told(&portal, &browser, &format!("{chart}/medications")).await;
        in_order(&list, &["Do not give", "Do not give: Amoxicillin", "Serum sickness", "Current medications"]);
        let taken = list.split_once("Current medications").unwrap().1;
        assert!(taken.contains("Insulin") && !taken.contains("Amoxicillin"), "{taken}");
        assert!(taken.contains("Melatonin Reported by family") && taken.contains("Proposed: Ibuprofen"), "{taken}");
        let summary = told(&portal, &browser, &chart).await;
        in_order(&summary, &["Current medications", "Do not give: Amoxicillin", "Insulin"]);
        assert_eq!(summary.matches("Amoxicillin").count(), summary.matches("Do not give: Amoxicillin").count());
        assert!(summary.contains("Melatonin Reported by family") && summary.contains("Proposed: Ibuprofen"), "{summary}");
        let file = printed(&portal, &browser, &chart).await;
        assert!(file.contains("Do not give: Amoxicillin") && file.contains("Melatonin (reported by family"), "{file}");
        assert!(file.contains("Proposed: Ibuprofen"), "{file}");
    }

    async fn a_result_of_a_month_or_a_year_is_no_more_exact_than_its_source(house: House) {
        let sodium = |id: &str, at: &str, value: f64| {
            let dated = json!({"effectiveDateTime": at, "issued": null});
            with(lab(id, "Sodium", "2026-03-01T13:00:00Z", value), &dated)
        };
        let (portal, browser, robin) = chart(house, &[
            sodium("a", "2026-03-01T13:00:00Z", 139.0),
            sodium("b", "2026-02", 141.0),
            sodium("c", "2024", 144.0),
            sodium("d", "2023-05-04", 145.0),
        ]).await;
        let results = format!("/charts/{robin}/results");
        let sheet = told(&portal, &browser, &results).await;
        in_order(&sheet, &["01-Mar-2026 08:00 EST", "Feb-2026", "2024", "04-May-2023"]);
        let list = told(&portal, &browser, &format!("{results}?view=list")).await;
        assert!(list.contains("(Feb-2026)"), "{list}");
        let test = told(&portal, &browser, &format!("{results}/{}", item_id("Observation/a", 0))).await;
        assert!(test.contains("2 values of which only the month or the year is known are not drawn."), "{test}");
        for page in [&sheet, &list, &test] {
            assert!(!page.contains("01-Feb-2026") && !page.contains("01-Jan-2024"), "{page}");
        }
    }

    async fn a_referral_not_to_be_made_is_unmistakable_and_so_is_the_appointment_behind_it(house: House) {
        let referral = |id: &str, title: &str, not: bool| json!({
            "resourceType": "ServiceRequest", "id": id, "status": "active", "subject": {"reference": SUBJECT},
            "code": {"text": title}, "authoredOn": "2026-03-01", "doNotPerform": not,
        });
        let appointment = json!({
            "resourceType": "Appointment", "id": "a", "status": "booked", "description": "Surgical clinic", "start": "2026-05-04T14:00:00Z",
            "participant": [{"actor": {"reference": SUBJECT}}], "basedOn": [{"reference": "ServiceRequest/n"}],
        });
        let lines = [referral("n", "Referral to surgery", true), referral("y", "Referral to cardiology", false), appointment];
        let (portal, browser, robin) = chart(house, &lines).await;
        let list = told(&portal, &browser, &format!("/charts/{robin}/appointments")).await;
        in_order(&list, &["Surgical clinic", "Do not perform", "Referrals"]);
        let (_, referrals) = list.split_once("Referrals").unwrap();
        assert!(referrals.contains("Do not perform: Referral to surgery"), "{referrals}");
        assert_eq!(referrals.matches("Do not perform").count(), 1, "{referrals}");
    }

    async fn who_has_left_the_care_team_is_no_longer_of_it(house: House) {
        let member = |name: &str, end: Option<&str>| json!({"member": {"display": name}, "period": {"start": "2025-01-01", "end": end}});
        let team = json!({
            "resourceType": "CareTeam", "id": "t", "status": "active", "name": "Cardiac team", "subject": {"reference": SUBJECT},
            "participant": [member("Dr. Gone", Some("2026-03-10")), member("Dr. Today", Some("2026-03-11")), member("Dr. Open", None)],
        });
        let (portal, browser, robin) = chart(house, &[team]).await;
        let list = told(&portal, &browser, &format!("/charts/{robin}/care_team")).await;
        let (now, past) = list.split_once("(1)").unwrap();
        assert!(now.contains("Dr. Today") && now.contains("Dr. Open") && !now.contains("Dr. Gone"), "{now}");
        assert!(past.contains("Dr. Gone") && past.contains("10-Mar-2026"), "{past}");
    }

    async fn orders_not_to_give_are_not_cut_off_by_a_long_list(house: House) {
        let mut orders: Vec<Value> = (0..20).map(|n| order(&format!("m{n}"), &format!("Medicine {n}"), &json!({}))).collect();
        orders.push(order("never", "Codeine", &json!({"doNotPerform": true, "authoredOn": "2020-01-01"})));
        let (portal, browser, robin) = chart(house, &orders).await;
        let chart = format!("/charts/{robin}");
        let summary = told(&portal, &browser, &chart).await;
        in_order(&summary, &["Current medications", "Do not give: Codeine", "Medicine", "15 more under All."]);
        assert!(printed(&portal, &browser, &chart).await.contains("Do not give: Codeine"));
    }

    async fn a_vaccination_that_was_not_given_never_reads_as_given(house: House) {
        let declined = json!({"status": "not-done", "statusReason": {"text": "Family declined"}});
        let (portal, browser, robin) = chart(house, &[
            vaccination("i1", "MMR", &json!({})), vaccination("i2", "Varicella", &declined),
        ]).await;
        let chart = format!("/charts/{robin}");
        let list = told(&portal, &browser, &format!("{chart}/immunizations")).await;
        in_order(&list, &["Not given: Varicella", "Family declined", "Not given"]);
        for page in [told(&portal, &browser, &chart).await, printed(&portal, &browser, &chart).await] {
            assert!(page.contains("Not given: Varicella") && page.contains("Family declined"), "{page}");
            assert!(page.contains("MMR") && !page.contains("Not given: MMR"), "{page}");
        }
    }

    async fn a_problem_that_is_not_confirmed_says_so_and_a_refuted_one_is_not_there(house: House) {
        let (portal, browser, robin) = chart(house, &[
            problem("c1", "Asthma", "confirmed"), problem("c2", "Celiac disease", "differential"),
            problem("c3", "Croup", "provisional"), problem("c4", "Lupus", "refuted"), problem("c5", "Rickets", "entered-in-error"),
        ]).await;
        let chart = format!("/charts/{robin}");
        let list = format!("{chart}/problems");
        for page in [told(&portal, &browser, &list).await, told(&portal, &browser, &chart).await, printed(&portal, &browser, &chart).await] {
            assert!(page.contains("Differential: Celiac disease") && page.contains("Provisional: Croup"), "{page}");
            assert!(page.contains("Asthma") && !page.contains(": Asthma"), "{page}");
            assert!(!page.contains("Lupus") && !page.contains("Rickets"), "{page}");
        }
    }

    async fn a_cancelled_visit_is_not_among_visits_and_a_planned_one_says_planned(house: House) {
        let mut visits: Vec<Value> = (0..9).map(|n| {
            let day = format!("2026-03-{:02}", n + 1);
            visit(&format!("x{n}"), "Called off", "cancelled", &format!("{day}T14:00:00Z"), &format!("{day}T15:00:00Z"))
        }).collect();
        visits.push(visit("v1", "Check-up", "finished", "2026-01-10T14:00:00Z", "2026-01-10T15:00:00Z"));
        visits.push(visit("v2", "Surgery", "planned", "2026-12-10T14:00:00Z", "2026-12-11T15:00:00Z"));
        visits.push(visit("v3", "Mistake", "entered-in-error", "2026-02-10T14:00:00Z", "2026-02-10T15:00:00Z"));
        let (portal, browser, robin) = chart(house, &visits).await;
        let chart = format!("/charts/{robin}");
        let list = told(&portal, &browser, &format!("{chart}/visits")).await;
        in_order(&list, &["Planned: Surgery", "Check-up", "Finished", "Cancelled (9)", "Cancelled: Called off"]);
        assert!(!list.contains("Mistake"), "{list}");
        for page in [told(&portal, &browser, &chart).await, printed(&portal, &browser, &chart).await] {
            assert!(page.contains("Planned: Surgery") && page.contains("Check-up"), "{page}");
            assert!(!page.contains("Called off") && !page.contains("Mistake"), "{page}");
        }
    }

    async fn a_date_is_shown_no_more_exactly_than_its_source_gives_it(house: House) {
        let dated = |when: &str| json!({"occurrenceDateTime": when});
        let onset = |id: &str, title: &str, when: &str| with(problem(id, title, "confirmed"), &json!({"onsetDateTime": when}));
        let said = json!({"occurrenceDateTime": null, "occurrenceString": "as a baby"});
        let (portal, browser, robin) = chart(house, &[
            vaccination("i1", "MMR", &dated("2021")), vaccination("i2", "DTaP", &dated("2019-05")),
            vaccination("i3", "Influenza", &dated("2025-10-02")), vaccination("i4", "BCG", &said),
            onset("c1", "Asthma", "2020"), onset("c2", "Eczema", "2020-07"),
            with(onset("c3", "Croup", "2022-01"), &json!({"clinicalStatus": {"coding": [{"code": "resolved"}]}, "abatementDateTime": "2022"})),
        ]).await;
        let chart = format!("/charts/{robin}");
        let list = told(&portal, &browser, &format!("{chart}/immunizations")).await;
        in_order(&list, &["Influenza", "02-Oct-2025", "6 y 6 m", "MMR", "2021", "DTaP", "May-2019", "about 1 m", "BCG", "as a baby"]);
        assert!(!list.contains("Jan-2021") && !list.contains("01-May-2019"), "{list}");
        let problems = told(&portal, &browser, &format!("{chart}/problems")).await;
        in_order(&problems, &["Eczema", "Jul-2020", "Asthma", "2020", "Resolved (1)", "Croup", "Jan-2022", "2022"]);
        for page in [told(&portal, &browser, &chart).await, printed(&portal, &browser, &chart).await, problems] {
            assert!(page.contains("Jul-2020") && !page.contains("-Jul-2020") && !page.contains("Jan-2020"), "{page}");
        }
        let summary = printed(&portal, &browser, &chart).await;
        assert!(summary.contains("as a baby") && summary.contains("\n2021\n"), "{summary}");
    }

    async fn the_last_day_of_a_stay_is_shown_as_the_source_gives_it(house: House) {
        let (portal, browser, robin) = chart(house, &[
            visit("v1", "Admission", "finished", "2026-03-01", "2026-03-02"),
            visit("v2", "Rehabilitation", "finished", "2025-11", "2025-12"),
            visit("v3", "Clinic", "finished", "2026-01-10T14:00:00Z", "2026-01-10T15:00:00Z"),
            visit("v4", "Night", "finished", "2026-01-20T14:00:00Z", "2026-01-21"),
        ]).await;
        let list = told(&portal, &browser, &format!("/charts/{robin}/visits")).await;
        in_order(&list, &["Admission", "01-Mar-2026", "02-Mar-2026", "Night", "20-Jan-2026", "21-Jan-2026", "Clinic", "10-Jan-2026 09:00 EST", "10:00 EST",
            "Rehabilitation", "Nov-2025", "Dec-2025"]);
        for wrong in ["03-Mar-2026", "22-Jan-2026", "01-Nov-2025", "Jan-2026 00:00", "01-Jan-2026"] {
            assert!(!list.contains(wrong), "{wrong} in {list}");
        }
    }

    async fn a_vaccination_says_who_reported_it(house: House) {
        let origin = |code: &str| json!({"primarySource": false, "reportOrigin": {"coding": [{"code": code}]}});
        let (portal, browser, robin) = chart(house, &[
            vaccination("i1", "MMR", &origin("jurisdiction")), vaccination("i2", "DTaP", &origin("recall")),
            vaccination("i3", "Polio", &json!({"primarySource": false})), vaccination("i4", "Influenza", &json!({"primarySource": true})),
            vaccination("i5", "Hib", &json!({"reportOrigin": {"text": "Birth certificate"}})),
        ]).await;
        let list = told(&portal, &browser, &format!("/charts/{robin}/immunizations")).await;
        for words in ["Reported by registry", "Reported by parent or patient from memory", "Reported; by whom is not stated", "Reported: Birth certificate"] {
            assert_eq!(list.matches(words).count(), 1, "{words} in {list}");
        }
        assert_eq!(list.matches("Reported").count(), 4, "{list}");
    }

    async fn a_document_says_how_large_its_file_is(house: House) {
        let document = |id: &str, title: &str, attachment: Value| json!({
            "resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": SUBJECT},
            "type": {"text": title}, "date": "2026-03-01T15:00:00Z", "content": [{"attachment": attachment}],
        });
        let pdf = |more: &Value| with(json!({"contentType": "application/pdf", "url": "Binary/b"}), more);
        let (portal, browser, robin) = chart(house, &[
            document("d1", "Letter", pdf(&json!({"size": 120_400}))), document("d2", "Scan", pdf(&json!({"size": 2_350_000}))),
            document("d3", "Plan", json!({"contentType": "application/pdf", "data": "JVBERi0xLjQ="})), document("d4", "Form", pdf(&json!({}))),
        ]).await;
        let list = told(&portal, &browser, &format!("/charts/{robin}/documents")).await;
        for words in ["PDF · 120 kB", "PDF · 2.4 MB", "PDF · 8 bytes"] {
            assert!(list.contains(words), "{words} in {list}");
        }
        assert_eq!(list.matches("PDF").count(), 4, "{list}");
    }

    async fn a_procedure_that_was_not_done_says_so(house: House) {
        let procedure = |id: &str, title: &str, status: &str| json!({
            "resourceType": "Procedure", "id": id, "status": status, "subject": {"reference": SUBJECT},
            "code": {"text": title}, "performedDateTime": "2026-02-03", "statusReason": {"text": "Fever"},
        });
        let (portal, browser, robin) = chart(house, &[
            procedure("p1", "Endoscopy", "not-done"), procedure("p2", "Biopsy", "completed"),
        ]).await;
        let list = told(&portal, &browser, &format!("/charts/{robin}/procedures")).await;
        assert!(list.contains("Not done: Endoscopy") && !list.contains("Not done: Biopsy"), "{list}");
        assert!(!list.contains("Not given"), "{list}");
    }

    async fn a_row_of_before_of_an_allergy_that_nobody_asked_about_makes_no_line(house: House) {
        let (portal, browser, robin) = chart(house, &[json!({
            "resourceType": "AllergyIntolerance", "id": "n", "patient": {"reference": SUBJECT},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}], "text": "No known allergy"},
        })]).await;
        let summary = format!("/charts/{robin}");
        assert!(told(&portal, &browser, &summary).await.contains("No known allergies"));
        // As it was loaded while the code was taken for the statement that there are none.
        execute(house, "update chart_item set code = 'http://snomed.info/sct|1631000175102' where section = 'allergies'").await;
        let page = page(&portal, &browser, &summary).await;
        assert!(!page.contains("No known allergies") && page.contains("Allergies not recorded"), "{}", main_of(&page));
        let list = told(&portal, &browser, &format!("{summary}/allergies")).await;
        assert!(!list.contains("No known"), "{list}");
        let item = item_id("AllergyIntolerance/n", 0);
        let answer = portal.get(&format!("{summary}/allergies/{item}"), &browser).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let document = crate::ccda::Node::read(&crate::ccda::exported(&portal, &browser, robin).await);
        let section = document.section(crate::ccda::ALLERGIES);
        assert_eq!((section.get("nullFlavor"), section.entries().len()), ("NI", 0));
    }
}
