//! Whether the name that somebody typed is one that the NPI registry has for their number.
//!
//! Names are compared without case and accents. Registries and people write them differently: with or without particles, suffixes,
//! middle names, a second family name, a hyphen. What does not agree is no refusal: the access team looks at it.

use serde::{Deserialize, Serialize};

use super::people::fold_name;

/// Words of a family name that some write and others leave out.
const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "las", "los", "van", "von",
    "der", "den", "ter", "al", "el", "bin", "ibn", "y", "e",
];
/// What may stand behind a name and is none.
const SUFFIXES: &[&str] =
    &["jr", "sr", "ii", "iii", "iv", "md", "do", "phd", "np", "pa", "rn", "dds", "dmd", "mph", "faap"];

/// A family name and a given name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name<'a> {
    /// The family name.
    pub family: &'a str,
    /// The given name, with or without a middle name or initial.
    pub given: &'a str,
}

/// The names that the NPI registry has for one individual, as a draft keeps them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RegistryNames {
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
    /// Further names it is known by, as (family, given).
    pub others: Vec<(String, String)>,
}

impl RegistryNames {
    /// Whether the typed (family, given) is one of them.
    pub fn agree((family, given): (&str, &str), names: &Self) -> bool {
        let own = Name { family: &names.family, given: &names.given };
        let others = names.others.iter().map(|(family, given)| Name { family, given });
        agrees(Name { family, given }, std::iter::once(own).chain(others))
    }
}

/// Whether `typed` is one of the names in `registered`: its own, or a former or other one.
pub fn agrees<'a>(typed: Name<'_>, registered: impl IntoIterator<Item = Name<'a>>) -> bool {
    registered.into_iter().any(|known| same(typed, known))
}

fn same(typed: Name<'_>, known: Name<'_>) -> bool {
    families_agree(typed.family, known.family) && givens_agree(typed.given, known.given)
}

/// One family name has every word of the other: `Garcia` and `García-López` agree, `Garcia` and `Lopez` do not.
fn families_agree(typed: &str, known: &str) -> bool {
    let (typed, known) = (family_words(typed), family_words(known));
    let within =
        |few: &[String], many: &[String]| !few.is_empty() && few.iter().all(|word| many.contains(word));
    within(&typed, &known) || within(&known, &typed) || joined(&typed, &known)
}

/// `Mac Donald` and `MacDonald`.
fn joined(typed: &[String], known: &[String]) -> bool {
    !typed.is_empty() && typed.concat() == known.concat()
}

fn family_words(name: &str) -> Vec<String> {
    let all: Vec<String> = words(name);
    let plain: Vec<String> = all
        .iter()
        .filter(|word| !PARTICLES.contains(&word.as_str()) && !SUFFIXES.contains(&word.as_str()))
        .cloned()
        .collect();
    // A family that is called Do or Le keeps its name.
    if plain.is_empty() { all } else { plain }
}

/// The first given name typed is the start of a given name that is known, or the other way round: `Alex` and `Alexandra`, `J.` and
/// `John`, `Maria Jose` and `Maria`. A middle name that somebody goes by counts too.
fn givens_agree(typed: &str, known: &str) -> bool {
    let (typed, known) = (words(typed), words(known));
    let Some(first) = typed.first() else { return false };
    if known.first().is_some_and(|k| starts(first, k)) || joined(&typed, &known) {
        return true;
    }
    // Beyond the first, whole names only: a middle initial says too little.
    known.iter().skip(1).any(|k| k.chars().count() > 1 && k == first)
        || typed.iter().skip(1).any(|t| t.chars().count() > 1 && known.first() == Some(t))
}

fn starts(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// The words of a name: folded, without dots and apostrophes, hyphens as blanks.
fn words(name: &str) -> Vec<String> {
    let folded: String = fold_name(name)
        .chars()
        .map(|c| match c {
            '-' | '\u{2010}'..='\u{2015}' | ',' | '/' => ' ',
            c => c,
        })
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect();
    folded.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(typed: (&str, &str), known: &[(&str, &str)]) -> bool {
        let name = |(family, given)| Name { family, given };
        agrees(name(typed), known.iter().map(|k| Name { family: k.0, given: k.1 }))
    }

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert!(agree(("García", "José"), &[("GARCIA", "JOSE")]));
        assert!(agree(("O’Brien", "Siân"), &[("OBRIEN", "SIAN")]));
        assert!(agree(("St. John", "Ann"), &[("ST JOHN", "ANN")]));
        assert!(agree(("Smith, Jr.", "Paul"), &[("SMITH", "PAUL")]));
        assert!(agree(("MacDonald", "Flora"), &[("MAC DONALD", "FLORA")]));
    }

    #[test]
    fn a_given_name_may_be_short_an_initial_or_the_middle_one() {
        assert!(agree(("Okafor", "Alex"), &[("OKAFOR", "ALEXANDRA")]));
        assert!(agree(("Okafor", "Alexandra M."), &[("OKAFOR", "ALEX")]));
        assert!(agree(("Okafor", "A"), &[("OKAFOR", "ALEXANDRA")]));
        assert!(agree(("Okafor", "Grace"), &[("OKAFOR", "NGOZI GRACE")]));
        assert!(agree(("Lee", "Mary Ann"), &[("LEE", "MARYANN")]));
        assert!(!agree(("Okafor", "Ngozi"), &[("OKAFOR", "CHIDI")]));
        assert!(!agree(("Okafor", "M"), &[("OKAFOR", "ALEXANDRA M")]));
    }

    #[test]
    fn a_hyphenated_or_second_family_name_may_be_left_out() {
        assert!(agree(("Garcia", "Ana"), &[("GARCIA-LOPEZ", "ANA")]));
        assert!(agree(("García López", "Ana"), &[("GARCIA", "ANA")]));
        assert!(agree(("Lopez Garcia", "Ana"), &[("GARCIA-LOPEZ", "ANA")]));
        assert!(agree(("de la Cruz", "Ana"), &[("CRUZ", "ANA")]));
        assert!(agree(("van der Berg", "Jan"), &[("VANDER BERG", "JAN")]));
        assert!(!agree(("Garcia Ruiz", "Ana"), &[("GARCIA-LOPEZ", "ANA")]));
        assert!(!agree(("de la Cruz", "Ana"), &[("DE LA ROSA", "ANA")]));
    }

    #[test]
    fn a_family_that_is_called_like_a_particle_keeps_its_name() {
        assert!(agree(("Do", "Linh"), &[("DO", "LINH")]));
        assert!(!agree(("Do", "Linh"), &[("LE", "LINH")]));
        assert!(!agree(("Do", "Linh"), &[("NGUYEN", "LINH")]));
    }

    #[test]
    fn a_former_name_counts() {
        assert!(agree(("Adeyemi", "Ngozi"), &[("OKAFOR", "NGOZI"), ("ADEYEMI", "NGOZI")]));
        assert!(!agree(("Adeyemi", "Ngozi"), &[("OKAFOR", "NGOZI"), ("ADEYEMI", "CHIDI")]));
    }

    #[test]
    fn an_empty_name_agrees_with_nobody() {
        assert!(!agree(("", ""), &[("OKAFOR", "NGOZI")]));
        assert!(!agree(("Okafor", ""), &[("OKAFOR", "NGOZI")]));
        assert!(!agree(("", "Ngozi"), &[("OKAFOR", "NGOZI")]));
        assert!(!agree(("Okafor", "Ngozi"), &[("", "")]));
        assert!(!agree(("-", "."), &[("", "")]));
        assert!(!agree(("Okafor", "Ngozi"), &[]));
    }
}
