//! What the laboratory says of a value: codes of HL7 `v3-ObservationInterpretation`, and words of its own.

use super::json::{Concept, Found, Node, joined};
use crate::domain::chart::Flag;
use crate::domain::chart::microbiology::Susceptibility;

/// The flag of a code; `None` for one that is no flag.
fn of_code(code: &str) -> Option<Flag> {
    Some(match code {
        "N" => Flag::Normal,
        "LL" => Flag::CriticalLow,
        "HH" => Flag::CriticalHigh,
        "AA" => Flag::Critical,
        // `<` and `>` are off the scale, LU and HU (L> and H> of old) significantly, LX and HX beyond a threshold.
        "L" | "LU" | "L<" | "L>" | "LX" | "<" => Flag::Low,
        "H" | "HU" | "H>" | "HX" | ">" => Flag::High,
        "A" | "POS" | "DET" | "R" | "RR" | "WR" | "IND" | "E" | "EX" | "UNE" | "NS" => Flag::Abnormal,
        _ => return None,
    })
}

/// The flag that words without a known code say.
fn of_words(words: &str) -> Option<Flag> {
    Some(match words.to_lowercase().as_str() {
        "normal" | "within range" => Flag::Normal,
        "low" | "below low normal" => Flag::Low,
        "high" | "above high normal" => Flag::High,
        "critical low" | "critically low" => Flag::CriticalLow,
        "critical high" | "critically high" => Flag::CriticalHigh,
        "abnormal" => Flag::Abnormal,
        "critical" | "critically abnormal" | "critical abnormal" => Flag::Critical,
        _ => return None,
    })
}

/// Whether a code says something that is neither abnormal nor how the value lies to its range: negative, not detected, not reactive,
/// expected, better.
fn is_quiet(code: &str) -> bool {
    matches!(code, "NEG" | "ND" | "NR" | "EXP" | "B")
}

/// The gravest flag that the laboratory set, and what it says in other words. Nothing said is no flag.
pub(super) fn flag(node: Node<'_>) -> Found<(Flag, String)> {
    let (mut flag, mut said) = (Flag::Unsaid, Vec::new());
    for concept in node.concepts("interpretation")? {
        let words = concept.name();
        let found = known(&concept).or_else(|| of_words(&words));
        let found = match found {
            Some(known) => known,
            // How an organism answers to an antibiotic stands in a table of its own.
            None if has(&concept, |code| Susceptibility::of_code(code).is_some()) => Flag::Unsaid,
            None if words.is_empty() => Flag::Unsaid,
            None => {
                said.push(words);
                if has(&concept, is_quiet) { Flag::Unsaid } else { Flag::Other }
            }
        };
        flag = graver(flag, found);
    }
    Ok((flag, joined(said, "; ")))
}

fn has(concept: &Concept, wanted: impl Fn(&str) -> bool) -> bool {
    concept.codings.iter().any(|(_, code)| wanted(code))
}

/// The gravest flag of the codes of one concept, which are translations of each other.
fn known(concept: &Concept) -> Option<Flag> {
    concept.codings.iter().filter_map(|(_, code)| of_code(code)).reduce(graver)
}

/// The graver of two flags.
pub(super) fn graver(one: Flag, other: Flag) -> Flag {
    if weight(other) > weight(one) { other } else { one }
}

fn weight(flag: Flag) -> u8 {
    match flag {
        Flag::Unsaid => 0,
        Flag::Normal => 1,
        Flag::Other => 2,
        Flag::Abnormal => 3,
        Flag::Low | Flag::High => 4,
        Flag::Critical => 5,
        Flag::CriticalLow | Flag::CriticalHigh => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(interpretation: &Value) -> (Flag, String) {
        flag(Node::of(&json!({ "interpretation": interpretation }))).unwrap()
    }

    fn coded(code: &str) -> (Flag, String) {
        of(&json!([{"coding": [{"code": code}]}]))
    }

    #[test]
    fn every_code_means_what_it_says_and_none_is_taken_for_normal() {
        for (code, meant) in [
            ("N", Flag::Normal),
            ("L", Flag::Low),
            ("LU", Flag::Low),
            ("L<", Flag::Low),
            ("LX", Flag::Low),
            ("H", Flag::High),
            ("HU", Flag::High),
            ("H>", Flag::High),
            ("HX", Flag::High),
            ("LL", Flag::CriticalLow),
            ("HH", Flag::CriticalHigh),
            ("A", Flag::Abnormal),
            ("WR", Flag::Abnormal),
            ("AA", Flag::Critical),
        ] {
            assert_eq!(coded(code), (meant, String::new()), "{code}");
        }
        assert_eq!(coded("QCF"), (Flag::Other, "QCF".into()));
        assert_eq!(coded("NEG"), (Flag::Unsaid, "NEG".into()));
        assert_eq!(coded("S"), (Flag::Unsaid, String::new()));
        assert_eq!(of(&json!([])), (Flag::Unsaid, String::new()));
        assert_eq!(of(&json!([{"text": "High"}])), (Flag::High, String::new()));
        assert_eq!(of(&json!([{"text": "See comment"}])), (Flag::Other, "See comment".into()));
    }

    #[test]
    fn the_gravest_counts_and_a_translation_adds_nothing() {
        let two = json!([{"coding": [{"code": "H"}, {"system": "urn:ours", "code": "+"}]}, {"coding": [{"code": "HH"}]}]);
        assert_eq!(of(&two), (Flag::CriticalHigh, String::new()));
        let display = json!([{"coding": [{"code": "N"}]}, {"coding": [{"code": "QCF", "display": "Quality control failure"}]}]);
        assert_eq!(of(&display), (Flag::Other, "Quality control failure".into()));
    }
}
