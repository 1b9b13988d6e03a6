//! What the schedule of the validation has recorded and posted, read back; and hospitals in other zones.

use std::sync::Arc;

use postern::app::audit::AuditLog;
use postern::app::validation::schedule::{Swept, sweep};
use postern::app::{App, Hospital};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, FactId, PracticeId};
use postern::domain::letter::{Letter, ReviewCall};
use postern::domain::validation::Cycles;
use postern::store::{Db, Stamp};
use uuid::Uuid;

use super::House;
use super::letters::letters;

/// The instant that `text` names.
pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A sponsor at a practice of their own, with `staff` sponsored users, all since ever.
pub struct Sponsor {
    /// The sponsor's account.
    pub account: AccountId,
    /// The address of the account.
    pub email: String,
    /// The practice.
    pub practice: PracticeId,
    /// The users with their sponsorships.
    pub staff: Vec<(AccountId, FactId)>,
}

impl Sponsor {
    /// One in `house`.
    pub async fn with(house: &House, staff: usize) -> Self {
        let practice = house.world.practice("Elm Street").await;
        let (_, account) = house.world.physician("Okafor", practice).await;
        let email = house.world.email(account).await;
        let mut sponsor = Self { account, email, practice, staff: Vec::new() };
        for _ in 0..staff {
            let user = house.world.sponsored_account().await;
            let edge = house.world.sponsorship(account, user, practice, Interval::ALWAYS).await;
            sponsor.staff.push((user, edge));
        }
        sponsor
    }
}

/// The app of `house` in `zone`, its cycles counting from `first`.
pub fn in_zone(house: &House, zone: &str, first: &str) -> App {
    let zone = zone.parse().unwrap();
    let hospital = Hospital { cycles: Cycles::counting_from(at(first), zone), ..super::house::hospital() };
    App { hospital: Arc::new(hospital), ..house.app.clone() }
}

/// Another process on the same database, the `number`-th.
pub async fn another_node(house: &House, number: u64) -> App {
    let db = Db::open(house.url()).await.unwrap();
    let audit = AuditLog::open(db.clone(), house.app.keys.audit, Uuid::from_u128(number.into()), house.now())
        .await
        .unwrap();
    let entropy = Arc::new(postern::adapters::entropy::SeededEntropy::of(number));
    App { db, audit, entropy, ..house.app.clone() }
}

/// Sweeps at `instant`.
pub async fn sweep_at(house: &House, instant: &str) -> Swept {
    house.clock.set(at(instant));
    sweep(&house.app).await.unwrap()
}

/// What was posted about reviews: to whom, of which kind, and what; oldest first.
pub async fn posted(house: &House) -> Vec<(String, &'static str, ReviewCall)> {
    let of = |(to, letter): (String, Letter)| {
        let word = letter.word();
        match letter {
            Letter::ReviewOpened(call) | Letter::ReviewDue(call) | Letter::ReviewLocked { call, .. } => {
                Some((to, word, call))
            }
            _ => None,
        }
    };
    letters(house).await.into_iter().filter_map(of).collect()
}

/// The kinds of letter posted to `email`, oldest first.
pub async fn words_to(house: &House, email: &str) -> Vec<&'static str> {
    posted(house).await.into_iter().filter(|(to, _, _)| to == email).map(|(_, word, _)| word).collect()
}

/// A row of `validation_notice`: cycle, kind, whether it was mailed, whether it was late.
pub type NoticeRow = (String, String, i64, i64);

/// What is recorded of letters to `sponsor`, by cycle and kind in the order of time.
pub async fn notices(house: &House, sponsor: AccountId) -> Vec<NoticeRow> {
    let sql = "select cast(cycle as text), kind, mailed, late from validation_notice where sponsor_id = $1 order by cycle, \
               case kind when 'opening' then 0 when 'days_16' then 1 when 'days_9' then 2 when 'days_3' then 3 \
               when 'days_1' then 4 else 5 end";
    match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(sponsor.0).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).bind(sponsor.0).fetch_all(pool).await.unwrap(),
    }
}

/// The kinds recorded in the newest cycle as mailed (or, with 0, as passed over).
pub async fn kinds(house: &House, sponsor: AccountId, mailed: i64) -> Vec<String> {
    notices(house, sponsor).await.into_iter().filter(|n| n.2 == mailed).map(|n| n.1).collect()
}

/// A duty: the sponsor, how many were listed, and since when the sponsor was locked.
pub type DutyRow = (AccountId, i64, Option<Instant>);

/// The duties of the cycle that opened on `cycle`.
pub async fn duties(house: &House, cycle: &str) -> Vec<DutyRow> {
    type Row = (Uuid, i64, Option<Stamp>);
    let sql =
        "select sponsor_id, listed, locked_at from validation_duty where cycle = $1 order by sponsor_id";
    let cycle = postern::domain::calendar::parse_date(cycle).unwrap();
    let rows: Vec<Row> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(cycle).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).bind(cycle).fetch_all(pool).await.unwrap(),
    };
    rows.into_iter().map(|(id, listed, locked)| (AccountId(id), listed, locked.map(|l| l.0))).collect()
}

/// Runs one statement.
pub async fn execute(house: &House, sql: &'static str) {
    match house.db() {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// Ends the sponsorship `edge` at `end`.
pub async fn end_sponsorship(house: &House, edge: FactId, end: Instant) {
    let sql = "update sponsorship set ends_at = $2 where id = $1";
    match house.db() {
        Db::Sqlite { write, .. } => {
            sqlx::query(sql).bind(edge.0).bind(Stamp(end)).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            sqlx::query(sql).bind(edge.0).bind(Stamp(end)).execute(pool).await.unwrap();
        }
    }
}

/// Ends every membership of `practice` at `end`.
pub async fn end_memberships(house: &House, practice: PracticeId, end: Instant) {
    let sql = "update membership set ends_at = $2 where practice_id = $1";
    match house.db() {
        Db::Sqlite { write, .. } => {
            sqlx::query(sql).bind(practice.0).bind(Stamp(end)).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            sqlx::query(sql).bind(practice.0).bind(Stamp(end)).execute(pool).await.unwrap();
        }
    }
}
