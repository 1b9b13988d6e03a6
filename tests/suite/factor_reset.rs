//! A lost phone: the access team binds the factor anew by two, the link by mail, its code by phone; accounts disabled, sessions ended.

use postern::app::desk::accounts::{ask_reset, disable, end_sessions, find, page};
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::{Done, Handover, Member};
use postern::app::sign_in::*;
use postern::domain::audit::{Act, Outcome};
use postern::domain::ids::AccountId;
use postern::domain::letter::{FactorChange, Letter};
use postern::domain::people::{AccountStatus, Role};
use postern::domain::queue::{Bar, Obstacle};
use postern::store::sign_in::credentials;
use postern::store::{Db, Stamp};

use crate::desk::{at_present, detail, member, reset};
use crate::sign_in::*;
use crate::support::letters::letters_of;
use crate::support::{House, both_engines};

const ADMIN: &[Role] = &[Role::Administrator];

/// Amara has lost her phone; two administrators bind her factor anew.
async fn approved(house: &House, whose: AccountId) -> Handover {
    let (asker, other) = (member(house, ADMIN).await, member(house, ADMIN).await);
    let id = reset(house, &asker, whose).await;
    match decide(&house.app, &other, (id, 0), Verdict::Approve).await.unwrap() {
        Done::Done(Some(handover)) => handover,
        answer => panic!("{answer:?}"),
    }
}

/// The secret of the latest mailed set-up link.
async fn mailed(house: &House) -> String {
    let letters = letters_of(house, "set_up_link").await;
    let Some((_, Letter::SetUpLink { link })) = letters.last() else { panic!("{letters:?}") };
    link.0.strip_prefix("/set-up/").unwrap().to_owned()
}

async fn set_up(house: &House, secret: &str, code: &str, handover: &str) -> SetUpAnswer {
    let typed = SetUpTyped { password: "river stones under ice", code, handover };
    complete_set_up(&house.app, &hashing(), secret, typed, &home()).await.unwrap()
}

/// A code that is not `right`.
fn another(right: &str, n: u32) -> String {
    let right: u32 = right.parse().unwrap();
    format!("{:08}", (right + 1 + n) % 100_000_000)
}

/// A passkey and a recovery code of `account`.
async fn more_factors(house: &House, account: AccountId) {
    let now = Stamp(house.now());
    let texts = [
        "insert into passkey (id, account_id, credential_id, credential, name, added_at, version) values ($1, $2, $1, '{}', 'Key', $3, 0)",
        "insert into recovery_code (account_id, hash) values ($2, $1)",
    ];
    let id = uuid::Uuid::from_u128(77);
    match house.db() {
        Db::Sqlite { write, .. } => {
            sqlx::query(texts[0]).bind(id).bind(account.0).bind(now).execute(write).await.unwrap();
            sqlx::query(texts[1]).bind(id).bind(account.0).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            let bytes = id.as_bytes().to_vec();
            let text = texts[0].replace("$1, '{}'", "$4, '{}'");
            sqlx::query(sqlx::AssertSqlSafe(text))
                .bind(id)
                .bind(account.0)
                .bind(now)
                .bind(bytes.clone())
                .execute(pool)
                .await
                .unwrap();
            sqlx::query(texts[1]).bind(bytes).bind(account.0).execute(pool).await.unwrap();
        }
    }
}

async fn shown(
    house: &House,
    member: &Member,
    account: AccountId,
) -> postern::app::desk::accounts::AccountPage {
    page(&house.app, member, account).await.unwrap().unwrap()
}

