//! Patient tokens: issued on behalf of the access team, and those of the hospital taken back.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use serde_json::json;

use super::problem::Problem;
use super::{Answer, Client, Json, Site, once};
use crate::app::tokens::{ByClient, ClientRevoked, issue_by_client, revoke_by_client};
use crate::domain::ids::FactId;
use crate::views::words::api as w;

/// The token to issue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    mrn: String,
    issued_for: String,
}

/// `POST /api/v1/tokens`: issues one; its secret is in this answer, and in the same answer to the same request for a quarter of an hour.
pub async fn issue(
    State(site): State<Site>,
    client: Client,
    (uri, headers): (Uri, HeaderMap),
    body: Json<Wanted>,
) -> Result<(StatusCode, Answer), Problem> {
    let once = once(&client, &headers, uri.path(), &body.bytes)?;
    let wanted = (body.said.mrn.as_str(), body.said.issued_for.as_str());
    let issued = match issue_by_client(&client.app, &once, wanted, &client.context).await? {
        ByClient::Issued(issued) => issued,
        ByClient::Unknown => return Err(Problem::of(w::UNKNOWN_PATIENT)),
        ByClient::Deceased => return Err(Problem::of(w::DECEASED)),
        ByClient::Unconfirmed => return Err(Problem::of(w::UNCONFIRMED)),
        ByClient::BadNote => return Err(Problem::of(w::BAD_NOTE)),
        ByClient::Known(known) => return Err(known.into()),
    };
    let hospital = &site.app.hospital;
    let said = json!({
        "token": *issued,
        "letter": {
            "hospital": hospital.name,
            "phone": hospital.phone,
            "portal": site.base_url,
            "code": issued.token,
            "issued_for": issued.issued_for,
            "until": issued.expires_at,
            "time_zone": hospital.cycles.zone().name(),
        },
    });
    Ok((StatusCode::CREATED, Answer(said)))
}

/// Why a token is taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    reason: String,
}

/// `POST /api/v1/tokens/{id}/revoke`: takes back a token that the hospital issued.
pub async fn revoke(client: Client, Path(id): Path<String>, body: Json<Why>) -> Result<Answer, Problem> {
    let id: FactId = id.parse().map_err(|_| Problem::of(w::NOT_FOUND))?;
    let reason = body.said.reason.as_str();
    match revoke_by_client(&client.app, id, reason, &client.context).await? {
        ClientRevoked::Done => Ok(Answer(json!({ "token": id, "changed": true }))),
        ClientRevoked::Already => Ok(Answer(json!({ "token": id, "changed": false }))),
        ClientRevoked::Unknown => Err(Problem::of(w::NOT_FOUND)),
        ClientRevoked::OfFamily => Err(Problem::of(w::OF_FAMILY)),
        ClientRevoked::BadReason => Err(Problem::of(w::BAD_REASON)),
    }
}
