//! The access team's desk: its queue of requests, and what deciding one does.

pub mod decision;
