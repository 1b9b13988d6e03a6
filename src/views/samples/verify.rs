//! Samples of verifying a request by phone, of approving what the family confirmed, and of a request about a patient.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::chart::Section;
use crate::domain::grant::Lasting;
use crate::domain::ids::{FactId, RequestId};
use crate::domain::people::AccountKind;
use crate::domain::queue::{Due, Obstacle, Step};
use crate::domain::request::{Ending, RequestKind, Route};
use crate::domain::verification::{
    CallOutcome, DeclineClass, FamilyPhone, Identifier, Missing, Relationship, Typed,
};
use crate::views::desk::Changed;
use crate::views::desk::confirm::{self, Access, Confirm, Fate, What};
use crate::views::desk::ending::{self, End};
use crate::views::desk::facts;
use crate::views::desk::not_in_chart::{self as waiting, Entry, NotInChart, Standing};
use crate::views::desk::patient::{self, Current, Facts, InChart, Person, Verified};
use crate::views::desk::request::{self, Line, Request};
use crate::views::desk::verify::{self, Call, NewCall, Phones, Verify};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    requests(&frame, all);
    calls(&frame, all);
    confirms(&frame, all);
    not_in_chart(&frame, all);
    ends(&frame, all);
}

fn not_in_chart(frame: &Frame, all: &mut Vec<Sample>) {
    let entry = |n: u128, days, standing| Entry {
        request: RequestId(id(0x7C_2200 + n)),
        patient: "RIVERA-CASTELLANOS, Mateo".into(),
        mrn: if n == 5 { String::new() } else { "0447 1093".into() },
        whom: match n {
            1 => ("Dr. Lena Park".into(), "Harbor Family Medicine".into()),
            _ => (String::new(), "Elm Street Pediatrics".into()),
        },
        made_at: days_ago(days),
        standing,
        ended: if matches!(n, 3 | 5) { vec![] } else { ended() },
    };
    let filled = NotInChart {
        entries: vec![
            entry(1, 4, Standing::Conflict(current())),
            entry(2, 3, Standing::Refused(NOW)),
            entry(3, 2, Standing::Down(NOW)),
            entry(4, 1, Standing::ByHand),
            entry(5, 0, Standing::Next),
            entry(6, 0, Standing::Over(NOW)),
            entry(7, 0, Standing::Listed),
        ],
        is_later: false,
        next: Some("1.2".into()),
        handles: true,
    };
    let empty = NotInChart { entries: vec![], next: None, ..filled.clone() };
    for (name, model) in [
        ("not-in-chart", filled.clone()),
        ("not-in-chart-auditor", NotInChart { handles: false, is_later: true, next: None, ..filled }),
        ("not-in-chart-empty", empty.clone()),
        ("not-in-chart-no-more", NotInChart { is_later: true, ..empty }),
    ] {
        all.push(Sample { name, markup: waiting::page(frame, &model) });
    }
}

/// Whom a decision ended.
fn ended() -> Vec<(String, String)> {
    vec![("Dr. Aisha Chen".into(), String::new()), ("Dr. Lena Park".into(), "Harbor Family Medicine".into())]
}

fn person() -> Person {
    Person {
        family: "Rivera-Castellanos".into(),
        given: "Mateo".into(),
        born: date!(2019 - 03 - 14),
        mrn: "0447 1093".into(),
        language: "Spanish".into(),
    }
}

fn current() -> Vec<Current> {
    let listing = |n: u128, provider: &str, practice: &str, since, source| Current {
        id: FactId(id(0x900 + n)),
        who: (provider.to_owned(), practice.to_owned()),
        since,
        source,
    };
    vec![
        listing(1, "Dr. Lena Park", "Harbor Family Medicine", Some(date!(2024 - 02 - 01)), "feed"),
        listing(2, "", "Elm Street Pediatrics", None, "import"),
    ]
}

fn verified() -> Verified {
    Verified {
        identifiers: [Identifier::BirthDate, Identifier::LastVisit].into_iter().collect(),
        spoken_to: "Elena Rivera".into(),
        relationship: Relationship::Parent,
        at: days_ago(1),
        by: "Jo Ortiz".into(),
    }
}

fn changed() -> Changed {
    Changed { who: "J. Ortiz".into(), at: NOW }
}

