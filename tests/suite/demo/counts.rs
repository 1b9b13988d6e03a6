//! What the demo must hold, counted in the database.

use std::collections::{BTreeMap, BTreeSet};

use postern::domain::calendar::age_years;
use postern::domain::chart::Section;
use postern::domain::chart::sensitivity::{CODES, Labels};
use postern::domain::people::AccountKind;
use postern::domain::request::{RequestKind, RequestState};
use postern::domain::token::TokenSecret;
use postern::store::{Stamp, requests};
use time::Date;
use uuid::Uuid;

use super::made::{Made, rows, text};

type Named = (String, Option<String>, Option<String>);

pub async fn listings_and_seats_are_the_authored_ones(demo: &Made) {
    let sql = "select m.mrn, v.npi, c.code from TABLE f join patient_mrn m on m.patient_id = f.patient_id and m.former = 0 \
               left join provider v on v.id = f.provider_id left join practice c on c.id = f.practice_id \
               where f.ends_at is null";
    let owned = |entry: &toml::Value, field: &str| text(entry, field).map(str::to_owned);
    let found = rows!(demo, Named, sqlx::AssertSqlSafe(sql.replace("TABLE", "listing")));
    let mut authored = BTreeSet::new();
    for patient in demo.entries("patient") {
        for pcp in patient["pcp"].as_array().unwrap() {
            authored.insert((owned(patient, "mrn").unwrap(), owned(pcp, "npi"), owned(pcp, "practice")));
        }
    }
    assert_eq!(found.len(), authored.len());
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), authored);

    let found = rows!(demo, Named, sqlx::AssertSqlSafe(sql.replace("TABLE", "care_team_seat")));
    let seat = |s: &toml::Value| (owned(s, "mrn").unwrap(), owned(s, "npi"), owned(s, "practice"));
    let authored: BTreeSet<Named> = demo.entries("care_team").iter().map(seat).collect();
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), authored);
    let starts = rows!(demo, (Stamp,), "select starts_at from care_team_seat");
    assert!(starts.iter().all(|(start,)| start.0 < demo.now));
}

pub async fn everyone_the_issue_asks_for_is_there(demo: &Made) {
    let today = demo.app.hospital.cycles.zone().date(demo.now);
    let born = rows!(
        demo,
        (String, Date),
        "select m.mrn, p.birth_date from patient p \
        join patient_mrn m on m.patient_id = p.id and m.former = 0"
    );
    let ages: BTreeMap<String, i32> =
        born.into_iter().map(|(mrn, day)| (mrn, age_years(day, today))).collect();
    assert!(ages.len() >= 60 && ages.len() == demo.entries("patient").len(), "{}", ages.len());
    assert!(ages.values().filter(|age| **age < 18).count() >= 25);
    assert_eq!((ages["3471158"], ages["5076894"]), (15, 17));

    assert!(rows!(demo, (Uuid,), "select id from practice").len() >= 6);
    assert!(rows!(demo, (Uuid,), "select id from provider").len() >= 14);
    let of_kind = |kind| demo.viewers.values().filter(move |v| v.kind == kind);
    let in_two = of_kind(AccountKind::Provider)
        .filter(|v| v.memberships.iter().filter(|m| m.span.holds(demo.now)).count() == 2);
    assert_eq!(in_two.count(), 2);
    let without_account = rows!(
        demo,
        (String,),
        "select family from provider where id not in \
        (select provider_id from account where provider_id is not null)"
    );
    assert_eq!(without_account, [("Whitfield".to_owned(),)]);
    let haddad = demo.viewers["haddad@example.org"].provider;
    assert!(demo.patients.values().all(|p| p.listings.iter().all(|l| l.provider != haddad)));
    assert!(demo.patients.values().any(|p| p.seats.iter().any(|s| s.provider == haddad)));
    assert!(of_kind(AccountKind::Sponsored).count() >= 12);
    let two_sponsors = of_kind(AccountKind::Sponsored).filter(|v| v.live_sponsorships(demo.now).count() == 2);
    assert_eq!(two_sponsors.count(), 2);
    let overdue: Vec<_> = demo.viewers.iter().filter(|(_, v)| v.overdue(demo.now).is_some()).collect();
    assert_eq!(overdue.iter().map(|(email, _)| email.as_str()).collect::<Vec<_>>(), ["tanaka@example.org"]);

    let roles: BTreeSet<String> =
        rows!(demo, (String,), "select role from account_role").into_iter().map(|(role,)| role).collect();
    assert_eq!(roles.len(), 3);
    let guardians = rows!(
        demo,
        (String,),
        "select m.mrn from guardian g join patient_mrn m \
        on m.patient_id = g.patient_id and m.former = 0 join account a on a.id = g.account_id where a.kind = 'family'"
    );
    assert_eq!(guardians.len(), demo.entries("guardian").len());
    assert!(guardians.iter().any(|(mrn,)| mrn == "3471158"));
    let own = rows!(
        demo,
        (String,),
        "select m.mrn from patient_account p join patient_mrn m \
        on m.patient_id = p.patient_id and m.former = 0 order by m.mrn"
    );
    assert_eq!(own, [("3471158".to_owned(),), ("6317725".to_owned(),)]);
}

