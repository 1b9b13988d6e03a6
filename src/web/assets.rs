//! Styles, script and icons: embedded, served under a name that carries the hash of their content.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

use super::error::PageError;
use crate::views::layout::Assets;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 4] = [
    Asset { name: "app.css", kind: "text/css; charset=utf-8", bytes: include_bytes!("../../assets/app.css") },
    Asset {
        name: "print.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/print.css"),
    },
    Asset {
        name: "app.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/app.js"),
    },
    Asset { name: "icons.svg", kind: "image/svg+xml", bytes: include_bytes!("../../assets/icons.svg") },
];

static URLS: LazyLock<Vec<String>> = LazyLock::new(|| ASSETS.iter().map(url).collect());

fn url(asset: &Asset) -> String {
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(asset.bytes));
    let short = hash.get(..16).unwrap_or_default();
    format!("/assets/{short}/{}", asset.name)
}

/// Where the assets are served.
pub fn urls() -> Assets {
    let of = |name: &str| {
        let found = ASSETS.iter().zip(URLS.iter()).find(|(a, _)| a.name == name);
        found.map(|(_, url)| url.clone()).unwrap_or_default()
    };
    Assets { css: of("app.css"), print_css: of("print.css"), js: of("app.js"), icons: of("icons.svg") }
}

/// `GET /assets/{hash}/{name}`: the asset, for a year, or 404 when the hash is of another version.
pub async fn serve(Path((hash, name)): Path<(String, String)>) -> Result<Response, PageError> {
    let wanted = format!("/assets/{hash}/{name}");
    let found = ASSETS.iter().zip(URLS.iter()).find(|(_, url)| **url == wanted);
    let (asset, _) = found.ok_or(PageError::NotFound)?;
    let headers =
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
