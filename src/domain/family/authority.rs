//! Who of a family decides for a patient at an instant, and how many of them it takes (product.md section 10).
//!
//! Nothing of this is stored: at the 13th and the 18th birthday it changes by the clock.

use time::Date;

use super::topic::{Offer, is_sensitive};
use super::{ADULT_FROM, Ledger, TEEN_FROM, Tie};
use crate::domain::access::facts::PatientFacts;
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Zone, age_years};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::AccountId;
use crate::domain::people::{GivenBy, words};
use crate::domain::request::Route;

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
    /// How what they give for a patient of this `band` is recorded: whoever holds the proxy of an adult gives in the adult's stead, so
    /// that the 18th birthday does not end it.
    pub const fn given_by(self, band: Band) -> GivenBy {
        match (self, band) {
            (Self::Guardian, Band::Child | Band::Teen) => GivenBy::Guardian,
            (Self::Guardian, Band::Adult) | (Self::Patient, _) => GivenBy::Patient,
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
    /// Whether a restriction of the patient keeps it out (F5): it has no say, is told nothing, and nobody calls its owner.
    pub barred: bool,
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
    /// From 13 on the patient has an account that may be used, whoever decides.
    has_own: bool,
    /// Somebody whose word counts can be called.
    is_callable: bool,
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

    /// Whether the patient, from 13 on, has an account that may be used: one that a restriction keeps out too.
    pub fn has_own(&self) -> bool {
        self.has_own
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

    /// Who answers a request: the family in its portal. Where nobody there may, the access team does, by phone only while there is
    /// somebody to call whose word counts (product.md section 6).
    pub fn route(&self) -> Route {
        match (self.answering().next(), self.is_callable) {
            (Some(_), _) => Route::Family,
            (None, true) => Route::Phone,
            (None, false) => Route::Team,
        }
    }

    /// Whether `account` is the guardian of somebody from 13 to 17, who does not see everything (product.md section 10).
    pub fn is_narrow(&self, account: AccountId) -> bool {
        self.band == Band::Teen && self.voice(account) == Some(Capacity::Guardian)
    }

    /// How much `account` may read of who opened the chart; `None` when nothing.
    pub fn ledger(&self, account: AccountId) -> Option<Ledger> {
        self.voice(account)?;
        Some(if self.is_narrow(account) { Ledger::WithoutConfidential } else { Ledger::All })
    }

    /// In what capacity `account` may give a token by itself; `None` when it may not: where one yes is enough (product.md section 6).
    pub fn gives_token(&self, account: AccountId) -> Option<GivenBy> {
        self.may_answer(account)
            .filter(|_| self.rule == Rule::One)
            .map(|capacity| capacity.given_by(self.band))
    }

    /// Whether `account` may put somebody on the care team by itself: where one yes is enough, and covers all that a seat shows.
    pub fn seats_alone(&self, account: AccountId) -> bool {
        self.rule == Rule::One && self.may_answer(account).is_some() && !self.is_narrow(account)
    }

    /// Whether a guardian whom the access team has on the phone gives these parts of the chart alone. Of somebody from 13 to 17 only
    /// parts that are not the patient's to give, none once the patient has an account, and nothing that guardians do not see.
    /// From 18 on whoever confirms has court papers, which the access team checks.
    pub fn guardian_gives(&self, sections: SectionSet, sensitive: Labels, specialty: &str) -> bool {
        let covers = || Offer::to(Capacity::Guardian, self.band).covers(sections, sensitive);
        self.band != Band::Teen || (!self.has_own && !is_sensitive(specialty) && covers())
    }

    /// The same about what somebody of this `specialty` has to do with: the guardians of a teen have no say about a sensitive one.
    #[must_use]
    pub fn about(&self, specialty: &str) -> Self {
        let same = self.clone();
        if is_sensitive(specialty) { same.hidden_from_guardians() } else { same }
    }

    /// How many guardians have a say.
    pub fn guardians(&self) -> usize {
        self.voices.iter().filter(|(_, capacity)| *capacity == Capacity::Guardian).count()
    }

    /// The same for a request that a guardian of a teen does not see: the access team answers it, and calls nobody, since the phone
    /// reaches the guardian.
    #[must_use]
    pub fn hidden_from_guardians(self) -> Self {
        if self.band != Band::Teen {
            return self;
        }
        let voices = self.voices.into_iter().filter(|(_, c)| *c == Capacity::Patient).collect();
        Self { rule: Rule::Team, voices, is_callable: false, ..self }
    }
}

/// Marks those of `kin` whom a restriction of the patient of `facts` keeps out at `now`: one that names their account, or everyone, as
/// their own pages have it (product.md section 4, F5).
pub fn bar_restricted(kin: &mut [Kin], facts: &PatientFacts, now: Instant) {
    for one in kin {
        one.barred = facts.bars(one.account, now);
    }
}

/// Who of `kin` has authority over somebody born on `birth`, at `now`: from 18 the patient, and whoever holds a proxy
/// that was signed since or court papers; under 13 every guardian (18 or
/// over, whose link holds); from 13 to 17 the guardians, and the patient with an account. A court order on a link that holds leaves
/// everything to the access team until the patient is 18. Whom a restriction keeps out has no say; where that is a patient from 13 to 17,
/// who must say yes too, the access team answers.
pub fn authority(kin: &[Kin], birth: Date, now: Instant, zone: Zone) -> Authority {
    let band = band(birth, now, zone);
    // One that a restriction keeps out stays the patient's, also when it was closed: a second one would be a way around.
    let has_own = band > Band::Child && kin.iter().any(|k| (k.active || k.barred) && k.tie == Tie::Own);
    let ordered =
        |k: &Kin| matches!(k.tie, Tie::Guardian { span, court_order, .. } if court_order && span.holds(now));
    if band < Band::Adult && kin.iter().any(ordered) {
        return Authority { rule: Rule::Team, band, voices: Vec::new(), has_own, is_callable: false };
    }
    let today = zone.date(now);
    let of_age = |born: Option<Date>| born.is_some_and(|born| age_years(born, today) >= ADULT_FROM);
    let mut voices: Vec<(AccountId, Capacity)> = Vec::new();
    for one in kin.iter().filter(|k| k.active && !k.barred) {
        let capacity = match one.tie {
            Tie::Own => (band > Band::Child).then_some(Capacity::Patient),
            Tie::Guardian { span, born, .. } => {
                (band < Band::Adult && of_age(born) && span.holds(now)).then_some(Capacity::Guardian)
            }
            Tie::Proxy { span, born } => {
                (band == Band::Adult && of_age(born) && span.holds(now)).then_some(Capacity::Guardian)
            }
        };
        if let Some(capacity) = capacity.filter(|_| !voices.iter().any(|(known, _)| *known == one.account)) {
            voices.push((one.account, capacity));
        }
    }
    let has = |wanted| voices.iter().any(|(_, capacity)| *capacity == wanted);
    let rule = match (band, has(Capacity::Guardian), has(Capacity::Patient)) {
        (Band::Child | Band::Adult, true, _) | (Band::Adult, _, true) => Rule::One,
        (Band::Teen, true, false) if !has_own => Rule::One,
        (Band::Teen, true, true) => Rule::Both,
        _ => Rule::Team,
    };
    let is_callable = if band == Band::Adult { !is_kept_out(kin, now) } else { is_minded(kin, now, zone) };
    Authority { rule, band, voices, has_own, is_callable }
}

/// Whether a restriction keeps out somebody whose proxy holds: the record's number may be theirs.
fn is_kept_out(kin: &[Kin], now: Instant) -> bool {
    kin.iter().any(|k| k.barred && matches!(k.tie, Tie::Proxy { span, .. } if span.holds(now)))
}

/// Whether a child's family can be called: by a guardian whose link holds, with or without an account, who is not known to be a
/// minor and whom no restriction keeps out; or as the record has it while no guardian was ever named. Once every link is over, the record's number may be that of
/// somebody who has no say any more.
fn is_minded(kin: &[Kin], now: Instant, zone: Zone) -> bool {
    let today = zone.date(now);
    let mut ties = kin.iter().filter(|k| matches!(k.tie, Tie::Guardian { .. })).peekable();
    ties.peek().is_none()
        || ties.any(|k| match k.tie {
            Tie::Guardian { span, born, .. } => {
                !k.barred && span.holds(now) && born.is_none_or(|born| age_years(born, today) >= ADULT_FROM)
            }
            Tie::Own | Tie::Proxy { .. } => false,
        })
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
