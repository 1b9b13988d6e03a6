//! URLs: the hospital's single sign-on.

/// Begins a sign-in at the hospital.
pub fn single_sign_on() -> &'static str {
    "/sign-in/hospital"
}

/// Where the hospital's answer comes back to.
pub fn single_sign_on_callback() -> &'static str {
    "/sign-in/hospital/callback"
}

/// POST asks the access team to link a sign-in at the hospital.
pub fn single_sign_on_link() -> &'static str {
    "/sign-in/hospital/link"
}

/// Where somebody who signed in at the hospital is after signing out.
pub fn single_sign_on_signed_out() -> &'static str {
    "/sign-in/hospital/signed-out"
}

/// Goes to the hospital to sign out there too.
pub fn single_sign_on_sign_out() -> &'static str {
    "/sign-in/hospital/sign-out"
}

/// Begins to show a fresh factor at the hospital before `next` (a path of this portal).
pub fn single_sign_on_step_up(next: &str) -> String {
    format!("/step-up/hospital?next={next}")
}

/// POST begins a sign-in at the hospital that is to be linked to the account that is signed in.
pub fn single_sign_on_own() -> &'static str {
    "/account/hospital-sign-in"
}
