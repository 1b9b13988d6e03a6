//! The embedded record, read: chart items within reach, and what the banner says. Writing it is [`super::feed_write`]'s work.

use sqlx::FromRow;
use time::Date;
use uuid::Uuid;

use super::sql::{ask, on_read, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::chart::dated::{Dated, Hour};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{ChartItem, Flag, Section};
use crate::domain::ids::PatientId;

macro_rules! columns {
    () => {
        "id, section, at, date_only, until, title, code, status, category, number, comparator, text, unit, low, high, \
         \"range\", flag, actor, detail, labels, filed_at, was, method, about, report_id"
    };
}
/// Leaves out rows in place of an allergy that nobody asked about (code [`crate::domain::chart::NOT_ASKED`]): loads make none, but rows of
/// before say "no known allergies".
macro_rules! asked {
    () => {
        "and not (section = 'allergies' and code like '%|1631000175102') "
    };
}
/// An item is within reach when it avoids at least one of the least sets of withheld labels. Parts of a measurement
/// (category `component`) are read by code only, susceptibilities by their category.
macro_rules! within {
    () => {
        concat!(
            "patient_id = $1 and section = $2 and ((labels & $3) = 0 or (labels & $4) = 0 or (labels & $5) = 0 or \
             (labels & $6) = 0) ",
            asked!()
        )
    };
}

statements! {
    RAW_PERSON = "select raw from feed_resource where type = 'Patient' and patient_id = $1 order by fhir_id";
    RESOURCE_IDS = "select fhir_id from feed_resource where type = 'Patient' and patient_id = $1 order by fhir_id";
    PAGE = concat!("select ", columns!(), " from chart_item where ", within!(),
        "and category not in ('component', 'susceptibility', 'unsigned') order by at desc, id desc limit $7");
    NEXT_PAGE = concat!("select ", columns!(), " from chart_item where ", within!(),
        "and category not in ('component', 'susceptibility', 'unsigned') and (at, id) < ($7, $8) order by at desc, id desc limit $9");
    PAGE_OF_CATEGORY = concat!("select ", columns!(), " from chart_item where ", within!(),
        "and category = $7 and (at, id) < ($8, $9) order by at desc, id desc limit $10");
    PAGE_OF_CODE = concat!("select ", columns!(), " from chart_item where ", within!(),
        "and code = $7 and (at, id) < ($8, $9) order by at desc, id desc limit $10");
    /// Items of every test that was ever flagged critical within reach: what is out of it changes nothing that is shown.
    PAGE_OF_CRITICAL = concat!("select ", columns!(), " from chart_item where ", within!(),
        "and category not in ('component', 'susceptibility', 'unsigned') and code in (select code from chart_item where ", within!(),
        "and flag like 'critical%') order by at desc, id desc limit $7");
    COUNT = concat!("select count(*) from chart_item where ", within!(), "and category not in ('component', 'susceptibility', 'unsigned')");
    /// Counted by labels: what is out of reach is left out by the caller, who knows the reach.
    FILED_SINCE = concat!("select section, labels, count(*) from chart_item where patient_id = $1 and filed_at > $2 \
                   and category not in ('component', 'susceptibility', 'unsigned') ", asked!(), "group by section, labels");
    ITEM = concat!("select ", columns!(), ", body from chart_item where id = $1 and patient_id = $2 ", asked!());
    TEXTS = concat!("select ", columns!(), ", body from chart_item where ", within!(),
        "and category not in ('component', 'susceptibility', 'unsigned') order by at desc, id desc");
    RAW_OF_ITEM = "select r.raw from chart_item i join feed_resource r on r.id = i.resource_id where i.id = $1 and i.patient_id = $2";
    RAW_BINARY = "select raw from feed_resource where type = 'Binary' and fhir_id = $1";
    BANNER = "select p.family, p.given, p.birth_date, p.sex, p.language, p.deceased_on, \
              coalesce((select min(m.shown_as) from patient_mrn m where m.patient_id = p.id and m.former = 0), '') as mrn \
              from patient p where p.id = $1";
    PCPS = "select l.starts_at, l.ends_at, coalesce(d.given, '') as given, coalesce(d.family, '') as family, \
            coalesce(r.name, '') as practice from listing l left join provider d on d.id = l.provider_id \
            left join practice r on r.id = l.practice_id where l.patient_id = $1 order by l.starts_at, l.id";
    MERGES = "select from_id, starts_at, ends_at, confirmed_at from patient_merge where into_id = $1";
}

/// Which items of one record a page asks for.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The section.
    pub section: Section,
    /// The label sets of which an item must avoid at least one; at most four are looked at.
    pub withheld: &'a [Labels],
    /// Items older than this one.
    pub before: Option<(Instant, Uuid)>,
    /// Items of this code only.
    pub code: Option<&'a str>,
    /// Items of this sub-group only.
    pub category: Option<&'a str>,
    /// Items of tests that were ever critical only.
    pub critical: bool,
    /// At most so many.
    pub limit: i64,
}

