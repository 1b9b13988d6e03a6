//! One letter of each kind with made-up content, and those kinds that read in several ways in each: for tests and the curious.

use time::Date;

use crate::domain::calendar::Instant;
use crate::domain::letter::{FactorChange, Letter, Place};
use crate::domain::request::RequestKind;

/// 2026-11-24, 14:05 in New York.
const AT: Instant = Instant::from_micros(1_795_547_100_000_000);

/// Letters of every kind.
pub fn samples() -> Vec<Letter> {
    let link = |path: &str| Place(format!("{path}/kU3vQ0m8cZ1dS5wY7xR2bN4tJ6hG9fL0aE8iO1pT3uM"));
    let due = Date::from_calendar_date(2026, time::Month::November, 30).unwrap_or(Date::MIN);
    let mut all = vec![
        Letter::RegistrationLink { link: link("/register/confirm") },
        Letter::AddressKnown,
        Letter::RegistrationReceived { link: link("/register/status"), due },
        Letter::RegistrationApproved,
        Letter::RegistrationDeclined {
            reason: "The practice does not know you.\nPlease call us.".to_owned(),
        },
        Letter::PasswordReset { link: link("/reset") },
        Letter::PasswordChanged { at: AT },
        Letter::EmailChangeLink { link: link("/account/email/confirm") },
        Letter::EmailChanged { at: AT },
        Letter::NewDevice {
            device: "Firefox on Windows".to_owned(),
            network: "198.51.100.24".to_owned(),
            at: AT,
        },
        Letter::SetUpLink { link: link("/set-up") },
        Letter::AccountClosed { at: AT },
        Letter::HelpReceived { link: link("/help/status"), due },
        Letter::HelpAnswered { link: link("/help/status") },
        Letter::MemberJoined {
            provider: "Dr. Ngozi Okafor".to_owned(),
            practice: "Elm Street Pediatrics".to_owned(),
        },
        Letter::MailStuck { count: 1 },
        Letter::MailStuck { count: 12 },
    ];
    all.extend(FactorChange::ALL.iter().map(|change| Letter::FactorChanged { change: *change, at: AT }));
    for request in RequestKind::ALL.iter().copied() {
        all.push(Letter::QueueItem { request, due });
        all.push(Letter::RequestDecided { request, approved: true, reason: String::new() });
        let reason = "The form names another practice.".to_owned();
        all.push(Letter::RequestDecided { request, approved: false, reason });
    }
    all
}
