//! Codes, times and values of the record as CDA writes them (HL7 CDA R2, C-CDA R2.1). What the record does not hold is `UNK`.

use time::Date;

use super::xml::{Element, el};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::dated::Known;
use crate::domain::chart::results::{exact_text, printed, range_text};
use crate::domain::chart::{ChartItem, Flag};

pub(super) const LOINC: &str = "2.16.840.1.113883.6.1";
pub(super) const SNOMED: &str = "2.16.840.1.113883.6.96";

/// FHIR's names of code systems, and the OIDs by which CDA names them. Source: HL7 Terminology, external code systems.
const SYSTEMS: [(&str, &str); 9] = [
    ("http://loinc.org", LOINC),
    ("http://snomed.info/sct", SNOMED),
    ("http://www.nlm.nih.gov/research/umls/rxnorm", "2.16.840.1.113883.6.88"),
    ("http://hl7.org/fhir/sid/cvx", "2.16.840.1.113883.12.292"),
    ("http://hl7.org/fhir/sid/icd-10-cm", "2.16.840.1.113883.6.90"),
    ("http://hl7.org/fhir/sid/icd-9-cm", "2.16.840.1.113883.6.103"),
    ("http://hl7.org/fhir/sid/ndc", "2.16.840.1.113883.6.69"),
    ("http://www.ama-assn.org/go/cpt", "2.16.840.1.113883.6.12"),
    ("http://www.cms.gov/Medicare/Coding/ICD10", "2.16.840.1.113883.6.4"),
];

/// `<templateId>` of a template and its version; both CDA readers that know the version and those that know none find it.
pub(super) fn templates(root: &'static str, version: &'static str) -> [Element; 2] {
    [el("templateId").with("root", root), versioned(root, version)]
}

/// `<templateId>` of a template in this version alone.
pub(super) fn versioned(root: &'static str, version: &'static str) -> Element {
    el("templateId").with("root", root).with("extension", version)
}

/// An element with a code of a system that CDA has a fixed meaning for.
pub(super) fn fixed(name: &'static str, code: &str, system: &str) -> Element {
    el(name).with("code", code).with("codeSystem", system)
}

/// An element that says that nothing is known.
pub(super) fn unknown(name: &'static str) -> Element {
    el(name).with("nullFlavor", "UNK")
}

/// `<id>` of an item; `part` tells what stands around it from the item itself.
pub(super) fn id(item: &ChartItem, part: &'static str) -> Element {
    let id = el("id").with("root", item.id.to_string());
    if part.is_empty() { id } else { id.with("extension", part) }
}

/// A code and the OID of its system, where CDA has one.
fn coding(code: &str) -> Option<(&str, &str)> {
    let (system, code) = code.rsplit_once('|')?;
    let known = SYSTEMS.iter().find(|(uri, _)| *uri == system).map(|(_, oid)| *oid);
    let oid = known.or_else(|| system.strip_prefix("urn:oid:"))?;
    let is_oid = oid.contains('.') && oid.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_code = !code.is_empty() && !code.contains(char::is_whitespace);
    (is_oid && is_code).then_some((code, oid))
}

/// What `item` is, as a coded element; its words stand in the narrative under `anchor`.
pub(super) fn coded(name: &'static str, item: &ChartItem, anchor: &str) -> Element {
    let code = match coding(&item.code) {
        Some((code, system)) => fixed(name, code, system).with("displayName", item.title.clone()),
        None => unknown(name),
    };
    code.holding(el("originalText").holding(reference(anchor)))
}

/// The narrative that says it in words.
pub(super) fn reference(anchor: &str) -> Element {
    el("reference").with("value", format!("#{anchor}"))
}

/// A moment, to the second.
pub(super) fn moment(name: &'static str, at: Instant) -> Element {
    let at = at.to_offset();
    let text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}+0000",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    el(name).with("value", text)
}

/// A date, as far as it is known.
pub(super) fn day(name: &'static str, date: Date, known: Known) -> Element {
    let (year, month) = (date.year(), u8::from(date.month()));
    let text = match known {
        Known::Day => format!("{year:04}{month:02}{:02}", date.day()),
        Known::Month => format!("{year:04}{month:02}"),
        Known::Year => format!("{year:04}"),
    };
    el(name).with("value", text)
}

/// When an item began, no more exactly than its source says it.
pub(super) fn began(name: &'static str, item: &ChartItem, zone: Zone) -> Element {
    match item.at {
        None => unknown(name),
        Some(at) if item.date_only => day(name, zone.date(at), item.dated.at),
        Some(at) => moment(name, at),
    }
}

/// When an item ended, where it has.
pub(super) fn ended(item: &ChartItem, zone: Zone) -> Option<Element> {
    item.until.map(|until| match item.dated.until {
        Some(known) => day("high", zone.date(until.plus_seconds(-1)), known),
        None => moment("high", until),
    })
}

/// From when to when.
pub(super) fn span(item: &ChartItem, zone: Zone) -> Element {
    el("effectiveTime").holding(began("low", item, zone)).all(ended(item, zone))
}

