//! What an identity provider may say, and what it may not: each lie of a hostile one is refused, with the check that refuses it.

mod limits;

use postern::adapters::oidc::{OpenIdProvider, Settings};
use postern::app::ports::identity::{Asking, Claims, IdentityError, IdentityProvider, LoggedOut, Returned};
use postern::domain::calendar::Instant;
use postern::domain::people::Role;
use serde_json::{Value, json};

use crate::support::block_on;
use crate::support::hostile::{CLIENT, Hostile, Signing, TokenEndpoint, parameter};
use crate::support::house::NOON;

fn noon() -> Instant {
    NOON.parse().unwrap()
}

fn asking() -> Asking {
    let secret = |c: &str| c.repeat(43);
    Asking { state: secret("s"), nonce: secret("n"), verifier: secret("v"), fresh_since: None }
}

/// A whole sign-in with a provider that was told to lie.
async fn sign_in(
    hostile: &Hostile,
    adapter: &OpenIdProvider,
    asking: &Asking,
    now: Instant,
) -> Result<Claims, IdentityError> {
    let url = adapter.begin(asking, now).await?;
    let code = hostile.signs_in(&url);
    adapter.finish(Returned { code: &code, issuer: Some(hostile.issuer()) }, asking, now).await
}

/// What a sign-in comes to when `tell` has told the provider to lie.
fn lying(tell: impl FnOnce(&Hostile)) -> Result<Claims, IdentityError> {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        tell(&hostile);
        sign_in(&hostile, &hostile.adapter(), &asking(), noon()).await
    })
}

/// What a sign-in comes to when the provider changes the claims so.
fn claiming(twist: impl Fn(&mut Value) + Send + 'static) -> Result<Claims, IdentityError> {
    lying(|hostile| hostile.lie(|lies| lies.claims = Box::new(twist)))
}

fn without(claim: &'static str) -> Result<Claims, IdentityError> {
    claiming(move |claims| drop(claims.as_object_mut().unwrap().remove(claim)))
}

fn with(claim: &'static str, value: Value) -> Result<Claims, IdentityError> {
    claiming(move |claims| claims[claim] = value.clone())
}

fn refused(why: &'static str) -> Result<Claims, IdentityError> {
    Err(IdentityError::Refused(why))
}

fn is_down(answer: &Result<Claims, IdentityError>) -> bool {
    matches!(answer, Err(IdentityError::Down(_)))
}

/// asvs_v10_2_1, asvs_v10_2_3, asvs_v7_6_1: what the portal asks for.
#[test]
fn the_question_carries_pkce_state_nonce_and_no_more_than_is_needed() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = hostile.adapter();
        let url = adapter.begin(&asking(), noon()).await.unwrap();
        let of = |name: &str| parameter(&url, name).unwrap_or_default();
        assert_eq!((of("response_type"), of("client_id")), ("code".to_owned(), CLIENT.to_owned()));
        assert_eq!((of("state"), of("nonce")), (asking().state, asking().nonce));
        assert_eq!(
            (of("code_challenge_method"), of("scope")),
            ("S256".to_owned(), "openid profile email".to_owned())
        );
        assert_eq!(
            (of("max_age"), of("prompt")),
            ("43200".to_owned(), String::new()),
            "nobody is signed in silently"
        );
        assert_eq!(of("acr_values"), "urn:hospital:mfa");
        assert!(!url.contains(&asking().verifier));
        let fresh = Asking { fresh_since: Some(noon()), ..asking() };
        let url = adapter.begin(&fresh, noon()).await.unwrap();
        assert_eq!(parameter(&url, "max_age").as_deref(), Some("0"));
        assert_eq!(parameter(&url, "prompt").as_deref(), Some("login"));
    });
}

