//! Registering as a provider: every step in every state, the status, the terms.

use time::macros::date;

use super::sign_in::picture;
use super::{Sample, Stage, days_ago, id};
use crate::domain::ids::Npi;
use crate::domain::npi_name::RegistryNames;
use crate::domain::registration::{
    Answers, Fault, Line, LineFault, NpiCheck, PracticeAnswer, TypedDetails, TypedStart,
};
use crate::domain::sign_in::password::PasswordFault;
use crate::views::layout::{Width, page};
use crate::views::registration::{
    self as view, Check, Confirm, DeskFacts, Details, PracticeOption, Sent, Standing, Start, StatusPage,
};

/// Adds the samples of registering.
pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.outside();
    for (name, typed, faults, wait) in starts() {
        all.push(Sample { name, markup: view::start_page(&frame, &Start { typed, faults, wait }) });
    }
    for (name, model) in [
        ("register-details", Details::default()),
        ("register-details-found", found()),
        (
            "register-details-none-found",
            Details { is_searched: true, typed: searched(), ..Details::default() },
        ),
        ("register-details-faults", Details { faults: line_faults(), ..Details::default() }),
        (
            "register-details-mismatch",
            Details { may_review: true, faults: vec![Fault::NameMismatch], ..found() },
        ),
        (
            "register-details-unknown",
            Details { may_review: true, faults: vec![Fault::NpiUnknown], ..found() },
        ),
    ] {
        all.push(Sample { name, markup: view::details_page(&frame, &model) });
    }
    for (name, answers, faults, wait) in [
        ("register-check", answers(), vec![], None),
        ("register-check-international", international(), vec![], None),
        ("register-check-no-address", answers(), vec![Fault::EmailMissing], None),
        ("register-check-bad-address", answers(), vec![Fault::EmailShape], None),
        ("register-check-shared-address", answers(), vec![Fault::EmailShared], None),
        ("register-check-slowed", answers(), vec![], Some(3600)),
    ] {
        let model = Check { answers, email: EMAIL.into(), faults, wait };
        all.push(Sample { name, markup: view::check_page(&frame, &model) });
    }
    for (name, wait) in [("register-sent", None), ("register-sent-slowed", Some(1800))] {
        all.push(Sample { name, markup: view::sent_page(&frame, &Sent { email: EMAIL.into(), wait }) });
    }
    let password = Fault::Password;
    for (name, faults) in [
        ("register-confirm", vec![]),
        (
            "register-confirm-short",
            vec![password(PasswordFault::TooShort), Fault::CodeMissing, Fault::TermsMissing],
        ),
        ("register-confirm-long", vec![password(PasswordFault::TooLong)]),
        ("register-confirm-common", vec![password(PasswordFault::Common)]),
        ("register-confirm-known", vec![password(PasswordFault::Known), Fault::CodeWrong]),
    ] {
        all.push(Sample { name, markup: view::confirm_page(&frame, &confirm(faults)) });
    }
    all.push(Sample { name: "register-link-gone", markup: view::gone_page(&frame) });
    all.push(Sample { name: "terms", markup: view::terms_page(&frame) });
    for (name, standing, is_own) in [
        ("register-status-none", Standing::None, true),
        ("register-status-draft", Standing::Draft(false), true),
        ("register-status-draft-complete", Standing::Draft(true), true),
        ("register-status-mailed", Standing::Mailed(EMAIL.into()), true),
        ("register-status-expired", Standing::Expired(EMAIL.into()), true),
        ("register-status-waiting", Standing::Waiting(Some(date!(2026 - 11 - 25))), false),
        ("register-status-approved", Standing::Approved, false),
        ("register-status-declined", Standing::Declined("The NPI is another person’s.".into()), false),
    ] {
        all.push(Sample { name, markup: view::status_page(&frame, &StatusPage { standing, is_own }) });
    }
    let inside = stage.inside(crate::domain::people::AccountKind::AccessTeam);
    for (name, facts) in [("desk-registration", facts()), ("desk-registration-doubtful", doubtful())] {
        let part = maud::html! { h1 { "Registration" } (view::desk_facts(stage.zone, &facts)) };
        all.push(Sample { name, markup: page(&inside, "Registration", Width::Wide, &part) });
    }
}

const EMAIL: &str = "aisha.chen@elmstreet.example";

