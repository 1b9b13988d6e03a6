//! What registering asks, at its edges.

use super::*;
use crate::domain::request::REASON_LONGEST;

fn start(npi: &str, chart: &str, reason: &str) -> TypedStart {
    TypedStart { npi: npi.into(), no_npi: String::new(), chart: chart.into(), chart_reason: reason.into() }
}

fn details() -> TypedDetails {
    TypedDetails {
        family: "Okafor".into(),
        given: "Ngozi".into(),
        phone: "(212) 555-0134".into(),
        practice: "new".into(),
        practice_name: "Elm Street Pediatrics".into(),
        practice_phone: "212-555-0100".into(),
        practice_address: "1 Elm Street, Albany NY".into(),
        ..TypedDetails::default()
    }
}

fn answers(check: NpiCheck) -> Answers {
    let names = RegistryNames {
        family: "OKAFOR".into(),
        given: "NGOZI".into(),
        others: vec![("ADE".into(), "N".into())],
    };
    let known = matches!(check, NpiCheck::Found | NpiCheck::Mismatch).then_some(names);
    let specialty = if known.is_some() { "Pediatrics" } else { "" };
    let npi = (check != NpiCheck::NoNpi).then(|| Npi::parse("1234567893").unwrap());
    Answers { registry: known, registry_specialty: specialty.into(), ..Answers::of(npi.as_ref(), check) }
}

#[test]
fn an_npi_is_read_with_blanks_and_dashes_and_each_fault_has_its_own_words() {
    let npi = |typed: &str| start(typed, "no", "").check().map(|(npi, _)| npi.unwrap().as_str().to_owned());
    assert_eq!(npi(" 1234-567 893 ").as_deref(), Ok("1234567893"));
    assert_eq!(npi("１２３４５６７８９３").as_deref(), Ok("1234567893"));
    assert_eq!(npi(" "), Err(vec![Fault::NpiMissing]));
    assert_eq!(npi("1234567890"), Err(vec![Fault::NpiCheckDigit]));
    for wrong in ["123456789", "3234567893", "12345678931", "abc", "1234567893'; drop"] {
        assert_eq!(npi(wrong), Err(vec![Fault::NpiShape]), "{wrong}");
    }
    let international = TypedStart { no_npi: "yes".into(), ..start("", "no", "") };
    assert_eq!(international.check(), Ok((None, String::new())));
}

#[test]
fn whoever_has_the_hospitals_own_chart_uses_it_or_says_why_not() {
    let check = |chart, reason: &str| start("1234567893", chart, reason).check().map(|(_, reason)| reason);
    assert_eq!(check("no", "ignored"), Ok(String::new()));
    assert_eq!(check("yes", " "), Err(vec![Fault::UseChart]));
    assert_eq!(check("yes", " two jobs ").as_deref(), Ok("two jobs"));
    assert_eq!(check("yes", &"x".repeat(REASON_LONGEST + 1)), Err(vec![Fault::ReasonTooLong]));
    for garbage in ["", "maybe"] {
        assert_eq!(check(garbage, "x"), Err(vec![Fault::ChartMissing]));
    }
    assert_eq!(start("", "", "").check(), Err(vec![Fault::NpiMissing, Fault::ChartMissing]));
}

#[test]
fn every_fault_of_the_details_is_named_at_once() {
    let empty = TypedDetails { practice: "new".into(), ..TypedDetails::default() };
    let faults = empty.fill(&answers(NpiCheck::Off)).unwrap_err();
    let missing = |line| Fault::Line(line, LineFault::Missing);
    let wanted = [
        Line::Family,
        Line::Given,
        Line::Phone,
        Line::PracticeName,
        Line::PracticePhone,
        Line::PracticeAddress,
    ];
    assert_eq!(faults, wanted.map(missing));
}

