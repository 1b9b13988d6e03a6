//! Changing practices: what a change would do, filing it, deciding it, and that what was foretold comes about.

use std::collections::BTreeSet;

use postern::app::access::{self, Context};
use postern::app::desk::decision::{Decider, Obstacle};
use postern::app::practices::{
    Filing, Plan, approve, change_entry, decline, facts, file, find, overview, plan, preview, withdraw,
};
use postern::domain::access::facts::member;
use postern::domain::audit::Act;
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, PatientId, PracticeId, ProviderId, RequestId};
use postern::domain::practice::{Change, Problem, Typed};
use postern::domain::request::{Ending, RequestKind};
use postern::store::{Db, audit};

use crate::support::world::{Whom, span};
use crate::support::{House, both_engines};

const SWITCH: RequestKind = RequestKind::PracticeSwitch;
const FURTHER: RequestKind = RequestKind::Membership;
/// Midnight in New York at the first day that the tests type.
const FIRST_DAY: &str = "2026-04-01T04:00:00Z";

/// Rivera with a partner and a nurse at Elm; Haddad with a coordinator of his own at Quay.
struct Scene {
    elm: PracticeId,
    quay: PracticeId,
    rivera: AccountId,
    rivera_npi: ProviderId,
    castellan: AccountId,
    nurse: AccountId,
    haddad: AccountId,
    coordinator: AccountId,
}

async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let (elm, quay) = (w.practice("Elm Pediatrics").await, w.practice("Quay Street Pediatrics").await);
    let (rivera_npi, rivera) = w.physician("Rivera", elm).await;
    let (castellan_npi, castellan) = w.physician("Castellan", elm).await;
    let (haddad_npi, haddad) = w.physician("Haddad", quay).await;
    let (nurse, coordinator) = (w.sponsored_account().await, w.sponsored_account().await);
    w.sponsorship(rivera, nurse, elm, span("2026-03-01T00:00:00Z", "")).await;
    w.sponsorship(haddad, coordinator, quay, span("2026-03-01T00:00:00Z", "")).await;
    let own = w.patient("Stone", "0000001", "2019-03-14").await;
    w.listing(own, Some(rivera_npi), None, Interval::ALWAYS).await;
    let partners = w.patient("Reed", "0000002", "2019-03-14").await;
    w.listing(partners, Some(castellan_npi), None, Interval::ALWAYS).await;
    let of_elm = w.patient("Marsh", "0000003", "2019-03-14").await;
    w.listing(of_elm, None, Some(elm), Interval::ALWAYS).await;
    for (family, mrn) in [("Quill", "0000004"), ("Ives", "0000005")] {
        let patient = w.patient(family, mrn, "2019-03-14").await;
        w.listing(patient, Some(haddad_npi), None, Interval::ALWAYS).await;
    }
    let seat = w.patient("Seat", "0000006", "2019-03-14").await;
    w.seat(seat, Whom::Practice(quay), Interval::ALWAYS).await;
    Scene { elm, quay, rivera, rivera_npi, castellan, nurse, haddad, coordinator }
}

fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "r".to_owned(), network: "n".to_owned() }
}

fn typed(scene: &Scene) -> Typed {
    let text = str::to_owned;
    Typed {
        from: scene.elm.to_string(),
        to: scene.quay.to_string(),
        sponsor_there: text("yes"),
        month: text("4"),
        day: text("1"),
        year: text("2026"),
        ..Typed::default()
    }
}

fn new_practice(scene: &Scene) -> Typed {
    let text = str::to_owned;
    Typed {
        to: String::new(),
        name: text("Harbor Pediatrics"),
        phone: text("212-555-0199"),
        address: text("9 Harbor Road"),
        ..typed(scene)
    }
}

async fn planned(house: &House, account: AccountId, kind: RequestKind, typed: &Typed) -> Plan {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    plan(&house.app, &viewer, kind, typed, &context(house)).await.unwrap().unwrap()
}

async fn ask(house: &House, account: AccountId, kind: RequestKind, typed: &Typed) -> Filing {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    file(&house.app, &viewer, kind, typed, &context(house)).await.unwrap()
}

