//! From a manifest to a policy: one pure function.

mod measures;

use std::collections::{BTreeMap, BTreeSet};

use candor_manifest::{
    Broker, Capability, Command, Level, LevelReason, Manifest, Network, OptionName, OptionValue, PathPattern,
};

use measures::Measures;

use crate::{Machine, Measure, Policy, Program, ResourceLimits, programs};

/// Most open files of a process.
const OPEN_FILES: u64 = 256;
/// Most processes and threads of a process's user.
const PROCESSES: u64 = 4096;
/// Address space of a command. Some runtimes reserve gigabytes of it and use little.
const COMMAND_MEMORY_BYTES: u64 = 4 << 30;

/// What every program reads: shared libraries and what the C library looks up. It holds nothing of anybody.
const RUNTIME_READS: &[&str] = &[
    "/etc/ld.so.cache",
    "/lib/**/*.so*",
    "/lib64/**/*.so*",
    "/usr/lib/**/*.so*",
    "/usr/lib64/**/*.so*",
    "/usr/local/lib/**/*.so*",
    "/dev/null",
    "/dev/urandom",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/possible",
    "/proc/self/auxv",
];

/// Capabilities with which a process gets at everything, whatever else it is refused.
const NEVER_BELOW_SECRET: &[&str] = &[
    "DAC_OVERRIDE",
    "SYS_PTRACE",
    "SYS_ADMIN",
    "SYS_MODULE",
    "SYS_RAWIO",
    "NET_RAW",
    "NET_ADMIN",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
    "MKNOD",
    "SETUID",
    "SETGID",
    "SETPCAP",
    "SETFCAP",
    "SYS_CHROOT",
    "CHOWN",
    "FOWNER",
];

/// A manifest asks for more than its level allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// By the table of least levels.
    #[error("it declares level `{declared}` and needs `{needed}`: {reason}")]
    Level {
        /// What it declares.
        declared: Level,
        /// What it would have to declare.
        needed: Level,
        /// Which declaration asks for that.
        reason: LevelReason,
    },
    /// A capability that undoes the confinement.
    #[error("capability `{0}` is given at level `secret` only")]
    Capability(Capability),
    /// Raw sockets.
    #[error("`packet-capture` is given at level `secret` only")]
    RawSockets,
}

/// What a worker may do: a function of nothing but its arguments.
///
/// # Errors
/// When the manifest asks for more than its level allows.
pub fn derive(
    manifest: &Manifest,
    options: &BTreeMap<OptionName, OptionValue>,
    machine: &Machine,
) -> Result<Policy, PolicyError> {
    check(manifest)?;
    let limits = ResourceLimits {
        memory_bytes: manifest.budget.memory.get(),
        // Some threads may run at once; the host's deadline is the tighter bound for the others.
        cpu_seconds: manifest.budget.wall.get().as_secs().saturating_mul(2) + 2,
        open_files: OPEN_FILES,
        processes: PROCESSES,
    };
    Ok(build(manifest, options, machine, Needs::of_worker(limits)))
}

/// What a process may do that only loads a library to look at it.
pub fn derive_check(machine: &Machine, memory_bytes: u64) -> Policy {
    let limits =
        ResourceLimits { memory_bytes, cpu_seconds: 10, open_files: OPEN_FILES, processes: PROCESSES };
    assemble(machine, Level::Technical, Network::None, Needs::of_worker(limits))
}

