//! Samples of the family's pages, in both languages.

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::access::Basis;
use crate::domain::access::reach::SectionSet;
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::family::answer::Turn;
use crate::domain::family::authority::{Band, Capacity};
use crate::domain::family::enrolment::Relationship;
use crate::domain::family::renewal::What;
use crate::domain::family::topic::{Offer, SeatSource, Topic};
use crate::domain::grant::Lasting;
use crate::domain::ids::{FactId, PatientId, RequestId};
use crate::domain::language::Language;
use crate::domain::people::AccountKind;
use crate::domain::request::Ending;
use crate::views::family::access::{self, Access, Blocked, Given, Seer};
use crate::views::family::care_team::{self, CareTeam, Match, Search, Seat};
use crate::views::family::disclosures::{self, DisclosureRow, Disclosures, Emergency};
use crate::views::family::home::{self, Home, Proxy, RequestRow, Standing};
use crate::views::family::renew::{self, Renewal};
use crate::views::family::request::{self, Chosen, Fault, Request};
use crate::views::family::{Done, FamilyPatient, Patients};
use crate::views::layout::Frame;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    for language in Language::ALL.iter().copied() {
        let frame = Frame { language, ..stage.inside(AccountKind::Family) };
        let mut put = |english: &'static str, spanish: &'static str, markup| {
            let name = if language == Language::English { english } else { spanish };
            all.push(Sample { name, markup });
        };
        for (english, spanish, model) in homes() {
            put(english, spanish, home::page(&frame, &model));
        }
        for (english, spanish, model) in requests() {
            put(english, spanish, request::page(&frame, &model));
        }
        for (english, spanish, model) in accesses() {
            put(english, spanish, access::page(&frame, &model));
        }
        put("family-renew", "family-renew-es", renew::page(&frame, &renewal(false)));
        for (english, spanish, model) in care_teams() {
            put(english, spanish, care_team::page(&frame, &model));
        }
        for (english, spanish, model) in openings() {
            put(english, spanish, disclosures::page(&frame, &model));
        }
    }
}

fn child(n: u128, name: &str) -> FamilyPatient {
    FamilyPatient { id: PatientId(id(n)), name: name.into() }
}

fn patients() -> Patients {
    Patients {
        all: vec![child(0, "Mateo Rivera"), child(9, "Sofía Rivera")],
        current: Some(PatientId(id(0))),
    }
}

fn homes() -> Vec<(&'static str, &'static str, Home)> {
    let row = |n, asker: &str, patient: &str, turn| RequestRow {
        id: RequestId(id(n)),
        asker: asker.into(),
        patient: patient.into(),
        filed_at: days_ago(2),
        expires_at: days_ago(-28),
        turn,
    };
    let rows = vec![
        row(100, "Dr. Ruth Haddad", "Mateo Rivera", Turn::Yours),
        row(101, "Dr. Lin Wei", "Sofía Rivera", Turn::Patients),
        row(102, "Dr. Omar Farouk", "Mateo Rivera", Turn::Team),
    ];
    let plain = Home { patients: patients(), ..Home::default() };
    let proxy = Proxy { id: id(140), name: "Rosa Rivera".into(), relationship: Relationship::Grandparent };
    let adult = Home { held: vec![proxy.clone()], done: Some(Done::ProxyEnded), ..plain.clone() };
    let asked = Home {
        proxies: vec![proxy],
        is_signature_wrong: true,
        standing: Standing::TeenAlone,
        ..plain.clone()
    };
    let home = |requests, done, standing| Home { done, requests, standing, ..plain.clone() };
    vec![
        ("family-home", "family-home-es", home(rows, None, Standing::Plain)),
        ("family-home-empty", "family-home-empty-es", home(Vec::new(), Some(Done::Given), Standing::OfTeen)),
        ("family-home-teen", "family-home-teen-es", home(Vec::new(), Some(Done::Waits), Standing::Teen)),
        ("family-home-teen-alone", "family-home-teen-alone-es", home(Vec::new(), None, Standing::TeenAlone)),
        ("family-home-adult", "family-home-adult-es", adult),
        ("family-home-proxy", "family-home-proxy-es", asked),
        ("family-home-no-patient", "family-home-no-patient-es", Home::default()),
    ]
}

