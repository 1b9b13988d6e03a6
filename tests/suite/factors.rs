//! What the owner changes about signing in: authenticator, recovery codes, password. And a fresh factor inside a session.

use postern::app::mail;
use postern::app::sign_in::*;
use postern::app::{App, AppError};
use postern::domain::audit::{Act, Outcome};
use postern::domain::letter::{FactorChange, Letter};
use postern::domain::sign_in::password::PasswordFault;
use postern::domain::sign_in::{FREE_TRIES, SESSIONS_MOST, STEP_UP_SECONDS, Via, WRONG_CODES_DISABLE};
use postern::store::sign_in::{credentials, recovery};

use crate::sign_in::{
    EMAIL, PASSWORD, SECRET, acts, amara, from, half, hashing, home, is_signed_in, password, session_of,
    signed_in,
};
use crate::support::{House, both_engines};

const NEW_PASSWORD: &str = "nine brass kettles on a shelf";

/// A session signed in with a code that was not used yet.
async fn here(house: &House) -> Session {
    house.clock.advance(30);
    session_of(&house.app, &signed_in(house).await).await
}

async fn recovery_codes(app: &App, session: &Session) -> Vec<String> {
    make_recovery_codes(app, &Hashing::on_cores(64), session, &home()).await.unwrap().unwrap()
}

async fn enter(app: &App, attempt: &str, code: &str) -> CodeAnswer {
    check_code(app, &hashing(), attempt, code, &home()).await.unwrap()
}

fn signed(answer: &CodeAnswer) -> bool {
    matches!(answer, CodeAnswer::SignedIn { .. })
}

/// The changes that letters told of, newest first.
async fn told(app: &App) -> Vec<FactorChange> {
    let letters = mail::latest(app).await.unwrap().into_iter().filter_map(|l| l.letter);
    letters
        .filter_map(|l| if let Letter::FactorChanged { change, .. } = l { Some(change) } else { None })
        .collect()
}

/// Binds a new authenticator and gives its secret.
async fn replace(house: &House, session: &Session) -> Result<Vec<u8>, AppError> {
    let app = &house.app;
    assert_eq!(begin_authenticator(app, session).await?, Changed::Done);
    let key = authenticator_page(app, session).await?.unwrap().manual_key.replace(' ', "");
    let secret = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    let code = totp_code(&secret, house.now());
    assert_eq!(finish_authenticator(app, session, &code, &home()).await?, Changed::Done);
    Ok(secret)
}

