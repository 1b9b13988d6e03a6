//! What went wrong in other portals, tried against this one by HTTP: forged words, forbids, changed grants, races, fields that no
//! form offers, and ids that could be guessed. The other half is `known_bugs`.

use axum::http::StatusCode;
use futures::future::join_all;
use postern::app::family::desk::{Deed, Did, act};
use postern::domain::calendar::Interval;
use postern::domain::family::authority::Capacity;
use postern::domain::ids::PatientId;
use postern::domain::people::Role;
use postern::web::routes::ROUTES;
use uuid::Uuid;

use crate::known_bugs::side;
use crate::support::families::sees;
use crate::support::html::elements;
use crate::support::letters::count;
use crate::support::pcp;
use crate::support::portal::{Answer, Portal};
use crate::support::world::Whom;
use crate::support::{House, both_engines};
use crate::tokens::waiting;

/// Fields that some system somewhere keeps in the row that a form changes.
const FIELDS: &[(&str, &str)] = &[
    ("kind", "access_team"),
    ("type", "provider"),
    ("role", "administrator"),
    ("roles", "administrator"),
    ("is_admin", "1"),
    ("verified", "1"),
    ("email_verified", "true"),
    ("status", "active"),
    ("state", "closed"),
    ("outcome", "approved"),
    ("approved", "1"),
    ("given_by", "team"),
    ("ends_at", "2099-01-01"),
    ("expires_at", "2099-01-01"),
    ("account", "01890000-0000-7000-8000-000000000000"),
    ("account_id", "01890000-0000-7000-8000-000000000000"),
    ("owner_id", "01890000-0000-7000-8000-000000000000"),
    ("patient_id", "01890000-0000-7000-8000-000000000000"),
    ("provider_id", "01890000-0000-7000-8000-000000000000"),
    ("practice_id", "01890000-0000-7000-8000-000000000000"),
];

/// `fields`, and everything that nobody asked for.
fn with_more<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let given = |name: &str| fields.iter().any(|(known, _)| *known == name);
    fields.iter().copied().chain(FIELDS.iter().copied().filter(|(name, _)| !given(name))).collect()
}

/// Who has which rights.
async fn standing(house: &House) -> Vec<i64> {
    let mut found = Vec::new();
    for sql in [
        "select count(*) from account where kind = 'access_team'",
        "select count(*) from account where kind = 'provider'",
        "select count(*) from account where kind = 'sponsored'",
        "select count(*) from account_role",
        "select count(*) from account_status where status = 'active'",
        "select count(*) from membership",
        "select count(*) from sponsorship",
        "select count(*) from access_grant",
        "select count(*) from guardian",
        "select count(*) from patient_account",
        "select count(*) from access_request where outcome is not null",
    ] {
        found.push(count(house, sql).await);
    }
    found
}

/// A code for a guardian of `patient`.
async fn code(house: &House, patient: PatientId) -> String {
    let member = pcp::member(house, &[Role::Reviewer]).await;
    match act(&house.app, &member, patient, &Deed::Code(Capacity::Guardian)).await.unwrap() {
        Did::Code(code) => code,
        other => panic!("{other:?}"),
    }
}

/// What somebody types who begins with a code.
fn beginning<'a>(code: &'a str, email: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("code", code),
        ("patient_month", "3"),
        ("patient_day", "14"),
        ("patient_year", "2019"),
        ("given", "Elena"),
        ("family", "Stone"),
        ("born_month", "2"),
        ("born_day", "3"),
        ("born_year", "1985"),
        ("relationship", "mother"),
        ("email", email),
        ("signature", "Elena Stone"),
        ("terms", "yes"),
    ]
}

/// How many grants last until they are taken back.
async fn endless(house: &House) -> i64 {
    count(house, "select count(*) from access_grant where ends_at is null and revoked_at is null").await
}

fn status(answer: &Answer) -> u16 {
    answer.status.as_u16()
}

