//! Samples of sign-in and set-up.

use super::{Sample, Stage};
use crate::domain::people::AccountKind;
use crate::views::set_up::{self, SetUp, SetUpFault};
use crate::views::sign_in::{self, Code, CodeProblem, DemoAccount, SignIn, SignInNotice, SignInProblem};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.outside();
    let plain = |problem, notice| SignIn {
        email: "aisha.chen@elmstreet.example".into(),
        problem,
        notice,
        hospital: None,
        demo_accounts: Vec::new(),
    };
    let mut page = |name, model: &SignIn| all.push(Sample { name, markup: sign_in::page(&frame, model) });
    page("sign-in", &SignIn::default());
    page("sign-in-demo", &SignIn { demo_accounts: demo(), ..SignIn::default() });
    page(
        "sign-in-email-missing",
        &SignIn { problem: Some(SignInProblem::EmailMissing), ..SignIn::default() },
    );
    page("sign-in-password-missing", &plain(Some(SignInProblem::PasswordMissing), None));
    page("sign-in-wrong", &plain(Some(SignInProblem::Wrong), None));
    page("sign-in-passkey-refused", &plain(Some(SignInProblem::Passkey), None));
    page("sign-in-slowed", &plain(Some(SignInProblem::Slowed(840)), None));
    page("sign-in-signed-out", &plain(None, Some(SignInNotice::SignedOut)));
    page("sign-in-signed-out-everywhere", &plain(None, Some(SignInNotice::SignedOutEverywhere)));
    page("sign-in-session-ended", &plain(None, Some(SignInNotice::Ended)));
    page("sign-in-after-closing", &plain(None, Some(SignInNotice::Closed)));
    page("sign-in-after-set-up", &plain(None, Some(SignInNotice::SetUp)));
    for (name, problem) in [
        ("code", None),
        ("code-missing", Some(CodeProblem::Missing)),
        ("code-wrong", Some(CodeProblem::Wrong)),
        ("code-used", Some(CodeProblem::Used)),
        ("code-passkey-refused", Some(CodeProblem::Passkey)),
        ("code-slowed", Some(CodeProblem::Slowed(60))),
        ("code-voided", Some(CodeProblem::Voided)),
        ("code-factor-disabled", Some(CodeProblem::FactorDisabled)),
    ] {
        all.push(Sample { name, markup: sign_in::code_page(&frame, &Code { problem }) });
    }
    for (name, faults) in [
        ("set-up", vec![]),
        ("set-up-short", vec![SetUpFault::PasswordTooShort, SetUpFault::CodeMissing]),
        ("set-up-long", vec![SetUpFault::PasswordTooLong]),
        ("set-up-common", vec![SetUpFault::PasswordTooCommon]),
        ("set-up-holds-name", vec![SetUpFault::PasswordHoldsName]),
        ("set-up-code-wrong", vec![SetUpFault::CodeWrong]),
        ("set-up-handover-wrong", vec![SetUpFault::HandoverWrong]),
    ] {
        all.push(Sample { name, markup: set_up::page(&frame, &set_up(faults)) });
    }
    all.push(Sample { name: "set-up-done", markup: set_up::done_page(&frame) });
    all.push(Sample { name: "set-up-link-expired", markup: set_up::expired_page(&frame) });
}

fn set_up(faults: Vec<SetUpFault>) -> SetUp {
    SetUp {
        needs_handover: faults.contains(&SetUpFault::HandoverWrong),
        token: "sample-set-up-token".into(),
        name: "Dr. Aisha Chen".into(),
        email: "aisha.chen@elmstreet.example".into(),
        qr_svg: picture(),
        key: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(),
        password: String::new(),
        faults,
    }
}

/// A picture that looks like a QR code and says nothing.
pub(super) fn picture() -> String {
    let eye = |x: u32, y: u32| format!("M{x} {y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z");
    let dots: Vec<String> = (0..29 * 29_u32)
        .map(|n| (n % 29, n / 29))
        .filter(|(x, y)| !(x.min(&(28 - x)) < &8 && *y < 8 || *x < 8 && *y > 20))
        .filter(|(x, y)| (x * 7 + y * 13 + x * y * 5) % 11 < 5)
        .map(|(x, y)| format!("M{} {}h1v1h-1z", x + 2, y + 2))
        .collect();
    format!(
        "<svg viewBox=\"0 0 33 33\" xmlns=\"http://www.w3.org/2000/svg\"><path fill-rule=\"evenodd\" d=\"{}{}{}{}\"/></svg>",
        eye(2, 2),
        eye(24, 2),
        eye(2, 24),
        dots.concat()
    )
}

fn demo() -> Vec<DemoAccount> {
    [
        (
            "Dr. Aisha Chen",
            "aisha.chen",
            AccountKind::Provider,
            "PCP of record of 9 patients; partners’ patients by practice",
        ),
        (
            "Dr. Samuel Okoye",
            "samuel.okoye",
            AccountKind::Provider,
            "Two practices; overdue Sponsored User Validation: locked",
        ),
        ("Dr. Ruth Haddad", "ruth.haddad", AccountKind::Provider, "Sub-specialist with care-team seats only"),
        ("Nadia Brooks", "nadia.brooks", AccountKind::Sponsored, "Two sponsors, one of them locked"),
        ("Tom Iversen", "tom.iversen", AccountKind::Sponsored, "Only sponsor locked: access locked"),
        ("Jo Ortiz", "jo.ortiz", AccountKind::AccessTeam, "Look-ups and audit"),
        (
            "Elena Rivera",
            "elena.rivera",
            AccountKind::Family,
            "Guardian of two children: who opened the chart",
        ),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (name, user, kind, shows))| DemoAccount {
        name: name.into(),
        email: format!("{user}@demo.example"),
        kind,
        shows: shows.into(),
        password: "open the side gate".into(),
        code: format!("{:06}", 731_904 - n * 88_211),
    })
    .collect()
}
