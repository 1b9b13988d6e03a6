//! Samples of locked pages, system pages and the gallery itself.

use time::macros::datetime;

use super::{Sample, Stage, at, id, morning};
use crate::domain::access::Refusal;
use crate::domain::people::AccountKind;
use crate::views::gallery;
use crate::views::kept_mail::{self, Letter, ListedLetter};
use crate::views::locked::{self, Locked};
use crate::views::system::{self, Fault};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let since = Some(at(datetime!(2026-10-31 04:00 UTC)));
    let sponsors = || vec!["Dr. Samuel Okoye, Elm Street Pediatrics".to_owned()];
    for (name, kind, model) in [
        (
            "locked-validation-overdue",
            AccountKind::Provider,
            Locked { refusal: Refusal::ValidationOverdue, since, sponsors: vec![] },
        ),
        (
            "locked-sponsor",
            AccountKind::Sponsored,
            Locked { refusal: Refusal::SponsorLocked, since, sponsors: sponsors() },
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
        all.push(Sample { name, markup: locked::page(&stage.inside(kind), &model) });
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
        base_url: "http://localhost:8080".into(),
    };
    all.push(Sample { name: "mail-one", markup: kept_mail::page(&frame, &letter) });
}
