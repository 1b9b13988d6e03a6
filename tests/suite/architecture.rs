//! The walls of the house, checked in its source: who may import whom, how long a file may be, what nothing may be called.

use std::fs;
use std::path::Path;

/// A file of the project: its path from the root, and its text.
type Source = (String, String);

/// One row of the import table of ARCHITECTURE.md.
struct Wall {
    /// The files it holds for: those whose path begins so. The longest match counts.
    of: &'static str,
    /// Our own modules they may use, besides their own.
    modules: &'static [&'static str],
    /// The outside crates they may use; `!name` forbids one and allows the rest.
    crates: &'static [&'static str],
}

const DOMAIN: &[&str] = &[
    "time",
    "thiserror",
    "serde",
    "uuid",
    "unicode_normalization",
    "sha2",
    "hmac",
    "data_encoding",
    "subtle",
];
const WALLS: &[Wall] = &[
    Wall { of: "src/domain/", modules: &[], crates: DOMAIN },
    Wall {
        of: "src/domain/calendar.rs",
        modules: &[],
        crates: &["time", "thiserror", "serde", "chrono", "chrono_tz"],
    },
    Wall {
        of: "src/views/",
        modules: &["domain"],
        crates: &["maud", "time", "uuid", "qrcode", "sha2", "data_encoding"],
    },
    Wall {
        of: "src/domain/chart/clinical_document.rs",
        modules: &[],
        // One file reads XML; everything else sees headings, paragraphs, lists and tables.
        crates: &["quick_xml"],
    },
    // One file writes XML, from a tree.
    Wall { of: "src/views/chart/ccda/xml.rs", modules: &["domain"], crates: &["quick_xml"] },
    Wall { of: "src/views/chart/pdf.rs", modules: &["domain"], crates: &["pdf_writer"] },
    Wall { of: "src/views/token/pdf.rs", modules: &["domain"], crates: &["pdf_writer"] },
    Wall { of: "src/letters/", modules: &["domain"], crates: &["maud", "time"] },
    Wall {
        of: "src/store/",
        modules: &["domain"],
        crates: &["sqlx", "futures", "time", "tokio", "uuid", "thiserror"],
    },
    Wall {
        of: "src/app/",
        modules: &["domain", "store"],
        crates: &[
            "!axum",
            "!maud",
            "!lettre",
            "!openidconnect",
            "!reqwest",
            "!sqlx",
            "!tower",
            "!tower_http",
            "!clap",
            "!config",
            "!getrandom",
            "!chrono",
            "!chrono_tz",
        ],
    },
    Wall {
        of: "src/adapters/",
        modules: &["app::ports", "domain"],
        crates: &["!axum", "!maud", "!sqlx", "!clap", "!config", "!chrono", "!chrono_tz"],
    },
    Wall {
        of: "src/adapters/smtp.rs",
        modules: &["app::ports", "domain", "letters"],
        crates: &["lettre", "tokio", "thiserror"],
    },
    Wall {
        of: "src/adapters/feed/",
        modules: &["app::ports", "app::permit", "domain", "store"],
        crates: &["!axum", "!maud", "!sqlx", "!clap", "!config", "!chrono", "!chrono_tz"],
    },
    Wall {
        of: "src/web/",
        modules: &["app", "views", "domain"],
        crates: &["!sqlx", "!clap", "!config", "!argon2", "!totp_rs", "!getrandom", "!chrono", "!chrono_tz"],
    },
    Wall {
        of: "src/jobs/",
        modules: &["app", "domain"],
        crates: &["!axum", "!maud", "!sqlx", "!tower", "!tower_http", "!chrono", "!chrono_tz"],
    },
    Wall {
        of: "src/web/pages/kept_mail.rs",
        modules: &["app", "views", "domain", "letters"],
        crates: &["axum", "maud", "uuid"],
    },
    Wall {
        of: "src/config/",
        modules: &["app", "domain"],
        crates: &["config", "serde", "toml", "thiserror", "time", "data_encoding"],
    },
    Wall {
        of: "src/config.rs",
        modules: &["app", "domain"],
        crates: &["config", "serde", "toml", "thiserror", "time", "data_encoding"],
    },
];

