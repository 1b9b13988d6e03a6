//! A family, a provider who asks it for access, and what the family reads and says.

use postern::app::access::{Asked, Context, open, viewer};
use postern::app::family::answering::{Answered, Choice, answer};
use postern::domain::access::facts::ViewerFacts;
use postern::domain::calendar::{Instant, Interval};
use postern::domain::grant::Lasting;
use postern::domain::ids::{AccountId, PatientId, ProviderId, RequestId};
use postern::store::{Db, Stamp};
use uuid::Uuid;

use super::House;

/// A patient with a mother, and a provider whose request waits for the family.
pub struct Family {
    /// The patient.
    pub patient: PatientId,
    /// A guardian.
    pub mother: AccountId,
    /// Who asks.
    pub asker: AccountId,
    /// Their NPI.
    pub npi: ProviderId,
    /// What they ask.
    pub request: RequestId,
}

/// Runs one statement with ids, numbers and texts on either engine.
#[macro_export]
macro_rules! run_sql {
    ($house:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $house.db() {
            postern::store::Db::Sqlite { write, .. } => {
                sqlx::query($sql)$(.bind($value))*.execute(write).await.unwrap();
            }
            postern::store::Db::Postgres(pool) => {
                sqlx::query($sql)$(.bind($value))*.execute(pool).await.unwrap();
            }
        }
    };
}

/// A patient born on `birth`, with a mother and an open request on the family's route.
pub async fn family(house: &House, birth: &str) -> Family {
    let w = &house.world;
    let summit = w.practice("Summit Orthopedics").await;
    let (npi, asker) = w.physician("Haddad", summit).await;
    let patient = w.patient("Stone", "0012345", birth).await;
    let mother = w.family_account().await;
    w.guardian(patient, mother, Interval::ALWAYS).await;
    let request = ask(house, asker, patient).await;
    Family { patient, mother, asker, npi, request }
}

/// An open request of `account` about `patient`, on the family's route.
pub async fn ask(house: &House, account: AccountId, patient: PatientId) -> RequestId {
    let request = house.world.request("non_pcp", account, Some(patient)).await;
    let expires = house.app.hospital.cycles.zone().plus_days(house.now(), 30);
    run_sql!(
        house,
        "insert into patient_request (request_id, route, expires_at) values ($1, 'family', $2)",
        request.0,
        Stamp(expires)
    );
    request
}

/// One more guardian of `patient`.
pub async fn guardian(house: &House, patient: PatientId) -> AccountId {
    let account = house.world.family_account().await;
    house.world.guardian(patient, account, Interval::ALWAYS).await;
    account
}

/// An account of the patient's own.
pub async fn own(house: &House, patient: PatientId) -> AccountId {
    let account = house.world.family_account().await;
    house.world.own_account(patient, account).await;
    account
}

/// A court order flags every link of `account`.
pub async fn court_order(house: &House, account: AccountId) {
    run_sql!(house, "update guardian set court_order = 1 where account_id = $1", account.0);
}

/// The specialty of a provider.
pub async fn specialty(house: &House, provider: ProviderId, specialty: &str) {
    run_sql!(house, "update provider set specialty = $2 where id = $1", provider.0, specialty);
}

/// The circumstances of a request at this instant.
pub fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "r".to_owned(), network: "n".to_owned() }
}

/// The facts of `account`.
pub async fn facts(house: &House, account: AccountId) -> ViewerFacts {
    viewer(&house.app, account).await.unwrap().unwrap()
}

/// A yes for 30 days to all ordinary sections.
pub fn yes() -> Choice {
    Choice { lasting: Lasting::Days30, sections: Vec::new(), topics: Vec::new() }
}

/// `account` says yes as `choice` has it, or no.
pub async fn say(house: &House, account: AccountId, request: RequestId, choice: Option<&Choice>) -> Answered {
    answer(&house.app, &facts(house, account).await, request, choice, &context(house)).await.unwrap()
}

/// Whether `account` may open the chart now.
pub async fn sees(house: &House, account: AccountId, patient: PatientId) -> bool {
    let opened =
        open(&house.app, &facts(house, account).await, patient, None, &context(house)).await.unwrap();
    matches!(opened, Asked::Opened(_))
}

/// A text that `sql` finds for the id `id`.
pub async fn text_of(house: &House, sql: &'static str, id: Uuid) -> String {
    let (text,): (String,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(id).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).bind(id).fetch_one(pool).await.unwrap(),
    };
    text
}

/// Sets the clock.
pub fn set(house: &House, at: &str) -> Instant {
    house.clock.set(at.parse().unwrap());
    house.now()
}
