//! Messages of a family to the access team: private to who wrote, answered once, open again on a reply; who may write, how often, which
//! files; and that every reading is on record.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use image::ImageFormat;
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::{Done, Member};
use postern::app::family::enter;
use postern::app::family::messages::{Draft, Sent, begin, for_team, list, open, reply};
use postern::app::help::rewrite;
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::{Interval, iso_date};
use postern::domain::family::message::{Fault, FileFault};
use postern::domain::ids::{AccountId, PatientId, RequestId};
use postern::domain::letter::Letter;
use postern::domain::people::Role;
use postern::domain::queue::{Bar, Step, View};
use postern::domain::request::{RequestKind, RequestState};
use postern::store::messages::messages;

use crate::desk::{at_present, detail, member};
use crate::help::picture;
use crate::notes::entries;
use crate::run_sql;
use crate::sign_in::acts;
use crate::support::families::{context, court_order, facts, guardian, own};
use crate::support::html::faults;
use crate::support::letters::{count, letters_of};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::scanner::{Double, eicar};
use crate::support::{House, both_engines};

pub const CHILD: &str = "2019-03-14";
pub const TEEN: &str = "2012-03-11";
pub const ABSENT: &str = "01890000-0000-7000-8000-000000000000";
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n";
pub const DAY: i64 = 86_400;
pub const MESSAGES: &str = "select count(*) from message";

pub async fn child(house: &House) -> (PatientId, AccountId) {
    let patient = house.world.patient("Stone", "0012345", CHILD).await;
    (patient, guardian(house, patient).await)
}

/// A patient with somebody whose say ends an hour from now.
pub async fn for_an_hour(house: &House) -> (PatientId, AccountId) {
    let patient = house.world.patient("Stone", "0012345", CHILD).await;
    let account = house.world.family_account().await;
    let hour = Interval::new(Some(house.now()), Some(house.now().plus_seconds(3600)));
    house.world.guardian(patient, account, hour).await;
    (patient, account)
}

pub fn draft(text: &str) -> Draft {
    Draft { subject: "We moved".to_owned(), text: text.to_owned(), ..Draft::default() }
}

pub async fn sends(house: &House, account: AccountId, patient: PatientId, draft: Draft) -> Sent {
    begin(&house.app, &facts(house, account).await, patient, draft, &context(house)).await.unwrap()
}

/// The thread that `account` begins about `patient`.
pub async fn begun(house: &House, account: AccountId, patient: PatientId) -> RequestId {
    match sends(house, account, patient, draft("Can Dr. Rivera still see it?")).await {
        Sent::Sent(id) => id,
        other => panic!("{other:?}"),
    }
}

pub async fn replies(house: &House, account: AccountId, id: RequestId, text: &str) -> Sent {
    reply(&house.app, &facts(house, account).await, id, draft(text), &context(house)).await.unwrap()
}

pub async fn answers(
    house: &House,
    by: &Member,
    at: (RequestId, i64),
    text: &str,
) -> Done<Option<postern::app::desk::Handover>> {
    decide(&house.app, &at_present(house, by), at, Verdict::Answer(text)).await.unwrap()
}

pub async fn reviewer(house: &House) -> Member {
    member(house, &[Role::Reviewer]).await
}

