//! Sponsors and the people they sponsor, on either engine, as many as a bench asks for: ten sponsorships each, every sponsored user held
//! by two sponsors.
//!
//! Written by the database itself from counted rows. A few sponsorships ended before the cycle of April 2026 opened, a few since; some
//! began since; some accounts are disabled; three of five sponsors have reviewed, one of two hundred has more time;
//! each has one patient.

use postern::domain::calendar::{Instant, Zone};
use postern::domain::validation::{Cycle, Cycles};
use postern::store::{Db, Tx};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use time::Date;
use time::macros::date;
use tokio::runtime::Runtime;

use super::hospital::{Folder, runtime};
use super::{Outcome, say};

/// Sponsorships of each sponsor.
const EACH: u64 = 10;
const OPENING: Date = date!(2026 - 04 - 01);
const INSTALLED: &str = "2025-12-31T05:00:00Z";
/// Kinds of id, told apart by their fifth and sixth byte.
const PRACTICE: u8 = 0x21;
const PROVIDER: u8 = 0x22;
const SPONSOR: u8 = 0x23;
const USER: u8 = 0x24;
const MEMBERSHIP: u8 = 0x25;
const SPONSORSHIP: u8 = 0x26;
const PATIENT: u8 = 0x27;
const LISTING: u8 = 0x28;

/// The cycles that count.
pub(crate) fn cycles() -> Outcome<Cycles> {
    let zone: Zone = "America/New_York".parse()?;
    Ok(Cycles::counting_from(INSTALLED.parse()?, zone))
}

/// The cycle that everything here is about.
pub(crate) fn cycle(cycles: &Cycles) -> Outcome<Cycle> {
    Ok(*cycles.named(OPENING).ok_or("the cycle does not count")?)
}

