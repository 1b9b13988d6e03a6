//! SQL, and nothing else: one file per aggregate, one SQL text for two engines.
//!
//! Reads take a [`Db`]; writes take a [`Tx`]. SQLite has one writer (`BEGIN IMMEDIATE`) and a pool of readers: never call
//! [`Db::begin`] while holding a [`Tx`], pass the `Tx` down.

pub mod access_facts;
pub mod accounting;
pub mod acknowledgements;
pub mod api;
pub mod audit;
pub mod begun;
pub mod campaign;
pub mod candidates;
pub mod care_team;
pub mod counts;
pub mod directory;
pub mod emergency;
pub mod enrolment;
pub mod family;
pub mod family_answers;
pub mod feed;
pub mod feed_notice;
pub mod feed_replaced;
pub mod feed_standing;
pub mod feed_write;
pub mod grants;
pub mod help;
mod holds;
pub mod hooks;
pub mod housekeeping;
pub mod installation;
pub mod job_lease;
pub mod mail;
pub mod merges;
pub mod messages;
pub mod news;
pub mod patient_requests;
pub mod patients;
pub mod people;
pub mod practices;
pub mod provider_merges;
pub mod queue;
pub mod recent;
pub mod registration;
pub mod requests;
pub mod restrictions;
pub mod review;
pub mod searches;
pub mod sign_in;
pub mod sign_on;
pub mod sponsoring;
mod sql;
pub mod staff_check;
mod stamp;
pub mod tokens;
pub mod validation;
pub mod verification;

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use sql::Dialect;
pub use stamp::Stamp;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Every statement of the store with its name, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<(&'static str, &'static str)> {
    [
        accounting::STATEMENTS,
        acknowledgements::STATEMENTS,
        api::STATEMENTS,
        audit::STATEMENTS,
        begun::STATEMENTS,
        campaign::STATEMENTS,
        campaign::one::STATEMENTS,
        candidates::STATEMENTS,
        care_team::STATEMENTS,
        counts::STATEMENTS,
        directory::STATEMENTS[0],
        directory::STATEMENTS[1],
        emergency::STATEMENTS,
        enrolment::STATEMENTS,
        staff_check::STATEMENTS,
        family::STATEMENTS,
        family_answers::STATEMENTS,
        feed::STATEMENTS,
        feed_notice::STATEMENTS,
        feed_standing::STATEMENTS,
        feed_write::STATEMENTS,
        feed_replaced::STATEMENTS,
        grants::STATEMENTS,
        housekeeping::STATEMENTS,
        help::STATEMENTS,
        hooks::STATEMENTS,
        installation::STATEMENTS,
        job_lease::STATEMENTS,
        mail::STATEMENTS,
        merges::STATEMENTS,
        messages::STATEMENTS,
        news::STATEMENTS,
        patients::STATEMENTS,
        patient_requests::STATEMENTS,
        people::STATEMENTS,
        queue::STATEMENTS,
        queue::filtered::STATEMENTS,
        queue::kept_views::STATEMENTS,
        queue::team::STATEMENTS,
        practices::STATEMENTS,
        provider_merges::STATEMENTS,
        recent::STATEMENTS,
        registration::ALL_STATEMENTS[0],
        registration::ALL_STATEMENTS[1],
        searches::STATEMENTS,
        requests::STATEMENTS,
        restrictions::STATEMENTS,
        sign_in::accounts::STATEMENTS,
        sign_in::credentials::STATEMENTS,
        sign_in::links::STATEMENTS,
        sign_in::passkeys::STATEMENTS,
        sign_in::recovery::STATEMENTS,
        sign_in::overview::STATEMENTS,
        sign_in::sessions::STATEMENTS,
        sign_in::throttle::STATEMENTS,
        sign_on::STATEMENTS,
        sponsoring::STATEMENTS,
        sponsoring::around::STATEMENTS,
        sponsoring::invitation::STATEMENTS,
        review::STATEMENTS,
        tokens::STATEMENTS,
        validation::STATEMENTS,
        verification::STATEMENTS,
    ]
    .concat()
}

/// Every statement that differs between the engines.
pub fn all_dialects() -> Vec<(&'static str, Dialect)> {
    [
        access_facts::DIALECTS,
        campaign::shown::DIALECTS,
        family::DIALECTS,
        people::DIALECTS,
        queue::filtered::DIALECTS,
        validation::DIALECTS,
        verification::DIALECTS,
    ]
    .concat()
}

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is neither `sqlite:` nor `postgres:`, or cannot be read.
    #[error("database.url `{0}` is not usable: {1}; use sqlite:PATH or postgres://USER@HOST/NAME")]
    BadUrl(String, String),
    /// A row with this key exists already.
    #[error("a row with this key exists already ({0})")]
    Duplicate(String),
    /// The disk that holds the database is full.
    #[error("the disk that holds the database is full; free some space, nothing was written")]
    DiskFull,
    /// The database was written by a newer version.
    #[error(
        "the database is at migration {0}, which this version of postern does not know; run the newer version"
    )]
    Newer(i64),
    /// The database is older than the program.
    #[error("the database lacks migration {0}; run `postern migrate`")]
    Older(i64),
    /// A migration failed or was edited.
    #[error("migration failed: {0}")]
    Migration(String),
    /// A stored value that this program would never have written.
    #[error("the database holds a value that is not valid: {0}")]
    Corrupt(String),
    /// Anything else: cannot connect, time-out, broken connection.
    #[error("the database cannot be used: {0}")]
    Unavailable(#[source] sqlx::Error),
}

