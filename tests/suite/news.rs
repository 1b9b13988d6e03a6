//! What is new: in a chart since the last look, in the panel since the last visit, and by mail for who asked.

use axum::http::StatusCode;
use postern::domain::access::reach::SectionSet;
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::ids::{AccountId, PatientId};
use postern::jobs::Job;
use postern::store::Db;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::support::mail::Script;
use crate::support::portal::{Browser, Portal};
use crate::support::record::{lab, labelled, report, robin, stay, with};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

async fn text(portal: &Portal<'_>, browser: &Browser, path: &str) -> String {
    let answer = portal.get(path, browser).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.body
}

/// The marks of what is new in a page of the chart, and the count beside the section of results.
async fn marks(portal: &Portal<'_>, account: AccountId, robin: PatientId) -> (usize, String) {
    let browser = portal.signed_in(account).await;
    let body = text(portal, &browser, &format!("/charts/{robin}/results")).await;
    let tab = body.rsplit_once("/results\"").unwrap().1.split_once("</a>").unwrap().0;
    let count = tab.split_once("class=\"count\">").map_or("", |(_, rest)| rest.split_once('<').unwrap().0);
    (body.matches(">New<").count(), count.to_owned())
}

/// What the panel says of Robin, word by word, and whether the filter shows the patient.
pub async fn panel(portal: &Portal<'_>, account: AccountId) -> (Vec<&'static str>, bool) {
    let browser = portal.signed_in(account).await;
    let all = text(portal, &browser, "/patients/mine").await;
    let filtered = text(portal, &browser, "/patients/mine?new=yes").await;
    let known = ["New results", "Admission or emergency visit", "Discharge"];
    let said = known.into_iter().filter(|word| all.contains(&format!(">{word}<"))).collect();
    (said, filtered.contains("/charts/"))
}

/// How many letters say that there is something new.
async fn letters(db: &Db) -> i64 {
    let sql = "select count(*) from mail where kind = 'something_new'";
    let (count,): (i64,) = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    count
}

async fn run_job(house: &House) {
    Job::named("news").unwrap().run(&house.app).await.unwrap();
}

async fn choose(house: &House, portal: &Portal<'_>, account: AccountId, pace: &str) -> StatusCode {
    let browser = portal.signed_in(account).await;
    let answer = portal.post("/account/notices", &browser, &[("pace", pace)]).await;
    // What comes from now on comes after the choice.
    house.clock.advance(60);
    answer.status
}

fn newer(id: &str, at: &str) -> Value {
    lab(id, "Sodium", at, 4.0)
}

