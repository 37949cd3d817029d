//! A request to stop, from a signal or a full disk, that every supervisor sees at once.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{EventfdFlags, eventfd};

/// Why a run is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// SIGINT: Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl StopReason {
    /// One sentence for the report.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted by the user",
            Self::Terminated => "the program was asked to end",
        }
    }
}

/// Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Stop {
    reason: Arc<Mutex<Option<StopReason>>>,
    event: Arc<OwnedFd>,
}

impl Stop {
    /// Makes one that is not requested.
    ///
    /// # Errors
    /// When the kernel has no descriptor left.
    pub fn new() -> std::io::Result<Self> {
        let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { reason: Arc::default(), event: Arc::new(event) })
    }

    /// Asks every supervisor to end its worker now. The first reason stays.
    pub fn request(&self, reason: StopReason) {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
        // Never read, so that the descriptor stays readable for everybody who polls it.
        let _ = rustix::io::write(&*self.event, &1u64.to_ne_bytes());
    }

    /// The reason, once requested.
    pub fn requested(&self) -> Option<StopReason> {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }
}
