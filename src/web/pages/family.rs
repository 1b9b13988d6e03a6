//! The family's home: who opened the chart.

use axum::extract::{Query, State};
use maud::Markup;
use serde::Deserialize;

use super::{place, read_place};
use crate::app::disclosures;
use crate::domain::ids::PatientId;
use crate::views::family::{self as view, DisclosureRow, FamilyPatient};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Whose ledger, and where it goes on.
#[derive(Deserialize)]
pub struct Wanted {
    patient: Option<String>,
    after: Option<String>,
}

/// `GET /family/disclosures`: who opened the chart.
pub async fn disclosures(
    State(site): State<Site>,
    visitor: Visitor,
    Query(query): Query<Wanted>,
) -> Result<Markup, PageError> {
    let wanted: Option<PatientId> = query.patient.as_deref().and_then(|id| id.parse().ok());
    let after = query.after.as_deref().and_then(read_place);
    let context = visitor.circumstances.context();
    let read = disclosures::read(&site.app, &visitor.facts, wanted, after, &context).await?;
    let row = |d: disclosures::Disclosure| DisclosureRow {
        at: d.at,
        name: d.name,
        practice: d.practice,
        sections: d.section.into_iter().collect(),
        bases: d.bases,
    };
    let model = view::Disclosures {
        patients: read.patients.into_iter().map(|(id, name)| FamilyPatient { id, name }).collect(),
        current: read.current,
        rows: read.rows.into_iter().map(row).collect(),
        next: read.next.map(place),
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Disclosures), &model))
}
