//! Every page in every state, in the demo.

use axum::extract::{Path, State};
use maud::Markup;

use crate::views;
use crate::web::error::PageError;
use crate::web::gate::Anyone;
use crate::web::{Site, assets};

/// `GET /dev/gallery`: the list of samples.
pub async fn index(State(site): State<Site>, anyone: Anyone) -> Markup {
    let samples = views::samples::samples();
    let names: Vec<&str> = samples.iter().map(|s| s.name).collect();
    views::gallery::page(&anyone.frame(&site), &names)
}

/// `GET /dev/gallery/{name}`: one sample.
pub async fn sample(anyone: Anyone, Path(name): Path<String>) -> Result<Markup, PageError> {
    let samples = views::samples::samples_with(&assets::urls(), &anyone.circumstances.nonce);
    samples.into_iter().find(|s| s.name == name).map(|s| s.markup).ok_or(PageError::NotFound)
}