fn requests() -> Vec<(&'static str, &'static str, Request)> {
    let open = Request {
        id: RequestId(id(100)),
        patient: child(0, "Mateo Rivera"),
        capacity: Capacity::Guardian,
        asker: "Dr. Ruth Haddad".into(),
        specialty: "Pediatric endocrinology".into(),
        practices: vec!["Lakeview Endocrinology".into()],
        reason: Some("Second opinion on the growth chart before the visit in December.".into()),
        filed_at: days_ago(2),
        expires_at: days_ago(-28),
        turn: Turn::Yours,
        takes_two: false,
        other_said_yes: false,
        offer: Offer::to(Capacity::Guardian, Band::Child),
        chosen: Chosen::default(),
        fault: None,
        done: None,
    };
    let teen = Request {
        reason: None,
        takes_two: true,
        offer: Offer::to(Capacity::Guardian, Band::Teen),
        ..open.clone()
    };
    let chosen = Chosen {
        lasting: Some(Lasting::Months6),
        sections: vec![Section::Vitals, Section::Results],
        topics: vec![Topic::MentalHealth],
    };
    let own = Request { capacity: Capacity::Patient, takes_two: true, other_said_yes: true, ..open.clone() };
    let shared = Request { chosen, fault: Some(Fault::NothingShared), ..own.clone() };
    let over = Request { turn: Turn::Over(Ending::Expired), done: Some(Done::Blocked), ..open.clone() };
    let missing = Request { fault: Some(Fault::DurationMissing), ..open.clone() };
    let waits = Request { turn: Turn::Patients, ..teen.clone() };
    vec![
        ("family-request", "family-request-es", open),
        ("family-request-missing", "family-request-missing-es", missing),
        ("family-request-teen", "family-request-teen-es", teen),
        ("family-request-own", "family-request-own-es", own),
        ("family-request-nothing-shared", "family-request-nothing-shared-es", shared),
        ("family-request-waits", "family-request-waits-es", waits),
        ("family-request-over", "family-request-over-es", over),
    ]
}

/// What a guardian gave and the birthday ends, or has ended.
fn renewal(is_over: bool) -> Renewal {
    Renewal {
        what: if is_over { What::Token } else { What::Grant },
        id: FactId(id(if is_over { 114 } else { 113 })),
        name: if is_over { String::new() } else { "Dr. Ruth Haddad".into() },
        practices: if is_over { Vec::new() } else { vec!["Lakeview Endocrinology".into()] },
        sections: SectionSet::NONE,
        sensitive: Labels::NONE,
        ends_at: days_ago(if is_over { 2 } else { -40 }),
        is_over,
        until: is_over.then(|| days_ago(-80)),
    }
}

fn accesses() -> Vec<(&'static str, &'static str, Access)> {
    let seer = |name: &str, practice: &str, bases: &[Basis]| Seer {
        name: name.into(),
        practices: vec![practice.into()],
        bases: bases.to_vec(),
    };
    let given = |n, name: &str, until, sections, sensitive| Given {
        id: FactId(id(n)),
        name: name.into(),
        practices: vec!["Lakeview Endocrinology".into()],
        since: days_ago(20),
        until,
        sections,
        sensitive,
    };
    let some: SectionSet = [Section::Vitals, Section::Results].into_iter().collect();
    let full = Access {
        patients: patients(),
        done: Some(Done::Revoked),
        seers: vec![
            seer("Dr. Aisha Chen", "Elm Street Pediatrics", &[Basis::Pcp]),
            seer("Dr. Ruth Haddad", "Lakeview Endocrinology", &[Basis::CareTeam, Basis::Grant]),
        ],
        given: vec![
            given(110, "Dr. Ruth Haddad", Some(days_ago(-160)), SectionSet::NONE, Labels::NONE),
            given(111, "Dr. Lin Wei", None, some, Topic::MentalHealth.labels()),
        ],
        renewals: Vec::new(),
        blocked: vec![Blocked { id: id(112), name: "Dr. Omar Farouk".into(), since: days_ago(3) }],
    };
    let own = Access { renewals: vec![renewal(false), renewal(true)], ..full.clone() };
    vec![
        ("family-access", "family-access-es", full),
        ("family-access-renew", "family-access-renew-es", own),
        (
            "family-access-empty",
            "family-access-empty-es",
            Access { patients: patients(), ..Access::default() },
        ),
        ("family-access-no-patient", "family-access-no-patient-es", Access::default()),
    ]
}

