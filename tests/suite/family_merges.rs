//! Families and requests around a merge of records: nothing leads to the other record until the access team confirms it.

use postern::app::access::open;
use postern::app::desk::confirming::{Approval, confirm};
use postern::app::desk::{Done, Member};
use postern::app::disclosures::read;
use postern::app::family::desk::{Deed, Did, act, find};
use postern::app::family::enrolment::{Begun, Typed, activate};
use postern::app::family::enter;
use postern::app::import::{Mode, run};
use postern::app::requests::Filed;
use postern::domain::calendar::{Interval, parse_date};
use postern::domain::family::authority::Capacity;
use postern::domain::family::enrolment::Relationship;
use postern::domain::ids::{AccountId, PatientId};
use postern::domain::people::Role;
use postern::domain::request::{Ending, RequestKind};
use postern::store::{patient_requests, people};

use crate::run_sql;
use crate::support::families::{context, facts, guardian};
use crate::support::pcp::{
    Scene, ask, at, block, filed, member, now, scene, sees, stored, text, verify, wish,
};
use crate::support::{House, both_engines};

const BORN: &str = "2019-03-14";
const OLD: &str = "0099999";

/// Record `from` is merged into `into` as of now; nobody has confirmed it.
async fn merged(house: &House, from: PatientId, into: PatientId) {
    house.world.merge(from, into, Interval::new(Some(house.now()), None)).await;
    run_sql!(house, "update patient_merge set confirmed_at = null where from_id = $1", from.0);
}

async fn confirmed(house: &House, from: PatientId) {
    run_sql!(house, "update patient_merge set confirmed_at = starts_at where from_id = $1", from.0);
}

async fn undone(house: &House, from: PatientId) {
    run_sql!(house, "update patient_merge set ends_at = starts_at where from_id = $1", from.0);
}

async fn charts(house: &House, account: AccountId) -> Vec<PatientId> {
    let household =
        enter(&house.app, &facts(house, account).await, None, "home", &context(house)).await.unwrap();
    household.permits.iter().map(postern::app::family::FamilyPermit::patient).collect()
}

async fn code(house: &House, patient: PatientId) -> String {
    let team = member(house, &[Role::Reviewer]).await;
    match act(&house.app, &team, patient, &Deed::Code(Capacity::Guardian)).await.unwrap() {
        Did::Code(code) => code,
        other => panic!("{other:?}"),
    }
}

async fn begins(house: &House, code: &str) -> AccountId {
    let typed = Typed {
        code: code.to_owned(),
        patient_born: parse_date(BORN),
        given: "Elena".to_owned(),
        family: "Stone".to_owned(),
        born: parse_date("1985-02-03"),
        relationship: Some(Relationship::Mother),
        email: "elena@example.org".to_owned(),
        signature: "Elena Stone".to_owned(),
        agreed: true,
    };
    let begun = activate(&house.app, &typed, &context(house)).await.unwrap();
    assert!(matches!(begun, Begun::Account { .. }), "{begun:?}");
    people::account_by_email(house.db(), "elena@example.org").await.unwrap().unwrap()
}

async fn old_record(house: &House) -> PatientId {
    house.world.patient("Stone", OLD, BORN).await
}

