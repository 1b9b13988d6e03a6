//! The facts a decision rests on, split by who owns them: the viewer's and the patient's.
//!
//! Both are values of all time; an instant is given only when a question is asked of them.

use std::sync::Arc;

use time::Date;

use crate::domain::calendar::{Instant, Interval, Zone, birthday, plus_days};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};
use crate::domain::people::{AccountKind, AccountStatus, GivenBy};
use crate::domain::validation::{Cycle, Cycles};

use super::explain::UnconfirmedEnd;
use super::reach::SectionSet;

/// A span of time in which an account had a status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusSpan {
    /// The status.
    pub status: AccountStatus,
    /// When it held.
    pub span: Interval,
}

/// The dated statuses of one account.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatusHistory(pub Vec<StatusSpan>);

impl StatusHistory {
    /// The status at `t`: the latest span that holds, or `None` when none does (which counts as not active).
    pub fn at(&self, t: Instant) -> Option<AccountStatus> {
        self.0.iter().filter(|s| s.span.holds(t)).max_by_key(|s| s.span.start()).map(|s| s.status)
    }

    /// Whether the account was active at `t`.
    pub fn active(&self, t: Instant) -> bool {
        self.at(t) == Some(AccountStatus::Active)
    }
}

/// A provider's place in a practice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Membership {
    /// The practice.
    pub practice: PracticeId,
    /// When it holds.
    pub span: Interval,
}

/// Whether any of `memberships` is of `practice` at `t`.
pub fn member(memberships: &[Membership], practice: PracticeId, t: Instant) -> bool {
    memberships.iter().any(|m| m.practice == practice && m.span.holds(t))
}

/// A completed review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Review {
    /// The cycle's opening date.
    pub cycle: Date,
    /// When it was completed.
    pub completed_at: Instant,
}

/// An extension of one sponsor's due date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extension {
    /// The cycle's opening date.
    pub cycle: Date,
    /// Local midnight of the new due date.
    pub due: Instant,
    /// When the access team decided it.
    pub decided_at: Instant,
}

/// A sponsorship seen from the sponsor who holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The stored sponsorship.
    pub id: FactId,
    /// The sponsored user's account.
    pub user: AccountId,
    /// The practice it is held in.
    pub practice: PracticeId,
    /// When it holds.
    pub span: Interval,
    /// The sponsored user's account history.
    pub user_status: StatusHistory,
}

/// A sponsor: the account, the memberships, all sponsorships held, and the reviews.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SponsorFacts {
    /// The sponsor's account.
    pub account: AccountId,
    /// The sponsor as a provider.
    pub provider: ProviderId,
    /// The sponsor's account history.
    pub status: StatusHistory,
    /// The sponsor's memberships.
    pub memberships: Vec<Membership>,
    /// Every sponsorship the sponsor ever held.
    pub held: Vec<Held>,
    /// Completed reviews.
    pub reviews: Vec<Review>,
    /// Extensions granted.
    pub extensions: Vec<Extension>,
}

impl SponsorFacts {
    /// Whether `held` is live at `t` (product.md section 3), locks apart: in its interval, both accounts active, the
    /// sponsor a member of its practice.
    pub fn live(&self, held: &Held, t: Instant) -> bool {
        held.span.holds(t)
            && held.user_status.active(t)
            && self.status.active(t)
            && member(&self.memberships, held.practice, t)
    }

    /// Whether a sponsorship listed by being live at `opens` is still live at `due`. A new sponsorship of the same
    /// person in the same practice inherits listed status.
    pub fn held_listed_and_live(&self, opens: Instant, due: Instant) -> bool {
        self.held.iter().any(|h| self.live(h, due) && self.listed(h, opens))
    }

    /// Whether `one` is listed in the cycle that opened at `opens`: it, or one of the same person in the same practice, was live
    /// then.
    pub fn listed(&self, one: &Held, opens: Instant) -> bool {
        let same = |h: &&Held| h.user == one.user && h.practice == one.practice;
        self.held.iter().filter(same).any(|h| self.live(h, opens))
    }
}

