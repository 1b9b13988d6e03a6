//! Words of the access team's page about families.

use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::Bar;
use crate::domain::family::topic::SeatSource;
use crate::domain::people::GivenBy;

pub(crate) const TITLE: &str = "Families";
pub(crate) const LEAD: &str =
    "Find a patient's family by MRN. Looking is recorded; nothing of the record is shown here.";
pub(crate) const MRN: &str = "MRN";
pub(crate) const FIND: &str = "Find";
pub(crate) const NOBODY: &str = "No patient has this MRN.";
pub(crate) const BORN: &str = "Born";
pub(crate) const GUARDIANS: &str = "Guardians";
pub(crate) const NO_GUARDIAN: &str = "No guardian has an account.";
pub(crate) const COL_WHO: &str = "Who";
pub(crate) const COL_RELATIONSHIP: &str = "Relationship";
pub(crate) const COL_SINCE: &str = "Since";
pub(crate) const COL_UNTIL: &str = "Until";
pub(crate) const COL_ACTS: &str = "Acts";
pub(crate) const SINCE_EVER: &str = "Since ever";
pub(crate) const OPEN_END: &str = "Open";
pub(crate) const COURT_ORDER: &str = "Court order";
pub(crate) const OWN: &str = "The patient’s own account";
pub(crate) const NO_OWN: &str = "The patient has no account.";
pub(crate) const END: &str = "End the link";
pub(crate) const SET_ORDER: &str = "Flag a court order";
pub(crate) const LIFT_ORDER: &str = "Lift the flag";
pub(crate) const ORDER_HINT: &str =
    "While a link that holds is flagged, nobody of the family answers requests: the access team does.";
pub(crate) const CODES: &str = "Activation codes";
pub(crate) const NO_CODES: &str = "No code waits to be used.";
pub(crate) const MAKE_GUARDIAN: &str = "Make a code for a guardian";
pub(crate) const MAKE_PATIENT: &str = "Make a code for the patient";
pub(crate) const CODE_MADE: &str = "Activation code, shown once:";
pub(crate) const CODE_NEXT: &str = "Print it or write it down, and hand it over in person after checking identity. It works once, for 30 days, at /family/activate; five wrong birth dates void it.";
pub(crate) const VOID_CODE: &str = "Void this code";
pub(crate) const VOID_HINT: &str = "A code that you void stops working at once. Whoever has it reads the same as with an unknown code: hand out a new one if it is still needed.";
pub(crate) const PROXIES: &str = "Waiting for the patient’s signature";
pub(crate) const SIGNATURE: &str = "Name as the patient signed on paper";
pub(crate) const SIGN: &str = "Record the signature";
pub(crate) const DONE: &str = "Done. It holds from the next request on.";
pub(crate) const ALREADY: &str = "It was so already, or is no longer there. Nothing was changed.";
pub(crate) const WRONG_NAME: &str =
    "That is not the patient’s name as the record has it. Nothing was changed.";
pub(crate) const NOT_YOURS: &str = "This takes a reviewer or an administrator. Nothing was changed.";
pub(crate) const READ_ONLY: &str = "Changing a family takes a reviewer or an administrator.";

pub(crate) const NO_REASON: &str = "Say why in the field beside the button. Nothing was changed.";
pub(crate) const WAITS_FOR_MERGE: &str = "This record was merged into another, and the merge is not confirmed. Until it is, what stands here opens nothing, and no \
     code leads to the other record.";
pub(crate) const GIVEN: &str = "Access that was given";
pub(crate) const GIVEN_HINT: &str =
    "What you take back ends at the provider’s next click, and the family is told that something changed.";
pub(crate) const NO_GRANTS: &str = "No access was given that still holds.";
pub(crate) const REVOKE: &str = "Take back";
pub(crate) const REASON: &str = "Reason";
pub(crate) const SEATS: &str = "Care team";
pub(crate) const SEATS_HINT: &str =
    "Whoever you take off stays off until the hospital’s record has dropped them and listed them anew.";
/// A link that does not end at 18.
pub(crate) const FOR_ADULT: &str = "Counts from 18 on";
pub(crate) const PAPERS: &str = "Record court papers";
pub(crate) const NO_SEATS: &str = "Nobody is on the care team.";
pub(crate) const UNSEAT: &str = "Take off";
pub(crate) const ADD_SEAT: &str = "Put on the care team";
pub(crate) const QUERY: &str = "Name, practice or NPI";
pub(crate) const QUERY_HINT: &str = "Such as Haddad, Summit Clinic or 1234567893";
pub(crate) const QUERY_SHORT: &str = "Type at least 3 letters.";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const FOUND_NONE: &str = "Nobody fits. Check the spelling, or search for the practice.";
pub(crate) const FOUND_MANY: &str = "More fit than can be shown. Add the given name, or search for the NPI.";
pub(crate) const NPI: &str = "NPI";
pub(crate) const SEAT: &str = "Put on";

/// Who gave a right.
pub(crate) const fn given_by(by: GivenBy) -> &'static str {
    match by {
        GivenBy::Team => "Given by the access team",
        GivenBy::Guardian => "Given by a guardian",
        GivenBy::Patient => "Given by the patient",
    }
}

/// Where a place on the care team comes from.
pub(crate) const fn source(source: SeatSource) -> &'static str {
    match source {
        SeatSource::Import => "From a directory file",
        SeatSource::Feed => "From the hospital’s record",
        SeatSource::Team => "From the access team",
        SeatSource::Family => "From the family",
    }
}

/// Whom a code is for.
pub(crate) const fn capacity(capacity: Capacity) -> &'static str {
    match capacity {
        Capacity::Guardian => "For a guardian",
        Capacity::Patient => "For the patient",
    }
}

/// Why a code was not made.
pub(crate) const fn bar(bar: Bar) -> &'static str {
    match bar {
        Bar::Under13 => "The patient is under 13: no account of their own.",
        Bar::ThroughPractice => "From 13 to 17 an account is opened through the practice.",
        Bar::NoGuardian => "A patient from 13 to 17 needs a guardian with an account first.",
        Bar::GuardianMinor => "A guardian is 18 or over.",
        Bar::HasAccount => "The patient has an account already.",
        Bar::TiedAlready => "The account is tied to the patient already.",
        Bar::Deceased => "The patient has died.",
    }
}
