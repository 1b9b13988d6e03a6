//! Route x principal x object: every route that names something, called by fourteen principals with what is theirs, what is
//! another's, what is not there and what is over, against `tests/golden/object_matrix.csv`. For everybody but the access team,
//! what is another's and what is not there answer with the same bytes, and nothing of another's changes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::Stamp;
use postern::web::routes::{ROUTES, Row};
use uuid::Uuid;

use crate::hidden::told;
use crate::provider_merges::insert_merge;
use crate::run_sql;
use crate::support::families::ask;
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const ABSENT: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0000);
const GOLDEN: &str = "tests/golden/object_matrix.csv";
/// The first cycle is over, so whoever owes its review is locked.
const AFTER_MAY: &str = "2026-05-02T12:00:00Z";

/// What the `{id}` of a path names: the longest of these that a path begins with.
const NAMED: &[(&str, Kind)] = &[
    ("/charts/", Kind::Patient),
    ("/requests/", Kind::Asked),
    ("/staff/", Kind::Sponsorship),
    ("/staff/invitations/", Kind::Invitation),
    ("/practices/", Kind::Practice),
    ("/team/requests/", Kind::Asked),
    ("/team/requests/views/", Kind::QueueView),
    ("/team/accounts/", Kind::Account),
    ("/team/providers/", Kind::ProviderMerge),
    ("/team/validation/", Kind::Account),
    ("/team/tokens/of/", Kind::Patient),
    ("/team/tokens/", Kind::Token),
    ("/team/restrictions/of/", Kind::Patient),
    ("/team/restrictions/", Kind::Restriction),
    ("/family/requests/", Kind::ToTheFamily),
    ("/family/messages/", Kind::Thread),
    ("/family/blocks/", Kind::Block),
    ("/family/grants/", Kind::Grant),
    ("/family/grants/{id}/renew", Kind::EndingGrant),
    ("/family/tokens/", Kind::Token),
    ("/family/tokens/{id}/renew", Kind::EndingToken),
    ("/family/care-team/", Kind::Seat),
    ("/family/proxies/", Kind::Proxy),
    ("/dev/mail/", Kind::Letter),
    ("/api/v1/requests/", Kind::ToTheFamily),
    ("/api/v1/tokens/", Kind::Token),
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Patient,
    Asked,
    Sponsorship,
    Invitation,
    Practice,
    Account,
    Token,
    ToTheFamily,
    /// One that a guardian began; over is that the guardian has no say about its patient any more.
    Thread,
    Block,
    Grant,
    /// One that a guardian gave, and that the patient, who is 17, may renew.
    EndingGrant,
    EndingToken,
    Seat,
    Proxy,
    Restriction,
    ProviderMerge,
    QueueView,
    Letter,
}

/// Of each kind: ours, another's, and one of ours that is over.
type Objects = BTreeMap<Kind, [Uuid; 3]>;

fn kind_of(path: &str) -> Kind {
    let known =
        NAMED.iter().filter(|(begin, _)| path.starts_with(begin)).max_by_key(|(begin, _)| begin.len());
    known.unwrap_or_else(|| panic!("say in NAMED what the id of {path} names")).1
}

fn over(house: &House) -> Interval {
    Interval::new(None, Some(house.now().plus_seconds(-30 * 86_400)))
}

