//! Handing mail to an SMTP server.
//!
//! Nothing is said to a server before TLS stands, but to this very machine where the configuration asks for that; the name in the
//! certificate is always checked. A 5xx to the recipient is final; everything else may come right, and the mail is tried again.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{self, Mailbox, Message, MultiPart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};

use crate::app::ports::{Later, MailError, Mailer, OutgoingMail};
use crate::domain::mail_server::{MailServer, Protection};
use crate::letters::{Attachment, Letterhead};

/// How long a server that has taken a mail may take to say good-bye.
const GOODBYE: Duration = Duration::from_secs(2);
/// The longest address (RFC 5321: a path of 256 octets with its brackets).
const ADDRESS_LONGEST: usize = 254;

/// What a mail server is reached with.
pub struct SmtpSettings {
    /// The server.
    pub server: MailServer,
    /// The password of its user.
    pub password: Option<String>,
    /// Whom letters are from.
    pub from: String,
    /// Further roots, as PEM.
    pub roots: Option<Vec<u8>>,
    /// The name that this portal gives itself to the server.
    pub hello: String,
    /// What every letter has in its head and foot.
    pub letterhead: Letterhead,
    /// How long one mail may take.
    pub time_limit: Duration,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpSettingsError {
    /// Whom letters are from is no address.
    #[error("`{0}` is not a sender; write it like \"Referral portal <portal@hospital.example>\"")]
    From(String),
    /// The roots are no certificates.
    #[error("holds no certificates that can be read ({0}); give a PEM file")]
    Roots(String),
}

/// A mail server.
pub struct Smtp {
    server: MailServer,
    credentials: Option<Credentials>,
    tls: Option<TlsParameters>,
    from: Mailbox,
    hello: ClientId,
    letterhead: Letterhead,
    time_limit: Duration,
}

impl Smtp {
    /// The server of these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`SmtpSettingsError`].
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let from: Mailbox =
            settings.from.parse().map_err(|_| SmtpSettingsError::From(settings.from.clone()))?;
        let server = settings.server;
        let tls = match server.protection {
            Protection::Loopback => None,
            Protection::StartTls | Protection::Tls => {
                let bad = |e: Error| SmtpSettingsError::Roots(e.to_string());
                let mut tls = TlsParameters::builder(server.host.clone());
                if let Some(pem) = &settings.roots {
                    tls = tls.add_root_certificate(Certificate::from_pem(pem).map_err(bad)?);
                }
                Some(tls.build_rustls().map_err(bad)?)
            }
        };
        let credentials = server.user.clone().zip(settings.password).map(|(u, p)| Credentials::new(u, p));
        Ok(Self {
            server,
            credentials,
            tls,
            from,
            hello: ClientId::Domain(settings.hello),
            letterhead: settings.letterhead,
            time_limit: settings.time_limit,
        })
    }

    /// Connects, signs in and leaves again: what `postern doctor` says.
    ///
    /// # Errors
    /// What went wrong, as the server or the network says it.
    pub async fn check(&self) -> Result<(), String> {
        let trying = tokio::time::timeout(self.time_limit, self.connect()).await;
        let mut connection =
            trying.map_err(|_| "it did not answer in time".to_owned())?.map_err(|e| e.to_string())?;
        let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let place = (self.server.host.as_str(), self.server.port);
        let wrapped = self.tls.clone().filter(|_| self.server.protection == Protection::Tls);
        let limit = Some(self.time_limit);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, limit, &self.hello, wrapped, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.server.protection == Protection::StartTls) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    async fn hand_over(&self, mail: &OutgoingMail) -> Result<AsyncSmtpConnection, MailError> {
        let to = recipient(&mail.to)?;
        let message = self.message(mail, &to)?;
        let mut connection = self.connect().await.map_err(|e| later(&e))?;
        let mut parameters = Vec::new();
        if !to.to_string().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = "the mail server takes addresses of plain ASCII only".to_owned();
                return Err(MailError::Refused(why));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let sender = Mail::new(Some(self.from.email.clone()), parameters);
        connection.command(sender).await.map_err(|e| later(&e))?;
        let taken = connection.command(Rcpt::new(to, Vec::new())).await;
        taken.map_err(|e| if is_about_recipient(&e) { refused(&e) } else { later(&e) })?;
        connection.command(Data).await.map_err(|e| later(&e))?;
        let taken = connection.message(&message).await;
        taken.map_err(|e| if is_unknown_mailbox(&e) { refused(&e) } else { later(&e) })?;
        Ok(connection)
    }

    /// The mail as bytes: headers, the letter as text and HTML, and the file that goes with it.
    fn message(&self, mail: &OutgoingMail, to: &Address) -> Result<Vec<u8>, MailError> {
        let written = self.letterhead.write(&mail.letter);
        let letter = MultiPart::alternative_plain_html(written.text, written.html);
        let body = match written.attachment {
            None => letter,
            Some(file) => MultiPart::mixed().multipart(letter).singlepart(enclosed(file)?),
        };
        let since = Duration::from_micros(u64::try_from(mail.made_at.micros()).unwrap_or(0));
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .date(SystemTime::UNIX_EPOCH + since)
            .message_id(Some(format!("<{}>", mail.message_id)))
            .subject(written.subject)
            .header(AutoSubmitted)
            .multipart(body);
        message.map(|m| m.formatted()).map_err(|e| unwritable(&e))
    }
}