#[test]
fn a_provider_that_tells_the_truth_signs_in() {
    let claims = lying(|_| ()).unwrap();
    assert_eq!((claims.subject.as_str(), claims.sid.as_deref()), ("00u-lee", Some("sid-1")));
    assert_eq!((claims.given.as_str(), claims.family.as_str()), ("Mina", "Lee"));
    assert_eq!((claims.signed_in_at, claims.roles), (noon(), Some(vec![Role::Reviewer])));
}

#[test]
fn a_token_signed_with_ps256_signs_in_too() {
    assert!(lying(|h| h.lie(|l| l.signing = Signing::RightPss)).is_ok());
}

/// asvs_v10_5_3
#[test]
fn metadata_that_name_another_issuer_are_refused() {
    let answer = lying(|h| h.lie(|l| l.metadata_issuer = Some("https://evil.example".to_owned())));
    assert!(is_down(&answer), "{answer:?}");
    let slash = lying(|h| {
        let issuer = format!("{}/", h.issuer());
        h.lie(|l| l.metadata_issuer = Some(issuer));
    });
    assert!(is_down(&slash), "{slash:?}");
}

/// asvs_v10_5_3
#[test]
fn a_provider_that_is_not_there_is_down() {
    block_on(async {
        let settings = |s: &mut Settings| s.issuer = "http://127.0.0.1:1".to_owned();
        let adapter = Hostile::start(noon()).await.adapter_with(settings);
        assert!(matches!(adapter.begin(&asking(), noon()).await, Err(IdentityError::Down(_))));
    });
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    assert_eq!(with("iss", json!("https://evil.example")), refused("token_issuer"));
    assert!(without("iss").is_err());
}

/// asvs_v10_5_4
#[test]
fn a_token_for_another_client_is_refused() {
    assert_eq!(with("aud", json!("another")), refused("audience"));
    assert_eq!(with("aud", json!([])), refused("audience"));
    assert_eq!(without("aud"), refused("audience"));
}

/// asvs_v10_5_4
#[test]
fn a_token_for_us_and_somebody_else_is_refused_with_and_without_azp() {
    assert_eq!(with("aud", json!([CLIENT, "another"])), refused("audience"));
    let both = claiming(|c| {
        c["aud"] = json!([CLIENT, "another"]);
        c["azp"] = json!(CLIENT);
    });
    assert_eq!(both, refused("audience"));
}

/// asvs_v10_5_4
#[test]
fn a_token_whose_authorized_party_is_somebody_else_is_refused() {
    assert_eq!(with("azp", json!("another")), refused("authorized_party"));
    assert!(with("azp", json!(CLIENT)).is_ok());
}

/// asvs_v10_5_1
#[test]
fn a_token_with_another_nonce_is_refused() {
    assert_eq!(with("nonce", json!("another")), refused("nonce"));
}

/// asvs_v10_5_1
#[test]
fn a_token_without_nonce_is_refused() {
    assert_eq!(without("nonce"), refused("nonce"));
}

/// asvs_v10_5_1, B32: the token of one sign-in does not do for the next.
#[test]
fn a_token_with_the_nonce_of_an_earlier_sign_in_is_refused() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = hostile.adapter();
        sign_in(&hostile, &adapter, &asking(), noon()).await.unwrap();
        let earlier = asking().nonce;
        hostile.lie(|l| l.claims = Box::new(move |c| c["nonce"] = json!(earlier)));
        let later = Asking { nonce: "m".repeat(43), ..asking() };
        assert_eq!(sign_in(&hostile, &adapter, &later, noon()).await, refused("nonce"));
    });
}

#[test]
fn an_expired_token_is_refused_from_its_very_second() {
    let at = noon().unix_seconds();
    assert_eq!(with("exp", json!(at - 1)), refused("expired"));
    assert_eq!(with("exp", json!(at)), refused("expired"));
    assert!(with("exp", json!(at + 1)).is_ok());
    assert!(without("exp").is_err());
}

#[test]
fn a_token_from_the_future_is_refused_beyond_a_minute() {
    let at = noon().unix_seconds();
    assert!(with("iat", json!(at + 60)).is_ok());
    assert_eq!(with("iat", json!(at + 61)), refused("issued_at"));
}

