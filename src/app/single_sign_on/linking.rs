//! A sign-in at the hospital is linked to an account: asked for by whoever signed in, done by the access team alone.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::Browser;
use crate::app::desk::decision::{Decider, Obstacle};
use crate::app::ports::identity::Claims;
use crate::app::sign_in::{Client, is_active, open_for, random, seal_for};
use crate::app::{App, AppError, desk, mail};
use crate::domain::ids::{AccountId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::{AccountKind, Role, SignIn, fold_email, is_email};
use crate::domain::request::RequestKind;
use crate::domain::sign_in::HOSPITAL_ATTEMPT_SECONDS;
use crate::store::requests::{self, StoredRequest};
use crate::store::sign_in::{accounts, sessions};
use crate::store::sign_on::{self, Identity, LinkableAccount};
use crate::store::{StoreError, Tx};

use super::callback::filing;

/// What tickets are sealed for.
const OWNER: &[u8] = b"single sign-on ticket";

/// What somebody whom no account is linked to needs to ask for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticket {
    /// Sealed proof that this browser signed in at the hospital a moment ago.
    pub sealed: String,
    /// The name that the hospital gives.
    pub name: String,
    /// The address that the hospital gives.
    pub email: String,
    /// Whether the hospital gives them a role in the access team, so that they may ask for a new account.
    pub may_be_new: bool,
    /// Whether a request waits already.
    pub waiting: bool,
}

/// A ticket as it is sealed.
#[derive(Serialize, Deserialize)]
struct Proof {
    identity: Uuid,
    browser: String,
    until: i64,
    new: Option<Newcomer>,
}

/// Somebody of the access team who has no account yet, as the hospital says.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq, Debug)]
pub(super) struct Newcomer {
    given: String,
    family: String,
    email: String,
    pub(super) roles: Vec<Role>,
}

/// A wish to have a sign-in linked.
pub(super) struct Wish {
    pub(super) typed: String,
    pub(super) of: Option<AccountId>,
    pub(super) subject: Option<AccountId>,
    pub(super) new: Option<Newcomer>,
}

/// What is kept of a wish.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) email: String,
    pub(super) account: Option<Uuid>,
    pub(super) new: Option<Newcomer>,
}

/// What asking for a link is answered with; the same whether the address has an account or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkAnswer {
    /// The access team is asked.
    Asked,
    /// A request waits already.
    Waiting,
    /// An address is needed.
    EmailMissing(Ticket),
    /// That is no address.
    EmailWrong(Ticket),
    /// The sign-in at the hospital is too long ago, was in another browser, or is linked by now.
    Gone,
}

/// The ticket of somebody whom no account is linked to.
pub(super) fn ticket(
    app: &App,
    identity: &Identity,
    claims: &Claims,
    browser: Browser<'_>,
    waiting: bool,
) -> Result<Ticket, AppError> {
    let roles = claims.roles.clone().unwrap_or_default();
    let may_be_new = !roles.is_empty() && is_email(&fold_email(&claims.email)) && !claims.family.is_empty();
    let new = may_be_new.then(|| Newcomer {
        given: claims.given.clone(),
        family: claims.family.clone(),
        email: claims.email.clone(),
        roles,
    });
    let proof = Proof {
        identity: identity.id,
        browser: BASE64URL_NOPAD.encode(&browser.visit_hash()),
        until: app.clock.now().plus_seconds(HOSPITAL_ATTEMPT_SECONDS).micros(),
        new,
    };
    let proof = serde_json::to_vec(&proof).map_err(|e| AppError::Fault(e.to_string()))?;
    let sealed = BASE64URL_NOPAD.encode(&seal_for(app, OWNER, &proof)?);
    Ok(Ticket { sealed, name: identity.name.clone(), email: identity.email.clone(), may_be_new, waiting })
}

/// What the ticket `sealed` proves, when it is this browser's and not too old.
fn proof(app: &App, sealed: &str, browser: Browser<'_>) -> Option<Proof> {
    let bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
    let proof: Proof = serde_json::from_slice(&open_for(&app.keys, OWNER, &bytes).ok()?).ok()?;
    let here = BASE64URL_NOPAD.encode(&browser.visit_hash());
    let same = bool::from(here.as_bytes().ct_eq(proof.browser.as_bytes()));
    (same && app.clock.now().micros() < proof.until).then_some(proof)
}

