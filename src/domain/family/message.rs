//! Messages of a family to the access team: what one must hold, and the numbers (page P21).

use super::authority::{Authority, Band, Capacity};
use crate::domain::chart::file::{Form, Held, form_of};
use crate::domain::help::{PICTURE_BYTES, PictureFault};
use crate::domain::ids::AccountId;
use crate::domain::people::words;

/// The most characters of a subject.
pub const SUBJECT_LONGEST: usize = 120;
/// The most characters of a message.
pub const TEXT_LONGEST: usize = 10_000;
/// The most bytes of the file of a message: as much as a picture for the help desk may have.
pub const FILE_BYTES: usize = PICTURE_BYTES;
/// Messages that one account may send within [`DAY_SECONDS`].
pub const A_DAY: usize = 20;
/// The length of that day, in seconds: any 24 hours, not the calendar's.
pub const DAY_SECONDS: i64 = 86_400;
/// Messages with a file that one account may try to send at once, and the seconds after which it may try one more: each is looked at by
/// the scanner, and a picture written anew, before it is known whether it is kept.
pub const WITH_FILE: (i64, i64) = (10, 60);
/// Threads on one page of the list.
pub const ON_PAGE: usize = 25;
/// Messages of one thread on one page.
pub const OF_THREAD: usize = 50;
/// Within so many bytes before its end a whole PDF says that it ends (as its readers look for it).
const PDF_TAIL: usize = 1024;

words! {
    /// What the file of a message is, by its content.
    FileKind {
        /// A PNG picture.
        Png = "png",
        /// A JPEG picture.
        Jpeg = "jpeg",
        /// A PDF document.
        Pdf = "pdf",
    }
}

