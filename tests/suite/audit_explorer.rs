//! The audit explorer: filters, pages by key, patterns, the last verification, and the table that leaves the portal.

use axum::http::StatusCode;
use postern::app::audit_check::{self, verify};
use postern::app::audit_read::patterns::{self, Found, Many};
use postern::app::audit_read::{Page, Read, Wanted, export, last_check, read};
use postern::domain::audit::{Act, Entry, Outcome};
use postern::domain::calendar::{Instant, Interval, parse_date};
use postern::domain::ids::{AccountId, PatientId};
use postern::domain::pattern::Pattern;
use postern::domain::people::Role;
use postern::store::{Db, Stamp};

use crate::run_sql;
use crate::sign_in::acts;
use crate::support::families::context;
use crate::support::html;
use crate::support::pcp::{Scene, member, scene};
use crate::support::portal::Portal;
use crate::support::world::span;
use crate::support::{House, both_engines};

/// Writes one row of an act that ended so.
async fn row(
    house: &House,
    at: Instant,
    (actor, patient): (AccountId, Option<PatientId>),
    act: Act,
    outcome: Outcome,
) {
    let mut entry = Entry::new(at, act, outcome);
    entry.actor = Some(actor);
    entry.patient = patient;
    house.app.audit.record(entry).await.unwrap();
}

/// Rows of a search that found nobody.
async fn misses(house: &House, at: Instant, actor: AccountId, times: i64) {
    for n in 0..times {
        let mut entry = Entry::new(at.plus_seconds(n), Act::SearchPatient, Outcome::Failed);
        entry.actor = Some(actor);
        entry.detail = r#"{"by":"name","result":"no_match"}"#.to_owned();
        house.app.audit.record(entry).await.unwrap();
    }
}

async fn page(house: &House, reader: AccountId, wanted: &Wanted) -> Page {
    match read(&house.app, reader, wanted, &context(house)).await.unwrap() {
        Read::Page(page) => page,
        other => panic!("{other:?}"),
    }
}

async fn found(house: &House, s: &Scene, pattern: Pattern, days: (&str, &str)) -> Found {
    let (from, to) = (parse_date(days.0).unwrap(), parse_date(days.1).unwrap());
    let wanted = patterns::Wanted { pattern, from, to, before: None };
    patterns::report(&house.app, s.jo.account, &wanted, &context(house)).await.unwrap()
}

/// The instants of the rows that a pattern finds.
async fn rows_of(house: &House, s: &Scene, pattern: Pattern, days: (&str, &str)) -> Vec<Instant> {
    match found(house, s, pattern, days).await {
        Found::Rows(page) => page.rows.iter().map(|row| row.link.entry.at).collect(),
        other => panic!("{other:?}"),
    }
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// More rows than are looked through for one page, by an account of nobody's practice.
async fn ten_thousand_more(house: &House, actor: AccountId, before: Instant) {
    let chain = house.app.audit.chain();
    let sql = match house.db() {
        Db::Sqlite { .. } => {
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000) \
             insert into audit_row select $1, 1000000 + i, $2 - i * 1000, $3, 'list_patients', 'allowed', null, null, '', '{}', '', '', x'00' from n"
        }
        Db::Postgres(_) => {
            "insert into audit_row select $1, 1000000 + i, $2 - i * interval '1 millisecond', $3, 'list_patients', 'allowed', null, null, '', '{}', '', '', '\\x00' \
             from generate_series(1, 12000) as i"
        }
    };
    run_sql!(house, sql, chain, Stamp(before), actor.0);
}