fn care_teams() -> Vec<(&'static str, &'static str, CareTeam)> {
    let seat = |n, name: &str, role: &str, since, source| Seat {
        id: FactId(id(n)),
        name: name.into(),
        role: role.into(),
        since,
        source,
    };
    let empty = CareTeam {
        patients: patients(),
        done: None,
        seats: Vec::new(),
        may_add: true,
        query: String::new(),
        search: Search::None,
    };
    let full = CareTeam {
        done: Some(Done::Added),
        seats: vec![
            seat(120, "Dr. Ruth Haddad", "Endocrinology", Some(days_ago(300)), SeatSource::Feed),
            seat(121, "Summit Orthopedics", "", Some(NOW), SeatSource::Family),
            seat(122, "Dr. Lin Wei", "Cardiology", None, SeatSource::Team),
        ],
        ..empty.clone()
    };
    let found = Match {
        kind: "provider",
        id: id(123),
        name: "Dr. Omar Farouk".into(),
        about: "Neurology, Harbor Clinic".into(),
        npi: "1234567893".into(),
    };
    let searched = |query: &str, search| CareTeam { query: query.into(), search, ..empty.clone() };
    vec![
        ("family-care-team", "family-care-team-es", full),
        ("family-care-team-empty", "family-care-team-empty-es", empty.clone()),
        (
            "family-care-team-found",
            "family-care-team-found-es",
            searched("Farouk", Search::Found(vec![found], true)),
        ),
        (
            "family-care-team-nobody",
            "family-care-team-nobody-es",
            searched("Nobody", Search::Found(Vec::new(), false)),
        ),
        ("family-care-team-short", "family-care-team-short-es", searched("ab", Search::TooShort)),
        ("family-care-team-teen", "family-care-team-teen-es", CareTeam { may_add: false, ..empty }),
    ]
}

fn openings() -> Vec<(&'static str, &'static str, Disclosures)> {
    let Patients { all: patients, current } = patients();
    let full =
        Disclosures { patients: patients.clone(), current, rows: rows(), next: Some("sample-cursor".into()) };
    vec![
        ("disclosures", "disclosures-es", full),
        (
            "disclosures-empty",
            "disclosures-empty-es",
            Disclosures { patients, current, ..Disclosures::default() },
        ),
        ("disclosures-no-patient", "disclosures-no-patient-es", Disclosures::default()),
    ]
}

fn rows() -> Vec<DisclosureRow> {
    let row = |days, name: &str, practice: &str, sections: &[Section], basis| DisclosureRow {
        at: days_ago(days),
        name: name.into(),
        practice: practice.into(),
        sections: sections.to_vec(),
        emergency: None,
        bases: vec![basis],
    };
    let taken = |days, is_used| DisclosureRow {
        emergency: Some(Emergency { until: days_ago(days).plus_seconds(4 * 3600), is_used }),
        ..row(days, "Dr. Omar Castellan", "Summit Orthopedics", &[], Basis::Emergency)
    };
    vec![
        row(0, "Dr. Aisha Chen", "Elm Street Pediatrics", &[], Basis::Pcp),
        row(
            1,
            "Nadia Brooks",
            "Elm Street Pediatrics",
            &[Section::Results, Section::Notes],
            Basis::SponsorPcp,
        ),
        row(
            16,
            "Dr. Ruth Haddad",
            "Lakeview Endocrinology",
            &[Section::Results, Section::Medications, Section::Vitals],
            Basis::CareTeam,
        ),
        taken(20, true),
        taken(21, false),
    ]
}
