//! Attachments: the text that they carry, and the file that belongs to an item.

use serde_json::Value;

use super::json::{Bad, Found, Node};
use super::labels;
use super::narrative::plain_text;
use crate::domain::chart::XML_FILE;
use crate::domain::chart::clinical_document::ClinicalDocument;
use crate::domain::chart::file::File;
use crate::domain::chart::sensitivity::Labels;

/// What an attachment is.
pub(super) struct Attached {
    /// What the source calls it.
    pub(super) title: String,
    /// Its kind in a word, else its media type.
    pub(super) kind: String,
    /// Its text, of an attachment that is text.
    pub(super) body: String,
    /// The text of a C-CDA document, by which it is found.
    pub(super) searched: String,
    /// How many bytes it has, where that is known.
    size: Option<f64>,
    /// Whether there is a file to open, beside the text that is shown.
    is_file: bool,
}

/// The media type without its parameters.
fn media_type(node: Node<'_>) -> Found<&str> {
    Ok(node.text("contentType")?.split(';').next().unwrap_or_default().trim())
}

fn bytes(node: Node<'_>) -> Found<Vec<u8>> {
    let data: String = node.text("data")?.split_ascii_whitespace().collect();
    let decoded = data_encoding::BASE64.decode(data.as_bytes());
    decoded.map_err(|_| Bad("attachment.data is not base64".to_owned()))
}

fn is_html(kind: &str) -> bool {
    matches!(kind, "text/html" | "application/xhtml+xml")
}

fn is_xml(kind: &str) -> bool {
    let markup = kind.ends_with("/xml") || kind.ends_with("+xml");
    markup && !is_html(kind) && !kind.starts_with("image/")
}

/// The id of the Binary that a URL names by a relative reference. One with a host in it leads elsewhere, and is no file here.
fn binary_id(url: &str) -> Option<&str> {
    let id = url.split("/_history/").next()?.strip_prefix("Binary/")?;
    let fits =
        !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    fits.then_some(id)
}

/// Reads an attachment: its text when it carries text, else what it is.
pub(super) fn attachment(node: Node<'_>) -> Found<Attached> {
    let media = media_type(node)?;
    let bytes = bytes(node)?;
    let is_text = !is_xml(media) && (media.starts_with("text/") || media.is_empty() || is_html(media));
    let text = if is_text { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() };
    let body = if is_html(media) { plain_text(&text) } else { text };
    let document = if is_xml(media) { ClinicalDocument::read(&bytes) } else { None };
    let kind = match media {
        "application/pdf" => "PDF",
        "image/jpeg" | "image/png" | "image/gif" | "image/tiff" => "Image",
        media if is_xml(media) => XML_FILE,
        media => media,
    };
    let is_shown = is_text && !bytes.is_empty();
    let held = u32::try_from(bytes.len()).ok().map(f64::from);
    let size = node.number("size")?.or(held).filter(|size| *size > 0.0);
    Ok(Attached {
        title: node.text("title")?.to_owned(),
        kind: kind.to_owned(),
        body: body.replace("\r\n", "\n").trim().to_owned(),
        searched: document.map(|document| document.text()).unwrap_or_default(),
        size,
        is_file: !is_shown && (!bytes.is_empty() || binary_id(node.text("url")?).is_some()),
    })
}

/// How well a kind of file is read by people: the lowest is the one that is opened.
fn rank(kind: &str) -> u8 {
    match kind {
        "PDF" => 0,
        "Image" => 1,
        XML_FILE => 2,
        kind if kind.starts_with("text/") || is_html(kind) => 4,
        _ => 3,
    }
}

/// The file that is opened of `all`.
fn best(all: &[Attached]) -> Option<&Attached> {
    all.iter().filter(|attached| attached.is_file).min_by_key(|attached| rank(&attached.kind))
}

/// How many bytes the file has that is opened of `all`; `None` when there is none, or that is not known.
pub(super) fn file_size(all: &[Attached]) -> Option<f64> {
    best(all)?.size
}

/// The kind of the file that is opened of `all`; empty when there is none.
pub(super) fn file_kind(all: &[Attached]) -> String {
    best(all)
        .map(|file| if file.kind.is_empty() { "File" } else { file.kind.as_str() }.to_owned())
        .unwrap_or_default()
}

/// Where the file of a resource is.
#[derive(Debug)]
pub(in crate::adapters::feed) enum Held {
    /// In the resource.
    Here(File),
    /// In a Binary.
    Elsewhere(There),
}

