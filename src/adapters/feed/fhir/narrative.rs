//! Reports, notes and documents, with their text.

use uuid::Uuid;

use super::attachment::{attachment, file_kind, file_size};
use super::clinical::opening;
use super::json::{Concept, Found, Node, joined};
use super::refs::{ADDS_TO, relations};
use super::{Context, Lines, item, names};
use crate::domain::chart::file::text_of;
use crate::domain::chart::{ChartItem, Section, UNSIGNED};
use crate::domain::feed::item_id;

/// Codes of laboratory sections whose reports are panels of values: HL7 `v2-0074`.
const PANELS: [&str; 7] = ["LAB", "CH", "HM", "SR", "IMM", "BG", "UR"];

/// Codes of notes that some systems send as DiagnosticReport (LOINC): history and physical, evaluation and plan, progress,
/// discharge, consult, procedure.
const NOTES: [&str; 7] = ["34117-2", "51847-2", "11506-3", "18842-5", "11488-4", "28570-0", "34111-5"];

/// Whether a report is a panel: a heading over results that stand for themselves, without a text of its own.
fn is_panel(report: Node<'_>) -> Found<bool> {
    let laboratory = report.concepts("category")?.iter().any(|category| category.has(&PANELS));
    Ok(laboratory && !report.list("result")?.is_empty() && report.list("presentedForm")?.is_empty())
}

/// Whether a report that is a note stands among the notes.
fn is_note(report: Node<'_>) -> Found<bool> {
    let categories = report.concepts("category")?;
    Ok(report.concept("code")?.has(&NOTES) || categories.iter().any(|category| category.has(&NOTES)))
}

/// Whether a report has a page among the reports.
pub(super) fn has_page(report: Node<'_>) -> Found<bool> {
    Ok(!is_panel(report)? && !is_note(report)? && !super::is_withdrawn(report)?)
}

/// A narrative report; a panel makes no line of its own.
pub(super) fn report(c: Context<'_>) -> Found<Lines> {
    if is_panel(c.node)? {
        return Ok(Vec::new());
    }
    let code = c.node.concept("code")?;
    let categories = c.node.concepts("category")?;
    let section = if is_note(c.node)? { Section::Notes } else { Section::Reports };
    let span = c.node.period("effectivePeriod", c.zone())?;
    let at = match c.node.moment("effectiveDateTime", c.zone())?.or_else(|| opening(span)) {
        Some(moment) => Some(moment),
        None => c.node.moment("issued", c.zone())?,
    };
    let conclusion = c.node.text("conclusion")?.to_owned();
    let mut forms = Vec::new();
    for form in c.node.list("presentedForm")? {
        forms.push(attachment(form)?);
    }
    let written = joined(forms.iter().map(|form| form.body.clone()), "\n\n");
    // The conclusion is usually part of the form; it is added where it is not.
    let body = if written.is_empty() {
        conclusion.clone()
    } else if conclusion.is_empty() || written.contains(&conclusion) {
        written
    } else {
        format!("{written}\n\n{conclusion}")
    };
    let coded = c.node.titles("conclusionCode")?;
    let people = c.node.list("resultsInterpreter")?.into_iter().chain(c.node.list("performer")?);
    let status = c.node.text("status")?;
    let unsigned = section == Section::Notes && matches!(status, "registered" | "partial" | "preliminary");
    let line = ChartItem {
        status: status.to_owned(),
        category: if unsigned { UNSIGNED.to_owned() } else { first_name(&categories) },
        method: file_kind(&forms),
        text: if conclusion.is_empty() { coded } else { conclusion },
        actor: names(people.map(|p| c.refs.name(p)))?,
        ..item(section, &code, at)
    };
    Ok(vec![(line, body)])
}

/// An imaging study that no report describes.
pub(super) fn imaging_study(c: Context<'_>) -> Found<Lines> {
    if c.refs.is_reported(c.source.key, c.source.full_url) {
        return Ok(Vec::new());
    }
    let mut code = c.node.concepts("procedureCode")?.into_iter().next().unwrap_or_default();
    let description = c.node.text("description")?;
    let mut modalities = Vec::new();
    let mut sites = Vec::new();
    for series in c.node.list("series")? {
        modalities.push(series.coding("modality")?.name());
        sites.push(series.coding("bodySite")?.name());
    }
    for modality in c.node.list("modality")? {
        let text = [modality.text("display")?, modality.text("code")?].into_iter().find(|t| !t.is_empty());
        modalities.push(text.unwrap_or_default().to_owned());
    }
    let modality = joined(modalities, ", ");
    if code.name().is_empty() {
        let title = if description.is_empty() { modality.as_str() } else { description };
        code = Concept { title: title.to_owned(), ..Concept::default() };
    }
    let line = ChartItem {
        status: c.node.text("status")?.to_owned(),
        category: "Imaging".into(),
        text: c.node.titles("reasonCode")?,
        detail: joined([modality, joined(sites, ", ")], "; "),
        ..item(Section::Reports, &code, c.node.moment("started", c.zone())?)
    };
    Ok(vec![(line, String::new())])
}