#[test]
fn a_token_that_was_issued_long_ago_or_never_is_refused() {
    let at = noon().unix_seconds();
    assert!(with("iat", json!(at - 600)).is_ok());
    assert_eq!(with("iat", json!(at - 601)), refused("issued_at"));
    assert!(without("iat").is_err());
}

/// asvs_v6_8_2
#[test]
fn a_token_with_the_algorithm_none_is_refused() {
    assert_eq!(lying(|h| h.lie(|l| l.signing = Signing::AlgNone)), refused("no_signature"));
}

/// asvs_v6_8_2
#[test]
fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    assert_eq!(lying(|h| h.lie(|l| l.signing = Signing::PublicKeyAsSecret)), refused("algorithm"));
}

/// asvs_v6_8_2: not even one that knows the client's secret.
#[test]
fn a_token_signed_with_the_clients_secret_is_refused() {
    assert_eq!(lying(|h| h.lie(|l| l.signing = Signing::ClientSecret)), refused("algorithm"));
}

/// asvs_v6_8_2
#[test]
fn a_token_that_names_an_unknown_key_is_refused() {
    assert_eq!(lying(|h| h.lie(|l| l.header = json!({ "kid": "key-nine" }))), refused("unknown_key"));
}

/// asvs_v6_8_2
#[test]
fn a_token_signed_by_another_key_under_a_known_name_is_refused() {
    assert_eq!(lying(|h| h.lie(|l| l.signing = Signing::OtherKey)), refused("signature"));
}

/// asvs_v6_8_2
#[test]
fn a_token_whose_signature_was_taken_off_is_refused() {
    assert!(lying(|h| h.lie(|l| l.signing = Signing::Stripped)).is_err());
}

/// asvs_v6_8_2
#[test]
fn a_token_that_demands_what_nobody_understands_is_refused() {
    assert!(lying(|h| h.lie(|l| l.header = json!({ "crit": ["b64"], "b64": false }))).is_err());
}

/// B32: the provider refuses a code that was used, and so does the portal.
#[test]
fn a_code_that_was_used_is_refused() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let (adapter, asking) = (hostile.adapter(), asking());
        let code = hostile.signs_in(&adapter.begin(&asking, noon()).await.unwrap());
        let returned = Returned { code: &code, issuer: Some(hostile.issuer()) };
        assert!(adapter.finish(returned, &asking, noon()).await.is_ok());
        assert_eq!(adapter.finish(returned, &asking, noon()).await, refused("code"));
    });
}

/// asvs_v10_2_2: a provider that promises to name itself must, and no code goes to the wrong one.
#[test]
fn an_answer_that_names_another_issuer_or_none_is_refused_before_the_code_is_sent() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let (adapter, asking) = (hostile.adapter(), asking());
        let code = hostile.signs_in(&adapter.begin(&asking, noon()).await.unwrap());
        for issuer in [Some("https://evil.example"), Some(""), None] {
            let answer = adapter.finish(Returned { code: &code, issuer }, &asking, noon()).await;
            assert_eq!(answer, refused("issuer"));
        }
        assert_eq!(hostile.count("token"), 0);
    });
}

/// asvs_v6_8_4
#[test]
fn a_sign_in_without_acr_is_one_without_a_second_factor() {
    assert_eq!(without("acr"), Err(IdentityError::NoSecondFactor));
}

/// asvs_v6_8_4
#[test]
fn a_sign_in_with_another_acr_is_one_without_a_second_factor() {
    assert_eq!(with("acr", json!("urn:hospital:pwd")), Err(IdentityError::NoSecondFactor));
    assert_eq!(with("acr", json!("URN:HOSPITAL:MFA")), Err(IdentityError::NoSecondFactor));
}

