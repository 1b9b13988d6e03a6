//! The access matrix: situation × viewer → what the rules answer, written to a table that a privacy officer can read.
//!
//! `tests/golden/access_matrix.txt` holds the answer that was agreed. It changes only when a rule changes; write it anew with
//! `POSTERN_TEST_WRITE_GOLDEN=1`.

mod people;
mod situations;

use std::fmt::Write;

use postern::domain::access::facts::PatientFacts;
use postern::domain::access::{Action, Basis, decide};
use postern::domain::calendar::Instant;

use people::Cast;

/// One table: a rule, and the moments at which it is looked at.
pub struct Table {
    /// The heading.
    pub title: &'static str,
    /// What is set up, in a sentence or two.
    pub story: &'static str,
    /// The action asked for.
    pub action: Action,
    /// The viewers of this table.
    pub cast: Cast,
    /// The patient.
    pub patient: PatientFacts,
    /// The moments, each with its description.
    pub moments: Vec<(&'static str, Instant)>,
}

fn cell(table: &Table, viewer: usize, at: Instant) -> String {
    let decision = decide(&table.cast.viewers[viewer].1, &table.patient, table.action, at);
    match decision.refusal() {
        Some(refusal) => format!("–  {refusal}"),
        None if decision.bases().next().is_none() => "✓".to_owned(),
        None => format!("✓  {}", decision.bases().map(Basis::word).collect::<Vec<_>>().join(", ")),
    }
}

fn draw(tables: &[Table]) -> String {
    let mut out = String::from(
        "Postern access matrix\n=====================\n\
         ✓ allowed, with the basis; – refused, with the reason. Rules F1-F6 and P1-P8 of the product's access decision.\n",
    );
    for table in tables {
        let _ = write!(
            out,
            "\n\n{}\n{}\n{}\n",
            table.title,
            "-".repeat(table.title.chars().count()),
            table.story
        );
        let _ = writeln!(out, "Action: {}\n", table.action);
        let mut rows: Vec<Vec<String>> = vec![vec![String::from("at")]];
        rows[0].extend(table.cast.viewers.iter().map(|(name, _)| (*name).to_owned()));
        for (label, at) in &table.moments {
            let mut row = vec![(*label).to_owned()];
            row.extend((0..table.cast.viewers.len()).map(|v| cell(table, v, *at)));
            rows.push(row);
        }
        let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
        for (index, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(c, w)| format!("{c}{}", " ".repeat(w - c.chars().count())))
                .collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
            if index == 0 {
                let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
                let _ = writeln!(out, "|-{}-|", rule.join("-|-"));
            }
        }
    }
    out
}

#[test]
fn the_access_matrix_is_the_one_that_was_agreed() {
    let drawn = draw(&situations::all());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/access_matrix.txt");
    if std::env::var_os("POSTERN_TEST_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let agreed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        drawn == agreed,
        "the rules answer otherwise than {path} says; this is what they answer:\n{drawn}"
    );
}

#[test]
fn the_matrix_shows_every_basis_and_every_refusal() {
    let drawn = draw(&situations::all());
    for basis in Basis::ALL {
        assert!(drawn.contains(&format!("✓  {basis}")) || drawn.contains(&format!(", {basis}")), "{basis}");
    }
    for refusal in postern::domain::access::Refusal::ALL {
        assert!(drawn.contains(&format!("–  {refusal}")), "{refusal}");
    }
}
