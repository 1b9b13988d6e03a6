//! The access team takes back what a family gave, and changes the care team: for a reason, at once, under a court order too.

use axum::http::StatusCode;
use postern::app::desk::Member;
use postern::app::family::answering::{Choice, Taken};
use postern::app::family::desk::{Deed, Did, Search, Seated, act, find, search};
use postern::app::family::renewing::renew;
use postern::domain::calendar::{Instant, Interval};
use postern::domain::family::renewal::What;
use postern::domain::family::topic::SeatSource;
use postern::domain::grant::Lasting;
use postern::domain::ids::{FactId, ProviderId};
use postern::domain::people::Role;
use postern::store::grants;
use serde_json::json;
use uuid::Uuid;

use crate::care_team::{bundle_with, ines};
use crate::feed::{INES, load};
use crate::support::families::{
    Family, context, court_order, facts, family, guardian, own, say, sees, specialty, text_of, yes,
};
use crate::support::html::faults;
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{member, now};
use crate::support::portal::Portal;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const TEEN: &str = "2013-03-11";
/// Eighteen three days after the day of the tests.
const SOON: &str = "2008-03-14";
const BIRTHDAY: &str = "2026-03-14T04:00:00Z";
const MRN: &str = "0012345";

async fn did(house: &House, team: &Member, f: &Family, deed: Deed) -> Did {
    act(&house.app, &now(house, team), f.patient, &deed).await.unwrap()
}

fn why() -> String {
    "The court asked for it".to_owned()
}

async fn rows(house: &House, outcome: &str) -> i64 {
    let sql = match outcome {
        "allowed" => {
            "select count(*) from audit_row where act in ('revoke_access', 'change_care_team') and outcome = 'allowed' and patient_id is not null"
        }
        "failed" => {
            "select count(*) from audit_row where act in ('revoke_access', 'change_care_team') and outcome = 'failed' and patient_id is not null"
        }
        _ => {
            "select count(*) from audit_row where act in ('revoke_access', 'change_care_team') and outcome = 'refused' and patient_id is not null"
        }
    };
    count(house, sql).await
}

