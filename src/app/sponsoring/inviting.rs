//! Inviting: who, where, as what; a link in mail, and a code that the sponsor hands over.

use serde_json::json;
use uuid::Uuid;

use super::{Keys, standing};
use crate::app::access::{Context, viewer as viewer_of};
use crate::app::sign_in::{Client, Session, may_write, random};
use crate::app::{App, AppError, mail};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId, PracticeId, new_uuid};
use crate::domain::letter::{Letter, Place};
use crate::domain::people::fold_email;
use crate::domain::sponsoring::{
    Hindrance, Invite, InviteField, InviteProblem, LETTERS, OPEN_INVITATIONS, TypedInvite, may_sponsor,
};
use crate::store::people;
use crate::store::sign_in::accounts;
use crate::store::sponsoring as kept;
use crate::store::sponsoring::invitation::{self, Invitation, NewInvitation};
use crate::store::{StoreError, Tx};

/// What the sponsor is shown once after inviting: the code to hand over in person or by phone.
#[derive(Clone, PartialEq, Eq)]
pub struct Invited {
    /// Whom.
    pub name: String,
    /// To which address the link was mailed.
    pub email: String,
    /// The code, eight digits.
    pub code: String,
    /// When both can no longer be used.
    pub expires_at: Instant,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Invited(…)")
    }
}

/// What an invitation is answered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InviteAnswer {
    /// The letter is on its way.
    Sent(Invited),
    /// The sponsor may not sponsor in this session.
    Hindered(Hindrance),
    /// Something typed is to be mended.
    Problems(Vec<(InviteField, InviteProblem)>),
    /// There is no such invitation, or it is over.
    Gone,
    /// Too many letters: again in so many seconds.
    Slowed(i64),
}

/// Who invites.
struct Inviter<'a> {
    app: &'a App,
    session: &'a Session,
    viewer: &'a ViewerFacts,
    context: &'a Context,
}

/// Invites somebody to be sponsored by the owner of `session`.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
pub async fn invite(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    typed: &TypedInvite,
    context: &Context,
) -> Result<InviteAnswer, AppError> {
    Inviter { app, session, viewer, context }.make(typed, None).await
}

/// Invites the person of the sponsorship `of` with another address: a new account, with whose registration the old one ends.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
pub async fn change_address(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    (of, typed): (FactId, &TypedInvite),
    context: &Context,
) -> Result<InviteAnswer, AppError> {
    let held = viewer
        .own
        .as_deref()
        .and_then(|own| own.held.iter().find(|h| h.id == of && own.live(h, context.now)));
    let Some(held) = held else { return Ok(InviteAnswer::Gone) };
    Inviter { app, session, viewer, context }.make(typed, Some(held.user)).await
}

/// What the form for another address begins with: name, job and practice of the sponsorship `of`; `None` when the viewer holds no
/// such live one.
///
/// # Errors
/// [`AppError`].
pub async fn prefilled(
    app: &App,
    viewer: &ViewerFacts,
    of: FactId,
    now: Instant,
) -> Result<Option<(TypedInvite, String)>, AppError> {
    let is_live =
        viewer.own.as_deref().is_some_and(|own| own.held.iter().any(|h| h.id == of && own.live(h, now)));
    let staff = kept::staff(&app.db, viewer.account).await?;
    let found = staff.into_iter().find(|s| s.id == of).filter(|_| is_live);
    Ok(found.map(|s| {
        let typed = TypedInvite {
            given: s.given,
            family: s.family,
            email: String::new(),
            job: s.job.map_or("", crate::domain::people::Job::word).to_owned(),
            practice: s.practice.to_string(),
            attested: false,
        };
        (typed, s.email)
    }))
}

