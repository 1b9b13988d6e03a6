//! Every route of the table called by everybody who must not pass it, and by those who may.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use postern::domain::access::Action;
use postern::domain::calendar::Interval;
use postern::domain::ids::AccountId;
use postern::domain::people::AccountKind;
use postern::web::gate::Policy;
use postern::web::routes::{ROUTES, Row};

use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

/// After the due date of the first cycle that counts in the tests: 1 May 2026, New York.
const OVERDUE: &str = "2026-05-02T12:00:00Z";

/// The row's path with something in each of its places.
fn filled(row: &Row) -> String {
    let unknown = "01890000-0000-7000-8000-000000000000";
    row.path
        .replace("{id}", unknown)
        .replace("{item}", unknown)
        .replace("{section}", "results")
        .replace("{token}", "ABCDEFGH")
        .replace("{hash}", "0")
        .replace("{name}", "app.css")
}

fn signed_in_rows() -> impl Iterator<Item = (&'static Row, &'static [AccountKind], Action)> {
    ROUTES.iter().filter_map(|row| match row.policy {
        Policy::SignedIn(kinds, action) => Some((row, kinds, action)),
        Policy::SteppedUp(kinds) | Policy::UploadBy(kinds) => Some((row, kinds, Action::UsePortal)),
        _ => None,
    })
}

async fn called(portal: &Portal<'_>, row: &Row, browser: &Browser) -> Answer {
    let path = filled(row);
    match row.method {
        "get" => portal.get(&path, browser).await,
        "post" => portal.post(&path, browser, &[]).await,
        other => panic!("no test knows the method {other}"),
    }
}

/// One active account of each kind; the sponsored one is sponsored by the provider.
async fn one_of_each_kind(house: &House) -> Vec<(AccountKind, AccountId)> {
    let world = &house.world;
    let practice = world.practice("Elm Pediatrics").await;
    let (_, physician) = world.physician("Okafor", practice).await;
    let staff = world.sponsored_account().await;
    world.sponsorship(physician, staff, practice, Interval::ALWAYS).await;
    vec![
        (AccountKind::Provider, physician),
        (AccountKind::Sponsored, staff),
        (AccountKind::AccessTeam, world.team_account(&["reviewer", "administrator", "auditor"]).await),
        (AccountKind::Family, world.family_account().await),
    ]
}

fn expect_redirect(row: &Row, answer: &Answer, to: &str) {
    let who = format!("{} {}", row.method, row.path);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{who}");
    assert!(answer.header("location").starts_with(to), "{who} leads to {}", answer.header("location"));
}

