//! The edges of sessions, and the spellings of addresses and networks.

use super::*;
use crate::domain::people::fold_email;

const T0: Instant = Instant::from_micros(1_800_000_000_000_000);

fn full() -> SessionTimes {
    SessionTimes { stage: Stage::Full, made_at: T0, used_at: T0, ended_at: None }
}

/// asvs_v7_3_1
#[test]
fn a_session_is_over_at_fifteen_idle_minutes_exactly() {
    assert!(full().ends(T0.plus_seconds(899)).is_some());
    assert!(full().ends(T0.plus_seconds(900)).is_none());
}

#[test]
fn a_session_is_over_twelve_hours_after_sign_in_however_busy() {
    let noon = 12 * 3600;
    let busy = SessionTimes { used_at: T0.plus_seconds(noon - 1), ..full() };
    assert!(busy.ends(T0.plus_seconds(noon - 1)).is_some());
    assert!(busy.ends(T0.plus_seconds(noon)).is_none());
}

#[test]
fn a_password_waits_ten_minutes_for_its_code() {
    let half = SessionTimes { stage: Stage::Password, ..full() };
    assert!(half.ends(T0.plus_seconds(599)).is_some());
    assert!(half.ends(T0.plus_seconds(600)).is_none());
}

#[test]
fn an_ended_session_never_holds() {
    let ended = SessionTimes { ended_at: Some(T0.plus_seconds(5)), ..full() };
    assert!(ended.ends(T0.plus_seconds(6)).is_none());
    assert!(ended.ends(T0).is_none());
}

#[test]
fn a_clock_that_steps_back_prolongs_nothing() {
    let used_later = SessionTimes { used_at: T0.plus_seconds(ABSOLUTE_SECONDS), ..full() };
    assert!(used_later.ends(T0.plus_seconds(10)).is_none());
    assert_eq!(full().ends(T0.plus_seconds(-3600)), full().ends(T0));
}

#[test]
fn twelve_spellings_of_an_address_are_one() {
    let spellings = [
        "zoë.hill@example.org",
        "ZOË.HILL@EXAMPLE.ORG",
        "Zoë.Hill@Example.org",
        " zoë.hill@example.org",
        "zoë.hill@example.org ",
        "\tzoë.hill@example.org\n",
        "zoe\u{308}.hill@example.org",
        "ZOE\u{308}.HILL@EXAMPLE.ORG",
        "\u{feff}zoë.hill@example.org",
        "zoë.hill@example.org\u{200b}",
        "zoë.hill＠example.org",
        "\u{a0}ｚoë.hill@example.org",
    ];
    for spelling in spellings {
        assert_eq!(fold_email(spelling), "zoë.hill@example.org", "{spelling:?}");
    }
    assert_ne!(fold_email("zoe.hill@example.org"), fold_email("zoë.hill@example.org"));
}

#[test]
fn a_network_is_an_ipv4_address_or_an_ipv6_prefix() {
    assert_eq!(fold_network("192.0.2.7"), "192.0.2.7");
    assert_eq!(fold_network("::ffff:192.0.2.7"), "192.0.2.7");
    assert_eq!(fold_network("2001:db8:1:2:aaaa::1"), fold_network("2001:db8:1:2:bbbb::2"));
    assert_ne!(fold_network("2001:db8:1:2::1"), fold_network("2001:db8:1:3::1"));
}

#[test]
fn a_code_is_six_digits_with_any_blanks() {
    assert_eq!(parse_code(" 123 456 ").as_deref(), Some("123456"));
    assert_eq!(parse_code("１２３４５６").as_deref(), Some("123456"));
    for wrong in ["", "12345", "1234567", "12345a", "٠١٢٣٤٥"] {
        assert_eq!(parse_code(wrong), None, "{wrong}");
    }
}

/// asvs_v6_1_1
#[test]
fn guessing_codes_succeeds_less_than_three_times_in_ten_thousand_until_the_factor_is_disabled() {
    let codes_taken = CODE_STEPS_BACK + 1;
    let tries_per_million = WRONG_CODES_DISABLE * codes_taken;
    assert!(tries_per_million <= 300);
}

/// asvs_v6_1_1, asvs_v7_1_1
#[test]
fn the_numbers_in_the_documentation_are_those_of_the_program() {
    let documented = include_str!("../../docs/security-numbers.md");
    let all = [numbers(), crate::domain::registration::numbers()].concat();
    for (what, much, source) in &all {
        let row = format!("| {what} | {much} | {source} |");
        assert!(documented.contains(&row), "docs/security-numbers.md lacks the row\n{row}");
    }
    let rows = documented.lines().filter(|l| l.starts_with("| ")).count();
    assert_eq!(rows, all.len() + 1, "docs/security-numbers.md has rows that the program does not");
}
