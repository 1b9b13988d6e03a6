//! Samples of Patient Selection, its outcomes, My patients and requests.

use time::macros::{date, datetime};

use super::{NOW, Sample, Stage, at, days_ago, id};
use crate::domain::access::next::{EndOf, NextStep};
use crate::domain::access::{Basis, Refusal};
use crate::domain::ids::{PatientId, ProviderId};
use crate::domain::news::News;
use crate::domain::people::AccountKind;
use crate::domain::request::Ending;
use crate::domain::verification::DeclineClass;
use crate::views::find::{
    self, Find, InVain, MyPatients, NotAuthorized, NotFound, Outcome, PatientRow, Pending, SearchFault, Turn,
    Typed,
};
use crate::views::paths::MineList;
use crate::views::request::{self, RequestFault, RequestForm, Wish};
use crate::views::review::Banner;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    selection(stage, all);
    outcomes(stage, all);
    requests(stage, all);
}

fn selection(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let full = Find {
        recent: patients().into_iter().skip(1).take(3).collect(),
        mine: patients(),
        more: true,
        practice: with_news(),
        practice_more: true,
        providers: providers(),
        ..Find::default()
    };
    all.push(Sample { name: "find", markup: find::page(&frame, &full) });
    let owed = Banner { due: NOW.plus_seconds(9 * 86_400), people: 3 };
    let owing = Find { review: Some(owed), ..full.clone() };
    all.push(Sample { name: "find-review-open", markup: find::page(&frame, &owing) });
    all.push(Sample {
        name: "find-first-time",
        markup: find::page(&stage.inside(AccountKind::Sponsored), &Find::default()),
    });
    for (name, typed, fault) in [
        ("find-nothing-typed", Typed::default(), SearchFault::NothingTyped),
        (
            "find-no-such-date",
            born("2", "31", "2019"),
            SearchFault::NoSuchDate { month: 2, day: 31, year: 2019 },
        ),
        (
            "find-no-leap-day",
            born("2", "29", "2019"),
            SearchFault::NoSuchDate { month: 2, day: 29, year: 2019 },
        ),
        (
            "find-no-such-month",
            born("14", "3", "2019"),
            SearchFault::NoSuchDate { month: 14, day: 3, year: 2019 },
        ),
        ("find-birth-missing", born("3", "", "2019"), SearchFault::BirthMissing),
        ("find-birth-in-letters", born("March", "14", "2019"), SearchFault::BirthNotNumbers),
        ("find-birth-in-future", born("3", "14", "2031"), SearchFault::BirthInFuture),
        ("find-bad-mrn", mrn("0447;1093"), SearchFault::BadMrn),
        ("find-family-missing", Typed { family: String::new(), ..name() }, SearchFault::FamilyMissing),
        ("find-given-missing", Typed { given: "M".into(), ..name() }, SearchFault::GivenMissing),
        ("find-name-too-long", name(), SearchFault::TooLong),
        ("find-slowed", name(), SearchFault::Slowed(1500)),
    ] {
        let model = Find { typed, faults: vec![fault], ..full.clone() };
        all.push(Sample { name, markup: find::page(&frame, &model) });
    }
    lists(stage, all);
}

fn lists(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let next = || Some("sample-cursor".to_owned());
    let of =
        |list, rows| MyPatients { rows, next: next(), list, providers: providers(), ..MyPatients::default() };
    let empty =
        |list, provider| MyPatients { list, provider, providers: providers(), ..MyPatients::default() };
    let chosen = providers().first().map(|(id, _)| *id);
    for (name, model) in [
        ("my-patients", of(MineList::All, patients())),
        ("my-patients-empty", MyPatients::default()),
        ("my-patients-new", of(MineList::New, with_news())),
        ("my-patients-nothing-new", empty(MineList::New, None)),
        ("my-patients-practice", of(MineList::Practice, with_news())),
        ("my-patients-practice-nothing-new", empty(MineList::Practice, None)),
        ("my-patients-of-one-provider", MyPatients { provider: chosen, ..of(MineList::All, patients()) }),
        ("my-patients-of-nobody", empty(MineList::All, Some(ProviderId(id(99))))),
    ] {
        all.push(Sample { name, markup: find::my_patients_page(&frame, &model) });
    }
}

