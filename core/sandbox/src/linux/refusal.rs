//! What the kernel refused, and its answer.

use std::fmt;

use rustix::io::Errno;

/// A step that the kernel refused. Cheap enough for a process between fork and exec: it allocates only when shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What was asked for: `a mount namespace`.
    pub(super) wish: &'static str,
    /// The kernel's answer.
    pub(super) error: Errno,
}

impl Refusal {
    /// For `map_err`.
    pub(super) fn of(wish: &'static str) -> impl Fn(Errno) -> Self {
        move |error| Self { wish, error }
    }

    /// With the answer to a call of the C library that just failed.
    pub(super) fn last(wish: &'static str) -> Self {
        let error = std::io::Error::last_os_error();
        Self { wish, error: Errno::from_io_error(&error).unwrap_or(Errno::IO) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the kernel refuses {}: {}", self.wish, self.error)
    }
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        refusal.to_string()
    }
}
