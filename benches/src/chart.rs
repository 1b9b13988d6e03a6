//! The summary page of a long record through the whole portal, against axum with the same section queries bare and maud.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use postern::adapters::clock::StartedClock;
use postern::adapters::entropy::SystemEntropy;
use postern::adapters::feed::embedded::EmbeddedFeed;
use postern::app::audit::AuditLog;
use postern::app::ports::Clock;
use postern::app::sign_in::{
    Client, CodeAnswer, Hashing, PasswordAnswer, check_code, check_password, password_hash, set_credentials,
    totp_code,
};
use postern::app::{App, Hospital, Keys, Outside};
use postern::domain::access::{Action, Basis, decide};
use postern::domain::calendar::Instant;
use postern::domain::chart::Section;
use postern::domain::chart::sensitivity::Labels;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::access_facts::{Those, patients, viewers};
use postern::store::{Db, Stamp, all_statements};
use postern::web::site::Inner;
use postern::web::{Site, router};
use sqlx::SqlitePool;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use uuid::Uuid;

use super::hospital::{Folder, filled, runtime};
use super::measure::{Row, alternate};
use super::world::{self, Question};
use super::{Outcome, record};

const PATIENTS: u64 = 10_000;
/// Pages in one round.
const PAGES: u32 = 100;
const GOAL: f64 = 3.0;

const PASSWORD: &str = "purple otters glide at dawn";
const SECRET: &[u8] = b"12345678901234567890";

/// The sections of the summary and how many items of each are read, as the page reads them; `None` reads all.
const SECTIONS: [(Section, Option<i64>); 9] = [
    (Section::Results, Some(120)),
    (Section::Vitals, Some(120)),
    (Section::Problems, None),
    (Section::Medications, None),
    (Section::Allergies, None),
    (Section::Immunizations, Some(8)),
    (Section::Notes, Some(6)),
    (Section::Visits, Some(6)),
    (Section::Appointments, None),
];

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("chart")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let (_, portal, path, cookie) = runtime.block_on(portal(&db))?;
    let patient: Uuid = path.rsplit('/').next().unwrap_or_default().parse()?;
    let bare = bare(&db, patient)?;
    let signed_in = |path: &str| {
        let local = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
        let request = Request::builder().uri(path).header(header::HOST, "localhost:8080");
        request.header(header::COOKIE, &cookie).extension(local).body(Body::empty())
    };
    let page = runtime.block_on(fetch(&portal, signed_in(&path)?))?;
    let same = runtime.block_on(fetch(&bare, signed_in("/")?))?;
    if !page.contains("Analyte 1") || !same.contains("Analyte 1") {
        return Err("the page does not show the results".into());
    }
    let many = |service: &Router, path: &str| -> Outcome<()> {
        let (runtime, service): (&Runtime, &Router) = (&runtime, service);
        runtime.block_on(async {
            for _ in 0..PAGES {
                fetch(service, signed_in(path)?).await?;
            }
            Ok(())
        })
    };
    let pair = alternate(&mut || many(&bare, "/"), &mut || many(&portal, &path))?;
    runtime.block_on(db.close());
    let work = "the chart summary, 5,000 results; baseline axum, its section queries, maud";
    Ok(vec![pair.at_most(GOAL, work, PAGES)])
}

/// The page that `service` answers `request` with.
pub(crate) async fn fetch(service: &Router, request: Request<Body>) -> Outcome<String> {
    let answer = service.clone().oneshot(request).await?;
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 10_000_000).await?;
    let body = String::from_utf8_lossy(&bytes).into_owned();
    if status == StatusCode::OK { Ok(body) } else { Err(format!("{status}: {body}").into()) }
}

/// The application over `db`, with a clock that starts at `now` and no outside.
pub(crate) async fn app(db: &Db, now: Instant) -> Outcome<App> {
    app_writing(db, now, Uuid::from_u128(0xA0D17)).await
}

/// The same with its audit in the new chain `chain`: for a second process over one database.
pub(crate) async fn app_writing(db: &Db, now: Instant, chain: Uuid) -> Outcome<App> {
    let clock: Arc<dyn Clock> = Arc::new(StartedClock::at(now));
    let keys = Keys { audit: [7; 32], seal: [9; 32] };
    let audit = AuditLog::open(db.clone(), keys.audit, chain, now).await?;
    Ok(App {
        db: db.clone(),
        audit,
        clock: Arc::clone(&clock),
        entropy: Arc::new(SystemEntropy),
        feed: Arc::new(EmbeddedFeed::new(db.clone(), clock)),
        hospital: Arc::new(Hospital {
            name: "A hospital".to_owned(),
            phone: "212-555-0100".to_owned(),
            cycles: world::cycles()?,
            allowed_labels: Labels::default(),
            holidays: Vec::new(),
            closes: time::macros::time!(17:00),
            emergency_access: false,
        }),
        keys: Arc::new(keys),
        passkeys: None,
        outside: Outside::default(),
    })
}

/// The portal, the path of a long chart, and the cookie of its PCP's session.
pub(crate) async fn portal(db: &Db) -> Outcome<(App, Router, String, String)> {
    let now = world::now()?;
    let app = app(db, now).await?;
    let question = pcp(db).await?;
    record::fill(db, question.patient, now.micros()).await?;
    let site = Site::new(Inner {
        app: app.clone(),
        hashing: Hashing::for_this_machine(),
        base_url: "http://localhost:8080".to_owned(),
        trusted_proxies: Vec::new(),
        demo: None,
    });
    let secret = sign_in(&app, &site, AccountId(question.account), &question.email()).await?;
    let cookie = format!("{}={secret}", site.cookie_name());
    Ok((app, router(&site), format!("/charts/{}", question.patient), cookie))
}

