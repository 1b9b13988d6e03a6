//! Look-ups: why can or can't, who can, what can.

use axum::body::Bytes;
use axum::extract::State;
use maud::Markup;
use serde::Deserialize;

use super::super::{cursor, form, read_cursor};
use crate::app::look_ups::named::{self, Card, NamedAccount};
use crate::app::look_ups::{self, Asker};
use crate::domain::calendar::{Instant, parse_date};
use crate::domain::ids::{Mrn, PatientId};
use crate::views::layout::NavItem;
use crate::views::team::look_up::{
    self as view, Answer, LookUpAccount, LookUpFault, LookUpPatient, LookUps, ReasonLine, WhatAnswer,
    WhatRow, WhoAnswer, WhoRow, WhyAnswer,
};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Patients on a page of "what can".
const ON_PAGE: usize = 50;

/// The fields of the form.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::web) struct Fields {
    email: String,
    mrn: String,
    at: String,
    after: String,
}

/// `GET /team/look-ups`: the empty form.
pub async fn look_ups(State(site): State<Site>, visitor: Visitor) -> Markup {
    let model = shown(&Fields::default(), Vec::new(), None);
    view::page(&visitor.frame(&site, NavItem::LookUps), &model)
}

/// `POST /team/look-ups`: the answer: with both fields why, with an MRN who, with an account what.
pub async fn answer(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Markup, PageError> {
    let fields: Fields = form(&body)?;
    let model = match ask(&site, &visitor, &fields).await? {
        Ok(answer) => shown(&fields, Vec::new(), Some(answer)),
        Err(fault) => shown(&fields, vec![fault], None),
    };
    Ok(view::page(&visitor.frame(&site, NavItem::LookUps), &model))
}

fn shown(fields: &Fields, faults: Vec<LookUpFault>, answer: Option<Answer>) -> LookUps {
    let (email, mrn, at) = (fields.email.clone(), fields.mrn.clone(), fields.at.clone());
    LookUps { email, mrn, at, faults, answer }
}

/// The instant meant: now, an RFC 3339 instant, or the start of a day in hospital time.
fn instant(site: &Site, text: &str, now: Instant) -> Option<Instant> {
    match text.trim() {
        "" => Some(now),
        text => text
            .parse()
            .ok()
            .or_else(|| parse_date(text).map(|d| site.app.hospital.cycles.zone().start_of_day(d))),
    }
}

async fn ask(
    site: &Site,
    visitor: &Visitor,
    fields: &Fields,
) -> Result<Result<Answer, LookUpFault>, PageError> {
    let app = &site.app;
    let context = visitor.circumstances.context();
    let Some(at) = instant(site, &fields.at, context.now) else { return Ok(Err(LookUpFault::BadInstant)) };
    let asker = Asker { account: Some(visitor.session.account), context };
    let (email, mrn) = (fields.email.trim(), fields.mrn.trim());
    if email.is_empty() && mrn.is_empty() {
        return Ok(Err(LookUpFault::NothingTyped));
    }
    if !mrn.is_empty() && Mrn::parse(mrn).is_err() {
        return Ok(Err(LookUpFault::BadMrn));
    }
    let account = if email.is_empty() { None } else { Some(named::account(app, email).await?) };
    let patient = if mrn.is_empty() { None } else { Some(named::patient(app, mrn, at).await?) };
    match (account, patient) {
        // Asking for somebody who is not there is a look-up too, and is recorded like one.
        (Some(None), _) => {
            look_ups::explain(app, email, mrn, at, &asker).await?;
            Ok(Err(LookUpFault::UnknownAccount))
        }
        (_, Some(None)) => {
            look_ups::who(app, mrn, at, &asker).await?;
            Ok(Err(LookUpFault::UnknownMrn))
        }
        (Some(Some(account)), Some(Some(patient))) => {
            why(site, &asker, (email, account_line(account)), (mrn, patient_line(patient)), at).await
        }
        (None, Some(Some(patient))) => {
            let rows = named::who_named(app, mrn, at, &asker).await?;
            let row = |(account, bases)| WhoRow { account: account_line(account), bases };
            let rows = rows.into_iter().map(row).collect();
            Ok(Ok(Answer::Who(WhoAnswer { patient: patient_line(patient), at, rows })))
        }
        (Some(Some(account)), None) => {
            let after = read_cursor(&fields.after).map(|(at, id)| (at, PatientId(id)));
            let page = named::what(app, email, at, after, ON_PAGE, &asker).await?;
            let Some(page) = page else { return Ok(Err(LookUpFault::UnknownAccount)) };
            let rows = page.rows.into_iter();
            Ok(Ok(Answer::What(WhatAnswer {
                account: account_line(account),
                at,
                objection: page.refusal.map(|r| (r, None)),
                rows: rows.map(|r| WhatRow { patient: patient_line(r.card), bases: r.bases }).collect(),
                next: page.next.map(|(at, id)| cursor(at, id.0)),
            })))
        }
        (None, None) => Ok(Err(LookUpFault::NothingTyped)),
    }
}

async fn why(
    site: &Site,
    asker: &Asker,
    (email, account): (&str, LookUpAccount),
    (mrn, patient): (&str, LookUpPatient),
    at: Instant,
) -> Result<Result<Answer, LookUpFault>, PageError> {
    let answer = look_ups::explain(&site.app, email, mrn, at, asker).await?;
    let decided = match answer.outcome {
        Ok(decided) => decided,
        Err(look_ups::Unknown::UnknownAccount) => return Ok(Err(LookUpFault::UnknownAccount)),
        Err(look_ups::Unknown::UnknownPatient) => return Ok(Err(LookUpFault::UnknownMrn)),
    };
    let reasons = decided.explanation.reasons.iter().map(|reason| ReasonLine {
        basis: reason.basis,
        span: reason.span,
        provider: reason.provider.and_then(|id| decided.providers.get(&id).cloned()),
        practice: reason.practice.and_then(|id| decided.practices.get(&id).cloned()),
    });
    Ok(Ok(Answer::Why(WhyAnswer {
        account,
        patient,
        at,
        objection: decided.explanation.objection.as_ref().map(|o| (o.refusal, o.since)),
        reasons: reasons.collect(),
        limited: decided.limited,
    })))
}

/// An account as the access team sees it.
pub(in crate::web) fn account_line(account: NamedAccount) -> LookUpAccount {
    LookUpAccount { name: account.name, email: account.email, kind: account.kind }
}

/// A patient as the access team sees one.
pub(super) fn patient_line(card: Card) -> LookUpPatient {
    LookUpPatient { family: card.family, given: card.given, birth_date: card.birth_date, mrn: card.mrn }
}
