//! One migrated template per engine, copied for each test.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use postern::store::Db;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A database engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The throwaway server named by `POSTERN_TEST_POSTGRES`.
    Postgres,
}

/// A migrated database that only one test uses.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// What `Db::open` was given.
    pub url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Database(String),
}

impl TestDb {
    /// A fresh, migrated database.
    pub async fn migrated(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let template = sqlite_template().await;
                let folder = fresh_folder();
                let file = folder.join("postern.db");
                std::fs::copy(template, &file).unwrap();
                Self::at_file(folder, &file).await
            }
            Engine::Postgres => {
                let template = postgres_template().await;
                Self::in_server(&format!(" template {template}")).await
            }
        }
    }

    /// A fresh database without any table.
    pub async fn empty(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = fresh_folder();
                let file = folder.join("postern.db");
                Self::at_file(folder, &file).await
            }
            Engine::Postgres => Self::in_server("").await,
        }
    }

    async fn at_file(folder: PathBuf, file: &Path) -> Self {
        let url = format!("sqlite:{}", file.display());
        Self { db: Db::open(&url).await.unwrap(), url, place: Place::Folder(folder) }
    }

    async fn in_server(template: &str) -> Self {
        let name = fresh_name();
        server(&format!("create database {name}{template}")).await;
        let url = beside(&name);
        Self { db: Db::open(&url).await.unwrap(), url, place: Place::Database(name) }
    }

    /// Closes it and removes it.
    pub async fn remove(self) {
        self.db.close().await;
        match self.place {
            // A test may have removed its own folder, or hold it open still.
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Database(name) => server(&format!("drop database {name} with (force)")).await,
        }
    }
}

/// The URL of the throwaway PostgreSQL.
pub fn postgres_url() -> String {
    std::env::var("POSTERN_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "POSTERN_TEST_POSTGRES is not set. Run everything with ./tests/run, or start a throwaway PostgreSQL first: \
             export POSTERN_TEST_POSTGRES=$(tests/postgres start)"
        )
    })
}

/// A folder that only this test uses; empty.
pub fn fresh_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(fresh_name());
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A name that changes with every migration, so that a template is never out of date.
fn template_name(engine: &str) -> String {
    let mut hash = DefaultHasher::new();
    let mut files: Vec<_> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
    files.sort();
    for file in files {
        file.file_name().hash(&mut hash);
        std::fs::read(file).unwrap().hash(&mut hash);
    }
    format!("template_{engine}_{:016x}", hash.finish())
}

async fn sqlite_template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(template_name("sqlite"));
    if !template.exists() {
        // Another process may be making it too: each makes its own, and the rename is all or nothing.
        let draft = folder.join(fresh_name());
        let db = Db::open(&format!("sqlite:{}", draft.display())).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
        std::fs::rename(draft, &template).unwrap();
    }
    template
}

async fn postgres_template() -> String {
    let name = template_name("postgres");
    let mut server = PgConnection::connect(&postgres_url()).await.unwrap_or_else(|error| {
        panic!("the PostgreSQL of POSTERN_TEST_POSTGRES does not answer ({error}); start one with tests/postgres start")
    });
    // One process makes the template; the others wait for it.
    server.execute("select pg_advisory_lock(42)").await.unwrap();
    let there: (bool,) = sqlx::query_as("select exists (select 1 from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut server)
        .await
        .unwrap();
    if !there.0 {
        let draft = fresh_name();
        server.execute(AssertSqlSafe(format!("create database {draft}"))).await.unwrap();
        let db = Db::open(&beside(&draft)).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
        server.execute(AssertSqlSafe(format!("alter database {draft} rename to {name}"))).await.unwrap();
    }
    server.close().await.unwrap();
    name
}

/// Runs one statement on the server's own database. The names in it are made by this file.
async fn server(statement: &str) {
    let mut server = PgConnection::connect(&postgres_url()).await.unwrap_or_else(|error| {
        panic!("the PostgreSQL of POSTERN_TEST_POSTGRES does not answer ({error}); start one with tests/postgres start")
    });
    server.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
    server.close().await.unwrap();
}

/// The URL of database `name` on the throwaway server.
fn beside(name: &str) -> String {
    let url = postgres_url();
    let (head, _) = url.rsplit_once('/').expect("POSTERN_TEST_POSTGRES ends in /DATABASE");
    format!("{head}/{name}")
}
