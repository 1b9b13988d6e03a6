//! Words of a provider's practices.

use crate::domain::practice::{Field, Problem, SponsorThere};
use crate::domain::request::{Ending, RequestKind};

pub(crate) const TITLE: &str = "Your practices";
pub(crate) const WHERE: &str = "Where you belong";
pub(crate) const NOWHERE: &str =
    "You belong to no practice. Join one to share its patients with its physicians and staff.";
pub(crate) const SWITCH: &str = "Switch practice";
pub(crate) const JOIN: &str = "Join a further practice";
pub(crate) const REQUESTS: &str = "Your requests";
pub(crate) const REQUESTS_EMPTY: &str =
    "You have asked for no change. A switch or a further practice is checked by the access team first.";
pub(crate) const GONE: &str =
    "That request could not be taken back: it is decided already. This page shows how it stands now.";
pub(crate) const COL_PRACTICE: &str = "Practice";
pub(crate) const COL_FROM: &str = "From";
pub(crate) const COL_UNTIL: &str = "Until";
pub(crate) const COL_REQUEST: &str = "Request";
pub(crate) const COL_FIRST_DAY: &str = "First day";
pub(crate) const COL_FILED: &str = "Sent";
pub(crate) const COL_STATE: &str = "State";
pub(crate) const TO_COME: &str = "To come";
pub(crate) const SINCE_EVER: &str = "No start date";
pub(crate) const OPEN_END: &str = "No end date";
pub(crate) const WAITS: &str = "Waits for the access team";
pub(crate) const DUE: &str = "Answer by";
pub(crate) const WITHDRAW: &str = "Take back";

pub(crate) const SWITCH_LEAD: &str = "You leave one practice and begin at another. You see what that changes before you send it; the access team then checks it.";
pub(crate) const JOIN_LEAD: &str = "You stay where you are and belong to one more practice. You see what that changes before you send it; the access team then checks it.";
pub(crate) const WHERE_FROM: &str = "The practice you leave";
pub(crate) const NOTHING_TO_LEAVE: &str =
    "You belong to no practice today, so there is none to leave. Join a further practice instead.";
pub(crate) const LEAVE: &str = "Leaves";
pub(crate) const JOINS: &str = "Begins at";
pub(crate) const WHERE_TO: &str = "The practice where you begin";
pub(crate) const SEARCH: &str = "Search the hospital’s practices by name";
pub(crate) const SEARCH_HINT: &str = "A part of the name is enough.";
pub(crate) const FIND: &str = "Search";
pub(crate) const SEARCH_SHORT: &str = "Type at least two letters of the practice’s name.";
pub(crate) const SEARCH_NONE: &str =
    "No practice of this name is known. Check the spelling, or type the practice below.";
pub(crate) const CHOSEN: &str = "Practice";
pub(crate) const NONE_OF_THESE: &str = "Not listed: typed below";
pub(crate) const NEW: &str = "If it is not listed";
pub(crate) const NEW_HOW: &str = "Leave these empty when you chose a practice above.";
pub(crate) const NAME: &str = "Name of the practice";
pub(crate) const PHONE: &str = "Phone";
pub(crate) const FAX: &str = "Fax, if there is one";
pub(crate) const FAX_SHORT: &str = "Fax";
pub(crate) const ADDRESS: &str = "Postal address";
pub(crate) const WHEN: &str = "When, and who is there";
pub(crate) const FIRST_DAY: &str = "First day at the practice";
pub(crate) const FIRST_DAY_HINT: &str = "Today or later, within a year.";
pub(crate) const MONTH: &str = "Month";
pub(crate) const DAY: &str = "Day";
pub(crate) const YEAR: &str = "Year";
pub(crate) const SPONSOR_THERE: &str = "Does somebody there sponsor staff?";
pub(crate) const CHOOSE: &str = "Choose";
pub(crate) const NEW_EMAIL: &str = "Your new e-mail address, if it changes";
pub(crate) const NEW_EMAIL_HINT: &str =
    "Only to let the access team know. You change it yourself on your account page.";
pub(crate) const SEE: &str = "See what it changes";

pub(crate) const PATIENTS: &str = "Your patients";
pub(crate) const PEOPLE: &str = "Colleagues and staff";
pub(crate) const NAMED: &str = "Who you would no longer see";
pub(crate) const STAFF: &str = "Staff you sponsor at the practice you leave";
pub(crate) const STAFF_NONE: &str = "Nobody’s sponsorship ends.";
pub(crate) const STAFF_HOW: &str = "Their sponsorship is held in the practice that is left and stops working when the membership ends. Another physician there can sponsor them.";
pub(crate) const COL_NAME: &str = "Name";
pub(crate) const COL_EMAIL: &str = "E-mail";
pub(crate) const COL_LOST: &str = "Patients no longer seen";
pub(crate) const SEND: &str = "Send to the access team";
pub(crate) const SEND_HOW: &str =
    "Nothing changes until the access team has checked this. You can take it back until then.";
pub(crate) const EDIT: &str = "Change what you typed";

pub(crate) const WHO_ASKS: &str = "Who asks";
pub(crate) const ASKED_FOR: &str = "What is asked for";
pub(crate) const WILL_BE_MADE: &str = "This practice is not known yet. Approving makes it.";
pub(crate) const CONSEQUENCES: &str = "What approving would do";
pub(crate) const DECIDED_FOR: &str = "Decided for";
pub(crate) const AS_IF_REVIEWED: &str =
    "Counted as if every Sponsored User Validation due by then were done.";

/// A page's title.
pub(crate) fn title(kind: RequestKind) -> &'static str {
    if kind == RequestKind::PracticeSwitch { SWITCH } else { JOIN }
}

