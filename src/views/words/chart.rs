//! Words of the chart.

use crate::domain::chart::caution::{Caution, caution};
use crate::domain::chart::{ChartItem, REPORTED, REPORTED_BY_FAMILY, REPORTED_BY_PATIENT, Section};

pub(crate) const SUMMARY: &str = "Summary";
pub(crate) const NAV_CHART: &str = "Sections of the chart";
pub(crate) const PATIENT_BANNER: &str = "Patient";
pub(crate) const BORN: &str = "Born";
pub(crate) const SEX: &str = "Sex";
pub(crate) const MRN: &str = "MRN";
pub(crate) const LANGUAGE: &str = "Language";
pub(crate) const PCP: &str = "PCP";
pub(crate) const NO_PCP: &str = "None listed";
pub(crate) const ALLERGIES: &str = "Allergies";
pub(crate) const NO_KNOWN_ALLERGIES: &str = "No known allergies";
pub(crate) const ALLERGIES_NOT_RECORDED: &str = "Allergies not recorded";
pub(crate) const ALLERGIES_DOWN: &str = "Allergies not available at the moment";
pub(crate) const WHY: &str = "Why you see this:";
pub(crate) const UNTIL: &str = "until";
pub(crate) const LIMITED: &str = "Some information may not be shown. Call";
/// The short notice of 42 CFR 2.32(a)(2), word for word.
pub(crate) const PART2: &str = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
pub(crate) const DECEASED: &str = "Deceased";
pub(crate) const MERGED: &str = "This chart also answers to the former MRN";
pub(crate) const PRINT: &str = "Print";
pub(crate) const PDF: &str = "Download the summary as PDF";
pub(crate) const CCDA: &str = "Download it for another system (C-CDA)";
pub(crate) const EXPORT_HOW: &str = "Each asks for a fresh factor and is recorded.";
pub(crate) const PDF_TITLE: &str = "Summary of a chart";

pub(crate) const RECENT_RESULTS: &str = "Recent results";
pub(crate) const ALL: &str = "All";
pub(crate) const ACTIVE_PROBLEMS: &str = "Active problems";
pub(crate) const NEXT_APPOINTMENTS: &str = "Next appointments";
pub(crate) const CURRENT_MEDICATIONS: &str = "Current medications";
pub(crate) const LATEST_NOTES: &str = "Latest notes";
pub(crate) const LATEST_VITALS: &str = "Latest vitals";
pub(crate) const LATEST_VISITS: &str = "Latest visits";

pub(crate) const COL_TEST: &str = "Test";
pub(crate) const COL_RESULT: &str = "Result";
pub(crate) const COL_FLAG: &str = "Flag";
pub(crate) const COL_RANGE: &str = "Reference";
pub(crate) const COL_PREVIOUS: &str = "Previous";
pub(crate) const COL_TREND: &str = "Trend";
pub(crate) const COL_COLLECTED: &str = "Collected";
pub(crate) const COL_MEASURED: &str = "Measured";
pub(crate) const COL_MEASURE: &str = "Measure";
pub(crate) const COL_AGE: &str = "Age";
pub(crate) const PRELIMINARY: &str = "Preliminary";
pub(crate) const CORRECTED: &str = "Corrected";
pub(crate) const VALUES: &str = "Values";
pub(crate) const SHOW_STOPPED: &str = "Stopped";
pub(crate) const SHOW_PAST: &str = "Past";
pub(crate) const SHOW_RESOLVED: &str = "Resolved";
pub(crate) const SHOW_CANCELLED: &str = "Cancelled";
pub(crate) const NOTHING_CURRENT: &str = "None current.";
pub(crate) const OUT_OF_REACH: &str = "This section is not part of what was approved for you. Call";
pub(crate) const SLOW: &str = "Slow right now.";
pub(crate) const BROKEN_OFF: &str = "The chart could not be read to its end.";
pub(crate) const BROKEN_OFF_NEXT: &str = "Reload the page. If it happens again, call the access team:";
pub(crate) const SLOW_NEXT: &str =
    "The hospital's system has not answered in time. Open this section again in a moment.";
pub(crate) const NOT_THERE: &str =
    "There is no such entry in this record, or it is not shown to you. The section lists what is.";
pub(crate) const STILL_ASKING: &str =
    "The hospital's system is slow right now. The rest of this page comes as soon as it answers.";
pub(crate) const SOURCES: &str = "Sources of the record";
pub(crate) const PRESENT_SYSTEM: &str = "Current system";
pub(crate) const DOWN: &str = "Not available at the moment.";
pub(crate) const DOWN_NEXT: &str = "Nothing is shown rather than something old. Reload the page in a minute; for urgent data call the hospital.";
pub(crate) const NO_BODY: &str = "The text of this item is not held here. Call the hospital for it.";
pub(crate) const BACK_TO: &str = "Back to";
pub(crate) const AUTHOR: &str = "By";
pub(crate) const STATUS: &str = "Status";
pub(crate) const KIND: &str = "Type";
pub(crate) const WRITTEN: &str = "Written";

