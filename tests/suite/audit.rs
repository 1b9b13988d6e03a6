//! The audit: what verification finds, and that nothing is shown or changed without its row.

use postern::app::access::{Context, open};
use postern::app::audit_check::{self, Acknowledged, Fault, Report, export};
use postern::app::patients;
use postern::domain::audit::{Act, Entry, Outcome};
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, Mrn};
use postern::domain::patient_search::Query;
use postern::store::{Db, StoreError};

use crate::support::letters::count;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

/// Runs `sql` as somebody with the database in hands would, past the triggers.
async fn tamper(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => {
            sqlx::raw_sql(
                "drop trigger if exists audit_row_no_update; drop trigger if exists audit_row_no_delete",
            )
            .execute(write)
            .await
            .unwrap();
            sqlx::raw_sql(sql).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            sqlx::raw_sql("alter table audit_row disable trigger all").execute(pool).await.unwrap();
            sqlx::raw_sql(sql).execute(pool).await.unwrap();
        }
    }
}

async fn note(house: &House, times: usize) {
    for _ in 0..times {
        let entry = Entry::new(house.now(), Act::LookUp, Outcome::Allowed);
        house.app.audit.record(entry).await.unwrap();
    }
}

async fn verify(house: &House, anchor: &str) -> Report {
    audit_check::verify(house.db(), &house.app.keys.audit, anchor).await.unwrap()
}

async fn anchor(house: &House) -> String {
    audit_check::anchor_line(house.db(), &house.app.keys.audit, house.now(), Vec::new()).await.unwrap()
}

fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "request".to_owned(), network: "192.0.2.1".to_owned() }
}

