//! What the access team is told before it answers a message: who writes, whether they still may read of the patient, and what was written.

use axum::http::StatusCode;
use postern::app::desk::Done;
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::family::desk::{Deed, Did, act, find};
use postern::app::family::messages::{Sent, for_team, open};
use postern::domain::calendar::Interval;
use postern::domain::family::message::Standing;
use postern::domain::ids::RequestId;
use postern::domain::queue::Obstacle;

use crate::desk::at_present;
use crate::messages::{MESSAGES, answers, begun, child, for_an_hour, replies, reviewer, sound};
use crate::support::families::{context, court_order, facts, guardian, own, set};
use crate::support::letters::{count, letters_of};
use crate::support::portal::Portal;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

/// In what capacity whoever wrote `id` speaks now.
async fn standing(house: &House, id: RequestId) -> Option<Standing> {
    for_team(&house.app, id, None, house.now()).await.unwrap().unwrap().standing
}

/// Where the link of `body` to `path` and what comes before leads.
fn earlier(body: &str, path: &str) -> String {
    let link = format!("href=\"{path}?after=");
    let at = body.find(&link).unwrap_or_else(|| panic!("no earlier messages: {body}"));
    body[at + 6..].split('"').next().unwrap().to_owned()
}

both_engines! {
    async fn a_say_that_was_lost_while_the_answer_was_typed_is_told_and_a_second_sending_goes_through(house: House) {
        let portal = Portal::of(house);
        let (mia, aunt) = for_an_hour(house).await;
        let jo = reviewer(house).await;
        let id = begun(house, aunt, mia).await;
        let path = format!("/team/requests/{id}/answer");
        let page = portal.get(&path, &portal.signed_in(jo.account).await).await;
        sound(&page, StatusCode::OK);
        assert!(!page.body.contains("no authority over the patient") && !page.body.contains("without_say"));
        house.clock.advance(3600);
        let browser = portal.signed_in(jo.account).await;
        let lost = portal.post(&path, &browser, &[("version", "0"), ("text", "Dr. Rivera sees it")]).await;
        sound(&lost, StatusCode::CONFLICT);
        for words in ["lost their authority", "has no authority over the patient now", "Dr. Rivera sees it", "name=\"without_say\""] {
            assert!(lost.body.contains(words), "{words}: {}", lost.body);
        }
        assert_eq!(count(house, MESSAGES).await, 1);
        assert_eq!(letters_of(house, "message_answered").await, []);
        let fields = [("version", "0"), ("text", "We cannot say"), ("without_say", "yes")];
        assert_eq!(portal.post(&path, &browser, &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(count(house, MESSAGES).await, 2);
        assert_eq!(letters_of(house, "message_answered").await.len(), 1);
    }

    async fn the_page_where_the_answer_is_typed_says_who_has_no_say(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let father = guardian(house, mia).await;
        let jo = reviewer(house).await;
        let (hers, his) = (begun(house, mother, mia).await, begun(house, father, mia).await);
        let from_now = Interval::new(Some(house.now()), None);
        house.world.restriction(mia, Whom::Account(mother), from_now).await;
        assert_eq!((standing(house, hers).await, standing(house, his).await), (None, Some(Standing::Guardian)));
        assert_eq!(replies(house, mother, hers, "Thank you").await, Sent::Ended);
        assert_eq!(answers(house, &jo, (hers, 0), "Yes").await, Done::Obstacle(Obstacle::NoSay));
        let browser = portal.signed_in(jo.account).await;
        let page = portal.get(&format!("/team/requests/{hers}/answer"), &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("has no authority over the patient now"), "{}", page.body);
        assert!(page.body.contains("name=\"without_say\""), "{}", page.body);
        let page = portal.get(&format!("/team/requests/{his}/answer"), &browser).await;
        sound(&page, StatusCode::OK);
        assert!(!page.body.contains("no authority over the patient"), "{}", page.body);
        court_order(house, father).await;
        assert_eq!(answers(house, &jo, (his, 0), "Yes").await, Done::Obstacle(Obstacle::NoSay));
        assert_eq!(count(house, MESSAGES).await, 2);
    }

    async fn an_account_that_was_disabled_is_answered_and_gets_no_mail(house: House) {
        let (mia, mother) = child(house).await;
        let jo = reviewer(house).await;
        let id = begun(house, mother, mia).await;
        house.clock.advance(60);
        house.world.disable(mother, house.now()).await;
        let answer = Verdict::AnswerWithoutSay("We cannot say");
        let done = decide(&house.app, &at_present(house, &jo), (id, 0), answer).await.unwrap();
        assert_eq!(done, Done::Done(None));
        assert_eq!(count(house, MESSAGES).await, 2);
        assert_eq!(letters_of(house, "message_answered").await, []);
    }

    async fn the_team_is_told_that_a_guardian_sees_less_from_13_and_has_no_say_from_18(house: House) {
        let portal = Portal::of(house);
        let mia = house.world.patient("Stone", "0012345", "2013-03-14").await;
        let (mother, aunt) = (guardian(house, mia).await, guardian(house, mia).await);
        let jo = reviewer(house).await;
        let (hers, theirs) = (begun(house, mother, mia).await, begun(house, aunt, mia).await);
        let pages = [format!("/team/requests/{hers}"), format!("/team/requests/{hers}/answer")];
        // Signing in takes a while.
        set(house, "2026-03-14T03:50:00Z");
        let browser = portal.signed_in(jo.account).await;
        for path in &pages {
            let page = portal.get(path, &browser).await;
            sound(&page, StatusCode::OK);
            assert!(page.body.contains("Guardian") && !page.body.contains("The patient is"), "{}", page.body);
        }
        set(house, "2026-03-14T03:59:59Z");
        assert_eq!(standing(house, hers).await, Some(Standing::Guardian));
        set(house, "2026-03-14T04:00:00Z");
        assert_eq!(standing(house, hers).await, Some(Standing::OfTeen(13)));
        set(house, "2026-03-14T12:00:00Z");
        assert_eq!(standing(house, hers).await, Some(Standing::OfTeen(13)));
        assert_eq!(replies(house, mother, hers, "She is 13 today").await, Sent::Sent(hers));
        let browser = portal.signed_in(jo.account).await;
        for path in &pages {
            let page = portal.get(path, &browser).await;
            sound(&page, StatusCode::OK);
            let warning = "The patient is 13. A guardian does not read of results, notes, medications or sensitive requests";
            assert!(page.body.contains(warning), "{}", page.body);
        }
        let teen = own(house, mia).await;
        let own = begun(house, teen, mia).await;
        assert_eq!(standing(house, own).await, Some(Standing::Patient));
        let family = find(&house.app, &at_present(house, &jo), "0012345").await.unwrap().unwrap();
        let link = family.ties.iter().find(|tie| tie.account == aunt).unwrap().id;
        let papers = Deed::Papers(link, "Case 12/2026".to_owned());
        assert_eq!(act(&house.app, &at_present(house, &jo), mia, &papers).await.unwrap(), Did::Done);
        set(house, "2031-03-14T03:59:59Z");
        assert_eq!(standing(house, hers).await, Some(Standing::OfTeen(17)));
        set(house, "2031-03-14T12:00:00Z");
        assert_eq!((standing(house, hers).await, standing(house, theirs).await), (None, Some(Standing::Proxy)));
        assert_eq!(standing(house, own).await, Some(Standing::Patient));
    }

    async fn what_came_between_is_read_on_the_page_where_the_answer_is_typed(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let jo = reviewer(house).await;
        let id = begun(house, mother, mia).await;
        let browser = portal.signed_in(jo.account).await;
        let path = format!("/team/requests/{id}/answer");
        let page = portal.get(&path, &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("Can Dr. Rivera still see it?"), "{}", page.body);
        house.clock.advance(1);
        assert_eq!(replies(house, mother, id, "We moved once more").await, Sent::Sent(id));
        let stale = portal.post(&path, &browser, &[("version", "0"), ("text", "Yes, he can")]).await;
        sound(&stale, StatusCode::CONFLICT);
        assert!(stale.body.contains("We moved once more") && stale.body.contains("Yes, he can"), "{}", stale.body);
        let page = portal.get(&path, &browser).await;
        assert!(page.body.contains("We moved once more"), "{}", page.body);
        let sent = portal.post(&path, &browser, &[("version", "1"), ("text", "Yes, he can")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    }

    async fn of_two_answers_at_the_same_time_one_is_kept_and_mailed(house: House) {
        let (mia, mother) = child(house).await;
        let (jo, lee) = (reviewer(house).await, reviewer(house).await);
        let id = begun(house, mother, mia).await;
        let (one, other) = tokio::join!(
            answers(house, &jo, (id, 0), "The first"),
            answers(house, &lee, (id, 0), "The second"),
        );
        let done = [&one, &other].into_iter().filter(|done| **done == Done::Done(None)).count();
        let stale = [&one, &other].into_iter().filter(|done| **done == Done::Stale).count();
        assert_eq!((done, stale), (1, 1), "{one:?} {other:?}");
        assert_eq!(count(house, MESSAGES).await, 2);
        assert_eq!(letters_of(house, "message_answered").await.len(), 1);
    }

    async fn a_long_thread_is_read_in_pages_of_50_by_the_family_and_the_team(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let jo = reviewer(house).await;
        let id = begun(house, mother, mia).await;
        for n in 1..=110 {
            // Two in the same instant, so that their ids tell them apart; no more than a day allows.
            if n % 2 == 0 { house.clock.advance(3 * 3600); }
            assert_eq!(replies(house, mother, id, &format!("Message {n}")).await, Sent::Sent(id), "{n}");
        }
        assert_eq!(count(house, MESSAGES).await, 111);
        let (hers, jos) = (portal.signed_in(mother).await, portal.signed_in(jo.account).await);
        for (path, browser) in [(format!("/family/messages/{id}"), &hers), (format!("/team/requests/{id}"), &jos)] {
            let shown = |body: &str| {
                let shows = |n: &u32| body.contains(&format!(">Message {n}<"));
                (1..=110).filter(shows).count()
            };
            let latest = portal.get(&path, browser).await;
            sound(&latest, StatusCode::OK);
            assert_eq!(shown(&latest.body), 50, "{path}");
            assert!(latest.body.contains(">Message 110<") && !latest.body.contains("Latest messages"), "{path}");
            let second = portal.get(&earlier(&latest.body, &path), browser).await;
            sound(&second, StatusCode::OK);
            assert_eq!(shown(&second.body), 50, "{path}");
            assert!(second.body.contains("Latest messages") && !second.body.contains(">Message 110<"), "{path}");
            let first = portal.get(&earlier(&second.body, &path), browser).await;
            sound(&first, StatusCode::OK);
            assert_eq!(shown(&first.body), 10, "{path}");
            assert_eq!(shown(&[latest.body, second.body, first.body.clone()].concat()), 110, "none is left out: {path}");
            assert!(first.body.contains("Can Dr. Rivera still see it?") && !first.body.contains("Earlier messages"), "{path}");
        }
        house.clock.advance(60);
        assert_eq!(answers(house, &jo, (id, 110), "Yes").await, Done::Done(None));
        let viewer = facts(house, mother).await;
        let before = Some((house.now(), uuid::Uuid::nil()));
        let old = open(&house.app, &viewer, id, before, &context(house)).await.unwrap().unwrap();
        assert!(old.thread.seen_at < old.thread.last_at);
        let again = open(&house.app, &viewer, id, before, &context(house)).await.unwrap().unwrap();
        assert_eq!(again.thread.seen_at, old.thread.seen_at, "who reads earlier ones has not seen the answer");
    }
}
