//! Samples of the sponsor console: staff, duties, inviting, removing.

use time::macros::datetime;

use super::{NOW, Sample, Stage, at, days_ago, id};
use crate::domain::ids::{FactId, PracticeId};
use crate::domain::people::{AccountKind, EndReason, Job};
use crate::views::review::Banner;
use crate::views::staff::{
    Console, Duties, Ended, Footing, Handover, Held, Invite, InviteFault, Notice, Offered, Pending, Practice,
    Remove, RemoveFault, Replacing, Row, State, Typed, Unchanged, UndoRefused, duties_page, invite_page,
    page, remove_page, undo_refused_page,
};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    for (name, model) in consoles().into_iter().chain(notices()) {
        all.push(Sample { name, markup: page(&frame, &model) });
    }
    let duties = |typed: &str, is_wrong| Duties { name: "Aisha Chen".into(), typed: typed.into(), is_wrong };
    for (name, model) in [
        ("staff-duties", duties("", false)),
        ("staff-duties-unsigned", duties("", true)),
        ("staff-duties-other-name", duties("A. Chen", true)),
    ] {
        all.push(Sample { name, markup: duties_page(&frame, &model) });
    }
    for (name, model) in invites() {
        all.push(Sample { name, markup: invite_page(&frame, &model) });
    }
    for (name, model) in removals() {
        all.push(Sample { name, markup: remove_page(&frame, &model) });
    }
    let refused = UndoRefused {
        name: "Tom Alvarez".into(),
        practice: "Elm Street Pediatrics".into(),
        at: NOW.plus_seconds(-601),
    };
    all.push(Sample { name: "staff-undo-too-late", markup: undo_refused_page(&frame, &refused) });
}

fn row(name: &str, email: &str, job: Job, state: State) -> Row {
    Row {
        name: name.into(),
        email: email.into(),
        job: Some(job),
        since: days_ago(400),
        last_sign_in: Some(days_ago(2)),
        bounced: None,
        state,
    }
}

fn pending(n: u128, seconds: i64, replaces: Option<&str>) -> State {
    State::Pending(Pending {
        invitation: id(n),
        expires: NOW.plus_seconds(seconds),
        replaces: replaces.map(str::to_owned),
    })
}

fn nadia(held: Held) -> Row {
    row(
        "Nadia Brooks",
        "nadia.brooks@elmstreet.example",
        Job::ReferralCoordinator,
        State::Held(FactId(id(601)), held),
    )
}

fn rows() -> Vec<Row> {
    vec![
        nadia(Held::Live),
        Row {
            last_sign_in: None,
            bounced: Some(days_ago(3)),
            ..row(
                "Bartholomew Featherstonehaugh-Whitworth",
                "bartholomew.featherstonehaugh-whitworth@elmstreet-pediatrics.example",
                Job::RegisteredNurse,
                State::Held(FactId(id(602)), Held::AccountInactive),
            )
        },
        Row {
            last_sign_in: None,
            since: days_ago(1),
            ..row("Dana Ruiz", "dana.ruiz@elmstreet.example", Job::SocialWorker, pending(603, 172_800, None))
        },
        Row {
            last_sign_in: None,
            since: days_ago(5),
            ..row("Li Wei", "li.wei@elmstreet.example", Job::OfficeManager, pending(604, -3_600, None))
        },
        Row {
            last_sign_in: None,
            since: days_ago(1),
            ..row(
                "Nadia Brooks-Hale",
                "nadia.hale@elmstreet.example",
                Job::ReferralCoordinator,
                pending(605, 90_000, Some("nadia.brooks@elmstreet.example")),
            )
        },
    ]
}

fn practice(n: u128, name: &str, is_lone: bool, rows: Vec<Row>) -> Practice {
    Practice { id: PracticeId(id(n)), name: name.into(), is_lone, rows }
}

fn console(footing: Footing, rows: Vec<Row>) -> Console {
    Console {
        footing,
        review: None,
        next_opening: Some(at(datetime!(2027-04-01 04:00 UTC))),
        notice: None,
        practices: vec![practice(501, "Elm Street Pediatrics", false, rows)],
        ended: Vec::new(),
    }
}

fn ended(n: u128, reason: Option<EndReason>, note: &str, seconds_ago: i64) -> Ended {
    let ended_at = NOW.plus_seconds(-seconds_ago);
    Ended {
        id: FactId(id(n)),
        name: "Tom Alvarez".into(),
        email: "tom.alvarez@elmstreet.example".into(),
        job: Some(Job::Other),
        practice: "Elm Street Pediatrics".into(),
        at: ended_at,
        reason,
        note: note.into(),
        undo_until: Some(ended_at.plus_seconds(600)),
    }
}

