//! Enrolling without a code: everybody is answered alike, the access team calls and compares, and a code is handed over, or not.

use axum::http::StatusCode;
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::verifying::{Checked, keep_checklist, name_patient};
use postern::app::desk::{Done, Handover, Member};
use postern::app::family::enrolment::{Begun, Typed as Activation, activate};
use postern::app::family::staff_check::{Asked, Fault, Person, Typed, ask};
use postern::app::sign_in::Client;
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::parse_date;
use postern::domain::family::authority::Capacity;
use postern::domain::family::enrolment::{Bar, Relationship as Kin};
use postern::domain::ids::RequestId;
use postern::domain::language::Language;
use postern::domain::letter::Letter;
use postern::domain::people::Role;
use postern::domain::queue::{Bar as DeskBar, Obstacle};
use postern::domain::request::{Ending, RequestKind, RequestState};
use postern::domain::verification::{self, CallOutcome, Missing, Relationship};
use postern::store::requests;

use crate::sign_in::acts;
use crate::support::letters::{count, letters, letters_of};
use crate::support::pcp::{at, call, context, member, now, raw_person, sound, stored};
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const ADULT: &str = "2008-03-11";

fn client(network: &str) -> Client {
    Client { network: network.to_owned(), device: String::new(), request_id: "r".to_owned() }
}

/// A mother asks for Mia Stone.
fn mother() -> Typed {
    Typed {
        capacity: Some(Capacity::Guardian),
        asker: Person { given: "Elena".into(), family: "Stone".into(), born: parse_date("1985-02-03") },
        email: "elena@example.org".into(),
        phone: "617-555-0199".into(),
        patient: Person { given: "mia".into(), family: "STONE".into(), born: parse_date(CHILD) },
        mrn: String::new(),
    }
}

/// Mia Stone, an adult, asks for herself.
fn herself(born: &str) -> Typed {
    Typed {
        capacity: Some(Capacity::Patient),
        asker: Person { given: "Mia".into(), family: "Stone".into(), born: parse_date(born) },
        email: "mia@example.org".into(),
        ..mother()
    }
}

async fn asked(house: &House, typed: &Typed) -> Asked {
    ask(&house.app, typed, Language::Spanish, &client("192.0.2.9")).await.unwrap()
}

async fn waiting(house: &House) -> Vec<RequestId> {
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    open.into_iter().filter(|r| r.kind == RequestKind::Enrolment).map(|r| r.id).collect()
}

/// The request that `typed` files.
async fn filed(house: &House, typed: &Typed) -> RequestId {
    assert!(matches!(asked(house, typed).await, Asked::Filed(_)));
    *waiting(house).await.last().unwrap()
}

fn list(relationship: Relationship) -> verification::Typed {
    verification::Typed { relationship: Some(relationship), ..sound() }
}

async fn checked(house: &House, by: &Member, id: RequestId, typed: &verification::Typed) -> Checked {
    keep_checklist(&house.app, &now(house, by), at(house, id).await, typed).await.unwrap()
}

async fn approved(house: &House, by: &Member, id: RequestId) -> Done<Option<Handover>> {
    decide(&house.app, &now(house, by), at(house, id).await, Verdict::Approve).await.unwrap()
}

async fn reached(house: &House, by: &Member, id: RequestId, relationship: Relationship) {
    assert_eq!(call(house, by, id, CallOutcome::Reached).await, Done::Done(()));
    assert_eq!(checked(house, by, id, &list(relationship)).await, Checked::Kept);
}

fn begins(code: &str, born: &str, given: &str) -> Activation {
    Activation {
        code: code.to_owned(),
        patient_born: parse_date(born),
        given: given.to_owned(),
        family: "Stone".to_owned(),
        born: parse_date("1985-02-03"),
        relationship: Some(Kin::Mother),
        email: format!("{given}@example.org"),
        signature: format!("{given} Stone"),
        agreed: true,
    }
}

