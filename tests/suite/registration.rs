//! Registering as a provider below HTTP: the steps, the registry, the link, the decision, on both engines.

mod links;
mod steps;

use std::sync::Arc;

use postern::app::desk::decision::{Decider, Obstacle};
use postern::app::ports::{Later, NpiRegistry, RegistryEntry, RegistryError};
use postern::app::registration::{self, Confirmed, Standing, Step};
use postern::app::sign_in::{CodeAnswer, Hashing, PasswordAnswer, check_code, totp_code};
use postern::app::{App, Outside, RegistryUse};
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, Npi, RequestId};
use postern::domain::letter::{Letter, Place};
use postern::domain::people::AccountKind;
use postern::domain::registration::*;
use postern::domain::request::{RequestKind, RequestState};
use postern::store::{access_facts, requests};

use crate::sign_in::{acts, from, hashing, home, password};
use crate::support::letters::{count, letters};
use crate::support::{House, both_engines};

pub const MAIL: &str = "Ngozi.Okafor@elm.example";
pub const NUMBER: &str = "1234567893";
pub const PASSPHRASE: &str = "purple otters glide at dawn";

/// One browser.
pub const BROWSER: [u8; 32] = [1; 32];
/// Another one.
const OTHER: [u8; 32] = [2; 32];

/// A registry that knows one individual, or gives no answer.
struct Registry(Result<Option<RegistryEntry>, RegistryError>);

impl NpiRegistry for Registry {
    fn look_up<'a>(&'a self, _: &'a Npi) -> Later<'a, Result<Option<RegistryEntry>, RegistryError>> {
        Box::pin(async { self.0.clone() })
    }
}

pub fn ngozi() -> RegistryEntry {
    RegistryEntry {
        is_individual: true,
        is_active: true,
        family: "OKAFOR".to_owned(),
        given: "NGOZI".to_owned(),
        other_names: Vec::new(),
        specialty: "Pediatrics".to_owned(),
    }
}

/// The house's app with a registry that answers so.
pub fn with_registry(
    house: &House,
    answer: Result<Option<RegistryEntry>, RegistryError>,
    used: RegistryUse,
) -> App {
    let registry: Arc<dyn NpiRegistry> = Arc::new(Registry(answer));
    App {
        outside: Outside { npi_registry: Some((registry, used)), ..Outside::default() },
        ..house.app.clone()
    }
}

pub fn down() -> Result<Option<RegistryEntry>, RegistryError> {
    Err(RegistryError("timed out".to_owned()))
}

pub fn number() -> TypedStart {
    TypedStart { npi: NUMBER.to_owned(), chart: "no".to_owned(), ..TypedStart::default() }
}

pub fn name() -> TypedDetails {
    TypedDetails {
        family: "Okafor".to_owned(),
        given: "Ngozi".to_owned(),
        specialty: "Family medicine".to_owned(),
        phone: "212-555-0134".to_owned(),
        practice: "new".to_owned(),
        practice_name: "Elm Street Pediatrics".to_owned(),
        practice_phone: "212-555-0100".to_owned(),
        practice_address: "1 Elm Street, Albany NY".to_owned(),
        ..TypedDetails::default()
    }
}

/// Through the first two steps.
async fn described(app: &App, browser: &[u8; 32], start: &TypedStart, details: &TypedDetails) {
    assert_eq!(registration::start(app, browser, start, &home()).await.unwrap(), Step::Done);
    assert_eq!(registration::details(app, browser, details, &home()).await.unwrap(), Step::Done);
}

/// The secret of the newest link of a letter to `address`.
pub async fn link_to(house: &House, address: &str) -> String {
    let newest = letters(house).await.into_iter().rev().find_map(|(to, letter)| match letter {
        Letter::RegistrationLink { link: Place(path) }
        | Letter::RegistrationReceived { link: Place(path), .. }
            if to == address =>
        {
            Some(path)
        }
        _ => None,
    });
    newest.expect("a letter with a link").rsplit('/').next().unwrap().to_owned()
}

/// Through the first three steps: the secret of the link.
async fn mailed(house: &House, app: &App, browser: &[u8; 32], address: &str) -> String {
    described(app, browser, &number(), &name()).await;
    house.clock.advance(1);
    assert_eq!(registration::send(app, browser, address, &home()).await.unwrap(), Step::Done);
    link_to(house, address).await
}

/// The TOTP secret that the link offers.
pub async fn offered(app: &App, secret: &str) -> Vec<u8> {
    let page = registration::confirm_page(app, secret).await.unwrap().expect("a usable link");
    data_encoding::BASE32_NOPAD.decode(page.manual_key.replace(' ', "").as_bytes()).unwrap()
}

fn typed(code: &str) -> TypedConfirm {
    TypedConfirm { password: PASSPHRASE.to_owned(), code: code.to_owned(), terms: "yes".to_owned() }
}

