//! Tests of verifying by phone.

use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::access::facts::Membership;
use crate::domain::calendar::Interval;
use crate::domain::ids::PatientId;

const CHILD: Date = date!(2015 - 03 - 04);
const TODAY: Date = date!(2026 - 03 - 11);

fn typed(identifiers: &[Identifier], spoken_to: &str, relationship: Option<Relationship>) -> Typed {
    Typed {
        identifiers: identifiers.iter().copied().collect(),
        spoken_to: spoken_to.to_owned(),
        relationship,
        on_record_number: false,
    }
}

fn two() -> [Identifier; 2] {
    [Identifier::BirthDate, Identifier::LastVisit]
}

#[test]
fn two_different_identifiers_a_name_a_tie_and_a_call_that_reached_somebody_make_a_checklist() {
    let sound = typed(&two(), " Elena Stone ", Some(Relationship::Parent));
    let done = checklist(&sound, &[CallOutcome::NoAnswer, CallOutcome::Reached], CHILD, TODAY).unwrap();
    assert_eq!((done.spoken_to.as_str(), done.identifiers.count()), ("Elena Stone", 2));
    let lacks = |typed: &Typed, calls: &[CallOutcome]| checklist(typed, calls, CHILD, TODAY).unwrap_err();
    let reached = [CallOutcome::Reached];
    for calls in [&[][..], &[CallOutcome::Voicemail], &[CallOutcome::Refused], &[CallOutcome::CallLater]] {
        assert_eq!(lacks(&sound, calls), [Missing::Reached]);
    }
    let same = typed(&[Identifier::Phone, Identifier::Phone], "Elena", Some(Relationship::Parent));
    assert_eq!(lacks(&same, &reached), [Missing::Identifiers]);
    assert_eq!(lacks(&typed(&two(), "  ", Some(Relationship::Parent)), &reached), [Missing::Name]);
    assert_eq!(
        lacks(&typed(&two(), &"é".repeat(201), Some(Relationship::Parent)), &reached),
        [Missing::Name]
    );
    assert_eq!(lacks(&typed(&two(), "Elena", None), &reached), [Missing::Relationship]);
    let all = [Missing::Reached, Missing::Identifiers, Missing::Name, Missing::Relationship];
    assert_eq!(lacks(&Typed::default(), &[]), all);
}

#[test]
fn the_last_call_that_reached_somebody_counts() {
    use CallOutcome::{CallLater, NoAnswer, Reached, Refused};
    assert!(agreed(&[Refused, Reached, NoAnswer, CallLater]));
    assert!(!agreed(&[Reached, Refused, NoAnswer]));
    assert!(!agreed(&[NoAnswer]) && !agreed(&[]));
}

#[test]
fn a_parent_confirms_until_the_18th_birthday_and_the_patient_from_it_on() {
    let (eve, birthday) = (date!(2033 - 03 - 03), date!(2033 - 03 - 04));
    for (related, before, after) in [
        (Relationship::Patient, false, true),
        (Relationship::Parent, true, false),
        (Relationship::LegalGuardian, true, true),
    ] {
        assert_eq!((related.may_confirm(CHILD, eve), related.may_confirm(CHILD, birthday)), (before, after));
    }
    let parent = typed(&two(), "Elena", Some(Relationship::Parent));
    let lacks = checklist(&parent, &[CallOutcome::Reached], CHILD, birthday).unwrap_err();
    assert_eq!(lacks, [Missing::Authority]);
}

#[test]
fn after_three_tries_that_reached_nobody_a_request_may_be_closed() {
    use CallOutcome::{CallLater, NoAnswer, Reached, Voicemail, WrongNumber};
    assert!(!unreachable(&[NoAnswer, Voicemail]));
    assert!(unreachable(&[NoAnswer, Voicemail, WrongNumber]));
    assert!(!unreachable(&[NoAnswer, Voicemail, WrongNumber, CallLater]));
    assert!(!unreachable(&[Reached, NoAnswer, Voicemail, WrongNumber]));
}

#[test]
fn a_request_is_repeated_thirty_days_after_a_decline_or_an_expiry_and_otherwise_at_once() {
    let zone: Zone = "America/New_York".parse().unwrap();
    let closed: Instant = "2026-03-01T15:00:00Z".parse().unwrap();
    // The clocks change in between: the same local time, 30 days on.
    let then: Instant = "2026-03-31T14:00:00Z".parse().unwrap();
    assert_eq!(repeat_from(Ending::Declined, closed, zone), Some(then));
    assert_eq!(repeat_from(Ending::Expired, closed, zone), Some(then));
    for ending in [Ending::Approved, Ending::Withdrawn, Ending::Fulfilled, Ending::Answered] {
        assert_eq!(repeat_from(ending, closed, zone), None);
    }
}

