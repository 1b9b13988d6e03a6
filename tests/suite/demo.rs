//! The synthetic hospital, made at several instants: its counts, and that every rule can be seen by the account that the table
//! on top of `assets/demo/hospital.toml` names.

mod counts;
mod made;
mod rules;

use crate::support::Engine;
use made::{Made, made};

/// Makes a demo whose first start is at `now`, and checks everything that must hold of it.
fn holds(engine: Engine, now: &str) {
    made(engine, now, async |demo: &Made| {
        counts::listings_and_seats_are_the_authored_ones(demo).await;
        counts::everyone_the_issue_asks_for_is_there(demo).await;
        counts::every_kind_of_fact_is_there(demo).await;
        counts::the_charts_hold_every_section_and_every_sensitivity_code(demo).await;
        rules::every_line_of_the_table_holds(demo);
        rules::every_refusal_and_every_basis_is_seen_by_someone(demo);
        rules::sensitive_items_are_shown_and_withheld(demo);
        rules::an_old_number_finds_the_survivor(demo).await;
    });
}

#[test]
fn a_demo_first_started_in_november_holds_on_sqlite() {
    holds(Engine::Sqlite, "2026-11-23T15:04:05Z");
}

#[test]
fn a_demo_first_started_in_november_holds_on_postgres() {
    holds(Engine::Postgres, "2026-11-23T15:04:05Z");
}

#[test]
fn a_demo_first_started_in_the_middle_of_a_validation_cycle_holds() {
    holds(Engine::Sqlite, "2027-04-10T13:00:00Z");
}

#[test]
fn a_demo_first_started_just_after_reviews_came_due_holds() {
    holds(Engine::Sqlite, "2027-05-02T04:00:00Z");
}

#[test]
fn a_demo_first_started_on_a_leap_day_holds() {
    holds(Engine::Sqlite, "2028-02-29T23:30:00-05:00");
}

#[test]
fn the_shipped_files_take_four_megabytes_at_most() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let files = std::fs::read_dir(folder).unwrap();
    let bytes: u64 = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes <= 4 * 1024 * 1024, "{bytes}");
}