/// Confirms with the right code: the TOTP secret.
async fn confirmed(house: &House, app: &App, secret: &str) -> Vec<u8> {
    house.clock.advance(1);
    let totp = offered(app, secret).await;
    let code = totp_code(&totp, house.now());
    let answer = registration::confirm(app, &hashing(), secret, &typed(&code), &home()).await.unwrap();
    assert!(matches!(answer, Confirmed::Done { .. }), "{answer:?}");
    totp
}

/// Everything up to the access team: the TOTP secret.
async fn waiting(house: &House, browser: &[u8; 32], address: &str) -> Vec<u8> {
    let secret = mailed(house, &house.app, browser, address).await;
    confirmed(house, &house.app, &secret).await
}

pub async fn open_requests(house: &House) -> Vec<RequestId> {
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    open.into_iter().filter(|r| r.kind == RequestKind::Registration).map(|r| r.id).collect()
}

/// What the desk does: approves in one transaction, and keeps nothing when something is in the way.
pub async fn approve(house: &House, request: RequestId) -> Result<(), Obstacle> {
    house.clock.advance(1);
    approve_at(house, request, house.now()).await
}

async fn approve_at(house: &House, request: RequestId, now: Instant) -> Result<(), Obstacle> {
    let app = &house.app;
    let decider = Decider { account: AccountId(uuid::Uuid::nil()), now };
    let mut tx = app.db.begin().await.unwrap();
    let answer = registration::approve(app, &mut tx, request, decider).await.unwrap();
    if answer.is_ok() {
        tx.commit().await.unwrap();
    }
    answer
}

pub async fn decline(house: &House, request: RequestId, reason: &str) {
    house.clock.advance(1);
    let decider = Decider { account: AccountId(uuid::Uuid::nil()), now: house.now() };
    let mut tx = house.app.db.begin().await.unwrap();
    registration::decline(&house.app, &mut tx, request, decider, reason).await.unwrap();
    tx.commit().await.unwrap();
}

async fn signs_in(house: &House, email: &str, totp: &[u8]) -> bool {
    let PasswordAnswer::GoOn { cookie } = password(&house.app, email, PASSPHRASE, &home()).await else {
        return false;
    };
    let code = totp_code(totp, house.now());
    let answer = check_code(&house.app, &hashing(), cookie.as_str(), &code, &home()).await.unwrap();
    matches!(answer, CodeAnswer::SignedIn { .. })
}

fn words(all: &[(String, Letter)]) -> Vec<(&str, &'static str)> {
    all.iter().map(|(to, letter)| (to.as_str(), letter.word())).collect()
}