/// A sponsorship seen from the sponsored user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sponsorship {
    /// The stored sponsorship.
    pub id: FactId,
    /// Index of the sponsor in [`ViewerFacts::sponsors`].
    pub sponsor: usize,
    /// The practice it is held in.
    pub practice: PracticeId,
    /// When it holds.
    pub span: Interval,
}

/// Everything a decision needs to know of the person who asks.
#[derive(Clone, Debug)]
pub struct ViewerFacts {
    /// The account.
    pub account: AccountId,
    /// What the account is for.
    pub kind: AccountKind,
    /// The provider that a provider account belongs to.
    pub provider: Option<ProviderId>,
    /// The account's history.
    pub status: StatusHistory,
    /// The provider's memberships.
    pub memberships: Vec<Membership>,
    /// What the viewer holds as a sponsor; `None` for one who never sponsored anybody.
    pub own: Option<Box<SponsorFacts>>,
    /// The sponsorships of a sponsored user.
    pub sponsorships: Vec<Sponsorship>,
    /// The sponsors of those sponsorships.
    pub sponsors: Vec<SponsorFacts>,
    /// The validation cycles of this installation.
    pub cycles: Cycles,
}

impl ViewerFacts {
    /// The sponsorships that are live at `t`, locks apart, each with its sponsor.
    pub fn live_sponsorships(&self, t: Instant) -> impl Iterator<Item = (&Sponsorship, &SponsorFacts)> {
        self.sponsorships.iter().filter_map(move |s| {
            let sponsor = self.sponsors.get(s.sponsor)?;
            let live = s.span.holds(t)
                && self.status.active(t)
                && sponsor.status.active(t)
                && member(&sponsor.memberships, s.practice, t);
            live.then_some((s, sponsor))
        })
    }

    /// The sponsorships that are live at `t` and whose sponsor is not overdue.
    pub fn unlocked_sponsorships(&self, t: Instant) -> impl Iterator<Item = (&Sponsorship, &SponsorFacts)> {
        self.live_sponsorships(t).filter(move |(_, sponsor)| self.cycles.overdue(sponsor, t).is_none())
    }

    /// The cycle whose review this sponsor owes and is locked for.
    pub fn overdue(&self, t: Instant) -> Option<&Cycle> {
        self.own.as_deref().and_then(|own| self.cycles.overdue(own, t))
    }
}

/// "X is the PCP of P": X is a provider, a provider in a practice, or a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// The stored listing.
    pub id: FactId,
    /// The patient record it belongs to.
    pub owner: PatientId,
    /// The listed provider, if one is named.
    pub provider: Option<ProviderId>,
    /// The practice, if one is named.
    pub practice: Option<PracticeId>,
    /// When it holds.
    pub span: Interval,
    /// The listed provider's memberships, shared between listings.
    pub memberships: Arc<[Membership]>,
}

/// A provider's or a practice's place on the patient's care team.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The stored seat.
    pub id: FactId,
    /// The patient record it belongs to.
    pub owner: PatientId,
    /// The provider, if the seat is one's.
    pub provider: Option<ProviderId>,
    /// The practice, if the seat is one's.
    pub practice: Option<PracticeId>,
    /// When it holds.
    pub span: Interval,
}

/// A redeemed patient token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RedeemedToken {
    /// The stored token.
    pub id: FactId,
    /// The patient record it is bound to.
    pub owner: PatientId,
    /// Who redeemed it.
    pub account: AccountId,
    /// In which practice a sponsored user redeemed it.
    pub practice: Option<PracticeId>,
    /// From redemption to the token's expiry or its revocation.
    pub span: Interval,
    /// Who issued it.
    pub by: GivenBy,
}

/// A stored right of one account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The stored grant.
    pub id: FactId,
    /// The patient record it belongs to.
    pub owner: PatientId,
    /// Whose right it is.
    pub account: AccountId,
    /// From its start to its end or revocation.
    pub span: Interval,
    /// Who gave it.
    pub by: GivenBy,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
}

/// A running emergency access.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Emergency {
    /// The stored emergency access.
    pub id: FactId,
    /// The patient record it belongs to.
    pub owner: PatientId,
    /// Whose it is.
    pub account: AccountId,
    /// Four hours from its start, unless ended sooner.
    pub span: Interval,
}

