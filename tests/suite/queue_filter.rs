//! The queue narrowed, its views kept, and requests handed on: by one at a time and by several at once.

use axum::http::StatusCode;
use postern::app::desk::acting::{Handling, handle};
use postern::app::desk::reading::{self, Place, Wanted};
use postern::app::desk::{Done, Member, kept_views};
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::people::Role;
use postern::domain::queue::filter::{KeepFault, NOBODY, Shown, Typed, VIEW_NAME_LONGEST, VIEWS_MOST};
use postern::domain::queue::{Bar, Step, View};
use postern::domain::request::RequestKind;
use time::macros::date;

use crate::desk::{at_present, detail, handled, member, question, reset, tally};
use crate::run_sql;
use crate::sign_in::acts;
use crate::support::letters::{count, letters};
use crate::support::portal::Portal;
use crate::support::{House, both_engines, html};

const REVIEWER: &[Role] = &[Role::Reviewer];
const ADMIN: &[Role] = &[Role::Administrator];

/// The requests of every page of `view` that `typed` leaves, in order.
async fn found(house: &House, member: &Member, view: View, typed: Typed) -> Vec<RequestId> {
    let filter = typed.read().unwrap();
    let mut wanted = Wanted { filter, typed, ..Wanted::all(view) };
    let mut ids = Vec::new();
    loop {
        let page = reading::list(&house.app, member, &wanted).await.unwrap();
        assert!(page.rows.len() <= 25);
        ids.extend(page.rows.iter().map(|row| row.id));
        wanted.after = page.next;
        if wanted.after.is_none() {
            return ids;
        }
    }
}

fn typed(change: impl FnOnce(&mut Typed)) -> Typed {
    let mut typed = Typed::default();
    change(&mut typed);
    typed
}

async fn named(house: &House, account: AccountId, given: &str, family: &str) {
    run_sql!(house, "update account set given = $2, family = $3 where id = $1", account.0, given, family);
}

