//! Sending a message of a family: once, also when it is sent twice; not more than a day allows, also at once; and what becomes of files that
//! are not taken.

use std::time::Duration;

use axum::http::StatusCode;
use postern::app::family::messages::{Draft, Sent, reply};
use postern::domain::family::message::{Fault, FileFault};
use postern::domain::ids::{AccountId, RequestId};
use postern::store::messages::messages;
use uuid::Uuid;

use crate::messages::{
    ABSENT, CHILD, MESSAGES, PDF, begun, child, draft, for_an_hour, post, replies, sends, sound, thread_of,
};
use crate::support::families::{context, facts, guardian};
use crate::support::letters::{count, letters_of};
use crate::support::portal::{Answer, Portal};
use crate::support::scanner::{Double, Manner};
use crate::support::{House, both_engines};

const REQUESTS: &str = "select count(*) from access_request";
const ITEM: &str = "01890000-0000-7000-8000-00000000abcd";
const OTHER_ITEM: &str = "01890000-0000-7000-8000-00000000abce";

/// A message with an id that its page was given.
fn numbered(item: &str, text: &str) -> Draft {
    Draft { id: Some(item.parse().unwrap()), ..draft(text) }
}

async fn writes_back(house: &House, account: AccountId, id: RequestId, draft: Draft) -> Sent {
    reply(&house.app, &facts(house, account).await, id, draft, &context(house)).await.unwrap()
}

/// The id that the form of `page` gives its message.
fn item_of(page: &Answer) -> String {
    let (_, after) =
        page.body.split_once("name=\"message\" value=\"").unwrap_or_else(|| panic!("{}", page.body));
    after.split('"').next().unwrap().to_owned()
}

