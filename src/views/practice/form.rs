//! The form of a practice switch or a further membership.

use maud::{Markup, html};

use super::Belonging;
use crate::domain::ids::PracticeId;
use crate::domain::practice::{LONGEST, Problem, SponsorThere, Typed};
use crate::domain::request::RequestKind;
use crate::views::account::{Tab, tabbed};
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, practice as w};

/// The longest line, as the browser is told.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
const MAX: u16 = LONGEST as u16;

/// A practice that may be joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    /// Its id.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// Practices found by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matches {
    /// The first of them.
    pub rows: Vec<Match>,
    /// How many more there are.
    pub more: usize,
    /// Too few letters were typed.
    pub too_short: bool,
}

/// The form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// [`RequestKind::PracticeSwitch`] or [`RequestKind::Membership`].
    pub kind: RequestKind,
    /// What was typed so far.
    pub typed: Typed,
    /// The practices that the provider belongs to now.
    pub mine: Vec<Belonging>,
    /// The practice that was chosen to be joined.
    pub chosen: Option<Match>,
    /// What was searched for.
    pub search: String,
    /// What was found.
    pub found: Option<Matches>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Where the form of `kind` is.
pub(super) fn path(kind: RequestKind) -> &'static str {
    if kind == RequestKind::PracticeSwitch { paths::practice_switch() } else { paths::practice_join() }
}

fn place(problem: Problem) -> &'static str {
    match problem {
        Problem::FromMissing => "from",
        Problem::ToMissing | Problem::ToUnknown | Problem::ToHeld | Problem::OpenAlready => "search",
        Problem::TooLong(of) => of.word(),
        Problem::BadPhone => "phone",
        Problem::BadFax => "fax",
        Problem::AddressMissing => "address",
        Problem::BadEmail => "email",
        Problem::SponsorMissing => "sponsor_there",
        Problem::DateMissing | Problem::NoSuchDate | Problem::DatePast | Problem::DateTooFar => "month",
    }
}

/// The form; posts the fields of [`Typed`], `search`, and the `step` whose button was pressed.
pub fn form_page(frame: &Frame, model: &Form) -> Markup {
    let switch = model.kind == RequestKind::PracticeSwitch;
    let offered = |place: &str| place != "from" || model.mine.len() > 1;
    let target = |problem| Some(place(problem)).filter(|p| offered(p)).unwrap_or("search");
    let faults: Vec<(&str, String)> = model.problems.iter().map(|p| (target(*p), w::problem(*p))).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let typed = &model.typed;
    let title = w::title(model.kind);
    let main = html! {
        section class="panel" {
            h1 { (title) }
            p { (if switch { w::SWITCH_LEAD } else { w::JOIN_LEAD }) }
            (field::summary(&faults))
            form method="post" action=(path(model.kind)) {
                (field::token(frame))
                @if switch { (leave(model, of("from"))) }
                h2 { (w::WHERE_TO) }
                (find(model, of("search")))
                @if typed.to.is_empty() || model.chosen.is_none() { (new_practice(typed, of)) }
                h2 { (w::WHEN) }
                (first_day(typed, of("month")))
                (field::pick("sponsor_there", w::SPONSOR_THERE, &typed.sponsor_there, of("sponsor_there"), &sponsor_words()))
                (field::Text { name: "email", label: w::NEW_EMAIL, value: &typed.email, hint: w::NEW_EMAIL_HINT, fault: of("email"), kind: "email", max: 254, ..Default::default() }.show())
                div class="actions" {
                    button class="main" type="submit" name="step" value="preview" { (w::SEE) }
                    a href=(paths::practices()) { (words::CANCEL) }
                }
            }
        }
    };
    tabbed(frame, Tab::Practices, title, &main)
}

fn sponsor_words() -> Vec<(&'static str, String)> {
    let mut options = vec![("", w::CHOOSE.to_owned())];
    options.extend(SponsorThere::ALL.iter().map(|s| (s.word(), w::sponsor_there(*s).to_owned())));
    options
}

