//! Accounts made, reset and disabled by the access team or on the command line.

use time::Date;

use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, Npi, ProviderId, new_uuid};
use crate::domain::letter::{FactorChange, Letter};
use crate::domain::people::{AccountKind, AccountStatus, Job, Role, SignIn, fold_email, is_email};
use crate::domain::sign_in::SET_UP_SECONDS;
use crate::store::registration;
use crate::store::sign_in::{accounts, credentials, links, sessions};
use crate::store::{StoreError, Tx};

use super::desk::drop_factors;
use super::sign_in::{SessionSecret, handover_hash, new_secret, new_totp_secret, random, seal, secret_hash};
use super::{App, AppError, mail};

/// An account that is wanted.
#[derive(Clone, Debug)]
pub struct WantedAccount {
    /// The address to sign in with.
    pub email: String,
    /// What it is for.
    pub kind: AccountKind,
    /// The NPI of a provider.
    pub npi: Option<String>,
    /// The family name; may be missing for a provider whom the directory knows.
    pub family: Option<String>,
    /// The given name; may be missing for a provider whom the directory knows.
    pub given: Option<String>,
    /// The job of a sponsored user.
    pub job: Option<Job>,
    /// The birth date of a family member.
    pub birth_date: Option<Date>,
    /// The roles in the access team.
    pub roles: Vec<Role>,
}

/// A set-up link, shown once.
#[derive(Clone, Debug)]
pub struct SetUpLink {
    /// Whose account it sets up.
    pub account: AccountId,
    /// Its secret.
    pub secret: SessionSecret,
    /// When it can no longer be used.
    pub expires_at: Instant,
}

/// Why an account was not made, reset or disabled.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is no `@` with something on both sides.
    #[error("`{0}` is not an e-mail address")]
    BadEmail(String),
    /// The address has an account.
    #[error("an account with this address exists; use another address, or `postern account reset-factor`")]
    EmailTaken,
    /// A provider without an NPI.
    #[error("a provider needs an NPI: add --npi with its ten digits")]
    NpiNeeded,
    /// An NPI for someone who is no provider.
    #[error("only a provider has an NPI; leave --npi out or use --kind provider")]
    NpiNotWanted,
    /// Not a valid NPI.
    #[error("`{0}` is not an NPI: ten digits that begin with 1 or 2, the last one a check digit")]
    BadNpi(String),
    /// The NPI has an account that is not disabled.
    #[error("this NPI has an account already; disable that one first")]
    NpiTaken,
    /// No name, and the directory knows none.
    #[error("a name is needed: add --family and --given")]
    NameNeeded,
    /// Roles for someone outside the access team, or none for someone in it.
    #[error(
        "the access team, and nobody else, has roles: add --role reviewer, administrator or auditor with --kind access_team"
    )]
    BadRoles,
    /// A job for someone who is no sponsored user.
    #[error("only a sponsored user has a job; leave --job out or use --kind sponsored")]
    JobNotWanted,
    /// No account has this address.
    #[error("no account has this address; check its spelling")]
    Unknown,
    /// The account is not active.
    #[error("this account is not active, so a set-up link would not work")]
    NotActive,
    /// The hospital keeps its factors.
    #[error(
        "this account signs in at the hospital, whose help desk binds its factors anew; to get in without the hospital, make another account with `postern account create`"
    )]
    SignsInAtHospital,
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

/// Makes an account, active at once, and a link to set it up within 72 hours.
///
/// # Errors
/// [`AccountError`]; nothing was made then.
pub async fn create_account(app: &App, wanted: &WantedAccount) -> Result<SetUpLink, AccountError> {
    let now = app.clock.now();
    let folded = check(wanted)?;
    if accounts::by_email(&app.db, &folded).await?.is_some() {
        return Err(AccountError::EmailTaken);
    }
    let npi = wanted.npi.as_deref().map(|n| Npi::parse(n).ok_or_else(|| AccountError::BadNpi(n.to_owned())));
    let npi = npi.transpose()?;
    let provider = match &npi {
        Some(npi) => accounts::provider(&app.db, npi.as_str()).await?,
        None => None,
    };
    let known = provider.as_ref().map(|p| (p.family.as_str(), p.given.as_str()));
    let (family, given) = match (&wanted.family, &wanted.given, known) {
        (Some(family), Some(given), _) => (family.as_str(), given.as_str()),
        (_, _, Some(known)) => known,
        _ => return Err(AccountError::NameNeeded),
    };
    let account = AccountId(new_uuid(now, random(app)?));
    let mut tx = app.db.begin().await?;
    let provider = match &npi {
        Some(npi) => Some(free_provider(app, &mut tx, npi, (family, given), now).await?),
        None => None,
    };
    let new = accounts::NewAccount {
        id: account,
        email: wanted.email.trim(),
        email_folded: &folded,
        kind: wanted.kind,
        provider,
        family,
        given,
        job: wanted.job,
        birth_date: wanted.birth_date,
        roles: &wanted.roles,
    };
    match accounts::insert(&mut tx, &new, now).await {
        Err(StoreError::Duplicate(_)) => return Err(AccountError::EmailTaken),
        other => other?,
    }
    let link = keep_link(app, &mut tx, account, None).await?;
    app.audit.commit(tx, vec![entry(now, Act::CreateAccount, account)]).await?;
    Ok(link)
}

