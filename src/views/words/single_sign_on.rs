//! Words of the hospital's single sign-on.

pub(crate) const OR: &str = "Do you work for the hospital?";

pub(crate) const NOT_LINKED_TITLE: &str = "This hospital sign-in is not linked yet";
pub(crate) const NOT_LINKED_WHY: &str = "You are signed in at the hospital, but not here: the access team must first link that sign-in to your account in this portal.";
pub(crate) const HOSPITAL_SAYS: &str = "The hospital says you are";
pub(crate) const WAITING: &str =
    "The access team has your request already. You will hear from them by e-mail.";
pub(crate) const EMAIL: &str = "E-mail address of your account in this portal";
pub(crate) const EMAIL_HINT: &str =
    "The one you sign in with here. The access team checks that the account is yours.";
pub(crate) const EMAIL_HINT_NEW: &str =
    "Leave it empty if you are new to the access team: approving your request makes your account.";
pub(crate) const EMAIL_MISSING: &str = "Enter the e-mail address of your account";
pub(crate) const EMAIL_WRONG: &str = "Enter an e-mail address, such as name@practice.example";
pub(crate) const ASK: &str = "Ask the access team to link it";
pub(crate) const NO_ACCOUNT: &str =
    "No account yet? Physicians outside the hospital register first. Call the access team at";

pub(crate) const ASKED_TITLE: &str = "The access team is asked";
pub(crate) const ASKED_WHAT: &str = "They check who you are and link your hospital sign-in to your account, usually within 2 business days. You will hear from them by e-mail.";
pub(crate) const ASKED_MEANWHILE: &str = "Until then you sign in as before.";

pub(crate) const NO_FACTOR_TITLE: &str = "A second factor is needed at the hospital";
pub(crate) const NO_FACTOR_WHY: &str =
    "You signed in at the hospital with a password alone. This portal needs a second factor as well.";
pub(crate) const NO_FACTOR_NEXT: &str = "Sign out at the hospital, sign in there again with your authenticator, badge or security key, then come back. If the hospital never asks you for one, call its service desk.";

pub(crate) const DOWN_TITLE: &str = "The hospital’s sign-in is not available";
pub(crate) const DOWN_WHY: &str =
    "The hospital’s sign-in service does not answer at the moment. You are not signed in.";
pub(crate) const DOWN_NEXT: &str =
    "Try again in a few minutes. Signing in with e-mail address and password works as usual.";

pub(crate) const CANCELLED_TITLE: &str = "You did not sign in";
pub(crate) const CANCELLED_WHY: &str = "The sign-in at the hospital was cancelled, or refused there.";

pub(crate) const REFUSED_TITLE: &str = "This sign-in did not work";
pub(crate) const REFUSED_WHY: &str = "The hospital’s answer did not belong to a sign-in that was begun in this browser within the last 10 minutes, or it could not be trusted. You are not signed in.";
pub(crate) const REFUSED_NEXT: &str =
    "Begin again from the sign-in page. If it happens again, call the access team.";

pub(crate) const INACTIVE_TITLE: &str = "Your account is not active";
pub(crate) const INACTIVE_WHY: &str =
    "You signed in at the hospital, but the account here that it is linked to is not in use.";

pub(crate) const NO_ROLE_TITLE: &str = "You have no role in the access team";
pub(crate) const NO_ROLE_WHY: &str = "You signed in at the hospital, but it no longer counts you among the access team. Ask whoever leads the access team to put you back into its group at the hospital, then sign in again.";

pub(crate) const SIGNED_OUT_TITLE: &str = "You are signed out here";
pub(crate) const SIGNED_OUT_WHY: &str = "You are still signed in at the hospital: whoever uses this browser next could come back in without a password.";
pub(crate) const SIGN_OUT_THERE: &str = "Also sign out at the hospital";
pub(crate) const SIGNED_OUT_BOTH: &str = "You are signed out";
pub(crate) const SIGNED_OUT_BOTH_WHAT: &str = "You are signed out here and at the hospital.";

pub(crate) const TRY_AGAIN: &str = "Try again";
pub(crate) const TO_SIGN_IN: &str = "Go to the sign-in page";

pub(crate) const FACT_ISSUER: &str = "Identity provider";
pub(crate) const FACT_SUBJECT: &str = "Subject there";
pub(crate) const FACT_NAME: &str = "Name there";
pub(crate) const FACT_EMAIL: &str = "E-mail there";
pub(crate) const FACT_TYPED: &str = "Account asked for";
pub(crate) const FACT_EFFECT: &str = "Approving";
pub(crate) const NOT_SAID: &str = "not said";
pub(crate) const NONE_TYPED: &str = "none: a new account";
pub(crate) const BY_OWNER: &str = "Asked from inside the account, with a fresh factor.";
pub(crate) const BY_STRANGER: &str =
    "Typed by whoever signed in at the hospital. Check by phone that the account is theirs.";
pub(crate) const MAKES: &str = "makes a new account of the access team with the name and the e-mail address above, links it, and gives it the roles";
pub(crate) const LINKS: &str = "links this sign-in to the account of";
pub(crate) const ENDS_PASSWORD: &str = "The account’s password stops working.";
pub(crate) const NOTHING: &str = "is not possible: no active account of a physician or of the access team has that address. Decline, and say which address to use.";
pub(crate) const ROLE_REVIEWER: &str = "reviewer";
pub(crate) const ROLE_ADMINISTRATOR: &str = "administrator";
pub(crate) const ROLE_AUDITOR: &str = "auditor";