/// Posts a form as a browser does that may send a file.
pub async fn post(
    portal: &Portal<'_>,
    browser: &Browser,
    path: &str,
    texts: &[(&str, &str)],
    file: &[u8],
) -> Answer {
    let mut body = Vec::new();
    for (name, text) in [("form_token", browser.form_token.as_str())].iter().chain(texts) {
        let part = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../a.html\"\r\nContent-Type: text/html\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--B--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header(header::HOST, "localhost:8080")
        .header(header::COOKIE, &browser.cookies)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .body(Body::from(body));
    portal.call(request.unwrap()).await
}

/// Asserts that `answer` is a sound page.
pub fn sound(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(faults(&answer.body), Vec::<String>::new());
}

/// The thread to which a form that was sent leads.
pub fn thread_of(answer: &Answer) -> RequestId {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let path = answer.header("location").strip_prefix("/family/messages/").unwrap();
    path.split('?').next().unwrap().parse().unwrap()
}

both_engines! {
    async fn a_mother_writes_and_reads_the_answer_after_signing_in(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let jo = reviewer(house).await;
        let browser = portal.signed_in(mother).await;
        sound(&portal.get("/family/messages", &browser).await, StatusCode::OK);
        let (patient, text) = (mia.to_string(), "First line\r\nsecond <b>line</b>");
        let fields = [("patient", patient.as_str()), ("subject", " We moved "), ("text", text)];
        let sent = post(&portal, &browser, "/family/messages", &fields, b"").await;
        let id = thread_of(&sent);
        let thread = portal.get(sent.header("location"), &browser).await;
        sound(&thread, StatusCode::OK);
        for words in ["We have your message.", "We moved", "First line\nsecond &lt;b&gt;line&lt;/b&gt;", "We answer by"] {
            assert!(thread.body.contains(words), "{words}: {}", thread.body);
        }
        let waiting = crate::desk::list(house, &at_present(house, &jo), View::NeedsAction).await;
        let row = &waiting.rows[0];
        assert_eq!((row.id, row.kind, row.patient.0.as_str()), (id, RequestKind::Message, "Stone"));
        // Written on a Wednesday: two business days later is Friday.
        assert_eq!(row.due_on.map(iso_date).as_deref(), Some("2026-03-13"));
        assert_eq!(letters_of(house, "queue_item").await.len(), 1, "the team is told");
        house.clock.advance(60);
        assert_eq!(answers(house, &jo, (id, row.version), " Yes, he can. ").await, Done::Done(None));
        let told = letters_of(house, "message_answered").await;
        assert_eq!(told, [(house.world.email(mother).await, Letter::MessageAnswered)]);
        let listed = portal.get("/family/messages", &browser).await;
        assert!(listed.body.contains("New answer"), "{}", listed.body);
        let thread = portal.get(&format!("/family/messages/{id}"), &browser).await;
        sound(&thread, StatusCode::OK);
        assert!(thread.body.contains("Yes, he can.") && thread.body.contains("Our team"));
        assert!(!thread.body.contains("Sam Lee, <time"), "the team answers, and nobody by name");
        let listed = portal.get("/family/messages", &browser).await;
        assert!(!listed.body.contains("New answer") && listed.body.contains("Answered"));
    }

    async fn what_an_account_wrote_nobody_else_of_the_family_sees(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let father = guardian(house, mia).await;
        let id = begun(house, mother, mia).await;
        let browser = portal.signed_in(father).await;
        assert!(!portal.get("/family/messages", &browser).await.body.contains("We moved"));
        let (theirs, none) = (format!("/family/messages/{id}"), format!("/family/messages/{ABSENT}"));
        let (of_theirs, of_none) = (portal.get(&theirs, &browser).await, portal.get(&none, &browser).await);
        assert_eq!((of_theirs.status, of_none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(
            crate::hidden::told(&of_theirs, &id.to_string()),
            crate::hidden::told(&of_none, ABSENT),
            "another's and none are told apart"
        );
        let tried = post(&portal, &browser, &theirs, &[("text", "Me too")], b"").await;
        let at_none = post(&portal, &browser, &none, &[("text", "Me too")], b"").await;
        assert_eq!((tried.status, at_none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(crate::hidden::told(&tried, &id.to_string()), crate::hidden::told(&at_none, ABSENT));
        assert_eq!(count(house, MESSAGES).await, 1);
        assert!(acts(&house.app).await.contains(&(Act::ReadMessage, Outcome::Failed, String::new())));
    }

    async fn when_a_say_is_over_its_holder_reads_on_and_writes_no_more(house: House) {
        let portal = Portal::of(house);
        let (mia, aunt) = for_an_hour(house).await;
        let id = begun(house, aunt, mia).await;
        house.clock.advance(3600);
        let browser = portal.signed_in(aunt).await;
        let listed = portal.get("/family/messages", &browser).await;
        sound(&listed, StatusCode::OK);
        assert!(listed.body.contains("We moved") && listed.body.contains("no longer act for"), "{}", listed.body);
        let path = format!("/family/messages/{id}");
        let thread = portal.get(&path, &browser).await;
        sound(&thread, StatusCode::OK);
        assert!(thread.body.contains("Can Dr. Rivera still see it?"), "{}", thread.body);
        assert!(thread.body.contains("you cannot send more") && !thread.body.contains("<textarea"));
        assert!(!thread.body.contains("Stone"), "the patient is not named any more");
        let tried = post(&portal, &browser, &path, &[("text", "One more question")], b"").await;
        sound(&tried, StatusCode::CONFLICT);
        assert!(tried.body.contains("One more question") && tried.body.contains("We did not send it"));
        assert_eq!(sends(house, aunt, mia, draft("x")).await, Sent::Unknown);
        assert_eq!(count(house, MESSAGES).await, 1);
        let refused = (Act::SendMessage, Outcome::Refused, "no_authority".to_owned());
        assert_eq!(acts(&house.app).await.iter().filter(|act| **act == refused).count(), 2);
        assert_eq!(for_team(&house.app, id, None, house.now()).await.unwrap().unwrap().standing, None);
        let jo = portal.signed_in(reviewer(house).await.account).await;
        let page = portal.get(&format!("/team/requests/{id}"), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("has no authority over the patient now"), "{}", page.body);
    }

    async fn a_guardian_keeps_messages_at_13_and_the_teen_has_their_own(house: House) {
        let mia = house.world.patient("Stone", "0012345", TEEN).await;
        let (mother, teen) = (guardian(house, mia).await, own(house, mia).await);
        let (hers, its) = (begun(house, mother, mia).await, begun(house, teen, mia).await);
        for (account, own, other) in [(mother, hers, its), (teen, its, hers)] {
            let viewer = facts(house, account).await;
            assert!(open(&house.app, &viewer, own, None, &context(house)).await.unwrap().is_some());
            assert!(open(&house.app, &viewer, other, None, &context(house)).await.unwrap().is_none());
            assert!(matches!(replies(house, account, own, "Thank you").await, Sent::Sent(_)));
            assert_eq!(replies(house, account, other, "Thank you").await, Sent::Unknown);
        }
    }

    async fn whoever_has_no_say_writes_about_nobody(house: House) {
        let (mia, mother) = child(house).await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let stranger = guardian(house, other).await;
        assert_eq!(sends(house, stranger, mia, draft("x")).await, Sent::Unknown);
        assert_eq!(sends(house, mother, ABSENT.parse().unwrap(), draft("x")).await, Sent::Unknown);
        assert_eq!(count(house, "select count(*) from access_request").await, 0);
    }

    async fn a_reply_opens_an_answered_thread_again_with_a_new_due_day(house: House) {
        let (mia, mother) = child(house).await;
        let jo = reviewer(house).await;
        let id = begun(house, mother, mia).await;
        assert_eq!(answers(house, &jo, (id, 0), "Yes").await, Done::Done(None));
        assert_eq!(detail(house, &jo, id).await.request.state, RequestState::Closed);
        house.clock.advance(5 * DAY);
        assert_eq!(replies(house, mother, id, "And her sister?").await, Sent::Sent(id));
        let shown = detail(house, &at_present(house, &jo), id).await;
        let request = &shown.request;
        assert_eq!((request.state, request.outcome, request.version), (RequestState::Open, None, 2));
        // Monday: two business days later is Wednesday.
        assert_eq!(iso_date(shown.due), "2026-03-18");
        let steps: Vec<Step> = shown.events.iter().map(|event| event.step).collect();
        assert_eq!(steps, [Step::Filed, Step::Answered, Step::Replied]);
        assert_eq!(letters_of(house, "queue_item").await.len(), 2, "the team is told again");
        // While it waits, more is added to it, and the day stays.
        house.clock.advance(DAY);
        assert_eq!(replies(house, mother, id, "She is two").await, Sent::Sent(id));
        let shown = detail(house, &at_present(house, &jo), id).await;
        assert_eq!((iso_date(shown.due).as_str(), shown.request.version), ("2026-03-18", 3));
        assert_eq!(letters_of(house, "queue_item").await.len(), 2);
        assert_eq!(answers(house, &jo, (id, 2), "Yes").await, Done::Stale, "what was added has not been read");
        assert_eq!(answers(house, &jo, (id, 3), "Her too").await, Done::Done(None));
        assert_eq!(messages(house.db(), id, None, 99).await.unwrap().len(), 5);
        assert_eq!(count(house, "select count(*) from access_request").await, 1, "one thread is one request");
    }

    async fn of_two_who_answer_at_once_the_second_sees_the_first_and_keeps_the_text(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let (jo, lee) = (reviewer(house).await, reviewer(house).await);
        let id = begun(house, mother, mia).await;
        let browser = portal.signed_in(lee.account).await;
        let path = format!("/team/requests/{id}/answer");
        sound(&portal.get(&path, &browser).await, StatusCode::OK);
        assert_eq!(answers(house, &jo, (id, 0), "The first answer").await, Done::Done(None));
        let late = portal.post(&path, &browser, &[("version", "0"), ("text", "The second answer")]).await;
        sound(&late, StatusCode::CONFLICT);
        assert!(late.body.contains("The first answer") && late.body.contains("The second answer"), "{}", late.body);
        assert_eq!(messages(house.db(), id, None, 99).await.unwrap().len(), 2);
        assert_eq!(letters_of(house, "message_answered").await.len(), 1);
    }

    async fn nobody_answers_their_own_and_no_auditor_answers(house: House) {
        let (mia, mother) = child(house).await;
        let (jo, auditor) = (reviewer(house).await, member(house, &[Role::Auditor]).await);
        let id = begun(house, mother, mia).await;
        assert_eq!(answers(house, &auditor, (id, 0), "Yes").await, Done::Barred(Bar::Role));
        run_sql!(house, "update access_request set account_id = $2 where id = $1", id.0, jo.account.0);
        assert_eq!(answers(house, &jo, (id, 0), "Yes").await, Done::Barred(Bar::Own));
        assert_eq!(count(house, MESSAGES).await, 1);
        assert_eq!(letters_of(house, "message_answered").await, []);
    }

    async fn an_account_sends_twenty_messages_within_a_day_and_no_more(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let father = guardian(house, mia).await;
        let first = house.now();
        let id = begun(house, mother, mia).await;
        for n in 1..20 {
            house.clock.advance(60);
            assert_eq!(replies(house, mother, id, &format!("Message {n}")).await, Sent::Sent(id), "{n}");
        }
        let slowed = Sent::Slowed(first.plus_seconds(DAY));
        assert_eq!(replies(house, mother, id, "Too many").await, slowed);
        assert_eq!(sends(house, mother, mia, draft("Too many")).await, slowed);
        assert!(matches!(sends(house, father, mia, draft("His first")).await, Sent::Sent(_)));
        let browser = portal.signed_in(mother).await;
        let page = post(&portal, &browser, &format!("/family/messages/{id}"), &[("text", "Too many")], b"").await;
        sound(&page, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.body.contains("You sent 20 messages in one day.") && page.body.contains("Too many"));
        let wait: i64 = page.header("retry-after").parse().unwrap();
        assert_eq!(wait, first.plus_seconds(DAY).seconds_since(house.now()));
        house.clock.advance(wait - 1);
        assert_eq!(replies(house, mother, id, "Too early").await, slowed);
        house.clock.advance(1);
        assert_eq!(replies(house, mother, id, "In time").await, Sent::Sent(id));
        assert!(acts(&house.app).await.contains(&(Act::SendMessage, Outcome::Failed, "slowed".to_owned())));
    }

    async fn what_is_missing_or_too_long_is_said_and_what_was_typed_stays(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let wrong = Draft { subject: "é".repeat(121), text: "é".repeat(10_001), ..Draft::default() };
        let both = Sent::Invalid(vec![Fault::SubjectTooLong, Fault::TextTooLong]);
        assert_eq!(sends(house, mother, mia, wrong).await, both);
        let browser = portal.signed_in(mother).await;
        let patient = mia.to_string();
        let fields = [("patient", patient.as_str()), ("subject", "Our <move>"), ("text", " \r\n ")];
        let page = post(&portal, &browser, "/family/messages", &fields, b"").await;
        sound(&page, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Write your message") && page.body.contains("Our &lt;move&gt;"), "{}", page.body);
        let fields = [("patient", patient.as_str()), ("subject", ""), ("text", "Typed with care")];
        let page = post(&portal, &browser, "/family/messages", &fields, b"").await;
        sound(&page, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Write what it is about") && page.body.contains("Typed with care"));
        assert_eq!(count(house, "select count(*) from access_request").await, 0);
        let full = Draft { subject: "é".repeat(120), text: "é".repeat(10_000), ..Draft::default() };
        assert!(matches!(sends(house, mother, mia, full).await, Sent::Sent(_)));
    }

    async fn before_the_form_stand_911_the_two_days_and_the_limits_of_a_file(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let page = portal.get(&format!("/family/messages/new?patient={mia}"), &browser).await;
        sound(&page, StatusCode::OK);
        let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}: {}", page.body));
        for words in ["call 911", "anything urgent", "within 2 business days", "Only you and our team", "at most 5 MB"] {
            assert!(at(words) < at("type=\"file\""), "{words} stands after the choice of the file");
        }
        assert!(at("call 911") < at("name=\"subject\""));
        portal.post("/family/language", &browser, &[("language", "es")]).await;
        let page = portal.get(&format!("/family/messages/new?patient={mia}"), &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("lang=\"es\"") && page.body.contains("llame al 911"), "{}", page.body);
        assert!(page.body.contains("2 días hábiles") && page.body.contains("5 MB como máximo"));
    }

    async fn a_file_is_taken_by_its_content_and_shown_apart_on_the_record(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let jo = portal.signed_in(reviewer(house).await.account).await;
        let browser = portal.signed_in(mother).await;
        let (patient, png) = (mia.to_string(), picture(ImageFormat::Png));
        let fields = [("patient", patient.as_str()), ("subject", "A letter"), ("text", "Here it is")];
        let id = thread_of(&post(&portal, &browser, "/family/messages", &fields, PDF).await);
        house.clock.advance(1);
        thread_of(&post(&portal, &browser, &format!("/family/messages/{id}"), &[("text", "And this")], &png).await);
        let kept = messages(house.db(), id, None, 99).await.unwrap();
        let (pdf, picture) = (kept[0].id, kept[1].id);
        let before = entries(&house.app).await.len();
        for (path, by) in [(format!("/family/messages/{id}/files/{pdf}"), &browser), (format!("/team/requests/{id}/files/{pdf}"), &jo)] {
            let file = portal.get(&path, by).await;
            assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/pdf"), "{path}");
            assert_eq!(file.body.as_bytes(), PDF);
            assert_eq!(file.header("content-disposition"), format!("inline; filename=\"{}.pdf\"", pdf.simple()));
            assert_eq!(file.header("x-content-type-options"), "nosniff");
            let policies = file.headers.get_all("content-security-policy");
            assert!(policies.iter().any(|policy| policy == "sandbox"), "{path}");
        }
        let rows = entries(&house.app).await;
        let read: Vec<Act> = rows[before..].iter().map(|entry| entry.act).collect();
        assert_eq!(read, [Act::ReadMessage, Act::ReadRequest]);
        assert!(rows[before..].iter().all(|row| row.patient == Some(mia) && row.subject == Some(id.0)));
        let (bytes, kind) = postern::store::messages::file(house.db(), id, picture).await.unwrap().unwrap();
        assert_eq!((bytes, kind.word()), (rewrite(&png).unwrap().bytes, "png"), "a picture is written anew");
        let page = portal.get(&format!("/team/requests/{id}"), &jo).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains(&format!("/team/requests/{id}/files/{picture}")), "{}", page.body);
        let father = portal.signed_in(guardian(house, mia).await).await;
        for path in [
            format!("/family/messages/{id}/files/{pdf}"),
            format!("/family/messages/{ABSENT}/files/{pdf}"),
            format!("/team/requests/{id}/files/{pdf}"),
        ] {
            assert_eq!(portal.get(&path, &father).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(portal.get(&format!("/family/messages/{id}/files/x"), &browser).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_file_that_is_refused_does_not_cost_what_was_typed(house: House) {
        let portal = Portal::of(house);
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let patient = mia.to_string();
        let fields = [("patient", patient.as_str()), ("subject", "A letter"), ("text", "Typed with care")];
        let huge = [PDF, &vec![b' '; 6 * 1024 * 1024]].concat();
        for (file, words) in [
            (b"GIF89a".as_slice(), "not a PNG, JPEG or PDF file"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(), "not a PNG, JPEG or PDF file"),
            (b"%PDF-1.7 cut short".as_slice(), "cannot read this file to its end"),
            (b"\x89PNG\r\n\x1a\nspoilt".as_slice(), "cannot read this file to its end"),
            (huge.as_slice(), "larger than 5 MB"),
        ] {
            let page = post(&portal, &browser, "/family/messages", &fields, file).await;
            sound(&page, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.body.contains(words) && page.body.contains("Typed with care"), "{words}: {}", page.body);
        }
        assert_eq!(count(house, MESSAGES).await, 0);
        let gif = Draft { file: Some(b"GIF89a".to_vec()), ..draft("x") };
        assert_eq!(sends(house, mother, mia, gif).await, Sent::Invalid(vec![Fault::File(FileFault::Kind)]));
    }

    async fn what_the_scanner_does_not_call_clean_is_not_kept(house: House) {
        let scanner = Double::on_port();
        let portal = Portal::with_outside(house, scanner.outside(Duration::from_mins(1)));
        let (mia, mother) = child(house).await;
        let browser = portal.signed_in(mother).await;
        let patient = mia.to_string();
        let fields = [("patient", patient.as_str()), ("subject", "A letter"), ("text", "Typed with care")];
        let infected = [b"%PDF-1.4\n".as_slice(), &eicar(), b"\n%%EOF\n"].concat();
        let page = post(&portal, &browser, "/family/messages", &fields, &infected).await;
        sound(&page, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Our virus check found something"), "{}", page.body);
        assert_eq!(count(house, MESSAGES).await, 0);
        let rows = entries(&house.app).await;
        let row = rows.iter().find(|row| row.act == Act::SendMessage).unwrap();
        assert_eq!((row.outcome, row.patient), (Outcome::Failed, Some(mia)));
        assert!(row.detail.contains("\"scan\":\"found\""), "{}", row.detail);
        thread_of(&post(&portal, &browser, "/family/messages", &fields, PDF).await);
        assert_eq!(count(house, MESSAGES).await, 1);
    }

    async fn every_writing_reading_and_answering_is_on_record(house: House) {
        let (mia, mother) = child(house).await;
        let jo = reviewer(house).await;
        let id = begun(house, mother, mia).await;
        detail(house, &jo, id).await;
        answers(house, &jo, (id, 0), "Yes").await;
        open(&house.app, &facts(house, mother).await, id, None, &context(house)).await.unwrap().unwrap();
        replies(house, mother, id, "Thank you").await;
        let rows = entries(&house.app).await;
        let about: Vec<(Act, Option<AccountId>)> = rows
            .iter()
            .filter(|row| row.subject == Some(id.0))
            .inspect(|row| assert_eq!((row.outcome, row.patient), (Outcome::Allowed, Some(mia)), "{:?}", row.act))
            .map(|row| (row.act, row.actor))
            .collect();
        let (hers, jos) = (Some(mother), Some(jo.account));
        let wanted = [
            (Act::SendMessage, hers),
            (Act::ReadRequest, jos),
            (Act::DecideRequest, jos),
            (Act::ReadMessage, hers),
            (Act::SendMessage, hers),
        ];
        assert_eq!(about, wanted);
        assert!(rows.iter().all(|row| !row.detail.contains("moved")), "no word of a message stands in the audit");
    }

    async fn threads_are_listed_by_patient_the_latest_first_in_pages_of_25(house: House) {
        let (mia, mother) = child(house).await;
        let noa = house.world.patient("Stone", "0077777", CHILD).await;
        house.world.guardian(noa, mother, Interval::ALWAYS).await;
        let mut hers = Vec::new();
        for n in 0..60 {
            // Two in the same instant, so that their ids tell them apart; no more than a day allows.
            if n % 2 == 0 { house.clock.advance(3 * 3600); }
            let id = begun(house, mother, if n % 2 == 0 { mia } else { noa }).await;
            if n % 2 == 0 { hers.push(id); }
        }
        let viewer = facts(house, mother).await;
        let household = enter(&house.app, &viewer, Some(mia), "messages", &context(house)).await.unwrap();
        let (first, next) = list(&house.app, mother, &household, None).await.unwrap();
        assert_eq!(first.len(), 25);
        let (second, end) = list(&house.app, mother, &household, next).await.unwrap();
        assert_eq!(end, None);
        let seen: Vec<RequestId> = first.iter().chain(&second).map(|thread| thread.id).collect();
        hers.reverse();
        assert_eq!(seen, hers);
        assert!(first.iter().all(|thread| !thread.is_ended && !thread.is_unread && thread.due.is_some()));
    }

    async fn a_court_order_leaves_what_was_written_to_be_read_and_no_more_to_be_written(house: House) {
        let (mia, mother) = child(house).await;
        let id = begun(house, mother, mia).await;
        court_order(house, mother).await;
        assert_eq!(replies(house, mother, id, "Thank you").await, Sent::Ended);
        assert_eq!(sends(house, mother, mia, draft("x")).await, Sent::Unknown);
        let opened = open(&house.app, &facts(house, mother).await, id, None, &context(house)).await.unwrap().unwrap();
        assert!(opened.is_ended && opened.messages.len() == 1);
    }
}
