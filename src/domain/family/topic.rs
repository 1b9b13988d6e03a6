//! Sensitive parts of a record as a family names them, and the requests that a teen's guardian does not see.

use super::authority::{Band, Capacity};
use crate::domain::access::reach::SectionSet;
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::{CODES, Labels, PART2_CODE};
use crate::domain::people::words;

words! {
    /// A sensitive part of the record.
    Topic {
        /// Mental and behavioral health.
        MentalHealth = "mental_health",
        /// Alcohol and drugs, Part 2 apart.
        SubstanceUse = "substance_use",
        /// Sexual health, pregnancy and HIV.
        SexualHealth = "sexual_health",
        /// Violence and abuse.
        Violence = "violence",
        /// Genes and inherited illness.
        Genetics = "genetics",
        /// Anything else that the hospital has marked as private.
        Marked = "marked",
        /// Records of a program for substance use, 42 CFR Part 2.
        Part2 = "part2",
    }
}

words! {
    /// Where a place on the care team comes from.
    SeatSource {
        /// A directory file.
        Import = "import",
        /// The hospital's record.
        Feed = "feed",
        /// The access team.
        Team = "team",
        /// The family.
        Family = "family",
    }
}

const MENTAL: &[&str] = &["BH", "COGN", "DVD", "EMOTDIS", "MH", "PSY", "PSYTHPN"];
const SUBSTANCES: &[&str] = &["ETH", "ETHUD", "OPIOIDUD", "SUD"];
const SEXUAL: &[&str] = &["HIV", "PREGNANT", "SEX", "STD"];
const VIOLENCE: &[&str] = &["MST", "SDV", "VIO"];
const GENES: &[&str] = &["GDIS", "SCA", "SICKLE"];

impl Topic {
    /// The labels that it names.
    pub fn labels(self) -> Labels {
        let of =
            |codes: &[&str]| codes.iter().filter_map(|c| Labels::of_code(c)).fold(Labels::NONE, Labels::and);
        match self {
            Self::MentalHealth => of(MENTAL),
            Self::SubstanceUse => of(SUBSTANCES),
            Self::SexualHealth => of(SEXUAL),
            Self::Violence => of(VIOLENCE),
            Self::Genetics => of(GENES),
            Self::Part2 => of(&[PART2_CODE]),
            Self::Marked => {
                let named = [MENTAL, SUBSTANCES, SEXUAL, VIOLENCE, GENES]
                    .map(of)
                    .into_iter()
                    .fold(Labels::PART2, Labels::and);
                of(&CODES).without(named)
            }
        }
    }

    /// The topics that `labels` name in full.
    pub fn named_in(labels: Labels) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |topic| labels.contains(topic.labels()))
    }
}

/// The sections of which only the patient speaks from 13 on: a guardian does not see them either.
pub const fn is_confidential(section: Section) -> bool {
    matches!(section, Section::Results | Section::Reports | Section::Notes | Section::Medications)
}

/// What somebody may choose from when they say yes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Ordinary sections.
    pub sections: Vec<Section>,
    /// Sensitive parts.
    pub topics: &'static [Topic],
}

impl Offer {
    /// What is offered to somebody who speaks in `capacity` for a patient of `band`: everything, but neither confidential sections
    /// nor sensitive parts to the guardian of a teen.
    pub fn to(capacity: Capacity, band: Band) -> Self {
        let narrow = capacity == Capacity::Guardian && band == Band::Teen;
        let sections = Section::ALL.iter().copied().filter(|section| !narrow || !is_confidential(*section));
        Self { sections: sections.collect(), topics: if narrow { &[] } else { Topic::ALL } }
    }

    /// Whether it leaves something out.
    pub fn is_narrow(&self) -> bool {
        self.topics.is_empty()
    }

