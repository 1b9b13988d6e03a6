//! Journeys in a real Chromium against the demo served by this process: what a person does, with and without JavaScript. The
//! journeys themselves are in `tests/browser/`; this side serves the portal, moves its clock and reads codes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use postern::app::accounts::{WantedAccount, create_account};
use postern::app::ports::Clock;
use postern::app::sign_in::totp_code;
use postern::domain::people::{AccountKind, Role};
use serde_json::{Value, json};

use crate::support::block_on;
use crate::support::demo::DemoPortal;

macro_rules! journeys {
    ($($name:ident)+) => {$(
        mod $name {
            #[test]
            fn with_scripts() {
                super::journey(stringify!($name), "on");
            }

            #[test]
            fn without_scripts() {
                super::journey(stringify!($name), "off");
            }
        }
    )+};
}

journeys! {
    a_physician_reaches_a_lab_trend_in_three_clicks
    the_summary_of_every_patient_of_a_physician_prints_on_two_letter_sheets
    a_physician_is_told_why_a_chart_stays_closed
    a_nurse_reads_what_her_sponsor_may_and_no_sensitive_item
    a_locked_sponsor_sees_only_the_way_out
    the_access_team_asks_who_can_and_reads_the_audit
    a_mother_reads_who_opened_the_chart
    a_new_colleague_sets_up_the_account_and_signs_in
    a_new_physician_registers_is_approved_and_reads_a_first_record
    a_forgotten_password_is_chosen_anew_and_the_code_is_asked_for_all_the_same
    a_physician_changes_the_address_and_signs_in_with_the_new_one
    a_lost_phone_is_replaced_by_a_recovery_code_and_by_two_of_the_team
    somebody_who_cannot_sign_in_asks_for_help_and_reads_the_answer
    the_hospital_signs_a_physician_in_with_a_second_factor_and_not_without
    a_nurse_is_invited_activates_and_reads_a_first_record
    a_token_letter_opens_a_chart_to_the_first_and_to_nobody_else
    a_refused_physician_asks_the_family_confirms_by_phone_and_the_chart_opens
    two_of_the_team_on_one_request_see_who_was_first_and_lose_nothing_typed
    a_whole_cycle_from_the_opening_mail_to_the_late_review_and_the_next_october
    a_mother_says_yes_on_her_phone_in_spanish_and_takes_it_back_while_the_chart_is_open
    a_guardian_without_a_code_is_called_and_begins_with_the_one_she_is_read
    a_refusal_of_one_of_two_guardians_goes_to_the_access_team
    a_child_turns_13_and_18_and_who_decides_changes_by_the_clock
    a_teen_and_the_mother_both_say_yes_and_at_18_the_teen_keeps_it
    a_physician_takes_emergency_access_the_team_reviews_it_and_the_family_reads_it
}

/// Without JavaScript browsers have no passkeys.
#[test]
fn a_passkey_is_added_and_signs_in_without_password_and_code() {
    journey("a_passkey_is_added_and_signs_in_without_password_and_code", "on");
}

macro_rules! shares_of_the_gallery {
    ($($name:ident: $part:literal of $parts:literal,)+) => {
        /// The samples are shared out: all of them in one browser take longer than a test may.
        mod axe_finds_nothing_on_any_sample_at_any_width {$(
            #[test]
            fn $name() {
                super::journey(concat!("gallery ", $part, " ", $parts), "on");
            }
        )+}
    };
}

shares_of_the_gallery! {
    first_share: 1 of 4,
    second_share: 2 of 4,
    third_share: 3 of 4,
    last_share: 4 of 4,
}

#[test]
fn axe_finds_nothing_on_the_pages_of_the_demo() {
    journey("pages", "on");
}

/// Runs one journey of `tests/browser/journeys.mjs`.
fn journey(name: &str, scripts: &str) {
    block_on(async {
        let portal = if name.starts_with("the_hospital_signs") {
            DemoPortal::start_with_provider().await
        } else {
            DemoPortal::start().await
        };
        // Waiting for the browser must not hold up the portal that serves it.
        let (portal, transcript) = tokio::task::spawn_blocking({
            let (name, scripts) = (name.to_owned(), scripts.to_owned());
            let handle = tokio::runtime::Handle::current();
            move || {
                let url = portal.url.clone();
                let answers = &mut |question: &Value| handle.block_on(answer(&portal, question));
                let transcript = drive(&name, &scripts, &url, answers);
                (portal, transcript)
            }
        })
        .await
        .unwrap();
        portal.remove().await;
        if let Err(transcript) = transcript {
            panic!("{name}, scripts {scripts}:\n{transcript}");
        }
    });
}

