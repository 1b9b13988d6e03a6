//! Asking for decisions: one, many, what an account may see, who may see a patient; for any instant.

use std::io::{BufRead, Cursor};

use postern::app::import::{Mode, run};
use postern::app::look_ups::{Asker, QueryError, Unknown, explain, explain_many, list, who};
use postern::domain::calendar::Instant;
use postern::domain::ids::{AccountId, Mrn};
use postern::store::{Db, patients};
use serde_json::{Value, json};

use crate::support::world::span;
use crate::support::{House, both_engines};

/// Rivera and Okafor share Elm, Okafor is also in North; Lee is sponsored by Rivera at Elm. Four patients.
const DIRECTORY: &str = r#"
{"type":"practice","id":"elm","name":"Elm"}
{"type":"practice","id":"north","name":"North"}
{"type":"provider","npi":"1234567893","family":"Rivera","given":"Ana"}
{"type":"provider","npi":"1245319599","family":"Okafor","given":"Chidi"}
{"type":"provider","npi":"1003000126","family":"Noaccount","given":"Nora"}
{"type":"membership","practice":"elm","npi":"1234567893"}
{"type":"membership","practice":"elm","npi":"1245319599","to":"2026-03-01T00:00:00Z"}
{"type":"membership","practice":"north","npi":"1245319599","from":"2026-02-01T00:00:00Z"}
{"type":"membership","practice":"north","npi":"1003000126"}
{"type":"account","email":"rivera@example.org","kind":"provider","npi":"1234567893"}
{"type":"account","email":"okafor@example.org","kind":"provider","npi":"1245319599"}
{"type":"account","email":"new@example.org","kind":"provider","family":"New","given":"Neo","status":"pending"}
{"type":"account","email":"lee@example.org","kind":"sponsored","family":"Lee","given":"Sam"}
{"type":"account","email":"team@example.org","kind":"access_team","family":"T","given":"M","roles":["auditor"]}
{"type":"account","email":"parent@example.org","kind":"family","family":"Doe","given":"Pat"}
{"type":"sponsorship","sponsor":"rivera@example.org","user":"lee@example.org","practice":"elm","from":"2026-01-15T00:00:00Z"}
{"type":"patient","mrn":"0001","family":"A","given":"A","birth_date":"2019-03-14","former_mrns":["0009"]}
{"type":"patient","mrn":"0002","family":"B","given":"B","birth_date":"2008-03-20"}
{"type":"patient","mrn":"0003","family":"C","given":"C","birth_date":"2015-03-14","deceased_on":"2026-03-10"}
{"type":"patient","mrn":"0004","family":"D","given":"D","birth_date":"2015-03-14"}
{"type":"listing","mrn":"0001","npi":"1234567893","practice":"elm"}
{"type":"listing","mrn":"0002","npi":"1003000126"}
{"type":"listing","mrn":"0003","practice":"north"}
{"type":"care_team_seat","mrn":"0004","npi":"1245319599","from":"2026-01-01T00:00:00Z","to":"2026-03-05T00:00:00Z"}
{"type":"guardian","mrn":"0002","account":"parent@example.org","relationship":"mother"}
{"type":"token","mrn":"0004","issued_at":"2025-08-31T14:00:00Z","redeemed_by":"rivera@example.org","redeemed_at":"2025-09-01T10:00:00Z"}
{"type":"token","mrn":"0002","issued_at":"2026-01-31T14:00:00Z","by":"guardian","redeemed_by":"lee@example.org","practice":"elm","redeemed_at":"2026-02-01T10:00:00Z"}
{"type":"grant","mrn":"0003","account":"rivera@example.org","from":"2026-01-01T00:00:00Z"}
{"type":"restriction","mrn":"0004","account":"okafor@example.org","from":"2026-02-01T00:00:00Z","to":"2026-02-02T00:00:00Z"}
"#;

async fn house_of(house: &House, more: &str) {
    let text = format!("{DIRECTORY}{more}");
    run(&house.app, &mut text.as_bytes(), Mode::Apply).await.unwrap_or_else(|error| panic!("{error:?}"));
}

/// `account mrn at` as one word: the refusal, or the bases joined by `+`.
async fn said(house: &House, account: &str, mrn: &str, at: &str) -> String {
    let at: Instant = at.parse().unwrap();
    let answer = explain(&house.app, account, mrn, at, &Asker::command_line(house.now())).await.unwrap();
    let said = answer.said();
    assert_eq!(said.allowed, said.refusal.is_none());
    assert_eq!(said.allowed, !said.bases.is_empty());
    let bases: Vec<&str> = said.bases.iter().map(|b| b.word()).collect();
    said.refusal.map_or_else(|| bases.join("+"), str::to_owned)
}

