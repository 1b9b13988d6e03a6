//! The table on top of `hospital.toml`, line by line.

use std::collections::BTreeSet;

use postern::domain::access::reach::Reach;
use postern::domain::access::{Basis, Refusal};
use postern::domain::chart::Section;
use postern::domain::chart::sensitivity::{CODES, Labels, PART2_CODE};
use postern::domain::ids::Mrn;
use postern::store::patients;

use super::made::Made;

/// Rule, account, MRN, and the answer as bases or refusal.
const TABLE: &[(&str, &str, &str, &str)] = &[
    ("F1 account not active", "lindqvist@example.org", "1365582", "account_inactive"),
    ("F2 overdue sponsor", "tanaka@example.org", "7093385", "validation_overdue"),
    ("F3 no live sponsorship", "grant@example.org", "6084391", "no_sponsorship"),
    ("F4 only sponsor is locked", "cohen@example.org", "3326709", "sponsor_locked"),
    ("F5 restricted for everyone", "rivera@example.org", "6630841", "patient_restricted"),
    ("F5 restricted for one NPI", "castellan@example.org", "5187263", "patient_restricted"),
    ("F5 not for the other", "rivera@example.org", "5187263", "pcp"),
    ("F6 died more than 90 days ago", "raman@example.org", "3079516", "patient_deceased"),
    ("F6 died recently", "raman@example.org", "4865130", "pcp"),
    ("P1", "rivera@example.org", "7420619", "pcp"),
    ("P2 a partner's", "castellan@example.org", "4710362", "practice_pcp"),
    ("P2 the practice's", "castellan@example.org", "4093327", "practice_pcp"),
    ("P2 PCP without an account", "oyelaran@example.org", "8894015", "practice_pcp"),
    ("P2 PCP locked", "brandt@example.org", "7093385", "practice_pcp"),
    ("P2 not across practices", "rivera@example.org", "9031476", "no_basis"),
    ("P3", "lee@example.org", "7420619", "sponsor_pcp"),
    ("P4 a partner's", "lee@example.org", "8250196", "sponsor_practice_pcp"),
    ("P4 the practice's", "lee@example.org", "4093327", "sponsor_practice_pcp"),
    ("P5 own seat", "haddad@example.org", "7420619", "care_team"),
    ("P5 never the partner's", "solberg@example.org", "7420619", "no_basis"),
    ("P5 practice seat", "novak@example.org", "1058873", "care_team"),
    ("P5 practice seat", "aziz@example.org", "1058873", "care_team"),
    ("P6", "wieczorek@example.org", "5413860", "token"),
    ("P6 of a sponsored user", "vance@example.org", "9604237", "token"),
    ("P7 some sections", "solberg@example.org", "0928457", "grant"),
    ("P7 naming Part 2", "brandt@example.org", "6579302", "grant"),
    ("P8", "aziz@example.org", "7612394", "emergency"),
    ("two sponsors, one locked", "whitcomb@example.org", "7420619", "sponsor_pcp"),
    ("two sponsors, the locked one", "whitcomb@example.org", "7093385", "no_basis"),
    ("merge not confirmed", "brandt@example.org", "7185520", "no_basis"),
    ("sensitive items shown", "raman@example.org", "6579302", "pcp"),
    ("sensitive items withheld", "ferreira@example.org", "6579302", "practice_pcp"),
    ("token expired", "aziz@example.org", "0928457", "no_basis"),
    ("token revoked", "brandt@example.org", "1790354", "no_basis"),
    ("grant ended", "novak@example.org", "6317725", "no_basis"),
    ("seat of her own", "novak@example.org", "5704481", "care_team"),
];

fn answer(demo: &Made, email: &str, mrn: &str) -> String {
    let decision = demo.decide(email, mrn);
    match decision.refusal() {
        Some(refusal) => refusal.word().to_owned(),
        None => decision.bases().map(Basis::word).collect::<Vec<_>>().join(","),
    }
}

pub fn every_line_of_the_table_holds(demo: &Made) {
    for (rule, email, mrn, expected) in TABLE {
        assert_eq!(&answer(demo, email, mrn), expected, "{rule}: {email} -> {mrn}");
    }
    for email in demo.viewers.keys() {
        assert!(!demo.decide(email, "1790354").allowed(), "no basis: {email} -> 1790354");
    }
}

pub fn every_refusal_and_every_basis_is_seen_by_someone(demo: &Made) {
    let mut seen = BTreeSet::new();
    for email in demo.viewers.keys() {
        for mrn in demo.patients.keys() {
            seen.extend(answer(demo, email, mrn).split(',').map(str::to_owned));
        }
    }
    let words = Refusal::ALL.iter().map(|r| r.word()).chain(Basis::ALL.iter().map(|b| b.word()));
    for word in words {
        assert!(seen.contains(word), "{word}");
    }
}

fn shown(demo: &Made, email: &str, mrn: &str, section: Section) -> Vec<&'static str> {
    let decision = demo.decide(email, mrn);
    let reach = Reach::of(&decision, &demo.viewers[email], &demo.patients[mrn], Labels::NONE);
    let shows = |code: &&str| reach.shows_item(section, Labels::of_code(code).unwrap());
    CODES.into_iter().filter(shows).collect()
}

pub fn sensitive_items_are_shown_and_withheld(demo: &Made) {
    let all_but_part2: Vec<_> = CODES.into_iter().filter(|code| *code != PART2_CODE).collect();
    assert_eq!(shown(demo, "raman@example.org", "6579302", Section::Notes), all_but_part2);
    assert!(shown(demo, "ferreira@example.org", "6579302", Section::Notes).is_empty());
    assert_eq!(shown(demo, "brandt@example.org", "6579302", Section::Notes), [PART2_CODE, "PSY"]);
    assert_eq!(shown(demo, "ferreira@example.org", "6579302", Section::Allergies), CODES);
    let decision = demo.decide("solberg@example.org", "0928457");
    let facts = (&demo.viewers["solberg@example.org"], &demo.patients["0928457"]);
    let reach = Reach::of(&decision, facts.0, facts.1, Labels::NONE);
    let sections: Vec<_> = Section::ALL.iter().copied().filter(|s| reach.shows(*s)).collect();
    assert_eq!(sections, [Section::Medications, Section::Allergies, Section::Results]);
}

pub async fn an_old_number_finds_the_survivor(demo: &Made) {
    for (old, new) in [("0020964", "2096481"), ("P-92507", "9250764"), ("7185202", "7185520")] {
        let mrn = Mrn::parse(old).unwrap();
        let found = patients::by_mrn(&demo.app.db, &mrn, demo.now).await.unwrap();
        assert_eq!(found, Some(demo.patients[new].patient), "{old}");
    }
}
