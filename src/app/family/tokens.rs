//! The tokens that open a chart, as its family sees and takes them back (product.md sections 6 and 10).

use super::answering::{Taken, others, refused};
use super::{FamilyPermit, permits, tell};
use crate::app::access::Context;
use crate::app::{App, AppError};
use crate::domain::access::facts::{ViewerFacts, adult_from};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PatientId};
use crate::domain::letter::Letter;
use crate::domain::people::GivenBy;
use crate::domain::token::redeeming::{Standing, State, Token};
use crate::store::tokens::{self, Listed};
use crate::store::{family, patients};

/// A token of the patient, without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyToken {
    /// The token.
    pub id: FactId,
    /// Where it stands now.
    pub standing: Standing,
    /// In what capacity it was given.
    pub by: GivenBy,
    /// For whom it is meant; may be empty.
    pub for_whom: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Who used it.
    pub used_by: Option<String>,
}

/// The tokens of one patient.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FamilyTokens {
    /// The tokens, newest first.
    pub rows: Vec<FamilyToken>,
    /// Whether the reader may give one alone.
    pub may_give: bool,
    /// The number that whoever uses one must know too.
    pub mrn: String,
}

/// Every token of the patient of `permit`, whoever gave it. The guardian of a teen does not read of one that somebody used whose
/// specialty would say by itself what care the teen asked for in confidence.
///
/// # Errors
/// [`AppError`].
pub async fn of(app: &App, permit: &FamilyPermit, now: Instant) -> Result<FamilyTokens, AppError> {
    let mut rows = Vec::new();
    for listed in tokens::of_patient(&app.db, permit.patient()).await? {
        let token = listed.stored.token;
        if permit.owners().contains(&token.patient) && !hidden(app, permit, &token).await? {
            rows.push(row(app, listed, now));
        }
    }
    let card = patients::one_card(&app.db, permit.patient()).await?;
    let may_give = permit.authority().gives_token(permit.account()).is_some();
    Ok(FamilyTokens { rows, may_give, mrn: card.map(|card| card.mrn).unwrap_or_default() })
}

fn row(app: &App, listed: Listed, now: Instant) -> FamilyToken {
    let token = listed.stored.token;
    let adult = adult_from(listed.stored.birth_date, app.hospital.cycles.zone());
    FamilyToken {
        id: token.id,
        standing: token.standing(adult, now),
        by: token.by,
        for_whom: listed.stored.for_whom,
        issued_at: token.issued_at,
        ends_at: token.ends(adult),
        used_by: listed.redeemed.map(|(name, _)| name),
    }
}

async fn specialty(app: &App, token: &Token) -> Result<String, AppError> {
    Ok(match token.state {
        State::Redeemed { account, .. } => family::specialty(&app.db, account).await?,
        State::Open | State::Frozen | State::Revoked => String::new(),
    })
}

async fn hidden(app: &App, permit: &FamilyPermit, token: &Token) -> Result<bool, AppError> {
    Ok(permit.is_narrow() && permit.hides(&specialty(app, token).await?))
}

/// Takes the token `id` back, effective at the next request of whoever used it. Anyone with a say may, whoever gave it. For which
/// patient is returned too.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn revoke(
    app: &App,
    viewer: &ViewerFacts,
    id: FactId,
    context: &Context,
) -> Result<(Taken, Option<PatientId>), AppError> {
    let found = match tokens::by_id(&app.db, id).await? {
        Some(stored) => {
            let all = permits(app, viewer, context.now).await?;
            let permit = all.into_iter().find(|permit| permit.owners().contains(&stored.token.patient));
            let specialty = specialty(app, &stored.token).await?;
            let permit = permit.filter(|permit| !permit.hides(&specialty));
            permit.map(|permit| (permit, stored, specialty))
        }
        None => None,
    };
    let Some((permit, stored, specialty)) = found else {
        return Ok((refused(app, viewer, Act::RevokeToken, id.0, context).await?, None));
    };
    let mut entry = context.entry(viewer.account, Act::RevokeToken, Outcome::Allowed);
    (entry.subject, entry.patient) = (Some(id.0), Some(stored.token.patient));
    let others = others(app, &permit, &specialty).await?;
    let mut tx = app.db.begin().await?;
    if !tokens::revoke(&mut tx, id, (Some(viewer.account), ""), context.now).await? {
        drop(tx);
        entry.outcome = Outcome::Failed;
        app.audit.record(entry).await?;
        return Ok((Taken::Already, Some(permit.patient())));
    }
    tell(app, &mut tx, &others, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok((Taken::Done(stored.for_whom), Some(permit.patient())))
}
