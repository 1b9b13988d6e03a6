//! A list of tokens to issue, as somebody pastes it from a spreadsheet: comma-separated values (RFC 4180) with a heading.

use super::redeeming::FOR_WHOM_LONGEST;
use crate::domain::chart::file::Held;
use crate::domain::ids::Mrn;

/// The most tokens that are issued at once.
pub const LONGEST: usize = 100;

/// The most bytes of a file with a list.
pub const FILE_BYTES: usize = 20_000;

/// One token to issue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its line in the text, from 1.
    pub number: usize,
    /// For which patient.
    pub mrn: Mrn,
    /// For whom it is meant; may be empty.
    pub for_whom: String,
}

/// What is wrong with a line, or with the whole text (line 0).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// There is no line below the heading.
    Empty,
    /// More than [`LONGEST`] lines.
    TooMany,
    /// The heading names no column `mrn`.
    NoMrnColumn,
    /// A quotation mark is not closed.
    OpenQuote,
    /// More or fewer cells than the heading has.
    Cells,
    /// The MRN is none.
    BadMrn,
    /// The note is too long.
    NoteTooLong,
    /// The same MRN and note as another line.
    Repeated(usize),
    /// No patient has the MRN.
    UnknownMrn,
    /// The patient has died.
    Deceased,
    /// The record is to be merged into another, and nobody has confirmed it.
    Unconfirmed,
    /// No file was chosen.
    NoFile,
    /// The file has more than [`FILE_BYTES`].
    FileTooLarge,
    /// The line is not text in UTF-8.
    NotText,
    /// There is a list in the form already.
    TypedToo,
    /// The scanner did not call the file clean.
    Held(Held),
}

impl Problem {
    /// Why the scanner kept the file back, where that is what is wrong.
    pub const fn held(self) -> Option<Held> {
        if let Self::Held(held) = self { Some(held) } else { None }
    }
}

