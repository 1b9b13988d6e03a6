//! `postern account` as an operator meets it.

use clap::Parser;
use postern::app::sign_in::{SetUp, set_up_page};
use postern::cli::account::{AccountArgs, Format, run};
use serde_json::Value;

use crate::support::{House, both_engines};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: AccountArgs,
}

async fn postern_account(house: &House, words: &[&str], format: Format) -> Result<String, String> {
    let line = Line::try_parse_from([&["account"], words].concat()).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    let done = run(&house.app, "https://portal.example", &line.args, format, &mut out).await;
    done.map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

const CREATE: &[&str] = &[
    "create",
    "--email",
    "lee@example.org",
    "--kind",
    "access-team",
    "--family",
    "Lee",
    "--given",
    "Robin",
    "--role",
    "administrator",
    "--role",
    "auditor",
];

both_engines! {
    async fn account_create_prints_a_link_that_opens_the_set_up_page(house: House) {
        let text = postern_account(house, CREATE, Format::Text).await.unwrap();
        let url = text.lines().find_map(|l| l.trim().strip_prefix("https://portal.example/set-up/")).unwrap();
        assert!(matches!(set_up_page(&house.app, url).await.unwrap(), SetUp::Ready(_)));
    }

    async fn account_answers_in_json_when_asked(house: House) {
        let made: Value = serde_json::from_str(&postern_account(house, CREATE, Format::Json).await.unwrap()).unwrap();
        assert!(made["set_up_url"].as_str().unwrap().starts_with("https://portal.example/set-up/"));
        assert_eq!(made["expires_at"], "2026-03-14T16:00:00Z");
        let reset = postern_account(house, &["reset-factor", "--email", "LEE@example.org"], Format::Json).await;
        let reset: Value = serde_json::from_str(&reset.unwrap()).unwrap();
        assert_eq!(reset["account"], made["account"]);
        let disabled = postern_account(house, &["disable", "--email", "lee@example.org"], Format::Json).await;
        assert!(disabled.unwrap().contains("disabled"));
    }

    async fn account_says_what_is_wrong_and_what_to_do(house: House) {
        let says = async |words: &[&str]| postern_account(house, words, Format::Text).await.unwrap_err();
        assert!(says(&["create", "--email", "x@example.org", "--kind", "nurse"]).await.contains("use provider,"));
        let provider = ["create", "--email", "x@example.org", "--kind", "provider"];
        assert!(says(&provider).await.contains("add --npi"));
        assert!(says(&["disable", "--email", "x@example.org"]).await.contains("check its spelling"));
        let born = ["create", "--email", "x@example.org", "--kind", "family", "--birth-date", "1984-02-31"];
        assert!(says(&born).await.contains("1984-02-29"));
    }
}