/// Runs the journey `name` against the portal at `url`; what it asks, `answer` answers. The transcript of one that fails.
pub fn drive(
    name: &str,
    scripts: &str,
    url: &str,
    answer: &mut dyn FnMut(&Value) -> Value,
) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    assert!(
        folder.join("node_modules/playwright-core").exists(),
        "tests/browser/node_modules is not there; ./tests/run installs it (or run `npm ci` in tests/browser)"
    );
    let mut node = Command::new("node")
        .args(["run.mjs", name, scripts])
        .current_dir(folder)
        .env("POSTERN_TEST_URL", url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node starts; ./tests/run installs it");
    let mut answers = node.stdin.take().unwrap();
    let mut errors = node.stderr.take().unwrap();
    let complaints = std::thread::spawn(move || std::io::read_to_string(&mut errors).unwrap_or_default());
    let mut transcript = String::new();
    for line in BufReader::new(node.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line.strip_prefix('?') {
            Some(question) => {
                let question: Value = serde_json::from_str(question).unwrap();
                writeln!(answers, "{}", answer(&question)).unwrap();
            }
            None => transcript.extend([&line, "\n"]),
        }
    }
    let ended = node.wait().unwrap();
    transcript.push_str(&complaints.join().unwrap());
    if ended.success() { Ok(()) } else { Err(transcript) }
}

/// What a journey may ask: `{hospital: true}`, `{route: "family"}`, `{at: instant}`, `{job: name}`, `{code: email}`, `{advance: seconds}`, `{account: email}`, `{link: email}`, `{totp: base32}`.
async fn answer(portal: &DemoPortal, question: &Value) -> Value {
    let now = portal.clock.now();
    if let Some(seconds) = question["advance"].as_i64() {
        portal.clock.advance(seconds);
        return json!({});
    }
    if let Some(instant) = question["at"].as_str() {
        portal.clock.set(instant.parse().unwrap());
        return json!({});
    }
    if let Some(job) = question["job"].as_str() {
        postern::jobs::Job::named(job).unwrap().run(&portal.app).await.unwrap();
        return json!({});
    }
    if question["route"] == "family" {
        leave_to_families(portal).await;
        return json!({});
    }
    if question["hospital"] == true {
        return json!({ "issuer": portal.provider.as_ref().unwrap().issuer });
    }
    if let Some(email) = question["code"].as_str() {
        return json!({ "code": portal.account(email).code(now) });
    }
    if let Some(email) = question["account"].as_str() {
        return serde_json::to_value(portal.account(email)).unwrap();
    }
    if let Some(secret) = question["totp"].as_str() {
        let read = data_encoding::BASE32_NOPAD.decode(secret.as_bytes());
        let secret = read.unwrap_or_else(|error| panic!("{secret}: {error}"));
        return json!({ "code": totp_code(&secret, now) });
    }
    if let Some(email) = question["link"].as_str() {
        let wanted = WantedAccount {
            email: email.to_owned(),
            kind: AccountKind::AccessTeam,
            npi: None,
            family: Some("Bianchi".to_owned()),
            given: Some("Noor".to_owned()),
            job: None,
            birth_date: None,
            roles: vec![Role::Auditor],
        };
        let link = create_account(&portal.app, &wanted).await.unwrap();
        return json!({ "path": format!("/set-up/{}", link.secret.as_str()) });
    }
    panic!("a journey asks {question}, which nobody answers")
}

/// Every open request for access without being the PCP waits for the family.
async fn leave_to_families(portal: &DemoPortal) {
    let sql = "insert into patient_request (request_id, route) select id, 'family' from access_request \
               where kind = 'non_pcp' and state = 'open' on conflict (request_id) do update set route = 'family'";
    let postern::store::Db::Sqlite { write, .. } = &portal.app.db else { panic!("the demo is on SQLite") };
    sqlx::query(sql).execute(write).await.unwrap();
}
