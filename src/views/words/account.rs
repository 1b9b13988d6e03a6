//! Words of the account's own pages.

use crate::domain::audit::Act;
use crate::domain::sign_in::Via;

pub(crate) const NAV_LABEL: &str = "Your account";
pub(crate) const OVERVIEW: &str = "Overview";
pub(crate) const FACTORS: &str = "Ways to sign in";
pub(crate) const PASSWORD: &str = "Password";
pub(crate) const EMAIL: &str = "E-mail address";
pub(crate) const HISTORY: &str = "Sign-in history";
pub(crate) const CLOSE: &str = "Close the account";
pub(crate) const NOTICES: &str = "Notices";
pub(crate) const NOTICES_LEAD: &str = "The portal can write to you when there is something new about your patients: results, admissions or discharges since you last opened the chart. The letter says only “Something new is in the portal. Sign in.”";
pub(crate) const NOTICES_HOW: &str = "How often";
pub(crate) const NOTICES_OFF: &str = "Never";
pub(crate) const NOTICES_DAILY: &str = "Once a day, in the morning";
pub(crate) const NOTICES_AT_ONCE: &str = "At once, at most once an hour";
pub(crate) const NOTICES_SUBMIT: &str = "Save";
pub(crate) const NOTICES_SAVED: &str = "Your choice is saved.";
pub(crate) const NOTICES_UNKNOWN: &str = "Choose one of the three";
pub(crate) const PRACTICES: &str = "Practices";

pub(crate) const SESSION_DEVICE: &str = "Device";
pub(crate) const SESSION_END: &str = "End";
pub(crate) const SESSION_ENDED: &str = "That session has ended.";
pub(crate) const SESSION_GONE: &str = "That session was over already.";

pub(crate) const PASSKEYS: &str = "Passkeys";
pub(crate) const PASSKEYS_HOW: &str = "A passkey signs you in with your fingerprint, face or device PIN. It cannot be phished, and you need neither password nor code.";
pub(crate) const PASSKEYS_NONE: &str = "You have no passkey yet.";
pub(crate) const PASSKEYS_SCRIPT: &str =
    "Adding a passkey needs JavaScript and a recent browser. Without it, use your authenticator app.";
pub(crate) const PASSKEYS_UNAVAILABLE: &str =
    "Passkeys need the portal to be reached by its name over https. Ask the access team.";
pub(crate) const PASSKEY_NAME: &str = "Name of the new passkey";
pub(crate) const PASSKEY_NAME_HINT: &str = "Such as “Office laptop”. You see it in this list only.";
pub(crate) const PASSKEY_ADD: &str = "Add a passkey";
pub(crate) const PASSKEY_COL: &str = "Passkey";
pub(crate) const ADDED: &str = "Added";
pub(crate) const LAST_USED: &str = "Last used";
pub(crate) const NEVER: &str = "Never";
pub(crate) const REMOVE: &str = "Remove";
pub(crate) const AUTHENTICATOR: &str = "Authenticator app";
pub(crate) const AUTHENTICATOR_SINCE: &str = "In use since";
pub(crate) const AUTHENTICATOR_NONE: &str = "No authenticator app is in use.";
pub(crate) const AUTHENTICATOR_REPLACE: &str = "Replace it";
pub(crate) const AUTHENTICATOR_ADD: &str = "Set one up";
pub(crate) const DISABLED: &str = "Too many wrong codes were entered, so authenticator and recovery codes are switched off. Passkeys still work. The access team must bind a new authenticator.";
pub(crate) const RECOVERY: &str = "Recovery codes";
pub(crate) const RECOVERY_HOW: &str = "For the day your phone is lost: each code works once, in place of the code from the app. Keep them on paper.";
pub(crate) const RECOVERY_NONE: &str = "You have no recovery codes yet.";
pub(crate) const RECOVERY_MAKE: &str = "Make recovery codes";
pub(crate) const RECOVERY_AGAIN: &str = "Make new ones";
pub(crate) const RECOVERY_TITLE: &str = "Your recovery codes";
pub(crate) const RECOVERY_ONCE: &str = "They are shown this once. Print them or write them down, and keep them apart from your password. The old ones no longer work.";
pub(crate) const RECOVERY_KEPT: &str = "I have kept them";
pub(crate) const PRINT: &str = "Print";
pub(crate) const HOSPITAL_KEEPS: &str =
    "You sign in with your hospital account. Password and factors are the hospital’s; change them there.";

pub(crate) const LINK: &str = "Hospital sign-in";
pub(crate) const LINK_HOW: &str = "If the hospital gave you a sign-in of its own, you can use it here too. Show it once; the access team confirms the link.";

