//! What the clock does with requests that wait for a family: letters, expiry, death, and those whom nobody may answer any more.

use postern::app::family::answering::Answered;
use postern::app::family::schedule::{Swept, needed, sweep};
use postern::domain::letter::Letter;
use postern::jobs::Job;

use crate::run_sql;
use crate::support::families::{
    Family, ask, court_order, family, guardian, own, say, sees, set, specialty, text_of, yes,
};
use crate::support::letters::{count, letters_of};
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const OUTCOME: &str = "select coalesce(outcome, state) from access_request where id = $1";
const ROUTE: &str = "select route from patient_request where request_id = $1";

async fn work(house: &House) {
    Job::named("requests").unwrap().run(&house.app).await.unwrap();
}

async fn reminded(house: &House) -> usize {
    letters_of(house, "family_reminded").await.len()
}

async fn asked(house: &House) -> Family {
    let f = family(house, CHILD).await;
    work(house).await;
    f
}

both_engines! {
    async fn everyone_who_may_answer_is_told_once_and_reminded_on_the_3rd_and_10th_day(house: House) {
        let f = family(house, CHILD).await;
        guardian(house, f.patient).await;
        work(house).await;
        work(house).await;
        assert_eq!(letters_of(house, "family_asked").await.len(), 2);
        set(house, "2026-03-14T15:59:59Z");
        work(house).await;
        assert_eq!(reminded(house).await, 0, "a second too early");
        set(house, "2026-03-14T16:00:00Z");
        work(house).await;
        assert_eq!(reminded(house).await, 2);
        set(house, "2026-03-21T16:00:00Z");
        work(house).await;
        assert!(!needed(&house.app).await.unwrap());
        work(house).await;
        assert_eq!(reminded(house).await, 4);
    }

    async fn after_a_pause_only_the_newest_letter_is_mailed(house: House) {
        family(house, CHILD).await;
        set(house, "2026-03-25T16:00:00Z");
        work(house).await;
        assert_eq!((letters_of(house, "family_asked").await.len(), reminded(house).await), (0, 1));
        assert_eq!(count(house, "select count(*) from request_notice where mailed = 0").await, 2);
        assert!(!needed(&house.app).await.unwrap());
    }

    async fn on_day_30_the_request_closes_as_expired_and_who_asked_is_told(house: House) {
        let f = asked(house).await;
        set(house, "2026-04-10T15:59:59Z");
        work(house).await;
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "open");
        set(house, "2026-04-10T16:00:00Z");
        let swept = sweep(&house.app).await.unwrap();
        assert_eq!(swept, Swept { closed: 1, ..Swept::default() });
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "expired");
        let told = letters_of(house, "request_lapsed").await;
        assert_eq!(told.len(), 1);
        let Letter::RequestLapsed { again: Some(again) } = &told[0].1 else { panic!() };
        assert_eq!(again.to_string(), "2026-05-10");
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone);
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "once");
    }

    async fn an_answer_in_the_last_second_counts(house: House) {
        let f = asked(house).await;
        set(house, "2026-04-10T15:59:59Z");
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Given);
        set(house, "2026-04-10T16:00:00Z");
        work(house).await;
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "approved");
        assert!(sees(house, f.asker, f.patient).await);
    }

    async fn an_answer_after_day_30_comes_too_late_even_before_the_job_runs(house: House) {
        let f = asked(house).await;
        set(house, "2026-04-10T16:00:00Z");
        assert_eq!(say(house, f.mother, f.request, Some(&yes())).await, Answered::Gone);
    }

    async fn a_request_that_nobody_of_the_family_may_answer_any_more_goes_to_the_team_at_the_next_tick(house: House) {
        let f = asked(house).await;
        house.world.team_account(&["reviewer"]).await;
        assert!(!needed(&house.app).await.unwrap());
        court_order(house, f.mother).await;
        assert!(needed(&house.app).await.unwrap(), "between two letters");
        let swept = sweep(&house.app).await.unwrap();
        assert_eq!(swept, Swept { rerouted: 1, ..Swept::default() });
        assert_eq!(text_of(house, ROUTE, f.request.0).await, "team", "a court order: nobody is called");
        assert_eq!(letters_of(house, "queue_item").await.len(), 1);
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "once");
        set(house, "2026-03-14T16:00:00Z");
        work(house).await;
        assert_eq!(reminded(house).await, 0);
    }

    async fn a_say_that_ends_leaves_the_request_to_the_phone_only_while_somebody_can_be_called(house: House) {
        let ended = asked(house).await;
        let link = "update guardian set ends_at = $2 where account_id = $1";
        let at = postern::store::Stamp(house.now());
        run_sql!(house, link, ended.mother.0, at);
        assert_eq!(sweep(&house.app).await.unwrap().rerouted, 1);
        assert_eq!(text_of(house, ROUTE, ended.request.0).await, "team", "the number may be hers whose link is over");
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let father = guardian(house, other).await;
        let closed = ask(house, ended.asker, other).await;
        work(house).await;
        house.world.disable(father, house.now()).await;
        house.clock.advance(1);
        assert_eq!(sweep(&house.app).await.unwrap().rerouted, 1);
        assert_eq!(text_of(house, ROUTE, closed.0).await, "phone", "he is a guardian without an account");
    }

    async fn a_sensitive_request_leaves_the_guardian_at_13_and_nobody_is_called(house: House) {
        let f = family(house, "2013-03-12").await;
        specialty(house, f.npi, "Child psychiatry").await;
        work(house).await;
        assert_eq!(text_of(house, ROUTE, f.request.0).await, "family");
        set(house, "2026-03-12T03:59:59Z");
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default());
        set(house, "2026-03-12T04:00:00Z");
        assert_eq!(sweep(&house.app).await.unwrap().rerouted, 1);
        assert_eq!(text_of(house, ROUTE, f.request.0).await, "team");
    }

    async fn at_18_a_request_that_a_guardian_left_open_goes_to_the_phone_of_the_patient(house: House) {
        let f = family(house, "2008-03-12").await;
        work(house).await;
        set(house, "2026-03-12T04:00:00Z");
        assert_eq!(sweep(&house.app).await.unwrap().rerouted, 1);
        assert_eq!(text_of(house, ROUTE, f.request.0).await, "phone");
    }

    async fn a_merge_that_is_not_confirmed_leaves_the_request_to_the_team_and_a_confirmed_one_to_both_families(house: House) {
        let f = asked(house).await;
        let survivor = house.world.patient("Stone", "0099999", CHILD).await;
        house.world.merge(f.patient, survivor, postern::domain::calendar::Interval::new(Some(house.now()), None)).await;
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "confirmed: the mother may answer");
        assert_eq!(say(house, f.mother, f.request, None).await, Answered::Declined);
        let other = ask(house, f.asker, f.patient).await;
        work(house).await;
        run_sql!(house, "update patient_merge set confirmed_at = null where from_id = $1", f.patient.0);
        assert_eq!(say(house, f.mother, other, None).await, Answered::Unknown);
        assert_eq!(sweep(&house.app).await.unwrap().rerouted, 1);
        assert_eq!(text_of(house, ROUTE, other.0).await, "team");
    }

    async fn at_the_patients_death_open_requests_close_the_day_after(house: House) {
        let f = asked(house).await;
        house.world.deceased(f.patient, "2026-03-11", house.now()).await;
        work(house).await;
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "open");
        set(house, "2026-03-12T04:00:00Z");
        work(house).await;
        assert_eq!(text_of(house, OUTCOME, f.request.0).await, "expired");
        assert_eq!(letters_of(house, "request_lapsed").await[0].1, Letter::RequestLapsed { again: None });
    }

    async fn reminders_after_the_13th_birthday_reach_the_patient_too(house: House) {
        let f = family(house, "2013-03-12").await;
        own(house, f.patient).await;
        work(house).await;
        assert_eq!(letters_of(house, "family_asked").await.len(), 1, "still a child");
        set(house, "2026-03-14T16:00:00Z");
        work(house).await;
        assert_eq!(reminded(house).await, 2);
    }

    async fn many_sweeps_at_once_write_each_letter_once(house: House) {
        let f = family(house, CHILD).await;
        let sweeps: Vec<_> = (0..12).map(|_| {
            let app = house.app.clone();
            tokio::spawn(async move { sweep(&app).await.unwrap() })
        }).collect();
        for one in sweeps {
            one.await.unwrap();
        }
        assert_eq!(letters_of(house, "family_asked").await.len(), 1);
        run_sql!(house, "update patient_request set expires_at = filed_at from access_request where access_request.id = request_id and request_id = $1", f.request.0);
        let sweeps: Vec<_> = (0..12).map(|_| {
            let app = house.app.clone();
            tokio::spawn(async move { sweep(&app).await.unwrap().closed })
        }).collect();
        let mut closed = 0;
        for one in sweeps {
            closed += one.await.unwrap();
        }
        assert_eq!((closed, letters_of(house, "request_lapsed").await.len()), (1, 1));
    }
}
