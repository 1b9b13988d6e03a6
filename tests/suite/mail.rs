//! Handing mail to a real mail server: TLS, signing in, what a message looks like, and what each refusal means.

use std::time::Duration;

use postern::adapters::smtp::{Smtp, SmtpSettings, SmtpSettingsError};
use postern::app::ports::{MailError, Mailer, OutgoingMail};
use postern::domain::letter::{Letter, Place};
use postern::domain::mail_server::{MailServer, Protection};

use crate::support::block_on;
use crate::support::mail::{Received, Sink, Tls, letterhead};

fn reset_to(address: &str) -> OutgoingMail {
    OutgoingMail {
        to: address.to_owned(),
        message_id: "0198f0e0@postern".to_owned(),
        made_at: "2026-03-11T16:00:00Z".parse().unwrap(),
        letter: Letter::PasswordReset { link: Place("/password-reset/abc".to_owned()) },
    }
}

fn send(smtp: &Smtp, mail: &OutgoingMail) -> Result<(), MailError> {
    block_on(smtp.send(mail))
}

/// The one mail that arrived.
fn only(sink: &Sink) -> Received {
    let mut mails = sink.mails();
    assert_eq!(mails.len(), 1);
    mails.remove(0)
}

#[test]
fn mail_goes_over_starttls_to_a_server_that_asks_for_a_password() {
    let sink = Sink::start(Tls::Started);
    assert_eq!(send(&sink.smtp(), &reset_to("amara@example.org")), Ok(()));
    let mail = only(&sink);
    assert_eq!(mail.head["tls"], true);
    assert_eq!(mail.head["login"], "portal");
    assert_eq!(mail.head["from"], "portal@lakeside.example");
    assert_eq!(mail.head["to"], serde_json::json!(["amara@example.org"]));
}

#[test]
fn mail_goes_over_tls_from_the_first_byte() {
    let sink = Sink::start(Tls::Implicit);
    assert_eq!(send(&sink.smtp(), &reset_to("amara@example.org")), Ok(()));
    assert_eq!(only(&sink).head["login"], "portal");
}

