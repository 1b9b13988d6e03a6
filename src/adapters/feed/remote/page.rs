//! One page: what it has fetched of the source, so that it asks once, and how long it waits.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use super::shelf::{Line, Shelf};
use super::{RemoteFeed, held};
use crate::app::ports::FeedError;

/// A shelf of a record, once it is fetched.
type Fetching = Arc<OnceCell<Arc<Vec<Line>>>>;

/// The shelves that a page has fetched, by record, and until when it waits.
pub(super) struct Kept {
    shelves: Mutex<HashMap<(String, Shelf), Fetching>>,
    until: Instant,
}

impl Kept {
    /// Nothing yet, for a page that waits for `patience` from now on.
    pub(super) fn for_page(patience: Duration) -> Self {
        Self { shelves: Mutex::default(), until: Instant::now() + patience }
    }
}

impl RemoteFeed {
    /// Every line of `shelf`, whatever its labels: one fetch for all who look at the same time, and for all that one page shows.
    pub(super) async fn shelf(&self, key: &str, shelf: Shelf) -> Result<Arc<Vec<Line>>, FeedError> {
        match &self.page {
            None => self.fetched(key, shelf).await,
            Some(page) => {
                let cell = Arc::clone(held(&page.shelves).entry((key.to_owned(), shelf)).or_default());
                cell.get_or_try_init(|| self.fetched(key, shelf)).await.cloned()
            }
        }
    }

    /// What `asking` brings while the page waits; else [`FeedError::Late`]. A fetch that others wait for goes on.
    pub(super) async fn in_time<T>(
        &self,
        asking: impl Future<Output = Result<T, FeedError>>,
    ) -> Result<T, FeedError> {
        match &self.page {
            None => asking.await,
            Some(page) => timeout_at(page.until, asking).await.unwrap_or(Err(FeedError::Late)),
        }
    }
}
