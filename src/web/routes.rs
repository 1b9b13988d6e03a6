//! The one route table: every path with what it asks of the caller.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::gate::{self, Policy};
use super::{Site, api, assets, pages};
use crate::domain::access::Action;
use crate::domain::api::Scope;
use crate::domain::people::AccountKind;
use crate::views::paths;

const CLINICAL: &[AccountKind] = &[AccountKind::Provider, AccountKind::Sponsored];
const PROVIDERS: &[AccountKind] = &[AccountKind::Provider];
const SPONSORED: &[AccountKind] = &[AccountKind::Sponsored];
const TEAM: &[AccountKind] = &[AccountKind::AccessTeam];
const FAMILY: &[AccountKind] = &[AccountKind::Family];
const LINKABLE: &[AccountKind] = &[AccountKind::Provider, AccountKind::AccessTeam];
const EVERYONE: &[AccountKind] = AccountKind::ALL;

/// A page of the portal for these kinds of account.
const fn portal(kinds: &'static [AccountKind]) -> Policy {
    Policy::SignedIn(kinds, Action::UsePortal)
}

/// A page of the portal for these kinds of account, with a fresh factor.
const fn stepped_up(kinds: &'static [AccountKind]) -> Policy {
    Policy::SteppedUp(kinds)
}

/// The nearest path with a page, at `path` or above it: where somebody goes on who was on the way to sending a form.
pub fn page_at_or_above(path: &str) -> &str {
    let has_page = |path: &str| {
        ROUTES.iter().filter(|row| row.method == "get").any(|row| {
            let (asked, known): (Vec<_>, Vec<_>) = (path.split('/').collect(), row.path.split('/').collect());
            asked.len() == known.len() && asked.iter().zip(known).all(|(a, k)| *a == k || k.starts_with('{'))
        })
    };
    let mut path = path;
    while !path.is_empty() && !has_page(path) {
        path = path.rsplit_once('/').map_or("", |(above, _)| above);
    }
    if path.is_empty() { "/" } else { path }
}

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// What it asks of the caller.
    pub policy: Policy,
}

macro_rules! routes {
    ($($method:ident $path:literal $policy:expr => $handler:expr;)+) => {
        /// Every route, in order.
        pub const ROUTES: &[Row] = &[$(Row { method: stringify!($method), path: $path, policy: $policy },)+];

        /// The routes as a service, each behind its gate.
        pub(super) fn router(site: &Site) -> Router {
            let routes = Router::new();
            $(let routes = if is_served(site, $path) { routes.route($path, gated($policy, $method($handler), site)) } else { routes };)+
            routes.with_state(site.clone())
        }
    };
}

/// Whether this installation has a page at `path`: without emergency access, its pages are not there for anybody.
fn is_served(site: &Site, path: &str) -> bool {
    site.app.hospital.emergency_access || !path.starts_with(paths::emergency())
}

fn gated(policy: Policy, handler: MethodRouter<Site>, site: &Site) -> MethodRouter<Site> {
    handler.route_layer(from_fn_with_state((site.clone(), policy), gate::pass))
}

