//! Words of Patient Selection, My patients, not-authorized and requests.

use crate::domain::access::Basis;
use crate::domain::access::next::EndOf;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::ids::ProviderId;
use crate::domain::news::News;
use crate::domain::request::Ending;
use crate::views::find::{SearchFault, Turn};
use crate::views::paths::MineList;
use crate::views::request::Wish;

pub(crate) const TITLE: &str = "Find a patient";
pub(crate) const FAMILY: &str = "Family name";
pub(crate) const GIVEN: &str = "Given name";
pub(crate) const BIRTH: &str = "Date of birth";
pub(crate) const MONTH: &str = "Month";
pub(crate) const DAY: &str = "Day";
pub(crate) const YEAR: &str = "Year";
pub(crate) const OR: &str = "or";
pub(crate) const MRN: &str = "MRN";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const SEARCH_AGAIN: &str = "Search again";
pub(crate) const RECENT: &str = "Recently viewed";
pub(crate) const RECENT_EMPTY: &str = "Charts you open appear here while you may see them.";
pub(crate) const MINE: &str = "My patients";
pub(crate) const MINE_ALL: &str = "All my patients";
pub(crate) const MINE_EMPTY: &str = "The rules give you no patient at present. Find one by MRN, or by full name and date of birth; if you are not authorized, you can ask for access there.";
pub(crate) const MINE_LEAD: &str = "Everyone whose chart you may open now, latest activity first.";
pub(crate) const COL_PATIENT: &str = "Patient";
pub(crate) const COL_BORN: &str = "Born (age)";
pub(crate) const COL_SEX: &str = "Sex";
pub(crate) const COL_ACCESS: &str = "Your access";
pub(crate) const COL_ACTIVITY: &str = "Latest activity";
pub(crate) const COL_NEXT: &str = "Next step";
pub(crate) const MINE_WHICH: &str = "Which patients";
pub(crate) const MINE_EVERYONE: &str = "Everyone";
pub(crate) const MINE_WITH_NEWS: &str = "With something new";
pub(crate) const MINE_OF_PRACTICE: &str = "My practice’s, with something new";
pub(crate) const MINE_NOTHING_NEW: &str =
    "Nothing is new about your patients since you last opened their charts.";
pub(crate) const MINE_OF_NOBODY: &str =
    "None of these patients is listed with that provider. Choose another, or all.";
pub(crate) const BY_PROVIDER: &str = "PCP";
pub(crate) const EVERY_PROVIDER: &str = "All";
pub(crate) const SHOW: &str = "Show";
pub(crate) const PRACTICE: &str = "New about my practice’s patients";
pub(crate) const PRACTICE_ALL: &str = "All of them";
pub(crate) const PRACTICE_EMPTY: &str =
    "Nothing is new about the patients of your practice since you last opened their charts.";
pub(crate) const PRACTICE_LEAD: &str = "Those listed with you or your practice, with results, admissions or discharges since you last opened the chart, or in the last 30 days if you never did; the newest first.";
pub(crate) const OPEN_CHART: &str = "Open the chart";
pub(crate) const NEW_TOKEN: &str = "Validate a token";
pub(crate) const MINE_NEW_LEAD: &str = "Those with results, admissions or discharges since you last opened the chart, or in the last 30 days if you never did.";
pub(crate) const COL_VIEWED: &str = "Viewed";

pub(crate) const YOU_TYPED: &str = "What you typed";
pub(crate) const NO_MATCH: &str = "No match";
pub(crate) const NO_MATCH_WHY: &str =
    "No patient matches what you typed, or no patient that we may name to you.";
pub(crate) const NO_MATCH_NEXT: &str = "Check the spelling and the date of birth, or search by the MRN.";
pub(crate) const SEVERAL: &str = "More than one match";
pub(crate) const SEVERAL_WHY: &str = "More than one patient fits. Enter the full given name or the MRN.";
pub(crate) const DENIED: &str = "Not authorized";
pub(crate) const DENIED_WHY: &str = "You are not listed as the PCP, are not on the care team, and hold no token or approval for what you typed, or there is no such patient.";
pub(crate) const DENIED_RESTRICTED: &str =
    "Access to this chart is restricted at present. The access team can tell you more.";
