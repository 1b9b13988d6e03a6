//! Who is PCP follows the hospital: what the access team confirms is told to the source, becomes the source's once that shows it, and
//! nothing that the hospital wrote meanwhile is written over.

use std::sync::Arc;

use axum::http::StatusCode;
use postern::adapters::feed::remote::{Credentials, SourceSettings};
use postern::app::App;
use postern::app::access;
use postern::app::desk::confirming::{Approval, confirm, written_by_hand};
use postern::app::desk::not_in_chart::{self, Standing};
use postern::app::desk::{Done, Member};
use postern::app::family::schedule;
use postern::app::feed_sync::telling;
use postern::domain::access::{Action, decide};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::feed::{Backlog, Untold};
use postern::domain::ids::{AccountId, FactId, PatientId, RequestId};
use postern::domain::patient_search::Typed;
use postern::domain::people::Role;
use postern::domain::request::RequestKind;
use postern::store::{Stamp, feed_notice, feed_write, patient_requests, verification};
use serde_json::{Value, json};

use crate::feed::patient as patient_resource;
use crate::feed_remote::{self as remote, MRN, clinician, found, listed_with, npi_of, open};
use crate::run_sql;
use crate::support::fhir::{self, Fault};
use crate::support::letters::count;
use crate::support::pcp::{self, at, member, now, verify};
use crate::support::portal::Portal;
use crate::support::world::span;
use crate::support::{House, both_engines, html};

/// The remote scene, and North: Castellan who wants to be the PCP, a partner and one of her staff.
struct Scene<'a> {
    remote: remote::Scene<'a>,
    patient: PatientId,
    castellan: AccountId,
    partner: AccountId,
    staff: AccountId,
    jo: Member,
}

async fn scene(house: &House) -> Scene<'_> {
    let remote = remote::scene(house).await;
    let north = house.world.practice("North").await;
    let (_, castellan) = house.world.physician("Castellan", north).await;
    let (_, partner) = house.world.physician("Oyelaran", north).await;
    let staff = house.world.sponsored_account().await;
    house.world.sponsorship(castellan, staff, north, span("2026-03-01T00:00:00Z", "")).await;
    remote.double.put(clinician("castellan", &npi_of(house, castellan).await));
    let patient = found(&remote, remote.rivera).await;
    let jo = member(house, &[Role::Reviewer]).await;
    house.clock.advance(1);
    Scene { remote, patient, castellan, partner, staff, jo }
}

