//! The NPI registry's adapter against a server that answers as NPPES does, and as it should not.

use std::time::Duration;

use postern::adapters::npi_registry::Nppes;
use postern::app::ports::{NpiRegistry, RegistryEntry};
use postern::domain::ids::Npi;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::block_on;

const NUMBER: &str = "1234567893";

/// Asks a registry that gives `answer`, the bytes of one HTTP response, to the first question; the request line comes back too.
async fn asked(answer: Vec<u8>) -> (Result<Option<RegistryEntry>, String>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.windows(4).any(|w| w == b"\r\n\r\n") {
            let mut part = [0; 1024];
            let n = stream.read(&mut part).await.unwrap();
            request.extend_from_slice(&part[..n]);
        }
        // A client that has read enough may have gone.
        let _ = stream.write_all(&answer).await;
        let _ = stream.shutdown().await;
        // Another question would be a redirect followed.
        let again = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(again.is_err(), "asked twice");
        String::from_utf8(request).unwrap().lines().next().unwrap().to_owned()
    });
    let registry = Nppes::at(&url, Duration::from_secs(10)).unwrap();
    let found = registry.look_up(&Npi::parse(NUMBER).unwrap()).await.map_err(|e| e.to_string());
    (found, server.await.unwrap())
}

fn http(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

fn look_up(body: &Value) -> Result<Option<RegistryEntry>, String> {
    block_on(asked(http("200 OK", "application/json", &body.to_string()))).0
}

fn no_answer(answer: Vec<u8>, says: &str) {
    let error = block_on(asked(answer)).0.unwrap_err();
    assert!(error.contains(says), "{error} lacks {says}");
    assert!(!error.contains(NUMBER), "{error}");
}

/// A made-up physician as NPPES lists one.
fn physician() -> Value {
    json!({
        "number": NUMBER, "enumeration_type": "NPI-1", "created_epoch": "1117756800000", "last_updated_epoch": 1_584_000_000_000_i64,
        "basic": { "first_name": "NGOZI", "last_name": "OKAFOR", "middle_name": "GRACE", "credential": "M.D.", "sole_proprietor": "NO",
            "gender": "F", "enumeration_date": "2005-06-03", "last_updated": "2020-03-12", "status": "A", "name_prefix": "--" },
        "addresses": [{ "address_purpose": "LOCATION", "address_1": "1 ELM ST", "city": "ALBANY", "state": "NY",
            "postal_code": "122080000", "telephone_number": "518-555-0100" }],
        "taxonomies": [
            { "code": "207Q00000X", "desc": "Family Medicine", "primary": false, "state": "NY", "license": "1" },
            { "code": "208000000X", "desc": "Pediatrics", "primary": true, "state": "NY", "license": "1" }],
        "identifiers": [],
        "other_names": [{ "type": "Former Name", "code": "1", "first_name": "NGOZI", "last_name": "ADEYEMI", "prefix": "--" }]
    })
}

fn found(result: &Value) -> Value {
    json!({ "result_count": 1, "results": [result] })
}

fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut result = physician();
    change(&mut result);
    found(&result)
}

#[test]
fn a_physician_is_found_by_number_with_names_and_specialty() {
    let (entry, request) =
        block_on(asked(http("200 OK", "application/json", &found(&physician()).to_string())));
    assert_eq!(request, format!("GET /api/?version=2.1&number={NUMBER} HTTP/1.1"));
    let expected = RegistryEntry {
        is_individual: true,
        is_active: true,
        family: "OKAFOR".to_owned(),
        given: "NGOZI".to_owned(),
        other_names: vec![("ADEYEMI".to_owned(), "NGOZI".to_owned())],
        specialty: "Pediatrics".to_owned(),
    };
    assert_eq!(entry, Ok(Some(expected)));
}

#[test]
fn a_number_may_come_as_a_number_or_as_text() {
    let as_number = changed(|r| r["number"] = json!(1_234_567_893_u64));
    assert_eq!(look_up(&as_number).unwrap().unwrap().family, "OKAFOR");
}

#[test]
fn what_is_not_always_there_may_be_missing() {
    let bare = json!({ "number": NUMBER, "enumeration_type": "NPI-1",
        "basic": { "first_name": "NGOZI", "last_name": "OKAFOR", "status": "A" } });
    let entry = look_up(&found(&bare)).unwrap().unwrap();
    assert_eq!((entry.specialty.as_str(), entry.other_names.len()), ("", 0));
    let odd = changed(|r| {
        r["other_names"] = json!([{ "last_name": "--", "first_name": "X" }, 7, { "organization_name": "Y" }]);
        r["taxonomies"] = json!([{ "desc": "Pediatrics", "primary": "Y" }]);
    });
    let entry = look_up(&odd).unwrap().unwrap();
    assert_eq!((entry.specialty.as_str(), entry.other_names.len()), ("Pediatrics", 0));
}

