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

use crate::support::letters::letters_of;
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

    async fn the_sponsors_in_that_practice_are_told_that_staff_of_theirs_asks_and_nothing_of_the_patient(house: House) {
        let scene = scene(house).await;
        let staff = house.world.sponsored_account().await;
        let quay = house.world.practice("Quay").await;
        let (_, other) = house.world.physician("Quayle", quay).await;
        for (sponsor, practice) in [(scene.rivera, scene.elm), (scene.castellan, scene.elm), (other, quay)] {
            house.world.sponsorship(sponsor, staff, practice, span("2026-03-01T00:00:00Z", "")).await;
        }
        let wish = Wish { practice: Some(scene.elm), ..mia(PCP_CHANGE) };
        assert!(matches!(ask(house, staff, &Wish { reason: String::new(), ..wish.clone() }).await, Filed::Reason(_)));
        assert!(letters_of(house, "staff_asked").await.is_empty(), "nothing was filed");
        assert!(matches!(ask(house, staff, &wish).await, Filed::Filed(_)));
        let told = letters_of(house, "staff_asked").await;
        let mut to: Vec<&str> = told.iter().map(|(address, _)| address.as_str()).collect();
        to.sort_unstable();
        let mut sponsors = [house.world.email(scene.rivera).await, house.world.email(scene.castellan).await];
        sponsors.sort_unstable();
        assert_eq!(to, sponsors, "each once, and nobody of another practice");
        let said = serde_json::to_string(&told[0].1).unwrap();
        assert!(said.contains("Elm") && !said.contains("Stone") && !said.contains("12345"), "{said}");
        assert!(matches!(ask(house, staff, &wish).await, Filed::Joined(_)));
        assert_eq!(letters_of(house, "staff_asked").await.len(), 2, "the same again is no news");
    }

    async fn a_sponsor_is_told_that_staff_joined_the_request_of_a_partner(house: House) {
        let scene = scene(house).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(scene.castellan, staff, scene.elm, span("2026-03-01T00:00:00Z", "")).await;
        assert!(matches!(ask(house, scene.rivera, &mia(PCP_CHANGE)).await, Filed::Filed(_)));
        assert!(letters_of(house, "staff_asked").await.is_empty(), "a provider has no sponsor");
        for _ in 0..2 {
            assert!(matches!(ask(house, staff, &mia(PCP_CHANGE)).await, Filed::Joined(_)));
        }
        let told = letters_of(house, "staff_asked").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, house.world.email(scene.castellan).await);
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

    async fn about_somebody_who_has_died_nobody_asks_and_is_told_kindly_what_is_possible(house: House) {
        let scene = scene(house).await;
        let patient = house.world.patient("Reed", "0020000", "2019-03-14").await;
        let of_reed = |kind| {
            let mut wish = mia(kind);
            wish.typed.mrn = "0020000".to_owned();
            wish.typed.family = "Reed".to_owned();
            wish
        };
        assert!(matches!(ask(house, scene.rivera, &of_reed(PCP_CHANGE)).await, Filed::Filed(_)));
        house.world.seat(patient, Whom::Provider(scene.haddad_npi), Interval::ALWAYS).await;
        house.world.deceased(patient, "2026-03-11", house.now()).await;
        for (who, kind) in [(scene.rivera, NON_PCP), (scene.castellan, PCP_CHANGE), (scene.castellan, NON_PCP)] {
            assert_eq!(ask(house, who, &of_reed(kind)).await, Filed::Deceased, "nor is one joined");
        }
        assert_eq!(ask(house, scene.haddad, &of_reed(NON_PCP)).await, Filed::Allowed(patient), "who sees the chart goes there");
        assert_eq!(recorded(house).await[1], (Outcome::Refused, "deceased".to_owned()));
        let mut mistyped = of_reed(NON_PCP);
        mistyped.typed.year = "2018".to_owned();
        assert_eq!(ask(house, scene.castellan, &mistyped).await, Filed::NoMatch, "only who names the patient rightly hears it");
        let portal = crate::support::portal::Portal::of(house);
        let castellan = portal.signed_in(scene.castellan).await;
        let fields = [("kind", "non_pcp"), ("mrn", "0020000"), ("family", "Reed"), ("given", "Mi"), ("month", "3"),
            ("day", "14"), ("year", "2019"), ("reason", "Seen in our clinic")];
        let page = portal.post("/requests", &castellan, &fields).await;
        assert_eq!(page.status, axum::http::StatusCode::FORBIDDEN, "{}", page.body);
        assert!(page.body.contains("this patient has died") && page.body.contains("call the access team"));
        assert_eq!(crate::support::html::faults(&page.body), Vec::<String>::new());
        house.clock.set("2026-06-12T12:00:00Z".parse().unwrap());
        assert_eq!(ask(house, scene.castellan, &of_reed(NON_PCP)).await, Filed::NoMatch, "after 90 days nothing is named");
    }

    async fn partners_who_joined_a_request_hear_that_the_patients_death_has_closed_it(house: House) {
        use crate::support::letters::letters_of;
        let scene = scene(house).await;
        let Filed::Filed(id) = ask(house, scene.rivera, &mia(PCP_CHANGE)).await else { panic!("not filed") };
        assert_eq!(ask(house, scene.castellan, &mia(PCP_CHANGE)).await, Filed::Joined(id));
        let patient = requests::by_id(house.db(), id).await.unwrap().unwrap().patient.unwrap();
        house.world.deceased(patient, "2026-03-11", house.now()).await;
        house.clock.set("2026-03-12T04:00:00Z".parse().unwrap());
        assert_eq!(postern::app::family::schedule::sweep(&house.app).await.unwrap().closed, 1);
        let mut told: Vec<String> = letters_of(house, "request_lapsed").await.into_iter().map(|(to, _)| to).collect();
        let mut both = vec![house.world.email(scene.rivera).await, house.world.email(scene.castellan).await];
        told.sort_unstable();
        both.sort_unstable();
        assert_eq!(told, both);
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
