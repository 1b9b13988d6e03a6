//! What people send is looked at by the scanner too: lists of tokens, and the picture of a question for help.

use std::time::Duration;

use axum::http::StatusCode;
use image::ImageFormat;
use postern::domain::audit::{Act, Outcome};
use serde_json::{Value, json};

use crate::desk_pages::{send, typed};
use crate::help::picture;
use crate::notes::entries;
use crate::support::letters::{count, letters_of};
use crate::support::portal::Portal;
use crate::support::scanner::{Double, Manner, eicar};
use crate::support::{House, both_engines};
use crate::token_files::sends;

/// Long enough on a busy machine.
const PATIENT: Duration = Duration::from_mins(1);

const FOUND: &str = "The file was held back: the virus scanner found something in it.";
const UNCHECKED: &str = "The file could not be checked right now. Try again in a few minutes.";

/// What the audit says of failed tries of `act`, by somebody who is signed in or not.
async fn failed(house: &House, act: Act, is_signed_in: bool) -> Vec<Value> {
    let rows = entries(&house.app).await.into_iter();
    rows.filter(|entry| entry.act == act && entry.outcome == Outcome::Failed)
        .inspect(|entry| assert_eq!(entry.actor.is_some(), is_signed_in))
        .map(|entry| serde_json::from_str(&entry.detail).unwrap())
        .collect()
}

both_engines! {
    async fn a_list_of_tokens_is_read_only_after_the_scanner_and_what_was_typed_stays(house: House) {
        let scanner = Double::on_socket();
        let portal = Portal::with_outside(house, scanner.outside(PATIENT));
        let admin = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let clean = sends(&portal, &admin, "", b"mrn\n77").await;
        assert_eq!(clean.status, StatusCode::OK);
        assert!(clean.body.contains("mrn\n77"), "{}", clean.body);
        let bad = [b"mrn\n77\n".as_slice(), &eicar()].concat();
        let found = sends(&portal, &admin, "", &bad).await;
        assert_eq!(found.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(found.body.contains(FOUND) && !found.body.contains("EICAR") && !found.body.contains("Win.Test"), "{}", found.body);
        scanner.limit(3);
        let large = sends(&portal, &admin, "", b"mrn\n77").await;
        assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(large.body.contains("larger than the virus scanner looks at"), "{}", large.body);
        scanner.manner(Manner::Gone);
        let down = sends(&portal, &admin, "mrn\n0012345", b"mrn\n77").await;
        assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(down.body.contains(UNCHECKED) && down.body.contains("mrn\n0012345") && !down.body.contains("mrn\n77"), "{}", down.body);
        let said = |scan: &str| json!({"part": "list_file", "scan": scan});
        let finding = json!({"part": "list_file", "scan": "found", "finding": "Win.Test.EICAR_HDB-1"});
        assert_eq!(failed(house, Act::IssueToken, true).await, [finding, said("too_large"), said("unavailable")]);
        assert_eq!(count(house, "select count(*) from patient_token").await, 0);
    }

    async fn the_picture_of_a_question_is_taken_only_after_the_scanner_and_what_was_typed_stays(house: House) {
        let scanner = Double::on_socket();
        let portal = Portal::with_outside(house, scanner.outside(PATIENT));
        let browser = portal.stranger();
        let png = picture(ImageFormat::Png);
        let bad = [png.as_slice(), &eicar()].concat();
        let found = send(&portal, &browser, &typed(&browser), Some(&bad), "same-origin").await;
        scanner.manner(Manner::Gone);
        let down = send(&portal, &browser, &typed(&browser), Some(&png), "same-origin").await;
        for (answer, status, words) in [
            (found, StatusCode::UNPROCESSABLE_ENTITY, FOUND), (down, StatusCode::SERVICE_UNAVAILABLE, UNCHECKED),
        ] {
            assert_eq!(answer.status, status);
            assert!(answer.body.contains(words) && answer.body.contains("value=\"Amara Okafor\""), "{}", answer.body);
            assert!(answer.body.contains("First line") && !answer.body.contains("Win.Test"));
        }
        let rows = failed(house, Act::FileRequest, false).await;
        let said: Vec<_> = rows.iter().map(|row| (row["part"].as_str(), row["scan"].as_str())).collect();
        assert_eq!(said, [(Some("screenshot"), Some("found")), (Some("screenshot"), Some("unavailable"))]);
        assert!(letters_of(house, "help_received").await.is_empty(), "nothing was kept");
        scanner.manner(Manner::Right);
        let clean = send(&portal, &browser, &typed(&browser), Some(&png), "same-origin").await;
        assert_eq!(clean.status, StatusCode::OK);
        assert_eq!(letters_of(house, "help_received").await.len(), 1);
    }
}
