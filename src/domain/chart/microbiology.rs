//! Microbiology: what grew, and what it was susceptible to.

use super::{ChartItem, SUSCEPTIBILITY};
use crate::domain::people::words;

words! {
    /// How an organism answered to an antibiotic (HL7 v3-ObservationInterpretation, its codes of susceptibility).
    Susceptibility {
        /// S, SYN-S and VS.
        Susceptible = "S",
        /// SDD: at a higher dose.
        DoseDependent = "SDD",
        /// I, and MS.
        Intermediate = "I",
        /// NS.
        NotSusceptible = "NS",
        /// R and SYN-R.
        Resistant = "R",
        /// NCL: no breakpoint is defined.
        NoCriteria = "NCL",
    }
}

impl Susceptibility {
    /// What an interpretation code says of a susceptibility; `None` for a code of another kind.
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "SYN-S" | "VS" => Some(Self::Susceptible),
            "MS" => Some(Self::Intermediate),
            "SYN-R" => Some(Self::Resistant),
            other => Self::from_word(other),
        }
    }
}

/// The interpretation code of a susceptibility and the digits of its number as the source wrote them; those are empty where they are just
/// the ones that tell the number from others. Without a number the whole text is the first.
pub fn answer(item: &ChartItem) -> (&str, &str) {
    match item.number {
        Some(_) => item.text.split_once(' ').unwrap_or((&item.text, "")),
        None => (&item.text, ""),
    }
}

/// The text of a susceptibility with the interpretation `code` and the `digits` of its number, which [`answer`] takes apart.
pub fn answer_text(code: &str, digits: &str) -> String {
    if digits.is_empty() { code.to_owned() } else { format!("{code} {digits}") }
}

/// One organism of a report, with the antibiotics that were tried on it.
#[derive(Clone, PartialEq, Debug)]
pub struct Organism<'a> {
    /// What it is called; empty when the report does not say of what the susceptibilities are.
    pub name: &'a str,
    /// One item for each antibiotic, in the order of their names.
    pub tried: Vec<&'a ChartItem>,
}

/// The organisms of a report, from the items that belong to it: those that something was tried on, in the order of the findings.
pub fn organisms(items: &[ChartItem]) -> Vec<Organism<'_>> {
    let mut all: Vec<Organism<'_>> = Vec::new();
    for item in items.iter().filter(|item| item.category == SUSCEPTIBILITY) {
        match all.iter_mut().find(|organism| organism.name == item.about) {
            Some(organism) => organism.tried.push(item),
            None => all.push(Organism { name: &item.about, tried: vec![item] }),
        }
    }
    for organism in &mut all {
        organism.tried.sort_by(|a, b| a.title.cmp(&b.title));
    }
    all.sort_by(|a, b| a.name.cmp(b.name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    #[test]
    fn antibiotics_stand_under_their_organism() {
        let tried = |title: &str, about: &str| ChartItem {
            title: title.into(),
            about: about.into(),
            category: SUSCEPTIBILITY.into(),
            ..ChartItem::blank(Section::Results)
        };
        let items = [
            tried("Gentamicin", "Escherichia coli"),
            tried("Penicillin", "Streptococcus"),
            tried("Ampicillin", "Escherichia coli"),
            ChartItem::blank(Section::Results),
        ];
        let found = organisms(&items);
        let shown: Vec<(&str, Vec<&str>)> =
            found.iter().map(|o| (o.name, o.tried.iter().map(|t| t.title.as_str()).collect())).collect();
        assert_eq!(
            shown,
            [("Escherichia coli", vec!["Ampicillin", "Gentamicin"]), ("Streptococcus", vec!["Penicillin"])]
        );
    }

    #[test]
    fn an_answer_and_the_digits_of_its_number_come_apart_again() {
        let of = |number, text: &str| {
            let item = ChartItem { number, text: text.into(), ..ChartItem::blank(Section::Results) };
            let (code, digits) = answer(&item);
            (code.to_owned(), digits.to_owned())
        };
        let two = |code: &str, digits: &str| (code.to_owned(), digits.to_owned());
        for (code, digits) in [("S", "0.50"), ("", "2.0"), ("SDD", ""), ("", "")] {
            assert_eq!(of(Some(0.5), &answer_text(code, digits)), two(code, digits));
        }
        assert_eq!(of(None, "Not tested"), two("Not tested", ""));
    }

    #[test]
    fn an_interpretation_of_another_kind_is_no_susceptibility() {
        assert_eq!(Susceptibility::of_code("R"), Some(Susceptibility::Resistant));
        assert_eq!(Susceptibility::of_code("MS"), Some(Susceptibility::Intermediate));
        for code in ["H", "LL", "N", "POS", ""] {
            assert_eq!(Susceptibility::of_code(code), None, "{code}");
        }
    }
}
