//! What the owner of an account changes about signing in: authenticator, passkeys, recovery codes, password.
//!
//! Every one of these ends all other sessions and every link in mail of the account, and tells the owner.

use uuid::Uuid;

use crate::app::{App, AppError, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::crockford;
use crate::domain::letter::{FactorChange, Letter};
use crate::domain::people::SignIn;
use crate::domain::sign_in::password::{PasswordFault, choose, normalize};
use crate::domain::sign_in::{BUSY_SECONDS, RECOVERY_CODE_LETTERS, RECOVERY_CODES, fold_network, parse_code};
use crate::store::Tx;
use crate::store::sign_in::{accounts, credentials, links, passkeys, recovery, sessions, throttle};
use crate::store::sign_on;

use super::enrolment::{Enrolment, enrolment};
use super::factor::{matching_step, open as unseal};
use super::{Busy, Client, Hashing, PAIR, Session, new_totp_secret, random, seal};

/// How long a secret that was shown for a new authenticator can be confirmed, in seconds.
const ENROLMENT_SECONDS: i64 = 15 * 60;

/// The ways in which an account signs in.
#[derive(Clone, Debug)]
pub struct Factors {
    /// When the authenticator was bound, if there is one.
    pub authenticator: Option<Instant>,
    /// Whether authenticator and recovery codes are switched off for too many wrong codes.
    pub is_disabled: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyLine>,
    /// When the recovery codes were made and how many are left.
    pub recovery: Option<(Instant, i64)>,
    /// When the password was set; `None` when there is none.
    pub has_password: bool,
    /// Whether browsers can make passkeys here.
    pub can_add_passkeys: bool,
}

/// One passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct PasskeyLine {
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
}

/// What came of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// It is done.
    Done,
    /// The code is not right.
    CodeWrong,
    /// It would leave no factor: another one is to be added first.
    LastFactor,
    /// There is nothing to change: never begun, too late, gone already, or kept by the hospital.
    Nothing,
}

/// The ways in which whoever is signed in signs in.
///
/// # Errors
/// [`AppError`].
pub async fn factors_of(app: &App, session: &Session) -> Result<Factors, AppError> {
    let account = session.account;
    let factor = credentials::factor(&app.db, account).await?;
    let keys = passkeys::of_account(&app.db, account).await?;
    let set = recovery::of_account(&app.db, account).await?;
    Ok(Factors {
        authenticator: factor.as_ref().filter(|f| f.removed_at.is_none()).map(|f| f.enrolled_at),
        is_disabled: factor.as_ref().is_some_and(|f| f.disabled_at.is_some()),
        passkeys: keys
            .into_iter()
            .map(|k| PasskeyLine { id: k.id, name: k.name, added_at: k.added_at, used_at: k.used_at })
            .collect(),
        recovery: set.map(|set| (set.made_at, set.left)),
        has_password: accounts::by_email(&app.db, &crate::domain::people::fold_email(&session.email))
            .await?
            .is_some_and(|found| found.hash.is_some()),
        can_add_passkeys: app.passkeys.is_some(),
    })
}

/// Whether the account of `session` signs in here, and not with the hospital's credential.
///
/// # Errors
/// [`AppError`].
pub async fn is_portal(app: &App, session: &Session) -> Result<bool, AppError> {
    Ok(accounts::card(&app.db, session.account).await?.is_some_and(|card| card.sign_in == SignIn::Portal))
}

/// Whether a sign-in at the hospital is linked to the account of `session`.
///
/// # Errors
/// [`AppError`].
pub async fn is_linked(app: &App, session: &Session) -> Result<bool, AppError> {
    Ok(sign_on::account(&app.db, session.account).await?.is_some_and(|found| found.is_linked))
}

