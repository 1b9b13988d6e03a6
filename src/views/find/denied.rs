//! Not authorized: what the page may say, and what the viewer can do (page P6).

use maud::{Markup, html};
use time::Date;

use super::{Pending, Typed, hidden};
use crate::domain::access::Refusal;
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::people::AccountKind;
use crate::domain::request::Ending;
use crate::domain::verification::DeclineClass;
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::request::Wish;
use crate::views::words::{emergency, find as w, my_requests as m};

/// What a not-authorized page may add.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NotAuthorized {
    /// `PatientRestricted` or `PatientDeceased` where a page may name it (`Decision::refusal_on_pages`), else `None`.
    pub named: Option<Refusal>,
    /// When the viewer's own access ended; only for an account that once opened this chart.
    pub ended: Option<Instant>,
    /// A request of the viewer that is still open.
    pub asked: Option<Pending>,
    /// Requests of the viewer that were declined or expired, one of a kind at most.
    pub in_vain: Vec<InVain>,
    /// Whether providers can take emergency access here.
    pub emergency: bool,
}

/// A request of the viewer that was declined or expired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InVain {
    /// The request.
    pub id: RequestId,
    /// Its kind.
    pub wish: Wish,
    /// When it was filed.
    pub filed: Instant,
    /// Whether it was declined, or expired.
    pub ending: Ending,
    /// When.
    pub at: Instant,
    /// Into which class its decline falls.
    pub class: Option<DeclineClass>,
    /// What the access team says with its end; empty for nothing.
    pub said: String,
    /// The day from which it may be repeated, while it must wait.
    pub again_from: Option<Date>,
}

/// Why the viewer is turned away, what they asked for before, and what they can do.
pub(super) fn shown(frame: &Frame, typed: &Typed, facts: &NotAuthorized) -> Markup {
    let kind = frame.viewer.as_ref().map(|v| v.kind);
    let why = match facts.named {
        Some(Refusal::PatientRestricted) => w::DENIED_RESTRICTED,
        Some(Refusal::PatientDeceased) => w::DENIED_DECEASED,
        _ => w::DENIED_WHY,
    };
    let may_ask = facts.named.is_none();
    let asked_for = |wish: Wish| {
        facts.asked.is_some_and(|asked| asked.wish == wish)
            || facts.in_vain.iter().any(|before| before.wish == wish && before.again_from.is_some())
    };
    let pcp_how = if kind == Some(AccountKind::Sponsored) { w::ASK_PCP_HOW_STAFF } else { w::ASK_PCP_HOW };
    html! {
        p { strong { (why) } }
        @if let Some(ended) = facts.ended { p { (w::ended(ended, frame.zone)) } }
        @if let Some(asked) = facts.asked {
            (parts::notice("info", &html! { p { strong { (w::ASKED) ": " } (w::wish(asked.wish)) ", " (parts::moment(asked.filed, frame.zone)) ", " (w::turn(asked.turn)) ". " a href=(paths::requests()) { (w::MY_REQUESTS) } } }))
        }
        @for before in &facts.in_vain { (in_vain(frame, before, may_ask)) }
        @if may_ask && matches!(kind, Some(AccountKind::Provider | AccountKind::Sponsored)) {
            h2 { (w::DENIED_NEXT) }
            ul class="choices" {
                @if !asked_for(Wish::PcpChange) { li { (ask(frame, typed, &paths::request(Wish::PcpChange), w::ASK_PCP)) p { (pcp_how) } } }
                @if kind == Some(AccountKind::Provider) && !asked_for(Wish::NonPcp) { li { (ask(frame, typed, &paths::request(Wish::NonPcp), w::ASK_OTHER)) p { (w::ASK_OTHER_HOW) } } }
                li { p { a href=(paths::token()) { strong { (w::HAVE_TOKEN) } } } p { (w::HAVE_TOKEN_HOW) } }
                @if facts.emergency && kind == Some(AccountKind::Provider) { li { (ask(frame, typed, paths::emergency_form(), emergency::OFFER)) p { (emergency::OFFER_HOW) } } }
            }
        }
    }
}

fn ask(frame: &Frame, typed: &Typed, to: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(to) {
            (field::token(frame))
            (hidden(typed))
            button class="second" type="submit" { (label) }
        }
    }
}

/// What came of a request, as My requests says it.
fn in_vain(frame: &Frame, before: &InVain, may_ask: bool) -> Markup {
    parts::notice(
        "info",
        &html! {
            p { strong { (w::wish(before.wish)) ". " (w::asked_in_vain((before.filed, before.at), before.ending, frame.zone)) } }
            @if let Some(class) = before.class { p { (m::class(class)) } }
            @if !before.said.is_empty() { p class="quiet" { (m::SAID) } p class="prose" { (before.said) } }
            p {
                @if may_ask { @match before.again_from { Some(day) => (m::again_from(day)), None => (m::AGAIN_AT_ONCE) } " " }
                a href=(paths::my_request(before.id)) { (w::IN_VAIN_LINK) span class="vh" { ": " (w::wish(before.wish)) } }
            }
        },
    )
}
