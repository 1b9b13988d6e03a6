//! A PCP change from refusal to record: confirmed by phone, listed in one transaction, settled by what the hospital says meanwhile.

use std::sync::Arc;

use axum::http::StatusCode;
use postern::app::App;
use postern::app::desk::confirming::{Approval, confirm, written_by_hand};
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::verifying::facts;
use postern::app::desk::{Done, Member};
use postern::app::import::{Mode, run};
use postern::app::permit::Permit;
use postern::app::permit::desk::DeskPermit;
use postern::app::ports::{Answer, Feed, Telling, Wanted};
use postern::domain::access::reach::SectionSet;
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::chart::sensitivity::Labels;
use postern::domain::chart::{Banner, ChartItem, Section};
use postern::domain::grant::Lasting;
use postern::domain::ids::RequestId;
use postern::domain::people::{GivenBy, Role};
use postern::domain::queue::{Bar, Obstacle, Step};
use postern::domain::request::{Ending, RequestKind, RequestState};
use postern::domain::verification::{CallOutcome, FamilyPhone};
use postern::store::directory::Source;
use postern::store::{grants, patient_requests, queue};

use crate::sign_in::acts;
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{
    Scene, ask, at, call, context, filed, member, now, scene, sees, stored, text, verify, wish,
};
use crate::support::portal::{Answer as Page, Portal};
use crate::support::world::{Whom, span};
use crate::support::{House, both_engines, html};

const PCP: RequestKind = RequestKind::PcpChange;
const NON_PCP: RequestKind = RequestKind::NonPcp;

fn ends(s: &Scene) -> Approval {
    Approval::Listing { ends: vec![s.park], stays: vec![] }
}

fn access() -> Approval {
    Approval::Access {
        lasting: Lasting::Days30,
        sections: SectionSet::NONE.with(Section::Results),
        sensitive: Labels::NONE,
    }
}

async fn confirmed(house: &House, by: &Member, id: RequestId, approval: &Approval) -> Done {
    confirm(&house.app, &now(house, by), at(house, id).await, approval).await.unwrap()
}

/// Imports that Mia is listed with this provider or practice, by their keys.
async fn import_listing(house: &House, keys: &str) {
    let line = format!("{{\"type\":\"listing\",\"mrn\":\"0012345\",{keys}}}\n");
    run(&house.app, &mut line.as_bytes(), Mode::Apply).await.unwrap();
}

async fn code(house: &House, practice: postern::domain::ids::PracticeId) -> String {
    text(house, "select code from practice where id = $1", practice.0).await
}

fn sound(page: &Page, status: StatusCode) {
    assert_eq!(page.status, status, "{}", page.body);
    assert_eq!(html::faults(&page.body), Vec::<String>::new());
}

/// The value of the first hidden field `name` of the page.
fn hidden(page: &Page, name: &str) -> String {
    let fields = html::elements(&page.body);
    fields.iter().find(|e| e.get("name") == name).map(|e| e.get("value").to_owned()).unwrap()
}

/// The record of a hospital that can only be read.
struct ReadOnly(Arc<dyn Feed>);

impl Feed for ReadOnly {
    fn banner<'a>(&'a self, permit: &'a Permit) -> Answer<'a, Banner> {
        self.0.banner(permit)
    }
    fn items<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        wanted: Wanted,
    ) -> Answer<'a, Vec<ChartItem>> {
        self.0.items(permit, section, wanted)
    }
    fn count<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, u64> {
        self.0.count(permit, section)
    }
    fn item<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        id: uuid::Uuid,
    ) -> Answer<'a, (ChartItem, String)> {
        self.0.item(permit, section, id)
    }
    fn phones<'a>(&'a self, permit: &'a DeskPermit) -> Answer<'a, Vec<FamilyPhone>> {
        self.0.phones(permit)
    }
    fn telling(&self) -> Telling {
        Telling::ByHand
    }
}

