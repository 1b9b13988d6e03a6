//! Giving a grant, and taking it back: each with its audit entry, inside the transaction of the act that it belongs to.

use serde_json::json;

use super::access::Context;
use super::sign_in::random;
use super::{App, AppError};
use crate::domain::access::reach::SectionSet;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::grant::Lasting;
use crate::domain::ids::{AccountId, FactId, PatientId, RequestId, new_uuid};
use crate::domain::people::GivenBy;
use crate::store::Tx;
use crate::store::grants::{self, NewGrant};

/// A right that is to be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gift {
    /// For whose record.
    pub patient: PatientId,
    /// To whom.
    pub account: AccountId,
    /// For how long, from now on.
    pub lasting: Lasting,
    /// In what capacity.
    pub by: GivenBy,
    /// By which account.
    pub giver: AccountId,
    /// In answer to which request.
    pub request: Option<RequestId>,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
}

/// Gives `gift` from now on, inside `tx`; the entry is to be committed with it. What a guardian gives ends by itself at the
/// patient's 18th birthday unless the patient renews it: the facts cut it there.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn give(
    app: &App,
    tx: &mut Tx,
    gift: &Gift,
    context: &Context,
) -> Result<(FactId, Entry), AppError> {
    let id = FactId(new_uuid(context.now, random(app)?));
    let ends = gift.lasting.end(context.now, app.hospital.cycles.zone());
    let grant = NewGrant {
        id,
        patient: gift.patient,
        account: gift.account,
        starts: context.now,
        ends,
        by: gift.by,
        giver: gift.giver,
        request: gift.request,
        sections: gift.sections,
        sensitive: gift.sensitive,
    };
    grants::insert(tx, &grant).await?;
    let mut entry = context.entry(gift.giver, Act::GiveAccess, Outcome::Allowed);
    entry.patient = Some(gift.patient);
    entry.subject = Some(gift.account.0);
    entry.detail = json!({
        "grant": id.0, "lasting": gift.lasting.word(), "by": gift.by.word(), "sections": gift.sections.bits(),
        "sensitive": gift.sensitive.bits(), "request": gift.request.map(|r| r.0),
    })
    .to_string();
    Ok((id, entry))
}

/// Takes the grant `id` of `patient` back from `account`, inside `tx`, for a reason that may be empty; effective at the next request.
/// `None` when it was over already.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn revoke(
    tx: &mut Tx,
    (id, patient, account): (FactId, PatientId, AccountId),
    (by, reason): (AccountId, &str),
    context: &Context,
) -> Result<Option<Entry>, AppError> {
    if !grants::revoke(tx, id, (by, reason), context.now).await? {
        return Ok(None);
    }
    let mut entry = context.entry(by, Act::RevokeAccess, Outcome::Allowed);
    entry.patient = Some(patient);
    entry.subject = Some(account.0);
    entry.detail = json!({ "grant": id.0 }).to_string();
    Ok(Some(entry))
}
