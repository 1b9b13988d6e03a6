//! Samples of results in every state, of reports, and of appointments.

use super::record::{changed_test, list, narrow_shell, shell, tests};
use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::chart::flowsheet::{Filter, Panel, Period, panel_key};
use crate::domain::chart::results::Test;
use crate::domain::chart::{ChartItem, DO_NOT_PERFORM, Flag, REFERRAL, SUSCEPTIBILITY, Section};
use crate::domain::people::AccountKind;
use crate::views::chart::appointments::{self, Appointments};
use crate::views::chart::reports::{self, Report, Reports};
use crate::views::chart::results::{self, Empty, Results, TestPage};
use crate::views::chart::{Loaded, Shell};
use crate::views::layout::Frame;
use crate::views::paths::Layout;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    sheets(&frame, all);
    of_reports(&frame, all);
    of_appointments(&frame, all);
}

fn panel(name: &str) -> Panel {
    Panel { key: panel_key(name), name: name.into() }
}

/// A page of results; nothing is filtered.
fn model(tests: Loaded<Vec<Test>>) -> Results {
    let is_empty = match &tests {
        Loaded::Here(tests) if tests.is_empty() => Empty::Nothing,
        _ => Empty::Something,
    };
    Results {
        shell: shell(),
        section: Section::Results,
        tests,
        panels: vec![panel("Basic metabolic panel"), panel("Complete blood count")],
        filter: Filter::default(),
        layout: Layout::Sheet,
        before: None,
        is_empty,
    }
}

fn reading(n: u128, title: &str, days: i64) -> ChartItem {
    ChartItem {
        id: id(2000 + n),
        title: title.into(),
        code: title.into(),
        at: Some(days_ago(days)),
        filed: Some(days_ago(days)),
        status: "final".into(),
        unit: "mg/dL".into(),
        actor: "Northfield Core Laboratory".into(),
        category: "Basic metabolic panel".into(),
        low: Some(7.0),
        high: Some(20.0),
        ..ChartItem::blank(Section::Results)
    }
}

/// Pending, preliminary, corrected, cancelled, censored, without a number, in another unit and without a date.
fn every_state() -> Vec<Test> {
    let with = |n, title: &str, days, number| ChartItem { number: Some(number), ..reading(n, title, days) };
    let of = |latest: ChartItem, earlier: Vec<ChartItem>| Test::new(latest, earlier);
    let pending = ChartItem { status: "registered".into(), ..reading(1, "Urea nitrogen", 0) };
    let corrected =
        ChartItem { status: "corrected".into(), was: "48 mg/dL".into(), ..with(2, "Urea nitrogen", 4, 18.0) };
    let cancelled = ChartItem { status: "cancelled".into(), ..with(3, "Urea nitrogen", 21, 90.0) };
    let below = ChartItem {
        comparator: "<".into(),
        low: None,
        high: Some(0.3),
        ..with(5, "C-reactive protein", 4, 0.1)
    };
    let other_unit = ChartItem {
        unit: "mg/L".into(),
        high: Some(3.0),
        low: None,
        flag: Flag::High,
        ..with(6, "C-reactive protein", 95, 48.0)
    };
    let words = ChartItem {
        text: "Hemolyzed, moderate".into(),
        unit: String::new(),
        low: None,
        high: None,
        category: String::new(),
        flag: Flag::Abnormal,
        detail: "Specimen hemolyzed; potassium may be falsely high. Please repeat.".into(),
        ..reading(7, "Specimen quality", 4)
    };
    let early =
        ChartItem { status: "preliminary".into(), flag: Flag::CriticalHigh, ..with(8, "Potassium", 0, 6.1) };
    let undated = ChartItem { at: None, filed: None, ..with(10, "Potassium", 0, 4.2) };
    vec![
        of(pending, vec![corrected, cancelled, with(4, "Urea nitrogen", 95, 15.0)]),
        of(early, vec![with(9, "Potassium", 4, 5.9), undated]),
        of(below, vec![other_unit]),
        of(words, vec![]),
        unflagged(),
        of(
            ChartItem {
                flag: Flag::Other,
                said: "Quality control failure".into(),
                ..with(13, "Troponin I", 4, 12.0)
            },
            vec![],
        ),
        for_some_only(),
        repeated(),
    ]
}

