//! Fifty sign-ins at once, again and again, while pages are read: the pages go on, and sign-ins beyond the queue are told to come back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use postern::app::App;
use tower::ServiceExt;

use super::chart::fetch;
use super::hospital::{Folder, filled};
use super::measure::Row;
use super::sign_in::{Visitor, give_passwords};
use super::{Outcome, chart, world};

const PATIENTS: u64 = 10_000;
const PAGES: usize = 400;
const AT_ONCE: u64 = 50;
const GOAL: f64 = 3.0;

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let folder = Folder::fresh("storm")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let db = filled(&runtime, &folder, PATIENTS)?;
    let (app, portal, path, cookie) = runtime.block_on(chart::portal(&db))?;
    runtime.block_on(give_passwords(&app, AT_ONCE))?;
    let (calm, stormy, counted) = runtime.block_on(async {
        read(&portal, &path, &cookie, 50).await?;
        let calm = read(&portal, &path, &cookie, PAGES).await?;
        let (over, counts) = (Arc::new(AtomicBool::new(false)), Arc::new(Counts::default()));
        let storm = tokio::spawn(storm(app.clone(), portal.clone(), Arc::clone(&over), Arc::clone(&counts)));
        let stormy = read(&portal, &path, &cookie, PAGES).await?;
        over.store(true, Ordering::SeqCst);
        storm.await?.map_err(|error| -> Box<dyn std::error::Error> { error.into() })?;
        Outcome::Ok((calm, stormy, counts))
    })?;
    runtime.block_on(db.close());
    let (calm, stormy) = (slowest(&calm), slowest(&stormy));
    let ratio = stormy / calm;
    let count = |of: &AtomicU64| of.load(Ordering::SeqCst);
    let (checked, sent_back, bare) =
        (count(&counted.checked), count(&counted.sent_back), count(&counted.bare));
    let all = checked + sent_back + bare;
    Ok(vec![
        Row {
            work: format!(
                "the slowest of 100 pages while {AT_ONCE} sign in at once; baseline nobody signs in"
            ),
            figure: format!("{:.1} ms", stormy * 1e3),
            baseline: format!("{:.1} ms", calm * 1e3),
            ratio: format!("{ratio:.2}x"),
            goal: format!("at most {GOAL}x"),
            passed: ratio <= GOAL,
        },
        Row {
            work: "sign-ins of that storm beyond the queue, told when to come back".to_owned(),
            figure: format!("{sent_back} of {all}"),
            baseline: format!("{checked} checked"),
            ratio: String::new(),
            goal: "503 with Retry-After, no other refusal".to_owned(),
            passed: sent_back > 0 && checked > 0 && bare == 0,
        },
    ])
}

/// How the storm was answered.
#[derive(Default)]
struct Counts {
    checked: AtomicU64,
    sent_back: AtomicU64,
    bare: AtomicU64,
}

/// Waves of sign-ins until it is `over`, each from a network of its own.
async fn storm(app: App, portal: Router, over: Arc<AtomicBool>, counts: Arc<Counts>) -> Result<(), String> {
    let visitor = Visitor::of(&app).map_err(|e| e.to_string())?;
    let mut network = 0;
    while !over.load(Ordering::SeqCst) {
        let mut wave = tokio::task::JoinSet::new();
        for n in 0..AT_ONCE {
            network += 1;
            let fields = format!("email={}&password=wrong+but+long+enough", world::provider(n).1);
            let request = visitor.post("/sign-in", network, &fields).map_err(|e| e.to_string())?;
            let portal = portal.clone();
            wave.spawn(async move { portal.oneshot(request).await });
        }
        while let Some(answer) = wave.join_next().await {
            let answer = answer.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
            let kind = match answer.status() {
                StatusCode::UNPROCESSABLE_ENTITY => &counts.checked,
                StatusCode::SERVICE_UNAVAILABLE if answer.headers().contains_key(header::RETRY_AFTER) => {
                    &counts.sent_back
                }
                _ => &counts.bare,
            };
            kind.fetch_add(1, Ordering::SeqCst);
        }
    }
    Ok(())
}

/// Wall time of each of `count` pages, in seconds.
async fn read(portal: &Router, path: &str, cookie: &str, count: usize) -> Outcome<Vec<f64>> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let local = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
        let request = Request::get(path).header(header::HOST, "localhost:8080");
        let request = request.header(header::COOKIE, cookie).extension(local).body(Body::empty())?;
        let began = Instant::now();
        fetch(portal, request).await?;
        times.push(began.elapsed().as_secs_f64());
    }
    Ok(times)
}

/// The time that 99 of 100 pages keep to.
fn slowest(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() * 99 / 100).copied().unwrap_or(f64::NAN)
}
