//! Where a value stands: what the laboratory says of it, else how it compares with the range printed beside it. Silence is never taken
//! for "normal".

use std::cmp::Ordering;

use super::results::{range_text, stands};
use super::{ChartItem, Flag, SUSCEPTIBILITY};

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nothing is said, and nothing can be compared.
    Unknown,
    /// In its range: the laboratory says normal, or the comparison does where it says nothing.
    Inside,
    /// The laboratory says normal, and no range beside the value shows it.
    SaidNormal,
    /// Below the lower end of its range by comparison: the laboratory flagged nothing.
    Below,
    /// Above the upper end of its range by comparison: the laboratory flagged nothing.
    Above,
    /// The laboratory flagged it.
    Flagged(Flag),
}

impl Standing {
    /// Where the value of `item` stands.
    pub fn of(item: &ChartItem) -> Self {
        let compared = compared(item);
        match (item.flag, compared) {
            (Flag::Unsaid | Flag::Other, Some(Ordering::Less)) => Self::Below,
            (Flag::Unsaid | Flag::Other, Some(Ordering::Greater)) => Self::Above,
            (Flag::Unsaid, Some(Ordering::Equal)) if item.said.is_empty() => Self::Inside,
            (Flag::Unsaid, _) => Self::Unknown,
            (Flag::Normal, Some(Ordering::Equal)) => Self::Inside,
            (Flag::Normal, None) if item.number.is_some() && !range_text(item).is_empty() => Self::Inside,
            (Flag::Normal, _) => Self::SaidNormal,
            (flag, _) => Self::Flagged(flag),
        }
    }

    /// Whether it is anything but normal or unknown.
    pub const fn is_abnormal(self) -> bool {
        matches!(self, Self::Below | Self::Above | Self::Flagged(_))
    }

    /// Whether it was found by comparison and not flagged.
    pub const fn is_compared_outside(self) -> bool {
        matches!(self, Self::Below | Self::Above)
    }
}

/// Whether anything but normal is known of a value: the laboratory flagged it, or it lies outside its range.
pub fn is_abnormal(item: &ChartItem) -> bool {
    Standing::of(item).is_abnormal()
}

/// How a value lies to its range: `Equal` inside, its ends included. `None` where that is not certain. The ends of a range are kept only
/// in the unit of the value.
fn compared(item: &ChartItem) -> Option<Ordering> {
    let value = item.number.filter(|_| stands(item) && item.category != SUSCEPTIBILITY)?;
    let (low, high) = (item.low, item.high);
    if (low.is_none() && high.is_none()) || matches!((low, high), (Some(low), Some(high)) if low > high) {
        return None;
    }
    // What is known of a censored value is that it lies on one side of the number, with or without it.
    let is_below = |end: f64| match item.comparator.as_str() {
        "" | "<=" => value < end,
        "<" => value <= end,
        _ => false,
    };
    let is_above = |end: f64| match item.comparator.as_str() {
        "" | ">=" => value > end,
        ">" => value >= end,
        _ => false,
    };
    let reaches = |end: f64| match item.comparator.as_str() {
        "" | ">" | ">=" => value >= end,
        _ => false,
    };
    let keeps_under = |end: f64| match item.comparator.as_str() {
        "" | "<" | "<=" => value <= end,
        _ => false,
    };
    if low.is_some_and(is_below) {
        Some(Ordering::Less)
    } else if high.is_some_and(is_above) {
        Some(Ordering::Greater)
    } else if low.is_none_or(reaches) && high.is_none_or(keeps_under) {
        Some(Ordering::Equal)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    fn value(printed: &str, low: Option<f64>, high: Option<f64>) -> ChartItem {
        let number = printed.trim_start_matches(['<', '>', '=']);
        ChartItem {
            number: number.parse().ok(),
            comparator: printed.strip_suffix(number).unwrap_or_default().into(),
            low,
            high,
            ..ChartItem::blank(Section::Results)
        }
    }

    fn of(printed: &str, low: Option<f64>, high: Option<f64>) -> Standing {
        Standing::of(&value(printed, low, high))
    }

    #[test]
    fn a_value_that_nobody_flagged_is_compared_with_its_range() {
        let range = (Some(3.5), Some(5.1));
        for (printed, standing) in [
            ("3.4", Standing::Below),
            ("3.5", Standing::Inside),
            ("5.1", Standing::Inside),
            ("5.2", Standing::Above),
        ] {
            assert_eq!(of(printed, range.0, range.1), standing, "{printed}");
        }
        assert_eq!(of("9", None, Some(5.1)), Standing::Above);
        assert_eq!(of("9", Some(3.5), None), Standing::Inside);
    }

    #[test]
    fn without_ends_or_a_number_nothing_is_said() {
        assert_eq!(of("9", None, None), Standing::Unknown);
        assert_eq!(of("9", Some(5.0), Some(3.0)), Standing::Unknown, "no range");
        let words = ChartItem { number: None, text: "Trace".into(), ..value("1", Some(3.0), Some(5.0)) };
        assert_eq!(Standing::of(&words), Standing::Unknown);
        for status in ["cancelled", "registered"] {
            let item = ChartItem { status: status.into(), ..value("9", Some(3.0), Some(5.0)) };
            assert_eq!(Standing::of(&item), Standing::Unknown, "{status}");
        }
    }

    #[test]
    fn a_censored_value_is_compared_only_where_the_answer_is_certain() {
        let (low, high) = (Some(3.0), Some(5.0));
        for (printed, standing) in [
            ("<3", Standing::Below),
            ("<=3", Standing::Unknown),
            ("<=2.9", Standing::Below),
            ("<4", Standing::Unknown),
            ("<0.1", Standing::Below),
            (">5", Standing::Above),
            (">=5", Standing::Unknown),
            (">=5.1", Standing::Above),
            (">4", Standing::Unknown),
            (">200", Standing::Above),
        ] {
            assert_eq!(of(printed, low, high), standing, "{printed}");
        }
        assert_eq!(of("<0.1", None, Some(5.0)), Standing::Inside);
        assert_eq!(of("<0.1", Some(0.0), Some(5.0)), Standing::Unknown);
        assert_eq!(of(">90", Some(60.0), None), Standing::Inside);
        assert_eq!(of("<9", None, Some(5.0)), Standing::Unknown);
    }

    #[test]
    fn what_the_laboratory_says_counts_before_the_comparison_but_is_never_printed_as_in_range_against_it() {
        let said = |flag, printed| Standing::of(&ChartItem { flag, ..value(printed, Some(3.0), Some(5.0)) });
        assert_eq!(said(Flag::High, "4"), Standing::Flagged(Flag::High));
        assert_eq!(said(Flag::Normal, "4"), Standing::Inside);
        assert_eq!(said(Flag::Normal, "9"), Standing::SaidNormal);
        assert_eq!(said(Flag::Other, "4"), Standing::Flagged(Flag::Other));
        assert_eq!(said(Flag::Other, "9"), Standing::Above);
        let negative = ChartItem { said: "Negative".into(), ..value("4", Some(3.0), Some(5.0)) };
        assert_eq!(Standing::of(&negative), Standing::Unknown);
    }
}
