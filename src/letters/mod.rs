//! How letters read: text and HTML. No patient data, and every link begins with the configured base URL.