pub(crate) const AXIS_COLLECTED: &str = "Date collected";
pub(crate) const AXIS_MEASURED: &str = "Date measured";
pub(crate) const LEGEND: &str = "Legend";
pub(crate) const LEGEND_READING: &str = "Value";
pub(crate) const LEGEND_HIGH: &str = "Flagged high, or above range";
pub(crate) const LEGEND_LOW: &str = "Flagged low, or below range";
pub(crate) const LEGEND_ABNORMAL: &str = "Flagged abnormal";
pub(crate) const LEGEND_CENSORED: &str = "Reported as above or below (hollow)";
pub(crate) const LEGEND_BREAK: &str = "The line breaks where the unit changed";
pub(crate) const LEGEND_PAIR: &str =
    "Upper line: first value (systolic). Lower line: second value (diastolic).";
pub(crate) const NO_CHART: &str = "No chart: there are fewer than two numbers in one unit to draw.";

/// "Not available, last seen 10:42 EST."
pub(crate) fn last_seen(clock: &str) -> String {
    format!("Not available at the moment, last seen {clock}.")
}

/// "Reference range 3.4–4.7".
pub(crate) fn legend_band(range: &str) -> String {
    format!("Reference range {range}")
}

/// "Printed by Dr. Chen, 19-Nov-2026 08:12 EST. Page 1 of 2."
pub(crate) fn pdf_foot(by: &str, at: &str, (page, of): (usize, usize), hospital: &str) -> String {
    format!("Printed by {by}, {at}. Page {page} of {of}. {hospital}")
}

/// "3 more in the portal."
pub(crate) fn more_in_portal(count: usize) -> String {
    format!("{count} more in the portal.")
}

/// "3 more under All."
pub(crate) fn more_under_all(count: usize) -> String {
    format!("{count} more under All.")
}

/// What a trend chart shows, in one sentence.
pub(crate) fn chart_description(title: &str, n: usize, first: &str, last: &str, value: &str) -> String {
    format!(
        "{title}: {n} values from {first} to {last}; the latest is {value}. The table below lists them all."
    )
}

/// An empty section: never "none known".
pub(crate) const fn empty(section: Section) -> &'static str {
    match section {
        Section::Problems => "No problems recorded.",
        Section::Medications => "No medications recorded.",
        Section::Allergies => "Allergies not recorded.",
        Section::Immunizations => "No immunizations recorded.",
        Section::Results => "No results recorded.",
        Section::Reports => "No reports recorded.",
        Section::Vitals => "No vitals recorded.",
        Section::Visits => "No visits recorded.",
        Section::Notes => "No notes recorded.",
        Section::Documents => "No documents recorded.",
        Section::Procedures => "No procedures recorded.",
        Section::CareTeam => "No care team recorded.",
        Section::Appointments => "No appointments recorded.",
    }
}

/// An empty card of the summary.
pub(crate) const fn empty_card(section: Section) -> &'static str {
    match section {
        Section::Problems => "No active problems recorded.",
        Section::Medications => "No current medications recorded.",
        Section::Appointments => super::results::NO_COMING,
        other => empty(other),
    }
}

/// What turns the meaning of a line around, in words.
pub(crate) const fn caution_words(of: Caution) -> &'static str {
    match of {
        Caution::DoNotGive => "Do not give",
        Caution::DoNotPerform => "Do not perform",
        Caution::NotGiven => "Not given",
        Caution::NotDone => "Not done",
        Caution::NotTaken => "Not taken",
        Caution::Cancelled => "Cancelled",
        Caution::BrokenOff => "Stopped before its end",
        Caution::OnHold => "On hold",
        Caution::Draft => "Draft",
        Caution::Proposed => "Proposed",
        Caution::Planned => "Planned",
        Caution::InProgress => "In progress",
        Caution::Waiting => "Waiting",
        Caution::Unconfirmed => "Unconfirmed",
        Caution::Provisional => "Provisional",
        Caution::Differential => "Differential",
        Caution::Refuted => "Refuted",
    }
}

/// The same before the title: "Do not give:".
pub(crate) fn before(of: Caution) -> String {
    format!("{}:", caution_words(of))
}

/// Where the report of a vaccination is from: HL7's words, else the source's own.
pub(crate) fn origin(of: &str) -> String {
    match of {
        "" => String::new(),
        "provider" => "Reported by another provider".to_owned(),
        "record" => "Reported from a written record".to_owned(),
        "recall" => "Reported by parent or patient from memory".to_owned(),
        "school" => "Reported by school".to_owned(),
        "jurisdiction" => "Reported by registry".to_owned(),
        "reported" => "Reported; by whom is not stated".to_owned(),
        other => format!("Reported: {other}"),
    }
}

