//! Samples of a request in the access team's queue, and of the accounts it runs.

use time::macros::date;

use super::queue::team;
use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::{AccountKind, AccountStatus, Role};
use crate::domain::queue::{Bar, Due, Obstacle, Step};
use crate::domain::request::{Ending, RequestKind};
use crate::views::desk::accounts::{self, Account, Act, Authenticator, Deed};
use crate::views::desk::ending::{self, End, Handover};
use crate::views::desk::facts::{self, Help, Typed};
use crate::views::desk::request::{self, Ended, GiveFault, Line, Request};
use crate::views::desk::{self, Changed};
use crate::views::layout::{Frame, NavItem};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::AccessTeam);
    requests(&frame, all);
    ends(&frame, all);
    people(&frame, all);
}

fn requests(frame: &Frame, all: &mut Vec<Sample>) {
    let line = |days, who: Option<&str>, step, body: &str| Line {
        at: days_ago(days),
        who: who.map(str::to_owned),
        step,
        body: body.to_owned(),
    };
    let help = facts::help(&Help {
        id: RequestId(id(2)),
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        description: "My phone was stolen. How do I sign in?".into(),
        has_picture: true,
        answer: String::new(),
    });
    let base = || Request {
        id: RequestId(id(2)),
        version: 3,
        kind: RequestKind::Help,
        asked_by: None,
        practice: String::new(),
        filed: days_ago(1),
        due: (date!(2026 - 11 - 24), Due::In(1)),
        owner: None,
        ended: None,
        facts: help.clone(),
        lines: vec![
            line(1, None, Step::Filed, ""),
            line(0, Some("Sam Lee"), Step::Note, "Left a voicemail."),
            line(0, Some("Sam Lee"), Step::Assigned, "Jo Ortiz"),
        ],
        handles: true,
        endings: vec![(Ending::Answered, None)],
        note: String::new(),
        note_wrong: false,
        receivers: team(),
        to: String::new(),
        to_fault: None,
        changed: None,
    };
    let both = |bar| vec![(Ending::Approved, bar), (Ending::Declined, bar)];
    let whose = (AccountId(id(9)), "Dr. Aisha Chen", "aisha.chen@elmstreet.example");
    let evidence = "Called the practice on the number in the directory; she named her last referral.";
    let reset = Request {
        kind: RequestKind::FactorReset,
        asked_by: Some(("Sam Lee".into(), "sam.lee@hospital.example".into())),
        facts: facts::reset(Some(whose), evidence),
        endings: both(None),
        owner: Some(("Jo Ortiz".into(), true)),
        ..base()
    };
    let ended =
        Ended { ending: Ending::Declined, at: NOW, reason: "We could not reach the practice.".into() };
    let changed = Some(Changed { who: "J. Ortiz".into(), at: NOW });
    for (name, model) in [
        ("request-help", base()),
        ("request-factor-reset", reset.clone()),
        ("request-own", Request { endings: both(Some(Bar::Own)), ..reset.clone() }),
        ("request-bare", Request { facts: facts::typed(&Typed::default()), ..base() }),
        ("request-auditor", Request { handles: false, endings: both(Some(Bar::Role)), ..reset.clone() }),
        ("request-changed", Request { changed, note: "Called again.".into(), ..base() }),
        ("request-give-nobody", Request { to_fault: Some(GiveFault::Nobody), ..base() }),
        (
            "request-give-own",
            Request { to: id(0x70).to_string(), to_fault: Some(GiveFault::Party), ..base() },
        ),
        ("request-give-left", Request { to_fault: Some(GiveFault::Left("Sam Lee".into())), ..base() }),
        ("request-give-stranger", Request { to_fault: Some(GiveFault::Left(String::new())), ..base() }),
        ("request-note-wrong", Request { note_wrong: true, ..base() }),
        ("request-closed", Request { ended: Some(ended), endings: vec![], ..reset }),
    ] {
        all.push(Sample { name, markup: request::page(frame, &model) });
    }
    for (name, bar) in
        [("barred-own", Bar::Own), ("barred-role", Bar::Role), ("barred-elsewhere", Bar::Elsewhere)]
    {
        all.push(Sample { name, markup: desk::barred_page(frame, bar, NavItem::Queue) });
    }
}