pub(crate) const AUTHENTICATOR_TITLE: &str = "Bind an authenticator app";
pub(crate) const AUTHENTICATOR_LEAD: &str =
    "The app that is in use now goes on working until you finish here.";
pub(crate) const AUTHENTICATOR_SUBMIT: &str = "Use this app from now on";
pub(crate) const CANCEL: &str = "Cancel";

pub(crate) const DONE_PASSKEY_ADDED: &str = "The passkey was added. Other sessions of yours have ended.";
pub(crate) const DONE_REMOVED: &str = "It was removed. Other sessions of yours have ended.";
pub(crate) const DONE_AUTHENTICATOR: &str =
    "The new authenticator app is in use. Other sessions of yours have ended.";
pub(crate) const PASSKEY_REFUSED: &str =
    "Your browser’s answer could not be used, or came too late. Try again.";
pub(crate) const PASSKEY_TOO_MANY: &str =
    "You have as many passkeys as an account may have. Remove one first.";
pub(crate) const LAST_FACTOR: &str =
    "That is your last second factor. Add another one first, then remove this one.";
pub(crate) const NOTHING: &str = "There was nothing to change. Start again.";

pub(crate) const PASSWORD_TITLE: &str = "Change your password";
pub(crate) const PASSWORD_CURRENT: &str = "Current password";
pub(crate) const PASSWORD_NEW: &str = "New password";
pub(crate) const PASSWORD_SUBMIT: &str = "Change the password";
pub(crate) const PASSWORD_WRONG: &str = "That is not your current password";
pub(crate) const PASSWORD_DONE: &str = "Your password was changed. Other sessions of yours have ended.";

pub(crate) const EMAIL_TITLE: &str = "Change your e-mail address";
pub(crate) const EMAIL_NOW: &str = "You sign in with";
pub(crate) const EMAIL_NEW: &str = "New address";
pub(crate) const EMAIL_HOW: &str = "We send a link to the new address. Until you open it and confirm, nothing changes, and you sign in as before. The old address is told.";
pub(crate) const EMAIL_SUBMIT: &str = "Send the link";
pub(crate) const EMAIL_BAD: &str = "Enter an address such as name@practice.example";
pub(crate) const EMAIL_SAME: &str = "That is your present address";
pub(crate) const EMAIL_SENT_TITLE: &str = "Check your mail";
pub(crate) const EMAIL_SENT: &str = "If the address can be used, a link is on its way to it. It works for 24 hours, once, while you are signed in.";
pub(crate) const EMAIL_SPONSORED: &str = "A sponsored user’s address changes through the sponsor: they sponsor you again with the new address, and this account ends when the new one is registered. Nothing carries over.";
pub(crate) const EMAIL_CONFIRM_TITLE: &str = "Confirm your new address";
pub(crate) const EMAIL_CONFIRM_LEAD: &str = "From now on you sign in with";
pub(crate) const EMAIL_CONFIRM: &str = "Use this address";
pub(crate) const EMAIL_DONE_TITLE: &str = "Your address was changed";
pub(crate) const EMAIL_DONE: &str = "Both addresses were told. Other sessions of yours have ended.";
pub(crate) const LINK_GONE_TITLE: &str = "This link no longer works";
pub(crate) const LINK_GONE: &str = "It was used, has expired, was replaced by a newer one, or belongs to another account. Start again from your account.";

pub(crate) const HISTORY_LEAD: &str = "The latest steps of signing in to your account and of changing how. If you do not recognise one, change your password and call the access team.";
pub(crate) const HISTORY_WHEN: &str = "When";
pub(crate) const HISTORY_WHAT: &str = "What";
pub(crate) const HISTORY_HOW: &str = "How it ended";
pub(crate) const HISTORY_FROM: &str = "From";
pub(crate) const HISTORY_NONE: &str = "Nothing is recorded yet.";

pub(crate) const CLOSE_LEAD: &str = "Nobody can sign in to a closed account. Your sessions end at once. Opening it again needs the access team.";
pub(crate) const CLOSE_SUBMIT: &str = "Close my account";
pub(crate) const CLOSE_TEAM: &str =
    "An account of the access team is closed by another administrator, not by its owner.";
pub(crate) const CLOSE_SURE: &str = "I want my account closed";
pub(crate) const CLOSE_SURE_MISSING: &str = "Tick the box to close the account";