both_engines! {
    async fn every_filter_narrows_and_all_of_them_hold_together(house: House) {
        let s = scene(house).await;
        let now = house.now();
        let other = house.world.patient("Poole", "0077777", "2012-05-06").await;
        row(house, now, (s.rivera, Some(s.mia)), Act::OpenChart, Outcome::Allowed).await;
        row(house, now, (s.rivera, Some(other)), Act::OpenChart, Outcome::Refused).await;
        row(house, now, (s.haddad, Some(s.mia)), Act::OpenChart, Outcome::Refused).await;
        row(house, now.plus_seconds(-3600), (s.haddad, None), Act::ListPatients, Outcome::Allowed).await;
        let email = house.world.email(s.haddad).await;
        let any = Wanted { to: Some(now.plus_seconds(1)), ..Wanted::default() };
        let open = Wanted { act: Some(Act::OpenChart), ..any.clone() };
        for (wanted, count) in [
            (Wanted { email: email.clone(), ..any.clone() }, 2),
            (Wanted { mrn: "00-12345".to_owned(), ..open.clone() }, 2),
            (Wanted { mrn: "0012345".to_owned(), email: email.clone(), ..any.clone() }, 1),
            (Wanted { practice: "elm".to_owned(), ..any.clone() }, 2),
            (Wanted { practice: "Elm".to_owned(), outcome: Some(Outcome::Refused), ..any.clone() }, 1),
            (Wanted { practice: "Quay".to_owned(), email: email.clone(), ..any.clone() }, 2),
            (Wanted { practice: "Elm".to_owned(), email, ..any.clone() }, 0),
            (Wanted { from: Some(now), ..open.clone() }, 3),
            (Wanted { to: Some(now), practice: "Quay".to_owned(), ..any.clone() }, 1),
            (open, 3),
        ] {
            let page = page(house, s.jo.account, &wanted).await;
            assert_eq!((page.rows.len(), page.next), (count, None), "{wanted:?}");
        }
        for (wanted, wrong) in [
            (Wanted { email: "nobody@example.org".to_owned(), ..any.clone() }, "UnknownAccount"),
            (Wanted { mrn: "99".to_owned(), ..any.clone() }, "UnknownMrn"),
            (Wanted { mrn: "1;".to_owned(), ..any.clone() }, "BadMrn"),
            (Wanted { practice: "nowhere".to_owned(), ..any }, "UnknownPractice"),
        ] {
            let read = read(&house.app, s.jo.account, &wanted, &context(house)).await.unwrap();
            assert_eq!(format!("{read:?}"), wrong);
        }
    }

    async fn an_mrn_means_the_records_whose_confirmed_merge_into_it_holds_too(house: House) {
        let s = scene(house).await;
        let old = house.world.patient("Stone", "0077777", "2019-03-14").await;
        row(house, house.now(), (s.haddad, Some(old)), Act::OpenChart, Outcome::Allowed).await;
        house.clock.advance(1);
        let wanted = Wanted { mrn: "0012345".to_owned(), act: Some(Act::OpenChart), ..Wanted::default() };
        let found = async || page(house, s.jo.account, &wanted).await.rows.len();
        assert_eq!(found().await, 0);
        house.world.merge(old, s.mia, Interval::ALWAYS).await;
        run_sql!(house, "update patient_merge set confirmed_at = null where from_id = $1", old.0);
        assert_eq!(found().await, 0, "whose it is, is open");
        let by_old = Wanted { mrn: "0077777".to_owned(), ..wanted.clone() };
        let found_by_old = async || page(house, s.jo.account, &by_old).await.rows.len();
        assert_eq!(found_by_old().await, 1, "the old MRN means the old record until then");
        run_sql!(house, "update patient_merge set confirmed_at = $2 where from_id = $1", old.0, Stamp(house.now()));
        assert_eq!((found().await, found_by_old().await), (1, 1));
        run_sql!(house, "update patient_merge set ends_at = $2 where from_id = $1", old.0, Stamp(house.now()));
        assert_eq!(found().await, 0, "undone");
    }

    async fn a_practice_means_who_belonged_to_it_then(house: House) {
        let s = scene(house).await;
        let now = house.now();
        let (provider, mover) = house.world.physician("Okafor", s.quay).await;
        run_sql!(house, "delete from membership where provider_id = $1", provider.0);
        house.world.member(provider, s.elm, span("", "2026-03-11T14:00:00Z")).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(s.rivera, staff, s.elm, span("2026-03-11T15:00:00Z", "")).await;
        for hours in [1, 3] {
            for account in [mover, staff] {
                row(house, now.plus_seconds(-hours * 3600), (account, None), Act::ListPatients, Outcome::Allowed).await;
            }
        }
        let wanted = Wanted { practice: "Elm".to_owned(), ..Wanted::default() };
        let shown: Vec<_> = page(house, s.jo.account, &wanted).await.rows.iter().map(|r| (r.link.entry.actor.unwrap(), r.link.entry.at)).collect();
        assert_eq!(shown, [(staff, now.plus_seconds(-3600)), (mover, now.plus_seconds(-3 * 3600))]);
    }

    async fn pages_go_on_by_key_and_a_long_search_says_how_far_it_looked(house: House) {
        let s = scene(house).await;
        let now = house.now();
        for n in 0..120 {
            row(house, now.plus_seconds(-n / 2), (s.rivera, None), Act::ListPatients, Outcome::Allowed).await;
        }
        let mut wanted = Wanted { practice: "Elm".to_owned(), ..Wanted::default() };
        let (mut seen, mut pages) = (std::collections::BTreeSet::new(), 0);
        loop {
            let page = page(house, s.jo.account, &wanted).await;
            assert_eq!(page.looked_to, None);
            seen.extend(page.rows.iter().map(|row| row.link.seq));
            pages += 1;
            wanted.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        assert_eq!((seen.len(), pages), (120, 3));
        // Someone who left Elm long ago has done much: none of it is Elm's, and that is not kept silent.
        let (provider, gone) = house.world.physician("Okafor", s.quay).await;
        run_sql!(house, "delete from membership where provider_id = $1", provider.0);
        house.world.member(provider, s.elm, span("", "2020-01-01T00:00:00Z")).await;
        ten_thousand_more(house, gone, now).await;
        let mut wanted = Wanted { practice: "Elm".to_owned(), to: Some(now.plus_seconds(-30)), ..Wanted::default() };
        wanted.to = Some(Instant::from_micros(now.micros() - 1));
        let first = page(house, s.jo.account, &wanted).await;
        assert!(first.looked_to.is_some() && first.next.is_some() && first.rows.len() <= 50);
        wanted.before = first.next;
        let second = page(house, s.jo.account, &wanted).await;
        assert!(first.rows.len() + second.rows.len() >= 50, "{} and {}", first.rows.len(), second.rows.len());
    }

    async fn reading_and_exporting_are_recorded_and_too_many_rows_do_not_leave(house: House) {
        let s = scene(house).await;
        let now = house.now();
        row(house, now, (s.rivera, Some(s.mia)), Act::OpenChart, Outcome::Allowed).await;
        let wanted = Wanted { act: Some(Act::OpenChart), ..Wanted::default() };
        let Read::Page(all) = export(&house.app, s.jo.account, &wanted, &context(house)).await.unwrap() else {
            panic!("not given out")
        };
        assert_eq!(all.rows.len(), 1);
        ten_thousand_more(house, s.rivera, now).await;
        let all = export(&house.app, s.jo.account, &Wanted::default(), &context(house)).await.unwrap();
        assert!(matches!(all, Read::TooMany));
        let done = acts(&house.app).await;
        assert!(done.contains(&(Act::ExportAudit, Outcome::Allowed, String::new())));
        assert!(done.contains(&(Act::ExportAudit, Outcome::Failed, "too_many".to_owned())));
    }

    async fn the_same_surname_is_found_whatever_its_accents_and_case(house: House) {
        let s = scene(house).await;
        let now = house.now();
        run_sql!(house, "update account set family = 'Müller' where id = $1", s.rivera.0);
        let own = house.world.patient("MULLER", "0077777", "2012-05-06").await;
        row(house, now.plus_seconds(-1), (s.rivera, Some(own)), Act::OpenChart, Outcome::Refused).await;
        row(house, now.plus_seconds(-2), (s.rivera, Some(own)), Act::SearchPatient, Outcome::Refused).await;
        row(house, now.plus_seconds(-3), (s.rivera, Some(s.mia)), Act::OpenChart, Outcome::Allowed).await;
        row(house, now.plus_seconds(-4), (s.haddad, Some(own)), Act::OpenChart, Outcome::Allowed).await;
        row(house, now.plus_seconds(-5), (s.rivera, Some(own)), Act::ChangeCareTeam, Outcome::Allowed).await;
        let rows = rows_of(house, &s, Pattern::SameSurname, ("2026-03-11", "2026-03-11")).await;
        assert_eq!(rows, [now.plus_seconds(-1), now.plus_seconds(-2)]);
        let before = rows_of(house, &s, Pattern::SameSurname, ("2026-03-10", "2026-03-10")).await;
        assert_eq!(before, []);
    }

    async fn after_hours_are_those_of_the_hospital(house: House) {
        let s = scene(house).await;
        let opened = ["2026-03-10T09:59:00Z", "2026-03-10T10:00:00Z", "2026-03-10T20:59:00Z", "2026-03-10T21:00:00Z", "2026-03-08T16:00:00Z"];
        for at in opened {
            row(house, instant(at), (s.rivera, Some(s.mia)), Act::OpenChart, Outcome::Allowed).await;
        }
        row(house, instant("2026-03-10T22:00:00Z"), (s.rivera, Some(s.mia)), Act::OpenChart, Outcome::Refused).await;
        let rows = rows_of(house, &s, Pattern::AfterHours, ("2026-03-07", "2026-03-11")).await;
        assert_eq!(rows, [opened[3], opened[0], opened[4]].map(instant));
    }

    async fn ten_refusals_or_misses_in_one_day_are_many_and_nine_are_not(house: House) {
        let s = scene(house).await;
        let day = instant("2026-03-10T15:00:00Z");
        misses(house, day, s.rivera, 9).await;
        misses(house, day, s.haddad, 6).await;
        for n in 0..4 {
            row(house, day.plus_seconds(n), (s.haddad, Some(s.mia)), Act::OpenChart, Outcome::Refused).await;
        }
        // The tenth of Rivera's falls on the next day, in New York.
        misses(house, instant("2026-03-11T04:00:00Z"), s.rivera, 1).await;
        let Found::Days(days) = found(house, &s, Pattern::ManyRefusals, ("2026-03-09", "2026-03-11")).await else {
            panic!("no days")
        };
        let [Many { day, who, refused, missed }] = days.as_slice() else { panic!("{days:?}") };
        assert_eq!((*day, *refused, *missed), (parse_date("2026-03-10").unwrap(), 4, 6));
        assert_eq!(who.email, house.world.email(s.haddad).await);
        misses(house, instant("2026-03-11T03:59:59Z"), s.rivera, 1).await;
        let Found::Days(days) = found(house, &s, Pattern::ManyRefusals, ("2026-03-09", "2026-03-11")).await else {
            panic!("no days")
        };
        assert_eq!(days.len(), 2);
    }

    async fn a_pattern_covers_a_month_at_most(house: House) {
        let s = scene(house).await;
        let month = found(house, &s, Pattern::ManyRefusals, ("2026-03-01", "2026-03-31")).await;
        assert!(matches!(month, Found::Days(_)));
        assert!(matches!(found(house, &s, Pattern::ManyRefusals, ("2026-03-01", "2026-04-01")).await, Found::TooLong));
    }

    async fn the_last_verification_is_kept_with_what_it_found(house: House) {
        assert_eq!(last_check(&house.app).await.unwrap(), None);
        let report = verify(house.db(), &house.app.keys.audit, "").await.unwrap();
        let faults = report.faults.len();
        audit_check::record(&house.app, &report, faults).await.unwrap();
        house.clock.advance(60);
        audit_check::record(&house.app, &report, 2).await.unwrap();
        let last = last_check(&house.app).await.unwrap().unwrap();
        assert_eq!((last.at, last.faults), (house.now(), 2));
        assert_eq!(u64::try_from(last.rows).unwrap(), report.rows);
        let done = acts(&house.app).await;
        assert!(done.contains(&(Act::VerifyAudit, Outcome::Failed, String::new())));
        // What it wrote is itself sound.
        assert!(verify(house.db(), &house.app.keys.audit, "").await.unwrap().sound());
    }

    async fn over_http_everything_is_posted_and_sound_in_every_state(house: House) {
        let portal = Portal::of(house);
        let s = scene(house).await;
        let now = house.now();
        run_sql!(house, "update account set given = '@SUM(A1)' where id = $1", s.rivera.0);
        row(house, now, (s.rivera, Some(s.mia)), Act::OpenChart, Outcome::Allowed).await;
        let auditor = member(house, &[Role::Auditor]).await;
        let browser = portal.signed_in(auditor.account).await;
        let first = portal.get("/team/audit", &browser).await;
        assert!(first.body.contains("has not been verified here yet") && first.body.contains("Searched: 09-Feb-2026 to 11-Mar-2026"), "{}", first.body);
        let report = verify(house.db(), &house.app.keys.audit, "").await.unwrap();
        audit_check::record(&house.app, &report, 0).await.unwrap();
        let filter = [("mrn", "00-12345"), ("practice", "Elm"), ("act", "open_chart")];
        for (path, fields, words) in [
            ("/team/audit", &filter[..], "all sound"),
            ("/team/audit", &[("practice", "nowhere")], "Enter the whole name, or the code"),
            ("/team/audit", &[("from", "today")], "Enter a day"),
            ("/team/audit/patterns", &[("pattern", "after_hours"), ("from", "2026-03-11"), ("to", "2026-03-11")], "from 17:00 on"),
            ("/team/audit/patterns", &[("pattern", "same_surname")], "Nothing of this pattern is recorded from 04-Mar-2026"),
            ("/team/audit/patterns", &[("pattern", "many_refusals")], "10 times or more"),
            ("/team/audit/patterns", &[("pattern", "many_refusals"), ("from", "2026-01-01")], "at most 31 days"),
            ("/team/audit/patterns", &[("pattern", "any")], "Enter a day"),
            ("/team/audit/patterns", &[("pattern", "same_surname"), ("from", "2026-03-12"), ("to", "2026-03-11")], "Enter a day"),
        ] {
            let page = portal.post(path, &browser, fields).await;
            assert!(page.body.contains(words), "{words}: {}", page.body);
            assert_eq!(html::faults(&page.body), Vec::<String>::new(), "{words}");
            assert!(!page.status.is_server_error());
        }
        assert_eq!(portal.get("/team/audit/patterns", &browser).await.status, StatusCode::OK);
        let table = portal.post("/team/audit/export", &browser, &filter).await;
        assert_eq!((table.status, table.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert!(table.body.contains("\"'@SUM(A1) Lee\"") && table.body.contains("\"0012345\""), "{}", table.body);
        let bad = portal.post("/team/audit/export", &browser, &[("from", "today")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        house.clock.advance(300);
        assert!(portal.post("/team/audit/export", &browser, &filter).await.body.contains("Confirm that it is you"));
        let provider = portal.signed_in(s.haddad).await;
        for path in ["/team/audit/export", "/team/audit/patterns"] {
            assert_eq!(portal.post(path, &provider, &filter).await.status, StatusCode::NOT_FOUND);
        }
    }
}