/// A value outside its range that the laboratory did not flag, after one in range and one of which nothing is known.
fn unflagged() -> Test {
    let with = |n, days, number| ChartItem { number: Some(number), ..reading(n, "Sodium", days) };
    let unknown = ChartItem { low: None, high: None, ..with(16, 190, 11.0) };
    Test::new(ChartItem { text: "31.0".into(), ..with(14, 4, 31.0) }, vec![with(15, 95, 12.0), unknown])
}

/// A value whose ranges are for groups that the record does not tell.
fn for_some_only() -> Test {
    let range = "First trimester: 11–14; Second trimester: 10.5–13.5".into();
    let item = ChartItem { number: Some(12.1), low: None, high: None, range, ..reading(17, "Hemoglobin", 4) };
    Test::new(item, vec![])
}

/// A critical value with a repeat that is pending.
fn repeated() -> Test {
    let critical = ChartItem { number: Some(6.4), flag: Flag::CriticalLow, ..reading(19, "Lactate", 1) };
    Test::new(
        ChartItem { status: "registered".into(), unit: String::new(), ..reading(18, "Lactate", 0) },
        vec![critical],
    )
}

fn sheets(frame: &Frame, all: &mut Vec<Sample>) {
    let filter = Filter {
        panel: Some(panel_key("Basic metabolic panel")),
        flagged: true,
        period: Some(Period::HalfYear),
    };
    let states = || Loaded::Here(every_state());
    for (name, model) in [
        ("chart-flowsheet", model(Loaded::Here(tests()))),
        ("chart-flowsheet-states", model(states())),
        ("chart-flowsheet-older", Results { before: Some(days_ago(200)), ..model(Loaded::Here(tests())) }),
        ("chart-flowsheet-filtered", Results { filter: filter.clone(), ..model(states()) }),
        (
            "chart-flowsheet-empty-by-filter",
            Results { filter, is_empty: Empty::Something, ..model(Loaded::Here(vec![])) },
        ),
        ("chart-flowsheet-out-of-reach", Results { shell: narrow_shell(), ..model(Loaded::OutOfReach) }),
        ("chart-results-list-states", Results { layout: Layout::List, ..model(states()) }),
        (
            "chart-results-first-look",
            Results { shell: Shell { since: None, ..shell() }, ..model(Loaded::Here(tests())) },
        ),
    ] {
        all.push(Sample { name, markup: results::page(frame, &model) });
    }
    let mut states = every_state().into_iter();
    for (name, test) in [
        ("chart-test-corrected", states.next()),
        ("chart-test-undated", states.next()),
        ("chart-test-below", states.next()),
        ("chart-test-comment", states.next()),
        ("chart-test-unflagged", states.next()),
        ("chart-test-said", states.next()),
        ("chart-test-ranges-listed", states.next()),
        ("chart-test-repeat-pending", states.next()),
        ("chart-test-with-report", changed_test().map(|test| reported(&test))),
    ] {
        let test = test.map_or(Loaded::Down(None), Loaded::Here);
        let model = TestPage { shell: shell(), section: Section::Results, test };
        all.push(Sample { name, markup: results::test_page(frame, &model) });
    }
}

/// `test` with method, comment and the report that its latest value came with.
fn reported(test: &Test) -> Test {
    let latest = ChartItem {
        method: "Immunoturbidimetry".into(),
        detail: "Confirmed on repeat".into(),
        report: Some(id(2100)),
        ..test.latest().clone()
    };
    let earlier = test.readings().skip(1).cloned().collect();
    Test::new(latest, earlier)
}

fn report(n: u128, title: &str, category: &str, days: i64, text: &str) -> ChartItem {
    ChartItem {
        id: id(2100 + n),
        title: title.into(),
        category: category.into(),
        at: Some(days_ago(days)),
        filed: Some(days_ago(days)),
        status: "final".into(),
        actor: "Dr. L. Marsh".into(),
        text: text.into(),
        ..ChartItem::blank(Section::Reports)
    }
}