async fn filed(house: &House, account: AccountId, kind: RequestKind, typed: &Typed) -> RequestId {
    match ask(house, account, kind, typed).await {
        Filing::Filed(id) => id,
        other @ Filing::Hindered(_) => panic!("{other:?}"),
    }
}

async fn approved(house: &House, request: RequestId) -> Result<(), Obstacle> {
    let decider = Decider { account: house.world.team_account(&["reviewer"]).await, now: house.now() };
    let mut tx = house.db().begin().await.unwrap();
    let outcome = approve(&house.app, &mut tx, request, decider).await.unwrap();
    let entry = change_entry(&house.app, &mut tx, request, decider).await.unwrap();
    house.app.audit.commit(tx, entry.into_iter().collect()).await.unwrap();
    outcome
}

/// Whom `account` may list at `at`, by the decision alone.
async fn sees(house: &House, account: AccountId, at: Instant) -> BTreeSet<PatientId> {
    use postern::domain::access::{Action, decide};
    use postern::store::access_facts::{Those, patients};
    let zone = house.app.hospital.cycles.zone();
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    let all = patients(house.db(), Those::All, zone).await.unwrap();
    all.values()
        .filter(|p| decide(&viewer, p, Action::ListPatient, at).allowed())
        .map(|p| p.patient)
        .collect()
}

async fn belongs(house: &House, account: AccountId, practice: PracticeId, at: Instant) -> bool {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    member(&viewer.memberships, practice, at)
}

async fn letters(house: &House) -> Vec<(String, String)> {
    let sql = "select kind, address from mail order by kind, address";
    match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

async fn recorded(house: &House, act: Act) -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    for chain in audit::chains(house.db()).await.unwrap() {
        for link in audit::rows(house.db(), chain, 0, 1000).await.unwrap() {
            if link.entry.act == act {
                found.push(serde_json::from_str(&link.entry.detail).unwrap());
            }
        }
    }
    found
}

