//! Accounts made, reset and disabled on the command line, and the link that sets them up.

use postern::app::accounts::{self, AccountError, WantedAccount};
use postern::app::sign_in::*;
use postern::domain::audit::{Act, Outcome};
use postern::domain::people::{AccountKind, Role};
use postern::domain::sign_in::password::PasswordFault;
use postern::store::sign_in::credentials;

use crate::sign_in::*;
use crate::support::{House, both_engines};

fn wanted(kind: AccountKind, email: &str) -> WantedAccount {
    WantedAccount {
        email: email.to_owned(),
        kind,
        npi: (kind == AccountKind::Provider).then(|| "1234567893".to_owned()),
        family: Some("Ortiz".to_owned()),
        given: Some("Jo".to_owned()),
        job: None,
        birth_date: None,
        roles: if kind == AccountKind::AccessTeam { vec![Role::Reviewer] } else { Vec::new() },
    }
}

async fn link(house: &House) -> String {
    let made = accounts::create_account(&house.app, &wanted(AccountKind::Provider, "jo@example.org")).await;
    made.unwrap().secret.as_str().to_owned()
}

async fn set_up(house: &House, secret: &str, password: &str, code: &str) -> SetUpAnswer {
    complete_set_up(&house.app, &hashing(), secret, typed(password, code), &home()).await.unwrap()
}