/// What the patient's row says for the banner.
#[derive(Clone, Debug)]
pub struct Person {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Administrative sex.
    pub sex: String,
    /// Spoken language.
    pub language: String,
    /// Date of death.
    pub deceased_on: Option<Date>,
    /// The current MRN as recorded.
    pub mrn: String,
}

/// One listing, in the words of the banner.
#[derive(Clone, Debug)]
pub struct Pcp {
    /// While it holds.
    pub span: Interval,
    /// The provider's name, empty for a practice's listing.
    pub provider: String,
    /// The practice's name, empty when none is named.
    pub practice: String,
}

impl Pcp {
    /// As the banner shows it.
    pub fn shown(&self) -> String {
        match (self.provider.is_empty(), self.practice.is_empty()) {
            (false, false) => format!("{}, {}", self.provider, self.practice),
            (false, true) => self.provider.clone(),
            (true, _) => self.practice.clone(),
        }
    }
}

/// One merge into a record.
#[derive(Clone, Copy, Debug)]
pub struct MergeRow {
    /// The record merged away.
    pub from: PatientId,
    /// From the merge to its undoing.
    pub span: Interval,
    /// When the team confirmed it.
    pub confirmed_at: Option<Instant>,
}

#[derive(FromRow)]
struct ItemRow {
    id: Uuid,
    section: String,
    at: Stamp,
    date_only: i64,
    until: Option<Stamp>,
    title: String,
    code: String,
    status: String,
    category: String,
    number: Option<f64>,
    comparator: String,
    text: String,
    unit: String,
    low: Option<f64>,
    high: Option<f64>,
    range: String,
    flag: String,
    actor: String,
    detail: String,
    labels: i64,
    filed_at: Option<Stamp>,
    was: String,
    method: String,
    about: String,
    report_id: Option<Uuid>,
}

#[derive(FromRow)]
struct BodyRow {
    #[sqlx(flatten)]
    item: ItemRow,
    body: String,
}

type BannerRow = (String, String, Date, String, String, Option<Date>, String);
type PcpRow = (Stamp, Option<Stamp>, String, String, String);
type MergeTuple = (Uuid, Stamp, Option<Stamp>, Option<Stamp>);

/// Later than every item: where the first page starts.
const LAST: Instant = Instant::from_micros(253_402_300_799_000_000);

/// The items of `patient`'s own record that `page` asks for, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn items(db: &Db, patient: PatientId, page: &Page<'_>) -> Result<Vec<ChartItem>, StoreError> {
    let Some([a, b, c, d]) = masks(page.withheld) else { return Ok(Vec::new()) };
    let (whose, section) = (patient.0, page.section.word());
    let (at, id) = page.before.unwrap_or((LAST, Uuid::max()));
    let (at, limit) = (Stamp(at), page.limit);
    let rows: Vec<ItemRow> = match (page.code, page.category, page.before) {
        _ if page.critical => on_read!(db, e =>
            ask!(ItemRow, PAGE_OF_CRITICAL; whose, section, a, b, c, d, limit).fetch_all(e).await)?,
        (Some(code), _, _) => on_read!(db, e =>
            ask!(ItemRow, PAGE_OF_CODE; whose, section, a, b, c, d, code, at, id, limit).fetch_all(e).await)?,
        (None, Some(group), _) => on_read!(db, e =>
            ask!(ItemRow, PAGE_OF_CATEGORY; whose, section, a, b, c, d, group, at, id, limit).fetch_all(e).await)?,
        (None, None, Some(_)) => on_read!(db, e =>
            ask!(ItemRow, NEXT_PAGE; whose, section, a, b, c, d, at, id, limit).fetch_all(e).await)?,
        (None, None, None) => on_read!(db, e =>
            ask!(ItemRow, PAGE; whose, section, a, b, c, d, limit).fetch_all(e).await)?,
    };
    rows.into_iter().map(item_of).collect()
}

