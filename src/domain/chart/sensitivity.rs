//! Security labels of record items as one set of bits.
//!
//! Codes: R and V of `v3-Confidentiality`; the privacy-law code `42CFRPart2` of `v3-ActCode`; and the 45 codes of the HL7
//! Terminology value set `v3-InformationSensitivityPolicy` (the concepts of `v3-ActCode` below
//! `_InformationSensitivityPolicy`, compartment codes not among them).

/// The code of 42 CFR Part 2 items in `v3-ActCode`.
pub const PART2_CODE: &str = "42CFRPart2";

/// The sensitivity codes, in bit order. Only ever append: the bits are stored.
pub const CODES: [&str; 48] = [
    "R", "V", PART2_CODE, "ETH", "GDIS", "HIV", "MST", "PREGNANT", "SCA", "SDV", "SEX", "SPI", "BH", "COGN",
    "DVD", "EMOTDIS", "MH", "PSY", "PSYTHPN", "SUD", "ETHUD", "OPIOIDUD", "STD", "TBOO", "VIO", "IDS",
    "SICKLE", "DEMO", "DOB", "GENDER", "LIVARG", "MARST", "PATLOC", "RACE", "REL", "B", "EMPL", "LOCIS",
    "SSP", "ADOL", "CEL", "VIP", "DIA", "DRGIS", "EMP", "PDS", "PHY", "PRS",
];

/// A set of security labels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Labels(u64);

impl Labels {
    /// No label.
    pub const NONE: Self = Self(0);
    /// Every label there is, and every unknown one.
    pub const ALL: Self = Self(i64::MAX as u64);
    /// 42 CFR Part 2.
    pub const PART2: Self = Self(1 << 2);
    /// A label of a sensitivity system that this version does not know: withheld like any other.
    pub const UNKNOWN: Self = Self(1 << 62);

    /// The label that `code` names, or `None`.
    pub fn of_code(code: &str) -> Option<Self> {
        CODES.iter().position(|c| *c == code).map(|bit| Self(1 << bit))
    }

    /// The labels stored as `bits`.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits.cast_unsigned() & Self::ALL.0)
    }

    /// The bits, as stored.
    pub const fn bits(self) -> i64 {
        self.0.cast_signed()
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// This set without R, V, 42 CFR Part 2 and unknown labels, which no hospital can put on its allow list.
    #[must_use]
    pub const fn ordinary(self) -> Self {
        self.without(Self(0b111)).without(Self::UNKNOWN)
    }

    /// Whether no label is set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every label of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the sets share a label.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The codes in this set, in bit order.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        CODES.iter().enumerate().filter(move |(bit, _)| self.0 & (1 << bit) != 0).map(|(_, code)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_confidentialities_one_privacy_law_and_forty_five_sensitivities() {
        assert_eq!(&CODES[..3], ["R", "V", "42CFRPart2"]);
        let distinct: std::collections::BTreeSet<_> = CODES.iter().collect();
        assert_eq!(distinct.len(), 3 + 45);
    }

    #[test]
    fn every_code_is_found_again_from_its_bit() {
        for code in CODES {
            let label = Labels::of_code(code).unwrap();
            assert_eq!(Labels::from_bits(label.bits()).codes().collect::<Vec<_>>(), [code]);
        }
        assert_eq!(Labels::of_code("HRCOMPT"), None);
    }
}
