//! Whom a restriction of the patient keeps out: nobody asks them, nobody tells them, and nobody calls them.

use postern::app::family::answering::Answered;
use postern::app::family::authority_over;
use postern::app::family::desk::{Deed, Did, act};
use postern::app::family::schedule::{Swept, sweep};
use postern::domain::calendar::Interval;
use postern::domain::family::authority::Rule;
use postern::domain::ids::{AccountId, FactId};
use postern::domain::people::Role;
use postern::domain::request::Route;
use postern::store::Stamp;

use crate::run_sql;
use crate::support::families::{Family, family, guardian, own, say, sees, text_of, yes};
use crate::support::letters::letters_of;
use crate::support::pcp::{member, now};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const ADULT: &str = "2001-05-06";
const TEEN: &str = "2012-05-06";
const ROUTE: &str = "select route from patient_request where request_id = $1";

/// A restriction of the patient names the mother, from now on.
async fn restricted(house: &House, f: &Family) -> FactId {
    house.world.restriction(f.patient, Whom::Account(f.mother), Interval::new(Some(house.now()), None)).await
}

/// To whom letters of this kind went.
async fn told(house: &House, word: &str) -> Vec<String> {
    letters_of(house, word).await.into_iter().map(|(address, _)| address).collect()
}

async fn route(house: &House, f: &Family) -> Route {
    authority_over(&house.app, f.patient, house.now()).await.unwrap().unwrap().route()
}

async fn voices(house: &House, f: &Family) -> Vec<AccountId> {
    let family = authority_over(&house.app, f.patient, house.now()).await.unwrap().unwrap();
    family.voices().iter().map(|(account, _)| *account).collect()
}

both_engines! {
    async fn a_guardian_whom_a_restriction_names_is_neither_asked_nor_told_and_the_other_answers_alone(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        restricted(house, &f).await;
        assert_eq!(voices(house, &f).await, [father]);
        assert_eq!(sweep(&house.app).await.unwrap(), Swept { told: 1, ..Swept::default() });
        assert_eq!(told(house, "family_asked").await, [house.world.email(father).await]);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Unknown);
        assert_eq!(say(house, father, f.request, Some(&yes())).await, Answered::Given);
        assert!(sees(house, f.asker, f.patient).await);
        assert_eq!(told(house, "family_changed").await, Vec::<String>::new(), "her answer it was not, and she learns of none");
    }

    async fn a_refusal_of_the_only_one_who_has_a_say_closes_the_request_instead_of_pausing_it(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        restricted(house, &f).await;
        assert_eq!(say(house, father, f.request, None).await, Answered::Declined);
    }

    async fn a_request_that_only_a_restricted_guardian_could_answer_goes_to_the_team_and_nobody_calls_her(house: House) {
        let f = family(house, CHILD).await;
        house.world.team_account(&["reviewer"]).await;
        assert_eq!(route(house, &f).await, Route::Family);
        let id = restricted(house, &f).await;
        assert_eq!(sweep(&house.app).await.unwrap(), Swept { rerouted: 1, ..Swept::default() });
        assert_eq!(text_of(house, ROUTE, f.request.0).await, "team", "the record's number may be hers");
        assert_eq!(told(house, "family_asked").await, Vec::<String>::new());
        // Once it ended, she is asked like before.
        run_sql!(house, "update restriction set ends_at = $2 where id = $1", id.0, Stamp(house.now()));
        assert_eq!(route(house, &f).await, Route::Family);
        assert_eq!(voices(house, &f).await, [f.mother]);
    }

    async fn a_teen_whose_own_account_is_restricted_leaves_the_request_to_the_team(house: House) {
        let f = family(house, TEEN).await;
        let teen = own(house, f.patient).await;
        house.world.restriction(f.patient, Whom::Account(teen), Interval::ALWAYS).await;
        let family = authority_over(&house.app, f.patient, house.now()).await.unwrap().unwrap();
        assert_eq!((family.rule(), family.voice(teen)), (Rule::Team, None));
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone);
    }

    async fn while_a_restriction_keeps_out_who_holds_an_adults_proxy_the_team_answers_and_nobody_calls(house: House) {
        let f = family(house, ADULT).await;
        assert_eq!(route(house, &f).await, Route::Phone, "nobody of the family answers, and the patient can be called");
        run_sql!(house, "update guardian set adult_since = $2 where account_id = $1", f.mother.0, Stamp(house.now().plus_seconds(-60)));
        assert_eq!(route(house, &f).await, Route::Family);
        let id = restricted(house, &f).await;
        assert_eq!((voices(house, &f).await, route(house, &f).await), (Vec::new(), Route::Team), "the record's number may be hers");
        run_sql!(house, "update restriction set ends_at = $2 where id = $1", id.0, Stamp(house.now()));
        assert_eq!(route(house, &f).await, Route::Family);
    }

    async fn what_the_team_takes_back_is_not_told_to_a_restricted_guardian(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        let grant = house.world.grant(f.patient, f.asker, Interval::new(Some(house.now()), None)).await;
        restricted(house, &f).await;
        house.clock.advance(60);
        let team = member(house, &[Role::Reviewer]).await;
        let deed = Deed::Revoke(grant, "The court asked for it".to_owned());
        assert_eq!(act(&house.app, &now(house, &team), f.patient, &deed).await.unwrap(), Did::Done);
        assert_eq!(told(house, "family_changed").await, [house.world.email(father).await]);
    }

    async fn a_restriction_of_everyone_keeps_the_whole_family_out_as_its_pages_do(house: House) {
        let f = family(house, CHILD).await;
        house.world.restrict_everyone(f.patient).await;
        assert_eq!((voices(house, &f).await, route(house, &f).await), (Vec::new(), Route::Team));
    }
}
