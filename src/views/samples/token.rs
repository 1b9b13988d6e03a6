//! Samples of validating a token, of the access team's tokens, and of the letter.

use time::macros::{date, datetime};

use super::{Sample, Stage, at, days_ago, id};
use crate::domain::chart::file::Held;
use crate::domain::ids::{FactId, PatientId, PracticeId};
use crate::domain::people::{AccountKind, GivenBy};
use crate::domain::queue::Bar;
use crate::domain::token::Issuer;
use crate::domain::token::list::Problem;
use crate::domain::token::redeeming::Standing;
use crate::views::layout::Frame;
use crate::views::token::desk::{self, IssueFault, Patient, Row, TakeBack, Tokens};
use crate::views::token::issued::{self, Issued};
use crate::views::token::{self as view, Fault, Validate};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    validating(stage, all);
    let frame = stage.inside(AccountKind::AccessTeam);
    lists(&frame, all);
    letters(&frame, all);
    taking_back(&frame, all);
}

fn validating(stage: &Stage, all: &mut Vec<Sample>) {
    let physician = stage.inside(AccountKind::Provider);
    let typed = || Validate {
        token: "5rdn9 7521r-a3jcf-1kx0y-6k240-5".into(),
        mrn: "0012345".into(),
        ..Validate::default()
    };
    for (name, faults) in [
        ("token-no-match", vec![Fault::NoMatch]),
        ("token-expired", vec![Fault::Expired]),
        ("token-slowed", vec![Fault::Slowed(42)]),
    ] {
        all.push(Sample { name, markup: view::page(&physician, &Validate { faults, ..typed() }) });
    }
    let empty = Validate { faults: vec![Fault::TokenMissing, Fault::MrnMissing], ..Validate::default() };
    all.push(Sample { name: "token", markup: view::page(&physician, &Validate::default()) });
    all.push(Sample { name: "token-empty", markup: view::page(&physician, &empty) });
    let nurse = stage.inside(AccountKind::Sponsored);
    let practices = vec![
        (PracticeId(id(0x7F_0001)), "Elm Street Pediatrics".to_owned()),
        (PracticeId(id(0x7F_0002)), "Harbor Family Medicine".to_owned()),
    ];
    let several = Validate { practices, faults: vec![Fault::PracticeMissing], ..typed() };
    all.push(Sample { name: "token-of-several-practices", markup: view::page(&nurse, &several) });
}

fn patient(n: u128, family: &str, given: &str, mrn: &str) -> Patient {
    Patient {
        id: PatientId(id(0x7F_1000 + n)),
        family: family.to_owned(),
        given: given.to_owned(),
        birth_date: date!(2019 - 03 - 14),
        mrn: mrn.to_owned(),
    }
}

fn rivera() -> Patient {
    patient(1, "Rivera", "Mateo", "0012345")
}

fn row(n: u128, standing: Standing) -> Row {
    let by_name = || Some(("Dr. Aisha Chen".to_owned(), days_ago(20)));
    let revoked = || Some((days_ago(2), "The family asked for it on the phone.".to_owned()));
    Row {
        id: FactId(id(0x7F_2000 + n)),
        standing,
        by: GivenBy::Team,
        issuer: Issuer::Account("Jo Ortiz".to_owned()),
        for_whom: "Dr. Aisha Chen, Elm Street Pediatrics".to_owned(),
        issued_at: days_ago(30),
        ends_at: at(datetime!(2027-04-24 14:20 UTC)),
        redeemed: by_name().filter(|_| standing == Standing::Redeemed),
        revoked: revoked().filter(|_| standing == Standing::Revoked),
    }
}

