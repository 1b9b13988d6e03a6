//! Patterns in the audit.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use time::Date;

use super::super::{form, place, read_place};
use super::audit::{check, shown};
use super::look_ups::account_line;
use crate::app::audit_read::patterns::{self, Found, Many, Wanted};
use crate::domain::calendar::{iso_date, parse_date, plus_days};
use crate::domain::pattern::Pattern;
use crate::views::layout::NavItem;
use crate::views::team::patterns::{self as view, ManyRow, PatternFault, PatternFound, Patterns};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Days that are looked through when none is given.
const DAYS: i64 = 7;

/// The fields of the form.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    pattern: String,
    from: String,
    to: String,
    after: String,
}

/// `GET /team/audit/patterns`: the form, for the last days.
pub async fn form_page(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    let model = model(&site, &visitor, &Fields::default(), Vec::new(), None).await?;
    Ok(view::page(&visitor.frame(&site, NavItem::Audit), &model))
}

/// `POST /team/audit/patterns`: what was found.
pub async fn report(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let frame = visitor.frame(&site, NavItem::Audit);
    let wrong =
        |model: Patterns| (StatusCode::UNPROCESSABLE_ENTITY, view::page(&frame, &model)).into_response();
    let (Some((from, to)), Some(pattern)) =
        (days(&site, &visitor, &fields), Pattern::from_word(&fields.pattern))
    else {
        return Ok(wrong(model(&site, &visitor, &fields, vec![PatternFault::BadDay], None).await?));
    };
    let wanted = Wanted { pattern, from, to, before: read_place(&fields.after) };
    let context = visitor.circumstances.context();
    let found = match patterns::report(&site.app, visitor.session.account, &wanted, &context).await? {
        Found::TooLong => {
            return Ok(wrong(model(&site, &visitor, &fields, vec![PatternFault::TooLong], None).await?));
        }
        Found::Rows(page) => {
            let rows = page.rows.into_iter().map(shown).collect();
            PatternFound::Rows(rows, page.next.map(place), page.looked_to)
        }
        Found::Days(days) => PatternFound::Days(days.into_iter().map(many).collect()),
    };
    let model = model(&site, &visitor, &fields, Vec::new(), Some(found)).await?;
    Ok(view::page(&frame, &model).into_response())
}

/// First and last day; `None` where one is no day, or the last is before the first.
fn days(site: &Site, visitor: &Visitor, fields: &Fields) -> Option<(Date, Date)> {
    let today = site.app.hospital.cycles.zone().date(visitor.circumstances.now);
    let day = |text: &str, otherwise| if text.trim().is_empty() { Some(otherwise) } else { parse_date(text) };
    let to = day(&fields.to, today)?;
    let from = day(&fields.from, plus_days(to, -DAYS))?;
    (from <= to).then_some((from, to))
}

async fn model(
    site: &Site,
    visitor: &Visitor,
    fields: &Fields,
    faults: Vec<PatternFault>,
    found: Option<PatternFound>,
) -> Result<Patterns, PageError> {
    let today = site.app.hospital.cycles.zone().date(visitor.circumstances.now);
    let range = days(site, visitor, fields).unwrap_or((today, today));
    let typed = |text: &str, day: Date| if text.trim().is_empty() { iso_date(day) } else { text.to_owned() };
    let closes = site.app.hospital.closes;
    Ok(Patterns {
        pattern: Pattern::from_word(&fields.pattern).unwrap_or(Pattern::SameSurname),
        from: typed(&fields.from, range.0),
        to: typed(&fields.to, range.1),
        range,
        closes: format!("{:02}:{:02}", closes.hour(), closes.minute()),
        faults,
        found,
        check: check(site).await?,
    })
}

fn many(row: Many) -> ManyRow {
    ManyRow { day: row.day, who: account_line(row.who), refused: row.refused, missed: row.missed }
}
