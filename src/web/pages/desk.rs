//! The access team's queue.

mod details;
