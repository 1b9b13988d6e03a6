//! The words of the letters. English; a second language is a second set of files of this kind.

mod campaign;
mod family;
mod news;
mod requests;
mod sponsoring;
mod validation;

use time::{Date, Month};

use super::{Content, Foot, Letterhead, Part, one_line};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::letter::{FactorChange, Letter, Place};

pub(super) const LANGUAGE: &str = "en";
pub(super) const LINK_AS_TEXT: &str = "If the link does not open, copy this address into your browser:";

const SIGN_IN: &str = "Sign in";
const YOUR_ACCOUNT: &str = "Open your account";
const STATUS: &str = "See where it stands";
const NOT_ASKED: &str =
    "If you did not ask for this, you need not do anything: without the link nothing changes.";
const CALL_AT_ONCE: &str = "If this was not you, somebody else may have your password.";

/// The last paragraph where somebody may have to act.
pub(super) fn not_you(what: &str, phone: &str) -> String {
    format!("{what} Call the access team at {phone} if you have doubts or questions.")
}

/// The last paragraph where nothing is wrong.
pub(super) fn questions(phone: &str) -> String {
    format!("Questions? Call the access team at {phone}.")
}

/// Below the letter.
pub(super) fn automatic(hospital: &str) -> String {
    format!(
        "Sent automatically by the referral portal of {hospital}. Nobody reads replies to this address. The access team \
         never asks for your password or a code."
    )
}

fn says(words: impl Into<String>) -> Part {
    Part::Says(words.into())
}

fn to_sign_in() -> Part {
    Part::Link(SIGN_IN, Place("/sign-in".to_owned()))
}

fn to_account() -> Part {
    Part::Link(YOUR_ACCOUNT, Place("/account".to_owned()))
}

fn letter(subject: impl Into<String>, parts: Vec<Part>, foot: Foot) -> Content {
    Content { subject: subject.into(), parts, foot }
}

/// What `letter` says.
pub(super) fn content(letter: &Letter, head: &Letterhead) -> Content {
    match letter {
        Letter::RegistrationLink { .. }
        | Letter::AddressKnown
        | Letter::RegistrationReceived { .. }
        | Letter::RegistrationApproved
        | Letter::RegistrationDeclined { .. }
        | Letter::SetUpLink { .. } => of_registration(letter),
        Letter::PasswordReset { .. }
        | Letter::PasswordChanged { .. }
        | Letter::FactorChanged { .. }
        | Letter::EmailChangeLink { .. }
        | Letter::EmailChanged { .. }
        | Letter::NewDevice { .. }
        | Letter::AccountClosed { .. } => of_account(letter, head.zone),
        Letter::HelpReceived { .. }
        | Letter::HelpAnswered { .. }
        | Letter::RequestDecided { .. }
        | Letter::RequestEnded { .. }
        | Letter::MemberJoined { .. } => requests::to_asker(letter),
        Letter::ReviewExtended(new) => campaign::extended(new, head.zone),
        Letter::TokenTried { issued, link } => requests::token_tried(*issued, link, head.zone),
        Letter::EmergencyTaken { until, review_by, link } => {
            requests::emergency_taken(*until, *review_by, link, head.zone)
        }
        Letter::QueueItem { .. } | Letter::MailStuck { .. } | Letter::SearchesMissed { .. } => {
            requests::to_team(letter)
        }
        Letter::Invitation { .. }
        | Letter::InvitationAsked { .. }
        | Letter::StaffRegistered { .. }
        | Letter::StaffAttested { .. }
        | Letter::StaffReplaced { .. }
        | Letter::StaffAsked { .. }
        | Letter::ReviewNudged { .. } => sponsoring::of_sponsoring(letter),
        Letter::FamilyAsked
        | Letter::FamilyReminded { .. }
        | Letter::FamilyChanged
        | Letter::FamilyAnswered { .. }
        | Letter::FamilyRenewed
        | Letter::EnrolmentDecided { .. }
        | Letter::MessageAnswered
        | Letter::RequestLapsed { .. } => family::of_family(letter),
        Letter::SomethingNew => news::something_new(),
        Letter::ReviewOpened(call) => validation::opened(call, head.zone),
        Letter::ReviewDue(call) => validation::due(call, head.zone),
        Letter::ReviewLocked { call, staff } => validation::locked(call, *staff, head.zone),
    }
}

fn of_registration(it: &Letter) -> Content {
    match it {
        Letter::RegistrationLink { link } => letter(
            "Confirm your e-mail address",
            vec![
                says(
                    "Somebody began to register for the referral portal with this address. If it was you, confirm the address \
                      within 24 hours to go on.",
                ),
                Part::Link("Confirm and go on", link.clone()),
            ],
            Foot::NotYou(NOT_ASKED),
        ),
        Letter::AddressKnown => letter(
            "You already have an account",
            vec![
                says(
                    "Somebody began to register for the referral portal with this address, which has an account already. \
                      Nothing was changed.",
                ),
                says(
                    "If it was you, sign in with the account you have. The sign-in page helps if you no longer know the password.",
                ),
                to_sign_in(),
            ],
            Foot::NotYou("If it was not you, you need not do anything."),
        ),
        Letter::RegistrationReceived { link, due } => letter(
            "We have your registration",
            vec![
                says(format!(
                    "Your registration is with the access team. Expect an answer by {}.",
                    date(*due)
                )),
                Part::Link(STATUS, link.clone()),
            ],
            Foot::NotYou("If you did not register, tell the access team, so that nobody uses your name."),
        ),
        Letter::RegistrationApproved => letter(
            "Your account is ready",
            vec![
                says(
                    "The access team has approved your registration. You can sign in with your e-mail address now.",
                ),
                to_sign_in(),
            ],
            Foot::NotYou("If you did not register, tell the access team, so that nobody uses your name."),
        ),
        Letter::SetUpLink { link } => letter(
            "Set up your account",
            vec![
                says(
                    "An account was made for you at the referral portal. Set it up within 72 hours; the link works once.",
                ),
                says(
                    "The page asks for a code that you are given another way: by phone, on paper or in person. It is never \
                      sent by e-mail.",
                ),
                Part::Link("Set up the account", link.clone()),
            ],
            Foot::NotYou("If you do not expect an account, do not open the link."),
        ),
        Letter::RegistrationDeclined { reason } => letter(
            "No account was made",
            vec![
                says("The access team could not approve your registration. It says:"),
                Part::Quote(reason.clone()),
                says("You may register again once that is settled."),
            ],
            Foot::Questions,
        ),
        other => unnamed(other),
    }
}

