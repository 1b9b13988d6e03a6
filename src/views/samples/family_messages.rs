//! Samples of a family's messages, in both languages, and as the access team reads and answers them.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago, id};
use crate::domain::family::message::{Fault, FileFault, Standing};
use crate::domain::ids::{PatientId, RequestId};
use crate::domain::language::Language;
use crate::domain::people::AccountKind;
use crate::domain::queue::{Due, Obstacle, Step};
use crate::domain::request::{Ending, RequestKind};
use crate::views::desk::ending::{self, End};
use crate::views::desk::message::{self as for_team, Thread as TeamThread};
use crate::views::desk::request::{self, Ended, Line as HistoryLine, Request};
use crate::views::family::messages::{self, Line, Messages, Row, Thread, Tried};
use crate::views::family::{Done, FamilyPatient, Patients};
use crate::views::layout::Frame;

const ASKED: &str = "We moved to another town in May. Can Dr. Rivera still see the chart?\nThe letter from our new clinic is in the file.";
const ANSWER: &str = "Yes. Dr. Rivera sees the chart until you take it back under “Who can see it”.";

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    for language in Language::ALL.iter().copied() {
        let frame = Frame { language, ..stage.inside(AccountKind::Family) };
        let mut put = |english: &'static str, spanish: &'static str, markup| {
            let name = if language == Language::English { english } else { spanish };
            all.push(Sample { name, markup });
        };
        let empty = Messages { patients: patients(), ..Messages::default() };
        put("family-messages-empty", "family-messages-empty-es", messages::page(&frame, &empty));
        let next = Some("1795443600000000.01975e1a000070008000000000000000".into());
        let full = Messages { rows: rows(), next, ..empty };
        put("family-messages", "family-messages-es", messages::page(&frame, &full));
        let over = Messages { patients: Patients::default(), next: None, ..full };
        put("family-messages-no-patient", "family-messages-no-patient-es", messages::page(&frame, &over));
        put(
            "family-message-new",
            "family-message-new-es",
            messages::form_page(&frame, &patients(), &Tried::default()),
        );
        put(
            "family-message-new-fault",
            "family-message-new-fault-es",
            messages::form_page(&frame, &patients(), &wrong()),
        );
        put(
            "family-message-new-slowed",
            "family-message-new-slowed-es",
            messages::form_page(&frame, &patients(), &slowed()),
        );
        put("family-message", "family-message-es", messages::thread_page(&frame, &thread()));
        let waits =
            Thread { due: Some(date!(2026 - 11 - 25)), lines: lines(1), done: Some(Done::Sent), ..thread() };
        put("family-message-waits", "family-message-waits-es", messages::thread_page(&frame, &waits));
        let tried =
            Tried { faults: vec![Fault::TextMissing, Fault::File(FileFault::Kind)], ..Tried::default() };
        let fault = Thread { tried, ..thread() };
        put("family-message-fault", "family-message-fault-es", messages::thread_page(&frame, &fault));
        let unsent = Tried { text: "Thank you. One more question.".into(), ..Tried::default() };
        let ended = Thread {
            patients: Patients { current: None, ..patients() },
            is_ended: true,
            tried: unsent,
            ..thread()
        };
        let paged = Thread {
            earlier: Some("1795443600000000.01975e1a000070008000000000000000".into()),
            is_earlier: true,
            ..thread()
        };
        put("family-message-paged", "family-message-paged-es", messages::thread_page(&frame, &paged));
        let unsent = Tried { subject: "Our new clinic".into(), text: ASKED.into(), ..Tried::default() };
        let gone = messages::ended_page(&frame, &Patients { current: None, ..patients() }, &unsent);
        put("family-message-unsent", "family-message-unsent-es", gone);
        put("family-message-ended", "family-message-ended-es", messages::thread_page(&frame, &ended));
    }
    desk(&stage.inside(AccountKind::AccessTeam), all);
}

fn patients() -> Patients {
    let child = |n: u128, name: &str| FamilyPatient { id: PatientId(id(n)), name: name.into() };
    Patients {
        all: vec![child(0, "Mateo Rivera"), child(9, "Sofía Rivera")],
        current: Some(PatientId(id(0))),
    }
}

fn rows() -> Vec<Row> {
    let row = |n, subject: &str, days| Row {
        id: RequestId(id(n)),
        subject: subject.into(),
        last_at: days_ago(days),
        is_unread: false,
        due: None,
        is_ended: false,
    };
    vec![
        Row { is_unread: true, ..row(160, "Who can see the chart after we moved?", 0) },
        Row { due: Some(date!(2026 - 11 - 25)), ..row(161, "Our new clinic", 1) },
        row(162, &"Supercalifragilistic".repeat(6), 20),
        Row { is_ended: true, ..row(163, "Papers from the court", 300) },
    ]
}

