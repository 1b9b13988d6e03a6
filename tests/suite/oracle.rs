//! The access decision agrees with a second one, written from the rules alone in another language (`tests/oracle`).

use std::process::Command;

/// Decisions asked in every run, and when everything is measured (`tests/run --full`).
const SMALL: u32 = 5_000;
const LARGE: u32 = 100_000;
const LARGE_ON_POSTGRES: u32 = 20_000;

fn full() -> bool {
    std::env::var("POSTERN_TEST_FULL").is_ok_and(|value| !value.is_empty())
}

fn compare(decisions: u32, more: &[&str]) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/compare.py");
    let out = Command::new("python3")
        .args([script, "--postern", env!("CARGO_BIN_EXE_postern"), "--decisions", &decisions.to_string()])
        .args(more)
        .output()
        .expect("python3 3.9 or later is installed, as tests/run sees to");
    assert!(
        out.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

#[test]
fn every_decision_agrees_with_the_oracle() {
    compare(if full() { LARGE } else { SMALL }, &[]);
}

#[test]
fn every_decision_agrees_with_the_oracle_on_postgres_when_everything_is_run() {
    if full() {
        let server = std::env::var("POSTERN_TEST_POSTGRES").expect("tests/run sets POSTERN_TEST_POSTGRES");
        compare(LARGE_ON_POSTGRES, &["--database", &server]);
    }
}
