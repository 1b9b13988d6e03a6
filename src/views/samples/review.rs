//! Samples of the review of a sponsor's staff.

use time::Date;
use time::macros::{date, datetime};

use super::{Sample, Stage, at, id};
use crate::domain::calendar::Instant;
use crate::domain::ids::FactId;
use crate::domain::people::{AccountKind, Job};
use crate::domain::sponsoring::Hindrance;
use crate::domain::validation::Choice;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::review::{
    Attested, Banner, Completed, Fault, Hindered, How, Members, Nothing, Notice, Review, Row, banner,
    completed_page, hindered_page, nothing_page, page,
};

const CYCLE: Date = date!(2026 - 04 - 01);

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let on = |moment| Frame { now: at(moment), ..stage.inside(AccountKind::Provider) };
    let open = on(datetime!(2026-04-12 13:20 UTC));
    for (name, model) in open_reviews() {
        all.push(Sample { name, markup: page(&open, &model) });
    }
    let locked = Frame { current: NavItem::Locked, ..on(datetime!(2026-05-03 13:20 UTC)) };
    for (name, model) in overdue_reviews() {
        all.push(Sample { name, markup: page(&locked, &model) });
    }
    for (name, model) in completed() {
        all.push(Sample { name, markup: completed_page(&open, &model) });
    }
    let nothing = |last| Nothing { next_opening: october(), last };
    let before = Some((CYCLE, at(datetime!(2026-04-10 15:00 UTC))));
    all.push(Sample { name: "review-nothing", markup: nothing_page(&open, &nothing(None)) });
    all.push(Sample { name: "review-nothing-since-the-last", markup: nothing_page(&open, &nothing(before)) });
    for (name, frame, why) in [
        ("review-hospital-sign-in", &open, Hindrance::HospitalSession),
        ("review-hospital-locked", &locked, Hindrance::HospitalSession),
        ("review-without-npi", &open, Hindrance::NoNpi),
        ("review-without-npi-locked", &locked, Hindrance::NoNpi),
        ("review-without-duties", &open, Hindrance::Duties),
        ("review-without-practice", &locked, Hindrance::NoPractice),
    ] {
        let hindered = Hindered { why, cycle: CYCLE, due: may(), people: 10 };
        all.push(Sample { name, markup: hindered_page(frame, &hindered) });
    }
    for (name, frame, people) in [
        ("review-banner-first-day", on(datetime!(2026-04-01 04:00 UTC)), 10),
        ("review-banner-last-day", on(datetime!(2026-05-01 03:59 UTC)), 1),
    ] {
        let main =
            maud::html! { h1 { "Patient Selection" } (banner(&frame, &Banner { due: may(), people })) };
        all.push(Sample { name, markup: frame_page(&frame, "Patient Selection", Width::Wide, &main) });
    }
}

fn may() -> Instant {
    at(datetime!(2026-05-01 04:00 UTC))
}

fn october() -> Instant {
    at(datetime!(2026-10-01 04:00 UTC))
}

const NAMES: [(&str, &str, Job); 10] = [
    ("Nadia Brooks", "nadia.brooks", Job::ReferralCoordinator),
    ("Tom Alvarez", "tom.alvarez", Job::RegisteredNurse),
    (
        "Bartholomew Featherstonehaugh-Whitworth",
        "bartholomew.featherstonehaugh-whitworth",
        Job::OfficeManager,
    ),
    ("Dana Ruiz", "dana.ruiz", Job::SocialWorker),
    ("Li Wei", "li.wei", Job::Other),
    ("Grace Adeyemi", "grace.adeyemi", Job::RegisteredNurse),
    ("Omar Haddad", "omar.haddad", Job::ReferralCoordinator),
    ("Sofia Lindgren", "sofia.lindgren", Job::RegisteredNurse),
    ("Marek Nowak", "marek.nowak", Job::RegisteredNurse),
    ("Ana Sousa", "ana.sousa", Job::SocialWorker),
];

fn rows(count: usize) -> Vec<Row> {
    let row = |(n, (name, email, job)): (u32, (&str, &str, Job))| Row {
        id: FactId(id(700 + u128::from(n))),
        name: name.into(),
        email: format!("{email}@elmstreet-pediatrics.example"),
        job: Some(job),
        practice: if n % 4 == 3 { "Quay Street Pediatrics" } else { "Elm Street Pediatrics" }.into(),
        since: at(datetime!(2025-11-03 15:00 UTC)).plus_seconds(-i64::from(n) * 7_000_000),
        last_sign_in: (n % 5 != 2)
            .then(|| at(datetime!(2026-04-09 19:44 UTC)).plus_seconds(-i64::from(n) * 600_000)),
        charts: if n % 5 == 2 { 0 } else { i64::from(n) * 31 + 4 },
        bounced: (n == 2).then(|| at(datetime!(2026-03-20 15:00 UTC))),
        choice: None,
    };
    (0_u32..).zip(NAMES).take(count).map(row).collect()
}

fn chosen(count: usize, of: usize) -> Vec<Row> {
    let mut rows = rows(of);
    for (n, row) in rows.iter_mut().take(count).enumerate() {
        row.choice = Some(if n == 1 { Choice::Remove } else { Choice::Keep });
    }
    rows
}

fn review(rows: Vec<Row>) -> Review {
    let names = ["Dr. Aisha Chen", "Dr. Samuel Okoye", "Dr. Lena Park"].map(str::to_owned);
    Review {
        cycle: CYCLE,
        due: may(),
        moved_from: None,
        last_review: Some(at(datetime!(2025-10-12 14:00 UTC))),
        rows,
        attested: Vec::new(),
        practices: vec![Members { practice: "Elm Street Pediatrics".into(), names: names.into() }],
        saved_at: None,
        name: "Aisha Chen".into(),
        is_registered: true,
        signature: String::new(),
        faults: Vec::new(),
        notice: None,
    }
}

