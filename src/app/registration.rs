//! Providers register: the steps, the registry, the queue, the account (product.md section 2).
//!
//! A draft belongs to the browser that began it, and nothing in it can sign in. Whoever holds the mailbox finishes it: password
//! and factor are bound behind the mailed link alone. What is mailed, kept and counted is the same for an address that has an
//! account already, but for the letter. Whether a number has one is not told to anybody but the access team.

mod confirm;
mod decide;
mod link;
mod status;
mod steps;

pub use confirm::{ConfirmPage, Confirmed, confirm, confirm_page};
pub use decide::{Facts, approve, decline, facts};
pub use link::{resend, send};
pub use status::{Standing, status, status_by_link};
pub use steps::{details, find_practices, start};

use serde_json::json;
use uuid::Uuid;

use super::sign_in::{Client, keyed_text, new_secret, secret_hash};
use super::{App, AppError, RegistryUse};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::registration::{
    ADDRESS_BURST, ADDRESS_SECONDS, Answers, Fault, NETWORK_BURST, NETWORK_SECONDS, NpiCheck,
};
use crate::domain::sign_in::fold_network;
use crate::store::Tx;
use crate::store::registration::{self as kept, KeptRegistration};
use crate::store::sign_in::throttle::{self, Rate};

/// What a link to confirm an address is for.
const LINK: &str = "registration";
/// What a link to a registration's status is for.
const STATUS_LINK: &str = "registration_status";
/// Begins the counter of a network's steps.
const NETWORK: &str = "register:";
/// Begins the counter of an address's letters.
const ADDRESS: &str = "register-mail:";

/// A registration that is being filled in.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What was answered.
    pub answers: Answers,
    /// The address; empty before it is typed.
    pub email: String,
    /// When the link was mailed, if it was since the last change.
    pub mailed_at: Option<Instant>,
    /// Whether it may go on without the registry's answer.
    pub may_go_on: bool,
}

/// What came of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// It is kept: on to the next one.
    Done,
    /// Something is to be mended.
    Faults(Vec<Fault>),
    /// Too many for this network or address: again in so many seconds.
    Slowed(i64),
    /// There is no draft for this step in this browser.
    NoDraft,
}

/// The unfinished registration of the browser with `visit`.
///
/// # Errors
/// [`AppError`].
pub async fn draft(app: &App, visit: &[u8; 32]) -> Result<Option<Draft>, AppError> {
    let Some(found) = kept::open_of_visit(&app.db, visit).await? else { return Ok(None) };
    let answers = answers_of(&found)?;
    let is_mailed = found.state == crate::domain::registration::RegistrationState::Mailed;
    let may_go_on = !waits_for_registry(app, answers.check);
    Ok(Some(Draft {
        answers,
        email: found.email,
        mailed_at: found.mailed_at.filter(|_| is_mailed),
        may_go_on,
    }))
}

/// Whether a registration with this check stands still until the registry answers.
fn waits_for_registry(app: &App, check: NpiCheck) -> bool {
    let needed =
        app.outside.npi_registry.as_ref().is_some_and(|(_, needed)| *needed == RegistryUse::Required);
    needed && check == NpiCheck::Unavailable
}

/// Whether the answers can be sent: name and practice fit the number, and the registry was asked where it must be.
fn is_ready(app: &App, answers: &Answers) -> bool {
    answers.is_complete() && !waits_for_registry(app, answers.check)
}

fn answers_of(kept: &KeptRegistration) -> Result<Answers, AppError> {
    serde_json::from_str(&kept.answers)
        .map_err(|error| AppError::Fault(format!("the answers of registration {}: {error}", kept.id)))
}

fn as_json(answers: &Answers) -> Result<String, AppError> {
    serde_json::to_string(answers).map_err(|error| AppError::Fault(format!("answers: {error}")))
}

/// An entry about a step of the registration `id`.
fn entry(client: &Client, now: Instant, id: Option<Uuid>, step: &str) -> Entry {
    let mut entry = client.entry(now, Act::Register, Outcome::Allowed);
    entry.subject = id;
    entry.detail = json!({ "step": step }).to_string();
    entry
}

/// Counts one step of the client's network. `Err` holds the seconds to wait.
async fn count_network(tx: &mut Tx, client: &Client, now: Instant) -> Result<Result<(), i64>, AppError> {
    let key = format!("{NETWORK}{}", fold_network(&client.network));
    Ok(throttle::take_of(tx, &key, Rate { burst: NETWORK_BURST, seconds: NETWORK_SECONDS }, now).await?)
}

/// Counts one letter to an address. `Err` holds the seconds to wait.
async fn count_address(
    app: &App,
    tx: &mut Tx,
    folded: &str,
    now: Instant,
) -> Result<Result<(), i64>, AppError> {
    let key = format!("{ADDRESS}{}", keyed_text(app, folded));
    Ok(throttle::take_of(tx, &key, Rate { burst: ADDRESS_BURST, seconds: ADDRESS_SECONDS }, now).await?)
}

/// Records that a step was refused for coming too often.
async fn slowed(app: &App, client: &Client, step: &str, seconds: i64) -> Result<Step, AppError> {
    let mut entry = entry(client, app.clock.now(), None, step);
    entry.outcome = Outcome::Refused;
    entry.basis = String::from("slowed");
    app.audit.commit(app.db.begin().await?, vec![entry]).await?;
    Ok(Step::Slowed(seconds))
}

/// A new secret for a link, and what is kept of it.
fn link_secret(app: &App) -> Result<(String, [u8; 32]), AppError> {
    let secret = new_secret(app)?;
    let hash =
        secret_hash(secret.as_str()).ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    Ok((secret.as_str().to_owned(), hash))
}