fn culture() -> (ChartItem, Vec<ChartItem>) {
    let tried = |n, title: &str, number, answer: &str, flag| ChartItem {
        category: SUSCEPTIBILITY.into(),
        about: "Escherichia coli".into(),
        number,
        comparator: if number.is_some() { "<=".into() } else { String::new() },
        text: answer.into(),
        unit: "ug/mL".into(),
        method: "Broth microdilution".into(),
        flag,
        ..reading(n, title, 3)
    };
    let grew = ChartItem {
        text: "Escherichia coli".into(),
        flag: Flag::Abnormal,
        detail: "More than 100,000 CFU/mL".into(),
        unit: String::new(),
        ..reading(50, "Bacteria identified [Type] in Urine by Culture", 3)
    };
    let belonging = vec![
        grew,
        tried(51, "Ampicillin [Susceptibility]", Some(32.0), "R", Flag::Abnormal),
        tried(52, "Gentamicin [Susceptibility]", Some(1.0), "S", Flag::Normal),
        tried(53, "Ciprofloxacin [Susceptibility]", Some(0.5), "I", Flag::Normal),
        tried(54, "Nitrofurantoin [Susceptibility]", None, "", Flag::Normal),
    ];
    (report(0, "Urine culture", "Microbiology", 3, ""), belonging)
}

fn of_reports(frame: &Frame, all: &mut Vec<Sample>) {
    let pending = ChartItem {
        status: "registered".into(),
        actor: String::new(),
        ..report(4, "MRI of the brain", "Radiology", 0, "")
    };
    let list = vec![
        pending,
        report(1, "Chest X-ray, two views", "Radiology", 21, "No acute disease."),
        report(2, "Echocardiogram", "Cardiac Ultrasound", 400, "Normal biventricular size and function."),
        culture().0,
        report(3, "Sleep study", "Neurology", 800, ""),
    ];
    let page = |name, items, shell| Sample {
        name,
        markup: reports::page(frame, &Reports { shell, items, next: None }),
    };
    all.push(page("chart-reports", Loaded::Here(list.clone()), shell()));
    all.push(page("chart-reports-empty", Loaded::Here(vec![]), shell()));
    all.push(page("chart-reports-down", Loaded::Down(Some(NOW.plus_seconds(-600))), shell()));
    let (report, belonging) = culture();
    let text = "FINDINGS\nLungs are clear. Heart size is normal.\n\nIMPRESSION\nNo acute disease.";
    let x_ray = list.get(1).cloned().unwrap_or_else(|| report.clone());
    let here = |item: &ChartItem, body: &str| Loaded::Here((item.clone(), body.to_owned()));
    for (name, content, results) in [
        ("chart-report", here(&x_ray, text), Loaded::Here(vec![])),
        ("chart-report-culture", here(&report, ""), Loaded::Here(belonging)),
        ("chart-report-without-text", here(&report, ""), Loaded::OutOfReach),
        ("chart-report-down", Loaded::Down(None), Loaded::Down(None)),
    ] {
        let model = Report { shell: shell(), content, results };
        all.push(Sample { name, markup: reports::report_page(frame, &model) });
    }
}

fn of_appointments(frame: &Frame, all: &mut Vec<Sample>) {
    let booked = list(Section::Appointments);
    let at = |n: u128, title: &str, days: i64, status: &str| ChartItem {
        id: id(2200 + n),
        title: title.into(),
        at: Some(days_ago(days)),
        until: Some(days_ago(days).plus_seconds(1800)),
        status: status.into(),
        actor: "Dr. R. Haddad".into(),
        detail: "Main campus, 4th floor".into(),
        ..ChartItem::blank(Section::Appointments)
    };
    let mut full = booked.clone();
    full.push(ChartItem {
        text: "Bring the glucose log.".into(),
        about: "active".into(),
        ..at(0, "Ophthalmology", -40, "booked")
    });
    full.push(at(1, "Endocrinology", 95, "fulfilled"));
    full.push(at(2, "Dental clinic", 30, "noshow"));
    full.push(ChartItem {
        category: REFERRAL.into(),
        detail: "urgent; Poor linear growth".into(),
        text: "RF-20418".into(),
        ..at(3, "Referral to ophthalmology", 14, "active")
    });
    full.push(ChartItem {
        category: REFERRAL.into(),
        detail: "Anesthetic risk".into(),
        about: DO_NOT_PERFORM.into(),
        ..at(6, "Referral for elective surgery", 10, "active")
    });
    let past = vec![at(4, "Endocrinology", 95, "fulfilled"), at(5, "Nutrition", -3, "cancelled")];
    for (name, items) in [
        ("chart-appointments", Loaded::Here(full)),
        ("chart-appointments-none-coming", Loaded::Here(past)),
        ("chart-appointments-empty", Loaded::Here(vec![])),
        ("chart-appointments-down", Loaded::Down(Some(NOW.plus_seconds(-600)))),
    ] {
        let model = Appointments { shell: shell(), items, next: None };
        all.push(Sample { name, markup: appointments::page(frame, &model) });
    }
}
