//! The record out of a FHIR R4 server: asked for at every look, shown, and let go of. Only directory facts are kept, and not here.

mod activity;
mod backend;
mod breaker;
mod bundle;
mod capabilities;
mod directory;
mod files;
mod flights;
mod http;
mod lines;
mod names;
mod page;
mod settings;
mod shelf;
mod subscribe;
mod tell;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::fhir::{Settings, telecom};
use crate::app::permit::Permit;
use crate::app::permit::desk::DeskPermit;
use crate::app::ports::directory::{Asked, Told};
use crate::app::ports::{Answer, Clock, Feed, FeedError, SLOW_AFTER, Telling, Wanted};
use crate::domain::calendar::Instant;
use crate::domain::chart::file::File;
use crate::domain::chart::look::is_new;
use crate::domain::chart::{Banner, ChartItem, Section};
use crate::domain::ids::PatientId;
use crate::domain::news::Latest;
use crate::domain::verification::FamilyPhone;
use crate::store::feed as rows;
use crate::store::{Db, StoreError};
pub use backend::{Backend, BackendSettings, Credentials, Secret};
use capabilities::Capabilities;
use flights::Flights;
pub use http::TIME_LIMIT;
use http::{Failed, Http};
use lines::{is_listed, newest_first, only_critical, place, within};
use names::Names;
use page::Kept;
pub use settings::SourceSettings;
use shelf::{Line, Shelf};
pub use subscribe::Notify;

type Fetched = Result<Arc<Vec<Line>>, Failed>;

/// A FHIR server as the source of the record. Cheap to clone.
#[derive(Clone)]
pub struct RemoteFeed {
    inner: Arc<Inner>,
    /// What one page has fetched.
    page: Option<Arc<Kept>>,
}

impl std::fmt::Debug for RemoteFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RemoteFeed")
    }
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    http: Http,
    settings: Settings,
    facts_seconds: Option<i64>,
    patience: Duration,
    writes: bool,
    notify: Option<Notify>,
    subscribed: tokio::sync::Mutex<Option<Instant>>,
    names: Names,
    capabilities: tokio::sync::Mutex<Option<(Capabilities, Instant)>>,
    charts: Flights<(String, Shelf), Fetched>,
    /// When each shelf was last read, of whichever patient: a source may answer for one and not for another.
    read_at: Mutex<HashMap<Shelf, Instant>>,
    facts: Flights<Asked, Result<Arc<Told>, Failed>>,
}

impl RemoteFeed {
    /// The source that `settings` describe, its patients known by `db`.
    ///
    /// # Errors
    /// What is wrong with the address, or with this machine's roots of trust.
    pub fn new(settings: SourceSettings, db: Db, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let SourceSettings { url, credentials, reading, time_limit, patience, facts_seconds, writes, notify } =
            settings;
        let http = Http::new(http::base(&url)?, credentials, Arc::clone(&clock), time_limit)?;
        let inner = Arc::new(Inner {
            db,
            clock,
            http,
            settings: reading,
            facts_seconds,
            patience,
            writes,
            notify,
            subscribed: tokio::sync::Mutex::default(),
            names: Names::default(),
            capabilities: tokio::sync::Mutex::default(),
            charts: Flights::default(),
            read_at: Mutex::default(),
            facts: Flights::default(),
        });
        Ok(Self { inner, page: None })
    }

    /// What the portal needs and the source does not say that it has.
    ///
    /// # Errors
    /// Why the source cannot be asked.
    pub async fn missing(&self) -> Result<Vec<String>, String> {
        let now = self.inner.clock.now();
        self.inner.read_capabilities(now).await.map(|found| found.missing()).map_err(|e| e.to_string())
    }

    fn down(&self, what: &str, failed: &Failed) -> FeedError {
        log(what, failed);
        FeedError::Down { last_seen: self.inner.http.last_seen() }
    }

    /// The `Patient/…` keys of the patient's record in this source, and of every record merged into it by a merge that the access team
    /// has confirmed.
    async fn keys(&self, patient: PatientId) -> Result<Vec<String>, FeedError> {
        let now = self.inner.clock.now();
        let mut records = vec![patient];
        let mut next = 0;
        while let Some(here) = records.get(next).copied() {
            for merge in rows::merges(&self.inner.db, here).await? {
                let confirmed = merge.confirmed_at.is_some_and(|at| at <= now);
                if merge.span.holds(now) && confirmed && !records.contains(&merge.from) {
                    records.push(merge.from);
                }
            }
            next += 1;
        }
        let mut keys = Vec::new();
        for record in records {
            let known = if self.inner.facts_seconds.is_some() {
                rows::resource_ids(&self.inner.db, record).await?
            } else {
                Vec::new()
            };
            if known.is_empty() {
                let found = self.inner.by_mrn_of(record).await;
                keys.extend(found.map_err(|why| match why {
                    directory::NoRecord::Failed(failed) => self.down("patient", &failed),
                    directory::NoRecord::Store(error) => error.into(),
                })?);
            } else {
                keys.extend(known.into_iter().map(|id| format!("Patient/{id}")));
            }
        }
        Ok(keys)
    }