fn requests(frame: &Frame, all: &mut Vec<Sample>) {
    let typed = facts::Typed {
        name: "Rivera, Mateo".into(),
        born: "2019-3-14".into(),
        mrn: "0447 1093".into(),
        reason: "New in our practice".into(),
    };
    let base = || Facts {
        id: RequestId(id(4)),
        typed: typed.clone(),
        person: Some(person()),
        current: current(),
        requested: "Dr. Aisha Chen, Elm Street Pediatrics".into(),
        npi: "1234567893".into(),
        joiners: vec!["Dr. Ngozi Okafor".into(), "Nadia Brooks".into()],
        route: Route::Team,
        expires: None,
        flagged: false,
        verified: None,
        in_chart: None,
    };
    let family = Facts {
        requested: String::new(),
        route: Route::Family,
        expires: Some(date!(2026 - 12 - 22)),
        joiners: vec![],
        ..base()
    };
    let bare = Facts {
        person: None,
        current: vec![],
        npi: String::new(),
        joiners: vec![],
        typed: facts::Typed::default(),
        ..base()
    };
    let both = [Ending::Approved, Ending::Declined, Ending::Expired].map(|ending| (ending, None)).to_vec();
    for (name, facts, kind, endings) in [
        ("request-pcp-change", base(), RequestKind::PcpChange, both.clone()),
        (
            "request-pcp-change-verified",
            Facts { verified: Some(verified()), flagged: true, ..base() },
            RequestKind::PcpChange,
            both.clone(),
        ),
        (
            "request-in-chart",
            Facts { in_chart: Some(InChart::Waits(Standing::ByHand, ended())), ..base() },
            RequestKind::PcpChange,
            vec![],
        ),
        (
            "request-in-chart-conflict",
            Facts { in_chart: Some(InChart::Waits(Standing::Conflict(current()), vec![])), ..base() },
            RequestKind::PcpChange,
            vec![],
        ),
        (
            "request-in-chart-done",
            Facts { in_chart: Some(InChart::Done(NOW, "Jo Ortiz".into())), ..base() },
            RequestKind::PcpChange,
            vec![],
        ),
        ("request-with-family", family, RequestKind::NonPcp, vec![]),
        ("request-of-staff", bare, RequestKind::PcpChange, both),
    ] {
        let line = |days, who: &str, step, body: &str| Line {
            at: days_ago(days),
            who: Some(who.to_owned()),
            step,
            body: body.to_owned(),
        };
        let model = Request {
            id: RequestId(id(4)),
            version: 3,
            kind,
            asked_by: Some(("Dr. Aisha Chen".into(), "aisha.chen@elmstreet.example".into())),
            practice: "Elm Street Pediatrics".into(),
            filed: days_ago(2),
            due: (date!(2026 - 11 - 24), Due::In(1)),
            owner: Some(("Jo Ortiz".into(), true)),
            ended: None,
            facts: patient::facts(frame, &facts),
            lines: vec![
                line(2, "Dr. Aisha Chen", Step::Filed, ""),
                line(1, "Nadia Brooks", Step::Joined, ""),
                line(1, "Jo Ortiz", Step::Call, "Voicemail left."),
            ],
            handles: true,
            endings,
            note: String::new(),
            note_wrong: false,
            receivers: vec![],
            to: String::new(),
            to_fault: None,
            changed: None,
        };
        all.push(Sample { name, markup: request::page(frame, &model) });
    }
}

fn calls(frame: &Frame, all: &mut Vec<Sample>) {
    let phone = |whose: &str, relation: &str, number: &str, place: &str| FamilyPhone {
        whose: whose.to_owned(),
        relation: relation.to_owned(),
        number: number.to_owned(),
        place: place.to_owned(),
    };
    let call = |days, outcome, interpreter: Option<&str>, note: &str| Call {
        at: days_ago(days),
        who: "Jo Ortiz".into(),
        outcome,
        interpreter: interpreter.map(str::to_owned),
        note: note.to_owned(),
    };
    let base = || Verify {
        id: RequestId(id(4)),
        version: 3,
        kind: RequestKind::PcpChange,
        asked_by: "Dr. Aisha Chen, Elm Street Pediatrics".into(),
        person: Some(person()),
        phones: Phones::Known(vec![
            phone("", "", "617-555-0142", "home"),
            phone("Elena Rivera", "Mother", "617-555-0143", "mobile"),
        ]),
        calls: vec![
            call(2, CallOutcome::Voicemail, None, ""),
            call(1, CallOutcome::Reached, Some("Spanish"), "The mother; she was at work, call ends 5 pm."),
        ],
        verified: None,
        call: NewCall::default(),
        typed: Typed::default(),
        claim: None,
        naming: (String::new(), false),
        missing: vec![],
        is_workable: true,
        changed: None,
    };
    let wrong = NewCall {
        outcome_missing: true,
        note_wrong: true,
        interpreter: true,
        note: "x".repeat(1001),
        outcome: None,
    };
    let half = Typed {
        identifiers: [Identifier::Phone].into_iter().collect(),
        spoken_to: String::new(),
        relationship: Some(Relationship::Patient),
        on_record_number: false,
    };
    let all_missing = vec![Missing::Reached, Missing::Identifiers, Missing::Name, Missing::Authority];
    for (name, model) in [
        ("verify", base()),
        ("verify-first", Verify { calls: vec![], ..base() }),
        ("verify-no-phone", Verify { phones: Phones::Known(vec![]), ..base() }),
        ("verify-record-down", Verify { phones: Phones::Down(Some(days_ago(1))), ..base() }),
        (
            "verify-auditor",
            Verify { phones: Phones::NotShown, is_workable: false, verified: Some(verified()), ..base() },
        ),
        ("verify-call-wrong", Verify { call: wrong, ..base() }),
        ("verify-incomplete", Verify { typed: half, missing: all_missing, ..base() }),
        ("verify-no-relationship", Verify { missing: vec![Missing::Relationship], ..base() }),
        ("verify-done", Verify { verified: Some(verified()), ..base() }),
        ("verify-changed", Verify { changed: Some(changed()), ..base() }),
    ] {
        all.push(Sample { name, markup: verify::page(frame, &model) });
    }
}

