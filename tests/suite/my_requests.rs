//! One's own requests: who answers, who joined, when one may ask again, and that nobody else reads them.

use axum::http::StatusCode;
use postern::app::access;
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::reading::{self, Wanted};
use postern::app::requests::{Filed, Mine, Withdrawn, mine, withdraw};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::queue::View;
use postern::domain::request::{Ending, RequestKind, RequestState, Route};
use postern::domain::verification::{CallOutcome, DeclineClass};
use postern::store::{Db, Stamp, patient_requests};

use crate::run_sql;
use crate::support::families::specialty;
use crate::support::letters::letters_of;
use crate::support::pcp::{ask, at, block, call, context, filed, just_before, now, scene, stored, wish};
use crate::support::portal::Portal;
use crate::support::world::span;
use crate::support::{House, both_engines, html};

const PCP: RequestKind = RequestKind::PcpChange;
const NON_PCP: RequestKind = RequestKind::NonPcp;

async fn own(house: &House, account: AccountId) -> Vec<Mine> {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    mine(&house.app, &viewer, &context(house)).await.unwrap()
}

async fn takes_back(house: &House, account: AccountId, id: RequestId) -> Withdrawn {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    withdraw(&house.app, &viewer, id, &context(house)).await.unwrap()
}

async fn route(house: &House, id: RequestId) -> Route {
    patient_requests::kept(house.db(), id).await.unwrap().route
}

async fn court_order(house: &House) {
    let sql = "update guardian set court_order = 1";
    match house.db() {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(drop),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
    }
    .unwrap();
}

/// The body without what differs in every answer.
fn told(body: &str, asked: &str) -> String {
    let mut text = body.replace(asked, "ASKED");
    for mark in ["nonce=\"", "name=\"form_token\" value=\""] {
        let mut parts = text.split(mark);
        let mut out = parts.next().unwrap().to_owned();
        for part in parts {
            out.push_str(part.split_once('"').map_or("", |(_, after)| after));
        }
        text = out;
    }
    text
}

