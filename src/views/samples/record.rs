//! A made-up record for the chart samples.

use time::macros::{date, datetime};

use super::{at, days_ago, id};
use crate::domain::access::Basis;
use crate::domain::chart::dated::{Dated, Known};
use crate::domain::chart::results::{Test, by_test};
use crate::domain::chart::{
    AllergyStatement, Banner, ChartItem, DO_NOT_GIVE, Flag, REPORTED_BY_FAMILY, Section,
};
use crate::domain::ids::PatientId;
use crate::views::chart::{Shell, Tab, Why};

pub(super) fn shell() -> Shell {
    Shell {
        id: PatientId(id(0)),
        banner: Banner {
            family: "Rivera".into(),
            given: "Mateo".into(),
            birth_date: date!(2019 - 03 - 14),
            sex: "Male".into(),
            mrn: "04471093".into(),
            language: "Spanish".into(),
            deceased_on: None,
            pcps: vec!["Dr. Aisha Chen, Elm Street Pediatrics".into()],
        },
        allergies: AllergyStatement::Listed(vec![
            "Penicillin (hives, 2021)".into(),
            "Peanut (anaphylaxis, 2023)".into(),
        ]),
        unknown: false,
        why: vec![Why {
            basis: Basis::Pcp,
            provider: None,
            practice: Some("Elm Street Pediatrics".into()),
            until: None,
        }],
        limited: false,
        part2: false,
        former_mrns: vec![],
        tabs: tabs(),
        sources: None,
        since: Some(days_ago(30)),
    }
}

fn tabs() -> Vec<Tab> {
    let counts = [0, 0, 0, 1, 7, 1, 2, 2, 2, 0, 0, 0, 0];
    Section::ALL.iter().zip(counts).map(|(section, n)| Tab { section: *section, count: Some(n) }).collect()
}

/// The shell of someone who sees part of the chart on two grounds.
pub(super) fn narrow_shell() -> Shell {
    let why = |basis, until| Why { basis, provider: None, practice: None, until };
    Shell {
        why: vec![
            why(Basis::Token, Some(at(datetime!(2027-04-24 13:20 UTC)))),
            why(Basis::Grant, Some(at(datetime!(2026-12-19 15:00 UTC)))),
        ],
        limited: true,
        ..shell()
    }
}

fn item(n: u128, section: Section, title: &str) -> ChartItem {
    ChartItem { id: id(1000 + n), title: title.into(), status: "active".into(), ..ChartItem::blank(section) }
}