fn lists(frame: &Frame, all: &mut Vec<Sample>) {
    all.push(Sample { name: "tokens-find", markup: desk::find_page(frame, "", false) });
    all.push(Sample { name: "tokens-find-nobody", markup: desk::find_page(frame, "0099999", true) });
    let given = Row {
        by: GivenBy::Guardian,
        issuer: Issuer::Unnamed,
        for_whom: String::new(),
        ..row(6, Standing::Open)
    };
    let by_client = Row { issuer: Issuer::Client("Patient portal".to_owned()), ..row(7, Standing::Open) };
    let rows = Standing::ALL.iter().zip(1..).map(|(standing, n)| row(n, *standing));
    let rows: Vec<Row> = rows.chain([given, by_client]).collect();
    let model =
        |rows: Vec<Row>| Tokens { patient: rivera(), rows, bar: None, for_whom: String::new(), fault: None };
    let long = || "x".repeat(120);
    for (name, model) in [
        ("tokens-of-a-patient", model(rows.clone())),
        ("tokens-none", model(vec![])),
        ("tokens-reader", Tokens { bar: Some(Bar::Role), ..model(rows) }),
        (
            "tokens-note-too-long",
            Tokens { for_whom: long(), fault: Some(IssueFault::NoteTooLong), ..model(vec![]) },
        ),
        ("tokens-merge-unconfirmed", Tokens { fault: Some(IssueFault::Unconfirmed), ..model(vec![]) }),
        ("tokens-deceased", Tokens { fault: Some(IssueFault::Deceased), ..model(vec![]) }),
    ] {
        all.push(Sample { name, markup: desk::page(frame, &model) });
    }
    let typed = "mrn,for_whom\n0012345,Dr. Chen\n<b>,Dr. Lee\n0099999,\n0012345,Dr. Chen\n1\n";
    let problems = [
        (3, Problem::BadMrn),
        (4, Problem::UnknownMrn),
        (5, Problem::Repeated(2)),
        (6, Problem::Cells),
        (7, Problem::NoteTooLong),
        (8, Problem::Deceased),
        (9, Problem::Unconfirmed),
    ];
    all.push(Sample { name: "tokens-list", markup: desk::list_page(frame, "", &[]) });
    all.push(Sample { name: "tokens-list-wrong", markup: desk::list_page(frame, typed, &problems) });
    for (name, problem) in [
        ("tokens-list-empty", Problem::Empty),
        ("tokens-list-too-long", Problem::TooMany),
        ("tokens-list-without-mrn", Problem::NoMrnColumn),
        ("tokens-list-open-quote", Problem::OpenQuote),
        ("tokens-list-no-file", Problem::NoFile),
        ("tokens-list-large-file", Problem::FileTooLarge),
        ("tokens-list-file-not-text", Problem::NotText),
        ("tokens-list-file-and-rows", Problem::TypedToo),
        ("tokens-list-file-found", Problem::Held(Held::Found)),
        ("tokens-list-file-beyond-scanner", Problem::Held(Held::BeyondScanner)),
        ("tokens-list-file-unchecked", Problem::Held(Held::Unchecked)),
    ] {
        all.push(Sample { name, markup: desk::list_page(frame, "0012345", &[(0, problem)]) });
    }
}

fn letters(frame: &Frame, all: &mut Vec<Sample>) {
    let one = |patient: Patient, code: &str, for_whom: &str| Issued {
        patient,
        code: code.to_owned(),
        for_whom: for_whom.to_owned(),
        expires_at: at(datetime!(2027-05-23 14:20 UTC)),
    };
    let first = one(rivera(), "7ZZZ-3K0Q-ZN5W-81XV-CTRB-0M4J-9E", "Dr. Aisha Chen, Elm Street Pediatrics");
    let second = one(
        patient(2, "Okonkwo-Vandenberg", "Chimamanda", "00-77123"),
        "0G5R-1111-0000-ABCD-EFGH-JKMN-PQ",
        "",
    );
    all.push(Sample { name: "tokens-issued", markup: issued::page(frame, std::slice::from_ref(&first)) });
    all.push(Sample { name: "tokens-issued-many", markup: issued::page(frame, &[first, second]) });
    all.push(Sample { name: "tokens-letter-gone", markup: desk::gone_page(frame) });
}

fn taking_back(frame: &Frame, all: &mut Vec<Sample>) {
    let model = |standing| TakeBack {
        patient: rivera(),
        row: row(1, standing),
        bar: None,
        reason: String::new(),
        reason_wrong: false,
        stale: false,
    };
    for (name, model) in [
        ("tokens-take-back", model(Standing::Redeemed)),
        ("tokens-take-back-no-reason", TakeBack { reason_wrong: true, ..model(Standing::Open) }),
        ("tokens-taken-back", TakeBack { stale: true, ..model(Standing::Revoked) }),
        ("tokens-take-back-reader", TakeBack { bar: Some(Bar::Role), ..model(Standing::Frozen) }),
        ("tokens-expired", model(Standing::Expired)),
    ] {
        all.push(Sample { name, markup: desk::take_back_page(frame, &model) });
    }
}
