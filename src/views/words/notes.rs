//! Words of notes and documents: filters, addenda, files, and the search in the texts of a chart.

use crate::domain::chart::Section;
use crate::domain::chart::file::Held;
use crate::domain::chart::text_search::{BadWords, LONGEST};

pub(crate) const KIND: &str = "Type";
pub(crate) const AUTHOR: &str = "Author";
pub(crate) const EVERY_KIND: &str = "All types";
pub(crate) const EVERY_AUTHOR: &str = "All authors";
pub(crate) const FILTER: &str = "Filter";
pub(crate) const SHOW: &str = "Show";
pub(crate) const SHOW_ALL: &str = "Show all";
pub(crate) const NONE_SO: &str = "Nothing fits this filter.";
pub(crate) const NO_AUTHOR: &str = "Author not stated";

pub(crate) const ADDENDUM: &str = "Addendum";
pub(crate) const ADDENDA: &str = "Addenda";
pub(crate) const ADDED_TO: &str = "This was added to";
pub(crate) const REPLACED: &str = "A newer version has replaced this:";

pub(crate) const OPEN_FILE: &str = "Open the file";
pub(crate) const FILE_HOW: &str = "Opening it is recorded.";
pub(crate) const FILE: &str = "File";
pub(crate) const FROM_DOCUMENT: &str = "Shown as plain text from the document that the source sent.";

pub(crate) const SEARCH: &str = "Search in texts";
pub(crate) const SEARCH_LABEL: &str = "Words in notes, reports and documents";
pub(crate) const SEARCH_HINT: &str = "Every word must be there. Capitals and accents do not matter.";
pub(crate) const SEARCH_GO: &str = "Search";
pub(crate) const SEARCH_NONE: &str =
    "Nothing found. Try fewer words, or part of a word. Only what you may see is searched.";
pub(crate) const SEARCH_LEAD: &str =
    "This searches the texts of this chart only, and is recorded without the words.";

pub(crate) const SEARCH_NO_FILES: &str = "What stands only in attached files is not searched.";

/// Why a file that somebody sent is not taken.
pub(crate) const fn held_upload(held: Held) -> &'static str {
    match held {
        Held::Found => {
            "The file was held back: the virus scanner found something in it. Choose another file."
        }
        Held::TooLarge | Held::BeyondScanner => {
            "The file was held back: it is larger than the virus scanner looks at. Choose a smaller file."
        }
        Held::Unchecked => "The file could not be checked right now. Try again in a few minutes.",
    }
}

/// Why a file is not handed on; the hospital's phone follows, but where one only tries again.
pub(crate) const fn held(held: Held) -> &'static str {
    match held {
        Held::TooLarge => {
            "This file is larger than 20 MB and cannot be opened here. Call the hospital for it:"
        }
        Held::Found => {
            "This file was held back: the hospital’s virus scanner found something in it. Nothing of it has reached this computer. \
             If you need what it says, call the hospital:"
        }
        Held::BeyondScanner => {
            "This file was held back: it is larger than the hospital’s virus scanner looks at. Call the hospital for it:"
        }
        Held::Unchecked => {
            "This file could not be checked for viruses right now, so it was not opened. Try again in a few minutes. The rest of \
             the chart can be read meanwhile."
        }
    }
}

/// "2 notes are not signed yet and are not shown."
pub(crate) fn unsigned(section: Section, count: usize) -> String {
    match (section, count) {
        (Section::Documents, 1) => "1 document is not signed yet and is not shown.".to_owned(),
        (Section::Documents, n) => format!("{n} documents are not signed yet and are not shown."),
        (_, 1) => "1 note is not signed yet and is not shown.".to_owned(),
        (_, n) => format!("{n} notes are not signed yet and are not shown."),
    }
}

/// The name of the box that a table scrolls in, which is the `n`-th part of a document, from 1.
pub(crate) fn table(n: usize) -> String {
    format!("Table in part {n} of the document")
}

/// `120 kB`, `2.4 MB`, in steps of a thousand.
pub(crate) fn size(bytes: f64) -> String {
    match bytes {
        few if few < 999.5 => format!("{few:.0} bytes"),
        some if some < 999_500.0 => format!("{:.0} kB", some / 1000.0),
        many => format!("{:.1} MB", many / 1_000_000.0),
    }
}

/// "3 found."
pub(crate) fn found(count: usize, shown: usize) -> String {
    if count > shown {
        format!("{count} found; the newest {shown} are shown. Add a word to narrow the search.")
    } else {
        format!("{count} found.")
    }
}

/// Why nothing was looked for.
pub(crate) fn bad_words(fault: BadWords) -> String {
    match fault {
        BadWords::TooShort => "Type at least two letters".to_owned(),
        BadWords::TooLong => format!("Type at most {LONGEST} letters"),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_short_and_never_a_thousand_of_the_smaller_unit() {
        let of = |bytes: f64| size(bytes);
        assert_eq!((of(26.0), of(999.0), of(1000.0)), ("26 bytes".into(), "999 bytes".into(), "1 kB".into()));
        assert_eq!((of(120_400.0), of(999_499.0)), ("120 kB".into(), "999 kB".into()));
        assert_eq!((of(999_500.0), of(2_350_000.0)), ("1.0 MB".into(), "2.4 MB".into()));
    }
}
