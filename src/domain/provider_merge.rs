//! Two rows of one person among the providers (two NPIs, or one of them without): what belongs to the one counts for the other while
//! their merge holds. Nothing is moved, so that an undoing restores everything.

use super::calendar::{Instant, Interval};
use super::ids::ProviderId;
use super::people::words;

/// One provider's row merged into another of the same person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProviderMerge {
    /// The row that was merged away.
    pub from: ProviderId,
    /// The row that remains, whose account is the person's.
    pub into: ProviderId,
    /// From the merge to its undoing.
    pub span: Interval,
}

words! {
    /// Why two providers cannot be merged, or a merge not be undone; nothing was changed.
    Hindrance {
        /// Both are the same row.
        Same = "same",
        /// The one that is to go has an account in use: one account per person stays.
        TwoAccounts = "two_accounts",
        /// One of them is merged already.
        MergedAlready = "merged_already",
        /// Somebody undid it already.
        UndoneAlready = "undone_already",
        /// The reason is missing or too long.
        Reason = "reason",
    }
}

/// Whose something of `provider` during `span` is, and when: the other's while a merge holds, the provider's own before and after.
pub fn carried(
    provider: ProviderId,
    span: Interval,
    merges: &[ProviderMerge],
) -> Vec<(ProviderId, Interval)> {
    let until = |span: Interval| span.end().unwrap_or(Instant::NEVER);
    let between = |start: Instant, end: Instant| (start < end).then(|| Interval::new(Some(start), Some(end)));
    let (mut own, mut pieces) = (vec![span], Vec::new());
    for merge in merges.iter().filter(|merge| merge.from == provider) {
        let mut rest = Vec::new();
        for one in own {
            let (start, end) = (one.start().max(merge.span.start()), until(one).min(until(merge.span)));
            let Some(inside) = between(start, end) else {
                rest.push(one);
                continue;
            };
            pieces.push((merge.into, inside));
            rest.extend([between(one.start(), start), between(end, until(one))].into_iter().flatten());
        }
        own = rest;
    }
    own.into_iter().map(|piece| (provider, piece)).chain(pieces).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(n: i64) -> Instant {
        Instant::EVER.plus_seconds(n * 86_400)
    }

    fn span(from: i64, to: i64) -> Interval {
        Interval::new(Some(day(from)), Some(day(to)))
    }

    #[test]
    fn what_a_provider_has_is_the_others_while_the_merge_holds_and_their_own_before_and_after() {
        let [a, b, c] = [1, 2, 3].map(|n| ProviderId(Uuid::from_u128(n)));
        let merges = [
            ProviderMerge { from: a, into: b, span: span(3, 5) },
            ProviderMerge { from: a, into: c, span: Interval::new(Some(day(7)), None) },
        ];
        let found = carried(a, span(1, 9), &merges);
        assert_eq!(found, [(a, span(1, 3)), (a, span(5, 7)), (b, span(3, 5)), (c, span(7, 9))]);
        assert_eq!(carried(b, span(1, 9), &merges), [(b, span(1, 9))]);
        assert_eq!(carried(a, span(5, 7), &merges), [(a, span(5, 7))]);
        assert_eq!(carried(a, span(3, 4), &merges), [(b, span(3, 4))]);
        let open = carried(a, Interval::ALWAYS, &merges);
        assert_eq!(open.iter().filter(|(whose, span)| *whose == c && span.end().is_none()).count(), 1);
        // At every instant it is exactly one's.
        for n in 0..12 {
            assert_eq!(open.iter().filter(|(_, span)| span.holds(day(n))).count(), 1, "{n}");
        }
    }
}
