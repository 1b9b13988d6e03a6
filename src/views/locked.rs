//! Locked (global states): a full page with the reason, who can unlock and how, and the phone.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::words::system as w;
use super::{paths, words};
use crate::domain::access::Refusal;
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;

/// Why the viewer can use nothing at present.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locked {
    /// One of F1 to F4; anything else reads as an inactive account.
    pub refusal: Refusal,
    /// Since when, where the rule has a date.
    pub since: Option<Instant>,
    /// The sponsors who must act, for a sponsored user.
    pub sponsors: Vec<LockedBy>,
}

/// A sponsor whose review is overdue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockedBy {
    /// The sponsor's account, to remind.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// The practice of the sponsorship; empty when not known.
    pub practice: String,
    /// Since when locked.
    pub since: Instant,
    /// When the viewer last reminded this sponsor.
    pub reminded_at: Option<Instant>,
}

/// The page of a viewer whom F1 to F4 refuse; posts `sponsor` (an account id) to remind one.
pub fn page(frame: &Frame, model: &Locked) -> Markup {
    let (title, why, next) = match model.refusal {
        Refusal::ValidationOverdue => (w::LOCKED_TITLE, w::LOCKED_VALIDATION, w::LOCKED_VALIDATION_NEXT),
        Refusal::SponsorLocked => (w::LOCKED_TITLE, w::LOCKED_SPONSOR, w::LOCKED_SPONSOR_NEXT),
        Refusal::NoSponsorship => (w::NO_SPONSOR_TITLE, w::NO_SPONSOR, w::NO_SPONSOR_NEXT),
        _ => (w::INACTIVE_TITLE, w::INACTIVE, w::INACTIVE_NEXT),
    };
    let by_sponsor = model.refusal == Refusal::SponsorLocked;
    let main = html! {
        section class="panel stop-top" {
            h1 { (title) }
            p { (why) }
            @if !by_sponsor && let Some(since) = model.since { p { (w::SINCE) " " strong { (parts::moment(since, frame.zone)) } "." } }
            @if by_sponsor && !model.sponsors.is_empty() {
                p { (w::LOCKED_SPONSOR_WHO) }
                ul class="lines" { @for sponsor in &model.sponsors { li { (locked_by(frame, sponsor)) } } }
            }
            p { (next) }
            @if model.refusal == Refusal::ValidationOverdue { p { a class="button" href=(paths::review()) { (w::TO_REVIEW) } } }
            p { (w::ACCESS_TEAM) " " (parts::phone(&frame.phone)) ", " a href=(paths::help()) { (words::ASK_FOR_HELP) } "." }
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}

fn locked_by(frame: &Frame, sponsor: &LockedBy) -> Markup {
    let zone = frame.zone;
    let today = sponsor.reminded_at.filter(|at| zone.date(*at) == zone.date(frame.now));
    html! {
        strong { (sponsor.name) } @if !sponsor.practice.is_empty() { ", " (sponsor.practice) }
        span class="sub" { (w::SINCE) " " (parts::moment(sponsor.since, zone)) }
        @match today {
            Some(at) => p role="status" { (w::reminded(&words::clock(at, zone))) },
            None => {
                form method="post" action=(paths::nudge()) {
                    (field::token(frame))
                    (field::hidden("sponsor", &sponsor.account.to_string()))
                    button class="second" type="submit" data-once { (w::remind(&sponsor.name)) }
                }
            }
        }
    }
}
