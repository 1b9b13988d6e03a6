//! The reference range of a value, as far as its ends can be compared with it; several, each with whom it is meant for, until it is known
//! whose value it is.

use super::json::{Concept, Found, Node, joined};
use crate::domain::chart::ranges::{AgeEnd, AgeUnit, For, Offered, unsettled};
use crate::domain::chart::results::{between, exact_text, unit_text};

/// A reference range: its ends where they are in the unit of the value, and how it is printed; empty where the ends say it.
pub(super) type Printed = (Option<f64>, Option<f64>, String);

/// The reference range of `node`; what must be settled for the patient where there are several, or one that is not meant for anyone.
pub(super) fn range(node: Node<'_>) -> Found<Printed> {
    let value = node.node("valueQuantity")?;
    let mut ranges = Vec::new();
    for range in node.list("referenceRange")? {
        let kind = range.concept("type")?;
        if kind.is_empty() || kind.has(&["normal"]) {
            let range = offered(range, value)?;
            if !ranges.contains(&range) {
                ranges.push(range);
            }
        }
    }
    Ok(match ranges.as_slice() {
        [] => (None, None, String::new()),
        [one] if one.whom == For::Anyone && one.youngest.is_none() && one.oldest.is_none() => {
            let ends = between(one.low.map(exact_text), one.high.map(exact_text));
            (one.low, one.high, if one.text == ends { String::new() } else { one.text.clone() })
        }
        several => (None, None, unsettled(several)),
    })
}

fn offered(range: Node<'_>, value: Node<'_>) -> Found<Offered> {
    let mut whom = For::Anyone;
    let mut names = Vec::new();
    for concept in range.concepts("appliesTo")? {
        let meant = meant_for(&concept);
        // A range is for those to whom all of them apply.
        whom = if whom == For::Anyone || whom == meant { meant } else { For::Some };
        names.push(match meant {
            For::Male if concept.title.is_empty() => "Male".to_owned(),
            For::Female if concept.title.is_empty() => "Female".to_owned(),
            _ => concept.name(),
        });
    }
    let age = range.node("age")?;
    let (youngest, oldest) = (age_end(age.node("low")?)?, age_end(age.node("high")?)?);
    let is_aged =
        |key: &str, end: Option<AgeEnd>| -> Found<bool> { Ok(end.is_some() || !age.node(key)?.has("value")) };
    if !is_aged("low", youngest)? || !is_aged("high", oldest)? {
        whom = For::Some;
    }
    names.push(between(age_text(age.node("low")?)?, age_text(age.node("high")?)?));
    let (low, high, text) = printed(range, value)?;
    Ok(Offered { whom, youngest, oldest, low, high, name: joined(names, ", "), text })
}

/// Whom a code means: SNOMED CT, HL7 administrative gender, or the word itself.
fn meant_for(concept: &Concept) -> For {
    let words = concept.codings.iter().map(|(_, code)| code.as_str()).chain([concept.title.as_str()]);
    for word in words {
        match word.to_ascii_lowercase().as_str() {
            "male" | "m" | "248153007" => return For::Male,
            "female" | "f" | "248152002" => return For::Female,
            _ => {}
        }
    }
    if concept.is_empty() { For::Anyone } else { For::Some }
}

/// An end of an age as it can be counted: half a year is six months. `None` for one that is not there or cannot.
fn age_end(end: Node<'_>) -> Found<Option<AgeEnd>> {
    let Some(count) = end.number("value")? else { return Ok(None) };
    let unit = match unit(end)?.as_str() {
        "a" | "y" | "yr" | "yrs" | "year" | "years" => AgeUnit::Years,
        "mo" | "month" | "months" => AgeUnit::Months,
        "wk" | "week" | "weeks" => AgeUnit::Weeks,
        "d" | "day" | "days" => AgeUnit::Days,
        _ => return Ok(None),
    };
    let whole = |count: f64| {
        let is_whole = (0.0..100_000.0).contains(&count) && count.fract() == 0.0;
        is_whole.then(|| exact_text(count).parse::<i32>().ok()).flatten()
    };
    Ok(match unit {
        AgeUnit::Years => {
            let months = || whole(count * 12.0).map(|count| (count, AgeUnit::Months));
            whole(count).map(|count| (count, unit)).or_else(months)
        }
        _ => whole(count).map(|count| (count, unit)),
    })
}

fn age_text(end: Node<'_>) -> Found<Option<String>> {
    let unit = unit(end)?;
    let unit = match unit.as_str() {
        "a" => "years",
        "mo" => "months",
        "wk" => "weeks",
        "d" => "days",
        other => other,
    };
    Ok(end.digits("value")?.map(|digits| format!("{digits} {unit}").trim().to_owned()))
}

/// A range by itself, whomever it is meant for.
fn printed(range: Node<'_>, value: Node<'_>) -> Found<Printed> {
    let (low, high) = (range.node("low")?, range.node("high")?);
    let own = range.text("text")?.to_owned();
    if same_unit(low, value)? && same_unit(high, value)? {
        let (from, to) = (low.number("value")?, high.number("value")?);
        let written = || Ok(between(low.digits("value")?, high.digits("value")?));
        return Ok((from, to, if own.is_empty() { written()? } else { own }));
    }
    if !own.is_empty() {
        return Ok((None, None, own));
    }
    // Ends in another unit than the value are printed with theirs, and compared with nothing.
    let named = |end: Node<'_>| -> Found<Option<String>> {
        let unit = unit_text(&unit(end)?);
        Ok(end.digits("value")?.map(|digits| format!("{digits} {unit}").trim().to_owned()))
    };
    Ok((None, None, between(named(low)?, named(high)?)))
}

fn unit(quantity: Node<'_>) -> Found<String> {
    let (unit, code) = (quantity.text("unit")?, quantity.text("code")?);
    Ok(if unit.is_empty() { code } else { unit }.to_owned())
}

/// Whether an end of a range is in the unit of the value: it is where it says none.
fn same_unit(end: Node<'_>, value: Node<'_>) -> Found<bool> {
    let same = |key: &str| -> Found<bool> {
        let ours = end.text(key)?;
        Ok(!ours.is_empty() && ours == value.text(key)?)
    };
    let printed = unit_text(&unit(end)?);
    Ok(printed.is_empty() || same("code")? || same("unit")? || printed == unit_text(&unit(value)?))
}
