//! Notices of the record's source that something changed.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};

use crate::app::feed_sync::notices;
use crate::web::Site;
use crate::web::error::PageError;

/// `POST /feed/notices`: something changed; what came with it is not read.
pub async fn heard(State(site): State<Site>, headers: HeaderMap) -> Result<StatusCode, PageError> {
    let carried = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let secret = carried.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if notices::heard(&site.app, secret).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(PageError::NotFound)
    }
}
