//! "Validate a token": trying one, redeeming it, and what a stranger's try sets off.

use serde_json::json;

use crate::app::access::{self, Context};
use crate::app::mail::{post, post_nothing};
use crate::app::{App, AppError, requests};
use crate::domain::access::facts::{PatientFacts, RedeemedToken, ViewerFacts, adult_from};
use crate::domain::access::{Action, Basis, decide};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, FactId, Mrn, PatientId, PracticeId};
use crate::domain::letter::{Letter, Place};
use crate::domain::people::AccountKind;
use crate::domain::token::TokenSecret;
use crate::domain::token::redeeming::{Answer, Attempt, MISS_SECONDS, State, Why, slowed};
use crate::store::tokens::{self, Stored};
use crate::store::{Tx, patients, people, queue};

/// What somebody typed to redeem a token.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The secret.
    pub token: String,
    /// The patient's MRN.
    pub mrn: String,
    /// The practice in which a sponsored user of several redeems it.
    pub practice: String,
}

/// What was left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The token.
    Token,
    /// The MRN.
    Mrn,
    /// Which of several practices.
    Practice,
}

/// What came of a try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Redeemed {
    /// The account redeemed it, now or before: on to the chart.
    Patient(PatientId),
    /// Right, and over: only whoever has token and MRN is told.
    Expired,
    /// Anything else: one answer for every reason.
    NoMatch,
    /// Too many misses in the past hour: again in so many seconds.
    Slowed(i64),
    /// Something was left out; nothing was tried.
    Missing(Vec<Missing>),
}

/// What `typed` leads to, read before the try begins: the same reads whatever is found.
struct Sought {
    /// The token with that secret.
    token: Option<Stored>,
    /// Whether the MRN leads to the token's patient.
    mrn_fits: bool,
    /// Whether the token would permit anything.
    would_permit: bool,
    /// Whose chart it opens.
    patient: PatientId,
    /// In which practice it is redeemed.
    practice: Option<PracticeId>,
}

/// The practices in which `viewer` may redeem a token, with their names: those of live, unlocked sponsorships; none for a provider,
/// whose tokens are their own.
///
/// # Errors
/// [`AppError::Store`].
pub async fn practices(
    app: &App,
    viewer: &ViewerFacts,
    now: Instant,
) -> Result<Vec<(PracticeId, String)>, AppError> {
    let mut named = Vec::new();
    for id in of(viewer, now) {
        named.push((id, people::practice_name(&app.db, id).await?.unwrap_or_default()));
    }
    Ok(named)
}

fn of(viewer: &ViewerFacts, now: Instant) -> Vec<PracticeId> {
    if viewer.kind == AccountKind::Sponsored { requests::practices_of(viewer, now) } else { Vec::new() }
}

/// Tries a token for `viewer`. Every try is recorded, with what it did, before it is answered; ten misses in an hour slow the account.
///
/// # Errors
/// [`AppError`]; nothing was redeemed or counted then.
pub async fn redeem(
    app: &App,
    viewer: &ViewerFacts,
    typed: &Typed,
    context: &Context,
) -> Result<Redeemed, AppError> {
    let practice = match read(viewer, typed, context.now) {
        Ok(practice) => practice,
        Err(missing) => return Ok(Redeemed::Missing(missing)),
    };
    let sought = seek(app, viewer, typed, practice, context.now).await?;
    let mut tx = app.db.begin().await?;
    let mut entry = context.entry(viewer.account, Act::RedeemToken, Outcome::Failed);
    let since = context.now.plus_seconds(-MISS_SECONDS);
    let (misses, last) = tokens::begin_try(&mut tx, viewer.account, context.now, since).await?;
    let redeemed = if let Some(seconds) = slowed(misses, last, context.now) {
        entry.detail = json!({ "answer": "slowed" }).to_string();
        Redeemed::Slowed(seconds)
    } else {
        conclude(app, &mut tx, viewer, &sought, &mut entry).await?
    };
    app.audit.commit(tx, vec![entry]).await?;
    Ok(redeemed)
}

/// In which practice the token is to be redeemed; or what was left out.
fn read(viewer: &ViewerFacts, typed: &Typed, now: Instant) -> Result<Option<PracticeId>, Vec<Missing>> {
    let mut missing = Vec::new();
    if typed.token.trim().is_empty() {
        missing.push(Missing::Token);
    }
    if typed.mrn.trim().is_empty() {
        missing.push(Missing::Mrn);
    }
    let practice = match of(viewer, now).as_slice() {
        [] => None,
        [one] => Some(*one),
        several => {
            let chosen = typed.practice.parse().ok().filter(|id| several.contains(id));
            if chosen.is_none() {
                missing.push(Missing::Practice);
            }
            chosen
        }
    };
    if missing.is_empty() { Ok(practice) } else { Err(missing) }
}

async fn seek(
    app: &App,
    viewer: &ViewerFacts,
    typed: &Typed,
    practice: Option<PracticeId>,
    now: Instant,
) -> Result<Sought, AppError> {
    let nobody = PatientId(uuid::Uuid::nil());
    // What can be no secret or MRN takes the same reads as one that nobody has.
    let hash = TokenSecret::parse(&typed.token).map_or([0; 32], |secret| secret.hash());
    let token = tokens::by_secret(&app.db, &hash).await?;
    let owner = token.as_ref().map_or(nobody, |stored| stored.token.patient);
    let owner = patients::survivor(&app.db, owner, now).await?;
    let wanted = match Mrn::parse(&typed.mrn) {
        Ok(mrn) => patients::by_mrn(&app.db, &mrn, now).await?,
        Err(_) => patients::survivor(&app.db, nobody, now).await.map(|_| None)?,
    };
    let facts = access::patient(app, wanted.unwrap_or(nobody)).await?;
    let mrn_fits = token.is_some() && wanted == Some(owner);
    let would_permit = match (&token, &facts) {
        (Some(stored), Some(facts)) => would_permit(viewer, facts, stored, practice, now),
        _ => false,
    };
    Ok(Sought { token, mrn_fits, would_permit, patient: owner, practice })
}

