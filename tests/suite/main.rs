//! The one integration binary. A test is a sentence; what tests need is in [`support`].
//!
//! `tests/run` runs everything. To run one test by hand: `export POSTERN_TEST_POSTGRES=$(tests/postgres start)` and then
//! `cargo nextest run NAME` (or `cargo test NAME`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::assigning_clones,
    clippy::too_many_lines,
    clippy::maybe_infinite_iter,
    clippy::unused_async,
    reason = "a test ends by panicking, and its support is read where it is used"
)]

mod support;

mod access_matrix;
mod accounting;
mod acknowledgements;
mod api_access;
mod api_calls;
mod api_description;
mod api_hooks;
mod architecture;
mod asvs;
mod audit;
mod audit_explorer;
mod begun;
mod browser;
mod browser_remote;
mod campaign;
mod campaign_pages;
mod campaign_random;
mod care_team;
mod ccda;
mod ccda_structure;
mod cli_account;
mod cli_client;
mod cli_demo;
mod cli_directory;
mod cli_validation;
mod demo;
mod desk;
mod desk_pages;
mod doctor;
mod documents;
mod emergency;
mod emergency_pages;
mod enrolment;
mod factor_reset;
mod factors;
mod family;
mod family_answers;
mod family_merges;
mod family_pages;
mod family_renewal;
mod family_restrictions;
mod family_rights;
mod family_schedule;
mod family_tokens;
mod feed;
mod feed_activity;
mod feed_hostile;
mod feed_listings;
mod feed_medplum;
mod feed_reading;
mod feed_remote;
mod feed_sekmet;
mod feed_sources;
mod file_scan;
mod files;
mod fuzz;
mod grants;
mod growth;
mod heirs;
mod help;
mod hidden;
mod hl7;
mod holds;
mod import;
mod jobs;
mod kept_mail;
mod known_bugs;
mod known_bugs_rules;
mod lists;
mod look_ups;
mod mail;
mod mail_delivery;
mod mail_outbox;
mod mail_scanner;
mod merge_proposals;
mod merges;
mod merges_pages;
mod messages;
mod messages_answered;
mod messages_sent;
mod migrations;
mod my_patients;
mod my_requests;
mod news;
mod non_interference;
mod notes;
mod npi_registry;
mod object_matrix;
mod oracle;
mod own_account;
mod pages;
mod passkeys;
mod passwords;
mod pcp_change;
mod practices;
mod practices_pages;
mod provider_merges;
mod queue_filter;
mod registration;
mod registration_pages;
mod rehearsal;
mod requests;
mod reset;
mod restrictions;
mod results;
mod review;
mod routes;
mod search;
mod session_rules;
mod set_up;
mod sign_in;
mod sign_in_pages;
mod sign_in_strangers;
mod sign_on;
mod sign_on_hostile;
mod sign_on_links;
mod sign_on_real;
mod sign_on_sessions;
mod signed_exports;
mod staff;
mod staff_check;
mod store;
mod token_files;
mod tokens;
mod tokens_pages;
mod unconfirmed;
mod upload_scan;
mod validation_oracle;
mod validation_schedule;
mod validation_schedule_hostile;
mod verification;
mod who_random;