both_engines! {
    async fn a_pcp_change_goes_to_the_team_and_other_access_to_the_family_where_it_has_an_account(house: House) {
        let s = scene(house).await;
        assert_eq!(route(house, filed(house, s.rivera, PCP).await).await, Route::Team);
        let by_phone = filed(house, s.rivera, NON_PCP).await;
        assert_eq!(route(house, by_phone).await, Route::Phone);
        let parent = house.world.family_account().await;
        house.world.guardian(s.mia, parent, Interval::ALWAYS).await;
        let by_family = filed(house, s.castellan, NON_PCP).await;
        assert_eq!(route(house, by_family).await, Route::Family);
        let kept = patient_requests::kept(house.db(), by_family).await.unwrap();
        let zone = house.app.hospital.cycles.zone();
        assert_eq!(kept.expires_at, Some(zone.plus_days(house.now(), 30)));
        // The desk has nothing to do with what the family answers, and is not told of it.
        assert_eq!(letters_of(house, "queue_item").await.len(), 2);
        let view = async |view| {
            let wanted = Wanted::all(view);
            let listed = reading::list(&house.app, &now(house, &s.jo), &wanted).await.unwrap();
            (listed.rows.iter().map(|row| row.id).collect::<Vec<_>>(), listed.counts)
        };
        let (waiting, counts) = view(View::WaitingOnFamily).await;
        assert_eq!((waiting, counts.open, counts.with_family), (vec![by_family], 2, 1));
        assert!(!view(View::NeedsAction).await.0.contains(&by_family));
        house.clock.advance(20 * 86_400);
        assert!(!view(View::Overdue).await.0.contains(&by_family));
    }

    async fn a_court_order_a_disabled_account_and_an_ended_link_are_not_asked(house: House) {
        let s = scene(house).await;
        let (parent, gone) = (house.world.family_account().await, house.world.family_account().await);
        house.world.guardian(s.mia, gone, Interval::new(None, Some(house.now()))).await;
        house.world.guardian(s.mia, parent, Interval::ALWAYS).await;
        house.world.disable(parent, house.now()).await;
        assert_eq!(route(house, filed(house, s.rivera, NON_PCP).await).await, Route::Phone);
        let father = house.world.family_account().await;
        house.world.guardian(s.mia, father, Interval::ALWAYS).await;
        court_order(house).await;
        assert_eq!(route(house, filed(house, s.castellan, NON_PCP).await).await, Route::Team);
    }

    async fn what_a_teens_guardian_does_not_see_goes_to_the_team_and_never_to_the_phone(house: House) {
        let s = scene(house).await;
        specialty(house, s.rivera_npi, "Adolescent psychiatry").await;
        // On this day the clocks change, after midnight.
        house.clock.set("2032-03-14T04:59:59Z".parse().unwrap());
        assert_eq!(route(house, filed(house, s.rivera, NON_PCP).await).await, Route::Phone, "a child");
        assert_eq!(takes_back(house, s.rivera, own(house, s.rivera).await[0].request.id).await, Withdrawn::Closed);
        house.clock.set("2032-03-14T05:00:00Z".parse().unwrap());
        let without = filed(house, s.rivera, NON_PCP).await;
        assert_eq!(route(house, without).await, Route::Team);
        assert_eq!(takes_back(house, s.rivera, without).await, Withdrawn::Closed);
        let parent = house.world.family_account().await;
        house.world.guardian(s.mia, parent, Interval::ALWAYS).await;
        assert_eq!(route(house, filed(house, s.rivera, NON_PCP).await).await, Route::Team);
        assert_eq!(route(house, filed(house, s.castellan, NON_PCP).await).await, Route::Family, "of another specialty");
    }

    async fn a_guardian_whose_link_is_over_is_not_called(house: House) {
        let s = scene(house).await;
        let gone = house.world.family_account().await;
        house.world.guardian(s.mia, gone, Interval::new(None, Some(house.now()))).await;
        assert_eq!(route(house, filed(house, s.rivera, NON_PCP).await).await, Route::Team);
    }

    async fn at_eighteen_the_patient_alone_is_asked(house: House) {
        let s = scene(house).await;
        let (parent, child) = (house.world.family_account().await, house.world.family_account().await);
        house.world.guardian(s.mia, parent, Interval::ALWAYS).await;
        house.world.own_account(s.mia, child).await;
        let before = filed(house, s.rivera, NON_PCP).await;
        assert_eq!(route(house, before).await, Route::Family);
        house.clock.set("2037-03-14T04:00:00Z".parse().unwrap());
        assert_eq!(route(house, filed(house, s.castellan, NON_PCP).await).await, Route::Family);
        let alone = house.world.patient("Reed", "0020000", "2019-03-14").await;
        house.world.guardian(alone, parent, Interval::ALWAYS).await;
        let mut other = wish(NON_PCP);
        other.typed.mrn = "0020000".to_owned();
        other.typed.family = "Reed".to_owned();
        let Filed::Filed(by_phone) = ask(house, s.rivera, &other).await else { panic!() };
        assert_eq!(route(house, by_phone).await, Route::Phone);
    }

    async fn a_child_with_an_account_is_not_asked_alone(house: House) {
        let s = scene(house).await;
        let child = house.world.family_account().await;
        house.world.own_account(s.mia, child).await;
        house.clock.set("2032-03-14T04:00:00Z".parse().unwrap());
        assert_eq!(route(house, filed(house, s.rivera, NON_PCP).await).await, Route::Phone);
    }

    async fn who_joins_sees_it_too_and_the_owner_hands_it_over(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        for _ in 0..2 {
            assert_eq!(ask(house, s.castellan, &wish(PCP)).await, Filed::Joined(id));
        }
        assert_eq!(ask(house, s.rivera, &wish(PCP)).await, Filed::Joined(id));
        let joined = own(house, s.castellan).await;
        assert_eq!((joined.len(), joined[0].request.id, joined[0].is_joined), (1, id, true));
        assert!(!own(house, s.rivera).await[0].is_joined);
        assert_eq!(own(house, s.haddad).await.len(), 0);
        assert_eq!(takes_back(house, s.haddad, id).await, Withdrawn::Unknown);
        assert_eq!(takes_back(house, s.rivera, id).await, Withdrawn::HandedOver);
        assert_eq!(stored(house, id).await.account, Some(s.castellan));
        assert_eq!(takes_back(house, s.rivera, id).await, Withdrawn::Unknown);
        assert!(!own(house, s.castellan).await[0].is_joined);
        // Nobody waits with it any more: it is closed.
        assert_eq!(takes_back(house, s.castellan, id).await, Withdrawn::Closed);
        let ended = stored(house, id).await;
        assert_eq!((ended.state, ended.outcome), (RequestState::Closed, Some(Ending::Withdrawn)));
        assert_eq!(takes_back(house, s.castellan, id).await, Withdrawn::TooLate);
        // What was taken back may be asked again at once.
        assert!(matches!(ask(house, s.castellan, &wish(PCP)).await, Filed::Filed(again) if again != id));
    }

    async fn each_sees_what_they_typed_themselves_also_after_a_request_is_handed_over(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let mut without_mrn = wish(PCP);
        without_mrn.typed.mrn = String::new();
        without_mrn.reason = "Seen on Monday".to_owned();
        assert_eq!(ask(house, s.castellan, &without_mrn).await, Filed::Joined(id));
        let is_theirs = |mine: &Mine| {
            !mine.request.typed.contains("12345") && mine.request.reason == "Seen on Monday"
        };
        assert!(is_theirs(&own(house, s.castellan).await[0]));
        assert!(own(house, s.rivera).await[0].request.typed.contains("00-12345"));
        assert_eq!(takes_back(house, s.rivera, id).await, Withdrawn::HandedOver);
        assert!(is_theirs(&own(house, s.castellan).await[0]));
    }

    async fn who_joined_leaves_alone(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        assert_eq!(takes_back(house, s.castellan, id).await, Withdrawn::Left);
        assert_eq!(stored(house, id).await.state, RequestState::Open);
        assert!(own(house, s.castellan).await.is_empty());
    }

    async fn many_partners_who_join_and_leave_at_once_never_lose_the_request(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let mut partners = vec![s.rivera];
        for n in 0..6 {
            partners.push(house.world.physician(&format!("Partner{n}"), s.elm).await.1);
        }
        for partner in &partners[1..] {
            ask(house, *partner, &wish(PCP)).await;
        }
        let tries = partners.iter().map(|partner| {
            let (app, context, partner) = (house.app.clone(), context(house), *partner);
            tokio::spawn(async move {
                let viewer = access::viewer(&app, partner).await.unwrap().unwrap();
                withdraw(&app, &viewer, id, &context).await.unwrap()
            })
        });
        let done: Vec<Withdrawn> =
            futures::future::join_all(tries).await.into_iter().map(Result::unwrap).collect();
        // Each is out of it, once; the last one closed it.
        assert_eq!(done.iter().filter(|one| **one == Withdrawn::Closed).count(), 1, "{done:?}");
        assert!(done.iter().all(|one| !matches!(one, Withdrawn::TooLate | Withdrawn::Unknown)), "{done:?}");
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Withdrawn));
    }

    async fn a_block_stops_new_requests_of_that_account_for_that_patient_and_nothing_else(house: House) {
        let s = scene(house).await;
        let until = house.now().plus_seconds(86_400);
        block(house, s.rivera, s.mia, Interval::new(None, Some(until))).await;
        assert_eq!(ask(house, s.rivera, &wish(NON_PCP)).await, Filed::Blocked);
        assert!(matches!(ask(house, s.rivera, &wish(PCP)).await, Filed::Filed(_)));
        assert!(matches!(ask(house, s.castellan, &wish(NON_PCP)).await, Filed::Filed(_)));
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.rivera).await;
        let asked = [("kind", "non_pcp"), ("mrn", "0012345"), ("family", "Stone"), ("given", "Mia"), ("month", "3"),
            ("day", "14"), ("year", "2019"), ("reason", "Referral")];
        let page = portal.post("/requests", &browser, &asked).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::FORBIDDEN, vec![]));
        assert!(page.body.contains("not taking requests from you") && page.body.contains("212-555-0100"));
        house.clock.set(just_before(until));
        assert_eq!(ask(house, s.rivera, &wish(NON_PCP)).await, Filed::Blocked);
        house.clock.set(until);
        assert!(matches!(ask(house, s.rivera, &wish(NON_PCP)).await, Filed::Filed(_)));
    }

    async fn access_that_was_declined_is_asked_again_thirty_days_later_and_not_a_second_sooner(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, NON_PCP).await;
        let verdict = Verdict::DeclineAs(DeclineClass::FamilyRefused, "Not at present.");
        decide(&house.app, &now(house, &s.jo), at(house, id).await, verdict).await.unwrap();
        let again: Instant = house.app.hospital.cycles.zone().plus_days(house.now(), 30);
        assert_eq!(ask(house, s.rivera, &wish(NON_PCP)).await, Filed::TooSoon(again));
        assert!(matches!(ask(house, s.castellan, &wish(NON_PCP)).await, Filed::Filed(_)));
        let shown = own(house, s.rivera).await;
        assert_eq!((shown[0].class, shown[0].again_from), (Some(DeclineClass::FamilyRefused), Some(again)));
        house.clock.set(just_before(again));
        assert_eq!(ask(house, s.rivera, &wish(NON_PCP)).await, Filed::TooSoon(again));
        house.clock.set(again);
        assert!(matches!(ask(house, s.rivera, &wish(NON_PCP)).await, Filed::Filed(_)));
    }

    async fn not_authorized_says_what_came_of_ones_own_request_and_when_to_ask_again(house: House) {
        let (portal, s) = (Portal::of(house), scene(house).await);
        let id = filed(house, s.rivera, NON_PCP).await;
        let verdict = Verdict::DeclineAs(DeclineClass::FamilyRefused, "Not at present.");
        decide(&house.app, &now(house, &s.jo), at(house, id).await, verdict).await.unwrap();
        let again: Instant = house.app.hospital.cycles.zone().plus_days(house.now(), 30);
        let by_name = [("family", "stone"), ("given", "MI"), ("month", "3"), ("day", "14"), ("year", "2019")];
        let searched = async |account: AccountId, fields: &[(&str, &str)]| {
            let page = portal.post("/patients/search", &portal.signed_in(account).await, fields).await;
            assert_eq!((page.status, html::faults(&page.body)), (StatusCode::NOT_FOUND, vec![]));
            page.body
        };
        for fields in [&[("mrn", "00-12345")][..], &by_name] {
            let page = searched(s.rivera, fields).await;
            for words in [
                "Non-PCP access. You asked on 11-Mar-2026; it was declined on 11-Mar-2026.", "does not want it at present",
                "Not at present.", "You can ask again from 10-Apr-2026 on.", "Request PCP access", &format!("/requests/{id}"),
            ] {
                assert!(page.contains(words), "{words}: {page}");
            }
            assert!(!page.contains("Request non-PCP access"), "it would not be sent: {page}");
        }
        assert!(!searched(s.rivera, &[("mrn", "0099999")]).await.contains("You asked"), "of another MRN");
        let partner = searched(s.castellan, &[("mrn", "0012345")]).await;
        assert!(!partner.contains("You asked") && partner.contains("Request non-PCP access"), "{partner}");
        house.clock.set(again);
        let page = searched(s.rivera, &[("mrn", "0012345")]).await;
        assert!(page.contains("it was declined") && page.contains("at any time") && page.contains("Request non-PCP access"), "{page}");
        filed(house, s.rivera, NON_PCP).await;
        let page = searched(s.rivera, &[("mrn", "0012345")]).await;
        assert!(page.contains("You asked already") && !page.contains("it was declined"), "{page}");
    }

    async fn not_authorized_says_that_a_request_expired_and_of_a_pcp_change_that_it_may_be_asked_at_once(house: House) {
        let (portal, s) = (Portal::of(house), scene(house).await);
        let (pcp, other) = (filed(house, s.rivera, PCP).await, filed(house, s.rivera, NON_PCP).await);
        decide(&house.app, &now(house, &s.jo), at(house, pcp).await, Verdict::Decline("No")).await.unwrap();
        run_sql!(house, "update access_request set state = 'closed', outcome = 'expired', closed_at = $2 where id = $1", other.0,
            Stamp(house.now()));
        let page = portal.post("/patients/search", &portal.signed_in(s.rivera).await, &[("mrn", "0012345")]).await.body;
        assert!(page.contains("PCP access. You asked on 11-Mar-2026; it was declined on 11-Mar-2026."), "{page}");
        assert!(page.contains("Non-PCP access. You asked on 11-Mar-2026; it expired on 11-Mar-2026."), "{page}");
        assert!(page.contains("at any time") && page.contains("You can ask again from 10-Apr-2026 on."), "{page}");
        assert!(page.contains("Request PCP access") && !page.contains("Request non-PCP access"), "{page}");
        assert_eq!(html::faults(&page), Vec::<String>::new());
    }

    async fn a_pcp_change_that_was_declined_is_asked_again_at_once(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        decide(&house.app, &now(house, &s.jo), at(house, id).await, Verdict::Decline("No")).await.unwrap();
        assert!(matches!(ask(house, s.rivera, &wish(PCP)).await, Filed::Filed(again) if again != id));
    }

    async fn the_pages_say_whose_turn_it_is_and_name_nobody_of_the_family(house: House) {
        let portal = Portal::of(house);
        let s = scene(house).await;
        let browser = portal.signed_in(s.rivera).await;
        let empty = portal.get("/requests", &browser).await;
        assert_eq!((empty.status, html::faults(&empty.body)), (StatusCode::OK, vec![]));
        let id = filed(house, s.rivera, PCP).await;
        crate::support::pcp::verify(house, &s.jo, id).await;
        let list = portal.get("/requests", &browser).await;
        assert_eq!((list.status, html::faults(&list.body)), (StatusCode::OK, vec![]));
        assert!(list.body.contains("The hospital") && list.body.contains("in 3 business days"), "{}", list.body);
        let path = format!("/requests/{id}");
        let page = portal.get(&path, &browser).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, vec![]));
        assert!(page.body.contains("The access team called the family") && !page.body.contains("Elena"));
        let verdict = Verdict::DeclineAs(DeclineClass::OtherPcp, "Please speak with them.");
        decide(&house.app, &now(house, &s.jo), at(house, id).await, verdict).await.unwrap();
        let page = portal.get(&path, &browser).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, vec![]));
        for words in ["somebody else is the PCP", "Please speak with them.", "You can ask again at any time."] {
            assert!(page.body.contains(words), "{words}");
        }
    }

    async fn a_request_of_others_and_one_that_is_not_there_answer_alike(house: House) {
        let portal = Portal::of(house);
        let s = scene(house).await;
        let foreign = filed(house, s.haddad, PCP).await.to_string();
        let help = house.world.request("help", s.rivera, None).await.to_string();
        let browser = portal.signed_in(s.rivera).await;
        let nobody = "01890000-0000-7000-8000-000000000000".to_owned();
        let mut answers = Vec::new();
        for id in [foreign.clone(), nobody, help] {
            let page = portal.get(&format!("/requests/{id}"), &browser).await;
            let post = portal.post(&format!("/requests/{id}/withdraw"), &browser, &[]).await;
            answers.push((page.status, told(&page.body, &id), post.status, told(&post.body, &id)));
        }
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
        assert_eq!(answers[0].2, StatusCode::NOT_FOUND);
        assert!(answers[0] == answers[1] && answers[0] == answers[2]);
        assert_eq!(stored(house, foreign.parse().unwrap()).await.state, RequestState::Open);
        assert_eq!(portal.get("/requests/not-an-id", &browser).await.status, StatusCode::NOT_FOUND);
    }

    async fn taking_one_back_is_said_on_the_page(house: House) {
        let portal = Portal::of(house);
        let s = scene(house).await;
        let browser = portal.signed_in(s.rivera).await;
        let id = filed(house, s.rivera, PCP).await;
        let done = portal.post(&format!("/requests/{id}/withdraw"), &browser, &[]).await;
        assert_eq!(done.header("location"), format!("/requests/{id}?done=withdrawn"));
        let page = portal.get(done.header("location"), &browser).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, vec![]));
        assert!(page.body.contains("You took it back."));
        assert_eq!(call(house, &s.jo, id, CallOutcome::Reached).await, postern::app::desk::Done::Stale);
    }

    async fn who_works_in_several_practices_says_for_which(house: House) {
        let portal = Portal::of(house);
        let s = scene(house).await;
        let north = house.world.practice("North").await;
        house.world.member(s.rivera_npi, north, span("2025-01-01T00:00:00Z", "")).await;
        let browser = portal.signed_in(s.rivera).await;
        let form = portal.get("/requests/new?kind=pcp_change", &browser).await;
        assert_eq!((form.status, html::faults(&form.body)), (StatusCode::OK, vec![]));
        assert!(form.body.contains("Elm") && form.body.contains("North"));
        let other = portal.get("/requests/new?kind=non_pcp", &browser).await;
        assert!(!other.body.contains("North"));
        let practice = north.to_string();
        let asked = |practice: &str| {
            let fields = [("kind", "pcp_change"), ("mrn", "0012345"), ("family", "Stone"), ("given", "Mia"), ("month", "3"),
                ("day", "14"), ("year", "2019"), ("reason", "New"), ("practice", practice)];
            fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        for (chosen, status) in [(s.quay.to_string(), StatusCode::NOT_FOUND), ("x".to_owned(), StatusCode::NOT_FOUND), (practice, StatusCode::OK)] {
            let fields = asked(&chosen);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            assert_eq!(portal.post("/requests", &browser, &fields).await.status, status, "{chosen}");
        }
        let mine = own(house, s.rivera).await;
        assert_eq!((mine.len(), mine[0].practice.as_str()), (1, "North"));
    }
}
