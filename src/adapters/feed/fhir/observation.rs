//! Observations: laboratory results, vital signs, scores and social history.

use super::clinical::{opening, quantity};
use super::json::{Concept, Found, Node, joined};
use super::moment::Moment;
use super::{Context, Lines, item, names};
use crate::domain::chart::{COMPONENT, ChartItem, Flag, Section};

/// LOINC: systolic and diastolic blood pressure.
const SYSTOLIC: &str = "8480-6";
const DIASTOLIC: &str = "8462-4";

/// An observation, and one item for each of its components.
pub(super) fn observation(c: Context<'_>) -> Found<Lines> {
    let (section, category) = place(c)?;
    let at = when(c)?;
    let status = c.node.text("status")?;
    let performers = c.node.list("performer")?.into_iter().map(|p| c.refs.name(p));
    let actor = names(performers)?;
    let code = c.node.concept("code")?;
    let panel = c.refs.panel(c.source.key, c.source.full_url);
    let category = panel.map_or(category, str::to_owned);
    let notes: Vec<String> =
        c.node.list("note")?.into_iter().map(|n| n.text("text").map(str::to_owned)).collect::<Found<_>>()?;
    let details = [c.node.concept("method")?.name(), c.node.concept("bodySite")?.name(), joined(notes, " ")];
    let detail = joined(details, "; ");
    let dress = |part: ChartItem, category: &str| ChartItem {
        status: status.to_owned(),
        category: category.to_owned(),
        actor: actor.clone(),
        detail: if part.detail.is_empty() { detail.clone() } else { part.detail.clone() },
        ..part
    };

    let components = c.node.list("component")?;
    let mut parts = Vec::new();
    for component in &components {
        let code = component.concept("code")?;
        parts.push((reading(*component, &code, section, at)?, code));
    }
    let mut lines: Lines = Vec::new();
    let whole = reading(c.node, &code, section, at)?;
    let pressure = pressure(&parts).map(|(text, unit, flag)| ChartItem { text, unit, flag, ..whole.clone() });
    let is_pressure = pressure.is_some();
    let says_something = whole.number.is_some() || !whole.text.is_empty();
    if let Some(pressure) = pressure {
        lines.push((dress(pressure, &category), String::new()));
    } else if says_something || (parts.is_empty() && !c.node.has("hasMember")) {
        lines.push((dress(whole, &category), String::new()));
    }
    let group = if is_pressure {
        COMPONENT.to_owned()
    } else if says_something || category.is_empty() {
        code.name()
    } else {
        category
    };
    for (part, _) in parts {
        lines.push((dress(part, &group), String::new()));
    }
    Ok(lines)
}

/// The section of an observation and, for those that are no laboratory result, the sub-group it stands under.
fn place(c: Context<'_>) -> Found<(Section, String)> {
    let categories = c.node.concepts("category")?;
    let has = |code: &str| categories.iter().any(|k| k.has(&[code]));
    if has("vital-signs") {
        return Ok((Section::Vitals, String::new()));
    }
    if has("laboratory") || has("LAB") || categories.is_empty() {
        return Ok((Section::Results, String::new()));
    }
    let named = [
        ("social-history", "Social history"),
        ("survey", "Scores and surveys"),
        ("exam", "Examination"),
        ("imaging", "Imaging measurements"),
        ("procedure", "Procedure measurements"),
        ("therapy", "Therapy"),
        ("activity", "Activity"),
    ];
    let known = named.iter().find(|(code, _)| has(code)).map(|(_, name)| (*name).to_owned());
    let own = || categories.first().map(Concept::name).unwrap_or_default();
    Ok((Section::Results, known.unwrap_or_else(own)))
}

/// When it was taken, before when it was reported.
fn when(c: Context<'_>) -> Found<Option<Moment>> {
    let at = c.node.first_moment(&["effectiveDateTime", "effectiveInstant"], c.zone())?;
    let span = c.node.period("effectivePeriod", c.zone())?;
    match at.or_else(|| opening(span)) {
        Some(moment) => Ok(Some(moment)),
        None => c.node.moment("issued", c.zone()),
    }
}

