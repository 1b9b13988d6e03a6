//! Every sample is a sound page: one h1, labelled controls, unique ids, nothing inline.

use std::collections::HashSet;

use super::*;

/// The tags of a page as (name, attributes text).
fn tags(html: &str) -> Vec<(&str, &str)> {
    html.split('<')
        .skip(1)
        .filter_map(|piece| piece.split_once('>'))
        .map(|(tag, _)| tag.split_once(' ').unwrap_or((tag, "")))
        .collect()
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let padded = attributes
        .find(&format!("{name}=\""))
        .filter(|at| *at == 0 || attributes.as_bytes()[at - 1] == b' ')?;
    attributes[padded + name.len() + 2..].split('"').next()
}

fn each(check: impl Fn(&str, &[(&str, &str)]) -> Option<String>) {
    let all = samples();
    assert!(all.len() > 100, "{} samples", all.len());
    let faults: Vec<String> = all
        .iter()
        .filter_map(|s| check(&s.markup.0, &tags(&s.markup.0)).map(|fault| format!("{}: {fault}", s.name)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_sample_has_its_own_name() {
    let all = samples();
    let names: HashSet<_> = all.iter().map(|s| s.name).collect();
    assert_eq!(names.len(), all.len());
}

#[test]
fn every_page_has_one_h1_one_main_and_a_title() {
    each(|_, tags| {
        let count = |name: &str| tags.iter().filter(|t| t.0 == name).count();
        let seen = (count("h1"), count("main"), count("title").min(1));
        (seen != (1, 1, 1)).then(|| format!("h1, main, title: {seen:?}"))
    });
}

#[test]
fn every_control_has_a_label() {
    each(|_, tags| {
        let labelled: HashSet<&str> =
            tags.iter().filter(|t| t.0 == "label").filter_map(|t| attribute(t.1, "for")).collect();
        let bare = tags.iter().enumerate().find(|(n, (name, attributes))| {
            let control = matches!(*name, "select" | "textarea")
                || *name == "input" && attribute(attributes, "type") != Some("hidden");
            let own = attribute(attributes, "aria-label").is_some();
            let by_id = attribute(attributes, "id").is_some_and(|id| labelled.contains(id));
            let inside = *n > 0 && tags[n - 1].0 == "label";
            control && !(own || by_id || inside)
        });
        bare.map(|(_, tag)| format!("no label: {tag:?}"))
    });
}

#[test]
fn ids_are_unique_and_every_reference_finds_its_target() {
    each(|_, tags| {
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|t| attribute(t.1, "id")) {
            if !ids.insert(id) {
                return Some(format!("id {id} twice"));
            }
        }
        for (_, attributes) in tags {
            for name in ["for", "aria-labelledby", "aria-describedby"] {
                for id in attribute(attributes, name).unwrap_or_default().split_whitespace() {
                    if !ids.contains(id) {
                        return Some(format!("{name} names {id}, which is not there"));
                    }
                }
            }
            let target = attribute(attributes, "href").and_then(|h| h.strip_prefix('#'));
            if let Some(id) = target.filter(|id| !ids.contains(id)) {
                return Some(format!("link to #{id}, which is not there"));
            }
        }
        None
    });
}

#[test]
fn nothing_is_inline_and_every_form_carries_its_token() {
    each(|html, tags| {
        for (name, attributes) in tags {
            if *name == "style" || attribute(attributes, "style").is_some() {
                return Some(format!("inline style on {name}"));
            }
            let handler = attributes.split(' ').find(|a| a.starts_with("on") && a.contains('='));
            if let Some(handler) = handler.filter(|_| *name != "meta") {
                return Some(format!("inline handler {handler} on {name}"));
            }
            if *name == "script"
                && (attribute(attributes, "src").is_none() || attribute(attributes, "nonce") != Some("NONCE"))
            {
                return Some("a script without src or nonce".into());
            }
        }
        let forms = tags.iter().filter(|t| t.0 == "form" && attribute(t.1, "method") != Some("get")).count();
        let tokens = tags.iter().filter(|t| attribute(t.1, "name") == Some("form_token")).count();
        if forms != tokens {
            return Some(format!("{forms} forms, {tokens} tokens"));
        }
        html.contains("javascript:").then(|| "a javascript: link".into())
    });
}

#[test]
fn no_link_carries_what_names_a_patient() {
    each(|_, tags| {
        let links = tags.iter().filter_map(|t| attribute(t.1, "href").or(attribute(t.1, "action")));
        let bad =
            links.into_iter().find(|l| l.contains("0447") || l.contains("Rivera") || l.contains("2019"));
        bad.map(|l| format!("link {l}"))
    });
}

#[test]
fn the_summary_stays_under_its_budget_before_compression() {
    let all = samples();
    let summary = all.iter().find(|s| s.name == "chart-summary").unwrap();
    assert!(summary.markup.0.len() < 60_000, "{} bytes", summary.markup.0.len());
}

/// Writes every sample to the folder named by `POSTERN_SAMPLES`, to look at; does nothing without it.
#[test]
fn samples_can_be_written_to_a_folder_to_look_at() {
    let Some(folder) = std::env::var_os("POSTERN_SAMPLES") else { return };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let near = |name: &str| root.join(name).display().to_string();
    let assets = Assets {
        css: near("app.css"),
        print_css: near("print.css"),
        js: near("app.js"),
        icons: near("icons.svg"),
    };
    for sample in samples_with(&assets, "NONCE") {
        std::fs::write(folder.join(format!("{}.html", sample.name)), sample.markup.0).unwrap();
    }
}
