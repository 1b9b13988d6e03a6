//! Where a registration stands.

use maud::{Markup, html};
use time::Date;

use crate::views::layout::{Frame, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{registration as w, sign_in, system};

/// Where a registration stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// There is none.
    None,
    /// Being filled in; whether name and practice are there.
    Draft(bool),
    /// The link was mailed to this address.
    Mailed(String),
    /// The link that was mailed to this address has expired.
    Expired(String),
    /// With the access team, which answers by this day.
    Waiting(Option<Date>),
    /// There is an account.
    Approved,
    /// There is none, for this reason.
    Declined(String),
}

/// The status page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusPage {
    /// Where it stands.
    pub standing: Standing,
    /// Whether this browser began it, so that it can go on here.
    pub is_own: bool,
}

/// The status page: where it stands and the next step.
pub fn status_page(frame: &Frame, model: &StatusPage) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::STATUS) }
            @match &model.standing {
                Standing::None => {
                    p { (w::STATUS_NONE) }
                    p { a class="button" href=(paths::register()) { (w::TITLE) } }
                }
                Standing::Draft(is_complete) => {
                    (state("info", w::TAG_DRAFT))
                    p { (w::STATUS_DRAFT) }
                    @if model.is_own {
                        @let next = if *is_complete { paths::register_check() } else { paths::register_details() };
                        p { a class="button" href=(next) { (w::GO_ON) } }
                    }
                }
                Standing::Mailed(email) => {
                    (state("info", w::TAG_MAILED))
                    p { (w::STATUS_MAILED) }
                    p class="wrap-any" { (w::sent_to(email)) }
                    @if model.is_own { (again(frame)) }
                }
                Standing::Expired(email) => {
                    (state("warn", w::TAG_EXPIRED))
                    p { (w::STATUS_EXPIRED) }
                    p class="wrap-any" { (w::sent_to(email)) }
                    @if model.is_own { (again(frame)) }
                }
                Standing::Waiting(due) => {
                    (state("info", w::TAG_WAITING))
                    p { (w::STATUS_WAITING) }
                    @if let Some(due) = due { p { (w::STATUS_DUE) " " strong { (parts::date(*due)) } "." } }
                }
                Standing::Approved => {
                    (state("ok", w::TAG_APPROVED))
                    p { (w::STATUS_APPROVED) }
                    p { a class="button" href=(paths::sign_in()) { (sign_in::TITLE) } }
                }
                Standing::Declined(reason) => {
                    (state("stop", w::TAG_DECLINED))
                    p { (w::STATUS_DECLINED) }
                    h2 { (w::REASON) }
                    p class="prose" { (reason) }
                    p { (w::DECLINED_NEXT) }
                    p { a href=(paths::register()) { (w::AGAIN) } }
                }
            }
            p class="after" { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
        }
    };
    frame_page(frame, w::STATUS, Width::Narrow, &main)
}

fn state(kind: &str, words: &str) -> Markup {
    html! { p { span class="vh" { (w::STATE) ": " } (flag::tag(kind, words)) } }
}

fn again(frame: &Frame) -> Markup {
    html! {
        form method="post" action=(paths::register_resend()) {
            (field::token(frame))
            div class="actions" {
                button class="main" type="submit" data-once { (w::RESEND) }
                a href=(paths::register_check()) { (w::OTHER_ADDRESS) }
            }
        }
    }
}
