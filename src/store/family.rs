//! Whose family an account is, who is a patient's family, and the language that a family reads.

use std::collections::{BTreeMap, HashMap};

use time::Date;
use uuid::Uuid;

use super::access_facts::json_list;
use super::sign_in::accounts::status_span;
use super::sql::{Dialect, act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::facts::{StatusHistory, StatusSpan};
use crate::domain::calendar::Instant;
use crate::domain::family::Tie;
use crate::domain::family::authority::Kin;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::language::Language;

statements! {
    GUARDED = "select g.patient_id, p.family, p.given, p.birth_date, g.starts_at, g.ends_at, g.court_order, a.birth_date \
               from guardian g join patient p on p.id = g.patient_id join account a on a.id = g.account_id \
               where g.account_id = $1 order by p.family_folded, p.given_folded, p.id";
    OWN = "select o.patient_id, p.family, p.given, p.birth_date from patient_account o \
           join patient p on p.id = o.patient_id where o.account_id = $1";
    GUARDIANS_OF = "select g.id, g.account_id, a.birth_date, g.starts_at, g.ends_at, g.court_order, g.adult_since, t.status, \
                    t.starts_at, t.ends_at from guardian g join account a on a.id = g.account_id left join account_status t on t.account_id = a.id \
                    where g.patient_id = $1 order by g.starts_at, g.id";
    OWN_ACCOUNTS_OF = "select o.account_id, t.status, t.starts_at, t.ends_at from patient_account o \
                       left join account_status t on t.account_id = o.account_id where o.patient_id = $1 order by o.account_id";
    PATIENT = "select family, given, birth_date, language from patient where id = $1";
    SPECIALTY = "select v.specialty from account a join provider v on v.id = a.provider_id where a.id = $1 \
                 union select v.specialty from sponsorship s join account o on o.id = s.sponsor_id \
                 join provider v on v.id = o.provider_id where s.user_id = $1";
    LANGUAGE = "select language from family_preference where account_id = $1";
    SET_LANGUAGE = "insert into family_preference (account_id, language) values ($1, $2) \
                    on conflict (account_id) do update set language = excluded.language";
}

/// The columns of `GUARDIANS_OF` after the record, for many of them.
macro_rules! guardians {
    ($set:literal) => {
        concat!(
            "select g.patient_id, g.id, g.account_id, a.birth_date, g.starts_at, g.ends_at, g.court_order, g.adult_since, t.status, ",
            "t.starts_at, t.ends_at from guardian g join account a on a.id = g.account_id left join account_status t on t.account_id = a.id ",
            "where g.patient_id ",
            $set,
            " order by g.starts_at, g.id"
        )
    };
}

/// The columns of `OWN_ACCOUNTS_OF` after the record, for many of them.
macro_rules! own {
    ($set:literal) => {
        concat!(
            "select o.patient_id, o.account_id, t.status, t.starts_at, t.ends_at from patient_account o ",
            "left join account_status t on t.account_id = o.account_id where o.patient_id ",
            $set,
            " order by o.account_id"
        )
    };
}

macro_rules! births {
    ($set:literal) => {
        concat!("select id, birth_date from patient where id ", $set)
    };
}

const GUARDIANS: Dialect = Dialect {
    sqlite: guardians!("in (select unhex(value) from json_each($1))"),
    postgres: guardians!("= any($1)"),
};
const OWN_ACCOUNTS: Dialect =
    Dialect { sqlite: own!("in (select unhex(value) from json_each($1))"), postgres: own!("= any($1)") };
const BIRTHS: Dialect = Dialect {
    sqlite: births!("in (select unhex(value) from json_each($1))"),
    postgres: births!("= any($1)"),
};

/// The rows of a statement that takes a list of records.
macro_rules! of_each {
    ($db:expr, $row:ty, $dialect:expr, $records:expr) => {
        match $db {
            Db::Sqlite { read, .. } => {
                sqlx::query_as::<_, $row>($dialect.sqlite).bind(json_list($records)).fetch_all(read).await?
            }
            Db::Postgres(pool) => {
                let list: Vec<Uuid> = $records.iter().map(|id| id.0).collect();
                sqlx::query_as::<_, $row>($dialect.postgres).bind(list).fetch_all(pool).await?
            }
        }
    };
}

/// Every statement of this file that takes a list.
pub const DIALECTS: &[(&str, Dialect)] =
    &[("GUARDIANS", GUARDIANS), ("OWN_ACCOUNTS", OWN_ACCOUNTS), ("BIRTHS", BIRTHS)];

/// A patient to whom an account is tied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relative {
    /// The record.
    pub patient: PatientId,
    /// Given and family name.
    pub name: String,
    /// Birth date.
    pub birth_date: Date,
    /// How.
    pub tie: Tie,
}