const BANNED: &[&str] = &["util", "helper", "manager", "common"];

#[test]
fn nobody_imports_what_the_table_forbids() {
    let outside = dependencies();
    assert_none(
        sources("src")
            .iter()
            .filter(|(path, _)| !path.ends_with("tests.rs"))
            .flat_map(|source| forbidden_imports(source, &outside)),
    );
}

#[test]
fn a_forbidden_import_is_seen_however_it_is_written() {
    let outside = vec!["sqlx".to_owned(), "maud".to_owned(), "tracing".to_owned()];
    let seen =
        |path: &str, text: &str| !forbidden_imports(&(path.to_owned(), text.to_owned()), &outside).is_empty();
    assert!(seen("src/domain/token.rs", "use crate::store::Db;"));
    assert!(seen("src/domain/access/mod.rs", "use crate::{domain::ids::Mrn, app::App};"));
    assert!(seen("src/domain/token.rs", "fn f() { super::super::store::Db::open() }"));
    assert!(seen("src/domain/access/mod.rs", "use super::super::store::Db;"));
    assert!(seen("src/domain/token.rs", "fn f() { tracing::info!(\"x\") }"));
    assert!(seen("src/web/pages/charts.rs", "fn f(db: &sqlx::SqlitePool) {}"));
    assert!(seen("src/adapters/clock.rs", "use crate::store::Db;"));
    assert!(seen("src/adapters/clock.rs", "use crate::app::App;"));
    assert!(seen("src/adapters/feed/fhir.rs", "use crate::app::{permit::Permit, App};"));
    assert!(!seen("src/adapters/feed/fhir.rs", "use crate::app::{permit::Permit, ports::Feed};"));
    assert!(seen("src/views/home.rs", "use crate::app::look_ups::Answer;"));
    assert!(!seen("src/domain/access/mod.rs", "use super::ids::Mrn; use super::super::domain::token;"));
    assert!(!seen(
        "src/domain/token.rs",
        "/// As [`crate::store::Db`] keeps it.\nuse crate::domain::ids::Mrn;"
    ));
    assert!(!seen("src/domain/token.rs", "#[cfg(test)]\nmod tests { use crate::store::Db; }"));
    assert!(!seen("src/web/mod.rs", "use crate::{app::App, views};"));
}

#[test]
fn domain_neither_waits_nor_asks_the_time() {
    let asks = ["async fn", ".await", "now_utc", "SystemTime", "Instant::now"];
    assert_none(matches_in(&sources("src/domain"), &asks));
}

#[test]
fn no_file_is_longer_than_400_lines_and_no_test_longer_than_600() {
    let too_long = all_sources().into_iter().filter_map(|(path, text)| {
        let limit = if path.starts_with("tests/") || path.ends_with("tests.rs") { 600 } else { 400 };
        let lines = text.lines().count();
        (lines > limit)
            .then(|| format!("{path} has {lines} lines, {limit} at most: split it by what changes together"))
    });
    assert_none(too_long);
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    let silent = all_sources().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    assert_none(silent.map(|(path, _)| format!("{path} does not begin with `//! ` and a sentence")));
}

#[test]
fn nothing_is_called_util_helper_manager_or_common() {
    assert_none(all_sources().iter().flat_map(banned_names));
    assert!(!banned_names(&("src/app/date_utils.rs".to_owned(), String::new())).is_empty());
    assert!(!banned_names(&("src/app/a.rs".to_owned(), "pub struct SessionManager;".to_owned())).is_empty());
}

#[test]
fn sql_is_fixed_text_and_never_asks_the_time() {
    assert_none(matches_in(&sources("src"), &["AssertSqlSafe", "raw_sql("]));
    let mut texts = sources("src/store");
    texts.extend(files("migrations", "sql"));
    assert_none(matches_in(&texts, &["now()", "current_timestamp", "current_date", "'now'", "random()"]));
}