fn consoles() -> Vec<(&'static str, Console)> {
    let review = |due| Some(Banner { due: at(due), people: 3 });
    let quay = |rows| practice(502, "Quay Street Pediatrics and Adolescent Medicine", true, rows);
    let two = |rows, more| Console {
        practices: vec![practice(501, "Elm Street Pediatrics", false, rows), quay(more)],
        ..console(Footing::Registered, Vec::new())
    };
    let left = vec![nadia(Held::OutOfPractice)];
    let all_ended = vec![
        ended(611, Some(EndReason::Left), "Moved to Springfield.", 120),
        ended(612, Some(EndReason::Review), "", 864_000),
        Ended { undo_until: None, ..ended(613, None, "", 8_640_000) },
    ];
    let old = vec![ended(614, Some(EndReason::Replaced), "", 8_640_000)];
    vec![
        ("staff", two(rows(), vec![nadia(Held::Live)])),
        ("staff-empty", two(Vec::new(), Vec::new())),
        ("staff-unregistered", console(Footing::Unregistered, Vec::new())),
        ("staff-unregistered-with-staff", console(Footing::Unregistered, vec![nadia(Held::Live)])),
        ("staff-hospital-sign-in", console(Footing::AtHospital, rows())),
        ("staff-without-npi", Console { practices: Vec::new(), ..console(Footing::WithoutNpi, Vec::new()) }),
        ("staff-without-practice", console(Footing::WithoutPractice, left)),
        ("staff-ended", Console { ended: all_ended, ..console(Footing::Registered, rows()) }),
        ("staff-ended-only", Console { ended: old, ..console(Footing::Registered, Vec::new()) }),
        (
            "staff-review-open",
            Console {
                review: review(datetime!(2026-12-05 05:00 UTC)),
                next_opening: None,
                ..console(Footing::Registered, rows())
            },
        ),
        (
            "staff-review-last-day",
            Console {
                review: review(datetime!(2026-11-24 05:00 UTC)),
                next_opening: None,
                ..console(Footing::Registered, rows())
            },
        ),
    ]
}

fn notices() -> Vec<(&'static str, Console)> {
    let handover = || Handover {
        name: "Dana Ruiz".into(),
        email: "dana.ruiz@elmstreet.example".into(),
        code: "40718265".into(),
        until: NOW.plus_seconds(259_200),
    };
    let removed = |seconds| Notice::Removed {
        id: FactId(id(611)),
        name: "Tom Alvarez".into(),
        undo_until: NOW.plus_seconds(seconds),
    };
    [
        ("staff-registered", Notice::Registered),
        ("staff-invited", Notice::Invited(handover())),
        ("staff-resent", Notice::Resent(handover())),
        ("staff-taken-back", Notice::Withdrawn("Dana Ruiz".into())),
        ("staff-removed", removed(480)),
        ("staff-removed-for-good", removed(-1)),
        ("staff-undone", Notice::Undone("Tom Alvarez".into())),
        ("staff-gone", Notice::Gone),
    ]
    .map(|(name, notice)| (name, Console { notice: Some(notice), ..console(Footing::Registered, rows()) }))
    .into()
}

fn typed() -> Typed {
    Typed {
        given: "Dana".into(),
        family: "Ruiz".into(),
        email: "dana.ruiz@elmstreet.example".into(),
        job: "social_worker".into(),
        practice: id(501).to_string(),
        is_attested: false,
    }
}

fn invite(faults: Vec<InviteFault>) -> Invite {
    Invite {
        typed: typed(),
        practices: vec![
            Offered { id: PracticeId(id(501)), name: "Elm Street Pediatrics".into() },
            Offered { id: PracticeId(id(502)), name: "Quay Street Pediatrics".into() },
        ],
        replacing: None,
        asks_attestation: false,
        faults,
    }
}

