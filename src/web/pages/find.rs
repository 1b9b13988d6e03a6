//! Patient Selection, its outcomes, and My patients.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::requests::wish_of;
use super::{cursor, form, read_cursor};
use crate::app::access::Turned;
use crate::app::patients::{self, Found, Listed, Wanted, Which};
use crate::app::requests::{self, Mine};
use crate::domain::access::Refusal;
use crate::domain::ids::{PatientId, ProviderId};
use crate::domain::patient_search::{Problem, Typed};
use crate::domain::request::Route;
use crate::views::find::{self as view, InVain, NotAuthorized, Outcome, PatientRow, SearchFault, Turn};
use crate::views::layout::NavItem;
use crate::views::paths::{self, MineList};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Patients on the home page's panel.
const ON_HOME: usize = 10;
/// Patients on a page of My patients.
const ON_PAGE: usize = 50;

/// The fields of the search form.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Fields {
    mrn: String,
    family: String,
    given: String,
    month: String,
    day: String,
    year: String,
}

impl Fields {
    /// As the rules read it.
    pub(super) fn typed(&self) -> Typed {
        Typed {
            mrn: self.mrn.clone(),
            family: self.family.clone(),
            given: self.given.clone(),
            month: self.month.clone(),
            day: self.day.clone(),
            year: self.year.clone(),
        }
    }

    /// As the page shows it again.
    pub(super) fn shown(&self) -> view::Typed {
        view::Typed {
            mrn: self.mrn.clone(),
            family: self.family.clone(),
            given: self.given.clone(),
            month: self.month.clone(),
            day: self.day.clone(),
            year: self.year.clone(),
        }
    }
}

/// `GET /patients`: Patient Selection.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    selection(&site, &visitor, view::Typed::default(), Vec::new()).await
}

async fn selection(
    site: &Site,
    visitor: &Visitor,
    typed: view::Typed,
    faults: Vec<SearchFault>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let recent = patients::recently_viewed(&site.app, &visitor.facts, &context).await?;
    let of = |which| Wanted { which, provider: None };
    let begin = (None, ON_HOME);
    let mine = patients::my_patients(&site.app, &visitor.facts, of(Which::All), begin, &context).await?;
    let practice =
        patients::my_patients(&site.app, &visitor.facts, of(Which::PracticeNews), begin, &context).await?;
    let row = |listed| row(site, listed);
    let model = view::Find {
        typed,
        faults,
        recent: recent.into_iter().map(row).collect(),
        more: mine.next.is_some(),
        mine: mine.rows.into_iter().map(row).collect(),
        practice_more: practice.next.is_some(),
        practice: practice.rows.into_iter().map(row).collect(),
        providers: practice.providers,
        review: super::staff::banner(visitor),
    };
    Ok(view::page(&visitor.frame(site, NavItem::Find), &model))
}

