//! While a merge of two records waits to be confirmed, nothing that is asked for by the old MRN lands on the other record: tokens and
//! restrictions wait until the access team has confirmed the merge, or kept the records apart.

use axum::http::StatusCode;
use clap::Parser;
use postern::app::restrictions::{self, Made, Wanted};
use postern::app::tokens::{Given, ListIssued, issue, issue_list, issue_on_command_line};
use postern::cli::account::Format;
use postern::cli::token::{TokenArgs, run};
use postern::domain::api::Scope as ClientScope;
use postern::domain::calendar::Interval;
use postern::domain::ids::PatientId;
use postern::domain::restriction::Scope;
use postern::domain::token::list::Problem;
use postern::store::Db;
use serde_json::json;

use crate::support::api::{machine, problem};
use crate::support::letters::count;
use crate::support::pcp::{self, member};
use crate::support::portal::Portal;
use crate::support::{House, both_engines};
use crate::tokens::administrator;

const OLD: &str = "0012345";
const OTHER: &str = "0077777";
const WORDS: &str = "keep the records apart";

/// The record with the old MRN, and the one into which it is to be merged.
async fn records(house: &House) -> (PatientId, PatientId) {
    let old = house.world.patient("Reyes", OLD, "2015-03-04").await;
    let other = house.world.patient("Reyes", OTHER, "2015-03-04").await;
    house.world.merge_confirmed(old, other, Interval::new(Some(house.now()), None), None).await;
    house.clock.advance(1);
    (old, other)
}

async fn confirm(house: &House) {
    let sql = "update patient_merge set confirmed_at = starts_at";
    match house.db() {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(drop),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
    }
    .unwrap();
}

async fn tokens(house: &House) -> i64 {
    count(house, "select count(*) from patient_token").await
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    args: TokenArgs,
}

async fn on_command_line(house: &House, mrn: &str) -> Result<String, String> {
    let line = Line::try_parse_from(["token", "issue", mrn]).unwrap();
    let mut out = Vec::new();
    run(&house.app, &line.args, Format::Text, &mut out).await.map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

both_engines! {
    async fn a_token_asked_for_by_the_old_mrn_of_an_unconfirmed_merge_is_issued_for_nobody(house: House) {
        let (old, other) = records(house).await;
        let admin = administrator(house).await;
        assert!(matches!(issue(&house.app, &admin, old, "").await.unwrap(), Given::Unconfirmed));
        assert!(matches!(issue_on_command_line(&house.app, OLD, "").await.unwrap(), Given::Unconfirmed));
        let said = on_command_line(house, OLD).await.unwrap_err();
        assert!(said.contains(WORDS), "{said}");
        let list = format!("mrn,for_whom\n{OTHER},Dr. Lee\n{OLD},Dr. Lee\n");
        let ListIssued::Problems(problems) = issue_list(&house.app, &admin, &list).await.unwrap() else {
            panic!("issued")
        };
        assert_eq!(problems, [(3, Problem::Unconfirmed)]);
        assert_eq!(tokens(house).await, 0);
        // The record that survives is what it was.
        let Given::Issued(issued) = issue(&house.app, &admin, other, "").await.unwrap() else { panic!("none") };
        assert_eq!(issued.card.id, other);
        confirm(house).await;
        for given in [
            issue(&house.app, &admin, old, "").await.unwrap(),
            issue_on_command_line(&house.app, OLD, "").await.unwrap(),
        ] {
            let Given::Issued(issued) = given else { panic!("none") };
            assert_eq!(issued.card.id, other, "confirmed, the old number is the survivor's");
        }
        assert!(matches!(issue_list(&house.app, &admin, &list).await.unwrap(), ListIssued::Issued(all) if all.len() == 2));
    }

    async fn the_page_of_tokens_says_what_to_do_about_an_unconfirmed_merge(house: House) {
        let portal = Portal::of(house);
        let (old, other) = records(house).await;
        let admin = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let found = portal.post("/team/tokens", &admin, &[("mrn", OLD)]).await;
        let of = format!("/team/tokens/of/{old}");
        assert_eq!(found.header("location"), of, "the record's own page, not the other's");
        let refused = portal.post(&of, &admin, &[("for_whom", "Dr. Okafor")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(WORDS) && refused.body.contains("Dr. Okafor"));
        let list = portal.post("/team/tokens/list", &admin, &[("list", &format!("mrn\n{OLD}\n"))]).await;
        assert_eq!(list.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(list.body.contains(WORDS));
        assert_eq!(tokens(house).await, 0);
        confirm(house).await;
        let found = portal.post("/team/tokens", &admin, &[("mrn", OLD)]).await;
        assert_eq!(found.header("location"), format!("/team/tokens/of/{other}"));
    }

    async fn a_client_of_the_interface_hears_that_the_merge_is_to_be_confirmed_first(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[ClientScope::TokensIssue]).await;
        records(house).await;
        let wanted = json!({ "mrn": OLD, "issued_for": "Dr. Okafor" });
        let answer = client.post("/api/v1/tokens", &wanted).await;
        assert_eq!((problem(&answer).as_str(), answer.status), ("merge_unconfirmed", StatusCode::CONFLICT));
        assert!(answer.body.contains(WORDS));
        assert_eq!(tokens(house).await, 0);
        confirm(house).await;
        let answer = client.post("/api/v1/tokens", &wanted).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert!(answer.body.contains(OTHER));
    }

    async fn a_restriction_asked_for_by_the_old_mrn_of_an_unconfirmed_merge_binds_nobody(house: House) {
        let portal = Portal::of(house);
        let (old, other) = records(house).await;
        let jo = member(house, &[postern::domain::people::Role::Reviewer]).await;
        assert_eq!(restrictions::find(&house.app, &jo, OLD).await.unwrap(), Some(old));
        let wanted =
            Wanted { scope: Scope::Everyone, whom: String::new(), reason: "Asked for by the mother".to_owned() };
        let now = pcp::now(house, &jo);
        assert_eq!(restrictions::preview(&house.app, &now, old, &wanted).await.unwrap(), Made::Unconfirmed);
        assert_eq!(restrictions::make(&house.app, &now, old, &wanted).await.unwrap(), Made::Unconfirmed);
        let browser = portal.signed_in(jo.account).await;
        let of = format!("/team/restrictions/of/{old}");
        let found = portal.post("/team/restrictions", &browser, &[("mrn", OLD)]).await;
        assert_eq!(found.header("location"), of);
        let fields = [("scope", "everyone"), ("whom", ""), ("reason", "Asked for by the mother")];
        for path in [of.clone(), format!("{of}/preview")] {
            let refused = portal.post(&path, &browser, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
            assert!(refused.body.contains(WORDS) && refused.body.contains("Asked for by the mother"));
        }
        assert_eq!(count(house, "select count(*) from restriction").await, 0);
        assert_eq!(restrictions::make(&house.app, &now, other, &wanted).await.unwrap(), Made::Done(()));
        confirm(house).await;
        assert_eq!(restrictions::find(&house.app, &now, OLD).await.unwrap(), Some(other));
    }
}
