//! Words of results: the flowsheet, its filters, reports, microbiology, appointments, and what is new.

use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::flowsheet::Period;
use crate::domain::chart::microbiology::Susceptibility;
use crate::domain::chart::reports::ReportType;
use crate::domain::chart::results::Repeat;
use crate::domain::chart::trend::UnitChange;
use crate::views::chart::summary::Unacknowledged;

pub(crate) const NEW: &str = "New";
pub(crate) const PENDING: &str = "Pending";
pub(crate) const CANCELLED: &str = "Cancelled";
pub(crate) const REPEAT_PENDING: &str = "Repeat pending";
pub(crate) const REPEAT_CANCELLED: &str = "Repeat cancelled";
pub(crate) const REPEAT_EMPTY: &str = "Repeat without a value";
pub(crate) const WAS: &str = "replaced:";

pub(crate) const CRITICAL: &str = "Critical results to acknowledge";
pub(crate) const CRITICAL_HOW: &str = "Acknowledging says that you have seen the value as it is now. It is logged, is not undone, and tells nobody at the hospital.";
pub(crate) const ACKNOWLEDGE: &str = "Acknowledge";
pub(crate) const NO_OTHERS: &str = "No other results.";

pub(crate) const VIEWS: &str = "How results are laid out";
pub(crate) const AS_SHEET: &str = "Flowsheet";
pub(crate) const AS_LIST: &str = "List";
pub(crate) const FILTER: &str = "Filter";
pub(crate) const FILTER_PANEL: &str = "Panel";
pub(crate) const FILTER_PERIOD: &str = "Period";
pub(crate) const FILTER_FLAGGED: &str = "Only tests with a value flagged or out of range";
pub(crate) const EVERY_PANEL: &str = "All panels";
pub(crate) const EVER: &str = "All dates";
pub(crate) const SHOW: &str = "Show";
pub(crate) const SHOW_ALL: &str = "Show all results";
pub(crate) const NOTHING_SO: &str = "No result fits this filter.";
pub(crate) const SHEET_BOX: &str = "Flowsheet, newest date first";
pub(crate) const OLDER: &str = "Older dates";
pub(crate) const NEWEST: &str = "Newest dates";
pub(crate) const NO_PANEL: &str = "Other tests";

pub(crate) const COL_LAB: &str = "Laboratory";
pub(crate) const COL_METHOD: &str = "Method";
pub(crate) const COL_COMMENT: &str = "Comment";
pub(crate) const COL_ORIGINAL: &str = "Report";
pub(crate) const ORIGINAL: &str = "Original report";

pub(crate) const FINDINGS: &str = "Findings";
pub(crate) const COL_FINDING: &str = "Finding";
pub(crate) const SUSCEPTIBILITIES: &str = "Susceptibilities";
pub(crate) const ORGANISM_UNKNOWN: &str = "Organism not stated";
pub(crate) const COL_ANTIBIOTIC: &str = "Antibiotic";
pub(crate) const COL_MIC: &str = "MIC";
pub(crate) const COL_ANSWER: &str = "Interpretation";
pub(crate) const NO_ANSWER: &str = "Not interpreted";
pub(crate) const NO_IMAGES: &str =
    "Images are not held here; this portal shows reports. Call the hospital’s imaging desk for the pictures.";

pub(crate) const COMING: &str = "Coming";
pub(crate) const NO_COMING: &str = "No appointment is booked.";
pub(crate) const REFERRALS: &str = "Referrals";
pub(crate) const PAST: &str = "Past and cancelled";
pub(crate) const COL_INSTRUCTIONS: &str = "Instructions";
pub(crate) const COL_REFERRAL: &str = "Referral";
pub(crate) const COL_NUMBER: &str = "Number";
pub(crate) const COL_REASON: &str = "Priority and reason";
pub(crate) const COL_ASKED: &str = "Asked for";
pub(crate) const NO_PLACE: &str = "Place not stated";

/// When the viewer acknowledged a critical result.
pub(crate) fn acknowledged(at: Instant, zone: Zone) -> String {
    format!("You acknowledged it on {}", super::moment(at, zone))
}

/// The same in a file that others read: who acknowledged it, and when.
pub(crate) fn acknowledged_by(name: &str, at: Instant, zone: Zone) -> String {
    format!("Acknowledged by {name} on {}", super::moment(at, zone))
}

/// Why a critical result was not acknowledged, and what to do.
pub(crate) const fn unacknowledged(why: Unacknowledged) -> &'static str {
    match why {
        Unacknowledged::Changed => {
            "That result has changed since you saw it, so it was not acknowledged. Look at it as it is now."
        }
        Unacknowledged::Unknown => {
            "The hospital’s system did not answer, so nothing was acknowledged. Try again in a few minutes."
        }
    }
}

/// "3 new".
pub(crate) fn news(count: usize) -> String {
    format!("{count} new")
}

/// A period of the filter.
pub(crate) const fn period(period: Period) -> &'static str {
    match period {
        Period::Month => "Last month",
        Period::HalfYear => "Last 6 months",
        Period::Year => "Last 12 months",
        Period::TwoYears => "Last 24 months",
    }
}

/// The heading of reports of one type.
pub(crate) const fn reports(kind: ReportType) -> &'static str {
    match kind {
        ReportType::Imaging => "Imaging",
        ReportType::Cardiology => "Cardiology",
        ReportType::Microbiology => "Microbiology",
        ReportType::Pathology => "Pathology",
        ReportType::Other => "Other reports",
    }
}

/// How an organism answered.
pub(crate) const fn susceptibility(answer: Susceptibility) -> &'static str {
    match answer {
        Susceptibility::Susceptible => "Susceptible",
        Susceptibility::DoseDependent => "Susceptible at a higher dose",
        Susceptibility::Intermediate => "Intermediate",
        Susceptibility::NotSusceptible => "Not susceptible",
        Susceptibility::Resistant => "Resistant",
        Susceptibility::NoCriteria => "No criteria defined",
    }
}

/// "The unit changed on 12-Mar-2024 from nmol/L to mg/L."
pub(crate) fn unit_changed(change: &UnitChange, zone: Zone, (from, to): (&str, &str)) -> String {
    format!(
        "The unit changed on {} from {} to {}.",
        super::date(zone.date(change.at)),
        named_unit(from),
        named_unit(to)
    )
}

fn named_unit(unit: &str) -> &str {
    if unit.is_empty() { "no unit" } else { unit }
}

/// "3 results in mmol/L are not drawn."
pub(crate) fn not_drawn(count: usize, unit: &str) -> String {
    let of = if unit.is_empty() { "without a unit".to_owned() } else { format!("in {unit}") };
    if count == 1 {
        format!("1 result {of} is not drawn.")
    } else {
        format!("{count} results {of} are not drawn.")
    }
}

/// "1 value of which only the month or the year is known is not drawn."
pub(crate) fn not_drawn_vague(count: usize) -> String {
    let (values, are) =
        if count == 1 { ("1 value".to_owned(), "is") } else { (format!("{count} values"), "are") };
    format!("{values} of which only the month or the year is known {are} not drawn.")
}

/// `19-Nov-2026` and `08:12 EST`, for the head of a column.
pub(crate) fn column(at: Instant, zone: Zone) -> (String, String) {
    (super::date(zone.date(at)), super::clock(at, zone))
}

/// What came of the repeat of a test, beside the value before it.
pub(crate) const fn repeat(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Pending => REPEAT_PENDING,
        Repeat::Cancelled => REPEAT_CANCELLED,
        Repeat::Empty => REPEAT_EMPTY,
    }
}
