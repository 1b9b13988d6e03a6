//! URLs: registration of providers.

/// The first step of registering; POST checks the NPI.
pub fn register() -> &'static str {
    "/register"
}

/// The second step: name and practice; POST keeps them.
pub fn register_details() -> &'static str {
    "/register/details"
}

/// The third step: the answers, and the address; POST mails the link.
pub fn register_check() -> &'static str {
    "/register/check"
}

/// "Check your mail".
pub fn register_sent() -> &'static str {
    "/register/sent"
}

/// POST mails the link again.
pub fn register_resend() -> &'static str {
    "/register/resend"
}

/// The last step, behind the mailed link; POST sets password and factor.
pub fn register_confirm(token: &str) -> String {
    format!("/register/confirm/{token}")
}

/// Where this browser's registration stands.
pub fn register_status() -> &'static str {
    "/register/status"
}

/// Where the registration of a mailed link stands.
pub fn register_status_by_link(token: &str) -> String {
    format!("/register/status/{token}")
}

/// The terms of use.
pub fn terms() -> &'static str {
    "/terms"
}