/// The provider of `npi`, made with the name (family, given) when the directory does not know them, and held until the transaction
/// ends, so that two accounts made at once do not get one number.
async fn free_provider(
    app: &App,
    tx: &mut Tx,
    npi: &Npi,
    name: (&str, &str),
    now: Instant,
) -> Result<ProviderId, AccountError> {
    if let Some(known) = registration::hold_provider(tx, npi.as_str(), "").await? {
        let is_taken = registration::has_account(tx, known, now).await?;
        return if is_taken { Err(AccountError::NpiTaken) } else { Ok(known) };
    }
    let id = ProviderId(new_uuid(now, random(app)?));
    match accounts::insert_provider(tx, id, npi.as_str(), name).await {
        Err(StoreError::Duplicate(_)) => Err(AccountError::NpiTaken),
        done => Ok(done.map(|()| id)?),
    }
}

/// Switches off every factor of an account, ends its sessions and links, tells its owner, and makes a new link: used, it sets the
/// password and binds a new factor.
///
/// # Errors
/// [`AccountError`]; nothing was changed then.
pub async fn reset_factor(app: &App, email: &str) -> Result<SetUpLink, AccountError> {
    let now = app.clock.now();
    let found = accounts::by_email(&app.db, &fold_email(email)).await?.ok_or(AccountError::Unknown)?;
    let is_active = found.status.iter().any(|(s, span)| *s == AccountStatus::Active && span.holds(now));
    if !is_active {
        return Err(AccountError::NotActive);
    }
    if found.sign_in == SignIn::Hospital {
        return Err(AccountError::SignsInAtHospital);
    }
    let card = accounts::card(&app.db, found.account).await?;
    let mut tx = app.db.begin().await?;
    drop_factors(&mut tx, found.account, now).await?;
    let letter = Letter::FactorChanged { change: FactorChange::FactorReset, at: now };
    let address = card.map_or_else(String::new, |card| card.email);
    mail::post(app, &mut tx, (Some(found.account), &address), &letter).await?;
    let link = keep_link(app, &mut tx, found.account, None).await?;
    app.audit.commit(tx, vec![entry(now, Act::ResetFactor, found.account)]).await?;
    Ok(link)
}

/// Disables an account from now on and ends its sessions and links.
///
/// # Errors
/// [`AccountError::Unknown`] when no account has the address.
pub async fn disable_account(app: &App, email: &str) -> Result<AccountId, AccountError> {
    let now = app.clock.now();
    let found = accounts::by_email(&app.db, &fold_email(email)).await?.ok_or(AccountError::Unknown)?;
    let mut tx = app.db.begin().await?;
    accounts::set_status(&mut tx, found.account, AccountStatus::Disabled, now).await?;
    credentials::void_links(&mut tx, found.account, now).await?;
    links::void_all(&mut tx, found.account, now).await?;
    sessions::end_others(&mut tx, found.account, &[], now).await?;
    app.audit.commit(tx, vec![entry(now, Act::DisableAccount, found.account)]).await?;
    Ok(found.account)
}

/// The folded address, when what is wanted can be made.
fn check(wanted: &WantedAccount) -> Result<String, AccountError> {
    let folded = fold_email(&wanted.email);
    if !is_email(&folded) {
        return Err(AccountError::BadEmail(wanted.email.clone()));
    }
    match (wanted.kind, &wanted.npi) {
        (AccountKind::Provider, None) => return Err(AccountError::NpiNeeded),
        (AccountKind::Sponsored | AccountKind::AccessTeam | AccountKind::Family, Some(_)) => {
            return Err(AccountError::NpiNotWanted);
        }
        _ => {}
    }
    if (wanted.kind == AccountKind::AccessTeam) == wanted.roles.is_empty() {
        return Err(AccountError::BadRoles);
    }
    if wanted.job.is_some() && wanted.kind != AccountKind::Sponsored {
        return Err(AccountError::JobNotWanted);
    }
    Ok(folded)
}

/// Keeps a new set-up link of `account`; one that is mailed needs the code that is handed over another way.
pub(super) async fn keep_link(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    handover: Option<&str>,
) -> Result<SetUpLink, AppError> {
    let now = app.clock.now();
    let expires_at = now.plus_seconds(SET_UP_SECONDS);
    let secret = new_secret(app)?;
    let hash =
        secret_hash(secret.as_str()).ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    let sealed = seal(app, account, &new_totp_secret(app)?)?;
    let code_hash = handover.map(|code| handover_hash(app, &hash, code));
    let code_hash = code_hash.as_ref().map(<[u8; 32]>::as_slice);
    credentials::insert_link(tx, &hash, account, (now, expires_at), &sealed, code_hash).await?;
    Ok(SetUpLink { account, secret, expires_at })
}

/// An act of the command line on `account`.
fn entry(now: Instant, act: Act, account: AccountId) -> Entry {
    let mut entry = Entry::new(now, act, Outcome::Allowed);
    entry.subject = Some(account.0);
    entry.detail = String::from("{\"by\":\"command_line\"}");
    entry
}
