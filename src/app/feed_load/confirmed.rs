//! What becomes of a listing that the access team confirmed when the source speaks of the patient (product.md section 4: a listing is a
//! hospital fact).
//!
//! One whom the source lists itself is handed over: the team's listing ends where the source's begins, which ends when the source drops it.
//! One whom the source does not list stands while the source has yet to acknowledge it; from then on the source decides: somebody else whom
//! it has listed since is the PCP.

use super::resolve::Whom;
use super::standing::{Change, is_of, is_open};
use crate::domain::calendar::Instant;
use crate::store::feed_notice::Confirmed;
use crate::store::feed_write::Standing;

/// Whether the source, listing `whom`, lists the one of `row`: a provider whatever the practice, which not every source knows.
pub(super) fn lists(whom: Whom, row: &Standing) -> bool {
    if row.provider.is_some() { whom.provider == row.provider } else { is_of(row, whom) }
}

/// What the source says of a patient's PCPs, beside what stands.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) rows: &'a [Standing],
    pub(super) confirmed: &'a [Confirmed],
    pub(super) new: &'a [Whom],
    pub(super) now: Instant,
}

impl<'a> Said<'a> {
    /// The team's listings that hold, each with when it was acknowledged. One that began this instant is looked at the next time.
    fn of_team(self) -> impl Iterator<Item = (&'a Standing, Option<Instant>)> {
        let known = move |row: &'a Standing| {
            let found = self.confirmed.iter().find(|confirmed| confirmed.id == row.id)?;
            (row.span.start() < self.now && is_open(row, self.now)).then_some((row, found.acknowledged))
        };
        self.rows.iter().filter_map(known)
    }

    fn is_listed(self, row: &Standing) -> bool {
        self.new.iter().any(|whom| lists(*whom, row))
    }

    /// Whether the source, listing `whom`, takes over a listing of the team.
    pub(super) fn takes_over(self, whom: Whom) -> bool {
        self.of_team().any(|(row, _)| lists(whom, row))
    }

    fn is_of_team(self, row: &Standing) -> bool {
        self.confirmed.iter().any(|confirmed| confirmed.id == row.id)
    }

    /// Whether `whom`, taken over, needs a listing of the source's own.
    pub(super) fn lacks(self, whom: Whom) -> bool {
        let stands = |row: &Standing| {
            row.span.start() == self.now || (is_open(row, self.now) && !self.is_of_team(row))
        };
        !self.rows.iter().any(|row| is_of(row, whom) && stands(row))
    }

    /// The team's listings that end now, when `opened` is what the source opens.
    pub(super) fn ends(self, opened: &[Change]) -> Vec<Change> {
        let begins = |change: &Change| match change {
            Change::Open { whom, span, .. } => Some((*whom, span.start())),
            Change::End { .. } => None,
        };
        let theirs = self.rows.iter().filter(|row| {
            !self.is_of_team(row) && is_open(row, self.now) && self.new.iter().any(|whom| is_of(row, *whom))
        });
        let of = |row: &Standing| Whom { provider: row.provider, practice: row.practice };
        let listed: Vec<(Whom, Instant)> =
            theirs.map(|row| (of(row), row.span.start())).chain(opened.iter().filter_map(begins)).collect();
        let is_over = |row: &Standing, acknowledged: Option<Instant>| {
            if self.is_listed(row) {
                return listed.iter().any(|(whom, _)| lists(*whom, row));
            }
            acknowledged.is_some() && listed.iter().any(|(_, start)| *start >= row.span.start())
        };
        let over = self.of_team().filter(|(row, acknowledged)| is_over(row, *acknowledged));
        over.map(|(row, _)| Change::End { id: row.id, at: Some(self.now) }).collect()
    }

    /// Whether the source says all that the team decided with the listing `id`: it lists that one, and nobody whom the decision replaced.
    pub(super) fn is_done(self, id: uuid::Uuid) -> bool {
        let Some(row) = self.rows.iter().find(|row| row.id == id) else { return false };
        let replaced = |other: &&Standing| other.span.end() == Some(row.span.start());
        self.is_listed(row) && !self.rows.iter().filter(replaced).any(|other| self.is_listed(other))
    }
}