both_engines! {
    /// asvs_v6_5_1, asvs_v6_5_3: ten codes of 80 bits, each good once.
    async fn each_of_ten_recovery_codes_stands_in_for_the_app_once(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        let codes = recovery_codes(app, &session).await;
        assert_eq!(codes.len(), 10);
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), 10);
        // However it is typed.
        let sloppy = codes[0].to_lowercase().replace('-', " ");
        let CodeAnswer::SignedIn { cookie } = enter(app, &half(app).await, &sloppy).await else { panic!("refused") };
        assert_eq!(session_of(app, cookie.as_str()).await.via, Via::RecoveryCode);
        assert!(!signed(&enter(app, &half(app).await, &codes[0]).await), "the same code again");
        assert!(signed(&enter(app, &half(app).await, &codes[1]).await));
        assert_eq!(factors_of(app, &session).await.unwrap().recovery.unwrap().1, 8);
        assert_eq!(told(app).await.iter().filter(|c| **c == FactorChange::RecoveryCodeUsed).count(), 2);
    }

    async fn new_recovery_codes_end_the_old_ones(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        let old = recovery_codes(app, &session).await;
        let new = recovery_codes(app, &session).await;
        assert!(!signed(&enter(app, &half(app).await, &old[0]).await));
        assert!(signed(&enter(app, &half(app).await, &new[0]).await));
    }

    /// B20, asvs_v6_5_1: in parallel, too.
    async fn fifty_at_once_with_one_recovery_code_are_one_sign_in(house: House) {
        let app = &house.app;
        amara(house).await;
        let code = recovery_codes(app, &here(house).await).await.remove(0);
        let mut attempts = Vec::new();
        for _ in 0..50 {
            attempts.push(half(app).await);
        }
        let hashing = Hashing::on_cores(64);
        let tasks: Vec<_> = attempts
            .into_iter()
            .map(|attempt| {
                let (app, hashing, code) = (app.clone(), hashing.clone(), code.clone());
                tokio::spawn(async move { check_code(&app, &hashing, &attempt, &code, &home()).await.unwrap() })
            })
            .collect();
        let mut count = 0;
        for task in tasks {
            count += usize::from(signed(&task.await.unwrap()));
        }
        assert_eq!(count, 1);
    }

    /// asvs_v6_5_2: what has fewer than 112 bits is salted and hashed slowly.
    async fn recovery_codes_are_kept_as_salted_slow_hashes(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let session = here(house).await;
        let code = recovery_codes(app, &session).await.remove(0).replace('-', "");
        let set = recovery::of_account(house.db(), account).await.unwrap().unwrap();
        assert_eq!(set.salt.len(), 16);
        let params = argon2::Params::new(19 * 1024, 2, 1, None).unwrap();
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let mut out = [0; 32];
        argon2.hash_password_into(code.as_bytes(), &set.salt, &mut out).unwrap();
        let mut tx = house.db().begin().await.unwrap();
        assert!(recovery::use_code(&mut tx, account, &out, house.now()).await.unwrap());
    }

    async fn wrong_recovery_codes_count_like_wrong_codes(house: House) {
        let app = &house.app;
        amara(house).await;
        recovery_codes(app, &here(house).await).await;
        let attempt = half(app).await;
        for left in (1..5).rev() {
            let answer = enter(app, &attempt, "0000-0000-0000-0000").await;
            assert!(matches!(answer, CodeAnswer::Wrong { left: l } if l == left), "{answer:?}");
        }
        assert!(matches!(enter(app, &attempt, "0000-0000-0000-0000").await, CodeAnswer::Voided));
    }

    /// R20: a hundred in a row disable codes of both kinds, and a new secret does not take that back.
    async fn after_a_hundred_wrong_codes_neither_code_works_nor_does_a_new_authenticator(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let session = here(house).await;
        let recovery = recovery_codes(app, &session).await;
        let mut tx = house.db().begin().await.unwrap();
        for _ in 1..WRONG_CODES_DISABLE {
            credentials::count_failure(&mut tx, account, WRONG_CODES_DISABLE, house.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert!(matches!(enter(app, &half(app).await, "000000").await, CodeAnswer::FactorDisabled));
        assert!(told(app).await.contains(&FactorChange::FactorDisabled));
        let secret = replace(house, &session).await.unwrap();
        house.clock.advance(30);
        for code in [totp_code(&secret, house.now()), recovery[0].clone()] {
            assert!(matches!(enter(app, &half(app).await, &code).await, CodeAnswer::FactorDisabled));
        }
    }

    /// B21: the code that proved the enrolment cannot sign in. B11: other sessions end.
    async fn a_replaced_authenticator_ends_the_old_one_and_other_sessions(house: House) {
        let app = &house.app;
        amara(house).await;
        let other = here(house).await;
        let session = here(house).await;
        let secret = replace(house, &session).await.unwrap();
        let used = totp_code(&secret, house.now());
        assert!(!signed(&enter(app, &half(app).await, &used).await), "the code of the enrolment");
        house.clock.advance(30);
        assert!(!signed(&enter(app, &half(app).await, &totp_code(SECRET, house.now())).await), "the old app");
        assert!(signed(&enter(app, &half(app).await, &totp_code(&secret, house.now())).await));
        assert!(told(app).await.contains(&FactorChange::AuthenticatorReplaced));
        let ended = postern::store::sign_in::sessions::load(house.db(), &other.id_hash).await.unwrap().unwrap();
        assert!(ended.times.ended_at.is_some());
    }

    async fn a_new_authenticator_is_confirmed_in_time_or_not_at_all(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        assert!(authenticator_page(app, &session).await.unwrap().is_none(), "never begun");
        assert_eq!(finish_authenticator(app, &session, "123456", &home()).await.unwrap(), Changed::Nothing);
        begin_authenticator(app, &session).await.unwrap();
        assert_eq!(finish_authenticator(app, &session, "", &home()).await.unwrap(), Changed::CodeWrong);
        house.clock.advance(15 * 60);
        assert!(authenticator_page(app, &session).await.unwrap().is_none(), "fifteen minutes later");
    }

    /// asvs_v6_2_2, asvs_v6_2_3, asvs_v7_4_3: with the current one, and other sessions end.
    async fn a_password_is_changed_with_the_current_one_and_other_sessions_end(house: House) {
        let app = &house.app;
        amara(house).await;
        let other = signed_in(house).await;
        let session = here(house).await;
        let change = async |current, new| change_password(app, &hashing(), &session, (current, new), &home()).await.unwrap();
        assert_eq!(change("not this one at all", NEW_PASSWORD).await, PasswordChanged::CurrentWrong);
        assert_eq!(change("", NEW_PASSWORD).await, PasswordChanged::CurrentWrong);
        assert_eq!(change(PASSWORD, "short").await, PasswordChanged::Unfit(PasswordFault::TooShort));
        assert!(is_signed_in(app, &other).await);
        assert_eq!(change(PASSWORD, NEW_PASSWORD).await, PasswordChanged::Done);
        assert!(!is_signed_in(app, &other).await);
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::Refused));
        assert!(matches!(password(app, EMAIL, NEW_PASSWORD, &home()).await, PasswordAnswer::GoOn { .. }));
        let letters = mail::latest(app).await.unwrap();
        assert!(letters.iter().any(|l| matches!(l.letter, Some(Letter::PasswordChanged { .. })) && l.to == EMAIL));
    }

    async fn wrong_current_passwords_are_slowed(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        let mut slowed = false;
        for _ in 0..=FREE_TRIES {
            let answer = change_password(app, &hashing(), &session, ("wrong", NEW_PASSWORD), &home()).await.unwrap();
            slowed |= matches!(answer, PasswordChanged::Slowed(_));
        }
        assert!(slowed);
    }

    /// asvs_v7_5_3: five minutes.
    async fn a_factor_is_fresh_for_five_minutes_and_not_a_second_longer(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        let began = session.factor_at;
        assert!(session.is_fresh(began.plus_seconds(STEP_UP_SECONDS - 1)));
        assert!(!session.is_fresh(began.plus_seconds(STEP_UP_SECONDS)));
        house.clock.advance(STEP_UP_SECONDS);
        let code = totp_code(SECRET, house.now());
        let answer = step_up(app, &hashing(), &session, &code, &home()).await.unwrap();
        let StepUpAnswer::Done { cookie } = answer else { panic!("{answer:?}") };
        let raised = session_of(app, cookie.as_str()).await;
        assert!(raised.is_fresh(house.now()));
        assert_eq!(raised.absolute_ends_at, session.absolute_ends_at);
        assert!(acts(app).await.iter().any(|(act, outcome, _)| (*act, *outcome) == (Act::StepUp, Outcome::Allowed)));
    }

    /// B28: no more than five tries inside a session either.
    async fn five_wrong_codes_inside_a_session_end_it(house: House) {
        let app = &house.app;
        amara(house).await;
        house.clock.advance(30);
        let cookie = signed_in(house).await;
        let session = session_of(app, &cookie).await;
        let code = totp_code(SECRET, house.now().plus_seconds(-30));
        let used = step_up(app, &hashing(), &session, &code, &home()).await.unwrap();
        assert!(matches!(used, StepUpAnswer::Wrong { used: true }), "{used:?}");
        for _ in 0..3 {
            let answer = step_up(app, &hashing(), &session, "000000", &home()).await.unwrap();
            assert!(matches!(answer, StepUpAnswer::Wrong { used: false }), "{answer:?}");
        }
        assert!(is_signed_in(app, &cookie).await);
        assert!(matches!(step_up(app, &hashing(), &session, "", &home()).await.unwrap(), StepUpAnswer::Ended));
        assert!(!is_signed_in(app, &cookie).await);
    }

    /// asvs_v7_1_2: one more ends the oldest.
    async fn one_session_too_many_ends_the_oldest(house: House) {
        let app = &house.app;
        amara(house).await;
        let mut cookies = Vec::new();
        for _ in 0..=SESSIONS_MOST {
            house.clock.advance(30);
            cookies.push(signed_in(house).await);
        }
        assert!(!is_signed_in(app, &cookies[0]).await);
        for cookie in &cookies[1..] {
            assert!(is_signed_in(app, cookie).await);
        }
    }

    /// asvs_v6_3_5: told of sign-ins from a new device.
    async fn a_device_and_network_not_seen_before_are_told_of_but_the_first_is_not(house: House) {
        let app = &house.app;
        amara(house).await;
        let news = async || {
            let letters = mail::latest(app).await.unwrap();
            letters.iter().filter(|l| matches!(l.letter, Some(Letter::NewDevice { .. }))).count()
        };
        let arrive = async |client: Client| {
            house.clock.advance(30);
            let PasswordAnswer::GoOn { cookie } = password(app, EMAIL, PASSWORD, &client).await else { panic!("refused") };
            let code = totp_code(SECRET, house.now());
            let answer = check_code(app, &hashing(), cookie.as_str(), &code, &client).await.unwrap();
            assert!(signed(&answer));
        };
        arrive(home()).await;
        assert_eq!(news().await, 0);
        arrive(home()).await;
        assert_eq!(news().await, 0);
        arrive(from("203.0.113.50")).await;
        assert_eq!(news().await, 1);
        arrive(from("203.0.113.50")).await;
        assert_eq!(news().await, 1);
        arrive(Client { device: "Another browser".to_owned(), ..home() }).await;
        assert_eq!(news().await, 2);
    }
}
