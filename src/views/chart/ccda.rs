//! The summary of a chart as a Continuity of Care Document for another system (page P8). Source: HL7 C-CDA R2.1.
//!
//! It is made from what the page and the PDF are made from, so it holds nothing that the viewer may not see. Everything stands in
//! the narrative; what the record codes, and can be asserted, stands beside it as entries.

mod coded;
mod entries;
mod header;
mod xml;

use coded::{LOINC, fixed, templates, versioned};
use xml::{Element, el};

use super::Loaded;
use super::lists::{Column, columns, fills};
use super::pdf::{beside, day};
use super::summary::Summary;
use crate::domain::chart::results::{Test, critical_first, printed, range_text, test_title};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{AllergyStatement, ChartItem, Section, current};
use crate::views::layout::Frame;
use crate::views::parts::flag;
use crate::views::words::chart::{self as w, ccda as wc, column as col};
use crate::views::words::{self, rules};

/// What leaves as a document.
#[derive(Clone, PartialEq, Debug)]
pub struct Continuity {
    /// The id of the document: a UUID that no other one has.
    pub id: String,
    /// The summary.
    pub summary: Summary,
    /// Procedures.
    pub procedures: Loaded<Vec<ChartItem>>,
    /// Who cares for the patient.
    pub care_team: Loaded<Vec<ChartItem>>,
}

/// A section of the document.
struct Kind {
    of: Section,
    heading: &'static str,
    /// Its LOINC code.
    code: &'static str,
    template: Template,
    /// Whether a Continuity of Care Document must have it, as the template that asks for entries.
    required: bool,
}