/// Units of UCUM, written exactly so. What is printed otherwise may be another unit there (`PG`, `mg/dl`, `K/uL`), and is left to
/// the words.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "1", "%", "mg/dL", "g/dL", "ug/dL", "g/L", "mg/L", "ug/L", "mg/mL", "ug/mL", "ng/mL", "pg/mL", "ng/dL", "ng/L", "pg", "fL",
    "mol/L", "mmol/L", "umol/L", "nmol/L", "pmol/L", "meq/L", "mosm/kg", "mg/g", "U/L", "U/mL", "kU/L", "[IU]/L", "m[IU]/L",
    "u[IU]/mL", "[IU]/mL", "10*3/uL", "10*6/uL", "10*9/L", "10*12/L", "/uL", "mL/min/{1.73_m2}", "mm/h", "s", "{INR}", "[pH]",
    "mm[Hg]", "/min", "Cel", "[degF]", "kg", "g", "kg/m2", "cm", "m", "[in_i]", "[lb_av]", "mL",
];

/// The unit of a value, where it is one in UCUM. A number without one may be of any unit, which a quantity would call none.
fn unit(item: &ChartItem) -> Option<&'static str> {
    UNITS.iter().find(|unit| **unit == item.unit).copied()
}

fn quantity(element: Element, value: &str, unit: &str) -> Element {
    element.with("value", value).with("unit", unit)
}

/// The digits of a number, as the source wrote them where they are digits.
fn digits(item: &ChartItem, number: f64) -> String {
    let is_plain = |text: &&String| {
        text.parse::<f64>().is_ok() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
    };
    Some(&item.text).filter(is_plain).cloned().unwrap_or_else(|| exact_text(number))
}

/// The value of a reading: a number with its unit, the side of a number that it lies on, or text.
pub(super) fn value(item: &ChartItem) -> Element {
    let typed = |kind: &'static str| el("value").with("xsi:type", kind);
    match (item.number, unit(item)) {
        (Some(number), Some(unit)) if item.comparator.is_empty() => {
            quantity(typed("PQ"), &digits(item, number), unit)
        }
        (Some(number), Some(unit)) => {
            let end = if item.comparator.starts_with('<') { "high" } else { "low" };
            let inclusive = item.comparator.ends_with('=').to_string();
            let end = quantity(el(end), &digits(item, number), unit).with("inclusive", inclusive);
            typed("IVL_PQ").holding(end)
        }
        _ if printed(item).is_empty() => typed("PQ").with("nullFlavor", "UNK"),
        _ => typed("ST").text(printed(item)),
    }
}

/// A quantity, or that it is not known as one: vital signs are quantities and nothing else.
pub(super) fn measured(item: &ChartItem) -> Element {
    let value = value(item);
    let is_quantity = item.number.is_some() && unit(item).is_some() && item.comparator.is_empty();
    if is_quantity { value } else { unknown("value").with("xsi:type", "PQ") }
}

/// A quantity of a blood pressure's two. Where its unit is not known, neither is the pressure: there are others, such as kPa.
pub(super) fn half(text: &str, unit_of: &ChartItem) -> Element {
    match unit_of.unit.as_str() {
        "mm[Hg]" | "mmHg" | "mm Hg" => quantity(el("value").with("xsi:type", "PQ"), text, "mm[Hg]"),
        _ => unknown("value").with("xsi:type", "PQ"),
    }
}

/// What the laboratory flagged; nothing for silence and for words of its own.
pub(super) fn interpretation(item: &ChartItem) -> Option<Element> {
    let code = match item.flag {
        Flag::Normal => "N",
        Flag::Low => "L",
        Flag::High => "H",
        Flag::CriticalLow => "LL",
        Flag::CriticalHigh => "HH",
        Flag::Abnormal => "A",
        Flag::Critical => "AA",
        Flag::Unsaid | Flag::Other => return None,
    };
    Some(fixed("interpretationCode", code, "2.16.840.1.113883.5.83"))
}

