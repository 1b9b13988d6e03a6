//! What observations belong to: the reports that list them, the observation that has them as members, and what they replace.

use std::collections::HashMap;

use super::json::{Found, Node};
use super::refs::References;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::feed::item_id;

/// How far up a value looks for the report it belongs to.
const DEEPEST: usize = 6;

/// What is known of the reports and observations that name an observation.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The observation that only groups others, of which this is one.
    group: String,
    /// The report that lists it.
    panel: String,
    /// What the observation that has it as a member found: an organism.
    about: String,
    /// The labels of whatever names it.
    labels: Labels,
    /// The report that lists it and has a page of its own.
    report: Option<uuid::Uuid>,
    /// How the observations that have it as a member may be called.
    parents: Vec<String>,
}

/// What an observation belongs to.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Belongs {
    /// The panel it stands under; empty for none.
    pub(super) panel: String,
    /// What the observation above it found; empty for nothing.
    pub(super) about: String,
    /// The labels of every report and observation above it: a value is as sensitive as what it belongs to.
    pub(super) labels: Labels,
    /// The report it belongs to, where that has a page of its own.
    pub(super) report: Option<uuid::Uuid>,
}

/// A report, as far as its results are concerned.
pub(super) struct Listing<'a> {
    /// `DiagnosticReport/…`.
    pub(super) key: &'a str,
    /// What it is called.
    pub(super) title: &'a str,
    /// Its labels.
    pub(super) labels: Labels,
    /// Whether it makes a line of its own.
    pub(super) has_page: bool,
}

/// An observation, as far as its members are concerned.
pub(super) struct Heading<'a> {
    /// `Observation/…`.
    pub(super) key: &'a str,
    /// Its `fullUrl` in a Bundle.
    pub(super) full_url: Option<&'a str>,
    /// What it is called.
    pub(super) title: &'a str,
    /// What it found; empty when it only groups others.
    pub(super) found: &'a str,
    /// Its labels.
    pub(super) labels: Labels,
}

/// The observations of one load, by what names them.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    known: HashMap<String, Known>,
    /// Values that the source has revoked, with their labels: what a corrected one replaced.
    revoked: HashMap<String, (String, Labels)>,
}

impl References {
    /// Takes in which results `report` lists. Bundle entries it refers to must be known by then.
    pub(super) fn take_results(&mut self, report: Node<'_>, listing: &Listing<'_>) -> Found<()> {
        for result in report.list("result")? {
            let Some(key) = self.raw_key(result)? else { continue };
            let known = self.members.known.entry(key).or_default();
            known.labels = known.labels.and(listing.labels);
            if known.panel.is_empty() {
                listing.title.clone_into(&mut known.panel);
            }
            if listing.has_page {
                known.report = Some(item_id(listing.key, 0));
            }
        }
        Ok(())
    }

    /// Takes in which observations are members of `observation`.
    pub(super) fn take_members(&mut self, observation: Node<'_>, heading: &Heading<'_>) -> Found<()> {
        for member in observation.list("hasMember")? {
            let Some(key) = self.raw_key(member)? else { continue };
            let known = self.members.known.entry(key).or_default();
            known.labels = known.labels.and(heading.labels);
            if heading.found.is_empty() {
                heading.title.clone_into(&mut known.group);
            } else {
                heading.found.clone_into(&mut known.about);
            }
            known.parents.push(heading.key.to_owned());
            known.parents.extend(heading.full_url.map(str::to_owned));
        }
        Ok(())
    }

    /// Takes in a value that the source has revoked.
    pub(super) fn take_revoked(&mut self, key: &str, full_url: Option<&str>, value: &str, labels: Labels) {
        for name in [Some(key), full_url].into_iter().flatten() {
            self.members.revoked.insert(name.to_owned(), (value.to_owned(), labels));
        }
    }

    /// What the observation `key` (or known by its full URL) belongs to.
    pub(super) fn belongs(&self, key: &str, full_url: Option<&str>) -> Belongs {
        let mut found = Belongs::default();
        let mut names: Vec<&str> = [Some(key), full_url].into_iter().flatten().collect();
        for depth in 0..DEEPEST {
            let mut above: Vec<&str> = Vec::new();
            for known in names.iter().filter_map(|name| self.members.known.get(*name)) {
                found.labels = found.labels.and(known.labels);
                found.report = found.report.or(known.report);
                let panel = if depth == 0 && !known.group.is_empty() { &known.group } else { &known.panel };
                if found.panel.is_empty() {
                    found.panel.clone_from(panel);
                }
                if depth == 0 && found.about.is_empty() {
                    found.about.clone_from(&known.about);
                }
                above.extend(known.parents.iter().map(String::as_str));
            }
            names = above;
        }
        found
    }

    /// The revoked value that `reference` means, when nothing about it is more sensitive than `labels`.
    pub(super) fn revoked(&self, reference: Node<'_>, labels: Labels) -> Found<Option<&str>> {
        let key = self.raw_key(reference)?;
        let found = key.and_then(|key| self.members.revoked.get(&key));
        Ok(found.filter(|(_, theirs)| labels.contains(*theirs)).map(|(value, _)| value.as_str()))
    }
}
