//! Samples of the campaign of the validation.

use std::collections::BTreeMap;

use time::macros::{date, datetime};

use super::{Sample, Stage, at, id};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::campaign::{Hindrance, Problem, Standing, State, coming};
use crate::domain::ids::AccountId;
use crate::domain::notice::NoticeKind;
use crate::domain::people::AccountKind;
use crate::domain::rehearsal::{self, Losing, Moment, Rehearsal};
use crate::domain::validation::Cycles;
use crate::views::campaign::list::{self, Campaign, Cycle, Past, Row};
use crate::views::campaign::sponsor::{self, Extension, Listed, Sponsor, Typed};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let inside = stage.inside(AccountKind::AccessTeam);
    let cycles = Cycles::counting_from(at(datetime!(2026-01-01 05:00 UTC)), stage.zone);
    let on = |now: Instant| Frame { now, ..inside.clone() };
    lists(on, &cycles, all);
    sponsors(on, all);
    rehearsals(&on(october()), all);
}

/// Three weeks into a cycle.
fn october() -> Instant {
    at(datetime!(2026-10-23 14:00 UTC))
}

/// After it was due.
fn november() -> Instant {
    at(datetime!(2026-11-03 14:00 UTC))
}

fn due() -> Instant {
    at(datetime!(2026-10-31 04:00 UTC))
}

fn open() -> Standing {
    Standing { state: State::Open, due: due(), is_extended: false, since: None, older: None, is_owed: true }
}

/// Locked since May by the cycle of April.
fn older() -> Standing {
    let may = at(datetime!(2026-05-01 04:00 UTC));
    Standing { state: State::Locked, since: Some(may), older: Some(date!(2026 - 04 - 01)), ..open() }
}

fn row(n: u128, name: &str, standing: Standing) -> Row {
    Row {
        id: AccountId(id(n)),
        name: name.to_owned(),
        email: format!("sponsor{n}@a-long-name-for-a-practice.example"),
        is_bounced: false,
        practices: vec![("Elm Street Pediatrics".to_owned(), "1-555-0142".to_owned())],
        listed: 4,
        patients: 312,
        standing,
        last_sign_in: Some(at(datetime!(2026-10-20 13:10 UTC))),
    }
}

fn rows() -> Vec<Row> {
    let locked = Standing { state: State::Locked, since: Some(due()), ..open() };
    let at_once = at(datetime!(2026-10-04 13:00 UTC));
    let done = Standing { state: State::Done, since: Some(at_once), is_owed: false, ..open() };
    let moved = Standing { is_extended: true, due: at(datetime!(2026-11-16 05:00 UTC)), ..open() };
    let risk = Standing { state: State::AtRisk, ..open() };
    vec![
        row(31, "Dr. Ngozi Okafor", locked),
        row(36, "Dr. Samira Haddad", older()),
        Row {
            is_bounced: true,
            practices: Vec::new(),
            last_sign_in: None,
            ..row(32, "Dr. Aisha Chen", risk)
        },
        row(33, "Dr. Maximiliane Oberhuber-Schwarzenbacher", moved),
        row(34, "Dr. Tomás Rivera", done),
        row(35, "Dr. Lee", Standing { since: None, ..done }),
    ]
}

fn lists(on: impl Fn(Instant) -> Frame, cycles: &Cycles, all: &mut Vec<Sample>) {
    let of = |state: State, n: i64| (state, n, n * 4, Some(n * 97));
    let running = Cycle {
        opening: date!(2026 - 10 - 01),
        due: due(),
        is_over: false,
        counts: vec![of(State::Locked, 1), of(State::AtRisk, 61), of(State::Open, 1), of(State::Done, 204)],
        state: None,
        rows: rows().split_off(1),
        next: Some(50),
        history: vec![Past {
            cycle: date!(2026 - 04 - 01),
            sponsors: 260,
            listed: 1020,
            reviewed: 251,
            locked: 14,
        }],
        missing: Vec::new(),
    };
    let over = Cycle {
        counts: vec![of(State::Locked, 9), of(State::AtRisk, 0), of(State::Open, 1), of(State::Done, 256)],
        rows: rows(),
        ..running.clone()
    };
    let many = |count: &(State, i64, i64, Option<i64>)| (count.0, count.1 * 500, count.2 * 500, None);
    let first = at(datetime!(2026-03-11 14:00 UTC));
    let shown = |now: Instant, cycle: Option<Cycle>| {
        list::page(&on(now), &Campaign { coming: coming(cycles, now), cycle })
    };
    for (name, markup) in [
        ("campaign-before-the-first", shown(first, None)),
        ("campaign", shown(october(), Some(running.clone()))),
        ("campaign-after-the-lock", shown(november(), Some(over.clone()))),
        (
            "campaign-behind",
            shown(october(), Some(Cycle { missing: vec![NoticeKind::Days9], ..running.clone() })),
        ),
        (
            "campaign-many",
            shown(
                october(),
                Some(Cycle { counts: running.counts.iter().map(many).collect(), ..running.clone() }),
            ),
        ),
        (
            "campaign-nobody-locked",
            shown(
                october(),
                Some(Cycle { state: Some(State::Locked), rows: Vec::new(), next: None, ..running.clone() }),
            ),
        ),
        (
            "campaign-unlisted",
            shown(
                october(),
                Some(Cycle { rows: Vec::new(), next: None, history: Vec::new(), ..running.clone() }),
            ),
        ),
        (
            "campaign-over",
            shown(november(), Some(Cycle { opening: date!(2026 - 04 - 01), is_over: true, ..over })),
        ),
    ] {
        all.push(Sample { name, markup });
    }
    let opening = running.opening;
    let called: Vec<Row> = rows().into_iter().take(4).collect();
    let phones = list::phones_page(&on(november()), opening, &called, Some(50));
    all.push(Sample { name: "campaign-phones", markup: phones });
    let nobody = list::phones_page(&on(november()), opening, &[], None);
    all.push(Sample { name: "campaign-phones-empty", markup: nobody });
    let export = list::export_page(&on(november()), &[opening, date!(2026 - 04 - 01)]);
    all.push(Sample { name: "campaign-export", markup: export });
    all.push(Sample { name: "campaign-export-nothing", markup: list::export_page(&on(first), &[]) });
}

