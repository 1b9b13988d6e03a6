//! Tables that leave the audit's pages: signed, checked with the installation, and checked with OpenSSL alone as the document says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::http::StatusCode;
use postern::app::signed_export::{Checked, check, public_key};
use postern::domain::audit::{Act, Outcome};
use postern::domain::people::Role;
use serde_json::Value;

use crate::sign_in::acts;
use crate::support::database::fresh_folder;
use crate::support::pcp::{member, scene};
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

/// An installation whose audit key is that of the tests' houses.
fn installation() -> PathBuf {
    let folder = fresh_folder().join("hospital");
    let made = Command::new(env!("CARGO_BIN_EXE_postern")).arg("init").arg(&folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::write(folder.join("keys/audit.key"), "07".repeat(32)).unwrap();
    // Neither command asks the database.
    fs::remove_file(folder.join("postern.db")).unwrap();
    folder
}

fn audit(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
    command.arg("audit").args(words).arg("--config").arg(folder.join("postern.toml"));
    command.current_dir(folder).output().unwrap()
}

fn said(out: &Output) -> (Option<i32>, String) {
    (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
}

/// The commands of the document that check a table without the installation.
fn document_commands() -> String {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audit.md")).unwrap();
    let mut blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.find(|(block, _)| block.contains("openssl")).unwrap().0.to_owned()
}

async fn exported(house: &House) -> (String, String) {
    let s = scene(house).await;
    house.world.physician("O'Brien", s.elm).await;
    let portal = Portal::of(house);
    let jo = portal.signed_in(member(house, &[Role::Auditor]).await.account).await;
    portal.post("/patients/search", &portal.signed_in(s.rivera).await, &[("mrn", "0012345")]).await;
    let audit = portal.post("/team/audit/export", &jo, &[]).await;
    let disclosures =
        portal.post("/team/accounting/export", &jo, &[("mrn", "0012345"), ("form", "each")]).await;
    for answer in [&audit, &disclosures] {
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, "text/csv; charset=utf-8")
        );
    }
    (audit.body, disclosures.body)
}

