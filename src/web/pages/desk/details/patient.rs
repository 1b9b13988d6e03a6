//! The facts of a request about a patient, as the access team reads them before it calls and decides.

use maud::Markup;

use crate::app::desk::reading::Detail;
use crate::app::desk::verifying::{self, Facts, Listed};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;
use crate::domain::request::RequestKind;
use crate::views::desk::facts::Typed;
use crate::views::desk::patient::{self as view, Current, InChart, Person, Verified};
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::desk::member;
use crate::web::pages::desk::not_in_chart::shown;

/// The facts of `detail`, as a part of its page.
pub(in crate::web::pages::desk) async fn show(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    detail: &Detail,
    typed: Typed,
) -> Result<Markup, PageError> {
    let facts = verifying::facts(&site.app, &member(visitor), &detail.request).await?;
    let zone = frame.zone;
    let model = view::Facts {
        id: detail.request.id,
        typed,
        person: person(&facts),
        current: facts.listings.iter().map(|listed| current(frame, listed)).collect(),
        requested: requested(detail),
        verified: verified(&facts),
        in_chart: match facts.notice.and_then(|notice| notice.done) {
            Some((at, who)) => Some(InChart::Done(at, who)),
            None => facts.waits.map(|entry| InChart::Waits(shown(frame, entry.standing), entry.ended)),
        },
        npi: facts.npi,
        joiners: facts.joiners,
        route: facts.kept.route,
        expires: facts.kept.expires_at.map(|at| zone.date(at)),
        flagged: facts.kept.flagged_at.is_some(),
    };
    Ok(view::facts(frame, &model))
}

/// The patient, as the hospital's record has it.
pub(in crate::web::pages::desk) fn person(facts: &Facts) -> Option<Person> {
    facts.person.as_ref().map(|person| Person {
        family: person.family.clone(),
        given: person.given.clone(),
        born: person.birth_date,
        mrn: person.mrn.clone(),
        language: person.language.clone(),
    })
}

/// The checklist, once it is complete.
pub(in crate::web::pages::desk) fn verified(facts: &Facts) -> Option<Verified> {
    facts.verified.as_ref().map(|verified| Verified {
        identifiers: verified.checklist.identifiers,
        spoken_to: verified.checklist.spoken_to.clone(),
        relationship: verified.checklist.relationship,
        at: verified.at,
        by: verified.by.1.clone(),
    })
}

/// A listing that holds now.
pub(in crate::web::pages::desk) fn current(frame: &Frame, listed: &Listed) -> Current {
    let start = listed.span.start();
    Current {
        id: listed.id,
        who: (listed.provider.clone(), listed.practice.clone()),
        since: (start != Instant::EVER).then(|| frame.zone.date(start)),
        source: listed.source.word(),
    }
}

/// Who is to be listed: the provider who asked in the practice, or the practice for its staff.
pub(in crate::web::pages::desk) fn requested(detail: &Detail) -> String {
    if detail.request.kind != RequestKind::PcpChange {
        return String::new();
    }
    let by =
        detail.asked_by.as_ref().filter(|by| by.kind == AccountKind::Provider).map(|by| by.name.as_str());
    [by.unwrap_or_default(), &detail.practice]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}
