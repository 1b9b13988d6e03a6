//! The description of the JSON interface is true: it names the routes of the table and no others, and real answers fit it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use postern::domain::access::Basis;
use postern::domain::api::hook::Event;
use postern::domain::api::{BODY_LIMIT, PAGE, PAGE_MOST, Scope};
use postern::domain::chart::Section;
use postern::domain::family::topic::Topic;
use postern::domain::grant::Lasting;
use postern::domain::request::{Ending, Route};
use postern::web::api::openapi::DESCRIPTION;
use postern::web::gate::Policy;
use postern::web::routes::ROUTES;
use serde_json::{Value, json};

use crate::support::api::{machine, read};
use crate::support::both_engines;
use crate::support::families::family;
use crate::support::portal::{Answer, Portal};

fn description() -> Value {
    serde_json::from_str(DESCRIPTION).unwrap()
}

/// What is wrong with `value` by `schema`, in the few words of JSON Schema that the description uses; any other word panics.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let schema = schema.as_object().unwrap();
    let mut found = Vec::new();
    for (word, said) in schema {
        let fits = match word.as_str() {
            "$ref" => {
                let target = root.pointer(said.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                found.extend(faults(root, target, value, at));
                true
            }
            "type" => {
                let kinds: Vec<&str> = said.as_str().map_or_else(
                    || said.as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect(),
                    |k| vec![k],
                );
                kinds.iter().any(|kind| match *kind {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64(),
                    "null" => value.is_null(),
                    other => panic!("no test knows the type {other}"),
                })
            }
            "enum" => said.as_array().unwrap().contains(value),
            "const" => said == value,
            "required" => {
                said.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" => {
                for (name, inner) in said.as_object().unwrap() {
                    if let Some(part) = value.get(name) {
                        found.extend(faults(root, inner, part, &format!("{at}/{name}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(*said, json!(false));
                let known = schema["properties"].as_object().unwrap();
                value.as_object().is_none_or(|fields| fields.keys().all(|name| known.contains_key(name)))
            }
            "items" => {
                for (n, part) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(faults(root, said, part, &format!("{at}/{n}")));
                }
                true
            }
            "format" => value.as_str().is_none_or(|text| match said.as_str().unwrap() {
                "uuid" => text.parse::<uuid::Uuid>().is_ok(),
                "date-time" => text.parse::<postern::domain::calendar::Instant>().is_ok(),
                other => panic!("no test knows the format {other}"),
            }),
            "description" | "minLength" | "maxLength" | "minimum" | "maximum" | "default" => true,
            other => panic!("no test knows the word {other}"),
        };
        if !fits {
            found.push(format!("{at}: {value} does not fit {word} {said}"));
        }
    }
    found
}

/// That `answer` to this operation is described, and as it is.
fn fits(document: &Value, method: &str, path: &str, answer: &Answer) {
    let responses = &document["paths"][path][method]["responses"];
    let mut response = &responses[answer.status.as_str()];
    assert!(response.is_object(), "{method} {path} answers {}, which is not described", answer.status);
    if let Some(target) = response["$ref"].as_str() {
        response = document.pointer(target.strip_prefix('#').unwrap()).unwrap();
    }
    let schema = &response["content"][answer.header("content-type")]["schema"];
    assert!(
        schema.is_object(),
        "{method} {path} {}: {} is not described",
        answer.status,
        answer.header("content-type")
    );
    let faults = faults(document, schema, &read(answer), "");
    assert!(faults.is_empty(), "{method} {path} {}:\n{}", answer.status, faults.join("\n"));
}

#[test]
fn the_description_names_the_routes_of_the_table_and_what_each_asks_for() {
    let document = description();
    let mut described = BTreeMap::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let scope = operation["security"][0]["client"][0].as_str().map(str::to_owned);
            assert!(
                operation["operationId"].is_string() && operation["summary"].is_string(),
                "{method} {path}"
            );
            described.insert((method.clone(), path.clone()), scope);
        }
    }
    let known: BTreeMap<_, _> = ROUTES
        .iter()
        .filter_map(|row| match row.policy {
            Policy::Interface => Some(((row.method.to_owned(), row.path.to_owned()), None)),
            Policy::Client(scope) => {
                Some(((row.method.to_owned(), row.path.to_owned()), Some(scope.word().to_owned())))
            }
            _ => None,
        })
        .collect();
    assert_eq!(described, known);
    assert!(known.len() >= 9);
}

#[test]
fn the_description_has_the_words_and_numbers_of_the_program() {
    let document = description();
    let schemas = &document["components"]["schemas"];
    let words = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let expect = |at: &str, all: Vec<&str>| {
        let found = schemas.pointer(at).unwrap_or_else(|| panic!("no {at}"));
        assert_eq!(words(found), all, "{at}");
    };
    expect("/Event/properties/type/enum", Event::ALL.iter().map(|e| e.word()).collect());
    expect("/Request/properties/ending/enum", Ending::ALL.iter().map(|e| e.word()).collect());
    expect("/Request/properties/route/enum", Route::ALL.iter().map(|r| r.word()).collect());
    expect("/Decision/properties/lasting/enum", Lasting::ALL.iter().map(|l| l.word()).collect());
    expect("/Decision/properties/sections/items/enum", Section::ALL.iter().map(|s| s.word()).collect());
    expect("/Decision/properties/sensitive/items/enum", Topic::ALL.iter().map(|t| t.word()).collect());
    expect("/Answer/properties/bases/items/enum", Basis::ALL.iter().map(|b| b.word()).collect());
    let scopes = document["components"]["securitySchemes"]["client"]["flows"]["clientCredentials"]["scopes"]
        .as_object()
        .unwrap();
    assert_eq!(scopes.len(), Scope::ALL.len());
    assert!(Scope::ALL.iter().all(|scope| scopes.contains_key(scope.word())));
    let limit = &document["paths"]["/api/v1/requests"]["get"]["parameters"][1]["schema"];
    assert_eq!((&limit["maximum"], &limit["default"]), (&json!(PAGE_MOST), &json!(PAGE)));
    assert!(DESCRIPTION.contains(&format!("{BODY_LIMIT} bytes")));
    assert_eq!(document["openapi"], "3.1.0");
}

/// The document beside it says the same.
#[test]
fn the_document_names_every_scope_event_path_and_number() {
    let text = include_str!("../../docs/api.md");
    for scope in Scope::ALL {
        assert!(text.contains(&format!("| `{scope}` |")), "docs/api.md lacks {scope}");
    }
    for event in Event::ALL {
        assert!(text.contains(&format!("| `{event}` |")), "docs/api.md lacks {event}");
    }
    for (path, _) in description()["paths"].as_object().unwrap() {
        let last = path.strip_prefix("/api/v1/").unwrap().replace("{id}", "$REQUEST");
        let other = last.replace("$REQUEST", "$TOKEN");
        assert!(text.contains(&last) || text.contains(&other), "docs/api.md lacks {path}");
    }
    for number in [
        format!("{BODY_LIMIT} bytes"),
        format!("{} seconds", postern::domain::api::TOKEN_SECONDS),
        format!("at most {} seconds ahead", postern::domain::api::ASSERTION_SECONDS),
        format!("differ by {} seconds", postern::domain::api::LEEWAY_SECONDS),
        format!("{} requests at once", postern::domain::api::BURST),
    ] {
        assert!(text.contains(&number), "docs/api.md lacks {number}");
    }
}

both_engines! {
    async fn real_answers_are_as_the_description_says(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, Scope::ALL).await;
        let served = client.get("/api/v1/openapi.json").await;
        assert_eq!(served.header("content-type"), "application/json");
        let document = read(&served);
        assert_eq!(document["servers"][0]["url"], "http://localhost:8080");
        assert_eq!(document["paths"], description()["paths"]);
        let family = family(house, "2020-01-02").await;
        let (request, nobody) = (family.request, "01890000-0000-7000-8000-000000000000");
        let one = "/api/v1/requests/{id}";

        let token = client.ask_token(&client.assertion(&client.claims())).await;
        fits(&document, "post", "/api/v1/token", &token);
        fits(&document, "post", "/api/v1/token", &client.ask_token("x").await);
        fits(&document, "post", "/api/v1/token", &client.ask_token_with(&[]).await);
        fits(&document, "get", "/api/v1/requests", &client.get("/api/v1/requests").await);
        fits(&document, "get", "/api/v1/requests", &client.get("/api/v1/requests?limit=0").await);
        let read_as = client.get(&format!("/api/v1/requests/{request}?account={}", family.mother)).await;
        assert!(read(&read_as)["view"].is_object());
        fits(&document, "get", one, &read_as);
        fits(&document, "get", one, &client.get(&format!("/api/v1/requests/{request}")).await);
        fits(&document, "get", one, &client.get(&format!("/api/v1/requests/{nobody}")).await);

        let (decide, path) = ("/api/v1/requests/{id}/decision", format!("/api/v1/requests/{request}/decision"));
        let yes = json!({ "account": family.mother, "answer": "approve", "lasting": "1_year", "sensitive": ["genetics"] });
        let schema = json!({ "$ref": "#/components/schemas/Decision" });
        assert_eq!(faults(&document, &schema, &yes, ""), Vec::<String>::new());
        for (body, key, status) in [
            (json!({}), "a", 422), (json!({ "account": nobody, "answer": "decline" }), "b", 404), (yes.clone(), "", 400),
            (yes.clone(), "c", 200), (yes.clone(), "d", 409), (json!({ "account": family.mother, "answer": "decline" }), "c", 422),
        ] {
            let answer = client.post_once(&path, &body, key).await;
            assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
            fits(&document, "post", decide, &answer);
        }
        fits(&document, "get", one, &client.get(&format!("/api/v1/requests/{request}")).await);

        let wanted = json!({ "mrn": "0012345", "issued_for": "Dr. Okafor" });
        let issued = client.post("/api/v1/tokens", &wanted).await;
        assert_eq!(issued.status, StatusCode::CREATED);
        fits(&document, "post", "/api/v1/tokens", &issued);
        fits(&document, "post", "/api/v1/tokens", &client.post("/api/v1/tokens", &json!({ "mrn": "9", "issued_for": "x" })).await);
        let (revoke, id) = ("/api/v1/tokens/{id}/revoke", read(&issued)["token"]["id"].as_str().unwrap().to_owned());
        for reason in ["Done.", ""] {
            fits(&document, "post", revoke, &client.post(&format!("/api/v1/tokens/{id}/revoke"), &json!({ "reason": reason })).await);
        }
        let mother = crate::support::families::facts(house, family.mother).await;
        let context = crate::support::families::context(house);
        let given = postern::app::tokens::issue_by_family(&house.app, &mother, family.patient, "", &context).await.unwrap();
        let postern::app::tokens::FamilyIssued::Issued(given) = given else { panic!("not issued") };
        let refused = client.post(&format!("/api/v1/tokens/{}/revoke", given.id), &json!({ "reason": "Why not." })).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        fits(&document, "post", revoke, &refused);
        let email = house.world.email(family.asker).await;
        for question in [json!({ "account": email, "mrn": "0012345" }), json!({ "account": "", "mrn": "" }), json!({})] {
            fits(&document, "post", "/api/v1/decisions", &client.post("/api/v1/decisions", &question).await);
        }
        assert!(crate::support::families::sees(house, family.asker, family.patient).await);
        for question in [json!({ "mrn": "0012345" }), json!({ "mrn": "9" }), json!({ "mrn": "0012345", "x": 1 })] {
            fits(&document, "post", "/api/v1/disclosures", &client.post("/api/v1/disclosures", &question).await);
        }
        let huge = client.post_bytes("/api/v1/decisions", vec![b' '; BODY_LIMIT + 1], "e").await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
        fits(&document, "post", "/api/v1/decisions", &huge);
        let narrow = machine(house, &portal, &[Scope::RequestsRead]).await;
        fits(&document, "post", "/api/v1/decisions", &narrow.post("/api/v1/decisions", &json!({})).await);
        let stranger = postern_stranger(&portal).await;
        fits(&document, "post", "/api/v1/decisions", &stranger);
    }
}

#[test]
fn a_checker_that_takes_everything_would_be_noticed() {
    let document = description();
    let schema = json!({ "$ref": "#/components/schemas/Decided" });
    let request = "01890000-0000-7000-8000-000000000000";
    let right = json!({ "request": request, "answer": "given" });
    assert!(faults(&document, &schema, &right, "").is_empty());
    for wrong in [
        json!({}),
        json!([]),
        json!({ "request": "x", "answer": "given" }),
        json!({ "request": request, "answer": "maybe" }),
        json!({ "request": request, "answer": "given", "more": 1 }),
    ] {
        assert!(!faults(&document, &schema, &wrong, "").is_empty(), "{wrong}");
    }
}

/// A call without an access token.
async fn postern_stranger(portal: &Portal<'_>) -> Answer {
    use axum::body::Body;
    use axum::http::Method;
    let request =
        crate::support::api::bare(Method::POST, "/api/v1/decisions").body(Body::from("{}")).unwrap();
    portal.call(request).await
}
