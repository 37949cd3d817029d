//! What is left of a report, before and after.

use candor_manifest::Level;
use candor_report::ReportIndex;
use serde::Serialize;

use crate::summary;

/// Artifacts, their bytes and the highest level among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Account {
    /// How many.
    pub artifacts: u64,
    /// Their uncompressed bytes.
    pub bytes: u64,
    /// The highest level; `None` when there is none left.
    pub tier: Option<Level>,
}

impl Account {
    /// Of those artifacts of a report that `counts` takes, by their paths.
    pub fn of(index: &ReportIndex, counts: impl Fn(&str) -> bool) -> Self {
        let none = Self { artifacts: 0, bytes: 0, tier: None };
        index.artifacts().filter(|artifact| counts(&artifact.path)).fold(none, |account, artifact| Self {
            artifacts: account.artifacts + 1,
            bytes: account.bytes + artifact.bytes,
            tier: account.tier.max(Some(artifact.level)),
        })
    }

    /// `5 artifacts, 40.0 KiB`
    pub fn size(&self) -> String {
        format!("{}, {}", summary::counted(self.artifacts, "artifact"), summary::size(self.bytes))
    }

    /// `Left: 5 artifacts, 40.0 KiB, tier technical (was identifying)`
    pub fn line(&self, before: Option<Level>) -> String {
        let word = |tier: Option<Level>| tier.map_or("none", Level::as_str);
        let was = if self.tier == before { String::new() } else { format!(" (was {})", word(before)) };
        format!("Left: {}, tier {}{was}", self.size(), word(self.tier))
    }
}
