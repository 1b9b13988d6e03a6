//! Who decides for whom, with the edges at the birthdays.

use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::calendar::Interval;
use crate::domain::chart::Section;

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
    Kin { barred: false, account, active: true, tie }
}

fn own() -> Kin {
    Kin { barred: false, account: OWN, active: true, tie: Tie::Own }
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
        barred: false,
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
        let found = who(&[Kin { barred: false, account: MOTHER, active, tie }], TWELVE);
        assert_eq!((found.rule(), found.voice(MOTHER)), (Rule::Team, None), "{tie:?}");
    }
    let of_age_today = tie(Interval::ALWAYS, Some(date!(2008 - 06 - 01)));
    assert_eq!(
        who(&[Kin { barred: false, account: MOTHER, active: true, tie: of_age_today }], THIRTEEN).rule(),
        Rule::One
    );
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

#[test]
fn a_token_is_given_alone_where_one_yes_is_enough() {
    let gives = |kin: &[Kin], account, now| who(kin, now).gives_token(account);
    let (mother, both) = ([guardian(MOTHER)], [guardian(MOTHER), own()]);
    assert_eq!(gives(&both, MOTHER, TWELVE), Some(GivenBy::Guardian));
    assert_eq!((gives(&both, MOTHER, THIRTEEN), gives(&both, OWN, THIRTEEN)), (None, None));
    assert_eq!(
        gives(&mother, MOTHER, SEVENTEEN),
        Some(GivenBy::Guardian),
        "while the patient has no account"
    );
    assert_eq!((gives(&both, MOTHER, EIGHTEEN), gives(&both, OWN, SEVENTEEN)), (None, None));
    assert_eq!(gives(&both, OWN, EIGHTEEN), Some(GivenBy::Patient));
    assert_eq!(gives(&[own()], OWN, THIRTEEN), None, "not alone before 18");
}

#[test]
fn the_guardian_of_a_teen_puts_nobody_on_the_care_team_alone() {
    let seats = |kin: &[Kin], account, now| who(kin, now).seats_alone(account);
    let both = [guardian(MOTHER), own()];
    assert!(seats(&both, MOTHER, TWELVE) && !seats(&both, OWN, TWELVE));
    assert!(!seats(&[guardian(MOTHER)], MOTHER, THIRTEEN));
    assert!(!seats(&both, MOTHER, SEVENTEEN) && !seats(&both, OWN, SEVENTEEN));
    assert!(seats(&both, OWN, EIGHTEEN) && !seats(&both, MOTHER, EIGHTEEN));
}

#[test]
fn the_ledger_narrows_for_the_guardian_at_13_and_ends_at_18_or_with_a_court_order_on_any_link() {
    let kin = [guardian(MOTHER), own()];
    let reads = |kin: &[Kin], account, now| who(kin, now).ledger(account);
    assert_eq!((reads(&kin, MOTHER, TWELVE), reads(&kin, OWN, TWELVE)), (Some(Ledger::All), None));
    assert_eq!(reads(&kin, MOTHER, THIRTEEN), Some(Ledger::WithoutConfidential));
    assert_eq!(reads(&kin, OWN, THIRTEEN), Some(Ledger::All));
    assert_eq!(reads(&kin, MOTHER, SEVENTEEN), Some(Ledger::WithoutConfidential));
    assert_eq!((reads(&kin, MOTHER, EIGHTEEN), reads(&kin, OWN, EIGHTEEN)), (None, Some(Ledger::All)));
    let tie = Tie::Guardian { span: Interval::ALWAYS, born: None, court_order: true };
    let ordered = [guardian(MOTHER), Kin { barred: false, account: FATHER, active: true, tie }];
    assert_eq!(reads(&ordered, MOTHER, TWELVE), None);
    let narrow = Ledger::WithoutConfidential;
    for section in [Section::Results, Section::Reports, Section::Notes, Section::Medications] {
        assert!(!narrow.shows(Some(section)) && Ledger::All.shows(Some(section)), "{section:?}");
    }
    assert!(narrow.shows(Some(Section::Allergies)) && narrow.shows(None));
}

