//! What turns the meaning of a line around, out of the resources that say so.

use serde_json::{Value, json};

use super::tests::{code, line, lines};
use crate::domain::chart::caution::{Caution, caution};
use crate::domain::chart::current::is_current;
use crate::domain::chart::dated::{Dated, Known};
use crate::domain::chart::{
    ChartItem, DO_NOT_GIVE, REPORTED, REPORTED_BY_FAMILY, REPORTED_BY_PATIENT, Section,
};

fn over(mut resource: Value, changes: &Value) -> ChartItem {
    resource.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    line(resource)
}

fn order(changes: &Value) -> ChartItem {
    let plain = json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Amoxicillin"}, "category": [{"text": "Community"}],
    });
    over(plain, changes)
}

#[test]
fn an_order_not_to_give_is_told_apart_from_what_is_taken() {
    let plain = order(&json!({}));
    assert_eq!((plain.category.as_str(), caution(&plain)), ("Community", None));
    assert_eq!(caution(&order(&json!({"doNotPerform": false}))), None);
    let why = json!({"doNotPerform": true, "reasonCode": [{"text": "Prolonged QT"}]});
    let forbidden = order(&why);
    assert_eq!((forbidden.category.as_str(), forbidden.detail.as_str()), (DO_NOT_GIVE, "Prolonged QT"));
    assert_eq!(caution(&forbidden), Some(Caution::DoNotGive));
    // Also when somebody reports it.
    let reported = order(&json!({"doNotPerform": true, "reportedBoolean": true}));
    assert_eq!(caution(&reported), Some(Caution::DoNotGive));
}

#[test]
fn a_medicine_that_somebody_reports_says_who() {
    let whose = |changes: Value| order(&changes).category;
    let by = |reference: &str| json!({"reportedReference": {"reference": reference}});
    assert_eq!(whose(json!({"reportedBoolean": true})), REPORTED);
    assert_eq!(whose(json!({"reportedBoolean": false})), "Community");
    assert_eq!(whose(by("Patient/p")), REPORTED_BY_PATIENT);
    assert_eq!(whose(by("RelatedPerson/r")), REPORTED_BY_FAMILY);
    assert_eq!(whose(by("Practitioner/d")), REPORTED);
    assert_eq!(whose(json!({"requester": {"reference": "Patient/p"}})), REPORTED_BY_PATIENT);
    assert_eq!(whose(json!({"requester": {"reference": "Practitioner/d"}})), "Community");
    assert_eq!(whose(json!({"category": [code("c", "patientspecified", "")]})), REPORTED_BY_PATIENT);
    let statement = |source: Value| {
        let plain = json!({
            "resourceType": "MedicationStatement", "status": "active",
            "medicationCodeableConcept": {"text": "Melatonin"},
        });
        over(plain, &source).category
    };
    assert_eq!(statement(json!({})), REPORTED);
    let mother = json!({"informationSource": {"reference": "#m"},
        "contained": [{"resourceType": "RelatedPerson", "id": "m"}]});
    assert_eq!(statement(mother), REPORTED_BY_FAMILY);
    assert_eq!(statement(json!({"informationSource": {"type": "Patient"}})), REPORTED_BY_PATIENT);
}

#[test]
fn an_order_that_is_only_a_proposal_or_a_plan_is_none_yet() {
    let intent = |intent: &str| caution(&order(&json!({ "intent": intent })));
    assert_eq!(intent("proposal"), Some(Caution::Proposed));
    assert_eq!(intent("plan"), Some(Caution::Planned));
    assert_eq!(intent("instance-order"), None);
    // What the patient takes by a plan of their own is taken.
    let own = order(&json!({"intent": "plan", "reportedBoolean": true}));
    assert_eq!((own.status.as_str(), caution(&own)), ("active", None));
    let stopped = order(&json!({"intent": "proposal", "status": "stopped"}));
    assert_eq!(stopped.status, "stopped");
}

