//! Nonsense in headers, forms and paths: nothing that anybody can send makes the portal fail, and no path is read in two ways.
//!
//! Small rounds by default, more with `POSTERN_TEST_FULL`. The values are drawn from a fixed seed, so a failure comes again.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use postern::domain::calendar::Interval;
use postern::web::gate::Policy;
use postern::web::routes::{ROUTES, Row};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::support::portal::{Browser, Portal};
use crate::support::{Engine, House, both_engines, run};

fn rounds(small: usize) -> usize {
    let full = std::env::var("POSTERN_TEST_FULL").is_ok_and(|v| !v.is_empty());
    if full { small * 40 } else { small }
}

fn draw<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

/// Nonsense of the kinds that have broken parsers: any bytes, any characters, endless ones, and pieces of syntax.
fn nonsense() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "%",
        "%00",
        "%0d%0a",
        "%ff%fe",
        "%u0041",
        "..%2f",
        "&&==",
        "=",
        ";",
        "\u{202e}",
        "\u{0}",
        "'\"<>",
        "{{7*7}}",
        "-1",
        "9223372036854775808",
        "1e309",
        "NaN",
        "0x10",
        "\u{1f9ec}",
        "٣",
        "0001-01-01",
        "2026-02-30",
        "null",
        "[]",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
        prop::collection::vec(pieces, 0..12).prop_map(|p| p.concat().into_bytes()),
        (1_usize..60_000, any::<u8>()).prop_map(|(n, byte)| vec![byte; n]),
    ]
}

fn percent(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, b| {
        write!(text, "%{b:02x}").unwrap();
        text
    })
}

/// The row's path with `piece` in each of its places.
fn path(row: &Row, piece: &str) -> String {
    let mut parts = Vec::new();
    for part in row.path.split('/') {
        parts.push(if part.starts_with('{') { piece } else { part });
    }
    parts.join("/")
}

/// Browsers in every state, one of which can get behind each route's gate.
struct Browsers {
    stranger: Browser,
    half: Browser,
    signed_in: Vec<(postern::domain::people::AccountKind, Browser)>,
}

async fn browsers(house: &House, portal: &Portal<'_>) -> Browsers {
    use postern::domain::people::AccountKind::{AccessTeam, Family, Provider, Sponsored};
    let world = &house.world;
    let practice = world.practice("Elm Pediatrics").await;
    let (_, physician) = world.physician("Okafor", practice).await;
    let staff = world.sponsored_account().await;
    world.sponsorship(physician, staff, practice, Interval::ALWAYS).await;
    let team = world.team_account(&["reviewer", "administrator", "auditor"]).await;
    let family = world.family_account().await;
    let mut signed_in = Vec::new();
    for (kind, account) in [(Provider, physician), (Sponsored, staff), (AccessTeam, team), (Family, family)] {
        signed_in.push((kind, portal.signed_in(account).await));
    }
    Browsers { stranger: portal.stranger(), half: portal.half_signed_in(physician).await, signed_in }
}

impl Browsers {
    fn of(&self, row: &Row) -> &Browser {
        match row.policy {
            Policy::HalfSignedIn => &self.half,
            Policy::SignedIn(kinds, _) | Policy::SteppedUp(kinds) | Policy::UploadBy(kinds) => {
                &self.signed_in.iter().find(|(kind, _)| kinds.contains(kind)).unwrap().1
            }
            _ => &self.stranger,
        }
    }
}

/// Whether the route may be called again and again without ending what the next round needs.
fn goes_on(row: &Row) -> bool {
    !row.path.starts_with("/sign-out") && row.path != "/account/close"
}

fn request(row: &Row, path: &str, browser: &Browser, from: u32) -> axum::http::request::Builder {
    let method = if row.method == "post" { Method::POST } else { Method::GET };
    Request::builder()
        .method(method)
        .uri(Uri::builder().path_and_query(path).build().unwrap())
        .header(header::HOST, "localhost:8080")
        .header(header::COOKIE, &browser.cookies)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .extension(ConnectInfo(SocketAddr::from((from.to_be_bytes(), 40_000))))
}

