//! Who may see a chart, and under which rule: asked of the same decision that opens it.

use super::asked::practices;
use super::{FamilyPermit, permit};
use crate::app::look_ups::candidates;
use crate::app::{App, AppError};
use crate::domain::access::reach::SectionSet;
use crate::domain::access::{Action, Basis, decide};
use crate::domain::calendar::Instant;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, FactId};
use crate::store::{family, family_answers, people};

/// Somebody who may see the chart now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seer {
    /// Their name.
    pub name: String,
    /// The practices that they belong to.
    pub practices: Vec<String>,
    /// Why they may.
    pub bases: Vec<Basis>,
}

/// A grant that holds, whether or not its holder may use the portal at present.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// The grant.
    pub id: FactId,
    /// The name of who has it.
    pub name: String,
    /// The practices that they belong to.
    pub practices: Vec<String>,
    /// Since when.
    pub since: Instant,
    /// Until when; `None` until somebody takes it back.
    pub until: Option<Instant>,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
}

/// Somebody who may not ask for access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blocked {
    /// The block.
    pub id: uuid::Uuid,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Instant,
}

/// Who may see a chart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// Everyone who may now, by name.
    pub seers: Vec<Seer>,
    /// What the family, or the team for it, gave and can take back; newest first.
    pub given: Vec<Given>,
    /// Who may not ask.
    pub blocked: Vec<Blocked>,
}

/// Who may see the chart of the patient of `permit` at `now`. The guardian of a teen does not read of somebody whose specialty would
/// say by itself what care the teen asked for in confidence.
///
/// # Errors
/// [`AppError`].
pub async fn who(app: &App, permit: &FamilyPermit, now: Instant) -> Result<Seen, AppError> {
    let facts = permit.facts();
    let mut seers = Vec::new();
    for (viewer, _) in candidates(app, facts.patient).await? {
        let account = viewer.account;
        let decision = decide(&viewer, facts, Action::OpenChart, now);
        if decision.allowed() && !hidden(app, permit, account).await? {
            let name = people::account_name(&app.db, account).await?.unwrap_or_default();
            seers.push(Seer {
                name,
                practices: practices(app, account, now).await?,
                bases: decision.bases().collect(),
            });
        }
    }
    seers.sort_by(|a, b| a.name.cmp(&b.name));
    let mut given = Vec::new();
    for grant in facts.grants.iter().filter(|g| g.span.holds(now) && facts.counts(g.owner, now)) {
        if !hidden(app, permit, grant.account).await? {
            given.push(Given {
                id: grant.id,
                name: people::account_name(&app.db, grant.account).await?.unwrap_or_default(),
                practices: practices(app, grant.account, now).await?,
                since: grant.span.start(),
                until: facts
                    .grants
                    .iter()
                    .find(|later| later.id == grant.id && Some(later.span.start()) == grant.span.end())
                    .map_or(grant.span.end(), |renewed| renewed.span.end()),
                sections: grant.sections,
                sensitive: grant.sensitive,
            });
        }
    }
    given.sort_by_key(|grant| std::cmp::Reverse(grant.since));
    let mut blocked = Vec::new();
    for owner in permit.owners() {
        for block in family_answers::blocks(&app.db, *owner).await? {
            if !hidden(app, permit, block.account).await? {
                blocked.push(Blocked { id: block.id, name: block.name, since: block.since });
            }
        }
    }
    Ok(Seen { seers, given, blocked })
}

async fn hidden(app: &App, permit: &permit::FamilyPermit, account: AccountId) -> Result<bool, AppError> {
    Ok(permit.is_narrow() && permit.hides(&family::specialty(&app.db, account).await?))
}
