//! What `postern access` says to a person: the answer, its reasons, their dates, and the next step.

use std::fmt::Write;

use crate::app::look_ups::{Answer, Decided, MayBeSeen, MaySee, Unknown};
use crate::domain::access::explain::Reason;
use crate::domain::access::{Basis, Refusal};
use crate::domain::calendar::{Instant, Interval, Zone, iso_date};

/// The answer to "why can or can't".
pub(super) fn explained(answer: &Answer, zone: Zone) -> String {
    let Answer { account, mrn, at, outcome } = answer;
    let when = moment(*at, zone);
    match outcome {
        Err(unknown) => format!("No. {}\n", unknown_words(*unknown, account, mrn)),
        Ok(decided) => {
            let Decided { decision, explanation, .. } = decided.as_ref();
            let mut text = String::new();
            match &explanation.objection {
                None => {
                    put(
                        &mut text,
                        format_args!("Yes. {account} may see the chart of MRN {mrn} at {when}:\n"),
                    );
                }
                Some(objection) => {
                    put(
                        &mut text,
                        format_args!("No. {account} may not see the chart of MRN {mrn} at {when}:\n"),
                    );
                    let since = objection.since.filter(|since| *since != Instant::EVER);
                    let since =
                        since.map_or_else(String::new, |since| format!(" since {}", moment(since, zone)));
                    let (why, next) = refusal(objection.refusal);
                    put(&mut text, format_args!("  {} – {why}{since}. {next}\n", objection.refusal));
                    if decision.standing_permits().next().is_some() {
                        text.push_str("Apart from that, it would be permitted:\n");
                    }
                }
            }
            for reason in &explanation.reasons {
                let why = basis(reason, decided);
                put(&mut text, format_args!("  {} – {why}, {}\n", reason.basis, span(reason.span, zone)));
            }
            text
        }
    }
}

/// The patients that an account may see.
pub(super) fn listed(answer: &MayBeSeen, zone: Zone) -> String {
    let MayBeSeen { account, at, mrns, refusal } = answer;
    if let Some(unknown) = refusal {
        return format!("{}\n", unknown_words(*unknown, account, ""));
    }
    let (when, count) = (moment(*at, zone), mrns.len());
    let patients = if count == 1 { "patient" } else { "patients" };
    let mut text = format!("{account} may see {count} {patients} at {when}.\n");
    for mrn in mrns {
        put(&mut text, format_args!("  {mrn}\n"));
    }
    text
}

/// The accounts that may see a patient.
pub(super) fn who(answer: &MaySee, zone: Zone) -> String {
    let MaySee { mrn, at, accounts, refusal } = answer;
    if let Some(unknown) = refusal {
        return format!("{}\n", unknown_words(*unknown, "", mrn));
    }
    let (when, count) = (moment(*at, zone), accounts.len());
    let who = if count == 1 { "account" } else { "accounts" };
    let mut text = format!("{count} {who} may see the chart of MRN {mrn} at {when}.\n");
    for one in accounts {
        let bases: Vec<&str> = one.bases.iter().map(|basis| basis.word()).collect();
        put(&mut text, format_args!("  {:<40} {}\n", one.account, bases.join(", ")));
    }
    text
}

/// Writing into a `String` cannot fail.
fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(words);
}

fn moment(t: Instant, zone: Zone) -> String {
    let local = zone.local(t);
    format!("{} {:02}:{:02} {}", iso_date(local.date), local.hour, local.minute, local.zone)
}

fn span(span: Interval, zone: Zone) -> String {
    let from = match span.start() {
        Instant::EVER => "since ever".to_owned(),
        start => format!("from {}", moment(start, zone)),
    };
    match span.end() {
        None => format!("{from}, without end"),
        Some(end) => format!("{from} until {}", moment(end, zone)),
    }
}

fn unknown_words(unknown: Unknown, account: &str, mrn: &str) -> String {
    match unknown {
        Unknown::UnknownAccount => {
            format!("unknown_account – no account has the address `{account}`. Check its spelling.")
        }
        Unknown::UnknownPatient => {
            format!(
                "unknown_patient – no patient has the MRN `{mrn}`. Check its digits, leading zeros included."
            )
        }
    }
}

/// Why a refusal refuses, and what can be done.
fn refusal(refusal: Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::AccountInactive => {
            ("the account is not active", "The access team can say why, and enable it.")
        }
        Refusal::ValidationOverdue => (
            "the account is a sponsor whose validation of sponsored users is overdue",
            "Completing the review unlocks it at once.",
        ),
        Refusal::NoSponsorship => {
            ("the sponsored user has no live sponsorship", "A provider of the practice can sponsor the user.")
        }
        Refusal::SponsorLocked => (
            "every sponsor of the user is overdue with the validation",
            "A sponsor who completes the review unlocks the user at once.",
        ),
        Refusal::PatientRestricted => {
            ("a restriction of the patient forbids it", "Only the access team can lift it.")
        }
        Refusal::PatientDeceased => {
            ("the patient died, and the chart is closed", "The access team can release records.")
        }
        Refusal::NoBasis => (
            "nothing permits it: no listing as PCP, care-team seat, token or grant holds",
            "The account can ask for access on the patient's not-authorized page.",
        ),
    }
}

/// What the fact behind a basis is.
fn basis(reason: &Reason, decided: &Decided) -> String {
    let provider = reason.provider.and_then(|id| decided.providers.get(&id));
    let practice = reason.practice.and_then(|id| decided.practices.get(&id));
    let whom = match (provider, practice) {
        (Some(provider), Some(practice)) => format!("{provider} at {practice}"),
        (Some(name), None) | (None, Some(name)) => name.clone(),
        (None, None) => "them".to_owned(),
    };
    match reason.basis {
        Basis::Pcp => format!("the patient is listed with {whom} as PCP"),
        Basis::PracticePcp => format!("a partner or the practice is listed as PCP: {whom}"),
        Basis::SponsorPcp => format!("the sponsor is listed as PCP: {whom}"),
        Basis::SponsorPracticePcp => {
            format!("the sponsor's practice or a member of it is listed as PCP: {whom}")
        }
        Basis::CareTeam => format!("a seat on the care team: {whom}"),
        Basis::Token => match practice {
            Some(practice) => format!("a patient token that the account redeemed at {practice}"),
            None => "a patient token that the account redeemed".to_owned(),
        },
        Basis::Grant => "a grant to the account".to_owned(),
        Basis::Emergency => "emergency access".to_owned(),
    }
}