/// The text of a file with a list.
///
/// # Errors
/// What is wrong with it, with the line where that begins; line 0 for the whole file.
pub fn text_of(file: &[u8]) -> Result<String, (usize, Problem)> {
    if file.is_empty() {
        return Err((0, Problem::NoFile));
    }
    if file.len() > FILE_BYTES {
        return Err((0, Problem::FileTooLarge));
    }
    let line_at = |end: usize| 1 + file.iter().take(end).filter(|byte| **byte == b'\n').count();
    let text = std::str::from_utf8(file).map_err(|e| (line_at(e.valid_up_to()), Problem::NotText))?;
    // A text that another encoding wrote has bytes of nothing between its letters.
    let hidden = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    if let Some(at) = text.find(hidden) {
        return Err((line_at(at), Problem::NotText));
    }
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

/// The tokens that `text` asks for.
///
/// # Errors
/// Every problem with its line, at once.
pub fn read(text: &str) -> Result<Vec<Line>, Vec<(usize, Problem)>> {
    let (rows, open) = rows(text.trim_start_matches('\u{feff}'));
    if let Some(line) = open {
        return Err(vec![(line, Problem::OpenQuote)]);
    }
    let mut rows = rows.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    let Some((_, heading)) = rows.next() else { return Err(vec![(0, Problem::Empty)]) };
    let column = |name: &str| heading.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    let Some(mrn_at) = column("mrn") else { return Err(vec![(0, Problem::NoMrnColumn)]) };
    let note_at = column("for_whom");
    let (mut lines, mut problems) = (Vec::<Line>::new(), Vec::new());
    for (number, cells) in rows {
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let for_whom = note_at.map_or("", cell);
        let read = if cells.len() != heading.len() {
            Err(Problem::Cells)
        } else if for_whom.chars().count() > FOR_WHOM_LONGEST {
            Err(Problem::NoteTooLong)
        } else {
            Mrn::parse(cell(mrn_at)).map_err(|_| Problem::BadMrn)
        };
        let same = |mrn: &Mrn| lines.iter().find(|line| line.mrn == *mrn && line.for_whom == for_whom);
        match read
            .and_then(|mrn| same(&mrn).map_or(Ok(mrn.clone()), |line| Err(Problem::Repeated(line.number))))
        {
            Ok(mrn) => lines.push(Line { number, mrn, for_whom: for_whom.to_owned() }),
            Err(problem) => problems.push((number, problem)),
        }
    }
    if lines.is_empty() && problems.is_empty() {
        problems.push((0, Problem::Empty));
    }
    if lines.len() + problems.len() > LONGEST {
        problems.insert(0, (0, Problem::TooMany));
    }
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

/// What separates the cells: the tab, semicolon or comma of the heading, in that order. The others may stand in a cell.
fn separator(text: &str) -> char {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    ['\t', ';'].into_iter().find(|mark| heading.contains(*mark)).unwrap_or(',')
}

/// The rows of `text`, each with the number of its first line; and the line of a quotation mark that nothing closes.
fn rows(text: &str) -> (Vec<(usize, Vec<String>)>, Option<usize>) {
    let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut quoted) = (1, 1, None);
    let separator = separator(text);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match (letter, quoted) {
            ('"', Some(_)) if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            ('"', Some(_)) => quoted = None,
            ('"', None) if cell.trim().is_empty() => {
                cell.clear();
                quoted = Some(line);
            }
            (other, None) if other == separator => cells.push(std::mem::take(&mut cell)),
            ('\n', None) => {
                cells.push(std::mem::take(&mut cell));
                rows.push((begun, std::mem::take(&mut cells)));
                begun = line;
            }
            ('\r', None) => {}
            (other, _) => cell.push(other),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        rows.push((begun, cells));
    }
    (rows, quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<(usize, String, String)> {
        let lines = read(text).unwrap();
        lines.into_iter().map(|l| (l.number, l.mrn.as_str().to_owned(), l.for_whom)).collect()
    }

    fn line(number: usize, mrn: &str, for_whom: &str) -> (usize, String, String) {
        (number, mrn.to_owned(), for_whom.to_owned())
    }

    #[test]
    fn a_list_is_read_however_a_spreadsheet_writes_it() {
        assert_eq!(read_all("mrn\n00-12345\n77"), [line(2, "0012345", ""), line(3, "77", "")]);
        assert_eq!(
            read_all("\u{feff}For_Whom,MRN\r\n\"Dr. \"\"Bo\"\" Lee, MD\",12\r\n\r\n,13\r\n"),
            [line(2, "12", "Dr. \"Bo\" Lee, MD"), line(4, "13", "")]
        );
        assert_eq!(read_all("mrn;for_whom\n12;Lee, MD"), [line(2, "12", "Lee, MD")]);
        assert_eq!(read_all("mrn\tfor_whom\n12\tLee, MD; Elm"), [line(2, "12", "Lee, MD; Elm")]);
        assert_eq!(
            read_all("mrn\tfor_whom\n12\t\"two\nlines\"\n13\tx"),
            [line(2, "12", "two\nlines"), line(4, "13", "x")]
        );
    }

    #[test]
    fn every_bad_line_is_named_at_once() {
        let long = "x".repeat(FOR_WHOM_LONGEST + 1);
        let text = format!("mrn,for_whom\n12,a\n<script>,b\n13\n12,a\n14,{long}\n12,b\n");
        assert_eq!(
            read(&text),
            Err(vec![
                (3, Problem::BadMrn),
                (4, Problem::Cells),
                (5, Problem::Repeated(2)),
                (6, Problem::NoteTooLong)
            ])
        );
    }

    #[test]
    fn a_text_that_is_no_list_is_refused_as_a_whole() {
        assert_eq!(read(""), Err(vec![(0, Problem::Empty)]));
        assert_eq!(read("mrn\n\n"), Err(vec![(0, Problem::Empty)]));
        assert_eq!(read("0012345\n77"), Err(vec![(0, Problem::NoMrnColumn)]));
        assert_eq!(read("mrn\n12\n\"13\n14"), Err(vec![(3, Problem::OpenQuote)]));
        let many: String = (0..=LONGEST).map(|n| format!("\n{n}")).collect::<Vec<_>>().concat();
        assert_eq!(read(&format!("mrn{many}")).unwrap_err(), [(0, Problem::TooMany)]);
        let most: String = (0..LONGEST).map(|n| format!("\n{n}")).collect::<Vec<_>>().concat();
        assert_eq!(read(&format!("mrn{most}")).unwrap().len(), LONGEST);
    }

    #[test]
    fn a_file_is_text_in_utf_8_of_no_more_than_its_limit_and_a_bad_line_is_named() {
        assert_eq!(text_of("\u{feff}mrn\r\n77\tÉlise".as_bytes()), Ok("mrn\n77\tÉlise".to_owned()));
        assert_eq!(text_of(b"mrn,for_whom\n77,Lee\n78,\xc9lise"), Err((3, Problem::NotText)), "Latin-1");
        assert_eq!(text_of(b"\xff\xfem\0r\0n\0"), Err((1, Problem::NotText)), "UTF-16");
        assert_eq!(text_of(b"mrn\n7\x007"), Err((2, Problem::NotText)));
        assert_eq!(text_of(b""), Err((0, Problem::NoFile)));
        assert_eq!(text_of(&vec![b'7'; FILE_BYTES + 1]), Err((0, Problem::FileTooLarge)));
        assert!(text_of(&vec![b'7'; FILE_BYTES]).is_ok());
    }
}
