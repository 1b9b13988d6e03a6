//! Passwords, factors, sessions, set-up links and throttles.