both_engines! {
    async fn a_plan_says_who_loses_and_gains_and_names_only_whom_the_viewer_sees_now(house: House) {
        let scene = scene(house).await;
        let plan = planned(house, scene.rivera, SWITCH, &typed(&scene)).await;
        let p = &plan.preview;
        assert_eq!(p.at, FIRST_DAY.parse().unwrap());
        // Rivera loses the partner's and the practice's patient, and gains two of Haddad's and the practice's seat.
        assert_eq!((p.lost.len(), p.gained), (2, 3));
        assert_eq!(plan.named.iter().map(|c| c.family.as_str()).collect::<Vec<_>>(), ["Marsh", "Reed"]);
        // The partner loses Rivera's own; the nurse loses all three. Haddad and his coordinator gain Rivera's own.
        assert_eq!((p.losing.people, p.losing.patients), (2, 3));
        assert_eq!((p.gaining.people, p.gaining.patients), (2, 1));
        assert_eq!(p.staff.iter().map(|s| (s.account, s.lost)).collect::<Vec<_>>(), [(scene.nurse, 3)]);
        let lists = recorded(house, Act::ListPatients).await;
        assert_eq!(lists, [serde_json::json!({ "list": "practice_preview", "kind": "practice_switch", "lost": 2, "gained": 3, "shown": 2 })]);
    }

    async fn a_further_practice_takes_nothing_away(house: House) {
        let scene = scene(house).await;
        let plan = planned(house, scene.rivera, FURTHER, &typed(&scene)).await;
        let p = &plan.preview;
        assert_eq!((p.lost.len(), p.gained, p.losing.people), (0, 3, 0));
        assert!(p.staff.is_empty() && plan.named.is_empty() && plan.from.is_none());
        let plan = planned(house, scene.rivera, FURTHER, &new_practice(&scene)).await;
        assert_eq!((plan.preview.gained, plan.preview.gaining.people), (0, 0));
    }

    async fn what_was_foretold_comes_about(house: House) {
        let scene = scene(house).await;
        let at: Instant = FIRST_DAY.parse().unwrap();
        let everyone = [scene.rivera, scene.castellan, scene.nurse, scene.haddad, scene.coordinator];
        let mut before = Vec::new();
        for account in everyone {
            before.push(sees(house, account, at).await);
        }
        let change = Change { provider: scene.rivera_npi, leave: Some(scene.elm), join: scene.quay, at };
        let foretold = preview(&house.app, scene.rivera, &change).await.unwrap();
        let request = filed(house, scene.rivera, SWITCH, &typed(&scene)).await;
        approved(house, request).await.unwrap();
        let mut lost = Vec::new();
        let mut gained = Vec::new();
        for (account, had) in everyone.into_iter().zip(&before) {
            let has = sees(house, account, at).await;
            lost.push(had.difference(&has).copied().collect::<BTreeSet<_>>());
            gained.push(has.difference(had).copied().collect::<BTreeSet<_>>());
        }
        assert_eq!(foretold.lost.iter().copied().collect::<BTreeSet<_>>(), lost[0]);
        assert_eq!(foretold.gained, gained[0].len());
        let others = |sets: &[BTreeSet<PatientId>]| {
            let people = sets[1..].iter().filter(|s| !s.is_empty()).count();
            (people, sets[1..].iter().flatten().collect::<BTreeSet<_>>().len())
        };
        assert_eq!((foretold.losing.people, foretold.losing.patients), others(&lost));
        assert_eq!((foretold.gaining.people, foretold.gaining.patients), others(&gained));
        assert_eq!(foretold.staff[0].lost, lost[2].len());
    }

    async fn approved_the_old_membership_ends_at_midnight_of_the_first_day_and_the_new_one_begins(house: House) {
        let scene = scene(house).await;
        let request = filed(house, scene.rivera, SWITCH, &typed(&scene)).await;
        approved(house, request).await.unwrap();
        let first: Instant = FIRST_DAY.parse().unwrap();
        let last = first.plus_seconds(-1);
        for (at, elm, quay) in [(house.now(), true, false), (last, true, false), (first, false, true)] {
            assert_eq!(belongs(house, scene.rivera, scene.elm, at).await, elm, "{at:?}");
            assert_eq!(belongs(house, scene.rivera, scene.quay, at).await, quay, "{at:?}");
        }
        let changes = recorded(house, Act::ChangeMembership).await;
        assert_eq!((changes.len(), changes[0]["at"].as_str()), (1, Some(FIRST_DAY)));
        let (rivera, haddad) = (house.world.email(scene.rivera).await, house.world.email(scene.haddad).await);
        let told = [("member_joined".to_owned(), haddad), ("request_decided".to_owned(), rivera)];
        assert_eq!(letters(house).await, told);
    }

    async fn a_first_day_that_is_over_acts_from_the_decision_on(house: House) {
        let scene = scene(house).await;
        let request = filed(house, scene.rivera, SWITCH, &typed(&scene)).await;
        house.clock.set("2026-04-03T15:00:00Z".parse().unwrap());
        approved(house, request).await.unwrap();
        let now = house.now();
        assert!(belongs(house, scene.rivera, scene.elm, now.plus_seconds(-1)).await);
        assert!(!belongs(house, scene.rivera, scene.quay, now.plus_seconds(-1)).await);
        assert!(!belongs(house, scene.rivera, scene.elm, now).await);
        assert!(belongs(house, scene.rivera, scene.quay, now).await);
    }

    async fn a_practice_that_nobody_knew_is_made_and_a_further_membership_keeps_the_old_one(house: House) {
        let scene = scene(house).await;
        let request = filed(house, scene.rivera, FURTHER, &new_practice(&scene)).await;
        let before = facts(&house.app, request, house.now()).await.unwrap().unwrap();
        assert!(before.is_new && before.namesakes.is_empty() && before.preview.is_some());
        approved(house, request).await.unwrap();
        let found = find(&house.app, "harbor").await.unwrap();
        assert_eq!(found.rows.len(), 1);
        assert_eq!(found.rows[0].details.phone, "212-555-0199");
        let first: Instant = FIRST_DAY.parse().unwrap();
        assert!(belongs(house, scene.rivera, found.rows[0].id, first).await);
        assert!(belongs(house, scene.rivera, scene.elm, first).await);
        // A second one of the same name is another practice, and the team is told of the first.
        let second = filed(house, scene.castellan, FURTHER, &new_practice(&scene)).await;
        let facts = facts(&house.app, second, house.now()).await.unwrap().unwrap();
        assert_eq!(facts.namesakes.len(), 1);
        approved(house, second).await.unwrap();
        assert_eq!(find(&house.app, "harbor").await.unwrap().rows.len(), 2);
    }

    async fn one_of_each_kind_may_wait_and_may_be_taken_back_by_its_owner(house: House) {
        let scene = scene(house).await;
        let first = filed(house, scene.rivera, SWITCH, &typed(&scene)).await;
        filed(house, scene.rivera, FURTHER, &typed(&scene)).await;
        filed(house, scene.castellan, SWITCH, &typed(&scene)).await;
        let again = ask(house, scene.rivera, SWITCH, &typed(&scene)).await;
        assert_eq!(again, Filing::Hindered(vec![Problem::OpenAlready]));
        let ctx = context(house);
        assert!(!withdraw(&house.app, scene.castellan, first, &ctx).await.unwrap(), "another's");
        assert!(withdraw(&house.app, scene.rivera, first, &ctx).await.unwrap());
        assert!(!withdraw(&house.app, scene.rivera, first, &ctx).await.unwrap(), "twice");
        assert!(!withdraw(&house.app, scene.rivera, RequestId(house.world.id()), &ctx).await.unwrap(), "unknown");
        house.clock.advance(1);
        filed(house, scene.rivera, SWITCH, &typed(&scene)).await;
        let viewer = access::viewer(&house.app, scene.rivera).await.unwrap().unwrap();
        let mine = overview(&house.app, &viewer, house.now()).await.unwrap();
        let ends: Vec<_> = mine.requests.iter().map(|r| (r.kind, r.ended.as_ref().map(|e| e.0))).collect();
        assert_eq!(ends.len(), 3);
        assert_eq!(ends[0], (SWITCH, None));
        assert!(ends.contains(&(FURTHER, None)) && ends.contains(&(SWITCH, Some(Ending::Withdrawn))));
        assert_eq!(mine.requests[0].due_on, Some(time::macros::date!(2026 - 03 - 13)));
    }

    async fn fifty_sent_at_once_leave_one(house: House) {
        let scene = scene(house).await;
        let viewer = access::viewer(&house.app, scene.rivera).await.unwrap().unwrap();
        let (typed, ctx) = (typed(&scene), context(house));
        let all = (0..50).map(|_| file(&house.app, &viewer, SWITCH, &typed, &ctx));
        let outcomes = futures::future::join_all(all).await;
        let kept = outcomes.iter().filter(|o| matches!(o, Ok(Filing::Filed(_)))).count();
        assert_eq!(kept, 1);
        assert!(outcomes.iter().all(|o| matches!(o, Ok(Filing::Filed(_) | Filing::Hindered(_)))), "{outcomes:?}");
    }

    async fn what_hinders_a_wish_is_said(house: House) {
        let scene = scene(house).await;
        let hindered = async |change: fn(&mut Typed, &Scene)| {
            let mut typed = typed(&scene);
            change(&mut typed, &scene);
            match ask(house, scene.rivera, SWITCH, &typed).await {
                Filing::Hindered(problems) => problems,
                Filing::Filed(id) => panic!("filed {id}"),
            }
        };
        assert_eq!(hindered(|t, s| t.from = s.quay.to_string()).await, [Problem::FromMissing, Problem::ToHeld]);
        assert_eq!(hindered(|t, s| t.to = s.elm.to_string()).await, [Problem::ToHeld]);
        assert_eq!(hindered(|t, _| t.to = uuid::Uuid::nil().to_string()).await, [Problem::ToUnknown]);
        assert_eq!(hindered(|t, _| "2025".clone_into(&mut t.year)).await, [Problem::DatePast]);
        assert_eq!(hindered(|t, _| "x' or 1=1".clone_into(&mut t.to)).await, [Problem::ToUnknown]);
        let family = house.world.family_account().await;
        assert!(matches!(ask(house, family, SWITCH, &typed(&scene)).await, Filing::Hindered(_)));
    }

    async fn a_request_whose_account_is_gone_is_not_approved_and_a_decline_tells_the_reason(house: House) {
        let scene = scene(house).await;
        let request = filed(house, scene.rivera, SWITCH, &typed(&scene)).await;
        let decider = Decider { account: scene.haddad, now: house.now() };
        let mut tx = house.db().begin().await.unwrap();
        decline(&house.app, &mut tx, request, decider, "You told us another date.").await.unwrap();
        tx.commit().await.unwrap();
        let told = ("request_decided".to_owned(), house.world.email(scene.rivera).await);
        assert_eq!(letters(house).await, [told]);
        assert!(belongs(house, scene.rivera, scene.elm, FIRST_DAY.parse().unwrap()).await);
        house.world.disable(scene.rivera, house.now()).await;
        assert_eq!(approved(house, request).await, Err(Obstacle::Gone));
        assert_eq!(approved(house, RequestId(house.world.id())).await, Err(Obstacle::Gone));
        assert!(belongs(house, scene.rivera, scene.elm, FIRST_DAY.parse().unwrap()).await);
    }

    async fn going_back_on_the_same_day_reopens_what_ended(house: House) {
        let scene = scene(house).await;
        let first: Instant = FIRST_DAY.parse().unwrap();
        let there = filed(house, scene.rivera, FURTHER, &typed(&scene)).await;
        approved(house, there).await.unwrap();
        let membership = async || {
            let viewer = access::viewer(&house.app, scene.rivera).await.unwrap().unwrap();
            viewer.memberships.into_iter().filter(|m| m.practice == scene.quay).collect::<Vec<_>>()
        };
        assert_eq!(membership().await.len(), 1);
        // The desk closes what it decides; here the provider takes it back, which closes it as well.
        withdraw(&house.app, scene.rivera, there, &context(house)).await.unwrap();
        let again = filed(house, scene.rivera, FURTHER, &typed(&scene)).await;
        approved(house, again).await.unwrap();
        assert_eq!(membership().await.len(), 1);
        assert!(belongs(house, scene.rivera, scene.quay, first).await);
    }

    async fn staff_who_keep_another_sponsor_keep_what_that_one_permits(house: House) {
        let scene = scene(house).await;
        house.world.sponsorship(scene.castellan, scene.nurse, scene.elm, span("2026-03-01T00:00:00Z", "")).await;
        let plan = planned(house, scene.rivera, SWITCH, &typed(&scene)).await;
        // The partner's and the practice's patients stay with the nurse; Rivera's own goes.
        let staff: Vec<_> = plan.preview.staff.iter().map(|s| (s.account, s.lost)).collect();
        assert_eq!(staff, [(scene.nurse, 1)]);
    }

    async fn a_review_that_falls_due_before_the_first_day_does_not_blind_the_preview(house: House) {
        let scene = scene(house).await;
        let mut later = typed(&scene);
        "6".clone_into(&mut later.month);
        let plan = planned(house, scene.rivera, SWITCH, &later).await;
        assert_eq!((plan.preview.lost.len(), plan.preview.gained), (2, 3));
    }

    async fn practices_are_found_by_words_however_they_are_written(house: House) {
        scene(house).await;
        house.world.practice("Clínica Peñasco").await;
        let found = async |typed: &str| {
            let found = find(&house.app, typed).await.unwrap();
            (found.rows.into_iter().map(|r| r.details.name).collect::<Vec<_>>(), found.too_short)
        };
        assert_eq!(found("street QUAY").await.0, ["Quay Street Pediatrics"]);
        assert_eq!(found("penasco").await.0, ["Clínica Peñasco"]);
        assert_eq!(found("nowhere").await, (Vec::new(), false));
        assert_eq!(found(" e ").await, (Vec::new(), true));
        assert_eq!(found("%%").await, (Vec::new(), true));
        for n in 0..25 {
            house.world.practice(&format!("Many {n}")).await;
        }
        let many = find(&house.app, "many").await.unwrap();
        assert_eq!((many.rows.len(), many.more), (20, 5));
    }
}