/// Asks the access team to link the sign-in of a ticket to the account with the address `email`; to none when it is left empty
/// by somebody whom the hospital gives a role.
///
/// # Errors
/// [`AppError`]; nothing was asked then.
pub async fn ask_for_link(
    app: &App,
    sealed: &str,
    browser: Browser<'_>,
    email: &str,
    client: &Client,
) -> Result<LinkAnswer, AppError> {
    let Some(proof) = proof(app, sealed, browser) else { return Ok(LinkAnswer::Gone) };
    let Some(identity) = sign_on::by_id(&app.db, proof.identity).await?.filter(|i| i.account.is_none())
    else {
        return Ok(LinkAnswer::Gone);
    };
    let typed = email.trim();
    let again = || Ticket {
        sealed: sealed.to_owned(),
        name: identity.name.clone(),
        email: identity.email.clone(),
        may_be_new: proof.new.is_some(),
        waiting: false,
    };
    if typed.is_empty() && proof.new.is_none() {
        return Ok(LinkAnswer::EmailMissing(again()));
    }
    if !typed.is_empty() && !is_email(&fold_email(typed)) {
        return Ok(LinkAnswer::EmailWrong(again()));
    }
    let subject = sign_on::account_by_email(&app.db, &fold_email(typed)).await?;
    let new = proof.new.filter(|_| typed.is_empty());
    let wish = Wish { typed: typed.to_owned(), of: None, subject, new };
    let tx = app.db.begin().await?;
    Ok(if file(app, tx, &identity, &wish, client).await? { LinkAnswer::Asked } else { LinkAnswer::Waiting })
}

/// Files a wish, unless one waits already; commits.
pub(super) async fn file(
    app: &App,
    mut tx: Tx,
    identity: &Identity,
    wish: &Wish,
    client: &Client,
) -> Result<bool, AppError> {
    let now = app.clock.now();
    if let Some(request) = identity.request
        && sign_on::is_open(&mut tx, request).await?
    {
        return Ok(false);
    }
    let typed =
        Typed { email: wish.typed.clone(), account: wish.subject.map(|a| a.0), new: wish.new.clone() };
    let id = RequestId(new_uuid(now, random(app)?));
    let request = StoredRequest {
        account: wish.of,
        subject: wish.subject,
        typed: serde_json::to_string(&typed).map_err(|e| AppError::Fault(e.to_string()))?,
        ..StoredRequest::open(id, RequestKind::SingleSignOn, now)
    };
    requests::insert(&mut tx, &request).await?;
    if !sign_on::ask_to_link(&mut tx, identity.id, request.id, identity.request, wish.subject).await? {
        // Somebody asked at the same moment: rolled back, so that one request waits.
        return Ok(false);
    }
    desk::filed(app, &mut tx, request.id).await?;
    let mut entry = filing(client, app, wish.of);
    entry.subject = Some(request.id.0);
    entry.detail = json!({ "kind": RequestKind::SingleSignOn.word(), "identity": identity.id }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}

/// The account, when a sign-in at the hospital can be linked to it: active, a provider's or of the access team.
pub(super) async fn linkable(app: &App, account: AccountId) -> Result<Option<LinkableAccount>, AppError> {
    let status = accounts::status(&app.db, account).await?;
    if !is_active(&status, app.clock.now()) {
        return Ok(None);
    }
    let found = sign_on::account(&app.db, account).await?;
    Ok(found.filter(may_be_linked))
}

/// Whether accounts of this kind sign in at the hospital: providers' and the access team's.
fn may_be_linked(account: &LinkableAccount) -> bool {
    matches!(account.kind, AccountKind::Provider | AccountKind::AccessTeam)
}

/// Whether an account signs in at the hospital only once it is linked: one of the access team, whose roles the hospital says, and
/// one that has no password. A physician with a password keeps it, and with it the right to sponsor.
pub(super) fn becomes_hospital(account: &LinkableAccount) -> bool {
    account.kind == AccountKind::AccessTeam || !account.has_password
}

/// What stands in the way of linking a sign-in to the account `wanted`, on the word of `filer`. Whoever can prove to be the owner
/// asks from inside: an account with a password is never linked on the word of somebody who only signed in at the hospital.
fn obstacle_to(
    found: &LinkableAccount,
    (wanted, filer): (AccountId, Option<AccountId>),
    decider: Decider,
) -> Option<Obstacle> {
    if wanted == decider.account {
        return Some(Obstacle::Incomplete);
    }
    if found.is_linked {
        return Some(Obstacle::LinkedAlready);
    }
    (found.has_password && filer != Some(wanted)).then_some(Obstacle::OwnerAsks)
}

/// Links the sign-in that `request` asks for, making the account of a new member of the access team.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn approve(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
) -> Result<Result<(), Obstacle>, AppError> {
    let (Some(identity), Some((typed, filer))) =
        (sign_on::deciding(tx, request).await?, sign_on::deciding_typed(tx, request).await?)
    else {
        return Ok(Err(Obstacle::Gone));
    };
    if identity.account.is_some() {
        return Ok(Err(Obstacle::Gone));
    }
    let typed: Typed = serde_json::from_str(&typed).unwrap_or_default();
    let (account, address) = match (typed.account, typed.new) {
        (Some(wanted), _) => {
            let wanted = AccountId(wanted);
            let status = accounts::status_in(tx, wanted).await?;
            let found = sign_on::account_in(tx, wanted).await?.filter(may_be_linked);
            let Some(found) = found.filter(|_| is_active(&status, decider.now)) else {
                return Ok(Err(Obstacle::Incomplete));
            };
            if let Some(obstacle) = obstacle_to(&found, (wanted, filer), decider) {
                return Ok(Err(obstacle));
            }
            if becomes_hospital(&found) {
                sign_on::set_sign_in(tx, wanted, SignIn::Hospital).await?;
                sessions::end_others(tx, wanted, &[], decider.now).await?;
            }
            (wanted, found.email)
        }
        // Nobody lets themselves in a second time under a sign-in of their own.
        (None, Some(_)) if fold_email(&identity.email) == decider_address(tx, decider).await? => {
            return Ok(Err(Obstacle::Incomplete));
        }
        (None, Some(new)) => match make(app, tx, &new, decider).await? {
            Ok(account) => (account, new.email),
            Err(obstacle) => return Ok(Err(obstacle)),
        },
        (None, None) => return Ok(Err(Obstacle::Incomplete)),
    };
    if !sign_on::link(tx, identity.id, account, request, decider.now).await? {
        return Ok(Err(Obstacle::Gone));
    }
    let letter =
        Letter::RequestDecided { request: RequestKind::SingleSignOn, approved: true, reason: String::new() };
    mail::post(app, tx, (Some(account), &address), &letter).await?;
    Ok(Ok(()))
}

