//! Every word a user reads, by page family. English; a second language is a second set of these files behind the same names.

pub(crate) mod account;
pub(crate) mod api;
pub(crate) mod audit;
pub(crate) mod campaign;
pub(crate) mod chart;
pub(crate) mod desk;
pub(crate) mod emergency;
pub(crate) mod enrolment;
pub(crate) mod families;
pub(crate) mod family;
mod family_en;
mod family_es;
pub(crate) mod family_messages;
pub(crate) mod find;
pub(crate) mod growth;
pub(crate) mod help;
pub(crate) mod invitation;
pub(crate) mod merge;
pub(crate) mod message;
pub(crate) mod my_requests;
pub(crate) mod notes;
pub(crate) mod practice;
pub(crate) mod practice_page;
pub(crate) mod providers;
pub(crate) mod queue;
pub(crate) mod registration;
pub(crate) mod restrictions;
pub(crate) mod results;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod sign_in;
pub(crate) mod single_sign_on;
pub(crate) mod staff;
pub(crate) mod system;
pub(crate) mod target;
pub(crate) mod team;
pub(crate) mod templates;
pub(crate) mod token;
pub(crate) mod verify;

use time::{Date, Month};

use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::age::Age;
use crate::domain::chart::dated::Known;

pub(crate) const SKIP: &str = "Skip to the main content";
pub(crate) const PORTAL: &str = "Referral portal";
pub(crate) const NAV_MAIN: &str = "Main";
pub(crate) const NAV_FIND: &str = "Find a patient";
pub(crate) const NAV_MY_PATIENTS: &str = "My patients";
pub(crate) const NAV_REQUESTS: &str = "My requests";
pub(crate) const NAV_STAFF: &str = "Staff";
pub(crate) const NAV_PRACTICE: &str = "Practice";
pub(crate) const NAV_LOOK_UPS: &str = "Look-ups";
pub(crate) const NAV_QUEUE: &str = "Queue";
pub(crate) const NAV_ACCOUNTS: &str = "Accounts";
pub(crate) const NAV_VALIDATION: &str = "Validation";
pub(crate) const NAV_TOKENS: &str = "Tokens";
pub(crate) const NAV_AUDIT: &str = "Audit";
pub(crate) const SIGN_OUT: &str = "Sign out";
pub(crate) const IDLE_SOON: &str = "Your session ends in 2 minutes unless you open or send a page.";
pub(crate) const DEMO_LABEL: &str = "Demonstration";
pub(crate) const DEMO_NOTICE: &str =
    "Demonstration: every patient, physician and practice here is made up. Do not enter real patient data.";
pub(crate) const DEMO_MAIL: &str = "Mail that it would send";
pub(crate) const EVERY_RECORD: &str = "Every record you open is logged and shown to the family on request.";
pub(crate) const HELP: &str = "Help:";
pub(crate) const ASK_FOR_HELP: &str = "Ask for help";
pub(crate) const THERE_IS_A_PROBLEM: &str = "There is a problem";
pub(crate) const FAULT_PREFIX: &str = "Error: ";
pub(crate) const NO_DATE: &str = "No date";
pub(crate) const MORE: &str = "Show more";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const NONE_SIGN: &str = "–";

pub(crate) const FLAG_LOW: &str = "Low";
pub(crate) const FLAG_HIGH: &str = "High";
pub(crate) const FLAG_CRITICAL_LOW: &str = "Critical low";
pub(crate) const FLAG_CRITICAL_HIGH: &str = "Critical high";
pub(crate) const FLAG_ABNORMAL: &str = "Abnormal";
pub(crate) const FLAG_CRITICAL: &str = "Critical";
pub(crate) const FLAG_NORMAL: &str = "In range";
pub(crate) const FLAG_SAID_NORMAL: &str = "Normal";
pub(crate) const FLAG_BELOW: &str = "Below range";
pub(crate) const FLAG_ABOVE: &str = "Above range";
pub(crate) const FLAG_COMPARED: &str = "“Above range” and “Below range” are compared here with the range printed. The laboratory did not flag these values.";

/// The month's three letters.
pub(crate) fn month(month: Month) -> &'static str {
    match month {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    }
}

/// `14-Mar-2019`.
pub(crate) fn date(date: Date) -> String {
    format!("{:02}-{}-{:04}", date.day(), month(date.month()), date.year())
}

/// `14-Mar-2019`, `Mar-2019` or `2019`: no more than is known.
pub(crate) fn dated(date: Date, known: Known) -> String {
    match known {
        Known::Day => self::date(date),
        Known::Month => format!("{}-{:04}", month(date.month()), date.year()),
        Known::Year => format!("{:04}", date.year()),
    }
}

/// An age counted from a date of which only so much is known: about where the month is all, nothing by a year alone.
pub(crate) fn age_by(age: Age, known: Known) -> Option<String> {
    match known {
        Known::Day => Some(self::age(age)),
        Known::Month => Some(about(&self::age(age))),
        Known::Year => None,
    }
}

/// `about 7 y 8 m`.
fn about(age: &str) -> String {
    format!("about {age}")
}

/// `19-Nov-2026 08:12 EST`.
pub(crate) fn moment(at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{} {:02}:{:02} {}", date(local.date), local.hour, local.minute, local.zone)
}

/// `08:12 EST`.
pub(crate) fn clock(at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{:02}:{:02} {}", local.hour, local.minute, local.zone)
}

/// `7 y 8 m`.
pub(crate) fn age(age: Age) -> String {
    match age {
        Age::Days(1) => "1 day".into(),
        Age::Days(n) => format!("{n} days"),
        Age::Months(n) => format!("{n} m"),
        Age::YearsMonths(y, m) => format!("{y} y {m} m"),
        Age::Years(n) => format!("{n} y"),
    }
}

/// "Times shown in Eastern Time (EST)."
pub(crate) fn times_shown(zone: Zone, short: &str) -> String {
    let name = match zone.name() {
        "America/New_York" | "America/Detroit" | "America/Toronto" => "Eastern Time",
        "America/Chicago" => "Central Time",
        "America/Denver" | "America/Phoenix" => "Mountain Time",
        "America/Los_Angeles" => "Pacific Time",
        "America/Anchorage" => "Alaska Time",
        "Pacific/Honolulu" => "Hawaii Time",
        other => return format!("Times shown in hospital time ({other}, now {short})."),
    };
    format!("Times shown in {name} (now {short}).")
}

/// `1 minute`, `2 minutes`, rounded up; seconds under a minute.
pub(crate) fn wait(seconds: u64) -> String {
    match seconds {
        0 | 1 => "1 second".into(),
        2..60 => format!("{seconds} seconds"),
        60 => "1 minute".into(),
        3600 => "1 hour".into(),
        _ if seconds <= 5400 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}

/// Administrative sex, as FHIR codes it or as the source wrote it.
pub(crate) fn sex(code: &str) -> &str {
    match code {
        "male" => "Male",
        "female" => "Female",
        "other" => "Other",
        "unknown" => "Unknown",
        other => other,
    }
}