async fn assert_said(house: &House, questions: &[(&str, &str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (account, mrn, at, wanted) in questions {
        let found = said(house, &format!("{account}@example.org"), mrn, at).await;
        if found != *wanted {
            wrong.push(format!("{account} {mrn} {at}: wanted {wanted}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every answer to `queries`, as JSON.
async fn many(house: &House, queries: &str) -> Result<Vec<Value>, QueryError> {
    let queries = queries.to_owned();
    let open = || -> std::io::Result<Box<dyn BufRead + Send>> { Ok(Box::new(Cursor::new(queries.clone()))) };
    let mut out = Vec::new();
    explain_many(&house.app, &open, &mut out, &Asker::command_line(house.now())).await?;
    let text = String::from_utf8(out).unwrap();
    Ok(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

async fn look_ups_recorded(house: &House) -> i64 {
    let sql = "select count(*) from audit_row where act = 'look_up'";
    let (count,): (i64,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    count
}

const QUESTIONS: &[(&str, &str, &str, &str)] = &[
    ("rivera", "0001", "2026-01-01T00:00:00Z", "pcp"),
    ("rivera", "00-09", "2026-01-01T00:00:00Z", "pcp"),
    ("okafor", "0001", "2026-02-28T23:59:59.999999Z", "practice_pcp"),
    ("okafor", "0001", "2026-03-01T00:00:00Z", "no_basis"),
    ("okafor", "0002", "2026-01-31T23:59:59Z", "no_basis"),
    ("okafor", "0002", "2026-02-01T00:00:00Z", "practice_pcp"),
    ("okafor", "0003", "2026-02-01T00:00:00Z", "practice_pcp"),
    ("lee", "0001", "2026-01-14T23:59:59Z", "no_sponsorship"),
    ("lee", "0001", "2026-01-15T00:00:00Z", "sponsor_pcp"),
    ("lee", "0003", "2026-01-15T00:00:00Z", "no_basis"),
    // Six calendar months after August 31, 10:00 in New York: February 28, 10:00.
    ("rivera", "0004", "2026-02-28T14:59:59.999999Z", "token"),
    ("rivera", "0004", "2026-02-28T15:00:00Z", "no_basis"),
    ("rivera", "0004", "2025-09-01T09:59:59Z", "no_basis"),
    ("rivera", "0004", "2025-09-01T10:00:00Z", "token"),
    // A guardian's token ends at local midnight of the 18th birthday, March 20.
    ("lee", "0002", "2026-02-01T10:00:00Z", "token"),
    ("lee", "0002", "2026-03-20T03:59:59Z", "token"),
    ("lee", "0002", "2026-03-20T04:00:00Z", "no_basis"),
    // Died March 10: grants end at midnight of the day after, the chart closes 91 days after.
    ("rivera", "0003", "2026-03-11T03:59:59Z", "grant"),
    ("rivera", "0003", "2026-03-11T04:00:00Z", "no_basis"),
    ("okafor", "0003", "2026-06-09T03:59:59Z", "practice_pcp"),
    ("okafor", "0003", "2026-06-09T04:00:00Z", "patient_deceased"),
    ("okafor", "0004", "2026-01-31T23:59:59Z", "care_team"),
    ("okafor", "0004", "2026-02-01T00:00:00Z", "patient_restricted"),
    ("okafor", "0004", "2026-02-02T00:00:00Z", "care_team"),
    ("okafor", "0004", "2026-03-05T00:00:00Z", "no_basis"),
    // Rivera owes a review from May 1, midnight in New York.
    ("rivera", "0001", "2026-05-01T03:59:59Z", "pcp"),
    ("rivera", "0001", "2026-05-01T04:00:00Z", "validation_overdue"),
    ("lee", "0001", "2026-05-01T04:00:00Z", "sponsor_locked"),
    ("okafor", "0002", "2026-05-01T04:00:00Z", "practice_pcp"),
    ("new", "0001", "2026-03-01T00:00:00Z", "account_inactive"),
    ("team", "0001", "2026-03-01T00:00:00Z", "no_basis"),
    ("parent", "0002", "2026-03-01T00:00:00Z", "no_basis"),
    ("nobody", "0001", "2026-03-01T00:00:00Z", "unknown_account"),
    ("nobody", "7777", "2026-03-01T00:00:00Z", "unknown_account"),
    ("rivera", "7777", "2026-03-01T00:00:00Z", "unknown_patient"),
    ("rivera", "'; drop", "2026-03-01T00:00:00Z", "unknown_patient"),
    ("new", "7777", "2026-03-01T00:00:00Z", "unknown_patient"),
    ("RIVERA", "0001", "2026-03-01T00:00:00Z", "pcp"),
];

both_engines! {
    async fn every_rule_turns_at_its_instant(house: House) {
        house_of(house, "").await;
        assert_said(house, QUESTIONS).await;
    }

    async fn a_file_of_queries_is_answered_alike_in_order_with_one_audit_row(house: House) {
        house_of(house, "").await;
        let lines: Vec<String> = QUESTIONS
            .iter()
            .map(|(account, mrn, at, _)| {
                json!({ "account": format!("{account}@example.org"), "mrn": mrn, "at": at }).to_string()
            })
            .collect();
        let answers = many(house, &lines.join("\n")).await.unwrap();
        assert_eq!(answers.len(), QUESTIONS.len());
        for (answer, (account, mrn, at, wanted)) in answers.iter().zip(QUESTIONS) {
            assert_eq!(answer["account"], format!("{account}@example.org"));
            assert_eq!((&answer["mrn"], &answer["at"]), (&json!(mrn), &json!(at)));
            let bases: Vec<&str> =
                answer["bases"].as_array().unwrap().iter().map(|b| b.as_str().unwrap()).collect();
            let found = answer["refusal"].as_str().map_or_else(|| bases.join("+"), str::to_owned);
            assert_eq!(found, *wanted, "{answer}");
            assert_eq!(answer["allowed"], answer["refusal"].is_null());
        }
        assert_eq!(look_ups_recorded(house).await, 1);
    }

    async fn a_query_line_that_is_none_is_named_and_nothing_is_answered(house: House) {
        house_of(house, "").await;
        let good = r#"{"account":"rivera@example.org","mrn":"0001"}"#;
        for (bad, reason) in [
            ("what", "expected"),
            (r#"{"account":"rivera@example.org"}"#, "missing field `mrn`"),
            (r#"{"account":"rivera@example.org","mrn":"1","when":"now"}"#, "unknown field `when`"),
            (r#"{"account":"rivera@example.org","mrn":"1","at":"now"}"#, "RFC 3339"),
        ] {
            match many(house, &format!("{good}\n\n{bad}\n")).await {
                Err(QueryError::Line { line: 3, reason: found }) => assert!(found.contains(reason), "{found}"),
                other => panic!("{bad}: {other:?}"),
            }
        }
        assert_eq!(look_ups_recorded(house).await, 0);
        assert!(many(house, good).await.unwrap()[0]["allowed"].as_bool().unwrap());
    }

    async fn what_an_account_may_see_and_who_may_see_a_patient_agree_with_each_decision(house: House) {
        house_of(house, "").await;
        let asker = Asker::command_line(house.now());
        for at in ["2025-10-01T00:00:00Z", "2026-01-20T00:00:00Z", "2026-02-10T00:00:00Z", "2026-05-02T00:00:00Z"] {
            let instant: Instant = at.parse().unwrap();
            for mrn in ["0001", "0002", "0003", "0004"] {
                let seen_by = who(&house.app, mrn, instant, &asker).await.unwrap();
                for account in ["rivera", "okafor", "lee", "new", "team", "parent"] {
                    let address = format!("{account}@example.org");
                    let word = said(house, &address, mrn, at).await;
                    let mine = list(&house.app, &address, instant, &asker).await.unwrap();
                    let found = seen_by.accounts.iter().find(|a| a.account == address);
                    let bases = found.map(|a| a.bases.iter().map(|b| b.word()).collect::<Vec<_>>().join("+"));
                    let allowed = mine.mrns.contains(&mrn.to_owned());
                    assert_eq!(bases.clone().unwrap_or_default() == word, allowed, "{account} {mrn} {at} {word}");
                    assert_eq!(bases.is_some(), allowed, "{account} {mrn} {at}");
                }
            }
        }
        let nobody = list(&house.app, "nobody@example.org", house.now(), &asker).await.unwrap();
        assert_eq!(nobody.refusal, Some(Unknown::UnknownAccount));
        let nowhere = who(&house.app, "77", house.now(), &asker).await.unwrap();
        assert_eq!(nowhere.refusal, Some(Unknown::UnknownPatient));
    }

    async fn the_mrn_of_a_merged_record_answers_for_the_survivor_while_the_merge_holds(house: House) {
        house_of(house, "").await;
        let id = async |mrn: &str| {
            let before = "2020-01-01T00:00:00Z".parse().unwrap();
            patients::by_mrn(house.db(), &Mrn::parse(mrn).unwrap(), before).await.unwrap().unwrap()
        };
        let (one, two, four) = (id("0001").await, id("0002").await, id("0004").await);
        // 0001 went into 0002, and that into 0004 a week later; both were undone.
        house.world.merge(one, two, span("2026-02-10T00:00:00Z", "2026-02-20T00:00:00Z")).await;
        house.world.merge(two, four, span("2026-02-17T00:00:00Z", "2026-02-20T00:00:00Z")).await;
        assert_said(house, &[
            ("rivera", "0001", "2026-02-09T23:59:59Z", "pcp"),
            ("rivera", "0002", "2026-02-09T23:59:59Z", "no_basis"),
            ("rivera", "0001", "2026-02-10T00:00:00Z", "pcp"),
            ("rivera", "0002", "2026-02-10T00:00:00Z", "pcp"),
            ("okafor", "0001", "2026-02-10T00:00:00Z", "practice_pcp"),
            ("rivera", "0001", "2026-02-18T00:00:00Z", "pcp+token"),
            ("rivera", "0004", "2026-02-18T00:00:00Z", "pcp+token"),
            ("rivera", "0001", "2026-02-20T00:00:00Z", "pcp"),
            ("rivera", "0002", "2026-02-20T00:00:00Z", "no_basis"),
        ]).await;
        let asker = Asker::command_line(house.now());
        for (at, mrns) in [
            ("2026-02-09T00:00:00Z", vec!["0001", "0003", "0004"]),
            ("2026-02-11T00:00:00Z", vec!["0002", "0003", "0004"]),
            ("2026-02-18T00:00:00Z", vec!["0003", "0004"]),
            ("2026-02-21T00:00:00Z", vec!["0001", "0003", "0004"]),
        ] {
            let seen = list(&house.app, "rivera@example.org", at.parse().unwrap(), &asker).await.unwrap();
            assert_eq!(seen.mrns, mrns, "{at}");
        }
        let query = r#"{"account":"rivera@example.org","mrn":"0001","at":"2026-02-18T00:00:00Z"}"#;
        assert_eq!(many(house, query).await.unwrap()[0]["bases"], json!(["pcp", "token"]));
    }

    async fn an_explanation_names_people_and_practices_and_their_dates(house: House) {
        house_of(house, "").await;
        let asker = Asker::command_line(house.now());
        let at = "2026-02-10T00:00:00Z".parse().unwrap();
        let answer = explain(&house.app, "okafor@example.org", "0001", at, &asker).await.unwrap();
        let decided = answer.outcome.unwrap();
        let reason = &decided.explanation.reasons[0];
        assert_eq!(decided.providers[&reason.provider.unwrap()], "Ana Rivera");
        assert_eq!(decided.practices[&reason.practice.unwrap()], "Elm");
    }

    async fn every_look_up_is_recorded_with_ids_and_no_names(house: House) {
        house_of(house, "").await;
        let asker = Asker { account: Some(AccountId(house.world.id())), ..Asker::command_line(house.now()) };
        let at = house.now();
        explain(&house.app, "rivera@example.org", "0001", at, &asker).await.unwrap();
        list(&house.app, "rivera@example.org", at, &asker).await.unwrap();
        who(&house.app, "0001", at, &asker).await.unwrap();
        explain(&house.app, "nobody@example.org", "0001", at, &asker).await.unwrap();
        assert_eq!(look_ups_recorded(house).await, 4);
        let sql = "select basis, detail from audit_row where act = 'look_up' and actor_id is not null order by seq";
        let rows: Vec<(String, String)> = match house.db() {
            Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
        };
        assert_eq!(rows.len(), 4);
        assert_eq!((rows[0].0.as_str(), rows[3].0.as_str()), ("pcp", "unknown_account"));
        assert!(rows.iter().all(|(_, detail)| !detail.contains('@') && !detail.contains("0001")), "{rows:?}");
    }
}
