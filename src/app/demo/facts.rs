//! What hangs on the demo's patients beyond their charts: deaths, former MRNs, merges, families, tokens, grants, restrictions,
//! emergency access and open requests.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use super::authored::{AuthoredError, Request};
use super::directory::unknown;
use super::seed::{Seed, SeedError};
use crate::domain::calendar::{business_due, iso_date};
use crate::domain::emergency::REVIEW_HOURS;
use crate::domain::ids::{FactId, Mrn, PatientId, RequestId};
use crate::domain::request::RequestKind;
use crate::domain::token::{self, TokenSecret};
use crate::store::Tx;
use crate::store::directory as rows;
use crate::store::emergency::{self, NewEmergency};
use crate::store::help::{self, NewHelp};
use crate::store::requests::{self, StoredRequest};

/// The loaded patients by MRN.
pub(super) struct Patients(HashMap<String, PatientId>);

impl Patients {
    /// Every authored patient, as the feed has loaded them.
    pub(super) async fn find(tx: &mut Tx, seed: &Seed) -> Result<Self, SeedError> {
        let wanted: Vec<&str> = seed.authored.patient.iter().map(|p| p.mrn.as_str()).collect();
        let found = rows::mrns(tx, &wanted).await?;
        Ok(Self(found.into_iter().map(|row| (row.mrn.as_str().to_owned(), row.patient)).collect()))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    fn get(&self, mrn: &str) -> Result<PatientId, AuthoredError> {
        self.0.get(mrn).copied().ok_or_else(|| unknown("patient", mrn))
    }
}

impl Seed {
    /// Makes every fact that hangs on a patient.
    pub(super) async fn facts(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        self.deaths(tx, patients).await?;
        self.records(tx, patients).await?;
        self.families(tx, patients).await?;
        self.tokens(tx, patients).await?;
        self.grants(tx, patients).await?;
        self.emergencies(tx, patients).await?;
        for request in &self.authored.request {
            let kept = self.request(request, patients)?;
            requests::insert(tx, &kept).await?;
            if kept.kind == RequestKind::Help {
                let new = NewHelp {
                    request: kept.id,
                    email: &request.by,
                    name: &self.name_of(&request.by),
                    description: &request.reason,
                    screenshot: None,
                };
                help::insert(tx, &new).await?;
            }
        }
        Ok(())
    }

    /// Given and family name of the account with this address, by its NPI where it has one.
    fn name_of(&self, email: &str) -> String {
        let account = self.authored.account.iter().find(|a| a.email == email);
        let npi = account.and_then(|a| a.npi.as_ref());
        let provider = self.authored.provider.iter().find(|p| Some(&p.npi) == npi);
        let own = account.and_then(|a| a.given.as_deref().zip(a.family.as_deref()));
        let (given, family) =
            own.or(provider.map(|p| (p.given.as_str(), p.family.as_str()))).unwrap_or_default();
        format!("{given} {family}").trim().to_owned()
    }

    async fn deaths(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        for p in &self.authored.patient {
            let Some(died) = &p.deceased else { continue };
            for mut record in rows::patients(tx, &[patients.get(&p.mrn)?]).await? {
                record.deceased_on = Some(self.moments.day(died));
                rows::change_patient(tx, &record).await?;
            }
        }
        Ok(())
    }

    async fn records(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        let mut former = Vec::new();
        for f in &self.authored.former_mrn {
            former.push(rows::PatientMrn {
                mrn: Mrn::parse(&f.former_mrn).map_err(|error| AuthoredError::new(error.to_string()))?,
                patient: patients.get(&f.mrn)?,
                shown_as: f.former_mrn.clone(),
                former: true,
            });
        }
        rows::insert_mrns(tx, &former).await?;
        let mut merges = Vec::new();
        for m in &self.authored.merge {
            merges.push(rows::PatientMerge {
                id: self.id()?,
                from: patients.get(&m.from_mrn)?,
                into: patients.get(&m.into_mrn)?,
                span: self.span(Some(&m.merged), None),
                confirmed_at: None,
            });
        }
        Ok(rows::insert_merges(tx, &merges).await?)
    }

    async fn families(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        let (mut guardians, mut own) = (Vec::new(), Vec::new());
        for g in &self.authored.guardian {
            guardians.push(rows::Guardian {
                id: self.id()?,
                patient: patients.get(&g.mrn)?,
                account: self.ids.account(&g.account)?,
                relationship: g.relationship.clone(),
                court_order: false,
                span: self.span(Some(&g.from), None),
            });
        }
        for p in &self.authored.patient_account {
            let (account, patient) = (self.ids.account(&p.account)?, patients.get(&p.mrn)?);
            own.push(rows::PatientAccount { account, patient });
        }
        rows::insert_guardians(tx, &guardians).await?;
        Ok(rows::insert_patient_accounts(tx, &own).await?)
    }