/// Value, range and flag of an observation or a component.
fn reading(node: Node<'_>, code: &Concept, section: Section, at: Option<Moment>) -> Found<ChartItem> {
    let measured = node.node("valueQuantity")?;
    let number = match node.number("valueInteger")? {
        Some(integer) => Some(integer),
        None => measured.number("value")?,
    };
    let unit = [measured.text("unit")?, measured.text("code")?].into_iter().find(|u| !u.is_empty());
    let (low, high, range) = range(node)?;
    let comparator = match measured.text("comparator")? {
        known @ ("<" | ">" | "<=" | ">=") => known,
        _ => "",
    };
    Ok(ChartItem {
        number,
        comparator: comparator.to_owned(),
        text: if number.is_some() { String::new() } else { words(node)? },
        unit: unit.unwrap_or_default().to_owned(),
        low,
        high,
        range,
        flag: flag(node)?,
        ..item(section, code, at)
    })
}

/// A value that is not a number.
fn words(node: Node<'_>) -> Found<String> {
    let coded = node.concept("valueCodeableConcept")?.name();
    let between = node.node("valueRange")?;
    let ratio = node.node("valueRatio")?;
    let period = node.node("valuePeriod")?;
    let pair = |a: String, b: String, sign: &str| {
        if a.is_empty() && b.is_empty() { String::new() } else { format!("{a}{sign}{b}") }
    };
    let truth = match node.truth("valueBoolean")? {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "",
    };
    let candidates = [
        coded,
        node.text("valueString")?.to_owned(),
        truth.to_owned(),
        node.text("valueDateTime")?.to_owned(),
        node.text("valueTime")?.to_owned(),
        pair(quantity(between.node("low")?)?, quantity(between.node("high")?)?, "–"),
        pair(quantity(ratio.node("numerator")?)?, quantity(ratio.node("denominator")?)?, ":"),
        pair(period.text("start")?.to_owned(), period.text("end")?.to_owned(), "–"),
        node.concept("dataAbsentReason")?.name(),
    ];
    Ok(candidates.into_iter().find(|text| !text.is_empty()).unwrap_or_default())
}

/// The reference range that is meant for anyone: low, high, and as the laboratory prints it.
fn range(node: Node<'_>) -> Found<(Option<f64>, Option<f64>, String)> {
    let ranges = node.list("referenceRange")?;
    let mut chosen = None;
    for range in &ranges {
        let kind = range.concept("type")?;
        if kind.is_empty() || kind.has(&["normal"]) {
            chosen = Some(*range);
            break;
        }
    }
    let Some(range) = chosen else { return Ok((None, None, String::new())) };
    let (low, high) = (range.node("low")?.number("value")?, range.node("high")?.number("value")?);
    Ok((low, high, range.text("text")?.to_owned()))
}

/// The flag that the laboratory set. Codes: HL7 `v3-ObservationInterpretation`; the gravest counts.
fn flag(node: Node<'_>) -> Found<Flag> {
    let mut gravest = Flag::Normal;
    for concept in node.concepts("interpretation")? {
        for (_, code) in &concept.codings {
            let flag = match code.as_str() {
                "LL" => Flag::CriticalLow,
                "HH" => Flag::CriticalHigh,
                "AA" => Flag::Critical,
                "L" | "LU" | "<" => Flag::Low,
                "H" | "HU" | ">" => Flag::High,
                "A" | "POS" | "DET" | "R" | "RR" | "IND" | "E" => Flag::Abnormal,
                _ => Flag::Normal,
            };
            if weight(flag) > weight(gravest) {
                gravest = flag;
            }
        }
    }
    Ok(gravest)
}

fn weight(flag: Flag) -> u8 {
    match flag {
        Flag::Normal => 0,
        Flag::Abnormal => 1,
        Flag::Low | Flag::High => 2,
        Flag::Critical => 3,
        Flag::CriticalLow | Flag::CriticalHigh => 4,
    }
}

/// `120/80`, its unit and its gravest flag, when the components are those of a blood pressure.
fn pressure(parts: &[(ChartItem, Concept)]) -> Option<(String, String, Flag)> {
    let part = |wanted: &str| parts.iter().find(|(_, code)| code.has(&[wanted])).map(|(item, _)| item);
    let (systolic, diastolic) = (part(SYSTOLIC)?, part(DIASTOLIC)?);
    let text = format!("{}/{}", systolic.number?.round(), diastolic.number?.round());
    let flag = [systolic.flag, diastolic.flag].into_iter().max_by_key(|flag| weight(*flag));
    Some((text, systolic.unit.clone(), flag.unwrap_or(Flag::Normal)))
}
