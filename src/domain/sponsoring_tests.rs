//! Tests of what may be typed into an invitation, of signatures, and of undoing.

use super::*;

fn practice() -> PracticeId {
    PracticeId(uuid::Uuid::from_u128(7))
}

fn typed() -> TypedInvite {
    TypedInvite {
        given: " Sam ".to_owned(),
        family: "Lee".to_owned(),
        email: "Sam@Elm.example".to_owned(),
        job: "registered_nurse".to_owned(),
        practice: practice().to_string(),
        attested: false,
    }
}

#[test]
fn an_invitation_needs_names_address_job_and_a_practice_of_the_sponsor() {
    let invite = typed().read(&[practice()], "rivera@elm.example").unwrap();
    assert_eq!((invite.given.as_str(), invite.email_folded.as_str()), ("Sam", "sam@elm.example"));
    assert_eq!((invite.job, invite.practice), (Job::RegisteredNurse, practice()));
    let nothing = TypedInvite::default().read(&[practice()], "rivera@elm.example").unwrap_err();
    assert_eq!(nothing.len(), 5);
    assert!(nothing.iter().all(|(_, problem)| *problem == InviteProblem::Missing));
}

#[test]
fn what_is_wrong_is_said_of_its_field() {
    let wrong = |change: fn(&mut TypedInvite)| {
        let mut typed = typed();
        change(&mut typed);
        typed.read(&[practice()], "rivera@elm.example").unwrap_err()
    };
    assert_eq!(wrong(|t| t.email = "sam".to_owned()), [(InviteField::Email, InviteProblem::NotAnEmail)]);
    assert_eq!(
        wrong(|t| t.email = "RIVERA@elm.example".to_owned()),
        [(InviteField::Email, InviteProblem::OwnEmail)]
    );
    assert_eq!(wrong(|t| t.given = "x".repeat(201)), [(InviteField::Given, InviteProblem::TooLong)]);
    assert_eq!(wrong(|t| t.job = "pilot".to_owned()), [(InviteField::Job, InviteProblem::Missing)]);
    let other = PracticeId(uuid::Uuid::from_u128(8));
    let typed = TypedInvite { practice: other.to_string(), ..typed() };
    assert_eq!(
        typed.read(&[practice()], "r@e.example").unwrap_err(),
        [(InviteField::Practice, InviteProblem::NotMine)]
    );
}

#[test]
fn a_removal_is_undone_within_ten_minutes_and_not_a_second_later() {
    let removed = Instant::from_micros(5_000_000);
    assert!(can_undo(removed, removed));
    assert!(can_undo(removed, removed.plus_seconds(599)));
    assert!(!can_undo(removed, removed.plus_seconds(600)));
    assert!(!can_undo(removed, removed.plus_seconds(-1)));
}

#[test]
fn a_signature_is_ones_own_name_however_it_is_written() {
    assert!(is_signature("  josé  NÚÑEZ ", "José Núñez"));
    assert!(is_signature("jose nunez", "José Núñez"));
    assert!(!is_signature("J. Núñez", "José Núñez"));
    assert!(!is_signature("", "José Núñez"));
    assert!(!is_signature("", ""));
}

#[test]
fn the_document_states_the_same_numbers() {
    let document = include_str!("../../docs/sponsors.md");
    for (what, how_much) in numbers() {
        assert!(
            document.contains(&format!("| {what} | {how_much} |")),
            "docs/sponsors.md lacks | {what} | {how_much} |"
        );
    }
}