struct Scene {
    objects: Objects,
    principals: Vec<(&'static str, AccountId)>,
}

async fn invitation(house: &House, sponsor: AccountId, practice: Uuid, ended: bool) -> Uuid {
    let (id, now) = (house.world.id(), house.now());
    run_sql!(
        house,
        "insert into invitation (id, sponsor_id, practice_id, email, email_folded, family, given, job, secret_hash, code_hash, \
         wrong_codes, sealed_totp, made_at, sent_at, expires_at, ended_at, ending, letters) \
         values ($1, $2, $3, 'n@elm.example.org', 'n@elm.example.org', 'Brooks', 'Nadia', 'other', $4, $4, 0, $4, $5, $5, $6, \
         coalesce($7, cast(null as timestamptz)), $8, 1)",
        id,
        sponsor.0,
        practice,
        id.as_bytes().to_vec(),
        Stamp(now),
        Stamp(now.plus_seconds(72 * 3600)),
        ended.then_some(Stamp(now)),
        ended.then_some("withdrawn")
    );
    id
}

async fn proxy(house: &House, patient: Uuid, account: AccountId, withdrawn: bool) -> Uuid {
    let id = house.world.id();
    run_sql!(
        house,
        "insert into proxy (id, patient_id, account_id, relationship, made_at, withdrawn_at) values ($1, $2, $3, 'mother', $4, $5)",
        id,
        patient,
        account.0,
        Stamp(house.now()),
        withdrawn.then_some(Stamp(house.now()))
    );
    id
}

async fn block(house: &House, patient: Uuid, asker: AccountId, by: AccountId, ended: bool) -> Uuid {
    let (id, now) = (house.world.id(), Stamp(house.now()));
    run_sql!(
        house,
        "insert into request_block (id, patient_id, account_id, made_by, starts_at, ended_by, ends_at) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        patient,
        asker.0,
        by.0,
        now,
        ended.then_some(by.0),
        ended.then_some(now)
    );
    id
}

async fn thread(house: &House, account: AccountId, patient: PatientId) -> Uuid {
    let id = house.world.request("message", account, Some(patient)).await;
    let now = Stamp(house.now());
    run_sql!(
        house,
        "insert into message_thread (request_id, account_id, subject, last_at, seen_at) values ($1, $2, 'We moved', $3, $3)",
        id.0,
        account.0,
        now
    );
    run_sql!(
        house,
        "insert into message (id, request_id, account_id, by_team, at, body) values ($1, $2, $3, 0, $4, 'Hello')",
        house.world.id(),
        id.0,
        account.0,
        now
    );
    id.0
}

async fn queue_view(house: &House, account: AccountId) -> Uuid {
    let id = house.world.id();
    run_sql!(
        house,
        "insert into queue_view (id, account_id, name, shown, made_at) values ($1, $2, 'Mine', $3, $4)",
        id,
        account.0,
        r#"{"view":"mine","kind":null,"filter":{}}"#,
        Stamp(house.now())
    );
    id
}

/// Two sides that have nothing to do with each other: Elm with its sponsor, staff and the Stones, Oak with its own and the Pooles; and
/// two of 17, each with what a guardian gave.
async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let (elm, oak, left) =
        (w.practice("Elm Pediatrics").await, w.practice("Oak Street").await, w.practice("Left").await);
    let (physician_npi, physician) = w.physician("Rivera", elm).await;
    let (_, sponsor) = w.physician("Castellan", elm).await;
    let (_, locked) = w.physician("Tanaka", elm).await;
    let (foreign_npi, foreign) = w.physician("Novak", oak).await;
    let (asker_npi, asker) = w.physician("Haddad", oak).await;
    let (_, deactivated) = w.physician("Brandt", elm).await;
    w.member(physician_npi, left, over(house)).await;
    let staff = w.sponsored_account().await;
    let former = w.sponsored_account().await;
    let of_locked = w.sponsored_account().await;
    let of_foreign = w.sponsored_account().await;
    let live = w.sponsorship(sponsor, staff, elm, Interval::ALWAYS).await;
    let ended = w.sponsorship(sponsor, former, elm, over(house)).await;
    w.sponsorship(locked, of_locked, elm, Interval::ALWAYS).await;
    let others = w.sponsorship(foreign, of_foreign, oak, Interval::ALWAYS).await;
    for sponsor in [sponsor, foreign] {
        w.review(sponsor, "2026-04-01", "2026-04-10T12:00:00Z".parse().unwrap()).await;
    }
    let reviewer = w.team_account(&["reviewer", "administrator"]).await;
    let auditor = w.team_account(&["auditor"]).await;
    // A 14-year-old with an account of their own, so that guardian and patient both have a say.
    let teen = w.patient("Stone", "0012345", "2012-01-05").await;
    let other = w.patient("Poole", "0099999", "2012-01-05").await;
    let past = w.patient("Wren", "0055555", "2012-01-05").await;
    w.listing(teen, Some(physician_npi), None, Interval::ALWAYS).await;
    w.listing(other, Some(foreign_npi), None, Interval::ALWAYS).await;
    w.listing(past, Some(physician_npi), None, over(house)).await;
    let (guardian, patient) = (w.family_account().await, w.family_account().await);
    let other_guardian = w.family_account().await;
    w.guardian(teen, guardian, Interval::ALWAYS).await;
    w.own_account(teen, patient).await;
    w.guardian(other, other_guardian, Interval::ALWAYS).await;
    let asked = [
        w.request("non_pcp", physician, Some(other)).await,
        w.request("non_pcp", foreign, Some(teen)).await,
        w.request("pcp_change", physician, Some(past)).await,
    ];
    let to_family =
        [ask(house, asker, teen).await, ask(house, asker, other).await, ask(house, locked, teen).await];
    for request in [asked[2], to_family[2]] {
        w.close_request(request).await;
    }
    let whole = Interval::ALWAYS;
    let year = Interval::new(Some(house.now()), Some(house.now().plus_seconds(180 * 86_400)));
    let gone = Interval::new(Some(house.now().plus_seconds(-86_400)), Some(house.now()));
    let (grants, seats, tokens) = (
        [
            w.grant(teen, deactivated, whole).await,
            w.grant(other, asker, whole).await,
            w.grant(teen, foreign, over(house)).await,
        ],
        [
            w.seat(teen, Whom::Practice(left), whole).await,
            w.seat(other, Whom::Provider(asker_npi), whole).await,
            w.seat(teen, Whom::Provider(asker_npi), over(house)).await,
        ],
        [
            w.redeemed_token(teen, locked, None, year).await,
            w.redeemed_token(other, asker, None, year).await,
            w.redeemed_token(teen, asker, None, gone).await,
        ],
    );
    // Seventeen on the day, so that what a guardian gave ends before its own end unless they renew it.
    let (grown, other_grown) =
        (w.patient("Marsh", "0077777", "2008-06-05").await, w.patient("Vale", "0066666", "2008-06-05").await);
    let patient_at_17 = w.family_account().await;
    w.own_account(grown, patient_at_17).await;
    w.own_account(other_grown, w.family_account().await).await;
    for patient in [grown, other_grown] {
        w.guardian(patient, w.family_account().await, Interval::ALWAYS).await;
    }
    let (ending_grants, ending_tokens) = (
        [
            w.grant(grown, asker, whole).await,
            w.grant(other_grown, foreign, whole).await,
            w.grant(grown, foreign, over(house)).await,
        ],
        [
            w.redeemed_token(grown, asker, None, year).await,
            w.redeemed_token(other_grown, asker, None, year).await,
            w.redeemed_token(grown, foreign, None, gone).await,
        ],
    );
    let blocks = [
        block(house, teen.0, asker, guardian, false).await,
        block(house, other.0, asker, other_guardian, false).await,
        block(house, teen.0, locked, guardian, true).await,
    ];
    let threads = [
        thread(house, guardian, teen).await,
        thread(house, other_guardian, other).await,
        thread(house, guardian, past).await,
    ];
    let proxies = [
        proxy(house, teen.0, guardian, false).await,
        proxy(house, other.0, other_guardian, false).await,
        proxy(house, teen.0, guardian, true).await,
    ];
    let invitations = [
        invitation(house, sponsor, elm.0, false).await,
        invitation(house, foreign, oak.0, false).await,
        invitation(house, sponsor, elm.0, true).await,
    ];
    let twice = async |span: Interval| {
        let pair = (w.provider("Twice").await, w.provider("Twice").await);
        insert_merge(house, pair, span, reviewer).await
    };
    let merges = [twice(whole).await, twice(whole).await, twice(over(house)).await];
    w.disable(former, house.now()).await;
    // Each of somebody who has nothing to do with the rest, so that nobody's rights change by it.
    let stranger = Whom::Account(w.family_account().await);
    let restrictions = [
        w.restriction(teen, stranger, whole).await,
        w.restriction(other, stranger, whole).await,
        w.restriction(past, stranger, over(house)).await,
    ];
    let objects = Objects::from([
        (Kind::Patient, [teen.0, other.0, past.0]),
        (Kind::Asked, asked.map(|r| r.0)),
        (Kind::Sponsorship, [live.0, others.0, ended.0]),
        (Kind::Invitation, invitations),
        (Kind::Practice, [elm.0, oak.0, left.0]),
        (Kind::Account, [physician.0, foreign.0, deactivated.0]),
        (Kind::Token, tokens.map(|t| t.0)),
        (Kind::ToTheFamily, to_family.map(|r| r.0)),
        (Kind::Thread, threads),
        (Kind::Block, blocks),
        (Kind::Grant, grants.map(|g| g.0)),
        (Kind::EndingGrant, ending_grants.map(|g| g.0)),
        (Kind::EndingToken, ending_tokens.map(|t| t.0)),
        (Kind::Seat, seats.map(|s| s.0)),
        (Kind::Proxy, proxies),
        (Kind::Restriction, restrictions.map(|r| r.0)),
        (Kind::ProviderMerge, merges),
        // None is ever over: one that is removed is not there.
        (Kind::QueueView, [queue_view(house, reviewer).await, queue_view(house, auditor).await, ABSENT]),
        (Kind::Letter, [ABSENT; 3]),
    ]);
    let staff_of_removed = w.sponsored_account().await;
    w.sponsorship(sponsor, staff_of_removed, elm, over(house)).await;
    // Signed in one after the other, half a minute apart: those who are asked for a fresh factor last, the team at the very end.
    let principals = vec![
        ("deactivated", deactivated),
        ("locked_physician", locked),
        ("staff_of_locked", of_locked),
        ("staff_removed", staff_of_removed),
        ("staff", staff),
        ("physician", physician),
        ("sponsor", sponsor),
        ("patient_at_17", patient_at_17),
        ("patient", patient),
        ("guardian", guardian),
        ("auditor", auditor),
        ("reviewer", reviewer),
    ];
    Scene { objects, principals }
}