/// A task that was writing stopped before it said how it ended.
impl From<tokio::task::JoinError> for StoreError {
    fn from(stopped: tokio::task::JoinError) -> Self {
        Self::Unavailable(sqlx::Error::Io(std::io::Error::other(stopped)))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(db) = error.as_database_error() else {
            return match error {
                sqlx::Error::ColumnDecode { index, source } => Self::Corrupt(format!("{index}: {source}")),
                other => Self::Unavailable(other),
            };
        };
        let code = db.code().unwrap_or_default();
        // SQLITE_FULL is 13; 53100 is PostgreSQL's disk_full.
        if code == "13" || code == "53100" {
            return Self::DiskFull;
        }
        if db.is_unique_violation() {
            return Self::Duplicate(db.message().to_owned());
        }
        Self::Unavailable(error)
    }
}

/// A database: SQLite with one writer and a pool of readers, or PostgreSQL.
#[derive(Clone, Debug)]
pub enum Db {
    /// The embedded default.
    Sqlite {
        /// The one writer.
        write: SqlitePool,
        /// The readers.
        read: SqlitePool,
    },
    /// Where a hospital outgrows one machine.
    Postgres(PgPool),
}

/// A transaction on the one writer of SQLite, or on PostgreSQL. Dropped uncommitted, it rolls back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), creating an SQLite file that is missing. Does not
    /// migrate.
    ///
    /// # Errors
    /// [`StoreError::BadUrl`], or [`StoreError::Unavailable`] when it cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let bad = |e: sqlx::Error| StoreError::BadUrl(without_password(url), e.to_string());
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url).map_err(bad)?.application_name("postern");
            // Compiling a plan to machine code costs seconds; the longest statement here runs for less.
            let options = options.options([("jit", "off")]);
            let pool = PgPoolOptions::new().max_connections(12).acquire_timeout(Duration::from_secs(3));
            return Ok(Self::Postgres(pool.connect_with(options).await?));
        }
        if !url.starts_with("sqlite:") {
            return Err(StoreError::BadUrl(without_password(url), "unknown scheme".to_owned()));
        }
        let options = SqliteConnectOptions::from_str(url).map_err(bad)?;
        make_private(options.get_filename());
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(12));
        let write = SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(10));
        let write = write.connect_with(options.clone()).await?;
        let read = SqlitePoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(10));
        let read = read.connect_with(options.read_only(true).create_if_missing(false)).await?;
        Ok(Self::Sqlite { write, read })
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Brings the schema up to this version.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when the database is of a newer version, [`StoreError::Migration`] when a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let outcome = match self {
            Self::Sqlite { write, .. } => SQLITE.run(write).await,
            Self::Postgres(pool) => POSTGRES.run(pool).await,
        };
        outcome.map_err(|error| match error {
            MigrateError::VersionMissing(version) => StoreError::Newer(version),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => match error.into() {
                StoreError::DiskFull => StoreError::DiskFull,
                other => StoreError::Migration(other.to_string()),
            },
            other => StoreError::Migration(other.to_string()),
        })
    }

    /// Checks that the schema is exactly that of this version.
    ///
    /// # Errors
    /// [`StoreError::Older`] or [`StoreError::Newer`].
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        let known = SQLITE.iter().map(|m| m.version).max().unwrap_or(0);
        let sql = "select coalesce(max(version), 0) from _sqlx_migrations";
        let found: Result<(i64,), sqlx::Error> = on_read!(self, c => sqlx::query_as(sql).fetch_one(c).await);
        let found = match found {
            Ok((version,)) => version,
            Err(sqlx::Error::Database(_)) => 0,
            Err(error) => return Err(error.into()),
        };
        match found.cmp(&known) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(StoreError::Older(known)),
            std::cmp::Ordering::Greater => Err(StoreError::Newer(found)),
        }
    }

    /// Begins a transaction; on SQLite with the write lock already held, so that it never fails half-way for being late.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => {
                // Whoever waits may go away. sqlx counts a transaction only once BEGIN is answered, and would give the connection back
                // with one open; begun in a task of its own, it is begun to the end and then rolled back.
                let pool = pool.clone();
                let begun = tokio::spawn(async move { pool.begin().await }).await;
                Tx::Postgres(begun.map_err(|_| StoreError::Unavailable(sqlx::Error::WorkerCrashed))??)
            }
        })
    }

    /// Lets PostgreSQL count its rows anew after many were written, rather than plan by guesses until it does so by itself.
    /// SQLite plans by the schema alone, and its counts would cost it prepared statements.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_rows_anew(&self) -> Result<(), StoreError> {
        if let Self::Postgres(pool) = self {
            sqlx::query("analyze").execute(pool).await?;
        }
        Ok(())
    }

    /// Closes every connection, after which SQLite has folded its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything done in this transaction durable.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is kept then.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Makes a database file that is missing readable by its owner only; SQLite gives its log the same mode. Failing is left to SQLite,
/// which says why.
fn make_private(file: &std::path::Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(file);
}

/// `url` with a password in it blanked, for messages.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let (head, tail) = (url.get(..scheme + 3).unwrap_or(""), url.get(at..).unwrap_or(""));
            let user = url.get(scheme + 3..at).and_then(|u| u.split(':').next()).unwrap_or("");
            format!("{head}{user}{tail}")
        }
        _ => url.to_owned(),
    }
}

use sql::on_read;
