//! Samples of how family accounts begin, and of the access team's page about families.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::calendar::Interval;
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::{Bar, Fault, Relationship};
use crate::domain::family::topic::SeatSource;
use crate::domain::language::Language;
use crate::domain::people::{AccountKind, GivenBy};
use crate::views::families::rights::{Grant, Seat};
use crate::views::families::{self, Families, Family, Notice, Tie};
use crate::views::family::activate::{self, Activate, Begun, Boxes};
use crate::views::family::care_team::{Match, Search};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    for language in Language::ALL.iter().copied() {
        let (outside, inside) = (stage.outside(), stage.inside(AccountKind::Family));
        let (outside, inside) = (Frame { language, ..outside }, Frame { language, ..inside });
        let mut put = |english: &'static str, spanish: &'static str, markup| {
            let name = if language == Language::English { english } else { spanish };
            all.push(Sample { name, markup });
        };
        let faulty = Activate {
            faults: Fault::ALL.iter().copied().filter(|f| *f != Fault::EmailTaken).collect(),
            ..typed()
        };
        let barred = Activate { bar: Some(Bar::Under13), ..typed() };
        let begun = Begun { digits: "48201735".into(), waits: true };
        let chart = Activate { faults: vec![Fault::NoMatch, Fault::Signature], ..typed() };
        put("family-activate", "family-activate-es", activate::page(&outside, &Activate::default()));
        put("family-activate-faulty", "family-activate-faulty-es", activate::page(&outside, &faulty));
        put("family-activate-barred", "family-activate-barred-es", activate::page(&outside, &barred));
        put("family-activate-begun", "family-activate-begun-es", activate::begun_page(&outside, &begun));
        put("family-chart", "family-chart-es", activate::chart_page(&inside, &Activate::default()));
        put("family-chart-faulty", "family-chart-faulty-es", activate::chart_page(&inside, &chart));
    }
    let frame = stage.inside(AccountKind::AccessTeam);
    for (name, model) in team() {
        all.push(Sample { name, markup: families::page(&frame, &model) });
    }
}

fn typed() -> Activate {
    let boxes = |month: &str, day: &str, year: &str| Boxes {
        month: month.into(),
        day: day.into(),
        year: year.into(),
    };
    Activate {
        code: "7ZZZ-ZZZZ".into(),
        patient_born: boxes("6", "1", "2013"),
        given: "Elena".into(),
        family: "Rivera".into(),
        born: boxes("2", "3", "1985"),
        relationship: Some(Relationship::Mother),
        email: "elena@example.org".into(),
        signature: "Elena Rivera".into(),
        agreed: true,
        faults: Vec::new(),
        bar: None,
    }
}

fn team() -> Vec<(&'static str, Families)> {
    let tie = |n, name: &str, court_order, span| Tie {
        id: id(n),
        name: name.into(),
        email: "family@example.org".into(),
        relationship: "mother".into(),
        court_order,
        span,
        is_for_adult: n % 2 == 1,
    };
    let seat = |n, name: &str, source, span| Seat {
        id: id(n),
        name: name.into(),
        role: "Orthopedist".into(),
        source,
        span,
    };
    let family = Family {
        name: "Mateo Rivera".into(),
        birth_date: date!(2013 - 06 - 01),
        ties: vec![
            tie(130, "Elena Rivera", false, Interval::ALWAYS),
            tie(131, "Luis Rivera", true, Interval::new(Some(days_ago(400)), None)),
            tie(132, "Ana Sosa", false, Interval::new(Some(days_ago(900)), Some(days_ago(30)))),
        ],
        own: vec![("Mateo Rivera".into(), "mateo@example.org".into())],
        codes: vec![(id(77), Capacity::Guardian, NOW)],
        proxies: vec![(id(133), "Rosa Rivera".into(), days_ago(2))],
        grants: vec![Grant {
            id: id(134),
            name: "Adaeze Haddad-Featherstonehaugh".into(),
            by: GivenBy::Guardian,
            span: Interval::new(Some(days_ago(3)), Some(days_ago(-27))),
        }],
        seats: vec![
            seat(135, "Nadia Haddad", SeatSource::Feed, Interval::ALWAYS),
            seat(136, "Summit Orthopedics", SeatSource::Family, Interval::new(Some(days_ago(9)), None)),
        ],
        waits_for_merge: false,
        may_change: true,
    };
    let empty = Family {
        ties: Vec::new(),
        own: Vec::new(),
        codes: Vec::new(),
        proxies: Vec::new(),
        grants: Vec::new(),
        seats: Vec::new(),
        may_change: false,
        ..family.clone()
    };
    let of = |found, notice| Families { mrn: "044712".into(), found, notice, ..Families::default() };
    let searched =
        |query: &str, search| Families { query: query.into(), search, ..of(Some(family.clone()), None) };
    let hit = |n, kind, name: &str, about: &str, npi: &str| Match {
        kind,
        id: id(n),
        name: name.into(),
        about: about.into(),
        npi: npi.into(),
    };
    let hits = vec![
        hit(137, "provider", "Nadia Haddad", "Orthopedics, Summit Orthopedics", "1234567893"),
        hit(138, "practice", "Haddad Family Practice", "1 Elm Street", ""),
    ];
    let merged = Family { waits_for_merge: true, ..empty.clone() };
    let code = Notice::Code("7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ".into());
    vec![
        ("families", Families::default()),
        ("families-nobody", of(None, None)),
        ("families-found", of(Some(family.clone()), None)),
        ("families-empty", of(Some(empty), Some(Notice::NotYours))),
        ("families-code", of(Some(family.clone()), Some(code))),
        ("families-search", searched("haddad", Search::Found(hits, true))),
        ("families-search-none", searched("nobody", Search::Found(Vec::new(), false))),
        ("families-search-short", searched("ab", Search::TooShort)),
        ("families-reason", of(Some(family.clone()), Some(Notice::NoReason))),
        ("families-merge", of(Some(merged), None)),
        ("families-barred", of(Some(family), Some(Notice::Barred(Bar::HasAccount)))),
    ]
}