/// Everyone to whom `account` is tied, whether or not the tie gives any authority now; the account's own record first.
///
/// # Errors
/// [`StoreError`].
pub async fn relatives(db: &Db, account: AccountId) -> Result<Vec<Relative>, StoreError> {
    type Own = (Uuid, String, String, Date);
    type Guarded = (Uuid, String, String, Date, Stamp, Option<Stamp>, i64, Option<Date>);
    let own = on_read!(db, c => ask!(Own, OWN; account.0).fetch_all(c).await)?;
    let guarded = on_read!(db, c => ask!(Guarded, GUARDED; account.0).fetch_all(c).await)?;
    let own = own.into_iter().map(|(id, family, given, birth_date)| Relative {
        patient: PatientId(id),
        name: format!("{given} {family}"),
        birth_date,
        tie: Tie::Own,
    });
    let guarded =
        guarded.into_iter().map(|(id, family, given, birth_date, start, end, court, born)| Relative {
            patient: PatientId(id),
            name: format!("{given} {family}"),
            birth_date,
            tie: Tie::Guardian { span: Stamp::interval(Some(start), end), born, court_order: court != 0 },
        });
    Ok(own.chain(guarded).collect())
}

type GuardianRow = (
    Uuid,
    Uuid,
    Option<Date>,
    Stamp,
    Option<Stamp>,
    i64,
    Option<Stamp>,
    Option<String>,
    Option<Stamp>,
    Option<Stamp>,
);
type OwnRow = (Uuid, Option<String>, Option<Stamp>, Option<Stamp>);

/// Every account that is tied to one of the records `owners`, ties and accounts that are over too; restrictions apart, which are the
/// patient's facts.
///
/// # Errors
/// [`StoreError`].
pub async fn kin(db: &Db, owners: &[PatientId], now: Instant) -> Result<Vec<Kin>, StoreError> {
    let mut all = Vec::new();
    for owner in owners {
        let guardians = on_read!(db, c => ask!(GuardianRow, GUARDIANS_OF; owner.0).fetch_all(c).await)?;
        let own = on_read!(db, c => ask!(OwnRow, OWN_ACCOUNTS_OF; owner.0).fetch_all(c).await)?;
        all.extend(kin_of(own, guardians, now)?);
    }
    Ok(all)
}

/// The same, inside the transaction that writes.
///
/// # Errors
/// [`StoreError`].
pub async fn kin_in(tx: &mut Tx, owners: &[PatientId], now: Instant) -> Result<Vec<Kin>, StoreError> {
    let mut all = Vec::new();
    for owner in owners {
        let guardians = on_tx!(tx, c => ask!(GuardianRow, GUARDIANS_OF; owner.0).fetch_all(c).await)?;
        let own = on_tx!(tx, c => ask!(OwnRow, OWN_ACCOUNTS_OF; owner.0).fetch_all(c).await)?;
        all.extend(kin_of(own, guardians, now)?);
    }
    Ok(all)
}

/// Every account that is tied to one of `records`, by record, ties and accounts that are over too; a record without any is absent.
///
/// # Errors
/// [`StoreError`].
pub async fn kin_of_each(
    db: &Db,
    records: &[PatientId],
    now: Instant,
) -> Result<HashMap<PatientId, Vec<Kin>>, StoreError> {
    type Own = (Uuid, Uuid, Option<String>, Option<Stamp>, Option<Stamp>);
    type Guardian = (
        Uuid,
        Uuid,
        Uuid,
        Option<Date>,
        Stamp,
        Option<Stamp>,
        i64,
        Option<Stamp>,
        Option<String>,
        Option<Stamp>,
        Option<Stamp>,
    );
    let mut rows: HashMap<Uuid, (Vec<OwnRow>, Vec<GuardianRow>)> = HashMap::new();
    for (record, id, status, from, to) in of_each!(db, Own, OWN_ACCOUNTS, records) {
        rows.entry(record).or_default().0.push((id, status, from, to));
    }
    for (record, link, id, born, start, end, court, adult, status, from, to) in
        of_each!(db, Guardian, GUARDIANS, records)
    {
        rows.entry(record).or_default().1.push((link, id, born, start, end, court, adult, status, from, to));
    }
    rows.into_iter().map(|(id, (own, guardians))| Ok((PatientId(id), kin_of(own, guardians, now)?))).collect()
}

