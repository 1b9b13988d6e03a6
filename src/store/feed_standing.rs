//! How fresh the facts of a remote source are.

use uuid::Uuid;

use super::feed_write::KnownRow;
use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{PatientId, PracticeId, ProviderId};
use crate::domain::news::Latest;

statements! {
    OF = "select asked_at, listings_at, seats_at from feed_standing where patient_id = $1";
    PUT = "insert into feed_standing (patient_id, asked_at, listings_at, seats_at) values ($1, $2, $3, $4) \
           on conflict (patient_id) do update set asked_at = excluded.asked_at, listings_at = excluded.listings_at, \
           seats_at = excluded.seats_at";
    SYNC = "select covers_from, synced_at, roster_at from feed_sync where id = 1";
    BEGIN_SYNC = "insert into feed_sync (id, covers_from, synced_at) values (1, $1, $1) on conflict (id) do nothing";
    MOVE_SYNC = "update feed_sync set synced_at = case when synced_at < $1 then $1 else synced_at end, \
                 roster_at = coalesce($2, roster_at) where id = 1";
    ACTIVE_FROM = "select active_at from feed_sync where id = 1";
    SET_ACTIVE_FROM = "update feed_sync set active_at = $1 where id = 1";
    MARK = "update feed_standing set due_at = $2 where patient_id in \
            (select k.patient_id from feed_resource k where k.type = 'Patient' and k.fhir_id = $1)";
    MARK_ALL = "update feed_standing set due_at = $1";
    DUE = "select patient_id, active_at from feed_standing where active_at is null or due_at is not null \
           order by case when tried_at is null then 0 else 1 end, tried_at, patient_id limit $1";
    TRIED = "update feed_standing set tried_at = $2 where patient_id = $1";
    // An answer to an older question is not taken in after a newer one.
    SET_ACTIVE = "update feed_standing set active_at = $2, due_at = case when due_at > $2 then due_at else null end \
                  where patient_id = $1 and (active_at is null or active_at < $2)";
    SET_LATEST = "update patient set latest_activity_at = $2 where id = $1";
    KNOWN_ONE = "select type, fhir_id, display, patient_id, facts from feed_resource where type = $1 and fhir_id = $2";
    PROVIDER_ONE = "select id, npi from provider where npi = $1";
    PRACTICE_ONE = "select id, code from practice where code = $1";
    TEAM_IDS = "select id, fhir_id from feed_resource where type = 'CareTeam' and patient_id = $1";
    DROP_TEAM_ITEMS = "delete from chart_item where resource_id = $1";
    DROP_TEAM = "delete from feed_resource where id = $1";
    NPIS = "select distinct p.npi from provider p join account a on a.provider_id = p.id where p.npi is not null order by p.npi";
}

/// How fresh a patient's facts are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FeedStanding {
    /// When the source was asked.
    pub asked_at: Instant,
    /// Since when the listings are known whole; `None`: not at all.
    pub listings_at: Option<Instant>,
    /// Since when the care team is known whole; `None`: not at all.
    pub seats_at: Option<Instant>,
}

/// From when to when every change was taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Synced {
    /// From when.
    pub covers_from: Instant,
    /// Until when.
    pub synced_at: Instant,
    /// When everyone's own patients were last asked for.
    pub roster_at: Option<Instant>,
}

type StandingRow = (Stamp, Option<Stamp>, Option<Stamp>);

fn standing((asked, listings, seats): StandingRow) -> FeedStanding {
    FeedStanding { asked_at: asked.0, listings_at: listings.map(|s| s.0), seats_at: seats.map(|s| s.0) }
}

/// How fresh the facts of `patient` are; `None` for one of whom no remote source has spoken.
///
/// # Errors
/// [`StoreError`].
pub async fn of(db: &Db, patient: PatientId) -> Result<Option<FeedStanding>, StoreError> {
    let row = on_read!(db, e => ask!(StandingRow, OF; patient.0).fetch_optional(e).await)?;
    Ok(row.map(standing))
}

/// The same as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn within(tx: &mut Tx, patient: PatientId) -> Result<Option<FeedStanding>, StoreError> {
    let row = on_tx!(tx, c => ask!(StandingRow, OF; patient.0).fetch_optional(c).await)?;
    Ok(row.map(standing))
}

/// Notes how fresh the facts of `patient` are.
///
/// # Errors
/// [`StoreError`].
pub async fn put(tx: &mut Tx, patient: PatientId, new: FeedStanding) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(PUT; patient.0, Stamp(new.asked_at), new.listings_at.map(Stamp), new.seats_at.map(Stamp))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// From when to when every change was taken in; `None` before the first round.
///
/// # Errors
/// [`StoreError`].
pub async fn synced(db: &Db) -> Result<Option<Synced>, StoreError> {
    let row = on_read!(db, e => ask!((Stamp, Stamp, Option<Stamp>), SYNC;).fetch_optional(e).await)?;
    Ok(row.map(|(from, to, roster)| Synced {
        covers_from: from.0,
        synced_at: to.0,
        roster_at: roster.map(|r| r.0),
    }))
}

