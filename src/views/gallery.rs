//! The gallery: every page in every state, for designers, tests and the curious.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::paths;
use super::words::system as w;

/// The list of samples by name.
pub fn page(frame: &Frame, names: &[&str]) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::GALLERY_TITLE) }
            p { (w::GALLERY_LEAD) }
            ul class="columns" { @for name in names { li { a href=(paths::gallery_sample(name)) { (name) } } } }
        }
    };
    frame_page(frame, w::GALLERY_TITLE, Width::Wide, &main)
}
