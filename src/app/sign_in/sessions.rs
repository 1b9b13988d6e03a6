//! Sessions: opened, recognised, listed, ended.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::people::{AccountKind, Role};
use crate::domain::sign_in::{STEP_UP_SECONDS, Stage, Via};
use crate::store::Tx;
use crate::store::sign_in::accounts;
use crate::store::sign_in::sessions::{self as kept, KeptSession, NewSession};

use super::{Client, SessionSecret, is_active, random, secret_hash};

/// What is kept of the browser's own description, at most.
const DEVICE_CHARACTERS: usize = 200;

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub account: AccountId,
    /// The account's kind.
    pub kind: AccountKind,
    /// Given and family name.
    pub name: String,
    /// The address they signed in with.
    pub email: String,
    /// Their roles, when they are of the access team.
    pub roles: Vec<Role>,
    /// What the form tokens are made from.
    pub form_key: [u8; 32],
    /// When they signed in.
    pub signed_in_at: Instant,
    /// What opened it: the last factor that was shown.
    pub via: Via,
    /// When they last showed a second factor.
    pub factor_at: Instant,
    /// When the session ends unless it is used again.
    pub idle_ends_at: Instant,
    /// When it ends in any case.
    pub absolute_ends_at: Instant,
    /// What is kept of its secret.
    pub id_hash: [u8; 32],
    /// The identity of the hospital's single sign-on that it was opened with, and the session's id there.
    pub hospital: Option<(uuid::Uuid, Option<String>)>,
}

impl Session {
    /// Whether a factor was shown recently enough for an act that needs a fresh one.
    pub fn is_fresh(&self, now: Instant) -> bool {
        now.seconds_since(self.factor_at) < STEP_UP_SECONDS
    }
}

/// Whose browser a cookie belongs to.
#[derive(Clone, Debug)]
pub enum SessionState {
    /// Nobody's that is signed in.
    Nobody,
    /// Someone's whose password was right: it opens the page that asks for the code, and nothing else.
    HalfSignedIn {
        /// Who says to be signing in.
        account: AccountId,
        /// What the form tokens are made from.
        form_key: [u8; 32],
        /// When the attempt ends.
        ends_at: Instant,
    },
    /// Someone's who is signed in.
    SignedIn(Session),
}

/// How a list of sessions names one: it says nothing about its secret.
pub(in crate::app) fn session_name(id_hash: &[u8]) -> String {
    let hash = Sha256::digest(id_hash);
    HEXLOWER.encode(hash.get(..8).unwrap_or_default())
}

/// One line of the list of sessions that its owner sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSummary {
    /// How the list names it.
    pub name: String,
    /// When it began.
    pub signed_in_at: Instant,
    /// When it was last used, to the minute.
    pub used_at: Instant,
    /// The network it began from.
    pub network: String,
    /// What the browser said it is.
    pub device: String,
    /// What opened it.
    pub via: Via,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// A session that is to be opened.
#[derive(Clone, Debug)]
pub(in crate::app) struct Opening {
    /// Whose it is.
    pub account: AccountId,
    /// How far it has come.
    pub stage: Stage,
    /// What opened it.
    pub via: Via,
    /// When the person signed in, for a session that replaces one; else now.
    pub signed_in_at: Option<Instant>,
    /// When they last showed a factor; else now, for a full session.
    pub factor_at: Option<Instant>,
    /// The identity of the hospital's single sign-on, and the session's id there.
    pub hospital: Option<(uuid::Uuid, Option<String>)>,
}

impl Opening {
    /// A session that begins now.
    pub(in crate::app) fn new(account: AccountId, stage: Stage, via: Via) -> Self {
        Self { account, stage, via, signed_in_at: None, factor_at: None, hospital: None }
    }
}

/// Keeps a new session with the secret `cookie`; commits nothing.
pub(in crate::app) async fn open(
    app: &App,
    tx: &mut Tx,
    cookie: &SessionSecret,
    opening: &Opening,
    client: &Client,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let Opening { account, stage, via, .. } = *opening;
    let id_hash =
        secret_hash(cookie.as_str()).ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    let form_key: [u8; 32] = random(app)?;
    let device: String = client.device.chars().filter(|c| !c.is_control()).take(DEVICE_CHARACTERS).collect();
    let new = NewSession {
        id_hash: &id_hash,
        account,
        stage,
        form_key: &form_key,
        via,
        made_at: opening.signed_in_at.unwrap_or(now),
        now,
        factor_at: (stage == Stage::Full).then_some(opening.factor_at.unwrap_or(now)),
        identity: opening.hospital.as_ref().map(|(id, _)| *id),
        sid: opening.hospital.as_ref().and_then(|(_, sid)| sid.as_deref()),
        network: &client.network,
        device: &device,
    };
    Ok(kept::insert(tx, &new).await?)
}