type StartState = (&'static str, TypedStart, Vec<Fault>, Option<u64>);

fn starts() -> Vec<StartState> {
    let typed =
        |chart: &str| TypedStart { npi: "1184620954".into(), chart: chart.into(), ..TypedStart::default() };
    let no_npi = TypedStart { no_npi: "yes".into(), ..typed("no") };
    vec![
        ("register", TypedStart::default(), vec![], None),
        ("register-international", no_npi, vec![], None),
        ("register-nothing-typed", TypedStart::default(), vec![Fault::NpiMissing, Fault::ChartMissing], None),
        ("register-npi-shape", typed("no"), vec![Fault::NpiShape], None),
        ("register-npi-check-digit", typed("no"), vec![Fault::NpiCheckDigit], None),
        ("register-npi-organization", typed("no"), vec![Fault::NpiOrganization], None),
        ("register-npi-inactive", typed("no"), vec![Fault::NpiInactive], None),
        ("register-registry-down", typed("no"), vec![Fault::RegistryDown], None),
        ("register-use-chart", typed("yes"), vec![Fault::UseChart], None),
        ("register-reason-long", typed("yes"), vec![Fault::ReasonTooLong], None),
        ("register-slowed", typed("no"), vec![], Some(60)),
    ]
}

fn searched() -> TypedDetails {
    TypedDetails { practice_search: "Elm".into(), ..TypedDetails::default() }
}

fn found() -> Details {
    let option = |n, name: &str, address: &str| PracticeOption {
        id: id(n),
        name: name.into(),
        address: address.into(),
    };
    let typed = TypedDetails {
        family: "Chen".into(),
        given: "Aisha".into(),
        phone: "212-555-0134".into(),
        practice: id(41).to_string(),
        ..searched()
    };
    let found = vec![
        option(41, "Elm Street Pediatrics", "41 Elm Street, Northfield"),
        option(42, "Elmwood Family Medicine", ""),
    ];
    Details { typed, found, is_searched: true, ..Details::default() }
}

fn line_faults() -> Vec<Fault> {
    let fault = Fault::Line;
    vec![
        fault(Line::Family, LineFault::BadCharacter),
        fault(Line::Given, LineFault::Missing),
        fault(Line::Specialty, LineFault::TooLong),
        fault(Line::Phone, LineFault::NotPhone),
        fault(Line::Fax, LineFault::NotPhone),
        fault(Line::PracticeName, LineFault::Missing),
        fault(Line::PracticePhone, LineFault::Missing),
        fault(Line::PracticeFax, LineFault::NotPhone),
        fault(Line::PracticeAddress, LineFault::TooLong),
        Fault::PracticeMissing,
    ]
}

fn answers() -> Answers {
    let npi = Npi::parse("1184620955").or_else(|| Npi::parse("1234567893"));
    Answers {
        registry: Some(RegistryNames { family: "CHEN".into(), given: "AISHA".into(), others: Vec::new() }),
        family: "Chen".into(),
        given: "Aisha".into(),
        specialty: "Pediatrics".into(),
        phone: "212-555-0134".into(),
        practice: Some(PracticeAnswer::Known { id: id(41), name: "Elm Street Pediatrics".into() }),
        is_checked: true,
        ..Answers::of(npi.as_ref(), NpiCheck::Found)
    }
}

fn international() -> Answers {
    Answers {
        npi: None,
        check: NpiCheck::NoNpi,
        registry: None,
        chart_exception: "I see patients at two hospitals and need both.".into(),
        fax: "+44 20 7946 0000".into(),
        practice: Some(PracticeAnswer::New {
            name: "Harley Children’s Clinic".into(),
            phone: "+44 20 7946 0001".into(),
            fax: "+44 20 7946 0002".into(),
            address: "1 Harley Street, London".into(),
        }),
        ..answers()
    }
}

fn confirm(faults: Vec<Fault>) -> Confirm {
    Confirm {
        token: "sample-registration-token".into(),
        answers: answers(),
        email: EMAIL.into(),
        qr_svg: picture(),
        key: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".into(),
        accepted: false,
        faults,
    }
}

fn facts() -> DeskFacts {
    DeskFacts {
        answers: answers(),
        email: EMAIL.into(),
        confirmed_at: Some(days_ago(1)),
        npi_taken: false,
        address_taken: false,
        also_waiting: 0,
        same_name: Vec::new(),
    }
}

fn doubtful() -> DeskFacts {
    DeskFacts {
        answers: international(),
        npi_taken: true,
        address_taken: true,
        also_waiting: 2,
        same_name: vec![("Aisha Chen".into(), Some("1234567893".into())), ("Anna Chen".into(), None)],
        ..facts()
    }
}
