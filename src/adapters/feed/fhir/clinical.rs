//! Problems, medications, allergies, immunizations, procedures.

use super::json::{Concept, Found, Node, joined};
use super::moment::{Moment, Period};
use super::{Context, Lines, ending, item, names};
use crate::domain::chart::{
    ChartItem, DO_NOT_GIVE, NONE_KNOWN, NOT_ASKED, REPORTED, REPORTED_BY_FAMILY, REPORTED_BY_PATIENT,
    Section, TAKEN,
};

/// SNOMED CT: "No known allergy", and its predecessor "No known allergies".
const NO_ALLERGY: [&str; 2] = ["716186003", "160244002"];

/// Where a condition says that it is over.
const ABATED: [&str; 5] =
    ["abatementDateTime", "abatementPeriod", "abatementAge", "abatementRange", "abatementString"];

/// The texts of the notes of `node`, joined.
fn notes(node: Node<'_>) -> Found<String> {
    let texts: Vec<String> =
        node.list("note")?.into_iter().map(|n| n.text("text").map(str::to_owned)).collect::<Found<_>>()?;
    Ok(joined(texts, " "))
}

/// When a period begins, as a moment.
pub(super) fn opening(period: Period) -> Option<Moment> {
    period.from.map(|moment| Moment { end: moment.start, ..moment })
}

/// How far a condition or an allergy is verified; empty when it is confirmed, or when the source does not say.
fn doubt(verification: &Concept) -> String {
    if verification.has(&["confirmed"]) { String::new() } else { verification.word() }
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
    // A problem that is being overcome is over when that begins.
    let abatement = c.node.period("abatementPeriod", c.zone())?.from;
    let abated = c.node.moment("abatementDateTime", c.zone())?.or(abatement);
    let clinical = c.node.concept("clinicalStatus")?.word();
    let over = ABATED.iter().any(|key| c.node.has(key));
    let asserter = ["asserter", "recorder"].map(|key| c.refs.name(c.node.node(key)?));
    Ok(vec![(
        ChartItem {
            status: if clinical.is_empty() && over { "resolved".into() } else { clinical },
            category: c.node.concepts("category")?.first().map(Concept::word).unwrap_or_default(),
            text: c.node.titles("bodySite")?,
            actor: names(asserter)?,
            detail: joined([c.node.concept("severity")?.name(), notes(c.node)?], "; "),
            about: doubt(&verification),
            ..ending(item(Section::Problems, &c.node.concept("code")?, begun), abated)
        },
        String::new(),
    )])
}

/// An allergy, or the statement that there is none; nothing where nobody was asked.
pub(super) fn allergy(c: Context<'_>) -> Found<Lines> {
    let code = c.node.concept("code")?;
    if code.has(&[NOT_ASKED]) {
        return Ok(Vec::new());
    }
    let begun = c.node.first_moment(&["onsetDateTime", "recordedDate"], c.zone())?;
    let verification = c.node.concept("verificationStatus")?;
    let refuted = verification.has(&["refuted"]);
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
            about: doubt(&verification),
            ..item(Section::Allergies, &code, begun)
        },
        String::new(),
    )])
}

/// What HL7's `immunization-origin` names: where the report of a vaccination is from.
const ORIGINS: [&str; 5] = ["provider", "record", "recall", "school", "jurisdiction"];

