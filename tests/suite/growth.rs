//! Growth charts over HTTP: who sees them, what they say of a child of each age, and what they keep to themselves.

use std::sync::Arc;

use axum::http::StatusCode;
use postern::app::App;
use postern::app::permit::Permit;
use postern::app::permit::desk::DeskPermit;
use postern::app::ports::{Answer as FeedAnswer, Feed, FeedError, Telling, Wanted};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::chart::{Banner, ChartItem, Section};
use postern::domain::ids::{AccountId, PatientId};
use postern::domain::verification::FamilyPhone;
use postern::store::feed_write;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::hidden::told;
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines, html};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

fn person(birth: &str, sex: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": "a", "birthDate": birth, "gender": sex,
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "0012345"}],
        "name": [{"family": "Reyes", "given": ["Robin"]}],
    })
}

fn observation(id: &str, code: &str, day: &str, value: f64, unit: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/a"},
        "category": [{"coding": [{"code": "vital-signs"}]}], "effectiveDateTime": day,
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": code}]},
        "valueQuantity": {"value": value, "unit": unit},
    })
}

/// A boy of nearly seven with four weights, two heights and no BMI.
fn boy() -> Vec<Value> {
    vec![
        person("2019-03-14", "male"),
        observation("w1", "29463-7", "2019-09-12", 8.0, "kg"),
        observation("w2", "29463-7", "2021-04-13", 12.96, "kg"),
        observation("w3", "3141-9", "2024-06-02", 39.7, "[lb_av]"),
        observation("w4", "29463-7", "2026-02-11", 19.4, "kg"),
        observation("h1", "8302-2", "2024-06-02", 42.2, "[in_i]"),
        observation("h2", "8302-2", "2026-02-11", 115.0, "cm"),
    ]
}

async fn loaded(house: &House, lines: &[Value]) -> PatientId {
    load_lines(house, lines).await.unwrap();
    let mut tx = house.db().begin().await.unwrap();
    feed_write::by_mrn(&mut tx, "0012345").await.unwrap().unwrap().0
}

/// The PCP of the patient, and another physician.
async fn physicians(house: &House, patient: PatientId) -> (AccountId, AccountId) {
    let practice = house.world.practice("Elm Pediatrics").await;
    let (chen, account) = house.world.physician("Chen", practice).await;
    house.world.listing(patient, Some(chen), None, Interval::ALWAYS).await;
    let park = house.world.practice("Park Clinic").await;
    (account, house.world.physician("Stone", park).await.1)
}

async fn page(portal: &Portal<'_>, browser: &Browser, patient: PatientId, query: &str) -> Answer {
    let answer = portal.get(&format!("/charts/{patient}/growth{query}"), browser).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
    assert_eq!(html::faults(&answer.body), Vec::<String>::new(), "{query}");
    answer
}

/// The cells of every table of the page, row by row, head line first.
fn rows(answer: &Answer) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for element in html::elements(&answer.body) {
        match element.tag.as_str() {
            "tr" => rows.push(Vec::new()),
            "th" | "td" => rows.last_mut().unwrap().push(element.text.trim().to_owned()),
            _ => {}
        }
    }
    rows
}

fn links(answer: &Answer) -> Vec<String> {
    html::elements(&answer.body).iter().filter(|e| e.tag == "a").map(|e| e.get("href").to_owned()).collect()
}

/// The record of a source that does not answer, but for the banner.
struct Down(Arc<dyn Feed>);