fn providers() -> Vec<(ProviderId, String)> {
    let names = ["Aisha Chen", "Rafael Haddad", "Maximiliana Washington-Abernathy de la Fuente"];
    names.into_iter().zip(70..).map(|(name, n)| (ProviderId(id(n)), name.to_owned())).collect()
}

fn with_news() -> Vec<PatientRow> {
    patients().into_iter().filter(|row| !row.news.is_empty()).collect()
}

fn outcomes(stage: &Stage, all: &mut Vec<Sample>) {
    let denied = NotAuthorized::default;
    for (label, kind, typed, outcome) in [
        ("search-no-match", AccountKind::Provider, name(), Outcome::NoMatch),
        ("search-several-match", AccountKind::Provider, name(), Outcome::SeveralMatch),
        ("not-authorized-by-mrn", AccountKind::Provider, mrn("0447 1093"), Outcome::NotAuthorized(denied())),
        ("not-authorized-by-name", AccountKind::Provider, name(), Outcome::NotAuthorized(denied())),
        ("not-authorized-by-url", AccountKind::Provider, Typed::default(), Outcome::NotAuthorized(denied())),
        ("not-authorized-staff", AccountKind::Sponsored, mrn("0447 1093"), Outcome::NotAuthorized(denied())),
        ("not-authorized-family", AccountKind::Family, Typed::default(), Outcome::NotAuthorized(denied())),
        (
            "not-authorized-ended",
            AccountKind::Provider,
            mrn("0447 1093"),
            Outcome::NotAuthorized(NotAuthorized {
                ended: Some(at(datetime!(2026-10-02 04:00 UTC))),
                ..denied()
            }),
        ),
        (
            "not-authorized-asked",
            AccountKind::Provider,
            name(),
            Outcome::NotAuthorized(NotAuthorized { asked: Some(asked()), ..denied() }),
        ),
        (
            "not-authorized-asked-family",
            AccountKind::Provider,
            name(),
            Outcome::NotAuthorized(NotAuthorized { asked: Some(asked_family()), ..denied() }),
        ),
        (
            "not-authorized-declined",
            AccountKind::Provider,
            mrn("0447 1093"),
            Outcome::NotAuthorized(NotAuthorized { in_vain: in_vain(), ..denied() }),
        ),
        (
            "not-authorized-restricted",
            AccountKind::Provider,
            name(),
            Outcome::NotAuthorized(NotAuthorized { named: Some(Refusal::PatientRestricted), ..denied() }),
        ),
        (
            "not-authorized-deceased",
            AccountKind::Provider,
            name(),
            Outcome::NotAuthorized(NotAuthorized { named: Some(Refusal::PatientDeceased), ..denied() }),
        ),
    ] {
        let model = NotFound { typed, outcome };
        all.push(Sample { name: label, markup: find::outcome_page(&stage.inside(kind), &model) });
    }
}

/// One that must wait, and one that need not.
fn in_vain() -> Vec<InVain> {
    let declined = InVain {
        id: id(71).into(),
        wish: Wish::NonPcp,
        filed: days_ago(9),
        ending: Ending::Declined,
        at: days_ago(6),
        class: Some(DeclineClass::FamilyRefused),
        said: "Please speak with the family at the next visit.".into(),
        again_from: Some(date!(2026 - 12 - 17)),
    };
    let expired = InVain {
        wish: Wish::PcpChange,
        ending: Ending::Expired,
        class: None,
        said: String::new(),
        again_from: None,
        ..declined.clone()
    };
    vec![expired, declined]
}

