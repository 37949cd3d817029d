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
