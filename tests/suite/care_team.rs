//! The care team as a family edits it: effective at once, found by name, practice or NPI, and a removal that outlasts the feed.

use postern::app::family::answering::Taken;
use postern::app::family::care_team::{Search, Seated, add, find, may_add, remove, seats};
use postern::app::family::{FamilyPermit, Household, enter};
use postern::domain::calendar::Interval;
use postern::domain::family::topic::SeatSource;
use postern::domain::ids::{AccountId, FactId, PatientId, ProviderId};
use postern::store::feed_write;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::feed::{INES, load};
use crate::support::families::{context, facts, family, guardian, own, sees, text_of};
use crate::support::letters::{count, letters_of};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const TEEN: &str = "2013-03-11";

async fn household(house: &House, account: AccountId) -> Household {
    enter(&house.app, &facts(house, account).await, None, "care_team", &context(house)).await.unwrap()
}

async fn on_team(house: &House, account: AccountId) -> Vec<FactId> {
    let home = household(house, account).await;
    seats(&house.app, home.current().unwrap(), house.now())
        .await
        .unwrap()
        .into_iter()
        .map(|seat| seat.id)
        .collect()
}

async fn put(house: &House, account: AccountId, patient: PatientId, whom: Seated) -> Taken {
    add(&house.app, &facts(house, account).await, (patient, whom), &context(house)).await.unwrap()
}

async fn take(house: &House, account: AccountId, seat: FactId) -> Taken {
    remove(&house.app, &facts(house, account).await, seat, &context(house)).await.unwrap().0
}

async fn matches(house: &House, permit: &FamilyPermit, query: &str) -> Vec<Seated> {
    match find(&house.app, permit, query, house.now()).await.unwrap() {
        Search::Found(found, _) => found.into_iter().map(|m| m.whom).collect(),
        Search::TooShort => panic!("too short"),
    }
}

pub async fn ines(house: &House) -> PatientId {
    let mut tx = house.db().begin().await.unwrap();
    feed_write::by_mrn(&mut tx, "0077").await.unwrap().unwrap().0
}

/// Loads the authored chart with its care team changed.
pub async fn bundle_with(house: &House, change: impl Fn(&mut Value)) {
    let mut bundle: Value = serde_json::from_str(&std::fs::read_to_string(INES).unwrap()).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "CareTeam" {
            change(&mut entry["resource"]);
        }
    }
    let folder = crate::support::database::fresh_folder();
    let file = folder.join("ines.json");
    std::fs::write(&file, bundle.to_string()).unwrap();
    load(house, &[file.to_str().unwrap()]).await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