/// Begins to bind a new authenticator: its secret is shown until it is confirmed. The bound one goes on working.
///
/// # Errors
/// [`AppError`].
pub async fn begin_authenticator(app: &App, session: &Session) -> Result<Changed, AppError> {
    if !is_portal(app, session).await? {
        return Ok(Changed::Nothing);
    }
    let sealed = seal(app, session.account, &new_totp_secret(app)?)?;
    let mut tx = app.db.begin().await?;
    recovery::enrol(&mut tx, session.account, &sealed, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

/// The secret of the authenticator being bound, as QR code and key; `None` when none is, or it was shown too long ago.
///
/// # Errors
/// [`AppError`].
pub async fn authenticator_page(app: &App, session: &Session) -> Result<Option<Enrolment>, AppError> {
    let Some(secret) = enrolled(app, session).await? else { return Ok(None) };
    enrolment(app, &secret, &session.email).map(Some)
}

async fn enrolled(app: &App, session: &Session) -> Result<Option<Vec<u8>>, AppError> {
    let now = app.clock.now();
    let found = recovery::enrolment(&app.db, session.account).await?;
    let Some((sealed, _)) = found.filter(|(_, at)| now.seconds_since(*at) < ENROLMENT_SECONDS) else {
        return Ok(None);
    };
    unseal(&app.keys, session.account, &sealed).map(Some)
}

/// Binds the new authenticator, when `code` is the one it shows. A factor that was disabled stays disabled.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn finish_authenticator(
    app: &App,
    session: &Session,
    code: &str,
    client: &Client,
) -> Result<Changed, AppError> {
    let now = app.clock.now();
    let Some(secret) = enrolled(app, session).await? else { return Ok(Changed::Nothing) };
    let step = parse_code(code).and_then(|code| matching_step(&secret, &code, now));
    let Some(step) = step else { return Ok(Changed::CodeWrong) };
    let sealed = seal(app, session.account, &secret)?;
    let mut tx = app.db.begin().await?;
    if !recovery::end_enrolment(&mut tx, session.account).await? {
        return Ok(Changed::Nothing);
    }
    // The code that proved the enrolment is used: it cannot be the first to sign in with.
    credentials::bind_factor(&mut tx, session.account, &sealed, step, now).await?;
    close_change(app, tx, session, FactorChange::AuthenticatorReplaced, client).await
}

/// Removes the authenticator; a passkey must be left.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn remove_authenticator(
    app: &App,
    session: &Session,
    client: &Client,
) -> Result<Changed, AppError> {
    if passkeys::of_account(&app.db, session.account).await?.is_empty() {
        return Ok(Changed::LastFactor);
    }
    let mut tx = app.db.begin().await?;
    if !credentials::remove_factor(&mut tx, session.account, app.clock.now()).await? {
        return Ok(Changed::Nothing);
    }
    close_change(app, tx, session, FactorChange::AuthenticatorRemoved, client).await
}

/// Removes a passkey; another one, or the authenticator, must be left.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn remove_passkey(
    app: &App,
    session: &Session,
    id: Uuid,
    client: &Client,
) -> Result<Changed, AppError> {
    let factors = factors_of(app, session).await?;
    let others = factors.passkeys.iter().filter(|k| k.id != id).count();
    if others == 0 && (factors.authenticator.is_none() || factors.is_disabled) {
        return Ok(Changed::LastFactor);
    }
    let mut tx = app.db.begin().await?;
    if !passkeys::remove(&mut tx, session.account, id).await? {
        return Ok(Changed::Nothing);
    }
    close_change(app, tx, session, FactorChange::PasskeyRemoved, client).await
}

/// Ends what a change must end, tells the owner, records it and commits.
async fn close_change(
    app: &App,
    mut tx: Tx,
    session: &Session,
    change: FactorChange,
    client: &Client,
) -> Result<Changed, AppError> {
    let now = app.clock.now();
    let letter = Letter::FactorChanged { change, at: now };
    end_the_rest(app, &mut tx, session, &letter).await?;
    let mut entry = client.entry(now, Act::ChangeFactor, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.basis = String::from(change.word());
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Changed::Done)
}

