//! The record as the portal shows it: from FHIR, but not FHIR (product.md section 8).

pub mod acknowledgement;
pub mod age;
pub mod appointments;
pub mod caution;
pub mod clinical_document;
pub mod current;
pub mod dated;
pub mod file;
pub mod flowsheet;
pub mod growth;
pub mod look;
pub mod microbiology;
pub mod notes;
pub mod ranges;
pub mod reports;
pub mod results;
pub mod sensitivity;
pub mod standing;
pub mod text_search;
pub mod trend;

use time::Date;

use super::calendar::Instant;
use super::people::words;
use dated::Dated;
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
        /// It set none. Rows of the embedded record that were loaded before N was told apart say this of both.
        Unsaid = "normal",
        /// N.
        Normal = "in_range",
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
        /// A code that is none of these: what it says stands beside it.
        Other = "other",
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
    /// When it ended, abated, stopped; of a medicine whose dates are not said to be [`TAKEN`], until when its prescription is valid.
    pub until: Option<Instant>,
    /// How much of the dates of `at` and `until` the source gives.
    pub dated: Dated,
    /// What it is, in the source's display text.
    pub title: String,
    /// `system|code` of the main coding; groups results into trends.
    pub code: String,
    /// The source's status code (`active`, `final`, `entered-in-error` never reaches a page).
    pub status: String,
    /// Sub-group: result panel, note type, visit class, `problem-list-item`; also [`NONE_KNOWN`], [`COMPONENT`] and [`UNSIGNED`].
    pub category: String,
    /// Numeric value of a result or vital; how many bytes the file of a document has.
    pub number: Option<f64>,
    /// `<`, `>`, `<=` or `>=` when the value is censored.
    pub comparator: String,
    /// Value as text: result text, dose instruction, allergy reaction; of a number its digits as the source wrote them, where they are not
    /// just those that tell it from others (`5.0`).
    pub text: String,
    /// UCUM unit as printed.
    pub unit: String,
    /// Lower end of the reference range.
    pub low: Option<f64>,
    /// Upper end of the reference range.
    pub high: Option<f64>,
    /// Reference range as the laboratory prints it, or those of [`ranges`] that must be settled for the patient first.
    pub range: String,
    /// The laboratory's flag.
    pub flag: Flag,
    /// What the laboratory says of the value in words of its own, such as `Quality control failure`; mostly empty.
    pub said: String,
    /// Author, prescriber, performer or member.
    pub actor: String,
    /// Anything further worth a second line: severity, route, reason.
    pub detail: String,
    /// When the source issued, filed or wrote it: what is new since a look goes by this. `None` when it does not say.
    pub filed: Option<Instant>,
    /// The value that this one replaced, as it was printed; empty where the source gives none.
    pub was: String,
    /// How it was measured; what kind of file belongs to a report, a note or a document, empty where none does; who reported a
    /// vaccination, empty for the source's own.
    pub method: String,
    /// What it belongs to: the organism that a susceptibility was tested on, the state of the referral behind an appointment,
    /// [`DO_NOT_PERFORM`], the ids of what a note or a document replaces; how far a problem or an allergy is verified, empty when it is
    /// confirmed; [`TAKEN`].
    pub about: String,
    /// The report that lists a result, where that report has a page of its own; what a note or a document was added to.
    pub report: Option<uuid::Uuid>,
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
            dated: Dated::default(),
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
            flag: Flag::Unsaid,
            said: String::new(),
            actor: String::new(),
            detail: String::new(),
            filed: None,
            was: String::new(),
            method: String::new(),
            about: String::new(),
            report: None,
            labels: Labels::NONE,
        }
    }
}

/// The category of the allergy item by which the source says that there are none.
pub const NONE_KNOWN: &str = "none-known";

/// SNOMED CT: "Patient not asked", in place of an allergy. It states neither one nor that there is none, and makes no line.
pub const NOT_ASKED: &str = "1631000175102";

/// The category of a part of a measurement that has a row of its own (systolic and diastolic pressure): it is left out of
/// lists and counts, and found by its code, for a trend.
pub const COMPONENT: &str = "component";

/// The category of a susceptibility: it is left out of lists and trends, and stands in the table of its report. Its text is the
/// code of the interpretation (`S`, `I`, `R`), with the digits of its number where [`microbiology::answer`] says so; its number is the least
/// concentration that stopped growth.
pub const SUSCEPTIBILITY: &str = "susceptibility";

/// The category of a note or document that nobody has signed yet: it is left out of lists and counts, has no page, and is only
/// counted where its section is shown.
pub const UNSIGNED: &str = "unsigned";

/// The kind of file that may be a document to be shown as text.
pub const XML_FILE: &str = "XML";

/// The category of an order that a medicine is not to be given.
pub const DO_NOT_GIVE: &str = "do-not-give";

/// The category of a medicine that somebody reports; who, is not said.
pub const REPORTED: &str = "reported";

/// The category of a medicine that the patient reports.
pub const REPORTED_BY_PATIENT: &str = "reported-by-patient";

/// The category of a medicine that somebody of the family reports.
pub const REPORTED_BY_FAMILY: &str = "reported-by-family";

/// What a referral that is not to be made says in place of what it belongs to, and an appointment in place of the state of such a referral.
pub const DO_NOT_PERFORM: &str = "do-not-perform";
/// Says of a medicine that its dates are those between which it is taken, and not those of a prescription.
pub const TAKEN: &str = "taken";

/// The category of a referral, beside appointments.
pub const REFERRAL: &str = "Referral";

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
    /// The source does not answer: nothing is known.
    Unavailable,
}

impl AllergyStatement {
    /// What is said by a source that lists `titles`, and, when `none_known`, says that there are none.
    pub fn of(titles: impl Iterator<Item = String>, none_known: bool) -> Self {
        let mut names: Vec<String> = Vec::new();
        for title in titles {
            if !names.contains(&title) {
                names.push(title);
            }
        }
        match (names.is_empty(), none_known) {
            (false, _) => Self::Listed(names),
            (true, true) => Self::NoneKnown,
            (true, false) => Self::NotRecorded,
        }
    }
}
