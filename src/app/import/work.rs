//! The import at work: what the file and the database know together, the plan, and the faults.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use uuid::Uuid;

use super::fields::Faults;
use super::lines::{At, Lines, PracticeLine, ProviderLine};
use super::plan::{Became, Change, Plan};
use crate::app::ports::Entropy;
use crate::app::{App, AppError};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::ids::{AccountId, Mrn, Npi, PatientId, PracticeId, ProviderId, new_uuid};
use crate::domain::people::{AccountKind, fold_email};
use crate::store::Tx;
use crate::store::{directory, verification};

/// An account that a line may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownAccount {
    pub(super) id: AccountId,
    pub(super) kind: AccountKind,
}

/// A provider that a line may refer to.
#[derive(Clone, Debug)]
pub(super) struct KnownProvider {
    pub(super) id: ProviderId,
    pub(super) family: String,
    pub(super) given: String,
}

/// The state of one import.
pub(super) struct Work<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) now: Instant,
    pub(super) zone: Zone,
    entropy: &'a dyn Entropy,
    ids: u32,
    /// Ids made in this run: nothing is stored about them.
    pub(super) fresh: HashSet<Uuid>,
    pub(super) practices: HashMap<String, PracticeId>,
    pub(super) providers: HashMap<String, KnownProvider>,
    pub(super) accounts: HashMap<String, KnownAccount>,
    pub(super) patients: HashMap<String, PatientId>,
    faulty: HashSet<String>,
    pub(super) plan: Plan,
    pub(super) faults: Faults,
}

/// The keys that a file refers to.
#[derive(Default)]
struct Keys<'l> {
    practices: HashSet<&'l str>,
    npis: HashSet<&'l str>,
    emails: HashSet<String>,
    mrns: HashSet<&'l str>,
}

impl<'l> Keys<'l> {
    fn of(lines: &'l Lines) -> Self {
        let mut keys = Self::default();
        keys.practices.extend(lines.practices.iter().map(|l| l.it.code.as_str()));
        keys.npis.extend(lines.providers.iter().map(|l| l.it.npi.as_str()));
        keys.npis.extend(lines.accounts.iter().filter_map(|l| l.it.npi.as_ref()).map(Npi::as_str));
        keys.emails.extend(lines.accounts.iter().map(|l| fold_email(&l.it.email)));
        for At { it, .. } in &lines.patients {
            keys.mrns.extend(it.former.iter().chain([&it.mrn]).map(|s| s.mrn.as_str()));
        }
        for At { it, .. } in &lines.facts {
            keys.practices.extend(it.practice.as_deref());
            keys.npis.extend(it.npi.as_ref().map(Npi::as_str));
            keys.emails.extend(it.account.iter().chain(&it.user).cloned());
            keys.mrns.extend(it.mrn.as_ref().map(Mrn::as_str));
        }
        for At { it, .. } in &lines.tokens {
            keys.practices.extend(it.practice.as_deref());
            keys.emails.extend(it.redeemed_by.clone());
            keys.mrns.insert(it.mrn.as_str());
        }
        for At { it, .. } in &lines.merges {
            keys.mrns.extend([it.mrn.as_str(), it.into.as_str()]);
        }
        keys.emails.extend(lines.reviews.iter().map(|l| l.it.sponsor.clone()));
        keys.emails.extend(lines.extensions.iter().map(|l| l.it.sponsor.clone()));
        keys
    }
}

fn list<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let mut list: Vec<&str> = keys.into_iter().collect();
    list.sort_unstable();
    list
}

/// The lines without those that repeat an earlier one; a repetition with other values is a fault.
pub(super) fn once<T: PartialEq, K: Eq + Hash>(
    lines: Vec<At<T>>,
    field: &str,
    faults: &mut Faults,
    key: impl Fn(&T) -> K,
) -> Vec<At<T>> {
    let mut places: HashMap<K, usize> = HashMap::with_capacity(lines.len());
    let mut kept: Vec<At<T>> = Vec::with_capacity(lines.len());
    for line in lines {
        match places.get(&key(&line.it)).and_then(|place| kept.get(*place)) {
            Some(earlier) if earlier.it == line.it => {}
            Some(earlier) => {
                let reason = format!("line {} has the same key with other values", earlier.line);
                faults.note(line.line, field, reason);
            }
            None => {
                places.insert(key(&line.it), kept.len());
                kept.push(line);
            }
        }
    }
    kept
}