pub(crate) const DENIED_DECEASED: &str = "This patient died more than 90 days ago, so the chart is closed to portal users. Ask Health Information Management or the access team for records.";
pub(crate) const DENIED_NEXT: &str = "What you can do";
pub(crate) const ASK_PCP: &str = "Request PCP access";
pub(crate) const ASK_PCP_HOW: &str =
    "You are, or your practice is, the new PCP. The hospital phones the family to confirm; 3 business days.";
pub(crate) const ASK_PCP_HOW_STAFF: &str = "Your practice is the new PCP. The hospital phones the family to confirm; 3 business days. Your sponsor is told.";
pub(crate) const ASK_OTHER: &str = "Request non-PCP access";
pub(crate) const ASK_OTHER_HOW: &str = "You treat the patient in another role. The patient or a guardian approves, for you alone and for a time they choose.";
pub(crate) const HAVE_TOKEN: &str = "I have a token";
pub(crate) const HAVE_TOKEN_HOW: &str =
    "The family or the hospital gave you a token for this patient: enter it with the MRN.";
pub(crate) const ASKED: &str = "You asked already";
pub(crate) const IN_VAIN_LINK: &str = "More about this request";
pub(crate) const CALL: &str = "Questions? The access team:";

pub(crate) const REQUEST_PCP_TITLE: &str = "Request PCP access";
pub(crate) const REQUEST_OTHER_TITLE: &str = "Request non-PCP access";
pub(crate) const REQUEST_PCP_LEAD: &str =
    "The hospital phones the family before anything changes. You read the outcome under My requests.";
pub(crate) const REQUEST_OTHER_LEAD: &str =
    "The patient or a guardian decides. You read the outcome under My requests.";
pub(crate) const REQUEST_PATIENT: &str = "Patient";
pub(crate) const REQUEST_PATIENT_HOW: &str =
    "All three must match the hospital’s record: MRN, name and date of birth.";
pub(crate) const REASON: &str = "Why you need access";
pub(crate) const REASON_HINT: &str =
    "For example the referral or the visit, with its date. The family can read this.";
pub(crate) const REASON_MISSING: &str = "Say why you need access";
pub(crate) const REASON_LONG: &str = "Use at most 1000 characters";
pub(crate) const SEND: &str = "Send the request";
pub(crate) const FILED_TITLE: &str = "Your request is filed";
pub(crate) const FILED_NEXT: &str = "You need not send it again. Its state is listed under My requests.";
pub(crate) const FILED_PCP: &str = "The access team phones the family within 3 business days.";
pub(crate) const FILED_OTHER: &str =
    "The patient or a guardian is asked. A request that nobody answers expires after 30 days.";
pub(crate) const NOT_MATCHED: &str = "The MRN, the name and the date of birth do not all match one patient";
pub(crate) const MY_REQUESTS: &str = "My requests";
pub(crate) const MY_REQUESTS_EMPTY: &str =
    "You have filed no request. When a search ends with “not authorized”, you can ask for access there.";
pub(crate) const COL_REQUEST: &str = "Request";
pub(crate) const COL_TYPED: &str = "Patient as typed";
pub(crate) const COL_FILED: &str = "Filed";
pub(crate) const COL_STATE: &str = "State";
pub(crate) const STATE_OPEN: &str = "Open";

/// The words for a fault in a search.
pub(crate) fn search_fault(fault: &SearchFault) -> String {
    match fault {
        SearchFault::NothingTyped => "Enter an MRN, or a full name and date of birth".into(),
        SearchFault::BadMrn => "An MRN has letters and digits only, at most 32".into(),
        SearchFault::FamilyMissing => "Enter the family name".into(),
        SearchFault::GivenMissing => "Enter the given name, at least 2 letters".into(),
        SearchFault::BirthMissing => "Enter month, day and year of birth".into(),
        SearchFault::BirthNotNumbers => "Enter the date of birth in numbers, for example 3 14 2019".into(),
        SearchFault::NoSuchDate { month, day, year } => no_such_date(*month, *day, *year),
        SearchFault::BirthInFuture => "The date of birth is in the future".into(),
        SearchFault::TooLong => "That name is longer than any we hold".into(),
        SearchFault::Slowed(seconds) => {
            format!("More than 30 searches in an hour. Wait {}, then try again", super::wait(*seconds))
        }
    }
}

