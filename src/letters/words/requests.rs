//! The words of letters about requests and questions, to whoever asked and to the access team.

use super::{STATUS, date, letter, moment, says, short, to_sign_in, unnamed};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::letter::{Letter, Place};
use crate::domain::request::{Ending, RequestKind};
use crate::letters::{Content, Foot, Part};

/// What whoever asked, or is concerned, is told.
pub(super) fn to_asker(it: &Letter) -> Content {
    match it {
        Letter::HelpReceived { link, due } => letter(
            "We have your question",
            vec![
                says(format!("Your question is with the access team. Expect an answer by {}.", date(*due))),
                Part::Link(STATUS, link.clone()),
            ],
            Foot::NotYou("If you did not ask anything, you need not do anything."),
        ),
        Letter::HelpAnswered { link } => letter(
            "Your question was answered",
            vec![
                says("The access team has answered your question."),
                Part::Link("Read the answer", link.clone()),
            ],
            Foot::Questions,
        ),
        Letter::RequestDecided { request, approved: true, .. } => letter(
            "Your request was approved",
            vec![says(format!("The access team has approved {}.", asked(*request))), to_sign_in()],
            Foot::NotYou("If you did not ask for this, tell the access team."),
        ),
        Letter::RequestDecided { request, approved: false, reason } if reason.is_empty() => letter(
            "Your request was declined",
            vec![
                says(format!(
                    "The access team has declined {}. Sign in to read why, and what you can do next.",
                    asked(*request)
                )),
                to_sign_in(),
            ],
            Foot::NotYou("If you did not ask for this, tell the access team."),
        ),
        Letter::RequestDecided { request, approved: false, reason } => letter(
            "Your request was declined",
            vec![
                says(format!("The access team has declined {}. It says:", asked(*request))),
                Part::Quote(reason.clone()),
            ],
            Foot::NotYou("If you did not ask for this, tell the access team."),
        ),
        Letter::RequestEnded { request, ending, reason } => ended(*request, *ending, reason),
        Letter::MemberJoined { provider, practice } => letter(
            "A new member of your practice",
            vec![
                says(format!(
                    "{} is now a member of {} in the referral portal, and can see the patients that the practice may see.",
                    short(provider),
                    short(practice)
                )),
                to_sign_in(),
            ],
            Foot::NotYou("If this person does not work with you, tell the access team at once."),
        ),
        other => unnamed(other),
    }
}

/// Somebody other than its redeemer tried a token.
pub(super) fn token_tried(issued: Instant, link: &Place, zone: Zone) -> Content {
    letter(
        "A patient token was tried by somebody else",
        vec![
            says(format!(
                "A patient token that was issued on {} is in use. Somebody other than the person who uses it tried it and was \
                 refused.",
                moment(issued, zone)
            )),
            says(
                "If you did not expect this, take the token back and issue a new one. You are told once a day at most.",
            ),
            Part::Link("Open it in the portal", link.clone()),
        ],
        Foot::Questions,
    )
}

/// A provider has taken emergency access.
pub(super) fn emergency_taken(until: Instant, review_by: Instant, link: &Place, zone: Zone) -> Content {
    letter(
        "Emergency access was taken",
        vec![
            says(format!(
                "A provider has just taken emergency access to one chart. It lasts until {}.",
                moment(until, zone)
            )),
            says(format!(
                "Read the reason now, and say by {} whether it was justified. The family can see that the chart was opened.",
                moment(review_by, zone)
            )),
            Part::Link("Review it in the portal", link.clone()),
        ],
        Foot::Questions,
    )
}

/// What the access team is told.
pub(super) fn to_team(it: &Letter) -> Content {
    match it {
        Letter::QueueItem { request, due } => letter(
            format!("New in the queue: {}", in_queue(*request)),
            vec![
                says(format!(
                    "A new request waits in the queue: {}. It is due on {}.",
                    in_queue(*request),
                    date(*due)
                )),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        Letter::MailStuck { count } => letter(
            "Mail could not be delivered",
            vec![
                says(if *count == 1 {
                    "One letter could not be delivered within 48 hours and was given up.".to_owned()
                } else {
                    format!("{count} letters could not be delivered within 48 hours and were given up.")
                }),
                says(
                    "Whoever waits for one must be told another way. Ask the people who run the portal to look at the mail \
                      server; the command “postern doctor” says what it answers. The audit lists each letter.",
                ),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        Letter::SearchesMissed { misses, link } => letter(
            "Many searches found nobody",
            vec![
                says(format!(
                    "Somebody has searched for patients {misses} times in a row and found none whom they may see. Look at who it is, and \
                      whether they need help or should be stopped. The audit lists each search."
                )),
                says(
                    "You are told again after ten more. A search that finds somebody begins the count anew.",
                ),
                Part::Link("Open the account", link.clone()),
            ],
            Foot::Questions,
        ),
        other => unnamed(other),
    }
}

fn ended(request: RequestKind, ending: Ending, reason: &str) -> Content {
    let (subject, said) = match ending {
        Ending::Fulfilled => (
            "Your request is fulfilled",
            format!(
                "What you asked for with {} has come about otherwise. You need not do anything.",
                asked(request)
            ),
        ),
        _ => (
            "Your request expired",
            format!("Nobody could answer {}. Sign in to read what you can do next.", asked(request)),
        ),
    };
    let mut parts = vec![says(said)];
    if !reason.is_empty() {
        parts.push(Part::Quote(reason.to_owned()));
    }
    parts.push(to_sign_in());
    letter(subject, parts, Foot::NotYou("If you did not ask for this, tell the access team."))
}

const fn asked(request: RequestKind) -> &'static str {
    match request {
        RequestKind::PcpChange => "your request for a change of PCP",
        RequestKind::NonPcp => "your request for access",
        RequestKind::Registration => "your registration",
        RequestKind::Membership => "your membership of a further practice",
        RequestKind::PracticeSwitch => "your change of practice",
        RequestKind::Help => "your question",
        RequestKind::FactorReset => "the replacement of your second factor",
        RequestKind::SingleSignOn => "the link of your hospital sign-in to your account",
        RequestKind::Merge => "the merge of two records",
        RequestKind::EmergencyReview => "your emergency access",
        RequestKind::Enrolment => "your request for a family account",
        RequestKind::Message => "your message",
    }
}

const fn in_queue(request: RequestKind) -> &'static str {
    match request {
        RequestKind::PcpChange => "change of PCP",
        RequestKind::NonPcp => "access without being the PCP",
        RequestKind::Registration => "registration",
        RequestKind::Membership => "membership of a practice",
        RequestKind::PracticeSwitch => "change of practice",
        RequestKind::Help => "help",
        RequestKind::FactorReset => "lost second factor",
        RequestKind::SingleSignOn => "link of a hospital sign-in",
        RequestKind::Merge => "merge of two records",
        RequestKind::EmergencyReview => "review of an emergency access",
        RequestKind::Enrolment => "family account",
        RequestKind::Message => "message from a family",
    }
}
