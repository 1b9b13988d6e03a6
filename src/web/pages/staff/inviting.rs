//! Inviting somebody, also to another address; sending an invitation again and taking it back.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{again, gone};
use crate::app::practices;
use crate::app::sponsoring::{self, InviteAnswer, Invited};
use crate::domain::ids::{FactId, PracticeId};
use crate::domain::sponsoring::{InviteField, InviteProblem, TypedInvite};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::staff::{self as view, Handover, InviteFault, Notice, Offered, Replacing};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::form;

/// The fields of the form.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    given: String,
    family: String,
    email: String,
    job: String,
    practice: String,
    attested: String,
}

impl Fields {
    fn typed(self) -> TypedInvite {
        TypedInvite {
            given: self.given,
            family: self.family,
            email: self.email,
            job: self.job,
            practice: self.practice,
            attested: !self.attested.is_empty(),
        }
    }
}

/// Which form it is: for somebody new, or for another address of somebody.
enum Which {
    Invite,
    Address(FactId, String),
}

/// `GET /staff/invite`: the form.
pub async fn invite_form(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    let page = page(&site, &visitor, (TypedInvite::default(), Which::Invite), Vec::new()).await?;
    Ok(page.into_response())
}

/// `POST /staff/invite`: sends the invitation.
pub async fn invite(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let typed = form::<Fields>(&body)?.typed();
    let context = visitor.circumstances.context();
    let answer = sponsoring::invite(&site.app, &visitor.session, &visitor.facts, &typed, &context).await?;
    answered(&site, &visitor, answer, (typed, Which::Invite)).await
}

/// `GET /staff/{id}/email`: the form, with what stays the same.
pub async fn address_form(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = id.parse::<FactId>().map_err(|_| PageError::NotFound)?;
    let now = visitor.circumstances.now;
    let found = sponsoring::prefilled(&site.app, &visitor.facts, id, now).await?;
    let (typed, old) = found.ok_or(PageError::NotFound)?;
    Ok(page(&site, &visitor, (typed, Which::Address(id, old)), Vec::new()).await?.into_response())
}

/// `POST /staff/{id}/email`: invites the same person to another address.
pub async fn address(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let id = id.parse::<FactId>().map_err(|_| PageError::NotFound)?;
    let typed = form::<Fields>(&body)?.typed();
    let context = visitor.circumstances.context();
    let found = sponsoring::prefilled(&site.app, &visitor.facts, id, context.now).await?;
    let Some((known, old)) = found else { return gone(&site, &visitor).await };
    // The practice is that of the sponsorship, whatever was sent.
    let typed = TypedInvite { practice: known.practice, ..typed };
    let (app, session, facts) = (&site.app, &visitor.session, &visitor.facts);
    let answer = sponsoring::change_address(app, session, facts, (id, &typed), &context).await?;
    answered(&site, &visitor, answer, (typed, Which::Address(id, old))).await
}