#[test]
fn the_public_routes_are_those_of_the_golden_file_which_only_shrinks() {
    let public = |row: &&Row| {
        !matches!(
            row.policy,
            Policy::SignedIn(..)
                | Policy::SteppedUp(_)
                | Policy::UploadBy(_)
                | Policy::HalfSignedIn
                | Policy::Client(_)
        )
    };
    let line = |row: &Row| format!("{} {} {:?}", row.method, row.path, row.policy);
    let found: BTreeSet<String> = ROUTES.iter().filter(public).map(line).collect();
    let golden: BTreeSet<String> = include_str!("../golden/public_routes.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let new: Vec<_> = found.difference(&golden).collect();
    let gone: Vec<_> = golden.difference(&found).collect();
    assert!(new.is_empty(), "public without being in tests/golden/public_routes.txt: {new:#?}");
    assert!(
        gone.is_empty(),
        "no longer public, so take them out of tests/golden/public_routes.txt: {gone:#?}"
    );
}

#[test]
fn every_route_is_in_the_table_once() {
    let mut seen = BTreeSet::new();
    for row in ROUTES {
        assert!(seen.insert((row.method, row.path)), "{} {} is there twice", row.method, row.path);
    }
}

both_engines! {
    async fn signed_out_nobody_passes(house: House) {
        let portal = Portal::of(house);
        for browser in [Browser::default(), portal.stranger()] {
            for row in ROUTES {
                if matches!(row.policy, Policy::SignedIn(..) | Policy::SteppedUp(_) | Policy::UploadBy(_) | Policy::HalfSignedIn) {
                    expect_redirect(row, &called(&portal, row, &browser).await, "/sign-in");
                }
            }
        }
    }

    /// asvs_v7_2_1
    async fn a_made_up_session_opens_nothing(house: House) {
        let portal = Portal::of(house);
        let name = portal.site.cookie_name();
        for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let browser = Browser { cookies: format!("{name}={value}"), form_token: String::new() };
            for (row, _, _) in signed_in_rows() {
                expect_redirect(row, &called(&portal, row, &browser).await, "/sign-in");
            }
        }
    }

    /// asvs_v6_3_3, asvs_v6_3_4
    async fn half_signed_in_nobody_passes(house: House) {
        let portal = Portal::of(house);
        for (_, account) in one_of_each_kind(house).await {
            let browser = portal.half_signed_in(account).await;
            for (row, _, _) in signed_in_rows() {
                expect_redirect(row, &called(&portal, row, &browser).await, "/sign-in/code");
            }
        }
    }

    async fn a_wrong_kind_of_account_finds_no_such_page(house: House) {
        let portal = Portal::of(house);
        let nowhere = portal.get("/no-such-page", &portal.stranger()).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        for (kind, account) in one_of_each_kind(house).await {
            let browser = portal.signed_in(account).await;
            // Signing out is everybody's, and would end the session of the rows after it.
            for (row, kinds, _) in signed_in_rows().filter(|(_, _, action)| *action != Action::SignOut) {
                let answer = called(&portal, row, &browser).await;
                let passes = answer.status != StatusCode::NOT_FOUND;
                if kinds.contains(&kind) {
                    assert!(!answer.status.is_server_error(), "{kind} at {} {}: {}", row.method, row.path, answer.status);
                } else {
                    assert!(!passes, "{kind} passes {} {}: {}", row.method, row.path, answer.status);
                }
            }
        }
    }

    async fn a_locked_account_reaches_nothing_but_the_way_out(house: House) {
        let portal = Portal::of(house);
        let everyone = one_of_each_kind(house).await;
        house.clock.set(OVERDUE.parse().unwrap());
        for (kind, account) in everyone {
            let browser = portal.signed_in(account).await;
            let locked = matches!(kind, AccountKind::Provider | AccountKind::Sponsored);
            for (row, kinds, action) in signed_in_rows() {
                if action == Action::UsePortal && kinds.contains(&kind) {
                    let answer = called(&portal, row, &browser).await;
                    let is_locked = answer.status == StatusCode::LOCKED;
                    assert_eq!(is_locked, locked, "{kind} at {} {}: {}", row.method, row.path, answer.status);
                }
            }
            let out = portal.post("/sign-out", &browser, &[]).await;
            assert_eq!(out.status, StatusCode::SEE_OTHER, "{kind} signs out");
        }
    }

    /// asvs_v7_4_2
    async fn a_disabled_account_reaches_nothing_from_the_next_request_on(house: House) {
        let portal = Portal::of(house);
        // The sponsor last: staff whose sponsor is disabled are refused already.
        for (kind, account) in one_of_each_kind(house).await.into_iter().rev() {
            let browser = portal.signed_in(account).await;
            assert!(portal.get("/account", &browser).await.status.is_success(), "{kind}");
            house.world.disable(account, house.now()).await;
            for (row, kinds, action) in signed_in_rows() {
                if action == Action::UsePortal && kinds.contains(&kind) {
                    let status = called(&portal, row, &browser).await.status;
                    let refused = matches!(status, StatusCode::FORBIDDEN | StatusCode::SEE_OTHER);
                    assert!(refused, "{kind} at {} {}: {status}", row.method, row.path);
                }
            }
        }
    }

    async fn no_form_is_taken_without_its_token_or_from_elsewhere(house: House) {
        let portal = Portal::of(house);
        let everyone = one_of_each_kind(house).await;
        let mut browsers = Vec::new();
        for (kind, account) in everyone {
            browsers.push((kind, portal.half_signed_in(account).await, portal.signed_in(account).await));
        }
        let stranger = portal.stranger();
        // An open route and those of the interface take no form of ours: what is posted to them proves itself.
        let ours = |row: &&Row| !matches!(row.policy, Policy::Open | Policy::Interface | Policy::Client(_));
        for row in ROUTES.iter().filter(ours).filter(|row| row.method == "post") {
            let (kind, half, full) = browsers
                .iter()
                .find(|(kind, _, _)| matches!(row.policy, Policy::SignedIn(kinds, _) | Policy::SteppedUp(kinds) | Policy::UploadBy(kinds) if kinds.contains(kind)))
                .unwrap_or(&browsers[0]);
            let browser = match row.policy {
                Policy::SignedIn(..) | Policy::SteppedUp(_) | Policy::UploadBy(_) => full,
                Policy::HalfSignedIn => half,
                _ => &stranger,
            };
            let path = filled(row);
            let right = [("form_token", browser.form_token.as_str())];
            let another = portal.stranger();
            let other = [("form_token", another.form_token.as_str())];
            for (fields, from) in [
                (&[][..], "same-origin"),
                (&[("form_token", "")][..], "same-origin"),
                (&other[..], "same-origin"),
                (&right[..], "cross-site"),
                (&right[..], "same-site"),
                (&right[..], "none"),
            ] {
                let answer = portal.post_as_it_is(&path, browser, fields, from).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind} posts {path} {fields:?} from {from}");
            }
        }
    }

    async fn every_answer_carries_the_policy_and_is_not_kept(house: House) {
        let portal = Portal::demo_of(house);
        let browser = portal.stranger();
        for row in ROUTES {
            let answer = called(&portal, row, &browser).await;
            let who = format!("{} {}: {}", row.method, row.path, answer.status);
            let policy = answer.header("content-security-policy");
            for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
                assert!(policy.contains(part), "{who} lacks {part}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{who}: {policy}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{who}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{who}");
            if !row.path.starts_with("/assets/") {
                assert_eq!(answer.header("cache-control"), "no-store", "{who}");
            }
        }
    }
}

both_engines! {
    async fn the_gallery_is_not_there_outside_the_demo(house: House) {
        let portal = Portal::of(house);
        for row in ROUTES.iter().filter(|row| row.policy == Policy::Demo) {
            let answer = called(&portal, row, &portal.stranger()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", row.path);
        }
    }

    async fn another_host_name_is_refused(house: House) {
        let portal = Portal::of(house);
        let request = Request::builder().uri("/sign-in").header(header::HOST, "evil.example").body(Body::empty());
        assert_eq!(portal.call(request.unwrap()).await.status, StatusCode::MISDIRECTED_REQUEST);
    }
}
