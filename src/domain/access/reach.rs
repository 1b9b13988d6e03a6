//! Reach: what an allowing decision shows (product.md section 4, "Reach").

use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;

use super::facts::{PatientFacts, ViewerFacts};
use super::{Basis, Decision};

/// A set of record sections.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SectionSet(u32);

impl SectionSet {
    /// No section named.
    pub const NONE: Self = Self(0);
    /// Every ordinary section.
    pub const ALL: Self = Self(u32::MAX);

    /// The set stored as `bits`.
    #[expect(clippy::cast_sign_loss, reason = "32 bits are kept, none of them the sign")]
    pub const fn from_bits(bits: i64) -> Self {
        Self((bits & 0xffff_ffff) as u32)
    }

    /// The bits, as stored.
    pub const fn bits(self) -> i64 {
        self.0 as i64
    }

    /// This set with `section` in it.
    #[must_use]
    pub const fn with(self, section: Section) -> Self {
        Self(self.0 | 1 << section as u32)
    }

    /// Whether `section` is in it.
    pub const fn has(self, section: Section) -> bool {
        self.0 & (1 << section as u32) != 0
    }

    /// Whether no section is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Section> for SectionSet {
    fn from_iter<I: IntoIterator<Item = Section>>(sections: I) -> Self {
        sections.into_iter().fold(Self::NONE, Self::with)
    }
}

/// What one basis allows: these sections, and of them every item whose labels avoid `withheld`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    sections: SectionSet,
    withheld: Labels,
}

/// What the viewer may see of one chart: the union of what each basis that holds allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    allowances: Vec<Allowance>,
}

impl Reach {
    /// The reach of `decision`, given the facts it was made from. `allowed_labels` are the hospital's allow list: labels
    /// that withhold nothing. A refusal reaches nothing.
    pub fn of(
        decision: &Decision,
        viewer: &ViewerFacts,
        patient: &PatientFacts,
        allowed_labels: Labels,
    ) -> Self {
        let mut allowances = Vec::new();
        let always_withheld = |named: Labels| Labels::ALL.without(allowed_labels.ordinary()).without(named);
        for basis in decision.bases() {
            match basis {
                Basis::Pcp => {
                    allowances.push(Allowance { sections: SectionSet::ALL, withheld: Labels::PART2 });
                }
                Basis::Grant => {
                    let mine =
                        |g: &&super::facts::Grant| super::grant::holds(g, viewer, patient, decision.at());
                    allowances.extend(patient.grants.iter().filter(mine).map(|g| Allowance {
                        sections: if g.sections.is_empty() { SectionSet::ALL } else { g.sections },
                        withheld: always_withheld(g.sensitive),
                    }));
                }
                _ => allowances
                    .push(Allowance { sections: SectionSet::ALL, withheld: always_withheld(Labels::NONE) }),
            }
        }
        Self { allowances }
    }

    /// Whether any basis shows `section` at all. Allergies are never withheld.
    pub fn shows(&self, section: Section) -> bool {
        match section {
            Section::Allergies => !self.allowances.is_empty(),
            _ => self.allowances.iter().any(|a| a.sections.has(section)),
        }
    }

    /// The label sets of which an item in `section` must avoid at least one to be shown; empty shows nothing.
    pub fn withheld(&self, section: Section) -> Vec<Labels> {
        if section == Section::Allergies {
            return if self.allowances.is_empty() { Vec::new() } else { vec![Labels::NONE] };
        }
        let of_section = self.allowances.iter().filter(|a| a.sections.has(section)).map(|a| a.withheld);
        let all: Vec<Labels> = of_section.collect();
        let mut least: Vec<Labels> = Vec::new();
        for labels in &all {
            let beaten = all.iter().any(|other| other != labels && labels.contains(*other));
            if !beaten && !least.contains(labels) {
                least.push(*labels);
            }
        }
        least
    }

    /// Whether an item of `section` carrying `labels` is shown.
    pub fn shows_item(&self, section: Section, labels: Labels) -> bool {
        self.withheld(section).iter().any(|withheld| !labels.meets(*withheld))
    }

    /// Whether this reach excludes anything, whether or not the chart holds such an item: the chart then says "Some
    /// information may not be shown."
    pub fn excludes_something(&self) -> bool {
        Section::ALL.iter().any(|s| self.withheld(*s).first().is_none_or(|least| !least.is_empty()))
    }
}
