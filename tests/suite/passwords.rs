//! What is asked of passwords and codes, each rule of the ASVS table that nothing else shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use postern::app::sign_in::*;
use postern::domain::people::AccountKind;
use postern::domain::sign_in::Via;
use postern::domain::sign_in::password::{PasswordFault, choose, normalize};
use postern::store::counts;
use postern::views::samples::samples;
use proptest::prelude::*;

use crate::sign_in::*;
use crate::support::both_engines;
use crate::support::html::{Element, elements};
use crate::support::portal::Portal;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The cells of the table in `text` under the heading `section`.
fn table(text: &str, section: &str) -> Vec<Vec<String>> {
    let (_, rest) = text.split_once(&format!("## {section}\n")).unwrap();
    let rows = rest.split("\n## ").next().unwrap().lines().filter(|l| l.starts_with("| "));
    rows.skip(1)
        .map(|row| row.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect())
        .collect()
}

/// asvs_v6_1_3, asvs_v6_3_4
#[test]
fn every_way_in_is_documented_and_none_is_missing() {
    let documented: BTreeSet<String> =
        table(&read("docs/sign-in.md"), "Ways in").into_iter().map(|row| row[0].replace('`', "")).collect();
    let known: BTreeSet<String> = Via::ALL.iter().map(|via| via.word().to_owned()).collect();
    assert_eq!(documented, known);
}

/// asvs_v6_1_2, asvs_v6_2_11
#[test]
fn the_words_that_the_documentation_bars_are_no_passwords() {
    let known = ["Lakeside Children's Hospital", "Okafor", "Amara", "amara.okafor@example.org"];
    let rows = table(&read("docs/sign-in.md"), "Words that are no password");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let word = row[1].replace('`', "");
        for password in [format!("{word}/{word}/{word}"), format!("{word} {word}, {}!", word.to_uppercase())]
        {
            assert_eq!(choose(&password, &known), Err(PasswordFault::Known), "{password}");
        }
    }
}

/// asvs_v6_2_4, asvs_v6_2_12
#[test]
fn every_listed_password_is_refused_also_with_capitals_blanks_and_digits_after_it() {
    let list = read("assets/blocklist.txt");
    let lines: Vec<&str> = list.lines().filter(|l| !l.starts_with('#') && l.chars().count() >= 15).collect();
    assert!(lines.len() >= 3000, "{} of a length that could be chosen", lines.len());
    for line in lines {
        let (head, tail) = line.split_at(line.char_indices().nth(7).unwrap().0);
        let mut variants = vec![line.to_owned(), line.to_uppercase(), format!("{head} {tail}")];
        if !line.ends_with(|c: char| c.is_ascii_digit()) {
            variants.push(format!("{line}2026"));
        }
        for typed in variants {
            assert_eq!(choose(&typed, &[]), Err(PasswordFault::Common), "{typed}");
        }
    }
}

proptest! {
    /// asvs_v6_2_5
    #[test]
    fn any_characters_make_a_password(
        letters in prop::collection::vec(prop::char::range('a', 'z'), 20..80),
        signs in prop::collection::vec(prop::char::range('\u{1f400}', '\u{1f43e}'), 20..80),
        words in prop::collection::vec("[a-z]{5,9}", 4..9),
    ) {
        let text = |chars: &[char]| chars.iter().collect::<String>();
        for typed in [text(&letters), text(&signs), words.join("  ")] {
            prop_assert!(choose(&typed, &[]).is_ok(), "{typed}");
        }
    }
}

/// Every input of every page, with the page's name.
fn inputs() -> Vec<(&'static str, Element)> {
    let of = |page: &postern::views::samples::Sample| {
        let name = page.name;
        elements(&page.markup.0)
            .into_iter()
            .filter(|e| e.tag == "input")
            .map(move |e| (name, e))
            .collect::<Vec<_>>()
    };
    samples().iter().flat_map(of).collect()
}

/// asvs_v6_2_6, asvs_v6_2_7
#[test]
fn a_password_is_masked_known_to_password_managers_and_may_be_pasted_whole() {
    let fields: Vec<_> = inputs().into_iter().filter(|(_, e)| e.get("name").contains("password")).collect();
    assert!(fields.len() >= 6);
    for (page, field) in fields {
        assert_eq!(field.get("type"), "password", "{page}");
        let known = matches!(field.get("autocomplete"), "current-password" | "new-password");
        assert!(known, "{page}: autocomplete {:?}", field.get("autocomplete"));
        assert!(!field.has("maxlength") && !field.has("onpaste") && !field.has("readonly"), "{page}");
        assert_eq!(field.get("value"), "", "{page}");
    }
    assert!(inputs().iter().any(|(_, e)| e.get("autocomplete") == "username"));
    assert!(inputs().iter().any(|(_, e)| e.get("autocomplete") == "one-time-code"));
    let script = read("assets/app.js");
    assert!(!script.contains("paste") && !script.contains("beforeinput"));
}

