//! Appointments and referrals: what is to come, what is asked for, what is over.

use super::{ChartItem, REFERRAL};
use crate::domain::calendar::Instant;
use crate::domain::chart::current::is_current;

/// The section, apart.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Appointments<'a> {
    /// Appointments that are not over, the next one first. One without a time comes last.
    pub coming: Vec<&'a ChartItem>,
    /// Referrals, those in force first.
    pub referrals: Vec<&'a ChartItem>,
    /// Appointments that are over or will not happen, the latest first.
    pub past: Vec<&'a ChartItem>,
}

/// `items`, newest first, apart at `now`.
pub fn apart(items: &[ChartItem], now: Instant) -> Appointments<'_> {
    let mut apart = Appointments::default();
    for item in items {
        if item.category == REFERRAL {
            apart.referrals.push(item);
        } else if is_current(item) && item.until.or(item.at).is_none_or(|end| end >= now) {
            apart.coming.push(item);
        } else {
            apart.past.push(item);
        }
    }
    apart.coming.sort_by_key(|item| (item.at.is_none(), item.at));
    apart.referrals.sort_by_key(|item| !is_current(item));
    apart
}

/// The appointments of `items` to come at `now`, the next one first.
pub fn coming(items: &[ChartItem], now: Instant) -> Vec<ChartItem> {
    apart(items, now).coming.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    #[test]
    fn what_is_under_way_is_to_come_and_what_was_cancelled_is_over() {
        let now = Instant::from_micros(1_800_000_000_000_000);
        let at = |title: &str, seconds: i64, status: &str| ChartItem {
            title: title.into(),
            at: Some(now.plus_seconds(seconds)),
            until: Some(now.plus_seconds(seconds + 1800)),
            status: status.into(),
            ..ChartItem::blank(Section::Appointments)
        };
        let referral =
            |title: &str, status: &str| ChartItem { category: REFERRAL.into(), ..at(title, -90, status) };
        let items = [
            at("late", 900_000, "booked"),
            at("cancelled", 5000, "cancelled"),
            at("soon", 60, "booked"),
            at("now", -600, "arrived"),
            at("over", -1801, "booked"),
            referral("done", "completed"),
            referral("open", "active"),
        ];
        let apart = apart(&items, now);
        let titles = |list: &[&ChartItem]| list.iter().map(|i| i.title.clone()).collect::<Vec<_>>();
        assert_eq!(titles(&apart.coming), ["now", "soon", "late"]);
        assert_eq!(titles(&apart.past), ["cancelled", "over"]);
        assert_eq!(titles(&apart.referrals), ["open", "done"]);
    }
}
