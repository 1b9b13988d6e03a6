//! Patient tokens as use cases: redeemed once, refused alike, frozen, slowed, taken back.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use postern::app::access::Context;
use postern::app::desk::{Done, Member};
use postern::app::tokens::{
    FamilyIssued, Given, Issued, ListIssued, Missing, Redeemed, Typed, again, issue, issue_by_family,
    issue_list, redeem, revoke,
};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, PatientId, PracticeId};
use postern::domain::people::Role;
use postern::domain::queue::Bar;
use postern::domain::token::list::Problem;

use crate::support::letters::{count, letters_of};
use crate::support::portal::Portal;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

pub(crate) fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "r1".to_owned(), network: "192.0.2.1".to_owned() }
}

pub(crate) async fn administrator(house: &House) -> Member {
    let account = house.world.team_account(&["administrator"]).await;
    Member { account, roles: vec![Role::Administrator], context: context(house) }
}

/// A patient with MRN 0012345 and a token that waits.
pub(crate) async fn waiting(house: &House) -> (PatientId, Issued) {
    let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
    (mia, issued(house, mia).await)
}

async fn issued(house: &House, patient: PatientId) -> Issued {
    let member = administrator(house).await;
    match issue(&house.app, &member, patient, "Dr. Okafor").await.unwrap() {
        Given::Issued(issued) => *issued,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn physician(house: &House, name: &str) -> AccountId {
    let practice = house.world.practice(name).await;
    house.world.physician(name, practice).await.1
}

async fn tries_in(house: &House, account: AccountId, token: &str, mrn: &str, practice: &str) -> Redeemed {
    let viewer = postern::app::access::viewer(&house.app, account).await.unwrap().unwrap();
    let typed = Typed { token: token.to_owned(), mrn: mrn.to_owned(), practice: practice.to_owned() };
    redeem(&house.app, &viewer, &typed, &context(house)).await.unwrap()
}

async fn tries(house: &House, account: AccountId, token: &str, mrn: &str) -> Redeemed {
    tries_in(house, account, token, mrn, "").await
}

/// Whether `account` may open the chart of `patient` now.
async fn sees(house: &House, account: AccountId, patient: PatientId) -> bool {
    let app = &house.app;
    let viewer = postern::app::access::viewer(app, account).await.unwrap().unwrap();
    let opened = postern::app::access::open(app, &viewer, patient, None, &context(house)).await.unwrap();
    matches!(opened, postern::app::access::Asked::Opened(_))
}

/// Whether the tests run in full.
fn is_full() -> bool {
    std::env::var("POSTERN_TEST_FULL").is_ok_and(|value| !value.is_empty())
}

both_engines! {
    async fn a_token_opens_the_chart_until_its_expiry_and_not_one_second_longer(house: House) {
        let (mia, token) = waiting(house).await;
        let okafor = physician(house, "Okafor").await;
        assert_eq!(token.expires_at, "2026-09-11T16:00:00Z".parse::<Instant>().unwrap());
        assert!(!sees(house, okafor, mia).await);
        let typed = token.secret.grouped().to_lowercase().replace('-', " ");
        assert_eq!(tries(house, okafor, &typed, "00-12345").await, Redeemed::Patient(mia));
        assert!(sees(house, okafor, mia).await);
        house.clock.set(token.expires_at.plus_seconds(-1));
        assert!(sees(house, okafor, mia).await);
        house.clock.set(token.expires_at);
        assert!(!sees(house, okafor, mia).await);
    }

    async fn the_same_account_again_succeeds_and_anyone_else_is_refused_and_the_issuer_told_once_a_day(house: House) {
        let (mia, token) = waiting(house).await;
        let (okafor, stranger) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let secret = token.secret.grouped();
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Patient(mia));
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Patient(mia));
        assert_eq!(letters_of(house, "token_tried").await.len(), 0);
        assert_eq!(tries(house, stranger, &secret, "0012345").await, Redeemed::NoMatch);
        assert!(!sees(house, stranger, mia).await);
        assert_eq!(tries(house, stranger, &secret, "0099999").await, Redeemed::NoMatch);
        let told = letters_of(house, "token_tried").await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(!format!("{told:?}").contains("0012345") && !format!("{told:?}").contains("Reyes"));
        // The next day in hospital time, once more.
        house.clock.advance(12 * HOUR);
        assert_eq!(tries(house, stranger, &secret, "0012345").await, Redeemed::NoMatch);
        assert_eq!(tries(house, stranger, &secret, "0012345").await, Redeemed::NoMatch);
        assert_eq!(letters_of(house, "token_tried").await.len(), 2);
        assert!(sees(house, okafor, mia).await);
    }

    async fn where_the_issuer_is_gone_the_deciders_of_the_team_are_told(house: House) {
        let (_, token) = waiting(house).await;
        let (okafor, stranger) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let reviewer = house.world.team_account(&["reviewer"]).await;
        let admin = house.world.team_account(&["administrator"]).await;
        let secret = token.secret.grouped();
        tries(house, okafor, &secret, "0012345").await;
        let issuer = issuer_of_the_token(house).await;
        house.world.disable(issuer, house.now()).await;
        tries(house, stranger, &secret, "0012345").await;
        let told: Vec<String> = letters_of(house, "token_tried").await.into_iter().map(|(to, _)| to).collect();
        let mut wanted = vec![house.world.email(reviewer).await, house.world.email(admin).await];
        wanted.sort();
        assert_eq!(told, wanted);
    }

    async fn every_wrong_try_reads_the_same_and_is_recorded_with_its_reason(house: House) {
        let (mia, token) = waiting(house).await;
        let okafor = physician(house, "Okafor").await;
        let secret = token.secret.grouped();
        for (typed, mrn) in [
            ("0G5R-1111-0000-ABCD-EFGH-JKMN-PQ", "0012345"),
            ("not a token!", "0012345"),
            (secret.as_str(), "0099999"),
            (secret.as_str(), "<b>"),
        ] {
            assert_eq!(tries(house, okafor, typed, mrn).await, Redeemed::NoMatch, "{typed} {mrn}");
        }
        assert!(!sees(house, okafor, mia).await);
        for (why, times) in [("unknown_token", 2), ("wrong_mrn", 2)] {
            assert_eq!(recorded(house, why).await, times, "{why}");
        }
        let kept = count(house, "select count(*) from audit_row where detail like '%0012345%' or detail like '%0099999%'").await;
        assert_eq!(kept, 0);
        assert_eq!(tries(house, okafor, "", " ").await, Redeemed::Missing(vec![Missing::Token, Missing::Mrn]));
    }

    async fn five_wrong_mrns_freeze_a_token_that_waits(house: House) {
        let (mia, token) = waiting(house).await;
        let (okafor, ibe) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let secret = token.secret.grouped();
        for _ in 0..4 {
            assert_eq!(tries(house, ibe, &secret, "0099999").await, Redeemed::NoMatch);
        }
        let other = issued(house, mia).await;
        assert_eq!(tries(house, okafor, &secret, "0099999").await, Redeemed::NoMatch);
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::NoMatch);
        assert!(!sees(house, okafor, mia).await);
        assert_eq!(recorded(house, "\"frozen\"").await, 1);
        // Another token of the same patient is not concerned.
        assert_eq!(tries(house, okafor, &other.secret.grouped(), "0012345").await, Redeemed::Patient(mia));
    }

    async fn four_wrong_mrns_do_not_freeze_and_a_redeemed_token_never_freezes(house: House) {
        let (mia, token) = waiting(house).await;
        let (okafor, ibe) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let secret = token.secret.grouped();
        for _ in 0..4 {
            tries(house, ibe, &secret, "0099999").await;
        }
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Patient(mia));
        for n in 0..9 {
            house.clock.advance(2 * HOUR);
            let who = if n % 2 == 0 { ibe } else { okafor };
            assert_eq!(tries(house, who, &secret, "0099999").await, Redeemed::NoMatch);
        }
        assert!(sees(house, okafor, mia).await);
        assert_eq!(count(house, "select count(*) from patient_token where frozen_at is not null").await, 0);
    }

    async fn ten_misses_in_an_hour_slow_the_account_and_no_other(house: House) {
        let (mia, token) = waiting(house).await;
        let (okafor, ibe) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        for n in 0..10 {
            assert_eq!(tries(house, ibe, "0G5R-1111-0000-ABCD", "0012345").await, Redeemed::NoMatch, "{n}");
            house.clock.advance(300);
        }
        house.clock.advance(-299);
        let secret = token.secret.grouped();
        assert_eq!(tries(house, ibe, &secret, "0012345").await, Redeemed::Slowed(59));
        house.clock.advance(58);
        assert_eq!(tries(house, ibe, &secret, "0012345").await, Redeemed::Slowed(1));
        assert_eq!(tries(house, okafor, "0G5R-1111-0000-ABCD", "0012345").await, Redeemed::NoMatch);
        // Slowed, not locked out: one more try each minute, and freely once the misses are an hour old.
        house.clock.advance(1);
        assert_eq!(tries(house, ibe, "0G5R-1111-0000-ABCD", "0012345").await, Redeemed::NoMatch);
        assert_eq!(tries(house, ibe, &secret, "0012345").await, Redeemed::Slowed(60));
        house.clock.advance(HOUR);
        assert_eq!(tries(house, ibe, &secret, "0012345").await, Redeemed::Patient(mia));
    }

    async fn an_expired_token_is_named_to_whoever_holds_it_and_to_nobody_else(house: House) {
        let (mia, token) = waiting(house).await;
        let (okafor, ibe) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let used = issued(house, mia).await;
        let (secret, used) = (token.secret.grouped(), used.secret.grouped());
        assert_eq!(tries(house, okafor, &used, "0012345").await, Redeemed::Patient(mia));
        house.clock.set(token.expires_at);
        assert_eq!(tries(house, ibe, &secret, "0012345").await, Redeemed::Expired);
        assert_eq!(tries(house, ibe, &secret, "0099999").await, Redeemed::NoMatch);
        assert_eq!(tries(house, okafor, &used, "0012345").await, Redeemed::Expired);
        assert_eq!(tries(house, ibe, &used, "0012345").await, Redeemed::NoMatch);
        assert_eq!(letters_of(house, "token_tried").await.len(), 0);
    }

    async fn a_token_taken_back_while_the_chart_is_open_refuses_the_next_click(house: House) {
        let (mia, token) = waiting(house).await;
        let okafor = physician(house, "Okafor").await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(okafor).await;
        let secret = token.secret.grouped();
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Patient(mia));
        assert_eq!(portal.get(&format!("/charts/{mia}"), &browser).await.status, StatusCode::OK);
        let member = administrator(house).await;
        assert_eq!(revoke(&house.app, &member, token.id, "Asked for.").await.unwrap(), Done::Done(mia));
        assert_eq!(portal.get(&format!("/charts/{mia}"), &browser).await.status, StatusCode::NOT_FOUND);
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::NoMatch);
        assert_eq!(revoke(&house.app, &member, token.id, "Again.").await.unwrap(), Done::Stale);
        let reviewer = Member { roles: vec![Role::Reviewer, Role::Auditor], ..member.clone() };
        assert_eq!(revoke(&house.app, &reviewer, token.id, "x").await.unwrap(), Done::Barred(Bar::Role));
        assert_eq!(revoke(&house.app, &member, house.world.id().into(), "x").await.unwrap(), Done::Unknown);
    }

    async fn a_sponsored_user_redeems_for_one_practice_and_loses_it_with_the_sponsorship(house: House) {
        let (mia, token) = waiting(house).await;
        let world = &house.world;
        let (elm, oak) = (world.practice("Elm").await, world.practice("Oak").await);
        let ((_, chen), (_, diaz)) = (world.physician("Chen", elm).await, world.physician("Diaz", oak).await);
        let nurse = world.sponsored_account().await;
        let end = house.now().plus_seconds(DAY);
        world.sponsorship(chen, nurse, elm, Interval::new(None, Some(end))).await;
        world.sponsorship(diaz, nurse, oak, Interval::ALWAYS).await;
        let secret = token.secret.grouped();
        let foreign = PracticeId(house.world.id()).to_string();
        for practice in ["", foreign.as_str(), "x"] {
            let answer = tries_in(house, nurse, &secret, "0012345", practice).await;
            assert_eq!(answer, Redeemed::Missing(vec![Missing::Practice]), "{practice}");
        }
        let answer = tries_in(house, nurse, &secret, "0012345", &elm.to_string()).await;
        assert_eq!(answer, Redeemed::Patient(mia));
        assert!(sees(house, nurse, mia).await);
        house.clock.set(end);
        assert!(!sees(house, nurse, mia).await);
    }

    async fn families_and_the_access_team_redeem_nothing(house: House) {
        let (_, token) = waiting(house).await;
        let secret = token.secret.grouped();
        let parent = house.world.family_account().await;
        let team = house.world.team_account(&["administrator"]).await;
        for account in [parent, team, house.world.sponsored_account().await] {
            assert_eq!(tries(house, account, &secret, "0012345").await, Redeemed::NoMatch);
        }
        assert_eq!(count(house, "select count(*) from patient_token where redeemed_by is not null").await, 0);
    }

    async fn a_restricted_or_deceased_patient_reads_as_no_match_and_the_token_keeps(house: House) {
        let (mia, token) = waiting(house).await;
        let (okafor, ibe) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let secret = token.secret.grouped();
        house.world.restriction(mia, Whom::Account(okafor), Interval::ALWAYS).await;
        for _ in 0..6 {
            assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::NoMatch);
        }
        let leo = house.world.patient("Stone", "0055555", "2014-01-02").await;
        let lost = issued(house, leo).await;
        house.world.deceased(leo, "2026-03-09", house.now()).await;
        assert_eq!(tries(house, ibe, &lost.secret.grouped(), "0055555").await, Redeemed::NoMatch);
        let member = administrator(house).await;
        assert!(matches!(issue(&house.app, &member, leo, "").await.unwrap(), Given::Deceased));
        assert_eq!(tries(house, ibe, &secret, "0012345").await, Redeemed::Patient(mia));
    }

    async fn a_merged_record_brings_its_tokens_once_the_merge_is_confirmed(house: House) {
        let (mia, token) = waiting(house).await;
        let survivor = house.world.patient("Reyes", "0077777", "2015-03-04").await;
        let since = Interval::new(Some(house.now()), None);
        house.world.merge(mia, survivor, since).await;
        let okafor = physician(house, "Okafor").await;
        let secret = token.secret.grouped();
        run_sql(house, "update patient_merge set confirmed_at = null").await;
        for mrn in ["0012345", "0077777"] {
            assert_eq!(tries(house, okafor, &secret, mrn).await, Redeemed::NoMatch);
        }
        run_sql(house, "update patient_merge set confirmed_at = starts_at").await;
        assert_eq!(tries(house, okafor, &secret, "0077777").await, Redeemed::Patient(survivor));
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Patient(survivor));
        assert!(sees(house, okafor, survivor).await);
    }

    async fn fifty_at_once_give_one_success(house: House) {
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let practice = house.world.practice("Elm").await;
        let mut viewers = Vec::new();
        for _ in 0..50 {
            let (_, account) = house.world.physician("Okafor", practice).await;
            viewers.push(postern::app::access::viewer(&house.app, account).await.unwrap().unwrap());
        }
        let rounds = if is_full() { 100 } else { 20 };
        for round in 0..rounds {
            let secret = issued(house, mia).await.secret.grouped();
            let mut running = tokio::task::JoinSet::new();
            for viewer in viewers.clone() {
                let (app, context) = (house.app.clone(), context(house));
                let typed = Typed { token: secret.clone(), mrn: "0012345".to_owned(), practice: String::new() };
                running.spawn(async move { redeem(&app, &viewer, &typed, &context).await });
            }
            let mut answers = BTreeMap::new();
            while let Some(answer) = running.join_next().await {
                // Whoever got no connection in time was told so, and tried nothing.
                let word = answer.unwrap().map_or("unavailable", |redeemed| match redeemed {
                    Redeemed::Patient(_) => "redeemed",
                    Redeemed::NoMatch => "no match",
                    _ => "something else",
                });
                *answers.entry(word).or_insert(0) += 1;
            }
            assert_eq!(answers.get("redeemed"), Some(&1), "round {round}: {answers:?}");
            assert_eq!(answers.get("something else"), None, "round {round}: {answers:?}");
            house.clock.advance(2 * HOUR);
        }
        assert_eq!(count(house, "select count(*) from patient_token where redeemed_by is not null").await, rounds);
    }

    async fn a_list_is_issued_as_a_whole_or_not_at_all(house: House) {
        let (mia, _) = waiting(house).await;
        house.world.patient("Stone", "0055555", "2014-01-02").await;
        let member = administrator(house).await;
        let list = async |member: &Member, text: &str| issue_list(&house.app, member, text).await.unwrap();
        let tokens = async || count(house, "select count(*) from patient_token").await;
        let wrong = list(&member, "mrn,for_whom\n0012345,Dr. Lee\n0099999,Dr. Lee\n0055555,").await;
        assert!(matches!(wrong, ListIssued::Problems(p) if p == [(3, Problem::UnknownMrn)]));
        assert_eq!(tokens().await, 1);
        let auditor = Member { roles: vec![Role::Auditor], ..member.clone() };
        assert!(matches!(list(&auditor, "mrn\n0012345").await, ListIssued::Barred(Bar::Role)));
        let ListIssued::Issued(all) = list(&member, "mrn,for_whom\n0012345,Dr. Lee\n0055555,").await else {
            panic!("the list was refused")
        };
        assert_eq!(all.iter().map(|t| t.card.mrn.as_str()).collect::<Vec<_>>(), ["0012345", "0055555"]);
        assert_eq!(tokens().await, 3);
        // Their letters are given out again to whoever knows the secrets, while nobody has redeemed one.
        let secrets: Vec<String> = all.iter().map(|t| t.secret.grouped()).collect();
        let ids = |all: Vec<Issued>| all.into_iter().map(|t| t.id).collect::<Vec<_>>();
        assert_eq!(ids(again(&house.app, &member, &secrets).await.unwrap().unwrap()), ids(all));
        assert!(again(&house.app, &auditor, &secrets).await.unwrap().is_none());
        assert!(again(&house.app, &member, &["0G5R-1111-0000-ABCD".to_owned()]).await.unwrap().is_none());
        let okafor = physician(house, "Okafor").await;
        assert_eq!(tries(house, okafor, &secrets[0], "0012345").await, Redeemed::Patient(mia));
        assert!(again(&house.app, &member, &secrets).await.unwrap().is_none());
    }

    async fn only_an_administrator_issues(house: House) {
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let member = administrator(house).await;
        for roles in [vec![], vec![Role::Reviewer], vec![Role::Auditor]] {
            let other = Member { roles, ..member.clone() };
            assert!(matches!(issue(&house.app, &other, mia, "").await.unwrap(), Given::Barred(Bar::Role)));
        }
        let nobody = house.world.id().into();
        assert!(matches!(issue(&house.app, &member, nobody, "").await.unwrap(), Given::Unknown));
        assert!(matches!(issue(&house.app, &member, mia, &"x".repeat(101)).await.unwrap(), Given::NoteTooLong));
        assert_eq!(count(house, "select count(*) from patient_token").await, 0);
        assert_eq!(count(house, "select count(*) from audit_row where act = 'issue_token' and outcome = 'refused'").await, 3);
    }

    async fn a_guardian_issues_for_a_child_and_it_ends_at_the_18th_birthday(house: House) {
        // 17 years old, and 18 on June 1.
        let mia = house.world.patient("Reyes", "0012345", "2008-06-01").await;
        let (parent, other) = (house.world.family_account().await, house.world.family_account().await);
        house.world.guardian(mia, parent, Interval::ALWAYS).await;
        let issues = async |account, patient| {
            let viewer = postern::app::access::viewer(&house.app, account).await.unwrap().unwrap();
            issue_by_family(&house.app, &viewer, patient, "", &context(house)).await.unwrap()
        };
        assert!(matches!(issues(other, mia).await, FamilyIssued::NotTheirs));
        assert!(matches!(issues(parent, house.world.id().into()).await, FamilyIssued::NotTheirs));
        let FamilyIssued::Issued(token) = issues(parent, mia).await else { panic!("a guardian may") };
        let okafor = physician(house, "Okafor").await;
        let secret = token.secret.grouped();
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Patient(mia));
        let birthday: Instant = "2026-06-01T04:00:00Z".parse().unwrap();
        house.clock.set(birthday.plus_seconds(-1));
        assert!(sees(house, okafor, mia).await);
        house.clock.set(birthday);
        assert!(!sees(house, okafor, mia).await);
        assert_eq!(tries(house, okafor, &secret, "0012345").await, Redeemed::Expired);
        assert!(matches!(issues(parent, mia).await, FamilyIssued::NotTheirs));
        // From now on the patient alone does, and their account keeps what it gives.
        let own = house.world.family_account().await;
        house.world.own_account(mia, own).await;
        let FamilyIssued::Issued(token) = issues(own, mia).await else { panic!("the patient may from 18") };
        assert_eq!(tries(house, okafor, &token.secret.grouped(), "0012345").await, Redeemed::Patient(mia));
    }

    async fn from_13_on_a_guardian_issues_alone_only_while_the_patient_has_no_account(house: House) {
        let mia = house.world.patient("Reyes", "0012345", "2010-06-01").await;
        let parent = house.world.family_account().await;
        house.world.guardian(mia, parent, Interval::ALWAYS).await;
        let viewer = postern::app::access::viewer(&house.app, parent).await.unwrap().unwrap();
        let issues = async || issue_by_family(&house.app, &viewer, mia, "", &context(house)).await.unwrap();
        assert!(matches!(issues().await, FamilyIssued::Issued(_)));
        let own = house.world.family_account().await;
        house.world.own_account(mia, own).await;
        assert!(matches!(issues().await, FamilyIssued::NotTheirs));
        house.world.disable(own, house.now()).await;
        assert!(matches!(issues().await, FamilyIssued::Issued(_)));
        house.world.restriction(mia, Whom::Account(parent), Interval::ALWAYS).await;
        assert!(matches!(issues().await, FamilyIssued::NotTheirs));
    }
}

/// How many rows of the audit are of a try that was refused for `why`.
async fn recorded(house: &House, why: &str) -> i64 {
    let sql = match why {
        "unknown_token" => {
            "select count(*) from audit_row where act = 'redeem_token' and detail like '%unknown_token%'"
        }
        "wrong_mrn" => {
            "select count(*) from audit_row where act = 'redeem_token' and detail like '%wrong_mrn%'"
        }
        _ => "select count(*) from audit_row where act = 'redeem_token' and detail like '%\"frozen\"%'",
    };
    count(house, sql).await
}

/// Who issued the one token there is.
async fn issuer_of_the_token(house: &House) -> AccountId {
    use postern::store::Db;
    let sql = "select issuer_id from patient_token";
    let (id,): (uuid::Uuid,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    AccountId(id)
}

async fn run_sql(house: &House, sql: &'static str) {
    use postern::store::Db;
    match house.db() {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(drop),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
    }
    .unwrap();
}
