//! The requests that families answer: listed, read, and answered on behalf of a family account.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use super::{Answer, Client, Json, Site, once, query};
use crate::app::api::requests::{Decided, decide as decide_for, read_for};
use crate::app::family::FamilyPermit;
use crate::app::family::answering::{Answered, Choice};
use crate::app::family::asked::{Request, Turn};
use crate::app::family::relayed::{self, Relayed};
use crate::domain::api::{PAGE, PAGE_MOST};
use crate::domain::chart::Section;
use crate::domain::family::topic::Topic;
use crate::domain::grant::Lasting;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::request::Ending;
use crate::views::words::api as w;
use crate::web::pages::{cursor, read_cursor};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    after: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/v1/requests`: the open ones, oldest first.
pub async fn list(client: Client, RawQuery(asked): RawQuery) -> Result<Answer, Problem> {
    let wanted: Wanted = query(asked.as_deref())?;
    let bad = || Problem::of(w::BAD_QUERY);
    let after = wanted.after.map(|after| read_cursor(&after).ok_or_else(bad)).transpose()?;
    let most = wanted.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MOST).contains(&most) {
        return Err(bad());
    }
    let page = relayed::list(&client.app, after, most, &client.context).await?;
    let rows: Vec<Value> = page.rows.iter().map(bare).collect();
    let next = page.next.map(|(at, id)| cursor(at, id));
    Ok(Answer(json!({ "requests": rows, "next": next })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct For {
    account: Option<AccountId>,
}

/// `GET /api/v1/requests/{id}`: one; with `account`, as that family account reads it.
pub async fn read(
    client: Client,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Answer, Problem> {
    let absent = || Problem::of(w::NOT_FOUND);
    let wanted: For = query(asked.as_deref())?;
    let id: RequestId = id.parse().map_err(|_| absent())?;
    Ok(Answer(match wanted.account {
        None => bare(&relayed::one(&client.app, id, &client.context).await?.ok_or_else(absent)?),
        Some(account) => {
            let found = read_for(&client.app, account, id, &client.context).await?;
            let (row, permit, request) = found.ok_or_else(absent)?;
            seen(&row, &permit, &request)
        }
    }))
}

/// What a client reads by itself: never what the request says.
fn bare(row: &Relayed) -> Value {
    let answering: Vec<Value> = row
        .answering
        .iter()
        .map(|(account, capacity)| json!({ "account": account, "capacity": capacity.word() }))
        .collect();
    json!({
        "id": row.id,
        "mrn": row.mrn,
        "state": row.state.word(),
        "ending": row.ending.map(Ending::word),
        "route": row.route.word(),
        "filed_at": row.filed_at,
        "expires_at": row.expires_at,
        "answering": answering,
    })
}

/// The same with what it says to one account.
fn seen(row: &Relayed, permit: &FamilyPermit, request: &Request) -> Value {
    let offer = permit.offer();
    let sections: Vec<&str> = offer.sections.iter().map(|section| section.word()).collect();
    let topics: Vec<&str> = offer.topics.iter().map(|topic| topic.word()).collect();
    let mut said = bare(row);
    if let Some(fields) = said.as_object_mut() {
        let view = json!({
            "account": permit.account(),
            "capacity": permit.capacity().word(),
            "patient": request.patient_name,
            "asked_by": request.asker,
            "specialty": request.specialty,
            "practices": request.practices,
            "reason": request.reason,
            "turn": turn(request.turn),
            "takes_two": request.takes_two,
            "other_said_yes": request.other_said_yes,
            "offer": { "sections": sections, "sensitive": topics },
        });
        fields.insert("view".to_owned(), view);
    }
    said
}

const fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Yours => "yours",
        Turn::Patients => "patient",
        Turn::Guardians => "guardian",
        Turn::Team => "team",
        Turn::Over(_) => "over",
    }
}

/// What a family account says, as its client sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    account: AccountId,
    answer: String,
    lasting: Option<String>,
    sections: Option<Vec<String>>,
    sensitive: Option<Vec<String>>,
}

/// `POST /api/v1/requests/{id}/decision`: yes or no, for a family account that could say it in the portal itself.
pub async fn decide(
    State(_): State<Site>,
    client: Client,
    Path(id): Path<String>,
    (uri, headers): (Uri, HeaderMap),
    body: Json<Said>,
) -> Result<Answer, Problem> {
    let once = once(&client, &headers, uri.path(), &body.bytes)?;
    let choice = choice(&body.said)?;
    let id: RequestId = id.parse().map_err(|_| Problem::of(w::NOT_FOUND))?;
    let whom = (body.said.account, id);
    match decide_for(&client.app, &once, whom, choice.as_ref(), &client.context).await? {
        Decided::Done(answered) => Ok(Answer(json!({ "request": id, "answer": answered.word() }))),
        Decided::Not(answered) => Err(Problem::of(match answered {
            Answered::NothingShared => w::NOTHING_SHARED,
            Answered::NotOffered => w::NOT_OFFERED,
            Answered::Gone => w::OVER,
            _ => w::NOT_FOUND,
        })),
        Decided::Known(known) => Err(known.into()),
    }
}

/// A yes as it was chosen, `None` for a no.
fn choice(said: &Said) -> Result<Option<Choice>, Problem> {
    let invalid = |why: &str| Problem::of(w::INVALID).saying(why);
    match said.answer.as_str() {
        "decline" if said.lasting.is_some() || said.sections.is_some() || said.sensitive.is_some() => {
            Err(invalid(w::DECLINE_TAKES_NOTHING))
        }
        "decline" => Ok(None),
        "approve" => {
            let lasting = said.lasting.as_deref().and_then(Lasting::from_word);
            let sections = said.sections.iter().flatten().map(|word| Section::from_word(word));
            let topics = said.sensitive.iter().flatten().map(|word| Topic::from_word(word));
            let not_offered = || Problem::of(w::NOT_OFFERED);
            Ok(Some(Choice {
                lasting: lasting.ok_or_else(|| invalid(w::LASTING_MISSING))?,
                sections: sections.collect::<Option<_>>().ok_or_else(not_offered)?,
                topics: topics.collect::<Option<_>>().ok_or_else(not_offered)?,
            }))
        }
        _ => Err(invalid(w::ANSWER_UNKNOWN)),
    }
}
