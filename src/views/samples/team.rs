//! Samples of the access team's pages.

use time::macros::{date, datetime};

use super::{NOW, Sample, Stage, at, days_ago};
use crate::domain::access::{Basis, Refusal};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Interval;
use crate::domain::people::AccountKind;
use crate::views::team::{
    Answer, Audit, AuditFilter, AuditRow, LookUpAccount, LookUpFault, LookUpPatient, LookUps, ReasonLine,
    WhatAnswer, WhatRow, WhoAnswer, WhoRow, WhyAnswer, audit_page, look_ups_page,
};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    for (name, model) in look_ups() {
        all.push(Sample { name, markup: look_ups_page(&frame, &model) });
    }
    for (name, model) in audits() {
        all.push(Sample { name, markup: audit_page(&frame, &model) });
    }
}

fn chen() -> LookUpAccount {
    LookUpAccount {
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        kind: AccountKind::Provider,
    }
}

fn brooks() -> LookUpAccount {
    LookUpAccount {
        name: "Nadia Brooks".into(),
        email: "nadia.brooks@elmstreet.example".into(),
        kind: AccountKind::Sponsored,
    }
}

fn rivera() -> LookUpPatient {
    LookUpPatient {
        family: "Rivera".into(),
        given: "Mateo".into(),
        birth_date: date!(2019 - 03 - 14),
        mrn: "04471093".into(),
    }
}

fn reasons() -> Vec<ReasonLine> {
    vec![
        ReasonLine {
            basis: Basis::PracticePcp,
            span: Interval::new(Some(at(datetime!(2023-08-01 04:00 UTC))), None),
            provider: Some("Dr. Samuel Okoye".into()),
            practice: Some("Elm Street Pediatrics".into()),
        },
        ReasonLine {
            basis: Basis::Token,
            span: Interval::new(Some(days_ago(30)), Some(at(datetime!(2027-04-24 13:20 UTC)))),
            provider: None,
            practice: None,
        },
    ]
}

fn look_ups() -> Vec<(&'static str, LookUps)> {
    let asked = |email: &str, mrn: &str, at: &str, faults, answer| LookUps {
        email: email.into(),
        mrn: mrn.into(),
        at: at.into(),
        faults,
        answer,
    };
    let (email, mrn) = ("aisha.chen@elmstreet.example", "0447 1093");
    let why = |objection, reasons, limited| {
        Some(Answer::Why(WhyAnswer {
            account: chen(),
            patient: rivera(),
            at: NOW,
            objection,
            reasons,
            limited,
        }))
    };
    let who = |rows| Some(Answer::Who(WhoAnswer { patient: rivera(), at: NOW, rows }));
    let what = |objection, rows: Vec<WhatRow>| {
        let next = (!rows.is_empty()).then(|| "sample-cursor".to_owned());
        Some(Answer::What(WhatAnswer { account: chen(), at: NOW, objection, rows, next }))
    };
    let overdue = Some((Refusal::ValidationOverdue, Some(at(datetime!(2026-10-31 04:00 UTC)))));
    vec![
        ("look-ups", LookUps::default()),
        ("look-ups-nothing-typed", asked("", "", "", vec![LookUpFault::NothingTyped], None)),
        (
            "look-ups-unknown",
            asked(
                "nobody@example.org",
                "99",
                "",
                vec![LookUpFault::UnknownAccount, LookUpFault::UnknownMrn],
                None,
            ),
        ),
        (
            "look-ups-bad-input",
            asked(email, "04;", "yesterday", vec![LookUpFault::BadMrn, LookUpFault::BadInstant], None),
        ),
        ("look-ups-why-can", asked(email, mrn, "", vec![], why(None, reasons(), true))),
        ("look-ups-why-cannot", asked(email, mrn, "2026-11-05", vec![], why(overdue, reasons(), false))),
        (
            "look-ups-why-no-basis",
            asked(email, mrn, "", vec![], why(Some((Refusal::NoBasis, None)), vec![], false)),
        ),
        (
            "look-ups-who",
            asked(
                "",
                mrn,
                "",
                vec![],
                who(vec![
                    WhoRow { account: chen(), bases: vec![Basis::PracticePcp, Basis::Token] },
                    WhoRow { account: brooks(), bases: vec![Basis::SponsorPracticePcp] },
                ]),
            ),
        ),
        ("look-ups-who-nobody", asked("", mrn, "", vec![], who(vec![]))),
        (
            "look-ups-what",
            asked(
                email,
                "",
                "",
                vec![],
                what(None, vec![WhatRow { patient: rivera(), bases: vec![Basis::PracticePcp] }]),
            ),
        ),
        ("look-ups-what-nothing", asked(email, "", "", vec![], what(overdue, vec![]))),
    ]
}

fn audits() -> Vec<(&'static str, Audit)> {
    let range = (days_ago(7), NOW);
    let full = Audit {
        filter: AuditFilter::default(),
        faults: vec![],
        rows: rows(),
        range,
        next: Some("sample-cursor".into()),
        looked_to: None,
        check: None,
    };
    let filter = AuditFilter {
        email: "nobody@example.org".into(),
        act: Some(Act::OpenChart),
        outcome: Some(Outcome::Refused),
        from: "2026-11-16".into(),
        to: "2026-11-23".into(),
        ..AuditFilter::default()
    };
    vec![
        ("audit", full.clone()),
        ("audit-empty", Audit { filter: filter.clone(), rows: vec![], next: None, ..full.clone() }),
        (
            "audit-bad-filter",
            Audit {
                filter: AuditFilter { from: "last week".into(), ..filter },
                faults: vec![LookUpFault::UnknownAccount, LookUpFault::BadInstant],
                rows: vec![],
                next: None,
                ..full
            },
        ),
    ]
}

fn rows() -> Vec<AuditRow> {
    let row =
        |hours: i64, actor: Option<&str>, act, mrn: &str, outcome, basis: &str, detail: &str| AuditRow {
            at: NOW.plus_seconds(-hours * 3600),
            actor: actor.map(str::to_owned),
            actor_email: actor.map_or(String::new(), |_| "aisha.chen@elmstreet.example".into()),
            act,
            mrn: mrn.into(),
            outcome,
            basis: basis.into(),
            detail: detail.into(),
            network: "198.51.100.24".into(),
        };
    let chen = Some("Dr. Aisha Chen");
    vec![
        row(
            0,
            chen,
            Act::OpenChart,
            "04471093",
            Outcome::Allowed,
            "practice_pcp,token",
            r#"{"section":"results"}"#,
        ),
        row(1, chen, Act::SearchPatient, "", Outcome::Failed, "", r#"{"by":"name"}"#),
        row(2, chen, Act::OpenChart, "03105561", Outcome::Refused, "no_basis", r#"{"section":"summary"}"#),
        row(3, None, Act::SignInPassword, "", Outcome::Failed, "", "{}"),
        row(26, chen, Act::ListPatients, "", Outcome::Allowed, "", r#"{"shown":25}"#),
    ]
}