both_engines! {
    async fn a_confirmed_change_opens_the_chart_at_the_requesters_next_click(house: House) {
        let portal = Portal::of(house);
        let s = scene(house).await;
        let rivera = portal.signed_in(s.rivera).await;
        let jo = portal.signed_in(s.jo.account).await;
        let chart = format!("/charts/{}", s.mia);
        assert_eq!(portal.get(&chart, &rivera).await.status, StatusCode::NOT_FOUND);
        let asked = [("kind", "pcp_change"), ("mrn", "0012345"), ("family", "Stone"), ("given", "Mia"), ("month", "3"),
            ("day", "14"), ("year", "2019"), ("reason", "New in our practice")];
        sound(&portal.post("/requests", &rivera, &asked).await, StatusCode::OK);
        let id = crate::support::pcp::open(house).await[0];
        let (page, calls) = (format!("/team/requests/{id}"), format!("/team/requests/{id}/call"));
        sound(&portal.get(&page, &jo).await, StatusCode::OK);
        let shown = portal.get(&calls, &jo).await;
        sound(&shown, StatusCode::OK);
        assert!(shown.body.contains("No phone on record"));
        let version = hidden(&shown, "version");
        let none = portal.post(&calls, &jo, &[("version", &version), ("note", "Kept")]).await;
        sound(&none, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains(">Kept</textarea>"));
        let reached = [("version", version.as_str()), ("outcome", "reached"), ("interpreter", "yes"), ("note", "")];
        assert_eq!(portal.post(&calls, &jo, &reached).await.header("location"), calls);
        let shown = portal.get(&calls, &jo).await;
        sound(&shown, StatusCode::OK);
        let version = hidden(&shown, "version");
        let half = [("version", version.as_str()), ("identifier", "birth_date"), ("spoken_to", "Elena Stone")];
        let list = format!("/team/requests/{id}/checklist");
        let incomplete = portal.post(&list, &jo, &half).await;
        sound(&incomplete, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(incomplete.body.contains("value=\"Elena Stone\""));
        // Before the checklist is complete, the page to confirm leads to the call.
        let confirm = format!("/team/requests/{id}/confirm");
        let early = portal.get(&confirm, &jo).await;
        sound(&early, StatusCode::OK);
        assert!(early.body.contains("Not verified yet") && !early.body.contains("value=\"ends\""));
        let mut whole = half.to_vec();
        whole.extend([("identifier", "last_visit"), ("relationship", "parent")]);
        assert_eq!(portal.post(&list, &jo, &whole).await.header("location"), page);
        let before = portal.get(&confirm, &jo).await;
        sound(&before, StatusCode::OK);
        let version = hidden(&before, "version");
        let unsaid = portal.post(&confirm, &jo, &[("version", &version)]).await;
        sound(&unsaid, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(portal.get(&chart, &rivera).await.status, StatusCode::NOT_FOUND);
        let field = format!("listing-{}", s.park.0.simple());
        let done = portal.post(&confirm, &jo, &[("version", &version), (&field, "ends")]).await;
        assert_eq!(done.header("location"), page, "{}", done.body);
        let opened = portal.get(&chart, &rivera).await;
        sound(&opened, StatusCode::OK);
        assert!(opened.body.contains("STONE"));
        sound(&portal.get(&page, &jo).await, StatusCode::OK);
        let late = portal.post(&confirm, &jo, &[("version", &version), (&field, "ends")]).await;
        sound(&late, StatusCode::CONFLICT);
    }

    async fn everything_of_a_change_is_written_at_once_and_partners_are_told(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        verify(house, &s.jo, id).await;
        assert!(!sees(house, s.rivera, s.mia).await);
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Done(()));
        let shown = facts(&house.app, &now(house, &s.jo), &stored(house, id).await).await.unwrap();
        assert_eq!(shown.listings.len(), 1);
        let listed = &shown.listings[0];
        assert_eq!((listed.source, listed.practice.as_str(), listed.span.start()), (Source::Team, "Elm", house.now()));
        assert!(listed.provider.contains("Rivera") && shown.notice.is_none());
        // P1 for the one, P2 for the partner, and nothing for somebody else.
        assert!(sees(house, s.rivera, s.mia).await && sees(house, s.castellan, s.mia).await);
        assert!(!sees(house, s.haddad, s.mia).await);
        let ended = stored(house, id).await;
        assert_eq!((ended.outcome, ended.decided_by), (Some(Ending::Approved), Some(s.jo.account)));
        let told = letters_of(house, "request_decided").await;
        assert_eq!(told.len(), 2);
        assert!(!format!("{told:?}").contains("Stone") && !format!("{told:?}").contains("12345"));
        let done = acts(&house.app).await;
        for act in [Act::DecideRequest, Act::ChangeListing] {
            assert!(done.contains(&(act, Outcome::Allowed, String::new())), "{act}");
        }
        assert_eq!(queue::events(house.db(), id).await.unwrap().last().unwrap().step, Step::Approved);
        // Twice is once.
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Stale);
        assert_eq!(count(house, "select count(*) from listing where source = 'team'").await, 1);
    }

    async fn without_a_checklist_nothing_is_confirmed_and_the_plain_approval_is_no_way_round(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let unverified = Done::Obstacle(Obstacle::Unverified);
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, unverified);
        verify(house, &s.jo, id).await;
        let plain = decide(&house.app, &now(house, &s.jo), at(house, id).await, Verdict::Approve).await.unwrap();
        assert_eq!(plain, Done::Obstacle(Obstacle::Unverified));
        assert_eq!(confirmed(house, &s.jo, id, &access()).await, Done::Obstacle(Obstacle::Incomplete));
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(confirmed(house, &auditor, id, &ends(&s)).await, Done::Barred(Bar::Role));
        let nobody = RequestId(uuid::Uuid::nil());
        let unknown = confirm(&house.app, &s.jo, (nobody, 0), &ends(&s)).await.unwrap();
        assert_eq!(unknown, Done::Unknown);
        assert!(!sees(house, s.rivera, s.mia).await);
        assert_eq!(stored(house, id).await.state, RequestState::Open);
    }

    async fn what_the_family_confirmed_for_one_counts_for_nobody_who_takes_the_request_over(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        verify(house, &s.jo, id).await;
        let viewer = postern::app::access::viewer(&house.app, s.rivera).await.unwrap().unwrap();
        postern::app::requests::withdraw(&house.app, &viewer, id, &context(house)).await.unwrap();
        assert_eq!(stored(house, id).await.account, Some(s.castellan));
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Obstacle(Obstacle::Unverified));
        verify(house, &s.jo, id).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Done(()));
        assert!(sees(house, s.castellan, s.mia).await);
    }

    async fn whoever_is_barred_from_the_patient_meanwhile_becomes_no_pcp(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        verify(house, &s.jo, id).await;
        house.world.restriction(s.mia, Whom::Account(s.rivera), Interval::ALWAYS).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Obstacle(Obstacle::Restricted));
    }

    async fn from_thirteen_to_seventeen_a_guardian_by_phone_gives_nothing_confidential(house: House) {
        let s = scene(house).await;
        house.clock.set("2034-03-14T16:00:00Z".parse().unwrap());
        let id = filed(house, s.rivera, NON_PCP).await;
        verify(house, &s.jo, id).await;
        let of = |sections, sensitive| Approval::Access { lasting: Lasting::Days30, sections, sensitive };
        let teen = Done::Obstacle(Obstacle::Teen);
        assert_eq!(confirmed(house, &s.jo, id, &access()).await, teen, "results");
        assert_eq!(confirmed(house, &s.jo, id, &of(SectionSet::NONE, Labels::NONE)).await, teen, "everything");
        let allergies = SectionSet::NONE.with(Section::Allergies);
        assert_eq!(confirmed(house, &s.jo, id, &of(allergies, Labels::PART2)).await, teen, "sensitive items");
        let own = house.world.family_account().await;
        house.world.own_account(s.mia, own).await;
        assert_eq!(confirmed(house, &s.jo, id, &of(allergies, Labels::NONE)).await, teen, "both must say yes");
        house.world.disable(own, house.now()).await;
        house.clock.advance(1);
        assert_eq!(confirmed(house, &s.jo, id, &of(allergies, Labels::NONE)).await, Done::Done(()));
    }

    async fn a_guardian_by_phone_gives_nothing_to_whom_they_do_not_read_of(house: House) {
        let s = scene(house).await;
        house.clock.set("2034-03-14T16:00:00Z".parse().unwrap());
        let id = filed(house, s.rivera, NON_PCP).await;
        verify(house, &s.jo, id).await;
        crate::support::families::specialty(house, s.rivera_npi, "Addiction medicine").await;
        let allergies = SectionSet::NONE.with(Section::Allergies);
        let approval = Approval::Access { lasting: Lasting::Days30, sections: allergies, sensitive: Labels::NONE };
        assert_eq!(confirmed(house, &s.jo, id, &approval).await, Done::Obstacle(Obstacle::Teen));
    }

    async fn a_family_that_changes_its_mind_before_the_change_is_heard(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        verify(house, &s.jo, id).await;
        call(house, &s.jo, id, CallOutcome::Refused).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Obstacle(Obstacle::Unverified));
        call(house, &s.jo, id, CallOutcome::Reached).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Done(()));
    }

    async fn every_listing_that_holds_must_be_named_and_one_that_came_meanwhile_is_never_overlooked(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        verify(house, &s.jo, id).await;
        let quay = house.world.listing(s.mia, None, Some(s.quay), Interval::ALWAYS).await;
        house.world.listing(s.mia, None, Some(s.elm), Interval::new(None, Some(house.now()))).await;
        let foreign = house.world.patient("Reed", "0020000", "2019-03-14").await;
        let foreign = house.world.listing(foreign, None, Some(s.quay), Interval::ALWAYS).await;
        for (ends, stays) in [
            (vec![s.park], vec![]),
            (vec![], vec![quay]),
            (vec![s.park, quay, foreign], vec![]),
            (vec![s.park, quay], vec![quay]),
        ] {
            let wrong = Approval::Listing { ends, stays };
            assert_eq!(confirmed(house, &s.jo, id, &wrong).await, Done::Stale);
        }
        assert_eq!(stored(house, id).await.state, RequestState::Open);
        let right = Approval::Listing { ends: vec![s.park], stays: vec![quay] };
        assert_eq!(confirmed(house, &s.jo, id, &right).await, Done::Done(()));
        let shown = facts(&house.app, &now(house, &s.jo), &stored(house, id).await).await.unwrap();
        let held: Vec<_> = shown.listings.iter().map(|l| (l.practice.as_str(), l.source)).collect();
        assert_eq!(held, [("Quay", Source::Import), ("Elm", Source::Team)]);
    }

    async fn of_twenty_who_confirm_at_once_one_lists(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        verify(house, &s.jo, id).await;
        let (place, approval, member) = (at(house, id).await, ends(&s), now(house, &s.jo));
        let tries = (0..20).map(|_| {
            let (app, member, approval) = (house.app.clone(), member.clone(), approval.clone());
            tokio::spawn(async move { confirm(&app, &member, place, &approval).await.unwrap() })
        });
        let mut done = 0;
        for one in futures::future::join_all(tries).await {
            match one.unwrap() {
                Done::Done(()) => done += 1,
                other => assert_eq!(other, Done::Stale),
            }
        }
        assert_eq!(done, 1);
        assert_eq!(count(house, "select count(*) from listing where source = 'team'").await, 1);
        assert_eq!(letters_of(house, "request_decided").await.len(), 1);
    }

    async fn what_staff_ask_for_lists_their_practice(house: House) {
        let s = scene(house).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(s.rivera, staff, s.elm, span("2026-03-01T00:00:00Z", "")).await;
        let id = filed(house, staff, PCP).await;
        verify(house, &s.jo, id).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Done(()));
        let shown = facts(&house.app, &now(house, &s.jo), &stored(house, id).await).await.unwrap();
        assert_eq!((shown.listings[0].provider.as_str(), shown.listings[0].practice.as_str()), ("", "Elm"));
        for account in [staff, s.rivera, s.castellan] {
            assert!(sees(house, account, s.mia).await);
        }
    }

    async fn who_has_left_the_practice_or_grown_up_meanwhile_stops_the_change(house: House) {
        let s = scene(house).await;
        let npi = house.world.provider("Oyelaran").await;
        let account = house.world.provider_account(npi).await;
        let until = house.now().plus_seconds(60);
        house.world.member(npi, s.elm, Interval::new(None, Some(until))).await;
        let id = filed(house, account, PCP).await;
        verify(house, &s.jo, id).await;
        house.clock.advance(60);
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Obstacle(Obstacle::Gone));
        // A parent's word counts until local midnight of the 18th birthday.
        let grown = filed(house, s.haddad, PCP).await;
        verify(house, &s.jo, grown).await;
        house.clock.set("2037-03-14T04:00:00Z".parse().unwrap());
        assert_eq!(confirmed(house, &s.jo, grown, &ends(&s)).await, Done::Obstacle(Obstacle::Unverified));
        house.clock.set("2037-03-14T03:59:59Z".parse().unwrap());
        assert_eq!(confirmed(house, &s.jo, grown, &ends(&s)).await, Done::Done(()));
    }

    async fn a_listing_by_import_fulfils_its_practice_and_flags_the_others(house: House) {
        let s = scene(house).await;
        let (mine, theirs) = (filed(house, s.rivera, PCP).await, filed(house, s.haddad, PCP).await);
        ask(house, s.castellan, &wish(PCP)).await;
        let apart = filed(house, s.castellan, NON_PCP).await;
        import_listing(house, &format!("\"practice\":\"{}\"", code(house, s.elm).await)).await;
        for id in [mine, apart] {
            let ended = stored(house, id).await;
            assert_eq!((ended.outcome, ended.decided_by), (Some(Ending::Fulfilled), None));
            assert_eq!(queue::events(house.db(), id).await.unwrap().last().unwrap().step, Step::Fulfilled);
        }
        assert_eq!(letters_of(house, "request_ended").await.len(), 3);
        let other = stored(house, theirs).await;
        assert_eq!((other.state, other.outcome), (RequestState::Open, None));
        assert!(patient_requests::kept(house.db(), theirs).await.unwrap().flagged_at.is_some());
        assert!(!sees(house, s.haddad, s.mia).await);
        // Flagged once, however often the PCP changes.
        house.clock.advance(60);
        let harbor = house.world.practice("North").await;
        import_listing(house, &format!("\"practice\":\"{}\"", code(house, harbor).await)).await;
        let steps = queue::events(house.db(), theirs).await.unwrap();
        assert_eq!(steps.iter().filter(|event| event.step == Step::Flagged).count(), 1);
        // A flagged request is still the desk's to confirm.
        verify(house, &s.jo, theirs).await;
        let shown = facts(&house.app, &now(house, &s.jo), &stored(house, theirs).await).await.unwrap();
        assert!(shown.kept.flagged_at.is_some());
        let stays = shown.listings.iter().map(|listed| listed.id).collect();
        let approval = Approval::Listing { ends: vec![], stays };
        assert_eq!(confirmed(house, &s.jo, theirs, &approval).await, Done::Done(()));
    }

    async fn a_listing_that_is_over_or_yet_to_come_settles_nothing(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.haddad, PCP).await;
        let elm = code(house, s.elm).await;
        for dates in ["\"from\":\"2020-01-01T00:00:00Z\",\"to\":\"2021-01-01T00:00:00Z\"", "\"from\":\"2030-01-01T00:00:00Z\""] {
            import_listing(house, &format!("\"practice\":\"{elm}\",{dates}")).await;
        }
        assert!(patient_requests::kept(house.db(), id).await.unwrap().flagged_at.is_none());
        assert_eq!(stored(house, id).await.state, RequestState::Open);
    }

    async fn a_confirmed_change_settles_what_others_asked_for(house: House) {
        let s = scene(house).await;
        let (id, theirs) = (filed(house, s.rivera, PCP).await, filed(house, s.haddad, PCP).await);
        let partner = filed(house, s.castellan, NON_PCP).await;
        verify(house, &s.jo, id).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Done(()));
        assert_eq!(stored(house, partner).await.outcome, Some(Ending::Fulfilled));
        assert!(patient_requests::kept(house.db(), theirs).await.unwrap().flagged_at.is_some());
    }

    async fn access_by_phone_is_given_as_the_family_said_and_for_no_longer(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, NON_PCP).await;
        assert_eq!(confirmed(house, &s.jo, id, &access()).await, Done::Obstacle(Obstacle::Unverified));
        verify(house, &s.jo, id).await;
        assert_eq!(confirmed(house, &s.jo, id, &ends(&s)).await, Done::Obstacle(Obstacle::Incomplete));
        assert_eq!(confirmed(house, &s.jo, id, &access()).await, Done::Done(()));
        let given = grants::of_patient(house.db(), s.mia).await.unwrap();
        assert_eq!(given.len(), 1);
        let zone = house.app.hospital.cycles.zone();
        let end = zone.plus_days(house.now(), 30);
        assert_eq!((given[0].account, given[0].by, given[0].span.end()), (s.rivera, GivenBy::Guardian, Some(end)));
        assert_eq!(given[0].sections, SectionSet::NONE.with(Section::Results));
        assert!(sees(house, s.rivera, s.mia).await && !sees(house, s.castellan, s.mia).await);
        assert_eq!(confirmed(house, &s.jo, id, &access()).await, Done::Stale);
        house.clock.set(end.plus_seconds(-1));
        assert!(sees(house, s.rivera, s.mia).await);
        house.clock.set(end);
        assert!(!sees(house, s.rivera, s.mia).await);
    }

    async fn what_the_family_answers_is_not_the_desks_to_decide(house: House) {
        let s = scene(house).await;
        let parent = house.world.family_account().await;
        house.world.guardian(s.mia, parent, Interval::ALWAYS).await;
        let id = filed(house, s.rivera, NON_PCP).await;
        let with_family = Obstacle::WithFamily;
        assert_eq!(confirmed(house, &s.jo, id, &access()).await, Done::Obstacle(with_family));
        for verdict in [Verdict::Decline("No"), Verdict::Unreached("No"), Verdict::Approve] {
            let done = decide(&house.app, &now(house, &s.jo), at(house, id).await, verdict).await.unwrap();
            assert_eq!(done, Done::Obstacle(with_family));
        }
        assert_eq!(stored(house, id).await.state, RequestState::Open);
    }

    async fn where_the_record_can_only_be_read_somebody_says_that_the_chart_was_changed_by_hand(house: House) {
        let s = scene(house).await;
        let app = App { feed: Arc::new(ReadOnly(Arc::clone(&house.app.feed))), ..house.app.clone() };
        let id = filed(house, s.rivera, PCP).await;
        verify(house, &s.jo, id).await;
        let jo = now(house, &s.jo);
        assert_eq!(confirm(&app, &jo, at(house, id).await, &ends(&s)).await.unwrap(), Done::Done(()));
        let notice = async || facts(&app, &jo, &stored(house, id).await).await.unwrap().notice.unwrap();
        assert!(notice().await.waits);
        let portal = Portal::of_app(house, app.clone());
        let browser = portal.signed_in(s.jo.account).await;
        let page = portal.get(&format!("/team/requests/{id}"), &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("Done in the chart"));
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(written_by_hand(&app, &auditor, id).await.unwrap(), Done::Barred(Bar::Role));
        let to = portal.post(&format!("/team/requests/{id}/in-chart"), &browser, &[]).await;
        assert_eq!(to.header("location"), format!("/team/requests/{id}"));
        assert!(!notice().await.waits && notice().await.done.is_some());
        assert_eq!(written_by_hand(&app, &jo, id).await.unwrap(), Done::Stale);
        let page = portal.get(&format!("/team/requests/{id}"), &browser).await;
        assert!(page.body.contains("Entered in the chart by"));
    }
}
