//! The record out of a remote FHIR server: what the portal adds to fetching and parsing it, how long a page waits, what it holds.
//!
//! The server is a process of its own with prebuilt bytes: nothing of it counts on either side.

mod memory;
mod record;
mod scene;
mod server;

use std::hint::black_box;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::http::header;
use postern::app::App;
use postern::app::access::{self, Asked, Context, Opened};
use postern::app::charts::{self, Part};
use postern::app::ports::Wanted;
use postern::domain::calendar::Instant;
use postern::domain::chart::flowsheet::{Filter, filtered, panels};
use postern::domain::chart::{AllergyStatement, Banner, Section};
use postern::domain::ids::PatientId;
use postern::domain::language::Language;
use postern::views::chart::results::{self, Empty, Results};
use postern::views::chart::{Loaded, Shell};
use postern::views::layout::{Frame, NavItem};
use postern::views::paths::Layout;
use reqwest::Client;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::chart::fetch;
use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::{Outcome, say, world};
pub(crate) use memory::{OPEN, open};
use record::OBSERVATIONS;
use scene::{ALWAYS, BY_DEFAULT, Scene, bare, bytes, chains, client, over, page, scene, settle, summary};
use server::{Pace, SLOWEST, Server};
pub(crate) use server::{SERVE, serve};

const PATIENTS: u64 = 1_000;
/// Pages in one round.
const PAGES: u32 = 4;
const OVER_THE_BYTES: f64 = 1.5;
const OVER_THE_SLOWEST: f64 = 1.2;
const OVER_THE_PARSER: f64 = 2.0;
/// Bytes of a summary as it travels.
const PACKED: usize = 20_000;

/// What every row works with.
struct Stage<'a> {
    runtime: &'a Runtime,
    server: &'a Server,
    client: &'a Client,
    cookie: &'a str,
}

impl Stage<'_> {
    fn shown(&self, portal: &Router, path: &str) -> Outcome<String> {
        self.runtime.block_on(async { fetch(portal, page(path, self.cookie)?).await })
    }

    /// What `work` asks the server.
    fn asked(&self, work: impl FnOnce() -> Outcome<()>) -> Outcome<Vec<String>> {
        self.runtime.block_on(self.server.asked(self.client))?;
        work()?;
        self.runtime.block_on(self.server.asked(self.client))
    }
}

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("remote")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let server = Server::start()?;
    let strict = runtime.block_on(scene(&db, &server.url, ALWAYS))?;
    let (cookie, ids) = runtime.block_on(settle(&strict))?;
    let client = client()?;
    let [short, long, ..] = ids.as_slice() else { return Err("no patients".into()) };
    let stage = Stage { runtime: &runtime, server: &server, client: &client, cookie: &cookie };
    let mut rows = whole_page(&stage, &strict, *long)?;
    rows.push(side_by_side(&stage, &over(&strict.app, &server.url, BY_DEFAULT)?, *short)?);
    rows.extend(results_alone(&stage, &strict.app, *long)?);
    rows.extend(memory::measure(&server)?);
    rows.push(packed(&stage, &strict.portal, *long)?);
    runtime.block_on(db.close());
    Ok(rows)
}

/// The summary through the whole portal, against fetching and parsing what it asks for.
fn whole_page(stage: &Stage<'_>, scene: &Scene, patient: PatientId) -> Outcome<Vec<Row>> {
    let path = summary(patient);
    for _ in 0..2 {
        let shown = stage.shown(&scene.portal, &path)?;
        if !shown.contains("Analyte 1") {
            return Err("the page does not show the results".into());
        }
    }
    let asked = stage.asked(|| stage.shown(&scene.portal, &path).map(drop))?;
    let chains = chains(&asked);
    let once: usize = chains.iter().map(Vec::len).sum();
    say(&format!("the summary asks for {} URLs, {once} of them different", asked.len()));
    let pair = alternate(
        &mut || (0..PAGES).try_for_each(|_| stage.runtime.block_on(bare(stage.client, &chains))),
        &mut || (0..PAGES).try_for_each(|_| stage.shown(&scene.portal, &path).map(drop)),
    )?;
    let work = format!(
        "the summary of a remote record, {OBSERVATIONS} observations; baseline its {once} answers fetched and parsed"
    );
    Ok(vec![pair.at_most(OVER_THE_BYTES, &work, PAGES)])
}

/// The summary while each kind takes its own time, against the slowest kind alone.
fn side_by_side(stage: &Stage<'_>, scene: &Scene, patient: PatientId) -> Outcome<Row> {
    let path = summary(patient);
    let show = || stage.shown(&scene.portal, &path).map(drop);
    show()?;
    let asked = stage.asked(show)?;
    let slowest =
        asked.iter().find(|url| url.contains(SLOWEST)).ok_or("the slowest kind was not asked for")?;
    stage.runtime.block_on(stage.server.slow(stage.client, Pace::Slow))?;
    let slowly = stage.asked(show)?;
    let different: usize = chains(&slowly).iter().map(Vec::len).sum();
    say(&format!("of a slow server it asks for {} URLs, {different} of them different", slowly.len()));
    let pair = alternate(
        &mut || stage.runtime.block_on(async { bytes(stage.client, slowest).await.map(drop) }),
        &mut || show(),
    )?;
    stage.runtime.block_on(stage.server.slow(stage.client, Pace::Fast))?;
    let work = "the summary while each kind takes 0.1 to 0.6 s; baseline the slowest kind alone";
    Ok(pair.at_most_by_the_clock(OVER_THE_SLOWEST, work))
}

