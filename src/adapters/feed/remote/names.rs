//! What clinicians, places and medications are called, to which the record refers without saying so.
//!
//! These are names of the hospital's directory, not of the record: they are kept for some minutes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use super::bundle::{by_ids, id_of};
use super::http::Http;
use crate::adapters::feed::fhir::json::Node;
use crate::adapters::feed::fhir::{self, References};
use crate::domain::calendar::Instant;

/// Seconds that a name is kept.
const KEPT_SECONDS: i64 = 600;
/// Names kept at most.
const MOST: usize = 20_000;
/// The types that are referred to by name.
const KINDS: [&str; 5] = ["Practitioner", "PractitionerRole", "Organization", "Location", "Medication"];

/// Names met lately, each with when it was read; empty for what the source does not have.
#[derive(Debug, Default)]
pub(super) struct Names(Mutex<HashMap<String, (String, Instant)>>);

impl Names {
    /// Lets `refs` know the names of all of `wanted`. What cannot be read stays without a name: the line is shown all the same.
    pub(super) async fn tell(
        &self,
        refs: &mut References,
        wanted: &BTreeSet<String>,
        http: &Http,
        now: Instant,
    ) {
        let mut missing: HashMap<&str, Vec<String>> = HashMap::new();
        {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for key in wanted {
                match kept.get(key) {
                    Some((name, read)) if now.seconds_since(*read) < KEPT_SECONDS => {
                        refs.know(key.clone(), name.clone());
                    }
                    _ => {
                        if let Some((kind, id)) = key.split_once('/') {
                            missing.entry(kind).or_default().push(id.to_owned());
                        }
                    }
                }
            }
        }
        let reads =
            missing.iter().map(|(kind, ids)| async move { (*kind, ids, by_ids(http, kind, ids).await) });
        for (kind, ids, read) in futures::future::join_all(reads).await {
            let Ok(found) = read else {
                tracing::warn!(kind, "names that the record refers to cannot be read");
                continue;
            };
            let mut fresh: HashMap<String, String> =
                ids.iter().map(|id| (format!("{kind}/{id}"), String::new())).collect();
            for resource in &found {
                let name = fhir::name(kind, Node::of(resource)).unwrap_or_default();
                fresh.insert(format!("{kind}/{}", id_of(resource)), name);
            }
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() + fresh.len() > MOST {
                kept.clear();
            }
            for (key, name) in fresh {
                kept.insert(key.clone(), (name.clone(), now));
                refs.know(key, name);
            }
        }
    }
}

/// The keys of everything in `resource` that is referred to without being named.
pub(super) fn nameless(resource: Node<'_>) -> Vec<String> {
    let mut wanted = Vec::new();
    resource.each_object(&mut |node| {
        if let Ok(reference) = node.text("reference")
            && !reference.is_empty()
            && !node.has("display")
            && let Some(key) = key_of(reference)
        {
            wanted.push(key);
        }
    });
    wanted
}

/// `Type/id` of a reference to something that has a name.
pub(super) fn key_of(reference: &str) -> Option<String> {
    let versionless = reference.split("/_history/").next().unwrap_or(reference);
    let mut parts = versionless.rsplit('/');
    let (id, kind) = (parts.next()?, parts.next()?);
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    (KINDS.contains(&kind) && is_id && !reference.starts_with("urn:")).then(|| format!("{kind}/{id}"))
}
