//! The people of the access matrix: three practices, their physicians, and the staff those sponsor.

use std::sync::Arc;

use postern::domain::access::facts::{
    Held, Listing, Membership, PatientFacts, Seat, SponsorFacts, Sponsorship, StatusHistory, StatusSpan,
    ViewerFacts,
};
use postern::domain::calendar::{Instant, Interval, Zone};
use postern::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};
use postern::domain::people::{AccountKind, AccountStatus};
use postern::domain::validation::Cycles;
use uuid::Uuid;

/// An instant written in RFC 3339.
pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The span from `start` to `end`; an empty text leaves that side open.
pub fn span(start: &str, end: &str) -> Interval {
    let side = |text: &str| (!text.is_empty()).then(|| at(text));
    Interval::new(side(start), side(end))
}

pub fn zone() -> Zone {
    "America/New_York".parse().unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub const ELM: PracticeId = PracticeId(Uuid::from_u128(101));
pub const OAK: PracticeId = PracticeId(Uuid::from_u128(102));
pub const ANA: ProviderId = ProviderId(Uuid::from_u128(201));
pub const BEN: ProviderId = ProviderId(Uuid::from_u128(202));
pub const CAL: ProviderId = ProviderId(Uuid::from_u128(203));
pub const ROBIN: PatientId = PatientId(Uuid::from_u128(1));

pub fn account(of: ProviderId) -> AccountId {
    AccountId(Uuid::from_u128(of.0.as_u128() + 100))
}

pub const SAM: AccountId = AccountId(Uuid::from_u128(401));
pub const TIA: AccountId = AccountId(Uuid::from_u128(402));
pub const UMA: AccountId = AccountId(Uuid::from_u128(403));

/// Viewers by name.
#[derive(Clone)]
pub struct Cast {
    pub viewers: Vec<(&'static str, ViewerFacts)>,
}

pub fn active() -> StatusHistory {
    StatusHistory(vec![StatusSpan { status: AccountStatus::Active, span: Interval::ALWAYS }])
}

fn cycles() -> Cycles {
    Cycles::counting_from(at("2025-09-01T00:00:00Z"), zone())
}

fn of_kind(kind: AccountKind, account: AccountId) -> ViewerFacts {
    ViewerFacts {
        account,
        kind,
        provider: None,
        status: active(),
        memberships: Vec::new(),
        own: None,
        sponsorships: Vec::new(),
        sponsors: Vec::new(),
        cycles: cycles(),
    }
}

fn member(practice: PracticeId) -> Vec<Membership> {
    vec![Membership { practice, span: Interval::ALWAYS }]
}

/// A sponsor who has reviewed every cycle up to and including October 2026.
pub fn sponsor(provider: ProviderId, practice: PracticeId, user: AccountId) -> SponsorFacts {
    let reviews = [("2025-10-01", "2025-10-12"), ("2026-04-01", "2026-04-12"), ("2026-10-01", "2026-10-12")];
    SponsorFacts {
        account: account(provider),
        provider,
        status: active(),
        memberships: member(practice),
        held: vec![Held {
            id: FactId(id(user.0.as_u128() + 100)),
            user,
            practice,
            span: Interval::ALWAYS,
            user_status: active(),
        }],
        reviews: reviews
            .iter()
            .map(|(cycle, done)| postern::domain::access::facts::Review {
                cycle: postern::domain::calendar::parse_date(cycle).unwrap(),
                completed_at: at(&format!("{done}T15:00:00Z")),
            })
            .collect(),
        extensions: Vec::new(),
    }
}

/// A physician in one practice, sponsoring one person.
pub fn physician(provider: ProviderId, practice: PracticeId, own: SponsorFacts) -> ViewerFacts {
    ViewerFacts {
        provider: Some(provider),
        memberships: member(practice),
        own: Some(Box::new(own)),
        ..of_kind(AccountKind::Provider, account(provider))
    }
}

/// Staff with the given sponsors, each sponsorship held in the sponsor's practice.
pub fn staff(user: AccountId, sponsors: Vec<SponsorFacts>) -> ViewerFacts {
    let sponsorships = sponsors.iter().enumerate().map(|(sponsor, facts)| Sponsorship {
        id: FactId(id(500 + sponsor as u128)),
        sponsor,
        practice: facts.memberships[0].practice,
        span: Interval::ALWAYS,
    });
    ViewerFacts { sponsorships: sponsorships.collect(), sponsors, ..of_kind(AccountKind::Sponsored, user) }
}

/// The usual cast: Ana and Ben in Elm, Cal in Oak, one sponsored user each, the access team and a parent.
pub fn cast() -> Cast {
    let (ana, ben, cal) = (sponsor(ANA, ELM, SAM), sponsor(BEN, ELM, TIA), sponsor(CAL, OAK, UMA));
    Cast {
        viewers: vec![
            ("Dr. Ana (Elm)", physician(ANA, ELM, ana.clone())),
            ("Dr. Ben (Elm)", physician(BEN, ELM, ben.clone())),
            ("Dr. Cal (Oak)", physician(CAL, OAK, cal.clone())),
            ("Sam (Ana's staff)", staff(SAM, vec![ana])),
            ("Tia (Ben's staff)", staff(TIA, vec![ben])),
            ("Uma (Cal's staff)", staff(UMA, vec![cal])),
            ("Access team", of_kind(AccountKind::AccessTeam, AccountId(id(601)))),
            ("Parent", of_kind(AccountKind::Family, AccountId(id(602)))),
        ],
    }
}

impl Cast {
    /// The viewer of that name, to change.
    pub fn get(&mut self, name: &str) -> &mut ViewerFacts {
        let found = self.viewers.iter_mut().find(|(n, _)| n.starts_with(name));
        &mut found.unwrap().1
    }

    /// Only these, in this order.
    pub fn only(mut self, names: &[&str]) -> Self {
        let viewers = names.iter().map(|name| {
            let place = self.viewers.iter().position(|(n, _)| n.starts_with(name)).unwrap();
            self.viewers.remove(place)
        });
        Self { viewers: viewers.collect() }
    }
}

/// A patient about whom nothing is known.
pub fn robin() -> PatientFacts {
    PatientFacts {
        patient: ROBIN,
        death: None,
        listings: Vec::new(),
        seats: Vec::new(),
        tokens: Vec::new(),
        grants: Vec::new(),
        emergencies: Vec::new(),
        restrictions: Vec::new(),
        merges: Vec::new(),
        unconfirmed_ends: Vec::new(),
    }
}

/// A listing; the listed provider is a member of Elm.
pub fn listing(provider: Option<ProviderId>, practice: Option<PracticeId>, span: Interval) -> Listing {
    let memberships = if provider.is_some() { member(ELM) } else { Vec::new() };
    let memberships = Arc::from(memberships);
    Listing { id: FactId(id(701)), owner: ROBIN, provider, practice, span, memberships }
}

pub fn seat(provider: Option<ProviderId>, practice: Option<PracticeId>, span: Interval) -> Seat {
    Seat { id: FactId(id(702)), owner: ROBIN, provider, practice, span }
}

pub fn fact(number: u128) -> FactId {
    FactId(id(number))
}