/// Whether `viewer` would see the chart by this token, had they redeemed it: as `decide` says, its expiry apart.
fn would_permit(
    viewer: &ViewerFacts,
    facts: &PatientFacts,
    stored: &Stored,
    practice: Option<PracticeId>,
    now: Instant,
) -> bool {
    let token = stored.token;
    let practice = match token.state {
        State::Redeemed { practice, .. } => practice,
        _ => practice,
    };
    let mut facts = facts.clone();
    facts.tokens.retain(|known| known.id != token.id);
    facts.tokens.push(RedeemedToken {
        id: token.id,
        owner: token.patient,
        account: viewer.account,
        practice,
        span: Interval::new(Some(now), None),
        by: token.by,
    });
    decide(viewer, &facts, Action::OpenChart, now).bases().any(|basis| basis == Basis::Token)
}

/// What the try comes to, done inside `tx` and told to `entry`.
async fn conclude(
    app: &App,
    tx: &mut Tx,
    viewer: &ViewerFacts,
    sought: &Sought,
    entry: &mut Entry,
) -> Result<Redeemed, AppError> {
    let now = entry.at;
    let id = sought.token.as_ref().map_or(FactId(uuid::Uuid::nil()), |stored| stored.token.id);
    let attempt = Attempt {
        account: viewer.account,
        mrn_fits: sought.mrn_fits,
        would_permit: sought.would_permit,
        now,
    };
    let zone = app.hospital.cycles.zone();
    let said = |stored: &Option<Stored>| match stored {
        Some(stored) => stored.token.answer(attempt, adult_from(stored.birth_date, zone)),
        None => Answer::NoMatch(Why::UnknownToken),
    };
    let mut stored = tokens::by_id_in(tx, id).await?;
    let mut answer = said(&stored);
    if answer == Answer::Redeem && !tokens::redeem(tx, id, (viewer.account, sought.practice), now).await? {
        // Somebody was faster between the look and the writing: look again.
        stored = tokens::by_id_in(tx, id).await?;
        answer = match said(&stored) {
            Answer::Redeem => Answer::NoMatch(Why::UnknownToken),
            other => other,
        };
    }
    if let Some(stored) = &stored {
        entry.subject = Some(stored.token.id.0);
        entry.patient = Some(stored.token.patient);
    }
    if let Answer::NoMatch(why) = answer {
        tokens::note_miss(tx, viewer.account, now, now.plus_seconds(-MISS_SECONDS)).await?;
        // Every reason takes the same writes, so that none is told from another by its time.
        let counted = if why == Why::WrongMrn { id } else { FactId(uuid::Uuid::nil()) };
        tokens::miss(tx, counted, now).await?;
        tell_issuer(app, tx, stored.as_ref().filter(|_| why == Why::UsedByAnother), now).await?;
        entry.detail = json!({ "answer": "no_match", "why": why.word() }).to_string();
        return Ok(Redeemed::NoMatch);
    }
    let word = match answer {
        Answer::Redeem => "redeemed",
        Answer::Again => "again",
        _ => "expired",
    };
    entry.detail = json!({ "answer": word }).to_string();
    if answer == Answer::Expired {
        return Ok(Redeemed::Expired);
    }
    entry.outcome = Outcome::Allowed;
    Basis::Token.word().clone_into(&mut entry.basis);
    Ok(Redeemed::Patient(sought.patient))
}

/// Tells whoever issued the token that somebody else than its redeemer tried it: once a day in hospital time, while it gives anything.
/// Where the issuer has no active account, those of the access team who decide are told. With `None`, or told already, the same is done and
/// the letter never leaves.
async fn tell_issuer(app: &App, tx: &mut Tx, stored: Option<&Stored>, now: Instant) -> Result<(), AppError> {
    let (zone, nobody) = (app.hospital.cycles.zone(), uuid::Uuid::nil());
    let live = stored.filter(|s| now < s.token.ends(adult_from(s.birth_date, zone)));
    let id = live.map_or(FactId(nobody), |s| s.token.id);
    let is_new = tokens::tell(tx, id, now, zone.start_of_day(zone.date(now))).await?;
    let issuer = live.and_then(|s| s.issuer).unwrap_or(AccountId(nobody));
    let found = tokens::address(tx, issuer, now).await?.map(|(address, kind)| (issuer, address, kind));
    let Some(token) = live.map(|s| s.token).filter(|_| is_new) else {
        return post_nothing(app, tx).await;
    };
    let issuer = found;
    let told = match issuer {
        Some((issuer, address, AccountKind::AccessTeam)) => vec![(issuer, address, true)],
        Some((issuer, address, _)) => vec![(issuer, address, false)],
        None => {
            queue::deciders(tx, now).await?.into_iter().map(|(id, address)| (id, address, true)).collect()
        }
    };
    for (account, address, is_team) in told {
        let link = if is_team { format!("/team/tokens/{}", token.id) } else { "/".to_owned() };
        let letter = Letter::TokenTried { issued: token.issued_at, link: Place(link) };
        post(app, tx, (Some(account), &address), &letter).await?;
    }
    Ok(())
}