both_engines! {
    async fn the_first_look_marks_nothing_and_the_next_what_was_filed_after_it(house: House) {
        let (robin, pcp, partner) = robin(house, &[newer("n0", "2026-03-01T13:00:00Z")]).await;
        let portal = Portal::of(house);
        assert_eq!(marks(&portal, pcp, robin).await, (0, String::new()));
        house.clock.set("2026-03-12T16:00:00Z".parse().unwrap());
        let entries = [newer("n1", "2026-03-12T10:00:00Z"), labelled(newer("n2", "2026-03-12T11:00:00Z"))];
        load_lines(house, &entries).await.unwrap();
        assert_eq!(marks(&portal, pcp, robin).await, (2, "2 new".to_owned()), "the PCP sees the sensitive one too");
        assert_eq!(marks(&portal, partner, robin).await, (0, String::new()), "for the partner it is the first look");
        // A reload clears no mark, also after a while; a look after 15 minutes of quiet does.
        for _ in 0..3 {
            house.clock.advance(14 * 60);
            assert_eq!(marks(&portal, pcp, robin).await.0, 2);
        }
        house.clock.advance(16 * 60);
        assert_eq!(marks(&portal, pcp, robin).await, (0, String::new()));
        // What the partner may not see never counts.
        house.clock.advance(3600);
        let hidden = labelled(newer("n3", "2026-03-12T16:30:00Z"));
        load_lines(house, &[hidden, newer("n4", "2026-03-12T16:40:00Z")]).await.unwrap();
        house.clock.advance(3600);
        assert_eq!(marks(&portal, partner, robin).await, (1, "1 new".to_owned()));
        assert_eq!(marks(&portal, pcp, robin).await, (2, "2 new".to_owned()));
    }

    async fn many_tabs_at_once_are_one_look(house: House) {
        let (robin, pcp, _) = robin(house, &[newer("n0", "2026-03-01T13:00:00Z")]).await;
        let portal = Portal::of(house);
        assert_eq!(marks(&portal, pcp, robin).await.0, 0);
        house.clock.set("2026-03-12T16:00:00Z".parse().unwrap());
        load_lines(house, &[newer("n1", "2026-03-12T10:00:00Z")]).await.unwrap();
        let browser = portal.signed_in(pcp).await;
        let path = format!("/charts/{robin}");
        let tabs = futures::future::join_all((0..8).map(|_| portal.get(&path, &browser))).await;
        assert!(tabs.iter().all(|tab| tab.body.contains("1 new")));
        let after = text(&portal, &browser, &format!("{path}/results")).await;
        assert!(after.contains("1 new"));
    }

    async fn the_panel_says_what_is_new_until_the_chart_is_opened(house: House) {
        let (robin, pcp, partner) = robin(house, &[
            newer("n0", "2026-03-01T13:00:00Z"), stay("s0", "IMP", "2025-06-01T13:00:00Z", "2025-06-03T13:00:00Z"),
        ]).await;
        let portal = Portal::of(house);
        // Never opened: the last 30 days count. The stay of last summer does not.
        assert_eq!(panel(&portal, pcp).await, (vec!["New results"], true));
        marks(&portal, pcp, robin).await;
        assert_eq!(panel(&portal, pcp).await, (vec![], false));
        assert_eq!(panel(&portal, partner).await.0, ["New results"], "each viewer for themselves");
        house.clock.set("2026-03-12T16:00:00Z".parse().unwrap());
        load_lines(house, &[stay("s1", "EMER", "2026-03-12T10:00:00Z", "")]).await.unwrap();
        assert_eq!(panel(&portal, pcp).await, (vec!["Admission or emergency visit"], true));
        house.clock.advance(3600);
        load_lines(house, &[stay("s1", "EMER", "2026-03-12T10:00:00Z", "2026-03-12T16:30:00Z")]).await.unwrap();
        assert_eq!(panel(&portal, pcp).await.0, ["Admission or emergency visit", "Discharge"]);
        marks(&portal, pcp, robin).await;
        assert_eq!(panel(&portal, pcp).await, (vec![], false));
        // A load that brings nothing newer makes no news, nor does what is pending or lies ahead.
        house.clock.advance(3600);
        let pending = with(newer("p", "2026-03-12T17:00:00Z"), &json!({"status": "registered", "valueQuantity": null}));
        load_lines(house, &[newer("n0", "2026-03-01T13:00:00Z"), pending, newer("f", "2026-03-20T10:00:00Z")]).await.unwrap();
        assert_eq!(panel(&portal, pcp).await, (vec![], false));
    }

    async fn nothing_sensitive_and_nothing_beyond_reach_is_news_in_the_panel(house: House) {
        let (robin, pcp, _) = robin(house, &[stay("s0", "IMP", "2026-03-09T13:00:00Z", "2026-03-10T13:00:00Z")]).await;
        let (_, outsider) = house.world.physician("Outside", house.world.practice("Oak").await).await;
        let portal = Portal::of(house);
        marks(&portal, pcp, robin).await;
        let notes = SectionSet::NONE.with(Section::Notes).bits();
        house.world.narrow_grant(robin, outsider, Interval::ALWAYS, notes, 0).await;
        house.clock.set("2026-03-12T16:00:00Z".parse().unwrap());
        let hidden = [
            labelled(newer("w", "2026-03-12T10:00:00Z")), labelled(stay("ws", "IMP", "2026-03-12T11:00:00Z", "")),
            lab("m", "CD4 count", "2026-03-12T12:00:00Z", 2.0),
            labelled(report("wr", "HIV panel", "LAB", "2026-03-12T12:00:00Z", &["m"])),
        ];
        load_lines(house, &hidden).await.unwrap();
        assert_eq!(panel(&portal, pcp).await, (vec![], false), "the PCP may see them, and the list says nothing");
        load_lines(house, &[newer("n", "2026-03-12T10:00:00Z")]).await.unwrap();
        assert_eq!(panel(&portal, pcp).await.0, ["New results"]);
        assert_eq!(panel(&portal, outsider).await, (vec![], false), "a grant of notes tells of no result and no visit");
    }

    async fn the_filter_pages_through_everybody_with_something_new(house: House) {
        let elm = house.world.practice("Elm Street Pediatrics").await;
        let (provider, pcp) = house.world.physician("Rivera", elm).await;
        let mut lines = Vec::new();
        for n in 0..120 {
            let id = format!("p{n}");
            lines.push(with(crate::feed::patient(&id, &format!("9{n:03}"), &json!([])), &json!({})));
            if n % 2 == 0 {
                let subject = json!({"subject": {"reference": format!("Patient/{id}")}});
                lines.push(with(newer(&format!("n{n}"), "2026-03-10T13:00:00Z"), &subject));
            }
        }
        load_lines(house, &lines).await.unwrap();
        for n in 0..120 {
            let mrn = postern::domain::ids::Mrn::parse(&format!("9{n:03}")).unwrap();
            let id = postern::store::patients::by_mrn(house.db(), &mrn, house.now()).await.unwrap().unwrap();
            house.world.listing(id, Some(provider), None, Interval::ALWAYS).await;
        }
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let (mut path, mut seen) = ("/patients/mine?new=yes".to_owned(), Vec::new());
        loop {
            let body = text(&portal, &browser, &path).await;
            let links = body.split("<th scope=\"row\"><a href=\"/charts/").skip(1).filter_map(|rest| rest.split_once('"'));
            seen.extend(links.map(|(id, _)| id.to_owned()));
            let next = body.split_once("/patients/mine?new=yes&amp;after=").map(|(_, rest)| rest.split_once('"').unwrap().0);
            match next {
                Some(after) => path = format!("/patients/mine?new=yes&after={after}"),
                None => break,
            }
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (60, 60));
        let garbage = portal.get("/patients/mine?new=yes&after=%00", &browser).await;
        assert_eq!(garbage.status, StatusCode::OK);
    }

    async fn a_letter_leaves_for_who_asked_and_says_nothing_of_whom(house: House) {
        let (robin, pcp, _) = robin(house, &[newer("n0", "2026-03-01T13:00:00Z")]).await;
        let portal = Portal::of(house);
        assert_eq!(choose(house, &portal, pcp, "at_once").await, StatusCode::SEE_OTHER);
        house.clock.advance(600);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 0, "what was there before is not told");
        load_lines(house, &[newer("n1", "2026-03-11T15:00:00Z")]).await.unwrap();
        house.clock.advance(600);
        run_job(house).await;
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 1, "once, however often the job runs; the partner asked for none");
        // Within the hour nothing more, after it only what is new since.
        load_lines(house, &[newer("n2", "2026-03-11T15:10:00Z")]).await.unwrap();
        house.clock.advance(3500);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 1);
        house.clock.advance(100);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 2);
        house.clock.advance(7200);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 2, "what was told is not told again");
        // Who has opened the chart knows.
        load_lines(house, &[newer("n3", "2026-03-11T18:00:00Z")]).await.unwrap();
        house.clock.advance(60);
        marks(&portal, pcp, robin).await;
        house.clock.advance(7200);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 2);
        assert_eq!(choose(house, &portal, pcp, "off").await, StatusCode::SEE_OTHER);
        load_lines(house, &[newer("n4", "2026-03-11T19:00:00Z")]).await.unwrap();
        house.clock.advance(7200);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 2, "never is never");
    }

    async fn the_letter_holds_no_patient_data(house: House) {
        let (_, pcp, _) = robin(house, &[]).await;
        let portal = Portal::of(house);
        choose(house, &portal, pcp, "at_once").await;
        load_lines(house, &[newer("n1", "2026-03-11T15:00:00Z")]).await.unwrap();
        house.clock.advance(600);
        let mut app = house.app.clone();
        let server = Script::default();
        app.outside.mailer = Some(std::sync::Arc::new(server.clone()));
        Job::named("news").unwrap().run(&app).await.unwrap();
        Job::named("mail").unwrap().run(&app).await.unwrap();
        let sent: Vec<_> =
            server.given().into_iter().filter(|mail| mail.letter.word() == "something_new").collect();
        assert_eq!(sent.len(), 1);
        let whole = serde_json::to_string(&sent[0].letter).unwrap();
        assert_eq!(whole, r#"{"kind":"something_new"}"#);
    }

    async fn a_daily_letter_leaves_in_the_morning(house: House) {
        let (_, pcp, _) = robin(house, &[]).await;
        let portal = Portal::of(house);
        choose(house, &portal, pcp, "daily").await;
        load_lines(house, &[newer("n1", "2026-03-11T15:00:00Z")]).await.unwrap();
        for (at, count) in [
            ("2026-03-11T22:00:00Z", 0), ("2026-03-12T10:59:59Z", 0), ("2026-03-12T11:00:00Z", 1), ("2026-03-12T23:00:00Z", 1),
        ] {
            house.clock.set(at.parse().unwrap());
            run_job(house).await;
            assert_eq!(letters(house.db()).await, count, "{at}");
        }
    }

    async fn who_may_not_see_the_patient_now_is_not_told(house: House) {
        let (robin, pcp, partner) = robin(house, &[]).await;
        let portal = Portal::of(house);
        let (_, stranger) = house.world.physician("Stranger", house.world.practice("Oak").await).await;
        for account in [pcp, partner, stranger] {
            assert_eq!(choose(house, &portal, account, "at_once").await, StatusCode::SEE_OTHER);
        }
        load_lines(house, &[newer("n1", "2026-03-11T15:00:00Z")]).await.unwrap();
        house.world.restriction(robin, Whom::Account(partner), Interval::ALWAYS).await;
        house.world.disable(pcp, house.now()).await;
        house.clock.advance(600);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 0);
    }

    async fn a_locked_sponsor_is_told_nothing(house: House) {
        let (robin, _, _) = robin(house, &[]).await;
        let oak = house.world.practice("Oak").await;
        let (provider, sponsor) = house.world.physician("Sponsor", oak).await;
        house.world.listing(robin, Some(provider), None, Interval::ALWAYS).await;
        let portal = Portal::of(house);
        choose(house, &portal, sponsor, "at_once").await;
        let nurse = house.world.sponsored_account().await;
        house.world.sponsorship(sponsor, nurse, oak, Interval::ALWAYS).await;
        house.clock.set("2026-05-02T12:00:00Z".parse().unwrap());
        load_lines(house, &[newer("n1", "2026-05-02T10:00:00Z")]).await.unwrap();
        house.clock.advance(600);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 0, "the review is overdue");
        house.world.review(sponsor, "2026-04-01", house.now()).await;
        house.clock.advance(600);
        run_job(house).await;
        assert_eq!(letters(house.db()).await, 1, "the review is done");
    }

    async fn two_nodes_at_once_write_one_letter(house: House) {
        let (_, pcp, _) = robin(house, &[]).await;
        let portal = Portal::of(house);
        choose(house, &portal, pcp, "at_once").await;
        load_lines(house, &[newer("n1", "2026-03-11T15:00:00Z")]).await.unwrap();
        house.clock.advance(600);
        let sweeps = (0..6).map(|_| postern::app::news::notices::sweep(&house.app));
        let told: u64 = futures::future::join_all(sweeps).await.into_iter().map(Result::unwrap).sum();
        assert_eq!((told, letters(house.db()).await), (1, 1));
    }

    async fn a_choice_is_kept_and_anything_else_is_refused(house: House) {
        let (_, pcp, _) = robin(house, &[]).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(pcp).await;
        let page = text(&portal, &browser, "/account/notices").await;
        assert!(page.contains("value=\"off\" selected"));
        assert_eq!(portal.post("/account/notices", &browser, &[("pace", "daily")]).await.status, StatusCode::SEE_OTHER);
        assert!(text(&portal, &browser, "/account/notices").await.contains("value=\"daily\" selected"));
        for garbage in ["", "hourly", "Daily"] {
            let answer = portal.post("/account/notices", &browser, &[("pace", garbage)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{garbage}");
        }
        assert!(text(&portal, &browser, "/account/notices").await.contains("value=\"daily\" selected"));
        let mother = portal.signed_in(house.world.family_account().await).await;
        assert_ne!(portal.get("/account/notices", &mother).await.status, StatusCode::OK);
    }
}