#[test]
fn a_vaccination_that_was_not_given_says_so_with_its_reason() {
    let not_given = line(json!({
        "resourceType": "Immunization", "status": "not-done", "vaccineCode": {"text": "Varicella"},
        "statusReason": {"text": "family declined"}, "occurrenceDateTime": "2026-01-05",
    }));
    assert_eq!(
        (caution(&not_given), not_given.detail.as_str()),
        (Some(Caution::NotGiven), "family declined")
    );
    let not_done = line(json!({
        "resourceType": "Procedure", "status": "not-done", "code": {"text": "Tonsillectomy"},
        "statusReason": {"text": "fever"},
    }));
    assert_eq!((caution(&not_done), not_done.detail.as_str()), (Some(Caution::NotDone), "fever"));
}

#[test]
fn a_problem_that_is_not_confirmed_says_how_far_it_is_and_a_refuted_one_is_none() {
    let condition = |verification: &str| {
        json!({
            "resourceType": "Condition", "code": {"text": "Celiac disease"},
            "clinicalStatus": code("s", "active", ""), "verificationStatus": code("v", verification, ""),
        })
    };
    let of = |verification: &str| caution(&line(condition(verification)));
    assert_eq!(of("confirmed"), None);
    assert_eq!(of("unconfirmed"), Some(Caution::Unconfirmed));
    assert_eq!(of("provisional"), Some(Caution::Provisional));
    assert_eq!(of("differential"), Some(Caution::Differential));
    for none in ["refuted", "entered-in-error"] {
        assert!(lines(condition(none)).is_empty(), "{none}");
    }
    let mut silent = condition("");
    silent.as_object_mut().unwrap().remove("verificationStatus");
    assert_eq!(caution(&line(silent)), None, "a source that says nothing is not doubted");
}

#[test]
fn a_problem_that_is_over_is_not_current_though_its_status_is_missing() {
    let over = |field: &str, value: Value| {
        line(json!({"resourceType": "Condition", "code": {"text": "Croup"}, field: value}))
    };
    assert!(!is_current(&over("abatementDateTime", json!("2026-01-05"))));
    assert!(!is_current(&over("abatementString", json!("last winter"))));
    assert!(is_current(&over("onsetDateTime", json!("2026-01-05"))));
}

#[test]
fn an_allergy_that_is_not_confirmed_or_refuted_says_so() {
    let of = |verification: &str| {
        line(json!({
            "resourceType": "AllergyIntolerance", "code": {"text": "Egg"},
            "clinicalStatus": code("s", "active", ""), "verificationStatus": code("v", verification, ""),
        }))
    };
    assert_eq!(caution(&of("confirmed")), None);
    assert_eq!(caution(&of("unconfirmed")), Some(Caution::Unconfirmed));
    assert!(is_current(&of("unconfirmed")), "it is heeded all the same");
    assert_eq!(caution(&of("refuted")), Some(Caution::Refuted));
    assert!(!is_current(&of("refuted")));
}

#[test]
fn a_date_keeps_how_much_of_it_the_source_gives_and_orders_as_before() {
    let visit = |start: &str, end: &str| {
        line(json!({"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"},
            "period": {"start": start, "end": end}}))
    };
    let days = visit("2026-03-01", "2026-03-02");
    assert_eq!(days.dated, Dated { at: Known::Day, until: Some(Known::Day) });
    // The first instant after the last day, in New York.
    assert_eq!(days.until, Some("2026-03-03T05:00:00Z".parse().unwrap()));
    assert_eq!(visit("2025-11", "2026").dated, Dated { at: Known::Month, until: Some(Known::Year) });
    let exact = visit("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z");
    assert_eq!((exact.dated, exact.date_only), (Dated::default(), false));
    let given = |when: &str| {
        let vaccine =
            json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "MMR"}});
        over(vaccine, &json!({ "occurrenceDateTime": when }))
    };
    assert_eq!((given("2019").dated.at, given("2019").date_only), (Known::Year, true));
    assert_eq!(given("2019").at, given("2019-01-01").at);
}

#[test]
fn a_visit_that_was_called_off_is_none_and_a_planned_one_says_so() {
    let visit = |status: &str| {
        line(json!({"resourceType": "Encounter", "status": status, "class": {"code": "AMB"},
            "period": {"start": "2026-01-05T08:00:00Z"}}))
    };
    assert_eq!(visit("planned").section, Section::Visits);
    assert_eq!(caution(&visit("planned")), Some(Caution::Planned));
    assert!(!is_current(&visit("cancelled")));
    assert_eq!(caution(&visit("finished")), None);
}