impl Inviter<'_> {
    async fn make(&self, typed: &TypedInvite, replaces: Option<AccountId>) -> Result<InviteAnswer, AppError> {
        let now = self.context.now;
        if let Err(hindrance) = may_sponsor(self.viewer, standing(self.app, self.session).await?, now) {
            return Ok(InviteAnswer::Hindered(hindrance));
        }
        let mine = self.viewer.memberships.iter().filter(|m| m.span.holds(now));
        let practices: Vec<PracticeId> = mine.map(|m| m.practice).collect();
        let wanted = match typed.read(&practices, &self.session.email) {
            Ok(wanted) => wanted,
            Err(problems) => return Ok(InviteAnswer::Problems(problems)),
        };
        // An attestation counts only where one is asked for: nobody attests beforehand.
        let known = accounts::by_email(&self.app.db, &wanted.email_folded).await?.map(|found| found.account);
        let overdue = match known {
            Some(known) => needs_attestation(self.app, known, self.session.account, now).await?,
            None => None,
        };
        let attests = typed.attested && overdue.is_some();
        if let Some(problem) = self.problem(&wanted, (replaces, known)).await? {
            return Ok(InviteAnswer::Problems(vec![problem]));
        }
        if overdue.is_some() && !attests {
            return Ok(InviteAnswer::Problems(vec![(
                InviteField::Attested,
                InviteProblem::AttestationNeeded,
            )]));
        }
        self.send(&wanted, replaces, attests).await
    }

    /// What stands in the way of `wanted` beyond what was typed.
    async fn problem(
        &self,
        wanted: &Invite,
        (replaces, known): (Option<AccountId>, Option<AccountId>),
    ) -> Result<Option<(InviteField, InviteProblem)>, AppError> {
        let (app, now) = (self.app, self.context.now);
        let own = self.viewer.own.as_deref();
        // Another address is another account: it must not take anybody off a review that is owed.
        let duty = own.and_then(|own| self.viewer.cycles.duty(own, now));
        if duty.is_some_and(|d| d.rows.iter().any(|h| Some(h.user) == replaces)) {
            return Ok(Some((InviteField::Email, InviteProblem::ReviewFirst)));
        }
        if let Some(old) = replaces {
            let old = people::account(&app.db, old).await?;
            if old.is_some_and(|old| fold_email(&old.email) == wanted.email_folded) {
                return Ok(Some((InviteField::Email, InviteProblem::SameEmail)));
            }
        }
        let open = invitation::open_of(&app.db, self.session.account).await?;
        if open.iter().any(|i| i.email_folded == wanted.email_folded && i.practice == wanted.practice) {
            return Ok(Some((InviteField::Email, InviteProblem::InvitedAlready)));
        }
        if open.len() >= OPEN_INVITATIONS {
            return Ok(Some((InviteField::Email, InviteProblem::TooMany)));
        }
        let held = known.zip(own).is_some_and(|(known, own)| {
            own.held.iter().filter(|h| is_of(h, known, wanted.practice)).any(|h| own.live(h, now))
        });
        Ok(held.then_some((InviteField::Email, InviteProblem::SponsoredAlready)))
    }

    async fn send(
        &self,
        wanted: &Invite,
        replaces: Option<AccountId>,
        attested: bool,
    ) -> Result<InviteAnswer, AppError> {
        let (app, now) = (self.app, self.context.now);
        let id = new_uuid(now, random(app)?);
        let keys = Keys::new(app, id, now)?;
        let practice = people::practice_name(&app.db, wanted.practice).await?.unwrap_or_default();
        let mut tx = app.db.begin().await?;
        if let Some(answer) = slowed(app, &mut tx, &wanted.email_folded, self.context).await? {
            return Ok(answer);
        }
        let sponsor = self.session.account;
        let new =
            NewInvitation { id, sponsor, invite: wanted, replaces, attested, secrets: keys.kept(), now };
        match invitation::insert(&mut tx, &new).await {
            // Two were sent at once: the other one is kept.
            Err(StoreError::Duplicate(_)) => {
                return Ok(InviteAnswer::Problems(vec![(InviteField::Email, InviteProblem::InvitedAlready)]));
            }
            done => done?,
        }
        post(app, &mut tx, (&self.session.name, &practice), (&wanted.email, &keys)).await?;
        let mut entry = self.context.entry(sponsor, Act::InviteStaff, Outcome::Allowed);
        entry.subject = Some(id);
        entry.detail = json!({ "step": "made", "practice": wanted.practice, "replaces": replaces, "attested": attested })
            .to_string();
        app.audit.commit(tx, vec![entry]).await?;
        let name = format!("{} {}", wanted.given, wanted.family);
        Ok(InviteAnswer::Sent(Invited {
            name,
            email: wanted.email.clone(),
            code: keys.code,
            expires_at: keys.expires_at,
        }))
    }
}

fn is_of(held: &crate::domain::access::facts::Held, user: AccountId, practice: PracticeId) -> bool {
    held.user == user && held.practice == practice
}

/// The limits of letters to one address and from one network; `None` when one may leave.
async fn slowed(
    app: &App,
    tx: &mut Tx,
    folded: &str,
    context: &Context,
) -> Result<Option<InviteAnswer>, AppError> {
    let client = Client { network: context.network.clone(), ..Client::default() };
    Ok(match may_write(app, tx, folded, &client).await? {
        Ok(true) => None,
        Ok(false) => Some(InviteAnswer::Problems(vec![(InviteField::Email, InviteProblem::TooMany)])),
        Err(seconds) => Some(InviteAnswer::Slowed(seconds)),
    })
}