/// The title of what a change would do.
pub(crate) fn plan_title(kind: RequestKind) -> &'static str {
    if kind == RequestKind::PracticeSwitch {
        "What the switch changes"
    } else {
        "What the further practice changes"
    }
}

/// A request's name.
pub(crate) fn kind(kind: RequestKind) -> &'static str {
    if kind == RequestKind::PracticeSwitch { "Practice switch" } else { "Further practice" }
}

/// `Elm Pediatrics → Quay Pediatrics`.
pub(crate) fn from_to(from: Option<&str>, to: &str) -> String {
    from.map_or_else(|| to.to_owned(), |from| format!("{from} → {to}"))
}

/// How a request ended.
pub(crate) fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Approved => "Approved",
        Ending::Declined => "Declined",
        Ending::Answered => "Answered",
        Ending::Withdrawn => "Taken back",
        Ending::Fulfilled => "Fulfilled",
        Ending::Expired => "Expired",
    }
}

/// Whether there is a sponsor.
pub(crate) fn sponsor_there(there: SponsorThere) -> &'static str {
    match there {
        SponsorThere::Yes => "Yes",
        SponsorThere::No => "No",
        SponsorThere::Unknown => "I do not know",
    }
}

/// A practice in a list.
pub(crate) fn practice(name: &str, address: &str) -> String {
    if address.is_empty() { name.to_owned() } else { format!("{name} · {address}") }
}

/// More were found than are shown.
pub(crate) fn more(count: usize) -> String {
    format!("{count} more match. Type more of the name if yours is not listed.")
}

fn patients(count: usize) -> String {
    if count == 1 { "1 patient".to_owned() } else { format!("{count} patients") }
}

fn people(count: usize, verb_one: &str, verb_many: &str) -> String {
    if count == 1 { format!("1 person {verb_one}") } else { format!("{count} people {verb_many}") }
}

/// What the provider loses.
pub(crate) fn you_lose(count: usize) -> String {
    match count {
        0 => "You keep seeing every patient you see now.".to_owned(),
        _ => format!("You would no longer see {}.", patients(count)),
    }
}

/// What the provider gains.
pub(crate) fn you_gain(count: usize) -> String {
    match count {
        0 => "You would see no further patients.".to_owned(),
        _ => format!("You would see {} you do not see now.", patients(count)),
    }
}

/// What the requester loses.
pub(crate) fn they_lose(count: usize) -> String {
    match count {
        0 => "The requester keeps seeing every patient.".to_owned(),
        _ => format!("The requester no longer sees {}.", patients(count)),
    }
}

/// What the requester gains.
pub(crate) fn they_gain(count: usize) -> String {
    match count {
        0 => "The requester sees no further patients.".to_owned(),
        _ => format!("The requester newly sees {}.", patients(count)),
    }
}

/// What others lose.
pub(crate) fn others_lose(count: usize, of: usize) -> String {
    match count {
        0 => "Nobody else loses access to a patient.".to_owned(),
        _ => format!("{} access to some of {}.", people(count, "loses", "lose"), patients(of)),
    }
}

/// What others gain.
pub(crate) fn others_gain(count: usize, of: usize) -> String {
    match count {
        0 => "Nobody else gains access to a patient.".to_owned(),
        _ => format!("{} access to some of {}.", people(count, "gains", "gain"), patients(of)),
    }
}

/// Patients who are counted and not named.
pub(crate) fn not_named(count: usize) -> String {
    format!("{} more, counted and not named here.", patients(count))
}

/// The new address, to the provider.
pub(crate) fn own_email(address: &str) -> String {
    format!("Your e-mail address becomes {address}: you change it yourself on your account page.")
}

/// The new address, to the access team.
pub(crate) fn team_email(address: &str) -> String {
    format!(
        "The requester’s e-mail address becomes {address}. Approving does not change it: the requester does so on the account page."
    )
}

/// A known practice of the same name.
pub(crate) fn namesake(name: &str, address: &str) -> String {
    format!(
        "A practice of this name is known: {}. If it is the same one, decline and ask the requester to choose it.",
        practice(name, address)
    )
}

/// What is wrong, and what to do.
pub(crate) fn problem(problem: Problem) -> String {
    let words = match problem {
        Problem::FromMissing => "Choose a practice that you belong to today",
        Problem::ToMissing => "Search for the practice, or type its name below",
        Problem::ToUnknown => "This practice is no longer known. Search for it again",
        Problem::ToHeld => "You belong to this practice already. Choose another",
        Problem::TooLong(field) => {
            return format!("{} can have at most 200 characters", self::field(field));
        }
        Problem::BadPhone => "Enter the practice’s phone number with its area code",
        Problem::BadFax => "Enter the fax number with its area code, or leave it empty",
        Problem::AddressMissing => "Enter the practice’s postal address",
        Problem::BadEmail => "Enter an e-mail address such as name@example.org, or leave it empty",
        Problem::SponsorMissing => "Say whether somebody there sponsors staff",
        Problem::DateMissing => "Enter month, day and year of your first day",
        Problem::NoSuchDate => "There is no such day. Check month, day and year",
        Problem::DatePast => "The first day must be today or later",
        Problem::DateTooFar => "The first day must be within a year",
        Problem::OpenAlready => {
            "A request of this kind waits already. Take it back on the page of your practices before you send another"
        }
    };
    words.to_owned()
}

fn field(field: Field) -> &'static str {
    match field {
        Field::Name => "The name",
        Field::Phone => "The phone number",
        Field::Fax => "The fax number",
        Field::Address => "The address",
        Field::Email => "The e-mail address",
    }
}
