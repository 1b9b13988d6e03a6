//! The embedded feed: the record out of this database.

use std::sync::Arc;

use uuid::Uuid;

use super::fhir::attachment::{self, Held};
use super::fhir::telecom;
use crate::app::permit::Permit;
use crate::app::permit::desk::DeskPermit;
use crate::app::ports::{Answer, Clock, Feed, FeedError, Telling, Wanted};
use crate::domain::calendar::Instant;
use crate::domain::chart::file::File;
use crate::domain::chart::{Banner, ChartItem, Section};
use crate::domain::ids::PatientId;
use crate::domain::verification::FamilyPhone;
use crate::store::feed as rows;
use crate::store::{Db, StoreError};

/// The record that `postern feed load` put into the portal's own database.
#[derive(Clone)]
pub struct EmbeddedFeed {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for EmbeddedFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmbeddedFeed")
    }
}

impl EmbeddedFeed {
    /// The record in `db`, its dated facts read at the time of `clock`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    /// The patient's own record, and every record merged into it by a merge that the access team has confirmed.
    async fn records(&self, patient: PatientId) -> Result<Vec<PatientId>, StoreError> {
        let now = self.clock.now();
        let mut records = vec![patient];
        let mut next = 0;
        while let Some(here) = records.get(next).copied() {
            for merge in rows::merges(&self.db, here).await? {
                let confirmed = merge.confirmed_at.is_some_and(|at| at <= now);
                if merge.span.holds(now) && confirmed && !records.contains(&merge.from) {
                    records.push(merge.from);
                }
            }
            next += 1;
        }
        Ok(records)
    }

    async fn listed(
        &self,
        permit: &Permit,
        section: Section,
        wanted: &Wanted,
    ) -> Result<Vec<ChartItem>, StoreError> {
        let withheld = permit.reach().withheld(section);
        if withheld.is_empty() {
            return Ok(Vec::new());
        }
        let records = self.records(permit.patient()).await?;
        let page = rows::Page {
            // What is critical in one record may be followed by a value in the other.
            critical: wanted.critical && records.len() == 1,
            section,
            withheld: &withheld,
            before: wanted.before,
            code: wanted.code.as_deref(),
            category: wanted.category.as_deref(),
            limit: if wanted.limit == 0 { i64::MAX } else { i64::from(wanted.limit) },
        };
        let mut all = Vec::new();
        for record in &records {
            all.extend(rows::items(&self.db, *record, &page).await?);
        }
        if records.len() > 1 {
            let key = |item: &ChartItem| (item.at.unwrap_or(Instant::EVER), item.id);
            all.sort_by_key(|item| std::cmp::Reverse(key(item)));
            all.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
        }
        Ok(all)
    }

    /// The file of an item that is within reach.
    async fn held(&self, permit: &Permit, section: Section, id: Uuid) -> Result<Option<File>, StoreError> {
        for record in self.records(permit.patient()).await? {
            let Some((item, _)) = rows::item(&self.db, record, id).await? else { continue };
            if item.section != section || !permit.reach().shows_item(section, item.labels) {
                return Ok(None);
            }
            let raw = rows::raw_of_item(&self.db, record, id).await?.unwrap_or_default();
            return Ok(match attachment::held(&raw) {
                Some(Held::Here(file)) => Some(file),
                Some(Held::Elsewhere(there)) => {
                    let raw = rows::raw_binary(&self.db, &there.id).await?.unwrap_or_default();
                    let found = attachment::binary(&raw, &there);
                    let shows = |labels| permit.reach().shows_item(section, item.labels.and(labels));
                    found.filter(|(_, labels)| shows(*labels)).map(|(file, _)| file)
                }
                None => None,
            });
        }
        Ok(None)
    }

    async fn pcps(&self, patient: PatientId) -> Result<Vec<String>, StoreError> {
        let now = self.clock.now();
        let mut names = Vec::new();
        for record in self.records(patient).await? {
            for pcp in rows::pcps(&self.db, record).await?.into_iter().filter(|pcp| pcp.span.holds(now)) {
                let name = pcp.shown();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Ok(names)
    }
}

impl Feed for EmbeddedFeed {
    fn banner<'a>(&'a self, permit: &'a Permit) -> Answer<'a, Banner> {
        Box::pin(async move {
            let person = rows::person(&self.db, permit.patient()).await?.ok_or(FeedError::Gone)?;
            Ok(Banner {
                family: person.family,
                given: person.given,
                birth_date: person.birth_date,
                sex: person.sex,
                mrn: person.mrn,
                language: person.language,
                deceased_on: person.deceased_on,
                pcps: self.pcps(permit.patient()).await?,
            })
        })
    }

    fn items<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        wanted: Wanted,
    ) -> Answer<'a, Vec<ChartItem>> {
        Box::pin(async move { Ok(self.listed(permit, section, &wanted).await?) })
    }

    fn count<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, u64> {
        Box::pin(async move {
            let withheld = permit.reach().withheld(section);
            if withheld.is_empty() {
                return Ok(0);
            }
            let mut count = 0;
            for record in self.records(permit.patient()).await? {
                count += rows::count(&self.db, record, section, &withheld).await?;
            }
            Ok(count)
        })
    }

    fn filed_since<'a>(&'a self, permit: &'a Permit, since: Instant) -> Answer<'a, Vec<(Section, u64)>> {
        Box::pin(async move {
            let mut found: Vec<(Section, u64)> = Vec::new();
            for record in self.records(permit.patient()).await? {
                for (section, labels, count) in rows::filed_since(&self.db, record, since).await? {
                    if !permit.reach().shows_item(section, labels) {
                        continue;
                    }
                    match found.iter_mut().find(|(known, _)| *known == section) {
                        Some((_, sum)) => *sum += count,
                        None => found.push((section, count)),
                    }
                }
            }
            Ok(found)
        })
    }

    fn item<'a>(&'a self, permit: &'a Permit, section: Section, id: Uuid) -> Answer<'a, (ChartItem, String)> {
        Box::pin(async move {
            for record in self.records(permit.patient()).await? {
                if let Some((item, body)) = rows::item(&self.db, record, id).await? {
                    let shown = item.section == section && permit.reach().shows_item(section, item.labels);
                    return if shown { Ok((item, body)) } else { Err(FeedError::Gone) };
                }
            }
            Err(FeedError::Gone)
        })
    }

    fn texts<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, Vec<(ChartItem, String)>> {
        Box::pin(async move {
            let withheld = permit.reach().withheld(section);
            let mut all = Vec::new();
            for record in self.records(permit.patient()).await? {
                all.extend(rows::texts(&self.db, record, section, &withheld).await?);
            }
            all.sort_by_key(|(item, _)| std::cmp::Reverse((item.at.unwrap_or(Instant::EVER), item.id)));
            Ok(all)
        })
    }

    fn file<'a>(&'a self, permit: &'a Permit, section: Section, id: Uuid) -> Answer<'a, File> {
        Box::pin(async move { self.held(permit, section, id).await?.ok_or(FeedError::Gone) })
    }

    fn phones<'a>(&'a self, permit: &'a DeskPermit) -> Answer<'a, Vec<FamilyPhone>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for record in self.records(permit.patient()).await? {
                for raw in rows::raw_person(&self.db, record).await? {
                    for phone in telecom::phones(&raw) {
                        if !all.contains(&phone) {
                            all.push(phone);
                        }
                    }
                }
            }
            Ok(all)
        })
    }

    fn telling(&self) -> Telling {
        Telling::Nothing
    }
}
