//! `postern client` as an operator meets it.

use std::fs;
use std::path::PathBuf;

use clap::Parser;
use postern::cli::account::Format;
use postern::cli::client::{ClientArgs, run};
use serde_json::{Value, json};

use crate::support::api::Key;
use crate::support::{House, both_engines};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: ClientArgs,
}

async fn postern_client(house: &House, words: &[&str], format: Format) -> Result<String, String> {
    let line = Line::try_parse_from([&["client"], words].concat()).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    let done = run(&house.app, "https://portal.example", &line.args, format, &mut out).await;
    done.map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

/// A file with `text` that only its owner reads, removed at the end.
struct Kept(PathBuf);

impl Kept {
    fn of(name: &str, text: &str, mode: u32) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let place = std::env::temp_dir().join(format!(
            "postern-client-{}-{:?}-{name}",
            std::process::id(),
            std::thread::current().id()
        ));
        fs::write(&place, text).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
        Self(place)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

both_engines! {
    async fn a_client_is_made_told_listed_and_disabled(house: House) {
        let list = async |format| postern_client(house, &["list"], format).await.unwrap();
        assert!(list(Format::Text).await.contains("off"));
        assert_eq!(serde_json::from_str::<Value>(&list(Format::Json).await).unwrap(), json!({ "clients": [] }));
        let keys = Kept::of("keys.json", &json!({ "keys": [Key::p384().jwk("one")] }).to_string(), 0o644);
        let made = ["add", "--name", "Portal", "--scope", "requests.read", "--scope", "tokens.issue", "--jwks", keys.path()];
        let said: Value = serde_json::from_str(&postern_client(house, &made, Format::Json).await.unwrap()).unwrap();
        assert_eq!(said["token_endpoint"], "https://portal.example/api/v1/token");
        let id = said["client"].as_str().unwrap().to_owned();
        let secret = Kept::of("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", 0o600);
        let hook = ["hook", &id, "--url", "https://portal.example/hook", "--secret-file", secret.path()];
        postern_client(house, &hook, Format::Text).await.unwrap();
        let listed = list(Format::Text).await;
        for part in [id.as_str(), "Portal", "in use", "requests.read tokens.issue", "https://portal.example/hook"] {
            assert!(listed.contains(part), "{listed} lacks {part}");
        }
        postern_client(house, &["hook", &id, "--off"], Format::Text).await.unwrap();
        postern_client(house, &["keys", &id, "--jwks", keys.path()], Format::Text).await.unwrap();
        postern_client(house, &["disable", &id], Format::Text).await.unwrap();
        let listed = list(Format::Text).await;
        assert!(listed.contains("disabled 2026-03-11") && !listed.contains("told at"), "{listed}");
        for twice in [vec!["disable", id.as_str()], vec!["hook", &id, "--off"], vec!["keys", &id, "--jwks", keys.path()]] {
            assert!(postern_client(house, &twice, Format::Text).await.unwrap_err().contains("client list"), "{twice:?}");
        }
    }

    async fn what_cannot_be_used_is_refused_with_what_to_do(house: House) {
        let keys = Kept::of("keys.json", &Key::p384().jwk("one").to_string(), 0o644);
        let made = postern_client(house, &["add", "--name", "P", "--scope", "requests.read", "--jwks", keys.path()], Format::Json).await;
        let id = serde_json::from_str::<Value>(&made.unwrap()).unwrap()["client"].as_str().unwrap().to_owned();
        let secret = Kept::of("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0o600);
        let (open, short) = (Kept::of("open", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0o644), Kept::of("short", "secret", 0o600));
        let hook = |url: &'static str, file: &str| vec!["hook".to_owned(), id.clone(), "--url".to_owned(), url.to_owned(), "--secret-file".to_owned(), file.to_owned()];
        let add = |scope: &str, file: &str| ["add", "--name", "P", "--scope", scope, "--jwks", file].map(str::to_owned).to_vec();
        for (words, says) in [
            (add("admin", keys.path()), "disclosures.read"),
            (add("requests.read", "/no/such/file"), "JWK set"),
            (add("requests.read", secret.path()), "no JSON"),
            (hook("http://portal.example/", secret.path()), "https://"),
            (hook("https://10.0.0.1/", secret.path()), "--allow-private"),
            (hook("https://portal.example/", open.path()), "chmod 600"),
            (hook("https://portal.example/", short.path()), "whsec_"),
            (vec!["disable".to_owned(), "x".to_owned()], "looks like"),
            (vec!["disable".to_owned(), "01890000-0000-7000-8000-000000000000".to_owned()], "client list"),
            (vec!["hook".to_owned(), id.clone()], "--url"),
        ] {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let error = postern_client(house, &words, Format::Text).await.unwrap_err();
            assert!(error.contains(says), "{words:?}: {error} lacks {says}");
        }
    }
}