pub(crate) const STEP_UP_TITLE: &str = "Confirm that it is you";
pub(crate) const STEP_UP_LEAD: &str =
    "What you are about to do needs a code, or a passkey, shown within the last 5 minutes.";
pub(crate) const STEP_UP_SUBMIT: &str = "Confirm";
pub(crate) const STEP_UP_PASSKEY: &str = "Use a passkey";
pub(crate) const STEP_UP_HOSPITAL: &str = "Confirm with your hospital account";
pub(crate) const STEP_UP_HELD: &str = "What you entered is kept and sent after this.";
pub(crate) const STEP_UP_DONE_TITLE: &str = "Confirmed";
pub(crate) const STEP_UP_DONE: &str = "Now send what you entered.";
pub(crate) const STEP_UP_SEND: &str = "Send it";
pub(crate) const STEP_UP_DISABLED: &str = "Codes are switched off for this account after too many wrong ones. Use a passkey, or call the access team.";

pub(crate) const RESET_TITLE: &str = "Choose a new password";
pub(crate) const RESET_LEAD: &str = "Enter the address you sign in with. If it has an account, we send a link to it that works for 15 minutes, once.";
pub(crate) const RESET_SUBMIT: &str = "Send the link";
pub(crate) const RESET_SENT_TITLE: &str = "Check your mail";
pub(crate) const RESET_SENT: &str = "If the address has an account, a link is on its way. It works for 15 minutes, once. You will need your second factor as always.";
pub(crate) const RESET_SENT_NOT: &str =
    "No mail after a few minutes? Look in the junk folder, check the address, or call the access team:";
pub(crate) const RESET_HOSPITAL: &str = "Hospital accounts change their password at the hospital, not here.";
pub(crate) const RESET_CHOOSE_SUBMIT: &str = "Set the password";
pub(crate) const RESET_DONE_TITLE: &str = "Your password is set";
pub(crate) const RESET_DONE: &str =
    "All your sessions have ended. Sign in with the new password and your second factor.";
pub(crate) const RESET_GONE: &str = "A link to choose a password works once and for 15 minutes, and only the newest one does. Ask for a new one.";
pub(crate) const RESET_AGAIN: &str = "Ask for a new link";
pub(crate) const RESET_BACK: &str = "Back to sign-in";

/// How many recovery codes are left.
pub(crate) fn recovery_left(left: i64) -> String {
    match left {
        0 => "None are left.".into(),
        1 => "1 is left.".into(),
        n => format!("{n} are left."),
    }
}

/// What closing the account does to those it sponsors.
pub(crate) fn closing_sponsored(count: usize) -> String {
    match count {
        1 => "1 person whom you sponsor loses this sponsorship at once.".into(),
        n => format!("{n} people whom you sponsor lose this sponsorship at once."),
    }
}

/// How a session was opened.
pub(crate) const fn via(via: Via) -> &'static str {
    match via {
        Via::Totp => "Password and code",
        Via::Passkey => "Passkey",
        Via::RecoveryCode => "Password and recovery code",
        Via::SingleSignOn => "Hospital sign-in",
    }
}

/// An act of signing in as its owner reads it.
pub(crate) const fn act(act: Act) -> &'static str {
    match act {
        Act::SignInPassword => "Password entered",
        Act::SignInFactor => "Second factor entered",
        Act::SignInPasskey => "Passkey used",
        Act::SignInHospital => "Hospital sign-in",
        Act::StepUp => "Identity confirmed",
        Act::SignOut => "Signed out",
        Act::EndSession => "Session ended",
        Act::RequestReset => "New password asked for",
        Act::ResetPassword => "New password set by link",
        Act::ChangePassword => "Password changed",
        Act::ChangeEmail => "Address changed",
        Act::ChangeFactor => "Way to sign in changed",
        Act::ResetFactor => "Factors reset by the access team",
        Act::SetUpAccount => "Account set up",
        _ => "Account changed",
    }
}

/// The word beside an outcome: the factor, or why not.
pub(crate) fn basis(basis: &str) -> &'static str {
    match basis {
        "totp" => "code",
        "passkey" => "passkey",
        "recovery_code" => "recovery code",
        "slowed" => "too many tries",
        "code_used" => "code used before",
        "attempt_voided" => "five wrong codes",
        "factor_disabled" => "factor switched off",
        "passkey_added" => "passkey added",
        "passkey_removed" => "passkey removed",
        "authenticator_replaced" => "authenticator replaced",
        "authenticator_removed" => "authenticator removed",
        "recovery_codes_made" => "recovery codes made",
        "asked" => "asked for",
        "changed" => "done",
        _ => "",
    }
}
