//! Samples of restrictions.

use time::macros::date;

use super::{Sample, Stage, days_ago, id};
use crate::domain::calendar::Interval;
use crate::domain::ids::{FactId, PatientId};
use crate::domain::people::AccountKind;
use crate::domain::restriction::Scope;
use crate::views::restrictions::{
    Preview, RestrictionFault, Restrictions, Row, Typed, find_page, page, preview_page,
};
use crate::views::team::{LookUpAccount, LookUpPatient};

fn patient() -> LookUpPatient {
    LookUpPatient {
        family: "Rivera".into(),
        given: "Mateo".into(),
        birth_date: date!(2019 - 03 - 14),
        mrn: "04471093".into(),
    }
}

fn rows() -> Vec<Row> {
    let row =
        |n: u128, scope, name: &str, known_by: &str, span, reason: &str, made_by: &str, ended_by: &str| Row {
            id: FactId(id(0x7D_0000 + n)),
            scope,
            name: name.into(),
            known_by: known_by.into(),
            span,
            reason: reason.into(),
            made_by: made_by.into(),
            ended_by: ended_by.into(),
        };
    let since = |days| Interval::new(Some(days_ago(days)), None);
    let over = Interval::new(Some(days_ago(90)), Some(days_ago(60)));
    let chen = ("Dr. Aisha Chen", "aisha.chen@elmstreet.example");
    vec![
        row(1, Scope::Account, chen.0, chen.1, since(2), "Asked for by the mother.", "Jo Ortiz", ""),
        row(2, Scope::Provider, "Samuel Okoye", "1234567893", since(9), "Court papers.", "Jo Ortiz", ""),
        row(3, Scope::Practice, "Elm Street Pediatrics", "elm", over, "In dispute.", "Sam Lee", "Jo Ortiz"),
        row(4, Scope::Everyone, "", "", Interval::ALWAYS, "", "", ""),
    ]
}

fn typed(scope: Scope, whom: &str) -> Typed {
    Typed { scope: Some(scope), whom: whom.into(), reason: "Asked for by the mother.".into() }
}

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    all.push(Sample { name: "restrictions-find", markup: find_page(&frame, "", false) });
    all.push(Sample { name: "restrictions-find-unknown", markup: find_page(&frame, "99", true) });
    let model = Restrictions {
        id: PatientId(id(0x7D)),
        patient: patient(),
        rows: rows(),
        may_change: true,
        typed: Typed::default(),
        faults: vec![],
        stale: false,
    };
    let faulty = |typed, faults| Restrictions { typed, faults, ..model.clone() };
    for (name, model) in [
        ("restrictions", model.clone()),
        ("restrictions-none", Restrictions { rows: vec![], ..model.clone() }),
        ("restrictions-auditor", Restrictions { may_change: false, ..model.clone() }),
        ("restrictions-stale", Restrictions { stale: true, ..model.clone() }),
        ("restrictions-nobody-chosen", faulty(Typed::default(), vec![RestrictionFault::ScopeMissing])),
        (
            "restrictions-unknown",
            faulty(
                Typed { reason: String::new(), ..typed(Scope::Account, "nobody@example.org") },
                vec![RestrictionFault::Unknown, RestrictionFault::Reason],
            ),
        ),
        (
            "restrictions-several",
            faulty(typed(Scope::Practice, "Elm Street Pediatrics"), vec![RestrictionFault::Several]),
        ),
        (
            "restrictions-merge-unconfirmed",
            faulty(typed(Scope::Everyone, ""), vec![RestrictionFault::Unconfirmed]),
        ),
        ("restrictions-already", faulty(typed(Scope::Everyone, ""), vec![RestrictionFault::Already])),
    ] {
        all.push(Sample { name, markup: page(&frame, &model) });
    }
    let chen = LookUpAccount {
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        kind: AccountKind::Provider,
    };
    let preview = Preview {
        id: PatientId(id(0x7D)),
        patient: patient(),
        typed: typed(Scope::Account, "aisha.chen@elmstreet.example"),
        name: "Dr. Aisha Chen".into(),
        losing: vec![chen],
        count: 52,
        held: false,
    };
    let everyone = Preview { typed: typed(Scope::Everyone, ""), name: String::new(), ..preview.clone() };
    for (name, model) in [
        ("restriction-preview", preview),
        ("restriction-preview-nobody", Preview { losing: vec![], count: 0, ..everyone.clone() }),
        ("restriction-preview-held", Preview { held: true, ..everyone }),
    ] {
        all.push(Sample { name, markup: preview_page(&frame, &model) });
    }
}
