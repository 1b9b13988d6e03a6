//! Notes and documents: threads, what stands around one of them, and words found in them.

use super::files::{file, shown};
use super::{Part, item, items, part};
use crate::app::access::Context;
use crate::app::permit::Permit;
use crate::app::ports::Wanted;
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::chart::clinical_document::ClinicalDocument;
use crate::domain::chart::file::{Held, whole_text};
use crate::domain::chart::notes::{Thread, replaced, standing, threads};
use crate::domain::chart::text_search::{Hit, Words, hit};
use crate::domain::chart::{ChartItem, Section, UNSIGNED, XML_FILE};

/// The sections whose texts are searched.
pub const SEARCHED: [Section; 3] = [Section::Notes, Section::Reports, Section::Documents];

/// The notes or documents of a chart.
#[derive(Clone, PartialEq, Debug)]
pub struct Shelf {
    /// Those that are signed, as threads, newest first.
    pub threads: Vec<Thread>,
    /// How many are not signed yet.
    pub unsigned: usize,
}

/// What stands around one note or document.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Beside {
    /// What it was added to.
    pub above: Option<ChartItem>,
    /// What was added to it, oldest first, each with its text.
    pub addenda: Vec<(ChartItem, String)>,
    /// What has replaced it.
    pub newer: Option<ChartItem>,
    /// Its file, where that is a C-CDA document that can be read.
    pub document: Option<ClinicalDocument>,
    /// Why such a file is not read.
    pub held: Option<Held>,
}

/// Everything of `section`, notes or documents.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn shelf(app: &App, permit: &Permit, section: Section) -> Result<Part<Shelf>, AppError> {
    let of = |category: Option<&str>| Wanted { category: category.map(str::to_owned), ..Wanted::default() };
    let signed = match items(app, permit, section, of(None)).await? {
        Part::Here(signed) => signed,
        Part::Down(seen) => return Ok(Part::Down(seen)),
        Part::Slow => return Ok(Part::Slow),
        Part::OutOfReach => return Ok(Part::OutOfReach),
    };
    let unsigned = match items(app, permit, section, of(Some(UNSIGNED))).await? {
        Part::Here(unsigned) => unsigned.len(),
        Part::Down(_) | Part::Slow | Part::OutOfReach => 0,
    };
    Ok(Part::Here(Shelf { threads: threads(signed), unsigned }))
}

/// What stands around `item`, a note or a document that was read through the same permit.
///
/// # Errors
/// [`AppError`] when the database cannot be read or the audit not written. Of a source that is down, nothing.
pub async fn beside(
    app: &App,
    permit: &Permit,
    one: &ChartItem,
    context: &Context,
) -> Result<Beside, AppError> {
    let mut found = Beside::default();
    if one.method == XML_FILE {
        match file(app, permit, (one.section, one.id), context).await? {
            Some(Part::Here(Ok(file))) => found.document = ClinicalDocument::read(&file.bytes),
            Some(Part::Here(Err(held))) => found.held = Some(held),
            // Its words are held back with it.
            _ if app.outside.scanner.is_some() => found.held = Some(Held::Unchecked),
            _ => {}
        }
    }
    let Part::Here(all) = items(app, permit, one.section, Wanted::default()).await? else {
        return Ok(found);
    };
    let newer = standing(&replaced(&all), one.id);
    found.newer = all.iter().find(|item| newer != one.id && item.id == newer).cloned();
    let thread = threads(all).into_iter().find(|thread| thread.items().any(|item| item.id == one.id));
    let Some(Thread { note, addenda }) = thread else { return Ok(found) };
    if note.id != one.id {
        found.above = Some(note);
        return Ok(found);
    }
    for addendum in addenda {
        if let Some(Part::Here(read)) = item(app, permit, one.section, addendum.id).await? {
            found.addenda.push(read);
        }
    }
    Ok(found)
}

/// Where every one of `words` is found in the notes, reports and documents within reach, newest first. What was replaced is not
/// looked at, and where a scanner is set up, no words out of files are.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn search(app: &App, permit: &Permit, words: &Words) -> Result<Part<Vec<Hit>>, AppError> {
    let within: Vec<Section> =
        SEARCHED.into_iter().filter(|section| permit.reach().shows(*section)).collect();
    if within.is_empty() {
        return Ok(Part::OutOfReach);
    }
    let mut hits = Vec::new();
    for section in within {
        let texts = match part(app.feed.texts(permit, section).await)? {
            Part::Here(texts) => texts,
            Part::Down(seen) => return Ok(Part::Down(seen)),
            Part::Slow => return Ok(Part::Slow),
            Part::OutOfReach => continue,
        };
        let items: Vec<ChartItem> = texts.iter().map(|(item, _)| item.clone()).collect();
        let old = replaced(&items);
        let standing = texts.into_iter().filter(|(item, _)| !old.contains_key(&item.id));
        let read = |body: String| whole_text(&shown(app, section, body));
        hits.extend(standing.filter_map(|(item, body)| hit(item, &read(body), words)));
    }
    hits.sort_by_key(|hit| std::cmp::Reverse((hit.item.at.unwrap_or(Instant::EVER), hit.item.id)));
    Ok(Part::Here(hits))
}
