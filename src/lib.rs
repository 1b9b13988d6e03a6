//! Postern: a self-hosted, provider-facing hospital referral portal.
//!
//! The map of the house is ARCHITECTURE.md; the walls between these modules are kept by `tests/suite/architecture.rs`.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod letters;
pub mod store;
pub mod views;
pub mod web;
