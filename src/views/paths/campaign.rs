//! URLs of the campaign of the validation.

use time::Date;

use crate::domain::calendar::iso_date;
use crate::domain::campaign::State;
use crate::domain::ids::AccountId;

/// The campaign of the newest cycle.
pub fn validation() -> &'static str {
    "/team/validation"
}

/// A page of the campaign of a cycle: those in one state or in any, after the first `offset`.
pub fn validation_page(cycle: Date, state: Option<State>, offset: usize) -> String {
    let state = state.map(|state| format!("&state={}", state.word())).unwrap_or_default();
    let offset = if offset == 0 { String::new() } else { format!("&after={offset}") };
    format!("/team/validation?cycle={}{state}{offset}", iso_date(cycle))
}

/// Whom to call in a cycle, after the first `offset`.
pub fn validation_phones(cycle: Date, offset: usize) -> String {
    let offset = if offset == 0 { String::new() } else { format!("&after={offset}") };
    format!("/team/validation/phones?cycle={}{offset}", iso_date(cycle))
}

/// The campaign as a table that leaves the portal; POST gives it out.
pub fn validation_export() -> &'static str {
    "/team/validation/export"
}

/// The calendar, played.
pub fn validation_rehearsal() -> &'static str {
    "/team/validation/rehearsal"
}

/// One sponsor in the newest cycle.
pub fn validation_sponsor(sponsor: AccountId) -> String {
    format!("/team/validation/{sponsor}")
}

/// One sponsor in a cycle.
pub fn validation_sponsor_in(sponsor: AccountId, cycle: Date) -> String {
    format!("/team/validation/{sponsor}?cycle={}", iso_date(cycle))
}

/// Where a sponsor's due date is moved; POST does it.
pub fn validation_extend(sponsor: AccountId) -> String {
    format!("/team/validation/{sponsor}/extend")
}
