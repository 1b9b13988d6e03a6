//! Samples of comparing two records that the hospital says are of one person, in every state.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::access::Basis;
use crate::domain::ids::RequestId;
use crate::domain::merge::{Difference, Problem, Standing};
use crate::domain::people::AccountKind;
use crate::domain::queue::{Bar, Due, Obstacle, Step};
use crate::domain::request::{Ending, RequestKind};
use crate::views::desk::Changed;
use crate::views::desk::merge::{self as view, Merge, Pair, Preview, Shift, Side};
use crate::views::desk::proposal::{self, Compared, Propose};
use crate::views::desk::request::{self, Line, Request};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    pages(&frame, all);
    requests(&frame, all);
    proposals(&frame, all);
}

fn survivor() -> Side {
    Side {
        family: "Rivera-Castellanos".into(),
        given: "Mateo".into(),
        born: date!(2019 - 03 - 14),
        sex: "male".into(),
        mrn: "0447 1093".into(),
        pcps: vec!["Dr. Lena Park, Harbor Family Medicine".into(), "Elm Street Pediatrics".into()],
    }
}

fn pair() -> Pair {
    Pair {
        other: Side { mrn: "0447 2210".into(), pcps: vec![], ..survivor() },
        survivor: survivor(),
        differences: vec![],
        standing: Standing::Waiting,
        made: Some(days_ago(2)),
        confirmed: None,
        is_checked: false,
        ended: None,
        undone_by: String::new(),
    }
}

/// The same where the records do not agree.
fn different() -> Pair {
    let other = Side {
        given: "Matteo Luis".into(),
        born: date!(2019 - 03 - 15),
        sex: "unknown".into(),
        mrn: "0447 2210".into(),
        pcps: vec!["Dr. Ngozi Okafor, Fairview Internal Medicine and Geriatrics of the Greater Bay".into()],
        ..survivor()
    };
    let differences = vec![Difference::Given, Difference::BirthDate, Difference::Sex];
    Pair { other, differences, ..pair() }
}

fn shift(name: &str, email: &str, before: &[Basis], after: &[Basis]) -> Shift {
    Shift { name: name.into(), email: email.into(), before: before.to_vec(), after: after.to_vec() }
}

fn gains() -> Preview {
    let okafor = "ngozi.okafor-williams@fairview-internal-medicine.example.org";
    Preview {
        survivor: vec![
            shift("Dr. Ngozi Okafor", okafor, &[], &[Basis::Pcp]),
            shift(
                "Nadia Brooks",
                "brooks@example.org",
                &[Basis::Token],
                &[Basis::SponsorPracticePcp, Basis::Token],
            ),
        ],
        other: vec![],
    }
}

fn back() -> Preview {
    let okafor = "ngozi.okafor-williams@fairview-internal-medicine.example.org";
    Preview {
        survivor: vec![shift("Dr. Ngozi Okafor", okafor, &[Basis::Pcp], &[])],
        other: vec![shift("Dr. Ngozi Okafor", okafor, &[], &[Basis::Pcp])],
    }
}

fn pages(frame: &Frame, all: &mut Vec<Sample>) {
    let base = || Merge {
        id: RequestId(id(7)),
        version: 1,
        pair: pair(),
        if_confirmed: Preview::default(),
        if_apart: Preview::default(),
        bar: None,
        reason: String::new(),
        reason_wrong: false,
        obstacle: None,
        changed: None,
    };
    let differs = || Merge {
        pair: different(),
        if_confirmed: gains(),
        if_apart: Preview { survivor: vec![], ..back() },
        ..base()
    };
    let confirmed = Pair {
        standing: Standing::Confirmed,
        confirmed: Some(days_ago(1)),
        is_checked: true,
        made: None,
        ..different()
    };
    let undone = Pair {
        standing: Standing::Apart,
        ended: Some(NOW),
        undone_by: "Jo Ortiz".into(),
        ..confirmed.clone()
    };
    let apart = Pair { standing: Standing::Apart, ended: Some(NOW), ..different() };
    let changed = Some(Changed { who: "J. Ortiz".into(), at: NOW });
    for (name, model) in [
        ("merge", base()),
        ("merge-different", differs()),
        ("merge-unchecked", Merge { obstacle: Some(Obstacle::DifferentIdentity), ..differs() }),
        ("merge-no-reason", Merge { reason_wrong: true, ..differs() }),
        ("merge-changed", Merge { changed, reason: "Two brothers".into(), ..differs() }),
        ("merge-own", Merge { bar: Some(Bar::Own), ..differs() }),
        ("merge-read-only", Merge { bar: Some(Bar::Role), ..differs() }),
        ("merge-confirmed", Merge { pair: confirmed, if_apart: back(), ..base() }),
        ("merge-undone", Merge { pair: undone, ..base() }),
        ("merge-kept-apart", Merge { pair: apart, bar: Some(Bar::Role), ..base() }),
    ] {
        all.push(Sample { name, markup: view::page(frame, &model) });
    }
}

fn requests(frame: &Frame, all: &mut Vec<Sample>) {
    let over = Pair { standing: Standing::Confirmed, confirmed: Some(NOW), ..pair() };
    let both = [Ending::Approved, Ending::Declined].map(|ending| (ending, None)).to_vec();
    let ended = request::Ended { ending: Ending::Approved, at: NOW, reason: String::new() };
    for (name, pair, endings, ended) in
        [("request-merge", different(), both, None), ("request-merge-confirmed", over, vec![], Some(ended))]
    {
        let filed = Line { at: days_ago(2), who: None, step: Step::Filed, body: String::new() };
        let model = Request {
            id: RequestId(id(7)),
            version: 1,
            kind: RequestKind::Merge,
            asked_by: None,
            practice: String::new(),
            filed: days_ago(2),
            due: (date!(2026 - 11 - 24), Due::In(1)),
            owner: None,
            ended,
            facts: view::facts(frame, RequestId(id(7)), &pair),
            lines: vec![filed],
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

fn proposals(frame: &Frame, all: &mut Vec<Sample>) {
    let typed = || Propose { other: "0447 2210".into(), survivor: "0447 1093".into(), ..Propose::default() };
    let compared = Compared {
        other: different().other,
        survivor: survivor(),
        differences: different().differences,
        at_once: Preview { survivor: vec![], ..back() },
        if_confirmed: gains(),
    };
    for (name, model) in [
        ("merge-propose", Propose::default()),
        (
            "merge-propose-wrong",
            Propose { problems: vec![Problem::UnknownOther, Problem::UnknownSurvivor], ..typed() },
        ),
        ("merge-propose-same", Propose { problems: vec![Problem::Same], ..typed() }),
        ("merge-propose-merged", Propose { problems: vec![Problem::Merged], ..typed() }),
        ("merge-propose-compared", Propose { compared: Some(compared), ..typed() }),
    ] {
        all.push(Sample { name, markup: proposal::page(frame, &model) });
    }
}