fn path_of(row: &Row, id: Uuid) -> String {
    row.path
        .replace("{id}", &id.to_string())
        .replace("{item}", &ABSENT.to_string())
        .replace("{section}", "results")
}

async fn called(portal: &Portal<'_>, row: &Row, id: Uuid, browser: &Browser) -> Answer {
    let path = path_of(row, id);
    if row.method == "get" {
        portal.get(&path, browser).await
    } else {
        portal.post(&path, browser, &[]).await
    }
}

/// What must stay as it is while others try: everything of Oak's and the Pooles'.
async fn others(house: &House) -> Vec<i64> {
    let mut counts = Vec::new();
    for sql in [
        "select count(*) from sponsorship where ends_at is null",
        "select count(*) from access_request where state = 'open'",
        "select count(*) from access_grant where revoked_at is null",
        "select count(*) from access_grant where renewed_at is not null",
        "select count(*) from care_team_seat",
        "select count(*) from care_team_removal",
        "select count(*) from request_block where ends_at is null",
        "select count(*) from patient_token where revoked_at is null",
        "select count(*) from patient_token where renewed_at is not null",
        "select count(*) from invitation where ended_at is null",
        "select count(*) from proxy where holder_signed_at is null",
        "select count(*) from family_answer",
        "select count(*) from request_event",
        "select count(*) from restriction where ends_at is null",
        "select count(*) from emergency_access",
        "select count(*) from account_status",
        "select count(*) from queue_view",
        "select count(*) from message",
        "select count(*) from mail",
    ] {
        counts.push(count(house, sql).await);
    }
    counts
}

