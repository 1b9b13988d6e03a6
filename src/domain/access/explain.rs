//! The facts behind a decision, with their dates, for pages and the command line to put into words.

use super::facts::{PatientFacts, ViewerFacts};
use super::{Basis, Decision, Refusal};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{FactId, PracticeId, ProviderId};

/// One reason of an explanation: a basis with the fact it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// The basis.
    pub basis: Basis,
    /// When the fact behind it holds, as the hospital says it.
    pub span: Interval,
    /// The provider whom that fact names.
    pub provider: Option<ProviderId>,
    /// The practice which that fact names, or through which it reaches the viewer.
    pub practice: Option<PracticeId>,
}

/// Why a decision was refused, with the date it turned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Objection {
    /// The refusal.
    pub refusal: Refusal,
    /// Since when, where the rule has a date.
    pub since: Option<Instant>,
}

/// A decision's reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Why it is refused, if it is.
    pub objection: Option<Objection>,
    /// Every permit that holds, also under a restriction or after death.
    pub reasons: Vec<Reason>,
}

/// A listing or seat of the feed that is decided by a shorter span than the hospital gave it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnconfirmedEnd {
    /// The listing or seat.
    pub fact: FactId,
    /// Where it ends unless the feed says it again.
    pub cut: Instant,
    /// Where the hospital ends it; `None` for no end.
    pub end: Option<Instant>,
}

impl PatientFacts {
    /// `span` of `fact` as the hospital gave it.
    pub fn as_said(&self, fact: FactId, span: Interval) -> Interval {
        let cut = self.unconfirmed_ends.iter().find(|c| c.fact == fact && span.end() == Some(c.cut));
        cut.map_or(span, |c| Interval::new(Some(span.start()), c.end))
    }
}

/// The facts and dates behind `decision`, looked up in the facts it was made from.
pub fn explain(decision: &Decision, viewer: &ViewerFacts, patient: &PatientFacts) -> Explanation {
    // What was renewed at 18 comes in two pieces with one id.
    let at = decision.at();
    let reasons = decision.standing_permits().map(|(basis, id)| {
        let of = |span, provider, practice| Reason { basis, span, provider, practice };
        let listing = patient.listings.iter().find(|f| f.id == id);
        let seat = patient.seats.iter().find(|f| f.id == id);
        let token = patient.tokens.iter().find(|f| f.id == id && f.span.holds(at));
        let grant = patient.grants.iter().find(|f| f.id == id && f.span.holds(at));
        let emergency = patient.emergencies.iter().find(|f| f.id == id);
        listing
            .map(|f| of(patient.as_said(id, f.span), f.provider, f.practice))
            .or_else(|| seat.map(|f| of(patient.as_said(id, f.span), f.provider, f.practice)))
            .or_else(|| token.map(|f| of(f.span, None, f.practice)))
            .or_else(|| grant.map(|f| of(f.span, None, None)))
            .or_else(|| emergency.map(|f| of(f.span, None, None)))
            .unwrap_or_else(|| of(Interval::ALWAYS, None, None))
    });
    let objection =
        decision.refusal().map(|refusal| Objection { refusal, since: since(decision, viewer, patient) });
    Explanation { objection, reasons: reasons.collect() }
}

fn since(decision: &Decision, viewer: &ViewerFacts, patient: &PatientFacts) -> Option<Instant> {
    let at = decision.at();
    match decision.refusal()? {
        Refusal::ValidationOverdue => viewer.overdue(at).map(|c| c.due),
        Refusal::SponsorLocked => viewer
            .live_sponsorships(at)
            .filter_map(|(_, s)| viewer.cycles.overdue(s, at))
            .map(|c| c.due)
            .max(),
        Refusal::PatientRestricted => {
            let id = decision.refusal_fact()?;
            patient.restrictions.iter().find(|r| r.id == id).map(|r| r.span.start())
        }
        Refusal::PatientDeceased => patient.death.map(|d| d.hidden_from),
        Refusal::AccountInactive | Refusal::NoSponsorship | Refusal::NoBasis => None,
    }
}
