//! What an answer of the source says: its body, how long it asks to be left alone, and what went wrong.

use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::Failed;
use crate::domain::calendar::Instant;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 24 * 1024 * 1024;

/// What came of one request.
pub(super) enum Reply<T> {
    /// This, with its version.
    Here(T, Option<String>),
    /// It is to be asked again in so many seconds.
    Wait(u64),
}

/// The JSON object in the answer to a write; a server may answer with nothing.
pub(super) fn written(bytes: &[u8]) -> Result<Value, Failed> {
    if bytes.is_empty() { Ok(Value::Null) } else { object(bytes) }
}

/// The JSON object in `bytes`.
pub(super) fn object(bytes: &[u8]) -> Result<Value, Failed> {
    // Objects nested more than 128 deep are refused by the reader.
    let value: Value = serde_json::from_slice(bytes).map_err(|e| not_json(&e))?;
    if value.is_object() { Ok(value) } else { Err(Failed::unusable("no JSON object")) }
}

/// What was wrong with it; never its words, which may be of a record.
pub(in super::super) fn not_json(error: &serde_json::Error) -> Failed {
    Failed::unusable(format!("not JSON ({:?})", error.classify()))
}

/// The body, as long as it is not too large.
pub(super) async fn read(mut answer: Response) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| no_answer(&e))? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Failed::unusable("the answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The codes of an OperationOutcome: its words may name a patient, and stay out.
pub(super) fn diagnosis(body: &[u8]) -> String {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return String::new() };
    let issues = value.get("issue").and_then(Value::as_array).into_iter().flatten();
    let codes: Vec<&str> = issues.filter_map(|issue| issue.get("code")?.as_str()).take(5).collect();
    codes.join(", ").chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(100).collect()
}

/// What went wrong, without the URL that it happened at.
pub(super) fn no_answer(error: &reqwest::Error) -> Failed {
    if error.is_timeout() {
        return Failed::NoAnswer("not in time".to_owned());
    }
    let kind = if error.is_connect() { "no connection" } else { "the connection broke" };
    Failed::NoAnswer(kind.to_owned())
}

/// Seconds that a busy server asks for: a number, or the date of RFC 9110 section 10.2.3.
pub(super) fn wait(headers: &HeaderMap, now: Instant) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
    Some(u64::try_from(at - now.micros().div_euclid(1_000_000)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_server_says_how_long_in_seconds_or_until_when() {
        let now: Instant = "1994-11-06T08:49:30Z".parse().unwrap();
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            wait(&headers, now)
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0), "over already");
        assert_eq!(asked("soon"), None);
        assert_eq!(wait(&HeaderMap::new(), now), None);
    }
}