/// How many items `section` of `patient`'s own record has outside `withheld`.
///
/// # Errors
/// [`StoreError`].
pub async fn count(
    db: &Db,
    patient: PatientId,
    section: Section,
    withheld: &[Labels],
) -> Result<u64, StoreError> {
    let Some([a, b, c, d]) = masks(withheld) else { return Ok(0) };
    let (count,): (i64,) = on_read!(db, e =>
        ask!((i64,), COUNT; patient.0, section.word(), a, b, c, d).fetch_one(e).await)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many items of each section and set of labels were filed after `since` in `patient`'s own record, whatever their labels: the
/// caller asks the reach.
///
/// # Errors
/// [`StoreError`].
pub async fn filed_since(
    db: &Db,
    patient: PatientId,
    since: Instant,
) -> Result<Vec<(Section, Labels, u64)>, StoreError> {
    let rows = on_read!(db, e =>
        ask!((String, i64, i64), FILED_SINCE; patient.0, Stamp(since)).fetch_all(e).await)?;
    let known = |(section, labels, count): (String, i64, i64)| {
        let section = Section::from_word(&section)
            .ok_or_else(|| StoreError::Corrupt(format!("chart items of an unknown section {section}")))?;
        Ok((section, Labels::from_bits(labels), u64::try_from(count).unwrap_or(0)))
    };
    rows.into_iter().map(known).collect()
}

/// One item of `patient`'s own record with its text, whatever its labels: the caller asks the reach.
///
/// # Errors
/// [`StoreError`].
pub async fn item(db: &Db, patient: PatientId, id: Uuid) -> Result<Option<(ChartItem, String)>, StoreError> {
    let row: Option<BodyRow> = on_read!(db, e => ask!(BodyRow, ITEM; id, patient.0).fetch_optional(e).await)?;
    row.map(|row| Ok((item_of(row.item)?, row.body))).transpose()
}

/// The items of `section` of `patient`'s own record outside `withheld`, each with its text, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn texts(
    db: &Db,
    patient: PatientId,
    section: Section,
    withheld: &[Labels],
) -> Result<Vec<(ChartItem, String)>, StoreError> {
    let Some([a, b, c, d]) = masks(withheld) else { return Ok(Vec::new()) };
    let rows: Vec<BodyRow> = on_read!(db, e =>
        ask!(BodyRow, TEXTS; patient.0, section.word(), a, b, c, d).fetch_all(e).await)?;
    rows.into_iter().map(|row| Ok((item_of(row.item)?, row.body))).collect()
}

/// The resource that an item of `patient`'s own record is from, as it came, whatever its labels: the caller asks the reach.
///
/// # Errors
/// [`StoreError`].
pub async fn raw_of_item(db: &Db, patient: PatientId, id: Uuid) -> Result<Option<String>, StoreError> {
    let row = on_read!(db, e => ask!((String,), RAW_OF_ITEM; id, patient.0).fetch_optional(e).await)?;
    Ok(row.map(|(raw,)| raw))
}

/// The Binary of this id, as it came. It belongs to nobody by itself: only what an item within reach names may be asked for.
///
/// # Errors
/// [`StoreError`].
pub async fn raw_binary(db: &Db, fhir_id: &str) -> Result<Option<String>, StoreError> {
    let row = on_read!(db, e => ask!((String,), RAW_BINARY; fhir_id).fetch_optional(e).await)?;
    Ok(row.map(|(raw,)| raw))
}

