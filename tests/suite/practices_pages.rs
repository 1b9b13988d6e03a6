//! The pages of a provider's practices: overview, form, preview, sending, taking back.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PracticeId};

use crate::support::html::{elements, faults};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

const OVERVIEW: &str = "/account/practices";
const SWITCH: &str = "/account/practices/switch";
const JOIN: &str = "/account/practices/join";
const WITHDRAW: &str = "/account/practices/withdraw";

struct Scene {
    elm: PracticeId,
    quay: PracticeId,
    rivera: AccountId,
}

async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let (elm, quay) = (w.practice("Elm Pediatrics").await, w.practice("Quay Pediatrics").await);
    let (_, rivera) = w.physician("Rivera", elm).await;
    let (partner, _) = w.physician("Castellan", elm).await;
    let (other, _) = w.physician("Haddad", quay).await;
    let patient = w.patient("Stone", "0012345", "2019-03-14").await;
    w.listing(patient, Some(partner), None, Interval::ALWAYS).await;
    let stranger = w.patient("Hidden", "0098765", "2019-03-14").await;
    w.listing(stranger, Some(other), None, Interval::ALWAYS).await;
    Scene { elm, quay, rivera }
}

/// The value of the first field `name` of a page, hidden or not.
fn value(answer: &Answer, name: &str) -> String {
    let all = elements(&answer.body);
    all.iter().find(|e| e.get("name") == name).map(|e| e.get("value").to_owned()).unwrap_or_default()
}

fn form<'a>(step: &'a str, from: &'a str, to: &'a str) -> Vec<(&'a str, &'a str)> {
    let (there, date) = (("sponsor_there", "no"), [("month", "4"), ("day", "1"), ("year", "2026")]);
    let mut fields = vec![("step", step), ("from", from), ("to", to), there];
    fields.extend(date);
    fields
}

async fn sent(portal: &Portal<'_>, browser: &Browser, scene: &Scene) -> Answer {
    let (from, to) = (scene.elm.to_string(), scene.quay.to_string());
    portal.post(SWITCH, browser, &form("send", &from, &to)).await
}

both_engines! {
    async fn a_switch_is_searched_for_looked_at_sent_and_taken_back(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(scene.rivera).await;
        let page = portal.get(OVERVIEW, &browser).await;
        assert!(page.body.contains("Elm Pediatrics") && page.body.contains(SWITCH) && page.body.contains(JOIN));
        let page = portal.get(SWITCH, &browser).await;
        let from = value(&page, "from");
        assert_eq!(from, scene.elm.to_string());
        let page = portal.post(SWITCH, &browser, &[("step", "find"), ("search", "quay"), ("from", &from), ("month", "4")]).await;
        assert_eq!((page.status, value(&page, "month").as_str()), (StatusCode::OK, "4"));
        let to = scene.quay.to_string();
        assert!(page.body.contains(&to) && page.body.contains("Quay Pediatrics"));
        let page = portal.post(SWITCH, &browser, &form("preview", &from, &to)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
        assert!(page.body.contains("You would no longer see 1 patient."), "{}", page.body);
        assert!(page.body.contains("STONE, Mia") && page.body.contains("You would see 1 patient you do not see now."));
        assert!(!page.body.contains("HIDDEN") && !page.body.contains("0098765"), "a stranger is named");
        assert_eq!((value(&page, "to"), value(&page, "sponsor_there").as_str()), (to.clone(), "no"));
        let page = portal.post(SWITCH, &browser, &form("edit", &from, &to)).await;
        assert!(page.body.contains("Quay Pediatrics"), "the choice is kept");
        let answer = sent(&portal, &browser, &scene).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, OVERVIEW));
        let page = portal.get(OVERVIEW, &browser).await;
        assert!(page.body.contains("Waits for the access team") && page.body.contains("01-Apr-2026"));
        assert!(!page.body.contains(&format!("href=\"{SWITCH}\"")), "a second one is offered");
        let request = value(&page, "request");
        let answer = portal.post(WITHDRAW, &browser, &[("request", &request)]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, OVERVIEW));
        assert!(portal.get(OVERVIEW, &browser).await.body.contains("Taken back"));
        let twice = portal.post(WITHDRAW, &browser, &[("request", &request)]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert!(twice.body.contains("could not be taken back"));
    }

    async fn what_is_wrong_is_said_and_what_was_typed_is_kept(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(scene.rivera).await;
        for path in [SWITCH, JOIN] {
            let page = portal.post(path, &browser, &[]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
            assert!(page.body.contains("There is a problem"));
        }
        let fields = [("step", "send"), ("name", "Harbor <b>"), ("phone", "12"), ("year", "2026")];
        let page = portal.post(JOIN, &browser, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("value=\"Harbor &lt;b&gt;\""), "{}", page.body);
        assert!(page.body.contains("area code"));
        assert_eq!(value(&page, "year"), "2026");
        sent(&portal, &browser, &scene).await;
        let again = sent(&portal, &browser, &scene).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("waits already"));
    }

    async fn another_ones_request_cannot_be_taken_back(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(scene.rivera).await;
        sent(&portal, &browser, &scene).await;
        let request = value(&portal.get(OVERVIEW, &browser).await, "request");
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        let stranger = portal.signed_in(other).await;
        for id in [request.as_str(), "", "x", "01890000-0000-7000-8000-000000000000"] {
            let answer = portal.post(WITHDRAW, &stranger, &[("request", id)]).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{id}");
        }
        assert!(portal.get(OVERVIEW, &browser).await.body.contains("Waits for the access team"));
    }

    async fn a_forged_field_changes_nothing_of_who_asks(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(scene.rivera).await;
        let (from, to) = (scene.elm.to_string(), scene.quay.to_string());
        let mut fields = form("send", &from, &to);
        let victim = house.world.provider_account(house.world.provider("Victim").await).await.to_string();
        fields.extend([("account", victim.as_str()), ("account_id", &victim), ("provider_id", &victim), ("state", "closed"), ("outcome", "approved")]);
        assert_eq!(portal.post(SWITCH, &browser, &fields).await.status, StatusCode::SEE_OTHER);
        let page = portal.get(OVERVIEW, &browser).await;
        assert!(page.body.contains("Waits for the access team"));
    }
}
