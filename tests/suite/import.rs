//! The directory import: its lines, its errors, running it again, and what it never does.

use postern::app::import::{Fault, ImportError, Mode, Report, run};
use postern::store::Db;

use crate::support::{House, both_engines};

/// A small hospital in which every line of the format's description can stand.
const DIRECTORY: &str = r#"
{"type":"practice","id":"elm","name":"Elm Street Pediatrics","phone":"617-555-0100","fax":"617-555-0101","address":"1 Elm St, Boston MA 02115"}
{"type":"practice","id":"north","name":"North"}
{"type":"provider","npi":"1234567893","family":"Rivera","given":"Ana","specialty":"Pediatrics"}
{"type":"provider","npi":"1245319599","family":"Okafor","given":"Chidi"}
{"type":"membership","practice":"elm","npi":"1234567893","from":"2024-01-01T00:00:00Z","to":null}
{"type":"account","email":"rivera@example.org","kind":"provider","npi":"1234567893","status":"active"}
{"type":"account","email":"okafor@hospital.example","kind":"provider","npi":"1245319599","sign_in":"hospital"}
{"type":"account","email":"abroad@example.org","kind":"provider","family":"Silva","given":"Rui"}
{"type":"account","email":"lee@example.org","kind":"sponsored","family":"Lee","given":"Sam","job":"registered_nurse","status":"active"}
{"type":"account","email":"ortiz@hospital.example","kind":"access_team","family":"Ortiz","given":"J","roles":["reviewer"]}
{"type":"account","email":"parent@example.org","kind":"family","family":"Doe","given":"Pat","birth_date":"1985-02-03"}
{"type":"sponsorship","sponsor":"rivera@example.org","user":"lee@example.org","practice":"elm","from":"2025-01-01T00:00:00Z"}
{"type":"patient","mrn":"0012345","family":"Doe","given":"Robin","birth_date":"2019-03-14","sex":"female","deceased_on":null,"former_mrns":["0009999"]}
{"type":"patient","mrn":"0012346","family":"Roe","given":"Kim","birth_date":"2015-01-02","sex":"male"}
{"type":"listing","mrn":"0012345","npi":"1234567893","practice":"elm","from":"2020-01-01T00:00:00Z","to":null}
{"type":"listing","mrn":"0012346","practice":"elm"}
{"type":"care_team_seat","mrn":"0012345","npi":"1245319599","from":"2026-01-01T00:00:00Z"}
{"type":"care_team_seat","mrn":"0012345","practice":"north","from":"2026-01-01T00:00:00Z"}
{"type":"guardian","mrn":"0012345","account":"parent@example.org","relationship":"mother","from":"2019-03-14T00:00:00Z"}
{"type":"token","mrn":"0012345","secret":"0G5R-1HJK-TTTT-0000-1111-2222-3A","issued_at":"2026-08-31T14:00:00Z","by":"team","redeemed_by":"rivera@example.org","redeemed_at":"2026-09-01T10:00:00Z","revoked_at":null}
{"type":"token","mrn":"0012345","issued_at":"2026-08-31T14:00:00Z","redeemed_by":"lee@example.org","practice":"elm","redeemed_at":"2026-09-02T10:00:00Z"}
{"type":"grant","mrn":"0012345","account":"rivera@example.org","from":"2026-09-01T10:00:00Z","to":"2027-03-01T10:00:00Z","by":"guardian","sections":["results","notes"],"sensitive":["PSY"]}
{"type":"restriction","mrn":"0012345","from":"2026-10-01T00:00:00Z","to":null}
{"type":"restriction","mrn":"0012345","npi":"1245319599"}
{"type":"validation_review","sponsor":"rivera@example.org","cycle":"2026-04-01","completed_at":"2026-04-12T15:00:00Z"}
{"type":"validation_extension","sponsor":"rivera@example.org","cycle":"2026-04-01","due":"2026-05-15"}
"#;

async fn import(house: &House, text: &str) -> Result<Report, ImportError> {
    run(&house.app, &mut text.as_bytes(), Mode::Apply).await
}

async fn imported(house: &House, text: &str) -> Report {
    import(house, text).await.unwrap_or_else(|error| panic!("{error:?}"))
}

