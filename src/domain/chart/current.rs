//! What of the record still holds.

use super::caution::{Caution, caution};
use super::{ChartItem, NONE_KNOWN, Section};
use crate::domain::calendar::Instant;

/// Whether an item is current as opposed to resolved, stopped or past, by the source's status; an unknown status counts as
/// current, so that nothing in force is folded away.
pub fn is_current(item: &ChartItem) -> bool {
    let over: &[&str] = match item.section {
        Section::Problems | Section::Allergies => &["resolved", "inactive", "remission", "refuted"],
        Section::Medications => &["stopped", "completed", "cancelled", "ended", "not-taken", "inactive"],
        Section::CareTeam => &["inactive", "suspended", "proposed"],
        Section::Visits => &["cancelled"],
        Section::Appointments => &["fulfilled", "cancelled", "noshow", "completed", "revoked"],
        _ => &[],
    };
    !over.contains(&item.status.as_str())
}

/// Whether an item is current at `now`: as [`is_current`], and somebody of a care team only until the last day there. Of other sections an
/// end is no more than a date: a medicine may be taken after the prescription has run out.
pub fn holds(item: &ChartItem, now: Instant) -> bool {
    let left = item.section == Section::CareTeam && item.until.is_some_and(|end| end <= now);
    is_current(item) && !left
}

/// `items` split into current and past at `now`, each in the order given.
pub fn split(items: &[ChartItem], now: Instant) -> (Vec<&ChartItem>, Vec<&ChartItem>) {
    items.iter().partition(|item| holds(item, now))
}

/// What of `items` a summary names at `now`: what is current, orders not to give something first, so that none is cut off.
pub fn named(items: &[ChartItem], now: Instant) -> Vec<&ChartItem> {
    let mut named: Vec<&ChartItem> =
        items.iter().filter(|item| holds(item, now) && item.category != NONE_KNOWN).collect();
    named.sort_by_key(|item| caution(item) != Some(Caution::DoNotGive));
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::DO_NOT_GIVE;

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

    #[test]
    fn who_has_left_the_care_team_is_past_from_the_end_on_and_a_medicine_is_not() {
        let end: Instant = "2026-03-01T05:00:00Z".parse().unwrap();
        let until =
            |section| ChartItem { status: "active".into(), until: Some(end), ..ChartItem::blank(section) };
        let member = until(Section::CareTeam);
        assert!(holds(&member, end.plus_seconds(-1)) && !holds(&member, end));
        assert!(holds(&ChartItem { until: None, ..member.clone() }, end));
        assert!(holds(&until(Section::Medications), end));
        let (now, past) = split(std::slice::from_ref(&member), end);
        assert_eq!((now.len(), past.len()), (0, 1));
    }

    #[test]
    fn a_cancelled_visit_is_none_and_an_order_not_to_give_comes_first() {
        let visit = |status: &str| ChartItem { status: status.into(), ..ChartItem::blank(Section::Visits) };
        assert!(is_current(&visit("finished")) && is_current(&visit("planned")));
        assert!(!is_current(&visit("cancelled")));
        let medicine = |title: &str, category: &str| ChartItem {
            title: title.into(),
            category: category.into(),
            status: "active".into(),
            ..ChartItem::blank(Section::Medications)
        };
        let all = [medicine("a", ""), medicine("b", ""), medicine("c", DO_NOT_GIVE)];
        let titles: Vec<&str> =
            named(&all, Instant::EVER).into_iter().map(|item| item.title.as_str()).collect();
        assert_eq!(titles, ["c", "a", "b"]);
    }
}
