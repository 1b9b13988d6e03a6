//! What somebody may not see answers exactly like what is not there: same status, same words, same work.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::ids::PatientId;
use postern::store::Db;

use crate::support::portal::{Answer, Browser, Portal};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// A physician with a patient of her own, and a browser in which she is signed in.
async fn physician(house: &House, portal: &Portal<'_>) -> (Browser, PatientId) {
    let practice = house.world.practice("Elm Pediatrics").await;
    let (provider, account) = house.world.physician("Okafor", practice).await;
    let own = house.world.patient("Reyes", "0012345", "2015-03-04").await;
    house.world.listing(own, Some(provider), None, Interval::ALWAYS).await;
    (portal.signed_in(account).await, own)
}

/// The body without what differs in every answer: nonce, form token, request id; and without what was asked for.
pub fn told(answer: &Answer, asked: &str) -> String {
    let mut text = answer.body.replace(asked, "ASKED");
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

async fn audit_rows(db: &Db) -> i64 {
    let sql = "select count(*) from audit_row";
    let (n,): (i64,) = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    n
}

both_engines! {
    async fn a_chart_that_is_not_ours_and_one_that_is_not_there_answer_alike(house: House) {
        let portal = Portal::of(house);
        let (browser, own) = physician(house, &portal).await;
        let other = house.world.patient("Stone", "0099999", "2014-01-02").await;
        assert_eq!(portal.get(&format!("/charts/{own}"), &browser).await.status, StatusCode::OK);
        for rest in ["", "/results", "/notes", "/results/01890000-0000-7000-8000-00000000abcd"] {
            let mut answers = Vec::new();
            for id in [other.to_string(), NOBODY.to_owned()] {
                let before = audit_rows(house.db()).await;
                let answer = portal.get(&format!("/charts/{id}{rest}"), &browser).await;
                let written = audit_rows(house.db()).await - before;
                answers.push((answer.status, told(&answer, &id), written));
            }
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{rest}");
            assert_eq!(answers[0], answers[1], "{rest}");
        }
    }

    async fn an_mrn_that_is_not_ours_and_one_that_is_not_there_answer_alike(house: House) {
        let portal = Portal::of(house);
        let (browser, _) = physician(house, &portal).await;
        house.world.patient("Stone", "0099999", "2014-01-02").await;
        let barred = house.world.patient("Poole", "0077777", "2012-05-06").await;
        let parent = house.world.family_account().await;
        house.world.restriction(barred, Whom::Account(parent), Interval::ALWAYS).await;
        let mut answers = Vec::new();
        for mrn in ["0099999", "0077777", "0055555"] {
            let before = audit_rows(house.db()).await;
            let answer = portal.post("/patients/search", &browser, &[("mrn", mrn)]).await;
            let written = audit_rows(house.db()).await - before;
            answers.push((answer.status, told(&answer, mrn), written));
        }
        assert_eq!(answers[0], answers[2]);
        assert_eq!(answers[1], answers[2]);
        assert!(answers[0].1.contains("Not authorized"), "{}", answers[0].1);
    }

    async fn an_address_that_is_nearly_right_is_no_way_in(house: House) {
        let portal = Portal::of(house);
        let (browser, own) = physician(house, &portal).await;
        for path in [
            format!("/charts/{own};x"),
            format!("/charts//{own}"),
            format!("/Charts/{own}"),
            format!("/charts/{own}/"),
            format!("/charts/%2e%2e/{own}"),
            format!("/charts/{own}/results/{own}"),
            "/charts/not-an-id".to_owned(),
            format!("/charts/{own}/no-such-section"),
        ] {
            let answer = portal.get(&path, &browser).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.body.contains("REYES") && !answer.body.contains("0012345"), "{path}");
        }
    }

    async fn no_patient_data_leaves_while_the_audit_cannot_be_written(house: House) {
        let portal = Portal::of(house);
        let (browser, own) = physician(house, &portal).await;
        match house.db() {
            Db::Sqlite { write, .. } => sqlx::query("alter table audit_row rename to gone").execute(write).await.map(drop),
            Db::Postgres(pool) => sqlx::query("alter table audit_row rename to gone").execute(pool).await.map(drop),
        }
        .unwrap();
        for path in [format!("/charts/{own}"), format!("/charts/{own}/results"), "/patients/mine".to_owned()] {
            let answer = portal.get(&path, &browser).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(!answer.body.to_lowercase().contains("reyes"), "{path}");
        }
        let answer = portal.post("/patients/search", &browser, &[("mrn", "0012345")]).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
