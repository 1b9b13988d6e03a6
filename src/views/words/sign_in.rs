//! Words of sign-in, set-up, the account and its sessions.

pub(crate) const TITLE: &str = "Sign in";
pub(crate) const LEAD: &str =
    "For physicians outside the hospital, their practice staff, families and the access team.";
pub(crate) const EMAIL: &str = "E-mail address";
pub(crate) const PASSWORD: &str = "Password";
pub(crate) const SHOW_PASSWORD: &str = "Show password";
pub(crate) const CONTINUE: &str = "Continue";
pub(crate) const EMAIL_MISSING: &str = "Enter your e-mail address";
pub(crate) const PASSWORD_MISSING: &str = "Enter your password";
pub(crate) const WRONG: &str = "The e-mail address or the password is not right";
pub(crate) const SIGNED_OUT: &str = "You are signed out.";
pub(crate) const ENDED: &str = "Your session ended. Sign in again to go on.";
pub(crate) const ENDED_EVERYWHERE: &str = "You are signed out on every device.";
pub(crate) const SET_UP: &str = "Your account is set up. Sign in with your new password and code.";
pub(crate) const NEW_HERE: &str = "New here?";
pub(crate) const FAMILY: &str = "Family of a patient?";
pub(crate) const FAMILY_CODE: &str = "Start with a code";
pub(crate) const FAMILY_NO_CODE: &str = "or ask for an account";
pub(crate) const REGISTER: &str = "Register as a provider";
pub(crate) const FORGOT: &str = "Cannot sign in? Call the access team at";
pub(crate) const FORGOT_PASSWORD: &str = "Forgot your password?";
pub(crate) const WITH_PASSKEY: &str = "Use a passkey";
pub(crate) const PASSKEY_REFUSED: &str =
    "That passkey could not be used here. Try again, or sign in another way";
pub(crate) const CLOSED: &str = "Your account is closed.";
pub(crate) const EMERGENCY: &str = "Families: in a medical emergency, call 911.";
pub(crate) const DEMO_ACCOUNTS: &str = "Accounts to try";
pub(crate) const DEMO_HOW: &str = "A code works once; reload the page for the next one.";
pub(crate) const DEMO_FILL: &str = "Fill in";
pub(crate) const DEMO_NAME: &str = "Name";
pub(crate) const DEMO_SHOWS: &str = "Shows";
pub(crate) const DEMO_PASSWORD: &str = "Password";
pub(crate) const DEMO_CODE: &str = "Code now";

pub(crate) const CODE_TITLE: &str = "Enter your code";
pub(crate) const CODE_LABEL: &str = "6-digit code";
pub(crate) const CODE_HINT: &str =
    "From your authenticator app. You can paste it. Lost the app? Enter a recovery code instead.";
pub(crate) const CODE_SUBMIT: &str = "Sign in";
pub(crate) const CODE_MISSING: &str = "Enter the 6-digit code";
pub(crate) const CODE_WRONG: &str =
    "That code is not right. Wait for the next code in your app and enter that one";
pub(crate) const CODE_USED: &str = "That code was already used. Wait for the next one";
pub(crate) const CODE_VOIDED: &str =
    "Five codes in a row were wrong, so this sign-in attempt is over. Sign in again from the start.";
pub(crate) const CODE_DISABLED: &str = "Too many wrong codes were entered for this account, so its second factor is switched off. Your password still works; the access team must bind a new factor for you.";
pub(crate) const CODE_AGAIN: &str = "Start again";
pub(crate) const CODE_OTHER: &str = "Not you? Sign in with another address";

pub(crate) const SET_UP_TITLE: &str = "Set up your account";
pub(crate) const SET_UP_FOR: &str = "Account";
pub(crate) const HANDOVER: &str = "Code from the access team";
pub(crate) const HANDOVER_HINT: &str =
    "8 digits. The access team reads it out to you; it is not in the mail.";
pub(crate) const HANDOVER_WRONG: &str = "That is not the code the access team read out. After five wrong ones the link no longer works, and you must ask for a new one";
pub(crate) const STEP_PASSWORD: &str = "1. Choose a password";
pub(crate) const PASSWORD_HINT: &str = "At least 15 characters. Any characters, also spaces; a few words in a row are easy to remember. You can paste from a password manager.";
pub(crate) const STEP_APP: &str = "2. Add this account to your authenticator app";
pub(crate) const APP_HOW: &str =
    "Scan the picture with an app such as Aegis, Google Authenticator, Microsoft Authenticator or 1Password.";
pub(crate) const APP_MANUAL: &str = "Cannot scan? Type this key into the app instead:";
pub(crate) const QR_LABEL: &str = "QR code for your authenticator app";
pub(crate) const STEP_CODE: &str = "3. Enter the code the app shows";
pub(crate) const SET_UP_SUBMIT: &str = "Finish set-up";
pub(crate) const TOO_SHORT: &str = "Use at least 15 characters";
pub(crate) const TOO_LONG: &str = "Use at most 256 characters";
pub(crate) const TOO_COMMON: &str = "This password is on a list of well-known ones. Choose another";
pub(crate) const HOLDS_NAME: &str = "Do not use your e-mail address or the hospital’s name as the password";
pub(crate) const SET_UP_CODE_WRONG: &str =
    "That code is not right. Check that your app shows this account, and enter its newest code";
pub(crate) const DONE_TITLE: &str = "Your account is set up";
pub(crate) const DONE_BODY: &str =
    "From now on you sign in with your e-mail address, your password and a code from your app.";
pub(crate) const EXPIRED_TITLE: &str = "This link no longer works";
pub(crate) const EXPIRED_BODY: &str = "A set-up link works once and for 72 hours. If you have already set up your account, sign in. After five wrong codes it no longer works either. If your account is not set up, ask the access team for a new link.";

pub(crate) const ACCOUNT_TITLE: &str = "Your account";
pub(crate) const SESSIONS: &str = "Your sessions";
pub(crate) const SESSIONS_HOW: &str = "A session ends after 15 minutes without use, and after 12 hours in any case. If you do not recognise one, sign out everywhere and call the access team.";
pub(crate) const SESSION_BEGAN: &str = "Signed in";
pub(crate) const SESSION_USED: &str = "Last used";
pub(crate) const SESSION_FROM: &str = "From";
pub(crate) const SESSION_THIS: &str = "This session";
pub(crate) const EVERYWHERE: &str = "Sign out everywhere";
pub(crate) const ACCOUNT_NAME: &str = "Name";
pub(crate) const ACCOUNT_KIND: &str = "Kind of account";

/// Too many tries, and for how long.
pub(crate) fn slowed(wait: &str) -> String {
    format!("Too many tries for now. Wait {wait}, then try again")
}