/// Which templates of C-CDA R2.1 a section can be of.
enum Template {
    /// None that the record can fill.
    None,
    /// One that came after C-CDA R1.1 and needs no entries, and its version.
    Later([&'static str; 2]),
    /// One that needs no entries, and its version.
    Open([&'static str; 2]),
    /// One that needs no entries, one that does, and their version.
    Both([&'static str; 3]),
}

const fn kind(of: Section, heading: &'static str) -> Kind {
    let (code, template, required) = match of {
        Section::Allergies => {
            let of = ["2.16.840.1.113883.10.20.22.2.6", "2.16.840.1.113883.10.20.22.2.6.1", "2015-08-01"];
            ("48765-2", Template::Both(of), true)
        }
        Section::Medications => {
            let of = ["2.16.840.1.113883.10.20.22.2.1", "2.16.840.1.113883.10.20.22.2.1.1", "2014-06-09"];
            ("10160-0", Template::Both(of), true)
        }
        Section::Problems => {
            let of = ["2.16.840.1.113883.10.20.22.2.5", "2.16.840.1.113883.10.20.22.2.5.1", "2015-08-01"];
            ("11450-4", Template::Both(of), true)
        }
        Section::Results => {
            let of = ["2.16.840.1.113883.10.20.22.2.3", "2.16.840.1.113883.10.20.22.2.3.1", "2015-08-01"];
            ("30954-2", Template::Both(of), true)
        }
        Section::Vitals => {
            let of = ["2.16.840.1.113883.10.20.22.2.4", "2.16.840.1.113883.10.20.22.2.4.1", "2015-08-01"];
            ("8716-3", Template::Both(of), true)
        }
        Section::Immunizations => {
            let of = ["2.16.840.1.113883.10.20.22.2.2", "2.16.840.1.113883.10.20.22.2.2.1", "2015-08-01"];
            ("11369-6", Template::Both(of), false)
        }
        Section::Visits => {
            let of = ["2.16.840.1.113883.10.20.22.2.22", "2.16.840.1.113883.10.20.22.2.22.1", "2015-08-01"];
            ("46240-8", Template::Both(of), false)
        }
        Section::Procedures => {
            let of = ["2.16.840.1.113883.10.20.22.2.7", "2.16.840.1.113883.10.20.22.2.7.1", "2014-06-09"];
            ("47519-4", Template::Both(of), false)
        }
        Section::CareTeam => {
            let of = ["2.16.840.1.113883.10.20.22.2.500", "2022-06-01"];
            ("85847-2", Template::Later(of), false)
        }
        Section::Appointments => {
            let of = ["2.16.840.1.113883.10.20.22.2.10", "2014-06-09"];
            ("18776-5", Template::Open(of), false)
        }
        // That of notes needs entries with author and full text.
        Section::Notes | Section::Reports | Section::Documents => ("34109-9", Template::None, false),
    };
    Kind { of, heading, code, template, required }
}

/// The rows of a section's table.
struct Rows<'a> {
    heads: Vec<&'static str>,
    rows: Vec<(&'a ChartItem, Vec<String>)>,
}

/// The document.
///
/// # Errors
/// Never: the memory that it is written to refuses nothing.
pub fn file(frame: &Frame, model: &Continuity) -> std::io::Result<Vec<u8>> {
    let summary = &model.summary;
    let list =
        |of, heading, items| section(frame, model, &kind(of, heading), items, |i| listed(frame, of, i));
    let measured =
        |of, heading, tests| section(frame, model, &kind(of, heading), tests, |t| tested(frame, t));
    let named = rules::section;
    let sections = [
        Some(about(frame, model)),
        list(Section::Allergies, named(Section::Allergies), &summary.allergies),
        list(Section::Medications, w::CURRENT_MEDICATIONS, &summary.medications),
        list(Section::Problems, w::ACTIVE_PROBLEMS, &summary.problems),
        measured(Section::Results, w::RECENT_RESULTS, &summary.results),
        Some(social_history()),
        measured(Section::Vitals, w::LATEST_VITALS, &summary.vitals),
        list(Section::Immunizations, named(Section::Immunizations), &summary.immunizations),
        list(Section::Procedures, named(Section::Procedures), &model.procedures),
        list(Section::Visits, w::LATEST_VISITS, &summary.visits),
        list(Section::Appointments, w::NEXT_APPOINTMENTS, &summary.appointments),
        list(Section::Notes, w::LATEST_NOTES, &summary.notes),
        list(Section::CareTeam, named(Section::CareTeam), &model.care_team),
    ];
    let sections = sections.into_iter().flatten();
    let sections = sections.map(|one| el("component").holding(one));
    let body = el("component").holding(el("structuredBody").all(sections));
    header::document(frame, &summary.shell, &model.id, confidentiality(frame, model)).holding(body).document()
}

/// Everything that the document shows.
fn shown<'a>(frame: &Frame, model: &'a Continuity) -> Vec<&'a ChartItem> {
    let summary = &model.summary;
    let lists = [
        &summary.allergies,
        &summary.medications,
        &summary.problems,
        &summary.immunizations,
        &model.procedures,
        &summary.visits,
        &summary.appointments,
        &summary.notes,
        &model.care_team,
    ];
    let items = lists.into_iter().filter_map(Loaded::here).flat_map(|items| current::named(items, frame.now));
    let tests = [&summary.results, &summary.vitals].into_iter().filter_map(Loaded::here).flatten();
    items.chain(tests.map(Test::shown)).collect()
}

/// How confidential it is (HL7 v3 Confidentiality): restricted as soon as anything in it has a label.
fn confidentiality(frame: &Frame, model: &Continuity) -> &'static str {
    let all = shown(frame, model).into_iter().fold(Labels::NONE, |all, item| all.and(item.labels));
    let very = Labels::of_code("V").unwrap_or(Labels::NONE);
    match all {
        none if none.is_empty() => "N",
        labels if labels.meets(very) => "V",
        _ => "R",
    }
}

fn paragraph(text: impl Into<String>) -> Element {
    el("paragraph").text(text)
}

fn loinc(code: &str, title: &str) -> Element {
    fixed("code", code, LOINC).with("codeSystemName", "LOINC").with("displayName", title)
}

/// Who made it, and what it leaves out.
fn about(frame: &Frame, model: &Continuity) -> Element {
    let shell = &model.summary.shell;
    let by = frame.viewer.as_ref().map_or("", |viewer| viewer.name.as_str());
    let shown = shown(frame, model);
    let lines = [
        Some(wc::made(by, &words::moment(frame.now, frame.zone), &frame.hospital_name)),
        shell.limited.then(|| format!("{} {}.", w::LIMITED, frame.phone)),
        shown.iter().any(|item| is_part2(item)).then(|| w::PART2.to_owned()),
        Some(wc::LATEST.to_owned()),
        shown.iter().any(|item| flag::is_compared(item)).then(|| words::FLAG_COMPARED.to_owned()),
    ];
    el("section")
        .holding(loinc("48767-8", wc::ABOUT))
        .holding(el("title").text(wc::ABOUT))
        .holding(el("text").all(lines.into_iter().flatten().map(paragraph)))
}

/// The section that such a document must have, and the record does not.
fn social_history() -> Element {
    el("section")
        .with("nullFlavor", "NI")
        .all(templates("2.16.840.1.113883.10.20.22.2.17", "2015-08-01"))
        .holding(loinc("29762-2", wc::SOCIAL_HISTORY))
        .holding(el("title").text(wc::SOCIAL_HISTORY))
        .holding(el("text").holding(paragraph(wc::NOT_IN_SUMMARY)))
}

fn is_part2(item: &ChartItem) -> bool {
    item.labels.meets(Labels::PART2)
}

/// A section with its content, or the state it is in; nothing of what is out of reach, but that it is, where one must be there.
fn section<'a, T>(
    frame: &Frame,
    model: &Continuity,
    kind: &Kind,
    content: &'a Loaded<Vec<T>>,
    rows: impl FnOnce(&'a [T]) -> Rows<'a>,
) -> Option<Element> {
    let without = |null: &str, text: String| {
        Some(framed(kind, Some(null), el("text").holding(paragraph(text)), Vec::new()))
    };
    let rows = match content {
        Loaded::OutOfReach if kind.required => {
            return without("NI", format!("{} {}.", w::OUT_OF_REACH, frame.phone));
        }
        Loaded::OutOfReach => return None,
        Loaded::Down(Some(at)) => return without("NAV", w::last_seen(&words::clock(*at, frame.zone))),
        Loaded::Down(None) | Loaded::Slow => return without("NAV", w::DOWN.to_owned()),
        Loaded::Here(items) => rows(items),
    };
    if !rows.rows.is_empty() {
        return Some(filled(frame, kind, &rows));
    }
    let none_known = model.summary.shell.allergies == AllergyStatement::NoneKnown;
    if kind.of == Section::Allergies && none_known {
        let text = el("text").holding(paragraph(w::NO_KNOWN_ALLERGIES).with("ID", NO_ALLERGIES));
        let entry = entries::no_known_allergies(&model.id, NO_ALLERGIES, frame.now);
        return Some(framed(kind, None, text, vec![entry]));
    }
    without("NI", w::empty_card(kind.of).to_owned())
}

/// The id of the words that there are no allergies.
const NO_ALLERGIES: &str = "no-known-allergies";

fn filled(frame: &Frame, kind: &Kind, rows: &Rows<'_>) -> Element {
    let anchor = |n: usize| format!("{}-{}", kind.of.word(), n + 1);
    let head = el("tr").all(rows.heads.iter().map(|head| el("th").text(*head)));
    let body = rows.rows.iter().enumerate().map(|(n, (_, cells))| {
        let cells = cells.iter().enumerate().map(|(place, cell)| {
            let td = if place == 0 { el("td").with("ID", anchor(n)) } else { el("td") };
            if cell.is_empty() { td } else { td.text(cell) }
        });
        el("tr").all(cells)
    });
    let table = el("table").holding(el("thead").holding(head)).holding(el("tbody").all(body));
    let notice = rows.rows.iter().any(|(item, _)| is_part2(item)).then(|| paragraph(w::PART2));
    let coded = rows.rows.iter().enumerate();
    let coded = coded.filter_map(|(n, (item, _))| entries::entry(item, &anchor(n), frame.zone));
    let coded: Vec<Element> = coded.collect();
    // A section that must have entries and has none says so, and that its words are all there is.
    let null = (kind.required && coded.is_empty()).then_some("NI");
    let uncoded = null.map(|_| paragraph(words_only(kind, rows)));
    framed(kind, null, el("text").all(notice).all(uncoded).holding(table), coded)
}

/// That nothing in a section is coded. Of allergies and problems it names each, for a receiver that shows no table of such a section.
fn words_only(kind: &Kind, rows: &Rows<'_>) -> String {
    match kind.of {
        Section::Allergies | Section::Problems => {
            let titles: Vec<String> = rows.rows.iter().map(|(item, _)| w::title(item)).collect();
            wc::words_only(&titles)
        }
        _ => wc::WORDS_ONLY.to_owned(),
    }
}

/// The templates of a section: that which asks for entries too, where there are some, or where it says why there are none.
fn marks(kind: &Kind, asks_entries: bool) -> Vec<Element> {
    match kind.template {
        Template::None => Vec::new(),
        Template::Later([root, version]) => vec![versioned(root, version)],
        Template::Open([root, version]) => templates(root, version).into(),
        Template::Both([bare, coded, version]) => {
            let coded = asks_entries.then(|| templates(coded, version));
            templates(bare, version).into_iter().chain(coded.into_iter().flatten()).collect()
        }
    }
}

fn framed(kind: &Kind, null: Option<&str>, text: Element, entries: Vec<Element>) -> Element {
    let section = el("section");
    let section = if let Some(null) = null { section.with("nullFlavor", null) } else { section };
    section
        .all(marks(kind, null.is_some() || !entries.is_empty()))
        .holding(loinc(kind.code, kind.heading))
        .holding(el("title").text(kind.heading))
        .holding(text)
        .all(entries)
}

/// The columns of notes, which are no list elsewhere.
const NOTE_COLUMNS: &[(Column, &str)] = &[
    (Column::Title, col::NOTE),
    (Column::Category, col::TYPE),
    (Column::At, col::DATE),
    (Column::Actor, col::BY),
    (Column::Status, col::STATUS),
];

fn listed<'a>(frame: &Frame, of: Section, items: &'a [ChartItem]) -> Rows<'a> {
    let now = current::named(items, frame.now);
    let all = if of == Section::Notes { NOTE_COLUMNS } else { columns(of) };
    let fits = |(column, _): &&(Column, &str)| {
        *column == Column::Title
            || (*column != Column::AgeThen && now.iter().any(|item| fills(*column, item)))
    };
    let shown: Vec<&(Column, &'static str)> = all.iter().filter(fits).collect();
    let cells = |item| shown.iter().map(|(column, _)| cell(frame, *column, item)).collect();
    Rows {
        heads: shown.iter().map(|(_, head)| *head).collect(),
        rows: now.iter().map(|item| (*item, cells(item))).collect(),
    }
}

fn cell(frame: &Frame, column: Column, item: &ChartItem) -> String {
    let has_hour = matches!(item.section, Section::Appointments | Section::Visits | Section::Notes);
    match column {
        Column::Title => w::title(item),
        Column::Text => item.text.clone(),
        Column::Status => w::status_of(item),
        Column::Category => w::status(&item.category),
        Column::At => match item.at {
            Some(at) if has_hour && !item.date_only => words::moment(at, frame.zone),
            _ => day(frame, item),
        },
        Column::Until => match (item.until, item.dated.until) {
            (None, _) => String::new(),
            (Some(until), Some(known)) => words::dated(frame.zone.date(until.plus_seconds(-1)), known),
            (Some(until), None) => words::moment(until, frame.zone),
        },
        Column::Actor => item.actor.clone(),
        Column::Detail => item.detail.clone(),
        Column::Source => w::origin(&item.method),
        Column::AgeThen => String::new(),
    }
}

fn tested<'a>(frame: &Frame, tests: &'a [Test]) -> Rows<'a> {
    let rows = critical_first(tests).into_iter().map(|test| {
        let item = test.shown();
        let cells = vec![
            test_title(&item.title).0.to_owned(),
            printed(item),
            beside(test),
            range_text(item),
            day(frame, item),
            w::status(&item.status),
        ];
        (item, cells)
    });
    let heads = vec![w::COL_TEST, w::COL_RESULT, w::COL_FLAG, w::COL_RANGE, w::COL_COLLECTED, w::STATUS];
    Rows { heads, rows: rows.collect() }
}