impl<'a> Work<'a> {
    /// An import of `app` that begins at `now`, with the faults of reading.
    pub(super) fn new(tx: &'a mut Tx, app: &'a App, now: Instant, faults: Faults) -> Self {
        Self {
            tx,
            now,
            zone: app.hospital.cycles.zone(),
            entropy: app.entropy.as_ref(),
            ids: 0,
            fresh: HashSet::new(),
            practices: HashMap::new(),
            providers: HashMap::new(),
            accounts: HashMap::new(),
            patients: HashMap::new(),
            faulty: HashSet::new(),
            plan: Plan::default(),
            faults,
        }
    }

    /// Compares every line with the file and the database; the plan is good when there are no faults.
    ///
    /// # Errors
    /// [`AppError`] when the database or chance fails.
    pub(super) async fn resolve(&mut self, mut lines: Lines) -> Result<(), AppError> {
        self.faulty = std::mem::take(&mut lines.faulty);
        let keys = Keys::of(&lines);
        let practices = directory::practices(self.tx, &list(keys.practices.iter().copied())).await?;
        let providers = directory::providers(self.tx, &list(keys.npis.iter().copied())).await?;
        let accounts = directory::accounts(self.tx, &list(keys.emails.iter().map(String::as_str))).await?;
        let mrns = directory::mrns(self.tx, &list(keys.mrns.iter().copied())).await?;
        drop(keys);
        self.practices_of(std::mem::take(&mut lines.practices), practices)?;
        self.providers_of(std::mem::take(&mut lines.providers), providers)?;
        self.accounts_of(std::mem::take(&mut lines.accounts), accounts).await?;
        self.patients_of(std::mem::take(&mut lines.patients), mrns).await?;
        // Whoever changes facts of these patients meanwhile waits, or is seen below.
        let stored: Vec<PatientId> =
            self.patients.values().copied().filter(|id| !self.fresh.contains(&id.0)).collect();
        verification::hold_patients(self.tx, &stored).await?;
        self.facts_of(std::mem::take(&mut lines.facts)).await?;
        self.tokens_of(std::mem::take(&mut lines.tokens)).await?;
        self.merges_of(std::mem::take(&mut lines.merges)).await?;
        self.reviews_of(std::mem::take(&mut lines.reviews)).await?;
        self.extensions_of(std::mem::take(&mut lines.extensions)).await
    }

    /// A new id. Those of one run grow (RFC 9562, method 1), so that indexes are filled in order.
    pub(super) fn new_id(&mut self) -> Result<Uuid, AppError> {
        let mut chance = [0; 10];
        let outcome = self.entropy.fill(&mut chance);
        outcome.map_err(|error| AppError::Fault(format!("no randomness: {error}")))?;
        self.ids += 1;
        // Four bits, then eight, then six: the rest of these bytes is taken by version and variant.
        let [.., high, middle, low] = self.ids.to_be_bytes();
        let [a, b, c, d, ..] = &mut chance;
        (*a, *b) = (high >> 4, (high << 4) | (middle >> 4));
        (*c, *d) = (((middle & 0x0f) << 2) | (low >> 6), (low << 2) | (*d & 0x03));
        let id = new_uuid(self.now, chance);
        self.fresh.insert(id);
        Ok(id)
    }

    fn unknown(&mut self, line: usize, field: &str, key: &str, what: &str) {
        if !self.faulty.contains(key) {
            self.faults.note(line, field, format!("no {what} in this file or the database; add its line"));
        }
    }

    /// The practice `code`, or a fault.
    pub(super) fn practice(&mut self, line: usize, field: &str, code: &str) -> Option<PracticeId> {
        let found = self.practices.get(code).copied();
        if found.is_none() {
            self.unknown(line, field, code, &format!("practice `{code}`"));
        }
        found
    }

    /// The provider with `npi`, or a fault.
    pub(super) fn provider(&mut self, line: usize, field: &str, npi: &str) -> Option<KnownProvider> {
        let found = self.providers.get(npi).cloned();
        if found.is_none() {
            self.unknown(line, field, npi, &format!("provider with NPI {npi}"));
        }
        found
    }