    async fn tokens(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        let mut tokens = Vec::new();
        for t in &self.authored.token {
            let secret = TokenSecret::parse(&t.secret).map_err(|e| AuthoredError::new(e.to_string()))?;
            let redeemed = match (&t.redeemed_by, &t.redeemed) {
                (Some(by), Some(at)) => Some(rows::Redemption {
                    by: self.ids.account(by)?,
                    practice: self.ids.some_practice(t.practice.as_ref())?,
                    at: self.moments.of(at),
                }),
                _ => None,
            };
            let issued_at = self.moments.of(&t.issued);
            tokens.push(rows::Token {
                id: self.id()?,
                patient: patients.get(&t.mrn)?,
                secret_hash: Some(secret.hash().to_vec()),
                issued_at,
                expires_at: self.moments.zone().plus_months(issued_at, token::MONTHS),
                by: t.by,
                redeemed,
                revoked_at: t.revoked.as_ref().map(|revoked| self.moments.of(revoked)),
                frozen_at: None,
            });
        }
        Ok(rows::insert_tokens(tx, &tokens).await?)
    }

    async fn grants(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        let (mut grants, mut restrictions) = (Vec::new(), Vec::new());
        for g in &self.authored.grant {
            grants.push(rows::Grant {
                id: self.id()?,
                patient: patients.get(&g.mrn)?,
                account: self.ids.account(&g.account)?,
                span: self.span(Some(&g.from), g.to.as_ref()),
                revoked_at: None,
                by: g.by,
                sections: g.sections.iter().copied().collect(),
                sensitive: g.sensitive,
            });
        }
        for r in &self.authored.restriction {
            restrictions.push(rows::Restriction {
                id: self.id()?,
                patient: patients.get(&r.mrn)?,
                account: None,
                provider: r.npi.as_ref().map(|npi| self.ids.provider(npi)).transpose()?,
                practice: None,
                span: self.span(Some(&r.from), None),
            });
        }
        rows::insert_grants(tx, &grants).await?;
        Ok(rows::insert_restrictions(tx, &restrictions).await?)
    }

    /// Emergency access, each with the request for its review.
    async fn emergencies(&self, tx: &mut Tx, patients: &Patients) -> Result<(), SeedError> {
        for e in &self.authored.emergency {
            let (patient, account) = (patients.get(&e.mrn)?, self.ids.account(&e.account)?);
            let span = self.span(Some(&e.from), Some(&e.to));
            let due = span.start().plus_seconds(REVIEW_HOURS * 3600);
            let request = StoredRequest {
                account: Some(account),
                patient: Some(patient),
                reason: e.reason.clone(),
                due_on: Some(self.moments.zone().date(due)),
                ..StoredRequest::open(RequestId(self.id()?), RequestKind::EmergencyReview, span.start())
            };
            requests::insert(tx, &request).await?;
            let (id, reason, request) = (FactId(self.id()?), e.reason.as_str(), request.id);
            emergency::insert(tx, &NewEmergency { id, patient, account, span, reason, request }).await?;
        }
        Ok(())
    }

    fn request(&self, r: &Request, patients: &Patients) -> Result<StoredRequest, SeedError> {
        let id: Uuid = self.id()?;
        let effective = r.effective.as_ref().map(|day| iso_date(self.moments.day(day)));
        let typed = json!({ "mrn": r.mrn, "name": r.new_name, "phone": r.new_phone, "fax": r.new_fax,
            "address": r.new_address, "sponsor": r.sponsor, "effective": effective });
        let filed_at = self.moments.of(&r.from);
        let due = business_due(
            filed_at,
            r.kind.business_days(),
            self.moments.zone(),
            &[],
            time::macros::time!(17:00),
        );
        Ok(StoredRequest {
            account: Some(self.ids.account(&r.by)?),
            patient: r.mrn.as_ref().map(|mrn| patients.get(mrn)).transpose()?,
            practice: self.ids.some_practice(r.practice.as_ref())?,
            typed: without_nulls(typed).to_string(),
            reason: r.reason.clone(),
            due_on: Some(due),
            ..StoredRequest::open(RequestId(id), r.kind, filed_at)
        })
    }
}

/// `typed` without the fields that are null.
fn without_nulls(mut typed: serde_json::Value) -> serde_json::Value {
    if let serde_json::Value::Object(fields) = &mut typed {
        fields.retain(|_, value| !value.is_null());
    }
    typed
}
