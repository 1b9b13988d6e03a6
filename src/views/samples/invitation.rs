//! Samples of invitations, and of the pages of practices.

use time::macros::datetime;

use super::sign_in::picture;
use super::{NOW, Sample, Stage, at, id};
use crate::domain::calendar::Instant;
use crate::domain::ids::PracticeId;
use crate::domain::people::{AccountKind, Job};
use crate::views::invitation::{
    Done, Invitation, InvitationFault, Obstacle, Way, asked_page, done_page, gone_page, obstacle_page, page,
};
use crate::views::practice::{Circle, Staff};
use crate::views::practice_page::{
    Leaving, Listed, Member, Person, PracticePage, Sponsor, leaving_page, list_page, page as practice_page,
};
use crate::views::set_up::SetUpFault;
use crate::views::staff::Held;

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.outside();
    for (name, model) in invitations() {
        all.push(Sample { name, markup: page(&frame, &model) });
    }
    let done = |is_known| Done {
        sponsor: "Dr. Aisha Chen".into(),
        practice: "Elm Street Pediatrics".into(),
        is_known,
    };
    all.push(Sample { name: "invitation-done", markup: done_page(&frame, &done(false)) });
    all.push(Sample { name: "invitation-done-known", markup: done_page(&frame, &done(true)) });
    all.push(Sample { name: "invitation-gone", markup: gone_page(&frame, None) });
    let token = "sample-invitation-token";
    all.push(Sample { name: "invitation-expired", markup: gone_page(&frame, Some(token)) });
    all.push(Sample { name: "invitation-asked", markup: asked_page(&frame) });
    for (name, obstacle) in [
        ("invitation-voided", Obstacle::Voided),
        ("invitation-other-kind", Obstacle::OtherKind),
        ("invitation-closed", Obstacle::Closed),
    ] {
        all.push(Sample { name, markup: obstacle_page(&frame, obstacle) });
    }
    add_practices(stage, all);
}

fn invitation(faults: Vec<InvitationFault>) -> Invitation {
    Invitation {
        token: "sample-invitation-token".into(),
        name: "Dana Ruiz".into(),
        email: "dana.ruiz@elmstreet.example".into(),
        job: Some(Job::SocialWorker),
        sponsor: "Dr. Aisha Chen".into(),
        practice: "Elm Street Pediatrics".into(),
        expires: NOW.plus_seconds(172_800),
        way: Way::New { qr_svg: picture(), key: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".into() },
        is_accepted: false,
        faults,
    }
}

fn invitations() -> Vec<(&'static str, Invitation)> {
    use InvitationFault::{SetUp, TermsMissing};
    let known = |faults| Invitation { way: Way::Known, ..invitation(faults) };
    let wrong = || SetUp(SetUpFault::HandoverWrong);
    let missing = vec![SetUp(SetUpFault::PasswordTooShort), SetUp(SetUpFault::CodeMissing), TermsMissing];
    vec![
        ("invitation", invitation(Vec::new())),
        ("invitation-missing", invitation(missing)),
        ("invitation-handover-wrong", Invitation { is_accepted: true, ..invitation(vec![wrong()]) }),
        (
            "invitation-common-password",
            invitation(vec![SetUp(SetUpFault::PasswordTooCommon), SetUp(SetUpFault::CodeWrong)]),
        ),
        ("invitation-known", known(Vec::new())),
        ("invitation-known-handover-wrong", known(vec![wrong()])),
    ]
}

fn add_practices(stage: &Stage, all: &mut Vec<Sample>) {
    let provider = stage.inside(AccountKind::Provider);
    let staff = stage.inside(AccountKind::Sponsored);
    let listed = |n, name: &str, members, staff| Listed {
        id: PracticeId(id(n)),
        name: name.into(),
        address: "12 Elm Street, Springfield".into(),
        members,
        staff,
    };
    let two = [listed(501, "Elm Street Pediatrics", 3, 4), listed(502, "Quay Street Pediatrics", 1, 0)];
    all.push(Sample { name: "practice-list", markup: list_page(&provider, &two) });
    all.push(Sample { name: "practice-list-none", markup: list_page(&provider, &[]) });
    all.push(Sample { name: "practice-list-none-staff", markup: list_page(&staff, &[]) });
    all.push(Sample { name: "practice-page", markup: practice_page(&provider, &practice(false)) });
    all.push(Sample { name: "practice-page-staff", markup: practice_page(&staff, &practice(true)) });
    all.push(Sample { name: "practice-page-one-sponsor", markup: practice_page(&provider, &lone()) });
    all.push(Sample { name: "practice-page-empty", markup: practice_page(&staff, &empty()) });
    for (name, model) in [("practice-leaving", leaving(41)), ("practice-leaving-nothing", leaving(0))] {
        all.push(Sample { name, markup: leaving_page(&provider, &model) });
    }
}

fn person(name: &str, email: &str, held: Held) -> Person {
    Person { name: name.into(), email: email.into(), job: Some(Job::RegisteredNurse), held }
}

fn practice(by_staff: bool) -> PracticePage {
    let member = |name: &str, specialty: &str, since, is_viewer| Member {
        name: name.into(),
        specialty: specialty.into(),
        since,
        is_viewer,
    };
    PracticePage {
        id: PracticeId(id(501)),
        name: "Elm Street Pediatrics".into(),
        address: "12 Elm Street, Springfield".into(),
        phone: "1-555-0142".into(),
        members: vec![
            member("Dr. Aisha Chen", "Pediatrics", at(datetime!(2023-08-01 04:00 UTC)), !by_staff),
            member("Dr. Samuel Okoye", "", Instant::EVER, false),
        ],
        sponsors: vec![
            Sponsor {
                name: "Dr. Aisha Chen".into(),
                is_viewer: !by_staff,
                is_locked: false,
                staff: vec![
                    person("Nadia Brooks", "nadia.brooks@elmstreet.example", Held::Live),
                    person(
                        "Bartholomew Featherstonehaugh-Whitworth",
                        "bartholomew.featherstonehaugh-whitworth@elmstreet-pediatrics.example",
                        Held::AccountInactive,
                    ),
                ],
            },
            Sponsor {
                name: "Dr. Samuel Okoye".into(),
                is_viewer: false,
                is_locked: true,
                staff: vec![person("Tom Alvarez", "tom.alvarez@elmstreet.example", Held::Locked)],
            },
        ],
    }
}

fn lone() -> PracticePage {
    let all = practice(false);
    PracticePage { sponsors: all.sponsors.into_iter().take(1).collect(), ..all }
}

fn empty() -> PracticePage {
    PracticePage {
        members: Vec::new(),
        sponsors: Vec::new(),
        address: String::new(),
        phone: String::new(),
        ..practice(true)
    }
}

fn leaving(lost: usize) -> Leaving {
    let staff = Staff { name: "Nadia Brooks".into(), email: "nadia.brooks@elmstreet.example".into(), lost };
    Leaving {
        id: PracticeId(id(501)),
        name: "Elm Street Pediatrics".into(),
        lost,
        others: Circle { people: lost.min(2), patients: lost },
        staff: if lost == 0 { Vec::new() } else { vec![staff] },
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;

    #[test]
    fn staff_see_no_address_of_anybody_and_no_way_to_leave() {
        let of = |name: &str| samples().into_iter().find(|s| s.name == name).unwrap().markup.0;
        let (provider, staff) = (of("practice-page"), of("practice-page-staff"));
        assert!(provider.contains("tom.alvarez@") && provider.contains("/leaving"));
        assert!(!staff.contains("@elmstreet") && !staff.contains("/leaving"));
    }
}
