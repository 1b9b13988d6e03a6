//! The two statements that every decision is made from: the viewer's facts and the patient's.
//!
//! Each is one statement of tagged rows for a set of ids, with no instant in it: a page asks 1×1, a list 1×N, "who can see this"
//! N×1, and `access explain --queries` everything. SQL proposes by index; [`crate::domain::access`] disposes.

use std::collections::HashMap;

use futures::TryStreamExt;
use time::Date;
use uuid::Uuid;

use super::sql::{Dialect, on_read, on_tx, params};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::facts::{Membership, PatientFacts, ViewerFacts};
use crate::domain::calendar::Zone;
use crate::domain::ids::{AccountId, PatientId, ProviderId};
use crate::domain::provider_merge::{ProviderMerge, carried};
use crate::domain::validation::Cycles;

mod patient;
mod viewer;

/// Tag, five ids, three instants, two numbers, a word and a date; what each means depends on the tag.
type Row = (
    i64,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Stamp>,
    Option<Stamp>,
    Option<Stamp>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<Date>,
);

const ONE_VIEWER: &str = viewer::sql!("where id = $1");
const SOME_VIEWERS: Dialect = Dialect {
    sqlite: viewer::sql!("where id in (select unhex(value) from json_each($1))"),
    postgres: viewer::sql!("where id = any($1)"),
};
const ALL_VIEWERS: &str = viewer::sql!("");
const ONE_PATIENT: &str = patient::sql!("where id = $1");
const SOME_PATIENTS: Dialect = Dialect {
    sqlite: patient::sql!("where id in (select unhex(value) from json_each($1))"),
    postgres: patient::sql!("where id = any($1)"),
};
const ALL_PATIENTS: &str = patient::sql!("");

/// Every statement of this file.
pub const DIALECTS: &[(&str, Dialect)] = &[
    ("ONE_VIEWER", Dialect { sqlite: ONE_VIEWER, postgres: ONE_VIEWER }),
    ("SOME_VIEWERS", SOME_VIEWERS),
    ("ALL_VIEWERS", Dialect { sqlite: ALL_VIEWERS, postgres: ALL_VIEWERS }),
    ("ONE_PATIENT", Dialect { sqlite: ONE_PATIENT, postgres: ONE_PATIENT }),
    ("SOME_PATIENTS", SOME_PATIENTS),
    ("ALL_PATIENTS", Dialect { sqlite: ALL_PATIENTS, postgres: ALL_PATIENTS }),
];

const _: () = assert!(params(ONE_VIEWER) == 1 && params(ONE_PATIENT) == 1);

/// Which records to load.
#[derive(Clone, Copy, Debug)]
pub enum Those<'a, Id> {
    /// One.
    One(Id),
    /// These.
    Some(&'a [Id]),
    /// All there are.
    All,
}

/// The facts of the given accounts as viewers, by account; an account that does not exist is absent.
///
/// # Errors
/// [`StoreError`]; a fact that cannot be read is an error, never an omission.
pub async fn viewers(
    db: &Db,
    those: Those<'_, AccountId>,
    cycles: &Cycles,
) -> Result<HashMap<AccountId, ViewerFacts>, StoreError> {
    let mut gathered = viewer::Gathered::default();
    each(db, those, (ONE_VIEWER, SOME_VIEWERS, ALL_VIEWERS), |row| gathered.take(row)).await?;
    let wanted = |id: AccountId| match those {
        Those::One(one) => id == one,
        Those::Some(some) => some.contains(&id),
        Those::All => true,
    };
    Ok(gathered.assemble(wanted, cycles))
}

/// The facts of every account as a viewer, as `tx` sees them.
///
/// # Errors
/// [`StoreError`]; a fact that cannot be read is an error, never an omission.
pub async fn viewers_within(
    tx: &mut Tx,
    cycles: &Cycles,
) -> Result<HashMap<AccountId, ViewerFacts>, StoreError> {
    let rows: Vec<Row> = on_tx!(tx, c => sqlx::query_as(ALL_VIEWERS).fetch_all(c).await)?;
    let mut gathered = viewer::Gathered::default();
    rows.into_iter().try_for_each(|row| gathered.take(row))?;
    Ok(gathered.assemble(|_| true, cycles))
}

