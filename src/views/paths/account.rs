//! URLs: the account's own pages, a fresh factor, a forgotten password.

/// Ways to sign in.
pub fn factors() -> &'static str {
    "/account/factors"
}

/// POST asks for the options of a new passkey, as JSON.
pub fn passkey_options() -> &'static str {
    "/account/factors/passkeys/options"
}

/// POST adds a passkey.
pub fn passkeys() -> &'static str {
    "/account/factors/passkeys"
}

/// POST removes a passkey.
pub fn passkey_remove() -> &'static str {
    "/account/factors/passkeys/remove"
}

/// POST begins to bind an authenticator app.
pub fn authenticator_new() -> &'static str {
    "/account/factors/authenticator/new"
}

/// The authenticator app being bound; POST confirms it.
pub fn authenticator() -> &'static str {
    "/account/factors/authenticator"
}

/// POST removes the authenticator app.
pub fn authenticator_remove() -> &'static str {
    "/account/factors/authenticator/remove"
}

/// POST makes recovery codes.
pub fn recovery_codes() -> &'static str {
    "/account/factors/recovery-codes"
}

/// The password; POST changes it.
pub fn password() -> &'static str {
    "/account/password"
}

/// The address; POST sends a link to a new one.
pub fn email() -> &'static str {
    "/account/email"
}

/// Confirms a new address; POST changes it.
pub fn email_confirm(token: &str) -> String {
    format!("/account/email/confirm/{token}")
}

/// POST ends one session.
pub fn session_end() -> &'static str {
    "/account/sessions/end"
}

/// The latest sign-ins.
pub fn history() -> &'static str {
    "/account/history"
}

/// Notices by mail; POST chooses them.
pub fn notices() -> &'static str {
    "/account/notices"
}

/// Closing the account; POST closes it.
pub fn close() -> &'static str {
    "/account/close"
}

/// POST checks a code as a fresh factor.
pub fn step_up_code() -> &'static str {
    "/step-up"
}

/// POST asks for the options to show a passkey as a fresh factor, as JSON.
pub fn step_up_passkey_options() -> &'static str {
    "/step-up/passkey/options"
}

/// POST shows a passkey as a fresh factor.
pub fn step_up_passkey() -> &'static str {
    "/step-up/passkey"
}

/// POST asks for the options to sign in with a passkey, as JSON.
pub fn sign_in_passkey_options() -> &'static str {
    "/sign-in/passkey/options"
}

/// POST signs in with a passkey.
pub fn sign_in_passkey() -> &'static str {
    "/sign-in/passkey"
}

/// POST asks for the options to show a passkey after the password, as JSON.
pub fn code_passkey_options() -> &'static str {
    "/sign-in/code/passkey/options"
}

/// POST shows a passkey after the password.
pub fn code_passkey() -> &'static str {
    "/sign-in/code/passkey"
}

/// A forgotten password; POST sends a link.
pub fn reset() -> &'static str {
    "/reset"
}

/// A new password; POST sets it.
pub fn reset_link(token: &str) -> String {
    format!("/reset/{token}")
}
