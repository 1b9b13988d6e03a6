//! The embedded record, written: resources and chart items in batches, and the directory rows that the feed keeps.

use sqlx::{FromRow, QueryBuilder};
use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_tx, statements};
use super::{Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::chart::ChartItem;
use crate::domain::chart::dated::Hour;
use crate::domain::feed::{Clinician, Person};
use crate::domain::ids::{PatientId, PracticeId, ProviderId};
use crate::domain::people::fold_name;

statements! {
    KNOWN = "select type, fhir_id, display, patient_id, facts from feed_resource \
             where type in ('Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Location', 'Medication')";
    PROVIDERS = "select id, npi from provider where npi is not null";
    PRACTICES = "select id, code from practice";
    ADD_PROVIDER = "insert into provider (id, npi, family, given, specialty) values ($1, $2, $3, $4, $5)";
    BY_MRN = "select patient_id, former from patient_mrn where mrn = $1";
    ADD_PATIENT = "insert into patient (id, family, given, family_folded, given_folded, birth_date, sex, language, \
                   deceased_on, death_seen_at, latest_activity_at) values ($1, $2, $3, $4, $5, $6, $7, $8, null, null, $9)";
    SET_PATIENT = "update patient set family = $2, given = $3, family_folded = $4, given_folded = $5, birth_date = $6, \
                   sex = $7, language = $8 where id = $1";
    DIED = "update patient set death_seen_at = case when deceased_on is null then coalesce(death_seen_at, $3) \
            else death_seen_at end, deceased_on = coalesce($2, deceased_on) where id = $1";
    LIVES = "update patient set deceased_on = null, death_seen_at = null where id = $1 and death_seen_at is not null";
    MAKE_FORMER = "update patient_mrn set former = 1 where patient_id = $1 and former = 0";
    ADD_MRN = "insert into patient_mrn (mrn, patient_id, shown_as, former) values ($1, $2, $3, $4)";
    TEAMS = "select facts from feed_resource where type = 'CareTeam' and patient_id = $1 order by fhir_id";
    LISTINGS = "select id, provider_id, practice_id, starts_at, ends_at, source from listing where patient_id = $1";
    ADD_LISTING = "insert into listing (id, patient_id, provider_id, practice_id, starts_at, ends_at, source) \
                   values ($1, $2, $3, $4, $5, null, 'feed')";
    END_LISTING = "update listing set ends_at = $2 where id = $1";
    SEATS = "select id, provider_id, practice_id, starts_at, ends_at, source from care_team_seat where patient_id = $1";
    ADD_SEAT = "insert into care_team_seat (id, patient_id, provider_id, practice_id, role, starts_at, ends_at, source) \
                values ($1, $2, $3, $4, $5, $6, $7, 'feed')";
    END_SEAT = "update care_team_seat set ends_at = $2 where id = $1";
    // A labelled item moves no one up the list of patients, so that the order tells nothing of it.
    ACTIVITY = "update patient set latest_activity_at = coalesce((select max(i.at) from chart_item i \
                where i.patient_id = $1 and i.labels = 0 and i.section <> 'care_team' and i.at <= $2), $3) where id = $1";
}

/// One resource as loaded before.
#[derive(Clone, Debug, FromRow)]
pub struct KnownRow {
    /// Its type.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// Its id.
    pub fhir_id: String,
    /// How others call it.
    pub display: String,
    /// The patient that it is or belongs to.
    pub patient_id: Option<Uuid>,
    /// What it said of the directory, as JSON.
    pub facts: String,
}

/// A listing or a seat as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Its id.
    pub id: Uuid,
    /// The provider.
    pub provider: Option<ProviderId>,
    /// The practice.
    pub practice: Option<PracticeId>,
    /// While it holds.
    pub span: Interval,
    /// Whether the feed made it.
    pub from_feed: bool,
    /// Whether a directory file brought it.
    pub imported: bool,
}

