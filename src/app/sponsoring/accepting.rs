//! Using an invitation: somebody new registers with it, somebody known accepts it. Both need the link from the mail and the code
//! from the sponsor, so that no factor is bound, and nobody is sponsored, by mail alone.

use serde_json::json;
use subtle::ConstantTimeEq;

use super::beginning::begin;
use super::inviting::needs_attestation;
use crate::app::access::viewer as viewer_of;
use crate::app::sign_in::{
    Busy, Client, Enrolment, Hashing, enrolment, handover_hash, is_active, matching_step, open_for, random,
    secret_hash,
};
use crate::app::{App, AppError, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::letter::Letter;
use crate::domain::people::{AccountKind, Job};
use crate::domain::sign_in::password::{PasswordFault, choose};
use crate::domain::sign_in::{BUSY_SECONDS, HANDOVER_DIGITS, WRONG_HANDOVERS, parse_code};
use crate::store::sign_in::accounts;
use crate::store::sponsoring::invitation::{self, Invitation};

/// A letter that asks the sponsor for a new invitation leaves at most once in this time.
const ASK_SECONDS: i64 = 86_400;

/// An invitation that can be used.
#[derive(Clone)]
pub struct Opened {
    /// The invited person's name.
    pub name: String,
    /// Their address, which the account will have.
    pub email: String,
    /// Their job.
    pub job: Job,
    /// Who sponsors.
    pub sponsor: String,
    /// The practice.
    pub practice: String,
    /// What the authenticator app is shown; `None` for somebody who has an account and keeps it as it is.
    pub enrolment: Option<Enrolment>,
    /// When it can no longer be used.
    pub expires_at: Instant,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(…)")
    }
}

/// Whether an invitation can be used.
#[derive(Clone, Debug)]
pub enum Accepting {
    /// It can.
    Ready(Box<Opened>),
    /// Its 72 hours are over: the sponsor can be asked for a new one.
    Expired,
    /// Its code was typed wrong five times.
    Voided,
    /// The address belongs to an account of another kind.
    OtherKind,
    /// The address belongs to an account that is closed.
    Closed,
    /// Since it was made, a review came between: one of somebody else that is overdue and lists the person, for whom the sponsor must
    /// attest; or the sponsor's own, before which nobody on it gets another address.
    NeedsAttestation,
    /// Used, replaced, taken back or unknown, or its sponsor can no longer sponsor there: the same answer.
    Gone,
}

/// What is typed to use an invitation.
#[derive(Clone, Copy, Default)]
pub struct AcceptTyped<'a> {
    /// The code that the sponsor handed over.
    pub handover: &'a str,
    /// The password; nothing for somebody who has an account.
    pub password: &'a str,
    /// The code from the authenticator; nothing for somebody who has an account.
    pub code: &'a str,
    /// Whether the terms were accepted; somebody who has an account accepted them before.
    pub agreed: bool,
}

/// What using an invitation is answered with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AcceptAnswer {
    /// The person can sign in.
    Done,
    /// Something is to be mended; nothing was changed.
    Invalid {
        /// What is wrong with the password.
        password: Option<PasswordFault>,
        /// Whether the code of the authenticator is wrong.
        is_code_wrong: bool,
        /// Whether the terms were not accepted.
        not_agreed: bool,
    },
    /// The code that was handed over is wrong; nothing was changed but its count.
    WrongHandover,
    /// It cannot be used (any more).
    Gone,
    /// Too many sign-ins at once; nothing was changed.
    Busy {
        /// Seconds to wait.
        retry_after: i64,
    },
}

/// An invitation that can be used, and what is at its address.
pub(super) struct Usable {
    /// The invitation.
    pub(super) invitation: Invitation,
    /// SHA-256 of the link's secret.
    pub(super) secret_hash: [u8; 32],
    /// The account that the person has already.
    pub(super) known: Option<AccountId>,
}

/// What the invitation with `secret` shows. Looking changes nothing, so a scanner of mail cannot use it up.
///
/// # Errors
/// [`AppError`].
pub async fn accepting(app: &App, secret: &str) -> Result<Accepting, AppError> {
    let usable = match usable(app, secret).await? {
        Ok(usable) => usable,
        Err(why) => return Ok(why),
    };
    let i = &usable.invitation;
    let enrolment = match usable.known {
        Some(_) => None,
        None => Some(enrolment(app, &open_for(&app.keys, i.id.as_bytes(), &i.sealed_totp)?, &i.email)?),
    };
    Ok(Accepting::Ready(Box::new(Opened {
        name: format!("{} {}", i.given, i.family).trim().to_owned(),
        email: i.email.clone(),
        job: i.job,
        sponsor: i.sponsor_name.clone(),
        practice: i.practice_name.clone(),
        enrolment,
        expires_at: i.expires_at,
    })))
}

