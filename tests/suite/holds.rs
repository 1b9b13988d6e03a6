//! What an import or a load of the feed read before somebody else changed it is not written over the change.

use postern::app::desk::Done;
use postern::app::desk::confirming::{Approval, confirm};
use postern::app::import::{Mode, run};
use postern::domain::calendar::Interval;
use postern::domain::ids::FactId;
use postern::domain::request::RequestKind;
use postern::store::directory::{self, Dated};
use postern::store::{care_team, feed_write, tokens, verification};

use crate::care_team::ines;
use crate::feed::{INES, load};
use crate::run_sql;
use crate::support::both_engines;
use crate::support::families::guardian;
use crate::support::holds::somebody_waits;
use crate::support::letters::count;
use crate::support::pcp::{at, filed, now, scene, sees, stored, text, verify};
use crate::support::world::Whom;
use crate::tokens::{physician, waiting};

both_engines! {
    async fn a_redemption_a_freeze_and_a_revocation_made_meanwhile_outlast_an_older_row_of_a_file(house: House) {
        let (mia, issued) = waiting(house).await;
        let (okafor, ibe) = (physician(house, "Okafor").await, physician(house, "Ibe").await);
        let mut tx = house.db().begin().await.unwrap();
        let read = directory::tokens(&mut tx, &[], &[mia.0]).await.unwrap().remove(0);
        drop(tx);
        let redeemed = |by, at| Some(directory::Redemption { by, practice: None, at });
        let earlier = house.now().plus_seconds(-60);
        // The file knows of no redemption, of another one, of a later revocation.
        for (row, change) in [
            (directory::Token { redeemed: None, ..read.clone() }, "redeemed"),
            (directory::Token { redeemed: redeemed(ibe, earlier), ..read.clone() }, "redeemed"),
            (directory::Token { redeemed: redeemed(ibe, earlier), ..read.clone() }, "frozen"),
            (directory::Token { revoked_at: None, ..read.clone() }, "revoked"),
        ] {
            run_sql!(house, "update patient_token set redeemed_by = null, redeemed_at = null, frozen_at = null, revoked_at = null, revoke_reason = '' where id = $1", read.id);
            let mut tx = house.db().begin().await.unwrap();
            match change {
                "redeemed" => assert!(tokens::redeem(&mut tx, issued.id, (okafor, None), house.now()).await.unwrap()),
                "frozen" => for _ in 0..5 {
                    tokens::miss(&mut tx, issued.id, house.now()).await.unwrap();
                },
                _ => assert!(tokens::revoke(&mut tx, issued.id, (None, "Lost"), house.now()).await.unwrap()),
            }
            directory::change_token(&mut tx, &row).await.unwrap();
            tx.commit().await.unwrap();
            let (redeemers, frozen, revoked) = (
                count(house, "select count(*) from patient_token where redeemed_by is not null").await,
                count(house, "select count(*) from patient_token where frozen_at is not null").await,
                count(house, "select count(*) from patient_token where revoked_at is not null").await,
            );
            let wanted = match change {
                "redeemed" => (1, 0, 0),
                "frozen" => (0, 1, 0),
                _ => (0, 0, 1),
            };
            assert_eq!((redeemers, frozen, revoked), wanted, "{change}");
            assert_eq!(sees(house, okafor, mia).await, change == "redeemed");
            assert!(!sees(house, ibe, mia).await);
        }
    }

    async fn what_the_file_says_of_the_same_redemption_is_written(house: House) {
        let (mia, issued) = waiting(house).await;
        let okafor = physician(house, "Okafor").await;
        let mut tx = house.db().begin().await.unwrap();
        let mut read = directory::tokens(&mut tx, &[], &[mia.0]).await.unwrap().remove(0);
        assert!(tokens::redeem(&mut tx, issued.id, (okafor, None), house.now()).await.unwrap());
        let at = house.now().plus_seconds(-60);
        read.redeemed = Some(directory::Redemption { by: okafor, practice: None, at });
        read.revoked_at = Some(house.now().plus_seconds(-1));
        directory::change_token(&mut tx, &read).await.unwrap();
        let kept = directory::tokens(&mut tx, &[], &[mia.0]).await.unwrap().remove(0);
        assert_eq!((kept.redeemed, kept.revoked_at), (read.redeemed, read.revoked_at));
    }

    async fn a_file_never_moves_an_end_later_that_was_set_meanwhile(house: House) {
        let mia = house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let elm = house.world.practice("Elm").await;
        let seat = house.world.seat(mia, Whom::Practice(elm), Interval::new(None, Some(house.now()))).await;
        let mut tx = house.db().begin().await.unwrap();
        directory::end_fact(&mut tx, Dated::Seat, seat.0, house.now().plus_seconds(86_400)).await.unwrap();
        tx.commit().await.unwrap();
        house.clock.advance(1);
        assert_eq!(care_team::seats(house.db(), mia).await.unwrap()[0].span.end(), Some(house.now().plus_seconds(-1)));
    }

    async fn an_import_waits_for_the_listing_that_the_desk_is_changing(house: House) {
        let s = scene(house).await;
        let elm = text(house, "select code from practice where id = $1", s.elm.0).await;
        let line = format!("{{\"type\":\"listing\",\"mrn\":\"0012345\",\"practice\":\"{elm}\",\"from\":\"2026-03-11T16:00:00Z\"}}\n");
        let mut tx = house.db().begin().await.unwrap();
        verification::hold_patient(&mut tx, s.mia).await.unwrap();
        let app = house.app.clone();
        let import = tokio::spawn(async move { run(&app, &mut line.as_bytes(), Mode::Apply).await.unwrap() });
        somebody_waits(house).await;
        let row = directory::Listing {
            id: house.world.id(),
            patient: s.mia,
            provider: None,
            practice: Some(s.elm),
            span: Interval::new(Some(house.now()), None),
            source: directory::Source::Team,
        };
        directory::insert_listings(&mut tx, &[row]).await.unwrap();
        tx.commit().await.unwrap();
        let report = import.await.unwrap();
        assert_eq!(report.types["listing"].unchanged, 1, "it saw what the desk wrote");
    }

    async fn a_feed_that_is_loaded_while_a_seat_is_removed_does_not_bring_it_back(house: House) {
        load(house, &[INES]).await.unwrap();
        let patient = ines(house).await;
        let mother = guardian(house, patient).await;
        let (seat, whom) = {
            let held = care_team::seats(house.db(), patient).await.unwrap().remove(0);
            (held.id, held.whom)
        };
        house.clock.advance(60);
        let mut tx = house.db().begin().await.unwrap();
        verification::hold_patient(&mut tx, patient).await.unwrap();
        let removal = async {
            somebody_waits(house).await;
            assert!(care_team::end(&mut tx, patient, whom, house.now()).await.unwrap());
            care_team::suppress(&mut tx, house.world.id(), (patient, whom), (mother, ""), house.now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        let changed = crate::care_team::bundle_with(house, |team| {
            team["period"] = serde_json::json!({ "start": "2026-01-10", "end": "2027-01-10" });
        });
        futures::future::join(changed, removal).await;
        let held = care_team::seats(house.db(), patient).await.unwrap();
        let of_seat: Vec<FactId> = held.iter().filter(|s| s.span.holds(house.now())).map(|s| s.id).collect();
        assert_eq!(of_seat, [], "{seat}");
        let mut tx = house.db().begin().await.unwrap();
        assert!(!feed_write::seats(&mut tx, patient).await.unwrap().is_empty());
    }

    async fn a_confirmation_and_an_import_of_the_same_listing_at_once_both_end(house: House) {
        let s = scene(house).await;
        let id = filed(house, s.rivera, RequestKind::PcpChange).await;
        verify(house, &s.jo, id).await;
        let elm = text(house, "select code from practice where id = $1", s.elm.0).await;
        let line = format!("{{\"type\":\"listing\",\"mrn\":\"0012345\",\"practice\":\"{elm}\"}}\n");
        let (place, jo) = (at(house, id).await, now(house, &s.jo));
        let approval = Approval::Listing { ends: vec![s.park], stays: vec![] };
        let (app, other) = (house.app.clone(), house.app.clone());
        let import = tokio::spawn(async move { run(&other, &mut line.as_bytes(), Mode::Apply).await.unwrap() });
        let done = tokio::spawn(async move { confirm(&app, &jo, place, &approval).await.unwrap() });
        let (report, done) = (import.await.unwrap(), done.await.unwrap());
        assert_eq!(report.types["listing"].added, 1);
        assert!(matches!(done, Done::Done(()) | Done::Stale), "{done:?}");
        assert!(stored(house, id).await.outcome.is_some());
        assert!(sees(house, s.rivera, s.mia).await);
    }
}
