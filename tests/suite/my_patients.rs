//! My patients: the next step, one provider's, and what is new about the practice's.

use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, PatientId, PracticeId, ProviderId};
use postern::domain::news::Latest;
use postern::store::{news, patients};

use crate::provider_merges::insert_merge;
use crate::results::{in_order, main_of, page, text};
use crate::support::portal::{Browser, Portal};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

struct Scene {
    elm: PracticeId,
    rivera: ProviderId,
    castellan: ProviderId,
    viewer: AccountId,
    of_rivera: PatientId,
    of_castellan: PatientId,
}

/// Rivera and Castellan are partners in Elm, each with a patient; Castellan looks.
async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let elm = w.practice("Elm Pediatrics").await;
    let (rivera, _) = w.physician("Rivera", elm).await;
    let (castellan, viewer) = w.physician("Castellan", elm).await;
    let of_rivera = w.patient("Reyes", "0011111", "2015-03-04").await;
    let of_castellan = w.patient("Castle", "0022222", "2015-03-04").await;
    w.listing(of_rivera, Some(rivera), None, Interval::ALWAYS).await;
    w.listing(of_castellan, Some(castellan), None, Interval::ALWAYS).await;
    Scene { elm, rivera, castellan, viewer, of_rivera, of_castellan }
}

