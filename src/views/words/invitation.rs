//! Words of the invitation of a sponsored user.

pub(crate) const TITLE: &str = "Accept your invitation";
pub(crate) const FOR: &str = "Name";
pub(crate) const EMAIL: &str = "E-mail";
pub(crate) const EMAIL_FIXED: &str =
    "You sign in with this address. Only your sponsor can change it, by inviting you anew.";
pub(crate) const JOB: &str = "Job";
pub(crate) const SPONSOR: &str = "Sponsor";
pub(crate) const PRACTICE: &str = "Practice";
pub(crate) const UNTIL: &str = "This invitation works until";
pub(crate) const NOT_YOU: &str = "Is this not you? Close this page and tell your sponsor.";
pub(crate) const HANDOVER: &str = "Code from your sponsor";
pub(crate) const HANDOVER_HINT: &str =
    "8 digits. Your sponsor tells you in person or by phone; it is not in the mail.";
pub(crate) const HANDOVER_WRONG: &str = "That is not the code of this invitation. After five wrong ones the link no longer works, and your sponsor must invite you again";
pub(crate) const STEP_TERMS: &str = "4. Accept the terms";
pub(crate) const ACCEPT: &str = "I have read the terms of use and accept them";
pub(crate) const TERMS_MISSING: &str = "Read the terms of use and tick the box";
pub(crate) const SUBMIT: &str = "Finish and open my account";
pub(crate) const NEXT: &str = "Then you sign in, and see the patients of your sponsor’s practice.";
pub(crate) const KNOWN: &str = "You have an account here already. Your sponsor’s code adds this practice to it; password and second factor stay as they are.";
pub(crate) const KNOWN_SUBMIT: &str = "Accept";

pub(crate) const DONE: &str = "Your account is ready";
pub(crate) const DONE_NEXT: &str =
    "Sign in with your e-mail address, your password and a code from your app.";
pub(crate) const DONE_KNOWN: &str = "Accepted";
pub(crate) const DONE_KNOWN_NEXT: &str = "Sign in as always. What you can see is wider from now on.";

pub(crate) const GONE: &str = "This invitation no longer works";
pub(crate) const GONE_WHY: &str = "It works once and for 72 hours, a newer one takes its place, and your sponsor can take it back. If you have accepted it already, sign in.";
pub(crate) const GONE_NEXT: &str = "Otherwise ask your sponsor for a new one.";
pub(crate) const ASK: &str = "Ask my sponsor by mail";
pub(crate) const ASKED: &str = "Your sponsor is asked";
pub(crate) const ASKED_NEXT: &str = "We mailed your sponsor that the invitation has expired. When it is sent again, you get a new link by mail, and your sponsor tells you a new code.";
pub(crate) const VOIDED: &str = "This invitation no longer works";
pub(crate) const VOIDED_WHY: &str = "The code was wrong five times.";
pub(crate) const VOIDED_NEXT: &str =
    "Ask your sponsor to send the invitation again: you get a new link, and a new code.";
pub(crate) const OTHER_KIND: &str = "This address has an account of another kind";
pub(crate) const OTHER_KIND_WHY: &str =
    "One address opens one account, and this one is not for practice staff.";
pub(crate) const OTHER_KIND_NEXT: &str =
    "Ask your sponsor to invite you at another address of yours, or call the access team:";
pub(crate) const CLOSED: &str = "The account with this address is closed";
pub(crate) const CLOSED_WHY: &str = "A closed account cannot be opened by an invitation.";
pub(crate) const CLOSED_NEXT: &str =
    "Call the access team, or ask your sponsor to invite you at another address of yours:";

/// What was accepted.
pub(crate) fn sponsored(sponsor: &str, practice: &str) -> String {
    format!("{sponsor} sponsors you in {practice}.")
}
