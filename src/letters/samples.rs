//! One letter of each kind with made-up content, and those kinds that read in several ways in each: for tests and the curious.

use time::Date;

use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, new_uuid};
use crate::domain::letter::{FactorChange, Letter, NewDue, Place, ReviewCall};
use crate::domain::request::{Ending, RequestKind};

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
        Letter::SomethingNew,
        Letter::HelpReceived { link: link("/help/status"), due },
        Letter::HelpAnswered { link: link("/help/status") },
        Letter::MemberJoined {
            provider: "Dr. Ngozi Okafor".to_owned(),
            practice: "Elm Street Pediatrics".to_owned(),
        },
        Letter::TokenTried {
            issued: AT,
            link: Place("/team/tokens/01975e1a-0000-7000-8000-0000007c2101".to_owned()),
        },
        Letter::EmergencyTaken {
            until: AT.plus_seconds(4 * 3600),
            review_by: AT.plus_seconds(72 * 3600),
            link: Place("/team/requests/01975e1a-0000-7000-8000-0000007c2104".to_owned()),
        },
        Letter::RequestEnded {
            request: RequestKind::PcpChange,
            ending: Ending::Fulfilled,
            reason: String::new(),
        },
        Letter::RequestEnded { request: RequestKind::NonPcp, ending: Ending::Expired, reason: String::new() },
        Letter::MailStuck { count: 1 },
        Letter::MailStuck { count: 12 },
        Letter::Invitation {
            sponsor: "Dr. Ngozi Okafor".to_owned(),
            practice: "Elm Street Pediatrics".to_owned(),
            link: link("/invitation"),
        },
        Letter::InvitationAsked { name: "Sam Lee".to_owned() },
        Letter::StaffRegistered { name: "Sam Lee".to_owned(), practice: "Elm Street Pediatrics".to_owned() },
        Letter::StaffAttested {
            name: "Sam Lee".to_owned(),
            sponsor: "Dr. Ngozi Okafor".to_owned(),
            practice: "Elm Street Pediatrics".to_owned(),
        },
        Letter::StaffReplaced { name: "Sam Lee".to_owned(), practice: "Elm Street Pediatrics".to_owned() },
        Letter::StaffAsked { name: "Sam Lee".to_owned(), practice: "Elm Street Pediatrics".to_owned() },
        Letter::SearchesMissed { misses: 10, link: link("/team/accounts/018f3c") },
        Letter::ReviewNudged { name: "Sam Lee".to_owned() },
        Letter::FamilyAsked,
        Letter::FamilyReminded { until: due },
        Letter::FamilyChanged,
        Letter::FamilyAnswered { approved: true },
        Letter::FamilyAnswered { approved: false },
        Letter::FamilyRenewed,
        Letter::EnrolmentDecided { approved: true },
        Letter::EnrolmentDecided { approved: false },
        Letter::MessageAnswered,
        Letter::RequestLapsed { again: Some(due) },
        Letter::RequestLapsed { again: None },
    ];
    all.extend(FactorChange::ALL.iter().map(|change| Letter::FactorChanged { change: *change, at: AT }));
    add_reviews(&mut all);
    for request in RequestKind::ALL.iter().copied() {
        all.push(Letter::QueueItem { request, due });
        all.push(Letter::RequestDecided { request, approved: true, reason: String::new() });
        let reason =
            if request.is_about_access() { "" } else { "The form names another practice." }.to_owned();
        all.push(Letter::RequestDecided { request, approved: false, reason });
    }
    all
}

/// The letters of a review: in time, late, to one person or to nobody, to a sponsor who is locked already, and of a moved date.
fn add_reviews(all: &mut Vec<Letter>) {
    let at = |text: &str| text.parse().unwrap_or(AT);
    let call = ReviewCall {
        cycle: Date::from_calendar_date(2026, time::Month::April, 1).unwrap_or(Date::MIN),
        sponsor: AccountId(new_uuid(AT, [1; 10])),
        at: at("2026-04-01T04:00:00Z"),
        due: at("2026-05-01T04:00:00Z"),
        people: 4,
        locked: false,
        late: false,
    };
    let later = |text: &str| ReviewCall { at: at(text), ..call.clone() };
    let overdue = ReviewCall { locked: true, late: true, people: 1, ..later("2026-05-02T09:00:00Z") };
    let moved = NewDue {
        cycle: call.cycle,
        sponsor: call.sponsor,
        at: at("2026-04-20T13:00:00Z"),
        due: at("2026-05-16T04:00:00Z"),
        older: None,
    };
    let autumn = Date::from_calendar_date(2025, time::Month::October, 1).unwrap_or(Date::MIN);
    let older = Some((autumn, at("2025-10-31T04:00:00Z")));
    all.extend([
        Letter::ReviewExtended(moved.clone()),
        Letter::ReviewExtended(NewDue { older, ..moved }),
        Letter::ReviewOpened(call.clone()),
        Letter::ReviewOpened(ReviewCall { late: true, people: 1, ..later("2026-04-03T12:00:00Z") }),
        Letter::ReviewOpened(overdue.clone()),
        Letter::ReviewDue(later("2026-04-15T04:00:00Z")),
        Letter::ReviewDue(ReviewCall { late: true, ..later("2026-04-29T12:00:00Z") }),
        Letter::ReviewDue(ReviewCall { people: 1, ..later("2026-04-30T04:00:00Z") }),
        Letter::ReviewDue(overdue.clone()),
        Letter::ReviewLocked { call: ReviewCall { late: false, ..overdue.clone() }, staff: 3 },
        Letter::ReviewLocked { call: ReviewCall { people: 0, ..overdue }, staff: 0 },
    ]);
}
