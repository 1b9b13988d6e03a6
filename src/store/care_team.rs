//! Care teams as families and the access team edit them: seats with their names, removals that outlast the feed, and the search.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::family::topic::SeatSource;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};

statements! {
    SEATS = "select s.id, s.patient_id, s.provider_id, s.practice_id, s.role, s.starts_at, s.ends_at, s.source, \
             coalesce(v.given, ''), coalesce(v.family, ''), coalesce(p.name, ''), coalesce(v.specialty, '') \
             from care_team_seat s left join provider v on v.id = s.provider_id left join practice p on p.id = s.practice_id \
             where s.patient_id = $1 order by s.starts_at, s.id";
    ONE = "select patient_id, provider_id, practice_id from care_team_seat where id = $1";
    ADD = "insert into care_team_seat (id, patient_id, provider_id, practice_id, role, starts_at, ends_at, source, reason) \
           values ($1, $2, $3, $4, '', $5, null, $6, $7)";
    /// One that is to begin later never begins.
    END = "update care_team_seat set ends_at = case when starts_at > $4 then starts_at else $4 end where patient_id = $1 \
           and (provider_id = $2 or practice_id = $3) and (ends_at is null or ends_at > $4)";
    SUPPRESS = "insert into care_team_removal (id, patient_id, provider_id, practice_id, removed_by, removed_at, reason) \
                values ($1, $2, $3, $4, $5, $6, $7)";
    SUPPRESSED = "select provider_id, practice_id from care_team_removal where patient_id = $1 and lifted_at is null";
    LIFT = "update care_team_removal set lifted_at = $4 where patient_id = $1 and (provider_id = $2 or practice_id = $3) \
            and lifted_at is null";
    SPECIALTY = "select specialty from provider where id = $1";
    PROVIDERS = "select id, coalesce(npi, ''), family, given, specialty from provider order by family, given, id";
    PRACTICES = "select id, name, address from practice order by name, id";
    MEMBERS = "select b.provider_id, p.name, b.starts_at, b.ends_at from membership b join practice p on p.id = b.practice_id \
               where b.provider_id = $1 order by p.name";
}

/// Whom a seat names: a provider or a practice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Seated {
    /// One provider.
    Provider(ProviderId),
    /// Every member of a practice.
    Practice(PracticeId),
}

impl Seated {
    /// The word of what it names: `provider` or `practice`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Provider(_) => "provider",
            Self::Practice(_) => "practice",
        }
    }

    /// The id of whom it names.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Provider(id) => id.0,
            Self::Practice(id) => id.0,
        }
    }

    fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Provider(id) => (Some(id.0), None),
            Self::Practice(id) => (None, Some(id.0)),
        }
    }

    fn of((provider, practice): (Option<Uuid>, Option<Uuid>)) -> Option<Self> {
        let provider = provider.map(|id| Self::Provider(ProviderId(id)));
        provider.or_else(|| practice.map(|id| Self::Practice(PracticeId(id))))
    }
}

/// A seat with the name of who has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeatRow {
    /// The seat.
    pub id: FactId,
    /// The record it belongs to.
    pub owner: PatientId,
    /// Who has it.
    pub whom: Seated,
    /// Their name.
    pub name: String,
    /// The provider's specialty; empty for a practice.
    pub specialty: String,
    /// The role on the team.
    pub role: String,
    /// When it holds.
    pub span: Interval,
    /// Where it comes from.
    pub source: SeatSource,
}

#[derive(sqlx::FromRow)]
struct Row(
    Uuid,
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    String,
    Stamp,
    Option<Stamp>,
    String,
    String,
    String,
    String,
    String,
);

/// Every seat of the record `patient`, those that are over too, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn seats(db: &Db, patient: PatientId) -> Result<Vec<SeatRow>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, SEATS; patient.0).fetch_all(c).await)?;
    let read =
        |Row(id, owner, provider, practice, role, from, to, source, given, family, name, specialty): Row| {
            let corrupt = |what: &str| StoreError::Corrupt(format!("care-team seat {id}: {what}"));
            let own_name = format!("{given} {family}").trim().to_owned();
            Ok(SeatRow {
                id: FactId(id),
                owner: PatientId(owner),
                whom: Seated::of((provider, practice)).ok_or_else(|| corrupt("of nobody"))?,
                name: if own_name.is_empty() { name } else { own_name },
                specialty,
                role,
                span: Stamp::interval(Some(from), to),
                source: SeatSource::from_word(&source).ok_or_else(|| corrupt("unknown source"))?,
            })
        };
    rows.into_iter().map(read).collect()
}

