//! What a guardian gave ends at 18 unless the patient renews it: who may, what goes on, and what the pages say.

use axum::http::StatusCode;
use postern::app::family::answering::{Answered, Choice, Taken, revoke};
use postern::app::family::enter;
use postern::app::family::renewing::{renew, renewable};
use postern::app::family::seeing::who;
use postern::domain::calendar::{Instant, Interval};
use postern::domain::family::renewal::What;
use postern::domain::grant::Lasting;
use postern::domain::ids::{AccountId, FactId};
use postern::store::grants;

use crate::run_sql;
use crate::support::families::{Family, context, facts, family, guardian, own, say, sees, set, yes};
use crate::support::html::faults;
use crate::support::letters::{count, letters_of};
use crate::support::portal::Portal;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

/// Eighteen three days after the day of the tests, 11 March 2026.
const SOON: &str = "2008-03-14";
const BEFORE: &str = "2026-03-14T03:59:59Z";
const BIRTHDAY: &str = "2026-03-14T04:00:00Z";
const LATER: &str = "2026-03-20T12:00:00Z";

/// A patient with an account of their own, whose mother gave the specialist a year.
async fn given(house: &House) -> (Family, AccountId, FactId) {
    let f = family(house, SOON).await;
    let choice = Choice { lasting: Lasting::Year, ..yes() };
    assert_eq!(say(house, f.mother, f.request, Some(&choice)).await, Answered::Given);
    let patient = own(house, f.patient).await;
    let id = grants::of_patient(house.db(), f.patient).await.unwrap()[0].id;
    (f, patient, id)
}

async fn renews(house: &House, account: AccountId, it: (What, FactId)) -> Taken {
    renew(&house.app, &facts(house, account).await, it, &context(house)).await.unwrap()
}