/// A resource to be kept, with ids given.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its row id.
    pub id: Uuid,
    /// Its type.
    pub kind: String,
    /// Its id.
    pub fhir_id: String,
    /// The patient that it is or belongs to.
    pub patient: Option<PatientId>,
    /// The provider that it is.
    pub provider: Option<ProviderId>,
    /// The practice that it is.
    pub practice: Option<PracticeId>,
    /// How others call it.
    pub display: String,
    /// The resource.
    pub raw: String,
    /// What it says of the directory, as JSON.
    pub facts: String,
    /// Its lines, with ids and texts.
    pub items: Vec<(ChartItem, String)>,
}

type StandingRow = (Uuid, Option<Uuid>, Option<Uuid>, Stamp, Option<Stamp>, String);

/// Everything that was loaded before and may be referred to.
///
/// # Errors
/// [`StoreError`].
pub async fn known(tx: &mut Tx) -> Result<Vec<KnownRow>, StoreError> {
    Ok(on_tx!(tx, c => ask!(KnownRow, KNOWN;).fetch_all(c).await)?)
}

/// Every provider with an NPI.
///
/// # Errors
/// [`StoreError`].
pub async fn providers(tx: &mut Tx) -> Result<Vec<(ProviderId, String)>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, String), PROVIDERS;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, npi)| (ProviderId(id), npi)).collect())
}

/// Every practice with its code.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(tx: &mut Tx) -> Result<Vec<(PracticeId, String)>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, String), PRACTICES;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, code)| (PracticeId(id), code)).collect())
}

/// Adds a provider that only the feed knows.
///
/// # Errors
/// [`StoreError`].
pub async fn add_provider(tx: &mut Tx, id: ProviderId, npi: &str, who: &Clinician) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(ADD_PROVIDER; id.0, npi, who.family.as_str(), who.given.as_str(), who.specialty.as_str())
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The patient who has or had `mrn`, and whether it is a former one.
///
/// # Errors
/// [`StoreError`].
pub async fn by_mrn(tx: &mut Tx, mrn: &str) -> Result<Option<(PatientId, bool)>, StoreError> {
    let row = on_tx!(tx, c => ask!((Uuid, i64), BY_MRN; mrn).fetch_optional(c).await)?;
    Ok(row.map(|(id, former)| (PatientId(id), former != 0)))
}

