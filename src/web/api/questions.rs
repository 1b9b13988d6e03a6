//! Why an account may or may not open a chart, and who has opened one. Each question is recorded before it is answered.

use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use super::{Answer, Client, Json};
use crate::app::api::disclosed;
use crate::app::disclosures::Disclosure;
use crate::app::look_ups::{self, Asker};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::views::words::api as w;
use crate::web::pages::{place, read_place};

/// Whether an account may open a chart.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    account: String,
    mrn: String,
    at: Option<Instant>,
}

/// `POST /api/v1/decisions`: what `postern access explain --json` says.
pub async fn decision(client: Client, body: Json<Decision>) -> Result<Answer, Problem> {
    let Decision { account, mrn, at } = body.said;
    let asker = Asker { account: None, context: client.context.clone() };
    let at = at.unwrap_or(client.context.now);
    let answer = look_ups::explain(&client.app, &account, &mrn, at, &asker).await?;
    Ok(Answer(json!(answer.said())))
}

/// Whose chart, and after which row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    mrn: String,
    after: Option<String>,
}

/// `POST /api/v1/disclosures`: who opened the chart of a patient, newest first.
pub async fn disclosures(client: Client, body: Json<Ledger>) -> Result<Answer, Problem> {
    let bad = || Problem::of(w::BAD_QUERY);
    let after = body.said.after.map(|after| read_place(&after).ok_or_else(bad)).transpose()?;
    let read = disclosed::read(&client.app, &body.said.mrn, after, &client.context).await?;
    let read = read.ok_or_else(|| Problem::of(w::UNKNOWN_PATIENT))?;
    let rows: Vec<Value> = read.rows.iter().map(row).collect();
    Ok(Answer(json!({ "openings": rows, "next": read.next.map(place) })))
}

fn row(row: &Disclosure) -> Value {
    json!({
        "at": row.at,
        "name": row.name,
        "practice": row.practice,
        "section": row.section.map(Section::word),
        "bases": row.bases,
    })
}
