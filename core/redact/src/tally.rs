//! How much was removed, by rule.

use std::collections::BTreeMap;

/// Rule id → number of removed values: `{"password-value": 3, "url-credentials": 1}`. Rules that removed nothing
/// are absent. Holds no collected text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    /// Counts one more value removed by `rule`.
    pub(crate) fn count(&mut self, rule: &'static str) {
        *self.0.entry(rule).or_default() += 1;
    }

    /// The number of values that `rule` removed: 0 for a rule that removed none.
    #[must_use]
    pub fn of(&self, rule: &str) -> u64 {
        self.0.get(rule).copied().unwrap_or(0)
    }

    /// The number of values removed in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// The counts as a plain map, as `report.json` holds them.
    #[must_use]
    pub fn into_map(self) -> BTreeMap<String, u64> {
        self.0.into_iter().map(|(rule, count)| (rule.to_owned(), count)).collect()
    }
}
