//! A request for a family account, as the desk reads it: what was typed, beside the hospital's record.

use maud::{Markup, html};
use time::Date;

use super::patient::{Person, Verified, verified};
use super::verify::Verify;
use crate::domain::family::authority::Capacity;
use crate::domain::ids::Mrn;
use crate::domain::language::Language;
use crate::domain::people::fold_name;
use crate::views::layout::Frame;
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{date, enrolment as w};

/// What was typed, and the record that it seems to mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// As whom they ask.
    pub capacity: Capacity,
    /// Who asks.
    pub name: String,
    /// Their birth date.
    pub born: Date,
    /// Their address.
    pub email: String,
    /// Where they say they can be called.
    pub phone: String,
    /// The language of the page.
    pub language: Language,
    /// The patient's given and family name.
    pub patient: (String, String),
    /// The patient's birth date.
    pub patient_born: Date,
    /// The MRN; empty when it was not typed.
    pub mrn: String,
    /// The record; `None` when nobody or several match.
    pub record: Option<Person>,
}

/// What was typed, beside the record, and whether the checklist is complete.
pub fn page_facts(frame: &Frame, claim: &Claim, list: Option<&Verified>) -> Markup {
    html! {
        p { (w::LEAD) }
        (facts(claim))
        (verified(frame, list))
    }
}

/// What was typed, beside the record.
pub(super) fn facts(claim: &Claim) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::WHO) } dd { bdi { (claim.name) } ", " (parts::date(claim.born)) } }
            div { dt { (w::AS) } dd { (w::capacity(claim.capacity)) } }
            div { dt { (w::EMAIL) } dd { span class="wrap-any" { (claim.email) } } }
            div { dt { (w::PHONE) } dd { (claim.phone) " " span class="quiet" { "(" (w::PHONE_NOT) ")" } } }
            div { dt { (w::LANGUAGE) } dd { (w::language(claim.language)) } }
        }
        h3 { (w::COMPARED) }
        (compared(claim))
        @if claim.record.is_none() { (parts::notice("warn", &html! { p { (w::NOBODY) } })) }
    }
}

fn compared(claim: &Claim) -> Markup {
    let (given, family) = &claim.patient;
    let record = claim.record.as_ref();
    let of = |text: fn(&Person) -> String| record.map(text);
    let same =
        |typed: &str, recorded: Option<&String>| recorded.map(|known| fold_name(known) == fold_name(typed));
    let mrn = record.filter(|_| !claim.mrn.is_empty());
    let same_mrn = mrn.map(|known| match (Mrn::parse(&known.mrn), Mrn::parse(&claim.mrn)) {
        (Ok(known), Ok(typed)) => known == typed,
        _ => false,
    });
    let rows = [
        (w::FAMILY, family.clone(), of(|p| p.family.clone()), same(family, record.map(|p| &p.family))),
        (w::GIVEN, given.clone(), of(|p| p.given.clone()), same(given, record.map(|p| &p.given))),
        (
            w::BORN,
            date(claim.patient_born),
            of(|p| date(p.born)),
            record.map(|p| p.born == claim.patient_born),
        ),
        (w::MRN, claim.mrn.clone(), of(|p| p.mrn.clone()), same_mrn),
    ];
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_WHAT) } th scope="col" { (w::COL_TYPED) }
                th scope="col" { (w::COL_RECORD) } th scope="col" { (w::COL_SAME) }
            } }
            tbody { @for (what, typed, known, is_same) in rows {
                tr {
                    th scope="row" { (what) }
                    td data-l=(w::COL_TYPED) class="wrap-any" { @if typed.is_empty() { (w::NOT_TYPED) } @else { bdi { (typed) } } }
                    td data-l=(w::COL_RECORD) class="wrap-any" { bdi { (known.as_deref().unwrap_or(crate::views::words::NONE_SIGN)) } }
                    td data-l=(w::COL_SAME) { @match is_same {
                        Some(true) => (flag::tag("ok", w::SAME)),
                        Some(false) => (flag::tag("warn", w::DIFFERS)),
                        None => (crate::views::words::NONE_SIGN),
                    } }
                }
            } }
        }
    }
}

/// The form that says whose chart it is; posts `version` and `mrn`.
pub(super) fn naming(frame: &Frame, model: &Verify) -> Markup {
    let (mrn, is_wrong) = &model.naming;
    let fault = if *is_wrong { w::NO_RECORD } else { "" };
    html! {
        form method="post" action=(paths::queued_patient(model.id)) {
            (field::token(frame))
            (field::hidden("version", &model.version.to_string()))
            (field::Text { name: "mrn", label: w::NAMING, value: mrn, hint: w::NAMING_HINT, fault, width: "w12", max: 64, ..Default::default() }.show())
            button class="second" type="submit" data-once { (w::NAME_IT) }
        }
    }
}
