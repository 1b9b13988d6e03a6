//! How a family account begins: a code on paper, a birth date, an address that is proven; never under 13; both signatures from 13.

use axum::http::StatusCode;
use postern::app::desk::Member;
use postern::app::family::answering::{Answered, Taken};
use postern::app::family::desk::{Deed, Did, Flag, act, find};
use postern::app::family::enrolment::{Begun, Typed, activate, add_chart, sign, to_sign};
use postern::app::family::enter;
use postern::app::family::proxies::{end, held};
use postern::app::restrictions::{Made, Wanted, make};
use postern::domain::calendar::{Interval, parse_date};
use postern::domain::family::authority::Capacity;
use postern::domain::family::enrolment::{Bar, Fault, Relationship};
use postern::domain::ids::{AccountId, PatientId};
use postern::domain::letter::Letter;
use postern::domain::people::Role;
use postern::domain::restriction::Scope;
use postern::store::people;

use crate::support::families::{ask, context, facts, guardian, own, say, sees, yes};
use crate::support::html::elements;
use crate::support::letters::{count, letters_of};
use crate::support::portal::Portal;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const TEEN: &str = "2013-03-11";
const TWELVE: &str = "2013-03-12";
const ADULT: &str = "2008-03-11";
const MRN: &str = "0012345";

async fn member(house: &House, roles: &[Role]) -> Member {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let account = house.world.team_account(&words).await;
    Member { account, roles: roles.to_vec(), context: context(house) }
}

async fn made(house: &House, patient: PatientId, capacity: Capacity) -> Did {
    let member = member(house, &[Role::Reviewer]).await;
    act(&house.app, &member, patient, &Deed::Code(capacity)).await.unwrap()
}

async fn code(house: &House, patient: PatientId, capacity: Capacity) -> String {
    match made(house, patient, capacity).await {
        Did::Code(code) => code,
        other => panic!("{other:?}"),
    }
}

fn typed(code: &str, born: &str) -> Typed {
    Typed {
        code: code.to_owned(),
        patient_born: parse_date(born),
        given: "Elena".to_owned(),
        family: "Stone".to_owned(),
        born: parse_date("1985-02-03"),
        relationship: Some(Relationship::Mother),
        email: "elena@example.org".to_owned(),
        signature: "elena STONE".to_owned(),
        agreed: true,
    }
}

async fn begin(house: &House, typed: &Typed) -> Begun {
    activate(&house.app, typed, &context(house)).await.unwrap()
}

async fn account(house: &House, email: &str) -> AccountId {
    people::account_by_email(house.db(), email).await.unwrap().unwrap()
}

async fn children(house: &House, account: AccountId) -> usize {
    enter(&house.app, &facts(house, account).await, None, "home", &context(house))
        .await
        .unwrap()
        .permits
        .len()
}

