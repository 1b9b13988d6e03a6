//! Locked (global states): a full page with the reason, who can unlock, and the phone.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts;
use super::words::system as w;
use crate::domain::access::Refusal;
use crate::domain::calendar::Instant;

/// Why the viewer can use nothing at present.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locked {
    /// One of F1 to F4; anything else reads as an inactive account.
    pub refusal: Refusal,
    /// Since when, where the rule has a date.
    pub since: Option<Instant>,
    /// The sponsors who must act.
    pub sponsors: Vec<String>,
}

/// The page of a viewer whom F1 to F4 refuse.
pub fn page(frame: &Frame, model: &Locked) -> Markup {
    let (title, why, next) = match model.refusal {
        Refusal::ValidationOverdue => (w::LOCKED_TITLE, w::LOCKED_VALIDATION, w::LOCKED_VALIDATION_NEXT),
        Refusal::SponsorLocked => (w::LOCKED_TITLE, w::LOCKED_SPONSOR, w::LOCKED_SPONSOR_NEXT),
        Refusal::NoSponsorship => (w::NO_SPONSOR_TITLE, w::NO_SPONSOR, w::NO_SPONSOR_NEXT),
        _ => (w::INACTIVE_TITLE, w::INACTIVE, w::INACTIVE_NEXT),
    };
    let main = html! {
        section class="panel stop-top" {
            h1 { (title) }
            p { (why) }
            @if let Some(since) = model.since { p { (w::SINCE) " " strong { (parts::moment(since, frame.zone)) } "." } }
            @if !model.sponsors.is_empty() {
                p { (w::LOCKED_SPONSOR_WHO) }
                ul { @for sponsor in &model.sponsors { li { strong { (sponsor) } } } }
            }
            p { (next) }
            p { (w::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}