/// asvs_v6_8_4
#[test]
fn a_sign_in_with_an_empty_amr_is_one_without_a_second_factor() {
    assert_eq!(with("amr", json!([])), Err(IdentityError::NoSecondFactor));
    assert_eq!(with("amr", json!(["pwd"])), Err(IdentityError::NoSecondFactor));
    assert_eq!(without("amr"), Err(IdentityError::NoSecondFactor));
    assert!(with("amr", json!(["hwk"])).is_ok(), "any of the list");
}

/// asvs_v6_8_4: without a rule nobody has shown a second factor.
#[test]
fn settings_that_name_no_second_factor_let_nobody_in() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = hostile.adapter_with(|s| (s.acr_values, s.amr) = (Vec::new(), Vec::new()));
        let answer = sign_in(&hostile, &adapter, &asking(), noon()).await;
        assert_eq!(answer, Err(IdentityError::NoSecondFactor));
    });
}

/// asvs_v7_6_1
#[test]
fn a_sign_in_of_more_than_twelve_hours_ago_or_of_no_known_time_is_refused() {
    let at = noon().unix_seconds();
    assert!(with("auth_time", json!(at - 12 * 3600)).is_ok());
    assert_eq!(with("auth_time", json!(at - 12 * 3600 - 61)), refused("auth_time"));
    assert_eq!(with("auth_time", json!(at + 61)), refused("auth_time"));
    assert_eq!(without("auth_time"), refused("no_auth_time"));
}

/// asvs_v6_8_4: a fresh factor is one that was shown after it was asked for.
#[test]
fn a_fresh_factor_is_not_one_of_before() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = hostile.adapter();
        let fresh = Asking { fresh_since: Some(noon()), ..asking() };
        assert!(sign_in(&hostile, &adapter, &fresh, noon()).await.is_ok());
        let before = noon().unix_seconds() - 61;
        hostile.lie(|l| l.claims = Box::new(move |c| c["auth_time"] = json!(before)));
        assert_eq!(sign_in(&hostile, &adapter, &fresh, noon()).await, refused("auth_time"));
    });
}

#[test]
fn a_token_endpoint_that_breaks_is_down() {
    for endpoint in [TokenEndpoint::Broken, TokenEndpoint::Html, TokenEndpoint::Huge, TokenEndpoint::Redirect]
    {
        let answer = lying(|h| h.lie(|l| l.endpoint = endpoint));
        assert!(answer.is_err(), "{endpoint:?}: {answer:?}");
        let said = format!("{answer:?}");
        assert!(!said.contains("Maintenance"), "what it wrote is not repeated: {said}");
    }
}

#[test]
fn a_token_endpoint_that_never_answers_is_given_up() {
    assert!(is_down(&lying(|h| h.lie(|l| l.endpoint = TokenEndpoint::Never))));
}

#[test]
fn a_token_of_another_type_or_no_id_token_is_refused() {
    assert_eq!(lying(|h| h.lie(|l| l.endpoint = TokenEndpoint::OtherType)), refused("token_type"));
    assert_eq!(lying(|h| h.lie(|l| l.endpoint = TokenEndpoint::NoIdToken)), refused("no_id_token"));
}

/// asvs_v10_1_1: who it is comes from the signed token alone; the access token is used for nothing.
#[test]
fn the_userinfo_endpoint_is_never_asked() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let claims = sign_in(&hostile, &hostile.adapter(), &asking(), noon()).await.unwrap();
        assert_eq!((claims.subject.as_str(), hostile.count("userinfo")), ("00u-lee", 0));
    });
}

#[test]
fn a_subject_that_is_missing_empty_or_endless_is_refused() {
    assert!(without("sub").is_err());
    assert_eq!(with("sub", json!("")), refused("subject"));
    assert_eq!(with("sub", json!("x".repeat(256))), refused("subject"));
    assert!(with("sub", json!(7)).is_err());
}

