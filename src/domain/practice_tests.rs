//! Typing a change of practice, and what it makes of memberships.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::request::RequestKind;

const TODAY: Date = date!(2026 - 03 - 11);
const OLD: PracticeId = PracticeId(Uuid::from_u128(1));
const NEW: PracticeId = PracticeId(Uuid::from_u128(2));

fn typed() -> Typed {
    let text = str::to_owned;
    Typed {
        from: OLD.to_string(),
        to: String::new(),
        name: text(" Quay  Street\nPediatrics "),
        phone: text("(212) 555-0117 ext 4"),
        fax: String::new(),
        address: text("4 Quay Street"),
        email: String::new(),
        sponsor_there: text("unknown"),
        month: text("3"),
        day: text("11"),
        year: text("2026"),
    }
}

fn problems(change: impl FnOnce(&mut Typed)) -> Vec<Problem> {
    let mut typed = typed();
    change(&mut typed);
    typed.read(RequestKind::PracticeSwitch, TODAY).err().unwrap_or_default()
}

#[test]
fn a_sound_wish_is_read_and_its_lines_lose_what_no_line_holds() {
    let asked = typed().read(RequestKind::PracticeSwitch, TODAY).unwrap();
    assert_eq!((asked.leave, asked.effective_on), (Some(OLD), TODAY));
    let Join::New(details) = asked.join else { panic!() };
    assert_eq!(details.name, "Quay Street Pediatrics");
    let known = Typed { to: NEW.to_string(), name: String::new(), ..typed() };
    let asked = known.read(RequestKind::Membership, TODAY).unwrap();
    assert_eq!((asked.leave, asked.join), (None, Join::Known(NEW)));
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    assert_eq!(
        Typed::default().read(RequestKind::PracticeSwitch, TODAY).unwrap_err(),
        [Problem::FromMissing, Problem::ToMissing, Problem::SponsorMissing, Problem::DateMissing]
    );
    assert_eq!(problems(|t| t.phone = "12345".to_owned()), [Problem::BadPhone]);
    assert_eq!(problems(|t| t.fax = "<b>5550100100</b>".to_owned()), [Problem::BadFax]);
    assert_eq!(problems(|t| t.address = " ".to_owned()), [Problem::AddressMissing]);
    assert_eq!(problems(|t| t.name = "é".repeat(LONGEST + 1)), [Problem::TooLong(Field::Name)]);
    assert!(problems(|t| t.name = "é".repeat(LONGEST)).is_empty());
    assert_eq!(problems(|t| t.to = "elm".to_owned()), [Problem::ToUnknown]);
    for wrong in ["ada", "@example.org", "ada@", "ada@example", "a@b@example.org"] {
        assert_eq!(problems(|t| t.email = wrong.to_owned()), [Problem::BadEmail], "{wrong}");
    }
}

#[test]
fn the_first_day_is_today_or_later_and_a_year_ahead_at_most() {
    let on = |year: &str, month: &str, day: &str| {
        problems(|t| {
            [&mut t.year, &mut t.month, &mut t.day]
                .into_iter()
                .zip([year, month, day])
                .for_each(|(f, v)| v.clone_into(f));
        })
    };
    assert!(on("2026", "3", "11").is_empty());
    assert_eq!(on("2026", "3", "10"), [Problem::DatePast]);
    assert!(on("2027", "3", "11").is_empty());
    assert_eq!(on("2027", "3", "12"), [Problem::DateTooFar]);
    assert_eq!(on("2027", "2", "29"), [Problem::NoSuchDate]);
    assert_eq!(on("2026", "13", "1"), [Problem::NoSuchDate]);
    assert_eq!(on("2026", "", "1"), [Problem::DateMissing]);
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn in_practice(practice: PracticeId, start: &str, end: Option<&str>) -> Membership {
    Membership { practice, span: Interval::new(Some(at(start)), end.map(at)) }
}

#[test]
fn a_switch_ends_the_old_membership_at_the_instant_at_which_the_new_one_begins() {
    let change = Change {
        provider: ProviderId(Uuid::nil()),
        leave: Some(OLD),
        join: NEW,
        at: at("2026-04-01T04:00:00Z"),
    };
    let after = change.memberships(&[
        in_practice(OLD, "2020-01-01T00:00:00Z", None),
        in_practice(OLD, "2010-01-01T00:00:00Z", Some("2011-01-01T00:00:00Z")),
    ]);
    assert_eq!(
        after,
        [
            in_practice(OLD, "2020-01-01T00:00:00Z", Some("2026-04-01T04:00:00Z")),
            in_practice(OLD, "2010-01-01T00:00:00Z", Some("2011-01-01T00:00:00Z")),
            in_practice(NEW, "2026-04-01T04:00:00Z", None),
        ]
    );
}

#[test]
fn a_further_membership_ends_nothing_and_is_not_made_twice() {
    let change =
        Change { provider: ProviderId(Uuid::nil()), leave: None, join: NEW, at: at("2026-04-01T04:00:00Z") };
    let held =
        [in_practice(OLD, "2020-01-01T00:00:00Z", None), in_practice(NEW, "2020-01-01T00:00:00Z", None)];
    assert_eq!(change.memberships(&held), held);
    let ends_later = [in_practice(NEW, "2020-01-01T00:00:00Z", Some("2026-05-01T00:00:00Z"))];
    assert_eq!(change.memberships(&ends_later).len(), 2);
}
