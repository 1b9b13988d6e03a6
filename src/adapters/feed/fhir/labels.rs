//! Security labels of a resource.
//!
//! Systems: HL7 Terminology `v3-Confidentiality` and `v3-ActCode`, by URL and by OID.

use super::json::{Found, Node};
use crate::domain::chart::sensitivity::Labels;

const CONFIDENTIALITY: [&str; 3] = [
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "http://hl7.org/fhir/v3/Confidentiality",
    "urn:oid:2.16.840.1.113883.5.25",
];
const ACT_CODE: [&str; 3] = [
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "http://hl7.org/fhir/v3/ActCode",
    "urn:oid:2.16.840.1.113883.5.4",
];

/// The labels of `resource`: of its meta, of a document's `securityLabel`, and of a composition's `confidentiality`.
pub(super) fn labels(resource: Node<'_>) -> Found<Labels> {
    let mut labels = Labels::NONE;
    for coding in resource.node("meta")?.list("security")? {
        labels = labels.and(of_coding(coding.text("system")?, coding.text("code")?));
    }
    for concept in resource.list("securityLabel")? {
        for coding in concept.list("coding")? {
            labels = labels.and(of_coding(coding.text("system")?, coding.text("code")?));
        }
    }
    let own = resource.text("confidentiality")?;
    if !own.is_empty() {
        labels = labels.and(of_coding(CONFIDENTIALITY[0], own));
    }
    Ok(labels)
}

/// The label of one coding. A code that cannot be told apart from a sensitive one withholds: an unknown code of either system,
/// and a known one without system.
fn of_coding(system: &str, code: &str) -> Labels {
    if CONFIDENTIALITY.contains(&system) {
        return match code {
            "U" | "L" | "M" | "N" => Labels::NONE,
            "R" | "V" => Labels::of_code(code).unwrap_or(Labels::UNKNOWN),
            _ => Labels::UNKNOWN,
        };
    }
    if ACT_CODE.contains(&system) {
        return Labels::of_code(code).filter(|_| code != "R" && code != "V").unwrap_or(Labels::UNKNOWN);
    }
    if system.is_empty() { Labels::of_code(code).unwrap_or(Labels::NONE) } else { Labels::NONE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(system: &str, code: &str) -> Labels {
        let resource = json!({"meta": {"security": [{"system": system, "code": code}]}});
        labels(Node::of(&resource)).unwrap()
    }

    #[test]
    fn normal_confidentiality_withholds_nothing_and_restricted_does() {
        for code in ["U", "L", "M", "N"] {
            assert_eq!(of(CONFIDENTIALITY[0], code), Labels::NONE, "{code}");
        }
        assert_eq!(of(CONFIDENTIALITY[0], "R"), Labels::of_code("R").unwrap());
        assert_eq!(of(CONFIDENTIALITY[2], "V"), Labels::of_code("V").unwrap());
    }

    #[test]
    fn a_sensitivity_code_is_its_label_and_an_unknown_one_is_withheld_too() {
        assert_eq!(of(ACT_CODE[0], "PSY"), Labels::of_code("PSY").unwrap());
        assert_eq!(of(ACT_CODE[0], "42CFRPart2"), Labels::PART2);
        assert_eq!(of(ACT_CODE[0], "BRANDNEW"), Labels::UNKNOWN);
        assert_eq!(of(ACT_CODE[1], ""), Labels::UNKNOWN);
        assert_eq!(of(CONFIDENTIALITY[0], "PSY"), Labels::UNKNOWN);
    }

    #[test]
    fn labels_of_other_systems_withhold_nothing() {
        assert_eq!(of("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST"), Labels::NONE);
    }

    #[test]
    fn a_document_label_and_a_composition_confidentiality_count_as_well() {
        let document = json!({"securityLabel": [{"coding": [{"system": ACT_CODE[0], "code": "HIV"}]}]});
        assert_eq!(labels(Node::of(&document)).unwrap(), Labels::of_code("HIV").unwrap());
        let composition = json!({"confidentiality": "R"});
        assert_eq!(labels(Node::of(&composition)).unwrap(), Labels::of_code("R").unwrap());
    }
}
