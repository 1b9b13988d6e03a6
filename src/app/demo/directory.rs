//! The directory of the demo hospital: practices, providers, accounts and what is dated between them.

use std::collections::HashMap;

use super::authored::{Account, AuthoredError};
use super::relative::Relative;
use super::seed::{Seed, SeedError};
use crate::app::AppError;
use crate::domain::calendar::{Instant, Interval, plus_days};
use crate::domain::ids::{AccountId, Npi, PracticeId, ProviderId, new_uuid};
use crate::domain::people::fold_email;
use crate::store::Tx;
use crate::store::directory as rows;

/// Who has which id.
#[derive(Debug, Default)]
pub(super) struct Ids {
    practices: HashMap<String, PracticeId>,
    providers: HashMap<String, ProviderId>,
    accounts: HashMap<String, AccountId>,
}

impl Ids {
    pub(super) fn practice(&self, code: &str) -> Result<PracticeId, AuthoredError> {
        self.practices.get(code).copied().ok_or_else(|| unknown("practice", code))
    }

    pub(super) fn provider(&self, npi: &str) -> Result<ProviderId, AuthoredError> {
        self.providers.get(npi).copied().ok_or_else(|| unknown("provider", npi))
    }

    pub(super) fn account(&self, email: &str) -> Result<AccountId, AuthoredError> {
        self.accounts.get(email).copied().ok_or_else(|| unknown("account", email))
    }

    /// The practice that `code` names, if it names one.
    pub(super) fn some_practice(&self, code: Option<&String>) -> Result<Option<PracticeId>, AuthoredError> {
        code.map(|code| self.practice(code)).transpose()
    }
}

/// The error of naming something that is not there.
pub(super) fn unknown(what: &str, name: &str) -> AuthoredError {
    AuthoredError::new(format!("no {what} `{name}`"))
}

impl Seed {
    /// A fresh id.
    pub(super) fn id<T: From<uuid::Uuid>>(&self) -> Result<T, AppError> {
        let mut chance = [0u8; 10];
        self.app.entropy.fill(&mut chance).map_err(|error| AppError::Fault(error.to_string()))?;
        Ok(new_uuid(self.moments.now(), chance).into())
    }

    /// The interval between two relative instants.
    pub(super) fn span(&self, from: Option<&Relative>, to: Option<&Relative>) -> Interval {
        Interval::new(from.map(|from| self.moments.of(from)), to.map(|to| self.moments.of(to)))
    }

    /// Makes practices, providers, memberships, accounts, sponsorships and reviews.
    pub(super) async fn directory(&mut self, tx: &mut Tx) -> Result<(), SeedError> {
        self.practices(tx).await?;
        self.providers(tx).await?;
        self.accounts(tx).await?;
        let mut sponsorships = Vec::new();
        for s in &self.authored.sponsorship {
            sponsorships.push(rows::Sponsorship {
                id: self.id()?,
                sponsor: self.ids.account(&s.sponsor)?,
                user: self.ids.account(&s.user)?,
                practice: self.ids.practice(&s.practice)?,
                span: self.span(s.from.as_ref(), s.to.as_ref()),
            });
        }
        rows::insert_sponsorships(tx, &sponsorships).await?;
        let mut reviews = Vec::new();
        for v in &self.authored.validation {
            let sponsor = self.ids.account(&v.sponsor)?;
            reviews.extend(self.moments.reviews(v.state).into_iter().map(|(cycle, completed_at)| {
                rows::ValidationReview { sponsor, cycle: cycle.opening, completed_at }
            }));
        }
        rows::insert_reviews(tx, &reviews).await?;
        Ok(())
    }

    async fn practices(&mut self, tx: &mut Tx) -> Result<(), SeedError> {
        let mut practices = Vec::new();
        for p in &self.authored.practice {
            let id = self.id()?;
            self.ids.practices.insert(p.id.clone(), id);
            practices.push(rows::Practice {
                id,
                code: p.id.clone(),
                name: p.name.clone(),
                phone: p.phone.clone(),
                fax: p.fax.clone(),
                address: p.address.clone(),
            });
        }
        Ok(rows::insert_practices(tx, &practices).await?)
    }

    async fn providers(&mut self, tx: &mut Tx) -> Result<(), SeedError> {
        let mut providers = Vec::new();
        for p in &self.authored.provider {
            let id = self.id()?;
            self.ids.providers.insert(p.npi.clone(), id);
            providers.push(rows::Provider {
                id,
                npi: Some(Npi::parse(&p.npi).ok_or_else(|| unknown("NPI", &p.npi))?),
                family: p.family.clone(),
                given: p.given.clone(),
                specialty: p.specialty.clone(),
            });
        }
        rows::insert_providers(tx, &providers).await?;
        let mut memberships = Vec::new();
        for m in &self.authored.membership {
            memberships.push(rows::Membership {
                id: self.id()?,
                practice: self.ids.practice(&m.practice)?,
                provider: self.ids.provider(&m.npi)?,
                span: self.span(m.from.as_ref(), m.to.as_ref()),
            });
        }
        Ok(rows::insert_memberships(tx, &memberships).await?)
    }

    async fn accounts(&mut self, tx: &mut Tx) -> Result<(), SeedError> {
        let (mut accounts, mut statuses, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        for a in &self.authored.account {
            let id = self.id()?;
            self.ids.accounts.insert(a.email.clone(), id);
            let (given, family) = self.authored.name_of(a)?;
            accounts.push(rows::Account {
                id,
                email: fold_email(&a.email),
                kind: a.kind,
                sign_in: a.sign_in,
                provider: a.npi.as_ref().map(|npi| self.ids.provider(npi)).transpose()?,
                family: family.to_owned(),
                given: given.to_owned(),
                job: a.job,
                birth_date: a.birth_date.map(|born| plus_days(born, self.moments.shift_days())),
                created_at: self.joined(a),
            });
            statuses.push(rows::Status { account: id, status: a.status, span: Interval::ALWAYS });
            roles.extend(a.roles.iter().map(|role| rows::AccountRole { account: id, role: *role }));
        }
        rows::insert_accounts(tx, &accounts).await?;
        rows::insert_statuses(tx, &statuses).await?;
        Ok(rows::insert_roles(tx, &roles).await?)
    }

    /// When the account was made: when the first of its owner's dated facts began, else at the first start.
    fn joined(&self, account: &Account) -> Instant {
        let a = &self.authored;
        let of_npi = a.membership.iter().filter(|m| Some(&m.npi) == account.npi.as_ref());
        let of_user = a.sponsorship.iter().filter(|s| s.user == account.email);
        let of_guardian = a.guardian.iter().filter(|g| g.account == account.email);
        let of_patient = a.patient_account.iter().filter(|p| p.account == account.email);
        let starts = of_npi
            .filter_map(|m| m.from.as_ref())
            .chain(of_user.filter_map(|s| s.from.as_ref()))
            .chain(of_guardian.map(|g| &g.from))
            .chain(of_patient.map(|p| &p.from));
        starts.map(|from| self.moments.of(from)).min().unwrap_or(self.moments.now())
    }
}