/// How an engine writes what the other writes otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The embedded one.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// SQL for an instant.
    pub(crate) fn at(self, t: Instant) -> String {
        match self {
            Self::Sqlite => t.micros().to_string(),
            Self::Postgres => format!("timestamptz '{}'", t.rfc3339()),
        }
    }

    fn instant(self, text: &str) -> Outcome<String> {
        Ok(self.at(text.parse()?))
    }

    /// SQL for a civil date.
    pub(crate) fn date(self, date: Date) -> String {
        match self {
            Self::Sqlite => format!("'{date}'"),
            Self::Postgres => format!("date '{date}'"),
        }
    }

    /// SQL for the id of the account of sponsor `number`.
    pub(crate) fn sponsor(self, number: &str) -> String {
        self.id(SPONSOR, number)
    }

    /// SQL for the id of patient `number`.
    pub(crate) fn patient(self, number: &str) -> String {
        self.id(PATIENT, number)
    }

    /// SQL for the `number`-th id of `kind`.
    pub(crate) fn id(self, kind: u8, number: &str) -> String {
        match self {
            Self::Sqlite => format!("unhex(printf('019aaaaa%04x70008000%012x', {kind}, {number}))"),
            Self::Postgres => {
                format!("('019aaaaa{kind:04x}70008000' || lpad(to_hex({number}), 12, '0'))::uuid")
            }
        }
    }

    /// Runs `insert into TABLE select WHAT` for every `i` below `count` that is `which`.
    pub(crate) fn put(self, table: &str, what: &str, count: u64, which: &str) -> String {
        match self {
            Self::Sqlite => format!(
                "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < {count}) \
                 insert into {table} select {what} from n where {which}"
            ),
            Self::Postgres => {
                format!(
                    "insert into {table} select {what} from generate_series(0, {count} - 1) n(i) where {which}"
                )
            }
        }
    }

    /// SQL that asks whether the interval of `row` holds at `t`.
    fn holds(self, row: &str, t: Instant) -> String {
        let at = self.at(t);
        format!("{row}.starts_at <= {at} and ({row}.ends_at is null or {row}.ends_at > {at})")
    }

    /// Bare SQL: the tables of the sponsorship `s`, and what makes it live at `t`.
    pub(crate) fn live(self, t: Instant) -> (&'static str, String) {
        let tables = "sponsorship s join account a on a.id = s.sponsor_id \
                      join membership m on m.provider_id = a.provider_id and m.practice_id = s.practice_id \
                      join account_status x on x.account_id = s.sponsor_id and x.status = 'active' \
                      join account_status y on y.account_id = s.user_id and y.status = 'active'";
        (tables, ["s", "m", "x", "y"].map(|row| self.holds(row, t)).join(" and "))
    }

    /// The same of one that was live at `opens` and is still at `t`.
    pub(crate) fn listed_and_left(self, opens: Instant, t: Instant) -> (&'static str, String) {
        let (tables, left) = self.live(t);
        (tables, format!("{left} and {}", self.live(opens).1))
    }

    /// Every statement that makes `sponsors` sponsors and theirs.
    fn statements(self, sponsors: u64) -> Outcome<Vec<String>> {
        let (users, practices) = (sponsors * EACH / 2, sponsors.div_ceil(10));
        let (installed, ever) = (self.instant(INSTALLED)?, self.at(Instant::EVER));
        let before = self.instant("2026-02-01T00:00:00Z")?;
        let id = |kind, number: &str| self.id(kind, number);
        let practice = |of: &str| id(PRACTICE, &format!("({of}) % {practices}"));
        let mut all = vec![
            format!(
                "insert into installation (id, installed_at, clock_seen_at) values (1, {installed}, {installed}) on conflict (id) do nothing"
            ),
            self.put(
                "practice (id, code, name, phone, fax, address)",
                &format!(
                    "{}, 'B' || i, 'Practice ' || i, '555-0101', '555-0102', '1 Elm Street'",
                    id(PRACTICE, "i")
                ),
                practices,
                "true",
            ),
            self.put(
                "provider (id, family, given, specialty)",
                &format!("{}, 'Provider' || i, 'Ada', 'Pediatrics'", id(PROVIDER, "i")),
                sponsors,
                "true",
            ),
            self.put(
                "membership (id, practice_id, provider_id, starts_at)",
                &format!("{}, {}, {}, {ever}", id(MEMBERSHIP, "i"), practice("i"), id(PROVIDER, "i")),
                sponsors,
                "true",
            ),
        ];
        for (kind, letter, word, provider, count) in [
            (SPONSOR, 'p', "provider", id(PROVIDER, "i"), sponsors),
            (USER, 's', "sponsored", "null".to_owned(), users),
        ] {
            let (account, mail) = (id(kind, "i"), format!("'{letter}' || i || '@example.org'"));
            let what = format!(
                "{account}, {mail}, {mail}, '{word}', 'portal', {provider}, 'Person' || i, 'Ada', {installed}"
            );
            let columns =
                "account (id, email, email_folded, kind, sign_in, provider_id, family, given, created_at)";
            all.push(self.put(columns, &what, count, "true"));
            let status = "account_status (account_id, status, starts_at, ends_at)";
            all.push(self.put(status, &format!("{account}, 'active', {ever}, null"), count, "i % 97 <> 8"));
            all.push(self.put(
                status,
                &format!("{account}, 'active', {ever}, {before}"),
                count,
                "i % 97 = 8",
            ));
            all.push(self.put(
                status,
                &format!("{account}, 'disabled', {before}, null"),
                count,
                "i % 97 = 8",
            ));
        }
        all.extend(self.held_and_listed(sponsors)?);
        Ok(all)
    }

    /// The sponsorships, reviews and extensions of `sponsors` sponsors, and a patient listed with each.
    fn held_and_listed(self, sponsors: u64) -> Outcome<Vec<String>> {
        let (users, practices) = (sponsors * EACH / 2, sponsors.div_ceil(10));
        let ever = self.at(Instant::EVER);
        let (before, since) = (self.instant("2026-02-01T00:00:00Z")?, self.instant("2026-04-15T00:00:00Z")?);
        let (reviewed, more_time) = (self.instant("2026-04-10T12:00:00Z")?, self.date(date!(2026 - 06 - 01)));
        let (cycle, birth) = (self.date(OPENING), self.date(date!(2015 - 05 - 05)));
        let id = |kind, number: &str| self.id(kind, number);
        let practice = |of: &str| id(PRACTICE, &format!("({of}) % {practices}"));
        // The second half of a user's sponsorships is held by somebody seven further on.
        let user = id(USER, &format!("(i + i / {users} * 7) % {users}"));
        let sponsor = id(SPONSOR, &format!("i % {sponsors}"));
        let held = |starts: &str, ends: &str, which: &str| {
            let what = format!(
                "{}, {sponsor}, {user}, {}, {starts}, {ends}",
                id(SPONSORSHIP, "i"),
                practice(&format!("i % {sponsors}"))
            );
            self.put(
                "sponsorship (id, sponsor_id, user_id, practice_id, starts_at, ends_at)",
                &what,
                sponsors * EACH,
                which,
            )
        };
        Ok(vec![
            held(&ever, "null", "i % 53 > 2"),
            held(&ever, &before, "i % 53 = 0"),
            held(&ever, &since, "i % 53 = 1"),
            held(&since, "null", "i % 53 = 2"),
            self.put(
                "validation_review (sponsor_id, cycle, completed_at)",
                &format!("{}, {cycle}, {reviewed}", id(SPONSOR, "i")),
                sponsors,
                "i % 5 < 3",
            ),
            self.put(
                "validation_extension (sponsor_id, cycle, due_on, decided_at)",
                &format!("{}, {cycle}, {more_time}, {reviewed}", id(SPONSOR, "i")),
                sponsors,
                "i % 200 = 4",
            ),
            self.put(
                "patient (id, family, given, family_folded, given_folded, birth_date, sex, language, latest_activity_at)",
                &format!("{}, 'Doe', 'Pat', 'doe', 'pat', {birth}, 'female', 'en', {reviewed}", id(PATIENT, "i")),
                sponsors,
                "true",
            ),
            self.put(
                "listing (id, patient_id, provider_id, starts_at, source)",
                &format!("{}, {}, {}, {ever}, 'import'", id(LISTING, "i"), id(PATIENT, "i"), id(PROVIDER, "i")),
                sponsors,
                "true",
            ),
        ])
    }
}

