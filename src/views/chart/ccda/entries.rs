//! The coded entries of a section, by the templates of C-CDA R2.1.
//!
//! An entry asserts something to a machine that reads no narrative. So what is planned, suspected, proposed or in doubt has none: no
//! template says so, and it stands in the narrative alone, with its words. What did not happen, or must not, is written as negated.
//! So too a status that does not say what holds, and a known negative, whose code a machine would file as what the patient has.

use super::coded::{
    LOINC, SNOMED, began, coded, ended, fixed, half, id, interpretation, measured, moment, range, reference,
    span, templates, unknown, value,
};
use super::xml::{Element, el};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::caution::{Caution, caution};
use crate::domain::chart::{
    ChartItem, DO_NOT_GIVE, REPORTED, REPORTED_BY_FAMILY, REPORTED_BY_PATIENT, Section, TAKEN,
};

/// The LOINC codes of blood pressure, and of its two numbers.
const PRESSURE: &str = "http://loinc.org|85354-9";
const HALVES: [&str; 2] = ["8480-6", "8462-4"];

/// SNOMED CT: no known drug, food, environmental and latex allergy, and no current problems.
const NEGATIVES: [&str; 5] = ["409137002", "429625007", "428607008", "1003774007", "160245001"];

/// How known negatives without such a code begin.
const NEGATIVE_WORDS: [&str; 3] = ["no known", "nkda", "no current"];

/// Whether `item` says that there is nothing.
fn is_negative(item: &ChartItem) -> bool {
    let code = item.code.rsplit('|').next().unwrap_or_default();
    let title = item.title.trim_start().to_lowercase();
    NEGATIVES.contains(&code) || NEGATIVE_WORDS.iter().any(|begin| title.starts_with(begin))
}

/// Whether the status of `item` says too little of what holds.
fn is_doubtful(item: &ChartItem) -> bool {
    let status = item.status.as_str();
    match item.section {
        Section::Medications if item.category == DO_NOT_GIVE => status != "active",
        Section::Medications | Section::Procedures | Section::Visits => matches!(status, "" | "unknown"),
        Section::Results => status == "unknown",
        Section::Vitals => !matches!(status, "final" | "amended" | "corrected"),
        _ => false,
    }
}

/// The entry of `item`, whose narrative has the id `anchor`; `None` for what no entry can say without asserting too much.
pub(super) fn entry(item: &ChartItem, anchor: &str, zone: Zone) -> Option<Element> {
    if is_negative(item) || is_doubtful(item) {
        return None;
    }
    let caution = caution(item);
    let one = match item.section {
        Section::Problems if caution.is_none() => problem(item, anchor, zone),
        Section::Allergies if caution.is_none() => allergy(item, anchor, zone),
        Section::Medications => medication(item, caution, anchor, zone)?,
        Section::Immunizations => immunization(item, caution, anchor, zone),
        Section::Results => result(item, anchor, zone),
        Section::Vitals => vital(item, anchor, zone),
        Section::Visits if caution.is_none() => visit(item, anchor, zone),
        Section::Procedures => procedure(item, caution, anchor, zone)?,
        _ => return None,
    };
    Some(el("entry").with("typeCode", "DRIV").holding(one))
}

/// An act or observation that has happened, with its templates and id.
fn event(name: &'static str, class: &str, (root, version): (&'static str, &'static str)) -> Element {
    el(name).with("classCode", class).with("moodCode", "EVN").all(templates(root, version))
}

fn status(code: &str) -> Element {
    el("statusCode").with("code", code)
}

fn words(anchor: &str) -> Element {
    el("text").holding(reference(anchor))
}

/// What tracks a problem or an allergy around what was observed of it. The date of the item is its own: it may be that of the
/// recording, and so is no onset of what was observed.
fn concern(item: &ChartItem, of: (&'static str, &'static str), observed: Element, zone: Zone) -> Element {
    event("act", "ACT", of)
        .holding(id(item, "concern"))
        .holding(fixed("code", "CONC", "2.16.840.1.113883.5.6"))
        .holding(status("active"))
        .holding(el("effectiveTime").holding(began("low", item, zone)))
        .holding(el("entryRelationship").with("typeCode", "SUBJ").holding(observed))
}

fn problem(item: &ChartItem, anchor: &str, zone: Zone) -> Element {
    let loinc = fixed("translation", "75326-9", LOINC).with("displayName", "Problem");
    let observed = event("observation", "OBS", ("2.16.840.1.113883.10.20.22.4.4", "2015-08-01"))
        .holding(id(item, ""))
        .holding(fixed("code", "55607006", SNOMED).with("displayName", "Problem").holding(loinc))
        .holding(words(anchor))
        .holding(status("completed"))
        .holding(el("effectiveTime").holding(unknown("low")).all(ended(item, zone)))
        .holding(coded("value", item, anchor).with("xsi:type", "CD"));
    concern(item, ("2.16.840.1.113883.10.20.22.4.3", "2015-08-01"), observed, zone)
}

const ALLERGY_CONCERN: (&str, &str) = ("2.16.840.1.113883.10.20.22.4.30", "2015-08-01");

