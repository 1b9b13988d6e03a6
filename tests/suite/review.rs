//! The review of a sponsor's staff, and the lock that it undoes: as sponsor and staff meet it.

use axum::http::StatusCode;
use postern::app::access::{Context, viewer};
use postern::app::review::{self, Answer as Reviewed, Page};
use postern::app::sign_in::{self, Session, SessionState};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, FactId, PracticeId};
use postern::domain::sponsoring::Hindrance;

use crate::support::html::{elements, faults};
use crate::support::letters::{count, letters_of};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::schedule::execute;
use crate::support::{House, both_engines};

/// April 10, 2026, noon in New York: the cycle is open.
const OPEN: &str = "2026-04-10T16:00:00Z";
/// The last microsecond of April 30, 2026, in New York, and the first instant of May.
const DUE: &str = "2026-05-01T04:00:00Z";

struct Scene {
    elm: PracticeId,
    rivera: AccountId,
    nurse: AccountId,
    clerk: AccountId,
    rows: [FactId; 2],
}

async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let elm = w.practice("Elm Pediatrics").await;
    let (_, rivera) = w.physician("Rivera", elm).await;
    let (nurse, clerk) = (w.sponsored_account().await, w.sponsored_account().await);
    let rows = [
        w.sponsorship(rivera, nurse, elm, Interval::ALWAYS).await,
        w.sponsorship(rivera, clerk, elm, Interval::ALWAYS).await,
    ];
    Scene { elm, rivera, nurse, clerk, rows }
}

/// The form of the page: what was shown, and these choices in the order of `rows`.
fn form(rows: &[FactId], choices: &[&str], name: &str, step: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        rows.iter().map(|id| ("shown".to_owned(), id.to_string())).collect();
    for (id, choice) in rows.iter().zip(choices).filter(|(_, choice)| !choice.is_empty()) {
        fields.push((format!("row-{id}"), (*choice).to_owned()));
    }
    fields.push(("name".to_owned(), name.to_owned()));
    fields.push(("step".to_owned(), step.to_owned()));
    fields
}

async fn send(portal: &Portal<'_>, browser: &Browser, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    portal.post("/review", browser, &fields).await
}

async fn status(portal: &Portal<'_>, browser: &Browser) -> StatusCode {
    portal.get("/patients", browser).await.status
}

/// The session that `browser` holds, as if it had been opened with the hospital's credential.
async fn hospital_session(house: &House, browser: &Browser) -> Session {
    let cookie = browser.cookies.split_once('=').unwrap().1;
    let SessionState::SignedIn(mut session) = sign_in::session(&house.app, cookie).await.unwrap() else {
        panic!("not signed in")
    };
    session.hospital = Some((house.world.id(), None));
    session
}

/// How often a review's list was recorded as read.
async fn read(house: &House) -> i64 {
    let sql = "select count(*) from audit_row where act = 'list_staff' and detail like '%\"review\"%'";
    count(house, sql).await
}

fn is_checked(page: &Answer, id: FactId, choice: &str) -> bool {
    let name = format!("row-{id}");
    elements(&page.body).iter().any(|e| e.get("name") == name && e.get("value") == choice && e.has("checked"))
}