/// asvs_v6_4_2
#[test]
fn no_page_and_no_table_has_a_secret_question_or_a_hint() {
    for sample in samples() {
        let page = sample.markup.0.to_lowercase();
        for words in ["security question", "secret question", "password hint", "mother’s maiden", "first pet"]
        {
            assert!(!page.contains(words), "{}: {words}", sample.name);
        }
    }
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite")).unwrap() {
        let schema = fs::read_to_string(entry.unwrap().path()).unwrap();
        for column in ["hint ", "question ", "secret_answer "] {
            assert!(!schema.contains(&format!("    {column}")), "a column {column}");
        }
    }
}

/// asvs_v6_4_6
#[test]
fn no_page_of_the_access_team_takes_or_shows_a_password() {
    let mut pages = 0;
    for sample in samples() {
        let all = elements(&sample.markup.0);
        let of_team =
            all.iter().any(|e| e.tag == "a" && e.get("href").starts_with("/team/") && e.has("aria-current"));
        if of_team {
            pages += 1;
            assert!(!all.iter().any(|e| e.get("type") == "password"), "{}", sample.name);
        }
    }
    assert!(pages > 5);
}

/// What a file says, but for the chance with which the signing library makes a signature's nonce.
fn own_words(path: &Path) -> String {
    fs::read_to_string(path).unwrap().replace("ring::rand::SystemRandom", "")
}

/// asvs_v6_5_3
#[test]
fn chance_comes_from_the_system_in_one_place() {
    let asks = ["getrandom", "thread_rng", "OsRng", "rand::", "fastrand"];
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if asks.iter().any(|a| own_words(&path).contains(a)) {
                found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(found, ["entropy.rs"]);
}

both_engines! {
    /// asvs_v6_3_2
    async fn a_new_installation_has_no_account(house: House) {
        for kind in AccountKind::ALL {
            assert_eq!(counts::accounts_of(house.db(), *kind).await.unwrap(), 0, "{kind}");
        }
    }

    /// asvs_v6_2_8
    async fn a_password_is_checked_as_it_was_typed(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let long = "Nine purple otters glide at dawn, one by one, up the slow river to the old weir, caf\u{e9} au lait";
        assert!(long.len() > 72);
        let hash = password_hash(&normalize(long), [2; 16]).unwrap();
        let mut tx = app.db.begin().await.unwrap();
        set_credentials(app, &mut tx, account, &hash, SECRET).await.unwrap();
        tx.commit().await.unwrap();
        let cut: String = long.chars().take(72).collect();
        let wrong = [
            long.to_lowercase(),
            long.to_uppercase(),
            format!("{long} "),
            format!(" {long}"),
            long.replace("  ", " ").replace(", ", ","),
            cut,
            format!("{}u", &long[..long.len() - 1]),
            long.replace('\u{e9}', "e"),
        ];
        for (n, typed) in wrong.iter().enumerate() {
            let answer = password(app, EMAIL, typed, &from(&format!("198.51.100.{n}"))).await;
            assert!(matches!(answer, PasswordAnswer::Refused), "{typed}");
        }
        // One text in two encodings of the same characters is one password.
        for typed in [long.to_owned(), long.replace('\u{e9}', "e\u{301}")] {
            assert!(matches!(password(app, EMAIL, &typed, &home()).await, PasswordAnswer::GoOn { .. }), "{typed}");
        }
    }

    /// asvs_v6_2_9
    async fn a_password_of_256_characters_signs_in_through_the_form(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let longest: String = ('\u{1f300}'..).take(256).collect();
        let chosen = choose(&longest, &[]).unwrap_or_else(|fault| {
            assert_eq!(fault, PasswordFault::Common, "counted up");
            ('\u{1f300}'..).step_by(2).zip(('\u{1f600}'..).step_by(3)).flat_map(|(a, b)| [a, b]).take(256).collect()
        });
        assert_eq!(chosen.chars().count(), 256);
        let hash = password_hash(&normalize(&chosen), [2; 16]).unwrap();
        let mut tx = app.db.begin().await.unwrap();
        set_credentials(app, &mut tx, account, &hash, SECRET).await.unwrap();
        tx.commit().await.unwrap();
        let portal = Portal::of(house);
        let fields = [("email", EMAIL), ("password", chosen.as_str())];
        let answer = portal.post("/sign-in", &portal.stranger(), &fields).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in/code"));
    }

    /// asvs_v6_2_10
    async fn a_password_does_not_age(house: House) {
        amara(house).await;
        house.clock.set("2031-03-11T16:00:00Z".parse().unwrap());
        assert!(is_signed_in(&house.app, &signed_in(house).await).await);
    }

    /// asvs_v6_5_5, asvs_v6_5_8
    async fn a_code_is_good_in_its_step_and_the_next_by_the_portals_own_clock(house: House) {
        let app = &house.app;
        amara(house).await;
        let made = house.now();
        let code = totp_code(SECRET, made);
        let cookie = half(app).await;
        let ahead = totp_code(SECRET, made.plus_seconds(30));
        assert!(matches!(check_code(app, &hashing(), &cookie, &ahead, &home()).await.unwrap(), CodeAnswer::Wrong { .. }));
        house.clock.advance(60);
        assert!(matches!(check_code(app, &hashing(), &cookie, &code, &home()).await.unwrap(), CodeAnswer::Wrong { .. }));
        house.clock.advance(-1);
        assert!(matches!(check_code(app, &hashing(), &cookie, &code, &home()).await.unwrap(), CodeAnswer::SignedIn { .. }));
    }
}
