//! One file per outside thing.

pub mod clock;
pub mod entropy;
pub mod feed;
pub mod hl7;
pub mod mail_kept;
pub mod npi_registry;
pub mod oidc;
pub mod scanner;
pub mod smtp;
pub mod webhook;
