//! The summary of a chart as one PDF file: text on Letter pages, the patient's banner on each of them (page P8).

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::lists::said_when;
use super::summary::Summary;
use super::{Loaded, Shell};
use crate::domain::chart::acknowledgement::Critical;
use crate::domain::chart::age::age;
use crate::domain::chart::results::{Test, critical_first, printed, range_text, test_title};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{AllergyStatement, ChartItem, Section, current};
use crate::views::layout::Frame;
use crate::views::parts::typeface::{encoded, lines, lossy, spelled};
use crate::views::parts::{flag, name};
use crate::views::words::{self, chart as w, results as wr, rules};

/// US Letter, in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 612.0, y2: 792.0 };
const LEFT: f32 = 45.0;
const TOP: f32 = 752.0;
const BOTTOM: f32 = 40.0;
/// The height of the running text, and from line to line.
const SIZE: f32 = 8.5;
const STEP: f32 = 10.5;
/// Letters across the page: capitals of Helvetica at 8.5 points take 5.9 points each, and there are 522.
const ACROSS: usize = 88;
/// Lines of a list, at most; what is left out is counted.
const MOST: usize = 16;

const PLAIN: Name = Name(b"F");
const BOLD: Name = Name(b"B");

/// A cell: how far from the left, its letters across, its text.
type Cell = (f32, usize, String);

/// A line on its way to a page.
struct Line {
    x: f32,
    y: f32,
    font: Name<'static>,
    text: String,
}

/// Pages that are being filled from top to bottom, each beginning below the banner.
struct Pages {
    filled: Vec<Vec<Line>>,
    y: f32,
    top: f32,
    /// How many pages there were when one last got the notice of 42 CFR Part 2.
    noticed: usize,
    /// Whether the banner has that notice, for an allergy, and so every page.
    in_banner: bool,
}

/// How deep the text of `cells` is, in points.
fn height(cells: &[Cell]) -> f32 {
    let deep = cells.iter().map(|(_, columns, text)| lines(&spelled(text), *columns).len()).max();
    STEP * f32::from(u16::try_from(deep.unwrap_or(0)).unwrap_or(u16::MAX))
}

impl Pages {
    /// Makes room for `height` points on this page, or begins another.
    fn room(&mut self, height: f32) {
        if self.filled.is_empty() || self.y - height < BOTTOM {
            self.filled.push(Vec::new());
            self.y = self.top;
        }
    }

    fn put(&mut self, x: f32, y: f32, font: Name<'static>, text: String) {
        if let Some(page) = self.filled.last_mut() {
            page.push(Line { x, y, font, text });
        }
    }

    fn heading(&mut self, text: &str) {
        // Not alone at the foot of a page.
        self.room(STEP * 3.5);
        self.y -= STEP * 1.5;
        self.put(LEFT, self.y, BOLD, spelled(text));
    }

    fn row(&mut self, cells: &[Cell]) {
        let broken: Vec<(f32, Vec<String>)> =
            cells.iter().map(|(x, columns, text)| (*x, lines(&spelled(text), *columns))).collect();
        let deep = broken.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        self.room(STEP * f32::from(u16::try_from(deep).unwrap_or(u16::MAX)));
        let from = self.y;
        for (x, lines) in broken {
            self.y = from;
            for line in lines {
                self.y -= STEP;
                self.put(x, self.y, PLAIN, line);
            }
        }
        self.y = from - STEP * f32::from(u16::try_from(deep).unwrap_or(u16::MAX));
    }

    /// A row that shows `item`; what 42 CFR Part 2 protects stands below its notice, once on a page.
    fn row_of(&mut self, item: &ChartItem, cells: &[Cell]) {
        if item.labels.meets(Labels::PART2) && !self.in_banner {
            self.room(STEP + height(cells));
            if self.noticed != self.filled.len() {
                self.noticed = self.filled.len();
                self.text(w::PART2);
            }
        }
        self.row(cells);
    }

    fn text(&mut self, text: &str) {
        self.row(&[(LEFT, ACROSS, text.to_owned())]);
    }
}

