//! Which merges a load opens and ends: two records of one person, as `Patient.link` says. Unconfirmed until the access team confirms;
//! the feed ends only what it made, and opens again only what it had dropped (so that an undoing at the desk outlasts it).

use std::collections::BTreeMap;

use super::{Load, LoadError};
use crate::domain::calendar::Instant;
use crate::domain::feed::{Facts, Person, Place};
use crate::domain::ids::PatientId;
use crate::domain::merge::leads_to;
use crate::store::merges::{self, MergeSource, StoredMerge};

const NEXT: &str = "correct Patient.link at the source";

/// A record and the one that it was merged into, as `Patient/…`.
type Link = (String, String);

/// What all resources say of merges.
#[derive(Debug, Default)]
pub(super) struct Links {
    before: Vec<Link>,
    now: Vec<(Link, Option<Place>)>,
}

impl Links {
    /// Whether the kept `facts` may speak of a merge: most do not, and need not be read.
    pub(super) fn mentioned(facts: &str) -> bool {
        facts.contains("\"replace")
    }

    /// Takes in what `key` said before; unless it is met in this load, it says so still.
    pub(super) fn said_before(&mut self, key: &str, facts: &Facts, is_met: bool) {
        let Facts::Patient(person) = facts else { return };
        let said = person.merges(key);
        if !is_met {
            self.now.extend(said.iter().cloned().map(|link| (link, None)));
        }
        self.before.extend(said);
    }

    /// Takes in what `key` says now.
    pub(super) fn say_now(&mut self, key: &str, person: &Person, place: &Place) {
        self.now.extend(person.merges(key).into_iter().map(|link| (link, Some(place.clone()))));
    }
}

/// A merge that the feed speaks of: where it says so, and whether it said so before.
struct Wish {
    into: PatientId,
    key: String,
    place: Option<Place>,
    was_said: bool,
}

impl Load<'_> {
    /// Whether the feed says that `owner` was merged into the patient that `key` is.
    pub(super) fn is_merged_into(&self, owner: PatientId, key: &str) -> bool {
        let is_its = |from: &str| self.patients.get(from) == Some(&owner);
        self.links.now.iter().any(|((from, into), _)| into == key && is_its(from))
    }

    /// Opens and ends merges so that they say what the resources now say.
    pub(super) async fn merges(&mut self) -> Result<(), LoadError> {
        let links = std::mem::take(&mut self.links);
        if links.before.is_empty() && links.now.is_empty() {
            return Ok(());
        }
        let wishes = self.wishes(&links);
        let mut rows = merges::all(&mut self.tx).await?;
        let now = self.now;
        let before: Vec<_> = links.before.iter().filter_map(|link| self.pair(link)).collect();
        for (from, into) in before {
            if wishes.get(&from).is_some_and(|wish| wish.into == into) {
                continue;
            }
            for row in rows.iter_mut().filter(|row| is_of(row, from, into) && is_open(row, now)) {
                if row.source == MergeSource::Feed {
                    merges::end(&mut self.tx, row.id, now).await?;
                    row.merge.span = row.merge.span.ending_by(now);
                    self.summary.merges_ended += 1;
                }
            }
        }
        for (from, wish) in wishes {
            let known: Vec<&StoredMerge> = rows.iter().filter(|row| is_of(row, from, wish.into)).collect();
            if known.iter().any(|row| is_open(row, now)) || (wish.was_said && !known.is_empty()) {
                continue;
            }
            self.open(from, wish, &mut rows).await?;
        }
        Ok(())
    }

    /// What is said now, by record merged away. A record that is said to be merged into two is a fault.
    fn wishes(&mut self, links: &Links) -> BTreeMap<PatientId, Wish> {
        let mut wishes: BTreeMap<PatientId, Wish> = BTreeMap::new();
        for (link, place) in &links.now {
            let Some((from, into)) = self.pair(link) else { continue };
            match wishes.get(&from) {
                Some(known) if known.into != into => {
                    let reason = format!("it is said to be merged into {} and into another record", link.1);
                    self.accuse(place.as_ref(), &link.0, reason);
                }
                _ => {
                    let (key, place) = (link.0.clone(), place.clone());
                    let was_said = links.before.contains(link);
                    wishes.insert(from, Wish { into, key, place, was_said });
                }
            }
        }
        wishes
    }

    /// The two records of a link, where both are known and are two.
    fn pair(&self, (from, into): &Link) -> Option<(PatientId, PatientId)> {
        let (from, into) = (*self.patients.get(from)?, *self.patients.get(into)?);
        (from != into).then_some((from, into))
    }

    fn accuse(&mut self, place: Option<&Place>, key: &str, reason: String) {
        let place = place.cloned().unwrap_or(Place { file: "".into(), at: None });
        self.blame(place, key.to_owned(), reason, NEXT);
    }

    /// Opens the merge of `from`, ending another one of it that is open.
    async fn open(
        &mut self,
        from: PatientId,
        wish: Wish,
        rows: &mut Vec<StoredMerge>,
    ) -> Result<(), LoadError> {
        let now = self.now;
        for row in rows.iter_mut().filter(|row| row.merge.from == from && is_open(row, now)) {
            merges::end(&mut self.tx, row.id, now).await?;
            row.merge.span = row.merge.span.ending_by(now);
            self.summary.merges_ended += 1;
        }
        let open: Vec<_> = rows.iter().filter(|row| is_open(row, now)).map(|row| row.merge).collect();
        let open: Vec<_> = open.into_iter().map(|merge| (merge.from, merge.into)).collect();
        if leads_to(&open, wish.into, from) {
            let reason = "it is merged into a record that is itself merged into it".to_owned();
            self.accuse(wish.place.as_ref(), &wish.key, reason);
            return Ok(());
        }
        let is_new = self.first_seen.contains(&from);
        let has = |start: Instant| rows.iter().any(|r| r.merge.from == from && r.merge.span.start() == start);
        let start = if is_new && !has(Instant::EVER) { Instant::EVER } else { now };
        if has(start) {
            return Ok(());
        }
        let id = self.id()?;
        merges::insert(&mut self.tx, id, (from, wish.into), start, MergeSource::Feed).await?;
        rows.extend(merges::one(&mut self.tx, id).await?);
        self.summary.merges_opened += 1;
        Ok(())
    }
}

fn is_of(row: &StoredMerge, from: PatientId, into: PatientId) -> bool {
    row.merge.from == from && row.merge.into == into
}

/// Whether it has no end, or one still to come.
fn is_open(row: &StoredMerge, now: Instant) -> bool {
    row.merge.span.end().is_none_or(|end| end > now)
}
