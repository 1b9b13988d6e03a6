//! The outbox and a real mail server together: what arrives, how often, and after what.

use std::sync::Arc;
use std::time::Duration;

use postern::adapters::smtp::{Smtp, SmtpSettings};
use postern::app::App;
use postern::app::audit::AuditLog;
use postern::app::mail::{Delivered, bounced, deliver, post};
use postern::domain::letter::{Letter, Place};
use postern::store::Db;
use uuid::Uuid;

use crate::support::mail::{Sink, Tls, with_mailer};
use crate::support::{House, both_engines};

async fn posted(app: &App, address: &str) {
    let mut tx = app.db.begin().await.unwrap();
    let letter = Letter::PasswordReset { link: Place("/password-reset/abc".to_owned()) };
    post(app, &mut tx, (None, address), &letter).await.unwrap();
    tx.commit().await.unwrap();
}

fn came(sent: u32, later: u32, dead: u32) -> Delivered {
    Delivered { sent, later, dead }
}

/// A second process on the same database.
async fn second_node(house: &House) -> App {
    let db = Db::open(house.url()).await.unwrap();
    let mut app = house.app.clone();
    app.audit = AuditLog::open(db.clone(), app.keys.audit, Uuid::from_u128(2), house.now()).await.unwrap();
    app.entropy = Arc::new(postern::adapters::entropy::SeededEntropy::of(2));
    app.db = db;
    app
}

both_engines! {
    async fn a_letter_arrives_over_tls_with_the_link_that_was_asked_for(house: House) {
        let sink = Sink::start(Tls::Started);
        let app = with_mailer(&house.app, sink.smtp());
        posted(&app, "amara@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        let mail = sink.mails().remove(0);
        assert_eq!(mail.head["tls"], true);
        assert!(mail.raw.contains("http://localhost:8080/password-reset/abc"), "{}", mail.raw);
    }

    async fn greylisting_ends_in_one_mail(house: House) {
        let sink = Sink::start(Tls::None);
        let app = with_mailer(&house.app, sink.smtp());
        posted(&app, "greylist@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(0, 1, 0));
        assert!(sink.mails().is_empty());
        house.clock.advance(60);
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        house.clock.advance(3600);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0));
        assert_eq!(sink.mails().len(), 1);
    }

    async fn a_bounce_marks_the_address_and_no_other(house: House) {
        let sink = Sink::start(Tls::None);
        let app = with_mailer(&house.app, sink.smtp());
        posted(&app, "bounce@example.org").await;
        posted(&app, "relay@example.org").await;
        posted(&app, "amara@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(1, 1, 1));
        assert!(bounced(&app.db, "bounce@example.org").await.unwrap().is_some());
        assert!(bounced(&app.db, "relay@example.org").await.unwrap().is_none());
        assert!(bounced(&app.db, "amara@example.org").await.unwrap().is_none());
    }

    async fn a_server_that_dies_after_the_message_gives_at_most_one_duplicate(house: House) {
        let sink = Sink::start(Tls::None);
        let app = with_mailer(&house.app, sink.smtp());
        posted(&app, "die@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(0, 1, 0));
        for _ in 0..5 {
            house.clock.advance(3600);
            deliver(&app).await.unwrap();
        }
        let mails = sink.mails();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
        assert_eq!(mails[0].header("Date"), mails[1].header("Date"));
    }

    async fn a_slow_server_holds_up_nobody_else(house: House) {
        let sink = Sink::start(Tls::None);
        let settings = SmtpSettings { time_limit: Duration::from_secs(3), ..sink.settings() };
        let app = with_mailer(&house.app, Smtp::new(settings).unwrap());
        for n in 0..6 {
            posted(&app, &format!("p{n}@example.org")).await;
        }
        posted(&app, "slow@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(6, 1, 0));
        assert_eq!(sink.mails().len(), 6);
    }

    async fn after_a_day_without_a_server_everything_arrives_once(house: House) {
        let gone = Sink::start(Tls::None);
        let down = with_mailer(&house.app, gone.smtp());
        drop(gone);
        for n in 0..20 {
            posted(&house.app, &format!("p{n}@example.org")).await;
        }
        for _ in 0..24 {
            let round = deliver(&down).await.unwrap();
            assert_eq!((round.sent, round.dead), (0, 0));
            house.clock.advance(3600);
        }
        let sink = Sink::start(Tls::None);
        let up = with_mailer(&house.app, sink.smtp());
        assert_eq!(deliver(&up).await.unwrap(), came(20, 0, 0));
        assert_eq!(deliver(&up).await.unwrap(), came(0, 0, 0));
        let mut to: Vec<String> = sink.mails().iter().map(|m| m.head["to"].to_string()).collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), sink.mails().len()), (20, 20));
    }

    async fn two_nodes_at_once_send_each_letter_once(house: House) {
        let sink = Sink::start(Tls::None);
        let one = with_mailer(&house.app, sink.smtp());
        let two = with_mailer(&second_node(house).await, sink.smtp());
        for n in 0..50 {
            posted(&one, &format!("p{n}@example.org")).await;
        }
        let (left, right) = tokio::join!(deliver(&one), deliver(&two));
        let (left, right) = (left.unwrap(), right.unwrap());
        assert_eq!((left.sent + right.sent, left.later + right.later), (50, 0));
        let mut to: Vec<String> = sink.mails().iter().map(|m| m.head["to"].to_string()).collect();
        assert_eq!(to.len(), 50);
        to.sort();
        to.dedup();
        assert_eq!(to.len(), 50);
        two.db.close().await;
    }
}