struct Lab(&'static str, &'static str, Option<f64>, Option<f64>, &'static [(i64, f64, Flag)]);

fn readings(section: Section, from: u128, labs: &[Lab]) -> Vec<ChartItem> {
    let mut items: Vec<ChartItem> = Vec::new();
    for (m, Lab(title, unit, low, high, values)) in labs.iter().enumerate() {
        for (n, (days, number, flag)) in values.iter().enumerate() {
            items.push(ChartItem {
                code: (*title).into(),
                at: Some(days_ago(*days)),
                filed: Some(days_ago(*days)),
                number: Some(*number),
                unit: (*unit).into(),
                low: *low,
                high: *high,
                flag: *flag,
                status: "final".into(),
                actor: if section == Section::Results {
                    "Northfield Core Laboratory".into()
                } else {
                    String::new()
                },
                ..item(from + 20 * m as u128 + n as u128, section, title)
            });
        }
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    items
}

/// Laboratory tests.
pub(super) fn tests() -> Vec<Test> {
    use Flag::{CriticalHigh, High, Low, Normal};
    let labs = [
        Lab(
            "Hemoglobin A1c",
            "%",
            None,
            Some(7.0),
            &[
                (4, 8.9, High),
                (95, 8.1, High),
                (196, 7.9, High),
                (285, 7.7, High),
                (385, 7.4, High),
                (558, 7.0, Normal),
                (614, 7.2, High),
                (670, 7.6, High),
            ],
        ),
        Lab(
            "Potassium",
            "mmol/L",
            Some(3.4),
            Some(4.7),
            &[
                (4, 6.1, CriticalHigh),
                (95, 4.2, Normal),
                (196, 4.3, Normal),
                (385, 4.1, Normal),
                (670, 4.0, Normal),
            ],
        ),
        Lab(
            "Glucose, fasting",
            "mg/dL",
            Some(70.0),
            Some(99.0),
            &[(4, 212.0, High), (95, 164.0, High), (196, 151.0, High), (385, 138.0, High)],
        ),
        Lab(
            "TSH",
            "mIU/L",
            Some(0.7),
            Some(4.17),
            &[(4, 2.41, Normal), (196, 2.1, Normal), (385, 2.2, Normal)],
        ),
        Lab(
            "Ferritin",
            "ng/mL",
            Some(10.0),
            Some(60.0),
            &[(21, 9.0, Low), (196, 14.0, Normal), (385, 22.0, Normal)],
        ),
        Lab(
            "Creatinine [Mass/volume] in Serum or Plasma",
            "mg/dL",
            Some(0.26),
            Some(0.61),
            &[(21, 0.41, Normal)],
        ),
    ];
    let mut items = readings(Section::Results, 0, &labs);
    items.push(ChartItem {
        at: Some(days_ago(21)),
        text: "No growth after 48 hours".into(),
        status: "preliminary".into(),
        ..item(190, Section::Results, "Urine culture")
    });
    by_test(items)
}

/// A test whose unit changed, with values reported as bounds.
pub(super) fn changed_test() -> Option<Test> {
    let labs = [Lab(
        "C-reactive protein",
        "mg/L",
        None,
        Some(5.0),
        &[
            (10, 5.0, Flag::Normal),
            (80, 12.0, Flag::High),
            (160, 48.0, Flag::CriticalHigh),
            (240, 7.1, Flag::High),
            (400, 0.6, Flag::Low),
            (500, 4.0, Flag::Abnormal),
        ],
    )];
    let mut items = readings(Section::Results, 300, &labs);
    for (n, item) in items.iter_mut().enumerate() {
        if n == 0 {
            item.comparator = "<".into();
        }
        if n == 5 {
            item.unit = "nmol/L".into();
            item.status = "corrected".into();
        }
    }
    by_test(items).into_iter().next()
}

/// Vital signs.
pub(super) fn vitals() -> Vec<Test> {
    use Flag::Normal;
    let labs = [
        Lab(
            "Body height",
            "cm",
            None,
            None,
            &[
                (4, 118.9, Normal),
                (95, 117.6, Normal),
                (285, 115.6, Normal),
                (470, 113.0, Normal),
                (670, 110.5, Normal),
                (900, 107.2, Normal),
            ],
        ),
        Lab(
            "Body weight",
            "kg",
            None,
            None,
            &[(4, 20.1, Normal), (95, 20.4, Normal), (285, 19.9, Normal), (470, 19.2, Normal)],
        ),
        Lab(
            "Body mass index",
            "kg/m2",
            None,
            None,
            &[(4, 14.2, Normal), (95, 14.8, Normal), (285, 14.9, Normal)],
        ),
        Lab("Heart rate", "/min", None, None, &[(4, 96.0, Normal), (95, 92.0, Normal)]),
        Lab("Body temperature", "Cel", None, None, &[(4, 36.8, Normal)]),
    ];
    let mut items = readings(Section::Vitals, 500, &labs);
    for (n, (days, text)) in [(4, "104/66"), (95, "100/62"), (285, "98/60")].into_iter().enumerate() {
        let pressure = item(690 + n as u128, Section::Vitals, "Blood pressure");
        items.push(ChartItem {
            at: Some(days_ago(days)),
            text: text.into(),
            unit: "mm[Hg]".into(),
            ..pressure
        });
    }
    by_test(items)
}

/// Title, text, actor, detail, category or how far it is verified or who reported it, days ago, status.
type Line = (&'static str, &'static str, &'static str, &'static str, &'static str, i64, &'static str);

fn lines(section: Section) -> &'static [Line] {
    match section {
        Section::Problems => &[
            ("Type 1 diabetes mellitus", "", "", "", "", 1130, "active"),
            ("Poor linear growth", "", "", "under evaluation", "", 160, "active"),
            ("Iron deficiency", "", "", "", "", 196, "active"),
            ("Celiac disease", "", "", "", "differential", 21, "active"),
            ("Acute otitis media", "", "", "", "", 1900, "resolved"),
        ],
        Section::Medications => &[
            (
                "Insulin glargine 100 units/mL",
                "9 units under the skin, nightly",
                "Dr. R. Haddad",
                "",
                "",
                95,
                "active",
            ),
            (
                "Insulin lispro 100 units/mL",
                "per carbohydrate ratio, with meals",
                "Dr. R. Haddad",
                "",
                "",
                95,
                "active",
            ),
            ("Epinephrine 0.15 mg auto-injector", "for anaphylaxis", "Dr. A. Chen", "", "", 1100, "active"),
            ("Aspirin, any dose", "", "Dr. A. Chen", "influenza; Reye syndrome", DO_NOT_GIVE, 33, "active"),
            ("Melatonin 1 mg", "1 at bedtime", "Ana Rivera", "", REPORTED_BY_FAMILY, 95, "active"),
            ("Vitamin D 400 units", "1 a day", "Dr. A. Chen", "", "", 285, "on-hold"),
            (
                "Amoxicillin 400 mg/5 mL suspension",
                "5 mL twice a day for 10 days",
                "Dr. P. Sato",
                "",
                "",
                1890,
                "stopped",
            ),
        ],
        Section::Allergies => &[
            ("Penicillin", "Hives", "", "Moderate", "", 1950, "active"),
            ("Peanut", "Anaphylaxis", "", "Severe", "", 1100, "active"),
            ("Egg", "Rash", "", "Mild", "unconfirmed", 1400, "active"),
            ("Cow’s milk", "Vomiting", "", "Mild", "", 2500, "resolved"),
            ("Sulfonamide", "", "", "", "", 900, "refuted"),
        ],
        Section::Immunizations => &[
            ("Influenza, seasonal, injectable", "", "", "Lot 88K2", "", 33, "completed"),
            ("MMR", "", "", "", "", 1340, "completed"),
            ("DTaP", "", "", "", "jurisdiction", 1340, "completed"),
            ("Rotavirus, pentavalent", "", "", "", "recall", 2500, "completed"),
            ("Varicella", "", "", "family declined", "", 1340, "not-done"),
        ],
        Section::Reports => &[
            ("Chest X-ray, two views", "", "Dr. L. Marsh", "", "radiology", 21, "final"),
            ("Echocardiogram", "", "Dr. I. Novak", "", "cardiology", 400, "amended"),
        ],
        Section::Visits => &[
            ("Endocrinology clinic", "", "Dr. R. Haddad", "Diabetes follow-up", "ambulatory", 4, "finished"),
            ("Emergency department visit", "", "Dr. P. Sato", "Hyperglycemia", "emergency", 21, "finished"),
            ("Well-child visit", "", "Dr. A. Chen", "", "ambulatory", 285, "finished"),
            ("Well-child visit", "", "Dr. A. Chen", "", "ambulatory", -80, "planned"),
            ("Nutrition visit", "", "M. Dubois, RD", "", "ambulatory", 60, "cancelled"),
        ],
        Section::Notes => &[
            ("Endocrinology clinic note", "", "Dr. R. Haddad", "", "Progress note", 4, "final"),
            ("ED visit summary", "", "Dr. P. Sato", "", "Emergency department note", 21, "final"),
        ],
        Section::Documents => {
            &[("Diabetes action plan for school", "", "Dr. R. Haddad", "PDF", "Care plan", 90, "current")]
        }
        Section::Procedures => &[
            (
                "Insertion of continuous glucose monitor",
                "",
                "Endocrinology nursing",
                "",
                "",
                300,
                "completed",
            ),
            ("Upper endoscopy", "", "Dr. R. Haddad", "family declined", "", 320, "not-done"),
        ],
        Section::CareTeam => &[
            ("Primary care physician", "", "Dr. Aisha Chen", "Elm Street Pediatrics", "", 1900, "active"),
            ("Endocrinologist", "", "Dr. Ruth Haddad", "Lakeview Endocrinology", "", 1130, "active"),
        ],
        Section::Appointments => &[
            ("Endocrinology", "", "Dr. R. Haddad", "Main campus", "", -22, "booked"),
            ("Nutrition", "", "M. Dubois, RD", "By video", "", -22, "booked"),
        ],
        Section::Results | Section::Vitals => &[],
    }
}

/// Whether the lines of `section` say how far they are verified, in place of a category.
fn is_verified(section: Section) -> bool {
    matches!(section, Section::Problems | Section::Allergies)
}

/// The items of a list section.
pub(super) fn list(section: Section) -> Vec<ChartItem> {
    lines(section)
        .iter()
        .enumerate()
        .map(|(n, (title, text, actor, detail, category, days, status))| ChartItem {
            at: Some(days_ago(*days)),
            filed: Some(days_ago(*days)).filter(|_| section != Section::Appointments),
            date_only: !matches!(section, Section::Notes | Section::Appointments | Section::Visits),
            text: (*text).into(),
            actor: (*actor).into(),
            detail: (*detail).into(),
            dated: Dated { at: if *days > 2400 { Known::Year } else { Known::Day }, until: None },
            number: (section == Section::Documents).then_some(120_400.0),
            method: if section == Section::Immunizations { (*category).into() } else { String::new() },
            category: if is_verified(section) { String::new() } else { (*category).into() },
            about: if is_verified(section) { (*category).into() } else { String::new() },
            status: (*status).into(),
            ..item(800 + 30 * section as u128 + n as u128, section, title)
        })
        .collect()
}
