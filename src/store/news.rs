//! What is new about patients: the latest activity of each kind, which the feed keeps, and who wants to be told of it by mail.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::news::{Activity, Latest, News, Notice, Pace};

statements! {
    // Nothing labelled counts: the list of patients says the same whether or not the chart holds such an item.
    LATEST = "select max(case when i.section in ('results', 'reports') and i.status not in ('registered', 'cancelled') \
                and coalesce(i.filed_at, i.at) <= $2 then coalesce(i.filed_at, i.at) end), \
              max(case when i.category in ('Inpatient', 'Observation', 'Short stay', 'Emergency') and i.section = 'visits' \
                and i.status not in ('planned', 'cancelled') and i.at <= $2 then i.at end), \
              max(case when i.category in ('Inpatient', 'Observation', 'Short stay', 'Emergency') and i.section = 'visits' \
                and i.status not in ('planned', 'cancelled') and i.until <= $2 then i.until end) \
              from chart_item i where i.patient_id = $1 and i.labels = 0";
    // What was noted before stays noted then, also when the newest is taken back: what comes to light again is not new.
    PUT = "insert into patient_activity (patient_id, kind, at, noted_at) values ($1, $2, $3, $4) \
           on conflict (patient_id, kind) do update set noted_at = case when patient_activity.at >= excluded.at \
           then patient_activity.noted_at else excluded.noted_at end, at = excluded.at";
    DROP = "delete from patient_activity where patient_id = $1 and kind = $2";
    NOTICE = "select pace, since, looked_at, told_at from news_notice where account_id = $1";
    NOTICES = "select n.account_id, n.pace, n.since, n.looked_at, n.told_at, a.email from news_notice n \
               join account a on a.id = n.account_id order by n.account_id";
    WANT = "insert into news_notice (account_id, pace, since, looked_at) values ($1, $2, $3, $3) \
            on conflict (account_id) do update set pace = excluded.pace";
    NO_MORE = "delete from news_notice where account_id = $1";
    /// Of two nodes that look at once, one finds the row as it read it.
    LOOKED = "update news_notice set looked_at = $3, since = $4, told_at = $5 where account_id = $1 and looked_at = $2";
}

type NoticeRow = (String, Stamp, Stamp, Option<Stamp>);
type NoticesRow = (Uuid, String, Stamp, Stamp, Option<Stamp>, String);
type LatestRow = (Option<Stamp>, Option<Stamp>, Option<Stamp>);
type ActivityRow = (Uuid, String, Stamp, Stamp, Option<Stamp>);

/// Keeps the latest of each kind of news about `patient` that is not in the future.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn set(tx: &mut Tx, patient: PatientId, now: Instant) -> Result<(), StoreError> {
    let row: LatestRow = on_tx!(tx, c => ask!(LatestRow, LATEST; patient.0, Stamp(now)).fetch_one(c).await)?;
    let [result, admission, discharge] = [row.0, row.1, row.2].map(|at| at.map(|at| at.0));
    put(tx, patient, &Latest { any: None, result, admission, discharge }, Some(now)).await
}

/// Keeps the latest of each kind of news about `patient`, which became known at `noted`; `None`: when it happened.
///
/// # Errors
/// [`StoreError`].
pub async fn put(
    tx: &mut Tx,
    patient: PatientId,
    latest: &Latest,
    noted: Option<Instant>,
) -> Result<(), StoreError> {
    let kinds = [
        (News::Result, latest.result),
        (News::Admission, latest.admission),
        (News::Discharge, latest.discharge),
    ];
    for (kind, at) in kinds {
        match at {
            Some(at) => {
                let noted = Stamp(noted.unwrap_or(at));
                on_tx!(tx, c => act!(PUT; patient.0, kind.word(), Stamp(at), noted).execute(c).await.map(|_| ()))?;
            }
            None => on_tx!(tx, c => act!(DROP; patient.0, kind.word()).execute(c).await.map(|_| ()))?,
        }
    }
    Ok(())
}

