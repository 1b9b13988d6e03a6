//! Patient tokens: issued, redeemed, listed and taken back (product.md section 6).

mod by_client;
mod by_family;
mod issuing;
mod listing;
mod redeeming;

pub use crate::store::patients::Card;
pub use by_client::{ByClient, ClientIssued, ClientRevoked, issue_by_client, revoke_by_client};
pub use by_family::{FamilyIssued, issue_by_family};
pub use issuing::{Given, Issued, ListIssued, again, issue, issue_list, issue_on_command_line, read_list};
pub use listing::{
    PatientTokens, TokenPage, TokenRow, find, page, revoke, revoke_by_id_on_command_line,
    revoke_by_mrn_on_command_line, token_page,
};
pub use redeeming::{Missing, Redeemed, Typed, practices, redeem};

use super::desk::Member;
use crate::domain::people::Role;
use crate::domain::queue::Bar;

/// What keeps `member` from issuing and taking back tokens: it takes an administrator.
fn bar(member: &Member) -> Option<Bar> {
    (!member.roles.contains(&Role::Administrator)).then_some(Bar::Role)
}
