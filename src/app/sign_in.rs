//! Signing in and out, sessions, set-up links.
