//! Restrictions as the access team makes and ends them: previewed by the decision, effective at the next request.

use axum::http::StatusCode;
use postern::app::desk::{Done, Member};
use postern::app::restrictions::{Made, Problem, Wanted, end, find, make, page, preview};
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, FactId, PatientId};
use postern::domain::people::Role;
use postern::domain::queue::Bar;
use postern::domain::restriction::Scope;

use crate::sign_in::acts;
use crate::support::html;
use crate::support::letters::count;
use crate::support::pcp::{Scene, member, now, scene, sees, text};
use crate::support::portal::{Answer, Portal};
use crate::support::{House, both_engines};

fn wanted(scope: Scope, whom: &str) -> Wanted {
    Wanted { scope, whom: whom.to_owned(), reason: "Asked for by the mother".to_owned() }
}

/// Rivera, Castellan and Haddad all see Mia by a seat of theirs or of their practice.
async fn seated(house: &House) -> Scene {
    use crate::support::world::Whom;
    let s = scene(house).await;
    house.world.seat(s.mia, Whom::Practice(s.elm), Interval::ALWAYS).await;
    house.world.seat(s.mia, Whom::Practice(s.quay), Interval::ALWAYS).await;
    s
}

async fn seen(house: &House, s: &Scene) -> [bool; 3] {
    [
        sees(house, s.rivera, s.mia).await,
        sees(house, s.castellan, s.mia).await,
        sees(house, s.haddad, s.mia).await,
    ]
}

async fn made(house: &House, by: &Member, patient: PatientId, wanted: &Wanted) -> Made<()> {
    make(&house.app, &now(house, by), patient, wanted).await.unwrap()
}

/// Who a preview says would lose the chart, by address.
async fn losing(house: &House, s: &Scene, wanted: &Wanted) -> Vec<String> {
    match preview(&house.app, &now(house, &s.jo), s.mia, wanted).await.unwrap() {
        Made::Done(found) => {
            assert_eq!(found.count, found.losing.len());
            let mut all: Vec<String> = found.losing.into_iter().map(|a| a.email).collect();
            all.sort_unstable();
            all
        }
        other => panic!("{other:?}"),
    }
}

async fn addresses(house: &House, accounts: &[AccountId]) -> Vec<String> {
    let mut all = Vec::new();
    for account in accounts {
        all.push(house.world.email(*account).await);
    }
    all.sort_unstable();
    all
}

async fn npi(house: &House, s: &Scene) -> String {
    text(house, "select npi from provider where id = $1", s.rivera_npi.0).await
}

async fn held(house: &House, s: &Scene) -> FactId {
    page(&house.app, &now(house, &s.jo), s.mia).await.unwrap().unwrap().rows[0].id
}

fn sound(page: &Answer, status: StatusCode) {
    assert_eq!(page.status, status, "{}", page.body);
    assert_eq!(html::faults(&page.body), Vec::<String>::new());
}