both_engines! {
    async fn what_is_sent_twice_is_written_once(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        house.world.team_account(&["reviewer"]).await;
        let browser = portal.signed_in(mother).await;
        let form = format!("/family/messages/new?patient={mia}");
        let page = portal.get(&form, &browser).await;
        sound(&page, StatusCode::OK);
        let item = item_of(&page);
        assert_ne!(item, item_of(&portal.get(&form, &browser).await), "each page has its own");
        let patient = mia.to_string();
        let fields = [("patient", patient.as_str()), ("message", item.as_str()), ("subject", "We moved"), ("text", "Can he see it?")];
        let first = post(&portal, &browser, "/family/messages", &fields, PDF).await;
        let id = thread_of(&first);
        let second = post(&portal, &browser, "/family/messages", &fields, PDF).await;
        assert_eq!(thread_of(&second), id, "answered like the first");
        assert_eq!((count(house, REQUESTS).await, count(house, MESSAGES).await), (1, 1));
        assert_eq!(letters_of(house, "queue_item").await.len(), 1);
        house.clock.advance(1);
        let path = format!("/family/messages/{id}");
        let item = item_of(&portal.get(&path, &browser).await);
        let fields = [("message", item.as_str()), ("text", "Thank you")];
        for _ in 0..2 {
            assert_eq!(thread_of(&post(&portal, &browser, &path, &fields, b"").await), id);
        }
        assert_eq!(count(house, MESSAGES).await, 2);
        let wrong = [("message", item.as_str()), ("text", "")];
        let again = post(&portal, &browser, &path, &wrong, b"").await;
        sound(&again, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(item_of(&again), item, "a form that comes back keeps its id");
    }

    async fn a_page_that_was_gone_back_to_and_changed_sends_another_message(house: House) {
        let (mia, mother) = child(house).await;
        let Sent::Sent(first) = sends(house, mother, mia, numbered(ITEM, "One")).await else { panic!() };
        let Sent::Sent(second) = sends(house, mother, mia, numbered(ITEM, "Another")).await else { panic!() };
        assert_ne!(first, second);
        let with_file = Draft { file: Some(PDF.to_vec()), ..numbered(ITEM, "One") };
        let Sent::Sent(third) = sends(house, mother, mia, with_file.clone()).await else { panic!() };
        let other_file = Draft { file: Some([PDF, b"\n"].concat()), ..with_file };
        let Sent::Sent(fourth) = sends(house, mother, mia, other_file.clone()).await else { panic!() };
        let other_subject = Draft { subject: "Another subject".to_owned(), ..numbered(ITEM, "One") };
        let Sent::Sent(fifth) = sends(house, mother, mia, other_subject).await else { panic!() };
        let mut threads = vec![first, second, third, fourth, fifth];
        threads.sort_unstable();
        threads.dedup();
        assert_eq!((threads.len(), count(house, MESSAGES).await), (5, 5));
        // And what was changed is written once, too.
        assert_eq!(sends(house, mother, mia, other_file).await, Sent::Sent(fourth));
        assert_eq!(count(house, MESSAGES).await, 5);
    }

    async fn the_id_of_anothers_message_or_of_one_in_another_thread_repeats_nothing(house: House) {
        let (mia, mother) = child(house).await;
        let father = guardian(house, mia).await;
        let Sent::Sent(hers) = sends(house, mother, mia, numbered(ITEM, "One")).await else { panic!() };
        let Sent::Sent(his) = sends(house, father, mia, numbered(ITEM, "One")).await else { panic!() };
        assert_ne!(hers, his, "he reads of his own alone");
        assert_eq!(writes_back(house, father, hers, numbered(ITEM, "One")).await, Sent::Unknown);
        assert_eq!(writes_back(house, mother, hers, numbered(ITEM, "One")).await, Sent::Sent(hers));
        assert_eq!((count(house, REQUESTS).await, count(house, MESSAGES).await), (2, 3));
    }

    async fn of_the_same_message_twice_at_once_one_is_written(house: House) {
        let (mia, mother) = child(house).await;
        let (one, other) = tokio::join!(
            sends(house, mother, mia, numbered(ITEM, "One")),
            sends(house, mother, mia, numbered(ITEM, "One")),
        );
        let Sent::Sent(id) = one else { panic!("{one:?}") };
        assert_eq!(other, Sent::Sent(id));
        let (one, other) = tokio::join!(
            writes_back(house, mother, id, numbered(OTHER_ITEM, "Two")),
            writes_back(house, mother, id, numbered(OTHER_ITEM, "Two")),
        );
        assert_eq!((one, other), (Sent::Sent(id), Sent::Sent(id)));
        assert_eq!((count(house, REQUESTS).await, count(house, MESSAGES).await), (1, 2));
    }

    async fn of_two_at_once_that_would_be_the_twentieth_one_is_written(house: House) {
        let (mia, mother) = child(house).await;
        let first = house.now();
        let id = begun(house, mother, mia).await;
        for n in 1..19 {
            house.clock.advance(60);
            assert_eq!(replies(house, mother, id, &format!("Message {n}")).await, Sent::Sent(id), "{n}");
        }
        let (one, other) =
            tokio::join!(replies(house, mother, id, "The last"), replies(house, mother, id, "One too many"));
        let slowed = Sent::Slowed(first.plus_seconds(86_400));
        assert!([&one, &other].contains(&&slowed) && [&one, &other].contains(&&Sent::Sent(id)), "{one:?} {other:?}");
        assert_eq!(count(house, MESSAGES).await, 20);
    }

    async fn a_file_is_not_looked_at_once_the_day_is_full(house: House) {
        let scanner = Double::on_port();
        let portal = Portal::with_outside(house, scanner.outside(Duration::from_mins(1)));
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let id = begun(house, mother, mia).await;
        for n in 1..20 {
            assert_eq!(replies(house, mother, id, &format!("Message {n}")).await, Sent::Sent(id), "{n}");
        }
        let page = post(&portal, &browser, &format!("/family/messages/{id}"), &[("text", "Too many")], PDF).await;
        sound(&page, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.body.contains("You sent 20 messages in one day."), "{}", page.body);
        assert_eq!(scanner.files(), Vec::<usize>::new());
    }

    async fn tries_with_a_file_run_out_also_where_each_is_refused(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let id = begun(house, mother, mia).await;
        let (path, fields) = (format!("/family/messages/{id}"), [("text", "Typed with care")]);
        for n in 0..10 {
            let page = post(&portal, &browser, &path, &fields, b"GIF89a").await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
        }
        let page = post(&portal, &browser, &path, &fields, b"GIF89a").await;
        sound(&page, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.body.contains("You tried many files") && page.body.contains("Typed with care"), "{}", page.body);
        let wait: i64 = page.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        let father = guardian(house, mia).await;
        let gif = Draft { file: Some(b"GIF89a".to_vec()), ..draft("x") };
        assert_eq!(sends(house, father, mia, gif).await, Sent::Invalid(vec![Fault::File(FileFault::Kind)]));
        thread_of(&post(&portal, &browser, &path, &fields, b"").await);
        house.clock.advance(60);
        let page = post(&portal, &browser, &path, &fields, b"GIF89a").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_file_too_large_for_the_scanner_is_told_from_a_scanner_that_is_down(house: House) {
        let scanner = Double::on_port();
        let portal = Portal::with_outside(house, scanner.outside(Duration::from_mins(1)));
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let patient = mia.to_string();
        let fields = [("patient", patient.as_str()), ("subject", "A letter"), ("text", "Typed with care")];
        scanner.limit(3);
        let large = post(&portal, &browser, "/family/messages", &fields, PDF).await;
        sound(&large, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(large.body.contains("Send a smaller file") && !large.body.contains("Try again later"), "{}", large.body);
        scanner.manner(Manner::Gone);
        let down = post(&portal, &browser, "/family/messages", &fields, PDF).await;
        sound(&down, StatusCode::SERVICE_UNAVAILABLE);
        assert!(down.body.contains("Try again later") && down.body.contains("Typed with care"), "{}", down.body);
        portal.post("/family/language", &browser, &[("language", "es")]).await;
        scanner.manner(Manner::Right);
        let large = post(&portal, &browser, "/family/messages", &fields, PDF).await;
        sound(&large, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(large.body.contains("Envíe un archivo más chico"), "{}", large.body);
        assert_eq!(count(house, MESSAGES).await, 0);
    }

    async fn a_say_that_ends_while_a_new_message_is_written_does_not_cost_what_was_typed(house: House) {
        let portal = Portal::of(house);
        let (mia, aunt) = for_an_hour(house).await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        house.clock.advance(3600);
        let browser = portal.signed_in(aunt).await;
        let mut told = Vec::new();
        for patient in [mia.to_string(), other.to_string(), ABSENT.to_owned()] {
            let fields = [("patient", patient.as_str()), ("subject", "Our <move>"), ("text", "Typed with care")];
            let page = post(&portal, &browser, "/family/messages", &fields, b"").await;
            sound(&page, StatusCode::NOT_FOUND);
            for words in ["We did not send it", "Typed with care", "Our &lt;move&gt;", "you cannot send more"] {
                assert!(page.body.contains(words), "{words}: {}", page.body);
            }
            assert!(!page.body.contains("Stone") && !page.body.contains("Poole"), "{}", page.body);
            told.push(crate::hidden::told(&page, &patient));
        }
        assert!(told.iter().all(|page| *page == told[0]), "once theirs, another's and none are told apart");
        assert_eq!(count(house, REQUESTS).await, 0);
    }

    async fn anothers_file_and_none_read_the_same(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let father = guardian(house, mia).await;
        let with_file = Draft { file: Some(PDF.to_vec()), ..draft("Here it is") };
        let Sent::Sent(hers) = sends(house, mother, mia, with_file).await else { panic!() };
        let his = begun(house, father, mia).await;
        let file: Uuid = messages(house.db(), hers, None, 50).await.unwrap()[0].id;
        let browser = portal.signed_in(father).await;
        let mut told = Vec::new();
        for (thread, item) in [
            (hers.to_string(), file.to_string()),
            (ABSENT.to_owned(), file.to_string()),
            (hers.to_string(), ABSENT.to_owned()),
            (his.to_string(), file.to_string()),
        ] {
            let asked = format!("/family/messages/{thread}/files/{item}");
            let page = portal.get(&asked, &browser).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{asked}");
            told.push(crate::hidden::told(&page, &asked));
        }
        assert!(told.iter().all(|page| *page == told[0]), "another's file and none are told apart");
    }
}
