//! A mail scanner follows every link of every letter, by GET and by HEAD, before its reader does: nothing changes by that, and each
//! link still works afterwards.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::verifying::{Checked, keep_checklist};
use postern::app::family::staff_check::{Person, Typed, ask};
use postern::app::sign_in::Client;
use postern::domain::calendar::parse_date;
use postern::domain::family::authority::Capacity;
use postern::domain::language::Language;
use postern::domain::people::Role;
use postern::domain::request::RequestState;
use postern::domain::verification::CallOutcome;
use postern::letters::{Letterhead, samples};
use postern::store::{Db, requests};
use sqlx::AssertSqlSafe;

use crate::support::letters::letters;
use crate::support::pcp::{at, call, member, now, sound};
use crate::support::portal::{BASE, Browser, Portal};
use crate::support::{House, both_engines};

/// What every request leaves behind, whoever makes it.
const TRACES: &[&str] =
    &["audit_row", "audit_chain", "session", "sign_in_throttle", "throttle", "_sqlx_migrations"];

/// Every table but those, with all that is in it.
async fn contents(house: &House) -> BTreeMap<String, String> {
    let names = match house.db() {
        Db::Sqlite { .. } => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        }
        Db::Postgres(_) => {
            "select table_name::text from information_schema.tables where table_schema = 'public'"
        }
    };
    let mut all = BTreeMap::new();
    for table in texts(house, names.to_owned()).await.into_iter().filter(|t| !TRACES.contains(&t.as_str())) {
        let rows = match house.db() {
            Db::Sqlite { .. } => {
                let columns = texts(house, format!("select name from pragma_table_info('{table}')")).await;
                let row: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                format!("select {} from \"{table}\"", row.join(" || ',' || "))
            }
            Db::Postgres(_) => format!("select t::text from \"{table}\" t"),
        };
        let mut rows = texts(house, rows).await;
        rows.sort_unstable();
        all.insert(table, rows.join("\n"));
    }
    all
}

async fn texts(house: &House, sql: String) -> Vec<String> {
    let sql = AssertSqlSafe(sql);
    let rows: Vec<(String,)> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    rows.into_iter().map(|(text,)| text).collect()
}

fn head(house: &House) -> Letterhead {
    let hospital = &house.app.hospital;
    Letterhead {
        hospital: hospital.name.clone(),
        phone: hospital.phone.clone(),
        zone: hospital.cycles.zone(),
        base_url: BASE.to_owned(),
    }
}

/// The paths of every link in `written`.
fn paths(written: &str) -> Vec<String> {
    let links = written.split_whitespace().filter_map(|word| word.strip_prefix(BASE));
    links.map(str::to_owned).collect()
}

async fn heads(portal: &Portal<'_>, path: &str, browser: &Browser) -> StatusCode {
    let request = Request::builder()
        .method(Method::HEAD)
        .uri(path)
        .header(header::HOST, "localhost:8080")
        .header(header::COOKIE, &browser.cookies)
        .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 40_000))))
        .body(Body::empty());
    portal.call(request.unwrap()).await.status
}

/// Letters with links that work: to reset a password, to a question, to begin a family account, to set one up, to an invitation.
async fn mailed(house: &House, portal: &Portal<'_>) -> Browser {
    let (_, rivera) = house.world.physician("Rivera", house.world.practice("Elm").await).await;
    let browser = portal.signed_in(rivera).await;
    let email = house.world.email(rivera).await;
    portal.post("/reset", &portal.stranger(), &[("email", &email)]).await;
    let help = [("email", "e@example.org"), ("name", "Elena"), ("description", "It does not work")];
    assert_eq!(portal.post("/help", &portal.stranger(), &help).await.status, StatusCode::OK);
    assert_eq!(portal.post("/staff/duties", &browser, &[("name", "sam lee")]).await.status, StatusCode::OK);
    house.world.patient("Stone", "0012345", "2019-03-14").await;
    let client =
        Client { network: "192.0.2.9".to_owned(), device: String::new(), request_id: "r".to_owned() };
    let person = |given: &str, born: &str| Person {
        given: given.into(),
        family: "Stone".into(),
        born: parse_date(born),
    };
    let wanted = Typed {
        capacity: Some(Capacity::Guardian),
        asker: person("Elena", "1985-02-03"),
        email: "elena@example.org".into(),
        phone: "617-555-0199".into(),
        patient: person("Mia", "2019-03-14"),
        mrn: String::new(),
    };
    ask(&house.app, &wanted, Language::English, &client).await.unwrap();
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    let id = open.iter().find(|request| request.patient.is_some()).unwrap().id;
    let jo = member(house, &[Role::Reviewer]).await;
    call(house, &jo, id, CallOutcome::Reached).await;
    let kept = keep_checklist(&house.app, &now(house, &jo), at(house, id).await, &sound()).await.unwrap();
    assert_eq!(kept, Checked::Kept);
    let done = decide(&house.app, &now(house, &jo), at(house, id).await, Verdict::Approve).await.unwrap();
    let postern::app::desk::Done::Done(Some(handover)) = done else { panic!("{done:?}") };
    let begun = [
        ("code", handover.code.as_str()),
        ("patient_month", "3"),
        ("patient_day", "14"),
        ("patient_year", "2019"),
        ("given", "Elena"),
        ("family", "Stone"),
        ("born_month", "2"),
        ("born_day", "3"),
        ("born_year", "1985"),
        ("relationship", "mother"),
        ("email", "elena@example.org"),
        ("signature", "Elena Stone"),
        ("terms", "yes"),
    ];
    assert_eq!(portal.post("/family/activate", &portal.stranger(), &begun).await.status, StatusCode::OK);
    browser
}

both_engines! {
    async fn following_every_link_of_every_letter_changes_nothing(house: House) {
        let portal = Portal::of(house);
        let browser = mailed(house, &portal).await;
        let head = head(house);
        let real = letters(house).await;
        let kinds: Vec<&str> = real.iter().map(|(_, letter)| letter.word()).collect();
        for kind in ["password_reset", "help_received", "enrolment_decided", "set_up_link"] {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }
        let all = samples().into_iter().chain(real.into_iter().map(|(_, letter)| letter));
        let mut links: Vec<String> = all.flat_map(|letter| paths(&head.write(&letter).text)).collect();
        links.sort_unstable();
        links.dedup();
        assert!(links.len() > 15, "{links:?}");
        let before = contents(house).await;
        assert!(before.len() > 60, "{}", before.len());
        for link in &links {
            for browser in [&portal.stranger(), &browser] {
                let found = portal.get(link, browser).await.status;
                assert!(!found.is_server_error() && found != StatusCode::METHOD_NOT_ALLOWED, "{link}: {found}");
                assert_eq!(heads(&portal, link, browser).await, found, "{link}");
            }
        }
        let after = contents(house).await;
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "{table}");
        }
        // The reader's own click still finds what the scanner looked at.
        for link in links.iter().filter(|link| link.starts_with("/set-up/") || link.starts_with("/reset/")) {
            let sample = samples().iter().any(|letter| paths(&head.write(letter).text).contains(link));
            let found = portal.get(link, &portal.stranger()).await.status;
            assert_eq!(found == StatusCode::OK, !sample, "{link}: {found}");
        }
    }
}
