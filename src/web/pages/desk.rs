//! The access team's queue, and the accounts it runs.

mod accounts;
mod confirming;
mod details;
mod ending;
mod list;
mod merging;
mod not_in_chart;
mod proposing;
mod providers;
mod request;
mod reviewing;
mod several;
mod verifying;

pub use accounts::disable_page;
pub use accounts::{
    ask_reset, disable, end_sessions, find, find_page, page as account, reset_page, sessions_page,
};
pub use confirming::{confirm, confirm_page};
pub use ending::{
    answer, answer_page, approve, approve_page, decline, decline_page, unreached, unreached_page,
};
pub use list::{export, export_page, keep_view, remove_view, show};
pub use merging::{merge, page as merge_page};
pub use not_in_chart::page as not_in_chart;
pub use proposing::{look as look_at_proposal, page as proposal, propose as propose_merge};
pub use providers::{
    find as find_providers, merge as merge_providers, one as provider_merge, page as providers,
    undo as undo_provider_merge,
};
pub use request::{give_one, message_file, note, page as request, release, screenshot, take_one};
pub use reviewing::{page as review_page, review};
pub use several::{give, note_several, take};
pub use verifying::{call_page, checklist, in_chart, log_call, name_patient};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::desk::Member;
use crate::domain::queue::Bar;
use crate::views::desk as view;
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::gate::Visitor;

/// The caller as a member of the access team.
pub(super) fn member(visitor: &Visitor) -> Member {
    Member {
        account: visitor.session.account,
        roles: visitor.session.roles.clone(),
        context: visitor.circumstances.context(),
    }
}

/// 403: why it is not the caller's to do.
pub(super) fn barred(site: &Site, visitor: &Visitor, bar: Bar, current: NavItem) -> Response {
    (StatusCode::FORBIDDEN, view::barred_page(&visitor.frame(site, current), bar, current)).into_response()
}
