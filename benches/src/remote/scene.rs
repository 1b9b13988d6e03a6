//! The portal over a remote feed, somebody signed in who is the PCP of everyone there, and the same questions asked bare.

use std::collections::HashSet;
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use postern::adapters::feed::fhir::Settings;
use postern::adapters::feed::remote::{Credentials, RemoteFeed, SourceSettings, TIME_LIMIT};
use postern::app::App;
use postern::app::feed_sync::before_search;
use postern::app::ports::WAIT_AT_MOST;
use postern::app::sign_in::Hashing;
use postern::domain::ids::{AccountId, Mrn, PatientId};
use postern::domain::patient_search::Query;
use postern::store::{Db, patients};
use postern::web::site::Inner;
use postern::web::{Site, router};
use reqwest::Client;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::super::{Outcome, chart, world};
use super::record::{self, NPI};

/// Requests under way at once to one source, as the portal keeps to.
const AT_ONCE: usize = 8;
/// The look before this one: what was filed since is new.
const LAST_LOOK: i64 = -2 * 86_400;
/// The age of directory facts at which the portal, as it comes, asks for them anew.
pub(crate) const BY_DEFAULT: i64 = 60;
/// Directory facts are asked for at every opening.
pub(crate) const ALWAYS: i64 = 0;

/// The portal over a FHIR server.
pub(crate) struct Scene {
    /// The use cases.
    pub(crate) app: App,
    /// The pages.
    pub(crate) portal: Router,
}

/// The portal over `db` and the FHIR server at `url`, whose directory facts are good for `facts_seconds`.
pub(crate) async fn scene(db: &Db, url: &str, facts_seconds: i64) -> Outcome<Scene> {
    let app = chart::app(db, world::now()?).await?;
    over(&app, url, facts_seconds)
}

/// `app` over the FHIR server at `url`.
pub(crate) fn over(app: &App, url: &str, facts_seconds: i64) -> Outcome<Scene> {
    let reading = Settings {
        zone: "America/New_York".parse()?,
        mrn_system: String::new(),
        practice_system: String::new(),
    };
    let settings = SourceSettings {
        url: url.to_owned(),
        credentials: Credentials::None,
        reading,
        time_limit: TIME_LIMIT,
        patience: WAIT_AT_MOST,
        facts_seconds: Some(facts_seconds),
        writes: false,
        notify: None,
    };
    let feed = RemoteFeed::new(settings, app.db.clone(), Arc::clone(&app.clock))?;
    let app = App { feed: Arc::new(feed), ..app.clone() };
    let portal = router(&site(&app));
    Ok(Scene { app, portal })
}

fn site(app: &App) -> Site {
    Site::new(Inner {
        app: app.clone(),
        hashing: Hashing::for_this_machine(),
        base_url: "http://localhost:8080".to_owned(),
        trusted_proxies: Vec::new(),
        demo: None,
    })
}

/// The account of the PCP.
pub(crate) fn pcp() -> AccountId {
    AccountId(world::provider(1).0)
}

/// Signs the PCP in and lets the portal find everybody whom the server knows, each seen before: the cookie, and the ids in the server's
/// order.
pub(crate) async fn settle(scene: &Scene) -> Outcome<(String, Vec<PatientId>)> {
    let app = &scene.app;
    let Db::Sqlite { write, .. } = &app.db else { return Err("not SQLite".into()) };
    let (account, email) = world::provider(1);
    sqlx::query("update provider set npi = $1 where id = (select provider_id from account where id = $2)")
        .bind(NPI)
        .bind(account)
        .execute(write)
        .await?;
    let site = site(app);
    let secret = chart::sign_in(app, &site, pcp(), &email).await?;
    let now = app.clock.now();
    let mut ids = Vec::new();
    for patient in record::patients() {
        let mrn = Mrn::parse(&patient.mrn)?;
        before_search(app, &Query::Mrn(mrn.clone()), now).await?;
        let found = patients::by_mrn(&app.db, &mrn, app.clock.now()).await?;
        let id = found.ok_or("the portal did not find the patient")?;
        let seen = now.plus_seconds(LAST_LOOK).micros();
        sqlx::query(
            "insert into recent_view (account_id, patient_id, viewed_at, last_at) values ($1, $2, $3, $3)",
        )
        .bind(account)
        .bind(id.0)
        .bind(seen)
        .execute(write)
        .await?;
        ids.push(id);
    }
    Ok((format!("{}={secret}", site.cookie_name()), ids))
}

/// A page of the portal, asked for by whoever holds `cookie`.
pub(crate) fn page(path: &str, cookie: &str) -> Outcome<Request<Body>> {
    let local = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
    let request = Request::get(path).header(header::HOST, "localhost:8080").header(header::COOKIE, cookie);
    Ok(request.extension(local).body(Body::empty())?)
}

/// The path of a chart's summary.
pub(crate) fn summary(patient: PatientId) -> String {
    format!("/charts/{patient}")
}

/// A bare client.
pub(crate) fn client() -> Outcome<Client> {
    Ok(Client::builder().no_proxy().build()?)
}

/// What the portal asked, each URL once, in chains: the pages of a search follow one another, searches go side by side.
pub(crate) fn chains(asked: &[String]) -> Vec<Vec<String>> {
    let mut seen = HashSet::new();
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    for url in asked.iter().filter(|url| seen.insert(*url)) {
        let path = url.split('?').next().unwrap_or_default();
        match all.iter_mut().find(|(of, _)| *of == path) {
            Some((_, chain)) => chain.push(url.clone()),
            None => all.push((path, vec![url.clone()])),
        }
    }
    all.into_iter().map(|(_, chain)| chain).collect()
}

/// The bytes at `url`.
pub(crate) async fn bytes(client: &Client, url: &str) -> Outcome<Bytes> {
    let answer = client.get(url).header("accept", "application/fhir+json").send().await?;
    Ok(answer.error_for_status()?.bytes().await?)
}

/// Fetches and parses every URL of `chains`.
pub(crate) async fn bare(client: &Client, chains: &[Vec<String>]) -> Outcome<()> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut all = JoinSet::new();
    for chain in chains.iter().cloned() {
        let (client, places) = (client.clone(), Arc::clone(&places));
        all.spawn(async move {
            for url in chain {
                let _place = places.acquire().await.map_err(|e| e.to_string())?;
                let bytes = bytes(&client, &url).await.map_err(|e| e.to_string())?;
                let value: Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
                black_box(value);
            }
            Ok::<(), String>(())
        });
    }
    while let Some(done) = all.join_next().await {
        done??;
    }
    Ok(())
}
