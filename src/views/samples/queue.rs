//! Samples of the access team's queue as a list.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::AccountKind;
use crate::domain::queue::filter::{
    BadField, Deed as Handled, KeepFault, NOBODY, Shown, Tally, Typed as Filter,
};
use crate::domain::queue::{Due, View};
use crate::domain::request::{Ending, RequestKind};
use crate::views::desk::list::{self, Patient, Queue, Row};
use crate::views::desk::narrowing::{self, Colleague, Export, Keep, KeptView};
use crate::views::desk::request::GiveFault;
use crate::views::desk::several::Several;
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    lists(&stage.inside(AccountKind::AccessTeam), all);
}

fn rows() -> Vec<Row> {
    let row = |n: u128, kind, asked_by: &str, practice: &str, due, owner: Option<(&str, bool)>| Row {
        id: RequestId(id(0x7C_2100 + n)),
        version: 1,
        kind,
        patient: match kind {
            RequestKind::PcpChange => Patient::Known("RIVERA, Mateo".into()),
            _ => Patient::None,
        },
        asked_by: asked_by.to_owned(),
        practice: practice.to_owned(),
        filed: days_ago(3),
        due: Some(due),
        owner: owner.map(|(name, own)| (name.to_owned(), own)),
        ended: None,
    };
    vec![
        row(
            1,
            RequestKind::Registration,
            "Dr. Lena Park",
            "Harbor Family Medicine",
            (date!(2026 - 11 - 20), Due::Overdue(1)),
            Some(("Jo Ortiz", true)),
        ),
        row(2, RequestKind::Help, "Dr. Aisha Chen", "", (date!(2026 - 11 - 23), Due::Today), None),
        row(
            3,
            RequestKind::FactorReset,
            "Sam Lee",
            "",
            (date!(2026 - 11 - 24), Due::In(1)),
            Some(("Sam Lee", false)),
        ),
        row(
            4,
            RequestKind::PcpChange,
            "",
            "Elm Street Pediatrics",
            (date!(2026 - 11 - 25), Due::In(2)),
            None,
        ),
    ]
}

fn queue(view: View, rows: Vec<Row>) -> Queue {
    Queue {
        shown: Shown::all(view),
        bad_fields: vec![],
        owners: team(),
        counts: [14, 3, 2, 5],
        next_due: Some(date!(2026 - 11 - 24)),
        rows,
        after: String::new(),
        next: None,
        handles: true,
        several: Several { receivers: team(), ..Several::default() },
        done: None,
        kept: vec![],
        keep: Keep::default(),
        not_in_chart: 0,
    }
}

/// Who can be given requests.
pub(super) fn team() -> Vec<Colleague> {
    vec![(AccountId(id(0x70)), "Jo Ortiz".into()), (AccountId(id(0x71)), "Sam Lee".into())]
}

/// A filter in use, and a view that is kept with it.
fn narrowed() -> (Shown, KeptView) {
    let filter = Filter {
        owner: NOBODY.into(),
        practice: "elm".into(),
        due_to: "2026-11-30".into(),
        ..Filter::default()
    };
    let shown = Shown { kind: Some(RequestKind::PcpChange), filter, ..Shown::all(View::NeedsAction) };
    let kept = KeptView { id: id(0x72), name: "Elm Street, nobody’s".into(), shown: shown.clone() };
    (shown, kept)
}

