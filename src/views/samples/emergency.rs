//! Samples of emergency access: taken by a provider, reviewed at the desk.

use time::macros::date;

use super::{NOW, Sample, Stage, id};
use crate::domain::calendar::Interval;
use crate::domain::chart::Section;
use crate::domain::emergency::Finding;
use crate::domain::ids::RequestId;
use crate::domain::people::AccountKind;
use crate::domain::queue::{Due, Step};
use crate::domain::request::{Ending, RequestKind};
use crate::views::desk::Changed;
use crate::views::desk::emergency::{self as review, Facts, Review, ReviewFault};
use crate::views::desk::request::{self, Ended, Line, Request};
use crate::views::emergency::{EmergencyFault, EmergencyForm, form_page};
use crate::views::find::{self, NotAuthorized, NotFound, Outcome, SearchFault, Typed};
use crate::views::layout::Frame;
use crate::views::team::LookUpPatient;

const REASON: &str = "Seizing at our clinic; we need her medications and allergies now.";

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    forms(&stage.inside(AccountKind::Provider), all);
    let team = stage.inside(AccountKind::AccessTeam);
    reviews(&team, all);
    requests(&team, all);
}

fn forms(frame: &Frame, all: &mut Vec<Sample>) {
    let typed = Typed {
        mrn: "0447 1093".into(),
        family: "Rivera".into(),
        given: "Mateo".into(),
        month: "3".into(),
        day: "14".into(),
        year: "2019".into(),
    };
    let offered = NotAuthorized { emergency: true, ..NotAuthorized::default() };
    let denied = NotFound { typed: typed.clone(), outcome: Outcome::NotAuthorized(offered) };
    all.push(Sample { name: "not-authorized-emergency", markup: find::outcome_page(frame, &denied) });
    let form = |reason: &str, faults| EmergencyForm { typed: typed.clone(), reason: reason.into(), faults };
    for (name, model) in [
        ("emergency", EmergencyForm::default()),
        ("emergency-filled", form(REASON, vec![])),
        ("emergency-not-matched", form(REASON, vec![EmergencyFault::NotMatched])),
        ("emergency-slowed", form(REASON, vec![EmergencyFault::Search(SearchFault::Slowed(9))])),
        (
            "emergency-wrong",
            EmergencyForm {
                reason: "urgent".into(),
                faults: vec![
                    EmergencyFault::MrnMissing,
                    EmergencyFault::Search(SearchFault::BirthMissing),
                    EmergencyFault::ReasonWrong,
                ],
                ..EmergencyForm::default()
            },
        ),
    ] {
        all.push(Sample { name, markup: form_page(frame, &model) });
    }
}

fn facts() -> Facts {
    Facts {
        id: RequestId(id(0x7C_2104)),
        patient: Some(LookUpPatient {
            family: "Rivera".into(),
            given: "Mateo".into(),
            birth_date: date!(2019 - 03 - 14),
            mrn: "04471093".into(),
        }),
        span: Interval::new(Some(NOW.plus_seconds(-3600)), Some(NOW.plus_seconds(3 * 3600))),
        reason: REASON.into(),
        opened: vec![
            (NOW.plus_seconds(-3300), Some(Section::Medications)),
            (NOW.plus_seconds(-3500), Some(Section::Allergies)),
            (NOW.plus_seconds(-3590), None),
        ],
        more: false,
        reviewed: None,
        may_review: true,
    }
}

fn reviews(frame: &Frame, all: &mut Vec<Sample>) {
    let review = Review {
        version: 1,
        taken_by: "Dr. Aisha Chen".into(),
        facts: facts(),
        finding: None,
        note: String::new(),
        faults: vec![],
        changed: None,
    };
    let tried = Review { note: "Called the clinic.".into(), ..review.clone() };
    for (name, model) in [
        ("emergency-review", review.clone()),
        (
            "emergency-review-wrong",
            Review {
                finding: None,
                faults: vec![ReviewFault::FindingMissing, ReviewFault::NoteWrong],
                ..review.clone()
            },
        ),
        (
            "emergency-review-changed",
            Review {
                finding: Some(Finding::NotJustified),
                changed: Some(Changed { who: "Sam Lee".into(), at: NOW }),
                ..tried
            },
        ),
        (
            "emergency-review-nothing-opened",
            Review { facts: Facts { opened: vec![], patient: None, ..facts() }, ..review },
        ),
    ] {
        all.push(Sample { name, markup: review::page(frame, &model) });
    }
}

fn requests(frame: &Frame, all: &mut Vec<Sample>) {
    let over = Interval::new(Some(NOW.plus_seconds(-80 * 3600)), Some(NOW.plus_seconds(-76 * 3600)));
    let reviewed = |finding| Some((finding, NOW, "Sam Lee".to_owned()));
    let done = |finding| Facts { span: over, reviewed: reviewed(finding), may_review: false, ..facts() };
    let ended = |ending| Some(Ended { ending, at: NOW, reason: "The clinic confirms the seizure.".into() });
    for (name, facts, due, ended) in [
        ("request-emergency", facts(), Due::WithinHours(71), None),
        ("request-emergency-overdue", Facts { span: over, more: true, ..facts() }, Due::HoursLate(8), None),
        ("request-emergency-justified", done(Finding::Justified), Due::Today, ended(Ending::Approved)),
        ("request-emergency-not-justified", done(Finding::NotJustified), Due::Today, ended(Ending::Declined)),
    ] {
        let model = Request {
            id: facts.id,
            version: 1,
            kind: RequestKind::EmergencyReview,
            asked_by: Some(("Dr. Aisha Chen".into(), "aisha.chen@elmstreet.example".into())),
            practice: "Elm Street Pediatrics".into(),
            filed: facts.span.start(),
            due: (date!(2026 - 11 - 26), due),
            owner: None,
            ended,
            lines: vec![Line {
                at: facts.span.start(),
                who: Some("Dr. Aisha Chen".into()),
                step: Step::Filed,
                body: String::new(),
            }],
            facts: review::facts(frame, &facts),
            handles: true,
            endings: vec![],
            note: String::new(),
            note_wrong: false,
            receivers: vec![],
            to: String::new(),
            to_fault: None,
            changed: None,
        };
        all.push(Sample { name, markup: request::page(frame, &model) });
    }
}
