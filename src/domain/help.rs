//! Asking for help: what a request must hold, and the numbers (product.md section 2).

use super::chart::file::Held;

/// The most characters of a description.
pub const DESCRIPTION_LONGEST: usize = 2000;
/// The most characters of a name.
pub const NAME_LONGEST: usize = 200;
/// The most bytes of a picture.
pub const PICTURE_BYTES: usize = 5 * 1024 * 1024;
/// The most pixels of a picture: a screen of 5120 by 2880 fits.
pub const PICTURE_PIXELS: u64 = 16 * 1024 * 1024;
/// The most pixels of one side of a picture.
pub const PICTURE_SIDE: u32 = 16_384;
/// How long the link to a request's status works (90 days).
pub const STATUS_LINK_SECONDS: i64 = 90 * 86_400;
/// Requests that one address may make at once, and the seconds after which it may make one more.
pub const OF_ADDRESS: (i64, i64) = (3, 3600);
/// The same for one network.
pub const OF_NETWORK: (i64, i64) = (10, 60);

/// What is wrong with a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PictureFault {
    /// Neither PNG nor JPEG by its content, whatever it is called.
    Kind,
    /// More bytes than [`PICTURE_BYTES`].
    Bytes,
    /// More pixels than [`PICTURE_PIXELS`], or a side longer than [`PICTURE_SIDE`].
    Pixels,
    /// It cannot be read to its end.
    Broken,
    /// Something else follows the picture in the same file.
    More,
    /// The scanner did not call it clean.
    Held(Held),
}

/// What is wrong with a request for help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HelpFault {
    /// No address, or none that mail could be sent to.
    Email,
    /// No name.
    NameMissing,
    /// A name longer than [`NAME_LONGEST`].
    NameTooLong,
    /// No description.
    DescriptionMissing,
    /// A description longer than [`DESCRIPTION_LONGEST`].
    DescriptionTooLong,
    /// The picture will not do.
    Picture(PictureFault),
}

impl HelpFault {
    /// Why the scanner kept the picture back, where that is what is wrong.
    pub const fn held(self) -> Option<Held> {
        match self {
            Self::Picture(PictureFault::Held(held)) => Some(held),
            _ => None,
        }
    }
}

/// What is wrong with the texts of a request for help, in the order of its fields.
pub fn faults(is_address: bool, name: &str, description: &str) -> Vec<HelpFault> {
    let length = |text: &str| text.trim().chars().count();
    let mut faults = Vec::new();
    if !is_address {
        faults.push(HelpFault::Email);
    }
    match length(name) {
        0 => faults.push(HelpFault::NameMissing),
        1..=NAME_LONGEST => {}
        _ => faults.push(HelpFault::NameTooLong),
    }
    match length(description) {
        0 => faults.push(HelpFault::DescriptionMissing),
        1..=DESCRIPTION_LONGEST => {}
        _ => faults.push(HelpFault::DescriptionTooLong),
    }
    faults
}