/// The queue with its filter, kept views, and several handled at once.
fn narrowed_lists(frame: &Frame, all: &mut Vec<Sample>) {
    let (shown, kept) = narrowed();
    let base = || queue(View::NeedsAction, rows());
    let own = || Queue { shown: shown.clone(), kept: vec![kept.clone()], ..base() };
    let bad = Filter { filed_from: "05/01/2026".into(), ..Filter::default() };
    let bad = Shown { filter: bad, ..Shown::all(View::NeedsAction) };
    let keep = |fault| Keep { name: kept.name.clone(), fault: Some(fault) };
    let several = |several: Several| Queue { several: Several { receivers: team(), ..several }, ..base() };
    let chosen: Vec<(RequestId, i64)> = rows().iter().take(1).map(|row| (row.id, row.version)).collect();
    let give_again = Several {
        chosen: chosen.clone(),
        to: id(0x70).to_string(),
        taken: vec![(RequestId(id(0x73)), "Sam Lee".into(), Some(NOW))],
        note: "Try before noon.".into(),
        ..Several::default()
    };
    let done =
        |deed, done, changed, passed| Queue { done: Some((deed, Tally { done, changed, passed })), ..base() };
    for (name, model) in [
        ("queue-filtered", Queue { next: Some("2026-11-25.1".into()), ..own() }),
        ("queue-filtered-empty", Queue { rows: vec![], ..own() }),
        ("queue-no-more", Queue { rows: vec![], after: "2026-11-25.1".into(), ..base() }),
        (
            "queue-bad-day",
            Queue { shown: bad.clone(), bad_fields: vec![BadField::FiledFrom], rows: vec![], ..base() },
        ),
        (
            "queue-many-practices",
            Queue { shown: shown.clone(), bad_fields: vec![BadField::Practice], rows: vec![], ..base() },
        ),
        (
            "queue-view-unnamed",
            Queue { keep: Keep { name: String::new(), fault: Some(KeepFault::BadName) }, ..own() },
        ),
        ("queue-view-name-taken", Queue { keep: keep(KeepFault::NameTaken), ..own() }),
        ("queue-views-full", Queue { keep: keep(KeepFault::TooMany), ..own() }),
        ("queue-given", done(Handled::Given, 2, 0, 1)),
        (
            "queue-give-changed",
            Queue {
                done: Some((Handled::Given, Tally { done: 2, changed: 1, passed: 1 })),
                ..several(give_again)
            },
        ),
        ("queue-noted", done(Handled::Noted, 3, 0, 0)),
        (
            "queue-give-nobody",
            several(Several {
                chosen: chosen.clone(),
                to_fault: Some(GiveFault::Nobody),
                ..Several::default()
            }),
        ),
        (
            "queue-give-left",
            several(Several {
                chosen: chosen.clone(),
                to_fault: Some(GiveFault::Left("Ana Silva".into())),
                ..Several::default()
            }),
        ),
        (
            "queue-note-wrong",
            several(Several { chosen, note_wrong: true, note: "é".repeat(40), ..Several::default() }),
        ),
    ] {
        all.push(Sample { name, markup: list::page(frame, &model) });
    }
    let export =
        |shown, bad_fields| narrowing::export_page(frame, &Export { shown, bad_fields, owners: team() });
    all.push(Sample { name: "queue-export", markup: export(Shown::all(View::NeedsAction), vec![]) });
    all.push(Sample { name: "queue-export-bad-day", markup: export(bad, vec![BadField::FiledFrom]) });
}

fn lists(frame: &Frame, all: &mut Vec<Sample>) {
    let closed = rows().into_iter().map(|row| Row { ended: Some((Ending::Approved, NOW)), ..row }).collect();
    for (name, model) in [
        ("queue", Queue { next: Some("2026-11-25.1".into()), ..queue(View::NeedsAction, rows()) }),
        (
            "queue-of-one-kind",
            Queue {
                shown: Shown { kind: Some(RequestKind::Help), ..Shown::all(View::Mine) },
                ..queue(View::Mine, rows())
            },
        ),
        (
            "queue-taken",
            Queue {
                done: Some((Handled::Taken, Tally { done: 2, changed: 1, passed: 0 })),
                ..queue(View::Mine, rows())
            },
        ),
        (
            "queue-none-chosen",
            Queue { done: Some((Handled::Taken, Tally::default())), ..queue(View::NeedsAction, rows()) },
        ),
        (
            "queue-with-family",
            queue(
                View::WaitingOnFamily,
                rows()
                    .into_iter()
                    .map(|row| Row { patient: Patient::Typed("Rivera, Mateo · 0447 1093".into()), ..row })
                    .collect(),
            ),
        ),
        ("queue-not-in-chart", Queue { not_in_chart: 2, ..queue(View::Mine, rows()) }),
        ("queue-all-clear", queue(View::Overdue, vec![])),
        ("queue-closed", queue(View::Closed, closed)),
        ("queue-closed-empty", queue(View::Closed, vec![])),
        ("queue-auditor", Queue { handles: false, ..queue(View::NeedsAction, rows()) }),
    ] {
        all.push(Sample { name, markup: list::page(frame, &model) });
    }
    narrowed_lists(frame, all);
}
