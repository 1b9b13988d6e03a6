//! URLs: the hospital's single sign-on.

/// Begins a sign-in at the hospital.
pub fn single_sign_on() -> &'static str {
    "/sign-in/hospital"
}
