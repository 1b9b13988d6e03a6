//! Samples of the family's page.

use super::{Sample, Stage, days_ago, id};
use crate::domain::access::Basis;
use crate::domain::chart::Section;
use crate::domain::ids::PatientId;
use crate::domain::people::AccountKind;
use crate::views::family::{self, DisclosureRow, Disclosures, FamilyPatient};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Family);
    let child = |n: u128, name: &str| FamilyPatient { id: PatientId(id(n)), name: name.into() };
    let patients = vec![child(0, "Mateo Rivera"), child(9, "Sofía Rivera")];
    let current = Some(PatientId(id(0)));
    for (name, model) in [
        (
            "disclosures",
            Disclosures {
                patients: patients.clone(),
                current,
                rows: rows(),
                next: Some("sample-cursor".into()),
            },
        ),
        ("disclosures-empty", Disclosures { patients, current, ..Disclosures::default() }),
        ("disclosures-no-patient", Disclosures::default()),
    ] {
        all.push(Sample { name, markup: family::page(&frame, &model) });
    }
}

fn rows() -> Vec<DisclosureRow> {
    let row = |days, name: &str, practice: &str, sections: &[Section], basis| DisclosureRow {
        at: days_ago(days),
        name: name.into(),
        practice: practice.into(),
        sections: sections.to_vec(),
        bases: vec![basis],
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
    ]
}
