//! Every page in every state with made-up content: the gallery shows them, a test checks them.

use maud::Markup;

/// One page in one state.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name, usable in a URL.
    pub name: &'static str,
    /// The page.
    pub markup: Markup,
}

/// Every sample.
pub fn samples() -> Vec<Sample> {
    Vec::new()
}