both_engines! {
    /// asvs_v6_3_6
    async fn a_new_account_is_set_up_by_its_link_and_signs_in_with_the_next_code(house: House) {
        let app = &house.app;
        let (secret, totp) = enrol(app, &link(house).await).await;
        let first = totp_code(&totp, house.now());
        assert_eq!(set_up(house, &secret, PASSWORD, &first).await, SetUpAnswer::Done);
        let PasswordAnswer::GoOn { cookie } = password(app, "jo@example.org", PASSWORD, &home()).await else {
            panic!("refused")
        };
        // B21: the code that proved the enrolment is used.
        let answer = check_code(app, &hashing(), cookie.as_str(), &first, &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::Used { .. }));
        house.clock.advance(30);
        let next = totp_code(&totp, house.now());
        let answer = check_code(app, &hashing(), cookie.as_str(), &next, &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::SignedIn { .. }));
        let acts = acts(app).await;
        assert!(acts.contains(&(Act::CreateAccount, Outcome::Allowed, String::new())));
        assert!(acts.contains(&(Act::SetUpAccount, Outcome::Allowed, String::new())));
    }

    /// asvs_v6_4_1
    async fn a_set_up_link_works_once_and_looking_does_not_use_it_up(house: House) {
        let (secret, totp) = enrol(&house.app, &link(house).await).await;
        enrol(&house.app, &secret).await;
        let code = totp_code(&totp, house.now());
        assert_eq!(set_up(house, &secret, PASSWORD, &code).await, SetUpAnswer::Done);
        assert_eq!(set_up(house, &secret, PASSWORD, &code).await, SetUpAnswer::Gone);
        assert!(matches!(set_up_page(&house.app, &secret).await.unwrap(), SetUp::Gone));
    }

    /// asvs_v6_4_1
    async fn a_set_up_link_is_over_after_seventy_two_hours_exactly(house: House) {
        let (secret, totp) = enrol(&house.app, &link(house).await).await;
        house.clock.advance(72 * 3600 - 1);
        assert!(matches!(set_up_page(&house.app, &secret).await.unwrap(), SetUp::Ready(_)));
        house.clock.advance(1);
        assert!(matches!(set_up_page(&house.app, &secret).await.unwrap(), SetUp::Gone));
        let code = totp_code(&totp, house.now());
        assert_eq!(set_up(house, &secret, PASSWORD, &code).await, SetUpAnswer::Gone);
    }

    async fn fifty_parallel_uses_of_a_set_up_link_set_up_once(house: House) {
        let (secret, totp) = enrol(&house.app, &link(house).await).await;
        let code = totp_code(&totp, house.now());
        let hashing = Hashing::on_cores(64);
        let tries = (0..50).map(|_| {
            let (app, hashing, secret, code) = (house.app.clone(), hashing.clone(), secret.clone(), code.clone());
            tokio::spawn(async move {
                complete_set_up(&app, &hashing, &secret, typed(PASSWORD, &code), &home()).await
            })
        });
        let mut done = 0;
        for one in tries.collect::<Vec<_>>() {
            // On a busy machine some may find no connection in time: they change nothing.
            done += usize::from(matches!(one.await.unwrap(), Ok(SetUpAnswer::Done)));
        }
        assert_eq!(done, 1);
    }

    /// B15: a failed set-up leaves the credentials as they were.
    /// asvs_v6_2_4, asvs_v6_2_11
    async fn a_weak_password_or_a_wrong_code_changes_nothing(house: House) {
        let (secret, totp) = enrol(&house.app, &link(house).await).await;
        let code = totp_code(&totp, house.now());
        for (password, code, fault, is_code_wrong) in [
            ("short", code.as_str(), Some(PasswordFault::TooShort), false),
            (PASSWORD, "123", None, true),
            ("passwordpassword", "", Some(PasswordFault::Common), true),
            ("Lakeside Children's Hospital", code.as_str(), Some(PasswordFault::Known), false),
        ] {
            let answer = set_up(house, &secret, password, code).await;
            assert_eq!(answer, SetUpAnswer::Invalid { password: fault, is_code_wrong });
        }
        let page = set_up_page(&house.app, &secret).await.unwrap();
        assert!(matches!(page, SetUp::Ready(_)));
    }

    /// B11: a changed credential ends every session and every other link.
    /// asvs_v6_5_6, asvs_v6_6_2, asvs_v7_4_3
    async fn a_factor_reset_ends_sessions_links_and_the_old_factor(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let (full, waiting) = (signed_in(house).await, half(app).await);
        let first = accounts::reset_factor(app, EMAIL).await.unwrap();
        assert!(!is_signed_in(app, &full).await);
        let answer = check_code(app, &hashing(), &waiting, &code(house), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::NoAttempt));
        let answer = check_code(app, &hashing(), &half(app).await, &code(house), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::FactorDisabled));

        let second = accounts::reset_factor(app, "  AMARA.okafor@example.org ").await.unwrap();
        assert!(matches!(set_up_page(app, first.secret.as_str()).await.unwrap(), SetUp::Gone));
        let (secret, totp) = enrol(app, second.secret.as_str()).await;
        let code = totp_code(&totp, house.now());
        assert_eq!(set_up(house, &secret, "river stones under ice", &code).await, SetUpAnswer::Done);
        let factor = credentials::factor(&app.db, account).await.unwrap().unwrap();
        assert_eq!((factor.failures, factor.disabled_at), (0, None));
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::Refused));
    }

    async fn a_link_of_a_disabled_account_is_gone(house: House) {
        let secret = link(house).await;
        accounts::disable_account(&house.app, "jo@example.org").await.unwrap();
        assert!(matches!(set_up_page(&house.app, &secret).await.unwrap(), SetUp::Gone));
        let again = accounts::reset_factor(&house.app, "jo@example.org").await;
        assert!(matches!(again, Err(AccountError::NotActive)));
    }

    async fn what_cannot_be_made_is_refused_with_its_reason(house: House) {
        let app = &house.app;
        let make = async |change: &dyn Fn(&mut WantedAccount)| {
            let mut account = wanted(AccountKind::Provider, "new@example.org");
            change(&mut account);
            accounts::create_account(app, &account).await
        };
        assert!(matches!(make(&|a| a.email = "new".into()).await, Err(AccountError::BadEmail(_))));
        assert!(matches!(make(&|a| a.email = "a b@example.org".into()).await, Err(AccountError::BadEmail(_))));
        assert!(matches!(make(&|a| a.npi = None).await, Err(AccountError::NpiNeeded)));
        assert!(matches!(make(&|a| a.npi = Some("1234567890".into())).await, Err(AccountError::BadNpi(_))));
        assert!(matches!(make(&|a| a.kind = AccountKind::Family).await, Err(AccountError::NpiNotWanted)));
        assert!(matches!(make(&|a| a.roles = vec![Role::Auditor]).await, Err(AccountError::BadRoles)));
        assert!(matches!(make(&|a| a.family = None).await, Err(AccountError::NameNeeded)));
        assert!(make(&|_| {}).await.is_ok());
        assert!(matches!(make(&|_| {}).await, Err(AccountError::EmailTaken)));
        assert!(matches!(make(&|a| a.email = "New@Example.org ".into()).await, Err(AccountError::EmailTaken)));
        assert!(matches!(make(&|a| a.email = "two@example.org".into()).await, Err(AccountError::NpiTaken)));
        accounts::disable_account(app, "new@example.org").await.unwrap();
        // The directory knows the NPI by now, and the name with it.
        let again = make(&|a| { a.email = "two@example.org".into(); a.family = None; });
        assert!(again.await.is_ok());
        assert!(matches!(accounts::disable_account(app, "who@example.org").await, Err(AccountError::Unknown)));
    }
}
