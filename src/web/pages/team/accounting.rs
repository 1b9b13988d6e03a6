//! The accounting of disclosures.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::form;
use super::look_ups::patient_line;
use super::table;
use crate::app::accounting::{self, Accounted, Form, Line, Wanted};
use crate::domain::calendar::{Instant, parse_date, plus_days};
use crate::views::layout::NavItem;
use crate::views::team::LookUpFault;
use crate::views::team::accounting::{self as view, Accounting, AccountingAnswer, AccountingLine};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the form.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    mrn: String,
    form: String,
    from: String,
    to: String,
    after: String,
}

impl Fields {
    fn is_summary(&self) -> bool {
        Accounting::is_summary(&self.form)
    }

    /// What is to be accounted for; `None` where a day is none.
    fn wanted(&self, site: &Site) -> Option<Wanted> {
        let zone = site.app.hospital.cycles.zone();
        let day = |text: &str, days: i64| -> Option<Option<Instant>> {
            match text.trim() {
                "" => Some(None),
                text => parse_date(text).map(|day| Some(zone.start_of_day(plus_days(day, days)))),
            }
        };
        Some(Wanted {
            mrn: self.mrn.clone(),
            form: if self.is_summary() { Form::Summary } else { Form::Each },
            from: day(&self.from, 0)?,
            to: day(&self.to, 1)?,
            after: self.after.clone(),
        })
    }

    fn model(&self, faults: Vec<LookUpFault>, answer: Option<AccountingAnswer>) -> Accounting {
        let (mrn, from, to) = (self.mrn.clone(), self.from.clone(), self.to.clone());
        Accounting { mrn, from, to, is_summary: self.is_summary(), faults, answer }
    }
}

/// `GET /team/accounting`: the empty form.
pub async fn form_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::page(&visitor.frame(&site, NavItem::LookUps), &Accounting::default())
}

/// `POST /team/accounting`: a page of the accounting of an MRN; a form, so that no MRN stands in a URL.
pub async fn show(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let Some(wanted) = fields.wanted(&site) else {
        return Ok(wrong(&site, &visitor, &fields, LookUpFault::BadInstant));
    };
    let context = visitor.circumstances.context();
    match accounting::read(&site.app, visitor.session.account, &wanted, &context).await? {
        Accounted::Done(found) => {
            let model = fields.model(Vec::new(), Some(answer(*found)));
            Ok(view::page(&visitor.frame(&site, NavItem::LookUps), &model).into_response())
        }
        other => Ok(wrong(&site, &visitor, &fields, fault(&other))),
    }
}

/// `POST /team/accounting/export`: the whole accounting of an MRN, as a signed table.
pub async fn export(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let Some(wanted) = fields.wanted(&site) else {
        return Ok(wrong(&site, &visitor, &fields, LookUpFault::BadInstant));
    };
    let context = visitor.circumstances.context();
    match accounting::export(&site.app, visitor.session.account, &wanted, &context).await? {
        Accounted::Done(found) => {
            let frame = visitor.frame(&site, NavItem::LookUps);
            let made_with = found.made_with.clone();
            let text = view::csv(&frame, &answer(*found));
            table(&site, &visitor, (&frame, text, &made_with), "attachment; filename=\"disclosures.csv\"")
        }
        other => Ok(wrong(&site, &visitor, &fields, fault(&other))),
    }
}

fn fault(accounted: &Accounted) -> LookUpFault {
    match accounted {
        Accounted::BadMrn => LookUpFault::BadMrn,
        Accounted::TooMany => LookUpFault::TooMany,
        Accounted::UnknownMrn | Accounted::Done(_) => LookUpFault::UnknownMrn,
    }
}

fn wrong(site: &Site, visitor: &Visitor, fields: &Fields, fault: LookUpFault) -> Response {
    let page = view::page(&visitor.frame(site, NavItem::LookUps), &fields.model(vec![fault], None));
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn answer(found: accounting::Accounting) -> AccountingAnswer {
    let (from, to) = found.range;
    AccountingAnswer {
        patient: patient_line(found.card),
        lines: found.lines.into_iter().map(line).collect(),
        range: (from, to.plus_seconds(-1)),
        next: found.next,
    }
}

fn line(line: Line) -> AccountingLine {
    AccountingLine {
        first: line.first,
        last: line.last,
        count: line.count,
        name: line.name,
        practice: line.practice,
        address: line.address,
        exported: line.exported,
        section: line.section,
        bases: line.bases,
    }
}
