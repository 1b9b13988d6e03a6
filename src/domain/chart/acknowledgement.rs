//! Critical results, and that a viewer has said that they have seen them (page P9): per viewer and version, undone by nobody.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::ChartItem;
use super::results::{Test, is_critical, value_text};
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
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Critical(HashMap<Uuid, (Version, Option<Instant>)>);

impl Critical {
    /// Those that `tests` show, none of them acknowledged.
    pub fn of(tests: &[Test], key: &[u8; 32]) -> Self {
        let shown = tests.iter().map(Test::shown).filter(|item| is_critical(item.flag));
        Self(shown.map(|item| (item.id, (Version::of(item, key), None))).collect())
    }

    /// The same, acknowledged where `said` says when this version was.
    #[must_use]
    pub fn acknowledged(mut self, said: &HashMap<(Uuid, Version), Instant>) -> Self {
        for (id, (version, at)) in &mut self.0 {
            *at = said.get(&(*id, version.clone())).copied();
        }
        self
    }

    /// The results.
    pub fn ids(&self) -> Vec<Uuid> {
        self.0.keys().copied().collect()
    }

    /// The version of `item` that waits to be acknowledged; `None` when it is not critical, or was.
    pub fn waiting(&self, item: &ChartItem) -> Option<&Version> {
        self.0.get(&item.id).filter(|(_, at)| at.is_none()).map(|(version, _)| version)
    }

    /// When the viewer acknowledged `item` as it is now.
    pub fn seen(&self, item: &ChartItem) -> Option<Instant> {
        self.0.get(&item.id).and_then(|(_, at)| *at)
    }

    /// Those of `tests` whose shown value waits, and the others, each in their order.
    pub fn part<'a>(&self, tests: &'a [Test]) -> (Vec<&'a Test>, Vec<&'a Test>) {
        tests.iter().partition(|test| self.waiting(test.shown()).is_some())
    }
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
        let of = |item: ChartItem| Critical::of(&tests(item), &KEY).acknowledged(&said);
        let seen = of(critical());
        assert_eq!((seen.waiting(&critical()), seen.seen(&critical())), (None, Some(NOON)));
        let corrected = ChartItem { number: Some(7.9), status: "corrected".into(), ..critical() };
        let again = of(corrected.clone());
        assert!(again.waiting(&corrected).is_some() && again.seen(&corrected).is_none());
        let fine = ChartItem { flag: Flag::Normal, ..critical() };
        assert!(of(fine.clone()).ids().is_empty() && of(fine.clone()).waiting(&fine).is_none());
    }
}
