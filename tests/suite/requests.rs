//! Filing a wish for access: who may, what must match, what is joined, and that it is recorded in the same transaction.

use postern::app::access::{self, Context};
use postern::app::requests::{Filed, Wish, file, mine, practices_of};
use postern::domain::access::Refusal;
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PracticeId, ProviderId};
use postern::domain::patient_search::{Problem, Typed};
use postern::domain::request::{ReasonProblem, RequestKind, RequestState};
use postern::store::{audit, requests};

use crate::support::world::{Whom, span};
use crate::support::{House, both_engines};

const NON_PCP: RequestKind = RequestKind::NonPcp;
const PCP_CHANGE: RequestKind = RequestKind::PcpChange;

/// Mia Stone, MRN 0012345, born 14 March 2019, and two practices, the first with two partners.
struct Scene {
    elm: PracticeId,
    rivera: AccountId,
    castellan: AccountId,
    haddad: AccountId,
    haddad_npi: ProviderId,
}

async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let (elm, summit) = (w.practice("Elm").await, w.practice("Summit").await);
    w.patient("Stone", "0012345", "2019-03-14").await;
    let (_, rivera) = w.physician("Rivera", elm).await;
    let (_, castellan) = w.physician("Castellan", elm).await;
    let (haddad_npi, haddad) = w.physician("Haddad", summit).await;
    Scene { elm, rivera, castellan, haddad, haddad_npi }
}

fn mia(kind: RequestKind) -> Wish {
    let text = str::to_owned;
    let typed = Typed {
        mrn: text("00-12345"),
        family: text("STONE"),
        given: text("mi"),
        month: text("3"),
        day: text("14"),
        year: text("2019"),
    };
    Wish { kind, typed, practice: None, reason: text("New in our practice") }
}

fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "r".to_owned(), network: "n".to_owned() }
}

async fn ask(house: &House, account: AccountId, wish: &Wish) -> Filed {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    file(&house.app, &viewer, wish, &context(house)).await.unwrap()
}

/// The answers in the audit, with how each ended.
async fn recorded(house: &House) -> Vec<(Outcome, String)> {
    let mut found = Vec::new();
    for chain in audit::chains(house.db()).await.unwrap() {
        for link in audit::rows(house.db(), chain, 0, 1000).await.unwrap() {
            if link.entry.act == Act::FileRequest {
                let detail: serde_json::Value = serde_json::from_str(&link.entry.detail).unwrap();
                found.push((link.entry.outcome, detail["answer"].as_str().unwrap().to_owned()));
            }
        }
    }
    found
}

