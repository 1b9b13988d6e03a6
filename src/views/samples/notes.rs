//! Samples of notes, documents, their files, and the search in their texts.

use super::chart::NOTE;
use super::record::{list, narrow_shell, shell};
use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::chart::clinical_document::{Block, ClinicalDocument};
use crate::domain::chart::file::Held;
use crate::domain::chart::notes::{Offer, Pick, Thread, offer, threads};
use crate::domain::chart::text_search::{BadWords, Hit, Words, hit};
use crate::domain::chart::{ChartItem, Section, XML_FILE};
use crate::domain::people::AccountKind;
use crate::views::chart::item::{self, Item, NoFile};
use crate::views::chart::notes::{self, Notes};
use crate::views::chart::search::{self, Search};
use crate::views::chart::{Loaded, Shell};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    lists(&frame, all);
    pages(&frame, all);
    searches(&frame, all);
}

/// Two notes, the older one with two addenda.
fn shelf() -> Vec<Thread> {
    let mut items = list(Section::Notes);
    let older = items.last().map(|item| item.id);
    for (n, days) in [(0, 20), (1, 3)] {
        items.insert(0, addendum(n, days, older));
    }
    threads(items)
}

fn addendum(n: u128, days: i64, to: Option<uuid::Uuid>) -> ChartItem {
    ChartItem {
        id: id(9000 + n),
        at: Some(days_ago(days)),
        filed: Some(days_ago(days)),
        title: "Addendum to the ED visit summary".into(),
        actor: "Dr. P. Sato".into(),
        status: "final".into(),
        report: to,
        ..ChartItem::blank(Section::Notes)
    }
}

fn documents() -> Vec<ChartItem> {
    let mut items = list(Section::Documents);
    for item in &mut items {
        item.method = "PDF".into();
    }
    items
}

fn lists(frame: &Frame, all: &mut Vec<Sample>) {
    let full = shelf();
    let offered = offer(&full);
    let one_author =
        Pick { author: offered.authors.first().map(|choice| choice.key.clone()), ..Pick::default() };
    let here = Loaded::Here;
    let papers = threads(documents());
    let offered_papers = offer(&papers);
    let none = Offer::default();
    let unfiltered = Pick::default();
    for (name, section, threads, (offer, pick), (unsigned, next)) in [
        ("chart-notes", Section::Notes, here(full.clone()), (&offered, &unfiltered), (2, None)),
        ("chart-notes-more", Section::Notes, here(full), (&offered, &unfiltered), (1, Some(100))),
        ("chart-notes-none-so", Section::Notes, here(vec![]), (&offered, &one_author), (0, None)),
        ("chart-notes-empty", Section::Notes, here(vec![]), (&none, &unfiltered), (0, None)),
        ("chart-notes-only-unsigned", Section::Notes, here(vec![]), (&none, &unfiltered), (1, None)),
        ("chart-notes-down", Section::Notes, Loaded::Down(Some(NOW)), (&none, &unfiltered), (0, None)),
        (
            "chart-documents",
            Section::Documents,
            here(papers.clone()),
            (&offered_papers, &unfiltered),
            (1, None),
        ),
        ("chart-documents-empty", Section::Documents, here(vec![]), (&none, &unfiltered), (0, None)),
    ] {
        let (offer, pick) = (offer.clone(), pick.clone());
        let model = Notes { shell: shell(), section, threads, offer, pick, unsigned, next };
        all.push(Sample { name, markup: notes::page(frame, &model) });
    }
    let out = Notes {
        shell: narrow_shell(),
        section: Section::Notes,
        threads: Loaded::OutOfReach,
        offer: none,
        pick: unfiltered,
        unsigned: 0,
        next: None,
    };
    all.push(Sample { name: "chart-notes-out-of-reach", markup: notes::page(frame, &out) });
}

fn document() -> ClinicalDocument {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    ClinicalDocument {
        title: "Continuity of care".into(),
        blocks: vec![
            Block::Heading(1, "Allergies".into()),
            Block::Table(
                vec![
                    texts(&["Substance", "Reaction", "Since"]),
                    texts(&["Peanut", "Anaphylaxis", "2023"]),
                    texts(&["Penicillin", "Hives", "2021"]),
                ],
                1,
            ),
            Block::Heading(1, "Plan of care".into()),
            Block::Heading(2, "Visits".into()),
            Block::Paragraph("Return to the clinic in four weeks.".into()),
            Block::List(texts(&["Nutrition on 15-Dec-2026", "Bone age X-ray"])),
            Block::Table(vec![texts(&["Weight", "20.1 kg"])], 0),
        ],
    }
}

