//! The pages of patient tokens: validating one, and the access team's side.

use axum::http::StatusCode;
use clap::Parser;
use postern::cli::account::Format;
use postern::cli::token::{TokenArgs, run};
use postern::domain::calendar::Interval;
use serde_json::Value;

use crate::support::html::elements;
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};
use crate::tokens::{physician, waiting};

/// The body without what differs in every answer: nonce, form token and request id; and without what was typed.
fn told(answer: &Answer, typed: [&str; 2]) -> String {
    let mut text = answer.body.clone();
    for (n, one) in typed.iter().enumerate() {
        text = text.replace(
            &format!("value=\"{}\"", one.replace('<', "&lt;").replace('>', "&gt;")),
            &format!("TYPED{n}"),
        );
    }
    for mark in ["nonce=\"", "name=\"form_token\" value=\""] {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(mark) {
            out.push_str(before);
            rest = after.split_once('"').map_or("", |(_, after)| after);
        }
        out.push_str(rest);
        text = out;
    }
    text
}

/// The token that the page of issuing shows.
fn secret_on(answer: &Answer) -> String {
    let codes = elements(&answer.body).into_iter().filter(|e| e.tag == "code");
    codes.map(|e| e.text).next().unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body))
}

async fn team(house: &House, portal: &Portal<'_>, roles: &[&str]) -> Browser {
    portal.signed_in(house.world.team_account(roles).await).await
}

