//! One fetch for all who ask for the same thing at the same time. What came is handed to those who waited for it and then let go:
//! nothing of the record is kept for anybody who asks later.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

type Waiting<V> = watch::Receiver<Option<V>>;

/// The fetches under way, by what they fetch.
#[derive(Debug)]
pub(super) struct Flights<K, V>(Arc<Mutex<HashMap<K, Waiting<V>>>>);

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// What the fetch of `key` under way brings, or that of `start`, begun now. A fetch goes on when its first caller is gone.
    /// `None` when it broke off.
    pub(super) async fn join<F>(&self, key: K, start: impl FnOnce() -> F) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut waiting = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match all.get(&key) {
                Some(waiting) if waiting.has_changed().is_ok() => waiting.clone(),
                _ => {
                    let (done, waiting) = watch::channel(None);
                    all.insert(key.clone(), waiting.clone());
                    let (flights, fetch) = (Arc::clone(&self.0), start());
                    tokio::spawn(async move {
                        let value = fetch.await;
                        flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
                        done.send_replace(Some(value));
                    });
                    waiting
                }
            }
        };
        let value = waiting.wait_for(Option::is_some).await.ok()?;
        value.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn fifty_who_ask_at_once_share_one_fetch_and_the_next_one_fetches_anew() {
        let (flights, count, gate) =
            (Arc::new(Flights::default()), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let ask = |key: u8| {
            let (flights, count, gate) = (Arc::clone(&flights), Arc::clone(&count), Arc::clone(&gate));
            async move {
                let start = move || async move {
                    gate.notified().await;
                    count.fetch_add(1, Ordering::SeqCst)
                };
                flights.join(key, start).await
            }
        };
        let all: Vec<_> = (0..50).map(|_| tokio::spawn(ask(1))).collect();
        while flights.0.lock().unwrap().len() != 1 {
            tokio::task::yield_now().await;
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
        for one in all {
            assert_eq!(one.await.unwrap(), Some(0));
        }
        gate.notify_one();
        assert_eq!(ask(1).await, Some(1));
        assert!(flights.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_fetch_that_breaks_off_answers_nobody_and_blocks_nobody() {
        let flights: Flights<u8, u8> = Flights::default();
        let broken = flights.join(1, || async { panic!("broken on purpose") }).await;
        assert_eq!(broken, None);
        assert_eq!(flights.join(1, || async { 7 }).await, Some(7));
    }
}