fn pages(frame: &Frame, all: &mut Vec<Sample>) {
    let of = |items: Vec<ChartItem>, body: &str| {
        let first = items.into_iter().next();
        first.map_or(Loaded::Down(None), |item| Loaded::Here((item, body.to_owned())))
    };
    let note = || Item::alone(shell(), Section::Notes, of(list(Section::Notes), NOTE));
    let other = || list(Section::Notes).into_iter().last();
    let paper = |method: &str, body: &str| {
        let mut items = documents();
        for item in &mut items {
            method.clone_into(&mut item.method);
        }
        Item::alone(shell(), Section::Documents, of(items, body))
    };
    let added = || {
        let later = addendum(1, 3, None);
        vec![
            (addendum(0, 20, None), "The second sample was not hemolyzed: potassium 4.2.".to_owned()),
            (ChartItem { method: "PDF".into(), ..later }, String::new()),
        ]
    };
    for (name, model) in [
        ("chart-note-addenda", Item { addenda: added(), ..note() }),
        ("chart-note-is-addendum", Item { above: other(), ..note() }),
        ("chart-note-replaced", Item { newer: other(), ..note() }),
        ("chart-document-file", paper("PDF", "")),
        ("chart-document-clinical", Item { document: Some(document()), ..paper(XML_FILE, "") }),
        ("chart-note-document", Item { document: Some(document()), ..note() }),
        ("chart-note-held", Item { held: Some(Held::Unchecked), ..note() }),
        ("chart-document-held", Item { held: Some(Held::Found), ..paper(XML_FILE, "") }),
    ] {
        all.push(Sample { name, markup: item::page(frame, &model) });
    }
    for (name, why) in [
        ("chart-file-too-large", Loaded::Here(Held::TooLarge)),
        ("chart-file-found", Loaded::Here(Held::Found)),
        ("chart-file-beyond-scanner", Loaded::Here(Held::BeyondScanner)),
        ("chart-file-unchecked", Loaded::Here(Held::Unchecked)),
        ("chart-file-down", Loaded::Down(Some(NOW))),
    ] {
        let model = NoFile { shell: shell(), section: Some(Section::Documents), why };
        all.push(Sample { name, markup: item::no_file(frame, &model) });
    }
    let nameless = Shell { unknown: true, ..shell() };
    let model = NoFile { shell: nameless, section: None, why: Loaded::Down(None) };
    all.push(Sample { name: "chart-export-nameless", markup: item::no_file(frame, &model) });
}

fn hits() -> Vec<Hit> {
    let Ok(words) = Words::read("insulin") else { return Vec::new() };
    let texts = list(Section::Notes).into_iter().chain(documents());
    texts.filter_map(|item| hit(item, NOTE, &words)).collect()
}

fn searches(frame: &Frame, all: &mut Vec<Sample>) {
    let of = |shell: Shell, typed: &str, fault, hits| Search {
        shell,
        typed: typed.to_owned(),
        in_files: true,
        fault,
        hits,
    };
    let page = |shell, typed: &str, fault, hits| search::page(frame, &of(shell, typed, fault, hits));
    let scanned = Search { in_files: false, ..of(shell(), "insulin", None, Some(Loaded::Here(hits()))) };
    for (name, markup) in [
        ("chart-search", page(shell(), "", None, None)),
        ("chart-search-hits", page(shell(), "insulin", None, Some(Loaded::Here(hits())))),
        ("chart-search-none", page(narrow_shell(), "zebra", None, Some(Loaded::Here(vec![])))),
        ("chart-search-without-files", search::page(frame, &scanned)),
        ("chart-search-too-short", page(shell(), "a", Some(BadWords::TooShort), None)),
        ("chart-search-down", page(shell(), "insulin", None, Some(Loaded::Down(None)))),
    ] {
        all.push(Sample { name, markup });
    }
}
