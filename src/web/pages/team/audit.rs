//! The audit list.

use axum::body::Bytes;
use axum::extract::State;
use maud::Markup;
use serde::Deserialize;

use super::super::{form, place, read_place};
use crate::app::audit_read::{self, ON_PAGE, Read, Row, Wanted};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::{Instant, parse_date, plus_days};
use crate::views::layout::NavItem;
use crate::views::team::audit::{self as view, AuditFilter, AuditRow};
use crate::views::team::look_up::LookUpFault;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Days searched when none is given.
const DAYS: i64 = 30;

/// The fields of the filter.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::web) struct Fields {
    email: String,
    mrn: String,
    act: String,
    outcome: String,
    from: String,
    to: String,
    after: String,
}

/// `GET /team/audit`: the latest rows.
pub async fn audit(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    list(&site, &visitor, Fields::default()).await
}

/// `POST /team/audit`: the rows that the filter finds; a form, so that no address or MRN stands in a URL.
pub async fn audit_filtered(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Markup, PageError> {
    list(&site, &visitor, form(&body)?).await
}

async fn list(site: &Site, visitor: &Visitor, fields: Fields) -> Result<Markup, PageError> {
    let zone = site.app.hospital.cycles.zone();
    let now = visitor.circumstances.now;
    let today = zone.date(now);
    let day = |text: &str, otherwise| if text.trim().is_empty() { Some(otherwise) } else { parse_date(text) };
    let (from, to) = (day(&fields.from, plus_days(today, -DAYS)), day(&fields.to, today));
    let mut faults = Vec::new();
    if from.is_none() || to.is_none() {
        faults.push(LookUpFault::BadInstant);
    }
    let from = zone.start_of_day(from.unwrap_or(today));
    let to = zone.start_of_day(plus_days(to.unwrap_or(today), 1));
    let wanted = Wanted {
        email: fields.email.clone(),
        mrn: fields.mrn.clone(),
        act: Act::from_word(&fields.act),
        outcome: Outcome::from_word(&fields.outcome),
        from: Some(from),
        to: Some(to),
        before: read_place(&fields.after),
    };
    let mut rows = (Vec::new(), false);
    if faults.is_empty() {
        let context = visitor.circumstances.context();
        match audit_read::read(&site.app, visitor.session.account, &wanted, &context).await? {
            Read::Rows(found, more) => rows = (found, more),
            Read::UnknownAccount => faults.push(LookUpFault::UnknownAccount),
            Read::UnknownMrn => faults.push(LookUpFault::UnknownMrn),
            Read::BadMrn => faults.push(LookUpFault::BadMrn),
        }
    }
    let (rows, more) = rows;
    let last = rows.get(ON_PAGE - 1).or(rows.last()).map(|r| (r.link.entry.at, r.link.chain, r.link.seq));
    let model = view::Audit {
        filter: AuditFilter {
            email: fields.email,
            mrn: fields.mrn,
            act: wanted.act,
            outcome: wanted.outcome,
            from: fields.from,
            to: fields.to,
        },
        faults,
        rows: rows.into_iter().map(shown).collect(),
        range: (from, last_moment(to)),
        next: last.filter(|_| more).map(place),
    };
    Ok(view::page(&visitor.frame(site, NavItem::Audit), &model))
}

/// The last second of a range that ends before `to`.
fn last_moment(to: Instant) -> Instant {
    to.plus_seconds(-1)
}

fn shown(row: Row) -> AuditRow {
    let entry = row.link.entry;
    let (actor, actor_email) = row.actor.map_or((None, String::new()), |a| (Some(a.name), a.email));
    AuditRow {
        at: entry.at,
        actor,
        actor_email,
        act: entry.act,
        mrn: row.mrn,
        outcome: entry.outcome,
        basis: entry.basis,
        detail: plain(&entry.detail),
        network: entry.network,
    }
}

/// A row's detail without the marks of JSON: `section notes, shown 10`.
fn plain(detail: &str) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(detail) else {
        return detail.to_owned();
    };
    let said = fields.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{} {}", key.replace('_', " "), value.replace('_', " "))
    });
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_detail_is_shown_in_plain_words() {
        let detail = r#"{"by":"mrn","result":"not_authorized","act":null}"#;
        assert_eq!(super::plain(detail), "by mrn, result not authorized");
        assert_eq!(super::plain("{}"), "");
    }
}
