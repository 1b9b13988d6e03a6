//! Samples of the chart.

use time::macros::date;

use super::record::{changed_test, list, narrow_shell, shell, tests, vitals};
use super::{NOW, Sample, Stage};
use crate::domain::chart::{AllergyStatement, Banner, ChartItem, Section};
use crate::domain::people::AccountKind;
use crate::views::chart::item::{self, Item};
use crate::views::chart::lists::{self, List};
use crate::views::chart::results::{self, Results, TestPage};
use crate::views::chart::summary::{self, Summary};
use crate::views::chart::{Loaded, Shell, Tab};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    summaries(stage, all);
    sections(stage, all);
    tests_and_items(stage, all);
}

fn full(shell: Shell) -> Summary {
    let here = |section| Loaded::Here(list(section));
    Summary {
        shell,
        results: Loaded::Here(tests()),
        problems: here(Section::Problems),
        medications: here(Section::Medications),
        allergies: here(Section::Allergies),
        immunizations: here(Section::Immunizations),
        notes: here(Section::Notes),
        vitals: Loaded::Here(vitals()),
        visits: here(Section::Visits),
    }
}

fn banner(change: impl FnOnce(&mut Banner)) -> Shell {
    let mut shell = shell();
    change(&mut shell.banner);
    shell
}

fn empty(allergies: AllergyStatement) -> Summary {
    let nothing = || Loaded::Here(Vec::new());
    let mut shell = banner(|b| b.allergies = allergies);
    for tab in &mut shell.tabs {
        tab.count = Some(0);
    }
    Summary {
        shell,
        results: Loaded::Here(vec![]),
        problems: nothing(),
        medications: nothing(),
        allergies: nothing(),
        immunizations: nothing(),
        notes: nothing(),
        vitals: Loaded::Here(vec![]),
        visits: nothing(),
    }
}

fn down() -> Summary {
    let last = || Loaded::Down(Some(NOW.plus_seconds(-2280)));
    Summary {
        shell: Shell { allergies_down: true, ..shell() },
        results: Loaded::Down(None),
        problems: last(),
        medications: last(),
        allergies: last(),
        immunizations: last(),
        notes: last(),
        vitals: Loaded::Down(None),
        visits: last(),
    }
}

fn lone_grant() -> Summary {
    let out = || Loaded::OutOfReach;
    let tabs = [Section::Allergies, Section::Results].map(|section| Tab { section, count: None });
    Summary {
        problems: out(),
        medications: out(),
        immunizations: out(),
        notes: out(),
        vitals: Loaded::OutOfReach,
        visits: out(),
        ..full(Shell { tabs: tabs.to_vec(), ..narrow_shell() })
    }
}

fn summaries(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let long = banner(|b| {
        b.family = "Washington-Abernathy de la Fuente".into();
        b.given = "Imani Josephine Maximiliana".into();
        b.pcps = vec!["Dr. Aisha Chen, Elm Street Pediatrics".into(), "Harbor Family Medicine".into()];
        b.birth_date = date!(2026 - 11 - 02);
    });
    let dead = banner(|b| b.deceased_on = Some(date!(2026 - 11 - 09)));
    let merged = Shell { former_mrns: vec!["0399 0001".into()], ..shell() };
    for (name, model) in [
        ("chart-summary", full(shell())),
        ("chart-summary-limited", full(narrow_shell())),
        ("chart-summary-lone-grant", lone_grant()),
        ("chart-summary-long-name", full(long)),
        ("chart-summary-deceased", full(dead)),
        ("chart-summary-merged", full(merged)),
        ("chart-summary-empty-not-recorded", empty(AllergyStatement::NotRecorded)),
        ("chart-summary-empty-none-known", empty(AllergyStatement::NoneKnown)),
        ("chart-summary-source-down", down()),
    ] {
        all.push(Sample { name, markup: summary::page(&frame, &model) });
    }
}

