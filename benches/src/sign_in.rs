//! Whether the time of an answer tells an address that has an account from one that has none: wrong passwords, and forgotten ones.
//!
//! Known and unknown addresses alternate, each call from a network of its own. What a stranger could learn is the area under the
//! curve: 0.5 when the times of both are alike, 1 when every one of the one takes longer than every one of the other.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use cpu_time::ProcessTime;
use postern::app::App;
use postern::app::sign_in::{form_token, new_visit, password_hash, set_credentials, visit_form_key};
use postern::domain::ids::AccountId;
use tower::ServiceExt;

use super::hospital::{Folder, filled, runtime};
use super::measure::Row;
use super::{Outcome, chart, world};

const PATIENTS: u64 = 10_000;
/// Pairs of a known and an unknown address.
const PAIRS: u64 = 1_000;
/// Pairs before they count.
const WARM_UP: u64 = 20;
const GOAL: f64 = 0.55;

const PASSWORD: &str = "purple otters glide at dawn";
const SECRET: &[u8] = b"12345678901234567890";

/// A browser that has looked at the sign-in page.
pub(crate) struct Visitor {
    cookie: String,
    token: String,
}

impl Visitor {
    /// A new one.
    pub(crate) fn of(app: &App) -> Outcome<Self> {
        let visit = new_visit(app)?;
        let key = visit_form_key(&app.keys, visit.as_str()).ok_or("a visit without a key")?;
        Ok(Self { cookie: format!("postern-visitor={}", visit.as_str()), token: form_token(&key) })
    }

    /// A form of our own page from the `n`-th network.
    pub(crate) fn post(&self, path: &str, n: u64, fields: &str) -> Outcome<Request<Body>> {
        let [_, _, _, _, _, a, b, c] = n.to_be_bytes();
        let network = ConnectInfo(SocketAddr::from(([10, a, b, c], 40_000)));
        let request = Request::post(path)
            .header(header::HOST, "localhost:8080")
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .extension(network)
            .body(Body::from(format!("form_token={}&{fields}", self.token)))?;
        Ok(request)
    }
}

/// Gives each of `count` providers a password.
pub(crate) async fn give_passwords(app: &App, count: u64) -> Outcome<()> {
    let hash = password_hash(PASSWORD, [1; 16])?;
    let mut tx = app.db.begin().await?;
    for n in 0..count {
        set_credentials(app, &mut tx, AccountId(world::provider(n).0), &hash, SECRET).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Times of known and of unknown addresses, in seconds.
#[derive(Default)]
struct Times {
    known: Vec<f64>,
    unknown: Vec<f64>,
}

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("sign-in")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let (app, portal, _, _) = runtime.block_on(chart::portal(&db))?;
    runtime.block_on(give_passwords(&app, PAIRS + WARM_UP))?;
    let visitor = Visitor::of(&app)?;
    let mut rows = Vec::new();
    for (path, rest, expected, work) in [
        ("/sign-in", "&password=wrong+but+long+enough", StatusCode::UNPROCESSABLE_ENTITY, "a wrong password"),
        ("/reset", "", StatusCode::OK, "a forgotten password"),
    ] {
        let (mut wall, mut cpu) = (Times::default(), Times::default());
        for n in 0..PAIRS + WARM_UP {
            // Known first in every other pair.
            for of_known in [n % 2 == 0, n % 2 == 1] {
                let address = world::provider(n).1;
                let address = if of_known { address } else { address.replacen('p', "q", 1) };
                let network = 2 * n + u64::from(of_known);
                let request = visitor.post(path, network, &format!("email={address}{rest}"))?;
                let (began, used) = (Instant::now(), ProcessTime::now());
                let status = runtime.block_on(status(&portal, request))?;
                let took = (began.elapsed().as_secs_f64(), used.elapsed().as_secs_f64());
                if status != expected {
                    return Err(format!("{path} answered {status} for {address}").into());
                }
                if n >= WARM_UP {
                    let into = |times: &mut Times, took| {
                        if of_known { times.known.push(took) } else { times.unknown.push(took) }
                    };
                    into(&mut wall, took.0);
                    into(&mut cpu, took.1);
                }
            }
        }
        rows.push(row(work, &wall, &cpu));
    }
    runtime.block_on(db.close());
    Ok(rows)
}

async fn status(portal: &Router, request: Request<Body>) -> Outcome<StatusCode> {
    let answer = portal.clone().oneshot(request).await?;
    let status = answer.status();
    to_bytes(answer.into_body(), 1_000_000).await?;
    Ok(status)
}

/// How well the times of the one tell it from the other: from 0.5, not at all, to 1, always.
#[expect(clippy::cast_precision_loss, reason = "a million comparisons")]
fn area(times: &Times) -> f64 {
    let mut longer = 0.0;
    for known in &times.known {
        for unknown in &times.unknown {
            longer += match known.total_cmp(unknown) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    let area = longer / (times.known.len() * times.unknown.len()) as f64;
    area.max(1.0 - area)
}

fn middle(all: &[f64]) -> f64 {
    let mut all = all.to_vec();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn row(work: &str, wall: &Times, cpu: &Times) -> Row {
    let (by_wall, by_cpu) = (area(wall), area(cpu));
    let milliseconds = |all: &[f64]| format!("{:.2} ms", middle(all) * 1e3);
    Row {
        work: format!("{work}, known by unknown address, {PAIRS} pairs"),
        figure: milliseconds(&wall.known),
        baseline: milliseconds(&wall.unknown),
        ratio: format!("AUC {by_wall:.3} (CPU {by_cpu:.3})"),
        goal: format!("AUC below {GOAL}"),
        passed: by_wall < GOAL && by_cpu < GOAL,
    }
}
