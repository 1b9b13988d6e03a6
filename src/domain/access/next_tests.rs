//! Where access ends, told as a decision turns.

use std::sync::Arc;

use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::access::Action;
use crate::domain::access::facts::{
    Death, Grant, Held, Listing, Membership, RedeemedToken, Review, Seat, Sponsorship, StatusSpan,
};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::Zone;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};
use crate::domain::people::{AccountKind, AccountStatus, GivenBy};
use crate::domain::validation::Cycles;

const ME: ProviderId = ProviderId(Uuid::from_u128(1));
const PARTNER: ProviderId = ProviderId(Uuid::from_u128(2));
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(3));
const SPONSOR: AccountId = AccountId(Uuid::from_u128(4));
const PATIENT: PatientId = PatientId(Uuid::from_u128(5));
const ELM: PracticeId = PracticeId(Uuid::from_u128(6));

fn now() -> Instant {
    "2026-11-23T15:00:00Z".parse().unwrap()
}

fn zone() -> Zone {
    "America/New_York".parse().unwrap()
}

fn day(n: i64) -> Instant {
    now().plus_seconds(n * 86_400)
}

/// Since ever, until `end` days from now.
fn until(end: i64) -> Interval {
    Interval::new(None, Some(day(end)))
}

fn fact(n: u128) -> FactId {
    FactId(Uuid::from_u128(100 + n))
}

fn active(span: Interval) -> StatusHistory {
    StatusHistory(vec![StatusSpan { status: AccountStatus::Active, span }])
}

fn elm(span: Interval) -> Membership {
    Membership { practice: ELM, span }
}

/// A member of Elm.
fn provider(membership: Interval) -> ViewerFacts {
    ViewerFacts {
        account: ACCOUNT,
        kind: AccountKind::Provider,
        provider: Some(ME),
        status: active(Interval::ALWAYS),
        memberships: vec![elm(membership)],
        own: None,
        sponsorships: Vec::new(),
        sponsors: Vec::new(),
        cycles: Cycles::counting_from(now(), zone()),
    }
}

/// Somebody whom the partner sponsors in Elm.
fn sponsored(sponsorship: Interval, membership: Interval) -> ViewerFacts {
    let held = Held {
        id: fact(1),
        user: ACCOUNT,
        practice: ELM,
        span: sponsorship,
        user_status: active(Interval::ALWAYS),
    };
    let sponsor = SponsorFacts {
        account: SPONSOR,
        provider: PARTNER,
        status: active(Interval::ALWAYS),
        memberships: vec![elm(membership)],
        held: vec![held],
        reviews: Vec::new(),
        extensions: Vec::new(),
    };
    ViewerFacts {
        kind: AccountKind::Sponsored,
        provider: None,
        memberships: Vec::new(),
        sponsorships: vec![Sponsorship { id: fact(1), sponsor: 0, practice: ELM, span: sponsorship }],
        sponsors: vec![sponsor],
        ..provider(Interval::ALWAYS)
    }
}

