//! The phone numbers of a patient and of those to be contacted (`Patient.telecom`, `Patient.contact`).

use serde_json::Value;

use super::json::{Found, Node};
use crate::domain::verification::FamilyPhone;

/// The numbers in a `Patient` resource, those of contacts after the patient's own. What cannot be read is left out: a number that
/// is not understood is better not called.
pub(in crate::adapters::feed) fn phones(raw: &str) -> Vec<FamilyPhone> {
    let Ok(value) = serde_json::from_str::<Value>(raw) else { return Vec::new() };
    let patient = Node::of(&value);
    let mut all = numbers(patient, "", "").unwrap_or_default();
    for contact in patient.list("contact").unwrap_or_default() {
        all.extend(of_contact(contact).unwrap_or_default());
    }
    all
}

fn of_contact(contact: Node<'_>) -> Found<Vec<FamilyPhone>> {
    let name = match contact.node("name")? {
        name if name.is_nothing() => String::new(),
        name => [name.texts("given")?.join(" "), name.text("family")?.to_owned()].join(" ").trim().to_owned(),
    };
    let relation = contact.titles("relationship")?;
    numbers(contact, if name.is_empty() { &relation } else { &name }, &relation)
}

fn numbers(node: Node<'_>, whose: &str, relation: &str) -> Found<Vec<FamilyPhone>> {
    let mut all = Vec::new();
    for point in node.list("telecom")? {
        let (system, number, place) = (point.text("system")?, point.text("value")?, point.text("use")?);
        if matches!(system, "phone" | "sms") && !number.is_empty() && place != "old" {
            all.push(FamilyPhone {
                whose: whose.to_owned(),
                relation: relation.to_owned(),
                number: number.to_owned(),
                place: place.to_owned(),
            });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(whose: &str, relation: &str, number: &str, place: &str) -> FamilyPhone {
        let [whose, relation, number, place] = [whose, relation, number, place].map(str::to_owned);
        FamilyPhone { whose, relation, number, place }
    }

    #[test]
    fn the_numbers_of_the_patient_come_first_and_old_ones_not_at_all() {
        let raw = r#"{"resourceType":"Patient","telecom":[
            {"system":"phone","value":"617-555-0101","use":"home"},{"system":"phone","value":"617-555-0102","use":"old"},
            {"system":"email","value":"x@example.org"},{"system":"phone"}],
            "contact":[{"relationship":[{"text":"Mother"}],"name":{"family":"Stone","given":["Elena"]},
            "telecom":[{"system":"phone","value":"617-555-0103","use":"mobile"}]}]}"#;
        let mother = phone("Elena Stone", "Mother", "617-555-0103", "mobile");
        assert_eq!(phones(raw), [phone("", "", "617-555-0101", "home"), mother]);
    }

    #[test]
    fn what_cannot_be_read_gives_no_number() {
        for raw in ["", "{}", "[]", r#"{"telecom":"617"}"#, r#"{"telecom":[{"system":"phone","value":5}]}"#] {
            assert_eq!(phones(raw), []);
        }
        let half = r#"{"telecom":7,"contact":[{"telecom":[{"system":"phone","value":"1"}]}]}"#;
        assert_eq!(phones(half), [phone("", "", "1", "")]);
    }
}
