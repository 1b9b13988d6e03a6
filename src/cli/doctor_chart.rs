//! What `postern doctor` says of confirmed PCPs of whom the hospital's source has yet to be told.

use super::doctor::{Finding, bad, good};
use crate::domain::calendar::Instant;
use crate::domain::feed::Backlog;

/// One that waits for longer is a fault: somebody was to enter it in the chart. Seconds.
const STUCK: i64 = 86_400;

/// What is to be said at `now` of those that wait; nothing where none does.
pub(super) fn examine(backlog: Backlog, now: Instant) -> Option<Finding> {
    const WHAT: &str = "PCPs to tell";
    let oldest = backlog.oldest?;
    let Backlog { waiting, conflicts, .. } = backlog;
    let since = oldest.rfc3339();
    let said = format!(
        "{waiting} confirmed PCPs are not in the hospital's chart yet, the oldest since {since}; the hospital lists \
         somebody else since for {conflicts} of them"
    );
    Some(if conflicts > 0 || now.seconds_since(oldest) > STUCK {
        let fix = "the access team finds them under Queue, \"Not in the hospital's chart yet\", enters them there and says so; \
                   those that the feed takes by itself need `postern serve`";
        bad(WHAT, format!("{said}; {fix}"))
    } else {
        good(WHAT, said)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmed_pcp_who_waits_for_more_than_a_day_or_conflicts_is_a_fault() {
        let now: Instant = "2026-03-11T16:00:00Z".parse().unwrap();
        let of = |seconds: i64, conflicts| {
            let backlog = Backlog { waiting: 2, oldest: Some(now.plus_seconds(-seconds)), conflicts };
            examine(backlog, now).unwrap().fault
        };
        assert!(examine(Backlog::default(), now).is_none(), "nothing is said where none waits");
        assert_eq!(of(STUCK, 0), None);
        let late = of(STUCK + 1, 0).unwrap();
        for part in [
            "2 confirmed PCPs",
            "since 2026-03-10T15:59:59",
            "Not in the hospital's chart yet",
            "postern serve",
        ] {
            assert!(late.contains(part), "{late}");
        }
        assert!(of(60, 1).unwrap().contains("for 1 of them"));
    }
}