/// Whose session `cookie` is, now. A session found over is ended for good, so that a clock stepping back does not revive it.
///
/// # Errors
/// [`AppError`]; the request must not be answered then.
pub async fn session(app: &App, cookie: &str) -> Result<SessionState, AppError> {
    let now = app.clock.now();
    let Some(id_hash) = secret_hash(cookie) else { return Ok(SessionState::Nobody) };
    let Some(found) = kept::load(&app.db, &id_hash).await? else { return Ok(SessionState::Nobody) };
    let Some(ends) = found.times.ends(now).filter(|_| is_active(&found.status, now)) else {
        if found.times.ended_at.is_none() {
            let mut tx = app.db.begin().await?;
            kept::end(&mut tx, &id_hash, now).await?;
            tx.commit().await?;
        }
        return Ok(SessionState::Nobody);
    };
    let form_key = <[u8; 32]>::try_from(found.form_key.as_slice());
    let form_key =
        form_key.map_err(|_| AppError::Fault("a session's form key has the wrong length".to_owned()))?;
    let (Stage::Full, Some(factor_at)) = (found.times.stage, found.factor_at) else {
        return Ok(SessionState::HalfSignedIn { account: found.account, form_key, ends_at: ends.absolute });
    };
    let mut idle_ends_at = ends.idle;
    if found.times.worth_touching(now) {
        let mut tx = app.db.begin().await?;
        kept::touch(&mut tx, &id_hash, now).await?;
        tx.commit().await?;
        idle_ends_at = now.plus_seconds(crate::domain::sign_in::IDLE_SECONDS);
    }
    let roles = match found.kind {
        AccountKind::AccessTeam => accounts::roles(&app.db, found.account).await?,
        _ => Vec::new(),
    };
    let KeptSession { account, kind, given, family, email, times, via, hospital, .. } = found;
    Ok(SessionState::SignedIn(Session {
        account,
        kind,
        name: format!("{given} {family}").trim().to_owned(),
        email,
        roles,
        form_key,
        signed_in_at: times.made_at,
        via,
        hospital,
        factor_at,
        idle_ends_at: idle_ends_at.min(ends.absolute),
        absolute_ends_at: ends.absolute,
        id_hash,
    }))
}

/// The sessions of whoever asks that are not over, newest first.
///
/// # Errors
/// [`AppError`].
pub async fn sessions_of(app: &App, session: &Session) -> Result<Vec<SessionSummary>, AppError> {
    let now = app.clock.now();
    let open = kept::open_of(&app.db, session.account).await?;
    let live = open.into_iter().filter(|s| s.times.stage == Stage::Full && s.times.ends(now).is_some());
    Ok(live
        .map(|s| SessionSummary {
            name: session_name(&s.id_hash),
            signed_in_at: s.times.made_at,
            used_at: s.times.used_at,
            is_this: s.id_hash == session.id_hash,
            network: s.network,
            device: s.device,
            via: s.via,
        })
        .collect())
}

/// Ends this session.
///
/// # Errors
/// [`AppError`]; the session is not ended then.
pub async fn sign_out(app: &App, session: &Session, client: &Client) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    kept::end(&mut tx, &session.id_hash, now).await?;
    record_sign_out(app, tx, session, client, 1).await
}

/// Ends every session of whoever asks, this one included.
///
/// # Errors
/// [`AppError`]; no session is ended then.
pub async fn sign_out_everywhere(app: &App, session: &Session, client: &Client) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ended = kept::end_others(&mut tx, session.account, &[], now).await?;
    record_sign_out(app, tx, session, client, ended).await
}

async fn record_sign_out(
    app: &App,
    tx: Tx,
    session: &Session,
    client: &Client,
    ended: u64,
) -> Result<(), AppError> {
    let mut entry = client.entry(app.clock.now(), Act::SignOut, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.detail = format!("{{\"sessions\":{ended}}}");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(())
}
