//! The growth charts of a child, which are vitals and have their rights.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::form;
use super::begun::Beginning;
use super::{completed, first_shell, loaded, open};
use crate::app::access::Opened;
use crate::app::charts::{self, Part};
use crate::app::{App, AppError};
use crate::domain::chart::Section;
use crate::domain::chart::growth::{Growth, Measure, Parents};
use crate::views::chart::Shell;
use crate::views::chart::begun::Title;
use crate::views::chart::growth::{self as view, GrowthPage};
use crate::views::chart::shell::Here;
use crate::views::chart::target::TypedHeights;
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// What is asked for by `?measure=`.
#[derive(Deserialize)]
pub struct Asked {
    measure: Option<String>,
}

impl Asked {
    /// The measure, weight where none is named; `None` for all on one sheet.
    fn measure(&self) -> Result<Option<Measure>, PageError> {
        match self.measure.as_deref() {
            None => Ok(Some(Measure::Weight)),
            Some("all") => Ok(None),
            Some(word) => Measure::from_word(word).map(Some).ok_or(PageError::NotFound),
        }
    }
}

/// `GET /charts/{id}/growth`: one measure with its table, or all on one sheet.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    answer(&site, &visitor, &id, (asked.measure()?, TypedHeights::default())).await
}

/// What is typed of the parents.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    father: String,
    mother: String,
    unit: String,
    measure: String,
}

/// `POST /charts/{id}/growth`: the same with the target height by the heights of the parents, which are kept nowhere and so stand in no
/// address.
pub async fn target(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Fields { father, mother, unit, measure } = form(&body)?;
    let typed = TypedHeights::read(father, mother, &unit);
    let is_bad = typed.parents.is_none();
    let measure = (measure != "all").then_some(Measure::Length);
    let mut answer = answer(&site, &visitor, &id, (measure, typed)).await?;
    if is_bad && answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

async fn answer(
    site: &Site,
    visitor: &Visitor,
    id: &str,
    (measure, typed): (Option<Measure>, TypedHeights),
) -> Result<Response, PageError> {
    let opened = match open(site, visitor, id, Some(Section::Vitals)).await? {
        Ok(opened) => opened,
        Err(answer) => return Ok(answer),
    };
    let app = charts::for_page(&site.app);
    let first = first_shell(&app, visitor, &opened).await?;
    let frame = visitor.frame(site, NavItem::None);
    let beginning = Beginning {
        frame: frame.clone(),
        first: first.clone(),
        title: Title { here: Here::Growth, text: view::title(measure) },
        reference: visitor.circumstances.id.clone(),
    };
    let whole = async move {
        let measures = measure.as_ref().map_or(Measure::ALL, std::slice::from_ref);
        let (courses, lately) = tokio::try_join!(
            courses(&app, &opened, &first, (measures, typed.parents)),
            charts::lately(&app, &opened.permit, opened.since)
        )?;
        let shell = completed(first, lately);
        let model = GrowthPage { shell, measure, courses: loaded(courses, |courses| courses), typed };
        Ok(view::page(&frame, &model))
    };
    beginning.answer(whole).await
}

/// The course of each of the measures, where it is known who the child is.
async fn courses(
    app: &App,
    opened: &Opened,
    first: &Shell,
    wanted: (&[Measure], Option<Parents>),
) -> Result<Part<Vec<Growth>>, AppError> {
    if first.unknown {
        return Ok(Part::Down(None));
    }
    let child = charts::growth::child(app, &opened.permit, &first.banner).await?;
    charts::growth::courses(app, &opened.permit, child, wanted).await
}
