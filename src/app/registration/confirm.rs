//! The last step, behind the mailed link: password, authenticator, terms; then the registration waits for the access team.

use serde_json::json;
use uuid::Uuid;

use super::{LINK, STATUS_LINK, answers_of, entry, is_ready, link_secret};
use crate::app::sign_in::{
    Busy, Client, Enrolment, Hashing, enrolment, matching_step, open_for, random, secret_hash,
};
use crate::app::{App, AppError, desk, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{PracticeId, RequestId, new_uuid};
use crate::domain::letter::{Letter, Place};
use crate::domain::registration::{
    Answers, Fault, PracticeAnswer, RegistrationState, STATUS_DAYS, TERMS_VERSION, TypedConfirm,
};
use crate::domain::request::RequestKind;
use crate::domain::sign_in::{BUSY_SECONDS, parse_code, password};
use crate::store::Tx;
use crate::store::registration::{self as kept, KeptRegistration};
use crate::store::requests::{self, StoredRequest};
use crate::store::sign_in::links::{self, NewLink};

/// What the mailed link shows before it is used.
#[derive(Clone)]
pub struct ConfirmPage {
    /// What was answered.
    pub answers: Answers,
    /// The address that the link was mailed to.
    pub email: String,
    /// The secret to type into an authenticator by hand: base32 in groups of four.
    pub manual_key: String,
    /// What the QR code says.
    pub url: String,
    /// The QR code as an `svg` element.
    pub qr_svg: String,
}

impl std::fmt::Debug for ConfirmPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfirmPage(…)")
    }
}

/// What confirming is answered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Confirmed {
    /// It waits for the access team.
    Done {
        /// The secret of the link to its status.
        status: String,
    },
    /// Something is to be mended; nothing was changed.
    Faults(Vec<Fault>),
    /// Used, expired, replaced or unknown.
    Gone,
    /// Too many passwords are being hashed; nothing was changed.
    Busy {
        /// Seconds to wait.
        retry_after: i64,
    },
}

/// What the link with `secret` shows; `None` when it is used, expired, replaced or unknown. Looking changes nothing.
///
/// # Errors
/// [`AppError`].
pub async fn confirm_page(app: &App, secret: &str) -> Result<Option<ConfirmPage>, AppError> {
    let Some(usable) = usable(app, secret).await? else { return Ok(None) };
    let Enrolment { manual_key, url, qr_svg } = enrolment(app, &usable.totp, &usable.kept.email)?;
    Ok(Some(ConfirmPage { answers: usable.answers, email: usable.kept.email, manual_key, qr_svg, url }))
}

/// Binds password and authenticator to the registration of the link with `secret`, and files it with the access team, once.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn confirm(
    app: &App,
    hashing: &Hashing,
    secret: &str,
    typed: &TypedConfirm,
    client: &Client,
) -> Result<Confirmed, AppError> {
    let now = app.clock.now();
    let Some(usable) = usable(app, secret).await? else {
        let mut entry = client.entry(now, Act::Register, Outcome::Failed);
        entry.basis = String::from("link_gone");
        app.audit.record(entry).await?;
        return Ok(Confirmed::Gone);
    };
    let (password, step) = match check(app, &usable, typed, now) {
        Ok(checked) => checked,
        Err(faults) => return Ok(Confirmed::Faults(faults)),
    };
    let hash = match hashing.hash(password, random(app)?).await? {
        Ok(hash) => hash,
        Err(Busy) => return Ok(Confirmed::Busy { retry_after: BUSY_SECONDS }),
    };
    let mut tx = app.db.begin().await?;
    if !links::use_once(&mut tx, &usable.hash, now).await? {
        return Ok(Confirmed::Gone);
    }
    let request = file(app, &mut tx, &usable.answers, now).await?;
    let with =
        kept::Confirmed { password_hash: &hash, totp_step: step, terms_version: TERMS_VERSION, request };
    if !kept::confirmed(&mut tx, usable.kept.id, &with, now).await? {
        return Ok(Confirmed::Gone);
    }
    let status = tell(app, &mut tx, (&usable.kept, request), now).await?;
    let mut confirmed = entry(client, now, Some(usable.kept.id), "confirm");
    confirmed.detail = json!({ "step": "confirm", "terms": TERMS_VERSION }).to_string();
    let mut filed = client.entry(now, Act::FileRequest, Outcome::Allowed);
    filed.subject = Some(request.0);
    filed.detail = json!({ "kind": RequestKind::Registration.word(), "answer": "filed" }).to_string();
    app.audit.commit(tx, vec![confirmed, filed]).await?;
    Ok(Confirmed::Done { status })
}