both_engines! {
    async fn each_scope_keeps_out_whom_it_names_from_the_next_request_on(house: House) {
        let s = seated(house).await;
        assert_eq!(seen(house, &s).await, [true, true, true]);
        let (email, npi) = (house.world.email(s.castellan).await, npi(house, &s).await);
        let elm = text(house, "select code from practice where id = $1", s.elm.0).await;
        let cases = [
            (wanted(Scope::Everyone, ""), [false, false, false]),
            (wanted(Scope::Account, &email.to_uppercase()), [true, false, true]),
            (wanted(Scope::Provider, &npi), [false, true, true]),
            (wanted(Scope::Practice, &elm), [false, false, true]),
            (wanted(Scope::Practice, " QUAY "), [true, true, false]),
        ];
        for (wanted, after) in cases {
            let before = [s.rivera, s.castellan, s.haddad];
            let lost: Vec<AccountId> = before.into_iter().zip(after).filter(|(_, keeps)| !keeps).map(|(a, _)| a).collect();
            assert_eq!(losing(house, &s, &wanted).await, addresses(house, &lost).await, "{wanted:?}");
            assert_eq!(seen(house, &s).await, [true, true, true], "a preview changes nothing");
            house.clock.advance(1);
            assert_eq!(made(house, &s.jo, s.mia, &wanted).await, Made::Done(()), "{wanted:?}");
            assert_eq!(seen(house, &s).await, after, "{wanted:?}");
            let id = held(house, &s).await;
            house.clock.advance(1);
            assert_eq!(end(&house.app, &now(house, &s.jo), id).await.unwrap(), Done::Done(s.mia));
            assert_eq!(seen(house, &s).await, [true, true, true], "{wanted:?}");
        }
    }

    async fn it_is_listed_with_who_made_it_when_and_why_and_audited(house: House) {
        let s = seated(house).await;
        assert_eq!(made(house, &s.jo, s.mia, &wanted(Scope::Practice, "Elm")).await, Made::Done(()));
        let made_at = house.now();
        let listed = page(&house.app, &now(house, &s.jo), s.mia).await.unwrap().unwrap();
        let row = &listed.rows[0];
        assert_eq!((row.scope, row.name.as_str(), row.reason.as_str()), (Scope::Practice, "Elm", "Asked for by the mother"));
        assert_eq!((row.span, row.ended_by.as_str(), listed.bar), (Interval::new(Some(made_at), None), "", None));
        assert!(!row.made_by.is_empty());
        house.clock.advance(60);
        let admin = member(house, &[Role::Administrator]).await;
        assert_eq!(end(&house.app, &admin, row.id).await.unwrap(), Done::Done(s.mia));
        let listed = page(&house.app, &now(house, &s.jo), s.mia).await.unwrap().unwrap();
        assert_eq!(listed.rows[0].span, Interval::new(Some(made_at), Some(house.now())));
        assert!(!listed.rows[0].ended_by.is_empty());
        let changes = acts(&house.app).await.into_iter().filter(|a| a.0 == Act::ChangeRestriction && a.1 == Outcome::Allowed);
        assert_eq!(changes.count(), 2);
        // Twice is once.
        assert_eq!(end(&house.app, &now(house, &s.jo), row.id).await.unwrap(), Done::Stale);
        assert_eq!(end(&house.app, &now(house, &s.jo), FactId(house.world.id())).await.unwrap(), Done::Unknown);
    }

    async fn ten_at_once_make_one(house: House) {
        let s = seated(house).await;
        let tries = (0..10).map(|_| {
            let (app, member) = (house.app.clone(), s.jo.clone());
            let patient = s.mia;
            tokio::spawn(async move { make(&app, &member, patient, &wanted(Scope::Everyone, "")).await.unwrap() })
        });
        let mut done = 0;
        for one in tries.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Made::Done(()) => done += 1,
                other => assert_eq!(other, Made::Already),
            }
        }
        assert_eq!((done, count(house, "select count(*) from restriction").await), (1, 1));
    }

    async fn whom_nobody_is_or_several_are_is_said_and_nothing_is_made(house: House) {
        let s = seated(house).await;
        house.world.practice("Elm").await;
        let wrong = |problem| Made::Wrong(vec![problem]);
        for (scope, whom, problem) in [
            (Scope::Account, "nobody@example.org", Problem::Unknown),
            (Scope::Account, "", Problem::Unknown),
            (Scope::Provider, "1234567890", Problem::Unknown),
            (Scope::Provider, "1003000126", Problem::Unknown),
            (Scope::Practice, "", Problem::Unknown),
            (Scope::Practice, "El", Problem::Unknown),
            (Scope::Practice, "elm", Problem::Several),
        ] {
            assert_eq!(made(house, &s.jo, s.mia, &wanted(scope, whom)).await, wrong(problem), "{whom}");
        }
        let silent = Wanted { reason: "  ".to_owned(), ..wanted(Scope::Everyone, "") };
        assert_eq!(made(house, &s.jo, s.mia, &silent).await, wrong(Problem::Reason));
        let long = Wanted { reason: "x".repeat(1001), ..wanted(Scope::Everyone, "") };
        assert_eq!(made(house, &s.jo, s.mia, &long).await, wrong(Problem::Reason));
        let nobody = PatientId(house.world.id());
        assert_eq!(made(house, &s.jo, nobody, &wanted(Scope::Everyone, "")).await, Made::Unknown);
        assert_eq!(count(house, "select count(*) from restriction").await, 0);
    }

    async fn an_auditor_reads_and_changes_nothing(house: House) {
        let s = seated(house).await;
        let auditor = member(house, &[Role::Auditor]).await;
        let everyone = wanted(Scope::Everyone, "");
        assert_eq!(made(house, &auditor, s.mia, &everyone).await, Made::Barred(Bar::Role));
        let shown = preview(&house.app, &auditor, s.mia, &everyone).await.unwrap();
        assert_eq!(shown, Made::Barred(Bar::Role));
        assert_eq!(made(house, &s.jo, s.mia, &everyone).await, Made::Done(()));
        let id = held(house, &s).await;
        assert_eq!(end(&house.app, &auditor, id).await.unwrap(), Done::Barred(Bar::Role));
        assert_eq!(page(&house.app, &auditor, s.mia).await.unwrap().unwrap().bar, Some(Bar::Role));
        assert_eq!(seen(house, &s).await, [false, false, false]);
    }

    async fn the_restriction_of_a_merged_record_is_listed_with_the_survivor(house: House) {
        let s = seated(house).await;
        let old = house.world.patient("Stone", "0077777", "2019-03-14").await;
        assert_eq!(made(house, &s.jo, old, &wanted(Scope::Everyone, "")).await, Made::Done(()));
        assert_eq!(seen(house, &s).await, [true, true, true]);
        house.world.merge(old, s.mia, Interval::ALWAYS).await;
        assert_eq!(seen(house, &s).await, [false, false, false]);
        let listed = page(&house.app, &now(house, &s.jo), s.mia).await.unwrap().unwrap();
        assert_eq!(listed.rows.len(), 1);
        assert_eq!(find(&house.app, &s.jo, "0077777").await.unwrap(), Some(s.mia));
    }

    async fn over_http_it_is_previewed_confirmed_with_a_fresh_factor_and_ended(house: House) {
        let portal = Portal::of(house);
        let s = seated(house).await;
        let jo = portal.signed_in(s.jo.account).await;
        sound(&portal.get("/team/restrictions", &jo).await, StatusCode::OK);
        sound(&portal.post("/team/restrictions", &jo, &[("mrn", "99")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        let of = format!("/team/restrictions/of/{}", s.mia);
        let found = portal.post("/team/restrictions", &jo, &[("mrn", "00-12345")]).await;
        assert_eq!(found.header("location"), of);
        sound(&portal.get(&of, &jo).await, StatusCode::OK);
        let fields = [("scope", "practice"), ("whom", "Elm"), ("reason", "Asked for by the mother")];
        let bad = portal.post(&format!("{of}/preview"), &jo, &[("scope", "all"), ("whom", "Elm"), ("reason", "Kept")]).await;
        sound(&bad, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("Choose whom it keeps out") && bad.body.contains(">Kept</textarea>"));
        let shown = portal.post(&format!("{of}/preview"), &jo, &fields).await;
        sound(&shown, StatusCode::OK);
        assert!(shown.body.contains("2 accounts") && shown.body.contains(&house.world.email(s.rivera).await), "{}", shown.body);
        house.clock.advance(300);
        let held_back = portal.post(&of, &jo, &fields).await;
        sound(&held_back, StatusCode::OK);
        assert!(held_back.body.contains("Confirm that it is you"));
        assert_eq!(count(house, "select count(*) from restriction").await, 0);
        let jo = portal.signed_in(s.jo.account).await;
        assert_eq!(portal.post(&of, &jo, &fields).await.header("location"), of);
        assert_eq!(seen(house, &s).await, [false, false, true]);
        let again = portal.post(&of, &jo, &fields).await;
        sound(&again, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("This restriction holds already"));
        let id = held(house, &s).await;
        let ended = portal.post(&format!("/team/restrictions/{id}/end"), &jo, &[]).await;
        assert_eq!(ended.header("location"), of);
        let late = portal.post(&format!("/team/restrictions/{id}/end"), &jo, &[]).await;
        sound(&late, StatusCode::CONFLICT);
        assert_eq!(seen(house, &s).await, [true, true, true]);
        let nobody = house.world.id();
        for path in [format!("/team/restrictions/of/{nobody}"), "/team/restrictions/of/x".to_owned()] {
            assert!(portal.get(&path, &jo).await.status.is_client_error(), "{path}");
        }
        assert_eq!(portal.post(&format!("/team/restrictions/{nobody}/end"), &jo, &[]).await.status, StatusCode::NOT_FOUND);
    }
}
