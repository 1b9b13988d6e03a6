//! The generated world: 20,000 accounts, 3,000 practices, 5,000 tokens, 5,000 grants, and as many patients as a bench asks for.
//!
//! Written by SQLite itself from counted rows, so that a million patients take seconds; whatever is drawn is drawn by
//! [`drawn`], which both the SQL and the program can compute. There are no merged records: Cedar cannot follow them.

use postern::domain::calendar::{Instant, Zone};
use postern::domain::validation::Cycles;
use postern::store::Db;
use sqlx::{AssertSqlSafe, SqliteConnection};
use uuid::Uuid;

use super::Outcome;

/// Patients of the world that is compared with Cedar.
pub(crate) const PATIENTS: u64 = 100_000;
/// Providers, each with an account.
const PROVIDERS: u64 = 6_000;
const SPONSORED: u64 = 14_000;
const PRACTICES: u64 = 3_000;
const TOKENS: u64 = 5_000;
const GRANTS: u64 = 5_000;

/// When the world was installed: the cycle of April 2026 counts.
const INSTALLED: &str = "2025-12-31T05:00:00Z";
/// The instant that decisions are asked for, forty days after that cycle was due.
const NOW: &str = "2026-06-10T16:00:00Z";

/// Two kinds of id, told apart by their fifth and sixth byte.
const PROVIDER_ACCOUNT: u8 = 3;
const SPONSORED_ACCOUNT: u8 = 4;
const PATIENT: u8 = 5;

/// The instant that decisions are asked for.
pub(crate) fn now() -> Outcome<Instant> {
    Ok(NOW.parse()?)
}

/// The validation cycles that count.
pub(crate) fn cycles() -> Outcome<Cycles> {
    let zone: Zone = "America/New_York".parse()?;
    Ok(Cycles::counting_from(INSTALLED.parse()?, zone))
}

/// The `number`-th id of `kind`, as [`id`] writes it in SQL.
fn uuid(kind: u8, number: u64) -> Uuid {
    Uuid::from_u128(0x019a_aaaa_0000_7000_8000_0000_0000_0000 | u128::from(kind) << 80 | u128::from(number))
}

/// The id of patient `number`.
pub(crate) fn patient(number: u64) -> Uuid {
    uuid(PATIENT, number)
}

/// SQL for the id of the account of provider `number`.
pub(crate) fn provider_id(number: &str) -> String {
    id(PROVIDER_ACCOUNT, number)
}

/// SQL for the id of patient `number`.
pub(crate) fn patient_id(number: &str) -> String {
    id(PATIENT, number)
}

/// SQL for the `number`-th id of `kind`.
fn id(kind: u8, number: &str) -> String {
    format!("unhex(printf('019aaaaa%04x70008000%012x', {kind}, {number}))")
}

const PRIME: u64 = 2_147_483_647;

/// A number below `below`, drawn for `number` by `salt`.
fn drawn(number: u64, salt: u64, below: u64) -> u64 {
    (number * 48_271 + salt * 69_621) % PRIME * 16_807 % PRIME % below
}

/// SQL for [`drawn`].
fn draw(number: &str, salt: u64, below: u64) -> String {
    format!("((({number}) * 48271 + {salt} * 69621) % {PRIME} * 16807 % {PRIME} % {below})")
}

/// A person and a patient of whom an answer is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    /// The account.
    pub(crate) account: Uuid,
    /// Its address.
    email: (char, u64),
    /// The patient.
    pub(crate) patient: Uuid,
    number: u64,
}

impl Question {
    /// The address that the account signs in with.
    pub(crate) fn email(&self) -> String {
        let (letter, account) = self.email;
        format!("{letter}{account}@example.org")
    }

    /// The line of a file of questions.
    pub(crate) fn line(&self, at: Instant) -> String {
        let (email, number, at) = (self.email(), self.number, at.rfc3339());
        format!("{{\"account\":\"{email}\",\"mrn\":\"{number:08}\",\"at\":\"{at}\"}}\n")
    }
}