fn confirms(frame: &Frame, all: &mut Vec<Sample>) {
    let requested = "Dr. Aisha Chen, Elm Street Pediatrics".to_owned();
    let listing = |fates: [Option<Fate>; 2]| {
        What::Listing(current().into_iter().zip(fates).collect(), requested.clone())
    };
    let base = || Confirm {
        id: RequestId(id(4)),
        version: 5,
        asked_by: "Dr. Aisha Chen".into(),
        person: Some(person()),
        verified: Some(verified()),
        what: listing([None, None]),
        incomplete: false,
        obstacle: None,
        changed: None,
    };
    let access = Access {
        lasting: Some(Lasting::Months6),
        sections: vec![Section::Results, Section::Visits],
        marked: false,
        part2: false,
    };
    for (name, model) in [
        ("confirm-pcp", base()),
        ("confirm-pcp-half", Confirm { what: listing([Some(Fate::Ends), None]), incomplete: true, ..base() }),
        ("confirm-pcp-nobody-listed", Confirm { what: What::Listing(vec![], requested.clone()), ..base() }),
        ("confirm-unverified", Confirm { verified: None, ..base() }),
        (
            "confirm-changed",
            Confirm {
                what: listing([Some(Fate::Ends), Some(Fate::Stays)]),
                changed: Some(changed()),
                ..base()
            },
        ),
        ("confirm-gone", Confirm { obstacle: Some(Obstacle::Gone), ..base() }),
        ("confirm-too-old", Confirm { obstacle: Some(Obstacle::Unverified), ..base() }),
        ("confirm-access", Confirm { what: What::Access(access), ..base() }),
        (
            "confirm-access-no-time",
            Confirm {
                what: What::Access(Access { marked: true, part2: true, ..Access::default() }),
                incomplete: true,
                ..base()
            },
        ),
    ] {
        all.push(Sample { name, markup: confirm::page(frame, &model) });
    }
}

fn ends(frame: &Frame, all: &mut Vec<Sample>) {
    let end = |ending, class: Option<DeclineClass>, template: &str| End {
        id: RequestId(id(4)),
        version: 3,
        kind: RequestKind::PcpChange,
        asked_by: "Dr. Aisha Chen".into(),
        ending,
        class,
        text: ending::template(RequestKind::PcpChange, ending, template).to_owned(),
        text_wrong: false,
        obstacle: None,
        changed: None,
        thread: None,
    };
    for (name, model) in [
        ("decline-access", end(Ending::Declined, Some(DeclineClass::Other), "")),
        ("decline-access-template", end(Ending::Declined, Some(DeclineClass::OtherPcp), "other_pcp")),
        ("close-unreached", end(Ending::Expired, None, "not_reached")),
        (
            "close-unreached-too-soon",
            End { obstacle: Some(Obstacle::TooFewTries), ..end(Ending::Expired, None, "not_reached") },
        ),
        (
            "decline-with-family",
            End {
                obstacle: Some(Obstacle::WithFamily),
                ..end(Ending::Declined, Some(DeclineClass::Other), "")
            },
        ),
    ] {
        all.push(Sample { name, markup: ending::page(frame, &model) });
    }
}