#[test]
fn a_line_break_a_control_or_a_turned_direction_is_refused_and_any_script_and_emoji_taken() {
    let family = |typed: &str| {
        let typed = TypedDetails { family: typed.into(), ..details() };
        typed.fill(&answers(NpiCheck::Off)).map(|a| a.family)
    };
    for bad in ["Oka\r\nBcc: x", "Oka\nfor", "Oka\u{1b}[2J", "Oka\u{202e}for", "Oka\u{2028}for"] {
        let fault = Fault::Line(Line::Family, LineFault::BadCharacter);
        assert_eq!(family(bad), Err(vec![fault]), "{bad:?}");
    }
    assert_eq!(family(&"é".repeat(100)), Ok("é".repeat(100)));
    assert_eq!(family(&"é".repeat(101)), Err(vec![Fault::Line(Line::Family, LineFault::TooLong)]));
    assert_eq!(family("王 🩺").as_deref(), Ok("王 🩺"));
    assert_eq!(family("--"), Err(vec![Fault::Line(Line::Family, LineFault::Missing)]));
}

#[test]
fn a_phone_number_has_seven_digits_and_what_one_dials() {
    let phone =
        |typed: &str| TypedDetails { phone: typed.into(), ..details() }.fill(&answers(NpiCheck::Off)).is_ok();
    for good in ["2125550134", "+49 (0)30 123-456", "212.555.0134 x12"] {
        assert!(phone(good), "{good}");
    }
    for bad in ["555", "call me 2125550134", "212555013４"] {
        assert!(!phone(bad), "{bad}");
    }
}

#[test]
fn a_name_that_the_registry_does_not_have_goes_on_only_for_review() {
    let other = TypedDetails { family: "Chen".into(), ..details() };
    assert_eq!(other.fill(&answers(NpiCheck::Found)), Err(vec![Fault::NameMismatch]));
    let review = TypedDetails { review: "yes".into(), ..other };
    let sent = review.fill(&answers(NpiCheck::Found)).unwrap();
    assert_eq!((sent.check, sent.specialty.as_str()), (NpiCheck::Mismatch, ""));
    // Coming back with the right name takes the flag away again.
    let mended = details().fill(&sent).unwrap();
    assert_eq!((mended.check, mended.specialty.as_str()), (NpiCheck::Found, "Pediatrics"));
    assert_eq!(details().fill(&answers(NpiCheck::Unknown)), Err(vec![Fault::NpiUnknown]));
    assert!(review.fill(&answers(NpiCheck::Unknown)).is_ok());
    for check in [NpiCheck::Off, NpiCheck::Unavailable, NpiCheck::NoNpi] {
        assert_eq!(details().fill(&answers(check)).unwrap().check, check);
    }
}

#[test]
fn an_address_has_one_spelling_and_one_reader() {
    let plain = |typed: &str| email(typed).map(|(plain, _)| plain);
    assert_eq!(plain(" Ngozi.Okafor@Elm.example ").as_deref(), Ok("Ngozi.Okafor@Elm.example"));
    assert_eq!(email("NGOZI@elm.example").unwrap().1, "ngozi@elm.example");
    // Full-width letters and invisible ones reach the mailbox that they are counted as.
    assert_eq!(plain("ｎgozi@elm.example").as_deref(), Ok("ngozi@elm.example"));
    assert_eq!(plain("ngo\u{200b}zi@elm.example").as_deref(), Ok("ngozi@elm.example"));
    assert_eq!(plain("  "), Err(Fault::EmailMissing));
    let long = format!("{}@elm.example", "a".repeat(65));
    for bad in [
        "ngozi",
        "@elm.example",
        "ngozi@",
        "ngozi@elm",
        "a@b@elm.example",
        "a b@elm.example",
        "a@elm..example",
        "a@-elm.example",
        "a@elm.example\r\nBcc: x@y.example",
        "<a@elm.example>",
        "a,b@elm.example",
        &long,
    ] {
        assert_eq!(plain(bad), Err(Fault::EmailShape), "{bad:?}");
    }
    assert_eq!(plain("FrontDesk@elm.example"), Err(Fault::EmailShared));
    assert!(plain("o'reilly@elm.example").is_ok());
}