both_engines! {
    async fn a_provider_registers_is_approved_and_signs_in(house: House) {
        let reviewer = house.world.team_account(&["reviewer"]).await;
        house.world.team_account(&["auditor"]).await;
        let reviewer_mail = house.world.email(reviewer).await;
        let totp = waiting(house, &BROWSER, MAIL).await;
        let proof = totp_code(&totp, house.now());
        let status = registration::status(&house.app, &BROWSER).await.unwrap();
        // Wednesday noon: two business days later is Friday.
        assert_eq!(status, Standing::Waiting { due: Some(time::macros::date!(2026 - 03 - 13)) });
        assert!(!signs_in(house, MAIL, &totp).await, "nobody signs in before the team has approved");
        assert_eq!(words(&letters(house).await), [
            (MAIL, "registration_link"),
            (reviewer_mail.as_str(), "queue_item"),
            (MAIL, "registration_received"),
        ]);

        let [request] = open_requests(house).await[..] else { panic!() };
        assert_eq!(approve(house, request).await, Ok(()));
        let newest = letters(house).await.pop().unwrap();
        assert_eq!(newest, (MAIL.to_owned(), Letter::RegistrationApproved));
        assert_eq!(registration::status(&house.app, &BROWSER).await.unwrap(), Standing::Approved);
        // B21: the code that proved the enrolment is used.
        assert_eq!(totp_code(&totp, house.now()), proof);
        assert!(!signs_in(house, MAIL, &totp).await);
        house.clock.advance(30);
        assert!(signs_in(house, "ngozi.okafor@ELM.example", &totp).await);

        let all = access_facts::viewers(house.db(), access_facts::Those::All, &house.app.hospital.cycles).await.unwrap();
        let viewer = all.values().find(|v| v.kind == AccountKind::Provider).unwrap();
        assert_eq!(viewer.memberships.len(), 1);
        assert!(viewer.memberships[0].span.holds(house.now()));
        let steps = acts(&house.app).await.into_iter().filter(|(act, _, _)| *act == Act::Register).count();
        assert_eq!(steps, 4);
        assert!(acts(&house.app).await.contains(&(Act::FileRequest, Outcome::Allowed, String::new())));
    }

    async fn a_known_practice_and_provider_are_used_and_its_sponsors_are_told(house: House) {
        let world = &house.world;
        let elm = world.practice("Elm Street Pediatrics").await;
        let (_, sponsor) = world.physician("Rivera", elm).await;
        let staff = world.sponsored_account().await;
        world.sponsorship(sponsor, staff, elm, Interval::ALWAYS).await;
        let found = registration::find_practices(&house.app, "street").await.unwrap();
        assert_eq!(found.iter().map(|p| p.id).collect::<Vec<_>>(), [elm]);
        assert!(registration::find_practices(&house.app, "%").await.unwrap().is_empty());
        assert!(registration::find_practices(&house.app, "__").await.unwrap().is_empty());
        assert!(registration::find_practices(&house.app, "treet").await.unwrap().is_empty());

        let details = TypedDetails { practice: elm.to_string(), ..name() };
        described(&house.app, &BROWSER, &number(), &details).await;
        registration::send(&house.app, &BROWSER, MAIL, &home()).await.unwrap();
        confirmed(house, &house.app, &link_to(house, MAIL).await).await;
        assert_eq!(approve(house, open_requests(house).await[0]).await, Ok(()));
        let joined = Letter::MemberJoined {
            provider: "Ngozi Okafor".to_owned(),
            practice: "Elm Street Pediatrics".to_owned(),
        };
        assert!(letters(house).await.contains(&(world.email(sponsor).await, joined)));
    }

    async fn practices_and_names_are_found_whatever_their_letters_and_accents(house: House) {
        let world = &house.world;
        let clinic = world.practice("École Álvarez Clinic").await;
        for typed in ["École", "éCOLE", "ecole", "E\u{301}cole", "álv", "ALVAREZ", "école  álv"] {
            let found = registration::find_practices(&house.app, typed).await.unwrap();
            assert_eq!(found.iter().map(|p| p.id).collect::<Vec<_>>(), [clinic], "{typed}");
        }
        for typed in ["cole", "varez", "clinics", "\u{301}\u{301}"] {
            assert!(registration::find_practices(&house.app, typed).await.unwrap().is_empty(), "{typed}");
        }
        for family in ["Álvarez", "ALVAREZ", "A\u{301}lvarez", "Alvarezz", "Ålesund"] {
            world.provider(family).await;
        }
        let details = TypedDetails { family: "álvarez".to_owned(), given: "Ádám".to_owned(), ..name() };
        described(&house.app, &BROWSER, &number(), &details).await;
        registration::send(&house.app, &BROWSER, MAIL, &home()).await.unwrap();
        confirmed(house, &house.app, &link_to(house, MAIL).await).await;
        let facts = registration::facts(&house.app, open_requests(house).await[0]).await.unwrap().unwrap();
        let mut same: Vec<String> = facts.around.same_name.into_iter().map(|(name, _)| name).collect();
        same.sort();
        assert_eq!(same, ["Ada ALVAREZ", "Ada A\u{301}lvarez", "Ada Álvarez"]);
    }

    async fn declined_with_a_reason_the_number_and_the_address_are_free_again(house: House) {
        let totp = waiting(house, &BROWSER, MAIL).await;
        let request = open_requests(house).await[0];
        decline(house, request, "Please call us").await;
        let letter = Letter::RegistrationDeclined { reason: "Please call us".to_owned() };
        assert_eq!(letters(house).await.pop().unwrap(), (MAIL.to_owned(), letter));
        let by_link = registration::status_by_link(&house.app, &link_to(house, MAIL).await).await.unwrap();
        assert_eq!(by_link, Some(Standing::Declined { reason: "Please call us".to_owned() }));
        assert_eq!(approve(house, request).await, Err(Obstacle::Gone));
        assert!(!signs_in(house, MAIL, &totp).await);
        house.clock.advance(3600);
        let again = mailed(house, &house.app, &BROWSER, MAIL).await;
        confirmed(house, &house.app, &again).await;
    }

    /// asvs_v6_3_8: what a stranger sees, and what is written, is the same for an address that has an account.
    async fn an_address_that_has_an_account_is_told_by_mail_alone(house: House) {
        let taken = house.world.account("family", None, "active").await;
        let taken_mail = house.world.email(taken).await;
        described(&house.app, &BROWSER, &number(), &name()).await;
        let typed = taken_mail.to_uppercase();
        assert_eq!(registration::send(&house.app, &BROWSER, &typed, &home()).await.unwrap(), Step::Done);
        assert_eq!(words(&letters(house).await), [(taken_mail.as_str(), "address_known")]);
        let standing = registration::status(&house.app, &BROWSER).await.unwrap();
        assert_eq!(standing, Standing::Mailed { email: typed });
        assert_eq!(count(house, "select count(*) from mailed_link").await, 1);
        assert_eq!(registration::resend(&house.app, &BROWSER, &home()).await.unwrap(), Step::Done);
        assert_eq!(words(&letters(house).await).len(), 2);
    }

    /// asvs_v6_3_8: that a number has an account is told to the access team and nobody else.
    async fn a_number_that_has_an_account_goes_to_the_team_which_cannot_approve_it(house: House) {
        let first = waiting(house, &BROWSER, MAIL).await;
        assert_eq!(approve(house, open_requests(house).await[0]).await, Ok(()));
        let before = letters(house).await.len();
        waiting(house, &OTHER, "other@elm.example").await;
        let sent = letters(house).await;
        assert_eq!(words(&sent[before..]), [
            ("other@elm.example", "registration_link"),
            ("other@elm.example", "registration_received"),
        ]);
        let request = open_requests(house).await.pop().unwrap();
        let facts = registration::facts(&house.app, request).await.unwrap().unwrap();
        assert!(facts.around.npi_taken && !facts.around.address_taken);
        assert_eq!(approve(house, request).await, Err(Obstacle::NpiTaken));
        house.clock.advance(30);
        assert!(signs_in(house, MAIL, &first).await);
    }

    async fn two_may_wait_with_one_number_and_only_the_first_approved_gets_it(house: House) {
        waiting(house, &BROWSER, MAIL).await;
        waiting(house, &OTHER, "other@elm.example").await;
        let requests = open_requests(house).await;
        let facts = registration::facts(&house.app, requests[0]).await.unwrap().unwrap();
        assert_eq!(facts.around.also_waiting, 1);
        let (one, two) = tokio::join!(approve(house, requests[0]), approve(house, requests[1]));
        let mut answers = [one, two];
        answers.sort_by_key(Result::is_err);
        assert_eq!(answers, [Ok(()), Err(Obstacle::NpiTaken)]);
    }

    /// Of two approvals at once, the one that is written second may have read the clock first.
    async fn an_approval_that_read_the_clock_before_another_was_written_finds_the_number_taken(house: House) {
        waiting(house, &BROWSER, MAIL).await;
        waiting(house, &OTHER, "other@elm.example").await;
        let (requests, earlier) = (open_requests(house).await, house.now());
        assert_eq!(approve(house, requests[0]).await, Ok(()));
        assert_eq!(approve_at(house, requests[1], earlier).await, Err(Obstacle::NpiTaken));
        assert_eq!(count(house, "select count(*) from account where provider_id is not null").await, 1);
    }

    async fn an_address_that_got_an_account_meanwhile_stands_in_the_way(house: House) {
        waiting(house, &BROWSER, MAIL).await;
        let mut second = number();
        second.npi = "1245319599".to_owned();
        described(&house.app, &OTHER, &second, &name()).await;
        house.clock.advance(3600);
        registration::send(&house.app, &OTHER, MAIL, &home()).await.unwrap();
        confirmed(house, &house.app, &link_to(house, MAIL).await).await;
        let requests = open_requests(house).await;
        assert_eq!(approve(house, requests[0]).await, Ok(()));
        assert_eq!(approve(house, requests[1]).await, Err(Obstacle::AddressTaken));
        assert_eq!(approve(house, requests[0]).await, Err(Obstacle::Gone));
    }

    async fn a_number_whose_account_is_disabled_may_register_anew(house: House) {
        waiting(house, &BROWSER, MAIL).await;
        assert_eq!(approve(house, open_requests(house).await[0]).await, Ok(()));
        postern::app::accounts::disable_account(&house.app, MAIL).await.unwrap();
        house.clock.advance(60);
        waiting(house, &OTHER, "other@elm.example").await;
        assert_eq!(approve(house, open_requests(house).await.pop().unwrap()).await, Ok(()));
    }

    async fn an_international_provider_is_taken_without_a_number(house: House) {
        let start = TypedStart { no_npi: "yes".to_owned(), chart: "no".to_owned(), ..TypedStart::default() };
        described(&house.app, &BROWSER, &start, &name()).await;
        registration::send(&house.app, &BROWSER, MAIL, &home()).await.unwrap();
        let totp = confirmed(house, &house.app, &link_to(house, MAIL).await).await;
        let request = open_requests(house).await[0];
        let facts = registration::facts(&house.app, request).await.unwrap().unwrap();
        assert_eq!((facts.answers.npi, facts.answers.check), (None, NpiCheck::NoNpi));
        assert_eq!(approve(house, request).await, Ok(()));
        house.clock.advance(30);
        assert!(signs_in(house, MAIL, &totp).await);
        assert_eq!(count(house, "select count(*) from provider").await, 1);
    }
}