fn requests(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let form = |wish, typed, ask_identity, faults| RequestForm {
        wish,
        typed,
        ask_identity,
        practices: vec![],
        practice: String::new(),
        reason: "Well-child visit on 12-Nov-2026; the family moved to our practice.".into(),
        faults,
    };
    for (label, model) in [
        ("request-pcp", form(Wish::PcpChange, name(), false, vec![])),
        ("request-pcp-by-mrn", form(Wish::PcpChange, mrn("0447 1093"), true, vec![])),
        ("request-non-pcp", form(Wish::NonPcp, name(), false, vec![])),
        (
            "request-no-reason",
            RequestForm {
                reason: String::new(),
                ..form(Wish::NonPcp, name(), false, vec![RequestFault::ReasonMissing])
            },
        ),
        ("request-long-reason", form(Wish::NonPcp, name(), false, vec![RequestFault::ReasonTooLong])),
        (
            "request-not-matched",
            form(
                Wish::PcpChange,
                Typed { mrn: "0447 1093".into(), ..name() },
                true,
                vec![RequestFault::NotMatched],
            ),
        ),
        (
            "request-bad-date",
            form(
                Wish::PcpChange,
                Typed { mrn: "0447 1093".into(), ..born("2", "31", "2019") },
                true,
                vec![RequestFault::Search(SearchFault::NoSuchDate { month: 2, day: 31, year: 2019 })],
            ),
        ),
    ] {
        all.push(Sample { name: label, markup: request::form_page(&frame, &model) });
    }
    all.push(Sample { name: "request-filed-pcp", markup: request::filed_page(&frame, Wish::PcpChange) });
    all.push(Sample { name: "request-filed-non-pcp", markup: request::filed_page(&frame, Wish::NonPcp) });
    let several = RequestForm {
        practices: vec![
            ("1".into(), "Elm Street Pediatrics".into()),
            ("2".into(), "Harbor Family Medicine".into()),
        ],
        practice: "2".into(),
        ..form(Wish::PcpChange, name(), false, vec![])
    };
    all.push(Sample { name: "request-practices", markup: request::form_page(&frame, &several) });
}

fn name() -> Typed {
    born("3", "14", "2019")
}

fn born(month: &str, day: &str, year: &str) -> Typed {
    Typed {
        mrn: String::new(),
        family: "Rivera".into(),
        given: "Mateo".into(),
        month: month.into(),
        day: day.into(),
        year: year.into(),
    }
}

fn mrn(mrn: &str) -> Typed {
    Typed { mrn: mrn.into(), ..Typed::default() }
}

fn asked() -> Pending {
    let turn = Turn::Hospital(Some(date!(2026 - 11 - 27)));
    Pending { wish: Wish::PcpChange, filed: days_ago(1), turn }
}

fn asked_family() -> Pending {
    let turn = Turn::Family(Some(date!(2026 - 12 - 20)));
    Pending { wish: Wish::NonPcp, filed: days_ago(1), turn }
}

fn patients() -> Vec<PatientRow> {
    [
        ("Rivera", "Mateo", date!(2019 - 03 - 14), "Male", "04471093", vec![Basis::Pcp], 4),
        ("O’Neill", "Saoirse", date!(2015 - 01 - 02), "Female", "03992214", vec![Basis::PracticePcp], 5),
        (
            "Trần",
            "Bảo Ngọc",
            date!(2026 - 08 - 21),
            "Female",
            "04620087",
            vec![Basis::Pcp, Basis::CareTeam],
            9,
        ),
        (
            "Washington-Abernathy",
            "Imani Josephine",
            date!(2012 - 07 - 30),
            "Female",
            "03105561",
            vec![Basis::CareTeam],
            21,
        ),
        ("Kowalczyk", "Aleksander", date!(1961 - 12 - 05), "Male", "00008812", vec![Basis::Token], 33),
        ("García", "Lucía", date!(2024 - 05 - 17), "Female", "04556120", vec![Basis::Grant], 60),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (family, given, birth_date, sex, mrn, bases, days))| PatientRow {
        id: PatientId(id(n as u128)),
        family: family.into(),
        given: given.into(),
        birth_date,
        sex: sex.into(),
        mrn: mrn.into(),
        bases,
        news: match n {
            0 => vec![News::Result, News::Admission, News::Discharge],
            1 => vec![News::Result],
            _ => vec![],
        },
        at: Some(days_ago(days)),
        next: match n {
            4 => NextStep::OpenUntil { ends: days_ago(-90), by: EndOf::Fact(Basis::Token) },
            5 => NextStep::OpenUntil { ends: days_ago(-9), by: EndOf::Fact(Basis::Grant) },
            2 => NextStep::OpenUntil { ends: days_ago(-20), by: EndOf::Support },
            3 => NextStep::OpenUntil { ends: days_ago(-60), by: EndOf::Death },
            _ => NextStep::Open,
        },
        pending: (n == 4).then(asked),
    })
    .collect()
}