/// The account of provider `n`, and the address it signs in with.
pub(crate) fn provider(n: u64) -> (Uuid, String) {
    (uuid(PROVIDER_ACCOUNT, n % PROVIDERS), format!("p{}@example.org", n % PROVIDERS))
}

/// The `n`-th question to a world of `patients`: about half of them will be allowed, by every rule in turn.
pub(crate) fn question(n: u64, patients: u64) -> Question {
    let of_provider = |p: u64| (uuid(PROVIDER_ACCOUNT, p % PROVIDERS), ('p', p % PROVIDERS));
    let of_staff = |s: u64| (uuid(SPONSORED_ACCOUNT, s % SPONSORED), ('s', s % SPONSORED));
    let any = drawn(n, 71, patients);
    let listed = drawn(any, 1, PROVIDERS);
    let grant = drawn(n, 72, GRANTS);
    let token = drawn(n, 73, TOKENS);
    let ((account, email), number) = match n % 18 {
        0 | 1 => (of_provider(listed), any),
        // The other provider of the listed one's practice.
        2 | 3 => (of_provider(listed + PRACTICES), any),
        4 => (of_staff(listed), any),
        5 => (of_staff(listed + PRACTICES), any),
        6 => (of_staff(listed + PROVIDERS), any),
        7 => (of_provider(drawn(any / 10 * 10 + 3, 3, PROVIDERS)), any / 10 * 10 + 3),
        8 => (of_provider(drawn(grant, 5, PROVIDERS)), (grant * 17 + 1) % patients),
        9 if token.is_multiple_of(3) => (of_staff(drawn(token, 6, SPONSORED)), (token * 19 + 3) % patients),
        9 => (of_provider(drawn(token, 6, PROVIDERS)), (token * 19 + 3) % patients),
        10..14 => (of_provider(drawn(n, 74, PROVIDERS)), any),
        _ => (of_staff(drawn(n, 75, SPONSORED)), any),
    };
    Question { account, email, patient: patient(number), number }
}

/// Fills the migrated SQLite database `db` with the world, `patients` patients in it, and lets SQLite analyse it.
pub(crate) async fn fill(db: &Db, patients: u64) -> Outcome<()> {
    let Db::Sqlite { write, .. } = db else { return Err("the world is made on SQLite".into()) };
    let mut tx = write.begin().await?;
    directory(&mut tx).await?;
    people(&mut tx, patients).await?;
    rights(&mut tx, patients).await?;
    tx.commit().await?;
    sqlx::query("analyze").execute(write).await?;
    sqlx::query("pragma wal_checkpoint(truncate)").execute(write).await?;
    Ok(())
}

fn micros(text: &str) -> Outcome<i64> {
    Ok(text.parse::<Instant>()?.micros())
}

/// Runs `insert into TABLE select WHAT` for every `i` below `count` that is `which`.
async fn put(c: &mut SqliteConnection, table: &str, what: &str, count: u64, which: &str) -> Outcome<()> {
    let sql = format!(
        "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < {count}) \
         insert into {table} select {what} from n where {which}"
    );
    sqlx::query(AssertSqlSafe(sql)).execute(c).await?;
    Ok(())
}