/// `POST /patients/search`: the chart, or why not.
pub async fn search(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let today = site.app.hospital.cycles.zone().date(visitor.circumstances.now);
    let query = match fields.typed().read(today) {
        Ok(query) => query,
        Err(problems) => {
            let faults = problems.into_iter().map(fault).collect();
            let page = selection(&site, &visitor, fields.shown(), faults).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let context = visitor.circumstances.context();
    match patients::search(&site.app, &visitor.facts, &query, &context).await? {
        Found::Patient(id) => Ok(Redirect::to(&paths::chart(id)).into_response()),
        Found::NotAuthorized(turned) => {
            let asked = requests::asked(&site.app, &visitor.facts, &fields.typed()).await?;
            let outcome = Outcome::NotAuthorized(NotAuthorized {
                asked: asked.open.and_then(|asked| pending(&site, asked)),
                in_vain: asked
                    .in_vain
                    .into_iter()
                    .filter_map(|mine| in_vain(&site, &visitor, mine))
                    .collect(),
                ..not_authorized(&site, turned)
            });
            Ok(turned_away(&site, &visitor, fields.shown(), outcome))
        }
        Found::NoMatch => Ok(turned_away(&site, &visitor, fields.shown(), Outcome::NoMatch)),
        Found::Several => Ok(turned_away(&site, &visitor, fields.shown(), Outcome::SeveralMatch)),
        Found::Slowed(seconds) => {
            let faults = vec![SearchFault::Slowed(u64::try_from(seconds).unwrap_or(1))];
            let page = selection(&site, &visitor, fields.shown(), faults).await?;
            let retry = [(header::RETRY_AFTER, seconds.to_string())];
            Ok((StatusCode::TOO_MANY_REQUESTS, retry, page).into_response())
        }
    }
}

/// The page for somebody who may not see what was asked for: 404 for a patient that nothing may be said of, 403 where the reason
/// may be named.
pub(super) fn turned_away(site: &Site, visitor: &Visitor, typed: view::Typed, outcome: Outcome) -> Response {
    let named = matches!(&outcome, Outcome::NotAuthorized(facts) if facts.named.is_some());
    let status = if named { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
    let page = view::outcome_page(&visitor.frame(site, NavItem::Find), &view::NotFound { typed, outcome });
    (status, page).into_response()
}

/// What the not-authorized page may say.
pub(super) fn not_authorized(site: &Site, turned: Turned) -> NotAuthorized {
    let named = Some(turned.refusal).filter(|r| *r != Refusal::NoBasis);
    let emergency = site.app.hospital.emergency_access;
    let ended = turned.ended.and_then(|e| e.at);
    NotAuthorized { named, ended, emergency, ..NotAuthorized::default() }
}

/// A request that was declined or expired, as the not-authorized page shows it to whoever asked.
fn in_vain(site: &Site, visitor: &Visitor, mine: Mine) -> Option<InVain> {
    let must_wait = mine.again_from.filter(|from| visitor.circumstances.now < *from);
    Some(InVain {
        id: mine.request.id,
        wish: wish_of(mine.request.kind)?,
        filed: mine.request.filed_at,
        ending: mine.request.outcome?,
        at: mine.request.closed_at?,
        class: mine.class,
        said: mine.request.outcome_reason,
        again_from: must_wait.map(|from| site.app.hospital.cycles.zone().date(from)),
    })
}

/// Where a list goes on, which it is, and whose patients are asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
    new: String,
    provider: String,
}

impl Asked {
    /// What is asked for. A provider whom nobody can be leaves nobody.
    fn wanted(&self) -> (MineList, Wanted) {
        let list = MineList::from_word(&self.new);
        let which = match list {
            MineList::All => Which::All,
            MineList::New => Which::WithNews,
            MineList::Practice => Which::PracticeNews,
        };
        let named = Some(&self.provider).filter(|word| !word.is_empty());
        let provider = named.map(|word| word.parse().unwrap_or(ProviderId(Uuid::nil())));
        (list, Wanted { which, provider })
    }
}

/// `GET /patients/mine`: who the viewer may see now.
pub async fn mine(
    State(site): State<Site>,
    visitor: Visitor,
    Query(query): Query<Asked>,
) -> Result<Markup, PageError> {
    let after = read_cursor(&query.after).map(|(at, id)| (at, PatientId(id)));
    let context = visitor.circumstances.context();
    let (list, wanted) = query.wanted();
    let page = patients::my_patients(&site.app, &visitor.facts, wanted, (after, ON_PAGE), &context).await?;
    let model = view::MyPatients {
        list,
        provider: wanted.provider,
        providers: page.providers,
        rows: page.rows.into_iter().map(|listed| row(&site, listed)).collect(),
        next: page.next.map(|(at, id)| cursor(at, id.0)),
    };
    Ok(view::my_patients_page(&visitor.frame(&site, NavItem::MyPatients), &model))
}

fn row(site: &Site, listed: Listed) -> PatientRow {
    let card = listed.card;
    PatientRow {
        id: card.id,
        family: card.family,
        given: card.given,
        birth_date: card.birth_date,
        sex: card.sex,
        mrn: card.mrn,
        bases: listed.bases,
        news: listed.news,
        at: Some(listed.viewed_at.unwrap_or(card.latest_activity_at)),
        next: listed.next,
        pending: listed.pending.and_then(|asked| pending(site, asked)),
    }
}

/// A request of the viewer that is still open, as a page says it.
fn pending(site: &Site, asked: requests::Pending) -> Option<view::Pending> {
    let zone = site.app.hospital.cycles.zone();
    let turn = match asked.route {
        Route::Family => Turn::Family(asked.expires_at.map(|at| zone.date(at))),
        Route::Phone | Route::Team => Turn::Hospital(asked.due_on),
    };
    Some(view::Pending { wish: wish_of(asked.kind)?, filed: asked.filed_at, turn })
}

/// The page's word for what is wrong.
pub(super) fn fault(problem: Problem) -> SearchFault {
    match problem {
        Problem::NothingTyped => SearchFault::NothingTyped,
        Problem::BadMrn => SearchFault::BadMrn,
        Problem::FamilyMissing => SearchFault::FamilyMissing,
        Problem::GivenMissing => SearchFault::GivenMissing,
        Problem::BirthMissing => SearchFault::BirthMissing,
        Problem::BirthNotNumbers => SearchFault::BirthNotNumbers,
        Problem::NoSuchDate { month, day, year } => SearchFault::NoSuchDate { month, day, year },
        Problem::BirthInFuture => SearchFault::BirthInFuture,
        Problem::TooLong => SearchFault::TooLong,
    }
}
