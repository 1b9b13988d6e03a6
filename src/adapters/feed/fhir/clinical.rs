//! Problems, medications, allergies, immunizations, procedures.

use super::json::{Concept, Found, Node, joined};
use super::moment::{Moment, Period};
use super::{Context, Lines, item, names};
use crate::domain::chart::{ChartItem, NONE_KNOWN, Section};

/// SNOMED CT: "No known allergy", and its predecessors "No known allergies" and "Allergy not known to exist".
const NO_ALLERGY: [&str; 3] = ["716186003", "160244002", "1631000175102"];

/// The texts of the notes of `node`, joined.
fn notes(node: Node<'_>) -> Found<String> {
    let texts: Vec<String> =
        node.list("note")?.into_iter().map(|n| n.text("text").map(str::to_owned)).collect::<Found<_>>()?;
    Ok(joined(texts, " "))
}

/// When a period begins, as a moment.
pub(super) fn opening(period: Period) -> Option<Moment> {
    period.start.map(|start| Moment { start, end: start, date_only: period.date_only })
}

/// A condition as a problem. One that was refuted is none.
pub(super) fn condition(c: Context<'_>) -> Found<Lines> {
    let verification = c.node.concept("verificationStatus")?;
    if verification.has(&["refuted"]) {
        return Ok(Vec::new());
    }
    let onset = c.node.period("onsetPeriod", c.zone())?;
    let begun = match c.node.moment("onsetDateTime", c.zone())?.or_else(|| opening(onset)) {
        Some(moment) => Some(moment),
        None => c.node.moment("recordedDate", c.zone())?,
    };
    let abated = c.node.moment("abatementDateTime", c.zone())?.map(|m| m.start);
    let abatement = c.node.period("abatementPeriod", c.zone())?;
    let doubt = if verification.has(&["confirmed"]) { String::new() } else { verification.name() };
    let asserter = ["asserter", "recorder"].map(|key| c.refs.name(c.node.node(key)?));
    Ok(vec![(
        ChartItem {
            until: abated.or(abatement.start),
            status: c.node.concept("clinicalStatus")?.word(),
            category: c.node.concepts("category")?.first().map(Concept::word).unwrap_or_default(),
            text: c.node.titles("bodySite")?,
            actor: names(asserter)?,
            detail: joined([c.node.concept("severity")?.name(), doubt, notes(c.node)?], "; "),
            ..item(Section::Problems, &c.node.concept("code")?, begun)
        },
        String::new(),
    )])
}

/// An allergy, or the statement that there is none.
pub(super) fn allergy(c: Context<'_>) -> Found<Lines> {
    let code = c.node.concept("code")?;
    let begun = c.node.first_moment(&["onsetDateTime", "recordedDate"], c.zone())?;
    let refuted = c.node.concept("verificationStatus")?.has(&["refuted"]);
    let mut reactions = Vec::new();
    let mut severities = Vec::new();
    for reaction in c.node.list("reaction")? {
        reactions.push(reaction.titles("manifestation")?);
        severities.push(reaction.text("severity")?.to_owned());
    }
    let criticality = match c.node.text("criticality")? {
        "high" => "high criticality",
        "low" => "low criticality",
        _ => "",
    };
    let kinds = c.node.texts("category")?.into_iter().map(str::to_owned);
    let none = code.has(&NO_ALLERGY);
    Ok(vec![(
        ChartItem {
            status: if refuted { "refuted".into() } else { c.node.concept("clinicalStatus")?.word() },
            category: if none { NONE_KNOWN.into() } else { joined(kinds, ", ") },
            text: joined(reactions, ", "),
            actor: names([c.refs.name(c.node.node("recorder")?)])?,
            detail: joined([joined(severities, ", "), criticality.into(), notes(c.node)?], "; "),
            ..item(Section::Allergies, &code, begun)
        },
        String::new(),
    )])
}

/// A vaccination, given or not.
pub(super) fn immunization(c: Context<'_>) -> Found<Lines> {
    let mut doses = Vec::new();
    for protocol in c.node.list("protocolApplied")? {
        let number = protocol.number("doseNumberPositiveInt")?.map(|n| format!("dose {n}"));
        doses.push(number.unwrap_or_else(|| protocol.text("doseNumberString").unwrap_or("").to_owned()));
    }
    let lot = match c.node.text("lotNumber")? {
        "" => String::new(),
        lot => format!("lot {lot}"),
    };
    let given_by = c.node.list("performer")?.into_iter().map(|p| c.refs.name(p.node("actor")?));
    let details = [
        joined(doses, ", "),
        c.node.concept("route")?.name(),
        c.node.concept("site")?.name(),
        lot,
        c.node.concept("statusReason")?.name(),
        notes(c.node)?,
    ];
    Ok(vec![(
        ChartItem {
            status: c.node.text("status")?.to_owned(),
            text: joined(
                [quantity(c.node.node("doseQuantity")?)?, c.node.text("occurrenceString")?.to_owned()],
                ", ",
            ),
            actor: names(given_by)?,
            detail: joined(details, "; "),
            ..item(
                Section::Immunizations,
                &c.node.concept("vaccineCode")?,
                c.node.moment("occurrenceDateTime", c.zone())?,
            )
        },
        String::new(),
    )])
}

