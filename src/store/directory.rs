//! Practices, providers, accounts, patients and the dated facts between them: look-ups and writes.
