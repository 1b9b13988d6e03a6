//! The summary of a chart (page P9).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell, growth, lists, results};
use crate::domain::chart::growth::Growth;
use crate::domain::chart::results::{Test, critical_first, test_title};
use crate::domain::chart::standing::is_abnormal;
use crate::domain::chart::{AllergyStatement, ChartItem, Section, current};
use crate::views::layout::Frame;
use crate::views::parts::{self, chart::trend};
use crate::views::paths;
use crate::views::words::{self, chart as w, rules};

/// How many lines a card shows.
const CARD_LINES: usize = 6;
/// How many tests the summary shows.
const TESTS: usize = 10;
/// How many measures.
const VITALS: usize = CARD_LINES + 2;

/// The summary.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// What is around it.
    pub shell: Shell,
    /// Tests by latest reading, newest first.
    pub results: Loaded<Vec<Test>>,
    /// Problems.
    pub problems: Loaded<Vec<ChartItem>>,
    /// Medications.
    pub medications: Loaded<Vec<ChartItem>>,
    /// Allergies.
    pub allergies: Loaded<Vec<ChartItem>>,
    /// Immunizations, newest first.
    pub immunizations: Loaded<Vec<ChartItem>>,
    /// Latest notes.
    pub notes: Loaded<Vec<ChartItem>>,
    /// Vitals by latest reading.
    pub vitals: Loaded<Vec<Test>>,
    /// Weight and length of a child; `None` without growth charts, or without the vitals.
    pub growth: Option<Vec<Growth>>,
    /// Latest visits.
    pub visits: Loaded<Vec<ChartItem>>,
    /// Appointments to come, the next one first.
    pub appointments: Loaded<Vec<ChartItem>>,
}

/// The summary page.
pub fn page(frame: &Frame, model: &Summary) -> Markup {
    let shell = &model.shell.showing(shown(model));
    let main = html! {
        h1 class="vh" { (w::SUMMARY) }
        (card(frame, shell, Section::Results, w::RECENT_RESULTS, &model.results, |tests| {
            results::table(frame, shell, Section::Results, &pressing(tests))
        }))
        div class="grid" {
            div {
                (items(frame, shell, Section::Problems, w::ACTIVE_PROBLEMS, &model.problems))
                (items(frame, shell, Section::Medications, w::CURRENT_MEDICATIONS, &model.medications))
                (items(frame, shell, Section::Allergies, rules::section(Section::Allergies), &model.allergies))
                (items(frame, shell, Section::Immunizations, rules::section(Section::Immunizations), &model.immunizations))
            }
            div {
                @if let Loaded::Here(tests) = &model.results { @if let Some(test) = pinned(tests) { (pinned_chart(frame, shell, test)) } }
                (card(frame, shell, Section::Vitals, w::LATEST_VITALS, &model.vitals, |tests| vitals(frame, shell, tests)))
                @if let Some(courses) = &model.growth { (growth::card(shell, courses)) }
                (items(frame, shell, Section::Notes, w::LATEST_NOTES, &model.notes))
                (items(frame, shell, Section::Appointments, w::NEXT_APPOINTMENTS, &model.appointments))
                (items(frame, shell, Section::Visits, w::LATEST_VISITS, &model.visits))
            }
        }
        p class="actions" { a href=(paths::chart_pdf(shell.id)) { (w::PDF) } " " a href=(paths::chart_document(shell.id)) { (w::CCDA) } " " span class="quiet" { (w::EXPORT_HOW) } }
    };
    shell::page(frame, shell, None, w::SUMMARY, &main)
}

/// Everything that the summary shows.
fn shown(model: &Summary) -> Vec<&ChartItem> {
    let tests = model.results.here().map(Vec::as_slice).unwrap_or_default();
    let vitals = model.vitals.here().map(Vec::as_slice).unwrap_or_default();
    let charted = pressing(tests).into_iter().chain(pinned(tests)).chain(vitals.iter().take(VITALS));
    let cards = [
        &model.problems,
        &model.medications,
        &model.allergies,
        &model.immunizations,
        &model.notes,
        &model.appointments,
        &model.visits,
    ];
    let lines = cards.into_iter().filter_map(Loaded::here);
    let lines = lines.flat_map(|items| current::named(items).into_iter().take(CARD_LINES));
    lines.chain(charted.flat_map(Test::readings)).collect()
}