/// The summary as a file.
pub fn file(frame: &Frame, model: &Summary) -> Vec<u8> {
    let banner = banner(frame, &model.shell);
    let depth = f32::from(u16::try_from(banner.len()).unwrap_or(u16::MAX));
    let (top, in_banner) = (TOP - STEP * (depth + 1.5), model.shell.part2);
    let mut pages = Pages { filled: Vec::new(), y: 0.0, top, noticed: 0, in_banner };
    if model.shell.limited {
        pages.room(STEP);
        pages.text(&format!("{} {}.", w::LIMITED, frame.phone));
    }
    let said = &model.critical;
    tests(frame, &mut pages, (Section::Results, w::RECENT_RESULTS), &model.results, said);
    for (section, heading, items) in [
        (Section::Problems, w::ACTIVE_PROBLEMS, &model.problems),
        (Section::Medications, w::CURRENT_MEDICATIONS, &model.medications),
        (Section::Allergies, rules::section(Section::Allergies), &model.allergies),
        (Section::Immunizations, rules::section(Section::Immunizations), &model.immunizations),
    ] {
        list(frame, &mut pages, (section, heading), items, &model.shell);
    }
    tests(frame, &mut pages, (Section::Vitals, w::LATEST_VITALS), &model.vitals, said);
    list(frame, &mut pages, (Section::Notes, w::LATEST_NOTES), &model.notes, &model.shell);
    let next = (Section::Appointments, w::NEXT_APPOINTMENTS);
    list(frame, &mut pages, next, &model.appointments, &model.shell);
    list(frame, &mut pages, (Section::Visits, w::LATEST_VISITS), &model.visits, &model.shell);
    written(&pages.filled, &banner, frame)
}

/// The lines at the head of each page.
fn banner(frame: &Frame, shell: &Shell) -> Vec<String> {
    let who = &shell.banner;
    let last_day = who.deceased_on.unwrap_or_else(|| frame.zone.date(frame.now));
    let allergies = match &shell.allergies {
        AllergyStatement::Listed(list) => format!("{}: {}", w::ALLERGIES, list.join("; ")),
        AllergyStatement::NoneKnown => w::NO_KNOWN_ALLERGIES.to_owned(),
        AllergyStatement::NotRecorded => w::ALLERGIES_NOT_RECORDED.to_owned(),
        AllergyStatement::Unavailable => w::ALLERGIES_DOWN.to_owned(),
    };
    let facts = format!(
        "{} {} ({})   {} {}   {} {}",
        w::BORN,
        words::date(who.birth_date),
        words::age(age(who.birth_date, last_day)),
        w::SEX,
        words::sex(&who.sex),
        w::MRN,
        who.mrn
    );
    let died = who.deceased_on.map(|day| format!("{} {}", w::DECEASED, words::date(day)));
    let notice = shell.part2.then(|| w::PART2.to_owned());
    let texts = [Some(name(&who.family, &who.given)), Some(facts), died, Some(allergies), notice];
    texts.into_iter().flatten().flat_map(|text| lines(&spelled(&text), ACROSS)).collect()
}

/// The content of a section, or the state it is in; nothing of what is out of reach.
fn section<T>(
    frame: &Frame,
    pages: &mut Pages,
    heading: &str,
    content: &Loaded<Vec<T>>,
    show: impl FnOnce(&mut Pages, &[T]),
) {
    match content {
        Loaded::OutOfReach => {}
        Loaded::Down(seen) => {
            pages.heading(heading);
            let seen = seen.map(|at| w::last_seen(&words::clock(at, frame.zone)));
            pages.text(&seen.unwrap_or_else(|| w::DOWN.to_owned()));
        }
        Loaded::Slow => {
            pages.heading(heading);
            pages.text(w::DOWN);
        }
        Loaded::Here(items) => {
            pages.heading(heading);
            show(pages, items);
        }
    }
}

/// When an item was, as far as its source says it.
pub(super) fn day(frame: &Frame, item: &ChartItem) -> String {
    match (item.at, said_when(item)) {
        (Some(at), _) => words::dated(frame.zone.date(at), item.dated.at),
        (None, "") => words::NO_DATE.to_owned(),
        (None, said) => said.to_owned(),
    }
}

fn more(pages: &mut Pages, count: usize) {
    if count > MOST {
        pages.text(&w::more_in_portal(count - MOST));
    }
}

