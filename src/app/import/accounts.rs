//! Accounts: their details, their dated status, their roles.

use std::collections::HashMap;

use uuid::Uuid;

use super::lines::{AccountLine, At};
use super::plan::{Became, Change};
use super::work::{KnownAccount, Work, once};
use crate::app::AppError;
use crate::domain::access::facts::{StatusHistory, StatusSpan};
use crate::domain::calendar::Interval;
use crate::domain::ids::{AccountId, ProviderId};
use crate::domain::people::{AccountKind, AccountStatus, Role, SignIn, fold_email};
use crate::store::directory;

/// What is stored about the accounts of the file.
struct Stored {
    accounts: HashMap<String, directory::Account>,
    providers: HashMap<ProviderId, directory::Provider>,
    statuses: HashMap<AccountId, StatusHistory>,
    roles: HashMap<AccountId, Vec<Role>>,
}

impl Work<'_> {
    /// Compares account lines with what is stored.
    pub(super) async fn accounts_of(
        &mut self,
        lines: Vec<At<AccountLine>>,
        stored: Vec<directory::Account>,
    ) -> Result<(), AppError> {
        for account in &stored {
            let known = KnownAccount { id: account.id, kind: account.kind };
            self.accounts.insert(fold_email(&account.email), known);
        }
        let stored = self.stored_accounts(stored).await?;
        for At { line, it } in once(lines, "email", &mut self.faults, |l| fold_email(&l.email)) {
            let key = fold_email(&it.email);
            match stored.accounts.get(&key) {
                Some(old) => self.existing_account(line, &it, old, &stored),
                None => self.new_account(line, it, key)?,
            }
        }
        Ok(())
    }

    async fn stored_accounts(&mut self, accounts: Vec<directory::Account>) -> Result<Stored, AppError> {
        let ids: Vec<AccountId> = accounts.iter().map(|a| a.id).collect();
        let provider_ids: Vec<Uuid> = accounts.iter().filter_map(|a| a.provider).map(Into::into).collect();
        let mut statuses: HashMap<AccountId, StatusHistory> = HashMap::new();
        for row in directory::statuses(self.tx, &ids).await? {
            let span = StatusSpan { status: row.status, span: row.span };
            statuses.entry(row.account).or_default().0.push(span);
        }
        let mut roles: HashMap<AccountId, Vec<Role>> = HashMap::new();
        for row in directory::roles(self.tx, &ids).await? {
            roles.entry(row.account).or_default().push(row.role);
        }
        let providers = directory::providers_by_id(self.tx, &provider_ids).await?;
        Ok(Stored {
            accounts: accounts.into_iter().map(|a| (fold_email(&a.email), a)).collect(),
            providers: providers.into_iter().map(|p| (p.id, p)).collect(),
            statuses,
            roles,
        })
    }

    fn new_account(&mut self, line: usize, it: AccountLine, key: String) -> Result<(), AppError> {
        let id = AccountId(self.new_id()?);
        self.accounts.insert(key, KnownAccount { id, kind: it.kind });
        let (mut family, mut given) = (it.family, it.given);
        let provider = match (it.kind, &it.npi) {
            (AccountKind::Provider, Some(npi)) => {
                let Some(known) = self.provider(line, "npi", npi.as_str()) else { return Ok(()) };
                family.get_or_insert(known.family);
                given.get_or_insert(known.given);
                Some(known.id)
            }
            (AccountKind::Provider, None) => {
                let abroad = directory::Provider {
                    id: ProviderId(self.new_id()?),
                    npi: None,
                    family: family.clone().unwrap_or_default(),
                    given: given.clone().unwrap_or_default(),
                    specialty: String::new(),
                };
                let id = abroad.id;
                self.plan.providers.push(abroad);
                Some(id)
            }
            _ => None,
        };
        self.plan.accounts.push(directory::Account {
            id,
            email: it.email,
            kind: it.kind,
            sign_in: it.sign_in.unwrap_or(SignIn::Portal),
            provider,
            family: family.unwrap_or_default(),
            given: given.unwrap_or_default(),
            job: it.job,
            birth_date: it.birth_date,
            created_at: self.now,
        });
        let since_ever = directory::Status { account: id, status: it.status, span: Interval::ALWAYS };
        self.plan.statuses.push(since_ever);
        let roles = it.roles.unwrap_or_default().into_iter();
        self.plan.roles.extend(roles.map(|role| directory::AccountRole { account: id, role }));
        self.plan.count("account", Became::Added);
        Ok(())
    }

    fn existing_account(&mut self, line: usize, it: &AccountLine, old: &directory::Account, stored: &Stored) {
        if it.kind != old.kind {
            let reason = format!("the account is a {} one, and a kind never changes", old.kind);
            self.faults.note(line, "kind", reason);
            return;
        }
        let provider = old.provider.and_then(|id| stored.providers.get(&id));
        let mut name = (old.family.clone(), old.given.clone());
        if let Some(npi) = &it.npi {
            let Some(known) = self.provider(line, "npi", npi.as_str()) else { return };
            if Some(known.id) != old.provider {
                self.faults.note(
                    line,
                    "npi",
                    "the account belongs to another provider, and that never changes",
                );
                return;
            }
            name = (known.family, known.given);
        }
        let row = directory::Account {
            email: it.email.clone(),
            sign_in: it.sign_in.unwrap_or(old.sign_in),
            family: it.family.clone().unwrap_or(name.0),
            given: it.given.clone().unwrap_or(name.1),
            job: it.job.or(old.job),
            birth_date: it.birth_date.or(old.birth_date),
            ..old.clone()
        };
        let mut changed = self.change_status(line, it.status, old.id, stored.statuses.get(&old.id));
        changed |= self.change_roles(it, old.id, stored.roles.get(&old.id).map_or(&[], Vec::as_slice));
        if let Some(abroad) = provider.filter(|p| p.npi.is_none())
            && (&abroad.family, &abroad.given) != (&row.family, &row.given)
        {
            let renamed = directory::Provider {
                family: row.family.clone(),
                given: row.given.clone(),
                ..abroad.clone()
            };
            let name = (abroad.family.clone(), abroad.given.clone());
            self.plan.changes.push(Change::Provider(renamed, name));
            changed = true;
        }
        if row != *old {
            self.plan.changes.push(Change::Account(row));
            changed = true;
        }
        self.plan.count("account", Became::changed_if(changed));
    }

    /// Whether the status changes, dated now. A disabled account is never revived.
    fn change_status(
        &mut self,
        line: usize,
        said: AccountStatus,
        account: AccountId,
        history: Option<&StatusHistory>,
    ) -> bool {
        let now = history.and_then(|history| history.at(self.now));
        match now {
            Some(current) if current == said => return false,
            Some(AccountStatus::Disabled) => {
                let reason = format!(
                    "the account is disabled, and import never revives it to `{said}`; say `disabled` or enable it in the portal"
                );
                self.faults.note(line, "status", reason);
                return false;
            }
            Some(_) => {
                self.plan.changes.push(Change::EndStatus(account));
                let span = Interval::new(Some(self.now), None);
                self.plan.statuses.push(directory::Status { account, status: said, span });
            }
            None => {
                let span = Interval::ALWAYS;
                self.plan.statuses.push(directory::Status { account, status: said, span });
            }
        }
        true
    }

    fn change_roles(&mut self, it: &AccountLine, account: AccountId, old: &[Role]) -> bool {
        let Some(said) = &it.roles else { return false };
        let added: Vec<Role> = said.iter().copied().filter(|role| !old.contains(role)).collect();
        let removed: Vec<Role> = old.iter().copied().filter(|role| !said.contains(role)).collect();
        let changed = !added.is_empty() || !removed.is_empty();
        self.plan.roles.extend(added.into_iter().map(|role| directory::AccountRole { account, role }));
        self.plan.changes.extend(removed.into_iter().map(|role| Change::RemoveRole(account, role)));
        changed
    }
}