/// No database keeps them, and no page shows them.
#[test]
fn control_characters_in_an_id_are_refused_and_those_in_a_name_are_dropped() {
    for id in ["00u\0lee", "\0", "00u-lee\n", "00u\u{85}lee"] {
        assert_eq!(with("sub", json!(id)), refused("subject"), "{id:?}");
        assert_eq!(with("sid", json!(id)), refused("session"), "{id:?}");
    }
    let named =
        claiming(|c| (c["family_name"], c["email"]) = (json!("L\0ee"), json!("\0mina@hospital.example")));
    let named = named.unwrap();
    assert_eq!((named.family.as_str(), named.email.as_str()), ("Lee", "mina@hospital.example"));
}

#[test]
fn roles_are_those_of_the_claim_and_nothing_that_only_looks_alike() {
    let roles = |value: Value| with("groups", value).unwrap().roles.unwrap();
    assert_eq!(roles(json!("portal-reviewers")), [Role::Reviewer]);
    for none in [
        json!(["portal-reviewers-x", "PORTAL-REVIEWERS"]),
        json!([]),
        json!(null),
        json!({ "portal-reviewers": true }),
    ] {
        assert!(roles(none).is_empty());
    }
}

#[test]
fn what_the_hospital_calls_somebody_is_kept_short_and_in_one_line() {
    let named = claiming(|c| {
        c["given_name"] = json!("A\r\nBcc: x@y.example");
        c["family_name"] = json!("L".repeat(5000));
    });
    let named = named.unwrap();
    assert!(!named.given.contains(['\r', '\n']) && named.family.chars().count() == 254);
    let whole = claiming(|c| {
        let all = c.as_object_mut().unwrap();
        all.remove("given_name");
        all.remove("family_name");
        c["name"] = json!("Mina Sue Lee");
    });
    let whole = whole.unwrap();
    assert_eq!((whole.given.as_str(), whole.family.as_str()), ("Mina Sue", "Lee"));
}

/// F14: new keys are asked for when a token names one that is not known, at most once a minute.
#[test]
fn keys_that_were_changed_are_found_after_a_minute_and_not_asked_for_more_often() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = hostile.adapter();
        sign_in(&hostile, &adapter, &asking(), noon()).await.unwrap();
        hostile.lie(|l| l.key = "two");
        for seconds in [0, 30, 59] {
            let answer = sign_in(&hostile, &adapter, &asking(), noon().plus_seconds(seconds)).await;
            assert_eq!(answer, refused("unknown_key"));
        }
        assert_eq!(hostile.count("keys"), 1);
        assert!(sign_in(&hostile, &adapter, &asking(), noon().plus_seconds(60)).await.is_ok());
        hostile.lie(|l| l.header = json!({ "kid": "key-nine" }));
        for _ in 0..10 {
            assert_eq!(
                sign_in(&hostile, &adapter, &asking(), noon().plus_seconds(61)).await,
                refused("unknown_key")
            );
        }
        assert_eq!((hostile.count("keys"), hostile.count("metadata")), (2, 1));
    });
}

