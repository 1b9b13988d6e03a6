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

/// How many bytes `text` takes on the wire.
fn zipped(text: &[u8]) -> usize {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text).unwrap();
    out.finish().unwrap().len()
}

#[test]
fn no_page_takes_more_than_twenty_kilobytes_and_styles_and_script_keep_their_budgets() {
    for sample in postern::views::samples::samples() {
        let bytes = zipped(sample.markup.0.as_bytes());
        assert!(bytes <= 20_000, "{} takes {bytes} bytes", sample.name);
    }
    let styles = zipped(include_bytes!("../../assets/app.css"));
    assert!(styles <= 12_000, "app.css takes {styles} bytes");
    let script = zipped(include_bytes!("../../assets/app.js"));
    assert!(script <= 6_000, "app.js takes {script} bytes");
}
