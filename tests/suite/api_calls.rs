//! What the JSON interface does: the use cases of the pages, for somebody who is named, with the client in every audit row.

use axum::http::StatusCode;
use postern::app::look_ups::{Asker, explain};
use postern::domain::api::Scope;
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::Db;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::api::{Machine, machine, problem, read, unique};
use crate::support::families::{Family, ask, court_order, facts, family, own, sees};
use crate::support::portal::{Answer, Portal};
use crate::support::{House, both_engines};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";
const MRN: &str = "0012345";

/// The audit rows of `act`, as outcome, detail and actor.
async fn rows(house: &House, act: &'static str) -> Vec<(String, Value, Option<Uuid>)> {
    let sql = "select outcome, detail, actor_id from audit_row where act = $1 order by seq";
    let rows: Vec<(String, String, Option<Uuid>)> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(act).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).bind(act).fetch_all(pool).await.unwrap(),
    };
    rows.into_iter()
        .map(|(outcome, detail, actor)| (outcome, serde_json::from_str(&detail).unwrap(), actor))
        .collect()
}

/// That the last row of `act` names the client.
async fn names(client: &Machine<'_>, act: &'static str) -> (String, Value, Option<Uuid>) {
    let last = rows(client.house, act).await.pop().unwrap();
    assert_eq!(last.1["client"], client.client.to_string(), "{act}: {}", last.1);
    last
}

fn approve(account: AccountId) -> Value {
    json!({ "account": account, "answer": "approve", "lasting": "30_days", "sections": ["results", "allergies"] })
}

fn decision_of(family: &Family) -> String {
    format!("/api/v1/requests/{}/decision", family.request)
}

async fn a_family(house: &House) -> Family {
    family(house, "2020-01-02").await
}

fn same(left: &Answer, right: &Answer) {
    assert_eq!((left.status, &left.body), (right.status, &right.body));
    let plain = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("content-security-policy");
        headers
    };
    assert_eq!(plain(left), plain(right));
}