/// The resources that say who the patient of `patient`'s own record is, as they came.
///
/// # Errors
/// [`StoreError`].
pub async fn raw_person(db: &Db, patient: PatientId) -> Result<Vec<String>, StoreError> {
    let rows = on_read!(db, e => ask!((String,), RAW_PERSON; patient.0).fetch_all(e).await)?;
    Ok(rows.into_iter().map(|(raw,)| raw).collect())
}

/// The ids under which the source knows `patient`'s own record.
///
/// # Errors
/// [`StoreError`].
pub async fn resource_ids(db: &Db, patient: PatientId) -> Result<Vec<String>, StoreError> {
    let rows = on_read!(db, e => ask!((String,), RESOURCE_IDS; patient.0).fetch_all(e).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What the banner says of the person, `None` for an unknown patient.
///
/// # Errors
/// [`StoreError`].
pub async fn person(db: &Db, patient: PatientId) -> Result<Option<Person>, StoreError> {
    let row: Option<BannerRow> =
        on_read!(db, e => ask!(BannerRow, BANNER; patient.0).fetch_optional(e).await)?;
    Ok(row.map(|(family, given, birth_date, sex, language, deceased_on, mrn)| Person {
        family,
        given,
        birth_date,
        sex,
        language,
        deceased_on,
        mrn,
    }))
}

/// Every listing of `patient`'s own record, past and future ones too.
///
/// # Errors
/// [`StoreError`].
pub async fn pcps(db: &Db, patient: PatientId) -> Result<Vec<Pcp>, StoreError> {
    let rows = on_read!(db, e => ask!(PcpRow, PCPS; patient.0).fetch_all(e).await)?;
    let pcp = |(start, end, given, family, practice): PcpRow| Pcp {
        span: Stamp::interval(Some(start), end),
        provider: format!("{given} {family}").trim().to_owned(),
        practice,
    };
    Ok(rows.into_iter().map(pcp).collect())
}

/// The merges right into `patient`'s record, whatever their state.
///
/// # Errors
/// [`StoreError`].
pub async fn merges(db: &Db, patient: PatientId) -> Result<Vec<MergeRow>, StoreError> {
    let rows = on_read!(db, e => ask!(MergeTuple, MERGES; patient.0).fetch_all(e).await)?;
    let merge = |(from, start, end, confirmed): MergeTuple| MergeRow {
        from: PatientId(from),
        span: Stamp::interval(Some(start), end),
        confirmed_at: confirmed.map(|c| c.0),
    };
    Ok(rows.into_iter().map(merge).collect())
}

/// The four sets that the statements compare with, the last repeated; `None` when nothing is within reach. Sets beyond the
/// fourth are left out, which shows less, never more.
fn masks(withheld: &[Labels]) -> Option<[i64; 4]> {
    let last = withheld.iter().take(4).next_back()?.bits();
    let at = |place: usize| withheld.get(place).map_or(last, |labels| labels.bits());
    Some([at(0), at(1), at(2), at(3)])
}

fn item_of(row: ItemRow) -> Result<ChartItem, StoreError> {
    let (hour, dated) = Dated::from_bits(row.date_only);
    let corrupt = |what: &str| StoreError::Corrupt(format!("chart item {}: unknown {what}", row.id));
    let (flag, said) = row.flag.split_once(':').unwrap_or((&row.flag, ""));
    Ok(ChartItem {
        id: row.id,
        section: Section::from_word(&row.section).ok_or_else(|| corrupt("section"))?,
        at: (row.at.0 != Instant::EVER).then_some(row.at.0),
        date_only: hour == Hour::Unknown,
        until: row.until.map(|u| u.0),
        dated,
        flag: Flag::from_word(flag).ok_or_else(|| corrupt("flag"))?,
        said: said.to_owned(),
        title: row.title,
        code: row.code,
        status: row.status,
        category: row.category,
        number: row.number,
        comparator: row.comparator,
        text: row.text,
        unit: row.unit,
        low: row.low,
        high: row.high,
        range: row.range,
        actor: row.actor,
        detail: row.detail,
        filed: row.filed_at.map(|at| at.0),
        was: row.was,
        method: row.method,
        about: row.about,
        report: row.report_id,
        labels: Labels::from_bits(row.labels),
    })
}
