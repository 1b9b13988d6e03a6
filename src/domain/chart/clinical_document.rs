//! C-CDA documents as headings, paragraphs, lists and tables of text. Source: HL7 CDA R2, the narrative block of a section.
//!
//! Nothing of a document's own markup leaves here. A document type declaration, an entity of its own, too much depth or too much
//! of anything makes it unreadable, so that it is only handed on as a file.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::file::FILE_BYTES;

/// The deepest nesting that is followed.
const DEPTH: usize = 100;
/// Blocks, and cells and points of them together, at most.
const PIECES: usize = 50_000;

/// A document's text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClinicalDocument {
    /// Its title.
    pub title: String,
    /// What it says, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// The title of a section that lies so deep, from 1.
    Heading(usize, String),
    /// A paragraph.
    Paragraph(String),
    /// The points of a list.
    List(Vec<String>),
    /// The rows of a table, the first so many of them its head.
    Table(Vec<Vec<String>>, usize),
}

impl ClinicalDocument {
    /// The document in `bytes`, `None` when they are no C-CDA with a narrative, or one that is not to be read.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > FILE_BYTES {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        reader.config_mut().expand_empty_elements = true;
        let mut walk = Walk::default();
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => walk.open(start.local_name().into_inner())?,
                Event::End(_) => walk.close()?,
                Event::Text(text) => walk.text(&text),
                Event::CData(text) => walk.text(&text),
                Event::GeneralRef(entity) => walk.text(character(&entity)?.encode_utf8(&mut [0; 4])),
                Event::DocType(_) => return None,
                Event::Eof => break,
                _ => {}
            }
        }
        let is_whole = walk.path.is_empty() && !walk.document.blocks.is_empty();
        is_whole.then_some(walk.document)
    }

    /// All of its text, a line to a piece.
    pub fn text(&self) -> String {
        let line = |block: &Block| match block {
            Block::Heading(_, text) | Block::Paragraph(text) => text.clone(),
            Block::List(points) => points.join("\n"),
            Block::Table(rows, _) => rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>().join("\n"),
        };
        let lines = self.blocks.iter().map(line);
        std::iter::once(self.title.clone()).chain(lines).collect::<Vec<_>>().join("\n")
    }
}