/// The claims of a log-out token that is as it should be.
fn logout(hostile: &Hostile) -> Value {
    let at = noon().unix_seconds();
    json!({
        "iss": hostile.issuer(), "aud": CLIENT, "iat": at, "exp": at + 120, "jti": "j1", "sub": "00u-lee", "sid": "sid-1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

/// A change of the claims of a log-out token.
type Twist = Box<dyn FnOnce(&mut Value)>;

/// What a log-out token comes to when its claims are twisted so and the provider lies so.
fn logs_out(twist: impl FnOnce(&mut Value), tell: impl FnOnce(&Hostile)) -> Result<LoggedOut, IdentityError> {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        tell(&hostile);
        let mut claims = logout(&hostile);
        twist(&mut claims);
        let token = hostile.sign(&claims);
        hostile.adapter().check_logout(&token, noon()).await
    })
}

/// asvs_v10_5_5
#[test]
fn a_log_out_token_that_holds_is_taken_under_both_of_its_types() {
    let whose = LoggedOut {
        token_id: "j1".to_owned(),
        subject: Some("00u-lee".to_owned()),
        sid: Some("sid-1".to_owned()),
    };
    assert_eq!(logs_out(|_| (), |_| ()), Ok(whose.clone()));
    assert_eq!(logs_out(|_| (), |h| h.lie(|l| l.header = json!({ "typ": "logout+jwt" }))), Ok(whose));
    assert!(logs_out(|c| drop(c.as_object_mut().unwrap().remove("sub")), |_| ()).is_ok());
}

/// asvs_v10_5_5
#[test]
fn a_log_out_token_that_fails_any_check_is_refused() {
    let at = noon().unix_seconds();
    let set = |name: &'static str, value: Value| move |claims: &mut Value| claims[name] = value;
    let take =
        |name: &'static str| move |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove(name));
    let cases: Vec<(&str, Twist)> = vec![
        ("token_issuer", Box::new(set("iss", json!("https://evil.example")))),
        ("audience", Box::new(set("aud", json!("another")))),
        ("audience", Box::new(set("aud", json!([CLIENT, "another"])))),
        ("issued_at", Box::new(set("iat", json!(at - 121)))),
        ("issued_at", Box::new(set("iat", json!(at + 61)))),
        ("expired", Box::new(set("exp", json!(at)))),
        ("event", Box::new(set("events", json!({})))),
        (
            "event",
            Box::new(set("events", json!({ "http://schemas.openid.net/event/backchannel-logout": 1 }))),
        ),
        ("nonce", Box::new(set("nonce", json!("n")))),
        ("token_id", Box::new(set("jti", json!("")))),
        ("subject", Box::new(set("sub", json!("00u\0lee")))),
        ("session", Box::new(set("sid", json!("sid\0-1")))),
        ("token", Box::new(take("jti"))),
        ("token", Box::new(take("exp"))),
        ("token", Box::new(take("iat"))),
        ("token", Box::new(take("events"))),
        (
            "subject",
            Box::new(|c: &mut Value| {
                let all = c.as_object_mut().unwrap();
                all.remove("sub");
                all.remove("sid");
            }),
        ),
    ];
    for (why, twist) in cases {
        assert_eq!(logs_out(twist, |_| ()), Err(IdentityError::Refused(why)), "{why}");
    }
}

/// asvs_v10_5_5, asvs_v6_8_2
#[test]
fn a_log_out_token_of_another_type_or_signature_is_refused() {
    for (signing, why) in [
        (Signing::AlgNone, "algorithm"),
        (Signing::PublicKeyAsSecret, "algorithm"),
        (Signing::ClientSecret, "algorithm"),
        (Signing::OtherKey, "signature"),
        (Signing::Stripped, "signature"),
    ] {
        let answer = logs_out(|_| (), |h| h.lie(|l| l.signing = signing));
        let fine =
            answer == Err(IdentityError::Refused(why)) || (signing == Signing::AlgNone && answer.is_err());
        assert!(fine, "{signing:?}: {answer:?}");
    }
    for (header, why) in [
        (json!({ "typ": "at+jwt" }), "type"),
        (json!({ "typ": null }), "type"),
        (json!({ "crit": ["x"] }), "type"),
        (json!({ "kid": "key-nine" }), "unknown_key"),
    ] {
        assert_eq!(logs_out(|_| (), |h| h.lie(|l| l.header = header)), Err(IdentityError::Refused(why)));
    }
}

#[test]
fn garbage_is_no_log_out_token() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = hostile.adapter();
        let sound = hostile.sign(&logout(&hostile));
        let deep = format!("{}.{}.x", "e30", "W".repeat(20_000));
        for token in ["", ".", "..", "a.b.c", "a.b.c.d", &sound[1..], &format!("{sound}."), &deep] {
            let answer = adapter.check_logout(token, noon()).await;
            assert!(matches!(answer, Err(IdentityError::Refused(_))), "{answer:?}");
        }
        assert!(adapter.check_logout(&sound, noon()).await.is_ok());
    });
}
