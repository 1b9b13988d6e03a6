//! A patient renews what a guardian gave, which ends at the 18th birthday otherwise (product.md section 6).
//!
//! Nothing is given anew: the same grant or token goes on, with its sections, its labels and its own end, from the renewal on, or
//! from the birthday where it was renewed before.

use serde_json::json;

use super::answering::{Taken, failed, others, refused};
use super::asked::practices;
use super::{FamilyPermit, addresses, permits, tell};
use crate::app::access::{Context, viewer as facts_of};
use crate::app::{App, AppError};
use crate::domain::access::facts::{ViewerFacts, adult_from};
use crate::domain::access::reach::SectionSet;
use crate::domain::access::{Action, Refusal, decide};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::family::authority::Capacity;
use crate::domain::family::renewal::{Gift, What};
use crate::domain::ids::{AccountId, FactId, PatientId};
use crate::domain::letter::Letter;
use crate::domain::token::redeeming::State;
use crate::store::grants::GrantRow;
use crate::store::tokens::Listed;
use crate::store::{family, grants, tokens};

/// What a guardian gave and the patient may renew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renewable {
    /// A grant or a token.
    pub what: What,
    /// Which one.
    pub id: FactId,
    /// For which record.
    pub owner: PatientId,
    /// Whose access it is; `None` for a token that nobody has used.
    pub holder: Option<AccountId>,
    /// Their name; for a token that nobody has used, whom it is meant for, which may be empty.
    pub name: String,
    /// The practices that they belong to.
    pub practices: Vec<String>,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
    /// The 18th birthday, which ends it or has ended it.
    pub ends_at: Instant,
    /// Its own end, until which it goes on; `None` until somebody takes it back.
    pub until: Option<Instant>,
}

