//! How far the lock-down has come.

use std::collections::BTreeMap;

use crate::{Enforcement, Measure, Policy};

/// The measures of a policy and what became of each so far.
pub(super) struct Steps<'a> {
    policy: &'a Policy,
    results: BTreeMap<Measure, Result<(), String>>,
}

impl<'a> Steps<'a> {
    /// Nothing is applied yet.
    pub(super) fn new(policy: &'a Policy) -> Self {
        let not_yet = |measure: &Measure| (*measure, Err("it was not applied".to_owned()));
        Self { policy, results: policy.measures.iter().map(not_yet).collect() }
    }

    /// What is to be applied.
    pub(super) fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// Tries a measure if the policy wants it.
    pub(super) fn apply(&mut self, measure: Measure, step: impl FnOnce() -> Result<(), String>) {
        if let Some(result) = self.results.get_mut(&measure) {
            *result = step();
        }
    }

    /// Looks again at a measure that is said to hold.
    pub(super) fn check(&mut self, measure: Measure, look: impl FnOnce() -> Result<(), String>) {
        if self.holds(measure) {
            self.apply(measure, look);
        }
    }

    /// True when the policy wants the measure and it was applied.
    pub(super) fn holds(&self, measure: Measure) -> bool {
        matches!(self.results.get(&measure), Some(Ok(())))
    }

    /// The sum, with what the policy could not even ask for.
    pub(super) fn into_enforcement(self) -> Enforcement {
        let missing =
            self.policy.missing.iter().map(|missing| (missing.measure, Err(missing.reason.clone())));
        Enforcement::of(self.results.into_iter().chain(missing))
    }
}
