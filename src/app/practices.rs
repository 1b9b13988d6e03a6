//! Practices of a provider: switching to another, joining a further one (product.md section 2).
//!
//! The provider asks, the access team decides, and what is decided is a dated fact: a membership that ends, and one that begins.
//! Nothing else has to run on the day.

mod deciding;
mod filing;
mod preview;

pub use crate::store::patients::Card as Named;
pub(in crate::app) use deciding::sponsors;
pub use deciding::{Facts, approve, change_entry, decline, facts};
pub use filing::{
    Belonging, Filing, Found, Overview, Plan, Underway, file, find, my_practices, named, overview, plan,
    withdraw,
};
pub use preview::{Circle, Preview, StaffEnding, preview};

use time::Date;

use super::App;
use crate::domain::calendar::Instant;

/// When a change with this first day takes effect: at 00:00 hospital time, but never before `now`.
fn effective_at(app: &App, first_day: Date, now: Instant) -> Instant {
    app.hospital.cycles.zone().start_of_day(first_day).max(now)
}
