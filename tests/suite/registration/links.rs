//! The links of a registration: once, for a day, one at a time, bound to what was answered.

use postern::domain::sign_in::password::PasswordFault::{Known, TooShort};

use postern::adapters::entropy::SeededEntropy;
use postern::app::AppError;
use postern::app::ports::Entropy;
use postern::store::{StoreError, registration as kept};
use tokio::sync::Notify;

use super::*;

/// Chance that says when it is asked for.
struct Watched {
    chance: SeededEntropy,
    asked: Notify,
}

impl Entropy for Watched {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), std::io::Error> {
        self.asked.notify_one();
        self.chance.fill(bytes)
    }
}

both_engines! {
    /// asvs_v6_4_1: random, 24 hours, once, replaced by a newer one.
    async fn a_link_works_for_a_day_and_once(house: House) {
        let secret = mailed(house, &house.app, &BROWSER, MAIL).await;
        assert!(registration::confirm_page(&house.app, &secret).await.unwrap().is_some());
        let totp = offered(&house.app, &secret).await;
        house.clock.advance(LINK_SECONDS - 1);
        assert_eq!(offered(&house.app, &secret).await, totp, "looking changes nothing");
        house.clock.advance(1);
        assert!(registration::confirm_page(&house.app, &secret).await.unwrap().is_none());
        let code = totp_code(&totp, house.now());
        let late = registration::confirm(&house.app, &hashing(), &secret, &typed(&code), &home()).await;
        assert_eq!(late.unwrap(), Confirmed::Gone);
        let standing = registration::status(&house.app, &BROWSER).await.unwrap();
        assert_eq!(standing, Standing::Expired { email: MAIL.to_owned() });

        assert_eq!(registration::resend(&house.app, &BROWSER, &home()).await.unwrap(), Step::Done);
        let fresh = link_to(house, MAIL).await;
        let totp = confirmed(house, &house.app, &fresh).await;
        house.clock.advance(30);
        let code = totp_code(&totp, house.now());
        let twice = registration::confirm(&house.app, &hashing(), &fresh, &typed(&code), &home()).await;
        assert_eq!(twice.unwrap(), Confirmed::Gone);
        assert_eq!(open_requests(house).await.len(), 1);
        assert!(acts(&house.app).await.contains(&(Act::Register, Outcome::Failed, "link_gone".to_owned())));
    }

    async fn garbage_opens_nothing(house: House) {
        let long = "A".repeat(5000);
        for secret in ["", "x", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &long] {
            assert!(registration::confirm_page(&house.app, secret).await.unwrap().is_none());
            assert!(registration::status_by_link(&house.app, secret).await.unwrap().is_none());
            let answer = registration::confirm(&house.app, &hashing(), secret, &typed("123456"), &home()).await;
            assert_eq!(answer.unwrap(), Confirmed::Gone);
        }
    }

    /// B17: who changes the address after a link was mailed knows nothing of the link, or the authenticator, of the next.
    async fn each_link_has_an_authenticator_of_its_own_and_ends_the_one_before(house: House) {
        let mine = mailed(house, &house.app, &BROWSER, "stranger@evil.example").await;
        let known = offered(&house.app, &mine).await;
        registration::send(&house.app, &BROWSER, MAIL, &home()).await.unwrap();
        assert!(registration::confirm_page(&house.app, &mine).await.unwrap().is_none());
        let theirs = link_to(house, MAIL).await;
        assert_ne!(offered(&house.app, &theirs).await, known);
    }

    /// B17: what is confirmed is what was looked at: a change of the answers ends the link.
    async fn a_changed_answer_ends_the_link_that_was_mailed_for_the_old_one(house: House) {
        let secret = mailed(house, &house.app, &BROWSER, MAIL).await;
        let other = TypedDetails { family: "Mallory".to_owned(), ..name() };
        registration::details(&house.app, &BROWSER, &other, &home()).await.unwrap();
        assert!(registration::confirm_page(&house.app, &secret).await.unwrap().is_none());
        let draft = registration::draft(&house.app, &BROWSER).await.unwrap().unwrap();
        assert_eq!(draft.mailed_at, None);
    }

    /// B17: another tab types another number after the answers were looked at, and before the link is mailed.
    async fn a_number_that_changes_while_the_link_is_mailed_is_not_mailed_as_checked(house: House) {
        described(&house.app, &BROWSER, &number(), &name()).await;
        let open = kept::open_of_visit(house.db(), &BROWSER).await.unwrap().unwrap();
        let watched = Arc::new(Watched { chance: SeededEntropy::of(2), asked: Notify::new() });
        let app = App { entropy: Arc::<Watched>::clone(&watched), ..house.app.clone() };
        let mut other_tab = house.db().begin().await.unwrap();
        let changed = open.answers.replace("\"is_checked\":true", "\"is_checked\":false");
        assert_ne!(changed, open.answers);
        let changed = changed.replace(NUMBER, "1245319599");
        assert!(kept::save_answers(&mut other_tab, open.id, (&changed, Some("1245319599"))).await.unwrap());
        let sends = tokio::spawn(async move { registration::send(&app, &BROWSER, MAIL, &home()).await.unwrap() });
        watched.asked.notified().await;
        other_tab.commit().await.unwrap();
        assert_eq!(sends.await.unwrap(), Step::NoDraft);
        assert!(letters(house).await.is_empty());
        assert_eq!(count(house, "select count(*) from mailed_link").await, 0);
        assert_eq!(registration::draft(&house.app, &BROWSER).await.unwrap().unwrap().mailed_at, None);
    }

    async fn a_link_files_nothing_that_a_required_registry_was_not_asked_about(house: House) {
        let optional = with_registry(house, down(), RegistryUse::Optional);
        let secret = mailed(house, &optional, &BROWSER, MAIL).await;
        let code = totp_code(&offered(&optional, &secret).await, house.now());
        let required = with_registry(house, down(), RegistryUse::Required);
        assert!(registration::confirm_page(&required, &secret).await.unwrap().is_none());
        let answer = registration::confirm(&required, &hashing(), &secret, &typed(&code), &home()).await;
        assert_eq!(answer.unwrap(), Confirmed::Gone);
        assert_eq!(registration::resend(&required, &BROWSER, &home()).await.unwrap(), Step::NoDraft);
        assert!(open_requests(house).await.is_empty());
        confirmed(house, &optional, &secret).await;
    }

    async fn a_weak_password_a_wrong_code_or_no_terms_changes_nothing(house: House) {
        let secret = mailed(house, &house.app, &BROWSER, MAIL).await;
        let totp = offered(&house.app, &secret).await;
        let code = totp_code(&totp, house.now());
        for (password, code, terms, faults) in [
            ("short", code.as_str(), "yes", vec![Fault::Password(TooShort)]),
            ("Ngozi.Okafor@elm", code.as_str(), "yes", vec![Fault::Password(Known)]),
            (PASSPHRASE, "", "yes", vec![Fault::CodeMissing]),
            (PASSPHRASE, "12345", "", vec![Fault::CodeWrong, Fault::TermsMissing]),
            (PASSPHRASE, code.as_str(), "no", vec![Fault::TermsMissing]),
        ] {
            let typed = TypedConfirm { password: password.into(), code: code.into(), terms: terms.into() };
            let answer = registration::confirm(&house.app, &hashing(), &secret, &typed, &home()).await;
            assert_eq!(answer.unwrap(), Confirmed::Faults(faults));
        }
        assert!(open_requests(house).await.is_empty());
        confirmed(house, &house.app, &secret).await;
    }

    /// B20: however many confirm at once, one request is filed. A machine that is too slow for all of them says so to some.
    async fn fifty_parallel_confirmations_file_one_request(house: House) {
        let secret = mailed(house, &house.app, &BROWSER, MAIL).await;
        let code = totp_code(&offered(&house.app, &secret).await, house.now());
        let hashing = Hashing::on_cores(64);
        let tries = (0..50).map(|_| {
            let (app, hashing, secret, code) =
                (house.app.clone(), hashing.clone(), secret.clone(), code.clone());
            tokio::spawn(async move {
                registration::confirm(&app, &hashing, &secret, &typed(&code), &home()).await
            })
        });
        let mut done = 0;
        for one in tries.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Ok(Confirmed::Done { .. }) => done += 1,
                Ok(Confirmed::Gone) | Err(AppError::Store(StoreError::Unavailable(_)) | AppError::Audit(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((done, open_requests(house).await.len()), (1, 1));
        assert_eq!(words(&letters(house).await), [(MAIL, "registration_link"), (MAIL, "registration_received")]);
    }

    async fn a_status_link_can_be_used_again_until_it_expires(house: House) {
        waiting(house, &BROWSER, MAIL).await;
        let link = link_to(house, MAIL).await;
        for _ in 0..2 {
            let standing = registration::status_by_link(&house.app, &link).await.unwrap();
            assert!(matches!(standing, Some(Standing::Waiting { .. })));
        }
        house.clock.advance(STATUS_DAYS * 86_400);
        assert_eq!(registration::status_by_link(&house.app, &link).await.unwrap(), None);
    }
}