both_engines! {
    async fn choices_are_saved_and_a_signed_review_keeps_and_removes(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        let page = portal.get("/review", &browser).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
        assert!(scene.rows.iter().all(|id| !is_checked(&page, *id, "keep") && !is_checked(&page, *id, "remove")));
        let saved = send(&portal, &browser, &form(&scene.rows, &["keep", ""], "", "save")).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
        let later = portal.get("/review", &browser).await;
        assert!(is_checked(&later, scene.rows[0], "keep") && !is_checked(&later, scene.rows[1], "keep"));
        assert_eq!(count(house, "select count(*) from validation_review").await, 0);
        let half = send(&portal, &browser, &form(&scene.rows, &["keep", ""], "Sam Lee", "complete")).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.body.contains(&format!("#row-{}", scene.rows[1])), "{}", half.body);
        let unsigned = send(&portal, &browser, &form(&scene.rows, &["keep", "remove"], "Lee", "complete")).await;
        assert_eq!(unsigned.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(is_checked(&unsigned, scene.rows[1], "remove") && unsigned.body.contains("value=\"Lee\""));
        let done = send(&portal, &browser, &form(&scene.rows, &["keep", "remove"], "sam lee", "complete")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert!(done.body.contains("October 1, 2026"), "what happens next, and when: {}", done.body);
        let nurse = portal.signed_in(scene.nurse).await;
        let clerk = portal.signed_in(scene.clerk).await;
        assert_eq!((status(&portal, &nurse).await, status(&portal, &clerk).await), (StatusCode::OK, StatusCode::LOCKED));
        assert_eq!(count(house, "select count(*) from validation_draft").await, 0);
        assert_eq!(count(house, "select count(*) from sponsor").await, 1, "signing accepts the duties");
        house.clock.set("2026-05-01T04:00:00Z".parse().unwrap());
        assert_eq!(status(&portal, &portal.signed_in(scene.nurse).await).await, StatusCode::OK);
    }

    async fn the_lock_begins_at_local_midnight_reaches_staff_and_not_the_partners_and_ends_with_the_review(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let (_, partner) = house.world.physician("Okafor", scene.elm).await;
        let theirs = house.world.sponsored_account().await;
        house.world.sponsorship(partner, theirs, scene.elm, Interval::ALWAYS).await;
        let due: Instant = DUE.parse().unwrap();
        house.world.review(partner, "2026-04-01", due.plus_seconds(-86_400)).await;
        house.clock.set(due.plus_seconds(-900));
        let mut browsers = Vec::new();
        for account in [scene.rivera, scene.nurse, partner, theirs] {
            browsers.push(portal.signed_in(account).await);
        }
        house.clock.set(due.plus_seconds(-1));
        for browser in &browsers {
            assert_eq!(status(&portal, browser).await, StatusCode::OK);
        }
        house.clock.set(due);
        let mut found = Vec::new();
        for browser in &browsers {
            found.push(status(&portal, browser).await);
        }
        let (locked, open) = (StatusCode::LOCKED, StatusCode::OK);
        assert_eq!(found, [locked, locked, open, open], "sessions that are open are limited at their next request");
        let home = portal.get("/", &browsers[0]).await;
        assert!(home.body.contains("href=\"/review\"") && faults(&home.body).is_empty(), "{}", home.body);
        let review = portal.get("/review", &browsers[0]).await;
        assert_eq!(review.status, StatusCode::OK);
        assert!(!review.body.contains("href=\"/patients\""), "no page is offered that would only turn away");
        let done = send(&portal, &browsers[0], &form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(status(&portal, &browsers[0]).await, open);
        assert_eq!(status(&portal, &browsers[1]).await, open);
    }

    async fn a_review_sent_twice_or_from_two_browsers_is_completed_once(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        let other = portal.signed_in(scene.rivera).await;
        let keep = form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete");
        let drop = form(&scene.rows, &["remove", "remove"], "Sam Lee", "complete");
        let sent = [send(&portal, &browser, &keep), send(&portal, &other, &drop)];
        let answers = futures::future::join_all(sent).await;
        let mut statuses: Vec<u16> = answers.iter().map(|a| a.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(count(house, "select count(*) from validation_review").await, 1);
        let kept = answers[0].status == StatusCode::OK;
        let ended = count(house, "select count(*) from sponsorship_end").await;
        assert_eq!(ended, if kept { 0 } else { 2 }, "all of one and nothing of the other");
        let again = send(&portal, &browser, &keep).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.body.contains("10-Apr-2026"), "when it was completed: {}", again.body);
    }

    async fn a_review_signed_while_the_clock_was_ahead_gives_way_to_one_signed_after_it_was_set_right(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let due: Instant = DUE.parse().unwrap();
        house.clock.set(due.plus_seconds(60));
        let (browser, nurse) = (portal.signed_in(scene.rivera).await, portal.signed_in(scene.nurse).await);
        let keep = form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete");
        house.clock.set(due.plus_seconds(660));
        assert_eq!(send(&portal, &browser, &keep).await.status, StatusCode::OK);
        assert_eq!(status(&portal, &browser).await, StatusCode::OK);
        house.clock.set(due.plus_seconds(120));
        assert_eq!(status(&portal, &browser).await, StatusCode::LOCKED, "what is signed later does not count now");
        let again = send(&portal, &browser, &keep).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.body);
        assert_eq!(status(&portal, &browser).await, StatusCode::OK, "completing unlocks at once");
        assert_eq!(status(&portal, &nurse).await, StatusCode::OK);
        assert_eq!(count(house, "select count(*) from validation_review").await, 1);
        assert_eq!(count(house, "select count(*) from validation_review_row").await, 2);
        assert_eq!(send(&portal, &browser, &keep).await.status, StatusCode::CONFLICT);
    }

    async fn undoing_a_removal_after_the_review_that_left_the_person_out_is_a_choice_to_keep(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        let path = format!("/staff/{}/remove", scene.rows[1]);
        let removed = portal.post(&path, &browser, &[("reason", "left")]).await;
        assert!(removed.status.is_success() || removed.status.is_redirection(), "{}", removed.body);
        house.clock.advance(60);
        let done = send(&portal, &browser, &form(&scene.rows[..1], &["keep"], "Sam Lee", "complete")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(count(house, "select count(*) from validation_review_row").await, 1);
        house.clock.advance(60);
        let undone = portal.post(&path.replace("/remove", "/undo"), &browser, &[]).await;
        assert_eq!(undone.status, StatusCode::OK, "{}", undone.body);
        assert_eq!(count(house, "select count(*) from validation_review_row where choice = 'keep'").await, 2);
    }

    async fn a_list_that_changed_meanwhile_is_shown_and_nothing_is_silently_kept(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        house.world.disable(scene.clerk, house.now()).await;
        let sent = send(&portal, &browser, &form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete")).await;
        assert_eq!(sent.status, StatusCode::CONFLICT, "{}", sent.body);
        assert!(faults(&sent.body).is_empty(), "{:?}", faults(&sent.body));
        assert!(is_checked(&sent, scene.rows[0], "keep"), "the choice that still counts is kept");
        assert_eq!(count(house, "select count(*) from validation_review").await, 0);
        let one = &scene.rows[..1];
        let missing = form(&[], &[], "Sam Lee", "complete");
        assert_eq!(send(&portal, &browser, &missing).await.status, StatusCode::CONFLICT, "a row that was not shown");
        let done = send(&portal, &browser, &form(one, &["keep"], "Sam Lee", "complete")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }

    async fn after_everybody_left_a_late_review_is_one_click(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let due: Instant = DUE.parse().unwrap();
        house.world.disable(scene.nurse, due.plus_seconds(1)).await;
        house.world.disable(scene.clerk, due.plus_seconds(1)).await;
        house.clock.set(due.plus_seconds(60));
        let browser = portal.signed_in(scene.rivera).await;
        assert_eq!(status(&portal, &browser).await, StatusCode::LOCKED);
        let page = portal.get("/review", &browser).await;
        assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
        let done = portal.post("/review", &browser, &[("step", "complete")]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(status(&portal, &browser).await, StatusCode::OK);
    }

    async fn one_late_review_in_october_clears_april_too(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set("2026-10-02T16:00:00Z".parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        assert_eq!(status(&portal, &browser).await, StatusCode::LOCKED);
        let done = send(&portal, &browser, &form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        house.clock.set("2026-10-31T16:00:00Z".parse().unwrap());
        assert_eq!(status(&portal, &portal.signed_in(scene.rivera).await).await, StatusCode::OK);
        let cycle = "select count(*) from validation_review where cycle = '2026-10-01'";
        assert_eq!(count(house, cycle).await, 1);
    }

    async fn locked_staff_see_who_must_act_and_remind_once_a_day(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let due: Instant = DUE.parse().unwrap();
        house.clock.set(due.plus_seconds(3600));
        let nurse = portal.signed_in(scene.nurse).await;
        let page = portal.get("/", &nurse).await;
        assert_eq!(page.status, StatusCode::LOCKED);
        assert!(page.body.contains("action=\"/nudge\"") && page.body.contains("Elm Pediatrics"), "{}", page.body);
        assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
        let sponsor = scene.rivera.to_string();
        for _ in 0..3 {
            let answer = portal.post("/nudge", &nurse, &[("sponsor", &sponsor)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
        }
        let sent = letters_of(house, "review_nudged").await;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].0, house.world.email(scene.rivera).await);
        assert!(!portal.get("/", &nurse).await.body.contains("action=\"/nudge\""), "reminded today");
        let nobody = house.world.team_account(&["reviewer"]).await.to_string();
        for garbage in ["", "x", nobody.as_str()] {
            portal.post("/nudge", &nurse, &[("sponsor", garbage)]).await;
        }
        assert_eq!(letters_of(house, "review_nudged").await.len(), 1);
        house.clock.set(due.plus_seconds(86_400));
        let nurse = portal.signed_in(scene.nurse).await;
        portal.post("/nudge", &nurse, &[("sponsor", &sponsor)]).await;
        assert_eq!(letters_of(house, "review_nudged").await.len(), 2);
        house.world.review(scene.rivera, "2026-04-01", house.now()).await;
        house.clock.set(due.plus_seconds(2 * 86_400));
        let nurse = portal.signed_in(scene.nurse).await;
        portal.post("/nudge", &nurse, &[("sponsor", &sponsor)]).await;
        assert_eq!(letters_of(house, "review_nudged").await.len(), 2, "nothing is left to remind of");
    }

    async fn nobody_reviews_for_somebody_else_and_nothing_is_owed_between_cycles(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(scene.rivera).await;
        let page = portal.get("/review", &browser).await;
        assert!(page.status == StatusCode::OK && page.body.contains("April 1, 2026"), "{}", page.body);
        let sent = send(&portal, &browser, &form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete")).await;
        assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/review"));
        house.clock.set(OPEN.parse().unwrap());
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        let other = portal.signed_in(other).await;
        let sent = send(&portal, &other, &form(&scene.rows, &["remove", "remove"], "Sam Lee", "complete")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let nurse = portal.signed_in(scene.nurse).await;
        assert_eq!(portal.get("/review", &nurse).await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(house, "select count(*) from validation_review").await, 0);
        assert_eq!(count(house, "select count(*) from sponsorship_end").await, 0);
    }
}

both_engines! {
    async fn a_removal_in_a_review_that_is_undone_is_a_keep(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        let done = send(&portal, &browser, &form(&scene.rows, &["keep", "remove"], "Sam Lee", "complete")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let removed = "select count(*) from validation_review_row where choice = 'remove'";
        assert_eq!(count(house, removed).await, 1);
        let undone = portal.post(&format!("/staff/{}/undo", scene.rows[1]), &browser, &[]).await;
        assert_eq!(undone.status, StatusCode::OK, "{}", undone.body);
        assert_eq!(count(house, removed).await, 0);
        assert_eq!(status(&portal, &portal.signed_in(scene.clerk).await).await, StatusCode::OK);
        let accepted = "select count(*) from audit_row where act = 'accept_duties'";
        assert_eq!(count(house, accepted).await, 1, "signing accepts the duties, and says so");
    }

    async fn what_was_saved_for_an_earlier_cycle_chooses_nothing_in_the_next(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        send(&portal, &browser, &form(&scene.rows, &["keep", "keep"], "", "save")).await;
        house.clock.set("2026-10-02T16:00:00Z".parse().unwrap());
        let page = portal.get("/review", &portal.signed_in(scene.rivera).await).await;
        assert!(scene.rows.iter().all(|id| !is_checked(&page, *id, "keep")), "{}", page.body);
    }
}

both_engines! {
    async fn a_sponsor_without_an_npi_is_told_so_and_completes_once_there_is_one(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        execute(house, "update provider set npi = null").await;
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        let page = portal.get("/review", &browser).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Only a provider with an NPI") && page.body.contains("2 people"), "{}", page.body);
        assert!(!page.body.contains("hospital account") && !page.body.contains("Complete the review<"), "{}", page.body);
        assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
        let keep = form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete");
        let sent = send(&portal, &browser, &keep).await;
        assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/review"));
        let console = portal.get("/staff", &browser).await;
        assert!(console.body.contains(&format!("/staff/{}/remove", scene.rows[0])), "{}", console.body);
        let due: Instant = DUE.parse().unwrap();
        house.clock.set(due.plus_seconds(60));
        let browser = portal.signed_in(scene.rivera).await;
        let locked = portal.get("/review", &browser).await;
        assert!(locked.body.contains("Only a provider with an NPI"), "{}", locked.body);
        assert!(!locked.body.contains("href=\"/staff\"") && locked.body.contains("212-555-0100"), "{}", locked.body);
        assert_eq!(send(&portal, &browser, &keep).await.status, StatusCode::SEE_OTHER);
        for table in [
            "select count(*) from validation_review",
            "select count(*) from validation_draft",
            "select count(*) from sponsor",
        ] {
            assert_eq!(count(house, table).await, 0, "{table}");
        }
        assert_eq!(read(house).await, 0, "nobody was named");
        execute(house, "update provider set npi = '1234567893'").await;
        let done = send(&portal, &browser, &keep).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(status(&portal, &browser).await, StatusCode::OK);
    }

    async fn a_hospital_sign_in_neither_completes_a_review_nor_saves_one(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let session = hospital_session(house, &portal.signed_in(scene.rivera).await).await;
        let facts = viewer(&house.app, scene.rivera).await.unwrap().unwrap();
        let context = Context { now: house.now(), request_id: "r1".to_owned(), network: "192.0.2.1".to_owned() };
        let Page::Hindered(found) = review::page(&house.app, &session, &facts, &context).await.unwrap() else {
            panic!("it can be completed")
        };
        assert_eq!((found.why, found.people), (Hindrance::HospitalSession, 2));
        let choices = scene.rows.map(|id| (id, postern::domain::validation::Choice::Keep)).to_vec();
        let (shown, name) = (scene.rows.to_vec(), "Sam Lee".to_owned());
        for complete in [false, true] {
            let sent = review::Sent { shown: shown.clone(), choices: choices.clone(), name: name.clone(), complete };
            let answer = review::send(&house.app, &session, &facts, &sent, &context).await.unwrap();
            assert_eq!(answer, Reviewed::Hindered);
        }
        assert_eq!(count(house, "select count(*) from validation_draft").await, 0);
        assert_eq!(count(house, "select count(*) from validation_review").await, 0);
        assert_eq!(read(house).await, 0);
    }

    async fn a_list_is_recorded_as_read_where_it_is_shown_and_nowhere_else(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        let keep = form(&scene.rows, &["keep", "keep"], "Sam Lee", "complete");
        portal.get("/review", &browser).await;
        assert_eq!(read(house).await, 1);
        send(&portal, &browser, &form(&scene.rows, &["keep", ""], "", "save")).await;
        assert_eq!(read(house).await, 2, "saved, and shown again");
        send(&portal, &browser, &form(&scene.rows, &["keep", ""], "", "complete")).await;
        assert_eq!(read(house).await, 3, "something is missing");
        send(&portal, &browser, &form(&scene.rows[..1], &["keep"], "Sam Lee", "complete")).await;
        assert_eq!(read(house).await, 4, "somebody was not shown");
        assert_eq!(send(&portal, &browser, &keep).await.status, StatusCode::OK);
        assert_eq!(send(&portal, &browser, &keep).await.status, StatusCode::CONFLICT);
        portal.get("/review", &browser).await;
        assert_eq!(read(house).await, 4, "completed: no list is shown");
    }

    async fn who_is_new_on_the_list_and_who_left_it_is_named_and_nobody_of_somebody_else(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        house.clock.set(OPEN.parse().unwrap());
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        let stranger = house.world.sponsored_account().await;
        let theirs = house.world.sponsorship(other, stranger, scene.elm, Interval::ALWAYS).await;
        execute(house, "update account set family = 'Farquhar' where kind = 'sponsored'").await;
        house.world.disable(scene.clerk, house.now()).await;
        let browser = portal.signed_in(scene.rivera).await;
        let ended = send(&portal, &browser, &form(&scene.rows[1..], &[], "Sam Lee", "complete")).await;
        assert_eq!(ended.status, StatusCode::CONFLICT);
        let notice = |page: &Answer| {
            let after = page.body.split("role=\"alert\"").nth(1).unwrap().to_owned();
            after.split("<form").next().unwrap().matches("Sam Farquhar").count()
        };
        assert_eq!(notice(&ended), 2, "one who is new, one who left: {}", ended.body);
        let foreign = send(&portal, &browser, &form(&[scene.rows[0], theirs], &["keep"], "Sam Lee", "complete")).await;
        assert_eq!((foreign.status, notice(&foreign)), (StatusCode::CONFLICT, 0), "{}", foreign.body);
    }

    /// Each takes the people in one order, whatever order they were sent in.
    async fn two_sponsors_who_remove_the_same_people_at_once_both_complete(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        let mut rows = Vec::new();
        for user in [scene.clerk, scene.nurse] {
            rows.push(house.world.sponsorship(other, user, scene.elm, Interval::ALWAYS).await);
        }
        house.clock.set(OPEN.parse().unwrap());
        let (one, two) = (portal.signed_in(scene.rivera).await, portal.signed_in(other).await);
        let (first, second) = (
            form(&scene.rows, &["remove", "remove"], "Sam Lee", "complete"),
            form(&rows, &["remove", "remove"], "Sam Lee", "complete"),
        );
        let sent = [send(&portal, &one, &first), send(&portal, &two, &second)];
        for answer in futures::future::join_all(sent).await {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        }
        assert_eq!(count(house, "select count(*) from sponsorship where ends_at is null").await, 0);
    }
}
