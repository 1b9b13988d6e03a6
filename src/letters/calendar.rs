//! The calendar entry that goes with letters about a review: the last day, as iCalendar (RFC 5545).
//!
//! One entry of nine lines: a library would be larger than what it writes. Every letter of a cycle carries the same UID and a higher
//! SEQUENCE, so that a calendar moves its entry when the due date was moved, and keeps one. Who stays locked by an earlier cycle has no last
//! day, whatever the new date is: that letter carries none.

use time::Date;

use super::{Attachment, Letterhead, words};
use crate::domain::calendar::{Instant, plus_days};
use crate::domain::ids::AccountId;
use crate::domain::letter::{Letter, Place};

/// Octets in a line at most, without its end.
const LINE: usize = 75;

/// The last day of one sponsor in one cycle.
struct LastDay {
    cycle: Date,
    sponsor: AccountId,
    /// When the letter was written.
    at: Instant,
    /// Local midnight after that day.
    due: Instant,
}

/// The file that goes with `letter`; none with most.
pub(super) fn attachment(letter: &Letter, head: &Letterhead) -> Option<Attachment> {
    let day = match letter {
        Letter::ReviewOpened(call) | Letter::ReviewDue(call) if !call.locked => {
            LastDay { cycle: call.cycle, sponsor: call.sponsor, at: call.at, due: call.due }
        }
        Letter::ReviewExtended(new) if new.older.is_none() => {
            LastDay { cycle: new.cycle, sponsor: new.sponsor, at: new.at, due: new.due }
        }
        _ => return None,
    };
    Some(Attachment {
        name: "review.ics",
        media_type: "text/calendar; charset=utf-8; method=PUBLISH",
        text: entry(&day, head),
    })
}

fn entry(of: &LastDay, head: &Letterhead) -> String {
    let end = head.zone.date(of.due);
    let url = head.url(&Place("/review".to_owned()));
    // Seconds since the opening: later letters have higher numbers, those of one day too. Negative ones are not allowed.
    let sequence = of.at.seconds_since(head.zone.start_of_day(of.cycle)).max(0);
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Postern//Review of sponsored users//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:review-{}-{}@postern", of.cycle, of.sponsor.0.simple()),
        format!("DTSTAMP:{}", stamp(of.at)),
        format!("SEQUENCE:{sequence}"),
        format!("DTSTART;VALUE=DATE:{}", day(plus_days(end, -1))),
        format!("DTEND;VALUE=DATE:{}", day(end)),
        format!("SUMMARY:{}", escaped(&format!("{}: {}", head.hospital, words::event_title()))),
        format!("DESCRIPTION:{}", escaped(&words::event_says(of.due, head.zone, &url))),
        format!("URL:{url}"),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

/// `20260430`.
fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), u8::from(date.month()), date.day())
}

/// `20260401T040000Z`.
fn stamp(at: Instant) -> String {
    let utc = at.to_offset();
    format!("{}T{:02}{:02}{:02}Z", day(utc.date()), utc.hour(), utc.minute(), utc.second())
}