/// What a brokered command may do: the manifest's reads, and what the program itself needs. `program` is what
/// [`Program::inspect`] found out about it.
///
/// # Errors
/// As [`derive`].
pub fn derive_command(
    manifest: &Manifest,
    command: &Command,
    options: &BTreeMap<OptionName, OptionValue>,
    machine: &Machine,
    program: &Program,
) -> Result<Policy, PolicyError> {
    check(manifest)?;
    let limits = ResourceLimits {
        memory_bytes: COMMAND_MEMORY_BYTES,
        cpu_seconds: command.timeout.get().as_secs().saturating_mul(2) + 2,
        open_files: OPEN_FILES,
        processes: PROCESSES,
    };
    let known = programs::needs(&command.argv, program);
    let needs = Needs {
        limits,
        reads: known.reads,
        network: known.network,
        firewall_tables: known.firewall_tables,
        unix_sockets: known.unix_sockets,
        capabilities: if command.root { known.capabilities } else { BTreeSet::new() },
        as_root: known.as_root.unwrap_or(command.root),
        execute: program.execute.clone(),
    };
    let mut policy = build(manifest, options, machine, needs);
    if manifest.level < Level::Secret && !policy.wants(Measure::Seccomp) {
        // Only the filter keeps the socket that the firewall's older tools ask by from being one that hears everything.
        policy.capabilities.retain(|capability| capability.as_str() != "NET_RAW");
    }
    // The kernel makes a process dumpable again when it executes a program, so that this would not hold.
    policy.measures.remove(&Measure::Undumpable);
    policy.missing.retain(|missing| missing.measure != Measure::Undumpable);
    Ok(policy)
}

fn runtime_reads() -> Vec<PathPattern> {
    RUNTIME_READS.iter().filter_map(|path| PathPattern::new(*path).ok()).collect()
}

fn check(manifest: &Manifest) -> Result<(), PolicyError> {
    let (needed, reason) = manifest.least_level();
    if let Some(reason) = reason.filter(|_| manifest.level < needed) {
        return Err(PolicyError::Level { declared: manifest.level, needed, reason });
    }
    if manifest.level == Level::Secret {
        return Ok(());
    }
    // Said twice on purpose: these hold even if the table of least levels were wrong.
    let never = |name: &Capability| NEVER_BELOW_SECRET.contains(&name.as_str());
    if let Some(capability) = manifest.access.linux_capabilities.iter().find(|name| never(name)) {
        return Err(PolicyError::Capability(*capability));
    }
    if manifest.access.network == Network::PacketCapture {
        return Err(PolicyError::RawSockets);
    }
    Ok(())
}

/// What a process needs beside what the manifest declares.
struct Needs {
    limits: ResourceLimits,
    reads: Vec<PathPattern>,
    network: Option<Network>,
    firewall_tables: bool,
    unix_sockets: Vec<PathPattern>,
    capabilities: BTreeSet<Capability>,
    as_root: bool,
    execute: Vec<std::path::PathBuf>,
}

impl Needs {
    fn of_worker(limits: ResourceLimits) -> Self {
        Self {
            limits,
            reads: Vec::new(),
            network: None,
            firewall_tables: false,
            unix_sockets: Vec::new(),
            capabilities: BTreeSet::new(),
            as_root: false,
            execute: Vec::new(),
        }
    }
}

fn build(
    manifest: &Manifest,
    options: &BTreeMap<OptionName, OptionValue>,
    machine: &Machine,
    needs: Needs,
) -> Policy {
    let network = needs.network.clone().unwrap_or_else(|| manifest.access.network.clone());
    let mut policy = assemble(machine, manifest.level, network, needs);
    policy.reads = manifest.reads_with(options).map(|read| read.path.clone()).collect();
    policy.file_systems = manifest.access.brokers.contains(&Broker::FileSystems);
    policy.capabilities.extend(&manifest.access.linux_capabilities);
    if !machine.root {
        // An ordinary user has none to give.
        policy.capabilities.clear();
    }
    policy
}

/// A policy without anything that only a manifest can declare.
fn assemble(machine: &Machine, level: Level, network: Network, needs: Needs) -> Policy {
    let mut plan = Measures::new(machine);
    let user = plan.decide(machine, &network, &needs.unix_sockets, needs.as_root);
    Policy {
        level,
        user_namespace: plan.user_namespace(),
        measures: plan.wanted,
        missing: plan.missing,
        reads: Vec::new(),
        program_reads: needs.reads,
        runtime_reads: runtime_reads(),
        network,
        file_systems: false,
        firewall_tables: needs.firewall_tables,
        unix_sockets: needs.unix_sockets,
        capabilities: needs.capabilities,
        user,
        execute: needs.execute,
        limits: needs.limits,
    }
}
