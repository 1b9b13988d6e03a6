//! Which listings and seats a load opens and ends: the feed ends only what the feed made, or took over, or what a directory file brought
//! and the feed said too; and opens again only what it had dropped (so that a removal by hand outlasts it).

use uuid::Uuid;

use super::confirmed::{Said, lists};
use super::resolve::Whom;
use super::{Load, LoadError, facts_of};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::feed::{Facts, SeatWish};
use crate::domain::ids::PatientId;
use crate::store::care_team::{self, Seated};
use crate::store::feed_write::{self as rows, Standing};
use crate::store::verification;

/// One change to a patient's listings or seats.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Change {
    /// A new one.
    Open {
        /// Of whom.
        whom: Whom,
        /// For how long.
        span: Interval,
        /// In which role.
        role: String,
    },
    /// Another end for one that stands; `None` opens it.
    End {
        /// Which.
        id: Uuid,
        /// When.
        at: Option<Instant>,
    },
}

pub(super) fn is_of(row: &Standing, whom: Whom) -> bool {
    row.provider == whom.provider && row.practice == whom.practice
}

/// Whether it has no end, or one still to come.
pub(super) fn is_open(row: &Standing, now: Instant) -> bool {
    row.span.end().is_none_or(|end| end > now)
}

/// What makes the rows say what is said now, where the feed said `old` before. A patient's first listings hold since ever; one that the
/// access team confirmed goes on from now as the feed's own.
pub(super) fn listing_changes(said: Said<'_>, old: &[Whom], is_first: bool) -> Vec<Change> {
    let Said { rows, new, now, .. } = said;
    let mut changes = Vec::new();
    let mut open = |whom: Whom, start: Instant| {
        let span = Interval::new(Some(start), None);
        changes.push(Change::Open { whom, span, role: String::new() });
    };
    for whom in new {
        if said.takes_over(*whom) {
            if said.lacks(*whom) {
                open(*whom, now);
            }
            continue;
        }
        let same: Vec<&Standing> = rows.iter().filter(|row| is_of(row, *whom)).collect();
        if (old.contains(whom) && !same.is_empty()) || same.iter().any(|row| is_open(row, now)) {
            continue;
        }
        let has = |start: Instant| same.iter().any(|row| row.span.start() == start);
        let start = if is_first && !has(Instant::EVER) { Instant::EVER } else { now };
        if !has(start) {
            open(*whom, start);
        }
    }
    changes.extend(said.ends(&changes));
    // What a directory file brought and the feed never said is not the feed's to end.
    let is_dropped = |row: &Standing| {
        let imported =
            || row.imported && old.iter().any(|w| lists(*w, row)) && !new.iter().any(|w| lists(*w, row));
        if row.from_feed { !new.iter().any(|w| is_of(row, *w)) } else { imported() }
    };
    let dropped = |row: &&Standing| is_open(row, now) && is_dropped(row);
    changes.extend(rows.iter().filter(dropped).map(|row| Change::End { id: row.id, at: Some(now) }));
    changes
}

/// A wish of somebody whom the directory knows.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Claim {
    pub(super) whom: Whom,
    pub(super) wish: SeatWish,
}

impl Claim {
    fn is_like(&self, other: &Self) -> bool {
        self.whom == other.whom && self.wish.from == other.wish.from
    }

    fn is_after(&self, other: &Self) -> bool {
        let rank = |claim: &Self| (!claim.wish.over, claim.wish.to.unwrap_or(Instant::NEVER));
        rank(self) > rank(other)
    }
}

/// The claims with whom nobody shares person and start; of those who do, the longest.
fn distinct(claims: &[Claim]) -> Vec<&Claim> {
    let mut kept: Vec<&Claim> = Vec::new();
    for claim in claims {
        match kept.iter_mut().find(|known| known.is_like(claim)) {
            Some(known) if claim.is_after(known) => *known = claim,
            Some(_) => {}
            None => kept.push(claim),
        }
    }
    kept
}

