//! Where mail is handed over, as one URL says it.
//!
//! `smtp://USER@HOST:587` demands STARTTLS, `smtps://USER@HOST:465` is TLS from the first byte. Without TLS mail goes to this very
//! machine only (`smtp://localhost:25?tls=none`). The password is never part of the URL.

use std::net::IpAddr;

/// How the connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    /// It begins in the clear, and nothing is said before TLS stands.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None, to this machine only.
    Loopback,
}

/// A mail server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailServer {
    /// How the connection is protected.
    pub protection: Protection,
    /// Whom to sign in as; `None` when the server asks for nobody.
    pub user: Option<String>,
    /// Its host name, which its certificate must hold.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Why a URL names no mail server, and what to write instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailServerError {
    /// Another scheme.
    #[error("must begin with smtp:// (STARTTLS) or smtps:// (TLS)")]
    Scheme,
    /// A password in the URL.
    #[error(
        "holds a password; put it into a file, name that file in mail.password_file, and leave USER@HOST"
    )]
    Password,
    /// No host, or one that is none.
    #[error("names no host; write smtp://USER@HOST:587")]
    Host,
    /// Not a port.
    #[error("has a port that is no number from 1 to 65535")]
    Port,
    /// Something after the port.
    #[error("ends in something unknown; only ?tls=none may follow the port")]
    Rest,
    /// No TLS, and not to this machine.
    #[error(
        "sends mail in the clear, which is allowed to this machine only (localhost); leave out ?tls=none"
    )]
    Clear,
    /// A user name that cannot be read.
    #[error("has a user name that is not written as URLs write it; write @ as %40 and % as %25")]
    User,
}

impl MailServer {
    /// The server that `url` names.
    ///
    /// # Errors
    /// [`MailServerError`].
    pub fn parse(url: &str) -> Result<Self, MailServerError> {
        let (scheme, rest) = url.split_once("://").ok_or(MailServerError::Scheme)?;
        let protection = match scheme {
            "smtp" => Protection::StartTls,
            "smtps" => Protection::Tls,
            _ => return Err(MailServerError::Scheme),
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let place = place.strip_suffix('/').unwrap_or(place);
        let (user, place) = match place.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, place),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err(MailServerError::Password);
        }
        let user = user.map(decoded).transpose()?;
        let (host, port) = host_and_port(place)?;
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or(MailServerError::Port)?,
            None if protection == Protection::Tls => 465,
            None => 587,
        };
        let protection = match query {
            "" => protection,
            "tls=none" if protection == Protection::StartTls => {
                if !is_loopback(host) {
                    return Err(MailServerError::Clear);
                }
                Protection::Loopback
            }
            _ => return Err(MailServerError::Rest),
        };
        Ok(Self { protection, user, host: host.to_owned(), port })
    }
}

/// The host and the port of `place`, an IPv6 address in brackets.
fn host_and_port(place: &str) -> Result<(&str, Option<&str>), MailServerError> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or(MailServerError::Host)?;
        let is_address = host.parse::<std::net::Ipv6Addr>().is_ok();
        let port =
            if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or(MailServerError::Port)?) };
        return if is_address { Ok((host, port)) } else { Err(MailServerError::Host) };
    }
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    let named = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if host.is_empty() || !named { Err(MailServerError::Host) } else { Ok((host, port)) }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `text` with each `%XX` as the byte it stands for.
fn decoded(text: &str) -> Result<String, MailServerError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit =
            |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        let (high, low) = (digit(rest.next()), digit(rest.next()));
        bytes.push(high.zip(low).map(|(high, low)| high * 16 + low).ok_or(MailServerError::User)?);
    }
    let user = String::from_utf8(bytes).map_err(|_| MailServerError::User)?;
    if user.is_empty() || user.chars().any(char::is_control) { Err(MailServerError::User) } else { Ok(user) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(protection: Protection, user: Option<&str>, host: &str, port: u16) -> MailServer {
        MailServer { protection, user: user.map(str::to_owned), host: host.to_owned(), port }
    }

    #[test]
    fn a_url_names_protection_user_host_and_port() {
        let parse = |url| MailServer::parse(url).unwrap();
        let starttls = server(Protection::StartTls, Some("portal"), "mail.hospital.example", 587);
        assert_eq!(parse("smtp://portal@mail.hospital.example:587"), starttls);
        assert_eq!(parse("smtp://portal@mail.hospital.example/"), starttls);
        assert_eq!(parse("smtps://10.0.0.5"), server(Protection::Tls, None, "10.0.0.5", 465));
        assert_eq!(parse("smtps://[::1]:4650"), server(Protection::Tls, None, "::1", 4650));
        let address = server(Protection::StartTls, Some("portal@hospital.example"), "mail", 25);
        assert_eq!(parse("smtp://portal%40hospital.example@mail:25"), address);
        assert_eq!(parse("smtp://portal@hospital.example@mail:25"), address);
    }

    #[test]
    fn mail_goes_in_the_clear_to_this_machine_only() {
        let clear = |host: &str| MailServer::parse(&format!("smtp://{host}:25?tls=none"));
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            assert_eq!(clear(host).unwrap().protection, Protection::Loopback, "{host}");
        }
        for host in ["mail.hospital.example", "10.0.0.5", "localhost.evil.example", "127.0.0.1.evil.example"]
        {
            assert_eq!(clear(host), Err(MailServerError::Clear), "{host}");
        }
        assert_eq!(MailServer::parse("smtps://localhost?tls=none"), Err(MailServerError::Rest));
    }

    #[test]
    fn a_password_in_the_url_is_refused_by_name() {
        let error = MailServer::parse("smtp://portal:s3cret@mail:587").unwrap_err();
        assert_eq!(error, MailServerError::Password);
        assert!(error.to_string().contains("mail.password_file"));
        assert!(!error.to_string().contains("s3cret"));
    }

    #[test]
    fn anything_else_is_refused() {
        for (url, why) in [
            ("", MailServerError::Scheme),
            ("mail.hospital.example", MailServerError::Scheme),
            ("http://mail", MailServerError::Scheme),
            ("smtp://", MailServerError::Host),
            ("smtp://user@", MailServerError::Host),
            ("smtp://a b", MailServerError::Host),
            ("smtp://mail\r\n", MailServerError::Host),
            ("smtp://[::1", MailServerError::Host),
            ("smtp://mail:0", MailServerError::Port),
            ("smtp://mail:65536", MailServerError::Port),
            ("smtp://mail:x", MailServerError::Port),
            ("smtp://mail?tls=maybe", MailServerError::Rest),
            ("smtp://@mail", MailServerError::User),
            ("smtp://a%0d%0a@mail", MailServerError::User),
            ("smtp://a%4@mail", MailServerError::User),
        ] {
            assert_eq!(MailServer::parse(url), Err(why), "{url}");
        }
    }
}