async fn directory(c: &mut SqliteConnection) -> Outcome<()> {
    let ever = Instant::EVER.micros();
    let (installed, reviewed) = (micros(INSTALLED)?, micros("2026-04-10T12:00:00Z")?);
    let (left, out) = (micros("2026-02-01T00:00:00Z")?, micros("2026-01-20T00:00:00Z")?);
    let (practice, provider) = (id(1, "i"), id(2, "i"));
    sqlx::query("insert or replace into installation (id, installed_at, clock_seen_at) values (1, $1, $1)")
        .bind(installed)
        .execute(&mut *c)
        .await?;
    let what = format!("{practice}, 'B' || i, 'Practice ' || i, '555-0101', '555-0102', '1 Elm Street'");
    put(c, "practice", &what, PRACTICES, "true").await?;
    let what = format!("{provider}, null, 'Provider' || i, 'Ada', 'Pediatrics'");
    put(c, "provider", &what, PROVIDERS, "true").await?;
    let first = id(1, "i % 3000");
    let what = format!("{}, {first}, {provider}, {ever}, iif(i % 33 = 5, {left}, null)", id(6, "i"));
    put(c, "membership", &what, PROVIDERS, "true").await?;
    let second = id(1, "(i * 7 + 13) % 3000");
    let what = format!("{}, {second}, {provider}, {ever}, null", id(7, "i"));
    put(c, "membership", &what, PROVIDERS, "i % 10 = 0").await?;
    for (kind, letter, word, whose, count) in [
        (PROVIDER_ACCOUNT, 'p', "provider", provider.as_str(), PROVIDERS),
        (SPONSORED_ACCOUNT, 's', "sponsored", "null", SPONSORED),
    ] {
        let account = id(kind, "i");
        let mail = format!("'{letter}' || i || '@example.org'");
        let what = format!(
            "{account}, {mail}, {mail}, '{word}', 'portal', {whose}, 'Person' || i, 'Ada', null, null, {installed}"
        );
        put(c, "account", &what, count, "true").await?;
        let what = format!("{account}, 'active', {ever}, iif(i % 97 = 8, {out}, null)");
        put(c, "account_status", &what, count, "true").await?;
        let what = format!("{account}, 'disabled', {out}, null");
        put(c, "account_status", &what, count, "i % 97 = 8").await?;
    }
    let of = |kind, sponsor: &str| {
        let (key, by, user) = (id(kind, "i"), id(PROVIDER_ACCOUNT, sponsor), id(SPONSORED_ACCOUNT, "i"));
        format!("{key}, {by}, {user}, {}, {ever}, null", id(1, &format!("({sponsor}) % 3000")))
    };
    put(c, "sponsorship", &of(8, "i % 6000"), SPONSORED, "true").await?;
    put(c, "sponsorship", &of(9, "(i * 11 + 5) % 6000"), SPONSORED, "i % 5 = 0").await?;
    let sponsor = id(PROVIDER_ACCOUNT, "i");
    let what = format!("{sponsor}, '2026-04-01', {reviewed}");
    put(c, "validation_review (sponsor_id, cycle, completed_at)", &what, PROVIDERS, "i % 40 <> 0").await?;
    let what = format!("{sponsor}, '2026-04-01', '2026-07-01', {reviewed}");
    put(c, "validation_extension (sponsor_id, cycle, due_on, decided_at)", &what, PROVIDERS, "i % 80 = 40")
        .await
}

