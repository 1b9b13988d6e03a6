//! The circuit breaker: a source that fails again and again is left alone for a while, so that pages say so at once instead of
//! waiting for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::calendar::Instant;

/// Failures in a row that open it.
pub(super) const FAILURES: u32 = 5;
/// Seconds that it stays open before one request tries again.
pub(super) const OPEN_SECONDS: i64 = 30;
/// The longest that a source is left alone because it asks for it, in seconds: one that asks for hours is tried before.
pub(super) const MOST_BUSY_SECONDS: i64 = 300;

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Instant>,
    /// Until when the source asked to be left alone.
    busy_until: Option<Instant>,
    last_seen: Option<Instant>,
}

/// What is known of the source's health.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

impl Breaker {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request may be sent at `now`. After [`OPEN_SECONDS`] one may, to try; the others wait for what comes of it.
    pub(super) fn lets_through(&self, now: Instant) -> bool {
        let mut state = self.state();
        if state.busy_until.is_some_and(|until| now < until) {
            return false;
        }
        match state.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now.plus_seconds(OPEN_SECONDS));
                true
            }
            None => true,
        }
    }

    /// The source answered at `now`.
    pub(super) fn answered(&self, now: Instant) {
        let mut state = self.state();
        // An answer that was under way when the source asked for patience does not end it.
        *state = State { failures: 0, open_until: None, last_seen: Some(now), ..*state };
    }

    /// The source did not answer, or not in its language, at `now`.
    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.open_until = Some(now.plus_seconds(OPEN_SECONDS));
        }
    }

    /// The source asked at `now` to be left alone for `seconds`: nobody asks it meanwhile.
    pub(super) fn busy(&self, now: Instant, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX).min(MOST_BUSY_SECONDS);
        let mut state = self.state();
        state.busy_until = state.busy_until.max(Some(now.plus_seconds(seconds)));
    }

    /// When the source last answered.
    pub(super) fn last_seen(&self) -> Option<Instant> {
        self.state().last_seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_open_it_for_thirty_seconds_and_then_one_request_tries() {
        let breaker = Breaker::default();
        let start = Instant::from_micros(1_000_000);
        breaker.answered(start);
        for _ in 0..FAILURES {
            assert!(breaker.lets_through(start));
            breaker.failed(start);
        }
        assert!(!breaker.lets_through(start));
        assert!(!breaker.lets_through(start.plus_seconds(OPEN_SECONDS - 1)));
        let later = start.plus_seconds(OPEN_SECONDS);
        assert!(breaker.lets_through(later), "one tries");
        assert!(!breaker.lets_through(later), "and only one");
        assert_eq!(breaker.last_seen(), Some(start));
        breaker.answered(later);
        assert!(breaker.lets_through(later));
        assert_eq!(breaker.last_seen(), Some(later));
    }

    #[test]
    fn a_busy_source_is_left_alone_as_long_as_it_asks_but_never_more_than_five_minutes() {
        let breaker = Breaker::default();
        let start = Instant::from_micros(0);
        breaker.busy(start, 60);
        breaker.answered(start);
        assert!(!breaker.lets_through(start.plus_seconds(59)));
        let all = (0..3).all(|_| breaker.lets_through(start.plus_seconds(60)));
        assert!(all, "it did not fail: nobody has to try first");
        breaker.busy(start.plus_seconds(60), 3600);
        assert!(!breaker.lets_through(start.plus_seconds(60 + MOST_BUSY_SECONDS - 1)));
        assert!(breaker.lets_through(start.plus_seconds(60 + MOST_BUSY_SECONDS)));
    }

    #[test]
    fn an_answer_between_failures_begins_the_count_anew() {
        let breaker = Breaker::default();
        let now = Instant::from_micros(0);
        for _ in 0..3 {
            (0..FAILURES - 1).for_each(|_| breaker.failed(now));
            breaker.answered(now);
        }
        assert!(breaker.lets_through(now));
    }
}
