//! Samples of the audit explorer, its patterns, and the accounting of disclosures.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago};
use crate::domain::access::Basis;
use crate::domain::audit::{Act, Outcome};
use crate::domain::chart::Section;
use crate::domain::pattern::Pattern;
use crate::domain::people::AccountKind;
use crate::views::layout::Frame;
use crate::views::team::accounting::{self, Accounting, AccountingAnswer, AccountingLine};
use crate::views::team::patterns::{self, ManyRow, PatternFault, PatternFound, Patterns};
use crate::views::team::{
    Audit, AuditCheck, AuditFilter, AuditRow, LookUpAccount, LookUpFault, LookUpPatient, audit_page,
};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    audits(&frame, all);
    reports(&frame, all);
    accountings(&frame, all);
}

const SOUND: AuditCheck = AuditCheck { at: NOW, chains: 12, rows: 48_201, faults: 0 };

fn rows() -> Vec<AuditRow> {
    vec![AuditRow {
        at: NOW.plus_seconds(-14 * 3600),
        actor: Some("Dr. Lucia Rivera".into()),
        actor_email: "lucia.rivera@elmstreet.example".into(),
        act: Act::OpenChart,
        mrn: "04471093".into(),
        outcome: Outcome::Allowed,
        basis: "care_team".into(),
        detail: "section notes".into(),
        network: "198.51.100.24".into(),
    }]
}

fn audits(frame: &Frame, all: &mut Vec<Sample>) {
    let filter = AuditFilter { practice: "Elm Street Pediatrics".into(), ..AuditFilter::default() };
    let model = Audit {
        filter,
        faults: vec![],
        rows: rows(),
        range: (days_ago(30), NOW),
        next: None,
        looked_to: None,
        check: Some(SOUND),
    };
    let go_on = |rows| Audit {
        rows,
        next: Some("sample-cursor".into()),
        looked_to: Some(days_ago(12)),
        ..model.clone()
    };
    let fault = |fault| Audit { rows: vec![], faults: vec![fault], ..model.clone() };
    for (name, model) in [
        ("audit-of-a-practice", model.clone()),
        ("audit-looked-through", go_on(rows())),
        ("audit-looked-through-nothing-yet", go_on(vec![])),
        ("audit-unknown-practice", fault(LookUpFault::UnknownPractice)),
        ("audit-too-many", fault(LookUpFault::TooMany)),
        ("audit-unsound", Audit { check: Some(AuditCheck { faults: 2, ..SOUND }), ..model.clone() }),
    ] {
        all.push(Sample { name, markup: audit_page(frame, &model) });
    }
}

fn reports(frame: &Frame, all: &mut Vec<Sample>) {
    let model = |pattern, found| Patterns {
        pattern,
        from: "2026-11-16".into(),
        to: "2026-11-23".into(),
        range: (date!(2026 - 11 - 16), date!(2026 - 11 - 23)),
        closes: "17:00".into(),
        faults: vec![],
        found,
        check: Some(SOUND),
    };
    let many = ManyRow {
        day: date!(2026 - 11 - 20),
        who: LookUpAccount {
            name: "Nadia Brooks".into(),
            email: "nadia.brooks@elmstreet.example".into(),
            kind: AccountKind::Sponsored,
        },
        refused: 11,
        missed: 4,
    };
    let nothing = || Some(PatternFound::Rows(vec![], None, None));
    let fault = |fault| Patterns { faults: vec![fault], ..model(Pattern::AfterHours, None) };
    for (name, model) in [
        ("patterns", model(Pattern::SameSurname, None)),
        (
            "patterns-same-surname",
            model(Pattern::SameSurname, Some(PatternFound::Rows(rows(), Some("sample-cursor".into()), None))),
        ),
        ("patterns-nothing", model(Pattern::SameSurname, nothing())),
        (
            "patterns-after-hours-looked-through",
            model(
                Pattern::AfterHours,
                Some(PatternFound::Rows(rows(), Some("sample-cursor".into()), Some(days_ago(3)))),
            ),
        ),
        ("patterns-many-refusals", model(Pattern::ManyRefusals, Some(PatternFound::Days(vec![many])))),
        ("patterns-no-refusals", model(Pattern::ManyRefusals, Some(PatternFound::Days(vec![])))),
        ("patterns-bad-day", fault(PatternFault::BadDay)),
        ("patterns-too-long", fault(PatternFault::TooLong)),
    ] {
        all.push(Sample { name, markup: patterns::page(frame, &model) });
    }
}

fn lines() -> Vec<AccountingLine> {
    let line = |count, section, exported, bases| AccountingLine {
        first: days_ago(400),
        last: days_ago(3),
        count,
        name: "Dr. Aisha Chen".into(),
        practice: "Elm Street Pediatrics".into(),
        address: "12 Elm Street, Northfield".into(),
        exported,
        section,
        bases,
    };
    vec![
        line(14, Some(Section::Results), false, vec![Basis::PracticePcp, Basis::Token]),
        line(2, None, false, vec![Basis::Emergency]),
        AccountingLine {
            practice: String::new(),
            address: String::new(),
            ..line(1, None, true, vec![Basis::CareTeam])
        },
    ]
}

fn accountings(frame: &Frame, all: &mut Vec<Sample>) {
    let answer = |lines, next: Option<&str>| AccountingAnswer {
        patient: LookUpPatient {
            family: "Rivera".into(),
            given: "Mateo".into(),
            birth_date: date!(2019 - 03 - 14),
            mrn: "04471093".into(),
        },
        lines,
        range: (days_ago(2191), NOW),
        next: next.map(str::to_owned),
    };
    let model = |is_summary, faults, answer| Accounting {
        mrn: "0447 1093".into(),
        from: String::new(),
        to: String::new(),
        is_summary,
        faults,
        answer,
    };
    for (name, model) in [
        ("accounting", Accounting::default()),
        ("accounting-each", model(false, vec![], Some(answer(lines(), Some("sample-cursor"))))),
        ("accounting-summary", model(true, vec![], Some(answer(lines(), None)))),
        ("accounting-nobody", model(false, vec![], Some(answer(vec![], None)))),
        ("accounting-unknown", model(false, vec![LookUpFault::UnknownMrn], None)),
        (
            "accounting-too-many",
            model(false, vec![LookUpFault::TooMany, LookUpFault::BadMrn, LookUpFault::BadInstant], None),
        ),
    ] {
        all.push(Sample { name, markup: accounting::page(frame, &model) });
    }
}