#[test]
fn a_listing_settles_the_requests_of_its_practice_and_flags_the_others() {
    let now: Instant = "2026-03-11T16:00:00Z".parse().unwrap();
    let (elm, quay) = (PracticeId(Uuid::from_u128(1)), PracticeId(Uuid::from_u128(2)));
    let works_at = |practice| Membership { practice, span: Interval::ALWAYS };
    let listing = |provider: Option<u128>, practice, memberships: &[Membership]| Listing {
        id: FactId(Uuid::from_u128(9)),
        owner: PatientId(Uuid::from_u128(3)),
        provider: provider.map(|n| ProviderId(Uuid::from_u128(n))),
        practice,
        span: Interval::ALWAYS,
        memberships: memberships.into(),
    };
    let new = [FactId(Uuid::from_u128(9))];
    let asker = Asker { provider: Some(ProviderId(Uuid::from_u128(7))), practices: vec![elm] };
    let of_elm = |listing: Listing| settled(&[listing], &new, &asker, now);
    assert_eq!(of_elm(listing(None, Some(elm), &[])), Some(Settled::Fulfilled));
    assert_eq!(of_elm(listing(Some(5), None, &[works_at(elm)])), Some(Settled::Fulfilled));
    assert_eq!(of_elm(listing(Some(5), Some(elm), &[works_at(elm)])), Some(Settled::Fulfilled));
    // A member of the practice who is listed in another one, and one who has left.
    assert_eq!(
        of_elm(listing(Some(5), Some(quay), &[works_at(elm), works_at(quay)])),
        Some(Settled::Elsewhere)
    );
    let left = Membership { practice: elm, span: Interval::new(None, Some(now)) };
    assert_eq!(of_elm(listing(Some(5), None, &[left])), Some(Settled::Elsewhere));
    assert_eq!(of_elm(listing(None, Some(quay), &[])), Some(Settled::Elsewhere));
    // Wherever the one who asked is listed, it is what they asked for.
    assert_eq!(of_elm(listing(Some(7), Some(quay), &[works_at(quay)])), Some(Settled::Fulfilled));
    // One that stood before says nothing new, and one that is over says nothing at all.
    assert_eq!(settled(&[listing(None, Some(quay), &[])], &[], &asker, now), None);
    let over = Listing { span: Interval::new(None, Some(now)), ..listing(None, Some(elm), &[]) };
    assert_eq!(settled(&[over], &new, &asker, now), None);
}

#[test]
fn one_that_only_goes_on_with_another_changes_nothing() {
    let now: Instant = "2026-03-11T16:00:00Z".parse().unwrap();
    let (park, haddad) = (Some(ProviderId(Uuid::from_u128(5))), Some(ProviderId(Uuid::from_u128(6))));
    let (elm, quay) = (Some(PracticeId(Uuid::from_u128(1))), Some(PracticeId(Uuid::from_u128(2))));
    let listing = |n: u128, (provider, practice), span| Listing {
        id: FactId(Uuid::from_u128(n)),
        owner: PatientId(Uuid::from_u128(3)),
        provider,
        practice,
        span,
        memberships: [].into(),
    };
    let asker = Asker { provider: None, practices: vec![PracticeId(Uuid::from_u128(4))] };
    let turn = now.plus_seconds(-60);
    let settles = |before, end: Instant, after| {
        let two = [
            listing(8, before, Interval::new(None, Some(end))),
            listing(9, after, Interval::new(Some(turn), None)),
        ];
        settled(&two, &[FactId(Uuid::from_u128(9))], &asker, now)
    };
    assert_eq!(settles((park, quay), turn, (park, None)), None, "handed over without the practice");
    assert_eq!(settles((park, None), turn, (park, quay)), None);
    assert_eq!(settles((None, quay), turn, (None, quay)), None, "renewed");
    assert_eq!(settles((None, quay), now, (None, quay)), None);
    let elsewhere = Some(Settled::Elsewhere);
    assert_eq!(
        settles((park, quay), turn.plus_seconds(-1), (park, quay)),
        elsewhere,
        "there was nobody for a second"
    );
    assert_eq!(settles((park, quay), turn, (haddad, quay)), elsewhere);
    assert_eq!(settles((None, quay), turn, (None, elm)), elsewhere);
    assert_eq!(settles((None, quay), turn, (park, quay)), elsewhere);
    assert_eq!(settles((park, quay), turn, (None, quay)), elsewhere);
}
