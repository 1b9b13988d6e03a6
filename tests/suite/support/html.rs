//! Reads the pages that the tests look at: start tags, their attributes, and the text between. Enough for well-formed markup.

use std::collections::BTreeMap;

/// One element: its start tag and the text inside it.
#[derive(Clone, Debug)]
pub struct Element {
    /// The tag's name, in lower case.
    pub tag: String,
    /// Its attributes; one without value has an empty one.
    pub attributes: BTreeMap<String, String>,
    /// The text inside, markup removed, entities kept.
    pub text: String,
    /// The names of the elements around it, outermost first.
    pub inside: Vec<String>,
}

impl Element {
    /// An attribute's value, empty when there is none.
    pub fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }

    /// Whether the attribute is there.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.contains_key(attribute)
    }
}

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Every element of `html`, in the order of their start tags.
pub fn elements(html: &str) -> Vec<Element> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        for index in &open {
            found[*index].text.push_str(text);
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = end_of_tag(tag);
        let inner = &tag[1..end];
        rest = &tag[(end + 1).min(tag.len())..];
        if inner.starts_with('!') {
            continue;
        }
        if let Some(name) = inner.strip_prefix('/') {
            let name = name.trim();
            if let Some(place) = open.iter().rposition(|i| found[*i].tag == name) {
                open.truncate(place);
            }
            continue;
        }
        let name: String = inner.chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        let inside = open.iter().map(|i| found[*i].tag.clone()).collect();
        let attributes = attributes(&inner[name.len()..]);
        found.push(Element { tag: name.to_lowercase(), attributes, text: String::new(), inside });
        if !VOID.contains(&name.as_str()) && !inner.ends_with('/') {
            open.push(found.len() - 1);
        }
    }
    found
}

/// Where the tag that `text` begins with ends: the first `>` outside quotes.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = None;
    for (at, c) in text.char_indices() {
        match (quoted, c) {
            (None, '"' | '\'') => quoted = Some(c),
            (Some(q), c) if q == c => quoted = None,
            (None, '>') => return at,
            _ => {}
        }
    }
    text.len() - 1
}

fn attributes(mut text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if text.is_empty() {
            return found;
        }
        let end = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
        let name = text[..end].to_lowercase();
        text = &text[end..];
        let value = match text.strip_prefix('=') {
            Some(quoted) if quoted.starts_with(['"', '\'']) => {
                let (value, after) = quoted[1..].split_once(&quoted[..1]).unwrap_or((&quoted[1..], ""));
                text = after;
                value
            }
            Some(bare) => {
                let end = bare.find(char::is_whitespace).unwrap_or(bare.len());
                text = &bare[end..];
                &bare[..end]
            }
            None => "",
        };
        found.insert(name, value.to_owned());
    }
}

/// What is wrong with a page by the rules that every page keeps: one h1, labelled controls, ids that are unique, nothing inline, no
/// other origin, a form token in every form that posts. Empty when nothing is.
pub fn faults(html: &str) -> Vec<String> {
    let all = elements(html);
    let mut faults = Vec::new();
    // A drawing has titles of its own.
    let of_page = |e: &&Element| !e.inside.iter().any(|tag| tag == "svg");
    let count = |tag: &str| all.iter().filter(of_page).filter(|e| e.tag == tag).count();
    for tag in ["h1", "title", "main"] {
        if count(tag) != 1 {
            faults.push(format!("{} <{tag}>, exactly one is wanted", count(tag)));
        }
    }
    let root = all.iter().find(|e| e.tag == "html");
    if root.is_none_or(|e| e.get("lang").is_empty()) {
        faults.push("<html> without lang".to_owned());
    }
    let mut ids = std::collections::BTreeSet::new();
    for id in all.iter().filter(|e| e.has("id")).map(|e| e.get("id")) {
        if id.is_empty() || !ids.insert(id) {
            faults.push(format!("the id `{id}` is empty or there twice"));
        }
    }
    let labelled: Vec<&str> = all.iter().filter(|e| e.tag == "label").map(|e| e.get("for")).collect();
    for e in &all {
        faults.extend(element_faults(e, &labelled));
        for pointer in ["for", "aria-describedby", "aria-labelledby", "aria-controls", "headers"] {
            let missing = e.get(pointer).split_whitespace().find(|id| !ids.contains(id));
            faults.extend(
                missing.map(|id| format!("<{} {pointer}=\"{id}\"> names an id that is not there", e.tag)),
            );
        }
    }
    let (mut form, mut token) = (None, false);
    for e in &all {
        if e.tag == "form" {
            faults.extend(form.filter(|_| !token).map(tokenless));
            let posts = e.get("method").eq_ignore_ascii_case("post");
            (form, token) = (posts.then(|| e.get("action")), false);
        }
        token |= e.tag == "input" && e.get("name") == "form_token" && !e.get("value").is_empty();
    }
    faults.extend(form.filter(|_| !token).map(tokenless));
    faults
}

fn tokenless(action: &str) -> String {
    format!("<form action=\"{action}\"> posts without form_token")
}

fn element_faults(e: &Element, labelled: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let inline = e.attributes.keys().find(|name| *name == "style" || name.starts_with("on"));
    faults.extend(inline.map(|name| format!("<{}> has {name}=", e.tag)));
    if e.tag == "style" || (e.tag == "script" && !e.text.trim().is_empty()) {
        faults.push(format!("an inline <{}>", e.tag));
    }
    if e.tag == "script" && e.get("nonce").is_empty() {
        faults.push("a <script> without nonce".to_owned());
    }
    let hidden = matches!(e.get("type"), "hidden" | "submit" | "button");
    if matches!(e.tag.as_str(), "input" | "select" | "textarea") && !hidden {
        let inside_label = e.inside.iter().any(|tag| tag == "label");
        let named = e.has("aria-label") || e.has("aria-labelledby");
        if !inside_label && !named && !labelled.contains(&e.get("id")) {
            faults.push(format!("<{} name=\"{}\"> has no label", e.tag, e.get("name")));
        }
    }
    if e.tag == "img" && !e.has("alt") {
        faults.push("an <img> without alt".to_owned());
    }
    for link in ["href", "src", "action"] {
        let target = e.get(link);
        if target.starts_with("http:") || target.starts_with("https:") || target.starts_with("//") {
            faults.push(format!("<{} {link}=\"{target}\"> leaves this origin", e.tag));
        }
        if target.starts_with("javascript:") {
            faults.push(format!("<{} {link}> is a script", e.tag));
        }
    }
    faults
}
