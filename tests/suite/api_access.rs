//! Who may call the JSON interface: assertions, access tokens, scopes (decision 0023).

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use postern::app::api::clients;
use postern::domain::api::{BURST, Scope, Scopes};
use postern::store::Db;
use postern::web::gate::Policy;
use postern::web::routes::{ROUTES, Row};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::api::{AUDIENCE, Key, bare, machine, problem, read, unique};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// The routes that ask for an access token, with what they ask it for.
fn guarded() -> impl Iterator<Item = (&'static Row, Scope)> {
    ROUTES.iter().filter_map(|row| match row.policy {
        Policy::Client(scope) => Some((row, scope)),
        _ => None,
    })
}

async fn called(portal: &Portal<'_>, row: &Row, authorization: Option<&str>) -> Answer {
    let method = if row.method == "get" { Method::GET } else { Method::POST };
    let mut request =
        bare(method, &row.path.replace("{id}", NOBODY)).header(header::CONTENT_TYPE, "application/json");
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    portal.call(request.body(Body::from("{}")).unwrap()).await
}

async fn refusals(house: &House) -> Vec<String> {
    let sql = "select basis from audit_row where act = 'sign_in_client' and outcome = 'refused' order by seq";
    let rows: Vec<(String,)> = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    rows.into_iter().map(|(basis,)| basis).collect()
}