/// Adds a patient without MRN and without any activity.
///
/// # Errors
/// [`StoreError`].
pub async fn add_patient(tx: &mut Tx, id: PatientId, who: &Person) -> Result<(), StoreError> {
    let (family, given) = (fold_name(&who.family), fold_name(&who.given));
    on_tx!(tx, c => act!(ADD_PATIENT; id.0, who.family.as_str(), who.given.as_str(), family.as_str(), given.as_str(),
        who.birth_date, who.sex.as_str(), who.language.as_str(), Stamp(Instant::EVER)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Makes a patient's row say what `who` says.
///
/// # Errors
/// [`StoreError`].
pub async fn set_patient(tx: &mut Tx, id: PatientId, who: &Person) -> Result<(), StoreError> {
    let (family, given) = (fold_name(&who.family), fold_name(&who.given));
    on_tx!(tx, c => act!(SET_PATIENT; id.0, who.family.as_str(), who.given.as_str(), family.as_str(), given.as_str(),
        who.birth_date, who.sex.as_str(), who.language.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Records that a patient died, first seen at `now` unless seen before.
///
/// # Errors
/// [`StoreError`].
pub async fn died(tx: &mut Tx, id: PatientId, on: Option<Date>, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(DIED; id.0, on, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Records that a patient is alive after all.
///
/// # Errors
/// [`StoreError`].
pub async fn lives(tx: &mut Tx, id: PatientId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(LIVES; id.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Makes the current MRN of a patient a former one.
///
/// # Errors
/// [`StoreError`].
pub async fn make_former(tx: &mut Tx, id: PatientId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(MAKE_FORMER; id.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives a patient an MRN that nobody has.
///
/// # Errors
/// [`StoreError::Duplicate`] when someone has it.
pub async fn add_mrn(
    tx: &mut Tx,
    id: PatientId,
    mrn: &str,
    shown_as: &str,
    former: i64,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(ADD_MRN; mrn, id.0, shown_as, former).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What the care teams of a patient said, as JSON.
///
/// # Errors
/// [`StoreError`].
pub async fn teams(tx: &mut Tx, patient: PatientId) -> Result<Vec<String>, StoreError> {
    let rows = on_tx!(tx, c => ask!((String,), TEAMS; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(facts,)| facts).collect())
}

/// Every listing of a patient.
///
/// # Errors
/// [`StoreError`].
pub async fn listings(tx: &mut Tx, patient: PatientId) -> Result<Vec<Standing>, StoreError> {
    let rows = on_tx!(tx, c => ask!(StandingRow, LISTINGS; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(standing).collect())
}

/// Every care-team seat of a patient.
///
/// # Errors
/// [`StoreError`].
pub async fn seats(tx: &mut Tx, patient: PatientId) -> Result<Vec<Standing>, StoreError> {
    let rows = on_tx!(tx, c => ask!(StandingRow, SEATS; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(standing).collect())
}

fn standing((id, provider, practice, start, end, source): StandingRow) -> Standing {
    Standing {
        id,
        provider: provider.map(ProviderId),
        practice: practice.map(PracticeId),
        span: Stamp::interval(Some(start), end),
        from_feed: source == "feed",
        imported: source == "import",
    }
}

/// Opens a listing.
///
/// # Errors
/// [`StoreError`].
pub async fn add_listing(tx: &mut Tx, patient: PatientId, new: &Standing) -> Result<(), StoreError> {
    let (provider, practice) = (new.provider.map(|p| p.0), new.practice.map(|p| p.0));
    on_tx!(tx, c => act!(ADD_LISTING; new.id, patient.0, provider, practice, Stamp(new.span.start()))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Ends a listing.
///
/// # Errors
/// [`StoreError`].
pub async fn end_listing(tx: &mut Tx, id: Uuid, at: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(END_LISTING; id, Stamp(at)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Adds a seat.
///
/// # Errors
/// [`StoreError`].
pub async fn add_seat(tx: &mut Tx, patient: PatientId, new: &Standing, role: &str) -> Result<(), StoreError> {
    let (provider, practice) = (new.provider.map(|p| p.0), new.practice.map(|p| p.0));
    on_tx!(tx, c => act!(ADD_SEAT; new.id, patient.0, provider, practice, role, Stamp(new.span.start()),
        Stamp::end_of(new.span)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives a seat another end, or none.
///
/// # Errors
/// [`StoreError`].
pub async fn end_seat(tx: &mut Tx, id: Uuid, at: Option<Instant>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(END_SEAT; id, at.map(Stamp)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Sets a patient's latest activity to that of the newest item that is not in the future, and the latest of each kind of news.
///
/// # Errors
/// [`StoreError`].
pub async fn set_activity(tx: &mut Tx, patient: PatientId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(ACTIVITY; patient.0, Stamp(now), Stamp(Instant::EVER)).execute(c).await.map(|_| ()))?;
    super::news::set(tx, patient, now).await
}

/// Chart items in one statement; 28 values each, and SQLite takes 32,766 in all.
const ITEMS_AT_ONCE: usize = 100;

/// Replaces resources, each at most once in `batch`, and their items. `loaded_at` moves only where the resource changed.
///
/// # Errors
/// [`StoreError`].
pub async fn put(tx: &mut Tx, batch: &[Kept], now: Instant) -> Result<(), StoreError> {
    if batch.is_empty() {
        return Ok(());
    }
    macro_rules! run {
        ($db:ty, $tx:expr) => {{
            let mut q = QueryBuilder::<$db>::new("delete from chart_item where resource_id in (");
            let mut list = q.separated(", ");
            for kept in batch {
                list.push_bind(kept.id);
            }
            q.push(")");
            // Planned anew each time: PostgreSQL would keep a plan made while the table was small.
            q.build().persistent(false).execute(&mut **$tx).await?;
            let mut q = QueryBuilder::<$db>::new(
                "insert into feed_resource (id, type, fhir_id, patient_id, provider_id, practice_id, display, loaded_at, \
                 raw, facts) ",
            );
            q.push_values(batch, |mut row, k| {
                row.push_bind(k.id).push_bind(k.kind.as_str()).push_bind(k.fhir_id.as_str());
                row.push_bind(k.patient.map(|p| p.0)).push_bind(k.provider.map(|p| p.0));
                row.push_bind(k.practice.map(|p| p.0)).push_bind(k.display.as_str()).push_bind(Stamp(now));
                row.push_bind(k.raw.as_str()).push_bind(k.facts.as_str());
            });
            q.push(
                " on conflict (type, fhir_id) do update set patient_id = excluded.patient_id, \
                 provider_id = excluded.provider_id, practice_id = excluded.practice_id, display = excluded.display, \
                 loaded_at = case when feed_resource.raw = excluded.raw then feed_resource.loaded_at \
                 else excluded.loaded_at end, raw = excluded.raw, facts = excluded.facts",
            );
            q.build().execute(&mut **$tx).await?;
            let items: Vec<(&Kept, &ChartItem, &str)> = batch
                .iter()
                .flat_map(|k| k.items.iter().map(move |(item, body)| (k, item, body.as_str())))
                .collect();
            for chunk in items.chunks(ITEMS_AT_ONCE) {
                let mut q = QueryBuilder::<$db>::new(
                    "insert into chart_item (id, resource_id, patient_id, section, at, date_only, until, title, code, \
                     status, category, number, comparator, text, unit, low, high, \"range\", flag, actor, detail, \
                     labels, body, filed_at, was, method, about, report_id) ",
                );
                q.push_values(chunk, |mut row, (k, i, body)| {
                    row.push_bind(i.id).push_bind(k.id).push_bind(k.patient.map(|p| p.0));
                    row.push_bind(i.section.word()).push_bind(Stamp(i.at.unwrap_or(Instant::EVER)));
                    row.push_bind(i.dated.bits(Hour::of(i.date_only))).push_bind(i.until.map(Stamp));
                    row.push_bind(i.title.as_str()).push_bind(i.code.as_str()).push_bind(i.status.as_str());
                    row.push_bind(i.category.as_str()).push_bind(i.number).push_bind(i.comparator.as_str());
                    row.push_bind(i.text.as_str()).push_bind(i.unit.as_str()).push_bind(i.low).push_bind(i.high);
                    row.push_bind(i.range.as_str()).push_bind(flag_and_words(i)).push_bind(i.actor.as_str());
                    row.push_bind(i.detail.as_str()).push_bind(i.labels.bits()).push_bind(*body);
                    row.push_bind(i.filed.map(Stamp)).push_bind(i.was.as_str()).push_bind(i.method.as_str());
                    row.push_bind(i.about.as_str()).push_bind(i.report);
                });
                q.build().execute(&mut **$tx).await?;
            }
        }};
    }
    match tx {
        Tx::Sqlite(tx) => run!(sqlx::Sqlite, tx),
        Tx::Postgres(tx) => run!(sqlx::Postgres, tx),
    }
    Ok(())
}

/// The flag with the laboratory's own words behind a colon, as [`super::feed`] reads them.
fn flag_and_words(item: &ChartItem) -> String {
    let word = item.flag.word();
    if item.said.is_empty() { word.to_owned() } else { format!("{word}:{}", item.said) }
}