/// The latest activity of each kind about `patients`, with the viewer's latest look at the chart, by patient.
///
/// # Errors
/// [`StoreError`].
pub async fn activity(
    db: &Db,
    viewer: AccountId,
    patients: &[PatientId],
) -> Result<HashMap<PatientId, Vec<Activity>>, StoreError> {
    macro_rules! build {
        ($db:ty, $pool:expr, $chunk:expr) => {{
            let mut q = QueryBuilder::<$db>::new(
                "select a.patient_id, a.kind, a.at, a.noted_at, coalesce(v.last_at, v.viewed_at) from patient_activity a \
                 left join recent_view v on v.patient_id = a.patient_id and v.account_id = ",
            );
            q.push_bind(viewer.0);
            q.push(" where a.patient_id in (");
            let mut list = q.separated(", ");
            for id in $chunk {
                list.push_bind(id.0);
            }
            q.push(") order by a.patient_id, a.kind");
            q.build_query_as::<ActivityRow>().fetch_all($pool).await?
        }};
    }
    let mut found: HashMap<PatientId, Vec<Activity>> = HashMap::new();
    for chunk in patients.chunks(500) {
        let rows = match db {
            Db::Sqlite { read, .. } => build!(sqlx::Sqlite, read, chunk),
            Db::Postgres(pool) => build!(sqlx::Postgres, pool, chunk),
        };
        for (patient, kind, at, noted, looked) in rows {
            let kind = News::from_word(&kind)
                .ok_or_else(|| StoreError::Corrupt(format!("activity of an unknown kind {kind}")))?;
            let activity = Activity { kind, at: at.0, noted: noted.0, looked: looked.map(|l| l.0) };
            found.entry(PatientId(patient)).or_default().push(activity);
        }
    }
    Ok(found)
}

/// How `account` wants to be told; `None` for not at all.
///
/// # Errors
/// [`StoreError`].
pub async fn notice(db: &Db, account: AccountId) -> Result<Option<Notice>, StoreError> {
    let row = on_read!(db, c => ask!(NoticeRow, NOTICE; account.0).fetch_optional(c).await)?;
    row.map(read).transpose()
}

/// Everybody who wants to be told, with the address.
///
/// # Errors
/// [`StoreError`].
pub async fn notices(db: &Db) -> Result<Vec<(AccountId, Notice, String)>, StoreError> {
    let rows = on_read!(db, c => ask!(NoticesRow, NOTICES;).fetch_all(c).await)?;
    let told = |(id, pace, since, looked, told, email): NoticesRow| {
        Ok((AccountId(id), read((pace, since, looked, told))?, email))
    };
    rows.into_iter().map(told).collect()
}

fn read((pace, since, looked, told): NoticeRow) -> Result<Notice, StoreError> {
    let pace =
        Pace::from_word(&pace).ok_or_else(|| StoreError::Corrupt(format!("a notice at the pace {pace}")))?;
    Ok(Notice { pace, since: since.0, looked: looked.0, told: told.map(|at| at.0) })
}

/// Tells `account` at `pace` of what comes after `now`; an account that was told already goes on from where it is.
///
/// # Errors
/// [`StoreError`].
pub async fn want(tx: &mut Tx, account: AccountId, pace: Pace, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(WANT; account.0, pace.word(), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Tells `account` nothing more.
///
/// # Errors
/// [`StoreError`].
pub async fn no_more(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(NO_MORE; account.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes what came of looking for news for `account`: `after` in place of `before`; `false` when somebody else looked since that was
/// read, or nothing is wanted any more.
///
/// # Errors
/// [`StoreError`].
pub async fn looked(
    tx: &mut Tx,
    account: AccountId,
    before: &Notice,
    after: &Notice,
) -> Result<bool, StoreError> {
    let (was, at, since, told) =
        (Stamp(before.looked), Stamp(after.looked), Stamp(after.since), after.told.map(Stamp));
    let rows = on_tx!(tx, c => act!(LOOKED; account.0, was, at, since, told)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