    async fn fetched(&self, key: &str, shelf: Shelf) -> Result<Arc<Vec<Line>>, FeedError> {
        let (inner, patient) = (Arc::clone(&self.inner), key.to_owned());
        let start = move || async move { inner.fetch(&patient, shelf).await.map(Arc::new) };
        let fetched = self.inner.charts.join((key.to_owned(), shelf), start).await;
        match fetched.unwrap_or_else(|| Err(Failed::unusable("the fetch broke off"))) {
            Ok(lines) => {
                held(&self.inner.read_at).insert(shelf, self.inner.clock.now());
                Ok(lines)
            }
            Err(failed) => {
                log(&format!("{shelf:?}"), &failed);
                Err(FeedError::Down { last_seen: held(&self.inner.read_at).get(&shelf).copied() })
            }
        }
    }

    /// What lies on the shelves of `section`, of every record that is the patient's: nothing for a section out of reach.
    async fn shelves(&self, permit: &Permit, section: Section) -> Result<Vec<Arc<Vec<Line>>>, FeedError> {
        if !permit.reach().shows(section) {
            return Ok(Vec::new());
        }
        self.in_time(async {
            let keys = self.keys(permit.patient()).await?;
            let wanted = keys
                .iter()
                .flat_map(|key| Shelf::of(section).iter().map(move |shelf| self.shelf(key, *shelf)));
            futures::future::try_join_all(wanted).await
        })
        .await
    }

    async fn listed(
        &self,
        permit: &Permit,
        section: Section,
        wanted: &Wanted,
    ) -> Result<Vec<ChartItem>, FeedError> {
        let fits = |item: &ChartItem| match (&wanted.code, &wanted.category) {
            (Some(code), _) => item.code == *code,
            (None, Some(category)) => item.category == *category,
            (None, None) => is_listed(item),
        };
        let limit = if wanted.limit == 0 { usize::MAX } else { wanted.limit as usize };
        let shelves = self.shelves(permit, section).await?;
        let mut all = within(&shelves, permit, section);
        all.retain(|(item, _)| fits(item) && wanted.before.is_none_or(|before| place(item) < before));
        if wanted.critical {
            only_critical(&mut all);
        }
        newest_first(&mut all);
        // Only what is shown is copied.
        Ok(all.into_iter().take(limit).map(|(item, _)| item.clone()).collect())
    }