    /// Whether everything of these parts is offered; no section named stands for all ordinary ones.
    pub fn covers(&self, sections: SectionSet, sensitive: Labels) -> bool {
        let offered = || Section::ALL.iter().all(|s| !sections.has(*s) || self.sections.contains(s));
        !self.is_narrow() || (!sections.is_empty() && sensitive == Labels::NONE && offered())
    }

    /// The set that `chosen` sections stand for, none chosen being all that are offered; `None` when one is not offered.
    pub fn sections_of(&self, chosen: &[Section]) -> Option<SectionSet> {
        if chosen.iter().any(|section| !self.sections.contains(section)) {
            return None;
        }
        Some(match (chosen.is_empty(), self.is_narrow()) {
            (true, true) => self.sections.iter().copied().collect(),
            (true, false) => SectionSet::NONE,
            (false, _) => chosen.iter().copied().collect(),
        })
    }

    /// The labels that `chosen` topics name; `None` when one is not offered.
    pub fn labels_of(&self, chosen: &[Topic]) -> Option<Labels> {
        let offered = chosen.iter().all(|topic| self.topics.contains(topic));
        offered.then(|| chosen.iter().map(|topic| topic.labels()).fold(Labels::NONE, Labels::and))
    }
}

/// Words of a specialty whose request says by itself what a teen may have asked care for in confidence.
const CONFIDENTIAL_SPECIALTIES: &[&str] = &[
    "psych",
    "behavioral",
    "behavioural",
    "mental",
    "addiction",
    "substance",
    "obstet",
    "gyn",
    "reproduct",
    "sexual",
    "adolescent",
    "hiv",
    "infectious",
    "family planning",
];

/// Whether a request of somebody of this `specialty` is a sensitive one: the guardian of a teen does not see it.
pub fn is_sensitive(specialty: &str) -> bool {
    let specialty = specialty.to_lowercase();
    CONFIDENTIAL_SPECIALTIES.iter().any(|word| specialty.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_belongs_to_one_topic_and_part_2_to_none_other() {
        for code in CODES {
            let label = Labels::of_code(code).unwrap();
            let count = Topic::ALL.iter().filter(|topic| topic.labels().contains(label)).count();
            assert_eq!(count, 1, "{code}");
        }
        assert_eq!(Topic::Part2.labels(), Labels::PART2);
        assert!(Topic::ALL.iter().all(|topic| !topic.labels().is_empty()));
    }

    #[test]
    fn the_guardian_of_a_teen_chooses_neither_confidential_sections_nor_sensitive_parts() {
        let offer = Offer::to(Capacity::Guardian, Band::Teen);
        assert!(offer.is_narrow() && !offer.sections.contains(&Section::Results));
        assert_eq!(offer.sections_of(&[Section::Notes]), None);
        assert_eq!(offer.labels_of(&[Topic::Violence]), None);
        let all = offer.sections_of(&[]).unwrap();
        assert!(all.has(Section::Vitals) && !all.has(Section::Medications) && !all.is_empty());
        for (capacity, band) in [
            (Capacity::Guardian, Band::Child),
            (Capacity::Patient, Band::Teen),
            (Capacity::Patient, Band::Adult),
        ] {
            let offer = Offer::to(capacity, band);
            assert_eq!(offer.sections_of(&[]), Some(SectionSet::NONE), "none named is all");
            assert_eq!(offer.labels_of(&[Topic::Part2]), Some(Labels::PART2));
        }
    }

    #[test]
    fn a_grant_names_a_topic_only_when_it_names_all_its_labels() {
        let labels = Topic::Violence.labels().and(Labels::of_code("MH").unwrap());
        assert_eq!(Topic::named_in(labels).collect::<Vec<_>>(), [Topic::Violence]);
    }

    #[test]
    fn the_specialty_says_which_requests_are_sensitive() {
        assert!(is_sensitive("Child Psychiatry") && is_sensitive("Obstetrics & Gynecology"));
        assert!(!is_sensitive("Pediatrics") && !is_sensitive("Orthopedic surgery") && !is_sensitive(""));
    }
}
