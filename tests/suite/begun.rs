//! Listings that are made to begin later: nothing is settled before their day, and everything once, on it.

use postern::app::family::schedule::{Swept, needed, sweep};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{FactId, PatientId, PracticeId, RequestId};
use postern::domain::request::{Ending, RequestKind, RequestState};
use postern::jobs::Job;
use postern::store::{Stamp, patient_requests};

use crate::run_sql;
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{ask, filed, just_before, scene, sees, stored, wish};
use crate::support::{House, both_engines};

const DAY: i64 = 86_400;
const FULFILLED: &str = "select count(*) from audit_row where act = 'decide_request' and outcome = 'allowed' and basis = 'fulfilled' \
                         and patient_id is not null";
const FLAGGED: &str = "select count(*) from audit_row where act = 'handle_request' and detail like '%flagged%' and patient_id is not null";

/// `practice` is listed from `from` on.
async fn listed(house: &House, patient: PatientId, practice: PracticeId, from: Instant) -> FactId {
    house.world.listing(patient, None, Some(practice), Interval::new(Some(from), None)).await
}

/// When the request was last flagged.
async fn flagged(house: &House, id: RequestId) -> Option<Instant> {
    patient_requests::kept(house.db(), id).await.unwrap().flagged_at
}

async fn settled(house: &House) -> u64 {
    sweep(&house.app).await.unwrap().settled
}

both_engines! {
    async fn a_listing_that_begins_tomorrow_fulfils_what_its_practice_asked_for_on_that_day_and_once(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        ask(house, s.castellan, &wish(RequestKind::PcpChange)).await;
        let tomorrow = house.now().plus_seconds(DAY);
        listed(house, s.mia, s.elm, tomorrow).await;
        house.clock.set(just_before(tomorrow));
        assert!(!needed(&house.app).await.unwrap());
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default());
        assert_eq!(stored(house, id).await.state, RequestState::Open);
        house.clock.set(tomorrow);
        assert!(needed(&house.app).await.unwrap());
        Job::named("requests").unwrap().run(&house.app).await.unwrap();
        let closed = stored(house, id).await;
        assert_eq!((closed.state, closed.outcome), (RequestState::Closed, Some(Ending::Fulfilled)));
        assert!(sees(house, s.rivera, s.mia).await);
        assert_eq!(letters_of(house, "request_ended").await.len(), 2, "whoever filed it, and whoever joined");
        assert!(!needed(&house.app).await.unwrap());
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "once");
        assert_eq!((count(house, FULFILLED).await, letters_of(house, "request_ended").await.len()), (1, 2));
    }

    async fn one_of_another_practice_flags_it_and_the_next_one_flags_it_anew(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        let (first, second, third) =
            (house.now().plus_seconds(DAY), house.now().plus_seconds(2 * DAY), house.now().plus_seconds(3 * DAY));
        listed(house, s.mia, s.quay, first).await;
        let harbor = house.world.practice("Harbor East").await;
        listed(house, s.mia, harbor, second).await;
        listed(house, s.mia, s.elm, third).await;
        for (day, times) in [(first, 1), (second, 2)] {
            house.clock.set(day);
            assert_eq!((settled(house).await, settled(house).await), (1, 0), "once");
            assert_eq!((flagged(house, id).await, count(house, FLAGGED).await), (Some(day), times));
            assert!(!needed(&house.app).await.unwrap());
        }
        assert_eq!(stored(house, id).await.state, RequestState::Open, "never approved by itself");
        house.clock.set(third);
        assert_eq!(settled(house).await, 1);
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Fulfilled));
    }

    async fn what_began_before_it_was_asked_or_is_over_again_settles_nothing(house: House) {
        let s = scene(house).await;
        listed(house, s.mia, s.quay, house.now().plus_seconds(-DAY)).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        let (from, to) = (house.now().plus_seconds(60), house.now().plus_seconds(120));
        house.world.listing(s.mia, None, Some(s.elm), Interval::new(Some(from), Some(to))).await;
        house.clock.set(to);
        assert!(!needed(&house.app).await.unwrap());
        assert_eq!((settled(house).await, flagged(house, id).await), (0, None));
    }

    async fn of_two_sweeps_at_once_one_settles(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        listed(house, s.mia, s.elm, house.now().plus_seconds(60)).await;
        house.clock.advance(60);
        let (one, other) = tokio::join!(settled(house), settled(house));
        assert_eq!(one + other, 1);
        assert_eq!((count(house, FULFILLED).await, letters_of(house, "request_ended").await.len()), (1, 1));
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Fulfilled));
    }

    async fn one_of_a_merged_record_counts_from_the_confirmation_on(house: House) {
        let s = scene(house).await;
        let old = house.world.patient("Stone", "0099999", "2019-03-14").await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        house.world.merge(old, s.mia, Interval::new(Some(house.now()), None)).await;
        run_sql!(house, "update patient_merge set confirmed_at = null where from_id = $1", old.0);
        listed(house, old, s.elm, house.now().plus_seconds(60)).await;
        house.clock.advance(60);
        assert!(!needed(&house.app).await.unwrap(), "whose it is, is open");
        run_sql!(house, "update patient_merge set confirmed_at = $2 where from_id = $1", old.0, Stamp(house.now()));
        assert_eq!(settled(house).await, 1);
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Fulfilled));
    }

    async fn one_that_the_source_takes_over_from_the_team_flags_nothing_that_was_asked_since(house: House) {
        let s = scene(house).await;
        let park = house.world.provider("Parker").await;
        house.world.member(park, s.quay, Interval::ALWAYS).await;
        let (confirmed, handed) = (house.now().plus_seconds(-60), house.now().plus_seconds(60));
        house.world.listing(s.mia, Some(park), Some(s.quay), Interval::new(Some(confirmed), Some(handed))).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        house.world.listing(s.mia, Some(park), None, Interval::new(Some(handed), None)).await;
        house.clock.set(handed);
        assert!(!needed(&house.app).await.unwrap(), "nobody changed");
        assert_eq!((settled(house).await, flagged(house, id).await), (0, None));
        // Somebody else is a change all the same.
        let next = handed.plus_seconds(60);
        listed(house, s.mia, s.quay, next).await;
        house.clock.set(next);
        assert_eq!((settled(house).await, flagged(house, id).await), (1, Some(next)));
    }

    async fn that_it_was_flagged_meanwhile_keeps_nothing_from_being_fulfilled_once_a_merge_is_confirmed(house: House) {
        let s = scene(house).await;
        let old = house.world.patient("Stone", "0099999", "2019-03-14").await;
        listed(house, old, s.elm, house.now().plus_seconds(-DAY)).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        let at = house.now().plus_seconds(60);
        house.world.merge_confirmed(old, s.mia, Interval::new(Some(house.now()), None), None).await;
        listed(house, s.mia, s.quay, at).await;
        house.clock.set(at);
        assert_eq!((settled(house).await, flagged(house, id).await), (1, Some(at)));
        house.clock.advance(60);
        assert!(!needed(&house.app).await.unwrap(), "whose the other is, is open");
        run_sql!(house, "update patient_merge set confirmed_at = $2 where from_id = $1", old.0, Stamp(house.now()));
        assert!(needed(&house.app).await.unwrap());
        assert_eq!(settled(house).await, 1);
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Fulfilled));
    }
}