/// The faults of `text`, each as `line field: reason`.
async fn faults(house: &House, text: &str) -> Vec<String> {
    match import(house, text).await {
        Err(ImportError::Faults { listed, count }) => {
            assert_eq!(listed.len(), count);
            listed
                .into_iter()
                .map(|Fault { line, field, reason }| format!("{line} {field}: {reason}"))
                .collect()
        }
        other => panic!("no faults: {other:?}"),
    }
}

/// The one fault of `text` begins so.
async fn assert_fault(house: &House, text: &str, begins: &str) {
    let found = faults(house, text).await;
    assert!(found.len() == 1 && found[0].starts_with(begins), "{text}\nwanted {begins}\nfound {found:#?}");
}

async fn rows(house: &House, table: &'static str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    let (count,): (i64,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    count
}

/// Runs one statement as the portal would.
async fn portal(house: &House, sql: &'static str) {
    match house.db() {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// `DIRECTORY` without the lines that hold `gone`, followed by `more`.
fn but(gone: &str, more: &str) -> String {
    let kept: Vec<&str> = DIRECTORY.lines().filter(|line| !line.contains(gone)).collect();
    format!("{}\n{more}\n", kept.join("\n"))
}

both_engines! {
    async fn a_file_with_every_type_of_line_is_imported(house: House) {
        let report = imported(house, DIRECTORY).await;
        assert_eq!(report.lines, 26);
        let added: usize = report.types.values().map(|tally| tally.added).sum();
        assert_eq!(added, 26, "{report:?}");
        assert_eq!(report.types.len(), 14);
        assert_eq!(rows(house, "patient_mrn").await, 3);
        assert_eq!(rows(house, "provider").await, 3, "two with an NPI, one from abroad");
        assert_eq!(rows(house, "account_status").await, 6);
    }

    async fn importing_the_same_file_again_changes_nothing(house: House) {
        imported(house, DIRECTORY).await;
        let again = imported(house, DIRECTORY).await;
        for (kind, tally) in &again.types {
            assert_eq!((tally.added, tally.changed), (0, 0), "{kind}");
        }
        assert_eq!(rows(house, "listing").await, 2);
    }

    async fn lines_may_come_in_any_order(house: House) {
        let backwards: Vec<&str> = DIRECTORY.lines().rev().collect();
        let report = imported(house, &backwards.join("\n")).await;
        assert_eq!(report.types["token"].added, 2);
    }

    async fn a_dry_run_counts_and_writes_nothing(house: House) {
        let report = run(&house.app, &mut DIRECTORY.as_bytes(), Mode::DryRun).await.unwrap();
        assert!(report.dry_run);
        assert_eq!(report.types["patient"].added, 2);
        for table in ["patient", "practice", "account", "listing", "patient_token"] {
            assert_eq!(rows(house, table).await, 0, "{table}");
        }
    }

    async fn a_file_with_one_fault_leaves_nothing_behind(house: House) {
        let text = but("\"north\",\"name\"", "");
        assert_fault(house, &text, "18 practice: no practice `north` in this file or the database").await;
        for table in ["patient", "practice", "account", "listing"] {
            assert_eq!(rows(house, table).await, 0, "{table}");
        }
    }

    async fn every_bad_line_is_reported_with_line_field_and_reason(house: House) {
        let text = [
            r#"{"type":"practice","id":"elm","name":"Elm","colour":"green"}"#,
            r#"{"type":"practise","id":"elm","name":"Elm"}"#,
            r#"{"type":"provider","npi":"1234567890","family":"Rivera","given":"Ana"}"#,
            r#"{"type":"patient","mrn":"1","family":"Doe","given":"R","birth_date":"2019-02-31","sex":"f"}"#,
            r#"{"type":"listing","mrn":"7","practice":"oak","from":"yesterday"}"#,
            r#"{"type":"listing","mrn":"7","practice":"oak"}"#,
            "not json",
            "",
            r#"{"type":"account","email":"x@example.org","kind":"robot","family":"X"}"#,
        ];
        let found = faults(house, &text.join("\n")).await;
        let begins: Vec<String> =
            found.iter().map(|f| f.split(": ").next().unwrap_or_default().to_owned()).collect();
        let wanted = [
            "1 colour", "2 type", "3 npi", "4 birth_date", "4 sex", "5 from", "5 mrn", "5 practice", "6 mrn",
            "6 practice", "7 ", "9 kind",
        ];
        let wanted: Vec<&str> = wanted.into_iter().collect();
        for place in &wanted {
            assert!(begins.iter().any(|b| b == place), "{place}: {found:#?}");
        }
        assert_eq!(found.len(), wanted.len(), "{found:#?}");
    }

    async fn what_a_line_must_not_say_is_named(house: House) {
        for (line, begins) in [
            (r#"{"type":"account","email":"n@example.org","kind":"provider","family":"N"}"#, "1 npi: is missing"),
            (r#"{"type":"account","email":"n.example.org","kind":"family","family":"N","given":"M"}"#, "1 email: "),
            (r#"{"type":"account","email":"n@example.org","kind":"family","family":"N","given":"M","job":"other"}"#, "1 job: "),
            (r#"{"type":"account","email":"n@example.org","kind":"sponsored","family":"N","given":"M","roles":[]}"#, "1 roles: "),
            (r#"{"type":"account","email":"n@example.org","kind":"sponsored","family":"N","given":"M","status":"asleep"}"#, "1 status: must be one of pending, active, disabled"),
            (r#"{"type":"account","email":"n@example.org","kind":"provider","npi":"1003000126"}"#, "1 npi: no provider"),
            (r#"{"type":"patient","mrn":"--","family":"D","given":"R","birth_date":"2019-02-01"}"#, "1 mrn: the MRN is empty"),
            (r#"{"type":"patient","mrn":12345,"family":"D","given":"R","birth_date":"2019-02-01"}"#, "1 mrn: must be a text"),
            (r#"{"type":"patient","mrn":"1","mrn":"2","family":"D","given":"R","birth_date":"2019-02-01"}"#, "1 mrn: is there twice"),
            (r#"{"mrn":"1"}"#, "1 type: is missing"),
        ] {
            assert!(faults(house, line).await[0].starts_with(begins), "{line}: {:?}", faults(house, line).await);
        }
    }

    async fn facts_that_cannot_be_are_named(house: House) {
        imported(house, DIRECTORY).await;
        for (line, begins) in [
            (r#"{"type":"listing","mrn":"0012345"}"#, "1 npi: is missing"),
            (r#"{"type":"care_team_seat","mrn":"0012345"}"#, "1 npi: is missing"),
            (r#"{"type":"care_team_seat","mrn":"0012345","npi":"1245319599","practice":"elm"}"#, "1 practice: is too much"),
            (r#"{"type":"restriction","mrn":"0012345","npi":"1245319599","practice":"elm"}"#, "1 practice: is too much"),
            (r#"{"type":"listing","mrn":"0012345","practice":"elm","from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}"#, "1 to: is before"),
            (r#"{"type":"grant","mrn":"0012345","account":"lee@example.org"}"#, "1 account: `lee@example.org` is a sponsored user"),
            (r#"{"type":"grant","mrn":"0012345","account":"rivera@example.org","sections":["dreams"]}"#, "1 sections: must be one of"),
            (r#"{"type":"grant","mrn":"0012345","account":"rivera@example.org","sensitive":["XYZ"]}"#, "1 sensitive: `XYZ`"),
            (r#"{"type":"token","mrn":"0012345","issued_at":"2026-01-01T00:00:00Z"}"#, "1 secret: is missing"),
            (r#"{"type":"token","mrn":"0012345","issued_at":"2026-01-01T00:00:00Z","redeemed_by":"rivera@example.org"}"#, "1 redeemed_at: is missing"),
            (r#"{"type":"token","mrn":"0012345","issued_at":"2026-01-01T00:00:00Z","redeemed_by":"lee@example.org","redeemed_at":"2026-01-02T00:00:00Z"}"#, "1 practice: is missing"),
            (r#"{"type":"validation_review","sponsor":"rivera@example.org","cycle":"2026-04-01","completed_at":"2026-04-01T03:59:59Z"}"#, "1 completed_at: is before the cycle's opening"),
            (r#"{"type":"validation_review","sponsor":"rivera@example.org","cycle":"2026-05-01","completed_at":"2026-05-02T00:00:00Z"}"#, "1 cycle: must be an April 1 or an October 1"),
            (r#"{"type":"validation_review","sponsor":"lee@example.org","cycle":"2026-04-01","completed_at":"2026-05-02T00:00:00Z"}"#, "1 sponsor: `lee@example.org` is a sponsored account"),
            (r#"{"type":"sponsorship","sponsor":"rivera@example.org","user":"parent@example.org","practice":"elm"}"#, "1 user: "),
            (r#"{"type":"guardian","mrn":"0012345","account":"lee@example.org"}"#, "1 account: "),
            (r#"{"type":"membership","practice":"oak","npi":"1234567893"}"#, "1 practice: no practice `oak`"),
            (r#"{"type":"listing","mrn":"777","practice":"elm"}"#, "1 mrn: no patient with MRN 777"),
        ] {
            assert_fault(house, line, begins).await;
        }
        let opening = r#"{"type":"validation_review","sponsor":"rivera@example.org","cycle":"2025-10-01","completed_at":"2025-10-01T04:00:00Z"}"#;
        imported(house, opening).await;
    }

    async fn a_sponsorship_of_a_provider_without_an_npi_is_imported_as_it_is(house: House) {
        imported(house, DIRECTORY).await;
        let line = r#"{"type":"sponsorship","sponsor":"abroad@example.org","user":"lee@example.org","practice":"elm"}"#;
        imported(house, line).await;
        assert_eq!(rows(house, "sponsorship").await, 2);
        imported(house, line).await;
        assert_eq!(rows(house, "sponsorship").await, 2);
    }

    async fn two_lines_with_one_key_must_say_the_same(house: House) {
        let elm = r#"{"type":"practice","id":"elm","name":"Elm"}"#;
        assert_fault(house, &format!("{elm}\n{}", elm.replace("Elm", "Oak")), "2 id: line 1 has the same key").await;
        imported(house, &format!("{elm}\n{elm}")).await;
        let patient = r#"{"type":"patient","mrn":"00-123","family":"D","given":"R","birth_date":"2019-02-01"}"#;
        let same = patient.replace("00-123", "00123");
        assert_fault(house, &format!("{patient}\n{same}"), "2 mrn: line 1 has the same key").await;
        let listing = r#"{"type":"listing","mrn":"00123","practice":"elm"}"#;
        let ended = r#"{"type":"listing","mrn":"0012-3","practice":"elm","to":"2026-01-01T00:00:00Z"}"#;
        assert_fault(house, &format!("{patient}\n{listing}\n{ended}"), "3 from: line 2 has the same key").await;
    }

    async fn an_mrn_has_one_patient_and_is_current_or_former(house: House) {
        let doe = r#"{"type":"patient","mrn":"1","family":"D","given":"R","birth_date":"2019-02-01","former_mrns":["2"]}"#;
        let roe = r#"{"type":"patient","mrn":"2","family":"R","given":"K","birth_date":"2018-02-01"}"#;
        assert_fault(house, &format!("{doe}\n{roe}"), "1 former_mrns: holds the current MRN of the patient of line 2").await;
        let third = r#"{"type":"patient","mrn":"3","family":"R","given":"K","birth_date":"2018-02-01","former_mrns":["2"]}"#;
        assert_fault(house, &format!("{doe}\n{third}"), "2 former_mrns: holds a former MRN of the patient of line 1").await;
        imported(house, doe).await;
        assert_fault(house, roe, "1 mrn: is a former MRN of a patient in the database").await;
        assert_fault(house, third, "1 former_mrns: holds a former MRN of another patient").await;
        let own = doe.replace("[\"2\"]", "[\"1\"]");
        assert_fault(house, &own, "1 former_mrns: holds the patient's current MRN").await;
        let elm = r#"{"type":"practice","id":"elm","name":"Elm"}"#;
        let by_former = r#"{"type":"listing","mrn":"2","practice":"elm"}"#;
        imported(house, &format!("{elm}\n{by_former}")).await;
    }

    async fn details_are_updated_and_what_is_left_out_stays(house: House) {
        imported(house, DIRECTORY).await;
        let text = [
            r#"{"type":"practice","id":"elm","name":"Elm Pediatrics"}"#,
            r#"{"type":"provider","npi":"1234567893","family":"Rivera-Soto","given":"Ana"}"#,
            r#"{"type":"patient","mrn":"00-12346","family":"Roe","given":"Kim Lee","birth_date":"2015-01-02"}"#,
            r#"{"type":"account","email":"LEE@example.org","kind":"sponsored","family":"Lee","given":"Samuel"}"#,
            r#"{"type":"account","email":"abroad@example.org","kind":"provider","family":"Silva","given":"Rui Manuel"}"#,
            r#"{"type":"account","email":"ortiz@hospital.example","kind":"access_team","family":"Ortiz","given":"J","roles":["auditor"]}"#,
        ];
        let report = imported(house, &text.join("\n")).await;
        assert_eq!(report.types.values().map(|t| t.changed).sum::<usize>(), 6, "{report:?}");
        assert_eq!(rows(house, "practice where phone = '617-555-0100' and name = 'Elm Pediatrics'").await, 1);
        assert_eq!(rows(house, "account where family = 'Rivera-Soto'").await, 1, "the account bears the provider's name");
        assert_eq!(rows(house, "patient where given_folded = 'kim lee' and sex = 'male'").await, 1);
        assert_eq!(rows(house, "patient_mrn where shown_as = '00-12346'").await, 1);
        assert_eq!(rows(house, "account where given = 'Samuel' and job = 'registered_nurse'").await, 1);
        assert_eq!(rows(house, "provider where given = 'Rui Manuel'").await, 1);
        assert_eq!(rows(house, "account_role where role = 'auditor'").await, 1);
        assert_eq!(rows(house, "account_role").await, 1);
    }

    async fn a_fact_is_ended_by_sending_its_end_and_never_opened_again(house: House) {
        imported(house, DIRECTORY).await;
        let ended = r#"{"type":"membership","practice":"elm","npi":"1234567893","from":"2024-01-01T00:00:00Z","to":"2026-03-01T00:00:00Z"}"#;
        assert_eq!(imported(house, ended).await.types["membership"].changed, 1);
        assert_fault(house, DIRECTORY, "6 to: would re-open or lengthen what was ended at 2026-03-01T00:00:00Z").await;
        let later = ended.replace("2026-03-01", "2026-03-02");
        assert_fault(house, &later, "1 to: would re-open or lengthen").await;
        let earlier = ended.replace("2026-03-01", "2026-02-01");
        assert_eq!(imported(house, &earlier).await.types["membership"].changed, 1);
        let anew = r#"{"type":"membership","practice":"elm","npi":"1234567893","from":"2026-04-01T00:00:00Z"}"#;
        assert_eq!(imported(house, anew).await.types["membership"].added, 1);
    }

    async fn what_the_portal_took_away_is_not_given_back(house: House) {
        imported(house, DIRECTORY).await;
        house.world.disable(account(house, "lee@example.org").await, house.now()).await;
        assert_fault(house, DIRECTORY, "10 status: the account is disabled, and import never revives it").await;
        let without_lee = but("\"email\":\"lee@", "");
        imported(house, &without_lee).await;
        match house.db() {
            Db::Sqlite { .. } => portal(house, "update patient_token set revoked_at = 1773300000000000 where secret_hash is not null").await,
            Db::Postgres(_) => portal(house, "update patient_token set revoked_at = '2026-03-12T07:20:00Z' where secret_hash is not null").await,
        }
        assert_fault(house, &without_lee, "20 revoked_at: the stored token was revoked").await;
        let without_token = without_lee.lines().filter(|l| !l.contains("0G5R")).collect::<Vec<_>>().join("\n");
        imported(house, &without_token).await;
        match house.db() {
            Db::Sqlite { .. } => portal(house, "update access_grant set revoked_at = 1788300000000000").await,
            Db::Postgres(_) => portal(house, "update access_grant set revoked_at = '2026-09-02T00:00:00Z'").await,
        }
        assert_fault(house, &without_token, "21 to: would re-open or lengthen").await;
        portal(house, "update patient set deceased_on = '2026-01-01'").await;
        let robin = r#"{"type":"patient","mrn":"0012345","family":"Doe","given":"Robin","birth_date":"2019-03-14"}"#;
        assert_eq!(imported(house, robin).await.types["patient"].unchanged, 1);
        let alive = robin.replace('}', ",\"deceased_on\":null}");
        assert_fault(house, &alive, "1 deceased_on: the patient is recorded as dead").await;
    }

    async fn a_line_that_knows_nothing_of_a_redemption_leaves_it(house: House) {
        let secret = r#"{"type":"token","mrn":"0012345","secret":"og5r 1hjk-tttt-oooo-1111-2222-3a","issued_at":"2026-08-31T14:00:00Z"}"#;
        imported(house, DIRECTORY).await;
        assert_eq!(imported(house, secret).await.types["token"].unchanged, 1);
        let other = secret.replace('}', ",\"redeemed_by\":\"okafor@hospital.example\",\"redeemed_at\":\"2026-09-01T10:00:00Z\"}");
        assert_fault(house, &other, "1 redeemed_by: another account").await;
        let elsewhere = secret.replace("0012345", "0012346");
        assert_fault(house, &elsewhere, "1 mrn: the stored token belongs to another patient").await;
    }

    async fn a_token_expires_six_calendar_months_after_its_issue_in_hospital_time(house: House) {
        imported(house, DIRECTORY).await;
        // Issued August 31, 10:00 in New York (EDT): February 28, 10:00 EST.
        let wanted = match house.db() {
            Db::Sqlite { .. } => "patient_token where expires_at = 1803826800000000",
            Db::Postgres(_) => "patient_token where expires_at = '2027-02-28T15:00:00Z'",
        };
        assert_eq!(rows(house, wanted).await, 2);
    }

    async fn sponsors_who_would_be_locked_at_once_are_counted(house: House) {
        let open = but("\"2026-04-01\"", "");
        let house_in_may = House::at(engine_of(house), "2026-05-02T00:00:00Z").await;
        let report = run(&house_in_may.app, &mut open.as_bytes(), Mode::DryRun).await.unwrap();
        assert_eq!(report.sponsors_locked, 1);
        assert_eq!(run(&house_in_may.app, &mut DIRECTORY.as_bytes(), Mode::DryRun).await.unwrap().sponsors_locked, 0);
        house_in_may.clock.set("2026-04-30T00:00:00Z".parse().unwrap());
        let report = run(&house_in_may.app, &mut open.as_bytes(), Mode::DryRun).await.unwrap();
        assert_eq!(report.sponsors_locked, 0);
        house_in_may.remove().await;
    }

    async fn the_import_and_a_failed_one_are_in_the_audit(house: House) {
        imported(house, DIRECTORY).await;
        let _ = faults(house, r#"{"type":"nothing"}"#).await;
        assert_eq!(rows(house, "audit_row where act = 'import' and outcome = 'allowed'").await, 1);
        assert_eq!(rows(house, "audit_row where act = 'import' and outcome = 'failed'").await, 1);
        assert_eq!(rows(house, "audit_row where act = 'import' and (detail like '%Rivera%' or detail like '%@%')").await, 0);
    }
}

fn engine_of(house: &House) -> crate::support::Engine {
    match house.db() {
        Db::Sqlite { .. } => crate::support::Engine::Sqlite,
        Db::Postgres(_) => crate::support::Engine::Postgres,
    }
}

async fn account(house: &House, email: &str) -> postern::domain::ids::AccountId {
    let sql = "select id from account where email_folded = $1";
    let (id,): (uuid::Uuid,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(email).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).bind(email).fetch_one(pool).await.unwrap(),
    };
    id.into()
}

#[test]
fn more_faults_than_are_listed_are_counted() {
    crate::support::run(crate::support::Engine::Sqlite, async |house| {
        let text = "{}\n".repeat(1500);
        match import(house, &text).await {
            Err(ImportError::Faults { listed, count }) => {
                assert_eq!((listed.len(), count), (1000, 1500));
            }
            other => panic!("{other:?}"),
        }
    });
}
