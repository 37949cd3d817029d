//! Platforms without a lock-down: the same signatures, and the truth.

use std::io;
use std::os::fd::RawFd;

use super::Confined;
use crate::{Enforcement, Machine, MissingMeasure, Policy};

const REASON: &str = "candor has no lock-down on this platform";

/// A machine that can nothing.
pub fn machine() -> Machine {
    Machine::without_lockdown(REASON)
}

/// Confines nothing, and says so.
pub fn confine(policy: &Policy, _keep: &[RawFd]) -> Confined {
    let missing =
        policy.measures.iter().map(|measure| MissingMeasure { measure: *measure, reason: REASON.to_owned() });
    let steps =
        missing.chain(policy.missing.iter().cloned()).map(|missing| (missing.measure, Err(missing.reason)));
    Confined { enforcement: Enforcement::of(steps), listener: None }
}

/// There is none.
#[derive(Debug)]
pub struct UserNamespace;

impl UserNamespace {
    /// For the calling user.
    pub fn prepare() -> Self {
        Self
    }

    /// Always refuses.
    ///
    /// # Errors
    /// Always.
    pub fn enter(&self) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, REASON))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EnforcementLevel, Measure, derive_check};

    #[test]
    fn a_platform_without_a_lock_down_says_so() {
        let policy = derive_check(&machine(), 1 << 30);
        assert!(policy.measures.is_empty());
        assert!(policy.missing.iter().all(|missing| missing.reason == REASON));
        let confined = confine(&policy, &[]);
        assert_eq!(confined.enforcement.level, EnforcementLevel::None);
        assert_eq!(confined.enforcement.missing, policy.missing);
        assert_eq!(confined.listener, None);
        assert_eq!(UserNamespace::prepare().enter().unwrap_err().kind(), io::ErrorKind::Unsupported);
    }

    #[test]
    fn a_policy_of_another_machine_is_not_claimed_either() {
        let mut policy = derive_check(&machine(), 1 << 30);
        policy.missing.clear();
        policy.measures = Measure::ALL.iter().copied().collect();
        let enforcement = confine(&policy, &[]).enforcement;
        assert!(enforcement.applied.is_empty());
        assert_eq!(enforcement.missing.len(), Measure::ALL.len());
        assert!(enforcement.missing.iter().all(|missing| missing.reason == REASON));
    }
}