fn ends(frame: &Frame, all: &mut Vec<Sample>) {
    let end = |kind, ending| End {
        id: RequestId(id(2)),
        version: 3,
        kind,
        asked_by: "Dr. Lena Park".into(),
        ending,
        class: None,
        text: String::new(),
        text_wrong: false,
        obstacle: None,
        changed: None,
        thread: None,
    };
    let approve = || end(RequestKind::Registration, Ending::Approved);
    let decline = || end(RequestKind::Registration, Ending::Declined);
    let stuck = |obstacle| End { obstacle: Some(obstacle), ..approve() };
    let text = ending::template(RequestKind::Registration, Ending::Declined, "not_reached").to_owned();
    let changed = Some(Changed { who: "J. Ortiz".into(), at: NOW });
    for (name, model) in [
        ("approve", approve()),
        ("approve-factor-reset", end(RequestKind::FactorReset, Ending::Approved)),
        ("approve-gone", stuck(Obstacle::Gone)),
        ("approve-npi-taken", stuck(Obstacle::NpiTaken)),
        ("approve-address-taken", stuck(Obstacle::AddressTaken)),
        ("approve-incomplete", stuck(Obstacle::Incomplete)),
        ("approve-not-active", stuck(Obstacle::NotActive)),
        ("approve-owner-asks", stuck(Obstacle::OwnerAsks)),
        ("approve-linked-already", stuck(Obstacle::LinkedAlready)),
        ("decline", decline()),
        ("decline-template", End { text: text.clone(), ..decline() }),
        ("decline-no-reason", End { text_wrong: true, ..decline() }),
        ("decline-changed", End { text, changed, ..decline() }),
        ("answer", end(RequestKind::Help, Ending::Answered)),
        ("answer-missing", End { text_wrong: true, ..end(RequestKind::Help, Ending::Answered) }),
    ] {
        all.push(Sample { name, markup: ending::page(frame, &model) });
    }
    let handover = Handover {
        kind: RequestKind::FactorReset,
        id: RequestId(id(2)),
        code: "41870226".into(),
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        until: NOW.plus_seconds(72 * 3600),
    };
    all.push(Sample { name: "handover", markup: ending::handover_page(frame, &handover) });
}

fn people(frame: &Frame, all: &mut Vec<Sample>) {
    all.push(Sample { name: "accounts", markup: accounts::find_page(frame, "", false) });
    let unknown = accounts::find_page(frame, "aisha.chan@elmstreet.example", true);
    all.push(Sample { name: "accounts-unknown", markup: unknown });
    let base = Account {
        id: AccountId(id(9)),
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        kind: AccountKind::Provider,
        at_hospital: false,
        status: Some(AccountStatus::Active),
        roles: vec![],
        authenticator: Authenticator::Bound,
        passkeys: 1,
        recovery_codes: 8,
        sessions: 2,
        bounced: None,
        reset: None,
        history: vec![],
        bar: None,
    };
    let disabled = "Left the practice; told by the office manager.";
    let history = vec![(days_ago(2), "Sam Lee".to_owned(), "disabled".to_owned(), disabled.to_owned())];
    for (name, model) in [
        ("team-account", base.clone()),
        (
            "team-account-reset",
            Account {
                authenticator: Authenticator::Off(days_ago(1)),
                reset: Some(RequestId(id(3))),
                bounced: Some(days_ago(4)),
                ..base.clone()
            },
        ),
        ("team-account-disabled", Account { status: Some(AccountStatus::Disabled), history, ..base.clone() }),
        (
            "team-account-own",
            Account {
                kind: AccountKind::AccessTeam,
                roles: vec![Role::Reviewer, Role::Administrator],
                at_hospital: true,
                authenticator: Authenticator::None,
                bar: Some(Bar::Own),
                ..base
            },
        ),
    ] {
        all.push(Sample { name, markup: accounts::page(frame, &model) });
    }
    let act = |deed| Act {
        id: AccountId(id(9)),
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        deed,
        text: String::new(),
        text_wrong: false,
        obstacle: None,
    };
    for (name, model) in [
        ("disable-account", act(Deed::Disable)),
        ("disable-account-no-reason", Act { text_wrong: true, ..act(Deed::Disable) }),
        ("end-sessions", act(Deed::EndSessions)),
        ("ask-reset", act(Deed::AskReset)),
        ("ask-reset-short", Act { text: "She called.".into(), text_wrong: true, ..act(Deed::AskReset) }),
        ("ask-reset-again", Act { obstacle: Some(Obstacle::AskedAlready), ..act(Deed::AskReset) }),
        ("ask-reset-hospital", Act { obstacle: Some(Obstacle::SignsInAtHospital), ..act(Deed::AskReset) }),
    ] {
        all.push(Sample { name, markup: accounts::act_page(frame, &model) });
    }
}
