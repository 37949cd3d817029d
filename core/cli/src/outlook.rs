//! What is to be expected of a plan on this machine: how much the kernel will enforce, and whether that suffices.

use std::collections::BTreeMap;

use candor_host::{Plan, PlannedCollector, Required};
use candor_manifest::CollectorId;
use candor_sandbox::{Enforcement, EnforcementLevel, Machine, PolicyError};

use crate::arguments::Global;
use crate::enforcement::Stated;
use crate::failure::Failure;
use crate::{places, requirements};

/// The machine, the customer's demands, and what follows for each collector.
#[derive(Debug)]
pub struct Outlook {
    /// What the machine can.
    pub machine: Machine,
    /// What is demanded.
    pub required: Required,
    expected: BTreeMap<CollectorId, Result<Enforcement, PolicyError>>,
}

impl Outlook {
    /// Reads the customer's policy files and asks the kernel. `flag` is what `--require-enforcement` says.
    ///
    /// # Errors
    /// When a policy file is there and cannot be followed.
    pub fn of(plan: &Plan, global: &Global, flag: Option<EnforcementLevel>) -> Result<Self, Failure> {
        let required = requirements::required(global, flag)?;
        let machine = places::machine(global);
        let expected = |planned: &PlannedCollector| {
            let expected = planned.policy(&machine).map(|policy| policy.expected());
            (planned.id().clone(), expected)
        };
        let expected = plan.collectors.iter().map(expected).collect();
        Ok(Self { machine, required, expected })
    }

    /// How much of the collector's policy is to be enforced; None where there is no policy for it.
    pub fn expected(&self, collector: &CollectorId) -> Option<&Enforcement> {
        self.expected.get(collector)?.as_ref().ok()
    }

    /// Why the collector will be skipped for want of enforcement, if so.
    pub fn objection(&self, collector: &CollectorId) -> Option<String> {
        self.required.objection(collector, self.expected(collector)?)
    }

    /// What a person is told, each with its label: `enforced`, `fully by the kernel`; where that is less than is
    /// demanded, also that the collector will be skipped.
    pub fn told(&self, collector: &CollectorId) -> Vec<(&'static str, String)> {
        let expected = match self.expected.get(collector) {
            Some(Ok(expected)) => Stated::from(expected).sentence(),
            Some(Err(error)) => return vec![("refused", error.to_string())],
            None => return Vec::new(),
        };
        let objection = self.objection(collector).map(|objection| ("skipped", objection));
        [("enforced", expected)].into_iter().chain(objection).collect()
    }
}