both_engines! {
    async fn a_filter_finds_what_is_whose_and_what_was_asked_and_is_due_on_which_days(house: House) {
        let (jo, sam) = (member(house, REVIEWER).await, member(house, ADMIN).await);
        // Wednesday, March 11, and the Monday after.
        let first = question(house, "one@example.org").await;
        let second = question(house, "two@example.org").await;
        house.clock.advance(5 * 86_400);
        let third = question(house, "three@example.org").await;
        let (jo, sam) = (at_present(house, &jo), at_present(house, &sam));
        handle(&house.app, &sam, (second, 0), Handling::Take).await.unwrap();
        let open = async |filter: Typed| found(house, &jo, View::NeedsAction, filter).await;
        assert_eq!(open(typed(|t| t.owner = NOBODY.into())).await, [first, third]);
        assert_eq!(open(typed(|t| t.owner = sam.account.to_string())).await, [second]);
        assert_eq!(open(typed(|t| t.filed_from = "2026-03-12".into())).await, [third]);
        assert_eq!(open(typed(|t| t.filed_to = "2026-03-11".into())).await.len(), 2);
        assert_eq!(open(typed(|t| { t.filed_from = "2026-03-12".into(); t.filed_to = "2026-03-15".into(); })).await, []);
        assert_eq!(open(typed(|t| t.due_to = "2026-03-13".into())).await.len(), 2);
        assert_eq!(open(typed(|t| { t.due_from = "2026-03-14".into(); t.due_to = "2026-03-18".into(); })).await, [third]);
        assert_eq!(open(typed(|t| { t.owner = NOBODY.into(); t.due_to = "2026-03-13".into(); })).await, [first]);
        // The same in the other views.
        let mine = typed(|t| t.due_to = "2026-03-13".into());
        assert_eq!(found(house, &sam, View::Mine, mine.clone()).await, [second]);
        assert_eq!(found(house, &jo, View::Mine, mine).await, []);
        assert_eq!(found(house, &jo, View::Overdue, typed(|t| t.owner = NOBODY.into())).await, [first]);
        assert_eq!(found(house, &jo, View::WaitingOnFamily, typed(|t| t.owner = NOBODY.into())).await, []);
        house.world.close_request(first).await;
        house.world.close_request(second).await;
        assert_eq!(found(house, &jo, View::Closed, typed(|t| t.owner = NOBODY.into())).await, [first]);
        assert_eq!(found(house, &jo, View::Closed, typed(|t| t.due_from = "2026-03-14".into())).await, []);
        // One from before there were due days has none: no days asked for, it is shown.
        run_sql!(house, "update access_request set due_on = null where id = $1", first.0);
        assert_eq!(found(house, &jo, View::Closed, typed(|t| t.filed_to = "2026-03-11".into())).await.len(), 2);
        assert_eq!(found(house, &jo, View::Closed, typed(|t| t.due_to = "2026-03-20".into())).await, [second]);
    }

    async fn words_find_the_practice_wherever_they_stand_in_its_name(house: House) {
        let jo = member(house, REVIEWER).await;
        let okafor = house.world.family_account().await;
        let (elm, oak) = (house.world.practice("Elm Street Pediatrics").await, house.world.practice("Clínica Núñez-Oak").await);
        let of_elm = house.world.request("pcp_change", okafor, None).await;
        let of_oak = house.world.request("pcp_change", okafor, None).await;
        house.world.request("help", okafor, None).await;
        for (request, practice) in [(of_elm, elm), (of_oak, oak)] {
            run_sql!(house, "update access_request set practice_id = $2 where id = $1", request.0, practice.0);
        }
        let practice = |words: &str| found(house, &jo, View::NeedsAction, typed(|t| t.practice = words.into()));
        assert_eq!(practice("pediatrics elm").await, [of_elm]);
        assert_eq!(practice("NUNEZ clinica").await, [of_oak]);
        assert_eq!(practice("inica").await, []);
    }

    async fn a_narrowed_queue_pages_through_every_request_once(house: House) {
        let jo = member(house, REVIEWER).await;
        let okafor = house.world.family_account().await;
        let oak = house.world.practice("Oak Street").await;
        let mut wanted = Vec::new();
        for n in 0..130 {
            let id = house.world.request("help", okafor, None).await;
            if n % 2 == 0 {
                run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, oak.0);
                wanted.push(id);
            }
        }
        for filter in [typed(|t| t.practice = "oa".into()), typed(|t| { t.practice = "oa".into(); t.owner = NOBODY.into(); })] {
            let mut ids = found(house, &jo, View::NeedsAction, filter).await;
            ids.sort();
            wanted.sort();
            assert_eq!(ids, wanted);
        }
        let all = typed(|t| t.owner = NOBODY.into());
        assert_eq!(found(house, &jo, View::NeedsAction, all).await.len(), 130);
        // A place between two of them is a place in the narrowed list too.
        let filter = typed(|t| t.filed_from = "2026-03-01".into());
        let after = Some(Place::Open(date!(9998 - 01 - 01), house.now(), uuid::Uuid::nil()));
        let wanted = Wanted { filter: filter.read().unwrap(), typed: filter, after, ..Wanted::all(View::NeedsAction) };
        assert_eq!(reading::list(&house.app, &jo, &wanted).await.unwrap().rows, []);
    }

    async fn a_view_is_kept_for_its_owner_alone(house: House) {
        let (jo, sam) = (member(house, REVIEWER).await, member(house, ADMIN).await);
        let app = &house.app;
        let filter = typed(|t| { t.owner = NOBODY.into(); t.practice = "Núñez".into(); });
        let shown = Shown { view: View::Overdue, kind: Some(RequestKind::PcpChange), filter };
        assert_eq!(kept_views::keep(app, &jo, "  Nobody’s  ", &shown).await.unwrap(), Ok(()));
        let kept = kept_views::of(app, &jo).await.unwrap();
        assert_eq!((kept[0].1.as_str(), &kept[0].2), ("Nobody’s", &shown));
        assert!(kept_views::of(app, &sam).await.unwrap().is_empty());
        let long = "é".repeat(VIEW_NAME_LONGEST + 1);
        for (name, fault) in [("Nobody’s", KeepFault::NameTaken), (" ", KeepFault::BadName), (&long, KeepFault::BadName)] {
            assert_eq!(kept_views::keep(app, &jo, name, &shown).await.unwrap(), Err(fault));
        }
        assert_eq!(kept_views::keep(app, &sam, "Nobody’s", &shown).await.unwrap(), Ok(()));
        assert!(!kept_views::remove(app, &sam, kept[0].0).await.unwrap());
        assert!(kept_views::remove(app, &jo, kept[0].0).await.unwrap());
        assert!(!kept_views::remove(app, &jo, kept[0].0).await.unwrap());
        assert_eq!(kept_views::of(app, &sam).await.unwrap().len(), 1);
        let changed = (Act::ChangeQueueView, Outcome::Allowed, String::new());
        assert_eq!(acts(app).await.iter().filter(|act| **act == changed).count(), 3);
        for n in 0..VIEWS_MOST {
            assert_eq!(kept_views::keep(app, &jo, &format!("View {n}"), &shown).await.unwrap(), Ok(()));
        }
        assert_eq!(kept_views::keep(app, &jo, "One more", &shown).await.unwrap(), Err(KeepFault::TooMany));
        assert_eq!(kept_views::of(app, &jo).await.unwrap().len(), VIEWS_MOST);
    }

    async fn a_request_is_given_to_another_and_its_history_names_who_got_it(house: House) {
        let (jo, sam) = (member(house, REVIEWER).await, member(house, ADMIN).await);
        named(house, sam.account, "Ana", "Silva").await;
        let id = question(house, "amara@example.org").await;
        let app = &house.app;
        let before = letters(house).await.len();
        assert_eq!(handle(app, &jo, (id, 0), Handling::Give(sam.account)).await.unwrap(), Done::Done(()));
        assert_eq!(handle(app, &jo, (id, 0), Handling::Give(sam.account)).await.unwrap(), Done::Stale);
        let shown = detail(house, &jo, id).await;
        assert_eq!(shown.owner.unwrap().id, sam.account);
        let last = shown.events.last().unwrap();
        assert_eq!((last.step, last.body.as_str()), (Step::Assigned, "Ana Silva"));
        assert_eq!(last.actor.as_ref().unwrap().0, jo.account);
        // The queue tells, not a letter.
        assert_eq!(letters(house).await.len(), before);
        let sql = "select count(*) from audit_row where act = 'handle_request' and outcome = 'allowed' and detail like '%\"to\":%'";
        assert_eq!(count(house, sql).await, 1);
    }

    async fn nobody_gets_who_does_not_work_on_requests_or_may_not_decide_them(house: House) {
        let (jo, sam) = (member(house, ADMIN).await, member(house, ADMIN).await);
        let auditor = member(house, &[Role::Auditor]).await;
        let left = member(house, REVIEWER).await;
        house.world.disable(left.account, house.now()).await;
        house.clock.advance(1);
        let (jo, sam) = (at_present(house, &jo), at_present(house, &sam));
        let id = question(house, "amara@example.org").await;
        let app = &house.app;
        let family = house.world.family_account().await;
        for nobody in [auditor.account, left.account, family, AccountId(uuid::Uuid::nil())] {
            let give = Handling::Give(nobody);
            assert_eq!(handle(app, &jo, (id, 0), give).await.unwrap(), Done::Unknown);
            assert_eq!(handled(app, &jo, &[(id, 0)], give).await, Done::Unknown);
        }
        let by_auditor = handle(app, &auditor, (id, 0), Handling::Give(jo.account)).await.unwrap();
        assert_eq!(by_auditor, Done::Barred(Bar::Role));
        assert_eq!(detail(house, &jo, id).await.request.version, 0);
        // A reset that jo asked for, of sam's factor: neither gets it, nor takes it.
        let own = reset(house, &jo, sam.account).await;
        for party in [&jo, &sam] {
            let barred = Done::Barred(Bar::Own);
            assert_eq!(handle(app, &jo, (own, 0), Handling::Give(party.account)).await.unwrap(), barred);
            assert_eq!(handle(app, party, (own, 0), Handling::Take).await.unwrap(), barred);
            let several = [(own, 0), (RequestId(uuid::Uuid::nil()), 0)];
            assert_eq!(handled(app, party, &several, Handling::Take).await, tally(0, 1, 1));
        }
        let several = [(own, 0), (id, 0)];
        assert_eq!(handled(app, &jo, &several, Handling::Give(sam.account)).await, tally(1, 0, 1));
        assert!(acts(app).await.contains(&(Act::HandleRequest, Outcome::Refused, "own".to_owned())));
    }

    async fn several_get_the_same_note_and_changed_ones_are_counted(house: House) {
        let (jo, sam) = (member(house, REVIEWER).await, member(house, REVIEWER).await);
        let mut chosen = Vec::new();
        for n in 0..3 {
            chosen.push((question(house, &format!("q{n}@example.org")).await, 0));
        }
        handle(&house.app, &sam, chosen[1], Handling::Take).await.unwrap();
        let note = Handling::Note("Called; nobody answered.");
        assert_eq!(handled(&house.app, &jo, &chosen, note).await, tally(2, 1, 0));
        let last = detail(house, &jo, chosen[0].0).await.events.pop().unwrap();
        assert_eq!((last.step, last.body.as_str()), (Step::Note, "Called; nobody answered."));
        assert_eq!(handled(&house.app, &jo, &chosen, Handling::Note(" ")).await, Done::BadText);
    }

    async fn the_list_carries_its_filter_in_every_link_and_says_which_day_is_none(house: House) {
        let portal = Portal::of(house);
        let account = house.world.team_account(&["reviewer"]).await;
        let jo = portal.signed_in(account).await;
        let id = question(house, "amara@example.org").await;
        let amara = house.world.practice("Amara Oaks").await;
        run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, amara.0);
        let page = portal.get("/team/requests?view=needs_action&kind=help&practice=amara%20o&due_to=2026-12-31", &jo).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, Vec::new()));
        assert!(page.body.contains("Needs action, oldest due first"));
        let carried = "kind=help&amp;practice=amara%20o&amp;due_to=2026-12-31";
        for link in [
            format!("/team/requests?view=mine&amp;{carried}"),
            format!("/team/requests/export?view=needs_action&amp;{carried}"),
            "/team/requests?view=needs_action&amp;kind=registration&amp;practice=amara%20o&amp;due_to=2026-12-31".to_owned(),
            "href=\"/team/requests?view=needs_action&amp;kind=help\">Clear filters".to_owned(),
            format!("/team/requests/{id}"),
            "value=\"amara o\"".to_owned(),
        ] {
            assert!(page.body.contains(&link), "{link}\n{}", page.body);
        }
        let none = portal.get("/team/requests?owner=nobody&practice=zzz", &jo).await;
        assert!(none.body.contains("No request fits this filter."));
        let bad = portal.get("/team/requests?due_from=05%2F01%2F2026&practice=amara", &jo).await;
        assert_eq!((bad.status, html::faults(&bad.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(bad.body.contains("id=\"due_from-fault\"") && bad.body.contains("value=\"05/01/2026\""));
        assert!(bad.body.contains("Correct the filter") && !bad.body.contains(&format!("/team/requests/{id}")));
        // An owner, kind or view that is none narrows nothing.
        for forged in [format!("owner={}", house.world.family_account().await), "owner=x&kind=y&view=z".to_owned()] {
            let page = portal.get(&format!("/team/requests?{forged}"), &jo).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains(&format!("/team/requests/{id}")) && !page.body.contains("Clear filters"));
        }
        // The second page of a narrowed list goes on in it.
        let asker = house.world.family_account().await;
        for _ in 0..26 {
            let more = house.world.request("help", asker, None).await;
            run_sql!(house, "update access_request set practice_id = $2 where id = $1", more.0, amara.0);
        }
        let page = portal.get("/team/requests?practice=amara", &jo).await;
        let elements = html::elements(&page.body);
        let next = elements.iter().find(|e| e.get("href").contains("after=")).unwrap().get("href").replace("&amp;", "&");
        assert!(next.contains("practice=amara"));
        assert_eq!(portal.get(&next, &jo).await.body.matches("name=\"chosen\"").count(), 2);
    }

    async fn a_view_is_named_shown_above_the_list_and_removed(house: House) {
        let portal = Portal::of(house);
        let jo = portal.signed_in(house.world.team_account(&["reviewer"]).await).await;
        let sam = portal.signed_in(house.world.team_account(&["auditor"]).await).await;
        let fields = [("view", "overdue"), ("owner", "nobody"), ("practice", "elm"), ("name", "Elm, nobody’s")];
        let kept = portal.post("/team/requests/views", &jo, &fields).await;
        let to = "/team/requests?view=overdue&owner=nobody&practice=elm";
        assert_eq!((kept.status, kept.header("location")), (StatusCode::SEE_OTHER, to));
        let page = portal.get("/team/requests", &jo).await;
        assert_eq!(html::faults(&page.body), Vec::<String>::new());
        assert!(page.body.contains(&to.replace('&', "&amp;")) && page.body.contains(">Elm, nobody’s</a>"));
        assert!(!portal.get("/team/requests", &sam).await.body.contains("Elm, nobody’s"));
        let again = portal.post("/team/requests/views", &jo, &fields).await;
        assert_eq!((again.status, html::faults(&again.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(again.body.contains("You have a view of this name") && again.body.contains("value=\"Elm, nobody’s\""));
        let bad = portal.post("/team/requests/views", &jo, &[("filed_to", "never"), ("name", "Bad")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("id=\"filed_to-fault\"") && bad.body.contains("value=\"Bad\""));
        assert_eq!(count(house, "select count(*) from queue_view").await, 1);
        let elements = html::elements(&page.body);
        let remove = elements.iter().find(|e| e.get("action").ends_with("/remove")).unwrap().get("action").to_owned();
        assert_eq!(portal.post(&remove, &sam, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.post(&remove, &jo, &[("view", "mine")]).await.header("location"), "/team/requests?view=mine");
        assert_eq!(portal.post(&remove, &jo, &[]).await.status, StatusCode::NOT_FOUND);
    }

    async fn chosen_requests_are_given_and_noted_on_and_what_was_typed_is_kept(house: House) {
        let portal = Portal::of(house);
        let (own, other) = (house.world.team_account(&["reviewer"]).await, house.world.team_account(&["administrator"]).await);
        let jo = portal.signed_in(own).await;
        let ids = [question(house, "a@example.org").await, question(house, "b@example.org").await];
        let rows = |version: i64| ids.map(|id| format!("{id}:{version}"));
        let (chosen, to) = (rows(0), other.to_string());
        let both = [("view", "needs_action"), ("owner", "nobody"), ("chosen", chosen[0].as_str()), ("chosen", &chosen[1])];
        let nobody = portal.post("/team/requests/give", &jo, &[&both[..], &[("note", "Kept too")]].concat()).await;
        assert_eq!((nobody.status, html::faults(&nobody.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(nobody.body.contains("id=\"to-fault\"") && nobody.body.contains(">Kept too</textarea>"));
        let ticked = html::elements(&nobody.body).iter().filter(|e| e.get("name") == "chosen" && e.has("checked")).count();
        assert_eq!(ticked, 2);
        for forged in [house.world.family_account().await.to_string(), "x".to_owned()] {
            let answer = portal.post("/team/requests/give", &jo, &[&both[..], &[("to", forged.as_str())]].concat()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains("id=\"to-fault\""), "nobody of the team");
        }
        let given = portal.post("/team/requests/give", &jo, &[&both[..], &[("to", to.as_str())]].concat()).await;
        let at = "/team/requests?view=needs_action&owner=nobody&given=2&changed=0";
        assert_eq!(given.header("location"), at);
        let page = portal.get(at, &jo).await;
        assert!(page.body.contains("2 requests given."), "{}", page.body);
        let chosen = rows(1);
        let both = [("chosen", chosen[0].as_str()), ("chosen", &chosen[1]), ("chosen", "x:1")];
        let empty = portal.post("/team/requests/note", &jo, &both).await;
        assert_eq!((empty.status, html::faults(&empty.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(empty.body.contains("id=\"note-fault\""));
        let none = portal.post("/team/requests/note", &jo, &[("note", "For nobody")]).await;
        assert!(none.body.contains("Choose at least one request first.") && none.body.contains(">For nobody</textarea>"));
        let note = [("template", "no_answer"), ("note", "Try after five.")];
        let noted = portal.post("/team/requests/note", &jo, &[&both[..], &note[..]].concat()).await;
        assert_eq!(noted.header("location"), "/team/requests?view=needs_action&noted=2&changed=0");
        // They are at another version now: the note is kept for whoever looks again.
        let late = portal.post("/team/requests/note", &jo, &[&both[..2], &[("note", "Try before noon.")]].concat()).await;
        assert_eq!((late.status, html::faults(&late.body)), (StatusCode::CONFLICT, Vec::new()));
        assert!(late.body.contains(">Try before noon.</textarea>"));
        let page = portal.get(&format!("/team/requests/{}", ids[0]), &jo).await;
        assert_eq!(html::faults(&page.body), Vec::<String>::new());
        assert!(page.body.contains("Called; nobody answered. Try after five.") && page.body.contains("gave it to Sam Lee"));
        let auditor = portal.signed_in(house.world.team_account(&["auditor"]).await).await;
        let barred = portal.post("/team/requests/give", &auditor, &[both[0], ("to", to.as_str())]).await;
        assert_eq!(barred.status, StatusCode::FORBIDDEN);
    }

    async fn one_request_is_given_from_its_page(house: House) {
        let portal = Portal::of(house);
        let (own, other) = (house.world.team_account(&["administrator"]).await, house.world.team_account(&["administrator"]).await);
        let jo = portal.signed_in(own).await;
        let id = question(house, "a@example.org").await;
        let (path, to) = (format!("/team/requests/{id}"), other.to_string());
        let give = format!("{path}/give");
        let page = portal.get(&path, &jo).await;
        assert!(page.body.contains(&give) && page.body.contains(&format!("<option value=\"{to}\">Sam Lee, ")));
        let nobody = portal.post(&give, &jo, &[("version", "0")]).await;
        assert_eq!((nobody.status, html::faults(&nobody.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(nobody.body.contains("id=\"to-fault\""));
        let forged = house.world.team_account(&["auditor"]).await.to_string();
        let stranger = house.world.family_account().await.to_string();
        for nobody in [forged.as_str(), &stranger, "x"] {
            let answer = portal.post(&give, &jo, &[("version", "0"), ("to", nobody)]).await;
            assert_eq!((answer.status, html::faults(&answer.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
            assert!(answer.body.contains("This person is no longer on the team. Choose somebody else."), "{nobody}");
        }
        let unknown = format!("/team/requests/{}/give", uuid::Uuid::nil());
        assert_eq!(portal.post(&unknown, &jo, &[("version", "0"), ("to", &forged)]).await.status, StatusCode::NOT_FOUND);
        // Somebody who has left meanwhile is named.
        let left = house.world.team_account(&["reviewer"]).await;
        named(house, left, "Ana", "Silva").await;
        house.world.disable(left, house.now()).await;
        house.clock.advance(1);
        let gone = portal.post(&give, &jo, &[("version", "0"), ("to", &left.to_string())]).await;
        assert_eq!((gone.status, html::faults(&gone.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(gone.body.contains("Ana Silva is no longer on the team. Choose somebody else."), "{}", gone.body);
        assert!(!gone.body.contains(&format!("value=\"{left}\"")), "and is not offered");
        let done = portal.post(&give, &jo, &[("version", "0"), ("to", &to)]).await;
        assert_eq!(done.header("location"), path);
        let late = portal.post(&give, &jo, &[("version", "0"), ("to", &to)]).await;
        assert_eq!((late.status, html::faults(&late.body)), (StatusCode::CONFLICT, Vec::new()));
        let asker = Member { account: other, ..member(house, ADMIN).await };
        let own = reset(house, &asker, own).await;
        let party = portal.post(&format!("/team/requests/{own}/give"), &jo, &[("version", "0"), ("to", &to)]).await;
        assert_eq!((party.status, html::faults(&party.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(party.body.contains("This person asked for it"));
    }

    async fn the_table_holds_the_patient_and_what_the_filter_leaves_and_says_so_in_the_audit(house: House) {
        let portal = Portal::of(house);
        let jo = portal.signed_in(house.world.team_account(&["reviewer"]).await).await;
        let asker = house.world.family_account().await;
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        house.world.guardian(mia, asker, Interval::ALWAYS).await;
        house.world.request("pcp_change", asker, Some(mia)).await;
        let unknown = house.world.request("pcp_change", asker, None).await;
        let clinic = house.world.practice("Adaeze Clinic").await;
        run_sql!(house, "update access_request set practice_id = $1 where kind = 'pcp_change'", clinic.0);
        let form = r#"{"family":"Rivera","given":"Mateo","mrn":"0447"}"#;
        run_sql!(house, "update access_request set typed = $2 where id = $1", unknown.0, form);
        question(house, "amara@example.org").await;
        let page = portal.get("/team/requests/export?view=needs_action&practice=adaeze", &jo).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, Vec::new()));
        assert!(page.body.contains("value=\"adaeze\""));
        let bad = portal.post("/team/requests/export", &jo, &[("due_to", "soon"), ("practice", "adaeze")]).await;
        assert_eq!((bad.status, html::faults(&bad.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        let table = portal.post("/team/requests/export", &jo, &[("view", "needs_action"), ("practice", "adaeze")]).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<&str> = table.body.lines().collect();
        assert_eq!(lines.len(), 3, "{}", table.body);
        assert!(lines[0].contains("\"Patient\"") && table.body.contains("\"REYES, Mia\""));
        assert!(table.body.contains("\"Rivera, Mateo · 0447 (as typed)\""));
        let sql = "select count(*) from audit_row where act = 'list_requests' and detail like '%\"as\":\"export\"%' \
                   and detail like '%\"practice\":\"adaeze\"%' and detail like '%\"count\":2%'";
        assert_eq!(count(house, sql).await, 1);
    }

    async fn requests_of_several_practices_stand_in_the_order_of_the_whole_queue(house: House) {
        let jo = member(house, REVIEWER).await;
        let asker = house.world.family_account().await;
        let elms = [house.world.practice("Elm North").await, house.world.practice("Elm South").await, house.world.practice("Élm").await];
        for n in 0..60 {
            let id = house.world.request("help", asker, None).await;
            if let Some(elm) = elms.get(n % 4) {
                run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, elm.0);
            }
            if n % 5 == 0 {
                house.clock.advance(60);
            }
        }
        let words = || typed(|t| t.practice = "elm".into());
        let both = || typed(|t| { t.practice = "elm".into(); t.owner = NOBODY.into(); });
        for view in [View::NeedsAction, View::Closed] {
            let mut of_elms = Vec::new();
            let mut wanted = Wanted::all(view);
            loop {
                let page = reading::list(&house.app, &jo, &wanted).await.unwrap();
                of_elms.extend(page.rows.iter().filter(|row| !row.practice.is_empty()).map(|row| row.id));
                wanted.after = page.next;
                if wanted.after.is_none() {
                    break;
                }
            }
            assert_eq!(of_elms.len(), if view == View::Closed { 0 } else { 45 });
            for filter in [words(), both()] {
                assert_eq!(found(house, &jo, view, filter).await, of_elms);
            }
        }
        for (n, id) in found(house, &jo, View::NeedsAction, words()).await.into_iter().enumerate() {
            house.world.close_request(id).await;
            if n % 7 == 0 {
                house.clock.advance(60);
            }
        }
        let mut closed = Vec::new();
        let mut wanted = Wanted::all(View::Closed);
        loop {
            let page = reading::list(&house.app, &jo, &wanted).await.unwrap();
            closed.extend(page.rows.iter().map(|row| row.id));
            wanted.after = page.next;
            if wanted.after.is_none() {
                break;
            }
        }
        assert_eq!(closed.len(), 45);
        for filter in [words(), both()] {
            assert_eq!(found(house, &jo, View::Closed, filter).await, closed);
        }
        assert_eq!(found(house, &jo, View::Closed, typed(|t| t.practice = "south".into())).await.len(), 15);
    }

    async fn words_that_more_than_fifty_practices_have_ask_for_more_letters(house: House) {
        let portal = Portal::of(house);
        let account = house.world.team_account(&["reviewer"]).await;
        let jo = portal.signed_in(account).await;
        let id = question(house, "amara@example.org").await;
        for n in 0..50 {
            house.world.practice(&format!("Oak {n:02}")).await;
        }
        let last = house.world.practice("Oakland").await;
        run_sql!(house, "update access_request set practice_id = $2 where id = $1", id.0, last.0);
        let row = format!("/team/requests/{id}");
        let sql = "select count(*) from audit_row where act = 'list_requests'";
        let before = count(house, sql).await;
        for path in ["/team/requests?practice=oak", "/team/requests?view=closed&practice=oa", "/team/requests?practice=oak&owner=nobody"] {
            let page = portal.get(path, &jo).await;
            assert_eq!((page.status, html::faults(&page.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()), "{path}");
            assert!(page.body.contains("More than 50 practices have such a name") && page.body.contains("id=\"practice-fault\""));
            assert!(!page.body.contains(&row) && page.body.contains("Correct the filter"));
        }
        let table = portal.post("/team/requests/export", &jo, &[("practice", "oak")]).await;
        assert_eq!((table.status, html::faults(&table.body)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()));
        assert!(table.body.contains("More than 50 practices have such a name"));
        assert_eq!(count(house, sql).await, before, "nothing was listed");
        for words in ["oakl", "oak%200"] {
            let page = portal.get(&format!("/team/requests?practice={words}"), &jo).await;
            assert_eq!((page.status, page.body.contains(&row)), (StatusCode::OK, words == "oakl"));
        }
    }

    async fn of_several_views_kept_at_once_no_more_than_twenty_are(house: House) {
        let jo = member(house, REVIEWER).await;
        let (app, shown) = (&house.app, Shown::all(View::Mine));
        for n in 1..VIEWS_MOST {
            assert_eq!(kept_views::keep(app, &jo, &format!("View {n}"), &shown).await.unwrap(), Ok(()));
        }
        let names: Vec<String> = (0..6).map(|n| format!("At once {n}")).collect();
        let at_once = names.iter().map(|name| kept_views::keep(app, &jo, name, &shown));
        let came: Vec<_> = futures::future::join_all(at_once).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(came.iter().filter(|came| came.is_ok()).count(), 1, "{came:?}");
        assert!(came.iter().all(|came| matches!(came, Ok(()) | Err(KeepFault::TooMany))), "{came:?}");
        assert_eq!(kept_views::of(app, &jo).await.unwrap().len(), VIEWS_MOST);
    }

    async fn the_way_back_from_several_keeps_the_place_in_the_list(house: House) {
        let portal = Portal::of(house);
        let (own, other) = (house.world.team_account(&["reviewer"]).await, house.world.team_account(&["reviewer"]).await);
        let jo = portal.signed_in(own).await;
        let asker = house.world.family_account().await;
        for _ in 0..27 {
            house.world.request("help", asker, None).await;
        }
        let first = portal.get("/team/requests?owner=nobody", &jo).await;
        let next = html::elements(&first.body).iter().find(|e| e.get("href").contains("after=")).unwrap().get("href").replace("&amp;", "&");
        let after = next.split_once("after=").unwrap().1.to_owned();
        let second = portal.get(&next, &jo).await;
        let elements = html::elements(&second.body);
        let rows: Vec<&str> = elements.iter().filter(|e| e.get("name") == "chosen").map(|e| e.get("value")).collect();
        assert_eq!(rows.len(), 2);
        assert!(second.body.contains("Back to the first page") && !first.body.contains("Back to the first page"));
        let asked = [("view", "needs_action"), ("owner", "nobody"), ("after", after.as_str())];
        let way = |deed: &str| format!("/team/requests?view=needs_action&owner=nobody&{deed}=1&changed=0&after={after}");
        let fields = [("chosen", rows[0]), ("note", "Called.")];
        let noted = portal.post("/team/requests/note", &jo, &[&asked[..], &fields].concat()).await;
        assert_eq!(noted.header("location"), way("noted"));
        let given = portal.post("/team/requests/give", &jo, &[&asked[..], &[("chosen", rows[1]), ("to", &other.to_string())]].concat()).await;
        assert_eq!(given.header("location"), way("given"));
        let again = rows[0].replace(":0", ":1");
        let taken = portal.post("/team/requests/take", &jo, &[&asked[..], &[("chosen", &again)]].concat()).await;
        assert_eq!(taken.header("location"), way("taken"));
        // Nothing is left there, and the page leads to where something is.
        let empty = portal.get(taken.header("location"), &jo).await;
        assert_eq!((empty.status, html::faults(&empty.body)), (StatusCode::OK, Vec::new()));
        assert!(empty.body.contains("No request comes after this place any more.") && empty.body.contains("Back to the first page"));
        // A place that is none is the first page, and stands in no address.
        let forged = [("after", "https://elsewhere.example/\r\n"), ("chosen", "x:1")];
        let to = portal.post("/team/requests/take", &jo, &forged).await;
        assert_eq!(to.header("location"), "/team/requests?view=needs_action&taken=0&changed=0");
    }

    async fn what_changed_meanwhile_stays_chosen_with_what_was_typed(house: House) {
        let portal = Portal::of(house);
        let (own, other) = (house.world.team_account(&["reviewer"]).await, house.world.team_account(&["administrator"]).await);
        let jo = portal.signed_in(own).await;
        let ids = [question(house, "a@example.org").await, question(house, "b@example.org").await, question(house, "c@example.org").await];
        let sam = Member { account: other, ..member(house, ADMIN).await };
        for id in &ids[1..] {
            handle(&house.app, &at_present(house, &sam), (*id, 0), Handling::Note("Mine, I think")).await.unwrap();
        }
        house.world.close_request(ids[2]).await;
        let (chosen, to) = (ids.map(|id| format!("{id}:0")), other.to_string());
        let all = [("chosen", chosen[0].as_str()), ("chosen", &chosen[1]), ("chosen", &chosen[2])];
        let ticked = |page: &str| -> Vec<String> {
            let elements = html::elements(page);
            elements.iter().filter(|e| e.get("name") == "chosen" && e.has("checked")).map(|e| e.get("value").to_owned()).collect()
        };
        let fields = [("to", to.as_str()), ("template", "no_answer"), ("note", "Try before noon.")];
        let late = portal.post("/team/requests/give", &jo, &[&all[..], &fields].concat()).await;
        assert_eq!((late.status, html::faults(&late.body)), (StatusCode::CONFLICT, Vec::new()));
        assert!(late.body.contains("1 request given. 2 requests had changed meanwhile"), "{}", late.body);
        // The first was given, the last is over: the second stays, at the version that it has now.
        assert_eq!(ticked(&late.body), [format!("{}:1", ids[1])]);
        assert!(late.body.contains(">Try before noon.</textarea>"));
        assert!(late.body.contains(&format!("<option value=\"{to}\" selected")) && late.body.contains("<option value=\"no_answer\" selected"));
        for deed in ["take", "note"] {
            let late = portal.post(&format!("/team/requests/{deed}"), &jo, &[&all[1..2], &fields].concat()).await;
            assert_eq!((late.status, ticked(&late.body)), (StatusCode::CONFLICT, vec![format!("{}:1", ids[1])]), "{deed}");
        }
        let now = format!("{}:1", ids[1]);
        let given = portal.post("/team/requests/give", &jo, &[&[("chosen", now.as_str())], &fields[..]].concat()).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER);
    }
}
