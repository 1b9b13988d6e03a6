//! What the campaign shows of sponsors: the directory's row, the practices with their phones, and the patients behind them.

use uuid::Uuid;

use super::Point;
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::access_facts::json_list;
use crate::store::holds::holds;
use crate::store::sql::Dialect;
use crate::store::{Db, Stamp, StoreError};

/// $1 ids, $2 cycle, $3 opening instant, $4 now.
macro_rules! rows {
    ($set:literal) => {
        concat!(
            "select a.id, a.given, a.family, a.email, coalesce(d.listed, 0), b.bounced_at, ",
            "(select r.at from audit_row r where r.actor_id = a.id and r.act in ('sign_in_factor', 'sign_in_passkey', ",
            "'sign_in_hospital') and r.outcome = 'allowed' order by r.at desc limit 1), ",
            "(select count(*) from (select l.patient_id from listing l where l.provider_id = a.provider_id and ",
            holds!("l", "$4"),
            " union select l.patient_id from listing l where l.practice_id in (select s.practice_id from sponsorship s ",
            "where s.sponsor_id = a.id and ",
            holds!("s", "$3"),
            ") and ",
            holds!("l", "$4"),
            ") x) from account a left join validation_duty d on d.sponsor_id = a.id and d.cycle = $2 ",
            "left join bounced_address b on b.address_folded = a.email_folded where a.id ",
            $set
        )
    };
}

/// $1 ids, $2 opening instant.
macro_rules! practices {
    ($set:literal) => {
        concat!(
            "select distinct s.sponsor_id, p.name, p.phone from sponsorship s join practice p on p.id = s.practice_id where ",
            holds!("s", "$2"),
            " and s.sponsor_id ",
            $set,
            " order by p.name, p.phone"
        )
    };
}

/// $1 ids, $2 opening instant, $3 now.
macro_rules! patients {
    ($set:literal) => {
        concat!(
            "select count(*) from (select l.patient_id from listing l join account a on a.provider_id = l.provider_id where a.id ",
            $set,
            " and ",
            holds!("l", "$3"),
            " union select l.patient_id from listing l where l.practice_id in (select s.practice_id from sponsorship s where ",
            holds!("s", "$2"),
            " and s.sponsor_id ",
            $set,
            ") and ",
            holds!("l", "$3"),
            ") x"
        )
    };
}

const ROWS: Dialect =
    Dialect { sqlite: rows!("in (select unhex(value) from json_each($1))"), postgres: rows!("= any($1)") };
const PRACTICES: Dialect = Dialect {
    sqlite: practices!("in (select unhex(value) from json_each($1))"),
    postgres: practices!("= any($1)"),
};
const PATIENTS: Dialect = Dialect {
    sqlite: patients!("in (select unhex(value) from json_each($1))"),
    postgres: patients!("= any($1)"),
};

/// Every statement of this file that differs between the engines.
pub(crate) const DIALECTS: &[(&str, Dialect)] =
    &[("ROWS", ROWS), ("PRACTICES", PRACTICES), ("PATIENTS", PATIENTS)];

/// Runs a statement for a set of accounts, with further values.
macro_rules! of_accounts {
    ($db:expr, $row:ty, $sql:expr, $ids:expr; $($value:expr),*) => {
        match $db {
            Db::Sqlite { read, .. } => {
                sqlx::query_as::<_, $row>($sql.sqlite).bind(json_list($ids))$(.bind($value))*.fetch_all(read).await?
            }
            Db::Postgres(pool) => {
                let list: Vec<Uuid> = $ids.iter().map(|id| id.0).collect();
                sqlx::query_as::<_, $row>($sql.postgres).bind(list)$(.bind($value))*.fetch_all(pool).await?
            }
        }
    };
}

/// A sponsor as the campaign shows one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SponsorRow {
    /// The account.
    pub sponsor: AccountId,
    /// Given and family name.
    pub name: String,
    /// The address.
    pub email: String,
    /// How many were listed when the cycle opened.
    pub listed: i64,
    /// When mail was refused.
    pub bounced_at: Option<Instant>,
    /// The last sign-in.
    pub last_sign_in: Option<Instant>,
    /// Patients listed with the sponsor, or with the practice of a listed sponsorship, each once: a count of the directory.
    pub patients: i64,
}

/// What the campaign shows of `sponsors`, in no order.
///
/// # Errors
/// [`StoreError`].
pub async fn rows(db: &Db, sponsors: &[AccountId], point: &Point) -> Result<Vec<SponsorRow>, StoreError> {
    type Row = (Uuid, String, String, String, i64, Option<Stamp>, Option<Stamp>, i64);
    let found = of_accounts!(db, Row, ROWS, sponsors; point.cycle, Stamp(point.opens), Stamp(point.now));
    let row = |(id, given, family, email, listed, bounced, seen, patients): Row| SponsorRow {
        sponsor: AccountId(id),
        name: format!("{given} {family}").trim().to_owned(),
        email,
        listed,
        bounced_at: bounced.map(|at| at.0),
        last_sign_in: seen.map(|at| at.0),
        patients,
    };
    Ok(found.into_iter().map(row).collect())
}

/// The practices in which `sponsors` held a sponsorship when the cycle opened: sponsor, name, phone; by name.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(
    db: &Db,
    sponsors: &[AccountId],
    opens: Instant,
) -> Result<Vec<(AccountId, String, String)>, StoreError> {
    let found = of_accounts!(db, (Uuid, String, String), PRACTICES, sponsors; Stamp(opens));
    Ok(found.into_iter().map(|(id, name, phone)| (AccountId(id), name, phone)).collect())
}

/// How many patients are listed with one of `sponsors` or with the practice of a listed sponsorship of theirs, each counted once.
///
/// # Errors
/// [`StoreError`].
pub async fn patients(db: &Db, sponsors: &[AccountId], point: &Point) -> Result<i64, StoreError> {
    let found = of_accounts!(db, (i64,), PATIENTS, sponsors; Stamp(point.opens), Stamp(point.now));
    Ok(found.first().map_or(0, |(count,)| *count))
}
