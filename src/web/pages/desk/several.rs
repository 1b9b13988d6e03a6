//! Several requests of the list at once: taken, given to somebody of the team, noted on.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::form;
use super::list::{Asked, Besides, Which, asked, page};
use super::{barred, member};
use crate::app::desk::Done;
use crate::app::desk::acting::{Handled, Handling, handle_all};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::queue::ON_PAGE;
use crate::domain::queue::filter::{Deed, Tally, Typed};
use crate::views::desk::request::GiveFault;
use crate::views::desk::several::{self as view, Several};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The chosen requests, and what is to be done with them.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Ticked {
    chosen: Vec<String>,
    to: String,
    template: String,
    note: String,
}

impl Ticked {
    fn requests(&self) -> Vec<(RequestId, i64)> {
        let read = |text: &String| {
            let (id, version) = text.split_once(':')?;
            Some((id.parse::<RequestId>().ok()?, version.parse::<i64>().ok()?))
        };
        self.chosen.iter().take(ON_PAGE).filter_map(read).collect()
    }

    /// What was typed, for the page that is shown again.
    fn kept(self) -> Several {
        let chosen = self.requests();
        let Self { to, template, note, .. } = self;
        Several { chosen, to, template, note, ..Several::default() }
    }
}

/// The page that the requests were chosen on, and the form.
async fn read(site: &Site, visitor: &Visitor, body: &Bytes) -> Result<(Asked, Ticked), PageError> {
    let (which, typed): (Which, Typed) = (form(body)?, form(body)?);
    Ok((asked(site, visitor, &which, &typed).await?, form(body)?))
}

/// `POST /team/requests/take`: takes the chosen requests.
pub async fn take(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let (asked, chosen) = read(&site, &visitor, &body).await?;
    handle(&site, &visitor, (asked, chosen), Handling::Take).await
}

/// `POST /team/requests/give`: gives the chosen requests to somebody of the team; somebody who is none of it is nobody.
pub async fn give(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let (asked, chosen) = read(&site, &visitor, &body).await?;
    let Ok(to) = chosen.to.parse::<AccountId>() else {
        let several = Several { to_fault: Some(GiveFault::Nobody), ..chosen.kept() };
        let besides = Besides { several, ..Besides::default() };
        return page(&site, &visitor, asked, besides, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    handle(&site, &visitor, (asked, chosen), Handling::Give(to)).await
}

/// `POST /team/requests/note`: notes the same on the chosen requests, a template and what was typed.
pub async fn note_several(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, PageError> {
    let (asked, chosen) = read(&site, &visitor, &body).await?;
    let note = view::note_of(&chosen.template, &chosen.note.replace("\r\n", "\n"));
    handle(&site, &visitor, (asked, chosen), Handling::Note(&note)).await
}

async fn handle(
    site: &Site,
    visitor: &Visitor,
    (asked, form): (Asked, Ticked),
    handling: Handling<'_>,
) -> Result<Response, PageError> {
    let deed = match handling {
        Handling::Give(_) => Deed::Given,
        Handling::Note(_) => Deed::Noted,
        Handling::Take | Handling::Release => Deed::Taken,
    };
    let requests = form.requests();
    if requests.is_empty() && deed != Deed::Taken {
        let besides =
            Besides { several: form.kept(), done: Some((deed, Tally::default())), ..Besides::default() };
        return page(site, visitor, asked, besides, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match handle_all(&site.app, &member(visitor), &requests, handling).await? {
        // Those that had changed meanwhile stay chosen where nobody else has them, and what was typed is kept for them.
        Done::Done(Handled { tally, changed, taken }) if tally.changed > 0 => {
            let mut several = form.kept();
            several.chosen.retain(|(id, _)| changed.contains(id));
            several.taken = taken.into_iter().map(|one| (one.id, one.by, one.at)).collect();
            let besides = Besides { several, done: Some((deed, tally)), ..Besides::default() };
            page(site, visitor, asked, besides, StatusCode::CONFLICT).await
        }
        Done::Done(Handled { tally, .. }) => {
            Ok(Redirect::to(&paths::queue_done(&asked.shown, &asked.after, (deed, tally))).into_response())
        }
        Done::Barred(bar) => Ok(barred(site, visitor, bar, NavItem::Queue)),
        Done::BadText => {
            let several = Several { note_wrong: true, ..form.kept() };
            let besides = Besides { several, ..Besides::default() };
            page(site, visitor, asked, besides, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        // Whoever was to have them is of the team no more.
        Done::Unknown if deed == Deed::Given => {
            let to = form.to.parse().ok();
            let name = to.and_then(|to| asked.team.name(to)).unwrap_or_default().to_owned();
            let several = Several { to_fault: Some(GiveFault::Left(name)), ..form.kept() };
            let besides = Besides { several, ..Besides::default() };
            page(site, visitor, asked, besides, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Done::Unknown | Done::Stale | Done::Obstacle(_) => Err(PageError::NotFound),
    }
}
