//! Who decides for whom, with the edges at the birthdays.

use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::calendar::Interval;

const BORN: Date = date!(2013 - 06 - 01);
const MOTHER: AccountId = AccountId(Uuid::from_u128(1));
const FATHER: AccountId = AccountId(Uuid::from_u128(2));
const OWN: AccountId = AccountId(Uuid::from_u128(3));
const TWELVE: &str = "2026-06-01T03:59:59Z";
const THIRTEEN: &str = "2026-06-01T04:00:00Z";
const SEVENTEEN: &str = "2031-06-01T03:59:59Z";
const EIGHTEEN: &str = "2031-06-01T04:00:00Z";

fn zone() -> Zone {
    "America/New_York".parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn guardian(account: AccountId) -> Kin {
    let tie = Tie::Guardian { span: Interval::ALWAYS, born: Some(date!(1985 - 02 - 03)), court_order: false };
    Kin { account, active: true, tie }
}

fn own() -> Kin {
    Kin { account: OWN, active: true, tie: Tie::Own }
}

fn who(kin: &[Kin], now: &str) -> Authority {
    authority(kin, BORN, at(now), zone())
}

#[test]
fn under_13_any_guardian_decides_and_the_child_does_not() {
    let found = who(&[guardian(MOTHER), guardian(FATHER), own()], TWELVE);
    assert_eq!((found.rule(), found.guardians()), (Rule::One, 2));
    assert_eq!(found.may_answer(FATHER), Some(Capacity::Guardian));
    assert_eq!((found.may_answer(OWN), found.voice(OWN)), (None, None));
}

#[test]
fn from_the_13th_birthday_guardian_and_patient_must_both_say_yes() {
    let found = who(&[guardian(MOTHER), own()], THIRTEEN);
    assert_eq!(found.rule(), Rule::Both);
    assert_eq!(found.may_answer(MOTHER), Some(Capacity::Guardian));
    assert_eq!(found.may_answer(OWN), Some(Capacity::Patient));
    assert_eq!(who(&[guardian(MOTHER), own()], SEVENTEEN).rule(), Rule::Both);
}

#[test]
fn a_teen_without_an_account_leaves_it_to_the_guardian_and_one_without_a_guardian_to_the_team() {
    assert_eq!(who(&[guardian(MOTHER)], THIRTEEN).rule(), Rule::One);
    let alone = who(&[own()], THIRTEEN);
    assert_eq!((alone.rule(), alone.may_answer(OWN)), (Rule::Team, None));
    assert_eq!(alone.voice(OWN), Some(Capacity::Patient), "taking back is theirs all the same");
}

#[test]
fn from_the_18th_birthday_the_patient_alone_decides() {
    let found = who(&[guardian(MOTHER), own()], EIGHTEEN);
    assert_eq!((found.rule(), found.voice(MOTHER)), (Rule::One, None));
    assert_eq!(found.may_answer(OWN), Some(Capacity::Patient));
    assert_eq!(who(&[guardian(MOTHER)], EIGHTEEN).rule(), Rule::Team);
}

#[test]
fn born_on_leap_day_one_is_13_on_the_first_of_march() {
    let born = date!(2012 - 02 - 29);
    let rule = |now: &str| authority(&[guardian(MOTHER), own()], born, at(now), zone()).rule();
    assert_eq!(rule("2025-03-01T04:59:59Z"), Rule::One);
    assert_eq!(rule("2025-03-01T05:00:00Z"), Rule::Both);
}

#[test]
fn a_court_order_on_a_link_that_holds_leaves_it_to_the_team_until_18() {
    let ordered = |span| Kin {
        account: FATHER,
        active: false,
        tie: Tie::Guardian { span, born: None, court_order: true },
    };
    let found = who(&[guardian(MOTHER), ordered(Interval::ALWAYS), own()], THIRTEEN);
    assert_eq!((found.rule(), found.voices().len()), (Rule::Team, 0));
    let over = Interval::new(None, Some(at("2026-01-01T00:00:00Z")));
    assert_eq!(who(&[guardian(MOTHER), ordered(over)], THIRTEEN).rule(), Rule::One);
    assert_eq!(who(&[ordered(Interval::ALWAYS), own()], EIGHTEEN).rule(), Rule::One);
}

#[test]
fn an_ended_link_a_minor_guardian_an_unknown_birth_date_or_a_closed_account_has_no_say() {
    let tie = |span, born| Tie::Guardian { span, born, court_order: false };
    let ended = Interval::new(None, Some(at(TWELVE)));
    let adult = Some(date!(1985 - 02 - 03));
    for (active, tie) in [
        (true, tie(ended, adult)),
        (true, tie(Interval::ALWAYS, Some(date!(2008 - 06 - 02)))),
        (true, tie(Interval::ALWAYS, None)),
        (false, tie(Interval::ALWAYS, adult)),
    ] {
        let found = who(&[Kin { account: MOTHER, active, tie }], TWELVE);
        assert_eq!((found.rule(), found.voice(MOTHER)), (Rule::Team, None), "{tie:?}");
    }
    let of_age_today = tie(Interval::ALWAYS, Some(date!(2008 - 06 - 01)));
    assert_eq!(who(&[Kin { account: MOTHER, active: true, tie: of_age_today }], THIRTEEN).rule(), Rule::One);
}

#[test]
fn what_guardians_of_a_teen_do_not_see_goes_to_the_team_and_a_childs_does_not() {
    let teen = who(&[guardian(MOTHER), own()], THIRTEEN).hidden_from_guardians();
    assert_eq!(
        (teen.rule(), teen.voice(MOTHER), teen.voice(OWN)),
        (Rule::Team, None, Some(Capacity::Patient))
    );
    let child = who(&[guardian(MOTHER)], TWELVE);
    assert_eq!(child.clone().hidden_from_guardians(), child);
}

#[test]
fn an_account_that_is_tied_twice_counts_once() {
    assert_eq!(who(&[guardian(MOTHER), guardian(MOTHER)], TWELVE).guardians(), 1);
}
