//! What went wrong in other portals, tried against this one by HTTP: other people's ids, forged words, several tabs, several hands.
//! Each name begins with the number of the bug in the list of those that were published. What is here is about rows that belong
//! to somebody; `known_bugs_rules` has those about rules and fields.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, FactId, PatientId, ProviderId, RequestId};
use postern::domain::verification::CallOutcome;
use postern::store::Stamp;
use uuid::Uuid;

use crate::hidden::told;
use crate::run_sql;
use crate::support::families::ask;
use crate::support::letters::count;
use crate::support::pcp;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const ABSENT: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0000);
const CHILD: &str = "2019-03-14";

/// One family with everything that it can change, and the provider whom it concerns.
pub struct Side {
    pub patient: PatientId,
    pub mother: AccountId,
    pub npi: ProviderId,
    pub provider: AccountId,
    pub grant: FactId,
    pub token: FactId,
    pub seat: FactId,
    pub block: Uuid,
    pub request: RequestId,
}

/// A family of its own, which has nothing to do with any other.
pub async fn side(house: &House, family: &str, mrn: &str) -> Side {
    let w = &house.world;
    let patient = w.patient(family, mrn, CHILD).await;
    let mother = w.family_account().await;
    w.guardian(patient, mother, Interval::ALWAYS).await;
    let (npi, provider) = w.physician(family, w.practice(family).await).await;
    let half_a_year = Interval::new(Some(house.now()), Some(house.now().plus_seconds(180 * 86_400)));
    let block = w.id();
    run_sql!(
        house,
        "insert into request_block (id, patient_id, account_id, made_by, starts_at) values ($1, $2, $3, $4, $5)",
        block,
        patient.0,
        w.physician("Blocked", w.practice("Blocked").await).await.1.0,
        mother.0,
        Stamp(house.now())
    );
    Side {
        patient,
        mother,
        npi,
        provider,
        grant: w.grant(patient, provider, Interval::ALWAYS).await,
        token: w.redeemed_token(patient, provider, None, half_a_year).await,
        seat: w.seat(patient, Whom::Provider(npi), Interval::ALWAYS).await,
        block,
        request: ask(house, w.physician("Asker", w.practice("Asker").await).await.1, patient).await,
    }
}

/// Everything that a family can do to what is named by an id.
fn deeds(of: &Side) -> Vec<String> {
    vec![
        format!("/family/grants/{}/revoke", of.grant),
        format!("/family/tokens/{}/revoke", of.token),
        format!("/family/care-team/{}/remove", of.seat),
        format!("/family/blocks/{}/end", of.block),
        format!("/family/requests/{}/block", of.request),
        format!("/family/requests/{}/approve", of.request),
    ]
}

/// The rows that those deeds change.
async fn rows(house: &House) -> Vec<i64> {
    let mut found = Vec::new();
    for sql in [
        "select count(*) from access_grant where revoked_at is null",
        "select count(*) from access_grant",
        "select count(*) from patient_token where revoked_at is null",
        "select count(*) from patient_token",
        "select count(*) from care_team_seat where ends_at is null",
        "select count(*) from care_team_removal",
        "select count(*) from request_block where ends_at is null",
        "select count(*) from access_request where state = 'open'",
        "select count(*) from access_request",
        "select count(*) from family_answer",
        "select count(*) from request_event",
        "select count(*) from request_call",
    ] {
        found.push(count(house, sql).await);
    }
    found
}

async fn does(portal: &Portal<'_>, browser: &Browser, path: &str) -> Answer {
    portal.post(path, browser, &[("lasting", "30_days"), ("version", "0")]).await
}

fn status(answer: &Answer) -> u16 {
    answer.status.as_u16()
}

