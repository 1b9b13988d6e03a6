//! Searching: what counts, what slows, what alerts, and who matches.

use postern::app::access::{Context, viewer};
use postern::app::patients::{Found, search};
use postern::domain::access::facts::ViewerFacts;
use postern::domain::audit::Act;
use postern::domain::calendar::{Interval, parse_date};
use postern::domain::ids::Mrn;
use postern::domain::patient_search::{Person, Query};
use postern::domain::people::fold_name;
use postern::store::audit::{Filter, find};

use crate::support::world::Whom;
use crate::support::{House, both_engines};

async fn physician(house: &House) -> ViewerFacts {
    let elm = house.world.practice("Elm").await;
    let (_, account) = house.world.physician("Rivera", elm).await;
    viewer(&house.app, account).await.unwrap().unwrap()
}

async fn ask(house: &House, viewer: &ViewerFacts, query: &Query) -> Found {
    let context = Context { now: house.now(), request_id: "r".to_owned(), network: "192.0.2.1".to_owned() };
    search(&house.app, viewer, query, &context).await.unwrap()
}

fn mrn(text: &str) -> Query {
    Query::Mrn(Mrn::parse(text).unwrap())
}

fn person(family: &str, given: &str, born: &str) -> Query {
    let (family, given) = (fold_name(family), fold_name(given));
    Query::Person(Person { family, given, birth_date: parse_date(born).unwrap() })
}

both_engines! {
    async fn after_thirty_searches_in_an_hour_the_next_waits_ten_seconds(house: House) {
        let ana = physician(house).await;
        for _ in 0..30 {
            assert!(matches!(ask(house, &ana, &mrn("1")).await, Found::NotAuthorized(_)));
            house.clock.advance(1);
        }
        assert_eq!(ask(house, &ana, &mrn("1")).await, Found::Slowed(9));
        house.clock.advance(9);
        assert!(matches!(ask(house, &ana, &mrn("1")).await, Found::NotAuthorized(_)));
        assert_eq!(ask(house, &ana, &mrn("1")).await, Found::Slowed(10));
        house.clock.advance(3600);
        assert!(matches!(ask(house, &ana, &mrn("1")).await, Found::NotAuthorized(_)), "the hour is over");
        assert!(matches!(ask(house, &ana, &mrn("1")).await, Found::NotAuthorized(_)));
    }

    async fn the_tenth_miss_in_a_row_alerts_the_team_and_a_hit_begins_the_count_anew(house: House) {
        let ana = physician(house).await;
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        house.world.seat(robin, Whom::Provider(ana.provider.unwrap()), Interval::ALWAYS).await;
        let alerts = async || {
            let filter = Filter { acts: vec![Act::SearchAlert], ..Filter::default() };
            find(house.db(), &filter, 10).await.unwrap().len()
        };
        for _ in 0..9 {
            ask(house, &ana, &mrn("1")).await;
        }
        assert_eq!(ask(house, &ana, &mrn("0012345")).await, Found::Patient(robin));
        for _ in 0..9 {
            ask(house, &ana, &mrn("1")).await;
        }
        assert_eq!(alerts().await, 0);
        ask(house, &ana, &mrn("1")).await;
        assert_eq!(alerts().await, 1);
    }

    async fn by_name_one_is_opened_two_are_several_and_a_restricted_one_is_nobody(house: House) {
        let ana = physician(house).await;
        let provider = Whom::Provider(ana.provider.unwrap());
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        let given = "Mi";
        assert!(matches!(ask(house, &ana, &person("Doe", given, "2019-03-14")).await, Found::NotAuthorized(_)));
        house.world.restrict_everyone(robin).await;
        assert_eq!(ask(house, &ana, &person("Doe", given, "2019-03-14")).await, Found::NoMatch);
        assert_eq!(ask(house, &ana, &person("Doe", given, "2019-03-15")).await, Found::NoMatch);
        let other = house.world.patient("Roe", "0012346", "2018-01-02").await;
        house.world.seat(other, provider, Interval::ALWAYS).await;
        assert_eq!(ask(house, &ana, &person("Roe", given, "2018-01-02")).await, Found::Patient(other));
        house.world.patient("Roe", "0012347", "2018-01-02").await;
        assert_eq!(ask(house, &ana, &person("Roe", given, "2018-01-02")).await, Found::Several);
    }
}