fn of_account(it: &Letter, zone: Zone) -> Content {
    match it {
        Letter::PasswordReset { link } => letter(
            "Choose a new password",
            vec![
                says(
                    "Somebody asked for a new password for your account. If it was you, choose one within 15 minutes; the link \
                      works once. You will still be asked for your second factor.",
                ),
                Part::Link("Choose a new password", link.clone()),
            ],
            Foot::NotYou(NOT_ASKED),
        ),
        Letter::PasswordChanged { at } => letter(
            "Your password was changed",
            vec![
                says(format!(
                    "The password of your account was changed on {}. All other sessions were ended.",
                    moment(*at, zone)
                )),
                to_account(),
            ],
            Foot::NotYou(
                "If this was not you, choose a new password at once from the sign-in page, and call the access team.",
            ),
        ),
        Letter::FactorChanged { change, at } => letter(
            factor_subject(*change),
            vec![says(format!("{} on {}.", factor_change(*change), moment(*at, zone))), to_account()],
            Foot::NotYou(CALL_AT_ONCE),
        ),
        Letter::EmailChangeLink { link } => letter(
            "Confirm your new e-mail address",
            vec![
                says(
                    "This address is to become the one you sign in with. Confirm it to make the change. Until then you sign in \
                      with the old one.",
                ),
                Part::Link("Confirm the address", link.clone()),
            ],
            Foot::NotYou(NOT_ASKED),
        ),
        Letter::EmailChanged { at } => letter(
            "Your e-mail address was changed",
            vec![
                says(format!(
                    "On {} the e-mail address of your account was changed. From now on you sign in with the new one.",
                    moment(*at, zone)
                )),
                to_account(),
            ],
            Foot::NotYou("If this was not you, call the access team at once."),
        ),
        Letter::NewDevice { device, network, at } => letter(
            "New sign-in to your account",
            vec![
                says(format!(
                    "Somebody signed in to your account on {} from a device and network not seen before:",
                    moment(*at, zone)
                )),
                Part::Quote(format!("{}\n{}", short(device), short(network))),
                says(
                    "If it was you, you need not do anything. Your account lists every session and can end it.",
                ),
                to_account(),
            ],
            Foot::NotYou(CALL_AT_ONCE),
        ),
        Letter::AccountClosed { at } => letter(
            "Your account was closed",
            vec![says(format!(
                "Your account at the referral portal was closed on {}. Nobody can sign in with it.",
                moment(*at, zone)
            ))],
            Foot::NotYou(
                "If you did not want this, call the access team: it can tell you who closed it, and what to do.",
            ),
        ),
        other => unnamed(other),
    }
}

pub(super) use validation::{event_says, event_title};

/// A letter that none of the families above has words for; there is none, and a test renders each.
fn unnamed(it: &Letter) -> Content {
    letter(it.word(), vec![to_sign_in()], Foot::Questions)
}

const fn factor_subject(change: FactorChange) -> &'static str {
    match change {
        FactorChange::RecoveryCodeUsed => "A recovery code was used",
        FactorChange::FactorDisabled => "Your second factor is switched off",
        FactorChange::FactorReset => "Your second factor is being replaced",
        _ => "Your ways to sign in were changed",
    }
}

const fn factor_change(change: FactorChange) -> &'static str {
    match change {
        FactorChange::PasskeyAdded => "A passkey was added to your account",
        FactorChange::PasskeyRemoved => "A passkey was removed from your account",
        FactorChange::AuthenticatorReplaced => "The authenticator app of your account was replaced",
        FactorChange::AuthenticatorRemoved => "The authenticator app of your account was removed",
        FactorChange::RecoveryCodesMade => {
            "New recovery codes were made for your account, and the old ones no longer work,"
        }
        FactorChange::RecoveryCodeUsed => "One of your recovery codes was used to sign in",
        FactorChange::FactorDisabled => {
            "After too many wrong codes, the authenticator app and the recovery codes of your account were switched off. The \
             access team can bind a new factor for you. This happened"
        }
        FactorChange::FactorReset => "The access team began to bind a new second factor to your account",
    }
}

/// A name or description as a letter quotes it: one line of at most 120 characters, and nothing in it that a mail program would make
/// a link.
fn short(text: &str) -> String {
    let cut: String = one_line(text).chars().take(120).collect();
    cut.replace("://", " ").replace("www.", "www ")
}

/// `24-Nov-2026`.
fn date(date: Date) -> String {
    let month = match date.month() {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    };
    format!("{:02}-{month}-{:04}", date.day(), date.year())
}

/// `24-Nov-2026 at 14:05 EST`.
fn moment(at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{} at {:02}:{:02} {}", date(local.date), local.hour, local.minute, local.zone)
}
