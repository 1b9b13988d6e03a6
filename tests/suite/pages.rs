//! Every page in every state, rendered from the samples: one h1, labelled controls, unique ids, nothing inline.

use crate::support::html::faults;

const GOOD: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>t</title><script src=\"/a.js\" nonce=\"n\"></script></head>\
    <body><main><h1>T</h1><form method=\"post\" action=\"/x\"><input type=\"hidden\" name=\"form_token\" value=\"k\">\
    <label for=\"a\">A</label><input id=\"a\" name=\"a\"></form></main></body></html>";

#[test]
fn a_good_page_has_no_faults() {
    assert_eq!(faults(GOOD), Vec::<String>::new());
}

#[test]
fn each_rule_of_a_page_is_seen_when_it_is_broken() {
    for (from, to, wanted) in [
        ("<h1>T</h1>", "<h1>T</h1><h1>U</h1>", "<h1>"),
        ("<h1>T</h1>", "", "<h1>"),
        ("<label for=\"a\">A</label>", "", "has no label"),
        ("<h1>", "<h1 id=\"a\">", "there twice"),
        ("<h1>", "<h1 style=\"x\">", "style="),
        ("<h1>", "<h1 onclick=\"x\">", "onclick="),
        ("<h1>", "<style>x</style><h1>", "inline"),
        ("nonce=\"n\"></script>", "nonce=\"n\">x()</script>", "inline"),
        (" nonce=\"n\"", "", "without nonce"),
        (" lang=\"en\"", "", "lang"),
        ("value=\"k\"", "value=\"\"", "form_token"),
        ("<h1>T</h1>", "<h1>T</h1><img src=\"/x.png\">", "alt"),
        ("<h1>T</h1>", "<h1>T</h1><a href=\"https://example.org/\">x</a>", "leaves"),
        ("<h1>T</h1>", "<h1 aria-describedby=\"gone\">T</h1>", "not there"),
    ] {
        let broken = GOOD.replacen(from, to, 1);
        let seen = faults(&broken);
        assert!(seen.iter().any(|fault| fault.contains(wanted)), "{to}: {seen:?}");
    }
}

#[test]
fn every_sample_keeps_every_rule_of_a_page() {
    let samples = postern::views::samples::samples();
    assert!(samples.len() > 20, "only {} samples", samples.len());
    let mut names = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for sample in &samples {
        assert!(names.insert(sample.name), "two samples are called {}", sample.name);
        let html = sample.markup.clone().into_string();
        found.extend(faults(&html).into_iter().map(|fault| format!("{}: {fault}", sample.name)));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
