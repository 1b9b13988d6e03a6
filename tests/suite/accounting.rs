//! The accounting of disclosures: who opened a chart over six years, each or summarised, as a page and as a table.

use axum::http::StatusCode;
use postern::app::access::{Context, open as open_chart};
use postern::app::accounting::{Accounted, Accounting, Form, Line, Wanted, export, read};
use postern::domain::access::Basis;
use postern::domain::audit::{Act, Entry, Outcome};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::chart::Section;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::Stamp;

use crate::run_sql;
use crate::sign_in::acts;
use crate::support::families::{context, facts};
use crate::support::html;
use crate::support::pcp::{Scene, scene};
use crate::support::portal::Portal;
use crate::support::world::{Whom, span};
use crate::support::{House, both_engines};

fn wanted(form: Form) -> Wanted {
    Wanted { mrn: "00-12345".to_owned(), form, from: None, to: None, after: String::new() }
}

/// Haddad has a seat; Rivera sees nothing.
async fn seated(house: &House) -> Scene {
    let s = scene(house).await;
    let provider = facts(house, s.haddad).await.provider.unwrap();
    house.world.seat(s.mia, Whom::Provider(provider), Interval::ALWAYS).await;
    s
}

async fn opens(house: &House, account: AccountId, patient: PatientId, section: Option<Section>) {
    let context: Context = context(house);
    open_chart(&house.app, &facts(house, account).await, patient, section, &context).await.unwrap();
}

async fn accounted(house: &House, s: &Scene, wanted: &Wanted) -> Accounting {
    match read(&house.app, s.jo.account, wanted, &context(house)).await.unwrap() {
        Accounted::Done(found) => *found,
        other => panic!("{other:?}"),
    }
}

fn in_short(line: &Line) -> (Instant, i64, Instant, Option<Section>) {
    (line.first, line.count, line.last, line.section)
}

/// A chart opened by `actor` at `at`, as the audit keeps it.
async fn once(house: &House, actor: AccountId, patient: PatientId, at: Instant) {
    let mut entry = Entry::new(at, Act::OpenChart, Outcome::Allowed);
    entry.actor = Some(actor);
    entry.patient = Some(patient);
    entry.basis = "care_team".to_owned();
    entry.detail = r#"{"section":"results"}"#.to_owned();
    house.app.audit.record(entry).await.unwrap();
}

