//! Platforms without system calls that a host could answer.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

use crate::{AccessReceipt, GateError, Policy};

/// There is none.
#[derive(Debug)]
pub struct Gate;

impl Gate {
    /// Always fails.
    ///
    /// # Errors
    /// Always.
    pub fn open(
        _process: BorrowedFd<'_>,
        _pid: u32,
        _listener: RawFd,
        _policy: &Policy,
        _library: Option<(RawFd, OwnedFd)>,
    ) -> Result<Self, GateError> {
        Err(GateError::TakeOver(io::Error::from(io::ErrorKind::Unsupported)))
    }

    /// Tells nothing.
    pub fn close(self, _patience: Duration) -> AccessReceipt {
        AccessReceipt::default()
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;
    use crate::{Machine, derive_check};

    #[test]
    fn there_is_no_gate_and_nothing_is_claimed() {
        let policy = derive_check(&Machine::without_lockdown("this is a test"), 1 << 20);
        let own = std::fs::File::open("/dev/null").unwrap();
        assert!(Gate::open(own.as_fd(), std::process::id(), 3, &policy, None).is_err());
        assert!(!Gate.close(Duration::ZERO).complete);
    }
}