both_engines! {
    async fn a_token_is_issued_on_a_page_and_redeemed_on_another(house: House) {
        let portal = Portal::of(house);
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let admin = team(house, &portal, &["administrator"]).await;
        let found = portal.post("/team/tokens", &admin, &[("mrn", "00-12345")]).await;
        assert_eq!((found.status, found.header("location")), (StatusCode::SEE_OTHER, format!("/team/tokens/of/{mia}").as_str()));
        let path = format!("/team/tokens/of/{mia}");
        let issued = portal.post(&path, &admin, &[("for_whom", "Dr. Okafor")]).await;
        assert_eq!(issued.status, StatusCode::OK, "{}", issued.body);
        let secret = secret_on(&issued);
        assert_eq!(secret.len(), 32);
        assert!(issued.body.contains("REYES") && issued.body.contains("Dr. Okafor") && issued.body.contains("<svg"));
        // The list names the token's state, and no page shows the secret again.
        let list = portal.get(&path, &admin).await;
        assert!(list.body.contains("Open") && list.body.contains("Dr. Okafor") && !list.body.contains(&secret));
        let okafor = physician(house, "Okafor").await;
        let browser = portal.signed_in(okafor).await;
        assert!(portal.get("/patients", &browser).await.body.contains("href=\"/token\""));
        assert_eq!(portal.get("/token", &browser).await.status, StatusCode::OK);
        let opened = portal.post("/token", &browser, &[("token", &secret), ("mrn", "0012345")]).await;
        assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, format!("/charts/{mia}").as_str()));
        assert_eq!(portal.get(&format!("/charts/{mia}"), &browser).await.status, StatusCode::OK);
        let list = portal.get(&path, &admin).await;
        assert!(list.body.contains("Redeemed") && list.body.contains("Sam Lee"), "{}", list.body);
    }

    async fn a_wrong_token_a_wrong_mrn_and_a_used_one_have_the_same_body(house: House) {
        let portal = Portal::of(house);
        let (_, used) = waiting(house).await;
        let mia = used.card.id;
        let used = used.secret.grouped();
        let ibe = portal.signed_in(physician(house, "Ibe").await).await;
        let first = portal.post("/token", &ibe, &[("token", &used), ("mrn", "0012345")]).await;
        assert_eq!(first.header("location"), format!("/charts/{mia}"));
        let admin = team(house, &portal, &["administrator"]).await;
        let issue = async || secret_on(&portal.post(&format!("/team/tokens/of/{mia}"), &admin, &[]).await);
        let open = issue().await;
        house.clock.advance(1);
        let revoked = issue().await;
        let sql = "select id from patient_token order by issued_at desc limit 1";
        let id = one_id(house, sql).await;
        let taken = portal.post(&format!("/team/tokens/{id}"), &admin, &[("reason", "Lost.")]).await;
        assert_eq!(taken.header("location"), format!("/team/tokens/of/{mia}"));
        let okafor = portal.signed_in(physician(house, "Okafor").await).await;
        let mut bodies = Vec::new();
        let nobody = "0G5R-1111-0000-ABCD-EFGH-JKMN-PQ";
        for (token, mrn) in [
            (nobody, "0012345"),
            (open.as_str(), "0099999"),
            (used.as_str(), "0012345"),
            (used.as_str(), "0099999"),
            (revoked.as_str(), "0012345"),
            ("<b>", "<i>"),
        ] {
            let answer = portal.post("/token", &okafor, &[("token", token), ("mrn", mrn)]).await;
            bodies.push((answer.status, told(&answer, [token, mrn])));
        }
        assert!(bodies[0].1.contains("We could not match this token and MRN."), "{}", bodies[0].1);
        for (n, body) in bodies.iter().enumerate() {
            assert_eq!(*body, bodies[0], "{n}");
        }
    }

    async fn too_many_tries_are_told_to_wait(house: House) {
        let portal = Portal::of(house);
        let browser = portal.signed_in(physician(house, "Okafor").await).await;
        let fields = [("token", "0G5R-1111"), ("mrn", "1")];
        for _ in 0..10 {
            assert_eq!(portal.post("/token", &browser, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let slowed = portal.post("/token", &browser, &fields).await;
        assert_eq!((slowed.status, slowed.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
        let empty = portal.post("/token", &browser, &[]).await;
        assert!(empty.body.contains("Enter the token.") && empty.body.contains("MRN."), "{}", empty.body);
    }

    async fn a_sponsored_user_of_two_practices_is_asked_for_which(house: House) {
        let portal = Portal::of(house);
        let (mia, token) = waiting(house).await;
        let world = &house.world;
        let nurse = world.sponsored_account().await;
        let mut ids = Vec::new();
        for name in ["Elm Street", "Oak Street"] {
            let practice = world.practice(name).await;
            let (_, sponsor) = world.physician(name, practice).await;
            world.sponsorship(sponsor, nurse, practice, Interval::ALWAYS).await;
            ids.push(practice.to_string());
        }
        let browser = portal.signed_in(nurse).await;
        let page = portal.get("/token", &browser).await;
        assert!(page.body.contains("Elm Street") && page.body.contains("Oak Street"), "{}", page.body);
        let secret = token.secret.grouped();
        let mut fields = vec![("token", secret.as_str()), ("mrn", "0012345")];
        let asked = portal.post("/token", &browser, &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        fields.push(("practice", &ids[1]));
        let opened = portal.post("/token", &browser, &fields).await;
        assert_eq!(opened.header("location"), format!("/charts/{mia}"));
    }

    async fn issuing_needs_a_fresh_factor_and_the_role(house: House) {
        let portal = Portal::of(house);
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let path = format!("/team/tokens/of/{mia}");
        for role in ["reviewer", "auditor"] {
            let browser = team(house, &portal, &[role]).await;
            assert_eq!(portal.get(&path, &browser).await.status, StatusCode::OK);
            for path in [path.as_str(), "/team/tokens/list"] {
                let answer = portal.post(path, &browser, &[("list", "mrn\n0012345")]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role} {path}");
            }
        }
        let admin = team(house, &portal, &["administrator"]).await;
        house.clock.advance(6 * 60);
        let asked = portal.post(&path, &admin, &[("for_whom", "Dr. Okafor")]).await;
        assert_eq!(secret_count(house).await, 0);
        assert!(asked.body.contains("name=\"code\""), "{}", asked.body);
        let outsider = portal.signed_in(physician(house, "Okafor").await).await;
        assert_eq!(portal.get(&path, &outsider).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.get("/token", &admin).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_list_names_its_bad_lines_and_keeps_what_was_typed(house: House) {
        let portal = Portal::of(house);
        house.world.patient("Reyes", "0012345", "2015-03-04").await;
        house.world.patient("Stone", "0055555", "2014-01-02").await;
        let admin = team(house, &portal, &["administrator"]).await;
        let typed = "mrn,for_whom\n0012345,Dr. Lee\n0099999,Dr. Lee\n";
        let wrong = portal.post("/team/tokens/list", &admin, &[("list", typed)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Line 3: No patient has this MRN.") && wrong.body.contains(typed), "{}", wrong.body);
        assert_eq!(secret_count(house).await, 0);
        let issued = portal.post("/team/tokens/list", &admin, &[("list", "mrn,for_whom\n0012345,=1+1\n0055555,Dr. Łukasz")]).await;
        assert_eq!(issued.status, StatusCode::OK);
        let hidden: Vec<String> = elements(&issued.body)
            .into_iter()
            .filter(|e| e.get("name") == "code")
            .map(|e| e.get("value").to_owned())
            .collect();
        assert_eq!(hidden.len(), 2);
        let fields = |format: &'static str| [("code", hidden[0].as_str()), ("code", hidden[1].as_str()), ("format", format)];
        let table = portal.post("/team/tokens/list/letters", &admin, &fields("csv")).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert!(table.body.contains("\"'=1+1\"") && table.body.contains(&hidden[1]), "{}", table.body);
        // The factor is old by now, and nothing of what was shown once is lost.
        house.clock.advance(14 * 60);
        let pdf = portal.post("/team/tokens/list/letters", &admin, &fields("pdf")).await;
        assert_eq!(pdf.header("content-type"), "application/pdf");
        assert!(pdf.body.starts_with("%PDF-") && pdf.body.trim_end().ends_with("%%EOF"));
        assert!(hidden.iter().all(|code| pdf.body.contains(code)) && pdf.body.contains("/Count 2"));
        // No letter names a patient: whoever finds one lacks the MRN.
        assert!(!pdf.body.contains("0012345") && !pdf.body.contains("Reyes") && !pdf.body.contains("Mia"));
        let other = team(house, &portal, &["administrator"]).await;
        let others = portal.post("/team/tokens/list/letters", &other, &fields("pdf")).await;
        assert_eq!(others.status, StatusCode::UNPROCESSABLE_ENTITY, "whoever issued them, and nobody else");
        house.clock.advance(60);
        let late = portal.post("/team/tokens/list/letters", &admin, &fields("pdf")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "after a quarter of an hour");
        let forged = portal.post("/team/tokens/list/letters", &other, &[("code", "0G5R-1111-0000-ABCD")]).await;
        assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!forged.body.starts_with("%PDF-"));
    }

    async fn taking_back_needs_a_reason_and_happens_once(house: House) {
        let portal = Portal::of(house);
        let (mia, token) = waiting(house).await;
        let admin = team(house, &portal, &["administrator"]).await;
        let path = format!("/team/tokens/{}", token.id);
        assert!(portal.get(&path, &admin).await.body.contains("REYES"));
        let empty = portal.post(&path, &admin, &[("reason", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let auditor = team(house, &portal, &["auditor"]).await;
        assert_eq!(portal.post(&path, &auditor, &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
        let done = portal.post(&path, &admin, &[("reason", "Lost.")]).await;
        assert_eq!(done.header("location"), format!("/team/tokens/of/{mia}"));
        assert!(portal.get(&format!("/team/tokens/of/{mia}"), &admin).await.body.contains("Lost."));
        assert_eq!(portal.post(&path, &admin, &[("reason", "Again.")]).await.status, StatusCode::CONFLICT);
        let unknown = format!("/team/tokens/{}", house.world.id());
        assert_eq!(portal.post(&unknown, &admin, &[("reason", "x")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.get(&unknown, &admin).await.status, StatusCode::NOT_FOUND);
    }

    async fn an_mrn_that_nobody_has_is_said_so_to_the_team(house: House) {
        let portal = Portal::of(house);
        let auditor = team(house, &portal, &["auditor"]).await;
        for mrn in ["0099999", "", "<b>"] {
            let answer = portal.post("/team/tokens", &auditor, &[("mrn", mrn)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{mrn}");
        }
        let nobody = format!("/team/tokens/of/{}", house.world.id());
        assert_eq!(portal.get(&nobody, &auditor).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_command_line_issues_and_takes_back(house: House) {
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let said: Value = serde_json::from_str(&line(house, &["issue", "00-12345"], Format::Json).await.unwrap()).unwrap();
        assert_eq!((said["mrn"].as_str(), said["expires_at"].as_str()), (Some("0012345"), Some("2026-09-11T16:00:00Z")));
        let portal = Portal::of(house);
        let browser = portal.signed_in(physician(house, "Okafor").await).await;
        let secret = said["token"].as_str().unwrap();
        let opened = portal.post("/token", &browser, &[("token", secret), ("mrn", "0012345")]).await;
        assert_eq!(opened.header("location"), format!("/charts/{mia}"));
        let id = said["id"].as_str().unwrap();
        let revoked: Value = serde_json::from_str(&line(house, &["revoke", id], Format::Json).await.unwrap()).unwrap();
        assert_eq!(revoked["revoked"], serde_json::json!([id]));
        assert_eq!(portal.get(&format!("/charts/{mia}"), &browser).await.status, StatusCode::NOT_FOUND);
        assert_eq!(line(house, &["revoke", id], Format::Json).await.unwrap().trim(), "{\"revoked\":[]}");
        let text = line(house, &["issue", "0012345", "--for", "Dr. Lee"], Format::Text).await.unwrap();
        assert!(text.contains("Token issued") && text.contains("2026-09-11"), "{text}");
        assert!(line(house, &["revoke", "--mrn", "0012345"], Format::Text).await.unwrap().contains("1 token"));
        assert!(line(house, &["issue", "0099999"], Format::Text).await.unwrap_err().contains("no patient"));
        assert!(line(house, &["revoke", "--mrn", "0099999"], Format::Text).await.unwrap_err().contains("no patient"));
        let nobody = house.world.id().to_string();
        assert!(line(house, &["revoke", &nobody], Format::Text).await.unwrap_err().contains("no token"));
        assert!(line(house, &["revoke"], Format::Text).await.is_err());
        assert!(line(house, &["revoke", "x"], Format::Text).await.unwrap_err().contains("not the id"));
        assert_eq!(count(house, "select count(*) from audit_row where detail like '%command_line%'").await, 4);
    }
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: TokenArgs,
}

/// What `postern token …` prints.
async fn line(house: &House, words: &[&str], format: Format) -> Result<String, String> {
    let line = Line::try_parse_from([&["token"], words].concat()).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    run(&house.app, &line.args, format, &mut out).await.map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

async fn secret_count(house: &House) -> i64 {
    count(house, "select count(*) from patient_token").await
}

async fn one_id(house: &House, sql: &'static str) -> uuid::Uuid {
    use postern::store::Db;
    let (id,): (uuid::Uuid,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    id
}