/// Runs `sql`, which this program wrote.
pub(crate) async fn run(tx: &mut Tx, sql: &str) -> Outcome<u64> {
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query(AssertSqlSafe(sql)).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(AssertSqlSafe(sql)).execute(&mut **tx).await?.rows_affected(),
    })
}

/// Undoes what `tx` did.
pub(crate) async fn undo(tx: Tx) -> Outcome<()> {
    match tx {
        Tx::Sqlite(tx) => tx.rollback().await?,
        Tx::Postgres(tx) => tx.rollback().await?,
    }
    Ok(())
}

/// Fills the migrated database `db` with `sponsors` sponsors and theirs.
pub(crate) async fn fill(db: &Db, engine: Engine, sponsors: u64) -> Outcome<()> {
    let mut tx = db.begin().await?;
    for sql in engine.statements(sponsors)? {
        run(&mut tx, &sql).await?;
    }
    tx.commit().await?;
    if let Db::Sqlite { write, .. } = db {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(write).await?;
    }
    Ok(db.count_rows_anew().await?)
}

/// What `work` gives with `sponsors` sponsors on SQLite, and on PostgreSQL in a database of its own.
pub(crate) fn on_both<T>(
    name: &str,
    sponsors: u64,
    work: impl Fn(&Runtime, &Db, Engine) -> Outcome<T>,
) -> Outcome<[T; 2]> {
    let (runtime, folder, server) = (runtime()?, Folder::fresh(name)?, Server::named(name)?);
    let on = |db: Db, engine| {
        say(&format!("making {sponsors} sponsors …"));
        let done = runtime.block_on(fill(&db, engine, sponsors)).and_then(|()| work(&runtime, &db, engine));
        runtime.block_on(db.close());
        done
    };
    let embedded = on(runtime.block_on(on_sqlite(&folder))?, Engine::Sqlite)?;
    let served = runtime.block_on(server.migrated()).and_then(|db| on(db, Engine::Postgres));
    runtime.block_on(server.remove())?;
    Ok([embedded, served?])
}

/// A migrated SQLite database in `folder`.
pub(crate) async fn on_sqlite(folder: &Folder) -> Outcome<Db> {
    let db = Db::open(&format!("sqlite:{}", folder.path().join("postern.db").display())).await?;
    db.migrate().await?;
    Ok(db)
}

/// A database of its own in the server that `POSTERN_TEST_POSTGRES` names.
struct Server {
    url: String,
    name: String,
}

impl Server {
    /// The server, and a name for the database.
    fn named(name: &str) -> Outcome<Self> {
        let missing =
            "POSTERN_TEST_POSTGRES is not set: export POSTERN_TEST_POSTGRES=$(tests/postgres start)";
        let url = std::env::var("POSTERN_TEST_POSTGRES").map_err(|_| missing)?;
        Ok(Self {
            url,
            name: format!("postern_bench_{}_{name}", std::process::id(), name = name.replace('-', "_")),
        })
    }

    /// Makes the database and migrates it.
    async fn migrated(&self) -> Outcome<Db> {
        self.tell(&format!("create database {}", self.name)).await?;
        let (server, _) = self.url.rsplit_once('/').ok_or("POSTERN_TEST_POSTGRES names no database")?;
        let db = Db::open(&format!("{server}/{}", self.name)).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Removes the database.
    async fn remove(&self) -> Outcome<()> {
        self.tell(&format!("drop database if exists {} with (force)", self.name)).await
    }

    async fn tell(&self, sql: &str) -> Outcome<()> {
        let mut c = PgConnection::connect(&self.url).await?;
        sqlx::query(AssertSqlSafe(sql)).execute(&mut c).await?;
        Ok(c.close().await?)
    }
}