fn nobodys() -> PatientFacts {
    PatientFacts {
        patient: PATIENT,
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

fn listing(provider: Option<ProviderId>, practice: Option<PracticeId>, span: Interval) -> Listing {
    let memberships: Arc<[Membership]> = Arc::from([elm(Interval::ALWAYS)]);
    Listing { id: fact(2), owner: PATIENT, provider, practice, span, memberships }
}

fn token(span: Interval) -> RedeemedToken {
    let by = GivenBy::Team;
    RedeemedToken { id: fact(3), owner: PATIENT, account: ACCOUNT, practice: Some(ELM), span, by }
}

fn grant(span: Interval) -> Grant {
    let (sections, sensitive) = (SectionSet::ALL, Labels::NONE);
    let by = GivenBy::Team;
    Grant { id: fact(4), owner: PATIENT, account: ACCOUNT, span, by, sections, sensitive }
}

fn step(viewer: &ViewerFacts, patient: &PatientFacts) -> NextStep {
    let decision = decide(viewer, patient, Action::ListPatient, now());
    assert!(decision.allowed());
    next_step(&decision, viewer, patient)
}

fn ending(n: i64, by: EndOf) -> NextStep {
    NextStep::OpenUntil { ends: day(n), by }
}

#[test]
fn access_through_a_practice_ends_with_the_listing_or_with_the_membership_whichever_is_first() {
    let listed = |span| PatientFacts { listings: vec![listing(None, Some(ELM), span)], ..nobodys() };
    assert_eq!(step(&provider(Interval::ALWAYS), &listed(Interval::ALWAYS)), NextStep::Open);
    let by_listing = step(&provider(until(9)), &listed(until(5)));
    assert_eq!(by_listing, ending(5, EndOf::Fact(Basis::PracticePcp)));
    assert_eq!(step(&provider(until(5)), &listed(until(9))), ending(5, EndOf::Support));
    assert_eq!(step(&provider(until(5)), &listed(Interval::ALWAYS)), ending(5, EndOf::Support));
    // A listing with oneself does not rest on a membership.
    let own = PatientFacts { listings: vec![listing(Some(ME), None, until(9))], ..nobodys() };
    assert_eq!(step(&provider(until(5)), &own), ending(9, EndOf::Fact(Basis::Pcp)));
    // Nor does a partner's go on without the partner's membership.
    let mut partner = listing(Some(PARTNER), None, Interval::ALWAYS);
    partner.memberships = Arc::from([elm(until(3))]);
    let partners = PatientFacts { listings: vec![partner], ..nobodys() };
    assert_eq!(step(&provider(until(5)), &partners), ending(3, EndOf::Support));
    let seat =
        Seat { id: fact(5), owner: PATIENT, provider: None, practice: Some(ELM), span: Interval::ALWAYS };
    assert_eq!(
        step(&provider(until(5)), &PatientFacts { seats: vec![seat], ..nobodys() }),
        ending(5, EndOf::Support)
    );
}

#[test]
fn a_sponsored_users_access_ends_with_the_sponsorship_and_with_the_sponsors_membership() {
    let always = Interval::ALWAYS;
    let listed = PatientFacts { listings: vec![listing(Some(PARTNER), None, always)], ..nobodys() };
    assert_eq!(step(&sponsored(until(7), always), &listed), ending(7, EndOf::Support));
    assert_eq!(step(&sponsored(always, until(6)), &listed), ending(6, EndOf::Support));
    let by_token = PatientFacts { tokens: vec![token(until(30))], ..nobodys() };
    assert_eq!(step(&sponsored(until(7), always), &by_token), ending(7, EndOf::Support));
    assert_eq!(step(&sponsored(always, always), &by_token), ending(30, EndOf::Fact(Basis::Token)));
}

#[test]
fn a_lock_of_the_validation_to_come_is_no_end() {
    let listed = PatientFacts { listings: vec![listing(Some(PARTNER), None, Interval::ALWAYS)], ..nobodys() };
    let viewer = sponsored(Interval::ALWAYS, Interval::ALWAYS);
    let may = "2027-05-01T12:00:00Z".parse().unwrap();
    assert!(!decide(&viewer, &listed, Action::ListPatient, may).allowed(), "locked, unless it is reviewed");
    assert_eq!(step(&viewer, &listed), NextStep::Open);
}

#[test]
fn a_sponsor_locked_now_prolongs_nothing_that_another_sponsorship_ends() {
    let listed = PatientFacts { listings: vec![listing(None, Some(ELM), Interval::ALWAYS)], ..nobodys() };
    let one = |sponsorship| sponsored(sponsorship, Interval::ALWAYS);
    // Of the two one owes the October review; the other has done it.
    let mut viewer = one(Interval::ALWAYS);
    viewer.cycles = Cycles::counting_from("2026-10-01T04:00:00Z".parse().unwrap(), zone());
    let mut other = one(until(9));
    other.sponsors[0].account = AccountId(Uuid::from_u128(7));
    other.sponsors[0].reviews =
        vec![Review { cycle: date!(2026 - 10 - 01), completed_at: "2026-10-20T16:00:00Z".parse().unwrap() }];
    viewer.sponsors.extend(other.sponsors);
    viewer.sponsorships.push(Sponsorship { id: fact(7), sponsor: 1, ..other.sponsorships[0] });
    assert_eq!(viewer.unlocked_sponsorships(now()).count(), 1);
    assert_eq!(step(&viewer, &listed), ending(9, EndOf::Support));
}

#[test]
fn a_restriction_to_come_is_told_by_no_date() {
    let restriction = |account, from| Restriction {
        id: fact(6),
        owner: PATIENT,
        account,
        provider: None,
        practice: None,
        span: Interval::new(Some(day(from)), None),
    };
    let patient = |restrictions| PatientFacts {
        listings: vec![listing(Some(ME), None, until(9))],
        restrictions,
        ..nobodys()
    };
    let viewer = provider(Interval::ALWAYS);
    for account in [Some(ACCOUNT), None] {
        let told = step(&viewer, &patient(vec![restriction(account, 3)]));
        assert_eq!(told, ending(9, EndOf::Fact(Basis::Pcp)));
    }
    let others = restriction(Some(SPONSOR), -1);
    assert_eq!(step(&viewer, &patient(vec![others])), ending(9, EndOf::Fact(Basis::Pcp)));
}

#[test]
fn a_death_ends_tokens_and_grants_on_the_day_after_and_everything_91_days_later() {
    let death = Death::on(date!(2026 - 11 - 23), zone());
    let dead = |patient: PatientFacts| PatientFacts { death: Some(death), ..patient };
    let always = Interval::ALWAYS;
    let of = |patient| step(&provider(always), &dead(patient));
    let day_after = NextStep::OpenUntil { ends: "2026-11-24T05:00:00Z".parse().unwrap(), by: EndOf::Death };
    assert_eq!(of(PatientFacts { tokens: vec![token(until(90))], ..nobodys() }), day_after);
    assert_eq!(of(PatientFacts { grants: vec![grant(always)], ..nobodys() }), day_after);
    // What ends by itself before is no matter of the death.
    let before = PatientFacts { listings: vec![listing(Some(ME), None, until(5))], ..nobodys() };
    assert_eq!(of(before), ending(5, EndOf::Fact(Basis::Pcp)));
    let mine = dead(PatientFacts { listings: vec![listing(None, Some(ELM), always)], ..nobodys() });
    assert_eq!(step(&provider(until(5)), &mine), ending(5, EndOf::Support));
    let hidden = NextStep::OpenUntil { ends: "2027-02-22T05:00:00Z".parse().unwrap(), by: EndOf::Death };
    assert_eq!(of(PatientFacts { listings: vec![listing(Some(ME), None, always)], ..nobodys() }), hidden);
}

#[test]
fn where_one_fact_ends_another_goes_on_and_a_listing_unconfirmed_goes_on_to_the_hospitals_end() {
    let after = Interval::new(Some(day(5)), Some(day(12)));
    let both = PatientFacts { tokens: vec![token(until(5))], grants: vec![grant(after)], ..nobodys() };
    assert_eq!(step(&provider(Interval::ALWAYS), &both), ending(12, EndOf::Fact(Basis::Grant)));
    let cut =
        crate::domain::access::explain::UnconfirmedEnd { fact: fact(2), cut: day(1), end: Some(day(40)) };
    let listed = PatientFacts {
        listings: vec![listing(Some(ME), None, until(1))],
        unconfirmed_ends: vec![cut],
        ..nobodys()
    };
    assert_eq!(step(&provider(Interval::ALWAYS), &listed), ending(40, EndOf::Fact(Basis::Pcp)));
}

/// A span that begins up to six days ago, or up to three ahead, and may be open.
fn span() -> impl Strategy<Value = Interval> {
    (-6i64..4, proptest::option::of(1i64..25))
        .prop_map(|(start, length)| Interval::new(Some(day(start)), length.map(|days| day(start + days))))
}

proptest! {
    #[test]
    fn until_the_date_told_a_decision_allows_and_at_it_no_longer(
        (mine, theirs, account, listed, seated) in (span(), span(), span(), span(), span()),
        (tokened, granted) in (span(), span()),
        whom in 0usize..4,
        given in 0usize..4,
        died in proptest::option::of(0i64..9),
    ) {
        let viewer = ViewerFacts { status: active(account), ..provider(mine) };
        let mut one = listing(None, Some(ELM), listed);
        match whom {
            0 => one = listing(Some(ME), None, listed),
            1 => (one.provider, one.practice) = (Some(PARTNER), None),
            _ => {}
        }
        one.memberships = Arc::from([elm(theirs)]);
        let seat = Seat { id: fact(5), owner: PATIENT, provider: None, practice: Some(ELM), span: seated };
        let patient = PatientFacts {
            listings: vec![one],
            seats: (given == 1).then_some(seat).into_iter().collect(),
            tokens: (given == 2).then(|| token(tokened)).into_iter().collect(),
            grants: (given == 3).then(|| grant(granted)).into_iter().collect(),
            death: died.map(|days| Death::on(zone().date(day(-days)), zone())),
            ..nobodys()
        };
        let decision = decide(&viewer, &patient, Action::ListPatient, now());
        if !decision.allowed() {
            return Ok(());
        }
        let allowed = |at| decide(&viewer, &patient, Action::ListPatient, at).allowed();
        let mut halves = (0..260).map(|half| now().plus_seconds(half * 43_200));
        match next_step(&decision, &viewer, &patient) {
            NextStep::Open => prop_assert!(halves.all(allowed)),
            NextStep::OpenUntil { ends, .. } => {
                prop_assert!(ends > now());
                prop_assert!(allowed(Instant::from_micros(ends.micros() - 1)) && !allowed(ends));
                prop_assert!(halves.filter(|at| *at < ends).all(allowed));
            }
        }
    }
}