fn invites() -> Vec<(&'static str, Invite)> {
    use InviteFault as F;
    let empty = |faults| Invite { typed: Typed::default(), ..invite(faults) };
    let one = |faults: Vec<F>| {
        let practices = invite(Vec::new()).practices.into_iter().take(1).collect();
        Invite { practices, ..invite(faults) }
    };
    let email = |faults| Invite {
        replacing: Some(Replacing {
            id: FactId(id(601)),
            name: "Dana Ruiz".into(),
            email: "dana.ruiz@elmstreet.example".into(),
        }),
        ..one(faults)
    };
    let missing = vec![F::GivenMissing, F::FamilyMissing, F::EmailMissing, F::JobMissing, F::PracticeMissing];
    let bad = vec![F::GivenTooLong, F::FamilyTooLong, F::EmailBad, F::PracticeGone];
    let attest = |faults, is_attested| Invite {
        asks_attestation: true,
        typed: Typed { is_attested, ..typed() },
        ..invite(faults)
    };
    vec![
        ("staff-invite", empty(Vec::new())),
        ("staff-invite-one-practice", Invite { typed: Typed::default(), ..one(Vec::new()) }),
        ("staff-invite-missing", empty(missing)),
        ("staff-invite-bad", invite(bad)),
        ("staff-invite-practice-gone", one(vec![F::PracticeGone])),
        ("staff-invite-own-address", invite(vec![F::EmailOwn])),
        ("staff-invite-held", invite(vec![F::HeldAlready])),
        ("staff-invite-invited", invite(vec![F::InvitedAlready])),
        ("staff-invite-slowed", invite(vec![F::Slowed(1_800)])),
        ("staff-invite-too-many", invite(vec![F::TooMany])),
        ("staff-invite-review-first", invite(vec![F::ReviewFirst])),
        ("staff-invite-attest", attest(Vec::new(), true)),
        ("staff-invite-attest-missing", attest(vec![F::AttestationMissing], false)),
        ("staff-email", email(Vec::new())),
        ("staff-email-same", email(vec![F::EmailSame])),
    ]
}

fn removals() -> Vec<(&'static str, Remove)> {
    let remove = |lost, sponsorships, faults| Remove {
        id: FactId(id(601)),
        name: "Nadia Brooks".into(),
        email: "nadia.brooks@elmstreet.example".into(),
        job: Some(Job::ReferralCoordinator),
        practice: "Elm Street Pediatrics".into(),
        lost,
        unchanged: Unchanged { sponsorships, patients: sponsorships * 12 },
        reason: EndReason::Left,
        note: String::new(),
        faults,
    };
    vec![
        ("staff-remove", remove(41, 0, Vec::new())),
        ("staff-remove-sponsored-elsewhere", remove(1, 1, Vec::new())),
        ("staff-remove-nothing-lost", remove(0, 2, Vec::new())),
        (
            "staff-remove-wrong",
            Remove {
                note: "n".repeat(501),
                ..remove(41, 0, vec![RemoveFault::ReasonMissing, RemoveFault::NoteTooLong])
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::staff::csv;

    #[test]
    fn the_table_that_leaves_the_portal_holds_everybody_and_no_formula() {
        let zone = "America/New_York".parse().unwrap();
        let assets = crate::views::layout::Assets {
            css: String::new(),
            print_css: String::new(),
            js: String::new(),
            icons: String::new(),
        };
        let stage = Stage { assets, nonce: String::new(), zone };
        let mut people = rows();
        people[0].name = "=HYPERLINK(1)".into();
        let old = vec![ended(612, Some(EndReason::Review), "", 864_000)];
        let text = csv(
            &stage.inside(AccountKind::Provider),
            &Console { ended: old, ..console(Footing::Registered, people) },
        );
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 1 + 5 + 1);
        assert!(lines[1].starts_with("\"'=HYPERLINK(1)\",\"nadia.brooks@elmstreet.example\","));
        assert!(lines[3].contains("\"Invited\",\"25-Nov-2026 09:20 EST\""), "{}", lines[3]);
        assert!(lines[4].contains("\"Invitation expired\""));
        assert!(
            lines[6].ends_with("\"Ended\",\"\",\"13-Nov-2026 09:20 EST\",\"Removed in a review\",\"\""),
            "{}",
            lines[6]
        );
        let cells = |line: &str| line.matches("\",\"").count();
        assert!(lines.iter().all(|line| cells(line) == 10), "{text}");
    }

    fn text(name: &str) -> String {
        super::super::samples().into_iter().find(|s| s.name == name).unwrap().markup.0
    }

    #[test]
    fn a_hospital_sign_in_removes_people_and_sponsors_nobody() {
        let (portal, hospital) = (text("staff"), text("staff-hospital-sign-in"));
        for way in ["href=\"/staff/invite\"", "/resend\"", "/email\""] {
            assert!(portal.contains(way) && !hospital.contains(way), "{way}");
        }
        assert!(hospital.contains("/remove\"") && hospital.contains("/withdraw\""));
    }

    #[test]
    fn undoing_is_offered_while_it_is_possible() {
        assert!(text("staff-removed").contains("/undo\""));
        assert!(!text("staff-removed-for-good").contains("/undo\""));
        assert_eq!(text("staff-ended").matches("/undo\"").count(), 1);
    }

    #[test]
    fn a_banner_counts_the_last_day_and_names_it() {
        let text = text("staff-review-open");
        assert!(text.contains("12 days left"), "{text}");
        assert!(text.contains("through December 4, 2026, 11:59 pm EST"), "{text}");
    }
}
