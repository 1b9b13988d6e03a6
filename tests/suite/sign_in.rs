//! Signing in, end to end below HTTP: password, code, sessions, set-up links, throttles, on both engines.

use postern::app::App;
use postern::app::accounts::{self, WantedAccount};
use postern::app::sign_in::*;
use postern::domain::audit::{Act, Outcome};
use postern::domain::ids::AccountId;
use postern::domain::people::{AccountKind, Role};
use postern::store::audit as rows;
use postern::store::sign_in::credentials;

use crate::support::{House, both_engines};

pub const EMAIL: &str = "amara.okafor@example.org";
pub const PASSWORD: &str = "purple otters glide at dawn";
pub const SECRET: &[u8] = b"12345678901234567890";

pub fn from(network: &str) -> Client {
    Client { network: network.to_owned(), device: "A browser".to_owned(), request_id: "r1".to_owned() }
}

pub fn home() -> Client {
    from("192.0.2.1")
}

/// What is typed on the page of a link that was handed over.
pub fn typed<'a>(password: &'a str, code: &'a str) -> SetUpTyped<'a> {
    SetUpTyped { password, code, handover: "" }
}

pub fn hashing() -> Hashing {
    Hashing::on_cores(2)
}

/// An account of the access team that can sign in.
pub async fn amara(house: &House) -> AccountId {
    member(house, EMAIL).await
}

pub async fn member(house: &House, email: &str) -> AccountId {
    let app = &house.app;
    let wanted = WantedAccount {
        email: email.to_owned(),
        kind: AccountKind::AccessTeam,
        npi: None,
        family: Some("Okafor".to_owned()),
        given: Some("Amara".to_owned()),
        job: None,
        birth_date: None,
        roles: vec![Role::Administrator],
    };
    let account = accounts::create_account(app, &wanted).await.unwrap().account;
    let hash = password_hash(PASSWORD, [1; 16]).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    set_credentials(app, &mut tx, account, &hash, SECRET).await.unwrap();
    tx.commit().await.unwrap();
    account
}

pub async fn password(app: &App, email: &str, typed: &str, client: &Client) -> PasswordAnswer {
    check_password(app, &hashing(), email, typed, client).await.unwrap()
}

