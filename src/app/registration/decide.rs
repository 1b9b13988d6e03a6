//! What approving and declining a registration does, and the facts that the team decides by.

use data_encoding::BASE32_NOPAD;
use uuid::Uuid;

use super::answers_of;
use crate::app::desk::decision::{Decider, Obstacle};
use crate::app::sign_in::{open_for, random, seal};
use crate::app::{App, AppError, mail, practices};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, Npi, PracticeId, ProviderId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::AccountKind;
use crate::domain::registration::{Answers, PracticeAnswer, RegistrationState};
use crate::store::directory::{
    Membership, Practice, Provider, insert_memberships, insert_practices, insert_providers,
};
use crate::store::registration::{self as kept, KeptRegistration, Surroundings};
use crate::store::sign_in::{accounts, credentials};
use crate::store::{StoreError, Tx};

/// Does what approving the request means, inside `tx`, letters included: the account, its password and factor, the provider, the
/// practice if it is new, the membership. Number and address must still be free.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn approve(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
) -> Result<Result<(), Obstacle>, AppError> {
    let found = kept::by_request_in(tx, request).await?;
    let Some(found) = found.filter(|f| f.state == RegistrationState::Waiting) else {
        return Ok(Err(Obstacle::Gone));
    };
    let answers = answers_of(&found)?;
    let known = match &answers.npi {
        Some(npi) => kept::hold_provider(tx, npi, &answers.specialty).await?,
        None => None,
    };
    if let Some(provider) = known
        && kept::has_account(tx, provider, decider.now).await?
    {
        return Ok(Err(Obstacle::NpiTaken));
    }
    if kept::is_address_taken(tx, &found.email_folded).await? {
        return Ok(Err(Obstacle::AddressTaken));
    }
    let provider = match known {
        Some(provider) => provider,
        None => match add_provider(app, tx, &answers, decider.now).await? {
            Ok(provider) => provider,
            Err(obstacle) => return Ok(Err(obstacle)),
        },
    };
    let Some((practice, practice_name)) = practice(app, tx, &answers, decider.now).await? else {
        return Ok(Err(Obstacle::Gone));
    };
    let account = match add_account(app, tx, &found, (&answers, provider), decider.now).await? {
        Ok(account) => account,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    if !kept::is_member(tx, provider, practice, decider.now).await? {
        let id = new_uuid(decider.now, random(app)?);
        let span = Interval::new(Some(decider.now), None);
        insert_memberships(tx, &[Membership { id, practice, provider, span }]).await?;
    }
    if !kept::close(tx, found.id, RegistrationState::Approved, (Some(account), ""), decider.now).await? {
        return Ok(Err(Obstacle::Gone));
    }
    mail::post(app, tx, (Some(account), &found.email), &Letter::RegistrationApproved).await?;
    let name = format!("{} {}", answers.given, answers.family);
    let joined = Letter::MemberJoined { provider: name, practice: practice_name };
    for (sponsor, email) in practices::sponsors(app, tx, practice, provider, decider.now).await? {
        mail::post(app, tx, (Some(sponsor), &email), &joined).await?;
    }
    Ok(Ok(()))
}

/// Does what declining the request means, inside `tx`, letters included: number and address are free for another try.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn decline(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
    reason: &str,
) -> Result<(), AppError> {
    let Some(found) = kept::by_request_in(tx, request).await? else { return Ok(()) };
    if kept::close(tx, found.id, RegistrationState::Declined, (None, reason), decider.now).await? {
        let letter = Letter::RegistrationDeclined { reason: reason.to_owned() };
        mail::post(app, tx, (None, &found.email), &letter).await?;
    }
    Ok(())
}

