//! What one process may do.

use std::collections::BTreeSet;
use std::path::PathBuf;

use candor_manifest::{Capability, Level, Network, PathPattern};
use serde::{Deserialize, Serialize};

use crate::machine::WorkerUser;
use crate::{Enforcement, Measure, MissingMeasure};

/// What one process may do, derived by [`derive`](crate::derive()) and never widened afterwards. It is shown to people
/// (`candor plan --policy`) and sent to the process that confines itself to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The level of the collector: below `secret`, what is known to be secret is not opened even where a declared
    /// pattern reaches it.
    pub level: Level,
    /// What is to be applied.
    pub measures: BTreeSet<Measure>,
    /// What should be applied and cannot be here, with the reason.
    pub missing: Vec<MissingMeasure>,
    /// Paths that the manifest declares, as far as the options ask for them.
    pub reads: Vec<PathPattern>,
    /// Paths that a well-known program needs to do its work and does not show. The level does not count for them.
    pub program_reads: Vec<PathPattern>,
    /// Paths that any program needs: shared libraries and the like. Same for all.
    pub runtime_reads: Vec<PathPattern>,
    /// What of the network it reaches.
    pub network: Network,
    /// Whether it may ask how large and how full a mounted file system is, by its mount point.
    pub file_systems: bool,
    /// Whether it reads the tables of the older firewall: through raw sockets on which nothing can be sent or received,
    /// in place of the other sockets that `network` would allow.
    #[serde(default)]
    pub firewall_tables: bool,
    /// Sockets of services that a command may connect to.
    pub unix_sockets: Vec<PathPattern>,
    /// Capabilities that it keeps.
    pub capabilities: BTreeSet<Capability>,
    /// The user that it runs as; None stays the host's user.
    pub user: Option<WorkerUser>,
    /// Whether it gets a user namespace, without which an ordinary user has no other namespace.
    pub user_namespace: bool,
    /// Programs, with their interpreters, that the kernel may execute: none of a worker, one of a command.
    pub execute: Vec<PathBuf>,
    /// Bounds.
    pub limits: ResourceLimits,
}

/// Bounds of one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceLimits {
    /// Bytes of address space.
    pub memory_bytes: u64,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Open files.
    pub open_files: u64,
    /// Processes and threads of its user.
    pub processes: u64,
}

impl Policy {
    /// True when the measure is to be applied.
    pub fn wants(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }

    /// True when the host makes its sockets: they ask about the machine's network, from a process that has an empty one.
    pub fn takes_sockets(&self) -> bool {
        self.network == Network::Observe && self.wants(Measure::ExactReads)
    }

    /// What is to be expected of the enforcement, before the kernel was asked.
    pub fn expected(&self) -> Enforcement {
        let wanted = self.measures.iter().map(|measure| (*measure, Ok(())));
        let missing = self.missing.iter().map(|missing| (missing.measure, Err(missing.reason.clone())));
        Enforcement::of(wanted.chain(missing))
    }
}