/// A result of `patient` that became known at `at`.
async fn result(house: &House, patient: PatientId, at: Instant) {
    let mut tx = house.db().begin().await.unwrap();
    let latest = Latest { result: Some(at), ..Latest::default() };
    news::put(&mut tx, patient, &latest, Some(at)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn told(portal: &Portal<'_>, browser: &Browser, path: &str) -> String {
    text(main_of(&page(portal, browser, path).await))
}

/// The panel of the home page with what is new about the practice's patients.
async fn panel(portal: &Portal<'_>, browser: &Browser) -> String {
    let body = page(portal, browser, "/patients").await;
    text(main_of(&body).split_once("id=\"practice\"").unwrap().1)
}

fn until(house: &House, days: i64) -> Interval {
    Interval::new(Some(house.now()), Some(house.now().plus_seconds(days * 86_400)))
}

both_engines! {
    async fn a_list_says_the_next_step_and_when_and_how_access_that_ends_is_renewed(house: House) {
        let s = scene(house).await;
        let (by_token, by_grant, by_two) = (
            house.world.patient("Token", "0033333", "2015-03-04").await,
            house.world.patient("Grant", "0044444", "2015-03-04").await,
            house.world.patient("Twice", "0055555", "2015-03-04").await,
        );
        house.world.redeemed_token(by_token, s.viewer, None, until(house, 30)).await;
        house.world.grant(by_grant, s.viewer, until(house, 40)).await;
        // Where one fact ends another goes on, until the 18th birthday: that is the end.
        house.world.redeemed_token(by_two, s.viewer, None, until(house, 30)).await;
        house.world.grant(by_two, s.viewer, Interval::new(until(house, 30).end(), None)).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        let body = page(&portal, &browser, "/patients/mine").await;
        let row = |mrn: &str| {
            let row = body.split("<tr>").find(|row| row.contains(mrn)).unwrap();
            text(row)
        };
        in_order(&row("0033333"), &["Open the chart", "Your access ends on 10-Apr-2026 12:00", "new token", "Validate a token"]);
        in_order(&row("0044444"), &["Open the chart", "Your access ends on 20-Apr-2026", "ask the family again"]);
        in_order(&row("0055555"), &["Open the chart", "Your access ends on 04-Mar-2033 00:00", "ask the family again"]);
        for mrn in ["0011111", "0022222"] {
            assert!(row(mrn).contains("Open the chart") && !row(mrn).contains("ends on"), "{}", row(mrn));
        }
        assert!(body.contains("Next step"));
    }

    async fn a_list_says_when_what_the_access_rests_on_ends(house: House) {
        let s = scene(house).await;
        let oak = house.world.practice("Oak Pediatrics").await;
        house.world.member(s.castellan, oak, until(house, 20)).await;
        let of_oak = house.world.patient("Oaks", "0066666", "2015-03-04").await;
        house.world.listing(of_oak, None, Some(oak), Interval::ALWAYS).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        let body = page(&portal, &browser, "/patients/mine").await;
        let row = text(body.split("<tr>").find(|row| row.contains("0066666")).unwrap());
        in_order(&row, &["Open the chart", "Your access ends on 31-Mar-2026 12:00", "What your access rests on ends then"]);
    }

    async fn a_list_says_on_whom_a_request_of_the_viewer_waits_and_nothing_of_others(house: House) {
        let s = scene(house).await;
        let patient = house.world.patient("Token", "0033333", "2015-03-04").await;
        house.world.redeemed_token(patient, s.viewer, None, until(house, 30)).await;
        house.world.request("pcp_change", s.viewer, Some(patient)).await;
        let (_, other) = house.world.physician("Tanaka", s.elm).await;
        house.world.request("non_pcp", other, Some(s.of_castellan)).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        let told = told(&portal, &browser, "/patients/mine").await;
        in_order(&told, &["0033333", "PCP access", "waiting on the hospital"]);
        assert_eq!(told.matches("waiting on").count(), 1, "{told}");
    }

    async fn my_patients_are_narrowed_to_one_provider_through_all_pages(house: House) {
        let s = scene(house).await;
        for n in 0..60 {
            let mrn = format!("01000{n:02}");
            let patient = house.world.patient("Many", &mrn, "2016-01-01").await;
            let pcp = if n % 6 == 0 { s.castellan } else { s.rivera };
            house.world.listing(patient, Some(pcp), None, Interval::ALWAYS).await;
        }
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        let all = told(&portal, &browser, "/patients/mine").await;
        assert!(all.contains("Rivera") && all.contains("Castellan"), "both are offered: {all}");
        let mut path = Some(format!("/patients/mine?provider={}", s.rivera));
        let mut seen = Vec::new();
        while let Some(here) = path {
            let body = page(&portal, &browser, &here).await;
            seen.extend(body.split("<th scope=\"row\">").skip(1).map(|row| {
                row.split_once("/charts/").unwrap().1.split_once('"').unwrap().0.to_owned()
            }));
            path = body.split("href=\"").find(|link| link.contains("after=")).map(|link| {
                link.split_once('"').unwrap().0.replace("&amp;", "&")
            });
            assert!(path.as_ref().is_none_or(|path| path.contains(&format!("provider={}", s.rivera))), "{path:?}");
        }
        assert_eq!(seen.len(), 51, "50 of the many, and Reyes");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 51);
    }

    async fn narrowing_to_a_provider_finds_whom_merges_of_records_and_of_providers_bring(house: House) {
        let s = scene(house).await;
        let (w, db, always) = (&house.world, house.db(), Interval::ALWAYS);
        let (former, _) = w.physician("Rivera-Lee", s.elm).await;
        let (old, new) = (w.patient("Doe", "0033333", "2016-01-01").await, w.patient("Doe", "0044444", "2016-01-01").await);
        w.listing(old, Some(former), None, always).await;
        w.merge_confirmed(old, new, always, Some(house.now())).await;
        insert_merge(house, (former, s.rivera), Interval::new(Some(house.now()), None), s.viewer).await;
        let listed = |provider| async move {
            let rows = patients::listed_with(db, s.viewer, provider, patients::FIRST, 10).await.unwrap();
            let mut ids: Vec<PatientId> = rows.into_iter().map(|card| card.id).collect();
            ids.sort_unstable();
            ids
        };
        let mut expected = vec![s.of_rivera, old, new];
        expected.sort_unstable();
        assert_eq!(listed(s.rivera).await, expected);
        assert_eq!(listed(former).await, expected);
        assert_eq!(listed(s.castellan).await, [s.of_castellan]);
        let portal = Portal::of(house);
        let told = told(&portal, &portal.signed_in(s.viewer).await, &format!("/patients/mine?provider={}", s.rivera)).await;
        assert!(told.contains("0011111") && told.contains("0044444") && !told.contains("0022222"), "{told}");
    }

    async fn a_provider_whose_patients_the_viewer_may_not_see_and_one_who_is_not_there_leave_nobody(house: House) {
        let s = scene(house).await;
        let oak = house.world.practice("Oak Street").await;
        let (stone, _) = house.world.physician("Stone", oak).await;
        let theirs = house.world.patient("Poole", "0099999", "2015-03-04").await;
        house.world.listing(theirs, Some(stone), None, Interval::ALWAYS).await;
        house.world.restrict_everyone(s.of_rivera).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        for provider in [stone.to_string(), s.rivera.to_string(), ProviderId(house.world.id()).to_string(), "forged".into()] {
            let told = told(&portal, &browser, &format!("/patients/mine?provider={provider}")).await;
            assert!(told.contains("None of these patients is listed with that provider."), "{told}");
            for hidden in ["0099999", "0011111", "0022222", "Stone"] {
                assert!(!told.contains(hidden), "{hidden}: {told}");
            }
        }
        // Whom the viewer sees for another reason is found under the PCP, who is offered then.
        house.world.seat(theirs, Whom::Provider(s.castellan), Interval::ALWAYS).await;
        let told = told(&portal, &browser, &format!("/patients/mine?provider={stone}")).await;
        in_order(&told, &["Stone", "0099999"]);
    }

    async fn a_sponsored_user_narrows_the_list_to_one_of_those_they_work_for(house: House) {
        let s = scene(house).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(s.viewer, staff, s.elm, Interval::ALWAYS).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(staff).await;
        let told = told(&portal, &browser, &format!("/patients/mine?provider={}", s.rivera)).await;
        assert!(told.contains("Castellan") && told.contains("0011111") && !told.contains("0022222"), "{told}");
    }

    async fn what_is_new_about_the_practices_patients_stands_below_the_search_newest_first(house: House) {
        let s = scene(house).await;
        let now = house.now();
        let seated = house.world.patient("Seat", "0033333", "2015-03-04").await;
        house.world.seat(seated, Whom::Provider(s.castellan), Interval::ALWAYS).await;
        let restricted = house.world.patient("Hidden", "0044444", "2015-03-04").await;
        house.world.listing(restricted, Some(s.rivera), None, Interval::ALWAYS).await;
        house.world.restrict_everyone(restricted).await;
        let old = house.world.patient("Old", "0055555", "2015-03-04").await;
        house.world.listing(old, Some(s.rivera), None, Interval::ALWAYS).await;
        for (patient, hours) in [(s.of_castellan, 5), (s.of_rivera, 2), (seated, 1), (restricted, 1), (old, 24 * 31)] {
            result(house, patient, now.plus_seconds(-hours * 3600)).await;
        }
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        let told_then = panel(&portal, &browser).await;
        in_order(&told_then, &["New about my practice", "0011111", "New results", "0022222", "New results"]);
        for hidden in ["0033333", "0044444", "0055555"] {
            assert!(!told_then.contains(hidden), "{hidden}: {told_then}");
        }
        // The page of all has the same, and those of one provider.
        in_order(&told(&portal, &browser, "/patients/mine?new=practice").await, &["0011111", "0022222"]);
        let one = told(&portal, &browser, &format!("/patients/mine?new=practice&provider={}", s.castellan)).await;
        assert!(one.contains("0022222") && !one.contains("0011111"), "{one}");
        assert!(told(&portal, &browser, "/patients/mine?new=yes").await.contains("0033333"));
        // A look at the chart ends the news, for this viewer.
        for patient in [s.of_rivera, s.of_castellan] {
            page(&portal, &browser, &format!("/charts/{patient}")).await;
        }
        let after = panel(&portal, &browser).await;
        assert!(after.contains("Nothing is new about the patients of your practice"), "{after}");
    }

    async fn more_news_than_a_panel_holds_has_a_link_to_all_and_goes_on_page_by_page(house: House) {
        let s = scene(house).await;
        for n in 0..55 {
            let patient = house.world.patient("Many", &format!("01000{n:02}"), "2016-01-01").await;
            house.world.listing(patient, Some(s.rivera), None, Interval::ALWAYS).await;
            result(house, patient, house.now().plus_seconds(-60 * (n + 1))).await;
        }
        let portal = Portal::of(house);
        let browser = portal.signed_in(s.viewer).await;
        let body = page(&portal, &browser, "/patients").await;
        let panel = body.split_once("id=\"practice\"").unwrap().1;
        assert_eq!(panel.matches("New results").count(), 10);
        assert!(panel.contains("/patients/mine?new=practice\""), "{panel}");
        let first = page(&portal, &browser, "/patients/mine?new=practice").await;
        let next = first.split("href=\"").find(|link| link.contains("after=")).unwrap().split_once('"').unwrap().0;
        let second = page(&portal, &browser, &next.replace("&amp;", "&")).await;
        let count = |body: &str| main_of(body).matches(">New results<").count();
        assert_eq!((count(&first), count(&second)), (50, 5));
        in_order(&text(main_of(&second)), &["0100050", "0100054"]);
    }

    async fn the_store_proposes_those_with_news_for_the_viewer_newest_first(house: House) {
        let s = scene(house).await;
        let now = house.now();
        result(house, s.of_castellan, now.plus_seconds(-60)).await;
        result(house, s.of_rivera, now.plus_seconds(-120)).await;
        let ids = async |after| {
            let found = patients::with_news(house.db(), s.viewer, after, 10, now).await.unwrap();
            found.into_iter().map(|(card, at)| (card.id, at)).collect::<Vec<_>>()
        };
        let all = ids(patients::FIRST).await;
        assert_eq!(all, [(s.of_castellan, now.plus_seconds(-60)), (s.of_rivera, now.plus_seconds(-120))]);
        assert_eq!(ids((all[0].1, all[0].0)).await, all[1..]);
    }
}
