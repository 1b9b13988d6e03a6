//! Samples of locked pages, system pages and the gallery itself.

use time::macros::datetime;

use super::{Sample, Stage, at, days_ago, id, morning};
use crate::domain::access::Refusal;
use crate::domain::ids::AccountId;
use crate::domain::people::AccountKind;
use crate::views::gallery;
use crate::views::kept_mail::{self, Letter, ListedLetter};
use crate::views::layout::{Frame, NavItem};
use crate::views::locked::{self, Locked, LockedBy};
use crate::views::system::{self, Fault};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let since = Some(at(datetime!(2026-10-31 04:00 UTC)));
    let sponsors = |reminded_at| {
        let lake = LockedBy {
            account: AccountId(id(72)),
            name: "Dr. Maria-Magdalena Papadopoulou-Lindqvist".into(),
            practice: "Lakeview Children’s Clinic".into(),
            since: at(datetime!(2026-11-20 05:00 UTC)),
            reminded_at: Some(days_ago(1)),
        };
        let okoye = LockedBy {
            account: AccountId(id(71)),
            name: "Dr. Samuel Okoye".into(),
            practice: "Elm Street Pediatrics".into(),
            since: at(datetime!(2026-10-31 04:00 UTC)),
            reminded_at,
        };
        vec![okoye, lake]
    };
    for (name, kind, model) in [
        (
            "locked-validation-overdue",
            AccountKind::Provider,
            Locked { refusal: Refusal::ValidationOverdue, since, sponsors: vec![] },
        ),
        (
            "locked-sponsor",
            AccountKind::Sponsored,
            Locked { refusal: Refusal::SponsorLocked, since, sponsors: sponsors(None) },
        ),
        (
            "locked-sponsor-reminded",
            AccountKind::Sponsored,
            Locked { refusal: Refusal::SponsorLocked, since, sponsors: sponsors(Some(morning())) },
        ),
        (
            "locked-no-sponsorship",
            AccountKind::Sponsored,
            Locked { refusal: Refusal::NoSponsorship, since: None, sponsors: vec![] },
        ),
        (
            "locked-inactive",
            AccountKind::Provider,
            Locked { refusal: Refusal::AccountInactive, since: None, sponsors: vec![] },
        ),
    ] {
        let frame = Frame { current: NavItem::Locked, ..stage.inside(kind) };
        all.push(Sample { name, markup: locked::page(&frame, &model) });
    }
    let frame = stage.inside(AccountKind::Provider);
    for (name, fault) in [
        ("error-forbidden", Fault::Forbidden),
        ("error-form-expired", Fault::FormExpired),
        ("error-not-found", Fault::NotFound),
        ("error-conflict", Fault::Conflict),
        ("error-too-large", Fault::TooLarge),
        ("error-invalid", Fault::Invalid),
        ("error-locked", Fault::Locked),
        ("error-too-many", Fault::TooMany(90)),
        ("error-broken", Fault::Broken("01JD-7K3Q-9X".into())),
        ("error-unavailable", Fault::Unavailable("01JD-7K3R-2M".into())),
    ] {
        all.push(Sample { name, markup: system::page(&frame, &fault) });
    }
    add_mail(stage, all);
    all.push(Sample {
        name: "gallery",
        markup: gallery::page(&frame, &["sign-in", "find", "chart-summary"]),
    });
}

fn add_mail(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.outside();
    let (to, subject) =
        ("aisha.chen@elmstreet.example", "Northfield Children’s Hospital: Choose a new password");
    let listed = |n, subject: Option<&str>| ListedLetter {
        id: id(n),
        to: to.into(),
        subject: subject.map(str::to_owned),
        at: morning(),
    };
    let letters = [listed(1, Some(subject)), listed(2, None)];
    all.push(Sample { name: "mail", markup: kept_mail::list_page(&frame, &letters) });
    all.push(Sample { name: "mail-empty", markup: kept_mail::list_page(&frame, &[]) });
    let text = "Somebody asked for a new password for your account.\n\nChoose a new password:\n\
                http://localhost:8080/password-reset/sample\n\nQuestions? Call the access team at 1-555-0100.\n";
    let letter = Letter {
        listed: listed(1, Some(subject)),
        text: text.into(),
        file: None,
        base_url: "http://localhost:8080".into(),
    };
    all.push(Sample { name: "mail-one", markup: kept_mail::page(&frame, &letter) });
    let letter = Letter { file: Some("review.ics"), ..letter };
    all.push(Sample { name: "mail-file", markup: kept_mail::page(&frame, &letter) });
}

#[cfg(test)]
mod tests {
    use super::super::samples;

    #[test]
    fn each_sponsor_can_be_reminded_once_a_day() {
        let reminders = |name: &str| {
            let page = samples().into_iter().find(|s| s.name == name).unwrap().markup.0;
            (page.matches("action=\"/nudge\"").count(), page.matches("Reminded today at 08:02 EST").count())
        };
        assert_eq!(reminders("locked-sponsor"), (2, 0));
        assert_eq!(reminders("locked-sponsor-reminded"), (1, 1));
        assert_eq!(reminders("locked-validation-overdue"), (0, 0));
    }
}
