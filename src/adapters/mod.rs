//! One file per outside thing.

pub mod clock;
pub mod entropy;
pub mod feed;
pub mod oidc;
