//! A family's answers to a request: who may, how many it takes, what is given, and taking it back.

use postern::app::family::answering::{Answered, Choice, Taken, revoke};
use postern::app::family::asked::{self, Turn};
use postern::app::family::blocking::{block, unblock};
use postern::app::family::enter;
use postern::app::family::seeing::who;
use postern::domain::access::Basis;
use postern::domain::access::reach::SectionSet;
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::family::topic::Topic;
use postern::domain::grant::Lasting;
use postern::domain::ids::{FactId, RequestId};
use postern::domain::letter::Letter;
use postern::store::{family_answers, grants};
use uuid::Uuid;

use crate::run_sql;
use crate::support::families::{
    ask, context, court_order, facts, family, guardian, own, say, sees, set, specialty, text_of, yes,
};
use crate::support::letters::{count, letters_of};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
/// Thirteen on the day of the tests, 11 March 2026.
const TEEN: &str = "2013-03-11";
const ROUTE: &str = "select route from patient_request where request_id = $1";
const OUTCOME: &str = "select coalesce(outcome, state) from access_request where id = $1";

async fn turns(house: &House, account: postern::domain::ids::AccountId) -> Vec<Turn> {
    let all = enter(&house.app, &facts(house, account).await, None, "home", &context(house)).await.unwrap();
    let open = asked::open(&house.app, &all.permits, house.now()).await.unwrap();
    open.into_iter().map(|request| request.turn).collect()
}

