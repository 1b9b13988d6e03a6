//! Samples of the account's own pages, of a fresh factor, and of a forgotten password.

use super::sign_in::picture;
use super::{Sample, Stage, days_ago, id, morning};
use crate::domain::audit::{Act, Outcome};
use crate::domain::news::Pace;
use crate::domain::people::AccountKind;
use crate::domain::sign_in::Via;
use crate::domain::sign_in::password::PasswordFault;
use crate::views::account::address::{self, Address, AddressProblem, Through};
use crate::views::account::close::{self, Close};
use crate::views::account::factors::{
    self, Binding, BindingFault, FactorNotice, Factors, PasskeyRow, binding_page, recovery_page,
};
use crate::views::account::history::{self, HistoryRow};
use crate::views::account::notices;
use crate::views::account::password::{self, Password, PasswordProblem};
use crate::views::account::{self, Account, SessionNotice, SessionRow};
use crate::views::layout::Frame;
use crate::views::reset::{self, Reset, ResetProblem};
use crate::views::sign_in::CodeProblem;
use crate::views::step_up::{self, StepUp};

const EMAIL: &str = "aisha.chen@elmstreet.example";

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let inside = stage.inside(AccountKind::Provider);
    for (name, notice) in [
        ("account", None),
        ("account-session-ended", Some(SessionNotice::Ended)),
        ("account-session-gone", Some(SessionNotice::Gone)),
    ] {
        all.push(Sample { name, markup: account::page(&inside, &sessions(notice)) });
    }
    add_factors(&inside, all);
    add_password_and_address(&inside, all);
    for (name, chosen, saved, fault) in [
        ("account-notices", None, false, false),
        ("account-notices-saved", Some(Pace::Daily), true, false),
        ("account-notices-at-once", Some(Pace::AtOnce), false, false),
        ("account-notices-unknown", None, false, true),
    ] {
        let state = notices::Notices { chosen, saved, fault };
        all.push(Sample { name, markup: notices::page(&inside, &state) });
    }
    all.push(Sample { name: "account-history", markup: history::page(&inside, &rows()) });
    all.push(Sample { name: "account-history-empty", markup: history::page(&inside, &[]) });
    for (name, sponsored, unsure) in [
        ("account-close", Some(0), false),
        ("account-close-sponsor", Some(3), false),
        ("account-close-unsure", Some(1), true),
        ("account-close-team", None, false),
    ] {
        all.push(Sample { name, markup: close::page(&inside, &Close { sponsored, unsure }) });
    }
    add_step_up(&inside, all);
    add_reset(&stage.outside(), all);
}

fn sessions(notice: Option<SessionNotice>) -> Account {
    let row = |n: i64, device: &str, network: &str, via| SessionRow {
        name: format!("{n:016x}"),
        began: morning().plus_seconds(-n * 9000),
        used: super::NOW.plus_seconds(-n * 600),
        network: network.into(),
        device: device.into(),
        via,
        this: n == 0,
    };
    Account {
        name: "Dr. Aisha Chen".into(),
        email: EMAIL.into(),
        kind: AccountKind::Provider,
        sessions: vec![
            row(0, "Firefox on Windows", "198.51.100.24", Via::Totp),
            row(1, "Safari on iPhone", "203.0.113.7", Via::Passkey),
            row(2, "Edge on Windows", "2001:db8:12:7::/64", Via::RecoveryCode),
        ],
        notice,
    }
}

fn full() -> Factors {
    Factors {
        authenticator: Some(days_ago(200)),
        passkeys: vec![
            PasskeyRow {
                id: id(701),
                name: "Office laptop".into(),
                added: days_ago(90),
                used: Some(morning()),
            },
            PasskeyRow { id: id(702), name: "Phone".into(), added: days_ago(3), used: None },
        ],
        recovery: Some((days_ago(90), 8)),
        can_add_passkeys: true,
        ..Factors::default()
    }
}

