//! What of the record still holds.

use super::{ChartItem, Section};

/// Whether an item is current as opposed to resolved, stopped or past, by the source's status; an unknown status counts as
/// current, so that nothing in force is folded away.
pub fn is_current(item: &ChartItem) -> bool {
    let over: &[&str] = match item.section {
        Section::Problems | Section::Allergies => &["resolved", "inactive", "remission", "refuted"],
        Section::Medications => &["stopped", "completed", "cancelled", "ended", "not-taken", "inactive"],
        Section::CareTeam => &["inactive", "suspended", "proposed"],
        Section::Appointments => &["fulfilled", "cancelled", "noshow", "completed", "revoked"],
        _ => &[],
    };
    !over.contains(&item.status.as_str())
}

/// `items` split into current and past, each in the order given.
pub fn split(items: &[ChartItem]) -> (Vec<&ChartItem>, Vec<&ChartItem>) {
    items.iter().partition(|item| is_current(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopped_medication_is_past_and_an_unknown_status_is_current() {
        let with =
            |status: &str| ChartItem { status: status.into(), ..ChartItem::blank(Section::Medications) };
        assert!(is_current(&with("active")));
        assert!(is_current(&with("something-new")));
        let refuted = ChartItem { status: "refuted".to_owned(), ..ChartItem::blank(Section::Allergies) };
        assert!(!is_current(&refuted), "a refuted allergy is none");
        assert!(!is_current(&with("stopped")));
    }
}
