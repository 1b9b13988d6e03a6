//! Searching: what counts, what slows, what alerts, and who matches.

use postern::app::access::{Context, viewer};
use postern::app::emergency::{self, Plea, Taken};
use postern::app::patients::{Found, search};
use postern::app::requests::{self, Filed, Wish};
use postern::domain::access::facts::ViewerFacts;
use postern::domain::audit::Act;
use postern::domain::calendar::{Interval, parse_date};
use postern::domain::ids::Mrn;
use postern::domain::letter::{Letter, Place};
use postern::domain::patient_search::{Person, Query, Typed};
use postern::domain::people::fold_name;
use postern::domain::request::RequestKind;
use postern::store::audit::{Filter, find};

use crate::support::families::context;
use crate::support::letters::letters_of;
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

/// Somebody whom no record names.
fn nobody() -> Typed {
    let text = str::to_owned;
    Typed {
        mrn: text("0099999"),
        family: text("Nobody"),
        given: text("Nina"),
        month: text("3"),
        day: text("14"),
        year: text("2019"),
    }
}

/// How many misses `letter` tells of; it leads to the account of `viewer`.
fn missed(letter: &Letter, viewer: &ViewerFacts) -> i64 {
    let Letter::SearchesMissed { misses, link: Place(link) } = letter else { panic!("{letter:?}") };
    assert_eq!(*link, format!("/team/accounts/{}", viewer.account));
    *misses
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

    async fn the_tenth_miss_in_a_row_is_told_to_the_team_from_whatever_form_it_comes_and_once_for_each_ten(house: House) {
        let ana = physician(house).await;
        let reviewer = house.world.team_account(&["reviewer"]).await;
        let told = async || letters_of(house, "searches_missed").await;
        let wish = Wish { kind: RequestKind::NonPcp, typed: nobody(), practice: None, reason: "A new patient of mine".to_owned() };
        let plea = Plea { typed: nobody(), reason: "Unconscious, no record here".to_owned() };
        for round in 1..=2 {
            for _ in 0..8 {
                ask(house, &ana, &mrn("1")).await;
            }
            assert_eq!(emergency::take(&house.app, &ana, &plea, &context(house)).await.unwrap(), Taken::NoMatch);
            assert_eq!(told().await.len(), round - 1, "nine are not ten");
            assert_eq!(requests::file(&house.app, &ana, &wish, &context(house)).await.unwrap(), Filed::NoMatch);
            assert_eq!(told().await.len(), round, "the tenth was on the form of a request");
        }
        let letters = told().await;
        assert_eq!(letters[0].0, house.world.email(reviewer).await);
        let mut said: Vec<i64> = letters.iter().map(|(_, letter)| missed(letter, &ana)).collect();
        said.sort_unstable();
        assert_eq!(said, [10, 20]);
        let filter = Filter { acts: vec![Act::SearchAlert], ..Filter::default() };
        assert_eq!(find(house.db(), &filter, 10).await.unwrap().len(), 2);
    }

    async fn a_tenth_miss_for_emergency_access_alerts_the_team_too(house: House) {
        let ana = physician(house).await;
        house.world.team_account(&["reviewer"]).await;
        let plea = Plea { typed: nobody(), reason: "Unconscious, no record here".to_owned() };
        for _ in 0..9 {
            ask(house, &ana, &mrn("1")).await;
        }
        assert_eq!(emergency::take(&house.app, &ana, &plea, &context(house)).await.unwrap(), Taken::NoMatch);
        assert_eq!(letters_of(house, "searches_missed").await.len(), 1);
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