both_engines! {
    async fn there_is_no_interface_until_a_client_is_made(house: House) {
        let portal = Portal::of(house);
        let nowhere = portal.get("/api/v1/no-such-thing", &Browser::default()).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        for row in ROUTES.iter().filter(|row| row.path.starts_with("/api/")) {
            let answer = called(&portal, row, Some("Bearer x")).await;
            assert_eq!((answer.status, &answer.body), (nowhere.status, &nowhere.body), "{}", row.path);
        }
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        assert_eq!(client.get("/api/v1/requests").await.status, StatusCode::OK);
        assert_eq!(problem(&client.get("/api/v1/no-such-thing").await), "not_found");
    }

    async fn no_route_answers_without_an_access_token(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, Scope::ALL).await;
        let right = format!("Bearer {}", client.token);
        let made_up = format!("Bearer {}", BASE64URL_NOPAD.encode(&[7; 32]));
        let doubled = format!("{right} {right}");
        for (row, _) in guarded() {
            for wrong in [None, Some(""), Some("Bearer"), Some("Bearer "), Some(client.token.as_str()), Some(made_up.as_str()),
                Some("Basic YTpi"), Some(doubled.as_str())] {
                let answer = called(&portal, row, wrong).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} with {wrong:?}", row.path);
                assert_eq!(problem(&answer), "no_token");
                assert!(answer.header("www-authenticate").starts_with("Bearer "), "{}", row.path);
            }
            let answer = called(&portal, row, Some(&right)).await;
            assert!(!matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{}", row.path);
            assert!(!answer.status.is_server_error(), "{} {}", row.path, answer.body);
        }
    }

    async fn each_route_asks_for_its_scope_and_no_other_opens_it(house: House) {
        let portal = Portal::of(house);
        let mut tried = 0;
        for scope in Scope::ALL {
            let client = machine(house, &portal, &[*scope]).await;
            for (row, wanted) in guarded() {
                let answer = called(&portal, row, Some(&format!("Bearer {}", client.token))).await;
                let is_refused = answer.status == StatusCode::FORBIDDEN;
                assert_eq!(is_refused, wanted != *scope, "{} with {scope}: {}", row.path, answer.body);
                if is_refused {
                    assert_eq!(problem(&answer), "no_scope");
                    assert!(answer.header("www-authenticate").contains(&format!("scope=\"{wanted}\"")), "{}", row.path);
                }
                tried += 1;
            }
        }
        assert_eq!(tried, Scope::ALL.len() * guarded().count());
        assert!(guarded().count() >= 7);
    }

    async fn a_token_is_good_for_five_minutes_and_not_a_second_longer(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        house.clock.advance(299);
        assert_eq!(client.get("/api/v1/requests").await.status, StatusCode::OK);
        house.clock.advance(1);
        assert_eq!(problem(&client.get("/api/v1/requests").await), "no_token");
    }

    async fn a_disabled_client_and_replaced_keys_end_its_tokens_at_the_next_request(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        let other = Key::p256();
        clients::set_keys(&house.app, client.client, &other.jwk("two").to_string()).await.unwrap();
        assert_eq!(problem(&client.get("/api/v1/requests").await), "no_token");
        assert_eq!(client.ask_token(&client.assertion(&client.claims())).await.status, StatusCode::UNAUTHORIZED);
        let again = other.sign("ES256", &json!({ "alg": "ES256", "kid": "two" }), &client.claims());
        assert_eq!(client.ask_token(&again).await.status, StatusCode::OK);

        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        clients::disable(&house.app, client.client).await.unwrap();
        assert_eq!(problem(&client.get("/api/v1/requests").await), "no_token");
        assert_eq!(client.ask_token(&client.assertion(&client.claims())).await.status, StatusCode::UNAUTHORIZED);
        assert!(clients::disable(&house.app, client.client).await.is_err(), "twice");
        assert!(clients::set_keys(&house.app, client.client, &other.jwk("two").to_string()).await.is_err());
        assert_eq!(refusals(house).await, ["unknown_key", "disabled"]);
    }

    async fn every_algorithm_that_is_taken_gets_a_token_with_a_key_of_its_own_kind(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        let keys = [("p384", Key::p384()), ("p256", Key::p256()), ("rsa", Key::rsa())];
        let set = json!({ "keys": keys.iter().map(|(kid, key)| key.jwk(kid)).collect::<Vec<_>>() });
        clients::set_keys(&house.app, client.client, &set.to_string()).await.unwrap();
        let right = [("ES384", "p384"), ("ES256", "p256"), ("RS256", "rsa"), ("RS384", "rsa"), ("PS256", "rsa")];
        for (alg, _) in right {
            for (kid, key) in &keys {
                let sent = key.sign(alg, &json!({ "alg": alg, "kid": kid }), &client.claims());
                let status = client.ask_token(&sent).await.status;
                let expected = if right.contains(&(alg, kid)) { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
                assert_eq!(status, expected, "{alg} with {kid}");
            }
        }
    }

    async fn an_assertion_that_proves_nothing_gets_no_token(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        let head = json!({ "alg": "ES384", "kid": "one" });
        let now = house.now().unix_seconds();
        let with = |name: &str, value: Value| {
            let mut claims = client.claims();
            claims[name] = value;
            client.assertion(&claims)
        };
        let without = |name: &str| {
            let mut claims = client.claims();
            claims.as_object_mut().unwrap().remove(name);
            client.assertion(&claims)
        };
        let headed = |header: Value| client.key.sign("ES384", &header, &client.claims());
        let text = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let unsigned = format!("{}.{}.", text(&json!({ "alg": "none", "kid": "one" })), text(&client.claims()));
        // The public key is no secret: whoever takes it as one believes everybody.
        let shared = {
            let signed = format!("{}.{}", text(&json!({ "alg": "HS256", "kid": "one" })), text(&client.claims()));
            let mut mac = Hmac::<Sha256>::new_from_slice(client.key.jwk("one").to_string().as_bytes()).unwrap();
            mac.update(signed.as_bytes());
            format!("{signed}.{}", BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
        };
        let good = client.assertion(&client.claims());
        let (signed, _) = good.rsplit_once('.').unwrap();
        let (_, signature) = client.assertion(&client.claims()).rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let refused = [
            ("alg none", unsigned, "algorithm"),
            ("HS256 with the public key", shared, "algorithm"),
            ("no signature", format!("{signed}."), "signature"),
            ("the signature of another", format!("{signed}.{signature}"), "signature"),
            ("another key under its name", Key::p384().sign("ES384", &head, &client.claims()), "signature"),
            ("an algorithm that is not taken", headed(json!({ "alg": "ES512", "kid": "one" })), "algorithm"),
            ("an unknown key", headed(json!({ "alg": "ES384", "kid": "two" })), "unknown_key"),
            ("no key", headed(json!({ "alg": "ES384" })), "no_key_id"),
            ("a critical extension", headed(json!({ "alg": "ES384", "kid": "one", "crit": ["b64"], "b64": false })), "type"),
            ("an ID token", headed(json!({ "alg": "ES384", "kid": "one", "typ": "at+jwt" })), "type"),
            ("expired", with("exp", json!(now - 30)), "expired"),
            ("too far ahead", with("exp", json!(now + 331)), "too_long"),
            ("endless", with("exp", json!(i64::MAX)), "too_long"),
            ("long over", with("exp", json!(i64::MIN)), "expired"),
            ("not yet", with("nbf", json!(now + 31)), "not_yet"),
            ("from tomorrow", with("iat", json!(now + 31)), "not_yet"),
            ("another audience", with("aud", json!("https://other.example/api/v1/token")), "audience"),
            ("the issuer as audience", with("aud", json!("http://localhost:8080")), "audience"),
            ("two audiences", with("aud", json!([AUDIENCE, "https://other.example"])), "audience"),
            ("no audience", without("aud"), "unknown_client"),
            ("another subject", with("sub", json!(NOBODY)), "subject"),
            ("another issuer", with("iss", json!(NOBODY)), "unknown_client"),
            ("no subject", without("sub"), "unknown_client"),
            ("no expiry", without("exp"), "unknown_client"),
            ("no id", without("jti"), "unknown_client"),
            ("an empty id", with("jti", json!("")), "no_id"),
            ("an endless id", with("jti", json!("x".repeat(256))), "no_id"),
            ("a control character", with("jti", json!("a\u{0}b")), "no_id"),
            ("nothing", String::new(), "unknown_client"),
            ("dots", "..".to_owned(), "unknown_client"),
            ("five parts", "a.b.c.d.e".to_owned(), "unknown_client"),
            ("endless", "a".repeat(9000), "unknown_client"),
        ];
        let mut words = Vec::new();
        for (what, sent, word) in refused {
            let answer = client.ask_token(&sent).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {}", answer.body);
            let said = read(&answer);
            assert_eq!((&said["error"], answer.header("content-type")), (&json!("invalid_client"), "application/json"), "{what}");
            words.push(word);
        }
        assert_eq!(refusals(house).await, words);
        let now = house.now().unix_seconds();
        for (what, claims) in [
            ("just not over", json!({ "exp": now - 29 })),
            ("as far ahead as may be", json!({ "exp": now + 330 })),
            ("a clock that is half a minute ahead", json!({ "iat": now + 30, "nbf": now + 30 })),
            ("a list of one audience", json!({ "aud": [AUDIENCE] })),
        ] {
            let mut all = client.claims();
            all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
            let answer = client.ask_token(&client.assertion(&all)).await;
            assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.body);
        }
    }

    async fn an_assertion_is_taken_once_also_by_fifty_at_once(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead]).await;
        let mut claims = client.claims();
        claims["exp"] = json!(house.now().unix_seconds() + 300);
        let assertion = client.assertion(&claims);
        let all = futures::future::join_all((0..50).map(|_| client.ask_token(&assertion))).await;
        let given = all.iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!(given, 1);
        assert!(all.iter().all(|answer| answer.status == StatusCode::OK || answer.status == StatusCode::UNAUTHORIZED));
        // Until it is over it stays taken, also when house is kept meanwhile.
        house.clock.advance(329);
        postern::app::api::sweep(&house.app).await.unwrap();
        assert_eq!(client.ask_token(&assertion).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refusals(house).await, vec!["replayed"; 50]);
        // The same id in the hands of another client is another id.
        let other = machine(house, &portal, &[Scope::RequestsRead]).await;
        let mut theirs = other.claims();
        theirs["jti"] = claims["jti"].clone();
        assert_eq!(other.ask_token(&other.assertion(&theirs)).await.status, StatusCode::OK);
    }

    async fn a_token_is_asked_for_in_one_way_and_never_for_more_than_the_client_has(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::RequestsRead, Scope::DecisionsRead]).await;
        let fresh = || client.assertion(&client.claims());
        let narrow = client.ask_token_with(&[("client_assertion", &fresh()), ("scope", "decisions.read")]).await;
        assert_eq!(read(&narrow)["scope"], "decisions.read");
        assert_eq!(read(&narrow)["expires_in"], 300);
        assert_eq!(narrow.header("cache-control"), "no-store");
        for (fields, error) in [
            (vec![("scope", "tokens.issue")], "invalid_scope"),
            (vec![("scope", "everything")], "invalid_scope"),
            (vec![("grant_type", "password")], "unsupported_grant_type"),
            (vec![("client_assertion_type", "x")], "invalid_request"),
        ] {
            let assertion = fresh();
            let mut all = vec![("client_assertion", assertion.as_str())];
            all.extend(fields);
            let answer = client.ask_token_with(&all).await;
            assert_eq!((answer.status, read(&answer)["error"].as_str().unwrap()), (StatusCode::BAD_REQUEST, error));
        }
        for body in ["", "grant_type=client_credentials", "%ff=%fe", "grant_type=client_credentials&grant_type=client_credentials"] {
            let request = bare(Method::POST, "/api/v1/token").body(Body::from(body)).unwrap();
            let answer = portal.call(request).await;
            assert_eq!(read(&answer)["error"], "invalid_request", "{body}");
        }
        let request = bare(Method::POST, "/api/v1/token").body(Body::from("x".repeat(17 * 1024))).unwrap();
        assert_eq!(portal.call(request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    async fn a_client_that_asks_too_often_waits_and_no_other_waits_with_it(house: House) {
        let portal = Portal::of(house);
        let client = machine(house, &portal, &[Scope::DecisionsRead]).await;
        let other = machine(house, &portal, &[Scope::RequestsRead]).await;
        let asked = async |n: i64| {
            let mut answers = Vec::new();
            for _ in 0..n {
                answers.push(client.get("/api/v1/requests").await);
            }
            answers
        };
        // Without the scope it counts too: what is refused is no way around.
        let first = asked(BURST).await;
        assert!(first.iter().all(|answer| answer.status == StatusCode::FORBIDDEN));
        let slowed = &asked(1).await[0];
        assert_eq!((problem(slowed).as_str(), slowed.header("retry-after")), ("too_many_requests", "1"));
        assert_eq!(other.get("/api/v1/requests").await.status, StatusCode::OK);
        house.clock.advance(1);
        let after = asked(2).await;
        let slowed = after.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).count();
        assert_eq!(slowed, 1);
    }

    async fn keys_that_prove_nothing_make_no_client(house: House) {
        let add = async |keys: &str| {
            clients::add(&house.app, "Portal", Scopes::of(vec![Scope::RequestsRead]), keys).await.map_err(|e| e.to_string())
        };
        let good = Key::p384().jwk("one");
        assert!(add(&good.to_string()).await.is_ok(), "one key alone");
        let changed = |name: &str, value: Value| {
            let mut key = good.clone();
            key[name] = value;
            json!({ "keys": [key] }).to_string()
        };
        for (keys, says) in [
            ("no JSON".to_owned(), "no JSON"),
            ("{\"keys\": []}".to_owned(), "0 keys"),
            ("{\"keys\": 7}".to_owned(), "no list"),
            ("[]".to_owned(), "no key"),
            (json!({ "keys": [good.clone(), good.clone()] }).to_string(), "two keys"),
            (json!({ "keys": vec![good.clone(); 9] }).to_string(), "9 keys"),
            (changed("d", json!("AAAA")), "secret"),
            (changed("use", json!("enc")), "signatures"),
            (changed("crv", json!("P-521")), "another kind"),
            (changed("crv", json!("P-256")), "coordinates"),
            (changed("x", json!("AAAA")), "coordinates"),
            (changed("x", json!("+/==")), "base64url"),
            (changed("kid", json!("")), "kid"),
            (json!({ "kty": "oct", "kid": "one", "k": "AAAA" }).to_string(), "secret"),
            (json!({ "kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB" }).to_string(), "2048"),
        ] {
            let error = add(&keys).await.unwrap_err();
            assert!(error.contains(says), "{error} lacks {says}");
        }
        let nothing = clients::add(&house.app, "Portal", Scopes::default(), &good.to_string()).await;
        assert!(nothing.unwrap_err().to_string().contains("--scope"));
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            let error = clients::add(&house.app, name, Scopes::of(vec![Scope::RequestsRead]), &good.to_string()).await.unwrap_err();
            assert!(error.to_string().contains("name"), "{error}");
        }
    }

    async fn garbage_makes_no_route_fail(house: House) {
        let portal = Portal::of(house);
        let mut client = machine(house, &portal, Scope::ALL).await;
        let bodies: Vec<Vec<u8>> = vec![
            b"".to_vec(), b"{".to_vec(), b"null".to_vec(), b"[]".to_vec(), b"7".to_vec(), b"\"x\"".to_vec(), vec![0xff; 40], vec![0; 40],
            b"{\"mrn\": \"\\u0000\", \"account\": \"a\\u0000@b\", \"issued_for\": \"x\", \"reason\": \"\\u0000\"}".to_vec(),
            b"{\"mrn\": 12345, \"issued_for\": {}}".to_vec(),
            b"{\"mrn\": \"0012345\", \"issued_for\": \"x\", \"role\": \"administrator\"}".to_vec(),
            b"{\"mrn\": \"0012345\", \"mrn\": \"0012345\", \"issued_for\": \"x\"}".to_vec(),
            format!("{{\"mrn\": \"{}\"}}", "\u{202e}9".repeat(4000)).into_bytes(),
            "[".repeat(16_000).into_bytes(),
            "x".repeat(17 * 1024).into_bytes(),
        ];
        let mut sent = 0;
        for (row, _) in guarded() {
            for id in [NOBODY, "x", "%00", "%ff", "..%2f", "01890000", "'"] {
                let path = row.path.replace("{id}", id);
                if row.method == "get" {
                    for query in ["", "?after=x", "?after=9223372036854775807.00000000000000000000000000000000", "?limit=0", "?limit=-1",
                        "?limit=101", "?account=x", "?account=%00", "?role=administrator", "?%ff"] {
                        let answer = client.get(&format!("{path}{query}")).await;
                        assert!(answer.status.is_client_error() || answer.status == StatusCode::OK, "{path}{query}: {}", answer.body);
                        sent += 1;
                    }
                } else {
                    for body in &bodies {
                        let answer = client.post_bytes(&path, body.clone(), &unique()).await;
                        assert!(answer.status.is_client_error(), "{path} {}: {}", String::from_utf8_lossy(body), answer.body);
                        problem(&answer);
                        sent += 1;
                    }
                }
                // On to the next with a fresh token and nothing counted.
                house.clock.advance(120);
                let answer = client.ask_token(&client.assertion(&client.claims())).await;
                client.token = read(&answer)["access_token"].as_str().unwrap().to_owned();
            }
        }
        assert!(sent > 400, "{sent}");
        let wrong_kind = bare(Method::POST, "/api/v1/decisions")
            .header(header::AUTHORIZATION, format!("Bearer {}", client.token))
            .header(header::CONTENT_TYPE, "text/plain")
            .body(Body::from("{\"account\": \"x\", \"mrn\": \"1\"}"));
        assert_eq!(problem(&portal.call(wrong_kind.unwrap()).await), "not_json");
        let wrong_method = bare(Method::DELETE, "/api/v1/tokens").body(Body::empty()).unwrap();
        assert_eq!(problem(&portal.call(wrong_method).await), "not_found");
    }
}
