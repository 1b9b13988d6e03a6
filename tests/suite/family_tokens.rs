//! Tokens that a family gives on its pages: shown once, listed, taken back; by those who may and by nobody else.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PatientId};

use crate::support::families::{guardian, own, sees, specialty};
use crate::support::html::{elements, faults};
use crate::support::letters::{count, letters_of};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};
use crate::tokens::physician;

const CHILD: &str = "2019-03-14";
const TEEN: &str = "2012-03-11";

async fn child(house: &House) -> (PatientId, AccountId) {
    born(house, CHILD).await
}

async fn born(house: &House, birth: &str) -> (PatientId, AccountId) {
    let patient = house.world.patient("Stone", "0012345", birth).await;
    (patient, guardian(house, patient).await)
}

async fn gives(portal: &Portal<'_>, browser: &Browser, patient: PatientId, for_whom: &str) -> Answer {
    portal.post("/family/tokens", browser, &[("patient", &patient.to_string()), ("for_whom", for_whom)]).await
}

fn secret_on(answer: &Answer) -> String {
    let codes = elements(&answer.body).into_iter().filter(|e| e.tag == "code");
    codes.map(|e| e.text).next().unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body))
}

async fn redeems(portal: &Portal<'_>, account: AccountId, secret: &str) -> Answer {
    let browser = portal.signed_in(account).await;
    portal.post("/token", &browser, &[("token", secret), ("mrn", "0012345")]).await
}

async fn only_token(house: &House) -> uuid::Uuid {
    use postern::store::Db;
    let sql = "select id from patient_token";
    let (id,): (uuid::Uuid,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    id
}

both_engines! {
    async fn a_mother_gives_a_token_that_opens_the_chart_and_takes_it_back(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let okafor = physician(house, "Okafor").await;
        let browser = portal.signed_in(mother).await;
        let empty = portal.get("/family/tokens", &browser).await;
        assert!(empty.body.contains("There is no token for this chart."), "{}", empty.body);
        let given = gives(&portal, &browser, mia, "Dr. Okafor").await;
        assert_eq!(given.status, StatusCode::OK, "{}", given.body);
        assert_eq!(faults(&given.body), Vec::<String>::new());
        let letter = given.body.split("<article").nth(1).unwrap();
        assert!(given.body.contains("0012345"), "whoever gives it reads the chart number");
        assert!(!letter.contains("0012345") && !letter.contains("Stone"), "the letter names no patient");
        let secret = secret_on(&given);
        let opened = redeems(&portal, okafor, &secret).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        assert!(sees(house, okafor, mia).await);
        let list = portal.get("/family/tokens", &browser).await;
        assert!(list.body.contains("Used by Sam Lee") && !list.body.contains(&secret), "{}", list.body);
        let path = format!("/family/tokens/{}/revoke", only_token(house).await);
        let back = portal.post(&path, &browser, &[]).await;
        assert_eq!(back.header("location"), format!("/family/tokens?patient={mia}&done=revoked"));
        assert!(!sees(house, okafor, mia).await);
        let again = portal.post(&path, &browser, &[]).await;
        assert!(again.header("location").ends_with("done=already"));
        let list = portal.get("/family/tokens", &browser).await;
        assert!(list.body.contains("Taken back") && !list.body.contains("/revoke\""));
    }

    async fn giving_needs_a_fresh_factor_and_taking_back_needs_none(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        assert_eq!(gives(&portal, &browser, mia, "").await.status, StatusCode::OK);
        house.clock.advance(301);
        gives(&portal, &browser, mia, "").await;
        assert_eq!(count(house, "select count(*) from patient_token").await, 1, "given without a fresh factor");
        let path = format!("/family/tokens/{}/revoke", only_token(house).await);
        assert!(portal.post(&path, &browser, &[]).await.header("location").ends_with("done=revoked"));
    }

    async fn the_other_guardian_takes_it_back_and_the_first_is_told(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let father = guardian(house, mia).await;
        gives(&portal, &portal.signed_in(mother).await, mia, "").await;
        let path = format!("/family/tokens/{}/revoke", only_token(house).await);
        portal.post(&path, &portal.signed_in(father).await, &[]).await;
        let told = letters_of(house, "family_changed").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, house.world.email(mother).await);
    }

    async fn from_13_to_17_nobody_gives_one_alone_and_either_takes_it_back(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = born(house, TEEN).await;
        let teen = own(house, mia).await;
        for account in [mother, teen] {
            let browser = portal.signed_in(account).await;
            let page = portal.get("/family/tokens", &browser).await;
            assert!(page.body.contains("From 13 to 17 you do not give a token alone."), "{}", page.body);
            assert_eq!(gives(&portal, &browser, mia, "").await.status, StatusCode::NOT_FOUND);
        }
        let okafor = physician(house, "Okafor").await;
        let year = Interval::new(Some(house.now()), Some(house.now().plus_seconds(86_400)));
        let token = house.world.redeemed_token(mia, okafor, None, year).await;
        let path = format!("/family/tokens/{token}/revoke");
        portal.post(&path, &portal.signed_in(teen).await, &[]).await;
        assert!(!sees(house, okafor, mia).await);
    }

    async fn the_guardian_of_a_teen_does_not_read_of_a_token_in_confidential_hands(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = born(house, TEEN).await;
        let practice = house.world.practice("Harbor").await;
        let (npi, doctor) = house.world.physician("Marsh", practice).await;
        specialty(house, npi, "Psychiatry").await;
        let year = Interval::new(Some(house.now()), Some(house.now().plus_seconds(86_400)));
        let token = house.world.redeemed_token(mia, doctor, None, year).await;
        let browser = portal.signed_in(mother).await;
        let page = portal.get("/family/tokens", &browser).await;
        assert!(page.body.contains("There is no token for this chart."), "{}", page.body);
        let back = portal.post(&format!("/family/tokens/{token}/revoke"), &browser, &[]).await;
        assert_eq!(back.status, StatusCode::NOT_FOUND);
        assert!(sees(house, doctor, mia).await);
    }

    async fn a_stranger_gives_and_takes_nothing(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        gives(&portal, &portal.signed_in(mother).await, mia, "").await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let stranger = portal.signed_in(guardian(house, other).await).await;
        assert_eq!(gives(&portal, &stranger, mia, "").await.status, StatusCode::NOT_FOUND);
        for garbage in ["", "x", "01890000-0000-7000-8000-000000000000"] {
            let fields = [("patient", garbage), ("for_whom", "x")];
            assert_eq!(portal.post("/family/tokens", &stranger, &fields).await.status, StatusCode::NOT_FOUND, "{garbage}");
        }
        let path = format!("/family/tokens/{}/revoke", only_token(house).await);
        assert_eq!(portal.post(&path, &stranger, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(house, "select count(*) from patient_token where revoked_at is null").await, 1);
    }

    async fn a_note_that_is_too_long_is_kept_and_said(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let long = "ñ".repeat(101);
        let answer = gives(&portal, &browser, mia, &long).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Use 100 characters or less.") && answer.body.contains(&long));
        assert_eq!(faults(&answer.body), Vec::<String>::new());
        assert_eq!(gives(&portal, &browser, mia, &"ñ".repeat(100)).await.status, StatusCode::OK);
    }
}
