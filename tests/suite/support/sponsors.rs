//! Many sponsors at once, written by the database itself from counted rows.

use postern::domain::calendar::Instant;
use postern::domain::ids::AccountId;
use postern::store::{Db, Stamp};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

const PRACTICE: u8 = 1;
const PROVIDER: u8 = 2;
const SPONSOR: u8 = 3;
const STAFF: u8 = 4;
const MEMBERSHIP: u8 = 5;
const SPONSORSHIP: u8 = 6;

/// The `number`-th sponsor of [`fill`], from 1.
pub fn sponsor(number: u64) -> AccountId {
    let id = 0x019a_aaaa_0000_7000_8000_0000_0000_0000 | u128::from(SPONSOR) << 80 | u128::from(number);
    AccountId(Uuid::from_u128(id))
}

/// Puts one practice with `count` sponsors into an empty directory, each with `staff` sponsored users, all since ever.
pub async fn fill(db: &Db, count: u64, staff: u64) {
    let id = |kind: u8, number: &str| match db {
        Db::Sqlite { .. } => format!("unhex(printf('019aaaaa%04x70008000%012x', {kind}, {number}))"),
        Db::Postgres(_) => {
            format!("cast('019aaaaa-{kind:04x}-7000-8000-' || lpad(to_hex({number}), 12, '0') as uuid)")
        }
    };
    let (users, row) = (count * staff, "i");
    let mut steps = vec![(
        "practice (id, code, name, phone, fax, address)",
        format!("{}, 'B1', 'Elm Street', '', '', ''", id(PRACTICE, "i")),
        1,
    )];
    steps.push((
        "provider (id, npi, family, given, specialty)",
        format!("{}, null, 'Lee', 'Sam', ''", id(PROVIDER, row)),
        count,
    ));
    steps.push((
        "membership (id, practice_id, provider_id, starts_at, ends_at)",
        format!("{}, {}, {}, $1, null", id(MEMBERSHIP, row), id(PRACTICE, "1"), id(PROVIDER, row)),
        count,
    ));
    for (kind, word, provider, letter, many) in [
        (SPONSOR, "provider", id(PROVIDER, row), 'd', count),
        (STAFF, "sponsored", "null".to_owned(), 's', users),
    ] {
        steps.push((
            "account (id, email, email_folded, kind, sign_in, provider_id, family, given, job, birth_date, created_at)",
            format!(
                "{}, '{letter}' || i || '@example.org', '{letter}' || i || '@example.org', '{word}', 'portal', {provider}, \
                 'Lee', 'Sam', null, null, $1",
                id(kind, row)
            ),
            many,
        ));
        steps.push((
            "account_status (account_id, status, starts_at, ends_at)",
            format!("{}, 'active', $1, null", id(kind, row)),
            many,
        ));
    }
    steps.push((
        "sponsorship (id, sponsor_id, user_id, practice_id, starts_at, ends_at)",
        format!(
            "{}, {}, {}, {}, $1, null",
            id(SPONSORSHIP, row),
            id(SPONSOR, &format!("(i - 1) % {count} + 1")),
            id(STAFF, row),
            id(PRACTICE, "1")
        ),
        users,
    ));
    for (table, what, many) in steps {
        // The instant is used in every statement, so that each has one parameter.
        let since = Stamp(Instant::EVER);
        match db {
            Db::Sqlite { write, .. } => {
                let sql = format!(
                    "with recursive n(i) as (select 1 union all select i + 1 from n where i < {many}) \
                     insert into {table} select {what} from n where $1 is not null"
                );
                sqlx::query(AssertSqlSafe(sql)).bind(since).execute(write).await.map(drop)
            }
            Db::Postgres(pool) => {
                let what = what.replace("$1", "cast($1 as timestamptz)");
                let sql = format!(
                    "insert into {table} select {what} from generate_series(1, {many}) as n(i) \
                     where cast($1 as timestamptz) is not null"
                );
                sqlx::query(AssertSqlSafe(sql)).bind(since).execute(pool).await.map(drop)
            }
        }
        .unwrap();
    }
}
