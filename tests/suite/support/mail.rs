//! Mail servers for the tests: a real one (aiosmtpd) with certificates of its own, and one that answers as it is told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postern::adapters::smtp::{Smtp, SmtpSettings};
use postern::app::App;
use postern::app::ports::{Later, MailError, Mailer, OutgoingMail};
use postern::domain::mail_server::MailServer;
use postern::letters::Letterhead;
use serde_json::Value;
use tokio::sync::Notify;

use super::database::fresh_folder;
use super::portal::BASE;

/// The password of the sink's user.
pub const PASSWORD: &str = "s3cret of the sink";
/// Who letters are from.
pub const FROM: &str = "Referral portal <portal@lakeside.example>";

/// How the sink's connections are protected, and whom its certificate names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tls {
    /// STARTTLS is demanded.
    Started,
    /// TLS from the first byte.
    Implicit,
    /// Not at all.
    None,
    /// STARTTLS with a certificate for another host.
    WrongHost,
}

/// A running mail server, ended when it is dropped.
pub struct Sink {
    child: Child,
    folder: PathBuf,
    tls: Tls,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

/// A mail that arrived.
pub struct Received {
    /// The envelope, and how it came.
    pub head: Value,
    /// The message as it was sent.
    pub raw: String,
}

impl Received {
    /// The value of a header, unfolded; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        let (head, _) = self.raw.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let prefix = format!("{}:", name.to_lowercase());
        let found = unfolded.lines().find(|line| line.to_lowercase().starts_with(&prefix));
        found.map(|line| line[prefix.len()..].trim().to_owned()).unwrap_or_default()
    }
}