both_engines! {
    async fn somebody_who_is_added_sees_the_chart_at_once_and_not_after_the_removal(house: House) {
        let f = family(house, CHILD).await;
        assert!(!sees(house, f.asker, f.patient).await);
        let whom = Seated::Provider(f.npi);
        assert_eq!(put(house, f.mother, f.patient, whom).await, Taken::Done("Ada Haddad".to_owned()));
        assert!(sees(house, f.asker, f.patient).await);
        assert_eq!(put(house, f.mother, f.patient, whom).await, Taken::Already);
        let seat = on_team(house, f.mother).await[0];
        assert_eq!(take(house, f.mother, seat).await, Taken::Done("Ada Haddad".to_owned()));
        assert!(!sees(house, f.asker, f.patient).await, "at the next request");
        assert_eq!(take(house, f.mother, seat).await, Taken::Already);
        house.clock.advance(1);
        assert_eq!(put(house, f.mother, f.patient, whom).await, Taken::Done("Ada Haddad".to_owned()));
        assert_eq!(count(house, "select count(*) from care_team_removal where lifted_at is null").await, 0);
        let rows = count(house, "select count(*) from audit_row where act = 'change_care_team' and outcome = 'allowed'").await;
        assert_eq!(rows, 3);
    }

    async fn a_practice_is_added_and_its_members_see_the_chart(house: House) {
        let f = family(house, CHILD).await;
        let elm = house.world.practice("Élm Street Clinic").await;
        let (_, member) = house.world.physician("Okafor", elm).await;
        assert!(matches!(put(house, f.mother, f.patient, Seated::Practice(elm)).await, Taken::Done(_)));
        assert!(sees(house, member, f.patient).await);
    }

    async fn providers_are_found_by_name_by_npi_and_practices_by_a_part_of_their_name(house: House) {
        let f = family(house, CHILD).await;
        let elm = house.world.practice("Élm Street Clinic").await;
        let nunez = house.world.provider("Núñez-Ortiz").await;
        let home = household(house, f.mother).await;
        let permit = home.current().unwrap();
        assert_eq!(matches(house, permit, "haddad").await, [Seated::Provider(f.npi)]);
        assert_eq!(matches(house, permit, "ada NUNEZ").await, [Seated::Provider(nunez)]);
        assert_eq!(matches(house, permit, "ortiz").await, [Seated::Provider(nunez)]);
        assert_eq!(matches(house, permit, "elm str").await, [Seated::Practice(elm)]);
        let npi = text_of(house, "select npi from provider where id = $1", nunez.0).await;
        assert_eq!(matches(house, permit, &format!("NPI {npi}")).await, [Seated::Provider(nunez)]);
        assert_eq!(matches(house, permit, "% or 1=1 --").await, []);
        assert_eq!(find(&house.app, permit, " é ", house.now()).await.unwrap(), Search::TooShort);
    }

    async fn more_than_twenty_matches_are_cut_and_it_is_said(house: House) {
        let f = family(house, CHILD).await;
        for n in 0..21 {
            house.world.provider(&format!("Smith{n}")).await;
        }
        let home = household(house, f.mother).await;
        let found = find(&house.app, home.current().unwrap(), "smith", house.now()).await.unwrap();
        let Search::Found(shown, is_cut) = found else { panic!() };
        assert_eq!((shown.len(), is_cut), (20, true));
    }

    async fn nobody_else_adds_or_removes_and_what_is_not_there_is_answered_alike(house: House) {
        let f = family(house, CHILD).await;
        let seat = house.world.seat(f.patient, Whom::Provider(f.npi), Interval::ALWAYS).await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let stranger = guardian(house, other).await;
        assert_eq!(take(house, stranger, seat).await, Taken::Unknown);
        assert_eq!(take(house, f.mother, FactId(Uuid::from_u128(3))).await, Taken::Unknown);
        assert_eq!(put(house, stranger, f.patient, Seated::Provider(f.npi)).await, Taken::Unknown);
        let nobody = Seated::Provider(ProviderId(Uuid::from_u128(4)));
        assert_eq!(put(house, f.mother, f.patient, nobody).await, Taken::Unknown);
        assert!(sees(house, f.asker, f.patient).await);
    }

    async fn of_a_teen_nobody_adds_alone_and_either_removes(house: House) {
        let f = family(house, TEEN).await;
        let teen = own(house, f.patient).await;
        for account in [f.mother, teen] {
            assert!(!may_add(household(house, account).await.current().unwrap()));
            assert_eq!(put(house, account, f.patient, Seated::Provider(f.npi)).await, Taken::Unknown);
        }
        let seat = house.world.seat(f.patient, Whom::Provider(f.npi), Interval::ALWAYS).await;
        assert!(matches!(take(house, teen, seat).await, Taken::Done(_)));
        assert!(!sees(house, f.asker, f.patient).await);
        assert_eq!(letters_of(house, "family_changed").await.len(), 1);
    }

    async fn a_seat_that_is_to_begin_later_never_begins_once_removed(house: House) {
        let f = family(house, CHILD).await;
        let later = Interval::new(Some(house.now().plus_seconds(86_400)), None);
        house.world.seat(f.patient, Whom::Provider(f.npi), later).await;
        let now = house.world.seat(f.patient, Whom::Provider(f.npi), Interval::ALWAYS).await;
        assert!(matches!(take(house, f.mother, now).await, Taken::Done(_)));
        house.clock.advance(90_000);
        assert!(!sees(house, f.asker, f.patient).await);
    }

    async fn a_removal_outlasts_the_feed_until_it_has_dropped_the_seat_and_listed_it_anew(house: House) {
        load(house, &[INES]).await.unwrap();
        let patient = ines(house).await;
        let mother = guardian(house, patient).await;
        let seat = on_team(house, mother).await[0];
        house.clock.advance(60);
        assert_eq!(household(house, mother).await.permits.len(), 1);
        assert!(matches!(take(house, mother, seat).await, Taken::Done(_)));
        // The feed says the same, and then the same with another end and another start: nothing comes back.
        for change in [None, Some(json!({ "start": "2026-01-10", "end": "2027-01-10" })), Some(json!({ "start": "2026-02-01" }))] {
            house.clock.advance(60);
            bundle_with(house, |team| if let Some(period) = &change { team["period"] = period.clone() }).await;
            assert_eq!(on_team(house, mother).await, [], "{change:?}");
        }
        // It drops it, and lists it anew.
        house.clock.advance(60);
        bundle_with(house, |team| team["status"] = json!("inactive")).await;
        assert_eq!(on_team(house, mother).await, []);
        house.clock.advance(60);
        bundle_with(house, |_| ()).await;
        assert_eq!(on_team(house, mother).await.len(), 1);
    }

    async fn what_the_family_added_stays_whatever_the_feed_says(house: House) {
        load(house, &[INES]).await.unwrap();
        let patient = ines(house).await;
        let mother = guardian(house, patient).await;
        let elm = house.world.practice("Elm").await;
        assert!(matches!(put(house, mother, patient, Seated::Practice(elm)).await, Taken::Done(_)));
        house.clock.advance(60);
        bundle_with(house, |team| team["status"] = json!("inactive")).await;
        let home = household(house, mother).await;
        let held = seats(&house.app, home.current().unwrap(), house.now()).await.unwrap();
        assert_eq!(held.iter().map(|seat| (seat.whom, seat.source)).collect::<Vec<_>>(), [(Seated::Practice(elm), SeatSource::Family)]);
    }
}