async fn end_the_rest(app: &App, tx: &mut Tx, session: &Session, letter: &Letter) -> Result<(), AppError> {
    let now = app.clock.now();
    sessions::end_others(tx, session.account, &session.id_hash, now).await?;
    links::void_all(tx, session.account, now).await?;
    credentials::void_links(tx, session.account, now).await?;
    mail::post(app, tx, (Some(session.account), &session.email), letter).await
}

/// New recovery codes, as they are shown, once; the old ones no longer work. `Err` holds the seconds to wait.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn make_recovery_codes(
    app: &App,
    hashing: &Hashing,
    session: &Session,
    client: &Client,
) -> Result<Result<Vec<String>, i64>, AppError> {
    let now = app.clock.now();
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        codes.push(crockford::write(u128::from_be_bytes(random(app)?), RECOVERY_CODE_LETTERS));
    }
    let salt: [u8; 16] = random(app)?;
    let hashes = match hashing.recovery_hashes(codes.clone(), salt.to_vec()).await? {
        Ok(hashes) => hashes,
        Err(Busy) => return Ok(Err(BUSY_SECONDS)),
    };
    let mut tx = app.db.begin().await?;
    recovery::replace(&mut tx, session.account, &salt, &hashes, now).await?;
    close_change(app, tx, session, FactorChange::RecoveryCodesMade, client).await?;
    Ok(Ok(codes.iter().map(|code| crockford::grouped(code)).collect()))
}

/// What came of changing a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordChanged {
    /// It is done.
    Done,
    /// The current password is not right.
    CurrentWrong,
    /// The new one will not do.
    Unfit(PasswordFault),
    /// Too many wrong ones: again in so many seconds.
    Slowed(i64),
    /// Too many at once: again in so many seconds.
    Busy(i64),
}

/// Changes the password of whoever is signed in. Wrong tries at the current one count like those of signing in.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn change_password(
    app: &App,
    hashing: &Hashing,
    session: &Session,
    (current, new): (&str, &str),
    client: &Client,
) -> Result<PasswordChanged, AppError> {
    let now = app.clock.now();
    let known = [app.hospital.name.as_str(), &session.email, &session.name];
    let new = match choose(new, &known) {
        Ok(new) => new,
        Err(fault) => return Ok(PasswordChanged::Unfit(fault)),
    };
    let pair = format!("{PAIR}{}:{}", session.account, fold_network(&client.network));
    let mut tx = app.db.begin().await?;
    if let Err(seconds) = throttle::take_try(&mut tx, &pair, now).await? {
        return Ok(PasswordChanged::Slowed(seconds));
    }
    tx.commit().await?;
    let folded = crate::domain::people::fold_email(&session.email);
    let hash = accounts::by_email(&app.db, &folded).await?.and_then(|found| found.hash);
    let right = match hashing.verify(normalize(current), hash).await? {
        Ok(right) => right,
        Err(Busy) => return Ok(PasswordChanged::Busy(BUSY_SECONDS)),
    };
    if !right {
        let mut entry = client.entry(now, Act::ChangePassword, Outcome::Failed);
        entry.actor = Some(session.account);
        app.audit.record(entry).await?;
        return Ok(PasswordChanged::CurrentWrong);
    }
    let hash = match hashing.hash(new, random(app)?).await? {
        Ok(hash) => hash,
        Err(Busy) => return Ok(PasswordChanged::Busy(BUSY_SECONDS)),
    };
    let mut tx = app.db.begin().await?;
    throttle::clear(&mut tx, &pair).await?;
    credentials::set_password(&mut tx, session.account, &hash, now).await?;
    recovery::forget_devices(&mut tx, session.account).await?;
    end_the_rest(app, &mut tx, session, &Letter::PasswordChanged { at: now }).await?;
    let mut entry = client.entry(now, Act::ChangePassword, Outcome::Allowed);
    entry.actor = Some(session.account);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(PasswordChanged::Done)
}