/// The tests of the summary: critical values first among all, then by latest reading.
fn pressing(tests: &[Test]) -> Vec<&Test> {
    let mut shown = critical_first(tests);
    shown.truncate(TESTS);
    shown
}

/// The test worth a chart: the first with three numbers or more that is flagged, else the first with as many.
fn pinned(tests: &[Test]) -> Option<&Test> {
    let numbers = |test: &&Test| test.readings().filter(|r| r.number.is_some()).count() >= 3;
    let mut charted = tests.iter().filter(numbers);
    charted.clone().find(|test| is_abnormal(test.shown())).or_else(|| charted.next())
}

fn pinned_chart(frame: &Frame, shell: &Shell, test: &Test) -> Markup {
    let body = trend(frame, shell, test, Section::Results);
    parts::panel(
        "card-trend",
        &html! { (test_title(&test.latest().title).0) " " a href=(paths::trend(shell.id, test.latest().id)) { (w::VALUES) } },
        &body,
    )
}

fn card<T>(
    frame: &Frame,
    shell: &Shell,
    section: Section,
    heading: &str,
    content: &Loaded<Vec<T>>,
    show: impl FnOnce(&[T]) -> Markup,
) -> Markup {
    if matches!(content, Loaded::OutOfReach) {
        return html! {};
    }
    let id = format!("card-{}", section.word());
    let heading = html! { (heading) " " a href=(paths::chart_section(shell.id, section)) { (w::ALL) span class="vh" { " " (rules::section(section)) } } };
    parts::panel(
        &id,
        &heading,
        &loaded(frame, content, |list| if list.is_empty() { nothing(shell, section) } else { show(list) }),
    )
}

/// What an empty card says; allergies as the source states them.
fn nothing(shell: &Shell, section: Section) -> Markup {
    match shell.allergies {
        AllergyStatement::NoneKnown if section == Section::Allergies => parts::empty(w::NO_KNOWN_ALLERGIES),
        _ => parts::empty(w::empty_card(section)),
    }
}

/// Whether the summary is given everything of `section`, so that it can say how much of it a card leaves out.
const fn is_whole(section: Section) -> bool {
    matches!(section, Section::Problems | Section::Medications | Section::Allergies)
}

fn items(
    frame: &Frame,
    shell: &Shell,
    section: Section,
    heading: &str,
    content: &Loaded<Vec<ChartItem>>,
) -> Markup {
    card(frame, shell, section, heading, content, |list| {
        let now = current::named(list);
        html! {
            @if now.is_empty() { (nothing(shell, section)) } @else {
                ul class="lines" { @for item in now.iter().take(CARD_LINES) { li { (lists::line(frame, shell, item)) } } }
                @if is_whole(section) && now.len() > CARD_LINES { p class="quiet" { (w::more_under_all(now.len() - CARD_LINES)) } }
            }
        }
    })
}

fn vitals(frame: &Frame, shell: &Shell, tests: &[Test]) -> Markup {
    html! {
        table class="t lean" {
            thead class="vh" { tr { th scope="col" { (w::COL_MEASURE) } th scope="col" { (w::COL_RESULT) } th scope="col" { (w::COL_TREND) } th scope="col" { (w::COL_MEASURED) } } }
            tbody {
                @for test in tests.iter().take(VITALS) {
                    @let item = test.shown();
                    tr {
                        th scope="row" { (results::test_name(shell, Section::Vitals, item)) (results::repeat(test)) }
                        td class="num" { (results::value(item)) }
                        td { (parts::chart::spark(test)) }
                        td class="num quiet" { @if let Some(at) = item.at { (parts::dated(frame.zone.date(at), item.dated.at)) } @else { (words::NO_DATE) } }
                    }
                }
            }
        }
    }
}