impl Scene<'_> {
    fn house(&self) -> &House {
        self.remote.house
    }

    fn says(&self, whom: &[&str]) {
        self.remote.double.put(listed_with(whom));
    }

    fn said(&self) -> Value {
        self.remote.double.get("Patient/a").unwrap()["generalPractitioner"].clone()
    }

    /// Who opens the chart a minute later, of Castellan, her partner and her staff.
    async fn later(&self) -> [bool; 3] {
        self.house().clock.advance(60);
        let mut seen = [false; 3];
        for (sees, account) in seen.iter_mut().zip([self.castellan, self.partner, self.staff]) {
            *sees = open(&self.remote, account, self.patient).await.is_some();
        }
        seen
    }

    /// Who saw the chart at `then`, by what is known now.
    async fn saw(&self, then: Instant) -> [bool; 3] {
        let app = &self.remote.app;
        let facts = access::patient(app, self.patient).await.unwrap().unwrap();
        let mut seen = [false; 3];
        for (saw, account) in seen.iter_mut().zip([self.castellan, self.partner, self.staff]) {
            let viewer = access::viewer(app, account).await.unwrap().unwrap();
            *saw = decide(&viewer, &facts, Action::OpenChart, then).allowed();
        }
        seen
    }

    async fn holding(&self) -> Vec<feed_write::Standing> {
        let mut tx = self.house().db().begin().await.unwrap();
        let mut rows = feed_write::listings(&mut tx, self.patient).await.unwrap();
        rows.retain(|row| row.span.holds(self.house().now()));
        rows
    }

    async fn listing_of(&self, account: AccountId) -> FactId {
        let provider = access::viewer(&self.remote.app, account).await.unwrap().unwrap().provider;
        let rows = self.holding().await;
        FactId(rows.iter().find(|row| row.provider == provider).unwrap().id)
    }

    /// `account` asks to be the PCP.
    async fn filed(&self, account: AccountId) -> RequestId {
        let typed = Typed {
            mrn: MRN.to_owned(),
            family: "Doe".to_owned(),
            given: "Robin".to_owned(),
            month: "3".to_owned(),
            day: "14".to_owned(),
            year: "2019".to_owned(),
        };
        let wish = postern::app::requests::Wish { typed, ..pcp::wish(RequestKind::PcpChange) };
        match pcp::ask(self.house(), account, &wish).await {
            postern::app::requests::Filed::Filed(id) => id,
            other => panic!("not filed: {other:?}"),
        }
    }

    /// Files and verifies `account`'s request, and confirms it in the place of everybody but whom `stays` names.
    async fn confirmed(&self, account: AccountId, stays: &[AccountId]) -> RequestId {
        let house = self.house();
        let id = self.filed(account).await;
        verify(house, &self.jo, id).await;
        let mut kept = Vec::new();
        for account in stays {
            kept.push(self.listing_of(*account).await);
        }
        let holding = self.holding().await.into_iter().map(|row| FactId(row.id));
        let ends = holding.filter(|id| !kept.contains(id)).collect();
        let approval = Approval::Listing { ends, stays: kept };
        let done = confirm(&self.remote.app, &now(house, &self.jo), at(house, id).await, &approval).await;
        assert_eq!(done.unwrap(), Done::Done(()));
        house.clock.advance(1);
        id
    }

    async fn waits(&self, id: RequestId) -> bool {
        verification::notice(self.house().db(), id).await.unwrap().unwrap().waits
    }

    async fn told(&self) -> usize {
        telling::tell(&self.remote.app).await.unwrap()
    }

    /// The source has refused what waits.
    async fn refused(&self) {
        let notice = feed_notice::waiting(self.house().db(), 1).await.unwrap().remove(0).id;
        let mut tx = self.house().db().begin().await.unwrap();
        feed_notice::not_told(&mut tx, notice, Untold::Refused, self.house().now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn entries(&self) -> Vec<not_in_chart::Entry> {
        not_in_chart::list(&self.remote.app, &now(self.house(), &self.jo), None).await.unwrap().entries
    }

    async fn by_hand(&self, id: RequestId) {
        let jo = now(self.house(), &self.jo);
        assert_eq!(written_by_hand(&self.remote.app, &jo, id).await.unwrap(), Done::Done(()));
        self.house().clock.advance(1);
    }
}

fn only(whom: &str) -> Value {
    json!([{ "reference": format!("Practitioner/{whom}") }])
}

both_engines! {
    async fn a_confirmed_pcp_whom_the_source_shows_and_then_drops_is_refused_with_partners_and_staff(house: House) {
        let s = scene(house).await;
        let before = house.now().plus_seconds(-1);
        s.confirmed(s.castellan, &[]).await;
        assert_eq!(s.later().await, [true; 3], "before the source is told");
        let confirmed = house.now().plus_seconds(-30);
        assert_eq!(s.told().await, 1);
        assert_eq!(s.said(), only("castellan"), "the source knows the practitioner only");
        assert_eq!(s.later().await, [true; 3]);
        let [held] = s.holding().await[..] else { panic!("one listing") };
        assert!(held.from_feed && held.practice.is_none(), "handed over, as the source has it");
        assert_eq!(held.span.start(), house.now(), "from now, not since ever");
        let handed = house.now();
        assert_eq!(s.later().await, [true; 3], "the same again");
        assert_eq!(s.holding().await.len(), 1);
        s.says(&["rivera"]);
        assert_eq!(s.later().await, [false; 3]);
        assert!(open(&s.remote, s.remote.rivera, s.patient).await.is_some());
        for (then, saw) in [(before, false), (confirmed, true), (handed.plus_seconds(-1), true), (handed, true),
            (handed.plus_seconds(119), true), (handed.plus_seconds(120), false)]
        {
            assert_eq!(s.saw(then).await, [saw; 3], "{then:?}");
        }
    }

    async fn that_the_source_takes_over_a_confirmed_pcp_flags_nobody_who_asked_since(house: House) {
        let s = scene(house).await;
        let quay = house.world.practice("Quay").await;
        let (_, haddad) = house.world.physician("Haddad", quay).await;
        s.confirmed(s.castellan, &[]).await;
        let id = s.filed(haddad).await;
        assert_eq!((s.told().await, s.later().await), (1, [true; 3]));
        let [held] = s.holding().await[..] else { panic!("one listing") };
        assert_eq!((held.from_feed, held.span.start()), (true, house.now()), "handed over");
        house.clock.advance(60);
        assert!(!schedule::needed(&house.app).await.unwrap());
        assert_eq!(schedule::sweep(&house.app).await.unwrap().settled, 0);
        assert_eq!(patient_requests::kept(house.db(), id).await.unwrap().flagged_at, None);
    }

    async fn a_confirmed_pcp_whom_the_source_never_shows_stands_until_it_lists_somebody_else(house: House) {
        let s = scene(house).await;
        s.confirmed(s.castellan, &[]).await;
        assert_eq!(s.told().await, 1);
        // What was written is lost on the way to those who read: the old answer goes on.
        s.says(&["rivera"]);
        for _ in 0..3 {
            assert_eq!(s.later().await, [true; 3]);
            house.clock.advance(86_400);
        }
        assert!(open(&s.remote, s.remote.rivera, s.patient).await.is_none(), "whom the decision replaced stays so");
        s.says(&[]);
        assert_eq!(s.later().await, [true; 3], "nobody is not somebody else");
        s.says(&["haddad"]);
        assert_eq!(s.later().await, [false; 3]);
        s.says(&["castellan"]);
        assert_eq!(s.later().await, [true; 3]);
    }

    async fn while_a_telling_is_outstanding_the_listing_stands_and_once_it_is_written_by_hand_the_source_decides(house: House) {
        let s = scene(house).await;
        let id = s.confirmed(s.castellan, &[]).await;
        s.says(&["haddad"]);
        assert_eq!(s.later().await, [true; 3]);
        assert_eq!((s.told().await, s.waits(id).await), (0, true));
        s.by_hand(id).await;
        assert_eq!(s.later().await, [false; 3], "the source says the same as before, and that is the answer now");
        assert!(open(&s.remote, s.remote.haddad, s.patient).await.is_some());
    }

    async fn where_the_source_can_only_be_read_a_pcp_seen_there_is_the_sources_and_the_work_is_done(house: House) {
        let mut s = scene(house).await;
        let settings = fhir::settings(&s.remote.double.url, Credentials::None);
        let feed = fhir::feed(house, SourceSettings { writes: false, ..settings });
        s.remote.app = App { feed: Arc::new(feed), ..s.remote.app.clone() };
        let id = s.confirmed(s.castellan, &[]).await;
        assert_eq!((s.later().await, s.waits(id).await), ([true; 3], true));
        s.says(&["rivera", "castellan"]);
        assert_eq!((s.later().await, s.waits(id).await), ([true; 3], true), "Rivera is still to be taken out");
        let [one] = &s.entries().await[..] else { panic!("one waits") };
        assert_eq!((&one.standing, one.ended.len()), (&Standing::Listed, 1), "{one:?}");
        assert_ne!(one.ended.first(), Some(&one.whom), "nobody takes the new PCP out");
        s.says(&["castellan"]);
        assert_eq!(s.later().await, [true; 3]);
        s.by_hand(id).await;
        s.says(&["rivera"]);
        assert_eq!(s.later().await, [false; 3]);
        // Entered in one go, nothing is left to say.
        let id = s.confirmed(s.castellan, &[]).await;
        s.says(&["castellan"]);
        assert_eq!((s.later().await, s.waits(id).await), ([true; 3], false));
        s.says(&["haddad"]);
        assert_eq!(s.later().await, [false; 3]);
    }

    async fn telling_the_source_leaves_every_entry_that_the_decision_did_not_change(house: House) {
        let s = scene(house).await;
        let stranger = json!({"type": "Practitioner", "display": "Dr. Nobody",
            "identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1679576722"}});
        let place = json!({"reference": "Organization/lab", "display": "Harbor Lab",
            "extension": [{"url": "http://example.org/note", "valueString": "kept"}]});
        let haddad = json!({"reference": "Practitioner/haddad", "display": "Haddad"});
        let rivera = json!({"reference": "Practitioner/rivera"});
        let mut resource = patient_resource("a", MRN, &json!([stranger, rivera, place, haddad]));
        resource["telecom"] = json!([{"system": "phone", "value": "555-0100"}]);
        s.remote.double.put(resource.clone());
        house.clock.advance(60);
        open(&s.remote, s.remote.rivera, s.patient).await.unwrap();
        house.clock.advance(1);
        s.confirmed(s.castellan, &[s.remote.haddad]).await;
        assert_eq!(s.told().await, 1);
        let castellan = json!({"reference": "Practitioner/castellan"});
        resource["generalPractitioner"] = json!([stranger, place, haddad, castellan]);
        let mut now = s.remote.double.get("Patient/a").unwrap();
        now.as_object_mut().unwrap().remove("meta");
        assert_eq!(now, resource);
    }

    async fn what_the_hospital_wrote_while_it_could_not_be_told_is_kept_and_somebody_settles_it(house: House) {
        let s = scene(house).await;
        let id = s.confirmed(s.castellan, &[]).await;
        s.remote.double.fault("Patient", Fault::Status(500));
        assert_eq!((s.told().await, s.waits(id).await), (0, true));
        s.remote.double.heal();
        s.says(&["haddad"]);
        let wrote = s.remote.double.get("Patient/a").unwrap();
        house.clock.advance(60);
        s.remote.double.asked();
        assert_eq!((s.told().await, s.waits(id).await), (0, true));
        assert_eq!(s.remote.double.get("Patient/a").unwrap(), wrote);
        assert!(!s.remote.double.asked().iter().any(|asked| asked.starts_with("PUT")));
        let portal = Portal::of_app(house, s.remote.app.clone());
        let jo = portal.signed_in(s.jo.account).await;
        let page = portal.get(&format!("/team/requests/{id}"), &jo).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Done in the chart"));
        // Somebody enters it beside the other one.
        s.says(&["haddad", "castellan"]);
        assert_eq!((s.later().await, s.waits(id).await), ([true; 3], false));
        assert!(open(&s.remote, s.remote.haddad, s.patient).await.is_some());
    }

    async fn what_changed_meanwhile_beside_the_decision_does_not_keep_the_source_from_being_told(house: House) {
        let s = scene(house).await;
        let id = s.confirmed(s.castellan, &[]).await;
        let place = json!({"reference": "Organization/lab"});
        let rivera = json!({"reference": "Practitioner/rivera"});
        s.remote.double.put(patient_resource("a", MRN, &json!([rivera, place])));
        assert_eq!((s.told().await, s.waits(id).await), (1, false));
        assert_eq!(s.said(), json!([place, {"reference": "Practitioner/castellan"}]));
    }

    async fn of_two_decisions_that_wait_only_what_still_stands_is_told(house: House) {
        let s = scene(house).await;
        let first = s.confirmed(s.castellan, &[]).await;
        let second = s.confirmed(s.remote.rivera, &[]).await;
        s.remote.double.asked();
        assert_eq!(s.told().await, 1, "the second one says what the source says anyway");
        assert!(!s.waits(first).await && !s.waits(second).await);
        assert_eq!(s.said(), only("rivera"));
        assert!(!s.remote.double.asked().iter().any(|asked| asked.starts_with("PUT")));
        assert_eq!(s.later().await, [false; 3]);
        assert!(open(&s.remote, s.remote.rivera, s.patient).await.is_some());
    }

    async fn what_the_chart_lacks_is_listed_with_what_is_in_the_way_and_settled_from_there(house: House) {
        let s = scene(house).await;
        let id = s.confirmed(s.castellan, &[]).await;
        let standing = async || s.entries().await.remove(0).standing;
        let [one] = &s.entries().await[..] else { panic!("one waits") };
        assert_eq!((one.request, &one.standing), (id, &Standing::Next));
        assert!(one.whom.0.to_lowercase().contains("castellan") && one.patient.0 == "Doe", "{one:?}");
        s.remote.double.fault("Patient", Fault::Status(500));
        assert_eq!(s.told().await, 0);
        assert_eq!(standing().await, Standing::Down(house.now()));
        s.refused().await;
        assert_eq!(standing().await, Standing::Refused(house.now()));
        assert_eq!(feed_notice::backlog(house.db(), house.now()).await.unwrap().conflicts, 0);
        s.remote.double.heal();
        s.says(&["haddad"]);
        house.clock.advance(3 * 3600);
        assert_eq!(s.told().await, 0);
        let Standing::Conflict(since) = standing().await else { panic!("{:?}", standing().await) };
        assert!(since.len() == 1 && since[0].whom.0.to_lowercase().contains("haddad"), "{since:?}");
        let backlog = feed_notice::backlog(house.db(), house.now()).await.unwrap();
        assert_eq!((backlog.waiting, backlog.conflicts), (1, 1));
        let portal = Portal::of_app(house, s.remote.app.clone());
        let jo = portal.signed_in(s.jo.account).await;
        let queue = portal.get("/team/requests", &jo).await.body;
        assert!(queue.contains("1 confirmed PCP is not in the hospital’s chart yet") && queue.contains("/team/requests/not-in-chart"));
        let page = portal.get("/team/requests/not-in-chart", &jo).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, Vec::new()));
        for part in ["DOE, Robin", "3 hours", "The hospital has listed somebody else since", &since[0].whom.0, &format!("/team/requests/{id}/in-chart")] {
            assert!(page.body.contains(part), "{part}\n{}", page.body);
        }
        let auditor = portal.signed_in(member(house, &[Role::Auditor]).await.account).await;
        let read = portal.get("/team/requests/not-in-chart", &auditor).await;
        assert!(read.status == StatusCode::OK && !read.body.contains("/in-chart\""));
        let sql = "select count(*) from audit_row where act = 'list_requests' and detail like '%not_in_chart%' and detail like '%\"count\":1%'";
        assert!(count(house, sql).await >= 2);
        let done = portal.post(&format!("/team/requests/{id}/in-chart"), &jo, &[("back", "list")]).await;
        assert_eq!(done.header("location"), "/team/requests/not-in-chart");
        assert!(portal.get(done.header("location"), &jo).await.body.contains("The hospital’s chart has every PCP that was confirmed."));
        assert!(!portal.get("/team/requests", &jo).await.body.contains("not-in-chart"));
        assert_eq!(feed_notice::backlog(house.db(), house.now()).await.unwrap(), Backlog::default());
    }

    async fn where_the_source_can_only_be_read_every_one_that_waits_is_entered_by_hand(house: House) {
        let mut s = scene(house).await;
        let settings = fhir::settings(&s.remote.double.url, Credentials::None);
        let feed = fhir::feed(house, SourceSettings { writes: false, ..settings });
        s.remote.app = App { feed: Arc::new(feed), ..s.remote.app.clone() };
        s.confirmed(s.castellan, &[]).await;
        let page = not_in_chart::list(&s.remote.app, &now(house, &s.jo), None).await.unwrap();
        assert_eq!((page.entries.len(), &page.entries[0].standing), (1, &Standing::ByHand));
        // Nor is anything written over what the hospital lists since.
        s.says(&["haddad"]);
        s.later().await;
        let page = not_in_chart::list(&s.remote.app, &now(house, &s.jo), None).await.unwrap();
        assert!(matches!(&page.entries[0].standing, Standing::Conflict(since) if since.len() == 1), "{page:?}");
    }

    async fn a_confirmed_pcp_who_is_pcp_no_more_is_taken_out_of_the_chart_and_not_entered(house: House) {
        let mut s = scene(house).await;
        let settings = fhir::settings(&s.remote.double.url, Credentials::None);
        let feed = fhir::feed(house, SourceSettings { writes: false, ..settings });
        s.remote.app = App { feed: Arc::new(feed), ..s.remote.app.clone() };
        let first = s.confirmed(s.castellan, &[]).await;
        let second = s.confirmed(s.remote.rivera, &[]).await;
        let [one, other] = &s.entries().await[..] else { panic!("two wait") };
        assert_eq!((one.request, &one.standing), (first, &Standing::Over(other.made_at)));
        assert!(one.ended.is_empty(), "Rivera is listed again: {one:?}");
        assert_eq!((other.request, &other.standing), (second, &Standing::ByHand));
        assert_eq!(other.ended, std::slice::from_ref(&one.whom));
        let portal = Portal::of_app(house, s.remote.app.clone());
        let jo = portal.signed_in(s.jo.account).await;
        let list = portal.get("/team/requests/not-in-chart", &jo).await;
        assert_eq!((list.status, html::faults(&list.body)), (StatusCode::OK, Vec::new()));
        for part in ["is PCP no more since", "enter it there by hand", "Take out: ", MRN] {
            assert!(list.body.contains(part), "{part}\n{}", list.body);
        }
        let page = portal.get(&format!("/team/requests/{first}"), &jo).await;
        assert_eq!(html::faults(&page.body), Vec::<String>::new());
        assert!(page.body.contains("is PCP no more since") && !page.body.contains("enter it there by hand"));
        s.by_hand(first).await;
        assert!(!s.waits(first).await && s.waits(second).await);
    }

    async fn what_a_source_that_can_be_written_refused_says_so_and_whom_to_take_out(house: House) {
        let s = scene(house).await;
        let id = s.confirmed(s.castellan, &[]).await;
        s.refused().await;
        let [one] = &s.entries().await[..] else { panic!("one waits") };
        assert_eq!((&one.standing, one.mrn.as_str()), (&Standing::Refused(house.now()), MRN));
        assert!(one.ended.len() == 1 && one.ended[0].0.to_lowercase().contains("rivera"), "{one:?}");
        let portal = Portal::of_app(house, s.remote.app.clone());
        let jo = portal.signed_in(s.jo.account).await;
        let page = portal.get(&format!("/team/requests/{id}"), &jo).await.body;
        assert_eq!(html::faults(&page), Vec::<String>::new());
        assert!(page.contains("did not take it") && page.contains(&format!("Take out: {}", one.ended[0].0)), "{page}");
        assert!(!page.contains("can only be read"));
        // It ends: nobody enters it any more, and the next round tells of whom it replaced, not of itself.
        let over = house.now();
        run_sql!(house, "update listing set ends_at = $1 where source = 'team'", Stamp(over));
        house.clock.advance(1);
        assert_eq!(s.entries().await.remove(0).standing, Standing::Over(over));
        assert_eq!((s.told().await, s.waits(id).await), (1, false));
        assert!(!s.said().to_string().contains("castellan"), "{}", s.said());
    }

    async fn what_the_source_has_refused_stays_refused_while_it_is_down(house: House) {
        let s = scene(house).await;
        s.confirmed(s.castellan, &[]).await;
        s.refused().await;
        let then = house.now();
        house.clock.advance(60);
        s.remote.double.fault("Patient", Fault::Status(500));
        assert_eq!(s.told().await, 0);
        assert_eq!(s.entries().await.remove(0).standing, Standing::Refused(then));
    }

    async fn what_a_round_found_is_noted_also_when_the_database_fails_later_in_it(house: House) {
        let s = scene(house).await;
        // Of this patient the source knows nothing.
        let stone = house.world.patient("Stone", "0012345", "2015-03-04").await;
        let asker = house.world.family_account().await;
        let request = house.world.request("pcp_change", asker, Some(stone)).await;
        let span = Interval::new(Some(house.now()), None);
        let listing = house.world.listing(stone, None, Some(s.remote.elm), span).await;
        let mut tx = house.db().begin().await.unwrap();
        verification::insert_notice(&mut tx, house.world.id(), (request, listing), house.now()).await.unwrap();
        tx.commit().await.unwrap();
        house.clock.advance(1);
        s.confirmed(s.castellan, &[]).await;
        run_sql!(house, "alter table practice rename to practice_away");
        assert!(telling::tell(&s.remote.app).await.is_err());
        run_sql!(house, "alter table practice_away rename to practice");
        let entries = s.entries().await;
        assert_eq!(entries.iter().map(|entry| &entry.standing).collect::<Vec<_>>(),
            [&Standing::Refused(house.now()), &Standing::Next]);
    }

    async fn what_waits_for_the_chart_is_paged_through_once_the_oldest_first(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let (asker, elm) = (house.world.family_account().await, house.world.practice("Elm").await);
        let patient = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let (start, mut wanted) = (house.now(), Vec::new());
        for n in 0..27 {
            let request = house.world.request("pcp_change", asker, Some(patient)).await;
            let span = Interval::new(Some(start.plus_seconds(n)), None);
            let listing = house.world.listing(patient, None, Some(elm), span).await;
            let mut tx = house.db().begin().await.unwrap();
            // Three of one instant, then the next.
            let made = start.plus_seconds(n / 3);
            verification::insert_notice(&mut tx, house.world.id(), (request, listing), made).await.unwrap();
            tx.commit().await.unwrap();
            wanted.push(request);
        }
        house.clock.advance(60);
        let first = not_in_chart::list(&house.app, &now(house, &jo), None).await.unwrap();
        assert_eq!((first.entries.len(), first.next.is_some()), (25, true));
        let second = not_in_chart::list(&house.app, &now(house, &jo), first.next).await.unwrap();
        assert_eq!((second.entries.len(), second.next), (2, None));
        let all: Vec<_> = first.entries.iter().chain(&second.entries).collect();
        assert!(all.is_sorted_by_key(|entry| entry.made_at));
        let mut found: Vec<RequestId> = all.iter().map(|entry| entry.request).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted);
        let backlog = feed_notice::backlog(house.db(), house.now()).await.unwrap();
        assert_eq!(backlog, Backlog { waiting: 27, oldest: Some(start), conflicts: 0 });
        assert_eq!(not_in_chart::count(&house.app).await.unwrap(), 27);
        let portal = Portal::of(house);
        let browser = portal.signed_in(jo.account).await;
        let page = portal.get("/team/requests/not-in-chart", &browser).await;
        let elements = html::elements(&page.body);
        let next = elements.iter().find(|e| e.get("href").contains("after=")).unwrap().get("href").to_owned();
        assert_eq!(portal.get(&next, &browser).await.body.matches("/in-chart\"").count(), 2);
        let none = portal.get("/team/requests/not-in-chart?after=x", &browser).await;
        assert_eq!((none.status, none.body.matches("/in-chart\"").count()), (StatusCode::OK, 25));
    }
}
