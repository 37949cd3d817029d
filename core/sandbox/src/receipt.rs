//! What a process touched, from the kernel.

use candor_manifest::PathPattern;
use serde::{Deserialize, Serialize};

/// What one collector touched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReceipt {
    /// False where not everything is in it: the kernel could not tell, or the host stopped waiting for it.
    pub complete: bool,
    /// Declared paths that were opened, and folders that lead to them, sorted by path. Long lists end at a bound and
    /// `more_opened` counts the rest.
    pub opened: Vec<PathAccess>,
    /// How often paths were opened that the list has no room for.
    pub more_opened: u64,
    /// What was asked for and refused.
    pub denied: Vec<DeniedAccess>,
    /// Refusals that the list has no room for.
    pub more_denied: u64,
    /// Declared reads of which nothing was opened.
    pub unused: Vec<UnusedRead>,
    /// Bytes that it read, from files, pipes and sockets; None where the kernel does not count.
    pub bytes_read: Option<u64>,
}

/// A path and how often it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathAccess {
    /// The path as it was asked for.
    pub path: String,
    /// How often.
    pub count: u64,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeniedAccess {
    /// The path or address.
    pub path: String,
    /// `open`, `stat`, `readlink`, `connect`.
    pub operation: String,
    /// How often.
    pub count: u64,
}

/// A declared read of which nothing was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedRead {
    /// The declaration.
    pub declared: PathPattern,
    /// Whether something of it was looked for and not found, or only looked at: then the declaration is needed, be it
    /// on another machine.
    pub looked_for: bool,
}
