//! A long record: five thousand results of forty tests, and the other sections of someone who is ill for years.

use postern::store::Db;
use sqlx::{AssertSqlSafe, SqliteConnection};
use uuid::Uuid;

use super::Outcome;

/// Results of the patient.
const RESULTS: u32 = 5_000;

/// A section: how it is called, how many items it has, and SQL for title, code, status, number and text of item `i`.
struct Kind {
    section: &'static str,
    count: u32,
    title: &'static str,
    code: &'static str,
    status: &'static str,
    number: &'static str,
    text: &'static str,
}

const fn plain(section: &'static str, count: u32, title: &'static str, status: &'static str) -> Kind {
    Kind { section, count, title, code: "'c' || i", status, number: "null", text: "'As directed'" }
}

const KINDS: [Kind; 9] = [
    Kind {
        section: "results",
        count: RESULTS,
        title: "'Analyte ' || (i % 40) || ' [Mass/volume] in Serum or Plasma'",
        code: "'http://loinc.org|' || (2000 + i % 40)",
        status: "final",
        number: "5.0 + (i * 37 % 100) / 10.0",
        text: "''",
    },
    Kind {
        section: "vitals",
        count: 600,
        title: "'Measure ' || (i % 8)",
        code: "'http://loinc.org|' || (8000 + i % 8)",
        status: "final",
        number: "60.0 + i % 30",
        text: "''",
    },
    plain("problems", 25, "'Condition ' || i || ' (disorder)'", "active"),
    plain("medications", 20, "'Medicine ' || i || ' 10 MG Oral Tablet'", "active"),
    plain("allergies", 4, "'Allergy to substance ' || i", "active"),
    plain("immunizations", 30, "'Vaccine ' || i", "completed"),
    plain("notes", 80, "'Progress note ' || i", "final"),
    plain("visits", 90, "'Office visit ' || i", "finished"),
    plain("reports", 40, "'Imaging report ' || i", "final"),
];

/// Writes the record of `patient`, its newest item an hour before `now` (microseconds).
pub(crate) async fn fill(db: &Db, patient: Uuid, now: i64) -> Outcome<()> {
    let Db::Sqlite { write, .. } = db else { return Err("the record is made on SQLite".into()) };
    let mut tx = write.begin().await?;
    for (place, kind) in KINDS.iter().enumerate() {
        section(&mut tx, kind, place, patient, now).await?;
    }
    tx.commit().await?;
    sqlx::query("analyze").execute(write).await?;
    Ok(())
}

async fn section(
    c: &mut SqliteConnection,
    kind: &Kind,
    place: usize,
    patient: Uuid,
    now: i64,
) -> Outcome<()> {
    let counted = format!(
        "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < {})",
        kind.count
    );
    let id = |what: u32| format!("unhex(printf('019bbbbb%04x7000800{what}%04x%08x', {place}, {place}, i))");
    let (resource, item) = (id(1), id(2));
    let Kind { section, title, code, status, number, text, .. } = kind;
    let resources = format!(
        "{counted} insert into feed_resource (id, type, fhir_id, patient_id, provider_id, practice_id, display, loaded_at, \
         raw, facts) select {resource}, '{section}', 'r' || i, $1, null, null, '', $2, '{{}}', '{{}}' from n"
    );
    let items = format!(
        "{counted} insert into chart_item (id, resource_id, patient_id, section, at, date_only, until, title, code, status, \
         category, number, comparator, text, unit, low, high, range, flag, actor, detail, labels, body) \
         select {item}, {resource}, $1, '{section}', $2 - (i + 1) * 3600000000, 0, null, {title}, {code}, '{status}', \
         'Laboratory', {number}, '', {text}, 'mg/dL', 6.0, 12.0, '', iif(i % 9 = 0, 'high', 'normal'), 'Provider 1', '', \
         0, '' from n"
    );
    for sql in [resources, items] {
        sqlx::query(AssertSqlSafe(sql)).bind(patient).bind(now).execute(&mut *c).await?;
    }
    Ok(())
}