fn sponsors(on: impl Fn(Instant) -> Frame, all: &mut Vec<Sample>) {
    let listed = |name: &str, span: Interval, is_live: bool| Listed {
        name: name.to_owned(),
        email: "somebody.with.a.long.address@elmstreet.example".to_owned(),
        practice: "Elm Street Pediatrics".to_owned(),
        span,
        is_live,
    };
    let left = Interval::new(None, Some(at(datetime!(2026-10-12 14:00 UTC))));
    let locked = Standing { state: State::Locked, since: Some(due()), ..open() };
    let moved = |by: &str, reason: &str| Extension {
        due_on: date!(2026 - 11 - 16),
        decided_at: at(datetime!(2026-10-21 14:00 UTC)),
        by: by.to_owned(),
        reason: reason.to_owned(),
    };
    let base = Sponsor {
        opening: date!(2026 - 10 - 01),
        normal: date!(2026 - 10 - 31),
        row: row(31, "Dr. Ngozi Okafor", locked),
        listed: vec![
            listed("Nadia Brooks", Interval::ALWAYS, true),
            listed("Sam Lee", left, false),
            listed("Ada Stein", Interval::ALWAYS, false),
        ],
        letters: vec![
            (NoticeKind::Opening, at(datetime!(2026-10-01 04:01 UTC)), true, false),
            (NoticeKind::Days16, at(datetime!(2026-10-15 09:01 UTC)), true, true),
            (NoticeKind::Days9, at(datetime!(2026-10-22 04:01 UTC)), false, false),
        ],
        extensions: vec![
            moved("", ""),
            moved("Jo Ortiz", "On leave until the middle of November; told by phone."),
        ],
        hindrance: None,
    };
    let plain = Sponsor {
        listed: Vec::new(),
        letters: Vec::new(),
        extensions: Vec::new(),
        row: row(33, "Dr. Aisha Chen", open()),
        ..base.clone()
    };
    let done = Sponsor { hindrance: Some(Hindrance::AlreadyDone), ..plain.clone() };
    let earlier = Sponsor { row: row(36, "Dr. Samira Haddad", older()), ..plain.clone() };
    let nobody_left = Sponsor { hindrance: Some(Hindrance::NobodyLeft), ..earlier.clone() };
    let typed = Typed { month: "2".into(), day: "30".into(), year: "2026".into(), reason: "Ill".into() };
    let form = |model: &Sponsor, typed: &Typed, problems: &[Problem]| {
        sponsor::extend_page(&on(november()), model, typed, problems)
    };
    let wrong = [Problem::NoSuchDate, Problem::Reason];
    for (name, markup) in [
        ("campaign-sponsor", sponsor::page(&on(november()), &base)),
        ("campaign-sponsor-nothing", sponsor::page(&on(october()), &plain)),
        ("campaign-sponsor-done", sponsor::page(&on(october()), &done)),
        ("campaign-sponsor-locked-by-an-earlier-cycle", sponsor::page(&on(november()), &earlier)),
        ("campaign-extend-locked-by-an-earlier-cycle", form(&earlier, &Typed::default(), &[])),
        ("campaign-extend-nobody-left", form(&nobody_left, &Typed::default(), &[])),
        ("campaign-extend", form(&base, &Typed::default(), &[])),
        ("campaign-extend-wrong", form(&plain, &typed, &wrong)),
        ("campaign-extend-hindered", form(&done, &Typed::default(), &[])),
    ] {
        all.push(Sample { name, markup });
    }
}

fn rehearsals(frame: &Frame, all: &mut Vec<Sample>) {
    let losing = |n: u128, name: &str, is_sponsor, patients| Losing {
        account: AccountId(id(n)),
        name: name.to_owned(),
        is_sponsor,
        patients,
    };
    let lock = Moment {
        letters: BTreeMap::from([(NoticeKind::Lock, 12)]),
        locked: 12,
        locked_staff: 31,
        losing: 40,
        patients: 5120,
        people: vec![losing(31, "Dr. Ngozi Okafor", true, 312), losing(41, "Nadia Brooks", false, 0)],
        ..Moment::default()
    };
    let opening = Moment {
        opened: 260,
        listed: 1,
        letters: BTreeMap::from([(NoticeKind::Opening, 260)]),
        ..Moment::default()
    };
    let moments = BTreeMap::from([
        ((due(), date!(2026 - 10 - 01)), lock),
        ((at(datetime!(2027-04-01 04:00 UTC)), date!(2027 - 04 - 01)), opening),
    ]);
    let page = |days, outcome| super::super::campaign::rehearsal::page(frame, days, outcome);
    let days = ["2026-10-23", "2027-04-01"];
    let nothing = Rehearsal::default();
    for (name, markup) in [
        ("campaign-rehearsal", page(days, Ok(&Rehearsal { moments }))),
        ("campaign-rehearsal-nothing", page(days, Ok(&nothing))),
        (
            "campaign-rehearsal-reversed",
            page(["2027-04-01", "2026-10-23"], Err(rehearsal::Problem::Reversed)),
        ),
    ] {
        all.push(Sample { name, markup });
    }
}