both_engines! {
    async fn a_pcp_change_is_one_for_each_practice_and_partners_join_it(house: House) {
        let scene = scene(house).await;
        let Filed::Filed(first) = ask(house, scene.rivera, &mia(PCP_CHANGE)).await else { panic!() };
        assert_eq!(ask(house, scene.castellan, &mia(PCP_CHANGE)).await, Filed::Joined(first));
        assert_eq!(ask(house, scene.rivera, &mia(PCP_CHANGE)).await, Filed::Joined(first));
        let other = ask(house, scene.haddad, &mia(PCP_CHANGE)).await;
        assert!(matches!(other, Filed::Filed(id) if id != first));
        let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
        assert_eq!(open.len(), 2);
        let of_elm = open.iter().find(|request| request.id == first).unwrap();
        assert_eq!((of_elm.practice, of_elm.kind), (Some(scene.elm), PCP_CHANGE));
        let answers: Vec<String> = recorded(house).await.into_iter().map(|(_, answer)| answer).collect();
        assert_eq!(answers, ["filed", "joined", "joined", "filed"]);
    }

    async fn access_without_being_the_pcp_is_asked_for_by_each_provider_alone(house: House) {
        let scene = scene(house).await;
        let Filed::Filed(first) = ask(house, scene.rivera, &mia(NON_PCP)).await else { panic!() };
        assert!(matches!(ask(house, scene.castellan, &mia(NON_PCP)).await, Filed::Filed(id) if id != first));
        assert_eq!(ask(house, scene.rivera, &mia(NON_PCP)).await, Filed::Joined(first));
        let viewer = access::viewer(&house.app, scene.rivera).await.unwrap().unwrap();
        let own = mine(&house.app, &viewer, &context(house)).await.unwrap();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].request.typed, r#"{"born":"2019-3-14","family":"STONE","given":"mi","mrn":"00-12345"}"#);
    }

    async fn staff_may_ask_for_a_pcp_change_in_a_practice_of_theirs_and_for_nothing_else(house: House) {
        let scene = scene(house).await;
        let staff = house.world.sponsored_account().await;
        assert_eq!(ask(house, staff, &mia(PCP_CHANGE)).await, Filed::Refused(Refusal::NoSponsorship));
        house.world.sponsorship(scene.rivera, staff, scene.elm, span("2026-03-01T00:00:00Z", "")).await;
        assert_eq!(ask(house, staff, &mia(NON_PCP)).await, Filed::NotYours);
        let mut elsewhere = mia(PCP_CHANGE);
        elsewhere.practice = Some(house.world.practice("Quay").await);
        assert_eq!(ask(house, staff, &elsewhere).await, Filed::NotYours);
        assert!(matches!(ask(house, staff, &mia(PCP_CHANGE)).await, Filed::Filed(_)));
        let family = house.world.family_account().await;
        assert_eq!(ask(house, family, &mia(PCP_CHANGE)).await, Filed::NotYours);
        let refused = recorded(house).await.iter().filter(|(outcome, _)| *outcome == Outcome::Refused).count();
        assert_eq!(refused, 4);
    }

    async fn everything_typed_must_match_and_a_restricted_patient_never_does(house: House) {
        let scene = scene(house).await;
        for change in [
            |t: &mut Typed| "0012346".clone_into(&mut t.mrn),
            |t: &mut Typed| "Stones".clone_into(&mut t.family),
            |t: &mut Typed| "Mo".clone_into(&mut t.given),
            |t: &mut Typed| "2018".clone_into(&mut t.year),
        ] {
            let mut wish = mia(NON_PCP);
            change(&mut wish.typed);
            assert_eq!(ask(house, scene.rivera, &wish).await, Filed::NoMatch);
        }
        let mut by_name = mia(NON_PCP);
        by_name.typed.mrn.clear();
        assert!(matches!(ask(house, scene.rivera, &by_name).await, Filed::Filed(_)));
        let twin = house.world.patient("Stone", "0012399", "2019-03-14").await;
        assert_eq!(ask(house, scene.castellan, &by_name).await, Filed::NoMatch);
        house.world.restriction(twin, Whom::Account(scene.castellan), Interval::ALWAYS).await;
        let mut of_twin = mia(NON_PCP);
        of_twin.typed.mrn = "0012399".to_owned();
        assert_eq!(ask(house, scene.castellan, &of_twin).await, Filed::NoMatch);
    }

    async fn what_cannot_be_read_is_said_and_who_has_access_is_sent_to_the_chart(house: House) {
        let scene = scene(house).await;
        let mut wish = mia(NON_PCP);
        wish.typed.day = "31".to_owned();
        wish.typed.month = "2".to_owned();
        let no_such_date = Problem::NoSuchDate { month: 2, day: 31, year: 2019 };
        assert_eq!(ask(house, scene.rivera, &wish).await, Filed::Unreadable(vec![no_such_date]));
        let mut wish = mia(NON_PCP);
        wish.reason = " ".to_owned();
        assert_eq!(ask(house, scene.rivera, &wish).await, Filed::Reason(ReasonProblem::Missing));
        let patient = house.world.patient("Reed", "0020000", "2019-03-14").await;
        house.world.seat(patient, Whom::Provider(scene.haddad_npi), Interval::ALWAYS).await;
        let mut wish = mia(NON_PCP);
        wish.typed.mrn = "0020000".to_owned();
        wish.typed.family = "Reed".to_owned();
        assert_eq!(ask(house, scene.haddad, &wish).await, Filed::Allowed(patient));
        assert!(requests::in_state(house.db(), RequestState::Open).await.unwrap().is_empty());
    }

    async fn the_practice_of_a_pcp_change_is_the_one_longest_worked_in(house: House) {
        let scene = scene(house).await;
        let npi = house.world.provider("Oyelaran").await;
        let account = house.world.provider_account(npi).await;
        let (new, gone) = (house.world.practice("New").await, house.world.practice("Gone").await);
        house.world.member(npi, new, span("2026-01-01T00:00:00Z", "")).await;
        house.world.member(npi, scene.elm, span("2020-01-01T00:00:00Z", "")).await;
        house.world.member(npi, gone, span("2010-01-01T00:00:00Z", "2020-01-01T00:00:00Z")).await;
        let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
        assert_eq!(practices_of(&viewer, house.now()), [scene.elm, new]);
    }
}