/// By whom a medicine is reported that nobody prescribed.
pub(crate) fn reported(item: &ChartItem) -> Option<&'static str> {
    match item.category.as_str() {
        REPORTED => Some("Reported"),
        REPORTED_BY_PATIENT => Some("Reported by patient"),
        REPORTED_BY_FAMILY => Some("Reported by family"),
        _ => None,
    }
    .filter(|_| item.section == Section::Medications)
}

/// What an item is, with what it must not be read without: "Do not give: Amoxicillin".
pub(crate) fn title(item: &ChartItem) -> String {
    let before = caution(item).map(|of| format!("{} ", before(of))).unwrap_or_default();
    let after = reported(item).map(|by| format!(" ({})", by.to_lowercase())).unwrap_or_default();
    format!("{before}{}{after}", item.title)
}

/// The status of an item in words.
pub(crate) fn status_of(item: &ChartItem) -> String {
    match caution(item) {
        Some(of @ (Caution::NotGiven | Caution::BrokenOff)) => caution_words(of).to_owned(),
        _ => status(&item.status),
    }
}

/// A status code in words.
pub(crate) fn status(code: &str) -> String {
    let known = match code {
        "active" => "Active",
        "resolved" => "Resolved",
        "inactive" => "Inactive",
        "completed" => "Completed",
        "stopped" => "Stopped",
        "on-hold" => "On hold",
        "cancelled" => "Cancelled",
        "final" => "Final",
        "preliminary" => "Preliminary",
        "registered" => "Pending",
        "amended" => "Amended",
        "corrected" => "Corrected",
        "finished" => "Finished",
        "in-progress" => "In progress",
        "planned" | "preparation" => "Planned",
        "booked" => "Booked",
        "noshow" => "Did not attend",
        "fulfilled" => "Kept",
        "current" => "Current",
        "not-done" => "Not done",
        other => {
            let plain = other.replace(['-', '_'], " ");
            let mut letters = plain.chars();
            return letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        }
    };
    known.to_owned()
}

/// Column headings of the list sections.
pub(crate) mod column {
    pub(crate) const AGE: &str = "Age";
    pub(crate) const ALLERGY: &str = "Allergy";
    pub(crate) const APPOINTMENT: &str = "Appointment";
    pub(crate) const BY: &str = "By";
    pub(crate) const DATE: &str = "Date";
    pub(crate) const ENDED: &str = "Ended";
    pub(crate) const FROM: &str = "From";
    pub(crate) const HOW_TO_TAKE: &str = "How to take";
    pub(crate) const MEDICATION: &str = "Medication";
    pub(crate) const NAME: &str = "Name";
    pub(crate) const NOTE: &str = "Note";
    pub(crate) const PLACE: &str = "Place";
    pub(crate) const PRACTICE: &str = "Practice";
    pub(crate) const PROBLEM: &str = "Problem";
    pub(crate) const PROCEDURE: &str = "Procedure";
    pub(crate) const REACTION: &str = "Reaction";
    pub(crate) const REASON: &str = "Reason";
    pub(crate) const RECORDED: &str = "Recorded";
    pub(crate) const REPORT: &str = "Report";
    pub(crate) const ROLE: &str = "Role";
    pub(crate) const SEVERITY: &str = "Severity";
    pub(crate) const SINCE: &str = "Since";
    pub(crate) const SOURCE: &str = "Source";
    pub(crate) const STATUS: &str = "Status";
    pub(crate) const TEST: &str = "Test";
    pub(crate) const TO: &str = "To";
    pub(crate) const TYPE: &str = "Type";
    pub(crate) const UNTIL: &str = "Until";
    pub(crate) const VACCINE: &str = "Vaccine";
    pub(crate) const VISIT: &str = "Visit";
    pub(crate) const WHEN: &str = "When";
    pub(crate) const WITH: &str = "With";
}

/// Words of the document for another system.
pub(crate) mod ccda {
    pub(crate) const TITLE: &str = "Summary of a chart (Continuity of Care Document)";
    pub(crate) const ABOUT: &str = "About this document";
    pub(crate) const LATEST: &str =
        "Of each test and measure this holds the latest value. Earlier ones are in the portal.";
    pub(crate) const SOCIAL_HISTORY: &str = "Social history";
    pub(crate) const NOT_IN_SUMMARY: &str = "Not part of this summary.";
    pub(crate) const WORDS_ONLY: &str = "Nothing in this section is coded. It stands here in words only.";

    /// "Nothing in this section is coded. It stands here in words only: Unconfirmed: Celiac disease."
    pub(crate) fn words_only(titles: &[String]) -> String {
        format!("{}: {}.", WORDS_ONLY.trim_end_matches('.'), titles.join("; "))
    }

    /// "Exported by Dr. Chen, 19-Nov-2026 08:12 EST. Lakeside Children’s Hospital"
    pub(crate) fn made(by: &str, at: &str, hospital: &str) -> String {
        format!("Exported by {by}, {at}. {hospital}")
    }
}
