//! Words of the access team's queue.