routes! {
    get "/livez" Policy::Open => pages::health::live;
    get "/readyz" Policy::Open => pages::health::ready;
    post "/feed/notices" Policy::Open => pages::feed_notices::heard;
    get "/assets/{hash}/{name}" Policy::Open => assets::serve;
    get "/sign-in" Policy::Visitor => pages::sign_in::show;
    post "/sign-in" Policy::Visitor => pages::sign_in::check;
    get "/sign-in/code" Policy::HalfSignedIn => pages::sign_in::show_code;
    post "/sign-in/code" Policy::HalfSignedIn => pages::sign_in::check_code;
    post "/sign-in/passkey/options" Policy::Visitor => pages::passkeys::sign_in_options;
    post "/sign-in/passkey" Policy::Visitor => pages::passkeys::sign_in;
    post "/sign-in/code/passkey/options" Policy::HalfSignedIn => pages::passkeys::code_options;
    post "/sign-in/code/passkey" Policy::HalfSignedIn => pages::passkeys::code;
    get "/reset" Policy::Visitor => pages::reset::show;
    post "/reset" Policy::Visitor => pages::reset::ask;
    get "/reset/{token}" Policy::Visitor => pages::reset::choose;
    post "/reset/{token}" Policy::Visitor => pages::reset::complete;
    get "/step-up" portal(EVERYONE) => pages::step_up::show;
    post "/step-up" portal(EVERYONE) => pages::step_up::check;
    post "/step-up/passkey/options" portal(EVERYONE) => pages::step_up::passkey_options;
    post "/step-up/passkey" portal(EVERYONE) => pages::step_up::passkey;
    get "/sign-in/hospital" Policy::Visitor => pages::single_sign_on::start;
    get "/sign-in/hospital/callback" Policy::Visitor => pages::single_sign_on::callback;
    post "/sign-in/hospital/link" Policy::Visitor => pages::single_sign_on::ask;
    get "/sign-in/hospital/signed-out" Policy::Visitor => pages::single_sign_on::signed_out;
    get "/sign-in/hospital/sign-out" Policy::Visitor => pages::single_sign_on::sign_out_there;
    post "/sign-in/hospital/logout" Policy::Open => pages::single_sign_on::logged_out;
    get "/step-up/hospital" portal(EVERYONE) => pages::single_sign_on::step_up;
    get "/account/hospital-sign-in" stepped_up(LINKABLE) => pages::single_sign_on::begin_own;
    post "/sign-out" Policy::SignedIn(EVERYONE, Action::SignOut) => pages::sign_in::sign_out;
    post "/sign-out/everywhere" Policy::SignedIn(EVERYONE, Action::SignOut) => pages::sign_in::sign_out_everywhere;
    get "/set-up/{token}" Policy::Visitor => pages::set_up::show;
    post "/set-up/{token}" Policy::Visitor => pages::set_up::complete;
    get "/register" Policy::Visitor => pages::registration::show;
    post "/register" Policy::Visitor => pages::registration::start;
    get "/register/details" Policy::Visitor => pages::registration::show_details;
    post "/register/details" Policy::Visitor => pages::registration::details;
    get "/register/check" Policy::Visitor => pages::registration::show_check;
    post "/register/check" Policy::Visitor => pages::registration::send;
    get "/register/sent" Policy::Visitor => pages::registration::show_sent;
    post "/register/resend" Policy::Visitor => pages::registration::resend;
    get "/register/confirm/{token}" Policy::Visitor => pages::registration::show_confirm;
    post "/register/confirm/{token}" Policy::Visitor => pages::registration::confirm;
    get "/register/status" Policy::Visitor => pages::registration::status;
    get "/register/status/{token}" Policy::Visitor => pages::registration::status_by_link;
    get "/terms" Policy::Visitor => pages::registration::terms;
    get "/account" portal(EVERYONE) => pages::account::show;
    post "/account/sessions/end" stepped_up(EVERYONE) => pages::account::end_session;
    get "/account/factors" portal(EVERYONE) => pages::account::factors::show;
    post "/account/factors/passkeys/options" stepped_up(EVERYONE) => pages::account::factors::passkey_options;
    post "/account/factors/passkeys" stepped_up(EVERYONE) => pages::account::factors::add_passkey;
    post "/account/factors/passkeys/remove" stepped_up(EVERYONE) => pages::account::factors::remove_passkey;
    post "/account/factors/authenticator/new" stepped_up(EVERYONE) => pages::account::factors::new_authenticator;
    get "/account/factors/authenticator" stepped_up(EVERYONE) => pages::account::factors::authenticator;
    post "/account/factors/authenticator" stepped_up(EVERYONE) => pages::account::factors::bind_authenticator;
    post "/account/factors/authenticator/remove" stepped_up(EVERYONE) => pages::account::factors::remove_authenticator;
    post "/account/factors/recovery-codes" stepped_up(EVERYONE) => pages::account::factors::recovery_codes;
    get "/account/password" stepped_up(EVERYONE) => pages::account::password::show;
    post "/account/password" stepped_up(EVERYONE) => pages::account::password::change;
    get "/account/email" stepped_up(EVERYONE) => pages::account::address::show;
    post "/account/email" stepped_up(EVERYONE) => pages::account::address::ask;
    get "/account/email/confirm/{token}" portal(EVERYONE) => pages::account::address::confirm_page;
    post "/account/email/confirm/{token}" stepped_up(EVERYONE) => pages::account::address::confirm;
    get "/account/history" portal(EVERYONE) => pages::account::history::show;
    get "/account/notices" portal(CLINICAL) => pages::account::notices::show;
    post "/account/notices" portal(CLINICAL) => pages::account::notices::choose;
    get "/account/close" stepped_up(EVERYONE) => pages::account::close::show;
    post "/account/close" stepped_up(EVERYONE) => pages::account::close::close;
    get "/account/practices" portal(PROVIDERS) => pages::practices::show;
    get "/account/practices/switch" portal(PROVIDERS) => pages::practices::switch_form;
    post "/account/practices/switch" portal(PROVIDERS) => pages::practices::switch;
    get "/account/practices/join" portal(PROVIDERS) => pages::practices::join_form;
    post "/account/practices/join" portal(PROVIDERS) => pages::practices::join;
    post "/account/practices/withdraw" portal(PROVIDERS) => pages::practices::withdraw;
    get "/staff" portal(PROVIDERS) => pages::staff::show;
    get "/staff/duties" portal(PROVIDERS) => pages::staff::duties_form;
    post "/staff/duties" portal(PROVIDERS) => pages::staff::duties;
    get "/staff/invite" portal(PROVIDERS) => pages::staff::invite_form;
    post "/staff/invite" portal(PROVIDERS) => pages::staff::invite;
    post "/staff/export" stepped_up(PROVIDERS) => pages::staff::export;
    post "/staff/invitations/{id}/resend" portal(PROVIDERS) => pages::staff::resend;
    post "/staff/invitations/{id}/withdraw" portal(PROVIDERS) => pages::staff::withdraw;
    get "/staff/{id}/remove" portal(PROVIDERS) => pages::staff::remove_form;
    post "/staff/{id}/remove" portal(PROVIDERS) => pages::staff::remove;
    post "/staff/{id}/undo" portal(PROVIDERS) => pages::staff::undo;
    get "/staff/{id}/email" portal(PROVIDERS) => pages::staff::address_form;
    post "/staff/{id}/email" portal(PROVIDERS) => pages::staff::address;
    get "/practices" portal(CLINICAL) => pages::practice_page::list;
    get "/practices/{id}" portal(CLINICAL) => pages::practice_page::show;
    get "/practices/{id}/leaving" portal(PROVIDERS) => pages::practice_page::leaving;
    get "/review" Policy::SignedIn(PROVIDERS, Action::Review) => pages::review::show;
    post "/review" Policy::SignedIn(PROVIDERS, Action::Review) => pages::review::send;
    post "/nudge" Policy::SignedIn(SPONSORED, Action::Nudge) => pages::review::nudge;
    get "/invitation/{token}" Policy::Visitor => pages::invitation::show;
    post "/invitation/{token}" Policy::Visitor => pages::invitation::accept;
    post "/invitation/{token}/ask" Policy::Visitor => pages::invitation::ask;
    get "/" portal(EVERYONE) => pages::home::show;
    get "/patients" portal(CLINICAL) => pages::find::show;
    post "/patients/search" portal(CLINICAL) => pages::find::search;
    get "/patients/mine" portal(CLINICAL) => pages::find::mine;
    get "/emergency" portal(PROVIDERS) => pages::emergency::form_page;
    post "/emergency/form" portal(PROVIDERS) => pages::emergency::start;
    post "/emergency" stepped_up(PROVIDERS) => pages::emergency::take;
    get "/requests" portal(CLINICAL) => pages::requests::list;
    post "/requests" portal(CLINICAL) => pages::requests::file;
    get "/requests/new" portal(CLINICAL) => pages::requests::form_page;
    post "/requests/new" portal(CLINICAL) => pages::requests::start;
    get "/requests/{id}" portal(CLINICAL) => pages::requests::show;
    post "/requests/{id}/withdraw" portal(CLINICAL) => pages::requests::withdraw;
    get "/team/look-ups" portal(TEAM) => pages::team::look_ups;
    post "/team/look-ups" portal(TEAM) => pages::team::answer;
    get "/team/audit" portal(TEAM) => pages::team::audit;
    post "/team/audit" portal(TEAM) => pages::team::audit_filtered;
    post "/team/audit/export" stepped_up(TEAM) => pages::team::audit_export;
    get "/team/audit/patterns" portal(TEAM) => pages::team::patterns;
    post "/team/audit/patterns" portal(TEAM) => pages::team::patterns_of;
    get "/team/accounting" portal(TEAM) => pages::team::accounting;
    post "/team/accounting" portal(TEAM) => pages::team::accounting_of;
    post "/team/accounting/export" stepped_up(TEAM) => pages::team::accounting_export;
    get "/team/requests" portal(TEAM) => pages::desk::show;
    post "/team/requests/take" portal(TEAM) => pages::desk::take;
    post "/team/requests/give" portal(TEAM) => pages::desk::give;
    post "/team/requests/note" portal(TEAM) => pages::desk::note_several;
    post "/team/requests/views" portal(TEAM) => pages::desk::keep_view;
    post "/team/requests/views/{id}/remove" portal(TEAM) => pages::desk::remove_view;
    get "/team/requests/export" portal(TEAM) => pages::desk::export_page;
    post "/team/requests/export" stepped_up(TEAM) => pages::desk::export;
    get "/team/requests/not-in-chart" portal(TEAM) => pages::desk::not_in_chart;
    get "/team/requests/{id}" portal(TEAM) => pages::desk::request;
    post "/team/requests/{id}/take" portal(TEAM) => pages::desk::take_one;
    post "/team/requests/{id}/give" portal(TEAM) => pages::desk::give_one;
    post "/team/requests/{id}/release" portal(TEAM) => pages::desk::release;
    post "/team/requests/{id}/notes" portal(TEAM) => pages::desk::note;
    get "/team/requests/{id}/approve" stepped_up(TEAM) => pages::desk::approve_page;
    post "/team/requests/{id}/approve" stepped_up(TEAM) => pages::desk::approve;
    get "/team/requests/{id}/decline" portal(TEAM) => pages::desk::decline_page;
    post "/team/requests/{id}/decline" portal(TEAM) => pages::desk::decline;
    get "/team/requests/{id}/call" portal(TEAM) => pages::desk::call_page;
    post "/team/requests/{id}/call" portal(TEAM) => pages::desk::log_call;
    post "/team/requests/{id}/checklist" portal(TEAM) => pages::desk::checklist;
    post "/team/requests/{id}/patient" portal(TEAM) => pages::desk::name_patient;
    get "/team/requests/{id}/confirm" stepped_up(TEAM) => pages::desk::confirm_page;
    post "/team/requests/{id}/confirm" stepped_up(TEAM) => pages::desk::confirm;
    get "/team/requests/{id}/unreached" portal(TEAM) => pages::desk::unreached_page;
    post "/team/requests/{id}/unreached" portal(TEAM) => pages::desk::unreached;
    post "/team/requests/{id}/in-chart" portal(TEAM) => pages::desk::in_chart;
    get "/team/requests/{id}/answer" portal(TEAM) => pages::desk::answer_page;
    post "/team/requests/{id}/answer" portal(TEAM) => pages::desk::answer;
    get "/team/requests/{id}/merge" portal(TEAM) => pages::desk::merge_page;
    post "/team/requests/{id}/merge" stepped_up(TEAM) => pages::desk::merge;
    get "/team/requests/{id}/screenshot" portal(TEAM) => pages::desk::screenshot;
    get "/team/requests/{id}/files/{item}" portal(TEAM) => pages::desk::message_file;
    get "/team/requests/{id}/review" portal(TEAM) => pages::desk::review_page;
    post "/team/requests/{id}/review" portal(TEAM) => pages::desk::review;
    get "/team/accounts" portal(TEAM) => pages::desk::find_page;
    post "/team/accounts" portal(TEAM) => pages::desk::find;
    get "/team/accounts/{id}" portal(TEAM) => pages::desk::account;
    get "/team/accounts/{id}/disable" stepped_up(TEAM) => pages::desk::disable_page;
    post "/team/accounts/{id}/disable" stepped_up(TEAM) => pages::desk::disable;
    get "/team/accounts/{id}/sessions" stepped_up(TEAM) => pages::desk::sessions_page;
    post "/team/accounts/{id}/sessions" stepped_up(TEAM) => pages::desk::end_sessions;
    get "/team/accounts/{id}/reset" stepped_up(TEAM) => pages::desk::reset_page;
    post "/team/accounts/{id}/reset" stepped_up(TEAM) => pages::desk::ask_reset;
    get "/team/merges" portal(TEAM) => pages::desk::proposal;
    post "/team/merges" portal(TEAM) => pages::desk::look_at_proposal;
    post "/team/merges/propose" stepped_up(TEAM) => pages::desk::propose_merge;
    get "/team/providers" portal(TEAM) => pages::desk::providers;
    post "/team/providers" portal(TEAM) => pages::desk::find_providers;
    post "/team/providers/merge" stepped_up(TEAM) => pages::desk::merge_providers;
    get "/team/providers/{id}" portal(TEAM) => pages::desk::provider_merge;
    post "/team/providers/{id}/undo" stepped_up(TEAM) => pages::desk::undo_provider_merge;
    get "/token" portal(CLINICAL) => pages::token::show;
    post "/token" portal(CLINICAL) => pages::token::redeem;
    get "/team/tokens" portal(TEAM) => pages::tokens::find_page;
    post "/team/tokens" portal(TEAM) => pages::tokens::find;
    get "/team/tokens/of/{id}" portal(TEAM) => pages::tokens::of;
    post "/team/tokens/of/{id}" stepped_up(TEAM) => pages::tokens::issue;
    get "/team/tokens/list" stepped_up(TEAM) => pages::tokens::list_page;
    post "/team/tokens/list" stepped_up(TEAM) => pages::tokens::issue_list;
    post "/team/tokens/list/file" Policy::UploadBy(TEAM) => pages::tokens::read_file;
    post "/team/tokens/list/letters" portal(TEAM) => pages::tokens::letters;
    get "/team/tokens/{id}" portal(TEAM) => pages::tokens::token;
    post "/team/tokens/{id}" portal(TEAM) => pages::tokens::take_back;
    get "/team/restrictions" portal(TEAM) => pages::restrictions::find_page;
    post "/team/restrictions" portal(TEAM) => pages::restrictions::find;
    get "/team/restrictions/of/{id}" portal(TEAM) => pages::restrictions::of;
    post "/team/restrictions/of/{id}" stepped_up(TEAM) => pages::restrictions::make;
    post "/team/restrictions/of/{id}/preview" portal(TEAM) => pages::restrictions::preview;
    post "/team/restrictions/{id}/end" stepped_up(TEAM) => pages::restrictions::end;
    get "/team/validation" portal(TEAM) => pages::validation::show;
    get "/team/validation/phones" portal(TEAM) => pages::validation::phones;
    get "/team/validation/rehearsal" portal(TEAM) => pages::validation::rehearsal;
    get "/team/validation/export" stepped_up(TEAM) => pages::validation::export_page;
    post "/team/validation/export" stepped_up(TEAM) => pages::validation::export;
    get "/team/validation/{id}" portal(TEAM) => pages::validation::sponsor;
    get "/team/validation/{id}/extend" stepped_up(TEAM) => pages::validation::extend_page;
    post "/team/validation/{id}/extend" stepped_up(TEAM) => pages::validation::extend;
    get "/help" Policy::Visitor => pages::help::show;
    post "/help" Policy::Upload => pages::help::ask;
    get "/help/status/{token}" Policy::Visitor => pages::help::status;
    get "/team/families" portal(TEAM) => pages::families::show;
    post "/team/families" portal(TEAM) => pages::families::find;
    post "/team/families/change" stepped_up(TEAM) => pages::families::change;
    get "/family/activate" Policy::Visitor => pages::family::activate;
    post "/family/activate" Policy::Visitor => pages::family::begin;
    get "/family/enroll" Policy::Visitor => pages::family::enroll_form;
    post "/family/enroll" Policy::Visitor => pages::family::enroll;
    get "/family" portal(FAMILY) => pages::family::home;
    get "/family/charts" portal(FAMILY) => pages::family::chart_form;
    post "/family/charts" portal(FAMILY) => pages::family::add_chart;
    post "/family/proxies/{id}/sign" stepped_up(FAMILY) => pages::family::sign;
    post "/family/proxies/{id}/end" portal(FAMILY) => pages::family::end_proxy;
    post "/family/language" portal(FAMILY) => pages::family::language;
    get "/family/requests/{id}" portal(FAMILY) => pages::family::request;
    post "/family/requests/{id}/approve" stepped_up(FAMILY) => pages::family::approve;
    post "/family/requests/{id}/decline" portal(FAMILY) => pages::family::decline;
    post "/family/requests/{id}/block" portal(FAMILY) => pages::family::block;
    post "/family/blocks/{id}/end" portal(FAMILY) => pages::family::unblock;
    get "/family/access" portal(FAMILY) => pages::family::access;
    get "/family/tokens" portal(FAMILY) => pages::family::tokens;
    post "/family/tokens" stepped_up(FAMILY) => pages::family::give;
    post "/family/tokens/{id}/revoke" portal(FAMILY) => pages::family::revoke_token;
    get "/family/grants/{id}/renew" portal(FAMILY) => pages::family::renewal_of_grant;
    post "/family/grants/{id}/renew" stepped_up(FAMILY) => pages::family::renew_grant;
    get "/family/tokens/{id}/renew" portal(FAMILY) => pages::family::renewal_of_token;
    post "/family/tokens/{id}/renew" stepped_up(FAMILY) => pages::family::renew_token;
    post "/family/grants/{id}/revoke" portal(FAMILY) => pages::family::revoke;
    get "/family/messages" portal(FAMILY) => pages::family::messages;
    post "/family/messages" Policy::UploadBy(FAMILY) => pages::family::begin_message;
    get "/family/messages/new" portal(FAMILY) => pages::family::message_form;
    get "/family/messages/{id}" portal(FAMILY) => pages::family::message;
    post "/family/messages/{id}" Policy::UploadBy(FAMILY) => pages::family::reply;
    get "/family/messages/{id}/files/{item}" portal(FAMILY) => pages::family::message_file;
    get "/family/care-team" portal(FAMILY) => pages::family::care_team;
    post "/family/care-team/find" portal(FAMILY) => pages::family::find;
    post "/family/care-team/add" stepped_up(FAMILY) => pages::family::add;
    post "/family/care-team/{id}/remove" portal(FAMILY) => pages::family::remove;
    get "/family/disclosures" portal(FAMILY) => pages::family::disclosures;
    get "/api/v1/openapi.json" Policy::Interface => api::openapi::serve;
    post "/api/v1/token" Policy::Interface => api::token::give;
    get "/api/v1/requests" Policy::Client(Scope::RequestsRead) => api::requests::list;
    get "/api/v1/requests/{id}" Policy::Client(Scope::RequestsRead) => api::requests::read;
    post "/api/v1/requests/{id}/decision" Policy::Client(Scope::RequestsDecide) => api::requests::decide;
    post "/api/v1/tokens" Policy::Client(Scope::TokensIssue) => api::tokens::issue;
    post "/api/v1/tokens/{id}/revoke" Policy::Client(Scope::TokensRevoke) => api::tokens::revoke;
    post "/api/v1/decisions" Policy::Client(Scope::DecisionsRead) => api::questions::decision;
    post "/api/v1/disclosures" Policy::Client(Scope::DisclosuresRead) => api::questions::disclosures;
    get "/dev/gallery" Policy::Demo => pages::gallery::index;
    get "/dev/gallery/{name}" Policy::Demo => pages::gallery::sample;
    get "/dev/mail" Policy::Demo => pages::kept_mail::list;
    get "/dev/mail/{id}" Policy::Demo => pages::kept_mail::show;
    get "/dev/mail/{id}/html" Policy::Demo => pages::kept_mail::as_html;
    get "/dev/mail/{id}/file" Policy::Demo => pages::kept_mail::file;
    get "/charts/{id}" portal(CLINICAL) => pages::charts::summary;
    get "/charts/{id}/growth" portal(CLINICAL) => pages::charts::growth::show;
    post "/charts/{id}/growth" portal(CLINICAL) => pages::charts::growth::target;
    get "/charts/{id}/old/{section}" portal(CLINICAL) => pages::charts::old_section;
    get "/charts/{id}/old/{section}/{item}" portal(CLINICAL) => pages::charts::old_item;
    get "/charts/{id}/summary.pdf" stepped_up(CLINICAL) => pages::charts::summary_pdf;
    get "/charts/{id}/summary.xml" stepped_up(CLINICAL) => pages::charts::summary_document;
    get "/charts/{id}/search" portal(CLINICAL) => pages::charts::search_page;
    post "/charts/{id}/search" portal(CLINICAL) => pages::charts::search;
    get "/charts/{id}/{section}" portal(CLINICAL) => pages::charts::section;
    get "/charts/{id}/{section}/{item}" portal(CLINICAL) => pages::charts::item;
    get "/charts/{id}/old/{section}/{item}/file" portal(CLINICAL) => pages::charts::old_file;
    post "/charts/{id}/{section}/{item}/acknowledge" portal(CLINICAL) => pages::charts::acknowledge;
    get "/charts/{id}/{section}/{item}/file" portal(CLINICAL) => pages::charts::file;
}

#[cfg(test)]
mod tests {
    use super::page_at_or_above;

    #[test]
    fn from_a_form_one_goes_on_to_the_page_it_stands_on() {
        assert_eq!(page_at_or_above("/account/sessions/end"), "/account");
        assert_eq!(page_at_or_above("/account/factors/passkeys/remove"), "/account/factors");
        assert_eq!(page_at_or_above("/account/password"), "/account/password");
        assert_eq!(page_at_or_above("/no/such/page"), "/");
    }
}