#[test]
fn a_message_has_the_headers_of_automatic_mail_and_two_readings_of_the_letter() {
    let sink = Sink::start(Tls::None);
    assert_eq!(send(&sink.smtp(), &reset_to("amara@example.org")), Ok(()));
    let mail = only(&sink);
    assert_eq!(mail.header("From"), "\"Referral portal\" <portal@lakeside.example>");
    assert_eq!(mail.header("To"), "amara@example.org");
    assert_eq!(mail.header("Message-ID"), "<0198f0e0@postern>");
    assert!(mail.header("Date").starts_with("Wed, 11 Mar 2026 16:00:00"), "{}", mail.header("Date"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Subject"), "Lakeside Children's Hospital: Choose a new password");
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"));
    assert!(mail.raw.contains("Content-Type: text/plain") && mail.raw.contains("Content-Type: text/html"));
    assert!(mail.raw.is_ascii());
    assert!(mail.raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
}

#[test]
fn a_certificate_for_another_host_is_refused_before_anything_is_said() {
    let sink = Sink::start(Tls::WrongHost);
    let outcome = send(&sink.smtp(), &reset_to("amara@example.org"));
    let Err(MailError::Later(why)) = outcome else { panic!("{outcome:?}") };
    assert!(why.contains("certificate") && why.contains("localhost"), "{why}");
    assert!(sink.mails().is_empty());
}

#[test]
fn a_certificate_of_an_authority_that_nobody_trusts_is_refused() {
    for tls in [Tls::Started, Tls::Implicit] {
        let sink = Sink::start(tls);
        let smtp = Smtp::new(SmtpSettings { roots: None, ..sink.settings() }).unwrap();
        let outcome = send(&smtp, &reset_to("amara@example.org"));
        let Err(MailError::Later(why)) = outcome else { panic!("{outcome:?}") };
        assert!(why.contains("certificate"), "{why}");
        assert!(sink.mails().is_empty());
    }
}

#[test]
fn a_server_without_starttls_gets_nothing() {
    let sink = Sink::start(Tls::None);
    let server = MailServer { protection: Protection::StartTls, ..sink.server() };
    let smtp = Smtp::new(SmtpSettings { server, ..sink.settings() }).unwrap();
    let outcome = send(&smtp, &reset_to("amara@example.org"));
    assert!(matches!(&outcome, Err(MailError::Later(why)) if why.contains("STARTTLS")), "{outcome:?}");
    assert!(sink.mails().is_empty());
}

#[test]
fn a_wrong_password_is_our_fault_and_no_bounce() {
    let sink = Sink::start(Tls::Started);
    let smtp = Smtp::new(SmtpSettings { password: Some("wrong".to_owned()), ..sink.settings() }).unwrap();
    let outcome = send(&smtp, &reset_to("amara@example.org"));
    assert!(matches!(&outcome, Err(MailError::Later(why)) if why.contains("535")), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("wrong\""));
    assert!(block_on(smtp.check()).unwrap_err().contains("535"));
    assert!(block_on(sink.smtp().check()).is_ok());
}

#[test]
fn a_refused_sender_is_our_fault_and_no_bounce() {
    let sink = Sink::start(Tls::None);
    let smtp =
        Smtp::new(SmtpSettings { from: "refused@lakeside.example".to_owned(), ..sink.settings() }).unwrap();
    let outcome = send(&smtp, &reset_to("amara@example.org"));
    assert!(matches!(&outcome, Err(MailError::Later(why)) if why.contains("553")), "{outcome:?}");
}

#[test]
fn a_refusal_is_final_only_when_it_is_about_the_recipient() {
    let sink = Sink::start(Tls::None);
    let smtp = sink.smtp();
    for (address, is_final, code) in [
        ("bounce@example.org", true, "550"),
        ("late@example.org", true, "550"),
        ("relay@example.org", false, "550"),
        ("greylist@example.org", false, "451"),
        ("full@example.org", false, "552"),
        ("spam@example.org", false, "554"),
    ] {
        let outcome = send(&smtp, &reset_to(address));
        let (found, why) = match outcome.unwrap_err() {
            MailError::Refused(why) => (true, why),
            MailError::Later(why) => (false, why),
        };
        assert_eq!(found, is_final, "{address}: {why}");
        assert!(why.contains(code), "{address}: {why}");
    }
    assert!(sink.mails().is_empty());
}

#[test]
fn an_address_that_the_server_cannot_take_is_refused() {
    let sink = Sink::start(Tls::None);
    let outcome = send(&sink.smtp(), &reset_to("ámara@example.org"));
    assert!(matches!(&outcome, Err(MailError::Refused(why)) if why.contains("ASCII")), "{outcome:?}");
}

#[test]
fn a_server_that_does_not_answer_in_time_is_tried_again() {
    let sink = Sink::start(Tls::None);
    let smtp =
        Smtp::new(SmtpSettings { time_limit: Duration::from_millis(1500), ..sink.settings() }).unwrap();
    let outcome = send(&smtp, &reset_to("slow@example.org"));
    assert!(matches!(&outcome, Err(MailError::Later(why)) if why.contains("in time")), "{outcome:?}");
    assert!(sink.mails().is_empty());
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    let sink = Sink::start(Tls::None);
    let smtp = sink.smtp();
    drop(sink);
    assert!(matches!(send(&smtp, &reset_to("amara@example.org")), Err(MailError::Later(_))));
    assert!(block_on(smtp.check()).is_err());
}

/// B36
#[test]
fn nothing_that_somebody_typed_becomes_a_header_a_recipient_or_an_end() {
    let sink = Sink::start(Tls::None);
    let smtp = sink.smtp();
    let typed = "x\r\nBcc: evil@evil.example\r\n\r\n.\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<b@b.example>\0 \u{2028} .";
    let texts = [
        typed.to_owned(),
        ".".to_owned(),
        "..\n.\n.x".to_owned(),
        "é\r\n.\r\n".repeat(200),
        "y".repeat(4000),
    ];
    for reason in &texts {
        let letter = Letter::RegistrationDeclined { reason: reason.clone() };
        assert_eq!(send(&smtp, &OutgoingMail { letter, ..reset_to("amara@example.org") }), Ok(()));
    }
    let letter = Letter::NewDevice {
        device: typed.to_owned(),
        network: typed.to_owned(),
        at: "2026-03-11T16:00:00Z".parse().unwrap(),
    };
    assert_eq!(send(&smtp, &OutgoingMail { letter, ..reset_to("amara@example.org") }), Ok(()));
    for address in
        ["a@b.example\r\nBcc: evil@evil.example", "\"a\r\nDATA\r\n\"@b.example", "a@b.example>\r\nDATA\r\n"]
    {
        assert!(matches!(send(&smtp, &reset_to(address)), Err(MailError::Refused(_))), "{address:?}");
    }
    let mails = sink.mails();
    assert_eq!(mails.len(), texts.len() + 1);
    for mail in mails {
        assert_eq!(mail.head["to"], serde_json::json!(["amara@example.org"]));
        assert_eq!(mail.header("Bcc"), "");
        assert!(mail.raw.trim_end().ends_with("--"), "cut short: {}", mail.raw);
        assert!(mail.raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
    }
}

/// B36
#[test]
fn no_setting_can_add_a_header_either() {
    let sink = Sink::start(Tls::None);
    for from in ["a@b.example\r\nBcc: x@evil.example", "", "nobody", "A <a@b.example>, x@evil.example"] {
        let made = Smtp::new(SmtpSettings { from: from.to_owned(), ..sink.settings() });
        assert!(matches!(made, Err(SmtpSettingsError::From(_))), "{from:?}");
    }
    let head =
        postern::letters::Letterhead { hospital: "A\r\nBcc: x@evil.example".to_owned(), ..letterhead() };
    let smtp = Smtp::new(SmtpSettings { letterhead: head, ..sink.settings() }).unwrap();
    assert_eq!(send(&smtp, &reset_to("amara@example.org")), Ok(()));
    assert_eq!(only(&sink).header("Bcc"), "");
    let roots = Some(b"-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n".to_vec());
    let server = MailServer { protection: Protection::Tls, ..sink.server() };
    let made = Smtp::new(SmtpSettings { server, roots, ..sink.settings() });
    assert!(matches!(made, Err(SmtpSettingsError::Roots(_))));
}
