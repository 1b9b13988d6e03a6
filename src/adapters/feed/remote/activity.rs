//! What is going on in the records: whose changed, and the latest instants of each kind. Nothing else of a record is handed on.

use std::collections::BTreeSet;

use super::Inner;
use super::bundle::search_as;
use super::http::Failed;
use super::shelf::Shelf;
use crate::adapters::feed::fhir::json::Node;
use crate::domain::calendar::Instant;
use crate::domain::news::Latest;

/// Types that make news.
const NEWS: [&str; 3] = ["Observation", "DiagnosticReport", "Encounter"];

impl Inner {
    /// The `Patient/…` that results, reports and visits changed since `since` are about.
    pub(super) async fn records_changed(&self, since: Instant) -> Result<Vec<String>, Failed> {
        let offered = self.capabilities().await;
        let since = format!("ge{}", since.rfc3339());
        let query = [("_lastUpdated", since.as_str())];
        let mut keys = BTreeSet::new();
        for kind in NEWS.iter().filter(|kind| offered.has(kind)) {
            let found = search_as(&self.http, kind, &query, None, &|node, _| Ok(subject(node))).await?.found;
            keys.extend(found.into_iter().flatten());
        }
        Ok(keys.into_iter().collect())
    }

    /// The latest activity in the results, reports and visits of `key`: read as the sections are, so that a value listed by a sensitive
    /// report counts as little as it shows.
    pub(super) async fn latest(&self, key: &str) -> Result<Latest, Failed> {
        let (measured, visits) =
            tokio::try_join!(self.fetch(key, Shelf::Measured), self.fetch(key, Shelf::Visits))?;
        let items = measured.iter().chain(&visits).map(|(item, _)| item);
        Ok(Latest::of(items, self.clock.now()))
    }
}

/// The `Patient/…` whom `node` is about. Nothing else of it is kept.
fn subject(node: Node<'_>) -> Option<String> {
    let reference = node.node("subject").and_then(|subject| subject.text("reference")).unwrap_or_default();
    let id = reference.rsplit_once("Patient/").and_then(|(_, id)| id.split('/').next()).unwrap_or_default();
    (!id.is_empty()).then(|| format!("Patient/{id}"))
}