both_engines! {
    async fn a_mother_begins_with_her_code_and_speaks_for_the_child(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        let begun = begin(house, &typed(&code.to_lowercase().replace('-', " "), CHILD)).await;
        let Begun::Account { digits, waits } = begun else { panic!("{begun:?}") };
        assert_eq!((digits.len(), waits), (8, false));
        let mother = account(house, "elena@example.org").await;
        assert_eq!(children(house, mother).await, 1);
        let mailed = letters_of(house, "set_up_link").await;
        assert_eq!(mailed.len(), 1);
        assert_eq!(mailed[0].0, "elena@example.org");
        assert!(!format!("{:?}", mailed[0].1).contains(&digits), "the digits are never mailed");
        let again = begin(house, &Typed { email: "other@example.org".to_owned(), ..typed(&code, CHILD) }).await;
        assert_eq!(again, Begun::Faulty(vec![Fault::NoMatch]), "it works once");
    }

    async fn the_mailed_link_and_the_digits_set_the_account_up_and_neither_alone(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        let Begun::Account { digits, .. } = begin(house, &typed(&code, CHILD)).await else { panic!() };
        let Letter::SetUpLink { link } = letters_of(house, "set_up_link").await.remove(0).1 else { panic!() };
        let portal = Portal::of(house);
        let page = portal.get(&link.0, &portal.stranger()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("name=\"handover\""), "the page asks for the digits");
        let wrong = portal.post(&link.0, &portal.stranger(), &[("handover", "00000000"), ("password", "nine brass kettles on a shelf"), ("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_ne!(digits, "00000000");
    }

    async fn a_wrong_birth_date_reads_like_an_unknown_code_and_five_void_it(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        let no_match = Begun::Faulty(vec![Fault::NoMatch]);
        assert_eq!(begin(house, &typed("7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ", CHILD)).await, no_match);
        assert_eq!(begin(house, &typed("", CHILD)).await, no_match);
        for _ in 0..5 {
            assert_eq!(begin(house, &typed(&code, "2019-03-15")).await, no_match);
        }
        assert_eq!(begin(house, &typed(&code, CHILD)).await, no_match, "void");
        assert_eq!(count(house, "select count(*) from guardian").await, 0);
    }

    async fn a_code_that_the_team_voids_reads_like_an_unknown_one_at_once_and_is_recorded(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let printed = code(house, mia, Capacity::Guardian).await;
        let team = member(house, &[Role::Reviewer]).await;
        let open = find(&house.app, &team, MRN).await.unwrap().unwrap().codes;
        let deed = Deed::Void(open[0].id);
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(act(&house.app, &auditor, mia, &deed).await.unwrap(), Did::NotYours);
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        assert_eq!(act(&house.app, &team, other, &deed).await.unwrap(), Did::Already, "not of that patient");
        assert_eq!(act(&house.app, &team, mia, &deed).await.unwrap(), Did::Done);
        assert_eq!(begin(house, &typed(&printed, CHILD)).await, Begun::Faulty(vec![Fault::NoMatch]));
        assert_eq!(act(&house.app, &team, mia, &deed).await.unwrap(), Did::Already, "twice is once");
        assert_eq!(find(&house.app, &team, MRN).await.unwrap().unwrap().codes, []);
        let row = "select count(*) from audit_row where act = 'change_family' and outcome = 'allowed' and detail like '%code_voided%' \
                   and patient_id is not null and subject_id is not null";
        assert_eq!((count(house, row).await, count(house, "select count(*) from guardian").await), (1, 0));
        // One that began an account is nobody's to void any more.
        let used = code(house, mia, Capacity::Guardian).await;
        let id = find(&house.app, &team, MRN).await.unwrap().unwrap().codes[0].id;
        assert!(matches!(begin(house, &typed(&used, CHILD)).await, Begun::Account { .. }));
        assert_eq!(act(&house.app, &team, mia, &Deed::Void(id)).await.unwrap(), Did::Already);
    }

    async fn a_code_is_voided_on_the_page_that_lists_it_with_a_fresh_factor(house: House) {
        let portal = Portal::of(house);
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let printed = code(house, mia, Capacity::Guardian).await;
        let reviewer = house.world.team_account(&["reviewer"]).await;
        let team = portal.signed_in(reviewer).await;
        let found = portal.post("/team/families", &team, &[("mrn", MRN)]).await;
        assert!(found.body.contains("Void this code"), "{}", found.body);
        let id = elements(&found.body).into_iter().find(|e| e.get("name") == "id").map(|e| e.get("value").to_owned()).unwrap();
        let fields = [("mrn", MRN), ("deed", "void_code"), ("id", id.as_str())];
        house.clock.advance(5 * 60 + 1);
        let asked = portal.post("/team/families/change", &team, &fields).await;
        assert!(asked.body.contains("Confirm that it is you"), "{}", asked.body);
        assert_eq!(count(house, "select count(*) from activation_code where voided_at is null").await, 1);
        let team = portal.signed_in(reviewer).await;
        let done = portal.post("/team/families/change", &team, &fields).await;
        assert!(done.status == StatusCode::OK && done.body.contains("No code waits to be used."), "{}", done.body);
        assert_eq!(begin(house, &typed(&printed, CHILD)).await, Begun::Faulty(vec![Fault::NoMatch]));
        let unreadable = portal.post("/team/families/change", &team, &[("mrn", MRN), ("deed", "void_code"), ("id", "x")]).await;
        assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_code_ends_after_thirty_days_at_the_second(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        house.clock.set("2026-04-10T16:00:00Z".parse().unwrap());
        assert_eq!(begin(house, &typed(&code, CHILD)).await, Begun::Faulty(vec![Fault::NoMatch]));
        house.clock.set("2026-04-10T15:59:59Z".parse().unwrap());
        assert!(matches!(begin(house, &typed(&code, CHILD)).await, Begun::Account { .. }));
    }

    async fn of_many_at_once_with_one_code_one_begins(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        let tasks: Vec<_> = (0..20).map(|n| {
            let (app, context) = (house.app.clone(), context(house));
            let typed = Typed { email: format!("elena{n}@example.org"), ..typed(&code, CHILD) };
            tokio::spawn(async move { activate(&app, &typed, &context).await.unwrap() })
        }).collect();
        let mut begun = 0;
        for task in tasks {
            begun += usize::from(matches!(task.await.unwrap(), Begun::Account { .. }));
        }
        assert_eq!((begun, count(house, "select count(*) from guardian").await), (1, 1));
        assert_eq!(count(house, "select count(*) from account where kind = 'family'").await, 1);
    }

    async fn what_is_missing_is_said_and_nothing_is_made(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        let bare = Typed { code: code.clone(), patient_born: parse_date(CHILD), ..Typed::default() };
        let faults = [Fault::Given, Fault::Family, Fault::Born, Fault::Relationship, Fault::Terms, Fault::Email];
        assert_eq!(begin(house, &bare).await, Begun::Faulty(faults.to_vec()));
        let unsigned = Typed { signature: "Somebody Else".to_owned(), ..typed(&code, CHILD) };
        assert_eq!(begin(house, &unsigned).await, Begun::Faulty(vec![Fault::Signature]));
        let minor = Typed { born: parse_date("2008-03-12"), ..typed(&code, CHILD) };
        assert_eq!(begin(house, &minor).await, Begun::Barred(Bar::GuardianMinor), "a day before 18");
        let of_age = Typed { born: parse_date("2008-03-11"), ..typed(&code, CHILD) };
        assert!(matches!(begin(house, &of_age).await, Begun::Account { .. }), "18 today, and the code still works");
    }

    async fn patient_and_guardian_do_not_share_an_address(house: House) {
        let mia = house.world.patient("Stone", MRN, TEEN).await;
        let mother = guardian(house, mia).await;
        let code = code(house, mia, Capacity::Patient).await;
        let email = house.world.email(mother).await.to_uppercase();
        let typed = Typed { email, signature: "Mia Stone".to_owned(), ..typed(&code, TEEN) };
        assert_eq!(begin(house, &typed).await, Begun::Faulty(vec![Fault::EmailTaken]));
    }

    async fn nobody_under_13_gets_an_account_and_a_teen_only_beside_a_guardian(house: House) {
        let twelve = house.world.patient("Stone", MRN, TWELVE).await;
        guardian(house, twelve).await;
        assert_eq!(made(house, twelve, Capacity::Patient).await, Did::Barred(Bar::Under13));
        let teen = house.world.patient("Poole", "0099999", TEEN).await;
        assert_eq!(made(house, teen, Capacity::Patient).await, Did::Barred(Bar::NoGuardian));
        guardian(house, teen).await;
        let code = code(house, teen, Capacity::Patient).await;
        let typed = Typed { signature: "Mia Poole".to_owned(), ..typed(&code, TEEN) };
        assert!(matches!(begin(house, &typed).await, Begun::Account { waits: false, .. }));
        assert_eq!(children(house, account(house, "elena@example.org").await).await, 1);
        assert_eq!(made(house, teen, Capacity::Patient).await, Did::Barred(Bar::HasAccount));
    }

    async fn whose_own_account_a_restriction_names_gets_no_second_one(house: House) {
        let (adult, teen) = (house.world.patient("Stone", MRN, ADULT).await, house.world.patient("Poole", "0099999", TEEN).await);
        guardian(house, teen).await;
        for patient in [adult, teen] {
            let printed = code(house, patient, Capacity::Patient).await;
            let account = own(house, patient).await;
            house.world.restriction(patient, Whom::Account(account), Interval::ALWAYS).await;
            assert_eq!(made(house, patient, Capacity::Patient).await, Did::Barred(Bar::HasAccount));
            let (name, born) = if patient == adult { ("Mia Stone", ADULT) } else { ("Mia Poole", TEEN) };
            let typed = Typed { signature: name.to_owned(), ..typed(&printed, born) };
            assert_eq!(begin(house, &typed).await, Begun::Barred(Bar::HasAccount));
        }
    }

    async fn restricting_a_guardians_account_voids_the_codes_that_were_printed_before(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let mother = guardian(house, mia).await;
        let other = house.world.family_account().await;
        let printed = code(house, mia, Capacity::Guardian).await;
        let open = "select count(*) from activation_code where voided_at is null";
        for (account, left) in [(other, 1), (mother, 0)] {
            house.clock.advance(1);
            let whom = house.world.email(account).await;
            let wanted = Wanted { scope: Scope::Account, whom, reason: "The court asked for it".to_owned() };
            let team = member(house, &[Role::Reviewer]).await;
            assert_eq!(make(&house.app, &team, mia, &wanted).await.unwrap(), Made::Done(()));
            assert_eq!(count(house, open).await, left);
        }
        assert_eq!(begin(house, &typed(&printed, CHILD)).await, Begun::Faulty(vec![Fault::NoMatch]));
    }

    async fn restricting_a_teens_guardian_voids_the_code_for_the_teen_that_she_may_hold(house: House) {
        let teen = house.world.patient("Stone", MRN, TEEN).await;
        let mother = guardian(house, teen).await;
        guardian(house, teen).await;
        let printed = code(house, teen, Capacity::Patient).await;
        house.clock.advance(1);
        let whom = house.world.email(mother).await;
        let wanted = Wanted { scope: Scope::Account, whom, reason: "The court asked for it".to_owned() };
        let team = member(house, &[Role::Reviewer]).await;
        assert_eq!(make(&house.app, &team, teen, &wanted).await.unwrap(), Made::Done(()));
        let typed = Typed { signature: "Mia Stone".to_owned(), ..typed(&printed, TEEN) };
        assert_eq!(begin(house, &typed).await, Begun::Faulty(vec![Fault::NoMatch]));
    }

    async fn a_code_for_the_patient_waits_no_longer_when_the_guardian_is_gone(house: House) {
        let teen = house.world.patient("Stone", MRN, TEEN).await;
        guardian(house, teen).await;
        let code = code(house, teen, Capacity::Patient).await;
        let team = member(house, &[Role::Administrator]).await;
        let family = find(&house.app, &team, MRN).await.unwrap().unwrap();
        house.clock.advance(1);
        let team = Member { context: context(house), ..team };
        assert_eq!(act(&house.app, &team, teen, &Deed::End(family.ties[0].id)).await.unwrap(), Did::Done);
        let typed = Typed { signature: "Mia Stone".to_owned(), ..typed(&code, TEEN) };
        assert_eq!(begin(house, &typed).await, Begun::Barred(Bar::NoGuardian));
    }

    async fn an_adult_begins_alone(house: House) {
        let adult = house.world.patient("Stone", MRN, ADULT).await;
        let code = code(house, adult, Capacity::Patient).await;
        let typed = Typed { signature: "Mia Stone".to_owned(), ..typed(&code, ADULT) };
        assert!(matches!(begin(house, &typed).await, Begun::Account { .. }));
    }

    async fn from_13_both_sign_before_the_guardian_has_a_say(house: House) {
        let teen = house.world.patient("Stone", MRN, TEEN).await;
        guardian(house, teen).await;
        let patient = own(house, teen).await;
        let code = code(house, teen, Capacity::Guardian).await;
        assert!(matches!(begin(house, &typed(&code, TEEN)).await, Begun::Account { waits: true, .. }));
        let mother = account(house, "elena@example.org").await;
        assert_eq!(children(house, mother).await, 0);
        let viewer = facts(house, patient).await;
        let home = enter(&house.app, &viewer, None, "home", &context(house)).await.unwrap();
        let waiting = to_sign(&house.app, &home).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].signed_as.as_str()), (1, "elena STONE"));
        let id = waiting[0].id;
        assert_eq!(sign(&house.app, &viewer, (id, "Somebody"), &context(house)).await.unwrap(), None);
        let stranger = facts(house, mother).await;
        assert_eq!(sign(&house.app, &stranger, (id, "Mia Stone"), &context(house)).await.unwrap(), Some(Taken::Unknown));
        let signed = sign(&house.app, &viewer, (id, "mia stone"), &context(house)).await.unwrap();
        assert_eq!(signed, Some(Taken::Done("Elena Stone".to_owned())));
        assert_eq!(children(house, mother).await, 1);
        assert_eq!(sign(&house.app, &viewer, (id, "mia stone"), &context(house)).await.unwrap(), Some(Taken::Unknown));
        house.clock.set("2031-03-11T04:00:00Z".parse().unwrap());
        assert_eq!(children(house, mother).await, 0, "at 18 it ends by itself");
    }

    async fn an_adult_signs_a_proxy_that_holds_until_the_adult_ends_it(house: House) {
        let adult = house.world.patient("Stone", MRN, ADULT).await;
        let patient = own(house, adult).await;
        let code = code(house, adult, Capacity::Guardian).await;
        assert!(matches!(begin(house, &typed(&code, ADULT)).await, Begun::Account { waits: true, .. }));
        let holder = account(house, "elena@example.org").await;
        assert_eq!(children(house, holder).await, 0, "one signature is not enough");
        let viewer = facts(house, patient).await;
        let home = enter(&house.app, &viewer, None, "home", &context(house)).await.unwrap();
        let id = to_sign(&house.app, &home).await.unwrap()[0].id;
        sign(&house.app, &viewer, (id, "Mia Stone"), &context(house)).await.unwrap();
        assert_eq!(children(house, holder).await, 1);
        let grant = house.world.physician("Haddad", house.world.practice("Summit").await).await.1;
        let asked = ask(house, grant, adult).await;
        assert_eq!(say(house, holder, asked, Some(&yes())).await, Answered::Given);
        assert!(sees(house, grant, adult).await, "what the holder gives counts as the adult's");
        house.clock.advance(1);
        let household = enter(&house.app, &viewer, None, "home", &context(house)).await.unwrap();
        let held = held(&house.app, &household, house.now()).await.unwrap();
        assert_eq!(held.len(), 1);
        let stranger = facts(house, holder).await;
        assert_eq!(end(&house.app, &stranger, held[0].id, &context(house)).await.unwrap(), Taken::Unknown);
        assert!(matches!(end(&house.app, &viewer, held[0].id, &context(house)).await.unwrap(), Taken::Done(_)));
        assert_eq!(children(house, holder).await, 0);
    }

    async fn a_proxy_of_childhood_ends_at_18_unless_court_papers_were_shown(house: House) {
        let teen = house.world.patient("Stone", MRN, TEEN).await;
        let (with, without) = (guardian(house, teen).await, guardian(house, teen).await);
        let team = member(house, &[Role::Reviewer]).await;
        let family = find(&house.app, &team, MRN).await.unwrap().unwrap();
        let link = family.ties.iter().find(|tie| tie.account == with).unwrap().id;
        let papers = |text: &str| Deed::Papers(link, text.to_owned());
        assert_eq!(act(&house.app, &team, teen, &papers(" ")).await.unwrap(), Did::NoReason);
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(act(&house.app, &auditor, teen, &papers("Case 12/2026")).await.unwrap(), Did::NotYours);
        assert_eq!(act(&house.app, &team, teen, &papers("Case 12/2026")).await.unwrap(), Did::Done);
        assert_eq!(act(&house.app, &team, teen, &papers("Case 12/2026")).await.unwrap(), Did::Already);
        house.clock.set("2031-03-11T03:59:59Z".parse().unwrap());
        assert_eq!((children(house, with).await, children(house, without).await), (1, 1));
        house.clock.set("2031-03-11T04:00:00Z".parse().unwrap());
        assert_eq!((children(house, with).await, children(house, without).await), (1, 0));
    }

    async fn the_team_records_a_signature_that_was_given_on_paper(house: House) {
        let teen = house.world.patient("Stone", MRN, TEEN).await;
        let code = code(house, teen, Capacity::Guardian).await;
        begin(house, &typed(&code, TEEN)).await;
        let team = member(house, &[Role::Reviewer]).await;
        let proxy = find(&house.app, &team, MRN).await.unwrap().unwrap().proxies.remove(0);
        let deed = |name: &str| Deed::Sign(proxy.id, name.to_owned());
        assert_eq!(act(&house.app, &team, teen, &deed("Nobody")).await.unwrap(), Did::WrongName);
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(act(&house.app, &auditor, teen, &deed("Mia Stone")).await.unwrap(), Did::NotYours);
        assert_eq!(act(&house.app, &team, teen, &deed("Mia Stone")).await.unwrap(), Did::Done);
        assert_eq!(children(house, account(house, "elena@example.org").await).await, 1);
        assert_eq!(act(&house.app, &team, teen, &deed("Mia Stone")).await.unwrap(), Did::Already);
    }

    async fn a_second_chart_is_added_to_the_account_with_a_code_of_its_own(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let mother = guardian(house, mia).await;
        let sister = house.world.patient("Amber", "0099999", "2021-05-06").await;
        let code = code(house, sister, Capacity::Guardian).await;
        let viewer = facts(house, mother).await;
        let typed = Typed { signature: "sam lee".to_owned(), ..typed(&code, "2021-05-06") };
        let wrong = Typed { signature: "Elena Stone".to_owned(), ..typed.clone() };
        let add = async |typed: &Typed| add_chart(&house.app, &viewer, "Sam Lee", typed, &context(house)).await.unwrap();
        assert_eq!(add(&wrong).await, Begun::Faulty(vec![Fault::Signature]));
        assert_eq!(add(&typed).await, Begun::Chart { waits: false });
        assert_eq!(children(house, mother).await, 2);
        assert_eq!(add(&typed).await, Begun::Faulty(vec![Fault::NoMatch]), "it works once");
    }

    async fn a_court_order_is_flagged_and_lifted_and_both_are_recorded(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let mother = guardian(house, mia).await;
        let team = member(house, &[Role::Administrator]).await;
        let link = find(&house.app, &team, "00-12345").await.unwrap().unwrap().ties[0].id;
        for (flag, left) in [(Flag::On, 0), (Flag::Off, 1)] {
            assert_eq!(act(&house.app, &team, mia, &Deed::CourtOrder(link, flag)).await.unwrap(), Did::Done);
            assert_eq!(act(&house.app, &team, mia, &Deed::CourtOrder(link, flag)).await.unwrap(), Did::Already);
            assert_eq!(children(house, mother).await, left);
        }
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        assert_eq!(act(&house.app, &team, other, &Deed::End(link)).await.unwrap(), Did::Already, "not of that patient");
        let rows = count(house, "select count(*) from audit_row where act = 'change_family' and outcome = 'allowed'").await;
        assert_eq!(rows, 2);
        assert!(find(&house.app, &team, "999").await.unwrap().is_none());
        assert!(find(&house.app, &team, "???").await.unwrap().is_none());
    }

    async fn the_pages_show_the_code_once_with_a_fresh_factor_and_begin_an_account(house: House) {
        let portal = Portal::of(house);
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        house.world.guardian(mia, house.world.family_account().await, Interval::ALWAYS).await;
        let team = portal.signed_in(house.world.team_account(&["reviewer"]).await).await;
        let found = portal.post("/team/families", &team, &[("mrn", MRN)]).await;
        assert!(found.body.contains("Mia Stone") && found.body.contains("Make a code for a guardian"), "{}", found.body);
        let fields = [("mrn", MRN), ("deed", "code_guardian")];
        let made = portal.post("/team/families/change", &team, &fields).await;
        assert_eq!(made.status, StatusCode::OK);
        let code = made.body.split("class=\"key\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert!(!portal.post("/team/families", &team, &[("mrn", MRN)]).await.body.contains(&code));
        house.clock.advance(301);
        let held = portal.post("/team/families/change", &team, &fields).await;
        assert!(!held.body.contains("class=\"key\""), "without a fresh factor there is no code");
        let stranger = portal.stranger();
        let form = [
            ("code", code.as_str()), ("patient_month", "3"), ("patient_day", "14"), ("patient_year", "2019"), ("given", "Elena"),
            ("family", "Stone"), ("born_month", "2"), ("born_day", "3"), ("born_year", "1985"), ("relationship", "mother"),
            ("email", "elena@example.org"), ("signature", "Elena Stone"), ("terms", "yes"),
        ];
        let wrong: Vec<_> = form.iter().map(|(k, v)| if *k == "patient_day" { (*k, "15") } else { (*k, *v) }).collect();
        let answer = portal.post("/family/activate?language=es", &stranger, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("no van juntos") && answer.body.contains("value=\"elena@example.org\""));
        let begun = portal.post("/family/activate", &stranger, &form).await;
        assert_eq!(begun.status, StatusCode::OK);
        assert!(begun.body.contains("One more step"), "{}", begun.body);
    }

    async fn signing_a_proxy_takes_a_fresh_factor_and_a_wrong_name_is_recorded(house: House) {
        let teen = house.world.patient("Stone", MRN, TEEN).await;
        guardian(house, teen).await;
        let account_of_teen = own(house, teen).await;
        let code = code(house, teen, Capacity::Guardian).await;
        assert!(matches!(begin(house, &typed(&code, TEEN)).await, Begun::Account { waits: true, .. }));
        let viewer = facts(house, account_of_teen).await;
        let home = enter(&house.app, &viewer, None, "home", &context(house)).await.unwrap();
        let path = format!("/family/proxies/{}/sign", to_sign(&house.app, &home).await.unwrap()[0].id);
        let portal = Portal::of(house);
        let browser = portal.signed_in(account_of_teen).await;
        house.clock.advance(301);
        portal.post(&path, &browser, &[("signature", "Mia Stone")]).await;
        assert_eq!(children(house, account(house, "elena@example.org").await).await, 0, "without a fresh factor");
        let browser = portal.signed_in(account_of_teen).await;
        portal.post(&path, &browser, &[("signature", "Somebody")]).await;
        let failed = "select count(*) from audit_row where act = 'change_family' and outcome = 'failed' and actor_id is not null";
        assert_eq!(count(house, failed).await, 1);
        portal.post(&path, &browser, &[("signature", "Mia Stone")]).await;
        assert_eq!(children(house, account(house, "elena@example.org").await).await, 1);
    }

    async fn what_does_not_begin_is_recorded_with_why(house: House) {
        let mia = house.world.patient("Stone", MRN, CHILD).await;
        let code = code(house, mia, Capacity::Guardian).await;
        let minor = Typed { born: parse_date("2010-02-03"), ..typed(&code, CHILD) };
        assert_eq!(begin(house, &minor).await, Begun::Barred(Bar::GuardianMinor));
        let unsigned = Typed { signature: String::new(), ..typed(&code, CHILD) };
        assert_eq!(begin(house, &unsigned).await, Begun::Faulty(vec![Fault::Signature]));
        let team = member(house, &[Role::Reviewer]).await;
        let nothing = uuid::Uuid::from_u128(5);
        assert_eq!(act(&house.app, &team, mia, &Deed::End(nothing)).await.unwrap(), Did::Already);
        for sql in [
            "select count(*) from audit_row where act = 'change_family' and outcome = 'refused' and basis = 'guardian_minor' and patient_id is not null",
            "select count(*) from audit_row where act = 'change_family' and outcome = 'failed' and basis = 'signature' and patient_id is not null",
            "select count(*) from audit_row where act = 'change_family' and outcome = 'failed' and basis = 'already' and actor_id is not null",
        ] {
            assert_eq!(count(house, sql).await, 1, "{sql}");
        }
    }
}