    /// The account `email`, or a fault.
    pub(super) fn account(&mut self, line: usize, field: &str, email: &str) -> Option<KnownAccount> {
        let found = self.accounts.get(email).copied();
        if found.is_none() {
            self.unknown(line, field, email, &format!("account `{email}`"));
        }
        found
    }

    /// The account `email`, which must be of `kind`, or a fault.
    pub(super) fn account_of_kind(
        &mut self,
        line: usize,
        field: &str,
        email: &str,
        kind: AccountKind,
    ) -> Option<KnownAccount> {
        let found = self.account(line, field, email)?;
        if found.kind != kind {
            let reason = format!("`{email}` is a {} account; it must be a {kind} one", found.kind);
            self.faults.note(line, field, reason);
            return None;
        }
        Some(found)
    }

    /// The patient with `mrn`, current or former, or a fault.
    pub(super) fn patient(&mut self, line: usize, mrn: &str) -> Option<PatientId> {
        let found = self.patients.get(mrn).copied();
        if found.is_none() {
            self.unknown(line, "mrn", mrn, &format!("patient with MRN {mrn}"));
        }
        found
    }

    fn practices_of(
        &mut self,
        lines: Vec<At<PracticeLine>>,
        stored: Vec<directory::Practice>,
    ) -> Result<(), AppError> {
        let stored: HashMap<String, directory::Practice> =
            stored.into_iter().map(|p| (p.code.clone(), p)).collect();
        self.practices.extend(stored.iter().map(|(code, p)| (code.clone(), p.id)));
        for At { it, .. } in once(lines, "id", &mut self.faults, |l| l.code.clone()) {
            let known = stored.get(&it.code);
            let id = match known {
                Some(practice) => practice.id,
                None => PracticeId(self.new_id()?),
            };
            let keep = |said: Option<String>, old: fn(&directory::Practice) -> &String| {
                said.or_else(|| known.map(|p| old(p).clone())).unwrap_or_default()
            };
            let row = directory::Practice {
                id,
                code: it.code,
                name: it.name,
                phone: keep(it.phone, |p| &p.phone),
                fax: keep(it.fax, |p| &p.fax),
                address: keep(it.address, |p| &p.address),
            };
            self.practices.insert(row.code.clone(), id);
            let changed = known.is_some_and(|old| *old != row);
            self.plan.count("practice", known.map_or(Became::Added, |_| Became::changed_if(changed)));
            match known {
                None => self.plan.practices.push(row),
                Some(_) if changed => self.plan.changes.push(Change::Practice(row)),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn providers_of(
        &mut self,
        lines: Vec<At<ProviderLine>>,
        stored: Vec<directory::Provider>,
    ) -> Result<(), AppError> {
        let with_npi = |p: directory::Provider| Some((p.npi.as_ref()?.as_str().to_owned(), p));
        let stored: HashMap<String, directory::Provider> = stored.into_iter().filter_map(with_npi).collect();
        for (npi, p) in &stored {
            let known = KnownProvider { id: p.id, family: p.family.clone(), given: p.given.clone() };
            self.providers.insert(npi.clone(), known);
        }
        for At { it, .. } in once(lines, "npi", &mut self.faults, |l| l.npi.clone()) {
            let npi = it.npi.as_str().to_owned();
            let known = stored.get(&npi);
            let id = match known {
                Some(provider) => provider.id,
                None => ProviderId(self.new_id()?),
            };
            let specialty = it.specialty.or_else(|| known.map(|p| p.specialty.clone())).unwrap_or_default();
            let row =
                directory::Provider { id, npi: Some(it.npi), family: it.family, given: it.given, specialty };
            let name = KnownProvider { id, family: row.family.clone(), given: row.given.clone() };
            self.providers.insert(npi, name);
            let changed = known.is_some_and(|old| *old != row);
            self.plan.count("provider", known.map_or(Became::Added, |_| Became::changed_if(changed)));
            match known {
                None => self.plan.providers.push(row),
                Some(old) if changed => {
                    let name = (old.family.clone(), old.given.clone());
                    self.plan.changes.push(Change::Provider(row, name));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}
