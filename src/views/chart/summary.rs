//! The summary of a chart (page P9).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell, growth, lists, results};
use crate::domain::chart::acknowledgement::Critical;
use crate::domain::chart::growth::Growth;
use crate::domain::chart::results::{Test, printed, test_title};
use crate::domain::chart::standing::is_abnormal;
use crate::domain::chart::{AllergyStatement, ChartItem, Section, current};
use crate::views::layout::Frame;
use crate::views::parts::{self, chart::trend, field};
use crate::views::paths;
use crate::views::words::{self, chart as w, results as wr, rules};

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
    /// What the viewer has acknowledged of the critical ones.
    pub critical: Critical,
    /// Why a result was not acknowledged, when that was tried.
    pub unacknowledged: Option<Unacknowledged>,
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

/// Why a result could not be acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unacknowledged {
    /// It has changed since it was shown.
    Changed,
    /// The source does not answer.
    Unknown,
}

/// The summary page; each critical result that waits posts its `version`.
pub fn page(frame: &Frame, model: &Summary) -> Markup {
    let growth = model.growth.iter().flatten().map(|growth| growth.labels);
    let shell = &growth.fold(model.shell.showing(shown(frame, model)), Shell::labelled);
    let main = html! {
        h1 class="vh" { (w::SUMMARY) }
        @if let Some(why) = model.unacknowledged { (parts::notice("warn", &html! { p { strong { (wr::unacknowledged(why)) } } })) }
        @if let Loaded::Here(tests) = &model.results { (waiting(frame, shell, model, tests)) }
        (card(frame, shell, Section::Results, w::RECENT_RESULTS, &model.results, |tests| {
            let (_, recent) = leading(model, tests);
            if recent.is_empty() { return parts::empty(wr::NO_OTHERS); }
            results::table_with(frame, shell, Section::Results, &recent, &|item| seen(frame, model, item))
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
fn shown<'a>(frame: &Frame, model: &'a Summary) -> Vec<&'a ChartItem> {
    let tests = model.results.here().map(Vec::as_slice).unwrap_or_default();
    let vitals = model.vitals.here().map(Vec::as_slice).unwrap_or_default();
    let (waiting, recent) = leading(model, tests);
    let charted = waiting.into_iter().chain(recent).chain(pinned(tests)).chain(vitals.iter().take(VITALS));
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
    let lines = lines.flat_map(|items| current::named(items, frame.now).into_iter().take(CARD_LINES));
    lines.chain(charted.flat_map(Test::readings)).collect()
}

/// The tests of the summary: all whose value is critical and waits to be acknowledged, then the others by latest reading.
fn leading<'a>(model: &'a Summary, tests: &'a [Test]) -> (Vec<&'a Test>, Vec<&'a Test>) {
    let (waiting, mut recent) = model.critical.part(tests);
    recent.truncate(TESTS.saturating_sub(waiting.len()).max(CARD_LINES));
    (waiting, recent)
}

/// The critical results that wait, each with its button.
fn waiting(frame: &Frame, shell: &Shell, model: &Summary, tests: &[Test]) -> Markup {
    let (waiting, _) = leading(model, tests);
    if waiting.is_empty() {
        return html! {};
    }
    let button = |item: &ChartItem| {
        let Some(version) = model.critical.waiting(item) else { return html! {} };
        html! {
            form method="post" action=(paths::acknowledge(shell.id, item.id)) class="screen ack" {
                (field::token(frame))
                (field::hidden("version", version.word()))
                button class="second" type="submit" { (wr::ACKNOWLEDGE) span class="vh" { " " (test_title(&item.title).0) " " (printed(item)) } }
            }
        }
    };
    let table = results::table_with(frame, shell, Section::Results, &waiting, &button);
    parts::panel(
        "card-critical",
        &html! { (wr::CRITICAL) },
        &html! { p class="quiet screen" { (wr::CRITICAL_HOW) } (table) },
    )
}

/// When the viewer acknowledged `item`.
fn seen(frame: &Frame, model: &Summary, item: &ChartItem) -> Markup {
    html! { @if let Some(at) = model.critical.seen(item) { span class="sub" { (wr::acknowledged(at, frame.zone)) } } }
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
        let now = current::named(list, frame.now);
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