/// What a guardian gave and the patient of `permit`, who reads, may renew at `now`: from the 17th birthday on, until its own end. Not
/// what a restriction forbids, and nothing for anybody but the patient.
///
/// # Errors
/// [`AppError`].
pub async fn renewable(app: &App, permit: &FamilyPermit, now: Instant) -> Result<Vec<Renewable>, AppError> {
    let zone = app.hospital.cycles.zone();
    let mut found = Vec::new();
    for (mut one, gift) in given(app, permit).await? {
        if gift.is_renewable(permit.birth_date(), now, zone) && !barred(app, permit, one.holder, now).await? {
            if let Some(holder) = one.holder {
                one.practices = practices(app, holder, now).await?;
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// Everything that was given about the patient of `permit`, when it is the patient who reads.
async fn given(app: &App, permit: &FamilyPermit) -> Result<Vec<(Renewable, Gift)>, AppError> {
    let mut found = Vec::new();
    if permit.capacity() != Capacity::Patient {
        return Ok(found);
    }
    let ends_at = adult_from(permit.birth_date(), app.hospital.cycles.zone());
    for owner in permit.owners() {
        let rows = grants::of_patient(&app.db, *owner).await?;
        found.extend(rows.into_iter().map(|row| of_grant(row, *owner, ends_at)));
    }
    let listed = tokens::of_patient(&app.db, permit.patient()).await?;
    let counting = listed.into_iter().filter(|row| permit.owners().contains(&row.stored.token.patient));
    found.extend(counting.filter_map(|row| of_token(row, ends_at)));
    Ok(found)
}

fn of_grant(row: GrantRow, owner: PatientId, ends_at: Instant) -> (Renewable, Gift) {
    let until = row.span.end();
    let gift = Gift { by: row.by, until, revoked_at: row.revoked_at, renewed_at: row.renewed_at };
    let one = Renewable {
        what: What::Grant,
        id: row.id,
        owner,
        holder: Some(row.account),
        name: row.name,
        practices: Vec::new(),
        sections: row.sections,
        sensitive: row.sensitive,
        ends_at,
        until,
    };
    (one, gift)
}

fn of_token(row: Listed, ends_at: Instant) -> Option<(Renewable, Gift)> {
    let token = row.stored.token;
    let holder = match token.state {
        State::Redeemed { account, .. } => Some(account),
        State::Open => None,
        State::Frozen | State::Revoked => return None,
    };
    let until = Some(token.expires_at);
    let gift = Gift { by: token.by, until, revoked_at: None, renewed_at: token.renewed_at };
    let one = Renewable {
        what: What::Token,
        id: token.id,
        owner: token.patient,
        holder,
        name: row.redeemed.map_or(row.stored.for_whom, |(name, _)| name),
        practices: Vec::new(),
        sections: SectionSet::NONE,
        sensitive: Labels::NONE,
        ends_at,
        until,
    };
    Some((one, gift))
}

/// Whether nothing may be given to `holder` now: a restriction names them, or the patient has died.
async fn barred(
    app: &App,
    permit: &FamilyPermit,
    holder: Option<AccountId>,
    now: Instant,
) -> Result<bool, AppError> {
    let facts = permit.facts();
    if facts.death.is_some_and(|death| death.day_after <= now) {
        return Ok(true);
    }
    let Some(holder) = holder else { return Ok(false) };
    let Some(viewer) = facts_of(app, holder).await? else { return Ok(true) };
    Ok(decide(&viewer, facts, Action::OpenChart, now).refusal() == Some(Refusal::PatientRestricted))
}

/// What `viewer` may renew under `id`, to be asked about it; recorded before it is returned.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn look(
    app: &App,
    viewer: &ViewerFacts,
    it: (What, FactId),
    context: &Context,
) -> Result<Option<Renewable>, AppError> {
    let found = one(app, viewer, it, context.now).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Refused };
    let mut entry = context.entry(viewer.account, Act::ReadFamily, outcome);
    (entry.patient, entry.subject) = (found.as_ref().map(|(permit, _)| permit.patient()), Some(it.1.0));
    entry.detail = json!({ "page": "renew" }).to_string();
    app.audit.record(entry).await?;
    Ok(found.map(|(_, one)| one))
}

/// What `viewer` may renew under `id`, with the permit that allows it.
async fn one(
    app: &App,
    viewer: &ViewerFacts,
    (what, id): (What, FactId),
    now: Instant,
) -> Result<Option<(FamilyPermit, Renewable)>, AppError> {
    for permit in permits(app, viewer, now).await? {
        let found = renewable(app, &permit, now).await?.into_iter().find(|r| r.what == what && r.id == id);
        if let Some(found) = found {
            return Ok(Some((permit, found)));
        }
    }
    Ok(None)
}

/// Whether `viewer` renewed it before; of whose record it is.
async fn renewed_before(
    app: &App,
    viewer: &ViewerFacts,
    (what, id): (What, FactId),
    now: Instant,
) -> Result<Option<PatientId>, AppError> {
    for permit in permits(app, viewer, now).await? {
        let before = given(app, &permit).await?;
        let same =
            |(one, gift): &(Renewable, Gift)| (one.what, one.id) == (what, id) && gift.renewed_at.is_some();
        if before.iter().any(same) {
            return Ok(Some(permit.patient()));
        }
    }
    Ok(None)
}

/// Renews it for `viewer`, who must be the patient; who has the access is told. Of several at once, one takes effect.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn renew(
    app: &App,
    viewer: &ViewerFacts,
    it: (What, FactId),
    context: &Context,
) -> Result<Taken, AppError> {
    let (what, id) = it;
    let Some((permit, found)) = one(app, viewer, it, context.now).await? else {
        return match renewed_before(app, viewer, it, context.now).await? {
            None => refused(app, viewer, Act::RenewAccess, id.0, context).await,
            Some(patient) => {
                failed(app, viewer, Act::RenewAccess, (patient, id.0), context).await?;
                Ok(Taken::Already)
            }
        };
    };
    let specialty = match found.holder {
        Some(holder) => family::specialty(&app.db, holder).await?,
        None => String::new(),
    };
    let others = others(app, &permit, &specialty).await?;
    let holder = addresses(app, found.holder.into_iter()).await?;
    let mut tx = app.db.begin().await?;
    let done = match what {
        What::Grant => grants::renew(&mut tx, id, viewer.account, context.now).await?,
        What::Token => tokens::renew(&mut tx, id, viewer.account, context.now).await?,
    };
    if !done {
        drop(tx);
        failed(app, viewer, Act::RenewAccess, (permit.patient(), id.0), context).await?;
        return Ok(Taken::Already);
    }
    let mut entry = context.entry(viewer.account, Act::RenewAccess, Outcome::Allowed);
    (entry.patient, entry.subject) = (Some(found.owner), Some(id.0));
    let from = found.ends_at.max(context.now);
    entry.detail = json!({ "what": what.word(), "from": from, "until": found.until }).to_string();
    tell(app, &mut tx, &holder, &Letter::FamilyRenewed).await?;
    tell(app, &mut tx, &others, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Taken::Done(found.name))
}
