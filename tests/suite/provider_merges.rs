//! One person among the providers twice: merged, previewed, undone; every instant answers as it was.

use axum::http::StatusCode;
use postern::app::desk::Member;
use postern::app::look_ups::{Asker, list, who};
use postern::app::practices::preview;
use postern::app::provider_merges::{Came, Found, Proposal, find, make, one, undo};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, ProviderId};
use postern::domain::people::Role;
use postern::domain::practice::Change;
use postern::domain::provider_merge::Hindrance;
use postern::domain::queue::Bar;
use postern::store::registration::surroundings;
use postern::store::{Db, Stamp, provider_merges as rows};
use uuid::Uuid;

use crate::support::letters::count;
use crate::support::pcp::{member, now};
use crate::support::portal::Portal;
use crate::support::world::Whom;
use crate::support::{House, both_engines, html};

const DAY: i64 = 86_400;

/// The row `from` was merged into `into` during `span`, by `by`.
pub async fn insert_merge(
    house: &House,
    (from, into): (ProviderId, ProviderId),
    span: Interval,
    by: AccountId,
) -> Uuid {
    let id = house.world.id();
    let sql = "insert into provider_merge (id, from_id, into_id, starts_at, ends_at, made_by, reason) \
               values ($1, $2, $3, $4, $5, $6, 'One licence')";
    macro_rules! put {
        ($pool:expr) => {
            sqlx::query(sql)
                .bind(id)
                .bind(from.0)
                .bind(into.0)
                .bind(Stamp(span.start()))
                .bind(Stamp::end_of(span))
                .bind(by.0)
                .execute($pool)
                .await
                .map(drop)
        };
    }
    match house.db() {
        Db::Sqlite { write, .. } => put!(write),
        Db::Postgres(pool) => put!(pool),
    }
    .unwrap();
    id
}

/// Okafor at Elm with an account; her second row at North without one, listed with Mia and seated for Noor. Rivera is her partner at Elm,
/// Haddad at North.
struct Twice {
    account: ProviderId,
    second: ProviderId,
    email: String,
    boss: Member,
}

async fn twice(house: &House) -> Twice {
    let w = &house.world;
    let (elm, north) = (w.practice("Elm").await, w.practice("North").await);
    let (account, okafor) = w.physician("Okafor", elm).await;
    w.physician("Rivera", elm).await;
    w.physician("Haddad", north).await;
    let second = w.provider("Okafor").await;
    w.member(second, north, Interval::ALWAYS).await;
    let (mia, noor) =
        (w.patient("Reyes", "0001", "2019-03-14").await, w.patient("Stone", "0002", "2018-03-14").await);
    w.listing(mia, Some(second), None, Interval::ALWAYS).await;
    w.seat(noor, Whom::Provider(second), Interval::ALWAYS).await;
    let hidden = w.patient("Hidden", "0003", "2017-03-14").await;
    w.listing(hidden, Some(account), None, Interval::ALWAYS).await;
    w.restriction(hidden, Whom::Provider(second), Interval::ALWAYS).await;
    let boss = member(house, &[Role::Administrator]).await;
    Twice { account, second, email: w.email(okafor).await, boss }
}

/// The MRNs that `email` may see at `when`.
async fn sees(house: &House, email: &str, when: Instant) -> Vec<String> {
    list(&house.app, email, when, &Asker::command_line(house.now())).await.unwrap().mrns
}

/// Who may see `mrn` at `when`, each with the bases.
async fn seen_by(house: &House, mrn: &str, when: Instant) -> Vec<(String, Vec<&'static str>)> {
    let found = who(&house.app, mrn, when, &Asker::command_line(house.now())).await.unwrap();
    let words = |bases: Vec<postern::domain::access::Basis>| bases.iter().map(|b| b.word()).collect();
    found.accounts.into_iter().map(|one| (one.account, words(one.bases))).collect()
}

async fn proposal(house: &House, by: &Member, from: &str, into: &str) -> Proposal {
    match find(&house.app, &now(house, by), from, into).await.unwrap() {
        Found::Both(found) => *found,
        other => panic!("{other:?}"),
    }
}

async fn npi(house: &House, provider: ProviderId) -> String {
    rows::named(house.db(), provider).await.unwrap().unwrap().npi
}