/// The range beside a value.
pub(super) fn range(item: &ChartItem) -> Option<Element> {
    let text = range_text(item);
    if text.is_empty() {
        return None;
    }
    let end = |name: &'static str, number: Option<f64>| {
        number.zip(unit(item)).map(|(number, unit)| quantity(el(name), &exact_text(number), unit))
    };
    let ends = [end("low", item.low), end("high", item.high)];
    let value = if ends.iter().all(Option::is_none) {
        unknown("value").with("xsi:type", "ST")
    } else {
        el("value").with("xsi:type", "IVL_PQ").all(ends.into_iter().flatten())
    };
    let words = el("text").text(text);
    Some(el("referenceRange").holding(el("observationRange").holding(words).holding(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;
    use crate::domain::chart::dated::Dated;

    fn said(element: &Element) -> String {
        let text = String::from_utf8(element.document().unwrap()).unwrap();
        text.split_once("?>").unwrap().1.to_owned()
    }

    fn item(code: &str) -> ChartItem {
        ChartItem { code: code.into(), title: "Title".into(), ..ChartItem::blank(Section::Results) }
    }

    #[test]
    fn a_code_is_written_only_where_its_system_has_an_oid() {
        let of = |code: &str| said(&coded("code", &item(code), "x"));
        let words = "<originalText><reference value=\"#x\"/></originalText></code>";
        for (code, system) in [("http://loinc.org|2339-0", LOINC), ("urn:oid:1.2.3|2339-0", "1.2.3")] {
            let known =
                format!("<code code=\"2339-0\" codeSystem=\"{system}\" displayName=\"Title\">{words}");
            assert_eq!(of(code), known);
        }
        for code in
            ["", "http://other.example|1", "urn:oid:a.b|1", "http://loinc.org|two words", "http://loinc.org|"]
        {
            assert_eq!(of(code), format!("<code nullFlavor=\"UNK\">{words}"), "{code}");
        }
    }

    #[test]
    fn a_date_is_no_more_exact_than_its_source_and_an_end_is_its_last_day() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let at: Instant = "2019-03-14T04:00:00Z".parse().unwrap();
        let of = |date_only, known| {
            let dated = Dated { at: known, until: None };
            said(&began("low", &ChartItem { at: Some(at), date_only, dated, ..item("") }, zone))
        };
        assert_eq!(of(true, Known::Day), "<low value=\"20190314\"/>");
        assert_eq!(of(true, Known::Month), "<low value=\"201903\"/>");
        assert_eq!(of(true, Known::Year), "<low value=\"2019\"/>");
        assert_eq!(of(false, Known::Day), "<low value=\"20190314040000+0000\"/>");
        let dated = Dated { at: Known::Day, until: Some(Known::Day) };
        let until = Some("2019-03-16T04:00:00Z".parse().unwrap());
        let span = said(&span(&ChartItem { until, dated, ..item("") }, zone));
        assert_eq!(
            span,
            "<effectiveTime><low nullFlavor=\"UNK\"/><high value=\"20190315\"/></effectiveTime>"
        );
    }

    #[test]
    fn a_value_is_a_quantity_a_side_of_one_or_text() {
        let of = |number: Option<f64>, comparator: &str, text: &str, unit: &str| {
            let (comparator, text, unit) = (comparator.into(), text.into(), unit.into());
            said(&value(&ChartItem { number, comparator, text, unit, ..item("") }))
        };
        assert_eq!(
            of(Some(5.0), "", "5.0", "mg/dL"),
            "<value xsi:type=\"PQ\" value=\"5.0\" unit=\"mg/dL\"/>"
        );
        assert_eq!(of(Some(0.5), "", "", "1"), "<value xsi:type=\"PQ\" value=\"0.5\" unit=\"1\"/>");
        assert_eq!(of(Some(0.5), "", "", ""), "<value xsi:type=\"ST\">0.5</value>");
        for (unit, print) in [("mg/dl", "mg/dl"), ("PG", "PG"), ("K/uL", "K/µL"), ("mmHg", "mmHg")] {
            let text = format!("<value xsi:type=\"ST\">3 {print}</value>");
            assert_eq!(of(Some(3.0), "", "", unit), text, "{unit} is none of UCUM's");
        }
        assert_eq!(of(Some(3.0), "<", "", "mg/dl"), "<value xsi:type=\"ST\">&lt;3 mg/dl</value>");
        let below = "<value xsi:type=\"IVL_PQ\"><high value=\"3\" unit=\"%\" inclusive=\"false\"/></value>";
        assert_eq!(of(Some(3.0), "<", "", "%"), below);
        let above = "<value xsi:type=\"IVL_PQ\"><low value=\"3\" unit=\"%\" inclusive=\"true\"/></value>";
        assert_eq!(of(Some(3.0), ">=", "", "%"), above);
        assert_eq!(of(None, "", "Positive", ""), "<value xsi:type=\"ST\">Positive</value>");
        assert_eq!(of(Some(3.0), "", "", "per field"), "<value xsi:type=\"ST\">3 per field</value>");
        assert_eq!(of(None, "", "", "mg"), "<value xsi:type=\"PQ\" nullFlavor=\"UNK\"/>");
    }

    #[test]
    fn half_a_blood_pressure_is_a_quantity_only_in_a_unit_that_is_known() {
        let of = |unit: &str| said(&half("118", &ChartItem { unit: unit.into(), ..item("") }));
        for unit in ["mm[Hg]", "mmHg", "mm Hg"] {
            assert_eq!(of(unit), "<value xsi:type=\"PQ\" value=\"118\" unit=\"mm[Hg]\"/>", "{unit}");
        }
        for unit in ["", "kPa", "mg/dL"] {
            assert_eq!(of(unit), "<value nullFlavor=\"UNK\" xsi:type=\"PQ\"/>", "{unit}");
        }
    }

    #[test]
    fn a_range_in_a_unit_that_is_none_of_ucums_is_only_words() {
        let of = |unit: &str| {
            let unit = unit.to_owned();
            said(&range(&ChartItem { low: Some(1.0), high: Some(9.0), unit, ..item("") }).unwrap())
        };
        assert!(of("mg/dL").contains("<low value=\"1\" unit=\"mg/dL\"/>"));
        assert!(of("mg/dl").contains("<value nullFlavor=\"UNK\" xsi:type=\"ST\"/>"));
    }
}
