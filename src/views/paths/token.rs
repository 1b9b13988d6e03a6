//! URLs: patient tokens. A token or an MRN is never part of one.

use crate::domain::ids::{FactId, PatientId};

/// "Validate a token"; POST tries one.
pub fn token() -> &'static str {
    "/token"
}

/// The access team's tokens, found by MRN; POST finds.
pub fn tokens() -> &'static str {
    "/team/tokens"
}

/// The tokens of a patient; POST issues one.
pub fn tokens_of(patient: PatientId) -> String {
    format!("/team/tokens/of/{patient}")
}

/// Where tokens are issued from a list; POST issues them.
pub fn token_list() -> &'static str {
    "/team/tokens/list"
}

/// POST reads the list from a file into the form, and issues nothing.
pub fn token_list_file() -> &'static str {
    "/team/tokens/list/file"
}

/// POST gives out the letters of tokens that were just issued.
pub fn token_letters() -> &'static str {
    "/team/tokens/list/letters"
}

/// One token; POST takes it back.
pub fn team_token(id: FactId) -> String {
    format!("/team/tokens/{id}")
}