impl Feed for Down {
    fn banner<'a>(&'a self, permit: &'a Permit) -> FeedAnswer<'a, Banner> {
        self.0.banner(permit)
    }
    fn items<'a>(&'a self, _: &'a Permit, _: Section, _: Wanted) -> FeedAnswer<'a, Vec<ChartItem>> {
        Box::pin(async { Err(FeedError::Down { last_seen: None }) })
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

both_engines! {
    async fn the_pcp_sees_a_childs_weight_with_percentiles_by_both_references(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let answer = page(&portal, &browser, boy, "").await;
        for words in ["Weight for age, boys, 2 to 10 years, CDC 2000", "Weight for age, boys, birth to 24 months, WHO 2006",
            "REYES, Robin", "aria-current=\"page\">Growth", "not corrected", "18.01 kg", "Age in years", "Weight (kg)"] {
            assert!(answer.body.contains(words), "{words}");
        }
        let found = rows(&answer);
        assert_eq!(found[0], ["Measured", "Age", "Value", "Percentile", "z-score", "Velocity"]);
        let of = |day: &str| found.iter().find(|row| row[0] == day).cloned().unwrap();
        assert_eq!(of("13-Apr-2021")[1..4], ["2 y 0 m", "12.96 kg", "54th"]);
        assert_eq!(of("12-Sep-2019")[1..4], ["5 m", "8 kg", "53rd"]);
        assert_eq!(found.len(), 2 + 4, "each weight once, each on its sheet");
        let tab = format!("/charts/{boy}/growth");
        let summary = portal.get(&format!("/charts/{boy}"), &browser).await;
        assert!(links(&summary).contains(&tab) && summary.body.contains("id=\"card-growth\""));
        assert!(summary.body.contains("19.4 kg"));
    }

    async fn every_measure_and_the_sheet_open_and_garbage_does_not(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let weight = page(&portal, &browser, boy, "?measure=weight").await;
        assert_eq!(rows(&weight), rows(&page(&portal, &browser, boy, "").await));
        assert!(page(&portal, &browser, boy, "?measure=length").await.body.contains("107.19 cm"));
        let bmi = page(&portal, &browser, boy, "?measure=bmi").await;
        assert!(bmi.body.contains("Computed: from weight and height") && bmi.body.contains("14.67 kg/m²"));
        assert!(page(&portal, &browser, boy, "?measure=head").await.body.contains("No head circumference recorded"));
        let for_length = page(&portal, &browser, boy, "?measure=weight-for-length").await;
        assert!(for_length.body.contains("No weight and length of the same day"));
        let sheet = page(&portal, &browser, boy, "?measure=all").await;
        assert_eq!(html::elements(&sheet.body).iter().filter(|e| e.tag == "figure").count(), 3);
        for garbage in ["?measure=", "?measure=Weight", "?measure=velocity", "?measure=%00", "/weight", "?measure=weight&measure=bmi"] {
            let answer = portal.get(&format!("/charts/{boy}/growth{garbage}"), &browser).await;
            assert!(answer.status.is_client_error(), "{garbage}: {}", answer.status);
        }
    }

    async fn who_may_not_see_the_chart_cannot_tell_it_from_one_that_is_not_there(house: House) {
        let boy = loaded(house, &boy()).await;
        let (_, stone) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(stone).await;
        let mut answers = Vec::new();
        for id in [boy.to_string(), NOBODY.to_owned()] {
            let before = count(house, "select count(*) from audit_row").await;
            let answer = portal.get(&format!("/charts/{id}/growth?measure=bmi"), &browser).await;
            let written = count(house, "select count(*) from audit_row").await - before;
            answers.push((answer.status, told(&answer, &id), written));
        }
        assert_eq!((answers[0].0, answers[0].2), (StatusCode::NOT_FOUND, 1));
        assert_eq!(answers[0], answers[1]);
        let stranger = portal.get(&format!("/charts/{boy}/growth"), &portal.stranger()).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER);
        let team = house.world.team_account(&["reviewer"]).await;
        let team = portal.signed_in(team).await;
        assert_eq!(portal.get(&format!("/charts/{boy}/growth"), &team).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_grant_that_does_not_name_vitals_shows_no_growth(house: House) {
        let boy = loaded(house, &boy()).await;
        let (_, stone) = physicians(house, boy).await;
        let results = 1 << Section::Results as i64;
        house.world.narrow_grant(boy, stone, Interval::ALWAYS, results, 0).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(stone).await;
        let answer = page(&portal, &browser, boy, "").await;
        assert!(answer.body.contains("not part of what was approved for you"));
        assert!(!answer.body.contains("kg") && !answer.body.contains("<figure") && !answer.body.contains("not corrected"));
        let summary = portal.get(&format!("/charts/{boy}"), &browser).await;
        assert_eq!(summary.status, StatusCode::OK);
        let growth = format!("/charts/{boy}/growth");
        assert!(!links(&summary).iter().any(|link| link.starts_with(&growth)) && !summary.body.contains("card-growth"));
    }

    async fn a_preterm_infant_is_shown_at_both_ages(house: House) {
        let mut lines = vec![
            person("2025-06-03", "female"),
            observation("w1", "29463-7", "2025-07-01", 1900.0, "g"),
            observation("w2", "29463-7", "2025-12-03", 6.1, "kg"),
            observation("l2", "8306-3", "2025-12-03", 62.5, "cm"),
            observation("c2", "9843-4", "2025-12-03", 41.2, "cm"),
        ];
        let mut born = observation("g", "11884-4", "2025-06-03", 30.0, "wk");
        born["category"] = json!([{"coding": [{"code": "exam"}]}]);
        lines.push(born);
        let girl = loaded(house, &lines).await;
        let (chen, stone) = physicians(house, girl).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let answer = page(&portal, &browser, girl, "").await;
        for words in ["Born at 30 weeks.", "10 weeks less", "Corrected age", "before term", "girls, birth to 24 months, WHO 2006"] {
            assert!(answer.body.contains(words), "{words}");
        }
        let found = rows(&answer);
        assert_eq!(found[1][..4], ["03-Dec-2025", "6 m", "3 m", "6.1 kg"]);
        assert_eq!(found[2][..4], ["01-Jul-2025", "0 m", "before term", "1.9 kg"]);
        let for_length = page(&portal, &browser, girl, "?measure=weight-for-length").await;
        assert!(for_length.body.contains("6.1 kg at 62.5 cm"));
        assert!(page(&portal, &browser, girl, "?measure=bmi").await.body.contains("BMI is charted from the second birthday"));
        assert!(page(&portal, &browser, girl, "?measure=head").await.body.contains("41.2 cm"));
        // Whoever may see vitals only does not see what the results say, and reads that nothing is corrected.
        house.world.narrow_grant(girl, stone, Interval::ALWAYS, 1 << Section::Vitals as i64, 0).await;
        let narrow = page(&portal, &portal.signed_in(stone).await, girl, "").await;
        assert!(narrow.body.contains("6.1 kg") && narrow.body.contains("not corrected for preterm birth"));
        assert!(!narrow.body.contains("30 weeks") && !narrow.body.contains("Corrected age"));
    }

    async fn at_the_20th_birthday_the_charts_end(house: House) {
        let lines = [person("2006-03-12", "male"), observation("w", "29463-7", "2024-06-02", 68.0, "kg")];
        let youth = loaded(house, &lines).await;
        let (chen, _) = physicians(house, youth).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let growth = format!("/charts/{youth}/growth");
        // Noon of the day before.
        let before = page(&portal, &browser, youth, "").await;
        assert!(before.body.contains("68 kg") && links(&before).contains(&growth));
        assert!(before.body.contains("No measurements since 02-Jun-2024."));
        house.clock.advance(12 * 3600 - 600);
        let browser = portal.signed_in(chen).await;
        let birthday: Instant = "2026-03-12T04:00:00Z".parse().unwrap();
        house.clock.advance(birthday.seconds_since(house.now()) - 1);
        assert!(links(&page(&portal, &browser, youth, "").await).contains(&growth));
        house.clock.advance(1);
        let after = page(&portal, &browser, youth, "").await;
        assert!(after.body.contains("Growth charts end at the 20th birthday") && !after.body.contains("<figure"));
        assert!(!links(&after).contains(&growth));
        let summary = portal.get(&format!("/charts/{youth}"), &browser).await;
        assert!(!links(&summary).contains(&growth) && !summary.body.contains("card-growth"));
    }

    async fn a_source_that_is_down_shows_nothing_rather_than_something_old(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, _) = physicians(house, boy).await;
        let down = App { feed: Arc::new(Down(Arc::clone(&house.app.feed))), ..house.app.clone() };
        let portal = Portal::of_app(house, down);
        let browser = portal.signed_in(chen).await;
        let answer = page(&portal, &browser, boy, "").await;
        assert!(answer.body.contains("Not available at the moment.") && !answer.body.contains(" kg"));
    }

    async fn a_withheld_measurement_changes_no_byte(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, stone) = physicians(house, boy).await;
        house.world.grant(boy, stone, Interval::ALWAYS).await;
        let portal = Portal::of(house);
        let (browser, pcp) = (portal.signed_in(stone).await, portal.signed_in(chen).await);
        let queries = ["", "?measure=bmi", "?measure=all"];
        let mut before = Vec::new();
        for query in queries {
            before.push(told(&page(&portal, &browser, boy, query).await, "-"));
        }
        let mut withheld = observation("w9", "29463-7", "2025-08-10", 33.3, "kg");
        withheld["meta"] = json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]});
        load_lines(house, &[withheld]).await.unwrap();
        assert!(page(&portal, &pcp, boy, "").await.body.contains("33.3 kg"), "the PCP sees it");
        for (query, before) in queries.iter().zip(before) {
            assert_eq!(told(&page(&portal, &browser, boy, query).await, "-"), before, "{query}");
        }
    }

    async fn a_child_grows_so_fast_between_two_visits(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let found = rows(&page(&portal, &browser, boy, "?measure=length").await);
        assert_eq!(found[0].last().unwrap(), "Velocity");
        // 115 cm less 42.2 inches, which are 107.188 cm, in 619 days: 7.812 / 619 × 365.25.
        let last = found[1].last().unwrap();
        assert!(last.contains("4.6 cm/year") && last.contains("since") && last.contains("02-Jun-2024"), "{last}");
        assert_eq!(found[2].last().unwrap(), "", "nothing lies before the first");
    }

    async fn parents_heights_give_a_target_that_is_shown_recorded_and_kept_nowhere(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, stone) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let chart = format!("/charts/{boy}/growth");
        let before = page(&portal, &browser, boy, "?measure=length").await;
        assert!(before.body.contains("Give the heights of both parents") && !before.body.contains("Tanner"));
        assert!(before.body.contains("2 to 10 years"));
        let looked = "select count(*) from audit_row where act = 'open_chart' and detail like '%vitals%'";
        let looks = count(house, looked).await;
        let heights = |father: &'static str, mother: &'static str| [("father", father), ("mother", mother), ("unit", "cm"), ("measure", "length")];
        let answer = portal.post(&chart, &browser, &heights("180", "165")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(html::faults(&answer.body), Vec::<String>::new());
        for words in ["Target height: 179 cm, 62nd percentile (z 0.30) of CDC 2000 at 20 years; range 170.5 to 187.5 cm.",
            "2 to 20 years", "Tanner 1970", "value=\"180\"", "value=\"165\"", "Father 180 cm, mother 165 cm"] {
            assert!(answer.body.contains(words), "{words}");
        }
        assert_eq!(count(house, looked).await, looks + 1);
        let sheet = portal.post(&chart, &browser, &[("father", "70"), ("mother", "65"), ("unit", "in"), ("measure", "all")]).await;
        assert!(sheet.status == StatusCode::OK && sheet.body.contains("Target height: 177.95 cm"), "{}", sheet.body);
        let after = page(&portal, &browser, boy, "?measure=length").await;
        assert!(!after.body.contains("Tanner") && !after.body.contains("value=\"180\""));
        // Who may not see the chart reads what there is to read of one that is not there.
        let stranger = portal.signed_in(stone).await;
        assert_eq!(portal.post(&chart, &stranger, &heights("180", "165")).await.status, StatusCode::NOT_FOUND);
    }

    async fn an_infant_with_a_target_height_has_its_length_on_the_one_sheet(house: House) {
        let girl = loaded(house, &[
            person("2025-06-03", "female"),
            observation("l1", "8306-3", "2025-08-03", 57.5, "cm"), observation("l2", "8306-3", "2025-12-03", 65.5, "cm"),
        ]).await;
        let (chen, _) = physicians(house, girl).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let heights = [("father", "180"), ("mother", "165"), ("unit", "cm"), ("measure", "all")];
        let sheet = portal.post(&format!("/charts/{girl}/growth"), &browser, &heights).await;
        assert_eq!(sheet.status, StatusCode::OK);
        assert_eq!(html::faults(&sheet.body), Vec::<String>::new());
        for words in ["Length for age, girls, birth to 24 months, WHO 2006", "65.5 cm", "Target height: 166 cm"] {
            assert!(sheet.body.contains(words), "{words}");
        }
        assert!(!sheet.body.contains("2 to 20 years, CDC 2000"), "no empty sheet");
    }

    async fn a_cancelled_measurement_is_not_charted_and_said(house: House) {
        let mut lines = boy();
        let mut cancelled = observation("w9", "29463-7", "2025-08-10", 33.3, "kg");
        cancelled["status"] = json!("cancelled");
        lines.push(cancelled);
        let boy = loaded(house, &lines).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let answer = page(&portal, &portal.signed_in(chen).await, boy, "").await;
        assert!(answer.body.contains("Not charted: 1 value pending or cancelled.") && !answer.body.contains("33.3 kg"));
    }

    async fn heights_that_are_none_say_what_to_do_and_keep_what_was_typed(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let chart = format!("/charts/{boy}/growth");
        for (typed, unit, words) in [
            ("0", "cm", "type the height of an adult, 100 to 250 cm"),
            ("400", "cm", "type the height of an adult, 100 to 250 cm"),
            ("178", "in", "40 to 98 inches, or choose the other unit"),
            ("tall", "cm", "type a number in cm, such as 178"),
            ("", "in", "type it in inches, such as 70"),
        ] {
            let fields = [("father", typed), ("mother", "65"), ("unit", unit), ("measure", "length")];
            let answer = portal.post(&chart, &browser, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert_eq!(html::faults(&answer.body), Vec::<String>::new());
            assert!(answer.body.contains(words) && answer.body.contains("There is a problem"), "{typed}: {words}");
            assert!(answer.body.contains("value=\"65\"") && !answer.body.contains("Tanner"), "{typed}");
            assert!(answer.body.contains("115 cm"), "the chart is there all the same");
        }
    }

    async fn the_parents_heights_of_the_record_give_the_target_unasked(house: House) {
        let mut lines = boy();
        let mut father = observation("f", "83845-8", "2020-01-02", 180.0, "cm");
        father["category"] = json!([{"coding": [{"code": "social-history"}]}]);
        lines.push(father);
        // The other name of LOINC.
        let mut mother = observation("m", "83846-6", "2020-01-02", 165.0, "cm");
        mother["code"]["coding"][0]["system"] = json!("urn:oid:2.16.840.1.113883.6.1");
        lines.push(mother);
        let boy = loaded(house, &lines).await;
        let (chen, stone) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let answer = page(&portal, &portal.signed_in(chen).await, boy, "?measure=length").await;
        assert!(answer.body.contains("Target height: 179 cm") && answer.body.contains("as the record has them"));
        // Whoever may not see the results does not see by the target what they say.
        house.world.narrow_grant(boy, stone, Interval::ALWAYS, 1 << Section::Vitals as i64, 0).await;
        let narrow = page(&portal, &portal.signed_in(stone).await, boy, "?measure=length").await;
        assert!(narrow.body.contains("115 cm") && !narrow.body.contains("179 cm"));
    }

    async fn a_weight_of_a_month_or_a_year_is_no_more_exact_than_the_source(house: House) {
        let mut lines = boy();
        lines.push(observation("w8", "29463-7", "2023", 16.0, "kg"));
        lines.push(observation("w9", "29463-7", "2023-05", 16.4, "kg"));
        let boy = loaded(house, &lines).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let answer = page(&portal, &portal.signed_in(chen).await, boy, "").await;
        let found = rows(&answer);
        let of = |day: &str| found.iter().find(|row| row[0] == day).cloned().unwrap();
        assert_eq!(of("2023")[1], "");
        assert_eq!(of("May-2023")[1], "about 4 y 1 m");
        assert!(of("May-2023")[3].contains("Only the month or the year is known") && of("May-2023")[4].is_empty());
        assert!(!answer.body.contains("01-May-2023") && !answer.body.contains("01-Jan-2023"));
    }

    async fn growth_of_what_42_cfr_part_2_protects_carries_its_notice(house: House) {
        const NOTICE: &str = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
        let mut lines = boy();
        lines[1]["meta"] = json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]});
        let boy = loaded(house, &lines).await;
        let (chen, stone) = physicians(house, boy).await;
        let labels = postern::domain::chart::sensitivity::Labels::PART2.bits();
        house.world.narrow_grant(boy, stone, Interval::ALWAYS, 0, labels).await;
        let portal = Portal::of(house);
        let (guest, pcp) = (portal.signed_in(stone).await, portal.signed_in(chen).await);
        for query in ["", "?measure=all"] {
            assert_eq!(page(&portal, &guest, boy, query).await.body.matches(NOTICE).count(), 1, "{query}");
            assert!(!page(&portal, &pcp, boy, query).await.body.contains(NOTICE), "{query}");
        }
        assert!(!page(&portal, &guest, boy, "?measure=length").await.body.contains(NOTICE));
    }

    async fn each_look_is_recorded_once_and_many_at_once_all_answer(house: House) {
        let boy = loaded(house, &boy()).await;
        let (chen, _) = physicians(house, boy).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(chen).await;
        let looked = "select count(*) from audit_row where act = 'open_chart' and detail like '%vitals%'";
        let first = page(&portal, &browser, boy, "").await;
        assert_eq!(count(house, looked).await, 1);
        let all = futures::future::join_all((0..20).map(|_| page(&portal, &browser, boy, ""))).await;
        assert!(all.iter().all(|answer| rows(answer) == rows(&first)));
        assert_eq!(count(house, looked).await, 21);
    }
}
