//! A patient, two practices and the access team: what tests of requests for access to a patient stand on.

use postern::app::access::{self, Context};
use postern::app::desk::verifying::{Checked, Interpreter, NewCall, keep_checklist, log_call};
use postern::app::desk::{Done, Member};
use postern::app::requests::{Filed, Wish, file};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId, RequestId};
use postern::domain::patient_search::Typed;
use postern::domain::people::Role;
use postern::domain::request::{RequestKind, RequestState};
use postern::domain::verification::{self, CallOutcome, Identifier, Relationship};
use postern::store::requests::{self, StoredRequest};
use postern::store::{Db, Stamp};

use super::House;

/// Mia Stone, MRN 0012345, born 14 March 2019, listed with Park of Quay; and Elm with two partners who want to be her PCP.
pub struct Scene {
    pub elm: PracticeId,
    pub quay: PracticeId,
    pub mia: PatientId,
    pub park: FactId,
    pub rivera: AccountId,
    pub rivera_npi: ProviderId,
    pub castellan: AccountId,
    pub haddad: AccountId,
    pub jo: Member,
}

pub async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let (elm, quay) = (w.practice("Elm").await, w.practice("Quay").await);
    let mia = w.patient("Stone", "0012345", "2019-03-14").await;
    let (rivera_npi, rivera) = w.physician("Rivera", elm).await;
    let (_, castellan) = w.physician("Castellan", elm).await;
    let (_, haddad) = w.physician("Haddad", quay).await;
    let park = w.provider("Park").await;
    w.member(park, quay, Interval::ALWAYS).await;
    // Listed at no practice that Haddad belongs to: he sees nothing by her.
    let harbor = w.practice("Harbor").await;
    w.member(park, harbor, Interval::ALWAYS).await;
    let park = w.listing(mia, Some(park), Some(harbor), Interval::ALWAYS).await;
    let jo = member(house, &[Role::Reviewer]).await;
    Scene { elm, quay, mia, park, rivera, rivera_npi, castellan, haddad, jo }
}

pub fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "r".to_owned(), network: "n".to_owned() }
}

/// A member of the access team with these roles.
pub async fn member(house: &House, roles: &[Role]) -> Member {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let account = house.world.team_account(&words).await;
    Member { account, roles: roles.to_vec(), context: context(house) }
}

/// The same member now.
pub fn now(house: &House, member: &Member) -> Member {
    Member { context: context(house), ..member.clone() }
}

/// A wish for Mia.
pub fn wish(kind: RequestKind) -> Wish {
    let text = str::to_owned;
    let typed = Typed {
        mrn: text("00-12345"),
        family: text("STONE"),
        given: text("mi"),
        month: text("3"),
        day: text("14"),
        year: text("2019"),
    };
    Wish { kind, typed, practice: None, reason: text("New in our practice") }
}

pub async fn ask(house: &House, account: AccountId, wish: &Wish) -> Filed {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    file(&house.app, &viewer, wish, &context(house)).await.unwrap()
}

/// The request that `account` files.
pub async fn filed(house: &House, account: AccountId, kind: RequestKind) -> RequestId {
    match ask(house, account, &wish(kind)).await {
        Filed::Filed(id) => id,
        other => panic!("{other:?}"),
    }
}

pub async fn stored(house: &House, id: RequestId) -> StoredRequest {
    requests::by_id(house.db(), id).await.unwrap().unwrap()
}

pub async fn open(house: &House) -> Vec<RequestId> {
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    open.into_iter().map(|request| request.id).collect()
}

/// The request at its present version.
pub async fn at(house: &House, id: RequestId) -> (RequestId, i64) {
    (id, stored(house, id).await.version)
}

/// A call takes a second.
pub async fn call(house: &House, by: &Member, id: RequestId, outcome: CallOutcome) -> Done {
    house.clock.advance(1);
    let call = NewCall { outcome, interpreter: Interpreter::NotUsed, note: "" };
    log_call(&house.app, &now(house, by), at(house, id).await, call).await.unwrap()
}

/// A complete checklist, as typed.
pub fn sound() -> verification::Typed {
    verification::Typed {
        identifiers: [Identifier::BirthDate, Identifier::Address].into_iter().collect(),
        spoken_to: "Elena Stone".to_owned(),
        relationship: Some(Relationship::Parent),
        on_record_number: true,
    }
}

/// Mia's mother was reached and confirmed.
pub async fn verify(house: &House, by: &Member, id: RequestId) {
    assert_eq!(call(house, by, id, CallOutcome::Reached).await, Done::Done(()));
    let kept = keep_checklist(&house.app, &now(house, by), at(house, id).await, &sound()).await.unwrap();
    assert_eq!(kept, Checked::Kept);
}

/// Whether `account` opens Mia's chart now.
pub async fn sees(house: &House, account: AccountId, patient: PatientId) -> bool {
    use postern::domain::access::{Action, decide};
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    let facts = access::patient(&house.app, patient).await.unwrap().unwrap();
    decide(&viewer, &facts, Action::OpenChart, house.now()).allowed()
}

/// The family of `patient` takes no more requests from `account` during `span`.
pub async fn block(house: &House, account: AccountId, patient: PatientId, span: Interval) {
    let sql = "insert into request_block (id, patient_id, account_id, made_by, starts_at, ends_at) values ($1, $2, $3, $3, $4, $5)";
    let (id, from, to) = (house.world.id(), Stamp(span.start()), Stamp::end_of(span));
    match house.db() {
        Db::Sqlite { write, .. } => sqlx::query(sql)
            .bind(id)
            .bind(patient.0)
            .bind(account.0)
            .bind(from)
            .bind(to)
            .execute(write)
            .await
            .map(drop),
        Db::Postgres(pool) => sqlx::query(sql)
            .bind(id)
            .bind(patient.0)
            .bind(account.0)
            .bind(from)
            .bind(to)
            .execute(pool)
            .await
            .map(drop),
    }
    .unwrap();
}

/// What the feed says of `patient`, as it came.
pub async fn raw_person(house: &House, patient: PatientId, raw: &str) {
    let sql = "insert into feed_resource (id, type, fhir_id, patient_id, display, loaded_at, raw, facts) \
               values ($1, 'Patient', 'mia', $2, '', $3, $4, '\"none\"')";
    let (id, at) = (house.world.id(), Stamp(house.now()));
    match house.db() {
        Db::Sqlite { write, .. } => {
            sqlx::query(sql).bind(id).bind(patient.0).bind(at).bind(raw).execute(write).await.map(drop)
        }
        Db::Postgres(pool) => {
            sqlx::query(sql).bind(id).bind(patient.0).bind(at).bind(raw).execute(pool).await.map(drop)
        }
    }
    .unwrap();
}

/// The first column of the first row of `sql`, which asks about `id`.
pub async fn text(house: &House, sql: &'static str, id: uuid::Uuid) -> String {
    let (text,): (String,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(id).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).bind(id).fetch_one(pool).await.unwrap(),
    };
    text
}

/// One second before `instant`.
pub fn just_before(instant: Instant) -> Instant {
    instant.plus_seconds(-1)
}