/// Notes that every change up to `at` was taken in, and at `roster` everyone's own patients; the first round covers from there.
///
/// # Errors
/// [`StoreError`].
pub async fn set_synced(tx: &mut Tx, at: Instant, roster: Option<Instant>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(BEGIN_SYNC; Stamp(at)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(MOVE_SYNC; Stamp(at), roster.map(Stamp)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The NPI of every provider with an account.
///
/// # Errors
/// [`StoreError`].
pub async fn npis(db: &Db) -> Result<Vec<String>, StoreError> {
    let rows = on_read!(db, e => ask!((String,), NPIS;).fetch_all(e).await)?;
    Ok(rows.into_iter().map(|(npi,)| npi).collect())
}

/// What was loaded before as `kind`/`id`.
///
/// # Errors
/// [`StoreError`].
pub async fn known_one(tx: &mut Tx, kind: &str, id: &str) -> Result<Option<KnownRow>, StoreError> {
    Ok(on_tx!(tx, c => ask!(KnownRow, KNOWN_ONE; kind, id).fetch_optional(c).await)?)
}

/// The provider with this NPI.
///
/// # Errors
/// [`StoreError`].
pub async fn provider_one(tx: &mut Tx, npi: &str) -> Result<Option<ProviderId>, StoreError> {
    let row = on_tx!(tx, c => ask!((Uuid, String), PROVIDER_ONE; npi).fetch_optional(c).await)?;
    Ok(row.map(|(id, _)| ProviderId(id)))
}

/// The practice with this code.
///
/// # Errors
/// [`StoreError`].
pub async fn practice_one(tx: &mut Tx, code: &str) -> Result<Option<PracticeId>, StoreError> {
    let row = on_tx!(tx, c => ask!((Uuid, String), PRACTICE_ONE; code).fetch_optional(c).await)?;
    Ok(row.map(|(id, _)| PracticeId(id)))
}

/// Lets go of every care team of `patient` but those with the ids `kept`.
///
/// # Errors
/// [`StoreError`].
pub async fn keep_teams(tx: &mut Tx, patient: PatientId, kept: &[&str]) -> Result<(), StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, String), TEAM_IDS; patient.0).fetch_all(c).await)?;
    for (id, fhir_id) in rows {
        if !kept.contains(&fhir_id.as_str()) {
            on_tx!(tx, c => act!(DROP_TEAM_ITEMS; id).execute(c).await.map(|_| ()))?;
            on_tx!(tx, c => act!(DROP_TEAM; id).execute(c).await.map(|_| ()))?;
        }
    }
    Ok(())
}

/// From when on changes in the records are still to be asked for; `None` before the first time.
///
/// # Errors
/// [`StoreError`].
pub async fn active_from(db: &Db) -> Result<Option<Instant>, StoreError> {
    let row = on_read!(db, e => ask!((Option<Stamp>,), ACTIVE_FROM;).fetch_optional(e).await)?;
    Ok(row.and_then(|(at,)| at).map(|at| at.0))
}

/// Whose latest activity is to be asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changed {
    /// Nobody's, beside those of whom it was never asked for.
    Nobody,
    /// Whose records have these ids.
    These(Vec<String>),
    /// Everybody's.
    All,
}

/// Notes that the activity of `changed` is to be asked for, and that changes after `now` are not known yet.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_changed(tx: &mut Tx, changed: &Changed, now: Instant) -> Result<(), StoreError> {
    let due = Stamp(now);
    match changed {
        Changed::Nobody => {}
        Changed::These(ids) => {
            for id in ids {
                on_tx!(tx, c => act!(MARK; id, due).execute(c).await.map(|_| ()))?;
            }
        }
        Changed::All => on_tx!(tx, c => act!(MARK_ALL; due).execute(c).await.map(|_| ()))?,
    }
    on_tx!(tx, c => act!(SET_ACTIVE_FROM; due).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Patients whose latest activity is to be asked for, and whether it ever was; who was not tried for longest first, at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub async fn due(db: &Db, limit: i64) -> Result<Vec<(PatientId, bool)>, StoreError> {
    let rows = on_read!(db, e => ask!((Uuid, Option<Stamp>), DUE; limit).fetch_all(e).await)?;
    Ok(rows.into_iter().map(|(patient, active)| (PatientId(patient), active.is_some())).collect())
}

/// Notes that the activity of `patient` was asked for at `now`, whether or not there was an answer.
///
/// # Errors
/// [`StoreError`].
pub async fn tried(tx: &mut Tx, patient: PatientId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(TRIED; patient.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps the latest activity of `patient` as asked for at `asked`: `noted` says when it became known, `None` means when it happened.
/// Whether nothing newer was known.
///
/// # Errors
/// [`StoreError`].
pub async fn set_active(
    tx: &mut Tx,
    patient: PatientId,
    latest: &Latest,
    asked: Instant,
    noted: Option<Instant>,
) -> Result<bool, StoreError> {
    let set = on_tx!(tx, c => act!(SET_ACTIVE; patient.0, Stamp(asked))
        .execute(c).await.map(|done| done.rows_affected()))?;
    if set == 0 {
        return Ok(false);
    }
    let any = Stamp(latest.any.unwrap_or(Instant::EVER));
    on_tx!(tx, c => act!(SET_LATEST; patient.0, any).execute(c).await.map(|_| ()))?;
    super::news::put(tx, patient, latest, noted).await?;
    Ok(true)
}
