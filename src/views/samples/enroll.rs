//! Samples of asking for a family account without a code, and of the access team's work on such a request.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::Bar;
use crate::domain::family::staff_check::Fault;
use crate::domain::ids::RequestId;
use crate::domain::language::Language;
use crate::domain::people::AccountKind;
use crate::domain::queue::{Due, Obstacle, Step};
use crate::domain::request::{Ending, RequestKind};
use crate::domain::verification::{FamilyPhone, Identifier, Missing, Relationship, Typed};
use crate::views::desk::ending::{self, End, Handover};
use crate::views::desk::enrolment::{self, Claim};
use crate::views::desk::patient::{Person as Record, Verified};
use crate::views::desk::request::{self, Line, Request};
use crate::views::desk::verify::{self, NewCall, Phones, Verify};
use crate::views::family::activate::Boxes;
use crate::views::family::enroll::{self, Enroll, Person};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    for language in Language::ALL.iter().copied() {
        let frame = Frame { language, ..stage.outside() };
        let mut put = |english: &'static str, spanish: &'static str, markup| {
            let name = if language == Language::English { english } else { spanish };
            all.push(Sample { name, markup });
        };
        let faulty = Enroll { faults: Fault::ALL.to_vec(), ..typed() };
        let barred = Enroll { bar: Some(Bar::ThroughPractice), ..typed() };
        let slowed = Enroll { is_slowed: true, ..typed() };
        put("family-enroll", "family-enroll-es", enroll::page(&frame, &Enroll::default()));
        put("family-enroll-faulty", "family-enroll-faulty-es", enroll::page(&frame, &faulty));
        put("family-enroll-barred", "family-enroll-barred-es", enroll::page(&frame, &barred));
        put("family-enroll-slowed", "family-enroll-slowed-es", enroll::page(&frame, &slowed));
        put("family-enroll-done", "family-enroll-done-es", enroll::done_page(&frame, date!(2026 - 11 - 25)));
    }
    let frame = stage.inside(AccountKind::AccessTeam);
    requests(&frame, all);
    calls(&frame, all);
    ends(&frame, all);
}

fn typed() -> Enroll {
    let person = |given: &str, family: &str, year: &str| Person {
        given: given.into(),
        family: family.into(),
        born: Boxes { month: "6".into(), day: "1".into(), year: year.into() },
    };
    Enroll {
        capacity: Some(Capacity::Guardian),
        asker: person("Elena", "Rivera", "1985"),
        email: "elena@example.org".into(),
        phone: "555 010 0142".into(),
        patient: person("Mateo", "Rivera", "2019"),
        mrn: "0447 1093".into(),
        ..Enroll::default()
    }
}

fn claim() -> Claim {
    Claim {
        capacity: Capacity::Guardian,
        name: "Elena Rivera".into(),
        born: date!(1985 - 02 - 03),
        email: "elena@example.org".into(),
        phone: "555 010 0142".into(),
        language: Language::Spanish,
        patient: ("Mateo".into(), "Rivera".into()),
        patient_born: date!(2019 - 03 - 14),
        mrn: "04471093".into(),
        record: Some(Record {
            family: "Rivera-Castellanos".into(),
            given: "Mateo".into(),
            born: date!(2019 - 03 - 14),
            mrn: "0447 1093".into(),
            language: "Spanish".into(),
        }),
    }
}

fn requests(frame: &Frame, all: &mut Vec<Sample>) {
    let list = Verified {
        identifiers: [Identifier::BirthDate, Identifier::LastVisit].into_iter().collect(),
        spoken_to: "Elena Rivera".into(),
        relationship: Relationship::Parent,
        at: days_ago(1),
        by: "Jo Ortiz".into(),
    };
    let unknown = Claim { record: None, mrn: String::new(), name: "مريم الحداد".into(), ..claim() };
    for (name, claim, list) in
        [("request-enrolment", claim(), Some(&list)), ("request-enrolment-unknown", unknown, None)]
    {
        let model = Request {
            id: RequestId(id(40)),
            version: 1,
            kind: RequestKind::Enrolment,
            asked_by: None,
            practice: String::new(),
            filed: days_ago(1),
            due: (date!(2026 - 11 - 25), Due::In(2)),
            owner: Some(("Jo Ortiz".into(), true)),
            ended: None,
            facts: enrolment::page_facts(frame, &claim, list),
            lines: vec![Line { at: days_ago(1), who: None, step: Step::Filed, body: String::new() }],
            handles: true,
            endings: vec![(Ending::Approved, None), (Ending::Declined, None)],
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
    let phone = FamilyPhone {
        whose: "Elena Rivera".into(),
        relation: "Mother".into(),
        number: "555-010-0177".into(),
        place: "mobile".into(),
    };
    let base = Verify {
        id: RequestId(id(40)),
        version: 1,
        kind: RequestKind::Enrolment,
        asked_by: "Elena Rivera".into(),
        person: claim().record,
        phones: Phones::Known(vec![phone]),
        calls: vec![],
        verified: None,
        call: NewCall::default(),
        typed: Typed::default(),
        missing: vec![],
        is_workable: true,
        claim: Some(claim()),
        naming: (String::new(), false),
        changed: None,
    };
    let lacking =
        Verify { missing: vec![Missing::Identifiers, Missing::Number, Missing::Authority], ..base.clone() };
    let unknown = Verify {
        person: None,
        phones: Phones::NotShown,
        claim: Some(Claim { record: None, ..claim() }),
        naming: ("99 1".into(), true),
        ..base.clone()
    };
    for (name, model) in [
        ("verify-enrolment", base),
        ("verify-enrolment-lacking", lacking),
        ("verify-enrolment-unknown", unknown),
    ] {
        all.push(Sample { name, markup: verify::page(frame, &model) });
    }
}

fn ends(frame: &Frame, all: &mut Vec<Sample>) {
    let end = |ending, obstacle| End {
        id: RequestId(id(40)),
        version: 2,
        kind: RequestKind::Enrolment,
        asked_by: "Elena Rivera".into(),
        ending,
        class: None,
        text: String::new(),
        text_wrong: false,
        obstacle,
        changed: None,
        thread: None,
    };
    for (name, model) in [
        ("approve-enrolment", end(Ending::Approved, None)),
        ("approve-enrolment-under-age", end(Ending::Approved, Some(Obstacle::UnderAge))),
        ("approve-enrolment-has-account", end(Ending::Approved, Some(Obstacle::HasAccount))),
        ("decline-enrolment", end(Ending::Declined, None)),
    ] {
        all.push(Sample { name, markup: ending::page(frame, &model) });
    }
    let handover = Handover {
        kind: RequestKind::Enrolment,
        id: RequestId(id(40)),
        code: "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ".into(),
        name: "Elena Rivera".into(),
        email: "elena@example.org".into(),
        until: NOW,
    };
    all.push(Sample { name: "handover-enrolment", markup: ending::handover_page(frame, &handover) });
}
