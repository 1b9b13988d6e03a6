//! Samples of a provider's practices.

use time::macros::{date, datetime};

use super::{NOW, Sample, Stage, at, days_ago, id};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{PracticeId, RequestId};
use crate::domain::people::AccountKind;
use crate::domain::practice::{Details, Field, Problem, SponsorThere, Typed};
use crate::domain::request::{Ending, RequestKind};
use crate::views::layout::{Frame, NavItem, Width, page};
use crate::views::practice::{
    Belonging, Changes, Circle, DeskFacts, Form, Match, Matches, Overview, Patient, Plan, Request, Staff,
    desk_facts, form_page, overview_page, plan_page,
};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = Frame { current: NavItem::Account, ..stage.inside(AccountKind::Provider) };
    for (name, model) in overviews() {
        all.push(Sample { name, markup: overview_page(&frame, &model) });
    }
    for (name, model) in forms() {
        all.push(Sample { name, markup: form_page(&frame, &model) });
    }
    for (name, model) in plans() {
        all.push(Sample { name, markup: plan_page(&frame, &model) });
    }
    let team = Frame { current: NavItem::Queue, ..stage.inside(AccountKind::AccessTeam) };
    for (name, model) in of_team() {
        let main = maud::html! { h1 { "Practice switch" } (desk_facts(&team, &model)) };
        all.push(Sample { name, markup: page(&team, "Practice switch", Width::Wide, &main) });
    }
}

fn elm() -> Belonging {
    let span = Interval::new(Some(at(datetime!(2023-08-01 04:00 UTC))), None);
    Belonging { id: PracticeId(id(501)), name: "Elm Street Pediatrics".into(), span }
}

fn summit() -> Belonging {
    let span = Interval::new(Some(at(datetime!(2027-01-01 05:00 UTC))), None);
    Belonging { id: PracticeId(id(502)), name: "Summit Family Medicine".into(), span }
}

fn ending_elm() -> Belonging {
    let span = Interval::new(Some(Instant::EVER), Some(at(datetime!(2027-01-01 05:00 UTC))));
    Belonging { span, ..elm() }
}

fn request(n: u128, kind: RequestKind, ended: Option<(Ending, Instant, String)>) -> Request {
    Request {
        id: RequestId(id(n)),
        kind,
        from: (kind == RequestKind::PracticeSwitch).then(|| "Elm Street Pediatrics".into()),
        to: "Quay Street Pediatrics".into(),
        effective_on: date!(2027 - 01 - 01),
        filed_at: days_ago(1),
        due_on: Some(date!(2026 - 11 - 25)),
        ended,
    }
}

fn overviews() -> Vec<(&'static str, Overview)> {
    let reason = "Quay Street Pediatrics told us by phone that you do not start there.".to_owned();
    let (switch, join) = (RequestKind::PracticeSwitch, RequestKind::Membership);
    vec![
        ("practices", Overview { practices: vec![elm()], requests: Vec::new(), gone: false }),
        ("practices-none", Overview { practices: Vec::new(), requests: Vec::new(), gone: false }),
        (
            "practices-waiting",
            Overview {
                practices: vec![elm()],
                requests: vec![request(511, switch, None), request(512, join, None)],
                gone: false,
            },
        ),
        (
            "practices-decided",
            Overview {
                practices: vec![ending_elm(), summit()],
                requests: vec![
                    request(513, switch, Some((Ending::Approved, NOW, String::new()))),
                    request(514, join, Some((Ending::Declined, days_ago(9), reason))),
                    request(515, join, Some((Ending::Withdrawn, days_ago(20), String::new()))),
                ],
                gone: false,
            },
        ),
        (
            "practices-gone",
            Overview {
                practices: vec![elm()],
                requests: vec![request(516, switch, Some((Ending::Approved, NOW, String::new())))],
                gone: true,
            },
        ),
    ]
}

fn typed() -> Typed {
    Typed {
        from: id(501).to_string(),
        to: String::new(),
        name: "Quay Street Pediatrics".into(),
        phone: "212-555-0117".into(),
        fax: "212-555-0118".into(),
        address: "4 Quay Street, Springfield".into(),
        email: "aisha.chen@quaystreet.example".into(),
        sponsor_there: "yes".into(),
        month: "1".into(),
        day: "1".into(),
        year: "2027".into(),
    }
}

fn quay(n: u128) -> Match {
    Match {
        id: PracticeId(id(n)),
        name: "Quay Street Pediatrics".into(),
        address: format!("{} Quay Street, Springfield", n - 519),
    }
}

fn form(kind: RequestKind) -> Form {
    Form {
        kind,
        typed: Typed::default(),
        mine: vec![elm()],
        chosen: None,
        search: String::new(),
        found: None,
        problems: Vec::new(),
    }
}

