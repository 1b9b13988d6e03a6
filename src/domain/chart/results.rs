//! Results by test: the latest value, the one before, and the series behind them.

use std::collections::HashMap;

use super::{ChartItem, Flag, SUSCEPTIBILITY, microbiology, ranges};

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

    /// The newest reading that has a value and stands; the newest of all where none does. What is pending hides no value before it.
    pub fn shown(&self) -> &ChartItem {
        self.readings().find(|reading| stands(reading)).unwrap_or(&self.latest)
    }

    /// What came after the reading that is shown, without a value that stands.
    pub fn repeat(&self) -> Option<Repeat> {
        let repeat = match self.latest.status.as_str() {
            "cancelled" => Repeat::Cancelled,
            "final" | "amended" | "corrected" => Repeat::Empty,
            _ => Repeat::Pending,
        };
        (!stands(&self.latest) && self.readings().any(stands)).then_some(repeat)
    }

    /// The reading before the one that is shown that has a value and stands.
    pub fn previous(&self) -> Option<&ChartItem> {
        self.readings().filter(|reading| stands(reading)).nth(1)
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

/// A repeat of a test that has given no value to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// It has not come yet.
    Pending,
    /// It was cancelled.
    Cancelled,
    /// It is final, and has no value.
    Empty,
}

/// `tests` with those first whose value is critical, else in their order.
pub fn critical_first(tests: &[Test]) -> Vec<&Test> {
    let mut all: Vec<&Test> = tests.iter().collect();
    all.sort_by_key(|test| !is_critical(test.shown().flag));
    all
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
pub(super) const ASKED: [&str; 2] = ["Social history", "Scores and surveys"];

/// The tests of `items` that were measured; answers to questions and susceptibilities are left out.
pub fn measured(items: Vec<ChartItem>) -> Vec<Test> {
    let is_measured =
        |item: &ChartItem| item.category != SUSCEPTIBILITY && !ASKED.contains(&item.category.as_str());
    by_test(items.into_iter().filter(is_measured).collect())
}

/// Whether a reading has a value that stands: neither pending nor cancelled.
pub fn stands(item: &ChartItem) -> bool {
    let has_value = item.number.is_some() || !item.text.is_empty();
    has_value && !matches!(item.status.as_str(), "registered" | "cancelled")
}

/// Whether a flag says critical.
pub fn is_critical(flag: Flag) -> bool {
    matches!(flag, Flag::CriticalHigh | Flag::CriticalLow | Flag::Critical)
}

/// A number that was computed as a page prints it: at most 2 decimals, 4 below 1, no trailing zeros. What a source measured is never
/// rounded: see [`value_text`].
pub fn number_text(value: f64) -> String {
    let text = if value.abs() < 1.0 { format!("{value:.4}") } else { format!("{value:.2}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.to_owned() }
}

/// A number with every digit that tells it from others, and without exponent.
pub fn exact_text(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { value.to_string() }
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

/// The value of a reading without its unit: the number with its comparator and in the digits of the source, or the text.
pub fn value_text(item: &ChartItem) -> String {
    let Some(number) = item.number else { return item.text.clone() };
    let written = match item.category.as_str() {
        SUSCEPTIBILITY => microbiology::answer(item).1,
        _ => &item.text,
    };
    let digits = if written.is_empty() { exact_text(number) } else { written.to_owned() };
    format!("{}{digits}", item.comparator)
}

/// The value of a reading with its unit, in one line.
pub fn printed(item: &ChartItem) -> String {
    let unit = if item.number.is_some() { unit_text(&item.unit) } else { String::new() };
    format!("{} {unit}", value_text(item)).trim().to_owned()
}

/// The reference range of a reading as the laboratory prints it, else put together from its ends; empty when unknown.
pub fn range_text(item: &ChartItem) -> String {
    if !item.range.is_empty() {
        return ranges::printed(&item.range);
    }
    between(item.low.map(exact_text), item.high.map(exact_text))
}

/// A range as it is printed from its ends; empty without any.
pub fn between(low: Option<String>, high: Option<String>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("≥ {low}"),
        (None, Some(high)) => format!("≤ {high}"),
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
    fn a_cancelled_or_pending_reading_is_no_previous_value() {
        let of = |status: &str, number| ChartItem { status: status.into(), ..reading("a", number) };
        let pending = ChartItem { number: None, ..of("registered", 0.0) };
        let tests = by_test(vec![of("final", 4.0), pending, of("cancelled", 9.0), of("final", 3.0)]);
        assert_eq!(tests[0].previous().unwrap().number, Some(3.0));
    }

    #[test]
    fn a_repeat_without_a_value_hides_none() {
        let of = |status: &str, number: Option<f64>| ChartItem {
            status: status.into(),
            number,
            ..reading("a", 0.0)
        };
        let shown = |items: Vec<ChartItem>| {
            let test = by_test(items).remove(0);
            (test.shown().number, test.repeat(), test.previous().and_then(|item| item.number))
        };
        let value = || of("final", Some(6.9));
        assert_eq!(shown(vec![value(), of("registered", None)]), (Some(6.9), None, None));
        let pending = || of("registered", None);
        assert_eq!(shown(vec![pending(), pending(), value()]), (Some(6.9), Some(Repeat::Pending), None));
        assert_eq!(
            shown(vec![of("cancelled", Some(1.0)), value(), of("final", Some(4.0))]),
            (Some(6.9), Some(Repeat::Cancelled), Some(4.0))
        );
        assert_eq!(shown(vec![of("final", None), value()]), (Some(6.9), Some(Repeat::Empty), None));
        assert_eq!(shown(vec![pending()]), (None, None, None));
    }

    #[test]
    fn critical_values_come_first_wherever_they_stand() {
        let critical = ChartItem { flag: Flag::CriticalLow, ..reading("c", 1.0) };
        let pending = ChartItem { status: "registered".into(), number: None, ..reading("c", 0.0) };
        let mut items: Vec<ChartItem> = (0..30_u8).map(|n| reading(&format!("t{n}"), f64::from(n))).collect();
        items.splice(3..3, [pending]);
        items.push(critical);
        let tests = by_test(items);
        let order: Vec<&str> = critical_first(&tests).iter().map(|test| test.shown().code.as_str()).collect();
        assert_eq!((order[0], order[1], order.len()), ("c", "t0", 31));
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
    fn computed_numbers_print_without_noise() {
        let printed: Vec<String> =
            [8.900_000_001, 6.0, 0.0412, 212.0, -0.000_001].into_iter().map(number_text).collect();
        assert_eq!(printed, ["8.9", "6", "0.0412", "212", "0"]);
    }

    #[test]
    fn a_value_and_its_range_are_never_rounded() {
        let of = |number, text: &str| value_text(&ChartItem { text: text.into(), ..reading("a", number) });
        assert_eq!(of(1.015, ""), "1.015");
        assert_eq!(of(0.000_04, ""), "0.00004");
        assert_eq!(of(5.0, "5.0"), "5.0");
        assert_eq!(of(-0.0, ""), "0");
        let range = ChartItem { low: Some(1.005), high: Some(1.03), ..reading("a", 1.0) };
        assert_eq!(range_text(&range), "1.005–1.03");
        let tried = ChartItem { category: SUSCEPTIBILITY.into(), text: "S".into(), ..reading("a", 0.125) };
        assert_eq!(value_text(&tried), "0.125");
        assert_eq!(value_text(&ChartItem { text: "S 0.1250".into(), ..tried }), "0.1250");
    }
}
