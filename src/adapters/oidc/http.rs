//! How the identity provider is spoken to: no redirects, five seconds, a quarter of a megabyte.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

/// How long one answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const SIZE_LIMIT: usize = 256 * 1024;

/// Why there is no answer. Never says what was sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// No connection, a time-out, a broken answer.
    #[error("no answer")]
    NoAnswer(#[source] reqwest::Error),
    /// More than is read.
    #[error("the answer is too large")]
    TooLarge,
    /// The request cannot be sent as it is.
    #[error("the request cannot be sent")]
    Unsendable,
}

/// A client for one provider.
#[derive(Clone, Debug)]
pub(super) struct Http(reqwest::Client);

impl Http {
    /// A client; `https_only` refuses to send anything in the clear.
    pub(super) fn new(https_only: bool) -> Result<Self, reqwest::Error> {
        // A second start in one process keeps the first one's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIME_LIMIT)
            .https_only(https_only)
            .no_proxy()
            .build()?;
        Ok(Self(client))
    }

    /// Sends `request` and reads its answer.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|_| HttpError::Unsendable)?;
        let mut answer = self.0.execute(request).await.map_err(bare)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(bare)? {
            if body.len() + chunk.len() > SIZE_LIMIT {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// The error without the URL that it happened at.
fn bare(error: reqwest::Error) -> HttpError {
    HttpError::NoAnswer(error.without_url())
}