pub async fn every_kind_of_fact_is_there(demo: &Made) {
    type Token = (Vec<u8>, Stamp, Option<Stamp>, Option<Stamp>);
    let tokens =
        rows!(demo, Token, "select secret_hash, expires_at, redeemed_at, revoked_at from patient_token");
    let live = |t: &&Token| t.1.0 > demo.now && t.3.is_none();
    assert_eq!(tokens.len(), 6);
    assert_eq!(tokens.iter().filter(live).filter(|t| t.2.is_none()).count(), 1);
    assert_eq!(tokens.iter().filter(live).filter(|t| t.2.is_some()).count(), 2);
    assert_eq!(tokens.iter().filter(|t| t.1.0 <= demo.now).count(), 2);
    let free = TokenSecret::parse("5rdn9 7521r-a3jcf-1kx0y-6k240-5").unwrap().hash();
    assert!(tokens.iter().filter(live).any(|t| t.0 == free));

    let open = requests::in_state(&demo.app.db, RequestState::Open).await.unwrap();
    let kinds: BTreeSet<_> = open.iter().map(|r| r.kind).collect();
    // A lost factor is asked about by two of the team, a hospital sign-in by whoever signs in, a family account by whoever has none, and
    // a family writes for itself: the demo has none of them at first.
    let rest =
        [RequestKind::FactorReset, RequestKind::SingleSignOn, RequestKind::Enrolment, RequestKind::Message];
    let wanted = RequestKind::ALL.iter().filter(|kind| !rest.contains(kind));
    assert!(wanted.copied().eq(kinds.iter().copied()) && open.len() == kinds.len());
    assert!(open.iter().all(|r| r.due_on.is_some()));
    // The hospital's record asks about the merge when the demo is made.
    let by_people = open.iter().filter(|r| r.kind != RequestKind::Merge);
    assert!(by_people.into_iter().all(|r| r.filed_at < demo.now && r.account.is_some()));

    let facts = demo.patients.values();
    assert_eq!(facts.clone().filter(|p| !p.restrictions.is_empty()).count(), 2);
    assert_eq!(facts.clone().filter(|p| p.death.is_some()).count(), 2);
    assert_eq!(
        facts.filter(|p| p.merges.iter().any(|m| m.into == p.patient && m.confirmed_at.is_none())).count(),
        1
    );

    let portal = demo.viewers.len() - 1;
    for table in ["password", "totp_factor"] {
        let sql = sqlx::AssertSqlSafe(format!("select account_id from {table}"));
        assert_eq!(rows!(demo, (Uuid,), sql).len(), portal, "{table}: all but the hospital's own sign-in");
    }
    assert_eq!(rows!(demo, (Stamp,), "select installed_at from installation"), [(Stamp(demo.now),)]);
}

pub async fn the_charts_hold_every_section_and_every_sensitivity_code(demo: &Made) {
    let counted = rows!(demo, (String, i64), "select section, count(*) from chart_item group by section");
    let counts: BTreeMap<String, i64> = counted.into_iter().collect();
    // No appointments are authored yet; other documents lie with the notes.
    let absent = [Section::Appointments, Section::Documents];
    for section in Section::ALL.iter().filter(|s| !absent.contains(s)) {
        assert!(counts.get(section.word()).is_some_and(|n| *n > 30), "{section}: {counts:?}");
    }
    let labels = rows!(demo, (i64,), "select labels from chart_item where labels <> 0");
    let of = |bits: i64| Labels::from_bits(bits).codes();
    let found: BTreeSet<&str> = labels.iter().flat_map(|(bits,)| of(*bits)).collect();
    assert_eq!(found, CODES.into_iter().collect());
    let unknown = labels.iter().filter(|(bits,)| Labels::from_bits(*bits).meets(Labels::UNKNOWN));
    assert_eq!(unknown.count(), 0);
    let results = "select cast(count(*) as bigint) from chart_item where section = 'results' and ";
    for what in ["low is not null and high is not null", "flag in ('low', 'high')"] {
        let sql = sqlx::AssertSqlSafe(format!("{results}{what}"));
        assert!(rows!(demo, (i64,), sql)[0].0 > 100, "{what}");
    }
    // LOINC 8302-2 and 29463-7: height and weight.
    for code in ["8302-2", "29463-7"] {
        let sql = sqlx::AssertSqlSafe(format!("select code from chart_item where code like '%{code}'"));
        assert!(rows!(demo, (String,), sql).len() > 50, "{code}");
    }
    let latest = rows!(demo, (Option<Stamp>,), "select max(at) from chart_item")[0].0.unwrap();
    assert!(latest.0 <= demo.now.plus_seconds(7 * 86_400), "{latest:?}");
    assert!(latest.0 >= demo.now.plus_seconds(-14 * 86_400), "{latest:?}");
}
