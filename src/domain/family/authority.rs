//! Who of a family decides for a patient at an instant, and how many of them it takes (product.md section 10).
//!
//! Nothing of this is stored: at the 13th and the 18th birthday it changes by the clock.

use time::Date;

use super::{ADULT_FROM, TEEN_FROM, Tie};
use crate::domain::calendar::{Instant, Zone, age_years};
use crate::domain::ids::AccountId;
use crate::domain::people::{GivenBy, words};

words! {
    /// In what capacity somebody of the family speaks.
    Capacity {
        /// A guardian.
        Guardian = "guardian",
        /// The patient.
        Patient = "patient",
    }
}

impl Capacity {
    /// How what they give is recorded.
    pub const fn given_by(self) -> GivenBy {
        match self {
            Self::Guardian => GivenBy::Guardian,
            Self::Patient => GivenBy::Patient,
        }
    }
}

/// An account and how it stands to the patient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kin {
    /// The account.
    pub account: AccountId,
    /// Whether it may be used.
    pub active: bool,
    /// The tie.
    pub tie: Tie,
}

/// How many of the family it takes to say yes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// One yes is enough.
    One,
    /// From 13 to 17, with an account of the patient's own: a guardian and the patient must both say yes.
    Both,
    /// Nobody of the family answers: the access team does.
    Team,
}

/// How old the patient is, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Band {
    /// Under 13.
    Child,
    /// From 13 to 17.
    Teen,
    /// From 18.
    Adult,
}

/// The band of somebody born on `birth`, at `now`.
pub fn band(birth: Date, now: Instant, zone: Zone) -> Band {
    match age_years(birth, zone.date(now)) {
        ..TEEN_FROM => Band::Child,
        TEEN_FROM..ADULT_FROM => Band::Teen,
        _ => Band::Adult,
    }
}

/// Who of a family has a say about a patient at one instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authority {
    rule: Rule,
    band: Band,
    voices: Vec<(AccountId, Capacity)>,
}

impl Authority {
    /// How many it takes.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// How old the patient is.
    pub fn band(&self) -> Band {
        self.band
    }

    /// In what capacity `account` may read who may see the chart, and take back what was given; `None` when it may not.
    pub fn voice(&self, account: AccountId) -> Option<Capacity> {
        self.voices.iter().find(|(a, _)| *a == account).map(|(_, capacity)| *capacity)
    }

    /// In what capacity `account` may say yes or no to a request; `None` when it may not.
    pub fn may_answer(&self, account: AccountId) -> Option<Capacity> {
        self.voice(account).filter(|_| self.rule != Rule::Team)
    }

    /// Everyone who may say yes or no.
    pub fn answering(&self) -> impl Iterator<Item = (AccountId, Capacity)> {
        self.voices.iter().copied().filter(|_| self.rule != Rule::Team)
    }

    /// Everyone who may read and take back.
    pub fn voices(&self) -> &[(AccountId, Capacity)] {
        &self.voices
    }

    /// How many guardians have a say.
    pub fn guardians(&self) -> usize {
        self.voices.iter().filter(|(_, capacity)| *capacity == Capacity::Guardian).count()
    }

    /// The same for a request that a guardian of a teen does not see: the access team answers it.
    #[must_use]
    pub fn hidden_from_guardians(self) -> Self {
        if self.band != Band::Teen {
            return self;
        }
        let voices = self.voices.into_iter().filter(|(_, c)| *c == Capacity::Patient).collect();
        Self { rule: Rule::Team, band: self.band, voices }
    }
}

/// Who of `kin` has authority over somebody born on `birth`, at `now`: the patient alone from 18; under 13 every guardian (18 or
/// over, whose link holds); from 13 to 17 the guardians, and the patient with an account. A court order on a link that holds leaves
/// everything to the access team until the patient is 18.
pub fn authority(kin: &[Kin], birth: Date, now: Instant, zone: Zone) -> Authority {
    let band = band(birth, now, zone);
    let today = zone.date(now);
    let ordered =
        |k: &Kin| matches!(k.tie, Tie::Guardian { span, court_order, .. } if court_order && span.holds(now));
    if band < Band::Adult && kin.iter().any(ordered) {
        return Authority { rule: Rule::Team, band, voices: Vec::new() };
    }
    let mut voices: Vec<(AccountId, Capacity)> = Vec::new();
    for one in kin.iter().filter(|k| k.active) {
        let capacity = match one.tie {
            Tie::Own => (band > Band::Child).then_some(Capacity::Patient),
            Tie::Guardian { span, born, .. } => {
                let of_age = born.is_some_and(|born| age_years(born, today) >= ADULT_FROM);
                (band < Band::Adult && of_age && span.holds(now)).then_some(Capacity::Guardian)
            }
        };
        if let Some(capacity) = capacity.filter(|_| !voices.iter().any(|(known, _)| *known == one.account)) {
            voices.push((one.account, capacity));
        }
    }
    let has = |wanted| voices.iter().any(|(_, capacity)| *capacity == wanted);
    let rule = match (band, has(Capacity::Guardian), has(Capacity::Patient)) {
        (Band::Child, true, _) | (Band::Teen, true, false) | (Band::Adult, _, true) => Rule::One,
        (Band::Teen, true, true) => Rule::Both,
        _ => Rule::Team,
    };
    Authority { rule, band, voices }
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
