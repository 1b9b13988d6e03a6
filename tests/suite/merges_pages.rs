//! The page that compares two records, as browsers meet it.

use axum::http::StatusCode;
use postern::domain::ids::RequestId;

use crate::merges::{merged, two};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines, html};

async fn signed_in(house: &House, portal: &Portal<'_>, roles: &[&str]) -> Browser {
    portal.signed_in(house.world.team_account(roles).await).await
}

fn sound(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(html::faults(&answer.body), Vec::<String>::new());
}

fn path(id: RequestId) -> String {
    format!("/team/requests/{id}/merge")
}

both_engines! {
    async fn a_merge_is_compared_confirmed_and_undone_on_one_page(house: House) {
        let portal = Portal::of(house);
        let jo = signed_in(house, &portal, &["reviewer"]).await;
        let two = two(house).await;
        let id = merged(house, &two).await;
        let queue = portal.get("/team/requests?view=needs_action&kind=merge", &jo).await;
        sound(&queue, StatusCode::OK);
        assert!(queue.body.contains("The hospital’s record") && queue.body.contains("REYES, Mia"));
        let request = portal.get(&format!("/team/requests/{id}"), &jo).await;
        sound(&request, StatusCode::OK);
        assert!(request.body.contains(&path(id)) && !request.body.contains(&format!("{id}/approve")));
        for old in ["approve", "decline"] {
            let led = portal.get(&format!("/team/requests/{id}/{old}"), &jo).await;
            assert_eq!(led.header("location"), path(id));
            let forged = portal.post(&format!("/team/requests/{id}/{old}"), &jo, &[("version", "0"), ("text", "x")]).await;
            assert_eq!(forged.status, StatusCode::CONFLICT);
        }
        let page = portal.get(&path(id), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("0001") && page.body.contains("0002") && page.body.contains(&two.okafor));
        let missing = portal.post(&path(id), &jo, &[("version", "0"), ("step", "apart"), ("reason", " ")]).await;
        sound(&missing, StatusCode::UNPROCESSABLE_ENTITY);
        let done = portal.post(&path(id), &jo, &[("version", "0"), ("step", "confirm")]).await;
        assert_eq!(done.header("location"), format!("/team/requests/{id}"));
        let closed = portal.get(&format!("/team/requests/{id}"), &jo).await;
        sound(&closed, StatusCode::OK);
        assert!(closed.body.contains("Approved") && closed.body.contains(&path(id)));
        let late = portal.post(&path(id), &jo, &[("version", "0"), ("step", "apart"), ("reason", "Two sisters")]).await;
        sound(&late, StatusCode::CONFLICT);
        let undone = portal.post(&path(id), &jo, &[("version", "1"), ("step", "undo"), ("reason", "Two sisters")]).await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER);
        let page = portal.get(&path(id), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("Undone") && page.body.contains("Merge them again"));
        let again = portal.post(&path(id), &jo, &[("version", "2"), ("step", "again")]).await;
        let new = again.header("location").to_owned();
        assert!(new.starts_with("/team/requests/") && !new.ends_with(&id.to_string()));
        let page = portal.get(&format!("{new}/merge"), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("You asked for it yourself") && !page.body.contains("value=\"confirm\""));
    }

    async fn a_box_must_be_ticked_where_the_records_differ(house: House) {
        let portal = Portal::of(house);
        let jo = signed_in(house, &portal, &["reviewer"]).await;
        let mut two = two(house).await;
        two.other = house.world.patient("Stone", "0003", "2019-03-15").await;
        let id = merged(house, &two).await;
        let page = portal.get(&path(id), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("name=\"checked\"") && page.body.contains("differs"));
        let bare = portal.post(&path(id), &jo, &[("version", "0"), ("step", "confirm")]).await;
        sound(&bare, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.body.contains("tick that you did"));
        let fields = [("version", "0"), ("step", "confirm"), ("checked", "yes")];
        assert_eq!(portal.post(&path(id), &jo, &fields).await.status, StatusCode::SEE_OTHER);
    }

    async fn the_page_is_the_teams_alone_and_deciding_takes_a_fresh_factor(house: House) {
        let portal = Portal::of(house);
        let jo = signed_in(house, &portal, &["reviewer"]).await;
        let auditor = signed_in(house, &portal, &["auditor"]).await;
        let two = two(house).await;
        let id = merged(house, &two).await;
        let family = portal.signed_in(house.world.family_account().await).await;
        assert_eq!(portal.get(&path(id), &family).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.get(&path(id), &portal.stranger()).await.header("location"), "/sign-in");
        assert_eq!(portal.get(&path(RequestId(house.world.id())), &jo).await.status, StatusCode::NOT_FOUND);
        let seen = portal.get(&path(id), &auditor).await;
        sound(&seen, StatusCode::OK);
        assert!(!seen.body.contains("name=\"step\""));
        let forged = portal.post(&path(id), &auditor, &[("version", "0"), ("step", "confirm")]).await;
        sound(&forged, StatusCode::FORBIDDEN);
        for garbage in ["", "approve", "step"] {
            let answer = portal.post(&path(id), &jo, &[("version", "0"), ("step", garbage)]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        house.clock.advance(5 * 60);
        let held = portal.post(&path(id), &jo, &[("version", "0"), ("step", "confirm")]).await;
        assert!(held.body.contains("Confirm that it is you"));
    }
}
