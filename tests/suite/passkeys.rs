//! Passkeys: added, shown alone, after a password and for a fresh factor; and every way in which one must not work.

use postern::app::App;
use postern::app::mail;
use postern::app::sign_in::passkeys::{
    self, Added, Asked, Passkeys, Shown, begin_adding, begin_second_step, begin_sign_in, begin_step_up,
    finish_adding, finish_second_step, finish_sign_in, finish_step_up,
};
use postern::app::sign_in::{
    Changed, Session, SessionState, factors_of, remove_authenticator, remove_passkey, session,
};
use postern::domain::ids::AccountId;
use postern::domain::letter::{FactorChange, Letter};
use postern::domain::sign_in::{CEREMONY_SECONDS, PASSKEYS_MOST, Via};

use crate::sign_in::{amara, half, home, member, session_of, signed_in};
use crate::support::authenticator::Authenticator;
use crate::support::{House, both_engines};

const VISIT: [u8; 32] = [5; 32];

fn options(asked: Asked) -> String {
    match asked {
        Asked::Options(json) => json,
        other => panic!("{other:?}"),
    }
}

/// A session signed in with a code that was not used yet.
async fn here(house: &House) -> Session {
    house.clock.advance(30);
    session_of(&house.app, &signed_in(house).await).await
}

/// The session of `cookie`.
async fn open(app: &App, cookie: &str) -> Session {
    match session(app, cookie).await.unwrap() {
        SessionState::SignedIn(session) => session,
        other => panic!("{other:?}"),
    }
}

/// Adds the passkey of device `n` to whoever is signed in.
async fn add(app: &App, session: &Session, n: u8) -> Authenticator {
    let mut device = Authenticator::number(n);
    let answer = device.create(&options(begin_adding(app, session).await.unwrap()));
    let added = finish_adding(app, session, ("Laptop", &answer), &home()).await.unwrap();
    assert_eq!(added, Added::Added);
    device
}

/// Somebody with the passkey of device 7.
async fn owner(house: &House) -> (AccountId, Session, Authenticator) {
    let account = amara(house).await;
    let session = here(house).await;
    let device = add(&house.app, &session, 7).await;
    (account, session, device)
}

async fn show(app: &App, device: &mut Authenticator) -> Shown {
    let answer = device.show(&options(begin_sign_in(app, &VISIT, &home()).await.unwrap()));
    finish_sign_in(app, &VISIT, &answer, &home()).await.unwrap()
}

fn refused(shown: &Shown) -> bool {
    matches!(shown, Shown::Refused)
}

/// Every kept passkey, as it lies in the database.
async fn kept(house: &House) -> String {
    let sql = "select credential, version, used_at is null from passkey order by id";
    let rows: Vec<(String, i64, bool)> = match house.db() {
        postern::store::Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        postern::store::Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    };
    format!("{rows:?}")
}

#[test]
fn passkeys_need_a_name_and_https_or_this_machine() {
    assert!(Passkeys::of("https://portal.hospital.example", "H").is_some());
    assert!(Passkeys::of("http://localhost:8080", "H").is_some());
    assert!(Passkeys::of("http://portal.hospital.example", "H").is_none());
    assert!(Passkeys::of("http://127.0.0.1:8080", "H").is_none());
    assert!(Passkeys::of("nonsense", "H").is_none());
}