/// `of`, the beginning of an observation with its id, as one of a propensity to react to `substance`.
fn propensity(of: Element, anchor: &str, substance: Element) -> Element {
    let kind = fixed("value", "420134006", SNOMED)
        .with("displayName", "Propensity to adverse reactions")
        .with("xsi:type", "CD");
    let role = el("participantRole")
        .with("classCode", "MANU")
        .holding(el("playingEntity").with("classCode", "MMAT").holding(substance));
    of.holding(fixed("code", "ASSERTION", "2.16.840.1.113883.5.4"))
        .holding(words(anchor))
        .holding(status("completed"))
        .holding(el("effectiveTime").holding(unknown("low")))
        .holding(kind)
        .holding(el("participant").with("typeCode", "CSM").holding(role))
}

const PROPENSITY: (&str, &str) = ("2.16.840.1.113883.10.20.22.4.7", "2014-06-09");

fn allergy(item: &ChartItem, anchor: &str, zone: Zone) -> Element {
    let of = event("observation", "OBS", PROPENSITY).holding(id(item, ""));
    let observed = propensity(of, anchor, coded("code", item, anchor));
    concern(item, ALLERGY_CONCERN, observed, zone)
}

/// That there are none: asserted by the source, and so asserted here.
pub(super) fn no_known_allergies(document: &str, anchor: &str, now: Instant) -> Element {
    let own = |part: &str| el("id").with("root", document).with("extension", part);
    let of = el("observation")
        .with("classCode", "OBS")
        .with("moodCode", "EVN")
        .with("negationInd", "true")
        .all(templates(PROPENSITY.0, PROPENSITY.1))
        .holding(own("no-known-allergies"));
    let nothing = el("code").with("nullFlavor", "NA");
    let observed = propensity(of, anchor, nothing);
    let act = event("act", "ACT", ALLERGY_CONCERN)
        .holding(own("no-known-allergies-concern"))
        .holding(fixed("code", "CONC", "2.16.840.1.113883.5.6"))
        .holding(status("active"))
        .holding(el("effectiveTime").holding(moment("low", now)))
        .holding(el("entryRelationship").with("typeCode", "SUBJ").holding(observed));
    el("entry").with("typeCode", "DRIV").holding(act)
}

fn medication(item: &ChartItem, caution: Option<Caution>, anchor: &str, zone: Zone) -> Option<Element> {
    let (negated, state) = match caution {
        None => (false, "active"),
        Some(Caution::DoNotGive | Caution::NotTaken) => (true, "active"),
        Some(Caution::OnHold) => (false, "suspended"),
        Some(_) => return None,
    };
    let is_reported = [REPORTED, REPORTED_BY_PATIENT, REPORTED_BY_FAMILY].contains(&item.category.as_str());
    let one = el("substanceAdministration")
        .with("classCode", "SBADM")
        .with("moodCode", if is_reported { "EVN" } else { "INT" });
    let one = if negated { one.with("negationInd", "true") } else { one };
    // An order, reported or not, ends when its prescription is no longer valid, which is not when the therapy ends.
    let taken = el("effectiveTime").with("xsi:type", "IVL_TS").holding(began("low", item, zone));
    let taken = if item.about == TAKEN { taken.all(ended(item, zone)) } else { taken };
    Some(
        one.all(templates("2.16.840.1.113883.10.20.22.4.16", "2014-06-09"))
            .holding(id(item, ""))
            .holding(words(anchor))
            .holding(status(state))
            .holding(taken)
            .holding(unknown("doseQuantity"))
            .holding(product(item, anchor, "2.16.840.1.113883.10.20.22.4.23")),
    )
}

fn immunization(item: &ChartItem, caution: Option<Caution>, anchor: &str, zone: Zone) -> Element {
    el("substanceAdministration")
        .with("classCode", "SBADM")
        .with("moodCode", "EVN")
        .with("negationInd", caution.is_some().to_string())
        .all(templates("2.16.840.1.113883.10.20.22.4.52", "2015-08-01"))
        .holding(id(item, ""))
        .holding(words(anchor))
        .holding(status("completed"))
        .holding(began("effectiveTime", item, zone))
        .holding(product(item, anchor, "2.16.840.1.113883.10.20.22.4.54"))
}

fn product(item: &ChartItem, anchor: &str, template: &'static str) -> Element {
    let material = el("manufacturedMaterial").holding(coded("code", item, anchor));
    let product = el("manufacturedProduct").with("classCode", "MANU");
    el("consumable").holding(product.all(templates(template, "2014-06-09")).holding(material))
}

/// How far a reading is, as the status of an act.
fn state(item: &ChartItem) -> Element {
    status(match item.status.as_str() {
        "registered" | "preliminary" => "active",
        "cancelled" => "aborted",
        _ => "completed",
    })
}

