//! Enforcement in the words of screens: what is expected before a run and what a report states after it.

use candor_report::{CollectorEntry, ReportIndex};
use candor_sandbox::Enforcement;
use serde::Deserialize;

use crate::terminal::printable;

/// Measures that a short line names.
const MOST_NAMED: usize = 4;

/// Enforcement as a report states it. Names are plain texts here: a report of another version may know other measures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stated {
    level: String,
    #[serde(default)]
    missing: Vec<Missing>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Missing {
    measure: String,
    reason: String,
}

impl From<&Enforcement> for Stated {
    fn from(enforcement: &Enforcement) -> Self {
        let missing = enforcement
            .missing
            .iter()
            .map(|missing| Missing { measure: missing.measure.to_string(), reason: missing.reason.clone() });
        Self { level: enforcement.level.to_string(), missing: missing.collect() }
    }
}

impl Stated {
    /// What a report states of one collector, or of a command of it. None where nothing ran.
    pub fn of(value: Option<&serde_json::Value>) -> Option<Self> {
        let value = value.filter(|value| !value.is_null())?;
        // What cannot be read is no claim.
        let unreadable = || Self { level: "unreadable".to_owned(), missing: Vec::new() };
        Some(Self::deserialize(value).unwrap_or_else(|_| unreadable()))
    }

    /// `fully by the kernel`, or `partially, without landlock (this kernel has no Landlock)`.
    pub fn sentence(&self) -> String {
        match self.level.as_str() {
            "full" => "fully by the kernel".to_owned(),
            "partial" => format!("partially, without {}", self.missing_by_reason()),
            "none" => format!("not at all ({})", self.reasons().join("; ")),
            _ => "in a way that this version cannot read".to_owned(),
        }
    }

    /// `partially enforced, without landlock`; None where it is full.
    pub fn shortfall(&self) -> Option<String> {
        let names: Vec<&str> = self.missing.iter().map(|missing| missing.measure.as_str()).collect();
        match self.level.as_str() {
            "full" => None,
            "partial" => {
                let further = match names.len().saturating_sub(MOST_NAMED) {
                    0 => String::new(),
                    count => format!(" and {count} more"),
                };
                let named = &names[..names.len().min(MOST_NAMED)];
                Some(format!("partially enforced, without {}{further}", printable(&named.join(", "))))
            }
            "none" => Some("not enforced".to_owned()),
            _ => Some("enforced in a way that this version cannot read".to_owned()),
        }
    }

    fn reasons(&self) -> Vec<String> {
        let mut reasons: Vec<String> = Vec::new();
        for missing in &self.missing {
            let reason = printable(&missing.reason);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }

    /// `own-network, empty-root (left out on request); seccomp (…)`
    fn missing_by_reason(&self) -> String {
        let group = |reason: &String| {
            let of_it = self.missing.iter().filter(|missing| printable(&missing.reason) == *reason);
            let names: Vec<_> = of_it.map(|missing| printable(&missing.measure)).collect();
            format!("{} ({reason})", names.join(", "))
        };
        self.reasons().iter().map(group).collect::<Vec<_>>().join("; ")
    }
}

/// The least enforcement among the collectors that ran; None where none ran.
pub fn least(index: &ReportIndex) -> Option<String> {
    let rank = |level: &str| match level {
        "full" => 2,
        "partial" => 1,
        _ => 0,
    };
    let stated = |entry: &CollectorEntry| Stated::of(entry.enforcement.as_ref()).map(|stated| stated.level);
    index.collectors.iter().filter_map(stated).min_by_key(|level| rank(level))
}

#[cfg(test)]
mod tests {
    use candor_sandbox::Measure;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_is_grouped_by_its_reason() {
        let no = |reason: &str| Err(reason.to_owned());
        let enforcement = Enforcement::of([
            (Measure::Seccomp, Ok(())),
            (Measure::OwnNetwork, no("user namespaces are forbidden")),
            (Measure::Landlock, no("this kernel has no Landlock")),
            (Measure::EmptyRoot, no("user namespaces are forbidden")),
        ]);
        let stated = Stated::from(&enforcement);
        assert_eq!(
            stated.sentence(),
            "partially, without own-network, empty-root (user namespaces are forbidden); landlock (this kernel has no Landlock)"
        );
        let shortfall = stated.shortfall().unwrap();
        assert_eq!(shortfall, "partially enforced, without own-network, landlock, empty-root");
    }

    #[test]
    fn full_is_said_and_is_no_shortfall() {
        let stated = Stated::from(&Enforcement::of([(Measure::Seccomp, Ok(()))]));
        assert_eq!((stated.sentence().as_str(), stated.shortfall()), ("fully by the kernel", None));
    }

    #[test]
    fn a_report_of_another_version_is_read_as_far_as_it_goes() {
        let other =
            json!({ "level": "partial", "missing": [{ "measure": "warp-\u{1b}shield", "reason": "?" }] });
        let stated = Stated::of(Some(&other)).unwrap();
        assert_eq!(stated.sentence(), "partially, without warp-\u{fffd}shield (?)");
        let strange = Stated::of(Some(&json!(7))).unwrap();
        assert!(strange.shortfall().is_some(), "what cannot be read is not full");
        assert_eq!(Stated::of(Some(&json!(null))), None);
    }
}
