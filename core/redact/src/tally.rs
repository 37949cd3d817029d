//! How much was removed or replaced, by rule and kind, and in which lines.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engine::Engine;
use crate::site::Label;

/// Most line numbers that are kept for one rule.
const MOST_LINES: usize = 1000;

/// What one rule or kind did to an artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Number of places.
    pub count: u64,
    /// The lines they start in, from 1, each once, the first 1000 of them.
    pub lines: Vec<u64>,
}

/// Rule id or kind → what it did: `{"password": {"count": 2, "lines": [3, 17]}}`. Holds no collected text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<String, Count>);

impl Tally {
    /// The number of places of `name`: 0 for a rule that found none.
    #[must_use]
    pub fn of(&self, name: &str) -> u64 {
        self.0.get(name).map_or(0, |entry| entry.count)
    }

    /// The number of places in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().map(|entry| entry.count).sum()
    }

    /// Rules and kinds with what they did, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Count)> {
        self.0.iter().map(|(name, count)| (name.as_str(), count))
    }

    /// The counts as a plain map, as `report.json` holds them.
    #[must_use]
    pub fn into_map(self) -> BTreeMap<String, u64> {
        self.0.into_iter().map(|(name, entry)| (name, entry.count)).collect()
    }
}

/// A tally while it grows: few labels, many places.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Vec<(Label, Count)>);

impl Counts {
    /// Counts `count` more places of `label`, in `line`.
    pub(crate) fn add(&mut self, label: Label, count: u64, line: u64) {
        let index = match self.0.iter().position(|(known, _)| *known == label) {
            Some(index) => index,
            None => {
                self.0.push((label, Count::default()));
                self.0.len() - 1
            }
        };
        let entry = &mut self.0[index].1;
        entry.count += count;
        if entry.lines.len() < MOST_LINES && entry.lines.last() != Some(&line) {
            entry.lines.push(line);
        }
    }

    /// True when no more lines are kept for `label`.
    pub(crate) fn has_all_lines(&self, label: Label) -> bool {
        self.0.iter().any(|(known, count)| *known == label && count.lines.len() >= MOST_LINES)
    }

    /// Adds what was found in a part that starts `breaks` lines on.
    pub(crate) fn append(&mut self, later: &Self, breaks: u64) {
        for (label, count) in &later.0 {
            for line in &count.lines {
                self.add(*label, 0, line + breaks);
            }
            self.add(*label, count.count, count.lines.last().map_or(1, |line| line + breaks));
        }
    }

    /// By name.
    pub(crate) fn tally(&self, engine: &Engine) -> Tally {
        let mut tally = Tally::default();
        for (label, count) in &self.0 {
            let entry = tally.0.entry(engine.name_of(*label).to_owned()).or_default();
            entry.count += count.count;
            entry.lines.extend(&count.lines);
            entry.lines.sort_unstable();
            entry.lines.dedup();
            entry.lines.truncate(MOST_LINES);
        }
        tally
    }
}
