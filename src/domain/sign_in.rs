//! Sign-in numbers and rules: counters, time limits, TOTP steps, password rules.
