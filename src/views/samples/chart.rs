//! Samples of the chart.

use maud::PreEscaped;
use time::macros::date;

use super::growth::card;
use super::record::{changed_test, list, narrow_shell, shell, tests, vitals};
use super::{NOW, Sample, Stage};
use crate::domain::chart::acknowledgement::Critical;
use crate::domain::chart::flowsheet::Filter;
use crate::domain::chart::results::{Test, is_critical};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{AllergyStatement, Banner, ChartItem, Section};
use crate::domain::people::AccountKind;
use crate::views::chart::begun::{self, Title};
use crate::views::chart::item::{self, Item};
use crate::views::chart::lists::{self, List};
use crate::views::chart::results::{self, Empty, Results, TestPage};
use crate::views::chart::shell::Here;
use crate::views::chart::summary::{self, Summary, Unacknowledged};
use crate::views::chart::{Loaded, Shell, Sources, Tab};
use crate::views::paths::Layout;
use crate::views::words::rules;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    summaries(stage, all);
    sections(stage, all);
    tests_and_items(stage, all);
    not_there(stage, all);
}

/// A page that had begun when it turned out that there is no such item.
fn not_there(stage: &Stage, all: &mut Vec<Sample>) {
    let (frame, shell) = (stage.inside(AccountKind::Provider), shell());
    let title =
        Title { here: Here::Section(Section::Results), text: rules::section(Section::Results).into() };
    let beginning = begun::beginning(&frame, &shell, &title);
    let rest = begun::not_there(&frame, &shell, &title);
    all.push(Sample { name: "chart-item-not-there", markup: PreEscaped(beginning + &rest) });
}

fn full(shell: Shell) -> Summary {
    let here = |section| Loaded::Here(list(section));
    Summary {
        shell,
        results: Loaded::Here(tests()),
        critical: Critical::of(&tests(), &[0; 32], NOW),
        unacknowledged: None,
        problems: here(Section::Problems),
        medications: here(Section::Medications),
        allergies: here(Section::Allergies),
        immunizations: here(Section::Immunizations),
        notes: here(Section::Notes),
        vitals: Loaded::Here(vitals()),
        growth: None,
        visits: here(Section::Visits),
        appointments: here(Section::Appointments),
    }
}

fn banner(change: impl FnOnce(&mut Banner)) -> Shell {
    let mut shell = shell();
    change(&mut shell.banner);
    shell
}

fn empty(allergies: AllergyStatement) -> Summary {
    let nothing = || Loaded::Here(Vec::new());
    let mut shell = Shell { allergies, ..shell() };
    for tab in &mut shell.tabs {
        tab.count = Some(0);
    }
    Summary {
        shell,
        results: Loaded::Here(vec![]),
        critical: Critical::default(),
        unacknowledged: None,
        problems: nothing(),
        medications: nothing(),
        allergies: nothing(),
        immunizations: nothing(),
        notes: nothing(),
        vitals: Loaded::Here(vec![]),
        growth: Some(vec![]),
        visits: nothing(),
        appointments: nothing(),
    }
}

fn down() -> Summary {
    let last = || Loaded::Down(Some(NOW.plus_seconds(-2280)));
    Summary {
        shell: Shell { allergies: AllergyStatement::Unavailable, ..shell() },
        results: Loaded::Down(None),
        critical: Critical::default(),
        unacknowledged: None,
        problems: last(),
        medications: last(),
        allergies: last(),
        immunizations: last(),
        notes: last(),
        vitals: Loaded::Down(None),
        growth: None,
        visits: last(),
        appointments: last(),
    }
}

/// Results and notes come late; the rest is there.
fn slow() -> Summary {
    Summary { results: Loaded::Slow, notes: Loaded::Slow, ..full(shell()) }
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
        appointments: out(),
        ..full(Shell { tabs: tabs.to_vec(), ..narrow_shell() })
    }
}

/// The critical results are acknowledged.
fn acknowledged() -> Summary {
    let critical = Critical::of(&tests(), &[0; 32], NOW);
    let shown = tests();
    let versions = shown.iter().filter_map(|test| {
        let item = test.shown();
        critical.waiting(item).map(|version| ((item.id, version.clone()), NOW.plus_seconds(-5400)))
    });
    let said = versions.collect();
    Summary { critical: critical.acknowledged(&said), ..full(shell()) }
}