/// A Binary that a resource names.
#[derive(Debug)]
pub(in crate::adapters::feed) struct There {
    /// Its id.
    pub(in crate::adapters::feed) id: String,
    declared: String,
    title: String,
    /// The resource and its patient, one of which the Binary's security context must be if it has one.
    of: [String; 2],
}

/// The file of the resource `raw`, `None` when it has none or cannot be read.
pub(in crate::adapters::feed) fn held(raw: &str) -> Option<Held> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let node = Node::of(&value);
    let forms = match node.text("resourceType").ok()? {
        "DocumentReference" => {
            let contents = node.list("content").ok()?;
            contents.into_iter().map(|content| content.node("attachment")).collect::<Found<Vec<_>>>().ok()?
        }
        "DiagnosticReport" => node.list("presentedForm").ok()?,
        _ => return None,
    };
    let mut best: Option<(u8, Node<'_>)> = None;
    for form in forms {
        let found = attachment(form).ok()?;
        let rank = rank(&found.kind);
        if found.is_file && best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, form));
        }
    }
    let form = best?.1;
    let (declared, title) = (media_type(form).ok()?.to_owned(), form.text("title").ok()?.to_owned());
    let bytes = bytes(form).ok()?;
    if !bytes.is_empty() {
        return Some(Held::Here(File { bytes, declared, title }));
    }
    let id = binary_id(form.text("url").ok()?)?.to_owned();
    let own = format!("{}/{}", node.text("resourceType").ok()?, node.text("id").ok()?);
    let subject = node.node("subject").ok()?.text("reference").ok()?.to_owned();
    Some(Held::Elsewhere(There { id, declared, title, of: [own, subject] }))
}

/// The file in the Binary `raw` that `there` names, with the labels it carries of its own; `None` when it cannot be read, or says
/// that it belongs to something else.
pub(in crate::adapters::feed) fn binary(raw: &str, there: &There) -> Option<(File, Labels)> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let node = Node::of(&value);
    let context = node.node("securityContext").ok()?.text("reference").ok()?;
    if !context.is_empty() && !there.of.iter().any(|own| own == context) {
        return None;
    }
    let declared =
        [media_type(node).ok()?, there.declared.as_str()].into_iter().find(|kind| !kind.is_empty());
    let file = File {
        bytes: bytes(node).ok()?,
        declared: declared.unwrap_or_default().to_owned(),
        title: there.title.clone(),
    };
    Some((file, labels::labels(node).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_relative_reference_names_a_binary() {
        assert_eq!(binary_id("Binary/7"), Some("7"));
        assert_eq!(binary_id("Binary/a.b-c/_history/2"), Some("a.b-c"));
        for url in [
            "",
            "Binary/",
            "Binary/../Patient/1",
            "https://fhir.example/Binary/7",
            "//fhir.example/Binary/7",
            "file:///etc/passwd",
            "Patient/7",
            "Binary/7?x=y",
        ] {
            assert_eq!(binary_id(url), None, "{url}");
        }
    }

    #[test]
    fn the_file_that_people_read_best_is_the_one_that_is_opened() {
        let content = |kind: &str, data: &str| json!({"attachment": {"contentType": kind, "data": data}});
        let resource = json!({"resourceType": "DocumentReference", "content": [
            content("application/msword", "AAAA"), content("application/pdf", "BBBB"), content("text/plain", "CCCC"),
        ]});
        let Some(Held::Here(file)) = held(&resource.to_string()) else { panic!("no file") };
        assert_eq!(file.declared, "application/pdf");
        let text = json!({"resourceType": "DocumentReference", "content": [content("text/plain", "CCCC")]});
        assert!(held(&text.to_string()).is_none(), "text is shown, and no file beside it");
    }

    #[test]
    fn a_binary_of_something_else_is_no_file() {
        let there = There {
            id: "7".into(),
            declared: "application/pdf".into(),
            title: String::new(),
            of: ["DocumentReference/d".into(), "Patient/a".into()],
        };
        let with = |context: &str| {
            let mut raw = json!({"resourceType": "Binary", "data": "AAAA"});
            if !context.is_empty() {
                raw["securityContext"] = json!({ "reference": context });
            }
            binary(&raw.to_string(), &there)
        };
        for context in ["", "DocumentReference/d", "Patient/a"] {
            assert!(with(context).is_some(), "{context}");
        }
        assert!(with("Patient/b").is_none());
    }
}
