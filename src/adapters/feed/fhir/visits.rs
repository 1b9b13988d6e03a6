//! Visits, appointments and referrals.

use super::clinical::opening;
use super::json::{Concept, Found, Node, joined};
use super::{Context, Lines, ending, item, names};
use crate::domain::chart::{ChartItem, DO_NOT_PERFORM, REFERRAL as REFERRALS, Section};

/// SNOMED CT: "Patient referral", "Referral to service", "Referral procedure".
const REFERRAL: [&str; 3] = ["3457005", "306206005", "103696004"];

/// An encounter as a visit.
pub(super) fn encounter(c: Context<'_>) -> Found<Lines> {
    let span = c.node.period("period", c.zone())?;
    let class = c.node.coding("class")?;
    let kinds = c.node.concepts("type")?;
    let kind = kinds.first().cloned().unwrap_or_else(|| class.clone());
    let people = c.node.list("participant")?.into_iter().map(|p| c.refs.name(p.node("individual")?));
    let places = c.node.list("location")?.into_iter().map(|l| c.refs.name(l.node("location")?));
    let service = match names(places)? {
        place if place.is_empty() => c.refs.name(c.node.node("serviceProvider")?)?,
        place => place,
    };
    let reason = c.node.titles("reasonCode")?;
    Ok(vec![(
        ChartItem {
            status: c.node.text("status")?.to_owned(),
            category: class_name(&class),
            text: service,
            actor: names(people)?,
            detail: if reason == kind.name() { String::new() } else { reason },
            ..ending(item(Section::Visits, &kind, opening(span)), span.to)
        },
        String::new(),
    )])
}

/// The visit class as people say it. Codes: HL7 `v3-ActEncounterCode`.
fn class_name(class: &Concept) -> String {
    match class.word().as_str() {
        "AMB" => "Outpatient".into(),
        "EMER" => "Emergency".into(),
        "IMP" | "ACUTE" | "NONAC" => "Inpatient".into(),
        "OBSENC" => "Observation".into(),
        "PRENC" => "Pre-admission".into(),
        "SS" => "Short stay".into(),
        "VR" => "Virtual".into(),
        "HH" => "Home health".into(),
        "FLD" => "Field".into(),
        _ => class.name(),
    }
}

/// An appointment.
pub(super) fn appointment(c: Context<'_>) -> Found<Lines> {
    let mut kinds = c.node.concepts("serviceType")?;
    kinds.push(c.node.concept("appointmentType")?);
    let mut kind = kinds.into_iter().find(|k| !k.is_empty()).unwrap_or_default();
    let description = c.node.text("description")?;
    if !description.is_empty() {
        description.clone_into(&mut kind.title);
    }
    let mut referral = "";
    for request in c.node.list("basedOn")? {
        referral = c.refs.referral(request, c.labels)?.unwrap_or(referral);
    }
    let (mut people, mut places) = (Vec::new(), Vec::new());
    for participant in c.node.list("participant")? {
        let actor = participant.node("actor")?;
        let key = c.refs.key(actor)?.unwrap_or_default();
        if key.starts_with("Location/") {
            places.push(c.refs.name(actor)?);
        } else if !key.starts_with("Patient/") {
            people.push(c.refs.name(actor)?);
        }
    }
    Ok(vec![(
        ChartItem {
            status: c.node.text("status")?.to_owned(),
            category: "Appointment".into(),
            actor: joined(people, ", "),
            text: joined([c.node.titles("reasonCode")?, c.node.text("patientInstruction")?.to_owned()], "; "),
            detail: joined(places, ", "),
            about: referral.to_owned(),
            ..ending(
                item(Section::Appointments, &kind, c.node.moment("start", c.zone())?),
                c.node.moment("end", c.zone())?,
            )
        },
        String::new(),
    )])
}

/// Whether an order is a referral.
pub(super) fn is_referral(order: Node<'_>) -> Found<bool> {
    let (code, categories) = (order.concept("code")?, order.concepts("category")?);
    let says_so =
        |concept: &Concept| concept.has(&REFERRAL) || concept.title.to_lowercase().contains("referral");
    Ok(categories.iter().chain([&code]).any(says_so))
}

/// How far a referral has come; that it is not to be made, where it says so.
pub(super) fn state(order: Node<'_>) -> Found<&str> {
    if order.truth("doNotPerform")? == Some(true) { Ok(DO_NOT_PERFORM) } else { order.text("status") }
}

/// A referral; other orders have no place in the record.
pub(super) fn service_request(c: Context<'_>) -> Found<Lines> {
    if !is_referral(c.node)? {
        return Ok(Vec::new());
    }
    let code = c.node.concept("code")?;
    let number = match c.node.node("requisition")?.text("value")? {
        "" => c.node.first("identifier")?.text("value")?,
        number => number,
    };
    let wanted = c.node.period("occurrencePeriod", c.zone())?;
    let at = match c.node.moment("occurrenceDateTime", c.zone())?.or_else(|| opening(wanted)) {
        Some(moment) => Some(moment),
        None => c.node.moment("authoredOn", c.zone())?,
    };
    let asked = c.node.list("performer")?.into_iter().map(|p| c.refs.name(p));
    let people = joined([names(asked)?, c.refs.name(c.node.node("requester")?)?], ", ");
    Ok(vec![(
        ChartItem {
            status: c.node.text("status")?.to_owned(),
            category: REFERRALS.into(),
            actor: people,
            text: number.to_owned(),
            about: if state(c.node)? == DO_NOT_PERFORM { DO_NOT_PERFORM.into() } else { String::new() },
            detail: joined([c.node.text("priority")?.to_owned(), c.node.titles("reasonCode")?], "; "),
            ..ending(item(Section::Appointments, &code, at), wanted.to)
        },
        String::new(),
    )])
}