/// A PCP who may see the patient.
async fn pcp(db: &Db) -> Outcome<Question> {
    let (cycles, now) = (world::cycles()?, world::now()?);
    for n in (0..1_000).map(|n| n * 18) {
        let question = world::question(n, PATIENTS);
        let (account, patient) = (AccountId(question.account), PatientId(question.patient));
        let viewer = viewers(db, Those::One(account), &cycles).await?;
        let facts = patients(db, Those::One(patient), cycles.zone()).await?;
        if let (Some(viewer), Some(facts)) = (viewer.get(&account), facts.get(&patient))
            && decide(viewer, facts, Action::OpenChart, now).bases().any(|b| b == Basis::Pcp)
        {
            return Ok(question);
        }
    }
    Err("the world has no PCP who may see the patient".into())
}

/// Gives `account` a password and a factor, and signs it in with both: the secret of its session.
pub(crate) async fn sign_in(app: &App, site: &Site, account: AccountId, email: &str) -> Outcome<String> {
    let client = Client {
        network: "127.0.0.1".to_owned(),
        device: "A browser".to_owned(),
        request_id: "r1".to_owned(),
    };
    let hash = password_hash(PASSWORD, [1; 16])?;
    let mut tx = app.db.begin().await?;
    set_credentials(app, &mut tx, account, &hash, SECRET).await?;
    tx.commit().await?;
    let PasswordAnswer::GoOn { cookie } =
        check_password(app, &site.hashing, email, PASSWORD, &client).await?
    else {
        return Err("the password was refused".into());
    };
    let code = totp_code(SECRET, app.clock.now());
    match check_code(app, &site.hashing, cookie.as_str(), &code, &client).await? {
        CodeAnswer::SignedIn { cookie } => Ok(cookie.as_str().to_owned()),
        _ => Err("the code was refused".into()),
    }
}

/// What the bare page works with.
#[derive(Clone)]
struct Bare {
    read: SqlitePool,
    items: &'static str,
    person: &'static str,
    patient: Uuid,
}

/// A service that reads the same sections with the portal's own statements and shows every row.
fn bare(db: &Db, patient: Uuid) -> Outcome<Router> {
    let Db::Sqlite { read, .. } = db else { return Err("not SQLite".into()) };
    let statements = all_statements();
    let text = |name: &str, like: &str| {
        let found = statements.iter().find(|(of, sql)| *of == name && sql.contains(like));
        found.map(|(_, sql)| *sql).ok_or_else(|| format!("no statement {name}"))
    };
    let state = Bare {
        read: read.clone(),
        items: text("PAGE", "from chart_item")?,
        person: text("BANNER", "from patient p")?,
        patient,
    };
    Ok(Router::new().route("/", get(bare_page)).with_state(state))
}

#[derive(sqlx::FromRow)]
struct Item {
    id: Uuid,
    at: Stamp,
    until: Option<Stamp>,
    title: String,
    code: String,
    status: String,
    category: String,
    number: Option<f64>,
    comparator: String,
    text: String,
    unit: String,
    low: Option<f64>,
    high: Option<f64>,
    range: String,
    flag: String,
    actor: String,
    detail: String,
    labels: i64,
}

type Person = (String, String, time::Date, String, String, Option<time::Date>, String);

async fn bare_page(State(bare): State<Bare>) -> Result<Markup, StatusCode> {
    read_and_show(&bare).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn read_and_show(bare: &Bare) -> Result<Markup, sqlx::Error> {
    let person: Person = sqlx::query_as(bare.person).bind(bare.patient).fetch_one(&bare.read).await?;
    let withheld = Labels::PART2.bits();
    let read = |(section, limit): (Section, Option<i64>)| {
        let query = sqlx::query_as::<_, Item>(bare.items).bind(bare.patient).bind(section.word());
        let query = query.bind(withheld).bind(withheld).bind(withheld).bind(withheld);
        query.bind(limit.unwrap_or(i64::MAX)).fetch_all(&bare.read)
    };
    let [a, b, c, d, e, f, g, h, i] = SECTIONS.map(read);
    let (a, b, c, d, e, f, g, h, i) = tokio::try_join!(a, b, c, d, e, f, g, h, i)?;
    let (family, given, birth_date, sex, language, _, mrn) = person;
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head { title { (family) ", " (given) } }
            body {
                p { (family) ", " (given) " " (birth_date) " " (sex) " " (language) " " (mrn) }
                @for ((section, _), items) in SECTIONS.iter().zip([a, b, c, d, e, f, g, h, i]) {
                    h2 { (section) }
                    table {
                        @for item in &items { (line(item)) }
                    }
                }
            }
        }
    })
}

fn line(item: &Item) -> Markup {
    html! {
        tr {
            td { (item.title) " " (item.category) " " (item.status) }
            td { (item.comparator) @if let Some(n) = item.number { (n) } " " (item.unit) " " (item.text) }
            td { (item.range) @if let (Some(low), Some(high)) = (item.low, item.high) { (low) " to " (high) } " " (item.flag) }
            td { (item.at.0.rfc3339()) @if let Some(until) = item.until { " " (until.0.rfc3339()) } }
            td { a href={ "/" (item.id) } { (item.code) } " " (item.actor) " " (item.detail) " " (item.labels) }
        }
    }
}