async fn usable(app: &App, secret: &str) -> Result<Result<Usable, Accepting>, AppError> {
    let now = app.clock.now();
    let Some(secret_hash) = secret_hash(secret) else { return Ok(Err(Accepting::Gone)) };
    let found = invitation::by_hash(&app.db, &secret_hash).await?;
    let Some(invitation) = found.filter(|i| i.ended_at.is_none()) else { return Ok(Err(Accepting::Gone)) };
    if invitation.wrong_codes >= WRONG_HANDOVERS {
        return Ok(Err(Accepting::Voided));
    }
    let sponsor_facts = viewer_of(app, invitation.sponsor).await?;
    let sponsors = sponsor_facts.as_ref().is_some_and(|s| {
        s.status.active(now)
            && s.memberships.iter().any(|m| m.practice == invitation.practice && m.span.holds(now))
    });
    if !sponsors {
        return Ok(Err(Accepting::Gone));
    }
    if now >= invitation.expires_at {
        return Ok(Err(Accepting::Expired));
    }
    // Another address must not take anybody off a review that is owed.
    let reviewed = sponsor_facts.as_ref().and_then(|s| s.cycles.duty(s.own.as_deref()?, now));
    if reviewed.is_some_and(|d| d.rows.iter().any(|h| Some(h.user) == invitation.replaces)) {
        return Ok(Err(Accepting::NeedsAttestation));
    }
    let known = match accounts::by_email(&app.db, &invitation.email_folded).await? {
        None => None,
        Some(found) => {
            let card = accounts::card(&app.db, found.account).await?;
            let is_staff = card.is_some_and(|c| c.kind == AccountKind::Sponsored);
            if !is_staff {
                return Ok(Err(Accepting::OtherKind));
            }
            if !is_active(&found.status, now) {
                return Ok(Err(Accepting::Closed));
            }
            let overdue = needs_attestation(app, found.account, invitation.sponsor, now).await?;
            if overdue.is_some() && !invitation.attested {
                return Ok(Err(Accepting::NeedsAttestation));
            }
            Some(found.account)
        }
    };
    Ok(Ok(Usable { invitation, secret_hash, known }))
}

/// Uses the invitation with `secret`: makes the account of somebody new, with password and authenticator, and begins the sponsorship.
/// An account that it replaces ends with it.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn accept(
    app: &App,
    hashing: &Hashing,
    secret: &str,
    typed: AcceptTyped<'_>,
    client: &Client,
) -> Result<AcceptAnswer, AppError> {
    let now = app.clock.now();
    let Ok(usable) = usable(app, secret).await? else {
        app.audit.record(client.entry(now, Act::InviteStaff, Outcome::Failed)).await?;
        return Ok(AcceptAnswer::Gone);
    };
    if let Some(answer) = handover_fault(app, &usable, typed.handover, client).await? {
        return Ok(answer);
    }
    let i = &usable.invitation;
    let mut factor = None;
    if usable.known.is_none() {
        let totp = open_for(&app.keys, i.id.as_bytes(), &i.sealed_totp)?;
        let step = parse_code(typed.code).and_then(|code| matching_step(&totp, &code, now));
        let known = [&app.hospital.name, &i.email, &i.given, &i.family].map(String::as_str);
        match (choose(typed.password, &known), step, typed.agreed) {
            (Ok(password), Some(step), true) => match hashing.hash(password, random(app)?).await? {
                Ok(hash) => factor = Some((hash, totp, step)),
                Err(Busy) => return Ok(AcceptAnswer::Busy { retry_after: BUSY_SECONDS }),
            },
            (chosen, step, agreed) => {
                let (password, is_code_wrong) = (chosen.err(), step.is_none());
                return Ok(AcceptAnswer::Invalid { password, is_code_wrong, not_agreed: !agreed });
            }
        }
    }
    begin(app, &usable, factor, client).await
}

/// What is wrong with the code that was handed over; `None` when it is right. A try is counted before it is compared, in one
/// transaction, so that of many at once no more than five are compared.
async fn handover_fault(
    app: &App,
    usable: &Usable,
    typed: &str,
    client: &Client,
) -> Result<Option<AcceptAnswer>, AppError> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != HANDOVER_DIGITS {
        return Ok(Some(AcceptAnswer::WrongHandover));
    }
    let hash = &usable.secret_hash;
    let mut tx = app.db.begin().await?;
    let Some(count) = invitation::take_code(&mut tx, hash, WRONG_HANDOVERS).await? else {
        return Ok(Some(AcceptAnswer::Gone));
    };
    let wanted = usable.invitation.code_hash.as_slice();
    if bool::from(handover_hash(app, hash, &digits).as_slice().ct_eq(wanted)) {
        // A right one does not count: nothing is committed.
        return Ok(None);
    }
    let mut entry = client.entry(app.clock.now(), Act::InviteStaff, Outcome::Failed);
    entry.subject = Some(usable.invitation.id);
    entry.basis = String::from("handover_code");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Some(if count < WRONG_HANDOVERS { AcceptAnswer::WrongHandover } else { AcceptAnswer::Gone }))
}

/// Asks the sponsor, by mail, for a new invitation in place of an expired one: at most once a day. The answer is the same whether a
/// letter left or not.
///
/// # Errors
/// [`AppError`]; nothing is sent then.
pub async fn ask_again(app: &App, secret: &str, client: &Client) -> Result<(), AppError> {
    let now = app.clock.now();
    let expired = matches!(usable(app, secret).await?, Err(Accepting::Expired | Accepting::NeedsAttestation));
    let Some(hash) = secret_hash(secret).filter(|_| expired) else { return Ok(()) };
    let Some(i) = invitation::by_hash(&app.db, &hash).await? else { return Ok(()) };
    let mut tx = app.db.begin().await?;
    if !invitation::asked(&mut tx, i.id, now.plus_seconds(-ASK_SECONDS), now).await? {
        return Ok(());
    }
    let name = format!("{} {}", i.given, i.family).trim().to_owned();
    let letter = Letter::InvitationAsked { name };
    mail::post(app, &mut tx, (Some(i.sponsor), &i.sponsor_email), &letter).await?;
    let mut entry = client.entry(now, Act::InviteStaff, Outcome::Allowed);
    entry.subject = Some(i.id);
    entry.detail = json!({ "step": "asked_for_another" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(())
}
