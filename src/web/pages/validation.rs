//! The campaign of the validation: the list, whom to call, the export, one sponsor, the rehearsal.

mod sponsor;

pub use sponsor::{extend, extend_page, page as sponsor};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use time::Date;

use super::form;
use crate::app::look_ups::Asker;
use crate::app::validation::campaign::{self, Wanted};
use crate::app::validation::rehearse;
use crate::domain::calendar::{iso_date, parse_date};
use crate::domain::campaign::State as Stage;
use crate::domain::rehearsal::Problem;
use crate::views::campaign::list::{self as view, Row};
use crate::views::campaign::rehearsal as rehearsal_view;
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Which page of the campaign.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    cycle: String,
    state: String,
    after: String,
}

impl Which {
    /// A cycle that was named must be one; a state or a place that is none is left out.
    fn wanted(&self) -> Result<Wanted, PageError> {
        let cycle = match self.cycle.as_str() {
            "" => None,
            named => Some(parse_date(named).ok_or(PageError::NotFound)?),
        };
        let offset = self.after.parse::<u32>().unwrap_or(0);
        Ok(Wanted {
            cycle,
            state: Stage::from_word(&self.state),
            offset: usize::try_from(offset).unwrap_or(0),
            undone_only: false,
        })
    }
}

fn asker(visitor: &Visitor) -> Asker {
    Asker { account: Some(visitor.session.account), context: visitor.circumstances.context() }
}

fn shown(row: campaign::Row) -> Row {
    Row {
        id: row.sponsor.sponsor,
        name: row.sponsor.name,
        email: row.sponsor.email,
        is_bounced: row.sponsor.bounced_at.is_some(),
        practices: row.practices,
        listed: row.sponsor.listed,
        patients: row.sponsor.patients,
        standing: row.standing,
        last_sign_in: row.sponsor.last_sign_in,
    }
}

fn past(past: &campaign::Past) -> view::Past {
    let campaign::Past { cycle, sponsors, listed, reviewed, locked } = *past;
    view::Past { cycle, sponsors, listed, reviewed, locked }
}

/// `GET /team/validation`: a page of the campaign.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Markup, PageError> {
    let wanted = which.wanted()?;
    let found = campaign::page(&site.app, &asker(&visitor), &wanted).await?;
    if found.campaign.is_none() && wanted.cycle.is_some() {
        return Err(PageError::NotFound);
    }
    let cycle = found.campaign.map(|of| view::Cycle {
        opening: of.cycle.opening,
        due: of.cycle.due,
        is_over: of.is_over,
        counts: of.counts.into_iter().map(|(state, n)| (state, n.sponsors, n.staff, n.patients)).collect(),
        state: wanted.state,
        rows: of.rows.into_iter().map(shown).collect(),
        next: of.next,
        history: of.history.iter().map(past).collect(),
        missing: of.missing,
    });
    let model = view::Campaign { coming: found.coming, cycle };
    Ok(view::page(&visitor.frame(&site, NavItem::Validation), &model))
}

/// `GET /team/validation/phones`: whom to call.
pub async fn phones(
    State(site): State<Site>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Markup, PageError> {
    let wanted = Wanted { undone_only: true, state: None, ..which.wanted()? };
    let found = campaign::page(&site.app, &asker(&visitor), &wanted).await?;
    let of = found.campaign.ok_or(PageError::NotFound)?;
    let rows: Vec<Row> = of.rows.into_iter().map(shown).collect();
    Ok(view::phones_page(&visitor.frame(&site, NavItem::Validation), of.cycle.opening, &rows, of.next))
}

/// `GET /team/validation/export`: asks which rows.
pub async fn export_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    let opened = site.app.hospital.cycles.opened_by(visitor.circumstances.now);
    let cycles: Vec<Date> = opened.take(6).map(|cycle| cycle.opening).collect();
    view::export_page(&visitor.frame(&site, NavItem::Validation), &cycles)
}

/// `POST /team/validation/export`: the table.
pub async fn export(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let which: Which = form(&body)?;
    let rows = campaign::export(&site.app, &asker(&visitor), &which.wanted()?).await?;
    let rows: Vec<Row> = rows.into_iter().map(shown).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"validation.csv\""),
    ];
    Ok((headers, view::csv(&visitor.frame(&site, NavItem::Validation), &rows)).into_response())
}

/// The days to rehearse.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Days {
    from: String,
    to: String,
}

/// `GET /team/validation/rehearsal`: the calendar, played.
pub async fn rehearsal(
    State(site): State<Site>,
    visitor: Visitor,
    Query(mut days): Query<Days>,
) -> Result<Response, PageError> {
    let (from, to) = rehearse::usual(&site.app, visitor.circumstances.now);
    if days.from.is_empty() && days.to.is_empty() {
        days = Days { from: iso_date(from), to: iso_date(to) };
    }
    let outcome = match (parse_date(&days.from), parse_date(&days.to)) {
        (Some(from), Some(to)) => rehearse::rehearse(&site.app, &asker(&visitor), from, to).await?,
        _ => Err(Problem::NoSuchDate),
    };
    let status = if outcome.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame(&site, NavItem::Validation);
    let page = rehearsal_view::page(&frame, [&days.from, &days.to], outcome.as_ref().map_err(|p| *p));
    Ok((status, page).into_response())
}
