//! Merges of patient records: a line joins two records from its date on, unconfirmed, until the access team confirms.

use uuid::Uuid;

use super::lines::{At, MergeLine};
use super::plan::{Became, Change};
use super::work::{Work, once};
use crate::app::AppError;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::PatientId;
use crate::domain::merge::leads_to;
use crate::store::{directory, merges};

/// A merge of the database or of the file.
#[derive(Clone, Copy)]
struct Known {
    id: Uuid,
    from: PatientId,
    into: PatientId,
    span: Interval,
}

impl Work<'_> {
    /// Compares merges with what is stored. The key is the record merged away with `from`.
    pub(super) async fn merges_of(&mut self, lines: Vec<At<MergeLine>>) -> Result<(), AppError> {
        if lines.is_empty() {
            return Ok(());
        }
        let stored = merges::all(self.tx).await?.into_iter().map(|row| {
            let m = row.merge;
            Known { id: row.id, from: m.from, into: m.into, span: m.span }
        });
        let mut known: Vec<Known> = stored.collect();
        for At { line, it } in once(lines, "mrn", &mut self.faults, |l| (l.mrn.clone(), l.from)) {
            let (from, into) = (self.patient(line, it.mrn.as_str()), self.patient(line, it.into.as_str()));
            let (Some(from), Some(into)) = (from, into) else { continue };
            let span = Interval::new(Some(it.from), it.to);
            match known.iter().find(|k| k.from == from && k.span.start() == it.from) {
                Some(old) if old.into == into => {
                    let old = *old;
                    let changed = self.merge_ends(line, old, it.to);
                    self.plan.count("merge", Became::changed_if(changed));
                }
                Some(_) => self.faults.note(line, "into", "is not the record that the stored merge names"),
                None => {
                    if let Some(wrong) = hinders(&known, (from, into), span) {
                        self.faults.note(line, "into", wrong);
                        continue;
                    }
                    let id = self.new_id()?;
                    known.push(Known { id, from, into, span });
                    self.plan.merges.push(directory::PatientMerge {
                        id,
                        from,
                        into,
                        span,
                        confirmed_at: None,
                    });
                    self.plan.count("merge", Became::Added);
                }
            }
        }
        Ok(())
    }

    /// Whether the stored merge ends earlier from now on. Later than stored is a conflict.
    fn merge_ends(&mut self, line: usize, old: Known, said: Option<Instant>) -> bool {
        let before = old.span.end().unwrap_or(Instant::NEVER);
        let after = said.unwrap_or(Instant::NEVER);
        if after > before {
            self.conflict(line, "to", before);
        } else if after < before {
            self.plan.changes.push(Change::EndMerge(old.id, after));
            return true;
        }
        false
    }
}

/// Why a record cannot be merged into another during `span`.
fn hinders(known: &[Known], (from, into): (PatientId, PatientId), span: Interval) -> Option<&'static str> {
    if from == into {
        return Some("is the same patient as `mrn`");
    }
    let overlaps = |k: &&Known| k.span.holds(span.start()) || span.holds(k.span.start());
    let meanwhile: Vec<&Known> = known.iter().filter(overlaps).collect();
    if meanwhile.iter().any(|k| k.from == from) {
        return Some("would be a second record that the patient is merged into at the same time");
    }
    let links: Vec<_> = meanwhile.iter().map(|k| (k.from, k.into)).collect();
    leads_to(&links, into, from).then_some("is itself merged into the patient, directly or through others")
}
