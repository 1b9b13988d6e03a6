//! Reading the audit: the access team's list.

use std::collections::HashMap;

use crate::domain::audit::{Act, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, Mrn, PatientId};
use crate::store::audit::{self as rows, Filter};
use crate::store::people::NamedAccount;
use crate::store::{patients, people};

use super::access::Context;
use super::{App, AppError};

/// Rows on a page.
pub const ON_PAGE: usize = 50;

/// What to look for, as typed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// E-mail of who acted; empty for anyone.
    pub email: String,
    /// MRN of the patient; empty for any.
    pub mrn: String,
    /// Kind of act.
    pub act: Option<Act>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// At or after.
    pub from: Option<Instant>,
    /// Before.
    pub to: Option<Instant>,
    /// The last row of the page before.
    pub before: Option<(Instant, uuid::Uuid, i64)>,
}

/// One row with the names behind its ids.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row.
    pub link: Link,
    /// Who acted.
    pub actor: Option<NamedAccount>,
    /// The patient's current MRN.
    pub mrn: String,
}

/// What came of reading.
#[derive(Clone, Debug)]
pub enum Read {
    /// These rows, newest first, and whether there are more.
    Rows(Vec<Row>, bool),
    /// Nobody has that address.
    UnknownAccount,
    /// Nobody has that MRN.
    UnknownMrn,
    /// Not an MRN.
    BadMrn,
}

/// Up to [`ON_PAGE`] rows that `wanted` finds. The reading itself is recorded first.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn read(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Read, AppError> {
    let (actor, patient) = match ids(app, wanted, context.now).await? {
        Ok(ids) => ids,
        Err(unknown) => {
            let entry = context.entry(reader, Act::ReadAudit, Outcome::Failed);
            app.audit.record(entry).await?;
            return Ok(unknown);
        }
    };
    let mut entry = context.entry(reader, Act::ReadAudit, Outcome::Allowed);
    entry.patient = patient;
    entry.subject = actor.map(|a| a.0);
    entry.detail = serde_json::json!({
        "act": wanted.act.map(Act::word), "outcome": wanted.outcome.map(Outcome::word),
        "from": wanted.from, "to": wanted.to,
    })
    .to_string();
    app.audit.record(entry).await?;
    let filter = Filter {
        actor,
        patient,
        acts: wanted.act.into_iter().collect(),
        outcome: wanted.outcome,
        from: wanted.from,
        to: wanted.to,
        before: wanted.before,
    };
    let mut found = rows::find(&app.db, &filter, i64::try_from(ON_PAGE + 1).unwrap_or(i64::MAX)).await?;
    let more = found.len() > ON_PAGE;
    found.truncate(ON_PAGE);
    let shown: Vec<PatientId> = found.iter().filter_map(|l| l.entry.patient).collect();
    let cards = patients::cards(&app.db, &shown).await?;
    let mut names: HashMap<AccountId, Option<NamedAccount>> = HashMap::new();
    let mut out = Vec::with_capacity(found.len());
    for link in found {
        // A sign-in is recorded on the account it was tried for, before anybody is signed in.
        let tried = link.entry.subject.filter(|_| link.entry.act.is_sign_in()).map(AccountId);
        let actor = match link.entry.actor.or(tried) {
            Some(id) => {
                if let std::collections::hash_map::Entry::Vacant(place) = names.entry(id) {
                    place.insert(people::account(&app.db, id).await?);
                }
                names.get(&id).cloned().flatten()
            }
            None => None,
        };
        let mrn = link.entry.patient.and_then(|p| cards.get(&p)).map(|c| c.mrn.clone()).unwrap_or_default();
        out.push(Row { link, actor, mrn });
    }
    Ok(Read::Rows(out, more))
}

type Ids = (Option<AccountId>, Option<PatientId>);

async fn ids(app: &App, wanted: &Wanted, now: Instant) -> Result<Result<Ids, Read>, AppError> {
    let actor = match wanted.email.trim() {
        "" => None,
        email => match people::account_by_email(&app.db, email).await? {
            Some(id) => Some(id),
            None => return Ok(Err(Read::UnknownAccount)),
        },
    };
    let patient = match wanted.mrn.trim() {
        "" => None,
        mrn => {
            let Ok(mrn) = Mrn::parse(mrn) else { return Ok(Err(Read::BadMrn)) };
            match patients::by_mrn(&app.db, &mrn, now).await? {
                Some(id) => Some(id),
                None => return Ok(Err(Read::UnknownMrn)),
            }
        }
    };
    Ok(Ok((actor, patient)))
}
