//! The page behind a sponsor's invitation (page P4): who invites, the code that was handed over, password and authenticator.

use maud::{Markup, PreEscaped, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::set_up::SetUpFault;
use super::words::{invitation as w, registration, sign_in, staff, system};
use crate::domain::calendar::Instant;
use crate::domain::people::Job;

/// An invitation that can be accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// The token of the link.
    pub token: String,
    /// Given and family name.
    pub name: String,
    /// The address, which is fixed.
    pub email: String,
    /// The job.
    pub job: Option<Job>,
    /// The sponsor's name.
    pub sponsor: String,
    /// The practice.
    pub practice: String,
    /// From when it no longer works.
    pub expires: Instant,
    /// What it opens.
    pub way: Way,
    /// Whether the terms were ticked at the last try.
    pub is_accepted: bool,
    /// What is wrong.
    pub faults: Vec<InvitationFault>,
}

/// What an invitation opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// A new account.
    New {
        /// The QR code as SVG markup.
        qr_svg: String,
        /// The TOTP secret in base32, in groups, to type by hand.
        key: String,
    },
    /// A further practice of an account that is active already.
    Known,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationFault {
    /// As with a set-up link; its code is the sponsor's here.
    SetUp(SetUpFault),
    /// The terms were not accepted.
    TermsMissing,
}

impl InvitationFault {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SetUp(SetUpFault::HandoverWrong) => ("handover", w::HANDOVER_WRONG),
            Self::SetUp(fault) => fault.words(),
            Self::TermsMissing => ("terms", w::TERMS_MISSING),
        }
    }
}

/// An invitation that can be accepted; posts `handover`, and for a new account `password`, `code` and `terms`. A password is
/// never sent back.
pub fn page(frame: &Frame, model: &Invitation) -> Markup {
    let faults: Vec<(&str, String)> =
        model.faults.iter().map(|f| f.words()).map(|(n, t)| (n, t.to_owned())).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let main = html! {
        section class="panel" {
            h1 { (w::TITLE) }
            (field::summary(&faults))
            (facts(frame, model))
            form method="post" action=(paths::invitation(&model.token)) {
                (field::token(frame))
                @if model.way == Way::Known { p { (w::KNOWN) } }
                (field::Text { name: "handover", label: w::HANDOVER, hint: w::HANDOVER_HINT, fault: of("handover"), inputmode: "numeric", width: "w10", max: 12, ..Default::default() }.show())
                @match &model.way {
                    Way::New { qr_svg, key } => {
                        (account(model, qr_svg, key, of))
                        (field::submit(w::SUBMIT))
                    }
                    Way::Known => (field::submit(w::KNOWN_SUBMIT)),
                }
            }
            p class="after" { @if model.way != Way::Known { (w::NEXT) " " } (w::NOT_YOU) }
        }
    };
    frame_page(frame, w::TITLE, Width::Narrow, &main)
}

fn facts(frame: &Frame, model: &Invitation) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::FOR) } dd { (model.name) } }
            div { dt { (w::EMAIL) } dd { (model.email) } }
            @if let Some(job) = model.job { div { dt { (w::JOB) } dd { (staff::job(job)) } } }
            div { dt { (w::SPONSOR) } dd { (model.sponsor) } }
            div { dt { (w::PRACTICE) } dd { (model.practice) } }
        }
        p class="quiet" { (w::EMAIL_FIXED) " " (w::UNTIL) " " (parts::moment(model.expires, frame.zone)) "." }
    }
}