both_engines! {
    async fn each_opening_is_a_line_with_recipient_practice_part_and_basis(house: House) {
        let s = seated(house).await;
        opens(house, s.rivera, s.mia, None).await;
        assert_eq!(accounted(house, &s, &wanted(Form::Each)).await.lines, []);
        let first = house.now();
        opens(house, s.haddad, s.mia, None).await;
        house.clock.advance(60);
        opens(house, s.haddad, s.mia, Some(Section::Notes)).await;
        house.clock.advance(60);
        let found = accounted(house, &s, &wanted(Form::Each)).await;
        let lines: Vec<_> = found.lines.iter().map(in_short).collect();
        let later = first.plus_seconds(60);
        assert_eq!(lines, [(later, 1, later, Some(Section::Notes)), (first, 1, first, None)]);
        let line = &found.lines[0];
        assert_eq!((line.name.as_str(), line.practice.as_str(), line.address.as_str()), ("Sam Lee", "Quay", "1 Elm Street"));
        assert_eq!((line.bases.as_slice(), line.exported), (&[Basis::CareTeam][..], false));
        assert_eq!((found.card.mrn.as_str(), found.next), ("0012345", None));
        // The reading is recorded, with the patient, before it is shown.
        assert!(acts(&house.app).await.iter().filter(|a| a.0 == Act::LookUp && a.1 == Outcome::Allowed).count() >= 2);
    }

    async fn the_practice_is_the_one_of_that_time(house: House) {
        let s = seated(house).await;
        let provider = facts(house, s.haddad).await.provider.unwrap();
        let before = house.now();
        opens(house, s.haddad, s.mia, None).await;
        house.clock.advance(3600);
        run_sql!(house, "update membership set ends_at = $2 where provider_id = $1", provider.0, Stamp(before.plus_seconds(60)));
        let harbor = house.world.practice("Second Harbor").await;
        house.world.member(provider, harbor, span("2026-03-11T16:30:00Z", "")).await;
        opens(house, s.haddad, s.mia, None).await;
        house.clock.advance(1);
        let found = accounted(house, &s, &wanted(Form::Each)).await;
        let practices: Vec<&str> = found.lines.iter().map(|line| line.practice.as_str()).collect();
        assert_eq!(practices, ["Second Harbor", "Quay"]);
    }

    async fn repeated_ones_are_summarised_first_how_often_last(house: House) {
        let s = seated(house).await;
        let first = house.now();
        for _ in 0..5 {
            opens(house, s.haddad, s.mia, Some(Section::Results)).await;
            house.clock.advance(60);
        }
        opens(house, s.haddad, s.mia, None).await;
        let summary = house.now();
        house.clock.advance(60);
        let found = accounted(house, &s, &wanted(Form::Summary)).await;
        let lines: Vec<_> = found.lines.iter().map(in_short).collect();
        let last = first.plus_seconds(240);
        assert_eq!(lines, [(summary, 1, summary, None), (first, 5, last, Some(Section::Results))]);
    }

    async fn six_years_are_accounted_for_by_the_calendar_and_no_longer(house: House) {
        let s = seated(house).await;
        // Six years before 11 March 2026, noon in New York, which was in summer time already.
        let edge: Instant = "2020-03-11T16:00:00Z".parse().unwrap();
        once(house, s.haddad, s.mia, Instant::from_micros(edge.micros() - 1)).await;
        once(house, s.haddad, s.mia, edge).await;
        let found = accounted(house, &s, &wanted(Form::Each)).await;
        assert_eq!(found.lines.iter().map(|line| line.first).collect::<Vec<_>>(), [edge]);
        assert_eq!(found.range, (edge, house.now()));
        // Who asks for older days is given them.
        let older = Wanted { from: Some("2010-01-01T00:00:00Z".parse().unwrap()), ..wanted(Form::Each) };
        assert_eq!(accounted(house, &s, &older).await.lines.len(), 2);
    }

    async fn pages_go_on_where_the_one_before_ended_in_both_forms(house: House) {
        let s = seated(house).await;
        let start = house.now().plus_seconds(-86_400);
        for n in 0..120 {
            // Several at one instant too.
            once(house, s.haddad, s.mia, start.plus_seconds(n / 2)).await;
        }
        let mut other = Vec::new();
        for n in 0..60_i64 {
            let account = house.world.provider_account(house.world.provider("Okafor").await).await;
            once(house, account, s.mia, start.plus_seconds(1000 + n / 3)).await;
            other.push(account);
        }
        for (form, lines) in [(Form::Each, 180), (Form::Summary, 61)] {
            let mut wanted = wanted(form);
            let mut seen = Vec::new();
            loop {
                let page = accounted(house, &s, &wanted).await;
                assert!(page.lines.len() <= 50);
                seen.extend(page.lines.iter().map(|line| (line.last, line.count)));
                match page.next {
                    Some(next) => wanted.after = next,
                    None => break,
                }
            }
            assert_eq!(seen.len(), lines, "{form:?}");
            assert!(seen.windows(2).all(|two| two[0].0 >= two[1].0), "{form:?}");
            assert_eq!(seen.iter().map(|(_, count)| count).sum::<i64>(), 180, "{form:?}");
        }
        // A place that is none begins at the beginning.
        let garbage = Wanted { after: "[1,\"x\"]".to_owned(), ..wanted(Form::Each) };
        assert_eq!(accounted(house, &s, &garbage).await.lines.len(), 50);
    }

    async fn a_confirmed_merge_brings_what_was_disclosed_of_the_other_record(house: House) {
        let s = seated(house).await;
        let old = house.world.patient("Stone", "0077777", "2019-03-14").await;
        once(house, s.haddad, old, house.now().plus_seconds(-60)).await;
        assert_eq!(accounted(house, &s, &wanted(Form::Each)).await.lines.len(), 0);
        house.world.merge(old, s.mia, Interval::ALWAYS).await;
        run_sql!(house, "update patient_merge set confirmed_at = null where from_id = $1", old.0);
        assert_eq!(accounted(house, &s, &wanted(Form::Each)).await.lines.len(), 0);
        run_sql!(house, "update patient_merge set confirmed_at = $2 where from_id = $1", old.0, Stamp(house.now()));
        assert_eq!(accounted(house, &s, &wanted(Form::Each)).await.lines.len(), 1);
        assert_eq!(accounted(house, &s, &wanted(Form::Summary)).await.lines.len(), 1);
        run_sql!(house, "update patient_merge set ends_at = $2 where from_id = $1", old.0, Stamp(house.now()));
        assert_eq!(accounted(house, &s, &wanted(Form::Each)).await.lines.len(), 0, "undone");
        assert_eq!(accounted(house, &s, &wanted(Form::Summary)).await.lines.len(), 0);
    }

    async fn more_than_leave_at_once_are_not_given_out_and_it_is_said(house: House) {
        let s = seated(house).await;
        let chain = house.app.audit.chain();
        let sql = match house.db() {
            postern::store::Db::Sqlite { .. } => {
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 10001) \
                 insert into audit_row select $1, 1000000 + i, $2 - i * 1000000, $3, 'open_chart', 'allowed', $4, null, 'pcp', '{}', '', '', x'00' from n"
            }
            postern::store::Db::Postgres(_) => {
                "insert into audit_row select $1, 1000000 + i, $2 - i * interval '1 second', $3, 'open_chart', 'allowed', $4, null, 'pcp', '{}', '', '', '\\x00' \
                 from generate_series(1, 10001) as i"
            }
        };
        run_sql!(house, sql, chain, Stamp(house.now()), s.haddad.0, s.mia.0);
        let exported = export(&house.app, s.jo.account, &wanted(Form::Each), &context(house)).await.unwrap();
        assert_eq!(exported, Accounted::TooMany);
        let exported = export(&house.app, s.jo.account, &wanted(Form::Summary), &context(house)).await.unwrap();
        let Accounted::Done(found) = exported else { panic!("{exported:?}") };
        assert_eq!((found.lines.len(), found.lines[0].count), (1, 10_001));
    }

    async fn over_http_the_mrn_is_posted_and_the_table_takes_a_fresh_factor_and_is_recorded(house: House) {
        let portal = Portal::of(house);
        let s = seated(house).await;
        run_sql!(house, "update account set given = '=cmd', family = 'Lee' where id = $1", s.haddad.0);
        opens(house, s.haddad, s.mia, None).await;
        let jo = portal.signed_in(s.jo.account).await;
        for (path, fields) in [
            ("/team/accounting", vec![]),
            ("/team/accounting", vec![("mrn", "0012345"), ("form", "each")]),
            ("/team/accounting", vec![("mrn", "00-12345"), ("form", "summary"), ("from", "2026-03-01"), ("to", "2026-03-11")]),
        ] {
            let page = if fields.is_empty() { portal.get(path, &jo).await } else { portal.post(path, &jo, &fields).await };
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert_eq!(html::faults(&page.body), Vec::<String>::new());
            assert_eq!(page.body.contains("Opened: Summary"), !fields.is_empty());
        }
        for (wrong, words) in [
            (vec![("mrn", "99")], "No patient has this MRN"),
            (vec![("mrn", "1;2")], "letters and digits only"),
            (vec![("mrn", "0012345"), ("from", "yesterday")], "Enter a day"),
        ] {
            let page = portal.post("/team/accounting", &jo, &wrong).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.body.contains(words), "{words}");
            assert_eq!(html::faults(&page.body), Vec::<String>::new());
        }
        let table = portal.post("/team/accounting/export", &jo, &[("mrn", "0012345"), ("form", "each")]).await;
        assert_eq!((table.status, table.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert!(table.body.contains("\"'=cmd Lee\",\"Quay\",\"1 Elm Street\",\"Opened: Summary\",\"Care team\""), "{}", table.body);
        assert!(acts(&house.app).await.iter().any(|a| a.0 == Act::ExportAudit && a.1 == Outcome::Allowed));
        house.clock.advance(300);
        let held = portal.post("/team/accounting/export", &jo, &[("mrn", "0012345"), ("form", "each")]).await;
        assert!(held.body.contains("Confirm that it is you"));
        let provider = portal.signed_in(s.haddad).await;
        assert_eq!(portal.post("/team/accounting", &provider, &[("mrn", "0012345")]).await.status, StatusCode::NOT_FOUND);
    }
}
