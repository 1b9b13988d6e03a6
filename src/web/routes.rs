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
#[allow(dead_code, reason = "for the pages that are being added")]
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
    get "/charts/{id}" portal(CLINICAL) => pages::charts::summary;
    get "/charts/{id}/{section}" portal(CLINICAL) => pages::charts::section;
    get "/charts/{id}/{section}/{item}" portal(CLINICAL) => pages::charts::item;
}