fn leave(model: &Form, fault: &str) -> Markup {
    let ids: Vec<String> = model.mine.iter().map(|b| b.id.to_string()).collect();
    html! {
        h2 { (w::WHERE_FROM) }
        @match model.mine.as_slice() {
            [] => (parts::notice("warn", &html! { p { (w::NOTHING_TO_LEAVE) } })),
            [one] => { (field::hidden("from", &one.id.to_string())) p { strong { (one.name) } } },
            many => ({
                let mut options = vec![("", w::CHOOSE.to_owned())];
                options.extend(ids.iter().zip(many).map(|(id, b)| (id.as_str(), b.name.clone())));
                field::pick("from", w::LEAVE, &model.typed.from, fault, &options)
            }),
        }
    }
}

fn find(model: &Form, fault: &str) -> Markup {
    let typed = &model.typed;
    html! {
        (field::Text { name: "search", label: w::SEARCH, value: &model.search, hint: w::SEARCH_HINT, fault, max: MAX, ..Default::default() }.show())
        p { button class="second" type="submit" name="step" value="find" { (w::FIND) } }
        @match (&model.found, &model.chosen) {
            (Some(found), _) if found.too_short => { p role="status" { (w::SEARCH_SHORT) } (field::hidden("to", &typed.to)) },
            (Some(found), _) if found.rows.is_empty() => { p role="status" { (w::SEARCH_NONE) } },
            (Some(found), _) => {
                @if found.more > 0 { p role="status" { (w::more(found.more)) } }
                (matches(found, &typed.to))
            },
            (None, Some(chosen)) => {
                (field::pick("to", w::CHOSEN, &typed.to, "", &[(typed.to.as_str(), w::practice(&chosen.name, &chosen.address)), ("", w::NONE_OF_THESE.to_owned())]))
            },
            (None, None) => {},
        }
    }
}

fn matches(found: &Matches, to: &str) -> Markup {
    let ids: Vec<String> = found.rows.iter().map(|row| row.id.to_string()).collect();
    let rows = ids.iter().zip(&found.rows);
    let mut options: Vec<(&str, String)> =
        rows.map(|(id, row)| (id.as_str(), w::practice(&row.name, &row.address))).collect();
    options.push(("", w::NONE_OF_THESE.to_owned()));
    field::pick("to", w::CHOSEN, to, "", &options)
}

fn new_practice<'a>(typed: &Typed, of: impl Fn(&str) -> &'a str) -> Markup {
    html! {
        h3 { (w::NEW) }
        p class="quiet" { (w::NEW_HOW) }
        (field::Text { name: "name", label: w::NAME, value: &typed.name, fault: of("name"), max: MAX, autocomplete: "organization", ..Default::default() }.show())
        (field::Text { name: "phone", label: w::PHONE, value: &typed.phone, fault: of("phone"), max: MAX, width: "w20", autocomplete: "work tel", ..Default::default() }.show())
        (field::Text { name: "fax", label: w::FAX, value: &typed.fax, fault: of("fax"), max: MAX, width: "w20", ..Default::default() }.show())
        (field::Text { name: "address", label: w::ADDRESS, value: &typed.address, fault: of("address"), max: MAX, autocomplete: "address-line1", ..Default::default() }.show())
    }
}

fn first_day(typed: &Typed, fault: &str) -> Markup {
    let boxes = [
        ("month", w::MONTH, &typed.month, "w2"),
        ("day", w::DAY, &typed.day, "w2"),
        ("year", w::YEAR, &typed.year, "w4"),
    ];
    html! {
        fieldset class={ "field" @if !fault.is_empty() { " wrong" } } {
            legend { (w::FIRST_DAY) }
            (field::hint_and_fault("month", w::FIRST_DAY_HINT, fault))
            div class="boxes" {
                @for (name, label, value, width) in boxes {
                    div {
                        label for=(name) { (label) }
                        (field::Text { name, value, hint: w::FIRST_DAY_HINT, fault, inputmode: "numeric", width, max: 4, fault_at: "month", ..Default::default() }.bare())
                    }
                }
            }
        }
    }
}
