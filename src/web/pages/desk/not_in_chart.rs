//! Who was confirmed as PCP and is not in the hospital's chart yet.

use axum::extract::{Query, State};
use maud::Markup;
use serde::Deserialize;

use super::super::{cursor, read_cursor};
use super::member;
use crate::app::desk::not_in_chart::{self, Standing};
use crate::domain::calendar::Instant;
use crate::domain::queue::handles;
use crate::views::desk::not_in_chart::{self as view, Entry, NotInChart};
use crate::views::desk::patient::Current;
use crate::views::layout::{Frame, NavItem};
use crate::views::parts;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Which page of the list.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    after: String,
}

/// `GET /team/requests/not-in-chart`: those that wait, the oldest first.
pub async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Markup, PageError> {
    let after = read_cursor(&which.after);
    let found = not_in_chart::list(&site.app, &member(&visitor), after).await?;
    let frame = visitor.frame(&site, NavItem::Queue);
    let entries = found.entries.into_iter().map(|entry| Entry {
        request: entry.request,
        patient: parts::name(&entry.patient.0, &entry.patient.1),
        mrn: entry.mrn,
        whom: entry.whom,
        made_at: entry.made_at,
        standing: shown(&frame, entry.standing),
        ended: entry.ended,
    });
    let model = NotInChart {
        entries: entries.collect(),
        is_later: after.is_some(),
        next: found.next.map(|(at, id)| cursor(at, id)),
        handles: handles(&visitor.session.roles),
    };
    Ok(view::page(&frame, &model))
}

/// Where one stands, as its page says it.
pub(super) fn shown(frame: &Frame, standing: Standing) -> view::Standing {
    let current = |held: not_in_chart::Held| {
        let start = held.span.start();
        let since = (start != Instant::EVER).then(|| frame.zone.date(start));
        Current { id: held.id, who: held.whom, since, source: "feed" }
    };
    match standing {
        Standing::Conflict(since) => view::Standing::Conflict(since.into_iter().map(current).collect()),
        Standing::Listed => view::Standing::Listed,
        Standing::Over(at) => view::Standing::Over(at),
        Standing::ByHand => view::Standing::ByHand,
        Standing::Refused(at) => view::Standing::Refused(at),
        Standing::Down(at) => view::Standing::Down(at),
        Standing::Next => view::Standing::Next,
    }
}
