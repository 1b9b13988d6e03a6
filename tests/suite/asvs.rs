//! The table of OWASP ASVS rows: each that applies names the tests that carry it, and each test that carries one is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const TABLE: &str = "docs/asvs.md";

/// Rows whose code is still to come, or is not whole: they may be without a test. Only shrinks.
const PENDING: &[&str] = &[];

/// Rows of ASVS 5.0.0 at levels 1 and 2, by chapter.
const COUNTS: &[(&str, usize)] = &[("V6.", 13 + 22), ("V7.", 6 + 12), ("V10.", 5 + 24)];

#[derive(Clone)]
struct Row {
    id: String,
    level: String,
    what: String,
    applies: String,
    last: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(root().join(TABLE)).unwrap()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix("| V")?.strip_suffix(" |")?.split(" | ").collect();
    let [id, level, what, applies, last] = cells[..] else { panic!("not five cells: {line}") };
    let text = str::to_owned;
    Some(Row {
        id: format!("V{id}"),
        level: text(level),
        what: text(what),
        applies: text(applies),
        last: text(last),
    })
}

fn rows() -> Vec<Row> {
    document().lines().filter_map(row).collect()
}

/// `V6.2.1` as a test's documentation writes it.
fn mark(id: &str) -> String {
    format!("asvs_{}", id.to_lowercase().replace('.', "_"))
}

/// The tests whose documentation holds each mark, as `file::name`.
fn carried() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in sources("tests/suite").into_iter().chain(sources("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let module = module(&path);
        let mut marks: Vec<String> = Vec::new();
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("///") {
                marks.extend(
                    line.split(|c: char| !c.is_alphanumeric() && c != '_')
                        .filter(|&word| word.starts_with("asvs_v"))
                        .map(str::to_owned),
                );
            } else if let Some(name) = test_name(line) {
                for mark in marks.drain(..) {
                    found.entry(mark).or_default().insert(format!("{module}::{name}"));
                }
            } else if !line.starts_with("#[") {
                assert!(marks.is_empty(), "{}: {marks:?} stand before no test: {line}", path.display());
            }
        }
    }
    found
}

fn test_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "))?;
    rest.split('(').next()
}

fn module(path: &Path) -> String {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let folder = || path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    if matches!(stem, "mod" | "tests") { folder().to_owned() } else { stem.to_owned() }
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let inside = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            found.extend(sources(&inside));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("suite/asvs.rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The last cell of a row that applies: why only partly, and the tests, or that they are to come.
fn last_cell(row: &Row, tests: Option<&BTreeSet<String>>) -> String {
    let tests = tests.into_iter().flatten().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ");
    let tests = if tests.is_empty() { "pending".to_owned() } else { tests };
    match row.applies.as_str() {
        "partly" => {
            let (reason, _) = row.last.rsplit_once(". ").expect("a reason before the tests");
            format!("{reason}. {tests}")
        }
        _ => tests,
    }
}

#[test]
fn the_table_holds_every_row_of_the_three_chapters_once() {
    let all = rows();
    let ids: BTreeSet<&str> = all.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids.len(), all.len(), "a row is there twice");
    for (chapter, count) in COUNTS {
        let of_chapter = all.iter().filter(|r| r.id.starts_with(chapter) && r.level != "L3").count();
        assert_eq!(of_chapter, *count, "{chapter}");
    }
    for row in &all {
        assert!(matches!(row.level.as_str(), "L1" | "L2" | "L3"), "{}", row.id);
        assert!(matches!(row.applies.as_str(), "yes" | "partly" | "no"), "{}", row.id);
        assert!(!row.what.is_empty() && !row.last.is_empty(), "{}", row.id);
    }
}

#[test]
fn each_row_that_applies_names_its_tests_and_every_other_its_reason() {
    let carried = carried();
    let wanted = |row: &Row| match row.applies.as_str() {
        "no" => row.last.clone(),
        _ => last_cell(row, carried.get(&mark(&row.id))),
    };
    if std::env::var_os("POSTERN_TEST_WRITE_GOLDEN").is_some() {
        let line = |line: &str| match row(line) {
            Some(r) => format!("| {} | {} | {} | {} | {} |\n", r.id, r.level, r.what, r.applies, wanted(&r)),
            None => format!("{line}\n"),
        };
        fs::write(root().join(TABLE), document().lines().map(line).collect::<String>()).unwrap();
    }
    let faults: Vec<String> = rows()
        .into_iter()
        .filter(|row| row.last != wanted(row))
        .map(|row| format!("{} names\n  {}\nand should name\n  {}", row.id, row.last, wanted(&row)))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn no_row_that_applies_is_without_a_test() {
    let carried = carried();
    let all = rows();
    let bare: Vec<&str> = all
        .iter()
        .filter(|r| r.applies != "no" && !carried.contains_key(&mark(&r.id)))
        .map(|r| r.id.as_str())
        .filter(|id| !PENDING.contains(id))
        .collect();
    assert!(bare.is_empty(), "no test's documentation holds {bare:?}");
    for id in PENDING {
        assert!(all.iter().any(|r| r.id == *id && r.applies != "no"), "{id} is pending and not in the table");
    }
}

#[test]
fn no_test_carries_a_row_that_is_not_there() {
    let known: BTreeSet<String> = rows().iter().filter(|r| r.applies != "no").map(|r| mark(&r.id)).collect();
    // Rows of other chapters are not in this table.
    let ours = |mark: &str| COUNTS.iter().any(|(c, _)| mark.starts_with(&self::mark(c)));
    let strange: Vec<_> = carried().into_keys().filter(|m| ours(m) && !known.contains(m)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