/// No database keeps them, and no log shows them.
#[test]
fn control_characters_of_the_registry_are_dropped() {
    let odd = changed(|r| {
        (r["basic"]["last_name"], r["basic"]["first_name"]) = (json!("OKA\0FOR\r\n"), json!("\u{1b}NGOZI"));
        r["other_names"] = json!([{ "last_name": "ADE\0YEMI", "first_name": "NGOZI" }, { "last_name": "\0", "first_name": "X" }]);
        r["taxonomies"] = json!([{ "desc": "Pedi\u{7}atrics", "primary": true }]);
    });
    let entry = look_up(&odd).unwrap().unwrap();
    assert_eq!((entry.family.as_str(), entry.given.as_str()), ("OKAFOR", "NGOZI"));
    assert_eq!(entry.other_names, [("ADEYEMI".to_owned(), "NGOZI".to_owned())]);
    assert_eq!(entry.specialty, "Pediatrics");
    let nobody = changed(|r| r["basic"]["last_name"] = json!("\0--\0"));
    assert!(look_up(&nobody).is_err());
    let errors = json!({ "Errors": [{ "description": "No\nvalid\0 criteria" }] });
    assert!(!look_up(&errors).unwrap_err().contains(char::is_control));
}

#[test]
fn a_number_that_nobody_has_is_an_answer() {
    assert_eq!(look_up(&json!({ "result_count": 0, "results": [] })), Ok(None));
}

#[test]
fn an_organization_and_a_deactivated_number_are_told_apart() {
    let clinic = json!({ "number": NUMBER, "enumeration_type": "NPI-2",
        "basic": { "organization_name": "ELM STREET PEDIATRICS", "status": "A" } });
    let entry = look_up(&found(&clinic)).unwrap().unwrap();
    assert!(!entry.is_individual && entry.family == "ELM STREET PEDIATRICS" && entry.given.is_empty());
    for status in ["D", "", "a"] {
        let entry = look_up(&changed(|r| r["basic"]["status"] = json!(status))).unwrap().unwrap();
        assert!(!entry.is_active, "{status}");
    }
    let entry =
        look_up(&changed(|r| drop(r["basic"].as_object_mut().unwrap().remove("status")))).unwrap().unwrap();
    assert!(!entry.is_active, "no status is not active");
}

#[test]
fn errors_with_status_200_are_no_answer() {
    let errors = json!({ "Errors": [{ "description": "No valid search criteria provided", "field": "generic", "number": "04" }] });
    assert!(look_up(&errors).unwrap_err().contains("No valid search criteria provided"));
    // Also beside results that look like nobody.
    let both = json!({ "Errors": [{}], "results": [] });
    assert!(look_up(&both).is_err());
}

#[test]
fn an_answer_about_somebody_else_is_no_answer() {
    let error = look_up(&changed(|r| r["number"] = json!("1245319599"))).unwrap_err();
    assert!(error.contains("another number"), "{error}");
}

#[test]
fn an_answer_of_another_shape_is_no_answer() {
    for body in [
        json!({}),
        json!([]),
        json!({ "results": "none" }),
        json!({ "results": [null] }),
        changed(|r| r["basic"] = json!(null)),
        changed(|r| r["basic"]["last_name"] = json!("--")),
        changed(|r| r["enumeration_type"] = json!("NPI-3")),
    ] {
        assert!(look_up(&body).is_err(), "{body}");
    }
    no_answer(http("200 OK", "text/html", "<html><body>Down for maintenance</body></html>"), "not JSON");
    no_answer(http("200 OK", "application/json", ""), "not JSON");
    no_answer(http("200 OK", "application/json", &"[".repeat(100_000)), "not JSON");
}

#[test]
fn other_statuses_are_no_answer_and_redirects_are_not_followed() {
    no_answer(http("429 Too Many Requests", "text/plain", "slow down"), "too often");
    no_answer(http("500 Internal Server Error", "application/json", "{\"results\":[]}"), "500");
    no_answer(http("404 Not Found", "application/json", "{\"results\":[]}"), "404");
    let elsewhere =
        b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .to_vec();
    no_answer(elsewhere, "302");
}

#[test]
fn an_endless_answer_is_cut_off() {
    let body = format!("{{\"results\":[],\"x\":\"{}\"}}", "y".repeat(300 * 1024));
    no_answer(http("200 OK", "application/json", &body), "too large");
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..40 {
        chunked.extend_from_slice(b"4000\r\n");
        chunked.extend(std::iter::repeat_n(b' ', 0x4000));
        chunked.extend_from_slice(b"\r\n");
    }
    no_answer(chunked, "too large");
}

#[test]
fn a_registry_that_is_slow_or_not_there_is_no_answer() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let slow = Nppes::at(&url, Duration::from_millis(200)).unwrap();
        let npi = Npi::parse(NUMBER).unwrap();
        let error = slow.look_up(&npi).await.unwrap_err().to_string();
        assert!(error.contains("in time"), "{error}");
        drop(listener);
        let error = slow.look_up(&npi).await.unwrap_err().to_string();
        assert!(error.contains("gave no answer") && !error.contains(NUMBER), "{error}");
    });
}