/// To whose record the seat `id` belongs, and whom it names.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: FactId) -> Result<Option<(PatientId, Seated)>, StoreError> {
    type Found = (Uuid, Option<Uuid>, Option<Uuid>);
    let row = on_read!(db, c => ask!(Found, ONE; id.0).fetch_optional(c).await)?;
    Ok(row.and_then(|(patient, a, b)| Some((PatientId(patient), Seated::of((a, b))?))))
}

/// The specialty of whom a seat names; empty for a practice, and when unknown.
///
/// # Errors
/// [`StoreError`].
pub async fn specialty(db: &Db, whom: Seated) -> Result<String, StoreError> {
    let Seated::Provider(id) = whom else { return Ok(String::new()) };
    let row = on_read!(db, c => ask!((String,), SPECIALTY; id.0).fetch_optional(c).await)?;
    Ok(row.map(|(specialty,)| specialty).unwrap_or_default())
}

/// Gives `whom` a seat from `now` on, for a reason that may be empty.
///
/// # Errors
/// [`StoreError::Duplicate`] when they have one from the same instant.
pub async fn add(
    tx: &mut Tx,
    id: FactId,
    (patient, whom): (PatientId, Seated),
    (source, reason): (SeatSource, &str),
    now: Instant,
) -> Result<(), StoreError> {
    let (provider, practice) = whom.columns();
    on_tx!(tx, c => act!(ADD; id.0, patient.0, provider, practice, Stamp(now), source.word(), reason).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Ends every seat of `whom` at `now`; says whether there was one.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, patient: PatientId, whom: Seated, now: Instant) -> Result<bool, StoreError> {
    let (provider, practice) = whom.columns();
    let done = on_tx!(tx, c => act!(END; patient.0, provider, practice, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done > 0)
}

/// Keeps the feed's seat of `whom` away until the feed has dropped it, for a reason that may be empty.
///
/// # Errors
/// [`StoreError`].
pub async fn suppress(
    tx: &mut Tx,
    id: Uuid,
    (patient, whom): (PatientId, Seated),
    (by, reason): (AccountId, &str),
    now: Instant,
) -> Result<(), StoreError> {
    let (provider, practice) = whom.columns();
    on_tx!(tx, c => act!(SUPPRESS; id, patient.0, provider, practice, by.0, Stamp(now), reason).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whose seats the feed does not open for the record `patient`.
///
/// # Errors
/// [`StoreError`].
pub async fn suppressed(tx: &mut Tx, patient: PatientId) -> Result<Vec<Seated>, StoreError> {
    type Found = (Option<Uuid>, Option<Uuid>);
    let rows = on_tx!(tx, c => ask!(Found, SUPPRESSED; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(Seated::of).collect())
}

/// Lets the feed open seats of `whom` again.
///
/// # Errors
/// [`StoreError`].
pub async fn lift(tx: &mut Tx, patient: PatientId, whom: Seated, now: Instant) -> Result<(), StoreError> {
    let (provider, practice) = whom.columns();
    on_tx!(tx, c => act!(LIFT; patient.0, provider, practice, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// A provider as a search shows one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderRow {
    /// Who.
    pub id: ProviderId,
    /// The NPI; empty without one.
    pub npi: String,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Specialty.
    pub specialty: String,
}

/// Every provider of the directory, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn providers(db: &Db) -> Result<Vec<ProviderRow>, StoreError> {
    type Found = (Uuid, String, String, String, String);
    let rows = on_read!(db, c => ask!(Found, PROVIDERS;).fetch_all(c).await)?;
    let read = |(id, npi, family, given, specialty): Found| ProviderRow {
        id: ProviderId(id),
        npi,
        family,
        given,
        specialty,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Every practice of the directory, by name, with its address.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(db: &Db) -> Result<Vec<(PracticeId, String, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String, String), PRACTICES;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, name, address)| (PracticeId(id), name, address)).collect())
}

/// The names of the practices of which `provider` is a member at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn practices_of(db: &Db, provider: ProviderId, now: Instant) -> Result<Vec<String>, StoreError> {
    type Found = (Uuid, String, Stamp, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Found, MEMBERS; provider.0).fetch_all(c).await)?;
    let holding = rows.into_iter().filter(|(_, _, from, to)| Stamp::interval(Some(*from), *to).holds(now));
    Ok(holding.map(|(_, name, _, _)| name).collect())
}
