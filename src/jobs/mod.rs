//! What the portal does by itself: a table of jobs and the one ticker that starts them.
