//! Samples of the hospital's single sign-on.

use maud::{Markup, html};

use super::{Sample, Stage};
use crate::domain::people::{AccountKind, Role};
use crate::views::layout::{Frame, Width, page};
use crate::views::sign_in::{self, SignIn};
use crate::views::single_sign_on::{
    Effect, Elsewhere, Ending, Facts, LinkFault, NotLinked, asked_page, ending_page, facts, not_linked_page,
    signed_out_page,
};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.outside();
    let mut add = |name, markup| all.push(Sample { name, markup });
    let with_button = SignIn { hospital: Some("Sign in with hospital account".into()), ..SignIn::default() };
    add("sign-in-hospital", sign_in::page(&frame, &with_button));
    add("hospital-not-linked", not_linked_page(&frame, &not_linked()));
    let missing = NotLinked { fault: Some(LinkFault::EmailMissing), ..not_linked() };
    add("hospital-not-linked-missing", not_linked_page(&frame, &missing));
    let wrong = NotLinked { fault: Some(LinkFault::EmailWrong), typed: "aisha.chen".into(), ..not_linked() };
    add("hospital-not-linked-wrong", not_linked_page(&frame, &wrong));
    add("hospital-not-linked-new", not_linked_page(&frame, &NotLinked { may_be_new: true, ..not_linked() }));
    add("hospital-not-linked-waiting", not_linked_page(&frame, &NotLinked { waiting: true, ..not_linked() }));
    let nameless = NotLinked { name: String::new(), email: String::new(), ..not_linked() };
    add("hospital-not-linked-nameless", not_linked_page(&frame, &nameless));
    add("hospital-link-asked", asked_page(&frame));
    add("hospital-link-asked-inside", asked_page(&stage.inside(AccountKind::Provider)));
    for (name, ending) in [
        ("hospital-no-second-factor", Ending::NoSecondFactor),
        ("hospital-down", Ending::Down),
        ("hospital-cancelled", Ending::Cancelled),
        ("hospital-refused", Ending::Refused),
        ("hospital-inactive", Ending::Inactive),
        ("hospital-no-role", Ending::NoRole),
    ] {
        add(name, ending_page(&frame, ending));
    }
    add("hospital-signed-out", signed_out_page(&frame, Elsewhere::StillIn));
    add("hospital-signed-out-there", signed_out_page(&frame, Elsewhere::Out));
    let inside = stage.inside(AccountKind::AccessTeam);
    let links = |ends_password| Effect::Links {
        email: "aisha.chen@elmstreet.example".into(),
        name: "Dr. Aisha Chen".into(),
        kind: AccountKind::Provider,
        ends_password,
    };
    for (name, model) in [
        ("hospital-facts", request(links(false))),
        ("hospital-facts-password", request(links(true))),
        ("hospital-facts-own", Facts { by_owner: true, ..request(links(false)) }),
        ("hospital-facts-new", Facts { typed: String::new(), ..request(Effect::Makes(Role::ALL.to_vec())) }),
        ("hospital-facts-nobody", request(Effect::Nothing)),
    ] {
        add(name, alone(&inside, &facts(&model)));
    }
}

fn not_linked() -> NotLinked {
    NotLinked {
        ticket: "sample-ticket".into(),
        name: "Aisha Chen".into(),
        email: "achen@hospital.example".into(),
        may_be_new: false,
        waiting: false,
        typed: String::new(),
        fault: None,
    }
}

fn request(effect: Effect) -> Facts {
    Facts {
        issuer: "https://login.hospital.example".into(),
        subject: "00u1a2b3c4".into(),
        name: "Aisha Chen".into(),
        email: "achen@hospital.example".into(),
        typed: "aisha.chen@elmstreet.example".into(),
        by_owner: false,
        effect,
    }
}

/// The facts on a page of their own.
fn alone(frame: &Frame, facts: &Markup) -> Markup {
    let title = "Facts of a request";
    page(frame, title, Width::Narrow, &html! { section class="panel" { h1 { (title) } (facts) } })
}
