//! Moves every date of a resource by whole days, so that a recorded hospital can be made to end today.

use serde_json::Value;

use super::reader::ShiftDays;
use crate::domain::calendar::{iso_date, parse_date, plus_days};

/// Moves each date, date-time and instant in `value` by `days`; times of day and offsets stay as they are. Identifiers
/// (`value`, `id`, `code`, `reference`) and prose are left alone.
pub(super) fn shift(value: &mut Value, days: ShiftDays) {
    match value {
        Value::String(text) => {
            if let Some(moved) = moved(text, days) {
                *text = moved;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| shift(item, days)),
        Value::Object(fields) => {
            for (key, field) in fields {
                let is_name = matches!(
                    key.as_str(),
                    "value"
                        | "id"
                        | "code"
                        | "reference"
                        | "display"
                        | "text"
                        | "title"
                        | "data"
                        | "div"
                        | "valueString"
                        | "family"
                        | "system"
                        | "url"
                );
                if !(is_name && field.is_string()) {
                    shift(field, days);
                }
            }
        }
        _ => {}
    }
}

/// `text` moved, when it is a whole date or begins with one that a time follows.
fn moved(text: &str, days: ShiftDays) -> Option<String> {
    let date = parse_date(text.get(..10)?)?;
    let rest = text.get(10..)?;
    let shaped = rest.is_empty() || rest.starts_with('T');
    shaped.then(|| format!("{}{rest}", iso_date(plus_days(date, days))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dates_move_and_times_offsets_and_identifiers_stay() {
        let mut value = json!({
            "id": "2020-01-01", "birthDate": "2020-02-28", "period": {"start": "2020-02-29T23:59:00.5-05:00"},
            "identifier": [{"value": "2020-01-01"}], "note": [{"text": "2020-01-01"}], "list": ["2019-12-31"],
        });
        shift(&mut value, 2);
        assert_eq!(
            value,
            json!({
                "id": "2020-01-01", "birthDate": "2020-03-01", "period": {"start": "2020-03-02T23:59:00.5-05:00"},
                "identifier": [{"value": "2020-01-01"}], "note": [{"text": "2020-01-01"}], "list": ["2020-01-02"],
            })
        );
    }

    #[test]
    fn what_only_begins_like_a_date_stays() {
        let mut value = json!({"status": "2020-01-01 or so", "code": "2020-13-45"});
        let before = value.clone();
        shift(&mut value, 7);
        assert_eq!(value, before);
    }
}
