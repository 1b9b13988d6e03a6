//! The two migration folders: they pair, each step applies to tables that hold rows, and they end in the same schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use postern::store::{Db, StoreError};
use sqlx::AssertSqlSafe;

use crate::support::{Engine, TestDb, block_on, both_engines, run};

/// The names of one engine's migrations, in order, and their texts.
fn migrations(engine: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|e| (e.file_name().into_string().unwrap(), fs::read_to_string(e.path()).unwrap()))
        .collect();
    found.sort();
    found
}

#[test]
fn both_engines_have_migrations_of_the_same_names_without_a_gap() {
    let names = |engine| migrations(engine).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sqlite"), names("postgres"));
    for (place, name) in names("sqlite").iter().enumerate() {
        let (number, rest) = name.split_once('_').unwrap();
        assert_eq!(number, format!("{:04}", place + 1), "{name}");
        let verb_noun = rest.strip_suffix(".sql").unwrap();
        assert!(
            verb_noun.contains('_') && verb_noun.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{name}"
        );
    }
}

#[test]
fn both_engines_have_the_same_indexes_and_refuse_the_same_changes() {
    let named = |engine: &str| {
        let texts: String = migrations(engine).into_iter().map(|(_, text)| text).collect();
        let word_after = |text: &str| text.split_whitespace().next().unwrap().to_owned();
        let unique =
            texts.split("create unique index ").skip(1).map(word_after).map(|n| format!("unique {n}"));
        let plain = texts.split("create index ").skip(1).map(word_after);
        unique.chain(plain).collect::<BTreeSet<_>>()
    };
    assert_eq!(named("sqlite"), named("postgres"));
}

#[test]
fn each_step_applies_to_the_rows_of_the_step_before_on_sqlite() {
    each_step_applies(Engine::Sqlite);
}

#[test]
fn each_step_applies_to_the_rows_of_the_step_before_on_postgres() {
    each_step_applies(Engine::Postgres);
}

/// A request with what refers to it; ids and instants are taken from a row that is there, so that both engines read it.
const A_REQUEST_WITH_ITS_HISTORY: &str = "
    insert into access_request (id, kind, state, typed, reason, filed_at)
        select id, 'help', 'open', '{}', '', starts_at from listing;
    insert into request_event (id, request_id, at, version, kind, body)
        select id, id, filed_at, 0, 'filed', '' from access_request;
    insert into help_request (request_id, email, name, description) select id, '', '', '' from access_request;";

fn each_step_applies(engine: Engine) {
    block_on(async {
        let database = TestDb::empty(engine).await;
        let folder = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
        for (place, (name, text)) in migrations(folder).into_iter().enumerate() {
            // In one transaction, as the program applies it.
            execute(&database.db, &format!("begin;\n{text}\ncommit;"))
                .await
                .unwrap_or_else(|error| panic!("{name} does not apply: {error}"));
            if place == 0 {
                crate::support::world::sample(&database.db).await;
            }
            if name.starts_with("0007") {
                execute(&database.db, A_REQUEST_WITH_ITS_HISTORY).await.unwrap();
            }
        }
        for (table, rows) in [("access_request", 2), ("request_event", 2), ("help_request", 2)] {
            let kept = format!("select count(*) from {table}");
            assert_eq!(count(&database.db, &kept).await, rows, "{table}");
        }
        assert_eq!(count(&database.db, "select count(*) from listing").await, 1);
        database.remove().await;
    });
}

#[test]
fn both_engines_end_with_the_same_tables_columns_and_nullability() {
    block_on(async {
        let (sqlite, postgres) =
            (TestDb::migrated(Engine::Sqlite).await, TestDb::migrated(Engine::Postgres).await);
        let (left, right) = (columns(&sqlite.db).await, columns(&postgres.db).await);
        assert!(left.len() > 100);
        let only = |a: &BTreeMap<_, _>, b: &BTreeMap<_, _>| {
            a.iter()
                .filter(|(k, v)| b.get(*k) != Some(*v))
                .map(|(k, v)| format!("{k:?} {v:?}"))
                .collect::<Vec<_>>()
        };
        let (on_sqlite, on_postgres) = (only(&left, &right), only(&right, &left));
        assert!(
            on_sqlite.is_empty() && on_postgres.is_empty(),
            "\nonly on SQLite: {on_sqlite:#?}\nonly on PostgreSQL: {on_postgres:#?}"
        );
        sqlite.remove().await;
        postgres.remove().await;
    });
}

/// Every column: (table, column) to (kind, may it be null).
async fn columns(db: &Db) -> BTreeMap<(String, String), (&'static str, bool)> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "select m.name, c.name, lower(c.type), c.\"notnull\" = 0 and c.pk = 0 from sqlite_master m, \
             pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%' and m.name <> '_sqlx_migrations'"
        }
        Db::Postgres(_) => {
            "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES' \
             from information_schema.columns where table_schema = 'public' and table_name <> '_sqlx_migrations'"
        }
    };
    let rows: Vec<(String, String, String, bool)> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    let kind = |kind: &str, column: &str| match kind {
        "blob" | "uuid" | "bytea" => "bytes",
        "integer" | "bigint" | "timestamp with time zone" => "number or instant",
        "text" | "date" => "text or date",
        "real" | "double precision" => "real",
        other => panic!("{column} has the kind {other}, which the other engine has no match for"),
    };
    rows.into_iter()
        .map(|(table, column, k, null)| ((table, column.clone()), (kind(&k, &column), null)))
        .collect()
}

both_engines! {
    async fn an_audit_row_can_be_neither_changed_nor_deleted(house: House) {
        for change in [
            "update audit_row set act = 'x'",
            "delete from audit_row",
        ] {
            let refused = execute(house.db(), change).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{change}: {refused}");
        }
        assert_eq!(count(house.db(), "select count(*) from audit_row").await, 1);
    }

    async fn migrating_twice_changes_nothing(house: House) {
        house.db().migrate().await.unwrap();
        house.db().check_schema().await.unwrap();
    }

    async fn a_database_newer_than_the_program_is_refused(house: House) {
        execute(
            house.db(),
            "update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)",
        )
        .await
        .unwrap();
        assert!(matches!(house.db().check_schema().await, Err(StoreError::Newer(9999))));
        let error = house.db().migrate().await.unwrap_err();
        assert!(matches!(error, StoreError::Newer(9999)));
        assert!(error.to_string().contains("run the newer version"), "{error}");
    }
}

#[test]
fn a_database_without_tables_is_told_to_migrate() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        block_on(async {
            let database = TestDb::empty(engine).await;
            let error = database.db.check_schema().await.unwrap_err();
            assert!(error.to_string().contains("postern migrate"), "{error}");
            database.remove().await;
        });
    }
}

#[test]
fn a_failing_test_still_removes_its_database() {
    let folder = std::sync::Mutex::new(String::new());
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        run(Engine::Sqlite, async |house| {
            house.url().clone_into(&mut folder.lock().unwrap());
            panic!("on purpose");
        });
    }));
    assert!(failed.is_err());
    let file = folder.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert!(!Path::new(file.strip_prefix("sqlite:").unwrap()).exists());
}

async fn execute(db: &Db, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { write, .. } => sqlx::raw_sql(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(|_| ()),
    }
}

async fn count(db: &Db, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    let (n,): (i64,) = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    n
}