const HEADERS: &[&str] = &[
    "cookie",
    "host",
    "origin",
    "referer",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "forwarded",
    "content-type",
    "content-length",
    "accept",
    "accept-language",
    "accept-encoding",
    "user-agent",
    "sec-fetch-site",
    "sec-fetch-mode",
    "authorization",
    "if-none-match",
    "if-modified-since",
    "range",
    "transfer-encoding",
    "te",
    "upgrade",
    "connection",
    "expect",
    "x-http-method-override",
    "x-original-url",
];

/// B19
#[test]
fn no_header_makes_the_portal_fail() {
    run(Engine::Sqlite, async |house| {
        let portal = Portal::of(house);
        let browsers = browsers(house, &portal).await;
        let mut runner = TestRunner::deterministic();
        for n in 0..rounds(6) {
            for row in ROUTES.iter().filter(|row| goes_on(row)) {
                let browser = browsers.of(row);
                let (name, bytes) = draw(&mut runner, &(prop::sample::select(HEADERS), nonsense()));
                let Ok(value) = HeaderValue::from_bytes(&bytes) else { continue };
                let mut request = request(row, &path(row, "x"), browser, u32::try_from(n).unwrap())
                    .body(Body::from(format!("form_token={}", browser.form_token)))
                    .unwrap();
                let twice = bytes.len().is_multiple_of(2);
                let name = HeaderName::from_static(name);
                if twice {
                    request.headers_mut().append(name.clone(), value);
                } else {
                    request.headers_mut().insert(name.clone(), value);
                }
                let status = portal.call(request).await.status;
                assert!(
                    !status.is_server_error(),
                    "{status}: {} {} with {name}: {bytes:?}",
                    row.method,
                    row.path
                );
            }
        }
    });
}

/// The names of the fields that our forms have, and some that they have not.
const FIELDS: &[&str] = &[
    "email",
    "password",
    "code",
    "token",
    "mrn",
    "family",
    "given",
    "month",
    "day",
    "year",
    "kind",
    "reason",
    "at",
    "after",
    "step",
    "search",
    "from",
    "to",
    "name",
    "phone",
    "fax",
    "address",
    "sponsor_there",
    "request",
    "actor",
    "act",
    "next",
    "npi",
    "terms",
    "description",
    "version",
    "note",
    "id",
    "account_id",
    "role",
    "state",
    "__proto__",
];

/// B19
#[test]
fn no_form_makes_the_portal_fail() {
    run(Engine::Sqlite, async |house| {
        let portal = Portal::of(house);
        let browsers = browsers(house, &portal).await;
        let mut runner = TestRunner::deterministic();
        let field = (prop::sample::select(FIELDS), nonsense());
        let form = (prop::collection::vec(field, 0..14), nonsense());
        for n in 0..rounds(12) {
            for row in ROUTES.iter().filter(|row| row.method == "post" && goes_on(row)) {
                let browser = browsers.of(row);
                let (fields, raw) = draw(&mut runner, &form);
                let mut body = format!("form_token={}", browser.form_token).into_bytes();
                if n % 4 == 0 {
                    body.push(b'&');
                    body.extend(&raw);
                } else {
                    for (name, value) in &fields {
                        let short = &value[..value.len().min(1500)];
                        body.extend(format!("&{name}={}", percent(short)).bytes());
                    }
                }
                let from = u32::try_from(n).unwrap();
                let request =
                    request(row, &path(row, "x"), browser, from).body(Body::from(body.clone())).unwrap();
                let status = portal.call(request).await.status;
                let sent = String::from_utf8_lossy(&body);
                assert!(!status.is_server_error(), "{status}: {} {} with {sent}", row.method, row.path);
            }
        }
    });
}