/// The facts of `those` accounts as viewers, as `tx` sees them.
///
/// # Errors
/// [`StoreError`]; a fact that cannot be read is an error, never an omission.
pub async fn some_viewers_within(
    tx: &mut Tx,
    those: &[AccountId],
    cycles: &Cycles,
) -> Result<HashMap<AccountId, ViewerFacts>, StoreError> {
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_as(SOME_VIEWERS.sqlite).bind(json_list(those)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let list: Vec<Uuid> = those.iter().map(|id| id.0).collect();
            sqlx::query_as(SOME_VIEWERS.postgres).bind(list).fetch_all(&mut **tx).await?
        }
    };
    let mut gathered = viewer::Gathered::default();
    rows.into_iter().try_for_each(|row| gathered.take(row))?;
    Ok(gathered.assemble(|id| those.contains(&id), cycles))
}

/// The facts of `those` records, as `tx` sees them.
///
/// # Errors
/// [`StoreError`]; a fact that cannot be read is an error, never an omission.
pub async fn some_patients_within(
    tx: &mut Tx,
    those: &[PatientId],
    zone: Zone,
) -> Result<HashMap<PatientId, PatientFacts>, StoreError> {
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_as(SOME_PATIENTS.sqlite).bind(json_list(those)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let list: Vec<Uuid> = those.iter().map(|id| id.0).collect();
            sqlx::query_as(SOME_PATIENTS.postgres).bind(list).fetch_all(&mut **tx).await?
        }
    };
    let mut gathered = patient::Gathered::default();
    rows.into_iter().try_for_each(|row| gathered.take(row))?;
    let wanted: std::collections::HashSet<PatientId> = those.iter().copied().collect();
    Ok(gathered.assemble(|id| wanted.contains(&id), zone))
}

/// Gives the memberships of providers to whom they are merged into, while that holds.
fn carry_memberships(all: &mut HashMap<ProviderId, Vec<Membership>>, merges: &[ProviderMerge]) {
    if merges.is_empty() {
        return;
    }
    for (provider, held) in std::mem::take(all) {
        for membership in held {
            for (whose, span) in carried(provider, membership.span, merges) {
                all.entry(whose).or_default().push(Membership { span, ..membership });
            }
        }
    }
}

/// The ids as one JSON array of hexadecimal texts, which SQLite reads.
pub(super) fn json_list<Id: Copy + Into<Uuid>>(ids: &[Id]) -> String {
    let hex: Vec<String> = ids.iter().map(|id| format!("\"{}\"", (*id).into().simple())).collect();
    format!("[{}]", hex.join(","))
}

/// The facts of the given patient records, by record; one that does not exist is absent. Facts of records merged into them are
/// included, each under its owner.
///
/// # Errors
/// [`StoreError`]; a fact that cannot be read is an error, never an omission.
pub async fn patients(
    db: &Db,
    those: Those<'_, PatientId>,
    zone: Zone,
) -> Result<HashMap<PatientId, PatientFacts>, StoreError> {
    let mut gathered = patient::Gathered::default();
    each(db, those, (ONE_PATIENT, SOME_PATIENTS, ALL_PATIENTS), |row| gathered.take(row)).await?;
    let wanted = |id: PatientId| match those {
        Those::One(one) => id == one,
        Those::Some(some) => some.contains(&id),
        Those::All => true,
    };
    Ok(gathered.assemble(wanted, zone))
}

async fn each<Id: Copy + Into<Uuid>>(
    db: &Db,
    those: Those<'_, Id>,
    (one, some, all): (&'static str, Dialect, &'static str),
    mut take: impl FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    macro_rules! drain {
        ($rows:expr) => {{
            let mut rows = $rows;
            while let Some(row) = rows.try_next().await? {
                take(row)?;
            }
        }};
    }
    match those {
        // A page asks for one: fetching at once spares a hop between threads for every row.
        Those::One(id) => {
            let rows: Vec<Row> = on_read!(db, c => sqlx::query_as(one).bind(id.into()).fetch_all(c).await)?;
            rows.into_iter().try_for_each(take)?;
        }
        Those::Some(ids) => match db {
            Db::Sqlite { read, .. } => {
                drain!(sqlx::query_as(some.sqlite).bind(json_list(ids)).fetch(read));
            }
            Db::Postgres(pool) => {
                let list: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
                drain!(sqlx::query_as(some.postgres).bind(list).fetch(pool));
            }
        },
        Those::All => on_read!(db, c => drain!(sqlx::query_as(all).fetch(c))),
    }
    Ok(())
}

/// What a row must hold for its tag.
fn held<T>(value: Option<T>, what: &str) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::Corrupt(format!("a fact without {what}")))
}
