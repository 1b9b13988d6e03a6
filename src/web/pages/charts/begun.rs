//! A page of a chart that begins with who the patient is before its source has answered.

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderName};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use futures::stream::{self, StreamExt};
use maud::Markup;
use tokio::time::timeout;

use crate::app::ports::{PAINT_AFTER, SLOW_AFTER};
use crate::views::chart::Shell;
use crate::views::chart::begun::{self as view, Title};
use crate::views::layout::Frame;
use crate::web::error::PageError;

/// How a page ended; a panic is one way.
type Ended = std::thread::Result<Result<Markup, PageError>>;
type Whole = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// A page of which the beginning can be sent.
pub(super) struct Beginning {
    /// What is around every page.
    pub(super) frame: Frame,
    /// What stands around it, as far as it is known without the source.
    pub(super) first: Shell,
    /// What it is called.
    pub(super) title: Title,
    /// The id of the request.
    pub(super) reference: String,
}

/// How far the answer is.
enum Step {
    Beginning(Whole),
    Asking(Whole),
    StillAsking(Whole),
    Ended,
}

impl Beginning {
    /// The answer: `whole` in one piece when it is there within [`PAINT_AFTER`]. Otherwise the page begins with what is known, says
    /// after [`SLOW_AFTER`] that the source is slow, and goes on when `whole` is there; where there turns out to be nothing, it says that.
    pub(super) async fn answer(
        self,
        whole: impl Future<Output = Result<Markup, PageError>> + Send + 'static,
    ) -> Result<Response, PageError> {
        let mut whole = Box::pin(whole);
        if let Ok(page) = timeout(PAINT_AFTER, &mut whole).await {
            return Ok(page?.into_response());
        }
        // The answer has begun with 200: whatever happens now must end the page.
        let whole: Whole = Box::pin(AssertUnwindSafe(whole).catch_unwind());
        let beginning = view::beginning(&self.frame, &self.first, &self.title);
        let parts =
            stream::unfold((self, beginning, Step::Beginning(whole)), |(page, beginning, step)| async {
                let (part, next) = match step {
                    Step::Beginning(whole) => (beginning.clone(), Step::Asking(whole)),
                    Step::Asking(mut whole) => match timeout(SLOW_AFTER, &mut whole).await {
                        Ok(ended) => (page.rest(ended, &beginning), Step::Ended),
                        Err(_) => (view::still_asking(), Step::StillAsking(whole)),
                    },
                    Step::StillAsking(whole) => (page.rest(whole.await, &beginning), Step::Ended),
                    Step::Ended => return None,
                };
                Some((Ok::<_, Infallible>(Bytes::from(part)), (page, beginning, next)))
            });
        // A proxy that gathers answers would hand on the beginning with the rest.
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ];
        // Compression asks once more after the end.
        Ok((headers, Body::from_stream(parts.fuse())).into_response())
    }

    /// The rest of the page; of one that cannot be read to its end, what says so.
    fn rest(&self, ended: Ended, beginning: &str) -> String {
        let rest = match ended {
            Ok(Ok(page)) => view::rest(page, beginning),
            Ok(Err(PageError::NotFound)) => Some(view::not_there(&self.frame, &self.first, &self.title)),
            Ok(Err(error)) => {
                tracing::error!(request = self.reference, ?error, "a chart that had begun could not be read");
                None
            }
            Err(_) => {
                tracing::error!(request = self.reference, "a chart that had begun ended in a panic");
                None
            }
        };
        rest.unwrap_or_else(|| view::broken_off(&self.frame, &self.first, &self.title, &self.reference))
    }
}