/// Where the report of a vaccination is from, as a word of [`ORIGINS`] or as the source says it; `reported` where it does not say,
/// and empty for what was not reported.
fn origin(node: Node<'_>) -> Found<String> {
    let origin = node.concept("reportOrigin")?;
    let known = ORIGINS.into_iter().find(|word| origin.has(&[*word]));
    let primary = node.truth("primarySource")?;
    Ok(match known.map_or_else(|| origin.name(), str::to_owned) {
        _ if primary == Some(true) => String::new(),
        silent if silent.is_empty() && primary == Some(false) => "reported".to_owned(),
        said => said,
    })
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
        quantity(c.node.node("doseQuantity")?)?,
        c.node.concept("route")?.name(),
        c.node.concept("site")?.name(),
        lot,
        c.node.concept("statusReason")?.name(),
        notes(c.node)?,
    ];
    Ok(vec![(
        ChartItem {
            status: c.node.text("status")?.to_owned(),
            text: c.node.text("occurrenceString")?.to_owned(),
            actor: names(given_by)?,
            method: origin(c.node)?,
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

/// Who reports a medicine, as a category; `source` says who, where anybody does.
fn reporter(c: Context<'_>, source: Node<'_>) -> Found<&'static str> {
    let text = source.text("reference")?;
    let mut kind = source.text("type")?.to_owned();
    if let Some(key) = c.refs.key(source)? {
        key.split('/').next().unwrap_or_default().clone_into(&mut kind);
    } else if let Some(id) = text.strip_prefix('#') {
        for contained in c.node.list("contained")? {
            if contained.text("id")? == id {
                contained.text("resourceType")?.clone_into(&mut kind);
            }
        }
    }
    Ok(match kind.as_str() {
        "Patient" => REPORTED_BY_PATIENT,
        "RelatedPerson" => REPORTED_BY_FAMILY,
        _ => REPORTED,
    })
}

/// By whom an order is only a report of what is taken; `None` for what was prescribed.
fn reported(c: Context<'_>) -> Found<Option<&'static str>> {
    let source = c.node.node("reportedReference")?;
    if !source.is_nothing() {
        return reporter(c, source).map(Some);
    }
    let by_patient = c.node.concepts("category")?.iter().any(|category| category.has(&["patientspecified"]));
    let requester = reporter(c, c.node.node("requester")?)?;
    // What patients or families order for themselves was prescribed by nobody.
    if requester != REPORTED {
        return Ok(Some(requester));
    }
    if by_patient {
        return Ok(Some(REPORTED_BY_PATIENT));
    }
    Ok((c.node.truth("reportedBoolean")? == Some(true)).then_some(REPORTED))
}

/// The status of an order; one that is only a proposal or a plan says so, in place of being active.
fn standing(c: Context<'_>, is_reported: bool) -> Found<String> {
    let status = c.node.text("status")?;
    let running = matches!(status, "" | "active" | "unknown");
    Ok(match c.node.text("intent")? {
        "proposal" | "option" if running => "proposed",
        "plan" if running && !is_reported => "planned",
        _ => status,
    }
    .to_owned())
}

/// A prescription, or an order not to give something.
pub(super) fn medication_request(c: Context<'_>) -> Found<Lines> {
    let validity = c.node.node("dispenseRequest")?.period("validityPeriod", c.zone())?;
    let details = [c.node.titles("reasonCode")?, c.node.concept("statusReason")?.name(), notes(c.node)?];
    let reported = reported(c)?;
    let category = match reported {
        _ if c.node.truth("doNotPerform")? == Some(true) => DO_NOT_GIVE.to_owned(),
        Some(reported) => reported.to_owned(),
        None => c.node.concepts("category")?.first().map(Concept::name).unwrap_or_default(),
    };
    Ok(vec![(
        ChartItem {
            status: standing(c, reported.is_some())?,
            category,
            text: dosage(c.node, "dosageInstruction")?,
            actor: names([c.refs.name(c.node.node("requester")?)])?,
            detail: joined(details, "; "),
            ..ending(
                item(Section::Medications, &medication(c)?, c.node.moment("authoredOn", c.zone())?),
                validity.to,
            )
        },
        String::new(),
    )])
}

/// Medication that someone reports.
pub(super) fn medication_statement(c: Context<'_>) -> Found<Lines> {
    let source = c.node.node("informationSource")?;
    let taken = c.node.period("effectivePeriod", c.zone())?;
    let begun = c.node.first_moment(&["effectiveDateTime"], c.zone())?.or_else(|| opening(taken));
    let begun = match begun {
        Some(moment) => Some(moment),
        None => c.node.moment("dateAsserted", c.zone())?,
    };
    Ok(vec![(
        ChartItem {
            status: c.node.text("status")?.to_owned(),
            category: reporter(c, source)?.into(),
            text: dosage(c.node, "dosage")?,
            about: TAKEN.to_owned(),
            actor: names([c.refs.name(source)])?,
            detail: joined(
                [c.node.titles("reasonCode")?, c.node.titles("statusReason")?, notes(c.node)?],
                "; ",
            ),
            ..ending(item(Section::Medications, &medication(c)?, begun), taken.to)
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
    let Some(value) = node.digits("value")? else { return Ok(String::new()) };
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
            status: c.node.text("status")?.to_owned(),
            category: c.node.concept("category")?.name(),
            text: c.node.text("performedString")?.to_owned(),
            actor: names(performers)?,
            detail: joined(details, "; "),
            ..ending(item(Section::Procedures, &c.node.concept("code")?, done), span.to)
        },
        String::new(),
    )])
}
