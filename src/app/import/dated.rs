//! Dated facts: memberships, sponsorships, listings, seats, guardians, grants, restrictions.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::lines::{At, Extra, FactLine};
use super::plan::{Became, Change};
use super::work::{Work, once};
use crate::app::AppError;
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::people::{AccountKind, GivenBy};
use crate::store::directory::{self, Dated, Source, StoredFact};

/// A line with its parties found.
#[derive(Debug)]
struct Fact {
    of: Dated,
    parties: [Option<Uuid>; 4],
    start: Instant,
    end: Option<Instant>,
    extra: Extra,
}

impl PartialEq for Fact {
    /// Equal in what the key does not say already.
    fn eq(&self, other: &Self) -> bool {
        self.end == other.end && self.extra == other.extra
    }
}

type Key = ([Option<Uuid>; 4], Instant);

/// The type of line that `of` is written as.
fn word(of: Dated) -> &'static str {
    match of {
        Dated::Membership => "membership",
        Dated::Sponsorship => "sponsorship",
        Dated::Listing => "listing",
        Dated::Seat => "care_team_seat",
        Dated::Guardian => "guardian",
        Dated::Restriction => "restriction",
        Dated::Grant => "grant",
    }
}

impl Work<'_> {
    /// Compares dated facts with what is stored.
    pub(super) async fn facts_of(&mut self, lines: Vec<At<FactLine>>) -> Result<(), AppError> {
        let mut facts = Vec::with_capacity(lines.len());
        for At { line, it } in lines {
            facts.extend(self.parties(line, it).map(|it| At { line, it }));
        }
        let facts = once(facts, "from", &mut self.faults, |f| (f.of, f.parties, f.start));
        let mut by_kind: HashMap<Dated, Vec<At<Fact>>> = HashMap::new();
        for fact in facts {
            by_kind.entry(fact.it.of).or_default().push(fact);
        }
        for of in [
            Dated::Membership,
            Dated::Sponsorship,
            Dated::Listing,
            Dated::Seat,
            Dated::Guardian,
            Dated::Grant,
            Dated::Restriction,
        ] {
            let facts = by_kind.remove(&of).unwrap_or_default();
            let first: HashSet<Uuid> = facts.iter().filter_map(|f| *f.it.parties.first()?).collect();
            let first: Vec<Uuid> = first.into_iter().filter(|id| !self.fresh.contains(id)).collect();
            let stored = directory::dated(self.tx, of, &first).await?;
            let stored: HashMap<Key, StoredFact> =
                stored.into_iter().map(|s| ((s.parties, s.start), s)).collect();
            match of {
                Dated::Guardian => self.guardians_of(facts, &stored, &first).await?,
                Dated::Grant => self.grants_of(facts, &first).await?,
                _ => {
                    for At { line, it } in facts {
                        match stored.get(&(it.parties, it.start)) {
                            None => self.new_fact(&it)?,
                            Some(old) => {
                                let changed = self.end(line, of, old.id, old.end, it.end);
                                self.plan.count(word(of), Became::changed_if(changed));
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The parties of a fact in the order of [`directory::dated`]; `None`, with faults noted, when one is unknown.
    fn parties(&mut self, line: usize, it: FactLine) -> Option<Fact> {
        let FactLine { of, mrn, npi, practice, account, user, from, to, extra } = it;
        let patient = mrn.map(|mrn| self.patient(line, mrn.as_str()).map(Uuid::from));
        let provider = npi.map(|npi| self.provider(line, "npi", npi.as_str()).map(|p| Uuid::from(p.id)));
        let practice = practice.map(|code| self.practice(line, "practice", &code).map(Uuid::from));
        let field = if of == Dated::Sponsorship { "sponsor" } else { "account" };
        let account = account.map(|email| {
            let known = match of {
                Dated::Sponsorship => self.account_of_kind(line, field, &email, AccountKind::Provider),
                Dated::Guardian => self.account_of_kind(line, field, &email, AccountKind::Family),
                _ => self.account(line, field, &email),
            }?;
            if of == Dated::Grant && known.kind == AccountKind::Sponsored {
                self.faults.note(
                    line,
                    field,
                    format!("`{email}` is a sponsored user, who cannot hold a grant"),
                );
                return None;
            }
            Some(Uuid::from(known.id))
        });
        let user = user.map(|email| {
            self.account_of_kind(line, "user", &email, AccountKind::Sponsored)
                .map(|known| Uuid::from(known.id))
        });
        // A party that is named must be known.
        let ([patient, provider, practice], [account, user]) =
            ([patient, provider, practice].map(known), [account, user].map(known));
        let (patient, provider, practice, account, user) = (patient?, provider?, practice?, account?, user?);
        let parties = match of {
            Dated::Membership => [provider, practice, None, None],
            Dated::Sponsorship => [account, user, practice, None],
            Dated::Listing | Dated::Seat => [patient, provider, practice, None],
            Dated::Guardian | Dated::Grant => [patient, account, None, None],
            Dated::Restriction => [patient, account, provider, practice],
        };
        Some(Fact { of, parties, start: from, end: to, extra })
    }

    /// Adds a fact of any kind but guardian and grant.
    fn new_fact(&mut self, fact: &Fact) -> Result<(), AppError> {
        let id = self.new_id()?;
        let [a, b, c, d] = fact.parties;
        let span = Interval::new(Some(fact.start), fact.end);
        let (plan, source) = (&mut self.plan, Source::Import);
        match (fact.of, a, b, c) {
            (Dated::Membership, Some(provider), Some(practice), _) => {
                let (provider, practice) = (provider.into(), practice.into());
                plan.memberships.push(directory::Membership { id, practice, provider, span });
            }
            (Dated::Sponsorship, Some(sponsor), Some(user), Some(practice)) => {
                let (sponsor, user, practice) = (sponsor.into(), user.into(), practice.into());
                plan.sponsorships.push(directory::Sponsorship { id, sponsor, user, practice, span });
            }
            (Dated::Listing, Some(patient), provider, practice) => {
                let (provider, practice) = (provider.map(Into::into), practice.map(Into::into));
                let patient = patient.into();
                plan.listings.push(directory::Listing { id, patient, provider, practice, span, source });
            }
            (Dated::Seat, Some(patient), provider, practice) => {
                let (provider, practice) = (provider.map(Into::into), practice.map(Into::into));
                let (patient, role) = (patient.into(), String::new());
                plan.seats.push(directory::Seat { id, patient, provider, practice, role, span, source });
            }
            (Dated::Restriction, Some(patient), account, provider) => {
                plan.restrictions.push(directory::Restriction {
                    id,
                    patient: patient.into(),
                    account: account.map(Into::into),
                    provider: provider.map(Into::into),
                    practice: d.map(Into::into),
                    span,
                });
            }
            _ => {
                let lost = format!("a {} without its parties", word(fact.of));
                return Err(AppError::Fault(lost));
            }
        }
        plan.count(word(fact.of), Became::Added);
        Ok(())
    }

    /// Whether the stored fact `id` ends earlier from now on. Later than stored is a conflict.
    fn end(&mut self, line: usize, of: Dated, id: Uuid, old: Option<Instant>, said: Option<Instant>) -> bool {
        let (before, after) = (old.unwrap_or(Instant::NEVER), said.unwrap_or(Instant::NEVER));
        if after > before {
            self.conflict(line, "to", before);
        } else if after < before {
            self.plan.changes.push(Change::End(of, id, after));
            return true;
        }
        false
    }

    /// Notes that a line would re-open or lengthen what ended at `end`.
    pub(super) fn conflict(&mut self, line: usize, field: &str, end: Instant) {
        let reason = format!(
            "would re-open or lengthen what was ended at {}; import never does. Send that end, or a new fact with a new `from`",
            end.rfc3339()
        );
        self.faults.note(line, field, reason);
    }

    async fn guardians_of(
        &mut self,
        facts: Vec<At<Fact>>,
        stored: &HashMap<Key, StoredFact>,
        patients: &[Uuid],
    ) -> Result<(), AppError> {
        let words: HashMap<Uuid, String> =
            directory::relationships(self.tx, patients).await?.into_iter().collect();
        for At { line, it } in facts {
            let Extra::Relationship(said) = &it.extra else { continue };
            if let Some(old) = stored.get(&(it.parties, it.start)) {
                let mut changed = self.end(line, Dated::Guardian, old.id, old.end, it.end);
                if let Some(said) = said.as_ref().filter(|said| words.get(&old.id) != Some(*said)) {
                    self.plan.changes.push(Change::Relationship(old.id, said.clone()));
                    changed = true;
                }
                self.plan.count("guardian", Became::changed_if(changed));
            } else if let [Some(patient), Some(account), ..] = it.parties {
                let id = self.new_id()?;
                self.plan.guardians.push(directory::Guardian {
                    id,
                    patient: patient.into(),
                    account: account.into(),
                    relationship: said.clone().unwrap_or_default(),
                    court_order: false,
                    span: Interval::new(Some(it.start), it.end),
                });
                self.plan.count("guardian", Became::Added);
            }
        }
        Ok(())
    }

    async fn grants_of(&mut self, facts: Vec<At<Fact>>, patients: &[Uuid]) -> Result<(), AppError> {
        let stored = directory::grants(self.tx, patients).await?;
        let stored: HashMap<(Uuid, Uuid, Instant), directory::Grant> =
            stored.into_iter().map(|g| ((g.patient.into(), g.account.into(), g.span.start()), g)).collect();
        for At { line, it } in facts {
            let [Some(patient), Some(account), ..] = it.parties else { continue };
            let Extra::Grant { by, sections, sensitive } = it.extra else { continue };
            if let Some(old) = stored.get(&(patient, account, it.start)) {
                let row = directory::Grant { by, sections, sensitive, ..old.clone() };
                let changed = self.existing_grant(line, old, row, it.end);
                self.plan.count("grant", Became::changed_if(changed));
                continue;
            }
            let id = self.new_id()?;
            self.plan.grants.push(directory::Grant {
                id,
                patient: patient.into(),
                account: account.into(),
                span: Interval::new(Some(it.start), it.end),
                revoked_at: None,
                by,
                sections,
                sensitive,
            });
            self.plan.count("grant", Became::Added);
        }
        Ok(())
    }

    /// A grant may end earlier and cover less; a revoked one stays revoked.
    fn existing_grant(
        &mut self,
        line: usize,
        old: &directory::Grant,
        row: directory::Grant,
        end: Option<Instant>,
    ) -> bool {
        let said = end.unwrap_or(Instant::NEVER);
        if let Some(revoked) = old.revoked_at.filter(|revoked| *revoked < said) {
            self.conflict(line, "to", revoked);
            return false;
        }
        let mut changed = self.end(line, Dated::Grant, old.id, old.span.end(), end);
        if row == *old {
            return changed;
        }
        let wider = !covers(old.sections, row.sections);
        for (worse, field, reason) in [
            (wider, "sections", "names more than the stored grant; import never widens one"),
            (
                !old.sensitive.contains(row.sensitive),
                "sensitive",
                "names more than the stored grant; import never widens one",
            ),
            (
                old.by == GivenBy::Guardian && row.by != GivenBy::Guardian,
                "by",
                "a guardian gave the stored grant, and that ends at the 18th birthday; import never lengthens it",
            ),
        ] {
            if worse {
                self.faults.note(line, field, reason);
            }
        }
        self.plan.changes.push(Change::Grant(row));
        changed = true;
        changed
    }
}

/// Whether every section that `new` shows is shown by `old`; a grant that names none shows all ordinary ones.
fn covers(old: SectionSet, new: SectionSet) -> bool {
    let all = |set: SectionSet| if set.is_empty() { SectionSet::ALL } else { set };
    all(old).bits() & all(new).bits() == all(new).bits()
}

/// `Some(None)` for a party that is not named, `Some(id)` for a known one, `None` for an unknown one.
#[expect(clippy::option_option, reason = "not named and not known are two things")]
fn known(party: Option<Option<Uuid>>) -> Option<Option<Uuid>> {
    match party {
        None => Some(None),
        Some(found) => found.map(Some),
    }
}