/// When each of `records` was born.
///
/// # Errors
/// [`StoreError`].
pub async fn births(db: &Db, records: &[PatientId]) -> Result<HashMap<PatientId, Date>, StoreError> {
    let rows = of_each!(db, (Uuid, Date), BIRTHS, records);
    Ok(rows.into_iter().map(|(id, born)| (PatientId(id), born)).collect())
}

/// One row for each status of an account, put together.
fn kin_of(own: Vec<OwnRow>, guardians: Vec<GuardianRow>, now: Instant) -> Result<Vec<Kin>, StoreError> {
    let mut ties: BTreeMap<(Uuid, bool), (AccountId, Tie, StatusHistory)> = BTreeMap::new();
    let own = own.into_iter().map(|(id, status, from, to)| ((id, false), id, Tie::Own, (status, from, to)));
    // A link that counts for an adult too is two ties: each holds in its own years of the patient.
    let guardians = guardians.into_iter().flat_map(
        |(link, account, born, start, end, court, adult, status, from, to)| {
            let span = Stamp::interval(Some(start), end);
            let child = Tie::Guardian { span, born, court_order: court != 0 };
            let proxy = adult
                .map(|since| Tie::Proxy { span: Stamp::interval(Some(since), end), born })
                .map(|tie| ((link, true), account, tie, (status.clone(), from, to)));
            [Some(((link, false), account, child, (status, from, to))), proxy].into_iter().flatten()
        },
    );
    for (key, account, tie, (status, from, to)) in own.chain(guardians) {
        let held = ties.entry(key).or_insert_with(|| (AccountId(account), tie, StatusHistory::default()));
        if let Some((status, span)) = status_span(status, from, to)? {
            held.2.0.push(StatusSpan { status, span });
        }
    }
    Ok(ties
        .into_values()
        .map(|(account, tie, history)| Kin { account, active: history.active(now), barred: false, tie })
        .collect())
}

/// Name, birth date and language of a patient, as the record has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Both.
    pub name: String,
    /// Birth date.
    pub birth_date: Date,
    /// The language as the record codes it.
    pub language: String,
}

/// Who the patient `id` is.
///
/// # Errors
/// [`StoreError`].
pub async fn person(db: &Db, id: PatientId) -> Result<Option<Person>, StoreError> {
    type Row = (String, String, Date, String);
    let row = on_read!(db, c => ask!(Row, PATIENT; id.0).fetch_optional(c).await)?;
    Ok(row.map(|(family, given, birth_date, language)| Person {
        name: format!("{given} {family}").trim().to_owned(),
        given,
        family,
        birth_date,
        language,
    }))
}

/// The language that `account` has chosen; `None` before it chose one.
///
/// # Errors
/// [`StoreError`].
pub async fn language(db: &Db, account: AccountId) -> Result<Option<Language>, StoreError> {
    let row = on_read!(db, c => ask!((String,), LANGUAGE; account.0).fetch_optional(c).await)?;
    Ok(row.and_then(|(word,)| Language::from_word(&word)))
}

/// Keeps the language that `account` chooses.
///
/// # Errors
/// [`StoreError`].
pub async fn set_language(tx: &mut Tx, account: AccountId, language: Language) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_LANGUAGE; account.0, language.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The specialty of the provider whose account it is, or those of all who ever sponsored it, one after the other; empty when unknown.
///
/// # Errors
/// [`StoreError`].
pub async fn specialty(db: &Db, account: AccountId) -> Result<String, StoreError> {
    let rows = on_read!(db, c => ask!((String,), SPECIALTY; account.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(specialty,)| specialty).collect::<Vec<_>>().join(", "))
}
