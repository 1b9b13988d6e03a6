//! Searches: every page of one, and nothing in it that was not asked for.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::http::{Failed, Http, not_json};
use crate::adapters::feed::fhir::json::{Bad, Lent, Node};
use crate::adapters::feed::fhir::patient_field;

/// Resources asked for in one page.
const ON_PAGE: &str = "250";
/// Pages of one search that are followed.
const MOST_PAGES: usize = 400;
/// Resources of one search that are read.
const MOST: usize = 60_000;
/// Resources read by their ids in one search.
const BY_ID: usize = 40;

/// What a search brought.
#[derive(Debug)]
pub(super) struct Brought<T = Value> {
    /// The resources of the type that was asked for.
    pub(super) found: Vec<T>,
    /// Resources that came along, to which those refer.
    pub(super) others: Vec<Value>,
}

impl<T> Default for Brought<T> {
    fn default() -> Self {
        Self { found: Vec::new(), others: Vec::new() }
    }
}

/// A page, its resources as text.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(rename = "resourceType", default)]
    kind: Option<&'a RawValue>,
    #[serde(rename = "type", default)]
    is: Option<&'a RawValue>,
    #[serde(default)]
    link: Option<Vec<Link>>,
    #[serde(borrow, default)]
    entry: Option<Vec<Entry<'a>>>,
}

#[derive(Deserialize)]
struct Link {
    relation: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    resource: Option<&'a RawValue>,
    #[serde(default)]
    search: Option<Search>,
}

#[derive(Deserialize)]
struct Search {
    mode: Option<String>,
}

/// Every page of a search for `kind` by `query`. With `whose`, a `Patient/…`, everything that belongs to a patient must be about that
/// one.
///
/// # Errors
/// [`Failed`] when any page cannot be had: part of an answer is none.
pub(super) async fn search(
    http: &Http,
    kind: &str,
    query: &[(&str, &str)],
    whose: Option<&str>,
) -> Result<Brought, Failed> {
    search_as(http, kind, query, whose, &|_, text| whole(text)).await
}