/// `text` as a value of type TEXT: its backslashes, semicolons, commas and line ends escaped, other control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// `line` in pieces of at most [`LINE`] octets, each but the first after a blank, no character taken apart; with its end.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 4);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::{NewDue, ReviewCall};

    fn head(hospital: &str) -> Letterhead {
        Letterhead {
            hospital: hospital.to_owned(),
            phone: "212-555-0100".to_owned(),
            zone: "America/New_York".parse().unwrap(),
            base_url: "https://portal.lakeside.example".to_owned(),
        }
    }

    fn call(at: &str, due: &str) -> ReviewCall {
        ReviewCall {
            cycle: time::macros::date!(2026 - 04 - 01),
            sponsor: "00000000-0000-0000-0000-000000000007".parse().unwrap(),
            at: at.parse().unwrap(),
            due: due.parse().unwrap(),
            people: 2,
            locked: false,
            late: false,
        }
    }

    fn text(hospital: &str, call: ReviewCall) -> String {
        attachment(&Letter::ReviewDue(call), &head(hospital)).unwrap().text
    }

    #[test]
    fn the_entry_is_the_whole_last_day() {
        let text = text("Lakeside", call("2026-04-15T04:00:07Z", "2026-05-01T04:00:00Z"));
        for line in [
            "BEGIN:VCALENDAR",
            "METHOD:PUBLISH",
            "UID:review-2026-04-01-00000000000000000000000000000007@postern",
            "DTSTAMP:20260415T040007Z",
            "SEQUENCE:1209607",
            "DTSTART;VALUE=DATE:20260430",
            "DTEND;VALUE=DATE:20260501",
            "SUMMARY:Lakeside: Last day to review your sponsored users",
            "URL:https://portal.lakeside.example/review",
            "END:VCALENDAR",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} is not in\n{text}");
        }
        assert!(text.replace("\r\n ", "").contains("through 30-Apr-2026\\, 11:59 pm EDT. From"), "{text}");
    }

    #[test]
    fn a_moved_due_date_moves_the_entry_and_makes_no_second_one() {
        let moved = |at: &str, due: &str, older| {
            let ReviewCall { cycle, sponsor, at, due, .. } = call(at, due);
            attachment(&Letter::ReviewExtended(NewDue { cycle, sponsor, at, due, older }), &head("Lakeside"))
        };
        let spring = time::macros::date!(2025 - 10 - 01);
        let older = Some((spring, "2025-10-31T04:00:00Z".parse().unwrap()));
        assert_eq!(moved("2026-05-05T04:00:00Z", "2026-05-21T04:00:00Z", older), None);
        let first = text("Lakeside", call("2026-05-05T04:00:00Z", "2026-05-01T04:00:00Z"));
        let again = moved("2026-05-05T04:00:01Z", "2026-05-21T04:00:00Z", None).unwrap().text;
        let line = |text: &str, name: &str| text.lines().find(|l| l.starts_with(name)).unwrap().to_owned();
        assert_eq!(line(&first, "UID:"), line(&again, "UID:"));
        assert_eq!(
            (line(&first, "SEQUENCE:"), line(&again, "SEQUENCE:")),
            ("SEQUENCE:2937600".into(), "SEQUENCE:2937601".into())
        );
        assert_eq!(line(&again, "DTSTART"), "DTSTART;VALUE=DATE:20260520");
        let early = text("Lakeside", call("2026-03-31T04:00:00Z", "2026-05-01T04:00:00Z"));
        assert_eq!(line(&early, "SEQUENCE:"), "SEQUENCE:0");
    }

    #[test]
    fn no_name_breaks_a_line_or_out_of_a_value() {
        let hostile =
            format!("A;B,C\\D\r\nATTENDEE:mailto:x@evil.example\u{7}{}", "Kinderkrankenhaus Ü".repeat(12));
        let text = text(&hostile, call("2026-04-15T04:00:00Z", "2026-05-01T04:00:00Z"));
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n', '\u{7}']));
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("ATTENDEE")));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:A\\;B\\,C\\\\D\\nATTENDEE:mailto"), "{unfolded}");
        assert!(unfolded.contains("Kinderkrankenhaus ÜKinderkrankenhaus Ü"));
    }

    #[test]
    fn letters_to_those_who_are_not_locked_have_an_entry_and_no_other_letter_has_one() {
        for letter in super::super::samples() {
            let wants = match &letter {
                Letter::ReviewOpened(call) | Letter::ReviewDue(call) => !call.locked,
                Letter::ReviewExtended(new) => new.older.is_none(),
                _ => false,
            };
            assert_eq!(attachment(&letter, &head("Lakeside")).is_some(), wants, "{letter:?}");
        }
    }
}
