//! Verifying by phone: whom to call, three tries, the checklist, and who may not.

use postern::app::desk::confirming::{Approval, confirm};
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::reading::detail;
use postern::app::desk::verifying::{
    Checked, Interpreter, NewCall, Phones, facts, keep_checklist, log_call, phones,
};
use postern::app::desk::{Done, Member};
use postern::domain::audit::{Act, Outcome};
use postern::domain::letter::Letter;
use postern::domain::people::Role;
use postern::domain::queue::{Bar, Obstacle, Step};
use postern::domain::request::{Ending, RequestKind, RequestState};
use postern::domain::verification::{CallOutcome, DeclineClass, FamilyPhone, Identifier, Missing, Typed};
use postern::store::{queue, verification};

use crate::sign_in::acts;
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{ask, at, call, filed, member, now, raw_person, scene, sound, stored, wish};
use crate::support::{House, both_engines};

const PCP: RequestKind = RequestKind::PcpChange;

async fn checked(house: &House, by: &Member, id: postern::domain::ids::RequestId, typed: &Typed) -> Checked {
    keep_checklist(&house.app, &now(house, by), at(house, id).await, typed).await.unwrap()
}

both_engines! {
    async fn a_checklist_is_kept_only_complete_and_after_a_call_that_reached_somebody(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        assert_eq!(checked(house, &s.jo, id, &sound()).await, Checked::Missing(vec![Missing::Reached]));
        for outcome in [CallOutcome::NoAnswer, CallOutcome::CallLater, CallOutcome::Refused] {
            call(house, &s.jo, id, outcome).await;
            assert_eq!(checked(house, &s.jo, id, &sound()).await, Checked::Missing(vec![Missing::Reached]));
        }
        assert_eq!(call(house, &s.jo, id, CallOutcome::Reached).await, Done::Done(()));
        let one = Typed { identifiers: [Identifier::Phone; 3].into_iter().collect(), ..sound() };
        assert_eq!(checked(house, &s.jo, id, &one).await, Checked::Missing(vec![Missing::Identifiers]));
        assert!(verification::checklist(house.db(), id).await.unwrap().is_none());
        assert_eq!(checked(house, &s.jo, id, &sound()).await, Checked::Kept);
        let shown = facts(&house.app, &now(house, &s.jo), &stored(house, id).await).await.unwrap();
        let verified = shown.verified.unwrap();
        assert_eq!((verified.by.0, verified.checklist.spoken_to.as_str()), (s.jo.account, "Elena Stone"));
        let outcomes: Vec<_> = shown.calls.iter().map(|call| call.outcome).collect();
        assert_eq!(outcomes, [CallOutcome::NoAnswer, CallOutcome::CallLater, CallOutcome::Refused, CallOutcome::Reached]);
        assert!(shown.calls.iter().all(|call| call.language == "en" && call.caller.0 == s.jo.account));
        let steps = queue::events(house.db(), id).await.unwrap();
        assert_eq!(steps.iter().filter(|event| event.step == Step::Call).count(), 5);
        let logged = (Act::LogCall, Outcome::Allowed, String::new());
        assert_eq!(acts(&house.app).await.iter().filter(|act| **act == logged).count(), 4);
    }

    async fn an_auditor_verifies_nothing_and_reads_no_number(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(call(house, &auditor, id, CallOutcome::Reached).await, Done::Barred(Bar::Role));
        assert_eq!(checked(house, &auditor, id, &sound()).await, Checked::Not(Done::Barred(Bar::Role)));
        let shown = detail(&house.app, &auditor, id).await.unwrap().unwrap();
        assert_eq!(phones(&house.app, &auditor, &shown).await.unwrap(), Phones::NotShown);
        // Whoever asked, or joined, verifies nothing either, whatever their role.
        ask(house, s.castellan, &wish(PCP)).await;
        for own in [s.rivera, s.castellan] {
            let own = Member { account: own, roles: vec![Role::Administrator], ..now(house, &s.jo) };
            assert_eq!(call(house, &own, id, CallOutcome::Reached).await, Done::Barred(Bar::Own));
            assert_eq!(checked(house, &own, id, &sound()).await, Checked::Not(Done::Barred(Bar::Own)));
            let shown = detail(&house.app, &own, id).await.unwrap().unwrap();
            assert!(shown.endings.iter().all(|(_, bar)| *bar == Some(Bar::Own)));
            assert_eq!(phones(&house.app, &own, &shown).await.unwrap(), Phones::NotShown);
            let approval = Approval::Listing { ends: vec![s.park], stays: vec![] };
            let done = confirm(&house.app, &own, at(house, id).await, &approval).await.unwrap();
            assert_eq!(done, Done::Barred(Bar::Own));
        }
    }

    async fn the_number_comes_out_of_the_hospitals_record_and_the_look_is_recorded(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let jo = now(house, &s.jo);
        let shown = detail(&house.app, &jo, id).await.unwrap().unwrap();
        assert_eq!(phones(&house.app, &jo, &shown).await.unwrap(), Phones::Known(vec![]));
        let raw = r#"{"telecom":[{"system":"phone","value":"617-555-0101","use":"home"}]}"#;
        raw_person(house, s.mia, raw).await;
        let home = FamilyPhone {
            whose: String::new(),
            relation: String::new(),
            number: "617-555-0101".to_owned(),
            place: "home".to_owned(),
        };
        assert_eq!(phones(&house.app, &jo, &shown).await.unwrap(), Phones::Known(vec![home]));
        let looks = acts(&house.app).await.into_iter().filter(|(act, ..)| *act == Act::ReadRequest).count();
        assert_eq!(looks, 3);
        // Once it is over, nobody is to be called.
        decide(&house.app, &jo, at(house, id).await, Verdict::Decline("No")).await.unwrap();
        let shown = detail(&house.app, &jo, id).await.unwrap().unwrap();
        assert_eq!(phones(&house.app, &jo, &shown).await.unwrap(), Phones::NotShown);
    }

    async fn after_three_calls_that_reach_nobody_a_request_is_closed_and_not_after_two(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        let close = async || {
            let verdict = Verdict::Unreached("We called three times.");
            decide(&house.app, &now(house, &s.jo), at(house, id).await, verdict).await.unwrap()
        };
        for outcome in [CallOutcome::NoAnswer, CallOutcome::Voicemail] {
            assert_eq!(close().await, Done::Obstacle(Obstacle::TooFewTries));
            call(house, &s.jo, id, outcome).await;
        }
        assert_eq!(close().await, Done::Obstacle(Obstacle::TooFewTries));
        call(house, &s.jo, id, CallOutcome::WrongNumber).await;
        assert_eq!(close().await, Done::Done(None));
        let ended = stored(house, id).await;
        assert_eq!((ended.state, ended.outcome), (RequestState::Closed, Some(Ending::Expired)));
        assert_eq!(ended.outcome_reason, "We called three times.");
        assert_eq!(letters_of(house, "request_ended").await.len(), 2);
        assert_eq!(call(house, &s.jo, id, CallOutcome::Reached).await, Done::Stale);
        assert_eq!(close().await, Done::Stale);
    }

    async fn somebody_who_was_reached_is_not_unreachable(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        for outcome in [CallOutcome::Reached, CallOutcome::NoAnswer, CallOutcome::NoAnswer, CallOutcome::NoAnswer] {
            call(house, &s.jo, id, outcome).await;
        }
        let verdict = Verdict::Unreached("We called.");
        let done = decide(&house.app, &now(house, &s.jo), at(house, id).await, verdict).await.unwrap();
        assert_eq!(done, Done::Obstacle(Obstacle::TooFewTries));
    }

    async fn a_decline_has_a_class_and_is_told_to_those_who_joined(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        let verdict = Verdict::DeclineAs(DeclineClass::FamilyRefused, "They do not want it.");
        let jo = now(house, &s.jo);
        assert_eq!(decide(&house.app, &jo, at(house, id).await, verdict).await.unwrap(), Done::Done(None));
        assert_eq!(verification::class(house.db(), id).await.unwrap(), Some(DeclineClass::FamilyRefused));
        let told = letters_of(house, "request_decided").await;
        let mut to: Vec<String> = told.iter().map(|(to, _)| to.clone()).collect();
        let mut wanted = vec![house.world.email(s.rivera).await, house.world.email(s.castellan).await];
        to.sort();
        wanted.sort();
        assert_eq!(to, wanted);
        let letter = Letter::RequestDecided { request: PCP, approved: false, reason: String::new() };
        assert!(told.iter().all(|(_, said)| *said == letter), "why is read on the page and not mailed");
        assert_eq!(stored(house, id).await.outcome_reason, "They do not want it.");
        let decided = count(house, "select count(*) from audit_row where act = 'decide_request' and outcome = 'allowed' and patient_id is not null").await;
        assert_eq!(decided, 1, "the row names the patient");
    }

    async fn two_of_the_desk_on_one_request_do_not_undo_each_other(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let sam = member(house, &[Role::Administrator]).await;
        let (version, new) = (at(house, id).await, |note| NewCall { outcome: CallOutcome::Reached, interpreter: Interpreter::Used, note });
        assert_eq!(log_call(&house.app, &s.jo, version, new("first")).await.unwrap(), Done::Done(()));
        assert_eq!(log_call(&house.app, &sam, version, new("late")).await.unwrap(), Done::Stale);
        assert_eq!(keep_checklist(&house.app, &sam, version, &sound()).await.unwrap(), Checked::Not(Done::Stale));
        assert_eq!(log_call(&house.app, &sam, at(house, id).await, new(&"é".repeat(1001))).await.unwrap(), Done::BadText);
        let calls = verification::calls(house.db(), id).await.unwrap();
        assert_eq!(calls.len(), 1);
        assert!(calls[0].interpreter && calls[0].note == "first");
    }

    async fn what_is_no_request_about_a_patient_is_not_verified(house: House) {
        let s = scene(house).await;
        let help = house.world.request("help", s.rivera, None).await;
        assert_eq!(call(house, &s.jo, help, CallOutcome::Reached).await, Done::Unknown);
        let nobody = postern::domain::ids::RequestId(uuid::Uuid::nil());
        let new = NewCall { outcome: CallOutcome::Reached, interpreter: Interpreter::Used, note: "" };
        assert_eq!(log_call(&house.app, &s.jo, (nobody, 0), new).await.unwrap(), Done::Unknown);
        assert_eq!(checked(house, &s.jo, help, &sound()).await, Checked::Not(Done::Unknown));
    }
}