both_engines! {
    async fn what_is_the_second_rows_counts_for_the_first_while_the_merge_holds(house: House) {
        let t = twice(house).await;
        let before = house.now();
        assert_eq!(sees(house, &t.email, before).await, ["0003"]);
        let alone = seen_by(house, "0001", before).await;
        assert_eq!(alone.len(), 1, "Haddad, as the partner of the second row");
        let second = npi(house, t.second).await;
        let found = proposal(house, &t.boss, &second, &t.email).await;
        assert_eq!((found.from.id, found.into.id, found.hindrance, found.bar.is_none()), (t.second, t.account, None, true));
        // Okafor gains Mia and Noor and loses the one from whom her second row is barred; Rivera gains Mia as her partner.
        let shifts: Vec<_> = found.shifts.iter().map(|s| (s.lost, s.gained)).collect();
        let own = found.shifts.iter().find(|s| s.email == t.email).unwrap();
        assert_eq!((own.lost, own.gained), (1, 2), "{shifts:?}");
        assert_eq!(shifts.iter().filter(|shift| **shift == (0, 1)).count(), 2, "{shifts:?}");
        assert_eq!(count(house, "select count(*) from provider_merge").await, 0, "a preview keeps nothing");
        house.clock.advance(60);
        let made = house.now();
        let came = make(&house.app, &now(house, &t.boss), (t.second, t.account), "One licence").await.unwrap();
        assert_eq!(came, Came::Done);
        assert_eq!(sees(house, &t.email, made).await, ["0001", "0002"]);
        let seen = seen_by(house, "0001", made).await;
        assert!(seen.contains(&(t.email.clone(), vec!["pcp"])), "as her own, not as her own partner: {seen:?}");
        assert_eq!(seen.len(), 3);
        house.clock.advance(DAY);
        let undone = house.now();
        let id = rows::all(house.db()).await.unwrap()[0].id;
        let back = one(&house.app, &now(house, &t.boss), id).await.unwrap().unwrap();
        let own = back.shifts.iter().find(|s| s.email == t.email).unwrap();
        assert_eq!((own.lost, own.gained), (2, 1));
        assert_eq!(undo(&house.app, &now(house, &t.boss), id).await.unwrap(), Came::Done);
        for (when, mrns) in [
            (before, vec!["0003"]),
            (made.plus_seconds(-1), vec!["0003"]),
            (made, vec!["0001", "0002"]),
            (undone.plus_seconds(-1), vec!["0001", "0002"]),
            (undone, vec!["0003"]),
        ] {
            assert_eq!(sees(house, &t.email, when).await, mrns, "{when:?}");
        }
        assert_eq!(seen_by(house, "0001", undone).await, alone);
        assert_eq!(undo(&house.app, &now(house, &t.boss), id).await.unwrap(), Came::Hindered(Hindrance::UndoneAlready));
        let rows = "select count(*) from audit_row where act = 'change_merge' and outcome = 'allowed'";
        assert_eq!(count(house, rows).await, 2);
    }

    async fn a_change_of_practice_counts_what_a_merge_of_providers_carries_there(house: House) {
        let w = &house.world;
        let (elm, north, quay) = (w.practice("Elm").await, w.practice("North").await, w.practice("Quay").await);
        let (lee_npi, lee) = w.physician("Lee", elm).await;
        let (account, _) = w.physician("Okafor", quay).await;
        // Of Okafor's other rows one works at North, and the other is somebody's PCP.
        let (second, third) = (w.provider("Okafor").await, w.provider("Okafor").await);
        w.member(second, north, Interval::ALWAYS).await;
        for (mrn, listed) in [("0001", lee_npi), ("0002", account), ("0003", third)] {
            let patient = w.patient("Reyes", mrn, "2019-03-14").await;
            w.listing(patient, Some(listed), None, Interval::ALWAYS).await;
        }
        let boss = member(house, &[Role::Administrator]).await;
        for row in [second, third] {
            insert_merge(house, (row, account), Interval::ALWAYS, boss.account).await;
        }
        let change = Change { provider: lee_npi, leave: None, join: north, at: house.now() };
        let foretold = preview(&house.app, lee, &change).await.unwrap();
        assert_eq!((foretold.gained, foretold.lost.len()), (2, 0), "Okafor's patients, as her partner at North");
        assert_eq!((foretold.gaining.people, foretold.gaining.patients), (1, 1), "Okafor gains Lee's own");
        crate::run_sql!(house, "update provider_merge set ends_at = $1", Stamp(house.now()));
        let foretold = preview(&house.app, lee, &change).await.unwrap();
        assert_eq!((foretold.gained, foretold.gaining.people), (0, 0), "undone, it carries nothing");
    }

    async fn one_account_stays_and_only_administrators_merge_once_and_with_a_reason(house: House) {
        let t = twice(house).await;
        let reviewer = member(house, &[Role::Reviewer]).await;
        let go = async |by: &Member, from, into, reason: &str| {
            make(&house.app, &now(house, by), (from, into), reason).await.unwrap()
        };
        assert_eq!(go(&reviewer, t.second, t.account, "One licence").await, Came::Barred(Bar::Role));
        assert_eq!(go(&t.boss, t.second, t.account, "  ").await, Came::Hindered(Hindrance::Reason));
        assert_eq!(go(&t.boss, t.account, t.account, "One").await, Came::Hindered(Hindrance::Same));
        assert_eq!(go(&t.boss, t.account, t.second, "One").await, Came::Hindered(Hindrance::TwoAccounts));
        let nobody = ProviderId(house.world.id());
        assert_eq!(go(&t.boss, nobody, t.account, "One").await, Came::Unknown);
        // Nobody registers with the number of the row that went: the person has an account.
        let second = npi(house, t.second).await;
        let is_taken = async || {
            let (name, id) = (("Okafor", "Ada"), house.world.id());
            surroundings(house.db(), id, (Some(&second), "new@example.org"), name, house.now()).await.unwrap().npi_taken
        };
        assert!(!is_taken().await);
        let boss = now(house, &t.boss);
        let all = (0..8).map(|_| make(&house.app, &boss, (t.second, t.account), "One licence"));
        let came: Vec<Came> = futures::future::join_all(all).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(came.iter().filter(|came| **came == Came::Done).count(), 1, "{came:?}");
        let taken = Came::Hindered(Hindrance::MergedAlready);
        assert_eq!(came.iter().filter(|came| **came == taken).count(), 7);
        assert!(is_taken().await);
        // One step, never a chain: neither further on, nor another one into the row that went.
        let third = house.world.provider("Okafor").await;
        assert_eq!(go(&t.boss, third, t.second, "One").await, taken);
        assert_eq!(go(&t.boss, third, t.account, "One").await, Came::Done);
        let id = rows::all(house.db()).await.unwrap()[0].id;
        assert_eq!(undo(&house.app, &now(house, &reviewer), id).await.unwrap(), Came::Barred(Bar::Role));
        assert_eq!(undo(&house.app, &boss, house.world.id()).await.unwrap(), Came::Unknown);
    }

    async fn two_providers_are_merged_and_unmerged_on_pages(house: House) {
        let t = twice(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let auditor = portal.signed_in(house.world.team_account(&["auditor"]).await).await;
        let sound = |answer: &crate::support::portal::Answer, status: StatusCode| {
            assert_eq!(answer.status, status, "{}", answer.body);
            assert_eq!(html::faults(&answer.body), Vec::<String>::new());
        };
        sound(&portal.get("/team/providers", &browser).await, StatusCode::OK);
        let second = npi(house, t.second).await;
        let unknown = portal.post("/team/providers", &browser, &[("from", "1"), ("into", &t.email)]).await;
        sound(&unknown, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.body.contains(&format!("value=\"{}\"", t.email)));
        let fields = [("from", second.as_str()), ("into", t.email.as_str())];
        let pair = portal.post("/team/providers", &browser, &fields).await;
        sound(&pair, StatusCode::OK);
        assert!(pair.body.contains(&second) && pair.body.contains("Patients newly seen"));
        let read = portal.post("/team/providers", &auditor, &fields).await;
        sound(&read, StatusCode::OK);
        assert!(!read.body.contains("/team/providers/merge"));
        let (from, into) = (t.second.to_string(), t.account.to_string());
        let mut fields = vec![("from", from.as_str()), ("into", into.as_str()), ("reason", " ")];
        let missing = portal.post("/team/providers/merge", &browser, &fields).await;
        sound(&missing, StatusCode::UNPROCESSABLE_ENTITY);
        fields[2].1 = "One licence";
        sound(&portal.post("/team/providers/merge", &auditor, &fields).await, StatusCode::FORBIDDEN);
        let done = portal.post("/team/providers/merge", &browser, &fields).await;
        assert_eq!(done.header("location"), "/team/providers");
        let listed = portal.get("/team/providers", &browser).await;
        sound(&listed, StatusCode::OK);
        let id = rows::all(house.db()).await.unwrap()[0].id;
        assert!(listed.body.contains(&format!("/team/providers/{id}")));
        let page = portal.get(&format!("/team/providers/{id}"), &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("One licence") && page.body.contains("Undo the merge"));
        let undone = portal.post(&format!("/team/providers/{id}/undo"), &browser, &[]).await;
        assert_eq!(undone.header("location"), format!("/team/providers/{id}"));
        sound(&portal.get(&format!("/team/providers/{id}"), &browser).await, StatusCode::OK);
        sound(&portal.post(&format!("/team/providers/{id}/undo"), &browser, &[]).await, StatusCode::CONFLICT);
        let nowhere = portal.get(&format!("/team/providers/{}", house.world.id()), &browser).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        let forged = [("from", "x"), ("into", into.as_str()), ("reason", "One")];
        assert_eq!(portal.post("/team/providers/merge", &browser, &forged).await.status, StatusCode::NOT_FOUND);
        let family = portal.signed_in(house.world.family_account().await).await;
        assert_eq!(portal.get("/team/providers", &family).await.status, StatusCode::NOT_FOUND);
        house.clock.advance(5 * 60);
        let held = portal.post("/team/providers/merge", &browser, &fields).await;
        assert!(held.body.contains("Confirm that it is you"));
    }
}
