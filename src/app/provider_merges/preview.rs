//! Whose access a merge of two providers changes: the facts are read inside a transaction in which it is made, or undone, and which is then
//! dropped; the one decision is asked of both.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::app::desk::Member;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::access::facts::{PatientFacts, ViewerFacts};
use crate::domain::access::{Action, decide};
use crate::domain::ids::{AccountId, PatientId, ProviderId, new_uuid};
use crate::store::access_facts::{self, Those};
use crate::store::provider_merges as rows;
use crate::store::{people, practices};

/// Somebody whose access would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// How many patients they would no longer see.
    pub lost: usize,
    /// How many they would newly see.
    pub gained: usize,
}

/// What is supposed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pending {
    /// The two are merged.
    Make,
    /// This merge of theirs is undone.
    Undo(Uuid),
}

type Viewers = HashMap<AccountId, ViewerFacts>;
type Patients = HashMap<PatientId, PatientFacts>;

/// What `pending` would change now, for everyone around the two and their practices.
pub(super) async fn preview(
    app: &App,
    member: &Member,
    (from, into): (ProviderId, ProviderId),
    pending: Pending,
) -> Result<Vec<Shift>, AppError> {
    let now = member.context.now;
    let mut patients: BTreeSet<PatientId> = rows::patients(&app.db, from, into).await?.into_iter().collect();
    let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
    for provider in [from, into] {
        let named = rows::named(&app.db, provider).await?;
        accounts.extend(named.into_iter().flat_map(|one| one.accounts).map(|(id, _, _)| id));
    }
    for practice in rows::practices(&app.db, from, into).await? {
        patients.extend(practices::patients_around(&app.db, practice).await?);
        accounts.extend(practices::accounts_around(&app.db, practice).await?);
    }
    let patients: Vec<PatientId> = patients.into_iter().collect();
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    let (cycles, zone) = (&app.hospital.cycles, app.hospital.cycles.zone());
    let viewers = access_facts::viewers(&app.db, Those::Some(&accounts), cycles).await?;
    let facts = access_facts::patients(&app.db, Those::Some(&patients), zone).await?;
    let mut tx = app.db.begin().await?;
    match pending {
        Pending::Make => {
            let id = new_uuid(now, random(app)?);
            rows::insert(&mut tx, id, (from, into), now, (member.account, "")).await?;
        }
        Pending::Undo(id) => drop(rows::end(&mut tx, id, now, member.account).await?),
    }
    let then = (
        access_facts::some_viewers_within(&mut tx, &accounts, cycles).await?,
        access_facts::some_patients_within(&mut tx, &patients, zone).await?,
    );
    drop(tx);
    let mut shifts = Vec::new();
    for account in accounts {
        let (before, after) = (seen(account, &viewers, &facts, now), seen(account, &then.0, &then.1, now));
        let (lost, gained) = (before.difference(&after).count(), after.difference(&before).count());
        if lost + gained > 0
            && let Some(named) = people::account(&app.db, account).await?
        {
            shifts.push(Shift { name: named.name, email: named.email, lost, gained });
        }
    }
    shifts.sort_by(|a, b| (&a.name, &a.email).cmp(&(&b.name, &b.email)));
    Ok(shifts)
}

/// Whom of `facts` the account sees.
fn seen(
    account: AccountId,
    viewers: &Viewers,
    facts: &Patients,
    now: crate::domain::calendar::Instant,
) -> BTreeSet<PatientId> {
    let Some(viewer) = viewers.get(&account) else { return BTreeSet::new() };
    let sees = |patient: &&PatientFacts| {
        !patient.merged_away(now) && decide(viewer, patient, Action::ListPatient, now).allowed()
    };
    facts.values().filter(sees).map(|patient| patient.patient).collect()
}