/// As [`search`], with what `keep` makes of each resource that was asked for and its text, so that nothing else of it stays in memory.
///
/// # Errors
/// As [`search`].
pub(super) async fn search_as<T: Send>(
    http: &Http,
    kind: &str,
    query: &[(&str, &str)],
    whose: Option<&str>,
    keep: &(dyn Fn(Node<'_>, &str) -> Result<T, Failed> + Sync),
) -> Result<Brought<T>, Failed> {
    let mut query = query.to_vec();
    query.push(("_count", ON_PAGE));
    let mut next = Some(http.url(kind, &query)?);
    let mut seen = HashSet::new();
    let mut all = Brought::default();
    let read = |bytes: &[u8]| read_page(bytes, &Sought { http, kind, whose }, keep);
    while let Some(url) = next.take() {
        if !seen.insert(url.clone()) || seen.len() > MOST_PAGES {
            return Err(Failed::unusable("the pages of the answer have no end"));
        }
        let (brought, link) = http.get_as(url, &read).await?;
        all.found.extend(brought.found);
        all.others.extend(brought.others);
        if let Some(link) = link {
            next = Some(http.own(&link)?);
        }
        if all.found.len() + all.others.len() > MOST {
            return Err(Failed::unusable("the answer has too many resources"));
        }
    }
    Ok(all)
}

/// What a search is for.
struct Sought<'a> {
    http: &'a Http,
    kind: &'a str,
    whose: Option<&'a str>,
}

/// What one page brings, and the URL of the next.
fn read_page<T>(
    bytes: &[u8],
    sought: &Sought<'_>,
    keep: &(dyn Fn(Node<'_>, &str) -> Result<T, Failed> + Sync),
) -> Result<(Brought<T>, Option<String>), Failed> {
    let page: Page<'_> = serde_json::from_slice(bytes).map_err(|e| not_json(&e))?;
    let is = |field: Option<&RawValue>, word: &str| field.is_some_and(|raw| raw.get() == word);
    if !is(page.kind, "\"Bundle\"") || !is(page.is, "\"searchset\"") {
        return Err(Failed::unusable("no Bundle of a search"));
    }
    let mut next = page.link.into_iter().flatten().filter(|link| link.relation.as_deref() == Some("next"));
    let next = match next.next().map(|link| link.url) {
        Some(None) => return Err(Failed::unusable("a next link without a URL")),
        found => found.flatten(),
    };
    let mut all = Brought::default();
    for entry in page.entry.into_iter().flatten() {
        take(&mut all, &entry, sought, keep)?;
    }
    Ok((all, next))
}

/// The resource in `text`, whole.
fn whole(text: &str) -> Result<Value, Failed> {
    serde_json::from_str(text).map_err(|e| not_json(&e))
}

fn take<T>(
    all: &mut Brought<T>,
    entry: &Entry<'_>,
    sought: &Sought<'_>,
    keep: &(dyn Fn(Node<'_>, &str) -> Result<T, Failed> + Sync),
) -> Result<(), Failed> {
    let mode = entry.search.as_ref().and_then(|search| search.mode.as_deref()).unwrap_or("match");
    let is_match = mode == "match";
    let Some(text) = entry.resource.map(RawValue::get) else {
        return Err(Failed::unusable("an entry without a resource"));
    };
    // Objects nested more than 128 deep are refused by the reader.
    let resource: Lent<'_> = serde_json::from_str(text).map_err(|e| not_json(&e))?;
    if !resource.is_object() {
        return Err(Failed::unusable("an entry without a resource"));
    }
    let node = Node::lent(&resource);
    let found = node.text("resourceType").unwrap_or_default();
    if found == "OperationOutcome" {
        let issues = node.list("issue").unwrap_or_default();
        let is_grave = |issue: &Node<'_>| matches!(issue.text("severity"), Ok("fatal" | "error"));
        return if issues.iter().any(is_grave) {
            Err(Failed::unusable("the server reports an error"))
        } else {
            Ok(())
        };
    }
    if let Some(whose) = sought.whose {
        match patient_field(found) {
            Some(field) if !is_about(node, field, whose, sought.http) => return Err(Failed::Foreign),
            None if found == "Patient"
                && format!("Patient/{}", node.text("id").unwrap_or_default()) != whose =>
            {
                return Err(Failed::Foreign);
            }
            _ => {}
        }
    }
    if found == sought.kind && is_match {
        all.found.push(keep(node, text)?);
    } else if is_match {
        return Err(Failed::unusable("a resource of another type than was asked for"));
    } else {
        all.others.push(whole(text)?);
    }
    Ok(())
}

/// The id of `resource`, empty when it has none.
pub(super) fn id_of(resource: &Value) -> &str {
    resource.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// Whether `node` says in `field` that it is about `whose`. An absolute reference counts when it is the server's own.
fn is_about(node: Node<'_>, field: &str, whose: &str, http: &Http) -> bool {
    let means = |reference: Node<'_>| -> Result<bool, Bad> {
        let text = reference.text("reference")?;
        if text.contains(':') && http.own(text).is_err() {
            return Ok(false);
        }
        let versionless = text.split("/_history/").next().unwrap_or(text);
        Ok(versionless == whose || (text.contains(':') && versionless.ends_with(&format!("/{whose}"))))
    };
    let found = if field == "participant" {
        node.list(field).and_then(|list| {
            let actors: Vec<bool> =
                list.into_iter().map(|p| means(p.node("actor")?)).collect::<Result<_, Bad>>()?;
            Ok(actors.contains(&true))
        })
    } else {
        node.node(field).and_then(means)
    };
    found.unwrap_or(false)
}

/// The resources of `kind` with `ids`, as far as the server has them: by one search for many, else one by one.
///
/// # Errors
/// [`Failed`] when the server does not answer. An id that it does not have is left out.
pub(super) async fn by_ids(http: &Http, kind: &str, ids: &[String]) -> Result<Vec<Value>, Failed> {
    let mut all = Vec::with_capacity(ids.len());
    for some in ids.chunks(BY_ID) {
        let list = some.join(",");
        match search(http, kind, &[("_id", &list)], None).await {
            Ok(brought) => all.extend(brought.found),
            Err(Failed::Status(..) | Failed::Gone) => {
                let reads = some
                    .iter()
                    .map(|id| async move { http.get(http.url(&format!("{kind}/{id}"), &[])?).await });
                for read in futures::future::join_all(reads).await {
                    match read {
                        Ok(resource) => all.push(resource),
                        Err(Failed::Gone | Failed::Status(..)) => {}
                        Err(failed) => return Err(failed),
                    }
                }
            }
            Err(failed) => return Err(failed),
        }
    }
    // A server that does not know `_id` may answer with everybody.
    all.retain(|resource| {
        ids.iter().any(|id| id == id_of(resource))
            && resource.get("resourceType").and_then(Value::as_str) == Some(kind)
    });
    Ok(all)
}