#[test]
fn the_phone_is_for_somebody_whose_word_counts_and_never_for_what_a_teens_guardian_does_not_see() {
    let ended = Interval::new(None, Some(at("2026-01-01T00:00:00Z")));
    let tie = |span, born, court_order| Kin {
        barred: false,
        account: MOTHER,
        active: false,
        tie: Tie::Guardian { span, born, court_order },
    };
    let adult = Some(date!(1985 - 02 - 03));
    let route = |kin: &[Kin], now| who(kin, now).route();
    assert_eq!(route(&[guardian(MOTHER)], TWELVE), Route::Family);
    assert_eq!(route(&[], TWELVE), Route::Phone, "as the record has it");
    assert_eq!(route(&[tie(Interval::ALWAYS, adult, false)], TWELVE), Route::Phone, "without an account");
    assert_eq!(route(&[tie(Interval::ALWAYS, None, false)], TWELVE), Route::Phone);
    assert_eq!(route(&[tie(ended, adult, false)], TWELVE), Route::Team, "whose link is over");
    assert_eq!(route(&[tie(Interval::ALWAYS, Some(date!(2010 - 02 - 03)), false)], TWELVE), Route::Team);
    assert_eq!(route(&[tie(Interval::ALWAYS, adult, true)], TWELVE), Route::Team, "a court order");
    assert_eq!(route(&[tie(ended, adult, false)], EIGHTEEN), Route::Phone, "the patient");
    let about = |kin: &[Kin], now| who(kin, now).about("Child psychiatry").route();
    assert_eq!(about(&[guardian(MOTHER)], TWELVE), Route::Family);
    for kin in [&[guardian(MOTHER)][..], &[guardian(MOTHER), own()], &[own()], &[]] {
        assert_eq!(about(kin, THIRTEEN), Route::Team);
    }
    assert_eq!(about(&[own()], EIGHTEEN), Route::Family);
}

#[test]
fn on_the_phone_the_guardian_of_a_teen_gives_what_the_portal_offers_and_nothing_once_the_teen_has_an_account()
{
    let gives = |kin: &[Kin], now, sections| who(kin, now).guardian_gives(sections, Labels::NONE, "");
    let (all, vitals) = (SectionSet::NONE, SectionSet::NONE.with(Section::Vitals));
    let mother = [guardian(MOTHER)];
    assert!(gives(&mother, TWELVE, all) && gives(&[guardian(MOTHER), own()], TWELVE, all));
    assert!(gives(&mother, THIRTEEN, vitals) && !gives(&mother, THIRTEEN, all));
    assert!(!gives(&mother, THIRTEEN, vitals.with(Section::Notes)));
    assert!(!gives(&[guardian(MOTHER), own()], THIRTEEN, vitals));
    let tie = Tie::Guardian { span: Interval::ALWAYS, born: None, court_order: true };
    let ordered = [Kin { barred: false, account: FATHER, active: true, tie }, own()];
    assert!(!gives(&ordered, THIRTEEN, vitals), "an order does not hide the teen's account");
    let family = who(&mother, THIRTEEN);
    assert!(!family.guardian_gives(vitals, Labels::PART2, ""));
    assert!(!family.guardian_gives(vitals, Labels::NONE, "Adolescent medicine"));
}

#[test]
fn whom_a_restriction_keeps_out_has_no_say_and_is_not_called() {
    let barred = |kin: Kin| Kin { barred: true, ..kin };
    let found = who(&[barred(guardian(MOTHER)), guardian(FATHER)], TWELVE);
    assert_eq!((found.rule(), found.guardians(), found.voice(MOTHER)), (Rule::One, 1, None));
    assert_eq!((found.may_answer(FATHER), found.route()), (Some(Capacity::Guardian), Route::Family));
    let alone = who(&[barred(guardian(MOTHER))], TWELVE);
    assert_eq!((alone.rule(), alone.route()), (Rule::Team, Route::Team), "the record's number may be hers");
    // A teen whose own account is kept out still has to say yes: no guardian does it alone.
    let teen = who(&[guardian(MOTHER), barred(own())], THIRTEEN);
    assert_eq!((teen.rule(), teen.may_answer(MOTHER)), (Rule::Team, None));
    assert_eq!(teen.voice(MOTHER), Some(Capacity::Guardian), "she may still read and take back");
}

#[test]
fn an_adult_is_called_unless_a_restriction_keeps_out_somebody_whose_proxy_holds() {
    let now = at(EIGHTEEN);
    let proxy = |end: Option<Instant>, barred| {
        let tie = Tie::Proxy { span: Interval::new(None, end), born: Some(date!(1985 - 02 - 03)) };
        Kin { barred, account: MOTHER, active: true, tie }
    };
    assert_eq!(who(&[], EIGHTEEN).route(), Route::Phone);
    assert_eq!(who(&[proxy(None, true)], EIGHTEEN).route(), Route::Team);
    assert_eq!(who(&[proxy(Some(now), true)], EIGHTEEN).route(), Route::Phone, "over");
    assert_eq!(who(&[proxy(None, true), own()], EIGHTEEN).route(), Route::Family, "the patient answers");
    let kept_out = Kin { barred: true, ..guardian(FATHER) };
    assert_eq!(who(&[kept_out], EIGHTEEN).route(), Route::Phone, "a link of childhood ended at 18");
}