/// A prescription.
pub(super) fn medication_request(c: Context<'_>) -> Found<Lines> {
    let forbidden = c.node.truth("doNotPerform")? == Some(true);
    let validity = c.node.node("dispenseRequest")?.period("validityPeriod", c.zone())?;
    let forbidden = if forbidden { "Do not give" } else { "" };
    let details = [forbidden.to_owned(), c.node.titles("reasonCode")?, notes(c.node)?];
    Ok(vec![(
        ChartItem {
            until: validity.end,
            status: c.node.text("status")?.to_owned(),
            category: c.node.concepts("category")?.first().map(Concept::name).unwrap_or_default(),
            text: dosage(c.node, "dosageInstruction")?,
            actor: names([c.refs.name(c.node.node("requester")?)])?,
            detail: joined(details, "; "),
            ..item(Section::Medications, &medication(c)?, c.node.moment("authoredOn", c.zone())?)
        },
        String::new(),
    )])
}

/// Medication that someone reports.
pub(super) fn medication_statement(c: Context<'_>) -> Found<Lines> {
    let taken = c.node.period("effectivePeriod", c.zone())?;
    let begun = c.node.first_moment(&["effectiveDateTime"], c.zone())?.or_else(|| opening(taken));
    let begun = match begun {
        Some(moment) => Some(moment),
        None => c.node.moment("dateAsserted", c.zone())?,
    };
    Ok(vec![(
        ChartItem {
            until: taken.end,
            status: c.node.text("status")?.to_owned(),
            category: "reported".into(),
            text: dosage(c.node, "dosage")?,
            actor: names([c.refs.name(c.node.node("informationSource")?)])?,
            detail: joined([c.node.titles("reasonCode")?, notes(c.node)?], "; "),
            ..item(Section::Medications, &medication(c)?, begun)
        },
        String::new(),
    )])
}

/// What is prescribed: a code, a contained Medication, or one known by reference.
fn medication(c: Context<'_>) -> Found<Concept> {
    let code = c.node.concept("medicationCodeableConcept")?;
    if !code.is_empty() {
        return Ok(code);
    }
    let reference = c.node.node("medicationReference")?;
    if let Some(id) = reference.text("reference")?.strip_prefix('#') {
        for contained in c.node.list("contained")? {
            if contained.text("id")? == id {
                return contained.concept("code");
            }
        }
    }
    Ok(Concept { title: c.refs.name(reference)?, ..Concept::default() })
}

/// The dose instructions, as written, else put together.
fn dosage(node: Node<'_>, key: &str) -> Found<String> {
    let mut lines = Vec::new();
    for dosage in node.list(key)? {
        let written = [dosage.text("text")?, dosage.text("patientInstruction")?];
        if let Some(text) = written.iter().find(|t| !t.is_empty()) {
            lines.push((*text).to_owned());
            continue;
        }
        let dose = quantity(dosage.first("doseAndRate")?.node("doseQuantity")?)?;
        let timing = dosage.node("timing")?;
        let repeat = timing.node("repeat")?;
        let often = match (repeat.number("frequency")?, repeat.number("period")?) {
            (Some(times), Some(period)) => {
                format!("{times} × every {period} {}", repeat.text("periodUnit")?)
            }
            _ => timing.concept("code")?.name(),
        };
        let needed = dosage.truth("asNeededBoolean")? == Some(true);
        let needed = if needed { "as needed".to_owned() } else { String::new() };
        lines.push(joined([dose, dosage.concept("route")?.name(), often, needed], ", "));
    }
    Ok(joined(lines, "; "))
}

/// A quantity as text: `0.5 mL`.
pub(super) fn quantity(node: Node<'_>) -> Found<String> {
    let Some(value) = node.number("value")? else { return Ok(String::new()) };
    let unit = [node.text("unit")?, node.text("code")?].into_iter().find(|u| !u.is_empty());
    Ok(format!("{}{value} {}", node.text("comparator")?, unit.unwrap_or("")).trim().to_owned())
}

/// A procedure.
pub(super) fn procedure(c: Context<'_>) -> Found<Lines> {
    let span = c.node.period("performedPeriod", c.zone())?;
    let done = c.node.moment("performedDateTime", c.zone())?.or_else(|| opening(span));
    let performers = c.node.list("performer")?.into_iter().map(|p| c.refs.name(p.node("actor")?));
    let details = [
        c.node.titles("reasonCode")?,
        c.node.titles("bodySite")?,
        c.node.concept("outcome")?.name(),
        c.node.concept("statusReason")?.name(),
        notes(c.node)?,
    ];
    Ok(vec![(
        ChartItem {
            until: span.end,
            status: c.node.text("status")?.to_owned(),
            category: c.node.concept("category")?.name(),
            text: c.node.text("performedString")?.to_owned(),
            actor: names(performers)?,
            detail: joined(details, "; "),
            ..item(Section::Procedures, &c.node.concept("code")?, done)
        },
        String::new(),
    )])
}
