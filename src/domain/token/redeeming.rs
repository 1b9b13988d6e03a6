//! A patient token from its issue to its end (product.md section 6).
//!
//! ```text
//!          redeem                 revoke
//! Open ─────────────► Redeemed ───────────┐
//!  │  5 wrong MRNs                        ▼
//!  ├─────────────► Frozen ──────────► Revoked
//!  └──────────────────────────────────────▲
//! ```
//!
//! Open and redeemed ones are over from their expiry on. Whoever holds the secret learns of all this one thing only: that it
//! expired, and only with the MRN and where nobody else redeemed it. Everything else reads like a token that was never issued.

use crate::domain::calendar::{Instant, Zone};
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId};
use crate::domain::people::{GivenBy, words};

/// Wrong MRNs, with the right secret, that freeze a token which nobody has redeemed.
pub const MISSES_TO_FREEZE: i64 = 5;
/// Misses of one account within an hour that slow it.
pub const MISSES_TO_SLOW: i64 = 10;
/// Seconds that misses count.
pub const MISS_SECONDS: i64 = 3600;
/// Seconds from the last miss to the next try of an account that is slowed.
pub const SLOW_SECONDS: i64 = 60;
/// Seconds after its issue in which whoever issued a token is given its letter again: the page that showed it asks.
pub const LETTER_SECONDS: i64 = 900;
/// The longest note on whom a token is for, in characters.
pub const FOR_WHOM_LONGEST: usize = 100;

/// A token as it is stored, without its secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// The stored token.
    pub id: FactId,
    /// The record it was issued for.
    pub patient: PatientId,
    /// When it was issued.
    pub issued_at: Instant,
    /// The first instant at which it has expired.
    pub expires_at: Instant,
    /// Who gave it.
    pub by: GivenBy,
    /// When the patient renewed what a guardian gave.
    pub renewed_at: Option<Instant>,
    /// Where it stands, its expiry apart.
    pub state: State,
}

/// Where a token stands, its expiry apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It waits to be redeemed.
    Open,
    /// An account has redeemed it.
    Redeemed {
        /// Whose access it gives.
        account: AccountId,
        /// In which practice a sponsored user redeemed it.
        practice: Option<PracticeId>,
    },
    /// Too many wrong MRNs came with its secret: issue another.
    Frozen,
    /// It was taken back.
    Revoked,
}

words! {
    /// Where a token stands at an instant, as lists say it.
    Standing {
        /// It waits to be redeemed.
        Open = "open",
        /// It gives access to whoever redeemed it.
        Redeemed = "redeemed",
        /// Its six months are over.
        Expired = "expired",
        /// It was taken back.
        Revoked = "revoked",
        /// Too many wrong MRNs came with its secret.
        Frozen = "frozen",
    }
}

/// Somebody tries a token whose secret they have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Who.
    pub account: AccountId,
    /// Whether the MRN typed leads to the token's patient.
    pub mrn_fits: bool,
    /// Whether `decide` would permit by the token, had they redeemed it: no restriction, death or unconfirmed merge is in the way.
    pub would_permit: bool,
    /// When.
    pub now: Instant,
}

/// What a try comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It may be redeemed now.
    Redeem,
    /// The same account redeemed it before.
    Again,
    /// Its time is over; only whoever has secret and MRN learns it.
    Expired,
    /// Refused, in the same words for every reason.
    NoMatch(Why),
}

words! {
    /// Why a try was refused: for the audit, never for a page.
    Why {
        /// No token has the secret.
        UnknownToken = "unknown_token",
        /// The MRN is another patient's, or nobody's.
        WrongMrn = "wrong_mrn",
        /// Another account has redeemed it.
        UsedByAnother = "used_by_another",
        /// It was taken back.
        Revoked = "revoked",
        /// It is frozen.
        Frozen = "frozen",
        /// It would permit nothing.
        PermitsNothing = "permits_nothing",
    }
}

/// When a token issued at `issued` expires: six calendar months later, at the same local time in the hospital.
pub fn expiry(issued: Instant, zone: Zone) -> Instant {
    zone.plus_months(issued, super::MONTHS)
}

/// The first instant at which a token that expires at `expires_at` gives no more: the 18th birthday cuts what a guardian gave.
pub fn ends(by: GivenBy, expires_at: Instant, adult: Instant) -> Instant {
    if by == GivenBy::Guardian { expires_at.min(adult) } else { expires_at }
}

/// Seconds until an account with `misses` in the past hour, the last one at `last`, may try again; `None` when it may now.
pub fn slowed(misses: i64, last: Option<Instant>, now: Instant) -> Option<i64> {
    let wait = last?.plus_seconds(SLOW_SECONDS).seconds_since(now);
    (misses >= MISSES_TO_SLOW && wait > 0).then_some(wait)
}

impl Token {
    /// Where the token of a patient who turns 18 at `adult` stands at `now`.
    pub fn standing(&self, adult: Instant, now: Instant) -> Standing {
        match self.state {
            State::Revoked => Standing::Revoked,
            State::Frozen => Standing::Frozen,
            _ if self.ends(adult) <= now => Standing::Expired,
            State::Open => Standing::Open,
            State::Redeemed { .. } => Standing::Redeemed,
        }
    }

    /// The first instant at which it gives no more: its expiry, or the 18th birthday of a patient whose guardian gave it, unless the
    /// patient renewed it.
    pub fn ends(&self, adult: Instant) -> Instant {
        let by = if self.renewed_at.is_some() { GivenBy::Patient } else { self.by };
        ends(by, self.expires_at, adult)
    }

    /// What `attempt` comes to, for a patient who turns 18 at `adult`.
    pub fn answer(&self, attempt: Attempt, adult: Instant) -> Answer {
        let is_own = match self.state {
            State::Revoked => return Answer::NoMatch(Why::Revoked),
            State::Frozen => return Answer::NoMatch(Why::Frozen),
            State::Redeemed { account, .. } if account != attempt.account => {
                return Answer::NoMatch(Why::UsedByAnother);
            }
            State::Redeemed { .. } => true,
            State::Open => false,
        };
        if !attempt.mrn_fits {
            Answer::NoMatch(Why::WrongMrn)
        } else if !attempt.would_permit {
            Answer::NoMatch(Why::PermitsNothing)
        } else if self.ends(adult) <= attempt.now {
            Answer::Expired
        } else if is_own {
            Answer::Again
        } else {
            Answer::Redeem
        }
    }
}

#[cfg(test)]
#[path = "redeeming_tests.rs"]
mod tests;
