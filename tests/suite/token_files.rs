//! A list of tokens from a file: read into the form, checked there, issued by the same button; nothing typed is lost.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use postern::domain::token::list::FILE_BYTES;

use crate::support::both_engines;
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};

const PATH: &str = "/team/tokens/list/file";

/// A form with `list` and the file, as a browser sends it.
pub async fn sends(portal: &Portal<'_>, browser: &Browser, list: &str, file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in [("form_token", browser.form_token.as_str()), ("list", list)] {
        let part = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"=cmd.csv\"\r\nContent-Type: text/csv\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--B--\r\n");
    let request = Request::post(PATH)
        .header(header::HOST, "localhost:8080")
        .header(header::COOKIE, &browser.cookies)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 40_000))))
        .body(Body::from(body))
        .unwrap();
    portal.call(request).await
}

both_engines! {
    async fn a_file_fills_the_list_and_its_rows_are_issued_after_a_look(house: House) {
        let portal = Portal::of(house);
        house.world.patient("Reyes", "0012345", "2015-03-04").await;
        let admin = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let form = portal.get("/team/tokens/list", &admin).await;
        assert!(form.body.contains(&format!("formaction=\"{PATH}\"")) && form.body.contains("type=\"file\""));
        let read = sends(&portal, &admin, "", "\u{feff}mrn;for_whom\r\n0012345;مريم, MD\r\n".as_bytes()).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.body);
        assert!(read.body.contains("mrn;for_whom\n0012345;مريم, MD"), "{}", read.body);
        assert_eq!(count(house, "select count(*) from patient_token").await, 0, "reading issues nothing");
        let issued = portal.post("/team/tokens/list", &admin, &[("list", "mrn;for_whom\n0012345;مريم, MD")]).await;
        assert_eq!(issued.status, StatusCode::OK);
        assert_eq!(count(house, "select count(*) from patient_token").await, 1);
    }

    async fn a_file_that_will_not_do_is_named_by_its_line_and_what_was_typed_stays(house: House) {
        let portal = Portal::of(house);
        let admin = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let large = vec![b'7'; FILE_BYTES + 1];
        let typed = "mrn\n0012345";
        for (list, file, says) in [
            ("", b"mrn,for_whom\n77,Lee\n78,\xc9lise".as_slice(), "Line 3: This is not text in UTF-8"),
            ("", b"\xff\xfem\x00r\x00n\x00", "Line 1: This is not text in UTF-8"),
            ("", large.as_slice(), "larger than 20 kB"),
            (typed, b"", "Choose a file first"),
            (typed, b"mrn\n77", "There are rows in the list already"),
        ] {
            let answer = sends(&portal, &admin, list, file).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(answer.body.contains(says) && answer.body.contains(list), "{says}: {}", answer.body);
        }
    }

    async fn nobody_else_sends_one_and_no_other_page_sends_it(house: House) {
        let portal = Portal::of(house);
        let outsider = portal.signed_in(house.world.family_account().await).await;
        assert_eq!(sends(&portal, &outsider, "", b"mrn\n77").await.status, StatusCode::NOT_FOUND);
        let stranger = sends(&portal, &portal.stranger(), "", b"mrn\n77").await;
        assert_eq!((stranger.status, stranger.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
        let admin = portal.signed_in(house.world.team_account(&["administrator"]).await).await;
        let forged = Browser { form_token: "x".repeat(43), ..admin };
        assert_eq!(sends(&portal, &forged, "", b"mrn\n77").await.status, StatusCode::FORBIDDEN);
    }
}
