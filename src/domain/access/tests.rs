//! What pages may name, and that forbids only ever take away.

use super::facts::{Death, Listing, PatientFacts, Restriction, StatusHistory, StatusSpan, ViewerFacts};
use super::*;
use crate::domain::calendar::Interval;
use crate::domain::ids::ProviderId;
use crate::domain::people::{AccountKind, AccountStatus};
use crate::domain::validation::Cycles;
use proptest::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

const ME: ProviderId = ProviderId(Uuid::from_u128(1));

fn now() -> Instant {
    "2026-11-23T15:00:00Z".parse().unwrap()
}

fn viewer() -> ViewerFacts {
    ViewerFacts {
        account: AccountId(Uuid::from_u128(2)),
        kind: AccountKind::Provider,
        provider: Some(ME),
        status: StatusHistory(vec![StatusSpan { status: AccountStatus::Active, span: Interval::ALWAYS }]),
        memberships: Vec::new(),
        own: None,
        sponsorships: Vec::new(),
        sponsors: Vec::new(),
        cycles: Cycles::counting_from(now(), "America/New_York".parse().unwrap()),
    }
}

fn patient(listed: bool, restriction: Option<Restriction>) -> PatientFacts {
    let id = PatientId(Uuid::from_u128(3));
    let listing = Listing {
        id: FactId(Uuid::from_u128(4)),
        owner: id,
        provider: Some(ME),
        practice: None,
        span: Interval::ALWAYS,
        memberships: Arc::from([]),
    };
    PatientFacts {
        patient: id,
        death: None,
        listings: listed.then_some(listing).into_iter().collect(),
        seats: Vec::new(),
        tokens: Vec::new(),
        grants: Vec::new(),
        emergencies: Vec::new(),
        restrictions: restriction.into_iter().collect(),
        merges: Vec::new(),
        unconfirmed_ends: Vec::new(),
    }
}

fn restriction(of_me: bool) -> Restriction {
    Restriction {
        id: FactId(Uuid::from_u128(5)),
        owner: PatientId(Uuid::from_u128(3)),
        account: None,
        provider: of_me.then_some(ME),
        practice: None,
        span: Interval::ALWAYS,
    }
}

fn named(patient: &PatientFacts) -> Option<Refusal> {
    decide(&viewer(), patient, Action::OpenChart, now()).refusal_on_pages(patient)
}

#[test]
fn pages_name_a_restriction_only_to_one_with_a_permit_and_never_one_that_names_them() {
    assert_eq!(named(&patient(true, Some(restriction(false)))), Some(Refusal::PatientRestricted));
    assert_eq!(named(&patient(false, Some(restriction(false)))), Some(Refusal::NoBasis));
    assert_eq!(named(&patient(true, Some(restriction(true)))), Some(Refusal::NoBasis));
}

#[test]
fn pages_name_a_death_only_to_one_with_a_permit() {
    let zone = "America/New_York".parse().unwrap();
    let dead = |listed| PatientFacts {
        death: Some(Death::on(time::macros::date!(2026 - 01 - 02), zone)),
        ..patient(listed, None)
    };
    assert_eq!(named(&dead(true)), Some(Refusal::PatientDeceased));
    assert_eq!(named(&dead(false)), Some(Refusal::NoBasis));
}

proptest! {
    #[test]
    fn adding_a_forbid_never_allows_more(listed: bool, of_me: bool, seconds in -4_000_000i64..4_000_000) {
        let at = now().plus_seconds(seconds);
        let span = Interval::new(Some(now()), None);
        let with = patient(listed, Some(Restriction { span, ..restriction(of_me) }));
        let allowed = |p: &PatientFacts| decide(&viewer(), p, Action::OpenChart, at).allowed();
        prop_assert!(!allowed(&with) || allowed(&patient(listed, None)));
        prop_assert_eq!(allowed(&with), listed && at < now());
    }
}