async fn answered(
    site: &Site,
    visitor: &Visitor,
    answer: InviteAnswer,
    sent: (TypedInvite, Which),
) -> Result<Response, PageError> {
    let faults = match answer {
        InviteAnswer::Sent(invited) => {
            return again(site, visitor, Notice::Invited(handover(invited)), StatusCode::OK).await;
        }
        InviteAnswer::Hindered(_) => return Ok(Redirect::to(paths::staff()).into_response()),
        InviteAnswer::Gone => return gone(site, visitor).await,
        InviteAnswer::Slowed(seconds) => vec![InviteFault::Slowed(u64::try_from(seconds).unwrap_or(1))],
        InviteAnswer::Problems(problems) => problems.into_iter().map(fault).collect(),
    };
    let page = page(site, visitor, sent, faults).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn handover(invited: Invited) -> Handover {
    Handover { name: invited.name, email: invited.email, code: invited.code, until: invited.expires_at }
}

const fn fault((field, problem): (InviteField, InviteProblem)) -> InviteFault {
    match (field, problem) {
        (InviteField::Given, InviteProblem::TooLong) => InviteFault::GivenTooLong,
        (InviteField::Given, _) => InviteFault::GivenMissing,
        (InviteField::Family, InviteProblem::TooLong) => InviteFault::FamilyTooLong,
        (InviteField::Family, _) => InviteFault::FamilyMissing,
        (InviteField::Email, InviteProblem::Missing) => InviteFault::EmailMissing,
        (InviteField::Email, InviteProblem::OwnEmail) => InviteFault::EmailOwn,
        (InviteField::Email, InviteProblem::SameEmail) => InviteFault::EmailSame,
        (InviteField::Email, InviteProblem::ReviewFirst) => InviteFault::ReviewFirst,
        (InviteField::Email, InviteProblem::SponsoredAlready) => InviteFault::HeldAlready,
        (InviteField::Email, InviteProblem::InvitedAlready) => InviteFault::InvitedAlready,
        (InviteField::Email, InviteProblem::TooMany) => InviteFault::TooMany,
        (InviteField::Email, _) => InviteFault::EmailBad,
        (InviteField::Job, _) => InviteFault::JobMissing,
        (InviteField::Practice, InviteProblem::Missing) => InviteFault::PracticeMissing,
        (InviteField::Practice, _) => InviteFault::PracticeGone,
        (InviteField::Attested, _) => InviteFault::AttestationMissing,
    }
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    (typed, which): (TypedInvite, Which),
    faults: Vec<InviteFault>,
) -> Result<maud::Markup, PageError> {
    let now = visitor.circumstances.now;
    let mine = practices::my_practices(&site.app, &visitor.facts, now).await?;
    let mine =
        mine.into_iter().filter(|b| b.span.holds(now)).map(|b| Offered { id: b.practice, name: b.name });
    let wanted = typed.practice.parse::<PracticeId>().ok();
    let (practices, replacing): (Vec<Offered>, _) = match which {
        Which::Invite => (mine.collect(), None),
        Which::Address(id, email) => {
            let name = format!("{} {}", typed.given, typed.family).trim().to_owned();
            (mine.filter(|p| Some(p.id) == wanted).collect(), Some(Replacing { id, name, email }))
        }
    };
    let model = view::Invite {
        asks_attestation: typed.attested || faults.contains(&InviteFault::AttestationMissing),
        typed: view::Typed {
            given: typed.given,
            family: typed.family,
            email: typed.email,
            job: typed.job,
            practice: typed.practice,
            is_attested: typed.attested,
        },
        practices,
        replacing,
        faults,
    };
    Ok(view::invite_page(&visitor.frame(site, NavItem::Staff), &model))
}

/// `POST /staff/invitations/{id}/resend`: a new link and a new code; the old ones are void.
pub async fn resend(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Ok(id) = id.parse::<Uuid>() else { return gone(&site, &visitor).await };
    let context = visitor.circumstances.context();
    let (app, session, facts) = (&site.app, &visitor.session, &visitor.facts);
    match sponsoring::renew(app, session, facts, id, &context).await? {
        InviteAnswer::Sent(invited) => {
            again(&site, &visitor, Notice::Resent(handover(invited)), StatusCode::OK).await
        }
        InviteAnswer::Hindered(_) => Ok(Redirect::to(paths::staff()).into_response()),
        InviteAnswer::Slowed(seconds) => Err(PageError::Busy(seconds)),
        InviteAnswer::Problems(problems)
            if problems.iter().any(|(field, _)| *field == InviteField::Attested) =>
        {
            again(&site, &visitor, Notice::AttestAnew, StatusCode::CONFLICT).await
        }
        InviteAnswer::Problems(_) => {
            again(&site, &visitor, Notice::TooMany, StatusCode::TOO_MANY_REQUESTS).await
        }
        InviteAnswer::Gone => gone(&site, &visitor).await,
    }
}

/// `POST /staff/invitations/{id}/withdraw`: takes it back.
pub async fn withdraw(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Ok(id) = id.parse::<Uuid>() else { return gone(&site, &visitor).await };
    let context = visitor.circumstances.context();
    let (app, account) = (&site.app, visitor.session.account);
    match sponsoring::withdraw(app, account, id, &context).await? {
        Some(name) => again(&site, &visitor, Notice::Withdrawn(name), StatusCode::OK).await,
        None => gone(&site, &visitor).await,
    }
}
