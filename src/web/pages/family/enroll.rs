//! Asking for a family account without a code; everybody may, and everybody gets the same answer.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use super::activate::spoken;
use super::{Spoken, form};
use crate::app::family::staff_check::{self, Asked, Person, Typed};
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::typed_date;
use crate::views::family::activate::Boxes;
use crate::views::family::enroll::{self as view, Enroll};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    who: String,
    given: String,
    family: String,
    born_month: String,
    born_day: String,
    born_year: String,
    email: String,
    phone: String,
    patient_given: String,
    patient_family: String,
    patient_month: String,
    patient_day: String,
    patient_year: String,
    mrn: String,
}

impl Fields {
    fn typed(&self, today: time::Date) -> Typed {
        let own = |text: &String| text.clone();
        Typed {
            capacity: Capacity::from_word(&self.who),
            asker: Person {
                given: own(&self.given),
                family: own(&self.family),
                born: typed_date(&self.born_year, &self.born_month, &self.born_day, today),
            },
            email: own(&self.email),
            phone: own(&self.phone),
            patient: Person {
                given: own(&self.patient_given),
                family: own(&self.patient_family),
                born: typed_date(&self.patient_year, &self.patient_month, &self.patient_day, today),
            },
            mrn: own(&self.mrn),
        }
    }

    fn model(self) -> Enroll {
        let boxes = |month, day, year| Boxes { month, day, year };
        Enroll {
            capacity: Capacity::from_word(&self.who),
            asker: view::Person {
                given: self.given,
                family: self.family,
                born: boxes(self.born_month, self.born_day, self.born_year),
            },
            email: self.email,
            phone: self.phone,
            patient: view::Person {
                given: self.patient_given,
                family: self.patient_family,
                born: boxes(self.patient_month, self.patient_day, self.patient_year),
            },
            mrn: self.mrn,
            ..Enroll::default()
        }
    }
}

/// `GET /family/enroll`: the form.
pub async fn show(State(site): State<Site>, anyone: Anyone, Query(language): Query<Spoken>) -> Markup {
    view::page(&spoken(&site, &anyone, &language), &Enroll::default())
}

/// `POST /family/enroll`: asks the access team to call.
pub async fn ask(
    State(site): State<Site>,
    anyone: Anyone,
    Query(language): Query<Spoken>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let frame = spoken(&site, &anyone, &language);
    let typed = fields.typed(frame.zone.date(anyone.circumstances.now));
    let asked = staff_check::ask(&site.app, &typed, frame.language, &anyone.circumstances.client()).await?;
    let (status, model) = match asked {
        Asked::Filed(due) => return Ok(view::done_page(&frame, due).into_response()),
        Asked::Faulty(faults) => (StatusCode::UNPROCESSABLE_ENTITY, Enroll { faults, ..fields.model() }),
        Asked::Barred(bar) => (StatusCode::UNPROCESSABLE_ENTITY, Enroll { bar: Some(bar), ..fields.model() }),
        Asked::Slowed(seconds) => {
            let page = view::page(&frame, &Enroll { is_slowed: true, ..fields.model() });
            let mut page = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            return Ok(page);
        }
    };
    Ok((status, view::page(&frame, &model)).into_response())
}
