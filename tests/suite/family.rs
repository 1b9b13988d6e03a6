//! What a family account reads of the ledger, and what it does not.

use postern::app::access::{Context, open, viewer};
use postern::app::disclosures::{Disclosures, read};
use postern::domain::calendar::Interval;
use postern::domain::ids::AccountId;

use crate::support::world::Whom;
use crate::support::{House, both_engines};

fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "request".to_owned(), network: "192.0.2.1".to_owned() }
}

async fn ledger(house: &House, account: AccountId) -> Disclosures {
    let facts = viewer(&house.app, account).await.unwrap().unwrap();
    read(&house.app, &facts, None, None, &context(house)).await.unwrap()
}

both_engines! {
    async fn a_guardian_reads_who_opened_the_chart_and_why(house: House) {
        let elm = house.world.practice("Elm").await;
        let (ana, account) = house.world.physician("Rivera", elm).await;
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        house.world.listing(robin, Some(ana), None, Interval::ALWAYS).await;
        let parent = house.world.family_account().await;
        house.world.guardian(robin, parent, Interval::ALWAYS).await;
        let facts = viewer(&house.app, account).await.unwrap().unwrap();
        open(&house.app, &facts, robin, None, &context(house)).await.unwrap();
        let read = ledger(house, parent).await;
        assert_eq!(read.current, Some(robin));
        assert_eq!(read.rows.len(), 1);
        assert_eq!((read.rows[0].name.as_str(), read.rows[0].practice.as_str()), ("Sam Lee", "Elm"));
        assert_eq!(read.rows[0].bases, [postern::domain::access::Basis::Pcp]);
    }

    async fn a_restriction_that_names_the_guardian_hides_even_the_childs_name(house: House) {
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        let parent = house.world.family_account().await;
        house.world.guardian(robin, parent, Interval::ALWAYS).await;
        assert_eq!(ledger(house, parent).await.patients.len(), 1);
        house.world.restriction(robin, Whom::Account(parent), Interval::ALWAYS).await;
        let read = ledger(house, parent).await;
        assert!(read.patients.is_empty() && read.current.is_none() && read.rows.is_empty());
    }

    async fn a_family_account_learns_nothing_of_a_patient_it_names_without_authority(house: House) {
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        let parent = house.world.family_account().await;
        let facts = viewer(&house.app, parent).await.unwrap().unwrap();
        let read = read(&house.app, &facts, Some(robin), None, &context(house)).await.unwrap();
        assert!(read.patients.is_empty() && read.current.is_none());
    }
}