both_engines! {
    async fn b02_an_id_of_another_patient_changes_nothing_and_ones_own_does(house: House) {
        let portal = Portal::of(house);
        let (stone, poole) = (side(house, "Stone", "0012345").await, side(house, "Poole", "0099999").await);
        let before = rows(house).await;
        for (own, other) in [(&stone, &poole), (&poole, &stone)] {
            let browser = portal.signed_in(own.mother).await;
            for path in deeds(other) {
                let answer = does(&portal, &browser, &path).await;
                let nothing = does(&portal, &browser, &path.replace(|c: char| c.is_ascii_digit(), "7")).await;
                assert_eq!((status(&answer), status(&nothing)), (404, 404), "{path}");
            }
        }
        assert_eq!(rows(house).await, before);
        let browser = portal.signed_in(stone.mother).await;
        for path in deeds(&stone) {
            let answer = does(&portal, &browser, &path).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        }
        assert_ne!(rows(house).await, before, "the same deeds to what is one's own are done");
    }

    async fn b03_an_id_in_the_body_never_turns_a_create_into_a_change_of_anothers(house: House) {
        let portal = Portal::of(house);
        let (stone, poole) = (side(house, "Stone", "0012345").await, side(house, "Poole", "0099999").await);
        let (token, patient, other) = (poole.token.to_string(), stone.patient.to_string(), poole.patient.to_string());
        let request = poole.request.to_string();
        let mother = portal.signed_in(stone.mother).await;
        let owner = "select count(*) from patient_token where given_by = 'guardian' and issuer_id is null";
        let forged = [("patient", patient.as_str()), ("for_whom", "x"), ("id", &token), ("token_id", &token), ("patient_id", &other),
            ("issuer_id", &other), ("expires_at", "2099-01-01")];
        let untouched = count(house, owner).await;
        let given = portal.post("/family/tokens", &mother, &forged).await;
        assert_eq!(given.status, StatusCode::OK, "{}", given.body);
        assert_eq!(count(house, owner).await, untouched, "the token whose id was sent is as it was");
        assert_eq!(count(house, "select count(*) from patient_token").await, 3);
        // What is created for another's patient is refused, whatever else is said.
        for (path, fields) in [
            ("/family/tokens", vec![("patient", other.as_str()), ("for_whom", "x")]),
            ("/family/care-team/add", vec![("patient", other.as_str()), ("kind", "provider"), ("id", &other)]),
        ] {
            let before = rows(house).await;
            assert_eq!(status(&portal.post(path, &mother, &fields).await), 404, "{path}");
            assert_eq!(rows(house).await, before, "{path}");
        }
        let physician = portal.signed_in(stone.provider).await;
        let before = count(house, "select count(*) from access_request where state = 'open'").await;
        let wish = [("kind", "non_pcp"), ("mrn", "0099999"), ("family", "Poole"), ("given", "Mia"), ("month", "3"), ("day", "14"),
            ("year", "2019"), ("reason", "seen today"), ("id", &request), ("request_id", &request), ("account_id", &other),
            ("state", "closed"), ("outcome", "approved"), ("version", "7")];
        let filed = portal.post("/requests", &physician, &wish).await;
        assert_eq!(filed.status, StatusCode::OK, "{}", filed.body);
        assert_eq!(count(house, "select count(*) from access_request where state = 'open'").await, before + 1);
        assert_eq!(count(house, "select count(*) from access_request where outcome is not null or version > 0").await, 0);
    }

    async fn b04_nobody_reads_or_goes_on_with_the_thread_of_somebody_else(house: House) {
        let s = pcp::scene(house).await;
        let portal = Portal::of(house);
        let id = pcp::filed(house, s.rivera, postern::domain::request::RequestKind::PcpChange).await;
        pcp::call(house, &s.jo, id, CallOutcome::Reached).await;
        let (own, other) = (portal.signed_in(s.rivera).await, portal.signed_in(s.haddad).await);
        let mother = portal.signed_in(house.world.family_account().await).await;
        assert_eq!(portal.get(&format!("/requests/{id}"), &own).await.status, StatusCode::OK);
        let before = rows(house).await;
        for browser in [&other, &mother] {
            for rest in ["/requests/{}", "/team/requests/{}", "/team/requests/{}/call", "/family/requests/{}"] {
                let (path, none) = (rest.replace("{}", &id.to_string()), rest.replace("{}", &ABSENT.to_string()));
                let (theirs, none) = (portal.get(&path, browser).await, portal.get(&none, browser).await);
                let same = (theirs.status, told(&theirs, &id.to_string())) == (none.status, told(&none, &ABSENT.to_string()));
                assert!(theirs.status == StatusCode::NOT_FOUND && same, "{path}");
            }
            for rest in ["/requests/{}/withdraw", "/team/requests/{}/notes", "/team/requests/{}/take", "/team/requests/{}/call",
                "/team/requests/{}/checklist", "/team/requests/{}/patient", "/team/requests/{}/decline", "/family/requests/{}/decline"] {
                let path = rest.replace("{}", &id.to_string());
                let sent = [("version", "1"), ("note", "as if the team"), ("text", "no"), ("outcome", "reached"), ("mrn", "0012345")];
                assert_eq!(status(&portal.post(&path, browser, &sent).await), 404, "{path}");
            }
        }
        assert_eq!(rows(house).await, before);
        // An answer to a question is read behind its own secret alone.
        for secret in [ABSENT.to_string(), id.to_string(), "x".repeat(43)] {
            let answer = portal.get(&format!("/help/status/{secret}"), &own).await;
            assert_eq!(answer.status, StatusCode::GONE);
        }
    }

    async fn b05_each_page_says_whose_chart_it_is_and_the_session_keeps_none(house: House) {
        let portal = Portal::of(house);
        let (stone, poole) = (side(house, "Stone", "0012345").await, side(house, "Poole", "0099999").await);
        let sister = house.world.patient("Stone", "0012346", CHILD).await;
        house.world.guardian(sister, stone.mother, Interval::ALWAYS).await;
        let browser = portal.signed_in(stone.mother).await;
        // One tab with the one child, then one with the other; the first tab's form is about the first child.
        portal.get(&format!("/family/tokens?patient={}", stone.patient), &browser).await;
        portal.get(&format!("/family/tokens?patient={sister}"), &browser).await;
        let first = stone.patient.to_string();
        let given = portal.post("/family/tokens", &browser, &[("patient", &first), ("for_whom", "")]).await;
        assert_eq!(given.status, StatusCode::OK);
        let of = "select count(*) from patient_token t join patient_mrn m on m.patient_id = t.patient_id where m.mrn = '0012345'";
        assert_eq!(count(house, of).await, 2);
        assert_eq!(count(house, "select count(*) from patient_token").await, 3);
        // A foreign id in a tab leads nowhere, and the next form without one is refused, not taken for the last chart.
        let foreign = portal.get(&format!("/family/tokens?patient={}", poole.patient), &browser).await;
        assert!(!foreign.body.contains("Poole"), "{}", foreign.body);
        for sent in [vec![], vec![("patient", "")], vec![("for_whom", "x")]] {
            assert_eq!(status(&portal.post("/family/tokens", &browser, &sent).await), 404);
        }
        assert_eq!(count(house, "select count(*) from patient_token").await, 3);
        // So with a physician's charts: a refused one in the other tab changes nothing about the next click.
        let physician = portal.signed_in(stone.provider).await;
        let (own, theirs) = (format!("/charts/{}", stone.patient), format!("/charts/{}", poole.patient));
        let page = |text: &Answer| text.body.contains("STONE") && !text.body.contains("POOLE");
        assert!(page(&portal.get(&own, &physician).await));
        assert_eq!(portal.get(&theirs, &physician).await.status, StatusCode::NOT_FOUND);
        let results = portal.get(&format!("{own}/results"), &physician).await;
        assert!(results.status == StatusCode::OK && page(&results), "{}", results.body);
    }

    async fn b06_what_hangs_on_a_record_asks_for_the_same_right_as_the_record(house: House) {
        let portal = Portal::of(house);
        let (stone, poole) = (side(house, "Stone", "0012345").await, side(house, "Poole", "0099999").await);
        let physician = portal.signed_in(stone.provider).await;
        let sections = ["", "/problems", "/medications", "/allergies", "/immunizations", "/results", "/reports", "/vitals", "/visits", "/notes",
            "/procedures", "/documents", "/care_team", "/appointments", "/no-such-section"];
        let id = poole.patient;
        for rest in sections {
            for rest in [rest.to_owned(), format!("{rest}/{ABSENT}"), format!("{rest}?print=1"), format!("{rest}?at=2026-01-01")] {
                let theirs = portal.get(&format!("/charts/{id}{rest}"), &physician).await;
                let none = portal.get(&format!("/charts/{ABSENT}{rest}"), &physician).await;
                let same = (theirs.status, told(&theirs, &id.to_string())) == (none.status, told(&none, &ABSENT.to_string()));
                assert!(theirs.status == StatusCode::NOT_FOUND && same, "{rest}");
            }
        }
        let gone = pcp::at(house, poole.request).await.0;
        let of_the_team = [format!("/team/requests/{gone}/screenshot"), format!("/team/tokens/of/{id}"), format!("/team/tokens/{}", poole.token),
            format!("/team/restrictions/of/{id}")];
        for path in &of_the_team {
            assert_eq!(status(&portal.get(path, &physician).await), 404, "{path}");
        }
        for path in ["/team/requests/export", "/team/audit/export", "/team/accounting/export", "/team/tokens/list/letters"] {
            assert_eq!(status(&portal.post(path, &physician, &[("mrn", "0099999"), ("code", "x")]).await), 404, "{path}");
        }
        // With the right gone the parts are gone with it, at the next click.
        let own = format!("/charts/{}", stone.patient);
        assert_eq!(portal.get(&format!("{own}/results"), &physician).await.status, StatusCode::OK);
        house.world.restriction(stone.patient, Whom::Account(stone.provider), Interval::ALWAYS).await;
        for rest in &sections[..14] {
            assert_eq!(status(&portal.get(&format!("{own}{rest}"), &physician).await), 404, "{rest}");
        }
    }
}
