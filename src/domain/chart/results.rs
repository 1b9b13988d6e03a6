//! Results by test: the latest value, the one before, and the series behind them.

use std::collections::HashMap;

use super::{ChartItem, Flag};

/// All readings of one test, newest first; never empty.
#[derive(Clone, PartialEq, Debug)]
pub struct Test {
    latest: ChartItem,
    earlier: Vec<ChartItem>,
}

impl Test {
    /// The test whose newest reading is `latest` and whose other readings are `earlier`, newest first.
    pub fn new(latest: ChartItem, earlier: Vec<ChartItem>) -> Self {
        Self { latest, earlier }
    }

    /// The newest reading.
    pub fn latest(&self) -> &ChartItem {
        &self.latest
    }

    /// The reading before the newest.
    pub fn previous(&self) -> Option<&ChartItem> {
        self.earlier.first()
    }

    /// Every reading, newest first.
    pub fn readings(&self) -> impl DoubleEndedIterator<Item = &ChartItem> + Clone {
        std::iter::once(&self.latest).chain(&self.earlier)
    }

    /// How many readings there are.
    pub fn count(&self) -> usize {
        1 + self.earlier.len()
    }
}

/// The tests of `items` (newest first), in the order of their latest reading. Readings belong together by code, or by
/// title where there is no code.
pub fn by_test(items: Vec<ChartItem>) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for item in items {
        let key = if item.code.is_empty() { item.title.clone() } else { item.code.clone() };
        match places.get(&key).and_then(|place| tests.get_mut(*place)) {
            Some(test) => test.earlier.push(item),
            None => {
                places.insert(key, tests.len());
                tests.push(Test::new(item, Vec::new()));
            }
        }
    }
    tests
}

/// Categories of observations that are no measurement: they are listed with the results, and never lead the summary.
const ASKED: [&str; 2] = ["Social history", "Scores and surveys"];

/// The tests of `items` that were measured; answers to questions are left out.
pub fn measured(items: Vec<ChartItem>) -> Vec<Test> {
    by_test(items.into_iter().filter(|item| !ASKED.contains(&item.category.as_str())).collect())
}

/// Whether a flag says critical.
pub fn is_critical(flag: Flag) -> bool {
    matches!(flag, Flag::CriticalHigh | Flag::CriticalLow | Flag::Critical)
}

/// A value as a page prints it: at most 2 decimals, 4 below 1, no trailing zeros.
pub fn number_text(value: f64) -> String {
    let text = if value.abs() < 1.0 { format!("{value:.4}") } else { format!("{value:.2}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.to_owned() }
}

/// A UCUM unit as clinicians print it: `°C` for `Cel`, `mmHg` for `mm[Hg]`; annotations in braces are left out.
pub fn unit_text(ucum: &str) -> String {
    match ucum {
        "Cel" => return "°C".into(),
        "[degF]" => return "°F".into(),
        "1" => return String::new(),
        _ => {}
    }
    let mut plain = String::new();
    let mut depth = 0_u32;
    for c in ucum.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '[' | ']' => {}
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    for (code, print) in [
        ("10*3", "10³"),
        ("10*6", "10⁶"),
        ("10*9", "10⁹"),
        ("10*12", "10¹²"),
        ("m2", "m²"),
        ("uL", "µL"),
        ("ug", "µg"),
        ("umol", "µmol"),
    ] {
        plain = plain.replace(code, print);
    }
    plain
}

/// A test's title cut into its name and how it was measured, as LOINC writes them: `Creatinine [Mass/volume] in Serum or
/// Plasma`. Nothing is lost: the second part is the rest.
pub fn test_title(title: &str) -> (&str, &str) {
    match title.find(" [") {
        Some(at) if at > 0 => (title.get(..at).unwrap_or(title), title.get(at..).unwrap_or_default().trim()),
        _ => (title, ""),
    }
}

/// The value of a reading without its unit: the number with its comparator, or the text.
pub fn value_text(item: &ChartItem) -> String {
    item.number.map_or_else(|| item.text.clone(), |n| format!("{}{}", item.comparator, number_text(n)))
}

/// The reference range of a reading as the laboratory prints it, else put together from its ends; empty when unknown.
pub fn range_text(item: &ChartItem) -> String {
    if !item.range.is_empty() {
        return item.range.clone();
    }
    match (item.low, item.high) {
        (Some(low), Some(high)) => format!("{}–{}", number_text(low), number_text(high)),
        (Some(low), None) => format!("≥ {}", number_text(low)),
        (None, Some(high)) => format!("≤ {}", number_text(high)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    fn reading(code: &str, number: f64) -> ChartItem {
        ChartItem { code: code.into(), number: Some(number), ..ChartItem::blank(Section::Results) }
    }

    #[test]
    fn readings_group_by_code_newest_first() {
        let tests = by_test(vec![reading("a", 3.0), reading("b", 9.0), reading("a", 2.0), reading("a", 1.0)]);
        let numbers = |t: &Test| t.readings().filter_map(|i| i.number).collect::<Vec<_>>();
        assert_eq!(tests.iter().map(numbers).collect::<Vec<_>>(), [vec![3.0, 2.0, 1.0], vec![9.0]]);
        assert_eq!(tests[0].previous().unwrap().number, Some(2.0));
        assert_eq!(tests[1].previous(), None);
    }

    #[test]
    fn units_print_as_clinicians_write_them() {
        let printed: Vec<String> = ["Cel", "mm[Hg]", "kg/m2", "10*3/uL", "/min", "{score}", "mg/dL"]
            .into_iter()
            .map(unit_text)
            .collect();
        assert_eq!(printed, ["°C", "mmHg", "kg/m²", "10³/µL", "/min", "", "mg/dL"]);
    }

    #[test]
    fn a_title_is_cut_and_nothing_is_lost() {
        assert_eq!(test_title("Creatinine [Mass/volume] in Serum"), ("Creatinine", "[Mass/volume] in Serum"));
        assert_eq!(test_title("[Odd]"), ("[Odd]", ""));
    }

    #[test]
    fn values_print_without_noise() {
        let printed: Vec<String> =
            [8.900_000_001, 6.0, 0.0412, 212.0, -0.000_001].into_iter().map(number_text).collect();
        assert_eq!(printed, ["8.9", "6", "0.0412", "212", "0"]);
    }
}