/// Results read through the feed and shown, against parsing the same bytes, and against fetching and parsing them.
fn results_alone(stage: &Stage<'_>, app: &App, patient: PatientId) -> Outcome<Vec<Row>> {
    let opened = stage.runtime.block_on(opened(app, patient))?;
    let show = || stage.runtime.block_on(results_page(app, &opened, patient)).map(drop);
    show()?;
    let chains = chains(&stage.asked(show)?);
    let mut held: Vec<Bytes> = Vec::new();
    for url in chains.iter().flatten() {
        held.push(stage.runtime.block_on(bytes(stage.client, url))?);
    }
    let size: usize = held.iter().map(Bytes::len).sum();
    say(&format!("the results are {size} bytes in {} answers", held.len()));
    let mut pages = || (0..PAGES).try_for_each(|_| show());
    let parsed = alternate(&mut || (0..PAGES).try_for_each(|_| parse(&held)), &mut pages)?;
    let fetched = alternate(
        &mut || (0..PAGES).try_for_each(|_| stage.runtime.block_on(bare(stage.client, &chains))),
        &mut pages,
    )?;
    let work = format!("{OBSERVATIONS} observations fetched, read and shown; baseline the same bytes");
    Ok(vec![
        parsed.at_most(OVER_THE_PARSER, &format!("{work} parsed"), PAGES),
        fetched.told(&format!("{work} fetched and parsed"), PAGES),
    ])
}

fn parse(held: &[Bytes]) -> Outcome<()> {
    for bytes in held {
        black_box(serde_json::from_slice::<Value>(bytes)?);
    }
    Ok(())
}

/// The chart, opened by the PCP.
async fn opened(app: &App, patient: PatientId) -> Outcome<Box<Opened>> {
    let context = Context { now: app.clock.now(), request_id: String::new(), network: String::new() };
    let viewer = access::viewer(app, scene::pcp()).await?.ok_or("no such account")?;
    match access::open(app, &viewer, patient, Some(Section::Results), &context).await? {
        Asked::Opened(opened) => Ok(opened),
        Asked::Turned(_) => Err("the chart was not opened".into()),
    }
}

/// The page of the results, as its handler makes it, but for what stands around it.
async fn results_page(app: &App, opened: &Opened, patient: PatientId) -> Outcome<String> {
    let wanted = Wanted::default();
    let Part::Here(items) = charts::items(app, &opened.permit, Section::Results, wanted).await? else {
        return Err("the results are not there".into());
    };
    let (frame, filter) = (frame(world::now()?)?, Filter::default());
    let offered = panels(&items);
    let tests = filtered(items, &filter, frame.now, frame.zone);
    let model = Results {
        shell: shell(patient),
        section: Section::Results,
        tests: Loaded::Here(tests),
        panels: offered,
        filter,
        layout: Layout::from_word(""),
        before: None,
        is_empty: Empty::Something,
    };
    Ok(results::page(&frame, &model).into_string())
}

fn frame(now: Instant) -> Outcome<Frame> {
    Ok(Frame {
        hospital_name: "A hospital".to_owned(),
        phone: "212-555-0100".to_owned(),
        demo: false,
        viewer: None,
        form_token: String::new(),
        nonce: String::new(),
        assets: postern::web::assets::urls(),
        zone: world::cycles()?.zone(),
        now,
        current: NavItem::None,
        language: Language::English,
    })
}

fn shell(id: PatientId) -> Shell {
    Shell {
        id,
        banner: Banner {
            family: "Abshire".to_owned(),
            given: "Robin".to_owned(),
            birth_date: time::macros::date!(2012 - 03 - 14),
            sex: "female".to_owned(),
            mrn: String::new(),
            language: String::new(),
            deceased_on: None,
            pcps: Vec::new(),
        },
        allergies: AllergyStatement::NotRecorded,
        unknown: false,
        why: Vec::new(),
        limited: false,
        part2: false,
        former_mrns: Vec::new(),
        tabs: Vec::new(),
        sources: None,
        since: None,
    }
}

/// The summary as a browser takes it: compressed.
fn packed(stage: &Stage<'_>, portal: &Router, patient: PatientId) -> Outcome<Row> {
    let path = summary(patient);
    let plain = stage.shown(portal, &path)?.len();
    let size = stage.runtime.block_on(async {
        let mut request = page(&path, stage.cookie)?;
        request.headers_mut().insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static("gzip"));
        let answer = portal.clone().oneshot(request).await?;
        if answer.headers().get(header::CONTENT_ENCODING).is_none_or(|kind| kind != "gzip") {
            return Err("the page is not compressed".into());
        }
        Outcome::Ok(to_bytes(answer.into_body(), 10_000_000).await?.len())
    })?;
    let kilobytes = |bytes: usize| format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100);
    Ok(Row {
        work: "the summary's HTML compressed; baseline plain".to_owned(),
        figure: kilobytes(size),
        baseline: kilobytes(plain),
        ratio: format!("1 to {}", plain / size.max(1)),
        goal: format!("at most {}", kilobytes(PACKED)),
        passed: size <= PACKED,
    })
}
