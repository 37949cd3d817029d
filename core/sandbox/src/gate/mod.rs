//! The host's end of the confinement: opens for a process what its policy declares, and nothing else.
//!
//! The process is taken for hostile and the host may be root, so everything here is about not being talked into
//! something: what a process says is copied once and then believed no more; a file is opened without an effect first,
//! judged by its real path, and then the very same file is opened for reading; what is refused looks the same whether
//! it exists or not.

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod imp;

#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod imp;

// Compiled and tested here too, so that it is not code that nobody ran.
#[cfg(all(test, target_os = "linux"))]
#[path = "other.rs"]
mod other;

use std::io;

pub use imp::Gate;

/// Why there is no gate.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The listener cannot be taken over.
    #[error("cannot take over the system calls of a confined process")]
    TakeOver(#[source] io::Error),
    /// Its memory cannot be read, without which no path can be known.
    #[error("cannot look into a confined process")]
    LookInto(#[source] io::Error),
    /// Its thread cannot be started.
    #[error("cannot start the thread that answers a confined process")]
    Thread(#[source] io::Error),
}