fn result(item: &ChartItem, anchor: &str, zone: Zone) -> Element {
    let observed = event("observation", "OBS", ("2.16.840.1.113883.10.20.22.4.2", "2015-08-01"))
        .holding(id(item, ""))
        .holding(coded("code", item, anchor))
        .holding(words(anchor))
        .holding(state(item))
        .holding(began("effectiveTime", item, zone))
        .holding(value(item))
        .all(interpretation(item))
        .all(range(item));
    event("organizer", "BATTERY", ("2.16.840.1.113883.10.20.22.4.1", "2015-08-01"))
        .holding(id(item, "battery"))
        .holding(coded("code", item, anchor))
        .holding(state(item))
        .holding(el("component").holding(observed))
}

fn vital(item: &ChartItem, anchor: &str, zone: Zone) -> Element {
    let observed = |part: &'static str, code: Element, value: Element, flag: Option<Element>| {
        let one = event("observation", "OBS", ("2.16.840.1.113883.10.20.22.4.27", "2014-06-09"))
            .holding(id(item, part))
            .holding(code)
            .holding(words(anchor))
            .holding(status("completed"))
            .holding(began("effectiveTime", item, zone))
            .holding(value)
            .all(flag);
        el("component").holding(one)
    };
    let loinc = fixed("translation", "74728-7", LOINC).with("displayName", "Vital signs");
    let cluster = event("organizer", "CLUSTER", ("2.16.840.1.113883.10.20.22.4.26", "2015-08-01"))
        .holding(id(item, "cluster"))
        .holding(fixed("code", "46680005", SNOMED).with("displayName", "Vital signs").holding(loinc))
        .holding(status("completed"))
        .holding(began("effectiveTime", item, zone));
    let is_number = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.parse::<f64>().is_ok()
    };
    match item.text.split_once('/').filter(|_| item.code == PRESSURE) {
        Some((upper, lower)) if is_number(upper) && is_number(lower) => {
            let [systolic, diastolic] = HALVES;
            cluster
                .holding(observed("systolic", fixed("code", systolic, LOINC), half(upper, item), None))
                .holding(observed("diastolic", fixed("code", diastolic, LOINC), half(lower, item), None))
        }
        // The flag of a pair is the graver of two, and so of neither.
        _ => cluster.holding(observed("", coded("code", item, anchor), measured(item), interpretation(item))),
    }
}

fn visit(item: &ChartItem, anchor: &str, zone: Zone) -> Element {
    event("encounter", "ENC", ("2.16.840.1.113883.10.20.22.4.49", "2015-08-01"))
        .holding(id(item, ""))
        .holding(coded("code", item, anchor))
        .holding(words(anchor))
        .holding(span(item, zone))
}

fn procedure(item: &ChartItem, caution: Option<Caution>, anchor: &str, zone: Zone) -> Option<Element> {
    let (negated, state) = match caution {
        None => (false, "completed"),
        Some(Caution::NotDone) => (true, "completed"),
        Some(Caution::InProgress) => (false, "active"),
        Some(Caution::BrokenOff) => (false, "aborted"),
        Some(_) => return None,
    };
    let one = el("procedure").with("classCode", "PROC").with("moodCode", "EVN");
    let one = if negated { one.with("negationInd", "true") } else { one };
    Some(
        one.all(templates("2.16.840.1.113883.10.20.22.4.14", "2014-06-09"))
            .holding(id(item, ""))
            .holding(coded("code", item, anchor))
            .holding(words(anchor))
            .holding(status(state))
            .holding(span(item, zone)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_entry(section: Section, status: &str, more: impl FnOnce(&mut ChartItem)) -> bool {
        let mut item = ChartItem { status: status.into(), title: "x".into(), ..ChartItem::blank(section) };
        more(&mut item);
        entry(&item, "a", "America/New_York".parse().unwrap()).is_some()
    }

    #[test]
    fn a_known_negative_has_no_entry_by_its_code_or_its_words() {
        for code in NEGATIVES {
            let code = format!("http://snomed.info/sct|{code}");
            assert!(!has_entry(Section::Allergies, "active", |item| item.code.clone_from(&code)), "{code}");
        }
        for title in ["No known drug allergies", "NKDA", "no current problems"] {
            assert!(!has_entry(Section::Problems, "active", |item| item.title = title.into()), "{title}");
        }
        assert!(has_entry(Section::Problems, "active", |item| item.title = "Nocturnal cough".into()));
    }

    #[test]
    fn a_status_that_does_not_say_what_holds_makes_no_entry() {
        for section in [Section::Medications, Section::Procedures, Section::Visits] {
            assert!(!has_entry(section, "", |_| ()) && !has_entry(section, "unknown", |_| ()), "{section:?}");
            assert!(has_entry(section, "active", |_| ()), "{section:?}");
        }
        let forbidden = |status| has_entry(Section::Medications, status, |i| i.category = DO_NOT_GIVE.into());
        assert!(forbidden("active") && !forbidden("on-hold") && !forbidden("draft"));
        assert!(has_entry(Section::Results, "preliminary", |_| ()));
        assert!(!has_entry(Section::Results, "unknown", |_| ()));
        for (status, has) in [("final", true), ("amended", true), ("corrected", true), ("preliminary", false)]
        {
            assert_eq!(has_entry(Section::Vitals, status, |_| ()), has, "{status}");
        }
    }
}