both_engines! {
    async fn a_mother_asks_is_called_and_begins_with_the_code_she_is_read(house: House) {
        let mia = house.world.patient("Stone", "0012345", CHILD).await;
        let jo = member(house, &[Role::Reviewer]).await;
        let Asked::Filed(due) = asked(house, &mother()).await else { panic!() };
        assert_eq!(due.to_string(), "2026-03-13", "two business days");
        let id = waiting(house).await[0];
        assert_eq!(stored(house, id).await.patient, Some(mia), "found by name and birth date");
        assert_eq!(letters_of(house, "queue_item").await.len(), 1);
        assert_eq!(approved(house, &jo, id).await, Done::Obstacle(Obstacle::Unverified));
        reached(house, &jo, id, Relationship::Parent).await;
        let Done::Done(Some(handover)) = approved(house, &jo, id).await else { panic!() };
        let told = letters_of(house, "enrolment_decided").await;
        assert_eq!(told, [("elena@example.org".to_owned(), Letter::EnrolmentDecided { approved: true })]);
        assert!(letters(house).await.iter().all(|(_, letter)| !format!("{letter:?}").contains(&handover.code)));
        let made = (Act::ChangeFamily, Outcome::Allowed, String::new());
        assert!(acts(&house.app).await.contains(&made));
        assert_eq!(approved(house, &jo, id).await, Done::Stale, "once");
        let begun = activate(&house.app, &begins(&handover.code, CHILD, "Elena"), &context(house)).await.unwrap();
        assert!(matches!(begun, Begun::Account { waits: false, .. }), "{begun:?}");
        assert_eq!(count(house, "select count(*) from guardian").await, 1);
    }

    async fn an_adult_enrols_alone_and_signs_nobody_elses_name(house: House) {
        house.world.patient("Stone", "0012345", ADULT).await;
        let jo = member(house, &[Role::Administrator]).await;
        let id = filed(house, &Typed { mrn: "00-12345".into(), ..herself(ADULT) }).await;
        call(house, &jo, id, CallOutcome::Reached).await;
        let guardian = checked(house, &jo, id, &list(Relationship::LegalGuardian)).await;
        assert_eq!(guardian, Checked::Missing(vec![Missing::Authority]), "the patient speaks for herself");
        assert_eq!(checked(house, &jo, id, &list(Relationship::Patient)).await, Checked::Kept);
        let Done::Done(Some(handover)) = approved(house, &jo, id).await else { panic!() };
        let begun = activate(&house.app, &begins(&handover.code, ADULT, "Mia"), &context(house)).await.unwrap();
        assert!(matches!(begun, Begun::Account { .. }));
        assert_eq!(count(house, "select count(*) from patient_account").await, 1);
    }

    async fn the_checklist_wants_the_hospitals_own_number_and_a_guardian_who_may_speak(house: House) {
        house.world.patient("Stone", "0012345", CHILD).await;
        let jo = member(house, &[Role::Reviewer]).await;
        let id = filed(house, &mother()).await;
        let all = checked(house, &jo, id, &verification::Typed::default()).await;
        let Checked::Missing(all) = all else { panic!() };
        assert!(all.contains(&Missing::Number) && all.contains(&Missing::Reached), "{all:?}");
        call(house, &jo, id, CallOutcome::Reached).await;
        let other = verification::Typed { on_record_number: false, ..list(Relationship::Parent) };
        assert_eq!(checked(house, &jo, id, &other).await, Checked::Missing(vec![Missing::Number]));
        let child = checked(house, &jo, id, &list(Relationship::Patient)).await;
        assert_eq!(child, Checked::Missing(vec![Missing::Authority]));
        assert_eq!(approved(house, &jo, id).await, Done::Obstacle(Obstacle::Unverified));
    }

    async fn everybody_gets_the_same_answer_and_a_second_try_files_nothing(house: House) {
        house.world.patient("Stone", "0012345", CHILD).await;
        let known = asked(house, &mother()).await;
        let stranger = Person { given: "Nobody".into(), family: "Known".into(), born: parse_date("2020-02-02") };
        let unknown = Typed { patient: stranger, mrn: "99999".into(), email: "x@example.org".into(), ..mother() };
        assert_eq!(asked(house, &unknown).await, known);
        assert_eq!(asked(house, &mother()).await, known, "twice");
        assert_eq!(waiting(house).await.len(), 2);
        let portal = Portal::of(house);
        let fields = |given: &'static str, year: &'static str| [
            ("who", "guardian"), ("given", "Elena"), ("family", "Stone"), ("born_month", "2"), ("born_day", "3"), ("born_year", "1985"),
            ("email", "elena@example.net"), ("phone", "617 555 0199"), ("patient_given", given), ("patient_family", "Stone"),
            ("patient_month", "3"), ("patient_day", "14"), ("patient_year", year), ("mrn", ""),
        ];
        let stranger = portal.stranger();
        let answers = [
            portal.post("/family/enroll?language=es", &stranger, &fields("Mia", "2019")).await,
            portal.post("/family/enroll?language=es", &stranger, &fields("Nobody", "2018")).await,
        ];
        let plain = |answer| crate::hidden::told(answer, "ASKED");
        assert_eq!(answers[0].status, StatusCode::OK);
        assert_eq!(plain(&answers[0]), plain(&answers[1]));
        assert!(answers[0].body.contains("Le vamos a llamar"));
    }

    async fn nobody_under_18_asks_and_what_was_typed_is_kept(house: House) {
        assert_eq!(asked(house, &herself("2013-03-12")).await, Asked::Barred(Bar::Under13));
        assert_eq!(asked(house, &herself("2013-03-11")).await, Asked::Barred(Bar::ThroughPractice));
        assert_eq!(asked(house, &herself("2008-03-12")).await, Asked::Barred(Bar::ThroughPractice));
        let young = Typed { asker: Person { born: parse_date("2008-03-12"), ..mother().asker }, ..mother() };
        assert_eq!(asked(house, &young).await, Asked::Barred(Bar::GuardianMinor));
        let long = Typed { asker: Person { given: "x".repeat(10_000), ..mother().asker }, phone: "<b>".into(), ..mother() };
        assert_eq!(asked(house, &long).await, Asked::Faulty(vec![Fault::Given, Fault::Phone]));
        assert_eq!(count(house, "select count(*) from access_request").await, 0);
        let portal = Portal::of(house);
        let sent = [("who", "patient"), ("given", "مريم <b>"), ("born_year", "twelve"), ("mrn", "0447")];
        let page = portal.post("/family/enroll", &portal.stranger(), &sent).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for kept in ["مريم &lt;b&gt;", "value=\"twelve\"", "value=\"0447\"", "checked"] {
            assert!(page.body.contains(kept), "{kept}");
        }
    }

    async fn one_who_typed_a_false_birth_date_is_caught_by_the_record(house: House) {
        house.world.patient("Stone", "0012345", "2012-03-11").await;
        let jo = member(house, &[Role::Reviewer]).await;
        // By name and birth date nobody matches; whoever works on it names the record.
        let id = filed(house, &herself(ADULT)).await;
        assert_eq!(stored(house, id).await.patient, None);
        call(house, &jo, id, CallOutcome::Reached).await;
        assert_eq!(approved(house, &jo, id).await, Done::Obstacle(Obstacle::Incomplete));
        assert_eq!(checked(house, &jo, id, &list(Relationship::Patient)).await, Checked::Not(Done::Unknown));
        for wrong in ["", "%", "99999"] {
            let named = name_patient(&house.app, &now(house, &jo), at(house, id).await, wrong).await.unwrap();
            assert_eq!(named, Done::BadText, "{wrong}");
        }
        let at_once = at(house, id).await;
        let auditor = member(house, &[Role::Auditor]).await;
        let barred = name_patient(&house.app, &auditor, at_once, "0012345").await.unwrap();
        assert_eq!(barred, Done::Barred(DeskBar::Role));
        assert_eq!(name_patient(&house.app, &now(house, &jo), at_once, "00-12345").await.unwrap(), Done::Done(()));
        assert_eq!(name_patient(&house.app, &now(house, &jo), at_once, "0012345").await.unwrap(), Done::Stale);
        let again = name_patient(&house.app, &now(house, &jo), at(house, id).await, "0012345").await.unwrap();
        assert_eq!(again, Done::Stale, "it is not changed once it is said");
        let teen = checked(house, &jo, id, &list(Relationship::Patient)).await;
        assert_eq!(teen, Checked::Missing(vec![Missing::Authority]));
        assert_eq!(approved(house, &jo, id).await, Done::Obstacle(Obstacle::UnderAge));
        assert_eq!(count(house, "select count(*) from activation_code").await, 0);
    }

    async fn a_patient_with_an_account_and_one_who_died_get_no_code(house: House) {
        let mia = house.world.patient("Stone", "0012345", ADULT).await;
        let jo = member(house, &[Role::Reviewer]).await;
        let id = filed(house, &herself(ADULT)).await;
        reached(house, &jo, id, Relationship::Patient).await;
        let own = house.world.family_account().await;
        house.world.own_account(mia, own).await;
        assert_eq!(approved(house, &jo, id).await, Done::Obstacle(Obstacle::HasAccount));
        let ada = house.world.patient("Poole", "0077777", CHILD).await;
        let poole = Person { given: "Mia".into(), family: "Poole".into(), born: parse_date(CHILD) };
        let id = filed(house, &Typed { patient: poole, ..mother() }).await;
        reached(house, &jo, id, Relationship::Parent).await;
        house.world.deceased(ada, "2026-03-09", house.now()).await;
        assert_eq!(approved(house, &jo, id).await, Done::Obstacle(Obstacle::Restricted));
    }

    async fn nobody_decides_their_own_and_an_auditor_decides_nothing(house: House) {
        house.world.patient("Stone", "0012345", CHILD).await;
        let jo = member(house, &[Role::Reviewer, Role::Administrator]).await;
        let email = house.world.email(jo.account).await.to_uppercase();
        let id = filed(house, &Typed { email, ..mother() }).await;
        assert_eq!(call(house, &jo, id, CallOutcome::Reached).await, Done::Barred(DeskBar::Own));
        assert_eq!(approved(house, &jo, id).await, Done::Barred(DeskBar::Own));
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(approved(house, &auditor, id).await, Done::Barred(DeskBar::Role));
        let other = member(house, &[Role::Reviewer]).await;
        reached(house, &other, id, Relationship::Parent).await;
        assert!(matches!(approved(house, &other, id).await, Done::Done(Some(_))));
    }

    async fn a_decline_says_nothing_of_anybody_by_mail(house: House) {
        house.world.patient("Stone", "0012345", CHILD).await;
        let jo = member(house, &[Role::Reviewer]).await;
        let id = filed(house, &mother()).await;
        let (id, version) = at(house, id).await;
        let said = Verdict::Decline("Mia Stone's record names other guardians");
        let long = "x".repeat(10_000);
        let done = decide(&house.app, &jo, (id, version), Verdict::Decline(&long)).await.unwrap();
        assert_eq!(done, Done::BadText);
        assert_eq!(decide(&house.app, &jo, (id, version), said).await.unwrap(), Done::Done(None));
        assert_eq!(decide(&house.app, &jo, (id, version), said).await.unwrap(), Done::Stale);
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Declined));
        let told = letters_of(house, "enrolment_decided").await;
        assert_eq!(told, [("elena@example.org".to_owned(), Letter::EnrolmentDecided { approved: false })]);
        assert_eq!(count(house, "select count(*) from activation_code").await, 0);
    }

    async fn of_two_at_once_one_makes_a_code(house: House) {
        house.world.patient("Stone", "0012345", CHILD).await;
        let jo = member(house, &[Role::Reviewer]).await;
        let id = filed(house, &mother()).await;
        reached(house, &jo, id, Relationship::Parent).await;
        let at = at(house, id).await;
        let tasks: Vec<_> = (0..8).map(|_| {
            let (app, jo) = (house.app.clone(), now(house, &jo));
            tokio::spawn(async move { decide(&app, &jo, at, Verdict::Approve).await.unwrap() })
        }).collect();
        let mut made = 0;
        for task in tasks {
            made += usize::from(matches!(task.await.unwrap(), Done::Done(Some(_))));
        }
        assert_eq!((made, count(house, "select count(*) from activation_code").await), (1, 1));
    }

    async fn an_address_asks_three_times_an_hour_and_a_network_ten_times_at_once(house: House) {
        let for_child = |n: u32| Typed { patient: Person { given: format!("Child{n}"), ..mother().patient }, ..mother() };
        for n in 0..3 {
            assert!(matches!(asked(house, &for_child(n)).await, Asked::Filed(_)), "{n}");
        }
        assert!(matches!(asked(house, &for_child(3)).await, Asked::Slowed(_)));
        let from = |n: u32| Typed { email: format!("e{n}@example.org"), ..mother() };
        for n in 0..10 {
            let done = ask(&house.app, &from(n), Language::English, &client("198.51.100.7")).await.unwrap();
            assert!(matches!(done, Asked::Filed(_)), "{n}");
        }
        let done = ask(&house.app, &from(10), Language::English, &client("198.51.100.7")).await.unwrap();
        assert!(matches!(done, Asked::Slowed(_)));
    }

    async fn the_desk_compares_calls_and_reads_the_code_out_on_its_pages(house: House) {
        let mia = house.world.patient("Stone", "0012345", CHILD).await;
        raw_person(house, mia, r#"{"telecom":[{"system":"phone","value":"617-555-0101","use":"home"}]}"#).await;
        let jo = house.world.team_account(&["reviewer"]).await;
        let id = filed(house, &Typed { mrn: "0012345".into(), ..mother() }).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(jo).await;
        let queue = portal.get("/team/requests", &browser).await;
        assert!(queue.body.contains("Family account") && queue.body.contains("Elena Stone"));
        let page = portal.get(&format!("/team/requests/{id}"), &browser).await;
        for shown in ["elena@example.org", "617-555-0199", "The same", "Spanish", "Not verified yet"] {
            assert!(page.body.contains(shown), "{shown}");
        }
        let path = format!("/team/requests/{id}/call");
        let page = portal.get(&path, &browser).await;
        assert!(page.body.contains("617-555-0101") && page.body.contains("on_record_number"));
        let done = portal.post(&path, &browser, &[("version", "0"), ("outcome", "reached")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let list = |version| [("version", version), ("identifier", "birth_date"), ("identifier", "mrn"), ("spoken_to", "Elena Stone"),
            ("relationship", "parent"), ("on_record_number", "yes")];
        let path = format!("/team/requests/{id}/checklist");
        assert_eq!(portal.post(&path, &browser, &list("0")).await.status, StatusCode::CONFLICT);
        assert_eq!(portal.post(&path, &browser, &list("1")[..5]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(portal.post(&path, &browser, &list("1")).await.status, StatusCode::SEE_OTHER);
        let page = portal.post(&format!("/team/requests/{id}/approve"), &browser, &[("version", "2")]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let code = page.body.split("wrap-any\">").find_map(|rest| rest.split_once("</code>").map(|(code, _)| code));
        let begun = activate(&house.app, &begins(code.unwrap(), CHILD, "Elena"), &context(house)).await.unwrap();
        assert!(matches!(begun, Begun::Account { .. }), "{begun:?}");
    }
}