    async fn pcps(&self, patient: PatientId) -> Result<Vec<String>, StoreError> {
        let now = self.inner.clock.now();
        let held = rows::pcps(&self.inner.db, patient).await?.into_iter().filter(|pcp| pcp.span.holds(now));
        let mut names: Vec<String> = Vec::new();
        for pcp in held {
            let name = pcp.shown();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

fn log(what: &str, failed: &Failed) {
    tracing::warn!(what, reason = %failed, "the record's source gives no answer");
    metrics::counter!("postern_feed_failures_total").increment(1);
}

fn held<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Feed for RemoteFeed {
    fn for_page(&self) -> Option<Arc<dyn Feed>> {
        let page = Some(Arc::new(Kept::for_page(self.inner.patience)));
        Some(Arc::new(Self { inner: Arc::clone(&self.inner), page }))
    }

    fn banner<'a>(&'a self, permit: &'a Permit) -> Answer<'a, Banner> {
        Box::pin(async move {
            let person = rows::person(&self.inner.db, permit.patient()).await?.ok_or(FeedError::Gone)?;
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
        Box::pin(async move { self.listed(permit, section, &wanted).await })
    }

    fn count<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, u64> {
        Box::pin(async move {
            let shelves = self.shelves(permit, section).await?;
            let listed =
                within(&shelves, permit, section).into_iter().filter(|(item, _)| is_listed(item)).count();
            Ok(u64::try_from(listed).unwrap_or(u64::MAX))
        })
    }

    fn filed_since<'a>(&'a self, permit: &'a Permit, since: Instant) -> Answer<'a, Vec<(Section, u64)>> {
        Box::pin(async move {
            let shown = Section::ALL.iter().copied().filter(|section| permit.reach().shows(*section));
            let counts = shown.map(|section| async move {
                // A section that is not available, or slow, has no news.
                let shelves = tokio::time::timeout(SLOW_AFTER, self.shelves(permit, section)).await;
                let shelves = shelves.unwrap_or(Ok(Vec::new())).unwrap_or_default();
                let is_news = |(item, _): &&Line| is_listed(item) && is_new(item, Some(since));
                let new = within(&shelves, permit, section).into_iter().filter(is_news).count();
                (section, u64::try_from(new).unwrap_or(u64::MAX))
            });
            let counts = futures::future::join_all(counts).await;
            Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
        })
    }

    fn item<'a>(&'a self, permit: &'a Permit, section: Section, id: Uuid) -> Answer<'a, (ChartItem, String)> {
        Box::pin(async move {
            let shelves = self.shelves(permit, section).await?;
            let found = within(&shelves, permit, section).into_iter().find(|(item, _)| item.id == id);
            found.cloned().ok_or(FeedError::Gone)
        })
    }

    fn texts<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, Vec<(ChartItem, String)>> {
        Box::pin(async move {
            let shelves = self.shelves(permit, section).await?;
            let mut lines = within(&shelves, permit, section);
            lines.retain(|(item, _)| is_listed(item));
            newest_first(&mut lines);
            Ok(lines.into_iter().cloned().collect())
        })
    }

    fn file<'a>(&'a self, permit: &'a Permit, section: Section, id: Uuid) -> Answer<'a, File> {
        Box::pin(async move {
            let (item, _) = self.item(permit, section, id).await?;
            for key in self.in_time(self.keys(permit.patient())).await? {
                let asking =
                    async { self.inner.file(&key, id).await.map_err(|failed| self.down("file", &failed)) };
                if let Some((file, labels)) = self.in_time(asking).await? {
                    let shown = permit.reach().shows_item(section, item.labels.and(labels));
                    return if shown { Ok(file) } else { Err(FeedError::Gone) };
                }
            }
            Err(FeedError::Gone)
        })
    }

    fn phones<'a>(&'a self, permit: &'a DeskPermit) -> Answer<'a, Vec<FamilyPhone>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for key in self.keys(permit.patient()).await? {
                let read = async { self.inner.http.get(self.inner.http.url(&key, &[])?).await };
                let raw: Value = match read.await {
                    Ok(raw) => raw,
                    Err(Failed::Gone) => continue,
                    Err(failed) => return Err(self.down("patient", &failed)),
                };
                for phone in telecom::phones(&raw.to_string()) {
                    if !all.contains(&phone) {
                        all.push(phone);
                    }
                }
            }
            Ok(all)
        })
    }

    fn facts_seconds(&self) -> Option<i64> {
        self.inner.facts_seconds
    }

    fn records_changed(&self, since: Instant) -> Answer<'_, Vec<String>> {
        Box::pin(async move {
            self.inner.records_changed(since).await.map_err(|failed| self.down("changed records", &failed))
        })
    }

    fn latest<'a>(&'a self, key: &'a str) -> Answer<'a, Latest> {
        Box::pin(async move { self.inner.latest(key).await.map_err(|failed| self.down("activity", &failed)) })
    }

    fn directory(&self, asked: Asked) -> Answer<'_, Told> {
        Box::pin(async move {
            let key = asked.clone();
            let inner = Arc::clone(&self.inner);
            let start = move || async move { inner.told(asked).await.map(Arc::new) };
            let told = self.inner.facts.join(key, start).await;
            let told = told.unwrap_or_else(|| Err(Failed::unusable("the fetch broke off")));
            told.map(|told| (*told).clone()).map_err(|failed| self.down("directory", &failed))
        })
    }

    fn telling(&self) -> Telling {
        if self.inner.writes { Telling::Written } else { Telling::ByHand }
    }

    fn tell<'a>(&'a self, listing: &'a crate::app::ports::directory::NewListing) -> Answer<'a, ()> {
        Box::pin(async move {
            self.inner.tell(listing).await.map_err(|failed| match failed {
                Failed::NoAnswer(_) | Failed::LeftAlone | Failed::Busy | Failed::Status(500.., _) => {
                    self.down("listing", &failed)
                }
                other => {
                    tracing::warn!(reason = %other, "the feed does not take a listing");
                    FeedError::Refused
                }
            })
        })
    }
}
