//! Samples of a family's tokens, in both languages.

use super::{Sample, Stage, days_ago, id};
use crate::domain::ids::{FactId, PatientId};
use crate::domain::language::Language;
use crate::domain::people::{AccountKind, GivenBy};
use crate::domain::token::redeeming::Standing;
use crate::views::family::tokens::{self, Row, Tokens};
use crate::views::family::{Done, FamilyPatient, Patients};
use crate::views::layout::Frame;
use crate::views::token::desk::Patient;
use crate::views::token::issued::Issued;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    for language in Language::ALL.iter().copied() {
        let frame = Frame { language, ..stage.inside(AccountKind::Family) };
        let mut put = |english: &'static str, spanish: &'static str, markup| {
            let name = if language == Language::English { english } else { spanish };
            all.push(Sample { name, markup });
        };
        put("family-tokens", "family-tokens-es", tokens::page(&frame, &full()));
        let empty = Tokens { patients: patients(), may_give: true, ..Tokens::default() };
        put("family-tokens-empty", "family-tokens-empty-es", tokens::page(&frame, &empty));
        let wrong = Tokens { is_note_wrong: true, for_whom: "Dr. Haddad ".repeat(10), ..empty.clone() };
        put("family-tokens-fault", "family-tokens-fault-es", tokens::page(&frame, &wrong));
        let both = Tokens { may_give: false, ..empty };
        put("family-tokens-both", "family-tokens-both-es", tokens::page(&frame, &both));
        let nobody = tokens::page(&frame, &Tokens::default());
        put("family-tokens-no-patient", "family-tokens-no-patient-es", nobody);
        put("family-token-given", "family-token-given-es", tokens::given(&frame, &issued()));
    }
}

fn patients() -> Patients {
    let child = |n: u128, name: &str| FamilyPatient { id: PatientId(id(n)), name: name.into() };
    Patients {
        all: vec![child(0, "Mateo Rivera"), child(9, "Sofía Rivera")],
        current: Some(PatientId(id(0))),
    }
}

fn full() -> Tokens {
    let row = |n, standing, by, for_whom: &str, used_by: Option<&str>| Row {
        id: FactId(id(n)),
        standing,
        by,
        for_whom: for_whom.into(),
        issued_at: days_ago(20),
        ends_at: days_ago(-160),
        used_by: used_by.map(Into::into),
    };
    Tokens {
        patients: patients(),
        done: Some(Done::Revoked),
        rows: vec![
            row(300, Standing::Open, GivenBy::Guardian, "Dr. Ruth Haddad, Summit Orthopedics", None),
            row(301, Standing::Redeemed, GivenBy::Team, "", Some("Dr. Lin Wei")),
            row(302, Standing::Frozen, GivenBy::Patient, "عمر فاروق", None),
            row(303, Standing::Revoked, GivenBy::Guardian, "School nurse", None),
            row(304, Standing::Expired, GivenBy::Guardian, "", Some("Dr. Omar Farouk")),
        ],
        may_give: true,
        for_whom: String::new(),
        is_note_wrong: false,
    }
}

fn issued() -> Issued {
    Issued {
        patient: Patient {
            id: PatientId(id(0)),
            family: "Rivera".into(),
            given: "Mateo".into(),
            birth_date: time::macros::date!(2019 - 03 - 14),
            mrn: "0012345".into(),
        },
        code: "7ZZZ-3K0Q-ZN5W-81XV-CTRB-0M4J-9E".into(),
        for_whom: "Dr. Ruth Haddad, Summit Orthopedics".into(),
        expires_at: days_ago(-181),
    }
}
