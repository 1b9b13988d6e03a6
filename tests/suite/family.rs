//! What a family account reads of the ledger, and what it does not.

use postern::app::access::{Context, open, viewer};
use postern::app::disclosures::{Disclosures, read};
use postern::app::family::choose_language;
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::ids::AccountId;
use postern::domain::language::Language;

use crate::run_sql;
use crate::support::families::{court_order, guardian, own, set, specialty};
use crate::support::letters::count;
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

    async fn the_guardian_of_a_teen_reads_of_no_sensitive_specialty_and_no_confidential_section(house: House) {
        let elm = house.world.practice("Elm").await;
        let robin = house.world.patient("Doe", "0012345", "2013-03-11").await;
        let (parent, teen) = (guardian(house, robin).await, own(house, robin).await);
        for (name, field) in [("Rivera", "Pediatrics"), ("Freud", "Child psychiatry")] {
            let (npi, account) = house.world.physician(name, elm).await;
            specialty(house, npi, field).await;
            house.world.listing(robin, Some(npi), None, Interval::ALWAYS).await;
            let staff = house.world.sponsored_account().await;
            house.world.sponsorship(account, staff, elm, Interval::new(Some(house.now()), None)).await;
            let facts = viewer(&house.app, account).await.unwrap().unwrap();
            for section in [None, Some(Section::Results), Some(Section::Notes), Some(Section::Medications), Some(Section::Allergies)] {
                open(&house.app, &facts, robin, section, &context(house)).await.unwrap();
            }
            let facts = viewer(&house.app, staff).await.unwrap().unwrap();
            open(&house.app, &facts, robin, None, &context(house)).await.unwrap();
        }
        assert_eq!(ledger(house, teen).await.rows.len(), 12);
        let read = ledger(house, parent).await.rows;
        assert_eq!(read.len(), 3, "the summary, twice, and the allergies, by whom they may read of: {read:?}");
        assert!(read.iter().all(|row| matches!(row.section, None | Some(Section::Allergies))));
        let rows = "select count(*) from audit_row where act = 'read_disclosures' and patient_id is not null";
        assert_eq!(count(house, rows).await, 2);
    }

    async fn a_court_order_on_another_guardians_link_keeps_everybody_from_the_ledger(house: House) {
        let robin = house.world.patient("Doe", "0012345", "2013-03-11").await;
        let (parent, other, teen) = (guardian(house, robin).await, guardian(house, robin).await, own(house, robin).await);
        for account in [parent, other, teen] {
            assert_eq!(ledger(house, account).await.current, Some(robin));
        }
        court_order(house, other).await;
        for account in [parent, other, teen] {
            assert_eq!(ledger(house, account).await.current, None);
        }
        // At 18 the patient reads again.
        set(house, "2031-03-11T04:00:00Z");
        assert_eq!((ledger(house, parent).await.current, ledger(house, teen).await.current), (None, Some(robin)));
    }

    async fn a_merge_that_waits_for_the_team_shows_neither_record(house: House) {
        let (robin, survivor) = (
            house.world.patient("Doe", "0012345", "2019-03-14").await,
            house.world.patient("Doe", "0099999", "2019-03-14").await,
        );
        let parent = guardian(house, robin).await;
        house.world.merge(robin, survivor, Interval::new(Some(house.now()), None)).await;
        assert_eq!(ledger(house, parent).await.current, Some(survivor), "confirmed");
        run_sql!(house, "update patient_merge set confirmed_at = null where from_id = $1", robin.0);
        assert_eq!(ledger(house, parent).await.current, None);
    }

    async fn the_language_that_is_chosen_is_recorded(house: House) {
        let parent = house.world.family_account().await;
        choose_language(&house.app, parent, Language::Spanish, &context(house)).await.unwrap();
        let rows = "select count(*) from audit_row where act = 'change_family' and outcome = 'allowed' and detail like '%\"es\"%'";
        assert_eq!(count(house, rows).await, 1);
    }
}
