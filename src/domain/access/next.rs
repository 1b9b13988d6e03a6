//! The next step that a decision leaves to somebody who may see a patient, for lists (product.md section 4).

use super::explain::explain;
use super::facts::{PatientFacts, ViewerFacts};
use super::{Basis, Decision, decide};
use crate::domain::calendar::Instant;

/// What somebody who may see a patient can do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NextStep {
    /// Open the chart; no end of the access is known.
    #[default]
    Open,
    /// Open the chart until then, and renew the access if it is still needed.
    OpenUntil {
        /// When the access ends, by the dates of today's facts.
        ends: Instant,
        /// The basis that ends last.
        by: Basis,
    },
}

/// How many facts may follow one another without a gap; what was renewed at 18 comes in two pieces.
const PIECES: usize = 8;

/// The next step after `decision`, which allowed. Whether the access goes on where its facts end is decided like everything else.
pub fn next_step(decision: &Decision, viewer: &ViewerFacts, patient: &PatientFacts) -> NextStep {
    let mut decision = decision.clone();
    for _ in 0..PIECES {
        let reasons = explain(&decision, viewer, patient).reasons.into_iter();
        let ends: Option<Vec<(Instant, Basis)>> =
            reasons.map(|reason| Some((reason.span.end()?, reason.basis))).collect();
        let Some((ends, by)) = ends.and_then(|ends| ends.into_iter().max_by_key(|(end, _)| *end)) else {
            return NextStep::Open;
        };
        decision = decide(viewer, patient, decision.action(), ends);
        if !decision.allowed() {
            return NextStep::OpenUntil { ends, by };
        }
    }
    NextStep::Open
}