/// A fact that forbids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restriction {
    /// The stored restriction.
    pub id: FactId,
    /// The patient record it belongs to.
    pub owner: PatientId,
    /// The account it names.
    pub account: Option<AccountId>,
    /// The provider whose NPI it names.
    pub provider: Option<ProviderId>,
    /// The practice it names.
    pub practice: Option<PracticeId>,
    /// When it holds.
    pub span: Interval,
}

/// One record merged into another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The record that was merged away.
    pub from: PatientId,
    /// The record that survived.
    pub into: PatientId,
    /// From the merge to its undoing.
    pub span: Interval,
    /// From the access team's confirmation on, the other record's facts count too.
    pub confirmed_at: Option<Instant>,
}

/// When a patient's death changes what may be seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Death {
    /// The date of death, or the day the death was first seen.
    pub on: Date,
    /// 00:00 of the day after: tokens, grants and emergency access end.
    pub day_after: Instant,
    /// 00:00 of the date of death + 91 days: nobody sees the record any more.
    pub hidden_from: Instant,
}

/// Days after the date of death from which the record is closed to everyone (F6).
pub const DAYS_OPEN_AFTER_DEATH: i64 = 91;

impl Death {
    /// The consequences of a death on `on`.
    pub fn on(on: Date, zone: Zone) -> Self {
        Self {
            on,
            day_after: zone.start_of_day(plus_days(on, 1)),
            hidden_from: zone.start_of_day(plus_days(on, DAYS_OPEN_AFTER_DEATH)),
        }
    }
}

/// Local midnight of the 18th birthday: what guardians gave ends here (product.md section 6).
pub fn adult_from(birth: Date, zone: Zone) -> Instant {
    zone.start_of_day(birthday(birth, 18))
}

/// Everything a decision needs to know of the patient.
#[derive(Clone, Debug)]
pub struct PatientFacts {
    /// The patient record that is asked about.
    pub patient: PatientId,
    /// The death, when there was one.
    pub death: Option<Death>,
    /// Who is listed as PCP, ever.
    pub listings: Vec<Listing>,
    /// Care-team seats, ever.
    pub seats: Vec<Seat>,
    /// Redeemed tokens; spans already end at expiry, revocation and, when a guardian gave them, the 18th birthday.
    pub tokens: Vec<RedeemedToken>,
    /// Grants, spans cut alike.
    pub grants: Vec<Grant>,
    /// Emergency accesses.
    pub emergencies: Vec<Emergency>,
    /// Restrictions.
    pub restrictions: Vec<Restriction>,
    /// Records merged into this one, directly or through others.
    pub merges: Vec<Merge>,
    /// Facts whose span ends only because what the feed said grows too old: for the words of an explanation, never for deciding.
    pub unconfirmed_ends: Vec<UnconfirmedEnd>,
}

impl PatientFacts {
    /// Whether a permitting fact of record `owner` counts for this patient at `t`: its own do; those of a merged record
    /// only while every merge on the way here holds and is confirmed.
    pub fn counts(&self, owner: PatientId, t: Instant) -> bool {
        owner == self.patient || self.joined(owner, t, |m| m.confirmed_at.is_some_and(|c| c <= t))
    }

    /// Whether a restriction of record `owner` binds this patient at `t`: a merge binds before it is confirmed.
    pub fn binds(&self, owner: PatientId, t: Instant) -> bool {
        owner == self.patient || self.joined(owner, t, |_| true)
    }

    /// Whether this very record is merged into another at `t`.
    pub fn merged_away(&self, t: Instant) -> bool {
        self.merges.iter().any(|m| m.from == self.patient && m.span.holds(t))
    }

    fn joined(&self, owner: PatientId, t: Instant, step: impl Fn(&Merge) -> bool) -> bool {
        let mut here = owner;
        for _ in 0..=self.merges.len() {
            let next = self.merges.iter().find(|m| m.from == here && m.span.holds(t) && step(m));
            match next {
                Some(merge) if merge.into == self.patient => return true,
                Some(merge) => here = merge.into,
                None => return false,
            }
        }
        false
    }
}
