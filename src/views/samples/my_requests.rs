//! Samples of My requests.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::ids::RequestId;
use crate::domain::people::AccountKind;
use crate::domain::queue::{Due, Step};
use crate::domain::request::{Ending, Route};
use crate::domain::verification::DeclineClass;
use crate::views::request::Wish;
use crate::views::request::mine::{self, Done, Line, NotSent, One, Row, State};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let waiting = |route| State::Waiting(route, Some((date!(2026 - 11 - 25), Due::In(2))));
    let row = |n: u128, wish, typed: &str, state| Row {
        id: RequestId(id(0x7E_3000 + n)),
        wish,
        typed: typed.to_owned(),
        practice: if wish == Wish::PcpChange { "Elm Street Pediatrics".into() } else { String::new() },
        filed: days_ago(3),
        state,
        expires: None,
        is_joined: false,
    };
    let pcp = || row(1, Wish::PcpChange, "Rivera, Mateo", waiting(Route::Team));
    let expires = Some(date!(2026 - 12 - 20));
    let family = || Row { expires, ..row(2, Wish::NonPcp, "MRN 0462 0087", waiting(Route::Family)) };
    let ended = |n, wish, ending| row(n, wish, "Osei, Ama", State::Ended(ending, days_ago(1)));
    let rows = [
        pcp(),
        family(),
        Row { is_joined: true, ..row(3, Wish::PcpChange, "Okafor, Chidi", waiting(Route::Team)) },
        ended(4, Wish::NonPcp, Ending::Declined),
        ended(5, Wish::PcpChange, Ending::Approved),
        ended(6, Wish::NonPcp, Ending::Withdrawn),
    ];
    let mut list = |name, rows: &[Row], done| {
        all.push(Sample { name, markup: mine::list_page(&frame, rows, done) });
    };
    list("my-requests", &rows, None);
    list("my-requests-empty", &[], None);
    list("my-requests-left", &rows, Some(Done::Left));
    list("my-requests-handed-over", &rows, Some(Done::HandedOver));
    let line = |days, step, is_own| Line { at: days_ago(days), step, is_own };
    let one = |row| One {
        row,
        reason: "Well-child visit on 12-Nov-2026; the family moved to our practice.".into(),
        flagged: false,
        class: None,
        said: String::new(),
        again_from: None,
        lines: vec![line(3, Step::Filed, true), line(2, Step::Joined, false), line(1, Step::Call, false)],
    };
    let declined = One {
        class: Some(DeclineClass::FamilyRefused),
        said: "Please speak with the family at the next visit.".into(),
        again_from: Some(date!(2026 - 12 - 23)),
        ..one(ended(4, Wish::NonPcp, Ending::Declined))
    };
    let overdue = State::Waiting(Route::Team, Some((date!(2026 - 11 - 20), Due::Overdue(1))));
    for (name, model, done) in [
        ("my-request", one(pcp()), None),
        ("my-request-overdue", one(Row { state: overdue, ..pcp() }), None),
        ("my-request-flagged", One { flagged: true, ..one(pcp()) }, None),
        ("my-request-joined", one(Row { is_joined: true, ..pcp() }), None),
        ("my-request-with-family", one(family()), None),
        ("my-request-by-phone", one(row(7, Wish::NonPcp, "Osei, Ama", waiting(Route::Phone))), None),
        ("my-request-approved", one(ended(5, Wish::PcpChange, Ending::Approved)), None),
        ("my-request-fulfilled", one(ended(5, Wish::PcpChange, Ending::Fulfilled)), None),
        ("my-request-declined", declined, None),
        ("my-request-expired", one(ended(8, Wish::PcpChange, Ending::Expired)), None),
        ("my-request-withdrawn", one(ended(6, Wish::PcpChange, Ending::Withdrawn)), Some(Done::Withdrawn)),
        ("my-request-too-late", one(ended(6, Wish::NonPcp, Ending::Approved)), Some(Done::TooLate)),
    ] {
        all.push(Sample { name, markup: mine::page(&frame, &model, done) });
    }
    let blocked = mine::not_sent_page(&frame, NotSent::Blocked);
    all.push(Sample { name: "request-blocked", markup: blocked });
    let deceased = mine::not_sent_page(&frame, NotSent::Deceased);
    all.push(Sample { name: "request-deceased", markup: deceased });
    let day = frame.zone.date(NOW);
    all.push(Sample { name: "request-too-soon", markup: mine::not_sent_page(&frame, NotSent::TooSoon(day)) });
}
