//! Sign-in (pages P1 and P2): password, then code.

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::{self, rules, sign_in as w, single_sign_on as hospital};
use crate::domain::people::AccountKind;

/// Why the last try did not work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignInProblem {
    /// No e-mail address was typed.
    EmailMissing,
    /// No password was typed.
    PasswordMissing,
    /// Unknown address or wrong password; one answer for both.
    Wrong,
    /// Too many tries; so many seconds to wait.
    Slowed(u64),
    /// The passkey could not be used.
    Passkey,
}

/// Why the person is on the sign-in page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignInNotice {
    /// They signed out.
    SignedOut,
    /// They signed out everywhere.
    SignedOutEverywhere,
    /// The session ended.
    Ended,
    /// They have just set up the account.
    SetUp,
    /// They have just closed the account.
    Closed,
}

/// One account of the demonstration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemoAccount {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Kind.
    pub kind: AccountKind,
    /// What signing in as this person shows.
    pub shows: String,
    /// Password.
    pub password: String,
    /// The code of this moment.
    pub code: String,
}

/// The sign-in page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SignIn {
    /// What was typed as e-mail address.
    pub email: String,
    /// What went wrong.
    pub problem: Option<SignInProblem>,
    /// Why they are here.
    pub notice: Option<SignInNotice>,
    /// What the link to the hospital's single sign-on says, where there is one.
    pub hospital: Option<String>,
    /// Accounts to try; empty outside the demonstration.
    pub demo_accounts: Vec<DemoAccount>,
}

/// The sign-in page; posts `email`, `password`.
pub fn page(frame: &Frame, model: &SignIn) -> Markup {
    let fault = model.problem.map(|problem| match problem {
        SignInProblem::EmailMissing => ("email", w::EMAIL_MISSING.to_owned()),
        SignInProblem::PasswordMissing => ("password", w::PASSWORD_MISSING.to_owned()),
        SignInProblem::Wrong => ("email", w::WRONG.to_owned()),
        SignInProblem::Slowed(seconds) => ("email", w::slowed(&words::wait(seconds))),
        SignInProblem::Passkey => ("email", w::PASSKEY_REFUSED.to_owned()),
    });
    let faults: Vec<(&str, String)> = fault.into_iter().collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let main = html! {
        div class={ "sign-in" @if !model.demo_accounts.is_empty() { " with-demo" } } {
            section class="panel" {
                h1 { (w::TITLE) }
                p class="quiet" { (w::LEAD) }
                @if let Some(notice) = model.notice { (parts::notice("info", &html! { p { (notice_words(notice)) } })) }
                (field::summary(&faults))
                form method="post" action=(paths::sign_in()) {
                    (field::token(frame))
                    (field::Text { name: "email", label: w::EMAIL, value: &model.email, fault: of("email"), kind: "email", autocomplete: "username", max: 254, ..Default::default() }.show())
                    (field::Text { name: "password", label: w::PASSWORD, fault: of("password"), kind: "password", autocomplete: "current-password", ..Default::default() }.show())
                    p class="show-password" hidden data-show="password" { label { input type="checkbox"; " " (w::SHOW_PASSWORD) } }
                    (field::submit(w::CONTINUE))
                }
                (passkey_form(frame, paths::sign_in_passkey(), paths::sign_in_passkey_options()))
                @if let Some(label) = &model.hospital {
                    p class="after" { (hospital::OR) br; a class="second" href=(paths::single_sign_on()) { (label) } }
                }
                ul class="ways" {
                    li { a href=(paths::reset()) { (w::FORGOT_PASSWORD) } }
                    li { (w::NEW_HERE) " " a href=(paths::register()) { (w::REGISTER) } }
                    li { (w::FAMILY) " " a href=(paths::family_activate()) { (w::FAMILY_CODE) } " " a href=(paths::family_enroll()) { (w::FAMILY_NO_CODE) } }
                }
                p class="after" { (w::FORGOT) " " (parts::phone(&frame.phone)) "." br; (w::EMERGENCY) }
            }
            @if !model.demo_accounts.is_empty() { (demo(&model.demo_accounts)) }
        }
    };
    let width = if model.demo_accounts.is_empty() { Width::Narrow } else { Width::Wide };
    frame_page(frame, w::TITLE, width, &main)
}

/// The form of a passkey ceremony; it shows where the browser can do it.
fn passkey_form(frame: &Frame, action: &str, options: &str) -> Markup {
    html! {
        form method="post" action=(action) data-passkey="get" data-options=(options) hidden {
            (field::token(frame))
            (field::hidden("response", ""))
            button class="second" type="submit" { (w::WITH_PASSKEY) }
        }
    }
}

