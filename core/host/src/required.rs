//! The least enforcement that the customer accepts.

use std::collections::BTreeMap;

use candor_manifest::CollectorId;
use candor_sandbox::{Enforcement, EnforcementLevel};

/// What the customer demands of the enforcement. Where the kernel cannot give it, the collector is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// For every collector that is not named.
    pub default: EnforcementLevel,
    /// For single collectors.
    pub collectors: BTreeMap<CollectorId, EnforcementLevel>,
    /// Who demands it, for the sentence in the report: the path of a policy file, or the name of a flag.
    pub source: String,
}

impl Default for Required {
    fn default() -> Self {
        Self { default: EnforcementLevel::None, collectors: BTreeMap::new(), source: String::new() }
    }
}

impl Required {
    /// What is demanded for one collector.
    pub fn of(&self, collector: &CollectorId) -> EnforcementLevel {
        self.collectors.get(collector).copied().unwrap_or(self.default)
    }

    /// Why the collector must not run with this enforcement, if so.
    pub fn objection(&self, collector: &CollectorId, enforcement: &Enforcement) -> Option<String> {
        let required = self.of(collector);
        (enforcement.level < required).then(|| {
            format!(
                "{} demands {required} enforcement, and here it is {}",
                self.source,
                enforcement.sentence()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use candor_sandbox::Measure;

    use super::*;

    #[test]
    fn less_than_is_demanded_is_objected_to_with_the_measure_and_the_source() {
        let id: CollectorId = "system-info".parse().unwrap();
        let mut required = Required { source: "`/etc/candor/policy.toml`".to_owned(), ..Required::default() };
        let partial = Enforcement::of([
            (Measure::Seccomp, Ok(())),
            (Measure::Landlock, Err("this kernel has no Landlock".to_owned())),
        ]);
        assert_eq!(required.objection(&id, &partial), None);
        required.collectors.insert(id.clone(), EnforcementLevel::Full);
        let objection = required.objection(&id, &partial).unwrap();
        assert_eq!(
            objection,
            "`/etc/candor/policy.toml` demands full enforcement, and here it is partial, without landlock (this kernel has no Landlock)"
        );
    }
}