fn sections(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let mut page = |name, shell: Shell, section, items| {
        let model = List { shell, section, items, next: None };
        all.push(Sample { name, markup: lists::page(&frame, &model) });
    };
    for (name, none, section) in [
        ("chart-problems", "chart-problems-empty", Section::Problems),
        ("chart-medications", "chart-medications-empty", Section::Medications),
        ("chart-allergies", "chart-allergies-empty", Section::Allergies),
        ("chart-immunizations", "chart-immunizations-empty", Section::Immunizations),
        ("chart-reports", "chart-reports-empty", Section::Reports),
        ("chart-visits", "chart-visits-empty", Section::Visits),
        ("chart-notes", "chart-notes-empty", Section::Notes),
        ("chart-documents", "chart-documents-empty", Section::Documents),
        ("chart-procedures", "chart-procedures-empty", Section::Procedures),
        ("chart-care-team", "chart-care-team-empty", Section::CareTeam),
        ("chart-appointments", "chart-appointments-empty", Section::Appointments),
    ] {
        page(name, shell(), section, Loaded::Here(list(section)));
        page(none, banner(|b| b.allergies = AllergyStatement::NotRecorded), section, Loaded::Here(vec![]));
    }
    page(
        "chart-allergies-none-known",
        banner(|b| b.allergies = AllergyStatement::NoneKnown),
        Section::Allergies,
        Loaded::Here(vec![]),
    );
    page("chart-section-down", shell(), Section::Medications, Loaded::Down(Some(NOW.plus_seconds(-2280))));
    page("chart-section-out-of-reach", narrow_shell(), Section::Notes, Loaded::OutOfReach);
    let stopped: Vec<ChartItem> =
        list(Section::Medications).into_iter().filter(|i| i.status == "stopped").collect();
    page("chart-medications-all-stopped", shell(), Section::Medications, Loaded::Here(stopped));
}

fn tests_and_items(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    for (name, section, tests) in [
        ("chart-results", Section::Results, Loaded::Here(tests())),
        ("chart-results-empty", Section::Results, Loaded::Here(vec![])),
        ("chart-results-down", Section::Results, Loaded::Down(None)),
        ("chart-vitals", Section::Vitals, Loaded::Here(vitals())),
        ("chart-vitals-empty", Section::Vitals, Loaded::Here(vec![])),
    ] {
        let next = (name == "chart-results").then(|| "sample-cursor".to_owned());
        let model = Results { shell: shell(), section, tests, next };
        all.push(Sample { name, markup: results::page(&frame, &model) });
    }
    let (tests, vitals) = (tests(), vitals());
    for (name, section, test) in [
        ("chart-test", Section::Results, tests.first().cloned()),
        ("chart-test-critical", Section::Results, tests.get(1).cloned()),
        ("chart-test-changed-unit", Section::Results, changed_test()),
        ("chart-test-single-value", Section::Results, tests.iter().find(|t| t.count() == 1).cloned()),
        (
            "chart-test-text-only",
            Section::Results,
            tests.iter().find(|t| t.latest().number.is_none()).cloned(),
        ),
        ("chart-vital", Section::Vitals, vitals.first().cloned()),
        ("chart-vital-pair", Section::Vitals, vitals.last().cloned()),
        ("chart-test-down", Section::Results, None),
    ] {
        let test = test.map_or(Loaded::Down(None), Loaded::Here);
        let model = TestPage { shell: shell(), section, test };
        all.push(Sample { name, markup: results::test_page(&frame, &model) });
    }
    for (name, section, body) in [
        ("chart-note", Section::Notes, NOTE),
        ("chart-note-without-text", Section::Notes, ""),
        ("chart-document", Section::Documents, NOTE),
        (
            "chart-report",
            Section::Reports,
            "FINDINGS\nLungs are clear. Heart size is normal.\n\nIMPRESSION\nNo acute disease.",
        ),
    ] {
        let content = list(section)
            .into_iter()
            .next()
            .map_or(Loaded::Down(None), |i| Loaded::Here((i, body.to_owned())));
        all.push(Sample { name, markup: item::page(&frame, &Item { shell: shell(), section, content }) });
    }
}

const NOTE: &str = "Reason for visit\nType 1 diabetes, follow-up after an emergency visit on 02-Nov-2026.\n\nHistory\nMateo is 7 years old. Fasting glucose has been 180-230 mg/dL for three weeks. He has grown 1.3 cm since August. No ketones at home.\n\nAssessment and plan\n1. Raise insulin glargine to 9 units nightly.\n2. Repeat potassium today: the sample may have been hemolyzed.\n3. Bone age X-ray, celiac panel, TSH.\n4. Nutrition visit on 15-Dec-2026.";
