//! The demo's mail at `/dev/mail`: listed, readable, its links live; and nowhere but in the demo.

use axum::http::StatusCode;
use postern::app::App;
use postern::app::mail::{deliver, latest, post};
use postern::domain::letter::{Letter, Place};

use crate::support::both_engines;
use crate::support::mail::{Script, with_mailer};
use crate::support::portal::{Browser, Portal};

async fn posted(app: &App, letter: &Letter) {
    let mut tx = app.db.begin().await.unwrap();
    post(app, &mut tx, (None, "amara@example.org"), letter).await.unwrap();
    tx.commit().await.unwrap();
}

fn reset() -> Letter {
    Letter::PasswordReset { link: Place("/password-reset/abc".to_owned()) }
}

both_engines! {
    async fn a_letter_of_the_demo_can_be_read_and_its_link_followed(house: House) {
        let portal = Portal::demo_of(house);
        let nobody = Browser::default();
        assert!(portal.get("/dev/mail", &nobody).await.body.contains("No letter has been written yet"));
        posted(&house.app, &reset()).await;
        house.clock.advance(1);
        posted(&house.app, &Letter::RegistrationDeclined { reason: "<b>No</b>".to_owned() }).await;
        let list = portal.get("/dev/mail", &nobody).await.body;
        assert!(list.find("No account was made").unwrap() < list.find("Choose a new password").unwrap(), "newest first");
        let id = latest(&house.app).await.unwrap()[1].id;
        assert!(list.contains(&format!("href=\"/dev/mail/{id}\"")));
        let text = portal.get(&format!("/dev/mail/{id}"), &nobody).await.body;
        assert!(text.contains("href=\"/password-reset/abc\">http://localhost:8080/password-reset/abc</a>"), "{text}");
        let html = portal.get(&format!("/dev/mail/{id}/html"), &nobody).await;
        assert_eq!(html.status, StatusCode::OK);
        assert!(html.body.contains("<a href=\"http://localhost:8080/password-reset/abc\">"), "{}", html.body);
        assert!(html.header("content-security-policy").contains("default-src 'none'"));
        let id = latest(&house.app).await.unwrap()[0].id;
        for page in ["", "/html"] {
            assert!(!portal.get(&format!("/dev/mail/{id}{page}"), &nobody).await.body.contains("<b>No"));
        }
    }

    async fn a_letter_that_is_gone_says_so_and_an_unknown_one_is_not_there(house: House) {
        let portal = Portal::demo_of(house);
        let nobody = Browser::default();
        posted(&house.app, &reset()).await;
        let id = latest(&house.app).await.unwrap()[0].id;
        deliver(&with_mailer(&house.app, Script::default())).await.unwrap();
        assert!(portal.get("/dev/mail", &nobody).await.body.contains("What it said is gone"));
        for path in [id.to_string(), uuid::Uuid::from_u128(1).to_string(), "x".to_owned(), "..%2f".to_owned()] {
            for page in ["", "/html", "/file"] {
                let answer = portal.get(&format!("/dev/mail/{path}{page}"), &nobody).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}{page}");
            }
        }
    }

    async fn the_calendar_entry_of_a_letter_can_be_taken_along(house: House) {
        let portal = Portal::demo_of(house);
        let nobody = Browser::default();
        let samples = postern::letters::samples();
        posted(&house.app, samples.iter().find(|letter| letter.word() == "review_opened").unwrap()).await;
        let id = latest(&house.app).await.unwrap()[0].id;
        let page = portal.get(&format!("/dev/mail/{id}"), &nobody).await.body;
        assert!(page.contains(&format!("href=\"/dev/mail/{id}/file\">review.ics</a>")), "{page}");
        let file = portal.get(&format!("/dev/mail/{id}/file"), &nobody).await;
        assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8; method=PUBLISH");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"review.ics\"");
        assert!(file.body.starts_with("BEGIN:VCALENDAR\r\n") && file.body.ends_with("END:VCALENDAR\r\n"));
        house.clock.advance(1);
        posted(&house.app, &reset()).await;
        let id = latest(&house.app).await.unwrap()[0].id;
        assert!(!portal.get(&format!("/dev/mail/{id}"), &nobody).await.body.contains("/file"));
        assert_eq!(portal.get(&format!("/dev/mail/{id}/file"), &nobody).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_hospital_that_is_no_demo_shows_its_mail_to_nobody(house: House) {
        posted(&house.app, &reset()).await;
        let id = latest(&house.app).await.unwrap()[0].id;
        let team = house.world.team_account(&["administrator"]).await;
        let portal = Portal::of(house);
        for browser in [portal.stranger(), portal.signed_in(team).await] {
            for path in ["/dev/mail".to_owned(), format!("/dev/mail/{id}"), format!("/dev/mail/{id}/html")] {
                let answer = portal.get(&path, &browser).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND);
                assert!(!answer.body.contains("password-reset"));
            }
        }
    }
}