both_engines! {
    async fn a_guardian_says_yes_and_the_provider_sees_the_chart_until_it_is_taken_back(house: House) {
        let f = family(house, CHILD).await;
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(turns(house, f.mother).await, [Turn::Yours]);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Given);
        assert!(sees(house, f.asker, f.patient).await);
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "approved");
        assert_eq!(turns(house, f.mother).await, []);
        let told = letters_of(house, "family_answered").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].1, Letter::FamilyAnswered { approved: true });
        let given = grants::of_patient(house.db(), f.patient).await.unwrap();
        assert_eq!(given.len(), 1);
        let done = revoke(&house.app, &facts(house, f.mother).await, given[0].id, &context(house)).await.unwrap();
        assert_eq!(done, Taken::Done("Sam Lee".to_owned()));
        assert!(!sees(house, f.asker, f.patient).await, "at the next request");
        let again = revoke(&house.app, &facts(house, f.mother).await, given[0].id, &context(house)).await.unwrap();
        assert_eq!(again, Taken::Already);
    }

    async fn a_grant_ends_after_the_time_that_was_chosen_and_not_a_second_sooner(house: House) {
        let f = family(house, CHILD).await;
        say(house, f.mother, f.request, Some(&yes())).await;
        set(house, "2026-04-10T15:59:59Z");
        assert!(sees(house, f.asker, f.patient).await);
        set(house, "2026-04-10T16:00:00Z");
        assert!(!sees(house, f.asker, f.patient).await);
    }

    async fn a_no_closes_the_request_and_tells_who_asked(house: House) {
        let f = family(house, CHILD).await;
        assert_eq!(say(house, f.mother, f.request, None).await, Answered::Declined);
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "declined");
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(letters_of(house, "family_answered").await[0].1, Letter::FamilyAnswered { approved: false });
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone, "it is over");
        assert_eq!(count(house, "select count(*) from access_grant").await, 0);
    }

    async fn nobody_but_the_family_answers_and_an_unknown_request_is_answered_alike(house: House) {
        let f = family(house, CHILD).await;
        let stranger = guardian(house, house.world.patient("Poole", "0099999", CHILD).await).await;
        for account in [stranger, f.asker, house.world.family_account().await] {
            assert_eq!(say(house, account, f.request, Some(&yes())).await, Answered::Unknown);
        }
        let nothing = RequestId(Uuid::from_u128(7));
        assert_eq!(say(house, f.mother, nothing, Some(&yes())).await, Answered::Unknown);
        assert!(!sees(house, f.asker, f.patient).await);
        let rows = count(house, "select count(*) from audit_row where act = 'answer_request' and outcome = 'refused'").await;
        assert_eq!(rows, 4);
    }

    async fn of_fifty_yeses_at_once_one_gives_a_grant(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        let mut tasks = Vec::new();
        for n in 0..50 {
            let (app, request) = (house.app.clone(), f.request);
            let viewer = facts(house, if n % 2 == 0 { f.mother } else { father }).await;
            let context = context(house);
            tasks.push(tokio::spawn(async move {
                postern::app::family::answering::answer(&app, &viewer, request, Some(&yes()), &context).await.unwrap()
            }));
        }
        let mut given = 0;
        for task in tasks {
            match task.await.unwrap() {
                Answered::Given => given += 1,
                other => assert_eq!(other, Answered::Gone),
            }
        }
        assert_eq!((given, count(house, "select count(*) from access_grant").await), (1, 1));
        assert_eq!(letters_of(house, "family_answered").await.len(), 1);
    }

    async fn of_two_guardians_one_says_no_and_the_access_team_decides(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        house.world.team_account(&["reviewer"]).await;
        assert_eq!(say(house, father, f.request, None).await, Answered::Paused);
        assert_eq!(text_of(house, ROUTE, f.request.0).await, "team");
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "open");
        assert_eq!(turns(house, f.mother).await, [Turn::Team]);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone, "no longer the family's");
        assert_eq!(letters_of(house, "queue_item").await.len(), 1);
        assert_eq!(letters_of(house, "family_changed").await.len(), 1, "the other guardian is told");
    }

    async fn one_guardian_approves_and_the_other_takes_it_back(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Given);
        let grant = grants::of_patient(house.db(), f.patient).await.unwrap()[0].id;
        let taken = revoke(&house.app, &facts(house, father).await, grant, &context(house)).await.unwrap();
        assert!(matches!(taken, Taken::Done(_)));
        assert!(!sees(house, f.asker, f.patient).await);
    }

    async fn from_the_13th_birthday_guardian_and_patient_must_both_say_yes(house: House) {
        let f = family(house, TEEN).await;
        let teen = own(house, f.patient).await;
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Waits);
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(turns(house, f.mother).await, [Turn::Patients]);
        assert_eq!(turns(house, teen).await, [Turn::Yours]);
        assert_eq!(say(house, teen, f.request, Some(&yes())).await, Answered::Given);
        assert!(sees(house, f.asker, f.patient).await);
        let grant = grants::of_patient(house.db(), f.patient).await.unwrap().remove(0);
        assert_eq!(grant.sections, SectionSet::NONE, "the patient speaks of results and notes");
        let taken = revoke(&house.app, &facts(house, teen).await, grant.id, &context(house)).await.unwrap();
        assert!(matches!(taken, Taken::Done(_)), "either takes it back");
    }

    async fn a_day_before_the_13th_birthday_the_guardian_is_enough_and_the_child_has_no_say(house: House) {
        let f = family(house, "2013-03-12").await;
        let child = own(house, f.patient).await;
        assert_eq!(say(house, child, f.request, None).await, Answered::Unknown);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Given);
    }

    async fn a_yes_from_before_the_birthday_of_the_rule_waits_for_the_patient_after_it(house: House) {
        let f = family(house, "2013-03-12").await;
        let teen = own(house, f.patient).await;
        set(house, "2026-03-12T03:59:59Z");
        assert_eq!(turns(house, teen).await, [], "still a child");
        set(house, "2026-03-12T04:00:00Z");
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Waits);
        assert_eq!(turns(house, teen).await, [Turn::Yours]);
    }

    async fn from_the_18th_birthday_the_patient_alone_answers_and_what_the_guardian_gave_is_over(house: House) {
        let f = family(house, "2008-03-14").await;
        let patient = own(house, f.patient).await;
        say(house, f.mother, f.request, Some(&Choice { lasting: Lasting::Year, ..yes() })).await;
        assert_eq!(say(house, patient, f.request, Some(&Choice { lasting: Lasting::Year, ..yes() })).await, Answered::Given);
        set(house, "2026-03-14T03:59:59Z");
        assert!(sees(house, f.asker, f.patient).await);
        set(house, "2026-03-14T04:00:00Z");
        assert!(!sees(house, f.asker, f.patient).await);
        let again = ask(house, f.asker, f.patient).await;
        assert_eq!(say(house, f.mother, again, Some(&yes())).await, Answered::Unknown);
        assert_eq!(say(house, patient, again, Some(&yes())).await, Answered::Given);
        assert!(sees(house, f.asker, f.patient).await);
    }

    async fn the_guardian_of_a_teen_gives_no_results_notes_or_medications(house: House) {
        let f = family(house, TEEN).await;
        let forged = Choice { sections: vec![Section::Results], ..yes() };
        assert_eq!(say(house, f.mother, f.request, Some(&forged)).await, Answered::NotOffered);
        let sensitive = Choice { topics: vec![Topic::SexualHealth], ..yes() };
        assert_eq!(say(house, f.mother, f.request, Some(&sensitive)).await, Answered::NotOffered);
        assert_eq!(count(house, "select count(*) from family_answer").await, 0, "nothing was changed");
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Given);
        let given = grants::of_patient(house.db(), f.patient).await.unwrap().remove(0).sections;
        assert!(given.has(Section::Vitals) && !given.has(Section::Results) && !given.has(Section::Notes));
    }

    async fn the_guardian_of_a_teen_neither_sees_nor_answers_a_sensitive_request(house: House) {
        let f = family(house, TEEN).await;
        specialty(house, f.npi, "Child psychiatry").await;
        let teen = own(house, f.patient).await;
        assert_eq!(turns(house, f.mother).await, []);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Unknown);
        assert_eq!(turns(house, teen).await, [Turn::Team]);
        house.world.grant(f.patient, f.asker, Interval::ALWAYS).await;
        let all = enter(&house.app, &facts(house, f.mother).await, None, "access", &context(house)).await.unwrap();
        assert!(who(&house.app, all.current().unwrap(), house.now()).await.unwrap().given.is_empty());
        let grant = grants::of_patient(house.db(), f.patient).await.unwrap()[0].id;
        let taken = revoke(&house.app, &facts(house, f.mother).await, grant, &context(house)).await.unwrap();
        assert_eq!(taken, Taken::Unknown);
    }

    async fn a_yes_that_waits_for_a_teen_whose_account_is_closed_is_the_guardians_again(house: House) {
        let f = family(house, TEEN).await;
        let teen = own(house, f.patient).await;
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Waits);
        house.world.disable(teen, house.now()).await;
        house.clock.advance(1);
        assert_eq!(turns(house, f.mother).await, [Turn::Yours]);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Given);
    }

    async fn the_guardian_of_a_teen_undoes_no_block_of_whom_they_do_not_read(house: House) {
        let f = family(house, TEEN).await;
        let teen = own(house, f.patient).await;
        specialty(house, f.npi, "Child psychiatry").await;
        let (mother, teen) = (facts(house, f.mother).await, facts(house, teen).await);
        assert!(matches!(block(&house.app, &teen, f.request, &context(house)).await.unwrap(), Taken::Done(_)));
        let held = family_answers::blocks(house.db(), f.patient).await.unwrap()[0].id;
        assert_eq!(unblock(&house.app, &mother, held, &context(house)).await.unwrap(), Taken::Unknown);
        assert_eq!(family_answers::blocks(house.db(), f.patient).await.unwrap().len(), 1);
        assert!(matches!(unblock(&house.app, &teen, held, &context(house)).await.unwrap(), Taken::Done(_)));
    }

    async fn what_was_so_already_is_recorded_as_failed(house: House) {
        let f = family(house, CHILD).await;
        let mother = facts(house, f.mother).await;
        let whom = postern::app::family::care_team::Seated::Provider(f.npi);
        for _ in 0..2 {
            block(&house.app, &mother, f.request, &context(house)).await.unwrap();
            postern::app::family::care_team::add(&house.app, &mother, (f.patient, whom), &context(house)).await.unwrap();
        }
        for act in ["block_requests", "change_care_team"] {
            let sql = match act {
                "block_requests" => "select count(*) from audit_row where act = 'block_requests' and outcome = 'failed' and patient_id is not null",
                _ => "select count(*) from audit_row where act = 'change_care_team' and outcome = 'failed' and patient_id is not null",
            };
            assert_eq!(count(house, sql).await, 1, "{act}");
        }
    }

    async fn a_court_order_leaves_everything_to_the_team(house: House) {
        let f = family(house, CHILD).await;
        let father = guardian(house, f.patient).await;
        court_order(house, father).await;
        for account in [f.mother, father] {
            assert_eq!(say(house, account, f.request, Some(&yes())).await, Answered::Unknown);
        }
        assert!(!sees(house, f.asker, f.patient).await);
    }

    async fn a_request_without_a_route_or_on_another_is_not_the_familys(house: House) {
        let f = family(house, CHILD).await;
        run_sql!(house, "delete from patient_request where request_id = $1", f.request.0);
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone);
        assert_eq!(turns(house, f.mother).await, [Turn::Team]);
    }

    async fn after_the_day_of_death_there_is_nothing_to_approve(house: House) {
        let f = family(house, CHILD).await;
        house.world.deceased(f.patient, "2026-03-10", house.now()).await;
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone);
    }

    async fn whoever_is_blocked_is_kept_as_blocked_until_it_is_undone(house: House) {
        let f = family(house, CHILD).await;
        let mother = facts(house, f.mother).await;
        let done = block(&house.app, &mother, f.request, &context(house)).await.unwrap();
        assert_eq!(done, Taken::Done("Sam Lee".to_owned()));
        let held = family_answers::blocks(house.db(), f.patient).await.unwrap();
        assert_eq!(held.iter().map(|b| b.account).collect::<Vec<_>>(), [f.asker]);
        assert_eq!(block(&house.app, &mother, f.request, &context(house)).await.unwrap(), Taken::Already);
        let stranger = facts(house, house.world.family_account().await).await;
        assert_eq!(unblock(&house.app, &stranger, held[0].id, &context(house)).await.unwrap(), Taken::Unknown);
        assert!(matches!(unblock(&house.app, &mother, held[0].id, &context(house)).await.unwrap(), Taken::Done(_)));
        assert!(family_answers::blocks(house.db(), f.patient).await.unwrap().is_empty());
    }

    async fn who_can_see_the_chart_is_what_the_decision_says(house: House) {
        let f = family(house, CHILD).await;
        let elm = house.world.practice("Elm").await;
        let (chen, _) = house.world.physician("Chen", elm).await;
        house.world.listing(f.patient, Some(chen), None, Interval::ALWAYS).await;
        let (_, partner) = house.world.physician("Okafor", elm).await;
        say(house, f.mother, f.request, Some(&yes())).await;
        house.world.restriction(f.patient, Whom::Account(partner), Interval::ALWAYS).await;
        let all = enter(&house.app, &facts(house, f.mother).await, None, "access", &context(house)).await.unwrap();
        let seen = who(&house.app, all.current().unwrap(), house.now()).await.unwrap();
        let mut bases: Vec<_> = seen.seers.iter().map(|seer| seer.bases.clone()).collect();
        bases.sort();
        assert_eq!(bases, [vec![Basis::Pcp], vec![Basis::Grant]], "and not the partner who is barred");
        assert_eq!(seen.given.len(), 1);
        assert_eq!(seen.given[0].practices, ["Summit Orthopedics"]);
    }

    async fn a_grant_of_somebody_elses_patient_is_not_there(house: House) {
        let f = family(house, CHILD).await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let theirs = house.world.grant(other, f.asker, Interval::ALWAYS).await;
        let mother = facts(house, f.mother).await;
        for id in [theirs, FactId(Uuid::from_u128(9))] {
            assert_eq!(revoke(&house.app, &mother, id, &context(house)).await.unwrap(), Taken::Unknown);
        }
        assert!(sees(house, f.asker, other).await);
    }
}