async fn decider_address(tx: &mut Tx, decider: Decider) -> Result<String, AppError> {
    let found = sign_on::account_in(tx, decider.account).await?;
    Ok(found.map_or_else(String::new, |account| fold_email(&account.email)))
}

/// Makes the account of a new member of the access team.
async fn make(
    app: &App,
    tx: &mut Tx,
    new: &Newcomer,
    decider: Decider,
) -> Result<Result<AccountId, Obstacle>, AppError> {
    let folded = fold_email(&new.email);
    let account = AccountId(new_uuid(decider.now, random(app)?));
    let kept = accounts::NewAccount {
        id: account,
        email: &new.email,
        email_folded: &folded,
        kind: AccountKind::AccessTeam,
        provider: None,
        family: &new.family,
        given: &new.given,
        job: None,
        birth_date: None,
        roles: &new.roles,
    };
    match accounts::insert(tx, &kept, decider.now).await {
        Err(StoreError::Duplicate(_)) => return Ok(Err(Obstacle::AddressTaken)),
        other => other?,
    }
    sign_on::set_sign_in(tx, account, SignIn::Hospital).await?;
    Ok(Ok(account))
}

/// Tells whoever asked that nothing is linked, at the address that the hospital gives.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn decline(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    _decider: Decider,
    reason: &str,
) -> Result<(), AppError> {
    let Some(identity) = sign_on::deciding(tx, request).await?.filter(|i| is_email(&fold_email(&i.email)))
    else {
        return Ok(());
    };
    let letter = Letter::RequestDecided {
        request: RequestKind::SingleSignOn,
        approved: false,
        reason: reason.to_owned(),
    };
    mail::post(app, tx, (None, &identity.email), &letter).await
}
