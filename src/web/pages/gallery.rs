//! Every page in every state, in the demo.

use axum::extract::{Path, State};
use maud::Markup;

use crate::views;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// `GET /dev/gallery`: the list of samples.
pub async fn index(State(site): State<Site>, anyone: Anyone) -> Markup {
    let samples = views::samples::samples();
    let names: Vec<&str> = samples.iter().map(|s| s.name).collect();
    views::gallery::page(&anyone.frame(&site), &names)
}

/// `GET /dev/gallery/{name}`: one sample.
pub async fn sample(
    State(site): State<Site>,
    anyone: Anyone,
    Path(name): Path<String>,
) -> Result<Markup, PageError> {
    let samples = views::samples::samples();
    samples.into_iter().find(|s| s.name == name).map(|s| s.markup).ok_or(PageError::NotFound)
}
