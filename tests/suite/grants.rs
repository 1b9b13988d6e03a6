//! A grant is given, holds from then on for its account alone, and is taken back once.

use postern::app::access::{Asked, Context, open, viewer};
use postern::app::grants::{Gift, give, revoke};
use postern::domain::access::reach::SectionSet;
use postern::domain::chart::Section;
use postern::domain::chart::sensitivity::Labels;
use postern::domain::grant::Lasting;
use postern::domain::ids::{AccountId, FactId, PatientId};
use postern::domain::people::GivenBy;
use postern::store::grants;

use crate::support::{House, both_engines};

fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "request".to_owned(), network: "192.0.2.1".to_owned() }
}

async fn opens(house: &House, account: AccountId, patient: PatientId) -> bool {
    let facts = viewer(&house.app, account).await.unwrap().unwrap();
    matches!(open(&house.app, &facts, patient, None, &context(house)).await.unwrap(), Asked::Opened(_))
}

async fn given(house: &House, patient: PatientId, account: AccountId, giver: AccountId) -> FactId {
    let gift = Gift {
        patient,
        account,
        lasting: Lasting::Days30,
        by: GivenBy::Guardian,
        giver,
        request: None,
        sections: SectionSet::NONE.with(Section::Allergies),
        sensitive: Labels::PART2,
    };
    let mut tx = house.db().begin().await.unwrap();
    let (id, entry) = give(&house.app, &mut tx, &gift, &context(house)).await.unwrap();
    house.app.audit.commit(tx, vec![entry]).await.unwrap();
    id
}

async fn taken_back(house: &House, grant: (FactId, PatientId, AccountId), by: AccountId) -> bool {
    let mut tx = house.db().begin().await.unwrap();
    let entry = revoke(&mut tx, grant, (by, ""), &context(house)).await.unwrap();
    let was_there = entry.is_some();
    house.app.audit.commit(tx, entry.into_iter().collect()).await.unwrap();
    was_there
}

both_engines! {
    async fn a_grant_opens_the_chart_to_its_account_alone_until_it_is_taken_back_once(house: House) {
        let elm = house.world.practice("Elm").await;
        let (_, asker) = house.world.physician("Rivera", elm).await;
        let (_, partner) = house.world.physician("Castellan", elm).await;
        let parent = house.world.family_account().await;
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        assert!(!opens(house, asker, robin).await);
        let id = given(house, robin, asker, parent).await;
        assert!(opens(house, asker, robin).await);
        assert!(!opens(house, partner, robin).await);
        assert_eq!(grants::one(house.db(), id).await.unwrap(), Some((robin, asker)));
        let kept = grants::of_patient(house.db(), robin).await.unwrap();
        let [kept] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!((kept.account, kept.by, kept.sensitive), (asker, GivenBy::Guardian, Labels::PART2));
        assert!(kept.sections.has(Section::Allergies) && !kept.sections.has(Section::Notes));
        house.clock.advance(60);
        assert!(taken_back(house, (id, robin, asker), parent).await);
        assert!(!opens(house, asker, robin).await);
        assert!(!taken_back(house, (id, robin, asker), parent).await);
        assert_eq!(grants::of_patient(house.db(), robin).await.unwrap()[0].revoked_at, Some(house.now()));
    }

    async fn a_grant_of_thirty_days_is_over_at_its_last_instant_and_cannot_be_taken_back(house: House) {
        let elm = house.world.practice("Elm").await;
        let (_, asker) = house.world.physician("Rivera", elm).await;
        let parent = house.world.family_account().await;
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        let id = given(house, robin, asker, parent).await;
        let end = grants::of_patient(house.db(), robin).await.unwrap()[0].span.end().unwrap();
        house.clock.advance(end.seconds_since(house.now()) - 1);
        assert!(opens(house, asker, robin).await);
        house.clock.advance(1);
        assert!(!opens(house, asker, robin).await);
        assert!(!taken_back(house, (id, robin, asker), parent).await);
    }
}