fn add_factors(frame: &Frame, all: &mut Vec<Sample>) {
    let mut page = |name, model: Factors| all.push(Sample { name, markup: factors::page(frame, &model) });
    page("factors", full());
    page(
        "factors-few",
        Factors { authenticator: Some(days_ago(2)), can_add_passkeys: true, ..Factors::default() },
    );
    page("factors-no-passkeys-here", Factors { authenticator: Some(days_ago(2)), ..Factors::default() });
    page("factors-disabled", Factors { disabled: true, ..full() });
    page("factors-linkable", Factors { linkable: Some("Sign in with hospital account".into()), ..full() });
    page("factors-hospital", Factors { hospital: true, ..Factors::default() });
    for (name, notice) in [
        ("factors-passkey-added", FactorNotice::PasskeyAdded),
        ("factors-removed", FactorNotice::Removed),
        ("factors-authenticator-bound", FactorNotice::Authenticator),
        ("factors-passkey-refused", FactorNotice::Refused),
        ("factors-too-many", FactorNotice::TooMany),
        ("factors-last", FactorNotice::LastFactor),
        ("factors-nothing", FactorNotice::Nothing),
    ] {
        page(name, Factors { notice: Some(notice), ..full() });
    }
    for (name, fault) in [
        ("authenticator", None),
        ("authenticator-code-missing", Some(BindingFault::Missing)),
        ("authenticator-code-wrong", Some(BindingFault::Wrong)),
    ] {
        let model =
            Binding { qr_svg: picture(), key: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".into(), fault };
        all.push(Sample { name, markup: binding_page(frame, &model) });
    }
    let codes: Vec<String> = (0..10).map(|n| format!("{n}G7K-Q2M4-XR9T-0V{n}C")).collect();
    all.push(Sample { name: "recovery-codes", markup: recovery_page(frame, &codes) });
}

fn add_password_and_address(frame: &Frame, all: &mut Vec<Sample>) {
    for (name, model) in [
        ("account-password", Password::default()),
        ("account-password-changed", Password { done: true, ..Password::default() }),
        ("account-password-hospital", Password { hospital: true, ..Password::default() }),
        ("account-password-wrong", problem(PasswordProblem::CurrentWrong)),
        ("account-password-short", problem(PasswordProblem::Unfit(PasswordFault::TooShort))),
        ("account-password-slowed", problem(PasswordProblem::Slowed(40))),
    ] {
        all.push(Sample { name, markup: password::page(frame, &model) });
    }
    let of =
        |typed: &str, problem, through| Address { now: EMAIL.into(), typed: typed.into(), problem, through };
    for (name, model) in [
        ("account-email", of("", None, Through::Owner)),
        ("account-email-bad", of("aisha", Some(AddressProblem::Bad), Through::Owner)),
        ("account-email-same", of(EMAIL, Some(AddressProblem::Same), Through::Owner)),
        ("account-email-slowed", of("a@b.example", Some(AddressProblem::Slowed(1800)), Through::Owner)),
        ("account-email-sponsored", of("", None, Through::Sponsor)),
        ("account-email-hospital", of("", None, Through::Hospital)),
    ] {
        all.push(Sample { name, markup: address::page(frame, &model) });
    }
    all.push(Sample { name: "account-email-sent", markup: address::sent_page(frame) });
    let confirm = address::confirm_page(frame, "sample-token", "a.chen@elm-pediatrics.example");
    all.push(Sample { name: "account-email-confirm", markup: confirm });
    all.push(Sample { name: "account-email-done", markup: address::done_page(frame) });
    all.push(Sample { name: "account-email-gone", markup: address::gone_page(frame) });
}

fn problem(problem: PasswordProblem) -> Password {
    Password { problem: Some(problem), ..Password::default() }
}

fn rows() -> Vec<HistoryRow> {
    let row = |n: i64, act, outcome, basis: &str| HistoryRow {
        at: morning().plus_seconds(-n * 4000),
        act,
        outcome,
        basis: basis.into(),
        network: "198.51.100.24".into(),
    };
    vec![
        row(0, Act::SignInPasskey, Outcome::Allowed, ""),
        row(1, Act::ChangeFactor, Outcome::Allowed, "passkey_added"),
        row(2, Act::SignInFactor, Outcome::Failed, "code_used"),
        row(3, Act::SignInPassword, Outcome::Refused, "slowed"),
        row(4, Act::RequestReset, Outcome::Allowed, ""),
    ]
}

fn add_step_up(frame: &Frame, all: &mut Vec<Sample>) {
    let plain = || StepUp { next: "/account/factors".into(), ..StepUp::default() };
    for (name, model) in [
        ("step-up", plain()),
        ("step-up-passkey", StepUp { passkey: true, ..plain() }),
        ("step-up-held", StepUp { held: "reason=Moved".into(), passkey: true, ..plain() }),
        ("step-up-missing", StepUp { problem: Some(CodeProblem::Missing), ..plain() }),
        ("step-up-wrong", StepUp { problem: Some(CodeProblem::Wrong), ..plain() }),
        ("step-up-used", StepUp { problem: Some(CodeProblem::Used), ..plain() }),
        ("step-up-disabled", StepUp { problem: Some(CodeProblem::FactorDisabled), ..plain() }),
        ("step-up-hospital", StepUp { hospital: Some("/step-up/hospital".into()), ..plain() }),
    ] {
        all.push(Sample { name, markup: step_up::page(frame, &model) });
    }
    let held = [("reason".to_owned(), "Moved to another practice".to_owned())];
    all.push(Sample { name: "step-up-done", markup: step_up::held_page(frame, "/account/factors", &held) });
}

fn add_reset(frame: &Frame, all: &mut Vec<Sample>) {
    let typed = |problem| Reset { email: EMAIL.into(), problem: Some(problem) };
    all.push(Sample { name: "reset", markup: reset::page(frame, &Reset::default()) });
    let missing = Reset { email: String::new(), ..typed(ResetProblem::Missing) };
    all.push(Sample { name: "reset-missing", markup: reset::page(frame, &missing) });
    let slowed = reset::page(frame, &typed(ResetProblem::Slowed(50)));
    all.push(Sample { name: "reset-slowed", markup: slowed });
    all.push(Sample { name: "reset-sent", markup: reset::sent_page(frame) });
    for (name, fault) in [
        ("reset-choose", None),
        ("reset-choose-short", Some(PasswordFault::TooShort)),
        ("reset-choose-common", Some(PasswordFault::Common)),
    ] {
        all.push(Sample { name, markup: reset::choose_page(frame, "sample-token", fault) });
    }
    all.push(Sample { name: "reset-done", markup: reset::done_page(frame) });
    all.push(Sample { name: "reset-gone", markup: reset::gone_page(frame) });
}
