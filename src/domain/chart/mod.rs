//! The record as the portal shows it: from FHIR, but not FHIR (product.md section 8).

pub mod age;
pub mod current;
pub mod results;
pub mod sensitivity;
pub mod trend;

use time::Date;

use super::calendar::Instant;
use super::people::words;
use sensitivity::Labels;

words! {
    /// A part of the record; grants may name them.
    Section {
        /// Conditions.
        Problems = "problems",
        /// Prescriptions and reported medication.
        Medications = "medications",
        /// Allergies and intolerances; never withheld.
        Allergies = "allergies",
        /// Vaccinations.
        Immunizations = "immunizations",
        /// Laboratory values.
        Results = "results",
        /// Imaging, cardiology, microbiology and other narrative reports.
        Reports = "reports",
        /// Vital signs and body measurements.
        Vitals = "vitals",
        /// Encounters: visits and admissions.
        Visits = "visits",
        /// Clinical notes and letters.
        Notes = "notes",
        /// Other documents.
        Documents = "documents",
        /// Procedures.
        Procedures = "procedures",
        /// The people who care for the patient.
        CareTeam = "care_team",
        /// Appointments and referrals.
        Appointments = "appointments",
    }
}

words! {
    /// How a result relates to its reference range, as the laboratory flagged it (HL7 v3-ObservationInterpretation).
    Flag {
        /// No flag, or N.
        Normal = "normal",
        /// L.
        Low = "low",
        /// H.
        High = "high",
        /// LL.
        CriticalLow = "critical_low",
        /// HH.
        CriticalHigh = "critical_high",
        /// A: abnormal without direction.
        Abnormal = "abnormal",
        /// AA: critical without direction.
        Critical = "critical",
    }
}

/// One line of the record, in the columns that pages read. What each column means by section is said beside it; a column that
/// a section has no use for is empty.
#[derive(Clone, PartialEq, Debug)]
pub struct ChartItem {
    /// Opaque id of the item, used in URLs.
    pub id: uuid::Uuid,
    /// The section it belongs to.
    pub section: Section,
    /// When it was collected, given, begun or written; `None` when the source does not say.
    pub at: Option<Instant>,
    /// Only the civil date of `at` is known: show no time.
    pub date_only: bool,
    /// When it ended, abated, stopped.
    pub until: Option<Instant>,
    /// What it is, in the source's display text.
    pub title: String,
    /// `system|code` of the main coding; groups results into trends.
    pub code: String,
    /// The source's status code (`active`, `final`, `entered-in-error` never reaches a page).
    pub status: String,
    /// Sub-group: result panel, note type, visit class, `problem-list-item`; also [`NONE_KNOWN`] and [`COMPONENT`].
    pub category: String,
    /// Numeric value of a result or vital.
    pub number: Option<f64>,
    /// `<`, `>`, `<=` or `>=` when the value is censored.
    pub comparator: String,
    /// Value as text: result text, dose instruction, allergy reaction.
    pub text: String,
    /// UCUM unit as printed.
    pub unit: String,
    /// Lower end of the reference range.
    pub low: Option<f64>,
    /// Upper end of the reference range.
    pub high: Option<f64>,
    /// Reference range as the laboratory prints it.
    pub range: String,
    /// The laboratory's flag.
    pub flag: Flag,
    /// Author, prescriber, performer or member.
    pub actor: String,
    /// Anything further worth a second line: severity, route, reason.
    pub detail: String,
    /// Security labels.
    pub labels: Labels,
}

impl ChartItem {
    /// An item of `section` with everything else empty.
    pub fn blank(section: Section) -> Self {
        Self {
            id: uuid::Uuid::nil(),
            section,
            at: None,
            date_only: false,
            until: None,
            title: String::new(),
            code: String::new(),
            status: String::new(),
            category: String::new(),
            number: None,
            comparator: String::new(),
            text: String::new(),
            unit: String::new(),
            low: None,
            high: None,
            range: String::new(),
            flag: Flag::Normal,
            actor: String::new(),
            detail: String::new(),
            labels: Labels::NONE,
        }
    }
}

/// The category of the allergy item by which the source says that there are none.
pub const NONE_KNOWN: &str = "none-known";

/// The category of a part of a measurement that has a row of its own (systolic and diastolic pressure): it is left out of
/// lists and counts, and found by its code, for a trend.
pub const COMPONENT: &str = "component";

/// What the banner says of the patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Banner {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Administrative sex, as the source says.
    pub sex: String,
    /// MRN as recorded.
    pub mrn: String,
    /// Spoken language, when recorded.
    pub language: String,
    /// Date of death, when dead.
    pub deceased_on: Option<Date>,
    /// What is known of allergies.
    pub allergies: AllergyStatement,
    /// Names of the PCPs at present.
    pub pcps: Vec<String>,
}

/// The three things a banner can say of allergies; never guessed from silence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AllergyStatement {
    /// The source lists these.
    Listed(Vec<String>),
    /// The source says that there are none.
    NoneKnown,
    /// The source says nothing.
    NotRecorded,
}