/// Every result waits.
fn only_critical() -> Summary {
    let tests: Vec<Test> = tests().into_iter().filter(|test| is_critical(test.shown().flag)).collect();
    Summary { critical: Critical::of(&tests, &[0; 32], NOW), results: Loaded::Here(tests), ..full(shell()) }
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
    let refused = |why| Summary { unacknowledged: Some(why), ..full(shell()) };
    let merged = Shell { former_mrns: vec!["0399 0001".into()], ..shell() };
    for (name, model) in [
        ("chart-summary", Summary { growth: Some(card(stage.zone)), ..full(shell()) }),
        ("chart-summary-limited", full(narrow_shell())),
        ("chart-summary-lone-grant", lone_grant()),
        ("chart-summary-long-name", full(long)),
        ("chart-summary-deceased", full(dead)),
        ("chart-summary-merged", full(merged)),
        ("chart-summary-empty-not-recorded", empty(AllergyStatement::NotRecorded)),
        ("chart-summary-empty-none-known", empty(AllergyStatement::NoneKnown)),
        ("chart-summary-source-down", down()),
        ("chart-summary-slow", slow()),
        ("chart-summary-acknowledged", acknowledged()),
        ("chart-summary-only-critical", only_critical()),
        ("chart-summary-changed-meanwhile", refused(Unacknowledged::Changed)),
        ("chart-summary-not-acknowledged", refused(Unacknowledged::Unknown)),
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
        ("chart-visits", "chart-visits-empty", Section::Visits),
        ("chart-procedures", "chart-procedures-empty", Section::Procedures),
        ("chart-care-team", "chart-care-team-empty", Section::CareTeam),
    ] {
        page(name, shell(), section, Loaded::Here(list(section)));
        page(
            none,
            Shell { allergies: AllergyStatement::NotRecorded, ..shell() },
            section,
            Loaded::Here(vec![]),
        );
    }
    page(
        "chart-allergies-none-known",
        Shell { allergies: AllergyStatement::NoneKnown, ..shell() },
        Section::Allergies,
        Loaded::Here(vec![]),
    );
    page("chart-section-down", shell(), Section::Medications, Loaded::Down(Some(NOW.plus_seconds(-2280))));
    page("chart-section-slow", shell(), Section::Medications, Loaded::Slow);
    let sources = |is_old| Some(Sources { old_label: "Harbor Records (until 2024)".into(), is_old });
    let two = |is_old| Shell { sources: sources(is_old), ..shell() };
    page("chart-section-two-sources", two(false), Section::Problems, Loaded::Here(list(Section::Problems)));
    page("chart-section-old-source", two(true), Section::Problems, Loaded::Here(list(Section::Problems)));
    page("chart-section-old-source-down", two(true), Section::Problems, Loaded::Down(None));
    page("chart-section-out-of-reach", narrow_shell(), Section::Problems, Loaded::OutOfReach);
    let stopped: Vec<ChartItem> =
        list(Section::Medications).into_iter().filter(|i| i.status == "stopped").collect();
    let mut protected = list(Section::Medications);
    for item in protected.iter_mut().take(1) {
        item.labels = Labels::PART2;
    }
    page("chart-medications-part-2", narrow_shell(), Section::Medications, Loaded::Here(protected));
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
        let is_empty = if matches!(&tests, Loaded::Here(tests) if tests.is_empty()) {
            Empty::Nothing
        } else {
            Empty::Something
        };
        let model = Results {
            shell: shell(),
            section,
            tests,
            panels: vec![],
            filter: Filter::default(),
            layout: Layout::List,
            before: None,
            is_empty,
        };
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
    ] {
        let content = list(section)
            .into_iter()
            .next()
            .map_or(Loaded::Down(None), |i| Loaded::Here((i, body.to_owned())));
        all.push(Sample { name, markup: item::page(&frame, &Item::alone(shell(), section, content)) });
    }
}

pub(super) const NOTE: &str = "Reason for visit\nType 1 diabetes, follow-up after an emergency visit on 02-Nov-2026.\n\nHistory\nMateo is 7 years old. Fasting glucose has been 180-230 mg/dL for three weeks. He has grown 1.3 cm since August. No ketones at home.\n\nAssessment and plan\n1. Raise insulin glargine to 9 units nightly.\n2. Repeat potassium today: the sample may have been hemolyzed.\n3. Bone age X-ray, celiac panel, TSH.\n4. Nutrition visit on 15-Dec-2026.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::layout::Assets;
    use crate::views::words::chart as w;

    #[test]
    fn a_summary_that_begins_before_its_source_has_answered_is_the_page_that_follows() {
        let assets = ["css", "print", "js", "icons"].map(str::to_owned);
        let [css, print_css, js, icons] = assets;
        let assets = Assets { css, print_css, js, icons };
        let stage = Stage { assets, nonce: "NONCE".into(), zone: "America/New_York".parse().unwrap() };
        let frame = stage.inside(AccountKind::Provider);
        let blank =
            Shell { banner: Banner { family: "<p class=\"allergies".into(), ..shell().banner }, ..shell() };
        for model in [full(shell()), full(narrow_shell()), down(), slow(), lone_grant(), full(blank)] {
            let tabs = model.shell.tabs.iter().map(|tab| Tab { count: None, ..*tab }).collect();
            let first = Shell { allergies: AllergyStatement::Unavailable, tabs, ..model.shell.clone() };
            let title = Title { here: Here::Summary, text: w::SUMMARY.to_owned() };
            let beginning = begun::beginning(&frame, &first, &title);
            assert!(beginning.contains("04471093") && !beginning.contains("<main"), "{beginning}");
            let rest = begun::rest(summary::page(&frame, &model), &beginning).unwrap();
            assert_eq!(format!("{beginning}{rest}"), summary::page(&frame, &model).into_string());
            let broken = begun::broken_off(&frame, &first, &title, "0198");
            assert!(
                broken.contains("0198") && broken.contains("<main") && broken.ends_with("</html>"),
                "{broken}"
            );
            let nothing = begun::not_there(&frame, &first, &title);
            assert!(nothing.contains(w::NOT_THERE) && nothing.ends_with("</html>"), "{nothing}");
            let other = Title { text: "Hemoglobin".into(), ..title };
            let named = begun::beginning(&frame, &first, &other);
            assert_ne!(named, beginning);
            assert_eq!(begun::rest(summary::page(&frame, &model), &named).as_deref(), Some(rest.as_str()));
        }
    }
}
