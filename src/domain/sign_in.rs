//! Signing in: the numbers, when a session is over, and what spelling of an address and a network is counted (product.md 2).
//!
//! ```text
//!             right password              right code
//!  (nobody) ------------------> password ------------> full
//!                a new id          |       a new id      |
//!                                  |                     |
//!    5 wrong codes, 10 minutes     v                     v   15 minutes idle, 12 hours in all, sign-out,
//!                                ended                 ended  a changed credential, a disabled account
//! ```
//!
//! A session in stage `password` opens nothing but the page that asks for the code.

pub mod password;

use std::net::IpAddr;

use unicode_normalization::UnicodeNormalization;

use super::calendar::Instant;
use super::people::words;

/// A session that is not used for this long is over (product.md 2: idle 15 min).
pub const IDLE_SECONDS: i64 = 15 * 60;
/// The page warns this long before a session ends idle (product.md 2: warning 2 min before).
pub const IDLE_WARNING_SECONDS: i64 = 2 * 60;
/// A session is over this long after sign-in, however busy (product.md 2: absolute 12 h).
pub const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// The last use of a session is written down at most this often; the idle time counts from what is written, so a session
/// may end this much early and never late.
pub const TOUCH_SECONDS: i64 = 15;
/// A right password waits this long for its code (trust.md R25: at most 10 min).
pub const ATTEMPT_SECONDS: i64 = 10 * 60;
/// The bytes of every secret that is handed out: session, set-up link (product.md 2: 256 bit).
pub const SECRET_BYTES: usize = 32;
/// The fewest characters of a password (product.md 2).
pub const PASSWORD_SHORTEST: usize = 15;
/// The most characters of a password (product.md 2).
pub const PASSWORD_LONGEST: usize = 256;
/// Memory of one argon2id hash in KiB (product.md 2: 19 MiB).
pub const ARGON2_KIB: u32 = 19 * 1024;
/// Passes of argon2id (product.md 2: t=2).
pub const ARGON2_PASSES: u32 = 2;
/// Lanes of argon2id (product.md 2: p=1).
pub const ARGON2_LANES: u32 = 1;
/// Sign-ins that wait for a password hash at most; beyond it they are told to come back.
pub const HASHES_WAITING: usize = 16;
/// What a sign-in is told to wait, in seconds, when too many hashes wait.
pub const BUSY_SECONDS: i64 = 5;
/// The digits of a code (RFC 6238 as every authenticator app has it).
pub const CODE_DIGITS: u8 = 6;
/// The seconds that a code is shown for (trust.md R25: 30 s).
pub const CODE_STEP_SECONDS: i64 = 30;
/// Steps before the present one whose code is still taken (trust.md R25: current and previous step only).
pub const CODE_STEPS_BACK: i64 = 1;
/// The bytes of a TOTP secret (RFC 4226 recommends 160 bits).
pub const TOTP_SECRET_BYTES: usize = 20;
/// Wrong codes that void the attempt (product.md 2).
pub const WRONG_CODES_VOID: i64 = 5;
/// Wrong codes in a row that disable the factor until the access team binds it anew (product.md 2).
pub const WRONG_CODES_DISABLE: i64 = 100;
/// How long a set-up link can be used, once (product.md 2: 72 h).
pub const SET_UP_SECONDS: i64 = 72 * 3600;
/// The digits of the code that is handed over beside a mailed set-up link (asvs V6.5.4: more than 20 bits).
pub const HANDOVER_DIGITS: usize = 8;
/// Wrong handed-over codes that make a mailed set-up link useless (asvs V6.6.3).
pub const WRONG_HANDOVERS: i64 = 5;
/// Failed sign-ins that one network may make at once (trust.md 2: burst 10).
pub const NETWORK_BURST: i64 = 10;
/// One more failed sign-in is given to a network each so many seconds (trust.md 2: then 1/min).
pub const NETWORK_SECONDS: i64 = 60;
/// Wrong passwords for one account from one network before the next must wait.
pub const FREE_TRIES: i64 = 5;
/// What each further wrong password adds to the wait, in seconds.
pub const SLOWER_SECONDS: i64 = 10;
/// The longest wait: a stranger at the same network slows a physician, and never locks one out.
pub const SLOWEST_SECONDS: i64 = 2 * 60;
/// Wrong passwords are forgotten this long after the last wait ended.
pub const FORGET_SECONDS: i64 = 3600;