both_engines! {
    /// asvs_v6_3_3: a phishing-resistant way in.
    async fn a_passkey_signs_in_without_password_and_code(house: House) {
        let app = &house.app;
        let (account, _, mut device) = owner(house).await;
        let Shown::SignedIn { cookie } = show(app, &mut device).await else { panic!("refused") };
        let session = open(app, cookie.as_str()).await;
        assert_eq!((session.account, session.via), (account, Via::Passkey));
        assert!(session.is_fresh(house.now()));
        // And once more, with the counter gone on.
        assert!(matches!(show(app, &mut device).await, Shown::SignedIn { .. }));
    }

    async fn after_a_password_a_passkey_is_the_second_step_and_ends_the_attempt(house: House) {
        let app = &house.app;
        let (account, _, mut device) = owner(house).await;
        let attempt = half(app).await;
        let answer = device.show(&options(begin_second_step(app, &attempt).await.unwrap()));
        let shown = finish_second_step(app, &attempt, &answer, &home()).await.unwrap();
        let Shown::SignedIn { cookie } = shown else { panic!("refused") };
        assert_eq!(open(app, cookie.as_str()).await.account, account);
        assert!(matches!(begin_second_step(app, &attempt).await.unwrap(), Asked::Unavailable));
    }

    /// B16, asvs_v7_2_4: the id changes at a step-up, and the end of the session does not.
    async fn a_passkey_is_a_fresh_factor_and_the_session_goes_on_under_a_new_secret(house: House) {
        let app = &house.app;
        let (_, session, mut device) = owner(house).await;
        house.clock.advance(301);
        assert!(!session.is_fresh(house.now()));
        let answer = device.show(&options(begin_step_up(app, &session).await.unwrap()));
        let Shown::SignedIn { cookie } = finish_step_up(app, &session, &answer, &home()).await.unwrap() else {
            panic!("refused")
        };
        let raised = open(app, cookie.as_str()).await;
        assert!(raised.is_fresh(house.now()));
        assert_ne!(raised.id_hash, session.id_hash);
        assert_eq!(raised.absolute_ends_at, session.absolute_ends_at);
        // The old secret opens nothing, and cannot be raised again.
        assert!(refused(&finish_step_up(app, &session, &answer, &home()).await.unwrap()));
    }

    async fn adding_one_ends_other_sessions_and_tells_the_owner(house: House) {
        let app = &house.app;
        amara(house).await;
        let other = here(house).await;
        let session = here(house).await;
        add(app, &session, 7).await;
        let gone = postern::store::sign_in::sessions::load(house.db(), &other.id_hash).await.unwrap().unwrap();
        assert!(gone.times.ended_at.is_some());
        let here = postern::store::sign_in::sessions::load(house.db(), &session.id_hash).await.unwrap().unwrap();
        assert!(here.times.ended_at.is_none());
        let letters = mail::latest(app).await.unwrap();
        let added = |l: &Option<Letter>| matches!(l, Some(Letter::FactorChanged { change: FactorChange::PasskeyAdded, .. }));
        assert!(letters.iter().any(|l| added(&l.letter) && l.to == session.email));
    }

    /// B32: a ceremony is good once.
    async fn a_ceremony_is_good_once_and_for_five_minutes(house: House) {
        let app = &house.app;
        let (_, _, mut device) = owner(house).await;
        let asked = options(begin_sign_in(app, &VISIT, &home()).await.unwrap());
        let answer = device.show(&asked);
        assert!(matches!(finish_sign_in(app, &VISIT, &answer, &home()).await.unwrap(), Shown::SignedIn { .. }));
        assert!(refused(&finish_sign_in(app, &VISIT, &answer, &home()).await.unwrap()));
        for (seconds, works) in [(CEREMONY_SECONDS - 1, true), (CEREMONY_SECONDS, false)] {
            let answer = device.show(&options(begin_sign_in(app, &VISIT, &home()).await.unwrap()));
            house.clock.advance(seconds);
            let shown = finish_sign_in(app, &VISIT, &answer, &home()).await.unwrap();
            assert_eq!(!refused(&shown), works, "after {seconds} s");
        }
    }

    /// B12: bound to the browser that began it.
    async fn a_ceremony_belongs_to_the_browser_that_began_it(house: House) {
        let app = &house.app;
        let (_, session, mut device) = owner(house).await;
        let answer = device.show(&options(begin_sign_in(app, &VISIT, &home()).await.unwrap()));
        assert!(refused(&finish_sign_in(app, &[6; 32], &answer, &home()).await.unwrap()));
        // Nor does a sign-in's ceremony do for another purpose.
        let answer = device.show(&options(begin_sign_in(app, &session.id_hash, &home()).await.unwrap()));
        assert!(refused(&finish_step_up(app, &session, &answer, &home()).await.unwrap()));
    }

    /// B15: a failed proof leaves the credential's row as it was.
    async fn what_does_not_hold_changes_nothing(house: House) {
        let app = &house.app;
        let (_, _, device) = owner(house).await;
        let before = kept(house).await;
        let mut evil = device.clone();
        evil.origin = "https://evil.example".to_owned();
        assert!(refused(&show(app, &mut evil).await), "another origin");
        let mut unverified = device.clone();
        unverified.flags = 0x01;
        assert!(refused(&show(app, &mut unverified).await), "without user verification");
        let mut stranger = Authenticator::number(9);
        assert!(refused(&show(app, &mut stranger).await), "an unknown passkey");
        let asked = options(begin_sign_in(app, &VISIT, &home()).await.unwrap());
        let broken = device.clone().show(&asked).replace("\"signature\":\"M", "\"signature\":\"N");
        assert!(refused(&finish_sign_in(app, &VISIT, &broken, &home()).await.unwrap()), "a broken signature");
        for garbage in ["", "-", "{}", "[]", "{\"id\":1}", "\u{0}"] {
            begin_sign_in(app, &VISIT, &home()).await.unwrap();
            assert!(refused(&finish_sign_in(app, &VISIT, garbage, &home()).await.unwrap()), "{garbage:?}");
        }
        assert_eq!(kept(house).await, before);
    }

    async fn a_counter_that_goes_back_is_refused(house: House) {
        let app = &house.app;
        let (_, _, mut device) = owner(house).await;
        let mut clone = device.clone();
        assert!(!refused(&show(app, &mut device).await));
        assert!(!refused(&show(app, &mut device).await));
        let before = kept(house).await;
        assert!(refused(&show(app, &mut clone).await));
        assert_eq!(kept(house).await, before);
    }

    /// B33: a disabled account signs in by no other path.
    async fn the_passkey_of_a_disabled_account_opens_nothing(house: House) {
        let app = &house.app;
        let (account, _, mut device) = owner(house).await;
        house.world.disable(account, house.now()).await;
        assert!(refused(&show(app, &mut device).await));
    }

    async fn one_device_holds_one_passkey_of_an_account_and_another_account_cannot_take_it(house: House) {
        let app = &house.app;
        let (_, session, _) = owner(house).await;
        let mut device = Authenticator::number(7);
        let answer = device.create(&options(begin_adding(app, &session).await.unwrap()));
        assert_eq!(finish_adding(app, &session, ("Again", &answer), &home()).await.unwrap(), Added::Refused);
        assert_eq!(factors_of(app, &session).await.unwrap().passkeys.len(), 1);
    }

    async fn the_eleventh_passkey_is_refused(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        for n in 0..u8::try_from(PASSKEYS_MOST).unwrap() {
            add(app, &session, n + 20).await;
        }
        let mut device = Authenticator::number(99);
        let answer = device.create(&options(begin_adding(app, &session).await.unwrap()));
        assert_eq!(finish_adding(app, &session, ("One more", &answer), &home()).await.unwrap(), Added::TooMany);
    }

    /// asvs_v6_5_6: any factor can be revoked.
    async fn a_removed_passkey_opens_nothing_and_the_last_factor_stays(house: House) {
        let app = &house.app;
        let (_, session, mut device) = owner(house).await;
        let id = factors_of(app, &session).await.unwrap().passkeys[0].id;
        assert_eq!(remove_authenticator(app, &session, &home()).await.unwrap(), Changed::Done);
        assert_eq!(remove_passkey(app, &session, id, &home()).await.unwrap(), Changed::LastFactor);
        add(app, &session, 8).await;
        assert_eq!(remove_passkey(app, &session, id, &home()).await.unwrap(), Changed::Done);
        assert_eq!(remove_passkey(app, &session, id, &home()).await.unwrap(), Changed::Nothing);
        assert!(refused(&show(app, &mut device).await));
    }

    async fn nobody_removes_the_passkey_of_another(house: House) {
        let app = &house.app;
        let (_, session, mut device) = owner(house).await;
        let id = factors_of(app, &session).await.unwrap().passkeys[0].id;
        let other = member(house, "other@hospital.example").await;
        let stranger = Session { account: other, ..session.clone() };
        assert_eq!(remove_passkey(app, &stranger, id, &home()).await.unwrap(), Changed::Nothing);
        assert!(!refused(&show(app, &mut device).await));
    }

    /// B20: fifty at once with one answer are one sign-in.
    async fn fifty_at_once_with_one_answer_are_one_sign_in(house: House) {
        let app = &house.app;
        let (_, _, mut device) = owner(house).await;
        let answer = device.show(&options(begin_sign_in(app, &VISIT, &home()).await.unwrap()));
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let (app, answer) = (app.clone(), answer.clone());
                tokio::spawn(async move { finish_sign_in(&app, &VISIT, &answer, &home()).await.unwrap() })
            })
            .collect();
        let mut signed_in = 0;
        for task in tasks {
            signed_in += usize::from(matches!(task.await.unwrap(), Shown::SignedIn { .. }));
        }
        assert_eq!(signed_in, 1);
    }

    async fn beginning_again_and_again_is_slowed_for_a_network(house: House) {
        let app = &house.app;
        let mut slowed = false;
        for _ in 0..70 {
            slowed |= matches!(passkeys::begin_sign_in(app, &VISIT, &home()).await.unwrap(), Asked::Slowed(_));
        }
        assert!(slowed);
    }
}
