//! Samples of merging two rows of one person among the providers, in every state.

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::ids::ProviderId;
use crate::domain::people::AccountKind;
use crate::domain::provider_merge::Hindrance;
use crate::domain::queue::Bar;
use crate::views::desk::providers::{self as view, Finding, Line, Made, Pair, Provider, Shift};

fn goes() -> Provider {
    Provider {
        id: ProviderId(id(0x71)),
        name: "Ngozi Okafor-Williams".into(),
        npi: "1245319599".into(),
        specialty: "Internal Medicine".into(),
        accounts: vec![],
    }
}

fn stays() -> Provider {
    Provider {
        id: ProviderId(id(0x72)),
        name: "Ngozi Okafor".into(),
        npi: "1003000126".into(),
        accounts: vec!["ngozi.okafor-williams@fairview-internal-medicine.example.org".into()],
        ..goes()
    }
}

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    let line = |n, undone| Line { id: id(n), from: goes(), into: stays(), made: days_ago(3), undone };
    let lines = vec![line(0x73, None), line(0x74, Some(NOW))];
    let typed = Finding {
        from: "1245319598".into(),
        from_unknown: true,
        into: "1003000126".into(),
        ..Finding::default()
    };
    for (name, model) in [
        ("providers", Finding::default()),
        ("providers-merged", Finding { lines, ..Finding::default() }),
        ("providers-unknown", typed),
    ] {
        all.push(Sample { name, markup: view::find_page(&frame, &model) });
    }
    let shift = |name: &str, email: &str, lost, gained| Shift {
        name: name.into(),
        email: email.into(),
        lost,
        gained,
    };
    let base = || Pair {
        from: goes(),
        into: stays(),
        shifts: vec![
            shift("Ngozi Okafor", "ngozi.okafor-williams@fairview-internal-medicine.example.org", 0, 214),
            shift("Nadia Brooks", "brooks@example.org", 3, 214),
        ],
        made: None,
        hindrance: None,
        bar: None,
        reason: String::new(),
    };
    let none = Provider { npi: String::new(), ..goes() };
    let made = |undone| Made {
        id: id(0x73),
        at: days_ago(3),
        by: "Jo Ortiz".into(),
        reason: "Two NPIs in the registry, one licence; confirmed by her office.".into(),
        undone,
    };
    let hindered = |hindrance| Pair { hindrance: Some(hindrance), shifts: vec![], ..base() };
    for (name, model) in [
        ("providers-pair", base()),
        ("providers-pair-without-npi", Pair { from: none, shifts: vec![], ..base() }),
        ("providers-two-accounts", hindered(Hindrance::TwoAccounts)),
        ("providers-same", hindered(Hindrance::Same)),
        ("providers-no-reason", Pair { hindrance: Some(Hindrance::Reason), ..base() }),
        ("providers-read-only", Pair { bar: Some(Bar::Role), ..base() }),
        ("providers-merge", Pair { made: Some(made(None)), ..base() }),
        (
            "providers-merge-undone",
            Pair { made: Some(made(Some(NOW))), ..hindered(Hindrance::UndoneAlready) },
        ),
    ] {
        all.push(Sample { name, markup: view::pair_page(&frame, &model) });
    }
}
