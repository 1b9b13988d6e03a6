//! The demo's mail, which goes nowhere and is shown instead: only the demo has these pages.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped};
use uuid::Uuid;

use crate::app::mail::{self, Shown};
use crate::letters::{Letterhead, Written};
use crate::views::kept_mail::{self as view, Letter, ListedLetter};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// `GET /dev/mail`: every letter, newest first.
pub async fn list(State(site): State<Site>, anyone: Anyone) -> Result<Markup, PageError> {
    let head = letterhead(&site);
    let shown = mail::latest(&site.app).await?;
    let letters: Vec<ListedLetter> = shown
        .into_iter()
        .map(|s| {
            let subject = s.letter.as_ref().map(|letter| head.write(letter).subject);
            ListedLetter { id: s.id, to: s.to, subject, at: s.at }
        })
        .collect();
    Ok(view::list_page(&anyone.frame(&site), &letters))
}

/// `GET /dev/mail/{id}`: one letter as text.
pub async fn show(
    State(site): State<Site>,
    anyone: Anyone,
    Path(id): Path<String>,
) -> Result<Markup, PageError> {
    let (shown, written) = written(&site, &id).await?;
    let listed = ListedLetter { id: shown.id, to: shown.to, subject: Some(written.subject), at: shown.at };
    let file = written.attachment.map(|file| file.name);
    let letter = Letter { listed, text: written.text, file, base_url: site.base_url.clone() };
    Ok(view::page(&anyone.frame(&site), &letter))
}

/// `GET /dev/mail/{id}/html`: the letter's own HTML, under this portal's content security policy.
pub async fn as_html(State(site): State<Site>, Path(id): Path<String>) -> Result<Markup, PageError> {
    let (_, written) = written(&site, &id).await?;
    Ok(PreEscaped(written.html))
}

/// `GET /dev/mail/{id}/file`: the file that goes with the letter.
pub async fn file(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, PageError> {
    let (_, written) = written(&site, &id).await?;
    let file = written.attachment.ok_or(PageError::NotFound)?;
    let named = format!("attachment; filename=\"{}\"", file.name);
    let headers = [(header::CONTENT_TYPE, file.media_type.to_owned()), (header::CONTENT_DISPOSITION, named)];
    Ok((headers, file.text).into_response())
}

async fn written(site: &Site, id: &str) -> Result<(Shown, Written), PageError> {
    let id: Uuid = id.parse().map_err(|_| PageError::NotFound)?;
    let shown = mail::one(&site.app, id).await?.ok_or(PageError::NotFound)?;
    let letter = shown.letter.as_ref().ok_or(PageError::NotFound)?;
    let written = letterhead(site).write(letter);
    Ok((shown, written))
}

fn letterhead(site: &Site) -> Letterhead {
    let hospital = &site.app.hospital;
    Letterhead {
        hospital: hospital.name.clone(),
        phone: hospital.phone.clone(),
        zone: hospital.cycles.zone(),
        base_url: site.base_url.clone(),
    }
}
