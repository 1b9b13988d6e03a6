//! The facts of a request, by kind.

pub(super) mod practice;
pub(super) mod registration;
pub(super) mod single_sign_on;