both_engines! {
    /// asvs_v6_4_4: a lost factor takes two of the staff and recorded evidence. asvs_v6_4_6: neither sees or sets a password.
    async fn a_lost_factor_is_bound_anew_by_two_and_the_person_signs_in_again(house: House) {
        let app = &house.app;
        let whose = amara(house).await;
        more_factors(house, whose).await;
        let (full, waiting) = (signed_in(house).await, half(app).await);
        let handover = approved(house, whose).await;
        assert!(!is_signed_in(app, &full).await);
        assert!(matches!(check_code(app, &waiting, &code(house), &home()).await.unwrap(), CodeAnswer::NoAttempt));
        let admin = member(house, ADMIN).await;
        let now = shown(house, &admin, whose).await;
        assert_eq!((now.overview.passkeys, now.overview.recovery_codes, now.sessions), (0, 0, 0));
        assert!(now.overview.disabled_at.is_some() && now.overview.reset.is_none());
        assert_eq!(now.events[0].body, "Called her practice; she knew her NPI");

        let (secret, totp) = enrol(app, &mailed(house).await).await;
        let first = totp_code(&totp, house.now());
        assert_eq!(set_up(house, &secret, &first, &handover.code).await, SetUpAnswer::Done);
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::Refused));
        let PasswordAnswer::GoOn { cookie } = password(app, EMAIL, "river stones under ice", &home()).await else { panic!() };
        house.clock.advance(30);
        let next = totp_code(&totp, house.now());
        assert!(matches!(check_code(app, cookie.as_str(), &next, &home()).await.unwrap(), CodeAnswer::SignedIn { .. }));
        assert!(acts(app).await.contains(&(Act::ResetFactor, Outcome::Allowed, String::new())));
    }

    /// asvs_v6_3_7: the person is told that their factor was switched off.
    async fn the_person_is_told_and_the_code_is_in_no_letter(house: House) {
        let whose = amara(house).await;
        let handover = approved(house, whose).await;
        let told = letters_of(house, "factor_changed").await;
        let change = FactorChange::FactorReset;
        assert_eq!(told, [(EMAIL.to_owned(), Letter::FactorChanged { change, at: house.now() })]);
        for (_, letter) in crate::support::letters::letters(house).await {
            assert!(!format!("{letter:?}").contains(&handover.code));
        }
        // asvs_v6_5_4: more than 20 bits.
        assert!(handover.code.len() == 8 && handover.code.bytes().all(|b| b.is_ascii_digit()));
    }

    /// asvs_v6_3_6: no factor is bound by mail alone.
    async fn the_mailed_link_alone_binds_nothing(house: House) {
        let whose = amara(house).await;
        let handover = approved(house, whose).await;
        let (secret, totp) = enrol(&house.app, &mailed(house).await).await;
        let code = totp_code(&totp, house.now());
        for nothing in ["", "1", "12345678901"] {
            assert_eq!(set_up(house, &secret, &code, nothing).await, SetUpAnswer::WrongHandover);
        }
        let factor = credentials::factor(house.db(), whose).await.unwrap().unwrap();
        assert!(factor.disabled_at.is_some());
        let SetUp::Ready(page) = set_up_page(&house.app, &secret).await.unwrap() else { panic!() };
        assert!(page.needs_handover);
        let spaced = format!("{} {}", &handover.code[..4], &handover.code[4..]);
        assert_eq!(set_up(house, &secret, &code, &spaced).await, SetUpAnswer::Done);
        assert_eq!(set_up(house, &secret, &code, &handover.code).await, SetUpAnswer::Gone);
    }

    /// asvs_v6_6_3: five wrong codes void the link, the right one does not help any more.
    async fn five_wrong_codes_void_the_link(house: House) {
        let whose = amara(house).await;
        let handover = approved(house, whose).await;
        let (secret, totp) = enrol(&house.app, &mailed(house).await).await;
        let code = totp_code(&totp, house.now());
        for n in 0..4 {
            assert_eq!(set_up(house, &secret, &code, &another(&handover.code, n)).await, SetUpAnswer::WrongHandover);
        }
        // A right one that fails for another reason is not counted.
        let wrong_totp = set_up(house, &secret, "1", &handover.code).await;
        assert!(matches!(wrong_totp, SetUpAnswer::Invalid { is_code_wrong: true, .. }));
        assert_eq!(set_up(house, &secret, &code, &another(&handover.code, 9)).await, SetUpAnswer::Gone);
        assert_eq!(set_up(house, &secret, &code, &handover.code).await, SetUpAnswer::Gone);
        let failed = (Act::SetUpAccount, Outcome::Failed, "handover_code".to_owned());
        assert_eq!(acts(&house.app).await.iter().filter(|act| **act == failed).count(), 5);
    }

    async fn of_fifty_guesses_at_once_five_are_compared(house: House) {
        let whose = amara(house).await;
        let handover = approved(house, whose).await;
        let (secret, totp) = enrol(&house.app, &mailed(house).await).await;
        let code = totp_code(&totp, house.now());
        let tries: Vec<_> = (0..50).map(|n| {
            let (app, secret, code, guess) = (house.app.clone(), secret.clone(), code.clone(), another(&handover.code, n));
            tokio::spawn(async move {
                let typed = SetUpTyped { password: "river stones under ice", code: &code, handover: &guess };
                complete_set_up(&app, &hashing(), &secret, typed, &home()).await.unwrap()
            })
        }).collect();
        for one in tries {
            assert!(matches!(one.await.unwrap(), SetUpAnswer::WrongHandover | SetUpAnswer::Gone));
        }
        let failed = (Act::SetUpAccount, Outcome::Failed, "handover_code".to_owned());
        assert_eq!(acts(&house.app).await.iter().filter(|act| **act == failed).count(), 5);
        assert_eq!(set_up(house, &secret, &code, &handover.code).await, SetUpAnswer::Gone);
    }

    /// asvs_v6_6_2: a code belongs to its own link; an older link is void once there is a newer one.
    async fn a_second_reset_voids_the_first_link_and_its_code(house: House) {
        let whose = amara(house).await;
        let first = approved(house, whose).await;
        let old = mailed(house).await;
        house.clock.advance(60);
        let second = approved(house, whose).await;
        let new = mailed(house).await;
        assert!(matches!(set_up_page(&house.app, &old).await.unwrap(), SetUp::Gone));
        let (secret, totp) = enrol(&house.app, &new).await;
        let code = totp_code(&totp, house.now());
        assert_ne!(first.code, second.code);
        assert_eq!(set_up(house, &secret, &code, &first.code).await, SetUpAnswer::WrongHandover);
        assert_eq!(set_up(house, &secret, &code, &second.code).await, SetUpAnswer::Done);
    }

    /// asvs_v6_4_1: the link is over after 72 hours exactly.
    async fn the_mailed_link_is_over_after_seventy_two_hours(house: House) {
        let whose = amara(house).await;
        let handover = approved(house, whose).await;
        let secret = mailed(house).await;
        house.clock.advance(72 * 3600 - 1);
        assert!(matches!(set_up_page(&house.app, &secret).await.unwrap(), SetUp::Ready(_)));
        house.clock.advance(1);
        assert!(matches!(set_up_page(&house.app, &secret).await.unwrap(), SetUp::Gone));
        assert_eq!(set_up(house, &secret, "123456", &handover.code).await, SetUpAnswer::Gone);
    }

    async fn a_reset_is_asked_for_once_with_evidence_by_an_administrator_and_not_for_oneself(house: House) {
        let app = &house.app;
        let whose = house.world.family_account().await;
        let (admin, other) = (member(house, ADMIN).await, member(house, ADMIN).await);
        assert_eq!(ask_reset(app, &admin, whose, " too few ").await.unwrap(), Done::BadText);
        assert_eq!(ask_reset(app, &admin, whose, &"é".repeat(1001)).await.unwrap(), Done::BadText);
        let evidence = "Called the number on file";
        let reviewer = member(house, &[Role::Reviewer]).await;
        assert_eq!(ask_reset(app, &reviewer, whose, evidence).await.unwrap(), Done::Barred(Bar::Role));
        assert_eq!(ask_reset(app, &admin, admin.account, evidence).await.unwrap(), Done::Barred(Bar::Own));
        let nobody = AccountId(uuid::Uuid::from_u128(5));
        assert_eq!(ask_reset(app, &admin, nobody, evidence).await.unwrap(), Done::Unknown);
        let Done::Done(id) = ask_reset(app, &admin, whose, evidence).await.unwrap() else { panic!() };
        assert_eq!(detail(house, &other, id).await.request.reason, evidence);
        let again = ask_reset(app, &other, whose, evidence).await.unwrap();
        assert_eq!(again, Done::Obstacle(Obstacle::AskedAlready));
        let gone = house.world.family_account().await;
        house.world.disable(gone, house.now()).await;
        house.clock.advance(1);
        let done = ask_reset(app, &at_present(house, &admin), gone, evidence).await.unwrap();
        assert_eq!(done, Done::Obstacle(Obstacle::NotActive));
    }

    /// asvs_v7_4_5: an administrator ends somebody's sessions, and it is recorded.
    async fn an_administrator_ends_all_sessions_of_somebody(house: House) {
        let app = &house.app;
        let whose = amara(house).await;
        let full = signed_in(house).await;
        let (admin, reviewer) = (member(house, ADMIN).await, member(house, &[Role::Reviewer]).await);
        assert_eq!(end_sessions(app, &reviewer, whose).await.unwrap(), Done::Barred(Bar::Role));
        assert!(is_signed_in(app, &full).await);
        assert_eq!(shown(house, &admin, whose).await.sessions, 1);
        assert_eq!(end_sessions(app, &admin, whose).await.unwrap(), Done::Done(1));
        assert!(!is_signed_in(app, &full).await);
        assert_eq!(end_sessions(app, &admin, whose).await.unwrap(), Done::Done(0));
        assert_eq!(end_sessions(app, &admin, admin.account).await.unwrap(), Done::Barred(Bar::Own));
        assert!(acts(app).await.contains(&(Act::EndSession, Outcome::Allowed, String::new())));
        assert!(acts(app).await.contains(&(Act::EndSession, Outcome::Refused, "role".to_owned())));
        signed_in(house).await;
    }

    /// asvs_v7_4_2: a disabled account's sessions end with it.
    async fn a_disabled_account_is_out_at_once_and_the_reason_is_kept(house: House) {
        let app = &house.app;
        let whose = amara(house).await;
        let full = signed_in(house).await;
        let admin = at_present(house, &member(house, ADMIN).await);
        assert_eq!(disable(app, &admin, whose, "  ").await.unwrap(), Done::BadText);
        assert_eq!(disable(app, &admin, whose, "Left the team").await.unwrap(), Done::Done(()));
        assert!(!is_signed_in(app, &full).await);
        house.clock.advance(1);
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::Refused));
        let page = shown(house, &at_present(house, &admin), whose).await;
        assert_eq!(page.status, Some(AccountStatus::Disabled));
        assert_eq!((page.events[0].kind.as_str(), page.events[0].body.as_str()), ("disabled", "Left the team"));
        assert_eq!(letters_of(house, "account_closed").await.len(), 1);
    }

    async fn an_account_is_found_by_its_address_however_it_is_spelt(house: House) {
        let whose = amara(house).await;
        let admin = member(house, ADMIN).await;
        assert_eq!(find(&house.app, &admin, " AMARA.okafor@example.org ").await.unwrap(), Some(whose));
        assert_eq!(find(&house.app, &admin, "who@example.org").await.unwrap(), None);
        let looked: Vec<_> = acts(&house.app).await.into_iter().filter(|act| act.0 == Act::LookUp).map(|act| act.1).collect();
        assert_eq!(looked, [Outcome::Allowed, Outcome::Failed]);
    }
}
