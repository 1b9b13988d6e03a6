//! System pages: what the status codes say to a person. They read well without the stylesheet.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts;
use super::paths;
use super::words::{self, system as w};

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 403: not for this kind of account.
    Forbidden,
    /// 403: the form token is missing or stale.
    FormExpired,
    /// 404, patient pages apart.
    NotFound,
    /// 409.
    Conflict,
    /// 413.
    TooLarge,
    /// 422.
    Invalid,
    /// 423.
    Locked,
    /// 429, with the seconds to wait.
    TooMany(u64),
    /// 500, with the reference to read out.
    Broken(String),
    /// 503, with the reference to read out.
    Unavailable(String),
}

/// The page of a fault.
pub fn page(frame: &Frame, fault: &Fault) -> Markup {
    let [title, what, next] = match fault {
        Fault::Forbidden => w::FORBIDDEN,
        Fault::FormExpired => w::FORM_EXPIRED,
        Fault::NotFound => w::NOT_FOUND,
        Fault::Conflict => w::CONFLICT,
        Fault::TooLarge => w::TOO_LARGE,
        Fault::Invalid => w::INVALID,
        Fault::Locked => w::LOCKED,
        Fault::TooMany(_) => [w::TOO_MANY_TITLE, w::TOO_MANY_BODY, ""],
        Fault::Broken(_) => w::BROKEN,
        Fault::Unavailable(_) => w::UNAVAILABLE,
    };
    let main = html! {
        section class="panel stop-top" {
            h1 { (title) }
            p { (what) }
            @match fault {
                Fault::TooMany(seconds) => p { (w::too_many(&words::wait(*seconds))) },
                _ => p { (next) },
            }
            @if let Fault::Broken(reference) | Fault::Unavailable(reference) = fault {
                p { (w::REFERENCE) " " code class="key" { (reference) } }
            }
            p { a href=(paths::home()) { (w::GO_HOME) } }
            p { (w::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}