both_engines! {
    async fn under_a_court_order_the_team_takes_back_what_the_family_gave(house: House) {
        let f = family(house, CHILD).await;
        say(house, f.mother, f.request, Some(&yes())).await;
        court_order(house, f.mother).await;
        let team = member(house, &[Role::Reviewer]).await;
        let grant = find(&house.app, &team, MRN).await.unwrap().unwrap().grants[0].id;
        assert!(sees(house, f.asker, f.patient).await);
        assert_eq!(did(house, &team, &f, Deed::Revoke(grant, "  ".to_owned())).await, Did::NoReason);
        assert_eq!(did(house, &team, &f, Deed::Revoke(grant, "x".repeat(1001))).await, Did::NoReason);
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(did(house, &auditor, &f, Deed::Revoke(grant, why())).await, Did::NotYours);
        assert!(sees(house, f.asker, f.patient).await, "nothing was changed");
        assert_eq!(did(house, &team, &f, Deed::Revoke(grant, why())).await, Did::Done);
        assert!(!sees(house, f.asker, f.patient).await, "at the next request");
        assert_eq!(did(house, &team, &f, Deed::Revoke(grant, why())).await, Did::Already);
        assert_eq!(text_of(house, "select revoke_reason from access_grant where id = $1", grant.0).await, why());
        assert_eq!((rows(house, "allowed").await, rows(house, "failed").await, rows(house, "refused").await), (1, 3, 1));
        assert_eq!(count(house, "select count(*) from audit_row where detail like '%court%'").await, 0);
        assert!(find(&house.app, &team, MRN).await.unwrap().unwrap().grants.is_empty());
    }

    async fn what_is_of_another_patient_or_not_there_is_left_alone(house: House) {
        let f = family(house, CHILD).await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let (grant, seat) = (
            house.world.grant(other, f.asker, Interval::ALWAYS).await,
            house.world.seat(other, Whom::Provider(f.npi), Interval::ALWAYS).await,
        );
        let team = member(house, &[Role::Administrator]).await;
        let nobody = Seated::Provider(ProviderId(Uuid::from_u128(4)));
        for deed in [
            Deed::Revoke(grant, why()), Deed::Unseat(seat, why()), Deed::Seat(nobody, why()),
            Deed::Revoke(FactId(Uuid::from_u128(5)), why()), Deed::Unseat(FactId(Uuid::from_u128(6)), why()),
        ] {
            assert_eq!(did(house, &team, &f, deed).await, Did::Already);
        }
        assert!(sees(house, f.asker, other).await && !sees(house, f.asker, f.patient).await);
    }

    async fn the_team_puts_a_provider_and_a_practice_on_the_care_team_and_takes_them_off(house: House) {
        let f = family(house, CHILD).await;
        let elm = house.world.practice("Elm Clinic").await;
        let (_, partner) = house.world.physician("Okafor", elm).await;
        court_order(house, f.mother).await;
        let team = member(house, &[Role::Reviewer]).await;
        for (whom, account) in [(Seated::Provider(f.npi), f.asker), (Seated::Practice(elm), partner)] {
            assert_eq!(did(house, &team, &f, Deed::Seat(whom, why())).await, Did::Done);
            assert!(sees(house, account, f.patient).await);
            assert_eq!(did(house, &team, &f, Deed::Seat(whom, why())).await, Did::Already);
            let seats = find(&house.app, &team, MRN).await.unwrap().unwrap().seats;
            let seat = seats.iter().find(|seat| seat.whom == whom).unwrap();
            assert_eq!(seat.source, SeatSource::Team);
            assert_eq!(did(house, &team, &f, Deed::Unseat(seat.id, why())).await, Did::Done);
            assert!(!sees(house, account, f.patient).await, "at the next request");
            assert_eq!(did(house, &team, &f, Deed::Unseat(seat.id, why())).await, Did::Already);
        }
        let kept = "select count(*) from care_team_seat s join care_team_removal r on r.patient_id = s.patient_id where s.reason <> '' and r.reason <> ''";
        assert_eq!(count(house, kept).await, 4, "each with its reason");
        assert!(letters_of(house, "family_changed").await.is_empty(), "nobody of the family has a say now");
    }

    async fn a_seat_that_the_team_removes_outlasts_the_feed(house: House) {
        load(house, &[INES]).await.unwrap();
        let patient = ines(house).await;
        let team = member(house, &[Role::Reviewer]).await;
        let seats = async || find(&house.app, &team, "0077").await.unwrap().unwrap().seats;
        let seat = seats().await[0].id;
        house.clock.advance(60);
        let done = act(&house.app, &now(house, &team), patient, &Deed::Unseat(seat, why())).await.unwrap();
        assert_eq!(done, Did::Done);
        house.clock.advance(60);
        bundle_with(house, |team| team["period"] = json!({ "start": "2026-01-10", "end": "2027-01-10" })).await;
        let held = find(&house.app, &now(house, &team), "0077").await.unwrap().unwrap().seats;
        assert_eq!(held.iter().filter(|seat| seat.span.holds(house.now())).count(), 0);
    }

    async fn whoever_has_a_say_is_told_and_the_guardian_of_a_teen_not_of_what_they_do_not_read(house: House) {
        let f = family(house, TEEN).await;
        own(house, f.patient).await;
        let team = member(house, &[Role::Reviewer]).await;
        assert_eq!(did(house, &team, &f, Deed::Seat(Seated::Provider(f.npi), why())).await, Did::Done);
        assert_eq!(letters_of(house, "family_changed").await.len(), 2);
        let psych = house.world.provider("Freud").await;
        specialty(house, psych, "Child psychiatry").await;
        assert_eq!(did(house, &team, &f, Deed::Seat(Seated::Provider(psych), why())).await, Did::Done);
        assert_eq!(letters_of(house, "family_changed").await.len(), 3, "the teen alone");
    }

    async fn the_team_finds_as_the_family_does_and_a_sensitive_specialty_too(house: House) {
        let f = family(house, TEEN).await;
        specialty(house, f.npi, "Child psychiatry").await;
        let team = member(house, &[Role::Reviewer]).await;
        let npi = text_of(house, "select npi from provider where id = $1", f.npi.0).await;
        for query in ["hadd", npi.as_str()] {
            let Search::Found(found, false) = search(&house.app, &team, query).await.unwrap() else { panic!() };
            assert_eq!(found.iter().map(|one| one.whom).collect::<Vec<_>>(), [Seated::Provider(f.npi)]);
        }
        assert_eq!(search(&house.app, &team, "ha").await.unwrap(), Search::TooShort);
    }

    async fn the_end_of_a_grant_is_the_one_that_the_decision_uses(house: House) {
        let f = family(house, SOON).await;
        say(house, f.mother, f.request, Some(&Choice { lasting: Lasting::Year, ..yes() })).await;
        let patient = own(house, f.patient).await;
        let team = member(house, &[Role::Reviewer]).await;
        let listed = async || find(&house.app, &now(house, &team), MRN).await.unwrap().unwrap().grants;
        let (grant, birthday) = (listed().await.remove(0), BIRTHDAY.parse::<Instant>().unwrap());
        assert_eq!(grant.span.end(), Some(birthday), "a guardian gave it for a year");
        let portal = Portal::of(house);
        let browser = portal.signed_in(team.account).await;
        let page = portal.post("/team/families", &browser, &[("mrn", MRN)]).await;
        assert!(page.body.contains("Until <time datetime=\"2026-03-14T04:00:00Z\">"), "{}", page.body);
        assert!(!page.body.contains("Mar-2027"), "{}", page.body);
        house.clock.set(birthday);
        assert!(listed().await.is_empty() && !sees(house, f.asker, f.patient).await, "over for the desk as for the decision");
        let renewed = renew(&house.app, &facts(house, patient).await, (What::Grant, grant.id), &context(house)).await.unwrap();
        assert_eq!(renewed, Taken::Done("Sam Lee".to_owned()));
        let own_end = grants::of_patient(house.db(), f.patient).await.unwrap()[0].span.end();
        assert_eq!(listed().await[0].span.end(), own_end, "renewed, it goes on until its own end");
        house.clock.set(own_end.unwrap());
        assert!(listed().await.is_empty() && !sees(house, f.asker, f.patient).await);
    }

    async fn after_a_death_no_grant_is_listed_as_one_that_goes_on(house: House) {
        let f = family(house, CHILD).await;
        say(house, f.mother, f.request, Some(&yes())).await;
        house.world.deceased(f.patient, "2026-03-11", house.now()).await;
        let team = member(house, &[Role::Reviewer]).await;
        let listed = async || find(&house.app, &now(house, &team), MRN).await.unwrap().unwrap().grants;
        let day_after: Instant = "2026-03-12T04:00:00Z".parse().unwrap();
        assert_eq!(listed().await[0].span.end(), Some(day_after));
        house.clock.set(day_after);
        assert!(listed().await.is_empty() && !sees(house, f.asker, f.patient).await);
    }

    async fn the_page_does_it_with_a_fresh_factor_and_asks_why(house: House) {
        let f = family(house, CHILD).await;
        guardian(house, f.patient).await;
        say(house, f.mother, f.request, Some(&yes())).await;
        let portal = Portal::of(house);
        let team = portal.signed_in(house.world.team_account(&["reviewer"]).await).await;
        let found = portal.post("/team/families", &team, &[("mrn", MRN), ("query", "hadd")]).await;
        assert_eq!(found.status, StatusCode::OK);
        assert_eq!(faults(&found.body), Vec::<String>::new());
        assert!(found.body.contains("Access that was given") && found.body.contains("Put on the care team"), "{}", found.body);
        let grant = text_of(house, "select cast(count(*) as text) from access_grant where patient_id = $1", f.patient.0).await;
        assert_eq!(grant, "1");
        let id = find(&house.app, &member(house, &[Role::Reviewer]).await, MRN).await.unwrap().unwrap().grants[0].id.to_string();
        let npi = f.npi.to_string();
        let revoke = |reason| [("mrn", MRN), ("deed", "revoke"), ("id", id.as_str()), ("reason", reason)];
        let bare = portal.post("/team/families/change", &team, &revoke("")).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(sees(house, f.asker, f.patient).await);
        let done = portal.post("/team/families/change", &team, &revoke("The mother asked by phone")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert!(!sees(house, f.asker, f.patient).await);
        let seat = [("mrn", MRN), ("query", "hadd"), ("deed", "seat"), ("kind", "provider"), ("id", npi.as_str()), ("reason", "Asked for")];
        for forged in [("kind", "account"), ("id", "7"), ("deed", "everything")] {
            let fields: Vec<_> = seat.iter().map(|(k, v)| if *k == forged.0 { forged } else { (*k, *v) }).collect();
            let answer = portal.post("/team/families/change", &team, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{forged:?}");
        }
        assert!(!sees(house, f.asker, f.patient).await);
        house.clock.advance(301);
        portal.post("/team/families/change", &team, &seat).await;
        assert!(!sees(house, f.asker, f.patient).await, "without a fresh factor");
        let stranger = portal.signed_in(f.mother).await;
        let page = portal.post("/team/families/change", &stranger, &seat).await;
        assert!(!sees(house, f.asker, f.patient).await && page.status != StatusCode::OK);
        let team = portal.signed_in(house.world.team_account(&["reviewer"]).await).await;
        let page = portal.post("/team/families/change", &team, &seat).await;
        assert!(page.body.contains("From the access team"), "{}", page.body);
        assert!(sees(house, f.asker, f.patient).await);
    }
}
