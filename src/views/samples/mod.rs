//! Every page in every state with made-up content: the gallery shows them, a test checks them.

mod account;
mod campaign;
mod chart;
mod desk;
mod emergency;
mod enroll;
mod enrolment;
mod explorer;
mod family;
mod family_messages;
mod family_tokens;
mod find;
mod growth;
mod help;
mod invitation;
mod merge;
mod my_requests;
mod notes;
mod practice;
mod providers;
mod queue;
mod record;
mod registration;
mod restrictions;
mod results;
mod review;
mod sign_in;
mod single_sign_on;
mod staff;
mod system;
mod team;
mod token;
mod verify;

use maud::Markup;
use time::macros::datetime;
use uuid::Uuid;

use super::layout::{Assets, Frame, FrameViewer, NavItem};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::language::Language;
use crate::domain::people::AccountKind;

/// One page in one state.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name, usable in a URL.
    pub name: &'static str,
    /// The page.
    pub markup: Markup,
}

/// Every sample, linked to assets of no particular version.
pub fn samples() -> Vec<Sample> {
    let at = |name: &str| format!("/assets/0/{name}");
    let assets =
        Assets { css: at("app.css"), print_css: at("print.css"), js: at("app.js"), icons: at("icons.svg") };
    samples_with(&assets, "NONCE")
}

/// Every sample, linked to `assets` and allowed by `nonce`; none where the zone data lacks New York.
pub fn samples_with(assets: &Assets, nonce: &str) -> Vec<Sample> {
    let Ok(zone) = "America/New_York".parse::<Zone>() else { return Vec::new() };
    let stage = Stage { assets: assets.clone(), nonce: nonce.to_owned(), zone };
    let mut all = Vec::new();
    sign_in::add(&stage, &mut all);
    registration::add(&stage, &mut all);
    single_sign_on::add(&stage, &mut all);
    account::add(&stage, &mut all);
    practice::add(&stage, &mut all);
    staff::add(&stage, &mut all);
    invitation::add(&stage, &mut all);
    review::add(&stage, &mut all);
    help::add(&stage, &mut all);
    queue::add(&stage, &mut all);
    desk::add(&stage, &mut all);
    verify::add(&stage, &mut all);
    merge::add(&stage, &mut all);
    providers::add(&stage, &mut all);
    campaign::add(&stage, &mut all);
    find::add(&stage, &mut all);
    my_requests::add(&stage, &mut all);
    chart::add(&stage, &mut all);
    growth::add(&stage, &mut all);
    results::add(&stage, &mut all);
    notes::add(&stage, &mut all);
    team::add(&stage, &mut all);
    emergency::add(&stage, &mut all);
    restrictions::add(&stage, &mut all);
    explorer::add(&stage, &mut all);
    token::add(&stage, &mut all);
    family::add(&stage, &mut all);
    family_messages::add(&stage, &mut all);
    family_tokens::add(&stage, &mut all);
    enrolment::add(&stage, &mut all);
    enroll::add(&stage, &mut all);
    system::add(&stage, &mut all);
    all
}

/// Where the samples play.
struct Stage {
    assets: Assets,
    nonce: String,
    zone: Zone,
}

impl Stage {
    /// A frame before sign-in.
    fn outside(&self) -> Frame {
        Frame {
            hospital_name: "Northfield Children’s Hospital".into(),
            phone: "1-555-0100".into(),
            demo: true,
            viewer: None,
            form_token: "sample-form-token".into(),
            nonce: self.nonce.clone(),
            assets: self.assets.clone(),
            zone: self.zone,
            now: NOW,
            current: NavItem::None,
            language: Language::English,
        }
    }

    /// A frame of someone signed in.
    fn inside(&self, kind: AccountKind) -> Frame {
        let name = match kind {
            AccountKind::Provider => "Dr. Aisha Chen",
            AccountKind::Sponsored => "Nadia Brooks",
            AccountKind::AccessTeam => "Jo Ortiz",
            AccountKind::Family => "Elena Rivera",
        };
        let viewer = FrameViewer { name: name.into(), kind, idle_seconds: 900 };
        Frame { viewer: Some(viewer), ..self.outside() }
    }
}

/// The instant of every sample.
const NOW: Instant = Instant::from_micros(1_795_443_600_000_000);

/// An instant written with `datetime!`.
fn at(moment: time::OffsetDateTime) -> Instant {
    Instant::from(moment)
}

/// Some days before [`NOW`].
fn days_ago(days: i64) -> Instant {
    NOW.plus_seconds(-days * 86_400)
}

/// The `n`-th made-up id.
const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0197_5e1a_0000_7000_8000_0000_0000_0000 + n)
}

/// Opening day of a sample session.
fn morning() -> Instant {
    at(datetime!(2026-11-23 13:02 UTC))
}

#[cfg(test)]
mod tests;