#[test]
fn only_the_store_knows_which_engine_it_is() {
    let elsewhere: Vec<Source> =
        sources("src").into_iter().filter(|(path, _)| !path.starts_with("src/store/")).collect();
    assert_none(matches_in(&elsewhere, &["Db::Sqlite", "Db::Postgres", "Tx::Sqlite", "Tx::Postgres"]));
}

#[test]
fn nothing_is_left_to_do() {
    assert_none(matches_in(&sources("src"), &["todo!", "unimplemented!", "TODO", "FIXME", "XXX"]));
}

#[test]
fn no_test_sleeps_or_is_left_out() {
    // Written in two parts, so that this file does not find itself.
    let waits = [
        concat!("sle", "ep("),
        concat!("#[ign", "ore"),
        concat!("set", "Timeout("),
        concat!("waitFor", "Timeout("),
    ];
    let mut texts = sources("tests");
    texts
        .extend(sources("src").into_iter().map(|(path, text)| (format!("tests of {path}"), tests_in(&text))));
    texts.extend(files("tests/browser", "mjs"));
    texts.extend(files("tests/oidc", "mjs"));
    texts.extend(files("tests/fhir/medplum", "mjs"));
    assert_none(matches_in(&texts, &waits));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = read("Cargo.toml");
    let silent = dependency_lines(&manifest).filter(|line| !line.contains(" # "));
    assert_none(silent.map(|line| format!("Cargo.toml gives no reason for `{line}`")));
}

#[test]
fn one_tls_only_enters() {
    let lock = read("Cargo.lock");
    let banned = ["openssl-sys", "native-tls", "aws-lc-sys"];
    assert_none(
        banned
            .iter()
            .filter(|name| lock.contains(&format!("name = \"{name}\"")))
            .map(|name| format!("Cargo.lock holds {name}; rustls with ring is the one TLS (deny.toml)")),
    );
}

#[test]
fn the_lock_files_of_node_name_no_registry() {
    for folder in ["tests/browser", "tests/oidc", "tests/fhir/medplum"] {
        assert_none(matches_in(&files(folder, "json"), &["\"resolved\"", "https://"]));
    }
}

fn forbidden_imports((path, text): &Source, outside: &[String]) -> Vec<String> {
    let Some(wall) = WALLS.iter().filter(|w| path.starts_with(w.of)).max_by_key(|w| w.of.len()) else {
        return Vec::new();
    };
    let own = path.trim_start_matches("src/").split(['/', '.']).next().unwrap();
    let code = without_comments_and_tests(text);
    let depth = depth_of(path);
    let mut found = Vec::new();
    for target in own_paths(&code, depth) {
        let module = target.split("::").next().unwrap();
        let allowed = wall
            .modules
            .iter()
            .any(|m| target == *m || target.starts_with(&format!("{m}::")) || *m == module);
        if module != own && !allowed && !module.is_empty() {
            found.push(format!("{path} uses crate::{target}; {} may use {:?}", wall.of, wall.modules));
        }
    }
    for name in outside.iter().filter(|name| names_crate(&code, name)) {
        let forbidden = wall.crates.contains(&format!("!{name}").as_str());
        let listed = wall.crates.contains(&name.as_str());
        let open = wall.crates.iter().any(|c| c.starts_with('!'));
        if forbidden || (!open && !listed) {
            found.push(format!("{path} uses the crate {name}, which {} must not see", wall.of));
        }
    }
    found
}

/// How many `super::` lead from a file's top level to the crate.
fn depth_of(path: &str) -> usize {
    let steps = path.trim_start_matches("src/").split('/').count();
    if path.ends_with("/mod.rs") { steps - 1 } else { steps }
}

