//! The embedded feed: the record out of this database.

use std::sync::Arc;

use uuid::Uuid;

use super::fhir::telecom;
use crate::app::permit::Permit;
use crate::app::permit::desk::DeskPermit;
use crate::app::ports::{Answer, Clock, Feed, FeedError, Telling, Wanted};
use crate::domain::calendar::Instant;
use crate::domain::chart::current::is_current;
use crate::domain::chart::{AllergyStatement, Banner, ChartItem, NONE_KNOWN, Section};
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
        let page = rows::Page {
            section,
            withheld: &withheld,
            before: wanted.before,
            code: wanted.code.as_deref(),
            category: wanted.category.as_deref(),
            limit: if wanted.limit == 0 { i64::MAX } else { i64::from(wanted.limit) },
        };
        let records = self.records(permit.patient()).await?;
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

    async fn allergies(&self, permit: &Permit) -> Result<AllergyStatement, StoreError> {
        let items = self.listed(permit, Section::Allergies, &Wanted::default()).await?;
        let (none, listed): (Vec<_>, Vec<_>) =
            items.into_iter().filter(is_current).partition(|item| item.category == NONE_KNOWN);
        let mut names: Vec<String> = Vec::new();
        for item in listed {
            if !names.contains(&item.title) {
                names.push(item.title);
            }
        }
        Ok(match (names.is_empty(), none.is_empty()) {
            (false, _) => AllergyStatement::Listed(names),
            (true, false) => AllergyStatement::NoneKnown,
            (true, true) => AllergyStatement::NotRecorded,
        })
    }

    async fn pcps(&self, patient: PatientId) -> Result<Vec<String>, StoreError> {
        let now = self.clock.now();
        let mut names = Vec::new();
        for record in self.records(patient).await? {
            for pcp in rows::pcps(&self.db, record).await?.into_iter().filter(|pcp| pcp.span.holds(now)) {
                let name = match (pcp.provider.is_empty(), pcp.practice.is_empty()) {
                    (false, false) => format!("{}, {}", pcp.provider, pcp.practice),
                    (false, true) => pcp.provider,
                    (true, _) => pcp.practice,
                };
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
                allergies: self.allergies(permit).await?,
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

    fn item<'a>(&'a self, permit: &'a Permit, id: Uuid) -> Answer<'a, (ChartItem, String)> {
        Box::pin(async move {
            for record in self.records(permit.patient()).await? {
                if let Some((item, body)) = rows::item(&self.db, record, id).await? {
                    let shown = permit.reach().shows_item(item.section, item.labels);
                    return if shown { Ok((item, body)) } else { Err(FeedError::Gone) };
                }
            }
            Err(FeedError::Gone)
        })
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