fn no_such_date(month: u8, day: u8, year: i32) -> String {
    match time::Month::try_from(month) {
        Ok(m) if m == time::Month::February && day == 29 => format!("There is no February 29 in {year}"),
        Ok(m) => format!("There is no {m} {day}"),
        Err(_) => format!("There is no month {month}"),
    }
}

/// A kind of news.
pub(crate) const fn news(news: News) -> &'static str {
    match news {
        News::Result => "New results",
        News::Admission => "Admission or emergency visit",
        News::Discharge => "Discharge",
    }
}

/// What stands above a list of the viewer's patients.
pub(crate) const fn mine_lead(list: MineList) -> &'static str {
    match list {
        MineList::All => MINE_LEAD,
        MineList::New => MINE_NEW_LEAD,
        MineList::Practice => PRACTICE_LEAD,
    }
}

/// Why a list of the viewer's patients is empty.
pub(crate) const fn mine_empty(list: MineList, provider: Option<ProviderId>) -> &'static str {
    match list {
        _ if provider.is_some() => MINE_OF_NOBODY,
        MineList::All => MINE_EMPTY,
        MineList::New => MINE_NOTHING_NEW,
        MineList::Practice => PRACTICE_EMPTY,
    }
}

/// "Your access ends on …".
pub(crate) fn ends(at: Instant, zone: Zone) -> String {
    format!("Your access ends on {}.", super::moment(at, zone))
}

/// How access that this ends is renewed.
pub(crate) const fn renewal(by: EndOf) -> &'static str {
    let basis = match by {
        EndOf::Fact(basis) => basis,
        EndOf::Support => {
            return "What your access rests on ends then, such as a membership or a sponsorship; if that is wrong, call the access team.";
        }
        EndOf::Death => {
            return "It ends because the patient has died. Ask Health Information Management or the access team for records.";
        }
    };
    match basis {
        Basis::Token => "To renew it, ask the family or the hospital for a new token.",
        Basis::Grant => "To renew it, ask the family again after that.",
        Basis::Emergency => "If you need longer, ask for access.",
        Basis::Pcp | Basis::PracticePcp | Basis::SponsorPcp | Basis::SponsorPracticePcp | Basis::CareTeam => {
            "The hospital has that date; if it is wrong, call the access team."
        }
    }
}

/// Who answers a request, and until when.
pub(crate) fn turn(turn: Turn) -> String {
    match turn {
        Turn::Family(Some(day)) => format!("waiting on the family until {}", super::date(day)),
        Turn::Family(None) => "waiting on the family".to_owned(),
        Turn::Hospital(Some(day)) => format!("waiting on the hospital, answer due {}", super::date(day)),
        Turn::Hospital(None) => "waiting on the hospital".to_owned(),
    }
}

/// The name of a kind of request.
pub(crate) const fn wish(wish: Wish) -> &'static str {
    match wish {
        Wish::PcpChange => "PCP access",
        Wish::NonPcp => "Non-PCP access",
    }
}

/// "Your access ended on …".
pub(crate) fn ended(at: Instant, zone: Zone) -> String {
    format!("Your access ended on {}.", super::moment(at, zone))
}

/// "You asked on …; it was declined on …."
pub(crate) fn asked_in_vain((filed, ended): (Instant, Instant), ending: Ending, zone: Zone) -> String {
    let day = |at| super::date(zone.date(at));
    let how = if ending == Ending::Expired { "expired" } else { "was declined" };
    format!("You asked on {}; it {how} on {}.", day(filed), day(ended))
}
