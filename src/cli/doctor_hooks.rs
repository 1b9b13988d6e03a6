//! What `postern doctor` says of the systems that are told of events.

use super::doctor::{Finding, bad, good};
use crate::domain::calendar::Instant;
use crate::store::hooks::Behind;

/// An event that a client has not taken for so long is a fault: one that is only restarted takes it sooner. Seconds.
const STUCK: i64 = 4 * 3600;

/// What is to be said at `now` of the clients that are told; nothing where none is.
pub(super) fn examine(clients: &[Behind], now: Instant) -> Option<Finding> {
    const WHAT: &str = "webhooks";
    if clients.is_empty() {
        return None;
    }
    let is_stuck = |client: &&Behind| client.oldest.is_some_and(|at| now.seconds_since(at) > STUCK);
    let stuck: Vec<String> = clients
        .iter()
        .filter(is_stuck)
        .map(|client| {
            let since = client.oldest.map(Instant::rfc3339).unwrap_or_default();
            format!("{} has not taken {} events, the oldest of {since}", client.client, client.waiting)
        })
        .collect();
    let dead: i64 = clients.iter().map(|client| client.dead).sum();
    let dead = if dead == 0 { String::new() } else { format!("; {dead} were given up in the last 30 days") };
    Some(if stuck.is_empty() {
        good(WHAT, format!("{} clients are told, and take it{dead}", clients.len()))
    } else {
        let fix =
            "`postern serve` must run, and the address of the client must answer (`postern client list`)";
        bad(WHAT, format!("{}{dead}; {fix}", stuck.join("; ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        "2026-03-11T16:00:00Z".parse().unwrap()
    }

    fn client(waiting_for: Option<i64>, dead: i64) -> Behind {
        let oldest = waiting_for.map(|seconds| now().plus_seconds(-seconds));
        Behind { client: "Family app".to_owned(), waiting: i64::from(oldest.is_some()), oldest, dead }
    }

    #[test]
    fn nothing_is_said_of_hooks_where_nobody_is_told() {
        assert!(examine(&[], now()).is_none());
    }

    #[test]
    fn an_event_that_waits_for_more_than_four_hours_is_a_fault_that_names_the_client() {
        let fault = |clients: &[Behind]| examine(clients, now()).unwrap().fault;
        assert_eq!(fault(&[client(None, 0), client(Some(STUCK), 3)]), None);
        let said = fault(&[client(None, 0), client(Some(STUCK + 1), 3)]).unwrap();
        for part in [
            "Family app has not taken 1 events, the oldest of 2026-03-11T11:59:59",
            "3 were given up",
            "postern serve",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