async fn offered(house: &House, account: AccountId) -> Vec<FactId> {
    let all = enter(&house.app, &facts(house, account).await, None, "access", &context(house)).await.unwrap();
    let Some(permit) = all.current() else { return Vec::new() };
    renewable(&house.app, permit, house.now()).await.unwrap().into_iter().map(|one| one.id).collect()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

both_engines! {
    async fn at_18_the_specialist_is_out_until_the_patient_renews_what_the_guardian_gave(house: House) {
        let (f, patient, id) = given(house).await;
        set(house, BEFORE);
        assert!(sees(house, f.asker, f.patient).await);
        set(house, BIRTHDAY);
        assert!(!sees(house, f.asker, f.patient).await, "cut at midnight");
        set(house, LATER);
        assert_eq!(offered(house, patient).await, [id]);
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Done("Sam Lee".to_owned()));
        assert!(sees(house, f.asker, f.patient).await);
        let told = letters_of(house, "family_renewed").await;
        assert_eq!(told.len(), 1, "who has it is told");
        assert_eq!(told[0].0, house.world.email(f.asker).await);
        assert_eq!(count(house, "select count(*) from audit_row where act = 'renew_access' and outcome = 'allowed' and patient_id is not null").await, 1);
        set(house, "2026-03-15T12:00:00Z");
        assert!(!sees(house, f.asker, f.patient).await, "between the birthday and the renewal nothing held");
        set(house, "2027-03-11T15:59:59Z");
        let end = grants::of_patient(house.db(), f.patient).await.unwrap()[0].span.end().unwrap();
        house.clock.set(end.plus_seconds(-1));
        assert!(sees(house, f.asker, f.patient).await);
        house.clock.set(end);
        assert!(!sees(house, f.asker, f.patient).await, "never longer than it was given for");
    }

    async fn renewed_before_the_birthday_it_goes_on_without_a_gap_and_can_be_taken_back(house: House) {
        let (f, patient, id) = given(house).await;
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Done("Sam Lee".to_owned()));
        for instant in [BEFORE, BIRTHDAY, LATER] {
            set(house, instant);
            assert!(sees(house, f.asker, f.patient).await, "{instant}");
        }
        set(house, BEFORE);
        let all = enter(&house.app, &facts(house, patient).await, None, "access", &context(house)).await.unwrap();
        let seen = who(&house.app, all.current().unwrap(), house.now()).await.unwrap();
        assert_eq!(seen.given.len(), 1);
        assert_eq!(seen.given[0].until, grants::of_patient(house.db(), f.patient).await.unwrap()[0].span.end());
        set(house, LATER);
        let back = revoke(&house.app, &facts(house, patient).await, id, &context(house)).await;
        assert_eq!(back.unwrap(), Taken::Done("Sam Lee".to_owned()));
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(offered(house, patient).await, [], "what was taken back is not renewed");
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Already);
    }

    async fn nothing_is_renewed_twice_or_by_a_guardian_or_by_anothers_account(house: House) {
        let (f, patient, id) = given(house).await;
        let stranger = house.world.family_account().await;
        house.world.own_account(house.world.patient("Rivera", "0054321", SOON).await, stranger).await;
        for account in [f.mother, guardian(house, f.patient).await, stranger] {
            assert_eq!(offered(house, account).await, []);
            assert_eq!(renews(house, account, (What::Grant, id)).await, Taken::Unknown);
        }
        assert_eq!(renews(house, patient, (What::Token, id)).await, Taken::Unknown, "no token has this id");
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Done("Sam Lee".to_owned()));
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Already);
        assert_eq!(letters_of(house, "family_renewed").await.len(), 1);
        assert_eq!(count(house, "select count(*) from audit_row where act = 'renew_access' and outcome = 'refused'").await, 4);
        assert_eq!(count(house, "select count(*) from audit_row where act = 'renew_access' and outcome = 'failed'").await, 1);
    }

    async fn nothing_is_renewed_that_ran_out_or_that_a_restriction_or_a_court_order_forbids(house: House) {
        let (f, patient, id) = given(house).await;
        house.world.restriction(f.patient, Whom::Account(f.asker), Interval::ALWAYS).await;
        assert_eq!(offered(house, patient).await, []);
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Unknown, "restricted");
        run_sql!(house, "delete from restriction where patient_id = $1", f.patient.0);
        run_sql!(house, "update guardian set court_order = 1 where account_id = $1", f.mother.0);
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Unknown, "left to the team until 18");
        set(house, LATER);
        assert_eq!(offered(house, patient).await, [id], "from 18 on the patient alone decides");
        let end = grants::of_patient(house.db(), f.patient).await.unwrap()[0].span.end().unwrap();
        house.clock.set(end);
        assert_eq!(renews(house, patient, (What::Grant, id)).await, Taken::Unknown, "it ran out by itself");
    }

    async fn before_17_nothing_is_offered_to_be_renewed(house: House) {
        let (_, patient, _) = given(house).await;
        set(house, "2025-03-14T03:59:59Z");
        assert_eq!(offered(house, patient).await, []);
    }

    async fn a_token_of_a_guardian_goes_on_until_its_own_end_and_not_beyond(house: House) {
        let f = family(house, SOON).await;
        let patient = own(house, f.patient).await;
        let end = at("2026-08-11T16:00:00Z");
        let token = house.world.redeemed_token(f.patient, f.asker, None, Interval::new(Some(house.now()), Some(end))).await;
        set(house, BIRTHDAY);
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(renews(house, f.mother, (What::Token, token)).await, Taken::Unknown);
        assert_eq!(renews(house, patient, (What::Token, token)).await, Taken::Done("Sam Lee".to_owned()));
        assert_eq!(renews(house, patient, (What::Token, token)).await, Taken::Already);
        assert!(sees(house, f.asker, f.patient).await);
        house.clock.set(end.plus_seconds(-1));
        assert!(sees(house, f.asker, f.patient).await);
        house.clock.set(end);
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(letters_of(house, "family_renewed").await.len(), 1);
    }

    async fn the_page_offers_it_in_both_languages_asks_once_more_and_needs_a_fresh_factor(house: House) {
        let (f, patient, id) = given(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(patient).await;
        let page = portal.get("/family/access", &browser).await;
        assert!(page.body.contains("What a guardian gave for you") && page.body.contains("Ends on"), "{}", page.body);
        let path = format!("/family/grants/{id}/renew");
        assert!(page.body.contains(&path));
        let ask = portal.get(&path, &browser).await;
        assert_eq!(faults(&ask.body), Vec::<String>::new());
        assert!(ask.body.contains("Do you want to keep this?") && ask.body.contains("Sam Lee"), "{}", ask.body);
        portal.post("/family/language", &browser, &[("language", "es")]).await;
        let page = portal.get("/family/access", &browser).await;
        assert!(page.body.contains("Lo que un tutor dio por usted") && page.body.contains("Se acaba el"), "{}", page.body);
        assert!(portal.get(&path, &browser).await.body.contains("¿Quiere que esto siga?"));
        assert_eq!(portal.get(&path, &portal.signed_in(f.mother).await).await.status, StatusCode::NOT_FOUND);
        house.clock.advance(301);
        portal.post(&path, &browser, &[]).await;
        assert_eq!(count(house, "select count(*) from access_grant where renewed_at is not null").await, 0, "an old factor");
        let fresh = portal.signed_in(patient).await;
        let done = portal.post(&path, &fresh, &[]).await;
        assert_eq!(done.header("location"), "/family/access?done=renewed");
        let page = portal.get("/family/access?done=renewed", &fresh).await;
        assert!(page.body.contains("Listo. Sigue después de sus 18.") && !page.body.contains(&path), "{}", page.body);
        let again = portal.post(&path, &fresh, &[]).await;
        assert!(again.header("location").ends_with("done=already"));
        set(house, LATER);
        assert!(sees(house, f.asker, f.patient).await);
    }
}