/// The password to hash and the step of the code, when nothing is to be mended.
fn check(
    app: &App,
    usable: &Usable,
    typed: &TypedConfirm,
    now: Instant,
) -> Result<(String, i64), Vec<Fault>> {
    let answers = &usable.answers;
    let known = [&app.hospital.name, &usable.kept.email, &answers.given, &answers.family].map(String::as_str);
    let password = password::choose(&typed.password, &known);
    let step = parse_code(&typed.code).and_then(|code| matching_step(&usable.totp, &code, now));
    match (password, step, typed.terms == "yes") {
        (Ok(password), Some(step), true) => Ok((password, step)),
        (password, step, accepted) => {
            let code = if typed.code.trim().is_empty() { Fault::CodeMissing } else { Fault::CodeWrong };
            let faults = [
                password.err().map(Fault::Password),
                step.is_none().then_some(code),
                (!accepted).then_some(Fault::TermsMissing),
            ];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// Files the request that the access team decides.
async fn file(app: &App, tx: &mut Tx, answers: &Answers, now: Instant) -> Result<RequestId, AppError> {
    let id = RequestId(new_uuid(now, random(app)?));
    let (practice, practice_name) = match &answers.practice {
        Some(PracticeAnswer::Known { id, name }) => (Some(PracticeId(*id)), name.as_str()),
        Some(PracticeAnswer::New { name, .. }) => (None, name.as_str()),
        None => (None, ""),
    };
    let typed = json!({
        "family": answers.family, "given": answers.given, "npi": answers.npi, "check": answers.check.word(),
        "practice": practice_name,
    });
    let request = StoredRequest {
        practice,
        typed: typed.to_string(),
        reason: answers.chart_exception.clone(),
        ..StoredRequest::open(id, RequestKind::Registration, now)
    };
    requests::insert(tx, &request).await?;
    Ok(id)
}

/// Mails the person where to read how it stands, and the access team that there is something to decide. The secret of the former.
async fn tell(
    app: &App,
    tx: &mut Tx,
    (kept, request): (&KeptRegistration, RequestId),
    now: Instant,
) -> Result<String, AppError> {
    let due = desk::filed(app, tx, request).await?;
    let (secret, hash) = link_secret(app)?;
    let link = NewLink {
        secret_hash: &hash,
        purpose: STATUS_LINK,
        account: None,
        subject: Some(kept.id),
        address: &kept.email,
        made_at: now,
        expires_at: now.plus_seconds(STATUS_DAYS * 86_400),
    };
    links::insert(tx, &link).await?;
    let received = Letter::RegistrationReceived { link: Place(format!("/register/status/{secret}")), due };
    mail::post(app, tx, (None, &kept.email), &received).await?;
    Ok(secret)
}

/// A link that can be used now, with its registration and the secret it offers.
struct Usable {
    hash: [u8; 32],
    kept: KeptRegistration,
    /// What is filed: a change of it ends the link.
    answers: Answers,
    totp: Vec<u8>,
}

async fn usable(app: &App, secret: &str) -> Result<Option<Usable>, AppError> {
    let now = app.clock.now();
    let Some(hash) = secret_hash(secret) else { return Ok(None) };
    let link = links::find(&app.db, &hash, LINK).await?;
    let link = link.filter(|l| l.used_at.is_none() && now < l.expires_at);
    let Some(id) = link.and_then(|l| l.subject) else { return Ok(None) };
    let kept = kept::by_id(&app.db, id).await?.filter(|k| k.state == RegistrationState::Mailed);
    let Some(kept) = kept else { return Ok(None) };
    let answers = answers_of(&kept)?;
    let Some(sealed) = kept.sealed_totp.as_ref().filter(|_| is_ready(app, &answers)) else { return Ok(None) };
    let totp = open_for(&app.keys, Uuid::as_bytes(&kept.id), sealed)?;
    Ok(Some(Usable { hash, kept, answers, totp }))
}