/// What makes the seats `rows` say `new`, where the feed said `old` before. A seat without a start begins now, or since ever
/// at the patient's first load.
pub(super) fn seat_changes(
    rows: &[Standing],
    new: &[Claim],
    old: &[Claim],
    is_first: bool,
    now: Instant,
) -> Vec<Change> {
    let (new, old) = (distinct(new), distinct(old));
    let mut changes = Vec::new();
    let mut spoken_for: Vec<Uuid> = Vec::new();
    for claim in &new {
        let before = old.iter().find(|known| known.is_like(claim));
        let mut mine = rows.iter().filter(|row| is_of(row, claim.whom));
        let row = match claim.wish.from {
            Some(start) => mine.find(|row| row.span.start() == start),
            None if before.is_some() => mine
                .filter(|row| (row.from_feed || row.imported) && !spoken_for.contains(&row.id))
                .max_by_key(|row| row.span.start()),
            None => None,
        };
        let end = if claim.wish.over { Some(claim.wish.to.unwrap_or(now).min(now)) } else { claim.wish.to };
        if let Some(row) = row {
            spoken_for.push(row.id);
            let same = before.is_some_and(|b| (b.wish.to, b.wish.over) == (claim.wish.to, claim.wish.over));
            // What a directory file brought is ended by the feed that said it before, and never lengthened.
            let ends_sooner = || end.is_some_and(|end| row.span.end().is_none_or(|known| end < known));
            let is_its = row.from_feed || (row.imported && before.is_some() && ends_sooner());
            if is_its && !same && row.span.end() != end {
                changes.push(Change::End { id: row.id, at: end });
            }
            continue;
        }
        let start = claim.wish.from.unwrap_or(if is_first { Instant::EVER } else { now });
        let taken = rows.iter().any(|row| is_of(row, claim.whom) && row.span.start() == start);
        if !taken && end.is_none_or(|end| end > start) {
            let span = Interval::new(Some(start), end);
            changes.push(Change::Open { whom: claim.whom, span, role: claim.wish.role.clone() });
        }
    }
    for gone in old.iter().filter(|known| !new.iter().any(|claim| claim.is_like(known))) {
        let is_its = |row: &&Standing| {
            (row.from_feed || row.imported)
                && is_of(row, gone.whom)
                && gone.wish.from.is_none_or(|start| row.span.start() == start)
                && is_open(row, now)
                && !spoken_for.contains(&row.id)
        };
        let ended: Vec<Uuid> = rows.iter().filter(is_its).map(|row| row.id).collect();
        changes.extend(ended.iter().map(|id| Change::End { id: *id, at: Some(now) }));
        spoken_for.extend(ended);
    }
    changes
}

/// The wishes of care teams as they were kept.
pub(super) fn wishes(said: &[String]) -> Result<Vec<SeatWish>, LoadError> {
    let mut all = Vec::new();
    for facts in said {
        if let Facts::Team(wishes) = facts_of(facts)? {
            all.extend(wishes);
        }
    }
    Ok(all)
}

impl Load<'_> {
    /// Opens and ends seats so that they say what the patient's care teams now say; `old` is what they said before.
    pub(super) async fn seats(&mut self, patient: PatientId, old: &[SeatWish]) -> Result<(), LoadError> {
        verification::hold_patient(&mut self.tx, patient).await?;
        let new = wishes(&rows::teams(&mut self.tx, patient).await?)?;
        let claims = |wishes: &[SeatWish]| -> Vec<Claim> {
            let claim =
                |wish: &SeatWish| Claim { whom: self.resolver.of(&wish.member).seated(), wish: wish.clone() };
            wishes.iter().map(claim).filter(|claim| claim.whom.is_somebody()).collect()
        };
        let (mut new, mut old) = (claims(&new), claims(old));
        self.keep_removed(patient, &mut new, &mut old).await?;
        let rows = rows::seats(&mut self.tx, patient).await?;
        let is_first = self.first_seen.contains(&patient);
        for change in seat_changes(&rows, &new, &old, is_first, self.now) {
            match change {
                Change::Open { whom, span, role } => {
                    let new = Standing {
                        id: self.id()?,
                        provider: whom.provider,
                        practice: whom.practice,
                        span,
                        from_feed: true,
                        imported: false,
                    };
                    rows::add_seat(&mut self.tx, patient, &new, &role).await?;
                    self.summary.seats_opened += 1;
                }
                Change::End { id, at } => {
                    rows::end_seat(&mut self.tx, id, at).await?;
                    self.summary.seats_ended += u64::from(at.is_some());
                }
            }
        }
        Ok(())
    }

    /// Leaves alone whom the family or the access team took off the care team, until the feed has dropped them (product.md
    /// section 6): from then on it may list them anew.
    async fn keep_removed(
        &mut self,
        patient: PatientId,
        new: &mut Vec<Claim>,
        old: &mut Vec<Claim>,
    ) -> Result<(), LoadError> {
        for removed in care_team::suppressed(&mut self.tx, patient).await? {
            let is_theirs = |claim: &Claim| match removed {
                Seated::Provider(id) => claim.whom.provider == Some(id),
                Seated::Practice(id) => claim.whom.provider.is_none() && claim.whom.practice == Some(id),
            };
            if !new.iter().any(|claim| is_theirs(claim) && !claim.wish.over) {
                care_team::lift(&mut self.tx, patient, removed, self.now).await?;
            }
            new.retain(|claim| !is_theirs(claim));
            old.retain(|claim| !is_theirs(claim));
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
