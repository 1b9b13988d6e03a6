//! `postern doctor` about mail, the NPI registry and the scanner of files: what it says when nothing is set, when it works, and when it does not.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::database::fresh_folder;
use crate::support::mail::{PASSWORD, Sink, Tls};
use crate::support::scanner::{Double, Manner};

/// An installation in a folder of its own, with `settings` at the end of its configuration.
fn installation(settings: &str) -> PathBuf {
    let folder = fresh_folder().join("hospital");
    let made = Command::new(env!("CARGO_BIN_EXE_postern")).arg("init").arg(&folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let file = folder.join("postern.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{settings}")).unwrap();
    folder
}

fn write_password(folder: &std::path::Path, password: &str) {
    let file = folder.join("mail.password");
    fs::write(&file, password).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// What the doctor says about `check`: the fault, and the note.
fn doctor(folder: &std::path::Path, check: &str) -> (String, String) {
    let config = folder.join("postern.toml");
    let command = &mut Command::new(env!("CARGO_BIN_EXE_postern"));
    let out = command.args(["doctor", "--json", "--config"]).arg(&config).output().unwrap();
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    let found = said["checks"].as_array().unwrap().iter().find(|c| c["check"] == check);
    let found = found.unwrap_or_else(|| panic!("{said} says nothing about {check}"));
    let text = |key: &str| found[key].as_str().unwrap_or("").to_owned();
    (text("fault"), text("note"))
}

#[test]
fn without_a_mail_server_the_doctor_says_that_letters_stay() {
    let folder = installation("");
    let (fault, note) = doctor(&folder, "mail server");
    assert_eq!(fault, "");
    assert!(note.contains("mail.url") && note.contains("stay in the outbox"), "{note}");
    assert_eq!(doctor(&folder, "outbox"), (String::new(), "no letter waits".to_owned()));
    assert!(doctor(&folder, "NPI registry").1.contains("not asked"));
}

#[test]
fn a_mail_server_is_tried_and_its_answer_told() {
    let sink = Sink::start(Tls::Started);
    let folder = installation(&format!(
        "[mail]\nurl = \"smtp://portal@localhost:{}\"\npassword_file = \"mail.password\"\nca_file = \"ca.pem\"\n\
         from = \"Referral portal <portal@lakeside.example>\"\n",
        sink.port
    ));
    fs::copy(sink.authority(), folder.join("ca.pem")).unwrap();
    write_password(&folder, &format!("{PASSWORD}\n"));
    let (fault, note) = doctor(&folder, "mail server");
    assert!(fault.is_empty() && note.contains("lets this portal in"), "{fault}");
    write_password(&folder, "another");
    let (fault, _) = doctor(&folder, "mail server");
    assert!(fault.contains("535") && fault.contains("mail.password_file"), "{fault}");
    assert!(!fault.contains("another"), "{fault}");
    drop(sink);
    let (fault, _) = doctor(&folder, "mail server");
    assert!(fault.contains("that the server runs"), "{fault}");
}

#[test]
fn a_sender_that_is_none_is_named() {
    let folder = installation("[mail]\nurl = \"smtp://mail.example\"\nfrom = \"nobody\"\n");
    let (fault, _) = doctor(&folder, "mail server");
    assert!(fault.contains("mail.from") && fault.contains("nobody"), "{fault}");
}

#[test]
fn a_password_in_the_url_is_a_fault_of_the_configuration() {
    let folder =
        installation("[mail]\nurl = \"smtp://portal:s3cret@mail.example\"\nfrom = \"p@h.example\"\n");
    let (fault, _) = doctor(&folder, "configuration");
    assert!(fault.contains("mail.password_file") && !fault.contains("s3cret"), "{fault}");
}

#[test]
fn without_a_scanner_the_doctor_says_that_files_are_not_checked_and_one_that_is_named_is_asked() {
    let (fault, note) = doctor(&installation(""), "file scanner");
    assert!(
        fault.is_empty() && note.contains("files.scanner") && note.contains("without being checked"),
        "{note}"
    );
    for scanner in [Double::on_port(), Double::on_socket()] {
        let folder = installation(&format!("[files]\nscanner = \"{}\"\n", scanner.address));
        let (fault, note) = doctor(&folder, "file scanner");
        assert!(
            fault.is_empty() && note.contains("answers") && note.contains("AlertExceedsMax yes"),
            "{fault}"
        );
        scanner.manner(Manner::Garbage);
        let (fault, _) = doctor(&folder, "file scanner");
        assert!(fault.contains("cannot be read") && fault.contains("files.scanner"), "{fault}");
    }
    let folder = installation("[files]\nscanner = \"clamd:/nowhere/clamd.ctl\"\n");
    let (fault, _) = doctor(&folder, "file scanner");
    assert!(fault.contains("no connection") && fault.contains("that clamd runs"), "{fault}");
    let folder = installation("[files]\nscanner = \"clamd://10.0.0.9:3310\"\n");
    let (fault, _) = doctor(&folder, "configuration");
    assert!(fault.contains("files.scanner") && fault.contains("in the clear"), "{fault}");
}
