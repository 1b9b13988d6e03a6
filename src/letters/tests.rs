//! Every letter: text and HTML with the same links, one line of subject, whom to call, and nothing that could break a mail.

use std::collections::BTreeSet;

use super::*;
use crate::domain::calendar::Instant;
use crate::domain::letter::NewDue;

fn head() -> Letterhead {
    Letterhead {
        hospital: "Lakeside Children’s Hospital".to_owned(),
        phone: "212-555-0100".to_owned(),
        zone: "America/New_York".parse().unwrap(),
        base_url: "https://portal.lakeside.example".to_owned(),
    }
}

/// The kinds of letter that the type knows, as reading an unknown one names them.
fn kinds() -> BTreeSet<String> {
    let error = serde_json::from_str::<Letter>("{\"kind\":\"?\"}").unwrap_err().to_string();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn urls(text: &str) -> BTreeSet<String> {
    text.split([' ', '\n', '"', '<', '>'])
        .filter(|word| word.starts_with("https://"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn there_is_a_sample_of_every_kind_of_letter() {
    let shown: BTreeSet<String> = samples().iter().map(|letter| letter.word().to_owned()).collect();
    assert_eq!(shown, kinds());
    assert!(shown.len() >= 19);
}

#[test]
fn every_letter_has_words_of_its_own() {
    for letter in samples() {
        let written = head().write(&letter);
        assert!(!written.subject.ends_with(letter.word()), "{letter:?}: {}", written.subject);
        assert!(written.text.len() > 200, "{letter:?}: {}", written.text);
    }
}

#[test]
fn text_and_html_have_the_same_links_and_all_lead_to_the_base_url() {
    for letter in samples() {
        let written = head().write(&letter);
        let (text, html) = (urls(&written.text), urls(&written.html));
        assert_eq!(text, html, "{letter:?}");
        assert!(
            text.iter().all(|url| url.starts_with("https://portal.lakeside.example/")),
            "{letter:?}: {text:?}"
        );
        let given = serde_json::to_value(&letter).unwrap()["link"].as_str().map(str::to_owned);
        if let Some(given) = given {
            assert!(text.contains(&format!("https://portal.lakeside.example{given}")), "{letter:?}");
        }
    }
}

#[test]
fn every_subject_is_one_line_and_names_the_hospital() {
    let hostile = Letterhead { hospital: "A\r\nBcc: x@evil.example\0".to_owned(), ..head() };
    for letter in samples() {
        let written = head().write(&letter);
        assert!(written.subject.starts_with("Lakeside Children’s Hospital: "), "{}", written.subject);
        assert!(written.subject.chars().count() <= 100, "{}", written.subject);
        assert!(!hostile.write(&letter).subject.contains(['\r', '\n', '\0']));
    }
}

#[test]
fn every_letter_says_whom_to_call_and_that_nobody_asks_for_a_password() {
    for letter in samples() {
        let written = head().write(&letter);
        let flat = written.text.replace('\n', " ");
        for part in [&flat, &written.html] {
            assert!(part.contains("212-555-0100"), "{letter:?}: {part}");
            assert!(part.contains("never asks for your password"), "{letter:?}: {part}");
        }
    }
}

#[test]
fn a_change_of_the_account_says_what_to_do_if_it_was_not_you() {
    for letter in samples() {
        let tells = matches!(
            letter,
            Letter::PasswordReset { .. }
                | Letter::PasswordChanged { .. }
                | Letter::FactorChanged { .. }
                | Letter::EmailChangeLink { .. }
                | Letter::EmailChanged { .. }
                | Letter::NewDevice { .. }
                | Letter::RegistrationLink { .. }
                | Letter::AddressKnown
        );
        let text = head().write(&letter).text.replace('\n', " ");
        assert!(!tells || text.contains("was not you") || text.contains("did not ask"), "{letter:?}: {text}");
    }
}

#[test]
fn times_are_those_of_the_hospital_with_the_zone() {
    let letter = samples().into_iter().find(|l| l.word() == "password_changed").unwrap();
    assert!(head().write(&letter).text.replace('\n', " ").contains("24-Nov-2026 at 14:05 EST"));
}

#[test]
fn no_line_is_longer_than_a_mail_allows_whatever_somebody_typed() {
    let letter = Letter::RegistrationDeclined { reason: "x".repeat(5000) };
    for letter in samples().into_iter().chain([letter]) {
        let written = head().write(&letter);
        assert!(written.text.lines().all(|line| line.len() < 998), "{letter:?}");
        assert!(!written.text.contains('\r'));
    }
}

/// B36
#[test]
fn what_somebody_typed_stays_text() {
    let typed = "<script>alert(1)</script>\r\n.\r\nBcc: x@evil.example\u{202e}\0 https://evil.example/a";
    for letter in [
        Letter::RegistrationDeclined { reason: typed.to_owned() },
        Letter::MemberJoined { provider: typed.to_owned(), practice: typed.to_owned() },
        Letter::NewDevice {
            device: typed.to_owned(),
            network: typed.to_owned(),
            at: Instant::from_micros(0),
        },
    ] {
        let written = head().write(&letter);
        assert!(!written.html.contains("<script"), "{}", written.html);
        assert!(!written.html.contains("href=\"https://evil"), "{}", written.html);
        assert!(!written.text.contains(['\0', '\r', '\u{202e}']), "{}", written.text);
        assert!(
            !written.text.lines().any(|line| line == "." || line.starts_with("Bcc:")),
            "{}",
            written.text
        );
    }
}

/// B23
#[test]
fn a_place_that_is_not_ours_leads_to_the_start_page() {
    for path in
        ["//evil.example/a", "https://evil.example", "/\\evil.example", "reset/a", "/a\nBcc: b", "/a\"b", ""]
    {
        let letter = Letter::PasswordReset { link: Place(path.to_owned()) };
        let written = head().write(&letter);
        let ours = BTreeSet::from(["https://portal.lakeside.example/".to_owned()]);
        assert_eq!(urls(&written.text), ours, "{path:?}");
        assert_eq!(urls(&written.html), ours, "{path:?}");
    }
}

#[test]
fn a_letter_loads_nothing_and_tracks_nobody() {
    for letter in samples() {
        let html = head().write(&letter).html;
        for part in ["<img", "<link", "<script", "<style", "<iframe", "style=", "src=", "url("] {
            assert!(!html.contains(part), "{letter:?} has {part}");
        }
    }
}

#[test]
fn a_letter_about_a_review_says_how_many_until_when_and_what_happens_then() {
    let texts: Vec<(String, String)> = samples()
        .iter()
        .filter(|letter| {
            matches!(letter, Letter::ReviewOpened(_) | Letter::ReviewDue(_) | Letter::ReviewLocked { .. })
        })
        .map(|letter| head().write(letter))
        .map(|written| (written.subject, written.text.replace('\n', " ")))
        .collect();
    let has = |place: usize, parts: &[&str]| {
        let (subject, text) = &texts[place];
        for part in parts {
            assert!(subject.contains(part) || text.contains(part), "{part} is not in {subject}\n{text}");
        }
    };
    has(
        0,
        &[
            "through 30-Apr-2026",
            "You have 4 people to review.",
            "through 30-Apr-2026, 11:59 pm EDT",
            "/review",
        ],
    );
    has(1, &["This letter is late", "You have one person to review."]);
    has(2, &["Your account is locked", "since 01-May-2026 at 00:00 EDT"]);
    has(3, &["16 days left to review"]);
    has(4, &["This letter is late", "2 days left to review"]);
    has(5, &["Last day to review"]);
    has(6, &["Your account is locked"]);
    has(
        7,
        &["Since 01-May-2026 at 00:00 EDT your account is locked", "The 3 people you sponsor are locked too"],
    );
    has(8, &["This letter is late", "Nobody is left to review: completing it takes one click."]);
    assert!(!texts[0].1.contains("late") && !texts[7].1.contains("This letter is late"));
}

/// The letter about a moved date: its subject, and its text in one line.
fn moved(zone: &str, due: &str, older: Option<(time::Date, Instant)>) -> (String, String) {
    let new = NewDue {
        cycle: time::macros::date!(2026 - 10 - 01),
        sponsor: "00000000-0000-0000-0000-000000000007".parse().unwrap(),
        at: "2026-10-20T12:00:00Z".parse().unwrap(),
        due: due.parse().unwrap(),
        older,
    };
    let there = Letterhead { zone: zone.parse().unwrap(), ..head() };
    let written = there.write(&Letter::ReviewExtended(new));
    (written.subject, written.text.replace('\n', " "))
}

#[test]
fn a_moved_date_is_said_by_its_last_minute_also_where_the_clock_changes_at_midnight() {
    let (_, text) = moved("America/New_York", "2026-11-16T05:00:00Z", None);
    assert!(text.contains("You now have through 15-Nov-2026, 11:59 pm EST."), "{text}");
    assert!(text.contains("The attached calendar entry marks the last day."), "{text}");
    // In Santiago the clock goes from Saturday 11:59 pm straight to Sunday 1:00 am.
    let (_, text) = moved("America/Santiago", "2026-09-06T04:00:00Z", None);
    assert!(text.contains("You now have through 05-Sep-2026, 11:59 pm -04."), "{text}");
}

#[test]
fn a_moved_date_that_does_not_unlock_names_the_review_that_locks() {
    let older = Some((time::macros::date!(2026 - 04 - 01), "2026-05-01T04:00:00Z".parse().unwrap()));
    let (subject, text) = moved("America/New_York", "2026-11-16T05:00:00Z", older);
    assert!(subject.contains("stay locked"), "{subject}");
    for part in [
        "of 01-Oct-2026: it is due through 15-Nov-2026, 11:59 pm EST.",
        "This date does not unlock you. The validation of 01-Apr-2026 was not completed either",
        "since 01-May-2026 at 00:00 EDT",
        "Only completing the review unlocks, and does so at once: one review clears both.",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("attached"), "{text}");
}