impl Sink {
    /// Starts one. With TLS it asks for a password.
    pub fn start(tls: Tls) -> Self {
        let python = std::env::var("POSTERN_TEST_PYTHON").unwrap_or_else(|_| {
            panic!(
                "POSTERN_TEST_PYTHON is not set. Run everything with ./tests/run, or make one first: \
                 export POSTERN_TEST_PYTHON=$(tests/python)"
            )
        });
        let folder = fresh_folder();
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/sink.py")).arg(&folder);
        if tls != Tls::None {
            make_certificates(
                &folder,
                if tls == Tls::WrongHost { "mail.elsewhere.example" } else { "localhost" },
            );
            command.args(["--tls", if tls == Tls::Implicit { "implicit" } else { "starttls" }]);
            command.arg("--cert").arg(folder.join("leaf.pem")).arg("--key").arg(folder.join("leaf.key"));
            command.args(["--user", "portal", "--password", PASSWORD]);
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the sink starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port =
            line.trim().parse().unwrap_or_else(|_| panic!("the sink said `{line}` instead of its port"));
        Self { child, folder, tls, port }
    }

    /// The server as the portal is configured for it.
    pub fn server(&self) -> MailServer {
        let url = match self.tls {
            Tls::Started | Tls::WrongHost => format!("smtp://portal@localhost:{}", self.port),
            Tls::Implicit => format!("smtps://portal@localhost:{}", self.port),
            Tls::None => format!("smtp://localhost:{}?tls=none", self.port),
        };
        MailServer::parse(&url).unwrap()
    }

    /// The PEM file of the sink's authority.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The settings of a portal that trusts the sink's authority.
    pub fn settings(&self) -> SmtpSettings {
        let roots = (self.tls != Tls::None).then(|| std::fs::read(self.authority()).unwrap());
        SmtpSettings {
            server: self.server(),
            password: Some(PASSWORD.to_owned()),
            from: FROM.to_owned(),
            roots,
            hello: "portal.lakeside.example".to_owned(),
            letterhead: letterhead(),
            time_limit: Duration::from_secs(20),
        }
    }

    /// The adapter of those settings.
    pub fn smtp(&self) -> Smtp {
        Smtp::new(self.settings()).unwrap()
    }

    /// The mails that arrived, in order.
    pub fn mails(&self) -> Vec<Received> {
        let names = std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = names.filter(|p| p.extension().is_some_and(|e| e == "mail")).collect();
        files.sort();
        let read = |file: PathBuf| {
            let bytes = std::fs::read(file).unwrap();
            let end = bytes.iter().position(|b| *b == b'\n').unwrap();
            let head = serde_json::from_slice(&bytes[..end]).unwrap();
            Received { head, raw: String::from_utf8(bytes[end + 1..].to_vec()).unwrap() }
        };
        files.into_iter().map(read).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// An authority (`ca.pem`) in `folder`, and a certificate of its own for `host` (`leaf.pem`, `leaf.key`).
fn make_certificates(folder: &Path, host: &str) {
    let settings = format!(
        "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN={host}\n[ca]\nbasicConstraints=critical,CA:TRUE\n\
         keyUsage=critical,keyCertSign\n[leaf]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:{host}\n"
    );
    std::fs::write(folder.join("openssl.cnf"), settings).unwrap();
    let make = |name: &str, signed_by: &[&str]| {
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        let out = Command::new("openssl")
            .current_dir(folder)
            .args(["req", "-x509", "-config", "openssl.cnf", "-extensions", name, "-newkey", "ec"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-keyout", &key, "-out", &pem])
            .args(signed_by)
            .output()
            .expect("openssl 3 is installed, as tests/run sees to");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    make("ca", &[]);
    make("leaf", &["-CA", "ca.pem", "-CAkey", "ca.key"]);
}

/// What the letters of the tests have in their head and foot.
pub fn letterhead() -> Letterhead {
    let hospital = super::house::hospital();
    Letterhead {
        hospital: hospital.name,
        phone: hospital.phone,
        zone: hospital.cycles.zone(),
        base_url: BASE.to_owned(),
    }
}

/// `app` with this mail server.
pub fn with_mailer(app: &App, mailer: impl Mailer + 'static) -> App {
    let mut app = app.clone();
    app.outside.mailer = Some(Arc::new(mailer));
    app
}

/// A mail server that answers as it is told, and remembers what it was given. Cheap to clone.
#[derive(Clone, Default)]
pub struct Script(Arc<Told>);

#[derive(Default)]
struct Told {
    answers: Mutex<VecDeque<Result<(), MailError>>>,
    given: Mutex<Vec<OutgoingMail>>,
    any: Notify,
    keeps: bool,
}

impl Script {
    /// One that gives these answers in turn, and takes everything after them.
    pub fn of(answers: impl IntoIterator<Item = Result<(), MailError>>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect());
        Self(Arc::new(Told { answers, ..Told::default() }))
    }

    /// One that takes everything, and whose letters stay readable.
    pub fn that_keeps() -> Self {
        Self(Arc::new(Told { keeps: true, ..Told::default() }))
    }

    /// What it was given, in order.
    pub fn given(&self) -> Vec<OutgoingMail> {
        self.0.given.lock().unwrap().clone()
    }

    /// Resolves once it was given something.
    pub async fn was_given_any(&self) {
        self.0.any.notified().await;
    }
}

impl Mailer for Script {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Later<'a, Result<(), MailError>> {
        self.0.given.lock().unwrap().push(mail.clone());
        let answer = self.0.answers.lock().unwrap().pop_front().unwrap_or(Ok(()));
        self.0.any.notify_one();
        Box::pin(std::future::ready(answer))
    }

    fn keeps_letters(&self) -> bool {
        self.0.keeps
    }
}

/// "Not now", as a mail server says it.
pub fn not_now() -> Result<(), MailError> {
    Err(MailError::Later("451 4.7.1 come back later".to_owned()))
}

/// "Never", as a mail server says it.
pub fn never() -> Result<(), MailError> {
    Err(MailError::Refused("550 5.1.1 no such mailbox".to_owned()))
}
