//! The scanner that looks at files before they are handed on: where it is, and what it can say (page P14).
//!
//! It speaks the protocol of clamd, which has neither encryption nor proof of who answers: it is reached on this machine only, by a
//! socket (`clamd:/run/clamav/clamd.ctl`) or by a loopback port (`clamd://127.0.0.1:3310`).

use std::net::IpAddr;
use std::path::PathBuf;

/// Letters of a finding's name that are kept.
const LONGEST_NAME: usize = 100;

/// How the names begin that clamd, with `AlertExceedsMax`, gives to what it stopped looking at. Without it such a file is OK to clamd.
const LIMITS: &str = "Heuristics.Limits.Exceeded";

/// Where a scanner is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScannerAddress {
    /// A Unix socket.
    Socket(PathBuf),
    /// A port of this machine, as `HOST:PORT`.
    Port(String),
}

/// Why a text names no scanner, and what to write instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ScannerAddressError {
    /// Neither a socket nor a port.
    #[error("must be clamd:/PATH/OF/ITS/SOCKET or clamd://127.0.0.1:3310; empty checks nothing")]
    Shape,
    /// Files would leave this machine in the clear.
    #[error(
        "names another machine, and files would go there in the clear; use a socket or a loopback port, such as the near end of a tunnel"
    )]
    Elsewhere,
}

impl ScannerAddress {
    /// The scanner that `text` names.
    ///
    /// # Errors
    /// [`ScannerAddressError`].
    pub fn parse(text: &str) -> Result<Self, ScannerAddressError> {
        let rest = text.strip_prefix("clamd:").ok_or(ScannerAddressError::Shape)?;
        let place = rest.strip_prefix("//").unwrap_or(rest);
        if place.starts_with('/') {
            return Ok(Self::Socket(PathBuf::from(place)));
        }
        let (host, port) =
            place.rsplit_once(':').filter(|_| rest != place).ok_or(ScannerAddressError::Shape)?;
        if host.is_empty() || !port.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(ScannerAddressError::Shape);
        }
        let address: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        if host != "localhost" && !address.is_some_and(|ip| ip.to_canonical().is_loopback()) {
            return Err(ScannerAddressError::Elsewhere);
        }
        Ok(Self::Port(place.to_owned()))
    }
}

/// What a scanner says of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It finds nothing.
    Clean,
    /// It finds this, by the name that it gives it.
    Found(String),
    /// The file is larger than it looks at.
    TooLarge,
}

/// The verdict in an answer of clamd to INSTREAM, without its closing zero; `None` when it is none. "OK" about a file that was not
/// sent to its end is none.
pub fn verdict(answer: &str, sent: Sent) -> Option<Verdict> {
    if answer == "INSTREAM size limit exceeded. ERROR" {
        return Some(Verdict::TooLarge);
    }
    match answer.strip_prefix("stream: ")? {
        "OK" => (sent == Sent::Whole).then_some(Verdict::Clean),
        said => {
            let name: String = said.strip_suffix(" FOUND")?.chars().filter(|c| !c.is_control()).collect();
            let name: String = name.trim().chars().take(LONGEST_NAME).collect();
            if name.starts_with(LIMITS) {
                return Some(Verdict::TooLarge);
            }
            (!name.is_empty()).then_some(Verdict::Found(name))
        }
    }
}

/// How much of a file went to the scanner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sent {
    /// All of it, and that it ends there.
    Whole,
    /// Less.
    Part,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_is_a_socket_or_a_port_of_this_machine() {
        let socket = |path: &str| Ok(ScannerAddress::Socket(PathBuf::from(path)));
        assert_eq!(ScannerAddress::parse("clamd:/run/clamav/clamd.ctl"), socket("/run/clamav/clamd.ctl"));
        assert_eq!(ScannerAddress::parse("clamd:///run/clamd.ctl"), socket("/run/clamd.ctl"));
        for port in ["127.0.0.1:3310", "localhost:3310", "[::1]:3310"] {
            assert_eq!(
                ScannerAddress::parse(&format!("clamd://{port}")),
                Ok(ScannerAddress::Port(port.to_owned()))
            );
        }
        for far in ["clamd://10.0.0.9:3310", "clamd://scanner.example:3310", "clamd://127.0.0.1.example:1"] {
            assert_eq!(ScannerAddress::parse(far), Err(ScannerAddressError::Elsewhere), "{far}");
        }
        for wrong in [
            "",
            "clamd",
            "clamd:",
            "clamd:run/x",
            "clamd:127.0.0.1:3310",
            "clamd://127.0.0.1",
            "clamd://:1",
            "clamd://localhost:0",
            "/run/x",
        ] {
            assert_eq!(ScannerAddress::parse(wrong), Err(ScannerAddressError::Shape), "{wrong}");
        }
    }

    #[test]
    fn only_words_that_are_known_are_a_verdict() {
        assert_eq!(verdict("stream: OK", Sent::Whole), Some(Verdict::Clean));
        assert_eq!(verdict("stream: OK", Sent::Part), None, "of a part it says nothing");
        let found = Some(Verdict::Found("Win.Test.EICAR_HDB-1".to_owned()));
        assert_eq!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND", Sent::Whole), found);
        assert_eq!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND", Sent::Part), found);
        assert_eq!(verdict("INSTREAM size limit exceeded. ERROR", Sent::Part), Some(Verdict::TooLarge));
        for limit in ["", ".MaxFileSize", ".MaxScanSize"] {
            let answer = format!("stream: Heuristics.Limits.Exceeded{limit} FOUND");
            assert_eq!(verdict(&answer, Sent::Whole), Some(Verdict::TooLarge), "{limit}");
        }
        for other in [
            "",
            "OK",
            "stream: ",
            "stream:  FOUND",
            "stream: ok",
            "stream: OK\n",
            "UNKNOWN COMMAND",
            "stream: x ERROR",
        ] {
            assert_eq!(verdict(other, Sent::Whole), None, "{other}");
        }
        let long = verdict(&format!("stream: {}\u{7} FOUND", "x".repeat(500)), Sent::Whole);
        assert_eq!(long, Some(Verdict::Found("x".repeat(LONGEST_NAME))));
    }
}