/// What stands beside a value: its flag, and that it was repeated.
pub(super) fn beside(test: &Test) -> String {
    let repeat = test.repeat().map_or("", wr::repeat);
    let parts = [flag::words(test.shown()), repeat.to_owned()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("; ")
}

fn tests(
    frame: &Frame,
    pages: &mut Pages,
    (of, heading): (Section, &str),
    content: &Loaded<Vec<Test>>,
    critical: &Critical,
) {
    section(frame, pages, heading, content, |pages, tests| {
        if tests.is_empty() {
            pages.text(w::empty_card(of));
        }
        let shown: Vec<&Test> = critical_first(tests).into_iter().take(MOST).collect();
        for test in &shown {
            let item = test.shown();
            let range = range_text(item);
            let range = if range.is_empty() { range } else { format!("{} {range}", w::COL_RANGE) };
            let cells = [
                (LEFT, 32, test_title(&item.title).0.to_owned()),
                (LEFT + 195.0, 17, printed(item)),
                (LEFT + 300.0, 14, beside(test)),
                (LEFT + 375.0, 14, range),
                (LEFT + 462.0, 11, day(frame, item)),
            ];
            let seen = critical.seen(item).map(|at| wr::acknowledged_by(viewer(frame), at, frame.zone));
            let seen = seen.map(|text| [(LEFT + 195.0, 55, text)]);
            // On the page of what it is about, below the notice that this may carry.
            pages.room(height(&cells) + seen.as_ref().map_or(0.0, |seen| STEP + height(seen)));
            pages.row_of(item, &cells);
            if let Some(seen) = seen {
                pages.row(&seen);
            }
        }
        if shown.iter().any(|test| flag::is_compared(test.shown())) {
            pages.text(words::FLAG_COMPARED);
        }
        more(pages, tests.len());
    });
}

fn list(
    frame: &Frame,
    pages: &mut Pages,
    (of, heading): (Section, &str),
    content: &Loaded<Vec<ChartItem>>,
    shell: &Shell,
) {
    section(frame, pages, heading, content, |pages, items| {
        let now = current::named(items, frame.now);
        if now.is_empty() {
            let none_known = of == Section::Allergies && shell.allergies == AllergyStatement::NoneKnown;
            pages.text(if none_known { w::NO_KNOWN_ALLERGIES } else { w::empty_card(of) });
        }
        for item in now.iter().take(MOST) {
            let second = match of {
                Section::Medications | Section::Allergies => &item.text,
                Section::Notes | Section::Visits | Section::Appointments => &item.actor,
                _ => &item.detail,
            };
            let cells = [
                (LEFT, 45, w::title(item)),
                (LEFT + 270.0, 31, second.clone()),
                (LEFT + 462.0, 11, day(frame, item)),
            ];
            pages.row_of(item, &cells);
        }
        more(pages, now.len());
    });
}

/// The name of whoever takes the file: it is made to be handed on, so that nobody is "you" in it.
fn viewer(frame: &Frame) -> &str {
    frame.viewer.as_ref().map_or("", |viewer| viewer.name.as_str())
}

/// The file of these pages, each under the banner and over a line that says who printed it and which page it is.
fn written(pages: &[Vec<Line>], banner: &[String], frame: &Frame) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let fonts =
        [(PLAIN, &b"Helvetica"[..]), (BOLD, b"Helvetica-Bold")].map(|(name, base)| (name, base, next.bump()));
    let sheets: Vec<(Ref, Ref)> = pages.iter().map(|_| (next.bump(), next.bump())).collect();
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("en"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(sheets.iter().map(|(page, _)| *page)).count(count);
    pdf.document_info(info).title(TextStr(w::PDF_TITLE));
    for (_, base, id) in fonts {
        pdf.type1_font(id).base_font(Name(base)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let by = viewer(frame);
    for (n, ((page, content), lines)) in sheets.iter().zip(pages).enumerate() {
        let mut sheet = pdf.page(*page);
        sheet.media_box(PAGE).parent(tree).contents(*content);
        let mut resources = sheet.resources();
        let mut named = resources.fonts();
        for (name, _, id) in fonts {
            named.pair(name, id);
        }
        named.finish();
        resources.finish();
        sheet.finish();
        let foot = w::pdf_foot(
            by,
            &words::moment(frame.now, frame.zone),
            (n + 1, pages.len()),
            &frame.hospital_name,
        );
        pdf.stream(*content, &drawn(lines, banner, &spelled(&foot)));
    }
    pdf.finish()
}

fn drawn(page: &[Line], banner: &[String], foot: &str) -> Vec<u8> {
    let mut content = Content::new();
    let mut show = |x: f32, y: f32, font: Name<'static>, size: f32, text: &str| {
        let bytes = encoded(text).unwrap_or_else(|| lossy(text));
        content.begin_text();
        content.set_font(font, size);
        content.next_line(x, y);
        content.show(Str(&bytes));
        content.end_text();
    };
    let mut y = TOP;
    for (n, line) in banner.iter().enumerate() {
        show(LEFT, y, if n == 0 { BOLD } else { PLAIN }, SIZE + 0.5, line);
        y -= STEP;
    }
    for line in page {
        show(line.x, line.y, line.font, SIZE, &line.text);
    }
    show(LEFT, 24.0, PLAIN, SIZE - 1.0, foot);
    content.rect(LEFT, y + 2.0, PAGE.x2 - 2.0 * LEFT, 1.0);
    content.fill_nonzero();
    content.finish().into_vec()
}
