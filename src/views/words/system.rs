//! Words of locked pages and system pages.

pub(crate) const ACCESS_TEAM: &str = "Access team:";
pub(crate) const GO_HOME: &str = "Go to the start page";

pub(crate) const LOCKED_TITLE: &str = "Your access is locked";
pub(crate) const LOCKED_VALIDATION: &str = "Your twice-yearly Sponsored User Validation is overdue. Until it is completed, you and the people you sponsor cannot open charts.";
pub(crate) const LOCKED_VALIDATION_NEXT: &str = "Completing the review unlocks everyone at once, also late. Until then only the review, help and sign-out are open to you.";
pub(crate) const TO_REVIEW: &str = "Complete the review";
pub(crate) const LOCKED_SPONSOR: &str =
    "Your access depends on a sponsor whose Sponsored User Validation is overdue.";
pub(crate) const LOCKED_SPONSOR_WHO: &str = "This must be completed by:";
pub(crate) const LOCKED_SPONSOR_NEXT: &str = "As soon as one of them completes the review, your access through that sponsor is back at once. You can remind each once a day; we mail them.";
pub(crate) const NO_SPONSOR_TITLE: &str = "You have no sponsor at the moment";
pub(crate) const NO_SPONSOR: &str = "A provider of your practice must sponsor you before you can see charts. Your last sponsorship has ended.";
pub(crate) const NO_SPONSOR_NEXT: &str = "Ask a provider of your practice to sponsor you again.";
pub(crate) const INACTIVE_TITLE: &str = "Your account is not active";
pub(crate) const INACTIVE: &str = "This account is waiting for approval, or the access team has closed it.";
pub(crate) const INACTIVE_NEXT: &str = "The access team can tell you which, and what to do.";
pub(crate) const SINCE: &str = "Locked since";

/// The button that reminds a sponsor.
pub(crate) fn remind(name: &str) -> String {
    format!("Remind {name}")
}

/// A sponsor was reminded today.
pub(crate) fn reminded(clock: &str) -> String {
    format!("Reminded today at {clock}. You can remind again tomorrow.")
}

pub(crate) const REFERENCE: &str = "Reference to read out:";

/// The title, what happened and what to do, by status.
pub(crate) const FORBIDDEN: [&str; 3] = [
    "This page is not for your account",
    "Your kind of account does not have this page.",
    "Use the links at the top.",
];
pub(crate) const FORM_EXPIRED: [&str; 3] = [
    "This form could not be accepted",
    "It was open for too long, or did not come from this portal. Nothing was changed.",
    "Go back, reload the page and send it again.",
];
pub(crate) const NOT_FOUND: [&str; 3] = [
    "There is no such page",
    "The address may be mistyped, or the page has moved.",
    "Start again from the start page.",
];
pub(crate) const CONFLICT: [&str; 3] = [
    "Someone else changed this meanwhile",
    "Your change was not saved, so that theirs is not lost.",
    "Go back, reload the page and look at their change first.",
];
pub(crate) const TOO_LARGE: [&str; 3] = [
    "That was too much at once",
    "What you sent is larger than this page accepts. Nothing was saved.",
    "Go back and send less.",
];
pub(crate) const INVALID: [&str; 3] = [
    "This could not be read",
    "Something in what you sent is not what this page expects. Nothing was saved.",
    "Go back, reload the page and try again.",
];
pub(crate) const LOCKED: [&str; 3] = [
    "This is locked at the moment",
    "Nothing was changed.",
    "Call the access team to learn who can unlock it.",
];
pub(crate) const BROKEN: [&str; 3] = [
    "Something went wrong on our side",
    "Your work before this page is safe. The fault is recorded.",
    "Try again in a minute. If it stays, call the access team with the reference.",
];
pub(crate) const UNAVAILABLE: [&str; 3] = [
    "The portal is not available right now",
    "It is starting, stopping or being updated.",
    "Try again in a minute. For urgent patient data, call the hospital.",
];
pub(crate) const TOO_MANY_TITLE: &str = "Too many requests";
pub(crate) const TOO_MANY_BODY: &str =
    "To protect patients, the portal slows down after many requests in a short time.";

/// How long to wait.
pub(crate) fn too_many(wait: &str) -> String {
    format!("Wait {wait}, then try again.")
}

pub(crate) const GALLERY_TITLE: &str = "Every page in every state";
pub(crate) const GALLERY_LEAD: &str = "Made-up content. Each opens as it would for a user.";

pub(crate) const MAIL_TITLE: &str = "Mail of the demonstration";
pub(crate) const MAIL_LEAD: &str =
    "No letter leaves the demonstration. Each is shown here instead, newest first; its links work.";
pub(crate) const MAIL_EMPTY: &str = "No letter has been written yet.";
pub(crate) const MAIL_TO: &str = "To";
pub(crate) const MAIL_SUBJECT: &str = "Subject";
pub(crate) const MAIL_AT: &str = "Written";
pub(crate) const MAIL_GONE: &str = "What it said is gone";
pub(crate) const MAIL_TEXT: &str = "As text";
pub(crate) const MAIL_HTML: &str = "Show it as HTML";
pub(crate) const MAIL_FILE: &str = "Attached file:";
pub(crate) const MAIL_BACK: &str = "All mail";
