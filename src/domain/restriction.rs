//! Restrictions as the access team makes them: whom one names (product.md section 4, F5).

use super::people::words;

words! {
    /// Whom a restriction names.
    Scope {
        /// Nobody, and so everyone.
        Everyone = "everyone",
        /// One account.
        Account = "account",
        /// One provider, by NPI, whatever account they have.
        Provider = "npi",
        /// Everybody of a practice: its members, and staff who are sponsored there.
        Practice = "practice",
    }
}
