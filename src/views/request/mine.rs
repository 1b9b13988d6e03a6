//! My requests: the list, and one with its history (page P7).

use maud::{Markup, html};
use time::Date;

use super::Wish;
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::queue::{Due, Step};
use crate::domain::request::{Ending, Route};
use crate::domain::verification::DeclineClass;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk, find as f, my_requests as w};

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Open: who answers, and by which business day.
    Waiting(Route, Option<(Date, Due)>),
    /// Over.
    Ended(Ending, Instant),
}

/// One request of the viewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The request.
    pub id: RequestId,
    /// Its kind.
    pub wish: Wish,
    /// The patient as typed.
    pub typed: String,
    /// The practice that is to be listed; empty for none.
    pub practice: String,
    /// When it was filed.
    pub filed: Instant,
    /// Where it stands.
    pub state: State,
    /// The day on which it expires, where it does.
    pub expires: Option<Date>,
    /// Whether a partner filed it.
    pub is_joined: bool,
}

/// What just happened to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// It was taken back and closed.
    Withdrawn,
    /// It was taken back and goes on for partners.
    HandedOver,
    /// The viewer left it.
    Left,
    /// It was over already.
    TooLate,
}

impl Done {
    /// The word used in URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::HandedOver => "handed_over",
            Self::Left => "left",
            Self::TooLate => "too_late",
        }
    }

    /// What `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Withdrawn, Self::HandedOver, Self::Left, Self::TooLate].into_iter().find(|d| d.word() == word)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Withdrawn => w::WITHDRAWN,
            Self::HandedOver => w::HANDED_OVER,
            Self::Left => w::LEFT,
            Self::TooLate => w::TOO_LATE,
        }
    }
}

