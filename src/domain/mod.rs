//! The rules of Postern, pure: values in, values out. No async, no clock, no SQL, no HTML.

pub mod access;
pub mod audit;
pub mod calendar;
pub mod campaign;
pub mod chart;
pub mod crockford;
pub mod family;
pub mod feed;
pub mod help;
pub mod ids;
pub mod letter;
pub mod mail_server;
pub mod notice;
pub mod npi_name;
pub mod outbox;
pub mod patient_search;
pub mod people;
pub mod practice;
pub mod queue;
pub mod registration;
pub mod rehearsal;
pub mod request;
pub mod sign_in;
pub mod sponsoring;
pub mod token;
pub mod validation;
