//! Critical results, and that a viewer has said that they have seen them (page P9): per viewer and version, undone by nobody.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::ChartItem;
use super::results::{Test, is_critical, stands, value_text};
use crate::domain::calendar::Instant;

/// What tells one version of a result from another, without telling its value: a keyed hash of when it was issued, its status, its value
/// and its flag. A value has few possibilities, so that a hash without a key could be looked up.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Version(String);

impl Version {
    /// That of `item`, by the `key` of the installation.
    pub fn of(item: &ChartItem, key: &[u8; 32]) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Self(String::new()) };
        mac.update(b"postern result version\0");
        mac.update(item.id.as_bytes());
        mac.update(&item.filed.map_or(i64::MIN, Instant::micros).to_be_bytes());
        let value = value_text(item);
        for part in [item.status.as_str(), &value, &item.text, &item.unit, item.flag.word()] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        Self(HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    /// The one that was kept, or came with a form, as `word`.
    pub fn from_word(word: &str) -> Self {
        Self(word.to_owned())
    }

    /// As it is kept, and as a form carries it.
    pub fn word(&self) -> &str {
        &self.0
    }
}

/// The critical results of a chart: which version each is in, and when the viewer acknowledged that.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Critical {
    versions: HashMap<Uuid, (Version, Option<Instant>)>,
    /// Each of them that a later reading of its test has followed, with what was before it.
    followed: Vec<Test>,
}

/// How far back a critical reading that another one has followed waits to be acknowledged, in seconds: 30 days, as news does.
pub const FOLLOWED_SECONDS: i64 = 30 * 86_400;

impl Critical {
    /// Those that `tests` show at `now`, and those of the last 30 days that a later reading has followed; none of them acknowledged.
    pub fn of(tests: &[Test], key: &[u8; 32], now: Instant) -> Self {
        let since = now.plus_seconds(-FOLLOWED_SECONDS);
        let shown = tests.iter().map(Test::shown).filter(|item| is_critical(item.flag));
        let followed: Vec<Test> = tests.iter().flat_map(|test| followed(test, since)).collect();
        let all = shown.chain(followed.iter().map(Test::latest));
        let versions = all.map(|item| (item.id, (Version::of(item, key), None))).collect();
        Self { versions, followed }
    }

    /// The same, acknowledged where `said` says when this version was.
    #[must_use]
    pub fn acknowledged(mut self, said: &HashMap<(Uuid, Version), Instant>) -> Self {
        for (id, (version, at)) in &mut self.versions {
            *at = said.get(&(*id, version.clone())).copied();
        }
        self
    }

    /// The results.
    pub fn ids(&self) -> Vec<Uuid> {
        self.versions.keys().copied().collect()
    }

    /// The version of `item` that waits to be acknowledged; `None` when it is not critical, or was.
    pub fn waiting(&self, item: &ChartItem) -> Option<&Version> {
        self.versions.get(&item.id).filter(|(_, at)| at.is_none()).map(|(version, _)| version)
    }

    /// When the viewer acknowledged `item` as it is now.
    pub fn seen(&self, item: &ChartItem) -> Option<Instant> {
        self.versions.get(&item.id).and_then(|(_, at)| *at)
    }

    /// Those of `tests` whose shown value waits, with the waiting ones that a later reading has followed; and the other tests, each in
    /// their order.
    pub fn part<'a>(&'a self, tests: &'a [Test]) -> (Vec<&'a Test>, Vec<&'a Test>) {
        let waits = |test: &&Test| self.waiting(test.shown()).is_some();
        let (mut waiting, others): (Vec<_>, Vec<_>) = tests.iter().partition(waits);
        waiting.extend(self.followed.iter().filter(waits));
        (waiting, others)
    }
}

/// The critical readings of `test` that stand, from `since` on, behind the one that is shown.
fn followed(test: &Test, since: Instant) -> impl Iterator<Item = Test> + '_ {
    let behind = test.readings().enumerate().skip_while(|(_, reading)| reading.id != test.shown().id).skip(1);
    let counts = move |reading: &ChartItem| {
        is_critical(reading.flag)
            && stands(reading)
            && reading.filed.or(reading.at).is_some_and(|at| at >= since)
    };
    behind.filter(move |(_, reading)| counts(reading)).map(|(place, reading)| {
        Test::new(reading.clone(), test.readings().skip(place + 1).cloned().collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::results::by_test;
    use crate::domain::chart::{Flag, Section};

    const KEY: [u8; 32] = [9; 32];
    const NOON: Instant = Instant::from_micros(1_800_000_000_000_000);

    fn critical() -> ChartItem {
        ChartItem {
            id: Uuid::from_u128(7),
            code: "k".into(),
            number: Some(6.9),
            status: "final".into(),
            filed: Some(NOON),
            flag: Flag::CriticalHigh,
            ..ChartItem::blank(Section::Results)
        }
    }

    #[test]
    fn whatever_a_source_changes_in_a_result_makes_another_version() {
        let version = Version::of(&critical(), &KEY);
        assert_eq!(version, Version::of(&critical(), &KEY));
        assert_ne!(version, Version::of(&critical(), &[8; 32]), "nobody without the key can make it");
        for changed in [
            ChartItem { number: Some(7.9), ..critical() },
            ChartItem { status: "corrected".into(), ..critical() },
            ChartItem { filed: Some(NOON.plus_seconds(1)), ..critical() },
            ChartItem { flag: Flag::High, ..critical() },
            ChartItem { unit: "mmol/L".into(), ..critical() },
            ChartItem { comparator: ">".into(), ..critical() },
            ChartItem { id: Uuid::from_u128(8), ..critical() },
        ] {
            assert_ne!(version, Version::of(&changed, &KEY), "{changed:?}");
        }
    }

    #[test]
    fn an_acknowledged_value_waits_no_more_until_it_is_corrected() {
        let tests = |item: ChartItem| by_test(vec![item]);
        let said = HashMap::from([((critical().id, Version::of(&critical(), &KEY)), NOON)]);
        let of = |item: ChartItem| Critical::of(&tests(item), &KEY, NOON).acknowledged(&said);
        let seen = of(critical());
        assert_eq!((seen.waiting(&critical()), seen.seen(&critical())), (None, Some(NOON)));
        let corrected = ChartItem { number: Some(7.9), status: "corrected".into(), ..critical() };
        let again = of(corrected.clone());
        assert!(again.waiting(&corrected).is_some() && again.seen(&corrected).is_none());
        let fine = ChartItem { flag: Flag::Normal, ..critical() };
        assert!(of(fine.clone()).ids().is_empty() && of(fine.clone()).waiting(&fine).is_none());
    }

    #[test]
    fn a_critical_reading_that_a_later_one_has_followed_waits_for_thirty_days() {
        let later = ChartItem { id: Uuid::from_u128(9), flag: Flag::Normal, number: Some(4.1), ..critical() };
        let tests = by_test(vec![later, critical()]);
        let at = |now| Critical::of(&tests, &KEY, now);
        let end = NOON.plus_seconds(FOLLOWED_SECONDS);
        let (within, after) = (at(end), at(end.plus_seconds(1)));
        let (waiting, others) = within.part(&tests);
        assert_eq!((waiting.len(), waiting[0].shown().id, others.len()), (1, critical().id, 1));
        assert!(after.part(&tests).0.is_empty() && after.ids().is_empty());
        let said = HashMap::from([((critical().id, Version::of(&critical(), &KEY)), NOON)]);
        assert!(at(end).acknowledged(&said).part(&tests).0.is_empty());
    }
}
