//! Asking for help: filed, mailed, followed, answered; how often; and which pictures are taken.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::{Done, Member};
use postern::app::help::{Asked, Picture, Question, ask, asked, rewrite, screenshot, status};
use postern::domain::audit::{Act, Outcome};
use postern::domain::help::{HelpFault, PictureFault};
use postern::domain::ids::RequestId;
use postern::domain::letter::Letter;
use postern::domain::people::Role;

use crate::desk::{at_present, detail, member, question};
use crate::sign_in::{acts, from, home};
use crate::support::letters::letters_of;
use crate::support::{House, both_engines};

fn wanted(email: &str) -> Question {
    Question {
        email: email.to_owned(),
        name: "Amara Okafor".to_owned(),
        description: "The code is always wrong".to_owned(),
        picture: None,
    }
}

/// The secret in a letter's link.
fn secret(letter: &Letter) -> &str {
    match letter {
        Letter::HelpReceived { link, .. } | Letter::HelpAnswered { link } => {
            link.0.strip_prefix("/help/status/").unwrap()
        }
        other => panic!("{other:?}"),
    }
}

fn drawn(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 40])
    }))
}

pub fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    drawn(64, 40).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The PNG with one more chunk after its header.
fn with_chunk(png: &[u8], kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend_from_slice(&kind);
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(&crc(&chunk[4..]).to_be_bytes());
    [&png[..33], &chunk, &png[33..]].concat()
}

/// CRC-32 as PNG has it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

/// The PNG with another width and height in its header.
fn with_size(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&png[24..29]);
    let sum = crc(&header).to_be_bytes();
    [&png[..12], &header, &sum, &png[33..]].concat()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[test]
fn a_picture_keeps_its_pixels_and_loses_what_it_hid() {
    let png = with_chunk(&picture(ImageFormat::Png), *b"tEXt", b"Comment\0<script>alert(1)</script>");
    let jpeg = picture(ImageFormat::Jpeg);
    let comment = b"\xff\xfe\x00\x10GPS 40.7 -74.0";
    let jpeg = [&jpeg[..2], comment, &jpeg[2..]].concat();
    for (bytes, hidden, kind) in [(png, b"script".as_slice(), "png"), (jpeg, b"GPS", "jpeg")] {
        assert!(holds(&bytes, hidden));
        let Picture { bytes: written, kind: found } = rewrite(&bytes).unwrap();
        assert!(!holds(&written, hidden));
        assert_eq!(found, kind);
        let seen = image::load_from_memory(&written).unwrap();
        assert_eq!((seen.width(), seen.height()), (64, 40));
        if kind == "png" {
            assert_eq!(seen.into_rgb8(), drawn(64, 40).into_rgb8());
        }
    }
}

#[test]
fn what_is_no_picture_is_refused_whatever_it_is_called() {
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let html = b"<!doctype html><script>alert(1)</script>";
    for bytes in [gif.as_slice(), svg, html, b"", b"%PDF-1.7", b"RIFF\x00\x00\x00\x00WEBPVP8 "] {
        assert_eq!(rewrite(bytes), Err(PictureFault::Kind));
    }
}

#[test]
fn a_picture_with_something_after_it_is_refused() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        for more in [b"<script>alert(1)</script>".as_slice(), b"PK\x03\x04", b"\0"] {
            assert_eq!(rewrite(&[&picture(format), more].concat()), Err(PictureFault::More));
        }
    }
}

#[test]
fn a_picture_cut_short_or_spoilt_is_refused() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let whole = picture(format);
        for end in [3, 9, 20, whole.len() / 2, whole.len() - 1] {
            let cut = rewrite(&whole[..end]);
            assert!(
                matches!(cut, Err(PictureFault::Broken | PictureFault::Kind)),
                "{format:?} {end}: {cut:?}"
            );
        }
    }
    let mut spoilt = picture(ImageFormat::Png);
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 0xff;
    assert_eq!(rewrite(&spoilt), Err(PictureFault::Broken));
}

#[test]
fn a_picture_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
    let png = picture(ImageFormat::Png);
    for (width, height) in [(30_000, 30_000), (16_384, 16_384), (u32::MAX, 1), (4097, 4096)] {
        let refused = rewrite(&with_size(&png, width, height));
        assert!(
            matches!(refused, Err(PictureFault::Pixels | PictureFault::Broken)),
            "{width} x {height}: {refused:?}"
        );
    }
    assert_eq!(rewrite(&with_size(&png, 16_384, 16_384)), Err(PictureFault::Pixels));
    assert_eq!(rewrite(&vec![0x89; 5 * 1024 * 1024 + 1]), Err(PictureFault::Bytes));
}

async fn answered(house: &House, reviewer: &Member, id: RequestId) {
    let done = decide(&house.app, reviewer, (id, 0), Verdict::Answer(" Set the clock of your phone. ")).await;
    assert_eq!(done.unwrap(), Done::Done(None));
}