fn forms() -> Vec<(&'static str, Form)> {
    let (switch, join) = (RequestKind::PracticeSwitch, RequestKind::Membership);
    let found = |rows: Vec<Match>, more, too_short| Some(Matches { rows, more, too_short });
    let search = || "quay".to_owned();
    vec![
        ("practice-switch", form(switch)),
        ("practice-join", form(join)),
        ("practice-switch-several", Form { mine: vec![elm(), summit()], ..form(switch) }),
        ("practice-switch-nowhere", Form { mine: Vec::new(), ..form(switch) }),
        (
            "practice-switch-found",
            Form { search: search(), found: found(vec![quay(520), quay(521)], 3, false), ..form(switch) },
        ),
        (
            "practice-join-not-found",
            Form { search: search(), found: found(Vec::new(), 0, false), ..form(join) },
        ),
        ("practice-join-short", Form { search: "q".into(), found: found(Vec::new(), 0, true), ..form(join) }),
        (
            "practice-switch-chosen",
            Form {
                chosen: Some(quay(520)),
                typed: Typed { to: id(520).to_string(), ..typed() },
                ..form(switch)
            },
        ),
        (
            "practice-switch-faults",
            Form {
                mine: vec![elm(), summit()],
                problems: vec![
                    Problem::FromMissing,
                    Problem::ToMissing,
                    Problem::SponsorMissing,
                    Problem::DateMissing,
                    Problem::BadEmail,
                ],
                ..form(switch)
            },
        ),
        (
            "practice-join-faults",
            Form {
                typed: Typed { phone: "555".into(), fax: "x".into(), ..typed() },
                problems: vec![
                    Problem::BadPhone,
                    Problem::BadFax,
                    Problem::AddressMissing,
                    Problem::TooLong(Field::Name),
                    Problem::DatePast,
                ],
                ..form(join)
            },
        ),
        (
            "practice-switch-open",
            Form { typed: typed(), problems: vec![Problem::OpenAlready], ..form(switch) },
        ),
        ("practice-join-held", Form { typed: typed(), problems: vec![Problem::ToHeld], ..form(join) }),
    ]
}

fn quay_details() -> Details {
    Details {
        name: "Quay Street Pediatrics".into(),
        phone: "212-555-0117".into(),
        fax: "212-555-0118".into(),
        address: "4 Quay Street, Springfield".into(),
    }
}

fn changes() -> Changes {
    Changes {
        at: at(datetime!(2027-01-01 05:00 UTC)),
        lost: 3,
        gained: 41,
        losing: Circle { people: 4, patients: 12 },
        gaining: Circle { people: 1, patients: 12 },
        staff: vec![Staff {
            name: "Nadia Brooks".into(),
            email: "nadia.brooks@elmstreet.example".into(),
            lost: 15,
        }],
    }
}

fn nothing_changes() -> Changes {
    let none = Circle::default();
    Changes { lost: 0, gained: 0, losing: none, gaining: none, staff: Vec::new(), ..changes() }
}

fn plan(kind: RequestKind) -> Plan {
    let patient = |given: &str, mrn: &str| Patient {
        family: "Okoye".into(),
        given: given.into(),
        birth_date: date!(2018 - 05 - 02),
        mrn: mrn.into(),
    };
    Plan {
        kind,
        from: Some("Elm Street Pediatrics".into()),
        to: quay_details(),
        sponsor_there: SponsorThere::Yes,
        email: "aisha.chen@quaystreet.example".into(),
        effective_on: date!(2027 - 01 - 01),
        changes: changes(),
        named: vec![patient("Ada", "05120044"), patient("Ben", "05120045")],
        typed: typed(),
    }
}

fn plans() -> Vec<(&'static str, Plan)> {
    vec![
        ("practice-switch-plan", plan(RequestKind::PracticeSwitch)),
        (
            "practice-join-plan",
            Plan {
                from: None,
                email: String::new(),
                changes: nothing_changes(),
                named: Vec::new(),
                ..plan(RequestKind::Membership)
            },
        ),
    ]
}

fn of_team() -> Vec<(&'static str, DeskFacts)> {
    let facts = || DeskFacts {
        name: "Dr. Aisha Chen".into(),
        requester_email: "aisha.chen@elmstreet.example".into(),
        practices: vec![elm()],
        from: Some("Elm Street Pediatrics".into()),
        to: quay_details(),
        is_new: true,
        namesakes: vec![quay_details()],
        sponsor_there: SponsorThere::Unknown,
        new_email: "aisha.chen@quaystreet.example".into(),
        effective_on: date!(2027 - 01 - 01),
        changes: Some(changes()),
    };
    let closed = DeskFacts {
        practices: vec![ending_elm(), summit()],
        is_new: false,
        namesakes: Vec::new(),
        new_email: String::new(),
        changes: None,
        ..facts()
    };
    vec![("desk-practice-open", facts()), ("desk-practice-closed", closed)]
}
