//! The letter that says only that there is something new.

use crate::domain::letter::Place;
use crate::letters::{Content, Foot, Part};

use super::{letter, says, to_sign_in};

/// Something new is in the portal: nothing of whom, and nothing of what.
pub(super) fn something_new() -> Content {
    letter(
        "Something new is in the portal",
        vec![
            says("Something new is in the portal. Sign in."),
            to_sign_in(),
            says(
                "You asked for this letter. How often it comes, and whether it does, you choose with your account.",
            ),
            Part::Link("Choose notices", Place("/account/notices".to_owned())),
        ],
        Foot::Questions,
    )
}
