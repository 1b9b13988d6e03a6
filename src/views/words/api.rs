//! What the JSON interface says when it does not do what was asked for: a word that programs compare, a title, and what to do.

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Trouble {
    /// The word, the last part of the problem's `type`.
    pub(crate) word: &'static str,
    /// The title: the same for every such problem.
    pub(crate) title: &'static str,
    /// What to do.
    pub(crate) detail: &'static str,
}

macro_rules! troubles {
    ($($(#[$doc:meta])* $name:ident $word:literal $title:literal $detail:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: Trouble = Trouble { word: $word, title: $title, detail: $detail };)+
        /// Every one of them.
        #[cfg(test)]
        const ALL: &[Trouble] = &[$($name,)+];
    };
}

troubles! {
    NOT_FOUND "not_found" "Not found" "There is no such address, or nothing with this id that may be read or changed so. Check the id and the account that it is asked for.";
    NO_TOKEN "no_token" "No valid access token" "Get an access token at /api/v1/token and send it as Authorization: Bearer. It is good for five minutes.";
    NO_SCOPE "no_scope" "Not allowed" "The access token lacks the scope that the header WWW-Authenticate names. Ask for it at /api/v1/token; if the client does not have it, the hospital makes a client that has.";
    SLOWED "too_many_requests" "Too many requests" "Wait as long as the header Retry-After says, then go on at no more than one request a second.";
    TOO_LARGE "too_large" "The body is too large" "Send at most 16384 bytes.";
    NOT_JSON "not_json" "The body is no JSON" "Send one JSON object in UTF-8, with the header Content-Type: application/json.";
    INVALID "invalid" "The body is not what is asked for" "See /api/v1/openapi.json for the fields; no other ones are taken.";
    BAD_QUERY "bad_query" "The query is not what is asked for" "See /api/v1/openapi.json for the parameters; no other ones are taken, and `after` is what an answer gave as `next`.";
    KEY_MISSING "idempotency_key_missing" "Idempotency-Key is missing" "Send the header Idempotency-Key with 1 to 255 visible ASCII characters, new for each thing that is to be done, the same when it is sent again.";
    KEY_REUSED "idempotency_key_reused" "Idempotency-Key was used for something else" "Send a new Idempotency-Key for something new, or the same body as before.";
    UNDER_WAY "under_way" "The same is being done" "Send it again, with the same Idempotency-Key, after the seconds in Retry-After.";
    ANSWER_GONE "answer_gone" "The answer is no longer kept" "Under this Idempotency-Key something was, or may have been, done. Read the request to see what came of it; take the token back and issue another under a new key.";
    NOT_OFFERED "not_offered" "Something was chosen that this account cannot give" "Read the request for this account: `offer` lists the sections and sensitive parts that it may choose from.";
    NOTHING_SHARED "nothing_shared" "Both approvals have nothing in common" "The guardian and the patient both approve, and what both chose is given. Choose at least one section that the other chose too.";
    OVER "over" "The request is no longer the family’s to answer" "It is closed, it has expired, or the access team decides it. Read it again to see where it stands.";
    UNKNOWN_PATIENT "unknown_patient" "No patient has this MRN" "Check the MRN; blanks and dashes do not matter, leading zeros do.";
    DECEASED "deceased" "The patient has died" "A token would open nothing, so none was issued.";
    UNCONFIRMED "merge_unconfirmed" "A merge of the record is not confirmed" "The record is to be merged into another one. Ask the access team to confirm the merge, or to keep the records apart, then send it again.";
    BAD_NOTE "bad_note" "issued_for is missing or too long" "Say for whom the token is meant in 1 to 100 characters: a physician or a practice.";
    OF_FAMILY "of_family" "A family issued this token" "A guardian or the patient issued it, and they take it back in the portal; the access team can too. A client takes back only what the hospital issued.";
    BAD_REASON "bad_reason" "reason is missing or too long" "Say why in 1 to 1000 characters.";
    UNAVAILABLE "unavailable" "Not available" "Send it again in a few seconds, with the same Idempotency-Key where there is one.";
    BROKEN "broken" "Something went wrong" "Tell the hospital the reference of this answer; its log holds what happened.";
    /// At the token endpoint, in the words of OAuth 2.0.
    BAD_TOKEN_REQUEST "invalid_request" "The request for a token cannot be read" "Send grant_type=client_credentials, client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer and client_assertion, each once, as application/x-www-form-urlencoded.";
    BAD_GRANT_TYPE "unsupported_grant_type" "Another grant is asked for" "Send grant_type=client_credentials.";
    BAD_CLIENT "invalid_client" "The assertion proves nothing" "It needs iss and sub (the client’s id), aud (this address, alone), exp (at most five minutes ahead) and a jti that was never used; the header alg ES384, ES256, RS384, RS256 or PS256 and the kid of a registered key.";
    BAD_SCOPE "invalid_scope" "The client does not have such a scope" "Ask for scopes that the client was made with, or leave scope out for all of them.";
}

/// The reasons of a family, which the client shows to the person who answers.
pub(crate) const DECLINE_TAKES_NOTHING: &str = "To decline, leave out lasting, sections and sensitive.";
/// An approval without its duration.
pub(crate) const LASTING_MISSING: &str =
    "To approve, say lasting: 30_days, 6_months, 1_year or until_revoked.";
/// An answer that is none.
pub(crate) const ANSWER_UNKNOWN: &str = "Say answer: approve or decline.";
/// A control character that no database keeps.
pub(crate) const NUL: &str = "No text may hold the character U+0000.";

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_trouble_has_a_word_of_its_own_and_says_what_to_do() {
        let mut words: Vec<&str> = ALL.iter().map(|trouble| trouble.word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ALL.len());
        assert!(ALL.iter().all(|trouble| trouble.detail.ends_with('.') && !trouble.title.ends_with('.')));
    }
}