/// The viewer's requests, newest first.
pub fn list_page(frame: &Frame, rows: &[Row], done: Option<Done>) -> Markup {
    let main = html! {
        h1 { (f::MY_REQUESTS) }
        (notice(done))
        section class="panel" aria-label=(f::MY_REQUESTS) {
            @if rows.is_empty() {
                (parts::empty(f::MY_REQUESTS_EMPTY))
                p { a href=(paths::find()) { (f::TITLE) } }
            } @else {
                table class="t stack" {
                    thead { tr {
                        th scope="col" { (f::COL_REQUEST) } th scope="col" { (f::COL_TYPED) } th scope="col" { (f::COL_FILED) }
                        th scope="col" { (f::COL_STATE) } th scope="col" { (w::COL_TURN) }
                    } }
                    tbody { @for row in rows { (line(frame, row)) } }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Requests, ..frame.clone() };
    frame_page(&frame, f::MY_REQUESTS, Width::Wide, &main)
}

fn notice(done: Option<Done>) -> Markup {
    html! {
        @if let Some(done) = done {
            @let kind = if done == Done::TooLate { "warn" } else { "info" };
            (parts::notice(kind, &html! { p role="status" { (done.words()) } }))
        }
    }
}

fn line(frame: &Frame, row: &Row) -> Markup {
    html! {
        tr {
            th scope="row" {
                a href=(paths::my_request(row.id)) { (f::wish(row.wish)) span class="vh" { " " (row.typed) } }
                @if !row.practice.is_empty() { span class="sub" { (row.practice) } }
                @if row.is_joined { span class="sub" { (w::JOINED) } }
            }
            td data-l=(f::COL_TYPED) class="wrap-any" { (row.typed) }
            td data-l=(f::COL_FILED) { (parts::moment(row.filed, frame.zone)) }
            td data-l=(f::COL_STATE) { (state(frame, row.state)) }
            td data-l=(w::COL_TURN) { (turn(row.state, row.expires)) }
        }
    }
}

fn state(frame: &Frame, state: State) -> Markup {
    match state {
        State::Waiting(..) => flag::tag("info", f::STATE_OPEN),
        State::Ended(ending, at) => {
            let kind = match ending {
                Ending::Approved | Ending::Fulfilled | Ending::Answered => "ok",
                Ending::Declined | Ending::Expired => "warn",
                Ending::Withdrawn => "info",
            };
            html! { (flag::tag(kind, desk::ending(ending))) " " (parts::day(at, frame.zone)) }
        }
    }
}

fn turn(state: State, expires: Option<Date>) -> Markup {
    match state {
        State::Ended(..) => html! { (crate::views::words::NONE_SIGN) },
        State::Waiting(Route::Family, _) => html! {
            (w::WITH_FAMILY)
            @if let Some(day) = expires { span class="sub" { (w::EXPIRES) " " (parts::date(day)) } }
        },
        State::Waiting(_, due) => html! {
            (w::WITH_HOSPITAL)
            @if let Some((day, due)) = due { span class="sub" { (w::ANSWER_BY) " " (parts::date(day)) ", " (w::due(due)) } }
        },
    }
}

/// A step of the history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// What.
    pub step: Step,
    /// Whether the viewer took it.
    pub is_own: bool,
}

/// One request with its history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct One {
    /// What the list says of it.
    pub row: Row,
    /// The reason given.
    pub reason: String,
    /// Whether the PCP changed to somebody else meanwhile.
    pub flagged: bool,
    /// Into which class its decline falls.
    pub class: Option<DeclineClass>,
    /// What the access team says with its end; empty for nothing.
    pub said: String,
    /// The day from which it may be repeated, where it must wait.
    pub again_from: Option<Date>,
    /// Its history, oldest first.
    pub lines: Vec<Line>,
}

/// One request of the viewer.
pub fn page(frame: &Frame, model: &One, done: Option<Done>) -> Markup {
    let row = &model.row;
    let title = f::wish(row.wish);
    let main = html! {
        p class="back" { a href=(paths::requests()) { (w::BACK) } }
        h1 { (title) }
        (notice(done))
        div class="grid" {
            div {
                section class="panel" aria-labelledby="where" {
                    h2 id="where" { (w::WHERE) }
                    p { (state(frame, row.state)) }
                    (standing(model))
                }
                section class="panel" aria-labelledby="history" {
                    h2 id="history" { (w::HISTORY) }
                    ul class="lines" {
                        @for line in &model.lines {
                            li {
                                strong { (parts::moment(line.at, frame.zone)) } " " (w::step(line.step))
                                @if line.is_own { " (" (w::YOU) ")" }
                            }
                        }
                    }
                }
            }
            div {
                section class="panel" aria-labelledby="asked" {
                    h2 id="asked" { (w::ASKED) }
                    dl class="facts" {
                        div { dt { (w::PATIENT) } dd { (row.typed) } }
                        @if !row.practice.is_empty() { div { dt { (w::PRACTICE) } dd { (row.practice) } } }
                        div { dt { (w::ASKED) } dd { (parts::moment(row.filed, frame.zone)) } }
                    }
                    h3 { (w::REASON) }
                    p class="prose" { (model.reason) }
                }
                @if matches!(row.state, State::Waiting(..)) { (withdraw(frame, row)) }
            }
        }
    };
    let frame = Frame { current: NavItem::Requests, ..frame.clone() };
    frame_page(&frame, title, Width::Wide, &main)
}

fn standing(model: &One) -> Markup {
    let row = &model.row;
    html! {
        @if row.is_joined { p { (w::JOINED) "." } }
        @match row.state {
            State::Waiting(route, _) => {
                p { @match route { Route::Family => (w::OPEN_FAMILY), Route::Phone => (w::OPEN_PHONE), Route::Team => (w::OPEN_TEAM) } }
                p { strong { (w::COL_TURN) ": " } (turn(row.state, row.expires)) }
                @if model.flagged { (parts::notice("warn", &html! { p { (w::FLAGGED) } })) }
            }
            State::Ended(ending, _) => {
                p { strong { (w::ended(ending)) } }
                @if let Some(class) = model.class { p { (w::class(class)) } }
                @if !model.said.is_empty() { p class="quiet" { (w::SAID) } p class="prose" { (model.said) } }
                @if matches!(ending, Ending::Declined | Ending::Expired) {
                    p { @match model.again_from { Some(day) => (w::again_from(day)), None => (w::AGAIN_AT_ONCE) } }
                }
                @if matches!(ending, Ending::Approved | Ending::Fulfilled) { p { a class="button" href=(paths::find()) { (f::TITLE) } } }
            }
        }
    }
}

fn withdraw(frame: &Frame, row: &Row) -> Markup {
    html! {
        section class="panel" aria-labelledby="withdraw" {
            h2 id="withdraw" { (w::WITHDRAW) }
            form method="post" action=(paths::withdraw_request(row.id)) {
                (field::token(frame))
                p { @if row.is_joined { (w::LEAVE_HOW) } @else { (w::WITHDRAW_HOW) } }
                button class="second" type="submit" data-once { (w::WITHDRAW) }
            }
        }
    }
}

/// Why a request was not filed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotSent {
    /// The family takes no more requests from the viewer.
    Blocked,
    /// The patient has died.
    Deceased,
    /// It may be asked again from this day on.
    TooSoon(Date),
}

/// The page of a request that was not filed, kindly.
pub fn not_sent_page(frame: &Frame, why: NotSent) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::TURNED_TITLE) }
            @match why {
                NotSent::Blocked => p { (w::BLOCKED) " " (parts::phone(&frame.phone)) },
                NotSent::Deceased => {
                    p { (w::DECEASED) }
                    p { (w::DECEASED_NEXT) " " (parts::phone(&frame.phone)) }
                }
                NotSent::TooSoon(day) => { p { (w::too_soon(day)) } p { (f::CALL) " " (parts::phone(&frame.phone)) } }
            }
            p class="actions" { a class="button" href=(paths::requests()) { (f::MY_REQUESTS) } a href=(paths::find()) { (f::TITLE) } }
        }
    };
    let frame = Frame { current: NavItem::Requests, ..frame.clone() };
    frame_page(&frame, w::TURNED_TITLE, Width::Narrow, &main)
}
