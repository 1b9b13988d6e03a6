//! The JSON interface for the hospital's own systems: what a client may do, how long what it holds lasts, how often it may ask
//! (decision 0023).

pub mod hook;

use super::people::words;

/// How long an access token may be used, in seconds.
pub const TOKEN_SECONDS: i64 = 300;
/// How far ahead an assertion may expire, in seconds.
pub const ASSERTION_SECONDS: i64 = 300;
/// How far a client's clock may be off, in seconds, either way.
pub const LEEWAY_SECONDS: i64 = 30;
/// How long an `Idempotency-Key` is remembered, in seconds.
pub const ONCE_SECONDS: i64 = 24 * 3600;
/// How long the answer to an issued token can be had again with its `Idempotency-Key`, in seconds: as long as a member of the access
/// team can have its letter again.
pub const SECRET_AGAIN_SECONDS: i64 = super::token::redeeming::LETTER_SECONDS;
/// Requests that a client may send at once; after that one more each second.
pub const BURST: i64 = 120;
/// Seconds after which a client may send one more.
pub const ONE_MORE_SECONDS: i64 = 1;
/// Tries to get an access token that one network may make at once; after that one more each second.
pub const TOKEN_BURST: i64 = 120;
/// The largest body, in bytes.
pub const BODY_LIMIT: usize = 16 * 1024;
/// The longest assertion, in bytes.
pub const ASSERTION_LONGEST: usize = 8 * 1024;
/// The longest id of an assertion, key or `Idempotency-Key`, in characters.
pub const ID_LONGEST: usize = 255;
/// The longest name of a client, in characters.
pub const NAME_LONGEST: usize = 100;
/// Keys that a client may have at the same time.
pub const KEYS_MOST: usize = 8;
/// Rows on a page, at most.
pub const PAGE_MOST: usize = 100;
/// Rows on a page when nothing is said.
pub const PAGE: usize = 50;

words! {
    /// What a client may do.
    Scope {
        /// List and read the requests that families answer.
        RequestsRead = "requests.read",
        /// Answer them on behalf of a family account.
        RequestsDecide = "requests.decide",
        /// Issue patient tokens on behalf of the access team.
        TokensIssue = "tokens.issue",
        /// Take back every token that the hospital issued, whoever of its people or clients did.
        TokensRevoke = "tokens.revoke",
        /// Ask whether an account may open a chart, and why.
        DecisionsRead = "decisions.read",
        /// Read who opened a chart.
        DisclosuresRead = "disclosures.read",
    }
}

/// What a client, or one of its access tokens, may do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The scopes in `text`, words with blanks between, in the order of [`Scope::ALL`]; `None` when a word is none.
    pub fn parse(text: &str) -> Option<Self> {
        let found: Option<Vec<Scope>> = text.split_ascii_whitespace().map(Scope::from_word).collect();
        found.map(Self::of)
    }

    /// These scopes, each once.
    pub fn of(mut scopes: Vec<Scope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// Whether `scope` is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What of `asked` is among them: all of them when nothing is asked for; `None` when something else is.
    pub fn narrowed(&self, asked: &Self) -> Option<Self> {
        if asked.is_empty() {
            return Some(self.clone());
        }
        asked.0.iter().all(|scope| self.has(*scope)).then(|| asked.clone())
    }

    /// As they are written.
    pub fn text(&self) -> String {
        self.0.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_each_once_and_a_word_that_is_none_is_refused() {
        let scopes = Scopes::parse(" tokens.revoke  requests.read tokens.revoke").unwrap();
        assert_eq!(scopes.text(), "requests.read tokens.revoke");
        assert!(scopes.has(Scope::RequestsRead) && !scopes.has(Scope::TokensIssue));
        assert_eq!(Scopes::parse("requests.read admin"), None);
        assert!(Scopes::parse("  ").unwrap().is_empty());
    }

    #[test]
    fn a_token_never_has_more_than_its_client() {
        let client = Scopes::parse("requests.read decisions.read").unwrap();
        let asked = |text| client.narrowed(&Scopes::parse(text).unwrap());
        assert_eq!(asked(""), Some(client.clone()));
        assert_eq!(asked("decisions.read").unwrap().text(), "decisions.read");
        assert_eq!(asked("decisions.read tokens.issue"), None);
    }
}