async fn add_provider(
    app: &App,
    tx: &mut Tx,
    answers: &Answers,
    now: Instant,
) -> Result<Result<ProviderId, Obstacle>, AppError> {
    let id = ProviderId(new_uuid(now, random(app)?));
    let provider = Provider {
        id,
        npi: answers.npi.as_deref().and_then(Npi::parse),
        family: answers.family.clone(),
        given: answers.given.clone(),
        specialty: answers.specialty.clone(),
    };
    match insert_providers(tx, &[provider]).await {
        // Another approval of the same number came first.
        Err(StoreError::Duplicate(_)) => Ok(Err(Obstacle::NpiTaken)),
        done => Ok(done.map(|()| Ok(id))?),
    }
}

/// The practice and its name, made if it is new; `None` when it is no longer there.
async fn practice(
    app: &App,
    tx: &mut Tx,
    answers: &Answers,
    now: Instant,
) -> Result<Option<(PracticeId, String)>, AppError> {
    match &answers.practice {
        Some(PracticeAnswer::Known { id, .. }) => {
            let id = PracticeId(*id);
            Ok(kept::practice_name_in(tx, id).await?.map(|name| (id, name)))
        }
        Some(PracticeAnswer::New { name, phone, fax, address }) => {
            let id = PracticeId(new_uuid(now, random(app)?));
            let practice = Practice {
                id,
                code: format!("R-{}", BASE32_NOPAD.encode(&random::<5>(app)?)),
                name: name.clone(),
                phone: phone.clone(),
                fax: fax.clone(),
                address: address.clone(),
            };
            insert_practices(tx, &[practice]).await?;
            Ok(Some((id, name.clone())))
        }
        None => Ok(None),
    }
}

async fn add_account(
    app: &App,
    tx: &mut Tx,
    found: &KeptRegistration,
    (answers, provider): (&Answers, ProviderId),
    now: Instant,
) -> Result<Result<AccountId, Obstacle>, AppError> {
    let incomplete = || AppError::Fault(format!("registration {} waits without credentials", found.id));
    let hash = found.password_hash.as_deref().ok_or_else(incomplete)?;
    let sealed = found.sealed_totp.as_deref().ok_or_else(incomplete)?;
    let step = found.totp_step.ok_or_else(incomplete)?;
    let account = AccountId(new_uuid(now, random(app)?));
    let new = accounts::NewAccount {
        id: account,
        email: &found.email,
        email_folded: &found.email_folded,
        kind: AccountKind::Provider,
        provider: Some(provider),
        family: &answers.family,
        given: &answers.given,
        job: None,
        birth_date: None,
        roles: &[],
    };
    match accounts::insert(tx, &new, now).await {
        Err(StoreError::Duplicate(_)) => return Ok(Err(Obstacle::AddressTaken)),
        done => done?,
    }
    credentials::set_password(tx, account, hash, now).await?;
    let totp = open_for(&app.keys, Uuid::as_bytes(&found.id), sealed)?;
    // The code that proved the enrolment is used: it cannot be the first to sign in with.
    credentials::bind_factor(tx, account, &seal(app, account, &totp)?, step, now).await?;
    Ok(Ok(account))
}

/// What the access team decides a registration by.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What was answered.
    pub answers: Answers,
    /// The address.
    pub email: String,
    /// When the address was confirmed.
    pub confirmed_at: Option<Instant>,
    /// Whether it still waits; what stands around it matters only then.
    pub is_waiting: bool,
    /// What the directory says.
    pub around: Surroundings,
}

/// The facts of the registration behind `request`; `None` when there is none. The caller records the reading first.
///
/// # Errors
/// [`AppError`].
pub async fn facts(app: &App, request: RequestId) -> Result<Option<Facts>, AppError> {
    let Some(found) = kept::by_request(&app.db, request).await? else { return Ok(None) };
    let answers = answers_of(&found)?;
    let (who, name) = (
        (found.npi.as_deref(), found.email_folded.as_str()),
        (answers.family.as_str(), answers.given.as_str()),
    );
    let around = kept::surroundings(&app.db, found.id, who, name, app.clock.now()).await?;
    Ok(Some(Facts {
        email: found.email,
        confirmed_at: found.confirmed_at,
        is_waiting: found.state == RegistrationState::Waiting,
        around,
        answers,
    }))
}
