//! Security labels of record items as one set of bits.
//!
//! Codes: HL7 Terminology value set `v3-InformationSensitivityPolicy`, `v3-Confidentiality` (R, V) and the privacy-law code
//! `42CFRPart2` of `v3-ActCode`.

/// The code of 42 CFR Part 2 items in `v3-ActCode`.
pub const PART2_CODE: &str = "42CFRPart2";

/// The sensitivity codes, in bit order. Only ever append: the bits are stored.
pub const CODES: [&str; 55] = [
    "R",
    "V",
    PART2_CODE,
    "ETH",
    "GDIS",
    "HIV",
    "MST",
    "PREGNANT",
    "SCA",
    "SDV",
    "SEX",
    "SPI",
    "BH",
    "COGN",
    "DVD",
    "EMOTDIS",
    "MH",
    "PSY",
    "PSYTHPN",
    "SUD",
    "ETHUD",
    "OPIOIDUD",
    "STD",
    "TBOO",
    "VIO",
    "SICKLE",
    "IDS",
    "DEMO",
    "DOB",
    "GENDER",
    "LIVARG",
    "MARST",
    "PATLOC",
    "RACE",
    "REL",
    "B",
    "EMPL",
    "LOCIS",
    "SSP",
    "ADOL",
    "CEL",
    "VIP",
    "DIA",
    "DRGIS",
    "EMP",
    "PDS",
    "PHY",
    "PRS",
    "COMPT",
    "ACOCOMPT",
    "CDSSCOMPT",
    "CTCOMPT",
    "HRCOMPT",
    "RESCOMPT",
    "RMGTCOMPT",
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