/// Recovery codes of an account (product.md 2).
pub const RECOVERY_CODES: usize = 10;
/// The letters of a recovery code, five bits each: 80 bit (trust.md R25).
pub const RECOVERY_CODE_LETTERS: usize = 16;
/// How long a mailed link to choose a new password can be used, once (product.md 2: 15 min).
pub const RESET_SECONDS: i64 = 15 * 60;
/// How long a mailed link that confirms an address can be used (product.md 2 and the registration: 24 h).
pub const ADDRESS_LINK_SECONDS: i64 = 24 * 3600;
/// Letters that strangers can have sent to one address at once (trust.md 2: 3).
pub const ADDRESS_BURST: i64 = 3;
/// One more such letter is given to an address each so many seconds (trust.md 2: then 1/h).
pub const ADDRESS_SECONDS: i64 = 3600;
/// How long a passkey may be looked for once a page has asked for it.
pub const CEREMONY_SECONDS: i64 = 5 * 60;
/// Passkeys that an account may have.
pub const PASSKEYS_MOST: usize = 10;
/// Sessions that an account may have at once; one more ends the oldest.
pub const SESSIONS_MOST: usize = 8;
/// A device and network that were not seen for so many days count as new, and the owner is told.
pub const DEVICE_DAYS: i64 = 90;

/// A factor shown this recently counts as fresh (product.md 2: step-up within 5 min).
pub const STEP_UP_SECONDS: i64 = 5 * 60;

/// How long a sign-in may take at the hospital (trust.md R25: at most 10 min).
pub const HOSPITAL_ATTEMPT_SECONDS: i64 = 10 * 60;
/// How far the hospital's clock and ours may be apart.
pub const HOSPITAL_SKEW_SECONDS: i64 = 60;
/// An ID token is used at once: one that was issued longer ago was lying about.
pub const ID_TOKEN_SECONDS: i64 = 10 * 60;
/// A log-out token is posted at once: one that was issued longer ago was lying about (asvs 10.5.5).
pub const LOGOUT_TOKEN_SECONDS: i64 = 2 * 60;
/// How long the identity provider's metadata and keys are kept.
pub const HOSPITAL_KEPT_SECONDS: i64 = 3600;
/// How long its keys stay as they are, whatever key a token names (trust.md F14: one fetch a minute).
pub const HOSPITAL_KEYS_SECONDS: i64 = 60;
/// How long an identity provider that did not answer is left alone.
pub const HOSPITAL_DOWN_SECONDS: i64 = 5;

/// Every number of this file as the rows of docs/security-numbers.md: what, how much, where it is from.
pub fn numbers() -> Vec<(&'static str, String, &'static str)> {
    let minutes = |seconds: i64| format!("{} min", seconds / 60);
    let hours = |seconds: i64| format!("{} h", seconds / 3600);
    let seconds = |seconds: i64| format!("{seconds} s");
    let hash = format!("argon2id, {} MiB, t={ARGON2_PASSES}, p={ARGON2_LANES}", ARGON2_KIB / 1024);
    vec![
        ("Session ends when idle for", minutes(IDLE_SECONDS), "product 2"),
        ("Warning before it ends idle", minutes(IDLE_WARNING_SECONDS), "product 2"),
        ("Session ends in any case after", hours(ABSOLUTE_SECONDS), "product 2"),
        ("A factor counts as fresh for", minutes(STEP_UP_SECONDS), "product 2"),
        ("Last use is written at most every", seconds(TOUCH_SECONDS), "own"),
        ("A right password waits for its code", minutes(ATTEMPT_SECONDS), "trust R25"),
        ("A sign-in at the hospital waits for its answer", minutes(HOSPITAL_ATTEMPT_SECONDS), "trust R25"),
        ("The hospital’s clock may be off by", seconds(HOSPITAL_SKEW_SECONDS), "own"),
        ("An ID token is taken for", minutes(ID_TOKEN_SECONDS), "own"),
        ("A log-out token is taken for", minutes(LOGOUT_TOKEN_SECONDS), "asvs 10.5.5"),
        ("Metadata and keys of the identity provider are kept for", minutes(HOSPITAL_KEPT_SECONDS), "own"),
        ("Its keys are asked for at most every", seconds(HOSPITAL_KEYS_SECONDS), "trust F14"),
        ("It is left alone, when it did not answer, for", seconds(HOSPITAL_DOWN_SECONDS), "own"),
        ("Session and link secrets", format!("{} bit", SECRET_BYTES * 8), "product 2"),
        ("Password, fewest characters", PASSWORD_SHORTEST.to_string(), "product 2"),
        ("Password, most characters", PASSWORD_LONGEST.to_string(), "product 2"),
        ("Password hash", hash, "product 2"),
        ("Hashes waiting at most", HASHES_WAITING.to_string(), "own"),
        ("Told to come back when more wait", seconds(BUSY_SECONDS), "own"),
        ("Code", format!("{CODE_DIGITS} digits, {CODE_STEP_SECONDS} s, SHA-1"), "trust R25"),
        ("Steps back that are taken", CODE_STEPS_BACK.to_string(), "trust R25"),
        ("TOTP secret", format!("{} bit", TOTP_SECRET_BYTES * 8), "RFC 4226"),
        ("Wrong codes that void the attempt", WRONG_CODES_VOID.to_string(), "product 2"),
        ("Wrong codes in a row that disable the factor", WRONG_CODES_DISABLE.to_string(), "product 2"),
        (
            "Recovery codes",
            format!("{RECOVERY_CODES}, {} bit each, argon2id", RECOVERY_CODE_LETTERS * 5),
            "product 2, trust R25",
        ),
        ("Link to choose a new password", format!("{}, once", minutes(RESET_SECONDS)), "product 2"),
        ("Link that confirms an address", format!("{}, once", hours(ADDRESS_LINK_SECONDS)), "product 2"),
        ("Letters a stranger can have sent to one address at once", ADDRESS_BURST.to_string(), "trust 2"),
        ("then one more letter each", minutes(ADDRESS_SECONDS), "trust 2"),
        ("A passkey is waited for", minutes(CEREMONY_SECONDS), "own"),
        ("Passkeys of an account, at most", PASSKEYS_MOST.to_string(), "own"),
        ("Sessions of an account at once; one more ends the oldest", SESSIONS_MOST.to_string(), "own"),
        ("Device and network count as new when not seen for", format!("{DEVICE_DAYS} days"), "own"),
        ("Set-up link", format!("{}, once", hours(SET_UP_SECONDS)), "product 2"),
        ("Code beside a mailed set-up link", format!("{HANDOVER_DIGITS} digits"), "own"),
        ("Wrong ones that void the link", WRONG_HANDOVERS.to_string(), "own"),
        ("Failed sign-ins of one network at once", NETWORK_BURST.to_string(), "trust 2"),
        ("then one more each", seconds(NETWORK_SECONDS), "trust 2"),
        ("Wrong passwords of one account and network without a wait", FREE_TRIES.to_string(), "own"),
        ("Each further one adds a wait of", seconds(SLOWER_SECONDS), "own"),
        ("Longest wait", seconds(SLOWEST_SECONDS), "own"),
        ("Wrong passwords are forgotten after", minutes(FORGET_SECONDS), "own"),
    ]
}