fn rows() -> impl Iterator<Item = &'static Row> {
    ROUTES.iter().filter(|row| row.path.contains("{id}"))
}

both_engines! {
    async fn every_route_answers_what_is_anothers_like_what_is_not_there(house: House) {
        house.clock.set(AFTER_MAY.parse().unwrap());
        let portal = Portal::of(house);
        let scene = scene(house).await;
        let mut browsers = vec![("anonymous", portal.stranger()), ("password_only", portal.half_signed_in(scene.principals[5].1).await)];
        for (name, account) in &scene.principals {
            browsers.push((name, portal.signed_in(*account).await));
            if *name == "deactivated" {
                house.world.disable(*account, house.now()).await;
            }
        }
        let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // What is not one's own first, so that nothing has changed hands when another asks for it.
        let mut strange: BTreeMap<(String, &str), [u16; 3]> = BTreeMap::new();
        for (name, browser) in &browsers {
            let team = ["auditor", "reviewer"].contains(name);
            for row in rows() {
                let [_, foreign, past] = scene.objects[&kind_of(row.path)];
                let before = others(house).await;
                let (theirs, none) = (called(&portal, row, foreign, browser).await, called(&portal, row, ABSENT, browser).await);
                let line = format!("{} {}", row.method, row.path);
                if !team {
                    assert_eq!(others(house).await, before, "{name} changes what is another's by {line}");
                    assert_eq!(
                        (theirs.status, told(&theirs, &foreign.to_string())),
                        (none.status, told(&none, &ABSENT.to_string())),
                        "{name} at {line} tells what is another's from what is not there"
                    );
                }
                let past = called(&portal, row, past, browser).await;
                strange.insert((line, name), [&theirs, &none, &past].map(|answer| answer.status.as_u16()));
            }
        }
        for (name, browser) in &browsers {
            for row in rows() {
                let line = format!("{} {}", row.method, row.path);
                let own = called(&portal, row, scene.objects[&kind_of(row.path)][0], browser).await.status;
                assert!(!own.is_server_error(), "{name} at {line}: {own}");
                let [foreign, absent, past] = strange[&(line.clone(), *name)];
                cells.entry(line).or_default().push(format!("{} {foreign} {absent} {past}", own.as_u16()));
            }
        }
        let mut table = format!("route,{}\n", browsers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(","));
        for row in rows() {
            let line = format!("{} {}", row.method, row.path);
            writeln!(table, "{line},{}", cells[&line].join(",")).unwrap();
        }
        if std::env::var_os("POSTERN_TEST_WRITE_GOLDEN").is_some() {
            std::fs::write(GOLDEN, &table).unwrap();
        }
        let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
        for (found, kept) in table.lines().zip(golden.lines().chain(std::iter::repeat(""))) {
            assert_eq!(found, kept, "each cell: own, another's, absent, over");
        }
        assert_eq!(table.lines().count(), golden.lines().count(), "a route was taken away: write the golden file anew");
    }
}