const fn notice_words(notice: SignInNotice) -> &'static str {
    match notice {
        SignInNotice::SignedOut => w::SIGNED_OUT,
        SignInNotice::SignedOutEverywhere => w::ENDED_EVERYWHERE,
        SignInNotice::Ended => w::ENDED,
        SignInNotice::SetUp => w::SET_UP,
        SignInNotice::Closed => w::CLOSED,
    }
}

fn demo(accounts: &[DemoAccount]) -> Markup {
    let first = accounts.first().map(|a| a.password.as_str());
    let shared = first.filter(|first| accounts.iter().all(|a| a.password == *first));
    parts::panel(
        "demo-accounts",
        &html! { (w::DEMO_ACCOUNTS) },
        &html! {
            p class="quiet" { (w::DEMO_HOW) }
            @if let Some(password) = shared { p { (w::DEMO_PASSWORD) " " code class="key" { (password) } } }
            table class="t stack" {
                thead { tr {
                    th scope="col" { (w::DEMO_NAME) } th scope="col" { (w::DEMO_SHOWS) }
                    @if shared.is_none() { th scope="col" { (w::DEMO_PASSWORD) } }
                    th scope="col" { (w::DEMO_CODE) }
                } }
                tbody {
                    @for account in accounts {
                        tr {
                            th scope="row" {
                                (account.name) span class="sub" { (rules::kind(account.kind)) }
                                code class="sub" { (account.email) }
                                button class="bare link" type="button" hidden data-fill=(account.email) data-password=(account.password) {
                                    (w::DEMO_FILL) span class="vh" { " " (account.name) }
                                }
                            }
                            td data-l=(w::DEMO_SHOWS) { (account.shows) }
                            @if shared.is_none() { td data-l=(w::DEMO_PASSWORD) { code { (account.password) } } }
                            td data-l=(w::DEMO_CODE) { code class="nw code" { (account.code) } }
                        }
                    }
                }
            }
        },
    )
}

/// What was wrong with a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeProblem {
    /// Nothing was typed.
    Missing,
    /// Not the code of this moment.
    Wrong,
    /// The code was used before.
    Used,
    /// Too many tries; so many seconds to wait.
    Slowed(u64),
    /// Five wrong codes: the attempt is over.
    Voided,
    /// The factor is switched off until the access team binds a new one.
    FactorDisabled,
    /// The passkey could not be used.
    Passkey,
}

/// The second step of sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Code {
    /// What went wrong.
    pub problem: Option<CodeProblem>,
}

/// The code page; posts `code`.
pub fn code_page(frame: &Frame, model: &Code) -> Markup {
    let over = match model.problem {
        Some(CodeProblem::Voided) => Some(w::CODE_VOIDED),
        Some(CodeProblem::FactorDisabled) => Some(w::CODE_DISABLED),
        _ => None,
    };
    let fault = match model.problem {
        Some(CodeProblem::Missing) => w::CODE_MISSING.to_owned(),
        Some(CodeProblem::Wrong) => w::CODE_WRONG.to_owned(),
        Some(CodeProblem::Used) => w::CODE_USED.to_owned(),
        Some(CodeProblem::Slowed(seconds)) => w::slowed(&words::wait(seconds)),
        Some(CodeProblem::Passkey) => w::PASSKEY_REFUSED.to_owned(),
        _ => String::new(),
    };
    let faults: Vec<(&str, String)> =
        (!fault.is_empty()).then(|| ("code", fault.clone())).into_iter().collect();
    let main = html! {
        section class="panel" {
            h1 { (w::CODE_TITLE) }
            @if let Some(words) = over {
                (parts::notice("stop", &html! { p { (words) } p { (super::words::system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) } }))
                p { a class="button" href=(paths::sign_in()) { (w::CODE_AGAIN) } }
            } @else {
                (field::summary(&faults))
                form method="post" action=(paths::code()) {
                    (field::token(frame))
                    (field::Text { name: "code", label: w::CODE_LABEL, hint: w::CODE_HINT, fault: &fault, autocomplete: "one-time-code", width: "w20", max: 40, ..Default::default() }.show())
                    (field::submit(w::CODE_SUBMIT))
                }
                (passkey_form(frame, paths::code_passkey(), paths::code_passkey_options()))
                p class="after" { a href=(paths::sign_in()) { (w::CODE_OTHER) } }
            }
        }
    };
    let frame = Frame { current: NavItem::None, ..frame.clone() };
    frame_page(&frame, w::CODE_TITLE, Width::Narrow, &main)
}
