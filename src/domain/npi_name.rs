//! Whether a name that somebody typed is one of those that the NPI registry has for their number.

use serde::{Deserialize, Serialize};

use super::people::fold_name;

/// The names that the NPI registry has for one individual.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RegistryNames {
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
    /// Further names it is known by, as (family, given).
    pub others: Vec<(String, String)>,
}

/// Whether `typed` (family, given) is one of `names`: the same family name, or one that the other's double name holds, and
/// given names that begin alike, letters compared without case, accents, dots and dashes.
pub fn matches(typed: (&str, &str), names: &RegistryNames) -> bool {
    let first = std::iter::once((names.family.as_str(), names.given.as_str()));
    let all = first.chain(names.others.iter().map(|(family, given)| (family.as_str(), given.as_str())));
    all.into_iter().any(|(family, given)| same_family(typed.0, family) && same_given(typed.1, given))
}

/// The parts of a name, as they are compared.
fn parts(name: &str) -> Vec<String> {
    let spaced: String =
        fold_name(name).chars().map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
    let plain = spaced.replace('\'', "");
    let suffix = |word: &&str| !matches!(*word, "jr" | "sr" | "ii" | "iii" | "iv" | "dr" | "md" | "do");
    plain.split_whitespace().filter(suffix).map(str::to_owned).collect()
}

fn same_family(typed: &str, known: &str) -> bool {
    let (typed, known) = (parts(typed), parts(known));
    let holds =
        |long: &[String], short: &[String]| !short.is_empty() && short.iter().all(|p| long.contains(p));
    typed.concat() == known.concat() && !typed.is_empty() || holds(&typed, &known) || holds(&known, &typed)
}

fn same_given(typed: &str, known: &str) -> bool {
    let (typed, known) = (parts(typed), parts(known));
    match (typed.first(), known.first()) {
        (Some(typed), Some(known)) => typed.starts_with(known.as_str()) || known.starts_with(typed.as_str()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ngozi() -> RegistryNames {
        let others = vec![("ADEYEMI".to_owned(), "NGOZI".to_owned())];
        RegistryNames { family: "OKAFOR-SMITH".to_owned(), given: "NGOZI A.".to_owned(), others }
    }

    #[test]
    fn a_name_matches_without_case_accents_and_dashes_and_by_a_part_of_a_double_name() {
        for (family, given) in [
            ("Okafor-Smith", "Ngozi"),
            ("okafor smith", "ngozi"),
            ("Okafor", "Ngozi Ada"),
            ("Smith Jr.", "N."),
            ("Ókafor", "Ngozi"),
            ("Adeyemi", "Ngozi"),
        ] {
            assert!(matches((family, given), &ngozi()), "{family}, {given}");
        }
    }

    #[test]
    fn another_name_does_not_match() {
        for (family, given) in [
            ("Chen", "Ngozi"),
            ("Okafor", "Amara"),
            ("", "Ngozi"),
            ("Okafor", ""),
            ("-", "."),
            ("Ok", "Ngozi"),
        ] {
            assert!(!matches((family, given), &ngozi()), "{family}, {given}");
        }
        assert!(!matches(("", ""), &RegistryNames::default()));
    }

    #[test]
    fn an_apostrophe_makes_no_other_name() {
        let names =
            RegistryNames { family: "O'REILLY".to_owned(), given: "SEÁN".to_owned(), others: Vec::new() };
        assert!(matches(("OReilly", "Sean"), &names));
        assert!(matches(("O’Reilly", "Seán"), &names));
    }
}
