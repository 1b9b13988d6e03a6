//! The family's pages: home, requests, who can see the chart, care team, who opened it.

mod access;
mod activate;
mod care_team;
mod enroll;
mod messages;
mod renew;
mod requests;
mod tokens;

pub use access::{revoke, show as access, unblock};
pub use activate::{add_chart, begin, chart_form, end_proxy, show as activate, sign};
pub use care_team::{add, find, remove, show as care_team};
pub use enroll::{ask as enroll, show as enroll_form};
pub use messages::{
    begin as begin_message, file as message_file, form_page as message_form, list as messages, reply,
    show as message,
};
pub use renew::{
    grant as renew_grant, of_grant as renewal_of_grant, of_token as renewal_of_token, token as renew_token,
};
pub use requests::{approve, block, decline, show as request};
pub use tokens::{give, revoke as revoke_token, show as tokens};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Redirect;
use maud::Markup;
use serde::Deserialize;

use super::{form, place, read_place};
use crate::app::disclosures;
use crate::app::family::{self, FamilyPermit, Household, asked};
use crate::domain::family::authority::{Band, Capacity, Rule};
use crate::domain::family::enrolment::Relationship;
use crate::domain::ids::PatientId;
use crate::domain::language::Language;
use crate::views::family::disclosures::{self as opened, DisclosureRow, Emergency};
use crate::views::family::home::{self as view, Standing};
use crate::views::family::{Done, FamilyPatient, Patients};
use crate::views::layout::{Frame, NavItem};
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// Whose page, where a list goes on, and what was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    patient: String,
    after: String,
    done: String,
}

impl Wanted {
    fn patient(&self) -> Option<PatientId> {
        self.patient.parse().ok()
    }

    fn done(&self) -> Option<Done> {
        Done::from_word(&self.done)
    }
}

/// The language that was chosen.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Spoken {
    language: String,
}

fn framed(site: &Site, visitor: &Visitor, item: NavItem, language: Language) -> Frame {
    Frame { language, ..visitor.frame(site, item) }
}

fn patients(household: &Household) -> Patients {
    let one = |permit: &FamilyPermit| FamilyPatient { id: permit.patient(), name: permit.name().to_owned() };
    Patients {
        all: household.permits.iter().map(one).collect(),
        current: household.current().map(FamilyPermit::patient),
    }
}

/// `GET /family`: the requests that wait, and the ways to the rest.
pub async fn home(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    home_page(&site, &visitor, wanted.patient(), (wanted.done(), false)).await
}

/// The home about `wanted`, below what was just done, or with a signature that was wrong.
async fn home_page(
    site: &Site,
    visitor: &Visitor,
    wanted: Option<PatientId>,
    (done, is_signature_wrong): (Option<Done>, bool),
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let household = family::enter(&site.app, &visitor.facts, wanted, "home", &context).await?;
    let open = asked::open(&site.app, &household.permits, context.now).await?;
    let row = |request: asked::Request| view::RequestRow {
        id: request.id,
        asker: request.asker,
        patient: request.patient_name,
        filed_at: request.filed_at,
        expires_at: request.expires_at,
        turn: request.turn,
    };
    let proxies =
        family::enrolment::to_sign(&site.app, &household).await?.into_iter().map(|proxy| view::Proxy {
            id: proxy.id,
            name: proxy.name,
            relationship: Relationship::from_word(&proxy.relationship).unwrap_or(Relationship::Other),
        });
    let held =
        family::proxies::held(&site.app, &household, context.now).await?.into_iter().map(|tie| view::Proxy {
            id: tie.id,
            name: tie.name,
            relationship: Relationship::from_word(&tie.relationship).unwrap_or(Relationship::Other),
        });
    let model = view::Home {
        patients: patients(&household),
        done,
        requests: open.into_iter().map(row).collect(),
        standing: household.current().map_or(Standing::Plain, standing),
        proxies: proxies.collect(),
        held: held.collect(),
        is_signature_wrong,
    };
    Ok(view::page(&framed(site, visitor, NavItem::Family, household.language), &model))
}

fn standing(permit: &FamilyPermit) -> Standing {
    match (permit.authority().band(), permit.capacity(), permit.authority().rule()) {
        (Band::Teen, Capacity::Guardian, _) => Standing::OfTeen,
        (Band::Teen, Capacity::Patient, Rule::Team) => Standing::TeenAlone,
        (Band::Teen, Capacity::Patient, _) => Standing::Teen,
        _ => Standing::Plain,
    }
}

/// `POST /family/language`: English or Spanish.
pub async fn language(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Redirect, PageError> {
    let Spoken { language } = form(&body)?;
    let language = Language::from_word(&language).ok_or(PageError::Unreadable)?;
    let context = visitor.circumstances.context();
    family::choose_language(&site.app, visitor.session.account, language, &context).await?;
    Ok(Redirect::to(paths::family()))
}

/// `GET /family/disclosures`: who opened the chart.
pub async fn disclosures(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let after = read_place(&wanted.after);
    let read = disclosures::read(&site.app, &visitor.facts, wanted.patient(), after, &context).await?;
    let language = family::language_of(&site.app, &visitor.facts, context.now).await?;
    let row = |d: disclosures::Disclosure| DisclosureRow {
        at: d.at,
        name: d.name,
        practice: d.practice,
        sections: d.section.into_iter().collect(),
        emergency: d.emergency.map(|taken| Emergency { until: taken.until, is_used: taken.is_used }),
        bases: d.bases,
    };
    let model = opened::Disclosures {
        patients: read.patients.into_iter().map(|(id, name)| FamilyPatient { id, name }).collect(),
        current: read.current,
        rows: read.rows.into_iter().map(row).collect(),
        next: read.next.map(place),
    };
    Ok(opened::page(&framed(&site, &visitor, NavItem::Disclosures, language), &model))
}