both_engines! {
    async fn an_audit_that_nobody_touched_is_sound(house: House) {
        note(house, 7).await;
        let report = verify(house, &anchor(house).await).await;
        assert!(report.sound(), "{:?}", report.faults);
        assert_eq!(report.rows, 8, "the opening row and seven more");
    }

    async fn an_edited_row_is_found(house: House) {
        note(house, 5).await;
        tamper(house.db(), "update audit_row set basis = 'pcp' where seq = 3").await;
        assert!(matches!(verify(house, "").await.faults.as_slice(), [Fault::Changed { seq: 3, .. }]));
    }

    async fn a_deleted_row_is_found(house: House) {
        note(house, 5).await;
        tamper(house.db(), "delete from audit_row where seq = 3").await;
        assert!(verify(house, "").await.faults.iter().any(|f| matches!(f, Fault::Missing { seq: 3, .. })));
    }

    async fn an_inserted_row_is_found(house: House) {
        note(house, 3).await;
        tamper(house.db(), "insert into audit_row (chain_id, seq, at, actor_id, act, outcome, patient_id, subject_id, basis, \
            detail, request_id, network, mac) select chain_id, 5, at, actor_id, act, outcome, patient_id, subject_id, \
            basis, detail, request_id, network, mac from audit_row where seq = 4").await;
        assert!(matches!(verify(house, "").await.faults.as_slice(), [Fault::Changed { seq: 5, .. }]));
    }

    async fn two_rows_that_changed_places_are_found(house: House) {
        note(house, 5).await;
        tamper(house.db(), "update audit_row set seq = 99 where seq = 3").await;
        tamper(house.db(), "update audit_row set seq = 3 where seq = 4").await;
        tamper(house.db(), "update audit_row set seq = 4 where seq = 99").await;
        assert!(verify(house, "").await.faults.iter().any(|f| matches!(f, Fault::Changed { seq: 3, .. })));
    }

    async fn a_tail_that_was_cut_off_is_found_by_the_anchor(house: House) {
        note(house, 5).await;
        let anchor = anchor(house).await;
        tamper(house.db(), "delete from audit_row where seq > 2").await;
        assert!(verify(house, "").await.sound(), "inside the chain nothing shows it");
        let report = verify(house, &anchor).await;
        assert!(matches!(report.faults.as_slice(), [Fault::Truncated { kept: 2, lost: 6, .. }]), "{report:?}");
    }

    async fn a_gap_that_was_acknowledged_is_reported_no_more(house: House) {
        note(house, 5).await;
        let before = anchor(house).await;
        tamper(house.db(), "delete from audit_row where seq > 2").await;
        let chain = house.app.audit.chain();
        let gap = Acknowledged { chain, kept: 2, lost: 6, reason: "restored last night's backup".to_owned() };
        let key = &house.app.keys.audit;
        let after = audit_check::anchor_line(house.db(), key, house.now(), vec![gap]).await.unwrap();
        let report = verify(house, &format!("{before}\n{after}\n")).await;
        assert!(report.sound(), "{:?}", report.faults);
        assert_eq!(report.acknowledged, 1);
    }

    async fn an_anchor_that_somebody_wrote_is_found(house: House) {
        note(house, 2).await;
        let line = anchor(house).await.replace("\"seq\":3", "\"seq\":2");
        assert!(verify(house, &line).await.faults.contains(&Fault::Anchor { line: 1 }));
    }

    async fn rows_of_many_reads_share_commits_and_stay_in_one_chain(house: House) {
        let entry = || Entry::new(house.now(), Act::OpenChart, Outcome::Allowed);
        let all = (0..200).map(|_| house.app.audit.record(entry()));
        assert!(futures::future::join_all(all).await.iter().all(Result::is_ok));
        let report = verify(house, "").await;
        assert!(report.sound() && report.rows == 201, "{report:?}");
    }

    async fn a_request_that_goes_away_half_way_does_not_break_the_chain(house: House) {
        for round in 0..20_u64 {
            let (audit, db, now) = (house.app.audit.clone(), house.db().clone(), house.now());
            let change = tokio::spawn(async move {
                let tx = db.begin().await?;
                audit.commit(tx, vec![Entry::new(now, Act::Import, Outcome::Allowed)]).await
            });
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            change.abort();
            let _ = change.await;
            note(house, 1).await;
        }
        let report = verify(house, "").await;
        assert!(report.sound(), "{:?}", report.faults);
    }

    async fn a_chart_is_not_opened_when_its_row_cannot_be_written(house: House) {
        let elm = house.world.practice("Elm").await;
        let (ana, account) = house.world.physician("Rivera", elm).await;
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        house.world.listing(robin, Some(ana), None, Interval::ALWAYS).await;
        let viewer = postern::app::access::viewer(&house.app, account).await.unwrap().unwrap();
        tamper(house.db(), "alter table audit_row rename to hidden_rows").await;
        assert!(open(&house.app, &viewer, robin, None, &context(house)).await.is_err());
    }

    async fn a_search_that_cannot_be_recorded_counts_nothing_and_answers_nothing(house: House) {
        let elm = house.world.practice("Elm").await;
        let (_, account) = house.world.physician("Rivera", elm).await;
        let viewer = postern::app::access::viewer(&house.app, account).await.unwrap().unwrap();
        tamper(house.db(), "alter table audit_row rename to hidden_rows").await;
        let query = Query::Mrn(Mrn::parse("0012345").unwrap());
        assert!(patients::search(&house.app, &viewer, &query, &context(house)).await.is_err());
        assert_eq!(count(house, "select count(*) from throttle where key like 'search%'").await, 0);
    }

    async fn every_row_exports_as_an_audit_event(house: House) {
        let elm = house.world.practice("Elm").await;
        let (ana, account) = house.world.physician("Rivera", elm).await;
        let robin = house.world.patient("Doe", "0012345", "2019-03-14").await;
        house.world.seat(robin, Whom::Provider(ana), Interval::ALWAYS).await;
        let viewer = postern::app::access::viewer(&house.app, account).await.unwrap().unwrap();
        open(&house.app, &viewer, robin, None, &context(house)).await.unwrap();
        let mut events = Vec::new();
        let count = export::each::<StoreError>(house.db(), |event| {
            events.push(event);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(count, 2);
        for event in &events {
            for field in ["type", "recorded", "agent", "source", "outcome"] {
                assert!(!event[field].is_null(), "{field} is missing in {event}");
            }
        }
        assert_eq!(events[1]["outcomeDesc"], "allowed: care_team");
        assert_eq!(events[1]["agent"][0]["who"]["identifier"]["value"], account.to_string());
        assert_eq!(events[1]["entity"][0]["what"]["reference"], format!("Patient/{robin}"));
    }
}

#[test]
fn entries_that_differ_anywhere_are_hashed_from_different_bytes() {
    let base = || Entry::new("2026-03-11T16:00:00Z".parse().unwrap(), Act::OpenChart, Outcome::Allowed);
    let mut shifted = base();
    shifted.basis = "pcp".to_owned();
    let mut moved = base();
    moved.detail = "pcp{}".to_owned();
    moved.basis = String::new();
    let mut by = base();
    by.actor = Some(AccountId(uuid::Uuid::from_u128(1)));
    let all = [base().canonical(), shifted.canonical(), moved.canonical(), by.canonical()];
    for (i, one) in all.iter().enumerate() {
        assert!(all.iter().skip(i + 1).all(|other| other != one));
    }
}
