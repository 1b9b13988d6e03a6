//! The invitation letters as a PDF file: one to a page, in a font that every reader brings along.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::issued::Issued;
use super::qr;
use crate::views::layout::Frame;
use crate::views::parts::typeface::{encoded, lines, lossy};
use crate::views::words::{self, token as w};

/// US Letter, in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 612.0, y2: 792.0 };
/// Where lines begin, in points from the left.
const LEFT: f32 = 72.0;
/// Where the first line stands, in points from the bottom.
const TOP: f32 = 700.0;
/// Letters of the running text in a line, at most: 60 capitals of Helvetica at 11 points take 440 of the 468 points there are.
const COLUMNS: usize = 60;
/// How large the QR code is drawn, in points.
const QR_SIDE: f32 = 150.0;

const PLAIN: Name = Name(b"F");
const BOLD: Name = Name(b"B");
const FIXED: Name = Name(b"C");

/// The letters of `all` in one file.
pub fn letters(frame: &Frame, all: &[Issued]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let fonts = [(PLAIN, &b"Helvetica"[..]), (BOLD, b"Helvetica-Bold"), (FIXED, b"Courier-Bold")]
        .map(|(name, base)| (name, base, next.bump()));
    let sheets: Vec<(Ref, Ref)> = all.iter().map(|_| (next.bump(), next.bump())).collect();
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("en"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(sheets.iter().map(|(page, _)| *page)).count(count);
    pdf.document_info(info).title(TextStr(w::LETTER_TITLE));
    for (_, base, id) in fonts {
        pdf.type1_font(id).base_font(Name(base)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for ((page, content), one) in sheets.iter().zip(all) {
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
        pdf.stream(*content, &Sheet::of(frame, one));
    }
    pdf.finish()
}

/// A page that is being drawn from top to bottom.
struct Sheet {
    content: Content,
    y: f32,
}

impl Sheet {
    /// The letter of `one`, drawn.
    fn of(frame: &Frame, one: &Issued) -> Vec<u8> {
        let mut sheet = Self { content: Content::new(), y: TOP };
        sheet.paragraph(PLAIN, 11.0, &frame.hospital_name);
        sheet.paragraph(BOLD, 18.0, w::LETTER_TITLE);
        // A name that the font cannot write is left for a pen rather than written wrongly.
        if !one.for_whom.is_empty() {
            let name = if encoded(&one.for_whom).is_some() { one.for_whom.as_str() } else { "" };
            sheet.paragraph(PLAIN, 11.0, &format!("{}: {name}", w::LETTER_FOR));
        }
        sheet.paragraph(PLAIN, 11.0, &w::letter_lead(&frame.hospital_name));
        sheet.paragraph(BOLD, 11.0, w::LETTER_TOKEN);
        sheet.paragraph(FIXED, 16.0, &one.code);
        sheet.picture(&one.code);
        for step in w::letter_how() {
            sheet.paragraph(PLAIN, 11.0, &step);
        }
        sheet.paragraph(BOLD, 11.0, &w::letter_until(&words::moment(one.expires_at, frame.zone)));
        sheet.paragraph(PLAIN, 11.0, w::LETTER_KEEP);
        sheet.paragraph(PLAIN, 11.0, &w::letter_call(&frame.phone));
        sheet.content.finish().into_vec()
    }

    fn paragraph(&mut self, font: Name, size: f32, text: &str) {
        for line in lines(text, COLUMNS) {
            let bytes = encoded(&line).unwrap_or_else(|| lossy(&line));
            self.content.begin_text();
            self.content.set_font(font, size);
            self.content.next_line(LEFT, self.y);
            self.content.show(Str(&bytes));
            self.content.end_text();
            self.y -= size * 1.4;
        }
        self.y -= 8.0;
    }

    fn picture(&mut self, text: &str) {
        let qr::Code { side, runs } = qr::code(text);
        let step = QR_SIDE / small(side);
        for (column, row, long) in runs {
            let (x, y) = (LEFT + small(column) * step, self.y - small(row + 1) * step);
            self.content.rect(x, y, small(long) * step, step);
        }
        self.content.fill_nonzero();
        self.y -= QR_SIDE + 20.0;
    }
}

/// A number of modules, which are fewer than 200.
fn small(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}
