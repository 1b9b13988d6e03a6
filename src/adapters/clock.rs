//! Clocks: the system's, one that was started at a given instant, and one that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant as Monotonic;

use crate::app::ports::Clock;
use crate::domain::calendar::Instant;

/// The operating system's time.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's time is read")]
    fn now(&self) -> Instant {
        time::OffsetDateTime::now_utc().into()
    }
}

/// A clock set to an instant when it was made, running from there.
#[derive(Clone, Copy, Debug)]
pub struct StartedClock {
    started: Instant,
    since: Monotonic,
}

impl StartedClock {
    /// A clock that shows `start` now.
    pub fn at(start: Instant) -> Self {
        Self { started: start, since: Monotonic::now() }
    }
}

impl Clock for StartedClock {
    fn now(&self) -> Instant {
        let passed = i64::try_from(self.since.elapsed().as_micros()).unwrap_or(i64::MAX);
        Instant::from_micros(self.started.micros().saturating_add(passed))
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// A clock that shows `t`.
    pub fn at(t: Instant) -> Self {
        Self(AtomicI64::new(t.micros()))
    }

    /// Moves it to `t`.
    pub fn set(&self, t: Instant) {
        self.0.store(t.micros(), Ordering::SeqCst);
    }

    /// Moves it on by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}
