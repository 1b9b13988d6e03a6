//! The audit explorer.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::{form, place, read_place};
use super::table;
use crate::app::audit_read::{self, Check, Page, Read, Row, Wanted};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::{Instant, parse_date, plus_days};
use crate::views::layout::NavItem;
use crate::views::team::audit::{self as view, AuditCheck, AuditFilter, AuditRow};
use crate::views::team::look_up::LookUpFault;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Days searched when none is given.
const DAYS: i64 = 30;

/// The fields of the filter.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    email: String,
    mrn: String,
    practice: String,
    act: String,
    outcome: String,
    from: String,
    to: String,
    after: String,
}

/// `GET /team/audit`: the latest rows.
pub async fn audit(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    list(&site, &visitor, &Fields::default()).await
}

/// `POST /team/audit`: the rows that the filter finds; a form, so that no address or MRN stands in a URL.
pub async fn audit_filtered(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Markup, PageError> {
    list(&site, &visitor, &form(&body)?).await
}

/// `POST /team/audit/export`: the rows that the filter finds, as a signed table; none of them when they are too many.
pub async fn export(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let ((from, to), faults) = range(&site, &visitor, &fields);
    if !faults.is_empty() {
        let page = page(&site, &visitor, &fields, (from, to), (Page::default(), faults)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let wanted = wanted(&fields, (from, to));
    let context = visitor.circumstances.context();
    let found = audit_read::export(&site.app, visitor.session.account, &wanted, &context).await?;
    let fault = match found {
        Read::Page(found) => {
            let rows: Vec<AuditRow> = found.rows.into_iter().map(shown).collect();
            let frame = visitor.frame(&site, NavItem::Audit);
            let text = view::csv(&frame, &rows);
            return table(
                &site,
                &visitor,
                (&frame, text, &found.made_with),
                "attachment; filename=\"audit.csv\"",
            );
        }
        other => fault(&other),
    };
    let page = page(&site, &visitor, &fields, (from, to), (Page::default(), vec![fault])).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn list(site: &Site, visitor: &Visitor, fields: &Fields) -> Result<Markup, PageError> {
    let (range, mut faults) = range(site, visitor, fields);
    let mut found = Page::default();
    if faults.is_empty() {
        let context = visitor.circumstances.context();
        let wanted = wanted(fields, range);
        match audit_read::read(&site.app, visitor.session.account, &wanted, &context).await? {
            Read::Page(page) => found = page,
            other => faults.push(fault(&other)),
        }
    }
    page(site, visitor, fields, range, (found, faults)).await
}

fn fault(read: &Read) -> LookUpFault {
    match read {
        Read::UnknownAccount => LookUpFault::UnknownAccount,
        Read::UnknownMrn => LookUpFault::UnknownMrn,
        Read::BadMrn => LookUpFault::BadMrn,
        Read::UnknownPractice => LookUpFault::UnknownPractice,
        Read::TooMany | Read::Page(_) => LookUpFault::TooMany,
    }
}

/// The instants of the days that were typed, and what is wrong with them.
fn range(site: &Site, visitor: &Visitor, fields: &Fields) -> ((Instant, Instant), Vec<LookUpFault>) {
    let zone = site.app.hospital.cycles.zone();
    let today = zone.date(visitor.circumstances.now);
    let day = |text: &str, otherwise| if text.trim().is_empty() { Some(otherwise) } else { parse_date(text) };
    let (from, to) = (day(&fields.from, plus_days(today, -DAYS)), day(&fields.to, today));
    let is_bad = from.is_none() || to.is_none();
    let from = zone.start_of_day(from.unwrap_or(today));
    let to = zone.start_of_day(plus_days(to.unwrap_or(today), 1));
    ((from, to), if is_bad { vec![LookUpFault::BadInstant] } else { Vec::new() })
}

fn wanted(fields: &Fields, (from, to): (Instant, Instant)) -> Wanted {
    Wanted {
        email: fields.email.clone(),
        mrn: fields.mrn.clone(),
        practice: fields.practice.clone(),
        act: Act::from_word(&fields.act),
        outcome: Outcome::from_word(&fields.outcome),
        from: Some(from),
        to: Some(to),
        before: read_place(&fields.after),
    }
}

/// The latest verification of the audit.
pub(super) async fn check(site: &Site) -> Result<Option<AuditCheck>, PageError> {
    let check = audit_read::last_check(&site.app).await?;
    Ok(check.map(|Check { at, chains, rows, faults }| AuditCheck { at, chains, rows, faults }))
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    fields: &Fields,
    (from, to): (Instant, Instant),
    (found, faults): (Page, Vec<LookUpFault>),
) -> Result<Markup, PageError> {
    let model = view::Audit {
        filter: AuditFilter {
            email: fields.email.clone(),
            mrn: fields.mrn.clone(),
            practice: fields.practice.clone(),
            act: Act::from_word(&fields.act),
            outcome: Outcome::from_word(&fields.outcome),
            from: fields.from.clone(),
            to: fields.to.clone(),
        },
        faults,
        rows: found.rows.into_iter().map(shown).collect(),
        range: (from, last_moment(to)),
        next: found.next.map(place),
        looked_to: found.looked_to,
        check: check(site).await?,
    };
    Ok(view::page(&visitor.frame(site, NavItem::Audit), &model))
}

/// The last second of a range that ends before `to`.
fn last_moment(to: Instant) -> Instant {
    to.plus_seconds(-1)
}

/// A row as the page shows it.
pub(super) fn shown(row: Row) -> AuditRow {
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