words! {
    /// What opened a session: the last factor that was shown.
    Via {
        /// A password and a code from an authenticator.
        Totp = "totp",
        /// A passkey, alone or after a password.
        Passkey = "passkey",
        /// A password and a recovery code.
        RecoveryCode = "recovery_code",
        /// The hospital's single sign-on.
        SingleSignOn = "single_sign_on",
    }
}

words! {
    /// How far a session has come.
    Stage {
        /// The password was right; the code is awaited.
        Password = "password",
        /// Signed in.
        Full = "full",
    }
}

/// The instants of a session that decide whether it still holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionTimes {
    /// How far it has come.
    pub stage: Stage,
    /// When it was made: at the password, or at the code.
    pub made_at: Instant,
    /// When it was last used, as written down.
    pub used_at: Instant,
    /// When it was ended, if it was.
    pub ended_at: Option<Instant>,
}

/// When a session will be over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ends {
    /// If it is not used again.
    pub idle: Instant,
    /// In any case.
    pub absolute: Instant,
}

impl SessionTimes {
    /// When it will be over; `None` when it is over at `now`. A clock that stepped back counts as standing at the last use.
    pub fn ends(&self, now: Instant) -> Option<Ends> {
        let now = now.max(self.used_at).max(self.made_at);
        let ends = match self.stage {
            Stage::Password => {
                let end = self.made_at.plus_seconds(ATTEMPT_SECONDS);
                Ends { idle: end, absolute: end }
            }
            Stage::Full => Ends {
                idle: self.used_at.plus_seconds(IDLE_SECONDS),
                absolute: self.made_at.plus_seconds(ABSOLUTE_SECONDS),
            },
        };
        (self.ended_at.is_none() && now < ends.idle && now < ends.absolute).then_some(ends)
    }

    /// Whether a use at `now` is worth writing down.
    pub fn worth_touching(&self, now: Instant) -> bool {
        now.seconds_since(self.used_at) >= TOUCH_SECONDS
    }
}

/// What is counted as one network: an IPv4 address, or the /64 of an IPv6 address.
pub fn fold_network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|a| a.to_canonical()) {
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(v4 @ IpAddr::V4(_)) => v4.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// The step of RFC 6238 at `now`.
pub fn code_step(now: Instant) -> i64 {
    now.unix_seconds().div_euclid(CODE_STEP_SECONDS)
}

/// The six digits in `typed`, without blanks and dashes; `None` when it is not a code at all.
pub fn parse_code(typed: &str) -> Option<String> {
    let digits: String = typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let right = digits.len() == usize::from(CODE_DIGITS) && digits.bytes().all(|b| b.is_ascii_digit());
    right.then_some(digits)
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