both_engines! {
    async fn both_tables_of_the_audit_leave_signed_and_recorded(house: House) {
        let (audit, disclosures) = exported(house).await;
        for table in [&audit, &disclosures] {
            let Checked::Unchanged { says, made_with } = check(&house.app.keys, table.as_bytes()).unwrap() else { panic!("{table}") };
            assert!(made_with.starts_with("Made with: ") && made_with.contains(" from 20") && made_with.contains(" to 2026-03-1"), "{made_with}");
            assert!(!made_with.contains("0012345") && !made_with.contains('@'), "ids only: {made_with}");
            assert!(says.starts_with("Exported on 11-Mar-2026 12:"), "{says}");
            assert!(says.contains(" EDT by ") && says.contains('@'), "when in hospital time, and who: {says}");
            let end: Vec<&str> = table.lines().rev().take(4).collect();
            assert!(end[0].starts_with("Ed25519 signature by key ") && end[1].starts_with("\"Exported on "));
            assert!(end[2].starts_with("\"Made with: "));
            assert_eq!(check(&house.app.keys, table.replacen("Made with: ", "Made with: act sign_out, ", 1).as_bytes()).unwrap(), Checked::Changed);
            assert_eq!(end[3], "", "a spreadsheet takes the empty line for the end of the rows");
            assert_eq!(check(&house.app.keys, table.replacen("11-Mar", "12-Mar", 1).as_bytes()).unwrap(), Checked::Changed);
        }
        let rows = acts(&house.app).await;
        assert_eq!(rows.iter().filter(|row| row.0 == Act::ExportAudit && row.1 == Outcome::Allowed).count(), 2);
    }

    async fn a_table_says_which_rows_were_asked_for_by_id_and_instant(house: House) {
        let s = scene(house).await;
        let portal = Portal::of(house);
        let jo = portal.signed_in(member(house, &[Role::Auditor]).await.account).await;
        let email = house.world.email(s.rivera).await;
        let filter = [("email", email.as_str()), ("mrn", "0012345"), ("act", "search_patient"), ("outcome", "refused"),
            ("from", "2026-03-01"), ("to", "2026-03-10")];
        let table = portal.post("/team/audit/export", &jo, &filter).await;
        let made = |table: &str| {
            let Checked::Unchanged { made_with, .. } = check(&house.app.keys, table.as_bytes()).unwrap() else { panic!("{table}") };
            made_with
        };
        let said = made(&table.body);
        for part in [
            format!("Made with: account {}, patient ", s.rivera),
            "act search_patient, outcome refused, from 2026-03-01T05:00:00Z, to 2026-03-11T04:00:00Z.".to_owned(),
        ] {
            assert!(said.contains(&part), "{said}");
        }
        let days = [("mrn", "0012345"), ("form", "summary"), ("from", "2026-03-01"), ("to", "2026-03-10")];
        let said = made(&portal.post("/team/accounting/export", &jo, &days).await.body);
        assert!(said.starts_with("Made with: look up accounting, patient "), "{said}");
        assert!(said.ends_with("form summary, from 2026-03-01T05:00:00Z, to 2026-03-11T04:00:00Z."), "{said}");
    }

    async fn the_command_says_unchanged_or_what_is_wrong_and_needs_no_database(house: House) {
        let (table, _) = exported(house).await;
        let folder = installation();
        let file = folder.join("audit.csv");
        fs::write(&file, &table).unwrap();
        let (code, text) = said(&audit(&folder, &["check-export", "audit.csv"]));
        assert_eq!(code, Some(0), "{text}");
        assert!(text.starts_with("audit.csv: unchanged since it was exported on 11-Mar-2026 12:") && text.contains(" by "), "{text}");
        assert!(text.contains("\nMade with: from 2026-"), "{text}");
        let json = audit(&folder, &["check-export", "audit.csv", "--json"]);
        let json: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(json["result"], "unchanged");
        assert!(json["made_with"].as_str().unwrap().starts_with("Made with: from "));
        assert!(json["says"].as_str().unwrap().starts_with("Exported on "));
        let (unsigned, _) = table.rsplit_once("Ed25519").unwrap();
        for (changed, words, result) in [
            (table.replacen("11-Mar", "12-Mar", 1), "changed since it was exported", "changed"),
            (unsigned.to_owned(), "no signature at its end", "unsigned"),
            (String::new(), "no signature at its end", "unsigned"),
        ] {
            fs::write(&file, &changed).unwrap();
            let (code, text) = said(&audit(&folder, &["check-export", "audit.csv"]));
            assert_eq!(code, Some(1), "{text}");
            assert!(text.contains(words), "{text}");
            let json = audit(&folder, &["check-export", "audit.csv", "--json"]);
            assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap()["result"], result);
        }
        fs::write(&file, &table).unwrap();
        fs::write(folder.join("keys/audit.key"), "08".repeat(32)).unwrap();
        let (code, text) = said(&audit(&folder, &["check-export", "audit.csv"]));
        assert!(code == Some(1) && text.contains("signed by another installation"), "{text}");
        let missing = audit(&folder, &["check-export", "none.csv"]);
        assert!(missing.status.code() == Some(1) && String::from_utf8_lossy(&missing.stderr).contains("cannot read none.csv"));
    }

    async fn whoever_has_the_public_key_checks_with_openssl_as_the_document_says(house: House) {
        let (table, _) = exported(house).await;
        let folder = installation();
        let (code, key) = said(&audit(&folder, &["export-key"]));
        assert_eq!((code, key.as_str()), (Some(0), public_key(&house.app.keys).unwrap().as_str()));
        let json = audit(&folder, &["export-key", "--json"]);
        assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap()["key"], key.as_str());
        if Command::new("openssl").arg("version").output().is_err() {
            return;
        }
        fs::write(folder.join("export-key.pem"), &key).unwrap();
        let run = |table: &str| {
            fs::write(folder.join("audit.csv"), table).unwrap();
            Command::new("sh").arg("-ec").arg(document_commands()).current_dir(&folder).output().unwrap()
        };
        let sound = run(&table);
        assert!(sound.status.success(), "{}", String::from_utf8_lossy(&sound.stderr));
        assert!(String::from_utf8_lossy(&sound.stdout).contains("Signature Verified Successfully"));
        assert!(!run(&table.replacen("11-Mar", "12-Mar", 1)).status.success(), "one digit of a row");
        assert!(!run(&table.replacen("\"Exported on 11", "\"Exported on 12", 1)).status.success(), "when it was exported");
    }
}