async fn people(c: &mut SqliteConnection, patients: u64) -> Outcome<()> {
    let (ever, seen) = (Instant::EVER.micros(), micros("2026-06-01T00:00:00Z")?);
    let moved = micros("2026-03-01T00:00:00Z")?;
    let who = id(PATIENT, "i");
    let what = format!(
        "{who}, 'Family' || (i % 5000), 'Given' || i, 'family' || (i % 5000), 'given' || i, \
         date('2008-01-01', '+' || (i % 6000) || ' days'), 'female', 'en', \
         case when i % 200 = 11 then '2026-06-01' when i % 400 = 12 then '2026-01-05' end, null, {seen} + i"
    );
    put(c, "patient", &what, patients, "true").await?;
    let what = format!("printf('%08d', i), {who}, printf('%08d', i), 0");
    put(c, "patient_mrn", &what, patients, "true").await?;
    // A provider, a provider in a practice, or a practice; some moved here from another.
    let listed = draw("i", 1, PROVIDERS);
    let what = format!(
        "{}, {who}, iif(i % 10 = 9, null, {}), iif(i % 10 < 4, null, {}), iif(i % 33 = 0, {moved}, {ever}), null, 'import'",
        id(10, "i"),
        id(2, &listed),
        id(1, &format!("{listed} % 3000"))
    );
    put(c, "listing", &what, patients, "true").await?;
    let before = id(2, &draw("i", 2, PROVIDERS));
    let what = format!("{}, {who}, {before}, null, {ever}, {moved}, 'import'", id(11, "i"));
    put(c, "listing", &what, patients, "i % 33 = 0").await?;
    let what = format!(
        "{}, {who}, {}, null, 'cardiology', {ever}, null, 'import'",
        id(12, "i"),
        id(2, &draw("i", 3, PROVIDERS))
    );
    let seat = "care_team_seat (id, patient_id, provider_id, practice_id, role, starts_at, ends_at, source)";
    put(c, seat, &what, patients, "i % 10 = 3").await?;
    let what = format!(
        "{}, {who}, null, {}, 'cardiology', {ever}, iif(i % 3 = 0, {moved}, null), 'import'",
        id(13, "i"),
        id(1, &draw("i", 4, PRACTICES))
    );
    put(c, seat, &what, patients, "i % 20 = 7").await?;
    // Of everyone, or naming the listed provider's account, the provider, or the practice.
    let what = format!(
        "{}, {who}, iif(i % 500 = 18, {}, null), iif(i % 500 = 19, {}, null), iif(i % 500 = 20, {}, null), {ever}, \
         iif(i % 7 = 0, {moved}, null)",
        id(14, "i"),
        id(PROVIDER_ACCOUNT, &listed),
        id(2, &listed),
        id(1, &format!("{listed} % 3000"))
    );
    let restriction =
        "restriction (id, patient_id, account_id, provider_id, practice_id, starts_at, ends_at)";
    put(c, restriction, &what, patients, "i % 500 between 17 and 20").await
}

async fn rights(c: &mut SqliteConnection, patients: u64) -> Outcome<()> {
    let (given, soon) = (micros("2026-03-02T09:00:00Z")?, micros("2026-05-02T09:00:00Z")?);
    let later = micros("2026-09-02T09:00:00Z")?;
    let staff = draw("i", 6, SPONSORED);
    let what = format!(
        "{}, {}, null, {given}, iif(i % 5 = 0, {soon}, {later}), iif(i % 4 = 0, 'guardian', 'team'), \
         iif(i % 3 = 0, {}, {}), iif(i % 3 = 0, {}, null), {given}, iif(i % 17 = 0, {soon}, null), null, 0",
        id(15, "i"),
        id(PATIENT, &format!("(i * 19 + 3) % {patients}")),
        id(SPONSORED_ACCOUNT, &staff),
        id(PROVIDER_ACCOUNT, &draw("i", 6, PROVIDERS)),
        id(1, &format!("{staff} % 6000 % 3000"))
    );
    let token = "patient_token (id, patient_id, secret_hash, issued_at, expires_at, given_by, redeemed_by, redeemed_practice_id, \
                 redeemed_at, revoked_at, frozen_at, misses)";
    put(c, token, &what, TOKENS, "true").await?;
    let what = format!(
        "{}, {}, {}, {given}, iif(i % 5 = 0, {soon}, null), iif(i % 17 = 0, {soon}, null), 'team', 0, 0",
        id(16, "i"),
        id(PATIENT, &format!("(i * 17 + 1) % {patients}")),
        id(PROVIDER_ACCOUNT, &draw("i", 5, PROVIDERS))
    );
    let grant = "access_grant (id, patient_id, account_id, starts_at, ends_at, revoked_at, given_by, sections, sensitive)";
    put(c, grant, &what, GRANTS, "true").await?;
    let (now, hours) = (micros(NOW)? - 3_600_000_000, micros(NOW)? + 3 * 3_600_000_000);
    let what = format!(
        "{}, {}, {}, {now}, {hours}, 'Called to the emergency ward', null",
        id(17, "i"),
        id(PATIENT, &format!("(i * 17 + 1) % {patients}")),
        id(PROVIDER_ACCOUNT, &draw("i", 5, PROVIDERS))
    );
    let emergency = "emergency_access (id, patient_id, account_id, starts_at, ends_at, reason, reviewed_at)";
    put(c, emergency, &what, GRANTS, "i % 25 = 0").await
}