fn lines(most: usize) -> Vec<Line> {
    let asked = Line { id: id(170), at: days_ago(2), is_team: false, body: ASKED.into(), has_file: true };
    let answer = Line { id: id(171), at: NOW, is_team: true, body: ANSWER.into(), has_file: false };
    [asked, answer].into_iter().take(most).collect()
}

fn thread() -> Thread {
    Thread {
        id: RequestId(id(160)),
        patients: patients(),
        subject: "Who can see the chart after we moved?".into(),
        due: None,
        lines: lines(2),
        earlier: None,
        is_earlier: false,
        is_ended: false,
        tried: Tried::default(),
        done: None,
    }
}

fn wrong() -> Tried {
    let file = Fault::File(FileFault::Bytes);
    Tried { text: ASKED.into(), faults: vec![Fault::SubjectMissing, file], ..Tried::default() }
}

fn slowed() -> Tried {
    let (subject, text) = ("Our new clinic".into(), ASKED.into());
    Tried { subject, text, slowed: Some(NOW.plus_seconds(3 * 3600)), ..Tried::default() }
}

fn desk(frame: &Frame, all: &mut Vec<Sample>) {
    let line = |line: Line| for_team::Line {
        id: line.id,
        at: line.at,
        by: if line.is_team { "Jo Ortiz" } else { "Elena Rivera" }.into(),
        is_team: line.is_team,
        body: line.body,
        has_file: line.has_file,
    };
    let thread = |most, standing| TeamThread {
        id: RequestId(id(160)),
        subject: "Who can see the chart after we moved?".into(),
        patient: Some(("Rivera".into(), "Mateo".into(), "2096481".into())),
        language: Language::Spanish,
        standing,
        lines: lines(most).into_iter().map(line).collect(),
        earlier: None,
        is_earlier: false,
    };
    let facts = |most, standing| for_team::facts(frame, &thread(most, standing));
    let guardian = Some(Standing::Guardian);
    let history = |days, who: &str, step| HistoryLine {
        at: days_ago(days),
        who: Some(who.into()),
        step,
        body: String::new(),
    };
    let open = Request {
        id: RequestId(id(160)),
        version: 1,
        kind: RequestKind::Message,
        asked_by: Some(("Elena Rivera".into(), "elena.rivera@mail.example".into())),
        practice: String::new(),
        filed: days_ago(2),
        due: (date!(2026 - 11 - 24), Due::In(1)),
        owner: Some(("Jo Ortiz".into(), true)),
        ended: None,
        facts: facts(1, guardian),
        lines: vec![history(2, "Elena Rivera", Step::Filed), history(1, "Jo Ortiz", Step::Assigned)],
        handles: true,
        endings: vec![(Ending::Answered, None)],
        note: String::new(),
        note_wrong: false,
        receivers: Vec::new(),
        to: String::new(),
        to_fault: None,
        changed: None,
    };
    let answered = Request {
        facts: facts(2, guardian),
        ended: Some(Ended { ending: Ending::Answered, at: NOW, reason: String::new() }),
        lines: vec![history(2, "Elena Rivera", Step::Filed), history(0, "Jo Ortiz", Step::Answered)],
        ..open.clone()
    };
    let over = Request { facts: facts(1, None), ..open.clone() };
    let paged = TeamThread {
        earlier: Some("1795443600000000.01975e1a000070008000000000000000".into()),
        is_earlier: true,
        ..thread(2, Some(Standing::Proxy))
    };
    let paged = Request { facts: for_team::facts(frame, &paged), ..open.clone() };
    for (name, model) in [
        ("request-message", open),
        ("request-message-answered", answered),
        ("request-message-no-say", over),
        ("request-message-paged", paged),
    ] {
        all.push(Sample { name, markup: request::page(frame, &model) });
    }
    let end = End {
        id: RequestId(id(160)),
        version: 1,
        kind: RequestKind::Message,
        asked_by: "Elena Rivera".into(),
        ending: Ending::Answered,
        class: None,
        text: String::new(),
        text_wrong: false,
        obstacle: None,
        changed: None,
        thread: Some(thread(1, Some(Standing::OfTeen(14)))),
    };
    let lost = End {
        text: ANSWER.into(),
        obstacle: Some(Obstacle::NoSay),
        thread: Some(thread(1, None)),
        ..end.clone()
    };
    for (name, model) in [("answer-message", end), ("answer-message-no-say", lost)] {
        all.push(Sample { name, markup: ending::page(frame, &model) });
    }
}