both_engines! {
    async fn a_client_lists_the_requests_that_wait_page_by_page_and_reads_one_as_its_family_does(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        let family = a_family(house).await;
        house.clock.advance(1);
        let practice = house.world.practice("Elm Pediatrics").await;
        let mut all = vec![family.request.to_string()];
        for name in ["Okafor", "Chen", "Ito"] {
            let (_, account) = house.world.physician(name, practice).await;
            all.push(ask(house, account, family.patient).await.to_string());
        }
        let mut seen = Vec::new();
        let mut path = "/api/v1/requests?limit=3".to_owned();
        loop {
            let page = read(&client.get(&path).await);
            for one in page["requests"].as_array().unwrap() {
                assert_eq!((&one["mrn"], &one["state"]), (&json!(MRN), &json!("open")));
                assert_eq!(one["answering"], json!([{ "account": family.mother, "capacity": "guardian" }]));
                assert!(one.get("view").is_none() && !one.to_string().contains("Sam Lee"), "what it says is not told: {one}");
                seen.push(one["id"].as_str().unwrap().to_owned());
            }
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/requests?limit=3&after={next}");
        }
        all.sort();
        seen.sort();
        assert_eq!(seen, all);
        let (_, detail, actor) = names(&client, "list_requests").await;
        assert_eq!((detail["shown"].as_u64(), actor), (Some(1), None));

        let path = format!("/api/v1/requests/{}", family.request);
        assert!(read(&client.get(&path).await).get("view").is_none());
        names(&client, "read_request").await;
        let view = read(&client.get(&format!("{path}?account={}", family.mother)).await)["view"].clone();
        assert_eq!((&view["asked_by"], &view["turn"], &view["capacity"]), (&json!("Sam Lee"), &json!("yours"), &json!("guardian")), "{view}");
        assert!(view["offer"]["sections"].as_array().unwrap().contains(&json!("results")));
        let (_, _, actor) = names(&client, "read_family").await;
        assert_eq!(actor, Some(family.mother.0));
    }

    async fn a_client_approves_for_a_guardian_once_and_the_provider_sees_the_chart(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsDecide]).await;
        let family = a_family(house).await;
        assert!(!sees(house, family.asker, family.patient).await);
        let path = decision_of(&family);
        let answer = client.post_once(&path, &approve(family.mother), "key-1").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(read(&answer), json!({ "request": family.request, "answer": "given" }));
        assert!(sees(house, family.asker, family.patient).await);
        for act in ["answer_request", "give_access"] {
            let (outcome, _, actor) = names(&client, act).await;
            assert_eq!((outcome.as_str(), actor), ("allowed", Some(family.mother.0)), "{act}");
        }
        // Sent again it is answered again, and nothing is done.
        same(&answer, &client.post_once(&path, &approve(family.mother), "key-1").await);
        let other = json!({ "account": family.mother, "answer": "decline" });
        assert_eq!(problem(&client.post_once(&path, &other, "key-1").await), "idempotency_key_reused");
        assert_eq!(problem(&client.post_once(&path, &other, "key-2").await), "over");
        assert_eq!(rows(house, "give_access").await.len(), 1);
        house.clock.advance(900);
        let client = Machine { token: again(&client).await, ..client };
        assert_eq!(problem(&client.post_once(&path, &approve(family.mother), "key-1").await), "answer_gone");
    }

    async fn a_client_declines_and_nothing_is_given(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsDecide]).await;
        let family = a_family(house).await;
        let path = decision_of(&family);
        let wrong = json!({ "account": family.mother, "answer": "decline", "lasting": "1_year" });
        assert_eq!(problem(&client.post(&path, &wrong).await), "invalid");
        let answer = client.post(&path, &json!({ "account": family.mother, "answer": "decline" })).await;
        assert_eq!(read(&answer)["answer"], "declined", "{}", answer.body);
        assert!(!sees(house, family.asker, family.patient).await);
    }

    /// A teen and a guardian both say yes, and neither through the other.
    async fn of_two_who_must_agree_one_alone_gives_nothing(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead, Scope::RequestsDecide]).await;
        let family = family(house, "2011-05-06").await;
        let teen = own(house, family.patient).await;
        let path = decision_of(&family);
        let hidden = client.post(&path, &approve(family.mother)).await;
        assert_eq!(problem(&hidden), "not_offered", "results are not the guardian's to give");
        let choice = |account| json!({ "account": account, "answer": "approve", "lasting": "30_days", "sections": ["allergies"] });
        assert_eq!(read(&client.post(&path, &choice(family.mother)).await)["answer"], "waits");
        assert!(!sees(house, family.asker, family.patient).await);
        let view = format!("/api/v1/requests/{}?account=", family.request);
        let guardians = read(&client.get(&format!("{view}{}", family.mother)).await)["view"].clone();
        let teens = read(&client.get(&format!("{view}{teen}")).await)["view"].clone();
        assert_eq!((&guardians["reason"], &guardians["turn"]), (&Value::Null, &json!("patient")));
        assert_eq!((&teens["other_said_yes"], &teens["turn"]), (&json!(true), &json!("yours")));
        assert_eq!(problem(&client.post(&path, &json!({ "account": teen, "answer": "approve", "lasting": "30_days",
            "sections": ["immunizations"] })).await), "nothing_shared");
        assert_eq!(read(&client.post(&path, &choice(teen)).await)["answer"], "given");
        assert!(sees(house, family.asker, family.patient).await);
    }

    async fn a_client_does_for_nobody_what_they_could_not_do_themselves(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead, Scope::RequestsDecide]).await;
        let family = a_family(house).await;
        let path = decision_of(&family);
        let absent = client.post(&format!("/api/v1/requests/{NOBODY}/decision"), &approve(family.mother)).await;
        assert_eq!(problem(&absent), "not_found");
        let unread = client.get(&format!("/api/v1/requests/{NOBODY}?account={}", family.mother)).await;
        assert_eq!(problem(&unread), "not_found");
        let stranger = house.world.family_account().await;
        let neighbor = house.world.patient("Poole", "0099999", "2019-01-01").await;
        house.world.guardian(neighbor, stranger, Interval::ALWAYS).await;
        let team = house.world.team_account(&["reviewer", "administrator", "auditor"]).await;
        let ended = house.world.family_account().await;
        house.world.guardian(family.patient, ended, Interval::new(None, Some(house.now()))).await;
        let disabled = house.world.family_account().await;
        house.world.guardian(family.patient, disabled, Interval::ALWAYS).await;
        house.world.disable(disabled, house.now()).await;
        let nobody = AccountId(NOBODY.parse().unwrap());
        for account in [stranger, team, family.asker, ended, disabled, nobody] {
            same(&absent, &client.post(&path, &approve(account)).await);
            same(&unread, &client.get(&format!("/api/v1/requests/{}?account={account}", family.request)).await);
        }
        court_order(house, family.mother).await;
        same(&absent, &client.post(&path, &approve(family.mother)).await);
        assert!(!sees(house, family.asker, family.patient).await);
        assert!(rows(house, "answer_request").await.iter().all(|(outcome, ..)| outcome != "allowed"));
        let given = rows(house, "answer_request").await;
        assert!(given.iter().all(|(_, detail, _)| detail["client"] == client.client.to_string()));
        assert_eq!(given.len(), 8);
    }

    async fn a_restricted_patient_and_one_who_has_died_are_not_there(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead, Scope::RequestsDecide]).await;
        let family = a_family(house).await;
        house.world.restrict_everyone(family.patient).await;
        assert_eq!(problem(&client.post(&decision_of(&family), &approve(family.mother)).await), "not_found");
        let path = format!("/api/v1/requests/{}?account={}", family.request, family.mother);
        assert_eq!(problem(&client.get(&path).await), "not_found");
    }

    async fn fifty_decisions_at_once_give_one_grant(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsDecide]).await;
        let family = a_family(house).await;
        let path = decision_of(&family);
        let body = approve(family.mother);
        let all = futures::future::join_all((0..50).map(|n| {
            let (client, path, body) = (&client, &path, &body);
            async move { client.post_once(path, body, if n % 2 == 0 { "shared" } else { "own" }).await }
        })).await;
        assert_eq!(rows(house, "give_access").await.len(), 1);
        assert!(all.iter().any(|answer| answer.status == StatusCode::OK));
        for answer in all.iter().filter(|answer| answer.status != StatusCode::OK) {
            assert!(matches!(problem(answer).as_str(), "under_way" | "over"), "{}", answer.body);
        }
        let after = client.post_once(&path, &body, "shared").await;
        let own = client.post_once(&path, &body, "own").await;
        let both = [after.status, own.status];
        assert!(both.contains(&StatusCode::OK) && both.contains(&StatusCode::CONFLICT), "{both:?}");
    }

    async fn a_client_issues_a_token_whose_code_is_told_once(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::TokensIssue, Scope::TokensRevoke]).await;
        house.world.patient("Stone", MRN, "2015-03-04").await;
        let wanted = json!({ "mrn": "00-123 45", "issued_for": "Dr. Okafor" });
        let answer = client.post_once("/api/v1/tokens", &wanted, "key-1").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let said = read(&answer);
        assert_eq!((&said["token"]["mrn"], &said["token"]["issued_for"]), (&json!(MRN), &json!("Dr. Okafor")));
        assert_eq!(said["token"]["token"], said["letter"]["code"]);
        assert_eq!(said["token"]["expires_at"], "2026-09-11T16:00:00Z");
        assert!(!said["letter"].to_string().contains(MRN), "the letter names no MRN");
        let (_, detail, actor) = names(&client, "issue_token").await;
        assert_eq!((&detail["by"], actor), (&json!("client"), None));
        same(&answer, &client.post_once("/api/v1/tokens", &wanted, "key-1").await);
        let second = read(&client.post_once("/api/v1/tokens", &wanted, "key-2").await);
        assert_ne!(second["token"]["id"], said["token"]["id"]);
        assert!(!stored_text(house).await.contains(said["token"]["token"].as_str().unwrap()), "kept sealed");
        // The access team's page of the patient names who issued them.
        let team = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let found = portal.post("/team/tokens", &team, &[("mrn", MRN)]).await;
        let list = portal.get(found.header("location"), &team).await;
        assert_eq!(list.body.matches("Patient portal (the access team)").count(), 2, "{}", list.body);

        let physician = house.world.physician("Okafor", house.world.practice("Elm Pediatrics").await).await.1;
        let typed = postern::app::tokens::Typed {
            token: said["token"]["token"].as_str().unwrap().to_owned(), mrn: MRN.to_owned(), practice: String::new(),
        };
        let viewer = facts(house, physician).await;
        let context = crate::support::families::context(house);
        let redeemed = postern::app::tokens::redeem(&house.app, &viewer, &typed, &context).await.unwrap();
        let patient = match redeemed {
            postern::app::tokens::Redeemed::Patient(patient) => patient,
            other => panic!("{other:?}"),
        };
        assert!(sees(house, physician, patient).await);

        let revoke = format!("/api/v1/tokens/{}/revoke", said["token"]["id"].as_str().unwrap());
        let reason = json!({ "reason": "The letter went astray." });
        assert_eq!(read(&client.post(&revoke, &reason).await)["changed"], true);
        assert!(!sees(house, physician, patient).await, "at the next request");
        assert_eq!(read(&client.post(&revoke, &reason).await)["changed"], false);
        let (outcome, _, _) = names(&client, "revoke_token").await;
        assert_eq!(outcome, "failed", "the second time");

        house.clock.advance(900);
        let client = Machine { token: again(&client).await, ..client };
        assert_eq!(problem(&client.post_once("/api/v1/tokens", &wanted, "key-1").await), "answer_gone");
        postern::app::api::sweep(&house.app).await.unwrap();
        assert_eq!(problem(&client.post_once("/api/v1/tokens", &wanted, "key-1").await), "answer_gone");
        house.clock.advance(86_400 - 900);
        let client = Machine { token: again(&client).await, ..client };
        assert_eq!(client.post_once("/api/v1/tokens", &wanted, "key-1").await.status, StatusCode::CREATED, "a day later");
    }

    async fn what_is_no_token_is_not_issued(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::TokensIssue]).await;
        let dead = house.world.patient("Stone", MRN, "2015-03-04").await;
        house.world.deceased(dead, "2026-03-01", house.now()).await;
        for (mrn, note, word) in [
            (MRN, "Dr. Okafor", "deceased"), ("0099999", "Dr. Okafor", "unknown_patient"), ("'; drop", "Dr. Okafor", "unknown_patient"),
            ("", "Dr. Okafor", "unknown_patient"), (MRN, "", "bad_note"), (MRN, "   ", "bad_note"), (MRN, &"x".repeat(101), "bad_note"),
        ] {
            let answer = client.post("/api/v1/tokens", &json!({ "mrn": mrn, "issued_for": note })).await;
            assert_eq!(problem(&answer), word, "{mrn:?} {note:?}");
        }
        let wanted = json!({ "mrn": MRN, "issued_for": "x" });
        for key in ["", "with blank", "é", &"k".repeat(256)] {
            assert_eq!(problem(&client.post_once("/api/v1/tokens", &wanted, key).await), "idempotency_key_missing", "{key:?}");
        }
        assert_eq!(tokens(house).await, 0);
    }

    async fn fifty_wishes_at_once_under_one_key_issue_one_token(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::TokensIssue]).await;
        house.world.patient("Stone", MRN, "2015-03-04").await;
        let wanted = json!({ "mrn": MRN, "issued_for": "Dr. Okafor" });
        let all = futures::future::join_all((0..50).map(|_| client.post_once("/api/v1/tokens", &wanted, "one"))).await;
        assert!(all.iter().all(|answer| answer.status == StatusCode::CREATED && answer.body == all[0].body));
        assert_eq!(tokens(house).await, 1);
    }

    async fn a_client_takes_back_what_the_hospital_issued_whoever_did_and_nothing_of_a_family(house: House) {
        use postern::app::tokens::{FamilyIssued, Given, issue_by_family, issue_on_command_line};
        let portal = Portal::of(house);
        let (mine, theirs) = (machine(house, &portal, Scope::ALL).await, machine(house, &portal, Scope::ALL).await);
        let of = a_family(house).await;
        let issued = read(&theirs.post("/api/v1/tokens", &json!({ "mrn": MRN, "issued_for": "x" })).await);
        let by_client = issued["token"]["id"].as_str().unwrap().to_owned();
        let Given::Issued(by_team) = issue_on_command_line(&house.app, MRN, "").await.unwrap() else { panic!("not issued") };
        let mother = facts(house, of.mother).await;
        let by_family = issue_by_family(&house.app, &mother, of.patient, "", &crate::support::families::context(house)).await.unwrap();
        let FamilyIssued::Issued(by_family) = by_family else { panic!("not issued") };
        let reason = json!({ "reason": "The letters were stolen." });
        let revoke = |id: &str| format!("/api/v1/tokens/{id}/revoke");
        assert_eq!(problem(&mine.post(&revoke(NOBODY), &reason).await), "not_found");
        let refused = mine.post(&revoke(&by_family.id.to_string()), &reason).await;
        assert_eq!((refused.status, problem(&refused).as_str()), (StatusCode::FORBIDDEN, "of_family"));
        assert_eq!(names(&mine, "revoke_token").await.0, "refused");
        for reason in ["", " ", &"x".repeat(1001)] {
            assert_eq!(problem(&theirs.post(&revoke(&by_client), &json!({ "reason": reason })).await), "bad_reason");
        }
        let sql = "select count(*) from patient_token where revoked_at is not null";
        assert_eq!(count(house, sql).await, 0);
        for id in [by_client, by_team.id.to_string()] {
            assert_eq!(read(&mine.post(&revoke(&id), &reason).await)["changed"], true, "another's, and the command line's");
            assert_eq!(names(&mine, "revoke_token").await.0, "allowed");
            assert_eq!(read(&theirs.post(&revoke(&id), &reason).await)["changed"], false);
        }
        assert_eq!(count(house, sql).await, 2);
        // A key belongs to its client.
        let wanted = json!({ "mrn": MRN, "issued_for": "x" });
        let left = read(&mine.post_once("/api/v1/tokens", &wanted, "same").await);
        let right = read(&theirs.post_once("/api/v1/tokens", &wanted, "same").await);
        assert_ne!(left["token"]["id"], right["token"]["id"]);
    }

    async fn the_team_reads_which_client_issued_a_token_and_takes_it_back(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::TokensIssue]).await;
        let patient = house.world.patient("Stone", MRN, "2015-03-04").await;
        let issued = read(&client.post("/api/v1/tokens", &json!({ "mrn": MRN, "issued_for": "x" })).await);
        let team = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let page = portal.get(&format!("/team/tokens/of/{patient}"), &team).await;
        assert!(page.body.contains("Client Patient portal (the access team)"), "{}", page.body);
        let path = format!("/team/tokens/{}", issued["token"]["id"].as_str().unwrap());
        assert!(portal.get(&path, &team).await.body.contains("Client Patient portal (the access team)"));
        let done = portal.post(&path, &team, &[("reason", "Not asked for.")]).await;
        assert_eq!(done.header("location"), format!("/team/tokens/of/{patient}"), "{}", done.body);
        assert_eq!(count(house, "select count(*) from patient_token where revoked_at is not null").await, 1);
    }

    async fn a_decision_is_what_the_command_line_says_and_is_recorded_first(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::DecisionsRead]).await;
        let practice = house.world.practice("Elm Pediatrics").await;
        let (provider, account) = house.world.physician("Okafor", practice).await;
        let patient = house.world.patient("Stone", MRN, "2015-03-04").await;
        house.world.listing(patient, Some(provider), None, Interval::new(Some(house.now()), None)).await;
        let email = house.world.email(account).await;
        let before = house.now().plus_seconds(-1).rfc3339();
        let asked = [
            (email.as_str(), MRN, None), (email.as_str(), MRN, Some(before.as_str())), (email.as_str(), "0099999", None),
            ("nobody@example.org", MRN, None), ("", "", None),
        ];
        for (account, mrn, at) in asked {
            let mut body = json!({ "account": account, "mrn": mrn });
            if let Some(at) = at {
                body["at"] = json!(at);
            }
            let answer = client.post("/api/v1/decisions", &body).await;
            let instant = at.map_or(house.now(), |at| at.parse().unwrap());
            let expected = explain(&house.app, account, mrn, instant, &Asker::command_line(house.now())).await.unwrap();
            assert_eq!(answer.body, serde_json::to_value(expected.said()).unwrap().to_string());
        }
        let first = read(&client.post("/api/v1/decisions", &json!({ "account": email, "mrn": MRN })).await);
        assert_eq!((&first["allowed"], &first["bases"]), (&json!(true), &json!(["pcp"])));
        let (outcome, detail, actor) = names(&client, "look_up").await;
        assert_eq!((outcome.as_str(), &detail["look_up"], actor), ("allowed", &json!("explain"), None));
        for at in ["yesterday", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
            let answer = client.post("/api/v1/decisions", &json!({ "account": email, "mrn": MRN, "at": at })).await;
            assert_eq!(problem(&answer), "invalid", "{at}");
        }
    }

    async fn a_client_reads_who_opened_a_chart_page_by_page(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::DisclosuresRead]).await;
        let practice = house.world.practice("Elm Pediatrics").await;
        let (provider, account) = house.world.physician("Okafor", practice).await;
        let patient = house.world.patient("Stone", MRN, "2015-03-04").await;
        house.world.listing(patient, Some(provider), None, Interval::ALWAYS).await;
        let ledger = async |body: &Value| read(&client.post("/api/v1/disclosures", body).await);
        assert_eq!(ledger(&json!({ "mrn": MRN })).await, json!({ "openings": [], "next": null }));
        opened(house, account, patient, 60).await;
        let first = ledger(&json!({ "mrn": MRN })).await;
        let next = first["next"].as_str().unwrap();
        let second = ledger(&json!({ "mrn": MRN, "after": next })).await;
        let counted = [&first, &second].map(|page| page["openings"].as_array().unwrap().len());
        assert_eq!((counted, &second["next"]), ([50, 10], &Value::Null));
        let row = &first["openings"][0];
        assert_eq!((&row["practice"], &row["section"], &row["bases"]), (&json!("Elm Pediatrics"), &Value::Null, &json!(["pcp"])));
        let (_, detail, _) = names(&client, "read_disclosures").await;
        assert_eq!(detail["shown"], 10);
        let nobody = client.post("/api/v1/disclosures", &json!({ "mrn": "0099999" })).await;
        assert_eq!(problem(&nobody), "unknown_patient");
        let garbage = client.post("/api/v1/disclosures", &json!({ "mrn": MRN, "after": "x" })).await;
        assert_eq!(problem(&garbage), "bad_query");
        assert_eq!(rows(house, "read_disclosures").await.pop().unwrap().0, "failed");
    }
}

/// A fresh access token.
async fn again(client: &Machine<'_>) -> String {
    let answer = client.ask_token(&client.assertion(&client.claims())).await;
    read(&answer)["access_token"].as_str().unwrap().to_owned()
}

async fn opened(house: &House, account: AccountId, patient: PatientId, times: usize) {
    for _ in 0..times {
        house.clock.advance(1);
        assert!(sees(house, account, patient).await);
    }
}

async fn count(house: &House, sql: &'static str) -> i64 {
    let (n,): (i64,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    n
}

async fn tokens(house: &House) -> i64 {
    count(house, "select count(*) from patient_token").await
}

/// Everything that the tables of the interface keep as bytes or text.
async fn stored_text(house: &House) -> String {
    let sql = "select answer from api_once where answer is not null";
    let rows: Vec<(Vec<u8>,)> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    assert!(!rows.is_empty(), "{}", unique());
    rows.into_iter().map(|(bytes,)| String::from_utf8_lossy(&bytes).into_owned()).collect()
}
