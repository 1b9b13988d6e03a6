//! `postern validation` as an operator meets it.

use clap::Parser;
use postern::cli::account::Format;
use postern::cli::validation::{ValidationArgs, run};
use serde_json::Value;

use crate::campaign::{at, sponsor};
use crate::support::{House, both_engines};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: ValidationArgs,
}

async fn validation(house: &House, words: &[&str], format: Format) -> Result<String, String> {
    let line = Line::try_parse_from([&["validation"], words].concat()).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    run(&house.app, &line.args, format, &mut out).await.map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

async fn in_json(house: &House, words: &[&str]) -> Value {
    serde_json::from_str(&validation(house, words, Format::Json).await.unwrap()).unwrap()
}

const PLAY: &[&str] = &["rehearse", "--from", "2026-04-01", "--to", "2026-05-01"];

both_engines! {
    async fn status_says_how_the_newest_cycle_stands_and_that_the_schedule_is_behind(house: House) {
        let none = validation(house, &["status"], Format::Text).await.unwrap();
        assert_eq!(none, "No cycle has opened yet.\nNext: opening at 2026-04-01 00:00 EDT.\n");
        let practice = house.world.practice("Elm").await;
        sponsor(house, "One", practice).await;
        house.clock.set(at("2026-04-16T12:00:00Z"));
        let status = in_json(house, &["status"]).await;
        assert_eq!((status["cycle"].as_str(), status["due_at"].as_str()), (Some("2026-04-01"), Some("2026-05-01T04:00:00Z")));
        assert_eq!(status["counts"]["open"]["sponsors"], 1);
        assert_eq!(status["next"][0]["what"], "days_9");
        assert_eq!((status["behind"].as_bool(), status["missing"][1].as_str()), (Some(true), Some("days_16")));
        let text = validation(house, &["status"], Format::Text).await.unwrap();
        assert!(text.contains("Cycle of 2026-04-01, due 2026-05-01 00:00 EDT."), "{text}");
        assert!(text.contains("open: 1 sponsors, 1 staff") && text.contains("behind: opening, days_16"), "{text}");
    }

    async fn rehearse_lists_letters_locks_and_who_loses_access(house: House) {
        let practice = house.world.practice("Elm").await;
        let (provider, account) = house.world.physician("Okafor", practice).await;
        let user = house.world.sponsored_account().await;
        let always = postern::domain::calendar::Interval::ALWAYS;
        house.world.sponsorship(account, user, practice, always).await;
        let mia = house.world.patient("Reyes", "1", "2015-03-04").await;
        house.world.listing(mia, Some(provider), None, always).await;
        let said = in_json(house, PLAY).await;
        let moments = said["moments"].as_array().unwrap();
        assert_eq!(moments.len(), 6);
        assert_eq!((moments[0]["at"].as_str(), moments[0]["opened"].as_u64()), (Some("2026-04-01T04:00:00Z"), Some(1)));
        assert_eq!(moments[1]["letters"]["days_16"], 1);
        let lock = &moments[5];
        assert_eq!((lock["locked"].as_u64(), lock["locked_staff"].as_u64(), lock["patients"].as_u64()), (Some(1), Some(1), Some(2)));
        let text = validation(house, PLAY, Format::Text).await.unwrap();
        assert!(text.contains("2026-05-01 00:00 EDT, cycle of 2026-04-01"), "{text}");
        assert!(text.contains("2 people lose access to 2 patients") && text.contains("staff Sam Lee: 1 patients"), "{text}");
        let quiet = validation(house, &["rehearse", "--from", "2026-06-01", "--to", "2026-06-02"], Format::Text).await;
        assert_eq!(quiet.unwrap(), "Nothing would happen in these days.\n");
    }

    async fn days_that_are_wrong_are_refused_with_what_to_do(house: House) {
        let says = async |from: &str, to: &str| {
            validation(house, &["rehearse", "--from", from, "--to", to], Format::Text).await.unwrap_err()
        };
        assert!(says("2026-05-02", "2026-05-01").await.contains("--to is before --from"));
        assert!(says("2026-05-02", "2031-05-01").await.contains("within two years of today"));
        assert!(says("May 2", "2026-05-01").await.contains("write it like 2026-04-01"));
        assert!(validation(house, &["rehearse"], Format::Text).await.is_err());
    }
}