/// Every path into the crate that `code` writes, without the leading `crate::`.
fn own_paths(code: &str, depth: usize) -> Vec<String> {
    let up = "super::".repeat(depth);
    let mut found = Vec::new();
    for prefix in ["crate::", up.as_str()] {
        for (at, _) in code.match_indices(prefix) {
            let before = code[..at].chars().next_back();
            // `$crate::` and a longer chain of `super::` are other paths (or the same one, seen already).
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue;
            }
            let rest = &code[at + prefix.len()..];
            found.extend(targets(rest));
        }
    }
    found
}

/// The path at the start of `text`; of a group, the path of each member.
fn targets(text: &str) -> Vec<String> {
    let head = path_head(text);
    match text[head.len()..].strip_prefix('{') {
        Some(group) => group_heads(group).iter().map(|member| format!("{head}{member}")).collect(),
        None => vec![head],
    }
}

fn path_head(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect()
}

/// The first paths of each member of `a::x, b::{y, z}, c}`.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut start) = (0, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                heads.push(path_head(group[start..at].trim()));
                return heads;
            }
            ',' if depth == 0 => {
                heads.push(path_head(group[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    heads
}

fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = &code[..at];
        let outright = before.ends_with("::") && !before.ends_with(|c: char| c.is_alphanumeric());
        let word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        !word || (outright && before.trim_end_matches("::").ends_with([' ', '(', '<', '{', '&', '\n']))
    })
}

/// `text` up to its unit tests, without comments.
fn without_comments_and_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
}

/// The unit tests of a file, from where they begin.
fn tests_in(text: &str) -> String {
    text.split_once("#[cfg(test)]").map_or_else(String::new, |(_, tests)| tests.to_owned())
}

fn banned_names((path, text): &Source) -> Vec<String> {
    let declared = without_comments_and_tests(text)
        .lines()
        .filter_map(|line| {
            let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            let kinds = ["mod ", "struct ", "enum ", "trait ", "type "];
            kinds.iter().find_map(|kind| line.strip_prefix(kind)).map(path_head)
        })
        .collect::<Vec<_>>();
    let mut names: Vec<String> = path.split(['/', '.']).map(str::to_owned).collect();
    names.extend(declared);
    let banned = |name: &String| {
        words(name).iter().any(|word| BANNED.iter().any(|b| word.trim_end_matches('s') == *b))
    };
    names
        .into_iter()
        .filter(banned)
        .map(|name| format!("{path}: `{name}` says nothing; name it for what it does"))
        .collect()
}

/// The words of a snake_case or CamelCase name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_uppercase() {
            words.push(String::new());
        }
        if c != '_' {
            words.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    words
}

fn matches_in(texts: &[Source], wanted: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in texts {
        let code = if path.starts_with("src/") { without_comments_and_tests(text) } else { text.clone() };
        let code = code.to_lowercase();
        let hits = wanted.iter().filter(|w| code.contains(&w.to_lowercase()));
        found.extend(hits.map(|w| format!("{path} contains `{w}`")));
    }
    found
}

fn dependencies() -> Vec<String> {
    let manifest = read("Cargo.toml");
    dependency_lines(&manifest).map(|line| line.split([' ', '=']).next().unwrap().replace('-', "_")).collect()
}

fn dependency_lines(manifest: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    manifest.lines().filter(move |line| {
        if line.starts_with('[') {
            inside = matches!(*line, "[dependencies]" | "[dev-dependencies]");
            return false;
        }
        inside && !line.starts_with('#') && line.contains('=')
    })
}

fn assert_none(faults: impl IntoIterator<Item = String>) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn all_sources() -> Vec<Source> {
    ["src", "tests", "benches"].into_iter().flat_map(sources).collect()
}

fn sources(folder: &str) -> Vec<Source> {
    files(folder, "rs")
}

fn files(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return found };
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if entry.file_type().unwrap().is_dir() {
            if !matches!(name.as_str(), "node_modules" | "target") {
                found.extend(files(&path, extension));
            }
        } else if name.ends_with(&format!(".{extension}")) {
            let text = read(&path);
            found.push((path, text));
        }
    }
    found.sort();
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