async fn post(
    app: &App,
    tx: &mut Tx,
    (sponsor, practice): (&str, &str),
    (email, keys): (&str, &Keys),
) -> Result<(), AppError> {
    let letter = Letter::Invitation {
        sponsor: sponsor.to_owned(),
        practice: practice.to_owned(),
        link: Place(format!("/invitation/{}", keys.secret.as_str())),
    };
    mail::post(app, tx, (None, email), &letter).await
}

/// The sponsors, other than `sponsor`, in whose overdue review `user` is listed at `now`; `None` when there is none: then nobody
/// need attest (product.md section 4).
pub(super) async fn needs_attestation(
    app: &App,
    user: AccountId,
    sponsor: AccountId,
    now: Instant,
) -> Result<Option<Vec<AccountId>>, AppError> {
    let Some(facts) = viewer_of(app, user).await? else { return Ok(None) };
    let others = facts.sponsors.iter().filter(|s| s.account != sponsor);
    let overdue = others.filter(|s| {
        let duty = facts.cycles.duty(s, now).filter(|d| d.overdue);
        duty.is_some_and(|d| d.rows.iter().any(|h| h.user == user))
    });
    let overdue: Vec<AccountId> = overdue.map(|s| s.account).collect();
    Ok((!overdue.is_empty()).then_some(overdue))
}

/// Mails the open invitation `id` of the owner of `session` again, with a new link and code; the old ones are void.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
pub async fn renew(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    id: Uuid,
    context: &Context,
) -> Result<InviteAnswer, AppError> {
    let now = context.now;
    if let Err(hindrance) = may_sponsor(viewer, standing(app, session).await?, now) {
        return Ok(InviteAnswer::Hindered(hindrance));
    }
    let found = invitation::one(&app.db, id, session.account).await?;
    let member =
        |i: &Invitation| viewer.memberships.iter().any(|m| m.practice == i.practice && m.span.holds(now));
    let Some(found) = found.filter(|i| i.ended_at.is_none() && member(i)) else {
        return Ok(InviteAnswer::Gone);
    };
    let duty = viewer.own.as_deref().and_then(|own| viewer.cycles.duty(own, now));
    if duty.is_some_and(|d| d.rows.iter().any(|h| Some(h.user) == found.replaces)) {
        return Ok(InviteAnswer::Problems(vec![(InviteField::Email, InviteProblem::ReviewFirst)]));
    }
    if found.letters >= i64::from(LETTERS) {
        return Ok(InviteAnswer::Problems(vec![(InviteField::Email, InviteProblem::TooMany)]));
    }
    if let Some(known) = accounts::by_email(&app.db, &found.email_folded).await? {
        let overdue = needs_attestation(app, known.account, session.account, now).await?;
        if overdue.is_some() && !found.attested {
            return Ok(InviteAnswer::Problems(vec![(
                InviteField::Attested,
                InviteProblem::AttestationNeeded,
            )]));
        }
    }
    let keys = Keys::new(app, id, now)?;
    let mut tx = app.db.begin().await?;
    if let Some(answer) = slowed(app, &mut tx, &found.email_folded, context).await? {
        return Ok(answer);
    }
    if !invitation::renew(&mut tx, (id, session.account), keys.kept(), LETTERS, now).await? {
        return Ok(InviteAnswer::Gone);
    }
    post(app, &mut tx, (&session.name, &found.practice_name), (&found.email, &keys)).await?;
    let mut entry = context.entry(session.account, Act::InviteStaff, Outcome::Allowed);
    entry.subject = Some(id);
    entry.detail = json!({ "step": "sent_again" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    let name = format!("{} {}", found.given, found.family);
    Ok(InviteAnswer::Sent(Invited { name, email: found.email, code: keys.code, expires_at: keys.expires_at }))
}

/// Takes the open invitation `id` of `sponsor` back; whose it was, `None` when it is over or not theirs. Needs no particular sign-in.
///
/// # Errors
/// [`AppError`]; nothing is changed then.
pub async fn withdraw(
    app: &App,
    sponsor: AccountId,
    id: Uuid,
    context: &Context,
) -> Result<Option<String>, AppError> {
    let Some(found) = invitation::one(&app.db, id, sponsor).await? else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    if !invitation::withdraw(&mut tx, id, sponsor, context.now).await? {
        return Ok(None);
    }
    let mut entry = context.entry(sponsor, Act::InviteStaff, Outcome::Allowed);
    entry.subject = Some(id);
    entry.detail = json!({ "step": "taken_back" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Some(format!("{} {}", found.given, found.family).trim().to_owned()))
}
