//! When a letter is tried again, and when it is given up: the numbers of the outbox.
//!
//! ```text
//!             taken by the mail server
//!  waiting --------------------------------> sent
//!   |  ^ \
//!   |  |  \ refused for good, or not taken for 48 hours
//!   +--+   `-------------------------------> dead
//!   tried again, later each time
//!
//!  dropped: written so that an unknown address costs what a known one does; never leaves
//! ```

use super::calendar::Instant;

/// A letter that was not taken is tried again after this long.
pub const FIRST_WAIT_SECONDS: i64 = 60;
/// Each further wait is twice as long, up to this.
pub const LONGEST_WAIT_SECONDS: i64 = 3600;
/// A letter that is still not taken this long after it was written is given up.
pub const GIVE_UP_SECONDS: i64 = 48 * 3600;
/// Who sends a letter has it for this long; after that, whoever had it has died, and another takes it.
pub const CLAIM_SECONDS: i64 = 5 * 60;
/// One mail may take this long at the mail server; well under [`CLAIM_SECONDS`], so that nobody else takes it meanwhile.
pub const SENDING_SECONDS: u64 = 60;
/// Letters that one round takes on at most, so that memory stays flat.
pub const ROUND: i64 = 50;
/// Letters that one round sends at the same time.
pub const AT_ONCE: usize = 4;
/// Letters that are over are forgotten after this long.
pub const FORGET_SECONDS: i64 = 30 * 86_400;

/// How long a letter waits after its `tries`th try, the first being 1, was not taken.
pub const fn wait_seconds(tries: i64) -> i64 {
    let mut wait = FIRST_WAIT_SECONDS;
    let mut doubled = 1;
    while doubled < tries && wait < LONGEST_WAIT_SECONDS {
        wait *= 2;
        doubled += 1;
    }
    if wait < LONGEST_WAIT_SECONDS { wait } else { LONGEST_WAIT_SECONDS }
}

/// Whether a letter written at `made` is given up when a try at `now` was not taken.
pub const fn is_given_up(made: Instant, now: Instant) -> bool {
    now.seconds_since(made) >= GIVE_UP_SECONDS
}

/// Every number of this file as the rows of docs/mail.md: what, and how much.
pub fn numbers() -> Vec<(&'static str, String)> {
    let minutes = |seconds: i64| format!("{} min", seconds / 60);
    vec![
        ("A letter that was not taken is tried again after", minutes(FIRST_WAIT_SECONDS)),
        ("Each further wait is twice as long, up to", minutes(LONGEST_WAIT_SECONDS)),
        ("A letter that is not taken is given up after", format!("{} h", GIVE_UP_SECONDS / 3600)),
        ("Who sends a letter has it for at most", minutes(CLAIM_SECONDS)),
        ("One mail may take at the mail server", format!("{SENDING_SECONDS} s")),
        ("Letters in one round at most", ROUND.to_string()),
        ("Letters sent at the same time by one node", AT_ONCE.to_string()),
        ("Letters that are over are forgotten after", format!("{} days", FORGET_SECONDS / 86_400)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_an_hour() {
        let waits: Vec<i64> = (1..=9).map(|tries| wait_seconds(tries) / 60).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait_seconds(i64::MAX), LONGEST_WAIT_SECONDS);
        assert_eq!(wait_seconds(0), FIRST_WAIT_SECONDS);
    }

    #[test]
    fn a_letter_is_given_up_at_48_hours_and_not_a_second_sooner() {
        let made = Instant::from_micros(1_000_000);
        assert!(!is_given_up(made, made.plus_seconds(48 * 3600 - 1)));
        assert!(is_given_up(made, made.plus_seconds(48 * 3600)));
    }

    #[test]
    fn the_document_states_the_same_numbers() {
        let document = include_str!("../../docs/mail.md");
        for (what, how_much) in numbers() {
            assert!(
                document.contains(&format!("| {what} | {how_much} |")),
                "docs/mail.md lacks | {what} | {how_much} |"
            );
        }
    }
}
