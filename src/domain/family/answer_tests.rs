//! What answers come to: one guardian, two, a teen with an account.

use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::family::Tie;
use crate::domain::family::authority::{Band, Kin, authority};
use crate::domain::family::topic::{Offer, Topic};

const MOTHER: AccountId = AccountId(Uuid::from_u128(1));
const FATHER: AccountId = AccountId(Uuid::from_u128(2));
const OWN: AccountId = AccountId(Uuid::from_u128(3));
const STRANGER: AccountId = AccountId(Uuid::from_u128(4));
const ALL: Yes = Yes { lasting: Lasting::Year, sections: SectionSet::NONE, sensitive: Labels::NONE };

fn of(kin: &[AccountId], birth: time::Date) -> Authority {
    let tie = Tie::Guardian { span: Interval::ALWAYS, born: Some(date!(1985 - 02 - 03)), court_order: false };
    let kin: Vec<Kin> = kin
        .iter()
        .map(|account| Kin {
            barred: false,
            account: *account,
            active: true,
            tie: if *account == OWN { Tie::Own } else { tie },
        })
        .collect();
    let now: Instant = "2026-03-11T16:00:00Z".parse().unwrap();
    authority(&kin, birth, now, "America/New_York".parse().unwrap())
}

fn child(kin: &[AccountId]) -> Authority {
    of(kin, date!(2019 - 03 - 14))
}

fn teen(kin: &[AccountId]) -> Authority {
    of(kin, date!(2012 - 03 - 11))
}

fn yes(account: AccountId) -> Answer {
    Answer { account, yes: Some(ALL) }
}

fn no(account: AccountId) -> Answer {
    Answer { account, yes: None }
}

#[test]
fn one_guardian_says_yes_or_no_and_that_is_it() {
    let family = child(&[MOTHER]);
    assert_eq!(verdict(&family, &[yes(MOTHER)], MOTHER), Verdict::Give(ALL, Capacity::Guardian));
    assert_eq!(verdict(&family, &[no(MOTHER)], MOTHER), Verdict::Declined);
    assert_eq!(verdict(&family, &[yes(STRANGER)], STRANGER), Verdict::NoSay);
}

#[test]
fn of_two_guardians_one_approves_and_a_refusal_pauses() {
    let family = child(&[MOTHER, FATHER]);
    assert_eq!(verdict(&family, &[yes(FATHER)], FATHER), Verdict::Give(ALL, Capacity::Guardian));
    assert_eq!(verdict(&family, &[no(MOTHER)], MOTHER), Verdict::Paused);
}

#[test]
fn from_13_to_17_both_must_say_yes_in_either_order() {
    let family = teen(&[MOTHER, OWN]);
    assert_eq!(verdict(&family, &[yes(MOTHER)], MOTHER), Verdict::Waits);
    assert_eq!(verdict(&family, &[yes(OWN)], OWN), Verdict::Waits);
    for newest in [MOTHER, OWN] {
        let said = verdict(&family, &[yes(MOTHER), yes(OWN)], newest);
        assert_eq!(said, Verdict::Give(ALL, Capacity::Guardian), "it ends at 18 by itself");
    }
}

#[test]
fn the_patients_no_declines_and_a_guardians_declines_or_pauses() {
    assert_eq!(verdict(&teen(&[MOTHER, FATHER, OWN]), &[yes(MOTHER), no(OWN)], OWN), Verdict::Declined);
    assert_eq!(verdict(&teen(&[MOTHER, OWN]), &[yes(OWN), no(MOTHER)], MOTHER), Verdict::Declined);
    assert_eq!(verdict(&teen(&[MOTHER, FATHER, OWN]), &[yes(MOTHER), no(FATHER)], FATHER), Verdict::Paused);
}

#[test]
fn two_guardians_of_a_teen_do_not_make_up_for_the_patient() {
    let family = teen(&[MOTHER, FATHER, OWN]);
    assert_eq!(verdict(&family, &[yes(MOTHER), yes(FATHER)], FATHER), Verdict::Waits);
}

#[test]
fn an_answer_of_somebody_who_lost_their_say_does_not_count() {
    assert_eq!(verdict(&teen(&[FATHER, OWN]), &[yes(MOTHER), yes(OWN)], OWN), Verdict::Waits);
}

#[test]
fn what_both_want_is_given_for_the_shorter_time() {
    let family = teen(&[MOTHER, OWN]);
    let offer = Offer::to(Capacity::Guardian, Band::Teen);
    let narrow =
        Yes { lasting: Lasting::Days30, sections: offer.sections_of(&[]).unwrap(), sensitive: Labels::NONE };
    let wide = Yes { sensitive: Topic::Violence.labels(), ..ALL };
    let answers = [Answer { account: MOTHER, yes: Some(narrow) }, Answer { account: OWN, yes: Some(wide) }];
    let Verdict::Give(given, _) = verdict(&family, &answers, OWN) else { panic!() };
    assert_eq!(
        (given.lasting, given.sections),
        (Lasting::Days30, SectionSet::NONE),
        "the patient speaks of results"
    );
    assert_eq!(given.sensitive, Topic::Violence.labels());

    let only = |section| SectionSet::NONE.with(section);
    let vitals = Yes { sections: only(Section::Vitals), ..ALL };
    let notes = Yes { sections: only(Section::Notes).with(Section::Vitals), ..ALL };
    let answers = [Answer { account: MOTHER, yes: Some(vitals) }, Answer { account: OWN, yes: Some(notes) }];
    let Verdict::Give(given, _) = verdict(&family, &answers, OWN) else { panic!() };
    assert!(given.sections.has(Section::Vitals) && given.sections.has(Section::Notes));
    assert!(!given.sections.has(Section::Results), "nobody named results");
}

#[test]
fn parts_with_nothing_in_common_give_nothing_and_never_everything() {
    let only = |section| Some(Yes { sections: SectionSet::NONE.with(section), ..ALL });
    let answers = [
        Answer { account: MOTHER, yes: only(Section::Vitals) },
        Answer { account: OWN, yes: only(Section::Allergies) },
    ];
    assert_eq!(verdict(&teen(&[MOTHER, OWN]), &answers, OWN), Verdict::NothingShared);
}