both_engines! {
    async fn b07_a_forged_type_role_owner_or_duration_changes_no_right(house: House) {
        let portal = Portal::of(house);
        let stone = side(house, "Stone", "0012345").await;
        let mother = portal.signed_in(stone.mother).await;
        let path = format!("/family/requests/{}/approve", stone.request);
        let before = standing(house).await;
        for forged in [
            vec![("lasting", "forever")], vec![("lasting", "99_years")], vec![("lasting", "")],
            vec![("lasting", "30_days"), ("section", "everything")], vec![("lasting", "30_days"), ("topic", "part_9")],
        ] {
            let answer = portal.post(&path, &mother, &forged).await;
            assert_eq!(status(&answer), 422, "{forged:?}");
        }
        assert_eq!(standing(house).await, before);
        let given = portal.post(&path, &mother, &with_more(&[("lasting", "30_days")])).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER);
        let made = "select count(*) from access_grant where given_by = 'guardian' and ends_at is not null";
        assert_eq!(count(house, made).await, 1, "given by the guardian who is signed in, for the days that were chosen");
        // A kind that the page does not offer, to whoever may use the page.
        let physician = portal.signed_in(stone.provider).await;
        let requests = count(house, "select count(*) from access_request").await;
        for kind in ["registration", "membership", "practice_switch", "help", "factor_reset", "single_sign_on", "merge", "emergency_review",
            "enrolment", "message", "anything"] {
            let wish = [("kind", kind), ("mrn", "0012345"), ("family", "Stone"), ("given", "Mia"), ("month", "3"), ("day", "14"),
                ("year", "2019"), ("reason", "x")];
            assert_eq!(status(&portal.post("/requests", &physician, &wish).await), 404, "{kind}");
        }
        assert_eq!(count(house, "select count(*) from access_request").await, requests);
        let id = stone.provider.to_string();
        for kind in ["account", "guardian", "everyone", ""] {
            let (patient, sent) = (stone.patient.to_string(), kind);
            let fields = [("patient", patient.as_str()), ("kind", sent), ("id", id.as_str())];
            assert_eq!(status(&portal.post("/family/care-team/add", &mother, &fields).await), 404, "{kind}");
        }
        for who in ["team", "provider", ""] {
            let asked = portal.post("/family/enroll", &portal.stranger(), &[("who", who), ("given", "A"), ("family", "B")]).await;
            assert_eq!(status(&asked), 422, "{who}");
        }
        let auditor = portal.signed_in(house.world.team_account(&["auditor"]).await).await;
        for deed in ["code_guardian", "code_patient"] {
            portal.post("/team/families/change", &auditor, &with_more(&[("mrn", "0012345"), ("deed", deed), ("roles", "reviewer")])).await;
        }
        assert_eq!(count(house, "select count(*) from activation_code").await, 0, "the role is the account's, not the form's");
    }

    async fn b08_what_forbids_wins_over_every_combination_of_what_permits(house: House) {
        let w = &house.world;
        let portal = Portal::of(house);
        let (npi, account) = w.physician("Rivera", w.practice("Elm").await).await;
        let half_a_year = Interval::new(Some(house.now()), Some(house.now().plus_seconds(180 * 86_400)));
        let mut charts = Vec::new();
        for set in 1_u32..16 {
            let patient = w.patient("Stone", &format!("90{set:03}"), "2019-03-14").await;
            let has = |bit: u32| set & (1 << bit) != 0;
            if has(0) {
                w.listing(patient, Some(npi), None, Interval::ALWAYS).await;
            }
            if has(1) {
                w.seat(patient, Whom::Provider(npi), Interval::ALWAYS).await;
            }
            if has(2) {
                w.redeemed_token(patient, account, None, half_a_year).await;
            }
            if has(3) {
                w.grant(patient, account, Interval::ALWAYS).await;
            }
            charts.push(patient);
        }
        let browser = portal.signed_in(account).await;
        for chart in &charts {
            assert_eq!(portal.get(&format!("/charts/{chart}"), &browser).await.status, StatusCode::OK);
        }
        let scopes = [Whom::Account(account), Whom::Provider(npi)];
        for (n, chart) in charts.iter().enumerate() {
            w.restriction(*chart, scopes[n % 2], Interval::ALWAYS).await;
        }
        for (n, chart) in charts.iter().enumerate() {
            let answer = portal.get(&format!("/charts/{chart}"), &browser).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "combination {}", n + 1);
        }
        let list = portal.get("/patients/mine", &browser).await;
        assert!(list.status == StatusCode::OK && !list.body.contains("STONE"));
    }

    async fn b14_whoever_was_given_access_cannot_change_what_was_given(house: House) {
        let portal = Portal::of(house);
        let stone = side(house, "Stone", "0012345").await;
        let w = &house.world;
        let elm = w.practice("Elm").await;
        let (_, sponsor) = w.physician("Castellan", elm).await;
        let staff = w.sponsored_account().await;
        let sponsorship = w.sponsorship(sponsor, staff, elm, Interval::ALWAYS).await;
        let (grantee, staff) = (portal.signed_in(stone.provider).await, portal.signed_in(staff).await);
        assert!(sees(house, stone.provider, stone.patient).await);
        let (before, open) = (standing(house).await, endless(house).await);
        let longer = [("lasting", "until_revoked"), ("ends_at", "2099-01-01"), ("reason", "x"), ("note", "x"), ("email", "x@example.org")];
        for path in [
            format!("/family/grants/{}/revoke", stone.grant), format!("/family/grants/{}", stone.grant),
            format!("/family/tokens/{}/revoke", stone.token), format!("/team/tokens/{}", stone.token),
            format!("/team/tokens/of/{}", stone.patient), format!("/family/requests/{}/approve", stone.request),
            format!("/family/care-team/{}/remove", stone.seat), format!("/team/restrictions/of/{}", stone.patient),
        ] {
            assert_eq!(status(&portal.post(&path, &grantee, &longer).await), 404, "{path}");
        }
        for rest in ["remove", "undo", "email"] {
            let path = format!("/staff/{sponsorship}/{rest}");
            assert_eq!(status(&portal.post(&path, &staff, &longer).await), 404, "{path}");
            // Like one that is not there: nothing is left to remove.
            let none = path.replace(&sponsorship.to_string(), &Uuid::nil().to_string());
            let (theirs, none) = (portal.post(&path, &grantee, &longer).await, portal.post(&none, &grantee, &longer).await);
            assert!(status(&theirs) >= 400 && status(&theirs) == status(&none), "{path}: another sponsor's");
        }
        assert_eq!((standing(house).await, endless(house).await), (before, open));
        let alive = "select count(*) from patient_token where revoked_at is null and frozen_at is null";
        assert_eq!(count(house, alive).await, 1);
    }

    async fn b20_a_code_and_a_token_used_by_many_at_once_are_used_once(house: House) {
        let portal = Portal::of(house);
        let (mia, token) = waiting(house).await;
        let secret = token.secret.grouped();
        let mut browsers = Vec::new();
        for n in 0..5 {
            let name = format!("Doctor{n}");
            let (_, account) = house.world.physician(&name, house.world.practice(&name).await).await;
            browsers.push(portal.signed_in(account).await);
        }
        let typed = [("token", secret.as_str()), ("mrn", "0012345")];
        let answers = join_all(browsers.iter().map(|browser| portal.post("/token", browser, &typed))).await;
        let opened = answers.iter().filter(|answer| answer.header("location") == format!("/charts/{mia}")).count();
        assert_eq!(opened, 1);
        let code = code(house, house.world.patient("Stone", "0099999", "2019-03-14").await).await;
        let stranger = portal.stranger();
        let emails: Vec<String> = (0..6).map(|n| format!("elena{n}@example.org")).collect();
        let begun = emails.iter().map(async |email| portal.post("/family/activate", &stranger, &beginning(&code, email)).await);
        let begun = join_all(begun).await.iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!((begun, count(house, "select count(*) from guardian").await), (1, 1));
        // A click that comes after the answer to the taking back finds nothing any more.
        let stone = side(house, "Wren", "0055555").await;
        let (mother, physician) = (portal.signed_in(stone.mother).await, portal.signed_in(stone.provider).await);
        for path in [format!("/family/grants/{}/revoke", stone.grant), format!("/family/tokens/{}/revoke", stone.token),
            format!("/family/care-team/{}/remove", stone.seat)] {
            assert_eq!(portal.get(&format!("/charts/{}", stone.patient), &physician).await.status, StatusCode::OK, "{path}");
            assert_eq!(portal.post(&path, &mother, &[]).await.status, StatusCode::SEE_OTHER, "{path}");
        }
        assert_eq!(status(&portal.get(&format!("/charts/{}", stone.patient), &physician).await), 404);
    }

    async fn b31_fields_that_no_form_offers_are_not_taken(house: House) {
        let portal = Portal::of(house);
        let stone = side(house, "Stone", "0012345").await;
        let staff = house.world.sponsored_account().await;
        let (_, sponsor) = house.world.physician("Castellan", house.world.practice("Elm").await).await;
        house.world.sponsorship(sponsor, staff, house.world.practice("Oak").await, Interval::ALWAYS).await;
        let code = code(house, stone.patient).await;
        let before = standing(house).await;
        let browsers = [portal.stranger(), portal.signed_in(staff).await, portal.signed_in(stone.provider).await, portal.signed_in(stone.mother).await];
        // Every form of the portal, with nothing but what it does not offer.
        for row in ROUTES.iter().filter(|row| row.method == "post" && !row.path.contains('{') && !row.path.starts_with("/sign-out")) {
            for browser in &browsers {
                let answer = portal.post(row.path, browser, FIELDS).await;
                assert!(!answer.status.is_server_error(), "{}: {}", row.path, answer.status);
            }
        }
        assert_eq!(standing(house).await, before);
        // And forms that are complete.
        let asked = [("who", "guardian"), ("given", "Elena"), ("family", "Stone"), ("born_month", "2"), ("born_day", "3"),
            ("born_year", "1985"), ("email", "e@example.net"), ("phone", "617-555-0199"), ("patient_given", "Mia"),
            ("patient_family", "Stone"), ("patient_month", "3"), ("patient_day", "14"), ("patient_year", "2019")];
        let done = portal.post("/family/enroll", &browsers[0], &with_more(&asked)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let help = [("email", "e@example.net"), ("name", "Elena"), ("description", "It does not work")];
        assert_eq!(portal.post("/help", &browsers[0], &with_more(&help)).await.status, StatusCode::OK);
        let open = "select count(*) from access_request where kind in ('help', 'enrolment') and state = 'open' and version = 0";
        assert_eq!(count(house, open).await, 2);
        let begun = portal.post("/family/activate", &browsers[0], &with_more(&beginning(&code, "elena@example.org"))).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
        let mut after = standing(house).await;
        assert_eq!(after[8], before[8] + 1, "the tie that the code gives");
        after[8] -= 1;
        after[4] = before[4];
        assert_eq!(after, before, "an account of a family, and nothing more");
        assert_eq!(count(house, "select count(*) from account where email_folded = 'elena@example.org' and kind = 'family'").await, 1);
    }

    async fn b38_an_id_is_random_and_knowing_it_gives_no_right(house: House) {
        let portal = Portal::of(house);
        let (stone, poole) = (side(house, "Stone", "0012345").await, side(house, "Poole", "0099999").await);
        let (mother, other) = (portal.signed_in(stone.mother).await, portal.signed_in(poole.mother).await);
        let patient = stone.patient.to_string();
        for _ in 0..8 {
            let given = portal.post("/family/tokens", &mother, &[("patient", &patient), ("for_whom", "")]).await;
            assert_eq!(given.status, StatusCode::OK);
        }
        let page = portal.get(&format!("/family/tokens?patient={patient}"), &mother).await;
        let ids: Vec<Uuid> = elements(&page.body)
            .iter()
            .filter_map(|form| form.get("action").strip_prefix("/family/tokens/")?.strip_suffix("/revoke")?.parse().ok())
            .filter(|id: &Uuid| *id != stone.token.0)
            .collect();
        assert_eq!(ids.len(), 8, "{}", page.body);
        let mut chance: Vec<u64> = ids.iter().map(|id| id.as_u64_pair().1).collect();
        chance.sort_unstable();
        // 62 random bits: eight of them lie nowhere near each other.
        assert!(chance.windows(2).all(|pair| pair[1] - pair[0] > 1 << 32), "{chance:x?}");
        for id in ids {
            assert_eq!(id.get_version_num(), 7);
            for near in [id.as_u128() + 1, id.as_u128() - 1] {
                let path = format!("/family/tokens/{}/revoke", Uuid::from_u128(near));
                assert_eq!(status(&portal.post(&path, &mother, &[]).await), 404);
            }
            let path = format!("/family/tokens/{id}/revoke");
            assert_eq!(status(&portal.post(&path, &other, &[]).await), 404, "the id itself is no right");
        }
        let alive = "select count(*) from patient_token where revoked_at is null";
        assert_eq!(count(house, alive).await, 10);
    }
}
