//! Patients and their MRNs, current and former.

use std::collections::HashMap;

use super::fields::{Said, Spelled};
use super::lines::{At, PatientLine};
use super::plan::{Became, Change};
use super::work::{Work, once};
use crate::app::AppError;
use crate::domain::calendar::{Instant, iso_date};
use crate::domain::ids::{Mrn, PatientId};
use crate::store::directory;

/// Which line of the file claims an MRN, and as what.
struct Claim {
    line: usize,
    former: bool,
}

impl Work<'_> {
    /// Compares patient lines with the stored MRNs that the file mentions, and with the patients they belong to.
    pub(super) async fn patients_of(
        &mut self,
        lines: Vec<At<PatientLine>>,
        mrns: Vec<directory::PatientMrn>,
    ) -> Result<(), AppError> {
        let mrns: HashMap<Mrn, directory::PatientMrn> =
            mrns.into_iter().map(|row| (row.mrn.clone(), row)).collect();
        self.patients.extend(mrns.values().map(|row| (row.mrn.as_str().to_owned(), row.patient)));
        let lines = once(lines, "mrn", &mut self.faults, |l| l.mrn.mrn.clone());
        self.check_claims(&lines);
        let ids: Vec<PatientId> = lines
            .iter()
            .filter_map(|l| mrns.get(&l.it.mrn.mrn))
            .filter(|row| !row.former)
            .map(|row| row.patient)
            .collect();
        let stored: HashMap<PatientId, directory::Patient> =
            directory::patients(self.tx, &ids).await?.into_iter().map(|p| (p.id, p)).collect();
        for At { line, it } in lines {
            match mrns.get(&it.mrn.mrn) {
                Some(row) if row.former => {
                    self.faults.note(line, "mrn", "is a former MRN of a patient in the database");
                }
                Some(row) => {
                    let Some(old) = stored.get(&row.patient) else { continue };
                    let mut changed = self.existing_patient(line, &it, old);
                    if row.shown_as != it.mrn.shown_as {
                        let row = directory::PatientMrn { shown_as: it.mrn.shown_as, ..row.clone() };
                        self.plan.changes.push(Change::MrnShown(row));
                        changed = true;
                    }
                    changed |= self.former_mrns(line, (old.id, &row.mrn), it.former, &mrns);
                    self.plan.count("patient", Became::changed_if(changed));
                }
                None => self.new_patient(line, it, &mrns)?,
            }
        }
        Ok(())
    }

    /// Within the file, an MRN has one patient and is either current or former.
    fn check_claims(&mut self, lines: &[At<PatientLine>]) {
        let mut claims: HashMap<&Mrn, Claim> = HashMap::with_capacity(lines.len());
        for At { line, it } in lines {
            claims.insert(&it.mrn.mrn, Claim { line: *line, former: false });
        }
        for At { line, it } in lines {
            for old in &it.former {
                match claims.get(&old.mrn) {
                    Some(claim) if claim.line == *line => {
                        self.faults.note(*line, "former_mrns", "holds the patient's current MRN");
                    }
                    Some(claim) => {
                        let what = if claim.former { "a former" } else { "the current" };
                        let other = claim.line;
                        let reason = format!("holds {what} MRN of the patient of line {other}");
                        self.faults.note(*line, "former_mrns", reason);
                    }
                    None => {
                        claims.insert(&old.mrn, Claim { line: *line, former: true });
                    }
                }
            }
        }
    }

    fn new_patient(
        &mut self,
        line: usize,
        it: PatientLine,
        mrns: &HashMap<Mrn, directory::PatientMrn>,
    ) -> Result<(), AppError> {
        let id = PatientId(self.new_id()?);
        let current = it.mrn.mrn.clone();
        self.patients.insert(current.as_str().to_owned(), id);
        self.plan.mrns.push(mrn_row(it.mrn, id, false));
        self.former_mrns(line, (id, &current), it.former, mrns);
        let deceased_on = match it.deceased_on {
            Said::Some(date) => Some(date),
            Said::Nothing | Said::None => None,
        };
        self.plan.patients.push(directory::Patient {
            id,
            family: it.family,
            given: it.given,
            birth_date: it.birth_date,
            sex: it.sex.unwrap_or_else(|| "unknown".to_owned()),
            language: String::new(),
            deceased_on,
            death_seen_at: None,
            latest_activity_at: Instant::EVER,
        });
        self.plan.count("patient", Became::Added);
        Ok(())
    }

    fn existing_patient(&mut self, line: usize, it: &PatientLine, old: &directory::Patient) -> bool {
        let deceased_on = match (it.deceased_on, old.deceased_on) {
            (Said::Nothing | Said::None, None) => None,
            (Said::Nothing, Some(date)) => Some(date),
            (Said::None, Some(date)) => {
                let reason = format!("the patient is recorded as dead since {}", iso_date(date));
                self.faults.note(line, "deceased_on", reason + "; import never withdraws that");
                Some(date)
            }
            (Said::Some(said), Some(date)) if said > date => {
                let reason = format!("is later than the recorded date of death, {}", iso_date(date));
                self.faults.note(line, "deceased_on", reason + "; import never moves it later");
                Some(date)
            }
            (Said::Some(said), _) => Some(said),
        };
        let row = directory::Patient {
            family: it.family.clone(),
            given: it.given.clone(),
            birth_date: it.birth_date,
            sex: it.sex.clone().unwrap_or_else(|| old.sex.clone()),
            deceased_on,
            ..old.clone()
        };
        let changed = row != *old;
        if changed {
            self.plan.changes.push(Change::Patient(row));
        }
        changed
    }

    /// Adds the former MRNs that are not recorded yet; none is ever taken away.
    fn former_mrns(
        &mut self,
        line: usize,
        (patient, current): (PatientId, &Mrn),
        former: Vec<Spelled>,
        mrns: &HashMap<Mrn, directory::PatientMrn>,
    ) -> bool {
        let before = self.plan.mrns.len();
        for old in former {
            match mrns.get(&old.mrn) {
                Some(row) if row.patient == patient && (row.former || row.mrn == *current) => {}
                Some(row) => {
                    let what = if row.former { "a former" } else { "the current" };
                    let whose = if row.patient == patient { "this" } else { "another" };
                    let reason = format!("holds {what} MRN of {whose} patient in the database");
                    self.faults.note(line, "former_mrns", reason);
                }
                None => {
                    self.patients.insert(old.mrn.as_str().to_owned(), patient);
                    self.plan.mrns.push(mrn_row(old, patient, true));
                }
            }
        }
        self.plan.mrns.len() > before
    }
}

fn mrn_row(spelled: Spelled, patient: PatientId, former: bool) -> directory::PatientMrn {
    directory::PatientMrn { mrn: spelled.mrn, patient, shown_as: spelled.shown_as, former }
}