/// B19
#[test]
fn no_token_id_or_query_makes_the_portal_fail() {
    run(Engine::Sqlite, async |house| {
        let portal = Portal::demo_of(house);
        let browsers = browsers(house, &portal).await;
        let mut runner = TestRunner::deterministic();
        for n in 0..rounds(12) {
            for row in ROUTES.iter().filter(|row| goes_on(row)) {
                let browser = browsers.of(row);
                let (piece, query) = draw(&mut runner, &(nonsense(), nonsense()));
                let piece = percent(&piece[..piece.len().min(2000)]);
                let names = ["after", "kind", "notice", "patient", "next", "view", "x"];
                let query =
                    format!("{}={}", names[n % names.len()], percent(&query[..query.len().min(2000)]));
                let place = if piece.is_empty() { "%20" } else { &piece };
                let full = format!("{}?{query}", path(row, place));
                let request = request(row, &full, browser, 1)
                    .body(Body::from(format!("form_token={}", browser.form_token)))
                    .unwrap();
                let status = portal.call(request).await.status;
                assert!(!status.is_server_error(), "{status}: {} {full}", row.method);
            }
        }
    });
}

/// Spellings of `path` that some servers take for it.
fn lookalikes(path: &str) -> Vec<String> {
    let (head, tail) = path.rsplit_once('/').unwrap();
    let mut found = vec![
        format!("{path};x"),
        format!("{path};jsessionid=1"),
        format!("/{path}"),
        format!("{path}//"),
        format!("{head}//{tail}"),
        format!("{head}%2f{tail}"),
        format!("{head}%2F{tail}"),
        format!("{head}/.%2f{tail}"),
        format!("{path}%00"),
        format!("{path}%20"),
        format!("{path}."),
        format!("{head}/;/{tail}"),
        format!("/x/..{path}"),
        format!("/.{path}"),
        format!("/%2e{path}"),
        path.to_uppercase(),
        path.replace("/team", "/Team").replace("/account", "/Account").replace("/patients", "/paTients"),
    ];
    if path != "/" {
        found.push(format!("{path}/"));
        let first = tail.chars().next().unwrap();
        found.push(format!("{head}/%{:02x}{}", u32::from(first), &tail[first.len_utf8()..]));
    }
    found.retain(|other| other != path && other.starts_with('/'));
    found
}

/// How an address that names nothing is answered.
const NOWHERE: [StatusCode; 3] =
    [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED, StatusCode::BAD_REQUEST];

both_engines! {
    /// B18: a path has one spelling; every other one leads nowhere, for a stranger and for whoever may open the page.
    async fn no_other_spelling_of_a_protected_path_leads_anywhere(house: House) {
        let portal = Portal::of(house);
        let browsers = browsers(house, &portal).await;
        let nothing = Browser::default();
        let mut tried = 0;
        for row in ROUTES.iter().filter(|row| !row.path.contains('{') && goes_on(row)) {
            if !matches!(row.policy, Policy::SignedIn(..) | Policy::SteppedUp(_) | Policy::UploadBy(_) | Policy::HalfSignedIn) {
                continue;
            }
            for other in lookalikes(row.path) {
                for browser in [&nothing, browsers.of(row)] {
                    let request = request(row, &other, browser, 1)
                        .body(Body::from(format!("form_token={}", browser.form_token)))
                        .unwrap();
                    let answer = portal.call(request).await;
                    let (status, to) = (answer.status, answer.header("location"));
                    // A page of one thing may have a like address: it takes no form, or no such id, and a stranger is asked to
                    // sign in first.
                    let nowhere = NOWHERE.contains(&status);
                    let asked = browser.form_token.is_empty() && to.starts_with("/sign-in");
                    assert!(nowhere || asked, "{} {other}: {status} {to}", row.method);
                    tried += 1;
                }
            }
        }
        assert!(tried > 300, "{tried}");
    }
}