both_engines! {
    async fn a_code_from_before_a_merge_opens_the_other_record_only_once_the_merge_is_confirmed(house: House) {
        let s = scene(house).await;
        let old = old_record(house).await;
        let code = code(house, old).await;
        merged(house, old, s.mia).await;
        let elena = begins(house, &code).await;
        assert_eq!(charts(house, elena).await, [], "the merge is not confirmed");
        confirmed(house, old).await;
        assert_eq!(charts(house, elena).await, [s.mia]);
        undone(house, old).await;
        assert_eq!(charts(house, elena).await, [old], "an unmerge restores it");
    }

    async fn an_old_mrn_leads_the_team_to_the_other_family_only_once_the_merge_is_confirmed(house: House) {
        let s = scene(house).await;
        let old = old_record(house).await;
        let (theirs, ours) = (guardian(house, old).await, guardian(house, s.mia).await);
        merged(house, old, s.mia).await;
        let team = member(house, &[Role::Reviewer]).await;
        let found = find(&house.app, &team, OLD).await.unwrap().unwrap();
        assert_eq!((found.patient, found.waits_for_merge), (old, true));
        assert_eq!(found.ties.iter().map(|tie| tie.account).collect::<Vec<_>>(), [theirs]);
        confirmed(house, old).await;
        let found = find(&house.app, &team, OLD).await.unwrap().unwrap();
        assert_eq!((found.patient, found.waits_for_merge), (s.mia, false));
        assert_eq!(found.ties.iter().map(|tie| tie.account).collect::<Vec<_>>(), [ours, theirs]);
        let link = found.ties[1].id;
        assert_eq!(act(&house.app, &now(house, &team), s.mia, &Deed::End(link)).await.unwrap(), Did::Done);
        assert_eq!(charts(house, theirs).await, []);
    }

    async fn a_request_about_a_record_that_was_merged_away_is_joined_and_not_asked_twice(house: House) {
        let s = scene(house).await;
        let old = old_record(house).await;
        let id = house.world.request("pcp_change", s.rivera, Some(old)).await;
        run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, s.elm.0);
        merged(house, old, s.mia).await;
        assert_eq!(ask(house, s.castellan, &wish(RequestKind::PcpChange)).await, Filed::Joined(id));
        block(house, s.castellan, old, Interval::ALWAYS).await;
        assert_eq!(ask(house, s.castellan, &wish(RequestKind::NonPcp)).await, Filed::Blocked);
    }

    async fn a_listing_of_the_survivor_settles_what_was_asked_about_the_other_record(house: House) {
        let s = scene(house).await;
        let old = old_record(house).await;
        let id = house.world.request("pcp_change", s.rivera, Some(old)).await;
        run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, s.elm.0);
        merged(house, old, s.mia).await;
        import(house, "0012345", &s).await;
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Fulfilled));
    }

    async fn a_listing_of_a_record_that_was_merged_away_settles_nothing_until_the_merge_is_confirmed(house: House) {
        let s = scene(house).await;
        let old = old_record(house).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        let theirs = filed(house, s.haddad, RequestKind::PcpChange).await;
        merged(house, old, s.mia).await;
        import(house, OLD, &s).await;
        assert_eq!(stored(house, id).await.outcome, None);
        assert!(patient_requests::kept(house.db(), theirs).await.unwrap().flagged_at.is_none());
        run_sql!(house, "delete from listing where patient_id = $1", old.0);
        confirmed(house, old).await;
        import(house, OLD, &s).await;
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Fulfilled));
        assert!(patient_requests::kept(house.db(), theirs).await.unwrap().flagged_at.is_some());
    }

    async fn what_was_asked_about_a_record_that_was_merged_away_is_approved_for_the_survivor_once_that_is_confirmed(house: House) {
        let s = scene(house).await;
        let old = old_record(house).await;
        let id = house.world.request("pcp_change", s.rivera, Some(old)).await;
        run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, s.elm.0);
        verify(house, &s.jo, id).await;
        merged(house, old, s.mia).await;
        let approval = Approval::Listing { ends: vec![s.park], stays: vec![] };
        let tries = async |jo: &Member| confirm(&house.app, jo, at(house, id).await, &approval).await.unwrap();
        assert_eq!(tries(&now(house, &s.jo)).await, Done::Obstacle(postern::domain::queue::Obstacle::Gone));
        confirmed(house, old).await;
        assert_eq!(tries(&now(house, &s.jo)).await, Done::Done(()));
        assert!(sees(house, s.rivera, s.mia).await);
    }

    async fn who_opened_the_other_record_is_told_once_the_merge_is_confirmed_and_not_after_its_undoing(house: House) {
        let s = scene(house).await;
        let old = house.world.patient("Stone", OLD, BORN).await;
        let (npi, okafor) = house.world.physician("Okafor", house.world.practice("North").await).await;
        house.world.listing(old, Some(npi), None, Interval::ALWAYS).await;
        let mother = guardian(house, s.mia).await;
        let viewer = facts(house, okafor).await;
        open(&house.app, &viewer, old, None, &context(house)).await.unwrap();
        house.clock.advance(1);
        let told = async || {
            let viewer = facts(house, mother).await;
            read(&house.app, &viewer, None, None, &context(house)).await.unwrap().rows.len()
        };
        assert_eq!(told().await, 0);
        merged(house, old, s.mia).await;
        assert_eq!(told().await, 0, "not before it is confirmed");
        confirmed(house, old).await;
        assert_eq!(told().await, 1);
        undone(house, old).await;
        assert_eq!(told().await, 0);
    }
}

/// Imports that the patient with this MRN is listed with Elm.
async fn import(house: &House, mrn: &str, s: &Scene) {
    let elm = text(house, "select code from practice where id = $1", s.elm.0).await;
    let line = format!("{{\"type\":\"listing\",\"mrn\":\"{mrn}\",\"practice\":\"{elm}\"}}\n");
    run(&house.app, &mut line.as_bytes(), Mode::Apply).await.unwrap();
}