impl FileKind {
    /// The media type under which it is shown, and the ending of its name.
    pub const fn shown_as(self) -> (&'static str, &'static str) {
        match self {
            Self::Png => ("image/png", "png"),
            Self::Jpeg => ("image/jpeg", "jpg"),
            Self::Pdf => ("application/pdf", "pdf"),
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileFault {
    /// Neither PNG nor JPEG nor PDF by its content, whatever it is called.
    Kind,
    /// More bytes than [`FILE_BYTES`].
    Bytes,
    /// A picture with more pixels than the portal reads.
    Pixels,
    /// It cannot be read to its end.
    Broken,
    /// Something else follows the picture in the same file.
    More,
    /// The scanner found something in it.
    Found,
    /// It is larger than the scanner looks at.
    Beyond,
    /// The scanner did not say that it is clean.
    Unchecked,
    /// Too many were tried in a short time: see [`WITH_FILE`].
    Often,
}

impl From<PictureFault> for FileFault {
    fn from(fault: PictureFault) -> Self {
        match fault {
            PictureFault::Kind => Self::Kind,
            PictureFault::Bytes => Self::Bytes,
            PictureFault::Pixels => Self::Pixels,
            PictureFault::Broken => Self::Broken,
            PictureFault::More => Self::More,
            PictureFault::Held(held) => held.into(),
        }
    }
}

impl From<Held> for FileFault {
    fn from(held: Held) -> Self {
        match held {
            Held::Found => Self::Found,
            Held::TooLarge | Held::BeyondScanner => Self::Beyond,
            Held::Unchecked => Self::Unchecked,
        }
    }
}

/// What is wrong with a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A new thread without a subject.
    SubjectMissing,
    /// A subject longer than [`SUBJECT_LONGEST`].
    SubjectTooLong,
    /// No text.
    TextMissing,
    /// A text longer than [`TEXT_LONGEST`].
    TextTooLong,
    /// The file will not do.
    File(FileFault),
}

impl Fault {
    /// That the scanner is what stands in the way, and not what was sent.
    pub const fn held(self) -> Option<Held> {
        match self {
            Self::File(FileFault::Unchecked) => Some(Held::Unchecked),
            _ => None,
        }
    }
}

/// In what capacity whoever wrote speaks for the patient, as the access team must know before it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The patient.
    Patient,
    /// A guardian of a child.
    Guardian,
    /// A guardian of somebody of this age, from 13 to 17, who does not see everything (product.md section 10).
    OfTeen(i32),
    /// Somebody who holds the proxy of an adult.
    Proxy,
}

impl Standing {
    /// How `account` stands to a patient of `age` over whom the family has this `authority`; `None` when it has no say.
    pub fn of(authority: &Authority, account: AccountId, age: i32) -> Option<Self> {
        Some(match (authority.voice(account)?, authority.band()) {
            (Capacity::Patient, _) => Self::Patient,
            (Capacity::Guardian, Band::Child) => Self::Guardian,
            (Capacity::Guardian, Band::Teen) => Self::OfTeen(age),
            (Capacity::Guardian, Band::Adult) => Self::Proxy,
        })
    }
}

/// What is wrong with the texts of a message, in the order of its fields; `subject` is `None` in a thread that has one.
pub fn faults(subject: Option<&str>, text: &str) -> Vec<Fault> {
    let length = |text: &str| text.trim().chars().count();
    let mut faults = Vec::new();
    match subject.map(length) {
        None | Some(1..=SUBJECT_LONGEST) => {}
        Some(0) => faults.push(Fault::SubjectMissing),
        Some(_) => faults.push(Fault::SubjectTooLong),
    }
    match length(text) {
        0 => faults.push(Fault::TextMissing),
        1..=TEXT_LONGEST => {}
        _ => faults.push(Fault::TextTooLong),
    }
    faults
}

/// What `bytes` are, by how they begin.
///
/// # Errors
/// [`FileFault`]: none of the three, too large, or a PDF without its end. Whether a picture can be read is not asked here.
pub fn kind_of(bytes: &[u8]) -> Result<FileKind, FileFault> {
    if bytes.len() > FILE_BYTES {
        return Err(FileFault::Bytes);
    }
    match form_of(bytes) {
        Form::Png => Ok(FileKind::Png),
        Form::Jpeg => Ok(FileKind::Jpeg),
        Form::Pdf if ends(bytes) => Ok(FileKind::Pdf),
        Form::Pdf => Err(FileFault::Broken),
        Form::Gif | Form::Text | Form::Other => Err(FileFault::Kind),
    }
}

/// Whether a PDF says where it ends.
fn ends(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(PDF_TAIL)..).unwrap_or_default();
    tail.windows(5).any(|window| window == b"%%EOF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_subject_and_a_text_of_at_most_so_many_characters() {
        let longest = ("é".repeat(120), "é".repeat(10_000));
        assert_eq!(faults(Some(&longest.0), &longest.1), []);
        assert_eq!(faults(Some(" \n"), "\t"), [Fault::SubjectMissing, Fault::TextMissing]);
        let long = (format!("{}x", longest.0), format!("{}x", longest.1));
        assert_eq!(faults(Some(&long.0), &long.1), [Fault::SubjectTooLong, Fault::TextTooLong]);
        assert_eq!(faults(None, "Thank you"), [], "a reply has the subject of its thread");
    }

    #[test]
    fn a_file_that_the_scanner_never_looks_at_is_told_from_one_it_could_not_look_at_now() {
        assert_eq!(FileFault::from(Held::BeyondScanner), FileFault::Beyond);
        assert_eq!(FileFault::from(Held::Unchecked), FileFault::Unchecked);
        assert_eq!(Fault::File(FileFault::Unchecked).held(), Some(Held::Unchecked));
        assert_eq!(Fault::File(FileFault::Beyond).held(), None);
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say_and_a_pdf_has_an_end() {
        assert_eq!(kind_of(b"%PDF-1.7\nx\n%%EOF\n"), Ok(FileKind::Pdf));
        assert_eq!(kind_of(b"%PDF-1.7\nx"), Err(FileFault::Broken));
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n"), Ok(FileKind::Png));
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0"), Ok(FileKind::Jpeg));
        for other in [b"GIF89a".as_slice(), b"text", b"<svg/>", b"PK\x03\x04", b"", b" %PDF-1.7 %%EOF"] {
            assert_eq!(kind_of(other), Err(FileFault::Kind), "{other:?}");
        }
        let mut large = b"%PDF-1.7\n".to_vec();
        large.resize(FILE_BYTES - 5, b' ');
        large.extend_from_slice(b"%%EOF");
        assert_eq!(kind_of(&large), Ok(FileKind::Pdf));
        large.push(b'\n');
        assert_eq!(kind_of(&large), Err(FileFault::Bytes));
    }
}