/// The file as a part of a mail.
fn enclosed(file: Attachment) -> Result<message::SinglePart, MailError> {
    let media_type = ContentType::parse(file.media_type).map_err(|e| unwritable(&e))?;
    Ok(message::Attachment::new(file.name.to_owned()).body(file.text, media_type))
}

fn unwritable(error: &dyn std::error::Error) -> MailError {
    MailError::Later(format!("the mail cannot be written: {error}"))
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Later<'a, Result<(), MailError>> {
        Box::pin(async move {
            let trying = tokio::time::timeout(self.time_limit, self.hand_over(mail)).await;
            let slow = |_| MailError::Later("the mail server did not answer in time".to_owned());
            let mut connection = trying.map_err(slow)??;
            // The server has the mail; how it says good-bye changes nothing.
            let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
            Ok(())
        })
    }
}

/// `address` as an envelope and a header can carry it.
fn recipient(address: &str) -> Result<Address, MailError> {
    let plain =
        |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '\\');
    let short = address.len() <= ADDRESS_LONGEST;
    let parsed = address.parse().ok().filter(|_| short && address.chars().all(plain));
    parsed.ok_or_else(|| MailError::Refused("it is not an address that mail can be sent to".to_owned()))
}

/// Whether a 5xx reply to the recipient is about that recipient. Replies about us (sign in first, relaying denied, policy), about the
/// command, and a full mailbox may come right.
fn is_about_recipient(error: &Error) -> bool {
    let about_us = ["500", "502", "503", "504", "530", "534", "535", "538", "552"];
    let code = error.status().map(|c| c.to_string()).unwrap_or_default();
    error.is_permanent() && !about_us.contains(&code.as_str()) && !reply(error).starts_with("5.7.")
}

/// Whether a 5xx reply after the message says that there is no such mailbox (enhanced status 5.1.x), rather than anything about what
/// was sent.
fn is_unknown_mailbox(error: &Error) -> bool {
    error.is_permanent() && reply(error).starts_with("5.1.")
}

/// The server's own words.
fn reply(error: &Error) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

fn later(error: &Error) -> MailError {
    MailError::Later(error.to_string())
}

fn refused(error: &Error) -> MailError {
    MailError::Refused(error.to_string())
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no out-of-office answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Instant;
    use crate::domain::letter::Letter;

    /// B36
    #[test]
    fn no_address_can_carry_a_second_line_or_a_second_recipient() {
        for bad in [
            "a@b.example\r\nBcc: x@evil.example",
            "a@b.example\nRCPT TO:<x@evil.example>",
            "a\r\n.\r\n@b.example",
            "\"a\r\nb\"@b.example",
            "\"a b\"@b.example",
            "a@b.example\0",
            "a\0@b.example",
            "a@b.example>",
            "<a@b.example>",
            "a@b.example> SIZE=1",
            "a@b.example, x@evil.example",
            "a@b.example;x@evil.example",
            "a@b.example\u{2028}x",
            "a@b.example\u{85}x",
            " a@b.example",
            "a@b.example ",
            "a b@b.example",
            "..@..",
            ".a@b.example",
            "a..b@b.example",
            "@b.example",
            "a@",
            "a",
            "",
            "a@b@c.example\r\n",
        ] {
            assert!(matches!(recipient(bad), Err(MailError::Refused(_))), "{bad:?}");
        }
        assert!(recipient(&format!("{}@b.example", "a".repeat(300))).is_err());
        for good in ["a@b.example", "amara.o'neil+portal@mail.b.example", "a@[127.0.0.1]"] {
            assert!(recipient(good).is_ok(), "{good}");
        }
    }

    /// What a mail with `letter` looks like on its way.
    fn raw(letter: Letter) -> String {
        let letterhead = Letterhead {
            hospital: "Lakeside Children\u{2019}s Hospital".to_owned(),
            phone: "212-555-0100".to_owned(),
            zone: "America/New_York".parse().unwrap(),
            base_url: "https://portal.lakeside.example".to_owned(),
        };
        let smtp = Smtp::new(SmtpSettings {
            server: MailServer::parse("smtp://localhost:25?tls=none").unwrap(),
            password: None,
            from: "Portal <portal@lakeside.example>".to_owned(),
            roots: None,
            hello: "portal.lakeside.example".to_owned(),
            letterhead,
            time_limit: Duration::from_secs(1),
        });
        let (made_at, to) = (Instant::from_micros(1_775_016_000_000_000), "a@b.example".to_owned());
        let mail = OutgoingMail { to, message_id: "1@postern".to_owned(), made_at, letter };
        String::from_utf8(smtp.unwrap().message(&mail, &"a@b.example".parse().unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn a_calendar_entry_goes_along_as_a_file_and_most_letters_have_none() {
        let letters = crate::letters::samples();
        let opened = letters.iter().find(|letter| letter.word() == "review_opened").unwrap();
        let raw = raw(opened.clone());
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Type: multipart/mixed;"), "{head}");
        assert!(body.contains("Content-Type: multipart/alternative;"), "{body}");
        assert!(body.contains("Content-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n"), "{body}");
        assert!(body.contains("Content-Disposition: attachment; filename=\"review.ics\"\r\n"), "{body}");
        let plain = self::raw(Letter::AddressKnown);
        assert!(
            plain.contains("Content-Type: multipart/alternative;") && !plain.contains("attachment"),
            "{plain}"
        );
    }
}
