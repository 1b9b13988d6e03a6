//! A journey against `postern serve` itself, a process of its own, with a real FHIR server (SEKMET) as the source of the record.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use postern::adapters::clock::SystemClock;
use postern::app::ports::Clock;
use postern::app::sign_in::totp_code;
use serde_json::{Value, json};

use crate::browser::drive;
use crate::feed_remote::clinician;
use crate::feed_sekmet::demo;
use crate::support::block_on;
use crate::support::database::fresh_folder;
use crate::support::fhir::{Sekmet, TOKEN};

/// Two physicians of the FHIR server, with their NPIs.
const PHYSICIANS: [(&str, &str); 2] = [("rivera", "1234567893"), ("haddad", "1245319599")];

/// An installation with its process.
struct Installation {
    folder: PathBuf,
    child: Child,
    url: String,
}

fn postern(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
    command.args(words).arg("--config").arg(folder.join("postern.toml"));
    command
}

impl Installation {
    /// Made by `postern init`, with the FHIR server at `source`, and served.
    fn start(source: &str) -> Self {
        let folder = fresh_folder().join("hospital");
        let made = Command::new(env!("CARGO_BIN_EXE_postern")).arg("init").arg(&folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = folder.join("postern.toml");
        let text = std::fs::read_to_string(&file).unwrap().replace("8080", &port.to_string());
        let text = text.replace("127.0.0.1:9090", "");
        let feed = "[feed]\nkind = \"fhir\"\nfacts_seconds = 0\n";
        let server = format!(
            "[feed.server]\nurl = \"{source}\"\nauth = \"bearer\"\ntoken_file = \"keys/fhir.token\"\n"
        );
        std::fs::write(&file, format!("{text}\n{feed}\n{server}")).unwrap();
        let token = folder.join("keys/fhir.token");
        std::fs::write(&token, TOKEN).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&token, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let mut command = postern(&folder, &["serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.starts_with("Serving http://localhost:"), "{said}");
        Self { folder, child, url: format!("http://localhost:{port}") }
    }

    /// The path of the link that sets up the account of `who`.
    fn account(&self, who: &str) -> String {
        let (_, npi) = PHYSICIANS.into_iter().find(|(id, _)| *id == who).unwrap();
        let email = format!("{who}@elm.example");
        let words = ["account", "create", "--json", "--kind", "provider", "--npi", npi, "--email", &email];
        let out =
            postern(&self.folder, &[&words[..], &["--family", who, "--given", "Ada"]].concat()).output();
        let out = out.unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let said: Value = serde_json::from_slice(&out.stdout).unwrap();
        said["set_up_url"].as_str().unwrap().strip_prefix(&self.url).unwrap().to_owned()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// The first patient of the demo hospital, with their record, and the physicians.
fn record() -> (Value, Vec<Value>) {
    let mut resources = demo(1);
    resources.extend(PHYSICIANS.map(|(id, npi)| clinician(id, npi)));
    let patient = resources.iter().find(|r| r["resourceType"] == "Patient").unwrap().clone();
    (patient, resources)
}

fn listed(patient: &Value, who: &str) -> Value {
    let mut patient = patient.clone();
    patient["generalPractitioner"] = json!([{ "reference": format!("Practitioner/{who}") }]);
    patient
}

fn mrn_of(patient: &Value) -> Value {
    let mut all = patient["identifier"].as_array().unwrap().iter();
    all.find(|one| one["type"]["coding"][0]["code"] == "MR").unwrap()["value"].clone()
}

fn journey(scripts: &str) {
    let (patient, resources) = record();
    let server = Sekmet::start(true);
    block_on(server.load(&resources));
    block_on(server.put(&listed(&patient, "rivera")));
    let installation = Installation::start(&server.url);
    let answer = &mut |question: &Value| {
        if let Some(who) = question["account"].as_str() {
            return json!({ "path": installation.account(who), "email": format!("{who}@elm.example") });
        }
        if let Some(who) = question["pcp"].as_str() {
            block_on(server.put(&listed(&patient, who)));
            return json!({});
        }
        if question["patient"] == true {
            return json!({ "mrn": mrn_of(&patient), "family": patient["name"][0]["family"] });
        }
        let key = question["totp"].as_str().unwrap_or_else(|| panic!("a journey asks {question}"));
        let secret = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
        // The process that is served has the clock of this machine.
        json!({ "code": totp_code(&secret, SystemClock.now().plus_seconds(-question["ago"].as_i64().unwrap())) })
    };
    let ended = drive("the_pcp_changes_in_the_fhir_server", scripts, &installation.url, answer);
    if let Err(transcript) = ended {
        panic!("scripts {scripts}:\n{transcript}");
    }
}

mod a_pcp_changed_in_the_fhir_server_moves_access_with_the_next_click {
    #[test]
    fn with_scripts() {
        super::journey("on");
    }

    #[test]
    fn without_scripts() {
        super::journey("off");
    }
}