fn account<'a>(model: &Invitation, qr_svg: &str, key: &str, of: impl Fn(&str) -> &'a str) -> Markup {
    let svg = qr_svg.find("<svg").and_then(|start| qr_svg.get(start..)).unwrap_or_default();
    html! {
        input class="vh" type="text" name="username" value=(model.email) autocomplete="username" readonly tabindex="-1" aria-hidden="true" aria-label=(sign_in::EMAIL);
        h2 { (sign_in::STEP_PASSWORD) }
        (field::Text { name: "password", label: sign_in::PASSWORD, hint: sign_in::PASSWORD_HINT, fault: of("password"), kind: "password", autocomplete: "new-password", max: 0, ..Default::default() }.show())
        p class="show-password" hidden data-show="password" { label { input type="checkbox"; " " (sign_in::SHOW_PASSWORD) } }
        h2 { (sign_in::STEP_APP) }
        p { (sign_in::APP_HOW) }
        div class="qr" role="img" aria-label=(sign_in::QR_LABEL) { (PreEscaped(svg)) }
        p { (sign_in::APP_MANUAL) br; code class="key" { (key) } }
        h2 { (sign_in::STEP_CODE) }
        (field::Text { name: "code", label: sign_in::CODE_LABEL, fault: of("code"), autocomplete: "one-time-code", inputmode: "numeric", width: "w8", max: 12, ..Default::default() }.show())
        h2 { (w::STEP_TERMS) }
        p { a href=(paths::terms()) target="_blank" rel="noopener" { (registration::READ_TERMS) } }
        (field::tick("terms", w::ACCEPT, "", model.is_accepted, of("terms")))
    }
}

/// An invitation that was accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// The sponsor's name.
    pub sponsor: String,
    /// The practice.
    pub practice: String,
    /// Whether the account was there before.
    pub is_known: bool,
}

/// After an invitation was accepted: sign in.
pub fn done_page(frame: &Frame, model: &Done) -> Markup {
    let (title, next) =
        if model.is_known { (w::DONE_KNOWN, w::DONE_KNOWN_NEXT) } else { (w::DONE, w::DONE_NEXT) };
    let main = html! {
        section class="panel" {
            h1 { (title) }
            p { strong { (w::sponsored(&model.sponsor, &model.practice)) } }
            p { (next) }
            (to_sign_in())
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}

fn to_sign_in() -> Markup {
    html! { p { a class="button" href=(paths::sign_in()) { (sign_in::TITLE) } } }
}

/// An invitation that was used, has expired, was replaced or taken back, or never was: all alike, but that the sponsor of an expired
/// one can be asked. `token` is that of a known, expired one.
pub fn gone_page(frame: &Frame, token: Option<&str>) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::GONE) }
            p { (w::GONE_WHY) }
            p { (w::GONE_NEXT) }
            @match token {
                Some(token) => {
                    form method="post" action=(paths::invitation_ask(token)) {
                        (field::token(frame))
                        (field::submit(w::ASK))
                    }
                    p { a href=(paths::sign_in()) { (sign_in::TITLE) } }
                }
                None => (to_sign_in()),
            }
            p class="after" { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
        }
    };
    frame_page(frame, w::GONE, Width::Narrow, &main)
}

/// The sponsor was asked for a new invitation.
pub fn asked_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::ASKED) }
            p { (w::ASKED_NEXT) }
        }
    };
    frame_page(frame, w::ASKED, Width::Narrow, &main)
}

/// Why an invitation that is there cannot be accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// Five wrong codes.
    Voided,
    /// The address belongs to an account of another kind.
    OtherKind,
    /// The address belongs to an account that is closed.
    Closed,
}

/// An invitation that is there and cannot be accepted.
pub fn obstacle_page(frame: &Frame, obstacle: Obstacle) -> Markup {
    let (title, why, next) = match obstacle {
        Obstacle::Voided => (w::VOIDED, w::VOIDED_WHY, w::VOIDED_NEXT),
        Obstacle::OtherKind => (w::OTHER_KIND, w::OTHER_KIND_WHY, w::OTHER_KIND_NEXT),
        Obstacle::Closed => (w::CLOSED, w::CLOSED_WHY, w::CLOSED_NEXT),
    };
    let main = html! {
        section class="panel" {
            h1 { (title) }
            p { (why) }
            p { (next) @if obstacle != Obstacle::Voided { " " (parts::phone(&frame.phone)) } }
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}