fn open_reviews() -> Vec<(&'static str, Review)> {
    let attested = |name: &str| Attested {
        name: name.into(),
        job: Some(Job::RegisteredNurse),
        practice: "Elm Street Pediatrics".into(),
        since: at(datetime!(2026-04-08 14:00 UTC)),
    };
    let saved_at = Some(at(datetime!(2026-04-11 20:10 UTC)));
    let ids: Vec<FactId> = rows(10).iter().map(|r| r.id).collect();
    let missing = |from: usize| ids.iter().skip(from).map(|id| Fault::ChoiceMissing(*id));
    vec![
        ("review-open", review(rows(10))),
        (
            "review-first",
            Review {
                last_review: None,
                is_registered: false,
                attested: vec![attested("Ruth Baker")],
                ..review(rows(2))
            },
        ),
        ("review-draft", Review { saved_at, ..review(chosen(6, 10)) }),
        ("review-saved", Review { saved_at, notice: Some(Notice::Saved), ..review(chosen(6, 10)) }),
        (
            "review-more-time",
            Review { due: at(datetime!(2026-05-16 04:00 UTC)), moved_from: Some(may()), ..review(rows(3)) },
        ),
        (
            "review-choices-missing",
            Review { faults: missing(7).chain([Fault::NameMissing]).collect(), ..review(chosen(7, 10)) },
        ),
        (
            "review-other-name",
            Review {
                signature: "Dr. Chen".into(),
                faults: vec![Fault::NameMismatch],
                ..review(chosen(3, 3))
            },
        ),
        (
            "review-changed",
            Review {
                signature: "Aisha Chen".into(),
                notice: Some(Notice::Changed {
                    added: vec!["Grace Adeyemi".into()],
                    ended: vec!["Ruth Baker".into(), "Ivo Horvat".into()],
                }),
                ..review(chosen(5, 6))
            },
        ),
        (
            "review-empty",
            Review { practices: Vec::new(), attested: vec![attested("Ruth Baker")], ..review(Vec::new()) },
        ),
    ]
}

fn overdue_reviews() -> Vec<(&'static str, Review)> {
    vec![
        ("review-overdue", review(chosen(4, 10))),
        ("review-overdue-empty", Review { practices: Vec::new(), ..review(Vec::new()) }),
    ]
}

fn completed() -> Vec<(&'static str, Completed)> {
    let done = |kept, removed, how| Completed {
        cycle: CYCLE,
        at: at(datetime!(2026-04-12 13:20 UTC)),
        kept,
        removed,
        next_opening: october(),
        how,
    };
    vec![
        ("review-completed", done(9, 1, How::Now)),
        ("review-completed-late", done(10, 0, How::NowLate)),
        ("review-completed-empty", done(0, 0, How::NowLate)),
        ("review-completed-before", done(9, 1, How::Before)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::samples;

    fn text(name: &str) -> String {
        samples().into_iter().find(|s| s.name == name).unwrap().markup.0
    }

    #[test]
    fn a_review_says_through_when_it_is_open_and_when_the_lock_begins() {
        let page = text("review-open");
        assert!(page.contains("Review of your staff, April 2026"));
        assert!(page.contains("Open through April 30, 2026, 11:59 pm EDT."));
        assert!(page.contains("locked on May 1, 2026 at 00:00 EDT"));
        let extended = text("review-more-time");
        assert!(extended.contains("Open through May 15, 2026, 11:59 pm EDT."));
        assert!(extended.contains("it was due through April 30, 2026, 11:59 pm EDT"));
        assert!(text("review-overdue").contains("locked since May 1, 2026 at 00:00 EDT"));
    }

    #[test]
    fn nobody_is_chosen_beforehand_and_a_draft_comes_back_as_it_was() {
        assert_eq!(text("review-open").matches(" checked").count(), 0);
        assert_eq!(text("review-draft").matches(" checked").count(), 6);
    }

    #[test]
    fn ten_people_take_ten_choices_and_one_button() {
        let page = text("review-open");
        assert_eq!(page.matches("type=\"radio\"").count(), 20);
        assert_eq!(page.matches("value=\"complete\"").count(), 1);
        let empty = text("review-empty");
        assert!(!empty.contains("name=\"name\"") && empty.contains("value=\"complete\""));
    }

    #[test]
    fn the_days_left_count_from_the_first_day_and_include_the_last() {
        assert!(text("review-banner-first-day").contains("30 days left"));
        assert!(text("review-banner-last-day").contains("it is the last day"));
    }

    #[test]
    fn a_locked_sponsor_has_no_way_but_the_review_help_and_sign_out() {
        for name in ["review-overdue", "review-hospital-locked", "review-without-npi-locked"] {
            let page = text(name);
            let links: Vec<&str> =
                page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let ways = ["/assets/", "#", "/help", "tel:", "/dev/mail"];
            let other = links.iter().filter(|l| **l != "/" && !ways.iter().any(|way| l.starts_with(way)));
            assert_eq!(other.count(), 0, "{name}: {links:?}");
        }
    }

    #[test]
    fn what_hinders_a_review_is_said_as_it_is() {
        let hospital = text("review-hospital-sign-in");
        assert!(hospital.contains("signed in with your hospital account") && !hospital.contains("NPI"));
        let without = text("review-without-npi");
        assert!(without.contains("Only a provider with an NPI") && without.contains("href=\"/staff\""));
        assert!(!without.contains("hospital account") && !without.contains("Sign out to sign in"));
    }
}
