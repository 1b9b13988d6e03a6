//! The queue, the accounts and help as browsers meet them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use image::ImageFormat;
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::people::Role;
use postern::domain::queue::View;

use crate::desk::{list, member, question, reset};
use crate::help::picture;
use crate::support::letters::letters_of;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines, html};

/// A browser signed in as somebody with these roles in the access team.
async fn signed_in(house: &House, portal: &Portal<'_>, roles: &[&str]) -> (AccountId, Browser) {
    let account = house.world.team_account(roles).await;
    (account, portal.signed_in(account).await)
}

/// The value of the hidden field `version` of the page.
fn version(answer: &Answer) -> String {
    let fields = html::elements(&answer.body);
    fields.iter().find(|e| e.get("name") == "version").map(|e| e.get("value").to_owned()).unwrap()
}

fn sound(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(html::faults(&answer.body), Vec::<String>::new());
}

/// A multipart form with the file `picture`, as a browser sends it.
pub async fn send(
    portal: &Portal<'_>,
    browser: &Browser,
    texts: &[(&str, &str)],
    file: Option<&[u8]>,
    site: &str,
) -> Answer {
    let mut body = Vec::new();
    for (name, text) in texts {
        body.extend_from_slice(
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").as_bytes(),
        );
    }
    let head = "--B\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"../../shot.png\"\r\nContent-Type: text/html\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file.unwrap_or_default());
    body.extend_from_slice(b"\r\n--B--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri("/help")
        .header(header::HOST, "localhost:8080")
        .header(header::COOKIE, &browser.cookies)
        .header("sec-fetch-site", site)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .body(Body::from(body));
    portal.call(request.unwrap()).await
}

pub fn typed(browser: &Browser) -> Vec<(&str, &str)> {
    vec![
        ("form_token", &browser.form_token),
        ("email", "amara@example.org"),
        ("name", "Amara Okafor"),
        ("description", "First line\r\nsecond <b>line</b>"),
    ]
}

both_engines! {
    async fn the_queue_is_the_home_of_the_access_team_and_nobody_elses(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        assert_eq!(portal.get("/", &jo).await.header("location"), "/team/requests");
        let empty = portal.get("/team/requests", &jo).await;
        sound(&empty, StatusCode::OK);
        assert!(empty.body.contains("All clear."));
        let id = question(house, "amara@example.org").await;
        let page = portal.get("/team/requests?view=needs_action&kind=help", &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains(&format!("/team/requests/{id}")) && page.body.contains("In 2 business days"));
        let family = portal.signed_in(house.world.family_account().await).await;
        for path in ["/team/requests", &format!("/team/requests/{id}"), "/team/accounts"] {
            assert_eq!(portal.get(path, &family).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(portal.get(&format!("/team/requests/{}", uuid::Uuid::nil()), &jo).await.status, StatusCode::NOT_FOUND);
        for garbage in ["/team/requests?view=x&kind=y&after=z", "/team/requests?after=2026-01-01.1.x", "/team/requests?after=%ff"] {
            assert!(!portal.get(garbage, &jo).await.status.is_server_error(), "{garbage}");
        }
    }

    async fn a_form_that_is_too_old_says_who_changed_it_and_keeps_what_was_typed(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let (_, sam) = signed_in(house, &portal, &["administrator"]).await;
        let id = question(house, "amara@example.org").await;
        let path = format!("/team/requests/{id}");
        let page = portal.get(&path, &jo).await;
        sound(&page, StatusCode::OK);
        let old = version(&page);
        let taken = portal.post(&format!("{path}/take"), &sam, &[("version", &old)]).await;
        assert_eq!((taken.status, taken.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
        let late = portal.post(&format!("{path}/notes"), &jo, &[("version", &old), ("note", "Called twice")]).await;
        sound(&late, StatusCode::CONFLICT);
        assert!(late.body.contains("Sam Lee changed this at 12:"), "{}", late.body);
        assert!(late.body.contains(">Called twice</textarea>") && version(&late) == "1");
        let again = portal.post(&format!("{path}/notes"), &jo, &[("version", "1"), ("note", "Called twice")]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        // An answer that comes too late is not lost either: the page is shown again with it.
        let answer = [("version", "1"), ("text", "Set your phone’s clock")];
        let late = portal.post(&format!("{path}/answer"), &sam, &answer).await;
        sound(&late, StatusCode::CONFLICT);
        assert!(late.body.contains(">Set your phone’s clock</textarea>") && version(&late) == "2");
        let done = portal.post(&format!("{path}/answer"), &sam, &[("version", "2"), answer[1]]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let closed = portal.post(&format!("{path}/answer"), &jo, &[("version", "2"), ("text", "Mine")]).await;
        sound(&closed, StatusCode::CONFLICT);
        assert!(closed.body.contains("Answered") && closed.body.contains(">Mine</textarea>"));
    }

    async fn what_a_colleague_has_taken_meanwhile_does_not_come_back_chosen(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let (_, sam) = signed_in(house, &portal, &["administrator"]).await;
        let [taken, noted] = [question(house, "a@example.org").await, question(house, "b@example.org").await];
        let took = portal.post(&format!("/team/requests/{taken}/take"), &sam, &[("version", "0")]).await;
        assert_eq!(took.status, StatusCode::SEE_OTHER);
        let note = [("version", "0"), ("note", "Called.")];
        assert_eq!(portal.post(&format!("/team/requests/{noted}/notes"), &sam, &note).await.status, StatusCode::SEE_OTHER);
        let ticked = |page: &str| -> Vec<String> {
            let elements = html::elements(page);
            elements.iter().filter(|e| e.get("name") == "chosen" && e.has("checked")).map(|e| e.get("value").to_owned()).collect()
        };
        let rows = [taken, noted].map(|id| format!("{id}:0"));
        let chosen = [("chosen", rows[0].as_str()), ("chosen", &rows[1])];
        let late = portal.post("/team/requests/take", &jo, &chosen).await;
        sound(&late, StatusCode::CONFLICT);
        assert_eq!(ticked(&late.body), [format!("{noted}:1")]);
        let short = taken.0.simple().to_string().to_uppercase();
        assert!(late.body.contains(&format!("R-{}: taken by Sam Lee at ", &short[26..])), "{}", late.body);
        assert_eq!(late.body.matches(": taken by ").count(), 1);
        // Nor where nobody was chosen to give them to.
        let nobody = portal.post("/team/requests/give", &jo, &chosen).await;
        sound(&nobody, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ticked(&nobody.body), [format!("{noted}:1")]);
        // Chosen knowingly, it is.
        let again = portal.post("/team/requests/take", &jo, &[("chosen", &format!("{taken}:1"))]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
    }

    async fn several_given_to_somebody_who_has_left_say_who_that_is(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let left = house.world.team_account(&["reviewer"]).await;
        house.world.disable(left, house.now()).await;
        house.clock.advance(1);
        let chosen = format!("{}:0", question(house, "a@example.org").await);
        let gone = portal.post("/team/requests/give", &jo, &[("chosen", &chosen), ("to", &left.to_string())]).await;
        sound(&gone, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(gone.body.contains("Sam Lee, ") && gone.body.contains(" is no longer on the team. Choose somebody else."));
        // Requests of theirs are still found by the filter, but nobody gives them any.
        let (_, receivers) = gone.body.split_once("name=\"to\"").unwrap();
        let receivers = receivers.split("</select>").next().unwrap();
        assert!(!gone.body.contains("Choose who gets it") && !receivers.contains(&left.to_string()), "{receivers}");
    }

    async fn an_answer_begins_with_a_template_and_needs_a_text(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let id = question(house, "amara@example.org").await;
        let page = portal.get(&format!("/team/requests/{id}/answer?template=call"), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("talk this through") && page.body.contains("Do not write patient data"));
        let none = portal.post(&format!("/team/requests/{id}/answer"), &jo, &[("version", "0"), ("text", " ")]).await;
        sound(&none, StatusCode::UNPROCESSABLE_ENTITY);
        // A question is answered; it is neither approved nor declined.
        let decline = portal.get(&format!("/team/requests/{id}/decline"), &jo).await;
        assert_eq!(decline.header("location"), format!("/team/requests/{id}"));
    }

    /// asvs_v7_5_3: approving, exporting and acting on an account need a fresh factor.
    async fn what_gives_access_needs_a_fresh_factor(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["administrator"]).await;
        let whose = house.world.family_account().await;
        let asker = member(house, &[Role::Administrator]).await;
        let id = reset(house, &asker, whose).await;
        house.clock.advance(5 * 60);
        for path in [
            format!("/team/requests/{id}/approve"),
            format!("/team/accounts/{whose}/disable"),
            format!("/team/accounts/{whose}/sessions"),
            format!("/team/accounts/{whose}/reset"),
        ] {
            let wanted = format!("/step-up?next={path}");
            assert_eq!(portal.get(&path, &jo).await.header("location"), wanted);
            let fields = [("version", "0"), ("text", "Told by her practice")];
            assert!(portal.post(&path, &jo, &fields).await.body.contains("Confirm that it is you"), "{path}");
        }
        assert!(letters_of(house, "set_up_link").await.is_empty());
        // The page that asks which requests leave shows none of them, and keeps the filter that it came with.
        let export = "/team/requests/export";
        assert_eq!(portal.get(export, &jo).await.status, StatusCode::OK);
        assert!(portal.post(export, &jo, &[("view", "needs_action")]).await.body.contains("Confirm that it is you"));
    }

    async fn a_factor_reset_is_asked_for_approved_by_another_and_its_code_shown_once(house: House) {
        let portal = Portal::of(house);
        let whose = house.world.family_account().await;
        let (_, asker) = signed_in(house, &portal, &["administrator"]).await;
        let (_, other) = signed_in(house, &portal, &["administrator"]).await;
        let (_, reviewer) = signed_in(house, &portal, &["reviewer"]).await;
        let email = house.world.email(whose).await;
        let found = portal.post("/team/accounts", &asker, &[("email", &email)]).await;
        let account = format!("/team/accounts/{whose}");
        assert_eq!(found.header("location"), account);
        sound(&portal.get(&account, &asker).await, StatusCode::OK);
        let ask = format!("{account}/reset");
        sound(&portal.get(&ask, &asker).await, StatusCode::OK);
        let short = portal.post(&ask, &asker, &[("text", "She called")]).await;
        assert_eq!(short.status, StatusCode::SEE_OTHER, "ten characters are enough");
        let again = portal.post(&ask, &asker, &[("text", "She called again")]).await;
        sound(&again, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("asked for already") && again.body.contains(">She called again</textarea>"));
        let jo = member(house, &[Role::Reviewer]).await;
        let id = list(house, &jo, View::NeedsAction).await.rows[0].id;
        let approve = format!("/team/requests/{id}/approve");
        for (who, why) in [(&asker, "You asked for it yourself"), (&reviewer, "Your role does not do this")] {
            for page in [portal.get(&approve, who).await, portal.post(&approve, who, &[("version", "0")]).await] {
                sound(&page, StatusCode::FORBIDDEN);
                assert!(page.body.contains(why));
            }
        }
        sound(&portal.get(&approve, &other).await, StatusCode::OK);
        let done = portal.post(&approve, &other, &[("version", "0")]).await;
        sound(&done, StatusCode::OK);
        let code = done.body.split("<code class=\"key\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(code.len(), 9);
        for path in [format!("/team/requests/{id}"), account] {
            let page = portal.get(&path, &other).await;
            sound(&page, StatusCode::OK);
            assert!(!page.body.contains(&code));
        }
        let late = portal.post(&approve, &other, &[("version", "0")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let letters = letters_of(house, "set_up_link").await;
        let postern::domain::letter::Letter::SetUpLink { link } = &letters[0].1 else { panic!() };
        let page = portal.get(&link.0, &portal.stranger()).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("Code from the access team"));
        let browser = portal.stranger();
        let wrong = portal.post(&link.0, &browser, &[("password", "x"), ("code", "1"), ("handover", "1")]).await;
        sound(&wrong, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn an_account_that_is_not_there_is_said_so_and_no_address_stands_in_a_url(house: House) {
        let portal = Portal::of(house);
        let (own, jo) = signed_in(house, &portal, &["administrator"]).await;
        let none = portal.post("/team/accounts", &jo, &[("email", "who@example.org")]).await;
        sound(&none, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains("value=\"who@example.org\""));
        let page = portal.get(&format!("/team/accounts/{own}"), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("about your own account") && !page.body.contains(&format!("{own}/disable")));
        let refused = portal.post(&format!("/team/accounts/{own}/disable"), &jo, &[("text", "Me")]).await;
        sound(&refused, StatusCode::FORBIDDEN);
        let nobody = portal.get(&format!("/team/accounts/{}", uuid::Uuid::nil()), &jo).await;
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    }

    async fn chosen_requests_are_taken_and_the_list_says_so(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let ids: [RequestId; 2] = [question(house, "a@example.org").await, question(house, "b@example.org").await];
        let chosen: Vec<String> = ids.iter().map(|id| format!("{id}:0")).collect();
        let fields = [("view", "needs_action"), ("chosen", chosen[0].as_str()), ("chosen", &chosen[1]), ("chosen", "x")];
        let taken = portal.post("/team/requests/take", &jo, &fields).await;
        let to = "/team/requests?view=needs_action&taken=2&changed=0";
        assert_eq!(taken.header("location"), to);
        let page = portal.get(to, &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("2 requests assigned to you.") && page.body.contains("Mine (2)"));
        let none = portal.post("/team/requests/take", &jo, &[("view", "mine")]).await;
        sound(&portal.get(none.header("location"), &jo).await, StatusCode::OK);
        let auditor = signed_in(house, &portal, &["auditor"]).await.1;
        let barred = portal.post("/team/requests/take", &auditor, &fields).await;
        sound(&barred, StatusCode::FORBIDDEN);
        let page = portal.get("/team/requests", &auditor).await;
        assert!(!page.body.contains("name=\"chosen\""));
    }

    /// B36: no cell of the exported table is taken for a formula.
    async fn the_exported_table_holds_no_formula(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let browser = portal.stranger();
        let fields = [("email", "amara@example.org"), ("name", "=HYPERLINK(\"//evil\")"), ("description", "Hello")];
        sound(&portal.post("/help", &browser, &fields).await, StatusCode::OK);
        sound(&portal.get("/team/requests/export", &jo).await, StatusCode::OK);
        let table = portal.post("/team/requests/export", &jo, &[("view", "needs_action")]).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert!(table.header("content-disposition").starts_with("attachment"));
        assert!(table.body.contains("\"'=HYPERLINK(\"\"//evil\"\")\""), "{}", table.body);
        assert_eq!(table.body.lines().count(), 2);
    }

    async fn a_question_with_a_picture_is_sent_and_only_the_team_sees_the_picture(house: House) {
        let portal = Portal::of(house);
        let (_, jo) = signed_in(house, &portal, &["reviewer"]).await;
        let browser = portal.stranger();
        let page = portal.get("/help", &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("enctype=\"multipart/form-data\""));
        let done = send(&portal, &browser, &typed(&browser), Some(&picture(ImageFormat::Jpeg)), "same-origin").await;
        sound(&done, StatusCode::OK);
        assert!(done.body.contains("13-Mar-2026"));
        let reader = member(house, &[Role::Reviewer]).await;
        let id = list(house, &reader, View::NeedsAction).await.rows[0].id;
        let shown = portal.get(&format!("/team/requests/{id}"), &jo).await;
        sound(&shown, StatusCode::OK);
        assert!(shown.body.contains("First line\nsecond &lt;b&gt;line&lt;/b&gt;"));
        let path = format!("/team/requests/{id}/screenshot");
        let seen = portal.get(&path, &jo).await;
        assert_eq!((seen.status, seen.header("content-type")), (StatusCode::OK, "image/jpeg"));
        assert_eq!((seen.header("x-content-type-options"), seen.header("content-disposition")), ("nosniff", "inline"));
        assert_eq!(seen.header("cache-control"), "no-store");
        let policies: Vec<_> = seen.headers.get_all("content-security-policy").iter().map(|v| v.to_str().unwrap()).collect();
        assert!(policies.contains(&"sandbox") && policies.iter().any(|p| p.contains("default-src 'none'")));
        let family = portal.signed_in(house.world.family_account().await).await;
        assert_eq!(portal.get(&path, &family).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.get(&path, &portal.stranger()).await.header("location"), "/sign-in");
        let letters = letters_of(house, "help_received").await;
        let postern::domain::letter::Letter::HelpReceived { link, .. } = &letters[0].1 else { panic!() };
        let status = portal.get(&link.0, &portal.stranger()).await;
        sound(&status, StatusCode::OK);
        assert!(status.body.contains("Waits for the access team"));
        sound(&portal.get("/help/status/nothing", &browser).await, StatusCode::GONE);
    }

    async fn a_picture_that_is_refused_does_not_cost_what_was_typed(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        let huge = vec![0x89; 6 * 1024 * 1024];
        for (file, words) in [
            (b"GIF89a".as_slice(), "neither a PNG nor a JPEG"),
            (b"<svg/>", "neither a PNG nor a JPEG"),
            (&[&picture(ImageFormat::Png), b"<script>".as_slice()].concat(), "something else after the picture"),
            (&huge, "larger than 5 MB"),
        ] {
            let again = send(&portal, &browser, &typed(&browser), Some(file), "same-origin").await;
            sound(&again, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(again.body.contains(words) && again.body.contains("value=\"Amara Okafor\"") && again.body.contains("First line"));
        }
        let empty = send(&portal, &browser, &typed(&browser), None, "same-origin").await;
        sound(&empty, StatusCode::OK);
    }

    async fn an_upload_without_its_token_or_from_elsewhere_is_refused_and_so_is_one_that_cannot_be_read(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        let right = typed(&browser);
        assert_eq!(send(&portal, &browser, &right[1..], None, "same-origin").await.status, StatusCode::FORBIDDEN);
        assert_eq!(send(&portal, &browser, &right, None, "cross-site").await.status, StatusCode::FORBIDDEN);
        assert_eq!(send(&portal, &portal.stranger(), &right, None, "same-origin").await.status, StatusCode::FORBIDDEN);
        let mut nul = right.clone();
        nul.push(("more", "\0"));
        assert_eq!(send(&portal, &browser, &nul, None, "same-origin").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let long = "x".repeat(70_000);
        let mut much = right.clone();
        much.push(("more", &long));
        assert_eq!(send(&portal, &browser, &much, None, "same-origin").await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let endless = vec![b'x'; 33 * 1024 * 1024];
        assert_eq!(send(&portal, &browser, &right, Some(&endless), "same-origin").await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let many: Vec<(&str, &str)> = right.iter().copied().chain((0..30).map(|_| ("more", "x"))).collect();
        assert_eq!(send(&portal, &browser, &many, None, "same-origin").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Only this page takes such a form.
        let request = Request::builder().method("POST").uri("/sign-in").header(header::HOST, "localhost:8080")
            .header(header::COOKIE, &browser.cookies).header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
        let text = format!("--B\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--B--\r\n", browser.form_token);
        assert_eq!(portal.call(request.body(Body::from(text)).unwrap()).await.status, StatusCode::FORBIDDEN);
    }

    async fn somebody_who_is_locked_reaches_help_from_every_page(house: House) {
        let portal = Portal::of(house);
        let practice = house.world.practice("Elm").await;
        let (_, sponsor) = house.world.physician("Okafor", practice).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(sponsor, staff, practice, postern::domain::calendar::Interval::ALWAYS).await;
        house.clock.set("2026-05-02T12:00:00Z".parse().unwrap());
        let browser = portal.signed_in(staff).await;
        let locked = portal.get("/patients", &browser).await;
        assert_eq!(locked.status, StatusCode::LOCKED);
        assert!(locked.body.contains("href=\"/help\""));
        sound(&portal.get("/help", &browser).await, StatusCode::OK);
    }
}
