//! Files of the record, and what they are by their first bytes: what a source says of them is not believed.

/// The largest file that is handed on, in bytes: 20 MB.
pub const FILE_BYTES: usize = 20 * 1024 * 1024;

/// The file that belongs to an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The type that the source declares.
    pub declared: String,
    /// What the source calls it.
    pub title: String,
}

/// Stands in the text of an item before the words that were taken out of its files.
const FROM_FILES: char = '\u{1e}';

/// The text of an item whose own is `own`, and out of whose files came `words`.
pub fn text_of(own: &str, words: &str) -> String {
    let mut text: String = own.chars().filter(|c| *c != FROM_FILES).collect();
    if !words.is_empty() {
        text.push(FROM_FILES);
        text.push_str(words);
    }
    text
}

/// What of `text` is the item's own.
pub fn own_text(text: &str) -> &str {
    text.split(FROM_FILES).next().unwrap_or_default()
}

/// All of `text` as people read it, words out of files after the item's own.
pub fn whole_text(text: &str) -> String {
    text.replace(FROM_FILES, "\n\n").trim().to_owned()
}

/// Why a file that is there is not handed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// It is larger than [`FILE_BYTES`].
    TooLarge,
    /// The scanner found something in it.
    Found,
    /// It is larger than the scanner looks at.
    BeyondScanner,
    /// The scanner did not say anything: it is down, late or unclear.
    Unchecked,
}

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// Text without markup.
    Text,
    /// Anything else: it is handed on, and never shown.
    Other,
}

/// How the formats that are shown begin; at the very beginning, as the formats say, so that nothing stands before.
const MAGIC: [(&[u8], Form); 5] = [
    (b"%PDF-", Form::Pdf),
    (b"\x89PNG\r\n\x1a\n", Form::Png),
    (b"\xff\xd8\xff", Form::Jpeg),
    (b"GIF87a", Form::Gif),
    (b"GIF89a", Form::Gif),
];

/// Beginnings of formats that are written as text and are programs or markup nonetheless.
const NO_TEXT: [&str; 3] = ["<", "{\\rtf", "%!"];

/// What `bytes` are.
pub fn form_of(bytes: &[u8]) -> Form {
    if let Some((_, form)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *form;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Form::Other };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if text.is_empty() || NO_TEXT.iter().any(|begin| text.starts_with(begin)) || text.contains(is_control) {
        return Form::Other;
    }
    Form::Text
}

impl Form {
    /// The media type under which it is shown, and the ending of its name.
    pub const fn shown_as(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Pdf => ("application/pdf", "pdf"),
            Self::Png => ("image/png", "png"),
            Self::Jpeg => ("image/jpeg", "jpg"),
            Self::Gif => ("image/gif", "gif"),
            Self::Text => ("text/plain; charset=utf-8", "txt"),
            Self::Other => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_out_of_files_are_told_from_the_text_of_an_item() {
        let both = text_of("Own \u{1e}words.", "Of a file.");
        assert_eq!((own_text(&both), whole_text(&both).as_str()), ("Own words.", "Own words.\n\nOf a file."));
        let alone = text_of("", "Of a file.");
        assert_eq!((own_text(&alone), whole_text(&alone).as_str()), ("", "Of a file."));
        assert_eq!(text_of("Own.", ""), "Own.");
    }

    #[test]
    fn what_a_file_is_its_first_bytes_say() {
        assert_eq!(form_of(b"%PDF-1.7\n"), Form::Pdf);
        assert_eq!(form_of(b"\x89PNG\r\n\x1a\nrest"), Form::Png);
        assert_eq!(form_of(b"\xff\xd8\xff\xe0"), Form::Jpeg);
        assert_eq!(form_of(b"GIF89a=1;alert(1)"), Form::Gif);
        assert_eq!(form_of("Zoë:\tfine\r\n".as_bytes()), Form::Text);
    }

    #[test]
    fn markup_programs_and_what_only_looks_right_are_something_else() {
        let others: [&[u8]; 11] = [
            b"<html>",
            b"  \n<!doctype html>",
            b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<?xml version='1.0'?>",
            b"{\\rtf1}",
            b"%!PS-Adobe",
            b" %PDF-1.7\0",
            b"PK\x03\x04",
            b"MZ\x90\0",
            b"",
            b"caf\xe9",
        ];
        for bytes in others {
            assert_eq!(form_of(bytes), Form::Other, "{bytes:?}");
        }
    }
}
