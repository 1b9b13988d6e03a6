//! Values of the laboratory: their interpretation, and the range that they are compared with.

use serde_json::{Value, json};

use super::tests::{line, lines};
use crate::domain::chart::microbiology::answer;
use crate::domain::chart::results::value_text;
use crate::domain::chart::{ChartItem, Flag};

#[test]
fn a_value_without_an_interpretation_is_not_taken_for_normal() {
    let of = |interpretation: Value| {
        line(
            json!({"resourceType": "Observation", "code": {"text": "x"}, "valueInteger": 3, "interpretation": interpretation}),
        )
    };
    assert_eq!(of(json!(null)).flag, Flag::Unsaid);
    assert_eq!(of(json!([{"coding": [{"code": "N"}]}])).flag, Flag::Normal);
    let own = of(json!([{"coding": [{"code": "QCF", "display": "Quality control failure"}]}]));
    assert_eq!((own.flag, own.said.as_str()), (Flag::Other, "Quality control failure"));
}

/// `text` as it is read from a feed, which keeps the digits of its numbers.
fn as_read(text: &str) -> Value {
    serde_json::from_slice(&super::digits::marked(text.as_bytes())).unwrap()
}

#[test]
fn a_least_concentration_and_a_blood_pressure_stand_in_the_digits_of_the_source() {
    let tried = |value: &str| {
        let interpretation = r#""interpretation": [{"coding": [{"code": "S"}]}]"#;
        line(as_read(&format!(
            r#"{{"resourceType": "Observation", "code": {{"text": "Gentamicin"}}, {interpretation},
                "valueQuantity": {{"value": {value}, "unit": "ug/mL", "comparator": "<="}}}}"#
        )))
    };
    let shown = |item: &ChartItem| (value_text(item), answer(item).0.to_owned());
    assert_eq!(shown(&tried("0.50")), ("<=0.50".to_owned(), "S".to_owned()));
    assert_eq!(shown(&tried("0.5")), ("<=0.5".to_owned(), "S".to_owned()));
    assert_eq!(shown(&tried("2.0")), ("<=2.0".to_owned(), "S".to_owned()));
    let part = |code: &str, value: &str| {
        format!(
            r#"{{"code": {{"coding": [{{"system": "http://loinc.org", "code": "{code}"}}]}}, "valueQuantity": {{"value": {value}, "unit": "mmHg"}}}}"#
        )
    };
    let pressure = |systolic: &str, diastolic: &str| {
        let parts = [part("8480-6", systolic), part("8462-4", diastolic)].join(", ");
        let text = format!(
            r#"{{"resourceType": "Observation", "code": {{"text": "Blood pressure"}}, "component": [{parts}]}}"#
        );
        lines(as_read(&text)).remove(0).0.text
    };
    assert_eq!(pressure("120", "79.5"), "120/79.5");
    assert_eq!(pressure("118.0", "76"), "118.0/76");
}

#[test]
fn a_range_in_another_unit_than_the_value_is_printed_with_it_and_compared_with_nothing() {
    let of = |low: Value, high: Value| {
        line(json!({
            "resourceType": "Observation", "code": {"text": "Glucose"},
            "valueQuantity": {"value": 126, "unit": "mg/dL", "code": "mg/dL"},
            "referenceRange": [{"low": low, "high": high}],
        }))
    };
    let other = |value: f64| json!({"value": value, "unit": "mmol/L", "code": "mmol/L"});
    let same = |value: f64| json!({"value": value, "unit": "mg per dL", "code": "mg/dL"});
    let item = of(other(3.9), other(5.6));
    assert_eq!((item.low, item.high, item.range.as_str()), (None, None, "3.9 mmol/L–5.6 mmol/L"));
    let item = of(same(70.0), json!({"value": 100}));
    assert_eq!((item.low, item.high, item.range.as_str()), (Some(70.0), Some(100.0), ""));
    let item = of(same(70.0), other(5.6));
    assert_eq!((item.low, item.high, item.range.as_str()), (None, None, "70 mg per dL–5.6 mmol/L"));
}

#[test]
fn several_ranges_wait_until_it_is_known_whose_value_it_is() {
    let sex = |code: &str| json!([{"coding": [{"system": "http://snomed.info/sct", "code": code}]}]);
    let of = |ranges: Value| {
        line(
            json!({"resourceType": "Observation", "code": {"text": "x"}, "valueInteger": 3, "referenceRange": ranges}),
        )
    };
    let item = of(json!([
        {"low": {"value": 13}, "high": {"value": 17}, "appliesTo": sex("248153007")},
        {"low": {"value": 12}, "high": {"value": 16}, "appliesTo": sex("248152002"),
            "age": {"low": {"value": 0.5, "code": "a"}, "high": {"value": 17, "code": "a"}}},
        {"text": "no lower end", "appliesTo": [{"text": "Smoker"}]},
        {"low": {"value": 1}, "type": {"coding": [{"code": "therapeutic"}]}},
    ]));
    assert_eq!((item.low, item.high), (None, None));
    let all = "Male: 13–17; Female, 0.5 years–17 years: 12–16; Smoker: no lower end";
    assert_eq!(crate::domain::chart::results::range_text(&item), all);
    let mut his = item.clone();
    crate::domain::chart::ranges::settle(&mut his, "male", time::macros::date!(2010 - 01 - 01));
    assert_eq!(his.range, "Male: 13–17; Smoker: no lower end", "nobody knows who smokes");
    let one = of(json!([{"low": {"value": 13}}, {"low": {"value": 13}}]));
    assert_eq!((one.low, one.range.as_str()), (Some(13.0), ""), "said twice");
}

#[test]
fn a_range_meant_for_someone_else_is_not_taken() {
    let range = |kind: &str| json!([{"type": {"coding": [{"code": kind}]}, "low": {"value": 1}, "text": "1 or more"}]);
    let of = |kind: &str| {
        line(
            json!({"resourceType": "Observation", "code": {"text": "x"}, "valueInteger": 3, "referenceRange": range(kind)}),
        )
    };
    assert_eq!((of("normal").low, of("normal").range.as_str()), (Some(1.0), "1 or more"));
    assert_eq!((of("pre-puberty").low, of("pre-puberty").range.as_str()), (None, ""));
}