/// The character that a reference means: by number, or one of the five that XML itself names.
fn character(entity: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(known)) = entity.resolve_char_ref() {
        return Some(known);
    }
    Some(match &**entity {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// A document on its way through the reader.
#[derive(Default)]
struct Walk {
    /// The names of the elements that are open.
    path: Vec<String>,
    document: ClinicalDocument,
    /// Text of the paragraph, cell, point or heading that is open.
    text: String,
    /// How deep the narrative begins that is open.
    narrative: Option<usize>,
    /// How deep the outermost list or table begins that is open.
    holder: Option<usize>,
    /// How deep the cell or point of it begins that is open.
    cell: Option<usize>,
    points: Vec<String>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    /// Rows so far that hold headings only.
    heads: usize,
    row_is_head: bool,
    pieces: usize,
}

impl Walk {
    fn open(&mut self, name: &str) -> Option<()> {
        let depth = self.path.len();
        if depth >= DEPTH || (depth == 0 && name != "ClinicalDocument") {
            return None;
        }
        let parent = self.path.last().map_or("", String::as_str);
        if self.narrative.is_none() {
            match (parent, name) {
                ("section", "text") => {
                    self.narrative = Some(depth);
                    self.text.clear();
                }
                ("section" | "ClinicalDocument", "title") => self.text.clear(),
                _ => {}
            }
        } else {
            self.open_narrative(name, depth)?;
        }
        self.path.push(name.to_owned());
        Some(())
    }

    fn open_narrative(&mut self, name: &str, depth: usize) -> Option<()> {
        match name {
            "list" | "table" if self.holder.is_none() => {
                self.paragraph()?;
                self.holder = Some(depth);
            }
            "item" | "td" | "th" if self.holder.is_some() && self.cell.is_none() => {
                self.cell = Some(depth);
                self.text.clear();
                self.row_is_head = self.row_is_head && name == "th";
            }
            "tr" if self.cell.is_none() => self.row_is_head = true,
            "td" | "th" => self.text.push(' '),
            "br" | "paragraph" | "item" | "tr" | "list" | "table" => self.text.push('\n'),
            _ => {}
        }
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        let name = self.path.pop()?;
        let depth = self.path.len();
        let parent = self.path.last().map_or("", String::as_str);
        let Some(begins) = self.narrative else {
            match (parent, name.as_str()) {
                ("ClinicalDocument", "title") => self.document.title = self.taken(),
                ("section", "title") => {
                    let level = self.path.iter().filter(|name| *name == "section").count();
                    let text = self.taken();
                    self.push(Block::Heading(level, text))?;
                }
                _ => {}
            }
            return Some(());
        };
        if begins == depth {
            self.narrative = None;
            return self.paragraph();
        }
        if self.cell == Some(depth) {
            self.cell = None;
            let text = self.taken();
            if name == "item" {
                self.points.push(text);
            } else {
                self.row.push(text);
            }
            self.pieces += 1;
        } else if self.holder == Some(depth) {
            self.holder = None;
            let (points, rows) = (std::mem::take(&mut self.points), std::mem::take(&mut self.rows));
            let heads = std::mem::take(&mut self.heads);
            self.push(if name == "table" { Block::Table(rows, heads) } else { Block::List(points) })?;
        } else if self.cell.is_none() {
            match name.as_str() {
                "tr" => {
                    let row = std::mem::take(&mut self.row);
                    self.heads += usize::from(self.row_is_head && self.heads == self.rows.len());
                    self.rows.push(row);
                }
                "paragraph" | "caption" => self.paragraph()?,
                _ => {}
            }
        }
        (self.pieces <= PIECES).then_some(())
    }

    fn text(&mut self, text: &str) {
        let in_title = self.path.last().is_some_and(|name| name == "title");
        if self.narrative.is_some() || in_title {
            self.text.push_str(text);
        }
    }

    /// The text so far, its blanks made single.
    fn taken(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn paragraph(&mut self) -> Option<()> {
        let text = self.taken();
        self.push(Block::Paragraph(text))
    }

    /// Keeps `block` unless it is empty; `None` when there are too many.
    fn push(&mut self, block: Block) -> Option<()> {
        let is_empty = match &block {
            Block::Heading(_, text) | Block::Paragraph(text) => text.is_empty(),
            Block::List(points) => points.is_empty(),
            Block::Table(rows, _) => rows.iter().all(Vec::is_empty),
        };
        if !is_empty {
            self.document.blocks.push(block);
            self.pieces += 1;
        }
        (self.pieces <= PIECES).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(narrative: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>Care &amp; plan</title>\
             <recordTarget><patient><name>Doe</name></patient></recordTarget><component><structuredBody><component>\
             <section><title>Allergies</title><text>{narrative}</text></section></component></structuredBody>\
             </component></ClinicalDocument>"
        )
    }

    fn blocks(narrative: &str) -> Vec<Block> {
        ClinicalDocument::read(section(narrative).as_bytes()).unwrap().blocks
    }

    #[test]
    fn headings_paragraphs_lists_and_tables_are_text() {
        let found = blocks(
            "loose<paragraph>One <content styleCode=\"Bold\">two</content></paragraph><list><item>a</item>\
             <item>b<list><item>c</item></list></item></list><table><thead><tr><th>Drug</th><th>Reaction</th></tr></thead>\
             <tbody><tr><td ID=\"x\">Peanut</td><td>&lt;script&gt;<br/>hives</td></tr></tbody></table>",
        );
        let texts = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                Block::Heading(1, "Allergies".into()),
                Block::Paragraph("loose One two".into()),
                Block::List(texts(&["a", "b c"])),
                Block::Table(vec![texts(&["Drug", "Reaction"]), texts(&["Peanut", "<script> hives"])], 1),
            ]
        );
        let whole = ClinicalDocument::read(section("x").as_bytes()).unwrap();
        assert_eq!(
            (whole.title.as_str(), whole.text().as_str()),
            ("Care & plan", "Care & plan\nAllergies\nx")
        );
    }

    #[test]
    fn what_is_no_document_or_plays_tricks_is_not_read() {
        let bomb =
            section("&a;").replace("<ClinicalDocument", "<!DOCTYPE x [<!ENTITY a \"aa\">]><ClinicalDocument");
        let deep = section(&format!("{}x{}", "<content>".repeat(120), "</content>".repeat(120)));
        let own = section("&a;");
        let torn = section("x").replace("</ClinicalDocument>", "");
        let crossed = section("<paragraph><content>x</paragraph></content>");
        let many = section(&"<paragraph>x</paragraph>".repeat(PIECES + 1));
        for text in [&bomb, &deep, &own, &torn, &crossed, &many] {
            assert_eq!(ClinicalDocument::read(text.as_bytes()), None, "{}", text.get(..200).unwrap_or(text));
        }
        let others: [&[u8]; 5] = [b"", b"<html/>", b"<ClinicalDocument/>", b"\xff\xfe<", b"plain"];
        for bytes in others {
            assert_eq!(ClinicalDocument::read(bytes), None, "{bytes:?}");
        }
    }
}
