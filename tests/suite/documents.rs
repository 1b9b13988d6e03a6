//! The documents say what is true: their commands, files and decisions exist, and their example can be imported.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn postern(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_postern")).args(words).output().unwrap()
}

/// The documents that a reader begins with, and what they hold.
fn documents() -> Vec<(String, String)> {
    let mut paths: Vec<String> = ["README", "ARCHITECTURE", "CONTRIBUTING", "SECURITY", "CHANGELOG"]
        .iter()
        .map(|name| format!("{name}.md"))
        .collect();
    for folder in ["docs", "docs/adr"] {
        let names = fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().file_name());
        let names = names
            .map(|name| name.into_string().unwrap())
            .filter(|name| std::path::Path::new(name).extension().is_some_and(|e| e == "md"));
        paths.extend(names.map(|name| format!("{folder}/{name}")));
    }
    paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// What `text` has between `open` and the next `close`, each time.
fn between<'t>(text: &'t str, open: &'t str, close: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(open).skip(1).filter_map(move |rest| rest.split_once(close)).map(|(inside, _)| inside)
}

#[test]
fn the_readme_begins_with_the_two_commands() {
    let readme = read("README.md");
    let first_screen: String = readme.lines().take(40).flat_map(|line| [line, "\n"]).collect();
    assert!(first_screen.contains("\ncargo run --release -- demo\n"), "the demo");
    assert!(first_screen.contains("\n./tests/run\n"), "the tests");
}

#[test]
fn every_command_that_a_document_names_exists() {
    for (path, text) in documents() {
        let spans = between(&text, "`postern ", "`");
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("postern "));
        for said in spans.chain(lines) {
            let is_word =
                |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let words: Vec<&str> = said
                .split([' ', '\n'])
                .take_while(|word| is_word(word) && !word.starts_with('-'))
                .take(2)
                .collect();
            // `postern init hospital`: the second word may be an argument.
            let known = (1..=words.len()).rev().any(|n| {
                let mut command = words[..n].to_vec();
                command.push("--help");
                postern(&command).status.success()
            });
            assert!(known, "{path} names `postern {said}`, and there is no such command");
        }
    }
}

#[test]
fn every_command_is_in_the_readme() {
    let readme = read("README.md");
    let help = String::from_utf8(postern(&["--help"]).stdout).unwrap();
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let names =
        list.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| *name != "help") {
        assert!(readme.contains(&format!("postern {name}")), "README.md does not name `postern {name}`");
    }
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    for (path, text) in documents() {
        for target in between(&text, "](", ")").map(|t| t.split('#').next().unwrap()) {
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let from = root().join(&path).parent().map(PathBuf::from).unwrap();
            assert!(from.join(target).exists(), "{path} links to {target}, which is not there");
        }
    }
}

#[test]
fn every_decision_is_on_the_map_and_numbered_without_a_gap() {
    let map = read("ARCHITECTURE.md");
    let mut decisions: Vec<(String, String)> =
        documents().into_iter().filter(|(path, _)| path.starts_with("docs/adr/")).collect();
    decisions.sort();
    for (place, (path, text)) in decisions.iter().enumerate() {
        let number = format!("{:04}", place + 1);
        assert!(map.contains(path.as_str()), "ARCHITECTURE.md does not list {path}");
        assert!(path.starts_with(&format!("docs/adr/{number}-")), "{path} is not {number}");
        assert!(text.starts_with(&format!("# {number}. ")), "{path} does not begin with its number");
        for part in ["## Context", "## Decision", "## Consequences"] {
            assert!(text.contains(part), "{path} has no {part}");
        }
        assert!(text.lines().count() <= 60, "{path} is longer than a page");
    }
}

#[test]
fn every_key_of_the_configuration_is_in_the_readme() {
    let readme = read("README.md");
    let mut section = String::new();
    for line in read("config/default.toml").lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            assert!(readme.contains(&format!("`{section}{key}`")), "README.md does not name {section}{key}");
        }
    }
}

#[test]
fn the_example_of_the_directory_file_can_be_imported() {
    let folder = std::env::temp_dir().join(format!("postern-documents-{}", std::process::id()));
    let (place, config) = (folder.display().to_string(), folder.join("postern.toml").display().to_string());
    let made = postern(&["init", &place]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = read("docs/import.md");
    let example = between(&text, "```jsonl\n", "```").next().unwrap();
    let file = folder.join("directory.jsonl");
    fs::write(&file, example).unwrap();
    let imported = postern(&["import", "--config", &config, &file.display().to_string()]);
    fs::remove_dir_all(&folder).unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
}

#[test]
fn no_screenshot_is_larger_than_250_kb() {
    for entry in fs::read_dir(root().join("docs/screenshots")).unwrap() {
        let entry = entry.unwrap();
        let size = entry.metadata().unwrap().len();
        assert!(size <= 250_000, "{} has {size} bytes", entry.path().display());
    }
}
