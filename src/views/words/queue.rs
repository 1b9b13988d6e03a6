//! Words of the queue's filter, of the views that are kept, and of several requests handled at once.

use crate::domain::queue::filter::{
    BadField, Deed, KeepFault, PRACTICES_MOST, Tally, VIEW_NAME_LONGEST, VIEWS_MOST,
};

pub(crate) const FILTER: &str = "Filter";
pub(crate) const FILTER_ON: &str = "Filter (in use)";
pub(crate) const SHOW: &str = "Show";
pub(crate) const CLEAR: &str = "Clear filters";
pub(crate) const OWNER: &str = "Owner";
pub(crate) const ANYONE: &str = "Anyone";
pub(crate) const NOBODY: &str = "Nobody";
pub(crate) const PRACTICE: &str = "Practice, words of its name";
pub(crate) const FILED_FROM: &str = "Asked from";
pub(crate) const FILED_TO: &str = "Asked to";
pub(crate) const DUE_FROM: &str = "Due from";
pub(crate) const DUE_TO: &str = "Due to";
pub(crate) const DAY_HINT: &str = "Such as 2026-05-01";
pub(crate) const NOT_LISTED: &str = "Correct the filter, then the requests are shown.";
pub(crate) const FIRST_PAGE: &str = "Back to the first page";
pub(crate) const NO_MORE: &str = "No request comes after this place any more.";
pub(crate) const NONE_FITS: &str = "No request fits this filter.";

pub(crate) const KEPT: &str = "Saved views";
pub(crate) const KEEP_OR_REMOVE: &str = "Save or remove views";
pub(crate) const KEEP_NAME: &str = "Name for what is shown now";
pub(crate) const KEEP_HINT: &str = "Only you see it. View, kind and filter are saved, not the requests.";
pub(crate) const KEEP: &str = "Save this view";
pub(crate) const REMOVE: &str = "Remove";

pub(crate) const SEVERAL: &str = "Give or note on the chosen";
pub(crate) const GIVE_TO: &str = "Give to";
pub(crate) const GIVE: &str = "Give";
pub(crate) const CHOOSE_SOMEBODY: &str = "Choose somebody";
pub(crate) const GIVE_NOBODY: &str = "Choose who gets it";
pub(crate) const GIVE_PARTY: &str =
    "This person asked for it, or it is about their account. Choose somebody else";
pub(crate) const GAVE_TO: &str = "gave it to";
pub(crate) const TEMPLATE: &str = "Begin with";
pub(crate) const NO_TEMPLATE: &str = "No template";
pub(crate) const NOTE: &str = "Note for the chosen";
pub(crate) const NOTE_HINT: &str =
    "For the access team only. It follows the template; both together at most 1000 characters.";
pub(crate) const NOTE_WRONG: &str =
    "Choose a template or write a note; both together at most 1000 characters";
pub(crate) const NOTE_ON: &str = "Note on the chosen";

/// What is wrong with what was typed into the filter, and what to do.
pub(crate) fn bad_field(bad: BadField) -> String {
    match bad {
        BadField::Practice => {
            format!("More than {PRACTICES_MOST} practices have such a name. Type more letters of it")
        }
        BadField::FiledFrom | BadField::FiledTo | BadField::DueFrom | BadField::DueTo => {
            "Enter a day such as 2026-05-01, or leave it empty".to_owned()
        }
    }
}

/// Why a view is not kept, and what to do.
pub(crate) fn keep_fault(fault: KeepFault) -> String {
    match fault {
        KeepFault::BadName => format!("Give a name of at most {VIEW_NAME_LONGEST} characters"),
        KeepFault::NameTaken => {
            "You have a view of this name. Choose another name, or remove that view first".into()
        }
        KeepFault::TooMany => format!("You have {VIEWS_MOST} views. Remove one first"),
    }
}

/// Who was to get it is of the team no more; without a `name` for somebody who never was.
pub(crate) fn give_left(name: &str) -> String {
    let who = if name.is_empty() { "This person" } else { name };
    format!("{who} is no longer on the team. Choose somebody else.")
}

/// Somebody else has taken the request `short` meanwhile.
pub(crate) fn taken_by(short: &str, who: &str, at: Option<&str>) -> String {
    match at {
        Some(at) => format!("{short}: taken by {who} at {at}."),
        None => format!("{short}: taken by {who}."),
    }
}

/// The button that removes the view `name`.
pub(crate) fn remove(name: &str) -> String {
    format!("{REMOVE} “{name}”")
}

/// What came of handling several.
pub(crate) fn done(deed: Deed, tally: Tally) -> String {
    let Tally { done, changed, passed } = tally;
    let how = match deed {
        Deed::Taken => "assigned to you",
        Deed::Given => "given",
        Deed::Noted => "noted on",
    };
    let mut said = vec![format!("{} {how}.", requests(done))];
    if changed > 0 {
        said.push(format!("{} had changed meanwhile; look at the list again.", requests(changed)));
    }
    if passed > 0 {
        let whose = match deed {
            Deed::Taken => "you asked for it, or it is about your account",
            Deed::Given | Deed::Noted => "whoever was chosen asked for it, or it is about their account",
        };
        said.push(format!("{} passed over: {whose}.", requests(passed)));
    }
    said.join(" ")
}

fn requests(count: usize) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}
