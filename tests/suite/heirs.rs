//! Who goes on with a PCP change when whoever filed it is gone, and joining one that changes hands at the same instant.

use postern::app::desk::Done;
use postern::app::desk::confirming::{Approval, confirm};
use postern::app::family::schedule::{Swept, needed, sweep};
use postern::app::requests::{Filed, Withdrawn, file, withdraw};
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::request::{Ending, RequestKind};
use postern::store::{Tx, patient_requests};

use crate::support::holds::somebody_waits;
use crate::support::letters::count;
use crate::support::pcp::{ask, at, context, filed, now, scene, sees, stored, verify, wish};
use crate::support::{House, both_engines};

const PCP: RequestKind = RequestKind::PcpChange;

async fn takes_back(house: &House, account: AccountId, id: RequestId) -> Withdrawn {
    let viewer = postern::app::access::viewer(&house.app, account).await.unwrap().unwrap();
    withdraw(&house.app, &viewer, id, &context(house)).await.unwrap()
}

both_engines! {
    async fn a_request_whose_filer_is_gone_goes_on_with_the_first_partner_who_can(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        let (gone, left) = (house.world.physician("Gone", s.elm).await.1, house.world.provider("Left").await);
        let left_account = house.world.provider_account(left).await;
        house.world.member(left, s.elm, Interval::new(None, Some(house.now().plus_seconds(30)))).await;
        for partner in [gone, left_account, s.castellan] {
            house.clock.advance(1);
            assert_eq!(ask(house, partner, &wish(PCP)).await, Filed::Joined(id));
        }
        assert!(!needed(&house.app).await.unwrap());
        house.clock.advance(60);
        house.world.disable(gone, house.now()).await;
        house.world.disable(s.rivera, house.now()).await;
        house.clock.advance(1);
        assert!(needed(&house.app).await.unwrap());
        assert_eq!(sweep(&house.app).await.unwrap(), Swept { handed_over: 1, ..Swept::default() });
        assert_eq!(stored(house, id).await.account, Some(s.castellan));
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "once");
        let rows = "select count(*) from audit_row where act = 'handle_request' and detail like '%handed_over%' and patient_id is not null";
        assert_eq!(count(house, rows).await, 1);
        verify(house, &s.jo, id).await;
        let approval = Approval::Listing { ends: vec![s.park], stays: vec![] };
        let done = confirm(&house.app, &now(house, &s.jo), at(house, id).await, &approval).await.unwrap();
        assert_eq!(done, Done::Done(()));
        assert!(sees(house, s.castellan, s.mia).await);
    }

    async fn whoever_left_the_practice_hands_it_on_too_and_nobody_else_does(house: House) {
        let s = scene(house).await;
        let npi = house.world.provider("Oyelaran").await;
        let account = house.world.provider_account(npi).await;
        house.world.member(npi, s.elm, Interval::new(None, Some(house.now().plus_seconds(60)))).await;
        let id = filed(house, account, PCP).await;
        assert_eq!(ask(house, s.castellan, &wish(PCP)).await, Filed::Joined(id));
        house.clock.advance(59);
        assert_eq!(sweep(&house.app).await.unwrap().handed_over, 0, "a second too early");
        house.clock.advance(1);
        assert_eq!(sweep(&house.app).await.unwrap().handed_over, 1);
        assert_eq!(stored(house, id).await.account, Some(s.castellan));
        // Nobody waits who could go on: it stays as it is.
        house.world.disable(s.castellan, house.now()).await;
        house.clock.advance(1);
        assert!(!needed(&house.app).await.unwrap());
    }

    async fn what_is_taken_back_is_handed_to_nobody_who_is_gone(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        house.world.disable(s.castellan, house.now()).await;
        house.clock.advance(1);
        assert_eq!(takes_back(house, s.rivera, id).await, Withdrawn::Closed);
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Withdrawn));
    }

    async fn whoever_joins_while_the_request_is_handed_to_them_does_not_wait_with_themselves(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, PCP).await;
        ask(house, s.castellan, &wish(PCP)).await;
        let mut tx: Tx = house.db().begin().await.unwrap();
        assert!(patient_requests::hold(&mut tx, id).await.unwrap());
        let again = {
            let (app, context, castellan) = (house.app.clone(), context(house), s.castellan);
            tokio::spawn(async move {
                let viewer = postern::app::access::viewer(&app, castellan).await.unwrap().unwrap();
                file(&app, &viewer, &wish(PCP), &context).await.unwrap()
            })
        };
        somebody_waits(house).await;
        patient_requests::hand_over(&mut tx, id, s.rivera, s.castellan).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(again.await.unwrap(), Filed::Joined(id));
        assert_eq!(stored(house, id).await.account, Some(s.castellan));
        assert_eq!(count(house, "select count(*) from request_joiner").await, 0);
    }
}
