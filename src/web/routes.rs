//! The one route table: every path with what it asks of the caller.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::gate::{self, Policy};
use super::{Site, assets, pages};
use crate::domain::access::Action;
use crate::domain::people::AccountKind;

const CLINICAL: &[AccountKind] = &[AccountKind::Provider, AccountKind::Sponsored];
const PROVIDERS: &[AccountKind] = &[AccountKind::Provider];
const TEAM: &[AccountKind] = &[AccountKind::AccessTeam];
const FAMILY: &[AccountKind] = &[AccountKind::Family];
const EVERYONE: &[AccountKind] = AccountKind::ALL;

/// A page of the portal for these kinds of account.
const fn portal(kinds: &'static [AccountKind]) -> Policy {
    Policy::SignedIn(kinds, Action::UsePortal)
}

/// A page of the portal for these kinds of account, with a fresh factor.
const fn stepped_up(kinds: &'static [AccountKind]) -> Policy {
    Policy::SteppedUp(kinds)
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
            $(let routes = routes.route($path, gated($policy, $method($handler), site));)+
            routes.with_state(site.clone())
        }
    };
}

fn gated(policy: Policy, handler: MethodRouter<Site>, site: &Site) -> MethodRouter<Site> {
    handler.route_layer(from_fn_with_state((site.clone(), policy), gate::pass))
}

routes! {
    get "/livez" Policy::Open => pages::health::live;
    get "/readyz" Policy::Open => pages::health::ready;
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
    post "/sign-out" Policy::SignedIn(EVERYONE, Action::SignOut) => pages::sign_in::sign_out;
    post "/sign-out/everywhere" Policy::SignedIn(EVERYONE, Action::SignOut) => pages::sign_in::sign_out_everywhere;
    get "/set-up/{token}" Policy::Visitor => pages::set_up::show;
    post "/set-up/{token}" Policy::Visitor => pages::set_up::complete;
    get "/account" portal(EVERYONE) => pages::account::show;
    get "/account/practices" portal(PROVIDERS) => pages::practices::show;
    get "/account/practices/switch" portal(PROVIDERS) => pages::practices::switch_form;
    post "/account/practices/switch" portal(PROVIDERS) => pages::practices::switch;
    get "/account/practices/join" portal(PROVIDERS) => pages::practices::join_form;
    post "/account/practices/join" portal(PROVIDERS) => pages::practices::join;
    post "/account/practices/withdraw" portal(PROVIDERS) => pages::practices::withdraw;
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
    get "/account/close" stepped_up(EVERYONE) => pages::account::close::show;
    post "/account/close" stepped_up(EVERYONE) => pages::account::close::close;
    get "/" portal(EVERYONE) => pages::home::show;
    get "/patients" portal(CLINICAL) => pages::find::show;
    post "/patients/search" portal(CLINICAL) => pages::find::search;
    get "/patients/mine" portal(CLINICAL) => pages::find::mine;
    get "/requests" portal(CLINICAL) => pages::requests::list;
    post "/requests" portal(CLINICAL) => pages::requests::file;
    get "/requests/new" portal(CLINICAL) => pages::requests::form_page;
    post "/requests/new" portal(CLINICAL) => pages::requests::start;
    get "/team/look-ups" portal(TEAM) => pages::team::look_ups;
    post "/team/look-ups" portal(TEAM) => pages::team::answer;
    get "/team/audit" portal(TEAM) => pages::team::audit;
    post "/team/audit" portal(TEAM) => pages::team::audit_filtered;
    get "/family/disclosures" portal(FAMILY) => pages::family::disclosures;
    get "/dev/gallery" Policy::Demo => pages::gallery::index;
    get "/dev/gallery/{name}" Policy::Demo => pages::gallery::sample;
    get "/dev/mail" Policy::Demo => pages::kept_mail::list;
    get "/dev/mail/{id}" Policy::Demo => pages::kept_mail::show;
    get "/dev/mail/{id}/html" Policy::Demo => pages::kept_mail::as_html;
    get "/charts/{id}" portal(CLINICAL) => pages::charts::summary;
    get "/charts/{id}/{section}" portal(CLINICAL) => pages::charts::section;
    get "/charts/{id}/{section}/{item}" portal(CLINICAL) => pages::charts::item;
}
