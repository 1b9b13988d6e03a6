//! The campaign as browsers meet it.

use axum::http::StatusCode;
use postern::domain::ids::AccountId;

use crate::campaign::{AUTUMN, SPRING, at, sponsor};
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines, html};

async fn team(house: &House, portal: &Portal<'_>, roles: &[&str]) -> Browser {
    portal.signed_in(house.world.team_account(roles).await).await
}

fn sound(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(html::faults(&answer.body), Vec::<String>::new());
}

const DATE: &[(&str, &str)] = &[("cycle", SPRING), ("month", "5"), ("day", "16"), ("year", "2026")];
const WHY: (&str, &str) = ("reason", "On leave until the middle of May.");

fn fields(reason: (&'static str, &'static str)) -> Vec<(&'static str, &'static str)> {
    DATE.iter().copied().chain([reason]).collect()
}

both_engines! {
    async fn the_campaign_says_what_happens_next_at_every_moment(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        let words = [
            ("2026-03-12T12:00:00Z", "Opens April 1, 2026 at 00:00 EDT", "No cycle has opened yet"),
            ("2026-04-02T12:00:00Z", "Mail April 15, 2026 at 00:00 EDT", "due through April 30, 2026, 11:59 pm"),
            ("2026-04-30T12:00:00Z", "Locks May 1, 2026 at 00:00 EDT", "At risk (1)"),
            ("2026-05-02T12:00:00Z", "Opens October 1, 2026 at 00:00 EDT", "Locked (1)"),
        ];
        for (when, next, also) in words {
            house.clock.set(at(when));
            let jo = team(house, &portal, &["auditor"]).await;
            let page = portal.get("/team/validation", &jo).await;
            sound(&page, StatusCode::OK);
            assert!(page.body.contains(next) && page.body.contains(also), "{when}: {}", page.body);
        }
        let jo = team(house, &portal, &["auditor"]).await;
        let locked = portal.get("/team/validation?cycle=2026-04-01&state=locked", &jo).await;
        sound(&locked, StatusCode::OK);
        assert!(locked.body.contains(&format!("/team/validation/{one}?cycle=2026-04-01")));
        assert!(locked.body.contains("212-555-0101") && locked.body.contains("The schedule is behind"));
        let open = portal.get("/team/validation?state=open", &jo).await;
        sound(&open, StatusCode::OK);
        assert!(open.body.contains("Nobody is in this state."));
        let phones = portal.get("/team/validation/phones", &jo).await;
        sound(&phones, StatusCode::OK);
        assert!(phones.body.contains("212-555-0101"));
    }

    async fn nobody_else_reaches_it_and_garbage_is_answered_as_such(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let (jo, physician) = (team(house, &portal, &["reviewer"]).await, portal.signed_in(one).await);
        let pages = ["/team/validation".to_owned(), "/team/validation/phones".to_owned(), "/team/validation/export".to_owned(),
            "/team/validation/rehearsal".to_owned(), format!("/team/validation/{one}"), format!("/team/validation/{one}/extend")];
        for path in &pages {
            sound(&portal.get(path, &jo).await, StatusCode::OK);
            assert_eq!(portal.get(path, &physician).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(portal.get(path, &portal.stranger()).await.header("location"), "/sign-in");
        }
        let nobody = AccountId(uuid::Uuid::nil());
        for (path, status) in [
            ("/team/validation?cycle=2026-04-02", StatusCode::NOT_FOUND),
            ("/team/validation?cycle=x", StatusCode::NOT_FOUND),
            ("/team/validation?state=x&after=-1", StatusCode::OK),
            ("/team/validation?after=4000000000", StatusCode::OK),
            ("/team/validation/rehearsal?from=x&to=y", StatusCode::UNPROCESSABLE_ENTITY),
            ("/team/validation/rehearsal?from=2026-05-02&to=2026-05-01", StatusCode::UNPROCESSABLE_ENTITY),
            (&format!("/team/validation/{nobody}"), StatusCode::NOT_FOUND),
            (&format!("/team/validation/{nobody}/extend"), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(portal.get(path, &jo).await.status, status, "{path}");
        }
    }

    async fn a_due_date_is_moved_from_the_page_and_keeps_what_was_typed_when_it_is_wrong(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        house.clock.set(at("2026-05-02T12:00:00Z"));
        let jo = team(house, &portal, &["reviewer"]).await;
        let path = format!("/team/validation/{one}/extend");
        let form = portal.get(&path, &jo).await;
        sound(&form, StatusCode::OK);
        assert!(form.body.contains("The normal date is May 1, 2026") && form.body.contains("locked now"));
        let wrong = portal.post(&path, &jo, &fields(("reason", "Too short"))).await;
        sound(&wrong, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Give a reason of 10 to 1000 characters") && wrong.body.contains("value=\"16\""));
        let done = portal.post(&path, &jo, &fields(WHY)).await;
        assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, format!("/team/validation/{one}").as_str()));
        let page = portal.get(done.header("location"), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("On leave until") && page.body.contains("Sam Lee") && page.body.contains("16-May-2026"));
        let auditor = team(house, &portal, &["auditor"]).await;
        sound(&portal.get(&path, &auditor).await, StatusCode::FORBIDDEN);
        sound(&portal.post(&path, &auditor, &fields(WHY)).await, StatusCode::FORBIDDEN);
        let unknown = format!("/team/validation/{}/extend", uuid::Uuid::nil());
        assert_eq!(portal.post(&unknown, &jo, &fields(WHY)).await.status, StatusCode::NOT_FOUND);
        let forged = portal.post_as_it_is(&path, &jo, &fields(WHY), "cross-site").await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert_eq!(count(house, "select count(*) from validation_extension").await, 1);
    }

    async fn moving_october_for_whom_april_locks_names_april_and_says_what_unlocks(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        let (two, _) = sponsor(house, "Two", practice).await;
        house.world.review(two, SPRING, at("2026-04-02T12:00:00Z")).await;
        for id in [one, two] {
            house.world.duty(id, AUTUMN, 1).await;
        }
        house.clock.set(at("2026-11-02T12:00:00Z"));
        let jo = team(house, &portal, &["reviewer"]).await;
        let names = "The review of the cycle of April 1, 2026 was not completed. It locks this sponsor and the staff since May 1, 2026 at 00:00 EDT";
        let only = "Only completing the review does, and one review clears both.";
        let unlocks = "Moving the date unlocks the sponsor";
        for path in [format!("/team/validation/{one}"), format!("/team/validation/{one}/extend")] {
            let page = portal.get(&path, &jo).await;
            sound(&page, StatusCode::OK);
            assert!(page.body.contains(names) && page.body.contains(only), "{}", page.body);
            assert!(!page.body.contains(unlocks), "{}", page.body);
        }
        let other = portal.get(&format!("/team/validation/{two}/extend"), &jo).await;
        sound(&other, StatusCode::OK);
        assert!(other.body.contains(unlocks) && !other.body.contains("April 1, 2026"), "{}", other.body);
        let list = portal.get("/team/validation?state=locked", &jo).await;
        sound(&list, StatusCode::OK);
        assert!(list.body.contains("Locked (2)") && list.body.contains("by the cycle of April 1, 2026"), "{}", list.body);
    }

    async fn moving_a_date_and_exporting_take_a_fresh_factor(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let jo = team(house, &portal, &["reviewer"]).await;
        house.clock.advance(5 * 60);
        for path in [format!("/team/validation/{one}/extend"), "/team/validation/export".to_owned()] {
            let asked = portal.get(&path, &jo).await;
            assert_eq!(asked.header("location"), format!("/step-up?next={path}"));
            let held = portal.post(&path, &jo, &fields(WHY)).await;
            assert!(!held.header("content-type").starts_with("text/csv"));
        }
        assert_eq!(count(house, "select count(*) from validation_extension").await, 0);
    }

    /// B36: no cell of the exported table is taken for a formula.
    async fn the_exported_table_holds_no_formula_and_only_the_state_asked_for(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("=HYPERLINK(\"//evil\")").await;
        sponsor(house, "One", practice).await;
        let (done, _) = sponsor(house, "Two", practice).await;
        house.world.review(done, SPRING, at("2026-04-02T12:00:00Z")).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let jo = team(house, &portal, &["auditor"]).await;
        let all = portal.post("/team/validation/export", &jo, &[("cycle", SPRING)]).await;
        assert_eq!(all.header("content-type"), "text/csv; charset=utf-8");
        assert!(all.header("content-disposition").starts_with("attachment"));
        assert!(all.body.contains("\"'=HYPERLINK(\"\"//evil\"\")\""), "{}", all.body);
        assert_eq!(all.body.lines().count(), 3);
        let open = portal.post("/team/validation/export", &jo, &[("cycle", SPRING), ("state", "open")]).await;
        assert_eq!(open.body.lines().count(), 2);
        assert!(open.body.contains("\"30-Apr-2026\"") && open.body.contains("\"Open\""));
        let sql = "select count(*) from audit_row where act = 'look_up' and detail like '%campaign_export%'";
        assert_eq!(count(house, sql).await, 2);
    }

    async fn the_rehearsal_is_a_page_too(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        sponsor(house, "One", practice).await;
        let jo = team(house, &portal, &["auditor"]).await;
        let page = portal.get("/team/validation/rehearsal", &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("value=\"2026-05-02\"") && page.body.contains("1 sponsor is locked, with 1 sponsored user."));
        let nothing = portal.get("/team/validation/rehearsal?from=2026-06-01&to=2026-06-02", &jo).await;
        sound(&nothing, StatusCode::OK);
        assert!(nothing.body.contains("Nothing would happen in these days."));
    }
}