/// The cookie after a right password.
pub async fn half(app: &App) -> String {
    match password(app, EMAIL, PASSWORD, &home()).await {
        PasswordAnswer::GoOn { cookie } => cookie.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

pub fn code(house: &House) -> String {
    totp_code(SECRET, house.now())
}

/// The cookie of a signed-in browser; the next one needs the next code.
pub async fn signed_in(house: &House) -> String {
    let cookie = half(&house.app).await;
    let answer = check_code(&house.app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
    house.clock.advance(30);
    match answer {
        CodeAnswer::SignedIn { cookie } => cookie.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

pub async fn session_of(app: &App, cookie: &str) -> Session {
    match session(app, cookie).await.unwrap() {
        SessionState::SignedIn(session) => session,
        other => panic!("{other:?}"),
    }
}

pub async fn is_signed_in(app: &App, cookie: &str) -> bool {
    matches!(session(app, cookie).await.unwrap(), SessionState::SignedIn(_))
}

pub async fn acts(app: &App) -> Vec<(Act, Outcome, String)> {
    let found = rows::rows(&app.db, app.audit.chain(), 0, 1000).await.unwrap();
    found.into_iter().map(|l| (l.entry.act, l.entry.outcome, l.entry.basis)).collect()
}

/// A wrong code of the right shape.
pub fn wrong(house: &House) -> String {
    let taken = [code(house), totp_code(SECRET, house.now().plus_seconds(-30))];
    let free = (0..9).map(|n| format!("{n:06}")).find(|c| !taken.contains(c));
    free.unwrap()
}

both_engines! {
    /// asvs_v7_2_2, asvs_v7_2_4
    async fn password_then_code_sign_in_and_the_session_id_changes_at_each_step(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let visit = new_visit(app).unwrap();
        assert!(matches!(session(app, visit.as_str()).await.unwrap(), SessionState::Nobody));
        let half = half(app).await;
        let full = signed_in(house).await;
        assert!(visit.as_str() != half && half != full);
        let session = session_of(app, &full).await;
        assert_eq!((session.account, session.name.as_str()), (account, "Amara Okafor"));
        assert_eq!(session.roles, [Role::Administrator]);
        let acts = acts(app).await;
        assert!(acts.contains(&(Act::SignInPassword, Outcome::Allowed, String::new())));
        assert!(acts.contains(&(Act::SignInFactor, Outcome::Allowed, "totp".to_owned())));
    }

    /// B1: nothing between the steps is signed in.
    /// asvs_v6_3_3
    async fn a_half_signed_in_session_opens_nothing_and_is_gone_after_the_code(house: House) {
        let app = &house.app;
        amara(house).await;
        let cookie = half(app).await;
        assert!(matches!(session(app, &cookie).await.unwrap(), SessionState::HalfSignedIn { .. }));
        let answer = check_code(app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::SignedIn { .. }));
        assert!(matches!(session(app, &cookie).await.unwrap(), SessionState::Nobody));
        house.clock.advance(30);
        let again = check_code(app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
        assert!(matches!(again, CodeAnswer::NoAttempt));
    }

    /// asvs_v6_5_5
    async fn a_right_password_waits_ten_minutes_for_its_code(house: House) {
        let app = &house.app;
        amara(house).await;
        let cookie = half(app).await;
        house.clock.advance(600);
        let late = check_code(app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
        assert!(matches!(late, CodeAnswer::NoAttempt));
    }

    /// B21, B22: a code is good once, in its own step or the next, and so is the one before it.
    /// asvs_v6_5_1, asvs_v6_5_5
    async fn a_used_code_is_refused_and_so_is_an_older_one(house: House) {
        let app = &house.app;
        amara(house).await;
        let older = totp_code(SECRET, house.now().plus_seconds(-30));
        let used = code(house);
        signed_in(house).await;
        house.clock.advance(-30);
        let cookie = half(app).await;
        for replayed in [&used, &older] {
            let answer = check_code(app, &hashing(), &cookie, replayed, &home()).await.unwrap();
            assert!(matches!(answer, CodeAnswer::Used { .. }), "{answer:?}");
        }
        house.clock.advance(30);
        let answer = check_code(app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::SignedIn { .. }));
    }

    /// asvs_v6_5_1
    async fn fifty_parallel_uses_of_one_code_sign_in_once(house: House) {
        let app = &house.app;
        amara(house).await;
        let mut cookies = Vec::new();
        for _ in 0..50 {
            cookies.push(half(app).await);
        }
        let code = code(house);
        let tries = cookies.into_iter().map(|cookie| {
            let (app, code) = (app.clone(), code.clone());
            tokio::spawn(async move { check_code(&app, &hashing(), &cookie, &code, &home()).await.unwrap() })
        });
        let mut signed_in = 0;
        for one in tries.collect::<Vec<_>>() {
            signed_in += usize::from(matches!(one.await.unwrap(), CodeAnswer::SignedIn { .. }));
        }
        assert_eq!(signed_in, 1);
    }

    /// B28: five on one attempt, however they come.
    async fn five_wrong_codes_void_the_attempt_and_a_right_one_comes_too_late(house: House) {
        let app = &house.app;
        amara(house).await;
        let cookie = half(app).await;
        for left in [4, 3, 2, 1] {
            match check_code(app, &hashing(), &cookie, &wrong(house), &home()).await.unwrap() {
                CodeAnswer::Wrong { left: said } => assert_eq!(said, left),
                other => panic!("{other:?}"),
            }
        }
        let fifth = check_code(app, &hashing(), &cookie, &wrong(house), &home()).await.unwrap();
        assert!(matches!(fifth, CodeAnswer::Voided));
        let sixth = check_code(app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
        assert!(matches!(sixth, CodeAnswer::NoAttempt));
    }

    async fn parallel_wrong_codes_count_five_on_one_attempt(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let cookie = half(app).await;
        let wrong = wrong(house);
        let tries = (0..20).map(|_| {
            let (app, cookie, wrong) = (app.clone(), cookie.clone(), wrong.clone());
            tokio::spawn(async move { check_code(&app, &hashing(), &cookie, &wrong, &home()).await.unwrap() })
        });
        for one in tries.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        let factor = credentials::factor(&app.db, account).await.unwrap().unwrap();
        assert_eq!(factor.failures, 5);
    }

    /// trust.md R20 and G9: the hard stop, across attempts, until the access team binds the factor anew.
    async fn a_hundred_wrong_codes_in_a_row_disable_the_factor_until_it_is_bound_anew(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let mut tx = app.db.begin().await.unwrap();
        for _ in 0..96 {
            credentials::count_failure(&mut tx, account, 100, house.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let cookie = half(app).await;
        for _ in 0..3 {
            let answer = check_code(app, &hashing(), &cookie, &wrong(house), &home()).await.unwrap();
            assert!(matches!(answer, CodeAnswer::Wrong { .. }));
        }
        let hundredth = check_code(app, &hashing(), &cookie, &wrong(house), &home()).await.unwrap();
        assert!(matches!(hundredth, CodeAnswer::FactorDisabled));
        let right = check_code(app, &hashing(), &half(app).await, &code(house), &home()).await.unwrap();
        assert!(matches!(right, CodeAnswer::FactorDisabled));

        let link = accounts::reset_factor(app, EMAIL).await.unwrap();
        assert_eq!(link.account, account);
        let (secret, new) = enrol(app, link.secret.as_str()).await;
        let done = complete_set_up(app, &hashing(), &secret, typed(PASSWORD, &totp_code(&new, house.now())), &home()).await;
        assert_eq!(done.unwrap(), SetUpAnswer::Done);
        house.clock.advance(30);
        let answer = check_code(app, &hashing(), &half(app).await, &totp_code(&new, house.now()), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::SignedIn { .. }), "{answer:?}");
    }

    async fn a_right_code_ends_the_row_of_wrong_ones(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let cookie = half(app).await;
        check_code(app, &hashing(), &cookie, &wrong(house), &home()).await.unwrap();
        check_code(app, &hashing(), &cookie, &code(house), &home()).await.unwrap();
        assert_eq!(credentials::factor(&app.db, account).await.unwrap().unwrap().failures, 0);
    }

    async fn binding_a_factor_anew_does_not_forgive_its_failures(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let mut tx = app.db.begin().await.unwrap();
        credentials::count_failure(&mut tx, account, 100, house.now()).await.unwrap();
        credentials::bind_factor(&mut tx, account, b"another", 7, house.now()).await.unwrap();
        tx.commit().await.unwrap();
        let factor = credentials::factor(&app.db, account).await.unwrap().unwrap();
        assert_eq!((factor.failures, factor.last_step), (1, 7));
    }

    /// asvs_v7_3_1
    async fn a_session_is_over_after_fifteen_idle_minutes_and_stays_over_when_the_clock_steps_back(house: House) {
        let app = &house.app;
        amara(house).await;
        let cookie = signed_in(house).await;
        house.clock.advance(-30);
        house.clock.advance(899);
        assert!(is_signed_in(app, &cookie).await);
        house.clock.advance(899);
        assert!(is_signed_in(app, &cookie).await);
        house.clock.advance(900);
        assert!(!is_signed_in(app, &cookie).await);
        house.clock.advance(-600);
        assert!(!is_signed_in(app, &cookie).await);
    }

    /// asvs_v7_3_2
    async fn a_session_is_over_twelve_hours_after_sign_in_however_busy(house: House) {
        let app = &house.app;
        amara(house).await;
        let cookie = signed_in(house).await;
        house.clock.advance(-30);
        let ends = session_of(app, &cookie).await.absolute_ends_at;
        assert_eq!(ends.seconds_since(house.now()), 12 * 3600);
        for _ in 0..71 {
            house.clock.advance(600);
            assert!(is_signed_in(app, &cookie).await);
        }
        house.clock.advance(599);
        assert!(is_signed_in(app, &cookie).await);
        house.clock.advance(1);
        assert!(!is_signed_in(app, &cookie).await);
    }

    /// asvs_v7_1_2, asvs_v7_4_1
    async fn signing_out_ends_this_session_and_everywhere_ends_all(house: House) {
        let app = &house.app;
        amara(house).await;
        let (one, two, three) = (signed_in(house).await, signed_in(house).await, signed_in(house).await);
        let listed = sessions_of(app, &session_of(app, &two).await).await.unwrap();
        assert_eq!(listed.iter().map(|s| s.is_this).collect::<Vec<_>>(), [false, true, false]);
        sign_out(app, &session_of(app, &one).await, &home()).await.unwrap();
        assert!(!is_signed_in(app, &one).await && is_signed_in(app, &two).await);
        sign_out_everywhere(app, &session_of(app, &two).await, &home()).await.unwrap();
        assert!(!is_signed_in(app, &two).await && !is_signed_in(app, &three).await);
    }
}

/// What someone with this link reads off its page: the link's secret, and the secret for the authenticator.
pub async fn enrol(app: &App, link: &str) -> (String, Vec<u8>) {
    let SetUp::Ready(page) = set_up_page(app, link).await.unwrap() else { panic!("the link is gone") };
    assert!(page.qr_svg.starts_with("<svg"));
    let key = page.manual_key.replace(' ', "");
    (link.to_owned(), data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap())
}
