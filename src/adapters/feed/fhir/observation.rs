//! Observations: laboratory results, vital signs, scores and social history.

use super::clinical::{opening, quantity};
use super::interpretation::{flag, graver};
use super::json::{Concept, Found, Node, joined};
use super::members::Heading;
use super::moment::Moment;
use super::range::range;
use super::refs::References;
use super::{Context, Lines, Source, item, labels, names};
use crate::domain::chart::microbiology::{Susceptibility, answer_text};
use crate::domain::chart::results::{exact_text, printed, value_text};
use crate::domain::chart::{COMPONENT, ChartItem, Flag, SUSCEPTIBILITY, Section};

/// The extension by which an observation says that it replaces another, which is revoked.
const REPLACES: &str = "http://hl7.org/fhir/StructureDefinition/observation-replaces";

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
    let belongs = c.refs.belongs(c.source.key, c.source.full_url);
    let category = if belongs.panel.is_empty() { category } else { belongs.panel };
    let notes: Vec<String> =
        c.node.list("note")?.into_iter().map(|n| n.text("text").map(str::to_owned)).collect::<Found<_>>()?;
    let method = c.node.concept("method")?.name();
    let detail = joined([c.node.concept("bodySite")?.name(), joined(notes, " ")], "; ");
    let dress = |part: ChartItem, category: &str| ChartItem {
        status: status.to_owned(),
        category: if part.category.is_empty() { category.to_owned() } else { part.category.clone() },
        actor: actor.clone(),
        method: method.clone(),
        detail: if part.detail.is_empty() { detail.clone() } else { part.detail.clone() },
        report: belongs.report,
        ..part
    };

    let components = c.node.list("component")?;
    let mut parts = Vec::new();
    for component in &components {
        let code = component.concept("code")?;
        parts.push((reading(*component, &code, section, at)?, code));
    }
    let mut lines: Lines = Vec::new();
    let whole = ChartItem { was: replaced(c)?, ..reading(c.node, &code, section, at)? };
    let whole = if whole.category.is_empty() { whole } else { ChartItem { about: belongs.about, ..whole } };
    for (part, _) in &mut parts {
        if whole.number.is_none() {
            part.about.clone_from(&whole.text);
        }
    }
    let pressure = pressure(&parts, &whole);
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

/// Takes in what `node` says of other observations: its members, and its value where the source has revoked it.
pub(super) fn survey(source: Source<'_>, node: Node<'_>, refs: &mut References) -> Found<()> {
    let (is_revoked, is_heading) =
        (matches!(node.text("status")?, "entered-in-error" | "cancelled"), node.has("hasMember"));
    if !is_revoked && !is_heading {
        return Ok(());
    }
    let code = node.concept("code")?;
    let value = printed(&reading(node, &code, Section::Results, None)?);
    let labels = labels::labels(node)?;
    if is_revoked {
        refs.take_revoked(source.key, source.full_url, &value, labels);
        return Ok(());
    }
    let (key, full_url, title) = (source.key, source.full_url, code.name());
    refs.take_members(node, &Heading { key, full_url, title: &title, found: &value, labels })
}

/// The value that an observation says it replaces; empty when it says nothing, or the old value is not there.
fn replaced(c: Context<'_>) -> Found<String> {
    for extension in c.node.list("extension")? {
        if extension.text("url")? == REPLACES {
            let old = c.refs.revoked(extension.node("valueReference")?, c.labels)?;
            return Ok(old.unwrap_or_default().to_owned());
        }
    }
    Ok(String::new())
}

/// How an organism answered to an antibiotic, when that is what an observation or component says.
fn susceptibility(node: Node<'_>, code: &Concept) -> Found<Option<&'static str>> {
    for concept in node.concepts("interpretation")? {
        for (_, code) in &concept.codings {
            if let Some(answer) = Susceptibility::of_code(code) {
                return Ok(Some(answer.word()));
            }
        }
    }
    Ok(code.name().contains("[Susceptibility]").then_some(""))
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
    let (flag, said) = flag(node)?;
    let comparator = match measured.text("comparator")? {
        known @ ("<" | ">" | "<=" | ">=") => known,
        _ => "",
    };
    let tried = susceptibility(node, code)?;
    let digits = match (number, measured.digits("value")?) {
        (Some(number), Some(digits)) if digits != exact_text(number) => digits,
        _ => String::new(),
    };
    let text = match (tried, number) {
        (Some("") | None, None) => words(node)?,
        (Some(answer), _) => answer_text(answer, &digits),
        (None, Some(_)) => digits,
    };
    Ok(ChartItem {
        number,
        comparator: comparator.to_owned(),
        text,
        category: tried.map_or_else(String::new, |_| SUSCEPTIBILITY.to_owned()),
        unit: unit.unwrap_or_default().to_owned(),
        low,
        high,
        range,
        flag,
        said,
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

/// `120/80`, its unit, its gravest flag and what is said of it, when the components are those of a blood pressure.
fn pressure(parts: &[(ChartItem, Concept)], whole: &ChartItem) -> Option<ChartItem> {
    let part = |wanted: &str| parts.iter().find(|(_, code)| code.has(&[wanted])).map(|(item, _)| item);
    let (systolic, diastolic) = (part(SYSTOLIC)?, part(DIASTOLIC)?);
    // Two numbers, in the digits of the source.
    let text = format!(
        "{}/{}",
        systolic.number.map(|_| value_text(systolic))?,
        diastolic.number.map(|_| value_text(diastolic))?
    );
    let flag = graver(whole.flag, graver(systolic.flag, diastolic.flag));
    // Half of it normal does not make the whole so.
    let half = flag == Flag::Normal && [systolic.flag, diastolic.flag].contains(&Flag::Unsaid);
    let flag = if half && whole.flag == Flag::Unsaid { Flag::Unsaid } else { flag };
    let said = joined([&whole.said, &systolic.said, &diastolic.said].map(Clone::clone), "; ");
    Some(ChartItem { text, unit: systolic.unit.clone(), flag, said, ..whole.clone() })
}