/// A document: a note when it has text, else a document that the source keeps.
pub(super) fn document(c: Context<'_>) -> Found<Lines> {
    if c.node.text("status")? == "superseded" {
        return Ok(Vec::new());
    }
    let mut code = c.node.concept("type")?;
    let categories = c.node.concepts("category")?;
    let mut attached = Vec::new();
    for content in c.node.list("content")? {
        attached.push(attachment(content.node("attachment")?)?);
    }
    let mut title = c.node.text("description")?.to_owned();
    if title.is_empty() {
        title = attached.iter().map(|one| one.title.clone()).find(|t| !t.is_empty()).unwrap_or_default();
    }
    if code.name().is_empty() {
        code.title = if title.is_empty() { "Document".into() } else { title.clone() };
    }
    let body = joined(attached.iter().map(|one| one.body.clone()), "\n\n");
    let is_note = !body.is_empty() || categories.iter().any(|category| category.has(&["clinical-note"]));
    let section = if is_note { Section::Notes } else { Section::Documents };
    let context = c.node.node("context")?.period("period", c.zone())?;
    let at = c.node.moment("date", c.zone())?.or_else(|| opening(context));
    let authors = c.node.list("author")?.into_iter().map(|a| c.refs.name(a));
    let other = if title == code.name() { String::new() } else { title };
    let kinds = attached.iter().map(|one| one.kind.clone());
    let unsigned = c.node.text("docStatus")? == "preliminary";
    let (report, about) = related(c)?;
    let line = ChartItem {
        status: [c.node.text("docStatus")?, c.node.text("status")?]
            .into_iter()
            .find(|s| !s.is_empty())
            .unwrap_or_default()
            .to_owned(),
        category: if unsigned { UNSIGNED.to_owned() } else { first_name(&categories) },
        actor: names(authors)?,
        method: file_kind(&attached),
        number: file_size(&attached),
        report,
        about,
        detail: joined([other, if is_note { String::new() } else { joined(kinds, ", ") }], "; "),
        ..item(section, &code, at)
    };
    let searched = joined(attached.into_iter().map(|one| one.searched), "\n\n");
    Ok(vec![(line, text_of(&body, &searched))])
}

fn first_name(concepts: &[Concept]) -> String {
    concepts.iter().map(Concept::name).find(|name| !name.is_empty()).unwrap_or_default()
}

/// What a note or document was added to, and the ids of what it replaces, written one after the other.
fn related(c: Context<'_>) -> Found<(Option<Uuid>, String)> {
    let (mut adds_to, mut replaces) = (None, Vec::new());
    for (code, target) in relations(c.node)? {
        let Some(id) = c.refs.key(target)?.map(|key| item_id(&key, 0)) else { continue };
        match code {
            ADDS_TO => adds_to = adds_to.or(Some(id)),
            "replaces" | "transforms" => replaces.push(id.simple().to_string()),
            _ => {}
        }
    }
    Ok((adds_to, replaces.join(" ")))
}

/// A composition as a note, its sections one after the other.
pub(super) fn composition(c: Context<'_>) -> Found<Lines> {
    let title = c.node.text("title")?;
    let mut code = c.node.concept("type")?;
    if !title.is_empty() {
        title.clone_into(&mut code.title);
    }
    let mut body = Vec::new();
    sections(c.node, 0, &mut body)?;
    if body.is_empty() {
        body.push(plain_text(c.node.node("text")?.text("div")?));
    }
    let authors = c.node.list("author")?.into_iter().map(|a| c.refs.name(a));
    let kinds = c.node.concepts("category")?;
    let status = c.node.text("status")?;
    let (report, about) = related(c)?;
    let line = ChartItem {
        status: status.to_owned(),
        category: if status == "preliminary" { UNSIGNED.to_owned() } else { first_name(&kinds) },
        actor: names(authors)?,
        report,
        about,
        ..item(Section::Notes, &code, c.node.moment("date", c.zone())?)
    };
    Ok(vec![(line, joined(body, "\n\n"))])
}

/// Nested sections, at most five deep.
fn sections(node: Node<'_>, depth: u8, out: &mut Vec<String>) -> Found<()> {
    for section in node.list("section")? {
        let title = section.text("title")?.to_uppercase();
        let text = plain_text(section.node("text")?.text("div")?);
        out.push(joined([title, text], "\n"));
        if depth < 5 {
            sections(section, depth + 1, out)?;
        }
    }
    Ok(())
}

/// The text of a piece of XHTML: tags gone, blocks on lines of their own.
pub(super) fn plain_text(html: &str) -> String {
    const BLOCKS: [&str; 12] = ["p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4"];
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, tagged)) = rest.split_once('<') {
        out.push_str(&squeezed(text, out.ends_with(['\n', ' ']) || out.is_empty()));
        let Some((tag, after)) = tagged.split_once('>') else { break };
        let name = tag.trim_start_matches('/').split([' ', '/', '\t', '\n']).next().unwrap_or_default();
        if BLOCKS.contains(&name.to_ascii_lowercase().as_str()) && !out.ends_with('\n') && !out.is_empty() {
            out.push('\n');
        } else if name == "td" || name == "th" {
            out.push(' ');
        }
        rest = after;
    }
    if !rest.contains('<') || !html.contains('<') {
        out.push_str(&squeezed(rest, out.ends_with('\n') || out.is_empty()));
    }
    let text = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&nbsp;", " ")
        .replace("&#160;", " ")
        .replace("&amp;", "&");
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// `text` with runs of blanks as one; a leading one dropped at the start of a line.
fn squeezed(text: &str, at_start: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = at_start;
    for c in text.chars() {
        if c.is_whitespace() {
            if !blank {
                out.push(' ');
            }
            blank = true;
        } else {
            out.push(c);
            blank = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn markup_is_taken_off_and_blocks_keep_their_lines() {
        let html =
            "<div xmlns=\"x\"><p>First  line\n here.</p><ul><li>a &lt; b</li><li>c &amp; d</li></ul></div>";
        assert_eq!(plain_text(html), "First line here.\na < b\nc & d");
        assert_eq!(plain_text("no markup"), "no markup");
        assert_eq!(plain_text("<b>bold</b> text"), "bold text");
    }

    #[test]
    fn markup_that_never_ends_does_no_harm() {
        assert_eq!(plain_text("text <b"), "text");
    }
}
