//! Beginning a family account with a code, adding a chart to one, signing a proxy.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::{Spoken, form, framed, home_page};
use crate::app::family;
use crate::app::family::answering::Taken;
use crate::app::family::enrolment::{self, Begun, Typed};
use crate::domain::family::enrolment::{Bar, Fault, Relationship, typed_date};
use crate::domain::language::Language;
use crate::views::family::Done;
use crate::views::family::activate::{self as view, Activate, Boxes};
use crate::views::layout::{Frame, NavItem};
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::{Anyone, Visitor};

/// The fields of the pages.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    code: String,
    patient_month: String,
    patient_day: String,
    patient_year: String,
    given: String,
    family: String,
    born_month: String,
    born_day: String,
    born_year: String,
    relationship: String,
    email: String,
    signature: String,
    terms: String,
}

impl Fields {
    fn typed(&self, today: time::Date) -> Typed {
        Typed {
            code: self.code.clone(),
            patient_born: typed_date(&self.patient_year, &self.patient_month, &self.patient_day, today),
            given: self.given.clone(),
            family: self.family.clone(),
            born: typed_date(&self.born_year, &self.born_month, &self.born_day, today),
            relationship: Relationship::from_word(&self.relationship),
            email: self.email.clone(),
            signature: self.signature.clone(),
            agreed: !self.terms.is_empty(),
        }
    }

    fn model(self, faults: Vec<Fault>, bar: Option<Bar>) -> Activate {
        let boxes = |month, day, year| Boxes { month, day, year };
        Activate {
            code: self.code,
            patient_born: boxes(self.patient_month, self.patient_day, self.patient_year),
            given: self.given,
            family: self.family,
            born: boxes(self.born_month, self.born_day, self.born_year),
            relationship: Relationship::from_word(&self.relationship),
            email: self.email,
            signature: self.signature,
            agreed: !self.terms.is_empty(),
            faults,
            bar,
        }
    }
}

pub(super) fn spoken(site: &Site, anyone: &Anyone, spoken: &Spoken) -> Frame {
    let language = Language::from_word(&spoken.language).unwrap_or(Language::English);
    Frame { language, ..anyone.frame(site) }
}

/// `GET /family/activate`: the form.
pub async fn show(State(site): State<Site>, anyone: Anyone, Query(language): Query<Spoken>) -> Markup {
    view::page(&spoken(&site, &anyone, &language), &Activate::default())
}

/// `POST /family/activate`: makes the account that the code is for.
pub async fn begin(
    State(site): State<Site>,
    anyone: Anyone,
    Query(language): Query<Spoken>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let frame = spoken(&site, &anyone, &language);
    let context = anyone.circumstances.context();
    let typed = fields.typed(frame.zone.date(context.now));
    let (faults, bar) = match enrolment::activate(&site.app, &typed, &context).await? {
        Begun::Account { digits, waits } => {
            return Ok(view::begun_page(&frame, &view::Begun { digits, waits }).into_response());
        }
        Begun::Chart { .. } => (Vec::new(), None),
        Begun::Faulty(faults) => (faults, None),
        Begun::Barred(bar) => (Vec::new(), Some(bar)),
    };
    let page = view::page(&frame, &fields.model(faults, bar));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `GET /family/charts`: the form that adds a chart.
pub async fn chart_form(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    let now = visitor.circumstances.now;
    let language = family::language_of(&site.app, &visitor.facts, now).await?;
    Ok(view::chart_page(&framed(&site, &visitor, NavItem::Family, language), &Activate::default()))
}

/// `POST /family/charts`: adds it.
pub async fn add_chart(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let context = visitor.circumstances.context();
    let language = family::language_of(&site.app, &visitor.facts, context.now).await?;
    let frame = framed(&site, &visitor, NavItem::Family, language);
    let typed = fields.typed(frame.zone.date(context.now));
    let name = visitor.session.name.clone();
    let begun = enrolment::add_chart(&site.app, &visitor.facts, &name, &typed, &context).await?;
    let (faults, bar) = match begun {
        Begun::Chart { waits } => {
            let done = if waits { Done::ChartWaits } else { Done::Chart };
            return Ok(Redirect::to(&paths::done(paths::family(), done.word())).into_response());
        }
        Begun::Account { .. } => (Vec::new(), None),
        Begun::Faulty(faults) => (faults, None),
        Begun::Barred(bar) => (Vec::new(), Some(bar)),
    };
    let page = view::chart_page(&frame, &fields.model(faults, bar));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `POST /family/proxies/{id}/sign`: the patient's signature under a proxy.
pub async fn sign(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Fields { signature, .. } = form(&body)?;
    let id = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let done = match enrolment::sign(&site.app, &visitor.facts, (id, &signature), &context).await? {
        None => {
            let page = home_page(&site, &visitor, None, (None, true)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Some(Taken::Done(_)) => Done::Signed,
        Some(Taken::Already) => Done::Already,
        Some(Taken::Unknown) => return Err(PageError::NotFound),
    };
    Ok(Redirect::to(&paths::done(paths::family(), done.word())).into_response())
}

/// `POST /family/proxies/{id}/end`: an adult ends a proxy.
pub async fn end_proxy(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    let id = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let done = match family::proxies::end(&site.app, &visitor.facts, id, &context).await? {
        Taken::Done(_) => Done::ProxyEnded,
        Taken::Already => Done::Already,
        Taken::Unknown => return Err(PageError::NotFound),
    };
    Ok(Redirect::to(&paths::done(paths::family(), done.word())))
}