both_engines! {
    async fn a_question_is_followed_by_its_link_until_it_is_answered(house: House) {
        let reviewer = member(house, &[Role::Reviewer]).await;
        let id = question(house, "Amara@example.org ").await;
        let received = letters_of(house, "help_received").await;
        assert_eq!(received[0].0, "Amara@example.org");
        let link = secret(&received[0].1).to_owned();
        let waiting = status(&house.app, &link, &home()).await.unwrap().unwrap();
        assert_eq!((waiting.description.as_str(), waiting.answer), ("My phone was stolen", None));
        house.clock.advance(3600);
        answered(house, &at_present(house, &reviewer), id).await;
        let answer = letters_of(house, "help_answered").await;
        for link in [link.as_str(), secret(&answer[0].1)] {
            let seen = status(&house.app, link, &home()).await.unwrap().unwrap();
            assert_eq!(seen.answer, Some((house.now(), "Set the clock of your phone.".to_owned())));
        }
        let twice = decide(&house.app, &at_present(house, &reviewer), (id, 0), Verdict::Answer("Again")).await;
        assert_eq!(twice.unwrap(), Done::Stale);
        assert_eq!(letters_of(house, "help_answered").await.len(), 1);
    }

    async fn a_link_to_a_question_is_over_after_ninety_days_and_an_unknown_one_is_no_link(house: House) {
        question(house, "amara@example.org").await;
        let received = letters_of(house, "help_received").await;
        let link = secret(&received[0].1);
        for unknown in ["", "ABC", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(status(&house.app, unknown, &home()).await.unwrap(), None);
        }
        house.clock.advance(90 * 86_400 - 1);
        assert!(status(&house.app, link, &home()).await.unwrap().is_some());
        house.clock.advance(1);
        assert_eq!(status(&house.app, link, &home()).await.unwrap(), None);
    }

    async fn one_address_asks_three_times_at_once_and_then_once_an_hour(house: House) {
        let app = &house.app;
        for spelling in ["amara@example.org", "AMARA@example.org", " amara@EXAMPLE.org"] {
            assert!(matches!(ask(app, wanted(spelling), &home()).await.unwrap(), Asked::Filed(_)));
        }
        let slowed = ask(app, wanted("Amara@example.org"), &from("198.51.100.9")).await.unwrap();
        assert_eq!(slowed, Asked::Slowed(3600));
        // Another address is not kept waiting by it.
        assert!(matches!(ask(app, wanted("other@example.org"), &home()).await.unwrap(), Asked::Filed(_)));
        house.clock.advance(3599);
        assert_eq!(ask(app, wanted("amara@example.org"), &home()).await.unwrap(), Asked::Slowed(1));
        house.clock.advance(1);
        assert!(matches!(ask(app, wanted("amara@example.org"), &home()).await.unwrap(), Asked::Filed(_)));
        assert_eq!(letters_of(house, "help_received").await.len(), 5);
        assert!(acts(app).await.contains(&(Act::FileRequest, Outcome::Failed, "slowed".to_owned())));
    }

    async fn one_network_asks_ten_times_at_once(house: House) {
        for n in 0..10 {
            let one = wanted(&format!("q{n}@example.org"));
            assert!(matches!(ask(&house.app, one, &home()).await.unwrap(), Asked::Filed(_)));
        }
        let next = wanted("next@example.org");
        assert_eq!(ask(&house.app, next.clone(), &home()).await.unwrap(), Asked::Slowed(60));
        assert!(matches!(ask(&house.app, next, &from("198.51.100.9")).await.unwrap(), Asked::Filed(_)));
    }

    async fn what_is_missing_or_too_long_is_said_and_nothing_is_kept(house: House) {
        let app = &house.app;
        let nothing = ask(app, Question::default(), &home()).await.unwrap();
        let missing = vec![HelpFault::Email, HelpFault::NameMissing, HelpFault::DescriptionMissing];
        assert_eq!(nothing, Asked::Invalid(missing));
        let long = Question { name: "é".repeat(201), description: "é".repeat(2001), ..wanted("a b@example.org") };
        let wrong = vec![HelpFault::Email, HelpFault::NameTooLong, HelpFault::DescriptionTooLong];
        assert_eq!(ask(app, long, &home()).await.unwrap(), Asked::Invalid(wrong));
        let full = Question { name: "é".repeat(200), description: "é".repeat(2000), ..wanted("a@example.org") };
        assert!(matches!(ask(app, full, &home()).await.unwrap(), Asked::Filed(_)));
        let gif = Question { picture: Some(b"GIF89a".to_vec()), ..wanted("b@example.org") };
        let refused = Asked::Invalid(vec![HelpFault::Picture(PictureFault::Kind)]);
        assert_eq!(ask(app, gif, &home()).await.unwrap(), refused);
        assert_eq!(letters_of(house, "help_received").await.len(), 1);
    }

    async fn a_picture_is_kept_as_it_was_written_anew_and_shown_to_the_team_on_the_record(house: House) {
        let reviewer = member(house, &[Role::Reviewer]).await;
        let sent = picture(ImageFormat::Png);
        let question = Question { picture: Some(sent.clone()), ..wanted("amara@example.org") };
        assert!(matches!(ask(&house.app, question, &home()).await.unwrap(), Asked::Filed(_)));
        let id = crate::desk::list(house, &reviewer, postern::domain::queue::View::NeedsAction).await.rows[0].id;
        assert_eq!(asked(&house.app, id).await.unwrap().unwrap().screenshot_kind.as_deref(), Some("png"));
        let before = acts(&house.app).await.len();
        let (bytes, kind) = screenshot(&house.app, &reviewer, id).await.unwrap().unwrap();
        assert_eq!((bytes, kind.as_str()), (rewrite(&sent).unwrap().bytes, "png"));
        assert_eq!(acts(&house.app).await.len(), before + 1);
        assert!(screenshot(&house.app, &reviewer, RequestId(uuid::Uuid::from_u128(3))).await.unwrap().is_none());
        assert_eq!(detail(house, &reviewer, id).await.request.id, id);
    }
}
